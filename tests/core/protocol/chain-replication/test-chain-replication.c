/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Chains whose course is known, and random faults. The network takes 10 ms, one way,
 * where nothing else is said; the last node is the master. */

#include "../store-fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/chain-replication/"
#define N_SCHEDULES 400
#define N_TRIES_MAX 2000

static int seed_first = 1;

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

static QuoSimConfig *
new_schedule (guint64 seed)
{
  guint n_nodes = 3 + (guint) (seed % 4);
  QuoSimConfig *config = store_new ("chain-replication", n_nodes);

  config->seed = seed;
  store_set (config, "reads", seed % 3 == 0 ? "tail" : "any");
  store_set (config, "heartbeat-interval", "40ms");
  store_set (config, "detection-timeout", "150ms");
  store_set_latency (config, MS, 30 * MS);
  config->network.base.loss = 0.02;
  config->network.base.duplicate = 0.05;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * MS);
  store_add_chaos (config, QUO_CHAOS_CRASH, 1.5, 1500 * MS, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PAUSE, 1, 1500 * MS, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PARTITION, 1, 1500 * MS, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_CUT, 1, 1500 * MS, 300 * MS, 0);
  for (guint i = 0; i < 3; i++)
    {
      QuoClientConfig *client = store_add_client (config, i % n_nodes);

      client->rate = 40;
      client->stop = 2 * QUO_SECOND;
      client->timeout = 120 * MS;
    }

  return config;
}

static void
test_sound (void)
{
  guint64 n_ok = 0;
  double n_changes = 0;

  for (guint i = 0; i < N_SCHEDULES; i++)
    {
      guint64 seed = (guint64) seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed);
      g_autoptr (QuoSim) sim = store_run (config, 5 * QUO_SECOND);

      if (quo_sim_n_violations (sim) > 0)
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed,
                 quo_sim_violation (sim, 0)->text);
      n_ok += quo_sim_figure (sim, QUO_FIGURE_OPS_OK);
      n_changes += store_n_notes (sim, "removed");
    }

  g_test_message ("%" G_GUINT64_FORMAT " operations, %g servers taken out", n_ok,
                  n_changes);
  g_assert_cmpuint (n_ok, >, 20 * N_SCHEDULES);
  g_assert_cmpfloat (n_changes, >, N_SCHEDULES);
}

static void
test_fault (gconstpointer data)
{
  const char * const *names = data;

  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule ((guint64) seed_first + i);
      g_autoptr (QuoSim) sim = NULL;

      store_set_fault (config, names[0]);
      sim = store_run (config, 5 * QUO_SECOND);
      if (!store_is_violated (sim, names[1]))
        continue;

      g_test_message ("%s, after %u schedules: %s", names[0], i + 1,
                      quo_sim_violation (sim, 0)->text);
      return;
    }

  g_error ("no schedule finds %s", names[0]);
}

int
main (int    argc,
      char **argv)
{
  static const char * const faults[][2] = {
    { "ack-at-head", "acknowledged-kept" },
    { "read-dirty", "read-committed" },
    { "read-clean", "read-latest" },
    { "skip-resend", "update-propagation" },
    { "no-lease", "read-latest" },
  };
  GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed_first, "First seed", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  g_option_context_parse (context, &argc, &argv, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %d", seed_first);

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
  g_test_add_func (PATH "every-schedule-is-sound", test_sound);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "%s-breaks-%s", faults[i][0],
                                               faults[i][1]);

      g_test_add_data_func (path, faults[i], test_fault);
    }

  return g_test_run ();
}
