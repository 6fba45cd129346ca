/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "cli.h"

#include "diagram/diagram.h"

/**
 * quo_command_views:
 * @argc: of the command
 * @argv: of the command
 *
 * Returns: how to exit
 */
QuoExit
quo_command_views (int    argc,
                   char **argv)
{
  const QuoDiagramClass * const *classes = quo_diagram_classes ();
  g_autoptr (QuoScenario) scenario = NULL;
  g_autoptr (QuoRun) run = NULL;
  g_autoptr (GError) error = NULL;
  QuoExit status;

  if (!quo_cli_parse ("views FILE", NULL, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return quo_cli_usage ("%s", _("“views” takes one file"));

  scenario = quo_cli_load (argv[1], NULL, &error);
  if (scenario == NULL)
    return quo_cli_fail (error);
  run = quo_cli_run (scenario);
  for (guint i = 0; classes[i] != NULL; i++)
    if (classes[i]->is_offered (run))
      g_print ("%s\n", classes[i]->id);

  return QUO_EXIT_OK;
}
