/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Boxes that say what is wrong, beside where it went wrong. */

#include "diagram/sequence-private.h"

#include "diagram/wrap.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define TEXT_WIDTH 230.0
#define TEXT_LINES 4
#define PAD        8.0
#define NEAR       18.0  /* px from the event at the least */
#define REACH      160.0 /* px that a callout may be away from its event */

/**
 * quo_callout_clear:
 *
 * Frees what a callout owns.
 */
void
quo_callout_clear (gpointer data)
{
  QuoCallout *callout = data;

  g_free (callout->title);
  g_strfreev (callout->lines);
}

static void
measure (QuoFrame   *frame,
         QuoCallout *callout)
{
  QuoMetrics *metrics = frame->self->metrics;
  double width = quo_metrics_get_width (metrics, QUO_FONT_SMALL_STRONG, 0, callout->title);

  for (guint i = 0; i < callout->n_lines; i++)
    width = MAX (width, quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0,
                                               callout->lines[i]));
  callout->box.width = (float) (ceil (width) + 2 * PAD);
  callout->box.height = (float) ((1 + callout->n_lines)
                                 * quo_frame_label_height (frame, QUO_FONT_SMALL)
                                 + 2 * PAD - 2);
}

/* The nearest free place to the right, else to the left. */
static gboolean
find_place (QuoFrame   *frame,
            QuoCallout *callout)
{
  const double step = 11;
  QuoBox *box = &callout->box;

  for (double away = 0; away <= REACH; away += step)
    for (guint spot = 0; spot < 8; spot++)
      {
        double aside = NEAR + (spot >> 2) * away;
        double dy = (spot & 2) == 0 ? away : -away;
        box->x = (float) (callout->x + ((spot & 1) == 0 ? aside : -aside - box->width));
        box->y = (float) (callout->y + dy - box->height / 2);
        if (quo_labeler_is_free (frame->self->labeler, box))
          return TRUE;
      }
  return FALSE;
}

static void
call_out (QuoFrame   *frame,
          guint32     event,
          guint       node,
          const char *title,
          const char *text)
{
  QuoSequence *self = frame->self;
  QuoCallout callout = { .event = event, .x = quo_frame_x (frame, node),
                         .y = quo_frame_y (frame, event) };

  if (callout.y < frame->head - 40 || callout.y > frame->view->height + 40)
    return;
  callout.title = g_strdup (title);
  callout.lines = quo_wrap_text (self->metrics, QUO_FONT_SMALL, text, TEXT_WIDTH,
                                 TEXT_LINES, &callout.n_lines);
  measure (frame, &callout);
  if (!find_place (frame, &callout))
    {
      QuoLabel label = { .text = title, .style = QUO_STYLE_BAD,
                         .font = QUO_FONT_SMALL_STRONG,
                         .id = quo_thing_id (QUO_THING_EVENT, event) };
      quo_frame_label_beside (frame, 95, &label, callout.x, callout.y,
                              QUO_SEQUENCE_STRIP + 6);
      quo_callout_clear (&callout);
      return;
    }
  quo_labeler_block (self->labeler, &callout.box);
  g_array_append_val (self->callouts, callout);
}

/* Models that were judged after the run; invariants have their own event in it. */
static void
place_outcomes (QuoFrame *frame)
{
  QuoRun *run = frame->self->run;
  QuoTrace *trace = frame->self->trace;

  for (guint i = 0; i < quo_run_n_outcomes (run); i++)
    {
      const QuoOutcome *outcome = quo_run_outcome (run, i);
      if (outcome->verdict != QUO_VERDICT_VIOLATED || outcome->finding == NULL ||
          outcome->event < frame->from || outcome->event >= frame->to ||
          quo_trace_kind (trace, outcome->event) == QUO_EVENT_VIOLATION)
        continue;
      guint node = quo_trace_node (trace, outcome->event);
      if (quo_frame_sees_column (frame, node))
        call_out (frame, outcome->event, node, outcome->text, outcome->finding);
    }
}

/**
 * quo_frame_place_callouts:
 *
 * Finds room for what is said about violations, before any arrow or label takes it:
 * nothing else is as important.
 */
void
quo_frame_place_callouts (QuoFrame *frame)
{
  QuoSequence *self = frame->self;
  QuoTrace *trace = self->trace;
  const QuoDeclaration *d = quo_trace_declaration (trace);
  guint n;
  const guint32 *marks = quo_index_marks (self->index, QUO_EVENT_VIOLATION, &n);

  g_array_set_size (self->callouts, 0);
  if (frame->is_dense)
    return;
  for (guint i = 0; i < n && marks[i] < frame->to; i++)
    {
      QuoEvent event;
      if (marks[i] < frame->from)
        continue;
      quo_trace_read (trace, marks[i], &event);
      if (!quo_frame_sees_column (frame, event.node))
        continue;
      g_autofree char *title = NULL;
      title = g_strdup_printf (_("%s violated"), d->invariants[event.what].id);
      call_out (frame, event.index, event.node, title,
                quo_names_get (quo_trace_names (trace), (guint32) event.values[0]));
    }
  place_outcomes (frame);
}

static void
draw_callout (QuoFrame         *frame,
              const QuoCallout *callout)
{
  QuoSequence *self = frame->self;
  const QuoBox *box = &callout->box;
  double height = quo_frame_label_height (frame, QUO_FONT_SMALL);
  double line = box->y + PAD - 1 + quo_metrics_get_ascent (self->metrics, QUO_FONT_SMALL, 0);
  double edge = box->x > callout->x ? box->x : box->x + box->width;
  double level = CLAMP (callout->y, box->y + 6, box->y + box->height - 6);

  quo_scene_begin_group (frame->scene, QUO_STYLE_BAD,
                         quo_thing_id (QUO_THING_EVENT, callout->event), callout->title);
  quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_BAD), callout->x,
                      callout->y, edge, level);
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_BAD, .paint = QUO_PAINT_SOFT),
                           box->x, box->y, box->width, box->height, 5);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_BAD, .font = QUO_FONT_SMALL_STRONG),
                      box->x + PAD, line, callout->title);
  for (guint i = 0; i < callout->n_lines; i++)
    quo_scene_add_text (frame->scene,
                        QUO_PEN (.style = QUO_STYLE_BAD, .font = QUO_FONT_SMALL),
                        box->x + PAD, line + (i + 1) * height, callout->lines[i]);
  quo_scene_end_group (frame->scene);
}

/**
 * quo_frame_draw_callouts:
 *
 * Draws what quo_frame_place_callouts() found room for, over the arrows.
 */
void
quo_frame_draw_callouts (QuoFrame *frame)
{
  for (guint i = 0; i < frame->self->callouts->len; i++)
    draw_callout (frame, &g_array_index (frame->self->callouts, QuoCallout, i));
}
