/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A server's life: start, restart, and who handles what comes in. */

#include "raft-private.h"

/**
 * quo_raft_set_role:
 * @node: the server
 * @self: its memory
 * @role: may be the one it has
 */
void
quo_raft_set_role (QuoNode     *node,
                   QuoRaft     *self,
                   QuoRaftRole  role)
{
  if (self->role == role)
    return;

  self->role = role;
  quo_node_set (node, FIELD_ROLE, role);
}

/**
 * quo_raft_set_leader:
 * @node: the server
 * @self: its memory
 * @leader: whom it takes for the leader, %QUO_NO_NODE when it knows none
 */
void
quo_raft_set_leader (QuoNode *node,
                     QuoRaft *self,
                     int      leader)
{
  if (self->leader == leader)
    return;

  self->leader = leader;
  quo_node_set (node, FIELD_LEADER, leader);
}

/**
 * quo_raft_set_term:
 * @node: the server
 * @self: its memory
 * @term: higher than, or equal to, its own
 * @voted_for: its vote in @term, %QUO_NO_NODE while it has not voted
 *
 * Changes term and vote in one step: a term without its vote would allow two votes
 * in one term. What was learnt from the old term's leader is forgotten.
 */
void
quo_raft_set_term (QuoNode *node,
                   QuoRaft *self,
                   gint64   term,
                   int      voted_for)
{
  if (self->term != term)
    {
      self->term = term;
      quo_node_set (node, FIELD_TERM, term);
      self->verified = 0;
      self->seen_round = 0;
    }
  if (self->voted_for != voted_for)
    {
      self->voted_for = voted_for;
      quo_node_set (node, FIELD_VOTED_FOR, voted_for);
    }
  self->is_vote_synced = FALSE;
}

/**
 * quo_raft_become_follower:
 * @node: the server
 * @self: its memory
 * @reason: shown, when it was more than a follower
 *
 * Gives up candidacy or leadership; the term stays. A leader had no election timer,
 * so it gets one; a candidate's goes on.
 */
void
quo_raft_become_follower (QuoNode       *node,
                          QuoRaft       *self,
                          QuoRaftReason  reason)
{
  QuoRaftRole old_role = self->role;

  if (old_role == QUO_RAFT_FOLLOWER)
    return;

  quo_raft_set_role (node, self, QUO_RAFT_FOLLOWER);
  if (old_role != QUO_RAFT_LEADER)
    return;

  gint64 note[QUO_MAX_COLUMNS] = { self->term, reason };

  quo_node_note (node, NOTE_STEPS_DOWN, note);
  quo_node_cancel_timer (node, TIMER_HEARTBEAT);
  quo_node_cancel_timer (node, TIMER_TRANSFER);
  quo_node_clear_rows (node, FIELD_NEXT_INDEX);
  quo_node_clear_rows (node, FIELD_MATCH_INDEX);
  self->transfer_to = QUO_NO_NODE;
  self->lease_until = 0;
  quo_raft_set_leader (node, self, QUO_NO_NODE);
  quo_raft_reset_election_timer (node, self);
  quo_raft_reads_fail (node, self);
}

/**
 * quo_raft_see_term:
 * @node: the server
 * @self: its memory
 * @term: that of a message
 *
 * Figure 2, rules for servers: "If RPC request or response contains term T >
 * currentTerm: set currentTerm = T, convert to follower". The new term is written
 * with the next write; until then nothing was promised in it.
 */
void
quo_raft_see_term (QuoNode *node,
                   QuoRaft *self,
                   gint64   term)
{
  if (term <= self->term)
    return;

  quo_raft_become_follower (node, self, QUO_RAFT_HIGHER_TERM);
  quo_raft_set_term (node, self, term, QUO_NO_NODE);
  quo_raft_set_leader (node, self, QUO_NO_NODE);
}

static void
load (QuoNode *node,
      QuoRaft *self)
{
  self->index = quo_node_index (node);
  self->n_nodes = quo_node_n_nodes (node);
  self->is_new = TRUE;
  self->term = quo_node_get (node, FIELD_TERM);
  self->voted_for = (int) quo_node_get (node, FIELD_VOTED_FOR);
  self->is_vote_synced = self->voted_for != QUO_NO_NODE;
  self->leader = QUO_NO_NODE;
  self->transfer_to = QUO_NO_NODE;
  self->promised_vote = QUO_NO_NODE;
  self->votes = g_new0 (guint8, self->n_nodes);
  self->peers = g_new0 (QuoRaftPeer, self->n_nodes);
  /* The second half is for quo_raft_agreed_value (). */
  self->scratch = g_new0 (gint64, 2 * (gsize) self->n_nodes);

  quo_raft_snapshot_load (node, self);
  quo_raft_log_load (node, &self->log);
  self->synced_index = self->log.length;
  quo_raft_configuration_init (&self->config, self->n_nodes);
  quo_raft_adopt_latest (node, self);

  /* A log that a scenario set up may be of later terms than the term it gave. */
  gint64 last_term = quo_raft_log_term (&self->log, self->log.length);

  if (self->term < last_term)
    quo_raft_set_term (node, self, last_term, QUO_NO_NODE);

  quo_raft_reset_election_timer (node, self);
}

/**
 * quo_raft_start:
 * @node: the server
 * @state: its memory, zeroed; the disk holds what the scenario gave it
 */
void
quo_raft_start (QuoNode  *node,
                gpointer  state)
{
  load (node, state);
}

