/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/scenario.h"
#include "toy.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static QuoScenario *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_data ("s", text, strlen (text),
                                                      &error);

  g_assert_no_error (error);

  return scenario;
}

static QuoScenario *
read_whole (void)
{
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_file (
    g_test_get_filename (G_TEST_DIST, "core", "scenario", "whole.quorate.json",
                         NULL),
    &error);

  g_assert_no_error (error);

  return scenario;
}

/* Keys in another order, spellings of a person, no spaces. */
static const char untidy[] =
  "{\"nodes\":[{\"at\":[0.50,1e-1],\"id\":\"A\"},{\"id\":\"B\"}],"
  "\"expect\":[{\"is\":1,\"field\":\"term\",\"node\":\"A\"}],"
  "\"options\":{\"motto\":\"\\u00e4\\n\\\"\",\"interval\":\"0.050s\"},"
  "\"script\":[{\"node\":\"A\",\"do\":\"crash\",\"at\":\"1500ms\"}],"
  "\"protocol\":\"toy\",\"seed\":10E0,\"quorate\":1,\"tags\":[]}";

static const char tidy[] =
  "{\n"
  "  \"quorate\": 1,\n"
  "  \"tags\": [],\n"
  "  \"seed\": 10E0,\n"
  "\n"
  "  \"protocol\": \"toy\",\n"
  "  \"options\": { \"interval\": \"0.050s\", \"motto\": \"ä\\n\\\"\" },\n"
  "\n"
  "  \"nodes\": [ { \"id\": \"A\", \"at\": [0.50, 1e-1] }, { \"id\": \"B\" } ],\n"
  "\n"
  "  \"script\": [\n"
  "    { \"at\": \"1500ms\", \"do\": \"crash\", \"node\": \"A\" }\n"
  "  ],\n"
  "\n"
  "  \"expect\": [\n"
  "    { \"node\": \"A\", \"field\": \"term\", \"is\": 1 }\n"
  "  ]\n"
  "}\n";

static void
test_order (void)
{
  g_autoptr (QuoScenario) scenario = parse (untidy);
  g_autofree char *text = quo_scenario_to_json (scenario);

  g_assert_cmpstr (text, ==, tidy);
}

static void
test_twice (void)
{
  g_autoptr (QuoScenario) scenario = read_whole ();
  g_autofree char *once = quo_scenario_to_json (scenario);
  g_autoptr (QuoScenario) again = parse (once);
  g_autofree char *twice = quo_scenario_to_json (again);

  g_assert_cmpstr (once, ==, twice);
  g_assert_true (quo_scenario_equal (scenario, again));
  g_assert_nonnull (strstr (once, "2.50e-1"));
  g_assert_nonnull (strstr (once, "18446744073709551615"));
}

static void
test_width (void)
{
  g_autoptr (QuoScenario) scenario = read_whole ();
  g_autofree char *text = quo_scenario_to_json (scenario);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 100);
}

static void
test_difference (void)
{
  g_autoptr (QuoScenario) scenario = parse (untidy);
  g_autoptr (QuoScenario) other = quo_scenario_with_seed (scenario, 11);

  g_assert_false (quo_scenario_equal (scenario, other));
}

static void
test_saved (void)
{
  g_autofree char *folder = g_dir_make_tmp ("quorate-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "s.quorate.json", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autoptr (QuoScenario) scenario = read_whole ();
  g_autoptr (QuoScenario) again = NULL;
  g_autofree char *text = quo_scenario_to_json (scenario);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_assert_true (quo_scenario_save (scenario, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, text);

  /* A link stays one, and who may read the file does not change. */
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  g_assert_cmpint (symlink ("s.quorate.json", link), ==, 0);
  g_assert_true (quo_scenario_save (scenario, link, &error));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0640);
  again = quo_scenario_new_from_file (link, &error);
  g_assert_no_error (error);
  g_assert_true (quo_scenario_equal (scenario, again));

  g_unlink (link);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_not_saved (void)
{
  g_autoptr (QuoScenario) scenario = parse (untidy);
  g_autofree char *folder = g_dir_make_tmp ("quorate-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "no", "s.json", NULL);
  g_autofree char *message = g_strconcat (path, ": cannot be written: ", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (quo_scenario_save (scenario, path, &error));
  g_assert_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE);
  g_assert_true (g_str_has_prefix (error->message, message));
  g_clear_error (&error);

  /* What is there and cannot be replaced is left as it is. */
  g_assert_false (quo_scenario_save (scenario, folder, &error));
  g_assert_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  toy_register ();
  g_test_add_func ("/core/scenario/writer/has-one-order-and-keeps-spellings",
                   test_order);
  g_test_add_func ("/core/scenario/writer/saving-twice-gives-the-same-bytes",
                   test_twice);
  g_test_add_func ("/core/scenario/writer/lines-fit-100-columns", test_width);
  g_test_add_func ("/core/scenario/writer/another-seed-is-another-scenario",
                   test_difference);
  g_test_add_func ("/core/scenario/writer/save-keeps-link-and-mode", test_saved);
  g_test_add_func ("/core/scenario/writer/failed-save-changes-nothing",
                   test_not_saved);

  return g_test_run ();
}
