/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What one replica added and took away, all together. */
typedef struct
{
  guint  replica;
  gint64 up;
  gint64 down;
} QuoCount;

/* A positive-negative counter; one that is never subtracted from is a grow-only
 * counter. */
typedef struct _QuoCounter QuoCounter;

QuoCounter     *quo_counter_new      (void);
QuoCounter     *quo_counter_copy     (const QuoCounter *self);
void            quo_counter_free     (QuoCounter       *self);
gboolean        quo_counter_add      (QuoCounter       *self,
                                      guint             replica,
                                      gint64            amount,
                                      QuoCounter       *ret_delta);
gboolean        quo_counter_subtract (QuoCounter       *self,
                                      guint             replica,
                                      gint64            amount,
                                      QuoCounter       *ret_delta);
gboolean        quo_counter_merge    (QuoCounter       *self,
                                      const QuoCounter *other);
void            quo_counter_set      (QuoCounter       *self,
                                      const QuoCount   *count);
gint64          quo_counter_value    (const QuoCounter *self);
gboolean        quo_counter_equal    (const QuoCounter *a,
                                      const QuoCounter *b);
guint           quo_counter_n        (const QuoCounter *self);
const QuoCount *quo_counter_nth      (const QuoCounter *self,
                                      guint             index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoCounter, quo_counter_free)

G_END_DECLS
