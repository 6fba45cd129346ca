/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Round numbers along a time axis. */

#include "base/time.h"

#define QUO_AXIS_TEXT 40

QuoTime quo_axis_step   (double   ns_per_px,
                         double   px_min);
QuoTime quo_axis_first  (QuoTime  from,
                         QuoTime  step);
void    quo_axis_format (QuoTime  time,
                         QuoTime  step,
                         char     buffer[QUO_AXIS_TEXT]);
