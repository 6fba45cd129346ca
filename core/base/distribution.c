/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/distribution-private.h"

#include "base/exact.h"
#include "base/random.h"

static gboolean
is_time (QuoTime time)
{
  return time >= 0 && time <= QUO_TIME_MAX;
}

static QuoDistribution *
distribution_new (QuoDistributionKind kind,
                  QuoTime             a,
                  QuoTime             b,
                  double              shape)
{
  QuoDistribution *self = g_new0 (QuoDistribution, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->depth = 1;
  self->a = a;
  self->b = b;
  self->shape = shape;
  return self;
}

/**
 * quo_distribution_new_constant:
 * @time: from 0 to %QUO_TIME_MAX, as all times here
 *
 * Returns: (transfer full): always @time
 */
QuoDistribution *
quo_distribution_new_constant (QuoTime time)
{
  g_return_val_if_fail (is_time (time), NULL);

  return distribution_new (QUO_DISTRIBUTION_CONSTANT, time, 0, 0);
}

/**
 * quo_distribution_new_uniform:
 * @low: the least
 * @high: the greatest, at least @low
 *
 * Returns: (transfer full): each nanosecond from @low to @high, both included,
 *   equally likely
 */
QuoDistribution *
quo_distribution_new_uniform (QuoTime low,
                              QuoTime high)
{
  g_return_val_if_fail (is_time (low) && is_time (high) && low <= high, NULL);

  return distribution_new (QUO_DISTRIBUTION_UNIFORM, low, high, 0);
}

/**
 * quo_distribution_new_normal:
 * @mean: of the normal distribution before it is cut off
 * @deviation: its standard deviation; 0 is allowed
 *
 * A normal distribution in which what would be negative becomes 0. (It is not
 * drawn again: one draw stays one draw.)
 *
 * Returns: (transfer full): the distribution
 */
QuoDistribution *
quo_distribution_new_normal (QuoTime mean,
                             QuoTime deviation)
{
  g_return_val_if_fail (is_time (mean) && is_time (deviation), NULL);

  return distribution_new (QUO_DISTRIBUTION_NORMAL, mean, deviation, 0);
}

/**
 * quo_distribution_new_log_normal:
 * @median: half of the times are shorter
 * @sigma: the standard deviation of the logarithm, from 0 to 10
 *
 * Returns: (transfer full): @median times e to the power of a normal variable
 */
QuoDistribution *
quo_distribution_new_log_normal (QuoTime median,
                                 double  sigma)
{
  g_return_val_if_fail (is_time (median), NULL);
  g_return_val_if_fail (sigma >= 0 && sigma <= 10, NULL);

  return distribution_new (QUO_DISTRIBUTION_LOG_NORMAL, median, 0, sigma);
}

/**
 * quo_distribution_new_log_normal_with_mean:
 * @mean: the mean of the times themselves
 * @sigma: the standard deviation of the logarithm, from 0 to 10
 *
 * Returns: (transfer full): the log-normal distribution of that mean, its
 *   median rounded to a nanosecond
 */
QuoDistribution *
quo_distribution_new_log_normal_with_mean (QuoTime mean,
                                           double  sigma)
{
  g_return_val_if_fail (is_time (mean), NULL);
  g_return_val_if_fail (sigma >= 0 && sigma <= 10, NULL);

  double median = (double) mean * quo_exact_exp (-0.5 * sigma * sigma);

  return quo_distribution_new_log_normal ((QuoTime) (median + 0.5), sigma);
}

/**
 * quo_distribution_new_exponential:
 * @mean: one over the rate
 *
 * Returns: (transfer full): the time to the next of events that happen
 *   independently, one every @mean
 */
QuoDistribution *
quo_distribution_new_exponential (QuoTime mean)
{
  g_return_val_if_fail (is_time (mean), NULL);

  return distribution_new (QUO_DISTRIBUTION_EXPONENTIAL, mean, 0, 0);
}

/**
 * quo_distribution_new_pareto:
 * @minimum: the least time
 * @alpha: the weight of the tail, from 0.01 to 1000; no mean up to 1
 *
 * Returns: (transfer full): a time exceeds t with probability
 *   (@minimum / t) to the power of @alpha
 */
QuoDistribution *
quo_distribution_new_pareto (QuoTime minimum,
                             double  alpha)
{
  g_return_val_if_fail (is_time (minimum), NULL);
  g_return_val_if_fail (alpha >= 0.01 && alpha <= 1000, NULL);

  return distribution_new (QUO_DISTRIBUTION_PARETO, minimum, 0, alpha);
}

/**
 * quo_distribution_new_mixture:
 * @weights: (array length=n_parts): positive and finite; their sum need not be 1
 * @parts: (array length=n_parts) (transfer none): what is mixed; mixtures and
 *   shifted ones up to a depth of %QUO_DISTRIBUTION_DEPTH_MAX - 1
 * @n_parts: from 1 to %QUO_DISTRIBUTION_PARTS_MAX
 *
 * Returns: (transfer full): each part as often as its weight says
 */
QuoDistribution *
quo_distribution_new_mixture (const double            *weights,
                              QuoDistribution * const *parts,
                              guint                    n_parts)
{
  double total = 0;
  double sum = 0;

  g_return_val_if_fail (weights != NULL && parts != NULL, NULL);
  g_return_val_if_fail (n_parts >= 1, NULL);
  g_return_val_if_fail (n_parts <= QUO_DISTRIBUTION_PARTS_MAX, NULL);
  for (guint i = 0; i < n_parts; i++)
    {
      g_return_val_if_fail (weights[i] > 0 && weights[i] <= 1e12, NULL);
      g_return_val_if_fail (parts[i] != NULL, NULL);
      g_return_val_if_fail (parts[i]->depth < QUO_DISTRIBUTION_DEPTH_MAX, NULL);
      total += weights[i];
    }

  QuoDistribution *self = distribution_new (QUO_DISTRIBUTION_MIXTURE, 0, 0, 0);

  self->n = n_parts;
  for (guint i = 0; i < n_parts; i++)
    {
      sum += weights[i];
      self->weights[i] = weights[i];
      self->upto[i] = i == n_parts - 1 ? 1 : sum / total;
      self->parts[i] = quo_distribution_ref (parts[i]);
      self->depth = MAX (self->depth, parts[i]->depth + 1);
    }

  return self;
}

/**
 * quo_distribution_new_empirical:
 * @points: (array length=n_points): quantiles strictly increasing within [0, 1],
 *   times not decreasing
 * @n_points: from 1 to %QUO_DISTRIBUTION_POINTS_MAX
 *
 * A measured distribution: linear between the points; below the first and
 * above the last it stays at that point's time.
 *
 * Returns: (transfer full): the distribution
 */
QuoDistribution *
quo_distribution_new_empirical (const QuoQuantile *points,
                                guint              n_points)
{
  g_return_val_if_fail (points != NULL && n_points >= 1, NULL);
  g_return_val_if_fail (n_points <= QUO_DISTRIBUTION_POINTS_MAX, NULL);
  for (guint i = 0; i < n_points; i++)
    {
      g_return_val_if_fail (is_time (points[i].time), NULL);
      g_return_val_if_fail (points[i].quantile >= 0 && points[i].quantile <= 1, NULL);
      if (i > 0)
        {
          g_return_val_if_fail (points[i - 1].time <= points[i].time, NULL);
          g_return_val_if_fail (points[i - 1].quantile < points[i].quantile, NULL);
        }
    }

  QuoDistribution *self = distribution_new (QUO_DISTRIBUTION_EMPIRICAL, 0, 0, 0);

  self->n = n_points;
  self->points = g_memdup2 (points, n_points * sizeof *points);
  return self;
}

/**
 * quo_distribution_new_shifted:
 * @offset: added to every time
 * @part: (transfer none): of a depth up to %QUO_DISTRIBUTION_DEPTH_MAX - 1
 *
 * Returns: (transfer full): @part, later by @offset
 */
QuoDistribution *
quo_distribution_new_shifted (QuoTime          offset,
                              QuoDistribution *part)
{
  g_return_val_if_fail (is_time (offset), NULL);
  g_return_val_if_fail (part != NULL, NULL);
  g_return_val_if_fail (part->depth < QUO_DISTRIBUTION_DEPTH_MAX, NULL);

  QuoDistribution *self = distribution_new (QUO_DISTRIBUTION_SHIFTED, offset, 0, 0);

  self->n = 1;
  self->parts[0] = quo_distribution_ref (part);
  self->depth = part->depth + 1;
  return self;
}

/**
 * quo_distribution_ref:
 * @self: the distribution
 *
 * Returns: (transfer full): @self
 */
QuoDistribution *
quo_distribution_ref (QuoDistribution *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * quo_distribution_unref:
 * @self: (transfer full): the distribution
 */
void
quo_distribution_unref (QuoDistribution *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < QUO_DISTRIBUTION_PARTS_MAX && self->parts[i] != NULL; i++)
    quo_distribution_unref (self->parts[i]);
  g_free (self->points);
  g_free (self);
}

/**
 * quo_distribution_get_kind:
 * @self: the distribution
 *
 * Returns: which of the kinds it is
 */
QuoDistributionKind
quo_distribution_get_kind (const QuoDistribution *self)
{
  g_return_val_if_fail (self != NULL, QUO_DISTRIBUTION_CONSTANT);

  return self->kind;
}

/**
 * quo_distribution_get_depth:
 * @self: the distribution
 *
 * Returns: 1 when it has no parts, otherwise one more than its deepest part:
 *   a reader checks this before it builds one that would be too deep
 */
guint
quo_distribution_get_depth (const QuoDistribution *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->depth;
}

static QuoTime
empirical_quantile (const QuoDistribution *self,
                    double                 p)
{
  const QuoQuantile *points = self->points;
  guint low = 0;
  guint high = self->n - 1;

  if (p <= points[low].quantile)
    return points[low].time;
  if (p >= points[high].quantile)
    return points[high].time;

  while (high - low > 1)
    {
      guint middle = (low + high) / 2;

      if (points[middle].quantile <= p)
        low = middle;
      else
        high = middle;
    }

  double share = (p - points[low].quantile) /
                 (points[high].quantile - points[low].quantile);

  return points[low].time +
         quo_to_time (share * (double) (points[high].time - points[low].time));
}

/* The inverse of the distribution function, of all kinds but those made of
 * parts. 1 - p must be exact for p a multiple of 2^-53, and it is. */
static inline QuoTime
simple_quantile (const QuoDistribution *self,
                 double                 p)
{
  switch (self->kind)
    {
    case QUO_DISTRIBUTION_CONSTANT:
      return self->a;
    case QUO_DISTRIBUTION_UNIFORM:
      return MIN (self->b,
                  self->a + (QuoTime) (p * (double) (self->b - self->a + 1)));
    case QUO_DISTRIBUTION_NORMAL:
      return quo_to_time ((double) self->a + (double) self->b * quo_normal_quantile (p));
    case QUO_DISTRIBUTION_LOG_NORMAL:
      return quo_to_time ((double) self->a *
                      quo_exact_exp (self->shape * quo_normal_quantile (p)));
    case QUO_DISTRIBUTION_EXPONENTIAL:
      return quo_to_time (-(double) self->a * quo_exact_log (1 - p));
    case QUO_DISTRIBUTION_PARETO:
      return quo_to_time ((double) self->a * quo_exact_pow (1 - p, -1 / self->shape));
    case QUO_DISTRIBUTION_EMPIRICAL:
      return empirical_quantile (self, p);
    case QUO_DISTRIBUTION_MIXTURE:
    case QUO_DISTRIBUTION_SHIFTED:
    default:
      g_return_val_if_reached (0);
    }
}

/* A mixture takes its choice and its time from two words made of the one
 * draw; the part gets the second, so a mixture in a mixture chooses anew. */
static const QuoDistribution *
choose_part (const QuoDistribution *self,
             guint64               *bits)
{
  double choice = quo_unit (quo_mix64 (*bits ^ G_GUINT64_CONSTANT (0x6a09e667f3bcc909)));
  guint i = 0;

  while (choice >= self->upto[i])
    i++;
  *bits = quo_mix64 (*bits + G_GUINT64_CONSTANT (0xbb67ae8584caa73b));
  return self->parts[i];
}

/**
 * quo_distribution_sample:
 * @self: the distribution
 * @bits: 64 uniform bits, from quo_random_at()
 *
 * One draw gives one time, by inversion: without mixtures, more @bits never
 * mean a shorter time. The same on every machine.
 *
 * Returns: a time from 0 to %QUO_TIME_MAX
 */
QuoTime
quo_distribution_sample (const QuoDistribution *self,
                         guint64                bits)
{
  QuoTime offset = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (;;)
    {
      if (self->kind == QUO_DISTRIBUTION_MIXTURE)
        {
          self = choose_part (self, &bits);
        }
      else if (self->kind == QUO_DISTRIBUTION_SHIFTED)
        {
          offset = MIN (offset + self->a, QUO_TIME_MAX);
          self = self->parts[0];
        }
      else if (self->kind == QUO_DISTRIBUTION_UNIFORM)
        {
          /* Through integers: exact for ranges wider than 2^53 too. */
          offset += self->a + (QuoTime) quo_bounded (bits, (guint64) (self->b - self->a) + 1);
          return MIN (offset, QUO_TIME_MAX);
        }
      else
        {
          offset += simple_quantile (self, quo_unit_open (bits));
          return MIN (offset, QUO_TIME_MAX);
        }
    }
}

/**
 * quo_distribution_quantile:
 * @self: the distribution
 * @p: from 0 to 1
 *
 * The inverse of the distribution function; for a mixture by bisection, which
 * takes up to a millisecond.
 *
 * Returns: the least time that is not exceeded with probability @p; at most
 *   %QUO_TIME_MAX
 */
QuoTime
quo_distribution_quantile (const QuoDistribution *self,
                           double                 p)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (p >= 0 && p <= 1, 0);

  if (self->kind == QUO_DISTRIBUTION_SHIFTED)
    return MIN (self->a + quo_distribution_quantile (self->parts[0], p), QUO_TIME_MAX);
  if (self->kind != QUO_DISTRIBUTION_MIXTURE)
    return simple_quantile (self, p);

  /* The mixture's quantile lies between those of its parts. */
  QuoTime low = QUO_TIME_MAX;
  QuoTime high = 0;

  for (guint i = 0; i < self->n; i++)
    {
      QuoTime part = quo_distribution_quantile (self->parts[i], p);

      low = MIN (low, part);
      high = MAX (high, part);
    }
  while (low < high)
    {
      QuoTime middle = low + (high - low) / 2;

      if (quo_distribution_cumulative (self, middle) >= p)
        high = middle;
      else
        low = middle + 1;
    }

  return low;
}

/**
 * quo_distribution_equal:
 * @a: a distribution
 * @b: another
 *
 * Returns: whether they are of the same kind with the same parameters, and so
 *   give the same time for the same draw
 */
gboolean
quo_distribution_equal (const QuoDistribution *a,
                        const QuoDistribution *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a == b)
    return TRUE;
  if (a->kind != b->kind || a->n != b->n || a->a != b->a || a->b != b->b ||
      a->shape != b->shape)
    return FALSE;

  if (a->kind == QUO_DISTRIBUTION_EMPIRICAL)
    {
      for (guint i = 0; i < a->n; i++)
        if (a->points[i].quantile != b->points[i].quantile ||
            a->points[i].time != b->points[i].time)
          return FALSE;
      return TRUE;
    }

  for (guint i = 0; i < a->n; i++)
    if (a->weights[i] != b->weights[i] ||
        !quo_distribution_equal (a->parts[i], b->parts[i]))
      return FALSE;
  return TRUE;
}
