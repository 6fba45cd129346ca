/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Random schedules of faults, each a function of its seed. */

#include "base/random.h"
#include "cluster.h"

G_BEGIN_DECLS

#define HORIZON   (2 * QUO_SECOND)
#define CALM_FROM (1300 * MS)

extern guint64 schedule_seed; /* of the first schedule */
extern guint   schedule_count;

double   schedule_draw    (QuoStream   *stream,
                           double       low,
                           double       high);
gboolean schedule_toss    (QuoStream   *stream,
                           double       p);
Cluster *schedule_new     (guint        n_nodes,
                           guint64      seed);
void     schedule_run     (Cluster     *cluster);
double   schedule_measure (Cluster     *cluster,
                           const char  *id);
void     schedule_parse   (int         *argc,
                           char      ***argv,
                           guint        count);

G_END_DECLS
