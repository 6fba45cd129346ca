/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/document.h"

#include <glib/gstdio.h>
#include <string.h>

#include "fixture.h"

#define EVENT(index) (((guint64) 1 << 56) | (index))
#define NODE(index)  (((guint64) 2 << 56) | (index))

static char *
digest_of (QuoDocument *document)
{
  return quo_trace_digest (quo_run_trace (quo_document_run (document)));
}

static GFile *
file_of (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_file_new_for_path (path);
}

static char *
make_folder (void)
{
  char *folder = g_dir_make_tmp ("quorate-document-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

static void
wrong_file_leaves_all_as_it_was (void)
{
  static const char * const wrong[] = {
    "", "{", "{}", "[]", "{ \"quorate\": 1, \"protocol\": \"rift\" }",
    "{ \"quorate\": 1, \"protocol\": \"raft\", \"nodes\": [], \"x\": 1 }",
  };
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autofree char *folder = make_folder ();
  QuoScenario *scenario = quo_document_scenario (document);
  QuoRun *run = quo_document_run (document);

  quo_document_set_time (document, QUO_SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GFile) file = file_of (folder, "a.quorate.json", wrong[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (quo_document_open (document, file, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "a.quorate.json"));
      g_assert_true (quo_document_scenario (document) == scenario);
      g_assert_true (quo_document_run (document) == run);
      g_assert_null (quo_document_file (document));
      g_assert_cmpint (quo_document_time (document), ==, QUO_SECOND);
    }
}

static void
undo_and_redo_give_the_same_bytes (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autofree char *before = digest_of (document);
  g_autofree char *after = NULL;
  g_autofree char *again = NULL;
  g_autofree char *redone = NULL;
  g_autoptr (JsonObject) crash
    = action_of ("{ \"do\": \"crash\", \"node\": \"@leader\" }");
  g_autoptr (GError) error = NULL;

  quo_document_set_time (document, QUO_SECOND);
  g_assert_true (quo_document_act (document, crash, &error));
  g_assert_no_error (error);
  quo_document_wait (document);
  after = digest_of (document);
  g_assert_cmpstr (after, !=, before);
  g_assert_true (quo_document_is_modified (document));

  quo_document_undo (document);
  quo_document_wait (document);
  again = digest_of (document);
  g_assert_cmpstr (again, ==, before);
  g_assert_false (quo_document_is_modified (document));
  g_assert_null (quo_document_undo_name (document));

  quo_document_redo (document);
  quo_document_wait (document);
  redone = digest_of (document);
  g_assert_cmpstr (redone, ==, after);
}

static void
action_comes_at_the_time_shown (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoRun) old = quo_run_ref (quo_document_run (document));
  g_autoptr (JsonObject) pause
    = action_of ("{ \"do\": \"pause\", \"node\": \"B\" }");
  QuoTrace *trace = NULL;
  guint32 n_same = 0;
  gboolean is_paused = FALSE;

  quo_document_set_time (document, 1234567890);
  g_assert_true (quo_document_act (document, pause, NULL));
  /* Until the new run is there the old one is shown, at the same time. */
  g_assert_true (quo_document_run (document) == old);
  quo_document_wait (document);
  g_assert_cmpint (quo_document_time (document), ==, 1234567890);

  trace = quo_run_trace (quo_document_run (document));
  n_same = quo_trace_find (quo_run_trace (old), 1234567889);
  g_assert_cmpuint (quo_trace_find (trace, 1234567889), ==, n_same);
  for (guint32 i = 0; i < n_same; i++)
    {
      g_assert_cmpint (quo_trace_time (trace, i), ==,
                       quo_trace_time (quo_run_trace (old), i));
      g_assert_cmpint (quo_trace_kind (trace, i), ==,
                       quo_trace_kind (quo_run_trace (old), i));
    }
  for (guint32 i = n_same; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_PAUSE)
      {
        g_assert_cmpint (quo_trace_time (trace, i), ==, 1234567890);
        is_paused = TRUE;
      }
  g_assert_true (is_paused);
}

static void
impossible_action_changes_nothing (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  QuoScenario *scenario = quo_document_scenario (document);
  g_autoptr (JsonObject) crash
    = action_of ("{ \"do\": \"crash\", \"node\": \"Z\" }");
  g_autoptr (GError) error = NULL;

  g_assert_false (quo_document_act (document, crash, &error));
  g_assert_nonnull (error);
  g_assert_true (quo_document_scenario (document) == scenario);
  g_assert_null (quo_document_undo_name (document));
  g_assert_false (quo_document_is_running (document));
}

static void
undo_has_no_limit (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoScenario) first
    = quo_scenario_ref (quo_document_scenario (document));
  const guint n_steps = 500;

  for (guint i = 0; i < n_steps; i++)
    {
      g_autoptr (QuoScenario) next = quo_scenario_with_position (
        quo_document_scenario (document), i % 3, i / 1000.0, 0.5);

      quo_document_edit (document, next, "move", FALSE);
      /* What does not change the run does not make it anew. */
      g_assert_false (quo_document_is_running (document));
    }
  for (guint i = 0; i < n_steps; i++)
    quo_document_undo (document);
  g_assert_true (quo_document_scenario (document) == first);
  for (guint i = 0; i < n_steps; i++)
    quo_document_redo (document);
  quo_document_wait (document);
  g_assert_null (quo_document_redo_name (document));
  g_assert_cmpstr (quo_document_undo_name (document), ==, "move");
}

static void
what_is_saved_opens_again (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoDocument) other = quo_document_new ();
  g_autoptr (JsonObject) cut
    = action_of ("{ \"do\": \"cut\", \"from\": \"A\", \"to\": \"B\" }");
  g_autofree char *folder = make_folder ();
  g_autoptr (GFile) file = file_of (folder, "b.quorate.json", "");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (GError) error = NULL;

  quo_document_set_time (document, 700 * QUO_MILLISECOND);
  g_assert_true (quo_document_act (document, cut, NULL));
  quo_document_wait (document);
  g_assert_true (quo_document_save (document, file, &error));
  g_assert_no_error (error);
  g_assert_false (quo_document_is_modified (document));
  g_assert_true (g_file_equal (quo_document_file (document), file));

  g_assert_true (quo_document_open (other, file, &error));
  g_assert_no_error (error);
  quo_document_wait (other);
  g_assert_true (quo_scenario_equal (quo_document_scenario (document),
                                     quo_document_scenario (other)));
  first = digest_of (document);
  second = digest_of (other);
  g_assert_cmpstr (first, ==, second);
}

