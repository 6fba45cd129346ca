/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Time to the right: what each participant did, and what could know of what. */

#include "diagram/space-time-private.h"

#include "diagram/axis.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define HEAD_HEIGHT    28.0
#define TOP_ROOM       34.0  /* above the first lane: its labels */
#define BOTTOM_ROOM    34.0
#define START_ROOM     30.0  /* between the names and time 0 */
#define END_ROOM       48.0
#define SPACING        82.0
#define SPACING_MAX    150.0
#define SPACING_LEAST  30.0
#define SPACING_MANY   14.0
#define SPACING_CROWD  9.0
#define INDEX_ORDER_MAX 16
#define ROW_WIDTH      34.0
#define ROW_WIDTH_OWN  64.0  /* stamps are what it is about: there is room for them */
#define ROW_WIDTH_MAX  132.0
#define NATURAL_MAX    24000.0 /* px: no picture is wider */
#define FLIGHT_WIDTH   64.0  /* of a typical message, to scale */
#define TICK_ROOM      86.0

static gboolean
space_is_offered (QuoRun *run)
{
  const QuoDeclaration *declaration = quo_trace_declaration (quo_run_trace (run));

  return quo_declaration_n_messages (declaration) > 0;
}

/* Many nodes stand in the order in which they first did anything: so those that have
 * to do with each other are near each other, and what begins is at the top. */
static void
order_nodes (QuoSpaceTime *self,
             guint        *order)
{
  guint n_nodes = quo_trace_n_nodes (self->trace), n;
  guint32 length = quo_trace_length (self->trace);

  for (; n_nodes > INDEX_ORDER_MAX && self->n_ordered < length &&
         self->acted->len < n_nodes; self->n_ordered++)
    {
      guint node = quo_trace_node (self->trace, self->n_ordered);
      if (node >= n_nodes || self->has_acted[node] ||
          !quo_stamps_is_visible (quo_trace_kind (self->trace, self->n_ordered)))
        continue;
      self->has_acted[node] = TRUE;
      g_array_append_val (self->acted, node);
    }
  for (n = 0; n < self->acted->len; n++)
    order[n] = g_array_index (self->acted, guint, n);
  for (guint i = 0; i < n_nodes; i++)
    if (!self->has_acted[i])
      order[n++] = i;
}

/* Clients that ask for something stand above the nodes; an operator without
 * operations has no lane. */
static void
order_lanes (QuoSpaceTime *self)
{
  guint n_nodes = quo_trace_n_nodes (self->trace);
  guint n_all = n_nodes + quo_trace_n_clients (self->trace), n_invokes;
  const guint32 *invokes = quo_index_marks (self->index, QUO_EVENT_INVOKE, &n_invokes);
  g_autofree guint *order = g_new (guint, MAX (n_nodes, 1));
  double widest = 0;

  order_nodes (self, order);
  self->n = 0;
  for (guint i = 0; i < n_all; i++)
    self->lane_of[i] = G_MAXUINT;
  for (guint i = 0; i < n_invokes; i++)
    self->lane_of[quo_trace_node (self->trace, invokes[i])] = 0;
  for (guint i = 0; i < n_all; i++)
    {
      /* Clients first. */
      guint participant = i < n_all - n_nodes ? n_nodes + i : order[i - (n_all - n_nodes)];
      char buffer[32];
      if (participant >= n_nodes && self->lane_of[participant] == G_MAXUINT)
        continue;
      self->lane_of[participant] = self->n;
      self->participant_at[self->n++] = participant;
      if (self->n < 2000)
        widest = MAX (widest,
                      quo_metrics_get_width (self->metrics, QUO_FONT_STRONG, 0,
                                             quo_trace_label (self->trace, participant,
                                                              buffer)));
    }
  self->gutter = CLAMP (ceil (widest) + 22, 40, 120);
}

