/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A resource manager. Its vote is a proposal, in ballot 0 of an instance of Paxos
 * of its own: what counts is not what it said but what the acceptors chose.
 *
 * Source: Gray and Lamport 2006, section 4.
 */

#include "protocol/paxos-commit/paxos-private.h"

/* The ballot 0 phase 2a message, to as many acceptors as are needed when none
 * fails. */
static void
propose (QuoNode             *node,
         QuoPaxosState       *state,
         QuoPaxosTransaction *transaction,
         QuoPaxosValue        value)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  guint self = quo_node_index (node);
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { transaction->id, 0 };
  gint64 row[QUO_MAX_COLUMNS] = { self, value };

  for (guint i = 0; i <= layout.n_faults; i++)
    {
      guint acceptor = quo_paxos_nth_acceptor (&layout, i);

      if (acceptor == self)
        quo_paxos_acceptor_2a (node, state, self, transaction->id, 0, row, 1);
      else
        quo_node_send_rows (node, acceptor, QUO_PAXOS_PHASE_2A, fields, row, 1);
    }
}

/**
 * quo_paxos_manager_voted:
 * @node: a manager
 * @state: its memory
 * @write: its vote, which is on disk now
 * @id: of which transaction
 */
void
quo_paxos_manager_voted (QuoNode       *node,
                         QuoPaxosState *state,
                         QuoPaxosWrite  write,
                         gint64         id)
{
  QuoPaxosTransaction *transaction = quo_paxos_find (state, id);

  if (transaction == NULL)
    return;

  if (write == QUO_PAXOS_WRITE_REFUSED)
    {
      quo_paxos_add_fact (state, QUO_COMMIT_FACT_ABORTED, id);
      quo_paxos_add_fact (state, QUO_COMMIT_FACT_VOTED_NO, id);
      propose (node, state, transaction, QUO_PAXOS_VALUE_ABORTED);
      return;
    }
  if (transaction->phase != QUO_PAXOS_PHASE_VOTING)
    return;

  quo_paxos_set_phase (node, state, transaction, QUO_PAXOS_PHASE_PREPARED);
  quo_paxos_add_fact (state, QUO_COMMIT_FACT_VOTED_YES, id);
  if (quo_paxos_node_layout (node).leader != quo_node_index (node))
    quo_paxos_wait (node, state, transaction,
                    quo_paxos_takeover_delay (node));
  propose (node, state, transaction, QUO_PAXOS_VALUE_PREPARED);
}

/**
 * quo_paxos_manager_prepare:
 * @node: a manager
 * @state: its memory
 * @id: a transaction
 * @key: what it writes
 * @value: and with which value
 *
 * Asked to prepare. A vote is given once: two in ballot 0 would be two proposals
 * in one ballot, so a NO is forced as well.
 */
void
quo_paxos_manager_prepare (QuoNode       *node,
                           QuoPaxosState *state,
                           gint64         id,
                           gint64         key,
                           gint64         value)
{
  QuoPaxosTransaction *transaction = quo_paxos_get (state, id);
  int no_voter = quo_paxos_options (node)->no_voter;

  if (transaction->phase != QUO_PAXOS_PHASE_WORKING)
    return;

  transaction->key = key;
  transaction->value = value;
  quo_paxos_set_phase (node, state, transaction, QUO_PAXOS_PHASE_VOTING);
  if (state->is_refusing || no_voter == (int) quo_node_index (node)
      || quo_guard_holder (&state->guard, key) != 0)
    {
      state->is_refusing = FALSE;
      quo_paxos_note (node, QUO_PAXOS_NOTE_REFUSE, id);
      quo_paxos_append (node, state, QUO_PAXOS_RECORD_ABORT, transaction);
      quo_paxos_set_phase (node, state, transaction, QUO_PAXOS_PHASE_ABORTED);
      quo_node_sync (node, QUO_PAXOS_WRITE_REFUSED, id);
      return;
    }

  quo_guard_lock (&state->guard, node, id, key);
  quo_guard_intend (&state->guard, node, id, key, value);
  quo_paxos_append (node, state, QUO_PAXOS_RECORD_PREPARED, transaction);
  quo_node_sync (node, QUO_PAXOS_WRITE_PREPARED, id);
  if (quo_node_has_fault (node, QUO_PAXOS_FAULT_VOTE_BEFORE_SYNC))
    quo_paxos_manager_voted (node, state, QUO_PAXOS_WRITE_PREPARED, id);
}

/**
 * quo_paxos_manager_finish:
 * @node: a manager
 * @state: its memory
 * @transaction: whose outcome is known
 * @is_commit: what it is
 *
 * Does it here. Nobody has to wait for this record: the acceptors keep what was
 * decided.
 */
