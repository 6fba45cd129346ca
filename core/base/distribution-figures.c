/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/distribution-private.h"

#include "base/exact.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static double
normal_mean (double mean,
             double deviation)
{
  if (deviation == 0)
    return mean;

  double z = mean / deviation;
  double density = quo_exact_exp (-0.5 * z * z) * 0.3989422804014327;

  return mean * quo_normal_cumulative (z) + deviation * density;
}

static double
empirical_mean (const QuoDistribution *self)
{
  const QuoQuantile *points = self->points;
  guint last = self->n - 1;
  double sum = points[0].quantile * (double) points[0].time +
               (1 - points[last].quantile) * (double) points[last].time;

  for (guint i = 0; i < last; i++)
    sum += (points[i + 1].quantile - points[i].quantile) * 0.5 *
           ((double) points[i].time + (double) points[i + 1].time);
  return sum;
}

static double
distribution_mean (const QuoDistribution *self)
{
  double sum = 0;

  switch (self->kind)
    {
    case QUO_DISTRIBUTION_UNIFORM:
      return 0.5 * ((double) self->a + (double) self->b);
    case QUO_DISTRIBUTION_NORMAL:
      return normal_mean ((double) self->a, (double) self->b);
    case QUO_DISTRIBUTION_LOG_NORMAL:
      return (double) self->a * quo_exact_exp (0.5 * self->shape * self->shape);
    case QUO_DISTRIBUTION_PARETO:
      return self->shape <= 1 ? INFINITY
                              : (double) self->a * self->shape / (self->shape - 1);
    case QUO_DISTRIBUTION_MIXTURE:
      for (guint i = 0; i < self->n; i++)
        sum += (self->upto[i] - (i == 0 ? 0 : self->upto[i - 1])) *
               distribution_mean (self->parts[i]);
      return sum;
    case QUO_DISTRIBUTION_EMPIRICAL:
      return empirical_mean (self);
    case QUO_DISTRIBUTION_SHIFTED:
      return (double) self->a + distribution_mean (self->parts[0]);
    case QUO_DISTRIBUTION_CONSTANT:
    case QUO_DISTRIBUTION_EXPONENTIAL:
    default:
      return (double) self->a;
    }
}

/**
 * quo_distribution_mean:
 * @self: the distribution
 *
 * The mean, with what the cut at 0 does to a normal distribution. The cut of
 * long tails at %QUO_TIME_MAX is not counted.
 *
 * Returns: the mean; %QUO_TIME_NEVER when there is none or it is past
 *   %QUO_TIME_MAX
 */
QuoTime
quo_distribution_mean (const QuoDistribution *self)
{
  g_return_val_if_fail (self != NULL, 0);

  double mean = distribution_mean (self);

  return mean > (double) QUO_TIME_MAX ? QUO_TIME_NEVER : quo_to_time (mean);
}

static double
empirical_cumulative (const QuoDistribution *self,
                      double                 time)
{
  const QuoQuantile *points = self->points;
  guint i = 0;

  while (i < self->n && (double) points[i].time <= time)
    i++;
  if (i == 0)
    return 0;
  if (i == self->n)
    return 1;

  double share = (time - (double) points[i - 1].time) /
                 (double) (points[i].time - points[i - 1].time);

  return points[i - 1].quantile + share * (points[i].quantile - points[i - 1].quantile);
}

/**
 * quo_distribution_cumulative:
 * @self: the distribution
 * @time: any time
 *
 * The distribution function, of the times as real numbers (not rounded to
 * nanoseconds), for drawing and documentation; takes microseconds.
 *
 * Returns: the probability of a time up to @time
 */
