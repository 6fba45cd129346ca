/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/pane.h"

#include "widget/names.h"

#include <glib/gi18n-lib.h>

#define ZOOM_STEP 1.25
/* A run of no more events is shown with even spacing at first. */
#define FEW_EVENTS 400

struct _QuoPane
{
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkDropDown *chooser;
  GtkWidget *spacing_button;
  GtkWidget *only_button;
  GtkWidget *scroller;
  QuoDiagramView *diagram_view;

  QuoDocument *document;
  char *view;         /* what a person chose */
  GPtrArray *offered; /* of const QuoDiagramClass, as the chooser lists them */
  gboolean is_filling;
  gboolean is_fresh; /* the next run is the first of its file */
};

enum
{
  PROP_VIEW = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (QuoPane, quo_pane, GTK_TYPE_WIDGET)

static void
show_view (QuoPane *self, const char *id)
{
  const QuoDiagramClass *klass = quo_diagram_class_find (id);
  const char *summary
    = klass != NULL && klass->summary != NULL ? klass->summary : "";

  quo_diagram_view_set_diagram (self->diagram_view, id);
  /* The one diagram that has rows to space. */
  gtk_widget_set_visible (self->spacing_button, g_str_equal (id, "sequence"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->chooser),
                               *summary != '\0'
                                 ? g_dgettext (GETTEXT_PACKAGE, summary)
                                 : _ ("View"));
}

static void
on_file (QuoPane *self)
{
  /* A save names another file too, but the run stays. */
  if (quo_document_run (self->document) == NULL)
    self->is_fresh = TRUE;
}

/* A few events, each with a note to it, want room more than true distances. */
static void
choose_spacing (QuoPane *self, QuoRun *run)
{
  if (self->is_fresh)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->spacing_button),
                                  quo_trace_length (quo_run_trace (run))
                                    <= FEW_EVENTS);
  self->is_fresh = FALSE;
}

/* Until the run is there nobody knows what it has to show. */
static void
show_wanted (QuoPane *self)
{
  const QuoDiagramClass *klass
    = self->view != NULL ? quo_diagram_class_find (self->view) : NULL;
  const char *titles[] = { NULL, NULL };
  g_autoptr (GtkStringList) list = NULL;

  if (klass == NULL)
    return;
  titles[0] = g_dgettext (GETTEXT_PACKAGE, klass->title);
  list = gtk_string_list_new (titles);
  self->is_filling = TRUE;
  g_ptr_array_set_size (self->offered, 0);
  gtk_drop_down_set_model (self->chooser, G_LIST_MODEL (list));
  self->is_filling = FALSE;
}

/* Only views that have something to show of this run can be chosen. */
static void
fill_chooser (QuoPane *self)
{
  QuoRun *run
    = self->document != NULL ? quo_document_run (self->document) : NULL;
  const QuoDiagramClass *const *classes = quo_diagram_classes ();
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = 0;

  if (run == NULL)
    {
      show_wanted (self);
      return;
    }

  choose_spacing (self, run);
  self->is_filling = TRUE;
  g_ptr_array_set_size (self->offered, 0);
  for (guint i = 0; classes[i] != NULL; i++)
    {
      if (!classes[i]->is_offered (run))
        continue;
      if (g_strcmp0 (classes[i]->id, self->view) == 0)
        selected = self->offered->len;
      g_ptr_array_add (self->offered, (gpointer) classes[i]);
      gtk_string_list_append (titles,
                              g_dgettext (GETTEXT_PACKAGE, classes[i]->title));
    }
  gtk_drop_down_set_model (self->chooser, G_LIST_MODEL (titles));
  if (self->offered->len > 0)
    {
      const QuoDiagramClass *klass
        = g_ptr_array_index (self->offered, selected);

      gtk_drop_down_set_selected (self->chooser, selected);
      show_view (self, klass->id);
    }
  self->is_filling = FALSE;
}

/* Of those that are listed: a new list, made while the old one tells what was
 * chosen from it, would pull that away under it. */
static void
select_view (QuoPane *self, const char *id)
{
  for (guint i = 0; i < self->offered->len; i++)
    {
      const QuoDiagramClass *klass = g_ptr_array_index (self->offered, i);

      if (!g_str_equal (klass->id, id))
        continue;
      self->is_filling = TRUE;
      gtk_drop_down_set_selected (self->chooser, i);
      self->is_filling = FALSE;
      show_view (self, id);
    }
}

static void
on_chosen (QuoPane *self)
{
  guint selected = gtk_drop_down_get_selected (self->chooser);

  if (self->is_filling || selected >= self->offered->len)
    return;

  const QuoDiagramClass *klass = g_ptr_array_index (self->offered, selected);

  quo_pane_set_view (self, klass->id);
}

static void
on_zoom_in (QuoPane *self)
{
  quo_diagram_view_zoom_by (self->diagram_view, ZOOM_STEP);
}

static void
on_zoom_out (QuoPane *self)
{
  quo_diagram_view_zoom_by (self->diagram_view, 1 / ZOOM_STEP);
}

static void
on_fit (QuoPane *self)
{
  quo_diagram_view_fit (self->diagram_view);
}

