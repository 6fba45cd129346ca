/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/thing-menu.h"
#include "window/action-dialog.h"
#include "window/new-dialog.h"

#include <string.h>

#include "fixture.h"

static void
playing_moves_time (Fixture *fixture, gconstpointer data)
{
  quo_player_set_speed (quo_window_player (fixture->window), 1);
  do_action (fixture, "win.play");
  g_assert_true (quo_player_is_playing (quo_window_player (fixture->window)));
  while (quo_document_time (fixture->document) == 0)
    g_main_context_iteration (NULL, TRUE);
  do_action (fixture, "win.play");
  g_assert_false (quo_player_is_playing (quo_window_player (fixture->window)));
}

static void
scrubber_maps_both_ways (Fixture *fixture, gconstpointer data)
{
  QuoScrubber *scrubber = quo_transport_scrubber (
    quo_page_transport (quo_window_page (fixture->window)));
  QuoTime times[] = { 0, 500 * QUO_MILLISECOND, 2 * QUO_SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      QuoTime back
        = quo_scrubber_time_at (scrubber,
                                quo_scrubber_x_at (scrubber, times[i]));

      g_assert_cmpint (ABS (back - times[i]), <, QUO_MICROSECOND);
    }
  g_assert_cmpint (quo_scrubber_time_at (scrubber, -100), ==, 0);
  g_assert_cmpint (quo_scrubber_time_at (scrubber, 1e6), ==, 2 * QUO_SECOND);
}

static void
dragged_node_is_saved_where_it_was_put (Fixture *fixture, gconstpointer data)
{
  QuoDiagramView *view = quo_pane_diagram_view (
    quo_page_pane (quo_window_page (fixture->window), 0));
  guint64 node = quo_thing_id (QUO_THING_PARTICIPANT, 1);
  QuoRun *run = quo_document_run (fixture->document);
  g_autoptr (QuoScenario) read = NULL;
  g_autofree char *path = NULL;
  QuoBox box = { 0 };
  double x = 0, y = 0, read_x = 0, read_y = 0;

  g_assert_true (quo_diagram_view_drag_to (view, node, 90, 120));
  g_assert_true (quo_diagram_view_drag_to (view, node, 100, 140));
  quo_diagram_view_drop (view);
  g_assert_true (
    quo_scene_get_id_bounds (quo_diagram_view_scene (view), node, &box));
  g_assert_cmpfloat (ABS (box.x + box.width / 2 - 100), <, 40);
  g_assert_true (quo_document_is_modified (fixture->document));
  /* A place does not change what happens. */
  g_assert_false (quo_document_is_running (fixture->document));
  g_assert_true (quo_document_run (fixture->document) == run);

  g_assert_true (
    quo_scenario_position (quo_document_scenario (fixture->document), 1, &x,
                           &y));
  do_action (fixture, "win.save");
  g_assert_null (quo_window_error (fixture->window));
  path = g_file_get_path (fixture->file);
  read = quo_scenario_new_from_file (path, NULL);
  g_assert_nonnull (read);
  g_assert_true (quo_scenario_position (read, 1, &read_x, &read_y));
  g_assert_cmpfloat (ABS (x - read_x) + ABS (y - read_y), <, 1e-3);
}

static JsonObject *
last_action (QuoDocument *document)
{
  QuoScenario *scenario = quo_document_scenario (document);

  return quo_scenario_action_json (scenario,
                                   quo_scenario_n_actions (scenario) - 1);
}

/* Goes through the menu as a person would, by its label. */
static char *
find_target (GMenuModel *menu, const char *wanted)
{
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr (GMenuModel) section
        = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      g_autofree char *label = NULL;
      g_autofree char *target = NULL;

      if (section != NULL)
        {
          char *found = find_target (section, wanted);

          if (found != NULL)
            return found;
          continue;
        }
      g_menu_model_get_item_attribute (menu, i, "label", "s", &label);
      if (g_strcmp0 (label, wanted) != 0)
        continue;
      g_menu_model_get_item_attribute (menu, i, "target", "s", &target);
      return g_steal_pointer (&target);
    }
  return NULL;
}

