/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Random schedules of faults, each a function of its seed. */

#include "../schedules.h"
#include "base/random.h"
#include "cluster.h"

G_BEGIN_DECLS

#define HORIZON   (2 * QUO_SECOND)
#define CALM_FROM (1300 * MS)

extern const ScheduleFault schedule_mistakes[];
extern const guint         schedule_n_mistakes;
extern const ScheduleFault schedule_read_mistakes[];
extern const guint         schedule_n_read_mistakes;

double   schedule_draw    (QuoStream   *stream,
                           double       low,
                           double       high);
gboolean schedule_toss    (QuoStream   *stream,
                           double       p);
Cluster *schedule_new     (guint        n_nodes,
                           guint64      seed);
void     schedule_run     (Cluster     *cluster);
void     schedule_play    (Cluster     *cluster);
double   schedule_measure (Cluster     *cluster,
                           const char  *id);

G_END_DECLS
