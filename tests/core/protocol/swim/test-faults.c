/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: whatever happens the invariants hold, and when it has stopped every
 * live member holds exactly the live ones alive, within a bound. Every known mistake
 * is found by some schedule. */

#include "fixture.h"

#include "base/random.h"

#include <math.h>

#define PATH          "/core/protocol/swim/"
#define N_SCHEDULES   2000
#define N_TRIES_MAX   4000
#define PERIOD        (100 * MS)
#define FAULTS_END    (3 * QUO_SECOND)
#define LASTS         (600 * MS)
#define RECONNECT     4

static int seed_first = 1;

static guint
n_schedules (void)
{
  const char *text = g_getenv ("QUORATE_SCHEDULES");

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : N_SCHEDULES;
}

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

static QuoSim *
run_soundly (guint64 seed)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);
  QuoTime end = FAULTS_END + LASTS + agreement_bound (seed);
  g_autoptr (QuoSim) sim = store_run (config, end);

  if (quo_sim_n_violations (sim) > 0)
    g_error ("seed %" G_GUINT64_FORMAT ": %s", seed,
             quo_sim_violation (sim, 0)->text);
  /* On a slow network somebody is always suspected. */
  if (!is_slow (seed) && !group_agrees (sim, end))
    g_error ("seed %" G_GUINT64_FORMAT ": the members do not agree at the end", seed);

  return g_steal_pointer (&sim);
}

static void
test_sound (void)
{
  guint n = n_schedules ();
  double n_suspicions = 0;
  double n_confirms = 0;
  double n_refutations = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuoSim) sim = run_soundly ((guint64) seed_first + i);

      n_suspicions += store_measure (sim, "false-suspicions");
      n_confirms += store_measure (sim, "false-confirms");
      n_refutations += store_measure (sim, "refutations");
    }

  g_test_message ("%u schedules, %g false suspicions, %g false confirms, "
                  "%g refutations", n, n_suspicions, n_confirms, n_refutations);
  /* A few schedules may be harmless; many are not. */
  if (n < 100)
    return;
  g_assert_cmpfloat (n_suspicions, >=, n);
  g_assert_cmpfloat (n_confirms, >=, .2 * n);
  g_assert_cmpfloat (n_refutations, >=, .2 * n);
}

static void
test_fault (gconstpointer data)
{
  const char * const *names = data;

  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule ((guint64) seed_first + i);
      g_autoptr (QuoSim) sim = NULL;

      store_set_fault (config, names[0]);
      sim = store_run (config, FAULTS_END + LASTS);
      if (!store_is_violated (sim, names[1]))
        continue;

      g_test_message ("%s breaks %s after %u schedules", names[0], names[1], i + 1);
      return;
    }

  g_error ("no schedule finds %s", names[0]);
}

int
main (int    argc,
      char **argv)
{
  static const char * const faults[][2] = {
    { "raise-another", "own-incarnation" },
    { "no-refutation", "refutation" },
    { "alive-overrides-equal", "precedence" },
    { "forget-dead", "confirm-final" },
    { "random-target", "round-robin-bound" },
    { "ack-without-ping", "answered" },
    { "ack-without-ping", "completeness" },
    { "same-identity", "new-identity" },
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

  g_test_add_func (PATH "every-schedule-is-sound-and-ends-in-agreement", test_sound);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "%s-breaks-%s", faults[i][0],
                                               faults[i][1]);

      g_test_add_data_func (path, faults[i], test_fault);
    }

  return g_test_run ();
}
