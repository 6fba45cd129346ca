/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chatter.h"

static QuoSim *
run (QuoSimConfig *config)
{
  QuoSim *sim = quo_sim_new (config);

  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);

  return sim;
}

/* Half of the second copies are faster than the first. */
static void
a_duplicate_arrives_twice_whichever_is_faster (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 4);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  guint n_sent = 0;
  guint n_twice = 0;
  g_autofree guint *n = NULL;

  config->until = 2 * QUO_SECOND;
  config->network.base.duplicate = 1;
  sim = run (config);
  trace = quo_sim_trace (sim);
  n = g_new0 (guint, quo_trace_length (trace));
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_DELIVER)
      n[quo_trace_cause (trace, i)]++;
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_SEND
        && quo_trace_time (trace, i) < QUO_SECOND)
      {
        n_sent++;
        n_twice += n[i] == 2;
      }
  g_assert_cmpuint (n_sent, >, 100);
  g_assert_cmpuint (n_twice, ==, n_sent);
}

static guint
deliveries_of (QuoTrace *trace,
               guint32   send)
{
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    n += quo_trace_kind (trace, i) == QUO_EVENT_DELIVER
         && quo_trace_cause (trace, i) == send;

  return n;
}

static void
a_message_delayed_and_duplicated_is_both (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (2, 4);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  QuoAction *action;
  guint32 send = 0;

  action = quo_sim_config_add_action (config, QUO_ACTION_DELAY, 0);
  action->duration = 300 * QUO_MILLISECOND;
  quo_sim_config_add_action (config, QUO_ACTION_DUPLICATE, 0)->match.nth = 1;
  quo_sim_config_add_action (config, QUO_ACTION_DUPLICATE,
                             100 * QUO_MILLISECOND)->match.nth = 1;
  sim = run (config);
  trace = quo_sim_trace (sim);
  while (quo_trace_kind (trace, send) != QUO_EVENT_SEND)
    send++;
  g_assert_cmpuint (deliveries_of (trace, send), ==, 2);
}

/* A copy that comes while the receiver is down says nothing of the other, which
 * comes when it is up again. */
static void
a_lost_copy_leaves_the_message_on_its_way (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (2, 4);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  QuoAction *action;
  guint n_once = 0;

  config->until = 5 * QUO_SECOND;
  quo_distribution_unref (config->network.base.latency);
  config->network.base.latency =
    quo_distribution_new_exponential (60 * QUO_MILLISECOND);
  config->network.base.duplicate = 1;
  action = quo_sim_config_add_action (config, QUO_ACTION_CRASH,
                                      400 * QUO_MILLISECOND);
  action->node.index = 1;
  action->lasts = 100 * QUO_MILLISECOND;
  sim = run (config);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_SEND
        && quo_trace_time (trace, i) < QUO_SECOND / 2)
      {
        guint32 peer = quo_trace_peer (trace, i);

        g_assert_cmpuint (peer, !=, QUO_NO_EVENT);
        if (quo_trace_kind (trace, peer) == QUO_EVENT_LOSE)
          g_assert_cmpuint (deliveries_of (trace, i), <=, 1);
        else
          n_once += deliveries_of (trace, i) == 1
                    && quo_trace_time (trace, peer) > QUO_SECOND / 2;
      }
  g_assert_cmpuint (n_once, >, 0);
}

static void
a_link_too_slow_for_anything_delivers_nothing (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (2, 4);
  g_autoptr (QuoSim) sim = NULL;

  config->network.base.bandwidth = 1e-300;
  sim = run (config);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_SENT), >, 50);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_DELIVERED), ==, 0);
}

static void
set_extra (QuoSimConfig *config,
           guint         from,
           guint         to,
           QuoTime       extra)
{
  QuoLinkOverride override = { from, to, { NULL, -1, -1, -1, -1, extra } };

  g_array_append_val (config->network.overrides, override);
}

/* What a message of a kind takes does not depend on its link; the way does. */
static void
an_extra_comes_on_top_of_what_the_kind_takes (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (3, 4);
  g_autoptr (QuoSim) sim = NULL;
  guint n[2] = { 0, 0 };
  QuoTrace *trace;

  config->until = 2 * QUO_SECOND;
  config->network.base.extra = QUO_MILLISECOND;
  config->network.kinds = g_new0 (QuoDistribution *, 1);
  config->network.kinds[CHATTER_SAY] =
    quo_distribution_new_constant (5 * QUO_MILLISECOND);
  set_extra (config, 0, 1, 75 * QUO_MILLISECOND);
  sim = run (config);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;
      gboolean is_far;

      if (quo_trace_kind (trace, i) != QUO_EVENT_DELIVER)
        continue;
      quo_trace_read (trace, i, &event);
      is_far = event.to == 0 && event.node == 1;
      n[is_far]++;
      g_assert_cmpint (event.time - quo_trace_time (trace, event.cause), ==,
                       (is_far ? 80 : 6) * QUO_MILLISECOND);
    }
  g_assert_cmpuint (n[0], >, 100);
  g_assert_cmpuint (n[1], >, 20);
}

static void
an_extra_beyond_all_times_delivers_nothing (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (2, 4);
  g_autoptr (QuoSim) sim = NULL;

  config->network.base.extra = QUO_TIME_MAX;
  config->network.base.bandwidth = 1e-300;
  sim = run (config);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_SENT), >, 50);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_DELIVERED), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/network/a-duplicate-arrives-twice-whichever-is-faster",
                   a_duplicate_arrives_twice_whichever_is_faster);
  g_test_add_func ("/core/sim/network/a-message-delayed-and-duplicated-is-both",
                   a_message_delayed_and_duplicated_is_both);
  g_test_add_func ("/core/sim/network/a-lost-copy-leaves-the-message-on-its-way",
                   a_lost_copy_leaves_the_message_on_its_way);
  g_test_add_func ("/core/sim/network/a-link-too-slow-for-anything-delivers-nothing",
                   a_link_too_slow_for_anything_delivers_nothing);
  g_test_add_func ("/core/sim/network/an-extra-comes-on-top-of-what-the-kind-takes",
                   an_extra_comes_on_top_of_what_the_kind_takes);
  g_test_add_func ("/core/sim/network/an-extra-beyond-all-times-delivers-nothing",
                   an_extra_beyond_all_times_delivers_nothing);

  return g_test_run ();
}
