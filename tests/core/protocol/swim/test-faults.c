/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: whatever happens the invariants hold, and when it has stopped every
 * live member holds exactly the live ones alive, within a bound. Every known mistake
 * is found by some schedule. */

#include "../schedules.h"
#include "fixture.h"

#include "base/random.h"

#include <math.h>

#define PATH          "/core/protocol/swim/"
#define N_SCHEDULES   2000
#define PERIOD        (100 * MS)
#define FAULTS_END    (3 * QUO_SECOND)
#define LASTS         (600 * MS)
#define RECONNECT     4

static guint
pick (guint64 seed,
      guint   what,
      guint   bound)
{
  return (guint) quo_bounded (quo_random_at (seed, what), bound);
}

static gboolean
is_slow (guint64 seed)
{
  return pick (seed, 14, 5) == 0;
}

/* Clocks that are up to 5 % too fast or too slow. */
static void
add_drift (QuoSimConfig *config)
{
  config->nodes = g_new0 (QuoNodeConfig, config->n_nodes);
  for (guint i = 0; i < config->n_nodes; i++)
    config->nodes[i].clock_drift = ((double) pick (config->seed, 20 + i, 101) - 50)
                                   / 1000;
}

static void
add_chaos (QuoSimConfig *config)
{
  store_add_chaos (config, QUO_CHAOS_CRASH, 1, FAULTS_END, LASTS, 0);
  store_add_chaos (config, QUO_CHAOS_LOSE_DISK, .3, FAULTS_END, LASTS, 0);
  store_add_chaos (config, QUO_CHAOS_PAUSE, 1, FAULTS_END, LASTS, 0);
  store_add_chaos (config, QUO_CHAOS_PARTITION, .7, FAULTS_END, LASTS, 0);
  store_add_chaos (config, QUO_CHAOS_CUT, 1.5, FAULTS_END, LASTS, 0);
  store_add_chaos (config, QUO_CHAOS_LOSS, .7, FAULTS_END, LASTS, .4);
  store_add_chaos (config, QUO_CHAOS_SKEW, .5, FAULTS_END, LASTS, .2);
}

static QuoSimConfig *
new_schedule (guint64 seed)
{
  static const char * const suspicions[] = { "2", "5", "0", "3" };
  guint n = 3 + pick (seed, 0, 6);
  QuoSimConfig *config = store_new ("swim", n);
  g_autofree char *members = g_strdup_printf ("%u", n - pick (seed, 1, 2));

  config->seed = seed;
  store_set (config, "period", "100ms");
  store_set (config, "ack-timeout", "35ms");
  store_set (config, "seeds", "2");
  store_set (config, "members", members);
  store_set (config, "reconnect-periods", G_STRINGIFY (RECONNECT));
  store_set (config, "suspicion-periods", suspicions[pick (seed, 2, 4)]);
  store_set (config, "suspicion", pick (seed, 3, 5) > 0 ? "true" : "false");
  store_set (config, "dissemination",
             pick (seed, 4, 4) > 0 ? "piggyback" : "multicast");
  store_set (config, "phase", pick (seed, 5, 3) > 0 ? "random" : "in-step");
  store_set (config, "local-health", pick (seed, 6, 4) > 0 ? "0" : "2");
  store_set (config, "buddy", pick (seed, 7, 4) > 0 ? "false" : "true");
  store_set (config, "lambda", pick (seed, 8, 2) > 0 ? "3" : "1");
  /* So slow that acks come late, or in the next period. */
  store_set_latency (config, MS, is_slow (seed) ? 70 * MS : 15 * MS);
  config->network.base.duplicate = 0.05;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * MS);
  add_chaos (config);
  if (pick (seed, 15, 3) == 0)
    add_drift (config);
  store_command (config, (500 + pick (seed, 9, 1500)) * MS, n - 1, "join");
  if (pick (seed, 10, 3) == 0)
    store_command (config, (1000 + pick (seed, 11, 2000)) * MS, 2, "leave");
  if (pick (seed, 12, 3) == 0)
    store_act (config, QUO_ACTION_CRASH, FAULTS_END + LASTS, pick (seed, 13, n));

  return config;
}

/* Periods after which all agree again: the last suspicion must have run out; within
 * one turn of reconnecting each member has been to everybody that it holds for dead
 * and to the seeds, which may have come back only then; and within 2 n - 1 everybody
 * has been pinged by everybody. All of that twice: what the first turn brings may be
 * told in the second. */
static QuoTime
agreement_bound (guint64 seed)
{
  guint n = 3 + pick (seed, 0, 6);
  QuoTime longest = MAX (5, 3 * (QuoTime) ceil (log (n + 1)));

  /* On the slowest of clocks. */
  return (pick (seed, 6, 4) > 0 ? 1 : 3)
         * (longest + 2 * (RECONNECT * n + 2 * n - 1)) * PERIOD * 20 / 19;
}

enum
{
  SUSPICIONS,
  CONFIRMS,
  REFUTATIONS
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);
  QuoTime end = FAULTS_END + LASTS + agreement_bound (seed);
  g_autoptr (QuoSim) sim = store_run (config, end);

  tallies[SUSPICIONS] += store_measure (sim, "false-suspicions");
  tallies[CONFIRMS] += store_measure (sim, "false-confirms");
  tallies[REFUTATIONS] += store_measure (sim, "refutations");
  /* On a slow network somebody is always suspected. */
  if (quo_sim_n_violations (sim) == 0 && !is_slow (seed)
      && !group_agrees (sim, end))
    return g_strdup ("the members do not agree at the end");

  return schedules_violation (sim);
}

static void
test_sound (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, NULL, tallies);

  g_test_message ("%g false suspicions, %g false confirms, %g refutations",
                  tallies[SUSPICIONS], tallies[CONFIRMS], tallies[REFUTATIONS]);
  if (n < SCHEDULES_N_TELLING)
    return;
  g_assert_cmpfloat (tallies[SUSPICIONS], >=, n);
  g_assert_cmpfloat (tallies[CONFIRMS], >=, .2 * n);
  g_assert_cmpfloat (tallies[REFUTATIONS], >=, .2 * n);
}

static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);

  if (fault != NULL)
    store_set_fault (config, fault);

  return store_run (config, FAULTS_END + LASTS);
}

int
main (int    argc,
      char **argv)
{
  static const ScheduleFault faults[] = {
    { "raise-another", "own-incarnation" },
    { "no-refutation", "refutation" },
    { "alive-overrides-equal", "precedence" },
    { "forget-dead", "confirm-final" },
    { "random-target", "round-robin-bound" },
    { "ack-without-ping", "answered" },
    { "ack-without-ping", "completeness" },
    { "same-identity", "new-identity" },
  };

  schedules_init (&argc, &argv, N_SCHEDULES);

  g_test_add_func (PATH "every-schedule-is-sound-and-ends-in-agreement", test_sound);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, NULL, SCHEDULE_ALL);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for", "swim");

  return g_test_run ();
}
