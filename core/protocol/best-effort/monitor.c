/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must never happen even so, and the figures of a run. */

#include "protocol/best-effort/best-private.h"

static void
view_init (QuoBestView *self)
{
  self->since = quo_best_map_new ();
  self->newest = quo_best_map_new ();
  self->invalidated = quo_best_map_new ();
  self->arrived = quo_best_map_new ();
}

static void
view_clear (QuoBestView *self)
{
  g_clear_pointer (&self->since, g_hash_table_unref);
  g_clear_pointer (&self->newest, g_hash_table_unref);
  g_clear_pointer (&self->invalidated, g_hash_table_unref);
  g_clear_pointer (&self->arrived, g_hash_table_unref);
}

static void
ghost_init (QuoCluster   *cluster,
            QuoBestGhost *self)
{
  guint n = quo_cluster_n_nodes (cluster);

  self->records = g_array_new (FALSE, FALSE, sizeof (QuoBestRecord));
  self->firsts = g_array_new (FALSE, FALSE, sizeof (guint));
  self->by_id = quo_best_map_new ();
  self->latest = quo_best_map_new ();
  self->first_of = quo_best_map_new ();
  self->values = quo_best_map_new ();
  self->n_views = n;
  self->views = g_new0 (QuoBestView, n);
  for (guint i = 0; i < n; i++)
    view_init (&self->views[i]);
}

static QuoBestRecord *
record_at (const QuoBestGhost *self,
           gint64              place)
{
  return place > 0 ? &g_array_index (self->records, QuoBestRecord, place - 1) : NULL;
}

static QuoBestRecord *
record_of (const QuoBestGhost   *self,
           const QuoBestVersion *version)
{
  QuoBestRecord *record =
    record_at (self, quo_best_map_get (self->by_id, quo_best_id (version)));

  return record != NULL && record->version.key == version->key ? record : NULL;
}

static void
written (QuoCluster           *cluster,
         QuoBestGhost         *self,
         const QuoBestVersion *version)
{
  QuoTime now = quo_cluster_now (cluster);
  QuoBestRecord record = { *version, now, QUO_TIME_NEVER };
  QuoBestRecord *before;

  /* What the origin reads from its disk again was written before. */
  if (record_of (self, version) != NULL)
    return;

  before = record_at (self, quo_best_map_get (self->latest, version->key));
  if (before != NULL)
    before->superseded = now;
  g_array_append_val (self->records, record);
  if (before == NULL)
    {
      guint first = self->records->len - 1;

      g_array_append_val (self->firsts, first);
      quo_best_map_set (self->first_of, version->key, self->records->len);
    }
  quo_best_map_set (self->by_id, quo_best_id (version), self->records->len);
  quo_best_map_set (self->latest, version->key, self->records->len);
  quo_best_map_set (self->values, quo_best_pair (version->key, version->value), 1);
}

static void
arrived (QuoBestGhost         *self,
         QuoBestView          *view,
         const QuoBestVersion *version)
{
  gint64 id = quo_best_id (version);

  /* The network may double a message; it has arrived once. */
  if (g_hash_table_contains (view->arrived, &id))
    return;
  quo_best_map_set (view->arrived, id, 1);
  self->n_arrived++;
}

static void
stored (QuoCluster           *cluster,
        QuoBestView          *view,
        const QuoBestFact    *fact,
        guint                 node)
{
  const QuoBestOptions *options = quo_cluster_options (cluster);
  const QuoBestVersion *version = &fact->version;
  gint64 pair = quo_best_pair (version->key, version->writer);
  gint64 newest = quo_best_map_get (view->newest, pair);
  gint64 invalidated = quo_best_map_get (view->invalidated, version->key);

  if (options->order == ORDER_NEWEST && version->sequence < newest)
    quo_cluster_violate (cluster, INVARIANT_NEWEST_WINS,
                         "%s puts #%" G_GINT64_FORMAT " of %s over #%" G_GINT64_FORMAT
                         " of the same writer",
                         quo_cluster_label (cluster, node), version->sequence,
                         quo_cluster_text (cluster, version->key), newest);
  if (options->leases && fact->is_fill && version->sequence < invalidated)
    quo_cluster_violate (cluster, INVARIANT_LEASE_RESPECTED,
                         "%s keeps #%" G_GINT64_FORMAT " of %s, although it was told "
                         "that #%" G_GINT64_FORMAT " has replaced it",
                         quo_cluster_label (cluster, node), version->sequence,
                         quo_cluster_text (cluster, version->key), invalidated);
  quo_best_map_set (view->newest, pair, MAX (newest, version->sequence));
  quo_best_map_set (view->since, version->key, fact->clock);
}

