/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The coordinator: asks for votes, decides, makes the decision durable, tells it
 * until everybody has acknowledged it, and forgets.
 *
 * Source: Gray 1978, section 5.8.3.3; Mohan, Lindsay and Obermarck 1986, sections
 * 2 and 3.
 */

#include "protocol/two-phase-commit/commit-private.h"

/* After END nobody will ask any more, or what the variant presumes is the right
 * answer: the coordinator may forget. Its row is still shown. */
static void
end (QuoNode              *node,
     QuoCommitState       *state,
     QuoCommitTransaction *transaction)
{
  if (quo_commit_is_acknowledged (node, transaction->is_commit))
    {
      quo_commit_append (node, state, QUO_COMMIT_RECORD_END, transaction);
      quo_node_sync (node, QUO_COMMIT_WRITE_END, transaction->id);
      quo_commit_note (node, QUO_COMMIT_NOTE_END, transaction->id);
    }

  quo_deadlines_drop (&state->deadlines, node, QUO_COMMIT_TIMER_RESEND,
                           transaction->id);
  quo_commit_forget (state, transaction->id);
}

static void
send_decision (QuoNode              *node,
               QuoCommitTransaction *transaction)
{
  guint n_nodes = quo_node_n_nodes (node);

  for (guint i = 0; i < n_nodes; i++)
    if (transaction->is_owed[i])
      quo_commit_send (node, i,
                       transaction->is_commit ? QUO_COMMIT_COMMIT
                                              : QUO_COMMIT_ABORT,
                       transaction->id);
}

/* The decision is durable, or needs no record: from here on it cannot change. */
static void
announce (QuoNode              *node,
          QuoCommitState       *state,
          QuoCommitTransaction *transaction)
{
  gboolean is_commit = transaction->is_commit;

  transaction->is_durable = TRUE;
  quo_commit_set_phase (node, state, transaction,
                        is_commit ? QUO_COMMIT_PHASE_COMMITTED
                                  : QUO_COMMIT_PHASE_ABORTED);
  quo_commit_add_fact (state,
                       is_commit ? QUO_COMMIT_FACT_COMMITTED
                                 : QUO_COMMIT_FACT_ABORTED,
                       transaction->id);
  quo_commit_note (node,
                   is_commit ? QUO_COMMIT_NOTE_COMMIT : QUO_COMMIT_NOTE_ABORT,
                   transaction->id);
  quo_commit_intake_answer (&state->intake, node, transaction->client,
                            transaction->serial, is_commit);

  send_decision (node, transaction);
  if (transaction->n_owed == 0 || !quo_commit_is_acknowledged (node, is_commit))
    end (node, state, transaction);
  else
    quo_deadlines_add (&state->deadlines, node, QUO_COMMIT_TIMER_RESEND,
                     quo_commit_options (node)->resend_interval,
                     transaction->id);
}

/* Who is told: everybody but those who said NO, who have aborted already, and
 * those who only read, to whom it is all the same. */
static void
find_owed (QuoNode              *node,
           QuoCommitTransaction *transaction)
{
  guint n_nodes = quo_node_n_nodes (node);

  transaction->n_owed = 0;
  g_free (transaction->is_owed);
  transaction->is_owed = g_new0 (guint8, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      guint8 vote = transaction->votes != NULL ? transaction->votes[i]
                                               : QUO_COMMIT_VOTE_NONE;

      if (i == quo_node_index (node) || vote == QUO_COMMIT_VOTE_NO
          || vote == QUO_COMMIT_VOTE_READ)
        continue;

      transaction->is_owed[i] = TRUE;
      transaction->n_owed++;
    }
}

static void
decide (QuoNode              *node,
        QuoCommitState       *state,
        QuoCommitTransaction *transaction,
        gboolean              is_commit)
{
  gboolean is_presumed = !is_commit
                         && quo_commit_options (node)->variant
                              == QUO_COMMIT_PRESUMED_ABORT;

  transaction->is_commit = is_commit;
  find_owed (node, transaction);
  quo_deadlines_drop (&state->deadlines, node, QUO_COMMIT_TIMER_VOTES,
                           transaction->id);
  quo_commit_set_phase (node, state, transaction, QUO_COMMIT_PHASE_DECIDING);

  /* Presumed abort: a transaction without a record was aborted, so an abort
   * needs none. */
  if (is_presumed
      || quo_node_has_fault (node, QUO_COMMIT_FAULT_FORGET_DECISION))
    {
      announce (node, state, transaction);
      return;
    }

  quo_commit_append (node, state,
                     is_commit ? QUO_COMMIT_RECORD_COMMIT
                               : QUO_COMMIT_RECORD_ABORT,
                     transaction);
  quo_node_sync (node,
                 is_commit ? QUO_COMMIT_WRITE_COMMIT : QUO_COMMIT_WRITE_ABORT,
                 transaction->id);
}

