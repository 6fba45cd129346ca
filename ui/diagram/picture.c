/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/picture.h"

#include <math.h>

/* Ten million rows in the height of a thumbnail. */
#define ZOOM_MIN 1e-6

/* Zooms out until the content is as high, and where time runs to the right as wide, as
 * asked for. */
static void
fit (QuoDiagram *diagram,
     QuoView    *view)
{
  double width, height;

  for (guint i = 0; i < 16; i++)
    {
      quo_diagram_extent (diagram, view, &width, &height);
      double part = MIN (view->height / height, view->width / width);
      if (part >= 1 - 1e-3)
        return;
      view->zoom = MAX (view->zoom * MAX (part, 0.1), ZOOM_MIN);
    }
}

/**
 * quo_picture_draw:
 * @picture: what is wanted of it
 * @metrics: what texts are measured with
 *
 * Without a size the whole content is drawn at its natural one. With a size and
 * is_whole, the content is made to fit; else the part around the time shown is drawn.
 *
 * Returns: (transfer full): the scene, with its size set
 */
QuoScene *
quo_picture_draw (QuoDiagram       *diagram,
                  const QuoPicture *picture,
                  QuoMetrics       *metrics)
{
  g_return_val_if_fail (diagram != NULL && picture != NULL && metrics != NULL, NULL);

  QuoRun *run = quo_diagram_run (diagram);
  QuoView view = {
    .width = MAX (picture->width, 0),
    .height = MAX (picture->height, 0),
    .zoom = 1,
    .time = picture->is_whole ? quo_run_end (run) : picture->time,
    .is_to_scale = picture->is_to_scale,
    .is_whole = picture->is_whole,
  };
  double width, height;
  quo_diagram_extent (diagram, &view, &width, &height);
  if (view.width <= 0)
    view.width = ceil (width);
  if (view.height <= 0)
    {
      quo_diagram_extent (diagram, &view, &width, &height);
      view.height = ceil (height);
    }
  else if (picture->is_whole)
    fit (diagram, &view);
  else
    quo_diagram_follow (diagram, &view);

  QuoScene *scene = quo_scene_new (metrics);
  quo_diagram_draw (diagram, &view, scene);
  return scene;
}
