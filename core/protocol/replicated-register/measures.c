/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The figures of a run. */

#include "protocol/replicated-register/replicated-private.h"

#include "base/random.h"

/* Of all that the node shows; what it never heard of counts like what is empty. */
static guint64
hash_of (const QuoReplicated *state)
{
  guint64 hash = 0;

  for (guint i = 0; i < state->cells->len; i++)
    {
      const QuoReplicatedCell *cell = g_ptr_array_index (state->cells, i);

      if (cell->shown != 0)
        hash += quo_mix64 (quo_mix64 ((guint64) cell->key)
                           ^ ((guint64) cell->shown << 1));
    }

  return hash;
}

static gboolean
are_equal (QuoCluster               *cluster,
           const QuoReplicatedGhost *self)
{
  const QuoReplicatedView *first = NULL;

  for (guint i = 0; i < self->n_views; i++)
    {
      if (quo_cluster_state (cluster, i) == NULL)
        continue;
      if (first != NULL && first->hash != self->views[i].hash)
        return FALSE;
      first = &self->views[i];
    }

  return TRUE;
}

/**
 * quo_replicated_measure:
 * @cluster: all nodes
 * @self: what was seen so far
 * @node: the one that has just done something, or is down
 *
 * Keeps the time at which the replicas became equal.
 */
void
quo_replicated_measure (QuoCluster         *cluster,
                        QuoReplicatedGhost *self,
                        guint               node)
{
  const QuoReplicated *state = quo_cluster_state (cluster, node);

  if (state != NULL)
    {
      self->n_bytes += state->now.n_bytes;
      if (state->now.is_update)
        self->last_update = quo_cluster_now (cluster);
      else if (state->now.touched->len == 0 && state->is_ready)
        return;
      self->views[node].hash = hash_of (state);
    }
  if (self->last_update == QUO_TIME_NEVER)
    return;

  if (!are_equal (cluster, self))
    self->equal_since = QUO_TIME_NEVER;
  else if (self->equal_since == QUO_TIME_NEVER)
    self->equal_since = quo_cluster_now (cluster);
}

static int
compare_hashes (gconstpointer a,
                gconstpointer b)
{
  const guint64 *x = a;
  const guint64 *y = b;

  return (*x > *y) - (*x < *y);
}

/* Replicas that do not show what most do. */
static guint
count_divergent (QuoCluster               *cluster,
                 const QuoReplicatedGhost *self)
{
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint most = 0;
  guint n = 0;

  for (guint i = 0; i < self->n_views; i++)
    if (quo_cluster_state (cluster, i) != NULL)
      g_array_append_val (hashes, self->views[i].hash);
  g_array_sort (hashes, compare_hashes);
  for (guint i = 0; i < hashes->len; i++)
    {
      if (i > 0 && g_array_index (hashes, guint64, i)
                   != g_array_index (hashes, guint64, i - 1))
        n = 0;
      n++;
      most = MAX (most, n);
    }

  return hashes->len - most;
}

/**
 * quo_replicated_finish:
 * @cluster: all nodes
 * @ghost: what was seen
 *
 * Takes the figures of the whole run; none without an update.
 */
void
quo_replicated_finish (QuoCluster *cluster,
                       gpointer    ghost)
{
  QuoReplicatedGhost *self = ghost;
  guint64 n_messages = 0;

  if (self->views == NULL || self->last_update == QUO_TIME_NEVER)
    return;

  for (guint i = 0; i < N_MESSAGES; i++)
    n_messages += quo_cluster_n_sent (cluster, i);
  if (self->equal_since != QUO_TIME_NEVER)
    quo_cluster_sample (cluster, MEASURE_CONVERGENCE_TIME,
                        (double) MAX (0, self->equal_since - self->last_update));
  quo_cluster_sample (cluster, MEASURE_DIVERGENT, count_divergent (cluster, self));
  quo_cluster_sample (cluster, MEASURE_MESSAGES, (double) n_messages);
  quo_cluster_sample (cluster, MEASURE_BYTES, (double) self->n_bytes);
}
