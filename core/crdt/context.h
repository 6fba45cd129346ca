/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "clock/version.h"

G_BEGIN_DECLS

/* Which updates of a replicated object were seen. Unlike a version vector it may
 * have gaps, as a delta has, and a replica's id may be any number: one that lost
 * its state takes a new one. */
typedef struct _QuoDotContext QuoDotContext;

QuoDotContext *quo_dot_context_new      (void);
QuoDotContext *quo_dot_context_copy     (const QuoDotContext *self);
void           quo_dot_context_free     (QuoDotContext       *self);
void           quo_dot_context_add      (QuoDotContext       *self,
                                         QuoDot               dot);
void           quo_dot_context_add_upto (QuoDotContext       *self,
                                         QuoDot               dot);
gboolean       quo_dot_context_merge    (QuoDotContext       *self,
                                         const QuoDotContext *other);
gboolean       quo_dot_context_covers   (const QuoDotContext *self,
                                         QuoDot               dot);
gboolean       quo_dot_context_equal    (const QuoDotContext *a,
                                         const QuoDotContext *b);
QuoDot         quo_dot_context_next     (const QuoDotContext *self,
                                         guint                replica);

/* To look through it: whole prefixes first, then single updates. */
guint          quo_dot_context_n_upto   (const QuoDotContext *self);
QuoDot         quo_dot_context_upto     (const QuoDotContext *self,
                                         guint                index);
guint          quo_dot_context_n_dots   (const QuoDotContext *self);
QuoDot         quo_dot_context_dot      (const QuoDotContext *self,
                                         guint                index);

int            quo_dot_compare          (QuoDot               a,
                                         QuoDot               b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoDotContext, quo_dot_context_free)

G_END_DECLS
