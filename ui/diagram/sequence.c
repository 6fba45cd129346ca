/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/sequence-private.h"

#include "diagram/axis.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define HEAD_HEIGHT     34.0
#define TOP_ROOM        28.0 /* between the heads and the first row */
#define BOTTOM_ROOM     40.0
#define RIGHT_ROOM      14.0
#define GUTTER          62.0
#define MARGIN          224.0
#define MARGIN_SPACING  84.0 /* of columns, to have a margin as well */
#define SPACING         116.0
#define SPACING_MAX     280.0
#define ROW_HEIGHT      19.0
#define FLIGHT_HEIGHT   20.0 /* of a typical message, to scale */
#define TICK_ROOM       72.0
#define EVENTS_PER_PX_MAX 2.5

/* Participants that have something to say: an operator without operations has no
 * column. */
static gboolean
has_column (QuoSequence *self,
            guint        participant)
{
  guint n_nodes = quo_trace_n_nodes (self->trace);
  if (participant < n_nodes)
    return TRUE;

  guint n;
  const guint32 *invokes = quo_index_marks (self->index, QUO_EVENT_INVOKE, &n);
  for (guint i = 0; i < n; i++)
    if (quo_trace_node (self->trace, invokes[i]) == participant)
      return TRUE;
  return participant - n_nodes < quo_scenario_n_clients (quo_run_scenario (self->run));
}

/* Clients stand on the side of the node they are next to, so that their messages
 * are short. */
static void
order_columns (QuoSequence *self)
{
  guint n_nodes = quo_trace_n_nodes (self->trace);
  guint n_all = n_nodes + quo_trace_n_clients (self->trace);
  const QuoSimConfig *config = quo_sim_get_config (quo_run_sim (self->run));

  self->participant_at = g_new (guint, MAX (n_all, 1));
  self->column_of = g_new (guint, MAX (n_all, 1));
  self->n = 0;
  for (guint side = 0; side < 2; side++)
    {
      for (guint c = n_nodes; c < n_all; c++)
        {
          gboolean is_right = c - n_nodes < config->n_clients &&
                              config->clients[c - n_nodes].home >= (n_nodes + 1) / 2;
          if (is_right == (side == 1) && has_column (self, c))
            self->participant_at[self->n++] = c;
        }
      for (guint i = 0; side == 0 && i < n_nodes; i++)
        self->participant_at[self->n++] = i;
    }
  for (guint i = 0; i < n_all; i++)
    self->column_of[i] = G_MAXUINT;
  for (guint i = 0; i < self->n; i++)
    self->column_of[self->participant_at[i]] = i;
}

static gpointer
sequence_create (QuoRun     *run,
                 QuoMetrics *metrics)
{
  QuoSequence *self = g_new0 (QuoSequence, 1);

  self->run = quo_run_ref (run);
  self->trace = quo_trace_ref (quo_run_trace (run));
  self->metrics = quo_metrics_ref (metrics);
  self->index = quo_index_new (self->trace);
  order_columns (self);
  self->gaps_width = -1;
  self->gaps = g_array_new (FALSE, TRUE, sizeof (QuoGap));
  self->stops = g_ptr_array_new ();
  self->labeler = quo_labeler_new ();
  self->labels = g_array_new (FALSE, FALSE, sizeof (QuoLabel));
  self->spots = g_array_new (FALSE, FALSE, sizeof (QuoLabelSpot));
  self->crossing = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->stories = g_array_new (FALSE, FALSE, sizeof (QuoStory));
  self->callouts = g_array_new (FALSE, FALSE, sizeof (QuoCallout));
  g_array_set_clear_func (self->callouts, quo_callout_clear);
  self->texts = g_string_chunk_new (4096);
  return self;
}

static void
sequence_destroy (gpointer data)
{
  QuoSequence *self = data;

  g_string_chunk_free (self->texts);
  g_array_unref (self->callouts);
  g_array_unref (self->stories);
  g_array_unref (self->crossing);
  g_array_unref (self->spots);
  g_clear_pointer (&self->fan, g_array_unref);
  g_array_unref (self->labels);
  quo_labeler_free (self->labeler);
  g_ptr_array_unref (self->stops);
  g_array_unref (self->gaps);
  g_free (self->participant_at);
  g_free (self->column_of);
  quo_index_free (self->index);
  quo_metrics_unref (self->metrics);
  quo_trace_unref (self->trace);
  quo_run_unref (self->run);
  g_free (self);
}

