/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A tree against the tables of form.c: keys, types and ranges. What needs more
 * than one value to judge, such as names of nodes, is for the readers. */

#include "base/error.h"
#include "base/time.h"
#include "scenario/form-private.h"
#include "scenario/reader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
fail_expected (QuoReader     *reader,
               const QuoForm *form,
               const QuoJson *value)
{
  g_autofree char *found = quo_json_found (value);

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value,
                          _("expected %s, found %s"), _(form->expected), found);
}

static gboolean
fail_range (QuoReader     *reader,
            const QuoForm *form,
            const QuoJson *value)
{
  g_autofree char *found = quo_json_found (value);

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, value,
                          _("expected %s, found %s"), _(form->expected), found);
}

static gboolean
check_number (QuoReader     *reader,
              const QuoForm *form,
              const QuoJson *value)
{
  double number = quo_json_double (value);
  gint64 whole;
  guint64 natural;

  if (quo_json_kind (value) != QUO_JSON_NUMBER)
    return fail_expected (reader, form, value);
  if (form->kind == QUO_FORM_INT && !quo_json_int (value, &whole)
      && !quo_json_uint (value, &natural))
    return fail_range (reader, form, value);
  if (number < form->min || number > form->max)
    return fail_range (reader, form, value);

  return TRUE;
}

static gboolean
check_string (QuoReader     *reader,
              const QuoForm *form,
              const QuoJson *value)
{
  if (quo_json_kind (value) != QUO_JSON_STRING)
    return fail_expected (reader, form, value);
  if (form->n_min > 0 && quo_json_text (value)[0] == 0)
    return fail_range (reader, form, value);

  return TRUE;
}

static gboolean
check_time (QuoReader     *reader,
            const QuoForm *form,
            const QuoJson *value)
{
  g_autoptr (GError) error = NULL;
  QuoTime time;

  if (quo_json_kind (value) == QUO_JSON_NUMBER)
    {
      g_autofree char *found = quo_json_found (value);

      return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value,
                              _("expected %s, found %s, which has no unit"),
                              _(form->expected), found);
    }
  if (quo_json_kind (value) != QUO_JSON_STRING)
    return fail_expected (reader, form, value);
  if (!quo_time_parse (quo_json_text (value), &time, &error))
    return quo_reader_fail (reader,
                            g_error_matches (error, QUO_BASE_ERROR,
                                             QUO_BASE_ERROR_SYNTAX)
                              ? QUO_SCENARIO_ERROR_TYPE
                              : QUO_SCENARIO_ERROR_RANGE,
                            value, "%s", error->message);
  if (time < form->min || time > form->max)
    return fail_range (reader, form, value);

  return TRUE;
}

static gboolean
check_rate (QuoReader     *reader,
            const QuoForm *form,
            const QuoJson *value)
{
  g_autoptr (GError) error = NULL;
  double rate;

  if (quo_json_kind (value) != QUO_JSON_STRING)
    return fail_expected (reader, form, value);
  if (!quo_rate_parse (quo_json_text (value), &rate, &error))
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value, "%s",
                            error->message);
  if (rate < form->min || rate > form->max)
    return fail_range (reader, form, value);

  return TRUE;
}

static gboolean
check_size (QuoReader     *reader,
            const QuoForm *form,
            const QuoJson *value)
{
  double size = quo_json_double (value);
  const char *text = quo_json_text (value);

  if (form->kind == QUO_FORM_SIZE && quo_json_kind (value) == QUO_JSON_NUMBER)
    return check_number (reader, form, value);
  if (quo_json_kind (value) != QUO_JSON_STRING)
    return fail_expected (reader, form, value);
  if (form->kind == QUO_FORM_SIZE ? !quo_size_parse (text, &size)
                                  : !quo_bandwidth_parse (text, &size))
    return fail_expected (reader, form, value);
  if (size < form->min || size > form->max)
    return fail_range (reader, form, value);

  return TRUE;
}

static gboolean
check_enum (QuoReader     *reader,
            const QuoForm *form,
            const QuoJson *value)
{
  if (quo_json_kind (value) != QUO_JSON_STRING)
    return fail_expected (reader, form, value);
  if (quo_reader_enum (form->values, quo_json_text (value)) >= 0)
    return TRUE;

  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  for (guint i = 0; form->values[i] != NULL; i++)
    g_ptr_array_add (known, (char *) form->values[i]);

  return quo_reader_fail_name (reader, value, quo_json_text (value),
                               _("a value here"), known);
}

