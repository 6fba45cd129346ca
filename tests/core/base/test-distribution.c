/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/distribution.h"

#include "base/exact.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>

#define MS QUO_MILLISECOND

/* The key is fixed: chance must not fail a build. */
#define SEED 20260102
#define N_SAMPLES 200000

/* A distribution and what textbooks say of it, by libm. */
typedef struct
{
  const char      *name;
  QuoDistribution *distribution;
  double         (*cumulative) (double ms);
  double           mean;       /* ms; negative when there is none */
  double           deviation;  /* ms; negative when there is none */
  guint64          recorded;
} Case;

static double
uniform_cumulative (double t)
{
  return fmin (fmax ((t - 150) / 150, 0), 1);
}

static double
normal_cumulative (double t)
{
  return t < 0 ? 0 : 0.5 * erfc (-(t - 10) / 2 / sqrt (2));
}

static double
cut_normal_cumulative (double t)
{
  return t < 0 ? 0 : 0.5 * erfc (-(t - 1) / 1 / sqrt (2));
}

static double
log_normal_cumulative (double t)
{
  return t <= 0 ? 0 : 0.5 * erfc (-log (t / 10) / 0.5 / sqrt (2));
}

static double
exponential_cumulative (double t)
{
  return t < 0 ? 0 : -expm1 (-t / 10);
}

static double
pareto_cumulative (double t)
{
  return t < 3 ? 0 : 1 - pow (3 / t, 3.5);
}

static double
heavy_pareto_cumulative (double t)
{
  return t < 1 ? 0 : 1 - pow (1 / t, 0.8);
}

/* Bailis et al. 2012, LNKD-SSD: .9122 Pareto (.235, 10) + .0878 Exp (1.66). */
static double
ssd_cumulative (double t)
{
  double pareto = t < 0.235 ? 0 : 1 - pow (0.235 / t, 10);

  return t < 0 ? 0 : 0.9122 * pareto - 0.0878 * expm1 (-1.66 * t);
}

static double
wan_cumulative (double t)
{
  return ssd_cumulative (t - 75);
}

static double
empirical_cumulative (double t)
{
  if (t < 1)
    return 0;
  if (t < 2)
    return (t - 1) * 0.5;
  return t < 10 ? 0.5 + (t - 2) / 8 * 0.5 : 1;
}

static QuoDistribution *
new_ssd (void)
{
  g_autoptr (QuoDistribution) pareto = quo_distribution_new_pareto (235 * QUO_MICROSECOND, 10);
  g_autoptr (QuoDistribution) tail = quo_distribution_new_exponential ((QuoTime) (1e6 / 1.66 + 0.5));
  QuoDistribution *parts[] = { pareto, tail };
  double weights[] = { 0.9122, 0.0878 };

  return quo_distribution_new_mixture (weights, parts, 2);
}

static QuoDistribution *
new_wan (void)
{
  g_autoptr (QuoDistribution) ssd = new_ssd ();

  return quo_distribution_new_shifted (75 * MS, ssd);
}

static QuoDistribution *
new_empirical (void)
{
  QuoQuantile points[] = { { 0, 1 * MS }, { 0.5, 2 * MS }, { 1, 10 * MS } };

  return quo_distribution_new_empirical (points, G_N_ELEMENTS (points));
}

static void
free_list (QuoDistribution **list,
           guint             n)
{
  for (guint i = 0; i < n; i++)
    quo_distribution_unref (list[i]);
}

static double
sample_ms (const Case *test,
           guint       i)
{
  guint64 key = quo_stream_key (SEED, quo_hash_string (test->name), 0, 0);

  return (double) quo_distribution_sample (test->distribution, quo_random_at (key, i)) / MS;
}

