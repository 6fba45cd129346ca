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
  "\"initial\": { \"C\": { \"log\": [1, 1, [4, \"add\"]], \"term\": 4 } },"
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
  { "{\"node\": \"C\", \"field\": \"log\", \"column\": \"command\", \"is\": [\"\", \"\", \"add\"]}", TRUE },
  { "{\"node\": \"C\", \"field\": \"log\", \"column\": \"command\", \"is\": [\"\", \"add\", \"add\"]}", FALSE },
  { "{\"node\": \"C\", \"field\": \"log\", \"key\": 3, \"is\": 4}", TRUE },
  { "{\"node\": \"C\", \"field\": \"log\", \"key\": 3, \"column\": \"command\", \"is\": \"add\"}", TRUE },
  { "{\"node\": \"C\", \"field\": \"log\", \"key\": 3, \"column\": \"command\", \"is\": \"never said\"}", FALSE },
  { "{\"node\": \"C\", \"field\": \"log\", \"key\": 2, \"column\": \"command\", \"is\": \"add\"}", FALSE },
  { "{\"node\": \"C\", \"field\": \"log\", \"key\": 4, \"absent\": true}", TRUE },
  { "{\"node\": \"C\", \"field\": \"log\", \"key\": 3, \"absent\": true}", FALSE },
  { "{\"node\": \"C\", \"field\": \"log\", \"key\": 3, \"absent\": false}", TRUE },
  { "{\"node\": \"C\", \"field\": \"log\", \"key\": 4, \"absent\": false}", FALSE },
  { "{\"node\": \"A\", \"field\": \"log\", \"key\": 1, \"absent\": true}", TRUE },
  { "{\"node\": \"B\", \"field\": \"store\", \"key\": \"y\", \"absent\": true}", TRUE },
  { "{\"node\": \"B\", \"field\": \"store\", \"key\": \"x\", \"absent\": true}", FALSE },
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
  { "{\"count\": {\"note\": \"stored\", \"where\": {\"key\": \"x\"}}, \"is\": 1}", TRUE },
  { "{\"count\": {\"note\": \"stored\", \"where\": {\"key\": \"y\"}}, \"is\": 0}", TRUE },
  { "{\"count\": {\"message\": \"Ping\", \"before\": \"950ms\", \"where\": {\"round\": 4}}, \"is\": 2}", TRUE },
  { "{\"count\": {\"message\": \"Ping\", \"event\": \"delivered\", \"before\": \"950ms\", \"where\": {\"round\": 6}}, \"is\": 1}", TRUE },
  { "{\"count\": {\"message\": \"Ping\", \"event\": \"lost\", \"before\": \"950ms\", \"where\": {\"round\": 6}}, \"is\": 1}", TRUE },
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

/* A set has keys and nothing beside them; the toy has none. */
static void
test_set (void)
{
  static const char text[] =
    "{\"quorate\": 1, \"protocol\": \"quorum-store\", \"until\": \"1s\","
    "\"nodes\": {\"count\": 3, \"prefix\": \"n\"}, \"expect\": ["
    "{\"node\": \"n1\", \"field\": \"suspects\", \"key\": \"n2\", \"absent\": true},"
    "{\"node\": \"n1\", \"field\": \"suspects\", \"key\": \"n2\", \"absent\": false}]}";
  g_autoptr (QuoScenario) scenario =
    quo_scenario_new_from_data ("s", text, strlen (text), NULL);
  g_autoptr (QuoRun) run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);

  g_assert_true (quo_run_outcome (run, 0)->is_met);
  g_assert_false (quo_run_outcome (run, 1)->is_met);
  g_assert_cmpstr (quo_run_outcome (run, 1)->finding, ==,
                   "n1 has suspects no such row at 1 s");
}

static void
test_count_unit (void)
{
  g_autoptr (QuoRun) run = run_with (
    "{\"measure\": \"round-time\", \"statistic\": \"count\", \"is\": 2}");

  g_assert_cmpstr (quo_run_outcome (run, 0)->finding, ==, "it is 2");
}

