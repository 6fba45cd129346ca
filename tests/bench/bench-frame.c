/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A frame of every diagram at 1920x1080, offscreen, at random times of a run with
 * 10^6 events: the replay's seek, the scene and the painting, each by itself. And the
 * picture of a whole sequence of 20,000 messages as SVG, from the run to the text. */

#include "bench.h"

#include "base/random.h"
#include "diagram/picture.h"
#include "scene/painter.h"
#include "scene/svg.h"

#include <cairo.h>
#include <string.h>

#define N_FRAMES 40

static const char raft[] =
  "{ \"quorate\": 1, \"protocol\": \"raft\", \"nodes\": { \"count\": 5, \"prefix\": \"S\" },\n"
  "  \"limits\": { \"events\": 1000000 }, \"until\": \"10h\",\n"
  "  \"clients\": [ { \"id\": \"alice\", \"at\": \"S1\",\n"
  "    \"workload\": { \"rate\": \"20/s\", \"reads\": 0.5, \"keys\": 3 } } ] }";

static const char gossip[] =
  "{ \"quorate\": 1, \"protocol\": \"gossip\", \"nodes\": { \"count\": 1000, \"prefix\": \"n\" },\n"
  "  \"limits\": { \"events\": 1000000 }, \"until\": \"10h\",\n"
  "  \"options\": { \"stop\": \"never\", \"cycle\": \"asynchronous\" },\n"
  "  \"script\": [ { \"at\": \"0s\", \"do\": \"update\", \"node\": \"n1\",\n"
  "    \"key\": \"x\", \"value\": \"1\" } ] }";

static QuoRun *
simulate (const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario =
    quo_scenario_new_from_data ("bench", json, strlen (json), &error);

  g_assert_no_error (error);

  return quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);
}

static void
frames (const char            *what,
        QuoRun                *run,
        const QuoDiagramClass *klass,
        QuoMetrics            *metrics,
        cairo_surface_t       *surface)
{
  double begun = bench_now ();
  double first = 0;
  g_autoptr (QuoDiagram) diagram = quo_diagram_new (klass, run, metrics);
  g_autoptr (QuoScene) scene = quo_scene_new (metrics);
  g_autofree char *name = g_strdup_printf ("%s, %s", what, klass->id);
  const QuoTheme *theme = quo_theme_get (QUO_THEME_LIGHT);
  QuoStream stream = { 1, 0 };
  double seek[N_FRAMES];
  double draw[N_FRAMES];
  double paint[N_FRAMES];
  double whole[N_FRAMES];

  for (int i = -2; i < N_FRAMES; i++)
    {
      QuoView view = { .width = 1920, .height = 1080, .zoom = 1 };
      cairo_t *cr = cairo_create (surface);
      double start;
      double drawn;
      double sought;

      view.time = (QuoTime) quo_stream_bounded (&stream,
                                                (guint64) quo_run_end (run));
      start = bench_now ();
      quo_replay_seek_time (quo_run_replay (run), view.time);
      sought = bench_now ();
      quo_diagram_follow (diagram, &view);
      quo_scene_clear (scene);
      quo_diagram_draw (diagram, &view, scene);
      drawn = bench_now ();
      if (i == -2)
        first = drawn - begun;
      quo_painter_paint (scene, cr, theme, QUO_LAYERS_ALL, NULL);
      cairo_surface_flush (surface);
      /* The first ones fill the caches. */
      if (i >= 0)
        {
          whole[i] = bench_now () - start;
          seek[i] = sought - start;
          draw[i] = drawn - sought;
          paint[i] = bench_now () - drawn;
        }
      cairo_destroy (cr);
    }
  bench_print (name, bench_quantile (whole, N_FRAMES, .5) * 1e3, "ms, median");
  bench_print ("  95 % within", whole[N_FRAMES * 95 / 100] * 1e3, "ms");
  bench_print ("  seek", bench_quantile (seek, N_FRAMES, .5) * 1e3, "ms");
  bench_print ("  scene", bench_quantile (draw, N_FRAMES, .5) * 1e3, "ms");
  bench_print ("  first scene, with what is made for it", first * 1e3, "ms");
  bench_print ("  painting", bench_quantile (paint, N_FRAMES, .5) * 1e3, "ms");
}

static void
all_diagrams (const char *what,
              const char *json)
{
  g_autoptr (QuoRun) run = simulate (json);
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  cairo_surface_t *surface =
    cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 1920, 1080);
  const QuoDiagramClass * const *classes = quo_diagram_classes ();

  bench_print (what, quo_trace_length (quo_run_trace (run)) / 1e6,
               "million events");
  for (guint i = 0; classes[i] != NULL; i++)
    if (classes[i]->is_offered (run))
      frames (what, run, classes[i], metrics, surface);
  cairo_surface_destroy (surface);
}

static void
long_sequence (void)
{
  g_auto (GStrv) parts = g_strsplit (raft, "1000000", 2);
  /* Two events a message, and some besides. */
  g_autofree char *json = g_strjoinv ("42000", parts);
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  g_autoptr (GString) svg = g_string_new (NULL);
  g_autoptr (QuoDiagram) diagram = NULL;
  g_autoptr (QuoScene) scene = NULL;
  g_autoptr (QuoRun) run = NULL;
  QuoPicture picture = { .is_whole = TRUE };
  double start = bench_now ();
  double simulated;
  double drawn;

  run = simulate (json);
  simulated = bench_now ();
  diagram = quo_diagram_new (quo_diagram_class_find ("sequence"), run, metrics);
  scene = quo_picture_draw (diagram, &picture, metrics);
  drawn = bench_now ();
  quo_svg_write (scene, NULL, NULL, svg);
  bench_print ("SVG of a whole sequence",
               (double) quo_sim_figure (quo_run_sim (run), QUO_FIGURE_SENT),
               "messages");
  bench_print ("  simulating", (simulated - start) * 1e3, "ms");
  bench_print ("  scene", (drawn - simulated) * 1e3, "ms");
  bench_print ("  writing", (bench_now () - drawn) * 1e3, "ms");
  bench_print ("  size", svg->len / 1e6, "MB");
}

int
main (void)
{
  all_diagrams ("raft", raft);
  all_diagrams ("gossip, 1,000 nodes", gossip);
  long_sequence ();

  return 0;
}
