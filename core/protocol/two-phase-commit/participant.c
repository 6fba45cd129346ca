/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A participant: votes, and from its YES on waits for the decision, which it may
 * not take by itself. A transaction's work comes with its PREPARE, so a node is
 * WORKING only while it makes its vote durable.
 *
 * Source: Gray 1978, section 5.8.3.3; Mohan, Lindsay and Obermarck 1986, sections
 * 2 and 3; Bernstein, Hadzilacos and Goodman 1987, section 7.4 (cooperative
 * termination).
 */

#include "protocol/two-phase-commit/commit-private.h"

/**
 * quo_commit_participant_request:
 * @node: a participant
 * @state: its memory
 * @op: what a client asks for
 *
 * Answers a read, unless a transaction that may yet write the key holds its lock;
 * everything else is the coordinator's.
 */
void
quo_commit_participant_request (QuoNode        *node,
                                QuoCommitState *state,
                                const QuoOp    *op)
{
  if (op->kind == QUO_OP_READ)
    quo_guard_read (&state->guard, node, op);
  else
    quo_node_redirect (node, op->client, op->serial,
                       (int) quo_commit_coordinator (node));
}

/* The one point of no return: after its YES a node has given its word. */
static void
vote_yes (QuoNode              *node,
          QuoCommitState       *state,
          QuoCommitTransaction *transaction)
{
  quo_commit_set_phase (node, state, transaction, QUO_COMMIT_PHASE_PREPARED);
  quo_commit_add_fact (state, QUO_COMMIT_FACT_VOTED_YES, transaction->id);
  quo_commit_send (node, quo_commit_coordinator (node), QUO_COMMIT_YES,
                   transaction->id);
  quo_deadlines_add (&state->deadlines, node, QUO_COMMIT_TIMER_ASK,
                   quo_commit_options (node)->ask_interval, transaction->id);
}

static void
vote_no (QuoNode              *node,
         QuoCommitState       *state,
         QuoCommitTransaction *transaction)
{
  transaction->owes_no = FALSE;
  quo_commit_add_fact (state, QUO_COMMIT_FACT_VOTED_NO, transaction->id);
  quo_commit_send (node, quo_commit_coordinator (node), QUO_COMMIT_NO,
                   transaction->id);
}

/* The node aborts a transaction that it has not voted YES for. */
static void
abort_alone (QuoNode              *node,
             QuoCommitState       *state,
             QuoCommitTransaction *transaction,
             gboolean              is_forced)
{
  transaction->is_commit = FALSE;
  quo_commit_set_phase (node, state, transaction, QUO_COMMIT_PHASE_PREPARING);
  quo_commit_append (node, state, QUO_COMMIT_RECORD_ABORT, transaction);
  quo_commit_set_phase (node, state, transaction, QUO_COMMIT_PHASE_ABORTED);
  quo_commit_note (node, QUO_COMMIT_NOTE_ABORT, transaction->id);
  quo_node_sync (node,
                 is_forced ? QUO_COMMIT_WRITE_ABORT
                           : QUO_COMMIT_WRITE_LAZY_ABORT,
                 transaction->id);
}

static void
refuse (QuoNode              *node,
        QuoCommitState       *state,
        QuoCommitTransaction *transaction)
{
  gboolean is_forced = quo_commit_is_acknowledged (node, FALSE);

  quo_commit_note (node, QUO_COMMIT_NOTE_REFUSE, transaction->id);
  transaction->owes_no = is_forced;
  abort_alone (node, state, transaction, is_forced);
  if (!is_forced)
    vote_no (node, state, transaction);
}

/* PREPARE came before: the vote may have been lost on its way. */
static void
vote_again (QuoNode              *node,
            QuoCommitTransaction *transaction)
{
  if (transaction->phase == QUO_COMMIT_PHASE_PREPARED)
    quo_commit_send (node, quo_commit_coordinator (node), QUO_COMMIT_YES,
                     transaction->id);
  else if (transaction->phase == QUO_COMMIT_PHASE_ABORTED
           && transaction->is_durable)
    quo_commit_send (node, quo_commit_coordinator (node), QUO_COMMIT_NO,
                     transaction->id);
}

