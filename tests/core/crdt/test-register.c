/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crdt/register.h"

static void
test_clock_that_steps_back (void)
{
  QuoLwwRegister there = { { 900, 0, 1 }, 1 };
  QuoStamp stamps[] = {
    quo_stamp_wall (&there.stamp, 400, 1),
    quo_stamp_hybrid (&there.stamp, 400, 1),
  };

  for (guint i = 0; i < G_N_ELEMENTS (stamps); i++)
    {
      QuoLwwRegister self = there;
      QuoLwwRegister write = { stamps[i], 2 };

      g_assert_true (quo_lww_register_merge (&self, &write));
      g_assert_cmpint (self.value, ==, 2);
    }

  /* The mistake: the plain reading loses the later write. */
  QuoLwwRegister plain = { { 400, 0, 1 }, 2 };

  g_assert_false (quo_lww_register_merge (&there, &plain));
  g_assert_cmpint (there.value, ==, 1);
}

/* PROTOCOLS, section 5, mistake 5: with one stamp for two values the merge does not
 * commute, and so the stamps must differ. */
static void
test_one_tick (void)
{
  QuoLwwRegister x = { { 7, 0, 0 }, 1 };
  QuoLwwRegister y = { { 7, 0, 0 }, 2 };
  QuoLwwRegister a = x;
  QuoLwwRegister b = y;

  quo_lww_register_merge (&a, &y);
  quo_lww_register_merge (&b, &x);
  g_assert_cmpint (a.value, !=, b.value);

  QuoStamp first = quo_stamp_wall (&(QuoStamp) { 0 }, 7, 0);
  QuoStamp second = quo_stamp_wall (&first, 7, 0);

  g_assert_cmpint (first.time, ==, 7);
  g_assert_cmpint (second.time, ==, 8);
  g_assert_cmpint (quo_stamp_compare (&first, &second), <, 0);
}

static void
test_tie_goes_to_the_replica (void)
{
  QuoLwwRegister a = { { 7, 3, 0 }, 1 };
  QuoLwwRegister b = { { 7, 3, 1 }, 2 };
  QuoLwwRegister a2 = a;

  g_assert_true (quo_lww_register_merge (&a2, &b));
  g_assert_false (quo_lww_register_merge (&b, &a));
  g_assert_true (quo_lww_register_equal (&a2, &b));
}

static void
test_lamport_passes_what_was_read (void)
{
  QuoStamp first = quo_stamp_lamport (&(QuoStamp) { 0 }, 5);
  QuoStamp second = quo_stamp_lamport (&first, 0);

  g_assert_cmpint (first.counter, ==, 1);
  g_assert_cmpint (second.counter, ==, 2);
  g_assert_cmpint (quo_stamp_compare (&first, &second), <, 0);
}

/* Mistake 3: two equal values that were written apart are two; what was replaced
 * does not come back from a replica that missed it. */
static void
test_equal_values_are_two (void)
{
  g_autoptr (QuoDotStore) a = quo_dot_store_new ();
  g_autoptr (QuoDotStore) b = quo_dot_store_new ();

  quo_mv_register_write (a, 0, NULL, 7, NULL);
  quo_mv_register_write (b, 1, NULL, 7, NULL);

  g_autoptr (QuoDotStore) late = quo_dot_store_copy (b);

  quo_dot_store_merge (a, b, NULL);
  g_assert_cmpuint (quo_dot_store_n (a), ==, 2);
  quo_mv_register_write (a, 0, NULL, 8, NULL);
  quo_dot_store_merge (a, late, NULL);
  g_assert_cmpuint (quo_dot_store_n (a), ==, 1);
  g_assert_cmpint (quo_dot_store_nth (a, 0)->value, ==, 8);
}

/* Mistake 4: two clients with the same old context through one replica. */
static void
test_same_old_context_makes_siblings (void)
{
  g_autoptr (QuoDotStore) a = quo_dot_store_new ();
  gboolean is_changed;

  quo_mv_register_write (a, 0, NULL, 1, NULL);

  g_autoptr (QuoDotContext) read = quo_dot_context_copy (quo_dot_store_seen (a));
  g_autoptr (QuoDotStore) delta = quo_dot_store_new ();
  g_autoptr (QuoDotStore) b = quo_dot_store_copy (a);

  quo_mv_register_write (a, 0, read, 2, delta);
  quo_mv_register_write (a, 0, read, 3, delta);
  g_assert_cmpuint (quo_dot_store_n (a), ==, 2);
  g_assert_true (quo_dot_store_merge (b, delta, &is_changed));
  g_assert_true (is_changed);
  g_assert_true (quo_dot_store_equal (a, b));
  g_assert_true (quo_dot_store_merge (b, delta, &is_changed));
  g_assert_false (is_changed);

  quo_mv_register_clear (a, read, NULL);
  g_assert_cmpuint (quo_dot_store_n (a), ==, 2);
  quo_mv_register_clear (a, NULL, NULL);
  g_assert_cmpuint (quo_dot_store_n (a), ==, 0);
}

static void
test_full_register_refuses (void)
{
  g_autoptr (QuoDotStore) a = quo_dot_store_new ();
  g_autoptr (QuoDotStore) b = quo_dot_store_new ();
  g_autoptr (QuoDotContext) nothing = quo_dot_context_new ();

  for (guint i = 0; i < QUO_DOTS_MAX; i++)
    g_assert_true (quo_mv_register_write (a, 0, nothing, i, NULL));
  g_assert_false (quo_mv_register_write (a, 0, nothing, 0, NULL));
  quo_mv_register_write (b, 1, nothing, 0, NULL);
  g_assert_false (quo_dot_store_merge (b, a, NULL));
  g_assert_cmpuint (quo_dot_store_n (b), ==, 1);
  g_assert_cmpuint (quo_dot_store_n (a), ==, QUO_DOTS_MAX);
}

#define PATH "/core/crdt/register/"

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "clock-that-steps-back-loses-no-write",
                   test_clock_that_steps_back);
  g_test_add_func (PATH "writes-of-one-tick-differ", test_one_tick);
  g_test_add_func (PATH "tie-goes-to-the-replica", test_tie_goes_to_the_replica);
  g_test_add_func (PATH "lamport-stamp-passes-what-was-read",
                   test_lamport_passes_what_was_read);
  g_test_add_func (PATH "equal-values-are-two", test_equal_values_are_two);
  g_test_add_func (PATH "same-old-context-makes-siblings",
                   test_same_old_context_makes_siblings);
  g_test_add_func (PATH "full-register-refuses", test_full_register_refuses);

  return g_test_run ();
}
