/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Anti-entropy by digest: the sites compare versions first and send only what
 * differs. Demers et al. 1987, section 1.3. By tree, see merkle.c, the digest is one
 * of a few keys. */

#include "protocol/gossip/gossip-private.h"

static gint64 *
new_rows (const QuoGossip *self,
          guint            n_columns)
{
  guint n = 1 + (self->more != NULL ? self->more->entries->len : 0);

  return g_new (gint64, (gsize) n * n_columns);
}

/**
 * quo_gossip_digest:
 * @node: a node
 * @self: its memory
 * @to: whom it contacts
 *
 * Sends the version of each key, without the values.
 */
void
quo_gossip_digest (QuoNode   *node,
                   QuoGossip *self,
                   guint      to)
{
  g_autofree gint64 *rows = new_rows (self, N_DIGEST);
  const QuoGossipEntry *entry;
  guint n = 0;

  for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL; i++)
    {
      gint64 *row = rows + (gsize) n * N_DIGEST;

      if (entry->key == QUO_GOSSIP_NOTHING)
        continue;
      row[DIGEST_KEY] = entry->key;
      row[DIGEST_COUNTER] = entry->counter;
      row[DIGEST_ORIGIN] = entry->origin;
      n++;
    }
  quo_node_send_rows (node, to, MESSAGE_DIGEST, NULL, rows, n);
}

/* A digest is in the order of quo_gossip_nth(): the first key is any, the others
 * rise. */
static const gint64 *
find_row (const gint64 *rows,
          guint         n,
          guint32       key)
{
  guint low = 1;
  guint high = n;

  if (n > 0 && rows[DIGEST_KEY] == key)
    return rows;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const gint64 *row = rows + (gsize) middle * N_DIGEST;

      if (row[DIGEST_KEY] == key)
        return row;
      if (row[DIGEST_KEY] < key)
        low = middle + 1;
      else
        high = middle;
    }

  return NULL;
}

/* Whether the other site, with the same rules as this one, would take the entry. */
static gboolean
is_behind (QuoNode              *node,
           const gint64         *row,
           const QuoGossipEntry *entry)
{
  QuoGossipEntry other = { 0 };

  if (row == NULL)
    return TRUE;
  other.counter = (guint32) row[DIGEST_COUNTER];
  other.origin = (guint32) row[DIGEST_ORIGIN];

  return quo_gossip_takes (node, entry->counter, entry->origin, &other);
}

/**
 * quo_gossip_give:
 * @node: a node
 * @self: its memory
 * @to: another site
 * @rows: @n versions that the other has: key, counter, origin
 * @n: how many
 * @is_covered: (nullable): for each leaf whether @rows tell all of it; %NULL: they
 *   tell everything
 *
 * Sends what the other site lacks.
 */
void
quo_gossip_give (QuoNode      *node,
                 QuoGossip    *self,
                 guint         to,
                 const gint64 *rows,
                 guint         n,
                 const guint8 *is_covered)
{
  const QuoGossipOptions *options = quo_node_options (node);
  g_autofree gint64 *updates = new_rows (self, N_ROW);
  const QuoGossipEntry *entry;
  guint n_updates = 0;

  for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL; i++)
    {
      gint64 *row = updates + (gsize) n_updates * N_ROW;

      if (!quo_gossip_was_there (options, self, entry)
          || (is_covered != NULL && !is_covered[quo_gossip_leaf (entry->key)])
          || !is_behind (node, find_row (rows, n, entry->key), entry))
        continue;
      row[ROW_KEY] = entry->key;
      row[ROW_VALUE] = entry->value;
      row[ROW_COUNTER] = entry->counter;
      row[ROW_ORIGIN] = entry->origin;
      n_updates++;
    }
  if (n_updates > 0)
    quo_gossip_send (node, self, to, MESSAGE_REPLY, updates, n_updates);
}

/**
 * quo_gossip_ask:
 * @node: a node
 * @self: its memory
 * @to: another site
 * @rows: @n versions that the other has: key, counter, origin
 * @n: how many
 *
 * Asks for what this site lacks.
 */
void
quo_gossip_ask (QuoNode      *node,
                QuoGossip    *self,
                guint         to,
                const gint64 *rows,
                guint         n)
{
  g_autofree gint64 *keys = g_new (gint64, MAX (1, n));
  guint n_keys = 0;

  for (guint i = 0; i < n; i++)
    {
      const gint64 *row = rows + (gsize) i * N_DIGEST;
      const QuoGossipEntry *entry = quo_gossip_find (self, row[DIGEST_KEY]);
      guint32 counter = (guint32) row[DIGEST_COUNTER];
      guint32 origin = (guint32) row[DIGEST_ORIGIN];

      if (quo_gossip_takes (node, counter, origin, entry))
        keys[n_keys++] = row[DIGEST_KEY];
      else if (quo_gossip_is_newer (counter, origin, entry))
        self->now |= QUO_GOSSIP_LEFT_NEWER;
    }
  if (n_keys > 0)
    quo_node_send_rows (node, to, MESSAGE_WANT, NULL, keys, n_keys);
}

/**
 * quo_gossip_compare:
 * @node: a node
 * @self: its memory
 * @digest: the versions that a site that called has
 *
 * Pull: gives what the other lacks. Push: asks for what it lacks itself.
 */
void
quo_gossip_compare (QuoNode          *node,
                    QuoGossip        *self,
                    const QuoMessage *digest)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (options->mode != QUO_GOSSIP_MODE_PUSH)
    quo_gossip_give (node, self, digest->from, digest->rows, digest->n_rows, NULL);
  if (options->mode != QUO_GOSSIP_MODE_PULL)
    quo_gossip_ask (node, self, digest->from, digest->rows, digest->n_rows);
}

/**
 * quo_gossip_wanted:
 * @node: a node
 * @self: its memory
 * @want: the keys whose updates another site asks for
 */
void
quo_gossip_wanted (QuoNode          *node,
                   QuoGossip        *self,
                   const QuoMessage *want)
{
  g_autofree gint64 *rows = g_new (gint64, (gsize) MAX (1, want->n_rows) * N_ROW);
  guint n = 0;

  for (guint i = 0; i < want->n_rows; i++)
    {
      const QuoGossipEntry *entry = quo_gossip_find (self, want->rows[i]);
      gint64 *row = rows + (gsize) n * N_ROW;

      if (entry == NULL)
        continue;
      row[ROW_KEY] = entry->key;
      row[ROW_VALUE] = entry->value;
      row[ROW_COUNTER] = entry->counter;
      row[ROW_ORIGIN] = entry->origin;
      n++;
    }
  if (n > 0)
    quo_gossip_send (node, self, want->from, MESSAGE_REPLY, rows, n);
}
