/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a node waits for, for how long, and for which transaction. */

#include "sim/behaviour.h"

G_BEGIN_DECLS

#define QUO_DEADLINES_MAX 4

typedef struct
{
  GArray *due[QUO_DEADLINES_MAX]; /* a queue for each timer */
  guint   n_timers;
  guint   field;                  /* where the first deadline is shown */
} QuoDeadlines;

void   quo_deadlines_init  (QuoDeadlines *self,
                            guint         n_timers,
                            guint         field);
void   quo_deadlines_clear (QuoDeadlines *self);
void   quo_deadlines_add   (QuoDeadlines *self,
                            QuoNode      *node,
                            guint         timer,
                            QuoTime       delay,
                            gint64        transaction);
void   quo_deadlines_drop  (QuoDeadlines *self,
                            QuoNode      *node,
                            guint         timer,
                            gint64        transaction);
gint64 quo_deadlines_pop   (QuoDeadlines *self,
                            QuoNode      *node,
                            guint         timer);

G_END_DECLS
