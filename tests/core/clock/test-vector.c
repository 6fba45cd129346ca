/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock/vector.h"

#include <string.h>

#define N_NODES 4

/* A clock of random length and small counts, so that all orders come up. */
static void
randomise (QuoVectorClock *clock)
{
  guint n = (guint) g_test_rand_int_range (0, N_NODES + 1);

  quo_vector_clock_clear (clock);
  for (guint i = 0; i < n; i++)
    quo_vector_clock_set (clock, i, g_test_rand_int_range (0, 3));
}

/* PROTOCOLS, section 5, first mistake: over one's own keys only, the first
 * would be EQUAL and the second AFTER. */
static void
test_union (void)
{
  g_auto (QuoVectorClock) a1 = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) a2 = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) a1b1 = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) a1b0 = QUO_VECTOR_CLOCK_INIT;

  quo_vector_clock_set (&a1, 0, 1);
  quo_vector_clock_set (&a2, 0, 2);
  quo_vector_clock_set (&a1b1, 0, 1);
  quo_vector_clock_set (&a1b1, 1, 1);
  quo_vector_clock_set (&a1b0, 1, 0);
  quo_vector_clock_set (&a1b0, 0, 1);

  g_assert_cmpint (quo_vector_clock_compare (&a1, &a1b1), ==, QUO_ORDER_BEFORE);
  g_assert_cmpint (quo_vector_clock_compare (&a1b1, &a1), ==, QUO_ORDER_AFTER);
  g_assert_cmpint (quo_vector_clock_compare (&a2, &a1b1), ==, QUO_ORDER_CONCURRENT);
  g_assert_cmpint (quo_vector_clock_compare (&a1, &a1b0), ==, QUO_ORDER_EQUAL);
}

static void
test_merge_laws (void)
{
  g_auto (QuoVectorClock) a = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) b = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) c = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) left = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) right = QUO_VECTOR_CLOCK_INIT;

  for (guint round = 0; round < 2000; round++)
    {
      randomise (&a);
      randomise (&b);
      randomise (&c);

      quo_vector_clock_copy (&left, &a);
      quo_vector_clock_merge (&left, &b);
      quo_vector_clock_copy (&right, &b);
      quo_vector_clock_merge (&right, &a);
      g_assert_cmpint (quo_vector_clock_compare (&left, &right), ==, QUO_ORDER_EQUAL);

      quo_vector_clock_merge (&left, &c);
      quo_vector_clock_copy (&right, &b);
      quo_vector_clock_merge (&right, &c);
      quo_vector_clock_merge (&right, &a);
      g_assert_cmpint (quo_vector_clock_compare (&left, &right), ==, QUO_ORDER_EQUAL);

      quo_vector_clock_merge (&right, &right);
      g_assert_cmpint (quo_vector_clock_compare (&left, &right), ==, QUO_ORDER_EQUAL);
      g_assert_cmpint (quo_vector_clock_compare (&a, &left), !=, QUO_ORDER_AFTER);
      g_assert_cmpint (quo_vector_clock_compare (&a, &left), !=, QUO_ORDER_CONCURRENT);
    }
}

/* The clocks of a random computation say exactly which events could have
 * brought about which: reachability over the events is the other opinion. */
static void
test_causality (void)
{
  enum { N_EVENTS = 60 };
  QuoVectorClock stamps[N_EVENTS] = { 0 };
  gboolean reaches[N_EVENTS][N_EVENTS] = { { FALSE } };
  int last[N_NODES] = { -1, -1, -1, -1 };

  for (int event = 0; event < N_EVENTS; event++)
    {
      guint node = (guint) g_test_rand_int_range (0, N_NODES);
      int message = event > 0 && g_test_rand_bit () ? g_test_rand_int_range (0, event) : -1;
      int causes[] = { last[node], message };

      for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
        {
          if (causes[i] < 0)
            continue;
          quo_vector_clock_merge (&stamps[event], &stamps[causes[i]]);
          reaches[causes[i]][event] = TRUE;
          for (int j = 0; j < event; j++)
            reaches[j][event] |= reaches[j][causes[i]];
        }
      quo_vector_clock_tick (&stamps[event], node);
      last[node] = event;
    }

  for (int i = 0; i < N_EVENTS; i++)
    for (int j = 0; j < N_EVENTS; j++)
      {
        QuoOrder expected = i == j ? QUO_ORDER_EQUAL
                            : reaches[i][j] ? QUO_ORDER_BEFORE
                            : reaches[j][i] ? QUO_ORDER_AFTER
                                            : QUO_ORDER_CONCURRENT;

        g_assert_cmpint (quo_vector_clock_compare (&stamps[i], &stamps[j]), ==, expected);
      }
  for (int i = 0; i < N_EVENTS; i++)
    quo_vector_clock_clear (&stamps[i]);
}

