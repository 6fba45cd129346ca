/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who knows when: a row for each node with who told it, or rows of many nodes whose
 * share is shaded. */

#include "diagram/spread-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define LEVELS       12
#define ROW_LEAST    3.0  /* px of a row of many nodes */
#define COLUMN_WIDTH 3.0

static double
row_y (const QuoSpreadFrame *frame,
       guint                 row)
{
  return frame->strip.y + (row + 0.5) * frame->strip.height / frame->self->n_nodes;
}

/* A node from one change to the next. */
static void
draw_stretch (QuoSpreadFrame      *frame,
              const QuoSpreadWalk *walk,
              guint                node,
              QuoTime              from,
              QuoTime              to)
{
  QuoSpread *self = frame->self;
  double left = MAX (quo_spread_x (frame, from), frame->gutter);
  double right = MIN (quo_spread_x (frame, to), frame->edge);
  double height = MAX (frame->strip.height / self->n_nodes * 0.72, 1);
  double y = row_y (frame, self->row_of[node]);
  char buffer[32];

  if (right <= left || (!walk->is_down[node] && !walk->knows[node]))
    return;
  const char *role = quo_palette_role_id (&self->palette, walk->role[node]);
  g_autofree char *title = g_strdup_printf ("%s: %s",
                                            quo_trace_label (self->trace, node, buffer),
                                            walk->is_down[node] ? _("crashed")
                                            : role != NULL ? role : _("knows"));
  QuoPen pen = { .style = QUO_STYLE_CURVE, .paint = QUO_PAINT_FILL, .opacity = 0.8f,
                 .id = quo_thing_id (QUO_THING_PARTICIPANT, node), .title = title };
  if (walk->is_down[node])
    {
      pen.style = QUO_STYLE_NODE_DOWN;
      pen.paint = QUO_PAINT_STROKE;
      quo_scene_add_line (frame->scene, &pen, left, y, right, y);
      return;
    }
  if (self->roles != NULL)
    {
      pen.style = QUO_STYLE_STRIP;
      pen.tint = quo_palette_tone_tint (
        self->palette.declaration->roles[walk->role[node]].tone);
    }
  quo_scene_add_rectangle (frame->scene, &pen, left, y - height / 2, right - left, height,
                           0);
}

static void
draw_bars (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  g_autofree QuoTime *since = g_new0 (QuoTime, MAX (self->n_nodes, 1));
  QuoSpreadWalk walk, before;
  guint32 event;
  guint node;

  quo_spread_walk_begin (&walk, self);
  for (;;)
    {
      before = walk;
      before.knows = g_memdup2 (walk.knows, MAX (self->n_nodes, 1));
      before.role = g_memdup2 (walk.role, MAX (self->n_nodes, 1));
      before.is_down = g_memdup2 (walk.is_down, MAX (self->n_nodes, 1));
      gboolean is_more = quo_spread_walk_next (&walk, G_MAXUINT32, &event, &node);
      if (is_more)
        {
          QuoTime time = quo_trace_time (self->trace, event);
          draw_stretch (frame, &before, node, since[node], time);
          since[node] = time;
        }
      quo_spread_walk_end (&before);
      if (!is_more)
        break;
    }
  for (guint i = 0; i < self->n_nodes; i++)
    draw_stretch (frame, &walk, i, since[i], self->end);
  quo_spread_walk_end (&walk);
}

/* From the row of who told to the row of who was told, at the moment it was. */
static void
draw_tellings (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  char buffer[32], other[32];

  for (guint node = 0; node < self->n_nodes; node++)
    {
      guint32 event = self->learnt[node];
      guint32 send = event != QUO_NO_EVENT ? quo_spread_told_by (self, event)
                                           : QUO_NO_EVENT;
      if (send == QUO_NO_EVENT)
        continue;
      guint teller = quo_trace_node (self->trace, send);
      double x = quo_spread_x (frame, quo_trace_time (self->trace, event));
      if (teller >= self->n_nodes || x < frame->gutter || x > frame->edge)
        continue;
      g_autofree char *time = quo_time_format_short (quo_trace_time (self->trace, event), 4);
      g_autofree char *title = g_strdup_printf (
        _("%s told %s at %s"), quo_trace_label (self->trace, teller, buffer),
        quo_trace_label (self->trace, node, other), time);
      double from = row_y (frame, self->row_of[teller]);
      double to = row_y (frame, self->row_of[node]);
      double gap = MIN (frame->strip.height / self->n_nodes * 0.36, 6);
      quo_scene_add_line (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_MESSAGE, .width = 1,
                                   .head = fabs (to - from) > 18 ? QUO_HEAD_FILLED
                                                                 : QUO_HEAD_NONE,
                                   .opacity = 0.75f, .title = title,
                                   .id = quo_thing_id (QUO_THING_EVENT, send)),
                          x, from, x, to + (from < to ? -gap : gap));
    }
}

