/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Every scenario that ships: it can be read, shows what it says that it shows, and
 * gives the bytes that are written down in scenario-digests.txt on every machine,
 * in every build, on any number of threads. What the folder of the papers has is
 * too large for the last of these.
 */

#include "scenario/run.h"

#include <string.h>

#define N_THREADS 4

static QuoScenario *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_file (path, &error);

  g_assert_no_error (error);

  return scenario;
}

static QuoRun *
run (QuoScenario *scenario)
{
  QuoTime until = quo_scenario_until (scenario);

  g_assert_cmpint (until, !=, QUO_TIME_NEVER);

  return quo_run_new (scenario, until, NULL, NULL, NULL);
}

static void
test_expectations (gconstpointer path)
{
  g_autoptr (QuoScenario) scenario = load (path);
  g_autoptr (QuoRun) self = run (scenario);

  g_assert_cmpuint (quo_run_n_outcomes (self), >, 0);
  for (guint i = 0; i < quo_run_n_outcomes (self); i++)
    {
      const QuoOutcome *outcome = quo_run_outcome (self, i);

      if (outcome->is_met)
        continue;
      g_test_message ("%s: %s", outcome->text, outcome->finding);
      g_test_fail ();
    }
}

/* Who opens it is told what it is and walked through it. */
static void
test_story (gconstpointer path)
{
  static const char * const views[] = {
    "network", "sequence", "space-time", "states", "logs", "spread", "history",
    "monitor", NULL,
  };
  g_autoptr (QuoScenario) scenario = load (path);
  QuoTime last = -1;

  g_assert_cmpstr (quo_scenario_title (scenario), !=, "");
  g_assert_cmpstr (quo_scenario_summary (scenario), !=, "");
  g_assert_cmpuint (g_strv_length ((char **) quo_scenario_tags (scenario)), >, 0);
  g_assert_cmpuint (quo_scenario_n_story (scenario), >, 1);

  for (guint i = 0; i < quo_scenario_n_story (scenario); i++)
    {
      const QuoStoryStep *step = quo_scenario_story (scenario, i);

      g_assert_cmpint (step->at, >, last);
      g_assert_cmpint (step->at, <, quo_scenario_until (scenario));
      g_assert_cmpstr (step->text, !=, "");
      if (step->show != NULL)
        g_assert_true (g_strv_contains (views, step->show));
      for (guint j = 0; step->look_at != NULL && step->look_at[j] != NULL; j++)
        g_assert_cmpint (quo_scenario_find (scenario, step->look_at[j]), >=, 0);
      last = step->at;
    }
}

static void
test_written (gconstpointer path)
{
  g_autoptr (QuoScenario) scenario = load (path);
  g_autofree char *once = quo_scenario_to_json (scenario);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) again = quo_scenario_new_from_data ("again", once,
                                                              strlen (once),
                                                              &error);
  g_autofree char *twice = NULL;

  g_assert_no_error (error);
  g_assert_true (quo_scenario_equal (scenario, again));
  twice = quo_scenario_to_json (again);
  g_assert_cmpstr (once, ==, twice);
}

static gpointer
digest_in_thread (gpointer path)
{
  g_autoptr (QuoScenario) scenario = load (path);
  g_autoptr (QuoRun) self = run (scenario);

  return quo_trace_digest (quo_run_trace (self));
}

/* NULL when none is written down. */
static char *
recorded_digest (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data",
                                                 "scenario-digests.txt", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 2);

      if (g_strv_length (words) == 2 && g_str_equal (words[0], name))
        return g_strdup (words[1]);
    }

  return NULL;
}

static void
test_digest (gconstpointer path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *recorded = recorded_digest (name);
  g_autofree char *first = digest_in_thread ((gpointer) path);
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("run", digest_in_thread, (gpointer) path);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_autofree char *other = g_thread_join (threads[i]);

      g_assert_cmpstr (other, ==, first);
    }

  g_test_message ("%s %s", name, first);
  if (recorded == NULL)
    g_test_skip ("no digest is written down");
  else
    g_assert_cmpstr (first, ==, recorded);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static GPtrArray *
find_scenarios (const char *folder_name)
{
  const char *data_dir = g_getenv ("QUORATE_DATA_DIR");
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_assert_nonnull (data_dir);
  folder = g_build_filename (data_dir, folder_name, NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, QUO_SCENARIO_SUFFIX))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_names);

  return paths;
}

static void
add (const char       *path,
     const char       *claim,
     GTestDataFunc     test)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = NULL;

  base[strlen (base) - strlen (QUO_SCENARIO_SUFFIX)] = '\0';
  name = g_strdup_printf ("/data/scenarios/%s/%s", base, claim);
  g_test_add_data_func (name, path, test);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) papers = NULL;

  g_test_init (&argc, &argv, NULL);
  paths = find_scenarios ("scenarios");
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);

      add (path, "shows-what-it-expects", test_expectations);
      add (path, "tells-its-story", test_story);
      add (path, "survives-being-written", test_written);
      add (path, "has-the-digest-written-down", test_digest);
    }
  papers = find_scenarios ("scenarios/papers");
  for (guint i = 0; i < papers->len; i++)
    {
      const char *path = g_ptr_array_index (papers, i);

      add (path, "shows-what-it-expects", test_expectations);
      add (path, "tells-its-story", test_story);
      add (path, "survives-being-written", test_written);
    }

  return g_test_run ();
}
