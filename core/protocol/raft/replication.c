/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Replication: figure 2, AppendEntries RPC and the rules for leaders. */

#include "raft-private.h"

enum
{
  APPEND_TERM,
  APPEND_PREV_INDEX,
  APPEND_PREV_TERM,
  APPEND_COMMIT,
  APPEND_ROUND,
  N_APPEND_FIELDS
};

enum
{
  REPLY_TERM,
  REPLY_SUCCESS,
  REPLY_INDEX, /* matched up to here; of a rejection: the index rejected */
  REPLY_HINT,  /* of a rejection: where the logs may agree */
  REPLY_HINT_TERM,
  REPLY_ROUND,
  N_REPLY_FIELDS
};

/* A sync's token tells up to which index the log is then on disk, unless it was
 * truncated in between. */
#define TOKEN_BITS 40

/**
 * quo_raft_sync_token:
 * @self: the server
 *
 * Returns: what a sync of the log, as it is now, has as its token
 */
gint64
quo_raft_sync_token (const QuoRaft *self)
{
  return (self->truncations << TOKEN_BITS) | self->log.length;
}

/**
 * quo_raft_note_synced:
 * @self: the server
 * @token: of a sync that has ended
 *
 * Returns: %FALSE when the log was truncated meanwhile: what was then cut off is not
 *   on disk any more, and the entries that took its place have their own sync
 */
gboolean
quo_raft_note_synced (QuoRaft *self,
                      gint64   token)
{
  gint64 index = token & ((G_GINT64_CONSTANT (1) << TOKEN_BITS) - 1);

  if (token >> TOKEN_BITS != self->truncations)
    return FALSE;

  self->synced_index = MAX (self->synced_index, index);
  return TRUE;
}

static void
sync_log (QuoNode *node,
          QuoRaft *self)
{
  quo_node_sync (node, WRITE_APPEND, quo_raft_sync_token (self));
}

static void
set_next (QuoNode *node,
          QuoRaft *self,
          guint    peer,
          gint64   next)
{
  if (self->peers[peer].next == next)
    return;

  self->peers[peer].next = next;
  quo_node_set_row (node, FIELD_NEXT_INDEX, peer, &next);
}

/* Section 10.2.1 of the dissertation lets a leader send ahead of the answers; the limit
 * is for a server that does not answer. */
static gboolean
is_pipe_full (const QuoRaftOptions *options,
              const QuoRaftPeer    *peer)
{
  return options->is_pipelined && !peer->is_probing && peer->in_flight != NULL &&
         peer->in_flight->len >= options->in_flight;
}

static void
note_in_flight (QuoRaftPeer *peer,
                gint64       last)
{
  if (peer->in_flight == NULL)
    peer->in_flight = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (peer->in_flight, last);
}

/* An answer is to all messages up to its index. */
static void
note_arrived (QuoRaftPeer *peer,
              gint64       index)
{
  guint n = 0;

  if (peer->in_flight == NULL)
    return;

  while (n < peer->in_flight->len &&
         g_array_index (peer->in_flight, gint64, n) <= index)
    n++;
  g_array_remove_range (peer->in_flight, 0, n);
}

/**
 * quo_raft_forget_peer:
 * @self: what a leader knows of another server
 * @now: own clock
 *
 * Begins anew: nothing is known but that it was not silent until now.
 */
void
quo_raft_forget_peer (QuoRaftPeer *self,
                      QuoTime      now)
{
  GArray *in_flight = self->in_flight;

  *self = (QuoRaftPeer) { .heard_at = now, .in_flight = in_flight };
  note_arrived (self, G_MAXINT64);
}

