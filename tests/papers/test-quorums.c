/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Bailis et al., VLDB 2012, table 4 and section 3.1: the shipped scenarios of the
 * papers folder against the values of an independent simulation of the same model,
 * which agree with what is printed.
 *
 * A quantile passes when its confidence interval, which says nothing about the
 * distribution, meets the goal: 3 % of latencies, 5 % of t; shares within a point.
 * The interval is four standard errors wide to each side in the ordinary suite. With
 * the argument "full" it is two, over a hundred times the operations.
 */

#include "scenario/run.h"

#include <math.h>

#define QUANTILE      .999
#define GOAL_LATENCY  .03
#define GOAL_T        .05
#define GOAL_SHARE    .01
#define N_RUNS_FULL   50

/* Milliseconds. */
typedef struct
{
  const char *name;
  const char *until; /* of a small sample */
  const char *read_quorum;
  const char *write_quorum;
  double      read_latency;
  double      write_latency;
  double      t_visibility;
  double      fresh; /* 0: not printed */
} Row;

static const Row rows[] = {
  { "quorum-wars-ssd", "250s", "1", "1", .65, .66, 1.97, .974 },
  { "quorum-wars-ssd", "250s", "1", "2", .66, 1.63, 1.86, 0 },
  { "quorum-wars-ssd", "250s", "2", "1", 1.64, .66, 0, 0 },
  { "quorum-wars-ssd", "250s", "2", "2", 1.64, 1.63, 0, 1 },
  { "quorum-wars-ssd", "250s", "3", "1", 4.12, .65, 0, 1 },
  { "quorum-wars-ssd", "250s", "1", "3", .65, 4.10, 0, 1 },
  { "quorum-wars-disk", "5000s", "1", "1", .66, 10.95, 51.5, .439 },
  { "quorum-wars-disk", "5000s", "1", "2", .65, 20.9, 48.0, 0 },
  { "quorum-wars-disk", "5000s", "2", "1", 1.64, 10.9, 14.2, 0 },
  { "quorum-wars-disk", "5000s", "2", "2", 1.63, 21.0, 0, 1 },
  { "quorum-wars-disk", "5000s", "3", "1", 4.10, 10.9, 0, 1 },
  { "quorum-wars-disk", "5000s", "1", "3", .65, 111.6, 0, 1 },
};

static const char * const measures[] = {
  "read-latency", "write-latency", "t-visibility", "p-fresh",
  "within-2", "within-3", "within-5", "within-10",
};

typedef struct
{
  QuoSamples *samples[G_N_ELEMENTS (measures)];
} Figures;

static gboolean is_full;

static QuoScenario *
load (const char *name)
{
  g_autofree char *file = g_strconcat (name, QUO_SCENARIO_SUFFIX, NULL);
  g_autofree char *path = g_build_filename (g_getenv ("QUORATE_DATA_DIR"),
                                            "scenarios", "papers", file, NULL);
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_file (path, &error);

  g_assert_no_error (error);

  return scenario;
}

static void
set (QuoScenario **scenario,
     const char   *path,
     const char   *value)
{
  g_autoptr (GError) error = NULL;
  QuoScenario *changed = quo_scenario_with_value (*scenario, path, value, &error);

  g_assert_no_error (error);
  quo_scenario_unref (*scenario);
  *scenario = changed;
}

static void
figures_init (Figures *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    self->samples[i] = quo_samples_new ();
}

static void
figures_clear (Figures *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    quo_samples_free (self->samples[i]);
}

static void
run (QuoScenario *scenario,
     Figures     *figures)
{
  guint n_runs = is_full ? N_RUNS_FULL : 1;

  for (guint seed = 1; seed <= n_runs; seed++)
    {
      g_autoptr (QuoScenario) seeded = quo_scenario_with_seed (scenario, seed);
      g_autoptr (QuoRun) one = quo_run_new (seeded, quo_scenario_until (seeded),
                                            NULL, NULL, NULL);

      for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
        {
          QuoSamples *samples;
          const char *unit;

          g_assert_true (quo_run_measure (one, measures[i], &samples, &unit));
          quo_samples_add_all (figures->samples[i], samples);
        }
    }
}

static QuoSamples *
figure (Figures    *self,
        const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    if (g_str_equal (measures[i], id))
      return self->samples[i];

  g_assert_not_reached ();
}

static double
n_errors (void)
{
  return is_full ? 2 : 4;
}

/* Milliseconds: how many samples lie below the quantile is binomial, whatever
 * their distribution is. */
static void
check_quantile (Figures    *figures,
                const char *id,
                double      expected,
                double      goal)
{
  QuoSamples *samples = figure (figures, id);
  double n = quo_samples_get_n (samples);
  double error = n_errors () * sqrt (QUANTILE * (1 - QUANTILE) / n);
  double value = quo_samples_get_quantile (samples, QUANTILE) / 1e6;
  double low = quo_samples_get_quantile (samples, QUANTILE - error) / 1e6;
  double high = quo_samples_get_quantile (samples, MIN (1, QUANTILE + error)) / 1e6;

  g_test_message ("%s: %.4g ms (%.4g to %.4g), expected %.4g", id, value, low,
                  high, expected);
  g_assert_cmpfloat (n, >, 4000);
  g_assert_cmpfloat (low, <=, expected * (1 + goal));
  g_assert_cmpfloat (high, >=, expected * (1 - goal));
}

static void
check_share (Figures    *figures,
             const char *id,
             double      expected)
{
  QuoSamples *samples = figure (figures, id);
  double n = quo_samples_get_n (samples);
  double error = n_errors () * sqrt (expected * (1 - expected) / n);
  double value = quo_samples_get_mean (samples);

  g_test_message ("%s: %.4f, expected %.4f", id, value, expected);
  g_assert_cmpfloat (fabs (value - expected), <=,
                     (expected < 1 ? GOAL_SHARE : 0) + error);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  QuoScenario *scenario = load (row->name);
  Figures figures;

  figures_init (&figures);
  if (!is_full)
    set (&scenario, "until", row->until);
  set (&scenario, "options.read-quorum", row->read_quorum);
  set (&scenario, "options.write-quorum", row->write_quorum);
  run (scenario, &figures);
  check_quantile (&figures, "read-latency", row->read_latency, GOAL_LATENCY);
  check_quantile (&figures, "write-latency", row->write_latency, GOAL_LATENCY);
  check_quantile (&figures, "t-visibility", row->t_visibility, GOAL_T);
  if (row->fresh > 0)
    check_share (&figures, "p-fresh", row->fresh);
  figures_clear (&figures);
  quo_scenario_unref (scenario);
}

static void
test_k_staleness (void)
{
  g_autoptr (QuoScenario) scenario = load ("quorum-k-staleness");
  Figures figures;

  figures_init (&figures);
  run (scenario, &figures);
  check_share (&figures, "within-2", .556);
  check_share (&figures, "within-3", .704);
  check_share (&figures, "within-5", .868);
  check_share (&figures, "within-10", .983);
  figures_clear (&figures);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  is_full = argc > 1 && g_str_equal (argv[1], "full");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/papers/quorums/%s/r%s-w%s-is-as-published",
                                               rows[i].name, rows[i].read_quorum,
                                               rows[i].write_quorum);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/papers/quorums/k-staleness/is-as-published", test_k_staleness);

  return g_test_run ();
}
