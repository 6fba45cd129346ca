/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Raft's invariants over random schedules of faults while members come and go and
 * logs are compacted, and each known mistake in that caught.
 */

#include "schedule.h"

#include <string.h>

#define PATH "/core/protocol/raft/changes/"

#define N_SCHEDULES 1500
#define N_STORMS    1500
#define N_LEARNERS  300
#define N_SERVERS   6

/* Up to a dozen changes; whoever leads then decides whether it may. */
static void
draw_changes (Cluster   *cluster,
              QuoStream *stream)
{
  static const char * const sets[] = {
    "S1 S2 S3", "S4 S5 S6", "S1 S3 S5", "S2 S4 S5 S6", "S1 S2 S3 S4 S5", "S2 S6",
  };
  guint n_changes = (guint) schedule_draw (stream, 0, 13);

  cluster_option (cluster, "members",
                  schedule_toss (stream, .5) ? "S1 S2 S3 S4" : "S1 S2 S3");
  for (guint i = 0; i < n_changes; i++)
    {
      static const char * const commands[] = {
        "add-learner", "add-member", "add-member", "remove-member", "remove-member",
        "change-members",
      };
      QuoTime at = (QuoTime) schedule_draw (stream, 150 * MS, 1800 * MS);
      const char *command = commands[(guint) schedule_draw (stream, 0, 6)];
      g_autofree char *server = g_strdup_printf (
        "S%u", 1 + (guint) schedule_draw (stream, 0, N_SERVERS));
      const char *set = sets[(guint) schedule_draw (stream, 0, G_N_ELEMENTS (sets))];

      cluster_command (cluster, at, -1, command,
                       g_str_equal (command, "change-members") ? set : server);
    }
}

static Cluster *
new_schedule (guint64 seed)
{
  static const char * const limits[] = { "0", "1", "3", "10" };
  Cluster *cluster = schedule_new (N_SERVERS, seed);
  QuoStream stream = { quo_stream_key (seed, 4712, 0, 0), 0 };

  draw_changes (cluster, &stream);
  cluster_option (cluster, "snapshot-entries",
                  limits[(guint) schedule_draw (&stream, 0, 4)]);

  return cluster;
}

static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (Cluster) cluster = new_schedule (seed);

  if (fault != NULL)
    cluster_fault (cluster, fault);
  schedule_run (cluster);

  return g_steal_pointer (&cluster->sim);
}

enum
{
  OPERATIONS,
  CONFIGURATIONS,
  SNAPSHOTS,
  INSTALLED
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (Cluster) cluster = new_schedule (seed);

  schedule_run (cluster);
  tallies[OPERATIONS] += (double) quo_sim_figure (cluster->sim, QUO_FIGURE_OPS_OK);
  tallies[CONFIGURATIONS] += schedule_measure (cluster, "configurations");
  tallies[SNAPSHOTS] += schedule_measure (cluster, "snapshots");
  tallies[INSTALLED] += schedule_measure (cluster, "installed-snapshots");

  return schedules_violation (cluster->sim);
}

static void
test_schedules (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, NULL, tallies);

  g_test_message ("%g operations, %g configurations used, %g snapshots, %g of them "
                  "installed", tallies[OPERATIONS], tallies[CONFIGURATIONS],
                  tallies[SNAPSHOTS], tallies[INSTALLED]);
  if (n < SCHEDULES_N_TELLING)
    return;
  g_assert_cmpfloat (tallies[OPERATIONS], >=, 5 * n);
  g_assert_cmpfloat (tallies[CONFIGURATIONS], >=, 2 * n);
  g_assert_cmpfloat (tallies[SNAPSHOTS], >=, 2 * n);
  g_assert_cmpfloat (tallies[INSTALLED], >=, .1 * n);
}

#define N_STORMY 5

/* Everybody on one of so many sides. */
static void
draw_sides (Cluster   *cluster,
            QuoStream *stream,
            guint      n_sides,
            QuoTime    at)
{
  g_autoptr (GString) groups = g_string_new (NULL);
  guint side_of[N_STORMY];

  for (guint i = 0; i < N_STORMY; i++)
    side_of[i] = (guint) schedule_draw (stream, 0, n_sides);
  for (guint side = 0; side < n_sides; side++)
    {
      gsize before = groups->len;

      for (guint i = 0; i < N_STORMY; i++)
        if (side_of[i] == side)
          g_string_append_printf (groups, "%u", i + 1);
      if (groups->len > before)
        g_string_append_c (groups, '|');
    }
  g_string_truncate (groups, groups->len - 1);
  cluster_partition (cluster, at, groups->str);
}

static void
draw_round (Cluster   *cluster,
            QuoStream *stream,
            QuoTime    at)
{
  static const char * const commands[] = { "add-member", "remove-member" };
  guint stands = (guint) schedule_draw (stream, 0, N_STORMY);

  draw_sides (cluster, stream, schedule_toss (stream, .3) ? 1 : 2, at);
  if (schedule_toss (stream, .8))
    cluster_stand (cluster, at + 5 * MS, stands);
  if (schedule_toss (stream, .6))
    draw_sides (cluster, stream, 2 + schedule_toss (stream, .5), at + 30 * MS);
  if (schedule_toss (stream, .8))
    {
      g_autofree char *server = g_strdup_printf (
        "S%u", 1 + (guint) schedule_draw (stream, 0, N_STORMY));

      cluster_command (cluster, at + 35 * MS, (int) stands,
                       commands[(guint) schedule_draw (stream, 0, 2)], server);
    }
  if (schedule_toss (stream, .1))
    cluster_at (cluster, at + 70 * MS, QUO_ACTION_CRASH, stands)->lasts = 5 * MS;
}