static void
failed_save_keeps_the_old_file (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autofree char *folder = make_folder ();
  g_autoptr (GFile) file = file_of (folder, "c.quorate.json", RAFT);
  g_autoptr (GFile) nowhere = NULL;
  g_autofree char *path
    = g_build_filename (folder, "none", "d.quorate.json", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (quo_document_save (document, file, NULL));
  nowhere = g_file_new_for_path (path);
  g_assert_false (quo_document_save (document, nowhere, &error));
  g_assert_nonnull (error);
  g_assert_true (g_file_equal (quo_document_file (document), file));
}

static void
steps_stop_at_every_moment (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  QuoTrace *trace = quo_run_trace (quo_document_run (document));
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (QuoTime));
  QuoTime last = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_time (trace, i) != last)
      {
        last = quo_trace_time (trace, i);
        g_array_append_val (times, last);
      }
  g_assert_cmpuint (times->len, >, 50);
  for (guint i = 0; i < times->len; i++)
    {
      quo_document_step (document, 1, FALSE);
      g_assert_cmpint (quo_document_time (document), ==,
                       g_array_index (times, QuoTime, i));
    }
  for (guint i = times->len - 1; i > 0; i--)
    {
      quo_document_step (document, -1, FALSE);
      g_assert_cmpint (quo_document_time (document), ==,
                       g_array_index (times, QuoTime, i - 1));
    }
}

static void
notable_steps_stop_at_notable_events (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  QuoTrace *trace = quo_run_trace (quo_document_run (document));
  guint n_steps = 0;

  for (;;)
    {
      QuoTime before = quo_document_time (document);
      gboolean is_notable = FALSE;
      guint32 end = 0;

      quo_document_step (document, 1, TRUE);
      if (quo_document_time (document) == before
          || quo_document_time (document) == quo_document_end (document))
        break;
      end = quo_trace_find (trace, quo_document_time (document));
      for (guint32 i = end;
           i > 0
           && quo_trace_time (trace, i - 1) == quo_document_time (document);
           i--)
        is_notable = is_notable || quo_trace_is_notable (trace, i - 1);
      g_assert_true (is_notable);
      n_steps++;
    }
  g_assert_cmpuint (n_steps, >, 0);
}

static void
time_stays_within_the_run (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);

  quo_document_set_time (document, -5);
  g_assert_cmpint (quo_document_time (document), ==, 0);
  quo_document_set_time (document, QUO_HOUR);
  g_assert_cmpint (quo_document_time (document), ==, 2 * QUO_SECOND);
}

