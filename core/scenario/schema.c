/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tables of form.c and the protocols' declarations as a JSON Schema, for
 * editors that complete and check while one types. */

#include "scenario/schema.h"

#include "protocol/protocol.h"
#include "scenario/form.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define DIALECT "https://json-schema.org/draft/2020-12/schema"
#define ID "https://quorate.github.io/quorate-scenario.schema.json"

#define UNITS "(ns|us|µs|μs|ms|s|m|min|h|d)"
#define DECIMAL "[0-9]+(\\.[0-9]+)?"

typedef struct
{
  JsonBuilder *builder;
  GPtrArray   *defined; /* forms with an id that were met */
} Schema;

static void write_form (Schema        *schema,
                        const QuoForm *form);

static void
put_string (Schema     *schema,
            const char *key,
            const char *value)
{
  json_builder_set_member_name (schema->builder, key);
  json_builder_add_string_value (schema->builder, value);
}

static void
put_number (Schema     *schema,
            const char *key,
            double      value)
{
  json_builder_set_member_name (schema->builder, key);
  if (value == floor (value) && fabs (value) < 0x1p62)
    json_builder_add_int_value (schema->builder, (gint64) value);
  else
    json_builder_add_double_value (schema->builder, value);
}

static void
put_bool (Schema     *schema,
          const char *key,
          gboolean    value)
{
  json_builder_set_member_name (schema->builder, key);
  json_builder_add_boolean_value (schema->builder, value);
}

static void
begin (Schema     *schema,
       const char *key)
{
  if (key != NULL)
    json_builder_set_member_name (schema->builder, key);
  json_builder_begin_object (schema->builder);
}

static void
begin_array (Schema     *schema,
             const char *key)
{
  json_builder_set_member_name (schema->builder, key);
  json_builder_begin_array (schema->builder);
}

static void
end (Schema *schema)
{
  json_builder_end_object (schema->builder);
}

static void
end_array (Schema *schema)
{
  json_builder_end_array (schema->builder);
}

static void
put_strings (Schema             *schema,
             const char         *key,
             const char * const *values)
{
  begin_array (schema, key);
  for (guint i = 0; values[i] != NULL; i++)
    json_builder_add_string_value (schema->builder, values[i]);
  end_array (schema);
}

static void
write_text (Schema     *schema,
            const char *pattern)
{
  put_string (schema, "type", "string");
  put_string (schema, "pattern", pattern);
}

static void
write_number (Schema        *schema,
              const QuoForm *form)
{
  put_string (schema, "type", form->kind == QUO_FORM_INT ? "integer" : "number");
  put_number (schema, "minimum", form->min);
  put_number (schema, "maximum", form->max);
}

static void
write_required (Schema     *schema,
                const char *name)
{
  begin (schema, NULL);
  begin_array (schema, "required");
  json_builder_add_string_value (schema->builder, name);
  end_array (schema);
  end (schema);
}

static gboolean
has_presence (const QuoKey   *keys,
              QuoKeyPresence  presence)
{
  for (; keys->name != NULL; keys++)
    if (keys->presence == presence)
      return TRUE;

  return FALSE;
}

/* Exactly one of some keys, or none of them. */
static void
write_alternatives (Schema         *schema,
                    const QuoKey   *keys,
                    QuoKeyPresence  presence)
{
  begin_array (schema, "oneOf");
  for (const QuoKey *key = keys; key->name != NULL; key++)
    if (key->presence == presence)
      write_required (schema, key->name);
  if (presence == QUO_KEY_AT_MOST_ONE)
    {
      begin (schema, NULL);
      begin (schema, "not");
      begin_array (schema, "anyOf");
      for (const QuoKey *key = keys; key->name != NULL; key++)
        if (key->presence == presence)
          write_required (schema, key->name);
      end_array (schema);
      end (schema);
      end (schema);
    }
  end_array (schema);
}

static void
write_property (Schema       *schema,
                const QuoKey *key)
{
  begin (schema, key->name);
  put_string (schema, "description", key->summary);
  write_form (schema, key->form);
  end (schema);
}

static void
write_required_keys (Schema       *schema,
                     const QuoKey *keys)
{
  if (!has_presence (keys, QUO_KEY_REQUIRED))
    return;

  begin_array (schema, "required");
  for (const QuoKey *key = keys; key->name != NULL; key++)
    if (key->presence == QUO_KEY_REQUIRED)
      json_builder_add_string_value (schema->builder, key->name);
  end_array (schema);
}

