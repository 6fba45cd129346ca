/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What diagrams look up in a trace that the trace itself is not sorted by: rows of
 * equal height, messages that cross a moment, the roles of a node over time.
 *
 * A few bytes for each block of 64 events, and one entry for each change of role:
 * nothing here grows with the number of messages.
 */

#include "diagram/palette.h"
#include "sim/replay.h"

G_BEGIN_DECLS

/* A node from an event on until its next span. */
typedef struct
{
  guint32 event;
  gint16  role;
  guint8  life;  /* QuoLife */
  gint64  epoch;
} QuoSpan;

typedef struct _QuoIndex QuoIndex;

QuoIndex         *quo_index_new            (QuoTrace           *trace);
void              quo_index_free           (QuoIndex           *self);
const QuoPalette *quo_index_palette        (QuoIndex           *self);
void              quo_index_extend         (QuoIndex           *self);

guint32           quo_index_n_rows         (QuoIndex           *self);
guint32           quo_index_row            (QuoIndex           *self,
                                            guint32             event);
guint32           quo_index_row_event      (QuoIndex           *self,
                                            guint32             row);
void              quo_index_crossing       (QuoIndex           *self,
                                            guint32             event,
                                            QuoTime             time,
                                            GArray             *ret_sends);
QuoTime           quo_index_typical_flight (QuoIndex           *self);
QuoTime           quo_index_longest_wait   (QuoIndex           *self);
const guint32    *quo_index_marks          (QuoIndex           *self,
                                            QuoEventKind        kind,
                                            guint              *ret_n);
guint             quo_index_marks_until    (QuoIndex           *self,
                                            QuoEventKind        kind,
                                            QuoTime             time);
const QuoSpan    *quo_index_spans          (QuoIndex           *self,
                                            guint               node,
                                            guint32             n_events,
                                            guint              *ret_n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoIndex, quo_index_free)

G_END_DECLS
