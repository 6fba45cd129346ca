/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/diagram.h"

#include "fixture.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  QuoRun     *run;
  QuoTrace   *trace;
  QuoDiagram *diagram;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->run = fixture_raft ();
  fixture->trace = quo_run_trace (fixture->run);
  fixture->diagram = fixture_diagram ("sequence", fixture->run);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  quo_diagram_free (fixture->diagram);
  quo_run_unref (fixture->run);
}

static QuoView
view_at (Fixture *fixture,
         QuoTime  time)
{
  QuoView view = { .width = 700, .height = 600, .zoom = 1, .time = time };

  quo_diagram_follow (fixture->diagram, &view);
  return view;
}

static void
lost_message_ends_in_a_cross (Fixture       *fixture,
                              gconstpointer  data)
{
  QuoView view = view_at (fixture, 1100 * QUO_MILLISECOND);
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);
  guint n_lost = 0;

  g_assert_cmpuint (fixture_count (scene, "^line message-lost .*head=cross"), >, 3);
  g_assert_cmpuint (fixture_count (scene, "^line message-lost .*head=(filled|open)"), ==, 0);
  /* Every one of them is a message that the trace lost, and says why. */
  g_autoptr(QuoScene) items = fixture_draw (fixture->diagram, &view);
  for (guint i = 0; i < quo_scene_get_n_items (items); i++)
    {
      guint64 id = quo_scene_get_id (items, i);
      if (quo_scene_get_style (items, i) != QUO_STYLE_MESSAGE_LOST ||
          quo_scene_get_primitive (items, i) != QUO_PRIMITIVE_LINE)
        continue;
      guint32 send = (guint32) quo_thing_index (id);
      g_assert_cmpint (quo_trace_kind (fixture->trace, send), ==, QUO_EVENT_SEND);
      g_assert_cmpint (quo_trace_kind (fixture->trace, quo_trace_peer (fixture->trace, send)),
                       ==, QUO_EVENT_LOSE);
      g_assert_true (g_str_has_suffix (quo_scene_get_label (items, i), ", cut"));
      n_lost++;
    }
  g_assert_cmpuint (n_lost, >, 3);
}

static void
reply_is_dashed_with_an_open_head (Fixture       *fixture,
                                   gconstpointer  data)
{
  QuoView view = view_at (fixture, QUO_SECOND / 2);
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);

  g_assert_cmpuint (fixture_count (scene, "^line message-reply .*head=open"), >, 3);
  g_assert_cmpuint (fixture_count (scene, "^line message-reply .*head=filled"), ==, 0);
  g_assert_cmpuint (fixture_count (scene, "^line message .*head=filled"), >, 3);
}

static gboolean
overlap (const QuoBox *a,
         const QuoBox *b)
{
  return a->x < b->x + b->width - 0.5 && b->x < a->x + a->width - 0.5 &&
         a->y < b->y + b->height - 0.5 && b->y < a->y + a->height - 0.5;
}

static guint
check_labels (QuoDiagram    *diagram,
              const QuoView *view)
{
  g_autoptr(QuoScene) scene = fixture_draw (diagram, view);
  g_autoptr(GArray) boxes = g_array_new (FALSE, FALSE, sizeof (QuoBox));

  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      if (quo_scene_get_primitive (scene, i) != QUO_PRIMITIVE_TEXT)
        continue;
      QuoBox box = quo_scene_get_bounds (scene, i);
      for (guint j = 0; j < boxes->len; j++)
        if (overlap (&box, &g_array_index (boxes, QuoBox, j)))
          g_error ("'%s' overlaps another label at %.1f,%.1f",
                   quo_scene_get_text (scene, i), box.x, box.y);
      g_array_append_val (boxes, box);
    }
  return boxes->len;
}

static void
labels_never_overlap (Fixture       *fixture,
                      gconstpointer  data)
{
  static const double zooms[] = { 0.3, 0.6, 1, 2.5 };
  static const double widths[] = { 320, 520, 1200 };
  guint n_labels = 0;

  for (guint z = 0; z < G_N_ELEMENTS (zooms); z++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      for (guint scale = 0; scale < 2; scale++)
        for (QuoTime time = 0; time < 4 * QUO_SECOND; time += 333 * QUO_MILLISECOND)
          {
            QuoView view = { .width = widths[w], .height = 600, .zoom = zooms[z],
                             .time = time, .is_to_scale = scale };
            quo_diagram_follow (fixture->diagram, &view);
            n_labels += check_labels (fixture->diagram, &view);
          }
  g_assert_cmpuint (n_labels, >, 5000);
}

static void
what_lies_after_the_time_shown_is_veiled (Fixture       *fixture,
                                          gconstpointer  data)
{
  QuoView view = view_at (fixture, QUO_SECOND);
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);

  g_assert_cmpuint (fixture_count (scene, "^rectangle veil .*layer=moving"), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^line time-line "), ==, 1);
  view.is_whole = TRUE;
  g_autofree char *whole = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (whole, "veil|time-line"), ==, 0);
  g_assert_cmpuint (fixture_count (whole, "^line message "), ==,
                    fixture_count (scene, "^line message "));
}

