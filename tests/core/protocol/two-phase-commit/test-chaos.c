/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: no schedule of them may break what two-phase commit promises, and
 * for each known mistake some schedule does. */

#include "fixture.h"

#include "../schedules.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/two-phase-commit/chaos/"

#define N_SCHEDULES 10000
#define N_LOST      300
#define CALM_FROM   (1500 * MS)

static const char * const variants[] = {
  "basic", "presumed-abort", "presumed-commit",
};

static void
draw_options (QuoSimConfig *config,
              guint64       seed)
{
  fixture_set (config, "variant", variants[seed / 4 % 3]);
  fixture_set (config, "cooperative-termination",
               seed / 12 % 2 != 0 ? "true" : "false");
  if (seed / 24 % 4 == 3)
    fixture_set_node (config, "read-only", (int) config->n_nodes - 1);
  fixture_set (config, "vote-timeout", "100ms");
  fixture_set (config, "resend-interval", "120ms");
  fixture_set (config, "ask-interval", "80ms");
  if (seed / 5 % 4 == 3)
    schedules_option (config, (seed % 1200) * MS, "cooperative-termination",
                      seed / 12 % 2 != 0 ? "false" : "true");
}

/* Everything that can go wrong does, but for a lost disk: the log is on stable
 * storage (Bernstein et al. 1987, chapter 7). After 1.5 s it stops, and 3.5 s are
 * left to settle. */
static QuoSimConfig *
new_schedule (guint64 seed)
{
  guint n_nodes = 2 + (guint) (seed % 4);
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

  return fixture_run (config, 5 * QUO_SECOND);
}

/* Who only reads keeps nothing of what it voted on. */
static char *
judge_stores (QuoSim *sim)
{
  guint n_nodes = quo_trace_n_nodes (quo_sim_trace (sim));
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));
  const char *first, *other;

  quo_replay_seek (replay, quo_trace_length (quo_sim_trace (sim)));
  for (guint node = 2; node < n_nodes; node++)
    for (guint i = 0; i < 3; i++)
      {
        g_autofree char *key = g_strdup_printf ("k%u", i);

        first = fixture_stored (sim, replay, 1, key);
        other = fixture_stored (sim, replay, node, key);
        if (g_strcmp0 (first, other) != 0)
          return g_strdup_printf ("%s is %s here and %s there", key,
                                  first != NULL ? first : "nothing",
                                  other != NULL ? other : "nothing");
      }

  return NULL;
}

enum
{
  COMMITTED,
  ABORTED
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play (seed, NULL, NULL);
  char *text = fixture_judge (sim);

  tallies[COMMITTED] += fixture_sum (sim, "committed");
  tallies[ABORTED] += fixture_sum (sim, "aborted");
  if (text == NULL && seed / 24 % 4 != 3)
    text = judge_stores (sim);

  return text;
}

static void
test_sound (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, NULL, tallies);

  /* Neither is rare, or the schedules would show nothing. */
  g_test_message ("%g committed, %g aborted", tallies[COMMITTED],
                  tallies[ABORTED]);
  if (n < SCHEDULES_N_TELLING)
    return;
  g_assert_cmpfloat (tallies[COMMITTED], >, n);
  g_assert_cmpfloat (tallies[ABORTED], >, n);
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

/* Without stable storage the outcome may differ. What participants lose does not
 * change what they said, so that even then nobody commits what somebody refused; a
 * coordinator without its log presumes even that. */
static char *
check_lost_disks (guint64        seed,
                  double        *tallies,
                  gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);
  g_autoptr (QuoSim) sim = NULL;

  schedules_add_chaos (config, QUO_CHAOS_LOSE_DISK, 3, CALM_FROM, 300 * MS, 0);
  schedules_spare (config, 0);
  sim = fixture_run (config, 5 * QUO_SECOND);
  tallies[0] += fixture_is_violated (sim, "atomicity");
  if (fixture_is_violated (sim, "unanimity"))
    return g_strdup ("committed what was refused");

  return NULL;
}

static void
test_lost_disks (void)
{
  schedules_check_some (N_LOST, check_lost_disks, NULL,
                        "without atomicity");
}

static const ScheduleFault faults[] = {
  { "commit-on-timeout", "atomicity" },
  { "abort-on-timeout", "atomicity" },
  { "vote-before-sync", "durable-vote" },
  { "forget-decision", "atomicity" },
  { "ignore-no-vote", "unanimity" },
  { "ignore-no-vote", "atomicity" },
  { "wrong-presumption", "atomicity" },
  { "forget-locks", "locks" },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES);
  fixture_use ("two-phase-commit");

  g_test_add_func (PATH "every-schedule-keeps-atomicity", test_sound);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, NULL,
                       SCHEDULE_ALL_BUT_DISK | SCHEDULE_OPTION);
  g_test_add_func (PATH "roles-change-as-declared", test_transitions);
  g_test_add_func (PATH "a-lost-disk-breaks-atomicity-and-not-unanimity",
                   test_lost_disks);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for",
                            "two-phase-commit");

  return g_test_run ();
}
