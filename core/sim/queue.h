/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What is to happen, in order of time and, at one time, in order of arrival.
 *
 * A radix heap: times only go forward, so an item needs to be moved no more often
 * than its time has bits that differ from the present. Ties keep their order by
 * construction, since items only move to empty buckets and are moved in order.
 * Source: Ahuja, Mehlhorn, Orlin, Tarjan 1990, section 2.
 */

#include "base/time.h"

G_BEGIN_DECLS

typedef struct
{
  QuoTime time;
  guint32 ref;  /* what it is about: an event, a node, a slot */
  guint32 what; /* kind and detail */
} QuoItem;

typedef struct _QuoQueue QuoQueue;

/* Told of an item some pops before it comes, perhaps more than once: time to
 * fetch what it is about from far memory. */
typedef void (*QuoAheadFunc) (const QuoItem *item,
                              gpointer       user_data);

QuoQueue *quo_queue_new    (void);
void      quo_queue_set_ahead (QuoQueue    *self,
                               QuoAheadFunc func,
                               gpointer     user_data);
void      quo_queue_free   (QuoQueue       *self);
void      quo_queue_push   (QuoQueue       *self,
                            QuoTime         time,
                            guint32         ref,
                            guint32         what);
gboolean  quo_queue_pop    (QuoQueue       *self,
                            QuoTime         until,
                            QuoItem        *ret_item);
guint64   quo_queue_length (const QuoQueue *self);
gsize     quo_queue_bytes  (const QuoQueue *self);
/* In no order. */
void      quo_queue_each   (const QuoQueue *self,
                            void          (*func) (const QuoItem *item,
                                                   gpointer       user_data),
                            gpointer        user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoQueue, quo_queue_free)

G_END_DECLS
