/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/cells.h"
#include "window/action-dialog.h"
#include "window/export-dialog.h"
#include "window/inspector.h"
#include "window/new-dialog.h"
#include "window/preferences.h"
#include "window/sidebar.h"

#include <string.h>

#include "fixture.h"

static void
every_template_instantiates (Fixture *fixture, gconstpointer data)
{
  const GType types[] = {
    QUO_TYPE_WINDOW,        QUO_TYPE_PAGE,        QUO_TYPE_START_PAGE,
    QUO_TYPE_SIDEBAR,       QUO_TYPE_INSPECTOR,   QUO_TYPE_TRANSPORT,
    QUO_TYPE_PANE,          QUO_TYPE_CELLS,       QUO_TYPE_THUMBNAIL,
    QUO_TYPE_ACTION_DIALOG, QUO_TYPE_SCRUBBER,    QUO_TYPE_EXPORT_DIALOG,
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
        g_autoptr (GBytes) bytes
          = quo_export_picture (fixture->document, view, &choice, &error);
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

            g_assert_cmpint (ABS (gdk_texture_get_width (texture)
                                  - quo_diagram_view_view (view)->width * 1.5),
                             <=, 1);
          }
      }
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
  const QuoDiagramClass *const *classes = quo_diagram_classes ();
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

  g_autoptr (QuoGalleryItem) item
    = g_list_model_get_item (quo_gallery_items (quo_start_page_gallery (start)),
                             0);

  g_assert_cmpstr (quo_gallery_item_title (item), ==, "Three");
  g_assert_nonnull (quo_gallery_item_picture (item));
  quo_start_page_search (start, "RAFT three");
  g_assert_cmpuint (quo_start_page_n_shown (start), ==, 1);
  quo_start_page_search (start, "raft paxos");
  g_assert_cmpuint (quo_start_page_n_shown (start), ==, 0);
  if (old != NULL)
    g_setenv ("QUORATE_DATA_DIR", old, TRUE);
}

/* A view that was chosen with another protocol has nothing to show of this run. */
static void
view_that_is_not_offered_gives_way (Fixture *fixture, gconstpointer data)
{
  QuoPane *pane = quo_page_pane (quo_window_page (fixture->window), 1);
  const QuoDiagramClass * const *classes = quo_diagram_classes ();

  for (guint i = 0; classes[i] != NULL; i++)
    {
      g_autoptr (QuoScenario) scenario
        = quo_scenario_ref (quo_document_scenario (fixture->document));
      QuoDiagramView *view = quo_pane_diagram_view (pane);

      quo_document_set_scenario (fixture->document, scenario, NULL);
      quo_pane_set_view (pane, classes[i]->id);
      quo_document_wait (fixture->document);
      g_assert_nonnull (quo_diagram_view_diagram (view));
      g_assert_true (quo_diagram_view_diagram_class (view)->is_offered (
        quo_document_run (fixture->document)));
    }
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
    = GTK_IS_BUTTON (widget) || GTK_IS_RANGE (widget)
      || GTK_IS_DROP_DOWN (widget) || GTK_IS_ENTRY (widget)
      || GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_SPIN_BUTTON (widget)
      || GTK_IS_LIST_BOX (widget) || QUO_IS_DIAGRAM_VIEW (widget)
      || QUO_IS_SCRUBBER (widget) || QUO_IS_THUMBNAIL (widget);
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
      && !(GTK_IS_LIST_BOX (widget) && has_text (widget)))
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
  QuoDiagramView *view = quo_pane_diagram_view (
    quo_page_pane (quo_window_page (fixture->window), 0));
  g_autoptr (JsonObject) start = json_object_new ();
  GtkWidget *dialogs[4] = { NULL };

  quo_document_set_time (fixture->document, QUO_SECOND);
  quo_document_select (fixture->document,
                       quo_thing_id (QUO_THING_PARTICIPANT, 0));
  settle ();
  dialogs[0]
    = GTK_WIDGET (quo_action_dialog_present (GTK_WINDOW (fixture->window),
                                             fixture->document, start, -1));
  dialogs[1] = GTK_WIDGET (
    quo_export_dialog_present (GTK_WINDOW (fixture->window), fixture->document,
                               view, quo_settings_get_default ()));
  dialogs[2] = GTK_WIDGET (
    quo_new_dialog_present (GTK_WINDOW (fixture->window), fixture->document));
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
  static const Claim claims[] = {
    { "every-template-instantiates", every_template_instantiates },
    { "pictures-are-what-their-formats-say",
      pictures_are_what_their_formats_say },
    { "everything-can-be-selected", everything_can_be_selected },
    { "every-view-can-be-shown", every_view_can_be_shown },
    { "view-that-is-not-offered-gives-way",
      view_that_is_not_offered_gives_way },
    { "every-control-has-a-name", every_control_has_a_name },
    { "theme-changes-at-once", theme_changes_at_once },
    { "gallery-lists-what-is-in-its-folder",
      gallery_lists_what_is_in_its_folder },
    { "still-layer-outlives-a-frame", still_layer_outlives_a_frame },
  };

  return run_claims (argc, argv, "/ui/window/look/", claims,
                     G_N_ELEMENTS (claims));
}
