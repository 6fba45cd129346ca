/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/network-private.h"

#include "diagram/layout.h"

#include <math.h>
#include <stdlib.h>

#define PILL_HEIGHT  26.0
#define DIRECTIONS   24
#define CLIENTS_MAX  64
#define NEARBY_NODES 256
#define LINKS_MAX    1000

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return x < y ? -1 : x > y;
}

/* How long links are: circles have to be smaller than that. */
static double
measure_links (QuoNetworkView *self,
               const guint    *start,
               const guint    *neighbours)
{
  double lengths[LINKS_MAX];
  guint n = 0;

  for (guint i = 0; i < self->n_nodes && n < LINKS_MAX; i++)
    {
      guint j = start[i] < start[i + 1] ? neighbours[start[i]] : i;
      if (j != i && j < self->n_nodes)
        lengths[n++] = hypot (self->x[i] - self->x[j], self->y[i] - self->y[j]);
    }
  if (n == 0)
    return 0;
  qsort (lengths, n, sizeof (double), compare_doubles);
  return lengths[n / 2];
}

/**
 * quo_network_find_places:
 *
 * Places every node: where the scenario says, else where the layout does.
 */
void
quo_network_find_places (QuoNetworkView *self)
{
  QuoScenario *scenario = quo_run_scenario (self->run);
  const guint *start = NULL, *neighbours = NULL;

  if (self->config != NULL && self->config->n_nodes == self->n_nodes)
    {
      start = self->config->network.neighbour_start;
      neighbours = self->config->network.neighbours;
    }
  quo_layout_place (self->n_nodes, start, neighbours, self->x, self->y);
  guint n = MIN (self->n_nodes, quo_scenario_n_nodes (scenario));
  for (guint i = 0; i < n; i++)
    {
      double x, y;
      if (!quo_scenario_position (scenario, i, &x, &y))
        continue;
      self->x[i] = CLAMP (x, 0, 1);
      self->y[i] = CLAMP (y, 0, 1);
    }
  for (guint i = 0; i < self->n_nodes; i++)
    self->middle += self->y[i] / self->n_nodes;
  if (start != NULL && neighbours != NULL)
    self->apart = measure_links (self, start, neighbours);
}

/* How much is in the way of a pill: less is better. */
static double
crowding (const QuoNetworkFrame *frame,
          guint                  client,
          double                 x,
          double                 y)
{
  QuoNetworkView *self = frame->self;
  double half = frame->client_width[client] / 2 + 4;
  double cost = 0;

  /* Out of sight is worst, and its operation wants room beside it. */
  double out = MAX (0, half - x) + MAX (0, x + half - frame->view->width * 1.0)
               + MAX (0, PILL_HEIGHT / 2 + 4 - y)
               + MAX (0, y + PILL_HEIGHT / 2 + 4 - frame->view->height);
  if (frame->view->zoom <= 1)
    cost += out * 40;
  for (guint i = 0; i < MIN (self->n_nodes, NEARBY_NODES); i++)
    {
      double nx, ny;
      quo_network_node_at (frame, i, &nx, &ny);
      double dx = MAX (0, fabs (nx - x) - half), dy = fabs (ny - y) - PILL_HEIGHT / 2;
      /* A node has its role written below it. */
      double reach = frame->radius + (y > ny ? 28 : 12);
      double gap = sqrt (dx * dx + MAX (0, dy) * MAX (0, dy));
      if (gap < reach)
        cost += (reach - gap) * 10;
      cost += 400 / (gap + 20);
    }
  for (guint i = 0; i < client; i++)
    {
      if (isnan (frame->clients[i].x))
        continue;
      double dx = fabs (frame->clients[i].x - x) - half - frame->client_width[i] / 2;
      double dy = fabs (frame->clients[i].y - y) - PILL_HEIGHT;
      if (dx < 8 && dy < 8)
        cost += 500 + (8 - MAX (dx, dy)) * 5;
      cost += 200 / (MAX (dx, dy) + 60);
    }
  return cost;
}

/**
 * quo_network_place_clients:
 *
 * Finds room for every client near its own node, away from the others.
 */
void
quo_network_place_clients (QuoNetworkFrame *frame)
{
  QuoNetworkView *self = frame->self;
  QuoScenario *scenario = quo_run_scenario (self->run);
  guint n = self->n_clients;
  char buffer[32];

  if (n == 0 || self->config == NULL)
    return;
  frame->clients = g_new (QuoPoint, n);
  frame->client_width = g_new0 (float, n);
  for (guint i = 0; i < n; i++)
    {
      frame->clients[i] = (QuoPoint) { NAN, NAN };
      /* An operator stands for whoever runs the script and is nowhere. */
      if (i >= CLIENTS_MAX || i >= quo_scenario_n_clients (scenario) ||
          self->config->clients[i].home >= self->n_nodes)
        continue;
      const char *label = quo_trace_label (self->trace, self->n_nodes + i, buffer);
      double width = quo_metrics_get_width (self->metrics, QUO_FONT_BODY, 0, label) + 26;
      frame->client_width[i] = (float) width;
      double x, y, best = G_MAXDOUBLE;
      QuoPoint place = { 0, 0 };
      quo_network_node_at (frame, self->config->clients[i].home, &x, &y);
      for (guint d = 0; d < DIRECTIONS; d++)
        {
          double angle = 2 * G_PI * (d + 0.5) / DIRECTIONS;
          double far_x = frame->radius + 26 + width / 2, far_y = frame->radius + 46;
          double cx = x + far_x * cos (angle), cy = y - far_y * sin (angle);
          double cost = crowding (frame, i, cx, cy);
          if (cost < best - 1e-9)
            {
              best = cost;
              place = (QuoPoint) { (float) cx, (float) cy };
            }
        }
      frame->clients[i] = place;
    }
}
