/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: chains lose nothing that they acknowledged and answer with the
 * latest, and when the faults are over all servers in the chain have the same. */

#include "../schedules.h"
#include "../store-fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/chain-replication/chaos/"

#define N_SCHEDULES 1000
#define N_JUMPS     400
#define CALM_FROM   (1500 * MS)
#define UNTIL       (6 * QUO_SECOND)

/* Servers may lose what they have, for they come back with nothing anyway: they are
 * fail-stop. The master is the one that does not fail for good; the paper makes it of
 * several with Paxos (van Renesse and Schneider 2004, section 3). Clocks may show
 * anything, but run equally fast, or a lease would end too late. */
static QuoSimConfig *
new_schedule (guint64 seed)
{
  guint n_nodes = 3 + (guint) (seed % 4);
  QuoSimConfig *config = store_new ("chain-replication", n_nodes);

  config->seed = seed;
  store_set (config, "reads", seed % 3 == 0 ? "tail" : "any");
  store_set (config, "heartbeat-interval", "40ms");
  store_set (config, "detection-timeout", "150ms");
  if (seed % 5 == 4)
    schedules_option (config, (seed % 1200) * MS, "reads",
                      seed % 3 == 0 ? "any" : "tail");
  store_set_latency (config, MS, 30 * MS);
  config->network.base.loss = 0.02;
  config->network.base.duplicate = 0.05;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * MS);
  schedules_drift (config, 900 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_CRASH, 1.5, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_LOSE_DISK, .3, CALM_FROM, 300 * MS, 0);
  schedules_spare (config, n_nodes - 1);
  store_add_chaos (config, QUO_CHAOS_PAUSE, 1, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PARTITION, 1, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_CUT, 1, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_LOSS, .5, CALM_FROM, 300 * MS, .3);
  for (guint i = 0; i < 3; i++)
    {
      QuoClientConfig *client = store_add_client (config, i % n_nodes);

      client->rate = 20;
      client->stop = CALM_FROM;
      client->timeout = 120 * MS;
    }

  return config;
}

static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);

  if (fault != NULL)
    store_set_fault (config, fault);

  return store_run (config, UNTIL);
}

/* By now even clients that were behind with their operations have ended them: whoever
 * the master has in its chain. */
static char *
judge_chain (QuoSim *sim)
{
  QuoTrace *trace = quo_sim_trace (sim);
  const QuoDeclaration *d = quo_trace_declaration (trace);
  guint master = quo_trace_n_nodes (trace) - 1;
  g_autoptr (QuoReplay) replay = store_replay (sim, UNTIL);
  int field = quo_declaration_find_field (d, "chain");
  const QuoTable *chain = quo_replay_table (replay, master, (guint) field);
  guint head = (guint) quo_table_nth (chain, 0, NULL)[0];
  char *text = NULL;

  for (guint i = 1; text == NULL && i < quo_table_n_rows (chain); i++)
    {
      guint server = (guint) quo_table_nth (chain, i, NULL)[0];

      if (store_scalar (sim, replay, head, "commit")
          != store_scalar (sim, replay, server, "commit"))
        text = g_strdup_printf ("server %u has not committed all", server);
      else
        text = schedules_compare_two (sim, head, server);
    }

  return text;
}

enum
{
  OPERATIONS,
  TAKEN_OUT
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play (seed, NULL, NULL);
  char *text = schedules_violation (sim);

  tallies[OPERATIONS] += (double) quo_sim_figure (sim, QUO_FIGURE_OPS_OK);
  tallies[TAKEN_OUT] += store_n_notes (sim, "removed");

  return text != NULL ? text : judge_chain (sim);
}

static void
test_sound (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, NULL, tallies);

  g_test_message ("%g operations, %g servers taken out", tallies[OPERATIONS],
                  tallies[TAKEN_OUT]);
  if (n < SCHEDULES_N_TELLING)
    return;
  g_assert_cmpfloat (tallies[OPERATIONS], >, 20 * n);
  g_assert_cmpfloat (tallies[TAKEN_OUT], >, n);
}

/* A clock that is set back makes a lease last: a read may be stale then, but still
 * nothing else goes wrong. */
static char *
check_jumps (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed);
  g_autoptr (QuoSim) sim = NULL;

  store_add_chaos (config, QUO_CHAOS_SKEW, 8, CALM_FROM, MS, 1);
  sim = store_run (config, UNTIL);
  tallies[0] += store_is_violated (sim, "read-latest");
  if (store_is_violated (sim, "update-propagation"))
    return g_strdup ("update-propagation");
  if (store_is_violated (sim, "acknowledged-kept"))
    return g_strdup ("acknowledged-kept");
  if (store_is_violated (sim, "read-committed"))
    return g_strdup ("read-committed");

  return NULL;
}

static void
test_jumps (void)
{
  schedules_check_some (N_JUMPS, check_jumps, NULL,
                        "with a stale read");
}

static const ScheduleFault faults[] = {
  { "ack-at-head", "acknowledged-kept" },
  { "read-dirty", "read-committed" },
  { "read-clean", "read-latest" },
  { "skip-resend", "update-propagation" },
  { "no-lease", "read-latest" },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES);

  g_test_add_func (PATH "every-schedule-is-sound-and-converges", test_sound);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, NULL,
                       (SCHEDULE_ALL & ~SCHEDULE_DRIFT) | SCHEDULE_OPTION);
  g_test_add_func (PATH "clocks-that-jump-make-nothing-but-stale-reads",
                   test_jumps);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for",
                            "chain-replication");

  return g_test_run ();
}
