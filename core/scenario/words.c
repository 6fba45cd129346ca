/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Actions and expectations in plain words. */

#include "scenario/reader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* "A", "@leader" as "the leader", a list with commas. */
static char *
who (const QuoJson *value)
{
  GString *text = g_string_new (NULL);
  const char *name = quo_json_text (value);

  if (value == NULL)
    return g_string_free (text, FALSE);
  if (quo_json_kind (value) == QUO_JSON_ARRAY)
    {
      for (guint i = 0; i < quo_json_length (value); i++)
        {
          g_autofree char *item = who (quo_json_nth (value, i));

          g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", item);
        }
      return g_string_free (text, FALSE);
    }

  if (name[0] != '@')
    g_string_append (text, name);
  else if (strcmp (name, "@random") == 0)
    g_string_append (text, _("a random node"));
  else if (strcmp (name, "@all") == 0)
    g_string_append (text, _("all nodes"));
  else
    g_string_append_printf (text, _("the %s"), name + 1);

  return g_string_free (text, FALSE);
}

/* "A | B, C" */
static char *
sides (const QuoJson *groups)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < quo_json_length (groups); i++)
    {
      g_autofree char *side = who (quo_json_nth (groups, i));

      g_string_append_printf (text, "%s%s", i > 0 ? " | " : "", side);
    }

  return g_string_free (text, FALSE);
}

static char *
scalar (const QuoJson *object,
        const char    *key,
        const char    *otherwise)
{
  const QuoJson *value = quo_json_get (object, key);

  return value != NULL ? quo_reader_scalar_text (value) : g_strdup (otherwise);
}

/* The nth AppendEntries from C to A */
static char *
which_message (const QuoJson *message)
{
  const char *kind = quo_reader_text (message, "kind", _("message"));
  const char *from = quo_reader_text (message, "from", NULL);
  const char *to = quo_reader_text (message, "to", NULL);
  guint nth = (guint) quo_reader_int (message, "nth", 1);
  GString *text = g_string_new (kind);

  if (nth > 1)
    g_string_append_printf (text, _(" number %u"), nth);
  if (from != NULL)
    g_string_append_printf (text, _(" from %s"), from);
  if (to != NULL)
    g_string_append_printf (text, _(" to %s"), to);

  return g_string_free (text, FALSE);
}

static char *
operation_text (const QuoJson *action,
                const char    *id)
{
  const char *client = quo_reader_text (action, "client", QUO_OPERATOR_ID);
  g_autofree char *node = who (quo_json_get (action, "node"));
  g_autofree char *key = scalar (action, "key", "x");
  g_autofree char *value = scalar (action, "value", "");
  g_autofree char *expected = scalar (action, "expected", "");
  g_autofree char *text = NULL;

  if (strcmp (id, "read") == 0)
    text = g_strdup_printf (_("%s reads %s"), client, key);
  else if (strcmp (id, "write") == 0)
    text = g_strdup_printf (_("%s writes %s = %s"), client, key, value);
  else if (strcmp (id, "compare-and-set") == 0)
    text = g_strdup_printf (_("%s sets %s from %s to %s"), client, key,
                            expected, value);
  else if (strcmp (id, "add") == 0)
    text = g_strdup_printf (_("%s adds %s to %s"), client, value, key);
  else if (strcmp (id, "remove") == 0)
    text = g_strdup_printf (_("%s removes %s from %s"), client, value, key);
  else if (strcmp (id, "append") == 0)
    text = g_strdup_printf (_("%s appends %s to %s"), client, value, key);
  else if (value[0] != 0)
    text = g_strdup_printf (_("%s begins transaction %s: %s"), client, key,
                            value);
  else
    text = g_strdup_printf (_("%s begins transaction %s"), client, key);

  return node[0] != 0 ? g_strdup_printf (_("%s at %s"), text, node)
                      : g_steal_pointer (&text);
}

