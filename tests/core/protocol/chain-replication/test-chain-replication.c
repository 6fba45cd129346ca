/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Chains whose course is known. The network takes 10 ms, one way, where nothing else
 * is said; the last node is the master. */

#include "../store-fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/chain-replication/"

static void
assert_answer (QuoSim     *sim,
               guint       client,
               guint       nth,
               const char *expected)
{
  g_autofree char *answer = store_answer (sim, client, nth);

  g_assert_cmpstr (answer, ==, expected);
}

/* van Renesse and Schneider 2004, section 2: a write passes each link once down and,
 * acknowledged, once up. */
static void
test_costs (void)
{
  for (guint n = 1; n <= 8; n++)
    {
      g_autoptr (QuoSimConfig) config = store_new ("chain-replication", n + 1);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (QuoReplay) replay = NULL;

      store_set (config, "heartbeat-interval", "300ms");
      store_set (config, "detection-timeout", "1s");
      store_add_client (config, 0);
      store_op (config, 200 * MS, 0, QUO_OP_WRITE, "x", "1");
      sim = store_run (config, 2 * QUO_SECOND);
      replay = store_replay (sim, 2 * QUO_SECOND);

      assert_answer (sim, 0, 1, "ok");
      g_assert_cmpuint (store_n_sent (sim, "UPDATE"), ==, n - 1);
      g_assert_cmpuint (store_n_sent (sim, "ACK"), ==, n - 1);
      g_assert_cmpfloat (store_measure (sim, "commit-latency"), ==,
                         (double) ((n - 1) * 10 * MS));
      for (guint i = 0; i < n; i++)
        g_assert_cmpstr (store_value (sim, replay, i, "x"), ==, "1");
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
    }
}

/* Whoever of the four crashes with a write on its way, it is committed once by the
 * chain of the other three. */
static void
test_crash (gconstpointer data)
{
  guint victim = GPOINTER_TO_UINT (data);
  g_autoptr (QuoSimConfig) config = store_new ("chain-replication", 5);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_add_client (config, (victim + 1) % 4)->n_tries_max = 20;
  store_add_client (config, 0);
  store_op (config, 150 * MS, 1, QUO_OP_WRITE, "x", "1");
  store_op (config, 300 * MS, 0, QUO_OP_WRITE, "x", "2");
  store_act (config, QUO_ACTION_CRASH, (311 + 10 * victim) * MS, victim);
  store_op (config, 1500 * MS, 0, QUO_OP_READ, "x", NULL);
  sim = store_run (config, 4 * QUO_SECOND);
  replay = store_replay (sim, 4 * QUO_SECOND);

  assert_answer (sim, 0, 1, "ok");
  assert_answer (sim, 0, 2, "ok 2");
  for (guint i = 0; i < 4; i++)
    if (i != victim)
      {
        g_assert_cmpint (store_scalar (sim, replay, i, "commit"), ==, 2);
        g_assert_cmpint (store_scalar (sim, replay, i, "epoch"), ==, 2);
        g_assert_cmpstr (store_value (sim, replay, i, "x"), ==, "2");
      }
  g_assert_cmpfloat (store_measure (sim, "reconfiguration-time"), >, 0);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* Terrace and Freedman 2009, section 2.3: a clean key is answered at once, a dirty
 * one after the tail was asked. */
static void
test_craq (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("chain-replication", 5);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "reads", "any");
  for (guint i = 0; i < 4; i++)
    store_add_client (config, i);
  store_add_client (config, 0);
  store_op (config, 150 * MS, 4, QUO_OP_WRITE, "x", "1");
  store_op (config, 300 * MS, 0, QUO_OP_WRITE, "x", "2");
  store_op (config, 305 * MS, 2, QUO_OP_READ, "x", NULL);
  store_op (config, 315 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 400 * MS, 1, QUO_OP_READ, "x", NULL);
  sim = store_run (config, QUO_SECOND);

  assert_answer (sim, 2, 1, "ok 1");
  assert_answer (sim, 1, 1, "ok 1");
  assert_answer (sim, 1, 2, "ok 2");
  g_assert_cmpuint (store_n_sent (sim, "VERSION-QUERY"), ==, 1);
  g_assert_cmpfloat (store_measure (sim, "local-reads"), ==, 2);
}

/* A tail that the master cannot hear falls silent before it is replaced. */
static void
test_lease (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = store_new ("chain-replication", 4);
  g_autoptr (QuoSim) sim = NULL;

  if (fault != NULL)
    store_set_fault (config, fault);
  store_add_client (config, 0)->n_tries_max = 20;
  store_add_client (config, 2)->n_tries_max = 1;
  store_op (config, 150 * MS, 0, QUO_OP_WRITE, "x", "1");
  store_act (config, QUO_ACTION_ISOLATE, 300 * MS, 2);
  store_op (config, 1000 * MS, 0, QUO_OP_WRITE, "x", "2");
  store_op (config, 1600 * MS, 1, QUO_OP_READ, "x", NULL);
  sim = store_run (config, 3 * QUO_SECOND);

  assert_answer (sim, 0, 2, "ok");
  assert_answer (sim, 1, 1, fault != NULL ? "ok 1" : "unknown");
  g_assert_cmpint (store_is_violated (sim, "read-latest"), ==, fault != NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "a-write-passes-each-link-twice", test_costs);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "crash-of-%u-loses-nothing", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_crash);
    }
  g_test_add_func (PATH "only-dirty-keys-are-asked-about", test_craq);
  g_test_add_data_func (PATH "a-lease-ends-before-the-tail-is-replaced", NULL,
                        test_lease);
  g_test_add_data_func (PATH "without-leases-a-tail-reads-stale", "no-lease",
                        test_lease);

  return g_test_run ();
}
