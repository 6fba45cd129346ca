/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The points and the messages of a space-time diagram. */

#include "diagram/space-time-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define CROSSING_MAX   500
#define STAMPS_MAX     400
#define RADIUS         4.0
#define BAND_WIDTH     6.0
#define DENSITY_SAMPLE 64
#define DIM            0.3f
#define REACH_SAME     0.75 /* px: points nearer than this are one */

/**
 * quo_space_count:
 *
 * Returns: how many events there are to be drawn; when there are very many, as many as
 *   there may be
 */
guint
quo_space_count (QuoSpaceFrame *frame)
{
  QuoSpaceTime *self = frame->self;
  guint n = 0;

  if (frame->to - frame->from > QUO_SPACE_SCAN_MAX)
    return frame->to - frame->from;
  if (frame->lane_to - frame->lane_from == self->n)
    return frame->to - frame->from;
  for (guint32 i = frame->from; i < frame->to; i++)
    n += quo_space_sees (frame, quo_trace_node (self->trace, i));
  return n;
}

static QuoReachPlace
place_of (const QuoSpaceFrame *frame,
          guint32              event)
{
  return quo_reach_place (frame->self->reach, event);
}

static gboolean
is_at_or (QuoReachPlace place,
          QuoReachPlace other)
{
  return place == QUO_REACH_SELF || place == other;
}

/* A message is of the past when its arrival is, and of the future when its sending
 * is. */
static void
light_message (const QuoSpaceFrame *frame,
               guint32              send,
               guint32              arrival,
               QuoPen              *pen)
{
  QuoTrace *trace = frame->self->trace;

  if (frame->selected == QUO_NO_EVENT)
    return;
  gboolean is_received = arrival != QUO_NO_EVENT &&
                         quo_trace_kind (trace, arrival) == QUO_EVENT_DELIVER;
  if (is_received && is_at_or (place_of (frame, arrival), QUO_REACH_PAST))
    {
      pen->style = QUO_STYLE_PAST;
      pen->tint = QUO_TINT_NEUTRAL;
      pen->width = 2;
    }
  else if (is_at_or (place_of (frame, send), QUO_REACH_FUTURE))
    {
      pen->style = QUO_STYLE_FUTURE;
      pen->tint = QUO_TINT_NEUTRAL;
      pen->width = 2;
    }
  else
    pen->opacity = DIM;
}

typedef struct
{
  double   x1, y1, x2, y2;
  gboolean is_lost;
  QuoLoss  loss;
} Slope;

static void
end_lost (const QuoSpaceFrame *frame,
          guint32              send,
          guint32              arrival,
          Slope               *slope)
{
  QuoTrace *trace = frame->self->trace;
  QuoEvent loss;

  quo_trace_read (trace, arrival, &loss);
  slope->is_lost = TRUE;
  slope->loss = loss.what;
  double share = quo_palette_loss_share (loss.what,
                                         loss.time - quo_trace_time (trace, send),
                                         quo_index_typical_flight (frame->self->index));
  /* Known lost at once: it is drawn as if it had begun to travel. */
  if (slope->x2 - slope->x1 < 6)
    slope->x2 = slope->x1 + MAX (10, 0.7 * share * (frame->rows.is_to_scale
                                                      ? 40 : frame->rows.row_height));
  slope->y2 = slope->y1 + (slope->y2 - slope->y1) * share;
}

