/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Demers et al., PODC 1987, tables 1 to 3, and the cycles until all know: the shipped
 * scenarios of the papers folder, run with many seeds, against what is printed and
 * against an independent simulation of the same rules.
 *
 * A figure passes when its mean over the runs is within the goal of what was
 * simulated: 5 % of residue, traffic and cycles to all, 3 % of the last arrival. In
 * the ordinary suite give or take four standard errors of that mean; with the
 * argument "full" there are some thousand runs, and nothing to give or take.
 */

#include "papers.h"

#include <math.h>

#define GOAL_SHARE  .05
#define GOAL_T_LAST .03
#define N_ERRORS    4

/* Printed (NAN: is not) and simulated. */
typedef struct
{
  double printed;
  double simulated;
} Figure;

typedef struct
{
  const char *name;
  guint       n_runs;
  guint       n_runs_full;
  Figure      residue;
  Figure      traffic;
  Figure      t_last;
  gboolean    is_law; /* s = e^-m */
} Row;

static const Row rows[] = {
  { "push-feedback-counter-1", 40, 1000,
    { .18, .175 }, { 1.7, 1.74 }, { 16.8, 16.8 }, TRUE },
  { "push-feedback-counter-2", 40, 1000,
    { .037, .0368 }, { 3.3, 3.30 }, { 16.9, 16.9 }, TRUE },
  { "push-feedback-counter-3", 40, 1000,
    { .011, .0106 }, { 4.5, 4.53 }, { 17.4, 17.3 }, TRUE },
  { "push-blind-coin-1", 100, 4000,
    { .96, .960 }, { .04, .040 }, { 38, 38.8 }, TRUE },
  { "push-blind-coin-2", 40, 1000,
    { .20, .204 }, { 1.6, 1.59 }, { 33, 32.9 }, TRUE },
  { "pull-feedback-counter-1", 24, 1000,
    { 3.1e-2, 3.15e-2 }, { 2.7, 2.70 }, { 17.6, 17.6 } },
  { "pull-feedback-counter-2", 24, 4000,
    { 5.8e-4, 5.9e-4 }, { 4.5, 4.49 }, { 15.4, 15.2 } },
  /* The paper has a limit in curves only. */
  { "push-limit-1", 40, 1000,
    { NAN, .0201 }, { NAN, 3.106 }, { NAN, 17.15 } },
  { "push-limit-1-hunting-3", 40, 1000,
    { NAN, .0122 }, { NAN, 3.118 }, { NAN, 14.89 } },
};

static const struct
{
  const char *name;
  guint       n_runs;
  guint       n_runs_full;
  Figure      cycles;
} all_rows[] = {
  { "push-all-1000", 24, 400, { NAN, 18.1 } },
  { "push-pull-all-1000", 24, 400, { NAN, 9.14 } },
  { "push-all-10000", 10, 60, { NAN, 23.7 } },
  { "push-pull-all-10000", 10, 60, { NAN, 11.6 } },
};

static void
take (QuoRun     *run,
      const char *id,
      QuoSamples *samples)
{
  QuoSamples *own = papers_measure (run, id);

  g_assert_cmpuint (quo_samples_get_n (own), ==, 1);
  quo_samples_add (samples, quo_samples_get_mean (own));
}

static double
error_of (QuoSamples *samples)
{
  if (papers_is_full ())
    return 0;

  return N_ERRORS * quo_samples_get_deviation (samples)
         / sqrt (quo_samples_get_n (samples));
}

static void
assert_near (QuoSamples   *samples,
             const char   *what,
             const Figure *figure,
             double        goal)
{
  double mean = quo_samples_get_mean (samples);

  g_test_message ("%s: printed %.4g, expected %.4g, here %.5g in %u "
                  "runs", what, figure->printed, figure->simulated, mean,
                  quo_samples_get_n (samples));
  g_assert_cmpfloat (fabs (mean - figure->simulated), <=,
                     goal * figure->simulated + error_of (samples));
}

static QuoScenario *
load (const char *name)
{
  g_autofree char *whole = g_strconcat ("gossip-", name, NULL);

  return papers_load (whole);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (QuoScenario) scenario = load (row->name);
  g_autoptr (QuoSamples) residue = quo_samples_new ();
  g_autoptr (QuoSamples) traffic = quo_samples_new ();
  g_autoptr (QuoSamples) t_last = quo_samples_new ();
  guint n_runs = papers_is_full () ? row->n_runs_full : row->n_runs;

  for (guint seed = 1; seed <= n_runs; seed++)
    {
      g_autoptr (QuoRun) one = papers_run (scenario, seed);

      take (one, "residue", residue);
      take (one, "traffic", traffic);
      take (one, "t-last", t_last);
    }

  assert_near (residue, "residue", &row->residue, GOAL_SHARE);
  assert_near (traffic, "traffic", &row->traffic, GOAL_SHARE);
  assert_near (t_last, "last arrival", &row->t_last, GOAL_T_LAST);
  if (row->is_law)
    {
      double law = exp (-quo_samples_get_mean (traffic));
      Figure figure = { law, law };

      assert_near (residue, "residue, by the traffic", &figure, GOAL_SHARE);
    }
}

static void
test_all_row (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (QuoScenario) scenario = load (all_rows[i].name);
  g_autoptr (QuoSamples) cycles = quo_samples_new ();
  guint n_runs = papers_is_full () ? all_rows[i].n_runs_full : all_rows[i].n_runs;

  for (guint seed = 1; seed <= n_runs; seed++)
    {
      g_autoptr (QuoRun) one = papers_run (scenario, seed);

      take (one, "cycles-to-all", cycles);
    }
  assert_near (cycles, "cycles to all", &all_rows[i].cycles, GOAL_SHARE);
}

int
main (int   argc,
      char *argv[])
{
  papers_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/papers/epidemics/%s-as-published",
                                               rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  for (guint i = 0; i < G_N_ELEMENTS (all_rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/papers/epidemics/%s-as-published",
                                               all_rows[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_all_row);
    }

  return g_test_run ();
}
