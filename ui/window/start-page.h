/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where one begins: the gallery, recent files, open and new. */

#include "window/gallery.h"

G_BEGIN_DECLS

#define QUO_TYPE_START_PAGE (quo_start_page_get_type ())
G_DECLARE_FINAL_TYPE (QuoStartPage, quo_start_page, QUO, START_PAGE, GtkWidget)

/* Signal: "chosen" (GFile *file, gboolean is_from_gallery). */

GtkWidget  *quo_start_page_new       (void);
void        quo_start_page_load      (QuoStartPage *self,
                                      QuoThemeKind  theme);
void        quo_start_page_stop      (QuoStartPage *self);
QuoGallery *quo_start_page_gallery   (QuoStartPage *self);
void        quo_start_page_search    (QuoStartPage *self,
                                      const char   *words);
guint       quo_start_page_n_shown   (QuoStartPage *self);

G_END_DECLS