double
quo_distribution_cumulative (const QuoDistribution *self,
                             QuoTime                time)
{
  double sum = 0;

  g_return_val_if_fail (self != NULL, 0);

  if (time < 0)
    return 0;
  if (time >= QUO_TIME_MAX)
    return 1;
  if (self->kind == QUO_DISTRIBUTION_MIXTURE)
    {
      for (guint i = 0; i < self->n; i++)
        sum += (self->upto[i] - (i == 0 ? 0 : self->upto[i - 1])) *
               quo_distribution_cumulative (self->parts[i], time);
      return MIN (sum, 1);
    }
  if (self->kind == QUO_DISTRIBUTION_SHIFTED)
    return time < self->a ? 0 : quo_distribution_cumulative (self->parts[0], time - self->a);

  double t = (double) time;
  double a = (double) self->a;

  switch (self->kind)
    {
    case QUO_DISTRIBUTION_UNIFORM:
      if (time >= self->b)
        return 1;
      return time < self->a ? 0 : (t - a) / (double) (self->b - self->a);
    case QUO_DISTRIBUTION_NORMAL:
      if (self->b == 0)
        return time >= self->a;
      return quo_normal_cumulative ((t - a) / (double) self->b);
    case QUO_DISTRIBUTION_LOG_NORMAL:
      if (self->shape == 0 || self->a == 0)
        return time >= self->a;
      return quo_normal_cumulative (quo_exact_log (t / a) / self->shape);
    case QUO_DISTRIBUTION_EXPONENTIAL:
      return self->a == 0 ? 1 : 1 - quo_exact_exp (-t / a);
    case QUO_DISTRIBUTION_PARETO:
      if (time < self->a)
        return 0;
      return self->a == 0 ? 1 : 1 - quo_exact_pow (a / t, self->shape);
    case QUO_DISTRIBUTION_EMPIRICAL:
      return empirical_cumulative (self, t);
    case QUO_DISTRIBUTION_CONSTANT:
    default:
      return time >= self->a;
    }
}

/* "150–300 ms": a unit that both have is written once. */
static char *
describe_pair (const char *separator,
               QuoTime     a,
               QuoTime     b)
{
  g_autofree char *a_text = quo_time_format_short (a, 3);
  g_autofree char *b_text = quo_time_format_short (b, 3);
  const char *a_unit = strchr (a_text, ' ');
  const char *b_unit = strchr (b_text, ' ');

  if (a == 0 && b_unit != NULL)
    return g_strdup_printf ("0%s%s", separator, b_text);
  if (a_unit == NULL || b_unit == NULL || strcmp (a_unit, b_unit) != 0)
    return g_strdup_printf ("%s%s%s", a_text, separator, b_text);
  return g_strdup_printf ("%.*s%s%s", (int) (a_unit - a_text), a_text, separator, b_text);
}

static char *
describe_mixture (const QuoDistribution *self)
{
  GString *text = g_string_new (NULL);
  double total = 0;

  for (guint i = 0; i < self->n; i++)
    total += self->weights[i];
  for (guint i = 0; i < self->n; i++)
    {
      g_autofree char *part = quo_distribution_describe (self->parts[i]);
      char share[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (share, sizeof share, "%.3g", 100 * self->weights[i] / total);
      g_string_append_printf (text, "%s%s %% %s", i == 0 ? "" : ", ", share, part);
    }

  return g_string_free (text, FALSE);
}

/**
 * quo_distribution_describe:
 * @self: the distribution
 *
 * Describes it in a few translated words, with three digits of each time:
 * "10 ± 2 ms", "150–300 ms".
 *
 * Returns: (transfer full): the text
 */
char *
quo_distribution_describe (const QuoDistribution *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autofree char *a = quo_time_format_short (self->a, 3);
  g_autofree char *part = NULL;
  g_autofree char *other = NULL;
  char shape[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (shape, sizeof shape, "%.3g", self->shape);

  switch (self->kind)
    {
    case QUO_DISTRIBUTION_UNIFORM:
      return self->a == self->b ? g_strdup (a) : describe_pair ("–", self->a, self->b);
    case QUO_DISTRIBUTION_NORMAL:
      return self->b == 0 ? g_strdup (a) : describe_pair (" ± ", self->a, self->b);
    case QUO_DISTRIBUTION_LOG_NORMAL:
      return g_strdup_printf (_("log-normal, median %s, σ %s"), a, shape);
    case QUO_DISTRIBUTION_EXPONENTIAL:
      return g_strdup_printf (_("exponential, mean %s"), a);
    case QUO_DISTRIBUTION_PARETO:
      return g_strdup_printf (_("Pareto from %s, α %s"), a, shape);
    case QUO_DISTRIBUTION_MIXTURE:
      return describe_mixture (self);
    case QUO_DISTRIBUTION_EMPIRICAL:
      part = quo_time_format_short (quo_distribution_quantile (self, 0.5), 3);
      other = quo_time_format_short (quo_distribution_quantile (self, 0.99), 3);
      return g_strdup_printf (_("measured, median %s, 99 %% below %s"), part, other);
    case QUO_DISTRIBUTION_SHIFTED:
      part = quo_distribution_describe (self->parts[0]);
      return g_strdup_printf ("%s + %s", a, part);
    case QUO_DISTRIBUTION_CONSTANT:
    default:
      return g_strdup (a);
    }
}