static char *
link_text (const QuoJson *action,
           const char    *format)
{
  g_autofree char *from = who (quo_json_get (action, "from"));
  g_autofree char *to = who (quo_json_get (action, "to"));
  const char *arrow = quo_reader_bool (action, "one-way", FALSE) ? "→" : "↔";
  g_autofree char *link = g_strdup_printf ("%s %s %s", from, arrow, to);

  return g_strconcat (format, " ", link, NULL);
}

static char *
skew_text (const QuoJson *action,
           const char    *node)
{
  const char *by = quo_reader_text (action, "by", NULL);

  if (by != NULL)
    return g_strdup_printf (_("skew the clock of %s by %s"), node, by);

  return g_strdup_printf (_("let the clock of %s drift by %s"), node,
                          quo_json_text (quo_json_get (action, "drift")));
}

static char *
option_text (const QuoJson *action)
{
  const QuoJson *value = quo_json_get (action, "value");
  g_autofree char *text = NULL;

  if (quo_json_kind (value) == QUO_JSON_ARRAY && quo_json_length (value) == 2)
    {
      g_autofree char *low = quo_reader_scalar_text (quo_json_nth (value, 0));
      g_autofree char *high = quo_reader_scalar_text (quo_json_nth (value, 1));

      text = g_strdup_printf ("%s … %s", low, high);
    }
  else
    text = quo_reader_scalar_text (value);

  return g_strdup_printf (_("set %s to %s"),
                          quo_reader_text (action, "option", ""),
                          text != NULL ? text : "");
}

static char *
command_text (const QuoJson        *action,
              const char           *id,
              const QuoCommandSpec *spec,
              const char           *node)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s %s", id, node);
  for (guint i = 0; i < quo_columns_count (spec->fields, QUO_MAX_COLUMNS); i++)
    {
      g_autofree char *value = scalar (action, spec->fields[i].id, NULL);

      if (value != NULL)
        g_string_append_printf (text, ", %s %s", spec->fields[i].id, value);
    }

  return g_string_free (text, FALSE);
}

static char *
base_text (QuoScenario   *self,
           const QuoJson *action)
{
  const QuoDeclaration *declaration = &self->protocol->declaration;
  const char *id = quo_reader_text (action, "do", "");
  const QuoJson *message = quo_json_get (action, "message");
  g_autofree char *node = who (quo_json_get (action, "node"));
  g_autofree char *which = which_message (message);
  int command = quo_declaration_find_command (declaration, id);

  if (quo_reader_enum (quo_op_names, id) >= 0)
    return operation_text (action, id);
  if (strcmp (id, "partition") == 0)
    {
      g_autofree char *text = sides (quo_json_get (action, "groups"));

      return g_strdup_printf (_("cut %s"), text);
    }
  if (strcmp (id, "cut") == 0)
    return link_text (action, _("cut"));
  if (strcmp (id, "restore") == 0)
    return link_text (action, _("restore"));
  if (strcmp (id, "set-link") == 0)
    return link_text (action, _("change the link"));
  if (strcmp (id, "heal") == 0)
    return g_strdup (_("heal the network"));
  if (strcmp (id, "loss") == 0)
    return g_strdup_printf (_("lose %.3g %% of all messages"),
                            100 * quo_json_double (quo_json_get (action, "amount")));
  if (strcmp (id, "drop") == 0)
    return g_strdup_printf (_("drop %s"), which);
  if (strcmp (id, "duplicate") == 0)
    return g_strdup_printf (_("duplicate %s"), which);
  if (strcmp (id, "delay") == 0)
    return g_strdup_printf (_("delay %s by %s"), which,
                            quo_reader_text (action, "by", ""));
  if (strcmp (id, "skew") == 0)
    return skew_text (action, node);
  if (strcmp (id, "set-option") == 0)
    return option_text (action);
  if (strcmp (id, "crash") == 0)
    return g_strdup_printf (_("crash %s"), node);
  if (strcmp (id, "restart") == 0)
    return g_strdup_printf (_("restart %s"), node);
  if (strcmp (id, "pause") == 0)
    return g_strdup_printf (_("pause %s"), node);
  if (strcmp (id, "resume") == 0)
    return g_strdup_printf (_("resume %s"), node);
  if (strcmp (id, "isolate") == 0)
    return g_strdup_printf (_("isolate %s"), node);
  if (strcmp (id, "lose-disk") == 0)
    return g_strdup_printf (_("lose the disk of %s"), node);
  if (strcmp (id, "fire") == 0)
    return g_strdup_printf (_("let the %s timer of %s run out"),
                            quo_reader_text (action, "timer", ""), node);
  if (strcmp (id, "initial") == 0)
    return g_strdup_printf (_("set up %s"), node);
  if (command >= 0)
    return command_text (action, id, &declaration->commands[command], node);

  return g_strdup (id);
}

