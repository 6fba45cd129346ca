/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Bailis et al., VLDB 2012, table 4 and section 3.1: the shipped scenarios of the
 * papers folder against what is printed there and against an independent
 * simulation of the same model, WARS, of 10,000,000 writes and reads a row.
 *
 * The goals are 3 % of latencies, 5 % of t and one point of shares, of what was
 * simulated: the printed t run low, being the first point of a grid at which a
 * sweep of 50,000 reads had at most 50 stale ones. In the ordinary suite a
 * quantile passes when its confidence interval, which says nothing about the
 * distribution, meets the goal: four standard errors to each side. With the
 * argument "full" the figures themselves have to, over up to 4,000,000 reads.
 */

#include "papers.h"

#include <math.h>

#define QUANTILE     .999
#define GOAL_LATENCY .03
#define GOAL_T       .05
#define GOAL_SHARE   .01
#define N_ERRORS     4

/* Printed and simulated. Milliseconds, shares. */
typedef struct
{
  double printed; /* NAN: is not */
  double simulated;
} Figure;

typedef struct
{
  const char *read_quorum;
  const char *write_quorum;
  Figure      read_latency;
  Figure      write_latency;
  Figure      t_visibility;
  Figure      fresh; /* at once */
} Row;

typedef struct
{
  const char *name;
  const char *until;  /* 20,000 writes and reads */
  guint       n_runs; /* of 10,000 each, in full */
  Row         rows[6];
} Table;

static const Table tables[] = {
  { "quorum-wars-ssd", "1000s", 100,
    { { "1", "1", { .66, .65 }, { .66, .66 }, { 1.85, 1.97 }, { .974, .974 } },
      { "1", "2", { .66, .66 }, { 1.63, 1.63 }, { 1.79, 1.86 }, { NAN, .978 } },
      { "2", "1", { 1.63, 1.64 }, { .65, .66 }, { 0, 0 }, { NAN, .9994 } },
      { "2", "2", { 1.62, 1.64 }, { 1.64, 1.63 }, { 0, 0 }, { 1, 1 } },
      { "3", "1", { 4.14, 4.12 }, { .65, .65 }, { 0, 0 }, { 1, 1 } },
      { "1", "3", { .65, .65 }, { 4.09, 4.10 }, { 0, 0 }, { 1, 1 } } } },
  { "quorum-wars-disk", "20000s", 400,
    { { "1", "1", { .66, .66 }, { 10.99, 10.95 }, { 45.5, 51.5 }, { .439, .437 } },
      { "1", "2", { .65, .65 }, { 20.97, 20.9 }, { 43.3, 48.0 }, { NAN, .713 } },
      { "2", "1", { 1.63, 1.64 }, { 10.9, 10.9 }, { 13.6, 14.2 }, { NAN, .763 } },
      { "2", "2", { 1.64, 1.63 }, { 20.96, 21.0 }, { 0, 0 }, { 1, 1 } },
      { "3", "1", { 4.12, 4.10 }, { 10.89, 10.9 }, { 0, 0 }, { 1, 1 } },
      { "1", "3", { .65, .65 }, { 112.65, 111.6 }, { 0, 0 }, { 1, 1 } } } },
  { "quorum-wars-ymmr", "100000s", 400,
    { { "1", "1", { 5.58, 5.61 }, { 10.83, 10.80 }, { 1364, 1459 },
        { .893, .893 } },
      { "1", "2", { 5.61, 5.61 }, { 427.12, 428.4 }, { 1352, 1436 },
        { NAN, .919 } },
      { "2", "1", { 32.6, 33.24 }, { 10.73, 10.80 }, { 202, 218.1 },
        { NAN, .991 } },
      { "2", "2", { 33.18, 33.24 }, { 428.11, 428.4 }, { 0, 0 }, { 1, 1 } },
      { "3", "1", { 219.27, 219.2 }, { 10.79, 10.80 }, { 0, 0 }, { 1, 1 } },
      { "1", "3", { 5.63, 5.61 }, { 1870.86, 1864 }, { 0, 0 }, { 1, 1 } } } },
  { "quorum-wars-wan", "40000s", 400,
    { { "1", "1", { 3.4, 3.44 }, { 55.12, 55.39 }, { 113, 116.1 }, { NAN, .334 } },
      { "1", "2", { 3.4, 3.44 }, { 167.64, 167.63 }, { 0, 0 }, { NAN, .9996 } },
      { "2", "1", { 151.3, 151.29 }, { 56.36, 55.39 }, { 30.2, 30.94 },
        { NAN, .859 } },
      { "2", "2", { 151.31, 151.29 }, { 167.72, 167.63 }, { 0, 0 }, { 1, 1 } },
      { "3", "1", { 153.86, 153.86 }, { 55.19, 55.39 }, { 0, 0 }, { 1, 1 } },
      { "1", "3", { 3.44, 3.44 }, { 241.55, 242.1 }, { 0, 0 }, { 1, 1 } } } },
};

