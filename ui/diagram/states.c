/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The declared state machine: who is where, what was taken and how often. */

#include "diagram/states-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define NATURAL_WIDTH  760.0
#define NATURAL_HEIGHT 540.0
#define MARGIN         14.0
#define LOOP_MARGIN    40.0 /* arcs and loops reach out of the outermost boxes */
#define FOOT           26.0
#define DOWN_HEIGHT    48.0
#define SHARE_HEIGHT   30.0
#define GRID_MAX       5
#define TINY           160.0 /* too little for more than the boxes */

static gboolean
states_is_offered (QuoRun *run)
{
  QuoPalette palette;

  quo_palette_init (&palette, quo_trace_declaration (quo_run_trace (run)));
  return palette.role >= 0 && palette.n_roles >= 2 && palette.n_roles <= QUO_STATES_MAX;
}

/* The arc of a transition, new if it is the first between its two states. */
static QuoArc *
arc_between (QuoStatesLayout *layout,
             guint            from,
             guint            to)
{
  for (guint i = 0; i < layout->n_arcs; i++)
    if (layout->arcs[i].from == from && layout->arcs[i].to == to)
      return &layout->arcs[i];
  QuoArc *arc = &layout->arcs[layout->n_arcs++];
  *arc = (QuoArc) { .from = (guint8) from, .to = (guint8) to };
  return arc;
}

static void
declare_arcs (QuoStatesView *self)
{
  const QuoDeclaration *declaration = quo_trace_declaration (self->trace);
  const QuoTransitionSpec *specs = declaration->transitions;
  gboolean is_entered[QUO_STATES_MAX] = { FALSE };
  guint initial = (guint) declaration->fields[quo_index_palette (self->index)->role].initial;

  for (guint i = 0; specs != NULL && specs[i].id != NULL && i < 256; i++)
    {
      if ((guint) specs[i].from >= self->n_states || (guint) specs[i].to >= self->n_states)
        continue;
      QuoArc *arc = arc_between (&self->layout, (guint) specs[i].from, (guint) specs[i].to);
      arc->is_declared = TRUE;
      if (arc->n_specs < QUO_ARC_SPECS_MAX)
        arc->specs[arc->n_specs++] = (guint8) i;
      if (arc->from != arc->to)
        is_entered[arc->to] = TRUE;
    }
  self->n_declared = self->layout.n_arcs;
  for (guint s = 0; s < self->n_states; s++)
    self->is_source[s] = s == initial || !is_entered[s];
}

static guint32
declared_loops (const QuoStatesLayout *layout)
{
  guint32 loops = 0;

  for (guint i = 0; i < layout->n_arcs; i++)
    if (layout->arcs[i].from == layout->arcs[i].to)
      loops |= 1u << layout->arcs[i].from;
  return loops;
}

static void
arrange (QuoStatesView *self)
{
  self->grids = g_array_new (FALSE, TRUE, sizeof (QuoStatesGrid));
  for (guint columns = 1; columns <= MIN (self->n_states, GRID_MAX); columns++)
    for (guint rows = 1; rows <= MIN (self->n_states, GRID_MAX); rows++)
      {
        QuoStatesGrid grid = { .columns = columns, .rows = rows };
        /* Room for a few more than there are leaves enough to choose from. */
        if (columns * rows < self->n_states || columns * rows > 2 * self->n_states + 3)
          continue;
        quo_states_arrange (&self->layout, self->is_source, &grid);
        g_array_append_val (self->grids, grid);
      }
}

static gpointer
states_create (QuoRun     *run,
               QuoMetrics *metrics)
{
  QuoStatesView *self = g_new0 (QuoStatesView, 1);

  self->run = quo_run_ref (run);
  self->trace = quo_trace_ref (quo_run_trace (run));
  self->metrics = quo_metrics_ref (metrics);
  self->index = quo_index_new (self->trace);
  self->n_nodes = quo_trace_n_nodes (self->trace);
  self->n_states = (guint) quo_index_palette (self->index)->n_roles;
  self->layout.n_states = self->n_states;
  declare_arcs (self);
  arrange (self);
  QuoCourseSpec spec = {
    .field = quo_index_palette (self->index)->role,
    .n_classes = self->n_states,
    .epoch = quo_index_palette (self->index)->epoch,
    .loops = declared_loops (&self->layout),
  };
  self->course = quo_course_new (self->trace, &spec);
  self->labeler = quo_labeler_new ();
  return self;
}