/**
 * quo_raft_restart:
 * @node: the server
 * @state: its memory, zeroed; the disk holds what was synced before the crash
 */
void
quo_raft_restart (QuoNode  *node,
                  gpointer  state)
{
  QuoRaft *self = state;

  load (node, self);

  /* It may have heard a leader just before it crashed: to vote at once would break
   * the leader's lease (section 6.4.1). */
  self->has_heard = TRUE;
  self->heard_at = quo_node_now (node);
}

static void
begin_step (QuoRaft *self)
{
  self->is_new = FALSE;
  quo_raft_reads_begin_step (self);
}

/**
 * quo_raft_receive:
 * @node: the server
 * @state: its memory
 * @message: from another server
 */
void
quo_raft_receive (QuoNode          *node,
                  gpointer          state,
                  const QuoMessage *message)
{
  QuoRaft *self = state;

  begin_step (self);
  switch (message->kind)
    {
    case MESSAGE_REQUEST_VOTE:
      quo_raft_on_request_vote (node, self, message);
      break;
    case MESSAGE_REQUEST_VOTE_REPLY:
      quo_raft_on_vote (node, self, message);
      break;
    case MESSAGE_APPEND_ENTRIES:
      quo_raft_on_append (node, self, message);
      break;
    case MESSAGE_APPEND_ENTRIES_REPLY:
      quo_raft_on_append_reply (node, self, message);
      break;
    case MESSAGE_PRE_VOTE:
      quo_raft_on_pre_vote (node, self, message);
      break;
    case MESSAGE_PRE_VOTE_REPLY:
      quo_raft_on_pre_vote_reply (node, self, message);
      break;
    case MESSAGE_TIMEOUT_NOW:
      quo_raft_on_timeout_now (node, self, message);
      break;
    case MESSAGE_INSTALL_SNAPSHOT:
      quo_raft_on_install_snapshot (node, self, message);
      break;
    case MESSAGE_INSTALL_SNAPSHOT_REPLY:
      quo_raft_on_install_reply (node, self, message);
      break;
    default:
      break;
    }
}

/**
 * quo_raft_timeout:
 * @node: the server
 * @state: its memory
 * @timer: which
 * @arg: not used
 */
void
quo_raft_timeout (QuoNode  *node,
                  gpointer  state,
                  guint     timer,
                  gint64    arg)
{
  QuoRaft *self = state;

  begin_step (self);
  switch (timer)
    {
    case TIMER_ELECTION:
      if (self->role != QUO_RAFT_LEADER)
        quo_raft_election_timeout (node, self);
      break;
    case TIMER_HEARTBEAT:
      if (self->role == QUO_RAFT_LEADER)
        quo_raft_heartbeat (node, self);
      break;
    case TIMER_TRANSFER:
      quo_raft_transfer_timeout (node, self);
      break;
    case TIMER_SNAPSHOT:
      quo_raft_snapshot_take (node, self);
      break;
    default:
      break;
    }
}

/**
 * quo_raft_asked:
 * @node: the server
 * @state: its memory
 * @op: what a client wants
 */
void
quo_raft_asked (QuoNode     *node,
                gpointer     state,
                const QuoOp *op)
{
  QuoRaft *self = state;

  begin_step (self);
  quo_raft_request (node, self, op);
}

/**
 * quo_raft_synced:
 * @node: the server
 * @state: its memory
 * @write: what is on disk
 * @token: as given with the write
 */
void
quo_raft_synced (QuoNode  *node,
                 gpointer  state,
                 guint     write,
                 gint64    token)
{
  QuoRaft *self = state;

  begin_step (self);
  switch (write)
    {
    case WRITE_REQUEST_VOTE:
      quo_raft_candidacy_synced (node, self, token);
      break;
    case WRITE_VOTE:
      quo_raft_vote_synced (node, self, token);
      break;
    case WRITE_APPEND:
      quo_raft_append_synced (node, self, token);
      break;
    case WRITE_SNAPSHOT:
      quo_raft_snapshot_synced (node, self, token);
      break;
    default:
      break;
    }
}

/**
 * quo_raft_commanded:
 * @node: the server
 * @state: its memory
 * @what: command of the script
 * @args: its values
 */
void
quo_raft_commanded (QuoNode      *node,
                    gpointer      state,
                    guint         what,
                    const gint64 *args)
{
  QuoRaft *self = state;

  begin_step (self);
  if (what == COMMAND_TRANSFER)
    quo_raft_transfer (node, self, (int) args[0]);
  else
    quo_raft_change (node, self, what, args);
}

/**
 * quo_raft_clear:
 * @state: of a server that crashed, or whose run is over
 */
void
quo_raft_clear (gpointer state)
{
  QuoRaft *self = state;

  quo_raft_log_clear (&self->log);
  quo_raft_map_clear (&self->store);
  quo_raft_configuration_clear (&self->config);
  for (guint i = 0; i < self->n_sessions; i++)
    g_free (self->sessions[i]);
  g_clear_pointer (&self->sessions, g_free);
  g_clear_pointer (&self->votes, g_free);
  for (guint i = 0; self->peers != NULL && i < self->n_nodes; i++)
    g_clear_pointer (&self->peers[i].in_flight, g_array_unref);
  g_clear_pointer (&self->peers, g_free);
  g_clear_pointer (&self->scratch, g_free);
  g_clear_pointer (&self->reads, g_array_unref);
  g_clear_pointer (&self->read_facts, g_array_unref);
}
