/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What it costs and how long it takes until replicas show the same. */

#include "fixture.h"

#include "../schedules.h"

#define S  QUO_SECOND
#define MS QUO_MILLISECOND

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

/* What was written while whole states were sent is in no delta. n2 acknowledges a state
 * from before that write when deltas are sent already, and the states with it are lost:
 * what n1 sends next must not leave it out. */
static void
test_going_over_to_deltas (void)
{
  g_autoptr (QuoSimConfig) config = replicated_config ("last-writer-wins", 2, 1);
  g_autoptr (QuoSim) sim = NULL;
  int message = quo_declaration_find_message (config->declaration, "Registers");
  QuoAction *slow = quo_sim_config_add_action (config, QUO_ACTION_SET_LINK, 0);

  slow->from = (QuoSelector) { QUO_SELECT_NODE, 0 };
  slow->to = (QuoSelector) { QUO_SELECT_NODE, 1 };
  slow->is_one_way = TRUE;
  slow->link = (QuoLinkConfig) {
    .latency = quo_distribution_new_constant (400 * MS),
    .loss = -1, .duplicate = -1, .bandwidth = -1, .is_fifo = -1,
  };
  replicated_set (config, "sync", "state");
  replicated_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  replicated_op (config, 300 * MS, 0, QUO_OP_WRITE, "x", "2");
  for (guint i = 0; i < 2; i++)
    quo_sim_config_add_action (config, QUO_ACTION_DROP, 350 * MS)->match =
      (QuoMessageMatch) { message, 0, 1, 2 };
  schedules_option (config, 500 * MS, "sync", "delta");
  replicated_op (config, 650 * MS, 0, QUO_OP_WRITE, "y", "3");
  sim = replicated_run (config, 5 * S);

  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  replicated_assert (sim, 5 * S, 1, "x", "2");
  replicated_assert (sim, 5 * S, 1, "y", "3");
}

/* A delta is on its way to n2, which loses its disk meanwhile; and from then on whole
 * states are sent. Alone the delta would show one of two elements. */
static void
test_going_over_to_states (void)
{
  g_autoptr (QuoSimConfig) config = replicated_config ("or-set", 2, 1);
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *slow = quo_sim_config_add_action (config, QUO_ACTION_SET_LINK, 0);

  slow->from = (QuoSelector) { QUO_SELECT_NODE, 0 };
  slow->to = (QuoSelector) { QUO_SELECT_NODE, 1 };
  slow->is_one_way = TRUE;
  slow->link = (QuoLinkConfig) {
    .latency = quo_distribution_new_constant (400 * MS),
    .loss = -1, .duplicate = -1, .bandwidth = -1, .is_fifo = -1,
  };
  replicated_set (config, "sync", "delta");
  replicated_op (config, 100 * MS, 0, QUO_OP_ADD, "s", "1");
  replicated_op (config, 1500 * MS, 0, QUO_OP_ADD, "s", "2");
  replicated_at_node (config, 1800 * MS, QUO_ACTION_LOSE_DISK, 1);
  replicated_at_node (config, 1810 * MS, QUO_ACTION_RESTART, 1);
  schedules_option (config, 1820 * MS, "sync", "state");
  sim = replicated_run (config, 5 * S);

  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    g_test_message ("%s", quo_sim_violation (sim, i)->text);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  g_assert_null (schedules_compare_stores (sim, 0, 2));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/protocol/replicated-register/convergence/"
                   "deltas-are-smaller", test_deltas_are_smaller);
  g_test_add_func ("/core/protocol/replicated-register/convergence/"
                   "going-over-to-deltas-leaves-nothing-out",
                   test_going_over_to_deltas);
  g_test_add_func ("/core/protocol/replicated-register/convergence/"
                   "going-over-to-states-shows-no-part",
                   test_going_over_to_states);
  g_test_add_func ("/core/protocol/replicated-register/convergence/"
                   "two-are-equal-within-an-interval",
                   test_converges_within_an_interval);

  return g_test_run ();
}
