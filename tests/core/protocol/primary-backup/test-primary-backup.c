/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Single writes and fail-overs whose course is known. The network takes 10 ms, one
 * way, where nothing else is said. */

#include "../store-fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/primary-backup/"

static void
assert_answer (QuoSim     *sim,
               guint       client,
               guint       nth,
               const char *expected)
{
  g_autofree char *answer = store_answer (sim, client, nth);

  g_assert_cmpstr (answer, ==, expected);
}

static QuoTime
write_latency (QuoSim *sim)
{
  return (QuoTime) quo_samples_get_sum (quo_sim_latency (sim, QUO_OP_WRITE));
}

/* What a write waits for is known: nothing, one round trip to the nearest backup,
 * one to the farthest. */
static void
test_latency (void)
{
  static const struct
  {
    const char *replication;
    QuoTime     waits;
  } rows[] = {
    { "asynchronous", 0 },
    { "semi-synchronous", 20 * MS },
    { "synchronous", 80 * MS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QuoSimConfig) config = store_new ("primary-backup", 3);
      g_autoptr (QuoSim) sim = NULL;
      QuoAction *far = quo_sim_config_add_action (config, QUO_ACTION_SET_LINK, 0);
      QuoTime client;

      far->from = (QuoSelector) { QUO_SELECT_NODE, 0 };
      far->to = (QuoSelector) { QUO_SELECT_NODE, 2 };
      far->link = (QuoLinkConfig) {
        .latency = quo_distribution_new_constant (40 * MS),
        .loss = -1, .duplicate = -1, .bandwidth = -1, .is_fifo = -1,
      };
      store_set (config, "replication", rows[i].replication);
      store_set (config, "fail-over", "manual");
      store_add_client (config, 0);
      store_op (config, 500 * MS, 0, QUO_OP_READ, "x", NULL);
      store_op (config, 600 * MS, 0, QUO_OP_WRITE, "x", "1");
      sim = store_run (config, QUO_SECOND);

      client = (QuoTime) quo_samples_get_sum (quo_sim_latency (sim, QUO_OP_READ));
      g_assert_cmpint (write_latency (sim) - client, ==, rows[i].waits);
      g_assert_cmpuint (store_n_sent (sim, "REPLICATE"), ==, 2);
    }
}

static QuoSim *
run_fail_over (const char *replication,
               const char *loss)
{
  g_autoptr (QuoSimConfig) config = store_new ("primary-backup", 3);
  QuoAction *cut = quo_sim_config_add_action (config, QUO_ACTION_CUT, 300 * MS);

  cut->from = (QuoSelector) { QUO_SELECT_NODE, 0 };
  cut->to = (QuoSelector) { QUO_SELECT_NODE, 1 };
  store_set (config, "replication", replication);
  store_set (config, "fail-over-loss", loss);
  store_set (config, "fail-over", "manual");
  store_add_client (config, 0);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  if (g_str_equal (replication, "asynchronous"))
    store_act (config, QUO_ACTION_ISOLATE, 300 * MS, 0);
  store_op (config, 320 * MS, 0, QUO_OP_WRITE, "x", "2");
  store_act (config, QUO_ACTION_CRASH, 360 * MS, 0);
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 380 * MS);
  store_command (config, 500 * MS, 1, "promote");
  store_op (config, 1000 * MS, 0, QUO_OP_READ, "x", NULL);
  store_act (config, QUO_ACTION_RESTART, 1800 * MS, 0);

  return store_run (config, 3 * QUO_SECOND);
}

static void
test_asynchronous_loses (void)
{
  g_autoptr (QuoSim) sim = run_fail_over ("asynchronous", "accepted");
  g_autoptr (QuoReplay) replay = store_replay (sim, 3 * QUO_SECOND);

  assert_answer (sim, 0, 2, "ok");
  assert_answer (sim, 0, 3, "ok 1");
  g_assert_cmpfloat (store_measure (sim, "lost-writes"), ==, 1);
  g_assert_cmpuint (store_n_notes (sim, "loses"), ==, 1);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (store_value (sim, replay, i, "x"), ==, "1");
}

