/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/sequence-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define CROSSING_MAX   600
#define DENSITY_RECTS  3000
#define DENSITY_SAMPLE 48
#define LOOP_WIDTH     26.0
#define LOSS_SPOTS     7
#define ARROW_SPOTS    10

/* A label asked for by one of the messages sent in one step. */
typedef struct
{
  QuoArrow    arrow;
  guint32     send;
  const char *text;  /* in the sequence's texts */
  const char *kind;
} QuoFanLabel;

static void
end_lost (const QuoFrame *frame,
          guint32         send,
          guint32         arrival,
          QuoArrow       *arrow)
{
  QuoTrace *trace = frame->self->trace;
  QuoEvent loss;

  quo_trace_read (trace, arrival, &loss);
  arrow->is_lost = TRUE;
  arrow->loss = loss.what;
  arrow->style = QUO_STYLE_MESSAGE_LOST;
  arrow->tint = QUO_TINT_NEUTRAL;
  arrow->head = QUO_HEAD_CROSS;
  double share = quo_palette_loss_share (arrow->loss,
                                         loss.time - quo_trace_time (trace, send),
                                         quo_index_typical_flight (frame->self->index));
  double way = arrow->x2 - arrow->x1;
  /* Known lost at once: it is drawn as if it had begun to travel. */
  if (arrow->y2 - arrow->y1 < 4)
    arrow->y2 = arrow->y1 + MAX (4, 0.8 * (frame->rows.is_to_scale
                                             ? 14 : frame->rows.row_height) * share);
  arrow->x2 = arrow->x1 + way * share;
}

/**
 * quo_frame_arrow:
 * @send: a message
 * @arrival: its delivery or loss; %QUO_NO_EVENT when it is still under way
 * @ret_arrow: (out): how it is drawn
 *
 * Returns: FALSE when it cannot be seen
 */
gboolean
quo_frame_arrow (const QuoFrame *frame,
                 guint32         send,
                 guint32         arrival,
                 QuoArrow       *ret_arrow)
{
  QuoSequence *self = frame->self;
  const QuoPalette *palette = quo_index_palette (self->index);
  guint n_all = quo_trace_n_nodes (self->trace) + quo_trace_n_clients (self->trace);
  QuoEvent event;

  quo_trace_read (self->trace, send, &event);
  if (event.node >= n_all || event.to >= n_all ||
      self->column_of[event.node] == G_MAXUINT || self->column_of[event.to] == G_MAXUINT)
    return FALSE;
  guint left = MIN (self->column_of[event.node], self->column_of[event.to]);
  guint right = MAX (self->column_of[event.node], self->column_of[event.to]);
  if (right < frame->column_from || left >= frame->column_to)
    return FALSE;

  const QuoMessageSpec *spec = quo_declaration_message (palette->declaration, event.what);
  QuoArrow arrow = {
    .x1 = quo_frame_x (frame, event.node),
    .x2 = quo_frame_x (frame, event.to),
    .y1 = quo_frame_y (frame, send),
    .style = spec->is_reply ? QUO_STYLE_MESSAGE_REPLY : QUO_STYLE_MESSAGE,
    .head = spec->is_reply ? QUO_HEAD_OPEN : QUO_HEAD_FILLED,
    .tint = quo_palette_message_tint (palette, &event),
    .is_loop = event.node == event.to,
  };
  double pad = arrow.x2 >= arrow.x1 ? QUO_SEQUENCE_STRIP + 1.5 : -QUO_SEQUENCE_STRIP - 1.5;
  arrow.x1 += pad;
  arrow.x2 += arrow.is_loop ? pad : -pad;
  if (arrival != QUO_NO_EVENT)
    {
      arrow.y2 = quo_frame_y (frame, arrival);
      if (quo_trace_kind (self->trace, arrival) == QUO_EVENT_LOSE)
        end_lost (frame, send, arrival, &arrow);
    }
  else
    {
      /* Nobody has seen it arrive. */
      arrow.head = QUO_HEAD_NONE;
      arrow.x2 = arrow.x1 + (arrow.x2 - arrow.x1) * 0.4;
      arrow.y2 = arrow.y1 + 12;
    }
  *ret_arrow = arrow;
  return arrow.y2 >= frame->head - 12 && arrow.y1 <= frame->view->height + 12;
}