static void
write_object (Schema        *schema,
              const QuoForm *form)
{
  put_string (schema, "type", "object");
  begin (schema, "properties");
  for (const QuoKey *key = form->keys; key->name != NULL; key++)
    write_property (schema, key);
  end (schema);
  write_required_keys (schema, form->keys);
  put_bool (schema, "additionalProperties", FALSE);
  if (has_presence (form->keys, QUO_KEY_ONE_OF))
    write_alternatives (schema, form->keys, QUO_KEY_ONE_OF);
  if (has_presence (form->keys, QUO_KEY_AT_MOST_ONE))
    write_alternatives (schema, form->keys, QUO_KEY_AT_MOST_ONE);
}

/* One kind of action: its keys, and what "do" says. */
static void
write_variant (Schema           *schema,
               const char       *tag,
               const QuoVariant *variant)
{
  begin (schema, NULL);
  put_string (schema, "title", variant->name);
  put_string (schema, "description", variant->summary);
  put_string (schema, "type", "object");
  begin (schema, "properties");
  for (const QuoKey *key = variant->keys; key->name != NULL; key++)
    {
      if (tag == NULL || strcmp (key->name, tag) != 0)
        {
          write_property (schema, key);
          continue;
        }
      begin (schema, tag);
      put_string (schema, "const", variant->name);
      end (schema);
    }
  end (schema);
  write_required_keys (schema, variant->keys);
  if (!variant->has_fields)
    put_bool (schema, "additionalProperties", FALSE);
  end (schema);
}

/* Protocols may share a command's name: it is written once, with the columns of
 * all that have it. */
static gboolean
is_first_of_its_name (const char *id,
                      guint       protocol)
{
  const QuoProtocol * const *all = quo_protocols ();

  for (guint i = 0; i < protocol; i++)
    if (quo_declaration_find_command (&all[i]->declaration, id) >= 0)
      return FALSE;

  return TRUE;
}

static void
write_columns (Schema     *schema,
               const char *command)
{
  const QuoProtocol * const *all = quo_protocols ();
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();

  for (guint p = 0; all[p] != NULL; p++)
    {
      int index = quo_declaration_find_command (&all[p]->declaration, command);
      const QuoColumn *columns =
        index >= 0 ? all[p]->declaration.commands[index].fields : NULL;

      for (guint i = 0; columns != NULL
                        && i < quo_columns_count (columns, QUO_MAX_COLUMNS); i++)
        {
          if (g_ptr_array_find_with_equal_func (seen, columns[i].id, g_str_equal,
                                                NULL))
            continue;
          g_ptr_array_add (seen, (char *) columns[i].id);
          begin (schema, columns[i].id);
          end (schema);
        }
    }
}

static void
write_commands (Schema *schema)
{
  const QuoProtocol * const *all = quo_protocols ();

  for (guint p = 0; all[p] != NULL; p++)
    {
      const QuoCommandSpec *commands = all[p]->declaration.commands;

      for (guint i = 0; commands != NULL && commands[i].id != NULL; i++)
        {
          if (!is_first_of_its_name (commands[i].id, p))
            continue;
          begin (schema, NULL);
          put_string (schema, "title", commands[i].id);
          put_string (schema, "description", commands[i].summary);
          put_string (schema, "type", "object");
          begin (schema, "properties");
          for (const QuoKey *key = quo_command_keys; key->name != NULL; key++)
            {
              if (strcmp (key->name, "do") != 0)
                {
                  write_property (schema, key);
                  continue;
                }
              begin (schema, "do");
              put_string (schema, "const", commands[i].id);
              end (schema);
            }
          write_columns (schema, commands[i].id);
          end (schema);
          write_required_keys (schema, quo_command_keys);
          put_bool (schema, "additionalProperties", FALSE);
          end (schema);
        }
    }
}

static void
write_variants (Schema        *schema,
                const QuoForm *form)
{
  /* An object may have the names of two: the reader takes the first. */
  begin_array (schema, "anyOf");
  for (const QuoVariant *v = form->variants; v->name != NULL; v++)
    write_variant (schema, form->tag, v);
  if (form->has_commands)
    write_commands (schema);
  end_array (schema);
}

static void
write_choices (Schema        *schema,
               const QuoForm *form)
{
  begin_array (schema, "anyOf");
  for (guint i = 0; form->choices[i] != NULL; i++)
    {
      begin (schema, NULL);
      write_form (schema, form->choices[i]);
      end (schema);
    }
  end_array (schema);
}

static void
write_array (Schema        *schema,
             const QuoForm *form)
{
  put_string (schema, "type", "array");
  begin (schema, "items");
  write_form (schema, form->item);
  end (schema);
  if (form->n_min > 0)
    put_number (schema, "minItems", form->n_min);
  if (form->n_max > 0)
    put_number (schema, "maxItems", form->n_max);
}

