/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scene/metrics.h"
#include "scene/style.h"

G_BEGIN_DECLS

typedef enum
{
  QUO_PRIMITIVE_LINE,
  QUO_PRIMITIVE_POLYLINE,
  QUO_PRIMITIVE_POLYGON,
  QUO_PRIMITIVE_CURVE,
  QUO_PRIMITIVE_RECTANGLE,
  QUO_PRIMITIVE_ELLIPSE,
  QUO_PRIMITIVE_ARC,
  QUO_PRIMITIVE_MARK,
  QUO_PRIMITIVE_TEXT
} QuoPrimitive;

typedef struct
{
  float x;
  float y;
} QuoPoint;

typedef struct
{
  float x;
  float y;
  float width;
  float height;
} QuoBox;

/* How a primitive is drawn and what it stands for. All zero is a good default, so
 * that a caller names only what it means: QUO_PEN (.style = QUO_STYLE_LINK). */
typedef struct
{
  QuoStyle style;
  guint tint;          /* 0: the style's own colour */
  QuoPaint paint;
  QuoDash dash;
  QuoHead head;        /* at the last point of a line, polyline or curve */
  QuoHead tail;        /* at its first point */
  QuoFont font;
  QuoAlign align;
  gboolean plate;      /* text only: hide what lies behind it */
  float size;          /* font size in px; 0: the font's own */
  float width;         /* stroke width in px; 0: the style's own */
  float opacity;       /* 0 counts as 1: what cannot be seen is not added */
  guint64 id;          /* trace element; 0: that of the group around it */
  const char *title;   /* copied; what it says when pointed at or read out */
} QuoPen;

#define QUO_PEN(...) (&(const QuoPen) { __VA_ARGS__ })

typedef struct _QuoScene QuoScene;

QuoScene    *quo_scene_new           (QuoMetrics      *metrics);
QuoScene    *quo_scene_ref           (QuoScene        *self);
void         quo_scene_unref         (QuoScene        *self);
void         quo_scene_clear         (QuoScene        *self);

QuoMetrics  *quo_scene_get_metrics   (QuoScene        *self);
void         quo_scene_set_size      (QuoScene        *self,
                                      double           width,
                                      double           height);
double       quo_scene_get_width     (QuoScene        *self);
double       quo_scene_get_height    (QuoScene        *self);
void         quo_scene_set_title     (QuoScene        *self,
                                      const char      *title);
const char  *quo_scene_get_title     (QuoScene        *self);

/* State that what is added next takes */
void         quo_scene_set_layer     (QuoScene        *self,
                                      QuoLayer         layer);
void         quo_scene_push_clip     (QuoScene        *self,
                                      double           x,
                                      double           y,
                                      double           width,
                                      double           height);
void         quo_scene_pop_clip      (QuoScene        *self);
void         quo_scene_begin_group   (QuoScene        *self,
                                      QuoStyle         style,
                                      guint64          id,
                                      const char      *title);
void         quo_scene_end_group     (QuoScene        *self);

/* Primitives; each returns its index */
guint        quo_scene_add_line      (QuoScene        *self,
                                      const QuoPen    *pen,
                                      double           x1,
                                      double           y1,
                                      double           x2,
                                      double           y2);
guint        quo_scene_add_polyline  (QuoScene        *self,
                                      const QuoPen    *pen,
                                      const QuoPoint  *points,
                                      guint            n_points);
guint        quo_scene_add_polygon   (QuoScene        *self,
                                      const QuoPen    *pen,
                                      const QuoPoint  *points,
                                      guint            n_points);
guint        quo_scene_add_curve     (QuoScene        *self,
                                      const QuoPen    *pen,
                                      const QuoPoint   points[4]);
guint        quo_scene_add_rectangle (QuoScene        *self,
                                      const QuoPen    *pen,
                                      double           x,
                                      double           y,
                                      double           width,
                                      double           height,
                                      double           radius);
guint        quo_scene_add_ellipse   (QuoScene        *self,
                                      const QuoPen    *pen,
                                      double           center_x,
                                      double           center_y,
                                      double           radius_x,
                                      double           radius_y);
guint        quo_scene_add_arc       (QuoScene        *self,
                                      const QuoPen    *pen,
                                      double           center_x,
                                      double           center_y,
                                      double           radius,
                                      double           start_turns,
                                      double           end_turns);
guint        quo_scene_add_mark      (QuoScene        *self,
                                      const QuoPen    *pen,
                                      QuoMark          mark,
                                      double           x,
                                      double           y,
                                      double           size,
                                      double           turns);
guint        quo_scene_add_text      (QuoScene        *self,
                                      const QuoPen    *pen,
                                      double           x,
                                      double           y,
                                      const char      *text);
guint        quo_scene_add_printf    (QuoScene        *self,
                                      const QuoPen    *pen,
                                      double           x,
                                      double           y,
                                      const char      *format,
                                      ...) G_GNUC_PRINTF (5, 6);

/* Reading */
guint        quo_scene_get_n_items   (QuoScene        *self);
QuoPrimitive quo_scene_get_primitive (QuoScene        *self,
                                      guint            index);
QuoStyle     quo_scene_get_style     (QuoScene        *self,
                                      guint            index);
QuoLayer     quo_scene_get_layer     (QuoScene        *self,
                                      guint            index);
guint64      quo_scene_get_id        (QuoScene        *self,
                                      guint            index);
const char  *quo_scene_get_text      (QuoScene        *self,
                                      guint            index);
const char  *quo_scene_get_label     (QuoScene        *self,
                                      guint            index);
QuoBox       quo_scene_get_bounds    (QuoScene        *self,
                                      guint            index);
gboolean     quo_scene_find_by_id    (QuoScene        *self,
                                      guint64          id,
                                      guint           *ret_index);
gboolean     quo_scene_get_id_bounds (QuoScene        *self,
                                      guint64          id,
                                      QuoBox          *ret_bounds);
const char  *quo_scene_get_id_label  (QuoScene        *self,
                                      guint64          id);
gboolean     quo_scene_hit           (QuoScene        *self,
                                      double           x,
                                      double           y,
                                      double           tolerance,
                                      guint64         *ret_id);
char        *quo_scene_to_text       (QuoScene        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoScene, quo_scene_unref)

G_END_DECLS
