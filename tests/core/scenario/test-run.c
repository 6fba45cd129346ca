/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/run.h"
#include "toy.h"

#include <string.h>

static QuoScenario *
load (const char *rest)
{
  g_autofree char *text = g_strdup_printf (
    "{ \"quorate\": 1, \"protocol\": \"toy\", \"seed\": 7, "
    "\"nodes\": [ {\"id\": \"A\"}, {\"id\": \"B\"}, {\"id\": \"C\"} ]%s }", rest);
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_data ("toy.json", text,
                                                      strlen (text), &error);

  g_assert_no_error (error);

  return scenario;
}

static const char everything[] =
  ", \"until\": \"2s\", \"options\": { \"interval\": \"100ms\" },"
  "\"network\": { \"latency\": \"10ms\" },"
  "\"clients\": [ { \"id\": \"alice\", \"at\": \"B\" } ],"
  "\"initial\": { \"C\": { \"log\": [1, 1, 4], \"term\": 4 } },"
  "\"script\": ["
  " { \"at\": \"50ms\", \"do\": \"write\", \"client\": \"alice\", \"key\": \"x\","
  "   \"value\": 2 },"
  " { \"at\": \"250ms\", \"do\": \"read\", \"client\": \"alice\", \"key\": \"x\" },"
  " { \"at\": \"450ms\", \"do\": \"crash\", \"node\": \"C\" },"
  " { \"at\": \"1s\", \"do\": \"promote\", \"node\": \"B\", \"term\": 9 } ],"
  "\"expect\": [ %s ]";

static QuoRun *
run_with (const char *expectation)
{
  g_autofree char *rest = g_strdup_printf (everything, expectation);
  g_autoptr (QuoScenario) scenario = load (rest);

  return quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);
}

typedef struct
{
  const char *expectation;
  gboolean    is_met;
} Case;

static const Case cases[] = {
  { "{\"invariant\": \"small-terms\"}", FALSE },
  { "{\"invariant\": \"small-terms\", \"verdict\": \"violated\"}", TRUE },
  { "{\"model\": \"linearizable\"}", FALSE },
  { "{\"at\": \"900ms\", \"node\": \"A\", \"field\": \"role\", \"is\": \"leader\"}", TRUE },
  { "{\"at\": \"900ms\", \"node\": \"B\", \"field\": \"role\", \"is\": \"leader\"}", FALSE },
  { "{\"node\": \"B\", \"field\": \"role\", \"is\": \"leader\"}", TRUE },
  { "{\"node\": \"@leader\", \"field\": \"term\", \"is\": 9}", TRUE },
  { "{\"node\": \"@all\", \"field\": \"term\", \"at-least\": 2}", FALSE },
  { "{\"node\": [\"B\", \"C\"], \"field\": \"term\", \"at-least\": 4}", TRUE },
  { "{\"node\": \"C\", \"field\": \"log\", \"is\": [1, 1, 4]}", TRUE },
  { "{\"node\": \"C\", \"field\": \"log\", \"is\": [1, 1, 5]}", FALSE },
  { "{\"node\": \"C\", \"field\": \"log\", \"is\": [1, 1]}", FALSE },
  { "{\"node\": \"C\", \"field\": \"log\", \"at-least\": 3, \"at-most\": 3}", TRUE },
  { "{\"node\": \"B\", \"field\": \"store\", \"key\": \"x\", \"is\": 2}", TRUE },
  { "{\"node\": \"B\", \"field\": \"store\", \"key\": \"x\", \"is\": \"3\"}", FALSE },
  { "{\"node\": \"B\", \"field\": \"store\", \"key\": \"y\", \"is\": \"2\"}", FALSE },
  { "{\"node\": \"A\", \"field\": \"voted-for\", \"is\": \"none\"}", TRUE },
  { "{\"at\": \"3s\", \"node\": \"A\", \"field\": \"term\", \"is\": 1}", FALSE },
  { "{\"measure\": \"round-time\", \"is\": \"30ms\"}", TRUE },
  { "{\"measure\": \"round-time\", \"statistic\": \"max\", \"at-most\": \"39ms\"}", FALSE },
  { "{\"measure\": \"round-time\", \"statistic\": \"count\", \"is\": 2}", TRUE },
  { "{\"measure\": \"operations-ok\", \"is\": 2}", TRUE },
  /* Pings leave at 100 ms, 200 ms and so on; C is there for the first four. */
  { "{\"count\": {\"message\": \"Ping\", \"to\": \"C\", \"event\": \"delivered\"}, \"is\": 4}", TRUE },
  { "{\"count\": {\"message\": \"Ping\", \"to\": \"C\", \"before\": \"950ms\"}, \"is\": 9}", TRUE },
  { "{\"count\": {\"message\": \"Ping\", \"to\": \"C\", \"event\": \"lost\", \"before\": \"950ms\"}, \"is\": 5}", TRUE },
  { "{\"count\": {\"note\": \"stored\"}, \"is\": 1}", TRUE },
  { "{\"count\": {\"event\": \"crash\", \"node\": \"C\"}, \"is\": 1}", TRUE },
  { "{\"client\": \"alice\", \"nth\": 2, \"value\": \"2\"}", TRUE },
  { "{\"client\": \"alice\", \"nth\": 2, \"value\": \"1\"}", FALSE },
  { "{\"client\": \"alice\", \"nth\": 3}", FALSE },
};

static void
test_expectations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuoRun) run = run_with (cases[i].expectation);
      const QuoOutcome *outcome;

      g_assert_cmpint (quo_run_status (run), ==, QUO_SIM_DONE);
      g_assert_cmpuint (quo_run_n_outcomes (run), ==, 1);
      outcome = quo_run_outcome (run, 0);
      g_test_message ("%s: %s (%s)", cases[i].expectation, outcome->text,
                      outcome->finding);
      g_assert_cmpint (outcome->is_met, ==, cases[i].is_met);
      g_assert_cmpint (quo_run_is_as_expected (run), ==, cases[i].is_met);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  toy_register ();
  g_test_add_func ("/core/scenario/run/expectation-is-met-only-by-what-happened",
                   test_expectations);

  return g_test_run ();
}