static char *
describe_send (QuoSequence    *self,
               const QuoEvent *send,
               guint32         arrival)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *time = quo_time_format_short (send->time, 7);
  char buffer[32];

  g_string_append_printf (text, "%s, %s: ", time,
                          quo_trace_label (self->trace, send->node, buffer));
  quo_describe_event (self->trace, send, text);
  if (arrival == QUO_NO_EVENT)
    g_string_append (text, _(", under way"));
  else if (quo_trace_kind (self->trace, arrival) == QUO_EVENT_LOSE)
    {
      QuoEvent loss;
      quo_trace_read (self->trace, arrival, &loss);
      g_string_append_printf (text, ", %s", quo_describe_loss (loss.what));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
block_slope (QuoLabeler     *labeler,
             const QuoArrow *arrow)
{
  /* Flatter boxes than the labeler's own, for labels lie close above flat lines. */
  guint n = (guint) CLAMP (ceil (fabs (arrow->y2 - arrow->y1) / 4), 1, 5);
  double dx = (arrow->x2 - arrow->x1) / n, dy = (arrow->y2 - arrow->y1) / n;

  for (guint i = 0; i < n; i++)
    quo_labeler_block_line (labeler, arrow->x1 + i * dx, arrow->y1 + i * dy,
                            arrow->x1 + (i + 1) * dx, arrow->y1 + (i + 1) * dy, 1);
  if (arrow->is_lost)
    {
      QuoBox box = { (float) arrow->x2 - 6, (float) arrow->y2 - 6, 12, 12 };
      quo_labeler_block (labeler, &box);
    }
}

static void
add_arrow (QuoFrame       *frame,
           const QuoArrow *arrow,
           const QuoPen   *pen)
{
  if (!arrow->is_loop)
    {
      quo_scene_add_line (frame->scene, pen, arrow->x1, arrow->y1, arrow->x2, arrow->y2);
      return;
    }
  double end = MAX (arrow->y2, arrow->y1 + 8);
  QuoPoint points[4] = {
    { (float) arrow->x1, (float) arrow->y1 },
    { (float) (arrow->x1 + LOOP_WIDTH), (float) arrow->y1 },
    { (float) (arrow->x1 + LOOP_WIDTH), (float) end },
    { (float) arrow->x1, (float) end }
  };
  quo_scene_add_polyline (frame->scene, pen, points, 4);
}

/* Above the line and clear of it all along, else below. */
static guint
line_spots (const QuoArrow *arrow,
            double          width,
            double          height,
            QuoLabelSpot   *ret_spots)
{
  static const double shares[] = { 0.5, 0.38, 0.62, 0.25, 0.78 };
  double way = arrow->x2 - arrow->x1, slope = (arrow->y2 - arrow->y1) / way;
  guint n = 0;

  for (guint side = 0; side < 2; side++)
    for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
      {
        double x = arrow->x1 + way * shares[i];
        double y = arrow->y1 + (arrow->y2 - arrow->y1) * shares[i];
        double lift = fabs (slope) * width / 2 + 4;
        if (lift > 3 * height)
          continue;
        ret_spots[n].x = (float) (x - width / 2);
        ret_spots[n++].y = (float) (side == 0 ? y - lift - height + 2 : y + lift - 1);
      }
  return n;
}

static guint
steep_spots (const QuoArrow *arrow,
             double          width,
             double          height,
             QuoLabelSpot   *ret_spots)
{
  static const double shares[] = { 0.5, 0.3, 0.7 };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      double x = arrow->x1 + (arrow->x2 - arrow->x1) * shares[i];
      double y = arrow->y1 + (arrow->y2 - arrow->y1) * shares[i] - height / 2;
      double reach = height * fabs ((arrow->x2 - arrow->x1) / (arrow->y2 - arrow->y1 + 1));
      ret_spots[n++] = (QuoLabelSpot) { (float) (x + 5 + reach / 2), (float) y };
      ret_spots[n++] = (QuoLabelSpot) { (float) (x - 5 - reach / 2 - width), (float) y };
    }
  return n;
}

