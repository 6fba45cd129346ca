/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The quorum store in a test: everything by name, as a scenario would have it. */

#include "protocol/protocol.h"
#include "sim/option.h"
#include "sim/replay.h"
#include "sim/sim.h"

#define MS QUO_MILLISECOND

QuoSimConfig *fixture_new         (guint          n_nodes);
void          fixture_set         (QuoSimConfig  *config,
                                   const char    *option,
                                   const char    *text);
void          fixture_set_fault   (QuoSimConfig  *config,
                                   const char    *fault);
guint         fixture_add_client  (QuoSimConfig  *config,
                                   guint          home);
QuoAction    *fixture_act         (QuoSimConfig  *config,
                                   QuoActionKind  kind,
                                   QuoTime        at,
                                   guint          node);
void          fixture_op          (QuoSimConfig  *config,
                                   QuoTime        at,
                                   guint          client,
                                   QuoOpKind      kind,
                                   const char    *key,
                                   const char    *value);
void          fixture_cut         (QuoSimConfig  *config,
                                   QuoTime        at,
                                   guint          from,
                                   guint          to);
void          fixture_heal        (QuoSimConfig  *config,
                                   QuoTime        at);
QuoSim       *fixture_run         (QuoSimConfig  *config,
                                   QuoTime        until);
gboolean      fixture_is_violated (QuoSim        *sim,
                                   const char    *invariant);
double        fixture_measure     (QuoSim        *sim,
                                   const char    *id);
guint         fixture_n_sent      (QuoSim        *sim,
                                   const char    *message);
const char   *fixture_stored      (QuoSim        *sim,
                                   guint          node,
                                   const char    *key);
guint         fixture_n_hints     (QuoSim        *sim,
                                   guint          node);
QuoStatus     fixture_outcome     (QuoSim        *sim,
                                   guint          client,
                                   guint          nth,
                                   const char   **ret_value);