static double
view_zoom (const QuoView *view)
{
  return view->zoom > 0 ? view->zoom : 1;
}

/**
 * quo_sequence_has_story:
 *
 * Returns: whether there is a story and the view large enough to read it
 */
gboolean
quo_sequence_has_story (QuoSequence   *self,
                        const QuoView *view)
{
  return quo_scenario_n_story (quo_run_scenario (self->run)) > 0 &&
         view_zoom (view) >= 0.5 && (view->width <= 0 || view->width >= 320);
}

/**
 * quo_sequence_margin:
 *
 * Returns: room for the story beside the columns, px; 0 when there is no story, or
 *   no room but between the rows
 */
double
quo_sequence_margin (QuoSequence   *self,
                     const QuoView *view)
{
  if (!quo_sequence_has_story (self, view))
    return 0;
  double room = view->width - GUTTER - RIGHT_ROOM - MARGIN;
  if (view->width <= 0)
    return self->n <= 12 ? MARGIN : 0;
  return room >= self->n * MARGIN_SPACING ? MARGIN : 0;
}

/* As wide as there is room for, but never so narrow that arrows cannot be told
 * apart; zooming out may make many columns narrower. */
static double
column_spacing (QuoSequence   *self,
                const QuoView *view)
{
  if (self->n == 0)
    return SPACING;
  if (view->width <= 0)
    return self->n <= 12 ? SPACING : self->n <= 100 ? 64 : 24;

  double fair = (view->width - GUTTER - RIGHT_ROOM - quo_sequence_margin (self, view))
                / self->n;
  double least = self->n <= 16 ? 62 : self->n <= 100 ? 40 : 20;
  least *= MIN (view_zoom (view), 1);
  return CLAMP (fair, least, SPACING_MAX);
}

static void
lay_out_rows (QuoSequence   *self,
              const QuoView *view,
              QuoRows       *ret_rows)
{
  double zoom = view_zoom (view);

  *ret_rows = (QuoRows) {
    .trace = self->trace,
    .index = self->index,
    .is_to_scale = view->is_to_scale,
    .ns_per_px = quo_index_typical_flight (self->index) / (FLIGHT_HEIGHT * zoom),
    .row_height = ROW_HEIGHT * zoom,
    .start = HEAD_HEIGHT + TOP_ROOM,
  };
  quo_sequence_break_stops (self, view, ret_rows);
}

static void
sequence_extent (gpointer       data,
                 const QuoView *view,
                 double        *ret_width,
                 double        *ret_height)
{
  QuoSequence *self = data;
  QuoRows rows;

  lay_out_rows (self, view, &rows);
  double width = GUTTER + self->n * column_spacing (self, view) + RIGHT_ROOM
                 + quo_sequence_margin (self, view);
  *ret_width = MAX (width, view->width);
  *ret_height = MAX (quo_rows_end_y (&rows) + BOTTOM_ROOM, view->height);
  if (quo_sequence_margin (self, view) > 0)
    *ret_height = MAX (*ret_height, self->story_end + BOTTOM_ROOM / 2);
}

static void
sequence_follow (gpointer  data,
                 QuoView  *view)
{
  QuoSequence *self = data;
  QuoRows rows;
  double width, height;

  lay_out_rows (self, view, &rows);
  sequence_extent (self, view, &width, &height);
  double y = quo_rows_time_y (&rows, view->time);
  if (y > view->y + view->height * 0.72)
    view->y = y - view->height * 0.72;
  else if (y < view->y + HEAD_HEIGHT + view->height * 0.15)
    view->y = y - HEAD_HEIGHT - view->height * 0.3;
  view->y = CLAMP (view->y, 0, MAX (height - view->height, 0));
}

static void
sequence_extended (gpointer data)
{
  QuoSequence *self = data;

  quo_index_extend (self->index);
  self->gaps_width = -1;
}

/**
 * quo_frame_x:
 *
 * Returns: where the lifeline of @participant stands, view px
 */
