/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/topology.h"

#include "base/exact.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>

/* What the stream is for, so that no other draw meets it. */
#define PURPOSE G_GUINT64_CONSTANT (0x746f706f6c6f6779)

/* Random regular graphs of three links or more are connected nearly always. */
#define ATTEMPTS_MAX 64

/* Links as they are made: pairs, and a set of those pairs. */
typedef struct
{
  guint    n_nodes;
  GArray  *ends;     /* guint, two a link */
  guint64 *set;      /* open addressing; 0 is free */
  guint64  mask;
  guint64  n_set;
} Links;

static guint64
pair_of (guint a,
         guint b)
{
  return ((guint64) (MIN (a, b) + 1) << 32) | (MAX (a, b) + 1);
}

static guint64
slot_of (const Links *links,
         guint64      pair)
{
  guint64 slot = quo_mix64 (pair) & links->mask;

  while (links->set[slot] != 0 && links->set[slot] != pair)
    slot = (slot + 1) & links->mask;

  return slot;
}

static void
grow_set (Links *links)
{
  guint64 *old = links->set;
  guint64 n_old = links->mask + 1;

  links->mask = n_old * 2 - 1;
  links->set = g_new0 (guint64, n_old * 2);
  for (guint64 i = 0; i < n_old; i++)
    if (old[i] != 0)
      links->set[slot_of (links, old[i])] = old[i];
  g_free (old);
}

static void
links_init (Links *links,
            guint  n_nodes)
{
  links->n_nodes = n_nodes;
  links->ends = g_array_new (FALSE, FALSE, sizeof (guint));
  links->mask = 1023;
  links->set = g_new0 (guint64, links->mask + 1);
  links->n_set = 0;
}

static gboolean
has_link (const Links *links,
          guint        a,
          guint        b)
{
  return links->set[slot_of (links, pair_of (a, b))] != 0;
}

static void
append (Links *links,
        guint  a,
        guint  b)
{
  g_array_append_val (links->ends, a);
  g_array_append_val (links->ends, b);
}

/* A link of a node to itself, or one that is there, is left out. */
static gboolean
add_link (Links *links,
          guint  a,
          guint  b)
{
  guint64 pair = pair_of (a, b);
  guint64 slot = slot_of (links, pair);

  if (a == b || links->set[slot] != 0)
    return FALSE;

  links->set[slot] = pair;
  if (++links->n_set * 2 > links->mask)
    grow_set (links);
  append (links, a, b);

  return TRUE;
}

static void
make_ring (Links *links)
{
  for (guint i = 0; i < links->n_nodes; i++)
    add_link (links, i, (i + 1) % links->n_nodes);
}

static void
make_star (Links *links,
           guint  centre)
{
  for (guint i = 0; i < links->n_nodes; i++)
    add_link (links, centre, i);
}

static void
make_tree (Links *links,
           guint  branches)
{
  for (guint i = 1; i < links->n_nodes; i++)
    add_link (links, (i - 1) / branches, i);
}

/* The last row may be short; the ends of rows and columns that are longer than
 * two are joined when the grid is wrapped. */
static void
make_grid (Links   *links,
           guint    width,
           gboolean is_wrapped)
{
  guint n = links->n_nodes;

  if (width == 0)
    while ((guint64) width * width < n)
      width++;

  for (guint i = 0; i < n; i++)
    {
      guint column = i % width;

      if (column + 1 < width && i + 1 < n)
        add_link (links, i, i + 1);
      else if (is_wrapped && column > 1)
        add_link (links, i, i - column);
      if ((guint64) i + width < n)
        add_link (links, i, i + width);
      else if (is_wrapped && i >= 2 * (guint64) width)
        add_link (links, i, column);
    }
}

/* Gilbert's model by the lengths of the gaps between the pairs that are links:
 * Batagelj and Brandes 2005. */
static void
make_erdos_renyi (Links     *links,
                  double     p,
                  QuoStream *stream)
{
  double scale = p < 1 ? quo_exact_log (1 - p) : -1;
  guint64 n = links->n_nodes;
  guint64 row = 1;
  guint64 column = G_MAXUINT64; /* one before the first */

  if (p <= 0)
    return;

  while (row < n)
    {
      double gap = p < 1 ? floor (quo_exact_log (quo_unit_open (quo_stream_next (stream)))
                                  / scale)
                         : 0;

      if (gap >= 0x1p62)
        return;
      column += 1 + (guint64) gap;
      while (row < n && column >= row)
        {
          column -= row;
          row++;
        }
      if (row < n)
        append (links, (guint) row, (guint) column);
    }
}

