/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults of every kind: no schedule of them may break what Paxos Commit
 * promises, and for each known mistake some schedule does. */

#include "fixture.h"

#include "../schedules.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/paxos-commit/chaos/"

#define N_SCHEDULES 5000
#define N_LOST      2000
#define CALM_FROM   (1500 * MS)

static void
draw_options (QuoSimConfig *config,
              guint64       seed)
{
  static const char * const n_faults[] = { "2", "1", "0" };

  fixture_set (config, "variant", seed / 5 % 2 != 0 ? "faster" : "basic");
  fixture_set (config, "co-located", seed / 10 % 2 != 0 ? "true" : "false");
  fixture_set (config, "faults", n_faults[seed / 20 % 8 == 7 ? 2 : seed / 20 % 2]);
  fixture_set (config, "leader-timeout", "150ms");
  fixture_set (config, "takeover-timeout", "120ms");
}

/* Everything that can go wrong does, but for a lost disk: managers and acceptors
 * have stable storage (Gray and Lamport 2006). After 1.5 s it stops,
 * and 4.5 s are left to settle. */
static QuoSimConfig *
new_schedule (guint64 seed)
{
  guint n_nodes = 3 + (guint) (seed % 5);
  QuoSimConfig *config = fixture_new (n_nodes);

  config->seed = seed;
  draw_options (config, seed);
  fixture_add_faults (config, CALM_FROM);
  fixture_begin_many (config);

  return config;
}

static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);

  if (fault != NULL)
    fixture_set_fault (config, fault);

  return fixture_run (config, 6 * QUO_SECOND);
}

enum
{
  COMMITTED,
  ABORTED,
  TAKEOVERS
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play (seed, NULL, NULL);

  tallies[COMMITTED] += fixture_sum (sim, "committed");
  tallies[ABORTED] += fixture_sum (sim, "aborted");
  tallies[TAKEOVERS] += fixture_n_notes (sim, "takeover", -1);

  return fixture_judge (sim);
}

static void
test_sound (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, NULL, tallies);

  /* None is rare, or the schedules would show nothing. */
  g_test_message ("%g committed, %g aborted, %g takeovers", tallies[COMMITTED],
                  tallies[ABORTED], tallies[TAKEOVERS]);
  if (n < SCHEDULES_N_TELLING)
    return;
  g_assert_cmpfloat (tallies[COMMITTED], >, n);
  g_assert_cmpfloat (tallies[ABORTED], >, n);
  g_assert_cmpfloat (tallies[TAKEOVERS], >, n);
}

static void
test_transitions (void)
{
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (QuoSim) sim = play (schedules_seed () + i, NULL, NULL);

      fixture_assert_transitions_declared (sim);
    }
}

/* An acceptor that forgot what it accepted is one that lies. */
static char *
check_lost_disks (guint64        seed,
                  double        *tallies,
                  gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);
  g_autoptr (QuoSim) sim = NULL;

  schedules_add_chaos (config, QUO_CHAOS_LOSE_DISK, 3, CALM_FROM, 300 * MS, 0);
  schedules_spare (config, 0);
  sim = fixture_run (config, 6 * QUO_SECOND);
  tallies[0] += fixture_is_violated (sim, "atomicity");

  return fixture_is_violated (sim, "unanimity")
         ? g_strdup ("committed what was refused") : NULL;
}

static void
test_lost_disks (void)
{
  schedules_check_some (N_LOST, check_lost_disks, NULL,
                        "without atomicity");
}

static const ScheduleFault faults[] = {
  { "abort-on-timeout", "atomicity" },
  { "ignore-accepted", "atomicity" },
  { "ignore-accepted", "consistency" },
  { "free-is-prepared", "unanimity" },
  { "small-quorum", "atomicity" },
  { "answer-before-sync", "consistency" },
  { "vote-before-sync", "durable-vote" },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES);
  fixture_use ("paxos-commit");

  g_test_add_func (PATH "every-schedule-keeps-atomicity", test_sound);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, NULL,
                       SCHEDULE_ALL_BUT_DISK);
  g_test_add_func (PATH "roles-change-as-declared", test_transitions);
  g_test_add_func (PATH "a-lost-disk-breaks-atomicity-and-not-unanimity",
                   test_lost_disks);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for",
                            "paxos-commit");

  return g_test_run ();
}
