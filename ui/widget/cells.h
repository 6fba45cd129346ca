/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A replicated log as a row of small cards that wraps. */

#include "scene/theme.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_CELLS (quo_cells_get_type ())
G_DECLARE_FINAL_TYPE (QuoCells, quo_cells, QUO, CELLS, GtkWidget)

GtkWidget *quo_cells_new   (QuoThemeKind  theme);
void       quo_cells_clear (QuoCells     *self);
void       quo_cells_add   (QuoCells     *self,
                            const char   *key,
                            const char   *note,
                            const char   *text,
                            guint         tint,
                            gboolean      is_settled);

G_END_DECLS
