/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is selected, as it is at the time shown, and what can be done to it. */

#include "document/document.h"
#include "scene/theme.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_INSPECTOR (quo_inspector_get_type ())
G_DECLARE_FINAL_TYPE (QuoInspector, quo_inspector, QUO, INSPECTOR, GtkWidget)

GtkWidget *quo_inspector_new          (void);
void       quo_inspector_set_document (QuoInspector *self,
                                       QuoDocument  *document);
void       quo_inspector_set_theme    (QuoInspector *self,
                                       QuoThemeKind  theme);

G_END_DECLS