/* Below the cross, beyond it, above it. */
static void
loss_spots (QuoFrame       *frame,
            const QuoArrow *arrow,
            const char     *text,
            QuoLabelSpot    ret_spots[LOSS_SPOTS])
{
  double width = quo_metrics_get_width (frame->self->metrics, QUO_FONT_SMALL, 0, text) + 2;
  double height = quo_frame_label_height (frame, QUO_FONT_SMALL);
  double x = arrow->x2, y = arrow->y2;
  float beyond = (float) (x > arrow->x1 ? x + 9 : x - 9 - width);
  const QuoLabelSpot spots[LOSS_SPOTS] = {
    { (float) (x - width / 2), (float) (y + 7) },
    { beyond, (float) (y - height / 2) },
    { (float) (x - width / 2), (float) (y - 8 - height) },
    { (float) (x - width + 8), (float) (y + 7) },
    { (float) (x - 8), (float) (y + 7) },
    { (float) (x - width + 8), (float) (y - 8 - height) },
    { (float) (x - 8), (float) (y - 8 - height) },
  };

  memcpy (ret_spots, spots, sizeof spots);
}

static void
label_lost (QuoFrame          *frame,
            const QuoFanLabel *fan)
{
  const QuoArrow *arrow = &fan->arrow;
  g_autofree char *text = g_strdup_printf ("%s, %s", fan->kind,
                                           quo_describe_loss (arrow->loss));
  QuoLabel label = { .text = text, .style = QUO_STYLE_MESSAGE_LOST,
                     .font = QUO_FONT_SMALL,
                     .id = quo_thing_id (QUO_THING_EVENT, fan->send) };
  QuoLabelSpot spots[LOSS_SPOTS];

  loss_spots (frame, arrow, text, spots);
  quo_frame_label (frame, 60, &label, spots, LOSS_SPOTS, 8);
  loss_spots (frame, arrow, quo_describe_loss (arrow->loss), spots);
  quo_frame_label_short (frame, quo_describe_loss (arrow->loss), spots, LOSS_SPOTS);
}

/* Where a label of an arrow could go, by how steep it is. */
static guint
arrow_spots (QuoFrame       *frame,
             const QuoArrow *arrow,
             const char     *text,
             QuoLabelSpot   *ret_spots)
{
  double width = quo_metrics_get_width (frame->self->metrics, QUO_FONT_SMALL, 0, text) + 2;
  double height = quo_frame_label_height (frame, QUO_FONT_SMALL);
  double way = fabs (arrow->x2 - arrow->x1);

  if (arrow->is_loop)
    {
      ret_spots[0] = (QuoLabelSpot) { (float) (arrow->x1 + LOOP_WIDTH + 5),
                                      (float) ((arrow->y1 + arrow->y2 - height) / 2) };
      return 1;
    }
  if (width > MAX (way + 6, 24))
    return 0;
  return fabs (arrow->y2 - arrow->y1) < 0.9 * way
           ? line_spots (arrow, width, height, ret_spots)
           : steep_spots (arrow, width, height, ret_spots);
}

static void
label_arrow (QuoFrame          *frame,
             const QuoFanLabel *fan,
             int                priority)
{
  const QuoArrow *arrow = &fan->arrow;
  QuoLabel label = { .text = fan->text, .style = arrow->style, .tint = arrow->tint,
                     .font = QUO_FONT_SMALL,
                     .id = quo_thing_id (QUO_THING_EVENT, fan->send) };
  QuoLabelSpot spots[ARROW_SPOTS], short_spots[ARROW_SPOTS];
  guint n = arrow_spots (frame, arrow, fan->text, spots);
  guint n_short = fan->kind == fan->text
                    ? 0 : arrow_spots (frame, arrow, fan->kind, short_spots);

  if (n == 0)
    {
      label.text = fan->kind;
      n = n_short;
      memcpy (spots, short_spots, sizeof spots);
      n_short = 0;
    }
  if (n == 0)
    return;
  quo_frame_label (frame, priority, &label, spots, n, 0);
  if (n_short > 0 && priority > 10)
    quo_frame_label_short (frame, fan->kind, short_spots, n_short);
}

/* Of the messages that one step sends, one says what all of them say: the one that
 * goes farthest to each side. */
