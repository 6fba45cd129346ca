/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A participant: votes, precommits when it is told that all voted YES, commits when
 * it is told that all precommitted.
 *
 * Source: Skeen 1981, section 5; Bernstein, Hadzilacos and Goodman 1987,
 * section 7.5.
 */

#include "protocol/three-phase-commit/three-private.h"

/**
 * quo_three_participant_request:
 * @node: a participant
 * @state: its memory
 * @op: what a client asks for
 *
 * Answers a read; everything else is the coordinator's.
 */
void
quo_three_participant_request (QuoNode       *node,
                               QuoThreeState *state,
                               const QuoOp   *op)
{
  if (op->kind == QUO_OP_READ)
    quo_guard_read (&state->guard, node, op);
  else
    quo_node_redirect (node, op->client, op->serial,
                       (int) quo_three_coordinator (node));
}

/**
 * quo_three_participant_decide:
 * @node: a participant
 * @state: its memory
 * @transaction: not decided yet
 * @is_commit: the decision
 *
 * Does here what was decided and forces it; whoever waits for it is told then.
 */
void
quo_three_participant_decide (QuoNode             *node,
                              QuoThreeState       *state,
                              QuoThreeTransaction *transaction,
                              gboolean             is_commit)
{
  gint64 id = transaction->id;

  transaction->is_commit = is_commit;
  quo_three_set_duty (node, state, transaction, QUO_THREE_DUTY_NONE);
  quo_deadlines_drop (&state->deadlines, node, QUO_THREE_TIMER_SILENCE, id);
  quo_deadlines_drop (&state->deadlines, node, QUO_THREE_TIMER_ASK, id);
  quo_guard_finish (&state->guard, node, id, transaction->key,
                    transaction->value, is_commit);
  quo_three_append (node, state,
                    is_commit ? QUO_THREE_RECORD_COMMIT
                              : QUO_THREE_RECORD_ABORT,
                    transaction);
  quo_three_set_phase (node, state, transaction,
                       is_commit ? QUO_THREE_PHASE_COMMITTED
                                 : QUO_THREE_PHASE_ABORTED);
  quo_three_note (node,
                  is_commit ? QUO_THREE_NOTE_COMMIT : QUO_THREE_NOTE_ABORT, id);

  /* A NO, or what a backup came to, is a decision once it is in the log: a crash
   * before that undoes all of it, and nobody was told. */
  if (!transaction->owes_no && !transaction->is_announced)
    quo_three_add_fact (state,
                        is_commit ? QUO_COMMIT_FACT_COMMITTED
                                  : QUO_COMMIT_FACT_ABORTED,
                        id);
  quo_node_sync (node,
                 is_commit ? QUO_THREE_WRITE_COMMIT : QUO_THREE_WRITE_ABORT,
                 id);
}

/* The one point of no return: after its YES a node has given its word. */
static void
vote_yes (QuoNode             *node,
          QuoThreeState       *state,
          QuoThreeTransaction *transaction)
{
  quo_three_set_phase (node, state, transaction, QUO_THREE_PHASE_WAIT);
  quo_three_add_fact (state, QUO_COMMIT_FACT_VOTED_YES, transaction->id);
  quo_three_send (node, quo_three_coordinator (node), QUO_THREE_YES,
                  transaction->id, 0);
  quo_three_wait_silence (node, state, transaction);
}

static void
receive_prepare (QuoNode          *node,
                 QuoThreeState    *state,
                 const QuoMessage *message)
{
  gint64 id = message->fields[0];
  gint64 key = message->fields[1];
  QuoThreeTransaction *transaction = quo_three_find (state, id);
  int self = (int) quo_node_index (node);

  if (transaction != NULL)
    return;

  transaction = quo_three_add (state, id);
  transaction->key = key;
  transaction->value = message->fields[2];
  quo_three_show (node, state, transaction);
  if (state->is_refusing || quo_three_options (node)->no_voter == self
      || quo_guard_holder (&state->guard, key) != 0)
    {
      state->is_refusing = FALSE;
      transaction->owes_no = TRUE;
      quo_three_note (node, QUO_THREE_NOTE_REFUSE, id);
      quo_three_participant_decide (node, state, transaction, FALSE);
      return;
    }

  quo_guard_lock (&state->guard, node, id, key);
  quo_guard_intend (&state->guard, node, id, key, transaction->value);
  quo_three_append (node, state, QUO_THREE_RECORD_PREPARED, transaction);
  quo_node_sync (node, QUO_THREE_WRITE_PREPARED, id);
  if (quo_node_has_fault (node, QUO_THREE_FAULT_VOTE_BEFORE_SYNC))
    vote_yes (node, state, transaction);
}

