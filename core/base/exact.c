/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/exact.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Logarithm and exponential from + - * / and bit patterns alone, which IEEE
 * 754 makes the same everywhere, unlike libm. That needs doubles that are
 * evaluated as doubles (not the x87's) and no fused operations, which the
 * build forbids. */
G_STATIC_ASSERT (FLT_EVAL_METHOD == 0);

/* ln 2 in two parts: the first with 21 low bits zero, so that its product
 * with an exponent is exact. */
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW  0x1.a39ef35793c76p-33

#define SQRT_2   0x1.6a09e667f3bcdp+0

static inline guint64
to_bits (double x)
{
  guint64 bits;

  memcpy (&bits, &x, sizeof bits);
  return bits;
}

static inline double
from_bits (guint64 bits)
{
  double x;

  memcpy (&x, &bits, sizeof x);
  return x;
}

/* 2^n for a normal result. */
static inline double
power_of_two (int n)
{
  return from_bits ((guint64) (n + 1023) << 52);
}

/* x = m 2^k with m between sqrt (1/2) and sqrt (2); @x positive, finite. */
static inline double
split_exponent (double  x,
                int    *ret_k)
{
  int k = 0;

  if (x < DBL_MIN)
    {
      x *= 0x1p54;
      k = -54;
    }

  guint64 bits = to_bits (x);

  k += (int) (bits >> 52) - 1023;

  double m = from_bits ((bits & G_GUINT64_CONSTANT (0x000fffffffffffff)) |
                        G_GUINT64_CONSTANT (0x3ff0000000000000));

  if (m > SQRT_2)
    {
      m *= 0.5;
      k++;
    }

  *ret_k = k;
  return m;
}

/* 2 atanh (s) = 2s + s R(s^2): R for |s| <= 0.1716 (so z <= 0.02944), where
 * the first term left out is below 2^-60 of the result. Two chains, so that
 * they run side by side. */
static inline double
atanh_rest (double z)
{
  double w = z * z;
  double odd = z * (2. / 3 + w * (2. / 7 + w * (2. / 11 + w * (2. / 15 +
               w * (2. / 19 + w * (2. / 23))))));
  double even = w * (2. / 5 + w * (2. / 9 + w * (2. / 13 + w * (2. / 17 +
                w * (2. / 21)))));

  return odd + even;
}

/**
 * quo_exact_log:
 * @x: any number
 *
 * Within 1 ulp of the natural logarithm; -inf of 0, NaN of a negative number.
 * The same bits on every machine.
 *
 * Returns: ln @x
 */
double
quo_exact_log (double x)
{
  int k;

  if (!(x > 0))
    return x == 0 ? -INFINITY : NAN;
  if (x > DBL_MAX)
    return x;

  double f = split_exponent (x, &k) - 1;
  double s = f / (2 + f);
  double half_square = 0.5 * f * f;
  double rest = s * (half_square + atanh_rest (s * s));

  /* 2s = f - s f, written so that the largest term is exact. */
  if (k == 0)
    return f - (half_square - rest);
  return k * LN2_HIGH - ((half_square - (rest + k * LN2_LOW)) - f);
}

/* exp (x + low) where @low is far below an ulp of 1. */
static double
exp_sum (double x,
         double low)
{
  if (x != x)
    return x;
  if (x > 709.79)
    return INFINITY;
  if (x < -745.2)
    return 0;

  double scaled = x * 0x1.71547652b82fep+0;
  int k = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  double high = x - k * LN2_HIGH;
  double r_low = low - k * LN2_LOW;
  double r = high + r_low;
  double r_lost = (high - r) + r_low;

  /* Taylor to r^13 / 13!: |r| <= 0.3466, so the rest is below 2^-57. */
  double z = r * r;
  double odd = 1. / 6 + z * (1. / 120 + z * (1. / 5040 + z * (1. / 362880 +
               z * (1. / 39916800 + z * (1. / 6227020800)))));
  double even = 1. / 2 + z * (1. / 24 + z * (1. / 720 + z * (1. / 40320 +
                z * (1. / 3628800 + z * (1. / 479001600)))));
  double y = 1 + (r + (z * (even + r * odd) + r_lost * (1 + r)));

  if (k >= -1021 && k <= 1023)
    return y * power_of_two (k);
  if (k > 1023)
    return y * 0x1p1023 * power_of_two (k - 1023);
  return y * power_of_two (k + 64) * 0x1p-64;
}

/**
 * quo_exact_exp:
 * @x: any number
 *
 * Within 1 ulp of the exponential where that is a normal number; rounds twice
 * where it is subnormal; 0 and infinity beyond. The same bits on every machine.
 *
 * Returns: e to the power of @x
 */
double
quo_exact_exp (double x)
{
  return exp_sum (x, 0);
}

/* a + b = sum + *ret_lost exactly, whatever their sizes (Knuth). */
static inline double
two_sum (double  a,
         double  b,
         double *ret_lost)
{
  double sum = a + b;
  double part = sum - a;

  *ret_lost = (a - (sum - part)) + (b - part);
  return sum;
}

/* The upper 26 bits (Veltkamp). */
static inline double
upper_half (double a)
{
  double t = a * 0x1.0000002p+27;

  return t - (t - a);
}

/* a * b = product + *ret_lost exactly, without a fused operation (Dekker). */
static inline double
two_product (double  a,
             double  b,
             double *ret_lost)
{
  double product = a * b;
  double a_high = upper_half (a);
  double b_high = upper_half (b);
  double a_low = a - a_high;
  double b_low = b - b_high;

  *ret_lost = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) +
              a_low * b_low;
  return product;
}

