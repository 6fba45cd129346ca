/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Fills in an action of the script: a new one, or one that is there. */

#include "document/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_ACTION_DIALOG (quo_action_dialog_get_type ())
G_DECLARE_FINAL_TYPE (QuoActionDialog, quo_action_dialog, QUO, ACTION_DIALOG, GtkWindow)

QuoActionDialog *quo_action_dialog_present (GtkWindow       *parent,
                                            QuoDocument     *document,
                                            JsonObject      *action,
                                            int              nth);
void             quo_action_dialog_set     (QuoActionDialog *self,
                                            const char      *key,
                                            const char      *text);
gboolean         quo_action_dialog_apply   (QuoActionDialog *self);

G_END_DECLS
