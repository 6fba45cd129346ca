/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a node knows: the newest version of each key, and which of them it still
 * passes on. */

#include "protocol/gossip/gossip-private.h"

#include <string.h>

/**
 * quo_gossip_nth:
 * @self: a node's memory
 * @nth: position, from 0
 *
 * Returns: (transfer none) (nullable): an entry, whose key is nothing when the
 *   place is free; %NULL past the last
 */
QuoGossipEntry *
quo_gossip_nth (QuoGossip *self,
                guint      nth)
{
  if (nth == 0)
    return &self->first;
  if (self->more == NULL || nth > self->more->entries->len)
    return NULL;

  return &g_array_index (self->more->entries, QuoGossipEntry, nth - 1);
}

/**
 * quo_gossip_nth_const:
 * @self: a node's memory
 * @nth: position, from 0
 *
 * Returns: (transfer none) (nullable): as quo_gossip_nth(), to look at
 */
const QuoGossipEntry *
quo_gossip_nth_const (const QuoGossip *self,
                      guint            nth)
{
  if (nth == 0)
    return &self->first;
  if (self->more == NULL || nth > self->more->entries->len)
    return NULL;

  return &g_array_index (self->more->entries, QuoGossipEntry, nth - 1);
}

/* Where the key stands among the further ones, or would. */
static guint
position (const QuoGossip *self,
          guint32          key)
{
  guint low = 0;
  guint high = self->more != NULL ? self->more->entries->len : 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->more->entries, QuoGossipEntry, middle).key < key)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/**
 * quo_gossip_find:
 * @self: a node's memory
 * @key: (interned): a key
 *
 * Returns: (transfer none) (nullable): what it knows of @key
 */
QuoGossipEntry *
quo_gossip_find (QuoGossip *self,
                 gint64     key)
{
  QuoGossipEntry *entry;

  if (self->first.key == key)
    return &self->first;
  if (self->more == NULL)
    return NULL;

  entry = quo_gossip_nth (self, position (self, (guint32) key) + 1);

  return entry != NULL && entry->key == key ? entry : NULL;
}

/**
 * quo_gossip_more:
 * @self: a node's memory
 *
 * Returns: (transfer none): the part that most nodes do without
 */
QuoGossipMore *
quo_gossip_more (QuoGossip *self)
{
  if (self->more == NULL)
    {
      self->more = g_new0 (QuoGossipMore, 1);
      self->more->entries = g_array_new (FALSE, TRUE, sizeof (QuoGossipEntry));
      self->more->pending = g_array_new (FALSE, TRUE, sizeof (QuoGossipPending));
    }

  return self->more;
}

/**
 * quo_gossip_get:
 * @self: a node's memory
 * @key: (interned): a key, not nothing
 *
 * Returns: (transfer none): what it knows of @key, version 0 when that is nothing
 *   yet; moves when a further key comes
 */
QuoGossipEntry *
quo_gossip_get (QuoGossip *self,
                gint64     key)
{
  QuoGossipEntry fresh = { .key = (guint32) key };
  QuoGossipEntry *entry = quo_gossip_find (self, key);
  guint place;

  if (entry != NULL)
    return entry;

  if (self->first.key == QUO_GOSSIP_NOTHING)
    {
      self->first = fresh;
      return &self->first;
    }
  place = position (self, fresh.key);
  g_array_insert_vals (quo_gossip_more (self)->entries, place, &fresh, 1);

  return quo_gossip_nth (self, place + 1);
}

/**
 * quo_gossip_is_newer:
 * @counter: of a version
 * @origin: node that wrote it
 * @entry: (nullable): what is known already
 *
 * Versions are ordered by counter, then by node: two nodes that wrote at once
 * have the same counter, and everybody must choose the same one of them.
 *
 * Returns: whether the version is newer than @entry's
 */
gboolean
quo_gossip_is_newer (guint32               counter,
                     guint32               origin,
                     const QuoGossipEntry *entry)
{
  if (entry == NULL || counter != entry->counter)
    return entry == NULL || counter > entry->counter;

  return origin > entry->origin;
}

/**
 * quo_gossip_takes:
 * @node: a node
 * @counter: of a version
 * @origin: node that wrote it
 * @entry: (nullable): what the node knows already
 *
 * Returns: whether the node prefers the version to @entry's: whether it is newer,
 *   but for the known faults
 */
gboolean
quo_gossip_takes (QuoNode              *node,
                  guint32               counter,
                  guint32               origin,
                  const QuoGossipEntry *entry)
{
  if (entry == NULL)
    return TRUE;
  if (quo_node_has_fault (node, FAULT_MERGE_BY_COUNTER))
    return counter > entry->counter;
  if (quo_node_has_fault (node, FAULT_MERGE_BY_ARRIVAL))
    return counter != entry->counter || origin != entry->origin;

  return quo_gossip_is_newer (counter, origin, entry);
}

/* Where certificates are dropped, one that comes back from a node that still has it
 * would live anew, and would go round for ever. There is nothing here that it could
 * cancel. */
static gboolean
is_useless (QuoNode              *node,
            const gint64         *row,
            const QuoGossipEntry *entry)
{
  const QuoGossipOptions *options = quo_node_options (node);

  return entry == NULL && row[ROW_VALUE] == QUO_GOSSIP_NOTHING
         && options->certificate_life > 0
         && options->strategy == QUO_GOSSIP_ANTI_ENTROPY;
}