static void
receive_prepare (QuoNode          *node,
                 QuoCommitState   *state,
                 const QuoMessage *message)
{
  const QuoCommitOptions *options = quo_commit_options (node);
  gint64 id = message->fields[0];
  gint64 key = message->fields[1];
  QuoCommitTransaction *transaction = quo_commit_find (state, id);
  int self = (int) quo_node_index (node);

  if (transaction != NULL)
    {
      vote_again (node, transaction);
      return;
    }
  if (options->read_only == self)
    {
      quo_commit_add_fact (state, QUO_COMMIT_FACT_VOTED_READ, id);
      quo_commit_send (node, message->from, QUO_COMMIT_READ, id);
      return;
    }

  transaction = quo_commit_add (state, id);
  transaction->key = key;
  transaction->value = message->fields[2];
  if (state->is_refusing || options->no_voter == self
      || quo_guard_holder (&state->guard, key) != 0)
    {
      state->is_refusing = FALSE;
      refuse (node, state, transaction);
      return;
    }

  quo_guard_lock (&state->guard, node, id, key);
  quo_commit_append (node, state, QUO_COMMIT_RECORD_PREPARED, transaction);
  quo_guard_intend (&state->guard, node, id, key, transaction->value);
  quo_commit_set_phase (node, state, transaction, QUO_COMMIT_PHASE_PREPARING);
  quo_node_sync (node, QUO_COMMIT_WRITE_PREPARED, id);
  if (quo_node_has_fault (node, QUO_COMMIT_FAULT_VOTE_BEFORE_SYNC))
    vote_yes (node, state, transaction);
}

/* Does what was decided, here, and makes it durable as the variant says. */
static void
carry_out (QuoNode              *node,
           QuoCommitState       *state,
           QuoCommitTransaction *transaction,
           gboolean              is_commit)
{
  gboolean is_forced = quo_commit_is_acknowledged (node, is_commit);

  transaction->is_commit = is_commit;
  quo_deadlines_drop (&state->deadlines, node, QUO_COMMIT_TIMER_ASK, transaction->id);
  quo_guard_finish (&state->guard, node, transaction->id, transaction->key,
                    transaction->value, is_commit);
  quo_commit_append (node, state,
                     is_commit ? QUO_COMMIT_RECORD_COMMIT
                               : QUO_COMMIT_RECORD_ABORT,
                     transaction);
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

  if (is_commit)
    quo_node_sync (node,
                   is_forced ? QUO_COMMIT_WRITE_COMMIT
                             : QUO_COMMIT_WRITE_LAZY_COMMIT,
                   transaction->id);
  else
    quo_node_sync (node,
                   is_forced ? QUO_COMMIT_WRITE_ABORT
                             : QUO_COMMIT_WRITE_LAZY_ABORT,
                   transaction->id);
}

static void
acknowledge (QuoNode *node,
             gint64   id)
{
  quo_commit_send (node, quo_commit_coordinator (node), QUO_COMMIT_ACK, id);
}

/* A decision that came with COMMIT or ABORT is acknowledged, once it is durable;
 * one that was asked for too, which saves the coordinator a round. */
static void
receive_decision (QuoNode        *node,
                  QuoCommitState *state,
                  gint64          id,
                  gboolean        is_commit)
{
  QuoCommitTransaction *transaction = quo_commit_find (state, id);
  gboolean is_acknowledged = quo_commit_is_acknowledged (node, is_commit);
  gboolean is_reader = quo_commit_options (node)->read_only
                       == (int) quo_node_index (node);

  if (transaction == NULL && (is_commit || is_reader))
    {
      if (is_acknowledged)
        acknowledge (node, id);
      return;
    }

  /* ABORT came before its PREPARE. It is remembered: a YES after it would be
   * taken for a transaction that the coordinator has forgotten. */
  if (transaction == NULL)
    {
      transaction = quo_commit_add (state, id);
      quo_commit_add_fact (state, QUO_COMMIT_FACT_ABORTED, id);
      abort_alone (node, state, transaction, is_acknowledged);
      return;
    }

  if (transaction->phase == QUO_COMMIT_PHASE_PREPARED
      || transaction->phase == QUO_COMMIT_PHASE_PREPARING)
    carry_out (node, state, transaction, is_commit);
  else if (transaction->is_durable && is_acknowledged)
    acknowledge (node, id);
}

