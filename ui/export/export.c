/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export/export.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "export/png-private.h"
#include "scene/painter.h"

/* cairo's own limit for the side of a picture */
#define SIDE_MAX 32767

/* A strip takes four bytes a px: 256 MiB at the most. */
#define STRIP_PIXELS_MAX (64 * 1024 * 1024)

/* More files than anybody wants of one picture */
#define STRIPS_MAX 1000

/* A PDF page may not be longer (PDF 1.7, annex C), in points. */
#define PAGE_SIDE_MAX 14400.0
#define POINTS_PER_PX 0.75

G_DEFINE_QUARK (quo-export-error-quark, quo_export_error)

static const struct
{
  const char *name;
  const char *media_type;
} formats[] = {
  [QUO_EXPORT_PNG] = { "png", "image/png" },
  [QUO_EXPORT_SVG] = { "svg", "image/svg+xml" },
  [QUO_EXPORT_PDF] = { "pdf", "application/pdf" },
};

/**
 * quo_export_format_by_name:
 * @name: "png", "svg" or "pdf", in letters of any case
 * @ret_format: (out): the format of that name
 *
 * Returns: whether there is one
 */
gboolean
quo_export_format_by_name (const char       *name,
                           QuoExportFormat  *ret_format,
                           GError          **error)
{
  g_return_val_if_fail (name != NULL && ret_format != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (formats[i].name, name) == 0)
      {
        *ret_format = i;
        return TRUE;
      }
  g_set_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_FORMAT,
               _("“%s” is no picture format; png, svg and pdf are"), name);
  return FALSE;
}

/**
 * quo_export_format_by_path:
 * @path: a file's name with an extension
 * @ret_format: (out): the format that the extension names
 *
 * Returns: whether it names one
 */
gboolean
quo_export_format_by_path (const char       *path,
                           QuoExportFormat  *ret_format,
                           GError          **error)
{
  g_return_val_if_fail (path != NULL && ret_format != NULL, FALSE);

  g_autofree char *base = g_path_get_basename (path);
  const char *dot = strrchr (base, '.');
  if (dot != NULL && dot != base
      && quo_export_format_by_name (dot + 1, ret_format, NULL))
    return TRUE;
  g_set_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_FORMAT,
               _("“%s” does not end in .png, .svg or .pdf"), path);
  return FALSE;
}

/**
 * quo_export_format_to_name:
 *
 * Returns: (transfer none): the format's name, which is its extension too
 */
const char *
quo_export_format_to_name (QuoExportFormat format)
{
  g_return_val_if_fail (format < G_N_ELEMENTS (formats), NULL);

  return formats[format].name;
}

/**
 * quo_export_format_to_media_type:
 *
 * Returns: (transfer none): the format's media type, for the clipboard
 */
const char *
quo_export_format_to_media_type (QuoExportFormat format)
{
  g_return_val_if_fail (format < G_N_ELEMENTS (formats), NULL);

  return formats[format].media_type;
}

static const QuoTheme *
theme_of (const QuoExportOptions *options)
{
  return options->theme != NULL ? options->theme
                                : quo_theme_get (QUO_THEME_LIGHT);
}

static void
paint_part (QuoScene               *scene,
            const QuoExportOptions *options,
            cairo_t                *cr,
            double                  scale,
            const QuoBox           *part)
{
  const QuoTheme *theme = theme_of (options);
  QuoColor color = quo_theme_get_rule (theme, QUO_STYLE_BACKGROUND)->wash;

  cairo_set_source_rgb (cr, color.red, color.green, color.blue);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, -part->x, -part->y);
  quo_painter_paint (scene, cr, theme, QUO_LAYERS_ALL, part);
}

/* How a PNG too large for one is cut into strips, all but the last of one size. */
typedef struct
{
  double scale;
  gint64 width;        /* of the whole, in px of the PNG */
  gint64 height;
  gint64 strip_width;
  gint64 strip_height;
  gint64 n_columns;
  gint64 n_rows;
} Strips;

