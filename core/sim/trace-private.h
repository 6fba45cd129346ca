/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim/trace.h"

G_BEGIN_DECLS

/* Events of a segment: a power of two. */
#define QUO_SEGMENT_BITS   16
#define QUO_SEGMENT_EVENTS (1u << QUO_SEGMENT_BITS)
#define QUO_SEGMENT_MASK   (QUO_SEGMENT_EVENTS - 1)
/* Columns of one event. */
#define QUO_SEGMENT_COLUMN_BYTES (sizeof (QuoTime) + 4 * sizeof (guint32) + 1)

/* The columns lie in one block, in this order. Behind them the payload begins, on
 * the same large page; where it needs more room than was foreseen it moves to memory
 * of its own. */
typedef struct
{
  QuoTime *times;
  guint32 *nodes;
  guint32 *causes;
  guint32 *peers;
  guint32 *offsets;
  guint8  *kinds;
  guint8  *payload;
  gsize    payload_length;
  gsize    payload_capacity;
  gboolean is_payload_inside;
} QuoSegment;

/* How a field's changes are written. */
typedef struct
{
  guint8 n_columns;
  guint8 times; /* bit mask: columns kept relative to the event's time */
} QuoFieldLayout;

struct _QuoTrace
{
  gatomicrefcount       ref_count;
  const QuoDeclaration *declaration;
  QuoNames             *names;
  guint                 n_nodes;
  guint                 n_clients;
  char                 *prefix;
  char                **labels;

  QuoSegment          **segments;
  guint                 n_segments;
  guint                 segments_capacity;
  QuoSegment           *last;
  QuoSegment           *next; /* being made ready; NULL in short runs */
  guint32               length;
  QuoTime               end;
  gsize                 closed_bytes;

  QuoFieldLayout        fields[QUO_MAX_FIELDS + 1];
  guint8                n_message_fields[256];
  guint8                n_row_columns[256];
  guint8                n_note_fields[256];
  guint8                n_command_fields[256];
  GArray               *rows;
};

/* segment.c */
QuoSegment *quo_segment_new     (const QuoSegment *before);
void        quo_segment_free    (QuoSegment       *self);
void        quo_segment_prepare (QuoSegment       *self);

static inline QuoSegment *
quo_trace_segment (const QuoTrace *self,
                   guint32         event)
{
  return self->segments[event >> QUO_SEGMENT_BITS];
}

static inline gint64
quo_unzigzag (guint64 bits)
{
  return (gint64) (bits >> 1) ^ -(gint64) (bits & 1);
}

static inline gint64
quo_read_varint (const guint8 **next)
{
  const guint8 *p = *next;
  guint64 bits = *p & 0x7f;

  for (guint shift = 7; *p++ & 0x80; shift += 7)
    bits |= (guint64) (*p & 0x7f) << shift;
  *next = p;

  return quo_unzigzag (bits);
}

static inline void
quo_skip_varints (const guint8 **next,
                  guint          n)
{
  const guint8 *p = *next;

  while (n > 0)
    n -= (*p++ & 0x80) == 0;
  *next = p;
}

/* The end of an event's payload: where the next event's begins. */
static inline const guint8 *
quo_segment_end (const QuoTrace   *self,
                 const QuoSegment *segment,
                 guint32           event)
{
  guint32 next = event + 1;

  if ((next & QUO_SEGMENT_MASK) == 0 || next == self->length)
    return segment->payload + segment->payload_length;

  return segment->payload + segment->offsets[next & QUO_SEGMENT_MASK];
}

G_END_DECLS
