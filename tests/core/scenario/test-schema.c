/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/json-scan.h"
#include "scenario/scenario.h"
#include "scenario/schema.h"
#include "toy.h"

#include <string.h>

/*
 * A judge of its own for the part of JSON Schema 2020-12 that the schema uses.
 * A keyword that it does not know ends the test.
 */
static const char * const known_keywords[] = {
  "$schema", "$id", "$defs", "title", "description", "$ref", "type", "const",
  "enum", "minimum", "maximum", "minLength", "pattern", "items", "minItems",
  "maxItems", "properties", "required", "additionalProperties", "minProperties",
  "maxProperties", "anyOf", "oneOf", "allOf", "not", "if", "then", NULL
};

static QuoJson *schema_root;
static GHashTable *regexes;

static gboolean is_valid (const QuoJson *schema,
                          const QuoJson *value);

static gboolean
is_type (const char    *type,
         const QuoJson *value)
{
  gint64 whole;
  guint64 natural;

  switch (quo_json_kind (value))
    {
    case QUO_JSON_NULL:
      return g_str_equal (type, "null");
    case QUO_JSON_BOOL:
      return g_str_equal (type, "boolean");
    case QUO_JSON_NUMBER:
      return g_str_equal (type, "number")
             || (g_str_equal (type, "integer")
                 && (quo_json_int (value, &whole)
                     || quo_json_uint (value, &natural)));
    case QUO_JSON_STRING:
      return g_str_equal (type, "string");
    case QUO_JSON_ARRAY:
      return g_str_equal (type, "array");
    case QUO_JSON_OBJECT:
    default:
      return g_str_equal (type, "object");
    }
}

static gboolean
is_one_of (const QuoJson *list,
           const QuoJson *value)
{
  for (guint i = 0; i < quo_json_length (list); i++)
    if (quo_json_equal (quo_json_nth (list, i), value))
      return TRUE;

  return FALSE;
}

static guint
count_valid (const QuoJson *schemas,
             const QuoJson *value)
{
  guint n = 0;

  for (guint i = 0; i < quo_json_length (schemas); i++)
    n += is_valid (quo_json_nth (schemas, i), value);

  return n;
}

static gboolean
is_valid_object (const QuoJson *schema,
                 const QuoJson *value)
{
  const QuoJson *properties = quo_json_get (schema, "properties");
  const QuoJson *required = quo_json_get (schema, "required");
  const QuoJson *others = quo_json_get (schema, "additionalProperties");

  if (quo_json_kind (value) != QUO_JSON_OBJECT)
    return TRUE;
  for (guint i = 0; i < quo_json_length (required); i++)
    if (quo_json_get (value, quo_json_text (quo_json_nth (required, i))) == NULL)
      return FALSE;
  for (guint i = 0; i < quo_json_length (value); i++)
    {
      const QuoJson *own = quo_json_get (properties, quo_json_key (value, i));

      if (own == NULL)
        own = others;
      if (own != NULL && !is_valid (own, quo_json_nth (value, i)))
        return FALSE;
    }

  return TRUE;
}

static GRegex *
regex_of (const char *pattern)
{
  GRegex *regex = g_hash_table_lookup (regexes, pattern);

  if (regex == NULL)
    {
      regex = g_regex_new (pattern, G_REGEX_DOLLAR_ENDONLY, 0, NULL);
      g_assert_nonnull (regex);
      g_hash_table_insert (regexes, g_strdup (pattern), regex);
    }

  return regex;
}

