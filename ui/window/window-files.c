/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/window-private.h"

#include "window/new-dialog.h"

#include <glib/gi18n-lib.h>

#define RECENT_MAX 6

/* What waits until the changes of the open document are dealt with. */
typedef struct
{
  QuoWindow *window;
  GFile *file; /* to be opened; NULL: the window closes */
  gboolean is_template;
  gboolean is_new;
} Wish;

static void fulfil (QuoWindow *self, const Wish *wish);

static Wish *
wish_new (QuoWindow *window, GFile *file, gboolean is_template)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->window = g_object_ref (window);
  wish->file = file != NULL ? g_object_ref (file) : NULL;
  wish->is_template = is_template;
  return wish;
}

static void
wish_free (Wish *wish)
{
  g_object_unref (wish->window);
  g_clear_object (&wish->file);
  g_free (wish);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wish, wish_free)

static void
wish_closure_free (gpointer wish, GClosure *closure)
{
  wish_free (wish);
}

/* With all that the list wants to know: left to guess, it would call a scenario
 * any JSON file, and it asks for a name that only a whole program has. */
static void
remember (GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);
  GtkRecentData data = {
    .mime_type = (char *) "application/vnd.quorate.scenario+json",
    .app_name = (char *) "Quorate",
    .app_exec = (char *) "quorate %u",
  };

  gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
}

static int
compare_recent (gconstpointer a, gconstpointer b)
{
  return -g_date_time_compare (gtk_recent_info_get_visited (
                                 (GtkRecentInfo *) a),
                               gtk_recent_info_get_visited (
                                 (GtkRecentInfo *) b));
}

void
quo_window_fill_recent (QuoWindow *self)
{
  GList *infos = g_list_sort (gtk_recent_manager_get_items (
                                gtk_recent_manager_get_default ()),
                              compare_recent);
  GMenu *menu = G_MENU (self->recent_menu);

  g_menu_remove_all (menu);
  for (GList *l = infos;
       l != NULL && g_menu_model_get_n_items (G_MENU_MODEL (menu)) < RECENT_MAX;
       l = l->next)
    {
      const char *uri = gtk_recent_info_get_uri (l->data);
      g_autoptr (GMenuItem) item = NULL;
      g_auto (GStrv) parts = NULL;
      g_autofree char *label = NULL;

      if (!g_str_has_suffix (uri, QUO_SCENARIO_SUFFIX)
          || !gtk_recent_info_exists (l->data))
        continue;
      /* An underscore in a file's name is no mnemonic. */
      parts = g_strsplit (gtk_recent_info_get_display_name (l->data), "_", -1);
      label = g_strjoinv ("__", parts);
      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "win.open-uri", "s", uri);
      g_menu_append_item (menu, item);
    }
  g_list_free_full (infos, (GDestroyNotify) gtk_recent_info_unref);
}

static void
show_page (QuoWindow *self)
{
  quo_start_page_stop (self->start_page);
  gtk_stack_set_visible_child_name (self->stack, "page");
  quo_window_show_error (self, "");
  quo_window_update_actions (self);
  gtk_widget_grab_focus (
    GTK_WIDGET (quo_pane_diagram_view (quo_page_pane (self->page, 0))));
}

static gboolean
open_now (QuoWindow *self, GFile *file, gboolean is_template)
{
  g_autoptr (GError) error = NULL;

  quo_player_pause (self->player);
  if (!quo_document_open (self->document, file, &error))
    {
      quo_window_show_error (self, error->message);
      return FALSE;
    }
  self->is_template = is_template;
  if (!is_template)
    {
      remember (file);
      quo_window_fill_recent (self);
    }
  show_page (self);
  return TRUE;
}

/**
 * quo_window_open:
 * @file: a scenario
 * @is_template: whether it belongs to the program, so that Save asks where to
 *
 * Opens it in the place of what is there. Changes that were not saved are asked
 * about first. What cannot be read is said above the document, which stays.
 *
 * Returns: whether it is open now
 */
