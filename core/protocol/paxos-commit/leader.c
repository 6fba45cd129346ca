/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A leader, and whoever learns what was chosen. A transaction is committed when
 * every manager's instance has chosen Prepared. The first leader has nothing to do
 * but to listen; when it is silent any manager in doubt takes over with a higher
 * ballot: no answer is lost with a leader, for the acceptors have them all.
 *
 * Source: Gray and Lamport 2006, sections 4.1 to 4.3; Lamport, Paxos made simple,
 * 2001.
 */

#include "protocol/paxos-commit/paxos-private.h"

#include <string.h>

/**
 * quo_paxos_learn:
 * @node: a manager
 * @state: its memory
 * @id: a transaction
 * @is_commit: its outcome, chosen by the acceptors
 * @is_announced: whether the other managers have to be told
 */
void
quo_paxos_learn (QuoNode       *node,
                 QuoPaxosState *state,
                 gint64         id,
                 gboolean       is_commit,
                 gboolean       is_announced)
{
  QuoPaxosTransaction *transaction = quo_paxos_get (state, id);
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { id };

  if (transaction->is_learned)
    return;

  if (id > state->latest)
    quo_paxos_show (node, state, transaction);
  transaction->is_learned = TRUE;
  transaction->stage = QUO_PAXOS_STAGE_NONE;
  quo_deadlines_drop (&state->deadlines, node, QUO_PAXOS_TIMER_TAKEOVER, id);
  quo_paxos_manager_finish (node, state, transaction, is_commit);
  quo_paxos_show (node, state, transaction);
  quo_commit_intake_answer (&state->intake, node, transaction->client,
                            transaction->serial, is_commit);

  for (guint i = 0; is_announced && i < quo_paxos_n_managers (&layout); i++)
    if (i != quo_node_index (node))
      quo_node_send (node, i,
                     is_commit ? QUO_PAXOS_COMMIT : QUO_PAXOS_ABORT, fields);
}

static void
begin_numbered (QuoNode              *node,
                QuoPaxosState        *state,
                gint64                id,
                const QuoCommitBegin *begin)
{
  QuoPaxosTransaction *transaction = quo_paxos_get (state, id);
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { id, begin->key, begin->value };

  transaction->client = begin->client;
  transaction->serial = begin->serial;
  quo_paxos_add_fact (state, QUO_COMMIT_FACT_BEGAN, id);
  quo_node_note (node, QUO_PAXOS_NOTE_BEGIN, fields);
  quo_paxos_wait (node, state, transaction,
                  quo_paxos_options (node)->leader_timeout);

  for (guint i = 0; i < quo_paxos_n_managers (&layout); i++)
    if (i != quo_node_index (node))
      quo_node_send (node, i, QUO_PAXOS_PREPARE, fields);
  quo_paxos_manager_prepare (node, state, id, begin->key, begin->value);
}

/**
 * quo_paxos_leader_begin:
 * @node: the first leader
 * @state: its memory
 * @begin: what is to be done, and for whom
 *
 * Begins a transaction, or puts it off until there are fresh numbers.
 */
void
quo_paxos_leader_begin (QuoNode              *node,
                        QuoPaxosState        *state,
                        const QuoCommitBegin *begin)
{
  gint64 id = quo_commit_intake_number (&state->intake, node, begin);

  if (id != 0)
    begin_numbered (node, state, id, begin);
}

/**
 * quo_paxos_leader_begin_queued:
 * @node: the first leader
 * @state: its memory
 *
 * There are fresh numbers.
 */
void
quo_paxos_leader_begin_queued (QuoNode       *node,
                               QuoPaxosState *state)
{
  QuoCommitBegin begin;
  gint64 id;

  quo_commit_intake_reserved (&state->intake);
  while ((id = quo_commit_intake_pop (&state->intake, node, &begin)) != 0)
    begin_numbered (node, state, id, &begin);
}

static void
enter (QuoNode             *node,
       QuoPaxosTransaction *transaction,
       QuoPaxosStage        stage)
{
  guint n_nodes = quo_node_n_nodes (node);

  if (transaction->heard == NULL)
    transaction->heard = g_new0 (guint8, n_nodes);
  memset (transaction->heard, 0, n_nodes);
  transaction->n_heard = 0;
  transaction->stage = stage;
}

/* Ballots are dealt out: each node has those that leave its index as remainder. */
static gint64
next_ballot (const QuoNode             *node,
             const QuoPaxosTransaction *transaction)
{
  gint64 n_nodes = quo_node_n_nodes (node);
  gint64 highest = MAX (transaction->ballot, transaction->promised);

  return (highest / n_nodes + 1) * n_nodes + quo_node_index (node);
}

