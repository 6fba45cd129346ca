/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Nanoseconds of simulated time. */
typedef gint64 QuoTime;

#define QUO_NANOSECOND  (G_GINT64_CONSTANT (1))
#define QUO_MICROSECOND (G_GINT64_CONSTANT (1000))
#define QUO_MILLISECOND (G_GINT64_CONSTANT (1000000))
#define QUO_SECOND      (G_GINT64_CONSTANT (1000000000))
#define QUO_MINUTE      (60 * QUO_SECOND)
#define QUO_HOUR        (3600 * QUO_SECOND)
#define QUO_DAY         (86400 * QUO_SECOND)

/* Later than every event; not a time that can be written or parsed. */
#define QUO_TIME_NEVER  (G_MAXINT64)

/* The longest time that can be parsed or sampled, some 73 years: the sum of
 * any three is still a valid time, so a deadline needs no overflow check. */
#define QUO_TIME_MAX    (G_MAXINT64 / 4)

gboolean  quo_time_parse        (const char  *text,
                                 QuoTime     *ret_time,
                                 GError     **error);
char     *quo_time_format       (QuoTime      time);
char     *quo_time_format_short (QuoTime      time,
                                 int          n_significant);
gboolean  quo_rate_parse        (const char  *text,
                                 double      *ret_per_second,
                                 GError     **error);
char     *quo_rate_format       (double       per_second);

G_END_DECLS
