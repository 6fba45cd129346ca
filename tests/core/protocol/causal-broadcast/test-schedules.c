/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Random schedules of faults: nothing is broken, everything is delivered when the
 * faults are over, and each known mistake shows in some schedule.
 */

#include "../schedules.h"
#include "../store-fixture.h"

#include "base/random.h"

#define MS             QUO_MILLISECOND
#define PATH           "/core/protocol/causal-broadcast/schedules/"
#define N_SCHEDULES    3000
#define N_TRIES_MAX    2000
#define CALM           (1200 * MS)

/* What a process takes to learn of a message and to get it: two STATUS, and a turn of
 * everybody's for what a crashed one had broadcast. Sixteen come at a time. Of all that
 * a fifth is lost still in some schedules, and asked for again: one of 100,000 took
 * three seconds. */
#define BOUND          (4000 * MS)

typedef struct
{
  const char *fault;
  const char *order;
  const char *invariant;
} Mistake;

static const char * const orders[] = { "causal", "fifo", "none", "total" };
static guint64 seed_first;
static guint n_schedules;

static double
draw (guint64 seed,
      guint   nth)
{
  return quo_unit (quo_random_at (quo_stream_key (seed, 815, 0, 0), nth));
}

static QuoSimConfig *
new_schedule (guint64     seed,
              const char *order,
              gboolean    loses_disks)
{
  guint n_nodes = 3 + (guint) (draw (seed, 0) * 3);
  QuoSimConfig *config = store_new ("causal-broadcast", n_nodes);
  /* A number brings one message to its place, so few places make a total order slow. */
  guint n_places = 1 + (guint) (draw (seed, 1) * 12)
                   + (g_str_equal (order, "total") ? 4 : 0);
  g_autofree char *buffer = g_strdup_printf ("%u", n_places);

  config->seed = seed;
  store_set (config, "order", order);
  store_set (config, "recovery", draw (seed, 2) < .6 ? "status" : "request");
  store_set (config, "status-interval", "30ms");
  store_set (config, "buffer", buffer);
  store_set (config, "broadcast-rate", draw (seed, 3) < .5 ? "8" : "0");
  store_set_latency (config, MS, 25 * MS);
  config->network.base.loss = draw (seed, 4) < .7 ? draw (seed, 5) * .2 : 0;
  config->network.base.duplicate = draw (seed, 6) < .7 ? draw (seed, 7) * .3 : 0;
  if (draw (seed, 8) < .7)
    config->disk.sync = quo_distribution_new_uniform (0, 12 * MS);
  store_add_chaos (config, QUO_CHAOS_CRASH, 4 * draw (seed, 9), CALM, 200 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PAUSE, 3 * draw (seed, 10), CALM, 150 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PARTITION, 3 * draw (seed, 11), CALM, 200 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_CUT, 4 * draw (seed, 12), CALM, 200 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_LOSS, 2 * draw (seed, 13), CALM, 100 * MS, .6);
  store_add_chaos (config, QUO_CHAOS_SKEW, 3 * draw (seed, 14), CALM, MS, .05);
  if (loses_disks)
    store_add_chaos (config, QUO_CHAOS_LOSE_DISK, 1.5, CALM, 100 * MS, 0);
  /* Who crashes before its disk knows of it cannot come back. */
  for (guint i = 0; i < config->chaos->len; i++)
    g_array_index (config->chaos, QuoChaos, i).from = 15 * MS;
  for (guint i = 0; i < 3; i++)
    {
      QuoClientConfig *client = store_add_client (config, i % n_nodes);

      client->rate = 20;
      client->n_tries_max = 2;
      client->reads = .3;
      client->stop = CALM - 200 * MS;
      client->timeout = 80 * MS;
      client->is_roaming = draw (seed, 15) < .3;
    }

  return config;
}

static void
stop_broadcasts (QuoSimConfig *config,
                 QuoTime       at)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_SET_OPTION, at);
  const QuoDeclaration *d = config->declaration;
  int index = quo_declaration_find_option (d, "broadcast-rate");

  action->options = g_memdup2 (config->options, d->options_size);
  g_assert_true (quo_option_set_number (&d->options[index], action->options, 0, NULL));
}

static void
assert_sound (QuoSim  *sim,
              guint64  seed)
{
  if (quo_sim_n_violations (sim) > 0)
    g_error ("seed %" G_GUINT64_FORMAT ": %s", seed,
             quo_sim_violation (sim, 0)->text);
}

