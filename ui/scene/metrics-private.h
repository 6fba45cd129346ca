/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pango/pangocairo.h>

#include "scene/metrics.h"

G_BEGIN_DECLS

/* Tried in this order, on screen and in an exported SVG alike. */
#define QUO_FONT_FAMILY "DejaVu Sans, Verdana, Cantarell, Noto Sans, sans-serif"
#define QUO_FONT_FAMILY_MONO "DejaVu Sans Mono, Menlo, Noto Sans Mono, monospace"

/* More than a screen ever shows; beyond it the layout unused for longest goes. */
#define QUO_LAYOUTS_MAX 4096

PangoLayout *quo_metrics_get_layout   (QuoMetrics *self,
                                       QuoFont     font,
                                       double      size,
                                       const char *text);
guint        quo_metrics_get_n_layouts (QuoMetrics *self);
gboolean     quo_font_is_bold         (QuoFont     font);
double       quo_font_get_size        (QuoFont     font);

G_END_DECLS
