/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Raft with five nodes and a client that asks 100 times a second, everything
 * traced: events a second, bytes an event, and what a seek into it costs. */

#include "bench.h"

#include "base/random.h"
#include "protocol/protocol.h"
#include "sim/replay.h"
#include "sim/sim.h"

#define ROUNDS    5
/* Each waits for its answer, so one alone could not ask 100 times a second. */
#define N_CLIENTS 10

static QuoSimConfig *
configure (guint   n_nodes,
           double  rate,
           guint64 n_events)
{
  const QuoProtocol *raft = quo_protocol_find ("raft");
  QuoSimConfig *config = quo_sim_config_new (&raft->declaration,
                                             &raft->behaviour, n_nodes);

  config->max_events = n_events;
  config->max_bytes = G_GUINT64_CONSTANT (4) << 30;
  quo_distribution_unref (config->network.base.latency);
  config->network.base.latency =
    quo_distribution_new_normal (10 * QUO_MILLISECOND, 2 * QUO_MILLISECOND);
  if (rate > 0)
    {
      config->n_clients = N_CLIENTS;
      config->client_labels = g_new0 (char *, N_CLIENTS);
      config->clients = g_new0 (QuoClientConfig, N_CLIENTS);
      for (guint i = 0; i < N_CLIENTS; i++)
        {
          config->client_labels[i] = g_strdup_printf ("c%u", i);
          config->clients[i] = (QuoClientConfig) {
            .rate = rate / N_CLIENTS, .reads = 0, .n_keys = 3,
            .stop = QUO_TIME_NEVER, .timeout = QUO_SECOND, .n_tries_max = 10,
          };
        }
    }

  return config;
}

static void
speed (const char *what,
       guint       n_nodes,
       double      rate)
{
  double per_second[ROUNDS];
  double bytes = 0;
  double ops = 0;

  for (guint r = 0; r < ROUNDS; r++)
    {
      g_autoptr (QuoSimConfig) config = configure (n_nodes, rate, 1000000);
      g_autoptr (QuoSim) sim = quo_sim_new (config);
      double since = bench_now ();
      guint32 length;

      quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
      since = bench_now () - since;
      length = quo_trace_length (quo_sim_trace (sim));
      per_second[r] = length / since;
      bytes = (double) quo_trace_bytes (quo_sim_trace (sim)) / length;
      ops = (double) quo_sim_figure (sim, QUO_FIGURE_OPS_OK)
            / ((double) quo_sim_now (sim) / QUO_SECOND);
    }
  bench_print (what, bench_quantile (per_second, ROUNDS, .5) / 1e6,
               "million events/s");
  bench_print ("  trace", bytes, "bytes/event");
  bench_print ("  operations", ops, "1/s of simulated time");
}

static void
seek (void)
{
  enum { N_SEEKS = 300 };
  g_autoptr (QuoSimConfig) config = configure (5, 100, 10000000);
  g_autoptr (QuoSim) sim = quo_sim_new (config);
  g_autoptr (QuoReplay) replay = NULL;
  QuoStream stream = { 1, 0 };
  double times[N_SEEKS];
  double since;

  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  replay = quo_replay_new (quo_sim_trace (sim));
  since = bench_now ();
  quo_replay_prepare (replay, NULL);
  bench_print ("preparing to seek in 10^7 events", bench_now () - since, "s");
  bench_print ("  keyframes", (double) quo_replay_bytes (replay) / 1e6, "MB");
  bench_print ("  trace", (double) quo_trace_bytes (quo_sim_trace (sim)) / 1e6, "MB");
  for (guint i = 0; i < N_SEEKS; i++)
    {
      QuoTime time = (QuoTime) quo_stream_bounded (&stream,
                                                   (guint64) quo_sim_now (sim));

      since = bench_now ();
      quo_replay_seek_time (replay, time);
      times[i] = bench_now () - since;
    }
  bench_print ("seek to a random time, median",
               bench_quantile (times, N_SEEKS, .5) * 1e3, "ms");
  bench_print ("  99 % within", bench_quantile (times, N_SEEKS, .99) * 1e3, "ms");
  bench_print ("  longest", times[N_SEEKS - 1] * 1e3, "ms");
  bench_print ("peak memory", bench_peak_bytes () / 1e6, "MB");
}

int
main (void)
{
  speed ("raft, 5 nodes, 100 requests/s", 5, 100);
  speed ("raft, 5 nodes, idle", 5, 0);
  speed ("raft, 101 nodes, 100 requests/s", 101, 100);
  seek ();

  return 0;
}
