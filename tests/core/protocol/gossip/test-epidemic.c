/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <math.h>

/*
 * Residue, traffic and last arrival of rumors among 1000 sites, against the values
 * of an independent simulation of the rules of Demers et al. 1987, which agree with
 * the paper's tables.
 *
 * A run gives one sample of each, so the mean of n runs is off by its standard
 * error, s / sqrt (n); a figure passes within four of them, and one per cent for
 * the rounding of the printed values.
 */

#define N_SITES 1000

typedef struct
{
  const char *name;
  const char *mode;
  const char *feedback;
  const char *stop;
  const char *k;
  guint       n_runs;
  double      residue;
  double      traffic;
  double      t_last;
} Variant;

static const Variant variants[] = {
  { "push-feedback-counter-1", "push", "feedback", "counter", "1", 60,
    .175, 1.74, 16.8 },
  { "push-feedback-counter-2", "push", "feedback", "counter", "2", 60,
    .0368, 3.30, 16.9 },
  { "push-feedback-counter-3", "push", "feedback", "counter", "3", 60,
    .0106, 4.53, 17.3 },
  { "push-blind-coin-1", "push", "blind", "coin", "1", 200,
    .960, .040, 38.8 },
  { "push-blind-coin-2", "push", "blind", "coin", "2", 60,
    .204, 1.59, 32.9 },
  { "pull-feedback-counter-1", "pull", "feedback", "counter", "1", 60,
    3.15e-2, 2.70, 17.6 },
  { "pull-feedback-counter-2", "pull", "feedback", "counter", "2", 100,
    5.9e-4, 4.49, 15.2 },
};

static void
assert_near (QuoSamples *samples,
             const char *what,
             double      wanted)
{
  double mean = quo_samples_get_mean (samples);
  double error = quo_samples_get_deviation (samples)
                 / sqrt (quo_samples_get_n (samples));

  g_test_message ("%s: %.5g, standard error %.2g, wanted %.5g", what, mean, error,
                  wanted);
  g_assert_cmpfloat (fabs (mean - wanted), <=, 4 * error + .01 * wanted);
}

static void
take (QuoSim     *sim,
      const char *id,
      QuoSamples *samples)
{
  double value;

  g_assert_cmpuint (gossip_measure (sim, id, &value), ==, 1);
  quo_samples_add (samples, value);
}

/* Blind and coin may end an epidemic before it begins: the paper's residue counts
 * those runs, and so does this. */
static void
test_variant (gconstpointer data)
{
  const Variant *variant = data;
  g_autoptr (QuoSamples) residue = quo_samples_new ();
  g_autoptr (QuoSamples) traffic = quo_samples_new ();
  g_autoptr (QuoSamples) t_last = quo_samples_new ();

  for (guint seed = 1; seed <= variant->n_runs; seed++)
    {
      g_autoptr (QuoSimConfig) config = gossip_config (N_SITES, seed);
      g_autoptr (QuoSim) sim = NULL;

      gossip_set (config, "mode", variant->mode);
      gossip_set (config, "feedback", variant->feedback);
      gossip_set (config, "stop", variant->stop);
      gossip_set (config, "k", variant->k);
      gossip_update (config, 0, seed % N_SITES, "x", "1");
      sim = gossip_run (config, 120 * QUO_SECOND);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
      take (sim, "residue", residue);
      take (sim, "traffic", traffic);
      take (sim, "t-last", t_last);
    }

  assert_near (residue, "residue", variant->residue);
  assert_near (traffic, "traffic", variant->traffic);
  assert_near (t_last, "t-last", variant->t_last);
}

static double
mean_cycles_to_all (const char *mode,
                    guint       n_nodes,
                    guint       n_runs,
                    double      wanted)
{
  g_autoptr (QuoSamples) cycles = quo_samples_new ();

  for (guint seed = 1; seed <= n_runs; seed++)
    {
      g_autoptr (QuoSimConfig) config = gossip_config (n_nodes, seed);
      g_autoptr (QuoSim) sim = NULL;

      gossip_set (config, "mode", mode);
      gossip_set (config, "stop", "never");
      gossip_update (config, 0, 0, "x", "1");
      sim = gossip_run (config, 60 * QUO_SECOND);
      take (sim, "cycles-to-all", cycles);
    }
  assert_near (cycles, mode, wanted);

  return quo_samples_get_mean (cycles);
}

static void
test_push_reaches_all (void)
{
  mean_cycles_to_all ("push", 1000, 40, 18.1);
}

static void
test_push_pull_reaches_all (void)
{
  double both = mean_cycles_to_all ("push-pull", 1000, 40, 9.14);

  g_assert_cmpfloat (both, <, 18.1 / 1.8);
}

/* Pushed rumors obey s = e^-m, whatever makes the sites stop. */
static void
test_residue_follows_traffic (void)
{
  static const char * const stops[] = { "counter", "coin" };

  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_autoptr (QuoSamples) error = quo_samples_new ();

      for (guint seed = 1; seed <= 20; seed++)
        {
          g_autoptr (QuoSimConfig) config = gossip_config (N_SITES, seed);
          g_autoptr (QuoSim) sim = NULL;
          double residue;
          double traffic;

          gossip_set (config, "stop", stops[i]);
          gossip_update (config, 0, 0, "x", "1");
          sim = gossip_run (config, 120 * QUO_SECOND);
          gossip_measure (sim, "residue", &residue);
          gossip_measure (sim, "traffic", &traffic);
          quo_samples_add (error, residue / exp (-traffic));
        }
      assert_near (error, stops[i], 1);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      g_autofree char *path = g_strdup_printf ("/core/protocol/gossip/epidemic/%s-as-"
                                               "published", variants[i].name);

      g_test_add_data_func (path, &variants[i], test_variant);
    }
  g_test_add_func ("/core/protocol/gossip/epidemic/push-reaches-1000-in-18-cycles",
                   test_push_reaches_all);
  g_test_add_func ("/core/protocol/gossip/epidemic/push-pull-reaches-1000-in-9-cycles",
                   test_push_pull_reaches_all);
  g_test_add_func ("/core/protocol/gossip/epidemic/residue-is-e-to-minus-traffic",
                   test_residue_follows_traffic);

  return g_test_run ();
}