static void
on_spacing (QuoPane *self)
{
  quo_diagram_view_set_to_scale (self->diagram_view,
                                 !gtk_toggle_button_get_active (
                                   GTK_TOGGLE_BUTTON (self->spacing_button)));
}

static void
quo_pane_get_property (GObject *object,
                       guint id,
                       GValue *value,
                       GParamSpec *pspec)
{
  if (id == PROP_VIEW)
    g_value_set_string (value, QUO_PANE (object)->view);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
quo_pane_set_property (GObject *object,
                       guint id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  if (id == PROP_VIEW)
    quo_pane_set_view (QUO_PANE (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
quo_pane_dispose (GObject *object)
{
  QuoPane *self = QUO_PANE (object);

  quo_pane_set_document (self, NULL);
  g_clear_pointer (&self->head, gtk_widget_unparent);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->offered, g_ptr_array_unref);
  g_clear_pointer (&self->view, g_free);
  G_OBJECT_CLASS (quo_pane_parent_class)->dispose (object);
}

static void
quo_pane_class_init (QuoPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_pane_dispose;
  G_OBJECT_CLASS (klass)->get_property = quo_pane_get_property;
  G_OBJECT_CLASS (klass)->set_property = quo_pane_set_property;
  props[PROP_VIEW]
    = g_param_spec_string ("view", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                             | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);

  g_type_ensure (QUO_TYPE_DIAGRAM_VIEW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/pane.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoPane, head);
  gtk_widget_class_bind_template_child (widget_class, QuoPane, chooser);
  gtk_widget_class_bind_template_child (widget_class, QuoPane, spacing_button);
  gtk_widget_class_bind_template_child (widget_class, QuoPane, only_button);
  gtk_widget_class_bind_template_child (widget_class, QuoPane, scroller);
  gtk_widget_class_bind_template_child (widget_class, QuoPane, diagram_view);
  gtk_widget_class_bind_template_callback (widget_class, on_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_zoom_in);
  gtk_widget_class_bind_template_callback (widget_class, on_zoom_out);
  gtk_widget_class_bind_template_callback (widget_class, on_fit);
  gtk_widget_class_bind_template_callback (widget_class, on_spacing);
  gtk_widget_class_set_css_name (widget_class, "pane");
}

static void
quo_pane_init (QuoPane *self)
{
  self->offered = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  quo_name_controls (GTK_WIDGET (self));
}

/**
 * quo_pane_new:
 *
 * Returns: (transfer floating): a pane of no document
 */
GtkWidget *
quo_pane_new (void)
{
  return g_object_new (QUO_TYPE_PANE, NULL);
}

/**
 * quo_pane_set_document:
 * @document: (nullable): whose run is shown
 */
void
quo_pane_set_document (QuoPane *self, QuoDocument *document)
{
  g_return_if_fail (QUO_IS_PANE (self));

  if (self->document == document)
    return;
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  if (self->diagram_view != NULL)
    quo_diagram_view_set_document (self->diagram_view, document);
  if (document == NULL)
    return;
  g_signal_connect_swapped (document, "notify::run", G_CALLBACK (fill_chooser),
                            self);
  g_signal_connect_swapped (document, "notify::file", G_CALLBACK (on_file),
                            self);
  self->is_fresh = TRUE;
  fill_chooser (self);
}

/**
 * quo_pane_set_theme:
 * @theme: what to paint with
 */
void
quo_pane_set_theme (QuoPane *self, QuoThemeKind theme)
{
  g_return_if_fail (QUO_IS_PANE (self));
  quo_diagram_view_set_theme (self->diagram_view, theme);
}

/**
 * quo_pane_set_view:
 * @id: a diagram's id. One that this run has nothing for is remembered, and shown
 *   with the next run that has.
 */
void
quo_pane_set_view (QuoPane *self, const char *id)
{
  g_return_if_fail (QUO_IS_PANE (self));

  if (id == NULL || g_strcmp0 (self->view, id) == 0
      || quo_diagram_class_find (id) == NULL)
    return;
  g_free (self->view);
  self->view = g_strdup (id);
  if (self->document == NULL || quo_document_run (self->document) == NULL)
    {
      show_view (self, id);
      show_wanted (self);
    }
  else
    select_view (self, id);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIEW]);
}

/**
 * quo_pane_view:
 *
 * Returns: (transfer none) (nullable): the id of the view that was chosen
 */
const char *
quo_pane_view (QuoPane *self)
{
  g_return_val_if_fail (QUO_IS_PANE (self), NULL);
  return self->view;
}

/**
 * quo_pane_set_side:
 * @side: "left" or "right", as "win.only" knows the pane
 */
void
quo_pane_set_side (QuoPane *self, const char *side)
{
  g_return_if_fail (QUO_IS_PANE (self));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->only_button), "s",
                                    side);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->only_button),
                                  "win.only");
}

/**
 * quo_pane_diagram_view:
 *
 * Returns: (transfer none): the diagram's widget
 */
QuoDiagramView *
quo_pane_diagram_view (QuoPane *self)
{
  g_return_val_if_fail (QUO_IS_PANE (self), NULL);
  return self->diagram_view;
}
