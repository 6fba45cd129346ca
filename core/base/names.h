/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuoNames QuoNames;

/* Names in one table, the empty one included. */
#define QUO_NAMES_MAX (1u << 27)

QuoNames   *quo_names_new            (void);
QuoNames   *quo_names_new_with_limit (guint32         n_names_max);
QuoNames   *quo_names_ref            (QuoNames       *self);
void        quo_names_unref          (QuoNames       *self);
guint32     quo_names_intern         (QuoNames       *self,
                                      const char     *name);
guint32     quo_names_lookup         (const QuoNames *self,
                                      const char     *name);
const char *quo_names_get            (const QuoNames *self,
                                      guint32         id);
guint32     quo_names_get_n          (const QuoNames *self);
gboolean    quo_names_is_full        (const QuoNames *self);
guint32     quo_names_get_n_left     (const QuoNames *self);
gsize       quo_names_bytes          (const QuoNames *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoNames, quo_names_unref)

G_END_DECLS
