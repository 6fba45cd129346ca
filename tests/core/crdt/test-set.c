/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crdt/set.h"

enum
{
  APPLE = 1,
  PEAR
};

static void
assert_concurrent (QuoSetKind kind,
                   gboolean   is_there)
{
  g_autoptr (QuoDotStore) a = quo_dot_store_new ();
  g_autoptr (QuoDotStore) b = quo_dot_store_new ();

  quo_set_add (a, 0, APPLE, NULL);
  quo_set_add (a, 0, PEAR, NULL);
  quo_dot_store_merge (b, a, NULL);
  quo_set_remove (a, kind, 0, APPLE, NULL);
  g_assert_false (quo_set_contains (a, APPLE));
  quo_set_add (b, 1, APPLE, NULL);

  g_autoptr (QuoDotStore) old = quo_dot_store_copy (a);

  quo_dot_store_merge (a, b, NULL);
  quo_dot_store_merge (b, old, NULL);
  g_assert_true (quo_dot_store_equal (a, b));
  g_assert_true (quo_set_contains (a, APPLE) == is_there);
  g_assert_true (quo_set_contains (a, PEAR));
}

static void
test_add_wins (void)
{
  assert_concurrent (QUO_SET_ADD_WINS, TRUE);
}

static void
test_remove_wins (void)
{
  assert_concurrent (QUO_SET_REMOVE_WINS, FALSE);
}

static void
test_added_again_after_removal (void)
{
  for (guint kind = 0; kind < 2; kind++)
    {
      g_autoptr (QuoDotStore) a = quo_dot_store_new ();
      g_autoptr (QuoDotStore) b = quo_dot_store_new ();
      g_autoptr (QuoDotStore) old = NULL;

      quo_set_add (a, 0, APPLE, NULL);
      old = quo_dot_store_copy (a);
      quo_set_remove (a, (QuoSetKind) kind, 0, APPLE, NULL);
      quo_dot_store_merge (b, a, NULL);
      quo_dot_store_merge (b, old, NULL);
      g_assert_false (quo_set_contains (b, APPLE));
      quo_set_add (b, 1, APPLE, NULL);
      quo_dot_store_merge (a, b, NULL);
      g_assert_true (quo_set_contains (a, APPLE));
      g_assert_cmpuint (quo_dot_store_n (a), ==, 1);
    }
}

static void
test_elements_are_sorted_and_single (void)
{
  g_autoptr (QuoDotStore) a = quo_dot_store_new ();
  g_autoptr (QuoDotStore) b = quo_dot_store_new ();
  g_autoptr (GArray) elements = NULL;

  quo_set_add (a, 0, PEAR, NULL);
  quo_set_add (a, 0, APPLE, NULL);
  quo_set_add (b, 1, APPLE, NULL);
  quo_dot_store_merge (a, b, NULL);
  elements = quo_set_elements (a);
  g_assert_cmpuint (elements->len, ==, 2);
  g_assert_cmpint (g_array_index (elements, gint64, 0), ==, APPLE);
  g_assert_cmpint (g_array_index (elements, gint64, 1), ==, PEAR);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/crdt/set/concurrent-addition-wins", test_add_wins);
  g_test_add_func ("/core/crdt/set/concurrent-removal-wins", test_remove_wins);
  g_test_add_func ("/core/crdt/set/removed-stays-removed-until-added-again",
                   test_added_again_after_removal);
  g_test_add_func ("/core/crdt/set/elements-are-sorted-and-single",
                   test_elements_are_sorted_and_single);

  return g_test_run ();
}