/* Nothing is broken; in the end everybody has everything, and keeps nothing. */
static void
test_sound (gconstpointer data)
{
  const char *order = data;
  double n_held = 0;
  double n_again = 0;
  double n_full = 0;
  guint64 n_ok = 0;
  guint n_runs = MAX (1, n_schedules / (guint) G_N_ELEMENTS (orders));

  for (guint i = 0; i < n_runs; i++)
    {
      guint64 seed = seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed, order, FALSE);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (QuoReplay) replay = NULL;

      stop_broadcasts (config, CALM);
      sim = store_run (config, CALM + BOUND);
      assert_sound (sim, seed);
      replay = store_replay (sim, CALM + BOUND);
      if (store_measure (sim, "undelivered") > 0)
        g_error ("seed %" G_GUINT64_FORMAT ": %g not delivered", seed,
                 store_measure (sim, "undelivered"));
      for (guint node = 0; node < config->n_nodes; node++)
        if (store_scalar (sim, replay, node, "unstable") != 0)
          g_error ("seed %" G_GUINT64_FORMAT ": node %u keeps messages", seed, node);
      if (g_str_equal (order, "total"))
        g_assert_cmpfloat (store_measure (sim, "divergent-keys"), ==, 0);
      n_held += store_n_notes (sim, "hold");
      n_again += store_measure (sim, "retransmissions");
      n_full += store_measure (sim, "overflows");
      n_ok += quo_sim_figure (sim, QUO_FIGURE_OPS_OK);
    }

  g_test_message ("%u schedules: %" G_GUINT64_FORMAT " operations, %g messages held "
                  "back, %g sent again, %g without a place", n_runs, n_ok, n_held,
                  n_again, n_full);
  g_assert_cmpuint (n_ok, >, 10 * (guint64) n_runs);
  g_assert_cmpfloat (n_again, >, n_runs);
  if (g_str_equal (order, "none"))
    g_assert_cmpfloat (n_held, ==, 0);
  else
    g_assert_cmpfloat (n_held, >, n_runs);
}

/* Where disks are lost no one promises that everything is delivered; what is promised
 * of each delivery holds all the same. */
static void
test_lost_disks (void)
{
  guint n_runs = MAX (1, n_schedules / 5);
  double n_stopped = 0;

  for (guint i = 0; i < n_runs; i++)
    {
      guint64 seed = seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed, orders[i % 4], TRUE);
      g_autoptr (QuoSim) sim = store_run (config, CALM + 300 * MS);

      assert_sound (sim, seed);
      n_stopped += store_n_notes (sim, "stopped");
    }
  g_test_message ("%u schedules, %g processes stopped", n_runs, n_stopped);
  g_assert_cmpfloat (n_stopped, >, n_runs / 4.0);
}

/* Who promises less breaks what it did not promise. */
static void
test_weaker (gconstpointer data)
{
  const char *order = data;
  double n_inversions = 0;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule (seed_first + i, order,
                                                      FALSE);
      g_autoptr (QuoSim) sim = store_run (config, CALM);

      n_inversions += store_measure (sim, "inversions");
    }
  if (g_str_equal (order, "causal") || g_str_equal (order, "total"))
    g_assert_cmpfloat (n_inversions, ==, 0);
  else
    g_assert_cmpfloat (n_inversions, >, 20);
}

static void
test_mistake (gconstpointer data)
{
  const Mistake *mistake = data;

  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule (seed_first + i,
                                                      mistake->order, TRUE);
      g_autoptr (QuoSim) sim = NULL;

      store_set_fault (config, mistake->fault);
      sim = store_run (config, CALM + 300 * MS);
      if (!store_is_violated (sim, mistake->invariant))
        continue;

      g_test_message ("%s, after %u schedules: %s", mistake->fault, i + 1,
                      quo_sim_violation (sim, 0)->text);
      return;
    }

  g_error ("no schedule finds %s", mistake->fault);
}

static void
test_repeatable (void)
{
  g_autofree char *digests[2] = { NULL, NULL };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule (seed_first, "causal",
                                                      TRUE);
      g_autoptr (QuoSim) sim = store_run (config, CALM);

      digests[i] = quo_trace_digest (quo_sim_trace (sim));
    }
  g_assert_cmpstr (digests[0], ==, digests[1]);
  g_free (digests[1]);
}

int
main (int    argc,
      char **argv)
{
  static const Mistake mistakes[] = {
    { "deliver-on-arrival", "causal", "causal-delivery" },
    { "deliver-on-arrival", "fifo", "fifo-delivery" },
    { "sender-entry-only", "causal", "causal-delivery" },
    { "own-keys-comparison", "causal", "causal-delivery" },
    { "merge-at-receipt", "causal", "clock-counts-deliveries" },
    { "merge-at-receipt", "causal", "causal-delivery" },
    { "count-duplicate", "causal", "no-duplication" },
    { "stamp-own-count", "causal", "causal-delivery" },
    { "restart-from-zero", "causal", "no-creation" },
    { "send-before-sync", "causal", "no-creation" },
    { "send-before-sync", "total", "no-creation" },
    { "drop-when-one-has", "causal", "stability" },
    { "number-on-arrival", "total", "causal-delivery" },
    { "ignore-number", "total", "total-order" },
  };

  schedules_init (&argc, &argv, N_SCHEDULES);
  seed_first = schedules_seed ();
  n_schedules = schedules_n (N_SCHEDULES);

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *sound = g_strdup_printf (
        PATH "%s/everything-is-delivered-when-the-faults-are-over", orders[i]);
      g_autofree char *weaker = g_strdup_printf (
        PATH "%s/%s", orders[i],
        i % 3 == 0 ? "never-inverts-what-happened-before"
                   : "inverts-what-happened-before");

      g_test_add_data_func (sound, orders[i], test_sound);
      g_test_add_data_func (weaker, orders[i], test_weaker);
    }
  g_test_add_func (PATH "no-delivery-is-wrong-where-disks-are-lost", test_lost_disks);
  g_test_add_func (PATH "same-seed-same-trace", test_repeatable);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "%s-breaks-%s-of-%s",
                                               mistakes[i].fault,
                                               mistakes[i].invariant,
                                               mistakes[i].order);

      g_test_add_data_func (path, &mistakes[i], test_mistake);
    }

  return g_test_run ();
}