static void
states_destroy (gpointer data)
{
  QuoStatesView *self = data;

  g_array_unref (self->grids);
  quo_labeler_free (self->labeler);
  quo_course_free (self->course);
  quo_index_free (self->index);
  quo_metrics_unref (self->metrics);
  quo_trace_unref (self->trace);
  quo_run_unref (self->run);
  g_free (self);
}

static void
states_extent (gpointer       data,
               const QuoView *view,
               double        *ret_width,
               double        *ret_height)
{
  double zoom = MAX (view->zoom > 0 ? view->zoom : 1, 1);

  *ret_width = (view->width > 0 ? view->width : NATURAL_WIDTH) * zoom;
  *ret_height = (view->height > 0 ? view->height : NATURAL_HEIGHT) * zoom;
}

static gboolean
ever_crashes (QuoStatesView *self)
{
  guint n;

  quo_index_marks (self->index, QUO_EVENT_CRASH, &n);
  return n > 0;
}

static void
states_extended (gpointer data)
{
  QuoStatesView *self = data;
  gboolean had_crashes = ever_crashes (self);

  quo_index_extend (self->index);
  /* The first crash needs a place of its own. */
  if (ever_crashes (self) != had_crashes)
    self->laid_width = 0;
}

/* Of several ways to place the states the one whose transitions can all be named,
 * and of these the one with the plainest arcs. */
static void
choose_layout (QuoStatesView *self,
               double         margin)
{
  QuoStatesLayout *layout = &self->layout;
  QuoStatesLayout best = *layout;
  double least = G_MAXDOUBLE;
  const QuoStatesLayout empty = *layout;

  for (guint i = 0; i < self->grids->len; i++)
    {
      *layout = empty;
      if (!quo_states_place (layout, &g_array_index (self->grids, QuoStatesGrid, i)))
        continue;
      /* Arcs may use the margin around the boxes. */
      layout->left -= margin;
      layout->top -= margin;
      layout->width += 2 * margin;
      layout->height += 2 * margin;
      double cost = quo_states_route (layout, 0);
      cost += 400.0 * (layout->n_arcs - quo_states_try_labels (self));
      if (cost < least)
        {
          least = cost;
          best = *layout;
        }
    }
  *layout = best;
  if (least < G_MAXDOUBLE)
    return;
  quo_states_place_anyhow (layout);
  quo_states_route (layout, 0);
}

static void
lay_out (QuoStatesView *self,
         double         width,
         double         height)
{
  QuoStatesLayout *layout = &self->layout;
  double bottom = FOOT + (ever_crashes (self) && height > TINY ? DOWN_HEIGHT : 0);

  if (self->n_nodes > QUO_STATES_NAMES_MAX)
    bottom += SHARE_HEIGHT;
  if (self->laid_width == width && self->laid_height == height)
    return;
  self->laid_width = width;
  self->laid_height = height;
  layout->n_arcs = self->n_declared;
  double margin = MIN (LOOP_MARGIN, 0.08 * MIN (width, height));
  layout->left = MARGIN + margin;
  layout->top = MARGIN + margin;
  layout->width = MAX (width - 2 * layout->left, 60);
  layout->height = MAX (height - 2 * layout->top - bottom, 60);
  layout->box_width = quo_states_wide (self);
  layout->box_height = quo_states_room (self, layout->box_width);
  choose_layout (self, margin);
}

/* What happened that nobody declared gets its arc as well, where the others leave
 * room. */
static void
add_undeclared (QuoStatesFrame *frame)
{
  QuoStatesView *self = frame->self;
  QuoStatesLayout *layout = &self->layout;
  guint n = self->n_states;

  layout->n_arcs = self->n_declared;
  for (guint i = 0; i < n * n; i++)
    if (frame->taken[i] > 0)
      arc_between (layout, i / n, i % n);
  if (layout->n_arcs > self->n_declared)
    quo_states_route (layout, self->n_declared);
}

