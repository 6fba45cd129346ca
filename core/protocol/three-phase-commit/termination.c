/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The termination protocol: the coordinator is silent, so those who can still be
 * reached elect a backup, which asks how far each is and decides.
 *
 *   TR1  one has aborted, or has not voted: abort.
 *   TR2  one has committed: commit.
 *   TR3  all who answer are waiting: abort. Nobody can have committed.
 *   TR4  one has precommitted: all have voted YES. Make the rest precommit, then
 *        commit.
 *
 * A node that was away does not count. It is right as long as who does not answer
 * is down. When it is merely cut off, the other side follows the same rules and
 * may come to the other decision.
 *
 * Source: Skeen 1981, section 6; Bernstein, Hadzilacos and Goodman 1987,
 * section 7.5 (rules, and the election by a fixed order).
 */

#include "protocol/three-phase-commit/three-private.h"

static void
decide (QuoNode             *node,
        QuoThreeState       *state,
        QuoThreeTransaction *transaction,
        gboolean             is_commit)
{
  if (quo_three_is_coordinator (node))
    {
      quo_three_coordinator_decide (node, state, transaction, is_commit);
      return;
    }

  transaction->is_announced = TRUE;
  quo_three_participant_decide (node, state, transaction, is_commit);
}

/**
 * quo_three_silence:
 * @node: a participant
 * @state: its memory
 * @transaction: one that it has voted YES for
 *
 * Whoever coordinates has not been heard for too long and is taken for dead: it
 * is the next one's turn.
 */
void
quo_three_silence (QuoNode             *node,
                   QuoThreeState       *state,
                   QuoThreeTransaction *transaction)
{
  guint leader;
  gint64 fields[QUO_MAX_COLUMNS] = {
    transaction->id, quo_three_leader (node, transaction->attempt),
  };

  if (transaction->is_recovered || transaction->duty != QUO_THREE_DUTY_NONE)
    return;

  quo_node_note (node, QUO_THREE_NOTE_SILENCE, fields);
  transaction->attempt++;
  leader = quo_three_leader (node, transaction->attempt);
  if (leader == quo_node_index (node))
    {
      quo_three_lead (node, state, transaction);
      return;
    }

  quo_three_show (node, state, transaction);
  quo_three_send (node, leader, QUO_THREE_ELECTED, transaction->id,
                  transaction->attempt);
  quo_three_wait_silence (node, state, transaction);
}

/* All states that can be had are there. */
static void
apply_rules (QuoNode             *node,
             QuoThreeState       *state,
             QuoThreeTransaction *transaction)
{
  guint n_nodes = quo_node_n_nodes (node);
  gboolean is_precommitted = quo_three_is_precommitted (transaction);

  g_free (transaction->is_owed);
  transaction->is_owed = g_new0 (guint8, n_nodes);
  transaction->n_owed = 0;
  for (guint i = 0; transaction->heard != NULL && i < n_nodes; i++)
    {
      if (transaction->heard[i] == QUO_THREE_REPORT_PRECOMMIT + 1)
        is_precommitted = TRUE;
      if (transaction->heard[i] != QUO_THREE_REPORT_WAIT + 1)
        continue;
      transaction->is_owed[i] = TRUE;
      transaction->n_owed++;
    }

  /* TR3: the coordinator commits only when all who were up had precommitted. */
  if (!is_precommitted)
    {
      decide (node, state, transaction, FALSE);
      return;
    }

  /* TR4, beginning with oneself. */
  quo_three_set_duty (node, state, transaction, QUO_THREE_DUTY_OWN_PRECOMMIT);
  if (transaction->phase == QUO_THREE_PHASE_PRECOMMIT)
    {
      quo_three_own_precommit (node, state, transaction);
    }
  else if (transaction->phase == QUO_THREE_PHASE_WAIT)
    {
      quo_three_append (node, state, QUO_THREE_RECORD_PRECOMMIT, transaction);
      quo_three_set_phase (node, state, transaction,
                           QUO_THREE_PHASE_PRECOMMITTING);
      quo_node_sync (node, QUO_THREE_WRITE_PRECOMMIT, transaction->id);
    }
}

/**
 * quo_three_lead:
 * @node: a participant
 * @state: its memory
 * @transaction: voted for and not decided, its attempt this node's
 *
 * The backup asks everybody how far they are.
 */
void
quo_three_lead (QuoNode             *node,
                QuoThreeState       *state,
                QuoThreeTransaction *transaction)
{
  guint n_nodes = quo_node_n_nodes (node);

  quo_deadlines_drop (&state->deadlines, node, QUO_THREE_TIMER_SILENCE,
                      transaction->id);
  transaction->owes_state = FALSE;
  quo_three_set_duty (node, state, transaction, QUO_THREE_DUTY_STATES);
  quo_three_show (node, state, transaction);
  quo_three_note (node, QUO_THREE_NOTE_BACKUP, transaction->id);

  for (guint i = 0; i < n_nodes; i++)
    if (i != quo_node_index (node) && i != quo_three_coordinator (node))
      quo_three_send (node, i, QUO_THREE_STATE_REQUEST, transaction->id,
                      transaction->attempt);

  transaction->n_awaited = n_nodes - 2;
  if (transaction->n_awaited == 0)
    apply_rules (node, state, transaction);
}

