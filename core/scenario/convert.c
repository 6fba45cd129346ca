/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Between our tree and json-glib's, which widgets build actions with. */

#include "scenario/scenario-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static QuoJson *from_node (JsonNode  *node,
                           guint      depth,
                           GError   **error);

static QuoJson *
fail (GError     **error,
      const char  *message)
{
  g_set_error_literal (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_TYPE,
                       message);

  return NULL;
}

static QuoJson *
from_value (JsonNode  *node,
            GError   **error)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_BOOLEAN)
    return quo_json_new_bool (json_node_get_boolean (node));
  if (type == G_TYPE_INT64)
    return quo_json_new_int (json_node_get_int (node));
  if (type == G_TYPE_DOUBLE)
    {
      double number = json_node_get_double (node);

      return isfinite (number) ? quo_json_new_double (number)
                               : fail (error, _("a number must be finite"));
    }
  if (!g_utf8_validate (json_node_get_string (node), -1, NULL))
    return fail (error, _("a text must be UTF-8"));

  return quo_json_new_string (json_node_get_string (node));
}

static QuoJson *
from_object (JsonObject  *object,
             guint        depth,
             GError     **error)
{
  g_autoptr (QuoJson) value = quo_json_new_object ();
  g_autoptr (GList) keys = json_object_get_members (object);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      QuoJson *member = from_node (json_object_get_member (object, l->data),
                                   depth + 1, error);

      if (member == NULL)
        return NULL;
      quo_json_append_member (value, l->data, (QuoJsonPlace) { 0, 0 }, member);
    }

  return g_steal_pointer (&value);
}

static QuoJson *
from_array (JsonArray  *array,
            guint       depth,
            GError    **error)
{
  g_autoptr (QuoJson) value = quo_json_new_array ();

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      QuoJson *item = from_node (json_array_get_element (array, i), depth + 1,
                                 error);

      if (item == NULL)
        return NULL;
      quo_json_append (value, item);
    }

  return g_steal_pointer (&value);
}

static QuoJson *
from_node (JsonNode  *node,
           guint      depth,
           GError   **error)
{
  if (depth > QUO_JSON_MAX_DEPTH / 2)
    return fail (error, _("too many levels of nesting"));

  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      return from_object (json_node_get_object (node), depth, error);
    case JSON_NODE_ARRAY:
      return from_array (json_node_get_array (node), depth, error);
    case JSON_NODE_VALUE:
      return from_value (node, error);
    case JSON_NODE_NULL:
    default:
      return quo_json_new_null ();
    }
}

/**
 * quo_json_from_glib:
 * @node: a value of json-glib's
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Returns: (transfer full) (nullable): the same value, or %NULL when it is nested
 *   too deeply or holds what JSON cannot say
 */
QuoJson *
quo_json_from_glib (JsonNode  *node,
                    GError   **error)
{
  g_return_val_if_fail (node != NULL, NULL);

  return from_node (node, 0, error);
}

/**
 * quo_json_to_glib:
 * @self: a value
 *
 * Returns: (transfer full): the same value for json-glib; a number's spelling is
 *   lost
 */
JsonNode *
quo_json_to_glib (const QuoJson *self)
{
  JsonNode *node = json_node_alloc ();
  gint64 whole;

  g_return_val_if_fail (self != NULL, node);

  switch (quo_json_kind (self))
    {
    case QUO_JSON_BOOL:
      return json_node_init_boolean (node, quo_json_truth (self));
    case QUO_JSON_NUMBER:
      if (quo_json_int (self, &whole))
        return json_node_init_int (node, whole);
      return json_node_init_double (node, quo_json_double (self));
    case QUO_JSON_STRING:
      return json_node_init_string (node, quo_json_text (self));
    case QUO_JSON_ARRAY:
      {
        g_autoptr (JsonArray) array = json_array_new ();

        for (guint i = 0; i < quo_json_length (self); i++)
          json_array_add_element (array,
                                  quo_json_to_glib (quo_json_nth (self, i)));
        return json_node_init_array (node, array);
      }
    case QUO_JSON_OBJECT:
      {
        g_autoptr (JsonObject) object = json_object_new ();

        for (guint i = 0; i < quo_json_length (self); i++)
          json_object_set_member (object, quo_json_key (self, i),
                                  quo_json_to_glib (quo_json_nth (self, i)));
        return json_node_init_object (node, object);
      }
    case QUO_JSON_NULL:
    default:
      return json_node_init_null (node);
    }
}