/* On the cache's own clock, from when it asked or was told. */
static void
check_time (QuoCluster        *cluster,
            const QuoBestView *view,
            const QuoBestFact *fact,
            guint              node)
{
  const QuoBestOptions *options = quo_cluster_options (cluster);
  gint64 key = fact->version.key;
  gboolean is_nothing = fact->version.value == 0;
  QuoTime life = is_nothing ? options->negative_time_to_live
                            : options->time_to_live;
  QuoTime age;

  if (!g_hash_table_contains (view->since, &key) || fact->is_marked
      || (life == 0 && !is_nothing))
    return;
  age = fact->clock - quo_best_map_get (view->since, key);
  if (age >= life)
    quo_cluster_violate (cluster, is_nothing ? INVARIANT_NEGATIVE_EXPIRES
                                             : INVARIANT_WITHIN_TTL,
                         "%s answers %s with what it has had for %g s of %g, and "
                         "does not say so",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, key), (double) age / 1e9,
                         (double) life / 1e9);
}

/* How long ago it was replaced; 0 when it is the latest. */
static QuoTime
staleness (QuoCluster           *cluster,
           const QuoBestGhost   *self,
           const QuoBestVersion *version)
{
  QuoTime now = quo_cluster_now (cluster);
  const QuoBestRecord *record = record_of (self, version);

  if (record != NULL)
    return record->superseded == QUO_TIME_NEVER ? 0 : now - record->superseded;
  /* Nothing was there before the first write. */
  record = record_at (self, quo_best_map_get (self->first_of, version->key));

  return record != NULL ? now - record->at : 0;
}

static void
answered (QuoCluster        *cluster,
          QuoBestGhost      *self,
          const QuoBestFact *fact,
          const QuoBest     *state)
{
  const QuoBestVersion *version = &fact->version;
  gint64 value = quo_best_pair (version->key, version->value);

  if (version->value != 0 && !g_hash_table_contains (self->values, &value))
    quo_cluster_violate (cluster, INVARIANT_NOTHING_INVENTED,
                         "%s answers %s = %s, which nobody wrote",
                         quo_cluster_label (cluster, state->index),
                         quo_cluster_text (cluster, version->key),
                         quo_cluster_text (cluster, version->value));

  self->n_answers++;
  self->n_marked += fact->is_marked;
  quo_cluster_sample (cluster, MEASURE_STALENESS,
                      (double) staleness (cluster, self, version));
  quo_cluster_sample (cluster, MEASURE_READ_LATENCY, (double) fact->waited);
  if (!quo_best_is_cache (state))
    return;
  self->n_reads++;
  self->n_hits += fact->is_hit && fact->waited == 0;
  if (fact->is_hit)
    check_time (cluster, &self->views[state->index], fact, state->index);
}

static void
follow (QuoCluster    *cluster,
        QuoBestGhost  *self,
        const QuoBest *state)
{
  QuoBestView *view = &self->views[state->index];

  for (guint i = 0; i < state->facts->len; i++)
    {
      const QuoBestFact *fact = &g_array_index (state->facts, QuoBestFact, i);

      switch (fact->kind)
        {
        case FACT_WRITTEN:
          written (cluster, self, &fact->version);
          break;
        case FACT_ARRIVED:
          arrived (self, view, &fact->version);
          break;
        case FACT_IGNORED:
          self->n_ignored++;
          break;
        case FACT_STORED:
          stored (cluster, view, fact, state->index);
          break;
        case FACT_INVALIDATED:
          quo_best_map_set (view->invalidated, fact->version.key,
                            MAX (fact->version.sequence,
                                 quo_best_map_get (view->invalidated,
                                                   fact->version.key)));
          break;
        case FACT_ANSWERED:
        default:
          answered (cluster, self, fact, state);
          break;
        }
    }
}

