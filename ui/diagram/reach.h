/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What happened before an event, what after it, and what neither: Lamport's relation
 * over the trace's own causes.
 *
 * The past of an event is a beginning of each participant's events, and its future
 * an end of them: one number each. They are looked for on demand, no farther away
 * from the event than is asked for.
 */

#include "sim/trace.h"

G_BEGIN_DECLS

typedef enum
{
  QUO_REACH_CONCURRENT,
  QUO_REACH_PAST,
  QUO_REACH_FUTURE,
  QUO_REACH_SELF
} QuoReachPlace;

typedef struct _QuoReach QuoReach;

QuoReach     *quo_reach_new     (QuoTrace *trace);
void          quo_reach_free    (QuoReach *self);
void          quo_reach_select  (QuoReach *self,
                                 guint32   event);
guint32       quo_reach_event   (QuoReach *self);
QuoReachPlace quo_reach_place   (QuoReach *self,
                                 guint32   event);
guint32       quo_reach_past    (QuoReach *self,
                                 guint     participant,
                                 guint32   from);
guint32       quo_reach_future  (QuoReach *self,
                                 guint     participant,
                                 guint32   to);
gboolean      quo_reach_takes   (QuoTrace *trace,
                                 guint32   event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoReach, quo_reach_free)

G_END_DECLS