double
quo_frame_x (const QuoFrame *frame,
             guint           participant)
{
  guint column = frame->self->column_of[participant];
  return frame->gutter + (column + 0.5) * frame->spacing - frame->view->x;
}

/**
 * quo_frame_y:
 *
 * Returns: where @event stands, view px
 */
double
quo_frame_y (const QuoFrame *frame,
             guint32         event)
{
  return quo_rows_event_y (&frame->rows, event) - frame->view->y;
}

/**
 * quo_frame_sees_column:
 *
 * Returns: whether the lifeline of @participant is in sight
 */
gboolean
quo_frame_sees_column (const QuoFrame *frame,
                       guint           participant)
{
  if (participant >= quo_trace_n_nodes (frame->self->trace)
                     + quo_trace_n_clients (frame->self->trace))
    return FALSE;
  guint column = frame->self->column_of[participant];
  return column >= frame->column_from && column < frame->column_to;
}

/**
 * quo_frame_label_height:
 *
 * Returns: how much room a label takes from top to bottom, px
 */
double
quo_frame_label_height (QuoFrame *frame,
                        QuoFont   font)
{
  return ceil (quo_metrics_get_height (frame->self->metrics, font, 0));
}

/**
 * quo_frame_label:
 * @label: its text is copied; its number is filled in here
 * @spots: top left corners that it could have, the best first
 *
 * Asks for a place for a label. It is drawn when all have asked, where there is one.
 */
void
quo_frame_label (QuoFrame           *frame,
                 int                 priority,
                 const QuoLabel     *label,
                 const QuoLabelSpot *spots,
                 guint               n_spots,
                 double              shift_max)
{
  QuoSequence *self = frame->self;
  QuoLabel kept = *label;

  kept.text = g_string_chunk_insert (self->texts, label->text);
  kept.short_text = NULL;
  double width = quo_metrics_get_width (self->metrics, label->font, 0, kept.text);
  kept.number = quo_labeler_add (self->labeler, priority, ceil (width) + 2,
                                 quo_frame_label_height (frame, label->font),
                                 spots, n_spots, shift_max);
  g_array_append_val (self->labels, kept);
}

/**
 * quo_frame_label_short:
 * @text: copied; not longer than that of the label asked for last
 * @spots: where the shorter one could go
 *
 * Gives the label that was asked for last a second chance.
 */
void
quo_frame_label_short (QuoFrame           *frame,
                       const char         *text,
                       const QuoLabelSpot *spots,
                       guint               n_spots)
{
  QuoSequence *self = frame->self;
  QuoLabel *label = &g_array_index (self->labels, QuoLabel, self->labels->len - 1);

  label->short_text = g_string_chunk_insert (self->texts, text);
  label->first_spot = self->spots->len;
  label->n_spots = n_spots;
  g_array_append_vals (self->spots, spots, n_spots);
}

/**
 * quo_frame_label_beside:
 * @x: a point that the label belongs to
 * @y: a point that the label belongs to
 * @away: how far from it, px
 *
 * Asks for a place to the right of a point, else to the left.
 */
void
quo_frame_label_beside (QuoFrame       *frame,
                        int             priority,
                        const QuoLabel *label,
                        double          x,
                        double          y,
                        double          away)
{
  double width = ceil (quo_metrics_get_width (frame->self->metrics, label->font, 0,
                                              label->text)) + 2;
  double height = quo_frame_label_height (frame, label->font);
  float right = (float) (x + away), left = (float) (x - away - width);
  float middle = (float) (y - height / 2);
  float above = (float) (y - height - 1), below = (float) (y + 1);
  QuoLabelSpot spots[] = {
    { right, middle }, { right, below }, { right, above },
    { left, middle }, { left, below }, { left, above },
  };

  quo_frame_label (frame, priority, label, spots, G_N_ELEMENTS (spots), height * 1.5);
}

static void
draw_label (QuoFrame       *frame,
            const QuoLabel *label,
            const QuoBox   *box,
            const char     *text)
{
  double ascent = quo_metrics_get_ascent (frame->self->metrics, label->font, 0);

  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = label->style, .tint = label->tint,
                               .font = label->font, .id = label->id, .plate = TRUE),
                      box->x + 1, box->y + ascent, text);
}

