/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/time.h"

#include "base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef unsigned __int128 Wide;

typedef struct
{
  const char *name;
  gint64      ns;
} Unit;

/* What is written stands first of those of one size. */
static const Unit units[] = {
  { "d", QUO_DAY },
  { "h", QUO_HOUR },
  { "m", QUO_MINUTE },
  { "min", QUO_MINUTE },
  { "s", QUO_SECOND },
  { "ms", QUO_MILLISECOND },
  { "us", QUO_MICROSECOND },
  { "µs", QUO_MICROSECOND }, /* U+00B5, micro sign */
  { "μs", QUO_MICROSECOND }, /* U+03BC, Greek mu */
  { "ns", QUO_NANOSECOND },
};

/* A decimal number as it was written: digits / 10^n_decimals. */
typedef struct
{
  gboolean is_negative;
  guint64  digits;
  guint    n_decimals;
} Decimal;

static const Unit *
find_unit (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].name, name) == 0)
      return &units[i];
  return NULL;
}

/* Nineteen digits always fit a word, and no time in nanoseconds has more. */
#define N_DIGITS_MAX 19

/* Reads "-12.50" as -125 / 10 and returns where it ends, or NULL when there is
 * no number. Zeros that say nothing are not counted as digits. */
static const char *
scan_decimal (const char *text,
              Decimal    *ret_decimal,
              gboolean   *ret_fits)
{
  Decimal decimal = { FALSE, 0, 0 };
  gboolean is_fraction = FALSE;
  guint n_zeros = 0;
  guint n_digits = 0;
  const char *p = text;

  decimal.is_negative = *p == '-';
  if (decimal.is_negative)
    p++;
  if (!g_ascii_isdigit (*p))
    return NULL;

  *ret_fits = TRUE;
  for (; g_ascii_isdigit (*p) || (*p == '.' && !is_fraction); p++)
    {
      if (*p == '.')
        {
          if (!g_ascii_isdigit (p[1]))
            return NULL;
          is_fraction = TRUE;
          continue;
        }
      if (is_fraction && *p == '0')
        {
          /* Held back until a digit follows: 1.50 is 1.5. */
          n_zeros++;
          continue;
        }

      guint n_new = n_zeros + 1;

      if (n_digits > 0 || *p != '0')
        n_digits += decimal.digits == 0 ? 1 : n_new;
      if (n_digits > N_DIGITS_MAX ||
          (is_fraction && n_new > N_DIGITS_MAX - decimal.n_decimals))
        {
          *ret_fits = FALSE;
          continue;
        }
      if (is_fraction)
        decimal.n_decimals += n_new;
      for (guint i = 0; i < n_new; i++)
        decimal.digits *= 10;
      decimal.digits += *p - '0';
      n_zeros = 0;
    }

  *ret_decimal = decimal;
  return p;
}

static Wide
power_of_ten (guint n)
{
  Wide power = 1;

  while (n-- > 0)
    power *= 10;
  return power;
}

static gboolean
time_syntax_error (const char  *text,
                   GError     **error)
{
  g_autofree char *quoted = quo_quote_value (text);

  g_set_error (error, QUO_BASE_ERROR, QUO_BASE_ERROR_SYNTAX,
               _("%s is not a time: expected a number and a unit (ns, us, "
                 "ms, s, m, h or d), such as “150ms” or “1.5s”"),
               quoted);
  return FALSE;
}

/**
 * quo_time_parse:
 * @text: a decimal number and its unit: ns, us (or µs), ms, s, m (or min), h,
 *   d; a space may stand between them; "0" needs no unit
 * @ret_time: (out): the time, between plus and minus %QUO_TIME_MAX
 * @error: what is wrong with @text
 *
 * Reads a time exactly: what cannot be kept to the nanosecond is an error and
 * is not rounded. A minus sign is read too; whether a time may be negative is
 * for the caller to say.
 *
 * Returns: whether @text is a time; otherwise @ret_time is untouched
 */
gboolean
quo_time_parse (const char  *text,
                QuoTime     *ret_time,
                GError     **error)
{
  Decimal decimal;
  gboolean fits;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (ret_time != NULL, FALSE);

  const char *end = scan_decimal (text, &decimal, &fits);

  if (end == NULL)
    return time_syntax_error (text, error);

  gboolean is_plain_zero = *end == 0 && fits && decimal.digits == 0;

  if (*end == ' ')
    end++;

  const Unit *unit = find_unit (end);

  if (unit == NULL && !is_plain_zero)
    return time_syntax_error (text, error);

  Wide value = 0;
  Wide divisor = 1;

  if (fits && !is_plain_zero)
    {
      value = (Wide) decimal.digits * (guint64) unit->ns;
      divisor = power_of_ten (decimal.n_decimals);
    }

  if (!fits || value / divisor > QUO_TIME_MAX)
    {
      g_autofree char *quoted = quo_quote_value (text);

      g_set_error (error, QUO_BASE_ERROR, QUO_BASE_ERROR_RANGE,
                   _("%s is too long a time or has too many digits: "
                     "allowed are up to %d days and %d digits"),
                   quoted, (int) (QUO_TIME_MAX / QUO_DAY), N_DIGITS_MAX);
      return FALSE;
    }
  if (value % divisor != 0)
    {
      g_autofree char *quoted = quo_quote_value (text);

      g_set_error (error, QUO_BASE_ERROR, QUO_BASE_ERROR_PRECISION,
                   _("%s is not a whole number of nanoseconds, the finest "
                     "time there is"),
                   quoted);
      return FALSE;
    }

  QuoTime time = (QuoTime) (value / divisor);

  *ret_time = decimal.is_negative ? -time : time;
  return TRUE;
}