static void
take_over (QuoNode             *node,
           QuoPaxosState       *state,
           QuoPaxosTransaction *transaction)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  gint64 id = transaction->id;
  gint64 ballot = next_ballot (node, transaction);
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { id, ballot };

  transaction->ballot = ballot;
  g_free (transaction->best);
  transaction->best = quo_paxos_accepted_new (layout.n_nodes);
  enter (node, transaction, QUO_PAXOS_STAGE_1);
  quo_paxos_show (node, state, transaction);
  quo_node_note (node, QUO_PAXOS_NOTE_TAKEOVER, fields);
  quo_paxos_wait (node, state, transaction, quo_paxos_takeover_delay (node));

  for (guint i = 0; i <= 2 * layout.n_faults; i++)
    {
      guint acceptor = quo_paxos_nth_acceptor (&layout, i);

      if (acceptor == quo_node_index (node))
        quo_paxos_acceptor_1a (node, state, acceptor, id, ballot);
      else
        quo_node_send (node, acceptor, QUO_PAXOS_PHASE_1A, fields);
    }
}

/**
 * quo_paxos_leader_timeout:
 * @node: a manager
 * @state: its memory
 *
 * No outcome has come. Whoever waited may not decide, but it may find out.
 */
void
quo_paxos_leader_timeout (QuoNode       *node,
                          QuoPaxosState *state)
{
  gint64 id = quo_deadlines_pop (&state->deadlines, node,
                                 QUO_PAXOS_TIMER_TAKEOVER);
  QuoPaxosTransaction *transaction = quo_paxos_find (state, id);

  if (transaction == NULL || transaction->is_learned)
    return;

  if (quo_node_has_fault (node, QUO_PAXOS_FAULT_ABORT_ON_TIMEOUT))
    quo_paxos_learn (node, state, id, FALSE, TRUE);
  else
    take_over (node, state, transaction);
}

/* Every acceptor that is needed answers, or none: half of them could be down and
 * the other half tell another leader otherwise. */
static guint
quorum (const QuoNode *node)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);

  if (quo_node_has_fault (node, QUO_PAXOS_FAULT_SMALL_QUORUM))
    return MAX (1, layout.n_faults);

  return layout.n_faults + 1;
}

static gboolean
hear (QuoPaxosTransaction *transaction,
      guint                from,
      QuoPaxosStage        stage,
      gint64               ballot)
{
  if (transaction == NULL || transaction->stage != stage
      || transaction->ballot != ballot || transaction->heard[from])
    return FALSE;

  transaction->heard[from] = TRUE;
  transaction->n_heard++;

  return TRUE;
}

/* Phase 2a: an instance in which something may have been chosen keeps that value,
 * one that is free gets Aborted. */
static void
propose (QuoNode             *node,
         QuoPaxosState       *state,
         QuoPaxosTransaction *transaction)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  guint n_managers = quo_paxos_n_managers (&layout);
  gint64 ballot = transaction->ballot;
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { transaction->id, ballot };
  g_autofree gint64 *rows = g_new (gint64, (gsize) n_managers * 2);
  gboolean is_free_prepared
    = quo_node_has_fault (node, QUO_PAXOS_FAULT_FREE_IS_PREPARED);
  gboolean is_ignoring
    = quo_node_has_fault (node, QUO_PAXOS_FAULT_IGNORE_ACCEPTED);

  for (guint i = 0; i < n_managers; i++)
    {
      QuoPaxosAccepted *best = &transaction->best[i];

      if (best->ballot < 0)
        {
          gint64 note[QUO_MAX_COLUMNS] = { transaction->id, i };

          quo_node_note (node, QUO_PAXOS_NOTE_FREE, note);
          best->value = is_free_prepared ? QUO_PAXOS_VALUE_PREPARED
                                         : QUO_PAXOS_VALUE_ABORTED;
        }
      else if (is_ignoring)
        {
          best->value = QUO_PAXOS_VALUE_ABORTED;
        }
      best->ballot = ballot;
      rows[i * 2] = i;
      rows[i * 2 + 1] = best->value;
    }

  enter (node, transaction, QUO_PAXOS_STAGE_2);
  quo_paxos_show (node, state, transaction);
  for (guint i = 0; i <= 2 * layout.n_faults; i++)
    {
      guint acceptor = quo_paxos_nth_acceptor (&layout, i);

      if (acceptor == quo_node_index (node))
        quo_paxos_acceptor_2a (node, state, acceptor, transaction->id, ballot,
                               rows, n_managers);
      else
        quo_node_send_rows (node, acceptor, QUO_PAXOS_PHASE_2A, fields, rows,
                            n_managers);
    }
}

/**
 * quo_paxos_leader_1b:
 * @node: a leader
 * @state: its memory
 * @from: an acceptor
 * @id: a transaction
 * @ballot: which it promises to go along with
 * @rows: a manager, a ballot and a value for each instance in which it has
 *   accepted something
 * @n_rows: how many
 */
