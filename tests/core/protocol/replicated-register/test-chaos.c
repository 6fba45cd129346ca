/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever happens, replicas show what the updates that they know of make, and once
 * it is quiet they all show the same. For each known mistake some schedule shows it. */

#include "fixture.h"

#include "../schedules.h"
#include "base/random.h"

#define S    QUO_SECOND
#define MS   QUO_MILLISECOND
#define PATH "/core/protocol/replicated-register/chaos/"

#define N_SCHEDULES 50 /* of each type */
#define N_NODES     5
#define CALM_FROM   (8 * S)
#define UNTIL       (24 * S)

static const char * const types[] = {
  "last-writer-wins", "multi-value", "g-counter", "pn-counter", "or-set", "rw-set"
};

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
      replicated_op (config, (QuoTime) quo_stream_bounded (dice, CALM_FROM),
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
  if (seed % 5 == 4)
    schedules_option (config, (seed % 8) * S, "sync",
                      seed / 5 % 2 != 0 ? "delta" : "state");
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
  schedules_add_chaos (config, QUO_CHAOS_CRASH, .75, CALM_FROM, 2 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_LOSE_DISK, .25, CALM_FROM, 2 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_PAUSE, .5, CALM_FROM, 2 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_PARTITION, .25, CALM_FROM, 2 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_CUT, .75, CALM_FROM, 2 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_LOSS, .25, CALM_FROM, 2 * S, .5);
  schedules_add_chaos (config, QUO_CHAOS_SKEW, .75, CALM_FROM, 2 * S, 2);

  return config;
}

/* Eight seconds in which anything may happen, sixteen of quiet: eighty rounds. */
static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = random_config (data, seed);

  if (fault != NULL)
    replicated_fault (config, fault);

  return replicated_run (config, UNTIL);
}

enum
{
  OPERATIONS,
  CONVERGED
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play (seed, NULL, data);
  char *text = schedules_violation (sim);
  double time = 0;

  tallies[OPERATIONS] += (double) quo_sim_figure (sim, QUO_FIGURE_OPS_OK);
  tallies[CONVERGED] += replicated_measure (sim, "convergence-time", &time);

  return text != NULL ? text : schedules_compare_stores (sim, 0, N_NODES);
}

static void
test_sound (gconstpointer data)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, data, tallies);

  g_test_message ("%g operations", tallies[OPERATIONS]);
  if (n == 0)
    return;
  g_assert_cmpfloat (tallies[CONVERGED], ==, n);
  g_assert_cmpfloat (tallies[OPERATIONS], >, 20 * n);
}

static const ScheduleFault faults[] = {
  { "keyed-by-value", "no-resurfacing", 0, "multi-value" },
  { "clock-as-is", "no-lost-write", 0, "last-writer-wins" },
  { "equal-stamps", "convergence", 0, "last-writer-wins" },
  { "merge-by-sum", "counter-is-sum", 0, "g-counter" },
  { "remove-unseen", "no-lost-write", 0, "or-set" },
  { "reuse-replica-id", "counter-is-sum", 0, "pn-counter" },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES * G_N_ELEMENTS (types));

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "%s-converges-after-faults",
                                               types[i]);

      g_test_add_data_func (path, types[i], test_sound);
    }
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, types[0],
                       SCHEDULE_ALL | SCHEDULE_OPTION);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for",
                            "replicated-register");

  return g_test_run ();
}
