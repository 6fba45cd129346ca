/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/names.h"

static void
test_order (void)
{
  g_autoptr (QuoNames) names = quo_names_new ();

  g_assert_cmpuint (quo_names_get_n (names), ==, 1);
  g_assert_cmpstr (quo_names_get (names, 0), ==, "");
  g_assert_cmpuint (quo_names_intern (names, ""), ==, 0);
  g_assert_cmpuint (quo_names_intern (names, "B"), ==, 1);
  g_assert_cmpuint (quo_names_intern (names, "A"), ==, 2);
  g_assert_cmpuint (quo_names_intern (names, "B"), ==, 1);
  g_assert_cmpuint (quo_names_lookup (names, "A"), ==, 2);
  g_assert_cmpuint (quo_names_lookup (names, "C"), ==, 0);
  g_assert_cmpuint (quo_names_get_n (names), ==, 3);
}

/* Ids and pointers handed out stay good while the table grows a hundredfold. */
static void
test_stable (void)
{
  g_autoptr (QuoNames) names = quo_names_new ();
  char text[] = "changing";
  guint32 id = quo_names_intern (names, text);
  const char *first = quo_names_get (names, id);

  text[0] = 'C';
  for (guint i = 0; i < 100000; i++)
    {
      char name[16];

      g_snprintf (name, sizeof name, "n%u", i);
      g_assert_cmpuint (quo_names_intern (names, name), ==, i + 2);
    }
  g_assert_true (quo_names_get (names, id) == first);
  g_assert_cmpstr (first, ==, "changing");
  g_assert_cmpstr (quo_names_get (names, 77777 + 2), ==, "n77777");
  g_assert_cmpuint (quo_names_lookup (names, "n99999"), ==, 100001);
}

static void
test_limit (void)
{
  g_autoptr (QuoNames) names = quo_names_new_with_limit (3);

  g_assert_false (quo_names_is_full (names));
  g_assert_cmpuint (quo_names_get_n_left (names), ==, 2);
  g_assert_cmpuint (quo_names_intern (names, "A"), ==, 1);
  g_assert_cmpuint (quo_names_intern (names, "B"), ==, 2);
  g_assert_true (quo_names_is_full (names));
  g_assert_cmpuint (quo_names_get_n_left (names), ==, 0);
  g_assert_cmpuint (quo_names_intern (names, "C"), ==, 0);
  g_assert_cmpuint (quo_names_get_n (names), ==, 3);
  g_assert_cmpuint (quo_names_intern (names, "B"), ==, 2);
}

/* What is told of memory must grow with the names, and hardly by more than they. */
static void
test_bytes (void)
{
  g_autoptr (QuoNames) names = quo_names_new ();
  gsize before = quo_names_bytes (names);
  gsize n_chars = 0;

  for (guint i = 0; i < 100000; i++)
    {
      char name[16];

      n_chars += (gsize) g_snprintf (name, sizeof name, "n%u", i) + 1;
      quo_names_intern (names, name);
    }
  g_assert_cmpuint (quo_names_bytes (names), >=, before + n_chars);
  g_assert_cmpuint (quo_names_bytes (names), <=, before + n_chars + 32 * 100000);
  before = quo_names_bytes (names);
  quo_names_intern (names, "n5");
  g_assert_cmpuint (quo_names_bytes (names), ==, before);
}

static void
test_reference (void)
{
  QuoNames *names = quo_names_new ();
  QuoNames *again = quo_names_ref (names);

  quo_names_unref (names);
  g_assert_cmpuint (quo_names_intern (again, "kept"), ==, 1);
  quo_names_unref (again);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/base/names/ids-count-up-in-order-of-interning", test_order);
  g_test_add_func ("/core/base/names/ids-and-names-stay", test_stable);
  g_test_add_func ("/core/base/names/full-table-takes-no-more", test_limit);
  g_test_add_func ("/core/base/names/memory-grows-with-the-names", test_bytes);
  g_test_add_func ("/core/base/names/last-reference-frees", test_reference);
  return g_test_run ();
}
