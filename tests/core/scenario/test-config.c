/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/scenario.h"
#include "toy.h"

#include <string.h>

static QuoSimConfig *
compile (const char *members)
{
  g_autofree char *text = g_strconcat (
    "{\"quorate\": 1, \"protocol\": \"toy\", \"nodes\": "
    "[{\"id\": \"A\"}, {\"id\": \"B\"}, {\"id\": \"C\"}], ", members, "}", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario =
    quo_scenario_new_from_data ("s", text, strlen (text), &error);

  g_assert_no_error (error);

  return quo_scenario_config (scenario);
}

static QuoSimConfig *
compile_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario = quo_scenario_new_from_file (
    g_test_get_filename (G_TEST_DIST, "core", "scenario", "whole.quorate.json",
                         NULL),
    &error);

  g_assert_no_error (error);

  return quo_scenario_config (scenario);
}

static const QuoAction *
action_at (QuoSimConfig *config,
           guint         nth)
{
  g_assert_cmpuint (nth, <, config->actions->len);

  return &g_array_index (config->actions, QuoAction, nth);
}

static const QuoAction *
action_of (QuoSimConfig  *config,
           QuoActionKind  kind)
{
  for (guint i = 0; i < config->actions->len; i++)
    if (action_at (config, i)->kind == kind)
      return action_at (config, i);
  g_assert_not_reached ();
}

static void
test_options (void)
{
  g_autoptr (QuoSimConfig) config = compile_whole ();
  const ToyOptions *options = config->options;

  g_assert_cmpint (options->timeout.low, ==, 150 * QUO_MILLISECOND);
  g_assert_cmpint (options->timeout.high, ==, 300 * QUO_MILLISECOND);
  g_assert_cmpint (options->interval, ==, 75 * QUO_MILLISECOND);
  g_assert_cmpint (options->reads, ==, 1);
  g_assert_cmpint (options->size, ==, 7);
  g_assert_cmpfloat (options->share, ==, 0.25);
  g_assert_true (options->is_eager);
  g_assert_cmpint (options->first, ==, 1);
  g_assert_cmpstr (quo_names_get (config->names, (guint32) options->motto), ==,
                   "slow");
  g_assert_cmpuint (config->faults, ==, 3);
  g_assert_cmpuint (config->seed, ==, G_MAXUINT64);
  g_assert_cmpint (config->until, ==, 4 * QUO_SECOND);
  g_assert_cmpuint (config->max_bytes, ==, 64 << 20);
  g_assert_cmpuint (config->max_events, ==, 5000000);
}

static void
test_nodes (void)
{
  g_autoptr (QuoSimConfig) config = compile_whole ();

  g_assert_cmpuint (config->n_nodes, ==, 4);
  g_assert_cmpstr (config->labels[3], ==, "D");
  g_assert_cmpint (config->nodes[1].clock_offset, ==, -40 * QUO_MILLISECOND);
  g_assert_cmpfloat (config->nodes[1].clock_drift, ==, 0.00002);
  g_assert_cmpint (config->nodes[0].clock_offset, ==, 0);

  /* Three of the file and the one for operations without a client. */
  g_assert_cmpuint (config->n_clients, ==, 4);
  g_assert_cmpstr (config->client_labels[3], ==, "client");
  g_assert_true (config->clients[3].is_operator);
  g_assert_cmpfloat (config->clients[0].rate, ==, 20);
  g_assert_cmpfloat (config->clients[0].reads, ==, 0.25);
  g_assert_cmpuint (config->clients[0].n_ops_max, ==, 40);
  g_assert_cmpint (config->clients[0].timeout, ==, 250 * QUO_MILLISECOND);
  g_assert_cmpuint (config->clients[1].home, ==, 1);
  g_assert_true (config->clients[1].is_roaming);
  g_assert_cmpint (config->clients[0].fallback, ==, QUO_FALLBACK_NONE);
  g_assert_cmpint (config->clients[1].fallback, ==, QUO_FALLBACK_CACHE);
  g_assert_cmpint (config->clients[1].fallback_after, ==, 200 * QUO_MILLISECOND);
  g_assert_false (config->clients[1].falls_back_on_failure);
  g_assert_true (config->clients[1].ignores_session);
  g_assert_null (config->clients[1].roamed);
  g_assert_true (config->clients[2].is_roaming);
  g_assert_cmpuint (config->clients[2].roamed->len, ==, 2);
  g_assert_cmpuint (g_array_index (config->clients[2].roamed, guint, 0), ==, 2);
  g_assert_cmpuint (g_array_index (config->clients[2].roamed, guint, 1), ==, 0);
}

