/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "cli.h"

#include "base/error.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* Progress is shown when work has taken this long, and this often, µs. */
#define PROGRESS_AFTER 500000
#define PROGRESS_EVERY 100000
#define WRAP_WIDTH     78

/**
 * quo_cli_parse:
 * @command: its name and arguments, for the usage line
 * @entries: the options
 * @argc: (inout): what is left without options
 * @argv: (inout): what is left without options; argv[0] is the command
 * @ret_exit: (out): how to exit when there is nothing to do
 *
 * Returns: FALSE when the options are wrong, which it says, or help was asked for
 */
gboolean
quo_cli_parse (const char          *command,
               const GOptionEntry  *entries,
               int                 *argc,
               char              ***argv,
               QuoExit             *ret_exit)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *program = g_strdup_printf ("quorate-cli %s", command);
  g_autoptr (GError) error = NULL;
  gboolean is_help = FALSE;
  const GOptionEntry help[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &is_help, N_("Show this help"), NULL },
    { NULL }
  };

  /* GOption's own help exits by itself and names the whole program. */
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, help, GETTEXT_PACKAGE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      *ret_exit = quo_cli_usage ("%s", error->message);
      return FALSE;
    }
  if (is_help)
    {
      g_autofree char *text = NULL;
      const char *rest;

      g_set_prgname (program);
      text = g_option_context_get_help (context, FALSE, NULL);
      /* The usage line is ours: it has the arguments. */
      rest = strstr (text, "\n\n");
      g_print (_("Usage:\n  %s [OPTION…]%s\n"), program,
               rest != NULL ? rest : "");
      *ret_exit = QUO_EXIT_OK;
      return FALSE;
    }

  return TRUE;
}

/**
 * quo_cli_usage:
 * @format: what is wrong with the command line
 * @...: for @format
 *
 * Returns: how to exit
 */
QuoExit
quo_cli_usage (const char *format,
               ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr (_("quorate-cli: %s\nTry “quorate-cli --help”.\n"), text);

  return QUO_EXIT_USAGE;
}

/**
 * quo_cli_fail:
 * @error: what is wrong with the input
 *
 * Returns: how to exit
 */
QuoExit
quo_cli_fail (const GError *error)
{
  quo_cli_progress_end ();
  g_printerr ("quorate-cli: %s\n", error->message);

  return QUO_EXIT_INPUT;
}

/**
 * quo_cli_format:
 * @text: (nullable): what was asked for; %NULL means the first
 * @formats: what there is, ends with %NULL
 * @ret_format: (out): index into @formats
 *
 * Returns: FALSE when there is no such format, which it says
 */
gboolean
quo_cli_format (const char         *text,
                const char * const *formats,
                guint              *ret_format)
{
  g_autofree char *all = NULL;

  *ret_format = 0;
  if (text == NULL)
    return TRUE;
  for (guint i = 0; formats[i] != NULL; i++)
    if (g_str_equal (text, formats[i]))
      {
        *ret_format = i;
        return TRUE;
      }
  all = g_strjoinv (", ", (char **) formats);
  quo_cli_usage (_("--format is one of %s, not “%s”"), all, text);

  return FALSE;
}

static char *
data_dir (void)
{
  const char *dir = g_getenv ("QUORATE_DATA_DIR");

  return g_strdup (dir != NULL ? dir : QUORATE_DATA_DIR);
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/**
 * quo_cli_shipped:
 *
 * Returns: (transfer full): paths of the scenarios that come with the program,
 *   sorted; ends with %NULL
 */
char **
quo_cli_shipped (void)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *base = data_dir ();
  g_autofree char *folder = g_build_filename (base, "scenarios", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, QUO_SCENARIO_SUFFIX))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  g_ptr_array_add (paths, NULL);

  return (char **) g_ptr_array_steal (paths, NULL);
}

/**
 * quo_cli_find:
 * @file: a path, or the name of a scenario that comes with the program
 *
 * Returns: (transfer full): a path; @file itself when there is no such scenario
 */
char *
quo_cli_find (const char *file)
{
  g_autofree char *name = NULL;
  g_autofree char *base = NULL;
  g_autofree char *path = NULL;

  if (g_file_test (file, G_FILE_TEST_EXISTS) || strchr (file, G_DIR_SEPARATOR))
    return g_strdup (file);

  name = g_str_has_suffix (file, QUO_SCENARIO_SUFFIX)
         ? g_strdup (file) : g_strconcat (file, QUO_SCENARIO_SUFFIX, NULL);
  base = data_dir ();
  path = g_build_filename (base, "scenarios", name, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);

  return g_strdup (file);
}

