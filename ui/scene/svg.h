/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "scene/scene.h"
#include "scene/theme.h"

G_BEGIN_DECLS

/* What makes a picture repeatable; every member may be NULL. */
typedef struct
{
  const char *title;
  const char *caption;
  const char *seed;
  const char *time;    /* the simulated time shown, as a person reads it */
  const char *source;  /* the scenario's name or file */
} QuoPictureInfo;

void     quo_svg_write           (QuoScene             *scene,
                                  const QuoTheme       *theme,
                                  const QuoPictureInfo *info,
                                  GString              *out);
gboolean quo_svg_write_to_stream (QuoScene             *scene,
                                  const QuoTheme       *theme,
                                  const QuoPictureInfo *info,
                                  GOutputStream        *stream,
                                  GCancellable         *cancellable,
                                  GError              **error);

G_END_DECLS
