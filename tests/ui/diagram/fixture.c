/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <string.h>

static const char raft_json[] =
  "{ \"quorate\": 1, \"title\": \"test\", \"seed\": 7, \"until\": \"4s\","
  "  \"protocol\": \"raft\","
  "  \"nodes\": [ { \"id\": \"A\", \"at\": [0.2, 0.1] }, { \"id\": \"B\", \"at\": [0.7, 0.1] },"
  "             { \"id\": \"C\", \"at\": [0.9, 0.6] }, { \"id\": \"D\", \"at\": [0.5, 0.9] },"
  "             { \"id\": \"E\", \"at\": [0.1, 0.6] } ],"
  "  \"network\": { \"latency\": { \"normal\": { \"mean\": \"10ms\", \"deviation\": \"2ms\" } } },"
  "  \"clients\": [ { \"id\": \"alice\", \"at\": \"A\" }, { \"id\": \"bob\", \"at\": \"C\" } ],"
  "  \"script\": ["
  "    { \"at\": \"600ms\", \"do\": \"write\", \"client\": \"alice\", \"key\": \"x\", \"value\": \"1\" },"
  "    { \"at\": \"1s\", \"do\": \"partition\", \"groups\": [[\"A\", \"B\"], [\"C\", \"D\", \"E\"]] },"
  "    { \"at\": \"1.42s\", \"do\": \"write\", \"client\": \"bob\", \"key\": \"x\", \"value\": \"2\" },"
  "    { \"at\": \"2s\", \"do\": \"heal\" },"
  "    { \"at\": \"2.4s\", \"do\": \"crash\", \"node\": \"D\" },"
  "    { \"at\": \"2.5s\", \"do\": \"pause\", \"node\": \"B\" },"
  "    { \"at\": \"2.7s\", \"do\": \"resume\", \"node\": \"B\" },"
  "    { \"at\": \"2.8s\", \"do\": \"restart\", \"node\": \"D\" } ],"
  "  \"story\": [ { \"at\": \"1s\", \"text\": \"The network cuts A and B off from the rest,"
  " and nobody there can reach a majority any more.\" } ] }";

/* A run from the text of a scenario, which must be a right one. */
QuoRun *
fixture_run (const char *json)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(QuoScenario) scenario = NULL;

  scenario = quo_scenario_new_from_data ("test", json, strlen (json), &error);
  g_assert_no_error (error);
  QuoRun *run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);
  g_assert_nonnull (run);
  return run;
}

QuoRun *
fixture_raft (void)
{
  return fixture_run (raft_json);
}

QuoRun *
fixture_long (guint64 n_events)
{
  g_autofree char *json = g_strdup_printf (
    "{ \"quorate\": 1, \"seed\": 3, \"until\": \"100000s\","
    "  \"limits\": { \"events\": %" G_GUINT64_FORMAT " }, \"protocol\": \"raft\","
    "  \"nodes\": { \"count\": 5, \"prefix\": \"n\" },"
    "  \"network\": { \"latency\": { \"uniform\": [\"5ms\", \"20ms\"] }, \"loss\": 0.02 },"
    "  \"clients\": [ { \"id\": \"alice\", \"at\": \"n1\","
    "                 \"workload\": { \"rate\": \"100/s\", \"reads\": 0.5, \"keys\": 3 } } ] }",
    n_events);

  return fixture_run (json);
}

QuoRun *
fixture_idle (guint n)
{
  g_autofree char *json = g_strdup_printf (
    "{ \"quorate\": 1, \"until\": \"5ms\", \"protocol\": \"gossip\","
    "  \"nodes\": { \"count\": %u, \"prefix\": \"n\" } }", n);

  return fixture_run (json);
}

QuoDiagram *
fixture_diagram (const char *id,
                 QuoRun     *run)
{
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);

  return quo_diagram_new (quo_diagram_class_find (id), run, metrics);
}

QuoScene *
fixture_draw (QuoDiagram    *diagram,
              const QuoView *view)
{
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);
  QuoScene *scene = quo_scene_new (metrics);

  quo_diagram_draw (diagram, view, scene);
  return scene;
}

char *
fixture_draw_text (QuoDiagram    *diagram,
                   const QuoView *view)
{
  g_autoptr(QuoScene) scene = fixture_draw (diagram, view);

  return quo_scene_to_text (scene);
}

/* How many lines of a scene's text match a regular expression. */
guint
fixture_count (const char *scene,
               const char *pattern)
{
  g_autoptr(GRegex) regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);
  g_auto(GStrv) lines = g_strsplit (scene, "\n", -1);
  guint n = 0;

  g_assert_nonnull (regex);
  for (guint i = 0; lines[i] != NULL; i++)
    n += g_regex_match (regex, lines[i], 0, NULL);
  return n;
}
