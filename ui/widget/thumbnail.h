/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A small picture of a fixed size, whatever the size of its texture. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_THUMBNAIL_WIDTH  272
#define QUO_THUMBNAIL_HEIGHT 168

#define QUO_TYPE_THUMBNAIL (quo_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (QuoThumbnail, quo_thumbnail, QUO, THUMBNAIL, GtkWidget)

GtkWidget *quo_thumbnail_new         (const char   *label);
void       quo_thumbnail_set_fitted  (QuoThumbnail *self,
                                      int           width,
                                      int           height);
void       quo_thumbnail_set_texture (QuoThumbnail *self,
                                      GdkTexture   *texture);

G_END_DECLS