static void
choose (Fixture *fixture, guint64 thing, const char *label)
{
  g_autoptr (GMenuModel) menu = quo_thing_menu_new (fixture->document, thing);
  g_autofree char *target = find_target (menu, label);

  g_assert_nonnull (target);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window),
                                             "win.act", "s", target));
  g_assert_null (quo_window_error (fixture->window));
  quo_document_wait (fixture->document);
  settle ();
}

static void
menu_crashes_and_restarts_a_node (Fixture *fixture, gconstpointer data)
{
  guint64 node = quo_thing_id (QUO_THING_PARTICIPANT, 1);
  QuoReplay *replay = NULL;
  g_autoptr (GMenuModel) menu = NULL;
  g_autofree char *nothing = NULL;

  quo_document_set_time (fixture->document, QUO_SECOND);
  choose (fixture, node, "_Crash");
  replay = quo_run_replay (quo_document_run (fixture->document));
  quo_replay_seek_time (replay, QUO_SECOND);
  g_assert_cmpint (quo_replay_life (replay, 1), ==, QUO_LIFE_DOWN);

  /* What is down cannot crash; it can be started. */
  menu = quo_thing_menu_new (fixture->document, node);
  nothing = find_target (menu, "_Crash");
  g_assert_null (nothing);
  quo_document_set_time (fixture->document, 1500 * QUO_MILLISECOND);
  choose (fixture, node, "_Restart");
  replay = quo_run_replay (quo_document_run (fixture->document));
  quo_replay_seek_time (replay, 1600 * QUO_MILLISECOND);
  g_assert_cmpint (quo_replay_life (replay, 1), ==, QUO_LIFE_UP);

  do_action (fixture, "win.undo");
  do_action (fixture, "win.undo");
  quo_document_wait (fixture->document);
  g_assert_false (quo_document_is_modified (fixture->document));
  do_action (fixture, "win.redo");
  quo_document_wait (fixture->document);
  replay = quo_run_replay (quo_document_run (fixture->document));
  quo_replay_seek_time (replay, QUO_SECOND);
  g_assert_cmpint (quo_replay_life (replay, 1), ==, QUO_LIFE_DOWN);
}

static void
menu_drops_the_message_pointed_at (Fixture *fixture, gconstpointer data)
{
  QuoTrace *trace = quo_run_trace (quo_document_run (fixture->document));
  QuoEvent send = { 0 };
  QuoEvent end = { 0 };

  /* The last of several alike, so that its number matters. */
  for (guint32 i = quo_trace_find (trace, QUO_SECOND);
       i < quo_trace_length (trace); i++)
    {
      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &send);
      if (send.to < 3 && send.node < 3)
        break;
    }
  g_assert_cmpuint (send.time, >, 0);
  quo_document_set_time (fixture->document, send.time + QUO_MICROSECOND);
  choose (fixture, quo_thing_id (QUO_THING_EVENT, send.index), "_Drop");

  trace = quo_run_trace (quo_document_run (fixture->document));
  quo_trace_read (trace, send.index, &send);
  g_assert_cmpuint (send.peer, !=, QUO_NO_EVENT);
  quo_trace_read (trace, send.peer, &end);
  g_assert_cmpint (end.kind, ==, QUO_EVENT_LOSE);
  g_assert_cmpuint (end.what, ==, QUO_LOSS_DROPPED);
}

