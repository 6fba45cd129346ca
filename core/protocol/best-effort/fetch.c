/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A cache that does not have what is asked for: it asks the origin. */

#include "protocol/best-effort/best-private.h"

static gboolean
find_fetch (const QuoBest *self,
            gint64         id,
            guint         *ret_place)
{
  for (guint i = 0; i < self->fetches->len; i++)
    if (g_array_index (self->fetches, QuoBestFetch, i).id == id)
      {
        *ret_place = i;
        return TRUE;
      }

  return FALSE;
}

/* One on its way that a new reader may wait for as well. */
static gint64
fetch_of (const QuoBest *self,
          gint64         key)
{
  for (guint i = 0; i < self->fetches->len; i++)
    {
      const QuoBestFetch *fetch = &g_array_index (self->fetches, QuoBestFetch, i);

      if (fetch->key == key && !fetch->is_void)
        return fetch->id;
    }

  return 0;
}

static void
show_fetch (QuoNode            *node,
            const QuoBestFetch *fetch)
{
  const gint64 row[QUO_MAX_COLUMNS] = { fetch->key, fetch->is_void };

  quo_node_set_row (node, FIELD_FETCHES, fetch->id, row);
}

/* Returns: its number, 0 when too many are on their way. */
static gint64
ask (QuoNode *node,
     QuoBest *self,
     gint64   key)
{
  QuoBestFetch fetch = { self->last_fetch + 1, key, quo_node_now (node), FALSE };
  const gint64 fields[] = { key, fetch.id };

  if (self->fetches->len >= QUO_BEST_WAIT_MAX)
    return 0;

  self->last_fetch = fetch.id;
  g_array_append_val (self->fetches, fetch);
  show_fetch (node, &fetch);
  quo_node_send (node, quo_best_origin (node), MESSAGE_FETCH, fields);
  quo_node_wake_after (node, TIMER_FETCH, quo_best_options (node)->fetch_timeout,
                       fetch.id);

  return fetch.id;
}

/* With leases one asks for all: Nishtala et al. 2013, section 3.2.1, thundering
 * herds; RFC 9111, section 4, calls it collapsing requests. Without them each reader
 * asks for itself. */
static void
await (QuoNode       *node,
       QuoBest       *self,
       QuoBestReader *reader)
{
  gboolean is_full = self->readers->len >= QUO_BEST_WAIT_MAX;

  if (!is_full && quo_best_options (node)->leases)
    reader->fetch = fetch_of (self, reader->key);
  if (!is_full && reader->fetch == 0)
    reader->fetch = ask (node, self, reader->key);
  if (reader->fetch == 0)
    {
      quo_node_reply (node, (guint) reader->client, reader->serial,
                      QUO_STATUS_BUSY, 0);
      return;
    }
  g_array_append_val (self->readers, *reader);
}

static gboolean
is_waiting (const QuoBest *self,
            const QuoOp   *op)
{
  for (guint i = 0; i < self->readers->len; i++)
    {
      const QuoBestReader *reader = &g_array_index (self->readers, QuoBestReader, i);

      if (reader->client == op->client && reader->serial == op->serial)
        return TRUE;
    }

  return FALSE;
}

/* Its time is over, and it is served nevertheless: RFC 5861, section 3. Somebody
 * asks for the next one meanwhile. */
static void
serve_stale (QuoNode             *node,
             QuoBest             *self,
             const QuoBestReader *reader,
             const QuoBestCopy   *copy)
{
  quo_best_answer (node, self, reader, &copy->version, TRUE, TRUE);
  if (fetch_of (self, reader->key) == 0)
    ask (node, self, reader->key);
}

/**
 * quo_best_read:
 * @node: a node
 * @self: its memory
 * @op: a read
 */
void
quo_best_read (QuoNode     *node,
               QuoBest     *self,
               const QuoOp *op)
{
  QuoTime now = quo_node_now (node);
  QuoBestReader reader = { op->client, op->serial, op->key, 0, now };
  const QuoBestCopy *copy = quo_best_find (self, op->key);
  const QuoBestVersion nothing = { op->key, 0, self->index, self->base };

  if (!quo_best_is_cache (self))
    quo_best_answer (node, self, &reader, copy != NULL ? &copy->version : &nothing,
                     TRUE, FALSE);
  else if (copy != NULL && !quo_best_has_expired (node, copy, 0))
    {
      const QuoBestVersion version = copy->version;

      quo_best_answer (node, self, &reader, &version, TRUE, FALSE);
      if (quo_node_has_fault (node, FAULT_SLIDING_TTL))
        quo_best_put (node, self, &version, now);
    }
  else if (copy != NULL
           && (!quo_best_has_expired (
                 node, copy, quo_best_options (node)->stale_while_revalidate)
               || quo_node_has_fault (node, FAULT_SILENT_STALE)))
    serve_stale (node, self, &reader, copy);
  else if (!is_waiting (self, op))
    await (node, self, &reader);
}