static int
compare_doubles (const void *a,
                 const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Kolmogorov-Smirnov: the greatest distance of the samples' distribution from
 * the textbook's, below 2 / sqrt (n), which chance passes with one key in 1500. */
static void
test_shape (gconstpointer data)
{
  const Case *test = data;
  g_autofree double *samples = g_new (double, N_SAMPLES);
  double distance = 0;

  for (guint i = 0; i < N_SAMPLES; i++)
    samples[i] = sample_ms (test, i);
  qsort (samples, N_SAMPLES, sizeof *samples, compare_doubles);

  for (guint i = 0; i < N_SAMPLES; i++)
    {
      double expected = test->cumulative (samples[i]);

      /* Only the last of equal samples shows what they add up to. */
      if (i + 1 < N_SAMPLES && samples[i + 1] == samples[i])
        continue;
      distance = fmax (distance, fabs ((i + 1.) / N_SAMPLES - expected));
    }

  g_test_message ("distance %g of %g", distance, 2 / sqrt (N_SAMPLES));
  g_assert_cmpfloat (distance, <, 2 / sqrt (N_SAMPLES));
}

static void
test_moments (gconstpointer data)
{
  const Case *test = data;
  double sum = 0;
  double squares = 0;

  if (test->mean < 0)
    {
      g_assert_cmpint (quo_distribution_mean (test->distribution), ==, QUO_TIME_NEVER);
      return;
    }

  for (guint i = 0; i < N_SAMPLES; i++)
    {
      double ms = sample_ms (test, i);

      sum += ms;
      squares += (ms - test->mean) * (ms - test->mean);
    }

  double declared = (double) quo_distribution_mean (test->distribution) / MS;

  g_assert_cmpfloat_with_epsilon (declared, test->mean, 2e-6);
  g_assert_cmpfloat (fabs (sum / N_SAMPLES - test->mean), <,
                     5 * test->deviation / sqrt (N_SAMPLES) + 1e-6);
  g_assert_cmpfloat_with_epsilon (sqrt (squares / N_SAMPLES), test->deviation,
                                  0.05 * test->deviation);
}

static void
test_quantiles (gconstpointer data)
{
  const Case *test = data;

  for (double p = 0.005; p < 1; p += 0.01)
    {
      QuoTime time = quo_distribution_quantile (test->distribution, p);
      double cumulative = quo_distribution_cumulative (test->distribution, time);

      g_assert_cmpfloat_with_epsilon (cumulative, test->cumulative ((double) time / MS), 1e-6);
      /* Where much is cut off at 0, all of it has that one time. */
      if (time == 0)
        g_assert_cmpfloat (cumulative, >=, p - 1e-9);
      else
        g_assert_cmpfloat_with_epsilon (cumulative, p, 1e-4);
    }
}

static void
test_recorded (gconstpointer data)
{
  const Case *test = data;
  guint64 hash = 0;

  for (guint i = 0; i < 10000; i++)
    hash = quo_mix64 (hash + (guint64) quo_distribution_sample (test->distribution,
                                                               quo_random_at (7, i)));
  g_assert_cmphex (hash, ==, test->recorded);
}

static void
test_monotone (void)
{
  g_autoptr (QuoDistribution) empirical = new_empirical ();
  QuoDistribution *list[] = {
    quo_distribution_new_uniform (0, QUO_TIME_MAX),
    quo_distribution_new_normal (10 * MS, 10 * MS),
    quo_distribution_new_log_normal (10 * MS, 2),
    quo_distribution_new_exponential (10 * MS),
    quo_distribution_new_pareto (10 * MS, 0.5),
    quo_distribution_new_shifted (MS, empirical),
  };

  for (guint i = 0; i < G_N_ELEMENTS (list); i++)
    {
      QuoTime last = 0;

      for (guint64 j = 0; j <= 100000; j++)
        {
          QuoTime time = quo_distribution_sample (list[i], G_MAXUINT64 / 100000 * j);

          g_assert_cmpint (time, >=, last);
          last = time;
        }
    }
  free_list (list, G_N_ELEMENTS (list));
}

static void
test_constant (void)
{
  g_autoptr (QuoDistribution) constant = quo_distribution_new_constant (80 * MS);

  for (guint64 i = 0; i < 1000; i++)
    g_assert_cmpint (quo_distribution_sample (constant, quo_mix64 (i)), ==, 80 * MS);
  g_assert_cmpint (quo_distribution_mean (constant), ==, 80 * MS);
  g_assert_cmpint (quo_distribution_quantile (constant, 0.1), ==, 80 * MS);
  g_assert_cmpfloat (quo_distribution_cumulative (constant, 80 * MS), ==, 1);
  g_assert_cmpfloat (quo_distribution_cumulative (constant, 80 * MS - 1), ==, 0);
}

/* The most extreme draws of the widest distributions stay times. */
static void
test_extremes (void)
{
  g_autoptr (QuoDistribution) most = quo_distribution_new_constant (QUO_TIME_MAX);
  QuoDistribution *list[] = {
    quo_distribution_new_uniform (QUO_TIME_MAX, QUO_TIME_MAX),
    quo_distribution_new_uniform (0, QUO_TIME_MAX),
    quo_distribution_new_normal (QUO_TIME_MAX, QUO_TIME_MAX),
    quo_distribution_new_normal (0, 0),
    quo_distribution_new_log_normal (QUO_TIME_MAX, 10),
    quo_distribution_new_log_normal (0, 10),
    quo_distribution_new_exponential (QUO_TIME_MAX),
    quo_distribution_new_exponential (0),
    quo_distribution_new_pareto (QUO_TIME_MAX, 0.01),
    quo_distribution_new_pareto (1, 0.01),
    quo_distribution_new_pareto (0, 1000),
    quo_distribution_new_shifted (QUO_TIME_MAX, most),
  };

  for (guint i = 0; i < G_N_ELEMENTS (list); i++)
    for (guint64 bits = 0; bits < 4; bits++)
      {
        QuoTime time = quo_distribution_sample (list[i], bits == 3 ? G_MAXUINT64 : bits << 63);

        g_assert_cmpint (time, >=, 0);
        g_assert_cmpint (time, <=, QUO_TIME_MAX);
        g_assert_cmpint (quo_distribution_quantile (list[i], 0), >=, 0);
        g_assert_cmpint (quo_distribution_quantile (list[i], 1), <=, QUO_TIME_MAX);
        g_assert_cmpint (quo_distribution_mean (list[i]), >=, 0);
        g_assert_cmpfloat (quo_distribution_cumulative (list[i], QUO_TIME_MAX), ==, 1);
      }
  free_list (list, G_N_ELEMENTS (list));
}

static void
test_nested_mixture (void)
{
  g_autoptr (QuoDistribution) one = quo_distribution_new_constant (1);
  g_autoptr (QuoDistribution) two = quo_distribution_new_constant (2);
  g_autoptr (QuoDistribution) three = quo_distribution_new_constant (3);
  QuoDistribution *inner_parts[] = { one, two };
  double even[] = { 1, 1 };
  g_autoptr (QuoDistribution) inner = quo_distribution_new_mixture (even, inner_parts, 2);
  QuoDistribution *parts[] = { inner, three };
  double weights[] = { 2, 1 };
  g_autoptr (QuoDistribution) outer = quo_distribution_new_mixture (weights, parts, 2);
  guint counts[4] = { 0 };

  /* The inner choice is made anew: each of the three a third of the time. */
  for (guint i = 0; i < N_SAMPLES; i++)
    counts[quo_distribution_sample (outer, quo_random_at (SEED, i))]++;
  for (guint i = 1; i <= 3; i++)
    g_assert_cmpfloat (fabs (counts[i] / (double) N_SAMPLES - 1 / 3.), <, 0.005);

  g_assert_cmpuint (quo_distribution_get_depth (one), ==, 1);
  g_assert_cmpuint (quo_distribution_get_depth (outer), ==, 3);
  g_assert_cmpint (quo_distribution_quantile (outer, 0.3), ==, 1);
  g_assert_cmpint (quo_distribution_quantile (outer, 0.6), ==, 2);
  g_assert_cmpint (quo_distribution_quantile (outer, 0.9), ==, 3);
}

static void
test_describe (void)
{
  g_autoptr (QuoDistribution) ssd = new_ssd ();
  const struct
  {
    QuoDistribution *distribution;
    const char      *text;
  } cases[] = {
    { quo_distribution_new_constant (80 * MS), "80 ms" },
    { quo_distribution_new_uniform (150 * MS, 300 * MS), "150–300 ms" },
    { quo_distribution_new_uniform (0, 10 * MS), "0–10 ms" },
    { quo_distribution_new_uniform (900 * MS, 2000 * MS), "900 ms–2 s" },
    { quo_distribution_new_normal (10 * MS, 2 * MS), "10 ± 2 ms" },
    { quo_distribution_new_normal (10 * MS, 0), "10 ms" },
    { quo_distribution_new_log_normal (10 * MS, 0.5), "log-normal, median 10 ms, σ 0.5" },
    { quo_distribution_new_exponential (10 * MS), "exponential, mean 10 ms" },
    { quo_distribution_new_pareto (3 * MS, 3.5), "Pareto from 3 ms, α 3.5" },
    { quo_distribution_new_shifted (75 * MS, ssd),
      "75 ms + 91.2 % Pareto from 235 µs, α 10, 8.78 % exponential, mean 602 µs" },
    { new_empirical (), "measured, median 2 ms, 99 % below 9.84 ms" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = quo_distribution_describe (cases[i].distribution);

      g_assert_cmpstr (text, ==, cases[i].text);
      quo_distribution_unref (cases[i].distribution);
    }
}

static void
test_equal (void)
{
  QuoDistribution *list[] = {
    quo_distribution_new_constant (10 * MS), quo_distribution_new_constant (11 * MS),
    quo_distribution_new_uniform (10 * MS, 11 * MS), quo_distribution_new_uniform (10 * MS, 12 * MS),
    quo_distribution_new_normal (10 * MS, 11 * MS), quo_distribution_new_log_normal (10 * MS, 1),
    quo_distribution_new_log_normal (10 * MS, 2), quo_distribution_new_exponential (10 * MS),
    quo_distribution_new_pareto (10 * MS, 1), new_ssd (), new_wan (), new_empirical (),
  };
  g_autoptr (QuoDistribution) ssd = new_ssd ();
  g_autoptr (QuoDistribution) wan = new_wan ();
  g_autoptr (QuoDistribution) empirical = new_empirical ();

  for (guint i = 0; i < G_N_ELEMENTS (list); i++)
    for (guint j = 0; j < G_N_ELEMENTS (list); j++)
      g_assert_cmpint (quo_distribution_equal (list[i], list[j]), ==, i == j);
  g_assert_true (quo_distribution_equal (ssd, list[9]));
  g_assert_true (quo_distribution_equal (wan, list[10]));
  g_assert_true (quo_distribution_equal (empirical, list[11]));
  free_list (list, G_N_ELEMENTS (list));
}

static void
test_given_mean (void)
{
  g_autoptr (QuoDistribution) given = quo_distribution_new_log_normal_with_mean (10 * MS, 0.7);

  g_assert_cmpint (llabs (quo_distribution_mean (given) - 10 * MS), <=, 1);
}

/* As many points and parts as are allowed work. */
static void
test_limits (void)
{
  g_autofree QuoQuantile *points = g_new (QuoQuantile, QUO_DISTRIBUTION_POINTS_MAX);
  QuoDistribution *parts[QUO_DISTRIBUTION_PARTS_MAX];
  double weights[QUO_DISTRIBUTION_PARTS_MAX];
  const guint last = QUO_DISTRIBUTION_POINTS_MAX - 1;

  for (guint i = 0; i <= last; i++)
    {
      points[i].quantile = i / (double) last;
      points[i].time = i * MS;
    }

  g_autoptr (QuoDistribution) empirical = quo_distribution_new_empirical (points, last + 1);

  for (guint i = 0; i <= last; i++)
    g_assert_cmpint (llabs (quo_distribution_quantile (empirical, points[i].quantile) - i * MS),
                     <=, 1);

  for (guint i = 0; i < QUO_DISTRIBUTION_PARTS_MAX; i++)
    {
      parts[i] = empirical;
      weights[i] = i + 1;
    }

  g_autoptr (QuoDistribution) mixture =
    quo_distribution_new_mixture (weights, parts, QUO_DISTRIBUTION_PARTS_MAX);

  g_assert_cmpint (llabs (quo_distribution_mean (mixture) - quo_distribution_mean (empirical)),
                   <=, 1);
  g_test_expect_message ("quorate", G_LOG_LEVEL_CRITICAL, "*n_parts*");
  g_assert_null (quo_distribution_new_mixture (weights, parts, QUO_DISTRIBUTION_PARTS_MAX + 1));
  g_test_assert_expected_messages ();
}

static void
add_case (const Case *test)
{
  static const struct
  {
    const char    *claim;
    GTestDataFunc  function;
  } claims[] = {
    { "samples-follow-the-textbook", test_shape },
    { "moments-are-those-of-the-textbook", test_moments },
    { "quantile-inverts-cumulative", test_quantiles },
    { "samples-are-as-recorded", test_recorded },
  };

  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    {
      g_autofree char *path = g_strdup_printf ("/core/base/distribution/%s/%s", test->name,
                                               claims[i].claim);

      g_test_add_data_func (path, test, claims[i].function);
    }
}

int
main (int    argc,
      char **argv)
{
  double phi = exp (-0.5) / sqrt (2 * G_PI);
  double cut_mean = 0.5 * erfc (-1 / sqrt (2)) + phi;
  /* The second moment of max (0, X) is (mu^2 + sigma^2) Phi + mu sigma phi. */
  double cut_square = 2 * 0.5 * erfc (-1 / sqrt (2)) + phi;
  double ssd_mean = 0.9122 * 0.235 * 10 / 9 + 0.0878 / 1.66;
  double ssd_square = 0.9122 * 0.235 * 0.235 * 10 / 8 + 0.0878 * 2 / (1.66 * 1.66);
  double ssd_deviation = sqrt (ssd_square - ssd_mean * ssd_mean);
  Case cases[] = {
    { "uniform", quo_distribution_new_uniform (150 * MS, 300 * MS), uniform_cumulative,
      225, 150 / sqrt (12),
      G_GUINT64_CONSTANT (0xbe913cc696499c06) },
    { "normal", quo_distribution_new_normal (10 * MS, 2 * MS), normal_cumulative,
      10, 2,
      G_GUINT64_CONSTANT (0xdae34c59be3807b4) },
    { "cut-normal", quo_distribution_new_normal (MS, MS), cut_normal_cumulative,
      cut_mean, sqrt (cut_square - cut_mean * cut_mean),
      G_GUINT64_CONSTANT (0xf66b06e76fe68690) },
    { "log-normal", quo_distribution_new_log_normal (10 * MS, 0.5), log_normal_cumulative,
      10 * exp (0.125), 10 * exp (0.125) * sqrt (expm1 (0.25)),
      G_GUINT64_CONSTANT (0xa71c5550ca06251f) },
    { "exponential", quo_distribution_new_exponential (10 * MS), exponential_cumulative,
      10, 10,
      G_GUINT64_CONSTANT (0x75f612c7afe34e91) },
    { "pareto", quo_distribution_new_pareto (3 * MS, 3.5), pareto_cumulative,
      3 * 3.5 / 2.5, 3 / 2.5 * sqrt (3.5 / 1.5),
      G_GUINT64_CONSTANT (0x414c59725f01f3c1) },
    { "heavy-pareto", quo_distribution_new_pareto (MS, 0.8), heavy_pareto_cumulative,
      -1, -1,
      G_GUINT64_CONSTANT (0x943fcedb35bce861) },
    { "mixture", new_ssd (), ssd_cumulative, ssd_mean, ssd_deviation,
      G_GUINT64_CONSTANT (0xa63eabc3a608030b) },
    { "shifted", new_wan (), wan_cumulative, 75 + ssd_mean, ssd_deviation,
      G_GUINT64_CONSTANT (0x3d970aaa0116c422) },
    { "empirical", new_empirical (), empirical_cumulative, 3.75,
      sqrt (0.5 * 7 / 3 + 0.5 * 124 / 3 - 3.75 * 3.75),
      G_GUINT64_CONSTANT (0x14461977b15cbdec) },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    add_case (&cases[i]);
  g_test_add_func ("/core/base/distribution/more-bits-never-mean-less-time", test_monotone);
  g_test_add_func ("/core/base/distribution/constant-is-constant", test_constant);
  g_test_add_func ("/core/base/distribution/extremes-stay-times", test_extremes);
  g_test_add_func ("/core/base/distribution/nested-mixture-chooses-anew", test_nested_mixture);
  g_test_add_func ("/core/base/distribution/description-is-short", test_describe);
  g_test_add_func ("/core/base/distribution/equal-means-same-parameters", test_equal);
  g_test_add_func ("/core/base/distribution/log-normal-has-the-mean-it-was-given", test_given_mean);
  g_test_add_func ("/core/base/distribution/limits-can-be-reached", test_limits);

  int status = g_test_run ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    quo_distribution_unref (cases[i].distribution);
  return status;
}
