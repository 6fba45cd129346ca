/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A node that was away. What its log says was true when it crashed; the others may
 * have gone on. So it does not take part in a termination: it asks how it ended.
 * Only when everybody was away, and everybody is back and says so, is there nobody
 * left who can have gone on: then what the logs say is all there is.
 *
 * Source: Bernstein, Hadzilacos and Goodman 1987, section 7.5 (recovery, and total
 * failures).
 */

#include "protocol/three-phase-commit/three-private.h"

static void
decide (QuoNode             *node,
        QuoThreeState       *state,
        QuoThreeTransaction *transaction,
        gboolean             is_commit)
{
  if (quo_three_is_coordinator (node))
    quo_three_coordinator_decide (node, state, transaction, is_commit);
  else
    quo_three_participant_decide (node, state, transaction, is_commit);
}

/**
 * quo_three_ask:
 * @node: a node that was away
 * @state: its memory
 * @transaction: not decided here
 *
 * Asks everybody how it ended, again and again.
 */
void
quo_three_ask (QuoNode             *node,
               QuoThreeState       *state,
               QuoThreeTransaction *transaction)
{
  guint n_nodes = quo_node_n_nodes (node);

  for (guint i = 0; i < n_nodes; i++)
    if (i != quo_node_index (node))
      quo_three_send (node, i, QUO_THREE_DECISION_REQUEST, transaction->id, 0);
  quo_deadlines_add (&state->deadlines, node, QUO_THREE_TIMER_ASK,
                     quo_three_options (node)->ask_interval, transaction->id);
}

/**
 * quo_three_hear_recovered:
 * @node: a node
 * @state: its memory
 * @transaction: one of its transactions
 * @from: another node that was away
 * @report: what its log says
 *
 * When all were away, a PRECOMMIT in any log means that all voted YES, and no
 * decision in any means that nobody acted on it: every node comes to the same.
 */
void
quo_three_hear_recovered (QuoNode             *node,
                          QuoThreeState       *state,
                          QuoThreeTransaction *transaction,
                          guint                from,
                          gint64               report)
{
  guint n_nodes = quo_node_n_nodes (node);
  gboolean is_commit = quo_three_is_precommitted (transaction);

  if (!transaction->is_recovered || quo_three_is_decided (transaction)
      || transaction->duty != QUO_THREE_DUTY_NONE
      || (report != QUO_THREE_REPORT_AWAY_WAIT
          && report != QUO_THREE_REPORT_AWAY_PRECOMMIT)
      || !quo_three_hear (node, state, transaction, from, (guint) report)
      || transaction->n_heard < n_nodes - 1)
    return;

  for (guint i = 0; i < n_nodes; i++)
    if (transaction->heard[i] == QUO_THREE_REPORT_AWAY_PRECOMMIT + 1)
      is_commit = TRUE;
  decide (node, state, transaction, is_commit);
}

/* The last record counts. Only what is recent is shown: the rest would be pushed
 * out at once. */
static void
read_record (QuoNode       *node,
             QuoThreeState *state,
             const gint64  *columns,
             gboolean       is_recent,
             GArray        *ids)
{
  gint64 id = columns[1];
  QuoThreeTransaction *transaction = quo_three_find (state, id);
  gboolean is_commit = columns[0] == QUO_THREE_RECORD_COMMIT;

  if (columns[0] == QUO_THREE_RECORD_END)
    {
      if (transaction != NULL)
        quo_three_forget (state, id);
      return;
    }
  if (transaction == NULL)
    {
      transaction = quo_three_add (state, id);
      g_array_append_val (ids, id);
    }
  transaction->client = (int) columns[2];
  transaction->serial = columns[3];
  transaction->is_recovered = TRUE;
  if (columns[0] == QUO_THREE_RECORD_PREPARED)
    transaction->phase = QUO_THREE_PHASE_WAIT;
  else if (columns[0] == QUO_THREE_RECORD_PRECOMMIT)
    transaction->phase = QUO_THREE_PHASE_PRECOMMIT;
  if (columns[0] != QUO_THREE_RECORD_COMMIT
      && columns[0] != QUO_THREE_RECORD_ABORT)
    return;

  transaction->is_commit = is_commit;
  transaction->is_durable = TRUE;
  transaction->phase = is_commit ? QUO_THREE_PHASE_COMMITTED
                                 : QUO_THREE_PHASE_ABORTED;
  quo_three_add_fact (state,
                      is_commit ? QUO_COMMIT_FACT_HAS_COMMITTED
                                : QUO_COMMIT_FACT_HAS_ABORTED,
                      id);
  if (is_recent)
    quo_three_show (node, state, transaction);
}

