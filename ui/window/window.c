/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/window.h"

#include "widget/names.h"

#include "window/window-private.h"

#include <glib/gi18n-lib.h>

/* How long a run is played by default. */
#define WATCHED (40 * QUO_SECOND)

G_DEFINE_FINAL_TYPE (QuoWindow, quo_window, GTK_TYPE_APPLICATION_WINDOW)

static void
on_theme (QuoWindow *self)
{
  QuoThemeKind theme = quo_appearance_theme (self->appearance);

  quo_page_set_theme (self->page, theme);
  /* The gallery's pictures have the theme painted into them. */
  if (quo_start_page_gallery (self->start_page) != NULL)
    quo_start_page_load (self->start_page, theme);
}

static void
on_title (QuoWindow *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  gboolean is_start
    = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "start") == 0;
  g_autofree char *title = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *nodes = NULL;
  g_autofree char *seed = NULL;
  guint n_nodes = 0;

  if (scenario == NULL || is_start)
    {
      gtk_label_set_text (self->title_label, _ ("Quorate"));
      gtk_widget_set_visible (GTK_WIDGET (self->subtitle_label), FALSE);
      gtk_window_set_title (GTK_WINDOW (self), _ ("Quorate"));
      return;
    }

  g_object_get (self->document, "title", &title, NULL);
  shown
    = g_strdup_printf ("%s%s",
                       quo_document_is_modified (self->document) ? "• " : "",
                       title);
  n_nodes = quo_scenario_n_nodes (scenario);
  nodes = g_strdup_printf (ngettext ("%u node", "%u nodes", n_nodes), n_nodes);
  seed = g_strdup_printf ("%" G_GUINT64_FORMAT, quo_scenario_seed (scenario));
  /* TRANSLATORS: under the window's title: "Raft · 5 nodes · seed 7" */
  subtitle
    = g_strdup_printf (_ ("%s · %s · seed %s"),
                       _ (quo_scenario_protocol (scenario)->declaration.title),
                       nodes, seed);
  gtk_label_set_text (self->title_label, shown);
  gtk_label_set_text (self->subtitle_label, subtitle);
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle_label), TRUE);
  gtk_window_set_title (GTK_WINDOW (self), shown);
}

static void
set_history_tooltip (GtkWidget *button,
                     const char *plain,
                     const char *with_name,
                     const char *name)
{
  g_autofree char *text
    = name != NULL ? g_strdup_printf (with_name, name) : NULL;

  gtk_widget_set_tooltip_text (button, text != NULL ? text : plain);
}

static void
on_history (QuoWindow *self)
{
  set_history_tooltip (self->undo_button, _ ("Undo"), _ ("Undo “%s” (Ctrl+Z)"),
                       quo_document_undo_name (self->document));
  set_history_tooltip (self->redo_button, _ ("Redo"),
                       _ ("Redo “%s” (Shift+Ctrl+Z)"),
                       quo_document_redo_name (self->document));
  quo_window_update_actions (self);
  on_title (self);
}

/* A speed of 1, 2 or 5 times a power of ten at which the run takes about as long as
 * a person likes to watch. */
static double
fitting_speed (QuoTime end)
{
  static const double steps[] = { 1, 2, 5, 10 };
  double wanted = (double) end / (double) WATCHED;
  double power = QUO_SPEED_MIN;

  while (power * 10 <= wanted && power < QUO_SPEED_MAX)
    power *= 10;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (power * steps[i] >= wanted)
      return power * steps[i];
  return QUO_SPEED_MAX;
}

static void
on_file (QuoWindow *self)
{
  if (quo_document_run (self->document) == NULL)
    self->is_fresh = TRUE;
}

/* A run that hit a limit is shown as far as it goes, and said to be. */
static void
on_run (QuoWindow *self)
{
  QuoRun *run = quo_document_run (self->document);

  quo_window_update_actions (self);
  if (run == NULL)
    return;
  if (self->is_fresh && quo_run_status (run) != QUO_SIM_MORE)
    quo_player_set_speed (self->player, fitting_speed (quo_run_end (run)));
  self->is_fresh = FALSE;
  if (quo_sim_status_is_limit (quo_run_status (run)))
    {
      g_autofree char *end = quo_time_format_short (quo_run_end (run), 4);
      g_autofree char *limit = quo_run_limit_text (run);
      g_autofree char *text = g_strdup_printf (
        _ ("The run was stopped at %s: %s. What there is of it is shown."), end,
        limit);

      quo_window_show_error (self, text);
    }
}