/* There was no room for the whole of it. */
static void
draw_short_label (QuoFrame       *frame,
                  const QuoLabel *label)
{
  QuoSequence *self = frame->self;
  double width = quo_metrics_get_width (self->metrics, label->font, 0, label->short_text);

  for (guint i = 0; i < label->n_spots; i++)
    {
      const QuoLabelSpot *spot = &g_array_index (self->spots, QuoLabelSpot,
                                                 label->first_spot + i);
      QuoBox box = { spot->x, spot->y, (float) ceil (width) + 2,
                     (float) quo_frame_label_height (frame, label->font) };
      if (!quo_labeler_is_free (self->labeler, &box))
        continue;
      quo_labeler_block (self->labeler, &box);
      draw_label (frame, label, &box, label->short_text);
      return;
    }
}

static void
draw_labels (QuoFrame *frame)
{
  QuoSequence *self = frame->self;

  quo_labeler_place (self->labeler);
  for (guint i = 0; i < self->labels->len; i++)
    {
      const QuoLabel *label = &g_array_index (self->labels, QuoLabel, i);
      QuoBox box;
      if (quo_labeler_get (self->labeler, label->number, &box))
        draw_label (frame, label, &box, label->text);
      else if (label->short_text != NULL)
        draw_short_label (frame, label);
    }
}

static void
draw_tick (QuoFrame *frame,
           double    y,
           QuoTime   time,
           QuoTime   step)
{
  char text[QUO_AXIS_TEXT];

  quo_axis_format (time, step, text);
  quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_GRID),
                      0, y, frame->view->width, y);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL),
                      8, y - 4, text);
  QuoBox box = { 0, (float) y - 16, (float) frame->gutter - 8, 18 };
  quo_labeler_block (frame->self->labeler, &box);
}

/* Even rows: a label each so many rows, whatever the time between them. */
static void
draw_row_ticks (QuoFrame *frame)
{
  QuoSequence *self = frame->self;
  guint32 every = (guint32) MAX (ceil (TICK_ROOM / 1.5 / frame->rows.row_height), 1);
  /* Fine enough that two labels hardly ever say the same. */
  double apart = (double) quo_trace_end (self->trace) * every
                 / MAX (quo_index_n_rows (self->index), 1);
  QuoTime step = quo_axis_step (MIN (quo_index_typical_flight (self->index) / 4.0,
                                     apart / 20), 1);
  guint32 row = quo_rows_row_at (&frame->rows, frame->view->y);

  for (row -= row % every; row < quo_index_n_rows (self->index); row += every)
    {
      double y = quo_rows_row_y (&frame->rows, row) - frame->view->y;
      if (y > frame->view->height)
        break;
      QuoTime time = quo_trace_time (self->trace,
                                     quo_index_row_event (self->index, row));
      draw_tick (frame, y, time, step);
    }
}

static void
draw_ticks (QuoFrame *frame)
{
  if (!frame->rows.is_to_scale)
    {
      draw_row_ticks (frame);
      return;
    }
  QuoTime step = quo_axis_step (frame->rows.ns_per_px, TICK_ROOM);
  QuoTime from = quo_rows_time_at (&frame->rows, frame->view->y);
  QuoTime end = quo_rows_time_at (&frame->rows, frame->view->y + frame->view->height + 20);
  for (QuoTime time = quo_axis_first (MAX (from, 0), step); time <= end; time += step)
    draw_tick (frame, quo_rows_time_y (&frame->rows, time) - frame->view->y, time, step);
}

static void
draw_time_line (QuoFrame *frame)
{
  const QuoView *view = frame->view;

  if (view->is_whole || view->is_still_only)
    return;
  double y = quo_rows_time_y (&frame->rows, view->time) - view->y;
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  if (y < view->height)
    {
      double top = MAX (y, frame->head);
      quo_scene_add_rectangle (frame->scene,
                               QUO_PEN (.style = QUO_STYLE_VEIL,
                                        .paint = QUO_PAINT_FILL),
                               0, top, view->width, view->height - top, 0);
    }
  if (y >= frame->head && y <= view->height)
    {
      QuoPoint flag[3] = { { 0, (float) y - 6 }, { 9, (float) y }, { 0, (float) y + 6 } };
      QuoPen *pen = &(QuoPen) { .style = QUO_STYLE_TIME_LINE };
      quo_scene_add_line (frame->scene, pen, 0, y, view->width, y);
      pen->paint = QUO_PAINT_FILL;
      quo_scene_add_polygon (frame->scene, pen, flag, 3);
    }
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}

