/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The coordinator: asks for votes, makes everybody precommit, and commits when all
 * have acknowledged that. It never commits while somebody who can still act does
 * not know yet that all have voted YES.
 *
 * Source: Skeen 1981, section 5 (the three-phase protocol, central site);
 * Bernstein, Hadzilacos and Goodman 1987, section 7.5.
 */

#include "protocol/three-phase-commit/three-private.h"

static void
send_owed (QuoNode             *node,
           QuoThreeTransaction *transaction)
{
  guint n_nodes = quo_node_n_nodes (node);

  for (guint i = 0; i < n_nodes; i++)
    if (transaction->is_owed[i])
      quo_three_send (node, i,
                      transaction->is_commit ? QUO_THREE_COMMIT
                                             : QUO_THREE_ABORT,
                      transaction->id, transaction->attempt);
}

/* Everybody has said DONE: nobody will ask any more. */
static void
end (QuoNode             *node,
     QuoThreeState       *state,
     QuoThreeTransaction *transaction)
{
  quo_three_append (node, state, QUO_THREE_RECORD_END, transaction);
  quo_node_sync (node, QUO_THREE_WRITE_END, transaction->id);
  quo_three_note (node, QUO_THREE_NOTE_END, transaction->id);
  quo_deadlines_drop (&state->deadlines, node, QUO_THREE_TIMER_RESEND,
                      transaction->id);
  quo_three_forget (state, transaction->id);
}

/* Everybody is told but those who said NO: they have aborted already. */
static void
find_owed (QuoNode             *node,
           QuoThreeTransaction *transaction)
{
  guint n_nodes = quo_node_n_nodes (node);
  gboolean has_votes = transaction->duty == QUO_THREE_DUTY_VOTES
                       && transaction->heard != NULL;

  transaction->n_owed = 0;
  g_free (transaction->is_owed);
  transaction->is_owed = g_new0 (guint8, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      if (i == quo_node_index (node)
          || (has_votes && transaction->heard[i] == QUO_COMMIT_VOTE_NO + 1))
        continue;

      transaction->is_owed[i] = TRUE;
      transaction->n_owed++;
    }
}

/**
 * quo_three_coordinator_resend:
 * @node: the coordinator
 * @state: its memory
 * @transaction: decided, and durably so
 *
 * Tells the decision to whoever has not said DONE. Without that last
 * acknowledgement once is enough: who misses it asks.
 */
void
quo_three_coordinator_resend (QuoNode             *node,
                              QuoThreeState       *state,
                              QuoThreeTransaction *transaction)
{
  if (transaction->is_owed == NULL)
    find_owed (node, transaction);
  send_owed (node, transaction);
  if (!quo_three_options (node)->has_final_ack)
    return;

  if (transaction->n_owed == 0)
    end (node, state, transaction);
  else
    quo_deadlines_add (&state->deadlines, node, QUO_THREE_TIMER_RESEND,
                       quo_three_options (node)->ask_interval, transaction->id);
}

/* The decision is durable: from here on it cannot change. */
static void
announce (QuoNode             *node,
          QuoThreeState       *state,
          QuoThreeTransaction *transaction)
{
  gboolean is_commit = transaction->is_commit;

  transaction->is_durable = TRUE;
  quo_three_set_phase (node, state, transaction,
                       is_commit ? QUO_THREE_PHASE_COMMITTED
                                 : QUO_THREE_PHASE_ABORTED);
  quo_three_add_fact (state,
                      is_commit ? QUO_COMMIT_FACT_COMMITTED
                                : QUO_COMMIT_FACT_ABORTED,
                      transaction->id);
  quo_three_note (node,
                  is_commit ? QUO_THREE_NOTE_COMMIT : QUO_THREE_NOTE_ABORT,
                  transaction->id);
  quo_commit_intake_answer (&state->intake, node, transaction->client,
                            transaction->serial, is_commit);
  quo_three_coordinator_resend (node, state, transaction);
}

/**
 * quo_three_coordinator_decide:
 * @node: the coordinator
 * @state: its memory
 * @transaction: not decided yet
 * @is_commit: the decision
 *
 * Forces the decision; it is told when it is on disk.
 */
void
quo_three_coordinator_decide (QuoNode             *node,
                              QuoThreeState       *state,
                              QuoThreeTransaction *transaction,
                              gboolean             is_commit)
{
  transaction->is_commit = is_commit;
  find_owed (node, transaction);
  quo_three_set_duty (node, state, transaction, QUO_THREE_DUTY_DECISION);
  quo_deadlines_drop (&state->deadlines, node, QUO_THREE_TIMER_ASK,
                      transaction->id);
  quo_three_append (node, state,
                    is_commit ? QUO_THREE_RECORD_COMMIT
                              : QUO_THREE_RECORD_ABORT,
                    transaction);
  quo_node_sync (node,
                 is_commit ? QUO_THREE_WRITE_COMMIT : QUO_THREE_WRITE_ABORT,
                 transaction->id);
}

