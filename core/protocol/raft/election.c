/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Elections: figure 2, RequestVote RPC and the rules for candidates; section 9.6 of
 * the dissertation for pre-votes, 6.2 and 4.2.3 for voters that still hear a leader.
 */

#include "raft-private.h"

#define PURPOSE_ELECTION_TIMEOUT 0

enum
{
  REQUEST_TERM,
  REQUEST_LAST_INDEX,
  REQUEST_LAST_TERM,
  REQUEST_TRANSFER,
  N_REQUEST_FIELDS
};

enum
{
  VOTE_TERM,
  VOTE_GRANTED,
  N_VOTE_FIELDS
};

/**
 * quo_raft_reset_election_timer:
 * @node: the server
 * @self: its memory
 *
 * Draws a new timeout, uniform over the option's range. Called on granting a vote,
 * on AppendEntries of the current leader and on starting an election, and on nothing
 * else: a candidate that cannot win must not keep others from trying.
 */
void
quo_raft_reset_election_timer (QuoNode *node,
                               QuoRaft *self)
{
  QuoTimeRange range = quo_raft_options (node)->election_timeout;
  QuoTime delay = range.low;

  if (!quo_raft_may_stand (node, self))
    {
      quo_node_cancel_timer (node, TIMER_ELECTION);
      quo_node_set (node, FIELD_DEADLINE, QUO_TIME_NEVER);
      return;
    }

  if (range.high > range.low)
    delay += (QuoTime) quo_node_random_below (node, PURPOSE_ELECTION_TIMEOUT,
                                              range.high - range.low + 1);

  quo_node_set_timer (node, TIMER_ELECTION, delay);
  quo_node_set (node, FIELD_DEADLINE, quo_node_deadline (node, delay));
}

/* Figure 2, RequestVote receiver, 2: "at least as up-to-date" is by the last term,
 * then by the last index. */
static gboolean
is_up_to_date (const QuoRaft *self,
               gint64         last_index,
               gint64         last_term)
{
  gint64 own_term = quo_raft_log_term (&self->log, self->log.length);

  if (last_term != own_term)
    return last_term > own_term;

  return last_index >= self->log.length;
}

/* Whether a leader was heard within the minimum timeout, or is this very server. */
static gboolean
is_leader_alive (QuoNode       *node,
                 const QuoRaft *self)
{
  QuoTime low = quo_raft_options (node)->election_timeout.low;

  if (self->role == QUO_RAFT_LEADER)
    return TRUE;

  QuoTime since = quo_node_now (node) - self->heard_at;

  /* A clock that was set back must not keep a server from voting for as long. */
  return self->has_heard && since >= 0 && since < low;
}

static void
ask_for_votes (QuoNode *node,
               QuoRaft *self,
               guint    kind,
               gint64   term)
{
  gint64 fields[N_REQUEST_FIELDS] = {
    [REQUEST_TERM] = term,
    [REQUEST_LAST_INDEX] = self->log.length,
    [REQUEST_LAST_TERM] = quo_raft_log_term (&self->log, self->log.length),
    [REQUEST_TRANSFER] = self->is_transfer,
  };

  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index && quo_raft_is_voter (&self->config, i))
      quo_node_send (node, i, kind, fields);
}

static void
forget_votes (QuoRaft *self)
{
  memset (self->votes, 0, self->n_nodes);
  self->n_votes = 0;
}

/**
 * quo_raft_start_election:
 * @node: the server
 * @self: its memory
 * @is_transfer: the leader itself told it to
 *
 * Figure 2, "On conversion to candidate". The vote for itself is on disk before
 * anybody is asked: else it could vote for another after a crash.
 */
void
quo_raft_start_election (QuoNode  *node,
                         QuoRaft  *self,
                         gboolean  is_transfer)
{
  gint64 term = self->term + 1;
  gint64 note[QUO_MAX_COLUMNS] = { term };

  quo_node_note (node, NOTE_ELECTION, note);
  quo_raft_set_role (node, self, QUO_RAFT_CANDIDATE);
  quo_raft_set_term (node, self, term, (int) self->index);
  quo_raft_set_leader (node, self, QUO_NO_NODE);
  forget_votes (self);
  self->is_transfer = is_transfer;
  self->n_elections++;
  quo_raft_reset_election_timer (node, self);
  quo_node_sync (node, WRITE_REQUEST_VOTE, term);
}

