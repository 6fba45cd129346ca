/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node's copies: how long they may be served, and which update is the newer. */

#include "protocol/best-effort/best-private.h"

/* A wake-up that comes too early, since a clock was put back, is set again. */
#define SLACK QUO_MICROSECOND

/**
 * quo_best_find:
 * @self: a node's memory
 * @key: interned
 *
 * Returns: (nullable): its copy, good until the next change
 */
QuoBestCopy *
quo_best_find (const QuoBest *self,
               gint64         key)
{
  gint64 place = quo_best_map_get (self->places, key);

  return place > 0 ? &g_array_index (self->copies, QuoBestCopy, place - 1) : NULL;
}

/**
 * quo_best_life:
 * @node: a node
 * @version: what it has
 *
 * RFC 9111, section 4.2.1: how long it is fresh. That there is nothing has a time
 * to live of its own: RFC 2308, section 5.
 *
 * Returns: ns; %QUO_TIME_NEVER when it does not expire, 0 when it is not kept
 */
QuoTime
quo_best_life (const QuoNode        *node,
               const QuoBestVersion *version)
{
  const QuoBestOptions *options = quo_best_options (node);

  if (options->writers == WRITERS_ANY
      || quo_best_origin (node) == quo_node_index (node))
    return QUO_TIME_NEVER;
  if (version->value == 0)
    return quo_node_has_fault (node, FAULT_NEGATIVE_FOR_EVER)
           ? QUO_TIME_NEVER : options->negative_time_to_live;

  return options->time_to_live > 0 ? options->time_to_live : QUO_TIME_NEVER;
}

/**
 * quo_best_has_expired:
 * @node: a node
 * @copy: one of its copies
 * @grace: how long after its time it may still be served, ns
 *
 * Returns: whether its time and the grace are over, on the node's own clock
 */
gboolean
quo_best_has_expired (QuoNode           *node,
                      const QuoBestCopy *copy,
                      QuoTime            grace)
{
  QuoTime life = quo_best_life (node, &copy->version);

  return life != QUO_TIME_NEVER
         && quo_node_now (node) - copy->since >= life + grace;
}

/**
 * quo_best_drop:
 * @node: a node
 * @self: its memory
 * @key: of the copy that goes, if it has one
 */
void
quo_best_drop (QuoNode *node,
               QuoBest *self,
               gint64   key)
{
  gint64 place = quo_best_map_get (self->places, key);

  if (place == 0)
    return;

  g_array_remove_index_fast (self->copies, (guint) place - 1);
  g_hash_table_remove (self->places, &key);
  if (place <= (gint64) self->copies->len)
    quo_best_map_set (self->places,
                      g_array_index (self->copies, QuoBestCopy,
                                     place - 1).version.key, place);
  quo_node_remove_row (node, FIELD_STORE, key);
}

static gint64
oldest_key (const QuoBest *self)
{
  const QuoBestCopy *oldest = &g_array_index (self->copies, QuoBestCopy, 0);

  for (guint i = 1; i < self->copies->len; i++)
    {
      const QuoBestCopy *copy = &g_array_index (self->copies, QuoBestCopy, i);

      if (copy->mark < oldest->mark)
        oldest = copy;
    }

  return oldest->version.key;
}

/* A cache that is full drops the copy that it has had for longest. */
static void
make_room (QuoNode *node,
           QuoBest *self)
{
  while (quo_best_is_cache (self)
         && self->copies->len >= quo_best_options (node)->capacity)
    {
      const gint64 note[] = { oldest_key (self) };

      quo_node_note (node, NOTE_EVICTED, note);
      quo_best_drop (node, self, note[0]);
    }
}

/**
 * quo_best_put:
 * @node: a node
 * @self: its memory
 * @version: what it has from now on
 * @since: own clock: from when on it ages
 */
void
quo_best_put (QuoNode              *node,
              QuoBest              *self,
              const QuoBestVersion *version,
              QuoTime               since)
{
  QuoTime life = quo_best_life (node, version);
  QuoBestCopy *copy = quo_best_find (self, version->key);
  QuoTime left;

  if (life == 0)
    {
      quo_best_drop (node, self, version->key);
      return;
    }
  if (copy == NULL)
    {
      const QuoBestCopy added = { .version = *version };

      make_room (node, self);
      g_array_append_val (self->copies, added);
      quo_best_map_set (self->places, version->key, self->copies->len);
      copy = &g_array_index (self->copies, QuoBestCopy, self->copies->len - 1);
    }

  copy->version = *version;
  copy->since = since;
  copy->mark = ++self->last_mark;
  copy->until = QUO_TIME_NEVER;
  if (life != QUO_TIME_NEVER)
    {
      left = MAX (0, since + life - quo_node_now (node));
      copy->until = quo_node_deadline (node, left);
      quo_node_wake_after (node, TIMER_EXPIRE, left, copy->mark);
    }

  const gint64 row[QUO_MAX_COLUMNS] = {
    version->value, version->writer, version->sequence, copy->until
  };

  quo_node_set_row (node, FIELD_STORE, version->key, row);
}