gboolean
quo_window_open (QuoWindow *self, GFile *file, gboolean is_template)
{
  g_return_val_if_fail (QUO_IS_WINDOW (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  g_autoptr (Wish) wish = wish_new (self, file, is_template);

  if (quo_document_is_modified (self->document))
    {
      fulfil (self, wish);
      return FALSE;
    }
  return open_now (self, file, is_template);
}

gboolean
quo_window_take_drop (QuoWindow *self, GFile *file)
{
  quo_window_open (self, file, FALSE);
  return TRUE;
}

/**
 * quo_window_save_to:
 * @file: where to; becomes the document's file
 *
 * Returns: whether it was written; else why not is said above the document
 */
gboolean
quo_window_save_to (QuoWindow *self, GFile *file)
{
  g_return_val_if_fail (QUO_IS_WINDOW (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  g_autoptr (GError) error = NULL;

  if (!quo_document_save (self->document, file, &error))
    {
      quo_window_show_error (self, error->message);
      return FALSE;
    }
  self->is_template = FALSE;
  quo_window_show_error (self, "");
  remember (file);
  quo_window_fill_recent (self);
  return TRUE;
}

static void
grant (Wish *wish)
{
  QuoWindow *self = wish->window;

  if (wish->is_new)
    {
      quo_new_dialog_present (GTK_WINDOW (self), self->document);
      return;
    }
  if (wish->file != NULL)
    {
      open_now (self, wish->file, wish->is_template);
      return;
    }
  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
remember_folder (QuoWindow *self, GFile *file)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = folder != NULL ? g_file_get_uri (folder) : NULL;

  if (uri != NULL)
    quo_settings_set_string (self->settings, "recent-folder", uri);
}

static GtkFileChooserNative *
make_chooser (QuoWindow *self,
              const char *title,
              GtkFileChooserAction what,
              const char *accept)
{
  GtkFileChooserNative *chooser
    = gtk_file_chooser_native_new (title, GTK_WINDOW (self), what, accept,
                                   _ ("_Cancel"));
  g_autoptr (GtkFileFilter) scenarios = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();
  g_autofree char *uri
    = quo_settings_get_string (self->settings, "recent-folder");

  gtk_file_filter_set_name (scenarios, _ ("Scenarios"));
  gtk_file_filter_add_pattern (scenarios, "*" QUO_SCENARIO_SUFFIX);
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), scenarios);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);
  if (*uri != '\0')
    {
      g_autoptr (GFile) folder = g_file_new_for_uri (uri);

      gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (chooser), folder,
                                           NULL);
    }
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  return chooser;
}

static void
on_open_response (GtkNativeDialog *dialog, int response, QuoWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_clear_object (&self->chooser);
  if (file == NULL)
    return;
  remember_folder (self, file);
  quo_window_open (self, file, FALSE);
}

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;

  if (self->chooser != NULL)
    return;
  self->chooser = GTK_NATIVE_DIALOG (make_chooser (self, _ ("Open a Scenario"),
                                                   GTK_FILE_CHOOSER_ACTION_OPEN,
                                                   _ ("_Open")));
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_open_response),
                    self);
  gtk_native_dialog_show (self->chooser);
}

static void
on_open_uri (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GFile) file
    = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  quo_window_open (user_data, file, FALSE);
}

/* A file whose name does not say what it is could not be opened by a click. */
static GFile *
with_suffix (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *full = NULL;

  if (g_str_has_suffix (name, ".json") || folder == NULL)
    return g_object_ref (file);
  full = g_strconcat (name, QUO_SCENARIO_SUFFIX, NULL);
  return g_file_get_child (folder, full);
}

static void
on_save_response (GtkNativeDialog *dialog, int response, Wish *wish)
{
  QuoWindow *self = wish->window;
  g_autoptr (GFile) chosen = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    chosen = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (chosen != NULL)
    {
      g_autoptr (GFile) file = with_suffix (chosen);

      remember_folder (self, file);
      if (quo_window_save_to (self, file)
          && g_object_get_data (G_OBJECT (dialog), "quo-goes-on") != NULL)
        grant (wish);
    }
  g_clear_object (&self->chooser);
}

static char *
suggest_name (QuoWindow *self)
{
  GFile *file = quo_document_file (self->document);
  g_autofree char *title = NULL;

  if (file != NULL)
    return g_file_get_basename (file);
  g_object_get (self->document, "title", &title, NULL);
  g_strdelimit (title, "/\\:*?\"<>|", '-');
  return g_strconcat (title, QUO_SCENARIO_SUFFIX, NULL);
}

