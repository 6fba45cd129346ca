/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/time.h"

G_BEGIN_DECLS

/* Immutable, and safe to share between threads. */
typedef struct _QuoDistribution QuoDistribution;

typedef enum
{
  QUO_DISTRIBUTION_CONSTANT,
  QUO_DISTRIBUTION_UNIFORM,
  QUO_DISTRIBUTION_NORMAL,
  QUO_DISTRIBUTION_LOG_NORMAL,
  QUO_DISTRIBUTION_EXPONENTIAL,
  QUO_DISTRIBUTION_PARETO,
  QUO_DISTRIBUTION_MIXTURE,
  QUO_DISTRIBUTION_EMPIRICAL,
  QUO_DISTRIBUTION_SHIFTED,
} QuoDistributionKind;

typedef struct
{
  double  quantile; /* from 0 to 1 */
  QuoTime time;
} QuoQuantile;

#define QUO_DISTRIBUTION_PARTS_MAX  8
#define QUO_DISTRIBUTION_POINTS_MAX 4096
#define QUO_DISTRIBUTION_DEPTH_MAX  4

QuoDistribution     *quo_distribution_new_constant             (QuoTime                  time);
QuoDistribution     *quo_distribution_new_uniform              (QuoTime                  low,
                                                                QuoTime                  high);
QuoDistribution     *quo_distribution_new_normal               (QuoTime                  mean,
                                                                QuoTime                  deviation);
QuoDistribution     *quo_distribution_new_log_normal           (QuoTime                  median,
                                                                double                   sigma);
QuoDistribution     *quo_distribution_new_log_normal_with_mean (QuoTime                  mean,
                                                                double                   sigma);
QuoDistribution     *quo_distribution_new_exponential          (QuoTime                  mean);
QuoDistribution     *quo_distribution_new_pareto               (QuoTime                  minimum,
                                                                double                   alpha);
QuoDistribution     *quo_distribution_new_mixture              (const double            *weights,
                                                                QuoDistribution * const *parts,
                                                                guint                    n_parts);
QuoDistribution     *quo_distribution_new_empirical            (const QuoQuantile       *points,
                                                                guint                    n_points);
QuoDistribution     *quo_distribution_new_shifted              (QuoTime                  offset,
                                                                QuoDistribution         *part);
QuoDistribution     *quo_distribution_ref                      (QuoDistribution         *self);
void                 quo_distribution_unref                    (QuoDistribution         *self);
QuoDistributionKind  quo_distribution_get_kind                 (const QuoDistribution   *self);
guint                quo_distribution_get_depth                (const QuoDistribution   *self);
QuoTime              quo_distribution_sample                   (const QuoDistribution   *self,
                                                                guint64                  bits);
QuoTime              quo_distribution_mean                     (const QuoDistribution   *self);
QuoTime              quo_distribution_quantile                 (const QuoDistribution   *self,
                                                                double                   p);
double               quo_distribution_cumulative               (const QuoDistribution   *self,
                                                                QuoTime                  time);
char                *quo_distribution_describe                 (const QuoDistribution   *self);
gboolean             quo_distribution_equal                    (const QuoDistribution   *a,
                                                                const QuoDistribution   *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoDistribution, quo_distribution_unref)

G_END_DECLS
