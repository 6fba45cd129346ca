/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "sample.h"
#include "scene/painter.h"

typedef struct
{
  QuoMetrics *metrics;
  QuoScene *scene;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->metrics = quo_metrics_new (NULL);
  fixture->scene = quo_scene_new (fixture->metrics);
  quo_scene_set_size (fixture->scene, 400, 300);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  quo_scene_unref (fixture->scene);
  quo_metrics_unref (fixture->metrics);
}

static guint64
hit (Fixture *fixture,
     double   x,
     double   y,
     double   tolerance)
{
  guint64 id = 0;
  gboolean found = quo_scene_hit (fixture->scene, x, y, tolerance, &id);
  g_assert_cmpint (found, ==, id != 0);
  return id;
}

static void
test_dump (Fixture       *fixture,
           gconstpointer  data)
{
  QuoScene *scene = fixture->scene;
  quo_scene_set_title (scene, "a \"title\"");
  quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_LINK, .width = 1.25f),
                      0, 1, -2.5, 1.0 / 3);
  quo_scene_begin_group (scene, QUO_STYLE_NODE, 7, "node A");
  quo_scene_add_ellipse (scene, QUO_PEN (.style = QUO_STYLE_NODE, .tint = 9), 1,
                         2, 3, 4);
  quo_scene_begin_group (scene, QUO_STYLE_TEXT, 0, NULL);
  quo_scene_add_printf (scene, QUO_PEN (.font = QUO_FONT_MONO), 5, 6, "%u é",
                        7u);
  quo_scene_end_group (scene);
  quo_scene_end_group (scene);
  quo_scene_push_clip (scene, 10, 10, 20, 20);
  quo_scene_push_clip (scene, 20, 0, 20, 20);
  quo_scene_set_layer (scene, QUO_LAYER_OVERLAY);
  quo_scene_add_mark (scene,
                      QUO_PEN (.style = QUO_STYLE_EVENT, .id = 8,
                               .title = "dot"),
                      QUO_MARK_DOT, 1, 1, 4, 0);
  quo_scene_pop_clip (scene);
  quo_scene_pop_clip (scene);

  g_autofree char *text = quo_scene_to_text (scene);
  g_assert_cmpstr (text, ==,
                   "scene 400x300 \"a \\\"title\\\"\"\n"
                   "clip 1 10,10 20,20\n"
                   "clip 2 20,10 10,10\n"
                   "line link 0,1 -2.5,0.33 width=1.25\n"
                   "group node id=7 \"node A\"\n"
                   "  ellipse node 1,2 3,4 tint=1\n"
                   "  group text id=7\n"
                   "    text background 5,6 \"7 é\" font=mono\n"
                   "mark event dot 1,1 4 layer=overlay clip=2 id=8 \"dot\"\n");
}

static void
test_clear (Fixture       *fixture,
            gconstpointer  data)
{
  QuoScene *scene = fixture->scene;
  g_autofree char *empty = quo_scene_to_text (scene);
  quo_scene_set_title (scene, "title");
  quo_scene_begin_group (scene, QUO_STYLE_NODE, 7, "node A");
  quo_scene_push_clip (scene, 10, 10, 20, 20);
  quo_scene_set_layer (scene, QUO_LAYER_MOVING);
  quo_scene_add_text (scene, QUO_PEN (.title = "x"), 0, 0, "text");

  quo_scene_clear (scene);
  g_autofree char *again = quo_scene_to_text (scene);
  g_assert_cmpstr (again, ==, empty);
  guint index
    = quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_LINK), 0, 0, 1, 1);
  g_assert_cmpuint (index, ==, 0);
  g_assert_cmpuint (quo_scene_get_layer (scene, 0), ==, QUO_LAYER_STILL);
  g_assert_cmpuint (quo_scene_get_id (scene, 0), ==, 0);
}

static void
test_labels (Fixture       *fixture,
             gconstpointer  data)
{
  QuoScene *scene = fixture->scene;
  quo_scene_add_text (scene, QUO_PEN (.id = 3), 10, 90, "only a text");
  quo_scene_begin_group (scene, QUO_STYLE_NODE, 7, "node A");
  quo_scene_begin_group (scene, QUO_STYLE_TEXT, 0, NULL);
  quo_scene_add_text (scene, QUO_PEN (.style = QUO_STYLE_TEXT), 50, 20, "A");
  quo_scene_add_text (scene, QUO_PEN (.title = "own"), 50, 60, "A");
  quo_scene_end_group (scene);
  quo_scene_end_group (scene);

  g_assert_cmpstr (quo_scene_get_label (scene, 0), ==, "only a text");
  g_assert_cmpstr (quo_scene_get_label (scene, 1), ==, "node A");
  g_assert_cmpstr (quo_scene_get_label (scene, 2), ==, "own");
  g_assert_cmpuint (quo_scene_get_id (scene, 2), ==, 7);
  g_assert_cmpstr (quo_scene_get_id_label (scene, 7), ==, "node A");
  g_assert_cmpstr (quo_scene_get_id_label (scene, 3), ==, "only a text");
  g_assert_cmpstr (quo_scene_get_id_label (scene, 4), ==, "");

  guint index = 0;
  g_assert_true (quo_scene_find_by_id (scene, 7, &index));
  g_assert_cmpuint (index, ==, 1);
  g_assert_false (quo_scene_find_by_id (scene, 4, &index));
  QuoBox box;
  g_assert_true (quo_scene_get_id_bounds (scene, 7, &box));
  g_assert_cmpfloat (box.y, <, 20);
  g_assert_cmpfloat (box.y + box.height, >, 60);
  g_assert_false (quo_scene_get_id_bounds (scene, 4, &box));
}

