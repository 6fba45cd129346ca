/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/picture.h"

#include "fixture.h"

static QuoScene *
draw (const char       *id,
      const QuoPicture *picture)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram (id, run);
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);

  return quo_picture_draw (diagram, picture, metrics);
}

static void
whole_fits_into_the_size_asked_for (void)
{
  g_autoptr(QuoScene) scene = NULL;
  guint n_arrows = 0;

  scene = draw ("sequence", &(QuoPicture) { .width = 240, .height = 150,
                                            .is_whole = TRUE });
  g_assert_cmpfloat (quo_scene_get_width (scene), ==, 240);
  g_assert_cmpfloat (quo_scene_get_height (scene), ==, 150);
  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    n_arrows += quo_thing_kind (quo_scene_get_id (scene, i)) == QUO_THING_EVENT;
  g_assert_cmpuint (n_arrows, >, 0);
}

static void
natural_size_holds_the_last_event (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("sequence", run);
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);
  QuoTrace *trace = quo_run_trace (run);
  guint32 send = QUO_NO_EVENT;
  QuoBox box;
  g_autoptr(QuoScene) scene = NULL;

  /* More than is drawn one by one is drawn as density: a short run. */
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_SEND && quo_trace_peer (trace, i) != QUO_NO_EVENT)
      send = i;
  scene = quo_picture_draw (diagram, &(QuoPicture) { .is_whole = TRUE }, metrics);
  g_assert_true (quo_scene_get_id_bounds (scene, quo_thing_id (QUO_THING_EVENT, send), &box));
  g_assert_cmpfloat (box.y + box.height, <, quo_scene_get_height (scene));
  g_assert_cmpfloat (box.x + box.width, <, quo_scene_get_width (scene));
}

static void
part_shows_the_time_asked_for (void)
{
  g_autoptr(QuoScene) scene = NULL;
  gboolean has_line = FALSE;

  scene = draw ("sequence", &(QuoPicture) { .width = 500, .height = 400,
                                            .time = 3 * QUO_SECOND });
  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    if (quo_scene_get_style (scene, i) == QUO_STYLE_TIME_LINE)
      has_line = TRUE;
  g_assert_true (has_line);
}

static void
network_has_a_natural_size (void)
{
  g_autoptr(QuoScene) scene = NULL;

  scene = draw ("network", &(QuoPicture) { .time = QUO_SECOND });
  g_assert_cmpfloat (quo_scene_get_width (scene), >, 300);
  g_assert_cmpfloat (quo_scene_get_height (scene), >, 300);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/diagram/picture/whole-fits-into-the-size-asked-for",
                   whole_fits_into_the_size_asked_for);
  g_test_add_func ("/ui/diagram/picture/natural-size-holds-the-last-event",
                   natural_size_holds_the_last_event);
  g_test_add_func ("/ui/diagram/picture/part-shows-the-time-asked-for",
                   part_shows_the_time_asked_for);
  g_test_add_func ("/ui/diagram/picture/network-has-a-natural-size",
                   network_has_a_natural_size);
  return g_test_run ();
}
