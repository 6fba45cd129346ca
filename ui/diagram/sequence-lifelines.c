/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/sequence-private.h"

#include <math.h>

/* Events around a change of role among which its step's notes are. */
#define NOTE_REACH 12

/* A node between two changes, in view px. */
typedef struct
{
  double  x;
  double  top;
  double  bottom;
  QuoSpan span;
} QuoStretch;

static double
strip_width (const QuoPalette *palette,
             const QuoSpan    *span)
{
  if (quo_palette_is_leading (palette, span->role))
    return 2 * QUO_SEQUENCE_STRIP;
  if (palette->role < 0)
    return palette->epoch >= 0 ? 4 : 0;
  if (span->role != palette->declaration->fields[palette->role].initial)
    return 5;
  return palette->epoch >= 0 ? 3 : 0;
}

static void
draw_paused (QuoFrame         *frame,
             const QuoStretch *stretch,
             double            width)
{
  double half = MAX (width, 6) / 2;

  /* Hatched: what would be its strip, had it not stopped. */
  for (double y = MAX (stretch->top, frame->head - 8) + 3;
       y < MIN (stretch->bottom, frame->view->height + 8); y += 6)
    quo_scene_add_line (frame->scene,
                        QUO_PEN (.style = QUO_STYLE_NODE_PAUSED,
                                 .dash = QUO_DASH_SOLID, .width = 1.2f),
                        stretch->x - half, y + half, stretch->x + half, y - half);
}

static void
draw_stretch (QuoFrame         *frame,
              const QuoStretch *stretch)
{
  const QuoPalette *palette = quo_index_palette (frame->self->index);
  double top = MAX (stretch->top, frame->head - 8);
  double bottom = MIN (stretch->bottom, frame->bottom);

  if (bottom <= top)
    return;
  if (stretch->span.life == QUO_LIFE_DOWN)
    {
      quo_scene_add_line (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_NODE_DOWN,
                                   .dash = QUO_DASH_DOTTED, .width = 1, .opacity = 0.6f),
                          stretch->x, top, stretch->x, bottom);
      return;
    }
  quo_scene_add_line (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_LIFELINE,
                               .opacity = frame->spacing < 30 ? 0.4f : 1,
                               .width = frame->spacing < 30 ? 1 : 0),
                      stretch->x, top, stretch->x, bottom);
  double width = strip_width (palette, &stretch->span);
  if (stretch->span.life == QUO_LIFE_PAUSED)
    {
      draw_paused (frame, stretch, width);
      return;
    }
  guint tint = quo_palette_node_tint (palette, stretch->span.role, stretch->span.epoch);
  if (width == 0 || (tint == QUO_TINT_NEUTRAL && width < 5))
    return;
  const char *role = quo_palette_role_id (palette, stretch->span.role);
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_STRIP, .tint = tint,
                                    .paint = QUO_PAINT_FILL, .title = role),
                           stretch->x - width / 2, top, width, bottom - top, 0);
  if (width < 5)
    return;
  QuoBox box = { (float) (stretch->x - width / 2), (float) top, (float) width,
                 (float) (bottom - top) };
  quo_labeler_block (frame->self->labeler, &box);
}

/* Whether the step that changed the role says so in words of its own. */
static gboolean
is_noted (QuoFrame *frame,
          guint32   event)
{
  QuoTrace *trace = frame->self->trace;
  const QuoNoteSpec *notes = quo_trace_declaration (trace)->notes;
  guint node = quo_trace_node (trace, event);
  QuoTime time = quo_trace_time (trace, event);
  guint32 end = MIN (quo_trace_length (trace) - event, NOTE_REACH) + event;

  for (guint32 i = event > NOTE_REACH ? event - NOTE_REACH : 0; i < end; i++)
    {
      QuoEvent note;
      if (quo_trace_kind (trace, i) != QUO_EVENT_NOTE || quo_trace_node (trace, i) != node ||
          quo_trace_time (trace, i) != time)
        continue;
      quo_trace_read (trace, i, &note);
      if (notes[note.what].is_notable)
        return TRUE;
    }
  return FALSE;
}