static void
tell_decision (QuoNode                    *node,
               const QuoCommitTransaction *transaction,
               guint                       to)
{
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = {
    transaction->id, transaction->is_commit,
  };

  quo_node_send (node, to, QUO_COMMIT_DECISION, fields);
}

/* Another participant is in doubt. Who has decided tells; who has not voted may
 * still abort, and does; who is in doubt too cannot help. A decision is told only
 * when it is durable, or a crash could make the node take it back. */
static void
receive_request (QuoNode        *node,
                 QuoCommitState *state,
                 guint           from,
                 gint64          id)
{
  QuoCommitTransaction *transaction = quo_commit_find (state, id);

  if (transaction == NULL)
    {
      if (quo_commit_options (node)->read_only == (int) quo_node_index (node))
        return;

      transaction = quo_commit_add (state, id);
      transaction->asker = (int) from;
      abort_alone (node, state, transaction, TRUE);
      return;
    }

  if (transaction->phase != QUO_COMMIT_PHASE_COMMITTED
      && transaction->phase != QUO_COMMIT_PHASE_ABORTED)
    return;

  if (transaction->is_durable)
    tell_decision (node, transaction, from);
  else
    transaction->asker = (int) from;
}

/**
 * quo_commit_participant_receive:
 * @node: a participant
 * @state: its memory
 * @message: from the coordinator, or from a participant in doubt
 */
void
quo_commit_participant_receive (QuoNode          *node,
                                QuoCommitState   *state,
                                const QuoMessage *message)
{
  gint64 id = message->fields[0];

  switch ((QuoCommitMessage) message->kind)
    {
    case QUO_COMMIT_PREPARE:
      receive_prepare (node, state, message);
      break;
    case QUO_COMMIT_COMMIT:
      receive_decision (node, state, id, TRUE);
      break;
    case QUO_COMMIT_ABORT:
      receive_decision (node, state, id, FALSE);
      break;
    case QUO_COMMIT_DECISION:
      receive_decision (node, state, id, message->fields[1] != 0);
      break;
    case QUO_COMMIT_DECISION_REQUEST:
      receive_request (node, state, message->from, id);
      break;
    default:
      break;
    }
}

static void
ask (QuoNode        *node,
     QuoCommitState *state,
     gint64          id)
{
  guint n_nodes = quo_node_n_nodes (node);

  quo_commit_send (node, quo_commit_coordinator (node),
                   QUO_COMMIT_DECISION_REQUEST, id);
  if (quo_commit_options (node)->is_cooperative)
    for (guint i = 0; i < n_nodes; i++)
      if (i != quo_node_index (node) && i != quo_commit_coordinator (node))
        quo_commit_send (node, i, QUO_COMMIT_DECISION_REQUEST, id);

  quo_deadlines_add (&state->deadlines, node, QUO_COMMIT_TIMER_ASK,
                   quo_commit_options (node)->ask_interval, id);
}

/**
 * quo_commit_participant_timeout:
 * @node: a participant
 * @state: its memory
 * @timer: for the decision
 *
 * In doubt, a node may only ask, and ask again: others may have been told either
 * thing. To decide here is the mistake that two of the known faults make.
 */
void
quo_commit_participant_timeout (QuoNode        *node,
                                QuoCommitState *state,
                                QuoCommitTimer  timer)
{
  gint64 id = quo_deadlines_pop (&state->deadlines, node, timer);
  QuoCommitTransaction *transaction = quo_commit_find (state, id);

  if (transaction == NULL || transaction->phase != QUO_COMMIT_PHASE_PREPARED)
    return;

  if (quo_node_has_fault (node, QUO_COMMIT_FAULT_COMMIT_ON_TIMEOUT))
    {
      carry_out (node, state, transaction, TRUE);
      return;
    }
  if (quo_node_has_fault (node, QUO_COMMIT_FAULT_ABORT_ON_TIMEOUT))
    {
      carry_out (node, state, transaction, FALSE);
      return;
    }

  if (!transaction->has_asked)
    quo_commit_note (node, QUO_COMMIT_NOTE_IN_DOUBT, id);
  transaction->has_asked = TRUE;
  ask (node, state, id);
}

/**
 * quo_commit_participant_synced:
 * @node: a participant
 * @state: its memory
 * @write: what is on disk now
 * @id: of which transaction
 */
