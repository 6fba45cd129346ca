/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must never happen, and the figures of a run, from outside. */

#include "protocol/atomic-commit/watch.h"

static const char *
name_of (QuoCluster *cluster,
         guint       node)
{
  return quo_cluster_label (cluster, node);
}

static QuoCommitWatch *
watch (QuoCluster     *cluster,
       QuoCommitGhost *ghost,
       gint64          id)
{
  QuoCommitWatch *self;

  if (ghost->transactions == NULL)
    {
      ghost->transactions = g_hash_table_new (g_int64_hash, g_int64_equal);
      ghost->watches = g_ptr_array_new_with_free_func (g_free);
    }

  self = g_hash_table_lookup (ghost->transactions, &id);
  if (self != NULL)
    return self;

  self = g_malloc0 (sizeof (QuoCommitWatch)
                    + quo_cluster_n_nodes (cluster) * sizeof (QuoCommitMark));
  self->id = id;
  self->began_at = QUO_TIME_NEVER;
  self->committer = QUO_NO_NODE;
  self->aborter = QUO_NO_NODE;
  g_hash_table_insert (ghost->transactions, &self->id, self);
  g_ptr_array_add (ghost->watches, self);

  return self;
}

static void
check_unanimity (QuoCluster             *cluster,
                 QuoCommitWatch         *self,
                 const QuoCommitWatcher *watcher,
                 guint                   node)
{
  guint n_nodes = quo_cluster_n_nodes (cluster);

  for (guint i = 0; i < n_nodes; i++)
    if (watcher->is_voter (cluster, i)
        && self->marks[i].vote != QUO_COMMIT_VOTE_YES
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
decided (QuoCluster        *cluster,
         QuoCommitWatch    *self,
         guint              node,
         QuoCommitDecision  decision)
{
  QuoCommitMark *mark = &self->marks[node];
  gboolean is_commit = decision == QUO_COMMIT_DECISION_COMMIT;
  gint *first = is_commit ? &self->committer : &self->aborter;

  if (mark->decision == decision)
    return;

  if (mark->decision != QUO_COMMIT_DECISION_NONE)
    quo_cluster_violate (cluster, QUO_COMMIT_INVARIANT_STABILITY,
                         "%s %s transaction %" G_GINT64_FORMAT
                         " after it had %s it",
                         name_of (cluster, node),
                         is_commit ? "committed" : "aborted", self->id,
                         is_commit ? "aborted" : "committed");
  else if (mark->vote == QUO_COMMIT_VOTE_YES)
    quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_BLOCKING_WINDOW,
                        (double) (quo_cluster_now (cluster) - mark->voted_at));
  if (is_commit && *first == QUO_NO_NODE && self->began_at != QUO_TIME_NEVER)
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
note_earlier_vote (QuoCluster             *cluster,
                   QuoCommitWatch         *self,
                   const QuoCommitWatcher *watcher,
                   guint                   node)
{
  QuoCommitMark *mark = &self->marks[node];

  if (mark->vote != QUO_COMMIT_VOTE_NONE || !watcher->is_voter (cluster, node))
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
      QuoCommitWatch *self = g_ptr_array_index (ghost->watches, i);

      self->marks[node].was_away = TRUE;
      if (self->marks[node].vote == QUO_COMMIT_VOTE_YES
          && self->marks[node].decision == QUO_COMMIT_DECISION_NONE
          && !is_told (facts, self->id))
        quo_cluster_violate (cluster, QUO_COMMIT_INVARIANT_DURABLE_VOTE,
                             "%s voted YES for transaction %" G_GINT64_FORMAT
                             " and does not know it after its restart",
                             name_of (cluster, node), self->id);
    }
}

static void
follow (QuoCluster             *cluster,
        QuoCommitWatch         *self,
        const QuoCommitWatcher *watcher,
        const QuoCommitFact    *fact,
        guint                   node)
{
  switch (fact->kind)
    {
    case QUO_COMMIT_FACT_BEGAN:
      self->began_at = quo_cluster_now (cluster);
      break;
    case QUO_COMMIT_FACT_VOTED_YES:
      self->marks[node].vote = QUO_COMMIT_VOTE_YES;
      self->marks[node].voted_at = quo_cluster_now (cluster);
      break;
    case QUO_COMMIT_FACT_VOTED_NO:
      self->marks[node].vote = QUO_COMMIT_VOTE_NO;
      break;
    case QUO_COMMIT_FACT_VOTED_READ:
      self->marks[node].vote = QUO_COMMIT_VOTE_READ;
      break;
    case QUO_COMMIT_FACT_PRECOMMITTED:
      self->marks[node].is_precommitted = TRUE;
      break;
    case QUO_COMMIT_FACT_IN_DOUBT:
      note_earlier_vote (cluster, self, watcher, node);
      break;
    case QUO_COMMIT_FACT_HAS_COMMITTED:
      decided (cluster, self, node, QUO_COMMIT_DECISION_COMMIT);
      note_earlier_vote (cluster, self, watcher, node);
      break;
    case QUO_COMMIT_FACT_COMMITTED:
      decided (cluster, self, node, QUO_COMMIT_DECISION_COMMIT);
      check_unanimity (cluster, self, watcher, node);
      break;
    case QUO_COMMIT_FACT_HAS_ABORTED:
    case QUO_COMMIT_FACT_ABORTED:
      decided (cluster, self, node, QUO_COMMIT_DECISION_ABORT);
      break;
    case QUO_COMMIT_FACT_RECOVERED:
    default:
      break;
    }
}

/**
 * quo_commit_watch_check:
 * @cluster: the whole cluster
 * @self: what was seen so far
 * @watcher: what the protocol adds
 * @facts: (nullable): QuoCommitFact, what the latest step was about
 * @node: who made it
 *
 * Checks the invariants.
 */
void
quo_commit_watch_check (QuoCluster             *cluster,
                        QuoCommitGhost         *self,
                        const QuoCommitWatcher *watcher,
                        const GArray           *facts,
                        guint                   node)
{
  for (guint i = 0; facts != NULL && i < facts->len; i++)
    {
      QuoCommitFact fact = g_array_index (facts, QuoCommitFact, i);
      QuoCommitWatch *seen;

      if (fact.kind == QUO_COMMIT_FACT_RECOVERED)
        {
          check_memory (cluster, self, facts, node);
          continue;
        }

      seen = watch (cluster, self, fact.transaction);
      follow (cluster, seen, watcher, &fact, node);
      if (watcher->follow != NULL)
        watcher->follow (cluster, seen, &fact, node);
    }
}

/* Votes that were never answered: still blocked when the run ends. */
static guint
finish_watch (QuoCluster     *cluster,
              QuoCommitWatch *self)
{
  guint n_nodes = quo_cluster_n_nodes (cluster);
  guint n_blocked = 0;

  for (guint i = 0; i < n_nodes; i++)
    if (self->marks[i].vote == QUO_COMMIT_VOTE_YES
        && self->marks[i].decision == QUO_COMMIT_DECISION_NONE)
      {
        quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_BLOCKING_WINDOW,
                            (double) (quo_cluster_now (cluster)
                                      - self->marks[i].voted_at));
        n_blocked++;
      }

  return n_blocked;
}

