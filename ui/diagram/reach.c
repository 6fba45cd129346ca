/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/reach.h"

struct _QuoReach
{
  QuoTrace *trace;
  guint n;           /* participants */
  guint32 event;     /* that everything is compared with */
  guint32 *past;     /* the last event of each before it; QUO_NO_EVENT: none known */
  guint32 *future;   /* the first after it */
  guint n_past;      /* participants that have one */
  guint n_future;
  guint32 low;       /* events from here on are settled for the past */
  guint32 high;      /* and before this for the future */
};

/**
 * quo_reach_takes:
 *
 * Returns: whether @event is something that its participant did or noticed, and not
 *   what befell a message, the network or the script
 */
gboolean
quo_reach_takes (QuoTrace *trace,
                 guint32   event)
{
  switch (quo_trace_kind (trace, event))
    {
    case QUO_EVENT_LOSE:
    case QUO_EVENT_LINKS:
    case QUO_EVENT_ACTION:
    case QUO_EVENT_VIOLATION:
      return FALSE;
    default:
      return quo_trace_node (trace, event) < quo_trace_n_nodes (trace)
                                             + quo_trace_n_clients (trace);
    }
}

/**
 * quo_reach_new:
 * @trace: kept
 *
 * Returns: (transfer full): a comparison with no event yet
 */
QuoReach *
quo_reach_new (QuoTrace *trace)
{
  g_return_val_if_fail (trace != NULL, NULL);

  QuoReach *self = g_new0 (QuoReach, 1);
  self->trace = quo_trace_ref (trace);
  self->n = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace);
  self->past = g_new (guint32, MAX (self->n, 1));
  self->future = g_new (guint32, MAX (self->n, 1));
  self->event = QUO_NO_EVENT;
  return self;
}

/**
 * quo_reach_free:
 * @self: (transfer full) (nullable):
 */
void
quo_reach_free (QuoReach *self)
{
  if (self == NULL)
    return;
  g_free (self->past);
  g_free (self->future);
  quo_trace_unref (self->trace);
  g_free (self);
}

/**
 * quo_reach_select:
 * @event: to compare with; a loss stands for its message, and what nobody did for
 *   nothing, as %QUO_NO_EVENT does
 */
void
quo_reach_select (QuoReach *self,
                  guint32   event)
{
  g_return_if_fail (self != NULL);

  if (event != QUO_NO_EVENT && event >= quo_trace_length (self->trace))
    event = QUO_NO_EVENT;
  if (event != QUO_NO_EVENT && quo_trace_kind (self->trace, event) == QUO_EVENT_LOSE)
    event = quo_trace_cause (self->trace, event);
  if (event != QUO_NO_EVENT && !quo_reach_takes (self->trace, event))
    event = QUO_NO_EVENT;
  if (event == self->event)
    return;

  self->event = event;
  if (event == QUO_NO_EVENT)
    return;
  for (guint i = 0; i < self->n; i++)
    self->past[i] = self->future[i] = QUO_NO_EVENT;
  guint own = quo_trace_node (self->trace, event);
  self->past[own] = self->future[own] = event;
  self->n_past = self->n_future = 1;
  self->low = event;
  self->high = event + 1;
}

/**
 * quo_reach_event:
 *
 * Returns: the event that is compared with, or %QUO_NO_EVENT
 */
guint32
quo_reach_event (QuoReach *self)
{
  g_return_val_if_fail (self != NULL, QUO_NO_EVENT);

  return self->event;
}

/* The message that @event received, or QUO_NO_EVENT. */
static guint32
received (QuoReach *self,
          guint32   event)
{
  if (quo_trace_kind (self->trace, event) != QUO_EVENT_DELIVER)
    return QUO_NO_EVENT;
  guint32 send = quo_trace_cause (self->trace, event);
  return send < event ? send : QUO_NO_EVENT;
}

