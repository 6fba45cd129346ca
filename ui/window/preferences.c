/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/preferences.h"

#include "widget/names.h"

struct _QuoPreferences
{
  GtkWindow parent_instance;

  GtkDropDown *theme;
  GtkDropDown *motion;
  GtkWidget *fleeting;

  QuoSettings *settings;
};

G_DEFINE_FINAL_TYPE (QuoPreferences, quo_preferences, GTK_TYPE_WINDOW)

static const char *const themes[] = { "system", "light", "dark", NULL };
static const char *const motions[] = { "system", "full", "reduced", NULL };

static void
show (GtkDropDown *choice,
      QuoSettings *settings,
      const char *key,
      const char *const *values)
{
  g_autofree char *value = quo_settings_get_string (settings, key);

  for (guint i = 0; values[i] != NULL; i++)
    if (g_str_equal (values[i], value))
      gtk_drop_down_set_selected (choice, i);
}

static void
on_theme (QuoPreferences *self)
{
  if (self->settings != NULL)
    quo_settings_set_string (self->settings, "theme",
                             themes[gtk_drop_down_get_selected (self->theme)]);
}

static void
on_motion (QuoPreferences *self)
{
  if (self->settings != NULL)
    quo_settings_set_string (
      self->settings, "motion",
      motions[gtk_drop_down_get_selected (self->motion)]);
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
quo_preferences_dispose (GObject *object)
{
  g_clear_object (&QUO_PREFERENCES (object)->settings);
  G_OBJECT_CLASS (quo_preferences_parent_class)->dispose (object);
}

static void
quo_preferences_class_init (QuoPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_preferences_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoPreferences, theme);
  gtk_widget_class_bind_template_child (widget_class, QuoPreferences, motion);
  gtk_widget_class_bind_template_child (widget_class, QuoPreferences, fleeting);
  gtk_widget_class_bind_template_callback (widget_class, on_theme);
  gtk_widget_class_bind_template_callback (widget_class, on_motion);
}

static void
quo_preferences_init (QuoPreferences *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  quo_name_controls (GTK_WIDGET (self));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * quo_preferences_new:
 * @parent: (nullable): above which it stands
 * @settings: what is changed, at once
 *
 * Returns: (transfer none): the dialog, not yet shown
 */
GtkWidget *
quo_preferences_new (GtkWindow *parent, QuoSettings *settings)
{
  QuoPreferences *self
    = g_object_new (QUO_TYPE_PREFERENCES, "transient-for", parent, NULL);

  show (self->theme, settings, "theme", themes);
  show (self->motion, settings, "motion", motions);
  gtk_widget_set_visible (self->fleeting, !quo_settings_is_lasting (settings));
  self->settings = g_object_ref (settings);
  return GTK_WIDGET (self);
}
