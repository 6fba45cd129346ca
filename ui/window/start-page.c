/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/start-page.h"

#include "scenario/scenario.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define RECENT_MAX 8

struct _QuoStartPage
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkSearchEntry *search_entry;
  GtkWidget *recent_box;
  GtkFlowBox *recent;
  GtkBox *groups;
  GtkLabel *empty_label;

  QuoGallery *gallery;
  GPtrArray *flows; /* of GtkFlowBox, one a family */
  guint n_shown;
};

static guint chosen_signal;

G_DEFINE_FINAL_TYPE (QuoStartPage, quo_start_page, GTK_TYPE_WIDGET)

static GtkWidget *
make_label (const char *text, const char *css_class, int n_lines)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (n_lines > 1)
    {
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_lines (GTK_LABEL (label), n_lines);
    }
  /* Else a long text asks for all the width there is. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
  gtk_widget_set_hexpand (label, TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
on_picture (QuoGalleryItem *item, GParamSpec *pspec, QuoThumbnail *thumbnail)
{
  quo_thumbnail_set_texture (thumbnail, quo_gallery_item_picture (item));
}

static GtkWidget *
make_card (QuoGalleryItem *item)
{
  GtkWidget *child = gtk_flow_box_child_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *picture = quo_thumbnail_new (quo_gallery_item_title (item));
  const char *protocol
    = g_dgettext (GETTEXT_PACKAGE, quo_gallery_item_protocol (item));
  GtkWidget *title
    = make_label (quo_gallery_item_title (item), "card-title", 2);

  gtk_widget_add_css_class (child, "card");
  gtk_widget_add_css_class (words, "card-words");
  gtk_box_append (GTK_BOX (words), title);
  gtk_box_append (GTK_BOX (words), make_label (protocol, "card-protocol", 1));
  gtk_box_append (GTK_BOX (words), make_label (quo_gallery_item_summary (item),
                                               "card-summary", 3));
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), words);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), box);
  gtk_widget_set_overflow (child, GTK_OVERFLOW_HIDDEN);

  g_signal_connect_object (item, "notify::picture", G_CALLBACK (on_picture),
                           picture, 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (child),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  quo_gallery_item_title (item),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  quo_gallery_item_summary (item), -1);
  g_object_set_data_full (G_OBJECT (child), "quo-item", g_object_ref (item),
                          g_object_unref);
  g_object_set_data_full (G_OBJECT (child), "quo-file",
                          g_object_ref (quo_gallery_item_file (item)),
                          g_object_unref);
  return child;
}

static gboolean
is_shown (GtkFlowBoxChild *child, gpointer user_data)
{
  QuoStartPage *self = user_data;
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  return quo_gallery_item_matches (g_object_get_data (G_OBJECT (child),
                                                      "quo-item"),
                                   words);
}

/* Groups without a card that matches are hidden with their titles. */
static void
refilter (QuoStartPage *self)
{
  self->n_shown = 0;
  for (guint i = 0; i < self->flows->len; i++)
    {
      GtkFlowBox *flow = g_ptr_array_index (self->flows, i);
      guint n_there = 0;
      GtkFlowBoxChild *child = NULL;

      gtk_flow_box_invalidate_filter (flow);
      for (int j = 0;
           (child = gtk_flow_box_get_child_at_index (flow, j)) != NULL; j++)
        if (is_shown (child, self))
          n_there++;
      gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (flow)),
                              n_there > 0);
      self->n_shown += n_there;
    }
  gtk_label_set_text (
    self->empty_label,
    self->flows->len > 0
      ? _ ("No scenario has all of these words.")
      : _ ("No scenarios are installed. Open a file, or make a new "
           "scenario."));
  gtk_widget_set_visible (GTK_WIDGET (self->empty_label), self->n_shown == 0);
}

static void
on_search (QuoStartPage *self)
{
  refilter (self);
}

static void
on_activated (QuoStartPage *self, GtkFlowBoxChild *child)
{
  g_signal_emit (self, chosen_signal, 0,
                 g_object_get_data (G_OBJECT (child), "quo-file"),
                 g_object_get_data (G_OBJECT (child), "quo-item") != NULL);
}

static GtkFlowBox *
add_group (QuoStartPage *self, const char *family)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *flow = gtk_flow_box_new ();
  g_autofree char *title = g_strdup (g_dgettext (GETTEXT_PACKAGE, family));
  GtkWidget *label = NULL;

  if (g_ascii_islower (title[0]))
    title[0] = g_ascii_toupper (title[0]);
  label = make_label (title, "group-title", 1);
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 16);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 16);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 5);
  gtk_widget_set_halign (flow, GTK_ALIGN_START);
  gtk_flow_box_set_filter_func (GTK_FLOW_BOX (flow), is_shown, self, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (flow),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_signal_connect_swapped (flow, "child-activated", G_CALLBACK (on_activated),
                            self);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), flow);
  gtk_box_append (self->groups, box);
  g_ptr_array_add (self->flows, flow);
  return GTK_FLOW_BOX (flow);
}

static void
on_listed (QuoStartPage *self)
{
  GListModel *items = quo_gallery_items (self->gallery);
  const char *family = NULL;
  GtkFlowBox *flow = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (QuoGalleryItem) item = g_list_model_get_item (items, i);

      if (flow == NULL
          || g_strcmp0 (family, quo_gallery_item_family (item)) != 0)
        {
          family = quo_gallery_item_family (item);
          flow = add_group (self, family);
        }
      gtk_flow_box_insert (flow, make_card (item), -1);
    }
  refilter (self);
}