/* C crashes with bob's read on its way. He has x = 2 from a read of 300 ms. */
static const char fallen_back[] =
  ", \"until\": \"2s\", \"network\": { \"latency\": \"10ms\" },"
  "\"clients\": [ { \"id\": \"bob\", \"at\": \"C\", \"fallback\": {"
  "   \"when\": \"timeout\", \"after\": \"50ms\", \"to\": \"cache\" } } ],"
  "\"script\": ["
  " { \"at\": \"50ms\", \"do\": \"write\", \"client\": \"bob\", \"key\": \"x\","
  "   \"value\": 2 },"
  " { \"at\": \"300ms\", \"do\": \"read\", \"client\": \"bob\", \"key\": \"x\" },"
  " { \"at\": \"450ms\", \"do\": \"crash\", \"node\": \"C\" },"
  " { \"at\": \"600ms\", \"do\": \"read\", \"client\": \"bob\", \"key\": \"x\" } ],"
  "\"expect\": [ %s ]";

static const Case fallback_cases[] = {
  { "{\"client\": \"bob\", \"nth\": 2, \"value\": 2, \"fallback\": \"none\"}", TRUE },
  { "{\"client\": \"bob\", \"nth\": 2, \"value\": 2, \"fallback\": \"cache\"}", FALSE },
  { "{\"client\": \"bob\", \"nth\": 3, \"value\": 2}", TRUE },
  { "{\"client\": \"bob\", \"nth\": 3, \"fallback\": \"none\"}", FALSE },
  { "{\"client\": \"bob\", \"nth\": 3, \"fallback\": \"any\"}", FALSE },
  { "{\"client\": \"bob\", \"nth\": 3, \"fallback\": \"cache\", \"age\": \"350ms\"}", TRUE },
  { "{\"client\": \"bob\", \"nth\": 3, \"fallback\": \"cache\", \"age\": \"351ms\"}", FALSE },
  { "{\"client\": \"bob\", \"nth\": 3, \"age\": \"unknown\"}", FALSE },
  { "{\"count\": {\"event\": \"fallback\", \"node\": \"bob\"}, \"is\": 1}", TRUE },
};

static void
test_fallback (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (fallback_cases); i++)
    {
      g_autofree char *rest = g_strdup_printf (fallen_back,
                                               fallback_cases[i].expectation);
      g_autoptr (QuoScenario) scenario = load (rest);
      g_autoptr (QuoRun) run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL,
                                            NULL);

      g_test_message ("%s: %s", quo_run_outcome (run, 0)->text,
                      quo_run_outcome (run, 0)->finding);
      g_assert_cmpint (quo_run_is_as_expected (run), ==, fallback_cases[i].is_met);
    }
}

static char *
digest_of (QuoRun *run)
{
  return quo_trace_digest (quo_run_trace (run));
}

/* Noisy, so that a change anywhere would be seen. */
static const char noisy[] =
  ", \"network\": { \"latency\": { \"exponential\": { \"mean\": \"10ms\" } },"
  "  \"loss\": 0.1 },"
  "\"clients\": [ { \"id\": \"alice\", \"at\": \"B\","
  "  \"workload\": { \"rate\": \"50/s\", \"keys\": 4 } } ],"
  "\"chaos\": [ { \"do\": \"crash\", \"rate\": \"1/s\", \"lasts\": \"100ms\" } ]";

static void
test_repeated (void)
{
  g_autoptr (QuoScenario) scenario = load (noisy);
  g_autoptr (QuoRun) a = quo_run_new (scenario, 5 * QUO_SECOND, NULL, NULL, NULL);
  g_autoptr (QuoRun) b = quo_run_new (scenario, 5 * QUO_SECOND, NULL, NULL, NULL);
  g_autoptr (QuoScenario) other = quo_scenario_with_seed (scenario, 8);
  g_autoptr (QuoRun) c = quo_run_new (other, 5 * QUO_SECOND, NULL, NULL, NULL);
  g_autofree char *a_digest = digest_of (a);
  g_autofree char *b_digest = digest_of (b);
  g_autofree char *c_digest = digest_of (c);

  g_assert_cmpstr (a_digest, ==, b_digest);
  g_assert_cmpstr (a_digest, !=, c_digest);
}

static void
test_extended (void)
{
  g_autoptr (QuoScenario) scenario = load (noisy);
  g_autoptr (QuoRun) whole = quo_run_new (scenario, 6 * QUO_SECOND, NULL, NULL,
                                          NULL);
  g_autoptr (QuoRun) parts = quo_run_new (scenario, QUO_SECOND, NULL, NULL, NULL);
  g_autofree char *whole_digest = digest_of (whole);
  g_autofree char *parts_digest = NULL;

  g_assert_cmpint (quo_run_status (parts), ==, QUO_SIM_MORE);
  while (quo_run_end (parts) < 6 * QUO_SECOND)
    g_assert_true (quo_run_extend (parts, 6 * QUO_SECOND, 100));
  parts_digest = digest_of (parts);
  g_assert_cmpstr (parts_digest, ==, whole_digest);
  g_assert_false (quo_run_extend (parts, 6 * QUO_SECOND, 0));
}

