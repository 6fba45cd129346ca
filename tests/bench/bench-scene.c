/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drawing without a diagram: 20,000 labelled messages to SVG beside a bare loop that
 * prints the same arrows and texts, and a frame of 1920x1080 with 1,000 primitives of
 * each kind, all in sight. */

#include <stdlib.h>

#include "bench.h"

#include "scene/labeler.h"
#include "scene/painter.h"
#include "scene/svg.h"

#define ROUNDS 7
#define N_MESSAGES 20000
#define N_VISIBLE 1000

static void
build_messages (QuoScene *scene)
{
  quo_scene_clear (scene);
  quo_scene_set_size (scene, 700, 20 * N_MESSAGES);
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      char label[48], title[96];
      double x = 100 + i % 5 * 100, y = 20.0 * i + 0.37;
      g_snprintf (label, sizeof label, "AppendEntries t=3 prev=%u/2", i);
      g_snprintf (title, sizeof title, "%s from A to B", label);
      quo_scene_begin_group (scene, QUO_STYLE_MESSAGE, i + 1, title);
      quo_scene_add_line (scene,
                          QUO_PEN (.style = QUO_STYLE_MESSAGE, .tint = i % 3,
                                   .head = QUO_HEAD_FILLED),
                          x, y, x + 100, y + 12.25);
      quo_scene_add_text (scene,
                          QUO_PEN (.style = QUO_STYLE_MESSAGE, .tint = i % 3,
                                   .font = QUO_FONT_SMALL),
                          x + 10, y, label);
      quo_scene_end_group (scene);
    }
}

static void
print_bare (GString *out)
{
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      double x = 100 + i % 5 * 100, y = 20.0 * i + 0.37;
      g_string_append_printf (
        out,
        "<g class=\"message\"><title>AppendEntries t=3 prev=%u/2 "
        "from A to B</title><path d=\"M%.2f %.2fL%.2f %.2f\"/>"
        "<text x=\"%.2f\" y=\"%.2f\">AppendEntries t=3 prev=%u/2"
        "</text></g>\n",
        i, x, y, x + 100, y + 12.25, x + 10, y, i);
    }
}

static void
measure_svg (QuoScene *scene)
{
  double build[ROUNDS], write[ROUNDS], bare[ROUNDS];
  gsize size = 0;
  for (guint r = 0; r < ROUNDS; r++)
    {
      double start = bench_now ();
      build_messages (scene);
      build[r] = 1e3 * (bench_now () - start);

      g_autoptr (GString) out = g_string_new (NULL);
      start = bench_now ();
      quo_svg_write (scene, NULL, NULL, out);
      write[r] = 1e3 * (bench_now () - start);
      size = out->len;

      g_autoptr (GString) plain = g_string_new (NULL);
      start = bench_now ();
      print_bare (plain);
      bare[r] = 1e3 * (bench_now () - start);
    }
  bench_print ("scene of 20,000 messages, built",
               bench_quantile (build, ROUNDS, .5), "ms");
  bench_print ("  written as SVG", bench_quantile (write, ROUNDS, .5), "ms");
  bench_print ("  printed by a bare loop", bench_quantile (bare, ROUNDS, .5),
               "ms");
  bench_print ("  size", (double) size / 1e6, "MB");
}

static void
measure_labels (void)
{
  g_autoptr (QuoLabeler) labeler = quo_labeler_new ();
  double times[ROUNDS];
  const QuoBox area = { 0, 0, 700, 20 * N_MESSAGES };
  for (guint r = 0; r < ROUNDS; r++)
    {
      double start = bench_now ();
      quo_labeler_clear (labeler, &area);
      for (guint i = 0; i < N_MESSAGES; i++)
        {
          float x = 100 + i % 5 * 100.0f, y = 20.0f * i;
          quo_labeler_block_line (labeler, x, y, x + 100, y + 12, 2);
          QuoLabelSpot spots[2] = { { x + 10, y - 12 }, { x + 10, y + 14 } };
          quo_labeler_add (labeler, 0, 90, 12, spots, 2, 30);
        }
      quo_labeler_place (labeler);
      times[r] = 1e3 * (bench_now () - start);
    }
  bench_print ("20,000 labels placed", bench_quantile (times, ROUNDS, .5),
               "ms");
}

static void
add_visible (QuoScene *scene,
             guint     kind,
             guint     i)
{
  double x = i * 37 % 1800, y = i * 91 % 1000;
  switch (kind)
    {
    case 0:
      quo_scene_add_line (scene,
                          QUO_PEN (.style = QUO_STYLE_MESSAGE,
                                   .head = QUO_HEAD_FILLED),
                          x, y, x + 100, y + 30);
      break;
    case 1:
      quo_scene_add_printf (scene,
                            QUO_PEN (.style = QUO_STYLE_TEXT,
                                     .font = QUO_FONT_SMALL),
                            x, y, "heartbeat %u", i);
      break;
    case 2:
      quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_LIFELINE), x, 0, x,
                          1080);
      break;
    default:
      quo_scene_add_ellipse (scene, QUO_PEN (.style = QUO_STYLE_NODE), x, y, 20,
                             20);
      break;
    }
}

static void
measure_frames (QuoScene *scene)
{
  static const char *const names[] = {
    "1,000 arrows painted",
    "1,000 texts painted",
    "1,000 upright lines painted",
    "1,000 discs painted",
  };
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 1920, 1080);
  for (guint kind = 0; kind < G_N_ELEMENTS (names); kind++)
    {
      double times[ROUNDS];
      quo_scene_clear (scene);
      for (guint i = 0; i < N_VISIBLE; i++)
        add_visible (scene, kind, i);
      for (guint r = 0; r < ROUNDS; r++)
        {
          cairo_t *cr = cairo_create (surface);
          double start = bench_now ();
          quo_painter_paint (scene, cr, quo_theme_get (QUO_THEME_LIGHT),
                             QUO_LAYERS_ALL, NULL);
          times[r] = 1e3 * (bench_now () - start);
          cairo_destroy (cr);
        }
      bench_print (names[kind], bench_quantile (times, ROUNDS, .5), "ms");
    }
  cairo_surface_destroy (surface);
}

int
main (void)
{
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  g_autoptr (QuoScene) scene = quo_scene_new (metrics);

  measure_svg (scene);
  measure_labels ();
  measure_frames (scene);
  return 0;
}
