/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/three-phase-commit/three-private.h"

#include <string.h>

/* Rows of the field "transactions": older ones are no longer shown. */
#define SHOWN_MAX 16

static void
transaction_free (gpointer data)
{
  QuoThreeTransaction *self = data;

  g_free (self->heard);
  g_free (self->is_owed);
  g_free (self);
}

/**
 * quo_three_state_init:
 * @self: zeroed memory
 *
 * Makes the node's volatile memory ready, with nothing in it.
 */
void
quo_three_state_init (QuoThreeState *self)
{
  self->transactions = g_hash_table_new_full (g_int64_hash, g_int64_equal,
                                              NULL, transaction_free);
  quo_commit_intake_init (&self->intake, QUO_THREE_FIELD_RESERVED,
                          QUO_THREE_WRITE_RESERVE);
  quo_guard_init (&self->guard,
                  (QuoGuardFields) { QUO_THREE_FIELD_STORE,
                                     QUO_THREE_FIELD_LOCKS,
                                     QUO_THREE_FIELD_INTENTS });
  quo_deadlines_init (&self->deadlines, QUO_THREE_N_TIMERS,
                      QUO_THREE_FIELD_DEADLINE);
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoCommitFact));
}

/**
 * quo_three_state_clear:
 * @state: a #QuoThreeState
 *
 * Frees what the state owns.
 */
void
quo_three_state_clear (gpointer state)
{
  QuoThreeState *self = state;

  g_clear_pointer (&self->transactions, g_hash_table_unref);
  quo_commit_intake_clear (&self->intake);
  quo_guard_clear (&self->guard);
  quo_deadlines_clear (&self->deadlines);
  g_clear_pointer (&self->facts, g_array_unref);
}

/**
 * quo_three_add_fact:
 * @self: a node's memory
 * @kind: what happened in this step
 * @transaction: to which transaction
 *
 * Tells the monitor. The protocol itself never reads facts.
 */
void
quo_three_add_fact (QuoThreeState     *self,
                    QuoCommitFactKind  kind,
                    gint64             transaction)
{
  QuoCommitFact fact = { kind, transaction };

  g_array_append_val (self->facts, fact);
}

/**
 * quo_three_options:
 * @node: a node
 *
 * Returns: (transfer none): the scenario's options
 */
const QuoThreeOptions *
quo_three_options (const QuoNode *node)
{
  return quo_node_options (node);
}

/**
 * quo_three_coordinator:
 * @node: any node
 *
 * Returns: the index of the coordinator: the option, or node 0
 */
guint
quo_three_coordinator (const QuoNode *node)
{
  int coordinator = quo_three_options (node)->coordinator;

  if (coordinator < 0 || (guint) coordinator >= quo_node_n_nodes (node))
    return 0;

  return (guint) coordinator;
}

/**
 * quo_three_is_coordinator:
 * @node: a node
 *
 * Returns: whether this node coordinates; all others take part
 */
gboolean
quo_three_is_coordinator (const QuoNode *node)
{
  return quo_node_index (node) == quo_three_coordinator (node);
}

/**
 * quo_three_leader:
 * @node: any node
 * @attempt: 0 for the coordinator's own, then one more for each that went silent
 *
 * The election's order: participants by their index, and round again.
 *
 * Returns: the node whose turn it is
 */
guint
quo_three_leader (const QuoNode *node,
                  gint64         attempt)
{
  guint coordinator = quo_three_coordinator (node);
  guint n_participants = quo_node_n_nodes (node) - 1;
  guint nth;

  if (attempt == 0 || n_participants == 0)
    return coordinator;

  nth = (guint) ((attempt - 1) % n_participants);

  return nth < coordinator ? nth : nth + 1;
}

/**
 * quo_three_find:
 * @self: a node's memory
 * @id: number of a transaction
 *
 * Returns: (transfer none) (nullable): what the node knows of it
 */
QuoThreeTransaction *
quo_three_find (QuoThreeState *self,
                gint64         id)
{
  return g_hash_table_lookup (self->transactions, &id);
}

/**
 * quo_three_add:
 * @self: a node's memory
 * @id: number of a transaction that the node does not know
 *
 * Returns: (transfer none): its new entry
 */
QuoThreeTransaction *
quo_three_add (QuoThreeState *self,
               gint64         id)
{
  QuoThreeTransaction *transaction = g_new0 (QuoThreeTransaction, 1);

  transaction->id = id;
  transaction->asker = QUO_NO_NODE;
  transaction->client = QUO_NO_NODE;
  g_hash_table_replace (self->transactions, &transaction->id, transaction);

  return transaction;
}