static void
test_horizon (void)
{
  g_autoptr (QuoScenario) scenario = load (noisy);
  g_autoptr (QuoScenario) late = load (
    ", \"script\": [ { \"at\": \"20s\", \"do\": \"heal\" } ]");
  g_autoptr (QuoScenario) limited = load (
    ", \"limits\": { \"time\": \"3s\" }");
  g_autoptr (QuoRun) a = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);
  g_autoptr (QuoRun) b = quo_run_new (late, QUO_TIME_NEVER, NULL, NULL, NULL);
  g_autoptr (QuoRun) c = quo_run_new (limited, QUO_TIME_NEVER, NULL, NULL, NULL);

  g_assert_cmpint (quo_run_end (a), ==, 10 * QUO_SECOND);
  g_assert_cmpint (quo_run_end (b), ==, 22 * QUO_SECOND);
  g_assert_cmpint (quo_run_end (c), ==, 3 * QUO_SECOND);
  g_assert_cmpstr (quo_run_status_text (c), ==, "stopped at the limit on time");
  g_assert_cmpint (quo_run_status (a), ==, QUO_SIM_MORE);
  g_assert_false (quo_run_extend (c, 9 * QUO_SECOND, 0));
}

/* The toy takes two samples where its run is finished. */
static guint
count_samples (QuoRun *run)
{
  QuoSamples *samples;
  const char *unit;

  g_assert_true (quo_run_measure (run, "round-time", &samples, &unit));

  return quo_samples_get_n (samples);
}

static void
test_finished (void)
{
  g_autoptr (QuoScenario) endless = load ("");
  g_autoptr (QuoScenario) ending = load (", \"until\": \"2s\"");
  g_autoptr (QuoRun) whole = quo_run_new (endless, QUO_TIME_NEVER, NULL, NULL,
                                          NULL);
  g_autoptr (QuoRun) part = quo_run_new (ending, QUO_SECOND, NULL, NULL, NULL);

  g_assert_cmpuint (count_samples (whole), ==, 2);
  g_assert_cmpuint (count_samples (part), ==, 0);
  g_assert_true (quo_run_extend (part, QUO_TIME_NEVER, 0));
  g_assert_cmpuint (count_samples (part), ==, 2);
}

static void
test_limit (void)
{
  g_autoptr (QuoScenario) scenario = load (
    ", \"limits\": { \"events\": 1000 }");
  g_autoptr (QuoRun) run = quo_run_new (scenario, QUO_MINUTE * 60, NULL, NULL,
                                        NULL);

  g_assert_cmpint (quo_run_status (run), ==, QUO_SIM_EVENTS);
  g_assert_cmpuint (quo_trace_length (quo_run_trace (run)), <, 3000);
  g_assert_false (quo_run_extend (run, QUO_MINUTE * 120, 0));
}

