/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scene/scene-private.h"

G_BEGIN_DECLS

#define QUO_OUTLINE_MAX 8

/* A small shape of straight lines, or a circle, for painter and SVG writer alike. */
typedef struct
{
  QuoPoint points[QUO_OUTLINE_MAX];
  guint n_points;
  guint strokes[3];    /* points in each open stroke; 0 ends */
  float radius;        /* above 0: a circle around the first point */
  gboolean is_closed;  /* one closed shape; else open strokes */
  gboolean is_filled;
  float setback;       /* how much shorter the line before a head has to be */
} QuoOutline;

typedef enum
{
  QUO_INSIDE_NONE,
  QUO_INSIDE_INK,
  QUO_INSIDE_WASH,
  QUO_INSIDE_SOFT
} QuoInside;

/* What of an item is painted, its paint mode and primitive taken together. */
typedef struct
{
  QuoInside inside;
  gboolean is_stroked;
} QuoCover;

QuoOutline quo_outline_head  (QuoHead        head,
                              QuoPoint       tip,
                              QuoPoint       from,
                              double         width);
QuoOutline quo_outline_mark  (const QuoItem *item,
                              const QuoPoint points[2]);
QuoPoint   quo_point_towards (QuoPoint       from,
                              QuoPoint       to,
                              double         distance);
gboolean   quo_dash_lengths  (QuoDash        dash,
                              double         width,
                              double         lengths[2]);
QuoCover   quo_item_cover    (const QuoItem *item);

G_END_DECLS
