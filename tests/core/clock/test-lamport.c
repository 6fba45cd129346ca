/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock/lamport.h"

/* Lamport 1978, figure 3 in miniature: P1 has two events and sends; P2 has one
 * and receives. */
static void
test_receive (void)
{
  gint64 first = 0;
  gint64 second = 0;

  g_assert_cmpint (quo_lamport_tick (&first), ==, 1);
  g_assert_cmpint (quo_lamport_tick (&first), ==, 2);
  g_assert_cmpint (quo_lamport_tick (&second), ==, 1);
  g_assert_cmpint (quo_lamport_receive (&second, first), ==, 3);
  g_assert_cmpint (quo_lamport_receive (&first, 1), ==, 3);
  g_assert_cmpint (first, ==, 3);
  g_assert_cmpint (second, ==, 3);
}

static void
test_order (void)
{
  g_assert_cmpint (quo_lamport_compare (1, 9, 2, 0), ==, QUO_ORDER_BEFORE);
  g_assert_cmpint (quo_lamport_compare (2, 0, 1, 9), ==, QUO_ORDER_AFTER);
  g_assert_cmpint (quo_lamport_compare (2, 0, 2, 1), ==, QUO_ORDER_BEFORE);
  g_assert_cmpint (quo_lamport_compare (2, 1, 2, 0), ==, QUO_ORDER_AFTER);
  g_assert_cmpint (quo_lamport_compare (2, 1, 2, 1), ==, QUO_ORDER_EQUAL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/clock/lamport/receipt-is-past-both", test_receive);
  g_test_add_func ("/core/clock/lamport/order-is-total", test_order);
  return g_test_run ();
}