static void
test_network (void)
{
  g_autoptr (QuoSimConfig) config = compile_whole ();
  const QuoNetworkConfig *network = &config->network;
  const QuoLinkOverride *links =
    (const QuoLinkOverride *) (gpointer) network->overrides->data;
  QuoDistribution *there;

  g_assert_cmpint (quo_distribution_get_kind (network->base.latency), ==,
                   QUO_DISTRIBUTION_NORMAL);
  g_assert_cmpfloat (network->base.bandwidth, ==, 1e7);
  g_assert_cmpint (network->base.is_fifo, ==, TRUE);

  /* Both ways, then the one-way one. */
  g_assert_cmpuint (network->overrides->len, ==, 3);
  g_assert_cmpuint (links[1].from, ==, 1);
  g_assert_cmpuint (links[1].to, ==, 0);
  g_assert_cmpfloat (links[1].link.loss, ==, 0);
  g_assert_cmpfloat (links[1].link.duplicate, <, 0);
  g_assert_cmpint (links[2].link.is_fifo, ==, FALSE);
  g_assert_cmpfloat (links[2].link.bandwidth, ==, 1e6);
  g_assert_cmpint (links[2].link.extra, ==, 3 * QUO_MILLISECOND);
  g_assert_cmpint (links[1].link.extra, <, 0);
  g_assert_cmpint (network->base.extra, ==, 0);

  /* A ring of four; regions with their latencies, one for both ways. */
  g_assert_cmpuint (network->neighbour_start[4], ==, 8);
  g_assert_cmpuint (network->n_regions, ==, 2);
  g_assert_cmpuint (network->region_of[0], ==, 0);
  g_assert_cmpuint (network->region_of[2], ==, 1);
  there = network->region_latency[2 * 1 + 0];
  g_assert_true (quo_distribution_equal (there, network->region_latency[1]));
  g_assert_cmpint (quo_distribution_quantile (there, 0), ==,
                   40 * QUO_MILLISECOND);
}

static void
test_disk (void)
{
  g_autoptr (QuoSimConfig) config = compile_whole ();

  /* .9 of Pareto with mean 1.4 ms and .1 of a log-normal of median 10 ms, mean
   * 10 e^(1/8), 5 ms later. */
  g_assert_cmpfloat (quo_distribution_mean (config->disk.writes[0])
                       / (double) QUO_MILLISECOND, >, 2.89);
  g_assert_cmpfloat (quo_distribution_mean (config->disk.writes[0])
                       / (double) QUO_MILLISECOND, <, 2.90);
  g_assert_cmpint (quo_distribution_quantile (config->disk.writes[1], 0.5), ==,
                   2 * QUO_MILLISECOND);
  g_assert_cmpint (quo_distribution_mean (config->disk.sync), ==,
                   2 * QUO_MILLISECOND);
}

static void
test_actions (void)
{
  g_autoptr (QuoSimConfig) config = compile_whole ();
  const QuoAction *partition = action_of (config, QUO_ACTION_PARTITION);
  const QuoAction *crash = action_of (config, QUO_ACTION_CRASH);
  const QuoAction *drop = action_of (config, QUO_ACTION_DROP);
  const QuoAction *promote = action_of (config, QUO_ACTION_COMMAND);
  const QuoAction *option = action_of (config, QUO_ACTION_SET_OPTION);
  GArray *group;

  g_assert_cmpuint (partition->script_index, ==, 1);
  g_assert_cmpint (partition->lasts, ==, 200 * QUO_MILLISECOND);
  group = g_array_index (partition->groups, GArray *, 1);
  g_assert_cmpuint (group->len, ==, 3);
  g_assert_cmpuint (g_array_index (group, QuoSelector, 2).index, ==, 4);

  g_assert_cmpint (quo_distribution_get_kind (crash->at), ==,
                   QUO_DISTRIBUTION_UNIFORM);
  g_assert_cmpint (crash->every, ==, 500 * QUO_MILLISECOND);
  g_assert_cmpint (crash->repeat_until, ==, 3 * QUO_SECOND);
  g_assert_cmpint (crash->node.kind, ==, QUO_SELECT_ROLE);
  g_assert_cmpuint (crash->node.index, ==, 1);

  g_assert_cmpint (drop->match.kind, ==, 0);
  g_assert_cmpint (drop->match.from, ==, 1);
  g_assert_cmpuint (drop->match.nth, ==, 2);
  g_assert_cmpint (action_of (config, QUO_ACTION_DELAY)->match.kind, ==,
                   QUO_MESSAGE_REQUEST);
  g_assert_cmpint (promote->args[0], ==, 5);
  g_assert_cmpstr (quo_names_get (config->names, (guint32) promote->args[1]), ==,
                   "so");
  g_assert_cmpint (promote->args[2], ==, 1);
  g_assert_cmpint (((const ToyOptions *) option->options)->interval, ==,
                   20 * QUO_MILLISECOND);
  g_assert_cmpint (((const ToyOptions *) option->options)->size, ==, 7);
}

