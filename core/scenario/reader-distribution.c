/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "150ms" or {"normal": {"mean": "10ms", "deviation": "2ms"}}. */

#include "scenario/reader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static QuoDistribution *read_distribution (QuoReader     *reader,
                                           const QuoJson *value,
                                           guint          depth);

static QuoTime
item_time (const QuoJson *array,
           guint          nth)
{
  QuoTime time = 0;

  quo_time_parse (quo_json_text (quo_json_nth (array, nth)), &time, NULL);

  return time;
}

static QuoDistribution *
read_uniform (QuoReader     *reader,
              const QuoJson *value)
{
  QuoTime low = item_time (value, 0);
  QuoTime high = item_time (value, 1);

  if (low > high)
    {
      quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, value,
                       _("the first time, %s, is longer than the second, %s"),
                       quo_json_text (quo_json_nth (value, 0)),
                       quo_json_text (quo_json_nth (value, 1)));
      return NULL;
    }

  return quo_distribution_new_uniform (low, high);
}

static QuoDistribution *
read_log_normal (const QuoJson *value)
{
  double sigma = quo_reader_number (value, "sigma", 0);

  if (quo_json_get (value, "mean") != NULL)
    return quo_distribution_new_log_normal_with_mean (
      quo_reader_time (value, "mean", 0), sigma);

  return quo_distribution_new_log_normal (quo_reader_time (value, "median", 0),
                                          sigma);
}

static QuoDistribution *
read_mixture (QuoReader     *reader,
              const QuoJson *value,
              guint          depth)
{
  double weights[QUO_DISTRIBUTION_PARTS_MAX];
  QuoDistribution *parts[QUO_DISTRIBUTION_PARTS_MAX];
  QuoDistribution *mixture = NULL;
  guint n = 0;

  for (; n < quo_json_length (value) && n < QUO_DISTRIBUTION_PARTS_MAX; n++)
    {
      const QuoJson *part = quo_json_nth (value, n);

      weights[n] = quo_reader_number (part, "weight", 1);
      parts[n] = read_distribution (reader, part, depth + 1);
      if (parts[n] == NULL)
        break;
    }
  if (n == quo_json_length (value))
    mixture = quo_distribution_new_mixture (weights, parts, n);
  for (guint i = 0; i < n; i++)
    quo_distribution_unref (parts[i]);

  return mixture;
}

static QuoDistribution *
read_empirical (QuoReader     *reader,
                const QuoJson *value)
{
  guint n = quo_json_length (value);
  g_autofree QuoQuantile *points = g_new0 (QuoQuantile, n);

  for (guint i = 0; i < n; i++)
    {
      const QuoJson *point = quo_json_nth (value, i);
      const QuoJson *share = quo_json_nth (point, 0);
      const QuoJson *time = quo_json_nth (point, 1);
      QuoQuantile *p = &points[i];

      p->quantile = quo_json_double (share);
      if (quo_json_kind (share) != QUO_JSON_NUMBER
          || quo_json_kind (time) != QUO_JSON_STRING
          || !quo_time_parse (quo_json_text (time), &p->time, NULL)
          || p->quantile < 0 || p->quantile > 1 || p->time < 0)
        {
          quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, point,
                           _("expected a share from 0 to 1 and a time, such as "
                             "[0.5, \"10ms\"]"));
          return NULL;
        }
      if (i > 0 && (p->quantile <= p[-1].quantile || p->time < p[-1].time))
        {
          quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, point,
                           _("the points must grow: each share above the one "
                             "before, no time below the one before"));
          return NULL;
        }
    }

  return quo_distribution_new_empirical (points, n);
}

static QuoDistribution *
read_shifted (QuoReader     *reader,
              const QuoJson *value,
              guint          depth)
{
  g_autoptr (QuoDistribution) part = read_distribution (reader, value,
                                                        depth + 1);

  if (part == NULL)
    return NULL;

  return quo_distribution_new_shifted (quo_reader_time (value, "by", 0), part);
}

static QuoDistribution *
read_distribution (QuoReader     *reader,
                   const QuoJson *value,
                   guint          depth)
{
  const QuoJson *of;
  QuoTime time = 0;

  if (quo_json_kind (value) == QUO_JSON_STRING)
    {
      quo_time_parse (quo_json_text (value), &time, NULL);
      return quo_distribution_new_constant (time);
    }
  if (depth > QUO_DISTRIBUTION_DEPTH_MAX)
    {
      quo_reader_fail (reader, QUO_SCENARIO_ERROR_LIMIT, value,
                       _("more than %d distributions within each other"),
                       QUO_DISTRIBUTION_DEPTH_MAX);
      return NULL;
    }

  if (quo_json_get (value, "constant") != NULL)
    return quo_distribution_new_constant (quo_reader_time (value, "constant", 0));
  if ((of = quo_json_get (value, "uniform")) != NULL)
    return read_uniform (reader, of);
  if ((of = quo_json_get (value, "normal")) != NULL)
    return quo_distribution_new_normal (quo_reader_time (of, "mean", 0),
                                        quo_reader_time (of, "deviation", 0));
  if ((of = quo_json_get (value, "log-normal")) != NULL)
    return read_log_normal (of);
  if ((of = quo_json_get (value, "exponential")) != NULL)
    return quo_distribution_new_exponential (quo_reader_time (of, "mean", 0));
  if ((of = quo_json_get (value, "pareto")) != NULL)
    return quo_distribution_new_pareto (quo_reader_time (of, "minimum", 0),
                                        quo_reader_number (of, "alpha", 1));
  if ((of = quo_json_get (value, "mixture")) != NULL)
    return read_mixture (reader, of, depth);
  if ((of = quo_json_get (value, "empirical")) != NULL)
    return read_empirical (reader, of);

  return read_shifted (reader, quo_json_get (value, "shifted"), depth);
}

/**
 * quo_reader_distribution:
 * @reader: a reader
 * @value: a time or a distribution whose form was checked
 *
 * Returns: (transfer full) (nullable): the distribution, or %NULL with the error
 *   set
 */
QuoDistribution *
quo_reader_distribution (QuoReader     *reader,
                         const QuoJson *value)
{
  return read_distribution (reader, value, 1);
}

/**
 * quo_reader_latency:
 * @reader: a reader
 * @object: (nullable): an object whose form was checked
 * @key: of a distribution
 * @ret_distribution: (inout): replaced when the key is there
 *
 * Returns: whether the key is missing or right, else the error is set
 */
gboolean
quo_reader_latency (QuoReader        *reader,
                    const QuoJson    *object,
                    const char       *key,
                    QuoDistribution **ret_distribution)
{
  const QuoJson *value = quo_json_get (object, key);

  if (value == NULL)
    return TRUE;

  QuoDistribution *distribution = quo_reader_distribution (reader, value);

  if (distribution == NULL)
    return FALSE;
  g_clear_pointer (ret_distribution, quo_distribution_unref);
  *ret_distribution = distribution;

  return TRUE;
}