static void
draw_names (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  double height = frame->strip.height / MAX (self->n_nodes, 1);
  double line = quo_metrics_get_height (self->metrics, QUO_FONT_SMALL, 0);
  guint every = (guint) MAX (ceil (line / height), 1);
  char buffer[32];

  for (guint node = 0; node < self->n_nodes; node++)
    {
      guint row = self->row_of[node];
      if (row % every != 0)
        continue;
      const char *name = quo_trace_label (self->trace, node, buffer);
      g_autofree char *text = quo_metrics_fit (self->metrics, QUO_FONT_SMALL, 0, name,
                                               frame->gutter - 12);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = self->learnt[node] != QUO_NO_EVENT
                                              ? QUO_STYLE_TEXT : QUO_STYLE_TEXT_MUTED,
                                   .font = QUO_FONT_SMALL, .align = QUO_ALIGN_END,
                                   .title = name,
                                   .id = quo_thing_id (QUO_THING_PARTICIPANT, node)),
                          frame->gutter - 7, row_y (frame, row) + 4, text);
    }
}

/* The share that knows, for each row of nodes and each column of time. */
static void
find_heat (QuoSpreadFrame *frame,
           guint           n_rows,
           guint           n_columns)
{
  QuoSpread *self = frame->self;
  double scale = (double) (self->end - self->begin) / (frame->right - frame->left);
  QuoTime from = self->begin + (QuoTime) ((frame->gutter - frame->left) * scale);
  QuoTime to = self->begin + (QuoTime) ((frame->edge - frame->left) * scale);
  g_autofree guint *known = g_new0 (guint, n_rows);
  QuoSpreadWalk walk;
  guint32 event;
  guint node;

  if (self->heat->len > 0 && self->heat_rows == n_rows &&
      self->heat_columns == n_columns && self->heat_from == from && self->heat_to == to)
    return;
  self->heat_rows = n_rows;
  self->heat_columns = n_columns;
  self->heat_from = from;
  self->heat_to = to;
  g_array_set_size (self->heat, n_rows * n_columns);
  quo_spread_walk_begin (&walk, self);
  g_autofree guint8 *counted = g_malloc0 (MAX (self->n_nodes, 1));
  for (guint c = 0; c < n_columns; c++)
    {
      QuoTime time = from + (QuoTime) ((double) (to - from) * (c + 1) / n_columns);
      guint32 end = quo_trace_find (self->trace, time);
      while (quo_spread_walk_next (&walk, end, &event, &node))
        {
          guint8 is_known = walk.knows[node] && !walk.is_down[node];
          guint row = (guint) ((guint64) node * n_rows / self->n_nodes);
          known[row] += (guint) is_known - counted[node];
          counted[node] = is_known;
        }
      for (guint r = 0; r < n_rows; r++)
        {
          guint first = (guint) (((guint64) r * self->n_nodes + n_rows - 1) / n_rows);
          guint last = (guint) (((guint64) (r + 1) * self->n_nodes + n_rows - 1) / n_rows);
          double share = (double) known[r] / MAX (last - first, 1);
          /* Only nobody is nothing. */
          guint level = share > 0 ? (guint) MAX (lround (share * LEVELS), 1) : 0;
          g_array_index (self->heat, guint8, r * n_columns + c) = (guint8) level;
        }
    }
  quo_spread_walk_end (&walk);
}

static void
draw_heat_row (QuoSpreadFrame *frame,
               guint           row)
{
  QuoSpread *self = frame->self;
  guint n = self->heat_columns;
  const guint8 *levels = &g_array_index (self->heat, guint8, row * n);
  double width = (frame->edge - frame->gutter) / n;
  /* On whole px: neighbours leave no seam, and painting takes half the time. */
  double top = round (frame->strip.y + frame->strip.height * row / self->heat_rows);
  double bottom = round (frame->strip.y + frame->strip.height * (row + 1)
                         / self->heat_rows);

  for (guint from = 0, to; from < n; from = to)
    {
      for (to = from + 1; to < n && levels[to] == levels[from]; to++)
        ;
      if (levels[from] == 0)
        continue;
      quo_scene_add_rectangle (frame->scene,
                               QUO_PEN (.style = QUO_STYLE_CURVE, .paint = QUO_PAINT_FILL,
                                        .opacity = (float) levels[from] / LEVELS * 0.85f),
                               round (frame->gutter + from * width), top,
                               round (frame->gutter + to * width)
                               - round (frame->gutter + from * width),
                               bottom - top, 0);
    }
}