void
quo_paxos_manager_finish (QuoNode             *node,
                          QuoPaxosState       *state,
                          QuoPaxosTransaction *transaction,
                          gboolean             is_commit)
{
  gint64 id = transaction->id;

  if (transaction->phase == QUO_PAXOS_PHASE_COMMITTED
      || transaction->phase == QUO_PAXOS_PHASE_ABORTED)
    return;

  quo_guard_finish (&state->guard, node, id, transaction->key,
                    transaction->value, is_commit);
  quo_paxos_append (node, state,
                    is_commit ? QUO_PAXOS_RECORD_COMMIT : QUO_PAXOS_RECORD_ABORT,
                    transaction);
  quo_paxos_set_phase (node, state, transaction,
                       is_commit ? QUO_PAXOS_PHASE_COMMITTED
                                 : QUO_PAXOS_PHASE_ABORTED);
  quo_paxos_add_fact (state,
                      is_commit ? QUO_COMMIT_FACT_COMMITTED
                                : QUO_COMMIT_FACT_ABORTED,
                      id);
  quo_paxos_note (node,
                  is_commit ? QUO_PAXOS_NOTE_COMMIT : QUO_PAXOS_NOTE_ABORT, id);
  quo_node_sync (node, QUO_PAXOS_WRITE_OUTCOME, id);
}

/**
 * quo_paxos_manager_request:
 * @node: a node
 * @state: its memory
 * @op: what a client asks for
 *
 * A manager answers reads; the first leader begins transactions.
 */
void
quo_paxos_manager_request (QuoNode       *node,
                           QuoPaxosState *state,
                           const QuoOp   *op)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  QuoCommitBegin begin = { op->key, op->value, op->serial, (int) op->client };
  guint self = quo_node_index (node);

  if (op->kind == QUO_OP_READ && quo_paxos_is_manager (&layout, self))
    quo_guard_read (&state->guard, node, op);
  else if (self != layout.leader)
    quo_node_redirect (node, op->client, op->serial, (int) layout.leader);
  else if (op->kind != QUO_OP_WRITE && op->kind != QUO_OP_TRANSACTION)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
  else if (quo_commit_intake_accept (&state->intake, node, op))
    quo_paxos_leader_begin (node, state, &begin);
}

static void
read_record (QuoNode       *node,
             QuoPaxosState *state,
             const gint64  *columns,
             gboolean       is_recent,
             GArray        *ids)
{
  gint64 id = columns[1];
  QuoPaxosTransaction *transaction = quo_paxos_get (state, id);
  gboolean is_commit = columns[0] == QUO_PAXOS_RECORD_COMMIT;

  transaction->client = (int) columns[2];
  transaction->serial = columns[3];
  if (columns[0] == QUO_PAXOS_RECORD_PREPARED)
    {
      transaction->phase = QUO_PAXOS_PHASE_PREPARED;
      quo_commit_intake_remember (&state->intake, transaction->client,
                                  transaction->serial,
                                  QUO_COMMIT_OUTCOME_PENDING);
      g_array_append_val (ids, id);
      return;
    }

  transaction->is_learned = TRUE;
  transaction->phase = is_commit ? QUO_PAXOS_PHASE_COMMITTED
                                 : QUO_PAXOS_PHASE_ABORTED;
  quo_commit_intake_remember (&state->intake, transaction->client,
                              transaction->serial,
                              is_commit ? QUO_COMMIT_OUTCOME_COMMITTED
                                        : QUO_COMMIT_OUTCOME_ABORTED);
  quo_paxos_add_fact (state,
                      is_commit ? QUO_COMMIT_FACT_HAS_COMMITTED
                                : QUO_COMMIT_FACT_HAS_ABORTED,
                      id);
  if (is_recent)
    quo_paxos_show (node, state, transaction);
}

/**
 * quo_paxos_manager_recover:
 * @node: a manager, after a restart or with a log from before the run
 * @state: its memory, empty
 *
 * What is prepared and not decided is taken over after a while, which finds out.
 *
 * Returns: the highest number that a transaction may have
 */
gint64
quo_paxos_manager_recover (QuoNode       *node,
                           QuoPaxosState *state)
{
  const QuoTable *log = quo_node_table (node, QUO_PAXOS_FIELD_LOG);
  guint n_rows = quo_table_n_rows (log);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 highest = quo_node_get (node, QUO_PAXOS_FIELD_RESERVED);

  state->n_log = n_rows;
  for (guint i = 0; i < n_rows; i++)
    {
      const gint64 *columns = quo_table_nth (log, i, NULL);

      highest = quo_commit_intake_highest (highest, columns[1]);
      read_record (node, state, columns, i + QUO_PAXOS_RECENT >= n_rows, ids);
    }

  /* All fields first, so that the restart itself shows what the node knows. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < ids->len; i++)
      {
        QuoPaxosTransaction *transaction
          = quo_paxos_find (state, g_array_index (ids, gint64, i));

        if (transaction->phase != QUO_PAXOS_PHASE_PREPARED)
          continue;
        if (pass == 1)
          {
            quo_paxos_note (node, QUO_PAXOS_NOTE_RECOVER, transaction->id);
            quo_paxos_wait (node, state, transaction,
                            quo_paxos_takeover_delay (node));
            continue;
          }
        quo_guard_recall (&state->guard, node, transaction->id,
                          &transaction->key, &transaction->value);
        quo_guard_lock (&state->guard, node, transaction->id, transaction->key);
        quo_paxos_add_fact (state, QUO_COMMIT_FACT_IN_DOUBT, transaction->id);
        quo_paxos_show (node, state, transaction);
      }

  return highest;
}
