/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How an update spreads: the share that knows over time, beside what theory has, and
 * below it who knows when. */

#include "diagram/spread-private.h"

#include "diagram/axis.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define NATURAL_WIDTH  900.0
#define NATURAL_HEIGHT 620.0
#define GUTTER         58.0
#define RIGHT_ROOM     18.0
#define HEAD_HEIGHT    34.0
#define LEGEND_LINE    18.0
#define LEGEND_LEFT    14.0
#define LEGEND_SIGN    26.0
#define AXIS_HEIGHT    24.0
#define BETWEEN        14.0
#define TICK_ROOM      76.0
#define COLUMN_WIDTH   2.0
#define CURVE_SHARE    0.5
#define LEGEND_MAX     (QUO_SPREAD_ROLES_MAX + 3)

static gboolean
spread_is_offered (QuoRun *run)
{
  const QuoDeclaration *declaration = quo_trace_declaration (quo_run_trace (run));

  return quo_declaration_find_use (declaration, QUO_USE_KNOWS) >= 0 &&
         quo_trace_n_nodes (quo_run_trace (run)) > 0;
}

static gpointer
spread_create (QuoRun     *run,
               QuoMetrics *metrics)
{
  QuoSpread *self = g_new0 (QuoSpread, 1);

  self->run = quo_run_ref (run);
  self->trace = quo_trace_ref (quo_run_trace (run));
  self->metrics = quo_metrics_ref (metrics);
  quo_palette_init (&self->palette, quo_trace_declaration (self->trace));
  self->n_nodes = quo_trace_n_nodes (self->trace);
  QuoCourseSpec knows = { .field = self->palette.knows, .n_classes = 2, .epoch = -1 };
  self->knows = quo_course_new (self->trace, &knows);
  self->n_roles = 1;
  if (self->palette.role >= 0 && self->palette.n_roles > 0 &&
      self->palette.n_roles <= QUO_SPREAD_ROLES_MAX)
    {
      QuoCourseSpec roles = { .field = self->palette.role, .epoch = -1,
                              .n_classes = (guint) self->palette.n_roles };
      self->roles = quo_course_new (self->trace, &roles);
      self->n_roles = (guint) self->palette.n_roles;
    }
  self->learnt = g_new (guint32, MAX (self->n_nodes, 1));
  for (guint i = 0; i < self->n_nodes; i++)
    self->learnt[i] = QUO_NO_EVENT;
  self->n_never = self->n_nodes;
  self->row_of = g_new0 (guint, QUO_SPREAD_NAMES_MAX);
  self->samples = g_array_new (FALSE, TRUE, sizeof (QuoSpreadSample));
  self->heat = g_array_new (FALSE, TRUE, sizeof (guint8));
  quo_spread_read (self);
  return self;
}

static void
spread_destroy (gpointer data)
{
  QuoSpread *self = data;

  g_array_unref (self->heat);
  g_array_unref (self->samples);
  quo_spread_tally_free (self->tally);
  g_free (self->row_of);
  g_free (self->learnt);
  quo_course_free (self->knows);
  quo_course_free (self->roles);
  quo_metrics_unref (self->metrics);
  quo_trace_unref (self->trace);
  quo_run_unref (self->run);
  g_free (self);
}

static void
spread_extended (gpointer data)
{
  quo_spread_read (data);
}

static void
spread_extent (gpointer       data,
               const QuoView *view,
               double        *ret_width,
               double        *ret_height)
{
  double zoom = MAX (view->zoom > 0 ? view->zoom : 1, 1);

  *ret_width = (view->width > 0 ? view->width : NATURAL_WIDTH) * zoom;
  *ret_height = view->height > 0 ? view->height : NATURAL_HEIGHT;
}

static void
find_axis (QuoSpreadFrame *frame)
{
  double width, height;

  spread_extent (frame->self, frame->view, &width, &height);
  frame->gutter = GUTTER;
  frame->edge = frame->view->width - RIGHT_ROOM;
  frame->left = GUTTER - frame->view->x;
  frame->right = width - RIGHT_ROOM - frame->view->x;
}

