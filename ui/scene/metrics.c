/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/metrics-private.h"
#include "scene/sprite-private.h"

#include <math.h>
#include <string.h>

/* Advances are taken at this size and scaled: without hinting they are linear. */
#define REFERENCE_SIZE 128.0

typedef struct
{
  guint hash;
  QuoFont font;
  double size;
  char *text;
  PangoLayout *layout;
  GList link;
} CachedLayout;

struct _QuoMetrics
{
  gatomicrefcount ref_count;
  PangoFontMap *font_map;
  PangoContext *context;
  char *family;
  double text_scale;
  GHashTable *layouts;  /* set of CachedLayout */
  GQueue by_use;        /* of CachedLayout, the latest first */
  float ascent[QUO_N_FONTS];    /* in sizes; 0: not asked for yet */
  float height[QUO_N_FONTS];
  float ascii[QUO_N_FONTS][128]; /* advances in sizes; 0: not asked for yet */
  GHashTable *advances[QUO_N_FONTS]; /* gunichar to float in a pointer */
  QuoSprites *sprites;  /* NULL until one is wanted */
};

static const struct
{
  double size;
  gboolean bold;
  gboolean mono;
} fonts[QUO_N_FONTS] = {
  [QUO_FONT_BODY] = { 13, FALSE, FALSE },
  [QUO_FONT_SMALL] = { 11, FALSE, FALSE },
  [QUO_FONT_STRONG] = { 13, TRUE, FALSE },
  [QUO_FONT_SMALL_STRONG] = { 11, TRUE, FALSE },
  [QUO_FONT_MONO] = { 12, FALSE, TRUE },
  [QUO_FONT_TITLE] = { 16, TRUE, FALSE },
};

gboolean
quo_font_is_bold (QuoFont font)
{
  return fonts[font].bold;
}

double
quo_font_get_size (QuoFont font)
{
  return fonts[font].size;
}

static guint
hash_layout (gconstpointer key)
{
  return ((const CachedLayout *) key)->hash;
}

static gboolean
equal_layouts (gconstpointer a,
               gconstpointer b)
{
  const CachedLayout *one = a, *other = b;
  return one->hash == other->hash && one->font == other->font
         && one->size == other->size && strcmp (one->text, other->text) == 0;
}

static void
free_layout (gpointer data)
{
  CachedLayout *cached = data;
  g_object_unref (cached->layout);
  g_free (cached->text);
  g_free (cached);
}

/**
 * quo_metrics_new:
 * @family: (nullable): font families to try in order, or %NULL for the usual ones
 *
 * Measures and lays out texts, without a display, and remembers what it did. It
 * belongs to one thread at a time: a thread that draws has its own.
 *
 * Returns: (transfer full): the metrics
 */
QuoMetrics *
quo_metrics_new (const char *family)
{
  QuoMetrics *self = g_new0 (QuoMetrics, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->family = g_strdup (family != NULL ? family : QUO_FONT_FAMILY);
  self->text_scale = 1;
  self->font_map = pango_cairo_font_map_new ();
  /* One px of text is one px of the scene. */
  pango_cairo_font_map_set_resolution (PANGO_CAIRO_FONT_MAP (self->font_map),
                                       72);
  self->context = pango_font_map_create_context (self->font_map);
  /* Hinted advances would differ by zoom and machine, and labels would jump. */
  cairo_font_options_t *options = cairo_font_options_create ();
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  pango_cairo_context_set_font_options (self->context, options);
  cairo_font_options_destroy (options);
  pango_context_set_round_glyph_positions (self->context, FALSE);
  self->layouts
    = g_hash_table_new_full (hash_layout, equal_layouts, NULL, free_layout);
  g_queue_init (&self->by_use);
  return self;
}

/**
 * quo_metrics_ref:
 *
 * Returns: (transfer full): @self
 */
QuoMetrics *
quo_metrics_ref (QuoMetrics *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * quo_metrics_unref:
 *
 * Frees the metrics when this was the last reference.
 */
void
quo_metrics_unref (QuoMetrics *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->layouts);
  for (guint i = 0; i < QUO_N_FONTS; i++)
    g_clear_pointer (&self->advances[i], g_hash_table_unref);
  g_clear_pointer (&self->sprites, quo_sprites_free);
  g_object_unref (self->context);
  g_object_unref (self->font_map);
  g_free (self->family);
  g_free (self);
}

/*< private >
 * quo_metrics_get_sprites:
 *
 * Sprites live where layouts do: both are kept from frame to frame, by one thread.
 *
 * Returns: (transfer none): the sprites
 */
QuoSprites *
quo_metrics_get_sprites (QuoMetrics *self)
{
  if (self->sprites == NULL)
    self->sprites = quo_sprites_new ();
  return self->sprites;
}

/**
 * quo_metrics_set_text_scale:
 * @scale: above 0; 1 is what it starts with
 *
 * Makes every font's own size larger or smaller, as a person has set it for the
 * whole desktop. A size that a pen names itself is left alone.
 */
void
quo_metrics_set_text_scale (QuoMetrics *self,
                            double      scale)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (scale > 0);

  self->text_scale = scale;
}

