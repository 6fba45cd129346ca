/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/course.h"
#include "diagram/index.h"

#include "apart.h"
#include "fixture.h"

#include <string.h>

static QuoView
view_at (QuoTime time,
         double  width,
         double  height)
{
  return (QuoView) { .width = width, .height = height, .zoom = 1, .time = time };
}

static gboolean
box_contains (const QuoBox *outer,
              const QuoBox *inner)
{
  return inner->x >= outer->x && inner->y >= outer->y &&
         inner->x + inner->width <= outer->x + outer->width &&
         inner->y + inner->height <= outer->y + outer->height;
}

/* The role whose box holds the chip of @node, or G_MAXUINT. */
static guint
shown_in (QuoScene *scene,
          guint     node,
          guint     n_roles)
{
  QuoBox chip, box;

  g_assert_true (quo_scene_get_id_bounds (scene,
                                          quo_thing_id (QUO_THING_PARTICIPANT, node),
                                          &chip));
  for (guint role = 0; role < n_roles; role++)
    {
      g_assert_true (quo_scene_get_id_bounds (scene, quo_thing_id (QUO_THING_ROLE, role),
                                              &box));
      if (box_contains (&box, &chip))
        return role;
    }
  return G_MAXUINT;
}

static void
every_live_node_is_inside_its_state (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("states", run);
  QuoTrace *trace = quo_run_trace (run);
  QuoPalette palette;
  guint n_down = 0;

  quo_palette_init (&palette, quo_trace_declaration (trace));
  for (QuoTime time = 0; time < 4 * QUO_SECOND; time += 170 * QUO_MILLISECOND)
    {
      QuoView view = view_at (time, 800, 600);
      g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
      QuoReplay *replay = quo_run_replay (run);
      quo_replay_seek_time (replay, time);
      for (guint node = 0; node < quo_trace_n_nodes (trace); node++)
        {
          guint role = shown_in (scene, node, (guint) palette.n_roles);
          if (quo_replay_life (replay, node) == QUO_LIFE_DOWN)
            {
              g_assert_cmpuint (role, ==, G_MAXUINT);
              n_down++;
              continue;
            }
          g_assert_cmpint (role, ==,
                           quo_replay_scalar (replay, node, (guint) palette.role));
        }
    }
  g_assert_cmpuint (n_down, >, 0);
}

static void
a_crashed_node_is_in_no_state (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("states", run);
  QuoView before = view_at (2300 * QUO_MILLISECOND, 500, 640);
  QuoView during = view_at (2600 * QUO_MILLISECOND, 500, 640);
  QuoView after = view_at (3500 * QUO_MILLISECOND, 500, 640);
  g_autoptr(QuoScene) up = fixture_draw (diagram, &before);
  g_autoptr(QuoScene) down = fixture_draw (diagram, &during);
  g_autoptr(QuoScene) back = fixture_draw (diagram, &after);

  g_assert_cmpuint (shown_in (up, 3, 4), <, 4);
  g_assert_cmpuint (shown_in (down, 3, 4), ==, G_MAXUINT);
  g_assert_cmpuint (shown_in (back, 3, 4), <, 4);
  const char *label = quo_scene_get_id_label (down, quo_thing_id (QUO_THING_PARTICIPANT, 3));
  g_assert_nonnull (strstr (label, "crashed"));
}

/* Moves as anybody would count them, from the state after each event. */
static void
course_counts_what_the_replay_shows (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  QuoReplay *replay = quo_run_replay (run);
  QuoPalette palette;
  quo_palette_init (&palette, quo_trace_declaration (trace));
  QuoCourseSpec spec = { .field = palette.role, .n_classes = (guint) palette.n_roles,
                         .epoch = -1 };
  g_autoptr(QuoCourse) course = quo_course_new (trace, &spec);
  guint n = spec.n_classes, population[QUO_COURSE_CLASSES_MAX];
  guint last[QUO_COURSE_CLASSES_MAX] = { 0 }, n_seen = 0;

  for (guint32 i = 0; i <= quo_trace_length (trace); i++)
    {
      guint counted[QUO_COURSE_CLASSES_MAX] = { 0 };
      quo_replay_seek (replay, i);
      for (guint node = 0; node < quo_trace_n_nodes (trace); node++)
        counted[quo_replay_life (replay, node) == QUO_LIFE_DOWN
                  ? n : quo_replay_scalar (replay, node, (guint) palette.role)]++;
      quo_course_population (course, quo_course_n_moves (course, i), population);
      for (guint c = 0; c <= n; c++)
        g_assert_cmpuint (population[c], ==, counted[c]);
      n_seen += i > 0 && memcmp (last, counted, sizeof last) != 0;
      memcpy (last, counted, sizeof last);
    }
  g_assert_cmpuint (n_seen, >, 5);
  g_assert_cmpuint (quo_course_n_moves (course, G_MAXUINT32), >=, n_seen);
}

