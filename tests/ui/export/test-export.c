/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <cairo.h>
#include <glib/gstdio.h>
#include <string.h>

#include "export/export.h"

typedef struct
{
  QuoScene *scene;
  char *folder;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  fixture->scene = quo_scene_new (metrics);
  fixture->folder = g_dir_make_tmp ("quorate-export-XXXXXX", NULL);
  quo_scene_set_size (fixture->scene, 100, 50);
  quo_scene_set_title (fixture->scene, "Raft, 5 nodes");
  quo_scene_add_rectangle (fixture->scene, QUO_PEN (.style = QUO_STYLE_BAD,
                                                    .paint = QUO_PAINT_FILL),
                           10, 10, 20, 20, 0);
  quo_scene_add_text (fixture->scene, QUO_PEN (.style = QUO_STYLE_TEXT), 40, 30,
                      "leader");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name (folder)) != NULL;)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  quo_scene_unref (fixture->scene);
}

static guint32
big_endian (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16
         | (guint32) bytes[2] << 8 | bytes[3];
}

/* zlib's own, from the trailer of a gzip stream */
static guint32
zlib_crc (const guint8 *bytes,
          gsize         length)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GZlibCompressor) gzip
    = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
  g_autoptr (GOutputStream) stream
    = g_converter_output_stream_new (memory, G_CONVERTER (gzip));
  g_assert_true (
    g_output_stream_write_all (stream, bytes, length, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
  GMemoryOutputStream *out = G_MEMORY_OUTPUT_STREAM (memory);
  const guint8 *end = (const guint8 *) g_memory_output_stream_get_data (out)
                      + g_memory_output_stream_get_data_size (out) - 8;
  return (guint32) end[0] | (guint32) end[1] << 8 | (guint32) end[2] << 16
         | (guint32) end[3] << 24;
}

/* Each text as "keyword=text;", after a check of every chunk's sum. */
static char *
png_texts (GBytes *png)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (png, &size);
  GString *texts = g_string_new (NULL);
  gsize at = 8;
  while (at < size)
    {
      guint32 length = big_endian (bytes + at);
      const guint8 *body = bytes + at + 8;
      g_assert_cmpuint (at + 12 + length, <=, size);
      g_assert_cmphex (big_endian (body + length), ==,
                       zlib_crc (bytes + at + 4, length + 4));
      gboolean is_text = memcmp (bytes + at + 4, "tEXt", 4) == 0;
      gboolean is_international = memcmp (bytes + at + 4, "iTXt", 4) == 0;
      if (is_text || is_international)
        {
          gsize keyword = strlen ((const char *) body);
          gsize text = keyword + (is_text ? 1 : 5);
          g_string_append_printf (texts, "%s=%.*s;", (const char *) body,
                                  (int) (length - text),
                                  (const char *) body + text);
        }
      at += 12 + length;
    }
  g_assert_cmpuint (at, ==, size);
  return g_string_free (texts, FALSE);
}

typedef struct
{
  const guint8 *bytes;
  gsize left;
} Reader;

static cairo_status_t
read_bytes (void          *closure,
            unsigned char *bytes,
            unsigned int   length)
{
  Reader *reader = closure;
  if (length > reader->left)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (bytes, reader->bytes, length);
  reader->bytes += length;
  reader->left -= length;
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
load_png (GBytes *png)
{
  Reader reader = { 0 };
  reader.bytes = g_bytes_get_data (png, &reader.left);
  cairo_surface_t *surface
    = cairo_image_surface_create_from_png_stream (read_bytes, &reader);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  return surface;
}

static guint32
pixel (cairo_surface_t *surface,
       int              x,
       int              y)
{
  const guint8 *row = cairo_image_surface_get_data (surface)
                      + (gsize) y * cairo_image_surface_get_stride (surface);
  return ((const guint32 *) row)[x] & 0xffffff;
}

static guint32
rgb (QuoColor color)
{
  return (guint32) (color.red * 255 + 0.5f) << 16
         | (guint32) (color.green * 255 + 0.5f) << 8
         | (guint32) (color.blue * 255 + 0.5f);
}

static void
test_png (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  QuoExportOptions options = {
    .scale = 2.5,
    .theme = quo_theme_get (QUO_THEME_DARK),
    .info = { .caption = "Führer A", .seed = "7", .time = "1.604 s" },
  };
  g_autoptr (GBytes) png
    = quo_export_scene_to_bytes (fixture->scene, &options, &error);
  g_assert_no_error (error);
  g_autofree char *texts = png_texts (png);
  g_assert_cmpstr (texts, ==,
                   "Title=Raft, 5 nodes;Description=Führer A;Seed=7;"
                   "Simulated time=1.604 s;Software=Quorate;");

  cairo_surface_t *surface = load_png (png);
  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 250);
  g_assert_cmpint (cairo_image_surface_get_height (surface), ==, 125);
  guint32 background
    = rgb (quo_theme_get_rule (options.theme, QUO_STYLE_BACKGROUND)->wash);
  g_assert_cmphex (pixel (surface, 10, 10), ==, background);
  g_assert_cmphex (pixel (surface, 50, 50), ==,
                   rgb (quo_theme_get_ink (options.theme, QUO_STYLE_BAD, 0)));
  cairo_surface_destroy (surface);
}