/* The coordinator's own word counts like a vote, but travels nowhere. */
static void
count_votes (QuoNode              *node,
             QuoCommitState       *state,
             QuoCommitTransaction *transaction)
{
  int no_voter = quo_commit_options (node)->no_voter;
  gboolean is_refused;

  if (transaction->n_votes < quo_commit_n_participants (node))
    return;

  is_refused = state->is_refusing || no_voter == (int) quo_node_index (node);
  state->is_refusing = FALSE;
  if (is_refused)
    quo_commit_note (node, QUO_COMMIT_NOTE_REFUSE, transaction->id);
  decide (node, state, transaction, !is_refused);
}

static void
ask_for_votes (QuoNode              *node,
               QuoCommitState       *state,
               QuoCommitTransaction *transaction)
{
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = {
    transaction->id, transaction->key, transaction->value,
  };
  guint n_nodes = quo_node_n_nodes (node);

  transaction->votes = g_new0 (guint8, n_nodes);
  quo_commit_set_phase (node, state, transaction, QUO_COMMIT_PHASE_WAITING);
  for (guint i = 0; i < n_nodes; i++)
    if (i != quo_node_index (node))
      quo_node_send (node, i, QUO_COMMIT_PREPARE, fields);

  quo_deadlines_add (&state->deadlines, node, QUO_COMMIT_TIMER_VOTES,
                   quo_commit_options (node)->vote_timeout, transaction->id);
  count_votes (node, state, transaction);
}

static void
begin_numbered (QuoNode              *node,
                QuoCommitState       *state,
                gint64                id,
                const QuoCommitBegin *begin)
{
  QuoCommitTransaction *transaction = quo_commit_add (state, id);
  gint64 fields[QUO_MAX_COLUMNS] = { transaction->id, begin->key, begin->value };

  transaction->key = begin->key;
  transaction->value = begin->value;
  transaction->client = begin->client;
  transaction->serial = begin->serial;
  quo_commit_add_fact (state, QUO_COMMIT_FACT_BEGAN, transaction->id);
  quo_node_note (node, QUO_COMMIT_NOTE_BEGIN, fields);

  if (quo_commit_options (node)->variant != QUO_COMMIT_PRESUMED_COMMIT)
    {
      ask_for_votes (node, state, transaction);
      return;
    }

  /* Presumed commit: without this record a crash before the decision would be
   * taken for a commit. */
  quo_commit_set_phase (node, state, transaction, QUO_COMMIT_PHASE_COLLECTING);
  quo_commit_append (node, state, QUO_COMMIT_RECORD_COLLECTING, transaction);
  quo_node_sync (node, QUO_COMMIT_WRITE_COLLECTING, transaction->id);
}

/**
 * quo_commit_coordinator_begin:
 * @node: the coordinator
 * @state: its memory
 * @begin: what is to be done, and for whom
 *
 * Begins a transaction, or puts it off until there are fresh numbers. A client
 * for whom there is no room is told to come back.
 */
void
quo_commit_coordinator_begin (QuoNode              *node,
                              QuoCommitState       *state,
                              const QuoCommitBegin *begin)
{
  gint64 id = quo_commit_intake_number (&state->intake, node, begin);

  if (id != 0)
    begin_numbered (node, state, id, begin);
}

/**
 * quo_commit_coordinator_request:
 * @node: the coordinator
 * @state: its memory
 * @op: what a client asks for
 *
 * A write or a transaction begins a transaction; an operation that was asked for
 * before gets the same answer, and none while it is under way. The coordinator has
 * no data of its own: a read is sent on to a participant.
 */
void
quo_commit_coordinator_request (QuoNode        *node,
                                QuoCommitState *state,
                                const QuoOp    *op)
{
  QuoCommitBegin begin = { op->key, op->value, op->serial, (int) op->client };
  guint n_nodes = quo_node_n_nodes (node);

  if (op->kind == QUO_OP_READ && n_nodes > 1)
    {
      quo_node_redirect (node, op->client, op->serial,
                         (int) ((quo_node_index (node) + 1) % n_nodes));
      return;
    }
  if (op->kind != QUO_OP_WRITE && op->kind != QUO_OP_TRANSACTION)
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
      return;
    }
  if (quo_commit_intake_accept (&state->intake, node, op))
    quo_commit_coordinator_begin (node, state, &begin);
}

