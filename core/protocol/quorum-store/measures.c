/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How fast and how fresh: the figures of Bailis et al. 2012, and the promises
 * that are made about reads. */

#include "protocol/quorum-store/quorum-private.h"

/* Beyond this many nodes nobody asks when each of them was told. */
#define MAX_PARTS 64

static gpointer
watch_id (gint64 coordinator,
          gint64 id)
{
  return GSIZE_TO_POINTER ((gsize) coordinator << 44 | (gsize) id);
}

/* What was acknowledged by @time, from new to old; NULL when there is no more. */
static const QuoQuorumCommit *
committed_before (const QuoQuorumSeen *seen,
                  QuoTime              time,
                  guint               *position)
{
  while (*position > 0)
    {
      const QuoQuorumCommit *commit = &g_array_index (seen->commits,
                                                      QuoQuorumCommit,
                                                      --*position);

      if (commit->time <= time)
        return commit;
    }

  return NULL;
}

static void
begin_operation (QuoCluster          *cluster,
                 QuoQuorumGhost      *self,
                 QuoQuorumSeen       *seen,
                 guint                node,
                 const QuoQuorumFact *fact)
{
  QuoQuorumWorld world = { NULL, cluster };
  guint n_nodes = quo_cluster_n_nodes (cluster);
  gboolean is_watched = fact->kind == QUO_QUORUM_FACT_BEGAN_READ
                        && n_nodes <= MAX_PARTS
                        && !quo_quorum_is_siblings (&world);
  guint n_parts = is_watched ? n_nodes : 0;
  QuoQuorumWatch *watch = g_malloc0 (sizeof (QuoQuorumWatch)
                                     + n_parts * sizeof (QuoQuorumPart));
  guint position = seen->commits->len;
  const QuoQuorumCommit *newest;

  watch->start = quo_cluster_now (cluster);
  watch->n_parts = n_parts;
  g_hash_table_insert (self->watches, watch_id (node, fact->id), watch);
  newest = committed_before (seen, watch->start, &position);
  if (newest == NULL || n_parts == 0)
    return;

  watch->has_target = TRUE;
  watch->target = newest->record;
  watch->committed = newest->time;
  for (guint i = 0; i < n_parts; i++)
    watch->parts[i] = (QuoQuorumPart) {
      quo_quorum_covers (&world, &seen->copies[i].now, &watch->target)
        ? watch->committed : QUO_TIME_NEVER,
      QUO_TIME_NEVER,
      FALSE,
    };
  g_ptr_array_add (seen->watches, watch);
}

static void
forget_watch (QuoQuorumGhost *self,
              QuoQuorumSeen  *seen,
              gpointer        id,
              QuoQuorumWatch *watch)
{
  if (watch->has_target)
    g_ptr_array_remove (seen->watches, watch);
  g_hash_table_remove (self->watches, id);
}

/* A read that began later by some time would have reached each replica later by
 * as much: it would have been fresh from the moment on when one of them had the
 * version as the read came. */
static gboolean
sample_visibility (QuoCluster           *cluster,
                   const QuoQuorumWatch *watch)
{
  QuoTime least = QUO_TIME_NEVER;

  for (guint i = 0; i < watch->n_parts; i++)
    {
      const QuoQuorumPart *part = &watch->parts[i];

      if (!part->is_responder || part->served == QUO_TIME_NEVER)
        continue;
      if (part->arrived == QUO_TIME_NEVER)
        return FALSE;
      least = MIN (least, part->arrived - part->served);
    }

  least += watch->start - watch->committed;
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_T_VISIBILITY,
                      (double) MAX (0, least));

  return TRUE;
}

/**
 * quo_quorum_watch_copy:
 * @cluster: all nodes
 * @self: what was seen so far
 * @seen: of a key
 * @node: who has just stored a version of it
 *
 * Tells the reads that missed a version when it arrived where they looked.
 */
void
quo_quorum_watch_copy (QuoCluster     *cluster,
                       QuoQuorumGhost *self,
                       QuoQuorumSeen  *seen,
                       guint           node)
{
  for (guint i = seen->watches->len; i > 0; i--)
    {
      QuoQuorumWatch *watch = g_ptr_array_index (seen->watches, i - 1);
      QuoQuorumPart *part = &watch->parts[node];

      if (part->arrived == QUO_TIME_NEVER
          && quo_quorum_compare (&seen->copies[node].now, &watch->target) >= 0)
        part->arrived = quo_cluster_now (cluster);
      if (watch->is_finished && sample_visibility (cluster, watch))
        {
          g_ptr_array_remove_index (seen->watches, i - 1);
          g_free (watch);
        }
    }
}

