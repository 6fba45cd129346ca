/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/json-scan.h"
#include "scenario/scenario.h"

#include <string.h>

static const char sample[] =
  "{\n"
  "  \"name\": \"Grüße, \\\"Welt\\\" \\u20ac \\ud83d\\ude00\",\n"
  "  \"numbers\": [0, -1.5e-3, 20e-6, 18446744073709551615],\n"
  "  \"a/b\": { \"c~d\": [true, false, null, {}] }\n"
  "}\n";

typedef struct
{
  const char *text;
  int         code;
  const char *message; /* all of it, after the name */
} Bad;

static const Bad bad[] = {
  { "", QUO_SCENARIO_ERROR_SYNTAX, ": the file is empty" },
  { " \n ", QUO_SCENARIO_ERROR_SYNTAX, ": the file is empty" },
  { "{", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:2: expected a comma or “}”, found the end of the file" },
  { "{}{}", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:3: expected nothing after the end of the document, found “{”" },
  { "[1,]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:4: expected a value after the comma, found “]”: remove the comma "
    "before it" },
  { "{\"a\": 1,}", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:9: expected a key after the comma, found “}”: remove the comma before "
    "it" },
  { "{\n \"a\": 1,\n  \"a\": 2 }", QUO_SCENARIO_ERROR_DUPLICATE,
    ":3:3: the key “a” is here twice" },
  { "{'a': 1}", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:2: expected a key in double quotation marks or “}”, found “'”" },
  { "['a']", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:2: /0: strings stand in double quotation marks, not in single ones" },
  { "[01]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:2: /0: a number must not begin with a 0 that others follow" },
  { "[-]", QUO_SCENARIO_ERROR_SYNTAX, ":1:3: /0: expected a digit, found “]”" },
  { "[1.]", QUO_SCENARIO_ERROR_SYNTAX, ":1:4: /0: expected a digit, found “]”" },
  { "[1e999]", QUO_SCENARIO_ERROR_RANGE,
    ":1:2: /0: the number 1e999 is too large" },
  { "[.5]", QUO_SCENARIO_ERROR_SYNTAX, ":1:2: /0: expected a value, found “.5”" },
  { "[+5]", QUO_SCENARIO_ERROR_SYNTAX, ":1:2: /0: expected a value, found “+5”" },
  { "[NaN]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:2: /0: expected a value, found “NaN”" },
  { "[True]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:2: /0: expected a value, found “True”" },
  { "[1 2]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:4: expected a comma or “]”, found “2”" },
  { "{\"a\" 1}", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:6: /a: expected a colon after the key, found “1”" },
  { "{\"at\": 150ms}", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:11: /at: expected a comma or the end of the list after the number (a "
    "unit needs quotation marks: \"150ms\"), found “ms”" },
  { "[\"a\nb\"]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:2: /0: this string has no closing quotation mark on its line" },
  { "[\"a\tb\"]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:4: /0: the control character U+0009 is not allowed in a string: write "
    "it as an escape such as \\t" },
  { "[\"\\x\"]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:4: /0: expected one of \" \\ / b f n r t u after a backslash, found "
    "“x”" },
  { "[\"\\u00g0\"]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:7: /0: expected four hexadecimal digits, found “g0”" },
  { "[\"\\ud83d\"]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:3: /0: half of a surrogate pair is no character" },
  { "[\"\\udc00\\ud83d\"]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:3: /0: half of a surrogate pair is no character" },
  { "[\"\\u0000\"]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:3: /0: the character U+0000 is not allowed in a string" },
  { "[1] // one", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:5: expected nothing after the end of the document, found “/”" },
  { "[/* one */ 1]", QUO_SCENARIO_ERROR_SYNTAX, ":1:2: /0: JSON has no comments" },
  /* Columns are characters, not bytes. */
  { "[\"äöü\", 01]", QUO_SCENARIO_ERROR_SYNTAX,
    ":1:9: /1: a number must not begin with a 0 that others follow" },
  { "[\n\"\xff\"]", QUO_SCENARIO_ERROR_SYNTAX,
    ":2:2: the byte 0xFF is not UTF-8 text" },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *message = g_strconcat ("bad.json", bad[i].message, NULL);
      g_autoptr (QuoJson) json = quo_json_scan ("bad.json", bad[i].text,
                                                strlen (bad[i].text), &error);

      g_assert_null (json);
      g_assert_nonnull (error);
      g_assert_cmpstr (error->message, ==, message);
      g_assert_error (error, QUO_SCENARIO_ERROR, bad[i].code);
    }
}

static void
test_nul (void)
{
  static const char text[] = "[1, \0 2]";
  g_autoptr (GError) error = NULL;

  g_assert_null (quo_json_scan ("n", text, sizeof text - 1, &error));
  g_assert_cmpstr (error->message, ==,
                   "n:1:5: /1: expected a value, found the control character "
                   "U+0000");
}

static void
test_values (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoJson) json = quo_json_scan ("s", sample, strlen (sample), &error);
  QuoJson *numbers;
  QuoJson *deep;
  guint64 large;

  g_assert_no_error (error);
  g_assert_cmpstr (quo_json_text (quo_json_get (json, "name")), ==,
                   "Grüße, \"Welt\" € 😀");
  numbers = quo_json_get (json, "numbers");
  g_assert_cmpstr (quo_json_text (quo_json_nth (numbers, 2)), ==, "20e-6");
  g_assert_cmpfloat (quo_json_double (quo_json_nth (numbers, 1)), ==, -0.0015);
  g_assert_true (quo_json_uint (quo_json_nth (numbers, 3), &large));
  g_assert_cmpuint (large, ==, G_MAXUINT64);
  deep = quo_json_nth (quo_json_get (quo_json_get (json, "a/b"), "c~d"), 3);
  g_assert_cmpint (quo_json_kind (deep), ==, QUO_JSON_OBJECT);
}

/* Pointers as RFC 6901 escapes them, places as an editor counts them. */
static void
test_places (void)
{
  g_autoptr (QuoJson) json = quo_json_scan ("s", sample, strlen (sample), NULL);
  QuoJson *list = quo_json_get (quo_json_get (json, "a/b"), "c~d");
  g_autofree char *pointer = quo_json_pointer (json, quo_json_nth (list, 3));

  g_assert_cmpstr (pointer, ==, "/a~1b/c~0d/3");
  g_assert_cmpuint (quo_json_place (json).line, ==, 1);
  g_assert_cmpuint (quo_json_place (json).column, ==, 1);
  g_assert_cmpuint (quo_json_place (list).line, ==, 4);
  g_assert_cmpuint (quo_json_place (list).column, ==, 19);
  g_assert_cmpuint (quo_json_place (quo_json_nth (list, 1)).column, ==, 26);
  g_assert_cmpuint (quo_json_key_place (json, 1).line, ==, 3);
  g_assert_cmpuint (quo_json_key_place (json, 1).column, ==, 3);
}

static char *
nested (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');

  return g_string_free (text, FALSE);
}

static void
test_nesting (void)
{
  g_autofree char *deepest = nested (QUO_JSON_MAX_DEPTH);
  g_autofree char *deeper = nested (QUO_JSON_MAX_DEPTH + 1);
  g_autofree char *abyss = nested (100000);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoJson) json = NULL;

  json = quo_json_scan ("n", deepest, strlen (deepest), &error);
  g_assert_no_error (error);
  g_assert_null (quo_json_scan ("n", deeper, strlen (deeper), &error));
  g_assert_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (quo_json_scan ("n", abyss, strlen (abyss), &error));
  g_assert_cmpstr (error->message, ==, "n:1:65: more than 64 levels of nesting");
}

static void
test_size (void)
{
  g_autofree char *text = g_malloc (QUO_JSON_MAX_BYTES + 1);
  g_autoptr (GError) error = NULL;

  memset (text, ' ', QUO_JSON_MAX_BYTES + 1);
  g_assert_null (quo_json_scan ("n", text, QUO_JSON_MAX_BYTES + 1, &error));
  g_assert_cmpstr (error->message, ==, "n: the file has more than 64 MiB");
}

static void
test_n_values (void)
{
  GString *text = g_string_new ("[0");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < QUO_JSON_MAX_VALUES; i++)
    g_string_append (text, ",0");
  g_string_append_c (text, ']');
  g_assert_null (quo_json_scan ("n", text->str, text->len, &error));
  g_assert_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_LIMIT);
  g_string_free (text, TRUE);
}

