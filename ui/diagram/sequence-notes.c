/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/sequence-private.h"

#include "diagram/wrap.h"

#include <math.h>
#include <string.h>

#define ACTION_ROOM  24.0
#define STORY_PAD    8.0
#define STORY_GAP    8.0
#define STORY_WIDTH  680.0
#define STORY_LINES  12
#define STORY_REACH  260.0 /* px that a box may be away from its moment */
#define CHAIN_MAX    4096
#define STOPS_MAX    2000

static void
stop_free (gpointer data)
{
  QuoStop *stop = data;
  g_strfreev (stop->lines);
  g_free (stop);
}

/* What an action does to the cluster: mends it, changes it or breaks it. */
static QuoStyle
action_style (const char *id)
{
  static const char * const mending[] = { "heal", "restart", "resume", "restore", NULL };
  static const char * const breaking[] = { "crash", "pause", "partition", "isolate",
                                           "cut", "drop", "lose-disk", NULL };

  if (id != NULL && g_strv_contains (mending, id))
    return QUO_STYLE_GOOD;
  if (id != NULL && g_strv_contains (breaking, id))
    return QUO_STYLE_BAD;
  return QUO_STYLE_INFO;
}

/* What a client asks is drawn as its request and needs no line. */
static gboolean
is_operation (const char *id)
{
  for (guint i = 0; id != NULL && quo_op_names[i] != NULL; i++)
    if (strcmp (quo_op_names[i], id) == 0)
      return TRUE;
  return FALSE;
}

static void
add_stop (QuoSequence *self,
          QuoStop     *stop,
          QuoTime      at,
          double       size)
{
  QuoGap gap = { .at = at, .size = size, .what = self->stops->len };

  g_ptr_array_add (self->stops, stop);
  g_array_append_val (self->gaps, gap);
}

static void
add_action (QuoSequence *self,
            guint32      event)
{
  QuoScenario *scenario = quo_run_scenario (self->run);
  QuoEvent action;

  quo_trace_read (self->trace, event, &action);
  /* What a node is told to do is drawn where it does it. */
  if (event + 1 < quo_trace_length (self->trace) &&
      quo_trace_kind (self->trace, event + 1) == QUO_EVENT_COMMAND)
    return;
  if (action.what >= quo_scenario_n_actions (scenario))
    return;
  const char *id = quo_scenario_action_id (scenario, action.what);
  if (is_operation (id))
    return;
  QuoStop *stop = g_new0 (QuoStop, 1);
  *stop = (QuoStop) { .nth = action.what, .event = event, .style = action_style (id),
                      .n_lines = 1, .lines = g_new0 (char *, 2) };
  stop->lines[0] = quo_scenario_action_text (scenario, action.what);
  /* Zoomed out it is only a line. */
  add_stop (self, stop, action.time,
            self->gaps_row >= QUO_SEQUENCE_LABEL_ROW ? ACTION_ROOM : 0);
}

static double
story_height (QuoSequence   *self,
              const QuoStop *stop)
{
  return stop->n_lines * ceil (quo_metrics_get_height (self->metrics, QUO_FONT_BODY, 0))
         + 2 * STORY_PAD;
}

static void
add_story (QuoSequence *self,
           guint        nth,
           double       width)
{
  const QuoStoryStep *step = quo_scenario_story (quo_run_scenario (self->run), nth);
  QuoStop *stop;

  if (step == NULL || step->text == NULL || step->at > quo_trace_end (self->trace))
    return;
  stop = g_new0 (QuoStop, 1);
  *stop = (QuoStop) { .is_story = TRUE, .nth = nth, .style = QUO_STYLE_NOTE };
  g_autofree char *text = self->gaps_compact
                            ? g_strdup_printf ("%u. %s", nth + 1, step->text)
                            : g_strdup (step->text);
  stop->lines = quo_wrap_text (self->metrics, QUO_FONT_BODY, text, width - 2 * STORY_PAD,
                               self->gaps_compact ? 1 : STORY_LINES, &stop->n_lines);
  /* In the margin it needs no room between the rows. */
  add_stop (self, stop, step->at, self->gaps_margin > 0
                                    ? 0 : story_height (self, stop) + 12);
}

static int
compare_gaps (gconstpointer a,
              gconstpointer b)
{
  const QuoGap *one = a, *other = b;

  if (one->at != other->at)
    return one->at < other->at ? -1 : 1;
  return one->what < other->what ? -1 : one->what > other->what;
}

