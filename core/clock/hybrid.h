/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "clock/order.h"

#include "base/time.h"

G_BEGIN_DECLS

/* A value; all zero bytes is the clock before its first event. */
typedef struct
{
  QuoTime time;    /* the greatest physical time heard of */
  gint64  counter; /* tells events of the same time apart */
} QuoHybridClock;

void     quo_hybrid_clock_tick    (QuoHybridClock       *self,
                                   QuoTime               physical_time);
void     quo_hybrid_clock_receive (QuoHybridClock       *self,
                                   const QuoHybridClock *message,
                                   QuoTime               physical_time);
QuoOrder quo_hybrid_clock_compare (const QuoHybridClock *a,
                                   guint                 a_node,
                                   const QuoHybridClock *b,
                                   guint                 b_node);
char    *quo_hybrid_clock_format  (const QuoHybridClock *self);

G_END_DECLS
