/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/export-dialog.h"

#include <glib/gi18n-lib.h>

/* What is shown, drawn once more without selection and pointer, and with its whole
 * extent when that is wanted. */
static QuoScene *
draw (QuoDiagramView *widget, const QuoPictureChoice *choice, GError **error)
{
  QuoDiagram *diagram = quo_diagram_view_diagram (widget);
  QuoView view = *quo_diagram_view_view (widget);
  g_autoptr (QuoMetrics) metrics = NULL;
  g_autoptr (QuoScene) scene = NULL;

  if (diagram == NULL || view.width <= 0 || view.height <= 0)
    {
      g_set_error (
        error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_SIZE,
        _ ("There is no picture yet: the scenario is still simulated"));
      return NULL;
    }

  metrics = quo_metrics_new (NULL);
  scene = quo_scene_new (metrics);
  view.selected = 0;
  view.selected_second = 0;
  view.hovered = 0;
  if (choice->is_whole)
    {
      view.is_whole = TRUE;
      view.x = 0;
      view.y = 0;
      quo_diagram_extent (diagram, &view, &view.width, &view.height);
    }
  quo_scene_set_size (scene, view.width, view.height);
  quo_diagram_draw (diagram, &view, scene);
  return g_steal_pointer (&scene);
}

/* What goes into the file beside the picture. */
typedef struct
{
  char *title;
  char *seed;
  char *time;
  char *source;
} Facts;

static void
facts_clear (Facts *facts)
{
  g_free (facts->title);
  g_free (facts->seed);
  g_free (facts->time);
  g_free (facts->source);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Facts, facts_clear)

static void
fill (QuoDocument *document,
      const QuoPictureChoice *choice,
      Facts *facts,
      QuoExportOptions *options)
{
  QuoScenario *scenario = quo_document_scenario (document);
  GFile *file = quo_document_file (document);

  g_object_get (document, "title", &facts->title, NULL);
  facts->seed
    = g_strdup_printf ("%" G_GUINT64_FORMAT, quo_scenario_seed (scenario));
  facts->time = quo_time_format_short (quo_document_time (document), 6);
  facts->source = file != NULL ? g_file_get_basename (file) : NULL;
  *options = (QuoExportOptions){
    .format = choice->format,
    .scale = choice->scale,
    .theme = quo_theme_get (choice->theme),
    .info = { .title = facts->title,
              .caption = quo_scenario_summary (scenario),
              .seed = facts->seed,
              .time = choice->is_whole ? NULL : facts->time,
              .source = facts->source },
  };
}

/**
 * quo_export_picture:
 * @view: what shows the diagram
 * @choice: how the picture is made
 *
 * Returns: (transfer full): the picture as a file would hold it, or %NULL with
 *   @error set
 */
GBytes *
quo_export_picture (QuoDocument *document,
                    QuoDiagramView *view,
                    const QuoPictureChoice *choice,
                    GError **error)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (document), NULL);
  g_return_val_if_fail (QUO_IS_DIAGRAM_VIEW (view), NULL);

  g_autoptr (QuoScene) scene = draw (view, choice, error);
  g_auto (Facts) facts = { NULL };
  QuoExportOptions options;

  if (scene == NULL)
    return NULL;
  fill (document, choice, &facts, &options);
  return quo_export_scene_to_bytes (scene, &options, error);
}

/**
 * quo_export_picture_to_file:
 * @view: what shows the diagram
 * @choice: how the picture is made
 * @path: where to. A picture too tall for one PNG becomes several files.
 *
 * Returns: (transfer full) (array zero-terminated=1): the files that were written,
 *   or %NULL with @error set
 */
char **
quo_export_picture_to_file (QuoDocument *document,
                            QuoDiagramView *view,
                            const QuoPictureChoice *choice,
                            const char *path,
                            GError **error)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (document), NULL);
  g_return_val_if_fail (QUO_IS_DIAGRAM_VIEW (view), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (QuoScene) scene = draw (view, choice, error);
  g_auto (Facts) facts = { NULL };
  QuoExportOptions options;

  if (scene == NULL)
    return NULL;
  fill (document, choice, &facts, &options);
  return quo_export_scene_to_file (scene, &options, path, error);
}
