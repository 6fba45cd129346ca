/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Anti-entropy by tree: two sites compare a hash of everything, then of the parts
 * that differ, and at last the versions of a few keys. Merkle 1987; for replicas as
 * in Dynamo (DeCandia et al. 2007, section 4.7).
 *
 * The tree has 16 branches and two levels below the root, so 256 leaves; a key's
 * leaf is a hash of it. The caller sends its root, the other one the branches of it
 * that it has, the caller those below of the branches that differ, and the other its
 * versions in the leaves that differ: so the caller ends up knowing both sides.
 */

#include "protocol/gossip/gossip-private.h"

#include "base/random.h"

#include <string.h>

#define BRANCHES    16
#define DEPTH       2
#define N_LEAVES    QUO_GOSSIP_N_LEAVES
/* The root, its branches, the leaves: level l begins at the sum of those above. */
#define N_HASHES    (1 + BRANCHES + N_LEAVES)
/* Hashes travel with 48 bits: two that differ look the same once in 2^48. */
#define HASH_MASK   G_GUINT64_CONSTANT (0xffffffffffff)

G_STATIC_ASSERT (BRANCHES * BRANCHES == N_LEAVES);

static const guint level_start[DEPTH + 1] = { 0, 1, 1 + BRANCHES };

/* Columns of a Tree. */
enum
{
  TREE_PLACE,
  TREE_HASH,
  N_TREE
};

/* Columns of Leaves; a leaf without keys has one row whose key is nothing. */
enum
{
  LEAF_PLACE,
  LEAF_KEY,
  LEAF_COUNTER,
  LEAF_ORIGIN,
  N_LEAF
};

/**
 * quo_gossip_leaf:
 * @key: (interned): a key
 *
 * Returns: its leaf, below %QUO_GOSSIP_N_LEAVES
 */
guint
quo_gossip_leaf (guint32 key)
{
  return (guint) (quo_mix64 (key) % N_LEAVES);
}

static guint64
hash_entry (const QuoGossipEntry *entry)
{
  guint64 version = (guint64) entry->counter << 32 | entry->origin;

  return quo_mix64 (quo_mix64 (entry->key) + version);
}

/* Of a leaf the sum over its entries, in whatever order they are kept; above it
 * each hash is one of those below. */
static void
hash_all (QuoGossip *self,
          guint64    hashes[N_HASHES])
{
  const QuoGossipEntry *entry;

  memset (hashes, 0, N_HASHES * sizeof *hashes);
  for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL; i++)
    if (entry->key != QUO_GOSSIP_NOTHING)
      hashes[level_start[DEPTH] + quo_gossip_leaf (entry->key)] +=
        hash_entry (entry);
  for (guint level = DEPTH; level > 0; level--)
    {
      guint n = level == 1 ? BRANCHES : N_LEAVES;

      for (guint i = 0; i < n; i++)
        {
          guint64 *above = &hashes[level_start[level - 1] + i / BRANCHES];

          *above = quo_mix64 (*above ^ hashes[level_start[level] + i]);
        }
    }
}

/**
 * quo_gossip_tree:
 * @node: a node
 * @self: its memory
 * @to: whom it contacts
 *
 * Sends one hash of all it has.
 */
void
quo_gossip_tree (QuoNode   *node,
                 QuoGossip *self,
                 guint      to)
{
  guint64 hashes[N_HASHES];
  gint64 level = 0;
  gint64 row[N_TREE];

  hash_all (self, hashes);
  row[TREE_PLACE] = 0;
  row[TREE_HASH] = (gint64) (hashes[0] & HASH_MASK);
  quo_node_send_rows (node, to, MESSAGE_TREE, &level, row, 1);
}

