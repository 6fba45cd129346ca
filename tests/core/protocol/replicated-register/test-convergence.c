/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever happens, replicas show what the updates that they know of make, and once
 * it is quiet they all show the same. */

#include "fixture.h"

#include "base/random.h"

#define S  QUO_SECOND
#define MS QUO_MILLISECOND

#define N_NODES 5

static const char * const types[] = {
  "last-writer-wins", "multi-value", "g-counter", "pn-counter", "or-set", "rw-set"
};

static void
add_chaos (QuoSimConfig *config,
           QuoChaosKind  kind,
           double        rate,
           double        amount)
{
  QuoChaos chaos = {
    .kind = kind,
    .rate = rate,
    .to = 20 * S,
    .lasts = quo_distribution_new_uniform (S / 10, 4 * S),
    .amount = amount,
    .max_down = 3,
  };

  g_array_append_val (config->chaos, chaos);
}

static void
add_updates (QuoSimConfig *config,
             const char   *type,
             QuoStream    *dice)
{
  static const char * const values[] = { "1", "2", "3", "4" };
  static const char * const keys[] = { "x", "y" };

  for (guint i = 0; i < 60; i++)
    {
      QuoOpKind kind = QUO_OP_WRITE;
      const char *value = values[quo_stream_bounded (dice, 4)];

      if (g_str_has_suffix (type, "counter") || g_str_has_suffix (type, "set"))
        kind = g_str_equal (type, "g-counter") || quo_stream_bounded (dice, 2) > 0
               ? QUO_OP_ADD : QUO_OP_REMOVE;
      else if (quo_stream_bounded (dice, 6) == 0)
        kind = quo_stream_bounded (dice, 2) > 0 ? QUO_OP_REMOVE : QUO_OP_APPEND;
      replicated_op (config, (QuoTime) quo_stream_bounded (dice, 20 * S),
                     (guint) quo_stream_bounded (dice, N_NODES), kind,
                     keys[quo_stream_bounded (dice, 2)], value);
    }
}

static QuoSimConfig *
random_config (const char *type,
               guint64     seed)
{
  static const char * const clocks[] = { "wall", "lamport", "hybrid" };
  QuoStream dice = { quo_stream_key (seed, 77, 0, 0), 0 };
  QuoSimConfig *config = replicated_config (type, N_NODES, seed);

  replicated_set (config, "clock", clocks[quo_stream_bounded (&dice, 3)]);
  replicated_set (config, "sync",
                  quo_stream_bounded (&dice, 2) > 0 ? "delta" : "state");
  replicated_set (config, "context",
                  quo_stream_bounded (&dice, 2) > 0 ? "client" : "replica");
  replicated_set (config, "buffer", quo_stream_bounded (&dice, 2) > 0 ? "64" : "3");
  replicated_set (config, "resolution",
                  quo_stream_bounded (&dice, 2) > 0 ? "500ms" : "0s");
  config->disk.sync = quo_distribution_new_uniform (0, 20 * MS);
  quo_distribution_unref (config->network.base.latency);
  config->network.base.latency = quo_distribution_new_uniform (MS, 300 * MS);
  config->network.base.loss = .05;
  config->network.base.duplicate = .1;
  for (guint i = 0; i < N_NODES; i++)
    {
      config->clients[i].is_roaming = seed % 2 == 0;
      config->clients[i].n_tries_max = 2;
    }
  config->nodes = g_new0 (QuoNodeConfig, N_NODES);
  for (guint i = 0; i < N_NODES; i++)
    config->nodes[i] = (QuoNodeConfig) {
      (QuoTime) quo_stream_bounded (&dice, 4 * S) - 2 * S, 1e-3 * i
    };
  add_updates (config, type, &dice);
  add_chaos (config, QUO_CHAOS_CRASH, .3, 0);
  add_chaos (config, QUO_CHAOS_LOSE_DISK, .1, 0);
  add_chaos (config, QUO_CHAOS_PAUSE, .2, 0);
  add_chaos (config, QUO_CHAOS_PARTITION, .1, 0);
  add_chaos (config, QUO_CHAOS_CUT, .3, 0);
  add_chaos (config, QUO_CHAOS_LOSS, .1, .5);
  add_chaos (config, QUO_CHAOS_SKEW, .3, 2);

  return config;
}

