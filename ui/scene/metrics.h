/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scene/style.h"

G_BEGIN_DECLS

typedef struct _QuoMetrics QuoMetrics;

QuoMetrics *quo_metrics_new            (const char *family);
QuoMetrics *quo_metrics_ref            (QuoMetrics *self);
void        quo_metrics_unref          (QuoMetrics *self);
void        quo_metrics_set_text_scale (QuoMetrics *self,
                                        double      scale);

double      quo_metrics_get_size       (QuoMetrics *self,
                                        QuoFont     font);
double      quo_metrics_get_ascent     (QuoMetrics *self,
                                        QuoFont     font,
                                        double      size);
double      quo_metrics_get_height     (QuoMetrics *self,
                                        QuoFont     font,
                                        double      size);
double      quo_metrics_get_width      (QuoMetrics *self,
                                        QuoFont     font,
                                        double      size,
                                        const char *text);
char       *quo_metrics_fit            (QuoMetrics *self,
                                        QuoFont     font,
                                        double      size,
                                        const char *text,
                                        double      width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoMetrics, quo_metrics_unref)

G_END_DECLS