/* Who was away when others went on may not take part again: it knows neither who
 * coordinates nor who is still there. */
static void
receive_precommit (QuoNode             *node,
                   QuoThreeState       *state,
                   QuoThreeTransaction *transaction,
                   gint64               attempt)
{
  if (quo_three_is_decided (transaction) || transaction->is_recovered
      || attempt < transaction->attempt)
    return;

  quo_three_follow (node, state, transaction, attempt);
  if (transaction->phase == QUO_THREE_PHASE_PRECOMMIT)
    {
      quo_three_send (node, quo_three_leader (node, attempt), QUO_THREE_ACK,
                      transaction->id, attempt);
    }
  else if (transaction->phase == QUO_THREE_PHASE_WAIT)
    {
      quo_three_append (node, state, QUO_THREE_RECORD_PRECOMMIT, transaction);
      quo_three_set_phase (node, state, transaction,
                           QUO_THREE_PHASE_PRECOMMITTING);
      quo_node_sync (node, QUO_THREE_WRITE_PRECOMMIT, transaction->id);
    }
}

static void
say_done (QuoNode *node,
          gint64   id)
{
  if (quo_three_options (node)->has_final_ack)
    quo_three_send (node, quo_three_coordinator (node), QUO_THREE_DONE, id, 0);
}

static void
receive_decision (QuoNode        *node,
                  QuoThreeState  *state,
                  gint64          id,
                  gboolean        is_commit)
{
  QuoThreeTransaction *transaction = quo_three_find (state, id);

  /* ABORT came before its PREPARE: remembered, so that no vote follows. */
  if (transaction == NULL && is_commit)
    return;
  if (transaction == NULL)
    {
      transaction = quo_three_add (state, id);
      quo_three_show (node, state, transaction);
    }

  if (!quo_three_is_decided (transaction))
    quo_three_participant_decide (node, state, transaction, is_commit);
  else if (transaction->is_durable)
    say_done (node, id);
}

/* Somebody asks, or elects this node, for a transaction that it has not voted for:
 * it may still abort, and does. Whoever has decided tells the decision, once it is
 * durable. FALSE when this node does not know it either. */
static gboolean
is_settled (QuoNode              *node,
            QuoThreeState        *state,
            QuoThreeTransaction **transaction,
            const QuoMessage     *message)
{
  QuoThreeTransaction *self = *transaction;

  if (self == NULL)
    {
      self = *transaction = quo_three_add (state, message->fields[0]);
      quo_three_show (node, state, self);
    }
  if (self->phase == QUO_THREE_PHASE_VOTING)
    quo_three_participant_decide (node, state, self, FALSE);
  if (!quo_three_is_decided (self))
    return FALSE;

  if (self->is_durable)
    quo_three_send_decision (node, message->from, self);
  else
    self->asker = (int) message->from;

  return TRUE;
}

static void
receive_state_request (QuoNode             *node,
                       QuoThreeState       *state,
                       QuoThreeTransaction *transaction,
                       const QuoMessage    *message)
{
  gint64 attempt = message->fields[1];

  if (is_settled (node, state, &transaction, message)
      || transaction->is_recovered || attempt < transaction->attempt)
    return;

  quo_three_follow (node, state, transaction, attempt);
  if (transaction->phase == QUO_THREE_PHASE_PRECOMMITTING)
    transaction->owes_state = TRUE;
  else
    quo_three_report (node, transaction, message->from);
}

/**
 * quo_three_participant_receive:
 * @node: a participant
 * @state: its memory
 * @message: from the coordinator, or from another participant
 */
void
quo_three_participant_receive (QuoNode          *node,
                               QuoThreeState    *state,
                               const QuoMessage *message)
{
  gint64 id = message->fields[0];
  gint64 attempt = message->fields[1];
  QuoThreeTransaction *transaction = quo_three_find (state, id);

  switch ((QuoThreeMessage) message->kind)
    {
    case QUO_THREE_PREPARE:
      receive_prepare (node, state, message);
      break;
    case QUO_THREE_PRECOMMIT:
      if (transaction != NULL)
        receive_precommit (node, state, transaction, attempt);
      break;
    case QUO_THREE_COMMIT:
    case QUO_THREE_ABORT:
      receive_decision (node, state, id, message->kind == QUO_THREE_COMMIT);
      break;
    case QUO_THREE_DECISION:
      receive_decision (node, state, id, message->fields[1] != 0);
      break;
    case QUO_THREE_ELECTED:
      if (!is_settled (node, state, &transaction, message)
          && !transaction->is_recovered && attempt > transaction->attempt)
        {
          transaction->attempt = attempt;
          quo_three_lead (node, state, transaction);
        }
      break;
    case QUO_THREE_STATE_REQUEST:
      receive_state_request (node, state, transaction, message);
      break;
    case QUO_THREE_DECISION_REQUEST:
      if (!is_settled (node, state, &transaction, message)
          && transaction->is_recovered)
        quo_three_report (node, transaction, message->from);
      break;
    case QUO_THREE_STATE:
      if (transaction != NULL)
        quo_three_receive_state (node, state, transaction, message);
      break;
    case QUO_THREE_ACK:
      if (transaction != NULL)
        quo_three_receive_ack (node, state, transaction, message);
      break;
    default:
      break;
    }
}

