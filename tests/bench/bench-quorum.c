/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A quorum store of many keys: what an event costs must not depend on how many
 * there are. Clients read and write them all; a node crashes and starts again with
 * them; one whose disk was lost is filled again by anti-entropy; writes wait as
 * hints for one that is away. */

#include "bench.h"

#include "protocol/protocol.h"
#include "sim/option.h"
#include "sim/sim.h"

#include <time.h>

#define N_NODES   5
#define N_CLIENTS 20
#define RATE      1000 /* operations a second, of all clients, and half of that
                        * when they have to wait for each other */

static void
set (QuoSimConfig *config,
     const char   *option,
     const char   *text)
{
  int index = quo_declaration_find_option (config->declaration, option);

  quo_option_set_text (&config->declaration->options[index], config->options,
                       config->names, text, NULL);
}

static QuoSimConfig *
configure (void)
{
  const QuoProtocol *store = quo_protocol_find ("quorum-store");
  QuoSimConfig *config = quo_sim_config_new (&store->declaration,
                                             &store->behaviour, N_NODES);

  config->prefix = g_strdup ("n");
  config->max_events = G_MAXUINT32;
  config->max_bytes = G_MAXUINT64;
  config->disk.sync = quo_distribution_new_constant (QUO_MILLISECOND);

  return config;
}

/* Twice as many operations as keys, half of them writes. */
static void
add_workload (QuoSimConfig *config,
              guint         n_keys,
              double        reads)
{
  config->n_clients = N_CLIENTS;
  config->clients = g_new0 (QuoClientConfig, N_CLIENTS);
  config->client_labels = g_new0 (char *, N_CLIENTS);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      config->client_labels[i] = g_strdup_printf ("c%u", i);
      config->clients[i] = (QuoClientConfig) {
        .home = i % N_NODES, .rate = (double) RATE / N_CLIENTS, .reads = reads,
        .n_keys = n_keys, .stop = QUO_TIME_NEVER,
        .n_ops_max = 2 * n_keys / N_CLIENTS, .timeout = 10 * QUO_SECOND,
        .n_tries_max = 3, .is_roaming = TRUE,
      };
    }
}

/* All keys, on the disks of all nodes from @first on. */
static void
add_keys (QuoSimConfig *config,
          guint         n_keys,
          guint         first)
{
  gint64 value = quo_names_intern (config->names, "1");
  int field = quo_declaration_find_field (config->declaration, "store");

  for (guint i = 0; i < n_keys; i++)
    {
      g_autofree char *name = g_strdup_printf ("k%u", i + 1);
      gint64 key = quo_names_intern (config->names, name);

      for (guint node = first; node < N_NODES; node++)
        {
          QuoInitial initial = { node, (guint) field, key, { value } };

          g_array_append_val (config->initial, initial);
        }
    }
}

static double
divergent (QuoSim *sim)
{
  guint index = (guint) quo_declaration_find_measure (
    quo_trace_declaration (quo_sim_trace (sim)), "divergent");

  g_assert_cmpuint (quo_samples_get_n (quo_sim_measure (sim, index)), ==, 1);

  return quo_samples_get_sum (quo_sim_measure (sim, index));
}

static void
measure (QuoSimConfig *config,
         const char   *what,
         guint         n_keys,
         QuoTime       until)
{
  g_autofree char *line = g_strdup_printf ("%s, %u keys", what, n_keys);
  clock_t since = clock ();

  config->until = until;

  g_autoptr (QuoSim) sim = quo_sim_new (config);
  QuoSimStatus status = quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  guint32 length = quo_trace_length (quo_sim_trace (sim));

  quo_sim_finish (sim);

  double used = (double) (clock () - since) / CLOCKS_PER_SEC;

  bench_print (line, used, "s of one core");
  bench_print ("  trace", length / 1e6, "million events");
  bench_print ("  an event", used / length * 1e9, "ns");
  bench_print ("  a key", used / n_keys * 1e6, "us");
  bench_print ("  trace",
               (double) quo_trace_bytes (quo_sim_trace (sim)) / length,
               "bytes/event");
  bench_print ("  operations", (double) quo_sim_figure (sim, QUO_FIGURE_OPS_OK),
               "");
  bench_print ("  divergent at the end", divergent (sim), "keys");
  bench_print ("  peak memory so far", bench_peak_bytes () / (1 << 20), "MiB");
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  g_assert_true (status == QUO_SIM_DONE || status == QUO_SIM_QUIET);
}

static QuoTime
time_for (guint n_keys)
{
  return (QuoTime) n_keys * QUO_SECOND / 200 + QUO_SECOND;
}

static void
operations (guint       n_keys,
            const char *conflicts)
{
  g_autofree char *what = g_strdup_printf ("reads and writes, %s", conflicts);
  g_autoptr (QuoSimConfig) config = configure ();

  set (config, "conflicts", conflicts);
  add_workload (config, n_keys, .5);
  measure (config, what, n_keys, time_for (n_keys));
}

static void
restarts (guint n_keys)
{
  g_autoptr (QuoSimConfig) config = configure ();

  add_keys (config, n_keys, 0);
  quo_sim_config_add_action (config, QUO_ACTION_CRASH, QUO_SECOND)->lasts
    = QUO_SECOND;
  measure (config, "a node crashes and restarts", n_keys, 3 * QUO_SECOND);
}

static void
refill (guint n_keys)
{
  g_autoptr (QuoSimConfig) config = configure ();

  set (config, "replicas", "5");
  set (config, "anti-entropy-interval", "100ms");
  add_keys (config, n_keys, 1);
  measure (config, "anti-entropy fills an empty node", n_keys,
           (QuoTime) n_keys / 256 * QUO_SECOND / 2 + QUO_SECOND);
}

static void
hints (guint n_keys)
{
  g_autoptr (QuoSimConfig) config = configure ();

  set (config, "sloppy-quorum", "true");
  set (config, "suspicion", "1000s");
  set (config, "handoff-interval", "1000s");
  add_workload (config, n_keys, .5);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      config->clients[i].is_roaming = FALSE;
      config->clients[i].home = 1 + i % (N_NODES - 1);
    }
  quo_sim_config_add_action (config, QUO_ACTION_CRASH, 0)->node.index = 0;
  measure (config, "writes wait as hints", n_keys, time_for (n_keys));
}

int
main (int    argc,
      char **argv)
{
  static const guint sizes[] = { 1000, 10000, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint n = sizes[i];

      if (argc > 2 && sizes[i] != (guint) g_ascii_strtoull (argv[2], NULL, 10))
        continue;
      if (argc < 2 || g_str_equal (argv[1], "operations"))
        operations (n, "last-writer-wins");
      if (argc < 2 || g_str_equal (argv[1], "siblings"))
        operations (n, "siblings");
      if (argc < 2 || g_str_equal (argv[1], "restarts"))
        restarts (n);
      if (argc < 2 || g_str_equal (argv[1], "refill"))
        refill (n);
      if (argc < 2 || g_str_equal (argv[1], "hints"))
        hints (n);
    }

  return 0;
}