/* Among arrows only a narrow box finds room, and the margin is narrow. */
static double
story_width (const QuoView *view,
             double         margin)
{
  if (margin > 0)
    return margin - 16;
  if (view->is_to_scale)
    return CLAMP (view->width * 0.45, 150, 320);
  return CLAMP (view->width - 80, 160, STORY_WIDTH);
}

/* The steps in the margin stand one below the other: where one is longer than what
 * happens until the next, the rows wait for it. */
static void
spread_story (QuoSequence *self,
              QuoRows     *rows)
{
  double free_from = -G_MAXDOUBLE, before = 0;

  for (guint i = 0; i < self->gaps->len; i++)
    {
      QuoGap *gap = &g_array_index (self->gaps, QuoGap, i);
      const QuoStop *stop = g_ptr_array_index (self->stops, gap->what);
      gap->before = before;
      if (stop->is_story)
        {
          double y = quo_rows_gap_y (rows, gap);
          gap->size = rows->is_to_scale ? 0 : MAX (free_from - y + STORY_GAP, 0);
          free_from = MAX (y + gap->size - STORY_GAP, free_from)
                      + story_height (self, stop) + STORY_GAP;
        }
      before += gap->size;
    }
  self->story_end = free_from;
}

static void
make_stops (QuoSequence *self,
            double       width)
{
  QuoScenario *scenario = quo_run_scenario (self->run);
  guint n;

  g_array_set_size (self->gaps, 0);
  g_ptr_array_set_free_func (self->stops, stop_free);
  g_ptr_array_set_size (self->stops, 0);
  guint n_story = self->gaps_story ? quo_scenario_n_story (scenario) : 0;
  for (guint i = 0; i < n_story && i < STOPS_MAX; i++)
    add_story (self, i, width);
  const guint32 *actions = quo_index_marks (self->index, QUO_EVENT_ACTION, &n);
  for (guint i = 0; i < n && i < STOPS_MAX; i++)
    add_action (self, actions[i]);
  g_array_sort (self->gaps, compare_gaps);
  quo_rows_prepare (self->index, self->trace, (QuoGap *) self->gaps->data,
                    self->gaps->len);
}

/**
 * quo_sequence_break_stops:
 * @rows: (inout): how the rows stand but for the gaps, which are filled in
 *
 * Makes room between the rows for the script's actions and the story, anew only
 * when the view's shape or the trace is another.
 */
void
quo_sequence_break_stops (QuoSequence   *self,
                          const QuoView *view,
                          QuoRows       *rows)
{
  double margin = quo_sequence_margin (self, view);
  double width = story_width (view, margin);
  gboolean has_story = quo_sequence_has_story (self, view);
  /* On the screen arrows matter more than the rest of a sentence, which the pointer
   * shows; a picture has to tell all of it. */
  gboolean is_compact = margin <= 0 && !view->is_whole;
  gboolean is_same = self->gaps_compact == is_compact &&
                     self->gaps_width == width && self->gaps_margin == margin &&
                     self->gaps_row == rows->row_height &&
                     self->gaps_story == has_story &&
                     self->gaps_to_scale == view->is_to_scale;

  if (!is_same)
    {
      self->gaps_width = width;
      self->gaps_margin = margin;
      self->gaps_row = rows->row_height;
      self->gaps_story = has_story;
      self->gaps_compact = is_compact;
      self->gaps_to_scale = view->is_to_scale;
      make_stops (self, width);
    }
  rows->gaps = (const QuoGap *) self->gaps->data;
  rows->n_gaps = self->gaps->len;
  if (!is_same && margin > 0)
    spread_story (self, rows);
}

/* In its gap an action's text stands on its line, at the right. */
static QuoBox
action_box (QuoFrame   *frame,
            const char *text,
            double      y)
{
  double width = ceil (quo_metrics_get_width (frame->self->metrics, QUO_FONT_SMALL_STRONG,
                                              0, text)) + 2;
  double height = quo_frame_label_height (frame, QUO_FONT_SMALL_STRONG);

  return (QuoBox) { (float) (frame->view->width - frame->margin - width - 8),
                    (float) (y + ACTION_ROOM - 6 - height), (float) width,
                    (float) height };
}

