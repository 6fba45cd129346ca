/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/scenario.h"
#include "toy.h"

#include <string.h>

static QuoScenario *
with (const char *member,
      const char *item)
{
  g_autofree char *text = g_strdup_printf (
    "{\"quorate\": 1, \"protocol\": \"toy\", \"clients\": [{\"id\": \"alice\"}],"
    "\"nodes\": [{\"id\": \"A\"}, {\"id\": \"B\"}, {\"id\": \"C\"}],"
    "\"%s\": [%s]}", member, item);
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_data ("s", text, strlen (text),
                                                      &error);

  g_assert_no_error (error);

  return scenario;
}

typedef struct
{
  const char *item;
  const char *text;
} Case;

static const Case actions[] = {
  { "{\"do\": \"write\", \"client\": \"alice\", \"key\": \"x\", \"value\": 1}",
    "alice writes x = 1" },
  { "{\"do\": \"read\", \"client\": \"alice\", \"node\": \"@leader\"}",
    "alice reads x at the leader" },
  { "{\"do\": \"read\"}", "client reads x" },
  { "{\"do\": \"compare-and-set\", \"expected\": 1, \"value\": 2}",
    "client sets x from 1 to 2" },
  { "{\"do\": \"transaction\", \"key\": \"t1\"}", "client begins transaction t1" },
  { "{\"do\": \"partition\", \"groups\": [[\"A\", \"B\"], [\"C\"]]}", "cut A, B | C" },
  { "{\"do\": \"crash\", \"node\": \"B\", \"lasts\": \"200ms\"}", "crash B for 200ms" },
  { "{\"do\": \"crash\", \"node\": [\"A\", \"B\"], \"every\": \"2s\"}",
    "crash A, B, every 2s" },
  { "{\"do\": \"restart\", \"node\": \"@random\"}", "restart a random node" },
  { "{\"do\": \"pause\", \"node\": \"@all\"}", "pause all nodes" },
  { "{\"do\": \"cut\", \"from\": \"A\", \"to\": \"B\"}", "cut A ↔ B" },
  { "{\"do\": \"cut\", \"from\": \"A\", \"to\": \"B\", \"one-way\": true}", "cut A → B" },
  { "{\"do\": \"heal\"}", "heal the network" },
  { "{\"do\": \"drop\", \"message\": {\"kind\": \"Ping\", \"to\": \"A\", \"nth\": 2}}",
    "drop Ping number 2 to A" },
  { "{\"do\": \"drop\", \"message\": {}}", "drop message" },
  { "{\"do\": \"skew\", \"node\": \"A\", \"by\": \"-5ms\"}",
    "skew the clock of A by -5ms" },
  { "{\"do\": \"set-option\", \"option\": \"election-timeout\", "
    "\"value\": [\"1s\", \"2s\"]}", "set election-timeout to 1s … 2s" },
  { "{\"do\": \"promote\", \"node\": \"A\", \"term\": 2, \"because\": \"so\"}",
    "promote A, term 2, because so" },
  { "{\"do\": \"initial\", \"node\": \"A\", \"log\": [1, 1, 4]}", "set up A" },
};

