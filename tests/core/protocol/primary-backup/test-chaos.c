/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: each way to replicate keeps what it promises, and when the faults
 * are over there is one primary and every node has what it has. */

#include "../schedules.h"
#include "../store-fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/primary-backup/chaos/"
#define N_SCHEDULES 200 /* of each way */
#define N_LOST      300
#define CALM_FROM   (1500 * MS)
#define UNTIL       (6 * QUO_SECOND)
#define PRIMARY     2

typedef struct
{
  const char *replication;
  const char *loss;
} Way;

static const Way ways[] = {
  { "asynchronous", "accepted" },
  { "asynchronous", "never" },
  { "semi-synchronous", "accepted" },
  { "semi-synchronous", "never" },
  { "synchronous", "never" },
};

/* Epochs and logs are on disks that last: nothing is promised to who loses one, and
 * nothing here depends on clocks. Nothing is lost in the end, or heartbeats could be
 * just then, and somebody else be about to lead. */
static QuoSimConfig *
new_schedule (guint64    seed,
              const Way *way)
{
  guint n_nodes = 2 + (guint) (seed % 4);
  QuoSimConfig *config = store_new ("primary-backup", n_nodes);

  config->seed = seed;
  store_set (config, "replication", way->replication);
  store_set (config, "fail-over-loss", way->loss);
  store_set (config, "reads", seed % 3 == 0 ? "local" : "primary");
  store_set (config, "heartbeat-interval", "40ms");
  store_set (config, "fail-over-timeout", "120ms..200ms");
  store_set (config, "take-over-timeout", "80ms");
  store_set (config, "execution-time", seed % 5 == 0 ? "5ms" : "0s");
  store_set_latency (config, MS, 30 * MS);
  config->network.base.duplicate = 0.05;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * MS);
  schedules_drift (config, 700 * MS, seed % 2 != 0 ? .1 : -.1);
  store_add_chaos (config, QUO_CHAOS_CRASH, 5, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PAUSE, 2, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PARTITION, 2, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_CUT, 1, CALM_FROM, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_LOSS, 2, CALM_FROM, 300 * MS, .15);
  store_add_chaos (config, QUO_CHAOS_SKEW, 2, CALM_FROM, MS, 1);
  for (guint i = 0; i < 3; i++)
    {
      QuoClientConfig *client = store_add_client (config, i % n_nodes);

      client->rate = 20;
      client->stop = 2 * QUO_SECOND;
      client->timeout = 120 * MS;
    }

  return config;
}

static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed, data);

  if (fault != NULL)
    store_set_fault (config, fault);

  return store_run (config, UNTIL);
}

/* The stores themselves, without the monitor's help. */
static char *
judge_stores (QuoSim *sim)
{
  guint n_nodes = quo_trace_n_nodes (quo_sim_trace (sim));
  g_autoptr (QuoReplay) replay = store_replay (sim, UNTIL);
  guint n_primaries = 0;

  for (guint i = 0; i < n_nodes; i++)
    {
      n_primaries += store_scalar (sim, replay, i, "role") == PRIMARY;
      if (store_scalar (sim, replay, i, "executed")
          != store_scalar (sim, replay, 0, "executed"))
        return g_strdup_printf ("node %u lags behind", i);
    }
  if (n_primaries != 1)
    return g_strdup_printf ("%u primaries", n_primaries);

  return schedules_compare_stores (sim, 0, n_nodes);
}

enum
{
  PRIMARIES,
  LOST,
  OPERATIONS
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play (seed, NULL, data);
  char *text = schedules_violation (sim);

  tallies[PRIMARIES] += store_measure (sim, "primaries");
  tallies[LOST] += store_measure (sim, "lost-writes");
  tallies[OPERATIONS] += (double) quo_sim_figure (sim, QUO_FIGURE_OPS_OK);

  return text != NULL ? text : judge_stores (sim);
}

static void
test_sound (gconstpointer data)
{
  const Way *way = data;
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, way, tallies);

  g_test_message ("%g primaries, %g operations, %g writes lost",
                  tallies[PRIMARIES], tallies[OPERATIONS], tallies[LOST]);
  if (n < SCHEDULES_N_TELLING)
    return;
  /* Fail-overs are not rare, or the schedules would show nothing. */
  g_assert_cmpfloat (tallies[PRIMARIES], >, 1.5 * n);
  g_assert_cmpfloat (tallies[OPERATIONS], >, 20 * n);
  if (g_str_equal (way->loss, "never"))
    g_assert_cmpfloat (tallies[LOST], ==, 0);
  else
    g_assert_cmpfloat (tallies[LOST], >, 0);
}

/* Who comes back without its disk has promised and confirmed what it does not know,
 * which takes acknowledged writes away. */
static char *
check_lost_disks (guint64        seed,
                  double        *tallies,
                  gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed, data);
  g_autoptr (QuoSim) sim = NULL;

  store_add_chaos (config, QUO_CHAOS_LOSE_DISK, 2, CALM_FROM, 300 * MS, 0);
  sim = store_run (config, UNTIL);
  tallies[0] += store_is_violated (sim, "acknowledged-kept");

  return NULL;
}

static void
test_lost_disks (void)
{
  schedules_check_some (N_LOST, check_lost_disks, &ways[3],
                        "lost what was acknowledged");
}

static const ScheduleFault faults[] = {
  { "ignore-epochs", "one-primary-per-epoch", 0, &ways[3] },
  { "ignore-epochs", "prefix-order", 0, &ways[3] },
  { "acknowledge-early", "acknowledged-kept", 0, &ways[3] },
  { "ack-before-sync", "acknowledged-kept", 0, &ways[3] },
  { "replay-out-of-order", "prefix-order", 0, &ways[3] },
  { "promote-any", "acknowledged-kept", 0, &ways[3] },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES * G_N_ELEMENTS (ways));

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "schedules/%s-%s",
                                               ways[i].replication, ways[i].loss);

      g_test_add_data_func (path, &ways[i], test_sound);
    }
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, &ways[0],
                       SCHEDULE_ALL_BUT_DISK);
  g_test_add_func (PATH "a-lost-disk-takes-acknowledged-writes-away",
                   test_lost_disks);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for",
                            "primary-backup");

  return g_test_run ();
}
