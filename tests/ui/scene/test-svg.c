/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_RSVG
#include <librsvg/rsvg.h>
#endif

#include "sample.h"
#include "scene/painter.h"
#include "scene/svg.h"

typedef struct
{
  guint n_elements;
  guint n_titles;
  guint n_texts;
  guint depth;
  GHashTable *classes;
  GString *text;
} Parsed;

static void
start_element (GMarkupParseContext  *context,
               const gchar          *name,
               const gchar         **names,
               const gchar         **values,
               gpointer              data,
               GError              **error)
{
  Parsed *parsed = data;
  parsed->n_elements++;
  parsed->n_titles += g_str_equal (name, "title");
  parsed->n_texts += g_str_equal (name, "text");
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (g_str_equal (names[i], "class"))
        {
          g_auto (GStrv) classes = g_strsplit (values[i], " ", -1);
          for (guint k = 0; classes[k] != NULL; k++)
            g_hash_table_add (parsed->classes, g_strdup (classes[k]));
        }
      /* No comma for a decimal point, and two decimals at most */
      if (g_str_equal (names[i], "d") || g_str_equal (names[i], "x"))
        {
          g_assert_null (strchr (values[i], ','));
          for (const char *dot = strchr (values[i], '.'); dot;
               dot = strchr (dot + 1, '.'))
            g_assert_cmpuint (strspn (dot + 1, "0123456789"), <=, 2);
        }
    }
}

static void
text_found (GMarkupParseContext  *context,
            const gchar          *text,
            gsize                 length,
            gpointer              data,
            GError              **error)
{
  Parsed *parsed = data;
  g_string_append_len (parsed->text, text, (gssize) length);
}

static void
parse (const char *svg,
       Parsed     *parsed)
{
  const GMarkupParser parser
    = { .start_element = start_element, .text = text_found };
  g_autoptr (GError) error = NULL;
  *parsed = (Parsed) { .text = g_string_new (NULL) };
  parsed->classes
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GMarkupParseContext) context
    = g_markup_parse_context_new (&parser, 0, parsed, NULL);
  gboolean ok = g_markup_parse_context_parse (context, svg, -1, &error)
                && g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
parsed_clear (Parsed *parsed)
{
  g_hash_table_unref (parsed->classes);
  g_string_free (parsed->text, TRUE);
}

static char *
write_svg (QuoScene             *scene,
           const QuoTheme       *theme,
           const QuoPictureInfo *info)
{
  GString *out = g_string_new (NULL);
  quo_svg_write (scene, theme, info, out);
  return g_string_free (out, FALSE);
}

static void
test_well_formed (void)
{
  g_autoptr (QuoScene) scene = sample_scene_new ();
  QuoPictureInfo info = { .caption = "a <caption> & more",
                          .seed = "7",
                          .time = "1.6 s",
                          .source = "a\"b" };
  g_autofree char *svg = write_svg (scene, NULL, &info);
  Parsed parsed;
  parse (svg, &parsed);

  /* 6 lines, 1 picture, 2 groups; marks and so on have none */
  g_assert_cmpuint (parsed.n_titles, ==, 9);
  g_assert_cmpuint (parsed.n_texts, ==, 2);
  const char *said[] = { "A & B",
                         "τέλος → <end>",
                         "a <message>",
                         "a <caption> & more",
                         "Everything <there> is & \"more\"",
                         "prefers-color-scheme:dark" };
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    g_assert_nonnull (strstr (parsed.text->str, said[i]));
  const char *classes[]
    = { "message", "node",       "node-ring", "event",  "state",
        "past",    "background", "moving",    "overlay" };
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    g_assert_true (g_hash_table_contains (parsed.classes, classes[i]));

  /* Every class that says how something looks is in the style sheet. */
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, parsed.classes);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (((const char *) key)[0] == 'a'
        && g_ascii_isdigit (((const char *) key)[1]))
      {
        g_autofree char *rule = g_strdup_printf (".%s{", (const char *) key);
        g_assert_nonnull (strstr (parsed.text->str, rule));
      }
  parsed_clear (&parsed);
}

