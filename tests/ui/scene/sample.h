/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>

#include "scene/scene.h"

G_BEGIN_DECLS

QuoScene        *sample_scene_new (void);
cairo_surface_t *sample_surface   (int width,
                                   int height);
guint32          sample_pixel     (cairo_surface_t *surface,
                                   int              x,
                                   int              y);

G_END_DECLS
