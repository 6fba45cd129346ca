/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/quantile.h"

#include <math.h>

static void
test_published (void)
{
  g_autoptr (QuoSamples) samples = quo_samples_new ();
  static const double values[] = { 10, 2, 3, 8, 4, 5, 7, 6, 9, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    quo_samples_add (samples, values[i]);

  /* R: quantile (1:10, c (.25, .5, .9, .99)); sd (1:10) */
  g_assert_cmpfloat (quo_samples_get_quantile (samples, 0.25), ==, 3.25);
  g_assert_cmpfloat (quo_samples_get_median (samples), ==, 5.5);
  g_assert_cmpfloat_with_epsilon (quo_samples_get_quantile (samples, 0.9), 9.1, 1e-14);
  g_assert_cmpfloat_with_epsilon (quo_samples_get_quantile (samples, 0.99), 9.91, 1e-14);
  g_assert_cmpfloat_with_epsilon (quo_samples_get_deviation (samples), 3.0276503540974917, 1e-14);
  g_assert_cmpfloat (quo_samples_get_quantile (samples, 0), ==, 1);
  g_assert_cmpfloat (quo_samples_get_quantile (samples, 1), ==, 10);
  g_assert_cmpfloat (quo_samples_get_min (samples), ==, 1);
  g_assert_cmpfloat (quo_samples_get_max (samples), ==, 10);
  g_assert_cmpfloat (quo_samples_get_mean (samples), ==, 5.5);
  g_assert_cmpuint (quo_samples_get_n (samples), ==, 10);

  quo_samples_add (samples, 0);
  g_assert_cmpfloat (quo_samples_get_median (samples), ==, 5);
}

static void
test_empty (void)
{
  g_autoptr (QuoSamples) samples = quo_samples_new ();

  g_assert_true (isnan (quo_samples_get_mean (samples)));
  g_assert_true (isnan (quo_samples_get_median (samples)));
  g_assert_true (isnan (quo_samples_get_min (samples)));
  g_assert_true (isnan (quo_samples_get_max (samples)));
  g_assert_true (isnan (quo_samples_get_deviation (samples)));
  g_assert_cmpfloat (quo_samples_get_sum (samples), ==, 0);

  quo_samples_add (samples, 4);
  g_assert_cmpfloat (quo_samples_get_quantile (samples, 0.99), ==, 4);
  g_assert_true (isnan (quo_samples_get_deviation (samples)));
}

/* A plain sum of these would be 0. */
static void
test_sum (void)
{
  g_autoptr (QuoSamples) samples = quo_samples_new ();

  quo_samples_add (samples, 1);
  quo_samples_add (samples, 1e100);
  quo_samples_add (samples, 1);
  quo_samples_add (samples, -1e100);
  g_assert_cmpfloat (quo_samples_get_sum (samples), ==, 2);
  g_assert_cmpfloat (quo_samples_get_mean (samples), ==, 0.5);
}

static void
test_merge (void)
{
  g_autoptr (QuoSamples) all = quo_samples_new ();
  g_autoptr (QuoSamples) low = quo_samples_new ();
  g_autoptr (QuoSamples) high = quo_samples_new ();

  for (guint i = 0; i < 1000; i++)
    quo_samples_add (i % 3 == 0 ? high : low, 999 - i);
  quo_samples_get_median (low);
  quo_samples_add_all (all, low);
  quo_samples_add_all (all, high);
  for (guint i = 0; i <= 999; i++)
    g_assert_cmpfloat_with_epsilon (quo_samples_get_quantile (all, i / 999.), i, 1e-9);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/base/quantile/figures-are-those-of-r", test_published);
  g_test_add_func ("/core/base/quantile/no-samples-have-no-figures", test_empty);
  g_test_add_func ("/core/base/quantile/sum-keeps-what-rounding-takes", test_sum);
  g_test_add_func ("/core/base/quantile/merged-samples-are-all-there", test_merge);
  return g_test_run ();
}
