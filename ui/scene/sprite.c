/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/sprite-private.h"

#include <math.h>
#include <string.h>

struct _QuoSprites
{
  GHashTable *surfaces; /* QuoSprite to cairo_surface_t */
};

static guint
hash_sprite (gconstpointer key)
{
  guint64 words[2];
  G_STATIC_ASSERT (sizeof (QuoSprite) == sizeof words);
  memcpy (words, key, sizeof words);
  return (guint) (((words[0] ^ words[1] * 0x9e3779b97f4a7c15u)
                   * 0xff51afd7ed558ccdu) >> 32);
}

static gboolean
equal_sprites (gconstpointer a,
               gconstpointer b)
{
  return memcmp (a, b, sizeof (QuoSprite)) == 0;
}

/*< private >
 * quo_sprites_new:
 *
 * Keeps pictures of circles: to copy one is some twenty times quicker than to draw it.
 *
 * Returns: (transfer full): no sprites
 */
QuoSprites *
quo_sprites_new (void)
{
  QuoSprites *self = g_new0 (QuoSprites, 1);
  self->surfaces
    = g_hash_table_new_full (hash_sprite, equal_sprites, g_free,
                             (GDestroyNotify) cairo_surface_destroy);
  return self;
}

/*< private >
 * quo_sprites_free:
 *
 * Frees all sprites.
 */
void
quo_sprites_free (QuoSprites *self)
{
  g_hash_table_unref (self->surfaces);
  g_free (self);
}

/*< private >
 * quo_sprites_get_n:
 *
 * Returns: how many sprites there are
 */
guint
quo_sprites_get_n (QuoSprites *self)
{
  return g_hash_table_size (self->surfaces);
}

static void
set_color (cairo_t *cr,
           guint32  color)
{
  cairo_set_source_rgba (cr, (color >> 16 & 255) / 255.0,
                         (color >> 8 & 255) / 255.0, (color & 255) / 255.0,
                         (color >> 24) / 255.0);
}

static cairo_surface_t *
draw_sprite (const QuoSprite *sprite,
             int              center)
{
  double x = center + sprite->shift_x / 4.0, y = center + sprite->shift_y / 4.0;
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 2 * center + 1,
                                  2 * center + 1);
  cairo_t *cr = cairo_create (surface);
  cairo_arc (cr, x, y, sprite->radius / 16.0, 0, 2 * G_PI);
  cairo_close_path (cr);
  set_color (cr, sprite->fill);
  cairo_fill_preserve (cr);
  cairo_set_line_width (cr, sprite->width / 16.0);
  set_color (cr, sprite->stroke);
  if (sprite->width > 0)
    cairo_stroke (cr);
  cairo_destroy (cr);
  return surface;
}

/*< private >
 * quo_sprites_get:
 * @ret_center: (out): the px on which the center falls, to the right and down
 *
 * Returns: (transfer none): the circle's picture; valid until the next call
 */
cairo_surface_t *
quo_sprites_get (QuoSprites      *self,
                 const QuoSprite *sprite,
                 int             *ret_center)
{
  *ret_center = (int) ceil (sprite->radius / 16.0 + sprite->width / 32.0) + 2;
  cairo_surface_t *surface = g_hash_table_lookup (self->surfaces, sprite);
  if (surface != NULL)
    return surface;

  if (g_hash_table_size (self->surfaces) >= QUO_SPRITES_MAX)
    g_hash_table_remove_all (self->surfaces);
  surface = draw_sprite (sprite, *ret_center);
  g_hash_table_insert (self->surfaces, g_memdup2 (sprite, sizeof *sprite),
                       surface);
  return surface;
}