static void
start_pre_vote (QuoNode *node,
                QuoRaft *self)
{
  gint64 note[QUO_MAX_COLUMNS] = { self->term + 1 };

  quo_node_note (node, NOTE_PRE_VOTE, note);
  quo_raft_set_role (node, self, QUO_RAFT_PRE_CANDIDATE);
  quo_raft_set_leader (node, self, QUO_NO_NODE);
  forget_votes (self);
  self->is_transfer = FALSE;
  self->votes[self->index] = TRUE;
  self->n_votes = 1;
  quo_raft_reset_election_timer (node, self);

  if (quo_raft_has_majority (node, self))
    quo_raft_start_election (node, self, FALSE);
  else
    ask_for_votes (node, self, MESSAGE_PRE_VOTE, self->term + 1);
}

/**
 * quo_raft_election_timeout:
 * @node: a server that does not lead
 * @self: its memory
 */
void
quo_raft_election_timeout (QuoNode *node,
                           QuoRaft *self)
{
  if (!quo_raft_may_stand (node, self))
    {
      quo_node_set (node, FIELD_DEADLINE, QUO_TIME_NEVER);
      return;
    }

  if (quo_raft_options (node)->has_pre_vote)
    start_pre_vote (node, self);
  else
    quo_raft_start_election (node, self, FALSE);
}

static void
promise_vote (QuoRaft *self)
{
  self->promised_vote_term = self->term;
  self->promised_vote = self->voted_for;
}

/**
 * quo_raft_candidacy_synced:
 * @node: the server
 * @self: its memory
 * @term: in which it stands, if nothing has happened since
 *
 * Its own vote is on disk: now it counts, and the others are asked for theirs.
 */
void
quo_raft_candidacy_synced (QuoNode *node,
                           QuoRaft *self,
                           gint64   term)
{
  if (self->role != QUO_RAFT_CANDIDATE || self->term != term)
    return;

  self->is_vote_synced = TRUE;
  promise_vote (self);
  self->votes[self->index] = TRUE;
  self->n_votes++;

  if (quo_raft_has_majority (node, self))
    quo_raft_become_leader (node, self);
  else
    ask_for_votes (node, self, MESSAGE_REQUEST_VOTE, term);
}

static void
answer (QuoNode  *node,
        guint     to,
        guint     kind,
        gint64    term,
        gboolean  is_granted)
{
  gint64 fields[N_VOTE_FIELDS] = {
    [VOTE_TERM] = term,
    [VOTE_GRANTED] = is_granted,
  };

  quo_node_send (node, to, kind, fields);
}

static void
refuse_vote (QuoNode          *node,
             const QuoMessage *message,
             QuoRaftRefusal    reason)
{
  gint64 note[QUO_MAX_COLUMNS] = {
    message->from, message->fields[REQUEST_TERM], reason
  };

  quo_node_note (node, NOTE_REFUSES, note);
}

/**
 * quo_raft_on_request_vote:
 * @node: the voter
 * @self: its memory
 * @message: RequestVote
 *
 * Figure 2, RequestVote RPC, receiver implementation.
 */
void
quo_raft_on_request_vote (QuoNode          *node,
                          QuoRaft          *self,
                          const QuoMessage *message)
{
  gint64 term = message->fields[REQUEST_TERM];
  int candidate = (int) message->from;

  /* Section 4.2.3: such a request changes nothing, the term included; else a server
   * that was cut off could depose a leader that everybody else hears. */
  if (quo_raft_options (node)->has_check_quorum &&
      !message->fields[REQUEST_TRANSFER] && is_leader_alive (node, self))
    {
      refuse_vote (node, message, QUO_RAFT_LEADER_ALIVE);
      return;
    }

  quo_raft_see_term (node, self, term);
  if (term < self->term)
    {
      refuse_vote (node, message, QUO_RAFT_STALE_TERM);
      answer (node, message->from, MESSAGE_REQUEST_VOTE_REPLY, self->term, FALSE);
      return;
    }

  if (self->voted_for != QUO_NO_NODE && self->voted_for != candidate)
    {
      refuse_vote (node, message, QUO_RAFT_VOTE_GIVEN);
      answer (node, message->from, MESSAGE_REQUEST_VOTE_REPLY, self->term, FALSE);
      return;
    }

  if (!is_up_to_date (self, message->fields[REQUEST_LAST_INDEX],
                      message->fields[REQUEST_LAST_TERM]) &&
      !quo_node_has_fault (node, FAULT_VOTE_FOR_SHORT_LOG))
    {
      refuse_vote (node, message, QUO_RAFT_LOG_BEHIND);
      answer (node, message->from, MESSAGE_REQUEST_VOTE_REPLY, self->term, FALSE);
      return;
    }

  if (self->voted_for == candidate)
    {
      /* The request came twice. While the vote is on its way to the disk, the
       * answer is on its way too. */
      if (self->is_vote_synced)
        answer (node, message->from, MESSAGE_REQUEST_VOTE_REPLY, term, TRUE);
      return;
    }

  gint64 note[QUO_MAX_COLUMNS] = { candidate, term };

  quo_raft_become_follower (node, self, QUO_RAFT_HIGHER_TERM);
  quo_raft_set_term (node, self, term, candidate);
  quo_node_note (node, NOTE_VOTE, note);
  quo_raft_reset_election_timer (node, self);

  if (quo_node_has_fault (node, FAULT_FORGET_VOTE))
    quo_raft_vote_synced (node, self, term);
  else
    quo_node_sync (node, WRITE_VOTE, term);
}

