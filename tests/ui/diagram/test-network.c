/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/diagram.h"

#include "fixture.h"

#include <math.h>
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
  fixture->diagram = fixture_diagram ("network", fixture->run);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  quo_diagram_free (fixture->diagram);
  quo_run_unref (fixture->run);
}

static const QuoView view_template = { .width = 600, .height = 700, .zoom = 1 };

static QuoPoint
center_of (QuoScene *scene,
           guint     participant)
{
  guint64 id = quo_thing_id (QUO_THING_PARTICIPANT, participant);

  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      QuoPrimitive primitive = quo_scene_get_primitive (scene, i);
      if (quo_scene_get_id (scene, i) != id ||
          (primitive != QUO_PRIMITIVE_ELLIPSE && primitive != QUO_PRIMITIVE_RECTANGLE))
        continue;
      QuoBox box = quo_scene_get_bounds (scene, i);
      return (QuoPoint) { box.x + box.width / 2, box.y + box.height / 2 };
    }
  g_assert_not_reached ();
}

static void
layout_is_stable (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(QuoRun) again = fixture_raft ();
  g_autoptr(QuoDiagram) other = fixture_diagram ("network", again);
  QuoView view = view_template;

  view.time = 1800 * QUO_MILLISECOND;
  g_autofree char *first = fixture_draw_text (fixture->diagram, &view);
  view.time = 0;
  g_free (fixture_draw_text (other, &view));
  view.time = 1800 * QUO_MILLISECOND;
  g_autofree char *second = fixture_draw_text (other, &view);
  g_assert_cmpstr (first, ==, second);
}

static void
nodes_stand_where_the_scenario_says (Fixture       *fixture,
                                     gconstpointer  data)
{
  QuoView view = view_template;
  g_autoptr(QuoScene) scene = fixture_draw (fixture->diagram, &view);
  QuoPoint a = center_of (scene, 0), b = center_of (scene, 1), c = center_of (scene, 2);
  QuoPoint d = center_of (scene, 3);

  g_assert_cmpfloat_with_epsilon (a.y, b.y, 0.01);
  /* (0.9 - 0.7) to (0.7 - 0.2) across, (0.9 - 0.6) to (0.6 - 0.1) down. */
  g_assert_cmpfloat_with_epsilon ((c.x - b.x) / (b.x - a.x), 0.4, 0.01);
  g_assert_cmpfloat_with_epsilon ((d.y - c.y) / (c.y - a.y), 0.6, 0.01);
}

static void
dragged_node_stays (Fixture       *fixture,
                    gconstpointer  data)
{
  QuoView view = view_template;
  double x = -1, y = -1;

  view.zoom = 1.5;
  view.x = 40;
  view.y = 25;
  g_assert_true (quo_diagram_drag (fixture->diagram, &view,
                                   quo_thing_id (QUO_THING_PARTICIPANT, 2), 300, 333,
                                   &x, &y));
  g_assert_cmpfloat (x, >, 0);
  g_assert_cmpfloat (x, <, 1);
  g_assert_cmpfloat (y, >, 0);
  g_assert_cmpfloat (y, <, 1);
  g_autoptr(QuoScene) scene = fixture_draw (fixture->diagram, &view);
  QuoPoint now = center_of (scene, 2);
  g_assert_cmpfloat_with_epsilon (now.x, 300, 0.2);
  g_assert_cmpfloat_with_epsilon (now.y, 333, 0.2);
}

static void
only_nodes_can_be_dragged (Fixture       *fixture,
                           gconstpointer  data)
{
  QuoView view = view_template;
  double x = 7, y = 8;

  g_assert_false (quo_diagram_drag (fixture->diagram, &view,
                                    quo_thing_id (QUO_THING_EVENT, 2), 9, 9, &x, &y));
  g_assert_false (quo_diagram_drag (fixture->diagram, &view,
                                    quo_thing_id (QUO_THING_PARTICIPANT, 5), 9, 9, &x, &y));
  g_assert_cmpfloat (x, ==, 7);
  g_assert_cmpfloat (y, ==, 8);
  /* Beyond the edge is the edge. */
  g_assert_true (quo_diagram_drag (fixture->diagram, &view,
                                   quo_thing_id (QUO_THING_PARTICIPANT, 0), -999, 9999,
                                   &x, &y));
  g_assert_cmpfloat (x, ==, 0);
  g_assert_cmpfloat (y, ==, 1);
}

