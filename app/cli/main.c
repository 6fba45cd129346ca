/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* quorate-cli: everything that needs no display. */

#include "cli.h"

#include "base/error.h"

#include <locale.h>
#include <string.h>

static const QuoCommand commands[] = {
  { "run", "FILE", N_("Simulate a scenario and say what came of it"),
    quo_command_run },
  { "export", "FILE --view V -o OUT", N_("Draw a view of a scenario"),
    quo_command_export },
  { "views", "FILE", N_("List the views that a scenario has"),
    quo_command_views },
  { "validate", "FILE…", N_("Check scenario files"), quo_command_validate },
  { "describe", "[PROTOCOL]", N_("Explain a protocol, or list them"),
    quo_command_describe },
  { "list", "", N_("List the scenarios that come with the program"),
    quo_command_list },
  { "script", "FILE", N_("Turn what chaos did into actions of the script"),
    quo_command_script },
  { "sweep", "FILE --measure NAME", N_("Run many seeds and settings"),
    quo_command_sweep },
};

/* Characters, not bytes: there are signs beyond ASCII in it. */
#define CALL_WIDTH 28

static void
print_help (void)
{
  g_print (_("Usage:\n  quorate-cli COMMAND [OPTION…]\n\nCommands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *call = g_strdup_printf ("%s %s", commands[i].id,
                                               commands[i].arguments);

      int n_missing = CALL_WIDTH - (int) g_utf8_strlen (call, -1);

      g_print ("  %s%*s  %s\n", call, MAX (0, n_missing), "",
               _(commands[i].summary));
    }
  g_print (_("\nFILE is a scenario file or the name of one that “list” shows.\n"
             "“quorate-cli COMMAND --help” explains a command.\n"));
}

static void
set_up_locale (void)
{
  const char *folder = g_getenv ("QUORATE_LOCALE_DIR");

  setlocale (LC_ALL, "");
  /* Numbers are read and written the same way everywhere. */
  setlocale (LC_NUMERIC, "C");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : QUORATE_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

static QuoExit
unknown_command (const char *name)
{
  const char *names[G_N_ELEMENTS (commands) + 1] = { NULL };
  const char *nearest;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    names[i] = commands[i].id;
  nearest = quo_nearest_name (name, names);
  if (nearest != NULL)
    return quo_cli_usage (_("there is no command “%s”; did you mean “%s”?"), name,
                          nearest);

  return quo_cli_usage (_("there is no command “%s”"), name);
}

int
main (int   argc,
      char *argv[])
{
  set_up_locale ();
  if (argc < 2)
    return quo_cli_usage ("%s", _("a command is missing"));
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")
      || g_str_equal (argv[1], "help"))
    {
      print_help ();
      return QUO_EXIT_OK;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("quorate-cli %s\n", QUORATE_VERSION);
      return QUO_EXIT_OK;
    }

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].id))
      return commands[i].run (argc - 1, argv + 1);

  return unknown_command (argv[1]);
}
