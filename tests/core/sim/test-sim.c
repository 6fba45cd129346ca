/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chatter.h"

#include "sim/describe.h"
#include "sim/replay.h"

static QuoSim *
run (QuoSimConfig *config)
{
  QuoSim *sim = quo_sim_new (config);

  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);

  return sim;
}

static char *
digest_of (guint64 seed)
{
  g_autoptr (QuoSimConfig) config = chatter_config (4, seed);
  g_autoptr (QuoSim) sim = NULL;

  chatter_chaos (config);
  config->until = 3 * QUO_SECOND;
  sim = run (config);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);

  return quo_trace_digest (quo_sim_trace (sim));
}

static void
same_scenario_same_digest (void)
{
  g_autofree char *first = digest_of (1);
  g_autofree char *second = digest_of (1);
  g_autofree char *other = digest_of (2);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, !=, other);
}

static gpointer
digest_in_thread (gpointer seed)
{
  return digest_of (GPOINTER_TO_UINT (seed));
}

static void
threads_do_not_disturb_each_other (void)
{
  GThread *threads[8];
  g_autofree char *one = digest_of (1);
  g_autofree char *two = digest_of (2);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("digest", digest_in_thread,
                               GUINT_TO_POINTER (1 + i % 2));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree char *digest = g_thread_join (threads[i]);

      g_assert_cmpstr (digest, ==, i % 2 == 0 ? one : two);
    }
}

static void
slices_change_nothing (void)
{
  g_autofree char *whole = digest_of (9);
  g_autofree char *sliced = NULL;
  g_autoptr (QuoSimConfig) config = chatter_config (4, 9);
  g_autoptr (QuoSim) sim = NULL;

  chatter_chaos (config);
  config->until = 3 * QUO_SECOND;
  sim = quo_sim_new (config);
  for (QuoTime t = 0; t <= config->until; t += 7 * QUO_MILLISECOND)
    quo_sim_run (sim, t, 0, NULL);
  while (quo_sim_run (sim, QUO_TIME_NEVER, 100, NULL) == QUO_SIM_MORE)
    ;
  sliced = quo_trace_digest (quo_sim_trace (sim));
  g_assert_cmpstr (sliced, ==, whole);
}

/* Everything that follows from the events marked, by causes and by the order of
 * events at one participant. */
static GHashTable *
causal_future (QuoTrace *trace,
               guint32   root)
{
  GHashTable *future = g_hash_table_new (NULL, NULL);
  g_autofree gboolean *touched = g_new0 (gboolean, 64);

  g_hash_table_add (future, GUINT_TO_POINTER (root + 1));
  for (guint32 i = root; i < quo_trace_length (trace); i++)
    {
      guint32 cause = quo_trace_cause (trace, i);
      guint node = quo_trace_node (trace, i);
      gboolean follows = i == root
                         || (node < 64 && touched[node])
                         || (cause != QUO_NO_EVENT
                             && g_hash_table_contains (future,
                                                       GUINT_TO_POINTER (cause + 1)));

      if (!follows)
        continue;
      g_hash_table_add (future, GUINT_TO_POINTER (i + 1));
      if (node < 64)
        touched[node] = TRUE;
    }

  return future;
}

/* A line for each event that does not follow from the root, without indices. */
static GPtrArray *
lines_beside (QuoTrace *trace,
              guint32   root)
{
  g_autoptr (GHashTable) future = root != QUO_NO_EVENT
                                  ? causal_future (trace, root) : NULL;
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      QuoEvent event;

      if (future != NULL && g_hash_table_contains (future, GUINT_TO_POINTER (i + 1)))
        continue;
      quo_trace_read (trace, i, &event);
      g_string_printf (text, "%" G_GINT64_FORMAT " %u %s ", event.time, event.node,
                       quo_event_kind_id (event.kind));
      quo_describe_event (trace, &event, text);
      g_ptr_array_add (lines, g_string_free (g_steal_pointer (&text), FALSE));
    }

  return lines;
}

