/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Raft's invariants over random schedules of faults, and each known mistake caught. */

#include "schedule.h"

#include <string.h>

#define PATH "/core/protocol/raft/faults/"

#define N_SCHEDULES 10000
#define N_RECOVER   100
#define N_LOST      300
#define N_LEASES    300
#define N_SERVERS   5

/* Figure 8 needs leaders that come and go with entries of their own terms between them:
 * no schedule of the ordinary kind in thousands has it. */
static void
make_restless (Cluster *cluster)
{
  int leader = quo_declaration_find_role (cluster->config->declaration, "leader");

  cluster_option (cluster, "no-op", "false");
  cluster_option (cluster, "batch", "1");
  cluster_option (cluster, "pre-vote", "false");
  cluster_option (cluster, "check-quorum", "false");
  cluster_option (cluster, "reads", "log");
  for (guint i = 0; i < cluster->config->n_clients; i++)
    cluster->config->clients[i].rate = 30;
  cluster->config->network.base.loss = .3;
  for (QuoTime at = 150 * MS; at < CALM_FROM; at += 60 * MS)
    {
      QuoAction *action = cluster_at (cluster, at, QUO_ACTION_CRASH, 0);

      action->node = (QuoSelector) { QUO_SELECT_ROLE, (guint) leader };
      action->lasts = 100 * MS;
    }
}

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
  if (data != NULL)
    make_restless (cluster);
  schedule_run (cluster);

  return g_steal_pointer (&cluster->sim);
}

static gboolean
is_option (Cluster    *cluster,
           const char *id,
           const char *text)
{
  const QuoDeclaration *d = cluster->config->declaration;
  int index = quo_declaration_find_option (d, id);
  g_autofree char *found = NULL;

  g_assert_cmpint (index, >=, 0);
  found = quo_option_get_text (&d->options[index], cluster->config->options,
                               cluster->config->names);

  return g_str_equal (found, text);
}

/* Section 8: with sessions, and reads through the log or after a round of heartbeats,
 * the store is one register a key. Nobody is to change how reads are served. */
static gboolean
is_linearizable (Cluster *cluster)
{
  for (guint i = 0; i < cluster->config->actions->len; i++)
    if (g_array_index (cluster->config->actions, QuoAction, i).kind
        == QUO_ACTION_SET_OPTION)
      return FALSE;

  return is_option (cluster, "sessions", "true")
         && !is_option (cluster, "reads", "local");
}

enum
{
  EVENTS,
  OPERATIONS,
  ELECTIONS,
  REPLACED,
  IDLE,
  JUDGED
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, seed);
  guint64 n_ok;
  char *text;

  schedule_run (cluster);
  n_ok = quo_sim_figure (cluster->sim, QUO_FIGURE_OPS_OK);
  tallies[EVENTS] += quo_trace_length (quo_sim_trace (cluster->sim));
  tallies[OPERATIONS] += (double) n_ok;
  tallies[ELECTIONS] += schedule_measure (cluster, "elections");
  tallies[REPLACED] += schedule_measure (cluster, "replaced-entries");
  tallies[IDLE] += n_ok == 0;
  text = schedules_violation (cluster->sim);
  if (text == NULL && is_linearizable (cluster))
    {
      tallies[JUDGED]++;
      text = schedules_judge_reads (cluster->sim);
    }

  return text;
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
  if (n < SCHEDULES_N_TELLING)
    return;
  g_assert_cmpfloat (tallies[OPERATIONS], >=, 10 * n);
  g_assert_cmpfloat (tallies[ELECTIONS], >=, 2 * n);
  g_assert_cmpfloat (tallies[IDLE], <=, n / 50.);
  g_assert_cmpfloat (tallies[JUDGED], >=, n / 4);
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
  schedules_check_some (N_LOST, check_lost_disks, NULL,
                        "without leader completeness");
}

/* The judge of reads itself: where any server answers from its own copy, it finds a
 * stale one. */
static void
test_local_reads (void)
{
  guint n_stale = 0;

  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, schedules_seed () + i);
      g_autofree char *text = NULL;

      cluster_option (cluster, "reads", "local");
      schedule_play (cluster);
      text = schedules_judge_reads (cluster->sim);
      n_stale += text != NULL;
    }

  g_test_message ("%u of 40 with a stale read", n_stale);
  g_assert_cmpuint (n_stale, >, 0);
}

/* Dissertation, section 6.4: a lease is as good as the clocks. They drift no more
 * than the option allows, and do not jump. */
static QuoSim *
play_reads (guint64        seed,
            const char    *fault,
            gconstpointer  data)
{
  g_autoptr (Cluster) cluster = schedule_new (N_SERVERS, seed);
  GArray *chaos = cluster->config->chaos;

  for (guint i = chaos->len; i > 0; i--)
    if (g_array_index (chaos, QuoChaos, i - 1).kind == QUO_CHAOS_SKEW)
      g_array_remove_index (chaos, i - 1);
  g_clear_pointer (&cluster->config->nodes, g_free);
  schedules_drift (cluster->config, 300 * MS, seed % 2 != 0 ? .009 : -.009);
  cluster_option (cluster, "reads", data);
  cluster_option (cluster, "check-quorum", "true");
  cluster_option (cluster, "sessions", "true");
  if (fault != NULL)
    cluster_fault (cluster, fault);
  schedule_play (cluster);

  return g_steal_pointer (&cluster->sim);
}

static char *
check_leases (guint64        seed,
              double        *tallies,
              gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play_reads (seed, NULL, "lease");
  char *text = schedules_violation (sim);

  tallies[0] += (double) quo_sim_figure (sim, QUO_FIGURE_OPS_OK);

  return text != NULL ? text : schedules_judge_reads (sim);
}

static void
test_leases (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_LEASES, check_leases, NULL, tallies);

  if (n >= SCHEDULES_N_TELLING)
    g_assert_cmpfloat (tallies[0], >, 10 * n);
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
  g_test_add_func (PATH "leases-keep-reads-fresh", test_leases);
  g_test_add_func (PATH "local-reads-are-found-stale", test_local_reads);
  g_test_add_func (PATH "same-seed-same-trace", test_repeatable);
  schedules_add_faults (PATH, play, schedule_mistakes, schedule_n_mistakes);
  schedules_add_faults (PATH, play_reads, schedule_read_mistakes,
                        schedule_n_read_mistakes);

  return g_test_run ();
}