static gboolean
check_length (QuoReader     *reader,
              const QuoForm *form,
              const QuoJson *value)
{
  guint n = quo_json_length (value);

  if (n < form->n_min)
    return fail_range (reader, form, value);
  if (form->n_max > 0 && n > form->n_max)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_LIMIT, value,
                            _("expected %s with at most %u entries, found %u"),
                            _(form->expected), form->n_max, n);

  return TRUE;
}

static gboolean
check_array (QuoReader     *reader,
             const QuoForm *form,
             const QuoJson *value)
{
  if (quo_json_kind (value) != QUO_JSON_ARRAY)
    return fail_expected (reader, form, value);
  if (!check_length (reader, form, value))
    return FALSE;

  for (guint i = 0; i < quo_json_length (value); i++)
    if (!quo_reader_check (reader, form->item, quo_json_nth (value, i)))
      return FALSE;

  return TRUE;
}

static gboolean
check_map (QuoReader     *reader,
           const QuoForm *form,
           const QuoJson *value)
{
  if (quo_json_kind (value) != QUO_JSON_OBJECT)
    return fail_expected (reader, form, value);
  if (!check_length (reader, form, value))
    return FALSE;

  for (guint i = 0; i < quo_json_length (value); i++)
    if (!quo_reader_check (reader, form->item, quo_json_nth (value, i)))
      return FALSE;

  return TRUE;
}

static const QuoKey *
find_key (const QuoKey *keys,
          const char   *name)
{
  for (; keys->name != NULL; keys++)
    if (strcmp (keys->name, name) == 0)
      return keys;

  return NULL;
}

static gboolean
check_presence (QuoReader    *reader,
                const QuoKey *keys,
                const QuoJson *object)
{
  const QuoKey *one = NULL;
  const QuoKey *found = NULL;
  g_autoptr (GString) names = g_string_new (NULL);

  for (const QuoKey *key = keys; key->name != NULL; key++)
    {
      const QuoJson *value = quo_json_get (object, key->name);

      if (key->presence == QUO_KEY_REQUIRED && value == NULL)
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_MISSING, object,
                                _("the key “%s” is missing: expected %s"),
                                key->name, _(key->form->expected));
      if (key->presence != QUO_KEY_ONE_OF
          && key->presence != QUO_KEY_AT_MOST_ONE)
        continue;
      if (found != NULL && value != NULL)
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, value,
                                _("“%s” cannot stand beside “%s”"), key->name,
                                found->name);
      if (value != NULL)
        found = key;
      if (key->presence == QUO_KEY_ONE_OF)
        {
          one = key;
          g_string_append_printf (names, "%s“%s”", names->len > 0 ? ", " : "",
                                  key->name);
        }
    }
  if (one != NULL && found == NULL)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_MISSING, object,
                            _("one of these keys is missing: %s"), names->str);

  return TRUE;
}

static void
add_column_names (GPtrArray       *known,
                  const QuoColumn *columns)
{
  for (guint i = 0; columns != NULL && i < QUO_MAX_COLUMNS; i++)
    if (columns[i].type != QUO_TYPE_NONE)
      g_ptr_array_add (known, (char *) columns[i].id);
}

/* What a protocol adds to an action: a command's columns, durable fields. */
typedef struct
{
  const QuoColumn    *columns;
  const QuoFieldSpec *fields;
} ExtraKeys;

static gboolean
is_extra_key (const ExtraKeys *extra,
              const char      *name)
{
  for (guint i = 0; extra->columns != NULL && i < QUO_MAX_COLUMNS; i++)
    if (extra->columns[i].type != QUO_TYPE_NONE
        && strcmp (extra->columns[i].id, name) == 0)
      return TRUE;

  for (guint i = 0; extra->fields != NULL && extra->fields[i].id != NULL; i++)
    if (extra->fields[i].storage == QUO_STORAGE_DURABLE
        && strcmp (extra->fields[i].id, name) == 0)
      return TRUE;

  return FALSE;
}

static GPtrArray *
known_keys (const QuoKey    *keys,
            const ExtraKeys *extra)
{
  GPtrArray *known = g_ptr_array_new ();

  for (const QuoKey *key = keys; key->name != NULL; key++)
    g_ptr_array_add (known, (char *) key->name);
  add_column_names (known, extra->columns);
  for (guint i = 0; extra->fields != NULL && extra->fields[i].id != NULL; i++)
    if (extra->fields[i].storage == QUO_STORAGE_DURABLE)
      g_ptr_array_add (known, (char *) extra->fields[i].id);

  return known;
}

