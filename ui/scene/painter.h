/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>

#include "scene/scene.h"
#include "scene/theme.h"

G_BEGIN_DECLS

void quo_painter_paint (QuoScene       *scene,
                        cairo_t        *cr,
                        const QuoTheme *theme,
                        QuoLayers       layers,
                        const QuoBox   *visible);

G_END_DECLS
