/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must never happen, and the figures of a run, from outside. */

#include "protocol/two-phase-commit/commit-private.h"

typedef enum
{
  DECISION_NONE,
  DECISION_COMMIT,
  DECISION_ABORT
} Decision;

/* What one node did with one transaction. */
typedef struct
{
  guint8  vote;     /* QuoCommitVote */
  guint8  decision; /* Decision */
  QuoTime voted_at;
} Mark;

typedef struct
{
  gint64  id;
  QuoTime began_at;
  gint    committer; /* the first that committed, or QUO_NO_NODE */
  gint    aborter;
  Mark    marks[];
} Watch;

static guint
coordinator_of (QuoCluster *cluster)
{
  const QuoCommitOptions *options = quo_cluster_options (cluster);

  if (options->coordinator < 0
      || (guint) options->coordinator >= quo_cluster_n_nodes (cluster))
    return 0;

  return (guint) options->coordinator;
}

static const char *
name_of (QuoCluster *cluster,
         guint       node)
{
  return quo_cluster_label (cluster, node);
}

static Watch *
watch (QuoCluster     *cluster,
       QuoCommitGhost *ghost,
       gint64          id)
{
  Watch *self;

  if (ghost->transactions == NULL)
    {
      ghost->transactions = g_hash_table_new (g_int64_hash, g_int64_equal);
      ghost->watches = g_ptr_array_new_with_free_func (g_free);
    }

  self = g_hash_table_lookup (ghost->transactions, &id);
  if (self != NULL)
    return self;

  self = g_malloc0 (sizeof (Watch)
                    + quo_cluster_n_nodes (cluster) * sizeof (Mark));
  self->id = id;
  self->began_at = QUO_TIME_NEVER;
  self->committer = QUO_NO_NODE;
  self->aborter = QUO_NO_NODE;
  g_hash_table_insert (ghost->transactions, &self->id, self);
  g_ptr_array_add (ghost->watches, self);

  return self;
}

static void
check_unanimity (QuoCluster *cluster,
                 Watch      *self,
                 guint       node)
{
  guint n_nodes = quo_cluster_n_nodes (cluster);
  guint coordinator = coordinator_of (cluster);

  for (guint i = 0; i < n_nodes; i++)
    if (i != coordinator && self->marks[i].vote != QUO_COMMIT_VOTE_YES
        && self->marks[i].vote != QUO_COMMIT_VOTE_READ)
      {
        g_autofree char *first = g_strdup (name_of (cluster, node));

        quo_cluster_violate (cluster, QUO_COMMIT_INVARIANT_UNANIMITY,
                             "%s committed transaction %" G_GINT64_FORMAT
                             ", for which %s has not voted YES",
                             first, self->id, name_of (cluster, i));
        return;
      }
}

static void
check_locked (QuoCluster *cluster,
              Watch      *self,
              guint       node)
{
  QuoCommitState *state = (QuoCommitState *) quo_cluster_state (cluster, node);
  QuoCommitTransaction *transaction;
  gpointer holder;

  if (state == NULL || state->transactions == NULL)
    return;

  transaction = quo_commit_find (state, self->id);
  if (transaction == NULL || transaction->key == 0)
    return;

  holder = g_hash_table_lookup (state->locks, &transaction->key);
  if ((gint64) GPOINTER_TO_SIZE (holder) != self->id)
    quo_cluster_violate (cluster, QUO_COMMIT_INVARIANT_LOCKS,
                         "%s is in doubt about transaction %" G_GINT64_FORMAT
                         ", whose key %s is not locked for it",
                         name_of (cluster, node), self->id,
                         quo_cluster_text (cluster, transaction->key));
}

