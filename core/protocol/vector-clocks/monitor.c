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
  QuoHybridClock hybrid;
} Sending;

/* An event that wrote a value. */
typedef struct
{
  QuoVectorClock past; /* itself included */
  guint          last_full; /* number of the latest up to here that overwrote what
                             * its process knew; 0: none */
} Update;

typedef struct
{
  QuoVectorClock past;    /* of the latest event, itself included */
  gint64         lamport; /* of the latest event */
  QuoHybridClock hybrid;  /* of the latest event */
  GArray        *sendings; /* Sending; number n is at n - 1 */
  GArray        *updates;  /* Update; number n is at n - 1 */
} History;

static void
sending_clear (gpointer data)
{
  Sending *self = data;

  quo_vector_clock_clear (&self->past);
}

static void
update_clear (gpointer data)
{
  Update *self = data;

  quo_vector_clock_clear (&self->past);
}

static void
history_free (gpointer data)
{
  History *self = data;

  quo_vector_clock_clear (&self->past);
  g_array_unref (self->sendings);
  g_array_unref (self->updates);
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
          self->updates = g_array_new (FALSE, TRUE, sizeof (Update));
          g_array_set_clear_func (self->updates, update_clear);
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
  sending->hybrid = self->hybrid;
}

static void
remember_update (History  *self,
                 gboolean  is_blind)
{
  guint n = self->updates->len;
  Update update = { QUO_VECTOR_CLOCK_INIT, n + 1 };

  if (is_blind)
    update.last_full = n > 0 ? g_array_index (self->updates, Update,
                                              n - 1).last_full : 0;
  quo_vector_clock_copy (&update.past, &self->past);
  g_array_append_val (self->updates, update);
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

static gboolean
is_later (const QuoHybridClock *a,
          const QuoHybridClock *b)
{
  if (a->time != b->time)
    return a->time > b->time;

  return a->counter > b->counter;
}

static void
check_hybrid (QuoCluster           *cluster,
              QuoClocksGhost       *self,
              const QuoClocksState *state,
              const QuoHybridClock *before,
              guint                 node)
{
  g_autofree char *stamp = NULL;

  self->physical_max = MAX (self->physical_max, state->physical);
  if (state->hybrid.time > self->physical_max)
    {
      stamp = quo_hybrid_clock_format (&state->hybrid);
      quo_cluster_violate (cluster, QUO_CLOCKS_INVARIANT_HYBRID_BOUND,
                           "%s stamps an event %s, and no clock is so far",
                           quo_cluster_label (cluster, node), stamp);
    }
  else if (before->time + before->counter > 0 && !is_later (&state->hybrid, before))
    {
      g_autofree char *old = quo_hybrid_clock_format (before);

      stamp = quo_hybrid_clock_format (&state->hybrid);
      quo_cluster_violate (cluster, QUO_CLOCKS_INVARIANT_HYBRID,
                           "%s stamps an event %s, an event before it has %s",
                           quo_cluster_label (cluster, node), stamp, old);
    }
}

/* How many updates of a process are in a past: they are in order of its events. */
static guint
n_known_updates (const History        *writer,
                 guint                 process,
                 const QuoVectorClock *past)
{
  gint64 count = quo_vector_clock_get (past, process);
  guint low = 0;
  guint high = writer->updates->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const Update *update = &g_array_index (writer->updates, Update, middle);

      if (quo_vector_clock_get (&update->past, process) <= count)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* An update is overwritten when a later known one has it in its past, unless that
 * one's writer had read nothing. Of the others each process's latest overwrites what
 * its earlier ones did. */
static gboolean
is_overwritten (QuoCluster           *cluster,
                QuoClocksGhost       *self,
                const QuoVectorClock *past,
                const Update         *update,
                guint                 process)
{
  gint64 count = quo_vector_clock_get (&update->past, process);

  for (guint i = 0; i < quo_cluster_n_nodes (cluster); i++)
    {
      const History *writer = history_of (cluster, self, i);
      guint n = i != process ? n_known_updates (writer, i, past) : 0;
      guint full = n > 0 ? g_array_index (writer->updates, Update,
                                          n - 1).last_full : 0;

      if (full > 0
          && quo_vector_clock_get (&g_array_index (writer->updates, Update,
                                                   full - 1).past, process) >= count)
        return TRUE;
    }

  return FALSE;
}

static void
check_value (QuoCluster           *cluster,
             const QuoClocksState *state,
             guint                 node,
             guint                 process,
             guint                 n,
             gboolean              stands)
{
  g_autofree char *name = NULL;

  if (quo_clocks_holds (state, process, n) == stands)
    return;

  name = g_strdup (quo_cluster_label (cluster, node));
  quo_cluster_violate (cluster, QUO_CLOCKS_INVARIANT_SIBLINGS,
                       "%s %s the value of update %u of %s, which %s", name,
                       stands ? "lacks" : "holds", n,
                       quo_cluster_label (cluster, process),
                       stands ? "nothing that it knows of has overwritten"
                              : "was overwritten");
}

/* A process's latest update that overwrote, and those after it, may stand. */
static void
check_siblings (QuoCluster           *cluster,
                QuoClocksGhost       *self,
                const QuoClocksState *state,
                const QuoVectorClock *past,
                guint                 node)
{
  guint n_standing = 0;

  for (guint i = 0; i < quo_cluster_n_nodes (cluster); i++)
    {
      const History *writer = history_of (cluster, self, i);
      guint n = n_known_updates (writer, i, past);
      guint first;

      if (n == 0)
        continue;
      first = g_array_index (writer->updates, Update, n - 1).last_full;
      for (guint u = MAX (1, first); u <= n; u++)
        {
          gboolean stands = !is_overwritten (
            cluster, self, past, &g_array_index (writer->updates, Update, u - 1), i);

          n_standing += stands;
          check_value (cluster, state, node, i, u, stands);
        }
    }

  if (quo_clocks_n_values (state) != n_standing)
    quo_cluster_violate (cluster, QUO_CLOCKS_INVARIANT_SIBLINGS,
                         "%s holds %u values; of those in its past %u stand",
                         quo_cluster_label (cluster, node),
                         quo_clocks_n_values (state), n_standing);
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
  QuoHybridClock before;
  gint64 bound;

  if (state == NULL || state->step == QUO_CLOCKS_STEP_NONE)
    return;

  history = history_of (cluster, self, node);
  bound = history->lamport;
  before = history->hybrid;
  if (state->step == QUO_CLOCKS_STEP_RECEIVE)
    {
      History *sender = history_of (cluster, self, state->from);
      const Sending *sending
        = &g_array_index (sender->sendings, Sending, state->number - 1);

      check_comparison (cluster, state, history, sending, node);
      quo_vector_clock_merge (&history->past, &sending->past);
      bound = MAX (bound, sending->lamport);
      if (is_later (&sending->hybrid, &before))
        before = sending->hybrid;
    }

  quo_vector_clock_tick (&history->past, node);
  check_stamps (cluster, state, history, bound, node);
  check_hybrid (cluster, self, state, &before, node);
  history->lamport = state->lamport;
  history->hybrid = state->hybrid;
  if (state->step == QUO_CLOCKS_STEP_UPDATE)
    {
      remember_update (history, state->is_blind);
      self->n_updates++;
    }
  if (self->n_updates > 0)
    check_siblings (cluster, self, state, &history->past, node);

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