/**
 * quo_three_follow:
 * @node: a participant
 * @state: its memory
 * @transaction: not decided yet
 * @attempt: of a message from whoever coordinates, not an older one
 *
 * Another coordinates, or still does: this node stands down if it did, and waits
 * for it from now on.
 */
void
quo_three_follow (QuoNode             *node,
                  QuoThreeState       *state,
                  QuoThreeTransaction *transaction,
                  gint64               attempt)
{
  transaction->attempt = attempt;
  if (transaction->duty != QUO_THREE_DUTY_NONE)
    quo_three_set_duty (node, state, transaction, QUO_THREE_DUTY_NONE);
  quo_three_wait_silence (node, state, transaction);
  quo_three_show (node, state, transaction);
}

/**
 * quo_three_report:
 * @node: a node
 * @transaction: voted for and not decided
 * @to: who asked how far it is
 */
void
quo_three_report (QuoNode                   *node,
                  const QuoThreeTransaction *transaction,
                  guint                      to)
{
  gboolean is_precommitted = transaction->phase == QUO_THREE_PHASE_PRECOMMIT;
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = {
    transaction->id, transaction->attempt,
    is_precommitted ? QUO_THREE_REPORT_PRECOMMIT : QUO_THREE_REPORT_WAIT,
  };

  if (transaction->is_recovered)
    fields[2] = is_precommitted ? QUO_THREE_REPORT_AWAY_PRECOMMIT
                                : QUO_THREE_REPORT_AWAY_WAIT;
  quo_node_send (node, to, QUO_THREE_STATE, fields);
}

/**
 * quo_three_receive_state:
 * @node: a participant
 * @state: its memory
 * @transaction: one that it has voted YES for
 * @message: how far another is
 *
 * One that has decided says so with DECISION: rules TR1 and TR2.
 */
void
quo_three_receive_state (QuoNode             *node,
                         QuoThreeState       *state,
                         QuoThreeTransaction *transaction,
                         const QuoMessage    *message)
{
  gint64 report = message->fields[2];

  if (report == QUO_THREE_REPORT_AWAY_WAIT
      || report == QUO_THREE_REPORT_AWAY_PRECOMMIT)
    {
      quo_three_hear_recovered (node, state, transaction, message->from, report);
      return;
    }
  if (transaction->duty != QUO_THREE_DUTY_STATES
      || message->fields[1] != transaction->attempt
      || !quo_three_hear (node, state, transaction, message->from,
                          (guint) report))
    return;

  if (transaction->n_heard == transaction->n_awaited)
    apply_rules (node, state, transaction);
}

/**
 * quo_three_own_precommit:
 * @node: whoever coordinates
 * @state: its memory
 * @transaction: its PRECOMMIT is on disk
 *
 * Makes those who are still waiting precommit as well.
 */
void
quo_three_own_precommit (QuoNode             *node,
                         QuoThreeState       *state,
                         QuoThreeTransaction *transaction)
{
  guint n_nodes = quo_node_n_nodes (node);

  quo_three_set_phase (node, state, transaction, QUO_THREE_PHASE_PRECOMMIT);

  /* Elected while it was being forced: the others have to be heard first. */
  if (transaction->duty != QUO_THREE_DUTY_OWN_PRECOMMIT)
    return;

  quo_three_set_duty (node, state, transaction, QUO_THREE_DUTY_ACKS);
  transaction->n_awaited = transaction->n_owed;
  for (guint i = 0; i < n_nodes; i++)
    if (transaction->is_owed[i])
      quo_three_send (node, i, QUO_THREE_PRECOMMIT, transaction->id,
                      transaction->attempt);

  if (transaction->n_awaited == 0
      || quo_node_has_fault (node, QUO_THREE_FAULT_COMMIT_BEFORE_ACKS))
    decide (node, state, transaction, TRUE);
}

/**
 * quo_three_receive_ack:
 * @node: whoever coordinates
 * @state: its memory
 * @transaction: one of its transactions
 * @message: another has precommitted
 */
void
quo_three_receive_ack (QuoNode             *node,
                       QuoThreeState       *state,
                       QuoThreeTransaction *transaction,
                       const QuoMessage    *message)
{
  if (transaction->duty == QUO_THREE_DUTY_ACKS
      && message->fields[1] == transaction->attempt
      && quo_three_hear (node, state, transaction, message->from, 0)
      && transaction->n_heard == transaction->n_awaited)
    decide (node, state, transaction, TRUE);
}

/**
 * quo_three_answers_missing:
 * @node: whoever coordinates
 * @state: its memory
 * @transaction: one of its transactions
 *
 * Who has not answered by now is down, and no longer counts.
 */
void
quo_three_answers_missing (QuoNode             *node,
                           QuoThreeState       *state,
                           QuoThreeTransaction *transaction)
{
  if (transaction->duty == QUO_THREE_DUTY_STATES)
    apply_rules (node, state, transaction);
  else if (transaction->duty == QUO_THREE_DUTY_ACKS)
    decide (node, state, transaction, TRUE);
}
