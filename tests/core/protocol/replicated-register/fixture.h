/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/protocol.h"
#include "sim/replay.h"
#include "sim/sim.h"

/* Configurations of replicated data types, made by code. Client i sits beside node
 * i. */

QuoSimConfig *replicated_config   (const char    *type,
                                   guint          n_nodes,
                                   guint64        seed);
void          replicated_set      (QuoSimConfig  *config,
                                   const char    *option,
                                   const char    *text);
void          replicated_fault    (QuoSimConfig  *config,
                                   const char    *fault);
void          replicated_op       (QuoSimConfig  *config,
                                   QuoTime        at,
                                   guint          client,
                                   QuoOpKind      kind,
                                   const char    *key,
                                   const char    *value);
QuoAction    *replicated_at_node  (QuoSimConfig  *config,
                                   QuoTime        at,
                                   QuoActionKind  kind,
                                   guint          node);
QuoSim       *replicated_run      (QuoSimConfig  *config,
                                   QuoTime        until);
gboolean      replicated_measure  (QuoSim        *sim,
                                   const char    *id,
                                   double        *ret_value);
gboolean      replicated_violates (QuoSim        *sim,
                                   const char    *invariant);
void          replicated_assert   (QuoSim        *sim,
                                   QuoTime        at,
                                   guint          node,
                                   const char    *key,
                                   const char    *value);