/* All have voted. The coordinator's own word counts like a vote, but travels
 * nowhere. */
static void
count_votes (QuoNode             *node,
             QuoThreeState       *state,
             QuoThreeTransaction *transaction)
{
  gboolean is_refused;

  if (transaction->n_heard < quo_node_n_nodes (node) - 1)
    return;

  is_refused = state->is_refusing
               || quo_three_options (node)->no_voter
                    == (int) quo_node_index (node);
  state->is_refusing = FALSE;
  if (is_refused)
    {
      quo_three_note (node, QUO_THREE_NOTE_REFUSE, transaction->id);
      quo_three_coordinator_decide (node, state, transaction, FALSE);
      return;
    }
  if (quo_node_has_fault (node, QUO_THREE_FAULT_SKIP_PRECOMMIT))
    {
      quo_three_coordinator_decide (node, state, transaction, TRUE);
      return;
    }

  find_owed (node, transaction);
  quo_three_set_duty (node, state, transaction, QUO_THREE_DUTY_OWN_PRECOMMIT);
  quo_three_append (node, state, QUO_THREE_RECORD_PRECOMMIT, transaction);
  quo_three_set_phase (node, state, transaction,
                       QUO_THREE_PHASE_PRECOMMITTING);
  quo_node_sync (node, QUO_THREE_WRITE_PRECOMMIT, transaction->id);
}

static void
begin_numbered (QuoNode              *node,
                QuoThreeState        *state,
                gint64                id,
                const QuoCommitBegin *begin)
{
  QuoThreeTransaction *transaction = quo_three_add (state, id);
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { id, begin->key, begin->value };
  guint n_nodes = quo_node_n_nodes (node);

  transaction->key = begin->key;
  transaction->value = begin->value;
  transaction->client = begin->client;
  transaction->serial = begin->serial;
  quo_three_show (node, state, transaction);
  quo_three_add_fact (state, QUO_COMMIT_FACT_BEGAN, id);
  quo_node_note (node, QUO_THREE_NOTE_BEGIN, fields);

  quo_three_set_duty (node, state, transaction, QUO_THREE_DUTY_VOTES);
  quo_three_set_phase (node, state, transaction, QUO_THREE_PHASE_WAIT);
  for (guint i = 0; i < n_nodes; i++)
    if (i != quo_node_index (node))
      quo_node_send (node, i, QUO_THREE_PREPARE, fields);
  count_votes (node, state, transaction);
}

/**
 * quo_three_coordinator_begin:
 * @node: the coordinator
 * @state: its memory
 * @begin: what is to be done, and for whom
 *
 * Begins a transaction, or puts it off until there are fresh numbers.
 */
void
quo_three_coordinator_begin (QuoNode              *node,
                             QuoThreeState        *state,
                             const QuoCommitBegin *begin)
{
  gint64 id = quo_commit_intake_number (&state->intake, node, begin);

  if (id != 0)
    begin_numbered (node, state, id, begin);
}

/**
 * quo_three_coordinator_request:
 * @node: the coordinator
 * @state: its memory
 * @op: what a client asks for
 *
 * A write or a transaction begins a transaction. The coordinator has no data of
 * its own: a read is sent on to a participant.
 */
void
quo_three_coordinator_request (QuoNode       *node,
                               QuoThreeState *state,
                               const QuoOp   *op)
{
  QuoCommitBegin begin = { op->key, op->value, op->serial, (int) op->client };
  guint n_nodes = quo_node_n_nodes (node);

  if (op->kind == QUO_OP_READ && n_nodes > 1)
    quo_node_redirect (node, op->client, op->serial,
                       (int) ((quo_node_index (node) + 1) % n_nodes));
  else if (op->kind != QUO_OP_WRITE && op->kind != QUO_OP_TRANSACTION)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
  else if (quo_commit_intake_accept (&state->intake, node, op))
    quo_three_coordinator_begin (node, state, &begin);
}

static void
receive_vote (QuoNode             *node,
              QuoThreeState       *state,
              QuoThreeTransaction *transaction,
              guint                from,
              QuoCommitVote        vote)
{
  /* A vote that comes late or twice changes nothing. */
  if (transaction->duty != QUO_THREE_DUTY_VOTES
      || !quo_three_hear (node, state, transaction, from, vote))
    return;

  if (vote == QUO_COMMIT_VOTE_NO
      && !quo_node_has_fault (node, QUO_THREE_FAULT_IGNORE_NO_VOTE))
    quo_three_coordinator_decide (node, state, transaction, FALSE);
  else
    count_votes (node, state, transaction);
}

