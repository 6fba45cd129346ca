/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "clock/order.h"

G_BEGIN_DECLS

/* A value: entry i counts the events of node i; an entry beyond n_entries is
 * 0. All zero bytes is the empty clock. */
typedef struct
{
  gint64 *entries;
  guint   n_entries;
} QuoVectorClock;

#define QUO_VECTOR_CLOCK_INIT      { NULL, 0 }
#define QUO_VECTOR_CLOCK_NODES_MAX (1u << 20)

void      quo_vector_clock_init    (QuoVectorClock       *self);
void      quo_vector_clock_clear   (QuoVectorClock       *self);
void      quo_vector_clock_copy    (QuoVectorClock       *self,
                                    const QuoVectorClock *other);
gint64    quo_vector_clock_get     (const QuoVectorClock *self,
                                    guint                 node_index);
void      quo_vector_clock_set     (QuoVectorClock       *self,
                                    guint                 node_index,
                                    gint64                count);
gint64    quo_vector_clock_tick    (QuoVectorClock       *self,
                                    guint                 node_index);
void      quo_vector_clock_merge   (QuoVectorClock       *self,
                                    const QuoVectorClock *other);
QuoOrder  quo_vector_clock_compare (const QuoVectorClock *a,
                                    const QuoVectorClock *b);
gboolean  quo_vector_clock_covers  (const QuoVectorClock *self,
                                    guint                 node_index,
                                    gint64                count);
char     *quo_vector_clock_format  (const QuoVectorClock *self,
                                    const char * const   *names,
                                    guint                 n_names);

QuoOrder  quo_vector_compare       (const gint64         *a,
                                    const gint64         *b,
                                    guint                 n);
void      quo_vector_merge         (gint64               *a,
                                    const gint64         *b,
                                    guint                 n);
char     *quo_vector_format        (const gint64         *a,
                                    guint                 n,
                                    const char * const   *names,
                                    guint                 n_names);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuoVectorClock, quo_vector_clock_clear)

G_END_DECLS