/* "-1.5" for -1500 / 1000: no zeros at the end. */
static char *
format_ratio (gboolean is_negative,
              guint64  value,
              guint64  divisor)
{
  GString *text = g_string_new (is_negative ? "-" : NULL);
  guint64 rest = value % divisor;

  g_string_append_printf (text, "%" G_GUINT64_FORMAT, value / divisor);
  if (rest > 0)
    g_string_append_c (text, '.');
  while (rest > 0)
    {
      /* The divisor is at most a day, so this does not overflow. */
      rest *= 10;
      g_string_append_c (text, '0' + (char) (rest / divisor));
      rest %= divisor;
    }

  return g_string_free (text, FALSE);
}

/**
 * quo_time_format:
 * @time: any time
 *
 * Writes @time exactly, so that quo_time_parse() gives it back: whole days,
 * hours and minutes as such ("2m"), everything else in the largest smaller
 * unit of which there is at least one ("1.5s", "150ms").
 *
 * Returns: (transfer full): the text; "never" for %QUO_TIME_NEVER, which does
 *   not parse
 */
char *
quo_time_format (QuoTime time)
{
  if (time == QUO_TIME_NEVER)
    return g_strdup ("never");
  if (time == 0)
    return g_strdup ("0s");

  guint64 size = time < 0 ? -(guint64) time : (guint64) time;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (units) - 1; i++)
    {
      guint64 ns = (guint64) units[i].ns;

      if (size >= ns && (size % ns == 0 || ns <= QUO_SECOND))
        break;
    }

  g_autofree char *number = format_ratio (time < 0, size, (guint64) units[i].ns);

  return g_strconcat (number, units[i].name, NULL);
}

/* Decimals so that @size units of @ns show @n_significant digits. */
static guint
decimals_for (guint64 size,
              guint64 ns,
              int     n_significant)
{
  int n_whole = 1;

  for (guint64 whole = size / ns; whole >= 10; whole /= 10)
    n_whole++;
  return (guint) CLAMP (n_significant - n_whole, 0, 9);
}

/**
 * quo_time_format_short:
 * @time: any time
 * @n_significant: digits wanted, from 1 to 12; digits before the point are
 *   never dropped
 *
 * Writes @time for people, rounded half away from zero: "1.604 s", "12.3 ms",
 * "2.5 min". Zeros at the end are left out.
 *
 * Returns: (transfer full): the text
 */
char *
quo_time_format_short (QuoTime time,
                       int     n_significant)
{
  static const Unit people_units[] = {
    { "ns", QUO_NANOSECOND }, { "µs", QUO_MICROSECOND },
    { "ms", QUO_MILLISECOND }, { "s", QUO_SECOND },
    { "min", QUO_MINUTE }, { "h", QUO_HOUR }, { "d", QUO_DAY },
  };
  guint64 size = time < 0 ? -(guint64) time : (guint64) time;

  g_return_val_if_fail (n_significant >= 1 && n_significant <= 12, NULL);

  if (time == QUO_TIME_NEVER)
    return g_strdup (_("never"));
  if (time == 0)
    return g_strdup ("0 s");

  for (guint i = 0;; i++)
    {
      guint64 ns = (guint64) people_units[i].ns;
      gboolean is_last = i == G_N_ELEMENTS (people_units) - 1;

      if (!is_last && size >= (guint64) people_units[i + 1].ns)
        continue;

      guint64 scale = (guint64) power_of_ten (decimals_for (size, ns, n_significant));
      guint64 rounded = (guint64) (((Wide) size * scale + ns / 2) / ns);

      /* 999.96 ms in three digits is 1 s. */
      if (!is_last && (Wide) rounded * ns >= (Wide) people_units[i + 1].ns * scale)
        continue;

      g_autofree char *number = format_ratio (time < 0, rounded, scale);

      return g_strconcat (number, " ", people_units[i].name, NULL);
    }
}

/* The double nearest to a / b (a below 2^120, b from 1 to 2^120), by long
 * division: ties go to the even neighbour. */
