/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/two-phase-commit/commit-private.h"

/* Rows of the field "transactions": older ones are no longer shown. */
#define SHOWN_MAX 16

static void
transaction_free (gpointer data)
{
  QuoCommitTransaction *self = data;

  g_free (self->votes);
  g_free (self->is_owed);
  g_free (self);
}

/**
 * quo_commit_state_init:
 * @self: zeroed memory
 *
 * Makes the node's volatile memory ready, with nothing in it.
 */
void
quo_commit_state_init (QuoCommitState *self)
{
  self->transactions = g_hash_table_new_full (g_int64_hash, g_int64_equal,
                                              NULL, transaction_free);
  quo_commit_intake_init (&self->intake, QUO_COMMIT_FIELD_RESERVED,
                          QUO_COMMIT_WRITE_RESERVE);
  quo_guard_init (&self->guard,
                  (QuoGuardFields) { QUO_COMMIT_FIELD_STORE,
                                     QUO_COMMIT_FIELD_LOCKS,
                                     QUO_COMMIT_FIELD_INTENTS });
  quo_deadlines_init (&self->deadlines, QUO_COMMIT_N_TIMERS,
                      QUO_COMMIT_FIELD_DEADLINE);
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoCommitFact));
}

/**
 * quo_commit_state_clear:
 * @state: a #QuoCommitState
 *
 * Frees what the state owns.
 */
void
quo_commit_state_clear (gpointer state)
{
  QuoCommitState *self = state;

  g_clear_pointer (&self->transactions, g_hash_table_unref);
  quo_commit_intake_clear (&self->intake);
  quo_guard_clear (&self->guard);
  quo_deadlines_clear (&self->deadlines);
  g_clear_pointer (&self->facts, g_array_unref);
}

/**
 * quo_commit_begin_step:
 * @self: a node's memory
 *
 * Drops the facts of the step before: the monitor has seen them.
 */
void
quo_commit_begin_step (QuoCommitState *self)
{
  g_array_set_size (self->facts, 0);
}

/**
 * quo_commit_add_fact:
 * @self: a node's memory
 * @kind: what happened in this step
 * @transaction: to which transaction
 *
 * Tells the monitor. The protocol itself never reads facts.
 */
void
quo_commit_add_fact (QuoCommitState    *self,
                     QuoCommitFactKind  kind,
                     gint64             transaction)
{
  QuoCommitFact fact = { kind, transaction };

  g_array_append_val (self->facts, fact);
}

/**
 * quo_commit_options:
 * @node: a node
 *
 * Returns: (transfer none): the scenario's options
 */
const QuoCommitOptions *
quo_commit_options (const QuoNode *node)
{
  return quo_node_options (node);
}

/**
 * quo_commit_coordinator:
 * @node: any node
 *
 * Returns: the index of the coordinator: the option, or node 0
 */
guint
quo_commit_coordinator (const QuoNode *node)
{
  int coordinator = quo_commit_options (node)->coordinator;

  if (coordinator < 0 || (guint) coordinator >= quo_node_n_nodes (node))
    return 0;

  return (guint) coordinator;
}

/**
 * quo_commit_is_coordinator:
 * @node: a node
 *
 * Returns: whether this node coordinates; all others take part
 */
gboolean
quo_commit_is_coordinator (const QuoNode *node)
{
  return quo_node_index (node) == quo_commit_coordinator (node);
}

/**
 * quo_commit_n_participants:
 * @node: any node
 *
 * Returns: how many nodes vote
 */
guint
quo_commit_n_participants (const QuoNode *node)
{
  return quo_node_n_nodes (node) - 1;
}

/**
 * quo_commit_is_acknowledged:
 * @node: any node
 * @is_commit: the decision
 *
 * Whether a decision is forced by those who took part and then acknowledged.
 * What a variant presumes needs neither: whoever asks after it was forgotten
 * gets the right answer.
 *
 * Returns: %TRUE if it is forced and acknowledged
 */
gboolean
quo_commit_is_acknowledged (const QuoNode *node,
                            gboolean       is_commit)
{
  switch ((QuoCommitVariant) quo_commit_options (node)->variant)
    {
    case QUO_COMMIT_PRESUMED_ABORT:
      return is_commit;
    case QUO_COMMIT_PRESUMED_COMMIT:
      return !is_commit;
    case QUO_COMMIT_BASIC:
    default:
      return TRUE;
    }
}

/**
 * quo_commit_find:
 * @self: a node's memory
 * @id: number of a transaction
 *
 * Returns: (transfer none) (nullable): what the node knows of it
 */
QuoCommitTransaction *
quo_commit_find (QuoCommitState *self,
                 gint64          id)
{
  return g_hash_table_lookup (self->transactions, &id);
}

/**
 * quo_commit_add:
 * @self: a node's memory
 * @id: number of a transaction that the node does not know
 *
 * Returns: (transfer none): its new entry
 */
QuoCommitTransaction *
quo_commit_add (QuoCommitState *self,
                gint64          id)
{
  QuoCommitTransaction *transaction = g_new0 (QuoCommitTransaction, 1);

  transaction->id = id;
  transaction->asker = QUO_NO_NODE;
  transaction->client = QUO_NO_NODE;
  g_hash_table_replace (self->transactions, &transaction->id, transaction);

  return transaction;
}

