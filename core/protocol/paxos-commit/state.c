/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/paxos-commit/paxos-private.h"

/* Rows of the field "transactions": older ones are no longer shown. */
#define SHOWN_MAX 16

/**
 * quo_paxos_layout:
 * @options: the scenario's
 * @n_nodes: how many nodes there are
 *
 * Co-located, as the paper counts: every node is a resource manager, 2F+1 of them,
 * beginning with the first leader's, are acceptors as well. Apart: the last 2F+1
 * nodes are acceptors and nothing else. With too few nodes F is less than asked
 * for.
 *
 * Returns: which node is what
 */
QuoPaxosLayout
quo_paxos_layout (const QuoPaxosOptions *options,
                  guint                  n_nodes)
{
  QuoPaxosLayout self = { n_nodes, 0, 0, options->is_colocated || n_nodes < 2 };
  guint n_faults_max = self.is_colocated ? (n_nodes - 1) / 2
                                         : (n_nodes - 2) / 2;

  self.n_faults = MIN ((guint) options->n_faults, n_faults_max);
  if (options->leader >= 0
      && (guint) options->leader < quo_paxos_n_managers (&self))
    self.leader = (guint) options->leader;

  return self;
}

/**
 * quo_paxos_n_managers:
 * @layout: which node is what
 *
 * Returns: how many resource managers there are; they are the first nodes
 */
guint
quo_paxos_n_managers (const QuoPaxosLayout *layout)
{
  return layout->is_colocated ? layout->n_nodes
                              : layout->n_nodes - (2 * layout->n_faults + 1);
}

/**
 * quo_paxos_is_manager:
 * @layout: which node is what
 * @node: index of a node
 *
 * Returns: whether it votes
 */
gboolean
quo_paxos_is_manager (const QuoPaxosLayout *layout,
                      guint                 node)
{
  return node < quo_paxos_n_managers (layout);
}

/**
 * quo_paxos_nth_acceptor:
 * @layout: which node is what
 * @nth: 0 .. 2F; as long as nothing fails the first F+1 are enough
 *
 * Returns: index of the node
 */
guint
quo_paxos_nth_acceptor (const QuoPaxosLayout *layout,
                        guint                 nth)
{
  if (!layout->is_colocated)
    return quo_paxos_n_managers (layout) + nth;

  return (layout->leader + nth) % layout->n_nodes;
}

static void
transaction_free (gpointer data)
{
  QuoPaxosTransaction *self = data;

  g_free (self->accepted);
  g_free (self->heard);
  g_free (self->best);
  g_free (self->heard_zero);
  g_free (self);
}

/**
 * quo_paxos_state_init:
 * @self: zeroed memory
 *
 * Makes the node's volatile memory ready, with nothing in it.
 */
void
quo_paxos_state_init (QuoPaxosState *self)
{
  self->transactions = g_hash_table_new_full (g_int64_hash, g_int64_equal,
                                              NULL, transaction_free);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal,
                                         g_free, g_free);
  quo_commit_intake_init (&self->intake, QUO_PAXOS_FIELD_RESERVED,
                          QUO_PAXOS_WRITE_RESERVE);
  quo_guard_init (&self->guard,
                  (QuoGuardFields) { QUO_PAXOS_FIELD_STORE,
                                     QUO_PAXOS_FIELD_LOCKS,
                                     QUO_PAXOS_FIELD_INTENTS });
  quo_deadlines_init (&self->deadlines, QUO_PAXOS_N_TIMERS,
                      QUO_PAXOS_FIELD_DEADLINE);
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoCommitFact));
  self->acceptances = g_array_new (FALSE, FALSE, sizeof (QuoPaxosAcceptance));
}

/**
 * quo_paxos_state_clear:
 * @state: a #QuoPaxosState
 *
 * Frees what the state owns.
 */
void
quo_paxos_state_clear (gpointer state)
{
  QuoPaxosState *self = state;

  g_clear_pointer (&self->transactions, g_hash_table_unref);
  g_clear_pointer (&self->pending, g_hash_table_unref);
  quo_commit_intake_clear (&self->intake);
  quo_guard_clear (&self->guard);
  quo_deadlines_clear (&self->deadlines);
  g_clear_pointer (&self->facts, g_array_unref);
  g_clear_pointer (&self->acceptances, g_array_unref);
}