static void
send_append (QuoNode *node,
             QuoRaft *self,
             guint    to)
{
  const QuoRaftOptions *options = quo_raft_options (node);
  QuoRaftPeer *peer = &self->peers[to];
  gint64 prev = peer->next - 1;

  if (prev < self->log.base)
    {
      quo_raft_snapshot_send (node, self, to);
      return;
    }

  gint64 n_rows = is_pipe_full (options, peer)
                    ? 0 : MIN (self->log.length - prev, options->batch);
  gint64 fields[N_APPEND_FIELDS] = {
    [APPEND_TERM] = self->term,
    [APPEND_PREV_INDEX] = prev,
    [APPEND_PREV_TERM] = quo_raft_log_term (&self->log, prev),
    [APPEND_COMMIT] = self->commit,
    [APPEND_ROUND] = self->round,
  };

  if (n_rows <= 0)
    {
      quo_node_send (node, to, MESSAGE_APPEND_ENTRIES, fields);
      return;
    }

  quo_node_send_rows (node, to, MESSAGE_APPEND_ENTRIES, fields,
                      quo_raft_log_row (&self->log, prev + 1), (guint) n_rows);
  peer->is_awaited = TRUE;
  if (options->is_pipelined && !peer->is_probing)
    {
      set_next (node, self, to, prev + 1 + n_rows);
      note_in_flight (peer, prev + n_rows);
    }
}

/* Sends what a server lacks, unless an answer has to come first. */
static void
send_rest (QuoNode *node,
           QuoRaft *self,
           guint    to)
{
  const QuoRaftOptions *options = quo_raft_options (node);
  QuoRaftPeer *peer = &self->peers[to];

  while (peer->next <= self->log.length)
    {
      if (is_pipe_full (options, peer) ||
          (peer->is_awaited && (peer->is_probing || !options->is_pipelined)))
        break;
      send_append (node, self, to);
    }
}

/**
 * quo_raft_broadcast:
 * @node: the leader
 * @self: its memory
 *
 * Begins a round: AppendEntries to every other server, with what it lacks, or empty
 * as a heartbeat. A message that was not answered is sent again.
 */
void
quo_raft_broadcast (QuoNode *node,
                    QuoRaft *self)
{
  self->round++;
  self->round_starts[self->round % QUO_RAFT_ROUNDS] = quo_node_now (node);

  for (guint i = 0; i < self->n_nodes; i++)
    if (quo_raft_is_peer (self, i))
      send_append (node, self, i);
}

/* Section 6.2: a leader that no majority answers steps down, so that its clients go
 * elsewhere. */
static gboolean
has_quorum (QuoNode *node,
            QuoRaft *self)
{
  QuoTime limit = quo_raft_options (node)->election_timeout.high;
  QuoTime now = quo_node_now (node);

  for (guint i = 0; i < self->n_nodes; i++)
    self->scratch[i] = i == self->index || now - self->peers[i].heard_at <= limit;

  return quo_raft_agreed_value (node, self, self->scratch) == 1;
}

/**
 * quo_raft_heartbeat:
 * @node: the leader
 * @self: its memory
 */
void
quo_raft_heartbeat (QuoNode *node,
                    QuoRaft *self)
{
  const QuoRaftOptions *options = quo_raft_options (node);

  if (options->has_check_quorum && !has_quorum (node, self))
    {
      quo_raft_become_follower (node, self, QUO_RAFT_QUORUM_LOST);
      return;
    }

  quo_node_set_timer (node, TIMER_HEARTBEAT, options->heartbeat_interval);
  quo_raft_broadcast (node, self);
}

/**
 * quo_raft_leader_append:
 * @node: the leader
 * @self: its memory
 * @command: interned text, 0 for none
 * @client: who asked for it, or %QUO_NO_NODE
 * @serial: of the client's operation
 *
 * Adds an entry to its own log and starts to write it to the disk. The others are
 * told meanwhile (section 10.2.1): the leader's own copy counts when it is written.
 */
void
quo_raft_leader_append (QuoNode *node,
                        QuoRaft *self,
                        gint64   command,
                        int      client,
                        gint64   serial)
{
  const gint64 row[ROW_WIDTH] = {
    [ROW_TERM] = self->term,
    [ROW_COMMAND] = command,
    [ROW_CLIENT] = client,
    [ROW_SERIAL] = serial,
  };

  quo_raft_log_append (node, &self->log, row);
  if (quo_raft_is_change (node, row))
    quo_raft_adopt (node, self, self->log.length);
  sync_log (node, self);

  for (guint i = 0; i < self->n_nodes; i++)
    if (quo_raft_is_peer (self, i))
      send_rest (node, self, i);
}

