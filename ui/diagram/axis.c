/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/axis.h"

/**
 * quo_axis_step:
 * @ns_per_px: scale of the axis
 * @px_min: least distance of two ticks
 *
 * Returns: 1, 2 or 5 times a power of ten nanoseconds, at least 1 ns
 */
QuoTime
quo_axis_step (double ns_per_px,
               double px_min)
{
  double wanted = ns_per_px * px_min;
  QuoTime power = 1;

  if (!(wanted > 1))
    return 1;
  while (power <= QUO_TIME_MAX / 10 && (double) power * 10 <= wanted)
    power *= 10;
  if ((double) power >= wanted)
    return power;
  if ((double) power * 2 >= wanted)
    return power * 2;
  if ((double) power * 5 >= wanted)
    return power * 5;
  return power <= QUO_TIME_MAX / 10 ? power * 10 : power * 5;
}

/**
 * quo_axis_first:
 *
 * Returns: the first tick at or after @from
 */
QuoTime
quo_axis_first (QuoTime from,
                QuoTime step)
{
  g_return_val_if_fail (step > 0, from);

  QuoTime tick = from / step * step;
  return tick < from ? tick + step : tick;
}

/**
 * quo_axis_format:
 * @time: what to write
 * @step: how far it is from its neighbours
 * @buffer: gets "1.4 s", "250 ms" or "12 µs": every label of an axis in the same
 *   unit with as many decimals as the step needs
 */
void
quo_axis_format (QuoTime time,
                 QuoTime step,
                 char    buffer[QUO_AXIS_TEXT])
{
  static const struct { QuoTime ns; const char *name; } units[] = {
    { QUO_SECOND, "s" },
    { QUO_MILLISECOND, "ms" },
    { QUO_MICROSECOND, "µs" },
    { QUO_NANOSECOND, "ns" }
  };
  guint unit = 0;

  g_return_if_fail (step > 0);

  /* Seconds as long as four decimals do: the eye compares one unit best. */
  if (step < QUO_SECOND / 10000)
    unit = step < QUO_MILLISECOND / 10000 ? 2 : 1;

  int decimals = 0;
  for (QuoTime part = units[unit].ns; part > step && decimals < 9; part /= 10)
    decimals++;
  g_snprintf (buffer, QUO_AXIS_TEXT, "%.*f %s", decimals,
              (double) time / (double) units[unit].ns, units[unit].name);
}
