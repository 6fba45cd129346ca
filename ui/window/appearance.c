/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/appearance.h"

#include <string.h>

#define PORTAL_NAME      "org.freedesktop.portal.Desktop"
#define PORTAL_PATH      "/org/freedesktop/portal/desktop"
#define PORTAL_SETTINGS  "org.freedesktop.portal.Settings"
#define PORTAL_NAMESPACE "org.freedesktop.appearance"
#define GNOME_SCHEMA     "org.gnome.desktop.interface"
#define STYLE_PATH       "/io/github/quorate/Quorate/"

struct _QuoAppearance
{
  GObject parent_instance;

  GdkDisplay *display;
  QuoSettings *settings;
  GtkSettings *gtk;
  GtkCssProvider *colors; /* of the theme */
  GtkCssProvider *rules;  /* of both */
  GDBusProxy *portal;     /* NULL: not there, or not answered yet */
  GSettings *gnome;       /* NULL: not installed */
  GCancellable *cancellable;
  gboolean prefers_dark;   /* the system */
  gboolean had_animations; /* what GTK was set to before */
  int theme;               /* QuoThemeKind; -1: none yet */
};

enum
{
  PROP_THEME = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (QuoAppearance, quo_appearance, G_TYPE_OBJECT)

static gboolean
is_high_contrast (QuoAppearance *self)
{
  g_autofree char *name = NULL;

  g_object_get (self->gtk, "gtk-theme-name", &name, NULL);
  return name != NULL
         && (strstr (name, "HighContrast") != NULL
             || strstr (name, "hc") == name || g_str_has_suffix (name, "-hc"));
}

static void
update_motion (QuoAppearance *self)
{
  g_autofree char *motion = quo_settings_get_string (self->settings, "motion");

  g_object_set (self->gtk, "gtk-enable-animations",
                g_str_equal (motion, "full")      ? TRUE
                : g_str_equal (motion, "reduced") ? FALSE
                                                  : self->had_animations,
                NULL);
}

static void
update (QuoAppearance *self)
{
  static const char *const files[] = {
    [QUO_THEME_LIGHT] = "style-light.css",
    [QUO_THEME_DARK] = "style-dark.css",
    [QUO_THEME_HIGH_CONTRAST] = "style-high-contrast.css",
    [QUO_THEME_HIGH_CONTRAST_DARK] = "style-high-contrast-dark.css",
  };
  g_autofree char *wanted = quo_settings_get_string (self->settings, "theme");
  gboolean is_dark = g_str_equal (wanted, "dark")
                     || (!g_str_equal (wanted, "light") && self->prefers_dark);
  gboolean is_high = is_high_contrast (self);
  QuoThemeKind theme = is_high ? (is_dark ? QUO_THEME_HIGH_CONTRAST_DARK
                                          : QUO_THEME_HIGH_CONTRAST)
                               : (is_dark ? QUO_THEME_DARK : QUO_THEME_LIGHT);

  if ((int) theme == self->theme)
    return;

  g_autofree char *path = g_strconcat (STYLE_PATH, files[theme], NULL);

  self->theme = theme;
  gtk_css_provider_load_from_resource (self->colors, path);
  g_object_set (self->gtk, "gtk-application-prefer-dark-theme", is_dark, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_THEME]);
}

static void
set_prefers_dark (QuoAppearance *self, gboolean prefers_dark)
{
  if (self->prefers_dark == prefers_dark)
    return;
  self->prefers_dark = prefers_dark;
  update (self);
}

/* The portal wraps the value in one variant or, by Read, in two. */
static void
take_scheme (QuoAppearance *self, GVariant *value)
{
  g_autoptr (GVariant) inner = g_variant_ref (value);

  while (g_variant_is_of_type (inner, G_VARIANT_TYPE_VARIANT))
    {
      g_autoptr (GVariant) outer = g_steal_pointer (&inner);

      inner = g_variant_get_variant (outer);
    }
  if (g_variant_is_of_type (inner, G_VARIANT_TYPE_UINT32))
    set_prefers_dark (self, g_variant_get_uint32 (inner) == 1);
}

static void
on_portal_signal (GDBusProxy *proxy,
                  const char *sender,
                  const char *signal,
                  GVariant *parameters,
                  QuoAppearance *self)
{
  const char *name_space = NULL;
  const char *key = NULL;
  g_autoptr (GVariant) value = NULL;

  if (!g_str_equal (signal, "SettingChanged")
      || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssv)")))
    return;
  g_variant_get (parameters, "(&s&sv)", &name_space, &key, &value);
  if (g_str_equal (name_space, PORTAL_NAMESPACE)
      && g_str_equal (key, "color-scheme"))
    take_scheme (self, value);
}

static void
on_gnome_changed (QuoAppearance *self)
{
  g_autofree char *scheme = g_settings_get_string (self->gnome, "color-scheme");

  set_prefers_dark (self, g_str_equal (scheme, "prefer-dark"));
}

