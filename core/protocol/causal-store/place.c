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

/**
 * quo_causal_life:
 * @node: a node
 *
 * Section 5.1: what a transaction may still ask for is kept for as long as one may
 * take, and a tenth more for clocks that do not run alike.
 *
 * Returns: how long, ns
 */
QuoTime
quo_causal_life (const QuoNode *node)
{
  QuoTime time = quo_causal_options (node)->transaction_time;

  return time + time / 10;
}

/* Which region each node is in, or without several regions the node's own number. */
static guint
learn_groups (QuoNode *node,
              guint   *groups,
              guint    n_nodes)
{
  guint n_groups = 0;
  gboolean is_mixed = FALSE;

  for (guint i = 0; i < n_nodes; i++)
    {
      groups[i] = quo_node_region (node, i);
      n_groups = MAX (n_groups, groups[i] + 1);
      is_mixed |= groups[i] != groups[0];
    }
  for (guint i = 0; !is_mixed && i < n_nodes; i++)
    groups[i] = i;

  return is_mixed ? n_groups : n_nodes;
}

/**
 * quo_causal_learn_centres:
 * @node: a node
 * @self: its memory
 *
 * A region is a data centre. Without regions, and with a single one, in which there
 * would be nothing to replicate, each node is a data centre of its own. A region
 * without nodes is none.
 *
 * Complexity: O(nodes + regions).
 */
void
quo_causal_learn_centres (QuoNode   *node,
                          QuoCausal *self)
{
  guint n = self->n_nodes;
  g_autofree guint *groups = g_new0 (guint, n);
  guint n_groups = learn_groups (node, groups, n);
  g_autofree guint *sizes = g_new0 (guint, n_groups);
  g_autofree guint *centres = g_new0 (guint, n_groups);
  g_autofree guint *filled = g_new0 (guint, n_groups);

  self->members = g_new0 (guint, n);
  self->centre_of = g_new0 (guint, n);
  self->starts = g_new0 (guint, n + 1);
  for (guint i = 0; i < n; i++)
    sizes[groups[i]]++;
  for (guint group = 0; group < n_groups; group++)
    {
      if (sizes[group] == 0)
        continue;
      centres[group] = self->n_centres;
      self->starts[self->n_centres + 1] = self->starts[self->n_centres] + sizes[group];
      self->n_centres++;
    }
  for (guint i = 0; i < n; i++)
    {
      guint centre = centres[groups[i]];

      self->centre_of[i] = centre;
      self->members[self->starts[centre] + filled[groups[i]]++] = i;
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
