/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/settings.h"

static void
count (gpointer user_data)
{
  ++*(guint *) user_data;
}

/* The same with the schema and without it. */
static void
remembers_what_is_set (void)
{
  QuoSettings *settings = quo_settings_get_default ();
  guint n_changes = 0;
  g_autofree char *view = NULL;
  g_autofree char *theme = NULL;

  g_signal_connect_swapped (settings, "changed::speed", G_CALLBACK (count),
                            &n_changes);
  g_assert_cmpfloat (quo_settings_get_double (settings, "speed"), ==, 0.1);
  quo_settings_set_double (settings, "speed", 0.5);
  quo_settings_set_double (settings, "speed", 0.5);
  quo_settings_set_int (settings, "window-width", 1000);
  quo_settings_set_boolean (settings, "inspector-visible", FALSE);
  quo_settings_set_string (settings, "left-view", "states");
  quo_settings_set_string (settings, "theme", "dark");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  view = quo_settings_get_string (settings, "left-view");
  theme = quo_settings_get_string (settings, "theme");
  g_assert_cmpfloat (quo_settings_get_double (settings, "speed"), ==, 0.5);
  g_assert_cmpint (quo_settings_get_int (settings, "window-width"), ==, 1000);
  g_assert_false (quo_settings_get_boolean (settings, "inspector-visible"));
  g_assert_cmpstr (view, ==, "states");
  g_assert_cmpstr (theme, ==, "dark");
  g_assert_cmpuint (n_changes, ==, 1);
}

static void
works_without_the_schema (void)
{
  if (g_test_subprocess ())
    {
      g_setenv ("GSETTINGS_SCHEMA_DIR", "/nonexistent", TRUE);
      g_setenv ("XDG_DATA_DIRS", "/nonexistent", TRUE);
      g_assert_false (quo_settings_is_lasting (quo_settings_get_default ()));
      remembers_what_is_set ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* First, for the default source of schemas is made once in a process. */
  g_test_add_func ("/ui/window/settings/works-without-the-schema",
                   works_without_the_schema);
  g_test_add_func ("/ui/window/settings/remembers-what-is-set",
                   remembers_what_is_set);
  return g_test_run ();
}
