/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the signs mean, and how two selected events lie to each other. */

#include "diagram/space-time-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define LINE   22.0
#define INDENT 14.0
#define GAP    18.0

static guint32
event_of (QuoSpaceTime *self,
          guint64       thing)
{
  guint32 event;

  if (quo_thing_kind (thing) != QUO_THING_EVENT)
    return QUO_NO_EVENT;
  event = (guint32) quo_thing_index (thing);
  if (event < quo_trace_length (self->trace) &&
      quo_trace_kind (self->trace, event) == QUO_EVENT_LOSE)
    event = quo_trace_cause (self->trace, event);
  return event < quo_trace_length (self->trace) && quo_reach_takes (self->trace, event)
           ? event : QUO_NO_EVENT;
}

/**
 * quo_space_foot_height:
 *
 * Returns: how high the strip with the legend is: a line more with two events selected
 */
double
quo_space_foot_height (QuoSpaceTime  *self,
                       const QuoView *view)
{
  gboolean has_two = event_of (self, view->selected) != QUO_NO_EVENT &&
                     event_of (self, view->selected_second) != QUO_NO_EVENT;

  return has_two ? 2 * LINE + 10 : LINE + 6;
}

/* A sign and what it means; moves x behind it. */
static void
add_entry (QuoSpaceFrame *frame,
           const QuoPen  *pen,
           const char    *text,
           double        *x,
           double         y)
{
  QuoMetrics *metrics = frame->self->metrics;
  double width = quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0, text);

  if (*x + 14 + width > frame->view->width - 8)
    return;
  quo_scene_add_ellipse (frame->scene, pen, *x + 4, y, 4, 4);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL),
                      *x + 14, y + 4, text);
  *x += 14 + ceil (width) + GAP;
}

static void
draw_legend (QuoSpaceFrame *frame,
             double         y)
{
  double x = INDENT;

  if (frame->selected == QUO_NO_EVENT)
    {
      const char *text = quo_stamps_are_own (frame->self->stamps)
        ? _("number: Lamport stamp · braces: vector stamp · select an event to see what it "
            "could know of")
        : _("select an event to see its vector stamp and what it could know of, two to "
            "compare them");
      g_autofree char *fitted = quo_metrics_fit (frame->self->metrics, QUO_FONT_SMALL, 0,
                                                 text, frame->view->width - 2 * INDENT);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL),
                          INDENT, y + 4, fitted);
      return;
    }
  add_entry (frame, QUO_PEN (.style = QUO_STYLE_SELECTION, .paint = QUO_PAINT_FILL),
             _("selected"), &x, y);
  add_entry (frame, QUO_PEN (.style = QUO_STYLE_PAST, .paint = QUO_PAINT_FILL),
             _("past: it could know of these"), &x, y);
  add_entry (frame, QUO_PEN (.style = QUO_STYLE_FUTURE, .width = 2.4f),
             _("future: these could know of it"), &x, y);
  add_entry (frame, QUO_PEN (.style = QUO_STYLE_EVENT, .paint = QUO_PAINT_FILL,
                             .opacity = 0.3f),
             _("concurrent: neither"), &x, y);
}

/* "A at 120 ms {A:2}" */
static void
name_event (QuoSpaceTime *self,
            guint32       event,
            const char   *stamp,
            GString      *out)
{
  char buffer[32];
  g_autofree char *time = quo_time_format_short (quo_trace_time (self->trace, event), 4);

  g_string_append_printf (out, _("%s at %s"),
                          quo_trace_label (self->trace,
                                           quo_trace_node (self->trace, event), buffer),
                          time);
  if (stamp != NULL)
    g_string_append_printf (out, " %s", stamp);
}

static const char *
place_text (QuoReachPlace place)
{
  switch (place)
    {
    case QUO_REACH_PAST:
      return _("after: a chain of messages or of steps leads from the second to the first");
    case QUO_REACH_FUTURE:
      return _("before: a chain of messages or of steps leads from the first to the second");
    case QUO_REACH_SELF:
      return _("equal: it is the same event");
    case QUO_REACH_CONCURRENT:
    default:
      return _("concurrent: no chain of messages leads from one to the other");
    }
}