/**
 * quo_best_check:
 * @cluster: after a step
 * @ghost: a #QuoBestGhost
 * @node: who made it
 */
void
quo_best_check (QuoCluster *cluster,
                gpointer    ghost,
                guint       node)
{
  QuoBestGhost *self = ghost;
  const QuoBest *state = quo_cluster_state (cluster, node);

  if (self->records == NULL)
    ghost_init (cluster, self);
  if (state == NULL || state->facts == NULL)
    {
      /* It has forgotten what it was told. */
      g_hash_table_remove_all (self->views[node].since);
      g_hash_table_remove_all (self->views[node].newest);
      g_hash_table_remove_all (self->views[node].invalidated);
      return;
    }
  follow (cluster, self, state);
}

/* Whether it would answer with something else than the latest write, and ask nobody.
 * A peer that has nothing of a key would. */
static gboolean
differs (QuoCluster         *cluster,
         const QuoBestGhost *self,
         const QuoBest      *state)
{
  for (guint i = 0; i < self->firsts->len; i++)
    {
      const QuoBestRecord *first =
        &g_array_index (self->records, QuoBestRecord,
                        g_array_index (self->firsts, guint, i));
      gint64 key = first->version.key;
      const QuoBestRecord *latest =
        record_at (self, quo_best_map_get (self->latest, key));
      const QuoBestCopy *copy = quo_best_find (state, key);

      if (copy == NULL ? state->role == ROLE_PEER
                       : copy->until > quo_cluster_now (cluster)
                         && copy->version.value != latest->version.value)
        return TRUE;
    }

  return FALSE;
}

/**
 * quo_best_finish:
 * @cluster: at the end of a run
 * @ghost: a #QuoBestGhost
 */
void
quo_best_finish (QuoCluster *cluster,
                 gpointer    ghost)
{
  QuoBestGhost *self = ghost;
  double n_sent = (double) quo_cluster_n_sent (cluster, MESSAGE_UPDATE)
                  + (double) quo_cluster_n_sent (cluster, MESSAGE_INVALIDATE);
  guint n_different = 0;

  if (self->records == NULL)
    return;

  for (guint i = 0; i < quo_cluster_n_nodes (cluster); i++)
    {
      const QuoBest *state = quo_cluster_state (cluster, i);

      if (state != NULL && state->copies != NULL && quo_cluster_is_up (cluster, i))
        n_different += differs (cluster, self, state);
    }
  quo_cluster_sample (cluster, MEASURE_DIVERGENT_REPLICAS, n_different);
  quo_cluster_sample (cluster, MEASURE_FETCHES,
                      (double) quo_cluster_n_sent (cluster, MESSAGE_FETCH));
  quo_cluster_sample (cluster, MEASURE_IGNORED_UPDATES, (double) self->n_ignored);
  if (n_sent > 0)
    quo_cluster_sample (cluster, MEASURE_LOST_UPDATES,
                        1 - (double) self->n_arrived / n_sent);
  if (self->n_reads > 0)
    quo_cluster_sample (cluster, MEASURE_HIT_RATIO,
                        (double) self->n_hits / (double) self->n_reads);
  if (self->n_answers > 0)
    quo_cluster_sample (cluster, MEASURE_STALE_ANSWERS,
                        (double) self->n_marked / (double) self->n_answers);
}

/**
 * quo_best_clear_ghost:
 * @ghost: a #QuoBestGhost
 */
void
quo_best_clear_ghost (gpointer ghost)
{
  QuoBestGhost *self = ghost;

  if (self->records == NULL)
    return;
  g_clear_pointer (&self->records, g_array_unref);
  g_clear_pointer (&self->firsts, g_array_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->latest, g_hash_table_unref);
  g_clear_pointer (&self->first_of, g_hash_table_unref);
  g_clear_pointer (&self->values, g_hash_table_unref);
  for (guint i = 0; i < self->n_views; i++)
    view_clear (&self->views[i]);
  g_clear_pointer (&self->views, g_free);
}
