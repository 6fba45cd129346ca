/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Edits: each makes a new tree that shares what did not change, and reads it. */

#include "scenario/json-scan.h"
#include "scenario/scenario-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Consumes @root. */
static QuoScenario *
with_root (QuoScenario  *self,
           QuoJson      *root,
           GError      **error)
{
  QuoScenario *scenario = quo_scenario_new_from_tree (self->name, root, error);

  quo_json_unref (root);

  return scenario;
}

static QuoScenario *
with_script (QuoScenario  *self,
             QuoJson      *script,
             GError      **error)
{
  if (quo_json_length (script) > 0)
    return with_root (self, quo_json_with (self->root, "script", script), error);
  quo_json_unref (script);

  return with_root (self, quo_json_without (self->root, "script"), error);
}

static QuoJson *
action_from_glib (JsonObject  *action,
                  GError     **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, action);

  return quo_json_from_glib (node, error);
}

/* A script that is in order of time stays so. */
static guint
place_of (QuoScenario *self,
          const QuoJson *action)
{
  const char *at = quo_json_text (quo_json_get (action, "at"));
  guint n = self->script->len;
  guint place = n;
  QuoTime time = 0;

  if (at == NULL || !quo_time_parse (at, &time, NULL))
    return n;
  for (guint i = 1; i < n; i++)
    if (quo_scenario_action_time (self, i - 1)
        > quo_scenario_action_time (self, i))
      return n;
  while (place > 0 && quo_scenario_action_time (self, place - 1) > time)
    place--;

  return place;
}

/* (transfer full): an array with one more item. */
static QuoJson *
with_inserted (const QuoJson *array,
               guint          place,
               QuoJson       *item)
{
  QuoJson *copy = quo_json_new_array ();
  guint n = quo_json_length (array);

  for (guint i = 0; i < place; i++)
    quo_json_append (copy, quo_json_ref (quo_json_nth (array, i)));
  quo_json_append (copy, item);
  for (guint i = place; i < n; i++)
    quo_json_append (copy, quo_json_ref (quo_json_nth (array, i)));

  return copy;
}

/**
 * quo_scenario_with_action:
 * @self: a scenario
 * @action: (transfer none): as in the script
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Adds an action: after those of its time where the script is in order of time,
 * else at the end.
 *
 * Returns: (transfer full) (nullable): the new scenario, or %NULL when there is no
 *   such action
 */
QuoScenario *
quo_scenario_with_action (QuoScenario  *self,
                          JsonObject   *action,
                          GError      **error)
{
  QuoJson *item;

  g_return_val_if_fail (self != NULL && action != NULL, NULL);

  item = action_from_glib (action, error);
  if (item == NULL)
    return NULL;

  return with_script (self,
                      with_inserted (quo_json_get (self->root, "script"),
                                     place_of (self, item), item),
                      error);
}

/**
 * quo_scenario_with_action_at:
 * @self: a scenario
 * @nth: an action of its script
 * @action: (transfer none): what stands there instead
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Returns: (transfer full) (nullable): the new scenario, or %NULL when there is no
 *   such action
 */
QuoScenario *
quo_scenario_with_action_at (QuoScenario  *self,
                             guint         nth,
                             JsonObject   *action,
                             GError      **error)
{
  QuoJson *item;

  g_return_val_if_fail (self != NULL && action != NULL, NULL);
  g_return_val_if_fail (nth < self->script->len, NULL);

  item = action_from_glib (action, error);
  if (item == NULL)
    return NULL;

  return with_script (self,
                      quo_json_with_nth (quo_json_get (self->root, "script"),
                                         nth, item),
                      error);
}

/**
 * quo_scenario_without_action:
 * @self: a scenario
 * @nth: an action of its script
 *
 * Returns: (transfer full): the new scenario; @self again where something else in
 *   it needs the action
 */
