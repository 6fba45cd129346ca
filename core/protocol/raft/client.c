/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clients: requests, redirects, and sessions (section 6.3 of the dissertation). */

#include "raft-private.h"

/**
 * quo_raft_session:
 * @self: the server
 * @client: participant, clients come after the nodes
 * @serial: of its operation, from 1
 *
 * Returns: (nullable): what is remembered of this serial, or of another in its
 *   place; %NULL for what no client asked for
 */
QuoRaftReply *
quo_raft_session (QuoRaft *self,
                  gint64   client,
                  gint64   serial)
{
  gint64 nth = client - self->n_nodes;

  if (nth < 0 || nth >= QUO_RAFT_CLIENTS_MAX || serial < 1)
    return NULL;

  if (nth >= self->n_sessions)
    {
      guint n_new = MAX ((guint) nth + 1, 2 * self->n_sessions);

      self->sessions = g_renew (QuoRaftSession *, self->sessions, n_new);
      for (guint i = self->n_sessions; i < n_new; i++)
        self->sessions[i] = NULL;
      self->n_sessions = n_new;
    }
  if (self->sessions[nth] == NULL)
    self->sessions[nth] = g_new0 (QuoRaftSession, 1);

  return &self->sessions[nth]->replies[serial % QUO_RAFT_WINDOW];
}

/**
 * quo_raft_refuse:
 * @node: the server
 * @self: its memory
 * @client: who asked
 * @serial: for what
 *
 * Sends a client to the leader, or away when none is known.
 */
void
quo_raft_refuse (QuoNode *node,
                 QuoRaft *self,
                 guint    client,
                 gint64   serial)
{
  if (self->leader != QUO_NO_NODE && self->leader != (int) self->index)
    quo_node_redirect (node, client, serial, self->leader);
  else
    quo_node_reply (node, client, serial, QUO_STATUS_BUSY, 0);
}

/* Whether the operation is in the log already, on its way to be committed. */
static gboolean
is_appended (const QuoRaft      *self,
             const QuoRaftReply *reply,
             const QuoOp        *op)
{
  if (reply->appended <= self->log.base || reply->appended > self->log.length)
    return FALSE;

  const gint64 *row = quo_raft_log_row (&self->log, reply->appended);

  return row[ROW_CLIENT] == (gint64) op->client && row[ROW_SERIAL] == op->serial;
}

/* A repeated operation: answered from the session, or when its entry commits. */
static gboolean
is_repeated (QuoNode      *node,
             QuoRaft      *self,
             QuoRaftReply *reply,
             const QuoOp  *op)
{
  if (!quo_raft_options (node)->has_sessions)
    return FALSE;

  if (reply->serial == op->serial)
    {
      quo_node_reply (node, op->client, op->serial, (QuoStatus) reply->status,
                      reply->value);
      return TRUE;
    }
  if (reply->serial > op->serial)
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_UNKNOWN, 0);
      return TRUE;
    }

  return is_appended (self, reply, op);
}

/**
 * quo_raft_request:
 * @node: the server asked
 * @self: its memory
 * @op: what a client wants
 *
 * Section 5.3 and 8: only the leader serves clients; others name it.
 */
void
quo_raft_request (QuoNode     *node,
                  QuoRaft     *self,
                  const QuoOp *op)
{
  const QuoRaftOptions *options = quo_raft_options (node);
  gboolean is_read = op->kind == QUO_OP_READ;

  if (is_read && options->reads == QUO_RAFT_READS_LOCAL)
    {
      quo_raft_read (node, self, op);
      return;
    }

  if (self->role != QUO_RAFT_LEADER || self->transfer_to != QUO_NO_NODE)
    {
      quo_raft_refuse (node, self, op->client, op->serial);
      return;
    }

  if (is_read && options->reads != QUO_RAFT_READS_LOG)
    {
      quo_raft_read (node, self, op);
      return;
    }

  QuoRaftReply *reply = quo_raft_session (self, op->client, op->serial);

  if (reply != NULL && is_repeated (node, self, reply, op))
    {
      reply->asked = op->serial;
      return;
    }

  gint64 command = quo_raft_command_encode (node, op);

  if (command == 0 || reply == NULL)
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
      return;
    }

  reply->asked = op->serial;
  reply->appended = self->log.length + 1;
  quo_raft_leader_append (node, self, command, (int) op->client, op->serial);
}
