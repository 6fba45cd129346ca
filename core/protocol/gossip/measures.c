/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who watches the whole cluster: invariants and figures. */

#include "protocol/gossip/gossip-private.h"

#include <string.h>

/* A version and a cell for each node and key: beyond these nobody watches. */
#define MAX_VERSIONS (1u << 20)
#define MAX_CELLS    (1u << 24)

typedef struct
{
  guint32 key;
  guint32 counter;
  guint32 origin;
  guint32 value;
} Version;

/* What a node had of a key last; counter 0: nothing. */
typedef struct
{
  guint32 counter;
  guint32 origin     : 31;
  guint32 is_deleted : 1;
} Seen;

static guint
version_hash (gconstpointer data)
{
  const Version *self = data;
  guint32 hash = self->key * 2654435761u + self->counter;

  return hash * 2654435761u + self->origin;
}

static gboolean
version_equal (gconstpointer a,
               gconstpointer b)
{
  const Version *left = a;
  const Version *right = b;

  return left->key == right->key && left->counter == right->counter
         && left->origin == right->origin;
}

static void
begin (QuoGossipGhost *self,
       guint           n_nodes)
{
  self->versions = g_hash_table_new_full (version_hash, version_equal, g_free, NULL);
  self->columns = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->reached = g_new0 (guint8, n_nodes / 8 + 1);
}

static Seen *
seen_of (QuoGossipGhost *self,
         guint           n_nodes,
         guint32         key,
         guint           node)
{
  Seen *column = g_hash_table_lookup (self->columns, GUINT_TO_POINTER (key));

  if (column == NULL)
    {
      if (self->n_cells + n_nodes > MAX_CELLS)
        return NULL;
      self->n_cells += n_nodes;
      column = g_new0 (Seen, n_nodes);
      g_hash_table_insert (self->columns, GUINT_TO_POINTER (key), column);
    }

  return &column[node];
}

static void
watch_version (QuoCluster           *cluster,
               QuoGossipGhost       *self,
               guint                 node,
               const QuoGossipEntry *entry)
{
  Version version = { entry->key, entry->counter, entry->origin, entry->value };
  const Version *known = g_hash_table_lookup (self->versions, &version);

  if (known != NULL && known->value != entry->value)
    quo_cluster_violate (cluster, INVARIANT_ONE_VALUE,
                         "%s has %s = %s as version %u of %s, elsewhere that is %s",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, entry->key),
                         quo_cluster_text (cluster, entry->value), entry->counter,
                         quo_cluster_label (cluster, entry->origin),
                         quo_cluster_text (cluster, known->value));
  if (known != NULL)
    return;

  if (entry->origin != node)
    quo_cluster_violate (cluster, INVARIANT_NO_INVENTION,
                         "%s has version %u of %s for %s, which %s never wrote",
                         quo_cluster_label (cluster, node), entry->counter,
                         quo_cluster_label (cluster, entry->origin),
                         quo_cluster_text (cluster, entry->key),
                         quo_cluster_label (cluster, entry->origin));
  if (g_hash_table_size (self->versions) < MAX_VERSIONS)
    g_hash_table_add (self->versions, g_memdup2 (&version, sizeof version));
}

static void
watch_order (QuoCluster           *cluster,
             QuoGossipGhost       *self,
             guint                 node,
             const QuoGossipEntry *entry)
{
  Seen *seen = seen_of (self, quo_cluster_n_nodes (cluster), entry->key, node);

  if (seen == NULL)
    return;

  if (entry->counter < seen->counter
      || (entry->counter == seen->counter && entry->origin < seen->origin))
    quo_cluster_violate (cluster,
                         seen->is_deleted ? INVARIANT_DELETED
                                          : INVARIANT_VERSIONS_RISE,
                         seen->is_deleted
                         ? "%s knew that %s was deleted (version %u of %s) and has "
                           "version %u of %s again"
                         : "%s had %s in version %u of %s and went back to version "
                           "%u of %s",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, entry->key), seen->counter,
                         quo_cluster_label (cluster, seen->origin), entry->counter,
                         quo_cluster_label (cluster, entry->origin));
  seen->counter = entry->counter;
  seen->origin = entry->origin & G_MAXINT32;
  seen->is_deleted = entry->value == QUO_GOSSIP_NOTHING;
}

static double
cycles_since (QuoCluster     *cluster,
              QuoGossipGhost *self)
{
  const QuoGossipOptions *options = quo_cluster_options (cluster);
  QuoTime now = quo_cluster_now (cluster);

  if (options->cycle == QUO_GOSSIP_ASYNCHRONOUS)
    return (double) (now - self->since) / (double) options->interval;

  return (double) (gint32) (quo_gossip_cycle_at (options, now)
                            - quo_gossip_cycle_at (options, self->since));
}

/* The first update of the run, or one that replaced it, has come to a node. */
static void
measure (QuoCluster           *cluster,
         QuoGossipGhost       *self,
         guint                 node,
         const QuoGossipEntry *entry)
{
  guint8 bit = (guint8) (1u << (node % 8));

  if (self->key == QUO_GOSSIP_NOTHING)
    {
      self->key = entry->key;
      self->counter = entry->counter;
      self->origin = entry->origin;
      self->since = quo_cluster_now (cluster);
    }
  if (entry->key != self->key || (self->reached[node / 8] & bit) != 0
      || entry->counter < self->counter
      || (entry->counter == self->counter && entry->origin < self->origin))
    return;

  self->reached[node / 8] |= bit;
  self->n_reached++;
  self->last = cycles_since (cluster, self);
  self->sum += self->last;
  if (self->n_reached == quo_cluster_n_nodes (cluster))
    quo_cluster_sample (cluster, MEASURE_CYCLES_TO_ALL, self->last);
}