/**
 * quo_cli_load:
 * @file: a path, or the name of a shipped scenario
 * @settings: (nullable): "PATH=VALUE", ends with %NULL
 * @error: where to say what is wrong
 *
 * Returns: (transfer full) (nullable): the scenario with the values set
 */
QuoScenario *
quo_cli_load (const char  *file,
              char       **settings,
              GError     **error)
{
  g_autofree char *path = quo_cli_find (file);
  g_autoptr (QuoScenario) scenario = quo_scenario_new_from_file (path, error);

  for (guint i = 0; scenario != NULL && settings != NULL && settings[i] != NULL; i++)
    {
      const char *equals = strchr (settings[i], '=');
      g_autofree char *key = NULL;
      QuoScenario *changed;

      if (equals == NULL)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _("--set is PATH=VALUE, not “%s”"), settings[i]);
          return NULL;
        }
      key = g_strndup (settings[i], (gsize) (equals - settings[i]));
      changed = quo_scenario_with_value (scenario, key, equals + 1, error);
      quo_scenario_unref (scenario);
      scenario = changed;
    }

  return g_steal_pointer (&scenario);
}

static void
show_progress (QuoTime  done,
               QuoTime  total,
               gpointer user_data)
{
  if (total > 0)
    quo_cli_progress (_("Simulating"), (double) done / (double) total);
}

/**
 * quo_cli_run:
 * @scenario: a scenario
 *
 * Returns: (transfer full): its run; a scenario without an end runs for the time
 *   that a run without one has
 */
QuoRun *
quo_cli_run (QuoScenario *scenario)
{
  QuoRun *run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, show_progress, NULL);

  quo_cli_progress_end ();

  return run;
}

/**
 * quo_cli_amount:
 * @value: a figure
 * @unit: its unit: "ns", "1", or a word
 *
 * Returns: (transfer full): the figure as people read it
 */
char *
quo_cli_amount (double      value,
                const char *unit)
{
  if (isnan (value))
    return g_strdup ("–");
  if (g_strcmp0 (unit, "ns") == 0)
    return quo_time_format_short ((QuoTime) value, 4);
  if (value == floor (value) && fabs (value) < 1e15)
    return g_strdup_printf ("%.0f", value);

  return g_strdup_printf ("%.4g", value);
}

/**
 * quo_cli_table:
 * @cells: row by row, ends with %NULL
 * @n_columns: cells of a row
 *
 * Prints a table: the first column to the left, the others to the right.
 */
void
quo_cli_table (char  **cells,
               guint   n_columns)
{
  g_autofree glong *widths = g_new0 (glong, n_columns);

  for (guint i = 0; cells[i] != NULL; i++)
    widths[i % n_columns] = MAX (widths[i % n_columns],
                                 g_utf8_strlen (cells[i], -1));
  for (guint i = 0; cells[i] != NULL; i++)
    {
      guint column = i % n_columns;
      glong padding = widths[column] - g_utf8_strlen (cells[i], -1);

      if (column == 0)
        g_print ("  %s%*s", cells[i], n_columns > 1 ? (int) padding : 0, "");
      else
        g_print ("  %*s%s", (int) padding, "", cells[i]);
      if (column == n_columns - 1)
        g_print ("\n");
    }
}

/**
 * quo_cli_wrap:
 * @text: a paragraph
 * @indent: spaces before each line
 *
 * Prints the paragraph in lines of at most 78 columns.
 */
void
quo_cli_wrap (const char *text,
              guint       indent)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  glong column = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      glong width = g_utf8_strlen (words[i], -1);

      if (column > 0 && indent + column + 1 + width > WRAP_WIDTH)
        {
          g_print ("\n");
          column = 0;
        }
      if (column == 0)
        g_print ("%*s", (int) indent, "");
      g_print ("%s%s", column > 0 ? " " : "", words[i]);
      column += width + (column > 0);
    }
  g_print ("\n");
}

static gint64 progress_since;
static gint64 progress_last;

/**
 * quo_cli_progress:
 * @what: the work, as "Simulating"
 * @done: share that is done, 0 .. 1
 *
 * Shows how far long work has come. To be called from one thread.
 */
void
quo_cli_progress (const char *what,
                  double      done)
{
  gint64 now = g_get_monotonic_time ();

  if (progress_since == 0)
    progress_since = now;
  if (now - progress_since < PROGRESS_AFTER || now - progress_last < PROGRESS_EVERY
      || !isatty (STDERR_FILENO))
    return;
  progress_last = now;
  g_printerr ("\r%s %3.0f %%", what, 100 * CLAMP (done, 0, 1));
}

/**
 * quo_cli_progress_end:
 *
 * Takes the line of progress away.
 */
void
quo_cli_progress_end (void)
{
  if (progress_last != 0)
    g_printerr ("\r%*s\r", 40, "");
  progress_since = 0;
  progress_last = 0;
}