/* A read is of the latest k versions, N replicas of which R are read and W written
 * by chance: 1 - (C(N-W, R) / C(N, R))^k for k = 1, 2, 3, 5, 10 (section 3.1). */
static const struct
{
  const char *replicas;
  const char *read_quorum;
  const char *write_quorum;
  double      within[5];
} k_rows[] = {
  { "3", "1", "1", { .333, .556, .704, .868, .983 } },
  { "3", "1", "2", { .667, .889, .963, .996, .99998 } },
  { "3", "2", "1", { .667, .889, .963, .996, .99998 } },
  { "3", "2", "2", { 1, 1, 1, 1, 1 } },
  { "5", "1", "1", { .200, .360, .488, .672, .893 } },
  { "5", "1", "2", { .400, .640, .784, .922, .994 } },
  { "5", "2", "1", { .400, .640, .784, .922, .994 } },
  { "5", "2", "2", { .700, .910, .973, .998, .99999 } },
};

#define K_RUNS 50

static const char * const k_measures[] = {
  "p-fresh", "within-2", "within-3", "within-5", "within-10",
};

static const char * const measures[] = {
  "read-latency", "write-latency", "t-visibility", "p-fresh",
};

#define MAX_MEASURES 5

typedef struct
{
  QuoSamples *samples[MAX_MEASURES];
} Figures;

/* The runs of @n_runs seeds, their samples put together. */
static void
run (QuoScenario        *scenario,
     guint               n_runs,
     const char * const *ids,
     guint               n_ids,
     Figures            *ret_figures)
{
  for (guint i = 0; i < n_ids; i++)
    ret_figures->samples[i] = quo_samples_new ();
  for (guint seed = 1; seed <= (papers_is_full () ? n_runs : 1); seed++)
    {
      g_autoptr (QuoRun) one = papers_run (scenario, seed);

      for (guint i = 0; i < n_ids; i++)
        quo_samples_add_all (ret_figures->samples[i], papers_measure (one, ids[i]));
    }
}

static void
figures_clear (Figures *self,
               guint    n)
{
  for (guint i = 0; i < n; i++)
    quo_samples_free (self->samples[i]);
}

/* Milliseconds: how many samples lie below the quantile is binomial, whatever
 * their distribution is. */
static void
check_quantile (QuoSamples   *samples,
                const char   *id,
                const Figure *figure,
                double        goal)
{
  double n = quo_samples_get_n (samples);
  double error = N_ERRORS * sqrt (QUANTILE * (1 - QUANTILE) / n);
  double value = quo_samples_get_quantile (samples, QUANTILE) / 1e6;
  double low = value;
  double high = value;

  if (!papers_is_full ())
    {
      low = quo_samples_get_quantile (samples, QUANTILE - error) / 1e6;
      high = quo_samples_get_quantile (samples, MIN (1, QUANTILE + error)) / 1e6;
    }
  g_test_message ("%s: printed %.4g, expected %.4g, here %.4g ms", id,
                  figure->printed, figure->simulated, value);
  g_assert_cmpfloat (n, >, 15000);
  g_assert_cmpfloat (low, <=, figure->simulated * (1 + goal));
  g_assert_cmpfloat (high, >=, figure->simulated * (1 - goal));
}

