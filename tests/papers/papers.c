/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "papers.h"

static gboolean is_full;

/**
 * papers_init:
 * @argc: (inout): of main
 * @argv: (inout): of main
 */
void
papers_init (int    *argc,
             char ***argv)
{
  g_test_init (argc, argv, NULL);
  is_full = *argc > 1 && g_str_equal ((*argv)[1], "full");
}

/**
 * papers_is_full:
 *
 * Returns: whether the large sample is wanted
 */
gboolean
papers_is_full (void)
{
  return is_full;
}

/**
 * papers_load:
 * @name: of a file in the papers folder, without its suffix
 *
 * Returns: (transfer full): the scenario as it ships
 */
QuoScenario *
papers_load (const char *name)
{
  g_autofree char *file = g_strconcat (name, QUO_SCENARIO_SUFFIX, NULL);
  g_autofree char *path = g_build_filename (g_getenv ("QUORATE_DATA_DIR"),
                                            "scenarios", "papers", file, NULL);
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario = quo_scenario_new_from_file (path, &error);

  g_assert_no_error (error);

  return scenario;
}

/**
 * papers_set:
 * @scenario: (inout): a scenario
 * @path: of a value in it: "options.reads"
 * @value: as a sweep takes it
 */
void
papers_set (QuoScenario **scenario,
            const char   *path,
            const char   *value)
{
  g_autoptr (GError) error = NULL;
  QuoScenario *changed = quo_scenario_with_value (*scenario, path, value, &error);

  g_assert_no_error (error);
  quo_scenario_unref (*scenario);
  *scenario = changed;
}

/**
 * papers_run:
 * @scenario: a scenario
 * @seed: in place of its own
 *
 * Returns: (transfer full): its run, in which no invariant is violated
 */
QuoRun *
papers_run (QuoScenario *scenario,
            guint        seed)
{
  g_autoptr (QuoScenario) seeded = quo_scenario_with_seed (scenario, seed);
  QuoRun *run = quo_run_new (seeded, quo_scenario_until (seeded), NULL, NULL, NULL);

  g_assert_cmpuint (quo_sim_n_violations (quo_run_sim (run)), ==, 0);

  return run;
}

/**
 * papers_measure:
 * @run: a run
 * @id: of a measure
 *
 * Returns: (transfer none): its samples
 */
QuoSamples *
papers_measure (QuoRun     *run,
                const char *id)
{
  QuoSamples *samples;
  const char *unit;

  g_assert_true (quo_run_measure (run, id, &samples, &unit));

  return samples;
}
