/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schedule.h"

/* Those that need no change of members. */
const ScheduleFault schedule_mistakes[] = {
  { "forget-vote", "one-vote" },
  { "count-duplicate-vote", "election-safety", 210 },
  { "vote-for-short-log", "leader-completeness" },
  { "ack-before-sync", "acknowledged-kept" },
  { "truncate-without-conflict", "acknowledged-kept" },
  { "accept-stale-leader", "acknowledged-kept" },
  { "commit-earlier-term", "leader-completeness", 5900, "restless" },
};
const guint schedule_n_mistakes = G_N_ELEMENTS (schedule_mistakes);

/* Those of reads, and how these are served then. */
const ScheduleFault schedule_read_mistakes[] = {
  { "read-without-round", "read-latest", 0, "read-index" },
  { "read-before-own-entry", "read-latest", 0, "read-index" },
  { "long-lease", "read-latest", 1000, "lease" },
};
const guint schedule_n_read_mistakes = G_N_ELEMENTS (schedule_read_mistakes);

/* Draws of a schedule, in the order of their use. */
double
schedule_draw (QuoStream *stream,
               double     low,
               double     high)
{
  return low + (high - low) * quo_unit (quo_stream_next (stream));
}

gboolean
schedule_toss (QuoStream *stream,
               double     p)
{
  return quo_chance (quo_stream_next (stream), p);
}

static void
add_chaos (Cluster      *cluster,
           QuoChaosKind  kind,
           double        rate,
           QuoTime       lasts,
           double        amount)
{
  QuoChaos chaos = {
    .kind = kind,
    .rate = rate,
    .from = 0,
    .to = CALM_FROM,
    .lasts = quo_distribution_new_exponential (lasts),
    .amount = amount,
  };

  g_array_append_val (cluster->config->chaos, chaos);
}

static void
draw_options (Cluster   *cluster,
              QuoStream *stream)
{
  static const char * const batches[] = { "1", "2", "64" };
  static const char * const reads[] = { "log", "log", "read-index", "local" };

  cluster_option (cluster, "election-timeout", "50ms..100ms");
  cluster_option (cluster, "heartbeat-interval", "15ms");
  cluster_option (cluster, "no-op", schedule_toss (stream, .7) ? "true" : "false");
  cluster_option (cluster, "pipelining", schedule_toss (stream, .7) ? "true" : "false");
  cluster_option (cluster, "pre-vote", schedule_toss (stream, .3) ? "true" : "false");
  cluster_option (cluster, "check-quorum", schedule_toss (stream, .3) ? "true" : "false");
  cluster_option (cluster, "sessions", schedule_toss (stream, .8) ? "true" : "false");
  cluster_option (cluster, "back-up", schedule_toss (stream, .5) ? "hint" : "decrement");
  cluster_option (cluster, "batch", batches[(guint) schedule_draw (stream, 0, 3)]);
  cluster_option (cluster, "reads", reads[(guint) schedule_draw (stream, 0, 4)]);
}

/* Apart from the others, whose draws it leaves as they are. */
static void
draw_pipe (Cluster *cluster,
           guint64  seed)
{
  static const char * const limits[] = { "1", "3", "256", "256" };
  QuoStream stream = { quo_stream_key (seed, 4712, 0, 0), 0 };

  cluster_option (cluster, "in-flight",
                  limits[(guint) schedule_draw (&stream, 0, 4)]);
}

