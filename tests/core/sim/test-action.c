/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chatter.h"

#include "sim/replay.h"

/* A client that a partition set apart from its node stays there when another node
 * is isolated, and when its own is. */
static void
isolating_a_node_leaves_other_sides_as_they_are (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  QuoAction *action;
  guint n = 0;

  config->n_clients = 2;
  config->clients = g_new0 (QuoClientConfig, 2);
  action = quo_sim_config_add_action (config, QUO_ACTION_PARTITION, QUO_SECOND / 4);
  action->groups = quo_action_groups_new ();
  for (guint g = 0; g < 2; g++)
    {
      /* { node 0, client 1 } and { node 1, node 2, client 0 } */
      static const guint members[2][3] = { { 0, 4, 4 }, { 1, 2, 3 } };
      GArray *group = g_array_new (FALSE, FALSE, sizeof (QuoSelector));

      for (guint i = 0; i < 3; i++)
        {
          QuoSelector selector = { QUO_SELECT_NODE, members[g][i] };

          g_array_append_val (group, selector);
        }
      g_array_append_val (action->groups, group);
    }
  quo_sim_config_add_action (config, QUO_ACTION_ISOLATE,
                             QUO_SECOND / 2)->node.index = 2;
  quo_sim_config_add_action (config, QUO_ACTION_ISOLATE,
                             QUO_SECOND * 3 / 4)->node.index = 0;
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      static const gint64 sides[3][5] = {
        { 0, 1, 1, 1, 0 }, { 0, 1, 2, 1, 0 }, { 3, 1, 2, 1, 3 }
      };
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_LINKS)
        continue;
      quo_trace_read (trace, i, &event);
      for (guint k = 0; k < 5; k++)
        g_assert_cmpint (event.rows[k], ==, sides[n][k]);
      n++;
    }
  g_assert_cmpuint (n, ==, 3);
}

/* Twice for 300 ms, the second while or after the first lasts: the first's end is
 * not the second's. */
static void
what_lasts_does_not_end_what_came_after_it (void)
{
  static const struct
  {
    QuoActionKind kind;
    QuoActionKind between; /* ends the first by hand, but for a partition */
    QuoEventKind  end;
  } cases[] = {
    { QUO_ACTION_CRASH, QUO_ACTION_RESTART, QUO_EVENT_RESTART },
    { QUO_ACTION_PAUSE, QUO_ACTION_RESUME, QUO_EVENT_RESUME },
    { QUO_ACTION_ISOLATE, QUO_ACTION_HEAL, QUO_EVENT_LINKS },
    { QUO_ACTION_LOSS, QUO_ACTION_HEAL, QUO_EVENT_LINKS },
  };

  for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      g_autoptr (QuoSimConfig) config = chatter_config (3, 2);
      g_autoptr (QuoSim) sim = NULL;
      QuoTrace *trace;
      QuoTime last = 0;

      for (guint i = 0; i < 2; i++)
        {
          QuoAction *action =
            quo_sim_config_add_action (config, cases[k].kind,
                                       (100 + 200 * i) * QUO_MILLISECOND);

          action->node.index = 1;
          action->number = .5;
          action->lasts = 300 * QUO_MILLISECOND;
        }
      quo_sim_config_add_action (config, cases[k].between,
                                 200 * QUO_MILLISECOND)->node.index = 1;
      sim = quo_sim_new (config);
      quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
      trace = quo_sim_trace (sim);
      for (guint32 i = 0; i < quo_trace_length (trace); i++)
        if (quo_trace_kind (trace, i) == cases[k].end)
          {
            /* Not at 400 ms, when the first would have ended. */
            last = quo_trace_time (trace, i);
            g_assert_true (last <= 300 * QUO_MILLISECOND
                           || last == 600 * QUO_MILLISECOND);
          }
      g_assert_cmpint (last, ==, 600 * QUO_MILLISECOND);
    }
}

/* Of five nodes one is down and one stands still: the random ones that come back
 * can only be they. */
static void
random_finds_who_can_come_back (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (5, 4);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  quo_sim_config_add_action (config, QUO_ACTION_CRASH,
                             QUO_SECOND / 4)->node.index = 3;
  quo_sim_config_add_action (config, QUO_ACTION_PAUSE,
                             QUO_SECOND / 4)->node.index = 1;
  quo_sim_config_add_action (config, QUO_ACTION_RESTART,
                             QUO_SECOND / 2)->node.kind = QUO_SELECT_RANDOM;
  quo_sim_config_add_action (config, QUO_ACTION_RESUME,
                             QUO_SECOND / 2)->node.kind = QUO_SELECT_RANDOM;
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  replay = quo_replay_new (quo_sim_trace (sim));
  quo_replay_seek_time (replay, QUO_SECOND / 2 - 1);
  g_assert_cmpint (quo_replay_life (replay, 3), ==, QUO_LIFE_DOWN);
  g_assert_cmpint (quo_replay_life (replay, 1), ==, QUO_LIFE_PAUSED);
  quo_replay_seek_time (replay, QUO_SECOND / 2);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (quo_replay_life (replay, i), ==, QUO_LIFE_UP);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/action/isolating-a-node-leaves-other-sides-as-they-are",
                   isolating_a_node_leaves_other_sides_as_they_are);
  g_test_add_func ("/core/sim/action/what-lasts-does-not-end-what-came-after-it",
                   what_lasts_does_not_end_what_came_after_it);

  g_test_add_func ("/core/sim/action/random-finds-who-can-come-back",
                   random_finds_who_can_come_back);

  return g_test_run ();
}
