/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A protocol with clients in a test: everything by name, as a scenario would have
 * it. */

#include "protocol/protocol.h"
#include "sim/option.h"
#include "sim/replay.h"
#include "sim/sim.h"

QuoSimConfig *store_new         (const char    *protocol,
                                 guint          n_nodes);
void          store_set         (QuoSimConfig  *config,
                                 const char    *option,
                                 const char    *text);
void          store_set_fault   (QuoSimConfig  *config,
                                 const char    *fault);
void          store_set_latency (QuoSimConfig  *config,
                                 QuoTime        low,
                                 QuoTime        high);
QuoAction    *store_act         (QuoSimConfig  *config,
                                 QuoActionKind  kind,
                                 QuoTime        at,
                                 guint          node);
void          store_command     (QuoSimConfig  *config,
                                 QuoTime        at,
                                 guint          node,
                                 const char    *command);
void          store_add_chaos   (QuoSimConfig  *config,
                                 QuoChaosKind   kind,
                                 double         rate,
                                 QuoTime        to,
                                 QuoTime        lasts,
                                 double         amount);
QuoClientConfig *store_add_client (QuoSimConfig *config,
                                   guint         home);
void          store_op          (QuoSimConfig  *config,
                                 QuoTime        at,
                                 guint          client,
                                 QuoOpKind      kind,
                                 const char    *key,
                                 const char    *value);
QuoSim       *store_run         (QuoSimConfig  *config,
                                 QuoTime        until);
double        store_measure     (QuoSim        *sim,
                                 const char    *id);
gboolean      store_is_violated (QuoSim        *sim,
                                 const char    *invariant);
guint         store_n_notes     (QuoSim        *sim,
                                 const char    *note);
guint         store_n_sent      (QuoSim        *sim,
                                 const char    *message);
QuoReplay    *store_replay      (QuoSim        *sim,
                                 QuoTime        time);
gint64        store_scalar      (QuoSim        *sim,
                                 QuoReplay     *replay,
                                 guint          node,
                                 const char    *field);
const char   *store_value       (QuoSim        *sim,
                                 QuoReplay     *replay,
                                 guint          node,
                                 const char    *key);
/* What the client's nth operation (from 1) returned: "ok", "ok 1", "unknown", or
 * NULL while it waits. */
char         *store_answer      (QuoSim        *sim,
                                 guint          client,
                                 guint          nth);