/* A storm: nobody's timer goes off by itself, but every 80 ms the network falls into
 * two other parts, somebody stands, and somebody, if it leads, changes a member. So
 * leaders come and go that know different members, which takes long to come about
 * where all else happens as well. */
static QuoSim *
play_storm (guint64        seed,
            const char    *fault,
            gconstpointer  data)
{
  g_autoptr (Cluster) cluster = cluster_new (N_STORMY, 1);
  QuoStream stream = { quo_stream_key (seed, 4713, 0, 0), 0 };

  cluster->config->seed = seed;
  cluster_option (cluster, "members",
                  schedule_toss (&stream, .5) ? "S1 S2 S3 S4" : "S1 S2 S3");
  cluster_option (cluster, "election-timeout", "10s..20s");
  cluster_option (cluster, "no-op", schedule_toss (&stream, .5) ? "true" : "false");
  for (guint i = 0; i < 20; i++)
    draw_round (cluster, &stream, 10 * MS + (QuoTime) i * 80 * MS);
  if (fault != NULL)
    cluster_fault (cluster, fault);
  schedule_play (cluster);

  return g_steal_pointer (&cluster->sim);
}

static char *
check_storm (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play_storm (seed, NULL, NULL);
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  int used = quo_declaration_find_measure (d, "configurations");

  tallies[0] += quo_samples_get_sum (quo_sim_measure (sim, (guint) used));

  return schedules_violation (sim);
}

static void
test_storms (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_STORMS, check_storm, NULL, tallies);

  g_test_message ("%g configurations used", tallies[0]);
  g_assert_cmpfloat (tallies[0], >=, n / 4);
}

/* S4 and S5 never vote, but may learn, and lose their disks. Nobody counts on what
 * they have, so that they break only what is said of each server alone. */
static QuoSim *
play_learners (guint64        seed,
               const char    *fault,
               gconstpointer  data)
{
  g_autoptr (Cluster) cluster = schedule_new (5, seed);
  QuoStream stream = { quo_stream_key (seed, 4714, 0, 0), 0 };

  cluster_option (cluster, "members", "S1 S2 S3");
  cluster_option (cluster, "snapshot-entries", schedule_toss (&stream, .5) ? "0" : "5");
  for (guint i = 0; i < 8; i++)
    cluster_command (cluster, (QuoTime) schedule_draw (&stream, 150 * MS, 1300 * MS), -1,
                     i % 4 == 3 ? "remove-member" : "add-learner",
                     schedule_toss (&stream, .5) ? "S4" : "S5");
  schedules_add_chaos (cluster->config, QUO_CHAOS_LOSE_DISK, 10, CALM_FROM, 50 * MS, 0);
  for (guint i = 0; i < 3; i++)
    schedules_spare (cluster->config, i);
  schedule_run (cluster);

  return g_steal_pointer (&cluster->sim);
}

static char *
check_learners (guint64        seed,
                double        *tallies,
                gconstpointer  data)
{
  static const char * const its_own[] = {
    "one-vote", "term-forward", "commit-forward", "acknowledged-kept"
  };
  g_autoptr (QuoSim) sim = play_learners (seed, NULL, NULL);
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));

  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    {
      const QuoViolation *violation = quo_sim_violation (sim, i);
      gboolean is_its_own = FALSE;

      for (guint k = 0; k < G_N_ELEMENTS (its_own); k++)
        is_its_own |= g_str_equal (d->invariants[violation->invariant].id, its_own[k]);
      if (!is_its_own)
        return g_strdup (violation->text);
      tallies[0]++;
    }

  return NULL;
}

static void
test_learners (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_LEARNERS, check_learners, NULL, tallies);

  g_test_message ("%g times in %u a learner forgot", tallies[0], n);
}

static const ScheduleFault mistakes[] = {
  { "count-learners", "leader-completeness", 585 },
  { "change-without-joint", "election-safety" },
  { "snapshot-keeps-conflicting-log", "log-matching", 1780 },
  { "install-old-snapshot", "commit-forward" },
  { "snapshot-without-sessions", "same-state", 255 },
};

static const ScheduleFault storm_mistakes[] = {
  { "change-before-own-entry", "leader-completeness", 3550 },
  { "forget-config-on-truncate", "leader-completeness", 3800 },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES);

  g_test_add_func (PATH "no-schedule-breaks-an-invariant", test_schedules);
  g_test_add_func (PATH "no-storm-breaks-an-invariant", test_storms);
  g_test_add_func (PATH "a-learner-may-lose-its-disk", test_learners);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, NULL,
                       SCHEDULE_ALL_BUT_DISK | SCHEDULE_OPTION);
  schedules_add_faults (PATH, play, mistakes, G_N_ELEMENTS (mistakes));
  schedules_add_faults (PATH, play_storm, storm_mistakes,
                        G_N_ELEMENTS (storm_mistakes));
  schedules_know_faults (schedule_mistakes, schedule_n_mistakes);
  schedules_know_faults (schedule_read_mistakes, schedule_n_read_mistakes);
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for", "raft");

  return g_test_run ();
}