static void
draw_surroundings (Cluster   *cluster,
                   QuoStream *stream)
{
  QuoSimConfig *config = cluster->config;
  QuoLinkConfig *link = &config->network.base;
  QuoTime mean = (QuoTime) schedule_draw (stream, 1 * MS, 8 * MS);

  quo_distribution_unref (link->latency);
  link->latency = quo_distribution_new_exponential (mean);
  link->loss = schedule_toss (stream, .5) ? schedule_draw (stream, 0, .1) : 0;
  link->duplicate = schedule_toss (stream, .5) ? schedule_draw (stream, 0, .3) : 0;
  if (schedule_toss (stream, .6))
    config->disk.sync = quo_distribution_new_exponential (
      (QuoTime) schedule_draw (stream, 1 * MS, 6 * MS));

  for (guint i = 0; i < config->n_clients; i++)
    {
      config->clients[i].rate = schedule_draw (stream, 10, 60);
      config->clients[i].reads = .3;
      config->clients[i].n_keys = 3;
      config->clients[i].timeout = 150 * MS;
      config->clients[i].is_roaming = schedule_toss (stream, .3);
    }

  add_chaos (cluster, QUO_CHAOS_CRASH, schedule_draw (stream, 0, 12), 80 * MS, 0);
  add_chaos (cluster, QUO_CHAOS_PARTITION, schedule_draw (stream, 0, 5), 120 * MS, 0);
  add_chaos (cluster, QUO_CHAOS_CUT, schedule_draw (stream, 0, 8), 120 * MS, 0);
  add_chaos (cluster, QUO_CHAOS_PAUSE, schedule_draw (stream, 0, 4), 60 * MS, 0);
  add_chaos (cluster, QUO_CHAOS_LOSS, schedule_draw (stream, 0, 3), 100 * MS, .5);
  add_chaos (cluster, QUO_CHAOS_SKEW, schedule_draw (stream, 0, 4), 1 * MS, .05);
}

/**
 * schedule_new:
 * @n_nodes: servers
 * @seed: everything about the schedule follows from it
 *
 * Returns: servers, two clients and faults up to %CALM_FROM
 */
Cluster *
schedule_new (guint   n_nodes,
              guint64 seed)
{
  Cluster *cluster = cluster_new (n_nodes, 2);
  QuoStream stream = { quo_stream_key (seed, 4711, 0, 0), 0 };

  cluster->config->seed = seed;
  draw_options (cluster, &stream);
  draw_pipe (cluster, seed);
  draw_surroundings (cluster, &stream);
  schedules_drift (cluster->config, 300 * MS, seed % 2 != 0 ? .05 : -.05);

  return cluster;
}

/* In some schedules somebody tunes a running cluster. */
static void
change_options (Cluster *cluster)
{
  static const char * const changes[][2] = {
    { "election-timeout", "30ms..150ms" }, { "heartbeat-interval", "25ms" },
    { "back-up", "hint" }, { "back-up", "decrement" }, { "batch", "3" },
    { "pipelining", "true" }, { "pipelining", "false" }, { "pre-vote", "true" },
    { "pre-vote", "false" }, { "check-quorum", "true" }, { "check-quorum", "false" },
    { "reads", "local" },
  };
  QuoStream stream = { quo_stream_key (cluster->config->seed, 4715, 0, 0), 0 };
  guint n = schedule_toss (&stream, .2) ? 1 + (guint) schedule_draw (&stream, 0, 3) : 0;

  for (guint i = 0; i < n; i++)
    {
      guint nth = (guint) schedule_draw (&stream, 0, G_N_ELEMENTS (changes));

      schedules_option (cluster->config,
                        (QuoTime) schedule_draw (&stream, 200 * MS, 1200 * MS),
                        changes[nth][0], changes[nth][1]);
    }
}

/**
 * schedule_run:
 *
 * As schedule_play(), with options that may change on the way.
 */
void
schedule_run (Cluster *cluster)
{
  change_options (cluster);
  schedule_play (cluster);
}

/**
 * schedule_play:
 *
 * Up to the horizon, with what a run does at its end.
 */
void
schedule_play (Cluster *cluster)
{
  cluster->sim = quo_sim_new (cluster->config);
  quo_sim_run (cluster->sim, HORIZON, 0, NULL);
  quo_sim_finish (cluster->sim);
}

double
schedule_measure (Cluster    *cluster,
                  const char *id)
{
  int nth = quo_declaration_find_measure (cluster->config->declaration, id);

  return quo_samples_get_sum (quo_sim_measure (cluster->sim, (guint) nth));
}