static void
unref_array (gpointer array)
{
  if (array != NULL)
    g_array_unref (array);
}

/* A deletion has no number: nobody can miss it. */
static void
commit_sibling (QuoQuorumSeen         *seen,
                const QuoQuorumCommit *commit)
{
  guint writer = commit->dot.node_index;
  guint position;
  GArray *own;

  if (commit->dot.n == 0)
    return;

  if (seen->writers == NULL)
    seen->writers = g_ptr_array_new_with_free_func (unref_array);
  if (seen->writers->len <= writer)
    g_ptr_array_set_size (seen->writers, (int) writer + 1);
  if (seen->writers->pdata[writer] == NULL)
    seen->writers->pdata[writer] = g_array_new (FALSE, FALSE,
                                                sizeof (QuoQuorumCommit));
  own = seen->writers->pdata[writer];
  position = own->len;
  while (position > 0
         && g_array_index (own, QuoQuorumCommit, position - 1).dot.n
            > commit->dot.n)
    position--;
  g_array_insert_val (own, position, *commit);
}

static void
commit (QuoCluster          *cluster,
        QuoQuorumSeen       *seen,
        const QuoQuorumFact *fact)
{
  QuoQuorumWorld world = { NULL, cluster };
  QuoQuorumCommit commit = {
    fact->record, fact->dot, quo_cluster_now (cluster), (guint) fact->a,
    (guint) fact->b, fact->is_promised
  };
  guint position = seen->commits->len;

  seen->n_commits++;
  if (quo_quorum_is_siblings (&world))
    {
      commit_sibling (seen, &commit);
      return;
    }
  while (position > 0
         && quo_quorum_compare (&g_array_index (seen->commits, QuoQuorumCommit,
                                                position - 1).record,
                                &commit.record) > 0)
    position--;
  g_array_insert_val (seen->commits, position, commit);
}

/* How many versions a read missed, and since when it was out of date. */
typedef struct
{
  guint   n_missed;
  QuoTime since;
  gboolean is_broken; /* one that its quorum promised */
} Staleness;

static void
miss (Staleness             *staleness,
      const QuoQuorumCommit *commit,
      const QuoQuorumFact   *fact)
{
  staleness->n_missed++;
  staleness->since = MIN (staleness->since, commit->time);
  if (fact->is_promised && commit->is_promised
      && commit->n_needed + (guint) fact->a > commit->n_homes)
    staleness->is_broken = TRUE;
}

/* What the answer's context does not cover: of each writer the latest, down to the
 * number that it has seen. */
static void
look_back_at_siblings (QuoCluster           *cluster,
                       const QuoQuorumSeen  *seen,
                       const QuoQuorumWatch *watch,
                       const QuoQuorumFact  *fact,
                       Staleness            *ret_staleness)
{
  QuoQuorumWorld world = { NULL, cluster };
  g_autoptr (QuoVersions) versions = quo_quorum_decode (&world, &fact->record);
  const QuoVersionVector *context = quo_versions_get_context (versions);

  for (guint i = 0; seen->writers != NULL && i < seen->writers->len; i++)
    {
      const GArray *own = seen->writers->pdata[i];

      for (guint k = own != NULL ? own->len : 0; k > 0; k--)
        {
          const QuoQuorumCommit *commit = &g_array_index (own, QuoQuorumCommit,
                                                          k - 1);

          if (quo_vector_clock_covers (context, i, commit->dot.n))
            break;
          if (commit->time <= watch->start)
            miss (ret_staleness, commit, fact);
        }
    }
}

static void
look_back (QuoCluster           *cluster,
           const QuoQuorumSeen  *seen,
           const QuoQuorumWatch *watch,
           const QuoQuorumFact  *fact,
           Staleness            *ret_staleness)
{
  QuoQuorumWorld world = { NULL, cluster };
  guint position = seen->commits->len;
  const QuoQuorumCommit *commit;

  *ret_staleness = (Staleness) { 0, QUO_TIME_NEVER, FALSE };
  if (quo_quorum_is_siblings (&world))
    {
      look_back_at_siblings (cluster, seen, watch, fact, ret_staleness);
      return;
    }

  while ((commit = committed_before (seen, watch->start, &position)) != NULL)
    {
      if (quo_quorum_compare (&commit->record, &fact->record) <= 0)
        return;
      /* A deletion that is forgotten reads like one that is remembered. */
      if (ret_staleness->n_missed == 0 && quo_quorum_is_nothing (&fact->record)
          && quo_quorum_is_tombstone (&commit->record))
        return;
      miss (ret_staleness, commit, fact);
    }
}