static void
spread_follow (gpointer  data,
               QuoView  *view)
{
  QuoSpreadFrame frame = { .self = data, .view = view };
  double width, height;

  spread_extent (data, view, &width, &height);
  find_axis (&frame);
  double x = quo_spread_x (&frame, view->time);
  if (x > frame.edge || x < frame.gutter)
    view->x += x - view->width * 0.4;
  view->x = CLAMP (view->x, 0, MAX (width - view->width, 0));
}

/**
 * quo_spread_x:
 *
 * Returns: where @time stands, view px
 */
double
quo_spread_x (const QuoSpreadFrame *frame,
              QuoTime               time)
{
  QuoSpread *self = frame->self;
  double share = (double) (time - self->begin) / (double) (self->end - self->begin);

  return frame->left + share * (frame->right - frame->left);
}

static double
share_y (const QuoSpreadFrame *frame,
         double                share)
{
  return frame->curve.y + frame->curve.height * (1 - share);
}

static void
draw_axes (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  double ns_per_px = (double) (self->end - self->begin) / (frame->right - frame->left);
  QuoTime step = quo_axis_step (ns_per_px, TICK_ROOM);
  double bottom = frame->strip.y + frame->strip.height;
  guint n_shares = frame->curve.height > 110 ? 4 : 2;
  char text[QUO_AXIS_TEXT];

  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_PANEL, .paint = QUO_PAINT_WASH),
                           frame->curve.x, frame->curve.y, frame->curve.width,
                           frame->curve.height, 0);
  for (guint i = 0; i <= n_shares; i++)
    {
      double y = share_y (frame, (double) i / n_shares);
      quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_GRID), frame->gutter, y,
                          frame->edge, y);
      quo_scene_add_printf (frame->scene,
                            QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL,
                                     .align = QUO_ALIGN_END),
                            frame->gutter - 7, y + 4, "%u %%", 100 * i / n_shares);
    }
  for (QuoTime time = quo_axis_first (self->begin, step); time <= self->end; time += step)
    {
      double x = quo_spread_x (frame, time);
      if (x < frame->gutter - 0.5 || x > frame->edge + 0.5)
        continue;
      quo_axis_format (time, step, text);
      double half = quo_metrics_get_width (self->metrics, QUO_FONT_SMALL, 0, text) / 2;
      quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_GRID), x,
                          frame->curve.y, x, frame->curve.y + frame->curve.height);
      quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_AXIS), x, bottom, x,
                          bottom + 4);
      if (x + half < frame->view->width - 2)
        quo_scene_add_text (frame->scene,
                            QUO_PEN (.style = QUO_STYLE_TEXT_MUTED,
                                     .font = QUO_FONT_SMALL, .align = QUO_ALIGN_MIDDLE),
                            x, bottom + 16, text);
    }
}

/* What knows by role, stacked: the areas between neighbouring sums. */
static void
draw_areas (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  guint n = self->samples->len;
  g_autofree QuoPoint *points = g_new (QuoPoint, 2 * MAX (n, 1));
  g_autofree guint *below = g_new0 (guint, MAX (n, 1));
  const QuoRoleSpec *roles = self->palette.declaration->roles;

  if (self->roles == NULL)
    return;
  /* What is reached last stands at the bottom. */
  for (guint r = self->n_roles; r-- > 0;)
    {
      gboolean is_any = FALSE;
      for (guint i = 0; i < n; i++)
        {
          float x = (float) (frame->gutter + (frame->edge - frame->gutter) * i / (n - 1));
          guint count = g_array_index (self->samples, QuoSpreadSample, i).known[r];
          is_any |= count > 0;
          points[i] = (QuoPoint) {
            x, (float) share_y (frame, (double) below[i] / self->n_nodes)
          };
          below[i] += count;
          points[2 * n - 1 - i] = (QuoPoint) {
            x, (float) share_y (frame, (double) below[i] / self->n_nodes)
          };
        }
      if (!is_any)
        continue;
      g_autofree char *title = g_strdup_printf ("%s: %s", roles[r].id,
                                                _(roles[r].summary));
      quo_scene_add_polygon (frame->scene,
                             QUO_PEN (.style = QUO_STYLE_STRIP, .paint = QUO_PAINT_FILL,
                                      .tint = quo_palette_tone_tint (roles[r].tone),
                                      .opacity = 0.28f, .title = title,
                                      .id = quo_thing_id (QUO_THING_ROLE, r)),
                             points, 2 * n);
    }
}

