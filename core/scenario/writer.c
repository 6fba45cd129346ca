/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A scenario as text, in one order and one layout: what is short stands on one
 * line, numbers and units stand as they were written. */

#include "scenario/form-private.h"
#include "scenario/scenario-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 100

typedef struct
{
  const QuoDeclaration *declaration;
  GString              *out;
} Writer;

static void write_value (Writer        *writer,
                         const QuoForm *form,
                         const QuoJson *value,
                         guint          indent,
                         guint          column);

static void
append_string (GString    *out,
               const char *text)
{
  static const char escaped[] = "\"\\\b\f\n\r\t";
  static const char letters[] = "\"\\bfnrt";

  g_string_append_c (out, '"');
  for (const char *p = text; *p != 0; p++)
    {
      const char *known = strchr (escaped, *p);

      if (known != NULL)
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, letters[known - escaped]);
        }
      else if ((guchar) *p < 0x20)
        g_string_append_printf (out, "\\u%04x", (guchar) *p);
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static const QuoForm *
choose (const QuoForm *form,
        const QuoJson *value)
{
  while (form != NULL && form->kind == QUO_FORM_CHOICE)
    {
      const QuoForm *chosen = NULL;

      for (guint i = 0; form->choices[i] != NULL && chosen == NULL; i++)
        {
          gboolean is_list = form->choices[i]->kind == QUO_FORM_ARRAY;
          gboolean is_object = form->choices[i]->kind == QUO_FORM_OBJECT
                               || form->choices[i]->kind == QUO_FORM_MAP;
          QuoJsonKind kind = quo_json_kind (value);

          if (is_list == (kind == QUO_JSON_ARRAY)
              && is_object == (kind == QUO_JSON_OBJECT))
            chosen = form->choices[i];
        }
      form = chosen;
    }

  return form;
}

static const QuoForm *
item_form (const QuoForm *form)
{
  return form != NULL
         && (form->kind == QUO_FORM_ARRAY || form->kind == QUO_FORM_MAP)
           ? form->item
           : NULL;
}

/* A member in the order of writing. */
typedef struct
{
  const char    *key;
  const QuoJson *value;
  const QuoForm *form;
} Member;

static void
take (GArray        *members,
      const QuoJson *object,
      const char    *key,
      const QuoForm *form)
{
  Member member = { key, quo_json_get (object, key), form };

  for (guint i = 0; member.value != NULL && i < members->len; i++)
    if (strcmp (g_array_index (members, Member, i).key, key) == 0)
      return;
  if (member.value != NULL)
    g_array_append_val (members, member);
}

static void
take_keys (GArray        *members,
           const QuoJson *object,
           const QuoKey  *keys)
{
  for (; keys->name != NULL; keys++)
    take (members, object, keys->name, keys->form);
}

static void
take_fields (Writer        *writer,
             GArray        *members,
             const QuoJson *object)
{
  const QuoFieldSpec *fields = writer->declaration->fields;

  for (guint i = 0; fields != NULL && fields[i].id != NULL; i++)
    take (members, object, fields[i].id, NULL);
}

static void
take_variant (Writer        *writer,
              GArray        *members,
              const QuoForm *form,
              const QuoJson *object)
{
  const char *tag = form->tag != NULL
                      ? quo_json_text (quo_json_get (object, form->tag))
                      : NULL;

  for (const QuoVariant *v = form->variants; v->name != NULL; v++)
    if (form->tag != NULL ? g_strcmp0 (v->name, tag) == 0
                          : quo_json_get (object, v->name) != NULL)
      {
        take_keys (members, object, v->keys);
        if (v->has_fields)
          take_fields (writer, members, object);
        return;
      }

  int command = tag != NULL
                  ? quo_declaration_find_command (writer->declaration, tag)
                  : -1;

  take_keys (members, object, quo_command_keys);
  for (guint i = 0; command >= 0 && i < QUO_MAX_COLUMNS; i++)
    {
      const QuoColumn *column =
        &writer->declaration->commands[command].fields[i];

      if (column->type != QUO_TYPE_NONE)
        take (members, object, column->id, NULL);
    }
}

