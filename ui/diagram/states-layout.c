/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A state machine has few states and many ways to draw it: all of a grid's cells are
 * tried for each state, and all of a few bends for each arc, until nothing gets
 * better. */

#include "diagram/states-private.h"

#include <math.h>
#include <string.h>

#define ROUNDS_MAX      24
#define GAP_X           64.0 /* least room between boxes: a label fits */
#define GAP_Y           44.0
#define GAP_X_MAX       230.0
#define GAP_Y_MAX       170.0
#define LOOP_REACH      38.0
#define LOOP_HALF       13.0
#define LOOP_NAME       60.0
#define PAD             4.0  /* between a box and what points at it */
#define CORNER          12.0 /* nothing is attached nearer to a corner */
#define STRIDE          3    /* of the points that are compared with others */
#define APART           20.0 /* arcs nearer than this to each other are confusing */

/**
 * quo_states_box:
 *
 * Returns: the box of @state
 */
QuoBox
quo_states_box (const QuoStatesLayout *self,
                guint                  state)
{
  return (QuoBox) {
    (float) (self->x[state] - self->box_width / 2),
    (float) (self->y[state] - self->box_height / 2),
    (float) self->box_width, (float) self->box_height
  };
}

static double
cross (double ax,
       double ay,
       double bx,
       double by,
       double cx,
       double cy)
{
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

static gboolean
do_cross (const double a[2],
          const double b[2],
          const double c[2],
          const double d[2])
{
  return cross (a[0], a[1], b[0], b[1], c[0], c[1])
         * cross (a[0], a[1], b[0], b[1], d[0], d[1]) < 0 &&
         cross (c[0], c[1], d[0], d[1], a[0], a[1])
         * cross (c[0], c[1], d[0], d[1], b[0], b[1]) < 0;
}

/* How far a point is from the middle part of a segment; far when beside it. */
static double
off_segment (const double p[2],
             const double a[2],
             const double b[2])
{
  double dx = b[0] - a[0], dy = b[1] - a[1];
  double square = dx * dx + dy * dy;
  double along = (p[0] - a[0]) * dx + (p[1] - a[1]) * dy;

  if (along <= 0 || along >= square)
    return G_MAXDOUBLE;
  return fabs (cross (a[0], a[1], b[0], b[1], p[0], p[1])) / sqrt (square);
}

static double
arc_cost (const QuoStatesLayout *self,
          const double           at[QUO_STATES_MAX][2],
          guint                  arc)
{
  const QuoArc *one = &self->arcs[arc];
  const double *a = at[one->from], *b = at[one->to];
  double dx = b[0] - a[0], dy = b[1] - a[1];
  /* Time reads from left to right and downwards. */
  double ahead = dx + dy, cost = sqrt (dx * dx + dy * dy);

  if (one->from == one->to)
    return 0;
  if (ahead < 0 && one->from < one->to)
    cost += 0.4;
  for (guint s = 0; s < self->n_states; s++)
    if (s != one->from && s != one->to && off_segment (at[s], a, b) < 0.3)
      cost += 1.6;
  for (guint i = 0; i < arc; i++)
    {
      const QuoArc *other = &self->arcs[i];
      if (other->from == other->to ||
          (other->from == one->to && other->to == one->from))
        continue;
      if (do_cross (a, b, at[other->from], at[other->to]))
        cost += 3;
    }
  return cost;
}

/* What a placement costs: long ways, crossings, arcs through states, and first of all
 * where it does not begin at the left or the top. */
static double
grid_cost (const QuoStatesLayout *self,
           const QuoStatesGrid            *grid,
           const gboolean        *is_source)
{
  double at[QUO_STATES_MAX][2], cost = 0, middle = 0;
  gboolean is_tall = grid->rows > grid->columns;
  double aspect = is_tall ? 1.35 : 0.8;

  for (guint s = 0; s < self->n_states; s++)
    {
      at[s][0] = grid->column[s];
      at[s][1] = grid->row[s] * aspect;
      middle += is_tall ? at[s][0] : at[s][1];
    }
  middle /= self->n_states;
  for (guint s = 0; s < self->n_states; s++)
    {
      if (is_source[s])
        cost += 0.9 * (is_tall ? at[s][1] : at[s][0]);
      cost += 0.05 * fabs ((is_tall ? at[s][0] : at[s][1]) - middle);
    }
  for (guint i = 0; i < self->n_arcs; i++)
    cost += arc_cost (self, at, i);
  return cost;
}

static guint
state_in (const QuoStatesLayout *self,
          const QuoStatesGrid            *grid,
          guint                  column,
          guint                  row)
{
  for (guint s = 0; s < self->n_states; s++)
    if (grid->column[s] == column && grid->row[s] == row)
      return s;
  return G_MAXUINT;
}

static void
move_to (const QuoStatesLayout *self,
         QuoStatesGrid                  *grid,
         guint                  state,
         guint                  column,
         guint                  row)
{
  guint other = state_in (self, grid, column, row);

  if (other != G_MAXUINT)
    {
      grid->column[other] = grid->column[state];
      grid->row[other] = grid->row[state];
    }
  grid->column[state] = column;
  grid->row[state] = row;
}

static double
improve (const QuoStatesLayout *self,
         QuoStatesGrid                  *grid,
         const gboolean        *is_source)
{
  double best = grid_cost (self, grid, is_source);

  for (guint round = 0; round < ROUNDS_MAX; round++)
    {
      QuoStatesGrid found = *grid;
      double least = best;
      for (guint s = 0; s < self->n_states; s++)
        for (guint cell = 0; cell < grid->columns * grid->rows; cell++)
          {
            QuoStatesGrid tried = *grid;
            move_to (self, &tried, s, cell % grid->columns, cell / grid->columns);
            double cost = grid_cost (self, &tried, is_source);
            if (cost < least - 1e-9)
              {
                least = cost;
                found = tried;
              }
          }
      if (least >= best - 1e-9)
        break;
      *grid = found;
      best = least;
    }
  return best;
}

/* Turns cells into places that fill the area; columns and rows without a state do
 * not count. */
static void
spread (QuoStatesLayout *self,
        const QuoStatesGrid      *grid)
{
  guint column_of[QUO_STATES_MAX * 2] = { 0 }, row_of[QUO_STATES_MAX * 2] = { 0 };
  guint n_columns = 0, n_rows = 0;

  for (guint c = 0; c < grid->columns; c++)
    {
      gboolean is_used = FALSE;
      for (guint s = 0; s < self->n_states; s++)
        is_used |= grid->column[s] == c;
      column_of[c] = n_columns;
      n_columns += is_used;
    }
  for (guint r = 0; r < grid->rows; r++)
    {
      gboolean is_used = FALSE;
      for (guint s = 0; s < self->n_states; s++)
        is_used |= grid->row[s] == r;
      row_of[r] = n_rows;
      n_rows += is_used;
    }
  /* Not so far apart that the arcs become all there is. */
  double step_x = self->box_width + MAX (GAP_X_MAX, 0.26 * self->width);
  double step_y = self->box_height + MAX (GAP_Y_MAX, 0.3 * self->height);
  if (n_columns > 1)
    step_x = MIN ((self->width - self->box_width) / (n_columns - 1), step_x);
  if (n_rows > 1)
    step_y = MIN ((self->height - self->box_height) / (n_rows - 1), step_y);
  double left = self->left + (self->width - step_x * (n_columns - 1)) / 2;
  double top = self->top + (self->height - step_y * (n_rows - 1)) / 2;
  for (guint s = 0; s < self->n_states; s++)
    {
      self->x[s] = left + column_of[grid->column[s]] * step_x;
      self->y[s] = top + row_of[grid->row[s]] * step_y;
    }
}

/* Several beginnings, for the nearest best is not always the best. */
static void
seed_grid (const QuoStatesLayout *self,
           QuoStatesGrid                  *grid,
           guint                  seed)
{
  guint n_cells = grid->columns * grid->rows;
  static const guint strides[] = { 1, 5, 7, 11, 3, 13 };
  guint stride = strides[seed % G_N_ELEMENTS (strides)];

  for (guint s = 0; s < self->n_states; s++)
    grid->column[s] = grid->row[s] = G_MAXUINT;
  for (guint s = 0; s < self->n_states; s++)
    {
      guint cell = (s * stride + seed) % n_cells;
      while (state_in (self, grid, cell % grid->columns, cell / grid->columns)
             != G_MAXUINT)
        cell = (cell + 1) % n_cells;
      grid->column[s] = cell % grid->columns;
      grid->row[s] = cell / grid->columns;
    }
}

/**
 * quo_states_arrange:
 * @self: its states and arcs are set
 * @is_source: (array): for each state, whether nodes begin there
 * @grid: (inout): as many columns and rows as it has; gets the cell of each state
 *
 * Finds the cell for each state.
 */
void
quo_states_arrange (const QuoStatesLayout *self,
                    const gboolean        *is_source,
                    QuoStatesGrid         *grid)
{
  QuoStatesGrid tried = *grid;
  double least = G_MAXDOUBLE;

  g_return_if_fail (self != NULL && is_source != NULL);
  g_return_if_fail (grid->columns * grid->rows >= self->n_states);

  for (guint seed = 0; seed < 5; seed++)
    {
      seed_grid (self, &tried, seed);
      double cost = improve (self, &tried, is_source);
      if (cost < least - 1e-9)
        {
          least = cost;
          *grid = tried;
        }
    }
}

/**
 * quo_states_place:
 * @grid: the cell of each state
 *
 * Spreads the cells over the area.
 *
 * Returns: FALSE when it is too small for them
 */
gboolean
quo_states_place (QuoStatesLayout     *self,
                  const QuoStatesGrid *grid)
{
  g_return_val_if_fail (self != NULL && grid != NULL, FALSE);

  if (self->width < grid->columns * (self->box_width + GAP_X) - GAP_X ||
      self->height < grid->rows * (self->box_height + GAP_Y) - GAP_Y)
    return FALSE;
  spread (self, grid);
  return TRUE;
}

/**
 * quo_states_place_anyhow:
 *
 * Places the states in rows, however little room there is, and makes them smaller.
 */
void
quo_states_place_anyhow (QuoStatesLayout *self)
{
  QuoStatesGrid grid = { 0 };

  g_return_if_fail (self != NULL && self->n_states > 0);

  double aspect = MAX (self->width / self->box_width, 1)
                  / MAX (self->height / self->box_height, 1);
  grid.columns = (guint) CLAMP (ceil (sqrt (self->n_states * aspect)), 1, self->n_states);
  grid.rows = (self->n_states + grid.columns - 1) / grid.columns;
  for (guint s = 0; s < self->n_states; s++)
    {
      grid.column[s] = s % grid.columns;
      grid.row[s] = s / grid.columns;
    }
  self->box_width = MIN (self->box_width, 0.86 * self->width / grid.columns);
  self->box_height = MIN (self->box_height, 0.86 * self->height / grid.rows);
  spread (self, &grid);
}

/* Where a line at (x, y) in the direction (dx, dy), which passes near the middle of
 * a box, leaves it. */
static QuoPoint
leave_box (const QuoStatesLayout *self,
           guint                  state,
           double                 x,
           double                 y,
           double                 dx,
           double                 dy)
{
  double half_x = self->box_width / 2 + PAD, half_y = self->box_height / 2 + PAD;
  double cx = self->x[state], cy = self->y[state];

  x = CLAMP (x, cx - half_x + CORNER, cx + half_x - CORNER);
  y = CLAMP (y, cy - half_y + CORNER, cy + half_y - CORNER);
  double until_x = dx > 0 ? (cx + half_x - x) / dx
                   : dx < 0 ? (cx - half_x - x) / dx : G_MAXDOUBLE;
  double until_y = dy > 0 ? (cy + half_y - y) / dy
                   : dy < 0 ? (cy - half_y - y) / dy : G_MAXDOUBLE;
  if (until_x < until_y)
    return (QuoPoint) { (float) (x + dx * until_x),
                        (float) CLAMP (y + dy * until_x, cy - half_y + CORNER,
                                       cy + half_y - CORNER) };
  return (QuoPoint) { (float) CLAMP (x + dx * until_y, cx - half_x + CORNER,
                                     cx + half_x - CORNER),
                      (float) (y + dy * until_y) };
}

static void
sample_curve (QuoArc         *arc,
              const QuoPoint  from[4])
{
  QuoPoint *points = arc->points;

  memcpy (arc->shape, from, sizeof arc->shape);
  arc->left = MIN (MIN (from[0].x, from[1].x), MIN (from[2].x, from[3].x));
  arc->right = MAX (MAX (from[0].x, from[1].x), MAX (from[2].x, from[3].x));
  arc->top = MIN (MIN (from[0].y, from[1].y), MIN (from[2].y, from[3].y));
  arc->bottom = MAX (MAX (from[0].y, from[1].y), MAX (from[2].y, from[3].y));
  for (guint i = 0; i < QUO_ARC_POINTS; i++)
    {
      double t = i / (QUO_ARC_POINTS - 1.0), u = 1 - t;
      double a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
      points[i].x = (float) (a * from[0].x + b * from[1].x + c * from[2].x + d * from[3].x);
      points[i].y = (float) (a * from[0].y + b * from[1].y + c * from[2].y + d * from[3].y);
    }
}

static void
bend_loop (const QuoStatesLayout *self,
           QuoArc                *arc)
{
  double x = self->x[arc->from], y = self->y[arc->from], w = self->box_width / 2 + PAD,
         h = self->box_height / 2 + PAD, s = arc->slide, l = LOOP_HALF, r = LOOP_REACH;
  QuoPoint shapes[4][4] = {
    { { (float) (x + s - l), (float) (y - h) },
      { (float) (x + s - l * 1.9), (float) (y - h - r) },
      { (float) (x + s + l * 1.9), (float) (y - h - r) },
      { (float) (x + s + l), (float) (y - h) } },
    { { (float) (x + w), (float) (y + s - l) },
      { (float) (x + w + r), (float) (y + s - l * 1.9) },
      { (float) (x + w + r), (float) (y + s + l * 1.9) },
      { (float) (x + w), (float) (y + s + l) } },
    { { (float) (x + s + l), (float) (y + h) },
      { (float) (x + s + l * 1.9), (float) (y + h + r) },
      { (float) (x + s - l * 1.9), (float) (y + h + r) },
      { (float) (x + s - l), (float) (y + h) } },
    { { (float) (x - w), (float) (y + s + l) },
      { (float) (x - w - r), (float) (y + s + l * 1.9) },
      { (float) (x - w - r), (float) (y + s - l * 1.9) },
      { (float) (x - w), (float) (y + s - l) } },
  };

  sample_curve (arc, shapes[arc->side]);
}

/* Beside the straight way from middle to middle by the slide, and bowed to its left:
 * so an arc and its return part. */
static void
bend (const QuoStatesLayout *self,
      QuoArc                *arc)
{
  if (arc->from == arc->to)
    {
      bend_loop (self, arc);
      return;
    }
  double ax = self->x[arc->from], ay = self->y[arc->from];
  double dx = self->x[arc->to] - ax, dy = self->y[arc->to] - ay;
  double length = MAX (hypot (dx, dy), 1);
  dx /= length;
  dy /= length;
  double side_x = dy, side_y = -dx;
  /* It sets out somewhat to the side that it is bowed to. */
  double lean = arc->bow * 1.6;
  QuoPoint a = leave_box (self, arc->from, ax + side_x * arc->slide,
                          ay + side_y * arc->slide, dx + side_x * lean, dy + side_y * lean);
  QuoPoint b = leave_box (self, arc->to, self->x[arc->to] + side_x * arc->slide,
                          self->y[arc->to] + side_y * arc->slide,
                          -dx + side_x * lean, -dy + side_y * lean);
  double way_x = b.x - a.x, way_y = b.y - a.y;
  double reach = arc->bow * length * 0.9;
  QuoPoint shape[4] = {
    a,
    { (float) (a.x + way_x * 0.3 + side_x * reach),
      (float) (a.y + way_y * 0.3 + side_y * reach) },
    { (float) (a.x + way_x * 0.7 + side_x * reach),
      (float) (a.y + way_y * 0.7 + side_y * reach) },
    b,
  };

  sample_curve (arc, shape);
}

static double
boxes_cost (const QuoStatesLayout *self,
            const QuoArc          *arc)
{
  double cost = 0;

  for (guint i = 1; i + 1 < QUO_ARC_POINTS; i += 2)
    {
      const QuoPoint *p = &arc->points[i];
      for (guint s = 0; s < self->n_states; s++)
        {
          gboolean is_end = s == arc->from || s == arc->to;
          double pad = is_end ? 0 : 9;
          if (fabs (p->x - self->x[s]) < self->box_width / 2 + pad &&
              fabs (p->y - self->y[s]) < self->box_height / 2 + pad)
            cost += is_end ? 8 : 80;
        }
      if (p->x < self->left - 6 || p->x > self->left + self->width + 6 ||
          p->y < self->top - 6 || p->y > self->top + self->height + 6)
        cost += 50;
    }
  return cost;
}

static gboolean
is_far (const QuoArc *one,
        const QuoArc *other)
{
  return one->right + APART < other->left || other->right + APART < one->left ||
         one->bottom + APART < other->top || other->bottom + APART < one->top;
}

static double
pair_cost (const QuoArc *one,
           const QuoArc *other)
{
  double cost = 0;

  if (is_far (one, other))
    return 0;
  for (guint i = STRIDE; i < QUO_ARC_POINTS; i += STRIDE)
    for (guint j = STRIDE; j < QUO_ARC_POINTS; j += STRIDE)
      {
        double a[2] = { one->points[i - STRIDE].x, one->points[i - STRIDE].y };
        double b[2] = { one->points[i].x, one->points[i].y };
        double c[2] = { other->points[j - STRIDE].x, other->points[j - STRIDE].y };
        double d[2] = { other->points[j].x, other->points[j].y };
        if (do_cross (a, b, c, d))
          cost += 45;
        double x = (a[0] + b[0] - c[0] - d[0]) / 2, y = (a[1] + b[1] - c[1] - d[1]) / 2;
        double near = x * x + y * y;
        if (near < APART * APART)
          cost += (APART - sqrt (near)) / APART * 14;
      }
  return cost;
}

/* A loop needs room for its name beyond it. */
static double
loop_cost (const QuoStatesLayout *self,
           const QuoArc          *arc)
{
  double room = arc->side == 1 ? self->left + self->width - arc->right
                : arc->side == 3 ? arc->left - self->left : LOOP_NAME;

  return arc->from == arc->to && room < LOOP_NAME ? 30 : 0;
}

static double
route_cost (const QuoStatesLayout *self,
            guint                  arc,
            guint                  n)
{
  const QuoArc *one = &self->arcs[arc];
  double cost = boxes_cost (self, one) + loop_cost (self, one) + 14 * fabs (one->bow) + fabs (one->slide) * 0.08;

  for (guint i = 0; i < n; i++)
    if (i != arc)
      cost += pair_cost (one, &self->arcs[i]);
  return cost;
}

static void
try_bend (const QuoStatesLayout *self,
          QuoArc                *arc,
          guint                  nth)
{
  static const double bows[] = { 0, 0.1, -0.1, 0.2, -0.2, 0.35, -0.35, 0.55, -0.55 };
  static const double slides[] = { 0, 11, -11, 24, -24 };
  static const double loop_slides[] = { 0, 0.3, -0.3 };

  if (arc->from != arc->to)
    {
      arc->bow = bows[nth % G_N_ELEMENTS (bows)];
      arc->slide = slides[nth / G_N_ELEMENTS (bows)];
      bend (self, arc);
      return;
    }
  arc->bow = 0;
  arc->side = nth % 4;
  double room = arc->side % 2 == 0 ? self->box_width : self->box_height;
  arc->slide = loop_slides[nth / 4 % 3] * MAX (room - 2 * LOOP_HALF - CORNER, 0);
  bend (self, arc);
}

/* The best of its bends, given how all the others run. */
static gboolean
reroute (QuoStatesLayout *self,
         guint            arc,
         guint            n)
{
  QuoArc *one = &self->arcs[arc];
  QuoArc best = *one;
  double least = route_cost (self, arc, n) - 1e-6;
  guint n_tries = one->from == one->to ? 12 : 45;
  gboolean is_better = FALSE;

  for (guint i = 0; i < n_tries; i++)
    {
      try_bend (self, one, i);
      double cost = route_cost (self, arc, n);
      if (cost < least)
        {
          least = cost;
          best = *one;
          is_better = TRUE;
        }
    }
  *one = best;
  return is_better;
}

/**
 * quo_states_route:
 * @from_arc: arcs before this one stay as they are
 *
 * Bends the arcs until they are clear of the states and of each other, as far as can
 * be.
 *
 * Returns: what the result costs: 0 when every arc is straight and alone
 */
double
quo_states_route (QuoStatesLayout *self,
                  guint            from_arc)
{
  double cost = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = from_arc; i < self->n_arcs; i++)
    {
      try_bend (self, &self->arcs[i], 1);
      reroute (self, i, i + 1);
    }
  for (guint round = 0; round < 4; round++)
    {
      gboolean is_better = FALSE;
      for (guint i = from_arc; i < self->n_arcs; i++)
        is_better |= reroute (self, i, self->n_arcs);
      if (!is_better)
        break;
    }
  for (guint i = from_arc; i < self->n_arcs; i++)
    cost += route_cost (self, i, self->n_arcs);
  return cost;
}
