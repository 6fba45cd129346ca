/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An acceptor, of all instances of a transaction at once: they share a ballot, one
 * write and one message. What it says is on its disk before it says it.
 *
 * Source: Gray and Lamport 2006, sections 4.1 and 4.2 (bundling).
 */

#include "protocol/paxos-commit/paxos-private.h"

static void
write_then_answer (QuoNode             *node,
                   QuoPaxosState       *state,
                   QuoPaxosTransaction *transaction,
                   QuoPaxosWrite        write,
                   gint64               ballot)
{
  QuoPaxosPending pending = { transaction->id, ballot };
  gint64 token = ++state->token;

  g_hash_table_insert (state->pending, g_memdup2 (&token, sizeof token),
                       g_memdup2 (&pending, sizeof pending));
  quo_node_sync (node, write, token);
  if (quo_node_has_fault (node, QUO_PAXOS_FAULT_ANSWER_BEFORE_SYNC))
    quo_paxos_acceptor_synced (node, state, write, token);
}

static void
promise (QuoNode             *node,
         QuoPaxosTransaction *transaction,
         gint64               ballot)
{
  gint64 columns[QUO_MAX_COLUMNS] = { ballot };

  transaction->promised = ballot;
  quo_node_set_row (node, QUO_PAXOS_FIELD_PROMISED, transaction->id, columns);
}

static void
reject (QuoNode                   *node,
        QuoPaxosState             *state,
        const QuoPaxosTransaction *transaction,
        guint                      from)
{
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = {
    transaction->id, transaction->promised,
  };

  if (from == quo_node_index (node))
    quo_paxos_leader_rejected (node, state, transaction->id,
                               transaction->promised);
  else
    quo_node_send (node, from, QUO_PAXOS_REJECT, fields);
}

/**
 * quo_paxos_acceptor_1a:
 * @node: an acceptor
 * @state: its memory
 * @from: who wants to lead
 * @id: a transaction
 * @ballot: its ballot
 */
void
quo_paxos_acceptor_1a (QuoNode       *node,
                       QuoPaxosState *state,
                       guint          from,
                       gint64         id,
                       gint64         ballot)
{
  QuoPaxosTransaction *transaction = quo_paxos_get (state, id);

  if (ballot <= transaction->promised)
    {
      if (ballot < transaction->promised)
        reject (node, state, transaction, from);
      return;
    }

  promise (node, transaction, ballot);
  if (from != quo_node_index (node))
    quo_paxos_leader_yield (node, state, transaction, ballot);
  quo_paxos_show (node, state, transaction);
  write_then_answer (node, state, transaction, QUO_PAXOS_WRITE_PROMISED, ballot);
}

static void
accept_value (QuoNode             *node,
              QuoPaxosState       *state,
              QuoPaxosTransaction *transaction,
              gint64               ballot,
              const gint64        *row)
{
  gint64 columns[QUO_MAX_COLUMNS] = {
    transaction->id, row[0], ballot, row[1],
  };

  transaction->accepted[row[0]] = (QuoPaxosAccepted) { ballot, row[1] };
  quo_node_set_row (node, QUO_PAXOS_FIELD_ACCEPTED, ++state->n_accepted, columns);
}

/* One write and one message for all instances; a vote against need not wait for
 * the others. */
static void
accept_vote (QuoNode             *node,
             QuoPaxosState       *state,
             QuoPaxosTransaction *transaction,
             const gint64        *row)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);

  if (transaction->is_bundled || transaction->accepted[row[0]].ballot >= 0)
    return;

  accept_value (node, state, transaction, 0, row);
  transaction->n_accepted++;
  if (transaction->n_accepted < quo_paxos_n_managers (&layout)
      && row[1] == QUO_PAXOS_VALUE_PREPARED)
    return;

  transaction->is_bundled = TRUE;
  write_then_answer (node, state, transaction, QUO_PAXOS_WRITE_ACCEPTED, 0);
}

/**
 * quo_paxos_acceptor_2a:
 * @node: an acceptor
 * @state: its memory
 * @from: a manager in ballot 0, a leader in any other
 * @id: a transaction
 * @ballot: the ballot
 * @rows: pairs of a manager and the value proposed for its instance
 * @n_rows: how many
 */
void
quo_paxos_acceptor_2a (QuoNode       *node,
                       QuoPaxosState *state,
                       guint          from,
                       gint64         id,
                       gint64         ballot,
                       const gint64  *rows,
                       guint          n_rows)
{
  QuoPaxosTransaction *transaction = quo_paxos_get (state, id);

  if (ballot < transaction->promised)
    {
      if (ballot > 0)
        reject (node, state, transaction, from);
      return;
    }

  if (transaction->accepted == NULL)
    transaction->accepted = quo_paxos_accepted_new (quo_node_n_nodes (node));
  if (ballot == 0)
    {
      accept_vote (node, state, transaction, rows);
      return;
    }

  if (ballot > transaction->promised)
    promise (node, transaction, ballot);
  for (guint i = 0; i < n_rows; i++)
    accept_value (node, state, transaction, ballot,
                  rows + (gsize) i * 2);
  write_then_answer (node, state, transaction, QUO_PAXOS_WRITE_ACCEPTED, ballot);
}