static void
test_bad_numbers (Fixture       *fixture,
                  gconstpointer  data)
{
  QuoScene *scene = fixture->scene;
  quo_scene_add_line (scene, QUO_PEN (.head = QUO_HEAD_FILLED), NAN, INFINITY,
                      -INFINITY, 1e300);
  quo_scene_add_rectangle (scene, QUO_PEN (.id = 0), NAN, 0, -5, INFINITY, NAN);
  quo_scene_add_arc (scene, QUO_PEN (.id = 0), 1, 1, 1, INFINITY, NAN);
  quo_scene_add_text (scene, QUO_PEN (.id = 0), 1, 1, "\xff\xfe");
  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      QuoBox box = quo_scene_get_bounds (scene, i);
      g_assert_true (isfinite (box.x) && isfinite (box.y));
      g_assert_true (isfinite (box.width) && isfinite (box.height));
    }
  g_assert_true (g_utf8_validate (quo_scene_get_text (scene, 3), -1, NULL));

  cairo_surface_t *surface = sample_surface (50, 50);
  cairo_t *cr = cairo_create (surface);
  quo_painter_paint (scene, cr, quo_theme_get (QUO_THEME_LIGHT), QUO_LAYERS_ALL,
                     NULL);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
test_hit_line_above_area (Fixture       *fixture,
                          gconstpointer  data)
{
  QuoScene *scene = fixture->scene;
  quo_scene_add_rectangle (scene, QUO_PEN (.style = QUO_STYLE_PANEL, .id = 1),
                           0, 0, 100, 100, 0);
  quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_MESSAGE, .id = 2),
                      10, 50, 90, 50);
  quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_MESSAGE, .id = 3),
                      10, 58, 90, 58);
  g_assert_cmpuint (hit (fixture, 50, 51, 6), ==, 2);
  g_assert_cmpuint (hit (fixture, 50, 57, 6), ==, 3);
  g_assert_cmpuint (hit (fixture, 50, 80, 6), ==, 1);
  g_assert_cmpuint (hit (fixture, 103, 80, 6), ==, 1);
  g_assert_cmpuint (hit (fixture, 120, 80, 6), ==, 0);
}

static void
test_hit_area_hides (Fixture       *fixture,
                     gconstpointer  data)
{
  QuoScene *scene = fixture->scene;
  quo_scene_set_layer (scene, QUO_LAYER_MOVING);
  quo_scene_add_ellipse (scene, QUO_PEN (.style = QUO_STYLE_NODE, .id = 2), 50,
                         50, 20, 20);
  quo_scene_set_layer (scene, QUO_LAYER_STILL);
  quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_LINK, .id = 1), 0, 50,
                      100, 50);
  quo_scene_set_layer (scene, QUO_LAYER_OVERLAY);
  quo_scene_add_rectangle (scene, QUO_PEN (.style = QUO_STYLE_SELECTION,
                                           .paint = QUO_PAINT_STROKE, .id = 3),
                           0, 0, 100, 100, 0);
  quo_scene_add_rectangle (scene, QUO_PEN (.style = QUO_STYLE_VEIL), 0, 0, 100,
                           100, 0);
  /* The line is under the disc, the outline on top is hollow, the veil is nothing. */
  g_assert_cmpuint (hit (fixture, 50, 50, 4), ==, 2);
  g_assert_cmpuint (hit (fixture, 20, 51, 4), ==, 1);
  g_assert_cmpuint (hit (fixture, 2, 20, 4), ==, 3);
}

static void
test_hit_arc_gap (Fixture       *fixture,
                  gconstpointer  data)
{
  quo_scene_add_arc (fixture->scene,
                     QUO_PEN (.style = QUO_STYLE_NODE_RING, .id = 1), 100, 100,
                     50, 0, 0.5);
  g_assert_cmpuint (hit (fixture, 150, 100, 3), ==, 1);
  g_assert_cmpuint (hit (fixture, 100, 50, 3), ==, 1);
  g_assert_cmpuint (hit (fixture, 50, 100, 3), ==, 0);
  g_assert_cmpuint (hit (fixture, 100, 100, 3), ==, 0);
}

