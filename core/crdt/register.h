/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/time.h"
#include "crdt/dotted.h"

G_BEGIN_DECLS

/* When a value was written, by some clock: a wall clock has no counter, a Lamport
 * clock no time, a hybrid clock has both. All zero bytes is before every write. */
typedef struct
{
  QuoTime time;
  gint64  counter;
  guint   replica;
} QuoStamp;

/* A last-writer-wins register, a value; all zero bytes is the one never written. */
typedef struct
{
  QuoStamp stamp;
  gint64   value; /* the caller's: a number or the id of a name */
} QuoLwwRegister;

QuoStamp quo_stamp_wall         (const QuoStamp       *last,
                                 QuoTime               reading,
                                 guint                 replica);
QuoStamp quo_stamp_lamport      (const QuoStamp       *last,
                                 guint                 replica);
QuoStamp quo_stamp_hybrid       (const QuoStamp       *last,
                                 QuoTime               reading,
                                 guint                 replica);
int      quo_stamp_compare      (const QuoStamp       *a,
                                 const QuoStamp       *b);

gboolean quo_lww_register_merge (QuoLwwRegister       *self,
                                 const QuoLwwRegister *other);
gboolean quo_lww_register_equal (const QuoLwwRegister *a,
                                 const QuoLwwRegister *b);

/* A multi-value register is a store whose values are the siblings. */
gboolean quo_mv_register_write  (QuoDotStore          *self,
                                 guint                 replica,
                                 const QuoDotContext  *read,
                                 gint64                value,
                                 QuoDotStore          *ret_delta);
void     quo_mv_register_clear  (QuoDotStore          *self,
                                 const QuoDotContext  *read,
                                 QuoDotStore          *ret_delta);

G_END_DECLS
