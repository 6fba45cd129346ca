/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How long a crashed leader is missed, and how often a vote is split: chapter 9 of
 * Ongaro's dissertation. The shipped scenarios of the papers folder against the values
 * of an independent simulation of the same rules, which agree with the dissertation's.
 *
 * A mean or a quantile passes when its confidence interval meets the goal: means and
 * medians within 10 %, p90 and p99 within 20 %. The interval is two standard errors wide
 * to each side, of the thousand crashes that were published and of those simulated here:
 * a thousand as well in the ordinary suite, twenty thousand with the argument "full".
 *
 * It matters where a quantile lies on a step. With timeouts from 150 to 200 ms a first
 * round in nine is split, so that nothing ends between 210 and 240 ms: the p90 of a
 * thousand crashes is 190 ms one time and 260 ms the next, and so is the p99 between the
 * second round and the third.
 */

#include "papers.h"

#include <math.h>

#define GOAL        .10
#define GOAL_TAIL   .20
#define N_PUBLISHED 1000
#define N_ERRORS    2
#define STEP        (500 * QUO_MILLISECOND)

/* Milliseconds. */
typedef struct
{
  const char *scenario;
  const char *range; /* NULL: the scenario's own */
  const char *claim;
  double      mean;
  double      median;
  double      p90;
  double      p99;
  double      longest; /* of a thousand */
} Line;

static const Line lines[] = {
  { "raft-replacement-150", "[\"150ms\", \"151ms\"]", "150-151", 1547, 1303, 2996, 5390,
    7990 },
  { "raft-replacement-150", "[\"150ms\", \"155ms\"]", "150-155", 354, 284, 715, 1224,
    1984 },
  { "raft-replacement-150", "[\"150ms\", \"200ms\"]", "150-200", 153, 145, 186, 347,
    530 },
  { "raft-replacement-150", "[\"150ms\", \"300ms\"]", "150-300", 180, 173, 240, 358,
    498 },
  { "raft-replacement-12", NULL, "12-24", 35, 30, 55, 90, 134 },
};

/* A hop as a share of the range of timeouts, and how probable a split vote is. */
typedef struct
{
  const char *latency;
  const char *claim;
  double      probability;
} Split;

static const Split splits[] = {
  { "1ms", "a-hundredth", .0006 },
  { "10ms", "a-tenth", .0523 },
  { "20ms", "a-fifth", .1808 },
};

static guint
n_crashes (void)
{
  return papers_is_full () ? 20000 : N_PUBLISHED;
}

static QuoScenario *
load_with (const char *name,
           const char *path,
           const char *value)
{
  QuoScenario *scenario = papers_load (name);

  papers_set (&scenario, path, value);

  return scenario;
}

/* Goes on until somebody leads; %FALSE when nobody does until @limit. */
static gboolean
add_replacement (QuoScenario *scenario,
                 guint64      seed,
                 QuoTime      limit,
                 QuoSamples  *samples)
{
  g_autoptr (QuoScenario) seeded = quo_scenario_with_seed (scenario, seed);
  g_autoptr (QuoRun) run = quo_run_new (seeded, STEP, NULL, NULL, NULL);

  for (QuoTime until = STEP; until <= limit; until += STEP)
    {
      QuoSamples *found;

      quo_run_extend (run, until, 0);
      g_assert_cmpuint (quo_sim_n_violations (quo_run_sim (run)), ==, 0);
      found = papers_measure (run, "leader-replacement");
      if (quo_samples_get_n (found) == 0)
        continue;
      g_assert_cmpuint (quo_samples_get_n (found), ==, 1);
      quo_samples_add_all (samples, found);
      return TRUE;
    }

  return FALSE;
}

/* Of the difference between a share or mean found here and a published one. */
static double
standard_error (QuoSamples *samples,
                double      deviation)
{
  double n = (double) quo_samples_get_n (samples);

  return N_ERRORS * deviation * sqrt (1 / n + 1.0 / N_PUBLISHED);
}

static void
check_mean (QuoSamples *samples,
            double      expected)
{
  double mean = quo_samples_get_mean (samples) / QUO_MILLISECOND;
  double error = standard_error (samples, quo_samples_get_deviation (samples))
                 / QUO_MILLISECOND;

  g_test_message ("mean %.1f ms (%.1f to %.1f), expected %.1f", mean, mean - error,
                  mean + error, expected);
  g_assert_cmpfloat (mean - error, <=, expected * (1 + GOAL));
  g_assert_cmpfloat (mean + error, >=, expected * (1 - GOAL));
}

/* How many samples lie below the quantile is binomial, whatever their distribution
 * is. */
