/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export/png-private.h"

#include <string.h>

/* The signature and the header chunk, which has to be first. */
#define HEADER_SIZE (8 + 12 + 13)

static cairo_status_t
append_bytes (void                *closure,
              const unsigned char *bytes,
              unsigned int         length)
{
  g_byte_array_append (closure, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Source: PNG specification, third edition, annex D */
static guint32
crc_of (const guint8 *bytes,
        gsize         length)
{
  guint32 crc = 0xffffffffu;
  for (gsize i = 0; i < length; i++)
    {
      crc ^= bytes[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
  return ~crc;
}

static void
append_number (GByteArray *array,
               guint32     number)
{
  guint32 big_endian = GUINT32_TO_BE (number);
  g_byte_array_append (array, (const guint8 *) &big_endian, sizeof big_endian);
}

static void
insert_bytes (GByteArray       *array,
              guint             at,
              const GByteArray *bytes)
{
  guint tail = array->len - at;
  g_byte_array_set_size (array, array->len + bytes->len);
  memmove (array->data + at + bytes->len, array->data + at, tail);
  memcpy (array->data + at, bytes->data, bytes->len);
}

/*< private >
 * quo_png_add_text:
 * @png: a whole PNG file
 * @keyword: Latin letters, 79 at the most
 * @text: UTF-8
 *
 * Adds a text chunk right after the header: tEXt for plain ASCII, which every reader
 * knows, else iTXt, the only one that can hold other scripts.
 *
 * Returns: whether @png is a PNG
 */
gboolean
quo_png_add_text (GByteArray *png,
                  const char *keyword,
                  const char *text)
{
  if (png->len < HEADER_SIZE || memcmp (png->data + 12, "IHDR", 4) != 0)
    return FALSE;

  gboolean is_plain = g_str_is_ascii (text);
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_byte_array_append (body, (const guint8 *) (is_plain ? "tEXt" : "iTXt"), 4);
  g_byte_array_append (body, (const guint8 *) keyword,
                       (guint) strlen (keyword) + 1);
  if (!is_plain)
    /* Not compressed, no language, keyword not translated */
    g_byte_array_append (body, (const guint8 *) "\0\0\0\0", 4);
  g_byte_array_append (body, (const guint8 *) text, (guint) strlen (text));

  g_autoptr (GByteArray) chunk = g_byte_array_new ();
  append_number (chunk, body->len - 4);
  g_byte_array_append (chunk, body->data, body->len);
  append_number (chunk, crc_of (body->data, body->len));
  insert_bytes (png, HEADER_SIZE, chunk);
  return TRUE;
}

/*< private >
 * quo_png_encode:
 * @title: what the picture shows
 *
 * Returns: (transfer full) (nullable): the surface as a PNG file with @info in it, or
 *   %NULL when cairo fails
 */
GByteArray *
quo_png_encode (cairo_surface_t      *surface,
                const QuoPictureInfo *info,
                const char           *title)
{
  g_autoptr (GByteArray) png = g_byte_array_new ();
  if (cairo_surface_write_to_png_stream (surface, append_bytes, png)
      != CAIRO_STATUS_SUCCESS)
    return NULL;

  /* Each goes before the ones already there: the last is read first. */
  const struct { const char *keyword; const char *text;
  } texts[] = {
    { "Software", "Quorate" },
    { "Simulated time", info->time },
    { "Seed", info->seed },
    { "Source", info->source },
    { "Description", info->caption },
    { "Title", info->title != NULL ? info->title : title },
  };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].text != NULL && *texts[i].text != '\0')
      quo_png_add_text (png, texts[i].keyword, texts[i].text);
  return g_steal_pointer (&png);
}