static void
draw_measured (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  guint n = self->samples->len, n_points = 0;
  g_autofree QuoPoint *points = g_new (QuoPoint, 2 * MAX (n, 1));
  guint last = G_MAXUINT;

  /* Steps: a point where it changes, and the one before. */
  for (guint i = 0; i < n; i++)
    {
      guint count = g_array_index (self->samples, QuoSpreadSample, i).n_known;
      float x = (float) (frame->gutter + (frame->edge - frame->gutter) * i / (n - 1));
      float y = (float) share_y (frame, (double) count / self->n_nodes);
      if (count == last && i + 1 < n)
        continue;
      if (n_points > 0)
        {
          points[n_points] = (QuoPoint) { x, points[n_points - 1].y };
          n_points++;
        }
      points[n_points++] = (QuoPoint) { x, y };
      last = count;
    }
  quo_scene_add_polyline (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_CURVE,
                                   .title = _("Share of the nodes that know")),
                          points, n_points);
}

static void
draw_theory (QuoSpreadFrame *frame)
{
  const QuoTheory *theory = &frame->self->theory;
  QuoPoint points[QUO_SPREAD_POINTS];

  if (!theory->is_known || theory->n_points < 2)
    return;
  for (guint i = 0; i < theory->n_points; i++)
    points[i] = (QuoPoint) { (float) quo_spread_x (frame, theory->time[i]),
                             (float) share_y (frame, theory->known[i]) };
  g_autofree char *formula = quo_theory_formula (theory);
  g_autofree char *title = g_strdup_printf (_("mean-field theory, as if every node met every "
                                              "other equally often: %s"), formula);
  quo_scene_add_polyline (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_CURVE_THEORY, .title = title),
                          points, theory->n_points);
}

static void
draw_cursor (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  const QuoView *view = frame->view;
  guint counts[3];

  if (view->is_whole || view->is_still_only)
    return;
  double x = quo_spread_x (frame, frame->time);
  double top = frame->curve.y, bottom = frame->strip.y + frame->strip.height;
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  double left = MAX (x, frame->gutter);
  if (left < frame->edge)
    quo_scene_add_rectangle (frame->scene,
                             QUO_PEN (.style = QUO_STYLE_VEIL, .paint = QUO_PAINT_FILL),
                             left, top - 3, frame->edge - left + 2, bottom - top + 3, 0);
  if (x >= frame->gutter - 0.5 && x <= frame->edge + 0.5)
    {
      quo_course_population (self->knows, frame->n_moves, counts);
      double y = share_y (frame, (double) counts[1] / self->n_nodes);
      quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_TIME_LINE), x, top, x,
                          bottom);
      quo_scene_add_ellipse (frame->scene,
                             QUO_PEN (.style = QUO_STYLE_TIME_LINE,
                                      .paint = QUO_PAINT_FILL), x, y, 4, 4);
    }
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}