static void
try_gnome (QuoAppearance *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema
    = source != NULL
        ? g_settings_schema_source_lookup (source, GNOME_SCHEMA, TRUE)
        : NULL;

  if (schema == NULL || !g_settings_schema_has_key (schema, "color-scheme"))
    return;
  self->gnome = g_settings_new (GNOME_SCHEMA);
  g_signal_connect_swapped (self->gnome, "changed::color-scheme",
                            G_CALLBACK (on_gnome_changed), self);
  on_gnome_changed (self);
}

static void
on_scheme (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
    = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);
  QuoAppearance *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    {
      try_gnome (self);
      return;
    }

  g_autoptr (GVariant) value = g_variant_get_child_value (reply, 0);

  take_scheme (self, value);
}

static void
on_portal (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusProxy) portal
    = g_dbus_proxy_new_for_bus_finish (result, &error);
  QuoAppearance *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (portal == NULL)
    {
      try_gnome (self);
      return;
    }

  self->portal = g_object_ref (portal);
  g_signal_connect (portal, "g-signal", G_CALLBACK (on_portal_signal), self);
  g_dbus_proxy_call (portal, "Read",
                     g_variant_new ("(ss)", PORTAL_NAMESPACE, "color-scheme"),
                     G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_scheme,
                     self);
}

static void
quo_appearance_get_property (GObject *object,
                             guint id,
                             GValue *value,
                             GParamSpec *pspec)
{
  if (id == PROP_THEME)
    g_value_set_int (value, QUO_APPEARANCE (object)->theme);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
quo_appearance_dispose (GObject *object)
{
  QuoAppearance *self = QUO_APPEARANCE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  if (self->gtk != NULL)
    g_signal_handlers_disconnect_by_data (self->gtk, self);
  if (self->display != NULL)
    {
      gtk_style_context_remove_provider_for_display (self->display,
                                                     GTK_STYLE_PROVIDER (
                                                       self->colors));
      gtk_style_context_remove_provider_for_display (self->display,
                                                     GTK_STYLE_PROVIDER (
                                                       self->rules));
    }
  g_clear_object (&self->portal);
  g_clear_object (&self->gnome);
  g_clear_object (&self->colors);
  g_clear_object (&self->rules);
  g_clear_object (&self->settings);
  g_clear_object (&self->display);
  self->gtk = NULL;

  G_OBJECT_CLASS (quo_appearance_parent_class)->dispose (object);
}

static void
quo_appearance_class_init (QuoAppearanceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = quo_appearance_dispose;
  G_OBJECT_CLASS (klass)->get_property = quo_appearance_get_property;
  props[PROP_THEME]
    = g_param_spec_int ("theme", NULL, NULL, -1, QUO_N_THEMES - 1, -1,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
}

static void
quo_appearance_init (QuoAppearance *self)
{
  self->theme = -1;
  self->colors = gtk_css_provider_new ();
  self->rules = gtk_css_provider_new ();
  self->cancellable = g_cancellable_new ();
}

/**
 * quo_appearance_new:
 * @display: what the style sheet is for
 * @settings: with the keys "theme" and "motion"
 *
 * Follows the settings and, where they leave it to the system, the settings
 * portal; without one, GNOME's own setting.
 *
 * Returns: (transfer full): the appearance, in force until it is freed
 */
QuoAppearance *
quo_appearance_new (GdkDisplay *display, QuoSettings *settings)
{
  g_return_val_if_fail (GDK_IS_DISPLAY (display), NULL);

  QuoAppearance *self = g_object_new (QUO_TYPE_APPEARANCE, NULL);

  self->display = g_object_ref (display);
  self->settings = g_object_ref (settings);
  self->gtk = gtk_settings_get_for_display (display);
  g_object_get (self->gtk, "gtk-enable-animations", &self->had_animations,
                NULL);
  gtk_css_provider_load_from_resource (self->rules, STYLE_PATH "style.css");
  gtk_style_context_add_provider_for_display (
    display, GTK_STYLE_PROVIDER (self->colors),
    GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_style_context_add_provider_for_display (
    display, GTK_STYLE_PROVIDER (self->rules),
    GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);

  g_signal_connect_swapped (settings, "changed::theme", G_CALLBACK (update),
                            self);
  g_signal_connect_swapped (settings, "changed::motion",
                            G_CALLBACK (update_motion), self);
  g_signal_connect_swapped (self->gtk, "notify::gtk-theme-name",
                            G_CALLBACK (update), self);
  update (self);
  update_motion (self);
  g_dbus_proxy_new_for_bus (G_BUS_TYPE_SESSION,
                            G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL,
                            PORTAL_NAME, PORTAL_PATH, PORTAL_SETTINGS,
                            self->cancellable, on_portal, self);
  return self;
}

/**
 * quo_appearance_theme:
 *
 * Returns: what diagrams are painted with
 */
QuoThemeKind
quo_appearance_theme (QuoAppearance *self)
{
  g_return_val_if_fail (QUO_IS_APPEARANCE (self), QUO_THEME_LIGHT);
  return self->theme;
}
