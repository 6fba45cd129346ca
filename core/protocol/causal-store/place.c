/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Section 4.2 of the paper: each data centre has all the keys, spread over its
 * nodes. Where the data centres have the same number of nodes, a key is at the
 * corresponding node of each of them.
 */

#include "protocol/causal-store/causal-private.h"

#include "base/random.h"

/**
 * quo_causal_options:
 * @node: a node
 *
 * Returns: (transfer none): the scenario's options, as they are now
 */
const QuoCausalOptions *
quo_causal_options (const QuoNode *node)
{
  return quo_node_options (node);
}

static guint
count_regions (QuoNode *node,
               guint    n_nodes)
{
  guint highest = 0;
  gboolean is_mixed = FALSE;

  for (guint i = 0; i < n_nodes; i++)
    {
      highest = MAX (highest, quo_node_region (node, i));
      is_mixed |= quo_node_region (node, i) != quo_node_region (node, 0);
    }

  return is_mixed ? highest + 1 : 0;
}

/**
 * quo_causal_learn_centres:
 * @node: a node
 * @self: its memory
 *
 * A region is a data centre. Without regions, and with a single one, in which there
 * would be nothing to replicate, each node is a data centre of its own. A region
 * without nodes is none.
 */
void
quo_causal_learn_centres (QuoNode   *node,
                          QuoCausal *self)
{
  guint n = self->n_nodes;
  guint n_regions = count_regions (node, n);
  guint n_members = 0;

  self->members = g_new0 (guint, n);
  self->centre_of = g_new0 (guint, n);
  self->starts = g_new0 (guint, n + 1);
  for (guint region = 0; region < (n_regions > 0 ? n_regions : n); region++)
    {
      guint first = n_members;

      for (guint i = 0; i < n; i++)
        if (n_regions > 0 ? quo_node_region (node, i) == region : i == region)
          {
            self->centre_of[i] = self->n_centres;
            self->members[n_members++] = i;
          }
      if (n_members > first)
        self->starts[++self->n_centres] = n_members;
    }
}

/**
 * quo_causal_centre:
 * @self: a node's memory
 *
 * Returns: index of the data centre that it is in
 */
guint
quo_causal_centre (const QuoCausal *self)
{
  return self->centre_of[self->index];
}

/**
 * quo_causal_place_of:
 * @self: the memory of any node
 * @centre: index of a data centre
 * @key: a key
 *
 * Returns: index of the node that keeps the key there
 */
guint
quo_causal_place_of (const QuoCausal *self,
                     guint            centre,
                     const char      *key)
{
  guint first = self->starts[centre];
  guint n = self->starts[centre + 1] - first;

  return self->members[first + (n > 1 ? quo_hash_string (key) % n : 0)];
}

/**
 * quo_causal_place:
 * @node: a node
 * @self: its memory
 * @centre: index of a data centre
 * @key: (interned): a key
 *
 * Returns: index of the node that keeps the key there
 */
guint
quo_causal_place (QuoNode         *node,
                  const QuoCausal *self,
                  guint            centre,
                  gint64           key)
{
  return quo_causal_place_of (self, centre, quo_node_text (node, key));
}

/**
 * quo_causal_keeper:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key
 *
 * Returns: index of the node that keeps the key in this data centre
 */
guint
quo_causal_keeper (QuoNode         *node,
                   const QuoCausal *self,
                   gint64           key)
{
  return quo_causal_place (node, self, quo_causal_centre (self), key);
}

/**
 * quo_causal_elsewhere:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key whose node in this data centre is out
 *
 * Returns: index of the node that keeps the key in the next data centre where it is
 *   not out, or %QUO_NO_NODE when there is none
 */
int
quo_causal_elsewhere (QuoNode         *node,
                      const QuoCausal *self,
                      gint64           key)
{
  for (guint i = 1; i < self->n_centres; i++)
    {
      guint centre = (quo_causal_centre (self) + i) % self->n_centres;
      guint place = quo_causal_place (node, self, centre, key);

      if (!self->is_out[place])
        return (int) place;
    }

  return QUO_NO_NODE;
}
