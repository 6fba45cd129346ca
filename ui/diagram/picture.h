/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A diagram as a picture: at its natural size, or fitted into a given one. */

#include "diagram/diagram.h"

G_BEGIN_DECLS

typedef struct
{
  double   width;       /* px; 0: as wide as the content is */
  double   height;      /* px; 0: as high as the content is */
  QuoTime  time;        /* shown; the end of the run when is_whole */
  gboolean is_whole;
  gboolean is_to_scale;
} QuoPicture;

QuoScene *quo_picture_draw (QuoDiagram       *diagram,
                            const QuoPicture *picture,
                            QuoMetrics       *metrics);

G_END_DECLS
