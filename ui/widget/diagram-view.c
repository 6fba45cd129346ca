/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/diagram-view.h"

#include "scene/painter.h"
#include "widget/diagram-view-private.h"
#include "widget/tone.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A still layer is drawn at most this large, px a side; a window is smaller. */
#define STILL_MAX 16384
/* What runs along time is not made smaller than this to fit. */
#define LEGIBLE 0.6
/* A tip stands beside a thing no larger than this, px, and else at the pointer. */
#define TIP_BOX 120
/* A node this wide shows its texts, px. */
#define READABLE 48

enum
{
  PROP_DOCUMENT = 1,
  PROP_DIAGRAM,
  PROP_ZOOM,
  N_PROPS,
  PROP_HADJUSTMENT = N_PROPS,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE_WITH_CODE (QuoDiagramView,
                               quo_diagram_view,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE,
                                                      NULL))

/* A map is looked at as a whole; the other diagrams run along time. */
gboolean
quo_diagram_view_is_map (QuoDiagramView *self)
{
  return self->klass != NULL && self->klass->follow == NULL;
}

void
quo_diagram_view_invalidate (QuoDiagramView *self, gboolean still_too)
{
  self->is_scene_good = FALSE;
  if (still_too)
    g_clear_pointer (&self->still, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
quo_diagram_view_ensure_scene (QuoDiagramView *self)
{
  if (self->is_scene_good)
    return;

  quo_scene_clear (self->scene);
  quo_scene_set_size (self->scene, self->view.width, self->view.height);
  if (self->diagram != NULL && self->view.width > 0 && self->view.height > 0)
    quo_diagram_draw (self->diagram, &self->view, self->scene);
  self->is_scene_good = TRUE;
}

static void
tell (QuoDiagramView *self)
{
  const char *title = self->klass != NULL
                        ? g_dgettext (GETTEXT_PACKAGE, self->klass->title)
                        : _ ("Diagram");
  g_autofree char *label = NULL;
  const char *selected = NULL;

  if (self->view.selected != 0)
    {
      quo_diagram_view_ensure_scene (self);
      selected = quo_scene_get_id_label (self->scene, self->view.selected);
    }
  /* TRANSLATORS: what a screen reader says of a diagram; %1$s is its name, %2$s
   * what is selected in it. */
  label = selected != NULL ? g_strdup_printf (_ ("%1$s: %2$s"), title, selected)
                           : g_strdup (title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  self->klass != NULL
                                      && self->klass->summary != NULL
                                    ? g_dgettext (GETTEXT_PACKAGE,
                                                  self->klass->summary)
                                    : "",
                                  -1);
}

static void
get_extent (QuoDiagramView *self, double *ret_width, double *ret_height)
{
  *ret_width = self->view.width;
  *ret_height = self->view.height;
  if (self->diagram != NULL)
    quo_diagram_extent (self->diagram, &self->view, ret_width, ret_height);
}

/* Where the view may stand along one axis. What is smaller than the window stands
 * in its middle on a map, and at its start otherwise. */
static double
held (double position, double extent, double size, gboolean is_centered)
{
  if (extent > size)
    return CLAMP (position, 0, extent - size);
  return is_centered ? (extent - size) / 2 : 0;
}

static void
configure (QuoDiagramView *self, double x, double y)
{
  gboolean is_map = quo_diagram_view_is_map (self);
  double width = 0, height = 0;

  if (self->view.width <= 0 || self->view.height <= 0)
    return;

  get_extent (self, &width, &height);
  x = held (x, width, self->view.width, is_map);
  y = held (y, height, self->view.height, is_map);
  if (x != self->view.x || y != self->view.y)
    quo_diagram_view_invalidate (self, TRUE);
  self->view.x = x;
  self->view.y = y;

  self->is_adjusting = TRUE;
  for (guint i = 0; i < 2; i++)
    if (self->adjustments[i] != NULL)
      {
        double size = i == 0 ? self->view.width : self->view.height;
        double extent = i == 0 ? width : height;

        gtk_adjustment_configure (self->adjustments[i], MAX (i == 0 ? x : y, 0),
                                  0, MAX (extent, size), 40, size * 0.9, size);
      }
  self->is_adjusting = FALSE;
}

void
quo_diagram_view_scroll_to (QuoDiagramView *self, double x, double y)
{
  configure (self, x, y);
}

static void
set_zoom (QuoDiagramView *self, double zoom)
{
  zoom = CLAMP (zoom, QUO_ZOOM_MIN, QUO_ZOOM_MAX);
  if (zoom == self->view.zoom)
    return;
  self->view.zoom = zoom;
  quo_diagram_view_invalidate (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
}

void
quo_diagram_view_zoom_at (QuoDiagramView *self,
                          double factor,
                          double x,
                          double y)
{
  double before = self->view.zoom;

  self->is_fitted = FALSE;
  set_zoom (self, before * factor);
  factor = self->view.zoom / before;
  configure (self, (self->view.x + x) * factor - x,
             (self->view.y + y) * factor - y);
}

static void
fit (QuoDiagramView *self)
{
  QuoView natural = self->view;
  double width = 0, height = 0;

  if (self->diagram == NULL || self->view.width <= 0 || self->view.height <= 0)
    return;

  natural.zoom = 1;
  quo_diagram_extent (self->diagram, &natural, &width, &height);
  if (width <= 0 || height <= 0)
    return;
  if (quo_diagram_view_is_map (self))
    set_zoom (self, MIN (self->view.width / width, self->view.height / height));
  else
    /* Across time everything should be in sight, as far as it can be read. */
    set_zoom (self, CLAMP (height > width ? self->view.width / width
                                          : self->view.height / height,
                           LEGIBLE, 1));
  configure (self, self->view.x, self->view.y);
}

static void
follow (QuoDiagramView *self)
{
  QuoView wanted = self->view;

  if (self->diagram == NULL || quo_diagram_view_is_map (self)
      || self->view.width <= 0 || !quo_diagram_follow (self->diagram, &wanted))
    return;
  configure (self, wanted.x, wanted.y);
}

static void
make_diagram (QuoDiagramView *self)
{
  QuoRun *run
    = self->document != NULL ? quo_document_run (self->document) : NULL;

  g_clear_pointer (&self->diagram, quo_diagram_free);
  /* The pane chooses another view when the document that is opened has nothing
   * for this one; until then there is nothing to show. */
  if (run != NULL && self->klass != NULL && self->klass->is_offered (run))
    self->diagram = quo_diagram_new (self->klass, run, self->metrics);
  self->view.hovered = 0;
  self->dragged = 0;
  quo_diagram_view_invalidate (self, TRUE);
  if (self->is_fitted)
    fit (self);
  configure (self, self->view.x, self->view.y);
  follow (self);
  tell (self);
}

static void
on_run (QuoDiagramView *self)
{
  make_diagram (self);
}

static void
on_run_extended (QuoDiagramView *self)
{
  if (self->diagram == NULL)
    return;
  quo_diagram_extended (self->diagram);
  quo_diagram_view_invalidate (self, TRUE);
  configure (self, self->view.x, self->view.y);
}

static void
on_time (QuoDiagramView *self)
{
  self->view.time = quo_document_time (self->document);
  quo_diagram_view_invalidate (self, FALSE);
  follow (self);
}

static void
on_selection (QuoDiagramView *self)
{
  self->view.selected = quo_document_selection (self->document);
  self->view.selected_second = quo_document_second_selection (self->document);
  /* What does not move may be lit: the past of the selected event is. */
  quo_diagram_view_invalidate (self, TRUE);
  tell (self);
}

static void
on_scale (QuoDiagramView *self)
{
  quo_diagram_view_invalidate (self, TRUE);
}

static void
on_adjusted (QuoDiagramView *self)
{
  if (self->is_adjusting || self->adjustments[0] == NULL
      || self->adjustments[1] == NULL)
    return;
  configure (self, gtk_adjustment_get_value (self->adjustments[0]),
             gtk_adjustment_get_value (self->adjustments[1]));
}

static void
set_adjustment (QuoDiagramView *self, guint axis, GtkAdjustment *adjustment)
{
  if (self->adjustments[axis] != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->adjustments[axis],
                                            on_adjusted, self);
      g_clear_object (&self->adjustments[axis]);
    }
  if (adjustment == NULL)
    return;
  self->adjustments[axis] = g_object_ref_sink (adjustment);
  g_signal_connect_swapped (adjustment, "value-changed",
                            G_CALLBACK (on_adjusted), self);
  configure (self, self->view.x, self->view.y);
}

/* A texture stays on the graphics card. Where cairo draws, a texture's pixels are
 * converted to floats and back in every frame (GTK 4.8), an image's are copied. */
static GskRenderNode *
make_still_node (QuoDiagramView *self, cairo_surface_t *surface)
{
  graphene_rect_t bounds
    = GRAPHENE_RECT_INIT (0, 0, self->view.width, self->view.height);
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  gsize stride = cairo_image_surface_get_stride (surface);

  if (native != NULL
      && GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (native)))
    {
      GskRenderNode *node = gsk_cairo_node_new (&bounds);
      cairo_t *cr = gsk_cairo_node_get_draw_context (node);

      cairo_scale (cr, self->view.width / width, self->view.height / height);
      cairo_set_source_surface (cr, surface, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
      cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
      cairo_paint (cr);
      cairo_destroy (cr);
      return node;
    }

  g_autoptr (GBytes) bytes
    = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface),
                                  stride * height,
                                  (GDestroyNotify) cairo_surface_destroy,
                                  cairo_surface_reference (surface));
  g_autoptr (GdkTexture) texture
    = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);

  return gsk_texture_node_new (texture, &bounds);
}