static void
note_concurrent (QuoNode              *node,
                 const QuoGossipEntry *entry,
                 const gint64         *row)
{
  gint64 values[] = { row[ROW_KEY], MAX (row[ROW_ORIGIN], entry->origin),
                      MIN (row[ROW_ORIGIN], entry->origin) };

  quo_node_note (node, NOTE_CONCURRENT, values);
}

/**
 * quo_gossip_merge:
 * @node: a node
 * @self: its memory
 * @row: an update: key, value, counter, origin
 * @is_rumor: whether it is to be passed on
 *
 * Takes the update over when it is newer than what the node knows.
 *
 * Returns: whether it was
 */
gboolean
quo_gossip_merge (QuoNode      *node,
                  QuoGossip    *self,
                  const gint64 *row,
                  gboolean      is_rumor)
{
  gint64 columns[] = { row[ROW_VALUE], row[ROW_COUNTER], row[ROW_ORIGIN],
                       row[ROW_VALUE] == QUO_GOSSIP_NOTHING };
  QuoGossipEntry *entry = quo_gossip_find (self, row[ROW_KEY]);

  if (row[ROW_KEY] == QUO_GOSSIP_NOTHING || is_useless (node, row, entry))
    return FALSE;
  if (!quo_gossip_takes (node, (guint32) row[ROW_COUNTER],
                         (guint32) row[ROW_ORIGIN], entry))
    {
      if (quo_gossip_is_newer ((guint32) row[ROW_COUNTER],
                               (guint32) row[ROW_ORIGIN], entry))
        self->now |= QUO_GOSSIP_LEFT_NEWER;
      return FALSE;
    }

  if (entry != NULL && row[ROW_COUNTER] == entry->counter
      && row[ROW_ORIGIN] != entry->origin)
    note_concurrent (node, entry, row);
  entry = quo_gossip_get (self, row[ROW_KEY]);
  entry->value = (guint32) row[ROW_VALUE];
  entry->counter = (guint32) row[ROW_COUNTER];
  entry->origin = (guint32) row[ROW_ORIGIN];
  entry->learnt = self->cycle;
  entry->flags = QUO_GOSSIP_FRESH | (is_rumor ? QUO_GOSSIP_HOT : 0);
  entry->n_wasted = 0;
  entry->n_counted = 0;
  self->now |= QUO_GOSSIP_NEW;
  quo_node_set_row (node, FIELD_DATA, row[ROW_KEY], columns);
  quo_node_set (node, FIELD_WASTED, 0);

  return TRUE;
}

static void
drop (QuoNode   *node,
      QuoGossip *self,
      guint      nth)
{
  gint64 key = quo_gossip_nth (self, nth)->key;

  quo_node_remove_row (node, FIELD_DATA, key);
  quo_node_note (node, NOTE_DROPS, &key);
  if (nth == 0)
    memset (&self->first, 0, sizeof self->first);
  else
    g_array_remove_index (self->more->entries, nth - 1);
}

/**
 * quo_gossip_age:
 * @node: a node
 * @self: its memory
 *
 * Drops the death certificates that are past their life. Demers et al. 1987,
 * section 2: dropped before everybody has it, the deleted value comes back.
 */
void
quo_gossip_age (QuoNode   *node,
                QuoGossip *self)
{
  const QuoGossipOptions *options = quo_node_options (node);
  gboolean is_early = quo_node_has_fault (node, FAULT_DROP_CERTIFICATE_EARLY);
  guint32 life = 0;
  guint i = 0;

  if (!is_early && options->certificate_life == 0)
    return;

  if (!is_early)
    life = (guint32) CLAMP (options->certificate_life / options->interval, 1,
                            G_MAXINT32);
  while (quo_gossip_nth (self, i) != NULL)
    {
      const QuoGossipEntry *entry = quo_gossip_nth (self, i);

      if (entry->key != QUO_GOSSIP_NOTHING && entry->value == QUO_GOSSIP_NOTHING
          && self->cycle - entry->learnt >= life)
        {
          drop (node, self, i);
          if (i > 0)
            continue;
        }
      i++;
    }
}

/**
 * quo_gossip_show:
 * @node: a node
 * @self: its memory
 *
 * Sets the fields that follow from what it knows: role, and whether it knows.
 */
void
quo_gossip_show (QuoNode   *node,
                 QuoGossip *self)
{
  const QuoGossipEntry *entry;
  QuoGossipRole role = QUO_GOSSIP_SUSCEPTIBLE;

  for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL
                    && role != QUO_GOSSIP_INFECTIVE; i++)
    if ((entry->flags & QUO_GOSSIP_HOT) != 0)
      role = QUO_GOSSIP_INFECTIVE;
    else if (entry->key != QUO_GOSSIP_NOTHING)
      role = QUO_GOSSIP_REMOVED;

  /* The fields are for others to see, and lie elsewhere in memory. */
  if (role == self->role)
    return;
  self->role = (guint8) role;
  quo_node_set (node, FIELD_ROLE, role);
  quo_node_set (node, FIELD_KNOWS, role != QUO_GOSSIP_SUSCEPTIBLE);
}

/**
 * quo_gossip_clear:
 * @state: a node's memory
 *
 * Frees what it owns.
 */
void
quo_gossip_clear (gpointer state)
{
  QuoGossip *self = state;

  if (self->more == NULL)
    return;

  g_array_unref (self->more->entries);
  g_array_unref (self->more->pending);
  g_clear_pointer (&self->more, g_free);
}