/* What begins: a role, a crash, a pause. */
static void
label_stretch (QuoFrame         *frame,
               const QuoStretch *stretch,
               const QuoSpan    *before)
{
  QuoSequence *self = frame->self;
  const QuoPalette *palette = quo_index_palette (self->index);
  const char *role = quo_palette_role_id (palette, stretch->span.role);

  if (frame->is_dense || !frame->has_labels || role == NULL ||
      stretch->span.life != QUO_LIFE_UP || stretch->top < frame->head - 20 ||
      stretch->top > frame->view->height)
    return;
  if (before != NULL ? before->role == stretch->span.role && before->life == QUO_LIFE_UP
                     : stretch->span.role ==
                       palette->declaration->fields[palette->role].initial)
    return;

  if (is_noted (frame, stretch->span.event))
    return;

  g_autoptr(GString) text = g_string_new (role);
  if (palette->epoch >= 0)
    {
      g_string_append (text, ", ");
      quo_palette_epoch_text (palette, self->trace, stretch->span.epoch, text);
    }
  gboolean is_leading = quo_palette_is_leading (palette, stretch->span.role);
  gboolean is_initial = stretch->span.role ==
                        palette->declaration->fields[palette->role].initial;
  QuoLabel label = {
    .text = text->str,
    .style = QUO_STYLE_STRIP,
    .tint = quo_palette_node_tint (palette, stretch->span.role, stretch->span.epoch),
    .font = is_initial ? QUO_FONT_SMALL : QUO_FONT_SMALL_STRONG,
    .id = quo_thing_id (QUO_THING_EVENT, stretch->span.event),
  };
  if (label.tint == QUO_TINT_NEUTRAL)
    label.style = QUO_STYLE_TEXT_MUTED;
  quo_frame_label_beside (frame, is_leading ? 80 : is_initial ? 30 : 70, &label,
                          stretch->x, stretch->top + 3, QUO_SEQUENCE_STRIP + 4);
}

static void
mark_life (QuoFrame         *frame,
           const QuoStretch *stretch,
           const QuoSpan    *before)
{
  QuoSequence *self = frame->self;
  double y = stretch->top;
  int was = before != NULL ? before->life : QUO_LIFE_UP;

  if (stretch->span.life == was || y < frame->head - 10 || y > frame->view->height + 10)
    return;

  guint64 id = quo_thing_id (QUO_THING_EVENT, stretch->span.event);
  char buffer[32];
  QuoEvent event;
  quo_trace_read (self->trace, stretch->span.event, &event);
  g_autofree char *title = NULL;
  title = g_strdup_printf ("%s: %s", quo_trace_label (self->trace, event.node, buffer),
                           quo_event_kind_id (event.kind));
  QuoLabel label = { .text = quo_event_kind_id (event.kind), .style = QUO_STYLE_GOOD,
                     .font = QUO_FONT_SMALL_STRONG, .id = id };
  if (stretch->span.life == QUO_LIFE_DOWN)
    {
      label.style = QUO_STYLE_BAD;
      quo_scene_add_mark (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_BAD, .width = 2.4f, .id = id,
                                   .title = title),
                          QUO_MARK_CROSS, stretch->x, y, 13, 0);
    }
  else if (stretch->span.life == QUO_LIFE_PAUSED)
    {
      label.style = QUO_STYLE_WARN;
      QuoPen *pen = &(QuoPen) { .style = QUO_STYLE_WARN, .width = 3, .id = id,
                                .title = title };
      quo_scene_add_line (frame->scene, pen, stretch->x - 3, y - 6, stretch->x - 3, y + 6);
      quo_scene_add_line (frame->scene, pen, stretch->x + 3, y - 6, stretch->x + 3, y + 6);
    }
  else
    quo_scene_add_mark (frame->scene,
                        QUO_PEN (.style = QUO_STYLE_GOOD, .id = id, .title = title),
                        QUO_MARK_RING, stretch->x, y, 10, 0);
  QuoBox box = { (float) stretch->x - 7, (float) y - 7, 14, 14 };
  quo_labeler_block (self->labeler, &box);
  /* The line of the action that did it says so already. */
  gboolean is_told = event.cause != QUO_NO_EVENT &&
                     quo_trace_kind (self->trace, event.cause) == QUO_EVENT_ACTION;
  if (!frame->is_dense && !is_told)
    quo_frame_label_beside (frame, 90, &label, stretch->x, y, 11);
}

static QuoSpan
first_span (QuoFrame *frame)
{
  const QuoPalette *palette = quo_index_palette (frame->self->index);
  const QuoFieldSpec *fields = palette->declaration->fields;

  return (QuoSpan) {
    .role = palette->role >= 0 ? (gint16) fields[palette->role].initial : -1,
    .epoch = palette->epoch >= 0 ? fields[palette->epoch].initial : 0,
  };
}

