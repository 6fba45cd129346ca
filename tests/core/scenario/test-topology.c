/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/topology.h"

#include <math.h>
#include <string.h>

typedef struct
{
  guint  n;
  guint *start;
  guint *neighbours;
} Graph;

static void
graph_clear (Graph *graph)
{
  g_free (graph->start);
  g_free (graph->neighbours);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Graph, graph_clear)

static guint
degree (const Graph *graph,
        guint        node)
{
  return graph->start[node + 1] - graph->start[node];
}

static gboolean
are_neighbours (const Graph *graph,
                guint        a,
                guint        b)
{
  for (guint i = graph->start[a]; i < graph->start[a + 1]; i++)
    if (graph->neighbours[i] == b)
      return TRUE;

  return FALSE;
}

/* Mutual, sorted, none twice, none with itself: whatever the rule. */
static void
generate (Graph             *graph,
          const QuoTopology *topology,
          guint              n,
          guint64            seed)
{
  graph->n = n;
  quo_topology_generate (topology, n, seed, &graph->start, &graph->neighbours);
  g_assert_cmpuint (graph->start[0], ==, 0);
  for (guint a = 0; a < n; a++)
    for (guint i = graph->start[a]; i < graph->start[a + 1]; i++)
      {
        guint b = graph->neighbours[i];

        g_assert_cmpuint (b, <, n);
        g_assert_cmpuint (b, !=, a);
        g_assert_true (i == graph->start[a] || graph->neighbours[i - 1] < b);
        g_assert_true (are_neighbours (graph, b, a));
      }
}

static guint
count_reached (const Graph *graph)
{
  g_autofree guint *queue = g_new (guint, graph->n);
  g_autofree guint8 *seen = g_new0 (guint8, graph->n);
  guint n = 1;

  queue[0] = 0;
  seen[0] = 1;
  for (guint head = 0; head < n; head++)
    for (guint i = graph->start[queue[head]]; i < graph->start[queue[head] + 1];
         i++)
      {
        guint b = graph->neighbours[i];

        if (!seen[b])
          {
            seen[b] = 1;
            queue[n++] = b;
          }
      }

  return n;
}

static void
test_ring (void)
{
  for (guint n = 1; n < 8; n++)
    {
      QuoTopology topology = { QUO_TOPOLOGY_RING };
      g_auto (Graph) graph = { 0 };

      generate (&graph, &topology, n, 1);
      for (guint i = 0; i < n; i++)
        g_assert_cmpuint (degree (&graph, i), ==, MIN (n - 1, 2));
      g_assert_cmpuint (count_reached (&graph), ==, n);
    }
}

static void
test_star_and_tree (void)
{
  QuoTopology star = { QUO_TOPOLOGY_STAR, .centre = 3 };
  QuoTopology tree = { QUO_TOPOLOGY_TREE, .degree = 3 };
  g_auto (Graph) a = { 0 };
  g_auto (Graph) b = { 0 };

  generate (&a, &star, 9, 1);
  g_assert_cmpuint (degree (&a, 3), ==, 8);
  g_assert_cmpuint (degree (&a, 0), ==, 1);

  /* A tree has one link less than nodes and is connected. */
  generate (&b, &tree, 100, 1);
  g_assert_cmpuint (b.start[100], ==, 2 * 99);
  g_assert_cmpuint (count_reached (&b), ==, 100);
  g_assert_cmpuint (degree (&b, 0), ==, 3);
  g_assert_cmpuint (degree (&b, 1), ==, 4);
}

static void
test_grid (void)
{
  QuoTopology flat = { QUO_TOPOLOGY_GRID, .width = 4 };
  QuoTopology torus = { QUO_TOPOLOGY_GRID, .width = 4, .is_wrapped = TRUE };
  QuoTopology square = { QUO_TOPOLOGY_GRID };
  g_auto (Graph) a = { 0 };
  g_auto (Graph) b = { 0 };
  g_auto (Graph) c = { 0 };

  generate (&a, &flat, 12, 1);
  g_assert_cmpuint (degree (&a, 0), ==, 2);
  g_assert_cmpuint (degree (&a, 5), ==, 4);
  g_assert_false (are_neighbours (&a, 3, 4));
  generate (&b, &torus, 12, 1);
  for (guint i = 0; i < 12; i++)
    g_assert_cmpuint (degree (&b, i), ==, 4);
  g_assert_true (are_neighbours (&b, 0, 3));
  g_assert_true (are_neighbours (&b, 1, 9));
  generate (&c, &square, 10, 1);
  g_assert_true (are_neighbours (&c, 0, 4));
  g_assert_cmpuint (count_reached (&c), ==, 10);
}