/**
 * quo_metrics_get_size:
 *
 * Returns: the font's own size in px
 */
double
quo_metrics_get_size (QuoMetrics *self,
                      QuoFont     font)
{
  g_return_val_if_fail (self != NULL && font < QUO_N_FONTS, 0);

  return fonts[font].size * self->text_scale;
}

static double
effective_size (QuoMetrics *self,
                QuoFont     font,
                double      size)
{
  return size > 0 ? size : quo_metrics_get_size (self, font);
}

static PangoFontDescription *
describe_font (QuoMetrics *self,
               QuoFont     font,
               double      size)
{
  PangoFontDescription *description = pango_font_description_new ();
  pango_font_description_set_family (description,
                                     fonts[font].mono ? QUO_FONT_FAMILY_MONO
                                                      : self->family);
  pango_font_description_set_absolute_size (description, size * PANGO_SCALE);
  if (fonts[font].bold)
    pango_font_description_set_weight (description, PANGO_WEIGHT_BOLD);
  return description;
}

static PangoLayout *
make_layout (QuoMetrics *self,
             QuoFont     font,
             double      size,
             const char *text)
{
  PangoLayout *layout = pango_layout_new (self->context);
  PangoFontDescription *description = describe_font (self, font, size);
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  g_autofree char *valid = NULL;
  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

/*< private >
 * quo_metrics_get_layout:
 *
 * Returns: (transfer none): the text laid out; valid until the next call
 */
PangoLayout *
quo_metrics_get_layout (QuoMetrics *self,
                        QuoFont     font,
                        double      size,
                        const char *text)
{
  /* A smooth zoom would otherwise fill the cache with sizes no eye can tell apart. */
  size = MAX (round (effective_size (self, font, size) * 4) / 4, 0.25);
  CachedLayout key = {
    .hash
    = g_str_hash (text) ^ ((guint) font << 24) ^ ((guint) (size * 4) << 8),
    .font = font,
    .size = size,
    .text = (char *) text,
  };
  CachedLayout *cached = g_hash_table_lookup (self->layouts, &key);
  if (cached != NULL)
    {
      g_queue_unlink (&self->by_use, &cached->link);
      g_queue_push_head_link (&self->by_use, &cached->link);
      return cached->layout;
    }

  if (self->by_use.length >= QUO_LAYOUTS_MAX)
    {
      GList *oldest = g_queue_pop_tail_link (&self->by_use);
      g_hash_table_remove (self->layouts, oldest->data);
    }
  cached = g_new0 (CachedLayout, 1);
  *cached = key;
  cached->text = g_strdup (text);
  cached->layout = make_layout (self, font, size, text);
  cached->link.data = cached;
  g_hash_table_add (self->layouts, cached);
  g_queue_push_head_link (&self->by_use, &cached->link);
  return cached->layout;
}

/*< private >
 * quo_metrics_get_n_layouts:
 *
 * Returns: how many layouts are kept
 */
guint
quo_metrics_get_n_layouts (QuoMetrics *self)
{
  return self->by_use.length;
}

static void
measure_font (QuoMetrics *self,
              QuoFont     font)
{
  if (self->height[font] > 0)
    return;

  /* What the fonts that are found say of a plain line, so that every line of a
   * diagram is as high as every other, whatever stands in it. */
  g_autoptr (PangoLayout) layout
    = make_layout (self, font, REFERENCE_SIZE, "Ag");
  PangoRectangle logical;
  pango_layout_get_extents (layout, NULL, &logical);
  double baseline = pango_layout_get_baseline (layout);
  self->ascent[font] = (float) (baseline / PANGO_SCALE / REFERENCE_SIZE);
  self->height[font]
    = (float) (logical.height / (double) PANGO_SCALE / REFERENCE_SIZE);
}

/**
 * quo_metrics_get_ascent:
 * @size: in px; 0 for the font's own
 *
 * Returns: from the top of a line to its baseline in px
 */
double
quo_metrics_get_ascent (QuoMetrics *self,
                        QuoFont     font,
                        double      size)
{
  g_return_val_if_fail (self != NULL && font < QUO_N_FONTS, 0);

  measure_font (self, font);
  return self->ascent[font] * effective_size (self, font, size);
}

/**
 * quo_metrics_get_height:
 * @size: in px; 0 for the font's own
 *
 * Returns: the height of a line in px
 */
double
quo_metrics_get_height (QuoMetrics *self,
                        QuoFont     font,
                        double      size)
{
  g_return_val_if_fail (self != NULL && font < QUO_N_FONTS, 0);

  measure_font (self, font);
  return self->height[font] * effective_size (self, font, size);
}

/* Characters that stand beside each other unchanged, so that a text's width is the
 * sum of its characters', kerning aside: Latin, Greek, Cyrillic, punctuation, arrows,
 * mathematical and box signs. */
static gboolean
is_simple (gunichar c)
{
  if (c < 0x300)
    return c >= 0x20 && c != 0x7f && c != 0xad;
  return (c >= 0x370 && c < 0x483) || (c >= 0x48a && c < 0x530)
         || (c >= 0x2010 && c < 0x2028) || (c >= 0x2030 && c < 0x2060)
         || (c >= 0x2070 && c < 0x20d0) || (c >= 0x2100 && c < 0x27c0);
}

static float
measure_character (QuoMetrics *self,
                   QuoFont     font,
                   gunichar    c)
{
  char text[7] = { 0 };
  g_unichar_to_utf8 (c, text);
  g_autoptr (PangoLayout) layout
    = make_layout (self, font, REFERENCE_SIZE, text);
  PangoRectangle logical;
  pango_layout_get_extents (layout, NULL, &logical);
  return (float) (logical.width / (double) PANGO_SCALE / REFERENCE_SIZE);
}

static float
advance_of (QuoMetrics *self,
            QuoFont     font,
            gunichar    c)
{
  if (c < 128)
    {
      if (self->ascii[font][c] == 0)
        self->ascii[font][c] = measure_character (self, font, c);
      return self->ascii[font][c];
    }

  if (self->advances[font] == NULL)
    self->advances[font] = g_hash_table_new (NULL, NULL);
  gpointer found;
  float advance;
  if (g_hash_table_lookup_extended (self->advances[font], GUINT_TO_POINTER (c),
                                    NULL, &found))
    {
      guint bits = GPOINTER_TO_UINT (found);
      memcpy (&advance, &bits, sizeof advance);
      return advance;
    }
  advance = measure_character (self, font, c);
  guint bits;
  memcpy (&bits, &advance, sizeof bits);
  g_hash_table_insert (self->advances[font], GUINT_TO_POINTER (c),
                       GUINT_TO_POINTER (bits));
  return advance;
}

/**
 * quo_metrics_get_width:
 * @size: in px; 0 for the font's own
 * @text: one line of UTF-8
 *
 * Returns: the width in px. In scripts whose letters do not join it is the sum of the
 *   letters' widths, which is quick and at most a pixel or two off for kerning; others
 *   are laid out.
 */
double
quo_metrics_get_width (QuoMetrics *self,
                       QuoFont     font,
                       double      size,
                       const char *text)
{
  g_return_val_if_fail (self != NULL && font < QUO_N_FONTS && text != NULL, 0);

  size = effective_size (self, font, size);
  double sum = 0;
  for (const char *c = text; *c != '\0';)
    {
      /* Bytes that are no UTF-8 count as not simple: they are replaced when laid out. */
      gunichar character = (guchar) *c;
      if (character >= 128)
        character = g_utf8_get_char_validated (c, -1);
      if (!is_simple (character))
        {
          PangoRectangle logical;
          PangoLayout *layout = quo_metrics_get_layout (self, font, size, text);
          pango_layout_get_extents (layout, NULL, &logical);
          return logical.width / (double) PANGO_SCALE;
        }
      c = g_utf8_next_char (c);
      sum += advance_of (self, font, character);
    }
  return sum * size;
}

/**
 * quo_metrics_fit:
 * @size: in px; 0 for the font's own
 * @width: in px
 *
 * Shortens a text that is too wide and ends it with an ellipsis.
 *
 * Returns: (transfer full): as much of @text as fits, the empty string when not even
 *   one character and the ellipsis do
 */
char *
quo_metrics_fit (QuoMetrics *self,
                 QuoFont     font,
                 double      size,
                 const char *text,
                 double      width)
{
  g_return_val_if_fail (self != NULL && font < QUO_N_FONTS && text != NULL,
                        NULL);

  if (quo_metrics_get_width (self, font, size, text) <= width)
    return g_strdup (text);

  double room = width - quo_metrics_get_width (self, font, size, "…");
  glong low = 0, high = g_utf8_strlen (text, -1);
  while (low < high)
    {
      glong middle = (low + high + 1) / 2;
      g_autofree char *start = g_utf8_substring (text, 0, middle);
      if (quo_metrics_get_width (self, font, size, start) <= room)
        low = middle;
      else
        high = middle - 1;
    }
  if (low == 0)
    return g_strdup ("");
  g_autofree char *start = g_utf8_substring (text, 0, low);
  return g_strconcat (g_strchomp (start), "…", NULL);
}
