/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/clock-text.h"

static void
one_unit_for_a_run (void)
{
  static const struct
  {
    QuoTime time;
    QuoTime end;
    const char *text;
  } cases[] = {
    { 0, 4 * QUO_SECOND, "0 s" },
    { 600 * QUO_MILLISECOND, 4 * QUO_SECOND, "0.60 s" },
    { QUO_SECOND, 4 * QUO_SECOND, "1.00 s" },
    { 1604 * QUO_MILLISECOND, 4 * QUO_SECOND, "1.604 s" },
    { 1604300 * QUO_MICROSECOND, 4 * QUO_SECOND, "1.6043 s" },
    { 0, QUO_SECOND / 2, "0 ms" },
    { 23400 * QUO_MICROSECOND, QUO_SECOND / 2, "23.40 ms" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = quo_clock_text (cases[i].time, cases[i].end);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
ticks_differ_and_say_no_more (void)
{
  g_autofree char *whole
    = quo_clock_text_tick (3 * QUO_SECOND, 4 * QUO_SECOND, QUO_SECOND);
  g_autofree char *half
    = quo_clock_text_tick (QUO_SECOND, 2 * QUO_SECOND, 500 * QUO_MILLISECOND);
  g_autofree char *small
    = quo_clock_text_tick (QUO_MILLISECOND, 5 * QUO_MILLISECOND,
                           200 * QUO_MICROSECOND);

  g_assert_cmpstr (whole, ==, "3 s");
  g_assert_cmpstr (half, ==, "1.0 s");
  g_assert_cmpstr (small, ==, "1.0 ms");
}

static void
running_time_keeps_its_width (void)
{
  g_autofree char *coarse
    = quo_clock_text_fixed (1500 * QUO_MILLISECOND, 4 * QUO_SECOND, FALSE);
  g_autofree char *fine
    = quo_clock_text_fixed (1500 * QUO_MILLISECOND, 4 * QUO_SECOND, TRUE);

  g_assert_cmpstr (coarse, ==, "1.500 s");
  g_assert_cmpstr (fine, ==, "1.500000 s");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/widget/clock-text/one-unit-for-a-run",
                   one_unit_for_a_run);
  g_test_add_func ("/ui/widget/clock-text/ticks-differ-and-say-no-more",
                   ticks_differ_and_say_no_more);
  g_test_add_func ("/ui/widget/clock-text/running-time-keeps-its-width",
                   running_time_keeps_its_width);
  return g_test_run ();
}