/**
 * quo_three_participant_timeout:
 * @node: a participant
 * @state: its memory
 * @timer: which one ran out
 */
void
quo_three_participant_timeout (QuoNode       *node,
                               QuoThreeState *state,
                               QuoThreeTimer  timer)
{
  gint64 id = quo_deadlines_pop (&state->deadlines, node, timer);
  QuoThreeTransaction *transaction = quo_three_find (state, id);

  if (transaction == NULL || quo_three_is_decided (transaction))
    return;

  if (timer == QUO_THREE_TIMER_SILENCE)
    quo_three_silence (node, state, transaction);
  else if (timer == QUO_THREE_TIMER_ASK)
    quo_three_ask (node, state, transaction);
  else
    quo_three_answers_missing (node, state, transaction);
}

static void
precommitted (QuoNode             *node,
              QuoThreeState       *state,
              QuoThreeTransaction *transaction)
{
  guint leader = quo_three_leader (node, transaction->attempt);

  if (transaction->phase != QUO_THREE_PHASE_PRECOMMITTING)
    return;

  quo_three_add_fact (state, QUO_COMMIT_FACT_PRECOMMITTED, transaction->id);
  if (transaction->duty != QUO_THREE_DUTY_NONE)
    {
      quo_three_own_precommit (node, state, transaction);
      return;
    }

  quo_three_set_phase (node, state, transaction, QUO_THREE_PHASE_PRECOMMIT);
  if (transaction->owes_state)
    quo_three_report (node, transaction, leader);
  else
    quo_three_send (node, leader, QUO_THREE_ACK, transaction->id,
                    transaction->attempt);
  transaction->owes_state = FALSE;
}

/* The decision is on disk: from here on it may be told. */
static void
announce (QuoNode             *node,
          QuoThreeState       *state,
          QuoThreeTransaction *transaction)
{
  gint64 id = transaction->id;
  guint n_nodes = quo_node_n_nodes (node);
  guint coordinator = quo_three_coordinator (node);

  transaction->is_durable = TRUE;
  if (transaction->owes_no)
    {
      quo_three_add_fact (state, QUO_COMMIT_FACT_ABORTED, id);
      quo_three_add_fact (state, QUO_COMMIT_FACT_VOTED_NO, id);
      quo_three_send (node, coordinator, QUO_THREE_NO, id, 0);
    }
  else if (!transaction->is_announced)
    {
      say_done (node, id);
    }

  if (transaction->is_announced)
    quo_three_add_fact (state,
                        transaction->is_commit ? QUO_COMMIT_FACT_COMMITTED
                                               : QUO_COMMIT_FACT_ABORTED,
                        id);
  for (guint i = 0; transaction->is_announced && i < n_nodes; i++)
    if (i != quo_node_index (node) && i != coordinator)
      quo_three_send (node, i,
                      transaction->is_commit ? QUO_THREE_COMMIT
                                             : QUO_THREE_ABORT,
                      id, transaction->attempt);
  if (transaction->asker != QUO_NO_NODE)
    quo_three_send_decision (node, (guint) transaction->asker, transaction);
  transaction->asker = QUO_NO_NODE;
  transaction->owes_no = FALSE;
}

/**
 * quo_three_participant_synced:
 * @node: a participant
 * @state: its memory
 * @write: what is on disk now
 * @id: of which transaction
 */
void
quo_three_participant_synced (QuoNode       *node,
                              QuoThreeState *state,
                              QuoThreeWrite  write,
                              gint64         id)
{
  QuoThreeTransaction *transaction = quo_three_find (state, id);

  if (transaction == NULL)
    return;

  if (write == QUO_THREE_WRITE_PRECOMMIT)
    precommitted (node, state, transaction);
  else if (write != QUO_THREE_WRITE_PREPARED)
    announce (node, state, transaction);
  else if (transaction->phase == QUO_THREE_PHASE_VOTING)
    vote_yes (node, state, transaction);
}
