/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "widget/diagram-view.h"

G_BEGIN_DECLS

struct _QuoDiagramView
{
  GtkWidget parent_instance;

  QuoDocument *document;
  const QuoDiagramClass *klass;
  QuoDiagram *diagram;   /* of the document's run; NULL without one */
  QuoMetrics *metrics;
  QuoScene *scene;
  QuoView view;
  QuoThemeKind theme;

  gboolean is_scene_good;
  GskRenderNode *still;  /* the still layer as last painted; NULL: not good */
  gboolean is_fitted;    /* follows the window's size until a person zooms */

  GtkAdjustment *adjustments[2]; /* by GtkOrientation */
  GtkScrollablePolicy policies[2];
  gboolean is_adjusting;

  GtkWidget *menu;       /* popover, while one is open */
  guint64 dragged;       /* thing under the pointer that is held */
  gboolean has_moved;
  gboolean is_panning;
  gboolean is_lassoing;
  graphene_rect_t lasso; /* while one is drawn */
  double drag_dx;        /* from the pointer to the thing's centre */
  double drag_dy;
  double drag_to_x;      /* what a scenario would store, 0 to 1 */
  double drag_to_y;
  double pan_x;          /* where the view stood when the pan began */
  double pan_y;
  double pointer_x;
  double pointer_y;
};

void     quo_diagram_view_add_input     (QuoDiagramView      *self);
void     quo_diagram_view_ensure_scene  (QuoDiagramView      *self);
void     quo_diagram_view_invalidate    (QuoDiagramView      *self,
                                         gboolean             still_too);
void     quo_diagram_view_scroll_to     (QuoDiagramView      *self,
                                         double               x,
                                         double               y);
void     quo_diagram_view_zoom_at       (QuoDiagramView      *self,
                                         double               factor,
                                         double               x,
                                         double               y);
gboolean quo_diagram_view_is_map        (QuoDiagramView      *self);
guint64  quo_diagram_view_hit           (QuoDiagramView      *self,
                                         double               x,
                                         double               y);

G_END_DECLS
