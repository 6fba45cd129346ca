/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/rows.h"

#include <math.h>

/**
 * quo_rows_prepare:
 * @gaps: (array length=n_gaps) (inout): by time; their rows are looked up
 */
void
quo_rows_prepare (QuoIndex *index,
                  QuoTrace *trace,
                  QuoGap   *gaps,
                  guint     n_gaps)
{
  double before = 0;

  for (guint i = 0; i < n_gaps; i++)
    {
      /* The events before this moment fill the rows before the gap. */
      guint32 n = quo_trace_find (trace, gaps[i].at - 1);
      guint32 row = n == 0 ? 0 : quo_index_row (index, n - 1) + 1;
      gaps[i].row = MIN (row, quo_index_n_rows (index));
      gaps[i].before = before;
      before += gaps[i].size;
    }
}

/* Room of all gaps up to @row. */
static double
gaps_until (const QuoRows *self,
            guint32        row)
{
  guint low = 0, high = self->n_gaps;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (self->gaps[middle].row <= row)
        low = middle + 1;
      else
        high = middle;
    }
  return low == 0 ? 0 : self->gaps[low - 1].before + self->gaps[low - 1].size;
}

/**
 * quo_rows_row_y:
 *
 * Returns: the middle of @row, content px; the first row stands at the start
 */
double
quo_rows_row_y (const QuoRows *self,
                guint32        row)
{
  return self->start + row * self->row_height + gaps_until (self, row);
}

/**
 * quo_rows_gap_y:
 *
 * Returns: the top of @gap, content px
 */
double
quo_rows_gap_y (const QuoRows *self,
                const QuoGap  *gap)
{
  if (self->is_to_scale)
    return quo_rows_time_y (self, gap->at);
  return self->start + (gap->row - 0.5) * self->row_height + gap->before;
}

/**
 * quo_rows_event_y:
 *
 * Returns: where @event stands, content px
 */
double
quo_rows_event_y (const QuoRows *self,
                  guint32        event)
{
  if (self->is_to_scale)
    return self->start + quo_trace_time (self->trace, event) / self->ns_per_px;
  return quo_rows_row_y (self, quo_index_row (self->index, event));
}

/**
 * quo_rows_time_y:
 *
 * Returns: where @time stands, content px; between two rows in proportion
 */
double
quo_rows_time_y (const QuoRows *self,
                 QuoTime        time)
{
  if (self->is_to_scale)
    return self->start + time / self->ns_per_px;

  guint32 n = quo_trace_find (self->trace, time);
  if (n == 0)
    return self->start;
  guint32 row = quo_index_row (self->index, n - 1);
  guint32 next = quo_index_row_event (self->index, row + 1);
  double y = quo_rows_row_y (self, row);
  QuoTime from = quo_trace_time (self->trace, quo_index_row_event (self->index, row));
  QuoTime to = next < quo_trace_length (self->trace)
                 ? quo_trace_time (self->trace, next)
                 : quo_trace_end (self->trace);
  if (to <= from || time <= from)
    return y;
  double part = MIN ((double) (time - from) / (double) (to - from), 1);
  return y + part * (quo_rows_row_y (self, row + 1) - y);
}

/**
 * quo_rows_end_y:
 *
 * Returns: where the trace ends, content px
 */
double
quo_rows_end_y (const QuoRows *self)
{
  if (self->is_to_scale)
    return quo_rows_time_y (self, quo_trace_end (self->trace));
  return quo_rows_row_y (self, quo_index_n_rows (self->index));
}

/**
 * quo_rows_row_at:
 *
 * Returns: the first row whose middle is at @y or below
 */
guint32
quo_rows_row_at (const QuoRows *self,
                 double         y)
{
  guint low = 0, high = self->n_gaps;

  /* The last gap whose rows begin above @y. */
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (quo_rows_row_y (self, self->gaps[middle].row) <= y)
        low = middle + 1;
      else
        high = middle;
    }
  const QuoGap *gap = low > 0 ? &self->gaps[low - 1] : NULL;
  double room = gap != NULL ? gap->before + gap->size : 0;
  double row = ceil ((y - room - self->start) / self->row_height);
  row = MAX (row, gap != NULL ? gap->row : 0);
  if (low < self->n_gaps)
    row = MIN (row, self->gaps[low].row);
  return (guint32) CLAMP (row, 0, quo_index_n_rows (self->index));
}

/**
 * quo_rows_time_at:
 *
 * Returns: the moment that stands at @y, as well as it can be told
 */
QuoTime
quo_rows_time_at (const QuoRows *self,
                  double         y)
{
  if (self->is_to_scale)
    return (QuoTime) CLAMP ((y - self->start) * self->ns_per_px,
                            -(double) QUO_TIME_MAX, (double) QUO_TIME_MAX);
  guint32 event = quo_rows_event_at (self, y);
  if (event >= quo_trace_length (self->trace))
    return quo_trace_end (self->trace);
  return quo_trace_time (self->trace, event);
}

/**
 * quo_rows_event_at:
 *
 * Returns: the first event that stands at @y or below; the trace's length when none
 *   does
 */
guint32
quo_rows_event_at (const QuoRows *self,
                   double         y)
{
  if (self->is_to_scale)
    return quo_trace_find (self->trace, quo_rows_time_at (self, y) - 1);
  return quo_index_row_event (self->index, quo_rows_row_at (self, y));
}