static gboolean
check_keys (QuoReader       *reader,
            const QuoKey    *keys,
            const ExtraKeys *extra,
            const QuoJson   *object)
{
  for (guint i = 0; i < quo_json_length (object); i++)
    {
      const char *name = quo_json_key (object, i);

      if (find_key (keys, name) == NULL && !is_extra_key (extra, name))
        {
          g_autoptr (GPtrArray) known = known_keys (keys, extra);

          return quo_reader_fail_key (reader, object, i, _("a key here"),
                                      known);
        }
    }
  if (!check_presence (reader, keys, object))
    return FALSE;

  for (guint i = 0; i < quo_json_length (object); i++)
    {
      const QuoKey *key = find_key (keys, quo_json_key (object, i));

      if (key != NULL
          && !quo_reader_check (reader, key->form, quo_json_nth (object, i)))
        return FALSE;
    }

  return TRUE;
}

static const QuoVariant *
find_variant (const QuoForm *form,
              const QuoJson *object)
{
  const char *tag = form->tag != NULL
                      ? quo_json_text (quo_json_get (object, form->tag))
                      : NULL;

  for (const QuoVariant *v = form->variants; v->name != NULL; v++)
    if (form->tag != NULL ? g_strcmp0 (v->name, tag) == 0
                          : quo_json_get (object, v->name) != NULL)
      return v;

  return NULL;
}

static gboolean
fail_variant (QuoReader     *reader,
              const QuoForm *form,
              const QuoJson *object)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  const QuoCommandSpec *commands = reader->protocol->declaration.commands;
  const QuoJson *tag;

  for (const QuoVariant *v = form->variants; v->name != NULL; v++)
    g_ptr_array_add (known, (char *) v->name);

  if (form->tag == NULL)
    {
      for (guint i = 0; i < quo_json_length (object); i++)
        {
          g_ptr_array_add (known, NULL);

          const char *near = quo_nearest_name (quo_json_key (object, i),
                                               (const char **) known->pdata);

          g_ptr_array_set_size (known, (int) known->len - 1);
          if (near != NULL)
            return quo_reader_fail_key (reader, object, i, _("a key here"),
                                        known);
        }
      return fail_expected (reader, form, object);
    }

  for (guint i = 0; form->has_commands && commands != NULL
                    && commands[i].id != NULL; i++)
    g_ptr_array_add (known, (char *) commands[i].id);
  tag = quo_json_get (object, form->tag);
  if (tag == NULL)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_MISSING, object,
                            _("the key “%s” is missing: expected %s"),
                            form->tag, _(form->expected));
  if (quo_json_kind (tag) != QUO_JSON_STRING)
    return fail_expected (reader, &quo_form_name, tag);

  return quo_reader_fail_name (reader, tag, quo_json_text (tag),
                               _("an action"), known);
}

static gboolean
check_variant (QuoReader     *reader,
               const QuoForm *form,
               const QuoJson *value)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  ExtraKeys extra = { NULL, NULL };

  if (quo_json_kind (value) != QUO_JSON_OBJECT)
    return fail_expected (reader, form, value);

  const QuoVariant *variant = find_variant (form, value);

  if (variant != NULL)
    {
      if (variant->has_fields)
        extra.fields = declaration->fields;
      return check_keys (reader, variant->keys, &extra, value);
    }

  const char *id = form->has_commands
                     ? quo_json_text (quo_json_get (value, form->tag))
                     : NULL;
  int command = id != NULL
                  ? quo_declaration_find_command (declaration, id)
                  : -1;

  if (command < 0)
    return fail_variant (reader, form, value);
  extra.columns = declaration->commands[command].fields;

  return check_keys (reader, quo_command_keys, &extra, value);
}

/* The alternatives differ in JSON's type, so the value itself says which was
 * meant, and the message can be about that one. */