/* Which limit, how high it is, and what to write for more. */
static void
test_limit_text (void)
{
  static const struct
  {
    const char *rest;
    const char *text;
  } limits[] = {
    { ", \"limits\": { \"events\": 1000 }",
      "the limit of 1000 events was reached; “events” under “limits” in the "
      "scenario raises it" },
    { ", \"limits\": { \"memory\": \"256KiB\" }",
      "the limit of 256KiB of memory was reached; “memory” under “limits” in the "
      "scenario raises it" },
    { ", \"until\": \"9s\", \"limits\": { \"time\": \"3s\" }",
      "the limit of 3 s of simulated time was reached; “time” under “limits” in the "
      "scenario raises it" },
    { ", \"until\": \"3s\", \"limits\": { \"time\": \"9s\" }", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (QuoScenario) scenario = load (limits[i].rest);
      g_autoptr (QuoRun) run = quo_run_new (scenario, QUO_MINUTE * 60, NULL, NULL,
                                            NULL);
      g_autofree char *text = quo_run_limit_text (run);

      g_assert_cmpstr (text, ==, limits[i].text);
      g_assert_cmpint (quo_run_is_cut_short (run), ==, limits[i].text != NULL);
    }
}

typedef struct
{
  gint    is_cancelled;
  guint   n_calls;
  QuoTime last;
} Watch;

static void
note_progress (QuoTime  done,
               QuoTime  total,
               gpointer user_data)
{
  Watch *watch = user_data;

  g_assert_cmpint (total, ==, 4000 * QUO_SECOND);
  g_assert_cmpint (done, >=, watch->last);
  watch->last = done;
  if (++watch->n_calls == 2)
    g_atomic_int_set (&watch->is_cancelled, 1);
}

static void
test_cancelled (void)
{
  g_autoptr (QuoScenario) scenario = load (", \"until\": \"4000s\"");
  Watch watch = { 0 };
  g_autoptr (QuoRun) run = quo_run_new (scenario, QUO_TIME_NEVER,
                                        &watch.is_cancelled, note_progress,
                                        &watch);

  g_assert_cmpint (quo_run_status (run), ==, QUO_SIM_CANCELLED);
  g_assert_cmpint (quo_run_end (run), <, 4000 * QUO_SECOND);
  g_assert_cmpuint (watch.n_calls, <=, 3);
  g_assert_false (quo_run_is_as_expected (run) && quo_run_n_outcomes (run) > 0);
}

static void
test_measures (void)
{
  g_autoptr (QuoRun) run = run_with ("{\"invariant\": \"small-terms\"}");
  g_auto (GStrv) ids = quo_run_measure_ids (run);
  QuoSamples *samples;
  const char *unit;

  g_assert_cmpstr (ids[0], ==, "round-time");
  for (guint i = 0; ids[i] != NULL; i++)
    g_assert_true (quo_run_measure (run, ids[i], &samples, &unit));
  for (guint i = 0; quo_figure_ids[i] != NULL; i++)
    {
      g_assert_true (g_strv_contains ((const char * const *) ids,
                                      quo_figure_ids[i]));
      g_assert_true (quo_run_measure (run, quo_figure_ids[i], &samples, &unit));
      g_assert_cmpfloat (quo_samples_get_mean (samples), ==,
                         (double) quo_sim_figure (quo_run_sim (run),
                                                  (QuoFigure) i));
    }
  g_assert_false (quo_run_measure (run, "luck", &samples, &unit));
  g_assert_true (quo_run_measure (run, "read-latency", &samples, &unit));
  g_assert_cmpstr (unit, ==, "ns");
}

static QuoVerdict
judge_model (QuoRun      *run,
             const char  *model,
             char       **ret_finding,
             guint32     *ret_event)
{
  *ret_finding = g_strdup ("x = 2 was read after x = 3");
  *ret_event = 5;

  return g_str_equal (model, "causal") ? QUO_VERDICT_HOLDS
                                       : QUO_VERDICT_VIOLATED;
}

static void
test_models (void)
{
  g_autoptr (QuoRun) held = NULL;
  g_autoptr (QuoRun) violated = NULL;

  quo_run_set_model_checker (judge_model);
  held = run_with ("{\"model\": \"causal\"}");
  violated = run_with ("{\"model\": \"linearizable\", \"verdict\": \"violated\"}");
  quo_run_set_model_checker (NULL);
  g_assert_true (quo_run_is_as_expected (held));
  g_assert_true (quo_run_is_as_expected (violated));
  g_assert_cmpuint (quo_run_outcome (violated, 0)->event, ==, 5);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  toy_register ();
  g_test_add_func ("/core/scenario/run/expectation-is-met-only-by-what-happened",
                   test_expectations);
  g_test_add_func ("/core/scenario/run/key-of-a-set-is-there-or-not", test_set);
  g_test_add_func ("/core/scenario/run/count-of-samples-has-no-unit",
                   test_count_unit);
  g_test_add_func ("/core/scenario/run/fallback-is-told-from-an-answer", test_fallback);
  g_test_add_func ("/core/scenario/run/same-scenario-gives-same-trace",
                   test_repeated);
  g_test_add_func ("/core/scenario/run/extending-equals-running-at-once",
                   test_extended);
  g_test_add_func ("/core/scenario/run/horizon-covers-what-the-scenario-says",
                   test_horizon);
  g_test_add_func ("/core/scenario/run/closing-figures-are-taken-at-the-end",
                   test_finished);
  g_test_add_func ("/core/scenario/run/stops-at-the-limit-on-events", test_limit);
  g_test_add_func ("/core/scenario/run/says-which-limit-it-reached-and-how-to-raise-it",
                   test_limit_text);
  g_test_add_func ("/core/scenario/run/cancel-stops-at-once", test_cancelled);
  g_test_add_func ("/core/scenario/run/every-figure-has-a-name", test_measures);
  g_test_add_func ("/core/scenario/run/models-are-judged-by-who-can", test_models);

  return g_test_run ();
}
