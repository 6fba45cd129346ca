/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "cli.h"

#include <string.h>

/**
 * quo_command_list:
 * @argc: of the command
 * @argv: of the command
 *
 * Returns: how to exit
 */
QuoExit
quo_command_list (int    argc,
                  char **argv)
{
  g_auto (GStrv) paths = NULL;
  QuoExit status;

  if (!quo_cli_parse ("list", NULL, &argc, &argv, &status))
    return status;
  if (argc != 1)
    return quo_cli_usage ("%s", _("“list” takes no file"));

  paths = quo_cli_shipped ();
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuoScenario) scenario = quo_scenario_new_from_file (paths[i],
                                                                     &error);
      g_autofree char *name = g_path_get_basename (paths[i]);

      if (scenario == NULL)
        return quo_cli_fail (error);
      name[strlen (name) - strlen (QUO_SCENARIO_SUFFIX)] = '\0';
      g_print ("%-36s  %-18s  %s\n", name,
               quo_scenario_protocol (scenario)->declaration.id,
               quo_scenario_title (scenario));
    }

  return QUO_EXIT_OK;
}
