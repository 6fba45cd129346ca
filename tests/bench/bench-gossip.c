/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A rumor pushed until all know it, each contact an event with its cause in the
 * trace. The run is stopped by who watches it; no node knows that all know. Beside
 * it a bare loop that does the same with a byte a node and keeps nothing. */

#include "bench.h"
#include "yardstick.h"

#include "base/random.h"
#include "protocol/protocol.h"
#include "sim/option.h"
#include "sim/sim.h"

#define LATENCY (10 * QUO_MILLISECOND)

/* Returns how many timers and deliveries there were. */
static guint64
bare_spread (guint n_nodes)
{
  Yardstick *y = calloc (1, sizeof *y);
  guint8 *knows = calloc (n_nodes, 1);
  QuoStream stream = { 1, 0 };
  guint n_know = 1;
  guint64 n_events = 0;

  knows[0] = 1;
  bare_push (y, (Bare) { QUO_SECOND, 0 });
  while (n_know < n_nodes)
    {
      Bare item = bare_pop (y);
      guint node = (guint) (item.payload >> 1);
      double unit = quo_unit (quo_stream_next (&stream));

      n_events++;
      if ((item.payload & 1) == 0)
        {
          guint64 to = quo_stream_bounded (&stream, n_nodes - 1);

          bare_push (y, (Bare) { item.time + LATENCY,
                                 (to + (to >= node)) << 1 | 1 });
          bare_push (y, (Bare) { item.time
                                 + (guint64) ((.9 + .2 * unit) * QUO_SECOND),
                                 item.payload });
        }
      else if (!knows[node])
        {
          knows[node] = 1;
          n_know++;
          bare_push (y, (Bare) { item.time + (guint64) (unit * QUO_SECOND),
                                 (guint64) node << 1 });
        }
    }
  free (knows);
  bare_free (y);

  return n_events;
}

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
configure (guint       n_nodes,
           const char *cycle)
{
  const QuoProtocol *gossip = quo_protocol_find ("gossip");
  QuoSimConfig *config = quo_sim_config_new (&gossip->declaration,
                                             &gossip->behaviour, n_nodes);
  QuoAction *update;

  config->prefix = g_strdup ("n");
  config->max_events = G_MAXUINT32;
  config->max_bytes = G_MAXUINT64;
  set (config, "stop", "never");
  set (config, "cycle", cycle);
  update = quo_sim_config_add_action (config, QUO_ACTION_COMMAND, 0);
  update->node = (QuoSelector) { QUO_SELECT_NODE, 0 };
  update->what = (guint) quo_declaration_find_command (config->declaration,
                                                       "update");
  update->args[0] = quo_names_intern (config->names, "x");
  update->args[1] = quo_names_intern (config->names, "1");

  return config;
}

static void
spread (guint       n_nodes,
        const char *cycle,
        double      bare)
{
  g_autofree char *what = g_strdup_printf ("push, %u nodes, %s", n_nodes, cycle);
  g_autoptr (QuoSimConfig) config = configure (n_nodes, cycle);
  double since = bench_now ();
  double computed = bench_thread ();
  g_autoptr (QuoSim) sim = quo_sim_new (config);
  guint measure = (guint) quo_declaration_find_measure (config->declaration,
                                                        "cycles-to-all");
  const QuoSamples *cycles = quo_sim_measure (sim, measure);
  QuoTime until = 0;
  guint32 length;

  while (quo_samples_get_n (cycles) == 0)
    {
      until += QUO_SECOND / 4;
      quo_sim_run (sim, until, 0, NULL);
    }
  since = bench_now () - since;
  computed = bench_thread () - computed;
  length = quo_trace_length (quo_sim_trace (sim));
  bench_print (what, since, "s");
  bench_print ("  computed in", computed, "s");
  bench_print ("  against the bare loop", computed / bare, "times");
  bench_print ("  until all know", quo_samples_get_mean (cycles), "cycles");
  bench_print ("  trace", length / 1e6, "million events");
  bench_print ("  an event", since / length * 1e9, "ns");
  bench_print ("  trace", (double) quo_trace_bytes (quo_sim_trace (sim)) / length,
               "bytes/event");
  bench_print ("  peak memory so far", bench_peak_bytes () / (1 << 30), "GiB");
}

/* Returns what it has to compute, s. */
static double
yardstick (guint n_nodes)
{
  double since = bench_now ();
  double computed = bench_thread ();
  guint64 n_events = bare_spread (n_nodes);

  computed = bench_thread () - computed;
  bench_print ("bare loop, asynchronous", bench_now () - since, "s");
  bench_print ("  computed in", computed, "s");
  bench_print ("  timers and deliveries", (double) n_events / 1e6, "million");

  return computed;
}

int
main (void)
{
  static const guint sizes[] = { 100000, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      double bare = yardstick (sizes[i]);

      spread (sizes[i], "asynchronous", bare);
      spread (sizes[i], "synchronous", bare);
    }

  return 0;
}
