/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/cells.h"
#include "widget/thing-menu.h"
#include "window/action-dialog.h"
#include "window/application.h"
#include "window/export-dialog.h"
#include "window/inspector.h"
#include "window/new-dialog.h"
#include "window/preferences.h"
#include "window/sidebar.h"

#include <string.h>

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

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Waits until the window has a size and its diagrams with it. */
static void
wait_for_size (Fixture *fixture)
{
  QuoDiagramView *view
    = quo_pane_diagram_view (quo_page_pane (quo_window_page (fixture->window),
                                            0));

  while (quo_diagram_view_view (view)->width <= 0)
    g_main_context_iteration (NULL, TRUE);
  settle ();
}

static GFile *
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_file_new_for_path (path);
}

static void
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

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  settle ();
  g_object_unref (fixture->file);
  g_free (fixture->folder);
}

static void
do_action (Fixture *fixture, const char *name)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), name,
                                             NULL));
}

static void
every_template_instantiates (Fixture *fixture, gconstpointer data)
{
  const GType types[] = {
    QUO_TYPE_WINDOW,        QUO_TYPE_PAGE,      QUO_TYPE_START_PAGE,
    QUO_TYPE_SIDEBAR,       QUO_TYPE_INSPECTOR, QUO_TYPE_TRANSPORT,
    QUO_TYPE_PANE,          QUO_TYPE_CELLS,     QUO_TYPE_THUMBNAIL,
    QUO_TYPE_ACTION_DIALOG, QUO_TYPE_SCRUBBER,  QUO_TYPE_EXPORT_DIALOG,
    QUO_TYPE_NEW_DIALOG,    QUO_TYPE_PREFERENCES,
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      GtkWidget *widget = g_object_new (types[i], NULL);

      g_assert_nonnull (widget);
      if (GTK_IS_WINDOW (widget))
        {
          gtk_window_destroy (GTK_WINDOW (widget));
          continue;
        }
      g_object_ref_sink (widget);
      g_object_unref (widget);
    }
}

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
  QuoScrubber *scrubber
    = quo_transport_scrubber (quo_page_transport (quo_window_page (
      fixture->window)));
  QuoTime times[] = { 0, 500 * QUO_MILLISECOND, 2 * QUO_SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      QuoTime back = quo_scrubber_time_at (
        scrubber, quo_scrubber_x_at (scrubber, times[i]));

      g_assert_cmpint (ABS (back - times[i]), <, QUO_MICROSECOND);
    }
  g_assert_cmpint (quo_scrubber_time_at (scrubber, -100), ==, 0);
  g_assert_cmpint (quo_scrubber_time_at (scrubber, 1e6), ==, 2 * QUO_SECOND);
}

static void
dragged_node_is_saved_where_it_was_put (Fixture *fixture, gconstpointer data)
{
  QuoDiagramView *view
    = quo_pane_diagram_view (quo_page_pane (quo_window_page (fixture->window),
                                            0));
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

  g_assert_true (quo_scenario_position (
    quo_document_scenario (fixture->document), 1, &x, &y));
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
  g_autoptr (GMenuModel) menu
    = quo_thing_menu_new (fixture->document, thing);
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
  g_assert_cmpuint (
    quo_scenario_n_actions (quo_document_scenario (fixture->document)), ==,
    n_before + 1);

  there = last_action (fixture->document);
  g_assert_cmpstr (json_object_get_string_member (there, "at"), ==, "900ms");
  dialog = quo_action_dialog_present (GTK_WINDOW (fixture->window),
                                      fixture->document, there,
                                      (int) n_before);
  quo_action_dialog_set (dialog, "at", "1.1s");
  g_assert_true (quo_action_dialog_apply (dialog));
  quo_document_wait (fixture->document);
  changed = last_action (fixture->document);
  g_assert_cmpstr (json_object_get_string_member (changed, "at"), ==, "1.1s");

  g_assert_true (gtk_widget_activate_action (
    GTK_WIDGET (fixture->window), "win.delete-action", "u", n_before));
  quo_document_wait (fixture->document);
  g_assert_cmpuint (
    quo_scenario_n_actions (quo_document_scenario (fixture->document)), ==,
    n_before);
}