static void
label_fan (QuoFrame *frame)
{
  GArray *fan = frame->self->fan;

  for (guint i = 0; i < fan->len; i++)
    {
      const QuoFanLabel *one = &g_array_index (fan, QuoFanLabel, i);
      if (one->arrow.is_lost)
        {
          label_lost (frame, one);
          continue;
        }
      double way = one->arrow.x2 - one->arrow.x1;
      gboolean is_farthest = TRUE;
      for (guint j = 0; j < fan->len && is_farthest; j++)
        {
          const QuoFanLabel *other = &g_array_index (fan, QuoFanLabel, j);
          double its = other->arrow.x2 - other->arrow.x1;
          if (j == i || other->arrow.is_lost || (its < 0) != (way < 0) ||
              strcmp (one->text, other->text) != 0)
            continue;
          if (fabs (its) > fabs (way) || (fabs (its) == fabs (way) && j < i))
            is_farthest = FALSE;
        }
      int priority = one->arrow.style == QUO_STYLE_MESSAGE_REPLY ? 40 : 50;
      /* The others say it too where there is room enough for all. */
      if (is_farthest)
        label_arrow (frame, one, priority);
      else if (frame->view->zoom > 1.6)
        label_arrow (frame, one, 10);
    }
  g_array_set_size (fan, 0);
}

static void
collect_label (QuoFrame       *frame,
               const QuoEvent *send,
               const QuoArrow *arrow)
{
  QuoSequence *self = frame->self;
  const QuoDeclaration *d = quo_trace_declaration (self->trace);
  g_autoptr(GString) text = g_string_new (NULL);
  QuoFanLabel fan = { .arrow = *arrow, .send = send->index };

  quo_describe_message (self->trace, send, text);
  fan.text = g_string_chunk_insert (self->texts, text->str);
  fan.kind = quo_declaration_message (d, send->what)->id;
  /* What a client asks and is told is short and its own best name. */
  if (send->what >= QUO_MESSAGE_REQUEST)
    fan.kind = fan.text;
  g_array_append_val (self->fan, fan);
}

static void
draw_message (QuoFrame *frame,
              guint32   send,
              guint32   arrival)
{
  QuoSequence *self = frame->self;
  QuoArrow arrow;

  if (!quo_frame_arrow (frame, send, arrival, &arrow))
    return;
  QuoEvent event;
  quo_trace_read (self->trace, send, &event);
  g_autofree char *title = describe_send (self, &event, arrival);
  QuoPen *pen = &(QuoPen) { .style = arrow.style, .tint = arrow.tint, .head = arrow.head,
                            .id = quo_thing_id (QUO_THING_EVENT, send), .title = title };
  if (arrival == QUO_NO_EVENT)
    pen->dash = QUO_DASH_DOTTED;
  else if (frame->has_labels && frame->is_light &&
           arrow.style == QUO_STYLE_MESSAGE_REPLY)
    {
      pen->dash = QUO_DASH_SOLID;
      pen->width = 1;
      pen->opacity = 0.6f;
    }
  /* Zoomed out, dashes cannot be told from lines. */
  else if (!frame->has_labels)
    {
      pen->dash = QUO_DASH_SOLID;
      pen->width = 1;
      pen->head = arrow.is_lost && frame->rows.row_height > 3 ? arrow.head
                                                              : QUO_HEAD_NONE;
      pen->opacity = arrow.style == QUO_STYLE_MESSAGE_REPLY ? 0.45f : 0.9f;
    }
  add_arrow (frame, &arrow, pen);
  if (!frame->has_labels)
    return;
  block_slope (self->labeler, &arrow);
  collect_label (frame, &event, &arrow);
}

/* A message that was duplicated arrives once more. */
static void
draw_copy (QuoFrame *frame,
           guint32   delivery)
{
  QuoTrace *trace = frame->self->trace;
  guint32 send = quo_trace_cause (trace, delivery);

  if (send == QUO_NO_EVENT || quo_trace_kind (trace, send) != QUO_EVENT_SEND ||
      quo_trace_peer (trace, send) == delivery)
    return;
  draw_message (frame, send, delivery);
}

/**
 * quo_frame_draw_messages:
 *
 * Draws every message that is in sight one by one, those included that were sent
 * above it, and asks for places for their labels.
 */