static void
an_action_changes_only_what_follows_from_it (void)
{
  for (guint64 seed = 1; seed <= 20; seed++)
    {
      g_autoptr (QuoSimConfig) plain = chatter_config (12, seed);
      g_autoptr (QuoSimConfig) acted = chatter_config (12, seed);
      g_autoptr (QuoSim) before = NULL;
      g_autoptr (QuoSim) after = NULL;
      g_autoptr (GPtrArray) all = NULL;
      g_autoptr (GPtrArray) beside = NULL;
      g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
      QuoAction *action;
      guint32 root = 0;

      plain->until = acted->until = 60 * QUO_MILLISECOND;
      action = quo_sim_config_add_action (acted, QUO_ACTION_COMMAND,
                                          20 * QUO_MILLISECOND);
      action->node.kind = QUO_SELECT_NODE;
      action->node.index = 3;
      action->args[0] = 42;
      before = run (plain);
      after = run (acted);
      while (quo_trace_kind (quo_sim_trace (after), root) != QUO_EVENT_ACTION)
        root++;

      all = lines_beside (quo_sim_trace (before), QUO_NO_EVENT);
      beside = lines_beside (quo_sim_trace (after), root);
      for (guint i = 0; i < all->len; i++)
        g_hash_table_add (known, all->pdata[i]);
      g_assert_cmpuint (beside->len, >, 30);
      g_assert_cmpuint (beside->len, <, all->len);
      for (guint i = 0; i < beside->len; i++)
        g_assert_true (g_hash_table_contains (known, beside->pdata[i]));
    }
}

static void
every_loss_has_its_reason (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (5, 6);
  g_autoptr (QuoSim) sim = NULL;
  guint n[QUO_N_LOSSES] = { 0 };
  QuoTrace *trace;

  chatter_chaos (config);
  config->until = 10 * QUO_SECOND;
  for (guint i = 0; i < 5; i++)
    quo_sim_config_add_action (config, QUO_ACTION_DROP, i * QUO_SECOND);
  sim = run (config);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_LOSE)
        continue;
      quo_trace_read (trace, i, &event);
      n[event.what]++;
      g_assert_cmpuint (quo_trace_peer (trace, event.cause), ==, i);
      g_assert_cmpint (quo_trace_time (trace, event.cause), <=, event.time);
    }
  for (guint i = 0; i < QUO_N_LOSSES; i++)
    g_assert_cmpuint (n[i], >, 0);
  g_assert_cmpuint (n[QUO_LOSS_DROPPED], ==, 5);
}

static void
a_crash_takes_back_what_was_not_synced (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  ChatterOptions *options = config->options;
  QuoTrace *trace;
  QuoAction *action;

  /* No write ends before the crash, so nothing may be left of what was heard. */
  options->batch = 1;
  g_clear_pointer (&config->disk.sync, quo_distribution_unref);
  config->disk.sync = quo_distribution_new_constant (2 * QUO_SECOND);
  action = quo_sim_config_add_action (config, QUO_ACTION_CRASH,
                                      500 * QUO_MILLISECOND);
  action->node.index = 1;
  sim = run (config);
  trace = quo_sim_trace (sim);
  replay = quo_replay_new (trace);
  quo_replay_seek_time (replay, 499 * QUO_MILLISECOND);
  g_assert_cmpint (quo_replay_scalar (replay, 1, CHATTER_HEARD), >, 5);
  quo_replay_seek_time (replay, 500 * QUO_MILLISECOND);
  g_assert_cmpint (quo_replay_life (replay, 1), ==, QUO_LIFE_DOWN);
  g_assert_cmpint (quo_replay_scalar (replay, 1, CHATTER_HEARD), ==, 0);
  g_assert_cmpuint (quo_table_n_rows (quo_replay_table (replay, 1, CHATTER_LOG)),
                    ==, 0);
  g_assert_cmpint (quo_replay_scalar (replay, 0, CHATTER_HEARD), >, 5);
}