/**
 * quo_scenario_action_text:
 * @self: a scenario
 * @nth: an action of its script
 *
 * Returns: (transfer full): what it does, in a few words and without its time:
 *   "alice writes x = 1", "cut A, B | C, D, E", "crash B for 200ms"
 */
char *
quo_scenario_action_text (QuoScenario *self,
                          guint        nth)
{
  const QuoJson *action;
  const char *lasts;
  const char *every;
  GString *text;
  g_autofree char *base = NULL;

  g_return_val_if_fail (self != NULL && nth < self->script->len, NULL);

  action = quo_json_nth (quo_json_get (self->root, "script"), nth);
  lasts = quo_reader_text (action, "lasts", NULL);
  every = quo_reader_text (action, "every", NULL);
  base = base_text (self, action);
  text = g_string_new (base);
  if (lasts != NULL)
    g_string_append_printf (text, _(" for %s"), lasts);
  if (every != NULL)
    g_string_append_printf (text, _(", every %s"), every);

  return g_string_free (text, FALSE);
}

static void
append_value (GString       *text,
              const QuoJson *value)
{
  g_autofree char *item = quo_reader_scalar_text (value);

  if (quo_json_kind (value) != QUO_JSON_ARRAY)
    {
      g_string_append (text, item != NULL ? item : "");
      return;
    }
  g_string_append_c (text, '[');
  for (guint i = 0; i < quo_json_length (value); i++)
    {
      if (i > 0)
        g_string_append (text, ", ");
      append_value (text, quo_json_nth (value, i));
    }
  g_string_append_c (text, ']');
}

/* " is 3", " is at least 2 and is at most 4"; of rows " are at least 2" */
static void
append_bounds (GString       *text,
               const QuoJson *json,
               gboolean       is_many)
{
  static const char * const keys[] = { "is", "at-least", "at-most" };
  const char *one[] = { _(" is "), _(" is at least "), _(" is at most ") };
  const char *many[] = { _(" are "), _(" are at least "), _(" are at most ") };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const QuoJson *value = quo_json_get (json, keys[i]);

      if (value == NULL)
        continue;
      if (n++ > 0)
        g_string_append (text, _(" and"));
      g_string_append (text, is_many ? many[i] : one[i]);
      append_value (text, value);
    }
}

static void
append_field (GString              *text,
              const QuoFieldSpec   *field,
              const QuoExpectation *expectation)
{
  g_autofree char *node = who (quo_json_get (expectation->json, "node"));
  const char *column = quo_reader_text (expectation->json, "column", NULL);
  gboolean is_many = expectation->key == NULL && expectation->value == NULL
                     && field->shape != QUO_SHAPE_SCALAR;

  if (is_many)
    g_string_append_printf (text, _("the rows of %s of %s"), expectation->id,
                            node);
  else if (expectation->key != NULL)
    {
      g_autofree char *key = quo_reader_scalar_text (expectation->key);

      g_string_append_printf (text, _("%s %s of %s"), expectation->id, key, node);
    }
  else
    g_string_append_printf (text, _("%s of %s"), expectation->id, node);
  if (column != NULL)
    g_string_append_printf (text, ", %s,", column);
  if (expectation->absent != NULL)
    g_string_append (text, quo_json_truth (expectation->absent) ? _(" is absent")
                                                               : _(" is there"));
  append_bounds (text, expectation->json, is_many);
  if (expectation->at != QUO_TIME_NEVER)
    g_string_append_printf (text, _(" at %s"),
                            quo_reader_text (expectation->json, "at", ""));
}

