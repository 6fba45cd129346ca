/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/time.h"

#include <math.h>
#include <string.h>

static void
test_units (void)
{
  static const struct
  {
    const char *text;
    gint64      ns;
  } cases[] = {
    { "0", 0 }, { "0.0", 0 }, { "-0", 0 }, { "0s", 0 },
    { "1ns", 1 }, { "10us", 10000 }, { "10µs", 10000 }, { "10μs", 10000 },
    { "150ms", 150000000 }, { "150 ms", 150000000 }, { "1.5s", 1500000000 },
    { "1.50000000000000000000000000s", 1500000000 },
    { "0.000000001s", 1 }, { "0.1us", 100 }, { "001s", 1000000000 },
    { "2m", 120000000000 }, { "2min", 120000000000 }, { "0.5m", 30000000000 },
    { "3h", 10800000000000 }, { "1d", 86400000000000 },
    { "-5ms", -5000000 }, { "-0.25s", -250000000 },
    { "123456789.123456789s", 123456789123456789 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      QuoTime time = 42;

      quo_time_parse (cases[i].text, &time, &error);
      g_assert_no_error (error);
      g_assert_cmpint (time, ==, cases[i].ns);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char  *text;
    QuoBaseError code;
  } cases[] = {
    { "", QUO_BASE_ERROR_SYNTAX }, { "s", QUO_BASE_ERROR_SYNTAX },
    { "5", QUO_BASE_ERROR_SYNTAX }, { "5.", QUO_BASE_ERROR_SYNTAX },
    { ".5s", QUO_BASE_ERROR_SYNTAX }, { "5.s", QUO_BASE_ERROR_SYNTAX },
    { "1..5s", QUO_BASE_ERROR_SYNTAX }, { "1.5.5s", QUO_BASE_ERROR_SYNTAX },
    { "1e3s", QUO_BASE_ERROR_SYNTAX }, { "0x10s", QUO_BASE_ERROR_SYNTAX },
    { "1,5s", QUO_BASE_ERROR_SYNTAX }, { "+1s", QUO_BASE_ERROR_SYNTAX },
    { "--1s", QUO_BASE_ERROR_SYNTAX }, { "1s ", QUO_BASE_ERROR_SYNTAX },
    { " 1s", QUO_BASE_ERROR_SYNTAX }, { "1  s", QUO_BASE_ERROR_SYNTAX },
    { "1S", QUO_BASE_ERROR_SYNTAX }, { "1 week", QUO_BASE_ERROR_SYNTAX },
    { "inf", QUO_BASE_ERROR_SYNTAX }, { "never", QUO_BASE_ERROR_SYNTAX },
    { "\xff\xfe", QUO_BASE_ERROR_SYNTAX }, { "1\xc2", QUO_BASE_ERROR_SYNTAX },
    { "1.5ns", QUO_BASE_ERROR_PRECISION },
    { "0.0000000001s", QUO_BASE_ERROR_PRECISION },
    { "0.1234567890123456789s", QUO_BASE_ERROR_PRECISION },
    { "26688d", QUO_BASE_ERROR_RANGE }, { "-26688d", QUO_BASE_ERROR_RANGE },
    { "9223372036854775807ns", QUO_BASE_ERROR_RANGE },
    { "18446744073709551617ns", QUO_BASE_ERROR_RANGE },
    { "340282366920938463463374607431768211457ns", QUO_BASE_ERROR_RANGE },
    { "0.12345678901234567891s", QUO_BASE_ERROR_RANGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      QuoTime time = 42;

      g_assert_false (quo_time_parse (cases[i].text, &time, &error));
      g_assert_error (error, QUO_BASE_ERROR, (int) cases[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpint (time, ==, 42);
    }
}

static void
test_limits (void)
{
  g_autofree char *most = g_strdup_printf ("%" G_GINT64_FORMAT "ns", QUO_TIME_MAX);
  g_autofree char *more = g_strdup_printf ("%" G_GINT64_FORMAT "ns", QUO_TIME_MAX + 1);
  QuoTime time = 42;

  /* Nineteen digits do not all matter, but this limit has nineteen. */
  g_assert_cmpuint (strlen (most), ==, 19 + 2);
  g_assert_true (quo_time_parse ("2305843009.21369395s", &time, NULL));
  g_assert_cmpint (time, ==, G_GINT64_CONSTANT (2305843009213693950));
  g_assert_true (quo_time_parse (most, &time, NULL));
  g_assert_cmpint (time, ==, QUO_TIME_MAX);
  g_assert_false (quo_time_parse (more, &time, NULL));
}

static void
test_format (void)
{
  static const struct
  {
    gint64      ns;
    const char *text;
  } cases[] = {
    { 0, "0s" }, { 1, "1ns" }, { 1500, "1.5us" }, { 150000000, "150ms" },
    { 1500000000, "1.5s" }, { 1000000001, "1.000000001s" },
    { 60000000000, "1m" }, { 75000000000, "75s" }, { 90000000000, "90s" },
    { 3600000000000, "1h" }, { 5400000000000, "90m" },
    { 86400000000000, "1d" }, { -250000000, "-250ms" },
    { G_MAXINT64, "never" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = quo_time_format (cases[i].ns);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_format_short (void)
{
  static const struct
  {
    gint64      ns;
    int         n_significant;
    const char *text;
  } cases[] = {
    { 0, 3, "0 s" }, { 1604000000, 4, "1.604 s" }, { 1604000000, 2, "1.6 s" },
    { 12345678, 3, "12.3 ms" }, { 12350000, 3, "12.4 ms" },
    { 999960000, 3, "1 s" }, { 999960000, 5, "999.96 ms" },
    { 123456789, 1, "123 ms" }, { 90000000000, 3, "1.5 min" },
    { 59999999999, 3, "1 min" }, { 1500, 3, "1.5 µs" }, { 999, 2, "999 ns" },
    { -12345678, 3, "-12.3 ms" }, { 9000000000000, 3, "2.5 h" },
    { G_MININT64, 3, "-106752 d" }, { 1999999999, 12, "1.999999999 s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = quo_time_format_short (cases[i].ns, cases[i].n_significant);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < 100000; i++)
    {
      guint64 bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
      gint64 time = (gint64) (bits >> (3 + bits % 58)) % QUO_TIME_MAX;
      QuoTime back = 42;

      /* Round numbers too, which take the other units. */
      if (i % 3 == 0)
        time -= time % QUO_MILLISECOND;
      if (i % 7 == 0)
        time -= time % QUO_MINUTE;
      if (i % 2 == 0)
        time = -time;

      g_autofree char *text = quo_time_format (time);

      g_assert_true (quo_time_parse (text, &back, NULL));
      g_assert_cmpint (back, ==, time);
    }
}

/* Noise made of what times and rates are made of. */
static void
test_noise (void)
{
  static const char letters[] = "00123459..--/smhdunsi \xc2\xb5\xce\xbc";

  for (guint i = 0; i < 200000; i++)
    {
      char text[64] = "";
      guint n = (guint) g_test_rand_int_range (0, i % 50 + 2);
      g_autoptr (GError) time_error = NULL;
      g_autoptr (GError) rate_error = NULL;
      QuoTime time = 42;
      double rate = 42;

      for (guint j = 0; j < n; j++)
        text[j] = letters[g_test_rand_int_range (0, sizeof letters - 1)];

      if (quo_time_parse (text, &time, &time_error))
        {
          g_assert_cmpint (time, <=, QUO_TIME_MAX);
          g_assert_cmpint (time, >=, -QUO_TIME_MAX);
        }
      else
        {
          g_assert_true (g_utf8_validate (time_error->message, -1, NULL));
          g_assert_cmpint (time, ==, 42);
        }
      if (quo_rate_parse (text, &rate, &rate_error))
        g_assert_cmpfloat (fabs (rate), <=, 1.000000001e12);
      else
        g_assert_true (g_utf8_validate (rate_error->message, -1, NULL));
    }
}

static void
test_rate (void)
{
  static const struct
  {
    const char *text;
    double      per_second;
    const char *back;
  } cases[] = {
    { "20/s", 20, "20/s" }, { "5/m", 5. / 60, "5/m" }, { "0.1/ms", 100, "100/s" },
    { "3.7/h", 3.7 / 3600, "3.7/h" }, { "1/d", 1. / 86400, "1/d" },
    { "0/s", 0, "0/s" }, { "-1/s", -1, "-1/s" }, { "20 / s", 20, "20/s" },
    { "1000/ns", 1e12, "1000000000000/s" }, { "0.3/s", 0.3, "0.3/s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      double rate = 42;

      quo_rate_parse (cases[i].text, &rate, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat_with_epsilon (rate, cases[i].per_second,
                                      1e-15 * fabs (cases[i].per_second) + 1e-300);

      g_autofree char *back = quo_rate_format (rate);

      g_assert_cmpstr (back, ==, cases[i].back);
    }
}

static void
test_rate_refused (void)
{
  static const char *cases[] = {
    "", "20", "20s", "/s", "20/", "20/x", "20/s/s", "1e3/s", "x/s", "20/ s ", "2000/ns",
    "12345678901234567890/s",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      double rate = 42;

      g_assert_false (quo_rate_parse (cases[i], &rate, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == QUO_BASE_ERROR);
      g_assert_cmpfloat (rate, ==, 42);
    }
}

static void
test_rate_is_nearest (void)
{
  /* g_ascii_strtod() is libc's, which rounds correctly. */
  for (guint i = 0; i < 100000; i++)
    {
      guint64 digits = ((guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ()) >>
                       g_test_rand_int_range (5, 60);
      guint n_decimals = (guint) g_test_rand_int_range (0, 10);
      guint64 scale = 1;
      double rate = 42;

      for (guint j = 0; j < n_decimals; j++)
        scale *= 10;

      g_autofree char *number =
        g_strdup_printf ("%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT, digits / scale,
                         (int) MAX (n_decimals, 1), digits % scale);
      g_autofree char *text = g_strconcat (number, "/s", NULL);
      double expected = g_ascii_strtod (number, NULL);

      if (expected > 1e12)
        continue;
      g_assert_true (quo_rate_parse (text, &rate, NULL));
      g_assert_cmpfloat (rate, ==, expected);

      g_autofree char *back_text = quo_rate_format (rate);
      double back = 42;

      if (expected < 1e-3)
        continue;
      g_assert_true (quo_rate_parse (back_text, &back, NULL));
      g_assert_cmpfloat (back, ==, rate);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/base/time/every-unit-is-read-exactly", test_units);
  g_test_add_func ("/core/base/time/wrong-text-is-refused-with-its-reason", test_refused);
  g_test_add_func ("/core/base/time/the-limit-itself-is-a-time", test_limits);
  g_test_add_func ("/core/base/time/largest-unit-that-is-exact-is-written", test_format);
  g_test_add_func ("/core/base/time/short-text-has-the-digits-asked-for", test_format_short);
  g_test_add_func ("/core/base/time/what-is-written-reads-back", test_round_trip);
  g_test_add_func ("/core/base/time/noise-is-read-or-refused-whole", test_noise);
  g_test_add_func ("/core/base/rate/every-unit-is-read", test_rate);
  g_test_add_func ("/core/base/rate/wrong-text-is-refused", test_rate_refused);
  g_test_add_func ("/core/base/rate/nearest-double-is-taken-and-reads-back", test_rate_is_nearest);
  return g_test_run ();
}
