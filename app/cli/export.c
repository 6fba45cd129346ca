/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "cli.h"

#include "base/error.h"
#include "diagram/picture.h"
#include "export/export.h"

#include <stdio.h>

typedef struct
{
  char    *view;
  char    *at;
  char    *theme;
  char    *format;
  char    *size;
  char    *output;
  double   scale;
  gboolean is_to_scale;
  char   **settings;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->view);
  g_free (self->at);
  g_free (self->theme);
  g_free (self->format);
  g_free (self->size);
  g_free (self->output);
  g_strfreev (self->settings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static const QuoDiagramClass *
find_view (QuoRun     *run,
           const char *id)
{
  const QuoDiagramClass * const *classes = quo_diagram_classes ();
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree char *all = NULL;

  for (guint i = 0; classes[i] != NULL; i++)
    if (classes[i]->is_offered (run))
      {
        if (g_str_equal (classes[i]->id, id))
          return classes[i];
        g_ptr_array_add (ids, (gpointer) classes[i]->id);
      }
  g_ptr_array_add (ids, NULL);
  all = g_strjoinv (", ", (char **) ids->pdata);
  quo_cli_usage (_("--view is one of %s, not “%s”"), all, id);

  return NULL;
}

static gboolean
parse_size (const char *text,
            QuoPicture *picture)
{
  int width;
  int height;
  char rest;

  if (text == NULL)
    return TRUE;
  if (sscanf (text, "%dx%d%c", &width, &height, &rest) != 2 || width < 1
      || height < 1 || width > 32767 || height > 32767)
    {
      quo_cli_usage (_("--size is WIDTHxHEIGHT in pixels, as 1200x800, not “%s”"),
                     text);
      return FALSE;
    }
  picture->width = width;
  picture->height = height;

  return TRUE;
}

static gboolean
parse_theme (const char       *name,
             QuoExportOptions *export)
{
  QuoThemeKind kind;

  if (name == NULL)
    return TRUE;
  if (!quo_theme_kind_by_name (name, &kind))
    {
      quo_cli_usage (_("--theme is one of light, dark, high-contrast, "
                       "high-contrast-dark, not “%s”"), name);
      return FALSE;
    }
  export->theme = quo_theme_get (kind);

  return TRUE;
}

static gboolean
parse_format (const Options    *options,
              QuoExportOptions *export)
{
  g_autoptr (GError) error = NULL;
  gboolean is_known;

  is_known = options->format != NULL
             ? quo_export_format_by_name (options->format, &export->format, &error)
             : quo_export_format_by_path (options->output, &export->format, &error);
  if (!is_known)
    quo_cli_usage ("%s", error->message);

  return is_known;
}

static gboolean
parse_options (const Options    *options,
               QuoPicture       *picture,
               QuoExportOptions *export)
{
  g_autoptr (GError) error = NULL;

  if (options->view == NULL || options->output == NULL)
    {
      quo_cli_usage ("%s", _("“export” needs --view and -o"));
      return FALSE;
    }
  if (options->scale < 0.01 || options->scale > 100)
    {
      quo_cli_usage ("%s", _("--scale is a number from 0.01 to 100"));
      return FALSE;
    }
  picture->is_whole = options->at == NULL;
  picture->is_to_scale = options->is_to_scale;
  if (options->at != NULL && !quo_time_parse (options->at, &picture->time, &error))
    {
      quo_cli_usage ("--at: %s", error->message);
      return FALSE;
    }
  if (options->at != NULL && picture->time < 0)
    {
      quo_cli_usage ("%s", _("--at: a time is not below 0"));
      return FALSE;
    }
  export->scale = options->scale;

  return parse_size (options->size, picture)
         && parse_theme (options->theme, export)
         && parse_format (options, export);
}

static QuoExit
draw (QuoRun                *run,
      const char            *file,
      const Options         *options,
      const QuoPicture      *picture,
      QuoExportOptions      *export)
{
  const QuoDiagramClass *klass = find_view (run, options->view);
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  g_autoptr (QuoDiagram) diagram = NULL;
  g_autoptr (QuoScene) scene = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *seed = NULL;
  g_autofree char *time = NULL;
  g_autofree char *source = g_path_get_basename (file);
  g_auto (GStrv) paths = NULL;

  if (klass == NULL)
    return QUO_EXIT_USAGE;

  diagram = quo_diagram_new (klass, run, metrics);
  scene = quo_picture_draw (diagram, picture, metrics);
  seed = g_strdup_printf ("%" G_GUINT64_FORMAT,
                          quo_scenario_seed (quo_run_scenario (run)));
  time = quo_time_format (picture->is_whole ? quo_run_end (run) : picture->time);
  export->info = (QuoPictureInfo) {
    .title = quo_scenario_title (quo_run_scenario (run)),
    .caption = quo_scenario_summary (quo_run_scenario (run)),
    .seed = seed,
    .time = time,
    .source = source,
  };
  paths = quo_export_scene_to_file (scene, export, options->output, &error);
  if (paths == NULL)
    return quo_cli_fail (error);
  for (guint i = 0; paths[i] != NULL; i++)
    g_print ("%s\n", paths[i]);

  return QUO_EXIT_OK;
}

/**
 * quo_command_export:
 * @argc: of the command
 * @argv: of the command
 *
 * Returns: how to exit
 */
QuoExit
quo_command_export (int    argc,
                    char **argv)
{
  g_auto (Options) options = { .scale = 1 };
  const GOptionEntry entries[] = {
    { "view", 0, 0, G_OPTION_ARG_STRING, &options.view,
      N_("The view; “views” lists them"), "VIEW" },
    { "at", 0, 0, G_OPTION_ARG_STRING, &options.at,
      N_("The time shown, as 1.5s; the whole run without it"), "TIME" },
    { "scale", 0, 0, G_OPTION_ARG_DOUBLE, &options.scale,
      N_("Pixels of a PNG for each of the drawing"), "S" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size,
      N_("Fit the drawing into so many pixels"), "WxH" },
    { "theme", 0, 0, G_OPTION_ARG_STRING, &options.theme,
      N_("light, dark, high-contrast or high-contrast-dark"), "THEME" },
    { "to-scale", 0, 0, G_OPTION_ARG_NONE, &options.is_to_scale,
      N_("Sequence: distances in proportion to time"), NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
      N_("svg, png or pdf; told by the name of the file without it"), "FORMAT" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.settings,
      N_("Replace a value, as in options.reads=local"), "PATH=VALUE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_("The file to write"), "OUT" },
    { NULL }
  };
  g_autoptr (QuoScenario) scenario = NULL;
  g_autoptr (QuoRun) run = NULL;
  g_autoptr (GError) error = NULL;
  QuoExportOptions export = { 0 };
  QuoPicture picture = { 0 };
  QuoExit status;

  if (!quo_cli_parse ("export FILE --view VIEW -o OUT", entries, &argc, &argv,
                      &status))
    return status;
  if (argc != 2)
    return quo_cli_usage ("%s", _("“export” takes one file"));
  if (!parse_options (&options, &picture, &export))
    return QUO_EXIT_USAGE;

  scenario = quo_cli_load (argv[1], options.settings, &error);
  if (error != NULL && error->domain == G_OPTION_ERROR)
    return quo_cli_usage ("%s", error->message);
  if (scenario == NULL)
    return quo_cli_fail (error);
  run = quo_cli_run (scenario);

  return draw (run, argv[1], &options, &picture, &export);
}