static double
nearest_ratio (Wide a,
               Wide b)
{
  int exponent = 0;
  guint64 quotient = 0;

  if (a == 0)
    return 0;
  for (; a < b; exponent--)
    a <<= 1;
  for (; a >> 1 >= b; exponent++)
    b <<= 1;

  for (int i = 0; i < 53; i++)
    {
      quotient <<= 1;
      if (a >= b)
        {
          quotient |= 1;
          a -= b;
        }
      a <<= 1;
    }
  if (a > b || (a == b && (quotient & 1) != 0))
    quotient++;

  double value = (double) quotient * 0x1p-52;

  for (; exponent > 0; exponent--)
    value *= 2;
  for (; exponent < 0; exponent++)
    value *= 0.5;
  return value;
}

/**
 * quo_rate_parse:
 * @text: a decimal number, a slash and a unit of quo_time_parse(): "20/s"
 * @ret_per_second: (out): the double nearest to the rate per second, at most
 *   1e12 in size
 * @error: what is wrong with @text
 *
 * Reads how often something happens. A minus sign is read too; whether a rate
 * may be negative is for the caller to say.
 *
 * Returns: whether @text is a rate; otherwise @ret_per_second is untouched
 */
gboolean
quo_rate_parse (const char  *text,
                double      *ret_per_second,
                GError     **error)
{
  Decimal decimal;
  gboolean fits;
  const Unit *unit = NULL;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (ret_per_second != NULL, FALSE);

  const char *end = scan_decimal (text, &decimal, &fits);

  if (end != NULL && *end == ' ')
    end++;
  if (end != NULL && *end == '/')
    unit = find_unit (end[1] == ' ' ? end + 2 : end + 1);
  if (unit == NULL)
    {
      g_autofree char *quoted = quo_quote_value (text);

      g_set_error (error, QUO_BASE_ERROR, QUO_BASE_ERROR_SYNTAX,
                   _("%s is not a rate: expected a number, a slash and a "
                     "unit of time, such as “20/s” or “5/m”"),
                   quoted);
      return FALSE;
    }

  Wide events = 0;
  Wide duration = 1;

  if (fits)
    {
      events = (Wide) decimal.digits * QUO_SECOND;
      duration = power_of_ten (decimal.n_decimals) * (guint64) unit->ns;
    }
  if (!fits || events / duration > 1000 * (Wide) QUO_SECOND)
    {
      g_autofree char *quoted = quo_quote_value (text);

      g_set_error (error, QUO_BASE_ERROR, QUO_BASE_ERROR_RANGE,
                   _("%s is too high a rate or has too many digits: "
                     "allowed are up to 1000/ns and %d digits"),
                   quoted, N_DIGITS_MAX);
      return FALSE;
    }

  double rate = nearest_ratio (events, duration);

  *ret_per_second = decimal.is_negative ? -rate : rate;
  return TRUE;
}

/* "20" with the fewest digits that read back as the same double, or NULL when
 * more than @n_digits_max would be needed. */
static char *
format_number (double value,
               int    n_digits_max)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  char format[8];

  for (int n = 1; n <= n_digits_max; n++)
    {
      g_snprintf (format, sizeof format, "%%.%dg", n);
      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
      if (n == n_digits_max)
        return NULL;
    }

  if (strchr (text, 'e') == NULL)
    return g_strdup (text);

  /* Rates are read without an exponent. */
  for (int n = 0; n <= N_DIGITS_MAX; n++)
    {
      char wide[64];

      g_snprintf (format, sizeof format, "%%.%df", n);
      g_ascii_formatd (wide, sizeof wide, format, value);
      if (g_ascii_strtod (wide, NULL) == value)
        return g_strdup (wide);
    }
  return NULL;
}

/**
 * quo_rate_format:
 * @per_second: finite, at most 1e12 in size
 *
 * Writes a rate so that quo_rate_parse() gives the same number back, per
 * second when that is short ("20/s"), otherwise per minute, hour or day
 * ("5/m"), otherwise per second with all digits. Rates too small for that
 * (some 1e-9/d) become the nearest that can be written.
 *
 * Returns: (transfer full): the text
 */
char *
quo_rate_format (double per_second)
{
  static const char *names[] = { "s", "m", "h", "d" };
  static const double seconds[] = { 1, 60, 3600, 86400 };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *number = format_number (per_second * seconds[i], 8);

      if (number == NULL)
        continue;

      g_autofree char *text = g_strconcat (number, "/", names[i], NULL);
      double back;

      if (quo_rate_parse (text, &back, NULL) && back == per_second)
        return g_steal_pointer (&text);
    }

  g_autofree char *number = format_number (per_second, 17);
  char fixed[64];

  if (number == NULL)
    number = g_strdup (g_ascii_formatd (fixed, sizeof fixed, "%.17f", per_second));
  return g_strconcat (number, "/s", NULL);
}
