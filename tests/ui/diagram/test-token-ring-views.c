/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every view and the exporter show a protocol that they have never heard of. */

#include "diagram/picture.h"
#include "export/export.h"
#include "token-ring.h"

#include <string.h>

static const char scenario_text[] =
  "{ \"quorate\": 1, \"protocol\": \"token-ring\", \"until\": \"200ms\", "
  "\"title\": \"A token on its way\","
  "\"nodes\": [ {\"id\": \"anna\"}, {\"id\": \"bert\"}, {\"id\": \"cleo\"} ],"
  "\"script\": [ { \"at\": \"90ms\", \"do\": \"crash\", \"node\": \"bert\" } ] }";

static QuoRun *
new_run (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario
    = quo_scenario_new_from_data ("ring.json", scenario_text,
                                  strlen (scenario_text), &error);

  g_assert_no_error (error);

  return quo_run_new (scenario, quo_scenario_until (scenario), NULL, NULL, NULL);
}

static QuoScene *
draw (const QuoDiagramClass *klass,
      QuoRun                *run,
      QuoTime                time,
      gboolean               is_whole)
{
  QuoPicture picture = { .time = time, .is_whole = is_whole };
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  g_autoptr (QuoDiagram) diagram = quo_diagram_new (klass, run, metrics);

  return quo_picture_draw (diagram, &picture, metrics);
}

/* In what is drawn or in what it says when pointed at. */
static gboolean
says (QuoScene   *scene,
      const char *text)
{
  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      const char *drawn = NULL;
      const char *label = quo_scene_get_label (scene, i);

      if (quo_scene_get_primitive (scene, i) == QUO_PRIMITIVE_TEXT)
        drawn = quo_scene_get_text (scene, i);
      if ((drawn != NULL && strstr (drawn, text) != NULL)
          || (label != NULL && strstr (label, text) != NULL))
        return TRUE;
    }

  return FALSE;
}

static void
test_every_view (void)
{
  g_autoptr (QuoRun) run = new_run ();
  guint n_offered = 0;

  for (const QuoDiagramClass * const *klass = quo_diagram_classes ();
       *klass != NULL; klass++)
    {
      if (!(*klass)->is_offered (run))
        continue;

      n_offered++;
      for (guint i = 0; i <= 20; i++)
        {
          g_autoptr (QuoScene) scene
            = draw (*klass, run, i * 10 * QUO_MILLISECOND, FALSE);

          g_assert_cmpuint (quo_scene_get_n_items (scene), >, 0);
          g_assert_cmpfloat (quo_scene_get_width (scene), >, 0);
        }
      g_test_message ("%s", (*klass)->id);
    }

  g_assert_cmpuint (n_offered, >=, 2);
}

static void
assert_says (const char *view,
             QuoTime     time,
             const char *text)
{
  const QuoDiagramClass *klass = quo_diagram_class_find (view);
  g_autoptr (QuoRun) run = new_run ();
  g_autoptr (QuoScene) scene = NULL;

  if (klass == NULL)
    {
      g_test_message ("there is no view %s", view);
      return;
    }

  g_assert_true (klass->is_offered (run));
  scene = draw (klass, run, time, FALSE);
  if (!says (scene, text))
    g_error ("%s at %" G_GINT64_FORMAT " does not say “%s”", view, time, text);
}

static void
test_words (void)
{
  /* anna holds it from 0 to 5 ms, then it is on its way until 15 ms. */
  assert_says ("network", 2 * QUO_MILLISECOND, "anna");
  assert_says ("network", 2 * QUO_MILLISECOND, "holder");
  assert_says ("network", 10 * QUO_MILLISECOND, "token 1");
  assert_says ("sequence", 100 * QUO_MILLISECOND, "token 2");
  assert_says ("sequence", 100 * QUO_MILLISECOND, "cleo");
  assert_says ("sequence", 100 * QUO_MILLISECOND, "lap 1 at anna");
  assert_says ("states", 2 * QUO_MILLISECOND, "holder");
  assert_says ("states", 100 * QUO_MILLISECOND, "token goes");
}

static void
test_export (void)
{
  static const struct
  {
    QuoExportFormat format;
    const char     *magic;
  } cases[] = {
    { QUO_EXPORT_PNG, "\x89PNG" },
    { QUO_EXPORT_SVG, "<?xml" },
    { QUO_EXPORT_PDF, "%PDF" },
  };
  g_autoptr (QuoRun) run = new_run ();

  for (const QuoDiagramClass * const *klass = quo_diagram_classes ();
       *klass != NULL; klass++)
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        QuoExportOptions options = { .format = cases[i].format };
        g_autoptr (QuoScene) scene = NULL;
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (GError) error = NULL;

        if (!(*klass)->is_offered (run))
          continue;

        scene = draw (*klass, run, 100 * QUO_MILLISECOND, TRUE);
        bytes = quo_export_scene_to_bytes (scene, &options, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (g_bytes_get_size (bytes), >, 500);
        g_assert_cmpmem (g_bytes_get_data (bytes, NULL), 4, cases[i].magic, 4);
        if (cases[i].format == QUO_EXPORT_SVG
            && g_str_equal ((*klass)->id, "sequence"))
          g_assert_nonnull (g_strstr_len (g_bytes_get_data (bytes, NULL),
                                          (gssize) g_bytes_get_size (bytes),
                                          "token 2"));
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  quo_protocol_add (&token_ring);

  g_test_add_func ("/core/protocol/token-ring/views/every-view-draws-it",
                   test_every_view);
  g_test_add_func ("/core/protocol/token-ring/views/speak-its-words", test_words);
  g_test_add_func ("/core/protocol/token-ring/views/are-exported", test_export);

  return g_test_run ();
}
