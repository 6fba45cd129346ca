/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/export-dialog.h"

#include "widget/names.h"
#include "widget/thumbnail.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define PREVIEW_WIDTH  420
#define PREVIEW_HEIGHT 240

struct _QuoExportDialog
{
  GtkWindow parent_instance;

  QuoThumbnail *preview;
  GtkDropDown *format;
  GtkDropDown *extent;
  GtkDropDown *theme;
  GtkSpinButton *scale;
  GtkLabel *note;

  QuoDocument *document;
  QuoDiagramView *view;
  QuoSettings *settings;
  GtkNativeDialog *chooser;
};

G_DEFINE_FINAL_TYPE (QuoExportDialog, quo_export_dialog, GTK_TYPE_WINDOW)

static QuoPictureChoice
get_choice (QuoExportDialog *self)
{
  return (QuoPictureChoice){
    .format = gtk_drop_down_get_selected (self->format),
    .scale = gtk_spin_button_get_value (self->scale),
    .theme = gtk_drop_down_get_selected (self->theme),
    .is_whole = gtk_drop_down_get_selected (self->extent) == 1,
  };
}

static void
get_size (QuoExportDialog *self, double *ret_width, double *ret_height)
{
  QuoView view = *quo_diagram_view_view (self->view);

  *ret_width = view.width;
  *ret_height = view.height;
  if (gtk_drop_down_get_selected (self->extent) == 1
      && quo_diagram_view_diagram (self->view) != NULL)
    {
      view.is_whole = TRUE;
      quo_diagram_extent (quo_diagram_view_diagram (self->view), &view,
                          ret_width, ret_height);
    }
}

static void
say (QuoExportDialog *self, const char *text, gboolean is_error)
{
  gtk_label_set_text (self->note, text);
  if (is_error)
    gtk_widget_add_css_class (GTK_WIDGET (self->note), "tone-bad");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->note), "tone-bad");
}

static void
on_changed (QuoExportDialog *self)
{
  QuoPictureChoice choice = get_choice (self);
  QuoPictureChoice small = choice;
  double width = 0, height = 0;
  g_autofree char *size = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  if (self->view == NULL)
    return;
  get_size (self, &width, &height);
  gtk_widget_set_sensitive (GTK_WIDGET (self->scale),
                            choice.format == QUO_EXPORT_PNG);
  size = choice.format == QUO_EXPORT_PNG
           ? g_strdup_printf (_ ("%.0f × %.0f pixels"),
                              ceil (width * choice.scale),
                              ceil (height * choice.scale))
           : g_strdup_printf (_ ("%.0f × %.0f units, sharp at any size"),
                              ceil (width), ceil (height));
  say (self, size, FALSE);

  small.format = QUO_EXPORT_PNG;
  small.scale = CLAMP (MIN (PREVIEW_WIDTH / MAX (width, 1),
                            PREVIEW_HEIGHT / MAX (height, 1))
                         * 2,
                       0.02, 2);
  bytes = quo_export_picture (self->document, self->view, &small, NULL);
  if (bytes != NULL)
    texture = gdk_texture_new_from_bytes (bytes, NULL);
  quo_thumbnail_set_texture (self->preview, texture);
}

static void
on_copy (QuoExportDialog *self)
{
  QuoPictureChoice choice = get_choice (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GdkContentProvider) provider = NULL;

  choice.format = QUO_EXPORT_PNG;
  bytes = quo_export_picture (self->document, self->view, &choice, &error);
  if (bytes == NULL)
    {
      say (self, error->message, TRUE);
      return;
    }
  provider = gdk_content_provider_new_for_bytes ("image/png", bytes);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                             provider);
  say (self, _ ("The picture is on the clipboard."), FALSE);
}