QuoScenario *
quo_scenario_without_action (QuoScenario *self,
                             guint        nth)
{
  QuoScenario *scenario;

  g_return_val_if_fail (self != NULL && nth < self->script->len, NULL);

  scenario = with_script (self,
                          quo_json_without_nth (quo_json_get (self->root,
                                                              "script"), nth),
                          NULL);

  return scenario != NULL ? scenario : quo_scenario_ref (self);
}

/* Three decimals are a pixel on a large screen. */
static QuoJson *
new_position (double x,
              double y)
{
  QuoJson *position = quo_json_new_array ();
  double coordinates[2] = { x, y };

  for (guint i = 0; i < 2; i++)
    {
      double c = isfinite (coordinates[i]) ? coordinates[i] : 0.5;

      quo_json_append (position,
                       quo_json_new_double (round (CLAMP (c, 0, 1) * 1000)
                                            / 1000));
    }

  return position;
}

/**
 * quo_scenario_with_position:
 * @self: a scenario
 * @node: index of a node
 * @x: across, brought into 0 to 1 and rounded to a thousandth
 * @y: down, likewise
 *
 * Returns: (transfer full): the new scenario
 */
QuoScenario *
quo_scenario_with_position (QuoScenario *self,
                            guint        node,
                            double       x,
                            double       y)
{
  const QuoJson *nodes;
  QuoJson *changed;

  g_return_val_if_fail (self != NULL && node < self->n_nodes, NULL);

  nodes = quo_json_get (self->root, "nodes");
  if (self->prefix != NULL)
    {
      g_autofree char *id = quo_scenario_participant (self, node);
      g_autoptr (QuoJson) nowhere = quo_json_new_object ();
      const QuoJson *positions = quo_json_get (nodes, "at");

      changed = quo_json_with (nodes, "at",
                               quo_json_with (positions != NULL ? positions
                                                                : nowhere,
                                              id, new_position (x, y)));
    }
  else
    changed = quo_json_with_nth (nodes, node,
                                 quo_json_with (quo_json_nth (nodes, node),
                                                "at", new_position (x, y)));

  return with_root (self, quo_json_with (self->root, "nodes", changed), NULL);
}

/**
 * quo_scenario_with_seed:
 * @self: a scenario
 * @seed: any
 *
 * Returns: (transfer full): the new scenario
 */
QuoScenario *
quo_scenario_with_seed (QuoScenario *self,
                        guint64      seed)
{
  char spelling[24];

  g_return_val_if_fail (self != NULL, NULL);

  g_snprintf (spelling, sizeof spelling, "%" G_GUINT64_FORMAT, seed);

  return with_root (self,
                    quo_json_with (self->root, "seed",
                                   quo_json_new_number (spelling)),
                    NULL);
}

/* "/a/b~1c" or "a.b" in steps; in the short form a dot divides. */
static char **
split_path (const char *path)
{
  char **steps;

  if (path[0] != '/')
    return g_strsplit (path, ".", -1);

  steps = g_strsplit (path + 1, "/", -1);
  for (guint i = 0; steps[i] != NULL; i++)
    {
      g_autoptr (GString) step = g_string_new (NULL);

      for (const char *p = steps[i]; *p != 0; p++)
        {
          gboolean is_escape = p[0] == '~' && (p[1] == '0' || p[1] == '1');

          g_string_append_c (step, !is_escape ? *p : p[1] == '0' ? '~' : '/');
          p += is_escape;
        }
      g_free (steps[i]);
      steps[i] = g_strdup (step->str);
    }

  return steps;
}

/* An array's item by its number or by its "id"; its length where there is none. */
static guint
find_item (const QuoJson *array,
           const char    *step)
{
  guint n = quo_json_length (array);
  guint64 number;

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (quo_json_text (quo_json_get (quo_json_nth (array, i), "id")),
                   step) == 0)
      return i;
  if (n > 0 && g_ascii_string_to_unsigned (step, 10, 0, n - 1, &number, NULL))
    return (guint) number;

  return n;
}

