/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "crdt/dotted.h"

G_BEGIN_DECLS

/* What becomes of an element that is added here and removed there at once. */
typedef enum
{
  QUO_SET_ADD_WINS,   /* observed-remove set */
  QUO_SET_REMOVE_WINS
} QuoSetKind;

/* A set is a store whose values are elements, each under the dots of its latest
 * updates. */
gboolean  quo_set_add      (QuoDotStore       *self,
                            guint              replica,
                            gint64             element,
                            QuoDotStore       *ret_delta);
gboolean  quo_set_remove   (QuoDotStore       *self,
                            QuoSetKind         kind,
                            guint              replica,
                            gint64             element,
                            QuoDotStore       *ret_delta);
gboolean  quo_set_contains (const QuoDotStore *self,
                            gint64             element);
GArray   *quo_set_elements (const QuoDotStore *self);

G_END_DECLS
