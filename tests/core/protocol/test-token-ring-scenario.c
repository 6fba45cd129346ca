/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A scenario of a protocol that the reader has never heard of. */

#include "scenario/run.h"
#include "token-ring.h"

#include <string.h>

#define HEAD "{ \"quorate\": 1, \"protocol\": \"token-ring\", \"until\": \"1s\", " \
             "\"nodes\": [ {\"id\": \"A\"}, {\"id\": \"B\"}, {\"id\": \"C\"} ]"

static QuoScenario *
read_text (const char  *rest,
           GError     **error)
{
  g_autofree char *text = g_strconcat (HEAD, rest, " }", NULL);

  return quo_scenario_new_from_data ("ring.json", text, strlen (text), error);
}

/* The second node has it first, keeps it for 20 ms, and once for 120 ms. */
static const char whole[] =
  ", \"options\": { \"hold\": \"20ms\", \"pace\": \"eager\", \"first\": \"B\","
  "  \"laps\": 3, \"greeting\": false, \"patience\": 0.25,"
  "  \"pause\": [\"1ms\", \"2ms\"], \"motto\": \"slowly\" }"
  ", \"script\": [ { \"at\": \"1ms\", \"do\": \"keep\", \"node\": \"C\","
  "  \"extra\": \"100ms\" } ]"
  ", \"initial\": { \"A\": { \"laps\": [] } }"
  ", \"expect\": ["
  "  { \"invariant\": \"one-token\" },"
  "  { \"measure\": \"passes\", \"is\": 9 },"
  "  { \"measure\": \"lap-time\", \"statistic\": \"max\", \"is\": \"190ms\" },"
  "  { \"count\": { \"message\": \"Token\", \"from\": \"B\", \"to\": \"C\" }, \"is\": 3 },"
  "  { \"count\": { \"note\": \"lap\", \"node\": \"B\" }, \"is\": 3 },"
  "  { \"at\": \"10ms\", \"node\": \"@holder\", \"field\": \"lap\", \"is\": 1 },"
  "  { \"at\": \"140ms\", \"node\": \"C\", \"field\": \"role\", \"is\": \"holder\" },"
  "  { \"node\": \"C\", \"field\": \"laps\", \"is\": [1, 2, 3] },"
  "  { \"node\": \"A\", \"field\": \"greeted\", \"at-most\": 0 } ]";

static void
test_runs (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario = read_text (whole, &error);
  g_autoptr (QuoRun) run = NULL;

  g_assert_no_error (error);
  run = quo_run_new (scenario, quo_scenario_until (scenario), NULL, NULL, NULL);
  g_assert_cmpuint (quo_run_n_outcomes (run), ==, 9);
  for (guint i = 0; i < quo_run_n_outcomes (run); i++)
    {
      const QuoOutcome *outcome = quo_run_outcome (run, i);

      if (!outcome->is_met)
        g_error ("%s: %s", outcome->text, outcome->finding);
    }
}

static void
test_written (void)
{
  g_autoptr (QuoScenario) scenario = read_text (whole, NULL);
  g_autofree char *text = quo_scenario_to_json (scenario);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) again
    = quo_scenario_new_from_data ("again.json", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_true (quo_scenario_equal (scenario, again));
}

static void
test_refused (void)
{
  static const struct
  {
    const char *rest;
    const char *place;
    const char *nearest;
  } cases[] = {
    { ", \"options\": { \"hodl\": \"20ms\" }", "/options", "hold" },
    { ", \"options\": { \"pace\": \"egaer\" }", "/options/pace", "eager" },
    { ", \"options\": { \"hold\": \"20s\" }", "/options/hold", "10s" },
    { ", \"fault\": \"second-tokne\"", "/fault", "second-token" },
    { ", \"script\": [ { \"do\": \"kepe\", \"node\": \"A\" } ]", "/script/0/do",
      "keep" },
    { ", \"script\": [ { \"do\": \"keep\", \"node\": \"A\", \"extar\": \"1ms\" } ]",
      "/script/0", "extra" },
    { ", \"expect\": [ { \"invariant\": \"one-tokne\" } ]", "/expect/0/invariant",
      "one-token" },
    { ", \"expect\": [ { \"measure\": \"pases\", \"is\": 1 } ]",
      "/expect/0/measure", "passes" },
    { ", \"expect\": [ { \"node\": \"@hodler\", \"field\": \"lap\", \"is\": 1 } ]",
      "/expect/0/node", "holder" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuoScenario) scenario = read_text (cases[i].rest, &error);

      g_assert_null (scenario);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "ring.json"));
      g_assert_nonnull (strstr (error->message, cases[i].place));
      g_assert_nonnull (strstr (error->message, cases[i].nearest));
    }
}

static void
test_fault (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario
    = read_text (", \"fault\": \"second-token\", \"expect\": [ {"
                 "\"invariant\": \"one-token\", \"verdict\": \"violated\" } ]",
                 &error);
  g_autoptr (QuoRun) run = NULL;

  g_assert_no_error (error);
  run = quo_run_new (scenario, quo_scenario_until (scenario), NULL, NULL, NULL);
  g_assert_true (quo_run_is_as_expected (run));
  g_assert_cmpint (quo_run_outcome (run, 0)->verdict, ==, QUO_VERDICT_VIOLATED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  quo_protocol_add (&token_ring);

  g_test_add_func ("/core/protocol/token-ring/scenario/every-kind-of-value-rules",
                   test_runs);
  g_test_add_func ("/core/protocol/token-ring/scenario/survives-being-written",
                   test_written);
  g_test_add_func ("/core/protocol/token-ring/scenario/a-slip-names-what-was-meant",
                   test_refused);
  g_test_add_func ("/core/protocol/token-ring/scenario/a-fault-is-found",
                   test_fault);

  return g_test_run ();
}