static void
test_strips (Fixture       *fixture,
             gconstpointer  data)
{
  QuoScene *scene = fixture->scene;
  quo_scene_set_size (scene, 40, 70000);
  for (int y = 0; y < 70000; y += 100)
    quo_scene_add_rectangle (scene,
                             QUO_PEN (.style = QUO_STYLE_GOOD,
                                      .paint = QUO_PAINT_FILL),
                             0, y, 40, 50, 0);
  g_autoptr (GError) error = NULL;
  QuoExportOptions options = { .format = QUO_EXPORT_PNG };
  g_autoptr (GBytes) refused
    = quo_export_scene_to_bytes (scene, &options, &error);
  g_assert_null (refused);
  g_assert_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_SIZE);
  g_clear_error (&error);

  g_autofree char *path = g_build_filename (fixture->folder, "a.b.png", NULL);
  g_auto (GStrv) paths
    = quo_export_scene_to_file (scene, &options, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (paths), ==, 3);
  guint32 good = rgb (quo_theme_get_ink (quo_theme_get (0), QUO_STYLE_GOOD, 0));
  int height = 0;
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("a.b-%u.png", i + 1);
      g_autofree char *base = g_path_get_basename (paths[i]);
      g_assert_cmpstr (base, ==, name);
      cairo_surface_t *surface = cairo_image_surface_create_from_png (paths[i]);
      int part = cairo_image_surface_get_height (surface);
      g_assert_cmpint (part, <=, 32767);
      /* Nothing is lost or shown twice at the seams. */
      for (int y = 0; y < part; y += 7)
        if ((height + y) % 50 > 1 && (height + y) % 50 < 48)
          g_assert_cmpint (pixel (surface, 35, y) == good, ==,
                           ((height + y) % 100 < 50));
      height += part;
      cairo_surface_destroy (surface);
    }
  g_assert_cmpint (height, ==, 70000);
}

static void
test_too_large (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "huge.png", NULL);
  const struct { double width, height, scale; } sizes[] = {
    { 4e6, 4e6, 10 }, { 0, 100, 1 }, { 10, 10, 0.001 }, { 10, 10, 1e300 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      QuoExportOptions options = { .scale = sizes[i].scale };
      quo_scene_set_size (fixture->scene, sizes[i].width, sizes[i].height);
      if (i == 2)
        {
          /* A tiny picture still has one px. */
          g_auto (GStrv) paths
            = quo_export_scene_to_file (fixture->scene, &options, path, &error);
          g_assert_no_error (error);
          g_assert_cmpuint (g_strv_length (paths), ==, 1);
          continue;
        }
      g_assert_null (
        quo_export_scene_to_file (fixture->scene, &options, path, &error));
      g_assert_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_SIZE);
    }
}

static gboolean
contains (const char *bytes,
          gsize       size,
          const char *what)
{
  gsize length = strlen (what);
  for (gsize i = 0; i + length <= size; i++)
    if (memcmp (bytes + i, what, length) == 0)
      return TRUE;
  return FALSE;
}

static void
test_pdf (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  QuoExportOptions options
    = { .format = QUO_EXPORT_PDF, .info = { .seed = "42" } };
  quo_scene_set_size (fixture->scene, 100, 30000);
  g_autoptr (GBytes) pdf
    = quo_export_scene_to_bytes (fixture->scene, &options, &error);
  g_assert_no_error (error);
  gsize size;
  const char *bytes = g_bytes_get_data (pdf, &size);
  g_assert_true (g_str_has_prefix (bytes, "%PDF-1."));
  g_assert_true (contains (bytes, size, "/Count 2"));
  g_assert_true (contains (bytes, size, "seed 42"));
  g_assert_true (contains (bytes, size, "Raft, 5 nodes"));
  g_assert_true (contains (bytes, size, "/Font"));
}

static void
test_svg (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  QuoExportOptions options = { .format = QUO_EXPORT_SVG };
  g_autofree char *path = g_build_filename (fixture->folder, "x.svg", NULL);
  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_auto (GStrv) paths
    = quo_export_scene_to_file (fixture->scene, &options, path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (paths[0], ==, path);
  g_autofree char *contents = NULL;
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_nonnull (strstr (contents, "prefers-color-scheme"));
  g_assert_nonnull (strstr (contents, ">leader</text>"));
  g_assert_nonnull (strstr (contents, "<title>Raft, 5 nodes</title>"));
}

static void
test_unwritable (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  QuoExportOptions options = { .format = QUO_EXPORT_SVG };
  g_autofree char *path
    = g_build_filename (fixture->folder, "none", "x.svg", NULL);
  g_assert_null (
    quo_export_scene_to_file (fixture->scene, &options, path, &error));
  g_assert_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_WRITE);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_assert_null (quo_export_scene_to_file (fixture->scene, &options,
                                           fixture->folder, &error));
  g_assert_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_WRITE);
  g_assert_nonnull (strstr (error->message, fixture->folder));
}

static void
test_formats (void)
{
  const struct { const char *path; int format;
  } paths[] = {
    { "a.png", QUO_EXPORT_PNG },
    { "/x.y/a.SVG", QUO_EXPORT_SVG },
    { "b.svg.pdf", QUO_EXPORT_PDF },
    { "png", -1 },
    { ".png", -1 },
    { "a.jpg", -1 },
    { "/x.png/a", -1 },
    { "", -1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      QuoExportFormat format = 77;
      gboolean found
        = quo_export_format_by_path (paths[i].path, &format, &error);
      g_assert_cmpint (found, ==, paths[i].format >= 0);
      g_assert_cmpint ((int) format, ==, found ? paths[i].format : 77);
      if (!found)
        g_assert_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_FORMAT);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) \
  g_test_add ("/ui/export/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("png-carries-what-made-it", test_png);
  ADD ("large-png-is-cut-into-strips", test_strips);
  ADD ("too-large-is-refused", test_too_large);
  ADD ("pdf-has-text-and-pages", test_pdf);
  ADD ("svg-replaces-the-old-file", test_svg);
  ADD ("what-cannot-be-written-is-named", test_unwritable);
  g_test_add_func ("/ui/export/extension-names-the-format", test_formats);
  return g_test_run ();
}