/* All that the node has in the leaves that differ. */
static void
send_leaves (QuoNode      *node,
             QuoGossip    *self,
             guint         to,
             const guint8 *differs)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, N_LEAF * sizeof (gint64));
  guint8 is_filled[N_LEAVES] = { 0 };
  const QuoGossipEntry *entry;

  for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL; i++)
    {
      guint leaf = quo_gossip_leaf (entry->key);
      gint64 row[N_LEAF] = { leaf, entry->key, entry->counter, entry->origin };

      if (entry->key == QUO_GOSSIP_NOTHING || !differs[leaf])
        continue;
      is_filled[leaf] = TRUE;
      g_array_append_vals (rows, row, 1);
    }
  for (guint leaf = 0; leaf < N_LEAVES; leaf++)
    if (differs[leaf] && !is_filled[leaf])
      {
        gint64 row[N_LEAF] = { leaf, QUO_GOSSIP_NOTHING, 0, 0 };

        g_array_append_vals (rows, row, 1);
      }
  if (rows->len > 0)
    quo_node_send_rows (node, to, MESSAGE_LEAVES, NULL,
                        (const gint64 *) rows->data, rows->len);
}

/**
 * quo_gossip_descend:
 * @node: a node
 * @self: its memory
 * @tree: hashes of another site, all of one level
 *
 * Answers with the hashes below those that differ, or with the versions in the
 * leaves that do; with nothing when nothing differs.
 */
void
quo_gossip_descend (QuoNode          *node,
                    QuoGossip        *self,
                    const QuoMessage *tree)
{
  guint level = (guint) CLAMP (tree->fields[0], 0, DEPTH);
  guint n_places = level == 0 ? 1 : level == 1 ? BRANCHES : N_LEAVES;
  guint8 differs[N_LEAVES] = { 0 };
  guint64 hashes[N_HASHES];
  gint64 below[N_LEAVES * N_TREE];
  gint64 next = level + 1;
  guint n = 0;

  hash_all (self, hashes);
  for (guint i = 0; i < tree->n_rows; i++)
    {
      const gint64 *row = tree->rows + (gsize) i * N_TREE;
      guint place = (guint) row[TREE_PLACE];

      if (place >= n_places)
        continue;
      differs[place] = (hashes[level_start[level] + place] & HASH_MASK)
                       != (guint64) row[TREE_HASH];
    }
  if (level == DEPTH)
    {
      send_leaves (node, self, tree->from, differs);
      return;
    }

  for (guint i = 0; i < n_places * BRANCHES; i++)
    if (differs[i / BRANCHES])
      {
        below[n * N_TREE + TREE_PLACE] = i;
        below[n * N_TREE + TREE_HASH] =
          (gint64) (hashes[level_start[level + 1] + i] & HASH_MASK);
        n++;
      }
  if (n > 0)
    quo_node_send_rows (node, tree->from, MESSAGE_TREE, &next, below, n);
}

/**
 * quo_gossip_leaves:
 * @node: a node that began to compare
 * @self: its memory
 * @leaves: what the other has where the two differ
 *
 * Push: gives what the other lacks. Pull: asks for what it lacks itself.
 */
void
quo_gossip_leaves (QuoNode          *node,
                   QuoGossip        *self,
                   const QuoMessage *leaves)
{
  const QuoGossipOptions *options = quo_node_options (node);
  g_autofree gint64 *rows = g_new (gint64, (gsize) MAX (1, leaves->n_rows)
                                           * N_DIGEST);
  guint8 is_covered[N_LEAVES] = { 0 };
  guint n = 0;

  for (guint i = 0; i < leaves->n_rows; i++)
    {
      const gint64 *leaf = leaves->rows + (gsize) i * N_LEAF;
      gint64 *row = rows + (gsize) n * N_DIGEST;

      is_covered[(guint64) leaf[LEAF_PLACE] % N_LEAVES] = TRUE;
      if (leaf[LEAF_KEY] == QUO_GOSSIP_NOTHING)
        continue;
      row[DIGEST_KEY] = leaf[LEAF_KEY];
      row[DIGEST_COUNTER] = leaf[LEAF_COUNTER];
      row[DIGEST_ORIGIN] = leaf[LEAF_ORIGIN];
      n++;
    }
  if (options->mode != QUO_GOSSIP_MODE_PULL)
    quo_gossip_give (node, self, leaves->from, rows, n, is_covered);
  if (options->mode != QUO_GOSSIP_MODE_PUSH)
    quo_gossip_ask (node, self, leaves->from, rows, n);
}