/**
 * quo_commit_forget:
 * @self: a node's memory
 * @id: number of a transaction
 *
 * Drops what the node knows of it; its entry is gone.
 */
void
quo_commit_forget (QuoCommitState *self,
                   gint64          id)
{
  g_hash_table_remove (self->transactions, &id);
}

static QuoCommitRole
role_of_phase (QuoCommitPhase phase)
{
  switch (phase)
    {
    case QUO_COMMIT_PHASE_COLLECTING:
    case QUO_COMMIT_PHASE_WAITING:
    case QUO_COMMIT_PHASE_DECIDING:
      return QUO_COMMIT_ROLE_WAIT;
    case QUO_COMMIT_PHASE_PREPARED:
      return QUO_COMMIT_ROLE_PREPARED;
    case QUO_COMMIT_PHASE_COMMITTED:
      return QUO_COMMIT_ROLE_COMMITTED;
    case QUO_COMMIT_PHASE_ABORTED:
      return QUO_COMMIT_ROLE_ABORTED;
    case QUO_COMMIT_PHASE_PREPARING:
    default:
      return QUO_COMMIT_ROLE_WORKING;
    }
}

/**
 * quo_commit_show:
 * @node: a node
 * @self: its memory
 * @transaction: one of its transactions
 *
 * Writes what others may see of the transaction: its row, and the role when it is
 * the latest one.
 */
void
quo_commit_show (QuoNode              *node,
                 QuoCommitState       *self,
                 QuoCommitTransaction *transaction)
{
  gint64 columns[QUO_MAX_COLUMNS] = {
    transaction->phase, transaction->n_votes, transaction->n_acks,
  };

  if (transaction->id > self->latest)
    {
      for (gint64 id = MAX (1, self->latest - SHOWN_MAX + 1);
           id <= MIN (self->latest, transaction->id - SHOWN_MAX); id++)
        quo_node_remove_row (node, QUO_COMMIT_FIELD_TRANSACTIONS, id);
      self->latest = transaction->id;
      quo_node_set (node, QUO_COMMIT_FIELD_TRANSACTION, transaction->id);
    }

  if (transaction->id > self->latest - SHOWN_MAX)
    quo_node_set_row (node, QUO_COMMIT_FIELD_TRANSACTIONS, transaction->id,
                      columns);

  if (transaction->id == self->latest)
    {
      QuoCommitRole role = role_of_phase (transaction->phase);

      if (quo_node_get (node, QUO_COMMIT_FIELD_ROLE) != role)
        quo_node_set (node, QUO_COMMIT_FIELD_ROLE, role);
    }
}

/**
 * quo_commit_set_phase:
 * @node: a node
 * @self: its memory
 * @transaction: one of its transactions
 * @phase: how far it is now
 *
 * Moves the transaction on, keeps count of those in doubt, and shows it.
 */
void
quo_commit_set_phase (QuoNode              *node,
                      QuoCommitState       *self,
                      QuoCommitTransaction *transaction,
                      QuoCommitPhase        phase)
{
  gboolean was_in_doubt = transaction->phase == QUO_COMMIT_PHASE_PREPARED;
  gboolean is_in_doubt = phase == QUO_COMMIT_PHASE_PREPARED;

  transaction->phase = phase;
  if (is_in_doubt != was_in_doubt)
    {
      self->n_in_doubt += is_in_doubt ? 1 : -1;
      quo_node_set (node, QUO_COMMIT_FIELD_IN_DOUBT, self->n_in_doubt);
    }

  quo_commit_show (node, self, transaction);
}

/**
 * quo_commit_append:
 * @node: a node
 * @self: its memory
 * @record: what the row says
 * @transaction: of which transaction
 *
 * Appends a row to the log. It is on disk only after quo_node_sync() has done its
 * work: what waits for it waits for that.
 */
void
quo_commit_append (QuoNode                    *node,
                   QuoCommitState             *self,
                   QuoCommitRecord             record,
                   const QuoCommitTransaction *transaction)
{
  gint64 columns[QUO_MAX_COLUMNS] = {
    record, transaction->id, transaction->client, transaction->serial,
  };

  quo_node_set_row (node, QUO_COMMIT_FIELD_LOG, ++self->n_log, columns);
}

/**
 * quo_commit_send:
 * @node: a node
 * @to: another node
 * @message: a message whose only field is the transaction
 * @transaction: number of the transaction
 */
void
quo_commit_send (QuoNode          *node,
                 guint             to,
                 QuoCommitMessage  message,
                 gint64            transaction)
{
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { transaction };

  quo_node_send (node, to, message, fields);
}

/**
 * quo_commit_note:
 * @node: a node
 * @note: a note whose only field is the transaction
 * @transaction: number of the transaction
 */
void
quo_commit_note (QuoNode       *node,
                 QuoCommitNote  note,
                 gint64         transaction)
{
  gint64 fields[QUO_MAX_COLUMNS] = { transaction };

  quo_node_note (node, note, fields);
}