static int
compare_recent (gconstpointer a, gconstpointer b)
{
  return -g_date_time_compare (gtk_recent_info_get_visited (
                                 (GtkRecentInfo *) a),
                               gtk_recent_info_get_visited (
                                 (GtkRecentInfo *) b));
}

static void
fill_recent (QuoStartPage *self)
{
  GtkRecentManager *manager = gtk_recent_manager_get_default ();
  GList *infos
    = g_list_sort (gtk_recent_manager_get_items (manager), compare_recent);
  GtkFlowBoxChild *old = NULL;
  guint n_shown = 0;

  while ((old = gtk_flow_box_get_child_at_index (self->recent, 0)) != NULL)
    gtk_flow_box_remove (self->recent, GTK_WIDGET (old));
  for (GList *l = infos; l != NULL && n_shown < RECENT_MAX; l = l->next)
    {
      const char *uri = gtk_recent_info_get_uri (l->data);
      g_autoptr (GFile) file = g_file_new_for_uri (uri);
      g_autofree char *path = g_file_get_path (file);
      g_autofree char *name = NULL;
      GtkWidget *child = NULL;

      if (!g_str_has_suffix (uri, QUO_SCENARIO_SUFFIX)
          || !g_str_has_suffix (gtk_recent_info_get_display_name (l->data),
                                QUO_SCENARIO_SUFFIX)
          || path == NULL || !gtk_recent_info_exists (l->data))
        continue;
      /* The folder and the suffix say nothing that a person looks for. */
      name = g_strndup (gtk_recent_info_get_display_name (l->data),
                        strlen (gtk_recent_info_get_display_name (l->data))
                          - strlen (QUO_SCENARIO_SUFFIX));
      child = gtk_flow_box_child_new ();
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child),
                                    make_label (name, NULL, 1));
      gtk_widget_add_css_class (child, "card");
      gtk_widget_add_css_class (child, "recent");
      gtk_widget_set_size_request (child, QUO_THUMBNAIL_WIDTH, -1);
      gtk_widget_set_tooltip_text (child, path);
      g_object_set_data_full (G_OBJECT (child), "quo-file", g_object_ref (file),
                              g_object_unref);
      gtk_flow_box_insert (self->recent, child, -1);
      n_shown++;
    }
  g_list_free_full (infos, (GDestroyNotify) gtk_recent_info_unref);
  gtk_widget_set_visible (self->recent_box, n_shown > 0);
}

static void
quo_start_page_dispose (GObject *object)
{
  QuoStartPage *self = QUO_START_PAGE (object);

  quo_start_page_stop (self);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->flows, g_ptr_array_unref);
  G_OBJECT_CLASS (quo_start_page_parent_class)->dispose (object);
}

static void
quo_start_page_class_init (QuoStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_start_page_dispose;
  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass),
                                G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_FILE, G_TYPE_BOOLEAN);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoStartPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, QuoStartPage,
                                        search_entry);
  gtk_widget_class_bind_template_child (widget_class, QuoStartPage, recent_box);
  gtk_widget_class_bind_template_child (widget_class, QuoStartPage, recent);
  gtk_widget_class_bind_template_child (widget_class, QuoStartPage, groups);
  gtk_widget_class_bind_template_child (widget_class, QuoStartPage,
                                        empty_label);
  gtk_widget_class_bind_template_callback (widget_class, on_search);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_set_css_name (widget_class, "startpage");
}

static void
quo_start_page_init (QuoStartPage *self)
{
  self->flows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * quo_start_page_new:
 *
 * Returns: (transfer floating): a page that is empty until it is loaded
 */
GtkWidget *
quo_start_page_new (void)
{
  return g_object_new (QUO_TYPE_START_PAGE, NULL);
}

/**
 * quo_start_page_load:
 * @theme: what the pictures are painted with
 *
 * Fills the page anew: recent files at once, the gallery as it is read and drawn.
 */
void
quo_start_page_load (QuoStartPage *self, QuoThemeKind theme)
{
  g_return_if_fail (QUO_IS_START_PAGE (self));

  g_autofree char *folder = quo_gallery_folder ();
  GtkWidget *child = NULL;

  quo_start_page_stop (self);
  g_ptr_array_set_size (self->flows, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups)))
         != NULL)
    gtk_box_remove (self->groups, child);
  fill_recent (self);
  self->gallery = quo_gallery_new (folder, theme);
  g_signal_connect_swapped (self->gallery, "listed", G_CALLBACK (on_listed),
                            self);
}

/**
 * quo_start_page_stop:
 *
 * Draws no further pictures.
 */
void
quo_start_page_stop (QuoStartPage *self)
{
  g_return_if_fail (QUO_IS_START_PAGE (self));

  if (self->gallery == NULL)
    return;
  quo_gallery_stop (self->gallery);
  g_signal_handlers_disconnect_by_data (self->gallery, self);
  g_clear_object (&self->gallery);
}

/**
 * quo_start_page_gallery:
 *
 * Returns: (transfer none) (nullable): what is being shown; %NULL before it is
 *   loaded and after it was stopped
 */
QuoGallery *
quo_start_page_gallery (QuoStartPage *self)
{
  g_return_val_if_fail (QUO_IS_START_PAGE (self), NULL);
  return self->gallery;
}

/**
 * quo_start_page_search:
 * @words: what the cards that stay have to contain
 */
void
quo_start_page_search (QuoStartPage *self, const char *words)
{
  g_return_if_fail (QUO_IS_START_PAGE (self));
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), words);
  refilter (self);
}

/**
 * quo_start_page_n_shown:
 *
 * Returns: how many scenarios are in sight
 */
guint
quo_start_page_n_shown (QuoStartPage *self)
{
  g_return_val_if_fail (QUO_IS_START_PAGE (self), 0);
  return self->n_shown;
}
