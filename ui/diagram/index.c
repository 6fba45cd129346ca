/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/index.h"

#include <stdlib.h>

#define BLOCK_BITS   6
#define BLOCK_EVENTS (1u << BLOCK_BITS)
#define FLIGHTS_MAX  1024
#define WAITS_MAX    20000

typedef struct
{
  QuoTime end;      /* latest arrival of a message sent in this block */
  QuoTime last;     /* time of the last row before this block */
  guint32 rows;     /* rows that began before this block */
} QuoBlock;

struct _QuoIndex
{
  QuoTrace *trace;
  QuoPalette palette;
  GArray *blocks;       /* of QuoBlock */
  GArray *marks[QUO_N_EVENT_KINDS]; /* of guint32; only rare kinds */
  GArray *flights;      /* of QuoTime: the first FLIGHTS_MAX deliveries' */
  QuoTime typical;      /* their median; 0 when there are new ones */
  guint32 n_indexed;
  guint32 n_rows;
  QuoTime last_row;

  GArray **spans;       /* of QuoSpan, one array a node; NULL: never changed */
  guint32 n_spanned;
  QuoTime longest_wait; /* -1 until it is looked for */
};

/* Kinds that are few enough to be listed one by one. */
static gboolean
is_marked (QuoEventKind kind)
{
  switch (kind)
    {
    case QUO_EVENT_CRASH:
    case QUO_EVENT_RESTART:
    case QUO_EVENT_PAUSE:
    case QUO_EVENT_RESUME:
    case QUO_EVENT_LINKS:
    case QUO_EVENT_ACTION:
    case QUO_EVENT_COMMAND:
    case QUO_EVENT_INVOKE:
    case QUO_EVENT_VIOLATION:
      return TRUE;
    default:
      return FALSE;
    }
}

/* What happens inside a node and shows nothing gets no row of its own. */
static gboolean
makes_row (QuoEventKind kind)
{
  return kind != QUO_EVENT_SYNC && kind != QUO_EVENT_TIMEOUT;
}

static void
index_arrival (QuoIndex *self,
               guint32   event,
               guint32   send,
               QuoTime   time)
{
  if (send == QUO_NO_EVENT || send >= event)
    return;

  QuoBlock *block = &g_array_index (self->blocks, QuoBlock, send >> BLOCK_BITS);
  block->end = MAX (block->end, time);
  if (self->flights->len < FLIGHTS_MAX)
    {
      QuoTime flight = time - quo_trace_time (self->trace, send);
      g_array_append_val (self->flights, flight);
      self->typical = 0;
    }
}

static void
index_event (QuoIndex *self,
             guint32   event)
{
  QuoEventKind kind = quo_trace_kind (self->trace, event);
  QuoTime time = quo_trace_time (self->trace, event);

  if ((event & (BLOCK_EVENTS - 1)) == 0)
    {
      QuoBlock block = { G_MININT64, self->last_row, self->n_rows };
      g_array_append_val (self->blocks, block);
    }
  if (makes_row (kind) && (self->n_rows == 0 || time != self->last_row))
    {
      self->n_rows++;
      self->last_row = time;
    }
  if (kind == QUO_EVENT_DELIVER || kind == QUO_EVENT_LOSE)
    index_arrival (self, event, quo_trace_cause (self->trace, event), time);
  else if (is_marked (kind))
    {
      if (self->marks[kind] == NULL)
        self->marks[kind] = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_array_append_val (self->marks[kind], event);
    }
}

/**
 * quo_index_new:
 * @trace: kept
 *
 * Returns: (transfer full): an index of what @trace has now
 */
QuoIndex *
quo_index_new (QuoTrace *trace)
{
  g_return_val_if_fail (trace != NULL, NULL);

  QuoIndex *self = g_new0 (QuoIndex, 1);
  self->trace = quo_trace_ref (trace);
  quo_palette_init (&self->palette, quo_trace_declaration (trace));
  self->blocks = g_array_new (FALSE, FALSE, sizeof (QuoBlock));
  self->flights = g_array_new (FALSE, FALSE, sizeof (QuoTime));
  self->spans = g_new0 (GArray *, quo_trace_n_nodes (trace));
  self->longest_wait = -1;
  quo_index_extend (self);
  return self;
}