/* ln x as high + *ret_low, good to some 2^-60 of its size. */
static double
log_sum (double  x,
         double *ret_low)
{
  int k;
  double f = split_exponent (x, &k) - 1;
  double d_low;
  double d = two_sum (2, f, &d_low);
  double s = f / d;
  double p_low;
  double p = two_product (s, d, &p_low);
  double s_low = (((f - p) - p_low) - s * d_low) / d;
  double rest = 2 * s_low + s * atanh_rest (s * s);

  double low_1, low_2;
  double high = two_sum (k * LN2_HIGH, 2 * s, &low_1);

  high = two_sum (high, rest + (low_1 + k * LN2_LOW), &low_2);
  *ret_low = low_2;
  return high;
}

/**
 * quo_exact_pow:
 * @base: positive
 * @exponent: any number
 *
 * Within 2 ulp for results from 1e-15 to 1e15; towards the ends of the range
 * the relative error grows to some 3e-15. The same bits on every machine.
 *
 * Returns: @base to the power of @exponent; NaN when @base is not positive
 */
double
quo_exact_pow (double base,
               double exponent)
{
  if (exponent == 0 || base == 1)
    return 1;
  if (!(base > 0) || exponent != exponent)
    return base == 0 && exponent > 0 ? 0 : NAN;
  if (base > DBL_MAX || exponent > 1e300 || exponent < -1e300)
    return (base > 1) == (exponent > 0) ? INFINITY : 0;

  double log_low;
  double log_high = log_sum (base, &log_low);

  if (!(log_high * exponent < 710))
    return INFINITY;
  if (!(log_high * exponent > -746))
    return 0;

  double low;
  double high = two_product (log_high, exponent, &low);

  return exp_sum (high, low + log_low * exponent);
}

static inline double
ratio (const double  numerator[8],
       const double  denominator[8],
       double        x)
{
  double a = numerator[7];
  double b = denominator[7];

  for (int i = 6; i >= 0; i--)
    {
      a = a * x + numerator[i];
      b = b * x + denominator[i];
    }

  return a / b;
}

static const double centre[2][8] = {
  { 3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
    1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
    3.3430575583588128105e+4, 2.5090809287301226727e+3 },
  { 1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2,
    5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4,
    2.8729085735721942674e+4, 5.2264952788528545610e+3 },
};

static const double shoulder[2][8] = {
  { 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4 },
  { 1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
    6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
    5.47593808499534494600e-4, 1.05075007164441684324e-9 },
};

static const double tail[2][8] = {
  { 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7 },
  { 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
    1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
    1.42151175831644588870e-7, 2.04426310338993978564e-15 },
};

/**
 * quo_normal_quantile:
 * @p: a probability; the result is infinite at 0 and 1, NaN outside
 *
 * Relative error some 1e-16 in the approximation. The same bits on every
 * machine (the square root is exact by IEEE 754).
 *
 * Source: Wichura 1988, "The percentage points of the normal distribution",
 * algorithm AS 241, PPND16.
 *
 * Returns: the standard normal variable that is exceeded with probability 1 - @p
 */
double
quo_normal_quantile (double p)
{
  double q = p - 0.5;

  if (q >= -0.425 && q <= 0.425)
    return q * ratio (centre[0], centre[1], 0.180625 - q * q);
  if (!(p > 0 && p < 1))
    return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;

  double r = sqrt (-quo_exact_log (q < 0 ? p : 1 - p));
  double z = r <= 5 ? ratio (shoulder[0], shoulder[1], r - 1.6)
                    : ratio (tail[0], tail[1], r - 5);

  return q < 0 ? -z : z;
}

/**
 * quo_normal_cumulative:
 * @z: any number
 *
 * Inverts quo_normal_quantile() by bisection: good to some 1e-16 absolute, and
 * slow (about a microsecond), for drawing and documentation.
 *
 * Returns: the probability that a standard normal variable is at most @z
 */
double
quo_normal_cumulative (double z)
{
  double low = 0;
  double high = 0.5;
  double target = z < 0 ? z : -z;

  if (z != z)
    return NAN;

  for (int i = 0; i < 60; i++)
    {
      double middle = low + (high - low) / 2;

      if (quo_normal_quantile (middle) < target)
        low = middle;
      else
        high = middle;
    }

  double p = low + (high - low) / 2;

  return z < 0 ? p : 1 - p;
}
