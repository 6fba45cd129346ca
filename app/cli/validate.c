/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "cli.h"

/**
 * quo_command_validate:
 * @argc: of the command
 * @argv: of the command
 *
 * Every file is looked at, also behind one that is wrong.
 *
 * Returns: how to exit
 */
QuoExit
quo_command_validate (int    argc,
                      char **argv)
{
  QuoExit status;

  if (!quo_cli_parse ("validate FILE…", NULL, &argc, &argv, &status))
    return status;
  if (argc < 2)
    return quo_cli_usage ("%s", _("“validate” takes one file or more"));

  status = QUO_EXIT_OK;
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuoScenario) scenario = quo_cli_load (argv[i], NULL, &error);

      if (scenario == NULL)
        status = quo_cli_fail (error);
      else
        g_print (_("%s: valid\n"), argv[i]);
    }

  return status;
}
