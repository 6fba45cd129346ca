/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random crashes, of everybody, at any time, and clocks that are wrong: but a network
 * that delivers what it is given, in time, and disks that last. That is what
 * three-phase commit asks for, and then no schedule may break it. With everything
 * else as well it keeps half of its promise. */

#include "fixture.h"

#include "../schedules.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/three-phase-commit/chaos/"

#define N_SCHEDULES 10000
#define N_BEYOND    500
#define CALM_FROM   (1500 * MS)

/* A message takes at most 10 ms and a write 5 ms, so an answer comes within 30 ms
 * and a coordinator that is up is heard of within 150 ms; clocks that run a hundredth
 * apart do not change that. */
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
  schedules_drift (config, 700 * MS, seed % 2 != 0 ? .01 : -.01);
  schedules_add_chaos (config, QUO_CHAOS_CRASH, 12, CALM_FROM, 400 * MS, 0);
  schedules_add_chaos (config, QUO_CHAOS_SKEW, 2, CALM_FROM, MS, 1);

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

  return fixture_run (config, 5 * QUO_SECOND);
}

enum
{
  COMMITTED,
  ABORTED,
  BACKUPS,
  RESCUED
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play (seed, NULL, NULL);

  tallies[COMMITTED] += fixture_sum (sim, "committed");
  tallies[ABORTED] += fixture_sum (sim, "aborted");
  tallies[BACKUPS] += fixture_n_notes (sim, "backup", -1);
  tallies[RESCUED] += fixture_n_notes (sim, "recover", -1);

  return fixture_judge (sim);
}

static void
test_sound (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, NULL, tallies);

  /* None is rare, or the schedules would show nothing. */
  g_test_message ("%g committed, %g aborted, %g backups, %g taken up",
                  tallies[COMMITTED], tallies[ABORTED], tallies[BACKUPS],
                  tallies[RESCUED]);
  if (n < SCHEDULES_N_TELLING)
    return;
  g_assert_cmpfloat (tallies[COMMITTED], >, n);
  g_assert_cmpfloat (tallies[ABORTED], >, n);
  g_assert_cmpfloat (tallies[BACKUPS], >, n / 10);
  g_assert_cmpfloat (tallies[RESCUED], >, n / 10);
}

static void
test_transitions (void)
{
  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (QuoSim) sim = play (schedules_seed () + i, NULL, NULL);

      fixture_assert_transitions_declared (sim);
    }
}

typedef enum
{
  BEYOND_NETWORK,
  BEYOND_PAUSE,
  BEYOND_DISK
} Beyond;

static QuoSim *
play_beyond (guint64        seed,
             const char    *fault,
             gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);

  switch ((Beyond) GPOINTER_TO_INT (data))
    {
    case BEYOND_NETWORK:
      config->network.base.loss = .02;
      schedules_add_chaos (config, QUO_CHAOS_PARTITION, 3, CALM_FROM, 400 * MS, 0);
      schedules_add_chaos (config, QUO_CHAOS_CUT, 2, CALM_FROM, 400 * MS, 0);
      schedules_add_chaos (config, QUO_CHAOS_LOSS, .5, CALM_FROM, 300 * MS, .3);
      break;
    case BEYOND_PAUSE:
      schedules_add_chaos (config, QUO_CHAOS_PAUSE, 6, CALM_FROM, 400 * MS, 0);
      break;
    case BEYOND_DISK:
    default:
      schedules_add_chaos (config, QUO_CHAOS_LOSE_DISK, 3, CALM_FROM, 400 * MS, 0);
      schedules_spare (config, 0);
      break;
    }

  return fixture_run (config, 5 * QUO_SECOND);
}

/* Skeen 1981: sites fail by stopping, the network never fails and says who
 * is down. Where that is not so, some schedule breaks atomicity; but whoever commits
 * still was told that all had voted YES. */
static char *
check_beyond (guint64        seed,
              double        *tallies,
              gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play_beyond (seed, NULL, data);

  tallies[0] += fixture_is_violated (sim, "atomicity");

  return fixture_is_violated (sim, "unanimity")
         ? g_strdup ("committed what was refused") : NULL;
}

static void
test_beyond (gconstpointer data)
{
  schedules_check_some (N_BEYOND, check_beyond, data,
                        "without atomicity");
}

static const ScheduleFault faults[] = {
  { "skip-precommit", "nonblocking" },
  { "commit-before-acks", "nonblocking" },
  { "recovered-aborts", "atomicity" },
  { "recovered-takes-part", "atomicity" },
  { "vote-before-sync", "durable-vote" },
  { "ignore-no-vote", "unanimity" },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES);
  fixture_use ("three-phase-commit");

  g_test_add_func (PATH "every-schedule-of-crashes-keeps-atomicity", test_sound);
  schedules_add_kinds (PATH "every-kind-of-fault-allowed-is-there", play, NULL,
                       SCHEDULE_CRASH | SCHEDULE_RESTART | SCHEDULE_DUPLICATE
                       | SCHEDULE_REORDER | SCHEDULE_SKEW | SCHEDULE_DRIFT);
  g_test_add_func (PATH "roles-change-as-declared", test_transitions);
  g_test_add_data_func (PATH "some-partition-breaks-atomicity",
                        GINT_TO_POINTER (BEYOND_NETWORK), test_beyond);
  g_test_add_data_func (PATH "some-pause-breaks-atomicity",
                        GINT_TO_POINTER (BEYOND_PAUSE), test_beyond);
  g_test_add_data_func (PATH "some-lost-disk-breaks-atomicity",
                        GINT_TO_POINTER (BEYOND_DISK), test_beyond);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for",
                            "three-phase-commit");

  return g_test_run ();
}
