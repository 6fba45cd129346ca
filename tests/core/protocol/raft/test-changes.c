/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Raft's invariants over random schedules of faults while members come and go and
 * logs are compacted, and each known mistake in that caught.
 *
 * --seed N runs from N on, --schedules N sets how many.
 */

#include "schedule.h"

#include <string.h>

#define N_SCHEDULES 1500
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

static void
test_schedules (void)
{
  double n_configurations = 0;
  double n_snapshots = 0;
  double n_installed = 0;
  guint64 n_ok = 0;

  for (guint i = 0; i < schedule_count; i++)
    {
      guint64 seed = schedule_seed + i;
      g_autoptr (Cluster) cluster = new_schedule (seed);
      g_autofree char *violations = NULL;

      schedule_run (cluster);
      violations = cluster_violations (cluster);
      if (*violations != '\0')
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed, violations);

      n_ok += quo_sim_figure (cluster->sim, QUO_FIGURE_OPS_OK);
      n_configurations += schedule_measure (cluster, "configurations");
      n_snapshots += schedule_measure (cluster, "snapshots");
      n_installed += schedule_measure (cluster, "installed-snapshots");
    }

  g_test_message ("%u schedules from seed %" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT
                  " operations, %.0f configurations used, %.0f snapshots, %.0f of "
                  "them installed", schedule_count, schedule_seed, n_ok,
                  n_configurations, n_snapshots, n_installed);
  g_assert_cmpuint (n_ok, >=, 5 * (guint64) schedule_count);
  g_assert_cmpfloat (n_configurations, >=, 2.0 * schedule_count);
  g_assert_cmpfloat (n_snapshots, >=, 2.0 * schedule_count);
  g_assert_cmpfloat (n_installed, >=, .1 * schedule_count);
}

/* One of the invariants that the mistake breaks. The mistake of 2015 needs a longer
 * chain of accidents than chance brings about soon, and so does a forgotten
 * truncation: test-membership.c has them step by step. */
static const struct
{
  const char *fault;
  const char *invariant;
  guint64     from; /* a seed from which one that shows it is near */
} mistakes[] = {
  { "count-learners", "leader-completeness: ", 570 },
  { "change-without-joint", "election-safety: " },
  { "snapshot-keeps-conflicting-log", "log-matching: ", 890 },
  { "install-old-snapshot", "commit-forward: " },
  { "snapshot-without-sessions", "same-state: ", 150 },
};

static void
test_mistake (gconstpointer data)
{
  guint nth = GPOINTER_TO_UINT (data);

  for (guint64 i = 0; i < 20000; i++)
    {
      guint64 seed = schedule_seed + mistakes[nth].from + i;
      g_autoptr (Cluster) cluster = new_schedule (seed);
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

  g_test_add_func ("/core/protocol/raft/changes/no-schedule-breaks-an-invariant",
                   test_schedules);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strdup_printf (
        "/core/protocol/raft/changes/%s-is-caught", mistakes[i].fault);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mistake);
    }

  return g_test_run ();
}
