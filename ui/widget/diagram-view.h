/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Shows a diagram of the open document, and hands on what is done to it. */

#include "diagram/diagram.h"
#include "document/document.h"
#include "scene/theme.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_ZOOM_MIN 0.05
#define QUO_ZOOM_MAX 16.0

#define QUO_TYPE_DIAGRAM_VIEW (quo_diagram_view_get_type ())
G_DECLARE_FINAL_TYPE (QuoDiagramView, quo_diagram_view, QUO, DIAGRAM_VIEW, GtkWidget)

/* Properties: "document" (QuoDocument), "diagram" (string, a diagram's id), "zoom"
 * (double), and those of GtkScrollable. What is done to a thing is sent on as the
 * actions "win.act" and "win.ask", each with an action of the script as JSON. */

GtkWidget             *quo_diagram_view_new           (void);
void                   quo_diagram_view_set_document  (QuoDiagramView        *self,
                                                       QuoDocument           *document);
void                   quo_diagram_view_set_diagram   (QuoDiagramView        *self,
                                                       const char            *id);
const QuoDiagramClass *quo_diagram_view_diagram_class (QuoDiagramView        *self);
QuoDiagram            *quo_diagram_view_diagram       (QuoDiagramView        *self);
const QuoView         *quo_diagram_view_view          (QuoDiagramView        *self);
QuoScene              *quo_diagram_view_scene         (QuoDiagramView        *self);
void                   quo_diagram_view_set_theme     (QuoDiagramView        *self,
                                                       QuoThemeKind           theme);
void                   quo_diagram_view_set_to_scale  (QuoDiagramView        *self,
                                                       gboolean               is_to_scale);
void                   quo_diagram_view_zoom_by       (QuoDiagramView        *self,
                                                       double                 factor);
void                   quo_diagram_view_fit           (QuoDiagramView        *self);
void                   quo_diagram_view_show_menu     (QuoDiagramView        *self,
                                                       guint64                thing,
                                                       double                 x,
                                                       double                 y);
GArray                *quo_diagram_view_nodes_within  (QuoDiagramView        *self,
                                                       const graphene_rect_t *area);
gboolean               quo_diagram_view_drag_to       (QuoDiagramView        *self,
                                                       guint64                thing,
                                                       double                 x,
                                                       double                 y);
void                   quo_diagram_view_drop          (QuoDiagramView        *self);

G_END_DECLS