static void
test_hostile_text (void)
{
  g_autoptr (QuoScene) scene = sample_scene_new ();
  quo_scene_clear (scene);
  quo_scene_add_text (scene, QUO_PEN (.title = "]]>\x01\x1f-->"), 0, 0,
                      "<script>\x02&amp;\xef\xbf\xbf\xff</text>");
  g_autofree char *svg = write_svg (scene, NULL, NULL);
  Parsed parsed;
  parse (svg, &parsed);
  g_assert_cmpuint (parsed.n_texts, ==, 1);
  g_assert_nonnull (strstr (parsed.text->str, "<script>&amp;"));
  for (const char *c = svg; *c != '\0'; c++)
    g_assert_true ((guchar) *c >= 0x20 || *c == '\n');
  g_assert_true (g_utf8_validate (svg, -1, NULL));
  parsed_clear (&parsed);
}

static void
test_same_bytes (void)
{
  g_autoptr (QuoScene) one = sample_scene_new ();
  g_autoptr (QuoScene) other = sample_scene_new ();
  g_autofree char *first = write_svg (one, NULL, NULL);
  /* Being painted and pointed at leaves no trace. */
  cairo_surface_t *surface = sample_surface (600, 300);
  cairo_t *cr = cairo_create (surface);
  quo_painter_paint (other, cr, quo_theme_get (QUO_THEME_DARK), QUO_LAYERS_ALL,
                     NULL);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  quo_scene_hit (other, 5, 5, 4, NULL);
  const char *locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8" };
  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      setlocale (LC_ALL, locales[i]);
      g_autofree char *again = write_svg (other, NULL, NULL);
      g_assert_cmpstr (first, ==, again);
    }
  g_autofree char *dark = write_svg (one, quo_theme_get (QUO_THEME_DARK), NULL);
  g_assert_null (strstr (dark, "prefers-color-scheme"));
  g_assert_cmpstr (first, !=, dark);
}