static void
paint_still (QuoDiagramView *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int width = CLAMP ((int) ceil (self->view.width) * scale, 1, STILL_MAX);
  int height = CLAMP ((int) ceil (self->view.height) * scale, 1, STILL_MAX);
  const QuoTheme *theme = quo_theme_get (self->theme);
  QuoColor ground = quo_theme_get_rule (theme, QUO_STYLE_BACKGROUND)->wash;
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, scale, scale);
  cairo_set_source_rgb (cr, ground.red, ground.green, ground.blue);
  cairo_paint (cr);
  quo_painter_paint (self->scene, cr, theme, QUO_LAYERS_STILL, NULL);
  cairo_destroy (cr);
  cairo_surface_flush (surface);

  self->still = make_still_node (self, surface);
  cairo_surface_destroy (surface);
}

static void
quo_diagram_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuoDiagramView *self = QUO_DIAGRAM_VIEW (widget);
  graphene_rect_t bounds
    = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget),
                          gtk_widget_get_height (widget));

  if (self->view.width <= 0 || self->view.height <= 0)
    return;

  quo_diagram_view_ensure_scene (self);
  if (self->still == NULL)
    paint_still (self);
  gtk_snapshot_append_node (snapshot, self->still);

  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);

  quo_painter_paint (self->scene, cr, quo_theme_get (self->theme),
                     QUO_LAYERS_MOVING | QUO_LAYERS_OVERLAY, NULL);
  cairo_destroy (cr);

  if (self->is_lassoing && self->has_moved)
    {
      GdkRGBA color = quo_theme_rgba (self->theme, QUO_STYLE_SELECTION, 0);
      const float widths[4] = { 1, 1, 1, 1 };
      const GdkRGBA edges[4] = { color, color, color, color };
      GskRoundedRect outline;

      gsk_rounded_rect_init_from_rect (&outline, &self->lasso, 3);
      gtk_snapshot_append_border (snapshot, &outline, widths, edges);
      color.alpha *= 0.12f;
      gtk_snapshot_append_color (snapshot, &color, &self->lasso);
    }
  if (gtk_widget_has_visible_focus (widget))
    gtk_snapshot_render_focus (snapshot, gtk_widget_get_style_context (widget),
                               0, 0, bounds.size.width, bounds.size.height);
}

