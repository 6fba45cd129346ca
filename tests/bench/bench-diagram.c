/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every diagram over a trace of a million events: a frame of 1920x1080 drawn and
 * painted offscreen, and the whole of a 20,000-message sequence as SVG. */

#include <stdlib.h>

#include "bench.h"

#include "diagram/picture.h"
#include "scene/painter.h"
#include "scene/svg.h"

#include <string.h>

#define N_EVENTS   1000000
#define N_MESSAGES 20000
#define FRAMES     15

static QuoRun *
make_run (guint n_events)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(QuoScenario) scenario = NULL;
  g_autofree char *json = g_strdup_printf (
    "{ \"quorate\": 1, \"seed\": 3, \"until\": \"100000s\","
    "  \"limits\": { \"events\": %u }, \"protocol\": \"raft\","
    "  \"nodes\": { \"count\": 5, \"prefix\": \"n\" },"
    "  \"network\": { \"latency\": { \"uniform\": [\"5ms\", \"20ms\"] }, \"loss\": 0.01 },"
    "  \"clients\": [ { \"id\": \"alice\", \"at\": \"n1\","
    "    \"workload\": { \"rate\": \"100/s\", \"reads\": 0.5, \"keys\": 3 } } ] }",
    n_events);

  scenario = quo_scenario_new_from_data ("bench", json, strlen (json), &error);
  if (scenario == NULL)
    g_error ("%s", error->message);
  return quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);
}

/* As an animation: each frame is a little later than the one before. */
static void
measure_frames (QuoDiagram *diagram,
                QuoMetrics *metrics,
                double      zoom,
                gboolean    is_to_scale)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 1920, 1080);
  g_autoptr(QuoScene) scene = quo_scene_new (metrics);
  QuoView view = { .width = 1920, .height = 1080, .zoom = zoom,
                   .is_to_scale = is_to_scale };
  QuoTime half = quo_run_end (quo_diagram_run (diagram)) / 2;
  double frames[FRAMES];
  guint n_items = 0;

  for (guint i = 0; i < FRAMES + 1; i++)
    {
      view.time = half + i * QUO_MILLISECOND;
      double start = bench_now ();
      cairo_t *cr = cairo_create (surface);
      quo_scene_clear (scene);
      quo_diagram_follow (diagram, &view);
      quo_diagram_draw (diagram, &view, scene);
      quo_painter_paint (scene, cr, quo_theme_get (QUO_THEME_LIGHT), QUO_LAYERS_ALL, NULL);
      cairo_destroy (cr);
      cairo_surface_flush (surface);
      /* The first frame looks up what all later ones use. */
      if (i > 0)
        frames[i - 1] = 1e3 * (bench_now () - start);
      else
        {
          g_autofree char *what = NULL;
          what = g_strdup_printf ("%s, first frame", quo_diagram_class (diagram)->id);
          if (zoom == 1 && !is_to_scale)
            bench_print (what, 1e3 * (bench_now () - start), "ms");
        }
      n_items = quo_scene_get_n_items (scene);
    }
  g_autofree char *what = NULL;
  what = g_strdup_printf ("%s, zoom %g%s, %u primitives", quo_diagram_class (diagram)->id,
                          zoom, is_to_scale ? ", to scale" : "", n_items);
  bench_print (what, bench_quantile (frames, FRAMES, 0.5), "ms a frame");
  cairo_surface_destroy (surface);
}

static void
measure_svg (QuoMetrics *metrics)
{
  g_autoptr(QuoRun) run = make_run ((guint) (2.15 * N_MESSAGES));
  QuoTrace *trace = quo_run_trace (run);
  guint n_messages = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    n_messages += quo_trace_kind (trace, i) == QUO_EVENT_SEND;
  double start = bench_now ();
  g_autoptr(QuoDiagram) diagram = quo_diagram_new (quo_diagram_class_find ("sequence"), run,
                                                   metrics);
  g_autoptr(QuoScene) scene = quo_picture_draw (diagram, &(QuoPicture) { .is_whole = TRUE },
                                                metrics);
  double drawn = bench_now ();
  g_autoptr(GString) out = g_string_new (NULL);
  quo_svg_write (scene, NULL, NULL, out);
  double written = bench_now ();
  bench_print ("sequence as SVG, messages", n_messages, "");
  bench_print ("sequence as SVG, drawing", 1e3 * (drawn - start), "ms");
  bench_print ("sequence as SVG, writing", 1e3 * (written - drawn), "ms");
  bench_print ("sequence as SVG, size", out->len / 1e6, "MB");
}

int
main (void)
{
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);
  g_autoptr(QuoRun) run = make_run (N_EVENTS);

  bench_print ("events", quo_trace_length (quo_run_trace (run)), "");
  for (guint i = 0; quo_diagram_classes ()[i] != NULL; i++)
    {
      const QuoDiagramClass *klass = quo_diagram_classes ()[i];
      if (klass->is_offered != NULL && !klass->is_offered (run))
        continue;
      double start = bench_now ();
      g_autoptr(QuoDiagram) diagram = quo_diagram_new (klass, run, metrics);
      g_autofree char *what = g_strdup_printf ("%s, made", klass->id);
      bench_print (what, 1e3 * (bench_now () - start), "ms");
      for (double zoom = 1; zoom > 0.005; zoom /= 8)
        measure_frames (diagram, metrics, zoom, FALSE);
      measure_frames (diagram, metrics, 1, TRUE);
    }
  measure_svg (metrics);
  return 0;
}