static void
draw_action (QuoFrame      *frame,
             const QuoStop *stop,
             double         y)
{
  QuoSequence *self = frame->self;
  double height = quo_frame_label_height (frame, QUO_FONT_SMALL_STRONG);
  guint64 id = quo_thing_id (QUO_THING_ACTION, stop->nth);
  /* In its gap the text stands on its line. */
  double line = frame->rows.is_to_scale || !frame->has_labels ? y : y + ACTION_ROOM - 5;
  double width;

  g_autofree char *text = quo_metrics_fit (self->metrics, QUO_FONT_SMALL_STRONG, 0,
                                           stop->lines[0], frame->view->width * 0.7);
  width = ceil (quo_metrics_get_width (self->metrics, QUO_FONT_SMALL_STRONG, 0, text)) + 2;
  quo_scene_add_line (frame->scene,
                      QUO_PEN (.style = stop->style, .id = id, .title = stop->lines[0],
                               .opacity = 0.75f),
                      0, line, frame->view->width - frame->margin, line);
  if (!frame->has_labels)
    return;
  QuoLabel label = { .text = text, .style = stop->style, .font = QUO_FONT_SMALL_STRONG,
                     .id = id };
  float right = (float) (frame->view->width - frame->margin - width - 8);
  if (!frame->rows.is_to_scale)
    {
      /* The gap is its own: nothing else can be there. */
      QuoBox box = action_box (frame, text, y);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = label.style, .font = label.font, .id = id,
                                   .plate = TRUE),
                          right + 1,
                          box.y + quo_metrics_get_ascent (self->metrics, label.font, 0),
                          text);
      return;
    }
  QuoLabelSpot spots[] = {
    { right, (float) (line - height - 1) }, { right, (float) (line + 2) },
    { (float) frame->gutter, (float) (line - height - 1) },
    { (float) frame->gutter, (float) (line + 2) },
  };
  quo_frame_label (frame, 100, &label, spots, G_N_ELEMENTS (spots), 40);
}

/* The box that a step's lines need. */
static void
measure_story (QuoFrame      *frame,
               const QuoStop *stop,
               double        *ret_width,
               double        *ret_height)
{
  QuoMetrics *metrics = frame->self->metrics;
  double width = 0;

  for (guint i = 0; i < stop->n_lines; i++)
    width = MAX (width, quo_metrics_get_width (metrics, QUO_FONT_BODY, 0, stop->lines[i]));
  *ret_width = ceil (width) + 2 * STORY_PAD;
  *ret_height = story_height (frame->self, stop);
}

static void
draw_story (QuoFrame      *frame,
            const QuoStop *stop,
            const QuoBox  *box)
{
  QuoSequence *self = frame->self;
  double height = ceil (quo_metrics_get_height (self->metrics, QUO_FONT_BODY, 0));
  double ascent = quo_metrics_get_ascent (self->metrics, QUO_FONT_BODY, 0);
  const QuoStoryStep *step = quo_scenario_story (quo_run_scenario (self->run), stop->nth);
  quo_scene_begin_group (frame->scene, QUO_STYLE_NOTE, 0, step->text);
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_NOTE, .paint = QUO_PAINT_SOFT),
                           box->x, box->y, box->width, box->height, 6);
  for (guint i = 0; i < stop->n_lines; i++)
    quo_scene_add_text (frame->scene, QUO_PEN (.style = QUO_STYLE_TEXT),
                        box->x + STORY_PAD, box->y + STORY_PAD + ascent + i * height,
                        stop->lines[i]);
  quo_scene_end_group (frame->scene);
}

/* In its gap a step of the story stands at the left. */
static QuoBox
story_box (QuoFrame      *frame,
           const QuoStop *stop,
           double         y)
{
  double width, height;

  measure_story (frame, stop, &width, &height);
  return (QuoBox) { (float) frame->gutter - 6, (float) (y + 6), (float) width,
                    (float) height };
}

/* To scale there is no room made for it: it stands as near as other boxes allow. */
static QuoBox
find_story_box (QuoFrame      *frame,
                const QuoStop *stop,
                double         y)
{
  QuoBox box = story_box (frame, stop, y);
  double left = 10, right = frame->view->width - box.width - 8;

  for (double shift = 5; shift < STORY_REACH; shift += 13)
    for (guint side = 0; side < 2; side++)
      for (guint at = 0; at < 3; at++)
        {
          box.x = (float) (right - (right - left) * at / 2);
          box.y = (float) (side == 0 ? y + shift : y - shift - box.height);
          if (quo_labeler_is_free (frame->self->labeler, &box))
            return box;
        }
  box.width = 0;
  return box;
}

