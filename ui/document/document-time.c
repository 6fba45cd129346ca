/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/document-private.h"

/* One slice of simulating ahead: well below a frame at a million events a second. */
#define SLICE_EVENTS 4000

static gboolean
on_extend (gpointer user_data)
{
  QuoDocument *self = user_data;
  QuoTime target = MIN (self->time, QUO_TIME_MAX) + self->ahead;
  guint32 length = quo_trace_length (quo_run_trace (self->run));
  QuoTime end = quo_run_end (self->run);

  if (end >= target || quo_run_status (self->run) != QUO_SIM_MORE)
    {
      self->extend_source = 0;
      return G_SOURCE_REMOVE;
    }

  quo_run_extend (self->run, target, SLICE_EVENTS);
  if (quo_trace_length (quo_run_trace (self->run)) != length
      || quo_run_end (self->run) != end)
    g_signal_emit (self, quo_document_signals[QUO_DOCUMENT_RUN_EXTENDED], 0);
  return G_SOURCE_CONTINUE;
}

/* Simulates a little ahead of the time shown, in slices between frames. */
void
quo_document_extend_soon (QuoDocument *self)
{
  if (self->run == NULL || self->job != NULL || self->extend_source != 0
      || !quo_document_is_endless (self->scenario)
      || quo_run_status (self->run) != QUO_SIM_MORE
      || quo_run_end (self->run) >= self->time + self->ahead)
    return;

  self->extend_source
    = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_extend, self, NULL);
}

/**
 * quo_document_time:
 *
 * Returns: the time shown, ns
 */
QuoTime
quo_document_time (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), 0);
  return self->time;
}

/**
 * quo_document_set_time:
 * @time: ns; held within what is simulated so far
 *
 * Moves through time. A scenario without an end is simulated on, a little ahead.
 */
void
quo_document_set_time (QuoDocument *self, QuoTime time)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));

  time = CLAMP (time, 0, quo_document_end (self));
  if (time == self->time)
    return;

  /* The faster time is played, the further ahead the run has to be. */
  self->ahead = MAX (QUO_AHEAD, 30 * MIN (time - self->time, QUO_MINUTE));
  self->time = time;
  quo_document_notify (self, QUO_DOCUMENT_TIME);
  quo_document_extend_soon (self);
}

/**
 * quo_document_end:
 *
 * Returns: how far the run goes, ns; while there is none, as far as the scenario
 *   says
 */
QuoTime
quo_document_end (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), 0);

  if (self->run != NULL)
    return quo_run_end (self->run);
  if (self->scenario != NULL && !quo_document_is_endless (self->scenario))
    return quo_scenario_until (self->scenario);
  return 0;
}

/**
 * quo_document_step:
 * @direction: 1 for later, -1 for earlier
 * @to_notable: skip what is not worth a stop
 *
 * Moves to the next moment at which something happens. Events of one moment are
 * one step: they have no order that a person could see.
 */
void
quo_document_step (QuoDocument *self, int direction, gboolean to_notable)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));
  if (self->run == NULL)
    return;

  QuoTrace *trace = quo_run_trace (self->run);
  guint32 length = quo_trace_length (trace);

  if (direction > 0)
    {
      for (guint32 i = quo_trace_find (trace, self->time); i < length; i++)
        if (quo_trace_time (trace, i) > self->time
            && (!to_notable || quo_trace_is_notable (trace, i)))
          {
            quo_document_set_time (self, quo_trace_time (trace, i));
            return;
          }
      quo_document_set_time (self, quo_document_end (self));
      return;
    }

  for (guint32 i = quo_trace_find (trace, self->time); i > 0; i--)
    if (quo_trace_time (trace, i - 1) < self->time
        && (!to_notable || quo_trace_is_notable (trace, i - 1)))
      {
        quo_document_set_time (self, quo_trace_time (trace, i - 1));
        return;
      }
  quo_document_set_time (self, 0);
}

/**
 * quo_document_selection:
 *
 * Returns: the thing that is selected in every view, or 0
 */
guint64
quo_document_selection (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), 0);
  return self->selection;
}

/**
 * quo_document_select:
 * @thing: as quo_thing_id() makes them, or 0
 */
void
quo_document_select (QuoDocument *self, guint64 thing)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));
  if (self->selection == thing)
    return;
  self->selection = thing;
  quo_document_notify (self, QUO_DOCUMENT_SELECTION);
}

/**
 * quo_document_second_selection:
 *
 * Returns: the thing to compare the selected one with, or 0
 */
guint64
quo_document_second_selection (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), 0);
  return self->second_selection;
}

/**
 * quo_document_select_second:
 * @thing: as quo_thing_id() makes them, or 0
 */
void
quo_document_select_second (QuoDocument *self, guint64 thing)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));
  if (self->second_selection == thing)
    return;
  self->second_selection = thing;
  quo_document_notify (self, QUO_DOCUMENT_SECOND_SELECTION);
}
