/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock/hybrid.h"

/* Kulkarni et al. 2014, figure 6, as three columns of (physical time, stamp):
 * node 0's wall clock is 10 when the others' are at 0. */
static void
test_paper (void)
{
  QuoHybridClock nodes[3] = { { 0, 0 }, { 0, 0 }, { 0, 0 } };

  quo_hybrid_clock_tick (&nodes[0], 10);
  g_assert_cmpint (nodes[0].time, ==, 10);
  g_assert_cmpint (nodes[0].counter, ==, 0);

  quo_hybrid_clock_receive (&nodes[1], &nodes[0], 1);
  g_assert_cmpint (nodes[1].time, ==, 10);
  g_assert_cmpint (nodes[1].counter, ==, 1);

  quo_hybrid_clock_tick (&nodes[1], 2);
  g_assert_cmpint (nodes[1].time, ==, 10);
  g_assert_cmpint (nodes[1].counter, ==, 2);

  quo_hybrid_clock_receive (&nodes[2], &nodes[1], 2);
  g_assert_cmpint (nodes[2].time, ==, 10);
  g_assert_cmpint (nodes[2].counter, ==, 3);

  /* Both stamps have time 10: one past the larger counter. */
  quo_hybrid_clock_receive (&nodes[1], &nodes[2], 4);
  g_assert_cmpint (nodes[1].counter, ==, 4);

  /* The wall clock catches up: the counter starts again. */
  quo_hybrid_clock_tick (&nodes[1], 11);
  g_assert_cmpint (nodes[1].time, ==, 11);
  g_assert_cmpint (nodes[1].counter, ==, 0);
}

static void
test_step_back (void)
{
  QuoHybridClock clock = { 0, 0 };
  QuoHybridClock last = { 0, 0 };

  for (guint i = 0; i < 10000; i++)
    {
      quo_hybrid_clock_tick (&clock, g_test_rand_int_range (0, 1000));
      g_assert_cmpint (quo_hybrid_clock_compare (&last, 0, &clock, 0), ==, QUO_ORDER_BEFORE);
      last = clock;
    }
}

/* Along any chain of causes the stamps rise, and no stamp is ahead of the
 * fastest wall clock by then, so it is off by no more than the clocks are. */
static void
test_causality (void)
{
  enum { N_NODES = 5 };
  QuoHybridClock nodes[N_NODES] = { { 0, 0 } };
  gint64 offsets[N_NODES];

  for (guint i = 0; i < N_NODES; i++)
    offsets[i] = g_test_rand_int_range (-50, 51);

  for (QuoTime now = 100; now < 20000; now++)
    {
      guint to = (guint) g_test_rand_int_range (0, N_NODES);
      guint from = (guint) g_test_rand_int_range (0, N_NODES);
      QuoHybridClock before = nodes[to];
      QuoHybridClock message = nodes[from];

      if (from == to)
        quo_hybrid_clock_tick (&nodes[to], now + offsets[to]);
      else
        quo_hybrid_clock_receive (&nodes[to], &message, now + offsets[to]);

      g_assert_cmpint (quo_hybrid_clock_compare (&before, to, &nodes[to], to), ==, QUO_ORDER_BEFORE);
      g_assert_cmpint (quo_hybrid_clock_compare (&message, from, &nodes[to], to), ==, QUO_ORDER_BEFORE);
      g_assert_cmpint (nodes[to].time, >=, now + offsets[to]);
      g_assert_cmpint (nodes[to].time, <=, now + 50);
    }
}

static void
test_order (void)
{
  QuoHybridClock a = { 5, 1 };
  QuoHybridClock b = { 5, 2 };
  QuoHybridClock c = { 6, 0 };

  g_assert_cmpint (quo_hybrid_clock_compare (&a, 1, &b, 0), ==, QUO_ORDER_BEFORE);
  g_assert_cmpint (quo_hybrid_clock_compare (&c, 0, &b, 1), ==, QUO_ORDER_AFTER);
  g_assert_cmpint (quo_hybrid_clock_compare (&a, 0, &a, 1), ==, QUO_ORDER_BEFORE);
  g_assert_cmpint (quo_hybrid_clock_compare (&a, 1, &a, 0), ==, QUO_ORDER_AFTER);
  g_assert_cmpint (quo_hybrid_clock_compare (&a, 1, &a, 1), ==, QUO_ORDER_EQUAL);
}

static void
test_format (void)
{
  QuoHybridClock plain = { 150 * QUO_MILLISECOND, 0 };
  QuoHybridClock counted = { 150 * QUO_MILLISECOND, 2 };
  g_autofree char *plain_text = quo_hybrid_clock_format (&plain);
  g_autofree char *counted_text = quo_hybrid_clock_format (&counted);

  g_assert_cmpstr (plain_text, ==, "150ms");
  g_assert_cmpstr (counted_text, ==, "150ms+2");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/clock/hybrid/follows-the-paper-s-example", test_paper);
  g_test_add_func ("/core/clock/hybrid/rises-while-the-wall-clock-steps-back", test_step_back);
  g_test_add_func ("/core/clock/hybrid/agrees-with-causality-and-stays-near", test_causality);
  g_test_add_func ("/core/clock/hybrid/order-is-total", test_order);
  g_test_add_func ("/core/clock/hybrid/counter-is-written-when-it-counts", test_format);
  return g_test_run ();
}
