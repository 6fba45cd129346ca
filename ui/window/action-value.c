/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/action-value.h"

#include <string.h>

static gboolean
is_array_of (JsonNode *value, gboolean (*is_member) (JsonNode *member))
{
  JsonArray *array = NULL;

  if (!JSON_NODE_HOLDS_ARRAY (value))
    return FALSE;
  array = json_node_get_array (value);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!is_member (json_array_get_element (array, i)))
      return FALSE;
  return json_array_get_length (array) > 0;
}

static gboolean
is_text (JsonNode *value)
{
  return JSON_NODE_HOLDS_VALUE (value)
         && json_node_get_value_type (value) == G_TYPE_STRING;
}

static gboolean
is_list (JsonNode *value)
{
  return is_array_of (value, is_text);
}

static char *
join (JsonNode *value, const char *separator)
{
  JsonArray *array = json_node_get_array (value);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *member = json_array_get_element (array, i);
      g_autofree char *inner = is_text (member) ? json_node_dup_string (member)
                                                : join (member, ", ");

      g_string_append_printf (text, "%s%s", i > 0 ? separator : "", inner);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * quo_action_value_to_text:
 * @value: of a member of an action
 *
 * Returns: (transfer full): as a person would type it
 */
char *
quo_action_value_to_text (JsonNode *value)
{
  g_return_val_if_fail (value != NULL, NULL);

  if (is_text (value))
    return json_node_dup_string (value);
  if (is_list (value))
    return join (value, ", ");
  if (is_array_of (value, is_list))
    return join (value, " | ");
  return json_to_string (value, FALSE);
}

static JsonNode *
text_node (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

static JsonNode *
split (const char *text, const char *separators)
{
  g_auto (GStrv) parts = g_strsplit_set (text, separators, -1);
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_init_array (json_node_alloc (), array);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      json_array_add_string_element (array, parts[i]);
  json_array_unref (array);
  return node;
}

static JsonNode *
split_groups (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_init_array (json_node_alloc (), array);

  for (guint i = 0; parts[i] != NULL; i++)
    json_array_add_element (array, split (parts[i], ", \t"));
  json_array_unref (array);
  return node;
}

static gboolean
is_number (const char *text)
{
  char *end = NULL;

  g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}

/**
 * quo_action_value_from_text:
 * @form: what the scenario expects there; %NULL: whatever it looks like
 * @key: the member's name
 * @text: what was typed; not empty
 *
 * Makes no check: the scenario does, and says what is wrong.
 *
 * Returns: (transfer full): the value
 */
JsonNode *
quo_action_value_from_text (const QuoForm *form,
                            const char *key,
                            const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  gboolean is_plain
    = form != NULL
      && (form->kind == QUO_FORM_STRING || form->kind == QUO_FORM_TIME
          || form->kind == QUO_FORM_RATE || form->kind == QUO_FORM_SCALAR);

  if (*text == '[' || *text == '{')
    {
      JsonNode *node = json_from_string (text, NULL);

      if (node != NULL)
        return node;
    }
  if (is_plain)
    return text_node (text);
  if (g_str_equal (text, "true") || g_str_equal (text, "false")
      || (is_number (text) && (form == NULL || form->kind != QUO_FORM_CHOICE)))
    {
      JsonNode *node = json_from_string (text, NULL);

      if (node != NULL)
        return node;
    }
  if (g_str_equal (key, "groups"))
    return split_groups (text);
  if (form != NULL && form->kind == QUO_FORM_CHOICE
      && strchr (text, ',') != NULL)
    return split (text, ",");
  return text_node (text);
}
