/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* An open document: side panels, two panes, the story and the transport. */

#include "document/player.h"
#include "widget/pane.h"
#include "window/settings.h"
#include "window/transport.h"

G_BEGIN_DECLS

#define QUO_TYPE_PAGE (quo_page_get_type ())
G_DECLARE_FINAL_TYPE (QuoPage, quo_page, QUO, PAGE, GtkWidget)

GtkWidget    *quo_page_new           (void);
void          quo_page_set_document  (QuoPage      *self,
                                      QuoDocument  *document,
                                      QuoPlayer    *player,
                                      QuoSettings  *settings);
void          quo_page_set_theme     (QuoPage      *self,
                                      QuoThemeKind  theme);
void          quo_page_set_panels    (QuoPage      *self,
                                      gboolean      shows_sidebar,
                                      gboolean      shows_inspector);
QuoPane      *quo_page_pane          (QuoPage      *self,
                                      guint         nth);
QuoPane      *quo_page_active_pane   (QuoPage      *self);
void          quo_page_toggle_only   (QuoPage      *self,
                                      guint         nth);
QuoTransport *quo_page_transport     (QuoPage      *self);
void          quo_page_show_step     (QuoPage      *self,
                                      guint         step);

G_END_DECLS