/**
 * quo_paxos_begin_step:
 * @self: a node's memory
 *
 * Drops the facts of the step before: the monitor has seen them.
 */
void
quo_paxos_begin_step (QuoPaxosState *self)
{
  g_array_set_size (self->facts, 0);
  g_array_set_size (self->acceptances, 0);
}

/**
 * quo_paxos_add_fact:
 * @self: a node's memory
 * @kind: what happened in this step
 * @transaction: to which transaction
 *
 * Tells the monitor. The protocol itself never reads facts.
 */
void
quo_paxos_add_fact (QuoPaxosState     *self,
                    QuoCommitFactKind  kind,
                    gint64             transaction)
{
  QuoCommitFact fact = { kind, transaction };

  g_array_append_val (self->facts, fact);
}

/**
 * quo_paxos_options:
 * @node: a node
 *
 * Returns: (transfer none): the scenario's options
 */
const QuoPaxosOptions *
quo_paxos_options (const QuoNode *node)
{
  return quo_node_options (node);
}

/**
 * quo_paxos_node_layout:
 * @node: any node
 *
 * Returns: which node is what
 */
QuoPaxosLayout
quo_paxos_node_layout (const QuoNode *node)
{
  return quo_paxos_layout (quo_paxos_options (node), quo_node_n_nodes (node));
}

/**
 * quo_paxos_find:
 * @self: a node's memory
 * @id: number of a transaction
 *
 * Returns: (transfer none) (nullable): what the node knows of it
 */
QuoPaxosTransaction *
quo_paxos_find (QuoPaxosState *self,
                gint64         id)
{
  return g_hash_table_lookup (self->transactions, &id);
}

/**
 * quo_paxos_get:
 * @self: a node's memory
 * @id: number of a transaction
 *
 * Returns: (transfer none): what the node knows of it, from now on something
 */
QuoPaxosTransaction *
quo_paxos_get (QuoPaxosState *self,
               gint64         id)
{
  QuoPaxosTransaction *transaction = quo_paxos_find (self, id);

  if (transaction != NULL)
    return transaction;

  transaction = g_new0 (QuoPaxosTransaction, 1);
  transaction->id = id;
  transaction->client = QUO_NO_NODE;
  g_hash_table_replace (self->transactions, &transaction->id, transaction);

  return transaction;
}

/**
 * quo_paxos_accepted_new:
 * @n_nodes: how many nodes there are
 *
 * Returns: (transfer full): an entry for each, with nothing accepted
 */
QuoPaxosAccepted *
quo_paxos_accepted_new (guint n_nodes)
{
  QuoPaxosAccepted *self = g_new (QuoPaxosAccepted, n_nodes);

  for (guint i = 0; i < n_nodes; i++)
    self[i] = (QuoPaxosAccepted) { -1, QUO_PAXOS_VALUE_ABORTED };

  return self;
}

static QuoPaxosRole
role_of (const QuoPaxosTransaction *transaction)
{
  if (transaction->stage != QUO_PAXOS_STAGE_NONE && !transaction->is_learned)
    return QUO_PAXOS_ROLE_LEADING;

  switch (transaction->phase)
    {
    case QUO_PAXOS_PHASE_PREPARED:
      return QUO_PAXOS_ROLE_PREPARED;
    case QUO_PAXOS_PHASE_COMMITTED:
      return QUO_PAXOS_ROLE_COMMITTED;
    case QUO_PAXOS_PHASE_ABORTED:
      return QUO_PAXOS_ROLE_ABORTED;
    case QUO_PAXOS_PHASE_WORKING:
    case QUO_PAXOS_PHASE_VOTING:
    default:
      return QUO_PAXOS_ROLE_WORKING;
    }
}

/**
 * quo_paxos_show:
 * @node: a node
 * @state: its memory
 * @transaction: one of its transactions
 *
 * Writes what others may see of the transaction: its row, and the role when it is
 * the latest one.
 */