static void
draw_node (QuoFrame *frame,
           guint     node)
{
  guint n;
  const QuoSpan *spans = quo_index_spans (frame->self->index, node, frame->to, &n);
  QuoStretch stretch = { .x = quo_frame_x (frame, node), .span = first_span (frame) };

  /* The last span that began above what is in sight. */
  guint low = 0, high = n;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (spans[middle].event < frame->from)
        low = middle + 1;
      else
        high = middle;
    }
  guint next = low;
  stretch.top = quo_rows_row_y (&frame->rows, 0) - frame->view->y - 10;
  if (frame->rows.is_to_scale)
    stretch.top = quo_rows_time_y (&frame->rows, 0) - frame->view->y - 10;
  const QuoSpan *before = NULL;
  if (next > 0)
    {
      stretch.span = spans[next - 1];
      stretch.top = quo_frame_y (frame, stretch.span.event);
      before = next > 1 ? &spans[next - 2] : NULL;
    }
  gboolean is_first = TRUE;
  while (TRUE)
    {
      gboolean is_last = next >= n || spans[next].event >= frame->to;
      stretch.bottom = is_last ? frame->bottom : quo_frame_y (frame, spans[next].event);
      draw_stretch (frame, &stretch);
      if (!is_first || low > 0)
        {
          label_stretch (frame, &stretch, before);
          mark_life (frame, &stretch, before);
        }
      if (is_last)
        break;
      is_first = FALSE;
      before = next > 0 ? &spans[next - 1] : NULL;
      stretch.span = spans[next];
      stretch.top = stretch.bottom;
      next++;
    }
}

/* What is written beside an operation that ended: how, unless all is well; or what
 * its client took for an answer, and how old that may be. Returns its style. */
static QuoStyle
describe_end (QuoFrame       *frame,
              const QuoEvent *end,
              GString        *out)
{
  QuoTrace *trace = frame->self->trace;

  if (end->cause != QUO_NO_EVENT &&
      quo_trace_kind (trace, end->cause) == QUO_EVENT_FALLBACK)
    {
      QuoEvent fallback;

      quo_trace_read (trace, end->cause, &fallback);
      quo_describe_event (trace, &fallback, out);
      return QUO_STYLE_WARN;
    }
  if (end->what == QUO_STATUS_OK)
    return QUO_STYLE_GOOD;
  g_string_append (out, quo_status_names[end->what]);
  return end->what == QUO_STATUS_UNKNOWN ? QUO_STYLE_WARN : QUO_STYLE_BAD;
}

static void
draw_operation (QuoFrame *frame,
                guint32   invoke)
{
  QuoSequence *self = frame->self;
  QuoEvent event;
  guint32 end = quo_trace_peer (self->trace, invoke);

  quo_trace_read (self->trace, invoke, &event);
  double top = quo_frame_y (frame, invoke);
  double bottom = end != QUO_NO_EVENT ? quo_frame_y (frame, end) : frame->bottom - 4;
  if (bottom < frame->head || top > frame->view->height)
    return;

  QuoStyle style = QUO_STYLE_CLIENT;
  g_autoptr(GString) title = g_string_new (NULL);
  g_autoptr(GString) outcome = g_string_new (NULL);
  char buffer[32];
  g_string_append (title, quo_trace_label (self->trace, event.node, buffer));
  g_string_append (title, ": ");
  quo_describe_event (self->trace, &event, title);
  if (end != QUO_NO_EVENT)
    {
      quo_trace_read (self->trace, end, &event);
      style = describe_end (frame, &event, outcome);
      g_string_append (title, "; ");
      quo_describe_event (self->trace, &event, title);
    }
  double x = quo_frame_x (frame, event.node);
  if (outcome->len > 0)
    {
      QuoLabel label = { .text = outcome->str, .style = style,
                         .font = QUO_FONT_SMALL_STRONG,
                         .id = quo_thing_id (QUO_THING_EVENT, invoke) };
      quo_frame_label_beside (frame, 75, &label, x, bottom - 2, QUO_SEQUENCE_STRIP + 4);
    }
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = style, .title = title->str,
                                    .paint = QUO_PAINT_SOFT,
                                    .id = quo_thing_id (QUO_THING_EVENT, invoke)),
                           x - QUO_SEQUENCE_STRIP, top, 2 * QUO_SEQUENCE_STRIP,
                           MAX (bottom - top, 4), 2);
}

/* What clients wait for: as boxes on their lifelines. */
static void
draw_operations (QuoFrame *frame)
{
  QuoSequence *self = frame->self;
  guint n;
  const guint32 *invokes = quo_index_marks (self->index, QUO_EVENT_INVOKE, &n);
  guint32 length = quo_trace_length (self->trace);
  guint n_clients = quo_trace_n_clients (self->trace);

  if (n == 0 || frame->from >= length)
    return;
  QuoTime time = quo_trace_time (self->trace, frame->from);
  guint at = quo_index_marks_until (self->index, QUO_EVENT_INVOKE, time);
  /* A client has one operation open at most, but may try it again and again. */
  guint first = at > 16 * n_clients + 64 ? at - 16 * n_clients - 64 : 0;
  for (guint i = first; i < n && invokes[i] < frame->to; i++)
    {
      guint32 end = quo_trace_peer (self->trace, invokes[i]);
      if (end != QUO_NO_EVENT && end < frame->from)
        continue;
      if (quo_frame_sees_column (frame, quo_trace_node (self->trace, invokes[i])))
        draw_operation (frame, invokes[i]);
    }
}

