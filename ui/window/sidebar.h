/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The scenario in a column: its facts, its script, its story, what is expected. */

#include "document/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_SIDEBAR (quo_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (QuoSidebar, quo_sidebar, QUO, SIDEBAR, GtkWidget)

/* Activates "win.seek", "win.select", "win.ask", "win.edit-action" and
 * "win.delete-action". */

GtkWidget *quo_sidebar_new          (void);
void       quo_sidebar_set_document (QuoSidebar  *self,
                                     QuoDocument *document);

G_END_DECLS
