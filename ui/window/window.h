/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The window: a start page, or one open document. */

#include "document/document.h"
#include "window/appearance.h"
#include "window/page.h"
#include "window/start-page.h"

G_BEGIN_DECLS

#define QUO_TYPE_WINDOW (quo_window_get_type ())
G_DECLARE_FINAL_TYPE (QuoWindow, quo_window, QUO, WINDOW, GtkApplicationWindow)

GtkWidget    *quo_window_new        (GtkApplication *application,
                                     QuoSettings    *settings,
                                     QuoAppearance  *appearance);
gboolean      quo_window_open       (QuoWindow      *self,
                                     GFile          *file,
                                     gboolean        is_template);
gboolean      quo_window_save_to    (QuoWindow      *self,
                                     GFile          *file);
void          quo_window_show_error (QuoWindow      *self,
                                     const char     *message);
const char   *quo_window_error      (QuoWindow      *self);
void          quo_window_show_start (QuoWindow      *self);
gboolean      quo_window_is_empty   (QuoWindow      *self);
QuoDocument  *quo_window_document   (QuoWindow      *self);
QuoPlayer    *quo_window_player     (QuoWindow      *self);
QuoPage      *quo_window_page       (QuoWindow      *self);
QuoStartPage *quo_window_start_page (QuoWindow      *self);

G_END_DECLS