static gboolean
find_slope (const QuoSpaceFrame *frame,
            const QuoEvent      *send,
            guint32              arrival,
            Slope               *slope)
{
  QuoSpaceTime *self = frame->self;
  guint n_all = quo_trace_n_nodes (self->trace) + quo_trace_n_clients (self->trace);

  if (send->node >= n_all || send->to >= n_all ||
      self->lane_of[send->node] == G_MAXUINT || self->lane_of[send->to] == G_MAXUINT ||
      (!quo_space_sees (frame, send->node) && !quo_space_sees (frame, send->to)))
    return FALSE;
  *slope = (Slope) {
    .x1 = quo_space_x (frame, send->index), .y1 = quo_space_y (frame, send->node),
    .y2 = quo_space_y (frame, send->to)
  };
  if (arrival == QUO_NO_EVENT)
    {
      slope->x2 = slope->x1 + 16;
      slope->y2 = slope->y1 + (slope->y2 - slope->y1) * 0.4;
      return TRUE;
    }
  slope->x2 = quo_space_x (frame, arrival);
  if (quo_trace_kind (self->trace, arrival) == QUO_EVENT_LOSE)
    end_lost (frame, send->index, arrival, slope);
  else
    {
      /* Its head is not to hide below the point that it arrives at. */
      double length = hypot (slope->x2 - slope->x1, slope->y2 - slope->y1);
      double cut = length > 3 * RADIUS ? (RADIUS + 0.5) / length : 0;
      slope->x2 -= (slope->x2 - slope->x1) * cut;
      slope->y2 -= (slope->y2 - slope->y1) * cut;
    }
  return TRUE;
}