static void
test_hit_clip (Fixture       *fixture,
               gconstpointer  data)
{
  QuoScene *scene = fixture->scene;
  quo_scene_push_clip (scene, 0, 50, 100, 50);
  guint index
    = quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_LIFELINE, .id = 1),
                          50, 0, 50, 100);
  quo_scene_pop_clip (scene);
  g_assert_cmpuint (hit (fixture, 50, 25, 5), ==, 0);
  g_assert_cmpuint (hit (fixture, 50, 75, 5), ==, 1);
  g_assert_cmpfloat (quo_scene_get_bounds (scene, index).y, ==, 50);
}

/* What is under a point, found by cairo: the path's place in the list plus one. */
static guint
topmost (cairo_t       *cr,
         cairo_path_t **paths,
         guint          n,
         double         x,
         double         y)
{
  for (guint i = n; i-- > 0;)
    {
      cairo_new_path (cr);
      cairo_append_path (cr, paths[i]);
      if (cairo_in_fill (cr, x, y))
        return i + 1;
    }
  return 0;
}

static void
test_hit_random (Fixture       *fixture,
                 gconstpointer  data)
{
  enum { N = 40, SIDE = 200 };
  cairo_surface_t *surface = sample_surface (SIDE, SIDE);
  cairo_t *cr = cairo_create (surface);
  cairo_path_t *paths[N];
  for (guint i = 0; i < N; i++)
    {
      float v[8];
      for (guint k = 0; k < 8; k++)
        v[k] = (float) g_test_rand_int_range (0, SIDE);
      const QuoPen *pen = QUO_PEN (.style = QUO_STYLE_PANEL, .id = i + 1,
                                   .paint = QUO_PAINT_FILL);
      if (i % 3 == 0)
        {
          quo_scene_add_rectangle (fixture->scene, pen, v[0], v[1], v[2] / 4,
                                   v[3] / 4, 0);
          cairo_rectangle (cr, v[0], v[1], v[2] / 4, v[3] / 4);
        }
      else if (i % 3 == 1)
        {
          quo_scene_add_ellipse (fixture->scene, pen, v[0], v[1], 5 + v[2] / 8,
                                 5 + v[2] / 8);
          cairo_arc (cr, v[0], v[1], 5 + v[2] / 8, 0, 2 * G_PI);
        }
      else
        {
          QuoPoint p[4] = {
            { v[0], v[1] }, { v[2], v[3] }, { v[4], v[5] }, { v[6], v[7] }
          };
          quo_scene_add_polygon (fixture->scene, pen, p, 4);
          cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
          for (guint k = 0; k < 4; k++)
            cairo_line_to (cr, p[k].x, p[k].y);
          cairo_close_path (cr);
        }
      paths[i] = cairo_copy_path (cr);
      cairo_new_path (cr);
    }
  guint compared = 0;
  for (guint trial = 0; trial < 400; trial++)
    {
      double x = g_test_rand_int_range (0, SIDE) + 0.37,
             y = g_test_rand_int_range (0, SIDE) + 0.41;
      guint expected = topmost (cr, paths, N, x, y);
      /* Too close to an edge for cairo, which draws curves as short straight lines. */
      if (topmost (cr, paths, N, x - 0.2, y) != expected
          || topmost (cr, paths, N, x + 0.2, y) != expected
          || topmost (cr, paths, N, x, y - 0.2) != expected
          || topmost (cr, paths, N, x, y + 0.2) != expected)
        continue;
      compared++;
      g_assert_cmpuint (hit (fixture, x, y, 0), ==, expected);
    }
  g_assert_cmpuint (compared, >, 200);
  for (guint i = 0; i < N; i++)
    cairo_path_destroy (paths[i]);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                             \
  g_test_add ("/ui/scene/scene/" path, Fixture, NULL, set_up, function, \
              tear_down)
  ADD ("dump-says-all-that-was-added", test_dump);
  ADD ("clear-leaves-nothing-behind", test_clear);
  ADD ("group-lends-its-id-and-title", test_labels);
  ADD ("numbers-that-are-none-do-no-harm", test_bad_numbers);
  ADD ("hit-finds-line-above-area", test_hit_line_above_area);
  ADD ("hit-stops-at-topmost-area", test_hit_area_hides);
  ADD ("hit-misses-gap-of-ring", test_hit_arc_gap);
  ADD ("hit-respects-clip", test_hit_clip);
  ADD ("hit-agrees-with-cairo", test_hit_random);
  return g_test_run ();
}
