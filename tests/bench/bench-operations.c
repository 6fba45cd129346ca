/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clients that ask ten million times: whether an operation costs the same at the end
 * as at the beginning, in time and in memory, and whether what the engine counts of
 * its memory is what the process uses. Each case is a process of its own.
 *
 * With arguments: PROTOCOL OPERATIONS, for one case alone, and a third, whatever it
 * is, to print the scenario for quorate-cli in place of running it. */

#include "bench.h"

#include "scenario/scenario.h"
#include "sim/replay.h"
#include "sim/sim.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each waits for its answer, some 20 ms: together they get 2,000 a second done. */
#define N_CLIENTS 100
#define RATE      20

/* What an operation needs of memory, keyframes included, and something to spare. */
#define OP_BYTES 1500

typedef struct
{
  const char *protocol;
  guint       n_nodes;
  const char *options;
} Case;

static const Case cases[] = {
  { "raft", 3, "\"snapshot-entries\": 10000" },
  { "primary-backup", 3, "" },
  { "quorum-store", 3, "" },
};

static char *
scenario_text (const Case *what,
               guint64     n_ops)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (
    text,
    "{ \"quorate\": 1, \"title\": \"%" G_GUINT64_FORMAT " operations\",\n"
    "  \"protocol\": \"%s\", \"options\": { %s },\n"
    "  \"nodes\": { \"count\": %u, \"prefix\": \"S\" },\n"
    "  \"limits\": { \"events\": 4294967294, \"memory\": \"12GiB\" },\n"
    "  \"until\": \"%" G_GUINT64_FORMAT "s\", \"clients\": [\n",
    n_ops, what->protocol, what->options, what->n_nodes,
    60 + n_ops / (N_CLIENTS * RATE) * 5 / 4);
  for (guint i = 0; i < N_CLIENTS; i++)
    g_string_append_printf (
      text,
      "    { \"id\": \"c%u\", \"at\": \"S%u\", \"workload\": { \"rate\": \"%u/s\","
      " \"reads\": 0.5, \"keys\": 1000, \"operations\": %" G_GUINT64_FORMAT
      " } }%s\n",
      i, 1 + i % what->n_nodes, RATE, n_ops / N_CLIENTS,
      i + 1 < N_CLIENTS ? "," : " ] }");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static guint64
count_operations (QuoSim *sim)
{
  return quo_sim_figure (sim, QUO_FIGURE_OPS_OK)
         + quo_sim_figure (sim, QUO_FIGURE_OPS_FAILED)
         + quo_sim_figure (sim, QUO_FIGURE_OPS_UNKNOWN);
}

static void
measure (const Case *what,
         guint64     n_ops)
{
  g_autofree char *text = scenario_text (what, n_ops);
  g_autofree char *title = g_strdup_printf ("%s, %u nodes, %" G_GUINT64_FORMAT
                                            " operations", what->protocol,
                                            what->n_nodes, n_ops);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario =
    quo_scenario_new_from_data ("bench", text, strlen (text), &error);
  g_autoptr (QuoSimConfig) config = NULL;
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoSimStatus status;
  double since;
  double n_events;
  double n_done;

  g_assert_no_error (error);
  config = quo_scenario_config (scenario);
  sim = quo_sim_new (config);
  since = bench_thread ();
  status = quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  since = bench_thread () - since;
  n_events = quo_trace_length (quo_sim_trace (sim));
  n_done = (double) count_operations (sim);
  bench_print (title, since, "s");
  g_print ("  %s\n", quo_sim_status_text (status));
  bench_print ("  operations", n_done, "");
  bench_print ("  an operation", since / n_done * 1e9, "ns");
  bench_print ("  an operation", n_events / n_done, "events");
  bench_print ("  an event", since / n_events * 1e9, "ns");
  bench_print ("  an event",
               (double) quo_trace_bytes (quo_sim_trace (sim)) / n_events, "bytes");
  bench_print ("  trace", (double) quo_trace_bytes (quo_sim_trace (sim)) / 1e6,
               "MB");
  bench_print ("  counted against the limit", (double) quo_sim_bytes (sim) / 1e6, "MB");
  bench_print ("  peak memory", bench_peak_bytes () / 1e6, "MB");

  since = bench_thread ();
  replay = quo_replay_new (quo_sim_trace (sim));
  quo_replay_prepare (replay, NULL);
  bench_print ("  preparing to seek", bench_thread () - since, "s");
  bench_print ("  peak memory with that", bench_peak_bytes () / 1e6, "MB");
}

static void
print (const Case *what,
       guint64     n_ops)
{
  g_autofree char *text = scenario_text (what, n_ops);

  g_print ("%s\n", text);
}

/* In a process of its own, whose memory begins with nothing. */
static void
measure_apart (const Case *what,
               guint64     n_ops)
{
  double needed = (double) n_ops * OP_BYTES;
  pid_t child;

  if (needed > bench_spare_bytes ())
    {
      g_print ("%s, %" G_GUINT64_FORMAT " operations: left out, would need some "
               "%.0f GB\n", what->protocol, n_ops, needed / 1e9);
      return;
    }

  child = fork ();
  if (child == 0)
    {
      measure (what, n_ops);
      fflush (stdout);
      _exit (0);
    }
  waitpid (child, NULL, 0);
}

int
main (int    argc,
      char **argv)
{
  static const guint64 sizes[] = { 100000, 1000000, 10000000 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (argc > 1 && strcmp (argv[1], cases[i].protocol) != 0)
        continue;
      if (argc > 3)
        print (&cases[i], g_ascii_strtoull (argv[2], NULL, 10));
      else if (argc > 2)
        measure (&cases[i], g_ascii_strtoull (argv[2], NULL, 10));
      for (guint k = 0; argc <= 2 && k < G_N_ELEMENTS (sizes); k++)
        measure_apart (&cases[i], sizes[k]);
    }

  return 0;
}
