/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/settings.h"

struct _QuoSettings
{
  GObject parent_instance;

  GSettings *settings; /* NULL: no schema */
  GHashTable *values;  /* key to GVariant; used without a schema */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (QuoSettings, quo_settings, G_TYPE_OBJECT)

/* The schema's defaults, in GVariant's text form. Enumerations are strings. */
static const struct
{
  const char *key;
  const char *value;
} defaults[] = {
  { "window-width", "1440" },
  { "window-height", "900" },
  { "window-maximized", "false" },
  { "split-position", "0.48" },
  { "left-view", "'network'" },
  { "right-view", "'sequence'" },
  { "side-panel-visible", "true" },
  { "inspector-visible", "true" },
  { "theme", "'system'" },
  { "motion", "'system'" },
  { "speed", "0.1" },
  { "recent-folder", "''" },
  { "export-format", "'svg'" },
  { "export-scale", "2.0" },
};

static void
emit_changed (QuoSettings *self, const char *key)
{
  g_signal_emit (self, changed_signal, g_quark_from_string (key), key);
}

static gboolean
has_schema (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema
    = source != NULL
        ? g_settings_schema_source_lookup (source, QUO_SETTINGS_SCHEMA, TRUE)
        : NULL;

  if (schema == NULL)
    return FALSE;

  /* A schema that an older version left behind may lack a key, and reading one
   * that is not there ends the program. */
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    if (!g_settings_schema_has_key (schema, defaults[i].key))
      return FALSE;
  return TRUE;
}

static void
quo_settings_dispose (GObject *object)
{
  QuoSettings *self = QUO_SETTINGS (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->values, g_hash_table_unref);
  G_OBJECT_CLASS (quo_settings_parent_class)->dispose (object);
}

static void
quo_settings_class_init (QuoSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = quo_settings_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass),
                                 G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
quo_settings_init (QuoSettings *self)
{
  if (has_schema ())
    {
      self->settings = g_settings_new (QUO_SETTINGS_SCHEMA);
      g_signal_connect_swapped (self->settings, "changed",
                                G_CALLBACK (emit_changed), self);
      return;
    }
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify) g_variant_unref);
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    g_hash_table_insert (self->values, (gpointer) defaults[i].key,
                         g_variant_parse (NULL, defaults[i].value, NULL, NULL,
                                          NULL));
}

/**
 * quo_settings_get_default:
 *
 * Returns: (transfer none): the settings of this person
 */
QuoSettings *
quo_settings_get_default (void)
{
  static QuoSettings *settings = NULL;

  if (settings == NULL)
    settings = g_object_new (QUO_TYPE_SETTINGS, NULL);
  return settings;
}

/**
 * quo_settings_is_lasting:
 *
 * Returns: whether what is set outlives the program
 */
gboolean
quo_settings_is_lasting (QuoSettings *self)
{
  g_return_val_if_fail (QUO_IS_SETTINGS (self), FALSE);
  return self->settings != NULL;
}

static GVariant *
get_value (QuoSettings *self, const char *key)
{
  if (self->settings != NULL)
    return g_settings_get_value (self->settings, key);
  return g_variant_ref (g_hash_table_lookup (self->values, key));
}

static void
set_value (QuoSettings *self, const char *key, GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autoptr (GVariant) old = get_value (self, key);
  gpointer known = NULL;

  if (g_variant_equal (old, owned))
    return;
  if (self->settings != NULL)
    {
      g_settings_set_value (self->settings, key, owned);
      return;
    }
  if (!g_hash_table_lookup_extended (self->values, key, &known, NULL))
    return;
  g_hash_table_insert (self->values, known, g_steal_pointer (&owned));
  emit_changed (self, key);
}

/**
 * quo_settings_get_int:
 * @key: a key of the schema
 */
int
quo_settings_get_int (QuoSettings *self, const char *key)
{
  g_return_val_if_fail (QUO_IS_SETTINGS (self), 0);

  g_autoptr (GVariant) value = get_value (self, key);

  return g_variant_get_int32 (value);
}

/**
 * quo_settings_set_int:
 * @key: a key of the schema
 */
void
quo_settings_set_int (QuoSettings *self, const char *key, int value)
{
  g_return_if_fail (QUO_IS_SETTINGS (self));
  set_value (self, key, g_variant_new_int32 (value));
}

/**
 * quo_settings_get_boolean:
 * @key: a key of the schema
 */
gboolean
quo_settings_get_boolean (QuoSettings *self, const char *key)
{
  g_return_val_if_fail (QUO_IS_SETTINGS (self), FALSE);

  g_autoptr (GVariant) value = get_value (self, key);

  return g_variant_get_boolean (value);
}

/**
 * quo_settings_set_boolean:
 * @key: a key of the schema
 */
void
quo_settings_set_boolean (QuoSettings *self, const char *key, gboolean value)
{
  g_return_if_fail (QUO_IS_SETTINGS (self));
  set_value (self, key, g_variant_new_boolean (value));
}

/**
 * quo_settings_get_double:
 * @key: a key of the schema
 */
double
quo_settings_get_double (QuoSettings *self, const char *key)
{
  g_return_val_if_fail (QUO_IS_SETTINGS (self), 0);

  g_autoptr (GVariant) value = get_value (self, key);

  return g_variant_get_double (value);
}

/**
 * quo_settings_set_double:
 * @key: a key of the schema
 */
void
quo_settings_set_double (QuoSettings *self, const char *key, double value)
{
  g_return_if_fail (QUO_IS_SETTINGS (self));
  set_value (self, key, g_variant_new_double (value));
}

/**
 * quo_settings_get_string:
 * @key: a key of the schema; of an enumeration the nick is returned
 *
 * Returns: (transfer full): the value
 */
char *
quo_settings_get_string (QuoSettings *self, const char *key)
{
  g_return_val_if_fail (QUO_IS_SETTINGS (self), NULL);

  g_autoptr (GVariant) value = get_value (self, key);

  return g_variant_dup_string (value, NULL);
}

/**
 * quo_settings_set_string:
 * @key: a key of the schema
 * @value: of an enumeration one of its nicks
 */
void
quo_settings_set_string (QuoSettings *self, const char *key, const char *value)
{
  g_return_if_fail (QUO_IS_SETTINGS (self));
  set_value (self, key, g_variant_new_string (value));
}
