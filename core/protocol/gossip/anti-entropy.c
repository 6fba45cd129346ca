/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Anti-entropy by digest: the sites compare versions first and send only what
 * differs. Demers et al. 1987, section 1.3. */

#include "protocol/gossip/gossip-private.h"

/* Columns of a digest; a wish for updates has the first alone. */
enum
{
  DIGEST_KEY,
  DIGEST_COUNTER,
  DIGEST_ORIGIN,
  N_DIGEST
};

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

static const gint64 *
find_row (const QuoMessage *digest,
          guint32           key)
{
  for (guint i = 0; i < digest->n_rows; i++)
    if (digest->rows[(gsize) i * N_DIGEST + DIGEST_KEY] == key)
      return digest->rows + (gsize) i * N_DIGEST;

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

/* Sends what the other site lacks. */
static void
give (QuoNode          *node,
      QuoGossip        *self,
      const QuoMessage *digest)
{
  const QuoGossipOptions *options = quo_node_options (node);
  g_autofree gint64 *rows = new_rows (self, N_ROW);
  const QuoGossipEntry *entry;
  guint n = 0;

  for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL; i++)
    {
      gint64 *row = rows + (gsize) n * N_ROW;

      if (!quo_gossip_was_there (options, self, entry)
          || !is_behind (node, find_row (digest, entry->key), entry))
        continue;
      row[ROW_KEY] = entry->key;
      row[ROW_VALUE] = entry->value;
      row[ROW_COUNTER] = entry->counter;
      row[ROW_ORIGIN] = entry->origin;
      n++;
    }
  if (n > 0)
    quo_gossip_send (node, self, digest->from, MESSAGE_REPLY, rows, n);
}

/* Asks for what this site lacks. */
static void
want (QuoNode          *node,
      QuoGossip        *self,
      const QuoMessage *digest)
{
  g_autofree gint64 *keys = g_new (gint64, MAX (1, digest->n_rows));
  guint n = 0;

  for (guint i = 0; i < digest->n_rows; i++)
    {
      const gint64 *row = digest->rows + (gsize) i * N_DIGEST;
      const QuoGossipEntry *entry = quo_gossip_find (self, row[DIGEST_KEY]);
      guint32 counter = (guint32) row[DIGEST_COUNTER];
      guint32 origin = (guint32) row[DIGEST_ORIGIN];

      if (quo_gossip_takes (node, counter, origin, entry))
        keys[n++] = row[DIGEST_KEY];
      else if (quo_gossip_is_newer (counter, origin, entry))
        self->now |= QUO_GOSSIP_LEFT_NEWER;
    }
  if (n > 0)
    quo_node_send_rows (node, digest->from, MESSAGE_WANT, NULL, keys, n);
}

/**
 * quo_gossip_compare:
 * @node: a node
 * @self: its memory
 * @digest: the versions that another site has
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
    give (node, self, digest);
  if (options->mode != QUO_GOSSIP_MODE_PULL)
    want (node, self, digest);
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