/**
 * quo_raft_become_leader:
 * @node: a candidate with a majority of votes
 * @self: its memory
 *
 * Figure 2, rules for leaders, "Upon election". The entry without a command (section
 * 8) lets it commit what earlier terms left behind.
 */
void
quo_raft_become_leader (QuoNode *node,
                        QuoRaft *self)
{
  const QuoRaftOptions *options = quo_raft_options (node);
  gint64 note[QUO_MAX_COLUMNS] = { self->term };
  gint64 next = self->log.length + 1;
  QuoTime now = quo_node_now (node);

  quo_raft_set_role (node, self, QUO_RAFT_LEADER);
  quo_raft_set_leader (node, self, (int) self->index);
  quo_node_note (node, NOTE_LEADER, note);
  quo_node_cancel_timer (node, TIMER_ELECTION);
  quo_node_set (node, FIELD_DEADLINE, QUO_TIME_NEVER);

  self->term_start = next;
  self->round = 0;
  self->lease_until = 0;
  self->transfer_to = QUO_NO_NODE;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      quo_raft_forget_peer (&self->peers[i], now);
      self->peers[i].is_probing = TRUE;
      self->peers[i].is_awaited = TRUE;
      if (quo_raft_is_peer (self, i))
        set_next (node, self, i, next);
    }

  if (options->has_no_op)
    quo_raft_leader_append (node, self, quo_node_intern (node, "no-op"),
                            QUO_NO_NODE, 0);
  quo_raft_broadcast (node, self);
  quo_node_set_timer (node, TIMER_HEARTBEAT, options->heartbeat_interval);
}

static void
reply_append (QuoNode  *node,
              QuoRaft  *self,
              guint     to,
              gboolean  is_success,
              gint64    index,
              gint64    hint)
{
  gint64 fields[N_REPLY_FIELDS] = {
    [REPLY_TERM] = self->term,
    [REPLY_SUCCESS] = is_success,
    [REPLY_INDEX] = index,
    [REPLY_HINT] = hint,
    [REPLY_HINT_TERM] = quo_raft_log_term (&self->log, hint),
    [REPLY_ROUND] = self->seen_round,
  };

  if (is_success)
    {
      self->acked_index = self->acked_term == self->term
                            ? MAX (self->acked_index, index) : index;
      self->acked_term = self->term;
    }

  quo_node_send (node, to, MESSAGE_APPEND_ENTRIES_REPLY, fields);
}

/* Tells the leader how far this log is both its own and on disk. */
static void
acknowledge (QuoNode *node,
             QuoRaft *self)
{
  gint64 index = self->verified;

  if (!quo_node_has_fault (node, FAULT_ACK_BEFORE_SYNC))
    index = MIN (index, self->synced_index);

  reply_append (node, self, (guint) self->leader, TRUE, index, 0);
}

static void
truncate (QuoNode *node,
          QuoRaft *self,
          gint64   index)
{
  gint64 note[QUO_MAX_COLUMNS] = { index, self->log.length - index + 1 };

  self->n_replaced += (guint64) note[1];
  quo_raft_log_truncate (node, &self->log, index);
  self->synced_index = MIN (self->synced_index, index - 1);
  self->truncations++;
  quo_node_note (node, NOTE_REPLACES, note);

  /* Section 4.1: a configuration that goes with its entry is not in force. */
  if (self->config.index > self->log.length &&
      !quo_node_has_fault (node, FAULT_FORGET_CONFIG_ON_TRUNCATE))
    quo_raft_adopt_latest (node, self);
}

/* Figure 2, AppendEntries receiver, 3 and 4. Only a conflict truncates: an old
 * message that comes late must not take away what a newer one brought. */