void
quo_commit_participant_synced (QuoNode        *node,
                               QuoCommitState *state,
                               QuoCommitWrite  write,
                               gint64          id)
{
  QuoCommitTransaction *transaction = quo_commit_find (state, id);

  if (transaction == NULL)
    return;

  if (write == QUO_COMMIT_WRITE_PREPARED)
    {
      if (transaction->phase == QUO_COMMIT_PHASE_PREPARING)
        vote_yes (node, state, transaction);
      return;
    }

  transaction->is_durable = TRUE;
  if (transaction->phase == QUO_COMMIT_PHASE_ABORTED)
    quo_commit_add_fact (state, QUO_COMMIT_FACT_ABORTED, id);
  if (transaction->owes_no)
    vote_no (node, state, transaction);
  else if (quo_commit_is_acknowledged (node, transaction->is_commit)
           && transaction->asker == QUO_NO_NODE)
    acknowledge (node, id);

  if (transaction->asker != QUO_NO_NODE)
    tell_decision (node, transaction, (guint) transaction->asker);
  transaction->asker = QUO_NO_NODE;
}

static void
read_record (QuoNode        *node,
             QuoCommitState *state,
             const gint64   *columns,
             gboolean        is_recent,
             GArray         *ids)
{
  gint64 id = columns[1];
  QuoCommitTransaction *transaction = quo_commit_find (state, id);

  if (transaction == NULL)
    {
      transaction = quo_commit_add (state, id);
      g_array_append_val (ids, id);
    }

  if (columns[0] == QUO_COMMIT_RECORD_PREPARED)
    {
      transaction->phase = QUO_COMMIT_PHASE_PREPARED;
      return;
    }

  transaction->is_commit = columns[0] == QUO_COMMIT_RECORD_COMMIT;
  transaction->is_durable = TRUE;
  transaction->phase = transaction->is_commit ? QUO_COMMIT_PHASE_COMMITTED
                                              : QUO_COMMIT_PHASE_ABORTED;
  quo_commit_add_fact (state,
                       transaction->is_commit ? QUO_COMMIT_FACT_HAS_COMMITTED
                                              : QUO_COMMIT_FACT_HAS_ABORTED,
                       id);
  if (is_recent)
    quo_commit_show (node, state, transaction);
}

/* PREPARED and nothing after it: the word given before the crash still binds. The
 * locks are taken again before anybody else can have them. */
static void
doubt_again (QuoNode              *node,
             QuoCommitState       *state,
             QuoCommitTransaction *transaction)
{
  quo_guard_recall (&state->guard, node, transaction->id, &transaction->key,
                    &transaction->value);
  if (!quo_node_has_fault (node, QUO_COMMIT_FAULT_FORGET_LOCKS))
    quo_guard_lock (&state->guard, node, transaction->id, transaction->key);

  state->n_in_doubt++;
  quo_node_set (node, QUO_COMMIT_FIELD_IN_DOUBT, state->n_in_doubt);
  quo_commit_show (node, state, transaction);
  quo_commit_add_fact (state, QUO_COMMIT_FACT_IN_DOUBT, transaction->id);
}

/**
 * quo_commit_participant_recover:
 * @node: a participant, after a restart
 * @state: its memory, empty
 *
 * Reads the log: what was decided stays decided, what was prepared is in doubt and
 * is asked for, what has no record was never voted for.
 */
void
quo_commit_participant_recover (QuoNode        *node,
                                QuoCommitState *state)
{
  const QuoTable *log = quo_node_table (node, QUO_COMMIT_FIELD_LOG);
  guint n_rows = quo_table_n_rows (log);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  state->n_log = n_rows;
  for (guint i = 0; i < n_rows; i++)
    read_record (node, state, quo_table_nth (log, i, NULL),
                 i + QUO_COMMIT_RECENT >= n_rows, ids);

  /* All fields first, so that the restart itself shows what the node knows. */
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      QuoCommitTransaction *transaction = quo_commit_find (state, id);

      if (transaction->phase == QUO_COMMIT_PHASE_PREPARED)
        doubt_again (node, state, transaction);
    }
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      if (quo_commit_find (state, id)->phase != QUO_COMMIT_PHASE_PREPARED)
        continue;
      quo_commit_note (node, QUO_COMMIT_NOTE_RECOVER, id);
      ask (node, state, id);
    }
}