static GArray *
sort_members (Writer        *writer,
              const QuoForm *form,
              const QuoJson *object)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (Member));
  const QuoOptionSpec *options = writer->declaration->options;

  if (form != NULL && form->kind == QUO_FORM_OBJECT)
    take_keys (members, object, form->keys);
  else if (form != NULL && form->kind == QUO_FORM_VARIANT)
    take_variant (writer, members, form, object);
  else if (form != NULL && form->kind == QUO_FORM_FIELDS)
    take_fields (writer, members, object);
  else if (form != NULL && form->kind == QUO_FORM_OPTIONS)
    for (guint i = 0; options != NULL && options[i].id != NULL; i++)
      take (members, object, options[i].id, NULL);
  else
    for (guint i = 0; i < quo_json_length (object); i++)
      {
        Member member = { quo_json_key (object, i), quo_json_nth (object, i),
                          item_form (form) };

        g_array_append_val (members, member);
      }

  return members;
}

static gboolean write_inline (Writer        *writer,
                              const QuoForm *form,
                              const QuoJson *value,
                              GString       *out,
                              gsize          limit);

static gboolean
write_inline_object (Writer        *writer,
                     const QuoForm *form,
                     const QuoJson *value,
                     GString       *out,
                     gsize          limit)
{
  g_autoptr (GArray) members = NULL;

  /* A large one is not even sorted. */
  if (quo_json_length (value) * 4 > limit)
    return FALSE;

  members = sort_members (writer, form, value);
  g_string_append (out, members->len > 0 ? "{ " : "{");
  for (guint i = 0; i < members->len; i++)
    {
      const Member *member = &g_array_index (members, Member, i);

      if (i > 0)
        g_string_append (out, ", ");
      append_string (out, member->key);
      g_string_append (out, ": ");
      if (!write_inline (writer, member->form, member->value, out, limit))
        return FALSE;
    }
  g_string_append (out, members->len > 0 ? " }" : "}");

  return TRUE;
}

static gboolean
write_inline_array (Writer        *writer,
                    const QuoForm *form,
                    const QuoJson *value,
                    GString       *out,
                    gsize          limit)
{
  guint n = quo_json_length (value);
  gboolean is_spaced = n > 0
                       && quo_json_kind (quo_json_nth (value, 0))
                            == QUO_JSON_OBJECT;

  g_string_append (out, is_spaced ? "[ " : "[");
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (out, ", ");
      if (!write_inline (writer, item_form (form), quo_json_nth (value, i), out,
                         limit))
        return FALSE;
    }
  g_string_append (out, is_spaced ? " ]" : "]");

  return TRUE;
}

/* FALSE when it takes more than @limit bytes; @out is of no use then. Bytes are
 * at least as many as columns, so the caller counts again. */
static gboolean
write_inline (Writer        *writer,
              const QuoForm *form,
              const QuoJson *value,
              GString       *out,
              gsize          limit)
{
  form = choose (form, value);
  switch (quo_json_kind (value))
    {
    case QUO_JSON_NULL:
      g_string_append (out, "null");
      break;
    case QUO_JSON_BOOL:
      g_string_append (out, quo_json_truth (value) ? "true" : "false");
      break;
    case QUO_JSON_NUMBER:
      g_string_append (out, quo_json_text (value));
      break;
    case QUO_JSON_STRING:
      append_string (out, quo_json_text (value));
      break;
    case QUO_JSON_ARRAY:
      if (!write_inline_array (writer, form, value, out, limit))
        return FALSE;
      break;
    case QUO_JSON_OBJECT:
    default:
      if (!write_inline_object (writer, form, value, out, limit))
        return FALSE;
      break;
    }

  return out->len <= limit;
}

static void
new_line (Writer *writer,
          guint   indent)
{
  g_string_append_c (writer->out, '\n');
  for (guint i = 0; i < indent; i++)
    g_string_append_c (writer->out, ' ');
}

/* These begin a paragraph of the document. */
static gboolean
begins_paragraph (const char *key)
{
  static const char * const keys[] = {
    "protocol", "nodes", "clients", "initial", "script", "chaos", "story",
    "expect", NULL
  };

  return g_strv_contains (keys, key);
}

static void
write_object (Writer        *writer,
              const QuoForm *form,
              const QuoJson *value,
              guint          indent)
{
  g_autoptr (GArray) members = sort_members (writer, form, value);

  g_string_append_c (writer->out, '{');
  for (guint i = 0; i < members->len; i++)
    {
      const Member *member = &g_array_index (members, Member, i);
      gsize start;

      if (i > 0)
        g_string_append_c (writer->out, ',');
      if (i > 0 && form == &quo_form_scenario && begins_paragraph (member->key))
        g_string_append_c (writer->out, '\n');
      new_line (writer, indent + 2);
      start = writer->out->len;
      append_string (writer->out, member->key);
      g_string_append (writer->out, ": ");
      write_value (writer, member->form, member->value, indent + 2,
                   indent + 2
                     + (guint) g_utf8_strlen (writer->out->str + start, -1));
    }
  new_line (writer, indent);
  g_string_append_c (writer->out, '}');
}

