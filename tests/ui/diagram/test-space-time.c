/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/stamps.h"

#include "apart.h"
#include "fixture.h"

#include <string.h>

/* A sends twice to B, B then to C: of all pairs only A's second sending and B's first
 * receipt are concurrent. */
static const char three_json[] =
  "{ \"quorate\": 1, \"title\": \"three\", \"seed\": 1, \"until\": \"600ms\","
  "  \"protocol\": \"vector-clocks\","
  "  \"nodes\": [ { \"id\": \"A\" }, { \"id\": \"B\" }, { \"id\": \"C\" } ],"
  "  \"network\": { \"latency\": \"100ms\" },"
  "  \"script\": ["
  "    { \"at\": \"50ms\", \"do\": \"send\", \"node\": \"A\", \"to\": \"B\", \"name\": \"m1\" },"
  "    { \"at\": \"120ms\", \"do\": \"send\", \"node\": \"A\", \"to\": \"B\", \"name\": \"m2\" },"
  "    { \"at\": \"350ms\", \"do\": \"send\", \"node\": \"B\", \"to\": \"C\", \"name\": \"m3\" }"
  "  ] }";

/* The events of a kind, in order. */
static guint32
nth_event (QuoTrace     *trace,
           QuoEventKind  kind,
           guint         nth)
{
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == kind && nth-- == 0)
      return i;
  g_assert_not_reached ();
}

static QuoStyle
style_of_point (QuoScene *scene,
                guint32   event)
{
  guint64 id = quo_thing_id (QUO_THING_EVENT, event);

  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    if (quo_scene_get_id (scene, i) == id &&
        quo_scene_get_primitive (scene, i) == QUO_PRIMITIVE_ELLIPSE)
      return quo_scene_get_style (scene, i);
  return QUO_N_STYLES;
}

static QuoView
view_of (double width,
         double height)
{
  return (QuoView) { .width = width, .height = height, .zoom = 1, .is_whole = TRUE };
}

static void
concurrent_events_are_not_lit (void)
{
  g_autoptr(QuoRun) run = fixture_run (three_json);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("space-time", run);
  QuoTrace *trace = quo_run_trace (run);
  guint32 m1 = nth_event (trace, QUO_EVENT_SEND, 0), m2 = nth_event (trace, QUO_EVENT_SEND, 1);
  guint32 m3 = nth_event (trace, QUO_EVENT_SEND, 2);
  guint32 r1 = nth_event (trace, QUO_EVENT_DELIVER, 0);
  guint32 r2 = nth_event (trace, QUO_EVENT_DELIVER, 1);
  guint32 r3 = nth_event (trace, QUO_EVENT_DELIVER, 2);
  QuoView view = view_of (800, 400);
  view.selected = quo_thing_id (QUO_THING_EVENT, m2);
  g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);

  g_assert_cmpuint (style_of_point (scene, m2), ==, QUO_STYLE_SELECTION);
  g_assert_cmpuint (style_of_point (scene, m1 - 1), ==, QUO_STYLE_PAST);
  g_assert_cmpuint (style_of_point (scene, r1), ==, QUO_STYLE_EVENT);
  g_assert_cmpuint (style_of_point (scene, r2), ==, QUO_STYLE_FUTURE);
  g_assert_cmpuint (style_of_point (scene, m3 - 1), ==, QUO_STYLE_FUTURE);
  g_assert_cmpuint (style_of_point (scene, r3), ==, QUO_STYLE_FUTURE);
}

static void
stamps_say_why_two_are_concurrent (void)
{
  g_autoptr(QuoRun) run = fixture_run (three_json);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("space-time", run);
  QuoTrace *trace = quo_run_trace (run);
  QuoView view = view_of (900, 400);
  view.selected = quo_thing_id (QUO_THING_EVENT, nth_event (trace, QUO_EVENT_SEND, 1));
  view.selected_second = quo_thing_id (QUO_THING_EVENT,
                                       nth_event (trace, QUO_EVENT_DELIVER, 0));
  g_autofree char *text = fixture_draw_text (diagram, &view);

  g_assert_nonnull (strstr (text, "{A:2} vs B at 150 ms {A:1,B:1}: concurrent: A’s entry is "
                                  "larger, B’s smaller"));
  view.selected_second = quo_thing_id (QUO_THING_EVENT,
                                       nth_event (trace, QUO_EVENT_DELIVER, 2));
  g_autofree char *later = fixture_draw_text (diagram, &view);
  g_assert_nonnull (strstr (later, "{A:2} vs C at 450 ms {A:2,B:3,C:1}: before: no entry is "
                                   "larger, B’s, C’s are smaller"));
}

static void
every_event_is_stamped (void)
{
  g_autoptr(QuoRun) run = fixture_run (three_json);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("space-time", run);
  QuoView view = view_of (900, 400);
  g_autofree char *text = fixture_draw_text (diagram, &view);
  static const char * const stamps[] = {
    "\"1 {A:1}\"", "\"2 {A:2}\"", "\"2 {A:1,B:1}\"", "\"3 {A:2,B:2}\"", "\"4 {A:2,B:3}\"",
    "\"5 {A:2,B:3,C:1}\""
  };

  for (guint i = 0; i < G_N_ELEMENTS (stamps); i++)
    g_assert_nonnull (strstr (text, stamps[i]));
}