static void
sample_staleness (QuoCluster           *cluster,
                  const QuoQuorumWatch *watch,
                  const Staleness      *staleness)
{
  static const struct { guint measure; guint k; } within[] = {
    { QUO_QUORUM_MEASURE_WITHIN_2, 2 },
    { QUO_QUORUM_MEASURE_WITHIN_3, 3 },
    { QUO_QUORUM_MEASURE_WITHIN_5, 5 },
    { QUO_QUORUM_MEASURE_WITHIN_10, 10 },
  };
  guint n = staleness->n_missed;

  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_FRESH, n == 0);
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_STALENESS,
                      n > 0 ? (double) (watch->start - staleness->since) : 0);
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_K_STALENESS, n);
  for (guint i = 0; i < G_N_ELEMENTS (within); i++)
    quo_cluster_sample (cluster, within[i].measure, n < within[i].k);
}

/* Whether a read that had ended before this one began returned more. */
static void
check_order (QuoCluster           *cluster,
             QuoQuorumGhost       *self,
             QuoQuorumSeen        *seen,
             const QuoQuorumWatch *watch,
             guint                 node,
             const QuoQuorumFact  *fact)
{
  const QuoQuorumOptions *options = quo_cluster_options (cluster);
  QuoQuorumReturned now = { fact->record, quo_cluster_now (cluster) };
  const QuoQuorumReturned *last = NULL;

  for (guint i = seen->returned->len; i > 0 && last == NULL; i--)
    {
      const QuoQuorumReturned *other = &g_array_index (seen->returned,
                                                       QuoQuorumReturned, i - 1);

      if (other->ended <= watch->start)
        last = other;
    }
  if (last != NULL && quo_quorum_compare (&now.record, &last->record) < 0
      && !(quo_quorum_is_nothing (&now.record)
           && quo_quorum_is_tombstone (&last->record)))
    {
      self->n_inversions++;
      if (options->has_write_back && fact->is_promised
          && quo_quorum_needed (options, FALSE, (guint) fact->b, (guint) fact->b)
             + (guint) fact->a > (guint) fact->b)
        quo_cluster_violate (cluster, QUO_QUORUM_INVARIANT_READ_ORDER,
                             "%s returned %s for %s, and an earlier read had "
                             "returned %s, which is newer",
                             quo_cluster_label (cluster, node),
                             quo_cluster_text (cluster, now.record.value),
                             quo_cluster_text (cluster, fact->key),
                             quo_cluster_text (cluster, last->record.value));
    }

  if (seen->returned->len == 0
      || quo_quorum_compare (&now.record,
                             &g_array_index (seen->returned, QuoQuorumReturned,
                                             seen->returned->len - 1).record) > 0)
    g_array_append_val (seen->returned, now);
}

static void
end_read (QuoCluster          *cluster,
          QuoQuorumGhost      *self,
          QuoQuorumSeen       *seen,
          guint                node,
          QuoQuorumWatch      *watch,
          const QuoQuorumFact *fact)
{
  QuoQuorumWorld world = { NULL, cluster };
  gpointer id = watch_id (node, fact->id);
  Staleness staleness;

  look_back (cluster, seen, watch, fact, &staleness);
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_READ_LATENCY,
                      (double) (quo_cluster_now (cluster) - watch->start));
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_SIBLINGS,
                      quo_quorum_n_values (&world, &fact->record));
  if (seen->n_commits > 0)
    sample_staleness (cluster, watch, &staleness);
  if (staleness.is_broken)
    quo_cluster_violate (cluster, QUO_QUORUM_INVARIANT_OVERLAP,
                         "%s returned %s for %s and missed %u writes that were "
                         "acknowledged before",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, fact->record.value),
                         quo_cluster_text (cluster, fact->key),
                         staleness.n_missed);
  if (!quo_quorum_is_siblings (&world))
    check_order (cluster, self, seen, watch, node, fact);

  if (!watch->has_target)
    {
      g_hash_table_remove (self->watches, id);
      return;
    }
  if (staleness.n_missed == 0)
    {
      quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_T_VISIBILITY, 0);
      forget_watch (self, seen, id, watch);
      return;
    }
  watch->is_finished = TRUE;
  if (sample_visibility (cluster, watch))
    {
      forget_watch (self, seen, id, watch);
      return;
    }
  /* Waits in the key's list alone for the version to arrive. */
  g_hash_table_steal (self->watches, id);
}