static gboolean
may_be (const QuoForm *form,
        QuoJsonKind    kind)
{
  switch (form->kind)
    {
    case QUO_FORM_BOOL:
      return kind == QUO_JSON_BOOL;
    case QUO_FORM_INT:
    case QUO_FORM_NUMBER:
      return kind == QUO_JSON_NUMBER;
    case QUO_FORM_SIZE:
      return kind == QUO_JSON_NUMBER || kind == QUO_JSON_STRING;
    case QUO_FORM_STRING:
    case QUO_FORM_TIME:
    case QUO_FORM_RATE:
    case QUO_FORM_BANDWIDTH:
    case QUO_FORM_ENUM:
      return kind == QUO_JSON_STRING;
    case QUO_FORM_ARRAY:
      return kind == QUO_JSON_ARRAY;
    case QUO_FORM_SCALAR:
      return kind == QUO_JSON_STRING || kind == QUO_JSON_NUMBER
             || kind == QUO_JSON_BOOL;
    case QUO_FORM_CHOICE:
      return TRUE;
    case QUO_FORM_MAP:
    case QUO_FORM_OBJECT:
    case QUO_FORM_VARIANT:
    case QUO_FORM_OPTIONS:
    case QUO_FORM_FIELDS:
    default:
      return kind == QUO_JSON_OBJECT;
    }
}

static gboolean
check_choice (QuoReader     *reader,
              const QuoForm *form,
              const QuoJson *value)
{
  for (guint i = 0; form->choices[i] != NULL; i++)
    if (may_be (form->choices[i], quo_json_kind (value)))
      return quo_reader_check (reader, form->choices[i], value);

  return fail_expected (reader, form, value);
}

/* Their values are for the readers, which know each option's type. */
static gboolean
check_options (QuoReader     *reader,
               const QuoForm *form,
               const QuoJson *value)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;

  if (quo_json_kind (value) != QUO_JSON_OBJECT)
    return fail_expected (reader, form, value);

  for (guint i = 0; i < quo_json_length (value); i++)
    if (quo_declaration_find_option (declaration, quo_json_key (value, i)) < 0)
      {
        g_autoptr (GPtrArray) known = QUO_TABLE_IDS (declaration->options);
        g_autofree char *what = g_strdup_printf (_("an option of %s"),
                                                 declaration->id);

        return quo_reader_fail_key (reader, value, i, what, known);
      }

  return TRUE;
}

static gboolean
check_fields (QuoReader     *reader,
              const QuoForm *form,
              const QuoJson *value)
{
  static const QuoKey no_keys[] = { { NULL } };
  ExtraKeys extra = { NULL, reader->protocol->declaration.fields };

  if (quo_json_kind (value) != QUO_JSON_OBJECT)
    return fail_expected (reader, form, value);

  return check_keys (reader, no_keys, &extra, value);
}

/**
 * quo_reader_check:
 * @reader: knows the protocol, unless its name is missing from the tree
 * @form: what is expected
 * @value: a value in the tree
 *
 * Returns: whether @value has the form, else the error is set
 */
gboolean
quo_reader_check (QuoReader     *reader,
                  const QuoForm *form,
                  const QuoJson *value)
{
  static const ExtraKeys nothing = { NULL, NULL };

  switch (form->kind)
    {
    case QUO_FORM_STRING:
      return check_string (reader, form, value);
    case QUO_FORM_BOOL:
      return quo_json_kind (value) == QUO_JSON_BOOL
             || fail_expected (reader, form, value);
    case QUO_FORM_INT:
    case QUO_FORM_NUMBER:
      return check_number (reader, form, value);
    case QUO_FORM_TIME:
      return check_time (reader, form, value);
    case QUO_FORM_RATE:
      return check_rate (reader, form, value);
    case QUO_FORM_SIZE:
    case QUO_FORM_BANDWIDTH:
      return check_size (reader, form, value);
    case QUO_FORM_ENUM:
      return check_enum (reader, form, value);
    case QUO_FORM_ARRAY:
      return check_array (reader, form, value);
    case QUO_FORM_MAP:
      return check_map (reader, form, value);
    case QUO_FORM_OBJECT:
      return (quo_json_kind (value) == QUO_JSON_OBJECT
              || fail_expected (reader, form, value))
             && check_keys (reader, form->keys, &nothing, value);
    case QUO_FORM_VARIANT:
      return check_variant (reader, form, value);
    case QUO_FORM_CHOICE:
      return check_choice (reader, form, value);
    case QUO_FORM_OPTIONS:
      return check_options (reader, form, value);
    case QUO_FORM_FIELDS:
      return check_fields (reader, form, value);
    case QUO_FORM_SCALAR:
    default:
      return may_be (form, quo_json_kind (value))
             || fail_expected (reader, form, value);
    }
}
