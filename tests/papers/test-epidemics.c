/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Demers et al., PODC 1987, tables 1 to 3, and the cycles until all know: the shipped
 * scenarios of the papers folder, run with many seeds, against the values of an
 * independent simulation of the same rules (which agree with what is printed).
 *
 * A figure passes when its mean over the runs is within the goal (5 % of residue and
 * traffic and of the cycles to all, 3 % of the last arrival), give or take four
 * standard errors of that mean in the ordinary suite. With the argument "full" there
 * are some thousand runs, and two standard errors.
 */

#include "scenario/run.h"

#include <math.h>

#define GOAL_SHARE  .05
#define GOAL_T_LAST .03

typedef struct
{
  const char *name;
  guint       n_runs;
  guint       n_runs_full;
  double      residue;
  double      traffic;
  double      t_last;
  double      cycles_to_all;
} Row;

static const Row rows[] = {
  { "push-feedback-counter-1", 40, 1000, .175, 1.74, 16.8, 0 },
  { "push-feedback-counter-2", 40, 1000, .0368, 3.30, 16.9, 0 },
  { "push-feedback-counter-3", 40, 1000, .0106, 4.53, 17.3, 0 },
  { "push-blind-coin-1", 100, 4000, .960, .040, 38.8, 0 },
  { "push-blind-coin-2", 40, 1000, .204, 1.59, 32.9, 0 },
  { "pull-feedback-counter-1", 24, 1000, 3.15e-2, 2.70, 17.6, 0 },
  { "pull-feedback-counter-2", 24, 2000, 5.9e-4, 4.49, 15.2, 0 },
  { "push-all-1000", 24, 400, 0, 0, 0, 18.1 },
  { "push-pull-all-1000", 24, 400, 0, 0, 0, 9.14 },
  { "push-all-10000", 10, 60, 0, 0, 0, 23.7 },
  { "push-pull-all-10000", 10, 60, 0, 0, 0, 11.6 },
};

static gboolean is_full;

static void
take (QuoRun     *run,
      const char *id,
      QuoSamples *samples)
{
  QuoSamples *own;
  const char *unit;

  g_assert_true (quo_run_measure (run, id, &own, &unit));
  g_assert_cmpuint (quo_samples_get_n (own), ==, 1);
  quo_samples_add (samples, quo_samples_get_mean (own));
}

static void
assert_near (QuoSamples *samples,
             const char *what,
             double      wanted,
             double      goal)
{
  double mean = quo_samples_get_mean (samples);
  double error = quo_samples_get_deviation (samples)
                 / sqrt (quo_samples_get_n (samples));

  g_test_message ("%s: %.5g in %u runs, standard error %.2g; wanted %.5g", what,
                  mean, quo_samples_get_n (samples), error, wanted);
  g_assert_cmpfloat (fabs (mean - wanted), <=,
                     goal * wanted + (is_full ? 2 : 4) * error);
}

static QuoScenario *
load (const char *name)
{
  const char *data_dir = g_getenv ("QUORATE_DATA_DIR");
  g_autofree char *file = g_strdup_printf ("gossip-%s%s", name, QUO_SCENARIO_SUFFIX);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario;

  g_assert_nonnull (data_dir);
  path = g_build_filename (data_dir, "scenarios", "papers", file, NULL);
  scenario = quo_scenario_new_from_file (path, &error);
  g_assert_no_error (error);

  return scenario;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (QuoScenario) scenario = load (row->name);
  g_autoptr (QuoSamples) residue = quo_samples_new ();
  g_autoptr (QuoSamples) traffic = quo_samples_new ();
  g_autoptr (QuoSamples) t_last = quo_samples_new ();
  g_autoptr (QuoSamples) cycles = quo_samples_new ();
  guint n_runs = is_full ? row->n_runs_full : row->n_runs;

  for (guint seed = 1; seed <= n_runs; seed++)
    {
      g_autoptr (QuoScenario) seeded = quo_scenario_with_seed (scenario, seed);
      g_autoptr (QuoRun) run = quo_run_new (seeded, quo_scenario_until (seeded),
                                            NULL, NULL, NULL);

      g_assert_cmpuint (quo_sim_n_violations (quo_run_sim (run)), ==, 0);
      take (run, "residue", residue);
      take (run, "traffic", traffic);
      take (run, "t-last", t_last);
      if (row->cycles_to_all > 0)
        take (run, "cycles-to-all", cycles);
    }

  if (row->cycles_to_all > 0)
    {
      assert_near (cycles, "cycles to all", row->cycles_to_all, GOAL_SHARE);
      return;
    }
  assert_near (residue, "residue", row->residue, GOAL_SHARE);
  assert_near (traffic, "traffic", row->traffic, GOAL_SHARE);
  assert_near (t_last, "last arrival", row->t_last, GOAL_T_LAST);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  is_full = argc > 1 && g_str_equal (argv[1], "full");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/papers/epidemics/%s-as-published",
                                               rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }

  return g_test_run ();
}
