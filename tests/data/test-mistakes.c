/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The mistakes that textbook code makes, each beside the same run done right. The two
 * files of a pair differ in what is told and expected and in the fault or the options,
 * and in nothing else; and what is expected of the one fails in the other's run. Not
 * here is the lag of an idle writer: there the run is right, and who reads it is wrong.
 */

#include "scenario/run.h"

#include <string.h>

typedef struct
{
  const char *mistake; /* the number and what it is about */
  const char *wrong;
  const char *right;
} Pair;

static const Pair pairs[] = {
  { "1-own-keys-comparison", "vector-clocks-own-keys", "vector-clocks-all-keys" },
  { "2-merge-by-counter", "gossip-merge-by-counter", "gossip-concurrent-writes" },
  { "3-siblings-by-value", "replicated-keyed-by-value", "replicated-keyed-by-dot" },
  { "4-no-dots", "quorum-plain-version-vector", "quorum-siblings" },
  { "4-no-dots-of-one-process", "vector-clocks-no-dots", "vector-clocks-dots" },
  { "5-equal-stamps", "replicated-equal-stamps", "replicated-same-tick" },
  { "5-clock-steps-back", "replicated-clock-as-is", "replicated-clock-steps-back" },
  { "6-tombstone-dropped", "quorum-tombstone-dropped", "quorum-tombstone" },
  { "6-certificate-dropped", "gossip-dropped-certificate",
    "gossip-death-certificate" },
  { "7-blocking-reads", "causal-store-blocking-reads",
    "causal-store-delayed-visibility" },
  { "8-merge-by-sum", "replicated-merge-by-sum", "replicated-counter" },
  { "8-remove-unseen", "replicated-remove-unseen", "replicated-add-wins" },
  { "8-reuse-id", "replicated-reuse-id", "replicated-new-id" },
  { "9-new-then-old", "quorum-new-then-old", "quorum-write-back" },
  { "9-sloppy-quorum", "quorum-sloppy", "quorum-strict" },
  { "10-fallback-without-bound", "primary-backup-fallback-goes-back",
    "primary-backup-fallback-with-bound" },
};

static char *
read_file (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".quorate.json", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("QUORATE_DATA_DIR"),
                                            "scenarios", file, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

/* A client's own mistake is an option too, on the client's line. */
static char *
without_client_options (const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, ", \"session\": false", -1);

  return g_strjoinv (NULL, parts);
}

/* What makes the run: all before the story but what the two may differ in. */
static char *
run_of (const char *text)
{
  static const char * const free_keys[] = {
    "  \"title\"", "  \"summary\"", "  \"tags\"", "  \"options\"", "  \"fault\"",
  };
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *rest = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = without_client_options (lines[i]);
      gboolean is_free = FALSE;

      if (g_str_has_prefix (lines[i], "  \"story\""))
        return g_string_free (rest, FALSE);
      for (guint j = 0; j < G_N_ELEMENTS (free_keys); j++)
        is_free = is_free || g_str_has_prefix (lines[i], free_keys[j]);
      if (!is_free)
        g_string_append_printf (rest, "%s\n", line);
    }
  g_assert_not_reached ();
}

static const char *
expectations_of (const char *text)
{
  const char *expect = strstr (text, "\n  \"expect\"");

  g_assert_nonnull (expect);

  return expect;
}

/* How many of the expectations are not met. */
static guint
n_unmet (const char *text,
         const char *expect)
{
  g_autofree char *head = g_strndup (text, (gsize) (expectations_of (text) - text));
  g_autofree char *whole = g_strconcat (head, expect, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario = NULL;
  g_autoptr (QuoRun) run = NULL;
  guint n = 0;

  scenario = quo_scenario_new_from_data ("swapped", whole, strlen (whole), &error);
  g_assert_no_error (error);
  run = quo_run_new (scenario, quo_scenario_until (scenario), NULL, NULL, NULL);
  for (guint i = 0; i < quo_run_n_outcomes (run); i++)
    n += !quo_run_outcome (run, i)->is_met;

  return n;
}

static void
test_pair (gconstpointer data)
{
  const Pair *pair = data;
  g_autofree char *wrong = read_file (pair->wrong);
  g_autofree char *right = read_file (pair->right);
  g_autofree char *wrong_run = run_of (wrong);
  g_autofree char *right_run = run_of (right);

  g_assert_cmpstr (wrong_run, ==, right_run);
  g_assert_cmpuint (n_unmet (wrong, expectations_of (wrong)), ==, 0);
  g_assert_cmpuint (n_unmet (right, expectations_of (right)), ==, 0);
  g_assert_cmpuint (n_unmet (wrong, expectations_of (right)), >, 0);
  g_assert_cmpuint (n_unmet (right, expectations_of (wrong)), >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *path = g_strdup_printf ("/data/mistakes/%s-differs-from-right",
                                               pairs[i].mistake);

      g_test_add_data_func (path, &pairs[i], test_pair);
    }

  return g_test_run ();
}
