/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/clock-text.h"

#include <glib/gi18n-lib.h>

/* A run this long is told in seconds. */
#define SECONDS_FROM QUO_SECOND

static char *
format (QuoTime time, gboolean is_in_seconds, int n_digits)
{
  double value
    = (double) time / (double) (is_in_seconds ? QUO_SECOND : QUO_MILLISECOND);

  return is_in_seconds ? g_strdup_printf (_ ("%.*f s"), n_digits, value)
                       : g_strdup_printf (_ ("%.*f ms"), n_digits, value);
}

/**
 * quo_clock_text:
 * @time: ns
 * @end: how long the run is, ns; decides on the unit
 *
 * Returns: (transfer full): the time with two digits, or as many as it has up to
 *   four: "0.60 s", "1.604 s", "23.40 ms"
 */
char *
quo_clock_text (QuoTime time, QuoTime end)
{
  gboolean is_in_seconds = end >= SECONDS_FROM;
  QuoTime unit = is_in_seconds ? QUO_SECOND : QUO_MILLISECOND;
  int n_digits = 2;

  if (time == 0)
    return g_strdup (is_in_seconds ? _ ("0 s") : _ ("0 ms"));
  if (time % (unit / 100) != 0)
    n_digits = 3;
  if (time % (unit / 1000) != 0)
    n_digits = is_in_seconds ? 4 : 3;
  return format (time, is_in_seconds, n_digits);
}

/**
 * quo_clock_text_tick:
 * @time: ns, a multiple of @step
 * @end: how long the run is, ns; decides on the unit
 * @step: from one tick to the next, ns
 *
 * Returns: (transfer full): the time with as many digits as tell its neighbours
 *   apart: "1 s", "1.5 s"
 */
char *
quo_clock_text_tick (QuoTime time, QuoTime end, QuoTime step)
{
  gboolean is_in_seconds = end >= SECONDS_FROM;
  QuoTime unit = is_in_seconds ? QUO_SECOND : QUO_MILLISECOND;
  int n_digits = 0;

  while (unit > 1 && step % unit != 0)
    {
      unit /= 10;
      n_digits++;
    }
  return format (time, is_in_seconds, time == 0 ? 0 : n_digits);
}

/**
 * quo_clock_text_fixed:
 * @time: ns
 * @end: how long the run is, ns; decides on the unit
 * @is_fine: whether time runs so slowly that the last digit would stand still
 *
 * Returns: (transfer full): the time with as many digits as every other, so that it
 *   does not jump about as it runs
 */
char *
quo_clock_text_fixed (QuoTime time, QuoTime end, gboolean is_fine)
{
  gboolean is_in_seconds = end >= SECONDS_FROM;

  return format (time, is_in_seconds, is_fine ? 6 : 3);
}