static void
every_message_says_what_it_is (Fixture       *fixture,
                               gconstpointer  data)
{
  QuoView view = view_at (fixture, QUO_SECOND);
  g_autoptr(QuoScene) scene = fixture_draw (fixture->diagram, &view);
  guint n = 0;

  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      QuoStyle style = quo_scene_get_style (scene, i);
      if (quo_scene_get_primitive (scene, i) != QUO_PRIMITIVE_LINE ||
          (style != QUO_STYLE_MESSAGE && style != QUO_STYLE_MESSAGE_REPLY))
        continue;
      g_assert_cmpint (quo_thing_kind (quo_scene_get_id (scene, i)), ==, QUO_THING_EVENT);
      g_assert_nonnull (quo_scene_get_label (scene, i));
      g_assert_nonnull (strstr (quo_scene_get_label (scene, i), " to "));
      n++;
    }
  g_assert_cmpuint (n, >, 10);
}

static void
slope_is_the_time_under_way (Fixture       *fixture,
                             gconstpointer  data)
{
  QuoView view = { .width = 700, .height = 600, .zoom = 1, .time = QUO_SECOND / 2,
                   .is_to_scale = TRUE };
  double px_per_ns = 0;
  guint n = 0;

  quo_diagram_follow (fixture->diagram, &view);
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);
  g_auto(GStrv) lines = g_strsplit (scene, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      double x1, y1, x2, y2;
      const char *id = strstr (lines[i], " id=");
      if (id == NULL ||
          sscanf (lines[i], "line message %lf,%lf %lf,%lf", &x1, &y1, &x2, &y2) != 4)
        continue;
      guint64 thing = g_ascii_strtoull (id + 4, NULL, 10);
      guint32 send = (guint32) quo_thing_index (thing);
      QuoTime flight = quo_trace_time (fixture->trace, quo_trace_peer (fixture->trace, send))
                       - quo_trace_time (fixture->trace, send);
      if (n++ == 0)
        px_per_ns = (y2 - y1) / flight;
      g_assert_cmpfloat_with_epsilon (y2 - y1, flight * px_per_ns, 0.1);
    }
  g_assert_cmpuint (n, >, 5);
}

static void
scene_depends_on_the_view_alone (Fixture       *fixture,
                                 gconstpointer  data)
{
  QuoView view = view_at (fixture, 1500 * QUO_MILLISECOND);
  QuoView other = view_at (fixture, 3 * QUO_SECOND);
  g_autofree char *first = fixture_draw_text (fixture->diagram, &view);

  other.is_to_scale = TRUE;
  other.width = 333;
  g_free (fixture_draw_text (fixture->diagram, &other));
  g_autofree char *second = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpstr (first, ==, second);
  g_autoptr(QuoDiagram) fresh = fixture_diagram ("sequence", fixture->run);
  g_autofree char *third = fixture_draw_text (fresh, &view);
  g_assert_cmpstr (first, ==, third);
}

static void
crash_and_pause_are_marked (Fixture       *fixture,
                            gconstpointer  data)
{
  QuoView view = { .width = 700, .height = 600, .zoom = 1, .is_to_scale = TRUE,
                   .time = 2300 * QUO_MILLISECOND };

  quo_diagram_follow (fixture->diagram, &view);
  view.height = 1600;
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (scene, "^mark bad cross .*D: crash"), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^line node-down .*dash=dotted"), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^line node-paused "), >, 5);
  g_assert_cmpuint (fixture_count (scene, "^text bad .*\"crash D\""), ==, 1);
}

static void
leader_has_the_widest_strip (Fixture       *fixture,
                             gconstpointer  data)
{
  QuoView view = view_at (fixture, QUO_SECOND / 2);
  g_autoptr(QuoScene) scene = fixture_draw (fixture->diagram, &view);
  double leader = 0, follower = 0;

  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      if (quo_scene_get_style (scene, i) != QUO_STYLE_STRIP ||
          quo_scene_get_primitive (scene, i) != QUO_PRIMITIVE_RECTANGLE)
        continue;
      double width = quo_scene_get_bounds (scene, i).width;
      const char *role = quo_scene_get_label (scene, i);
      if (g_strcmp0 (role, "leader") == 0)
        leader = width;
      else if (g_strcmp0 (role, "follower") == 0)
        follower = width;
    }
  g_assert_cmpfloat (follower, >, 0);
  g_assert_cmpfloat (leader, >, follower + 2);
}