/* Later changes of options build on earlier ones, in order of time. */
static void
test_option_blocks (void)
{
  g_autoptr (QuoSimConfig) config = compile (
    "\"script\": ["
    "{\"at\": \"2s\", \"do\": \"set-option\", \"option\": \"size\", \"value\": 9},"
    "{\"at\": \"1s\", \"do\": \"set-option\", \"option\": \"share\", \"value\": 1}]");
  const ToyOptions *second = action_at (config, 0)->options;
  const ToyOptions *first = action_at (config, 1)->options;

  g_assert_cmpint (first->size, ==, 3);
  g_assert_cmpfloat (first->share, ==, 1);
  g_assert_cmpint (second->size, ==, 9);
  g_assert_cmpfloat (second->share, ==, 1);
}

static void
test_initial (void)
{
  g_autoptr (QuoSimConfig) config = compile_whole ();
  const QuoInitial *rows = (const QuoInitial *) (gpointer) config->initial->data;

  /* C: term, voted-for, three entries, one value; then one entry of A and D. */
  g_assert_cmpuint (config->initial->len, ==, 8);
  g_assert_cmpuint (rows[0].node, ==, 2);
  g_assert_cmpint (rows[0].columns[0], ==, 4);
  g_assert_cmpint (rows[1].columns[0], ==, 0);
  g_assert_cmpint (rows[4].key, ==, 3);
  g_assert_cmpint (rows[4].columns[0], ==, 4);
  g_assert_cmpstr (quo_names_get (config->names, (guint32) rows[4].columns[1]),
                   ==, "x");
  g_assert_cmpstr (quo_names_get (config->names, (guint32) rows[5].key), ==, "x");
  g_assert_cmpuint (rows[6].node, ==, 0);
  g_assert_cmpuint (rows[7].node, ==, 3);
  g_assert_cmpint (rows[7].key, ==, 1);
}

static void
test_chaos (void)
{
  g_autoptr (QuoSimConfig) config = compile_whole ();
  const QuoChaos *chaos = (const QuoChaos *) (gpointer) config->chaos->data;

  g_assert_cmpuint (config->chaos->len, ==, 2);
  g_assert_cmpint (chaos[0].kind, ==, QUO_CHAOS_CRASH);
  g_assert_cmpfloat (chaos[0].rate, ==, 0.5);
  g_assert_cmpuint (chaos[0].nodes->len, ==, 2);
  g_assert_cmpuint (chaos[0].max_down, ==, 1);
  g_assert_cmpint (chaos[1].kind, ==, QUO_CHAOS_SKEW);
  g_assert_cmpfloat (chaos[1].rate, ==, 0.1);
  g_assert_cmpfloat (chaos[1].amount, ==, 0.03);
  g_assert_cmpint (chaos[1].to, ==, QUO_TIME_NEVER);
}

