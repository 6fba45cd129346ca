/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/metrics-private.h"
#include "scene/svg-private.h"

static guint
hash_look (gconstpointer key)
{
  guint64 words[2];
  G_STATIC_ASSERT (sizeof (QuoLook) == sizeof words);
  memcpy (words, key, sizeof words);
  guint64 mixed
    = (words[0] ^ words[1] * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
  return (guint) (mixed >> 32);
}

static gboolean
equal_looks (gconstpointer a,
             gconstpointer b)
{
  return memcmp (a, b, sizeof (QuoLook)) == 0;
}

/*< private >
 * quo_svg_init_looks:
 *
 * Starts without any look; the caller frees both lists.
 */
void
quo_svg_init_looks (QuoSvg *self)
{
  self->looks = g_array_new (FALSE, FALSE, sizeof (QuoLook));
  self->numbers = g_hash_table_new_full (hash_look, equal_looks, g_free, NULL);
}

/*< private >
 * quo_svg_number_look:
 *
 * Returns: the number of the class for this look, a new one when it is new
 */
guint
quo_svg_number_look (QuoSvg     *self,
                     const QuoLook *look)
{
  guint n = self->looks->len;
  if (n > 0 && equal_looks (look, &g_array_index (self->looks, QuoLook, n - 1)))
    return n - 1;

  gpointer found;
  if (g_hash_table_lookup_extended (self->numbers, look, NULL, &found))
    return GPOINTER_TO_UINT (found);
  g_array_append_val (self->looks, *look);
  g_hash_table_insert (self->numbers, g_memdup2 (look, sizeof *look),
                       GUINT_TO_POINTER (n));
  return n;
}

/*< private >
 * quo_svg_look_of:
 *
 * Returns: how the item looks, heads aside
 */
QuoLook
quo_svg_look_of (QuoSvg        *self,
                 const QuoItem *item)
{
  const QuoTheme *theme = self->theme != NULL ? self->theme
                                              : quo_theme_get (QUO_THEME_LIGHT);
  QuoLook look = { .style = item->style, .tint = item->tint };
  if (item->primitive == QUO_PRIMITIVE_TEXT)
    {
      look.font = item->font;
      look.align = item->align;
      look.plate = item->plate;
      look.size
        = item->size > 0
            ? item->size
            : (float) quo_metrics_get_size (self->scene->metrics, item->font);
      return look;
    }

  QuoCover cover = quo_item_cover (item);
  const QuoStyleRule *rule = quo_theme_get_rule (theme, item->style);
  look.inside = cover.inside;
  if (cover.is_stroked)
    {
      look.width = item->width > 0 ? item->width : rule->width;
      look.dash = item->dash != QUO_DASH_DEFAULT ? item->dash : rule->dash;
    }
  return look;
}

/*< private >
 * quo_svg_look_of_head:
 *
 * Returns: how a filled head of the item looks
 */
QuoLook
quo_svg_look_of_head (const QuoItem *item)
{
  QuoLook look = { .style = item->style, .tint = item->tint, .is_head = TRUE };
  return look;
}

static void
put_color (QuoSvg     *self,
           const char *property,
           QuoColor    color)
{
  g_string_append_printf (self->out, "%s:#%02x%02x%02x;", property,
                          (guint) (color.red * 255 + 0.5f),
                          (guint) (color.green * 255 + 0.5f),
                          (guint) (color.blue * 255 + 0.5f));
  if (color.alpha < 1)
    {
      put (self, property);
      put (self, "-opacity:");
      put_number (self, color.alpha);
      put_character (self, ';');
    }
}

static void
put_look_colors (QuoSvg         *self,
                 const QuoLook  *look,
                 const QuoTheme *theme)
{
  const QuoStyleRule *rule = quo_theme_get_rule (theme, look->style);
  QuoColor ink = quo_theme_get_ink (theme, look->style, look->tint);
  if (look->size > 0)
    {
      put_color (self, "fill",
                 quo_theme_get_text (theme, look->style, look->tint));
      if (look->plate)
        put_color (self, "stroke",
                   quo_theme_get_rule (theme, QUO_STYLE_BACKGROUND)->wash);
      return;
    }
  if (look->is_head || look->inside == QUO_INSIDE_INK)
    put_color (self, "fill", ink);
  else if (look->inside == QUO_INSIDE_WASH)
    put_color (self, "fill", rule->wash);
  else if (look->inside == QUO_INSIDE_SOFT)
    put_color (self, "fill",
               quo_theme_get_soft (theme, look->style, look->tint));
  if (look->width > 0)
    put_color (self, "stroke", ink);
}

static void
put_look_shape (QuoSvg     *self,
                const QuoLook *look)
{
  if (look->size > 0)
    {
      put (self, "font-size:");
      put_number (self, look->size);
      put (self, "px;");
      if (quo_font_is_bold (look->font))
        put (self, "font-weight:bold;");
      if (look->font == QUO_FONT_MONO)
        put (self, "font-family:" QUO_FONT_FAMILY_MONO ";");
      if (look->align == QUO_ALIGN_MIDDLE)
        put (self, "text-anchor:middle;");
      else if (look->align == QUO_ALIGN_END)
        put (self, "text-anchor:end;");
      if (look->plate)
        put (self, "paint-order:stroke;stroke-width:4;");
      return;
    }
  if (look->inside == QUO_INSIDE_NONE && !look->is_head)
    put (self, "fill:none;");
  if (look->width > 0)
    {
      double lengths[2];
      put (self, "stroke-width:");
      put_number (self, look->width);
      put_character (self, ';');
      if (quo_dash_lengths (look->dash, look->width, lengths))
        {
          put (self, "stroke-dasharray:");
          put_number (self, lengths[0]);
          put_character (self, ' ');
          put_number (self, lengths[1]);
          put_character (self, ';');
        }
    }
}

static void
put_rules (QuoSvg         *self,
           const QuoTheme *theme,
           gboolean        colors_only)
{
  for (guint i = 0; i < self->looks->len; i++)
    {
      const QuoLook *look = &g_array_index (self->looks, QuoLook, i);
      put (self, ".a");
      put_integer (self, i);
      put_character (self, '{');
      put_look_colors (self, look, theme);
      if (!colors_only)
        put_look_shape (self, look);
      put (self, "}\n");
    }
}

/*< private >
 * quo_svg_put_style:
 *
 * Writes the style sheet of all looks that were numbered.
 */
void
quo_svg_put_style (QuoSvg *self)
{
  put (self, "<style>\ntext{font-family:" QUO_FONT_FAMILY ";white-space:pre;"
             "stroke-linejoin:round}\npath,polyline{stroke-linejoin:round}\n");
  if (self->theme != NULL)
    put_rules (self, self->theme, FALSE);
  else
    {
      put (self, "svg{color-scheme:light dark}\n");
      put_rules (self, quo_theme_get (QUO_THEME_LIGHT), FALSE);
      put (self, "@media (prefers-color-scheme:dark){\n");
      put_rules (self, quo_theme_get (QUO_THEME_DARK), TRUE);
      put (self, "}\n");
    }
  put (self, "</style>\n");
}

