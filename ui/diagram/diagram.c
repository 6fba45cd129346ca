/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/classes-private.h"

#include <string.h>

struct _QuoDiagram
{
  const QuoDiagramClass *klass;
  QuoRun *run;
  QuoMetrics *metrics;
  gpointer self;
};

static const QuoDiagramClass * const classes[] = {
  &quo_network_diagram,
  &quo_sequence_diagram,
  &quo_space_time_diagram,
  &quo_states_diagram,
  &quo_spread_diagram,
  NULL
};

/**
 * quo_diagram_classes:
 *
 * Returns: (array zero-terminated=1): every kind of diagram, in the order in which
 *   a person is offered them
 */
const QuoDiagramClass * const *
quo_diagram_classes (void)
{
  return classes;
}

/**
 * quo_diagram_is_always_offered:
 *
 * Returns: TRUE: for diagrams that have something to show of every run
 */
gboolean
quo_diagram_is_always_offered (QuoRun *run)
{
  return TRUE;
}

/**
 * quo_diagram_class_find:
 * @id: "network", "sequence" ...
 *
 * Returns: (nullable): the kind of that name
 */
const QuoDiagramClass *
quo_diagram_class_find (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; classes[i] != NULL; i++)
    if (strcmp (classes[i]->id, id) == 0)
      return classes[i];
  return NULL;
}

/**
 * quo_diagram_new:
 * @run: kept until the diagram goes
 * @metrics: what texts are measured with
 *
 * Returns: (transfer full): a diagram of @run; what it has to lay out is laid out
 *   here and not while drawing
 */
QuoDiagram *
quo_diagram_new (const QuoDiagramClass *klass,
                 QuoRun                *run,
                 QuoMetrics            *metrics)
{
  g_return_val_if_fail (klass != NULL && run != NULL && metrics != NULL, NULL);

  QuoDiagram *self = g_new0 (QuoDiagram, 1);
  self->klass = klass;
  self->run = quo_run_ref (run);
  self->metrics = quo_metrics_ref (metrics);
  self->self = klass->create (run, metrics);
  return self;
}

/**
 * quo_diagram_free:
 * @self: (transfer full) (nullable):
 */
void
quo_diagram_free (QuoDiagram *self)
{
  if (self == NULL)
    return;
  self->klass->destroy (self->self);
  quo_metrics_unref (self->metrics);
  quo_run_unref (self->run);
  g_free (self);
}

/**
 * quo_diagram_class:
 *
 * Returns: the kind of diagram this is
 */
const QuoDiagramClass *
quo_diagram_class (QuoDiagram *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->klass;
}

/**
 * quo_diagram_run:
 *
 * Returns: (transfer none): what it shows
 */
QuoRun *
quo_diagram_run (QuoDiagram *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->run;
}

/**
 * quo_diagram_extent:
 * @view: its size, zoom and spacing count, its offset does not; a size of 0 asks
 *   for the natural one
 * @ret_width: (out): of the whole content, px
 * @ret_height: (out): of the whole content, px
 */
void
quo_diagram_extent (QuoDiagram    *self,
                    const QuoView *view,
                    double        *ret_width,
                    double        *ret_height)
{
  g_return_if_fail (self != NULL && view != NULL);
  g_return_if_fail (ret_width != NULL && ret_height != NULL);

  self->klass->extent (self->self, view, ret_width, ret_height);
}

/**
 * quo_diagram_draw:
 * @scene: what is drawn is added; its coordinates are the view's, (0, 0) at the top
 *   left of what is visible
 *
 * The scene depends on the run, @view and the places things were dragged to, and on
 * nothing that was drawn before.
 */
void
quo_diagram_draw (QuoDiagram    *self,
                  const QuoView *view,
                  QuoScene      *scene)
{
  g_return_if_fail (self != NULL && view != NULL && scene != NULL);

  quo_scene_set_size (scene, view->width, view->height);
  self->klass->draw (self->self, view, scene);
}

/**
 * quo_diagram_follow:
 * @view: (inout): its offset is changed so that the time shown can be seen
 *
 * Returns: FALSE when this diagram does not scroll with time
 */
gboolean
quo_diagram_follow (QuoDiagram *self,
                    QuoView    *view)
{
  g_return_val_if_fail (self != NULL && view != NULL, FALSE);

  if (self->klass->follow == NULL)
    return FALSE;
  self->klass->follow (self->self, view);
  return TRUE;
}

/**
 * quo_diagram_drag:
 * @thing: what is dragged
 * @x: where to, in the view's px
 * @y: where to, in the view's px
 * @ret_x: (out): what a scenario would store, 0 to 1
 * @ret_y: (out): what a scenario would store, 0 to 1
 *
 * Returns: FALSE when @thing cannot be dragged; the outputs are then untouched
 */
gboolean
quo_diagram_drag (QuoDiagram    *self,
                  const QuoView *view,
                  guint64        thing,
                  double         x,
                  double         y,
                  double        *ret_x,
                  double        *ret_y)
{
  g_return_val_if_fail (self != NULL && view != NULL, FALSE);
  g_return_val_if_fail (ret_x != NULL && ret_y != NULL, FALSE);

  if (self->klass->drag == NULL)
    return FALSE;
  return self->klass->drag (self->self, view, thing, x, y, ret_x, ret_y);
}

/**
 * quo_diagram_extended:
 *
 * To be called when the run was extended: its trace has grown, what was there has
 * not changed.
 */
void
quo_diagram_extended (QuoDiagram *self)
{
  g_return_if_fail (self != NULL);

  if (self->klass->extended != NULL)
    self->klass->extended (self->self);
}