static void
test_operator (void)
{
  g_autoptr (QuoSimConfig) none = compile ("\"script\": []");
  g_autoptr (QuoSimConfig) one = compile ("\"script\": [{\"do\": \"read\"}]");
  g_autoptr (QuoSimConfig) own = compile (
    "\"clients\": [{\"id\": \"client\", \"at\": \"C\"}],"
    "\"script\": [{\"do\": \"read\"}]");

  g_assert_cmpuint (none->n_clients, ==, 0);
  g_assert_cmpuint (one->n_clients, ==, 1);
  g_assert_true (one->clients[0].is_operator);
  g_assert_cmpuint (action_at (one, 0)->client, ==, 3);
  g_assert_cmpuint (own->n_clients, ==, 1);
  g_assert_false (own->clients[0].is_operator);
  g_assert_cmpuint (action_at (own, 0)->client, ==, 3);
}

/* What is drawn for an action is its own: others come and go. */
static void
test_draws (void)
{
  static const char first[] =
    "{\"at\": {\"uniform\": [\"1s\", \"2s\"]}, \"do\": \"crash\", \"node\": \"A\"}";
  static const char moved[] =
    "{\"node\": \"A\", \"do\": \"crash\", \"at\": {\"uniform\": [\"1s\", \"2s\"]}}";
  g_autofree char *one = g_strconcat ("\"script\": [", first, "]", NULL);
  g_autofree char *two = g_strconcat ("\"script\": [{\"do\": \"heal\"}, ", moved,
                                      ", ", first, "]", NULL);
  g_autoptr (QuoSimConfig) a = compile (one);
  g_autoptr (QuoSimConfig) b = compile (two);

  g_assert_cmpuint (action_at (a, 0)->draw_key, ==, action_at (b, 1)->draw_key);
  g_assert_cmpuint (action_at (b, 1)->draw_key, !=, action_at (b, 2)->draw_key);
  g_assert_cmpuint (action_at (b, 0)->draw_key, !=, action_at (b, 1)->draw_key);
}

static void
test_rule (void)
{
  static const char text[] =
    "{\"quorate\": 1, \"protocol\": \"toy\", \"seed\": 3,"
    "\"nodes\": {\"count\": 1000, \"prefix\": \"n\"},"
    "\"network\": {\"topology\": {\"random-regular\": {\"degree\": 8},"
    "  \"regions\": {\"eu\": {\"us\": \"40ms\"}, \"us\": {}}}},"
    "\"script\": [{\"do\": \"crash\", \"node\": \"n1000\"}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario =
    quo_scenario_new_from_data ("s", text, strlen (text), &error);
  g_autoptr (QuoSimConfig) config = NULL;

  g_assert_no_error (error);
  config = quo_scenario_config (scenario);
  g_assert_cmpstr (config->prefix, ==, "n");
  g_assert_null (config->labels);
  g_assert_cmpuint (config->network.neighbour_start[1000], ==, 8000);
  g_assert_cmpuint (config->network.region_of[499], ==, 0);
  g_assert_cmpuint (config->network.region_of[500], ==, 1);
  g_assert_cmpuint (action_at (config, 0)->node.index, ==, 999);
  g_assert_cmpint (quo_scenario_find (scenario, "n1"), ==, 0);
  g_assert_cmpint (quo_scenario_find (scenario, "n0"), ==, -1);
  g_assert_cmpint (quo_scenario_find (scenario, "n01"), ==, -1);
  g_assert_cmpint (quo_scenario_find (scenario, "n1001"), ==, -1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  toy_register ();
  g_test_add_func ("/core/scenario/config/options-have-the-values-written",
                   test_options);
  g_test_add_func ("/core/scenario/config/nodes-and-clients-are-all-there",
                   test_nodes);
  g_test_add_func ("/core/scenario/config/links-lead-both-ways-unless-said",
                   test_network);
  g_test_add_func ("/core/scenario/config/distributions-have-the-means-written",
                   test_disk);
  g_test_add_func ("/core/scenario/config/actions-name-indices", test_actions);
  g_test_add_func ("/core/scenario/config/options-change-in-order-of-time",
                   test_option_blocks);
  g_test_add_func ("/core/scenario/config/initial-rows-have-keys-from-1",
                   test_initial);
  g_test_add_func ("/core/scenario/config/chaos-has-rates-a-second", test_chaos);
  g_test_add_func ("/core/scenario/config/operator-is-made-only-when-needed",
                   test_operator);
  g_test_add_func ("/core/scenario/config/draws-follow-the-action-not-its-place",
                   test_draws);
  g_test_add_func ("/core/scenario/config/nodes-by-rule-are-numbered-from-1",
                   test_rule);

  return g_test_run ();
}