static gpointer
space_create (QuoRun     *run,
              QuoMetrics *metrics)
{
  QuoSpaceTime *self = g_new0 (QuoSpaceTime, 1);

  self->run = quo_run_ref (run);
  self->trace = quo_trace_ref (quo_run_trace (run));
  self->metrics = quo_metrics_ref (metrics);
  self->index = quo_index_new (self->trace);
  self->reach = quo_reach_new (self->trace);
  self->stamps = quo_stamps_new (run);
  guint n_all = quo_trace_n_nodes (self->trace) + quo_trace_n_clients (self->trace);
  self->participant_at = g_new (guint, MAX (n_all, 1));
  self->lane_of = g_new (guint, MAX (n_all, 1));
  self->acted = g_array_new (FALSE, FALSE, sizeof (guint));
  self->has_acted = g_malloc0 (MAX (n_all, 1));
  order_lanes (self);
  self->texts_of = g_hash_table_new (NULL, NULL);
  self->stamp_texts = g_string_chunk_new (4096);
  self->labeler = quo_labeler_new ();
  self->labels = g_array_new (FALSE, FALSE, sizeof (QuoSpaceLabel));
  self->crossing = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->points = g_array_new (FALSE, FALSE, sizeof (QuoSpacePoint));
  self->texts = g_string_chunk_new (4096);
  return self;
}

static void
space_destroy (gpointer data)
{
  QuoSpaceTime *self = data;

  g_string_chunk_free (self->texts);
  g_array_unref (self->points);
  g_array_unref (self->crossing);
  g_array_unref (self->labels);
  quo_labeler_free (self->labeler);
  g_string_chunk_free (self->stamp_texts);
  g_hash_table_unref (self->texts_of);
  g_array_unref (self->acted);
  g_free (self->has_acted);
  g_free (self->participant_at);
  g_free (self->lane_of);
  quo_stamps_free (self->stamps);
  quo_reach_free (self->reach);
  quo_index_free (self->index);
  quo_metrics_unref (self->metrics);
  quo_trace_unref (self->trace);
  quo_run_unref (self->run);
  g_free (self);
}

static void
space_extended (gpointer data)
{
  QuoSpaceTime *self = data;

  quo_index_extend (self->index);
  order_lanes (self);
}

static double
view_zoom (const QuoView *view)
{
  return view->zoom > 0 ? view->zoom : 1;
}

/* As high as there is room for, but never so low that lanes run together. */
static double
lane_spacing (QuoSpaceTime  *self,
              const QuoView *view)
{
  double least = self->n <= INDEX_ORDER_MAX ? SPACING_LEAST
                 : self->n <= 100 ? SPACING_MANY : SPACING_CROWD;

  if (view->height <= 0)
    return self->n <= 8 ? SPACING : MAX (least, 14);
  least *= MIN (view_zoom (view), 1);
  double room = view->height - HEAD_HEIGHT - TOP_ROOM - BOTTOM_ROOM
                - quo_space_foot_height (self, view);
  return CLAMP (room / MAX (self->n - 1.0, 1), MAX (least, 6), SPACING_MAX);
}

/* Few lanes stand in the middle of a high view. */
static double
first_lane (QuoSpaceTime  *self,
            const QuoView *view)
{
  double top = HEAD_HEIGHT + TOP_ROOM;
  double height = (MAX (self->n, 1) - 1) * lane_spacing (self, view);
  double room = view->height - top - BOTTOM_ROOM - quo_space_foot_height (self, view);

  return top + MAX ((room - height) / 2, 0);
}

/* As wide as there is room for when all fits into the view. */
static double
row_width (QuoSpaceTime  *self,
           const QuoView *view)
{
  double n = MAX (quo_index_n_rows (self->index), 1);
  double width = quo_stamps_are_own (self->stamps) ? ROW_WIDTH_OWN : ROW_WIDTH;

  if (view->width > 0)
    width = MAX (width, (view->width - self->gutter - START_ROOM - END_ROOM) / n);
  else
    width = MIN (width, NATURAL_MAX / n);
  return MIN (width, ROW_WIDTH_MAX);
}