void
quo_frame_draw_messages (QuoFrame *frame)
{
  QuoSequence *self = frame->self;
  QuoTrace *trace = self->trace;
  guint32 cause = QUO_NO_EVENT;

  if (self->fan == NULL)
    self->fan = g_array_new (FALSE, FALSE, sizeof (QuoFanLabel));
  g_array_set_size (self->fan, 0);
  g_array_set_size (self->crossing, 0);
  if (frame->from < quo_trace_length (trace))
    quo_index_crossing (self->index, frame->from, quo_trace_time (trace, frame->from),
                        self->crossing);
  guint n = MIN (self->crossing->len, CROSSING_MAX);
  for (guint i = self->crossing->len - n; i < self->crossing->len; i++)
    {
      guint32 send = g_array_index (self->crossing, guint32, i);
      draw_message (frame, send, quo_trace_peer (trace, send));
      label_fan (frame);
    }
  for (guint32 i = frame->from; i < frame->to; i++)
    {
      QuoEventKind kind = quo_trace_kind (trace, i);
      if (kind != QUO_EVENT_SEND && kind != QUO_EVENT_DELIVER)
        continue;
      if (quo_trace_cause (trace, i) != cause)
        label_fan (frame);
      cause = quo_trace_cause (trace, i);
      if (kind == QUO_EVENT_SEND)
        draw_message (frame, i, quo_trace_peer (trace, i));
      else
        draw_copy (frame, i);
    }
  label_fan (frame);
}

/* How the events of one band are spread over the columns, from a sample of them. */
static void
count_band (QuoFrame *frame,
            guint32   from,
            guint32   to,
            double   *ret_events,
            double   *ret_losses)
{
  QuoSequence *self = frame->self;
  guint32 step = MAX ((to - from) / DENSITY_SAMPLE, 1);
  double each = (double) (to - from) / ((to - from + step - 1) / step);

  for (guint32 i = from; i < to; i += step)
    {
      guint node = quo_trace_node (self->trace, i);
      if (node == G_MAXUINT || !quo_frame_sees_column (frame, node))
        continue;
      guint column = self->column_of[node] - frame->column_from;
      ret_events[column] += each;
      if (quo_trace_kind (self->trace, i) == QUO_EVENT_LOSE)
        ret_losses[column] += each;
    }
}

static void
draw_band (QuoFrame     *frame,
           const double *events,
           const double *losses,
           double        most,
           double        y,
           double        height)
{
  QuoSequence *self = frame->self;

  for (guint c = 0; c < frame->column_to - frame->column_from; c++)
    {
      if (events[c] == 0)
        continue;
      double width = MAX (3, frame->spacing * 0.9 * events[c] / most);
      double x = quo_frame_x (frame, self->participant_at[c + frame->column_from]);
      quo_scene_add_rectangle (frame->scene,
                               QUO_PEN (.style = QUO_STYLE_MESSAGE, .opacity = 0.4f,
                                        .paint = QUO_PAINT_FILL),
                               x - width / 2, y, width, height - 1, 0);
      if (losses[c] == 0)
        continue;
      double lost = MAX (width * losses[c] / events[c], 3);
      quo_scene_add_rectangle (frame->scene,
                               QUO_PEN (.style = QUO_STYLE_MESSAGE_LOST,
                                        .opacity = 0.85f, .paint = QUO_PAINT_FILL),
                               x - lost / 2, y, lost, height - 1, 0);
    }
}

/**
 * quo_frame_draw_density:
 *
 * Draws how much happens instead of what, where there is too much to be told apart:
 * on every lifeline a bar as wide as its number of events, against the most in sight.
 */
void
quo_frame_draw_density (QuoFrame *frame)
{
  guint n = frame->column_to - frame->column_from;
  const QuoView *view = frame->view;

  if (n == 0)
    return;
  double height = MAX (4, ceil (n * (view->height - frame->head) / DENSITY_RECTS));
  guint n_bands = (guint) ceil (view->height / height) + 1;
  g_autofree double *events = g_new0 (double, (gsize) n * n_bands);
  g_autofree double *losses = g_new0 (double, (gsize) n * n_bands);
  /* Bands keep their place in the content, so that they do not shimmer when it
   * scrolls. */
  double start = floor ((view->y + frame->head) / height) * height;
  double most = 1;
  guint32 from = quo_rows_event_at (&frame->rows, start);
  for (guint b = 0; b < n_bands; b++)
    {
      guint32 to = quo_rows_event_at (&frame->rows, start + (b + 1) * height);
      if (to > from)
        count_band (frame, from, to, &events[b * n], &losses[b * n]);
      from = to;
      for (guint c = 0; c < n; c++)
        most = MAX (most, events[b * n + c]);
    }
  for (guint b = 0; b < n_bands; b++)
    draw_band (frame, &events[b * n], &losses[b * n], most, start + b * height - view->y,
               height);
}