/* Answers whoever waits for a fetch; without a version says that it failed. */
static void
release (QuoNode              *node,
         QuoBest              *self,
         gint64                fetch,
         const QuoBestVersion *version,
         gboolean              is_hit,
         gboolean              is_marked)
{
  guint i = 0;

  while (i < self->readers->len)
    {
      QuoBestReader reader = g_array_index (self->readers, QuoBestReader, i);

      if (reader.fetch != fetch)
        {
          i++;
          continue;
        }
      g_array_remove_index (self->readers, i);
      if (version != NULL)
        quo_best_answer (node, self, &reader, version, is_hit, is_marked);
      else
        quo_node_reply (node, (guint) reader.client, reader.serial,
                        QUO_STATUS_FAILED, 0);
    }
}

/* RFC 9111, section 4.2.3: a response has aged since it was asked for, at most. The
 * writer's clock has no say in that. */
static void
keep (QuoNode              *node,
      QuoBest              *self,
      const QuoBestVersion *version,
      const QuoBestFetch   *fetch,
      QuoTime               date)
{
  if (!quo_best_is_new (node, self, version, TRUE))
    return;

  quo_best_put (node, self, version,
                quo_node_has_fault (node, FAULT_WRITER_CLOCK) ? date
                                                              : fetch->sent_at);
  quo_best_add_fact (self, FACT_STORED, version, fetch->sent_at);
  g_array_index (self->facts, QuoBestFact, self->facts->len - 1).is_fill = TRUE;
}

/**
 * quo_best_filled:
 * @node: a cache
 * @self: its memory
 * @message: a VALUE or a NOTHING
 *
 * Nishtala et al. 2013, section 3.2.1: what comes under a lease that an invalidation
 * has voided is given to whom asked and not kept. The same holds without leases for
 * what comes too late to say when it was asked for.
 */
void
quo_best_filled (QuoNode          *node,
                 QuoBest          *self,
                 const QuoMessage *message)
{
  const gint64 *m = message->fields;
  gint64 value = message->kind == MESSAGE_VALUE ? m[4] : 0;
  QuoBestVersion version = { m[0], value, message->from, m[1] };
  const gint64 note[] = { m[0], value };
  const QuoBestCopy *copy;
  QuoBestFetch fetch;
  guint place;

  if (!find_fetch (self, m[3], &place))
    return;
  fetch = g_array_index (self->fetches, QuoBestFetch, place);
  g_array_remove_index (self->fetches, place);
  quo_node_remove_row (node, FIELD_FETCHES, fetch.id);

  if (fetch.is_void && !quo_node_has_fault (node, FAULT_IGNORE_LEASE))
    quo_node_note (node, NOTE_LEASE_VOID, note);
  else
    keep (node, self, &version, &fetch, m[2]);

  /* A newer update may have come meanwhile. */
  copy = quo_best_find (self, m[0]);
  if (copy != NULL && copy->version.sequence > version.sequence)
    version = copy->version;
  release (node, self, fetch.id, &version, FALSE, FALSE);
}

/**
 * quo_best_gave_up:
 * @node: a cache
 * @self: its memory
 * @id: of the fetch that has had no answer for too long
 *
 * RFC 5861, section 4: within its grace an old copy is better than an error.
 */
void
quo_best_gave_up (QuoNode *node,
                  QuoBest *self,
                  gint64   id)
{
  const QuoBestCopy *copy;
  gint64 key;
  guint place;

  if (!find_fetch (self, id, &place))
    return;

  key = g_array_index (self->fetches, QuoBestFetch, place).key;
  const gint64 note[] = { key };

  g_array_remove_index (self->fetches, place);
  quo_node_remove_row (node, FIELD_FETCHES, id);
  quo_node_note (node, NOTE_UNREACHABLE, note);
  copy = quo_best_find (self, key);
  if (copy != NULL
      && !quo_best_has_expired (node, copy,
                                quo_best_options (node)->stale_if_error))
    {
      const QuoBestVersion version = copy->version;

      release (node, self, id, &version, TRUE,
               quo_best_has_expired (node, copy, 0));
    }
  else if (quo_node_has_fault (node, FAULT_CACHE_ERROR))
    {
      const QuoBestVersion version = {
        key, quo_node_intern (node, "504"), quo_best_origin (node), 0
      };

      quo_best_put (node, self, &version, quo_node_now (node));
      release (node, self, id, &version, FALSE, FALSE);
    }
  else
    release (node, self, id, NULL, FALSE, FALSE);
}

/**
 * quo_best_void:
 * @node: a cache
 * @self: its memory
 * @key: of an invalidation
 */
void
quo_best_void (QuoNode *node,
               QuoBest *self,
               gint64   key)
{
  for (guint i = 0; i < self->fetches->len; i++)
    {
      QuoBestFetch *fetch = &g_array_index (self->fetches, QuoBestFetch, i);

      if (fetch->key != key || fetch->is_void)
        continue;
      fetch->is_void = TRUE;
      show_fetch (node, fetch);
    }
}
