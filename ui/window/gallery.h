/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The scenarios that come with the program, each with a small picture. */

#include "scene/theme.h"

#include "widget/thumbnail.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_GALLERY_ITEM (quo_gallery_item_get_type ())
G_DECLARE_FINAL_TYPE (QuoGalleryItem, quo_gallery_item, QUO, GALLERY_ITEM, GObject)

/* Property, with notify: "picture" (GdkTexture or NULL). */

GFile       *quo_gallery_item_file     (QuoGalleryItem *self);
const char  *quo_gallery_item_title    (QuoGalleryItem *self);
const char  *quo_gallery_item_summary  (QuoGalleryItem *self);
const char  *quo_gallery_item_protocol (QuoGalleryItem *self);
const char  *quo_gallery_item_family   (QuoGalleryItem *self);
gboolean     quo_gallery_item_matches  (QuoGalleryItem *self,
                                        const char     *words);
GdkTexture  *quo_gallery_item_picture  (QuoGalleryItem *self);

#define QUO_TYPE_GALLERY (quo_gallery_get_type ())
G_DECLARE_FINAL_TYPE (QuoGallery, quo_gallery, QUO, GALLERY, GObject)

/* Signals: "listed", when the scenarios are known; "drawn", when the last picture
 * is there. */

QuoGallery  *quo_gallery_new           (const char     *folder,
                                        QuoThemeKind    theme);
void         quo_gallery_stop          (QuoGallery     *self);
GListModel  *quo_gallery_items         (QuoGallery     *self);
gboolean     quo_gallery_is_drawn      (QuoGallery     *self);

char        *quo_gallery_folder        (void);

G_END_DECLS