static int
leader_at (Fixture *fixture,
           QuoTime  time)
{
  QuoReplay *replay = quo_run_replay (fixture->run);
  const QuoDeclaration *d = quo_trace_declaration (fixture->trace);
  int role = quo_declaration_find_use (d, QUO_USE_ROLE);

  quo_replay_seek_time (replay, time);
  for (guint i = 0; i < 5; i++)
    if (quo_replay_scalar (replay, i, role) == quo_declaration_find_role (d, "leader"))
      return (int) i;
  return -1;
}

static void
leader_has_a_second_ring (Fixture       *fixture,
                          gconstpointer  data)
{
  QuoView view = view_template;
  guint rings[5] = { 0 };

  view.time = QUO_SECOND / 2;
  int leader = leader_at (fixture, view.time);
  g_assert_cmpint (leader, >=, 0);
  g_autoptr(QuoScene) scene = fixture_draw (fixture->diagram, &view);
  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      guint64 id = quo_scene_get_id (scene, i);
      if (quo_scene_get_primitive (scene, i) == QUO_PRIMITIVE_ELLIPSE &&
          quo_thing_kind (id) == QUO_THING_PARTICIPANT)
        rings[quo_thing_index (id)]++;
    }
  for (int i = 0; i < 5; i++)
    g_assert_cmpuint (rings[i], ==, i == leader ? 2 : 1);
}

static void
ring_runs_down_with_time (Fixture       *fixture,
                          gconstpointer  data)
{
  QuoView view = view_template;

  view.time = QUO_SECOND / 2;
  int leader = leader_at (fixture, view.time);
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);
  /* Four followers wait for the leader, who waits for nobody. */
  g_assert_cmpuint (fixture_count (scene, "^ *arc node-ring "), ==, 4);
  g_assert_cmpint (leader, >=, 0);
}

static void
down_and_paused_nodes_are_marked (Fixture       *fixture,
                                  gconstpointer  data)
{
  QuoView view = view_template;

  view.time = 2600 * QUO_MILLISECOND;
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (scene, "^ *ellipse node-down "), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^ *ellipse node-paused "), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^text bad .*\"crashed\""), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^text warn .*\"paused\""), ==, 1);
  view.time = 3 * QUO_SECOND;
  g_autofree char *later = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (later, "node-down|node-paused"), ==, 0);
}

static void
message_is_where_it_is_on_its_way (Fixture       *fixture,
                                   gconstpointer  data)
{
  QuoTrace *trace = fixture->trace;
  QuoView view = view_template;
  guint32 send = quo_trace_find (trace, QUO_SECOND / 2);
  QuoEvent event;
  QuoBox box;

  do
    quo_trace_read (trace, ++send, &event);
  while (event.kind != QUO_EVENT_SEND || event.node >= 5 || event.to >= 5);
  QuoTime flight = quo_trace_time (trace, event.peer) - event.time;
  for (guint quarter = 1; quarter < 4; quarter++)
    {
      view.time = event.time + flight * quarter / 4;
      g_autoptr(QuoScene) scene = fixture_draw (fixture->diagram, &view);
      g_assert_true (quo_scene_get_id_bounds (scene, quo_thing_id (QUO_THING_EVENT, send),
                                              &box));
      QuoPoint from = center_of (scene, event.node), to = center_of (scene, event.to);
      guint index = 0;
      g_assert_true (quo_scene_find_by_id (scene, quo_thing_id (QUO_THING_EVENT, send),
                                           &index));
      box = quo_scene_get_bounds (scene, index);
      double x = box.x + box.width / 2, y = box.y + box.height / 2;
      double length = hypot (to.x - from.x, to.y - from.y);
      double along = ((x - from.x) * (to.x - from.x) + (y - from.y) * (to.y - from.y))
                     / (length * length);
      double aside = fabs ((x - from.x) * (to.y - from.y) - (y - from.y) * (to.x - from.x))
                     / length;
      /* From edge to edge of the circles, so a little nearer to the middle. */
      g_assert_cmpfloat_with_epsilon (along, quarter / 4.0, 0.13);
      if (quarter == 2)
        g_assert_cmpfloat_with_epsilon (along, 0.5, 0.01);
      g_assert_cmpfloat (aside, <, 8);
    }
}

static void
partition_is_drawn_and_dated (Fixture       *fixture,
                              gconstpointer  data)
{
  QuoView view = view_template;

  view.time = 1500 * QUO_MILLISECOND;
  g_autofree char *scene = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (scene, "^curve bad "), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^text bad .*\"cut since 1.00 s\""), ==, 1);
  /* A and B to C, D and E: six of ten links. */
  g_assert_cmpuint (fixture_count (scene, "^line link-cut "), ==, 6);
  g_assert_cmpuint (fixture_count (scene, "^line link .*id="), ==, 4);
  view.time = 2100 * QUO_MILLISECOND;
  g_autofree char *healed = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (healed, "link-cut|cut since"), ==, 0);
}