static gboolean
is_valid_keyword (const QuoJson *schema,
                  const char    *keyword,
                  const QuoJson *of,
                  const QuoJson *value)
{
  QuoJsonKind kind = quo_json_kind (value);
  double limit = quo_json_double (of);
  guint n = quo_json_length (value);

  if (g_str_equal (keyword, "$ref"))
    {
      const char *name = quo_json_text (of) + strlen ("#/$defs/");
      const QuoJson *target = quo_json_get (quo_json_get (schema_root, "$defs"),
                                            name);

      g_assert_nonnull (target);
      return is_valid (target, value);
    }
  if (g_str_equal (keyword, "type"))
    {
      if (quo_json_kind (of) == QUO_JSON_STRING)
        return is_type (quo_json_text (of), value);
      for (guint i = 0; i < quo_json_length (of); i++)
        if (is_type (quo_json_text (quo_json_nth (of, i)), value))
          return TRUE;
      return FALSE;
    }
  if (g_str_equal (keyword, "const"))
    return quo_json_equal (of, value);
  if (g_str_equal (keyword, "enum"))
    return is_one_of (of, value);
  if (g_str_equal (keyword, "minimum"))
    return kind != QUO_JSON_NUMBER || quo_json_double (value) >= limit;
  if (g_str_equal (keyword, "maximum"))
    return kind != QUO_JSON_NUMBER || quo_json_double (value) <= limit;
  if (g_str_equal (keyword, "minLength"))
    return kind != QUO_JSON_STRING
           || g_utf8_strlen (quo_json_text (value), -1) >= (long) limit;
  if (g_str_equal (keyword, "pattern"))
    return kind != QUO_JSON_STRING
           || g_regex_match (regex_of (quo_json_text (of)),
                             quo_json_text (value), 0, NULL);
  if (g_str_equal (keyword, "minItems"))
    return kind != QUO_JSON_ARRAY || n >= limit;
  if (g_str_equal (keyword, "maxItems"))
    return kind != QUO_JSON_ARRAY || n <= limit;
  if (g_str_equal (keyword, "minProperties"))
    return kind != QUO_JSON_OBJECT || n >= limit;
  if (g_str_equal (keyword, "maxProperties"))
    return kind != QUO_JSON_OBJECT || n <= limit;
  if (g_str_equal (keyword, "items"))
    {
      for (guint i = 0; kind == QUO_JSON_ARRAY && i < n; i++)
        if (!is_valid (of, quo_json_nth (value, i)))
          return FALSE;
      return TRUE;
    }
  if (g_str_equal (keyword, "anyOf"))
    return count_valid (of, value) > 0;
  if (g_str_equal (keyword, "oneOf"))
    return count_valid (of, value) == 1;
  if (g_str_equal (keyword, "allOf"))
    return count_valid (of, value) == quo_json_length (of);
  if (g_str_equal (keyword, "not"))
    return !is_valid (of, value);
  if (g_str_equal (keyword, "if"))
    return !is_valid (of, value)
           || is_valid (quo_json_get (schema, "then"), value);

  g_assert_true (g_strv_contains (known_keywords, keyword));

  return TRUE;
}

static gboolean
is_valid (const QuoJson *schema,
          const QuoJson *value)
{
  if (quo_json_kind (schema) == QUO_JSON_BOOL)
    return quo_json_truth (schema);

  for (guint i = 0; i < quo_json_length (schema); i++)
    if (!is_valid_keyword (schema, quo_json_key (schema, i),
                           quo_json_nth (schema, i), value))
      return FALSE;

  return is_valid_object (schema, value);
}

static QuoJson *
load_whole (void)
{
  g_autoptr (GError) error = NULL;
  QuoJson *json = quo_json_scan_file (
    g_test_get_filename (G_TEST_DIST, "core", "scenario", "whole.quorate.json",
                         NULL),
    &error);

  g_assert_no_error (error);

  return json;
}

/* A tree's text, in its own order. */
static void
print (const QuoJson *value,
       GString       *out)
{
  guint n = quo_json_length (value);
  gboolean is_object = quo_json_kind (value) == QUO_JSON_OBJECT;

  switch (quo_json_kind (value))
    {
    case QUO_JSON_NULL:
      g_string_append (out, "null");
      return;
    case QUO_JSON_BOOL:
      g_string_append (out, quo_json_truth (value) ? "true" : "false");
      return;
    case QUO_JSON_NUMBER:
      g_string_append (out, quo_json_text (value));
      return;
    case QUO_JSON_STRING:
      g_string_append_printf (out, "\"%s\"", quo_json_text (value));
      return;
    default:
      break;
    }
  g_string_append_c (out, is_object ? '{' : '[');
  for (guint i = 0; i < n; i++)
    {
      g_string_append (out, i > 0 ? "," : "");
      if (is_object)
        g_string_append_printf (out, "\"%s\":", quo_json_key (value, i));
      print (quo_json_nth (value, i), out);
    }
  g_string_append_c (out, is_object ? '}' : ']');
}

typedef struct
{
  guint n;
  guint n_taken;
  guint n_refused; /* by both */
  guint n_wrong_keys;
} Tally;

/* The schema must take what the reader takes; a wrong key neither does. */
static void
compare (const QuoJson *root,
         gboolean       is_wrong_key,
         Tally         *tally)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario = NULL;
  gboolean is_taken;

  print (root, text);
  scenario = quo_scenario_new_from_data ("s", text->str, text->len, &error);
  is_taken = is_valid (schema_root, root);
  if (scenario != NULL && !is_taken)
    g_test_message ("only the reader takes %s", text->str);
  if (is_wrong_key && is_taken)
    g_test_message ("%s: %s", error->message, text->str);
  g_assert_false (scenario != NULL && !is_taken);
  g_assert_false (is_wrong_key && (scenario != NULL || is_taken));
  tally->n++;
  tally->n_taken += scenario != NULL;
  tally->n_refused += scenario == NULL && !is_taken;
  tally->n_wrong_keys += is_wrong_key;
}

/* The way from the root to what is changed. */
typedef struct _Step Step;
struct _Step
{
  const Step    *parent;
  const QuoJson *value;
  guint          nth;
};

static QuoJson *
rebuild (const Step *step,
         QuoJson    *changed)
{
  QuoJson *whole;

  if (step == NULL)
    return changed;
  whole = quo_json_kind (step->value) == QUO_JSON_OBJECT
            ? quo_json_with (step->value,
                             quo_json_key (step->value, step->nth), changed)
            : quo_json_with_nth (step->value, step->nth, changed);

  return rebuild (step->parent, whole);
}