static void
a_paused_node_does_nothing_and_then_all_of_it (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  QuoAction *action;
  guint n_after = 0;

  action = quo_sim_config_add_action (config, QUO_ACTION_PAUSE,
                                      200 * QUO_MILLISECOND);
  action->node.index = 1;
  action->lasts = 300 * QUO_MILLISECOND;
  sim = run (config);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoTime time = quo_trace_time (trace, i);

      if (quo_trace_node (trace, i) != 1)
        continue;
      if (time > 200 * QUO_MILLISECOND && time < 500 * QUO_MILLISECOND)
        g_assert_cmpstr (quo_event_kind_id (quo_trace_kind (trace, i)), ==, "never");
      if (time == 500 * QUO_MILLISECOND)
        n_after += quo_trace_kind (trace, i) == QUO_EVENT_DELIVER
                   || quo_trace_kind (trace, i) == QUO_EVENT_TIMEOUT;
      if (time > 500 * QUO_MILLISECOND
          && quo_trace_kind (trace, i) == QUO_EVENT_TIMEOUT)
        n_after += 1000;
    }
  /* The messages and the one timer that waited, and life goes on. */
  g_assert_cmpuint (n_after, >, 1005);
}

static void
clocks_drift_and_jump (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (2, 2);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  guint n[2] = { 0 };

  /* Half as fast a clock: half as many ticks. */
  config->nodes = g_new0 (QuoNodeConfig, 2);
  config->nodes[1].clock_drift = -.5;
  config->until = 100 * QUO_SECOND;
  sim = run (config);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_TIMEOUT)
      {
        QuoEvent event;

        quo_trace_read (trace, i, &event);
        n[event.node] += event.what == CHATTER_TICK;
      }
  g_assert_cmpfloat_with_epsilon ((double) n[1] / n[0], .5, .02);
}

static void
stops_at_its_limits (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (5, 2);
  g_autoptr (QuoSim) events = NULL;
  g_autoptr (QuoSim) bytes = NULL;
  gint is_cancelled = 1;

  config->until = QUO_TIME_NEVER;
  config->max_events = 5000;
  events = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (events, QUO_TIME_NEVER, 0, NULL), ==,
                   QUO_SIM_EVENTS);
  g_assert_cmpuint (quo_trace_length (quo_sim_trace (events)), <, 8000);
  config->max_events = G_MAXUINT64;
  config->max_bytes = 1 << 20;
  bytes = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (bytes, QUO_TIME_NEVER, 0, NULL), ==,
                   QUO_SIM_BYTES);
  g_assert_cmpuint (quo_trace_bytes (quo_sim_trace (bytes)), <, 2 << 20);
  g_assert_cmpint (quo_sim_run (bytes, QUO_TIME_NEVER, 0, &is_cancelled), ==,
                   QUO_SIM_CANCELLED);
}

static void
clients_follow_redirects_and_try_again (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  guint n_requests = 0;

  config->n_clients = 1;
  config->client_labels = g_new0 (char *, 1);
  config->client_labels[0] = g_strdup ("alice");
  config->clients = g_new0 (QuoClientConfig, 1);
  config->clients[0] = (QuoClientConfig) {
    .home = 2, .rate = 20, .reads = .5, .n_keys = 3, .stop = QUO_TIME_NEVER,
    .timeout = 50 * QUO_MILLISECOND, .n_tries_max = 40, .n_ops_max = 30,
  };
  /* Node 0 answers; while it is down nobody does. */
  quo_sim_config_add_action (config, QUO_ACTION_CRASH, 300 * QUO_MILLISECOND)
    ->lasts = 300 * QUO_MILLISECOND;
  config->until = 10 * QUO_SECOND;
  sim = run (config);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    n_requests += quo_trace_kind (trace, i) == QUO_EVENT_SEND
                  && quo_trace_node (trace, i) == 3;
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_OK), ==, 30);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_UNKNOWN), ==, 0);
  /* One redirect, and some tries that nobody answered. */
  g_assert_cmpuint (n_requests, >, 31);
}

