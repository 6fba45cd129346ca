/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Raft's invariants over random schedules of faults, and each known mistake caught. */

#include "schedule.h"

#include <string.h>

#define PATH "/core/protocol/raft/faults/"

#define N_SCHEDULES 10000
#define N_RECOVER   300
#define N_LOST      1000
#define N_SERVERS   5

/* Servers keep term, vote and log on stable storage and everything may happen to
 * them but its loss (Ongaro and Ousterhout 2014, figure 2, "persistent state"). */
static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, seed);

  if (fault != NULL)
    cluster_fault (cluster, fault);
  schedule_run (cluster);

  return g_steal_pointer (&cluster->sim);
}

enum
{
  EVENTS,
  OPERATIONS,
  ELECTIONS,
  REPLACED,
  IDLE
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, seed);
  guint64 n_ok;

  schedule_run (cluster);
  n_ok = quo_sim_figure (cluster->sim, QUO_FIGURE_OPS_OK);
  tallies[EVENTS] += quo_trace_length (quo_sim_trace (cluster->sim));
  tallies[OPERATIONS] += (double) n_ok;
  tallies[ELECTIONS] += schedule_measure (cluster, "elections");
  tallies[REPLACED] += schedule_measure (cluster, "replaced-entries");
  tallies[IDLE] += n_ok == 0;

  return schedules_violation (cluster->sim);
}

/* No schedule may break an invariant; and most must have been worth something: there
 * were elections and entries to lose, and operations that ended. */
static void
test_schedules (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, NULL, tallies);

  g_test_message ("%.0f events, %.0f operations, %.0f elections, %g entries replaced, %g "
                  "schedules without an operation", tallies[EVENTS],
                  tallies[OPERATIONS], tallies[ELECTIONS], tallies[REPLACED],
                  tallies[IDLE]);
  if (n < 100)
    return;
  g_assert_cmpfloat (tallies[OPERATIONS], >=, 10 * n);
  g_assert_cmpfloat (tallies[ELECTIONS], >=, 2 * n);
  g_assert_cmpfloat (tallies[IDLE], <=, n / 50.);
}

/* Once the faults are over, somebody leads, everybody is told what is committed and
 * has the same store: within ten seconds, for where a message holds one entry, a log
 * of a hundred is looked through and filled again at a round trip for each. The
 * network loses nothing any more, or it might just then. */
static char *
check_recovers (guint64        seed,
                double        *tallies,
                gconstpointer  data)
{
  g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, seed);
  int leader;

  cluster->config->network.base.loss = 0;
  for (guint c = 0; c < cluster->config->n_clients; c++)
    cluster->config->clients[c].stop = CALM_FROM;
  cluster_run (cluster, CALM_FROM + 10 * QUO_SECOND);

  leader = cluster_leader (cluster);
  if (leader < 0)
    return g_strdup ("nobody leads");
  for (guint node = 0; node < N_SERVERS; node++)
    if (cluster_field (cluster, node, "commit-index")
        != cluster_field (cluster, (guint) leader, "commit-index"))
      return g_strdup_printf ("S%u does not know what S%d has committed", node + 1,
                              leader + 1);
  tallies[0] += (double) cluster_field (cluster, 0, "commit-index");

  return schedules_compare_stores (cluster->sim, 0, N_SERVERS);
}

static void
test_recovers (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_RECOVER, check_recovers, NULL, tallies);

  g_assert_cmpfloat (tallies[0], >=, n);
}

/* What breaks when a disk is lost that figure 2 wants to last: nearly all. But a
 * leader still only adds to its log. */
static char *
check_lost_disks (guint64        seed,
                  double        *tallies,
                  gconstpointer  data)
{
  g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, seed);
  g_autofree char *violations = NULL;

  schedules_add_chaos (cluster->config, QUO_CHAOS_LOSE_DISK, 4, CALM_FROM, 50 * MS,
                       0);
  schedule_run (cluster);
  violations = cluster_violations (cluster);
  tallies[0] += strstr (violations, "leader-completeness: ") != NULL;

  return strstr (violations, "leader-append-only: ") != NULL
         ? g_strdup (violations) : NULL;
}

static void
test_lost_disks (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_LOST, check_lost_disks, NULL, tallies);

  g_test_message ("%g of %u without leader completeness", tallies[0], n);
  if (n >= 100)
    g_assert_cmpfloat (tallies[0], >, 0);
}

/* The seed makes the schedule: twice the same trace. */
static void
test_repeatable (void)
{
  g_autoptr (Cluster) one = schedule_new (N_SERVERS, schedules_seed ());
  g_autoptr (Cluster) two = schedule_new (N_SERVERS, schedules_seed ());
  g_autofree char *digest_one = NULL;
  g_autofree char *digest_two = NULL;

  schedule_run (one);
  schedule_run (two);
  digest_one = quo_trace_digest (quo_sim_trace (one->sim));
  digest_two = quo_trace_digest (quo_sim_trace (two->sim));

  g_assert_cmpstr (digest_one, ==, digest_two);
}

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES);

  g_test_add_func (PATH "no-schedule-breaks-an-invariant", test_schedules);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, NULL,
                       SCHEDULE_ALL_BUT_DISK | SCHEDULE_OPTION);
  g_test_add_func (PATH "cluster-recovers", test_recovers);
  g_test_add_func (PATH "a-lost-disk-breaks-leader-completeness", test_lost_disks);
  g_test_add_func (PATH "same-seed-same-trace", test_repeatable);
  schedules_add_faults (PATH, play, schedule_mistakes, schedule_n_mistakes);

  return g_test_run ();
}
