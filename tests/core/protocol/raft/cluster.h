/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Servers S1, S2, ... that run Raft on a network without chance, and clients that
 * sit beside them: what every test of Raft starts from.
 */

#include "protocol/protocol.h"
#include "sim/option.h"
#include "sim/replay.h"
#include "sim/sim.h"

G_BEGIN_DECLS

#define MS QUO_MILLISECOND

typedef struct
{
  QuoSimConfig *config;
  QuoSim       *sim;    /* from the first cluster_run() on */
  QuoReplay    *replay;
} Cluster;

Cluster    *cluster_new            (guint        n_nodes,
                                    guint        n_clients);
void        cluster_free           (Cluster     *self);
void        cluster_option         (Cluster     *self,
                                    const char  *id,
                                    const char  *text);
void        cluster_fault          (Cluster     *self,
                                    const char  *id);
void        cluster_log            (Cluster     *self,
                                    guint        node,
                                    const char  *terms,
                                    gint64       term);
void        cluster_write_cost     (Cluster     *self,
                                    QuoTime      cost);
QuoAction  *cluster_at             (Cluster     *self,
                                    QuoTime      at,
                                    QuoActionKind kind,
                                    guint        node);
void        cluster_stand          (Cluster     *self,
                                    QuoTime      at,
                                    guint        node);
void        cluster_partition      (Cluster     *self,
                                    QuoTime      at,
                                    const char  *groups);
void        cluster_ask            (Cluster     *self,
                                    QuoTime      at,
                                    guint        client,
                                    int          node,
                                    QuoOpKind    op,
                                    const char  *key,
                                    const char  *value,
                                    const char  *expected);
void        cluster_command        (Cluster     *self,
                                    QuoTime      at,
                                    int          node,
                                    const char  *id,
                                    const char  *arg);
void        cluster_run            (Cluster     *self,
                                    QuoTime      until);
gint64      cluster_field          (Cluster     *self,
                                    guint        node,
                                    const char  *id);
char       *cluster_terms          (Cluster     *self,
                                    guint        node);
const char *cluster_stored         (Cluster     *self,
                                    guint        node,
                                    const char  *key);
int         cluster_leader         (Cluster     *self);
guint       cluster_count          (Cluster     *self,
                                    const char  *message,
                                    int          from,
                                    int          to,
                                    int          field,
                                    gint64       value);
guint       cluster_notes          (Cluster     *self,
                                    const char  *id,
                                    int          node);
char       *cluster_answer         (Cluster     *self,
                                    guint        client,
                                    gint64       serial);
char       *cluster_violations     (Cluster     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Cluster, cluster_free)

G_END_DECLS