static void
write_array (Writer        *writer,
             const QuoForm *form,
             const QuoJson *value,
             guint          indent)
{
  g_string_append_c (writer->out, '[');
  for (guint i = 0; i < quo_json_length (value); i++)
    {
      if (i > 0)
        g_string_append_c (writer->out, ',');
      new_line (writer, indent + 2);
      write_value (writer, item_form (form), quo_json_nth (value, i),
                   indent + 2, indent + 2);
    }
  new_line (writer, indent);
  g_string_append_c (writer->out, ']');
}

/* Lists of what happens are read line by line, and change line by line. */
static gboolean
is_always_broken (const QuoForm *form,
                  const QuoJson *value)
{
  if (quo_json_length (value) == 0)
    return FALSE;

  return form == &quo_form_scenario || form == &quo_form_script
         || form == &quo_form_chaos || form == &quo_form_story
         || form == &quo_form_expect || form == &quo_form_clients;
}

static void
write_value (Writer        *writer,
             const QuoForm *form,
             const QuoJson *value,
             guint          indent,
             guint          column)
{
  g_autoptr (GString) line = g_string_new (NULL);
  QuoJsonKind kind = quo_json_kind (value);
  gboolean is_inline;

  form = choose (form, value);
  is_inline = !is_always_broken (form, value)
              && write_inline (writer, form, value, line,
                               kind == QUO_JSON_ARRAY || kind == QUO_JSON_OBJECT
                                 ? WIDTH * 4
                                 : G_MAXSIZE);
  /* One more for the comma. */
  if (is_inline && (kind == QUO_JSON_ARRAY || kind == QUO_JSON_OBJECT)
      && quo_json_length (value) > 0
      && column + g_utf8_strlen (line->str, -1) + 1 > WIDTH)
    is_inline = FALSE;

  if (is_inline)
    g_string_append_len (writer->out, line->str, (gssize) line->len);
  else if (kind == QUO_JSON_ARRAY)
    write_array (writer, form, value, indent);
  else
    write_object (writer, form, value, indent);
}

/**
 * quo_scenario_to_json:
 * @self: a scenario
 *
 * Returns: (transfer full): the scenario as a text that ends with a line's end:
 *   equal scenarios give equal bytes
 */
char *
quo_scenario_to_json (QuoScenario *self)
{
  Writer writer = { NULL, NULL };

  g_return_val_if_fail (self != NULL, NULL);

  writer.declaration = &self->protocol->declaration;
  writer.out = g_string_new (NULL);
  write_value (&writer, &quo_form_scenario, self->root, 0, 0);
  g_string_append_c (writer.out, '\n');

  return g_string_free (writer.out, FALSE);
}

/**
 * quo_scenario_equal:
 * @self: a scenario
 * @other: another
 *
 * Returns: whether both say the same in the same words, in whatever order
 */
gboolean
quo_scenario_equal (QuoScenario *self,
                    QuoScenario *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  return self == other || quo_json_equal (self->root, other->root);
}

/**
 * quo_scenario_save:
 * @self: a scenario
 * @path: a file's name
 * @error: return location
 *
 * Writes a new file beside the old one and puts it in its place when it is whole
 * on disk: whatever fails, the old one is there. A link stays a link.
 *
 * Returns: whether it was written
 */
gboolean
quo_scenario_save (QuoScenario  *self,
                   const char   *path,
                   GError      **error)
{
  g_autofree char *text = NULL;
  g_autofree char *target = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) file_error = NULL;
  GStatBuf status;
  int mode = 0666;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  text = quo_scenario_to_json (self);
  target = realpath (path, NULL);
  if (target == NULL)
    target = g_strdup (path);
  if (g_stat (target, &status) == 0)
    mode = status.st_mode & 0777;
  name = g_filename_display_name (path);

  if (g_file_set_contents_full (target, text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT
                                  | G_FILE_SET_CONTENTS_DURABLE,
                                mode, &file_error))
    return TRUE;
  g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE,
               _("%s: cannot be written: %s"), name, file_error->message);

  return FALSE;
}