static void
test_random_regular (void)
{
  static const guint sizes[][2] = {
    { 2, 1 }, { 3, 2 }, { 4, 3 }, { 6, 3 }, { 8, 5 }, { 9, 2 }, { 10, 9 },
    { 10, 4 }, { 20, 17 }, { 64, 8 }, { 101, 50 }, { 1000, 3 }, { 20000, 8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint64 seed = 1; seed <= 5; seed++)
      {
        QuoTopology topology = { QUO_TOPOLOGY_RANDOM_REGULAR,
                                 .degree = sizes[i][1] };
        guint n = sizes[i][0];
        g_auto (Graph) graph = { 0 };

        generate (&graph, &topology, n, seed);
        for (guint node = 0; node < n; node++)
          g_assert_cmpuint (degree (&graph, node), ==, topology.degree);
        if (topology.degree >= 2)
          g_assert_cmpuint (count_reached (&graph), ==, n);
      }
}

/* The number of links is binomial: within five standard deviations. */
static void
test_erdos_renyi (void)
{
  static const double shares[] = { 0, 0.001, 0.01, 0.3, 1 };
  const guint n = 1000;
  double n_pairs = n * (n - 1) / 2.0;

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      QuoTopology topology = { QUO_TOPOLOGY_ERDOS_RENYI, .p = shares[i] };
      g_auto (Graph) graph = { 0 };
      double deviation = sqrt (n_pairs * shares[i] * (1 - shares[i]));

      generate (&graph, &topology, n, 7);
      g_assert_cmpfloat (fabs (graph.start[n] / 2.0 - n_pairs * shares[i]), <=,
                         5 * deviation);
    }
}

static double
clustering (const Graph *graph)
{
  double sum = 0;

  for (guint a = 0; a < graph->n; a++)
    {
      guint k = degree (graph, a);
      guint n_closed = 0;

      for (guint i = graph->start[a]; i < graph->start[a + 1]; i++)
        for (guint j = i + 1; j < graph->start[a + 1]; j++)
          n_closed += are_neighbours (graph, graph->neighbours[i],
                                      graph->neighbours[j]);
      if (k > 1)
        sum += n_closed / (k * (k - 1) / 2.0);
    }

  return sum / graph->n;
}

/* A ring lattice of degree k has clustering 3 (k - 2) / 4 (k - 1), and about
 * (1 - p)^3 of that is left (Barrat and Weigt 2000). */
static void
test_small_world (void)
{
  const double lattice = 3 * (10 - 2) / (4.0 * (10 - 1));

  for (guint i = 0; i <= 4; i++)
    {
      double p = i / 4.0;
      QuoTopology topology = { QUO_TOPOLOGY_SMALL_WORLD, .degree = 10, .p = p };
      g_auto (Graph) graph = { 0 };

      generate (&graph, &topology, 2000, 3);
      g_assert_cmpuint (graph.start[2000], ==, 2000 * 10);
      g_assert_cmpfloat (fabs (clustering (&graph)
                               - lattice * pow (1 - p, 3)), <, 0.03);
    }
}

/* Every node after the first brings m links; a few have very many. */
static void
test_scale_free (void)
{
  QuoTopology topology = { QUO_TOPOLOGY_SCALE_FREE, .degree = 3 };
  g_auto (Graph) graph = { 0 };
  guint highest = 0;
  guint n_low = 0;

  generate (&graph, &topology, 10000, 5);
  g_assert_cmpuint (graph.start[10000] / 2, ==, 6 + 3 * (10000 - 4));
  g_assert_cmpuint (count_reached (&graph), ==, 10000);
  for (guint i = 0; i < graph.n; i++)
    {
      g_assert_cmpuint (degree (&graph, i), >=, 3);
      highest = MAX (highest, degree (&graph, i));
      n_low += degree (&graph, i) == 3;
    }
  g_assert_cmpuint (highest, >, 100);
  /* P (k = m) = 2 / (m + 2), so 40 % have the fewest. */
  g_assert_cmpfloat (fabs (n_low / 10000.0 - 0.4), <, 0.02);
}

static void
test_seed (void)
{
  QuoTopology topology = { QUO_TOPOLOGY_RANDOM_REGULAR, .degree = 4 };
  g_auto (Graph) a = { 0 };
  g_auto (Graph) b = { 0 };
  g_auto (Graph) c = { 0 };

  generate (&a, &topology, 100, 1);
  generate (&b, &topology, 100, 1);
  generate (&c, &topology, 100, 2);
  g_assert_cmpmem (a.neighbours, 400 * sizeof (guint), b.neighbours,
                   400 * sizeof (guint));
  g_assert_cmpint (memcmp (a.neighbours, c.neighbours, 400 * sizeof (guint)), !=,
                   0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/scenario/topology/ring-has-two-neighbours-each",
                   test_ring);
  g_test_add_func ("/core/scenario/topology/tree-has-one-link-less-than-nodes",
                   test_star_and_tree);
  g_test_add_func ("/core/scenario/topology/torus-has-four-neighbours-each",
                   test_grid);
  g_test_add_func ("/core/scenario/topology/random-regular-is-regular-and-connected",
                   test_random_regular);
  g_test_add_func ("/core/scenario/topology/erdos-renyi-has-as-many-links-as-said",
                   test_erdos_renyi);
  g_test_add_func ("/core/scenario/topology/rewiring-lowers-clustering-as-published",
                   test_small_world);
  g_test_add_func ("/core/scenario/topology/scale-free-has-hubs", test_scale_free);
  g_test_add_func ("/core/scenario/topology/seed-decides", test_seed);

  return g_test_run ();
}
