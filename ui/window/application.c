/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/application.h"

#include "resources.h"
#include "window/preferences.h"

#include <glib/gi18n-lib.h>

struct _QuoApplication
{
  GtkApplication parent_instance;

  QuoAppearance *appearance;
};

G_DEFINE_FINAL_TYPE (QuoApplication, quo_application, GTK_TYPE_APPLICATION)

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows
    = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  /* Each may ask about its changes, and stay. */
  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static void
on_new_window (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *window = quo_application_new_window (user_data);

  quo_window_show_start (window);
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (user_data);

  gtk_window_present (
    GTK_WINDOW (quo_preferences_new (parent, quo_settings_get_default ())));
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *const authors[] = { "The Quorate authors", NULL };

  gtk_show_about_dialog (
    gtk_application_get_active_window (user_data), "program-name",
    _ ("Quorate"), "logo-icon-name", QUO_APPLICATION_ID, "version", QUO_VERSION,
    "comments",
    _ ("Watch, break and explain the consistency of distributed systems"),
    "license-type", GTK_LICENSE_LGPL_2_1, "authors", authors,
    /* TRANSLATORS: the names of those who translated, one a line */
    "translator-credits", _ ("translator-credits"), NULL);
}

static const GActionEntry entries[] = {
  { "quit", on_quit },
  { "new-window", on_new_window },
  { "preferences", on_preferences },
  { "about", on_about },
};

/* Only keys that no text entry wants; the plain ones are the page's own. */
static void
add_accelerators (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *keys[4];
  } accelerators[] = {
    { "app.quit", { "<Primary>q" } },
    { "app.new-window", { "<Shift><Primary>n" } },
    { "app.preferences", { "<Primary>comma" } },
    { "win.show-help-overlay", { "F1", "<Primary>question" } },
    { "win.open", { "<Primary>o" } },
    { "win.new", { "<Primary>n" } },
    { "win.save", { "<Primary>s" } },
    { "win.save-as", { "<Shift><Primary>s" } },
    { "win.close", { "<Primary>w" } },
    { "win.undo", { "<Primary>z" } },
    { "win.redo", { "<Shift><Primary>z", "<Primary>y" } },
    { "win.export('active')", { "<Primary>e" } },
    { "win.copy-picture", { "<Shift><Primary>c" } },
    { "win.ask('{}')", { "<Primary>k" } },
    { "win.panels", { "F9" } },
    { "win.zoom-in", { "<Primary>plus", "<Primary>equal", "<Primary>KP_Add" } },
    { "win.zoom-out", { "<Primary>minus", "<Primary>KP_Subtract" } },
    { "win.fit", { "<Primary>0" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (application, accelerators[i].action,
                                           accelerators[i].keys);
}

static void
quo_application_startup (GApplication *application)
{
  QuoApplication *self = QUO_APPLICATION (application);
  const char *folder = g_getenv ("QUORATE_DATA_DIR");

  G_APPLICATION_CLASS (quo_application_parent_class)->startup (application);

  g_resources_register (quo_resources_get_resource ());
  self->appearance = quo_appearance_new (gdk_display_get_default (),
                                         quo_settings_get_default ());
  if (folder != NULL)
    {
      g_autofree char *icons = g_build_filename (folder, "icons", NULL);

      gtk_icon_theme_add_search_path (gtk_icon_theme_get_for_display (
                                        gdk_display_get_default ()),
                                      icons);
    }
  gtk_window_set_default_icon_name (QUO_APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries,
                                   G_N_ELEMENTS (entries), self);
  add_accelerators (GTK_APPLICATION (self));
}

static void
quo_application_shutdown (GApplication *application)
{
  g_clear_object (&QUO_APPLICATION (application)->appearance);
  G_APPLICATION_CLASS (quo_application_parent_class)->shutdown (application);
}

static void
quo_application_activate (GApplication *application)
{
  GtkWindow *window
    = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    {
      window = GTK_WINDOW (
        quo_application_new_window (QUO_APPLICATION (application)));
      quo_window_show_start (QUO_WINDOW (window));
    }
  gtk_window_present (window);
}

static void
quo_application_open (GApplication *application,
                      GFile **files,
                      int n_files,
                      const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      GtkWindow *active
        = gtk_application_get_active_window (GTK_APPLICATION (application));
      QuoWindow *window = NULL;

      if (active != NULL && QUO_IS_WINDOW (active)
          && quo_window_is_empty (QUO_WINDOW (active)))
        window = QUO_WINDOW (active);
      else
        window = quo_application_new_window (QUO_APPLICATION (application));
      /* A file that is wrong is said to be so above the gallery. */
      if (!quo_window_open (window, files[i], FALSE))
        {
          g_autofree char *message = g_strdup (quo_window_error (window));

          quo_window_show_start (window);
          quo_window_show_error (window, message != NULL ? message : "");
        }
      gtk_window_present (GTK_WINDOW (window));
    }
}

static void
quo_application_class_init (QuoApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = quo_application_startup;
  application_class->shutdown = quo_application_shutdown;
  application_class->activate = quo_application_activate;
  application_class->open = quo_application_open;
}

static void
quo_application_init (QuoApplication *self)
{
}

/**
 * quo_application_new:
 * @is_unique: whether a second start hands its files to the first
 *
 * Returns: (transfer full): the application
 */
QuoApplication *
quo_application_new (gboolean is_unique)
{
  return g_object_new (QUO_TYPE_APPLICATION, "application-id",
                       QUO_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN
                         | (is_unique ? 0 : G_APPLICATION_NON_UNIQUE),
                       NULL);
}

/**
 * quo_application_new_window:
 *
 * Returns: (transfer none): a window without a document, not yet shown
 */
QuoWindow *
quo_application_new_window (QuoApplication *self)
{
  g_return_val_if_fail (QUO_IS_APPLICATION (self), NULL);

  return QUO_WINDOW (quo_window_new (GTK_APPLICATION (self),
                                     quo_settings_get_default (),
                                     self->appearance));
}
