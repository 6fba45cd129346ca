/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a replica should show, worked out from the set of updates that it knows of.
 * Nothing of how replicas merge is used here: an update is replaced by those that
 * saw it, and by no other (Burckhardt, Gotsman, Yang, Zawirski 2014, "Replicated
 * data types: specification, verification, optimality", section 4). */

#include "protocol/replicated-register/replicated-private.h"

/* Who replaces whom is asked of each pair; keys with more updates than this are
 * compared between replicas only. */
#define PAIRS_MAX 160

/**
 * quo_replicated_covers:
 * @seen: counts for each run
 * @update: an update
 *
 * Returns: whether it is among them
 */
gboolean
quo_replicated_covers (const GArray              *seen,
                       const QuoReplicatedUpdate *update)
{
  return update->run < seen->len
         && g_array_index (seen, guint, update->run) >= update->nth;
}

/* The key's updates that the node knows of. */
static GPtrArray *
known_updates (const GArray *updates,
               const GArray *seen)
{
  GPtrArray *known = g_ptr_array_new ();

  for (guint i = 0; i < updates->len; i++)
    {
      QuoReplicatedUpdate *update = &g_array_index (updates, QuoReplicatedUpdate, i);

      if (quo_replicated_covers (seen, update))
        g_ptr_array_add (known, update);
    }

  return known;
}

/* Whether a known update saw this one and so replaces it; in a set only one of the
 * same element does. */
static gboolean
is_replaced (const GPtrArray           *known,
             const QuoReplicatedUpdate *update,
             gboolean                   is_set)
{
  for (guint i = 0; i < known->len; i++)
    {
      const QuoReplicatedUpdate *other = g_ptr_array_index (known, i);

      if ((!is_set || other->value == update->value)
          && quo_replicated_covers (other->saw, update))
        return TRUE;
    }

  return FALSE;
}

static void
check_register (QuoCluster              *cluster,
                guint                    node,
                const QuoReplicatedCell *cell,
                const GPtrArray         *known)
{
  gboolean is_known = FALSE;

  if (known->len == 0 && cell->lww.value == 0)
    return;

  for (guint i = 0; i < known->len; i++)
    {
      const QuoReplicatedUpdate *update = g_ptr_array_index (known, i);

      if (update->value != cell->lww.value
          || quo_stamp_compare (&update->stamp, &cell->lww.stamp) != 0)
        continue;
      is_known = TRUE;
      if (!is_replaced (known, update, FALSE))
        return;
    }

  if (is_known || cell->lww.value == 0)
    quo_cluster_violate (cluster, INVARIANT_NO_LOST_WRITE,
                         "%s shows %s=%s and knows of a write that saw it and came "
                         "after", quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, cell->key),
                         quo_cluster_text (cluster, cell->lww.value));
  else
    quo_cluster_violate (cluster, INVARIANT_NO_RESURFACING,
                         "%s shows %s=%s, which is no write that it knows of",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, cell->key),
                         quo_cluster_text (cluster, cell->lww.value));
}

static void
check_counter (QuoCluster              *cluster,
               guint                    node,
               const QuoReplicatedCell *cell,
               const GPtrArray         *known)
{
  gint64 value = quo_counter_value (cell->counter);
  __int128 sum = 0;

  for (guint i = 0; i < known->len; i++)
    sum += ((const QuoReplicatedUpdate *) g_ptr_array_index (known, i))->value;
  if (value != sum)
    quo_cluster_violate (cluster, INVARIANT_COUNTER,
                         "%s counts %s=%" G_GINT64_FORMAT
                         ", the increments it knows of make %" G_GINT64_FORMAT,
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, cell->key), value,
                         (gint64) CLAMP (sum, G_MININT64, G_MAXINT64));
}

static void
tell (QuoCluster *cluster,
      guint       node,
      gint64      key,
      gint64      value,
      gboolean    is_missing)
{
  if (is_missing)
    quo_cluster_violate (cluster, INVARIANT_NO_LOST_WRITE,
                         "%s has lost %s from %s: no update that it knows of "
                         "replaced it", quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, value),
                         quo_cluster_text (cluster, key));
  else
    quo_cluster_violate (cluster, INVARIANT_NO_RESURFACING,
                         "%s shows %s in %s again: an update that it knows of "
                         "replaced it", quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, value),
                         quo_cluster_text (cluster, key));
}

