/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crdt/context.h"

#define N_REPLICAS 3
#define N_UPDATES  20

/* The same set as a table of bits. */
typedef struct
{
  QuoDotContext *context;
  gboolean       seen[N_REPLICAS][N_UPDATES + 2];
} Pair;

/* Ids far apart, as those of replicas that lost their state. */
static const guint replicas[N_REPLICAS] = { 0, 7, 4000000000u };

static void
assert_same (const Pair *pair)
{
  for (guint r = 0; r < N_REPLICAS; r++)
    {
      QuoDot next = quo_dot_context_next (pair->context, replicas[r]);
      gint64 last = 0;

      for (gint64 n = 1; n <= N_UPDATES + 1; n++)
        {
          QuoDot dot = { replicas[r], n };

          if (pair->seen[r][n])
            last = n;
          g_assert_true (quo_dot_context_covers (pair->context, dot)
                         == pair->seen[r][n]);
        }
      g_assert_cmpint (next.n, ==, last + 1);
      g_assert_cmpuint (next.node_index, ==, replicas[r]);
    }
}

static void
fill (Pair *pair)
{
  guint n_steps = (guint) g_test_rand_int_range (0, 40);

  *pair = (Pair) { quo_dot_context_new (), { { FALSE } } };
  for (guint i = 0; i < n_steps; i++)
    {
      guint r = (guint) g_test_rand_int_range (0, N_REPLICAS);
      QuoDot dot = { replicas[r], g_test_rand_int_range (1, N_UPDATES + 1) };

      if (g_test_rand_int_range (0, 8) > 0)
        quo_dot_context_add (pair->context, dot);
      else
        quo_dot_context_add_upto (pair->context, dot);
    }
}

static void
test_same_as_bits (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      Pair pair = { quo_dot_context_new (), { { FALSE } } };

      for (guint i = 0; i < 30; i++)
        {
          guint r = (guint) g_test_rand_int_range (0, N_REPLICAS);
          QuoDot dot = { replicas[r], g_test_rand_int_range (1, N_UPDATES + 1) };

          if (g_test_rand_int_range (0, 8) > 0)
            {
              quo_dot_context_add (pair.context, dot);
              pair.seen[r][dot.n] = TRUE;
            }
          else
            {
              quo_dot_context_add_upto (pair.context, dot);
              for (gint64 n = 1; n <= dot.n; n++)
                pair.seen[r][n] = TRUE;
            }
        }
      assert_same (&pair);
      quo_dot_context_free (pair.context);
    }
}

static void
test_merge_is_union (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      Pair a, b;
      gboolean is_new = FALSE;

      fill (&a);
      fill (&b);
      for (guint r = 0; r < N_REPLICAS; r++)
        for (gint64 n = 1; n <= N_UPDATES; n++)
          {
            QuoDot dot = { replicas[r], n };

            a.seen[r][n] = quo_dot_context_covers (a.context, dot);
            b.seen[r][n] = quo_dot_context_covers (b.context, dot);
            is_new = is_new || (b.seen[r][n] && !a.seen[r][n]);
            a.seen[r][n] = a.seen[r][n] || b.seen[r][n];
          }
      g_assert_true (quo_dot_context_merge (a.context, b.context) == is_new);
      assert_same (&a);
      g_assert_false (quo_dot_context_merge (a.context, b.context));
      quo_dot_context_merge (b.context, a.context);
      g_assert_true (quo_dot_context_equal (a.context, b.context));
      quo_dot_context_free (a.context);
      quo_dot_context_free (b.context);
    }
}

static void
test_gap_that_fills_closes (void)
{
  g_autoptr (QuoDotContext) context = quo_dot_context_new ();

  quo_dot_context_add (context, (QuoDot) { 5, 1 });
  quo_dot_context_add (context, (QuoDot) { 5, 3 });
  quo_dot_context_add (context, (QuoDot) { 5, 4 });
  g_assert_cmpuint (quo_dot_context_n_upto (context), ==, 1);
  g_assert_cmpuint (quo_dot_context_n_dots (context), ==, 2);
  quo_dot_context_add (context, (QuoDot) { 5, 2 });
  g_assert_cmpuint (quo_dot_context_n_dots (context), ==, 0);
  g_assert_cmpint (quo_dot_context_upto (context, 0).n, ==, 4);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/crdt/context/covers-what-was-added-and-no-more",
                   test_same_as_bits);
  g_test_add_func ("/core/crdt/context/merge-is-the-union", test_merge_is_union);
  g_test_add_func ("/core/crdt/context/gap-that-fills-closes",
                   test_gap_that_fills_closes);

  return g_test_run ();
}