/* Whether the stop is drawn between the rows, and where that begins. */
static gboolean
sees_stop (QuoFrame      *frame,
           const QuoGap  *gap,
           const QuoStop *stop,
           double        *ret_y)
{
  *ret_y = quo_rows_gap_y (&frame->rows, gap) - frame->view->y;
  return *ret_y <= frame->view->height && *ret_y + gap->size >= frame->head &&
         !(stop->is_story && (frame->margin > 0 || frame->is_dense));
}

/**
 * quo_frame_block_stops:
 *
 * Gives the story and the script's actions their places before anything else asks
 * for its own, and keeps everything off them.
 */
void
quo_frame_block_stops (QuoFrame *frame)
{
  QuoSequence *self = frame->self;
  QuoBox margin = { (float) (frame->view->width - frame->margin), 0,
                    (float) frame->margin, (float) frame->view->height };

  g_array_set_size (self->stories, 0);
  if (frame->margin > 0)
    quo_labeler_block (self->labeler, &margin);
  for (guint i = 0; i < frame->rows.n_gaps; i++)
    {
      const QuoGap *gap = &frame->rows.gaps[i];
      const QuoStop *stop = g_ptr_array_index (self->stops, gap->what);
      QuoStory story = { .stop = stop };
      double y;
      if (!sees_stop (frame, gap, stop, &y))
        continue;
      if (!stop->is_story)
        {
          if (frame->rows.is_to_scale || !frame->has_labels)
            continue;
          story.box = action_box (frame, stop->lines[0], y);
        }
      else
        {
          if (frame->rows.is_to_scale && self->gaps_compact)
            continue;
          story.box = frame->rows.is_to_scale ? find_story_box (frame, stop, y)
                                              : story_box (frame, stop, y);
          if (story.box.width > 0)
            g_array_append_val (self->stories, story);
        }
      quo_labeler_block (self->labeler, &story.box);
    }
}

/* Beside what it tells of, or below the step before. */
static void
draw_margin (QuoFrame *frame)
{
  const QuoView *view = frame->view;
  double left = view->width - frame->margin, free_from = -G_MAXDOUBLE;

  for (guint i = 0; i < frame->rows.n_gaps; i++)
    {
      const QuoGap *gap = &frame->rows.gaps[i];
      const QuoStop *stop = g_ptr_array_index (frame->self->stops, gap->what);
      double width, height;
      if (!stop->is_story)
        continue;
      double y = quo_rows_gap_y (&frame->rows, gap) + gap->size - view->y;
      measure_story (frame, stop, &width, &height);
      double top = MAX (y - STORY_GAP, free_from);
      free_from = top + height + STORY_GAP;
      if (top > view->height || MAX (y, top + height) < frame->head)
        continue;
      QuoBox box = { (float) left + 8, (float) top, (float) frame->margin - 16,
                     (float) height };
      QuoPen *pen = &(QuoPen) { .style = QUO_STYLE_NOTE, .dash = QUO_DASH_DOTTED,
                                .opacity = 0.7f };
      quo_scene_add_line (frame->scene, pen, frame->gutter, y, left - 8, y);
      quo_scene_add_line (frame->scene, pen, left - 8, y, box.x, top + 14);
      draw_story (frame, stop, &box);
      quo_labeler_block (frame->self->labeler, &box);
    }
}

/* To scale and in a narrow pane: a line, and as much of the text as finds room. */
static void
draw_story_line (QuoFrame      *frame,
                 const QuoStop *stop,
                 double         y)
{
  const QuoStoryStep *step;
  double height = quo_frame_label_height (frame, QUO_FONT_SMALL);
  char number[12];

  step = quo_scenario_story (quo_run_scenario (frame->self->run), stop->nth);
  g_snprintf (number, sizeof number, "%u.", stop->nth + 1);
  quo_scene_add_line (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_NOTE, .dash = QUO_DASH_DOTTED,
                               .title = step->text),
                      0, y, frame->view->width, y);
  QuoLabel label = { .text = stop->lines[0], .style = QUO_STYLE_NOTE,
                     .font = QUO_FONT_SMALL };
  for (guint i = 0; i < 2; i++)
    {
      const char *text = i == 0 ? stop->lines[0] : number;
      double width = ceil (quo_metrics_get_width (frame->self->metrics, label.font, 0,
                                                  text)) + 2;
      float right = (float) (frame->view->width - width - 8);
      float middle = (float) ((frame->view->width - width) / 2);
      float above = (float) (y - height - 1), below = (float) (y + 2);
      QuoLabelSpot spots[] = {
        { right, below }, { right, above }, { (float) frame->gutter, below },
        { (float) frame->gutter, above }, { middle, below }, { middle, above },
      };
      if (i == 0)
        quo_frame_label (frame, 85, &label, spots, G_N_ELEMENTS (spots), 2 * height);
      else
        quo_frame_label_short (frame, number, spots, G_N_ELEMENTS (spots));
    }
}

