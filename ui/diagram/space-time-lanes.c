/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The lifelines of a space-time diagram: what each node is, and how far the past and
 * the future of the selected event reach on it. */

#include "diagram/space-time-private.h"

#include <math.h>

#define LIFE_MARK    12.0
#define MARKS_MAX    300
#define CHANGE_WIDTH 190.0

static double
strip_width (const QuoPalette *palette,
             const QuoSpan    *span)
{
  if (quo_palette_is_leading (palette, span->role))
    return 7;
  if (palette->role < 0)
    return palette->epoch >= 0 ? 4 : 0;
  if (span->role != palette->declaration->fields[palette->role].initial)
    return 4.5;
  return palette->epoch >= 0 ? 3 : 0;
}

static void
draw_stretch (QuoSpaceFrame *frame,
              const QuoSpan *span,
              double         left,
              double         right,
              double         y)
{
  double from = MAX (left, frame->self->gutter - 4);
  double to = MIN (right, frame->right);

  if (to <= from)
    return;
  if (span->life == QUO_LIFE_DOWN)
    {
      quo_scene_add_line (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_NODE_DOWN, .width = 1,
                                   .dash = QUO_DASH_DOTTED, .opacity = 0.7f),
                          from, y, to, y);
      return;
    }
  QuoPen pen = { .style = QUO_STYLE_LIFELINE, .width = 1.2f };
  if (span->life == QUO_LIFE_PAUSED)
    pen = (QuoPen) { .style = QUO_STYLE_NODE_PAUSED, .dash = QUO_DASH_DASHED,
                     .width = 1.6f };
  quo_scene_add_line (frame->scene, &pen, from, y, to, y);
  double width = MIN (strip_width (frame->palette, span), frame->spacing * 0.45);
  guint tint = quo_palette_node_tint (frame->palette, span->role, span->epoch);
  if (span->life != QUO_LIFE_UP || width == 0 ||
      (tint == QUO_TINT_NEUTRAL && strip_width (frame->palette, span) < 4.5))
    return;
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_STRIP, .tint = tint,
                                    .paint = QUO_PAINT_FILL, .opacity = 0.55f,
                                    .title = quo_palette_role_id (frame->palette,
                                                                  span->role)),
                           from, y - width / 2, to - from, width, 0);
}

static void
mark_life (QuoSpaceFrame *frame,
           const QuoSpan *span,
           double         x,
           double         y)
{
  static const QuoStyle styles[] = {
    [QUO_LIFE_UP] = QUO_STYLE_GOOD,
    [QUO_LIFE_DOWN] = QUO_STYLE_BAD,
    [QUO_LIFE_PAUSED] = QUO_STYLE_WARN,
  };
  static const QuoMark marks[] = {
    [QUO_LIFE_UP] = QUO_MARK_RING,
    [QUO_LIFE_DOWN] = QUO_MARK_CROSS,
    [QUO_LIFE_PAUSED] = QUO_MARK_SQUARE,
  };
  const char *kind = quo_event_kind_id (quo_trace_kind (frame->self->trace, span->event));
  guint64 id = quo_thing_id (QUO_THING_EVENT, span->event);

  quo_scene_add_mark (frame->scene,
                      QUO_PEN (.style = styles[span->life], .width = 2.2f, .id = id,
                               .title = kind),
                      marks[span->life], x, y, LIFE_MARK, 0);
  QuoBox box = { (float) (x - 7), (float) (y - 7), 14, 14 };
  quo_labeler_block (frame->self->labeler, &box);
  double width = quo_metrics_get_width (frame->self->metrics, QUO_FONT_SMALL, 0, kind) + 2;
  QuoSpaceLabel label = { .text = kind, .style = styles[span->life],
                          .font = QUO_FONT_SMALL, .id = id };
  QuoLabelSpot spots[] = {
    { (float) (x - width / 2), (float) (y - 24) }, { (float) (x + 8), (float) (y - 20) },
    { (float) (x - width / 2), (float) (y + 9) }, { (float) (x + 9), (float) (y - 7) },
  };
  quo_space_label (frame, 90, &label, spots, G_N_ELEMENTS (spots));
}

