/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The transitions of a state machine, their names and how often they were taken. */

#include "diagram/states-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define LOOK_BACK    2048
#define LIT_FLIGHTS  5      /* how long a transition glows, in message flights */
#define LIT_LAST     0.55   /* what is left of the glow of the latest one */
#define LINES_MAX    6
#define LABEL_WIDTH  112.0  /* longer names are broken into two lines */
#define LABEL_NARROW 72.0   /* and in a narrow view shorter ones as well */
#define NARROW       560.0

/* What stands beside an arc. */
typedef struct
{
  char   *lines[LINES_MAX];
  guint8  spec[LINES_MAX];
  guint   n_lines;
  char    count[24];
  double  width, height;
  guint   number;
} ArcLabel;

/**
 * quo_states_light:
 *
 * Finds out which arcs were taken so lately that they still glow. The latest one does
 * until the next is taken.
 */
void
quo_states_light (QuoStatesFrame *frame)
{
  QuoStatesView *self = frame->self;
  const QuoMove *moves = quo_course_moves (self->course);
  QuoTime glow = LIT_FLIGHTS * quo_index_typical_flight (self->index);
  gboolean is_latest = TRUE;

  for (guint i = frame->n_moves; i > 0 && frame->n_moves - i < LOOK_BACK; i--)
    {
      const QuoMove *move = &moves[i - 1];
      QuoTime age = frame->time - quo_trace_time (self->trace, move->event);
      if (age >= glow && !is_latest)
        break;
      if (!move->is_move)
        continue;
      double strength = MAX (1 - (double) age / (double) glow, is_latest ? LIT_LAST : 0);
      for (guint a = 0; a < self->layout.n_arcs; a++)
        if (self->layout.arcs[a].from == move->from && self->layout.arcs[a].to == move->to)
          frame->lit[a] = MAX (frame->lit[a], strength);
      is_latest = FALSE;
    }
}

static guint
times_taken (const QuoStatesFrame *frame,
             const QuoArc         *arc)
{
  return frame->taken[arc->from * frame->self->n_states + arc->to];
}

static guint64
arc_id (const QuoStatesFrame *frame,
        const QuoArc         *arc)
{
  if (arc->n_specs > 0)
    return quo_thing_id (QUO_THING_TRANSITION, arc->specs[0]);
  /* Past all that are declared: what has no number of its own. */
  return quo_thing_id (QUO_THING_TRANSITION,
                       256 + arc->from * frame->self->n_states + arc->to);
}

static char *
arc_title (const QuoStatesFrame *frame,
           const QuoArc         *arc)
{
  const QuoDeclaration *declaration = frame->palette->declaration;
  g_autoptr(GString) text = g_string_new (NULL);
  guint n = times_taken (frame, arc);

  g_string_append_printf (text, "%s → %s: ", declaration->roles[arc->from].id,
                          declaration->roles[arc->to].id);
  for (guint i = 0; i < arc->n_specs; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? _(" or ") : "",
                            _(declaration->transitions[arc->specs[i]].id));
  if (!arc->is_declared)
    g_string_append (text, _("not declared"));
  g_string_append (text, ", ");
  g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "taken %u time",
                                             "taken %u times", n), n);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_line (ArcLabel   *label,
          const char *text,
          gsize       length,
          guint       spec)
{
  if (label->n_lines == LINES_MAX)
    return;
  label->spec[label->n_lines] = (guint8) spec;
  label->lines[label->n_lines++] = g_strndup (text, length);
}

/* Onto two lines, broken where both are about as long. */
static void
break_line (QuoStatesView *self,
            ArcLabel      *label,
            const char    *text,
            guint          spec)
{
  QuoMetrics *metrics = self->metrics;
  double room = self->laid_width < NARROW ? LABEL_NARROW : LABEL_WIDTH;
  const char *best = NULL;
  double least = G_MAXDOUBLE;

  if (quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0, text) > room)
    for (const char *p = strchr (text, ' '); p != NULL; p = strchr (p + 1, ' '))
      {
        g_autofree char *head = g_strndup (text, (gsize) (p - text));
        double first = quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0, head);
        double rest = quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0, p + 1);
        if (MAX (first, rest) < least)
          {
            least = MAX (first, rest);
            best = p;
          }
      }
  if (best == NULL)
    {
      add_line (label, text, strlen (text), spec);
      return;
    }
  add_line (label, text, (gsize) (best - text), spec);
  add_line (label, best + 1, strlen (best + 1), spec);
}