static void
decided (QuoCluster *cluster,
         Watch      *self,
         guint       node,
         Decision    decision)
{
  Mark *mark = &self->marks[node];
  gint *first = decision == DECISION_COMMIT ? &self->committer : &self->aborter;

  if (mark->decision == decision)
    return;

  if (mark->decision != DECISION_NONE)
    quo_cluster_violate (cluster, QUO_COMMIT_INVARIANT_STABILITY,
                         "%s %s transaction %" G_GINT64_FORMAT
                         " after it had %s it",
                         name_of (cluster, node),
                         decision == DECISION_COMMIT ? "committed" : "aborted",
                         self->id,
                         decision == DECISION_COMMIT ? "aborted" : "committed");

  if (mark->decision == DECISION_NONE && mark->vote == QUO_COMMIT_VOTE_YES)
    quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_BLOCKING_WINDOW,
                        (double) (quo_cluster_now (cluster) - mark->voted_at));
  if (mark->decision == DECISION_NONE && decision == DECISION_COMMIT
      && node == coordinator_of (cluster) && self->began_at != QUO_TIME_NEVER)
    quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_COMMIT_LATENCY,
                        (double) (quo_cluster_now (cluster) - self->began_at));

  mark->decision = decision;
  if (*first == QUO_NO_NODE)
    *first = (gint) node;
  if (self->committer != QUO_NO_NODE && self->aborter != QUO_NO_NODE)
    {
      g_autofree char *committer
        = g_strdup (name_of (cluster, (guint) self->committer));

      quo_cluster_violate (cluster, QUO_COMMIT_INVARIANT_ATOMICITY,
                           "transaction %" G_GINT64_FORMAT
                           " is committed at %s and aborted at %s",
                           self->id, committer,
                           name_of (cluster, (guint) self->aborter));
    }
}

/* A vote from before the run, or from before a crash, is one all the same. */
static void
note_earlier_vote (QuoCluster *cluster,
                   Watch      *self,
                   guint       node)
{
  Mark *mark = &self->marks[node];

  if (mark->vote != QUO_COMMIT_VOTE_NONE || node == coordinator_of (cluster))
    return;

  mark->vote = QUO_COMMIT_VOTE_YES;
  mark->voted_at = quo_cluster_now (cluster);
}

static gboolean
is_told (const GArray *facts,
         gint64        id)
{
  for (guint i = 0; i < facts->len; i++)
    if (g_array_index (facts, QuoCommitFact, i).transaction == id)
      return TRUE;

  return FALSE;
}

/* Whoever has voted YES and crashed has to know it afterwards. */
static void
check_memory (QuoCluster     *cluster,
              QuoCommitGhost *ghost,
              const GArray   *facts,
              guint           node)
{
  for (guint i = 0; ghost->watches != NULL && i < ghost->watches->len; i++)
    {
      Watch *self = g_ptr_array_index (ghost->watches, i);

      if (self->marks[node].vote == QUO_COMMIT_VOTE_YES
          && self->marks[node].decision == DECISION_NONE
          && !is_told (facts, self->id))
        quo_cluster_violate (cluster, QUO_COMMIT_INVARIANT_DURABLE_VOTE,
                             "%s voted YES for transaction %" G_GINT64_FORMAT
                             " and does not know it after its restart",
                             name_of (cluster, node), self->id);
    }
}

static void
follow (QuoCluster          *cluster,
        QuoCommitGhost      *ghost,
        const QuoCommitFact *fact,
        guint                node)
{
  Watch *self = watch (cluster, ghost, fact->transaction);

  switch (fact->kind)
    {
    case QUO_COMMIT_FACT_BEGAN:
      self->began_at = quo_cluster_now (cluster);
      break;
    case QUO_COMMIT_FACT_VOTED_YES:
      self->marks[node].vote = QUO_COMMIT_VOTE_YES;
      self->marks[node].voted_at = quo_cluster_now (cluster);
      check_locked (cluster, self, node);
      break;
    case QUO_COMMIT_FACT_VOTED_NO:
      self->marks[node].vote = QUO_COMMIT_VOTE_NO;
      break;
    case QUO_COMMIT_FACT_VOTED_READ:
      self->marks[node].vote = QUO_COMMIT_VOTE_READ;
      break;
    case QUO_COMMIT_FACT_IN_DOUBT:
      note_earlier_vote (cluster, self, node);
      check_locked (cluster, self, node);
      break;
    case QUO_COMMIT_FACT_HAS_COMMITTED:
      decided (cluster, self, node, DECISION_COMMIT);
      note_earlier_vote (cluster, self, node);
      break;
    case QUO_COMMIT_FACT_COMMITTED:
      decided (cluster, self, node, DECISION_COMMIT);
      check_unanimity (cluster, self, node);
      break;
    case QUO_COMMIT_FACT_HAS_ABORTED:
    case QUO_COMMIT_FACT_ABORTED:
      decided (cluster, self, node, DECISION_ABORT);
      break;
    case QUO_COMMIT_FACT_RECOVERED:
    default:
      break;
    }
}