static void
menu_cuts_and_restores_a_link (Fixture *fixture, gconstpointer data)
{
  guint64 link = quo_thing_id (QUO_THING_LINK, (guint64) 0 << 28 | 2);
  QuoReplay *replay = NULL;

  quo_document_set_time (fixture->document, QUO_SECOND);
  choose (fixture, link, "_Cut");
  replay = quo_run_replay (quo_document_run (fixture->document));
  quo_replay_seek_time (replay, QUO_SECOND);
  g_assert_true (quo_replay_is_cut (replay, 0, 2));
  g_assert_true (quo_replay_is_cut (replay, 2, 0));
  quo_document_set_time (fixture->document, 1200 * QUO_MILLISECOND);
  choose (fixture, link, "_Restore");
  replay = quo_run_replay (quo_document_run (fixture->document));
  quo_replay_seek_time (replay, 1200 * QUO_MILLISECOND);
  g_assert_false (quo_replay_is_cut (replay, 0, 2));
}

static void
lasso_parts_its_nodes_from_the_rest (Fixture *fixture, gconstpointer data)
{
  QuoDiagramView *view = quo_pane_diagram_view (
    quo_page_pane (quo_window_page (fixture->window), 0));
  graphene_rect_t everything
    = GRAPHENE_RECT_INIT (0, 0, quo_diagram_view_view (view)->width,
                          quo_diagram_view_view (view)->height);
  graphene_rect_t around;
  g_autoptr (GArray) all = quo_diagram_view_nodes_within (view, &everything);
  g_autoptr (GArray) one = NULL;
  g_autoptr (GMenuModel) menu = NULL;
  g_autofree char *target = NULL;
  QuoReplay *replay = NULL;
  QuoBox box = { 0 };

  g_assert_cmpuint (all->len, ==, 3);
  g_assert_true (
    quo_scene_get_id_bounds (quo_diagram_view_scene (view),
                             quo_thing_id (QUO_THING_PARTICIPANT, 2), &box));
  around = GRAPHENE_RECT_INIT (box.x, box.y, box.width, box.height);
  one = quo_diagram_view_nodes_within (view, &around);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpuint (g_array_index (one, guint, 0), ==, 2);

  quo_document_set_time (fixture->document, QUO_SECOND);
  menu = quo_group_menu_new (fixture->document, one);
  target = find_target (menu, "_Partition from the Rest");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window),
                                             "win.act", "s", target));
  g_assert_null (quo_window_error (fixture->window));
  quo_document_wait (fixture->document);
  replay = quo_run_replay (quo_document_run (fixture->document));
  quo_replay_seek_time (replay, QUO_SECOND);
  g_assert_true (quo_replay_is_cut (replay, 0, 2));
  g_assert_false (quo_replay_is_cut (replay, 0, 1));
}

static void
dialog_adds_and_changes_an_action (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonObject) start = json_object_new ();
  g_autoptr (JsonObject) there = NULL;
  g_autoptr (JsonObject) changed = NULL;
  QuoActionDialog *dialog = NULL;
  guint n_before
    = quo_scenario_n_actions (quo_document_scenario (fixture->document));

  json_object_set_string_member (start, "do", "write");
  dialog = quo_action_dialog_present (GTK_WINDOW (fixture->window),
                                      fixture->document, start, -1);
  quo_action_dialog_set (dialog, "client", "nobody");
  quo_action_dialog_set (dialog, "key", "y");
  quo_action_dialog_set (dialog, "value", "7");
  /* What cannot be is said, and the dialog stays. */
  g_assert_false (quo_action_dialog_apply (dialog));
  quo_action_dialog_set (dialog, "client", "alice");
  quo_action_dialog_set (dialog, "at", "900ms");
  g_assert_true (quo_action_dialog_apply (dialog));
  quo_document_wait (fixture->document);
  g_assert_cmpuint (quo_scenario_n_actions (
                      quo_document_scenario (fixture->document)),
                    ==, n_before + 1);

  there = last_action (fixture->document);
  g_assert_cmpstr (json_object_get_string_member (there, "at"), ==, "900ms");
  dialog = quo_action_dialog_present (GTK_WINDOW (fixture->window),
                                      fixture->document, there, (int) n_before);
  quo_action_dialog_set (dialog, "at", "1.1s");
  g_assert_true (quo_action_dialog_apply (dialog));
  quo_document_wait (fixture->document);
  changed = last_action (fixture->document);
  g_assert_cmpstr (json_object_get_string_member (changed, "at"), ==, "1.1s");

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window),
                                             "win.delete-action", "u",
                                             n_before));
  quo_document_wait (fixture->document);
  g_assert_cmpuint (quo_scenario_n_actions (
                      quo_document_scenario (fixture->document)),
                    ==, n_before);
}