static void
on_failed (QuoWindow *self, const GError *error)
{
  quo_window_show_error (self, error->message);
}

static void
on_banner_response (QuoWindow *self, int response)
{
  gtk_info_bar_set_revealed (self->banner, FALSE);
  gtk_label_set_text (self->banner_label, "");
}

static void
on_chosen (QuoWindow *self, GFile *file, gboolean is_from_gallery)
{
  quo_window_open (self, file, is_from_gallery);
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue *value,
         double x,
         double y,
         QuoWindow *self)
{
  GSList *files = NULL;

  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;
  files = g_value_get_boxed (value);
  return files != NULL && quo_window_take_drop (self, files->data);
}

static void
on_speed (QuoWindow *self)
{
  quo_settings_set_double (self->settings, "speed",
                           quo_player_speed (self->player));
}

static void
on_panels (QuoWindow *self)
{
  quo_page_set_panels (self->page,
                       quo_settings_get_boolean (self->settings,
                                                 "side-panel-visible"),
                       quo_settings_get_boolean (self->settings,
                                                 "inspector-visible"));
}

static gboolean
quo_window_close_request (GtkWindow *window)
{
  QuoWindow *self = QUO_WINDOW (window);
  int width = 0, height = 0;

  if (quo_document_is_modified (self->document) && !self->may_close)
    {
      quo_window_ask_close (self);
      return TRUE;
    }

  gtk_window_get_default_size (window, &width, &height);
  quo_settings_set_boolean (self->settings, "window-maximized",
                            gtk_window_is_maximized (window));
  if (!gtk_window_is_maximized (window) && width > 0 && height > 0)
    {
      quo_settings_set_int (self->settings, "window-width", width);
      quo_settings_set_int (self->settings, "window-height", height);
    }
  quo_start_page_stop (self->start_page);
  return GTK_WINDOW_CLASS (quo_window_parent_class)->close_request (window);
}

static void
quo_window_dispose (GObject *object)
{
  QuoWindow *self = QUO_WINDOW (object);

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  if (self->player != NULL)
    g_signal_handlers_disconnect_by_data (self->player, self);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  if (self->appearance != NULL)
    g_signal_handlers_disconnect_by_data (self->appearance, self);
  g_clear_object (&self->chooser);
  g_clear_object (&self->player);
  g_clear_object (&self->document);
  g_clear_object (&self->appearance);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (quo_window_parent_class)->dispose (object);
}

static void
quo_window_class_init (QuoWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = quo_window_close_request;
  g_type_ensure (QUO_TYPE_START_PAGE);
  g_type_ensure (QUO_TYPE_PAGE);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/window.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, page);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, banner_label);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, title_label);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow,
                                        subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, export_button);
  gtk_widget_class_bind_template_child (widget_class, QuoWindow, recent_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_banner_response);
}

/* The one button of a banner, which GTK draws but does not name. */
static void
name_close_button (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    quo_set_name (widget, _ ("Close the message"));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_close_button (child);
}

static void
quo_window_init (QuoWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  quo_name_controls (GTK_WIDGET (self));
  name_close_button (GTK_WIDGET (self->banner));
}