static void
append_count (GString       *text,
              const QuoJson *json)
{
  static const char * const keys[] = {
    "event", "message", "note", "timer", "node", "from", "to", "after", "before"
  };
  const QuoJson *count = quo_json_get (json, "count");
  const QuoJson *where = quo_json_get (count, "where");

  g_string_append (text, _("the number of"));
  if (quo_json_length (count) == 0)
    g_string_append (text, _(" messages sent"));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = quo_reader_text (count, keys[i], NULL);

      if (value == NULL)
        continue;
      /* What is counted stands alone, where and when by its key. */
      if (i >= 4)
        g_string_append_printf (text, " %s", keys[i]);
      g_string_append_printf (text, " %s", value);
    }
  for (guint i = 0; i < quo_json_length (where); i++)
    {
      g_string_append_printf (text, i == 0 ? _(" with %s ") : ", %s ",
                              quo_json_key (where, i));
      append_value (text, quo_json_nth (where, i));
    }
  append_bounds (text, json, FALSE);
}

static void
append_result (GString       *text,
               const QuoJson *json)
{
  g_autofree char *value = scalar (json, "value", NULL);
  g_autofree char *age = scalar (json, "age", NULL);
  const char *fallback = quo_reader_text (json, "fallback", NULL);

  g_string_append_printf (text, _("operation %u of %s returns %s"),
                          (guint) quo_reader_int (json, "nth", 1),
                          quo_reader_text (json, "client", ""),
                          quo_reader_text (json, "status", "ok"));
  if (value != NULL)
    g_string_append_printf (text, _(", “%s”"), value);
  if (fallback != NULL && strcmp (fallback, "none") == 0)
    g_string_append (text, _(", without falling back"));
  else if (fallback != NULL)
    g_string_append_printf (text, _(", from the fallback “%s”"), fallback);
  if (age != NULL && strcmp (age, "unknown") == 0)
    g_string_append (text, _(", of unknown age"));
  else if (age != NULL)
    g_string_append_printf (text, _(", up to %s old"), age);
}

/**
 * quo_scenario_expectation_text:
 * @self: a scenario
 * @nth: one of its expectations
 *
 * Returns: (transfer full): it in a few words: "election-safety holds"
 */
char *
quo_scenario_expectation_text (QuoScenario *self,
                               guint        nth)
{
  const QuoExpectation *expectation;
  GString *text;

  g_return_val_if_fail (self != NULL && nth < self->expect->len, NULL);

  expectation = quo_scenario_expectation (self, nth);
  text = g_string_new (NULL);
  switch (expectation->kind)
    {
    case QUO_EXPECT_INVARIANT:
    case QUO_EXPECT_MODEL:
      g_string_printf (text, expectation->is_held ? _("%s holds")
                                                  : _("%s is violated"),
                       expectation->id);
      break;
    case QUO_EXPECT_FIELD:
      append_field (text,
                    &self->protocol->declaration.fields[expectation->what],
                    expectation);
      break;
    case QUO_EXPECT_MEASURE:
      if (quo_json_get (expectation->json, "statistic") != NULL)
        g_string_append_printf (text, _("%s of %s"), expectation->statistic,
                                expectation->id);
      else
        g_string_append (text, expectation->id);
      append_bounds (text, expectation->json, FALSE);
      break;
    case QUO_EXPECT_COUNT:
      append_count (text, expectation->json);
      break;
    case QUO_EXPECT_RESULT:
    default:
      append_result (text, expectation->json);
      break;
    }

  return g_string_free (text, FALSE);
}