static void
fill_label (QuoStatesView *self,
            const QuoArc  *arc,
            guint          n_taken,
            ArcLabel      *label)
{
  QuoMetrics *metrics = self->metrics;
  const QuoTransitionSpec *specs = quo_trace_declaration (self->trace)->transitions;

  for (guint i = 0; i < arc->n_specs; i++)
    break_line (self, label, _(specs[arc->specs[i]].id), arc->specs[i]);
  if (!arc->is_declared)
    break_line (self, label, _("not declared"), 0);
  if (n_taken > 0)
    g_snprintf (label->count, sizeof label->count, "×%u", n_taken);

  double line = ceil (quo_metrics_get_height (metrics, QUO_FONT_SMALL, 0));
  label->height = label->n_lines * line;
  for (guint i = 0; i < label->n_lines; i++)
    {
      double width = quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0, label->lines[i]);
      /* The room for a count is there before it is: labels do not jump. */
      if (i + 1 == label->n_lines)
        width += 4 + MAX (quo_metrics_get_width (metrics, QUO_FONT_SMALL_STRONG, 0,
                                                 label->count),
                          quo_metrics_get_width (metrics, QUO_FONT_SMALL_STRONG, 0, "×99"));
      label->width = MAX (label->width, ceil (width));
    }
}

static void
clear_label (ArcLabel *label)
{
  for (guint i = 0; i < label->n_lines; i++)
    g_free (label->lines[i]);
}

/* On either side of the arc and clear of it, from its middle outwards. */
static guint
arc_spots (const QuoArc   *arc,
           const ArcLabel *label,
           QuoLabelSpot   *ret_spots)
{
  static const int places[] = { 12, 11, 13, 10, 14, 9, 15, 8, 16, 6, 18, 4, 20 };
  static const double pads[] = { 3, 8, 15 };
  guint n = 0;
  int first = arc->bow < 0 ? -1 : 1;

  for (guint p = 0; p < G_N_ELEMENTS (pads); p++)
    for (guint i = 0; i < G_N_ELEMENTS (places); i++)
      for (int side = 0; side < 2; side++)
        {
          const QuoPoint *at = &arc->points[places[i]];
          double dx = arc->points[places[i] + 1].x - arc->points[places[i] - 1].x;
          double dy = arc->points[places[i] + 1].y - arc->points[places[i] - 1].y;
          double length = MAX (hypot (dx, dy), 1e-6);
          double sign = side == 0 ? first : -first;
          /* To the left of the way, where a positive bow goes. */
          double nx = sign * dy / length, ny = -sign * dx / length;
          double reach = fabs (nx) * label->width / 2 + fabs (ny) * label->height / 2
                         + pads[p];
          ret_spots[n].x = (float) (at->x + nx * reach - label->width / 2);
          ret_spots[n++].y = (float) (at->y + ny * reach - label->height / 2);
        }
  return n;
}

/* All in content px: whether a label finds a place does not hang on what is seen. */
static void
block_all (QuoStatesView *self)
{
  const QuoStatesLayout *layout = &self->layout;
  QuoBox area = { 4, 4, (float) (layout->left + layout->width + 6),
                  (float) (layout->top + layout->height + 10) };

  quo_labeler_clear (self->labeler, &area);
  for (guint s = 0; s < layout->n_states; s++)
    {
      QuoBox box = quo_states_box (layout, s);
      box.x -= 5;
      box.y -= 5;
      box.width += 10;
      box.height += 10;
      quo_labeler_block (self->labeler, &box);
    }
  for (guint a = 0; a < layout->n_arcs; a++)
    for (guint i = 1; i < QUO_ARC_POINTS; i++)
      {
        const QuoPoint *p = &layout->arcs[a].points[i];
        /* Heads are wider than lines. */
        double width = i + 3 >= QUO_ARC_POINTS ? 9 : 2.5;
        quo_labeler_block_line (self->labeler, p[-1].x, p[-1].y, p[0].x, p[0].y, width);
      }
}

/* Asks for a place for the name of each arc, and gives it. */
static void
place_labels (QuoStatesView *self,
              const guint   *taken,
              ArcLabel      *labels)
{
  const QuoStatesLayout *layout = &self->layout;
  QuoLabelSpot spots[80];

  block_all (self);
  for (guint a = 0; a < layout->n_arcs; a++)
    {
      const QuoArc *arc = &layout->arcs[a];
      guint n = taken != NULL ? taken[arc->from * self->n_states + arc->to] : 0;
      fill_label (self, arc, n, &labels[a]);
      guint n_spots = arc_spots (arc, &labels[a], spots);
      labels[a].number = quo_labeler_add (self->labeler, arc->is_declared ? 2 : 1,
                                          labels[a].width, labels[a].height, spots,
                                          n_spots, 0);
    }
  quo_labeler_place (self->labeler);
}

/**
 * quo_states_try_labels:
 *
 * Returns: for how many arcs there is room to name them, the way they run now
 */
guint
quo_states_try_labels (QuoStatesView *self)
{
  guint n = 0;
  g_autofree ArcLabel *labels = g_new0 (ArcLabel, MAX (self->layout.n_arcs, 1));

  place_labels (self, NULL, labels);
  for (guint a = 0; a < self->layout.n_arcs; a++)
    {
      QuoBox box;
      n += quo_labeler_get (self->labeler, labels[a].number, &box);
      clear_label (&labels[a]);
    }
  return n;
}

static QuoPen
arc_pen (const QuoStatesFrame *frame,
         const QuoArc         *arc)
{
  QuoPen pen = { .style = QUO_STYLE_TRANSITION, .head = QUO_HEAD_FILLED,
                 .id = arc_id (frame, arc) };

  if (!arc->is_declared)
    {
      pen.style = QUO_STYLE_WARN;
      pen.dash = QUO_DASH_DASHED;
      pen.width = 1.8f;
    }
  return pen;
}