static gboolean
take_entries (QuoNode          *node,
              QuoRaft          *self,
              const QuoMessage *message)
{
  gint64 index = message->fields[APPEND_PREV_INDEX];
  gint64 old_length = self->log.length;
  gboolean has_new = FALSE;

  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + i * ROW_WIDTH;

      index++;
      /* In the snapshot, so committed, so the same. */
      if (index <= self->log.base)
        continue;
      if (index <= self->log.length)
        {
          if (quo_raft_log_term (&self->log, index) == row[ROW_TERM])
            continue;
          truncate (node, self, index);
        }
      quo_raft_log_append (node, &self->log, row);
      if (quo_raft_is_change (node, row))
        quo_raft_adopt (node, self, index);
      has_new = TRUE;
    }

  if (quo_node_has_fault (node, FAULT_TRUNCATE_WITHOUT_CONFLICT) &&
      index >= self->log.base && index < old_length && index < self->log.length)
    truncate (node, self, index + 1);

  return has_new;
}

/* Section 5.3: instead of one step back for each rejection, back to the last entry
 * that is not of a later term than the one that was asked for. */
static gint64
find_hint (const QuoRaft *self,
           gint64         prev_index,
           gint64         prev_term)
{
  gint64 hint = MIN (prev_index - 1, self->log.length);

  while (hint > 0 && quo_raft_log_term (&self->log, hint) > prev_term)
    hint--;

  return MAX (hint, self->log.base);
}

/**
 * quo_raft_hear_leader:
 * @node: the server
 * @self: its memory
 * @leader: of its term
 * @round: of the leader's heartbeats
 *
 * A message of this term's leader: figure 2, rules for candidates and followers.
 */
void
quo_raft_hear_leader (QuoNode *node,
                      QuoRaft *self,
                      guint    leader,
                      gint64   round)
{
  quo_raft_become_follower (node, self, QUO_RAFT_LEADER_HEARD);
  quo_raft_set_leader (node, self, (int) leader);
  quo_raft_reset_election_timer (node, self);
  self->has_heard = TRUE;
  self->heard_at = quo_node_now (node);
  self->seen_round = MAX (self->seen_round, round);
}

/**
 * quo_raft_on_append:
 * @node: the follower
 * @self: its memory
 * @message: AppendEntries
 *
 * Figure 2, AppendEntries RPC, receiver implementation.
 */
void
quo_raft_on_append (QuoNode          *node,
                    QuoRaft          *self,
                    const QuoMessage *message)
{
  gint64 prev_index = message->fields[APPEND_PREV_INDEX];
  gint64 prev_term = message->fields[APPEND_PREV_TERM];
  gint64 last_new = prev_index + message->n_rows;

  quo_raft_see_term (node, self, message->fields[APPEND_TERM]);
  if (message->fields[APPEND_TERM] < self->term &&
      !quo_node_has_fault (node, FAULT_ACCEPT_STALE_LEADER))
    {
      reply_append (node, self, message->from, FALSE, prev_index, 0);
      return;
    }
  /* Two leaders in one term: only with a fault switched on. The invariants say so. */
  if (self->role == QUO_RAFT_LEADER)
    return;

  quo_raft_hear_leader (node, self, message->from, message->fields[APPEND_ROUND]);

  if (prev_index > self->log.length ||
      (prev_index >= self->log.base &&
       quo_raft_log_term (&self->log, prev_index) != prev_term))
    {
      self->n_rejections++;
      reply_append (node, self, message->from, FALSE, prev_index,
                    find_hint (self, prev_index, prev_term));
      return;
    }

  gboolean has_new = take_entries (node, self, message);

  self->verified = MAX (self->verified, last_new);
  if (has_new)
    sync_log (node, self);
  if (!has_new || quo_node_has_fault (node, FAULT_ACK_BEFORE_SYNC))
    acknowledge (node, self);

  quo_raft_commit_to (node, self, MIN (message->fields[APPEND_COMMIT], last_new));
}

/**
 * quo_raft_append_synced:
 * @node: leader or follower
 * @self: its memory
 * @token: of the sync
 *
 * The log is on disk as it was when the sync began.
 */
void
quo_raft_append_synced (QuoNode *node,
                        QuoRaft *self,
                        gint64   token)
{
  if (!quo_raft_note_synced (self, token))
    return;

  if (self->role == QUO_RAFT_LEADER)
    quo_raft_advance_commit (node, self);
  else if (self->leader != QUO_NO_NODE &&
           !quo_node_has_fault (node, FAULT_ACK_BEFORE_SYNC))
    acknowledge (node, self);
}