void
quo_paxos_leader_1b (QuoNode       *node,
                     QuoPaxosState *state,
                     guint          from,
                     gint64         id,
                     gint64         ballot,
                     const gint64  *rows,
                     guint          n_rows)
{
  QuoPaxosTransaction *transaction = quo_paxos_find (state, id);

  if (!hear (transaction, from, QUO_PAXOS_STAGE_1, ballot))
    return;

  for (guint i = 0; i < n_rows; i++)
    {
      const gint64 *row = rows + (gsize) i * 3;
      QuoPaxosAccepted *best = &transaction->best[row[0]];

      if (row[1] > best->ballot)
        *best = (QuoPaxosAccepted) { row[1], row[2] };
    }
  quo_paxos_show (node, state, transaction);
  if (transaction->n_heard >= quorum (node))
    propose (node, state, transaction);
}

/* In ballot 0 only a manager itself proposes, so an Aborted accepted by one
 * acceptor already means that Prepared can never be chosen. */
static void
hear_votes (QuoNode             *node,
            QuoPaxosState       *state,
            QuoPaxosTransaction *transaction,
            guint                from,
            const gint64        *rows,
            guint                n_rows)
{
  gboolean is_announced = quo_paxos_options (node)->variant == QUO_PAXOS_BASIC;

  for (guint i = 0; i < n_rows; i++)
    if (rows[(gsize) i * 2 + 1] == QUO_PAXOS_VALUE_ABORTED)
      {
        quo_paxos_learn (node, state, transaction->id, FALSE, is_announced);
        return;
      }

  if (transaction->heard_zero == NULL)
    transaction->heard_zero = g_new0 (guint8, quo_node_n_nodes (node));
  if (transaction->heard_zero[from])
    return;

  transaction->heard_zero[from] = TRUE;
  transaction->n_heard_zero++;
  quo_paxos_show (node, state, transaction);
  if (transaction->n_heard_zero >= quorum (node))
    quo_paxos_learn (node, state, transaction->id, TRUE, is_announced);
}

/**
 * quo_paxos_leader_2b:
 * @node: a leader; in ballot 0 of the faster variant any manager
 * @state: its memory
 * @from: an acceptor
 * @id: a transaction
 * @ballot: the ballot
 * @rows: pairs of a manager and the value accepted in its instance
 * @n_rows: how many
 */
void
quo_paxos_leader_2b (QuoNode       *node,
                     QuoPaxosState *state,
                     guint          from,
                     gint64         id,
                     gint64         ballot,
                     const gint64  *rows,
                     guint          n_rows)
{
  QuoPaxosTransaction *transaction = quo_paxos_get (state, id);
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  gboolean is_commit = TRUE;

  if (transaction->is_learned)
    return;
  if (ballot == 0)
    {
      hear_votes (node, state, transaction, from, rows, n_rows);
      return;
    }
  if (!hear (transaction, from, QUO_PAXOS_STAGE_2, ballot))
    return;

  quo_paxos_show (node, state, transaction);
  if (transaction->n_heard < quorum (node))
    return;
  for (guint i = 0; i < quo_paxos_n_managers (&layout); i++)
    if (transaction->best[i].value != QUO_PAXOS_VALUE_PREPARED)
      is_commit = FALSE;
  quo_paxos_learn (node, state, id, is_commit, TRUE);
}

/**
 * quo_paxos_leader_yield:
 * @node: a node
 * @state: its memory
 * @transaction: whose outcome it may be waiting for
 * @ballot: a higher one, somebody else's
 *
 * Another leads: it gets its time.
 */
void
quo_paxos_leader_yield (QuoNode             *node,
                        QuoPaxosState       *state,
                        QuoPaxosTransaction *transaction,
                        gint64               ballot)
{
  gboolean is_waiting = transaction->phase == QUO_PAXOS_PHASE_PREPARED
                        || transaction->stage != QUO_PAXOS_STAGE_NONE;

  transaction->ballot = MAX (transaction->ballot, ballot);
  if (transaction->is_learned || !is_waiting)
    return;

  transaction->stage = QUO_PAXOS_STAGE_NONE;
  quo_paxos_show (node, state, transaction);
  quo_paxos_wait (node, state, transaction, quo_paxos_takeover_delay (node));
}

/**
 * quo_paxos_leader_rejected:
 * @node: a leader
 * @state: its memory
 * @id: a transaction
 * @ballot: which an acceptor has promised to somebody else
 */
void
quo_paxos_leader_rejected (QuoNode       *node,
                           QuoPaxosState *state,
                           gint64         id,
                           gint64         ballot)
{
  QuoPaxosTransaction *transaction = quo_paxos_find (state, id);

  if (transaction != NULL && ballot > transaction->ballot)
    quo_paxos_leader_yield (node, state, transaction, ballot);
}