/* (transfer full): @at with @value (taken) at the end of @steps. Objects that are
 * missing on the way are made; the reader then judges the whole. */
static QuoJson *
set_at (const QuoJson  *at,
        char          **steps,
        QuoJson        *value,
        GError        **error)
{
  g_autoptr (QuoJson) empty = quo_json_new_object ();
  const QuoJson *child;
  QuoJson *changed;
  guint nth;

  if (steps[0] == NULL)
    return value;

  if (at == NULL)
    at = empty;
  if (quo_json_kind (at) == QUO_JSON_ARRAY)
    {
      nth = find_item (at, steps[0]);
      if (nth < quo_json_length (at))
        {
          changed = set_at (quo_json_nth (at, nth), steps + 1, value, error);
          return changed != NULL ? quo_json_with_nth (at, nth, changed) : NULL;
        }
    }
  else if (quo_json_kind (at) == QUO_JSON_OBJECT && steps[0][0] != 0)
    {
      child = quo_json_get (at, steps[0]);
      changed = set_at (child, steps + 1, value, error);
      return changed != NULL ? quo_json_with (at, steps[0], changed) : NULL;
    }

  quo_json_unref (value);
  g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_UNKNOWN,
               _("there is no “%.60s” in the scenario"), steps[0]);

  return NULL;
}

static QuoScenario *
with_value_at (QuoScenario  *self,
               char        **steps,
               QuoJson      *value,
               GError      **error)
{
  QuoJson *root = set_at (self->root, steps, value, error);

  return root != NULL ? with_root (self, root, error) : NULL;
}

/**
 * quo_scenario_with_value:
 * @self: a scenario
 * @path: a JSON Pointer ("/options/election-timeout") or its short form
 *   ("options.election-timeout"); an item of an array by its number or its id
 * @value: JSON, or a text without quotation marks: "150ms", "150ms..300ms"
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Changes or adds one value. What could be a number is one, unless only a text
 * will do there.
 *
 * Returns: (transfer full) (nullable): the new scenario, or %NULL when the value
 *   is not allowed there
 */
QuoScenario *
quo_scenario_with_value (QuoScenario  *self,
                         const char   *path,
                         const char   *value,
                         GError      **error)
{
  g_auto (GStrv) steps = NULL;
  g_autoptr (GError) json_error = NULL;
  QuoScenario *scenario;
  QuoJson *json;

  g_return_val_if_fail (self != NULL && path != NULL && value != NULL, NULL);

  if (!g_utf8_validate (path, -1, NULL) || !g_utf8_validate (value, -1, NULL)
      || path[0] == 0)
    {
      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_SYNTAX,
                   _("expected a path such as “options.election-timeout” and a "
                     "value, both UTF-8"));
      return NULL;
    }

  steps = split_path (path);
  json = quo_json_scan (path, value, strlen (value), NULL);
  if (json != NULL)
    {
      quo_json_set_place (json, (QuoJsonPlace) { 0, 0 });
      scenario = with_value_at (self, steps, json, &json_error);
      if (scenario != NULL)
        return scenario;
    }

  scenario = with_value_at (self, steps, quo_json_new_string (value),
                            json_error == NULL ? error : NULL);
  if (scenario == NULL && json_error != NULL)
    g_propagate_error (error, g_steal_pointer (&json_error));

  return scenario;
}

/**
 * quo_scenario_action_json:
 * @self: a scenario
 * @nth: an action of its script
 *
 * Returns: (transfer full): the action as the script has it
 */
JsonObject *
quo_scenario_action_json (QuoScenario *self,
                          guint        nth)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (self != NULL && nth < self->script->len, NULL);

  node = quo_json_to_glib (quo_json_nth (quo_json_get (self->root, "script"),
                                         nth));

  return json_node_dup_object (node);
}
