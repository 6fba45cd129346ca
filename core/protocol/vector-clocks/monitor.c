/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What truly happened before what. The monitor sees each event and which message a
 * receive belongs to, and nothing of the stamps; it keeps for each event the number
 * of each process's events in its past. The stamps are held against that.
 */

#include "protocol/vector-clocks/clocks-private.h"

typedef struct
{
  QuoVectorClock past;
  gint64         lamport;
} Sending;

typedef struct
{
  QuoVectorClock past;    /* of the latest event, itself included */
  gint64         lamport; /* of the latest event */
  GArray        *sendings; /* Sending; number n is at n - 1 */
} History;

static void
sending_clear (gpointer data)
{
  Sending *self = data;

  quo_vector_clock_clear (&self->past);
}

static void
history_free (gpointer data)
{
  History *self = data;

  quo_vector_clock_clear (&self->past);
  g_array_unref (self->sendings);
  g_free (self);
}

static History *
history_of (QuoCluster     *cluster,
            QuoClocksGhost *ghost,
            guint           node)
{
  if (ghost->histories == NULL)
    {
      guint n_nodes = quo_cluster_n_nodes (cluster);

      ghost->histories = g_ptr_array_new_with_free_func (history_free);
      for (guint i = 0; i < n_nodes; i++)
        {
          History *self = g_new0 (History, 1);

          self->sendings = g_array_new (FALSE, TRUE, sizeof (Sending));
          g_array_set_clear_func (self->sendings, sending_clear);
          g_ptr_array_add (ghost->histories, self);
        }
    }

  return g_ptr_array_index (ghost->histories, node);
}

static void
remember_sending (History *self,
                  gint64   number)
{
  Sending *sending;

  /* A process with amnesia counts from 1 again: the later message stands. */
  if (number > self->sendings->len)
    g_array_set_size (self->sendings, (guint) number);

  sending = &g_array_index (self->sendings, Sending, number - 1);
  quo_vector_clock_copy (&sending->past, &self->past);
  sending->lamport = self->lamport;
}

/* An event is in another's past when that past has as many events of its process:
 * so says the definition, and it needs no comparison of whole clocks. */
static QuoOrder
true_order (const History *receiver,
            guint          to,
            const Sending *sending,
            guint          from)
{
  gint64 latest = quo_vector_clock_get (&receiver->past, to);
  gint64 sent = quo_vector_clock_get (&sending->past, from);

  if (quo_vector_clock_get (&sending->past, to) >= latest)
    return QUO_ORDER_BEFORE;
  if (quo_vector_clock_get (&receiver->past, from) >= sent)
    return QUO_ORDER_AFTER;

  return QUO_ORDER_CONCURRENT;
}

static const char *
order_text (QuoOrder order)
{
  switch (order)
    {
    case QUO_ORDER_BEFORE:
      return "before";
    case QUO_ORDER_AFTER:
      return "after";
    case QUO_ORDER_CONCURRENT:
      return "concurrent with";
    case QUO_ORDER_EQUAL:
    default:
      return "equal to";
    }
}

static void
check_comparison (QuoCluster           *cluster,
                  const QuoClocksState *state,
                  const History        *receiver,
                  const Sending        *sending,
                  guint                 node)
{
  QuoOrder order = true_order (receiver, node, sending, state->from);
  g_autofree char *name = NULL;

  if (!state->has_heard || state->heard == order)
    return;

  name = g_strdup (quo_cluster_label (cluster, node));
  quo_cluster_violate (cluster, QUO_CLOCKS_INVARIANT_COMPARISON,
                       "%s takes its latest event to be %s the sending of %s's "
                       "message %" G_GINT64_FORMAT "; it is %s it",
                       name, order_text (state->heard),
                       quo_cluster_label (cluster, state->from), state->number,
                       order_text (order));
}

