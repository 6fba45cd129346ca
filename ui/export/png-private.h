/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>

#include "export/export.h"

G_BEGIN_DECLS

GByteArray *quo_png_encode   (cairo_surface_t      *surface,
                              const QuoPictureInfo *info,
                              const char           *title);
gboolean    quo_png_add_text (GByteArray           *png,
                              const char           *keyword,
                              const char           *text);

G_END_DECLS
