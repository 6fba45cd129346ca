/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>

#include "scene/metrics.h"

G_BEGIN_DECLS

/* Beyond it all sprites go: a zoom that has settled needs few. */
#define QUO_SPRITES_MAX 1024

/* A circle in device px. */
typedef struct
{
  guint16 radius;  /* in 1/16 px */
  guint16 width;   /* of the outline in 1/16 px; 0: none */
  guint8 shift_x;  /* of the center against whole px, in 1/4 px */
  guint8 shift_y;
  guint16 unused;
  guint32 fill;    /* 0xAARRGGBB */
  guint32 stroke;
} QuoSprite;

typedef struct _QuoSprites QuoSprites;

QuoSprites      *quo_sprites_new        (void);
void             quo_sprites_free       (QuoSprites      *self);
cairo_surface_t *quo_sprites_get        (QuoSprites      *self,
                                         const QuoSprite *sprite,
                                         int             *ret_center);
guint            quo_sprites_get_n      (QuoSprites      *self);
QuoSprites      *quo_metrics_get_sprites (QuoMetrics     *metrics);

G_END_DECLS