/**
 * quo_quorum_watch:
 * @cluster: all nodes
 * @self: what was seen so far
 * @seen: of the key
 * @node: who says it
 * @fact: about an operation
 */
void
quo_quorum_watch (QuoCluster          *cluster,
                  QuoQuorumGhost      *self,
                  QuoQuorumSeen       *seen,
                  guint                node,
                  const QuoQuorumFact *fact)
{
  gboolean is_served = fact->kind == QUO_QUORUM_FACT_SERVED;
  gpointer id = watch_id (is_served ? fact->a : (gint64) node, fact->id);
  QuoQuorumWatch *watch = g_hash_table_lookup (self->watches, id);

  if (fact->kind == QUO_QUORUM_FACT_BEGAN_READ
      || fact->kind == QUO_QUORUM_FACT_BEGAN_WRITE)
    {
      begin_operation (cluster, self, seen, node, fact);
      return;
    }
  if (fact->kind == QUO_QUORUM_FACT_WROTE)
    commit (cluster, seen, fact);
  if (watch == NULL)
    return;

  switch (fact->kind)
    {
    case QUO_QUORUM_FACT_WROTE:
      quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_WRITE_LATENCY,
                          (double) (quo_cluster_now (cluster) - watch->start));
      forget_watch (self, seen, id, watch);
      break;
    case QUO_QUORUM_FACT_SERVED:
      if (node < watch->n_parts)
        watch->parts[node].served = MIN (watch->parts[node].served,
                                         quo_cluster_now (cluster));
      break;
    case QUO_QUORUM_FACT_ANSWERED_BY:
      if (fact->a < watch->n_parts)
        watch->parts[fact->a].is_responder = TRUE;
      break;
    case QUO_QUORUM_FACT_READ:
      end_read (cluster, self, seen, node, watch, fact);
      break;
    case QUO_QUORUM_FACT_GAVE_UP:
    default:
      forget_watch (self, seen, id, watch);
      break;
    }
}

/* Among the key's replicas that are up; a deletion reads like nothing at all. */
static gboolean
is_divergent (QuoCluster          *cluster,
              const QuoQuorumSeen *seen)
{
  QuoQuorumWorld world = { NULL, cluster };
  const QuoQuorumRecord *first = NULL;
  g_autofree guint *nodes = NULL;
  guint n_homes = quo_quorum_n_replicas (quo_cluster_options (cluster),
                                         quo_cluster_n_nodes (cluster));

  quo_quorum_preference (&world, seen->key, &nodes);
  for (guint i = 0; i < n_homes; i++)
    {
      const QuoQuorumRecord *here = &seen->copies[nodes[i]].now;

      if (quo_cluster_state (cluster, nodes[i]) == NULL)
        continue;
      if (first != NULL && !(first->value == 0 && here->value == 0)
          && (first->value != here->value || first->stamp != here->stamp
              || first->node != here->node || first->version != here->version))
        return TRUE;
      first = here;
    }

  return FALSE;
}

/**
 * quo_quorum_finish:
 * @cluster: all nodes
 * @ghost: what was seen
 *
 * Takes the figures of the whole run.
 */
void
quo_quorum_finish (QuoCluster *cluster,
                   gpointer    ghost)
{
  QuoQuorumGhost *self = ghost;
  guint64 n_messages = 0;
  guint n_divergent = 0;

  for (guint i = 0; self->list != NULL && i < self->list->len; i++)
    {
      const QuoQuorumSeen *seen = g_ptr_array_index (self->list, i);

      n_divergent += is_divergent (cluster, seen);
    }
  for (guint i = 0; i < QUO_QUORUM_N_MESSAGES; i++)
    n_messages += quo_cluster_n_sent (cluster, i);

  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_INVERSIONS,
                      (double) self->n_inversions);
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_DIVERGENT, n_divergent);
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_REPAIRS,
                      (double) quo_cluster_n_sent (cluster, QUO_QUORUM_REPAIR));
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_HINTS,
                      (double) quo_cluster_n_sent (cluster, QUO_QUORUM_HANDOFF));
  quo_cluster_sample (cluster, QUO_QUORUM_MEASURE_MESSAGES, (double) n_messages);
}