/* Watts and Strogatz 1998: a ring lattice whose links' far ends are led to a
 * random node with probability p. */
static void
make_small_world (Links     *links,
                  guint      degree,
                  double     p,
                  QuoStream *stream)
{
  guint n = links->n_nodes;

  for (guint step = 1; step <= degree / 2; step++)
    for (guint i = 0; i < n; i++)
      add_link (links, i, (i + step) % n);

  for (guint i = 0; i < links->ends->len; i += 2)
    {
      guint *ends = &g_array_index (links->ends, guint, i);
      guint to;
      guint64 pair;

      if (!quo_chance (quo_stream_next (stream), p))
        continue;
      to = (guint) quo_stream_bounded (stream, n);
      if (to == ends[0] || has_link (links, ends[0], to))
        continue;
      /* The old pair stays in the set, so no later link takes its place. That
       * costs nothing but a slot. */
      pair = pair_of (ends[0], to);
      links->set[slot_of (links, pair)] = pair;
      if (++links->n_set * 2 > links->mask)
        grow_set (links);
      ends[1] = to;
    }
}

/* Barabási and Albert 1999: a new node links to those that have many links. A
 * random end of a random link is such a node. */
static void
make_scale_free (Links     *links,
                 guint      degree,
                 QuoStream *stream)
{
  guint n_first = MIN (degree + 1, links->n_nodes);

  for (guint i = 0; i < n_first; i++)
    for (guint k = i + 1; k < n_first; k++)
      add_link (links, i, k);

  for (guint i = n_first; i < links->n_nodes; i++)
    {
      guint n_ends = links->ends->len;

      for (guint added = 0; added < degree;)
        {
          guint end = (guint) quo_stream_bounded (stream, n_ends);

          added += add_link (links, i,
                             g_array_index (links->ends, guint, end));
        }
    }
}

/*
 * Random regular graphs: each node has degree stubs, which are joined in pairs
 * at random; what is a link to itself or a second one is then exchanged with a
 * random other pair (McKay and Wormald's switchings). mate[s] is the stub that s
 * is joined to; stub s is one of node s / degree.
 */
typedef struct
{
  guint    degree;
  guint64  n_stubs;
  guint32 *mate;
} Stubs;

static guint
node_of (const Stubs *stubs,
         guint64      stub)
{
  return (guint) (stub / stubs->degree);
}

static guint
count_links (const Stubs *stubs,
             guint        a,
             guint        b)
{
  guint n = 0;

  for (guint i = 0; i < stubs->degree; i++)
    n += node_of (stubs, stubs->mate[(guint64) a * stubs->degree + i]) == b;

  return n;
}

static void
join (Stubs   *stubs,
      guint32  a,
      guint32  b)
{
  stubs->mate[a] = b;
  stubs->mate[b] = a;
}

static void
join_at_random (Stubs     *stubs,
                QuoStream *stream)
{
  g_autofree guint32 *order = g_new (guint32, stubs->n_stubs);

  for (guint64 i = 0; i < stubs->n_stubs; i++)
    order[i] = (guint32) i;
  for (guint64 i = stubs->n_stubs - 1; i > 0; i--)
    {
      guint64 k = quo_stream_bounded (stream, i + 1);
      guint32 swap = order[i];

      order[i] = order[k];
      order[k] = swap;
    }
  for (guint64 i = 0; i < stubs->n_stubs; i += 2)
    join (stubs, order[i], order[i + 1]);
}

static gboolean
repair (Stubs     *stubs,
        guint32    stub,
        QuoStream *stream)
{
  for (guint tries = 0; tries < 1000; tries++)
    {
      guint32 mate = stubs->mate[stub];
      guint32 other = (guint32) quo_stream_bounded (stream, stubs->n_stubs);
      guint32 other_mate = stubs->mate[other];
      guint a = node_of (stubs, stub);
      guint b = node_of (stubs, mate);
      guint c = node_of (stubs, other);
      guint d = node_of (stubs, other_mate);

      if (a == c || b == d || (a == b && c == d) || (a == d && b == c)
          || count_links (stubs, a, c) > 0 || count_links (stubs, b, d) > 0)
        continue;
      join (stubs, stub, other);
      join (stubs, mate, other_mate);
      return TRUE;
    }

  return FALSE;
}