static void
lay_out_rows (QuoSpaceTime  *self,
              const QuoView *view,
              QuoRows       *ret_rows)
{
  double zoom = view_zoom (view);
  double ns_per_px = quo_index_typical_flight (self->index) / (FLIGHT_WIDTH * zoom);

  if (view->width <= 0)
    ns_per_px = MAX (ns_per_px, quo_trace_end (self->trace) / NATURAL_MAX);
  *ret_rows = (QuoRows) {
    .trace = self->trace,
    .index = self->index,
    .is_to_scale = view->is_to_scale,
    .ns_per_px = ns_per_px,
    .row_height = row_width (self, view) * zoom,
    .start = self->gutter + START_ROOM,
  };
}

static void
space_extent (gpointer       data,
              const QuoView *view,
              double        *ret_width,
              double        *ret_height)
{
  QuoSpaceTime *self = data;
  QuoRows rows;

  lay_out_rows (self, view, &rows);
  double height = HEAD_HEIGHT + TOP_ROOM + BOTTOM_ROOM
                  + (self->n - (self->n > 0)) * lane_spacing (self, view)
                  + quo_space_foot_height (self, view);
  *ret_width = MAX (quo_rows_end_y (&rows) + END_ROOM, view->width);
  *ret_height = MAX (height, view->height);
}

static void
space_follow (gpointer  data,
              QuoView  *view)
{
  QuoSpaceTime *self = data;
  QuoRows rows;
  double width, height;

  lay_out_rows (self, view, &rows);
  space_extent (self, view, &width, &height);
  double x = quo_rows_time_y (&rows, view->time);
  if (x > view->x + view->width * 0.78)
    view->x = x - view->width * 0.78;
  else if (x < view->x + self->gutter + view->width * 0.12)
    view->x = x - self->gutter - view->width * 0.3;
  view->x = CLAMP (view->x, 0, MAX (width - view->width, 0));
}

/**
 * quo_space_x:
 *
 * Returns: where @event stands, view px
 */
double
quo_space_x (const QuoSpaceFrame *frame,
             guint32              event)
{
  /* A timer and a disk have no row of their own: between the rows beside them. */
  if (!frame->rows.is_to_scale &&
      !quo_stamps_is_visible (quo_trace_kind (frame->self->trace, event)))
    return quo_rows_time_y (&frame->rows, quo_trace_time (frame->self->trace, event))
           - frame->view->x;
  return quo_rows_event_y (&frame->rows, event) - frame->view->x;
}

/**
 * quo_space_y:
 *
 * Returns: where the lifeline of @participant runs, view px
 */
double
quo_space_y (const QuoSpaceFrame *frame,
             guint                participant)
{
  guint lane = frame->self->lane_of[participant];

  return frame->first_lane + lane * frame->spacing - frame->view->y;
}

/**
 * quo_space_sees:
 *
 * Returns: whether the lifeline of @participant is in sight
 */
gboolean
quo_space_sees (const QuoSpaceFrame *frame,
                guint                participant)
{
  if (participant >= quo_trace_n_nodes (frame->self->trace)
                     + quo_trace_n_clients (frame->self->trace))
    return FALSE;
  guint lane = frame->self->lane_of[participant];
  return lane >= frame->lane_from && lane < frame->lane_to;
}

/**
 * quo_space_label:
 * @label: its text is copied; its number is filled in here
 * @spots: top left corners that it could have, the best first
 *
 * Asks for a place for a label. It is drawn when all have asked, where there is one.
 */
void
quo_space_label (QuoSpaceFrame       *frame,
                 int                  priority,
                 const QuoSpaceLabel *label,
                 const QuoLabelSpot  *spots,
                 guint                n_spots)
{
  QuoSpaceTime *self = frame->self;
  QuoSpaceLabel kept = *label;

  kept.text = g_string_chunk_insert (self->texts, label->text);
  double width = quo_metrics_get_width (self->metrics, label->font, 0, kept.text);
  double height = quo_metrics_get_height (self->metrics, label->font, 0);
  kept.number = quo_labeler_add (self->labeler, priority, ceil (width) + 2,
                                 ceil (height), spots, n_spots, 0);
  g_array_append_val (self->labels, kept);
}

