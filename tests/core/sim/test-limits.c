/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chatter.h"

#include "sim/replay.h"

/* Between two looks at the limits 256 items come due, and an item of this protocol
 * has no more than so many events and bytes. */
#define LOOK_EVENTS (256 * 16)
#define LOOK_BYTES  (256 * 1024)

/* A row of the log: its key and two columns. */
#define ROW_BYTES (3 * sizeof (gint64))

static void
a_limit_on_millions_of_events_is_kept_to_a_look (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (20, 2);
  g_autoptr (QuoSim) sim = NULL;
  guint32 length;

  config->until = QUO_TIME_NEVER;
  config->max_events = 2000000;
  sim = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL), ==, QUO_SIM_EVENTS);
  length = quo_trace_length (quo_sim_trace (sim));
  g_assert_cmpuint (length, >=, 2000000);
  g_assert_cmpuint (length, <, 2000000 + LOOK_EVENTS);
  g_assert_true (quo_sim_status_is_limit (QUO_SIM_EVENTS));
}

/* Rows that the disks hold, as the trace tells it. */
static gsize
n_rows_on_disks (QuoSim *sim)
{
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));
  gsize n = 0;

  quo_replay_seek (replay, quo_trace_length (quo_sim_trace (sim)));
  for (guint i = 0; i < quo_sim_get_config (sim)->n_nodes; i++)
    n += quo_table_n_rows (quo_replay_table (replay, i, CHATTER_LOG));

  return n;
}

static void
memory_is_more_than_the_trace (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (10, 2);
  g_autoptr (QuoSim) sim = NULL;
  gsize trace;
  gsize disks;

  config->until = QUO_TIME_NEVER;
  config->max_events = G_MAXUINT32;
  config->max_bytes = 64 << 20;
  sim = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL), ==, QUO_SIM_BYTES);
  trace = quo_trace_bytes (quo_sim_trace (sim));
  disks = n_rows_on_disks (sim) * ROW_BYTES;
  g_assert_cmpuint (quo_sim_bytes (sim), >=, 64 << 20);
  g_assert_cmpuint (quo_sim_bytes (sim), <, (64 << 20) + LOOK_BYTES);
  g_assert_cmpuint (disks, >, 4 << 20);
  g_assert_cmpuint (trace, <, (64 << 20) - disks + LOOK_BYTES);
}

/* Crashes that take back what was not synced, and disks that are lost: what is
 * counted must come back to what there is. */
static void
what_is_gone_from_a_disk_counts_no_more (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (5, 4);
  g_autoptr (QuoSim) sim = NULL;
  gsize counted;
  gsize held;

  chatter_chaos (config);
  config->until = 60 * QUO_SECOND;
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  counted = quo_sim_bytes (sim);
  held = quo_trace_bytes (quo_sim_trace (sim)) + n_rows_on_disks (sim) * ROW_BYTES;
  g_assert_cmpuint (counted, >=, held);
  g_assert_cmpuint (counted, <, held + LOOK_BYTES);
}

/* From then on every further text would read as none. */
static void
a_run_stops_before_its_texts_run_out (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
  g_autoptr (QuoSim) sim = NULL;

  quo_names_unref (config->names);
  config->names = quo_names_new_with_limit (65536 + 1000);
  config->until = QUO_TIME_NEVER;
  config->n_clients = 1;
  config->client_labels = g_new0 (char *, 1);
  config->client_labels[0] = g_strdup ("alice");
  config->clients = g_new0 (QuoClientConfig, 1);
  config->clients[0] = (QuoClientConfig) {
    .rate = 20, .reads = 0, .n_keys = 3, .stop = QUO_TIME_NEVER,
    .timeout = 50 * QUO_MILLISECOND, .n_tries_max = 40,
  };
  sim = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL), ==, QUO_SIM_NAMES);
  g_assert_false (quo_names_is_full (config->names));
  g_assert_cmpuint (quo_names_get_n (config->names), >, 1000);
  g_assert_cmpuint (quo_names_get_n (config->names), <=, 1000 + 256);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/limits/a-limit-on-millions-of-events-is-kept-to-a-look",
                   a_limit_on_millions_of_events_is_kept_to_a_look);
  g_test_add_func ("/core/sim/limits/memory-is-more-than-the-trace",
                   memory_is_more_than_the_trace);
  g_test_add_func ("/core/sim/limits/what-is-gone-from-a-disk-counts-no-more",
                   what_is_gone_from_a_disk_counts_no_more);
  g_test_add_func ("/core/sim/limits/a-run-stops-before-its-texts-run-out",
                   a_run_stops_before_its_texts_run_out);

  return g_test_run ();
}
