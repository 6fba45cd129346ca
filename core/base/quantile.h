/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuoSamples QuoSamples;

QuoSamples *quo_samples_new           (void);
void        quo_samples_free          (QuoSamples       *self);
void        quo_samples_add           (QuoSamples       *self,
                                       double            value);
void        quo_samples_add_all       (QuoSamples       *self,
                                       const QuoSamples *other);
guint       quo_samples_get_n         (const QuoSamples *self);
double      quo_samples_get_sum       (const QuoSamples *self);
double      quo_samples_get_mean      (const QuoSamples *self);
double      quo_samples_get_deviation (const QuoSamples *self);
double      quo_samples_get_min       (const QuoSamples *self);
double      quo_samples_get_max       (const QuoSamples *self);
double      quo_samples_get_quantile  (QuoSamples       *self,
                                       double            p);
double      quo_samples_get_median    (QuoSamples       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoSamples, quo_samples_free)

G_END_DECLS