/* A long line with many keys: the last is there twice. */
static void
test_many_keys (void)
{
  GString *text = g_string_new ("{");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text, "\"k%u\":0,", i);
  g_string_append (text, "\"k77777\":0}");
  g_assert_null (quo_json_scan ("n", text->str, text->len, &error));
  g_assert_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_DUPLICATE);
  g_assert_nonnull (strstr (error->message, "“k77777” is here twice"));
  g_string_free (text, TRUE);
}

static void
test_truncated (void)
{
  gsize whole = strlen (sample) - 1; /* the last line's end may be missing */

  for (gsize n = 0; n < whole; n++)
    {
      /* A copy, so that a read past its end is seen. */
      g_autofree char *start = g_memdup2 (sample, MAX (n, 1));
      g_autoptr (GError) error = NULL;

      g_assert_null (quo_json_scan ("n", start, n, &error));
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL)
                     || n > 0);
    }
}

static void
test_flipped (void)
{
  gsize n = strlen (sample);

  for (guint round = 0; round < 20000; round++)
    {
      g_autofree char *text = g_memdup2 (sample, n);
      g_autoptr (GError) error = NULL;
      g_autoptr (QuoJson) json = NULL;

      for (int i = g_test_rand_int_range (1, 4); i > 0; i--)
        text[g_test_rand_int_range (0, (gint32) n)] =
          (char) g_test_rand_int_range (0, 256);
      json = quo_json_scan ("n", text, n, &error);
      g_assert_true ((json == NULL) == (error != NULL));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/scenario/json-scan/each-mistake-has-its-place-and-cause",
                   test_bad);
  g_test_add_func ("/core/scenario/json-scan/nul-byte-is-refused", test_nul);
  g_test_add_func ("/core/scenario/json-scan/keeps-texts-and-spellings",
                   test_values);
  g_test_add_func ("/core/scenario/json-scan/knows-where-a-value-stands",
                   test_places);
  g_test_add_func ("/core/scenario/json-scan/nesting-ends-at-64", test_nesting);
  g_test_add_func ("/core/scenario/json-scan/size-ends-at-64-mib", test_size);
  g_test_add_func ("/core/scenario/json-scan/number-of-values-has-a-limit",
                   test_n_values);
  g_test_add_func ("/core/scenario/json-scan/finds-a-duplicate-among-many",
                   test_many_keys);
  g_test_add_func ("/core/scenario/json-scan/every-truncation-is-an-error",
                   test_truncated);
  g_test_add_func ("/core/scenario/json-scan/flipped-bytes-give-a-tree-or-an-error",
                   test_flipped);

  return g_test_run ();
}