static gboolean
find_strips (QuoScene                *scene,
             const QuoExportOptions  *options,
             Strips                  *ret_strips,
             GError                 **error)
{
  double scale = options->scale > 0 ? options->scale : 1;
  double width = ceil (quo_scene_get_width (scene) * scale - 1e-6);
  double height = ceil (quo_scene_get_height (scene) * scale - 1e-6);
  if (!(width >= 1 && height >= 1))
    {
      g_set_error (
        error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_SIZE,
        _ (
          "A picture of %.0f × %.0f px at %g times its size has nothing in it"),
        quo_scene_get_width (scene), quo_scene_get_height (scene), scale);
      return FALSE;
    }

  Strips strips = { .scale = scale };
  double strip_width = MIN (width, SIDE_MAX);
  double strip_height = MIN (MIN (height, SIDE_MAX),
                             floor (STRIP_PIXELS_MAX / strip_width));
  double n = ceil (width / strip_width) * ceil (height / strip_height);
  if (!(n <= STRIPS_MAX))
    {
      g_set_error (
        error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_SIZE,
        _ ("A picture of %.0f × %.0f px is too large, even in %d strips; "
           "choose a smaller scale, or SVG"),
        width, height, STRIPS_MAX);
      return FALSE;
    }
  strips.width = (gint64) width;
  strips.height = (gint64) height;
  strips.strip_width = (gint64) strip_width;
  strips.strip_height = (gint64) strip_height;
  strips.n_columns
    = (strips.width + strips.strip_width - 1) / strips.strip_width;
  strips.n_rows
    = (strips.height + strips.strip_height - 1) / strips.strip_height;
  *ret_strips = strips;
  return TRUE;
}

static GBytes *
draw_strip (QuoScene                *scene,
            const QuoExportOptions  *options,
            const Strips            *strips,
            gint64                   row,
            gint64                   column,
            GError                 **error)
{
  gint64 left = column * strips->strip_width, top = row * strips->strip_height;
  int width = (int) MIN (strips->strip_width, strips->width - left);
  int height = (int) MIN (strips->strip_height, strips->height - top);
  QuoBox part = {
    (float) (left / strips->scale), (float) (top / strips->scale),
    (float) (width / strips->scale), (float) (height / strips->scale)
  };

  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);
  paint_part (scene, options, cr, strips->scale, &part);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  g_autoptr (GByteArray) png = NULL;
  if (status == CAIRO_STATUS_SUCCESS)
    png = quo_png_encode (surface, &options->info, quo_scene_get_title (scene));
  cairo_surface_destroy (surface);
  if (png == NULL)
    {
      g_set_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_DRAW,
                   _ ("A picture of %d × %d px could not be drawn: %s"), width,
                   height,
                   cairo_status_to_string (status != CAIRO_STATUS_SUCCESS
                                             ? status
                                             : CAIRO_STATUS_NO_MEMORY));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&png));
}

static cairo_status_t
append_bytes (void                *closure,
              const unsigned char *bytes,
              unsigned int         length)
{
  g_byte_array_append (closure, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
set_pdf_information (cairo_surface_t      *surface,
                     QuoScene             *scene,
                     const QuoPictureInfo *info)
{
  g_autoptr (GString) keywords = g_string_new (NULL);
  if (info->seed != NULL)
    g_string_append_printf (keywords, "seed %s", info->seed);
  if (info->time != NULL)
    g_string_append_printf (keywords, "%stime %s",
                            keywords->len > 0 ? ", " : "", info->time);
  if (info->source != NULL)
    g_string_append_printf (keywords, "%ssource %s",
                            keywords->len > 0 ? ", " : "", info->source);

  const char *title
    = info->title != NULL ? info->title : quo_scene_get_title (scene);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR,
                                  "Quorate");
  if (info->caption != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT,
                                    info->caption);
  if (keywords->len > 0)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_KEYWORDS,
                                    keywords->str);
}

/* A picture longer than a page may be goes on over several, as a PNG does in strips. */
static GBytes *
draw_pdf (QuoScene                *scene,
          const QuoExportOptions  *options,
          GError                 **error)
{
  double width = quo_scene_get_width (scene),
         height = quo_scene_get_height (scene);
  const double side = PAGE_SIDE_MAX / POINTS_PER_PX;
  double n_pages = ceil (width / side) * ceil (height / side);
  if (!(n_pages >= 1 && n_pages <= STRIPS_MAX))
    {
      g_set_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_SIZE,
                   _ ("A picture of %.0f × %.0f px does not go on pages"),
                   width, height);
      return NULL;
    }

  g_autoptr (GByteArray) pdf = g_byte_array_new ();
  cairo_surface_t *surface
    = cairo_pdf_surface_create_for_stream (append_bytes, pdf, 1, 1);
  set_pdf_information (surface, scene, &options->info);
  for (double top = 0; top < height; top += side)
    for (double left = 0; left < width; left += side)
      {
        QuoBox part
          = { (float) left, (float) top, (float) MIN (side, width - left),
              (float) MIN (side, height - top) };
        cairo_pdf_surface_set_size (surface, part.width * POINTS_PER_PX,
                                    part.height * POINTS_PER_PX);
        cairo_t *cr = cairo_create (surface);
        paint_part (scene, options, cr, POINTS_PER_PX, &part);
        cairo_show_page (cr);
        cairo_destroy (cr);
      }
  cairo_surface_finish (surface);
  cairo_status_t status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_DRAW,
                   _ ("The PDF could not be drawn: %s"),
                   cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&pdf));
}