static void
find_columns (QuoFrame *frame)
{
  const QuoView *view = frame->view;
  double from = floor ((view->x - frame->gutter) / frame->spacing - 0.5);
  double to = ceil ((view->x + view->width - frame->gutter) / frame->spacing + 0.5);

  frame->column_from = (guint) CLAMP (from, 0, frame->self->n);
  frame->column_to = (guint) CLAMP (to, frame->column_from, frame->self->n);
}

static void
frame_init (QuoFrame      *frame,
            QuoSequence   *self,
            const QuoView *view,
            QuoScene      *scene)
{
  *frame = (QuoFrame) {
    .self = self,
    .view = view,
    .scene = scene,
    .gutter = GUTTER,
    .spacing = column_spacing (self, view),
    .head = HEAD_HEIGHT,
    .margin = quo_sequence_margin (self, view),
  };
  lay_out_rows (self, view, &frame->rows);
  find_columns (frame);
  frame->from = quo_rows_event_at (&frame->rows, view->y);
  frame->to = quo_rows_event_at (&frame->rows, view->y + view->height + 1);
  /* A picture of the whole may be as long as it likes. */
  double most = QUO_SEQUENCE_EVENTS_MAX + (view->is_whole ? view->height / 1.5 : 0);
  most = MIN (most, view->height * EVENTS_PER_PX_MAX);
  frame->is_dense = frame->to - frame->from > most;
  double row = (view->height - frame->head) / MAX (frame->to - frame->from, 1);
  frame->has_labels = frame->rows.is_to_scale
                        ? row > 1.6 : frame->rows.row_height >= QUO_SEQUENCE_LABEL_ROW;
  /* Some two events a message, which goes a third of the way across as a rule. */
  double length = (frame->to - frame->from) * 0.45 * frame->spacing * (self->n + 1) / 3.0;
  frame->is_light = !view->is_whole && length > QUO_SEQUENCE_DASHES_MAX;
  frame->bottom = MIN (quo_rows_end_y (&frame->rows) + 8 - view->y, view->height + 8);

  QuoBox area = { 0, (float) frame->head, (float) view->width,
                  (float) MAX (view->height - frame->head, 1) };
  quo_labeler_clear (self->labeler, &area);
  g_array_set_size (self->labels, 0);
  g_array_set_size (self->spots, 0);
  g_string_chunk_clear (self->texts);
}

static void
sequence_draw (gpointer       data,
               const QuoView *view,
               QuoScene      *scene)
{
  QuoSequence *self = data;
  QuoFrame frame;

  if (view->width < 1 || view->height < 1)
    return;
  frame_init (&frame, self, view, scene);
  quo_scene_push_clip (scene, 0, frame.head, view->width,
                       MAX (view->height - frame.head, 0));
  draw_ticks (&frame);
  quo_frame_block_stops (&frame);
  quo_frame_place_callouts (&frame);
  quo_frame_draw_lifelines (&frame);
  if (frame.is_dense)
    quo_frame_draw_density (&frame);
  else
    quo_frame_draw_messages (&frame);
  if (!frame.is_dense)
    quo_frame_draw_events (&frame);
  quo_frame_draw_stops (&frame);
  quo_frame_draw_callouts (&frame);
  draw_labels (&frame);
  draw_time_line (&frame);
  quo_frame_draw_selection (&frame);
  quo_scene_pop_clip (scene);
  quo_frame_draw_heads (&frame);
}

const QuoDiagramClass quo_sequence_diagram = {
  .id = "sequence",
  .title = N_("Sequence"),
  .summary = N_("Messages between participants, time downwards"),
  .is_offered = quo_diagram_is_always_offered,
  .create = sequence_create,
  .destroy = sequence_destroy,
  .extent = sequence_extent,
  .draw = sequence_draw,
  .follow = sequence_follow,
  .extended = sequence_extended,
};
