/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Raft's invariants over random schedules of faults, and each known mistake caught.
 *
 * A schedule is a function of its seed. --seed N runs from N on, --schedules N sets how
 * many; a failing one is run alone with --seed N --schedules 1.
 */

#include "base/random.h"
#include "cluster.h"

#include <stdlib.h>
#include <string.h>

#define N_SCHEDULES 10000
#define N_SERVERS   5
#define HORIZON     (2 * QUO_SECOND)
#define CALM_FROM   (1300 * MS)

static guint64 first_seed = 1;
static guint n_schedules = N_SCHEDULES;

/* Draws of a schedule, in the order of their use. */
static double
draw (QuoStream *stream,
      double     low,
      double     high)
{
  return low + (high - low) * quo_unit (quo_stream_next (stream));
}

static gboolean
toss (QuoStream *stream,
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
  cluster_option (cluster, "no-op", toss (stream, .7) ? "true" : "false");
  cluster_option (cluster, "pipelining", toss (stream, .7) ? "true" : "false");
  cluster_option (cluster, "pre-vote", toss (stream, .3) ? "true" : "false");
  cluster_option (cluster, "check-quorum", toss (stream, .3) ? "true" : "false");
  cluster_option (cluster, "sessions", toss (stream, .8) ? "true" : "false");
  cluster_option (cluster, "back-up", toss (stream, .5) ? "hint" : "decrement");
  cluster_option (cluster, "batch", batches[(guint) draw (stream, 0, 3)]);
  cluster_option (cluster, "reads", reads[(guint) draw (stream, 0, 4)]);
}

static void
draw_surroundings (Cluster   *cluster,
                   QuoStream *stream)
{
  QuoSimConfig *config = cluster->config;
  QuoLinkConfig *link = &config->network.base;
  QuoTime mean = (QuoTime) draw (stream, 1 * MS, 8 * MS);

  quo_distribution_unref (link->latency);
  link->latency = quo_distribution_new_exponential (mean);
  link->loss = toss (stream, .5) ? draw (stream, 0, .1) : 0;
  link->duplicate = toss (stream, .5) ? draw (stream, 0, .3) : 0;
  if (toss (stream, .6))
    config->disk.sync = quo_distribution_new_exponential (
      (QuoTime) draw (stream, 1 * MS, 6 * MS));

  for (guint i = 0; i < config->n_clients; i++)
    {
      config->clients[i].rate = draw (stream, 10, 60);
      config->clients[i].reads = .3;
      config->clients[i].n_keys = 3;
      config->clients[i].timeout = 150 * MS;
      config->clients[i].is_roaming = toss (stream, .3);
    }

  add_chaos (cluster, QUO_CHAOS_CRASH, draw (stream, 0, 12), 80 * MS, 0);
  add_chaos (cluster, QUO_CHAOS_PARTITION, draw (stream, 0, 5), 120 * MS, 0);
  add_chaos (cluster, QUO_CHAOS_CUT, draw (stream, 0, 8), 120 * MS, 0);
  add_chaos (cluster, QUO_CHAOS_PAUSE, draw (stream, 0, 4), 60 * MS, 0);
  add_chaos (cluster, QUO_CHAOS_LOSS, draw (stream, 0, 3), 100 * MS, .5);
  add_chaos (cluster, QUO_CHAOS_SKEW, draw (stream, 0, 4), 1 * MS, .05);
}

static Cluster *
new_schedule (guint64 seed)
{
  Cluster *cluster = cluster_new (N_SERVERS, 2);
  QuoStream stream = { quo_stream_key (seed, 4711, 0, 0), 0 };

  cluster->config->seed = seed;
  draw_options (cluster, &stream);
  draw_surroundings (cluster, &stream);

  return cluster;
}

static void
run (Cluster *cluster)
{
  cluster->sim = quo_sim_new (cluster->config);
  quo_sim_run (cluster->sim, HORIZON, 0, NULL);
  quo_sim_finish (cluster->sim);
}

static double
measure (Cluster    *cluster,
         const char *id)
{
  int nth = quo_declaration_find_measure (cluster->config->declaration, id);

  return quo_samples_get_sum (quo_sim_measure (cluster->sim, (guint) nth));
}

/* No schedule may break an invariant; and most must have been worth something: there
 * were elections and entries to lose, and operations that ended. */
static void
test_schedules (void)
{
  guint64 n_events = 0;
  guint64 n_ok = 0;
  double n_elections = 0;
  double n_replaced = 0;
  guint n_idle = 0;

  for (guint i = 0; i < n_schedules; i++)
    {
      guint64 seed = first_seed + i;
      g_autoptr (Cluster) cluster = new_schedule (seed);
      g_autofree char *violations = NULL;

      run (cluster);
      violations = cluster_violations (cluster);
      if (*violations != '\0')
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed, violations);

      n_events += quo_trace_length (quo_sim_trace (cluster->sim));
      n_ok += quo_sim_figure (cluster->sim, QUO_FIGURE_OPS_OK);
      n_elections += measure (cluster, "elections");
      n_replaced += measure (cluster, "replaced-entries");
      n_idle += quo_sim_figure (cluster->sim, QUO_FIGURE_OPS_OK) == 0;
    }

  g_test_message ("%u schedules from seed %" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT
                  " events, %" G_GUINT64_FORMAT " operations, %.0f elections, %.0f "
                  "entries replaced, %u schedules without an operation",
                  n_schedules, first_seed, n_events, n_ok, n_elections, n_replaced,
                  n_idle);
  g_assert_cmpuint (n_ok, >=, 10 * (guint64) n_schedules);
  g_assert_cmpfloat (n_elections, >=, 2.0 * n_schedules);
  g_assert_cmpuint (n_idle, <=, MAX (1, n_schedules / 50));
}