static void
save_as (QuoWindow *self, Wish *wish, gboolean goes_on)
{
  g_autofree char *name = suggest_name (self);

  if (self->chooser != NULL)
    {
      wish_free (wish);
      return;
    }
  self->chooser = GTK_NATIVE_DIALOG (
    make_chooser (self, _ ("Save the Scenario"), GTK_FILE_CHOOSER_ACTION_SAVE,
                  _ ("_Save")));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_object_set_data (G_OBJECT (self->chooser), "quo-goes-on",
                     goes_on ? self : NULL);
  g_signal_connect_data (self->chooser, "response",
                         G_CALLBACK (on_save_response), wish, wish_closure_free,
                         0);
  gtk_native_dialog_show (self->chooser);
}

static void
on_save_as (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  save_as (user_data, wish_new (user_data, NULL, FALSE), FALSE);
}

static void
on_save (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  GFile *file = quo_document_file (self->document);

  if (file == NULL || self->is_template)
    on_save_as (action, parameter, user_data);
  else
    quo_window_save_to (self, file);
}

static void
on_question_response (GtkDialog *dialog, int response, Wish *wish)
{
  QuoWindow *self = wish->window;
  GFile *file = quo_document_file (self->document);
  g_autoptr (Wish) next = wish_new (self, wish->file, wish->is_template);

  next->is_new = wish->is_new;
  gtk_window_destroy (GTK_WINDOW (dialog));
  if (response == GTK_RESPONSE_REJECT)
    grant (next);
  else if (response == GTK_RESPONSE_ACCEPT && file != NULL
           && !self->is_template)
    {
      if (quo_window_save_to (self, file))
        grant (next);
    }
  else if (response == GTK_RESPONSE_ACCEPT)
    save_as (self, g_steal_pointer (&next), TRUE);
}

static void
fulfil (QuoWindow *self, const Wish *wish)
{
  Wish *kept = wish_new (self, wish->file, wish->is_template);
  g_autofree char *title = NULL;
  GtkWidget *dialog = NULL;

  kept->is_new = wish->is_new;
  g_object_get (self->document, "title", &title, NULL);
  dialog
    = gtk_message_dialog_new (GTK_WINDOW (self),
                              GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                              GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
                              _ ("Save the changes to “%s”?"), title);
  gtk_message_dialog_format_secondary_text (
    GTK_MESSAGE_DIALOG (dialog), _ ("What is not saved will be lost."));
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Cancel"),
                         GTK_RESPONSE_CANCEL);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Discard"),
                         GTK_RESPONSE_REJECT);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Save"), GTK_RESPONSE_ACCEPT);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
  gtk_widget_add_css_class (gtk_dialog_get_widget_for_response (
                              GTK_DIALOG (dialog), GTK_RESPONSE_REJECT),
                            "destructive-action");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_question_response),
                         kept, wish_closure_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
quo_window_ask_close (QuoWindow *self)
{
  g_autoptr (Wish) wish = wish_new (self, NULL, FALSE);

  fulfil (self, wish);
}

static void
on_new (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  g_autoptr (Wish) wish = wish_new (self, NULL, FALSE);

  wish->is_new = TRUE;
  if (quo_document_is_modified (self->document))
    fulfil (self, wish);
  else
    grant (wish);
}

static void
on_start (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_window_show_start (user_data);
}

static void
on_back (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;

  if (quo_document_scenario (self->document) != NULL)
    show_page (self);
}

static void
on_close (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (user_data));
}

/* The scenario that a dialog made has no file. */
static void
on_scenario (QuoWindow *self)
{
  if (quo_document_file (self->document) == NULL
      && quo_document_scenario (self->document) != NULL
      && g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "page")
           != 0)
    show_page (self);
}

static const GActionEntry entries[] = {
  { "open", on_open }, { "open-uri", on_open_uri, "s" },
  { "save", on_save }, { "save-as", on_save_as },
  { "new", on_new },   { "start", on_start },
  { "back", on_back }, { "close", on_close },
};

void
quo_window_add_file_actions (QuoWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries,
                                   G_N_ELEMENTS (entries), self);
  g_signal_connect_swapped (self->document, "notify::scenario",
                            G_CALLBACK (on_scenario), self);
}
