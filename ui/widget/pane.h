/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A diagram with the head from which it is chosen and zoomed. */

#include "widget/diagram-view.h"

G_BEGIN_DECLS

#define QUO_TYPE_PANE (quo_pane_get_type ())
G_DECLARE_FINAL_TYPE (QuoPane, quo_pane, QUO, PANE, GtkWidget)

/* Property, with notify: "view" (string, a diagram's id). */

GtkWidget      *quo_pane_new          (void);
void            quo_pane_set_document (QuoPane      *self,
                                       QuoDocument  *document);
void            quo_pane_set_theme    (QuoPane      *self,
                                       QuoThemeKind  theme);
void            quo_pane_set_view     (QuoPane      *self,
                                       const char   *id);
const char     *quo_pane_view         (QuoPane      *self);
void            quo_pane_set_side     (QuoPane      *self,
                                       const char   *side);
QuoDiagramView *quo_pane_diagram_view (QuoPane      *self);

G_END_DECLS