static void
write_map (Schema        *schema,
           const QuoForm *form)
{
  put_string (schema, "type", "object");
  begin (schema, "additionalProperties");
  write_form (schema, form->item);
  end (schema);
  if (form->n_min > 0)
    put_number (schema, "minProperties", form->n_min);
  if (form->n_max > 0)
    put_number (schema, "maxProperties", form->n_max);
}

static void
write_size (Schema *schema)
{
  static const char * const types[] = { "string", "number", NULL };

  put_strings (schema, "type", types);
  put_string (schema, "pattern",
              "^[0-9][0-9.eE+]* ?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$");
  put_number (schema, "minimum", 0);
}

/* The members of a form's schema, inside an object that is open. */
static void
write_members (Schema        *schema,
               const QuoForm *form)
{
  static const char * const scalars[] = { "string", "number", "boolean", NULL };

  switch (form->kind)
    {
    case QUO_FORM_STRING:
      put_string (schema, "type", "string");
      if (form->n_min > 0)
        put_number (schema, "minLength", form->n_min);
      break;
    case QUO_FORM_BOOL:
      put_string (schema, "type", "boolean");
      break;
    case QUO_FORM_INT:
    case QUO_FORM_NUMBER:
      write_number (schema, form);
      break;
    case QUO_FORM_TIME:
      write_text (schema, form->min < 0
                            ? "^-?" DECIMAL " ?" UNITS "$|^-?0+(\\.0+)?$"
                            : "^" DECIMAL " ?" UNITS "$|^-?0+(\\.0+)? ?" UNITS
                              "?$");
      break;
    case QUO_FORM_RATE:
      write_text (schema, "^-?" DECIMAL " ?/ ?" UNITS "$");
      break;
    case QUO_FORM_SIZE:
      write_size (schema);
      break;
    case QUO_FORM_BANDWIDTH:
      write_text (schema,
                  "^[0-9][0-9.eE+]* ?([kKMGT]?B|[KMGT]iB|[kMG]?bit)?/s$");
      break;
    case QUO_FORM_ENUM:
      put_strings (schema, "enum", form->values);
      break;
    case QUO_FORM_ARRAY:
      write_array (schema, form);
      break;
    case QUO_FORM_MAP:
      write_map (schema, form);
      break;
    case QUO_FORM_OBJECT:
      write_object (schema, form);
      break;
    case QUO_FORM_VARIANT:
      write_variants (schema, form);
      break;
    case QUO_FORM_CHOICE:
      write_choices (schema, form);
      break;
    case QUO_FORM_SCALAR:
      put_strings (schema, "type", scalars);
      break;
    case QUO_FORM_OPTIONS:
    case QUO_FORM_FIELDS:
    default:
      put_string (schema, "type", "object");
      break;
    }
}

/* What has a name of its own is written once, and referred to. */
static void
write_form (Schema        *schema,
            const QuoForm *form)
{
  g_autofree char *reference = NULL;

  if (form->id == NULL)
    {
      write_members (schema, form);
      return;
    }

  for (guint i = 0; i < schema->defined->len; i++)
    {
      const QuoForm *other = g_ptr_array_index (schema->defined, i);

      if (strcmp (other->id, form->id) == 0)
        {
          reference = g_strconcat ("#/$defs/", form->id, NULL);
          put_string (schema, "$ref", reference);
          return;
        }
    }
  g_ptr_array_add (schema->defined, (gpointer) form);
  reference = g_strconcat ("#/$defs/", form->id, NULL);
  put_string (schema, "$ref", reference);
}

static void
write_option_type (Schema              *schema,
                   const QuoOptionSpec *spec)
{
  gboolean is_bounded = spec->maximum > spec->minimum;

  switch (spec->type)
    {
    case QUO_OPTION_BOOL:
      put_string (schema, "type", "boolean");
      break;
    case QUO_OPTION_INT:
    case QUO_OPTION_NUMBER:
      put_string (schema, "type",
                  spec->type == QUO_OPTION_INT ? "integer" : "number");
      if (is_bounded)
        {
          put_number (schema, "minimum", spec->minimum);
          put_number (schema, "maximum", spec->maximum);
        }
      break;
    case QUO_OPTION_ENUM:
      put_strings (schema, "enum", spec->values);
      break;
    case QUO_OPTION_RANGE:
      {
        static const char * const types[] = { "array", "string", NULL };

        put_strings (schema, "type", types);
        begin (schema, "items");
        put_string (schema, "$ref", "#/$defs/offset");
        end (schema);
        put_number (schema, "minItems", 2);
        put_number (schema, "maxItems", 2);
      }
      break;
    case QUO_OPTION_DURATION:
      put_string (schema, "$ref", "#/$defs/offset");
      break;
    case QUO_OPTION_NAME:
      {
        static const char * const types[] = { "string", "number", NULL };

        put_strings (schema, "type", types);
      }
      break;
    case QUO_OPTION_NODE:
    default:
      put_string (schema, "type", "string");
      break;
    }
}