static void
time_shown_is_kept_in_sight (Fixture       *fixture,
                             gconstpointer  data)
{
  QuoView view = { .width = 700, .height = 300, .zoom = 1 };

  for (QuoTime time = 0; time < 4 * QUO_SECOND; time += 91 * QUO_MILLISECOND)
    {
      view.time = time;
      quo_diagram_follow (fixture->diagram, &view);
      g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);
      g_assert_cmpuint (fixture_count (scene, "^line time-line "), ==, 1);
    }
}

static void
selected_message_is_lit_with_its_causes (Fixture       *fixture,
                                         gconstpointer  data)
{
  QuoView view = view_at (fixture, QUO_SECOND);
  guint32 send = quo_trace_find (fixture->trace, 990 * QUO_MILLISECOND);

  while (quo_trace_kind (fixture->trace, send) != QUO_EVENT_SEND)
    send--;
  view.selected = quo_thing_id (QUO_THING_EVENT, send);
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (scene, "^line selection .*layer=overlay"), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^(line|mark) past .*layer=overlay"), >, 0);
}

/* The scenario of a known mistake: the invariant that it breaks is named. */
static void
violation_is_called_out (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("QUORATE_DATA_DIR"), "scenarios",
                                            "two-phase-commit-impatient" QUO_SCENARIO_SUFFIX,
                                            NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(QuoScenario) scenario = NULL;
  scenario = quo_scenario_new_from_file (path, &error);
  g_assert_no_error (error);
  g_autoptr(QuoRun) run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("sequence", run);
  QuoView view = { .width = 800, .height = 900, .zoom = 1, .time = quo_run_end (run) };
  quo_diagram_follow (diagram, &view);
  g_autofree char *scene = fixture_draw_text (diagram, &view);
  g_assert_cmpuint (fixture_count (scene, "text bad .*\"atomicity violated\""), ==, 1);
  g_autoptr(QuoDiagram) network = fixture_diagram ("network", run);
  view.y = 0;
  g_autofree char *nodes = fixture_draw_text (network, &view);
  g_assert_cmpuint (fixture_count (nodes, "text bad .*\"atomicity violated at "), ==, 1);
}

/* What a client took for an answer is told from what it was given. */
static void
fallback_says_how_old_it_is (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("QUORATE_DATA_DIR"), "scenarios",
                                            "primary-backup-fallback-with-bound"
                                            QUO_SCENARIO_SUFFIX, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(QuoScenario) scenario = quo_scenario_new_from_file (path, &error);
  g_assert_no_error (error);
  g_autoptr(QuoRun) run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("sequence", run);
  QuoView view = { .width = 1000, .height = 1000, .zoom = 1, .time = quo_run_end (run) };
  g_autofree char *scene = fixture_draw_text (diagram, &view);

  g_assert_cmpuint (fixture_count (scene, "text warn .*\"x = 2 .cache, up to 400 ms old.\""),
                    ==, 1);
  g_assert_cmpuint (fixture_count (scene, "text warn .*\"x = 2 .any, C, up to 540 ms old.\""),
                    ==, 1);

  /* Where there is no room for the age, the value alone. */
  g_autoptr(QuoDiagram) network = fixture_diagram ("network", run);
  view = (QuoView) { .width = 720, .height = 560, .zoom = 1, .time = 960 * QUO_MILLISECOND };
  g_autofree char *nodes = fixture_draw_text (network, &view);
  g_assert_cmpuint (fixture_count (nodes, "text warn .*\"read x → 2 .cache, up to 400 ms old.\""),
                    ==, 1);
  g_assert_cmpuint (fixture_count (nodes, "text warn .*\"read x → 2\""), ==, 1);
}

/* All of it in a picture and beside the columns, its beginning in a narrow pane. */
static void
story_is_told_in_any_width (void)
{
  static const double widths[] = { 400, 700, 1200 };
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("sequence", run);

  for (guint i = 0; i < 4 * G_N_ELEMENTS (widths); i++)
    {
      QuoView view = { .width = widths[i / 4], .height = 600, .zoom = 1,
                       .time = QUO_SECOND, .is_to_scale = (i & 1) != 0,
                       .is_whole = (i & 2) != 0 };
      quo_diagram_follow (diagram, &view);
      g_autofree char *scene = fixture_draw_text (diagram, &view);
      g_assert_cmpuint (fixture_count (scene, "text (text|note) .*\"(The network|1\\.)"), ==, 1);
      gboolean has_room = view.width > 1000 || view.is_whole;
      g_assert_cmpuint (fixture_count (scene, "text text .*more\\.\""), ==, has_room);
      g_assert_cmpuint (fixture_count (scene, "note .*\"The network .* more\\.\""), >=, 1);
    }
}

