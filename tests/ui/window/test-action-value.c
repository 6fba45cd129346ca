/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/action-value.h"

#include <string.h>

static const QuoForm *
form_of (const char *what, const char *key)
{
  const QuoVariant *variants = quo_form_action.variants;

  for (guint i = 0; variants[i].name != NULL; i++)
    if (g_str_equal (variants[i].name, what))
      for (guint j = 0; variants[i].keys[j].name != NULL; j++)
        if (g_str_equal (variants[i].keys[j].name, key))
          return variants[i].keys[j].form;
  g_assert_not_reached ();
}

/* What a person types, and the JSON that the scenario's file would have. */
static const struct
{
  const char *what;
  const char *key;
  const char *text;
  const char *json;
} cases[] = {
  { "crash", "at", "1.5s", "\"1.5s\"" },
  { "crash", "at", "{\"uniform\":[\"1s\",\"2s\"]}",
    "{\"uniform\":[\"1s\",\"2s\"]}" },
  { "crash", "node", "A", "\"A\"" },
  { "crash", "node", "A, B", "[\"A\",\"B\"]" },
  { "crash", "node", "@leader", "\"@leader\"" },
  { "partition", "groups", "A, B | C, D, E",
    "[[\"A\",\"B\"],[\"C\",\"D\",\"E\"]]" },
  { "cut", "one-way", "true", "true" },
  { "set-link", "loss", "0.5", "0.5" },
  { "write", "key", "7", "\"7\"" },
  { "write", "value", "2", "\"2\"" },
  { "skew", "drift", "2e-05", "2e-05" },
};

static void
text_becomes_what_a_file_has (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) value
        = quo_action_value_from_text (form_of (cases[i].what, cases[i].key),
                                      cases[i].key, cases[i].text);
      g_autoptr (JsonNode) expected = json_from_string (cases[i].json, NULL);

      g_assert_true (json_node_equal (value, expected));
    }
}

static void
value_comes_back_as_it_was_typed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) value = json_from_string (cases[i].json, NULL);
      g_autofree char *text = quo_action_value_to_text (value);

      if (strstr (cases[i].text, "e-") == NULL)
        g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/window/action-value/text-becomes-what-a-file-has",
                   text_becomes_what_a_file_has);
  g_test_add_func ("/ui/window/action-value/value-comes-back-as-it-was-typed",
                   value_comes_back_as_it_was_typed);
  return g_test_run ();
}