/**
 * quo_three_forget:
 * @self: a node's memory
 * @id: number of a transaction
 *
 * Drops what the node knows of it; its entry is gone.
 */
void
quo_three_forget (QuoThreeState *self,
                  gint64         id)
{
  g_hash_table_remove (self->transactions, &id);
}

/**
 * quo_three_is_decided:
 * @self: a transaction
 *
 * Returns: whether this node has decided it
 */
gboolean
quo_three_is_decided (const QuoThreeTransaction *self)
{
  return self->phase == QUO_THREE_PHASE_COMMITTED
         || self->phase == QUO_THREE_PHASE_ABORTED;
}

/**
 * quo_three_is_precommitted:
 * @self: a transaction
 *
 * Returns: whether this node has it in state p, or is about to
 */
gboolean
quo_three_is_precommitted (const QuoThreeTransaction *self)
{
  return self->phase == QUO_THREE_PHASE_PRECOMMIT
         || self->phase == QUO_THREE_PHASE_PRECOMMITTING;
}

static QuoThreeRole
role_of (const QuoNode             *node,
         const QuoThreeTransaction *transaction)
{
  gboolean is_undecided = !quo_three_is_decided (transaction);

  if (transaction->is_recovered && is_undecided)
    return QUO_THREE_ROLE_RECOVERING;
  if (transaction->duty != QUO_THREE_DUTY_NONE && is_undecided
      && !quo_three_is_coordinator (node))
    return QUO_THREE_ROLE_BACKUP;

  switch (transaction->phase)
    {
    case QUO_THREE_PHASE_WAIT:
    case QUO_THREE_PHASE_PRECOMMITTING:
      return QUO_THREE_ROLE_WAIT;
    case QUO_THREE_PHASE_PRECOMMIT:
      return QUO_THREE_ROLE_PRECOMMIT;
    case QUO_THREE_PHASE_COMMITTED:
      return QUO_THREE_ROLE_COMMITTED;
    case QUO_THREE_PHASE_ABORTED:
      return QUO_THREE_ROLE_ABORTED;
    case QUO_THREE_PHASE_VOTING:
    default:
      return QUO_THREE_ROLE_INITIAL;
    }
}

/**
 * quo_three_show:
 * @node: a node
 * @state: its memory
 * @transaction: one of its transactions
 *
 * Writes what others may see of the transaction: its row, and the role when it is
 * the latest one.
 */
void
quo_three_show (QuoNode             *node,
                QuoThreeState       *state,
                QuoThreeTransaction *transaction)
{
  gint64 columns[QUO_MAX_COLUMNS] = {
    transaction->phase, transaction->attempt, transaction->n_heard,
  };
  QuoThreeRole role = role_of (node, transaction);

  if (transaction->id > state->latest)
    {
      for (gint64 id = MAX (1, state->latest - SHOWN_MAX + 1);
           id <= MIN (state->latest, transaction->id - SHOWN_MAX); id++)
        quo_node_remove_row (node, QUO_THREE_FIELD_TRANSACTIONS, id);
      state->latest = transaction->id;
      quo_node_set (node, QUO_THREE_FIELD_TRANSACTION, transaction->id);
    }

  if (transaction->id > state->latest - SHOWN_MAX)
    quo_node_set_row (node, QUO_THREE_FIELD_TRANSACTIONS, transaction->id,
                      columns);

  if (transaction->id != state->latest)
    return;
  if (quo_node_get (node, QUO_THREE_FIELD_ROLE) != role)
    quo_node_set (node, QUO_THREE_FIELD_ROLE, role);
  if (quo_node_get (node, QUO_THREE_FIELD_ATTEMPT) != transaction->attempt)
    quo_node_set (node, QUO_THREE_FIELD_ATTEMPT, transaction->attempt);
}

/**
 * quo_three_set_phase:
 * @node: a node
 * @state: its memory
 * @transaction: one of its transactions
 * @phase: how far it is now
 *
 * Moves the transaction on and shows it.
 */
void
quo_three_set_phase (QuoNode             *node,
                     QuoThreeState       *state,
                     QuoThreeTransaction *transaction,
                     QuoThreePhase        phase)
{
  transaction->phase = phase;
  quo_three_show (node, state, transaction);
}

