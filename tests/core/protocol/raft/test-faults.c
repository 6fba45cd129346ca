/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Raft's invariants over random schedules of faults, and each known mistake caught.
 *
 * A schedule is a function of its seed. --seed N runs from N on, --schedules N sets how
 * many; a failing one is run alone with --seed N --schedules 1.
 */

#include "schedule.h"

#include <string.h>

#define N_SCHEDULES 10000
#define N_SERVERS   5

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

  for (guint i = 0; i < schedule_count; i++)
    {
      guint64 seed = schedule_seed + i;
      g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, seed);
      g_autofree char *violations = NULL;

      schedule_run (cluster);
      violations = cluster_violations (cluster);
      if (*violations != '\0')
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed, violations);

      n_events += quo_trace_length (quo_sim_trace (cluster->sim));
      n_ok += quo_sim_figure (cluster->sim, QUO_FIGURE_OPS_OK);
      n_elections += schedule_measure (cluster, "elections");
      n_replaced += schedule_measure (cluster, "replaced-entries");
      n_idle += quo_sim_figure (cluster->sim, QUO_FIGURE_OPS_OK) == 0;
    }

  g_test_message ("%u schedules from seed %" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT
                  " events, %" G_GUINT64_FORMAT " operations, %.0f elections, %.0f "
                  "entries replaced, %u schedules without an operation",
                  schedule_count, schedule_seed, n_events, n_ok, n_elections, n_replaced,
                  n_idle);
  g_assert_cmpuint (n_ok, >=, 10 * (guint64) schedule_count);
  g_assert_cmpfloat (n_elections, >=, 2.0 * schedule_count);
  g_assert_cmpuint (n_idle, <=, MAX (1, schedule_count / 50));
}

/* Once the faults are over, somebody leads and everybody is told what is committed. */
static void
test_recovers (void)
{
  guint n_runs = MAX (1, MIN (schedule_count, 200));
  guint n_recovered = 0;

  for (guint i = 0; i < n_runs; i++)
    {
      g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, schedule_seed + i);
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
  g_autoptr (Cluster) one = schedule_new (N_SERVERS, schedule_seed);
  g_autoptr (Cluster) two = schedule_new (N_SERVERS, schedule_seed);
  g_autofree char *digest_one = NULL;
  g_autofree char *digest_two = NULL;

  schedule_run (one);
  schedule_run (two);
  digest_one = quo_trace_digest (quo_sim_trace (one->sim));
  digest_two = quo_trace_digest (quo_sim_trace (two->sim));

  g_assert_cmpstr (digest_one, ==, digest_two);
}

/* One of the invariants that the mistake breaks. */
static const struct
{
  const char *fault;
  const char *invariant;
  guint64     from; /* a seed from which one that shows it is near */
} mistakes[] = {
  { "forget-vote", "one-vote: " },
  { "count-duplicate-vote", "election-safety: ", 200 },
  { "vote-for-short-log", "leader-completeness: " },
  { "ack-before-sync", "acknowledged-kept: " },
  { "truncate-without-conflict", "acknowledged-kept: " },
  { "accept-stale-leader", "acknowledged-kept: " },
  { "commit-earlier-term", "leader-completeness: ", 7600 },
};

static void
test_mistake (gconstpointer data)
{
  guint nth = GPOINTER_TO_UINT (data);

  for (guint64 i = 0; i < 20000; i++)
    {
      guint64 seed = schedule_seed + mistakes[nth].from + i;
      g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, seed);
      g_autofree char *violations = NULL;

      cluster_fault (cluster, mistakes[nth].fault);
      schedule_run (cluster);
      violations = cluster_violations (cluster);
      if (strstr (violations, mistakes[nth].invariant) == NULL)
        continue;

      g_test_message ("seed %" G_GUINT64_FORMAT ": %s", seed, violations);
      return;
    }

  g_test_fail_printf ("no schedule shows %s", mistakes[nth].fault);
}

int
main (int    argc,
      char **argv)
{
  schedule_parse (&argc, &argv, N_SCHEDULES);
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