static char *
message_title (QuoSpaceTime   *self,
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

/* Beside the line, where it is to be read: on both sides, from its middle outwards. */
static void
label_slope (QuoSpaceFrame  *frame,
             const QuoEvent *send,
             const Slope    *slope,
             const QuoPen   *pen)
{
  static const double shares[] = { 0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78 };
  QuoSpaceTime *self = frame->self;
  g_autoptr(GString) text = g_string_new (NULL);

  if (pen->opacity > 0 && pen->opacity < 1)
    return;
  if (slope->is_lost)
    g_string_append_printf (text, "%s, %s",
                            quo_declaration_message (frame->palette->declaration,
                                                     send->what)->id,
                            quo_describe_loss (slope->loss));
  else
    quo_describe_message (self->trace, send, text);
  QuoSpaceLabel label = { .text = text->str, .style = pen->style, .tint = pen->tint,
                          .font = QUO_FONT_SMALL, .id = pen->id };
  double width = quo_metrics_get_width (self->metrics, label.font, 0, text->str) + 2;
  double height = ceil (quo_metrics_get_height (self->metrics, label.font, 0));
  double dx = slope->x2 - slope->x1, dy = slope->y2 - slope->y1;
  double length = MAX (hypot (dx, dy), 1);
  QuoLabelSpot spots[2 * G_N_ELEMENTS (shares)];
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    for (guint side = 0; side < 2; side++)
      {
        /* Right of the line first when it falls, left of it when it climbs. */
        double sign = (side == 0) == (dy > 0) ? 1 : -1;
        double nx = fabs (dy) / length, ny = (dy > 0 ? -1 : 1) * dx / length;
        double reach = fabs (nx) * width / 2 + fabs (ny) * height / 2 + 2;
        spots[2 * i + side].x = (float) (slope->x1 + dx * shares[i] + sign * nx * reach
                                         - width / 2);
        spots[2 * i + side].y = (float) (slope->y1 + dy * shares[i] + sign * ny * reach
                                         - height / 2);
      }
  quo_space_label (frame, slope->is_lost ? 45 : 20, &label, spots, G_N_ELEMENTS (spots));
}

static void
draw_message (QuoSpaceFrame *frame,
              guint32        send,
              guint32        arrival)
{
  QuoSpaceTime *self = frame->self;
  QuoEvent event;
  Slope slope;

  quo_trace_read (self->trace, send, &event);
  if (!find_slope (frame, &event, arrival, &slope) ||
      slope.x2 < self->gutter || slope.x1 > frame->view->width)
    return;
  const QuoMessageSpec *spec = quo_declaration_message (frame->palette->declaration,
                                                        event.what);
  g_autofree char *title = message_title (self, &event, arrival);
  QuoPen pen = {
    .style = spec->is_reply ? QUO_STYLE_MESSAGE_REPLY : QUO_STYLE_MESSAGE,
    .head = spec->is_reply ? QUO_HEAD_OPEN : QUO_HEAD_FILLED,
    .tint = quo_palette_message_tint (frame->palette, &event),
    .id = quo_thing_id (QUO_THING_EVENT, send), .title = title
  };
  if (slope.is_lost)
    {
      pen.style = QUO_STYLE_MESSAGE_LOST;
      pen.tint = QUO_TINT_NEUTRAL;
      pen.head = QUO_HEAD_CROSS;
    }
  else if (arrival == QUO_NO_EVENT)
    {
      pen.head = QUO_HEAD_NONE;
      pen.dash = QUO_DASH_DOTTED;
    }
  light_message (frame, send, arrival, &pen);
  quo_scene_add_line (frame->scene, &pen, slope.x1, slope.y1, slope.x2, slope.y2);
  quo_labeler_block_line (self->labeler, slope.x1, slope.y1, slope.x2, slope.y2, 1);
  if (slope.is_lost)
    {
      QuoBox box = { (float) slope.x2 - 6, (float) slope.y2 - 6, 12, 12 };
      quo_labeler_block (self->labeler, &box);
    }
  label_slope (frame, &event, &slope, &pen);
}

/**
 * quo_space_draw_messages:
 *
 * Draws every message that is in sight, those included that were sent before.
 */
void
quo_space_draw_messages (QuoSpaceFrame *frame)
{
  QuoSpaceTime *self = frame->self;
  QuoTrace *trace = self->trace;

  g_array_set_size (self->crossing, 0);
  if (frame->from < quo_trace_length (trace))
    quo_index_crossing (self->index, frame->from, quo_trace_time (trace, frame->from),
                        self->crossing);
  guint n = MIN (self->crossing->len, CROSSING_MAX);
  for (guint i = self->crossing->len - n; i < self->crossing->len; i++)
    {
      guint32 send = g_array_index (self->crossing, guint32, i);
      draw_message (frame, send, quo_trace_peer (trace, send));
    }
  for (guint32 i = frame->from; i < frame->to; i++)
    {
      QuoEventKind kind = quo_trace_kind (trace, i);
      guint32 send = quo_trace_cause (trace, i);
      if (kind == QUO_EVENT_SEND)
        draw_message (frame, i, quo_trace_peer (trace, i));
      /* A message that was duplicated arrives once more. */
      else if (kind == QUO_EVENT_DELIVER && send < i && quo_trace_peer (trace, send) != i)
        draw_message (frame, send, i);
    }
}

/**
 * quo_space_stamp_text:
 *
 * Returns: (transfer none) (nullable): how the event is stamped, "2 {A:2,B:1}" with a
 *   Lamport clock: NULL when it is not
 */
const char *
quo_space_stamp_text (QuoSpaceTime *self,
                      guint32       event)
{
  gint64 counts[QUO_STAMPS_PARTICIPANTS_MAX], lamport;
  gpointer key = GUINT_TO_POINTER (event);
  const char *known;

  if (g_hash_table_lookup_extended (self->texts_of, key, NULL, (gpointer *) &known))
    return known;
  if (g_hash_table_size (self->texts_of) > 16 * STAMPS_MAX)
    {
      g_hash_table_remove_all (self->texts_of);
      g_string_chunk_clear (self->stamp_texts);
    }
  g_autofree char *vector = NULL;
  if (quo_stamps_get (self->stamps, event, counts))
    vector = quo_stamps_format (self->stamps, counts);
  const char *text = vector;
  g_autofree char *both = NULL;
  if (quo_stamps_lamport (self->stamps, event, &lamport))
    text = both = g_strdup_printf ("%" G_GINT64_FORMAT " %s", lamport,
                                   vector != NULL ? vector : "");
  const char *kept = text != NULL ? g_string_chunk_insert (self->stamp_texts, text) : NULL;
  g_hash_table_insert (self->texts_of, key, (gpointer) kept);
  return kept;
}

static void
label_stamp (QuoSpaceFrame       *frame,
             const QuoSpacePoint *point,
             QuoReachPlace        place,
             double               y)
{
  QuoSpaceTime *self = frame->self;
  QuoFont font = place == QUO_REACH_SELF ? QUO_FONT_SMALL_STRONG : QUO_FONT_SMALL;

  /* Where stamps are not what it is about, only that of the selected event is shown. */
  if (place != QUO_REACH_SELF && !quo_stamps_are_own (self->stamps))
    return;
  const char *text = quo_space_stamp_text (self, point->last);
  if (text == NULL || text[0] == '\0')
    return;
  double width = quo_metrics_get_width (self->metrics, font, 0, text) + 2;
  double x = point->x;
  QuoSpaceLabel label = {
    .text = text, .font = font,
    .style = place == QUO_REACH_SELF ? QUO_STYLE_SELECTION
             : place == QUO_REACH_PAST ? QUO_STYLE_PAST
             : place == QUO_REACH_FUTURE ? QUO_STYLE_FUTURE
             : frame->selected != QUO_NO_EVENT ? QUO_STYLE_TEXT_MUTED : QUO_STYLE_TEXT,
    .id = quo_thing_id (QUO_THING_EVENT, point->first)
  };
  QuoLabelSpot spots[] = {
    { (float) (x - width / 2), (float) (y + 7) },
    { (float) (x - width / 2), (float) (y - 21) },
    { (float) (x - 4), (float) (y + 7) }, { (float) (x - width + 4), (float) (y + 7) },
    { (float) (x - 4), (float) (y - 21) }, { (float) (x - width + 4), (float) (y - 21) },
  };
  quo_space_label (frame, place == QUO_REACH_SELF ? 100 : 50, &label, spots,
                   G_N_ELEMENTS (spots));
}

static void
label_note (QuoSpaceFrame       *frame,
            const QuoSpacePoint *point,
            double               y)
{
  QuoSpaceTime *self = frame->self;
  g_autoptr(GString) text = g_string_new (NULL);
  QuoEvent note;

  if (point->note == QUO_NO_EVENT)
    return;
  quo_trace_read (self->trace, point->note, &note);
  const QuoNoteSpec *spec = &frame->palette->declaration->notes[note.what];
  quo_describe_note (self->trace, &note, text);
  QuoSpaceLabel label = { .text = text->str, .style = quo_palette_tone_style (spec->tone),
                          .font = QUO_FONT_SMALL,
                          .id = quo_thing_id (QUO_THING_EVENT, point->note) };
  double width = quo_metrics_get_width (self->metrics, label.font, 0, text->str) + 2;
  float x = (float) point->x;
  QuoLabelSpot spots[] = {
    { x - (float) width / 2, (float) y - 21 }, { x - 3, (float) y - 21 },
    { x - (float) width + 3, (float) y - 21 }, { x - (float) width / 2, (float) y + 7 },
    { x - 3, (float) y + 7 },
  };
  quo_space_label (frame, spec->is_notable ? 60 : 25, &label, spots,
                   G_N_ELEMENTS (spots));
}

static char *
point_title (QuoSpaceTime        *self,
             const QuoSpacePoint *point)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *time = quo_time_format_short (quo_trace_time (self->trace, point->first),
                                                 7);
  char buffer[32];
  QuoEvent event;

  quo_trace_read (self->trace, point->first, &event);
  g_string_append_printf (text, "%s, %s: ", time,
                          quo_trace_label (self->trace, event.node, buffer));
  quo_describe_event (self->trace, &event, text);
  if (point->n > 1)
    {
      quo_trace_read (self->trace, point->last, &event);
      g_string_append (text, point->n > 2 ? " … " : "; ");
      quo_describe_event (self->trace, &event, text);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What the point is to the selected event: any of its events may be that. */
static QuoReachPlace
point_place (const QuoSpaceFrame *frame,
             const QuoSpacePoint *point,
             guint                node)
{
  if (frame->selected == QUO_NO_EVENT)
    return QUO_REACH_CONCURRENT;
  if (frame->selected >= point->first && frame->selected <= point->last &&
      quo_trace_node (frame->self->trace, frame->selected) == node)
    return QUO_REACH_SELF;
  QuoReachPlace place = place_of (frame, point->first);
  return place != QUO_REACH_CONCURRENT ? place : place_of (frame, point->last);
}

static void
draw_point (QuoSpaceFrame       *frame,
            const QuoSpacePoint *point)
{
  QuoSpaceTime *self = frame->self;
  guint node = quo_trace_node (self->trace, point->first);
  double y = quo_space_y (frame, node), x = point->x;
  QuoReachPlace place = point_place (frame, point, node);
  guint32 shown = place == QUO_REACH_SELF ? frame->selected : point->first;
  guint32 second = quo_thing_kind (frame->view->selected_second) == QUO_THING_EVENT
                     ? (guint32) quo_thing_index (frame->view->selected_second)
                     : QUO_NO_EVENT;
  g_autofree char *title = point_title (self, point);
  QuoPen pen = { .style = QUO_STYLE_EVENT, .paint = QUO_PAINT_FILL, .title = title,
                 .id = quo_thing_id (QUO_THING_EVENT, shown) };
  double r = RADIUS;

  if (place == QUO_REACH_PAST)
    pen.style = QUO_STYLE_PAST;
  else if (place == QUO_REACH_FUTURE)
    {
      pen.style = QUO_STYLE_FUTURE;
      pen.paint = QUO_PAINT_AUTO;
      pen.width = 2.4f;
    }
  else if (place == QUO_REACH_SELF)
    {
      pen.style = QUO_STYLE_SELECTION;
      r += 1;
    }
  else if (frame->selected != QUO_NO_EVENT)
    pen.opacity = DIM;
  gboolean is_second = second >= point->first && second <= point->last &&
                       second != QUO_NO_EVENT && quo_trace_node (self->trace, second) == node;
  if (is_second)
    pen.opacity = 1;
  quo_scene_add_ellipse (frame->scene, &pen, x, y, r, r);
  if (place == QUO_REACH_SELF || is_second)
    quo_scene_add_ellipse (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_SELECTION, .width = 1.6f,
                                    .paint = QUO_PAINT_STROKE,
                                    .dash = is_second ? QUO_DASH_DASHED
                                                      : QUO_DASH_SOLID),
                           x, y, 9, 9);
  QuoBox box = { (float) (x - r - 1), (float) (y - r - 1), (float) (2 * r + 2),
                 (float) (2 * r + 2) };
  quo_labeler_block (self->labeler, &box);
  if (frame->n_seen <= STAMPS_MAX)
    label_stamp (frame, point, is_second ? QUO_REACH_SELF : place, y);
  label_note (frame, point, y);
}

static void
flush_point (QuoSpaceFrame *frame,
             QuoSpacePoint *point)
{
  if (point->n > 0)
    draw_point (frame, point);
  *point = (QuoSpacePoint) { .note = QUO_NO_EVENT };
}

static void
add_to_point (QuoSpaceFrame *frame,
              guint32        event,
              QuoEventKind   kind)
{
  QuoSpaceTime *self = frame->self;
  guint lane = self->lane_of[quo_trace_node (self->trace, event)];
  QuoSpacePoint *point = &g_array_index (self->points, QuoSpacePoint,
                                         lane - frame->lane_from);
  double x = quo_space_x (frame, event);

  if (point->n > 0 && fabs (x - point->x) > REACH_SAME)
    flush_point (frame, point);
  if (point->n == 0)
    {
      point->first = event;
      point->x = x;
    }
  point->last = event;
  point->n++;
  if (kind != QUO_EVENT_NOTE)
    return;
  const QuoNoteSpec *notes = frame->palette->declaration->notes;
  QuoEvent note, before;
  quo_trace_read (self->trace, event, &note);
  if (point->note != QUO_NO_EVENT)
    {
      quo_trace_read (self->trace, point->note, &before);
      if (notes[before.what].is_notable >= notes[note.what].is_notable)
        return;
    }
  point->note = event;
}

/**
 * quo_space_draw_points:
 *
 * Draws what happened on the lifelines in sight, with its stamps; what one participant
 * does at one moment is one point.
 */
void
quo_space_draw_points (QuoSpaceFrame *frame)
{
  QuoSpaceTime *self = frame->self;
  guint n_lanes = frame->lane_to - frame->lane_from;

  g_array_set_size (self->points, n_lanes);
  for (guint i = 0; i < n_lanes; i++)
    g_array_index (self->points, QuoSpacePoint, i)
      = (QuoSpacePoint) { .note = QUO_NO_EVENT };
  for (guint32 i = frame->from; i < frame->to; i++)
    {
      QuoEventKind kind = quo_trace_kind (self->trace, i);
      if (quo_stamps_is_visible (kind) &&
          quo_space_sees (frame, quo_trace_node (self->trace, i)))
        add_to_point (frame, i, kind);
    }
  for (guint i = 0; i < n_lanes; i++)
    flush_point (frame, &g_array_index (self->points, QuoSpacePoint, i));
}

/* How busy each lane is within one band, from a sample of its events. */
static void
draw_band (QuoSpaceFrame *frame,
           guint32        from,
           guint32        to,
           double         x,
           double         width,
           guint         *counts)
{
  QuoSpaceTime *self = frame->self;
  guint n = frame->lane_to - frame->lane_from, n_most = 1;
  guint32 step = MAX ((to - from) / DENSITY_SAMPLE, 1);

  memset (counts, 0, n * sizeof (guint));
  for (guint32 i = from; i < to; i += step)
    {
      guint node = quo_trace_node (self->trace, i);
      if (!quo_space_sees (frame, node))
        continue;
      guint lane = self->lane_of[node] - frame->lane_from;
      counts[lane]++;
      n_most = MAX (n_most, counts[lane]);
    }
  for (guint lane = 0; lane < n; lane++)
    {
      if (counts[lane] == 0)
        continue;
      double share = (double) counts[lane] / n_most;
      double height = MAX (MIN (frame->spacing - 3, 26) * share, 2);
      double y = quo_space_y (frame, self->participant_at[lane + frame->lane_from]);
      quo_scene_add_rectangle (frame->scene,
                               QUO_PEN (.style = QUO_STYLE_MESSAGE,
                                        .paint = QUO_PAINT_FILL, .opacity = 0.45f),
                               x, y - height / 2, width - 1, height, 0);
    }
}

/**
 * quo_space_draw_density:
 *
 * Draws, where there are too many events to be told apart, how many there are.
 */
void
quo_space_draw_density (QuoSpaceFrame *frame)
{
  guint n = frame->lane_to - frame->lane_from;
  g_autofree guint *counts = g_new (guint, MAX (n, 1));
  double width = BAND_WIDTH;
  const QuoView *view = frame->view;

  /* Never more bars than can be painted in a frame. */
  while (n * (view->width / width) > 4000)
    width *= 2;
  guint32 from = frame->from;
  for (double x = frame->self->gutter; x < frame->right; x += width)
    {
      guint32 to = quo_rows_event_at (&frame->rows, view->x + x + width);
      to = MIN (to, frame->to);
      if (to > from)
        draw_band (frame, from, to, x, width, counts);
      from = MAX (to, from);
    }
}
