/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two replicas compare what they have, some keys at a time, and each gives the
 * other what it lacks. */

#include "protocol/quorum-store/quorum-private.h"

enum
{
  ROW_KEY,
  ROW_STAMP,
  ROW_NODE,
  ROW_VERSION,
  N_ROW
};

static gboolean
share (QuoNode *node,
       gint64   key,
       guint    other)
{
  QuoQuorumWorld world = { node, NULL };

  return quo_quorum_is_home (&world, key, other)
         && quo_quorum_is_home (&world, key, quo_node_index (node));
}

/* A neighbour that keeps data, by chance; or none. */
static int
choose_neighbour (QuoNode *node)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  guint n_data = (guint) MAX (1, (gint64) quo_node_n_nodes (node)
                                 - options->n_proxies);
  guint n = quo_node_n_neighbours (node);
  g_autofree guint *known = g_new (guint, MAX (1, n));
  guint n_known = 0;

  for (guint i = 0; i < n; i++)
    if (quo_node_neighbour (node, i) < n_data)
      known[n_known++] = quo_node_neighbour (node, i);
  if (n_known == 0)
    return QUO_NO_NODE;

  return (int) known[quo_node_random_below (node, QUO_QUORUM_CHANCE_PEER, n_known)];
}

/**
 * quo_quorum_compare_with_neighbour:
 * @node: a node
 * @self: its memory
 *
 * Tells one neighbour the versions of the next keys that both keep. The range of
 * keys goes along: what of it the neighbour alone has is missing here.
 */
void
quo_quorum_compare_with_neighbour (QuoNode   *node,
                                   QuoQuorum *self)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  const QuoTable *store = quo_node_table (node, QUO_QUORUM_FIELD_STORE);
  guint n_rows = quo_table_n_rows (store);
  guint first = quo_table_position (store, self->cursor + 1);
  guint last = (guint) MIN ((gint64) n_rows,
                            (gint64) first + options->anti_entropy_keys);
  gint64 range[] = { self->cursor + 1, G_MAXINT32 };
  int other = choose_neighbour (node);
  g_autofree gint64 *rows = g_new (gint64, (gsize) MAX (1, last - first) * N_ROW);
  guint n = 0;

  if (other == QUO_NO_NODE)
    return;

  for (guint i = first; i < last; i++)
    {
      gint64 key;
      const gint64 *row = quo_table_nth (store, i, &key);

      if (last < n_rows)
        range[1] = key;
      if (!share (node, key, (guint) other)
          || !quo_quorum_is_settled (node, self, key))
        continue;
      rows[n * N_ROW + ROW_KEY] = key;
      rows[n * N_ROW + ROW_STAMP] = row[1];
      rows[n * N_ROW + ROW_NODE] = row[2];
      rows[n * N_ROW + ROW_VERSION] = row[3];
      n++;
    }
  self->cursor = last < n_rows ? range[1] : 0;
  quo_node_send_rows (node, (guint) other, QUO_QUORUM_DIGEST, range, rows, n);
}

static const gint64 *
find_row (const QuoMessage *digest,
          gint64            key)
{
  guint low = 0;
  guint high = digest->n_rows;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const gint64 *row = digest->rows + (gsize) middle * N_ROW;

      if (row[ROW_KEY] == key)
        return row;
      if (row[ROW_KEY] < key)
        low = middle + 1;
      else
        high = middle;
    }

  return NULL;
}

/* Of siblings the digest says only whether they are the same. */
static gboolean
is_behind (QuoNode               *node,
           const QuoQuorumRecord *mine,
           const gint64          *row)
{
  QuoQuorumWorld world = { node, NULL };
  QuoQuorumRecord theirs = { 0, row[ROW_STAMP], row[ROW_NODE], row[ROW_VERSION] };

  if (quo_quorum_is_siblings (&world))
    return mine->version != theirs.version;
  /* What was there before the start has no stamp on either side. */
  theirs.value = theirs.stamp == 0 ? mine->value : 0;

  return quo_quorum_compare (&theirs, mine) < 0;
}

static gboolean
is_ahead (QuoNode               *node,
          const QuoQuorumRecord *mine,
          const gint64          *row)
{
  QuoQuorumWorld world = { node, NULL };
  QuoQuorumRecord theirs = { 0, row[ROW_STAMP], row[ROW_NODE], row[ROW_VERSION] };

  if (quo_quorum_is_siblings (&world))
    return mine->version != theirs.version;
  if (quo_quorum_is_nothing (mine))
    return TRUE;

  return quo_quorum_compare (&theirs, mine) > 0;
}

/**
 * quo_quorum_compare_digest:
 * @node: a node
 * @self: its memory
 * @digest: what another node has of a range of keys
 *
 * Gives what the other lacks and asks for what this one lacks.
 */
void
quo_quorum_compare_digest (QuoNode          *node,
                           QuoQuorum        *self,
                           const QuoMessage *digest)
{
  const QuoTable *store = quo_node_table (node, QUO_QUORUM_FIELD_STORE);
  g_autofree gint64 *keys = g_new (gint64, MAX (1, digest->n_rows));
  guint n_keys = 0;
  gint64 key;

  for (guint i = quo_table_position (store, digest->fields[0]);
       i < quo_table_n_rows (store); i++)
    {
      const gint64 *mine = quo_table_nth (store, i, &key);
      QuoQuorumRecord record = { mine[0], mine[1], mine[2], mine[3] };
      const gint64 *row = find_row (digest, key);

      if (key > digest->fields[1])
        break;
      if (!quo_quorum_is_settled (node, self, key))
        continue;
      if (row != NULL ? is_behind (node, &record, row)
                      : share (node, key, digest->from))
        quo_quorum_send_record (node, digest->from, QUO_QUORUM_REPAIR, 0,
                                QUO_NO_NODE, key, &record);
    }
  for (guint i = 0; i < digest->n_rows; i++)
    {
      const gint64 *row = digest->rows + (gsize) i * N_ROW;
      QuoQuorumRecord record;

      quo_quorum_get (node, row[ROW_KEY], &record);
      if (is_ahead (node, &record, row))
        keys[n_keys++] = row[ROW_KEY];
    }
  if (n_keys > 0)
    quo_node_send_rows (node, digest->from, QUO_QUORUM_WANT, NULL, keys, n_keys);
}

/**
 * quo_quorum_wanted:
 * @node: a node
 * @self: its memory
 * @want: keys that another node has older versions of
 */
void
quo_quorum_wanted (QuoNode          *node,
                   QuoQuorum        *self,
                   const QuoMessage *want)
{
  for (guint i = 0; i < want->n_rows; i++)
    {
      QuoQuorumRecord record;

      quo_quorum_get (node, want->rows[i], &record);
      if (!quo_quorum_is_nothing (&record)
          && quo_quorum_is_settled (node, self, want->rows[i]))
        quo_quorum_send_record (node, want->from, QUO_QUORUM_REPAIR, 0, QUO_NO_NODE,
                                want->rows[i], &record);
    }
}
