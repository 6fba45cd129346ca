/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The time line: how much happens when, what was done, where it went wrong. */

#include "document/document.h"
#include "scene/theme.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_SCRUBBER (quo_scrubber_get_type ())
G_DECLARE_FINAL_TYPE (QuoScrubber, quo_scrubber, QUO, SCRUBBER, GtkWidget)

GtkWidget *quo_scrubber_new          (void);
void       quo_scrubber_set_document (QuoScrubber  *self,
                                      QuoDocument  *document);
void       quo_scrubber_set_theme    (QuoScrubber  *self,
                                      QuoThemeKind  theme);
QuoTime    quo_scrubber_time_at      (QuoScrubber  *self,
                                      double        x);
double     quo_scrubber_x_at         (QuoScrubber  *self,
                                      QuoTime       time);

G_END_DECLS