static void
a_lost_message_ends_in_a_cross (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("space-time", run);
  QuoTrace *trace = quo_run_trace (run);
  guint n_lost = 0;
  QuoView view = view_of (0, 600);
  double width, height;

  quo_diagram_extent (diagram, &view, &width, &height);
  view.width = width;
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    n_lost += quo_trace_kind (trace, i) == QUO_EVENT_LOSE;
  g_assert_cmpuint (n_lost, >, 5);
  /* A window at a time: the whole would be a density. */
  guint n_crosses = 0;
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  view.width = 1200;
  view.is_to_scale = TRUE;
  for (view.x = 0; view.x < width; view.x += 900)
    {
      char *text = fixture_draw_text (diagram, &view);
      g_ptr_array_add (kept, text);
      g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
      for (guint i = 0; lines[i] != NULL; i++)
        {
          const char *id = strstr (lines[i], "id=");
          if (id != NULL && strstr (lines[i], "head=cross") != NULL)
            {
              char *number = g_strndup (id, strcspn (id, " "));
              g_ptr_array_add (kept, number);
              n_crosses += g_hash_table_add (seen, number);
            }
        }
    }
  g_assert_cmpuint (n_crosses, ==, n_lost);
}

static void
labels_never_overlap (void)
{
  g_autoptr(QuoRun) raft = fixture_raft ();
  g_autoptr(QuoRun) three = fixture_run (three_json);
  static const double sizes[][2] = { { 1200, 700 }, { 640, 480 }, { 420, 640 } };
  QuoRun *runs[] = { raft, three };

  for (guint r = 0; r < G_N_ELEMENTS (runs); r++)
    {
      g_autoptr(QuoDiagram) diagram = fixture_diagram ("space-time", runs[r]);
      for (guint i = 0; i < 24; i++)
        {
          QuoView view = view_of (sizes[i % 3][0], sizes[i % 3][1]);
          view.is_whole = FALSE;
          view.is_to_scale = i % 2 == 1;
          view.time = i * 160 * QUO_MILLISECOND;
          quo_diagram_follow (diagram, &view);
          if (i % 4 == 3)
            view.selected = quo_thing_id (QUO_THING_EVENT, 300);
          g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
          fixture_assert_texts_apart (scene, &view);
        }
    }
}

static void
the_time_shown_can_be_seen (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("space-time", run);

  for (QuoTime time = 0; time <= 4 * QUO_SECOND; time += 130 * QUO_MILLISECOND)
    {
      QuoView view = view_of (700, 500);
      view.is_whole = FALSE;
      view.time = time;
      g_assert_true (quo_diagram_follow (diagram, &view));
      g_autofree char *text = fixture_draw_text (diagram, &view);
      g_assert_cmpuint (fixture_count (text, "^line time-line"), ==, 1);
    }
}

/* The widget keeps what does not move: the time shown must not change it. */
static void
still_parts_do_not_hang_on_the_time (void)
{
  static const char * const views[] = { "space-time", "states" };
  g_autoptr(QuoRun) run = fixture_raft ();

  for (guint v = 0; v < G_N_ELEMENTS (views); v++)
    {
      g_autoptr(QuoDiagram) diagram = fixture_diagram (views[v], run);
      g_autofree char *first = NULL;
      for (QuoTime time = 0; time <= 4 * QUO_SECOND; time += 700 * QUO_MILLISECOND)
        {
          QuoView view = view_of (700, 500);
          view.is_whole = FALSE;
          view.x = 400;
          view.time = time;
          g_autofree char *text = fixture_draw_text (diagram, &view);
          g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
          GString *still = g_string_new (NULL);
          for (guint i = 0; lines[i] != NULL; i++)
            if (strstr (lines[i], "layer=") == NULL && strstr (lines[i], "group") == NULL &&
                strstr (lines[i], "taken ") == NULL)
              g_string_append_printf (still, "%s\n", lines[i]);
          char *all = g_string_free (still, FALSE);
          if (first != NULL)
            g_assert_cmpstr (all, ==, first);
          g_free (first);
          first = all;
        }
    }
}

static void
only_what_is_in_sight_is_drawn (void)
{
  g_autoptr(QuoRun) run = fixture_long (200000);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("space-time", run);

  for (double zoom = 0.05; zoom < 3; zoom *= 2.1)
    {
      QuoView view = view_of (1200, 700);
      view.is_whole = FALSE;
      view.zoom = zoom;
      view.time = 60 * QUO_SECOND;
      quo_diagram_follow (diagram, &view);
      g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
      g_assert_cmpuint (quo_scene_get_n_items (scene), <, 8000);
      g_assert_cmpuint (quo_scene_get_n_items (scene), >, 20);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/ui/diagram/space-time/" name, func)
  ADD ("concurrent-events-are-not-lit", concurrent_events_are_not_lit);
  ADD ("stamps-say-why-two-are-concurrent", stamps_say_why_two_are_concurrent);
  ADD ("every-event-is-stamped", every_event_is_stamped);
  ADD ("a-lost-message-ends-in-a-cross", a_lost_message_ends_in_a_cross);
  ADD ("labels-never-overlap", labels_never_overlap);
  ADD ("the-time-shown-can-be-seen", the_time_shown_can_be_seen);
  ADD ("still-parts-do-not-hang-on-the-time", still_parts_do_not_hang_on_the_time);
  ADD ("only-what-is-in-sight-is-drawn", only_what_is_in_sight_is_drawn);
#undef ADD
  return g_test_run ();
}