static void
on_response (GtkNativeDialog *dialog, int response, QuoExportDialog *self)
{
  QuoPictureChoice choice = get_choice (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  g_auto (GStrv) written = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_clear_object (&self->chooser);
  path = file != NULL ? g_file_get_path (file) : NULL;
  if (path == NULL)
    return;

  /* The name that was typed says the format; without a suffix it gets one. */
  if (!quo_export_format_by_path (path, &choice.format, NULL))
    {
      g_autofree char *bare = g_steal_pointer (&path);

      path = g_strconcat (bare, ".", quo_export_format_to_name (choice.format),
                          NULL);
    }
  written = quo_export_picture_to_file (self->document, self->view, &choice,
                                        path, &error);
  if (written == NULL)
    {
      say (self, error->message, TRUE);
      return;
    }
  quo_settings_set_string (self->settings, "export-format",
                           quo_export_format_to_name (choice.format));
  quo_settings_set_double (self->settings, "export-scale", choice.scale);
  if (g_strv_length (written) > 1)
    {
      g_autofree char *text = g_strdup_printf (
        _ ("The picture is too tall for one file; it is in %u, the "
           "first of them %s."),
        g_strv_length (written), written[0]);

      say (self, text, FALSE);
      return;
    }

  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  gtk_window_destroy (GTK_WINDOW (self));
  /* Two windows go at once, after which some window managers focus none. */
  if (parent != NULL)
    gtk_window_present (parent);
}

static void
on_export (QuoExportDialog *self)
{
  QuoPictureChoice choice = get_choice (self);
  g_autofree char *title = NULL;
  g_autofree char *name = NULL;

  if (self->chooser != NULL)
    return;
  g_object_get (self->document, "title", &title, NULL);
  g_strdelimit (title, "/\\:*?\"<>|", '-');
  name = g_strdup_printf ("%s – %s.%s", title,
                          quo_diagram_view_diagram_class (self->view)->id,
                          quo_export_format_to_name (choice.format));
  self->chooser = GTK_NATIVE_DIALOG (
    gtk_file_chooser_native_new (_ ("Export"), GTK_WINDOW (self),
                                 GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"),
                                 _ ("_Cancel")));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  gtk_native_dialog_set_modal (self->chooser, TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_response), self);
  gtk_native_dialog_show (self->chooser);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        GtkWindow *window)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (window);
  return GDK_EVENT_STOP;
}

static void
quo_export_dialog_dispose (GObject *object)
{
  QuoExportDialog *self = QUO_EXPORT_DIALOG (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->document);
  g_clear_object (&self->view);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (quo_export_dialog_parent_class)->dispose (object);
}

static void
quo_export_dialog_class_init (QuoExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_export_dialog_dispose;
  g_type_ensure (QUO_TYPE_THUMBNAIL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoExportDialog, preview);
  gtk_widget_class_bind_template_child (widget_class, QuoExportDialog, format);
  gtk_widget_class_bind_template_child (widget_class, QuoExportDialog, extent);
  gtk_widget_class_bind_template_child (widget_class, QuoExportDialog, theme);
  gtk_widget_class_bind_template_child (widget_class, QuoExportDialog, scale);
  gtk_widget_class_bind_template_child (widget_class, QuoExportDialog, note);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_bind_template_callback (widget_class, on_export);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
quo_export_dialog_init (QuoExportDialog *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  quo_name_controls (GTK_WIDGET (self));
  quo_thumbnail_set_fitted (self->preview, PREVIEW_WIDTH, PREVIEW_HEIGHT);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * quo_export_dialog_present:
 * @parent: above which it stands
 * @document: what is shown
 * @view: what shows it
 * @settings: where the format and the scale are kept
 *
 * Returns: (transfer none): the dialog, which is shown
 */
QuoExportDialog *
quo_export_dialog_present (GtkWindow *parent,
                           QuoDocument *document,
                           QuoDiagramView *view,
                           QuoSettings *settings)
{
  QuoExportDialog *self
    = g_object_new (QUO_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);
  g_autofree char *name = quo_settings_get_string (settings, "export-format");
  g_autofree char *title = NULL;
  QuoExportFormat format = QUO_EXPORT_PNG;

  title = g_strdup_printf (
    _ ("Export “%s”"),
    g_dgettext (GETTEXT_PACKAGE, quo_diagram_view_diagram_class (view)->title));
  gtk_window_set_title (GTK_WINDOW (self), title);
  quo_export_format_by_name (name, &format, NULL);
  gtk_drop_down_set_selected (self->format, format);
  gtk_spin_button_set_value (self->scale,
                             quo_settings_get_double (settings,
                                                      "export-scale"));
  self->document = g_object_ref (document);
  self->view = g_object_ref (view);
  self->settings = g_object_ref (settings);
  on_changed (self);
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