/**
 * quo_frame_draw_stops:
 *
 * Draws the script's actions as lines across and the story as notes.
 */
void
quo_frame_draw_stops (QuoFrame *frame)
{
  for (guint i = 0; i < frame->rows.n_gaps; i++)
    {
      const QuoGap *gap = &frame->rows.gaps[i];
      const QuoStop *stop = g_ptr_array_index (frame->self->stops, gap->what);
      double y;
      if (!sees_stop (frame, gap, stop, &y))
        continue;
      if (!stop->is_story)
        draw_action (frame, stop, y);
      else if (frame->rows.is_to_scale && frame->self->gaps_compact)
        draw_story_line (frame, stop, y);
    }
  for (guint i = 0; i < frame->self->stories->len; i++)
    {
      const QuoStory *story = &g_array_index (frame->self->stories, QuoStory, i);
      draw_story (frame, story->stop, &story->box);
    }
  if (frame->margin > 0 && !frame->is_dense)
    draw_margin (frame);
}

static void
draw_mark (QuoFrame       *frame,
           const QuoEvent *event,
           QuoMark         mark,
           QuoStyle        style,
           double          size,
           QuoFont         font,
           int             priority)
{
  QuoSequence *self = frame->self;
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) title = g_string_new (NULL);
  g_autofree char *time = quo_time_format_short (event->time, 7);
  guint64 id = quo_thing_id (QUO_THING_EVENT, event->index);
  double x = quo_frame_x (frame, event->node), y = quo_frame_y (frame, event->index);
  char buffer[32];

  quo_describe_event (self->trace, event, text);
  g_string_printf (title, "%s, %s: %s", time,
                   quo_trace_label (self->trace, event->node, buffer), text->str);
  quo_scene_add_mark (frame->scene,
                      QUO_PEN (.style = style, .paint = QUO_PAINT_FILL, .id = id,
                               .title = title->str),
                      mark, x, y, size, 0);
  if (priority == 0 || !frame->has_labels)
    return;
  QuoBox box = { (float) (x - size / 2), (float) (y - size / 2), (float) size,
                 (float) size };
  quo_labeler_block (self->labeler, &box);
  QuoLabel label = { .text = text->str, .style = style, .font = font, .id = id };
  quo_frame_label_beside (frame, priority, &label, x, y, QUO_SEQUENCE_STRIP + 5);
}

/* A timer that made the node do something, to be seen as the beginning of it. */
static gboolean
has_effect (QuoTrace *trace,
            guint32   event)
{
  return event + 1 < quo_trace_length (trace) && quo_trace_cause (trace, event + 1) == event;
}

static void
draw_event (QuoFrame *frame,
            guint32   index)
{
  QuoTrace *trace = frame->self->trace;
  const QuoDeclaration *d = quo_trace_declaration (trace);
  QuoEvent event;

  quo_trace_read (trace, index, &event);
  if (!quo_frame_sees_column (frame, event.node))
    return;
  switch (event.kind)
    {
    case QUO_EVENT_NOTE:
      {
        const QuoNoteSpec *spec = &d->notes[event.what];
        draw_mark (frame, &event, QUO_MARK_DOT, quo_palette_tone_style (spec->tone), 8,
                   spec->is_notable ? QUO_FONT_SMALL_STRONG : QUO_FONT_SMALL,
                   spec->is_notable ? 65 : 35);
      }
      break;
    case QUO_EVENT_TIMEOUT:
      if (has_effect (trace, index))
        draw_mark (frame, &event, QUO_MARK_DOT, QUO_STYLE_TEXT_MUTED, 5,
                   QUO_FONT_SMALL, quo_trace_is_notable (trace, index) ? 64 : 0);
      break;
    case QUO_EVENT_SYNC:
      draw_mark (frame, &event, QUO_MARK_SQUARE, QUO_STYLE_TEXT_MUTED, 5,
                 QUO_FONT_SMALL, 5);
      break;
    case QUO_EVENT_COMMAND:
      draw_mark (frame, &event, QUO_MARK_DIAMOND, QUO_STYLE_INFO, 10,
                 QUO_FONT_SMALL_STRONG, 66);
      break;
    case QUO_EVENT_VIOLATION:
      draw_mark (frame, &event, QUO_MARK_DIAMOND, QUO_STYLE_BAD, 12,
                 QUO_FONT_SMALL_STRONG, 0);
      break;
    default:
      break;
    }
}

