/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/layout.h"

#include <math.h>
#include <string.h>

#define PIVOTS_MAX     24
#define POWER_STEPS    60
#define TURNS          24
#define SIDE_MAX       256
#define REACH          2.5 /* of a push, in ideal distances: a cell */
#define CELL_NODES_MAX 24  /* of a cell that push: the others count through these */
#define FAR_MAX        300 /* nodes that each push all the others */

/* A golden-angle turn and a unit circle, as fractions of a whole turn. */
#define GOLDEN_TURN 0.38196601125010515

/**
 * quo_layout_circle:
 *
 * The nodes clockwise on a circle, the first at the top.
 */
void
quo_layout_circle (guint   n,
                   double *ret_x,
                   double *ret_y)
{
  for (guint i = 0; i < n; i++)
    {
      double angle = 2 * G_PI * i / n;
      ret_x[i] = n == 1 ? 0.5 : 0.5 + 0.5 * sin (angle);
      ret_y[i] = n == 1 ? 0.5 : 0.5 - 0.5 * cos (angle);
    }
}

/**
 * quo_layout_spiral:
 *
 * The nodes as the seeds of a sunflower: evenly over a disc, whatever their number.
 *
 * Source: Vogel 1979, A better way to construct the sunflower head.
 */
void
quo_layout_spiral (guint   n,
                   double *ret_x,
                   double *ret_y)
{
  for (guint i = 0; i < n; i++)
    {
      double radius = 0.5 * sqrt ((i + 0.5) / n);
      double turn = i * GOLDEN_TURN;
      double angle = 2 * G_PI * (turn - floor (turn));
      ret_x[i] = 0.5 + radius * sin (angle);
      ret_y[i] = 0.5 - radius * cos (angle);
    }
}

/* Links from @from on to every node, breadth first; G_MAXUINT where none leads. */
static void
measure_distances (guint        n,
                   const guint *start,
                   const guint *neighbours,
                   guint        from,
                   guint       *queue,
                   guint       *ret_distance)
{
  for (guint i = 0; i < n; i++)
    ret_distance[i] = G_MAXUINT;
  guint head = 0, tail = 0;
  queue[tail++] = from;
  ret_distance[from] = 0;
  while (head < tail)
    {
      guint node = queue[head++];
      for (guint e = start[node]; e < start[node + 1]; e++)
        if (ret_distance[neighbours[e]] == G_MAXUINT)
          {
            ret_distance[neighbours[e]] = ret_distance[node] + 1;
            queue[tail++] = neighbours[e];
          }
    }
}

/* Rows: squared distances to the pivots, centred both ways. */
static double *
center_distances (guint        n,
                  const guint *start,
                  const guint *neighbours,
                  guint        n_pivots)
{
  double *matrix = g_new (double, (gsize) n * n_pivots);
  g_autofree guint *distance = g_new (guint, n);
  g_autofree guint *queue = g_new (guint, n);
  g_autofree guint *nearest = g_new (guint, n);
  guint pivot = 0;

  for (guint i = 0; i < n; i++)
    nearest[i] = G_MAXUINT;
  for (guint p = 0; p < n_pivots; p++)
    {
      measure_distances (n, start, neighbours, pivot, queue, distance);
      guint longest = 0;
      for (guint i = 0; i < n; i++)
        if (distance[i] != G_MAXUINT)
          longest = MAX (longest, distance[i]);
      double mean = 0;
      for (guint i = 0; i < n; i++)
        {
          /* Another island stands a little farther away than all of this one. */
          double d = distance[i] != G_MAXUINT ? distance[i] : longest + 2.0;
          matrix[(gsize) i * n_pivots + p] = d * d;
          mean += d * d / n;
          nearest[i] = MIN (nearest[i], distance[i]);
        }
      for (guint i = 0; i < n; i++)
        matrix[(gsize) i * n_pivots + p] -= mean;
      for (guint i = 0; i < n; i++)
        if (nearest[i] > nearest[pivot])
          pivot = i;
    }
  for (guint i = 0; i < n; i++)
    {
      double *row = &matrix[(gsize) i * n_pivots];
      double mean = 0;
      for (guint p = 0; p < n_pivots; p++)
        mean += row[p] / n_pivots;
      for (guint p = 0; p < n_pivots; p++)
        row[p] = -0.5 * (row[p] - mean);
    }
  return matrix;
}