/**
 * quo_three_set_duty:
 * @node: whoever coordinates
 * @state: its memory
 * @transaction: one of its transactions
 * @duty: what is waited for from here on
 *
 * Nothing has been heard of the new matter yet, and only so long is it waited for.
 */
void
quo_three_set_duty (QuoNode             *node,
                    QuoThreeState       *state,
                    QuoThreeTransaction *transaction,
                    QuoThreeDuty         duty)
{
  transaction->duty = duty;
  transaction->n_heard = 0;
  if (transaction->heard != NULL)
    memset (transaction->heard, 0, quo_node_n_nodes (node));

  quo_deadlines_drop (&state->deadlines, node, QUO_THREE_TIMER_ANSWERS,
                      transaction->id);
  if (duty == QUO_THREE_DUTY_VOTES || duty == QUO_THREE_DUTY_STATES
      || duty == QUO_THREE_DUTY_ACKS)
    quo_deadlines_add (&state->deadlines, node, QUO_THREE_TIMER_ANSWERS,
                       quo_three_options (node)->answer_timeout,
                       transaction->id);
}

/**
 * quo_three_hear:
 * @node: a node
 * @state: its memory
 * @transaction: one of its transactions
 * @from: who has answered
 * @what: what it said
 *
 * Returns: whether it is this node's first answer to the matter
 */
gboolean
quo_three_hear (QuoNode             *node,
                QuoThreeState       *state,
                QuoThreeTransaction *transaction,
                guint                from,
                guint                what)
{
  if (transaction->heard == NULL)
    transaction->heard = g_new0 (guint8, quo_node_n_nodes (node));
  if (transaction->heard[from] != 0)
    return FALSE;

  transaction->heard[from] = (guint8) (what + 1);
  transaction->n_heard++;
  quo_three_show (node, state, transaction);

  return TRUE;
}

/**
 * quo_three_append:
 * @node: a node
 * @state: its memory
 * @record: what the row says
 * @transaction: of which transaction
 *
 * Appends a row to the log. It is on disk only after quo_node_sync() has done its
 * work: what waits for it waits for that.
 */
void
quo_three_append (QuoNode                   *node,
                  QuoThreeState             *state,
                  QuoThreeRecord             record,
                  const QuoThreeTransaction *transaction)
{
  gint64 columns[QUO_MAX_COLUMNS] = {
    record, transaction->id, transaction->client, transaction->serial,
  };

  quo_node_set_row (node, QUO_THREE_FIELD_LOG, ++state->n_log, columns);
}

/**
 * quo_three_wait_silence:
 * @node: a participant
 * @state: its memory
 * @transaction: one that it has voted YES for
 *
 * Whoever coordinates has just been heard: the wait begins anew.
 */
void
quo_three_wait_silence (QuoNode             *node,
                        QuoThreeState       *state,
                        QuoThreeTransaction *transaction)
{
  quo_deadlines_drop (&state->deadlines, node, QUO_THREE_TIMER_SILENCE,
                      transaction->id);
  quo_deadlines_add (&state->deadlines, node, QUO_THREE_TIMER_SILENCE,
                     quo_three_options (node)->silence_timeout,
                     transaction->id);
}

/**
 * quo_three_send:
 * @node: a node
 * @to: another node
 * @message: a message whose fields are the transaction and perhaps the attempt
 * @transaction: number of the transaction
 * @attempt: whose turn it is to coordinate
 */
void
quo_three_send (QuoNode         *node,
                guint            to,
                QuoThreeMessage  message,
                gint64           transaction,
                gint64           attempt)
{
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { transaction, attempt };

  quo_node_send (node, to, message, fields);
}

/**
 * quo_three_send_decision:
 * @node: a node
 * @to: one who asked
 * @transaction: decided, and durably so: a crash could make the node take back
 *   anything else
 */
void
quo_three_send_decision (QuoNode                   *node,
                         guint                      to,
                         const QuoThreeTransaction *transaction)
{
  quo_three_send (node, to, QUO_THREE_DECISION, transaction->id,
                  transaction->is_commit);
}

/**
 * quo_three_note:
 * @node: a node
 * @note: a note whose only field is the transaction
 * @transaction: number of the transaction
 */
void
quo_three_note (QuoNode      *node,
                QuoThreeNote  note,
                gint64        transaction)
{
  gint64 fields[QUO_MAX_COLUMNS] = { transaction };

  quo_node_note (node, note, fields);
}