/**
 * quo_export_scene_to_bytes:
 *
 * Draws the whole scene. A PNG that would be too large for one file is refused: only
 * quo_export_scene_to_file() can cut it into strips.
 *
 * Returns: (transfer full): the picture, or %NULL with @error set
 */
GBytes *
quo_export_scene_to_bytes (QuoScene                *scene,
                           const QuoExportOptions  *options,
                           GError                 **error)
{
  g_return_val_if_fail (scene != NULL && options != NULL, NULL);

  if (options->format == QUO_EXPORT_SVG)
    {
      GString *out = g_string_new (NULL);
      quo_svg_write (scene, options->theme, &options->info, out);
      return g_string_free_to_bytes (out);
    }
  if (options->format == QUO_EXPORT_PDF)
    return draw_pdf (scene, options, error);

  Strips strips;
  if (!find_strips (scene, options, &strips, error))
    return NULL;
  if (strips.n_columns * strips.n_rows > 1)
    {
      g_set_error (
        error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_SIZE,
        _ ("A picture of %.0f × %.0f px is too large for one PNG; choose a "
           "smaller scale, or SVG"),
        (double) strips.width, (double) strips.height);
      return NULL;
    }
  return draw_strip (scene, options, &strips, 0, 0, error);
}

static gboolean
write_file (const char  *path,
            GBytes      *bytes,
            GError     **error)
{
  g_autoptr (GError) inner = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    g_set_error (&inner, G_FILE_ERROR, G_FILE_ERROR_ISDIR, _("it is a folder"));
  else if (g_file_set_contents (path, data, (gssize) size, &inner))
    return TRUE;
  g_set_error (error, QUO_EXPORT_ERROR, QUO_EXPORT_ERROR_WRITE,
               _("“%s” could not be written: %s"), path, inner->message);
  return FALSE;
}

static char *
strip_path (const char   *path,
            const Strips *strips,
            gint64        row,
            gint64        column)
{
  gint64 total = strips->n_rows * strips->n_columns;
  if (total == 1)
    return g_strdup (path);

  const char *dot = strrchr (path, '.');
  if (dot == NULL || strchr (dot, G_DIR_SEPARATOR) != NULL)
    dot = path + strlen (path);
  /* With as many digits in each as in the last, so that names sort. */
  int digits = total < 10 ? 1 : total < 100 ? 2 : total < 1000 ? 3 : 4;
  return g_strdup_printf ("%.*s-%0*d%s", (int) (dot - path), path, digits,
                          (int) (row * strips->n_columns + column + 1), dot);
}

/**
 * quo_export_scene_to_file:
 * @path: an existing file is replaced, at once or not at all
 *
 * Draws the whole scene into a file. A PNG that is too large for one file becomes
 * several, numbered before the extension and in the order they are read in; the caller
 * should say so.
 *
 * Returns: (transfer full): the paths of the files written, usually just @path, or
 *   %NULL with @error set; then strips written so far stay
 */
char **
quo_export_scene_to_file (QuoScene                *scene,
                          const QuoExportOptions  *options,
                          const char              *path,
                          GError                 **error)
{
  g_return_val_if_fail (scene != NULL && options != NULL && path != NULL, NULL);

  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  if (options->format != QUO_EXPORT_PNG)
    {
      g_autoptr (GBytes) bytes
        = quo_export_scene_to_bytes (scene, options, error);
      if (bytes == NULL || !write_file (path, bytes, error))
        return NULL;
      g_ptr_array_add (paths, g_strdup (path));
    }
  else
    {
      Strips strips;
      if (!find_strips (scene, options, &strips, error))
        return NULL;
      for (gint64 row = 0; row < strips.n_rows; row++)
        for (gint64 column = 0; column < strips.n_columns; column++)
          {
            g_autoptr (GBytes) bytes
              = draw_strip (scene, options, &strips, row, column, error);
            g_autofree char *name = strip_path (path, &strips, row, column);
            if (bytes == NULL || !write_file (name, bytes, error))
              return NULL;
            g_ptr_array_add (paths, g_steal_pointer (&name));
          }
    }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}