static void
endless_run_grows_ahead_of_the_time (void)
{
  g_autoptr (QuoDocument) document = document_of (ENDLESS);
  QuoTime first = quo_document_end (document);
  guint32 length = quo_trace_length (
    quo_run_trace (quo_document_run (document)));

  g_assert_cmpint (first, >, 0);
  quo_document_set_time (document, first);
  for (guint i = 0; i < 100000 && quo_document_end (document) < 2 * first;
       i++)
    {
      g_main_context_iteration (NULL, FALSE);
      quo_document_set_time (document, quo_document_end (document));
    }
  g_assert_cmpint (quo_document_end (document), >=, 2 * first);
  g_assert_cmpuint (
    quo_trace_length (quo_run_trace (quo_document_run (document))), >, length);
}

static void
selection_survives_what_comes_after_it (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  QuoTrace *trace = quo_run_trace (quo_document_run (document));
  guint32 early = quo_trace_find (trace, 400 * QUO_MILLISECOND);
  g_autoptr (JsonObject) crash
    = action_of ("{ \"do\": \"crash\", \"node\": \"B\" }");

  quo_document_select (document, EVENT (early));
  quo_document_select_second (document, NODE (1));
  quo_document_set_time (document, QUO_SECOND);
  g_assert_true (quo_document_act (document, crash, NULL));
  quo_document_wait (document);
  g_assert_cmpuint (quo_document_selection (document), ==, EVENT (early));
  g_assert_cmpuint (quo_document_second_selection (document), ==, NODE (1));
}

static void
cancelled_edit_is_taken_back (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  QuoScenario *scenario = quo_document_scenario (document);
  QuoRun *run = quo_document_run (document);
  /* Far longer than the cancel takes to come. */
  g_autoptr (QuoScenario) next
    = quo_scenario_with_value (scenario, "/until", "100000s", NULL);

  g_assert_nonnull (next);
  quo_document_edit (document, next, "for ever", TRUE);
  g_assert_true (quo_document_is_running (document));
  quo_document_cancel (document);
  quo_document_wait (document);
  g_assert_true (quo_document_scenario (document) == scenario);
  g_assert_true (quo_document_run (document) == run);
  g_assert_null (quo_document_undo_name (document));
}

static void
newer_edit_replaces_a_run_in_the_making (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoScenario) other
    = quo_scenario_with_seed (quo_document_scenario (document), 99);
  g_autoptr (QuoDocument) fresh = quo_document_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (QuoScenario) next
        = quo_scenario_with_seed (quo_document_scenario (document), 10 + i);

      quo_document_edit (document, next, "seed", TRUE);
    }
  quo_document_edit (document, other, "seed", TRUE);
  quo_document_wait (document);
  quo_document_set_scenario (fresh, other, NULL);
  quo_document_wait (fresh);
  first = digest_of (document);
  second = digest_of (fresh);
  g_assert_cmpstr (first, ==, second);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *claim;
    void (*test) (void);
  } tests[] = {
    { "wrong-file-leaves-all-as-it-was", wrong_file_leaves_all_as_it_was },
    { "undo-and-redo-give-the-same-bytes", undo_and_redo_give_the_same_bytes },
    { "action-comes-at-the-time-shown", action_comes_at_the_time_shown },
    { "impossible-action-changes-nothing", impossible_action_changes_nothing },
    { "undo-has-no-limit", undo_has_no_limit },
    { "what-is-saved-opens-again", what_is_saved_opens_again },
    { "failed-save-keeps-the-old-file", failed_save_keeps_the_old_file },
    { "steps-stop-at-every-moment", steps_stop_at_every_moment },
    { "notable-steps-stop-at-notable-events",
      notable_steps_stop_at_notable_events },
    { "time-stays-within-the-run", time_stays_within_the_run },
    { "endless-run-grows-ahead-of-the-time",
      endless_run_grows_ahead_of_the_time },
    { "selection-survives-what-comes-after-it",
      selection_survives_what_comes_after_it },
    { "cancelled-edit-is-taken-back", cancelled_edit_is_taken_back },
    { "newer-edit-replaces-a-run-in-the-making",
      newer_edit_replaces_a_run_in_the_making },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path
        = g_strconcat ("/ui/document/document/", tests[i].claim, NULL);

      g_test_add_func (path, tests[i].test);
    }
  return g_test_run ();
}