static void
long_trace_draws_few_things (void)
{
  g_autoptr(QuoRun) run = fixture_long (60000);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("sequence", run);

  g_assert_cmpuint (quo_trace_length (quo_run_trace (run)), >=, 60000);
  for (guint scale = 0; scale < 2; scale++)
    for (double zoom = 4; zoom > 0.0005; zoom /= 3)
      {
        QuoView view = { .width = 1920, .height = 1080, .zoom = zoom,
                         .time = quo_run_end (run) / 2, .is_to_scale = scale };
        quo_diagram_follow (diagram, &view);
        g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
        g_assert_cmpuint (quo_scene_get_n_items (scene), >, 20);
        g_assert_cmpuint (quo_scene_get_n_items (scene), <, 3600);
      }
}

static void
many_columns_are_culled (void)
{
  g_autoptr(QuoRun) run = fixture_idle (1000);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("sequence", run);
  QuoView view = { .width = 800, .height = 600, .zoom = 1 };
  double width, height;

  quo_diagram_extent (diagram, &view, &width, &height);
  g_assert_cmpfloat (width, >, 8000);
  g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
  g_assert_cmpuint (quo_scene_get_n_items (scene), <, 400);
}

static void
extending_changes_nothing_before (void)
{
  static const char json[] =
    "{ \"quorate\": 1, \"seed\": 5, \"protocol\": \"raft\","
    "  \"nodes\": { \"count\": 3, \"prefix\": \"n\" } }";
  g_autoptr(GError) error = NULL;
  g_autoptr(QuoScenario) scenario = NULL;
  scenario = quo_scenario_new_from_data ("test", json, sizeof json - 1, &error);
  g_assert_no_error (error);
  g_autoptr(QuoRun) run = quo_run_new (scenario, 2 * QUO_SECOND, NULL, NULL, NULL);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("sequence", run);
  QuoView view = { .width = 600, .height = 500, .zoom = 1, .time = QUO_SECOND };
  double width, before, after;

  quo_diagram_follow (diagram, &view);
  g_autofree char *first = fixture_draw_text (diagram, &view);
  quo_diagram_extent (diagram, &view, &width, &before);
  g_assert_true (quo_run_extend (run, 6 * QUO_SECOND, 0));
  quo_diagram_extended (diagram);
  quo_diagram_extent (diagram, &view, &width, &after);
  g_assert_cmpfloat (after, >, before);
  g_autofree char *second = fixture_draw_text (diagram, &view);
  g_assert_cmpuint (fixture_count (first, "^line message "), ==,
                    fixture_count (second, "^line message "));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/ui/diagram/sequence/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("lost-message-ends-in-a-cross", lost_message_ends_in_a_cross);
  ADD ("reply-is-dashed-with-an-open-head", reply_is_dashed_with_an_open_head);
  ADD ("labels-never-overlap", labels_never_overlap);
  ADD ("what-lies-after-the-time-shown-is-veiled",
       what_lies_after_the_time_shown_is_veiled);
  ADD ("every-message-says-what-it-is", every_message_says_what_it_is);
  ADD ("slope-is-the-time-under-way", slope_is_the_time_under_way);
  ADD ("scene-depends-on-the-view-alone", scene_depends_on_the_view_alone);
  ADD ("crash-and-pause-are-marked", crash_and_pause_are_marked);
  ADD ("leader-has-the-widest-strip", leader_has_the_widest_strip);
  ADD ("time-shown-is-kept-in-sight", time_shown_is_kept_in_sight);
  ADD ("selected-message-is-lit-with-its-causes", selected_message_is_lit_with_its_causes);
#undef ADD
  g_test_add_func ("/ui/diagram/sequence/violation-is-called-out", violation_is_called_out);
  g_test_add_func ("/ui/diagram/sequence/fallback-says-how-old-it-is",
                   fallback_says_how_old_it_is);
  g_test_add_func ("/ui/diagram/sequence/story-is-told-in-any-width",
                   story_is_told_in_any_width);
  g_test_add_func ("/ui/diagram/sequence/long-trace-draws-few-things",
                   long_trace_draws_few_things);
  g_test_add_func ("/ui/diagram/sequence/many-columns-are-culled", many_columns_are_culled);
  g_test_add_func ("/ui/diagram/sequence/extending-changes-nothing-before",
                   extending_changes_nothing_before);
  return g_test_run ();
}