static void
wrong_file_shows_the_banner_and_keeps_the_document (Fixture *fixture,
                                                    gconstpointer data)
{
  g_autoptr (GFile) wrong = write_file (
    fixture, "wrong.quorate.json",
    "{ \"quorate\": 1, \"protocol\": \"raft\",\n  \"noods\": 3 }");
  QuoScenario *scenario = quo_document_scenario (fixture->document);
  const char *error = NULL;

  g_assert_null (quo_window_error (fixture->window));
  g_assert_false (quo_window_open (fixture->window, wrong, FALSE));
  error = quo_window_error (fixture->window);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error, "wrong.quorate.json"));
  g_assert_nonnull (strstr (error, "noods"));
  g_assert_true (quo_document_scenario (fixture->document) == scenario);

  g_assert_true (quo_window_open (fixture->window, fixture->file, FALSE));
  g_assert_null (quo_window_error (fixture->window));
  quo_document_wait (fixture->document);
}

static void
story_walks_through_time (Fixture *fixture, gconstpointer data)
{
  do_action (fixture, "win.story-next");
  g_assert_cmpint (quo_document_time (fixture->document), ==,
                   500 * QUO_MILLISECOND);
  g_assert_cmpuint (quo_document_selection (fixture->document), ==,
                    quo_thing_id (QUO_THING_PARTICIPANT, 0));
  do_action (fixture, "win.story-next");
  g_assert_cmpint (quo_document_time (fixture->document), ==, QUO_SECOND);
  do_action (fixture, "win.story-back");
  g_assert_cmpint (quo_document_time (fixture->document), ==,
                   500 * QUO_MILLISECOND);
}

static void
new_scenario_is_shown (Fixture *fixture, gconstpointer data)
{
  QuoNewDialog *dialog
    = quo_new_dialog_present (GTK_WINDOW (fixture->window), fixture->document);

  quo_new_dialog_create (dialog);
  quo_document_wait (fixture->document);
  settle ();
  g_assert_null (quo_document_file (fixture->document));
  g_assert_cmpuint (quo_scenario_n_nodes (
                      quo_document_scenario (fixture->document)),
                    ==, 5);
}

int
main (int argc, char **argv)
{
  static const Claim claims[] = {
    { "playing-moves-time", playing_moves_time },
    { "scrubber-maps-both-ways", scrubber_maps_both_ways },
    { "dragged-node-is-saved-where-it-was-put",
      dragged_node_is_saved_where_it_was_put },
    { "menu-crashes-and-restarts-a-node", menu_crashes_and_restarts_a_node },
    { "menu-drops-the-message-pointed-at", menu_drops_the_message_pointed_at },
    { "menu-cuts-and-restores-a-link", menu_cuts_and_restores_a_link },
    { "lasso-parts-its-nodes-from-the-rest",
      lasso_parts_its_nodes_from_the_rest },
    { "dialog-adds-and-changes-an-action", dialog_adds_and_changes_an_action },
    { "wrong-file-shows-the-banner-and-keeps-the-document",
      wrong_file_shows_the_banner_and_keeps_the_document },
    { "story-walks-through-time", story_walks_through_time },
    { "new-scenario-is-shown", new_scenario_is_shown },
  };

  return run_claims (argc, argv, "/ui/window/window/", claims,
                     G_N_ELEMENTS (claims));
}