static void
test_arrays (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      g_auto (QuoVectorClock) a = QUO_VECTOR_CLOCK_INIT;
      g_auto (QuoVectorClock) b = QUO_VECTOR_CLOCK_INIT;
      gint64 a_counts[N_NODES];
      gint64 b_counts[N_NODES];

      randomise (&a);
      randomise (&b);
      for (guint i = 0; i < N_NODES; i++)
        {
          a_counts[i] = quo_vector_clock_get (&a, i);
          b_counts[i] = quo_vector_clock_get (&b, i);
        }
      g_assert_cmpint (quo_vector_compare (a_counts, b_counts, N_NODES), ==,
                       quo_vector_clock_compare (&a, &b));

      quo_vector_merge (a_counts, b_counts, N_NODES);
      quo_vector_clock_merge (&a, &b);
      for (guint i = 0; i < N_NODES; i++)
        g_assert_cmpint (a_counts[i], ==, quo_vector_clock_get (&a, i));
    }
}

static void
test_copy (void)
{
  g_auto (QuoVectorClock) a = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) b = QUO_VECTOR_CLOCK_INIT;

  quo_vector_clock_set (&a, 2, 5);
  quo_vector_clock_copy (&b, &a);
  quo_vector_clock_tick (&b, 2);
  g_assert_cmpint (quo_vector_clock_get (&a, 2), ==, 5);
  g_assert_cmpint (quo_vector_clock_get (&b, 2), ==, 6);
  g_assert_cmpint (quo_vector_clock_get (&b, 1000000), ==, 0);

  /* A longer clock forgets what the shorter one does not have. */
  quo_vector_clock_clear (&a);
  quo_vector_clock_tick (&a, 0);
  quo_vector_clock_copy (&b, &a);
  g_assert_cmpint (quo_vector_clock_compare (&a, &b), ==, QUO_ORDER_EQUAL);
  g_assert_true (quo_vector_clock_covers (&b, 0, 1));
  g_assert_false (quo_vector_clock_covers (&b, 0, 2));
  g_assert_false (quo_vector_clock_covers (&b, 2, 1));
}

static void
test_format (void)
{
  static const char *letters[] = { "A", "B", "C" };
  static const char *numbered[] = { "n1", "n2" };
  gint64 counts[] = { 2, 0, 1, 7 };
  g_autofree char *named = quo_vector_format (counts, 4, letters, 3);
  g_autofree char *apart = quo_vector_format (counts + 2, 2, numbered, 2);
  g_autofree char *empty = quo_vector_format (NULL, 0, NULL, 0);
  g_autofree char *plain = quo_vector_format (counts, 1, NULL, 0);

  g_assert_cmpstr (named, ==, "A2 C1 3:7");
  g_assert_cmpstr (apart, ==, "n1:1 n2:7");
  g_assert_cmpstr (empty, ==, "0");
  g_assert_cmpstr (plain, ==, "0:2");
}

static void
test_limit (void)
{
  g_auto (QuoVectorClock) clock = QUO_VECTOR_CLOCK_INIT;

  quo_vector_clock_set (&clock, QUO_VECTOR_CLOCK_NODES_MAX - 1, 3);
  g_assert_cmpint (quo_vector_clock_get (&clock, QUO_VECTOR_CLOCK_NODES_MAX - 1), ==, 3);
  g_test_expect_message ("quorate", G_LOG_LEVEL_CRITICAL, "*NODES_MAX*");
  quo_vector_clock_set (&clock, QUO_VECTOR_CLOCK_NODES_MAX, 3);
  g_test_assert_expected_messages ();
  g_assert_cmpint (quo_vector_clock_get (&clock, QUO_VECTOR_CLOCK_NODES_MAX), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/clock/vector/missing-entries-count-as-zero", test_union);
  g_test_add_func ("/core/clock/vector/merge-is-a-least-upper-bound", test_merge_laws);
  g_test_add_func ("/core/clock/vector/order-is-causality", test_causality);
  g_test_add_func ("/core/clock/vector/arrays-agree-with-clocks", test_arrays);
  g_test_add_func ("/core/clock/vector/copies-are-apart", test_copy);
  g_test_add_func ("/core/clock/vector/format-keeps-names-and-counts-apart", test_format);
  g_test_add_func ("/core/clock/vector/limit-can-be-reached", test_limit);
  return g_test_run ();
}