static void
an_earlier_look_is_not_changed_by_a_later_one (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("states", run);
  QuoView early = view_at (QUO_SECOND, 640, 500), late = view_at (3 * QUO_SECOND, 640, 500);
  g_autofree char *first = fixture_draw_text (diagram, &early);
  g_autofree char *between = fixture_draw_text (diagram, &late);
  g_autofree char *second = fixture_draw_text (diagram, &early);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, !=, between);
}

static void
taken_transitions_are_counted (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("states", run);
  QuoTrace *trace = quo_run_trace (run);
  QuoReplay *replay = quo_run_replay (run);
  QuoPalette palette;
  guint n_elected = 0;

  quo_palette_init (&palette, quo_trace_declaration (trace));
  for (guint node = 0; node < 5; node++)
    {
      gint64 was = 0;
      for (guint32 i = 0; i <= quo_trace_length (trace); i++)
        {
          quo_replay_seek (replay, i);
          gint64 role = quo_replay_scalar (replay, node, (guint) palette.role);
          n_elected += role == 3 && was != 3;
          was = role;
        }
    }
  g_assert_cmpuint (n_elected, >, 1);

  QuoView view = view_at (0, 900, 600);
  view.is_whole = TRUE;
  g_autofree char *text = fixture_draw_text (diagram, &view);
  g_autofree char *pattern = g_strdup_printf ("candidate → leader.*taken %u times", n_elected);
  g_assert_cmpuint (fixture_count (text, pattern), >=, 1);
}

static void
labels_never_overlap (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("states", run);
  static const double sizes[][2] = { { 1200, 700 }, { 640, 480 }, { 460, 640 },
                                     { 300, 700 }, { 900, 260 }, { 120, 90 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      QuoView view = view_at (2600 * QUO_MILLISECOND, sizes[i][0], sizes[i][1]);
      g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
      fixture_assert_texts_apart (scene, i < 3 ? &view : NULL);
    }
}

static void
many_nodes_are_counted (void)
{
  g_autoptr(QuoRun) run = fixture_idle (3000);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("states", run);
  QuoView view = view_at (4 * QUO_MILLISECOND, 800, 600);
  g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
  g_autofree char *text = quo_scene_to_text (scene);

  g_assert_cmpuint (quo_scene_get_n_items (scene), <, 200);
  g_assert_cmpuint (fixture_count (text, "\"3000\""), ==, 1);
  g_assert_cmpuint (fixture_count (text, "susceptible: 3000 of 3000"), ==, 1);
}

/* Raft as it is, but for one transition that it does not own up to. */
static QuoProtocol *
hide_the_election (void)
{
  static QuoTransitionSpec transitions[32];
  static QuoProtocol protocol;
  const QuoProtocol *raft = quo_protocol_find ("raft");
  guint n = 0;

  protocol = *raft;
  for (guint i = 0; raft->declaration.transitions[i].id != NULL; i++)
    if (raft->declaration.transitions[i].from != 2 || raft->declaration.transitions[i].to != 3)
      transitions[n++] = raft->declaration.transitions[i];
  protocol.declaration.id = "secret-raft";
  protocol.declaration.transitions = transitions;
  return &protocol;
}

static void
what_is_not_declared_is_a_warning (void)
{
  quo_protocol_add (hide_the_election ());
  g_autoptr(QuoRun) run = fixture_run (
    "{ \"quorate\": 1, \"until\": \"1s\", \"protocol\": \"secret-raft\","
    "  \"nodes\": { \"count\": 3, \"prefix\": \"n\" } }");
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("states", run);
  QuoView view = view_at (QUO_SECOND, 800, 600), before = view_at (0, 800, 600);
  g_autofree char *text = fixture_draw_text (diagram, &view);
  g_autofree char *early = fixture_draw_text (diagram, &before);

  g_assert_cmpuint (fixture_count (text, "^curve warn.*candidate → leader: not declared"),
                    ==, 1);
  g_assert_cmpuint (fixture_count (early, "warn"), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/diagram/states/every-live-node-is-inside-its-state",
                   every_live_node_is_inside_its_state);
  g_test_add_func ("/ui/diagram/states/a-crashed-node-is-in-no-state",
                   a_crashed_node_is_in_no_state);
  g_test_add_func ("/ui/diagram/states/course-counts-what-the-replay-shows",
                   course_counts_what_the_replay_shows);
  g_test_add_func ("/ui/diagram/states/an-earlier-look-is-not-changed-by-a-later-one",
                   an_earlier_look_is_not_changed_by_a_later_one);
  g_test_add_func ("/ui/diagram/states/taken-transitions-are-counted",
                   taken_transitions_are_counted);
  g_test_add_func ("/ui/diagram/states/labels-never-overlap", labels_never_overlap);
  g_test_add_func ("/ui/diagram/states/many-nodes-are-counted", many_nodes_are_counted);
  g_test_add_func ("/ui/diagram/states/what-is-not-declared-is-a-warning",
                   what_is_not_declared_is_a_warning);
  return g_test_run ();
}