static void
quo_diagram_view_size_allocate (GtkWidget *widget,
                                int width,
                                int height,
                                int baseline)
{
  QuoDiagramView *self = QUO_DIAGRAM_VIEW (widget);

  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
  if (width == self->view.width && height == self->view.height)
    return;

  gboolean is_first = self->view.width <= 0;

  self->view.width = width;
  self->view.height = height;
  quo_diagram_view_invalidate (self, TRUE);
  if (self->is_fitted)
    fit (self);
  configure (self, self->view.x, self->view.y);
  if (is_first)
    follow (self);
}

static void
quo_diagram_view_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  *minimum = 120;
  *natural = 400;
}

static gboolean
quo_diagram_view_query_tooltip (GtkWidget *widget,
                                int x,
                                int y,
                                gboolean is_keyboard,
                                GtkTooltip *tooltip)
{
  QuoDiagramView *self = QUO_DIAGRAM_VIEW (widget);
  guint64 thing
    = is_keyboard ? self->view.selected : quo_diagram_view_hit (self, x, y);
  const char *label = NULL;
  QuoBox box = { 0 };

  /* A tip over an open menu would hide what is to be chosen. */
  if (thing == 0 || self->menu != NULL)
    return FALSE;
  label = quo_scene_get_id_label (self->scene, thing);
  if (label == NULL || *label == '\0')
    return FALSE;

  /* A node that is large enough to be read needs no tip that covers it. */
  quo_scene_get_id_bounds (self->scene, thing, &box);
  if (!is_keyboard && quo_diagram_view_is_map (self)
      && quo_thing_kind (thing) == QUO_THING_PARTICIPANT
      && box.width >= READABLE)
    return FALSE;
  gtk_tooltip_set_text (tooltip, label);
  /* Beside what it is about, unless that is far larger than the pointer. */
  if (!is_keyboard && (box.width > TIP_BOX || box.height > TIP_BOX))
    box = (QuoBox){ x - 4, y - 4, 8, 8 };
  gtk_tooltip_set_tip_area (tooltip, &(GdkRectangle){ box.x, box.y, box.width,
                                                      box.height });
  return TRUE;
}