/* Whether stamps say what is so: a faulty clock's do not. */
static gboolean
agrees (QuoReachPlace place,
        gboolean      is_less,
        gboolean      is_more)
{
  if (is_less && is_more)
    return place == QUO_REACH_CONCURRENT;
  if (is_less)
    return place == QUO_REACH_FUTURE;
  if (is_more)
    return place == QUO_REACH_PAST;
  /* Steps of one moment share a stamp. */
  return TRUE;
}

/* The reason, from the stamps if there are any. */
static void
give_reason (QuoSpaceTime  *self,
             QuoReachPlace  place,
             const gint64  *one,
             const gint64  *other,
             GString       *out)
{
  gboolean is_less = FALSE, is_more = FALSE;
  guint n = quo_trace_n_nodes (self->trace) + quo_trace_n_clients (self->trace);

  if (one == NULL)
    {
      g_string_append (out, place_text (place));
      return;
    }
  g_autofree char *text = quo_stamps_compare (self->stamps, one, other);
  g_string_append (out, text);
  for (guint i = 0; i < n; i++)
    {
      is_less |= one[i] < other[i];
      is_more |= one[i] > other[i];
    }
  if (!agrees (place, is_less, is_more))
    g_string_append_printf (out, _(". In truth %s"), place_text (place));
}

/* How the first of two events lies to the second, and why: in full, with what
 * differs, or without the stamps, whichever fits into the width. */
static char *
explain (QuoSpaceTime *self,
         guint32       first,
         guint32       second,
         double        width)
{
  gint64 one[QUO_STAMPS_PARTICIPANTS_MAX], other[QUO_STAMPS_PARTICIPANTS_MAX];
  gboolean has_both = quo_stamps_get (self->stamps, first, one) &&
                      quo_stamps_get (self->stamps, second, other);
  QuoReachPlace place = quo_reach_place (self->reach, second);

  for (guint detail = 0; ; detail++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      g_autofree char *mine = NULL, *theirs = NULL;
      if (has_both && detail < 2)
        {
          mine = detail == 0 ? quo_stamps_format (self->stamps, one)
                             : quo_stamps_format_apart (self->stamps, one, other);
          theirs = detail == 0 ? quo_stamps_format (self->stamps, other)
                               : quo_stamps_format_apart (self->stamps, other, one);
        }
      name_event (self, first, mine, text);
      g_string_append (text, _(" vs "));
      name_event (self, second, theirs, text);
      g_string_append (text, ": ");
      give_reason (self, place, has_both ? one : NULL, other, text);
      if (detail == 2 || quo_metrics_get_width (self->metrics, QUO_FONT_SMALL_STRONG, 0,
                                                text->str) <= width)
        return g_string_free (g_steal_pointer (&text), FALSE);
    }
}

/**
 * quo_space_draw_foot:
 *
 * Draws the strip below the lifelines.
 */
void
quo_space_draw_foot (QuoSpaceFrame *frame)
{
  QuoSpaceTime *self = frame->self;
  double top = frame->view->height - frame->foot;
  guint32 second = event_of (self, frame->view->selected_second);

  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_HEAD, .paint = QUO_PAINT_WASH),
                           0, top, frame->view->width, frame->foot, 0);
  draw_legend (frame, top + 3 + LINE / 2);
  if (frame->selected == QUO_NO_EVENT || second == QUO_NO_EVENT)
    return;
  double width = frame->view->width - 2 * INDENT;
  g_autofree char *text = explain (self, frame->selected, second, width);
  g_autofree char *fitted = quo_metrics_fit (self->metrics, QUO_FONT_SMALL_STRONG, 0, text,
                                             width);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_TEXT, .font = QUO_FONT_SMALL_STRONG,
                               .title = text, .id = frame->view->selected_second),
                      INDENT, top + LINE + 5 + LINE / 2 + 4, fitted);
}
