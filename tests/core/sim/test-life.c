/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chatter.h"

static QuoAction *
act (QuoSimConfig *config,
     QuoActionKind kind,
     guint         node,
     QuoTime       at)
{
  QuoAction *action = quo_sim_config_add_action (config, kind, at);

  action->node.index = node;

  return action;
}

/* A message arrives at the very time at which its receiver goes on: those before
 * it on the same link waited, and still come first. */
static void
what_waited_comes_before_what_arrives_now (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (2, 2);
  g_autoptr (QuoSim) sim = NULL;
  ChatterOptions *options = config->options;
  QuoTrace *trace;
  guint32 latest = 0;
  guint n = 0;

  options->interval = 10 * QUO_SECOND;
  config->network.base.is_fifo = TRUE;
  quo_distribution_unref (config->network.base.latency);
  config->network.base.latency =
    quo_distribution_new_constant (10 * QUO_MILLISECOND);
  act (config, QUO_ACTION_PAUSE, 1, 5 * QUO_MILLISECOND);
  for (guint i = 0; i < 4; i++)
    act (config, QUO_ACTION_COMMAND, 0, (10 + i * 10) * QUO_MILLISECOND)->args[0] = 1;
  act (config, QUO_ACTION_RESUME, 1, 50 * QUO_MILLISECOND);
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_DELIVER)
      {
        g_assert_cmpint (quo_trace_time (trace, i), ==, 50 * QUO_MILLISECOND);
        g_assert_cmpuint (quo_trace_cause (trace, i), >, latest);
        latest = quo_trace_cause (trace, i);
        n++;
      }
  g_assert_cmpuint (n, ==, 4);
}

/* The paused node's writes end while it stands still; it hears of it later. */
static void
a_pause_outlasts_writes_and_timers_on_their_way (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
  g_autoptr (QuoSim) sim = NULL;
  ChatterOptions *options = config->options;
  QuoTrace *trace;
  guint n[QUO_N_EVENT_KINDS] = { 0 };

  options->batch = 1;
  g_clear_pointer (&config->disk.sync, quo_distribution_unref);
  config->disk.sync = quo_distribution_new_constant (40 * QUO_MILLISECOND);
  act (config, QUO_ACTION_PAUSE, 1, 200 * QUO_MILLISECOND)->lasts =
    200 * QUO_MILLISECOND;
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_node (trace, i) == 1)
      {
        QuoTime time = quo_trace_time (trace, i);

        g_assert_false (time > 200 * QUO_MILLISECOND && time < 400 * QUO_MILLISECOND);
        if (time == 400 * QUO_MILLISECOND)
          n[quo_trace_kind (trace, i)]++;
      }
  g_assert_cmpuint (n[QUO_EVENT_SYNC], >=, 1);
  g_assert_cmpuint (n[QUO_EVENT_TIMEOUT], >=, 1);
  g_assert_cmpuint (n[QUO_EVENT_DELIVER], >=, 2);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* Limits are looked at now and then; where calls end does not move them. */
static void
limits_hold_however_thin_the_slices (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (4, 2);
  g_autoptr (QuoSim) whole = NULL;
  g_autoptr (QuoSim) sliced = NULL;
  QuoSimStatus status = QUO_SIM_MORE;

  config->until = 100 * QUO_SECOND;
  config->max_events = 5000;
  whole = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (whole, QUO_TIME_NEVER, 0, NULL), ==, QUO_SIM_EVENTS);
  sliced = quo_sim_new (config);
  for (QuoTime t = 0; t < config->until && status == QUO_SIM_MORE;
       t += 3 * QUO_MILLISECOND)
    status = quo_sim_run (sliced, t, 0, NULL);
  g_assert_cmpint (status, ==, QUO_SIM_EVENTS);
  g_assert_cmpuint (quo_trace_length (quo_sim_trace (sliced)), ==,
                    quo_trace_length (quo_sim_trace (whole)));
  g_assert_cmpint (quo_sim_run (sliced, QUO_TIME_NEVER, 0, NULL), ==,
                   QUO_SIM_EVENTS);
  g_assert_cmpuint (quo_trace_length (quo_sim_trace (sliced)), ==,
                    quo_trace_length (quo_sim_trace (whole)));
}

static void
a_limit_on_few_events_is_kept (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
  g_autoptr (QuoSim) sim = NULL;

  config->max_events = 20;
  sim = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL), ==, QUO_SIM_EVENTS);
  /* The last step is whole: it may send, write and note. */
  g_assert_cmpuint (quo_trace_length (quo_sim_trace (sim)), >=, 20);
  g_assert_cmpuint (quo_trace_length (quo_sim_trace (sim)), <, 30);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/life/what-waited-comes-before-what-arrives-now",
                   what_waited_comes_before_what_arrives_now);
  g_test_add_func ("/core/sim/life/a-pause-outlasts-writes-and-timers-on-their-way",
                   a_pause_outlasts_writes_and_timers_on_their_way);
  g_test_add_func ("/core/sim/life/limits-hold-however-thin-the-slices",
                   limits_hold_however_thin_the_slices);
  g_test_add_func ("/core/sim/life/a-limit-on-few-events-is-kept",
                   a_limit_on_few_events_is_kept);

  return g_test_run ();
}