static void
draw_heat (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;
  char buffers[2][32];
  const char *first = quo_trace_label (self->trace, 0, buffers[0]);
  const char *last = quo_trace_label (self->trace, self->n_nodes - 1, buffers[1]);
  guint n_rows = (guint) CLAMP (frame->strip.height / ROW_LEAST, 1, 160);
  guint n_columns = (guint) MAX ((frame->edge - frame->gutter) / COLUMN_WIDTH, 1);

  find_heat (frame, MIN (n_rows, self->n_nodes), n_columns);
  g_autofree char *title = g_strdup_printf (
    _("The darker, the more of the nodes of a row know; %u rows from %s down to %s"),
    self->heat_rows, first, last);
  quo_scene_begin_group (frame->scene, QUO_STYLE_CURVE, 0, title);
  for (guint r = 0; r < self->heat_rows; r++)
    draw_heat_row (frame, r);
  quo_scene_end_group (frame->scene);
  for (guint end = 0; end < 2; end++)
    {
      g_autofree char *name = quo_metrics_fit (self->metrics, QUO_FONT_SMALL, 0,
                                               end == 0 ? first : last,
                                               frame->gutter - 9);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL,
                                   .align = QUO_ALIGN_END),
                          frame->gutter - 7,
                          end == 0 ? frame->strip.y + 9
                                   : frame->strip.y + frame->strip.height, name);
    }
}

/**
 * quo_spread_draw_strip:
 *
 * Draws who knows, over time.
 */
void
quo_spread_draw_strip (QuoSpreadFrame *frame)
{
  QuoSpread *self = frame->self;

  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_PANEL, .paint = QUO_PAINT_WASH),
                           frame->strip.x, frame->strip.y, frame->strip.width,
                           frame->strip.height, 0);
  if (self->n_nodes == 0)
    return;
  if (self->n_nodes > QUO_SPREAD_NAMES_MAX)
    {
      draw_heat (frame);
      return;
    }
  draw_bars (frame);
  draw_tellings (frame);
  draw_names (frame);
}

/* The row of a node, from end to end. */
static void
light_node (QuoSpreadFrame *frame,
            guint           node,
            QuoStyle        style)
{
  QuoSpread *self = frame->self;
  double height = MAX (frame->strip.height / self->n_nodes, 3);
  double y = self->n_nodes > QUO_SPREAD_NAMES_MAX
               ? frame->strip.y + frame->strip.height * (node + 0.5) / self->n_nodes
               : row_y (frame, self->row_of[node]);

  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = style, .paint = QUO_PAINT_STROKE,
                                    .width = 1.4f,
                                    .id = quo_thing_id (QUO_THING_PARTICIPANT, node)),
                           frame->gutter - 1, y - height / 2,
                           frame->edge - frame->gutter + 2, height, 2);
}

/**
 * quo_spread_light:
 * @thing: what is selected or pointed at
 *
 * Draws a frame around a node's row, or a line at the moment of an event.
 */
void
quo_spread_light (QuoSpreadFrame *frame,
                  guint64         thing,
                  QuoStyle        style)
{
  QuoSpread *self = frame->self;
  guint64 index = quo_thing_index (thing);

  if (quo_thing_kind (thing) == QUO_THING_PARTICIPANT && index < self->n_nodes)
    light_node (frame, (guint) index, style);
  if (quo_thing_kind (thing) != QUO_THING_EVENT ||
      index >= quo_trace_length (self->trace))
    return;
  double x = quo_spread_x (frame, quo_trace_time (self->trace, (guint32) index));
  guint node = quo_trace_node (self->trace, (guint32) index);
  if (x >= frame->gutter && x <= frame->edge)
    quo_scene_add_line (frame->scene, QUO_PEN (.style = style, .width = 1.2f), x,
                        frame->curve.y, x, frame->strip.y + frame->strip.height);
  if (node < self->n_nodes)
    light_node (frame, node, style);
}