static void
check_quantile (QuoSamples *samples,
                double      share,
                double      expected,
                double      goal)
{
  double error = standard_error (samples, sqrt (share * (1 - share)));
  double value = quo_samples_get_quantile (samples, share) / QUO_MILLISECOND;
  double low = quo_samples_get_quantile (samples, share - error) / QUO_MILLISECOND;
  double high = quo_samples_get_quantile (samples, MIN (1, share + error))
                / QUO_MILLISECOND;

  g_test_message ("quantile %g: %.1f ms (%.1f to %.1f), expected %.1f", share, value,
                  low, high, expected);
  g_assert_cmpfloat (low, <=, expected * (1 + goal));
  g_assert_cmpfloat (high, >=, expected * (1 - goal));
}

/* The longest of a thousand is a single sample of a wide distribution, and no more can
 * be said of it than this: all but one time in a thousand it is beyond the quantile
 * .9931, for .9931^1000 is .001. */
static void
check_longest (QuoSamples *samples,
               double      expected)
{
  double low = quo_samples_get_quantile (samples, .9931) / QUO_MILLISECOND;

  g_test_message ("longest of %u: %.1f ms; of 1000 %.1f, expected beyond %.1f",
                  (guint) quo_samples_get_n (samples),
                  quo_samples_get_max (samples) / QUO_MILLISECOND, expected, low);
  g_assert_cmpfloat (expected, >=, low);
}

static void
test_line (gconstpointer data)
{
  const Line *line = data;
  g_autoptr (QuoScenario) scenario =
    line->range == NULL ? papers_load (line->scenario)
                        : load_with (line->scenario, "options.election-timeout",
                                     line->range);
  g_autoptr (QuoSamples) samples = quo_samples_new ();

  for (guint64 seed = 1; seed <= n_crashes (); seed++)
    g_assert_true (add_replacement (scenario, seed, quo_scenario_until (scenario),
                                    samples));

  check_mean (samples, line->mean);
  check_quantile (samples, .5, line->median, GOAL);
  check_quantile (samples, .9, line->p90, GOAL_TAIL);
  check_quantile (samples, .99, line->p99, GOAL_TAIL);
  check_longest (samples, line->longest);
}

/* All stand together, again and again: the dissertation waited for ten seconds. */
static void
test_no_randomness (void)
{
  g_autoptr (QuoScenario) scenario = load_with ("raft-replacement-150",
                                                "options.election-timeout",
                                                "[\"150ms\", \"150ms\"]");
  g_autoptr (QuoSamples) samples = quo_samples_new ();

  for (guint64 seed = 1; seed <= (papers_is_full () ? 100 : 10); seed++)
    g_assert_false (add_replacement (scenario, seed,
                                     quo_scenario_until (scenario) / 2 + STEP,
                                     samples));
}

static void
test_expectations (void)
{
  static const char * const names[] = {
    "raft-replacement-12", "raft-replacement-150", "raft-split-votes"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (QuoScenario) scenario = papers_load (names[i]);
      g_autoptr (QuoRun) run = quo_run_new (scenario, quo_scenario_until (scenario),
                                            NULL, NULL, NULL);

      for (guint k = 0; k < quo_run_n_outcomes (run); k++)
        g_test_message ("%s: %s (%s)", names[i], quo_run_outcome (run, k)->text,
                        quo_run_outcome (run, k)->finding);
      g_assert_true (quo_run_is_as_expected (run));
    }
}

static void
test_split (gconstpointer data)
{
  const Split *split = data;
  g_autoptr (QuoScenario) scenario = load_with ("raft-split-votes", "network.latency",
                                                split->latency);
  guint n = papers_is_full () ? 20000 : 2000;
  double error = 2 * N_ERRORS * sqrt (split->probability * (1 - split->probability)
                                      / n);
  guint n_split = 0;

  for (guint seed = 1; seed <= n; seed++)
    {
      g_autoptr (QuoRun) run = papers_run (scenario, seed);

      n_split += quo_samples_get_sum (papers_measure (run, "terms-without-leader")) > 0;
    }

  g_test_message ("%u of %u runs: %.4f, expected %.4f within %.4f", n_split, n,
                  n_split / (double) n, split->probability, error);
  g_assert_cmpfloat (fabs (n_split / (double) n - split->probability), <=,
                     error + 1.0 / n);
}

int
main (int    argc,
      char **argv)
{
  papers_init (&argc, &argv);

  g_test_add_func ("/papers/elections/scenarios/show-what-they-expect",
                   test_expectations);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *path = g_strdup_printf (
        "/papers/elections/replacement/%s-takes-as-long-as-published", lines[i].claim);

      g_test_add_data_func (path, &lines[i], test_line);
    }
  g_test_add_func ("/papers/elections/replacement/150-150-takes-ten-seconds-and-more",
                   test_no_randomness);
  for (guint i = 0; i < G_N_ELEMENTS (splits); i++)
    {
      g_autofree char *path = g_strdup_printf (
        "/papers/elections/split-vote/%s-of-the-range-is-as-probable-as-published",
        splits[i].claim);

      g_test_add_data_func (path, &splits[i], test_split);
    }

  return g_test_run ();
}