static void
draw_arc (QuoStatesFrame *frame,
          guint           a)
{
  const QuoArc *arc = &frame->self->layout.arcs[a];
  g_autofree char *title = arc_title (frame, arc);
  QuoPen pen = arc_pen (frame, arc);
  QuoPoint shape[4];

  for (guint i = 0; i < 4; i++)
    shape[i] = (QuoPoint) { arc->shape[i].x - (float) frame->view->x,
                            arc->shape[i].y - (float) frame->view->y };
  pen.title = title;
  /* What was not declared is there only once it happened. */
  if (!arc->is_declared && frame->view->is_still_only)
    return;
  quo_scene_set_layer (frame->scene,
                       arc->is_declared ? QUO_LAYER_STILL : QUO_LAYER_MOVING);
  quo_scene_add_curve (frame->scene, &pen, shape);
  if (frame->lit[a] <= 0 || frame->view->is_still_only)
    return;
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  pen.style = QUO_STYLE_TRANSITION_LIT;
  pen.width = (float) (1.4 + 1.8 * frame->lit[a]);
  pen.opacity = (float) (0.4 + 0.6 * frame->lit[a]);
  quo_scene_add_curve (frame->scene, &pen, shape);
}

static void
draw_label (QuoStatesFrame *frame,
            guint           a,
            const ArcLabel *label,
            const QuoBox   *box)
{
  QuoMetrics *metrics = frame->self->metrics;
  const QuoArc *arc = &frame->self->layout.arcs[a];
  double line = label->height / label->n_lines;
  double ascent = quo_metrics_get_ascent (metrics, QUO_FONT_SMALL, 0);
  double count = quo_metrics_get_width (metrics, QUO_FONT_SMALL_STRONG, 0, label->count);
  gboolean is_lit = frame->lit[a] > 0.3, is_taken = label->count[0] != '\0';
  QuoStyle style = !arc->is_declared ? QUO_STYLE_WARN
                   : is_lit ? QUO_STYLE_TRANSITION_LIT
                   : is_taken ? QUO_STYLE_TEXT : QUO_STYLE_TEXT_MUTED;

  for (guint i = 0; i < label->n_lines; i++)
    {
      gboolean is_last = i + 1 == label->n_lines && is_taken;
      double width = quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0, label->lines[i]);
      double x = box->x + (box->width - width - (is_last ? count + 4 : 0)) / 2;
      double y = box->y + i * line + ascent;
      guint64 id = arc->n_specs > 0
                     ? quo_thing_id (QUO_THING_TRANSITION, label->spec[i])
                     : arc_id (frame, arc);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = style, .font = QUO_FONT_SMALL, .id = id),
                          x, y, label->lines[i]);
      if (is_last)
        quo_scene_add_text (frame->scene,
                            QUO_PEN (.style = style, .font = QUO_FONT_SMALL_STRONG,
                                     .id = id),
                            x + width + 4, y, label->count);
    }
}

/**
 * quo_states_draw_arcs:
 *
 * Draws the transitions as arrows with their names beside them.
 */
void
quo_states_draw_arcs (QuoStatesFrame *frame)
{
  QuoStatesView *self = frame->self;
  guint n = self->layout.n_arcs;
  g_autofree ArcLabel *labels = g_new0 (ArcLabel, MAX (n, 1));

  place_labels (self, frame->taken, labels);
  for (guint a = 0; a < n; a++)
    draw_arc (frame, a);
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  for (guint a = 0; a < n; a++)
    {
      QuoBox box;
      if (!frame->view->is_still_only &&
          quo_labeler_get (self->labeler, labels[a].number, &box))
        {
          box.x -= (float) frame->view->x;
          box.y -= (float) frame->view->y;
          draw_label (frame, a, &labels[a], &box);
        }
      clear_label (&labels[a]);
    }
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}

/**
 * quo_states_ring_arc:
 * @transition: its number among the declared ones
 *
 * Draws the arc of a transition once more, as what is selected or pointed at.
 */
void
quo_states_ring_arc (QuoStatesFrame *frame,
                     guint           transition,
                     QuoStyle        style)
{
  const QuoStatesLayout *layout = &frame->self->layout;

  for (guint a = 0; a < frame->self->n_declared; a++)
    for (guint i = 0; i < layout->arcs[a].n_specs; i++)
      {
        const QuoArc *arc = &layout->arcs[a];
        QuoPoint shape[4];
        if (arc->specs[i] != transition)
          continue;
        for (guint k = 0; k < 4; k++)
          shape[k] = (QuoPoint) { arc->shape[k].x - (float) frame->view->x,
                                  arc->shape[k].y - (float) frame->view->y };
        quo_scene_add_curve (frame->scene,
                             QUO_PEN (.style = style, .width = 2.4f,
                                      .head = QUO_HEAD_FILLED, .dash = QUO_DASH_SOLID,
                                      .id = arc_id (frame, arc)),
                             shape);
      }
}