static void
check_useful (QuoCluster      *cluster,
              const QuoGossip *state,
              guint            node)
{
  const QuoGossipEntry *entry;

  /* With several rumors the step does not say which of them was useful. */
  if (state->more != NULL && state->more->entries->len > 0)
    return;

  entry = quo_gossip_nth_const (state, 0);
  if (entry->n_wasted > 0)
    quo_cluster_violate (cluster, INVARIANT_USEFUL_RESETS,
                         "%s was of use to somebody and still counts %u unnecessary "
                         "contacts", quo_cluster_label (cluster, node),
                         entry->n_wasted);
}

/* A node that is down has forgotten everything. */
static void
forget (QuoGossipGhost *self,
        guint           node)
{
  GHashTableIter iter;
  gpointer column;

  /* The order does not matter: nothing is put out. */
  g_hash_table_iter_init (&iter, self->columns);
  while (g_hash_table_iter_next (&iter, NULL, &column))
    memset ((Seen *) column + node, 0, sizeof (Seen));
}

/**
 * quo_gossip_check:
 * @cluster: all nodes
 * @ghost: what was seen so far
 * @node: the one that has just done something
 */
void
quo_gossip_check (QuoCluster *cluster,
                  gpointer    ghost,
                  guint       node)
{
  QuoGossipGhost *self = ghost;
  const QuoGossip *state = quo_cluster_state (cluster, node);
  const QuoGossipEntry *entry;

  if (self->versions == NULL)
    begin (self, quo_cluster_n_nodes (cluster));
  if (state == NULL)
    {
      forget (self, node);
      return;
    }

  self->n_sent = (guint64) ((gint64) self->n_sent + state->n_sent);
  if (G_LIKELY ((state->now & ~QUO_GOSSIP_TIMER_RUNS) == 0))
    return;

  if ((state->now & QUO_GOSSIP_WAS_USEFUL) != 0)
    check_useful (cluster, state, node);
  if ((state->now & QUO_GOSSIP_LEFT_NEWER) != 0)
    quo_cluster_violate (cluster, INVARIANT_NEWER_TAKEN,
                         "%s was told of a newer version and kept its own",
                         quo_cluster_label (cluster, node));
  if ((state->now & QUO_GOSSIP_NEW) == 0)
    return;
  for (guint i = 0; (entry = quo_gossip_nth_const (state, i)) != NULL; i++)
    if ((entry->flags & QUO_GOSSIP_FRESH) != 0)
      {
        watch_version (cluster, self, node, entry);
        watch_order (cluster, self, node, entry);
        measure (cluster, self, node, entry);
      }
}

static const QuoGossipEntry *
entry_of (QuoCluster *cluster,
          guint       node,
          guint32     key)
{
  const QuoGossip *state = quo_cluster_state (cluster, node);
  const QuoGossipEntry *entry;

  for (guint i = 0; state != NULL
                    && (entry = quo_gossip_nth_const (state, i)) != NULL; i++)
    if (entry->key == key)
      return entry;

  return NULL;
}

/* A key that is deleted reads as one that never was. */
static gboolean
is_divergent (QuoCluster *cluster,
              guint32     key)
{
  guint n_nodes = quo_cluster_n_nodes (cluster);
  gboolean is_any = FALSE;
  guint32 value = QUO_GOSSIP_NOTHING;

  for (guint node = 0; node < n_nodes; node++)
    {
      const QuoGossipEntry *entry;
      guint32 here;

      if (quo_cluster_state (cluster, node) == NULL)
        continue;
      entry = entry_of (cluster, node, key);
      here = entry != NULL ? entry->value : QUO_GOSSIP_NOTHING;
      if (is_any && here != value)
        return TRUE;
      is_any = TRUE;
      value = here;
    }

  return FALSE;
}

/**
 * quo_gossip_finish:
 * @cluster: all nodes
 * @ghost: what was seen
 *
 * Takes the figures of the whole run; none without an update.
 */
void
quo_gossip_finish (QuoCluster *cluster,
                   gpointer    ghost)
{
  QuoGossipGhost *self = ghost;
  double n = quo_cluster_n_nodes (cluster);
  guint64 n_messages = 0;
  guint n_divergent = 0;
  GHashTableIter iter;
  gpointer key;

  if (self->n_reached == 0)
    return;

  for (guint i = 0; i < N_MESSAGES; i++)
    n_messages += quo_cluster_n_sent (cluster, i);
  /* The order does not matter: they are counted. */
  g_hash_table_iter_init (&iter, self->columns);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (is_divergent (cluster, GPOINTER_TO_UINT (key)))
      n_divergent++;

  quo_cluster_sample (cluster, MEASURE_RESIDUE, 1 - self->n_reached / n);
  quo_cluster_sample (cluster, MEASURE_TRAFFIC,
                      (double) self->n_sent / n
                      / g_hash_table_size (self->versions));
  quo_cluster_sample (cluster, MEASURE_T_LAST, self->last);
  if (self->n_reached > 1)
    quo_cluster_sample (cluster, MEASURE_T_AVERAGE,
                        self->sum / (self->n_reached - 1));
  quo_cluster_sample (cluster, MEASURE_MESSAGES, (double) n_messages / n);
  quo_cluster_sample (cluster, MEASURE_DIVERGENT, n_divergent);
}

/**
 * quo_gossip_clear_ghost:
 * @ghost: what was seen
 */
void
quo_gossip_clear_ghost (gpointer ghost)
{
  QuoGossipGhost *self = ghost;

  g_clear_pointer (&self->versions, g_hash_table_unref);
  g_clear_pointer (&self->columns, g_hash_table_unref);
  g_clear_pointer (&self->reached, g_free);
}
