/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scenarios that come with the program: each is as it says, and each gives the
 * same trace on every machine. The digests beside this file are that promise; with
 * QUORATE_RECORD_DIGESTS naming a file they are written there instead, for a change
 * that means to change what happens.
 */

#include "scenario/run.h"

#include <string.h>

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static char **
shipped (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("QUORATE_DATA_DIR"),
                                              "scenarios", NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, QUO_SCENARIO_SUFFIX))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  g_ptr_array_add (paths, NULL);

  return (char **) g_ptr_array_steal (paths, NULL);
}

static QuoScenario *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_file (path, &error);

  g_assert_no_error (error);

  return scenario;
}

static char *
digest_of (const char *path)
{
  g_autoptr (QuoScenario) scenario = load (path);
  g_autoptr (QuoRun) run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);

  return quo_trace_digest (quo_run_trace (run));
}

static void
has_what_a_gallery_needs (void)
{
  g_auto (GStrv) paths = shipped ();
  const QuoProtocol * const *protocols = quo_protocols ();

  g_assert_cmpuint (g_strv_length (paths), >=, 12);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (QuoScenario) scenario = load (paths[i]);

      g_assert_cmpstr (quo_scenario_title (scenario), !=, "");
      g_assert_cmpstr (quo_scenario_summary (scenario), !=, "");
      g_assert_cmpuint (quo_scenario_n_story (scenario), >, 0);
      g_assert_cmpuint (quo_scenario_n_expectations (scenario), >, 0);
    }
  for (guint p = 0; protocols[p] != NULL; p++)
    {
      gboolean is_shown = FALSE;

      for (guint i = 0; paths[i] != NULL; i++)
        {
          g_autoptr (QuoScenario) scenario = load (paths[i]);

          is_shown |= quo_scenario_protocol (scenario) == protocols[p];
        }
      if (!is_shown)
        g_error ("no scenario shows %s", protocols[p]->declaration.id);
    }
}

static void
every_scenario_is_as_expected (void)
{
  g_auto (GStrv) paths = shipped ();

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (QuoScenario) scenario = load (paths[i]);
      g_autoptr (QuoRun) run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL,
                                            NULL);

      for (guint j = 0; j < quo_run_n_outcomes (run); j++)
        {
          const QuoOutcome *outcome = quo_run_outcome (run, j);

          if (!outcome->is_met)
            g_error ("%s: %s: %s", paths[i], outcome->text, outcome->finding);
        }
    }
}

static gpointer
digest_in_thread (gpointer path)
{
  return digest_of (path);
}

static void
digests_do_not_depend_on_threads (void)
{
  g_auto (GStrv) paths = shipped ();

  for (guint i = 0; paths[i] != NULL; i++)
    {
      GThread *one = g_thread_new ("one", digest_in_thread, paths[i]);
      GThread *two = g_thread_new ("two", digest_in_thread, paths[i]);
      g_autofree char *a = g_thread_join (one);
      g_autofree char *b = g_thread_join (two);

      g_assert_cmpstr (a, ==, b);
    }
}

static void
digests_are_those_recorded (void)
{
  g_auto (GStrv) paths = shipped ();
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "core", "gallery",
                                                 "digests.tsv", NULL);
  const char *record = g_getenv ("QUORATE_RECORD_DIGESTS");
  g_autoptr (GString) now = g_string_new (NULL);
  g_autofree char *recorded = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *name = g_path_get_basename (paths[i]);
      g_autofree char *digest = digest_of (paths[i]);

      g_string_append_printf (now, "%s\t%s\n", name, digest);
    }
  if (record != NULL)
    {
      g_file_set_contents (record, now->str, -1, &error);
      g_assert_no_error (error);
      g_test_skip ("recorded");
      return;
    }
  g_file_get_contents (file, &recorded, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (now->str, ==, recorded);
}

static void
saving_keeps_the_run (void)
{
  g_auto (GStrv) paths = shipped ();

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (QuoScenario) scenario = load (paths[i]);
      g_autofree char *json = quo_scenario_to_json (scenario);
      g_autoptr (GError) error = NULL;
      g_autoptr (QuoScenario) again = quo_scenario_new_from_data ("again", json,
                                                                  strlen (json),
                                                                  &error);
      g_autofree char *json_again = NULL;

      g_assert_no_error (error);
      g_assert_true (quo_scenario_equal (scenario, again));
      json_again = quo_scenario_to_json (again);
      g_assert_cmpstr (json, ==, json_again);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/gallery/has-what-a-gallery-needs", has_what_a_gallery_needs);
  g_test_add_func ("/core/gallery/every-scenario-is-as-expected",
                   every_scenario_is_as_expected);
  g_test_add_func ("/core/gallery/digests-do-not-depend-on-threads",
                   digests_do_not_depend_on_threads);
  g_test_add_func ("/core/gallery/digests-are-those-recorded",
                   digests_are_those_recorded);
  g_test_add_func ("/core/gallery/saving-keeps-the-run", saving_keeps_the_run);

  return g_test_run ();
}