static void
wrong_file_shows_the_banner_and_keeps_the_document (Fixture      *fixture,
                                                    gconstpointer data)
{
  g_autoptr (GFile) wrong
    = write_file (fixture, "wrong.quorate.json",
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
pictures_are_what_their_formats_say (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    QuoExportFormat format;
    const char *start;
  } formats[] = {
    { QUO_EXPORT_PNG, "\x89PNG" },
    { QUO_EXPORT_SVG, "<?xml" },
    { QUO_EXPORT_PDF, "%PDF" },
  };

  for (guint pane = 0; pane < 2; pane++)
    for (guint i = 0; i < G_N_ELEMENTS (formats) * 2; i++)
      {
        QuoPictureChoice choice = { .format = formats[i / 2].format,
                                    .scale = 1.5,
                                    .theme = QUO_THEME_DARK,
                                    .is_whole = i % 2 };
        QuoDiagramView *view = quo_pane_diagram_view (
          quo_page_pane (quo_window_page (fixture->window), pane));
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) bytes = quo_export_picture (
          fixture->document, view, &choice, &error);
        gsize size = 0;
        const char *content = NULL;

        g_assert_no_error (error);
        content = g_bytes_get_data (bytes, &size);
        g_assert_cmpuint (size, >, 500);
        g_assert_cmpmem (content, strlen (formats[i / 2].start),
                         formats[i / 2].start, strlen (formats[i / 2].start));
        if (choice.format == QUO_EXPORT_PNG && !choice.is_whole)
          {
            g_autoptr (GdkTexture) texture
              = gdk_texture_new_from_bytes (bytes, NULL);

            g_assert_cmpint (
              ABS (gdk_texture_get_width (texture)
                   - quo_diagram_view_view (view)->width * 1.5),
              <=, 1);
          }
      }
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

/* Every kind of thing is told of by the inspector, and none breaks it. */
static void
everything_can_be_selected (Fixture *fixture, gconstpointer data)
{
  QuoTrace *trace = quo_run_trace (quo_document_run (fixture->document));

  quo_document_set_time (fixture->document, QUO_SECOND);
  for (guint i = 0; i < 4; i++)
    {
      quo_document_select (fixture->document,
                           quo_thing_id (QUO_THING_PARTICIPANT, i));
      settle ();
    }
  for (guint i = 0; i < 3; i++)
    quo_document_select (fixture->document, quo_thing_id (QUO_THING_ROLE, i));
  quo_document_select (fixture->document, quo_thing_id (QUO_THING_ACTION, 0));
  quo_document_select (fixture->document,
                       quo_thing_id (QUO_THING_LINK, (guint64) 1 << 28 | 2));
  settle ();
  for (guint32 i = 0; i < quo_trace_length (trace); i += 7)
    {
      quo_document_select_second (fixture->document,
                                  quo_document_selection (fixture->document));
      quo_document_select (fixture->document,
                           quo_thing_id (QUO_THING_EVENT, i));
    }
  settle ();
  g_assert_cmpuint (quo_thing_kind (quo_document_selection (fixture->document)),
                    ==, QUO_THING_EVENT);
}

static void
every_view_can_be_shown (Fixture *fixture, gconstpointer data)
{
  QuoRun *run = quo_document_run (fixture->document);
  const QuoDiagramClass * const *classes = quo_diagram_classes ();
  QuoPane *pane = quo_page_pane (quo_window_page (fixture->window), 1);

  quo_document_set_time (fixture->document, QUO_SECOND);
  for (guint i = 0; classes[i] != NULL; i++)
    {
      QuoDiagramView *view = quo_pane_diagram_view (pane);

      quo_pane_set_view (pane, classes[i]->id);
      if (!classes[i]->is_offered (run))
        {
          g_assert_true (quo_diagram_view_diagram_class (view) != classes[i]);
          continue;
        }
      g_assert_true (quo_diagram_view_diagram_class (view) == classes[i]);
      g_assert_cmpuint (quo_scene_get_n_items (quo_diagram_view_scene (view)),
                        >, 0);
      quo_diagram_view_zoom_by (view, 2);
      quo_diagram_view_zoom_by (view, 0.1);
      quo_diagram_view_fit (view);
      settle ();
    }
}

static void
theme_changes_at_once (Fixture *fixture, gconstpointer data)
{
  QuoSettings *settings = quo_settings_get_default ();
  gboolean is_dark = FALSE;

  quo_settings_set_string (settings, "theme", "dark");
  settle ();
  g_object_get (gtk_settings_get_default (),
                "gtk-application-prefer-dark-theme", &is_dark, NULL);
  g_assert_true (is_dark);
  quo_settings_set_string (settings, "theme", "light");
  settle ();
  g_object_get (gtk_settings_get_default (),
                "gtk-application-prefer-dark-theme", &is_dark, NULL);
  g_assert_false (is_dark);
}

static void
new_scenario_is_shown (Fixture *fixture, gconstpointer data)
{
  QuoNewDialog *dialog = quo_new_dialog_present (GTK_WINDOW (fixture->window),
                                                 fixture->document);

  quo_new_dialog_create (dialog);
  quo_document_wait (fixture->document);
  settle ();
  g_assert_null (quo_document_file (fixture->document));
  g_assert_cmpuint (
    quo_scenario_n_nodes (quo_document_scenario (fixture->document)), ==, 5);
}

static void
gallery_lists_what_is_in_its_folder (Fixture *fixture, gconstpointer data)
{
  QuoStartPage *start = quo_window_start_page (fixture->window);
  g_autofree char *scenarios
    = g_build_filename (fixture->folder, "scenarios", NULL);
  g_autofree char *old = g_strdup (g_getenv ("QUORATE_DATA_DIR"));
  g_autoptr (GFile) good = NULL;
  g_autoptr (GFile) bad = NULL;

  g_assert_cmpint (g_mkdir_with_parents (scenarios, 0700), ==, 0);
  good = write_file (fixture, "scenarios/good.quorate.json", SCENARIO);
  bad = write_file (fixture, "scenarios/bad.quorate.json", "{");
  g_setenv ("QUORATE_DATA_DIR", fixture->folder, TRUE);
  quo_window_show_start (fixture->window);
  while (!quo_gallery_is_drawn (quo_start_page_gallery (start)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (quo_start_page_n_shown (start), ==, 1);

  g_autoptr (QuoGalleryItem) item = g_list_model_get_item (
    quo_gallery_items (quo_start_page_gallery (start)), 0);

  g_assert_cmpstr (quo_gallery_item_title (item), ==, "Three");
  g_assert_nonnull (quo_gallery_item_picture (item));
  quo_start_page_search (start, "RAFT three");
  g_assert_cmpuint (quo_start_page_n_shown (start), ==, 1);
  quo_start_page_search (start, "raft paxos");
  g_assert_cmpuint (quo_start_page_n_shown (start), ==, 0);
  if (old != NULL)
    g_setenv ("QUORATE_DATA_DIR", old, TRUE);
}

static gboolean
has_text (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return *gtk_label_get_text (GTK_LABEL (widget)) != '\0';
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_text (child))
      return TRUE;
  return FALSE;
}

/* A control without a name is read out as "button". What stands around others,
 * a box or a list, needs none to be told of. */
static guint
count_nameless (GtkWidget *widget)
{
  guint n_nameless = 0;
  gboolean is_control
    = GTK_IS_BUTTON (widget) || GTK_IS_RANGE (widget) || GTK_IS_DROP_DOWN (widget)
      || GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget)
      || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_LIST_BOX (widget)
      || QUO_IS_DIAGRAM_VIEW (widget) || QUO_IS_SCRUBBER (widget)
      || QUO_IS_THUMBNAIL (widget);
  /* Parts of GTK's own controls, which tell of them in their place. */
  gboolean is_part
    = gtk_widget_get_ancestor (gtk_widget_get_parent (widget) != NULL
                                 ? gtk_widget_get_parent (widget)
                                 : widget,
                               GTK_TYPE_DROP_DOWN)
        != NULL
      || (GTK_IS_TOGGLE_BUTTON (widget)
          && gtk_widget_get_ancestor (widget, GTK_TYPE_COMBO_BOX) != NULL)
      || GTK_IS_SCROLLBAR (gtk_widget_get_parent (widget))
      || GTK_IS_SCROLLBAR (widget)
      || gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL
      || gtk_widget_get_ancestor (widget, GTK_TYPE_INFO_BAR) != NULL
      || GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget))
      || GTK_IS_POPOVER (widget);

  if (GTK_IS_POPOVER (widget))
    return 0;
  if (is_control && !is_part
      && !gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget),
                                            GTK_ACCESSIBLE_PROPERTY_LABEL)
      && !gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget),
                                            GTK_ACCESSIBLE_RELATION_LABELLED_BY)
      && !has_text (widget))
    {
      g_test_message ("%s in %s has no name", G_OBJECT_TYPE_NAME (widget),
                      G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
      n_nameless++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n_nameless += count_nameless (child);
  return n_nameless;
}

static void
every_control_has_a_name (Fixture *fixture, gconstpointer data)
{
  QuoDiagramView *view
    = quo_pane_diagram_view (quo_page_pane (quo_window_page (fixture->window),
                                            0));
  g_autoptr (JsonObject) start = json_object_new ();
  GtkWidget *dialogs[4] = { NULL };

  quo_document_set_time (fixture->document, QUO_SECOND);
  quo_document_select (fixture->document,
                       quo_thing_id (QUO_THING_PARTICIPANT, 0));
  settle ();
  dialogs[0] = GTK_WIDGET (quo_action_dialog_present (
    GTK_WINDOW (fixture->window), fixture->document, start, -1));
  dialogs[1] = GTK_WIDGET (quo_export_dialog_present (
    GTK_WINDOW (fixture->window), fixture->document, view,
    quo_settings_get_default ()));
  dialogs[2] = GTK_WIDGET (quo_new_dialog_present (
    GTK_WINDOW (fixture->window), fixture->document));
  dialogs[3] = quo_preferences_new (GTK_WINDOW (fixture->window),
                                    quo_settings_get_default ());
  settle ();
  g_assert_cmpuint (count_nameless (GTK_WIDGET (fixture->window)), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      g_assert_cmpuint (count_nameless (dialogs[i]), ==, 0);
      gtk_window_destroy (GTK_WINDOW (dialogs[i]));
    }
}

/* The first node of what a view draws: its still layer. */
static GskRenderNode *
still_layer (Fixture *fixture, QuoTime time)
{
  GtkWidget *view = GTK_WIDGET (quo_pane_diagram_view (
    quo_page_pane (quo_window_page (fixture->window), 0)));
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node = NULL;
  GskRenderNode *first = NULL;

  quo_document_set_time (fixture->document, time);
  settle ();
  GTK_WIDGET_GET_CLASS (view)->snapshot (view, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_cmpint (gsk_render_node_get_node_type (node), ==,
                   GSK_CONTAINER_NODE);
  first = gsk_render_node_ref (gsk_container_node_get_child (node, 0));
  gsk_render_node_unref (node);
  return first;
}

/* A frame while it plays has to be drawn anew where something moves, and only
 * there. The first few frames may still find the window its size. */
static void
still_layer_outlives_a_frame (Fixture *fixture, gconstpointer data)
{
  guint n_same = 0;

  for (guint i = 0; i < 200 && n_same < 10; i++)
    {
      g_autoptr (GskRenderNode) first
        = still_layer (fixture, QUO_SECOND + 2 * i * QUO_MILLISECOND);
      g_autoptr (GskRenderNode) second
        = still_layer (fixture, QUO_SECOND + (2 * i + 1) * QUO_MILLISECOND);

      n_same = first == second ? n_same + 1 : 0;
    }
  g_assert_cmpuint (n_same, ==, 10);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *claim;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "every-template-instantiates", every_template_instantiates },
    { "playing-moves-time", playing_moves_time },
    { "scrubber-maps-both-ways", scrubber_maps_both_ways },
    { "dragged-node-is-saved-where-it-was-put",
      dragged_node_is_saved_where_it_was_put },
    { "menu-crashes-and-restarts-a-node", menu_crashes_and_restarts_a_node },
    { "menu-drops-the-message-pointed-at",
      menu_drops_the_message_pointed_at },
    { "menu-cuts-and-restores-a-link", menu_cuts_and_restores_a_link },
    { "dialog-adds-and-changes-an-action",
      dialog_adds_and_changes_an_action },
    { "wrong-file-shows-the-banner-and-keeps-the-document",
      wrong_file_shows_the_banner_and_keeps_the_document },
    { "pictures-are-what-their-formats-say",
      pictures_are_what_their_formats_say },
    { "story-walks-through-time", story_walks_through_time },
    { "everything-can-be-selected", everything_can_be_selected },
    { "every-view-can-be-shown", every_view_can_be_shown },
    { "every-control-has-a-name", every_control_has_a_name },
    { "theme-changes-at-once", theme_changes_at_once },
    { "new-scenario-is-shown", new_scenario_is_shown },
    { "gallery-lists-what-is-in-its-folder",
      gallery_lists_what_is_in_its_folder },
    { "still-layer-outlives-a-frame", still_layer_outlives_a_frame },
  };

  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  application = quo_application_new (FALSE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL,
                                         NULL));
  quo_settings_set_string (quo_settings_get_default (), "motion", "reduced");
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path
        = g_strconcat ("/ui/window/window/", tests[i].claim, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }

  int status = g_test_run ();

  g_object_unref (application);
  return status;
}