static void
test_semi_synchronous_keeps (void)
{
  g_autoptr (QuoSim) sim = run_fail_over ("semi-synchronous", "never");
  g_autoptr (QuoReplay) replay = store_replay (sim, 3 * QUO_SECOND);

  assert_answer (sim, 0, 2, "ok");
  assert_answer (sim, 0, 3, "ok 2");
  g_assert_cmpfloat (store_measure (sim, "lost-writes"), ==, 0);
  /* B was promoted; C, which has the write, stands in. */
  g_assert_cmpuint (store_n_notes (sim, "stands-in"), ==, 1);
  g_assert_cmpint (store_scalar (sim, replay, 2, "role"), ==, 2);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (store_value (sim, replay, i, "x"), ==, "2");
}

/* Without its answer nobody knows what the old primary has acknowledged: where
 * nothing may be lost, it is waited for. */
static void
test_asynchronous_waits (void)
{
  g_autoptr (QuoSim) sim = run_fail_over ("asynchronous", "never");
  g_autoptr (QuoReplay) before = store_replay (sim, 1700 * MS);
  g_autoptr (QuoReplay) after = store_replay (sim, 3 * QUO_SECOND);

  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (store_scalar (sim, before, i, "role"), !=, 2);
  g_assert_cmpfloat (store_measure (sim, "lost-writes"), ==, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (store_value (sim, after, i, "x"), ==, "2");
}

/* Local reads: a client that stays where it is reads what it wrote, and no two
 * nodes show the writes of two clients in different orders. */
static void
test_local_reads (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("primary-backup", 3);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "reads", "local");
  for (guint i = 0; i < 3; i++)
    store_add_client (config, i);
  store_op (config, 100 * MS, 1, QUO_OP_WRITE, "x", "1");
  store_op (config, 101 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 100 * MS, 2, QUO_OP_READ, "x", NULL);
  sim = store_run (config, QUO_SECOND);

  assert_answer (sim, 1, 1, "ok");
  assert_answer (sim, 1, 2, "ok 1");
  assert_answer (sim, 2, 1, "ok");
  g_assert_cmpuint (store_n_sent (sim, "FORWARD"), ==, 1);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* PROTOCOLS, section 5, mistake 10. */
static void
test_idle_lag (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("primary-backup", 3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "replication", "asynchronous");
  store_set (config, "fail-over", "manual");
  store_add_client (config, 0);
  store_act (config, QUO_ACTION_ISOLATE, 500 * MS, 2);
  store_op (config, 700 * MS, 0, QUO_OP_WRITE, "x", "1");
  sim = store_run (config, 2 * QUO_SECOND);
  replay = store_replay (sim, 2 * QUO_SECOND);

  g_assert_cmpint (store_scalar (sim, replay, 2, "lag-time"), ==, 0);
  g_assert_cmpint (store_scalar (sim, replay, 2, "lag-entries"), ==, 0);
  g_assert_cmpint (store_scalar (sim, replay, 2, "age"), >, 1400 * MS);
  g_assert_cmpfloat (store_measure (sim, "reported-lag"), ==, 0);
  g_assert_cmpfloat (store_measure (sim, "lag-time"), >, (double) QUO_SECOND);
}

static void
test_execution_time (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("primary-backup", 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "replication", "asynchronous");
  store_set (config, "execution-time", "50ms");
  store_set (config, "fail-over", "manual");
  store_add_client (config, 0);
  for (guint i = 0; i < 10; i++)
    store_op (config, 95 * MS, 0, QUO_OP_WRITE, "x", "1");
  sim = store_run (config, QUO_SECOND);
  replay = store_replay (sim, 420 * MS);

  /* Ten at once from 105 ms on, one every 50 ms: six by 420 ms. */
  g_assert_cmpint (store_scalar (sim, replay, 1, "executed"), >=, 5);
  g_assert_cmpint (store_scalar (sim, replay, 1, "executed"), <=, 6);
  g_assert_cmpint (store_scalar (sim, replay, 1, "lag-time"), >, 200 * MS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "a-write-waits-for-whom-it-should", test_latency);
  g_test_add_func (PATH "asynchronous-fail-over-loses-a-write",
                   test_asynchronous_loses);
  g_test_add_func (PATH "semi-synchronous-fail-over-keeps-it",
                   test_semi_synchronous_keeps);
  g_test_add_func (PATH "asynchronous-without-loss-waits-for-the-old-primary",
                   test_asynchronous_waits);
  g_test_add_func (PATH "local-reads-see-own-writes", test_local_reads);
  g_test_add_func (PATH "idle-lag-in-time-is-zero-and-age-is-not", test_idle_lag);
  g_test_add_func (PATH "a-slow-backup-lags", test_execution_time);

  return g_test_run ();
}