static void
frame_init (QuoStatesFrame *frame,
            QuoStatesView  *self,
            const QuoView  *view,
            QuoScene       *scene)
{
  *frame = (QuoStatesFrame) {
    .self = self,
    .view = view,
    .scene = scene,
    .palette = quo_index_palette (self->index),
    .time = view->is_whole ? quo_run_end (self->run) : view->time,
  };
  frame->n_events = view->is_whole ? quo_trace_length (self->trace)
                                   : quo_trace_find (self->trace, view->time);
  frame->n_moves = quo_course_n_moves (self->course, frame->n_events);
  quo_course_population (self->course, frame->n_moves, frame->population);
  quo_course_taken (self->course, frame->n_moves, frame->taken);
}

static void
draw_foot (QuoStatesFrame *frame,
           double          width,
           double          y)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (frame->palette->epoch >= 0)
    g_string_append_printf (text, _("colour: %s · "),
                            frame->palette->declaration->fields[frame->palette->epoch].id);
  g_string_append (text, _("×: how often taken so far · bright: taken just now"));
  g_autofree char *fitted = quo_metrics_fit (frame->self->metrics, QUO_FONT_SMALL, 0,
                                             text->str, width - 2 * MARGIN);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL),
                      MARGIN - frame->view->x, y, fitted);
}

static void
light (QuoStatesFrame *frame,
       guint64         thing,
       QuoStyle        style)
{
  QuoBox box;

  if (quo_thing_kind (thing) == QUO_THING_TRANSITION)
    {
      quo_states_ring_arc (frame, (guint) MIN (quo_thing_index (thing), G_MAXUINT), style);
      return;
    }
  if ((quo_thing_kind (thing) != QUO_THING_PARTICIPANT &&
       quo_thing_kind (thing) != QUO_THING_ROLE) ||
      !quo_scene_get_id_bounds (frame->scene, thing, &box))
    return;
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = style, .paint = QUO_PAINT_STROKE,
                                    .id = thing),
                           box.x - 3, box.y - 3, box.width + 6, box.height + 6,
                           quo_thing_kind (thing) == QUO_THING_ROLE
                             ? 12 : MIN (box.height, box.width) / 2 + 3);
}

static void
draw_selection (QuoStatesFrame *frame)
{
  const QuoView *view = frame->view;

  quo_scene_set_layer (frame->scene, QUO_LAYER_OVERLAY);
  if (view->hovered != 0 && view->hovered != view->selected)
    light (frame, view->hovered, QUO_STYLE_ACCENT);
  if (view->selected_second != 0)
    light (frame, view->selected_second, QUO_STYLE_FUTURE);
  if (view->selected != 0)
    light (frame, view->selected, QUO_STYLE_SELECTION);
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}

static void
states_draw (gpointer       data,
             const QuoView *view,
             QuoScene      *scene)
{
  QuoStatesView *self = data;
  QuoStatesFrame frame;
  double width, height;

  if (view->width < 1 || view->height < 1)
    return;
  states_extent (self, view, &width, &height);
  lay_out (self, width, height);
  frame_init (&frame, self, view, scene);
  add_undeclared (&frame);
  quo_states_light (&frame);

  quo_scene_push_clip (scene, 0, 0, view->width, view->height);
  quo_states_draw_arcs (&frame);
  quo_states_draw_boxes (&frame);
  double y = height - view->y - FOOT;
  double shares = self->n_nodes > QUO_STATES_NAMES_MAX ? SHARE_HEIGHT : 0;
  QuoBox share = { (float) (MARGIN - view->x), (float) (y - SHARE_HEIGHT + 8),
                   (float) (width - 2 * MARGIN), SHARE_HEIGHT - 12 };
  quo_states_draw_share (&frame, &share);
  if (ever_crashes (self) && height > TINY)
    {
      QuoBox down = { share.x, (float) (y - shares - DOWN_HEIGHT + 4), share.width,
                      DOWN_HEIGHT - 8 };
      quo_states_draw_down (&frame, &down);
    }
  draw_foot (&frame, width, height - view->y - 10);
  draw_selection (&frame);
  quo_scene_pop_clip (scene);
}

const QuoDiagramClass quo_states_diagram = {
  .id = "states",
  .title = N_("States"),
  .summary = N_("The protocol's state machine: who is where, what was taken"),
  .is_offered = states_is_offered,
  .create = states_create,
  .destroy = states_destroy,
  .extent = states_extent,
  .draw = states_draw,
  .extended = states_extended,
};