static void
fifo_links_keep_the_order (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (2, 2);
  g_autoptr (QuoSim) fifo = NULL;
  g_autoptr (QuoSim) plain = NULL;
  guint n_swapped[2] = { 0 };

  config->until = 20 * QUO_SECOND;
  quo_distribution_unref (config->network.base.latency);
  config->network.base.latency = quo_distribution_new_exponential (100 * QUO_MILLISECOND);
  plain = run (config);
  config->network.base.is_fifo = TRUE;
  fifo = run (config);
  for (guint k = 0; k < 2; k++)
    {
      QuoTrace *trace = quo_sim_trace (k == 0 ? plain : fifo);
      guint32 latest[2] = { 0 };

      for (guint32 i = 0; i < quo_trace_length (trace); i++)
        {
          guint from;

          if (quo_trace_kind (trace, i) != QUO_EVENT_DELIVER)
            continue;
          from = 1 - quo_trace_node (trace, i);
          n_swapped[k] += quo_trace_cause (trace, i) < latest[from];
          latest[from] = MAX (latest[from], quo_trace_cause (trace, i));
        }
    }
  g_assert_cmpuint (n_swapped[0], >, 100);
  g_assert_cmpuint (n_swapped[1], ==, 0);
}

static void
bandwidth_makes_a_queue (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (2, 2);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  guint n = 0;

  /* 1,000 bytes a second, at least 40 bytes a message: at most 25 a second in
   * each direction, whatever is sent. */
  config->network.base.bandwidth = 1000;
  config->until = 10 * QUO_SECOND;
  sim = run (config);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    n += quo_trace_kind (trace, i) == QUO_EVENT_DELIVER;
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_SENT), >, 900);
  g_assert_cmpuint (n, <=, 500);
  g_assert_cmpuint (n, >, 200);
}

static void
an_event_takes_little_room (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (5, 2);
  g_autoptr (QuoSim) sim = NULL;

  config->until = 100 * QUO_SECOND;
  sim = run (config);
  g_assert_cmpuint (quo_trace_bytes (quo_sim_trace (sim))
                    / quo_trace_length (quo_sim_trace (sim)), <=, 40);
}

static void
labels_are_filled_in (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
  g_autoptr (QuoSim) sim = run (config);
  QuoTrace *trace = quo_sim_trace (sim);
  gboolean has_seen[2] = { FALSE, FALSE };

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *expected = NULL;
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      quo_describe_event (trace, &event, text);
      if (event.n_rows == 0)
        expected = g_strdup_printf ("nothing %d to n%u", (int) event.values[0],
                                    event.to + 1);
      else
        expected = g_strdup_printf ("Say %d +%d to n%u", (int) event.values[0],
                                    (int) ((guint) event.values[0] % 4), event.to + 1);
      g_assert_cmpstr (text->str, ==, expected);
      has_seen[event.n_rows > 0] = TRUE;
    }
  g_assert_true (has_seen[0] && has_seen[1]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/same-scenario-same-digest", same_scenario_same_digest);
  g_test_add_func ("/core/sim/threads-do-not-disturb-each-other",
                   threads_do_not_disturb_each_other);
  g_test_add_func ("/core/sim/slices-change-nothing", slices_change_nothing);
  g_test_add_func ("/core/sim/an-action-changes-only-what-follows-from-it",
                   an_action_changes_only_what_follows_from_it);
  g_test_add_func ("/core/sim/every-loss-has-its-reason", every_loss_has_its_reason);
  g_test_add_func ("/core/sim/a-crash-takes-back-what-was-not-synced",
                   a_crash_takes_back_what_was_not_synced);
  g_test_add_func ("/core/sim/a-paused-node-does-nothing-and-then-all-of-it",
                   a_paused_node_does_nothing_and_then_all_of_it);
  g_test_add_func ("/core/sim/clocks-drift-and-jump", clocks_drift_and_jump);
  g_test_add_func ("/core/sim/stops-at-its-limits", stops_at_its_limits);
  g_test_add_func ("/core/sim/clients-follow-redirects-and-try-again",
                   clients_follow_redirects_and_try_again);
  g_test_add_func ("/core/sim/fifo-links-keep-the-order", fifo_links_keep_the_order);
  g_test_add_func ("/core/sim/bandwidth-makes-a-queue", bandwidth_makes_a_queue);
  g_test_add_func ("/core/sim/an-event-takes-little-room",
                   an_event_takes_little_room);
  g_test_add_func ("/core/sim/labels-are-filled-in", labels_are_filled_in);

  return g_test_run ();
}
