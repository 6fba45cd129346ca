/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How two events stand to each other: Lamport's happened-before. */

#include "sim/trace.h"

G_BEGIN_DECLS

typedef enum
{
  QUO_ORDER_EQUAL,
  QUO_ORDER_BEFORE,
  QUO_ORDER_AFTER,
  QUO_ORDER_CONCURRENT,
  QUO_ORDER_UNKNOWN /* too far apart to tell */
} QuoOrder;

QuoOrder quo_causality_compare (QuoTrace *trace,
                                guint32   a,
                                guint32   b);

G_END_DECLS