/* Each sibling is a write of its own, also when another says the same. */
static void
check_siblings (QuoCluster              *cluster,
                guint                    node,
                const QuoReplicatedCell *cell,
                const GPtrArray         *known)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < quo_dot_store_n (cell->store); i++)
    g_array_append_val (values, quo_dot_store_nth (cell->store, i)->value);
  for (guint i = 0; i < known->len; i++)
    {
      const QuoReplicatedUpdate *update = g_ptr_array_index (known, i);
      guint j = 0;

      if (update->kind == QUO_OP_REMOVE || is_replaced (known, update, FALSE))
        continue;
      while (j < values->len && g_array_index (values, gint64, j) != update->value)
        j++;
      if (j < values->len)
        g_array_remove_index (values, j);
      else
        tell (cluster, node, cell->key, update->value, TRUE);
    }
  for (guint i = 0; i < values->len; i++)
    tell (cluster, node, cell->key, g_array_index (values, gint64, i), FALSE);
}

static gboolean
should_contain (const GPtrArray *known,
                gint64           element,
                gboolean         is_remove_wins)
{
  gboolean is_there = FALSE;

  for (guint i = 0; i < known->len; i++)
    {
      const QuoReplicatedUpdate *update = g_ptr_array_index (known, i);

      if (update->value != element || is_replaced (known, update, TRUE))
        continue;
      if (update->kind == QUO_OP_REMOVE && is_remove_wins)
        return FALSE;
      is_there = is_there || update->kind != QUO_OP_REMOVE;
    }

  return is_there;
}

static void
check_set (QuoCluster              *cluster,
           guint                    node,
           const QuoReplicatedCell *cell,
           const GPtrArray         *known,
           gboolean                 is_remove_wins)
{
  g_autoptr (GArray) elements = quo_set_elements (cell->store);

  for (guint i = 0; i < known->len; i++)
    {
      const QuoReplicatedUpdate *update = g_ptr_array_index (known, i);

      if (!quo_set_contains (cell->store, update->value)
          && should_contain (known, update->value, is_remove_wins))
        {
          tell (cluster, node, cell->key, update->value, TRUE);
          return;
        }
    }
  for (guint i = 0; i < elements->len; i++)
    if (!should_contain (known, g_array_index (elements, gint64, i),
                         is_remove_wins))
      tell (cluster, node, cell->key, g_array_index (elements, gint64, i), FALSE);
}

/**
 * quo_replicated_check_model:
 * @cluster: all nodes
 * @self: what was seen so far
 * @node: a node that is up
 * @key: (interned): a key that came or changed
 */
void
quo_replicated_check_model (QuoCluster         *cluster,
                            QuoReplicatedGhost *self,
                            guint               node,
                            gint64              key)
{
  const QuoReplicatedOptions *options = quo_cluster_options (cluster);
  const QuoReplicatedCell *cell =
    quo_replicated_find (quo_cluster_state (cluster, node), key);
  const GArray *updates = g_hash_table_lookup (self->keys,
                                               GSIZE_TO_POINTER ((gsize) key));
  QuoReplicatedForm form = quo_replicated_form (options);
  g_autoptr (GPtrArray) known = NULL;

  if (cell == NULL || updates == NULL
      || updates->len > (form == QUO_REPLICATED_DOTS ? PAIRS_MAX
                                                     : QUO_REPLICATED_WATCHED_MAX))
    return;

  known = known_updates (updates, self->views[node].seen);
  switch ((QuoReplicatedType) options->type)
    {
    case QUO_REPLICATED_LWW:
      check_register (cluster, node, cell, known);
      break;
    case QUO_REPLICATED_MV:
      check_siblings (cluster, node, cell, known);
      break;
    case QUO_REPLICATED_G_COUNTER:
    case QUO_REPLICATED_PN_COUNTER:
      check_counter (cluster, node, cell, known);
      break;
    case QUO_REPLICATED_OR_SET:
    case QUO_REPLICATED_RW_SET:
    default:
      check_set (cluster, node, cell, known,
                 options->type == QUO_REPLICATED_RW_SET);
      break;
    }
}