static void
test_stream (void)
{
  g_autoptr (QuoScene) scene = sample_scene_new ();
  for (guint i = 0; i < 5000; i++)
    quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_LINK), i, 0, 600 - i,
                        300);
  g_autofree char *whole = write_svg (scene, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_assert_true (
    quo_svg_write_to_stream (scene, NULL, NULL, memory, NULL, &error));
  g_assert_no_error (error);
  GMemoryOutputStream *stream = G_MEMORY_OUTPUT_STREAM (memory);
  g_assert_cmpmem (g_memory_output_stream_get_data (stream),
                   g_memory_output_stream_get_data_size (stream), whole,
                   strlen (whole));

  char small[100];
  g_autoptr (GOutputStream) full
    = g_memory_output_stream_new (small, sizeof small, NULL, NULL);
  g_assert_false (
    quo_svg_write_to_stream (scene, NULL, NULL, full, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

static void
test_groups (void)
{
  g_autoptr (QuoScene) scene = sample_scene_new ();
  quo_scene_clear (scene);
  /* Groups nested at random: each text's innermost title must be its own group's. */
  guint depth = 0;
  for (guint i = 0; i < 400; i++)
    {
      int what = g_test_rand_int_range (0, 4);
      if (what == 0 && depth < 5)
        {
          g_autofree char *title = g_strdup_printf ("g%u", i);
          quo_scene_begin_group (scene, QUO_STYLE_NODE, i, title);
          depth++;
        }
      else if (what == 1 && depth > 0)
        {
          quo_scene_end_group (scene);
          depth--;
        }
      else if (what == 2)
        quo_scene_set_layer (scene, (QuoLayer) g_test_rand_int_range (0, 3));
      else
        quo_scene_add_printf (scene, QUO_PEN (.style = QUO_STYLE_TEXT), 0, 0,
                              "t%u", i);
    }
  for (; depth > 0; depth--)
    quo_scene_end_group (scene);
  g_autofree char *svg = write_svg (scene, NULL, NULL);
  Parsed parsed;
  parse (svg, &parsed);
  g_assert_cmpuint (parsed.n_texts, ==, quo_scene_get_n_items (scene));
  parsed_clear (&parsed);

  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      g_autofree char *text
        = g_strdup_printf (">%s</text>", quo_scene_get_text (scene, i));
      const char *label = quo_scene_get_label (scene, i);
      char *at = strstr (svg, text);
      g_assert_nonnull (at);
      /* Walks back over closed groups to the one that is open here. */
      guint closed = 0;
      gboolean found = FALSE;
      for (char *c = at; c > svg && !found; c--)
        {
          if (g_str_has_prefix (c, "</g>"))
            closed++;
          else if (g_str_has_prefix (c, "<g "))
            {
              if (closed > 0)
                closed--;
              else
                {
                  g_autofree char *title
                    = g_strdup_printf ("<title>%s</title>", label);
                  char *end = strchr (c, '\n');
                  char *stands = strstr (c, title);
                  if (label[0] == 'g')
                    g_assert_true (stands != NULL && stands < end);
                  else
                    g_assert_nonnull (strstr (c, "class=\""));
                  found = TRUE;
                }
            }
        }
      g_assert_true (found);
    }
}

#ifdef HAVE_RSVG
/* The SVG rendered by others and the scene painted by us look alike. */
static void
test_rendered (void)
{
  g_autoptr (QuoScene) scene = sample_scene_new ();
  const QuoTheme *theme = quo_theme_get (QUO_THEME_DARK);
  g_autofree char *svg = write_svg (scene, theme, NULL);
  g_autoptr (GError) error = NULL;
  RsvgHandle *handle
    = rsvg_handle_new_from_data ((const guint8 *) svg, strlen (svg), &error);
  g_assert_no_error (error);
  cairo_surface_t *theirs = sample_surface (600, 300),
                  *ours = sample_surface (600, 300);
  cairo_t *cr = cairo_create (theirs);
  RsvgRectangle box = { 0, 0, 600, 300 };
  rsvg_handle_render_document (handle, cr, &box, &error);
  g_assert_no_error (error);
  g_object_unref (handle);
  cairo_destroy (cr);
  cr = cairo_create (ours);
  QuoColor background = quo_theme_get_rule (theme, QUO_STYLE_BACKGROUND)->wash;
  cairo_set_source_rgb (cr, background.red, background.green, background.blue);
  cairo_paint (cr);
  quo_painter_paint (scene, cr, theme, QUO_LAYERS_ALL, NULL);
  cairo_destroy (cr);

  guint differ = 0, painted = 0;
  for (int y = 0; y < 300; y++)
    for (int x = 0; x < 600; x++)
      {
        guint32 a = sample_pixel (theirs, x, y), b = sample_pixel (ours, x, y);
        int most = 0;
        for (guint shift = 0; shift < 24; shift += 8)
          most = MAX (most, ABS ((int) (a >> shift & 255)
                                 - (int) (b >> shift & 255)));
        differ += most > 64;
        painted += b != sample_pixel (ours, 0, 299);
      }
  cairo_surface_destroy (theirs);
  cairo_surface_destroy (ours);
  g_test_message ("%u of %u painted px differ", differ, painted);
  g_assert_cmpuint (painted, >, 10000);
  g_assert_cmpuint (differ, <, painted / 50);
}
#else
static void
test_rendered (void)
{
  g_test_skip ("librsvg was not there when this was built");
}
#endif

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/scene/svg/is-well-formed-and-says-all",
                   test_well_formed);
  g_test_add_func ("/ui/scene/svg/hostile-text-stays-text", test_hostile_text);
  g_test_add_func ("/ui/scene/svg/same-scene-same-bytes", test_same_bytes);
  g_test_add_func ("/ui/scene/svg/stream-gets-the-same", test_stream);
  g_test_add_func ("/ui/scene/svg/groups-nest-as-in-the-scene", test_groups);
  g_test_add_func ("/ui/scene/svg/librsvg-sees-what-is-painted", test_rendered);
  return g_test_run ();
}
