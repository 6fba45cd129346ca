/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/reach.h"

#include "diagram/stamps.h"
#include "fixture.h"

/* Happened before, by a walk along every edge: a participant's events in order, and
 * each sending before its deliveries. */
static gboolean *
reach_forwards (QuoTrace *trace,
                guint32   event)
{
  guint32 n = quo_trace_length (trace);
  guint n_all = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace);
  gboolean *is_after = g_new0 (gboolean, n);

  is_after[event] = TRUE;
  for (guint32 i = event + 1; i < n; i++)
    {
      if (!quo_reach_takes (trace, i))
        continue;
      guint node = quo_trace_node (trace, i);
      g_assert_cmpuint (node, <, n_all);
      if (quo_trace_kind (trace, i) == QUO_EVENT_DELIVER &&
          is_after[quo_trace_cause (trace, i)])
        is_after[i] = TRUE;
      for (guint32 j = i; j > event && !is_after[i]; j--)
        if (quo_reach_takes (trace, j - 1) && quo_trace_node (trace, j - 1) == node)
          {
            is_after[i] = is_after[j - 1];
            break;
          }
    }
  return is_after;
}

static void
past_equals_reachability (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  guint32 n = quo_trace_length (trace);
  g_autofree gboolean **after = g_new0 (gboolean *, n);
  guint n_concurrent = 0, n_past = 0;

  for (guint32 i = 0; i < n; i += 7)
    after[i] = quo_reach_takes (trace, i) ? reach_forwards (trace, i) : NULL;
  for (guint32 selected = 0; selected < n; selected += 7)
    {
      if (after[selected] == NULL)
        continue;
      g_autoptr(QuoReach) reach = quo_reach_new (trace);
      quo_reach_select (reach, selected);
      /* From far to near: a later question does not spoil an earlier answer. */
      for (guint32 i = 0; i < n; i += 7)
        {
          if (after[i] == NULL)
            continue;
          QuoReachPlace expected = i == selected ? QUO_REACH_SELF
                                   : after[selected][i] ? QUO_REACH_FUTURE
                                   : after[i][selected] ? QUO_REACH_PAST
                                   : QUO_REACH_CONCURRENT;
          g_assert_cmpuint (quo_reach_place (reach, i), ==, expected);
          n_concurrent += expected == QUO_REACH_CONCURRENT;
          n_past += expected == QUO_REACH_PAST;
        }
    }
  g_assert_cmpuint (n_concurrent, >, 100);
  g_assert_cmpuint (n_past, >, 100);
  for (guint32 i = 0; i < n; i++)
    g_free (after[i]);
}

static void
near_to_far_is_far_to_near (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  guint32 n = quo_trace_length (trace);
  g_autoptr(QuoReach) near = quo_reach_new (trace);
  g_autoptr(QuoReach) far = quo_reach_new (trace);

  for (guint32 selected = 3; selected < n; selected += 101)
    {
      quo_reach_select (near, selected);
      quo_reach_select (far, selected);
      if (quo_reach_event (near) == QUO_NO_EVENT)
        continue;
      quo_reach_place (far, 0);
      quo_reach_place (far, n - 1);
      for (guint32 distance = 1; distance < n; distance++)
        {
          if (selected >= distance)
            g_assert_cmpuint (quo_reach_place (near, selected - distance), ==,
                              quo_reach_place (far, selected - distance));
          if (selected + distance < n)
            g_assert_cmpuint (quo_reach_place (near, selected + distance), ==,
                              quo_reach_place (far, selected + distance));
        }
    }
}

static gboolean
is_at_most (const gint64 *one,
            const gint64 *other,
            guint         n)
{
  for (guint i = 0; i < n; i++)
    if (one[i] > other[i])
      return FALSE;
  return TRUE;
}

/* What one does at one moment is one thing with one stamp: its beginning. */
static gboolean
begins_a_tick (QuoTrace *trace,
               guint32   event)
{
  QuoEventKind kind = quo_trace_kind (trace, event);

  if (!quo_stamps_is_visible (kind) || kind == QUO_EVENT_DELIVER)
    return quo_stamps_is_visible (kind);
  for (guint32 i = event; i > 0; i--)
    {
      if (quo_trace_time (trace, i - 1) != quo_trace_time (trace, event))
        return TRUE;
      if (quo_trace_node (trace, i - 1) == quo_trace_node (trace, event) &&
          quo_stamps_is_visible (quo_trace_kind (trace, i - 1)))
        return FALSE;
    }
  return TRUE;
}

/* Mattern's theorem: stamps are ordered as their events are. */
static void
counted_stamps_are_ordered_as_their_events (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  guint n_all = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace), n_pairs = 0;
  g_autoptr(QuoStamps) stamps = quo_stamps_new (run);
  g_autoptr(QuoReach) reach = quo_reach_new (trace);
  gint64 one[QUO_STAMPS_PARTICIPANTS_MAX], other[QUO_STAMPS_PARTICIPANTS_MAX];

  g_assert_false (quo_stamps_are_own (stamps));
  for (guint32 a = 0; a < quo_trace_length (trace); a += 3)
    {
      if (!begins_a_tick (trace, a))
        continue;
      g_assert_true (quo_stamps_get (stamps, a, one));
      quo_reach_select (reach, a);
      for (guint32 b = 2; b < quo_trace_length (trace); b += 3)
        {
          if (!begins_a_tick (trace, b))
            continue;
          g_assert_true (quo_stamps_get (stamps, b, other));
          gboolean is_below = is_at_most (one, other, n_all);
          gboolean is_above = is_at_most (other, one, n_all);
          if (is_below && is_above)
            {
              g_assert_cmpuint (quo_trace_node (trace, a), ==, quo_trace_node (trace, b));
              g_assert_cmpint (quo_trace_time (trace, a), ==, quo_trace_time (trace, b));
              continue;
            }
          g_assert_cmpuint (quo_reach_place (reach, b), ==,
                            is_below ? QUO_REACH_FUTURE
                            : is_above ? QUO_REACH_PAST : QUO_REACH_CONCURRENT);
          n_pairs++;
        }
    }
  g_assert_cmpuint (n_pairs, >, 1000);
}

static void
a_loss_is_nobodys_event (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  g_autoptr(QuoReach) reach = quo_reach_new (trace);
  guint n_losses = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      if (quo_trace_kind (trace, i) != QUO_EVENT_LOSE)
        continue;
      guint32 send = quo_trace_cause (trace, i);
      quo_reach_select (reach, i);
      g_assert_cmpuint (quo_reach_event (reach), ==, send);
      /* Whom it was meant for does not learn of it. */
      guint to = quo_trace_node (trace, i);
      guint32 future = quo_reach_future (reach, to, i + 1);
      g_assert_true (future == QUO_NO_EVENT || future != i);
      n_losses++;
    }
  g_assert_cmpuint (n_losses, >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/diagram/space-time/past-equals-reachability",
                   past_equals_reachability);
  g_test_add_func ("/ui/diagram/reach/near-to-far-is-far-to-near",
                   near_to_far_is_far_to_near);
  g_test_add_func ("/ui/diagram/stamps/counted-stamps-are-ordered-as-their-events",
                   counted_stamps_are_ordered_as_their_events);
  g_test_add_func ("/ui/diagram/reach/a-loss-is-nobodys-event", a_loss_is_nobodys_event);
  return g_test_run ();
}
