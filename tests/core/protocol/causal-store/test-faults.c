/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Random faults: no schedule of them breaks an invariant, and once they are over
 * all data centres show the same. For each known mistake some schedule shows it.
 */

#include "fixture.h"

#include "../schedules.h"

#define PATH "/core/protocol/causal-store/faults/"

#define N_SCHEDULES 3000
#define N_TRIES_MAX 6000
#define N_NODES     6

/* Every node has marked its disk by then. */
#define FAULTS_FROM (50 * MS)

/* Faults come until then and last 300 ms at most. */
#define CALM_FROM  (2 * QUO_SECOND)
#define STOP       (CALM_FROM + 500 * MS)
/* Of what is left over then, each message that is lost costs two retry intervals. */
#define SETTLED_BY (STOP + 3500 * MS)

static guint64 seed_first;
static guint n_schedules;

static const char * const layouts[] = {
  "000111", "001122", "012345", "000122", "001222"
};

static void
add_clients (QuoSimConfig *config,
             guint64       seed)
{
  for (guint i = 0; i < 4; i++)
    {
      QuoClientConfig *client = store_add_client (config, (i * 2 + seed) % N_NODES);

      client->rate = 14;
      client->n_keys = 4;
      client->stop = STOP;
      client->timeout = 150 * MS;
      client->n_tries_max = 4;
      client->is_roaming = i == 3 && seed % 3 == 0;
    }
  for (guint i = 0; seed % 2 == 1 && i < 12; i++)
    store_op (config, (200 + 180 * i) * MS, i % 3, QUO_OP_TRANSACTION,
              i % 2 == 0 ? "x y" : "k4,z,x", NULL);
}

/* Most messages of one data centre are quick; a few overtake all others. */
static void
set_network (QuoSimConfig *config,
             guint64       seed)
{
  const char *layout = layouts[seed % G_N_ELEMENTS (layouts)];
  QuoNetworkConfig *network = &config->network;

  causal_set_centres (config, layout, MS, MS);
  for (guint i = 0; i < network->n_regions * network->n_regions; i++)
    {
      gboolean is_local = i % (network->n_regions + 1) == 0;

      quo_distribution_unref (network->region_latency[i]);
      network->region_latency[i]
        = quo_distribution_new_uniform (MS, (is_local ? 5 : 60) * MS);
    }
  network->base.loss = .02;
  network->base.duplicate = .05;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * MS);
}

static QuoSimConfig *
new_schedule (guint64  seed,
              gboolean is_disk_lost)
{
  QuoSimConfig *config = store_new ("causal-store", N_NODES);

  config->seed = seed;
  store_set (config, "mode", seed % 2 == 1 ? "cops-gt"
                             : seed % 4 == 0 ? "cops-cd" : "cops");
  store_set (config, "reads", seed % 7 == 0 ? "block" : "at-once");
  store_set (config, "retry-interval", "80ms");
  store_set (config, "transaction-time", seed % 3 == 0 ? "150ms" : "1s");
  add_clients (config, seed);
  set_network (config, seed);
  store_add_chaos (config, QUO_CHAOS_CRASH, 2, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PAUSE, 1, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PARTITION, 1, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_CUT, 3, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_LOSS, .5, CALM_FROM, 300 * MS, .3);
  store_add_chaos (config, QUO_CHAOS_SKEW, 1, CALM_FROM, 300 * MS, .1);
  if (is_disk_lost)
    store_add_chaos (config, QUO_CHAOS_LOSE_DISK, .6, CALM_FROM, 300 * MS, 0);
  for (guint i = 0; i < config->chaos->len; i++)
    g_array_index (config->chaos, QuoChaos, i).from = FAULTS_FROM;

  return config;
}

static void
assert_no_violation (QuoSim  *sim,
                     guint64  seed)
{
  if (quo_sim_n_violations (sim) > 0)
    g_error ("seed %" G_GUINT64_FORMAT ": %s", seed,
             quo_sim_violation (sim, 0)->text);
}

/* What the nodes' own stores show, of every key that a client wrote: each key is at
 * one node of a data centre, and it is the same everywhere. */
static void
assert_same_stores (QuoSim  *sim,
                    guint64  seed)
{
  static const char * const keys[] = { "x", "y", "z", "k4" };
  const char *layout = layouts[seed % G_N_ELEMENTS (layouts)];
  g_autoptr (QuoReplay) replay = store_replay (sim, SETTLED_BY);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *first = NULL;
      guint n_found = 0;

      for (guint node = 0; node < N_NODES; node++)
        {
          const char *value = store_value (sim, replay, node, keys[i]);

          if (value == NULL)
            continue;
          if (n_found++ == 0)
            first = value;
          else if (!g_str_equal (value, first))
            g_error ("seed %" G_GUINT64_FORMAT ": %s is %s and %s", seed, keys[i],
                     first, value);
        }
      if (n_found != 0 && n_found != (guint) (layout[N_NODES - 1] - '0') + 1)
        g_error ("seed %" G_GUINT64_FORMAT ": %u data centres have %s", seed, n_found,
                 keys[i]);
    }
}