static void
look_back (QuoReach *self,
           guint32   event)
{
  guint node = quo_trace_node (self->trace, event);

  if (node >= self->n || self->past[node] == QUO_NO_EVENT || self->past[node] < event)
    return;
  guint32 send = received (self, event);
  if (send == QUO_NO_EVENT)
    return;
  guint from = quo_trace_node (self->trace, send);
  if (self->past[from] == QUO_NO_EVENT)
    {
      self->past[from] = send;
      self->n_past++;
    }
  else
    self->past[from] = MAX (self->past[from], send);
}

static void
look_ahead (QuoReach *self,
            guint32   event)
{
  guint32 send = received (self, event);
  guint node = quo_trace_node (self->trace, event);

  if (send == QUO_NO_EVENT || node >= self->n || self->future[node] != QUO_NO_EVENT)
    return;
  guint from = quo_trace_node (self->trace, send);
  if (self->future[from] == QUO_NO_EVENT || self->future[from] > send)
    return;
  self->future[node] = event;
  self->n_future++;
}

/* Until events from @from on are settled. A slow message's delivery may tell of a
 * later send than a fast one's before it, so nothing ends the search early but having
 * looked. */
static void
settle_past (QuoReach *self,
             guint32   from)
{
  if (self->low == self->event)
    look_back (self, self->event);
  while (self->low > from)
    look_back (self, --self->low);
}

static void
settle_future (QuoReach *self,
               guint32   to)
{
  to = MIN (to, quo_trace_length (self->trace));
  /* Once all have one, nothing farther away changes it. */
  while (self->high < to && self->n_future < self->n)
    look_ahead (self, self->high++);
}

/**
 * quo_reach_past:
 * @from: a bound: if the answer is before it, any event before it may be given
 *
 * Returns: the last event of @participant that is in the past of the selected one, or
 *   is it; %QUO_NO_EVENT when there is none from @from on
 */
guint32
quo_reach_past (QuoReach *self,
                guint     participant,
                guint32   from)
{
  g_return_val_if_fail (self != NULL && participant < self->n, QUO_NO_EVENT);

  if (self->event == QUO_NO_EVENT)
    return QUO_NO_EVENT;
  settle_past (self, MIN (from, self->event));
  return self->past[participant];
}

/**
 * quo_reach_future:
 * @to: a bound
 *
 * Returns: the first event of @participant that is in the future of the selected one,
 *   or is it; %QUO_NO_EVENT when there is none before @to
 */
guint32
quo_reach_future (QuoReach *self,
                  guint     participant,
                  guint32   to)
{
  g_return_val_if_fail (self != NULL && participant < self->n, QUO_NO_EVENT);

  if (self->event == QUO_NO_EVENT)
    return QUO_NO_EVENT;
  settle_future (self, to);
  return self->future[participant];
}

/**
 * quo_reach_place:
 * @event: of the trace; a loss stands for its message
 *
 * Costs what lies between the two events, the first time.
 *
 * Returns: where @event lies as seen from the selected one; concurrent when nothing is
 *   selected, or nobody did @event
 */
QuoReachPlace
quo_reach_place (QuoReach *self,
                 guint32   event)
{
  g_return_val_if_fail (self != NULL, QUO_REACH_CONCURRENT);

  if (self->event == QUO_NO_EVENT || event >= quo_trace_length (self->trace))
    return QUO_REACH_CONCURRENT;
  if (quo_trace_kind (self->trace, event) == QUO_EVENT_LOSE)
    event = quo_trace_cause (self->trace, event);
  if (!quo_reach_takes (self->trace, event))
    return QUO_REACH_CONCURRENT;
  if (event == self->event)
    return QUO_REACH_SELF;
  guint node = quo_trace_node (self->trace, event);
  if (event < self->event)
    {
      guint32 last = quo_reach_past (self, node, event);
      return last != QUO_NO_EVENT && event <= last ? QUO_REACH_PAST : QUO_REACH_CONCURRENT;
    }
  guint32 first = quo_reach_future (self, node, event + 1);
  return first != QUO_NO_EVENT && event >= first ? QUO_REACH_FUTURE : QUO_REACH_CONCURRENT;
}
