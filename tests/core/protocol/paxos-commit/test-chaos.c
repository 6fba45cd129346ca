/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults of every kind: no schedule of them may break what Paxos Commit
 * promises, and for each known mistake some schedule does. */

#include "fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/paxos-commit/chaos/"

#define N_SCHEDULES 5000
#define N_TRIES_MAX 3000

static int seed_first = 1;

/* Everything that can go wrong does, but for a lost disk. After 1.5 s it stops, and
 * 4.5 s are left to settle. */
static QuoSimConfig *
new_schedule (guint64 seed)
{
  guint n_nodes = 3 + (guint) (seed % 5);
  QuoSimConfig *config = fixture_new (n_nodes);

  config->seed = seed;
  fixture_set (config, "variant", seed / 5 % 2 != 0 ? "faster" : "basic");
  fixture_set (config, "co-located", seed / 10 % 2 != 0 ? "true" : "false");
  fixture_set (config, "faults", seed / 20 % 2 != 0 ? "1" : "2");
  fixture_set (config, "leader-timeout", "150ms");
  fixture_set (config, "takeover-timeout", "120ms");

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
test_sound (void)
{
  double n_committed = 0;
  double n_aborted = 0;
  guint n_takeovers = 0;

  for (guint i = 0; i < N_SCHEDULES; i++)
    {
      guint64 seed = (guint64) seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed);
      g_autoptr (QuoSim) sim = fixture_run (config, 6 * QUO_SECOND);

      if (quo_sim_n_violations (sim) > 0)
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed,
                 quo_sim_violation (sim, 0)->text);
      if (fixture_sum (sim, "in-doubt-at-end") > 0)
        g_error ("seed %" G_GUINT64_FORMAT ": still in doubt", seed);
      fixture_assert_logs_agree (sim, seed);
      n_committed += fixture_sum (sim, "committed");
      n_aborted += fixture_sum (sim, "aborted");
      n_takeovers += fixture_n_notes (sim, "takeover", -1);
    }

  /* None is rare, or the schedules would show nothing. */
  g_test_message ("%g committed, %g aborted, %u takeovers", n_committed,
                  n_aborted, n_takeovers);
  g_assert_cmpfloat (n_committed, >, N_SCHEDULES);
  g_assert_cmpfloat (n_aborted, >, N_SCHEDULES);
  g_assert_cmpuint (n_takeovers, >, N_SCHEDULES);
}

static void
test_transitions (void)
{
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule ((guint64) seed_first + i);
      g_autoptr (QuoSim) sim = fixture_run (config, 6 * QUO_SECOND);

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
      sim = fixture_run (config, 6 * QUO_SECOND);
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
    { "abort-on-timeout", "atomicity" },
    { "ignore-accepted", "atomicity" },
    { "ignore-accepted", "consistency" },
    { "free-is-prepared", "unanimity" },
    { "small-quorum", "atomicity" },
    { "answer-before-sync", "consistency" },
    { "vote-before-sync", "durable-vote" },
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
  fixture_use ("paxos-commit");

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
