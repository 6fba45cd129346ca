/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "scene/geometry-private.h"
#include "scene/svg.h"

G_BEGIN_DECLS

/* All that decides how an element looks; elements that look alike share a class. */
typedef struct
{
  float width;   /* of the stroke; 0 without */
  float size;    /* of the font; 0 for no text */
  guint8 style;
  guint8 tint;
  guint8 inside;
  guint8 dash;
  guint8 font;
  guint8 align;
  guint8 is_head; /* filled with the ink, and without a stroke */
  guint8 plate;
} QuoLook;

typedef struct
{
  QuoScene *scene;
  const QuoTheme *theme;  /* NULL: light, and dark where that is preferred */
  GString *out;
  GArray *looks;          /* of QuoLook */
  GHashTable *numbers;    /* QuoLook to its place among @looks */
  GOutputStream *stream;
  GCancellable *cancellable;
  GError **error;
  gboolean has_failed;
} QuoSvg;

/* g_string_append_len() less its checks, which took a third of the time. */
static inline void
put_bytes (QuoSvg     *self,
           const char *bytes,
           gsize       length)
{
  GString *out = self->out;
  gsize old = out->len;
  if (G_UNLIKELY (old + length >= out->allocated_len))
    g_string_set_size (out, old + length);
  memcpy (out->str + old, bytes, length);
  out->len = old + length;
  out->str[out->len] = '\0';
}

static inline void
put (QuoSvg     *self,
     const char *string)
{
  put_bytes (self, string, strlen (string));
}

static inline void
put_character (QuoSvg *self,
               char    character)
{
  put_bytes (self, &character, 1);
}

static inline void
put_number (QuoSvg *self,
            double  number)
{
  char buffer[QUO_NUMBER_SIZE];
  guint length = quo_number_format (buffer, number);
  put_bytes (self, buffer, length);
}

static inline void
put_integer (QuoSvg  *self,
             guint64  number)
{
  char buffer[24];
  guint at = sizeof buffer;
  do
    buffer[--at] = (char) ('0' + number % 10);
  while ((number /= 10) != 0);
  put_bytes (self, buffer + at, sizeof buffer - at);
}

void    quo_svg_init_looks   (QuoSvg        *self);
guint   quo_svg_number_look  (QuoSvg        *self,
                              const QuoLook *look);
QuoLook quo_svg_look_of      (QuoSvg        *self,
                              const QuoItem *item);
QuoLook quo_svg_look_of_head (const QuoItem *item);
void    quo_svg_put_style    (QuoSvg        *self);

G_END_DECLS
