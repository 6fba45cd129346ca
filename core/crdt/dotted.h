/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "crdt/context.h"

G_BEGIN_DECLS

typedef struct
{
  QuoDot   dot;
  gint64   value;     /* the caller's: a number or the id of a name */
  gboolean is_remove; /* of a remove-wins set: removes instead of adding */
} QuoDotted;

#define QUO_DOTS_MAX 4096

/* Values under the dots of the updates that brought them, and a context that says
 * which updates were seen. What is in the context and has no value was replaced. A
 * multi-value register, an add-wins set and a remove-wins set are all this; they
 * differ in which values an update replaces. A delta is one too. */
typedef struct _QuoDotStore QuoDotStore;

QuoDotStore         *quo_dot_store_new     (void);
QuoDotStore         *quo_dot_store_copy    (const QuoDotStore   *self);
void                 quo_dot_store_free    (QuoDotStore         *self);
gboolean             quo_dot_store_put     (QuoDotStore         *self,
                                            const QuoDotted     *entry);
void                 quo_dot_store_drop    (QuoDotStore         *self,
                                            guint                index);
void                 quo_dot_store_see     (QuoDotStore         *self,
                                            const QuoDotContext *seen);
gboolean             quo_dot_store_merge   (QuoDotStore         *self,
                                            const QuoDotStore   *other,
                                            gboolean            *ret_changed);
gboolean             quo_dot_store_equal   (const QuoDotStore   *a,
                                            const QuoDotStore   *b);
guint                quo_dot_store_n       (const QuoDotStore   *self);
const QuoDotted     *quo_dot_store_nth     (const QuoDotStore   *self,
                                            guint                index);
QuoDotContext       *quo_dot_store_context (QuoDotStore         *self);
const QuoDotContext *quo_dot_store_seen    (const QuoDotStore   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoDotStore, quo_dot_store_free)

G_END_DECLS