/* Twenty seconds in which anything may happen, forty of quiet: 200 rounds. */
static void
test_converges_after_faults (gconstpointer data)
{
  const char *type = data;
  guint64 base = (guint64) g_test_rand_int_range (0, G_MAXINT32 - 100);

  for (guint64 seed = base; seed < base + 25; seed++)
    {
      g_autoptr (QuoSimConfig) config = random_config (type, seed);
      g_autoptr (QuoSim) sim = replicated_run (config, 60 * S);
      double divergent, time;

      g_test_message ("%s, seed %" G_GUINT64_FORMAT ": %u events", type, seed,
                      quo_trace_length (quo_sim_trace (sim)));
      for (guint i = 0; i < quo_sim_n_violations (sim); i++)
        g_test_message ("%s", quo_sim_violation (sim, i)->text);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
      g_assert_true (replicated_measure (sim, "divergent-replicas", &divergent));
      g_assert_cmpfloat (divergent, ==, 0);
      g_assert_true (replicated_measure (sim, "convergence-time", &time));
    }
}

/* Deltas say what changed, states all there is. */
static void
test_deltas_are_smaller (void)
{
  double bytes[2], messages;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = replicated_config ("or-set", 4, 3);
      g_autoptr (QuoSim) sim = NULL;

      replicated_set (config, "sync", i == 0 ? "state" : "delta");
      for (guint j = 0; j < 100; j++)
        {
          g_autofree char *element = g_strdup_printf ("e%u", j);

          replicated_op (config, (QuoTime) j * 50 * MS, j % 4, QUO_OP_ADD, "s",
                         element);
        }
      sim = replicated_run (config, 10 * S);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
      replicated_measure (sim, "divergent-replicas", &bytes[i]);
      g_assert_cmpfloat (bytes[i], ==, 0);
      replicated_measure (sim, "bytes", &bytes[i]);
      replicated_measure (sim, "messages", &messages);
      g_assert_cmpfloat (messages, >, 0);
    }
  g_assert_cmpfloat (bytes[1] * 2, <, bytes[0]);
}

/* One write, and messages that take no time: each replica sends once in an interval,
 * so two replicas are equal within one. */
static void
test_converges_within_an_interval (void)
{
  for (guint64 seed = 1; seed <= 20; seed++)
    {
      g_autoptr (QuoSimConfig) config = replicated_config ("g-counter", 2, seed);
      g_autoptr (QuoSim) sim = NULL;
      double time;

      replicated_set (config, "interval", "100ms");
      replicated_set (config, "jitter", "0");
      quo_distribution_unref (config->network.base.latency);
      config->network.base.latency = quo_distribution_new_constant (0);
      quo_distribution_unref (config->network.client_latency);
      config->network.client_latency = quo_distribution_new_constant (0);
      replicated_op (config, 500 * MS, 0, QUO_OP_ADD, "n", "5");
      sim = replicated_run (config, 2 * S);
      replicated_assert (sim, 2 * S, 1, "n", "5");
      g_assert_true (replicated_measure (sim, "convergence-time", &time));
      g_assert_cmpfloat (time, <=, (double) (100 * MS));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strdup_printf (
        "/core/protocol/replicated-register/convergence/%s-after-faults", types[i]);

      g_test_add_data_func (path, types[i], test_converges_after_faults);
    }
  g_test_add_func ("/core/protocol/replicated-register/convergence/"
                   "deltas-are-smaller", test_deltas_are_smaller);
  g_test_add_func ("/core/protocol/replicated-register/convergence/"
                   "two-are-equal-within-an-interval",
                   test_converges_within_an_interval);

  return g_test_run ();
}
