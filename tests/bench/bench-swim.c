/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A group whose members each hold a list of all others: how long a period takes, and
 * what the lists and the trace cost. Some crash, some stand still, and everybody hears
 * of each. */

#include "bench.h"

#include "protocol/protocol.h"
#include "sim/sim.h"

#define N_PERIODS 100
#define N_EVENTS  10 /* crashes, and as many pauses */

static QuoSimConfig *
configure (guint n_nodes)
{
  const QuoProtocol *swim = quo_protocol_find ("swim");
  QuoSimConfig *config = quo_sim_config_new (&swim->declaration, &swim->behaviour,
                                             n_nodes);

  config->prefix = g_strdup ("n");
  config->max_events = G_MAXUINT32;
  config->max_bytes = G_MAXUINT64;
  config->until = N_PERIODS * QUO_SECOND;
  for (guint i = 0; i < N_EVENTS; i++)
    {
      QuoAction *crash = quo_sim_config_add_action (config, QUO_ACTION_CRASH,
                                                    (5 + i) * QUO_SECOND);
      QuoAction *pause;

      crash->node = (QuoSelector) { QUO_SELECT_NODE, 10 + i };
      pause = quo_sim_config_add_action (config, QUO_ACTION_PAUSE,
                                         (5 + i) * QUO_SECOND);
      pause->node = (QuoSelector) { QUO_SELECT_NODE, 30 + i };
      pause->lasts = 4 * QUO_SECOND;
    }

  return config;
}

static void
group (guint n_nodes)
{
  g_autofree char *what = g_strdup_printf ("%u members, %u periods", n_nodes,
                                           N_PERIODS);
  g_autoptr (QuoSimConfig) config = configure (n_nodes);
  double since = bench_now ();
  g_autoptr (QuoSim) sim = quo_sim_new (config);
  guint messages = (guint) quo_declaration_find_measure (config->declaration,
                                                         "messages");
  guint spread = (guint) quo_declaration_find_measure (config->declaration,
                                                       "dissemination");
  guint32 length;

  quo_sim_run (sim, config->until, G_MAXUINT64, NULL);
  quo_sim_finish (sim);
  since = bench_now () - since;
  length = quo_trace_length (quo_sim_trace (sim));
  bench_print (what, since, "s");
  bench_print ("  messages a member and period",
               quo_samples_get_mean (quo_sim_measure (sim, messages)), "messages");
  bench_print ("  until all know of a crash",
               quo_samples_get_mean (quo_sim_measure (sim, spread)), "periods");
  bench_print ("  trace", length / 1e6, "million events");
  bench_print ("  an event", since / length * 1e9, "ns");
  bench_print ("  trace", (double) quo_trace_bytes (quo_sim_trace (sim)) / length,
               "bytes/event");
  bench_print ("  peak memory so far", bench_peak_bytes () / (1 << 20), "MiB");
}

int
main (void)
{
  static const guint sizes[] = { 100, 1000, 2000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    group (sizes[i]);

  return 0;
}
