/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Asks for a protocol and a number of nodes, and makes a scenario of them. */

#include "document/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_NEW_DIALOG (quo_new_dialog_get_type ())
G_DECLARE_FINAL_TYPE (QuoNewDialog, quo_new_dialog, QUO, NEW_DIALOG, GtkWindow)

QuoNewDialog *quo_new_dialog_present (GtkWindow    *parent,
                                      QuoDocument  *document);
void          quo_new_dialog_create  (QuoNewDialog *self);

G_END_DECLS
