/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Times of one run, all in the same unit, so that a column of them can be read. */

#include "base/time.h"

G_BEGIN_DECLS

char *quo_clock_text       (QuoTime time,
                            QuoTime end);
char *quo_clock_text_tick  (QuoTime time,
                            QuoTime end,
                            QuoTime step);
char *quo_clock_text_fixed (QuoTime  time,
                            QuoTime  end,
                            gboolean is_fine);

G_END_DECLS