/* A participant locks again before anybody else can have the key. */
static void
doubt_again (QuoNode             *node,
             QuoThreeState       *state,
             QuoThreeTransaction *transaction)
{
  if (!quo_three_is_coordinator (node))
    {
      quo_guard_recall (&state->guard, node, transaction->id,
                        &transaction->key, &transaction->value);
      quo_guard_lock (&state->guard, node, transaction->id, transaction->key);
      quo_three_add_fact (state, QUO_COMMIT_FACT_IN_DOUBT, transaction->id);
    }
  if (quo_node_has_fault (node, QUO_THREE_FAULT_RECOVERED_TAKES_PART))
    transaction->is_recovered = FALSE;
  quo_three_show (node, state, transaction);
}

static void
take_up (QuoNode             *node,
         QuoThreeState       *state,
         QuoThreeTransaction *transaction)
{
  quo_three_note (node, QUO_THREE_NOTE_RECOVER, transaction->id);
  if (quo_node_has_fault (node, QUO_THREE_FAULT_RECOVERED_ABORTS))
    decide (node, state, transaction, FALSE);
  else if (transaction->is_recovered || quo_three_is_coordinator (node))
    quo_three_ask (node, state, transaction);
  else
    quo_three_wait_silence (node, state, transaction);
}

/* The coordinator's decisions: a client that asks again is told, and with the last
 * acknowledgement they are sent until it has come. */
static void
settle (QuoNode             *node,
        QuoThreeState       *state,
        QuoThreeTransaction *transaction)
{
  if (!quo_three_is_coordinator (node))
    return;

  quo_commit_intake_remember (&state->intake, transaction->client,
                              transaction->serial,
                              transaction->is_commit
                                ? QUO_COMMIT_OUTCOME_COMMITTED
                                : QUO_COMMIT_OUTCOME_ABORTED);
  if (quo_three_options (node)->has_final_ack)
    quo_three_coordinator_resend (node, state, transaction);
}

/**
 * quo_three_recover:
 * @node: a node, after a restart or with a log from before the run
 * @state: its memory, empty
 *
 * Takes up what the log says is unfinished.
 */
void
quo_three_recover (QuoNode       *node,
                   QuoThreeState *state)
{
  const QuoTable *log = quo_node_table (node, QUO_THREE_FIELD_LOG);
  guint n_rows = quo_table_n_rows (log);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 highest = quo_node_get (node, QUO_THREE_FIELD_RESERVED);

  state->n_log = n_rows;
  for (guint i = 0; i < n_rows; i++)
    {
      const gint64 *columns = quo_table_nth (log, i, NULL);

      highest = quo_commit_intake_highest (highest, columns[1]);
      read_record (node, state, columns, i + QUO_THREE_RECENT >= n_rows, ids);
    }
  if (quo_three_is_coordinator (node))
    quo_commit_intake_recover (&state->intake, node, highest);

  /* All fields first, so that the restart itself shows what the node knows. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < ids->len; i++)
      {
        QuoThreeTransaction *transaction
          = quo_three_find (state, g_array_index (ids, gint64, i));

        if (transaction == NULL)
          continue;
        if (quo_three_is_decided (transaction) && pass == 1)
          settle (node, state, transaction);
        else if (!quo_three_is_decided (transaction) && pass == 0)
          doubt_again (node, state, transaction);
        else if (pass == 1)
          take_up (node, state, transaction);
      }

  if (quo_three_is_coordinator (node))
    quo_commit_intake_reserve (&state->intake, node);
}
