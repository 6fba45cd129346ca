/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sample.h"

/* A picture with every primitive, head, mark, paint and dash in it. */
QuoScene *
sample_scene_new (void)
{
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  QuoScene *scene = quo_scene_new (metrics);
  quo_scene_set_size (scene, 600, 300);
  quo_scene_set_title (scene, "Everything <there> is & \"more\"");

  quo_scene_begin_group (scene, QUO_STYLE_NODE, 1, "node A, leader");
  quo_scene_add_ellipse (scene, QUO_PEN (.style = QUO_STYLE_NODE, .tint = 1),
                         60, 60, 30, 30);
  quo_scene_add_arc (scene, QUO_PEN (.style = QUO_STYLE_NODE_RING, .tint = 1),
                     60, 60, 32, 0, 0.6);
  quo_scene_begin_group (scene, QUO_STYLE_TEXT, 0, "its name");
  quo_scene_add_text (scene,
                      QUO_PEN (.style = QUO_STYLE_TEXT, .font = QUO_FONT_TITLE,
                               .align = QUO_ALIGN_MIDDLE),
                      60, 65, "A & B");
  quo_scene_end_group (scene);
  quo_scene_end_group (scene);

  for (guint i = QUO_HEAD_NONE; i <= QUO_HEAD_DOT; i++)
    quo_scene_add_line (scene, QUO_PEN (.style = QUO_STYLE_MESSAGE, .tint = i,
                                        .head = i, .tail = i == 2 ? i : 0,
                                        .dash = i % 4, .id = 10 + i,
                                        .title = "a <message>"),
                        120, 20 + i * 20, 220, 25.5 + i * 20);
  for (guint i = QUO_MARK_CROSS; i <= QUO_MARK_TAG; i++)
    quo_scene_add_mark (scene, QUO_PEN (.style = QUO_STYLE_EVENT, .id = 20 + i),
                        i, 250, 20 + i * 20, 14, i * 0.1);
  for (guint i = QUO_PAINT_AUTO; i <= QUO_PAINT_SOFT; i++)
    quo_scene_add_rectangle (scene,
                             QUO_PEN (.style = QUO_STYLE_STATE, .paint = i,
                                      .tint = i, .id = 30 + i),
                             280, 10 + i * 40, 60, 30, i * 3);
  quo_scene_add_polyline (scene,
                          QUO_PEN (.style = QUO_STYLE_CURVE,
                                   .head = QUO_HEAD_FILLED),
                          (QuoPoint[]) { { 20, 200 }, { 60, 180 }, { 90, 220 } },
                          3);
  quo_scene_add_polygon (scene,
                         QUO_PEN (.style = QUO_STYLE_BAD, .opacity = 0.5f),
                         (QuoPoint[]) { { 20, 240 }, { 60, 230 }, { 70, 280 } },
                         3);
  quo_scene_add_curve (scene, QUO_PEN (.style = QUO_STYLE_LINK_CUT,
                                       .head = QUO_HEAD_OPEN),
                       (QuoPoint[]) { { 120, 200 }, { 150, 150 }, { 200, 250 },
                                      { 240, 200 } });
  quo_scene_push_clip (scene, 360, 10, 200, 200);
  quo_scene_set_layer (scene, QUO_LAYER_MOVING);
  quo_scene_add_ellipse (scene, QUO_PEN (.style = QUO_STYLE_PAST), 460, 100,
                         120, 40);
  quo_scene_set_layer (scene, QUO_LAYER_OVERLAY);
  quo_scene_add_text (scene, QUO_PEN (.style = QUO_STYLE_BAD, .plate = TRUE,
                                      .font = QUO_FONT_MONO, .id = 50),
                      400, 105, "τέλος → <end>");
  quo_scene_pop_clip (scene);
  return scene;
}

cairo_surface_t *
sample_surface (int width,
                int height)
{
  return cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
}

/* Premultiplied 0xAARRGGBB. */
guint32
sample_pixel (cairo_surface_t *surface,
              int              x,
              int              y)
{
  cairo_surface_flush (surface);
  const guint8 *row = cairo_image_surface_get_data (surface)
                      + (gsize) y * cairo_image_surface_get_stride (surface);
  return ((const guint32 *) row)[x];
}