static double
normalize (double *vector,
           guint   n)
{
  double sum = 0;
  for (guint i = 0; i < n; i++)
    sum += vector[i] * vector[i];
  double length = sqrt (sum);
  for (guint i = 0; i < n && length > 0; i++)
    vector[i] /= length;
  return length;
}

/* The main direction of @square that is at a right angle to @before. */
static void
find_direction (const double *square,
                guint         n,
                const double *before,
                double       *ret_vector)
{
  double next[PIVOTS_MAX];

  for (guint i = 0; i < n; i++)
    ret_vector[i] = 1.0 + 0.37 * ((i * 7 + (before != NULL ? 3 : 1)) % 11);
  for (guint step = 0; step < POWER_STEPS; step++)
    {
      double dot = 0;
      for (guint i = 0; before != NULL && i < n; i++)
        dot += before[i] * ret_vector[i];
      for (guint i = 0; before != NULL && i < n; i++)
        ret_vector[i] -= dot * before[i];
      normalize (ret_vector, n);
      for (guint i = 0; i < n; i++)
        {
          next[i] = 0;
          for (guint j = 0; j < n; j++)
            next[i] += square[i * n + j] * ret_vector[j];
        }
      memcpy (ret_vector, next, n * sizeof (double));
    }
  normalize (ret_vector, n);
}

/* Brandes and Pich 2006, Eigensolver methods for progressive multidimensional
 * scaling: the whole shape of the graph from distances to a few pivots. */
static void
scale_by_pivots (guint        n,
                 const guint *start,
                 const guint *neighbours,
                 double      *ret_x,
                 double      *ret_y)
{
  guint n_pivots = MIN (n, PIVOTS_MAX);
  g_autofree double *matrix = center_distances (n, start, neighbours, n_pivots);
  double square[PIVOTS_MAX * PIVOTS_MAX] = { 0 };
  double first[PIVOTS_MAX], second[PIVOTS_MAX];

  for (guint i = 0; i < n; i++)
    {
      const double *row = &matrix[(gsize) i * n_pivots];
      for (guint p = 0; p < n_pivots; p++)
        for (guint q = 0; q < n_pivots; q++)
          square[p * n_pivots + q] += row[p] * row[q];
    }
  find_direction (square, n_pivots, NULL, first);
  find_direction (square, n_pivots, first, second);
  for (guint i = 0; i < n; i++)
    {
      const double *row = &matrix[(gsize) i * n_pivots];
      ret_x[i] = ret_y[i] = 0;
      for (guint p = 0; p < n_pivots; p++)
        {
          ret_x[i] += row[p] * first[p];
          ret_y[i] += row[p] * second[p];
        }
    }
}

static void
find_range (guint         n,
            const double *values,
            double       *ret_low,
            double       *ret_width)
{
  double low = G_MAXDOUBLE, high = -G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    {
      low = MIN (low, values[i]);
      high = MAX (high, values[i]);
    }
  *ret_low = low;
  *ret_width = high - low;
}

/* Turned so that it takes the least room: a grid then stands upright. */
static void
turn_upright (guint   n,
              double *x,
              double *y)
{
  g_autofree double *across = g_new (double, n);
  g_autofree double *down = g_new (double, n);
  double least = G_MAXDOUBLE, best = 0;

  for (guint t = 0; t < TURNS; t++)
    {
      double angle = G_PI / 2 * t / TURNS, c = cos (angle), s = sin (angle);
      double low, width, height;
      for (guint i = 0; i < n; i++)
        {
          across[i] = c * x[i] - s * y[i];
          down[i] = s * x[i] + c * y[i];
        }
      find_range (n, across, &low, &width);
      find_range (n, down, &low, &height);
      /* A little better is not worth a turn. */
      if (width * height < least * (t == 0 ? 1 : 0.98))
        {
          least = width * height;
          best = angle;
        }
    }
  double c = cos (best), s = sin (best);
  for (guint i = 0; i < n; i++)
    {
      double turned = c * x[i] - s * y[i];
      y[i] = s * x[i] + c * y[i];
      x[i] = turned;
    }
}

