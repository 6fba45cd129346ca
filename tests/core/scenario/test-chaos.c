/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/run.h"
#include "sim/describe.h"

#include <string.h>

static const char text[] =
  "{ \"quorate\": 1, \"protocol\": \"raft\", \"seed\": 3, \"until\": \"20s\",\n"
  "  \"nodes\": [{\"id\": \"A\"}, {\"id\": \"B\"}, {\"id\": \"C\"}, {\"id\": \"D\"},\n"
  "    {\"id\": \"E\"}],\n"
  "  \"clients\": [{\"id\": \"alice\", \"at\": \"A\",\n"
  "    \"workload\": {\"rate\": \"5/s\", \"reads\": 0.5, \"keys\": 2}}],\n"
  "  \"script\": [{\"at\": \"1s\", \"do\": \"crash\", \"node\": \"A\", \"lasts\": \"1s\"},\n"
  "    {\"at\": \"5s\", \"do\": \"pause\", \"node\": \"B\", \"lasts\": \"500ms\"}],\n"
  "  \"chaos\": [\n"
  "    {\"do\": \"crash\", \"rate\": \"0.3/s\", \"lasts\": \"700ms\"},\n"
  "    {\"do\": \"pause\", \"rate\": \"0.3/s\", \"lasts\": \"300ms\"},\n"
  "    {\"do\": \"partition\", \"rate\": \"0.2/s\", \"lasts\": \"900ms\"},\n"
  "    {\"do\": \"cut\", \"rate\": \"0.5/s\", \"lasts\": \"400ms\"},\n"
  "    {\"do\": \"loss\", \"rate\": \"0.3/s\", \"lasts\": \"500ms\", \"amount\": 0.25},\n"
  "    {\"do\": \"skew\", \"rate\": \"0.5/s\", \"amount\": \"50ms\"},\n"
  "    {\"do\": \"lose-disk\", \"rate\": \"0.1/s\", \"lasts\": \"500ms\"}] }\n";

static QuoRun *
run (QuoScenario *scenario)
{
  return quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);
}

/* What happened, without the script's own entries. */
static char *
story_of (QuoRun *run)
{
  QuoTrace *trace = quo_run_trace (run);
  GString *story = g_string_new (NULL);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.kind == QUO_EVENT_ACTION)
        continue;
      g_string_append_printf (story, "%" G_GINT64_FORMAT " %u %s ", event.time,
                              event.node, quo_event_kind_id (event.kind));
      quo_describe_event (trace, &event, story);
      g_string_append_c (story, '\n');
    }

  return g_string_free (story, FALSE);
}

static void
every_fault_is_in_the_trace (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) wild = quo_scenario_new_from_data ("wild", text,
                                                             strlen (text), &error);
  g_autoptr (QuoRun) before = run (wild);
  QuoTrace *trace = quo_run_trace (before);
  guint n[QUO_N_EVENT_KINDS] = { 0 };
  guint n_links[5] = { 0 };

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      n[event.kind]++;
      if (event.kind == QUO_EVENT_LINKS)
        n_links[event.what]++;
    }
  g_assert_cmpuint (n[QUO_EVENT_CRASH], >, 3);
  g_assert_cmpuint (n[QUO_EVENT_PAUSE], >, 3);
  g_assert_cmpuint (n[QUO_EVENT_SKEW], >, 3);
  g_assert_cmpuint (n[QUO_EVENT_DISK_LOST], >, 0);
  for (guint i = 0; i < G_N_ELEMENTS (n_links); i++)
    g_assert_cmpuint (n_links[i], >, 0);
}

static void
a_script_of_it_runs_the_same (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) wild = quo_scenario_new_from_data ("wild", text,
                                                             strlen (text), &error);
  g_autoptr (QuoScenario) scripted = NULL;
  g_autoptr (QuoRun) before = NULL;
  g_autoptr (QuoRun) after = NULL;
  g_autofree char *was = NULL;
  g_autofree char *is = NULL;
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  before = run (wild);
  scripted = quo_scenario_with_chaos_scripted (wild, quo_run_trace (before), &error);
  g_assert_no_error (error);
  json = quo_scenario_to_json (scripted);
  g_assert_null (strstr (json, "chaos"));
  g_assert_cmpuint (quo_scenario_n_actions (scripted), >, 20);
  after = run (scripted);
  was = story_of (before);
  is = story_of (after);
  g_assert_cmpstr (is, ==, was);
}

static void
what_lasts_is_left_to_its_action (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) parts = g_strsplit (text, "\"chaos\"", 2);
  g_autofree char *calm_text = g_strconcat (parts[0], "\"seed\": 3 }", NULL);
  g_autoptr (QuoScenario) calm = NULL;
  g_autoptr (QuoScenario) scripted = NULL;
  g_autoptr (QuoRun) before = NULL;
  char *seed = strstr (calm_text, "\"seed\": 3, ");

  /* Without chaos there is nothing to add, though A restarts and B goes on. */
  memset (seed, ' ', strlen ("\"seed\": 3, "));
  calm = quo_scenario_new_from_data ("calm", calm_text, strlen (calm_text), &error);
  g_assert_no_error (error);
  before = run (calm);
  scripted = quo_scenario_with_chaos_scripted (calm, quo_run_trace (before), &error);
  g_assert_no_error (error);
  g_assert_true (quo_scenario_equal (calm, scripted));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/scenario/chaos/every-fault-is-in-the-trace",
                   every_fault_is_in_the_trace);
  g_test_add_func ("/core/scenario/chaos/a-script-of-it-runs-the-same",
                   a_script_of_it_runs_the_same);
  g_test_add_func ("/core/scenario/chaos/what-lasts-is-left-to-its-action",
                   what_lasts_is_left_to_its_action);

  return g_test_run ();
}
