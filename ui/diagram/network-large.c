/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/network-private.h"

#include <math.h>
#include <string.h>

/* More nodes in sight than this are drawn as their density. */
#define DOTS_MAX  1500
#define CELL_SIZE 14.0

/* Nodes that stand in one square of the screen. */
typedef struct
{
  guint n;
  guint n_lit;  /* that know, or lead */
  guint n_down;
  guint tint;   /* of one that is lit */
} QuoCell;

static void
draw_dot (QuoNetworkFrame *frame,
          guint            node,
          double           x,
          double           y)
{
  QuoNodeState state = quo_network_state (frame, node);
  g_autoptr(GString) title = g_string_new (NULL);
  QuoPen *pen = &(QuoPen) { .style = QUO_STYLE_NODE, .tint = state.tint, .width = 1.2f,
                            .id = quo_thing_id (QUO_THING_PARTICIPANT, node) };

  quo_network_describe_node (frame, node, &state, title);
  pen->title = title->str;
  if (state.life != QUO_LIFE_UP)
    {
      pen->style = state.life == QUO_LIFE_DOWN ? QUO_STYLE_NODE_DOWN
                                               : QUO_STYLE_NODE_PAUSED;
      pen->tint = QUO_TINT_NEUTRAL;
      quo_scene_add_mark (frame->scene, pen,
                          state.life == QUO_LIFE_DOWN ? QUO_MARK_CROSS : QUO_MARK_SQUARE,
                          x, y, 2 * frame->radius, 0);
      return;
    }
  gboolean is_lit = frame->palette->knows >= 0 ? state.knows
                                               : state.tint != QUO_TINT_NEUTRAL;
  /* One fill each: a thousand outlines would cost more than all the rest. */
  pen->paint = QUO_PAINT_FILL;
  if (!is_lit)
    {
      pen->style = QUO_STYLE_LINK;
      pen->tint = QUO_TINT_NEUTRAL;
    }
  quo_scene_add_mark (frame->scene, pen, QUO_MARK_DOT, x, y, MAX (2 * frame->radius, 2.4),
                      0);
  if (state.is_leading)
    quo_scene_add_ellipse (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_NODE, .tint = state.tint,
                                    .paint = QUO_PAINT_STROKE, .width = 1),
                           x, y, frame->radius + 3, frame->radius + 3);
}

static void
draw_cell (QuoNetworkFrame *frame,
           const QuoCell   *cell,
           double           x,
           double           y,
           guint            fullest)
{
  /* As large as the cell is full; as strong as its nodes are lit. */
  double share = sqrt ((double) cell->n / fullest);
  double size = MAX (CELL_SIZE * (0.35 + 0.6 * share), 3);
  double lit = (double) cell->n_lit / cell->n;
  g_autofree char *title = g_strdup_printf ("%u/%u", cell->n_lit, cell->n);
  double left = x + (CELL_SIZE - size) / 2, top = y + (CELL_SIZE - size) / 2;

  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_LINK, .paint = QUO_PAINT_FILL,
                                    .title = title, .opacity = 0.6f),
                           left, top, size, size, 2);
  if (cell->n_lit > 0)
    quo_scene_add_rectangle (frame->scene,
                             QUO_PEN (.style = QUO_STYLE_NODE, .tint = cell->tint,
                                      .paint = QUO_PAINT_FILL,
                                      .opacity = (float) (0.4 + 0.6 * lit)),
                             left, top, size, size, 2);
  if (cell->n_down > 0)
    quo_scene_add_mark (frame->scene, QUO_PEN (.style = QUO_STYLE_BAD, .width = 1.2f),
                        QUO_MARK_CROSS, x + CELL_SIZE / 2, y + CELL_SIZE / 2, 5, 0);
}

static void
draw_cells (QuoNetworkFrame *frame)
{
  guint columns = (guint) ceil (frame->view->width / CELL_SIZE) + 1;
  guint rows = (guint) ceil (frame->view->height / CELL_SIZE) + 1;
  g_autofree QuoCell *cells = g_new0 (QuoCell, (gsize) columns * rows);
  guint fullest = 1;

  for (guint i = 0; i < frame->self->n_nodes; i++)
    {
      double x, y;
      quo_network_node_at (frame, i, &x, &y);
      if (!(x >= 0 && y >= 0 && x < frame->view->width && y < frame->view->height))
        continue;
      QuoNodeState state = quo_network_state (frame, i);
      QuoCell *cell = &cells[(guint) (y / CELL_SIZE) * columns + (guint) (x / CELL_SIZE)];
      gboolean is_lit = frame->palette->knows >= 0 ? state.knows
                                                   : state.tint != QUO_TINT_NEUTRAL;
      cell->n++;
      cell->n_down += state.life == QUO_LIFE_DOWN;
      cell->n_lit += is_lit;
      if (is_lit)
        cell->tint = state.tint;
      fullest = MAX (fullest, cell->n);
    }
  for (guint r = 0; r < rows; r++)
    for (guint c = 0; c < columns; c++)
      if (cells[r * columns + c].n > 0)
        draw_cell (frame, &cells[r * columns + c], c * CELL_SIZE, r * CELL_SIZE, fullest);
}

/**
 * quo_network_draw_dots:
 *
 * Draws nodes too small for names: one by one while there are not too many in sight,
 * else as squares that say how many there are and what share of them is lit.
 */
void
quo_network_draw_dots (QuoNetworkFrame *frame)
{
  QuoNetworkView *self = frame->self;
  guint n_seen = 0;

  for (guint i = 0; i < self->n_nodes && n_seen <= DOTS_MAX; i++)
    {
      double x, y;
      quo_network_node_at (frame, i, &x, &y);
      n_seen += x > -5 && y > -5 && x < frame->view->width + 5 &&
                y < frame->view->height + 5;
    }
  if (n_seen > DOTS_MAX)
    {
      draw_cells (frame);
      return;
    }
  for (guint i = 0; i < self->n_nodes; i++)
    {
      double x, y;
      quo_network_node_at (frame, i, &x, &y);
      if (x > -9 && y > -9 && x < frame->view->width + 9 && y < frame->view->height + 9)
        draw_dot (frame, i, x, y);
    }
}