static void
connect_all (QuoWindow *self)
{
  GtkDropTarget *drop
    = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_swapped (self->document, "notify::title",
                            G_CALLBACK (on_title), self);
  g_signal_connect_swapped (self->document, "notify::can-undo",
                            G_CALLBACK (on_history), self);
  g_signal_connect_swapped (self->document, "notify::is-modified",
                            G_CALLBACK (on_title), self);
  g_signal_connect_swapped (self->document, "notify::run", G_CALLBACK (on_run),
                            self);
  g_signal_connect_swapped (self->document, "notify::file",
                            G_CALLBACK (on_file), self);
  g_signal_connect_swapped (self->document, "failed", G_CALLBACK (on_failed),
                            self);
  g_signal_connect_swapped (self->player, "notify::speed",
                            G_CALLBACK (on_speed), self);
  g_signal_connect_swapped (self->settings, "changed::side-panel-visible",
                            G_CALLBACK (on_panels), self);
  g_signal_connect_swapped (self->settings, "changed::inspector-visible",
                            G_CALLBACK (on_panels), self);
  g_signal_connect_swapped (self->appearance, "notify::theme",
                            G_CALLBACK (on_theme), self);
  g_signal_connect_swapped (self->start_page, "chosen", G_CALLBACK (on_chosen),
                            self);
  g_signal_connect_swapped (self->stack, "notify::visible-child",
                            G_CALLBACK (on_title), self);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

/**
 * quo_window_new:
 * @application: what it belongs to
 * @settings: what it remembers
 * @appearance: how it looks
 *
 * Returns: (transfer none): a window without a document
 */
GtkWidget *
quo_window_new (GtkApplication *application,
                QuoSettings *settings,
                QuoAppearance *appearance)
{
  QuoWindow *self
    = g_object_new (QUO_TYPE_WINDOW, "application", application, NULL);

  self->settings = g_object_ref (settings);
  self->appearance = g_object_ref (appearance);
  self->document = quo_document_new ();
  self->player = quo_player_new (self->document);
  quo_player_set_speed (self->player,
                        quo_settings_get_double (settings, "speed"));
  gtk_window_set_default_size (GTK_WINDOW (self),
                               quo_settings_get_int (settings, "window-width"),
                               quo_settings_get_int (settings,
                                                     "window-height"));
  if (quo_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));

  quo_window_add_actions (self);
  quo_window_add_file_actions (self);
  connect_all (self);
  quo_page_set_document (self->page, self->document, self->player, settings);
  on_panels (self);
  on_theme (self);
  on_history (self);
  quo_window_fill_recent (self);
  return GTK_WIDGET (self);
}

/**
 * quo_window_show_error:
 * @message: what went wrong and where
 *
 * Shows it above the document, until a person closes it or something is opened.
 */
void
quo_window_show_error (QuoWindow *self, const char *message)
{
  g_return_if_fail (QUO_IS_WINDOW (self));

  gtk_label_set_text (self->banner_label, message);
  gtk_info_bar_set_revealed (self->banner, *message != '\0');
}

/**
 * quo_window_error:
 *
 * Returns: (transfer none) (nullable): the message that is shown
 */
const char *
quo_window_error (QuoWindow *self)
{
  g_return_val_if_fail (QUO_IS_WINDOW (self), NULL);
  return gtk_info_bar_get_revealed (self->banner)
           ? gtk_label_get_text (self->banner_label)
           : NULL;
}

/**
 * quo_window_show_start:
 *
 * Shows the start page. The open document stays open behind it.
 */
void
quo_window_show_start (QuoWindow *self)
{
  g_return_if_fail (QUO_IS_WINDOW (self));

  quo_player_pause (self->player);
  quo_start_page_load (self->start_page,
                       quo_appearance_theme (self->appearance));
  gtk_stack_set_visible_child_name (self->stack, "start");
  quo_window_update_actions (self);
}

/**
 * quo_window_is_empty:
 *
 * Returns: whether a file can be opened in it without anything being lost
 */
gboolean
quo_window_is_empty (QuoWindow *self)
{
  g_return_val_if_fail (QUO_IS_WINDOW (self), FALSE);
  return quo_document_scenario (self->document) == NULL;
}

/**
 * quo_window_document:
 *
 * Returns: (transfer none): what is open; without a scenario at first
 */
QuoDocument *
quo_window_document (QuoWindow *self)
{
  g_return_val_if_fail (QUO_IS_WINDOW (self), NULL);
  return self->document;
}

/**
 * quo_window_player:
 *
 * Returns: (transfer none): what plays the document
 */
QuoPlayer *
quo_window_player (QuoWindow *self)
{
  g_return_val_if_fail (QUO_IS_WINDOW (self), NULL);
  return self->player;
}

/**
 * quo_window_page:
 *
 * Returns: (transfer none): what shows the document
 */
QuoPage *
quo_window_page (QuoWindow *self)
{
  g_return_val_if_fail (QUO_IS_WINDOW (self), NULL);
  return self->page;
}

/**
 * quo_window_start_page:
 *
 * Returns: (transfer none): the gallery and the recent files
 */
QuoStartPage *
quo_window_start_page (QuoWindow *self)
{
  g_return_val_if_fail (QUO_IS_WINDOW (self), NULL);
  return self->start_page;
}
