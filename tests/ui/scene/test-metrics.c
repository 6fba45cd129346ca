/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/metrics-private.h"

/* Pango's own answer, in a context of the test's making. */
static double
pango_width (const char *text,
             double      size,
             gboolean    bold)
{
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new ();
  pango_cairo_font_map_set_resolution (PANGO_CAIRO_FONT_MAP (map), 72);
  PangoContext *context = pango_font_map_create_context (map);
  cairo_font_options_t *options = cairo_font_options_create ();
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  pango_context_set_round_glyph_positions (context, FALSE);
  g_autoptr (PangoLayout) layout = pango_layout_new (context);
  g_autofree char *name
    = g_strdup_printf ("DejaVu Sans %s %dpx", bold ? "Bold" : "", (int) size);
  PangoFontDescription *font = pango_font_description_from_string (name);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_text (layout, text, -1);
  PangoRectangle logical;
  pango_layout_get_extents (layout, NULL, &logical);
  g_object_unref (context);
  return logical.width / (double) PANGO_SCALE;
}

static void
test_width (void)
{
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  const char *texts[] = { "AppendEntries t=3 prev=7/2 +2",
                          "election timeout",
                          "RequestVote",
                          "x = 1 → ✓",
                          "Übergang µs",
                          "Привет",
                          "" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint bold = 0; bold < 2; bold++)
      {
        double expected = pango_width (texts[i], 20, bold);
        double width
          = quo_metrics_get_width (metrics,
                                   bold ? QUO_FONT_STRONG : QUO_FONT_BODY, 20,
                                   texts[i]);
        g_assert_cmpfloat (width, >=, expected * 0.99 - 0.5);
        g_assert_cmpfloat (width, <=, expected * 1.04 + 0.5);
      }
  /* Letters that join are laid out together, and bytes that are no text do no harm. */
  double joined = quo_metrics_get_width (metrics, QUO_FONT_BODY, 20, "السلام");
  g_assert_cmpfloat_with_epsilon (joined, pango_width ("السلام", 20, FALSE), 1);
  g_assert_cmpfloat (quo_metrics_get_width (metrics, QUO_FONT_BODY, 20,
                                            "a\xff"),
                     >, 0);
}

static void
test_scale (void)
{
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  double plain = quo_metrics_get_width (metrics, QUO_FONT_BODY, 0, "leader");
  double height = quo_metrics_get_height (metrics, QUO_FONT_BODY, 0);
  g_assert_cmpfloat (quo_metrics_get_ascent (metrics, QUO_FONT_BODY, 0), <,
                     height);
  quo_metrics_set_text_scale (metrics, 2);
  g_assert_cmpfloat_with_epsilon (quo_metrics_get_width (metrics, QUO_FONT_BODY,
                                                         0, "leader"),
                                  2 * plain, 1e-6);
  g_assert_cmpfloat_with_epsilon (quo_metrics_get_height (metrics,
                                                          QUO_FONT_BODY, 0),
                                  2 * height, 1e-6);
}

static void
test_fit (void)
{
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  const char *text = "AppendEntries términos";
  double whole = quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0, text);
  g_autofree char *same
    = quo_metrics_fit (metrics, QUO_FONT_SMALL, 0, text, whole);
  g_assert_cmpstr (same, ==, text);
  for (double width = 0; width < whole; width += 3)
    {
      g_autofree char *fit
        = quo_metrics_fit (metrics, QUO_FONT_SMALL, 0, text, width);
      g_assert_true (g_utf8_validate (fit, -1, NULL));
      g_assert_cmpfloat (quo_metrics_get_width (metrics, QUO_FONT_SMALL, 0,
                                                fit),
                         <=, width);
      g_assert_true (*fit == '\0' || g_str_has_suffix (fit, "…"));
    }
}

static void
test_cache (void)
{
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  PangoLayout *first
    = quo_metrics_get_layout (metrics, QUO_FONT_BODY, 0, "kept");
  g_object_add_weak_pointer (G_OBJECT (first), (gpointer *) &first);
  for (guint i = 0; i < QUO_LAYOUTS_MAX + 100; i++)
    {
      char text[32];
      g_snprintf (text, sizeof text, "text %u", i);
      quo_metrics_get_layout (metrics, QUO_FONT_BODY, 0, text);
      if (i % 1000 == 0)
        g_assert_true (
          quo_metrics_get_layout (metrics, QUO_FONT_BODY, 0, "kept") == first);
    }
  g_assert_cmpuint (quo_metrics_get_n_layouts (metrics), ==, QUO_LAYOUTS_MAX);
  g_assert_nonnull (first);
  g_object_remove_weak_pointer (G_OBJECT (first), (gpointer *) &first);
  /* Fonts and sizes are told apart. */
  g_assert_true (quo_metrics_get_layout (metrics, QUO_FONT_STRONG, 0, "kept")
                 != first);
  g_assert_true (quo_metrics_get_layout (metrics, QUO_FONT_BODY, 20, "kept")
                 != first);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/scene/metrics/widths-agree-with-pango", test_width);
  g_test_add_func ("/ui/scene/metrics/text-scale-scales-own-sizes", test_scale);
  g_test_add_func ("/ui/scene/metrics/fitted-text-fits", test_fit);
  g_test_add_func ("/ui/scene/metrics/cache-is-bounded-and-keeps-the-used",
                   test_cache);
  return g_test_run ();
}
