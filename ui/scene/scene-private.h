/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scene/scene.h"

G_BEGIN_DECLS

/* Where a primitive's numbers stand among its points:
 *
 *   line, polyline, polygon, curve   the points themselves
 *   rectangle                        (x, y) (width, height) (radius, 0)
 *   ellipse                          (center x, y) (radius x, y)
 *   arc                              (center x, y) (radius, start) (end, 0)
 *   mark                             (x, y) (size, turns)
 *   text                             (x, baseline)
 */
typedef struct
{
  guint64 id;
  float left, top, right, bottom; /* right is NaN until a text is measured */
  float width;
  float size;
  float opacity;
  guint32 first_point;
  guint32 n_points;
  guint32 text;    /* offsets into the strings; 0: none */
  guint32 title;
  guint32 group;   /* 1-based; 0: none */
  guint32 clip;    /* 1-based; 0: none */
  guint8 primitive;
  guint8 style;
  guint8 tint;
  guint8 paint;
  guint8 dash;
  guint8 head;
  guint8 tail;
  guint8 font;
  guint8 align;
  guint8 plate;
  guint8 layer;
  guint8 mark;
} QuoItem;

typedef struct
{
  guint64 id;
  guint32 parent;  /* 1-based; 0: none */
  guint32 title;
  guint32 depth;   /* 1 for a group in no other */
  guint32 style;
} QuoGroup;

struct _QuoScene
{
  gatomicrefcount ref_count;
  QuoMetrics *metrics;
  GArray *items;   /* of QuoItem */
  GArray *points;  /* of QuoPoint */
  GArray *groups;  /* of QuoGroup */
  GArray *clips;   /* of QuoBox, each already cut by those around it */
  GArray *clip_stack; /* of guint32 */
  GString *strings;
  guint32 title;
  guint32 group;
  guint32 clip;
  QuoLayer layer;
  double width;
  double height;
};

#define quo_scene_item(scene, index) \
  (&g_array_index ((scene)->items, QuoItem, (index)))
#define quo_scene_points(scene, item) \
  (&g_array_index ((scene)->points, QuoPoint, (item)->first_point))
#define quo_scene_group(scene, number) \
  (&g_array_index ((scene)->groups, QuoGroup, (number) - 1))
#define quo_scene_clip(scene, number) \
  (&g_array_index ((scene)->clips, QuoBox, (number) - 1))
#define quo_scene_string(scene, offset) ((scene)->strings->str + (offset))

#define QUO_NUMBER_SIZE 24

/* How far a head reaches back along a line of this width, in px: in proportion, but
 * less so for wide lines, whose heads would be clumsy. */
static inline double
quo_head_reach (double width)
{
  return MIN (5.5 + 2 * width, 9 + MAX (2 * width - 3.5, 0));
}

void   quo_scene_measure  (QuoScene   *self,
                           QuoItem    *item);
guint  quo_number_format  (char       *buffer,
                           double      number);

G_END_DECLS
