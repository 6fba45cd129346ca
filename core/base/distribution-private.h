/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/distribution.h"

G_BEGIN_DECLS

struct _QuoDistribution
{
  gatomicrefcount     ref_count;
  QuoDistributionKind kind;
  guint               depth;   /* 1, or one more than the deepest part */
  guint               n;       /* parts or points */
  QuoTime             a;       /* constant, low, mean, median, minimum, offset */
  QuoTime             b;       /* high, deviation */
  double              shape;   /* sigma, alpha */
  double              weights[QUO_DISTRIBUTION_PARTS_MAX]; /* as given */
  double              upto[QUO_DISTRIBUTION_PARTS_MAX];    /* running sum, the last 1 */
  QuoDistribution    *parts[QUO_DISTRIBUTION_PARTS_MAX];
  QuoQuantile        *points;
};

/* To the nearest nanosecond, within the range of times. NaN becomes 0. */
static inline QuoTime
quo_to_time (double ns)
{
  if (!(ns > 0))
    return 0;
  if (ns >= (double) QUO_TIME_MAX)
    return QUO_TIME_MAX;
  return (QuoTime) (ns + 0.5);
}

G_END_DECLS