static void
draw_labels (QuoSpaceFrame *frame)
{
  QuoSpaceTime *self = frame->self;

  quo_labeler_place (self->labeler);
  for (guint i = 0; i < self->labels->len; i++)
    {
      const QuoSpaceLabel *label = &g_array_index (self->labels, QuoSpaceLabel, i);
      QuoBox box;
      if (!quo_labeler_get (self->labeler, label->number, &box))
        continue;
      double ascent = quo_metrics_get_ascent (self->metrics, label->font, 0);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = label->style, .tint = label->tint,
                                   .font = label->font, .id = label->id, .plate = TRUE),
                          box.x + 1, box.y + ascent, label->text);
    }
}

static void
draw_tick (QuoSpaceFrame *frame,
           double         x,
           QuoTime        time,
           QuoTime        step)
{
  const QuoView *view = frame->view;
  char text[QUO_AXIS_TEXT];

  quo_axis_format (time, step, text);
  double half = quo_metrics_get_width (frame->self->metrics, QUO_FONT_SMALL, 0, text) / 2;
  if (x > frame->self->gutter && x < view->width)
    quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_GRID), x, frame->head,
                        x, view->height - frame->foot);
  if (x - half > frame->self->gutter + 2 && x + half < view->width - 2)
    quo_scene_add_text (frame->scene,
                        QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL,
                                 .align = QUO_ALIGN_MIDDLE),
                        x, 18, text);
}

static QuoTime
row_time (QuoSpaceFrame *frame,
          guint32        row)
{
  QuoSpaceTime *self = frame->self;

  return quo_trace_time (self->trace, quo_index_row_event (self->index, row));
}

/* Even rows: a label each so many rows, whatever the time between them, and with as
 * many decimals as tell each from the one before it. */
static void
draw_row_ticks (QuoSpaceFrame *frame)
{
  guint32 n = quo_index_n_rows (frame->self->index);
  guint32 every = (guint32) MAX (ceil (TICK_ROOM / frame->rows.row_height), 1);
  guint32 first = quo_rows_row_at (&frame->rows, frame->view->x);
  guint32 end = MIN (quo_rows_row_at (&frame->rows, frame->view->x + frame->view->width),
                     n);
  QuoTime least = QUO_SECOND;

  first -= first % every;
  for (guint32 row = first; row + every < end; row += every)
    least = MIN (least, MAX (row_time (frame, row + every) - row_time (frame, row), 1));
  QuoTime step = quo_axis_step ((double) least / 2, 1);
  for (guint32 row = first; row < end; row += every)
    draw_tick (frame, quo_rows_row_y (&frame->rows, row) - frame->view->x,
               row_time (frame, row), step);
}

static void
draw_ticks (QuoSpaceFrame *frame)
{
  const QuoView *view = frame->view;

  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_HEAD, .paint = QUO_PAINT_WASH),
                           0, 0, view->width, frame->head, 0);
  if (!frame->rows.is_to_scale)
    {
      draw_row_ticks (frame);
      return;
    }
  QuoTime step = quo_axis_step (frame->rows.ns_per_px, TICK_ROOM);
  QuoTime from = quo_rows_time_at (&frame->rows, view->x);
  QuoTime end = quo_rows_time_at (&frame->rows, view->x + view->width + 20);
  for (QuoTime time = quo_axis_first (MAX (from, 0), step); time <= end; time += step)
    draw_tick (frame, quo_rows_time_y (&frame->rows, time) - view->x, time, step);
}

static void
draw_time_line (QuoSpaceFrame *frame)
{
  const QuoView *view = frame->view;
  double bottom = view->height - frame->foot;

  if (view->is_whole || view->is_still_only)
    return;
  double x = quo_rows_time_y (&frame->rows, view->time) - view->x;
  double left = MAX (x, frame->self->gutter);
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  if (left < view->width)
    quo_scene_add_rectangle (frame->scene,
                             QUO_PEN (.style = QUO_STYLE_VEIL, .paint = QUO_PAINT_FILL),
                             left, frame->head, view->width - left, bottom - frame->head,
                             0);
  if (x >= frame->self->gutter && x <= view->width)
    {
      QuoPoint flag[3] = { { (float) x - 6, (float) frame->head },
                           { (float) x + 6, (float) frame->head },
                           { (float) x, (float) frame->head + 9 } };
      QuoPen *pen = &(QuoPen) { .style = QUO_STYLE_TIME_LINE };
      quo_scene_add_line (frame->scene, pen, x, frame->head, x, bottom);
      pen->paint = QUO_PAINT_FILL;
      quo_scene_add_polygon (frame->scene, pen, flag, 3);
    }
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}

