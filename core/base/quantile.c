/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/quantile.h"

#include <math.h>

struct _QuoSamples
{
  GArray  *values;     /* of double; sorted on demand */
  gboolean is_sorted;
  double   sum;
  double   sum_lost;   /* what rounding took from the sum (Neumaier) */
  double   mean;       /* running mean and squares (Welford) */
  double   squares;
};

/**
 * quo_samples_new:
 *
 * Samples of one figure, all kept, so that quantiles are exact.
 *
 * Returns: (transfer full): no samples yet
 */
QuoSamples *
quo_samples_new (void)
{
  QuoSamples *self = g_new0 (QuoSamples, 1);

  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  self->is_sorted = TRUE;
  return self;
}

/**
 * quo_samples_free:
 * @self: (transfer full): the samples
 */
void
quo_samples_free (QuoSamples *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->values);
  g_free (self);
}

/**
 * quo_samples_add:
 * @self: the samples
 * @value: finite
 */
void
quo_samples_add (QuoSamples *self,
                 double      value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (isfinite (value));

  double sum = self->sum + value;

  if (fabs (self->sum) >= fabs (value))
    self->sum_lost += (self->sum - sum) + value;
  else
    self->sum_lost += (value - sum) + self->sum;
  self->sum = sum;

  g_array_append_val (self->values, value);
  self->is_sorted = self->values->len == 1;

  double step = value - self->mean;

  self->mean += step / self->values->len;
  self->squares += step * (value - self->mean);
}

/**
 * quo_samples_add_all:
 * @self: the samples
 * @other: not @self
 *
 * Adds the samples of @other, one by one in its present order.
 */
void
quo_samples_add_all (QuoSamples       *self,
                     const QuoSamples *other)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (other != NULL && other != self);

  for (guint i = 0; i < other->values->len; i++)
    quo_samples_add (self, g_array_index (other->values, double, i));
}

/**
 * quo_samples_get_n:
 * @self: the samples
 *
 * Returns: how many there are
 */
guint
quo_samples_get_n (const QuoSamples *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->values->len;
}

/**
 * quo_samples_get_sum:
 * @self: the samples
 *
 * Returns: their sum, as exact as a sum in doubled precision; 0 of none
 */
double
quo_samples_get_sum (const QuoSamples *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->sum + self->sum_lost;
}

/**
 * quo_samples_get_mean:
 * @self: the samples
 *
 * Returns: the arithmetic mean; NaN of none
 */
double
quo_samples_get_mean (const QuoSamples *self)
{
  g_return_val_if_fail (self != NULL, NAN);

  return self->values->len == 0 ? NAN : quo_samples_get_sum (self) / self->values->len;
}

/**
 * quo_samples_get_deviation:
 * @self: the samples
 *
 * Returns: the standard deviation of the population that the samples were
 *   drawn from (divided by n - 1); NaN of fewer than two
 */
double
quo_samples_get_deviation (const QuoSamples *self)
{
  g_return_val_if_fail (self != NULL, NAN);

  if (self->values->len < 2)
    return NAN;
  return sqrt (self->squares / (self->values->len - 1));
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/**
 * quo_samples_get_quantile:
 * @self: the samples, which this sorts
 * @p: from 0 to 1
 *
 * Interpolates linearly between the two samples around position p (n - 1),
 * counted from 0: type 7 of Hyndman and Fan 1996, as R and NumPy do.
 *
 * Complexity: O(n log n) for the first call after an addition, then O(1).
 *
 * Returns: the quantile; NaN of no samples
 */
double
quo_samples_get_quantile (QuoSamples *self,
                          double      p)
{
  g_return_val_if_fail (self != NULL, NAN);
  g_return_val_if_fail (p >= 0 && p <= 1, NAN);

  if (self->values->len == 0)
    return NAN;

  if (!self->is_sorted)
    {
      g_array_sort (self->values, compare_doubles);
      self->is_sorted = TRUE;
    }

  double position = p * (self->values->len - 1);
  guint below = (guint) position;
  guint above = MIN (below + 1, self->values->len - 1);
  double low = g_array_index (self->values, double, below);
  double high = g_array_index (self->values, double, above);

  return low + (high - low) * (position - below);
}

/**
 * quo_samples_get_median:
 * @self: the samples, which this sorts
 *
 * Returns: the middle sample, or the mean of the middle two; NaN of none
 */
double
quo_samples_get_median (QuoSamples *self)
{
  return quo_samples_get_quantile (self, 0.5);
}

/**
 * quo_samples_get_min:
 * @self: the samples
 *
 * Returns: the least; NaN of none
 */
double
quo_samples_get_min (const QuoSamples *self)
{
  g_return_val_if_fail (self != NULL, NAN);

  double least = NAN;

  for (guint i = 0; i < self->values->len; i++)
    least = fmin (least, g_array_index (self->values, double, i));
  return least;
}

/**
 * quo_samples_get_max:
 * @self: the samples
 *
 * Returns: the greatest; NaN of none
 */
double
quo_samples_get_max (const QuoSamples *self)
{
  g_return_val_if_fail (self != NULL, NAN);

  double greatest = NAN;

  for (guint i = 0; i < self->values->len; i++)
    greatest = fmax (greatest, g_array_index (self->values, double, i));
  return greatest;
}