/* "27 of 64 know (42.2 %) at 3.2 s", and at the end who was never reached. */
static void
draw_head (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  guint counts[3];

  if (frame->view->is_still_only)
    return;
  quo_course_population (self->knows, frame->n_moves, counts);
  g_autofree char *time = quo_time_format_short (frame->time, 4);
  g_autoptr(GString) text = g_string_new (NULL);
  g_string_append_printf (text, _("%u of %u know (%.1f %%)"), counts[1], self->n_nodes,
                          100.0 * counts[1] / self->n_nodes);
  double x = 14, room = frame->view->width - 28;
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  g_autofree char *fitted = quo_metrics_fit (self->metrics, QUO_FONT_TITLE, 0, text->str,
                                             room);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_TEXT, .font = QUO_FONT_TITLE), x, 24,
                      fitted);
  double width = quo_metrics_get_width (self->metrics, QUO_FONT_TITLE, 0, fitted);
  g_string_printf (text, _("at %s"), time);
  if (counts[2] > 0)
    g_string_append_printf (text, _(" · %u crashed"), counts[2]);
  if (frame->n_moves == self->n_read)
    g_string_append_printf (text, _(" · never reached: %u (residue %.2g)"), self->n_never,
                            (double) self->n_never / self->n_nodes);
  g_autofree char *rest = quo_metrics_fit (self->metrics, QUO_FONT_BODY, 0, text->str,
                                           room - width - 12);
  if (rest[0] != '\0' && room - width > 60)
    quo_scene_add_text (frame->scene, QUO_PEN (.style = QUO_STYLE_TEXT_MUTED),
                        x + width + 12, 24, rest);
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}

typedef struct
{
  QuoPen      pen;
  gboolean    is_line;
  const char *text;
} Entry;

static guint
list_entries (QuoSpread *self,
              Entry     *entries,
              const char *theory)
{
  const QuoRoleSpec *roles = self->palette.declaration->roles;
  QuoSpreadSample most = { 0 };
  guint n = 0;

  for (guint i = 0; i < self->samples->len; i++)
    for (guint r = 0; r < self->n_roles; r++)
      most.known[r] = MAX (most.known[r],
                           g_array_index (self->samples, QuoSpreadSample, i).known[r]);
  entries[n++] = (Entry) { { .style = QUO_STYLE_CURVE }, TRUE, _("know") };
  for (guint r = 0; self->roles != NULL && r < self->n_roles; r++)
    if (most.known[r] > 0)
      entries[n++] = (Entry) {
        { .style = QUO_STYLE_STRIP, .paint = QUO_PAINT_FILL, .opacity = 0.45f,
          .tint = quo_palette_tone_tint (roles[r].tone) }, FALSE, roles[r].id
      };
  if (theory != NULL)
    entries[n++] = (Entry) { { .style = QUO_STYLE_CURVE_THEORY }, TRUE, theory };
  return n;
}

/* As much of a text as fits into a line; moves the text behind it. */
static char *
take_line (QuoSpread   *self,
           const char **text,
           double       width)
{
  const char *end = *text;

  for (const char *p = strchr (*text, ' '); ; p = strchr (p + 1, ' '))
    {
      const char *stop = p != NULL ? p : *text + strlen (*text);
      g_autofree char *part = g_strndup (*text, (gsize) (stop - *text));
      if (end != *text &&
          quo_metrics_get_width (self->metrics, QUO_FONT_SMALL, 0, part) > width)
        break;
      end = stop;
      if (p == NULL)
        break;
    }
  g_autofree char *line = g_strndup (*text, (gsize) (end - *text));
  *text = *end == ' ' ? end + 1 : end;
  return quo_metrics_fit (self->metrics, QUO_FONT_SMALL, 0, line, width);
}

static void
put_sign (QuoSpreadFrame *frame,
          const Entry    *entry,
          double          x,
          double          y)
{
  if (entry->is_line)
    quo_scene_add_line (frame->scene, &entry->pen, x, y, x + 20, y);
  else
    quo_scene_add_rectangle (frame->scene, &entry->pen, x + 4, y - 5, 12, 10, 2);
}

