/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/exact.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

/* libm serves here as the other opinion; no code outside the tests may let it
 * decide an event's time. */
#define N_POINTS 1000000

static double
relative_error (double      value,
                long double expected)
{
  return (double) fabsl ((value - expected) / expected);
}

static guint64
bits_of (double x)
{
  guint64 bits;

  memcpy (&bits, &x, sizeof bits);
  return bits;
}

static void
test_log (void)
{
  QuoStream stream = { quo_stream_key (1, 1, 0, 0), 0 };
  double worst = 0;

  for (guint i = 0; i < N_POINTS; i++)
    {
      double unit = quo_unit_open (quo_stream_next (&stream));
      double x = i % 2 == 0 ? 0.5 + unit : ldexp (unit, (int) (i % 2000) - 1000);

      worst = fmax (worst, relative_error (quo_exact_log (x), logl (x)));
    }
  g_test_message ("worst relative error %g", worst);
  g_assert_cmpfloat (worst, <, 2.3e-16);
}

static void
test_exp (void)
{
  QuoStream stream = { quo_stream_key (1, 2, 0, 0), 0 };
  double worst = 0;

  for (guint i = 0; i < N_POINTS; i++)
    {
      double unit = quo_unit_open (quo_stream_next (&stream));
      double x = (unit - 0.5) * (i % 2 == 0 ? 2 : 1416);

      worst = fmax (worst, relative_error (quo_exact_exp (x), expl (x)));
    }
  g_test_message ("worst relative error %g", worst);
  g_assert_cmpfloat (worst, <, 2.3e-16);
}

static void
test_pow (void)
{
  QuoStream stream = { quo_stream_key (1, 3, 0, 0), 0 };
  double worst = 0;

  for (guint i = 0; i < N_POINTS; i++)
    {
      double base = quo_unit_open (quo_stream_next (&stream));
      double exponent = -1 / (1 + 20 * quo_unit_open (quo_stream_next (&stream)));

      if (i % 2 == 0)
        {
          base = ldexp (base, (int) (i % 40) - 20);
          exponent *= 3;
        }
      worst = fmax (worst, relative_error (quo_exact_pow (base, exponent),
                                           powl (base, exponent)));
    }
  g_test_message ("worst relative error %g", worst);
  g_assert_cmpfloat (worst, <, 4.5e-16);
}

static void
test_pow_far (void)
{
  QuoStream stream = { quo_stream_key (1, 4, 0, 0), 0 };
  double worst = 0;

  for (guint i = 0; i < N_POINTS / 10; i++)
    {
      double base = ldexp (quo_unit_open (quo_stream_next (&stream)), (int) (i % 200) - 100);
      double size = 1400 * (quo_unit_open (quo_stream_next (&stream)) - 0.5);
      double exponent = size / log (base);

      worst = fmax (worst, relative_error (quo_exact_pow (base, exponent),
                                           powl (base, exponent)));
    }
  g_test_message ("worst relative error %g", worst);
  g_assert_cmpfloat (worst, <, 4e-15);
}

static void
test_special (void)
{
  g_assert_cmpfloat (quo_exact_log (1), ==, 0);
  g_assert_cmpfloat (quo_exact_log (0), ==, -INFINITY);
  g_assert_cmpfloat (quo_exact_log (INFINITY), ==, INFINITY);
  g_assert_true (isnan (quo_exact_log (-1)));
  g_assert_true (isnan (quo_exact_log (NAN)));
  g_assert_cmpfloat_with_epsilon (quo_exact_log (0x1p-1074), -744.4400719213812, 1e-12);

  g_assert_cmpfloat (quo_exact_exp (0), ==, 1);
  g_assert_cmpfloat (quo_exact_exp (-INFINITY), ==, 0);
  g_assert_cmpfloat (quo_exact_exp (INFINITY), ==, INFINITY);
  g_assert_cmpfloat (quo_exact_exp (709.78), <, INFINITY);
  g_assert_cmpfloat (quo_exact_exp (710), ==, INFINITY);
  g_assert_cmpfloat (quo_exact_exp (-744.4400719213812), ==, 0x1p-1074);
  g_assert_cmpfloat (quo_exact_exp (-746), ==, 0);
  g_assert_true (isnan (quo_exact_exp (NAN)));

  g_assert_cmpfloat (quo_exact_pow (2, 10), ==, 1024);
  g_assert_cmpfloat (quo_exact_pow (2, -1), ==, 0.5);
  g_assert_cmpfloat (quo_exact_pow (10, 3), ==, 1000);
  g_assert_cmpfloat (quo_exact_pow (7, 0), ==, 1);
  g_assert_cmpfloat (quo_exact_pow (0, 2), ==, 0);
  g_assert_true (isnan (quo_exact_pow (-2, 2)));
  g_assert_cmpfloat (quo_exact_pow (2, 1e308), ==, INFINITY);
  g_assert_cmpfloat (quo_exact_pow (0.5, 1e308), ==, 0);
  g_assert_cmpfloat (quo_exact_pow (2, 1024), ==, INFINITY);
  g_assert_cmpfloat (quo_exact_pow (2, -1080), ==, 0);
}