/**
 * quo_index_free:
 * @self: (transfer full) (nullable):
 */
void
quo_index_free (QuoIndex *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < quo_trace_n_nodes (self->trace); i++)
    g_clear_pointer (&self->spans[i], g_array_unref);
  g_free (self->spans);
  for (guint i = 0; i < QUO_N_EVENT_KINDS; i++)
    g_clear_pointer (&self->marks[i], g_array_unref);
  g_array_unref (self->blocks);
  g_array_unref (self->flights);
  quo_trace_unref (self->trace);
  g_free (self);
}

/**
 * quo_index_palette:
 *
 * Returns: (transfer none): the trace's palette
 */
const QuoPalette *
quo_index_palette (QuoIndex *self)
{
  return &self->palette;
}

/**
 * quo_index_extend:
 *
 * Takes in what was appended to the trace since the last time.
 *
 * Complexity: O(new events), some nanoseconds each.
 */
void
quo_index_extend (QuoIndex *self)
{
  g_return_if_fail (self != NULL);

  guint32 length = quo_trace_length (self->trace);
  while (self->n_indexed < length)
    index_event (self, self->n_indexed++);
}

/**
 * quo_index_n_rows:
 *
 * Returns: how many different moments the trace has something to show at
 */
guint32
quo_index_n_rows (QuoIndex *self)
{
  return self->n_rows;
}

/**
 * quo_index_row:
 * @event: at most the trace's length
 *
 * Returns: the row of @event, from 0; for one that makes no row, that of the latest
 *   row before it
 */
guint32
quo_index_row (QuoIndex *self,
               guint32   event)
{
  guint32 length = self->n_indexed;

  if (event >= length)
    return self->n_rows;

  guint32 first = event & ~(BLOCK_EVENTS - 1);
  const QuoBlock *block = &g_array_index (self->blocks, QuoBlock, first >> BLOCK_BITS);
  guint32 rows = block->rows;
  QuoTime last = block->last;
  for (guint32 i = first; i <= event; i++)
    {
      if (!makes_row (quo_trace_kind (self->trace, i)))
        continue;
      QuoTime time = quo_trace_time (self->trace, i);
      if (rows == 0 || time != last)
        {
          rows++;
          last = time;
        }
    }
  return rows > 0 ? rows - 1 : 0;
}

/**
 * quo_index_row_event:
 *
 * Returns: the event that began @row; the trace's length past the last row
 */
guint32
quo_index_row_event (QuoIndex *self,
                     guint32   row)
{
  if (row >= self->n_rows)
    return self->n_indexed;

  /* The last block that began with no more than @row rows. */
  guint low = 0, high = self->blocks->len;
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;
      if (g_array_index (self->blocks, QuoBlock, middle).rows <= row)
        low = middle;
      else
        high = middle;
    }
  const QuoBlock *block = &g_array_index (self->blocks, QuoBlock, low);
  guint32 rows = block->rows;
  QuoTime last = block->last;
  for (guint32 i = low << BLOCK_BITS; i < self->n_indexed; i++)
    {
      if (!makes_row (quo_trace_kind (self->trace, i)))
        continue;
      QuoTime time = quo_trace_time (self->trace, i);
      if (rows > 0 && time == last)
        continue;
      if (rows++ == row)
        return i;
      last = time;
    }
  return self->n_indexed;
}

static gboolean
crosses (QuoIndex *self,
         guint32   send,
         QuoTime   time)
{
  if (quo_trace_kind (self->trace, send) != QUO_EVENT_SEND)
    return FALSE;
  guint32 peer = quo_trace_peer (self->trace, send);
  return peer != QUO_NO_EVENT && quo_trace_time (self->trace, peer) >= time;
}