/* A sign and its text, on as many lines as it takes; moves on to behind it. */
static void
put_entry (QuoSpreadFrame *frame,
           const Entry    *entry,
           gboolean        is_drawn,
           double         *x,
           guint          *line)
{
  QuoSpread *self = frame->self;
  double width = frame->view->width, y = HEAD_HEIGHT + 8 + *line * LEGEND_LINE;
  double whole = quo_metrics_get_width (self->metrics, QUO_FONT_SMALL, 0, entry->text);
  const char *rest = entry->text;

  if (*x > LEGEND_LEFT && *x + LEGEND_SIGN + whole > width - 10)
    {
      *x = LEGEND_LEFT;
      y = HEAD_HEIGHT + 8 + ++*line * LEGEND_LINE;
    }
  if (is_drawn)
    put_sign (frame, entry, *x, y);
  while (TRUE)
    {
      g_autofree char *text = take_line (self, &rest,
                                         width - *x - LEGEND_SIGN - 10);
      if (is_drawn)
        quo_scene_add_text (frame->scene,
                            QUO_PEN (.style = QUO_STYLE_TEXT_MUTED,
                                     .font = QUO_FONT_SMALL, .title = entry->text),
                            *x + LEGEND_SIGN, HEAD_HEIGHT + 12 + *line * LEGEND_LINE, text);
      if (rest[0] == '\0')
        {
          *x += LEGEND_SIGN + 14
                + quo_metrics_get_width (self->metrics, QUO_FONT_SMALL, 0, text);
          return;
        }
      ++*line;
    }
}

/* What the signs mean: returns the number of lines it takes. */
static guint
put_legend (QuoSpreadFrame *frame,
            gboolean        is_drawn)
{
  QuoSpread *self = frame->self;
  Entry entries[LEGEND_MAX];
  g_autofree char *theory = NULL;
  double x = LEGEND_LEFT;
  guint line = 0;

  if (self->theory.is_known)
    {
      g_autofree char *formula = quo_theory_formula (&self->theory);
      theory = g_strdup_printf (_("mean-field theory: %s"), formula);
    }
  guint n = list_entries (self, entries, theory);
  for (guint i = 0; i < n; i++)
    put_entry (frame, &entries[i], is_drawn, &x, &line);
  return line + 1;
}

static void
spread_draw (gpointer       data,
             const QuoView *view,
             QuoScene      *scene)
{
  QuoSpread *self = data;
  QuoSpreadFrame frame = { .self = self, .view = view, .scene = scene };

  find_axis (&frame);
  if (frame.edge < frame.gutter + 40 || view->height < 140)
    return;
  frame.time = view->is_whole ? quo_run_end (self->run) : view->time;
  frame.n_moves = view->is_whole
    ? self->n_read
    : quo_course_n_moves (self->knows, quo_trace_find (self->trace, view->time));
  quo_spread_sample (self, &frame, COLUMN_WIDTH);
  double top = HEAD_HEIGHT + put_legend (&frame, FALSE) * LEGEND_LINE + 10;
  double room = view->height - top - BETWEEN - AXIS_HEIGHT;
  frame.curve = (QuoBox) { (float) frame.gutter, (float) top,
                           (float) (frame.edge - frame.gutter),
                           (float) MAX (room * CURVE_SHARE, 20) };
  frame.strip = frame.curve;
  frame.strip.y += frame.curve.height + BETWEEN;
  frame.strip.height = (float) MAX (room - frame.curve.height, 10);

  draw_head (&frame);
  put_legend (&frame, TRUE);
  draw_axes (&frame);
  quo_spread_draw_strip (&frame);
  quo_scene_push_clip (scene, frame.curve.x, frame.curve.y - 3, frame.curve.width + 1,
                       frame.curve.height + 6);
  draw_areas (&frame);
  draw_theory (&frame);
  draw_measured (&frame);
  quo_scene_pop_clip (scene);
  draw_cursor (&frame);
  quo_scene_set_layer (scene, QUO_LAYER_OVERLAY);
  if (view->hovered != 0 && view->hovered != view->selected)
    quo_spread_light (&frame, view->hovered, QUO_STYLE_ACCENT);
  if (view->selected != 0)
    quo_spread_light (&frame, view->selected, QUO_STYLE_SELECTION);
  quo_scene_set_layer (scene, QUO_LAYER_STILL);
}

const QuoDiagramClass quo_spread_diagram = {
  .id = "spread",
  .title = N_("Spread"),
  .summary = N_("How many know over time, and who told whom"),
  .is_offered = spread_is_offered,
  .create = spread_create,
  .destroy = spread_destroy,
  .extent = spread_extent,
  .draw = spread_draw,
  .follow = spread_follow,
  .extended = spread_extended,
};