/**
 * quo_frame_draw_events:
 *
 * Draws what happens on the lifelines: notes, timers, writes, violations.
 */
void
quo_frame_draw_events (QuoFrame *frame)
{
  for (guint32 i = frame->from; i < frame->to; i++)
    switch (quo_trace_kind (frame->self->trace, i))
      {
      case QUO_EVENT_NOTE:
      case QUO_EVENT_TIMEOUT:
      case QUO_EVENT_SYNC:
      case QUO_EVENT_COMMAND:
      case QUO_EVENT_VIOLATION:
        draw_event (frame, i);
        break;
      default:
        break;
      }
}

static void
light_event (QuoFrame *frame,
             guint32   event,
             QuoStyle  style,
             float     width)
{
  QuoSequence *self = frame->self;
  guint64 id = quo_thing_id (QUO_THING_EVENT, event);

  if (quo_trace_kind (self->trace, event) == QUO_EVENT_SEND)
    {
      QuoArrow arrow;
      if (quo_frame_arrow (frame, event, quo_trace_peer (self->trace, event), &arrow) &&
          !arrow.is_loop)
        quo_scene_add_line (frame->scene,
                            QUO_PEN (.style = style, .width = width, .head = arrow.head,
                                     .id = id),
                            arrow.x1, arrow.y1, arrow.x2, arrow.y2);
      return;
    }
  if (!quo_frame_sees_column (frame, quo_trace_node (self->trace, event)))
    return;
  double y = quo_frame_y (frame, event);
  if (y < frame->head - 10 || y > frame->view->height + 10)
    return;
  quo_scene_add_mark (frame->scene,
                      QUO_PEN (.style = style, .width = width, .id = id),
                      QUO_MARK_RING, quo_frame_x (frame, quo_trace_node (self->trace, event)),
                      y, 7 + 2 * width, 0);
}

static void
light_participant (QuoFrame *frame,
                   guint     participant)
{
  if (!quo_frame_sees_column (frame, participant))
    return;
  double width = MIN (frame->spacing - 4, 44);
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_SELECTION, .opacity = 0.14f,
                                    .paint = QUO_PAINT_FILL),
                           quo_frame_x (frame, participant) - width / 2, frame->head,
                           width, frame->view->height - frame->head, 4);
}

static void
light (QuoFrame *frame,
       guint64   thing,
       QuoStyle  style,
       gboolean  has_past)
{
  QuoTrace *trace = frame->self->trace;
  guint64 index = quo_thing_index (thing);

  if (quo_thing_kind (thing) == QUO_THING_PARTICIPANT)
    light_participant (frame, (guint) MIN (index, G_MAXUINT));
  if (quo_thing_kind (thing) != QUO_THING_EVENT || index >= quo_trace_length (trace))
    return;
  guint32 event = (guint32) index;
  /* What is above what is in sight cannot be seen, nor what brought it about. */
  guint32 cause = quo_trace_cause (trace, event);
  for (guint i = 0; has_past && cause != QUO_NO_EVENT && i < CHAIN_MAX; i++)
    {
      light_event (frame, cause, QUO_STYLE_PAST, 1.8f);
      if (cause < frame->from && frame->from - cause > QUO_SEQUENCE_EVENTS_MAX)
        break;
      cause = quo_trace_cause (trace, cause);
    }
  light_event (frame, event, style, 3);
}

/**
 * quo_frame_draw_selection:
 *
 * Lights what is selected, what brought it about, and what the pointer is on.
 */
void
quo_frame_draw_selection (QuoFrame *frame)
{
  const QuoView *view = frame->view;

  quo_scene_set_layer (frame->scene, QUO_LAYER_OVERLAY);
  if (view->hovered != 0 && view->hovered != view->selected)
    light (frame, view->hovered, QUO_STYLE_ACCENT, FALSE);
  if (view->selected_second != 0)
    light (frame, view->selected_second, QUO_STYLE_FUTURE, FALSE);
  if (view->selected != 0)
    light (frame, view->selected, QUO_STYLE_SELECTION, TRUE);
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}
