/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sizes and bandwidths: numbers with a unit that only this layer reads. */

#include "scenario/reader-private.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const char *name;
  double      bytes;
} SizeUnit;

static const SizeUnit size_units[] = {
  { "B", 1 }, { "", 1 },
  { "kB", 1e3 }, { "KB", 1e3 }, { "MB", 1e6 }, { "GB", 1e9 }, { "TB", 1e12 },
  { "KiB", 0x1p10 }, { "MiB", 0x1p20 }, { "GiB", 0x1p30 }, { "TiB", 0x1p40 },
};

/**
 * quo_size_parse:
 * @text: "1GiB", "512 MB", "4096"
 * @ret_bytes: (out): bytes, not a whole number when @text is none
 *
 * Returns: whether @text is a number, not negative, and a unit of bytes
 */
gboolean
quo_size_parse (const char *text,
                double     *ret_bytes)
{
  char *end = NULL;

  g_return_val_if_fail (text != NULL && ret_bytes != NULL, FALSE);

  if (!g_ascii_isdigit (text[0]))
    return FALSE;

  double number = g_ascii_strtod (text, &end);

  if (!isfinite (number))
    return FALSE;
  if (*end == ' ')
    end++;

  for (guint i = 0; i < G_N_ELEMENTS (size_units); i++)
    if (strcmp (size_units[i].name, end) == 0)
      {
        *ret_bytes = number * size_units[i].bytes;
        return TRUE;
      }

  return FALSE;
}

/**
 * quo_size_format:
 * @n_bytes: a size
 *
 * Returns: (transfer full): the size in the largest unit that it is a whole number
 *   of, as a scenario writes it: "2GiB"
 */
char *
quo_size_format (guint64 n_bytes)
{
  static const char * const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
  guint unit = 0;

  while (n_bytes != 0 && n_bytes % 1024 == 0 && unit + 1 < G_N_ELEMENTS (units))
    {
      n_bytes /= 1024;
      unit++;
    }

  return g_strdup_printf ("%" G_GUINT64_FORMAT "%s", n_bytes, units[unit]);
}

/**
 * quo_bandwidth_parse:
 * @text: "10MB/s", "100Mbit/s"
 * @ret_bytes_per_second: (out): bytes a second
 *
 * Returns: whether @text is a number, not negative, a unit of bytes or bits and
 *   "/s"
 */
gboolean
quo_bandwidth_parse (const char *text,
                     double     *ret_bytes_per_second)
{
  static const SizeUnit bits[] = {
    { "bit", 1 }, { "kbit", 1e3 }, { "Mbit", 1e6 }, { "Gbit", 1e9 },
  };

  g_return_val_if_fail (text != NULL && ret_bytes_per_second != NULL, FALSE);

  if (!g_str_has_suffix (text, "/s"))
    return FALSE;

  g_autofree char *size = g_strndup (text, strlen (text) - 2);

  if (quo_size_parse (size, ret_bytes_per_second))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      char *end = NULL;
      double number = g_ascii_strtod (size, &end);

      if (!g_ascii_isdigit (size[0]) || !isfinite (number))
        return FALSE;
      if (*end == ' ')
        end++;
      if (strcmp (bits[i].name, end) != 0)
        continue;
      *ret_bytes_per_second = number * bits[i].bytes / 8;
      return TRUE;
    }

  return FALSE;
}
