/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scene/scene.h"

G_BEGIN_DECLS

/* A place a label could take; the first of a list is liked best. */
typedef struct
{
  float x;        /* left edge of the label's box */
  float y;        /* top edge */
} QuoLabelSpot;

typedef struct _QuoLabeler QuoLabeler;

QuoLabeler *quo_labeler_new       (void);
void        quo_labeler_free      (QuoLabeler         *self);
void        quo_labeler_clear     (QuoLabeler         *self,
                                   const QuoBox       *area);

void        quo_labeler_block     (QuoLabeler         *self,
                                   const QuoBox       *box);
void        quo_labeler_block_line (QuoLabeler        *self,
                                   double              x1,
                                   double              y1,
                                   double              x2,
                                   double              y2,
                                   double              width);
guint       quo_labeler_add       (QuoLabeler         *self,
                                   int                 priority,
                                   double              width,
                                   double              height,
                                   const QuoLabelSpot *spots,
                                   guint               n_spots,
                                   double              shift_max);
void        quo_labeler_place     (QuoLabeler         *self);
gboolean    quo_labeler_get       (QuoLabeler         *self,
                                   guint               label,
                                   QuoBox             *ret_box);
gboolean    quo_labeler_is_free   (QuoLabeler         *self,
                                   const QuoBox       *box);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoLabeler, quo_labeler_free)

G_END_DECLS