/**
 * quo_commit_watch_finish:
 * @cluster: the whole cluster, at the end of the run
 * @self: what was seen
 * @n_messages: how many kinds of messages the protocol has
 * @forced: its writes that count as forced
 * @n_forced: how many of them
 *
 * Takes the figures that are counted over the whole run.
 */
void
quo_commit_watch_finish (QuoCluster     *cluster,
                         QuoCommitGhost *self,
                         guint           n_messages,
                         const guint    *forced,
                         guint           n_forced)
{
  guint64 n_sent = 0;
  guint64 n_synced = 0;
  guint n_committed = 0;
  guint n_aborted = 0;
  guint n_blocked = 0;

  for (guint i = 0; i < n_messages; i++)
    n_sent += quo_cluster_n_sent (cluster, i);
  for (guint i = 0; i < n_forced; i++)
    n_synced += quo_cluster_n_syncs (cluster, forced[i]);

  for (guint i = 0; self->watches != NULL && i < self->watches->len; i++)
    {
      QuoCommitWatch *seen = g_ptr_array_index (self->watches, i);

      n_blocked += finish_watch (cluster, seen);
      if (seen->committer != QUO_NO_NODE)
        n_committed++;
      else if (seen->aborter != QUO_NO_NODE)
        n_aborted++;
    }

  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_MESSAGES, (double) n_sent);
  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_FORCED_WRITES,
                      (double) n_synced);
  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_COMMITTED, n_committed);
  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_ABORTED, n_aborted);
  quo_cluster_sample (cluster, QUO_COMMIT_MEASURE_IN_DOUBT_AT_END, n_blocked);
}

/**
 * quo_commit_watch_clear:
 * @ghost: a #QuoCommitGhost
 *
 * Frees what was seen.
 */
void
quo_commit_watch_clear (gpointer ghost)
{
  QuoCommitGhost *self = ghost;

  g_clear_pointer (&self->transactions, g_hash_table_unref);
  g_clear_pointer (&self->watches, g_ptr_array_unref);
}