/**
 * quo_index_crossing:
 * @event: sends from here on are left out
 * @time: a moment
 * @ret_sends: (element-type guint32): gets the sends before @event that arrive, or
 *   are lost, at @time or later, in order
 *
 * Messages that are still under way when the trace ends are not among them.
 */
void
quo_index_crossing (QuoIndex *self,
                    guint32   event,
                    QuoTime   time,
                    GArray   *ret_sends)
{
  g_return_if_fail (self != NULL && ret_sends != NULL);

  for (guint32 i = 0; i << BLOCK_BITS < event && i < self->blocks->len; i++)
    {
      if (g_array_index (self->blocks, QuoBlock, i).end < time)
        continue;
      guint32 end = MIN ((i + 1) << BLOCK_BITS, MIN (event, self->n_indexed));
      for (guint32 send = i << BLOCK_BITS; send < end; send++)
        if (crosses (self, send, time))
          g_array_append_val (ret_sends, send);
    }
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  QuoTime x = *(const QuoTime *) a, y = *(const QuoTime *) b;
  return x < y ? -1 : x > y;
}

/**
 * quo_index_typical_flight:
 *
 * Returns: the median time that a message of the trace's beginning was under way,
 *   at least 1 ns; one millisecond when none arrived
 */
QuoTime
quo_index_typical_flight (QuoIndex *self)
{
  if (self->flights->len == 0)
    return QUO_MILLISECOND;
  if (self->typical > 0)
    return self->typical;

  g_autofree QuoTime *sorted = g_memdup2 (self->flights->data,
                                          self->flights->len * sizeof (QuoTime));
  qsort (sorted, self->flights->len, sizeof (QuoTime), compare_times);
  self->typical = MAX (sorted[self->flights->len / 2], 1);
  return self->typical;
}

/**
 * quo_index_longest_wait:
 *
 * Returns: the longest that a deadline was set ahead, of the first in the trace: a
 *   whole ring; 0 when there is none
 */
QuoTime
quo_index_longest_wait (QuoIndex *self)
{
  if (self->palette.deadline < 0)
    return 0;
  if (self->longest_wait >= 0)
    return self->longest_wait;

  QuoTime longest = 0;
  guint32 length = MIN (quo_trace_length (self->trace), WAITS_MAX);
  for (guint32 i = 0; i < length; i++)
    {
      QuoChangeReader reader;
      QuoChange change;
      quo_trace_changes (self->trace, i, &reader);
      while (quo_change_reader_next (&reader, &change))
        if (change.kind == QUO_CHANGE_SET &&
            (int) change.field == self->palette.deadline &&
            change.value < QUO_TIME_MAX)
          longest = MAX (longest, change.value - quo_trace_time (self->trace, i));
    }
  /* A trace still short may have longer ones to come. */
  if (length == WAITS_MAX)
    self->longest_wait = longest;
  return longest;
}

/**
 * quo_index_marks:
 * @kind: a rare kind; messages, steps and notes are not listed
 * @ret_n: (out): how many there are
 *
 * Returns: (array length=ret_n) (nullable): the events of @kind, in order
 */
const guint32 *
quo_index_marks (QuoIndex     *self,
                 QuoEventKind  kind,
                 guint        *ret_n)
{
  g_return_val_if_fail (is_marked (kind) && ret_n != NULL, NULL);

  GArray *marks = self->marks[kind];
  *ret_n = marks != NULL ? marks->len : 0;
  return marks != NULL ? (const guint32 *) marks->data : NULL;
}

/**
 * quo_index_marks_until:
 *
 * Returns: how many of quo_index_marks() have happened at @time
 */
