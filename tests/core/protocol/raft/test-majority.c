/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a majority agrees on, against the definition: the largest value that more
 * than half of the servers reach. */

#include "base/random.h"
#include "protocol/raft/raft-private.h"

#define N_MAX 101

static guint64 seed = 11;

static gint64
reached_by_majority (const gint64 *values,
                     guint         n)
{
  gint64 best = G_MININT64;

  for (guint i = 0; i < n; i++)
    {
      guint n_reach = 0;

      for (guint k = 0; k < n; k++)
        n_reach += values[k] >= values[i];
      if (n_reach > n / 2)
        best = MAX (best, values[i]);
    }

  return best;
}

static void
is_what_more_than_half_reach (void)
{
  QuoStream stream = { seed, 0 };

  for (guint round = 0; round < 20000; round++)
    {
      guint n = 1 + (guint) quo_stream_bounded (&stream, N_MAX);
      guint64 span = (guint64) 1 << quo_stream_bounded (&stream, 40);
      QuoRaft self = { .n_nodes = n, .config = { .is_whole = TRUE } };
      gint64 values[N_MAX];
      gint64 sum = 0;
      gint64 expected;

      for (guint i = 0; i < n; i++)
        {
          values[i] = (gint64) quo_stream_bounded (&stream, span);
          sum += values[i];
        }
      expected = reached_by_majority (values, n);
      g_assert_cmpint (quo_raft_agreed_value (NULL, &self, values), ==, expected);
      /* In another order, but the same. */
      for (guint i = 0; i < n; i++)
        sum -= values[i];
      g_assert_cmpint (sum, ==, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Of the values", "N" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_test_init (&argc, &argv, NULL);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_parse (context, &argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  g_test_add_func ("/core/protocol/raft/majority/is-what-more-than-half-reach",
                   is_what_more_than_half_reach);

  return g_test_run ();
}
