/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <string.h>

static const char *known[] = {
  "latency", "loss", "duplication", "reordering", "bandwidth", "partition", "crash",
  "restart", "pause", "resume", "election-timeout", "é", NULL,
};

static void
test_typos (void)
{
  static const struct
  {
    const char *name;
    const char *nearest;
  } cases[] = {
    { "latncy", "latency" }, { "latencyy", "latency" }, { "ltaency", "latency" },
    { "Latency", "latency" }, { "los", "loss" }, { "crsah", "crash" },
    { "election_timeout", "election-timeout" }, { "electionTimeout", "election-timeout" },
    { "restrat", "restart" }, { "parttion", "partition" },
    { "frobnicate", NULL }, { "x", NULL }, { "", NULL }, { "é", "é" },
    { "\xff\xff", NULL },
    { "a-name-that-is-so-very-long-that-it-cannot-be-a-typo-of-any-of-ours", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (quo_nearest_name (cases[i].name, known), ==, cases[i].nearest);
}

static void
test_first_wins (void)
{
  const char *names[] = { "abcx", "abcy", "abcz", NULL };

  g_assert_cmpstr (quo_nearest_name ("abcw", names), ==, "abcx");
  g_assert_cmpstr (quo_nearest_name ("abcz", names), ==, "abcz");
}

static void
test_quote (void)
{
  g_autofree char *plain = quo_quote_value ("3 apples");
  g_autofree char *wrong = quo_quote_value ("a\xff\nb");
  g_autofree char *huge = g_strnfill (1000000, 'x');
  g_autofree char *cut = quo_quote_value (huge);

  g_assert_cmpstr (plain, ==, "“3 apples”");
  g_assert_cmpstr (wrong, ==, "“a\xef\xbf\xbd\xef\xbf\xbd" "b”");
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 40 + 3);
  g_assert_true (g_str_has_suffix (cut, "x…”"));
}

/* The cut must not fall inside a letter of several bytes. */
static void
test_quote_is_valid (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *quoted = quo_quote_value (text->str);

      g_assert_true (g_utf8_validate (quoted, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (quoted, -1), <=, 43);
      g_string_append_unichar (text, i % 2 == 0 ? 0x1f600 : 0xe9);
    }
  g_string_free (text, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/base/error/typos-find-their-name", test_typos);
  g_test_add_func ("/core/base/error/first-of-equally-near-names-wins", test_first_wins);
  g_test_add_func ("/core/base/error/quoted-value-is-short-and-printable", test_quote);
  g_test_add_func ("/core/base/error/quoted-value-is-valid-utf-8", test_quote_is_valid);
  return g_test_run ();
}