static const Case expectations[] = {
  { "{\"invariant\": \"small-terms\"}", "small-terms holds" },
  { "{\"model\": \"causal\", \"verdict\": \"violated\"}", "causal is violated" },
  { "{\"at\": \"3s\", \"node\": \"A\", \"field\": \"role\", \"is\": \"leader\"}",
    "role of A is leader at 3s" },
  { "{\"node\": \"@leader\", \"field\": \"log\", \"is\": [1, 1, 4]}",
    "log of the leader is [1, 1, 4]" },
  { "{\"node\": \"@all\", \"field\": \"log\", \"at-least\": 3}",
    "the rows of log of all nodes are at least 3" },
  { "{\"node\": \"A\", \"field\": \"store\", \"key\": \"x\", \"is\": 1}",
    "store x of A is 1" },
  { "{\"node\": \"A\", \"field\": \"log\", \"key\": 3, \"column\": \"command\", \"is\": \"y\"}",
    "log 3 of A, command, is y" },
  { "{\"at\": \"1s\", \"node\": \"A\", \"field\": \"log\", \"column\": \"command\", \"is\": [\"x\"]}",
    "log of A, command, is [x] at 1s" },
  { "{\"node\": \"A\", \"field\": \"store\", \"key\": \"x\", \"absent\": true}",
    "store x of A is absent" },
  { "{\"node\": \"A\", \"field\": \"store\", \"key\": \"x\", \"absent\": false}",
    "store x of A is there" },
  { "{\"count\": {\"message\": \"Ping\", \"where\": {\"round\": 4}}, \"is\": 2}",
    "the number of Ping with round 4 is 2" },
  { "{\"measure\": \"round-time\", \"statistic\": \"p99\", \"at-most\": \"1s\"}",
    "p99 of round-time is at most 1s" },
  { "{\"measure\": \"sent\", \"at-least\": 1, \"at-most\": 9}",
    "sent is at least 1 and is at most 9" },
  { "{\"count\": {\"message\": \"Ping\", \"event\": \"lost\", \"to\": \"B\"}, \"is\": 0}",
    "the number of lost Ping to B is 0" },
  { "{\"client\": \"alice\", \"nth\": 2, \"value\": 1}",
    "operation 2 of alice returns ok, “1”" },
  { "{\"client\": \"alice\", \"value\": 1, \"fallback\": \"cache\", \"age\": \"1.2s\"}",
    "operation 1 of alice returns ok, “1”, from the fallback “cache”, up to 1.2s old" },
  { "{\"client\": \"alice\", \"fallback\": \"any\", \"age\": \"unknown\"}",
    "operation 1 of alice returns ok, from the fallback “any”, of unknown age" },
  { "{\"client\": \"alice\", \"fallback\": \"none\"}",
    "operation 1 of alice returns ok, without falling back" },
};

static void
test_actions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (QuoScenario) scenario = with ("script", actions[i].item);
      g_autofree char *text = quo_scenario_action_text (scenario, 0);

      g_assert_cmpstr (text, ==, actions[i].text);
    }
}

static void
test_expectations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (expectations); i++)
    {
      g_autoptr (QuoScenario) scenario = with ("expect", expectations[i].item);
      g_autofree char *text = quo_scenario_expectation_text (scenario, 0);

      g_assert_cmpstr (text, ==, expectations[i].text);
    }
}

static void
test_facts (void)
{
  static const char * const rows[] = {
    "Protocol", "Toy", "Nodes", "100", "Latency", "5–10 ms", "Loss", "2.5 %",
    "Topology", "random-regular degree 8", "interval", "20ms", "Fault", "forget",
    "Seed", "9", "Ends at", "4 s",
  };
  static const char text[] =
    "{\"quorate\": 1, \"protocol\": \"toy\", \"seed\": 9, \"until\": \"4s\","
    "\"nodes\": {\"count\": 100}, \"options\": {\"interval\": \"20ms\"},"
    "\"fault\": [\"forget\"], \"network\": {\"loss\": 0.025,"
    "\"latency\": {\"uniform\": [\"5ms\", \"10ms\"]},"
    "\"topology\": {\"random-regular\": {\"degree\": 8}}}}";
  g_autoptr (QuoScenario) scenario =
    quo_scenario_new_from_data ("s", text, strlen (text), NULL);
  g_auto (GStrv) facts = quo_scenario_facts (scenario);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (facts[i], ==, rows[i]);
  g_assert_null (facts[G_N_ELEMENTS (rows)]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  toy_register ();
  g_test_add_func ("/core/scenario/words/action-reads-as-a-sentence",
                   test_actions);
  g_test_add_func ("/core/scenario/words/expectation-reads-as-a-sentence",
                   test_expectations);
  g_test_add_func ("/core/scenario/words/facts-name-what-was-chosen", test_facts);

  return g_test_run ();
}