static void
test_sound (void)
{
  guint64 n_ok = 0;
  double n_rounds = 0;
  double n_conflicts = 0;
  double n_checks = 0;

  for (guint i = 0; i < n_schedules; i++)
    {
      guint64 seed = seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed, FALSE);
      g_autoptr (QuoSim) sim = store_run (config, SETTLED_BY);

      assert_no_violation (sim, seed);
      if (store_measure (sim, "divergent") > 0
          || store_measure (sim, "waiting-at-end") > 0)
        g_error ("seed %" G_GUINT64_FORMAT ": %g keys differ, %g writes wait", seed,
                 store_measure (sim, "divergent"),
                 store_measure (sim, "waiting-at-end"));
      assert_same_stores (sim, seed);
      n_ok += quo_sim_figure (sim, QUO_FIGURE_OPS_OK);
      n_rounds += store_measure (sim, "transaction-rounds");
      n_conflicts += store_measure (sim, "conflicts");
      n_checks += store_measure (sim, "dep-checks");
    }

  g_test_message ("%u schedules: %" G_GUINT64_FORMAT " operations, %g rounds of "
                  "transactions, %g conflicts, %g dependency checks", n_schedules, n_ok,
                  n_rounds, n_conflicts, n_checks);
  g_assert_cmpuint (n_ok, >, 60 * (guint64) n_schedules);
  g_assert_cmpfloat (n_rounds, >, 2.0 * n_schedules);
  g_assert_cmpfloat (n_conflicts, >, 2.0 * n_schedules);
  g_assert_cmpfloat (n_checks, >, 10.0 * n_schedules);
}

/* A lost disk takes writes with it, and what depends on them stays invisible
 * elsewhere; what is visible is sound all the same, and the others go on. */
static void
test_lost_disks (void)
{
  guint n_runs = MAX (1, n_schedules / 4);
  guint n_out = 0;

  for (guint i = 0; i < n_runs; i++)
    {
      guint64 seed = seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed, TRUE);
      g_autoptr (QuoSim) sim = store_run (config, SETTLED_BY);

      assert_no_violation (sim, seed);
      n_out += store_n_notes (sim, "out");
    }

  g_test_message ("%u disks lost in %u schedules", n_out, n_runs);
  g_assert_cmpuint (2 * n_out, >, n_runs);
}

static void
test_repeatable (void)
{
  g_autofree char *digests[2] = { NULL, NULL };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule (seed_first, TRUE);
      g_autoptr (QuoSim) sim = store_run (config, SETTLED_BY);

      digests[i] = quo_trace_digest (quo_sim_trace (sim));
    }
  g_assert_cmpstr (digests[0], ==, digests[1]);
  g_free (g_steal_pointer (&digests[1]));
}

static const struct
{
  const char *fault;
  const char *invariant;
} mistakes[] = {
  { "skip-dep-check", "causal-visibility" },
  { "skip-dep-check", "causal-reads" },
  { "own-key-only", "causal-visibility" },
  { "answer-early", "causal-visibility" },
  { "newer-is-enough", "causal-visibility" },
  { "forget-reads", "causal-visibility" },
  { "nearest-by-timestamp", "causal-visibility" },
  { "ignore-remote-clock", "version-order" },
  { "wall-clock", "version-order" },
  { "last-arrival-wins", "convergence" },
  { "last-arrival-wins", "monotonic-reads" },
  { "overwrite-unseen", "convergence" },
  { "one-round", "snapshot" },
  { "nearest-in-transaction", "snapshot" },
  { "commit-before-sync", "visible-kept" },
  { "commit-before-sync", "read-your-writes" },
};

static const char *
first_of (QuoSim     *sim,
          const char *invariant)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  guint index = (guint) quo_declaration_find_invariant (d, invariant);

  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    if (quo_sim_violation (sim, i)->invariant == index)
      return quo_sim_violation (sim, i)->text;

  return NULL;
}

static void
test_mistake (gconstpointer data)
{
  guint nth = GPOINTER_TO_UINT (data);

  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      guint64 seed = seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed, FALSE);
      g_autoptr (QuoSim) sim = NULL;

      store_set_fault (config, mistakes[nth].fault);
      sim = store_run (config, STOP);
      if (!store_is_violated (sim, mistakes[nth].invariant))
        continue;

      g_test_message ("after %u schedules: %s", i + 1,
                      first_of (sim, mistakes[nth].invariant));
      return;
    }

  g_error ("no schedule shows %s", mistakes[nth].fault);
}

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES);
  seed_first = schedules_seed ();
  n_schedules = schedules_n (N_SCHEDULES);

  g_test_add_func (PATH "every-schedule-is-sound-and-converges", test_sound);
  g_test_add_func (PATH "lost-disks-make-nothing-inconsistent", test_lost_disks);
  g_test_add_func (PATH "same-seed-same-trace", test_repeatable);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "%s-breaks-%s",
                                               mistakes[i].fault,
                                               mistakes[i].invariant);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mistake);
    }

  return g_test_run ();
}
