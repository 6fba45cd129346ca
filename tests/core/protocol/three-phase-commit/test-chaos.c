/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random crashes, of everybody, at any time, and nothing else: a network that
 * delivers what it is given, in time. That is what three-phase commit asks for, and
 * then no schedule may break it. */

#include "fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/three-phase-commit/chaos/"

#define N_SCHEDULES 10000
#define N_TRIES_MAX 3000

static int seed_first = 1;

/* A message takes at most 10 ms and a write 5 ms, so an answer comes within 30 ms
 * and a coordinator that is up is heard of within 150 ms. */
static QuoSimConfig *
new_schedule (guint64 seed)
{
  guint n_nodes = 2 + (guint) (seed % 5);
  QuoSimConfig *config = fixture_new (n_nodes);

  config->seed = seed;
  fixture_set (config, "final-ack", seed / 5 % 2 != 0 ? "true" : "false");
  fixture_set (config, "answer-timeout", "40ms");
  fixture_set (config, "silence-timeout", "150ms");
  fixture_set (config, "ask-interval", "70ms");

  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  config->network.base.latency = quo_distribution_new_uniform (MS, 10 * MS);
  config->network.base.duplicate = 0.05;
  config->disk.sync = quo_distribution_new_uniform (0, 5 * MS);
  fixture_add_chaos (config, QUO_CHAOS_CRASH, 12, 400 * MS, 0);

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i % 3);
      g_autofree char *value = g_strdup_printf ("%u", i);

      fixture_begin (config, (5 + 100 * i) * MS, key, value);
      if (i % 4 == 3)
        fixture_command (config, (4 + 100 * i) * MS, 1 + i % (n_nodes - 1),
                         "refuse");
    }

  return config;
}

static void
test_sound (void)
{
  double n_committed = 0;
  double n_aborted = 0;
  guint n_backups = 0;
  guint n_rescued = 0;

  for (guint i = 0; i < N_SCHEDULES; i++)
    {
      guint64 seed = (guint64) seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed);
      g_autoptr (QuoSim) sim = fixture_run (config, 5 * QUO_SECOND);

      if (quo_sim_n_violations (sim) > 0)
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed,
                 quo_sim_violation (sim, 0)->text);
      if (fixture_sum (sim, "in-doubt-at-end") > 0)
        g_error ("seed %" G_GUINT64_FORMAT ": still in doubt", seed);
      fixture_assert_logs_agree (sim, seed);
      n_committed += fixture_sum (sim, "committed");
      n_aborted += fixture_sum (sim, "aborted");
      n_backups += fixture_n_notes (sim, "backup", -1);
      n_rescued += fixture_n_notes (sim, "recover", -1);
    }

  /* None is rare, or the schedules would show nothing. */
  g_test_message ("%g committed, %g aborted, %u backups, %u taken up",
                  n_committed, n_aborted, n_backups, n_rescued);
  g_assert_cmpfloat (n_committed, >, N_SCHEDULES);
  g_assert_cmpfloat (n_aborted, >, N_SCHEDULES);
  g_assert_cmpuint (n_backups, >, N_SCHEDULES / 10);
  g_assert_cmpuint (n_rescued, >, N_SCHEDULES / 10);
}

static void
test_transitions (void)
{
  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule ((guint64) seed_first + i);
      g_autoptr (QuoSim) sim = fixture_run (config, 5 * QUO_SECOND);

      fixture_assert_transitions_declared (sim);
    }
}

/* Its one promise less: a network that is cut in two breaks it, in some schedule. */
static void
test_partition (void)
{
  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule ((guint64) seed_first + i);
      g_autoptr (QuoSim) sim = NULL;

      fixture_add_chaos (config, QUO_CHAOS_PARTITION, 3, 400 * MS, 0);
      sim = fixture_run (config, 5 * QUO_SECOND);
      if (!fixture_is_violated (sim, "atomicity"))
        continue;

      g_test_message ("after %u schedules: %s", i + 1,
                      quo_sim_violation (sim, 0)->text);
      return;
    }

  g_error ("no partition breaks it");
}

static void
test_fault (gconstpointer data)
{
  const char * const *names = data;

  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      g_autoptr (QuoSimConfig) config
        = new_schedule ((guint64) seed_first + i);
      g_autoptr (QuoSim) sim = NULL;

      fixture_set_fault (config, names[0]);
      sim = fixture_run (config, 5 * QUO_SECOND);
      if (!fixture_is_violated (sim, names[1]))
        continue;

      g_test_message ("%s, after %u schedules: %s", names[0], i + 1,
                      quo_sim_violation (sim, 0)->text);
      return;
    }

  g_error ("no schedule finds %s", names[0]);
}

int
main (int    argc,
      char **argv)
{
  static const char * const faults[][2] = {
    { "skip-precommit", "nonblocking" },
    { "commit-before-acks", "nonblocking" },
    { "recovered-aborts", "atomicity" },
    { "recovered-takes-part", "atomicity" },
    { "vote-before-sync", "durable-vote" },
    { "ignore-no-vote", "unanimity" },
  };
  GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed_first, "First seed", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  g_option_context_parse (context, &argc, &argv, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %d", seed_first);
  fixture_use ("three-phase-commit");

  g_test_add_func (PATH "every-schedule-of-crashes-keeps-atomicity", test_sound);
  g_test_add_func (PATH "roles-change-as-declared", test_transitions);
  g_test_add_func (PATH "some-partition-breaks-atomicity", test_partition);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "%s-breaks-%s", faults[i][0],
                                               faults[i][1]);

      g_test_add_data_func (path, faults[i], test_fault);
    }

  return g_test_run ();
}
