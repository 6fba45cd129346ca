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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/client/a-client-that-hardly-ever-asks-asks-nothing",
                   a_client_that_hardly_ever_asks_asks_nothing);
  g_test_add_func ("/core/sim/client/operations-that-wait-count-as-memory",
                   operations_that_wait_count_as_memory);

  return g_test_run ();
}
