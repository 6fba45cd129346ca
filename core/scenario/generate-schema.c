/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Run while the program is built: the schema of scenario files, to a file. */

#include "scenario/schema.h"

#include <stdlib.h>

int
main (int    argc,
      char **argv)
{
  g_autofree char *schema = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 2)
    {
      g_printerr ("usage: generate-schema FILE\n");
      return EXIT_FAILURE;
    }

  schema = quo_schema_to_json ();
  if (!g_file_set_contents (argv[1], schema, -1, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  return EXIT_SUCCESS;
}
