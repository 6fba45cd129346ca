/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who keeps a key: DeCandia et al. 2007, section 4.2 and 4.3. Nodes have several
 * tokens on a ring; a key's replicas are the first different nodes met from the
 * key's place on, and those after them stand in when one of them is away.
 */

#include "protocol/quorum-store/quorum-private.h"

#include "base/random.h"

#include <stdlib.h>

typedef struct
{
  guint64 distance;
  guint   node;
} Place;

static int
compare_places (const void *a,
                const void *b)
{
  const Place *left = a;
  const Place *right = b;

  if (left->distance != right->distance)
    return left->distance < right->distance ? -1 : 1;

  return (left->node > right->node) - (left->node < right->node);
}

/* How far from the key the first token of the node is, walking round. */
static guint64
distance_to (guint64 from,
             guint   node,
             gint64  n_tokens)
{
  guint64 nearest = G_MAXUINT64;

  for (gint64 i = 0; i < n_tokens; i++)
    {
      guint64 token = quo_mix64 (quo_mix64 ((guint64) node + 1) + (guint64) i);

      nearest = MIN (nearest, token - from);
    }

  return nearest;
}

/**
 * quo_quorum_n_replicas:
 * @options: of the store
 * @n_nodes: how many nodes the cluster has
 *
 * Returns: how many replicas a key has: as many as were asked for, or as many as
 *   there are nodes that keep data
 */
guint
quo_quorum_n_replicas (const QuoQuorumOptions *options,
                       guint                   n_nodes)
{
  gint64 n_data = MAX (1, (gint64) n_nodes - options->n_proxies);

  return (guint) MIN (options->n_replicas, n_data);
}

/**
 * quo_quorum_preference:
 * @world: who asks
 * @key: (interned): a key
 * @ret_nodes: (out) (transfer full): every node that keeps data, in the order in
 *   which the ring gives them; the first ones are the key's replicas
 *
 * Returns: how many they are
 */
guint
quo_quorum_preference (const QuoQuorumWorld  *world,
                       gint64                 key,
                       guint                **ret_nodes)
{
  const QuoQuorumOptions *options;
  guint64 from = quo_hash_string (quo_quorum_text (world, key));
  g_autofree Place *places = NULL;
  guint n_nodes;
  guint n;

  if (world->node != NULL)
    {
      options = quo_node_options (world->node);
      n_nodes = quo_node_n_nodes (world->node);
    }
  else
    {
      options = quo_cluster_options (world->cluster);
      n_nodes = quo_cluster_n_nodes (world->cluster);
    }

  n = (guint) MAX (1, (gint64) n_nodes - options->n_proxies);
  places = g_new (Place, n);
  for (guint i = 0; i < n; i++)
    places[i] = (Place) { distance_to (from, i, options->n_tokens), i };
  qsort (places, n, sizeof (Place), compare_places);

  *ret_nodes = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    (*ret_nodes)[i] = places[i].node;

  return n;
}

/**
 * quo_quorum_is_home:
 * @world: who asks
 * @key: (interned): a key
 * @index: of a node
 *
 * Returns: whether the node is one of the key's replicas
 */
gboolean
quo_quorum_is_home (const QuoQuorumWorld *world,
                    gint64                key,
                    guint                 index)
{
  g_autofree guint *nodes = NULL;
  guint n = quo_quorum_preference (world, key, &nodes);
  guint n_homes = world->node != NULL
    ? quo_quorum_n_replicas (quo_node_options (world->node),
                             quo_node_n_nodes (world->node))
    : quo_quorum_n_replicas (quo_cluster_options (world->cluster),
                             quo_cluster_n_nodes (world->cluster));

  for (guint i = 0; i < MIN (n, n_homes); i++)
    if (nodes[i] == index)
      return TRUE;

  return FALSE;
}

/**
 * quo_quorum_needed:
 * @options: of the store
 * @is_read: for a read or for a write
 * @n_homes: how many replicas the key has
 * @n_local: how many of them are in the coordinator's region
 *
 * Returns: how many of them have to answer, at least one
 */
guint
quo_quorum_needed (const QuoQuorumOptions *options,
                   gboolean                is_read,
                   guint                   n_homes,
                   guint                   n_local)
{
  gint64 number = is_read ? options->read_quorum : options->write_quorum;

  switch ((QuoQuorumLevel) (is_read ? options->read_level : options->write_level))
    {
    case QUO_QUORUM_LEVEL_ONE:
      return 1;
    case QUO_QUORUM_LEVEL_QUORUM:
      return n_homes / 2 + 1;
    case QUO_QUORUM_LEVEL_ALL:
      return n_homes;
    case QUO_QUORUM_LEVEL_LOCAL_QUORUM:
      return n_local / 2 + 1;
    case QUO_QUORUM_LEVEL_NUMBER:
    default:
      return (guint) CLAMP (number, 1, (gint64) n_homes);
    }
}
