/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/scenario.h"
#include "toy.h"

#include <string.h>

static QuoScenario *
begin (void)
{
  static const char text[] =
    "{ \"quorate\": 1, \"protocol\": \"toy\", \"seed\": 7, \"until\": \"4000ms\",\n"
    "  \"options\": { \"interval\": \"0.1s\" },\n"
    "  \"nodes\": [{\"id\": \"A\"}, {\"id\": \"B\", \"at\": [0.1, 0.9]}],\n"
    "  \"script\": [\n"
    "    {\"at\": \"1s\", \"do\": \"crash\", \"node\": \"A\"},\n"
    "    {\"at\": \"2s\", \"do\": \"restart\", \"node\": \"A\"} ] }\n";
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_data ("s", text, strlen (text),
                                                      &error);

  g_assert_no_error (error);

  return scenario;
}

static JsonObject *
action (const char *at,
        const char *what,
        const char *node)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "node", node);
  json_object_set_string_member (object, "do", what);
  json_object_set_string_member (object, "at", at);

  return object;
}

static void
test_action (void)
{
  g_autoptr (QuoScenario) scenario = begin ();
  g_autofree char *before = quo_scenario_to_json (scenario);
  g_autoptr (JsonObject) pause = action ("1.5s", "pause", "B");
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) with = quo_scenario_with_action (scenario, pause,
                                                           &error);
  g_autoptr (QuoScenario) without = NULL;
  g_autofree char *after = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (quo_scenario_n_actions (with), ==, 3);
  g_assert_cmpstr (quo_scenario_action_id (with, 1), ==, "pause");
  g_assert_cmpint (quo_scenario_action_time (with, 1), ==, 1500 * QUO_MILLISECOND);

  /* The old one is as it was, and taking the action away gives it back. */
  g_assert_cmpuint (quo_scenario_n_actions (scenario), ==, 2);
  without = quo_scenario_without_action (with, 1);
  after = quo_scenario_to_json (without);
  g_assert_cmpstr (after, ==, before);
  g_assert_nonnull (strstr (after, "\"4000ms\""));
  g_assert_nonnull (strstr (after, "\"0.1s\""));
}

static void
test_same_time (void)
{
  g_autoptr (QuoScenario) scenario = begin ();
  g_autoptr (JsonObject) pause = action ("1s", "pause", "B");
  g_autoptr (QuoScenario) with = quo_scenario_with_action (scenario, pause, NULL);

  g_assert_cmpstr (quo_scenario_action_id (with, 0), ==, "crash");
  g_assert_cmpstr (quo_scenario_action_id (with, 1), ==, "pause");
}

static void
test_bad_action (void)
{
  g_autoptr (QuoScenario) scenario = begin ();
  g_autoptr (JsonObject) wrong = action ("1s", "crash", "Z");
  g_autoptr (GError) error = NULL;

  g_assert_null (quo_scenario_with_action (scenario, wrong, &error));
  g_assert_cmpstr (error->message, ==,
                   "s: /script/1/node: “Z” is not a node: known are A, B");
}

static void
test_replace (void)
{
  g_autoptr (QuoScenario) scenario = begin ();
  g_autoptr (JsonObject) object = quo_scenario_action_json (scenario, 0);
  g_autoptr (QuoScenario) changed = NULL;

  g_assert_cmpstr (json_object_get_string_member (object, "do"), ==, "crash");
  json_object_set_string_member (object, "node", "B");
  changed = quo_scenario_with_action_at (scenario, 0, object, NULL);
  g_autofree char *text = quo_scenario_action_text (changed, 0);
  g_autofree char *old_text = quo_scenario_action_text (scenario, 0);

  g_assert_cmpstr (text, ==, "crash B");
  g_assert_cmpstr (old_text, ==, "crash A");
}

static void
test_last_action (void)
{
  g_autoptr (QuoScenario) scenario = begin ();
  g_autoptr (QuoScenario) one = quo_scenario_without_action (scenario, 1);
  g_autoptr (QuoScenario) none = quo_scenario_without_action (one, 0);
  g_autofree char *text = quo_scenario_to_json (none);

  g_assert_cmpuint (quo_scenario_n_actions (none), ==, 0);
  g_assert_null (strstr (text, "script"));
}

static void
test_position (void)
{
  g_autoptr (QuoScenario) scenario = begin ();
  g_autoptr (QuoScenario) moved =
    quo_scenario_with_position (scenario, 0, 0.12345, 1.5);
  double x;
  double y;

  g_assert_false (quo_scenario_position (scenario, 0, &x, &y));
  g_assert_true (quo_scenario_position (moved, 0, &x, &y));
  g_assert_cmpfloat (x, ==, 0.123);
  g_assert_cmpfloat (y, ==, 1);
  g_assert_true (quo_scenario_position (moved, 1, &x, &y));
  g_assert_cmpfloat (y, ==, 0.9);
}