/* Whether the keys of this object are anybody's own. */
static gboolean
has_free_keys (const Step *step)
{
  static const char * const maps[] = {
    "initial", "writes", "regions", "eu", "us", "store", "where", NULL
  };

  if (step == NULL)
    return FALSE;
  if (quo_json_kind (step->value) == QUO_JSON_OBJECT)
    return g_strv_contains (maps, quo_json_key (step->value, step->nth))
           || g_strcmp0 (quo_json_text (quo_json_get (step->value, "do")),
                         "initial") == 0;

  /* A row of a log: its columns are the protocol's, the schema leaves them. */
  return has_free_keys (step->parent)
         || g_strcmp0 (quo_json_key (step->parent->value, step->parent->nth),
                       "log") == 0;
}

static void
mutate (const Step    *step,
        const QuoJson *value,
        Tally         *tally)
{
  static const char * const others[] = {
    "null", "true", "0", "-1", "1", "1.5", "1e12", "\"\"", "\"A\"", "\"10ms\"",
    "\"-10ms\"", "\"5/s\"", "\"1GiB\"", "[]", "[\"A\"]", "[1, 2]", "{}",
    "{\"exponential\": {\"mean\": \"1ms\"}}", "{\"a\": 1}"
  };
  gboolean is_object = quo_json_kind (value) == QUO_JSON_OBJECT;

  /* Not all of them everywhere: the next seed takes others. */
  for (guint i = 0; i < 4; i++)
    {
      const char *text = others[g_test_rand_int_range (0, G_N_ELEMENTS (others))];
      QuoJson *other = quo_json_scan ("o", text, strlen (text), NULL);
      g_autoptr (QuoJson) root = rebuild (step, other);

      compare (root, FALSE, tally);
    }

  for (guint i = 0; i < quo_json_length (value); i++)
    {
      Step inner = { step, value, i };
      g_autoptr (QuoJson) without = NULL;

      without = rebuild (step, is_object
                                 ? quo_json_without (value,
                                                     quo_json_key (value, i))
                                 : quo_json_without_nth (value, i));
      compare (without, FALSE, tally);
      mutate (&inner, quo_json_nth (value, i), tally);
    }

  if (is_object && !has_free_keys (step)
      && g_strcmp0 (quo_json_text (quo_json_get (value, "do")), "initial") != 0)
    {
      g_autoptr (QuoJson) with =
        rebuild (step, quo_json_with (value, "zzz", quo_json_new_int (1)));

      compare (with, TRUE, tally);
    }
}

static void
test_drift (void)
{
  g_autoptr (QuoJson) whole = load_whole ();
  Tally tally = { 0 };

  g_assert_true (is_valid (schema_root, whole));
  mutate (NULL, whole, &tally);
  g_test_message ("%u changes, %u taken, %u refused by both, %u wrong keys",
                  tally.n, tally.n_taken, tally.n_refused, tally.n_wrong_keys);
  g_assert_cmpuint (tally.n_taken, >, 200);
  g_assert_cmpuint (tally.n_wrong_keys, >, 50);
  /* The rest needs more than one value to judge: names, order, sums. */
  g_assert_cmpuint (tally.n_refused, >, (tally.n - tally.n_taken) * 3 / 4);
}

/* Every definition is used and every reference is defined. */
static void
collect_references (const QuoJson *value,
                    GHashTable    *references)
{
  const char *reference = quo_json_text (quo_json_get (value, "$ref"));

  if (reference != NULL)
    {
      g_assert_true (g_str_has_prefix (reference, "#/$defs/"));
      g_hash_table_add (references,
                        (char *) reference + strlen ("#/$defs/"));
    }
  for (guint i = 0; i < quo_json_length (value); i++)
    collect_references (quo_json_nth (value, i), references);
}

static void
test_references (void)
{
  g_autoptr (GHashTable) references = g_hash_table_new (g_str_hash, g_str_equal);
  const QuoJson *definitions = quo_json_get (schema_root, "$defs");
  GHashTableIter iter;
  gpointer name;

  collect_references (schema_root, references);
  g_hash_table_iter_init (&iter, references);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_assert_nonnull (quo_json_get (definitions, name));
  for (guint i = 0; i < quo_json_length (definitions); i++)
    g_assert_true (g_hash_table_contains (references,
                                          quo_json_key (definitions, i)));
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  toy_register ();
  regexes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                   (GDestroyNotify) g_regex_unref);
  text = quo_schema_to_json ();
  schema_root = quo_json_scan ("schema", text, strlen (text), &error);
  g_assert_no_error (error);
  g_test_add_func ("/core/scenario/schema/takes-whatever-the-reader-takes",
                   test_drift);
  g_test_add_func ("/core/scenario/schema/every-reference-has-its-definition",
                   test_references);
  status = g_test_run ();
  quo_json_unref (schema_root);
  g_hash_table_unref (regexes);

  return status;
}
