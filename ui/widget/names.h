/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Accessible names that GTK does not make by itself. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

void quo_name_controls (GtkWidget  *root);
void quo_set_name      (GtkWidget  *widget,
                        const char *name);

G_END_DECLS
