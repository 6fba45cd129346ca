/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/axis.h"

static void
step_is_one_two_or_five (void)
{
  for (double scale = 0.001; scale < 1e15; scale *= 1.37)
    {
      QuoTime step = quo_axis_step (scale, 60), digit = step;
      while (digit % 10 == 0)
        digit /= 10;
      g_assert_true (digit == 1 || digit == 2 || digit == 5);
      g_assert_cmpfloat ((double) step, >=, MIN (scale * 60, (double) step));
      if (step > 1)
        {
          g_assert_cmpfloat ((double) step, >=, scale * 60);
          g_assert_cmpfloat ((double) step, <, scale * 60 * 2.51);
        }
    }
}

static void
first_tick_is_not_before_the_start (void)
{
  g_assert_cmpint (quo_axis_first (0, 5), ==, 0);
  g_assert_cmpint (quo_axis_first (1, 5), ==, 5);
  g_assert_cmpint (quo_axis_first (5, 5), ==, 5);
  g_assert_cmpint (quo_axis_first (-7, 5), ==, -5);
}

static void
labels_have_the_decimals_that_the_step_needs (void)
{
  static const struct { QuoTime time; QuoTime step; const char *text; } cases[] = {
    { 1400 * QUO_MILLISECOND, 200 * QUO_MILLISECOND, "1.4 s" },
    { 0, 200 * QUO_MILLISECOND, "0.0 s" },
    { 3 * QUO_SECOND, QUO_SECOND, "3 s" },
    { 1604 * QUO_MILLISECOND, QUO_MILLISECOND, "1.604 s" },
    { 1250 * QUO_MICROSECOND, 50 * QUO_MICROSECOND, "1.25 ms" },
    { 1500, 20, "1.50 µs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char text[QUO_AXIS_TEXT];
      quo_axis_format (cases[i].time, cases[i].step, text);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/diagram/axis/step-is-one-two-or-five", step_is_one_two_or_five);
  g_test_add_func ("/ui/diagram/axis/first-tick-is-not-before-the-start",
                   first_tick_is_not_before_the_start);
  g_test_add_func ("/ui/diagram/axis/labels-have-the-decimals-that-the-step-needs",
                   labels_have_the_decimals_that_the_step_needs);
  return g_test_run ();
}
