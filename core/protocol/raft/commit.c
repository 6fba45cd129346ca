/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is committed, and the state machine that it is applied to. */

#include "raft-private.h"

#include "base/random.h"

/**
 * quo_raft_advance_commit:
 * @node: the leader
 * @self: its memory
 *
 * Figure 2, rules for leaders: "If there exists an N such that N > commitIndex, a
 * majority of matchIndex[i] >= N, and log[N].term == currentTerm: set commitIndex =
 * N". The last condition is what figure 8 is about.
 */
void
quo_raft_advance_commit (QuoNode *node,
                         QuoRaft *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    self->scratch[i] = i == self->index ? self->synced_index
                                        : self->peers[i].match;

  gint64 index = quo_raft_agreed_value (node, self, self->scratch);

  /* With a fault on, another leader of this term may have longer logs behind it. */
  index = MIN (index, self->log.length);
  if (index <= self->commit)
    return;
  if (quo_raft_log_term (&self->log, index) != self->term &&
      !quo_node_has_fault (node, FAULT_COMMIT_EARLIER_TERM))
    return;

  quo_raft_commit_to (node, self, index);
  quo_raft_reads_progress (node, self);
  quo_raft_change_progress (node, self);
}

static guint64
hash_pair (gint64 key,
           gint64 value)
{
  return quo_mix64 (quo_mix64 ((guint64) key) ^ (guint64) value);
}

/**
 * quo_raft_store:
 * @node: the server
 * @self: its memory
 * @key: interned
 * @value: interned
 *
 * Puts a value into the store.
 */
void
quo_raft_store (QuoNode *node,
                QuoRaft *self,
                gint64   key,
                gint64   value)
{
  if (quo_raft_options (node)->snapshot_entries > 0)
    {
      gint64 old = 0;

      if (quo_raft_map_get (&self->store, key, &old))
        self->state_hash -= hash_pair (key, old);
      self->state_hash += hash_pair (key, value);
    }
  quo_raft_map_set (&self->store, key, value);
  quo_node_set_row (node, FIELD_STORE, key, &value);
}

/* Runs one command; the same on every server, for it uses nothing but the store. */
static QuoStatus
execute (QuoNode              *node,
         QuoRaft              *self,
         const QuoRaftCommand *command,
         gint64               *ret_value)
{
  gint64 value = 0;

  quo_raft_map_get (&self->store, command->key, &value);

  switch (command->kind)
    {
    case QUO_OP_WRITE:
      value = command->value;
      break;
    case QUO_OP_CAS:
      if (value != command->expected)
        {
          *ret_value = value;
          return QUO_STATUS_FAILED;
        }
      value = command->value;
      break;
    case QUO_OP_APPEND:
      value = quo_raft_command_appended (node, value, command->value);
      break;
    default:
      *ret_value = value;
      return QUO_STATUS_OK;
    }

  quo_raft_store (node, self, command->key, value);
  *ret_value = value;
  return QUO_STATUS_OK;
}

static void
apply (QuoNode *node,
       QuoRaft *self,
       gint64   index)
{
  const gint64 *row = quo_raft_log_row (&self->log, index);
  gint64 serial = row[ROW_SERIAL];
  QuoRaftCommand command;

  quo_raft_command_decode (node, row[ROW_COMMAND], &command);
  if (command.is_no_op)
    return;

  QuoRaftReply *reply = quo_raft_session (self, row[ROW_CLIENT], serial);
  gboolean has_sessions = quo_raft_options (node)->has_sessions;

  /* Section 6.3: what a client repeated is executed once. A serial so old that its
   * reply is forgotten was executed long ago. */
  if (reply == NULL || !has_sessions || reply->serial < serial)
    {
      gint64 value = 0;
      QuoStatus status = execute (node, self, &command, &value);

      if (reply == NULL)
        return;
      reply->serial = serial;
      reply->status = status;
      reply->value = value;
    }

  if (reply->asked == serial && reply->serial == serial)
    {
      quo_node_reply (node, (guint) row[ROW_CLIENT], serial,
                      (QuoStatus) reply->status, reply->value);
      reply->asked = 0;
    }
}

/* One note for what becomes committed at once; a single entry is named. */
static void
note_commit (QuoNode       *node,
             const QuoRaft *self,
             gint64         index)
{
  gint64 command = quo_raft_log_row (&self->log, index)[ROW_COMMAND];
  gint64 note[QUO_MAX_COLUMNS] = { index, command };

  if (index == self->commit + 1 && command != 0)
    quo_node_note (node, NOTE_COMMIT, note);
  else
    quo_node_note (node, NOTE_COMMIT_UP_TO, note);
}

/**
 * quo_raft_commit_to:
 * @node: leader or follower
 * @self: its memory
 * @index: not past the log's end; when it is not past what is committed, nothing
 *   happens
 *
 * Figure 2, rules for servers: "If commitIndex > lastApplied: increment lastApplied,
 * apply log[lastApplied] to state machine".
 */
void
quo_raft_commit_to (QuoNode *node,
                    QuoRaft *self,
                    gint64   index)
{
  if (index <= self->commit)
    return;

  if (self->role == QUO_RAFT_LEADER)
    note_commit (node, self, index);
  self->commit = index;
  quo_node_set (node, FIELD_COMMIT_INDEX, index);

  while (self->applied < index)
    apply (node, self, ++self->applied);

  quo_node_set (node, FIELD_LAST_APPLIED, self->applied);
  quo_raft_snapshot_consider (node, self);
}