/* Shifts and scales to 0 .. 1: an axis may be stretched to fill it, but not to more
 * than @stretch times the other, or a ring would be drawn as something else. */
static void
fit (guint   n,
     double *x,
     double *y,
     double  stretch)
{
  double *axes[2] = { x, y };
  double low[2], width[2];

  find_range (n, x, &low[0], &width[0]);
  find_range (n, y, &low[1], &width[1]);
  double widest = MAX (width[0], width[1]);
  for (guint a = 0; a < 2; a++)
    {
      double scale = 1 / MAX (MAX (width[a], widest / stretch), 1e-12);
      double free_room = 1 - width[a] * scale;
      for (guint i = 0; i < n; i++)
        axes[a][i] = (axes[a][i] - low[a]) * scale + free_room / 2;
    }
}

/* Nodes by the cell of a grid they stand in, so that each looks only around it. */
typedef struct
{
  double reach;           /* of a push; a cell is no smaller */
  double left, top, size; /* of the whole grid */
  guint n_side;
  guint *start;  /* n_side squared + 1 */
  guint *nodes;
} QuoGrid;

static guint
grid_cell (const QuoGrid *grid,
           double         x,
           double         y)
{
  double scale = grid->n_side / grid->size;
  guint column = (guint) CLAMP ((x - grid->left) * scale, 0, grid->n_side - 1);
  guint row = (guint) CLAMP ((y - grid->top) * scale, 0, grid->n_side - 1);
  return row * grid->n_side + column;
}

static void
grid_fill (QuoGrid      *grid,
           guint         n,
           const double *x,
           const double *y)
{
  double width, height;

  find_range (n, x, &grid->left, &width);
  find_range (n, y, &grid->top, &height);
  grid->size = MAX (MAX (width, height), grid->reach) * 1.001;
  grid->n_side = (guint) CLAMP (grid->size / grid->reach, 1, SIDE_MAX);
  guint n_cells = grid->n_side * grid->n_side;

  memset (grid->start, 0, (n_cells + 1) * sizeof (guint));
  for (guint i = 0; i < n; i++)
    grid->start[grid_cell (grid, x[i], y[i]) + 1]++;
  for (guint c = 0; c < n_cells; c++)
    grid->start[c + 1] += grid->start[c];
  /* From the last on down, so that start ends up where it began. */
  for (guint i = n; i-- > 0;)
    grid->nodes[--grid->start[grid_cell (grid, x[i], y[i]) + 1]] = i;
  memmove (grid->start, grid->start + 1, n_cells * sizeof (guint));
  grid->start[n_cells] = n;
}

static void
push_apart (const QuoGrid *grid,
            guint          node,
            double         ideal,
            const double  *x,
            const double  *y,
            double        *ret_dx,
            double        *ret_dy)
{
  guint cell = grid_cell (grid, x[node], y[node]);
  int column = (int) (cell % grid->n_side), row = (int) (cell / grid->n_side);

  for (int r = MAX (row - 1, 0); r <= MIN (row + 1, (int) grid->n_side - 1); r++)
    for (int c = MAX (column - 1, 0); c <= MIN (column + 1, (int) grid->n_side - 1); c++)
      {
        guint at = (guint) r * grid->n_side + (guint) c;
        guint count = grid->start[at + 1] - grid->start[at];
        guint step = grid->n_side == 1 ? 1 : MAX (1, count / CELL_NODES_MAX);
        for (guint e = grid->start[at]; e < grid->start[at + 1]; e += step)
          {
            guint other = grid->nodes[e];
            if (other == node)
              continue;
            double dx = x[node] - x[other], dy = y[node] - y[other];
            double square = dx * dx + dy * dy;
            /* Two in one place part in a direction of their own numbers. */
            if (square < 1e-12)
              {
                dx = (node < other ? -1e-4 : 1e-4) * (1 + node % 3);
                dy = (node < other ? -1e-4 : 1e-4) * (1 + other % 5);
                square = dx * dx + dy * dy;
              }
            /* Nobody is pushed by what is farther than a cell, whichever way the
             * cells lie: else they would show in the picture. */
            double reach = 1 - square / (grid->reach * grid->reach);
            if (reach <= 0)
              continue;
            double force = step * reach * ideal * ideal / square;
            *ret_dx += dx * force;
            *ret_dy += dy * force;
          }
      }
}

