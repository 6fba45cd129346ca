/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Where a moment and an event stand along a time axis, in content px: to scale, or
 * in rows of equal height, with gaps before some rows.
 */

#include "diagram/index.h"

G_BEGIN_DECLS

/* Room kept free before the first row at or after a moment. */
typedef struct
{
  QuoTime at;
  double  size;   /* px */
  guint   what;   /* the caller's */
  guint32 row;    /* set by quo_rows_prepare() */
  double  before; /* px of all gaps before this one */
} QuoGap;

typedef struct
{
  QuoTrace     *trace;
  QuoIndex     *index;
  gboolean      is_to_scale;
  double        ns_per_px;
  double        row_height;
  double        start;    /* of time 0 or row 0 */
  const QuoGap *gaps;     /* by time; only between rows */
  guint         n_gaps;
} QuoRows;

void    quo_rows_prepare  (QuoIndex      *index,
                           QuoTrace      *trace,
                           QuoGap        *gaps,
                           guint          n_gaps);
double  quo_rows_event_y  (const QuoRows *self,
                           guint32        event);
double  quo_rows_time_y   (const QuoRows *self,
                           QuoTime        time);
double  quo_rows_row_y    (const QuoRows *self,
                           guint32        row);
double  quo_rows_gap_y    (const QuoRows *self,
                           const QuoGap  *gap);
double  quo_rows_end_y    (const QuoRows *self);
guint32 quo_rows_row_at   (const QuoRows *self,
                           double         y);
guint32 quo_rows_event_at (const QuoRows *self,
                           double         y);
QuoTime quo_rows_time_at  (const QuoRows *self,
                           double         y);

G_END_DECLS