static void
find_lanes (QuoSpaceFrame *frame)
{
  const QuoView *view = frame->view;
  double top = view->y - frame->first_lane;
  double from = floor ((top + frame->head) / frame->spacing - 0.5);
  double to = ceil ((top + view->height - frame->foot) / frame->spacing + 0.5);

  frame->lane_from = (guint) CLAMP (from, 0, frame->self->n);
  frame->lane_to = (guint) CLAMP (to, frame->lane_from, frame->self->n);
}

static void
select_event (QuoSpaceFrame *frame)
{
  guint64 selected = frame->view->selected;
  guint32 event = QUO_NO_EVENT;

  if (quo_thing_kind (selected) == QUO_THING_EVENT)
    event = (guint32) quo_thing_index (selected);
  quo_reach_select (frame->self->reach, event);
  frame->selected = quo_reach_event (frame->self->reach);
}

static void
frame_init (QuoSpaceFrame *frame,
            QuoSpaceTime  *self,
            const QuoView *view,
            QuoScene      *scene)
{
  *frame = (QuoSpaceFrame) {
    .self = self,
    .view = view,
    .scene = scene,
    .palette = quo_index_palette (self->index),
    .spacing = lane_spacing (self, view),
    .first_lane = first_lane (self, view),
    .head = HEAD_HEIGHT,
    .foot = quo_space_foot_height (self, view),
  };
  lay_out_rows (self, view, &frame->rows);
  find_lanes (frame);
  frame->from = quo_rows_event_at (&frame->rows, view->x + self->gutter - 8);
  frame->to = quo_rows_event_at (&frame->rows, view->x + view->width + 8);
  frame->n_seen = quo_space_count (frame);
  frame->is_dense = frame->n_seen > QUO_SPACE_EVENTS_MAX;
  frame->right = MIN (quo_rows_end_y (&frame->rows) + 14 - view->x, view->width + 8);
  select_event (frame);

  QuoBox area = { (float) self->gutter + 1, (float) frame->head + 1,
                  (float) MAX (view->width - self->gutter - 2, 1),
                  (float) MAX (view->height - frame->head - frame->foot - 2, 1) };
  quo_labeler_clear (self->labeler, &area);
  g_array_set_size (self->labels, 0);
  g_string_chunk_clear (self->texts);
}

static void
space_draw (gpointer       data,
            const QuoView *view,
            QuoScene      *scene)
{
  QuoSpaceTime *self = data;
  QuoSpaceFrame frame;

  if (view->width < self->gutter + 20 || view->height < 80)
    return;
  frame_init (&frame, self, view, scene);
  draw_ticks (&frame);
  quo_scene_push_clip (scene, self->gutter, frame.head, view->width - self->gutter,
                       MAX (view->height - frame.head - frame.foot, 0));
  quo_space_draw_lanes (&frame);
  quo_space_draw_cones (&frame);
  quo_space_draw_marks (&frame);
  if (frame.is_dense)
    quo_space_draw_density (&frame);
  else
    {
      quo_space_draw_messages (&frame);
      quo_space_draw_points (&frame);
    }
  draw_labels (&frame);
  draw_time_line (&frame);
  quo_space_draw_selection (&frame);
  quo_scene_pop_clip (scene);
  quo_space_draw_names (&frame);
  quo_space_draw_foot (&frame);
}

const QuoDiagramClass quo_space_time_diagram = {
  .id = "space-time",
  .title = N_("Space-time"),
  .summary = N_("Events and what could know of what, time to the right"),
  .is_offered = space_is_offered,
  .create = space_create,
  .destroy = space_destroy,
  .extent = space_extent,
  .draw = space_draw,
  .follow = space_follow,
  .extended = space_extended,
};