static void
receive_vote (QuoNode        *node,
              QuoCommitState *state,
              guint           from,
              gint64          id,
              QuoCommitVote   vote)
{
  QuoCommitTransaction *transaction = quo_commit_find (state, id);

  /* A vote that comes late or twice changes nothing. */
  if (transaction == NULL || transaction->phase != QUO_COMMIT_PHASE_WAITING
      || transaction->votes[from] != QUO_COMMIT_VOTE_NONE)
    return;

  transaction->votes[from] = vote;
  transaction->n_votes++;
  quo_commit_show (node, state, transaction);

  if (vote == QUO_COMMIT_VOTE_NO
      && !quo_node_has_fault (node, QUO_COMMIT_FAULT_IGNORE_NO_VOTE))
    decide (node, state, transaction, FALSE);
  else
    count_votes (node, state, transaction);
}

static void
receive_ack (QuoNode        *node,
             QuoCommitState *state,
             guint           from,
             gint64          id)
{
  QuoCommitTransaction *transaction = quo_commit_find (state, id);

  if (transaction == NULL || transaction->is_owed == NULL
      || !transaction->is_owed[from])
    return;

  transaction->is_owed[from] = FALSE;
  transaction->n_acks++;
  quo_commit_show (node, state, transaction);
  if (--transaction->n_owed == 0)
    end (node, state, transaction);
}

/* Undecided: no answer, the decision comes by itself. Unknown: there is no record
 * of it, or not any more, and the variant says what that means. */
static void
receive_request (QuoNode        *node,
                 QuoCommitState *state,
                 guint           from,
                 gint64          id)
{
  QuoCommitTransaction *transaction = quo_commit_find (state, id);
  gboolean is_commit = quo_commit_options (node)->variant
                       == QUO_COMMIT_PRESUMED_COMMIT;

  if (transaction != NULL && !transaction->is_durable)
    return;

  if (transaction != NULL)
    is_commit = transaction->is_commit;
  else if (quo_node_has_fault (node, QUO_COMMIT_FAULT_WRONG_PRESUMPTION))
    is_commit = !is_commit;

  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { id, is_commit };

  quo_node_send (node, from, QUO_COMMIT_DECISION, fields);
}

/**
 * quo_commit_coordinator_receive:
 * @node: the coordinator
 * @state: its memory
 * @message: from a participant
 */
void
quo_commit_coordinator_receive (QuoNode          *node,
                                QuoCommitState   *state,
                                const QuoMessage *message)
{
  gint64 id = message->fields[0];

  switch ((QuoCommitMessage) message->kind)
    {
    case QUO_COMMIT_YES:
      receive_vote (node, state, message->from, id, QUO_COMMIT_VOTE_YES);
      break;
    case QUO_COMMIT_NO:
      receive_vote (node, state, message->from, id, QUO_COMMIT_VOTE_NO);
      break;
    case QUO_COMMIT_READ:
      receive_vote (node, state, message->from, id, QUO_COMMIT_VOTE_READ);
      break;
    case QUO_COMMIT_ACK:
      receive_ack (node, state, message->from, id);
      break;
    case QUO_COMMIT_DECISION_REQUEST:
      receive_request (node, state, message->from, id);
      break;
    default:
      break;
    }
}

/**
 * quo_commit_coordinator_timeout:
 * @node: the coordinator
 * @state: its memory
 * @timer: for votes or for acknowledgements
 *
 * A vote that does not come counts as a NO; a decision that is not acknowledged is
 * sent again, for ever.
 */
void
quo_commit_coordinator_timeout (QuoNode        *node,
                                QuoCommitState *state,
                                QuoCommitTimer  timer)
{
  gint64 id = quo_deadlines_pop (&state->deadlines, node, timer);
  QuoCommitTransaction *transaction = quo_commit_find (state, id);

  if (transaction == NULL)
    return;

  if (timer == QUO_COMMIT_TIMER_VOTES)
    {
      decide (node, state, transaction, FALSE);
    }
  else if (transaction->is_owed != NULL)
    {
      /* Without a list it has a deadline from when it took part: the option that
       * says who coordinates was changed meanwhile. */
      send_decision (node, transaction);
      quo_deadlines_add (&state->deadlines, node, QUO_COMMIT_TIMER_RESEND,
                       quo_commit_options (node)->resend_interval, id);
    }
}

static void
begin_queued (QuoNode        *node,
              QuoCommitState *state)
{
  QuoCommitBegin begin;
  gint64 id;

  quo_commit_intake_reserved (&state->intake);
  while ((id = quo_commit_intake_pop (&state->intake, node, &begin)) != 0)
    begin_numbered (node, state, id, &begin);
}

/**
 * quo_commit_coordinator_synced:
 * @node: the coordinator
 * @state: its memory
 * @write: what is on disk now
 * @id: of which transaction
 */