/* Fruchterman and Reingold 1991, with their grid. */
static void
relax (guint        n,
       const guint *start,
       const guint *neighbours,
       double      *x,
       double      *y)
{
  double ideal = 0.75 / sqrt (n);
  QuoGrid grid = { .reach = n <= FAR_MAX ? 1e6 : REACH * ideal };
  g_autofree guint *cells = g_new (guint, SIDE_MAX * SIDE_MAX + 1);
  g_autofree guint *nodes = g_new (guint, n);
  g_autofree double *dx = g_new (double, n);
  g_autofree double *dy = g_new (double, n);
  guint n_steps = (guint) CLAMP (n <= FAR_MAX ? 5e6 / n / n : 2e5 / n, 12, 250);

  grid.start = cells;
  grid.nodes = nodes;
  for (guint step = 0; step < n_steps; step++)
    {
      double heat = (n > 200 ? 2 : 6) * ideal * (1 - (double) step / n_steps);
      grid_fill (&grid, n, x, y);
      for (guint i = 0; i < n; i++)
        {
          /* A weak pull to the middle, or islands would drift apart for ever. */
          dx[i] = (0.5 - x[i]) * (n <= FAR_MAX ? 0.4 : 0.02);
          dy[i] = (0.5 - y[i]) * (n <= FAR_MAX ? 0.4 : 0.02);
          push_apart (&grid, i, ideal, x, y, &dx[i], &dy[i]);
          for (guint e = start[i]; e < start[i + 1]; e++)
            {
              double ax = x[neighbours[e]] - x[i], ay = y[neighbours[e]] - y[i];
              double pull = sqrt (ax * ax + ay * ay) / ideal;
              dx[i] += ax * pull;
              dy[i] += ay * pull;
            }
        }
      for (guint i = 0; i < n; i++)
        {
          double length = sqrt (dx[i] * dx[i] + dy[i] * dy[i]);
          double scale = length > heat ? heat / length : 1;
          x[i] += dx[i] * scale;
          y[i] += dy[i] * scale;
        }
    }
}

/**
 * quo_layout_force:
 * @start: (array length=n+1): where a node's neighbours begin
 * @neighbours: nodes
 *
 * By the graph's distances first, then by forces. The same graph always gets the
 * same places: nothing is drawn by lot.
 *
 * Complexity: O(24 (n + links)) and some 10^7 steps of forces at the most.
 */
void
quo_layout_force (guint        n,
                  const guint *start,
                  const guint *neighbours,
                  double      *ret_x,
                  double      *ret_y)
{
  g_return_if_fail (start != NULL && neighbours != NULL);

  if (n < 3)
    {
      quo_layout_circle (n, ret_x, ret_y);
      return;
    }
  scale_by_pivots (n, start, neighbours, ret_x, ret_y);
  turn_upright (n, ret_x, ret_y);
  fit (n, ret_x, ret_y, 1.0);
  relax (n, start, neighbours, ret_x, ret_y);
  turn_upright (n, ret_x, ret_y);
  fit (n, ret_x, ret_y, 2.0);
}

/**
 * quo_layout_place:
 * @start: (nullable) (array length=n+1): where a node's neighbours begin; NULL when
 *   everybody is everybody's neighbour
 * @neighbours: (nullable): nodes
 * @ret_x: (out) (array length=n): 0 to 1
 * @ret_y: (out) (array length=n): 0 to 1
 *
 * A few nodes on a circle, many on a sunflower's disc, and by their links where
 * these say something.
 */
void
quo_layout_place (guint        n,
                  const guint *start,
                  const guint *neighbours,
                  double      *ret_x,
                  double      *ret_y)
{
  g_return_if_fail (ret_x != NULL && ret_y != NULL);

  if (start != NULL && neighbours != NULL && n > 2 && n <= QUO_LAYOUT_FORCE_MAX)
    quo_layout_force (n, start, neighbours, ret_x, ret_y);
  else if (n <= QUO_LAYOUT_CIRCLE_MAX)
    quo_layout_circle (n, ret_x, ret_y);
  else
    quo_layout_spiral (n, ret_x, ret_y);
}