/* What the node becomes, where it does. */
static void
label_role (QuoSpaceFrame *frame,
            const QuoSpan *span,
            const QuoSpan *before,
            double         x,
            double         y)
{
  const QuoPalette *palette = frame->palette;
  const char *role = quo_palette_role_id (palette, span->role);
  gint64 was = before != NULL ? before->role
               : palette->role >= 0 ? palette->declaration->fields[palette->role].initial
               : -1;

  if (role == NULL || was == span->role || span->life != QUO_LIFE_UP || frame->is_dense)
    return;
  gboolean is_leading = quo_palette_is_leading (palette, span->role);
  g_autoptr(GString) text = g_string_new (role);
  if (is_leading && palette->epoch >= 0)
    {
      g_string_append (text, ", ");
      quo_palette_epoch_text (palette, frame->self->trace, span->epoch, text);
    }
  QuoSpaceLabel label = {
    .text = text->str, .style = QUO_STYLE_STRIP,
    .tint = quo_palette_node_tint (palette, span->role, span->epoch),
    .font = is_leading ? QUO_FONT_SMALL_STRONG : QUO_FONT_SMALL,
    .id = quo_thing_id (QUO_THING_EVENT, span->event)
  };
  if (label.tint == QUO_TINT_NEUTRAL)
    label.style = QUO_STYLE_TEXT_MUTED;
  QuoLabelSpot spots[] = {
    { (float) (x + 3), (float) (y - 20) }, { (float) (x + 3), (float) (y + 7) },
    { (float) (x + 12), (float) (y - 20) }, { (float) (x + 12), (float) (y + 7) },
  };
  quo_space_label (frame, is_leading ? 70 : 30, &label, spots, G_N_ELEMENTS (spots));
}

static QuoSpan
first_span (QuoSpaceFrame *frame)
{
  const QuoPalette *palette = frame->palette;
  const QuoFieldSpec *fields = palette->declaration->fields;

  return (QuoSpan) {
    .role = palette->role >= 0 ? (gint16) fields[palette->role].initial : -1,
    .epoch = palette->epoch >= 0 ? fields[palette->epoch].initial : 0,
  };
}