/**
 * quo_raft_match:
 * @node: the leader
 * @self: its memory
 * @from: a server
 * @index: its log is known to be the leader's up to here, on disk
 *
 * Figure 2, rules for leaders: "If successful: update nextIndex and matchIndex for
 * follower".
 */
void
quo_raft_match (QuoNode *node,
                QuoRaft *self,
                guint    from,
                gint64   index)
{
  QuoRaftPeer *peer = &self->peers[from];

  /* A heartbeat's answer while a snapshot is on its way. */
  if (peer->installing > index)
    return;
  peer->installing = 0;

  /* An old answer, or the same one twice, must not bring the next message about:
   * each would bring two on a network that doubles messages, and so for ever. */
  if (peer->is_probing && index >= peer->next - 1)
    {
      peer->is_probing = FALSE;
      peer->is_awaited = FALSE;
    }
  if (index >= peer->next)
    peer->is_awaited = FALSE;
  note_arrived (peer, index);

  if (index > peer->match)
    {
      peer->match = index;
      quo_node_set_row (node, FIELD_MATCH_INDEX, from, &index);
      quo_raft_transfer_progress (node, self);
    }
  if (index >= peer->next)
    set_next (node, self, from, index + 1);

  quo_raft_advance_commit (node, self);
  if (self->role == QUO_RAFT_LEADER)
    send_rest (node, self, from);
}

/* Figure 2, rules for leaders: "If AppendEntries fails because of log inconsistency:
 * decrement nextIndex and retry". An answer to an older message than the latest
 * probe says nothing new. Of entries sent ahead of their acknowledgements that came
 * out of order all may be rejected, the latest first; one step back from there for
 * each would take long, and so it goes back to where they began (dissertation,
 * section 10.2.1). */
static void
on_rejection (QuoNode      *node,
              QuoRaft      *self,
              guint         from,
              const gint64 *fields)
{
  QuoRaftPeer *peer = &self->peers[from];
  gint64 rejected = fields[REPLY_INDEX];
  gint64 next = rejected;

  if (rejected <= peer->match || peer->installing > 0)
    return;
  if (peer->is_probing && rejected != peer->next - 1)
    return;

  if (quo_raft_options (node)->back_up == QUO_RAFT_BACK_UP_HINT)
    {
      /* Where the follower's term is lower, so must the leader's be. */
      next = MIN (next, fields[REPLY_HINT] + 1);
      while (next > peer->match + 1 && quo_raft_log_term (&self->log, next - 1) >
                                         fields[REPLY_HINT_TERM])
        next--;
    }
  else if (!peer->is_probing)
    next = peer->match + 1;

  peer->is_probing = TRUE;
  peer->is_awaited = TRUE;
  note_arrived (peer, G_MAXINT64);
  set_next (node, self, from, MAX (next, peer->match + 1));
  send_append (node, self, from);
}

/**
 * quo_raft_on_append_reply:
 * @node: the leader
 * @self: its memory
 * @message: AppendEntriesReply
 */
void
quo_raft_on_append_reply (QuoNode          *node,
                          QuoRaft          *self,
                          const QuoMessage *message)
{
  const gint64 *fields = message->fields;
  QuoRaftPeer *peer = &self->peers[message->from];

  quo_raft_see_term (node, self, fields[REPLY_TERM]);
  if (self->role != QUO_RAFT_LEADER || fields[REPLY_TERM] != self->term ||
      !quo_raft_is_peer (self, message->from))
    return;

  peer->heard_at = quo_node_now (node);
  peer->round = MAX (peer->round, fields[REPLY_ROUND]);

  if (fields[REPLY_SUCCESS])
    quo_raft_match (node, self, message->from, fields[REPLY_INDEX]);
  else
    on_rejection (node, self, message->from, fields);

  if (self->role == QUO_RAFT_LEADER)
    quo_raft_reads_progress (node, self);
}
