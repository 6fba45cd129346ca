/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The bar under the diagrams: play, the time shown, the time line, the speed. */

#include "document/player.h"
#include "widget/scrubber.h"

G_BEGIN_DECLS

#define QUO_TYPE_TRANSPORT (quo_transport_get_type ())
G_DECLARE_FINAL_TYPE (QuoTransport, quo_transport, QUO, TRANSPORT, GtkWidget)

GtkWidget   *quo_transport_new          (void);
void         quo_transport_set_document (QuoTransport *self,
                                         QuoDocument  *document,
                                         QuoPlayer    *player);
void         quo_transport_set_theme    (QuoTransport *self,
                                         QuoThemeKind  theme);
QuoScrubber *quo_transport_scrubber     (QuoTransport *self);

G_END_DECLS
