/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A window with a small scenario open, as every test here wants one. */

#include "window/application.h"

#define SCENARIO                                                              \
  "{ \"quorate\": 1, \"title\": \"Three\", \"protocol\": \"raft\","           \
  "  \"seed\": 3, \"until\": \"2s\","                                         \
  "  \"nodes\": [ { \"id\": \"A\" }, { \"id\": \"B\" }, { \"id\": \"C\" } ]," \
  "  \"clients\": [ { \"id\": \"alice\", \"at\": \"A\" } ],"                  \
  "  \"script\": [ { \"at\": \"500ms\", \"do\": \"write\","                   \
  "                  \"client\": \"alice\", \"key\": \"x\","                  \
  "                  \"value\": \"1\" } ],"                                   \
  "  \"story\": [ { \"at\": \"500ms\", \"text\": \"Alice writes.\","          \
  "                 \"look-at\": [\"A\"] },"                                  \
  "             { \"at\": \"1s\", \"text\": \"Nothing.\" } ],"                \
  "  \"expect\": [ { \"invariant\": \"election-safety\" } ] }"

typedef struct
{
  QuoWindow *window;
  QuoDocument *document;
  char *folder;
  GFile *file;
} Fixture;

static QuoApplication *application;

static inline void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Waits until the window has a size and its diagrams with it. */
static inline void
wait_for_size (Fixture *fixture)
{
  QuoDiagramView *view
    = quo_pane_diagram_view (quo_page_pane (quo_window_page (fixture->window),
                                            0));

  while (quo_diagram_view_view (view)->width <= 0)
    g_main_context_iteration (NULL, TRUE);
  settle ();
}

static inline GFile *
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_file_new_for_path (path);
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("quorate-window-XXXXXX", NULL);
  fixture->file = write_file (fixture, "three.quorate.json", SCENARIO);
  fixture->window = quo_application_new_window (application);
  fixture->document = quo_window_document (fixture->window);
  g_assert_true (quo_window_open (fixture->window, fixture->file, FALSE));
  quo_document_wait (fixture->document);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_for_size (fixture);
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  settle ();
  g_object_unref (fixture->file);
  g_free (fixture->folder);
}

static inline void
do_action (Fixture *fixture, const char *name)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), name,
                                             NULL));
}

typedef struct
{
  const char *claim;
  void (*test) (Fixture *fixture, gconstpointer data);
} Claim;

/* Without a display there is nothing to test, and the suite is told so. */
static inline int
run_claims (int argc, char **argv, const char *folder, const Claim *claims,
            guint n_claims)
{
  int status = 0;

  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  application = quo_application_new (FALSE);
  g_assert_true (
    g_application_register (G_APPLICATION (application), NULL, NULL));
  quo_settings_set_string (quo_settings_get_default (), "motion", "reduced");
  for (guint i = 0; i < n_claims; i++)
    {
      g_autofree char *path = g_strconcat (folder, claims[i].claim, NULL);

      g_test_add (path, Fixture, NULL, set_up, claims[i].test, tear_down);
    }
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