/**
 * quo_raft_vote_synced:
 * @node: the voter
 * @self: its memory
 * @term: of the vote
 *
 * The vote is on disk, so it may be told. If the term has gone by, the candidate
 * has no use for it any more.
 */
void
quo_raft_vote_synced (QuoNode *node,
                      QuoRaft *self,
                      gint64   term)
{
  if (self->term != term || self->voted_for == QUO_NO_NODE)
    return;

  self->is_vote_synced = TRUE;
  promise_vote (self);
  answer (node, (guint) self->voted_for, MESSAGE_REQUEST_VOTE_REPLY, term, TRUE);
}

/**
 * quo_raft_on_vote:
 * @node: the candidate
 * @self: its memory
 * @message: RequestVoteReply
 *
 * A vote counts once, however often the network delivers it.
 */
void
quo_raft_on_vote (QuoNode          *node,
                  QuoRaft          *self,
                  const QuoMessage *message)
{
  quo_raft_see_term (node, self, message->fields[VOTE_TERM]);

  if (self->role != QUO_RAFT_CANDIDATE ||
      message->fields[VOTE_TERM] != self->term ||
      !message->fields[VOTE_GRANTED])
    return;

  if (self->votes[message->from] &&
      !quo_node_has_fault (node, FAULT_COUNT_DUPLICATE_VOTE))
    return;

  self->votes[message->from] = TRUE;
  self->n_votes++;
  if (quo_raft_has_majority (node, self))
    quo_raft_become_leader (node, self);
}

/**
 * quo_raft_on_pre_vote:
 * @node: the voter
 * @self: its memory
 * @message: PreVote; its term is the one that its sender would stand in
 *
 * Section 9.6: says whether it would vote, and changes nothing.
 */
void
quo_raft_on_pre_vote (QuoNode          *node,
                      QuoRaft          *self,
                      const QuoMessage *message)
{
  gint64 term = message->fields[REQUEST_TERM];
  gboolean is_granted = FALSE;

  if (term < self->term)
    refuse_vote (node, message, QUO_RAFT_STALE_TERM);
  else if (is_leader_alive (node, self))
    refuse_vote (node, message, QUO_RAFT_LEADER_ALIVE);
  else if (!is_up_to_date (self, message->fields[REQUEST_LAST_INDEX],
                           message->fields[REQUEST_LAST_TERM]))
    refuse_vote (node, message, QUO_RAFT_LOG_BEHIND);
  else
    is_granted = TRUE;

  answer (node, message->from, MESSAGE_PRE_VOTE_REPLY,
          is_granted ? term : self->term, is_granted);
}

/**
 * quo_raft_on_pre_vote_reply:
 * @node: the server that would stand
 * @self: its memory
 * @message: PreVoteReply
 */
void
quo_raft_on_pre_vote_reply (QuoNode          *node,
                            QuoRaft          *self,
                            const QuoMessage *message)
{
  if (!message->fields[VOTE_GRANTED])
    {
      quo_raft_see_term (node, self, message->fields[VOTE_TERM]);
      return;
    }

  if (self->role != QUO_RAFT_PRE_CANDIDATE ||
      message->fields[VOTE_TERM] != self->term + 1 ||
      self->votes[message->from])
    return;

  self->votes[message->from] = TRUE;
  self->n_votes++;
  if (quo_raft_has_majority (node, self))
    quo_raft_start_election (node, self, FALSE);
}