/* Once the faults are over, somebody leads and everybody is told what is committed. */
static void
test_recovers (void)
{
  guint n_runs = MAX (1, MIN (n_schedules, 200));
  guint n_recovered = 0;

  for (guint i = 0; i < n_runs; i++)
    {
      g_autoptr (Cluster) cluster = new_schedule (first_seed + i);
      int leader;
      guint n_same = 0;

      for (guint c = 0; c < cluster->config->n_clients; c++)
        cluster->config->clients[c].stop = CALM_FROM;
      cluster_run (cluster, CALM_FROM + 4 * QUO_SECOND);

      leader = cluster_leader (cluster);
      for (guint node = 0; leader >= 0 && node < N_SERVERS; node++)
        n_same += cluster_field (cluster, node, "commit-index") ==
                  cluster_field (cluster, (guint) leader, "commit-index");
      n_recovered += n_same == N_SERVERS;
    }

  /* A network that loses a tenth for good may be amid an election just then. */
  g_test_message ("%u of %u recovered", n_recovered, n_runs);
  g_assert_cmpuint (100 * n_recovered, >=, 95 * n_runs);
}

/* The seed makes the schedule: twice the same trace. */
static void
test_repeatable (void)
{
  g_autoptr (Cluster) one = new_schedule (first_seed);
  g_autoptr (Cluster) two = new_schedule (first_seed);
  g_autofree char *digest_one = NULL;
  g_autofree char *digest_two = NULL;

  run (one);
  run (two);
  digest_one = quo_trace_digest (quo_sim_trace (one->sim));
  digest_two = quo_trace_digest (quo_sim_trace (two->sim));

  g_assert_cmpstr (digest_one, ==, digest_two);
}

/* One of the invariants that the mistake breaks. */
static const struct
{
  const char *fault;
  const char *invariant;
} mistakes[] = {
  { "forget-vote", "one-vote: " },
  { "count-duplicate-vote", "election-safety: " },
  { "vote-for-short-log", "leader-completeness: " },
  { "ack-before-sync", "acknowledged-kept: " },
  { "truncate-without-conflict", "acknowledged-kept: " },
  { "accept-stale-leader", "acknowledged-kept: " },
  { "commit-earlier-term", "leader-completeness: " },
};

static void
test_mistake (gconstpointer data)
{
  guint nth = GPOINTER_TO_UINT (data);

  for (guint64 seed = first_seed; seed < first_seed + 20000; seed++)
    {
      g_autoptr (Cluster) cluster = new_schedule (seed);
      g_autofree char *violations = NULL;

      cluster_fault (cluster, mistakes[nth].fault);
      run (cluster);
      violations = cluster_violations (cluster);
      if (strstr (violations, mistakes[nth].invariant) == NULL)
        continue;

      g_test_message ("seed %" G_GUINT64_FORMAT ": %s", seed, violations);
      return;
    }

  g_test_fail_printf ("no schedule shows %s", mistakes[nth].fault);
}

/* Takes the test's own arguments away before GLib looks at them. */
static void
parse_arguments (int    *argc,
                 char ***argv)
{
  int n_kept = 1;

  for (int i = 1; i < *argc; i++)
    {
      if (g_str_equal ((*argv)[i], "--seed") && i + 1 < *argc)
        first_seed = g_ascii_strtoull ((*argv)[++i], NULL, 10);
      else if (g_str_equal ((*argv)[i], "--schedules") && i + 1 < *argc)
        n_schedules = (guint) g_ascii_strtoull ((*argv)[++i], NULL, 10);
      else
        (*argv)[n_kept++] = (*argv)[i];
    }
  *argc = n_kept;
  (*argv)[n_kept] = NULL;
}

int
main (int    argc,
      char **argv)
{
  const char *count = g_getenv ("QUORATE_SCHEDULES");

  if (count != NULL)
    n_schedules = (guint) g_ascii_strtoull (count, NULL, 10);
  parse_arguments (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/protocol/raft/faults/no-schedule-breaks-an-invariant",
                   test_schedules);
  g_test_add_func ("/core/protocol/raft/faults/cluster-recovers", test_recovers);
  g_test_add_func ("/core/protocol/raft/faults/same-seed-same-trace", test_repeatable);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strdup_printf (
        "/core/protocol/raft/faults/%s-is-caught", mistakes[i].fault);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mistake);
    }

  return g_test_run ();
}
