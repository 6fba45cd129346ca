/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "cli.h"

/**
 * quo_command_script:
 * @argc: of the command
 * @argv: of the command
 *
 * Returns: how to exit
 */
QuoExit
quo_command_script (int    argc,
                    char **argv)
{
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_("The file to write; standard output without it"), "OUT" },
    { NULL }
  };
  g_autoptr (QuoScenario) scenario = NULL;
  g_autoptr (QuoScenario) scripted = NULL;
  g_autoptr (QuoRun) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  QuoExit status;

  if (!quo_cli_parse ("script FILE", entries, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return quo_cli_usage ("%s", _("“script” takes one file"));

  scenario = quo_cli_load (argv[1], NULL, &error);
  if (scenario == NULL)
    return quo_cli_fail (error);
  run = quo_cli_run (scenario);
  scripted = quo_scenario_with_chaos_scripted (scenario, quo_run_trace (run), &error);
  if (scripted == NULL)
    return quo_cli_fail (error);

  if (output != NULL)
    {
      if (!quo_scenario_save (scripted, output, &error))
        return quo_cli_fail (error);
      g_print ("%s\n", output);
      return QUO_EXIT_OK;
    }
  json = quo_scenario_to_json (scripted);
  g_print ("%s", json);

  return QUO_EXIT_OK;
}