guint
quo_index_marks_until (QuoIndex     *self,
                       QuoEventKind  kind,
                       QuoTime       time)
{
  guint high, low = 0;
  const guint32 *marks = quo_index_marks (self, kind, &high);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (quo_trace_time (self->trace, marks[middle]) <= time)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The node's latest span, to be changed by @event. */
static QuoSpan *
open_span (QuoIndex *self,
           guint     node,
           guint32   event)
{
  GArray *spans = self->spans[node];

  if (spans == NULL)
    {
      const QuoFieldSpec *fields = self->palette.declaration->fields;
      int role = self->palette.role, epoch = self->palette.epoch;
      QuoSpan first = {
        .event = event,
        .role = role >= 0 ? (gint16) fields[role].initial : -1,
        .epoch = epoch >= 0 ? fields[epoch].initial : 0
      };
      spans = self->spans[node] = g_array_new (FALSE, FALSE, sizeof (QuoSpan));
      g_array_append_val (spans, first);
    }
  QuoSpan *last = &g_array_index (spans, QuoSpan, spans->len - 1);
  if (last->event == event)
    return last;
  QuoSpan next = *last;
  next.event = event;
  g_array_append_val (spans, next);
  return &g_array_index (spans, QuoSpan, spans->len - 1);
}

/* A crash takes what is volatile with it. */
static void
span_life (QuoIndex     *self,
           guint         node,
           guint32       event,
           QuoEventKind  kind)
{
  QuoSpan *span = open_span (self, node, event);
  const QuoFieldSpec *fields = self->palette.declaration->fields;
  int role = self->palette.role, epoch = self->palette.epoch;

  span->life = kind == QUO_EVENT_CRASH ? QUO_LIFE_DOWN :
               kind == QUO_EVENT_PAUSE ? QUO_LIFE_PAUSED : QUO_LIFE_UP;
  if (kind != QUO_EVENT_CRASH)
    return;
  if (role >= 0 && fields[role].storage == QUO_STORAGE_VOLATILE)
    span->role = (gint16) fields[role].initial;
  if (epoch >= 0 && fields[epoch].storage == QUO_STORAGE_VOLATILE)
    span->epoch = fields[epoch].initial;
}

static void
span_event (QuoIndex *self,
            guint32   event)
{
  guint node = quo_trace_node (self->trace, event);
  QuoEventKind kind = quo_trace_kind (self->trace, event);

  if (node >= quo_trace_n_nodes (self->trace))
    return;
  if (kind >= QUO_EVENT_CRASH && kind <= QUO_EVENT_RESUME)
    span_life (self, node, event, kind);
  if (self->palette.role < 0 && self->palette.epoch < 0)
    return;

  QuoChangeReader reader;
  QuoChange change;
  quo_trace_changes (self->trace, event, &reader);
  while (quo_change_reader_next (&reader, &change))
    {
      if (change.kind != QUO_CHANGE_SET)
        continue;
      if ((int) change.field == self->palette.role)
        open_span (self, node, event)->role = (gint16) change.value;
      else if ((int) change.field == self->palette.epoch)
        open_span (self, node, event)->epoch = change.value;
    }
}

/**
 * quo_index_spans:
 * @n_events: only what these events did is asked for
 * @ret_n: (out): how many spans there are
 *
 * The trace is read as far as was ever asked for and no farther, so that a long
 * trace opens at once.
 *
 * Returns: (array length=ret_n) (nullable): what @node was, by event; before the
 *   first it is as it was declared. There may be spans after @n_events as well.
 */
const QuoSpan *
quo_index_spans (QuoIndex *self,
                 guint     node,
                 guint32   n_events,
                 guint    *ret_n)
{
  g_return_val_if_fail (self != NULL && ret_n != NULL, NULL);

  *ret_n = 0;
  if (node >= quo_trace_n_nodes (self->trace))
    return NULL;
  n_events = MIN (n_events, quo_trace_length (self->trace));
  while (self->n_spanned < n_events)
    span_event (self, self->n_spanned++);
  if (self->spans[node] == NULL)
    return NULL;
  *ret_n = self->spans[node]->len;
  return (const QuoSpan *) self->spans[node]->data;
}