static guint
spans_before (const QuoSpan *spans,
              guint          n,
              guint32        event)
{
  guint low = 0, high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (spans[middle].event < event)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
draw_node (QuoSpaceFrame *frame,
           guint          node)
{
  guint n;
  const QuoSpan *spans = quo_index_spans (frame->self->index, node, frame->to, &n);
  double y = quo_space_y (frame, node);
  guint next = spans_before (spans, n, frame->from);
  QuoSpan span = next > 0 ? spans[next - 1] : first_span (frame);
  double left = next > 0 ? quo_space_x (frame, span.event)
                         : frame->rows.start - frame->view->x - 12;

  while (next < n && spans[next].event < frame->to)
    {
      double right = quo_space_x (frame, spans[next].event);
      draw_stretch (frame, &span, left, right, y);
      if (spans[next].life != span.life)
        mark_life (frame, &spans[next], right, y);
      label_role (frame, &spans[next], next > 0 ? &spans[next - 1] : NULL, right, y);
      span = spans[next++];
      left = right;
    }
  draw_stretch (frame, &span, left, frame->right, y);
}

/**
 * quo_space_draw_lanes:
 *
 * Draws the lifelines in sight.
 */
void
quo_space_draw_lanes (QuoSpaceFrame *frame)
{
  QuoSpaceTime *self = frame->self;
  guint n_nodes = quo_trace_n_nodes (self->trace);

  for (guint lane = frame->lane_from; lane < frame->lane_to; lane++)
    {
      guint participant = self->participant_at[lane];
      double y = quo_space_y (frame, participant);
      quo_labeler_block_line (self->labeler, self->gutter, y, frame->right, y, 3);
      if (participant < n_nodes)
        draw_node (frame, participant);
      else
        quo_scene_add_line (frame->scene,
                            QUO_PEN (.style = QUO_STYLE_LIFELINE, .width = 1,
                                     .dash = QUO_DASH_DASHED),
                            self->gutter, y, frame->right, y);
    }
}

/**
 * quo_space_draw_cones:
 *
 * Draws how far the past of the selected event reaches on each lifeline, and from
 * where on its future does.
 */
void
quo_space_draw_cones (QuoSpaceFrame *frame)
{
  QuoSpaceTime *self = frame->self;

  if (frame->selected == QUO_NO_EVENT)
    return;
  for (guint lane = frame->lane_from; lane < frame->lane_to; lane++)
    {
      guint participant = self->participant_at[lane];
      guint32 past = quo_reach_past (self->reach, participant, frame->from);
      guint32 future = quo_reach_future (self->reach, participant, frame->to);
      double y = quo_space_y (frame, participant);
      double left = MAX (frame->rows.start - frame->view->x - 12, self->gutter);
      if (past != QUO_NO_EVENT && past >= frame->from)
        {
          double x = MIN (quo_space_x (frame, past), frame->right);
          if (x > left)
            quo_scene_add_line (frame->scene,
                                QUO_PEN (.style = QUO_STYLE_PAST, .width = 3), left, y, x,
                                y);
        }
      if (future != QUO_NO_EVENT && future < frame->to)
        {
          double x = MAX (quo_space_x (frame, future), self->gutter);
          if (x < frame->right)
            quo_scene_add_line (frame->scene,
                                QUO_PEN (.style = QUO_STYLE_FUTURE, .width = 3), x, y,
                                frame->right, y);
        }
    }
}

static void
draw_role_bar (QuoSpaceFrame *frame,
               guint          node,
               guint32        n_events,
               double         y)
{
  guint n;
  const QuoSpan *spans = quo_index_spans (frame->self->index, node, n_events, &n);
  guint at = spans_before (spans, n, n_events);
  QuoSpan span = at > 0 ? spans[at - 1] : first_span (frame);
  guint tint = quo_palette_node_tint (frame->palette, span.role, span.epoch);
  QuoPen pen = { .style = QUO_STYLE_STRIP, .tint = tint, .paint = QUO_PAINT_FILL };
  double width = quo_palette_is_leading (frame->palette, span.role) ? 5 : 2.5;
  double height = MIN (frame->spacing - 4, 26);

  if (span.life != QUO_LIFE_UP)
    pen = (QuoPen) { .style = QUO_STYLE_NODE_DOWN, .paint = QUO_PAINT_FILL };
  else if (tint == QUO_TINT_NEUTRAL)
    return;
  quo_scene_add_rectangle (frame->scene, &pen, frame->self->gutter - width, y - height / 2,
                           width, height, 0);
}

/**
 * quo_space_draw_names:
 *
 * Draws the names of the lifelines, which stay at the left.
 */
void
quo_space_draw_names (QuoSpaceFrame *frame)
{
  QuoSpaceTime *self = frame->self;
  guint n_nodes = quo_trace_n_nodes (self->trace);
  guint every = (guint) MAX (ceil (15 / frame->spacing), 1);
  QuoTime time = frame->view->is_whole ? QUO_TIME_MAX : frame->view->time;
  guint32 n_events = quo_trace_find (self->trace, time);
  double height = frame->view->height - frame->foot;

  quo_scene_push_clip (frame->scene, 0, frame->head, self->gutter, height - frame->head);
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_HEAD, .paint = QUO_PAINT_WASH),
                           0, frame->head, self->gutter, height - frame->head, 0);
  for (guint lane = frame->lane_from; lane < frame->lane_to; lane++)
    {
      guint participant = self->participant_at[lane];
      double y = quo_space_y (frame, participant);
      char buffer[32];
      if (lane % every != 0 || y < frame->head + 7 || y > height - 7)
        continue;
      QuoFont font = participant >= n_nodes ? QUO_FONT_BODY
                     : frame->spacing < 20 ? QUO_FONT_SMALL : QUO_FONT_STRONG;
      const char *label = quo_trace_label (self->trace, participant, buffer);
      g_autofree char *text = quo_metrics_fit (self->metrics, font, 0, label,
                                               self->gutter - 16);
      quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
      if (participant < n_nodes && !frame->view->is_still_only)
        draw_role_bar (frame, participant, n_events, y);
      quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_TEXT, .font = font,
                                   .align = QUO_ALIGN_END, .title = label,
                                   .id = quo_thing_id (QUO_THING_PARTICIPANT,
                                                       participant)),
                          self->gutter - 9, y + 4.5, text);
    }
  quo_scene_pop_clip (frame->scene);
  quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_HEAD), self->gutter,
                      frame->head, self->gutter, height);
  quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_HEAD), 0, frame->head,
                      frame->view->width, frame->head);
}

/* A change of the network's cuts stands across all lifelines. */
static void
draw_link_change (QuoSpaceFrame *frame,
                  guint32        event)
{
  QuoSpaceTime *self = frame->self;
  double x = quo_space_x (frame, event);
  g_autoptr(GString) text = g_string_new (NULL);
  QuoEvent read;

  quo_trace_read (self->trace, event, &read);
  gboolean is_good = read.what == QUO_LINKS_HEAL || read.what == QUO_LINKS_RESTORE;
  quo_describe_event (self->trace, &read, text);
  guint64 id = quo_thing_id (QUO_THING_EVENT, event);
  QuoStyle style = is_good ? QUO_STYLE_GOOD : QUO_STYLE_BAD;
  quo_scene_add_line (frame->scene,
                      QUO_PEN (.style = style, .dash = QUO_DASH_DASHED, .width = 1.4f,
                               .id = id, .title = text->str),
                      x, frame->head, x, frame->view->height - frame->foot);
  g_autofree char *fitted = quo_metrics_fit (self->metrics, QUO_FONT_SMALL, 0, text->str,
                                             CHANGE_WIDTH);
  double width = quo_metrics_get_width (self->metrics, QUO_FONT_SMALL, 0, fitted) + 2;
  QuoSpaceLabel label = { .text = fitted, .style = style, .font = QUO_FONT_SMALL,
                          .id = id };
  float y = (float) frame->head + 2, low = (float) (frame->view->height - frame->foot - 17);
  QuoLabelSpot spots[] = {
    { (float) x + 4, y }, { (float) (x - width - 4), y },
    { (float) x + 4, y + 14 }, { (float) (x - width - 4), y + 14 },
    { (float) x + 4, low }, { (float) (x - width - 4), low },
  };
  quo_space_label (frame, 80, &label, spots, G_N_ELEMENTS (spots));
}

