/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <math.h>

/*
 * Laws of epidemics among sites in step; the papers' tables are in tests/papers.
 *
 * The mean of n runs is off by its standard error, s / sqrt (n); a figure passes
 * within four of them and one per cent.
 */

#define N_SITES 1000

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

  g_test_add_func ("/core/protocol/gossip/epidemic/push-reaches-1000-in-18-cycles",
                   test_push_reaches_all);
  g_test_add_func ("/core/protocol/gossip/epidemic/push-pull-reaches-1000-in-9-cycles",
                   test_push_pull_reaches_all);
  g_test_add_func ("/core/protocol/gossip/epidemic/residue-is-e-to-minus-traffic",
                   test_residue_follows_traffic);

  return g_test_run ();
}
