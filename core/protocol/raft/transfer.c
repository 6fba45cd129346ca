/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handing leadership over: section 3.10 of the dissertation. */

#include "raft-private.h"

static void
order_election (QuoNode *node,
                QuoRaft *self)
{
  gint64 fields[] = { self->term };

  quo_node_send (node, (guint) self->transfer_to, MESSAGE_TIMEOUT_NOW, fields);
}

/**
 * quo_raft_transfer:
 * @node: the server told to; when it does not lead, nothing happens
 * @self: its memory
 * @to: who shall lead
 *
 * Takes no more requests and brings @to up to date; its lease ends first. After an
 * election timeout without success it goes on leading.
 */
void
quo_raft_transfer (QuoNode *node,
                   QuoRaft *self,
                   int      to)
{
  gint64 note[QUO_MAX_COLUMNS] = { to };

  if (self->role != QUO_RAFT_LEADER || to == (int) self->index || to < 0 ||
      (guint) to >= self->n_nodes || !quo_raft_is_voter (&self->config, (guint) to))
    return;

  self->transfer_to = to;
  self->lease_until = 0;
  quo_node_note (node, NOTE_TRANSFER, note);
  quo_node_set_timer (node, TIMER_TRANSFER,
                      quo_raft_options (node)->election_timeout.high);

  if (self->peers[to].match == self->log.length)
    order_election (node, self);
  else
    quo_raft_broadcast (node, self);
}

/**
 * quo_raft_transfer_progress:
 * @node: the leader
 * @self: its memory
 *
 * To be called when a server's log got longer.
 */
void
quo_raft_transfer_progress (QuoNode *node,
                            QuoRaft *self)
{
  if (self->transfer_to == QUO_NO_NODE)
    return;

  if (self->peers[self->transfer_to].match == self->log.length)
    order_election (node, self);
}

/**
 * quo_raft_transfer_timeout:
 * @node: the leader
 * @self: its memory
 *
 * Gives up: requests are taken again.
 */
void
quo_raft_transfer_timeout (QuoNode *node,
                           QuoRaft *self)
{
  self->transfer_to = QUO_NO_NODE;
}

/**
 * quo_raft_on_timeout_now:
 * @node: the server that shall lead
 * @self: its memory
 * @message: TimeoutNow
 *
 * Stands at once, without asking whether it would win.
 */
void
quo_raft_on_timeout_now (QuoNode          *node,
                         QuoRaft          *self,
                         const QuoMessage *message)
{
  if (message->fields[0] != self->term || self->role == QUO_RAFT_LEADER)
    return;

  quo_raft_start_election (node, self, TRUE);
}
