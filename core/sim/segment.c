/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The memory of a trace's events. */

#include "sim/trace-private.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#define HUGE_PAGE (2u << 20)
#define COLUMNS   (QUO_SEGMENT_EVENTS * QUO_SEGMENT_COLUMN_BYTES)

/* Room for the columns and for a payload as long as one before, and a quarter more.
 * What is not written to takes no memory, but for the first huge page. */
static gsize
block_size (const QuoSegment *before)
{
  gsize payload = before->payload_length + before->payload_length / 4;

  return MAX (HUGE_PAGE, COLUMNS + payload);
}

/**
 * quo_segment_new:
 * @before: (nullable): a full one of the trace, %NULL for its first segment
 *
 * Returns: (transfer full): a segment without events
 */
QuoSegment *
quo_segment_new (const QuoSegment *before)
{
  QuoSegment *self = g_new0 (QuoSegment, 1);
  gsize size = COLUMNS;
  guint8 *block = NULL;
  gboolean is_large;

  /* A first segment is often nearly empty: whole huge pages would be cleared
   * for it in vain. Later ones are filled to the end. */
  if (before != NULL)
    {
      size = block_size (before);
      if (posix_memalign ((void **) &block, HUGE_PAGE, size) == 0)
        madvise (block, HUGE_PAGE, MADV_HUGEPAGE);
      else
        size = COLUMNS;
    }
  is_large = block != NULL;
  if (!is_large)
    {
      block = malloc (size);
      if (block == NULL)
        g_error ("no memory for %" G_GSIZE_FORMAT " bytes of trace", size);
    }

  self->times = (QuoTime *) block;
  self->nodes = (guint32 *) (self->times + QUO_SEGMENT_EVENTS);
  self->causes = self->nodes + QUO_SEGMENT_EVENTS;
  self->peers = self->causes + QUO_SEGMENT_EVENTS;
  self->offsets = self->peers + QUO_SEGMENT_EVENTS;
  self->kinds = (guint8 *) (self->offsets + QUO_SEGMENT_EVENTS);
  if (is_large)
    {
      self->payload = block + COLUMNS;
      self->payload_capacity = size - COLUMNS;
      self->is_payload_inside = TRUE;
    }
  else
    {
      self->payload_capacity = 4096;
      self->payload = g_malloc (self->payload_capacity);
    }

  return self;
}

/**
 * quo_segment_free:
 * @self: (transfer full): a segment
 *
 * Frees it with its events.
 */
void
quo_segment_free (QuoSegment *self)
{
  if (!self->is_payload_inside)
    g_free (self->payload);
  free (self->times);
  g_free (self);
}

#ifdef MADV_POPULATE_WRITE
/* A block whose pages are to be made, or NULL. One at a time: whoever finds an older
 * one here replaces it, for the helper is behind and that block is in use by now.
 * POSIX's own lock, since a sanitizer of threads does not see into GLib's. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_wanted = PTHREAD_COND_INITIALIZER;
static void *wanted;

/* The system makes the pages and writes nothing that anybody could see. Of a block
 * that was freed meanwhile there are none, or they are somebody else's and as good. */
static void *
populate (void *data)
{
  while (TRUE)
    {
      void *block;

      pthread_mutex_lock (&lock);
      while (wanted == NULL)
        pthread_cond_wait (&is_wanted, &lock);
      block = wanted;
      wanted = NULL;
      pthread_mutex_unlock (&lock);
      madvise (block, HUGE_PAGE, MADV_POPULATE_WRITE);
    }

  return NULL;
}

static void
start_helper (void)
{
  pthread_t thread;

  if (pthread_create (&thread, NULL, populate, NULL) == 0)
    pthread_detach (thread);
}
#endif

/**
 * quo_segment_prepare:
 * @self: a segment that is not needed yet
 *
 * Lets another thread have its pages made. Clearing them is a quarter of what a large
 * run takes when it has to wait for each; what is in the trace does not depend on it.
 */
void
quo_segment_prepare (QuoSegment *self)
{
#ifdef MADV_POPULATE_WRITE
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  if (!self->is_payload_inside)
    return;
  pthread_once (&once, start_helper);
  pthread_mutex_lock (&lock);
  wanted = self->times;
  pthread_cond_signal (&is_wanted);
  pthread_mutex_unlock (&lock);
#endif
}