/**
 * quo_frame_draw_lifelines:
 *
 * Draws every column's line, what its node is, and when it is down or paused.
 */
void
quo_frame_draw_lifelines (QuoFrame *frame)
{
  QuoSequence *self = frame->self;
  guint n_nodes = quo_trace_n_nodes (self->trace);

  for (guint c = frame->column_from; c < frame->column_to; c++)
    {
      guint participant = self->participant_at[c];
      if (participant < n_nodes)
        draw_node (frame, participant);
      else
        {
          QuoStretch stretch = { .x = quo_frame_x (frame, participant),
                                 .top = frame->head, .bottom = frame->bottom };
          quo_scene_add_line (frame->scene,
                              QUO_PEN (.style = QUO_STYLE_LIFELINE, .width = 1),
                              stretch.x, stretch.top, stretch.x, stretch.bottom);
        }
    }
  if (!frame->is_dense)
    draw_operations (frame);
}

/* What the node is at the time shown, as a bar under its name. */
static void
draw_role_bar (QuoFrame *frame,
               guint     node,
               guint32   n_events,
               double    width)
{
  guint n;
  const QuoSpan *spans = quo_index_spans (frame->self->index, node, n_events, &n);
  const QuoPalette *palette = quo_index_palette (frame->self->index);
  guint low = 0, high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (spans[middle].event < n_events)
        low = middle + 1;
      else
        high = middle;
    }
  QuoSpan span = low > 0 ? spans[low - 1] : first_span (frame);
  guint tint = quo_palette_node_tint (palette, span.role, span.epoch);
  double x = quo_frame_x (frame, node);
  QuoPen *pen = &(QuoPen) { .style = QUO_STYLE_STRIP, .tint = tint,
                            .paint = QUO_PAINT_FILL };
  if (span.life != QUO_LIFE_UP)
    *pen = (QuoPen) { .style = QUO_STYLE_NODE_DOWN, .paint = QUO_PAINT_FILL };
  else if (tint == QUO_TINT_NEUTRAL)
    return;
  double height = quo_palette_is_leading (palette, span.role) ? 4 : 2;
  quo_scene_add_rectangle (frame->scene, pen, x - width / 2, frame->head - height, width,
                           height, 0);
}

/* Every so many columns have their name when all of them would not fit. */
static guint
head_step (QuoFrame *frame)
{
  QuoSequence *self = frame->self;
  char buffer[32];

  if (frame->spacing >= 40 || frame->column_to == 0)
    return 1;
  const char *label = quo_trace_label (self->trace,
                                       self->participant_at[frame->column_to - 1], buffer);
  double width = quo_metrics_get_width (self->metrics, QUO_FONT_SMALL, 0, label) + 10;
  return (guint) MAX (ceil (MIN (width, 80) / frame->spacing), 1);
}

/**
 * quo_frame_draw_heads:
 *
 * Draws the strip with the names, which stays at the top.
 */
void
quo_frame_draw_heads (QuoFrame *frame)
{
  QuoSequence *self = frame->self;
  guint n_nodes = quo_trace_n_nodes (self->trace);
  guint every = head_step (frame);
  QuoTime time = frame->view->is_whole ? QUO_TIME_MAX : frame->view->time;
  guint32 n_events = quo_trace_find (self->trace, time);

  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_HEAD, .paint = QUO_PAINT_WASH),
                           0, 0, frame->view->width, frame->head, 0);
  quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_HEAD), 0, frame->head,
                      frame->view->width, frame->head);
  for (guint c = frame->column_from; c < frame->column_to; c++)
    {
      guint participant = self->participant_at[c];
      char buffer[32];
      if (c % every != 0)
        continue;
      QuoFont font = participant < n_nodes ? QUO_FONT_STRONG : QUO_FONT_BODY;
      if (frame->spacing < 40)
        font = QUO_FONT_SMALL;
      const char *label = quo_trace_label (self->trace, participant, buffer);
      g_autofree char *text = quo_metrics_fit (self->metrics, font, 0, label,
                                               frame->spacing * every - 6);
      quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
      if (participant < n_nodes && !frame->view->is_still_only)
        draw_role_bar (frame, participant, n_events, MIN (frame->spacing - 2, 36));
      quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_TEXT, .font = font,
                                   .align = QUO_ALIGN_MIDDLE, .title = label,
                                   .id = quo_thing_id (QUO_THING_PARTICIPANT,
                                                       participant)),
                          quo_frame_x (frame, participant), 22, text);
    }
}
