/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: no schedule of them may break what two-phase commit promises, and
 * for each known mistake some schedule does. */

#include "fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/two-phase-commit/chaos/"

#define N_SCHEDULES 10000
#define N_TRIES_MAX 2000

static int seed_first = 1;

static const char * const variants[] = {
  "basic", "presumed-abort", "presumed-commit",
};

/* Everything that can go wrong does, but for a lost disk, from which no commit
 * protocol recovers. After 1.5 s it stops, and 3.5 s are left to settle. */
static QuoSimConfig *
new_schedule (guint64 seed)
{
  guint n_nodes = 2 + (guint) (seed % 4);
  QuoSimConfig *config = fixture_new (n_nodes);

  config->seed = seed;
  fixture_set (config, "variant", variants[seed / 4 % 3]);
  fixture_set (config, "cooperative-termination",
               seed / 12 % 2 != 0 ? "true" : "false");
  fixture_set (config, "vote-timeout", "100ms");
  fixture_set (config, "resend-interval", "120ms");
  fixture_set (config, "ask-interval", "80ms");

  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  config->network.base.latency = quo_distribution_new_uniform (MS, 30 * MS);
  config->network.base.loss = 0.02;
  config->network.base.duplicate = 0.05;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * MS);

  fixture_add_chaos (config, QUO_CHAOS_CRASH, 6, 300 * MS, 0);
  fixture_add_chaos (config, QUO_CHAOS_PAUSE, 2, 300 * MS, 0);
  fixture_add_chaos (config, QUO_CHAOS_PARTITION, 1, 300 * MS, 0);
  fixture_add_chaos (config, QUO_CHAOS_CUT, 1, 300 * MS, 0);
  fixture_add_chaos (config, QUO_CHAOS_LOSS, 0.5, 300 * MS, 0.3);

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
assert_disks_agree (QuoSim  *sim,
                    guint64  seed)
{
  guint n_nodes = quo_trace_n_nodes (quo_sim_trace (sim));
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));

  fixture_assert_logs_agree (sim, seed);
  quo_replay_seek (replay, quo_trace_length (quo_sim_trace (sim)));
  for (guint node = 2; node < n_nodes; node++)
    for (guint i = 0; i < 3; i++)
      {
        g_autofree char *key = g_strdup_printf ("k%u", i);

        g_assert_cmpstr (fixture_stored (sim, replay, node, key), ==,
                         fixture_stored (sim, replay, 1, key));
      }
}

static void
test_sound (void)
{
  double n_committed = 0;
  double n_aborted = 0;

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
      assert_disks_agree (sim, seed);
      n_committed += fixture_sum (sim, "committed");
      n_aborted += fixture_sum (sim, "aborted");
    }

  /* Neither is rare, or the schedules would show nothing. */
  g_test_message ("%g committed, %g aborted", n_committed, n_aborted);
  g_assert_cmpfloat (n_committed, >, N_SCHEDULES);
  g_assert_cmpfloat (n_aborted, >, N_SCHEDULES);
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
    { "commit-on-timeout", "atomicity" },
    { "abort-on-timeout", "atomicity" },
    { "vote-before-sync", "durable-vote" },
    { "forget-decision", "atomicity" },
    { "ignore-no-vote", "unanimity" },
    { "ignore-no-vote", "atomicity" },
    { "wrong-presumption", "atomicity" },
    { "forget-locks", "locks" },
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
  fixture_use ("two-phase-commit");
  g_test_message ("seed %d", seed_first);

  g_test_add_func (PATH "every-schedule-keeps-atomicity", test_sound);
  g_test_add_func (PATH "roles-change-as-declared", test_transitions);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "%s-breaks-%s", faults[i][0],
                                               faults[i][1]);

      g_test_add_data_func (path, faults[i], test_fault);
    }

  return g_test_run ();
}