static void
draw_violation (QuoSpaceFrame *frame,
                guint32        event)
{
  QuoSpaceTime *self = frame->self;
  guint node = quo_trace_node (self->trace, event);
  g_autoptr(GString) text = g_string_new (NULL);
  QuoEvent read;

  if (!quo_space_sees (frame, node))
    return;
  quo_trace_read (self->trace, event, &read);
  quo_describe_event (self->trace, &read, text);
  double x = quo_space_x (frame, event), y = quo_space_y (frame, node);
  guint64 id = quo_thing_id (QUO_THING_EVENT, event);
  quo_scene_add_mark (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_BAD, .paint = QUO_PAINT_FILL, .id = id,
                               .title = text->str),
                      QUO_MARK_DIAMOND, x, y, 15, 0);
  const char *name = frame->palette->declaration->invariants[read.what].id;
  double width = quo_metrics_get_width (self->metrics, QUO_FONT_SMALL_STRONG, 0, name) + 2;
  QuoSpaceLabel label = { .text = name, .style = QUO_STYLE_BAD,
                          .font = QUO_FONT_SMALL_STRONG, .id = id };
  QuoLabelSpot spots[] = {
    { (float) (x - width / 2), (float) y - 24 }, { (float) x + 9, (float) y - 20 },
    { (float) (x - width - 9), (float) y - 20 }, { (float) (x - width / 2), (float) y + 10 },
  };
  quo_space_label (frame, 95, &label, spots, G_N_ELEMENTS (spots));
}

static void
draw_marks (QuoSpaceFrame *frame,
            QuoEventKind   kind,
            void         (*draw) (QuoSpaceFrame *, guint32))
{
  guint n;
  const guint32 *marks = quo_index_marks (frame->self->index, kind, &n);
  guint low = 0, high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (marks[middle] < frame->from)
        low = middle + 1;
      else
        high = middle;
    }
  for (guint i = low; i < n && marks[i] < frame->to && i - low < MARKS_MAX; i++)
    draw (frame, marks[i]);
}

/**
 * quo_space_draw_marks:
 *
 * Draws what befell the network, and what went against an invariant.
 */
void
quo_space_draw_marks (QuoSpaceFrame *frame)
{
  draw_marks (frame, QUO_EVENT_LINKS, draw_link_change);
  draw_marks (frame, QUO_EVENT_VIOLATION, draw_violation);
}

/* A node's whole lane; an event's point or message is drawn with the rest. */
static void
light (QuoSpaceFrame *frame,
       guint64        thing,
       QuoStyle       style)
{
  guint64 index = quo_thing_index (thing);
  double height = MIN (frame->spacing, 34);

  if (quo_thing_kind (thing) == QUO_THING_PARTICIPANT && index < G_MAXUINT &&
      quo_space_sees (frame, (guint) index))
    quo_scene_add_rectangle (frame->scene,
                             QUO_PEN (.style = style, .paint = QUO_PAINT_FILL,
                                      .opacity = 0.12f, .id = thing),
                             0, quo_space_y (frame, (guint) index) - height / 2,
                             frame->view->width, height, 0);
  if (style != QUO_STYLE_ACCENT || quo_thing_kind (thing) != QUO_THING_EVENT ||
      index < frame->from || index >= frame->to ||
      !quo_space_sees (frame, quo_trace_node (frame->self->trace, (guint32) index)))
    return;
  guint32 event = (guint32) index;
  quo_scene_add_ellipse (frame->scene,
                         QUO_PEN (.style = style, .paint = QUO_PAINT_STROKE),
                         quo_space_x (frame, event),
                         quo_space_y (frame, quo_trace_node (frame->self->trace, event)),
                         8, 8);
}

/**
 * quo_space_draw_selection:
 *
 * Lights the participant that is selected, and what the pointer is on.
 */
void
quo_space_draw_selection (QuoSpaceFrame *frame)
{
  const QuoView *view = frame->view;

  quo_scene_set_layer (frame->scene, QUO_LAYER_OVERLAY);
  if (view->hovered != 0 && view->hovered != view->selected)
    light (frame, view->hovered, QUO_STYLE_ACCENT);
  if (view->selected != 0)
    light (frame, view->selected, QUO_STYLE_SELECTION);
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}