static void
write_options (Schema               *schema,
               const QuoDeclaration *declaration)
{
  const QuoOptionSpec *options = declaration->options;

  begin (schema, "options");
  begin (schema, "properties");
  for (guint i = 0; options != NULL && options[i].id != NULL; i++)
    {
      begin (schema, options[i].id);
      put_string (schema, "description", options[i].summary);
      write_option_type (schema, &options[i]);
      end (schema);
    }
  end (schema);
  put_bool (schema, "additionalProperties", FALSE);
  end (schema);
}

static void
write_faults (Schema               *schema,
              const QuoDeclaration *declaration)
{
  const QuoFaultSpec *faults = declaration->faults;

  begin (schema, "fault");
  /* The names stand for the string and for the array's items alike. */
  begin_array (schema, "anyOf");
  for (guint form = 0; form < 2; form++)
    {
      begin (schema, NULL);
      if (form == 1)
        {
          put_string (schema, "type", "array");
          begin (schema, "items");
        }
      begin_array (schema, "enum");
      for (guint i = 0; faults != NULL && faults[i].id != NULL; i++)
        json_builder_add_string_value (schema->builder, faults[i].id);
      end_array (schema);
      if (form == 1)
        end (schema);
      end (schema);
    }
  end_array (schema);
  end (schema);
}

static void
write_initial (Schema               *schema,
               const QuoDeclaration *declaration)
{
  const QuoFieldSpec *fields = declaration->fields;

  begin (schema, "initial");
  begin (schema, "additionalProperties");
  begin (schema, "properties");
  for (guint i = 0; fields != NULL && fields[i].id != NULL; i++)
    {
      gboolean is_list = fields[i].shape == QUO_SHAPE_LOG
                         || fields[i].shape == QUO_SHAPE_SET;

      if (fields[i].storage != QUO_STORAGE_DURABLE)
        continue;
      begin (schema, fields[i].id);
      put_string (schema, "description", fields[i].summary);
      if (fields[i].shape != QUO_SHAPE_SCALAR)
        put_string (schema, "type", is_list ? "array" : "object");
      end (schema);
    }
  end (schema);
  put_bool (schema, "additionalProperties", FALSE);
  end (schema);
  end (schema);
}

/* What depends on the protocol that is named. */
static void
write_protocols (Schema *schema)
{
  const QuoProtocol * const *all = quo_protocols ();

  begin_array (schema, "allOf");
  for (guint i = 0; all[i] != NULL; i++)
    {
      begin (schema, NULL);
      begin (schema, "if");
      begin (schema, "properties");
      begin (schema, "protocol");
      put_string (schema, "const", all[i]->declaration.id);
      end (schema);
      end (schema);
      end (schema);
      begin (schema, "then");
      begin (schema, "properties");
      write_options (schema, &all[i]->declaration);
      write_faults (schema, &all[i]->declaration);
      write_initial (schema, &all[i]->declaration);
      end (schema);
      end (schema);
      end (schema);
    }
  begin (schema, NULL);
  begin (schema, "properties");
  begin (schema, "protocol");
  begin_array (schema, "enum");
  for (guint i = 0; all[i] != NULL; i++)
    json_builder_add_string_value (schema->builder, all[i]->declaration.id);
  end_array (schema);
  end (schema);
  end (schema);
  end (schema);
  end_array (schema);
}

static void
write_definitions (Schema *schema)
{
  begin (schema, "$defs");
  /* Writing one may meet others, which come after it. */
  for (guint i = 0; i < schema->defined->len; i++)
    {
      const QuoForm *form = g_ptr_array_index (schema->defined, i);

      begin (schema, form->id);
      put_string (schema, "description", form->expected);
      write_members (schema, form);
      end (schema);
    }
  end (schema);
}

/**
 * quo_schema_to_json:
 *
 * Makes the schema of scenario files: JSON Schema 2020-12. It knows every protocol
 * of the registry. Whatever the reader takes is valid; what it says of more than
 * one value at a time, such as a node that does not exist, is not in it.
 *
 * Returns: (transfer full): the schema, with a line's end
 */
char *
quo_schema_to_json (void)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (GPtrArray) defined = g_ptr_array_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  Schema schema = { builder, defined };

  begin (&schema, NULL);
  put_string (&schema, "$schema", DIALECT);
  put_string (&schema, "$id", ID);
  put_string (&schema, "title", "Quorate scenario");
  write_members (&schema, &quo_form_scenario);
  write_protocols (&schema);
  write_definitions (&schema);
  end (&schema);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_indent (generator, 2);
  text = json_generator_to_data (generator, NULL);

  return g_strconcat (text, "\n", NULL);
}