static void
test_normal_published (void)
{
  /* Wichura 1988, section "Test data", to the seven and sixteen figures given. */
  g_assert_cmpfloat_with_epsilon (quo_normal_quantile (0.25), -0.6744897501960817, 1e-15);
  g_assert_cmpfloat_with_epsilon (quo_normal_quantile (0.001), -3.090232306167814, 4e-15);
  g_assert_cmpfloat_with_epsilon (quo_normal_quantile (1e-20), -9.262340089798408, 1e-14);
  g_assert_cmpfloat (quo_normal_quantile (0.5), ==, 0);
  g_assert_cmpfloat (quo_normal_quantile (0), ==, -INFINITY);
  g_assert_cmpfloat (quo_normal_quantile (1), ==, INFINITY);
  g_assert_true (isnan (quo_normal_quantile (1.5)));
}

static void
test_normal_inverts_erfc (void)
{
  QuoStream stream = { quo_stream_key (1, 5, 0, 0), 0 };
  double worst = 0;

  for (guint i = 0; i < N_POINTS / 5; i++)
    {
      double p = quo_unit_open (quo_stream_next (&stream));

      if (i % 2 == 0)
        p = ldexp (p, -(int) (i % 900));

      double z = quo_normal_quantile (p);
      long double back = 0.5L * erfcl (-z / sqrtl (2));

      /* An error of z shows in p magnified by z^2 in the tail. */
      worst = fmax (worst, relative_error ((double) back, p) / (1 + z * z));
    }
  g_test_message ("worst error of z relative to (1 + z^2) %g", worst);
  g_assert_cmpfloat (worst, <, 1e-15);
}

static void
test_cumulative (void)
{
  for (double z = -9; z <= 9; z += 0.037)
    g_assert_cmpfloat_with_epsilon (quo_normal_cumulative (z), 0.5 * erfc (-z / sqrt (2)),
                                    1e-15);
}

/* The same bits on every machine, compiler and optimisation level. */
static void
test_recorded (void)
{
  guint64 logs = 0, exps = 0, powers = 0, normals = 0;

  for (guint i = 0; i < 10000; i++)
    {
      double u = quo_unit_open (quo_random_at (99, i));
      double v = quo_unit_open (quo_random_at (98, i));

      logs = quo_mix64 (logs + bits_of (quo_exact_log (u * 100)));
      exps = quo_mix64 (exps + bits_of (quo_exact_exp (40 * (u - 0.5))));
      powers = quo_mix64 (powers + bits_of (quo_exact_pow (u, -4 * v)));
      normals = quo_mix64 (normals + bits_of (quo_normal_quantile (u)));
    }

  g_assert_cmphex (logs, ==, G_GUINT64_CONSTANT (0xae7464344720a247));
  g_assert_cmphex (exps, ==, G_GUINT64_CONSTANT (0x1f382022b1aa4e10));
  g_assert_cmphex (powers, ==, G_GUINT64_CONSTANT (0x574f9eec9b2ff49f));
  g_assert_cmphex (normals, ==, G_GUINT64_CONSTANT (0x71cad6c7ca3baefe));

  /* ln 2 and e, rounded correctly. */
  g_assert_cmphex (bits_of (quo_exact_log (2)), ==, G_GUINT64_CONSTANT (0x3fe62e42fefa39ef));
  g_assert_cmphex (bits_of (quo_exact_exp (1)), ==, G_GUINT64_CONSTANT (0x4005bf0a8b145769));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/base/exact/log-is-within-an-ulp", test_log);
  g_test_add_func ("/core/base/exact/exp-is-within-an-ulp", test_exp);
  g_test_add_func ("/core/base/exact/pow-is-within-two-ulp", test_pow);
  g_test_add_func ("/core/base/exact/pow-of-any-size-is-within-4e-15", test_pow_far);
  g_test_add_func ("/core/base/exact/special-values-are-those-of-ieee-754", test_special);
  g_test_add_func ("/core/base/exact/normal-quantile-has-the-published-values", test_normal_published);
  g_test_add_func ("/core/base/exact/normal-quantile-inverts-erfc", test_normal_inverts_erfc);
  g_test_add_func ("/core/base/exact/normal-cumulative-is-that-of-erfc", test_cumulative);
  g_test_add_func ("/core/base/exact/bits-are-as-recorded", test_recorded);
  return g_test_run ();
}