void
quo_paxos_show (QuoNode             *node,
                QuoPaxosState       *state,
                QuoPaxosTransaction *transaction)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  gint64 ballot = MAX (transaction->ballot, transaction->promised);
  gint64 columns[QUO_MAX_COLUMNS] = {
    transaction->phase, ballot,
    transaction->stage != QUO_PAXOS_STAGE_NONE ? transaction->n_heard
                                               : transaction->n_heard_zero,
  };
  QuoPaxosRole role = role_of (transaction);

  if (transaction->id > state->latest)
    {
      for (gint64 id = MAX (1, state->latest - SHOWN_MAX + 1);
           id <= MIN (state->latest, transaction->id - SHOWN_MAX); id++)
        quo_node_remove_row (node, QUO_PAXOS_FIELD_TRANSACTIONS, id);
      state->latest = transaction->id;
      quo_node_set (node, QUO_PAXOS_FIELD_TRANSACTION, transaction->id);
    }

  if (transaction->id > state->latest - SHOWN_MAX)
    quo_node_set_row (node, QUO_PAXOS_FIELD_TRANSACTIONS, transaction->id,
                      columns);

  if (transaction->id != state->latest)
    return;
  if (quo_paxos_is_manager (&layout, quo_node_index (node))
      && quo_node_get (node, QUO_PAXOS_FIELD_ROLE) != role)
    quo_node_set (node, QUO_PAXOS_FIELD_ROLE, role);
  if (quo_node_get (node, QUO_PAXOS_FIELD_BALLOT) != ballot)
    quo_node_set (node, QUO_PAXOS_FIELD_BALLOT, ballot);
}

/**
 * quo_paxos_set_phase:
 * @node: a node
 * @state: its memory
 * @transaction: one of its transactions
 * @phase: how far it is now
 *
 * Moves the transaction on and shows it.
 */
void
quo_paxos_set_phase (QuoNode             *node,
                     QuoPaxosState       *state,
                     QuoPaxosTransaction *transaction,
                     QuoPaxosPhase        phase)
{
  transaction->phase = phase;
  quo_paxos_show (node, state, transaction);
}

/**
 * quo_paxos_append:
 * @node: a manager
 * @state: its memory
 * @record: what the row says
 * @transaction: of which transaction
 *
 * Appends a row to the log. It is on disk only after quo_node_sync() has done its
 * work.
 */
void
quo_paxos_append (QuoNode                   *node,
                  QuoPaxosState             *state,
                  QuoPaxosRecord             record,
                  const QuoPaxosTransaction *transaction)
{
  gint64 columns[QUO_MAX_COLUMNS] = {
    record, transaction->id, transaction->client, transaction->serial,
  };

  quo_node_set_row (node, QUO_PAXOS_FIELD_LOG, ++state->n_log, columns);
}

/**
 * quo_paxos_wait:
 * @node: a manager
 * @state: its memory
 * @transaction: whose outcome is waited for
 * @delay: how long
 *
 * The wait for the outcome begins anew.
 */
void
quo_paxos_wait (QuoNode             *node,
                QuoPaxosState       *state,
                QuoPaxosTransaction *transaction,
                QuoTime              delay)
{
  quo_deadlines_drop (&state->deadlines, node, QUO_PAXOS_TIMER_TAKEOVER,
                      transaction->id);
  quo_deadlines_add (&state->deadlines, node, QUO_PAXOS_TIMER_TAKEOVER, delay,
                     transaction->id);
}

/**
 * quo_paxos_takeover_delay:
 * @node: a manager
 *
 * Different for each wait, or two who take over would do so in step for ever.
 *
 * Returns: how long to wait for an outcome before taking over
 */
QuoTime
quo_paxos_takeover_delay (QuoNode *node)
{
  QuoTime timeout = quo_paxos_options (node)->takeover_timeout;

  return timeout + (QuoTime) ((double) timeout * quo_node_random_unit (node, 0));
}

/**
 * quo_paxos_note:
 * @node: a node
 * @note: a note whose only field is the transaction
 * @transaction: number of the transaction
 */
void
quo_paxos_note (QuoNode      *node,
                QuoPaxosNote  note,
                gint64        transaction)
{
  gint64 fields[QUO_MAX_COLUMNS] = { transaction };

  quo_node_note (node, note, fields);
}