/**
 * quo_best_expire:
 * @node: a cache
 * @self: its memory
 * @mark: of the filling whose time is over
 *
 * The copy stays: it may be served stale, marked as such.
 */
void
quo_best_expire (QuoNode *node,
                 QuoBest *self,
                 gint64   mark)
{
  for (guint i = 0; i < self->copies->len; i++)
    {
      const QuoBestCopy *copy = &g_array_index (self->copies, QuoBestCopy, i);
      QuoTime life = quo_best_life (node, &copy->version);
      const gint64 note[] = { copy->version.key };

      if (copy->mark != mark || life == QUO_TIME_NEVER)
        continue;
      if (quo_best_has_expired (node, copy, 0))
        quo_node_note (node, NOTE_EXPIRED, note);
      else
        quo_node_wake_after (node, TIMER_EXPIRE,
                             copy->since + life - quo_node_now (node) + SLACK,
                             mark);
      return;
    }
}

/**
 * quo_best_is_new:
 * @node: a node
 * @self: its memory
 * @version: what has come
 * @is_fill: as an answer to a fetch, which may well be what is there already
 *
 * The newest of a writer wins, whatever comes after it. A pair of key and writer
 * that there is no room to remember never does.
 *
 * Returns: whether it is to be applied
 */
gboolean
quo_best_is_new (QuoNode              *node,
                 QuoBest              *self,
                 const QuoBestVersion *version,
                 gboolean              is_fill)
{
  gint64 pair = quo_best_pair (version->key, version->writer);
  gboolean is_known = g_hash_table_contains (self->seen, &pair);
  gint64 newest = quo_best_map_get (self->seen, pair);

  if (!is_known && g_hash_table_size (self->seen) >= QUO_BEST_SEEN_MAX)
    return FALSE;
  if (quo_best_options (node)->order == ORDER_NEWEST
      && !quo_node_has_fault (node, FAULT_APPLY_OUT_OF_ORDER)
      && is_known && (is_fill ? version->sequence < newest
                              : version->sequence <= newest))
    return FALSE;

  quo_best_map_set (self->seen, pair, MAX (newest, version->sequence));

  return TRUE;
}

/**
 * quo_best_updated:
 * @node: a cache or a peer
 * @self: its memory
 * @message: an UPDATE
 */
void
quo_best_updated (QuoNode          *node,
                  QuoBest          *self,
                  const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoBestVersion version = { m[0], m[1], message->from, m[2] };
  gint64 newest = quo_best_map_get (self->seen,
                                    quo_best_pair (m[0], message->from));
  QuoTime now = quo_node_now (node);

  quo_best_add_fact (self, FACT_ARRIVED, &version, now);
  if (quo_best_is_new (node, self, &version, FALSE))
    {
      quo_best_put (node, self, &version,
                    quo_node_has_fault (node, FAULT_WRITER_CLOCK) ? m[3] : now);
      quo_best_add_fact (self, FACT_STORED, &version, now);
    }
  else if (version.sequence < newest)
    {
      const gint64 note[] = { m[0], m[1], m[2], newest };

      quo_node_note (node, NOTE_IGNORED, note);
      quo_best_add_fact (self, FACT_IGNORED, &version, now);
    }
}

/**
 * quo_best_invalidated:
 * @node: a cache
 * @self: its memory
 * @message: an INVALIDATE
 *
 * Nishtala et al. 2013, section 3.2.1: a delete voids the leases of its key.
 */
void
quo_best_invalidated (QuoNode          *node,
                      QuoBest          *self,
                      const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoBestVersion version = { m[0], 0, message->from, m[1] };
  QuoTime now = quo_node_now (node);

  quo_best_add_fact (self, FACT_ARRIVED, &version, now);
  quo_best_add_fact (self, FACT_INVALIDATED, &version, now);
  quo_best_drop (node, self, m[0]);
  if (quo_best_options (node)->leases)
    quo_best_void (node, self, m[0]);
}