void
quo_commit_coordinator_synced (QuoNode        *node,
                               QuoCommitState *state,
                               QuoCommitWrite  write,
                               gint64          id)
{
  QuoCommitTransaction *transaction = quo_commit_find (state, id);

  if (write == QUO_COMMIT_WRITE_RESERVE)
    begin_queued (node, state);
  else if (transaction == NULL)
    return;
  else if (write == QUO_COMMIT_WRITE_COLLECTING
           && transaction->phase == QUO_COMMIT_PHASE_COLLECTING)
    ask_for_votes (node, state, transaction);
  else if ((write == QUO_COMMIT_WRITE_COMMIT
            || write == QUO_COMMIT_WRITE_ABORT)
           && transaction->phase == QUO_COMMIT_PHASE_DECIDING)
    announce (node, state, transaction);
}

/* What the log says of a transaction, the last record counting. Only what is
 * recent is shown: the rest would be pushed out at once. */
static void
read_record (QuoNode        *node,
             QuoCommitState *state,
             const gint64   *columns,
             gboolean        is_recent,
             GArray         *ids)
{
  gint64 id = columns[1];
  QuoCommitTransaction *transaction = quo_commit_find (state, id);
  gboolean is_commit = columns[0] == QUO_COMMIT_RECORD_COMMIT;

  if (columns[0] == QUO_COMMIT_RECORD_END)
    {
      if (transaction != NULL)
        quo_commit_forget (state, id);
      return;
    }

  if (transaction == NULL)
    {
      transaction = quo_commit_add (state, id);
      g_array_append_val (ids, id);
    }
  transaction->client = (int) columns[2];
  transaction->serial = columns[3];
  if (columns[0] == QUO_COMMIT_RECORD_COLLECTING)
    return;

  transaction->is_commit = is_commit;
  transaction->is_durable = TRUE;
  transaction->phase = is_commit ? QUO_COMMIT_PHASE_COMMITTED
                                 : QUO_COMMIT_PHASE_ABORTED;
  if (is_recent)
    quo_commit_show (node, state, transaction);
  quo_commit_add_fact (state,
                       is_commit ? QUO_COMMIT_FACT_HAS_COMMITTED
                                 : QUO_COMMIT_FACT_HAS_ABORTED,
                       id);
  quo_commit_intake_remember (&state->intake, transaction->client,
                              transaction->serial,
                              is_commit ? QUO_COMMIT_OUTCOME_COMMITTED
                                        : QUO_COMMIT_OUTCOME_ABORTED);
}

/* A decision without END: tell it again, until it is acknowledged. Collecting
 * alone: nothing can have been decided, so it is aborted now. */
static void
take_up (QuoNode              *node,
         QuoCommitState       *state,
         QuoCommitTransaction *transaction)
{
  quo_commit_note (node, QUO_COMMIT_NOTE_RECOVER, transaction->id);
  if (!transaction->is_durable)
    {
      decide (node, state, transaction, FALSE);
      return;
    }
  if (!quo_commit_is_acknowledged (node, transaction->is_commit))
    {
      quo_commit_forget (state, transaction->id);
      return;
    }

  find_owed (node, transaction);
  if (transaction->n_owed == 0)
    {
      end (node, state, transaction);
      return;
    }
  send_decision (node, transaction);
  quo_deadlines_add (&state->deadlines, node, QUO_COMMIT_TIMER_RESEND,
                   quo_commit_options (node)->resend_interval, transaction->id);
}

/**
 * quo_commit_coordinator_recover:
 * @node: the coordinator, after a restart
 * @state: its memory, empty
 *
 * Takes up what the log says is unfinished. What has no record was not decided,
 * or needs none: whoever asks is told what the variant presumes.
 */
void
quo_commit_coordinator_recover (QuoNode        *node,
                                QuoCommitState *state)
{
  const QuoTable *log = quo_node_table (node, QUO_COMMIT_FIELD_LOG);
  guint n_rows = quo_table_n_rows (log);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 highest = quo_node_get (node, QUO_COMMIT_FIELD_RESERVED);

  state->n_log = n_rows;
  for (guint i = 0; i < n_rows; i++)
    {
      const gint64 *columns = quo_table_nth (log, i, NULL);

      highest = quo_commit_intake_highest (highest, columns[1]);
      read_record (node, state, columns, i + QUO_COMMIT_RECENT >= n_rows, ids);
    }
  quo_commit_intake_recover (&state->intake, node, highest);

  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      QuoCommitTransaction *transaction = quo_commit_find (state, id);

      if (transaction != NULL)
        take_up (node, state, transaction);
    }

  quo_commit_intake_reserve (&state->intake, node);
}