/* The 1b message: all that was accepted, in whatever ballot. */
static void
answer_1a (QuoNode             *node,
           QuoPaxosState       *state,
           QuoPaxosTransaction *transaction,
           gint64               ballot)
{
  guint n_nodes = quo_node_n_nodes (node);
  guint leader = (guint) (ballot % n_nodes);
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { transaction->id, ballot };
  g_autofree gint64 *rows = g_new (gint64, (gsize) n_nodes * 3);
  guint n = 0;

  for (guint i = 0; transaction->accepted != NULL && i < n_nodes; i++)
    if (transaction->accepted[i].ballot >= 0)
      {
        rows[n * 3] = i;
        rows[n * 3 + 1] = transaction->accepted[i].ballot;
        rows[n * 3 + 2] = transaction->accepted[i].value;
        n++;
      }

  if (leader == quo_node_index (node))
    quo_paxos_leader_1b (node, state, leader, transaction->id, ballot, rows, n);
  else
    quo_node_send_rows (node, leader, QUO_PAXOS_PHASE_1B, fields, rows, n);
}

/* The 2b message, to the leader; in the faster variant ballot 0's goes to every
 * manager, which spares the leader's COMMIT. */
static void
answer_2a (QuoNode             *node,
           QuoPaxosState       *state,
           QuoPaxosTransaction *transaction,
           gint64               ballot)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  guint n_nodes = layout.n_nodes;
  guint leader = ballot == 0 ? layout.leader : (guint) (ballot % n_nodes);
  gboolean is_to_all = ballot == 0
                       && quo_paxos_options (node)->variant == QUO_PAXOS_FASTER;
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { transaction->id, ballot };
  g_autofree gint64 *rows = g_new (gint64, (gsize) n_nodes * 2);
  guint n = 0;

  for (guint i = 0; i < n_nodes; i++)
    if (transaction->accepted[i].ballot == ballot)
      {
        QuoPaxosAcceptance acceptance = {
          transaction->id, i, ballot, transaction->accepted[i].value,
        };

        rows[n * 2] = i;
        rows[n * 2 + 1] = acceptance.value;
        n++;
        g_array_append_val (state->acceptances, acceptance);
      }

  for (guint i = 0; i < n_nodes; i++)
    {
      if (is_to_all ? !quo_paxos_is_manager (&layout, i) : i != leader)
        continue;
      if (i != quo_node_index (node))
        quo_node_send_rows (node, i, QUO_PAXOS_PHASE_2B, fields, rows, n);
    }
  if (leader == quo_node_index (node)
      || (is_to_all && quo_paxos_is_manager (&layout, quo_node_index (node))))
    quo_paxos_leader_2b (node, state, quo_node_index (node), transaction->id,
                         ballot, rows, n);
}

/**
 * quo_paxos_acceptor_synced:
 * @node: an acceptor
 * @state: its memory
 * @write: what is on disk now
 * @token: of which answer
 *
 * Answers. What a higher ballot has overwritten meanwhile is not told any more.
 */
void
quo_paxos_acceptor_synced (QuoNode       *node,
                           QuoPaxosState *state,
                           QuoPaxosWrite  write,
                           gint64         token)
{
  const QuoPaxosPending *found = g_hash_table_lookup (state->pending, &token);
  QuoPaxosPending pending;
  QuoPaxosTransaction *transaction;

  if (found == NULL)
    return;

  pending = *found;
  g_hash_table_remove (state->pending, &token);
  transaction = quo_paxos_find (state, pending.transaction);
  if (transaction == NULL || pending.ballot < transaction->promised)
    return;

  if (write == QUO_PAXOS_WRITE_PROMISED)
    answer_1a (node, state, transaction, pending.ballot);
  else
    answer_2a (node, state, transaction, pending.ballot);
}

/**
 * quo_paxos_acceptor_recover:
 * @node: a node, after a restart
 * @state: its memory, empty
 *
 * Reads what it promised and accepted. What it accepted in ballot 0 and had not
 * told is not told any more: a leader will ask.
 */
void
quo_paxos_acceptor_recover (QuoNode       *node,
                            QuoPaxosState *state)
{
  const QuoTable *promised = quo_node_table (node, QUO_PAXOS_FIELD_PROMISED);
  const QuoTable *accepted = quo_node_table (node, QUO_PAXOS_FIELD_ACCEPTED);
  guint n_promised = quo_table_n_rows (promised);
  guint n_nodes = quo_node_n_nodes (node);

  for (guint i = 0; i < n_promised; i++)
    {
      gint64 id;
      const gint64 *columns = quo_table_nth (promised, i, &id);

      quo_paxos_get (state, id)->promised = columns[0];
    }

  state->n_accepted = quo_table_n_rows (accepted);
  for (guint i = 0; i < (guint) state->n_accepted; i++)
    {
      const gint64 *columns = quo_table_nth (accepted, i, NULL);
      QuoPaxosTransaction *transaction = quo_paxos_get (state, columns[0]);

      if (columns[1] < 0 || columns[1] >= n_nodes)
        continue;
      if (transaction->accepted == NULL)
        transaction->accepted = quo_paxos_accepted_new (n_nodes);
      transaction->accepted[columns[1]]
        = (QuoPaxosAccepted) { columns[2], columns[3] };
      transaction->is_bundled = TRUE;
    }
}
