/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chatter.h"

static QuoSimConfig *
config_with_client (double   rate,
                    gboolean is_regular)
{
  QuoSimConfig *config = chatter_config (3, 2);

  config->n_clients = 1;
  config->clients = g_new0 (QuoClientConfig, 1);
  config->clients[0] = (QuoClientConfig) {
    .rate = rate, .is_regular = is_regular, .n_keys = 1,
    .stop = QUO_TIME_NEVER, .timeout = 100 * QUO_MILLISECOND, .n_tries_max = 3,
  };

  return config;
}

static void
a_client_that_hardly_ever_asks_asks_nothing (void)
{
  static const double rates[] = { 1e-12, 1e-300, 0x1p-1074 };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (rates); i++)
    {
      g_autoptr (QuoSimConfig) config = config_with_client (rates[i / 2], i % 2);
      g_autoptr (QuoSim) sim = quo_sim_new (config);

      g_assert_cmpint (quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL), ==,
                       QUO_SIM_DONE);
      g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_OK), ==, 0);
    }
}

/* One operation at a time: the others wait, beside the trace. */
static void
operations_that_wait_count_as_memory (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = config_with_client (1e9, i);
      g_autoptr (QuoSim) sim = NULL;

      config->max_bytes = 16 << 20;
      sim = quo_sim_new (config);
      g_assert_cmpint (quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL), ==,
                       QUO_SIM_BYTES);
      g_assert_cmpuint (quo_trace_bytes (quo_sim_trace (sim)), <, 16 << 20);
    }
}

/* How many requests each node was sent, of all or of those that begin an
 * operation. */
static void
count_requests (QuoTrace *trace,
                gboolean  is_first,
                guint    *ret_n)
{
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND
          || (is_first
              && quo_trace_kind (trace, quo_trace_cause (trace, i))
                 != QUO_EVENT_INVOKE))
        continue;
      quo_trace_read (trace, i, &event);
      if (event.what == QUO_MESSAGE_REQUEST)
        ret_n[event.to]++;
    }
}

static void
roam (QuoSimConfig *config,
      guint         one,
      guint         other)
{
  config->clients[0].is_roaming = TRUE;
  config->clients[0].roamed = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (config->clients[0].roamed, one);
  g_array_append_val (config->clients[0].roamed, other);
}

/* Five standard deviations of a fair coin. */
static void
assert_halves (guint one,
               guint other)
{
  double n = one + other;

  g_assert_cmpfloat (n, >, 900);
  g_assert_cmpfloat (((double) one - n / 2) * ((double) one - n / 2), <,
                     25 * n / 4);
}

static void
a_roaming_client_keeps_to_its_nodes (void)
{
  g_autoptr (QuoSimConfig) config = config_with_client (100, TRUE);
  g_autoptr (QuoSim) sim = NULL;
  guint n[3] = { 0, 0, 0 };

  config->until = 10 * QUO_SECOND;
  roam (config, 2, 0);
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  count_requests (quo_sim_trace (sim), TRUE, n);
  g_assert_cmpuint (n[1], ==, 0);
  assert_halves (n[0], n[2]);
}

static void
a_script_s_operations_roam_too (void)
{
  g_autoptr (QuoSimConfig) config = config_with_client (0, TRUE);
  g_autoptr (QuoSim) sim = NULL;
  guint n[3] = { 0, 0, 0 };
  QuoAction *action;

  config->until = 10 * QUO_SECOND;
  roam (config, 2, 0);
  action = quo_sim_config_add_action (config, QUO_ACTION_OP, 0);
  action->client = 3;
  action->op = QUO_OP_READ;
  action->every = 10 * QUO_MILLISECOND;
  action->repeat_until = QUO_TIME_NEVER;
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  count_requests (quo_sim_trace (sim), TRUE, n);
  g_assert_cmpuint (n[1], ==, 0);
  assert_halves (n[0], n[2]);
}

/* All operations are answered although one of the two is down for ever. */
static void
a_roaming_client_tries_again_among_its_nodes (void)
{
  g_autoptr (QuoSimConfig) config = config_with_client (5, TRUE);
  g_autoptr (QuoSim) sim = NULL;
  guint n[3] = { 0, 0, 0 };

  config->until = 30 * QUO_SECOND;
  roam (config, 1, 0);
  quo_sim_config_add_action (config, QUO_ACTION_CRASH, 0)->node.index = 1;
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  count_requests (quo_sim_trace (sim), FALSE, n);
  g_assert_cmpuint (n[1], >, 20);
  g_assert_cmpuint (n[2], ==, 0);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_OK), >, 140);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_UNKNOWN), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/client/a-client-that-hardly-ever-asks-asks-nothing",
                   a_client_that_hardly_ever_asks_asks_nothing);
  g_test_add_func ("/core/sim/client/operations-that-wait-count-as-memory",
                   operations_that_wait_count_as_memory);
  g_test_add_func ("/core/sim/client/a-roaming-client-keeps-to-its-nodes",
                   a_roaming_client_keeps_to_its_nodes);
  g_test_add_func ("/core/sim/client/a-script-s-operations-roam-too",
                   a_script_s_operations_roam_too);
  g_test_add_func ("/core/sim/client/a-roaming-client-tries-again-among-its-nodes",
                   a_roaming_client_tries_again_among_its_nodes);

  return g_test_run ();
}
