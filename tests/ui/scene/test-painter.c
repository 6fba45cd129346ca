/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "sample.h"
#include "scene/painter.h"
#include "scene/sprite-private.h"

static const QuoTheme *
light (void)
{
  return quo_theme_get (QUO_THEME_LIGHT);
}

static guint32
pixel_of (QuoColor color)
{
  return 0xff000000u | (guint32) (color.red * 255 + 0.5f) << 16
         | (guint32) (color.green * 255 + 0.5f) << 8
         | (guint32) (color.blue * 255 + 0.5f);
}

/* A curved edge leaves a px a little paler than the rest. */
static void
assert_near (guint32 pixel,
             guint32 expected)
{
  for (guint shift = 0; shift < 32; shift += 8)
    g_assert_cmpint (ABS ((int) (pixel >> shift & 255)
                          - (int) (expected >> shift & 255)),
                     <=, 8);
}

static cairo_surface_t *
paint (QuoScene     *scene,
       int           width,
       int           height,
       double        scale,
       QuoLayers     layers,
       const QuoBox *visible)
{
  cairo_surface_t *surface
    = sample_surface ((int) (width * scale), (int) (height * scale));
  cairo_t *cr = cairo_create (surface);
  cairo_scale (cr, scale, scale);
  quo_painter_paint (scene, cr, light (), layers, visible);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  return surface;
}

static QuoScene *
new_scene (void)
{
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  return quo_scene_new (metrics);
}

static void
test_colors (void)
{
  g_autoptr (QuoScene) scene = new_scene ();
  const QuoStyleRule *node = quo_theme_get_rule (light (), QUO_STYLE_NODE);
  guint32 tint = pixel_of (quo_theme_get_tint (light (), 2));
  guint32 ink = pixel_of (node->ink), wash = pixel_of (node->wash);
  guint32 soft = pixel_of (quo_theme_get_soft (light (), QUO_STYLE_NODE, 2));
  const QuoPaint paints[] = { QUO_PAINT_AUTO, QUO_PAINT_STROKE, QUO_PAINT_FILL,
                              QUO_PAINT_WASH, QUO_PAINT_SOFT };
  const guint32 expected[5][2][2] = {
    /* side and middle, without and with a tint */
    { { ink, wash }, { tint, wash } }, { { ink, 0 }, { tint, 0 } },
    { { ink, ink }, { tint, tint } }, { { wash, wash }, { wash, wash } },
    { { ink, 0 }, { tint, soft } },
  };
  for (guint i = 0; i < G_N_ELEMENTS (paints); i++)
    for (guint k = 0; k < 2; k++)
      {
        QuoPen pen = {
          .style = QUO_STYLE_NODE, .paint = paints[i], .tint = k * 2, .width = 4
        };
        quo_scene_clear (scene);
        quo_scene_add_rectangle (scene, &pen, 10, 10, 40, 40, 0);
        quo_scene_add_ellipse (scene, &pen, 90, 30, 20, 20);
        quo_scene_add_polygon (scene, &pen,
                               (QuoPoint[]) { { 130, 10 },
                                             { 170, 10 },
                                             { 170, 50 },
                                             { 130, 50 } },
                               4);
        cairo_surface_t *surface
          = paint (scene, 180, 60, 1, QUO_LAYERS_ALL, NULL);
        const int sides[3] = { 10, 70, 130 }, middles[3] = { 30, 90, 150 };
        for (guint n = 0; n < 3; n++)
          {
            assert_near (sample_pixel (surface, sides[n], 30),
                         expected[i][k][0]);
            if (i != 4 || k != 0)
              assert_near (sample_pixel (surface, middles[n], 30),
                           expected[i][k][1]);
          }
        cairo_surface_destroy (surface);
      }
}