/* A certain share is certain. */
static void
check_share (QuoSamples   *samples,
             const char   *id,
             const Figure *figure)
{
  double share = figure->simulated;
  double error = papers_is_full () ? 0
                 : N_ERRORS * sqrt (share * (1 - share)
                                    / quo_samples_get_n (samples));
  double value = quo_samples_get_mean (samples);

  g_test_message ("%s: printed %.4g, expected %.4g, here %.4f", id,
                  figure->printed, share, value);
  g_assert_cmpfloat (fabs (value - share), <=,
                     share < 1 ? GOAL_SHARE + error : 0);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  const Table *table = tables;
  Figures figures;
  QuoScenario *scenario;

  while (row < table->rows || row >= table->rows + G_N_ELEMENTS (table->rows))
    table++;
  scenario = papers_load (table->name);
  if (!papers_is_full ())
    papers_set (&scenario, "until", table->until);
  papers_set (&scenario, "options.read-quorum", row->read_quorum);
  papers_set (&scenario, "options.write-quorum", row->write_quorum);
  run (scenario, table->n_runs, measures, G_N_ELEMENTS (measures), &figures);
  check_quantile (figures.samples[0], "L_read", &row->read_latency, GOAL_LATENCY);
  check_quantile (figures.samples[1], "L_write", &row->write_latency, GOAL_LATENCY);
  check_quantile (figures.samples[2], "t", &row->t_visibility, GOAL_T);
  check_share (figures.samples[3], "P(fresh)", &row->fresh);
  figures_clear (&figures, G_N_ELEMENTS (measures));
  quo_scenario_unref (scenario);
}

static void
test_k_staleness (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (k_rows); i++)
    {
      QuoScenario *scenario = papers_load ("quorum-k-staleness");
      Figures figures;

      if (g_str_equal (k_rows[i].replicas, "5"))
        papers_set (&scenario, "nodes",
             "[{\"id\": \"A\"}, {\"id\": \"B\"}, {\"id\": \"C\"}, "
             "{\"id\": \"D\"}, {\"id\": \"E\"}, {\"id\": \"P\"}]");
      papers_set (&scenario, "options.replicas", k_rows[i].replicas);
      papers_set (&scenario, "options.read-quorum", k_rows[i].read_quorum);
      papers_set (&scenario, "options.write-quorum", k_rows[i].write_quorum);
      run (scenario, K_RUNS, k_measures, G_N_ELEMENTS (k_measures), &figures);
      for (guint k = 0; k < G_N_ELEMENTS (k_measures); k++)
        {
          Figure figure = { k_rows[i].within[k], k_rows[i].within[k] };

          check_share (figures.samples[k], k_measures[k], &figure);
        }
      figures_clear (&figures, G_N_ELEMENTS (k_measures));
      quo_scenario_unref (scenario);
    }
}

static void
add_rows (const Table *table)
{
  for (guint i = 0; i < G_N_ELEMENTS (table->rows); i++)
    {
      const Row *row = &table->rows[i];
      g_autofree char *path
        = g_strdup_printf ("/papers/quorums/%s/r%s-w%s-is-as-published",
                           table->name, row->read_quorum, row->write_quorum);

      g_test_add_data_func (path, row, test_row);
    }
}

int
main (int    argc,
      char **argv)
{
  papers_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    add_rows (&tables[i]);
  g_test_add_func ("/papers/quorums/k-staleness/is-as-published", test_k_staleness);

  return g_test_run ();
}
