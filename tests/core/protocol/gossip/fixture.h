/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/protocol.h"
#include "sim/replay.h"
#include "sim/sim.h"

/* Configurations of gossip, made by code. */

QuoSimConfig *gossip_config   (guint          n_nodes,
                               guint64        seed);
void          gossip_set      (QuoSimConfig  *config,
                               const char    *option,
                               const char    *text);
void          gossip_fault    (QuoSimConfig  *config,
                               const char    *fault);
void          gossip_update   (QuoSimConfig  *config,
                               QuoTime        at,
                               guint          node,
                               const char    *key,
                               const char    *value);
void          gossip_delete   (QuoSimConfig  *config,
                               QuoTime        at,
                               guint          node,
                               const char    *key);
void          gossip_tell     (QuoSimConfig  *config,
                               QuoTime        at,
                               guint          node,
                               guint          to);
void          gossip_at_node  (QuoSimConfig  *config,
                               QuoTime        at,
                               QuoActionKind  kind,
                               guint          node);
QuoSim       *gossip_run      (QuoSimConfig  *config,
                               QuoTime        until);
guint         gossip_measure  (QuoSim        *sim,
                               const char    *id,
                               double        *ret_mean);
gboolean      gossip_violates (QuoSim        *sim,
                               const char    *invariant);
const char   *gossip_value    (QuoReplay     *replay,
                               guint          node,
                               const char    *key);