static void
receive_done (QuoNode             *node,
              QuoThreeState       *state,
              QuoThreeTransaction *transaction,
              guint                from)
{
  if (!transaction->is_durable || transaction->is_owed == NULL
      || !transaction->is_owed[from])
    return;

  transaction->is_owed[from] = FALSE;
  if (--transaction->n_owed == 0)
    end (node, state, transaction);
}

/* Somebody was away and asks. Without a record nothing was precommitted, or it is
 * forgotten because everybody knows: so it was not committed by anyone who asks. */
static void
receive_request (QuoNode             *node,
                 QuoThreeTransaction *transaction,
                 guint                from,
                 gint64               id)
{
  QuoThreeTransaction none = { .id = id, .is_commit = FALSE };

  if (transaction == NULL)
    quo_three_send_decision (node, from, &none);
  else if (transaction->is_durable)
    quo_three_send_decision (node, from, transaction);
  else if (transaction->is_recovered)
    quo_three_report (node, transaction, from);
}

/**
 * quo_three_coordinator_receive:
 * @node: the coordinator
 * @state: its memory
 * @message: from a participant
 */
void
quo_three_coordinator_receive (QuoNode          *node,
                               QuoThreeState    *state,
                               const QuoMessage *message)
{
  gint64 id = message->fields[0];
  QuoThreeTransaction *transaction = quo_three_find (state, id);

  if (message->kind == QUO_THREE_DECISION_REQUEST)
    {
      receive_request (node, transaction, message->from, id);
      return;
    }
  if (transaction == NULL)
    return;

  switch ((QuoThreeMessage) message->kind)
    {
    case QUO_THREE_YES:
      receive_vote (node, state, transaction, message->from,
                    QUO_COMMIT_VOTE_YES);
      break;
    case QUO_THREE_NO:
      receive_vote (node, state, transaction, message->from,
                    QUO_COMMIT_VOTE_NO);
      break;
    case QUO_THREE_ACK:
      quo_three_receive_ack (node, state, transaction, message);
      break;
    case QUO_THREE_DONE:
      receive_done (node, state, transaction, message->from);
      break;
    case QUO_THREE_STATE:
      quo_three_hear_recovered (node, state, transaction, message->from,
                                message->fields[2]);
      break;
    case QUO_THREE_DECISION:
      if (!quo_three_is_decided (transaction)
          && transaction->duty == QUO_THREE_DUTY_NONE)
        quo_three_coordinator_decide (node, state, transaction,
                                      message->fields[1] != 0);
      break;
    default:
      break;
    }
}

/**
 * quo_three_coordinator_timeout:
 * @node: the coordinator
 * @state: its memory
 * @timer: which one ran out
 *
 * A vote that does not come counts as a NO. An acknowledgement that does not come
 * means that the node is down: it will ask when it is back, and no longer counts.
 */
void
quo_three_coordinator_timeout (QuoNode       *node,
                               QuoThreeState *state,
                               QuoThreeTimer  timer)
{
  gint64 id = quo_deadlines_pop (&state->deadlines, node, timer);
  QuoThreeTransaction *transaction = quo_three_find (state, id);

  if (transaction == NULL)
    return;

  if (timer == QUO_THREE_TIMER_ASK)
    quo_three_ask (node, state, transaction);
  else if (timer == QUO_THREE_TIMER_RESEND)
    quo_three_coordinator_resend (node, state, transaction);
  else if (transaction->duty == QUO_THREE_DUTY_VOTES)
    quo_three_coordinator_decide (node, state, transaction, FALSE);
  else
    quo_three_answers_missing (node, state, transaction);
}

static void
begin_queued (QuoNode       *node,
              QuoThreeState *state)
{
  QuoCommitBegin begin;
  gint64 id;

  quo_commit_intake_reserved (&state->intake);
  while ((id = quo_commit_intake_pop (&state->intake, node, &begin)) != 0)
    begin_numbered (node, state, id, &begin);
}

/**
 * quo_three_coordinator_synced:
 * @node: the coordinator
 * @state: its memory
 * @write: what is on disk now
 * @id: of which transaction
 */
void
quo_three_coordinator_synced (QuoNode       *node,
                              QuoThreeState *state,
                              QuoThreeWrite  write,
                              gint64         id)
{
  QuoThreeTransaction *transaction = quo_three_find (state, id);

  if (write == QUO_THREE_WRITE_RESERVE)
    begin_queued (node, state);
  else if (transaction == NULL)
    return;
  else if (write == QUO_THREE_WRITE_PRECOMMIT)
    quo_three_own_precommit (node, state, transaction);
  else if (write == QUO_THREE_WRITE_COMMIT || write == QUO_THREE_WRITE_ABORT)
    announce (node, state, transaction);
}