/**
 * quo_commit_monitor_check:
 * @cluster: the whole cluster
 * @ghost: a #QuoCommitGhost
 * @node: who has just made a step
 *
 * Checks the invariants with what the step was about.
 */
void
quo_commit_monitor_check (QuoCluster *cluster,
                          gpointer    ghost,
                          guint       node)
{
  const QuoCommitState *state = quo_cluster_state (cluster, node);

  if (state == NULL || state->facts == NULL)
    return;

  for (guint i = 0; i < state->facts->len; i++)
    {
      QuoCommitFact fact = g_array_index (state->facts, QuoCommitFact, i);

      if (fact.kind == QUO_COMMIT_FACT_RECOVERED)
        check_memory (cluster, ghost, state->facts, node);
      else
        follow (cluster, ghost, &fact, node);
    }
}

/* Votes that were never answered: still blocked when the run ends. */
static guint
finish_watch (QuoCluster *cluster,
              Watch      *self)
{
  guint n_nodes = quo_cluster_n_nodes (cluster);
  guint n_blocked = 0;

  for (guint i = 0; i < n_nodes; i++)
    if (self->marks[i].vote == QUO_COMMIT_VOTE_YES
        && self->marks[i].decision == DECISION_NONE)
      {
        quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_BLOCKING_WINDOW,
                            (double) (quo_cluster_now (cluster)
                                      - self->marks[i].voted_at));
        n_blocked++;
      }

  return n_blocked;
}

/**
 * quo_commit_monitor_finish:
 * @cluster: the whole cluster, at the end of the run
 * @ghost: a #QuoCommitGhost
 *
 * Takes the figures that are counted over the whole run.
 */
void
quo_commit_monitor_finish (QuoCluster *cluster,
                           gpointer    ghost)
{
  static const QuoCommitWrite forced[] = {
    QUO_COMMIT_WRITE_COLLECTING, QUO_COMMIT_WRITE_PREPARED,
    QUO_COMMIT_WRITE_COMMIT, QUO_COMMIT_WRITE_ABORT,
  };
  QuoCommitGhost *self = ghost;
  guint64 n_messages = 0;
  guint64 n_forced = 0;
  guint n_committed = 0;
  guint n_aborted = 0;
  guint n_blocked = 0;

  for (guint i = 0; i < QUO_COMMIT_N_MESSAGES; i++)
    n_messages += quo_cluster_n_sent (cluster, i);
  for (guint i = 0; i < G_N_ELEMENTS (forced); i++)
    n_forced += quo_cluster_n_syncs (cluster, forced[i]);

  for (guint i = 0; self->watches != NULL && i < self->watches->len; i++)
    {
      Watch *seen = g_ptr_array_index (self->watches, i);

      n_blocked += finish_watch (cluster, seen);
      if (seen->committer != QUO_NO_NODE)
        n_committed++;
      else if (seen->aborter != QUO_NO_NODE)
        n_aborted++;
    }

  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_MESSAGES,
                      (double) n_messages);
  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_FORCED_WRITES,
                      (double) n_forced);
  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_COMMITTED, n_committed);
  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_ABORTED, n_aborted);
  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_IN_DOUBT_AT_END, n_blocked);
}

/**
 * quo_commit_monitor_clear:
 * @ghost: a #QuoCommitGhost
 *
 * Frees what the monitor remembers.
 */
void
quo_commit_monitor_clear (gpointer ghost)
{
  QuoCommitGhost *self = ghost;

  g_clear_pointer (&self->transactions, g_hash_table_unref);
  g_clear_pointer (&self->watches, g_ptr_array_unref);
}
