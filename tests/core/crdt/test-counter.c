/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crdt/counter.h"

/* PROTOCOLS, section 5, mistake 8: merged by sum, a state that comes twice counts
 * twice. */
static void
test_same_state_twice_counts_once (void)
{
  g_autoptr (QuoCounter) a = quo_counter_new ();
  g_autoptr (QuoCounter) b = quo_counter_new ();

  quo_counter_add (a, 0, 3, NULL);
  quo_counter_add (b, 1, 4, NULL);
  g_assert_true (quo_counter_merge (a, b));
  g_assert_cmpint (quo_counter_value (a), ==, 7);
  g_assert_false (quo_counter_merge (a, b));
  g_assert_true (quo_counter_merge (b, a));
  g_assert_false (quo_counter_merge (a, b));
  g_assert_cmpint (quo_counter_value (a), ==, 7);
  g_assert_cmpint (quo_counter_value (b), ==, 7);
}

static void
test_concurrent_subtraction_counts (void)
{
  g_autoptr (QuoCounter) a = quo_counter_new ();
  g_autoptr (QuoCounter) b = quo_counter_new ();

  quo_counter_add (a, 0, 10, NULL);
  quo_counter_merge (b, a);
  quo_counter_subtract (a, 0, 4, NULL);
  quo_counter_subtract (b, 1, 9, NULL);
  quo_counter_merge (a, b);
  g_assert_cmpint (quo_counter_value (a), ==, 10 - 4 - 9);
}

static void
test_delta_carries_what_came_before (void)
{
  g_autoptr (QuoCounter) a = quo_counter_new ();
  g_autoptr (QuoCounter) b = quo_counter_new ();
  g_autoptr (QuoCounter) lost = quo_counter_new ();
  g_autoptr (QuoCounter) delta = quo_counter_new ();

  quo_counter_add (a, 0, 1, lost);
  quo_counter_add (a, 0, 2, delta);
  quo_counter_merge (b, delta);
  g_assert_cmpint (quo_counter_value (b), ==, 3);
  quo_counter_merge (b, lost);
  g_assert_cmpint (quo_counter_value (b), ==, 3);
}

static void
test_stops_at_the_ends (void)
{
  g_autoptr (QuoCounter) a = quo_counter_new ();

  g_assert_true (quo_counter_add (a, 0, G_MAXINT64, NULL));
  g_assert_false (quo_counter_add (a, 0, 1, NULL));
  g_assert_true (quo_counter_add (a, 1, 5, NULL));
  g_assert_cmpint (quo_counter_value (a), ==, G_MAXINT64);
  g_assert_true (quo_counter_subtract (a, 2, 6, NULL));
  g_assert_cmpint (quo_counter_value (a), ==, G_MAXINT64 - 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/crdt/counter/same-state-twice-counts-once",
                   test_same_state_twice_counts_once);
  g_test_add_func ("/core/crdt/counter/concurrent-subtraction-counts",
                   test_concurrent_subtraction_counts);
  g_test_add_func ("/core/crdt/counter/delta-carries-what-came-before",
                   test_delta_carries_what_came_before);
  g_test_add_func ("/core/crdt/counter/stops-at-the-ends", test_stops_at_the_ends);

  return g_test_run ();
}
