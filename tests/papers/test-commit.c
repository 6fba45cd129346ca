/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a commit costs, as printed: Mohan, Lindsay and Obermarck 1986 for the
 * variants of two-phase commit, Skeen 1981 for three-phase commit, Gray and Lamport
 * 2006, section 5, for Paxos Commit. The shipped scenarios are run for 1 to 10
 * participants, and every count has to be met exactly.
 */

#include "scenario/run.h"

typedef struct
{
  const char *scenario;
  const char *option;
  const char *value;
  gboolean    is_commit; /* else the coordinator refuses, all being prepared */
  guint       messages;  /* times n */
  guint       forced;    /* plus ... */
  guint       forced_n;  /* ... times n */
} Row;

static const Row rows[] = {
  { "commit-two-phase", "variant", "basic", TRUE, 4, 1, 2 },
  { "commit-two-phase", "variant", "presumed-abort", TRUE, 4, 1, 2 },
  { "commit-two-phase", "variant", "presumed-commit", TRUE, 3, 2, 1 },
  { "commit-two-phase", "variant", "basic", FALSE, 4, 1, 2 },
  { "commit-two-phase", "variant", "presumed-abort", FALSE, 3, 0, 1 },
  { "commit-two-phase", "variant", "presumed-commit", FALSE, 4, 2, 2 },
  { "commit-three-phase", "final-ack", "false", TRUE, 5, 2, 3 },
  { "commit-three-phase", "final-ack", "true", TRUE, 6, 2, 3 },
};

static QuoScenario *
load (const char *name)
{
  g_autofree char *file = g_strconcat (name, QUO_SCENARIO_SUFFIX, NULL);
  g_autofree char *path = g_build_filename (g_getenv ("QUORATE_DATA_DIR"),
                                            "scenarios", "papers", file, NULL);
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_file (path, &error);

  g_assert_no_error (error);

  return scenario;
}

static void
set (QuoScenario **scenario,
     const char   *path,
     const char   *value)
{
  g_autoptr (GError) error = NULL;
  QuoScenario *changed = quo_scenario_with_value (*scenario, path, value, &error);

  g_assert_no_error (error);
  quo_scenario_unref (*scenario);
  *scenario = changed;
}

static void
set_number (QuoScenario **scenario,
            const char   *path,
            guint         value)
{
  g_autofree char *text = g_strdup_printf ("%u", value);

  set (scenario, path, text);
}

static double
measure (QuoRun     *run,
         const char *id)
{
  QuoSamples *samples;
  const char *unit;

  g_assert_true (quo_run_measure (run, id, &samples, &unit));
  g_assert_cmpuint (quo_samples_get_n (samples), ==, 1);

  return quo_samples_get_sum (samples);
}

static void
check (QuoScenario *scenario,
       guint        messages,
       guint        forced,
       gboolean     is_commit)
{
  g_autoptr (QuoRun) run = quo_run_new (scenario, quo_scenario_until (scenario),
                                        NULL, NULL, NULL);

  g_assert_cmpfloat (measure (run, "messages"), ==, messages);
  g_assert_cmpfloat (measure (run, "forced-writes"), ==, forced);
  g_assert_cmpfloat (measure (run, "committed"), ==, is_commit ? 1 : 0);
  g_assert_cmpfloat (measure (run, "in-doubt-at-end"), ==, 0);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autofree char *path = g_strconcat ("options.", row->option, NULL);

  for (guint n = 1; n <= 10; n++)
    {
      QuoScenario *scenario = load (row->scenario);

      set_number (&scenario, "nodes.count", n + 1);
      set (&scenario, path, row->value);
      if (!row->is_commit)
        set (&scenario, "options.no-voter", "n1");
      check (scenario, row->messages * n, row->forced + row->forced_n * n,
             row->is_commit);
      quo_scenario_unref (scenario);
    }
}

/* N managers, F faults; the table's own example is N = 5, F = 1: 12 messages for
 * two-phase commit, which is F = 0, and 17 and 20. */
static void
test_paxos (gconstpointer data)
{
  const char *variant = data;
  gboolean is_faster = g_str_equal (variant, "faster");

  for (guint f = 0; f <= 3; f++)
    for (guint n = 2 * f + 1; n <= 10; n++)
      {
        QuoScenario *scenario = load ("commit-paxos");

        set_number (&scenario, "nodes.count", n);
        set_number (&scenario, "options.faults", f);
        set (&scenario, "options.variant", variant);
        check (scenario,
               is_faster ? (n - 1) * (2 * f + 3) : n * f + 3 * n - 3,
               n + f + 1, TRUE);
        quo_scenario_unref (scenario);
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path
        = g_strdup_printf ("/papers/%s/%s-%s-%s-costs-what-is-printed",
                           rows[i].scenario, rows[i].option, rows[i].value,
                           rows[i].is_commit ? "commit" : "abort");

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_data_func ("/papers/commit-paxos/basic-costs-what-is-printed",
                        "basic", test_paxos);
  g_test_add_data_func ("/papers/commit-paxos/faster-costs-what-is-printed",
                        "faster", test_paxos);

  return g_test_run ();
}