static void
quo_diagram_view_get_property (GObject *object,
                               guint id,
                               GValue *value,
                               GParamSpec *pspec)
{
  QuoDiagramView *self = QUO_DIAGRAM_VIEW (object);

  switch (id)
    {
    case PROP_DOCUMENT:
      g_value_set_object (value, self->document);
      break;
    case PROP_DIAGRAM:
      g_value_set_string (value, self->klass != NULL ? self->klass->id : NULL);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->view.zoom);
      break;
    case PROP_HADJUSTMENT:
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->adjustments[id - PROP_HADJUSTMENT]);
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->policies[id - PROP_HSCROLL_POLICY]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quo_diagram_view_set_property (GObject *object,
                               guint id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  QuoDiagramView *self = QUO_DIAGRAM_VIEW (object);

  switch (id)
    {
    case PROP_DOCUMENT:
      quo_diagram_view_set_document (self, g_value_get_object (value));
      break;
    case PROP_DIAGRAM:
      quo_diagram_view_set_diagram (self, g_value_get_string (value));
      break;
    case PROP_ZOOM:
      quo_diagram_view_zoom_by (self,
                                g_value_get_double (value) / self->view.zoom);
      break;
    case PROP_HADJUSTMENT:
    case PROP_VADJUSTMENT:
      set_adjustment (self, id - PROP_HADJUSTMENT, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      self->policies[id - PROP_HSCROLL_POLICY] = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quo_diagram_view_dispose (GObject *object)
{
  QuoDiagramView *self = QUO_DIAGRAM_VIEW (object);

  quo_diagram_view_set_document (self, NULL);
  set_adjustment (self, 0, NULL);
  set_adjustment (self, 1, NULL);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->diagram, quo_diagram_free);
  g_clear_pointer (&self->scene, quo_scene_unref);
  g_clear_pointer (&self->metrics, quo_metrics_unref);
  g_clear_pointer (&self->still, gsk_render_node_unref);

  G_OBJECT_CLASS (quo_diagram_view_parent_class)->dispose (object);
}

static void
quo_diagram_view_class_init (QuoDiagramViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags
    = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = quo_diagram_view_dispose;
  object_class->get_property = quo_diagram_view_get_property;
  object_class->set_property = quo_diagram_view_set_property;
  widget_class->snapshot = quo_diagram_view_snapshot;
  widget_class->size_allocate = quo_diagram_view_size_allocate;
  widget_class->measure = quo_diagram_view_measure;
  widget_class->query_tooltip = quo_diagram_view_query_tooltip;

  props[PROP_DOCUMENT]
    = g_param_spec_object ("document", NULL, NULL, QUO_TYPE_DOCUMENT, flags);
  props[PROP_DIAGRAM]
    = g_param_spec_string ("diagram", NULL, NULL, NULL, flags);
  props[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, QUO_ZOOM_MIN,
                                          QUO_ZOOM_MAX, 1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT,
                                    "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT,
                                    "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY,
                                    "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY,
                                    "vscroll-policy");

  gtk_widget_class_set_css_name (widget_class, "diagram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
quo_diagram_view_init (QuoDiagramView *self)
{
  self->metrics = quo_metrics_new (NULL);
  self->scene = quo_scene_new (self->metrics);
  self->view.zoom = 1;
  self->view.is_to_scale = TRUE;
  self->is_fitted = TRUE;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (on_scale), NULL);
  quo_diagram_view_add_input (self);
  tell (self);
}

/**
 * quo_diagram_view_new:
 *
 * Returns: (transfer floating): a view of no document and no diagram
 */
GtkWidget *
quo_diagram_view_new (void)
{
  return g_object_new (QUO_TYPE_DIAGRAM_VIEW, NULL);
}

/**
 * quo_diagram_view_set_document:
 * @document: (nullable): whose run is shown
 */
void
quo_diagram_view_set_document (QuoDiagramView *self, QuoDocument *document)
{
  g_return_if_fail (QUO_IS_DIAGRAM_VIEW (self));

  if (self->document == document)
    return;
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  if (document == NULL)
    return;

  g_signal_connect_swapped (document, "notify::run", G_CALLBACK (on_run), self);
  g_signal_connect_swapped (document, "run-extended",
                            G_CALLBACK (on_run_extended), self);
  g_signal_connect_swapped (document, "notify::time", G_CALLBACK (on_time),
                            self);
  g_signal_connect_swapped (document, "notify::selection",
                            G_CALLBACK (on_selection), self);
  g_signal_connect_swapped (document, "notify::second-selection",
                            G_CALLBACK (on_selection), self);
  make_diagram (self);
  on_selection (self);
  on_time (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DOCUMENT]);
}

/**
 * quo_diagram_view_set_diagram:
 * @id: a diagram's id; one that does not exist is left out
 */
void
quo_diagram_view_set_diagram (QuoDiagramView *self, const char *id)
{
  g_return_if_fail (QUO_IS_DIAGRAM_VIEW (self));

  const QuoDiagramClass *klass
    = id != NULL ? quo_diagram_class_find (id) : NULL;

  if (klass == NULL || klass == self->klass)
    return;
  self->klass = klass;
  self->is_fitted = TRUE;
  self->view.x = 0;
  self->view.y = 0;
  make_diagram (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DIAGRAM]);
}

/**
 * quo_diagram_view_diagram_class:
 *
 * Returns: (transfer none) (nullable): which diagram is shown
 */
const QuoDiagramClass *
quo_diagram_view_diagram_class (QuoDiagramView *self)
{
  g_return_val_if_fail (QUO_IS_DIAGRAM_VIEW (self), NULL);
  return self->klass;
}

/**
 * quo_diagram_view_diagram:
 *
 * Returns: (transfer none) (nullable): the diagram; %NULL while there is no run
 */
QuoDiagram *
quo_diagram_view_diagram (QuoDiagramView *self)
{
  g_return_val_if_fail (QUO_IS_DIAGRAM_VIEW (self), NULL);
  return self->diagram;
}

/**
 * quo_diagram_view_view:
 *
 * Returns: (transfer none): what part is shown, and how
 */
const QuoView *
quo_diagram_view_view (QuoDiagramView *self)
{
  g_return_val_if_fail (QUO_IS_DIAGRAM_VIEW (self), NULL);
  return &self->view;
}

/**
 * quo_diagram_view_scene:
 *
 * Returns: (transfer none): what is drawn at present, in the widget's coordinates
 */
QuoScene *
quo_diagram_view_scene (QuoDiagramView *self)
{
  g_return_val_if_fail (QUO_IS_DIAGRAM_VIEW (self), NULL);
  quo_diagram_view_ensure_scene (self);
  return self->scene;
}

/**
 * quo_diagram_view_set_theme:
 * @theme: what to paint with
 */
void
quo_diagram_view_set_theme (QuoDiagramView *self, QuoThemeKind theme)
{
  g_return_if_fail (QUO_IS_DIAGRAM_VIEW (self));

  if (self->theme == theme)
    return;
  self->theme = theme;
  quo_diagram_view_invalidate (self, TRUE);
}

/**
 * quo_diagram_view_set_to_scale:
 * @is_to_scale: whether equal times are equal distances; else each event has a row
 */
void
quo_diagram_view_set_to_scale (QuoDiagramView *self, gboolean is_to_scale)
{
  g_return_if_fail (QUO_IS_DIAGRAM_VIEW (self));

  if (self->view.is_to_scale == is_to_scale)
    return;
  self->view.is_to_scale = is_to_scale;
  quo_diagram_view_invalidate (self, TRUE);
  configure (self, self->view.x, self->view.y);
  follow (self);
}

/**
 * quo_diagram_view_zoom_by:
 * @factor: above 1 to see more closely; about the middle of what is shown
 */
void
quo_diagram_view_zoom_by (QuoDiagramView *self, double factor)
{
  g_return_if_fail (QUO_IS_DIAGRAM_VIEW (self));
  quo_diagram_view_zoom_at (self, factor, self->view.width / 2,
                            self->view.height / 2);
}

/**
 * quo_diagram_view_fit:
 *
 * Shows a map as a whole, and anything else at its natural size.
 */
void
quo_diagram_view_fit (QuoDiagramView *self)
{
  g_return_if_fail (QUO_IS_DIAGRAM_VIEW (self));
  self->is_fitted = TRUE;
  fit (self);
  follow (self);
}