static gboolean
repair_all (Stubs     *stubs,
            QuoStream *stream)
{
  for (guint64 s = 0; s < stubs->n_stubs; s++)
    {
      guint a = node_of (stubs, s);
      guint b = node_of (stubs, stubs->mate[s]);

      if ((a == b || count_links (stubs, a, b) > 1)
          && !repair (stubs, (guint32) s, stream))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_connected (const Stubs *stubs)
{
  guint n = node_of (stubs, stubs->n_stubs);
  g_autofree guint32 *reached = g_new (guint32, n);
  g_autofree guint8 *is_reached = g_new0 (guint8, n);
  guint n_reached = 1;

  reached[0] = 0;
  is_reached[0] = 1;
  for (guint i = 0; i < n_reached; i++)
    for (guint k = 0; k < stubs->degree; k++)
      {
        guint next = node_of (stubs,
                              stubs->mate[(guint64) reached[i] * stubs->degree
                                          + k]);

        if (is_reached[next])
          continue;
        is_reached[next] = 1;
        reached[n_reached++] = next;
      }

  return n_reached == n;
}

/* Each knows the nearest on the ring, and with an odd degree the opposite one:
 * what remains when chance has failed many times. */
static void
make_circulant (Links *links,
                guint  degree)
{
  guint n = links->n_nodes;

  for (guint i = 0; i < n; i++)
    {
      for (guint step = 1; step <= degree / 2; step++)
        add_link (links, i, (i + step) % n);
      if (degree % 2 == 1)
        add_link (links, i, (i + n / 2) % n);
    }
}

/* A ring in a random order: joined stubs would fall into many rings. */
static void
make_random_ring (Links     *links,
                  QuoStream *stream)
{
  guint n = links->n_nodes;
  g_autofree guint *order = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint i = n - 1; i > 0; i--)
    {
      guint k = (guint) quo_stream_bounded (stream, i + 1);
      guint swap = order[i];

      order[i] = order[k];
      order[k] = swap;
    }
  for (guint i = 0; i < n; i++)
    add_link (links, order[i], order[(i + 1) % n]);
}

static void
make_random_regular (Links     *links,
                     guint      degree,
                     QuoStream *stream)
{
  Stubs stubs = { degree, (guint64) links->n_nodes * degree, NULL };
  gboolean is_made = FALSE;

  if (degree == 2)
    {
      make_random_ring (links, stream);
      return;
    }

  stubs.mate = g_new (guint32, stubs.n_stubs);
  for (guint i = 0; i < ATTEMPTS_MAX && !is_made; i++)
    {
      join_at_random (&stubs, stream);
      is_made = repair_all (&stubs, stream)
                && (degree < 2 || is_connected (&stubs));
    }
  for (guint64 s = 0; is_made && s < stubs.n_stubs; s++)
    if (s < stubs.mate[s])
      append (links, node_of (&stubs, s), node_of (&stubs, stubs.mate[s]));
  if (!is_made)
    make_circulant (links, degree);
  g_free (stubs.mate);
}

/* Above half of all links, those that are missing are drawn instead: there are
 * few, so exchanging pairs does not run out of choices. */
static void
make_dense_regular (Links     *links,
                    guint      degree,
                    QuoStream *stream)
{
  guint n = links->n_nodes;
  Links missing;

  links_init (&missing, n);
  if (degree < n - 1)
    {
      Links drawn;

      links_init (&drawn, n);
      make_random_regular (&drawn, n - 1 - degree, stream);
      for (guint i = 0; i < drawn.ends->len; i += 2)
        add_link (&missing, g_array_index (drawn.ends, guint, i),
                  g_array_index (drawn.ends, guint, i + 1));
      g_array_unref (drawn.ends);
      g_free (drawn.set);
    }
  for (guint i = 0; i < n; i++)
    for (guint k = i + 1; k < n; k++)
      if (!has_link (&missing, i, k))
        append (links, i, k);
  g_array_unref (missing.ends);
  g_free (missing.set);
}

static void
make_links (Links             *links,
            const QuoTopology *self,
            QuoStream         *stream)
{
  switch (self->kind)
    {
    case QUO_TOPOLOGY_RING:
      make_ring (links);
      break;
    case QUO_TOPOLOGY_STAR:
      make_star (links, self->centre);
      break;
    case QUO_TOPOLOGY_GRID:
      make_grid (links, self->width, self->is_wrapped);
      break;
    case QUO_TOPOLOGY_TREE:
      make_tree (links, self->degree);
      break;
    case QUO_TOPOLOGY_RANDOM_REGULAR:
      if (self->degree > (links->n_nodes - 1) / 2)
        make_dense_regular (links, self->degree, stream);
      else
        make_random_regular (links, self->degree, stream);
      break;
    case QUO_TOPOLOGY_ERDOS_RENYI:
      make_erdos_renyi (links, self->p, stream);
      break;
    case QUO_TOPOLOGY_SMALL_WORLD:
      make_small_world (links, self->degree, self->p, stream);
      break;
    case QUO_TOPOLOGY_SCALE_FREE:
      make_scale_free (links, self->degree, stream);
      break;
    case QUO_TOPOLOGY_LINKS:
      for (guint i = 0; i + 1 < self->links->len; i += 2)
        add_link (links, g_array_index (self->links, guint, i),
                  g_array_index (self->links, guint, i + 1));
      break;
    case QUO_TOPOLOGY_COMPLETE:
    default:
      break;
    }
}

static int
compare_nodes (const void *a,
               const void *b)
{
  guint first = *(const guint *) a;
  guint second = *(const guint *) b;

  return (first > second) - (first < second);
}

/* Pairs to rows, each sorted. */
static void
make_rows (const Links  *links,
           guint       **ret_start,
           guint       **ret_neighbours)
{
  guint n = links->n_nodes;
  guint n_ends = links->ends->len;
  const guint *ends = (const guint *) (gpointer) links->ends->data;
  guint *start = g_new0 (guint, n + 2);
  guint *neighbours = g_new (guint, MAX (1, n_ends));

  /* start[i + 1] is where row i is filled next, and in the end where it ends. */
  for (guint i = 0; i < n_ends; i++)
    start[ends[i] + 2]++;
  for (guint i = 2; i < n + 2; i++)
    start[i] += start[i - 1];
  for (guint i = 0; i < n_ends; i++)
    neighbours[start[ends[i] + 1]++] = ends[i ^ 1];
  for (guint i = 0; i < n; i++)
    qsort (&neighbours[start[i]], start[i + 1] - start[i], sizeof (guint),
           compare_nodes);

  *ret_start = start;
  *ret_neighbours = neighbours;
}

/**
 * quo_topology_expected_links:
 * @self: a topology
 * @n_nodes: how many nodes
 *
 * Returns: how many links there will be, about, to be held against
 *   %QUO_TOPOLOGY_MAX_LINKS; 0 where no lists are made
 */
double
quo_topology_expected_links (const QuoTopology *self,
                             guint              n_nodes)
{
  double n = n_nodes;

  switch (self->kind)
    {
    case QUO_TOPOLOGY_RING:
    case QUO_TOPOLOGY_STAR:
    case QUO_TOPOLOGY_TREE:
      return n;
    case QUO_TOPOLOGY_GRID:
      return 2 * n;
    case QUO_TOPOLOGY_RANDOM_REGULAR:
    case QUO_TOPOLOGY_SMALL_WORLD:
      return n * self->degree / 2;
    case QUO_TOPOLOGY_SCALE_FREE:
      return n * self->degree;
    case QUO_TOPOLOGY_ERDOS_RENYI:
      return n * (n - 1) / 2 * self->p;
    case QUO_TOPOLOGY_LINKS:
      return self->links->len / 2;
    case QUO_TOPOLOGY_COMPLETE:
    default:
      return 0;
    }
}

/**
 * quo_topology_generate:
 * @self: a topology whose numbers fit @n_nodes
 * @n_nodes: from 1
 * @seed: of the scenario
 * @ret_start: (out) (transfer full) (nullable): where each node's row begins, and
 *   where the last ends; %NULL when everybody is everybody's neighbour
 * @ret_neighbours: (out) (transfer full) (nullable): the rows, each sorted
 *
 * The same seed gives the same links on every machine. A random regular graph of
 * degree 2 or more is connected.
 */
void
quo_topology_generate (const QuoTopology *self,
                       guint              n_nodes,
                       guint64            seed,
                       guint            **ret_start,
                       guint            **ret_neighbours)
{
  QuoStream stream = { quo_stream_key (seed, PURPOSE, 0, 0), 0 };
  Links links;

  g_return_if_fail (self != NULL && n_nodes > 0);
  g_return_if_fail (ret_start != NULL && ret_neighbours != NULL);

  *ret_start = NULL;
  *ret_neighbours = NULL;
  if (self->kind == QUO_TOPOLOGY_COMPLETE)
    return;

  links_init (&links, n_nodes);
  make_links (&links, self, &stream);
  make_rows (&links, ret_start, ret_neighbours);
  g_array_unref (links.ends);
  g_free (links.set);
}