static char *
format (QuoCluster           *cluster,
        const QuoVectorClock *clock)
{
  guint n_nodes = quo_cluster_n_nodes (cluster);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_nodes; i++)
    g_ptr_array_add (names, g_strdup (quo_cluster_label (cluster, i)));

  return quo_vector_clock_format (clock, (const char * const *) names->pdata,
                                  n_nodes);
}

static void
check_stamps (QuoCluster           *cluster,
              const QuoClocksState *state,
              const History        *self,
              gint64                bound,
              guint                 node)
{
  gint64 count = quo_vector_clock_get (&self->past, node);

  if (state->lamport <= bound)
    quo_cluster_violate (cluster, QUO_CLOCKS_INVARIANT_CLOCK,
                         "event %" G_GINT64_FORMAT " of %s has the Lamport stamp "
                         "%" G_GINT64_FORMAT ", an event before it has %"
                         G_GINT64_FORMAT,
                         count, quo_cluster_label (cluster, node),
                         state->lamport, bound);

  if (quo_vector_clock_compare (&state->clock, &self->past) != QUO_ORDER_EQUAL)
    {
      g_autofree char *stamp = format (cluster, &state->clock);
      g_autofree char *past = format (cluster, &self->past);

      quo_cluster_violate (cluster, QUO_CLOCKS_INVARIANT_STRONG,
                           "event %" G_GINT64_FORMAT " of %s is stamped %s, its "
                           "past is %s",
                           count, quo_cluster_label (cluster, node), stamp, past);
    }
}

/**
 * quo_clocks_monitor_check:
 * @cluster: all processes
 * @ghost: a #QuoClocksGhost
 * @node: who has just made a step
 */
void
quo_clocks_monitor_check (QuoCluster *cluster,
                          gpointer    ghost,
                          guint       node)
{
  const QuoClocksState *state = quo_cluster_state (cluster, node);
  QuoClocksGhost *self = ghost;
  History *history;
  gint64 bound;

  if (state == NULL || state->step == QUO_CLOCKS_STEP_NONE)
    return;

  history = history_of (cluster, self, node);
  bound = history->lamport;
  if (state->step == QUO_CLOCKS_STEP_RECEIVE)
    {
      History *sender = history_of (cluster, self, state->from);
      const Sending *sending
        = &g_array_index (sender->sendings, Sending, state->number - 1);

      check_comparison (cluster, state, history, sending, node);
      quo_vector_clock_merge (&history->past, &sending->past);
      bound = MAX (bound, sending->lamport);
    }

  quo_vector_clock_tick (&history->past, node);
  check_stamps (cluster, state, history, bound, node);
  history->lamport = state->lamport;

  self->n_events++;
  for (guint i = 0; i < history->past.n_entries; i++)
    self->n_ordered += (double) quo_vector_clock_get (&history->past, i);
  self->n_ordered -= 1.0;

  if (state->step == QUO_CLOCKS_STEP_SEND)
    {
      remember_sending (history, state->number);
      quo_cluster_sample (cluster, QUO_CLOCKS_MEASURE_STAMP_ENTRIES,
                          state->n_entries);
    }
}

/**
 * quo_clocks_monitor_finish:
 * @cluster: all processes
 * @ghost: a #QuoClocksGhost
 *
 * All pairs of events less those of which one happened before the other: the past
 * of an event holds one event for each pair that it is the later one of.
 */
void
quo_clocks_monitor_finish (QuoCluster *cluster,
                           gpointer    ghost)
{
  QuoClocksGhost *self = ghost;
  double n_events = (double) self->n_events;

  quo_cluster_sample (cluster, QUO_CLOCKS_MEASURE_EVENTS, n_events);
  quo_cluster_sample (cluster, QUO_CLOCKS_MEASURE_CONCURRENT_PAIRS,
                      n_events * (n_events - 1.0) / 2.0 - self->n_ordered);
}

/**
 * quo_clocks_monitor_clear:
 * @ghost: a #QuoClocksGhost
 */
void
quo_clocks_monitor_clear (gpointer ghost)
{
  QuoClocksGhost *self = ghost;

  g_clear_pointer (&self->histories, g_ptr_array_unref);
}