static void
test_primitives (void)
{
  g_autoptr (QuoScene) scene = new_scene ();
  QuoPen pen = { .style = QUO_STYLE_BAD, .width = 4, .dash = QUO_DASH_SOLID };
  guint32 ink = pixel_of (quo_theme_get_ink (light (), QUO_STYLE_BAD, 0));
  quo_scene_add_line (scene, &pen, 0, 10, 40, 10);
  quo_scene_add_polyline (scene, &pen,
                          (QuoPoint[]) { { 50, 30 }, { 50, 5 }, { 90, 5 } }, 3);
  quo_scene_add_curve (scene, &pen,
                       (QuoPoint[]) {
                         { 100, 20 }, { 110, 20 }, { 130, 20 }, { 140, 20 } });
  quo_scene_add_arc (scene, &pen, 200, 50, 30, 0.25, 0.75);
  quo_scene_add_mark (scene, &pen, QUO_MARK_CROSS, 20, 60, 20, 0);
  quo_scene_add_mark (scene, &pen, QUO_MARK_DOT, 60, 60, 20, 0);
  quo_scene_add_mark (scene, &pen, QUO_MARK_TAG, 100, 60, 20, 0.5);
  pen.head = QUO_HEAD_FILLED;
  quo_scene_add_line (scene, &pen, 10, 90, 60, 90);
  pen.head = QUO_HEAD_CROSS;
  quo_scene_add_line (scene, &pen, 80, 90, 120, 90);

  cairo_surface_t *surface = paint (scene, 240, 110, 1, QUO_LAYERS_ALL, NULL);
  const struct { int x, y; gboolean painted; } points[] = {
    { 20, 9, TRUE }, { 20, 14, FALSE }, { 50, 20, TRUE }, { 70, 5, TRUE },
    { 70, 20, FALSE }, { 120, 20, TRUE },
    /* the lower half of the ring only */
    { 200, 80, TRUE }, { 200, 20, FALSE }, { 200, 50, FALSE },
    { 20, 60, TRUE }, { 15, 55, TRUE }, { 20, 53, FALSE }, { 60, 60, TRUE },
    { 60, 68, TRUE }, { 100, 60, TRUE }, { 92, 60, TRUE }, { 91, 54, FALSE },
    { 108, 56, TRUE },
    /* the head is wider than the line, and pointed */
    { 30, 90, TRUE }, { 30, 93, FALSE }, { 49, 93, TRUE }, { 49, 86, TRUE },
    { 58, 93, FALSE }, { 120, 90, TRUE }, { 123, 87, TRUE }, { 125, 90, FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      guint32 pixel = sample_pixel (surface, points[i].x, points[i].y);
      g_test_message ("(%d, %d)", points[i].x, points[i].y);
      g_assert_cmphex (pixel, ==, points[i].painted ? ink : 0);
    }
  cairo_surface_destroy (surface);
}

/* An upright or level line of any position is sharp: no pale px beside it. */
static void
test_snapping (void)
{
  const double scales[] = { 1, 1.25, 2, 3 };
  for (guint n = 0; n < G_N_ELEMENTS (scales); n++)
    for (guint i = 0; i < 20; i++)
      {
        g_autoptr (QuoScene) scene = new_scene ();
        guint32 ink
          = pixel_of (quo_theme_get_ink (light (), QUO_STYLE_LIFELINE, 0));
        double at = 10 + i * 0.17;
        QuoPen pen = { .style = QUO_STYLE_LIFELINE, .width = 1 + i % 3 };
        quo_scene_add_line (scene, &pen, at, 0, at, 40);
        cairo_surface_t *surface
          = paint (scene, 40, 40, scales[n], QUO_LAYERS_ALL, NULL);
        guint inked = 0;
        for (int x = 0; x < (int) (40 * scales[n]); x++)
          {
            guint32 pixel = sample_pixel (surface, x, 20);
            g_assert_true (pixel == ink || pixel == 0);
            inked += pixel == ink;
          }
        g_assert_cmpuint (inked, ==, (guint) ((1 + i % 3) * scales[n] + 0.5));
        cairo_surface_destroy (surface);
      }
}

static void
test_layers (void)
{
  g_autoptr (QuoScene) scene = new_scene ();
  quo_scene_set_layer (scene, QUO_LAYER_OVERLAY);
  quo_scene_add_rectangle (scene,
                           QUO_PEN (.style = QUO_STYLE_GOOD,
                                    .paint = QUO_PAINT_FILL),
                           0, 0, 10, 10, 0);
  quo_scene_set_layer (scene, QUO_LAYER_STILL);
  quo_scene_add_rectangle (scene,
                           QUO_PEN (.style = QUO_STYLE_BAD,
                                    .paint = QUO_PAINT_FILL),
                           0, 0, 20, 10, 0);
  guint32 good = pixel_of (quo_theme_get_ink (light (), QUO_STYLE_GOOD, 0));
  guint32 bad = pixel_of (quo_theme_get_ink (light (), QUO_STYLE_BAD, 0));

  cairo_surface_t *all = paint (scene, 20, 10, 1, QUO_LAYERS_ALL, NULL);
  g_assert_cmphex (sample_pixel (all, 5, 5), ==, good);
  g_assert_cmphex (sample_pixel (all, 15, 5), ==, bad);
  cairo_surface_t *still = paint (scene, 20, 10, 1, QUO_LAYERS_STILL, NULL);
  g_assert_cmphex (sample_pixel (still, 5, 5), ==, bad);
  cairo_surface_t *overlay = paint (scene, 20, 10, 1, QUO_LAYERS_OVERLAY, NULL);
  g_assert_cmphex (sample_pixel (overlay, 15, 5), ==, 0);
  cairo_surface_destroy (all);
  cairo_surface_destroy (still);
  cairo_surface_destroy (overlay);
}

static void
test_culling (void)
{
  /* A window onto the sample shows what the whole picture shows there. */
  g_autoptr (QuoScene) scene = sample_scene_new ();
  cairo_surface_t *whole = paint (scene, 600, 300, 1, QUO_LAYERS_ALL, NULL);
  for (int top = 0; top < 300; top += 60)
    for (int left = 0; left < 600; left += 75)
      {
        QuoBox box = { (float) left, (float) top, 75, 60 };
        cairo_surface_t *part
          = paint (scene, 600, 300, 1, QUO_LAYERS_ALL, &box);
        for (int y = top; y < top + 60; y++)
          for (int x = left; x < left + 75; x++)
            g_assert_cmphex (sample_pixel (part, x, y), ==,
                             sample_pixel (whole, x, y));
        cairo_surface_destroy (part);
      }
  cairo_surface_destroy (whole);
}

static void
test_clip (void)
{
  g_autoptr (QuoScene) scene = new_scene ();
  QuoPen pen = { .style = QUO_STYLE_BAD, .paint = QUO_PAINT_FILL };
  guint32 bad = pixel_of (quo_theme_get_ink (light (), QUO_STYLE_BAD, 0));
  quo_scene_push_clip (scene, 10, 10, 20, 20);
  quo_scene_push_clip (scene, 20, 0, 50, 50);
  quo_scene_add_rectangle (scene, &pen, 0, 0, 50, 50, 0);
  quo_scene_pop_clip (scene);
  quo_scene_pop_clip (scene);
  quo_scene_add_rectangle (scene, &pen, 0, 40, 50, 10, 0);
  cairo_surface_t *surface = paint (scene, 50, 50, 1, QUO_LAYERS_ALL, NULL);
  g_assert_cmphex (sample_pixel (surface, 25, 25), ==, bad);
  g_assert_cmphex (sample_pixel (surface, 15, 25), ==, 0);
  g_assert_cmphex (sample_pixel (surface, 25, 5), ==, 0);
  g_assert_cmphex (sample_pixel (surface, 35, 25), ==, 0);
  g_assert_cmphex (sample_pixel (surface, 5, 45), ==, bad);
  cairo_surface_destroy (surface);
}

static void
add_one (QuoScene *scene,
         guint     which)
{
  QuoPen pen = { .style = QUO_STYLE_NODE,
                 .width = 1 + which % 5,
                 .head = which % 6,
                 .dash = which % 4,
                 .tint = which % 3,
                 .title = "x" };
  float v[8];
  for (guint i = 0; i < 8; i++)
    v[i] = (float) g_test_rand_double_range (20, 80);
  QuoPoint points[4]
    = { { v[0], v[1] }, { v[2], v[3] }, { v[4], v[5] }, { v[6], v[7] } };
  switch (which % 9)
    {
    case 0:
      quo_scene_add_line (scene, &pen, v[0], v[1], v[2], v[3]);
      break;
    case 1:
      quo_scene_add_polyline (scene, &pen, points, 4);
      break;
    case 2:
      quo_scene_add_polygon (scene, &pen, points, 4);
      break;
    case 3:
      quo_scene_add_curve (scene, &pen, points);
      break;
    case 4:
      quo_scene_add_rectangle (scene, &pen, v[0], v[1], v[2] / 4, v[3] / 4,
                               v[4] / 10);
      break;
    case 5:
      quo_scene_add_ellipse (scene, &pen, v[0], v[1], v[2] / 5, v[3] / 5);
      break;
    case 6:
      quo_scene_add_arc (scene, &pen, v[0], v[1], v[2] / 5, v[3] / 80,
                         v[3] / 80 + v[4] / 100);
      break;
    case 7:
      quo_scene_add_mark (scene, &pen, which / 9 % 8, v[0], v[1], v[2] / 4,
                          v[3] / 80);
      break;
    default:
      pen.align = which % 3;
      pen.font = which / 9 % QUO_N_FONTS;
      quo_scene_add_text (scene, &pen, v[0], v[1], "Agj→");
      break;
    }
}

static void
test_bounds (void)
{
  const int side = 130;
  for (guint which = 0; which < 720; which++)
    {
      g_autoptr (QuoScene) scene = new_scene ();
      add_one (scene, which);
      cairo_surface_t *surface
        = paint (scene, side, side, 1, QUO_LAYERS_ALL, NULL);
      QuoBox box = quo_scene_get_bounds (scene, 0);
      g_autofree char *text = quo_scene_to_text (scene);
      guint painted = 0;
      for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
          {
            if (sample_pixel (surface, x, y) >> 24 < 24)
              continue;
            painted++;
            if (x + 1 < box.x - 1 || x > box.x + box.width + 1
                || y + 1 < box.y - 1 || y > box.y + box.height + 1)
              g_error ("(%d, %d) is painted outside (%g, %g, %g, %g) by %s", x,
                       y, box.x, box.y, box.width, box.height, text);
          }
      g_assert_cmpuint (painted, >, 0);
      cairo_surface_destroy (surface);
    }
}

static void
test_state (void)
{
  /* The caller's context comes back as it was. */
  g_autoptr (QuoScene) scene = sample_scene_new ();
  cairo_surface_t *surface = sample_surface (600, 300);
  cairo_t *cr = cairo_create (surface);
  cairo_set_line_width (cr, 7);
  cairo_set_source_rgb (cr, 0, 1, 0);
  quo_painter_paint (scene, cr, light (), QUO_LAYERS_ALL, NULL);
  g_assert_cmpfloat (cairo_get_line_width (cr), ==, 7);
  g_assert_cmpint (cairo_get_dash_count (cr), ==, 0);
  cairo_rectangle (cr, 0, 0, 600, 300);
  cairo_fill (cr);
  g_assert_cmphex (sample_pixel (surface, 599, 299), ==, 0xff00ff00);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* Circles are copied from pictures on a pixel surface and drawn on any other. */
static void
test_circles (void)
{
  g_autoptr (QuoScene) scene = new_scene ();
  for (guint i = 0; i < 60; i++)
    quo_scene_add_ellipse (scene,
                           QUO_PEN (.style = QUO_STYLE_NODE, .tint = i % 9,
                                    .paint = i % 5, .width = 1 + i % 4,
                                    .opacity = i % 2 == 0 ? 1 : 0.5f),
                           g_test_rand_double_range (0, 300),
                           g_test_rand_double_range (0, 200), 2 + i % 30,
                           2 + i % 30);
  const double scales[] = { 1, 1.5, 2 };
  for (guint n = 0; n < G_N_ELEMENTS (scales); n++)
    {
      cairo_surface_t *copied
        = paint (scene, 300, 200, scales[n], QUO_LAYERS_ALL, NULL);
      cairo_surface_t *drawn = sample_surface ((int) (300 * scales[n]),
                                               (int) (200 * scales[n]));
      cairo_surface_t *recording
        = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, NULL);
      cairo_t *cr = cairo_create (recording);
      cairo_scale (cr, scales[n], scales[n]);
      quo_painter_paint (scene, cr, light (), QUO_LAYERS_ALL, NULL);
      cairo_destroy (cr);
      cr = cairo_create (drawn);
      cairo_set_source_surface (cr, recording, 0, 0);
      cairo_paint (cr);
      cairo_destroy (cr);
      double sum = 0;
      for (int y = 0; y < 200 * scales[n]; y++)
        for (int x = 0; x < 300 * scales[n]; x++)
          for (guint shift = 0; shift < 32; shift += 8)
            {
              int a = sample_pixel (copied, x, y) >> shift & 255;
              int b = sample_pixel (drawn, x, y) >> shift & 255;
              /* An eighth of a px off at the most, over inside and outline */
              g_assert_cmpint (ABS (a - b), <, 96);
              sum += ABS (a - b);
            }
      g_assert_cmpfloat (sum / (300 * 200 * 4 * scales[n] * scales[n]), <, 1);
      cairo_surface_destroy (copied);
      cairo_surface_destroy (drawn);
      cairo_surface_destroy (recording);
    }
}

static void
test_sprites_bounded (void)
{
  g_autoptr (QuoScene) scene = new_scene ();
  for (guint i = 0; i < 3 * QUO_SPRITES_MAX; i++)
    quo_scene_add_ellipse (scene, QUO_PEN (.style = QUO_STYLE_NODE),
                           i % 50 + i * 0.01, i % 50, 2 + i * 0.005,
                           2 + i * 0.005);
  cairo_surface_t *surface = paint (scene, 50, 50, 1, QUO_LAYERS_ALL, NULL);
  cairo_surface_destroy (surface);
  guint n = quo_sprites_get_n (
    quo_metrics_get_sprites (quo_scene_get_metrics (scene)));
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <=, QUO_SPRITES_MAX);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/scene/painter/paints-theme-colours", test_colors);
  g_test_add_func ("/ui/scene/painter/each-primitive-is-where-it-should-be",
                   test_primitives);
  g_test_add_func ("/ui/scene/painter/upright-lines-are-sharp", test_snapping);
  g_test_add_func ("/ui/scene/painter/layers-lie-in-order", test_layers);
  g_test_add_func ("/ui/scene/painter/culling-changes-no-pixel", test_culling);
  g_test_add_func ("/ui/scene/painter/clips-cut", test_clip);
  g_test_add_func ("/ui/scene/painter/nothing-is-painted-outside-bounds",
                   test_bounds);
  g_test_add_func ("/ui/scene/painter/context-comes-back-unchanged",
                   test_state);
  g_test_add_func ("/ui/scene/painter/copied-circles-look-as-drawn",
                   test_circles);
  g_test_add_func ("/ui/scene/painter/copies-are-bounded",
                   test_sprites_bounded);
  return g_test_run ();
}
