/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/layout.h"

#include <math.h>
#include <string.h>

/* A graph whose nodes know the one before and the one after. */
static void
make_ring (guint  n,
           guint *ret_start,
           guint *ret_neighbours)
{
  for (guint i = 0; i < n; i++)
    {
      ret_start[i] = 2 * i;
      ret_neighbours[2 * i] = (i + n - 1) % n;
      ret_neighbours[2 * i + 1] = (i + 1) % n;
    }
  ret_start[n] = 2 * n;
}

static double
distance (const double *x,
          const double *y,
          guint         i,
          guint         j)
{
  return hypot (x[i] - x[j], y[i] - y[j]);
}

static void
same_graph_same_places (void)
{
  guint start[41], neighbours[80];
  double x[2][40], y[2][40];

  make_ring (40, start, neighbours);
  for (guint i = 0; i < 2; i++)
    quo_layout_place (40, start, neighbours, x[i], y[i]);
  g_assert_cmpmem (x[0], sizeof x[0], x[1], sizeof x[1]);
  g_assert_cmpmem (y[0], sizeof y[0], y[1], sizeof y[1]);
}

static void
places_are_within_the_unit_square (void)
{
  static const guint sizes[] = { 1, 2, 3, 5, 17, 200, 1000, 5000 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      guint n = sizes[s];
      g_autofree guint *start = g_new (guint, n + 1);
      g_autofree guint *neighbours = g_new (guint, 2 * n);
      g_autofree double *x = g_new (double, n);
      g_autofree double *y = g_new (double, n);
      make_ring (n, start, neighbours);
      for (guint has_links = 0; has_links < 2; has_links++)
        {
          quo_layout_place (n, has_links ? start : NULL, has_links ? neighbours : NULL, x, y);
          for (guint i = 0; i < n; i++)
            {
              g_assert_true (isfinite (x[i]) && isfinite (y[i]));
              g_assert_cmpfloat (x[i], >=, -1e-9);
              g_assert_cmpfloat (x[i], <=, 1 + 1e-9);
              g_assert_cmpfloat (y[i], >=, -1e-9);
              g_assert_cmpfloat (y[i], <=, 1 + 1e-9);
            }
        }
    }
}

static void
ring_is_drawn_as_a_ring (void)
{
  enum { N = 12 };
  guint start[N + 1], neighbours[2 * N];
  double x[N], y[N];

  make_ring (N, start, neighbours);
  quo_layout_place (N, start, neighbours, x, y);
  for (guint i = 0; i < N; i++)
    for (guint j = 0; j < N; j++)
      {
        guint apart = (j + N - i) % N;
        /* The next one is nearer than anybody four or more steps away. */
        if (apart >= 4 && apart <= N - 4)
          g_assert_cmpfloat (distance (x, y, i, (i + 1) % N), <, distance (x, y, i, j));
      }
}

static void
no_two_stand_in_one_place (void)
{
  enum { N = 1000 };
  g_autofree double *x = g_new (double, N);
  g_autofree double *y = g_new (double, N);
  double least = 1;

  quo_layout_place (N, NULL, NULL, x, y);
  for (guint i = 0; i < N; i++)
    for (guint j = i + 1; j < N; j++)
      least = MIN (least, distance (x, y, i, j));
  /* A disc of diameter 1 shared out evenly has 0.028 for each. */
  g_assert_cmpfloat (least, >, 0.014);
}

static void
islands_do_not_break_it (void)
{
  guint start[] = { 0, 1, 2, 3, 4, 4 }, neighbours[] = { 1, 0, 3, 2 };
  double x[5], y[5];

  quo_layout_place (5, start, neighbours, x, y);
  for (guint i = 0; i < 5; i++)
    for (guint j = i + 1; j < 5; j++)
      g_assert_cmpfloat (distance (x, y, i, j), >, 0.05);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/diagram/layout/same-graph-same-places", same_graph_same_places);
  g_test_add_func ("/ui/diagram/layout/places-are-within-the-unit-square",
                   places_are_within_the_unit_square);
  g_test_add_func ("/ui/diagram/layout/ring-is-drawn-as-a-ring", ring_is_drawn_as_a_ring);
  g_test_add_func ("/ui/diagram/layout/no-two-stand-in-one-place", no_two_stand_in_one_place);
  g_test_add_func ("/ui/diagram/layout/islands-do-not-break-it", islands_do_not_break_it);
  return g_test_run ();
}
