/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sim/queue.h"

#include <string.h>

/* One for items of the present time, one for each bit of a time. */
#define N_BUCKETS 64
#define CAPACITY_MIN 16
/* How far ahead an item is announced: far enough for memory to answer, near
 * enough not to be pushed out of the cache again. */
#define AHEAD_MIN 4
#define AHEAD_MAX 32

typedef struct
{
  QuoItem *items;
  guint32  length;
  guint32  capacity;
} Bucket;

struct _QuoQueue
{
  QuoTime now;    /* the time last popped, or found to be the earliest */
  guint64 length;
  guint64 filled; /* bit i: bucket i is not empty */
  guint32 head;   /* first item of bucket 0 that was not popped */
  Bucket  buckets[N_BUCKETS];
  QuoAheadFunc ahead;
  gpointer     ahead_data;
};

/**
 * quo_queue_new:
 *
 * Returns: (transfer full): a queue without items, at time 0
 */
QuoQueue *
quo_queue_new (void)
{
  return g_new0 (QuoQueue, 1);
}

/**
 * quo_queue_free:
 * @self: (transfer full): a queue
 *
 * Frees it with all that is to happen.
 */
void
quo_queue_free (QuoQueue *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < N_BUCKETS; i++)
    g_free (self->buckets[i].items);
  g_free (self);
}

/**
 * quo_queue_set_ahead:
 * @self: a queue
 * @func: told of items that come soon; changes nothing of what happens
 * @user_data: for @func
 */
void
quo_queue_set_ahead (QuoQueue     *self,
                     QuoAheadFunc  func,
                     gpointer      user_data)
{
  self->ahead = func;
  self->ahead_data = user_data;
}

static inline guint
bucket_for (const QuoQueue *self,
            QuoTime         time)
{
  guint64 differs = (guint64) (time ^ self->now);

  return differs == 0 ? 0 : 64 - (guint) __builtin_clzll (differs);
}

static inline void
add (QuoQueue      *self,
     guint          index,
     const QuoItem *item)
{
  Bucket *bucket = &self->buckets[index];

  if (G_UNLIKELY (bucket->length == bucket->capacity))
    {
      bucket->capacity = MAX (CAPACITY_MIN, 2 * bucket->capacity);
      bucket->items = g_renew (QuoItem, bucket->items, bucket->capacity);
    }
  bucket->items[bucket->length++] = *item;
  self->filled |= G_GUINT64_CONSTANT (1) << index;
}

/**
 * quo_queue_push:
 * @self: a queue
 * @time: when; not before the time of the item popped last
 * @ref: handed back
 * @what: handed back
 */
void
quo_queue_push (QuoQueue *self,
                QuoTime   time,
                guint32   ref,
                guint32   what)
{
  QuoItem item = { time, ref, what };

  g_return_if_fail (time >= self->now);

  add (self, bucket_for (self, time), &item);
  self->length++;
}

/* Moves on to the earliest time of the first bucket that has items, and shares
 * out its items: each goes to a lower bucket, all of which are empty. */
static void
advance (QuoQueue *self,
         guint     index,
         QuoTime   earliest)
{
  Bucket *bucket = &self->buckets[index];
  guint32 n = bucket->length;

  self->now = earliest;
  bucket->length = 0;
  self->filled &= ~(G_GUINT64_CONSTANT (1) << index);
  for (guint32 i = 0; i < n; i++)
    add (self, bucket_for (self, bucket->items[i].time), &bucket->items[i]);

  /* All of a small bucket comes before anything else. */
  if (self->ahead != NULL && n >= AHEAD_MIN && n <= AHEAD_MAX)
    for (guint32 i = 0; i < n; i++)
      self->ahead (&bucket->items[i], self->ahead_data);

  /* A burst long ago must not hold its memory for ever. */
  if (bucket->capacity > 4096 && n < bucket->capacity / 8)
    {
      bucket->capacity /= 2;
      bucket->items = g_renew (QuoItem, bucket->items, bucket->capacity);
    }
}

static QuoTime
earliest_in (const Bucket *bucket)
{
  QuoTime earliest = bucket->items[0].time;

  for (guint32 i = 1; i < bucket->length; i++)
    earliest = MIN (earliest, bucket->items[i].time);

  return earliest;
}

/**
 * quo_queue_pop:
 * @self: a queue
 * @until: the latest time that is wanted
 * @ret_item: (out caller-allocates): the first item of the earliest time
 *
 * Complexity: O(log of the span of times), amortised.
 *
 * Returns: FALSE when nothing happens until then; items may still be pushed at any
 *   time that is not before the item popped last
 */
gboolean
quo_queue_pop (QuoQueue *self,
               QuoTime   until,
               QuoItem  *ret_item)
{
  Bucket *present = &self->buckets[0];

  if (self->head == present->length)
    {
      QuoTime earliest;
      guint index;

      present->length = 0;
      self->head = 0;
      self->filled &= ~G_GUINT64_CONSTANT (1);
      if (self->filled == 0)
        return FALSE;
      index = (guint) __builtin_ctzll (self->filled);
      earliest = earliest_in (&self->buckets[index]);
      if (earliest > until)
        return FALSE;
      advance (self, index, earliest);
    }
  else if (self->now > until)
    {
      return FALSE;
    }

  if (self->ahead != NULL && self->head + AHEAD_MAX < present->length)
    self->ahead (&present->items[self->head + AHEAD_MAX], self->ahead_data);
  *ret_item = present->items[self->head++];
  self->length--;

  return TRUE;
}

/**
 * quo_queue_length:
 * @self: a queue
 *
 * Returns: how many items it has
 */
guint64
quo_queue_length (const QuoQueue *self)
{
  return self->length;
}

/**
 * quo_queue_bytes:
 * @self: a queue
 *
 * Returns: memory that the items use, bytes
 */
gsize
quo_queue_bytes (const QuoQueue *self)
{
  gsize bytes = 0;

  for (guint i = 0; i < N_BUCKETS; i++)
    bytes += self->buckets[i].capacity * sizeof (QuoItem);

  return bytes;
}

/**
 * quo_queue_each:
 * @self: a queue
 * @func: called with every item, in no order
 * @user_data: for @func
 */
void
quo_queue_each (const QuoQueue *self,
                void          (*func) (const QuoItem *item,
                                       gpointer       user_data),
                gpointer        user_data)
{
  for (guint i = 0; i < N_BUCKETS; i++)
    for (guint32 j = i == 0 ? self->head : 0; j < self->buckets[i].length; j++)
      func (&self->buckets[i].items[j], user_data);
}