static void
test_position_by_rule (void)
{
  g_autoptr (QuoScenario) scenario = quo_scenario_new_empty (&toy_protocol, 100);
  g_autoptr (QuoScenario) moved =
    quo_scenario_with_position (scenario, 41, 0.25, 0.75);
  g_autofree char *text = quo_scenario_to_json (moved);
  g_autoptr (QuoScenario) again =
    quo_scenario_new_from_data ("s", text, strlen (text), NULL);
  double x;
  double y;

  g_assert_nonnull (strstr (text, "{ \"n42\": [0.25, 0.75] }"));
  g_assert_true (quo_scenario_position (again, 41, &x, &y));
  g_assert_cmpfloat (x, ==, 0.25);
  g_assert_false (quo_scenario_position (again, 40, &x, &y));
}

typedef struct
{
  const char *path;
  const char *value;
  const char *written; /* in the new file; NULL: refused */
} Change;

static const Change changes[] = {
  { "options.interval", "150ms", "\"interval\": \"150ms\"" },
  { "/options/interval", "\"150ms\"", "\"interval\": \"150ms\"" },
  { "options.size", "5", "\"size\": 5" },
  { "options.size", "five", NULL },
  { "options.size", "500", NULL },
  { "options.motto", "5", "\"motto\": 5" },
  { "options.eager", "true", "\"eager\": true" },
  { "options.election-timeout", "10ms..20ms", "\"10ms..20ms\"" },
  { "options.election-timeout", "[\"10ms\", \"20ms\"]", "[\"10ms\", \"20ms\"]" },
  { "options.sizes", "5", NULL },
  { "network.latency", "3ms", "\"latency\": \"3ms\"" },
  { "network.latency.exponential.mean", "3ms",
    "{ \"exponential\": { \"mean\": \"3ms\" } }" },
  { "nodes.B.clock.offset", "-3ms", "\"clock\": { \"offset\": \"-3ms\" }" },
  { "nodes.1.id", "2", "\"id\": \"2\"" },
  { "nodes.7.id", "2", NULL },
  { "script.0.at", "1.25s", "\"at\": \"1.25s\"" },
  { "until", "9s", "\"until\": \"9s\"" },
  { "until", "9", NULL },
  { "title", "[draft", "\"title\": \"[draft\"" },
  { "seed", "8", "\"seed\": 8" },
  { "protocol", "nothing", NULL },
  { "", "1", NULL },
  { ".", "1", NULL },
};

static void
test_values (void)
{
  g_autoptr (QuoScenario) scenario = begin ();

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuoScenario) changed =
        quo_scenario_with_value (scenario, changes[i].path, changes[i].value,
                                 &error);
      g_autofree char *text = NULL;

      g_test_message ("%s = %s: %s", changes[i].path, changes[i].value,
                      error != NULL ? error->message : "taken");
      g_assert_cmpint (changed != NULL, ==, changes[i].written != NULL);
      g_assert_cmpint (error == NULL, ==, changes[i].written != NULL);
      if (changed == NULL)
        continue;
      text = quo_scenario_to_json (changed);
      g_assert_nonnull (strstr (text, changes[i].written));
    }
}

static void
test_empty (void)
{
  g_autoptr (QuoScenario) scenario = quo_scenario_new_empty (&toy_protocol, 3);
  g_autofree char *last = quo_scenario_participant (scenario, 2);

  g_assert_cmpuint (quo_scenario_n_nodes (scenario), ==, 3);
  g_assert_cmpstr (last, ==, "C");
  g_assert_cmpint (quo_scenario_find (scenario, "B"), ==, 1);
  g_assert_cmpint (quo_scenario_find (scenario, "D"), ==, -1);
  g_assert_cmpint (quo_scenario_until (scenario), ==, QUO_TIME_NEVER);
}

static void
test_too_many (void)
{
  g_autoptr (QuoScenario) scenario = quo_scenario_new_empty (&toy_protocol, 300001);

  g_assert_cmpuint (quo_scenario_n_nodes (scenario), ==, 300000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  toy_register ();
  g_test_add_func ("/core/scenario/edit/adding-and-removing-an-action-is-nothing",
                   test_action);
  g_test_add_func ("/core/scenario/edit/action-comes-after-those-of-its-time",
                   test_same_time);
  g_test_add_func ("/core/scenario/edit/wrong-action-is-refused", test_bad_action);
  g_test_add_func ("/core/scenario/edit/replaced-action-leaves-the-old-scenario",
                   test_replace);
  g_test_add_func ("/core/scenario/edit/empty-script-is-not-written",
                   test_last_action);
  g_test_add_func ("/core/scenario/edit/position-is-kept-within-bounds",
                   test_position);
  g_test_add_func ("/core/scenario/edit/position-of-a-node-by-rule-is-saved",
                   test_position_by_rule);
  g_test_add_func ("/core/scenario/edit/value-is-taken-where-it-is-allowed",
                   test_values);
  g_test_add_func ("/core/scenario/edit/new-scenario-has-named-nodes", test_empty);
  g_test_add_func ("/core/scenario/edit/empty-scenario-has-no-more-than-its-protocol-takes",
                   test_too_many);

  return g_test_run ();
}