static void
labels_never_overlap (Fixture       *fixture,
                      gconstpointer  data)
{
  QuoView view = view_template;
  guint n_labels = 0;

  for (view.time = 0; view.time < 4 * QUO_SECOND; view.time += 23 * QUO_MILLISECOND)
    {
      g_autoptr(QuoScene) scene = fixture_draw (fixture->diagram, &view);
      g_autoptr(GArray) boxes = g_array_new (FALSE, FALSE, sizeof (QuoBox));
      for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
        {
          if (quo_scene_get_primitive (scene, i) != QUO_PRIMITIVE_TEXT)
            continue;
          QuoBox box = quo_scene_get_bounds (scene, i);
          for (guint j = 0; j < boxes->len; j++)
            {
              const QuoBox *other = &g_array_index (boxes, QuoBox, j);
              if (box.x < other->x + other->width - 1 && other->x < box.x + box.width - 1 &&
                  box.y < other->y + other->height - 3 && other->y < box.y + box.height - 3)
                g_error ("'%s' overlaps another label", quo_scene_get_text (scene, i));
            }
          g_array_append_val (boxes, box);
        }
      n_labels += boxes->len;
    }
  g_assert_cmpuint (n_labels, >, 1000);
}

static void
client_says_what_it_is_doing (Fixture       *fixture,
                              gconstpointer  data)
{
  QuoView view = view_template;

  view.time = 601 * QUO_MILLISECOND;
  g_autofree char *during = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (during, "^text info .*\"write x = 1 …\""), ==, 1);
  view.time = 990 * QUO_MILLISECOND;
  g_autofree char *after = fixture_draw_text (fixture->diagram, &view);
  g_assert_cmpuint (fixture_count (after, "^text good .*\"write x = 1 → ok\""), ==, 1);
}

static void
large_graph_draws_few_things (void)
{
  static const guint sizes[] = { 64, 1000, 20000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(QuoRun) run = fixture_idle (sizes[i]);
      g_autoptr(QuoDiagram) diagram = fixture_diagram ("network", run);
      for (double zoom = 1; zoom < 20; zoom *= 3)
        {
          QuoView view = { .width = 1920, .height = 1080, .zoom = zoom,
                           .x = 960 * (zoom - 1), .y = 540 * (zoom - 1) };
          g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
          g_assert_cmpuint (quo_scene_get_n_items (scene), <, 12000);
        }
    }
}

/* Where nodes are dots, those that do not know yet are pale whatever their role is: the
 * legend must not give that colour to a role. */
static void
legend_of_dots_names_who_does_not_know (void)
{
  g_autoptr(QuoRun) run = fixture_run (
    "{ \"quorate\": 1, \"protocol\": \"gossip\", \"until\": \"1s\","
    "  \"nodes\": { \"count\": 1000, \"prefix\": \"n\" } }");
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("network", run);
  QuoView view = { .width = 720, .height = 560, .zoom = 1 };
  g_autofree char *scene = fixture_draw_text (diagram, &view);

  g_assert_cmpuint (fixture_count (scene, "^text .*\"not yet: knows\""), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^text .*\"infective\""), ==, 1);
  g_assert_cmpuint (fixture_count (scene, "^text .*\"susceptible\""), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/ui/diagram/network/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("layout-is-stable", layout_is_stable);
  ADD ("nodes-stand-where-the-scenario-says", nodes_stand_where_the_scenario_says);
  ADD ("dragged-node-stays", dragged_node_stays);
  ADD ("only-nodes-can-be-dragged", only_nodes_can_be_dragged);
  ADD ("leader-has-a-second-ring", leader_has_a_second_ring);
  ADD ("ring-runs-down-with-time", ring_runs_down_with_time);
  ADD ("down-and-paused-nodes-are-marked", down_and_paused_nodes_are_marked);
  ADD ("message-is-where-it-is-on-its-way", message_is_where_it_is_on_its_way);
  ADD ("partition-is-drawn-and-dated", partition_is_drawn_and_dated);
  ADD ("labels-never-overlap", labels_never_overlap);
  ADD ("client-says-what-it-is-doing", client_says_what_it_is_doing);
#undef ADD
  g_test_add_func ("/ui/diagram/network/large-graph-draws-few-things",
                   large_graph_draws_few_things);
  g_test_add_func ("/ui/diagram/network/legend-of-dots-names-who-does-not-know",
                   legend_of_dots_names_who_does_not_know);
  return g_test_run ();
}
