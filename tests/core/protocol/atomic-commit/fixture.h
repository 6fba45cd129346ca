/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A commit protocol in a test: everything by name, as a scenario would have it. */

#include "protocol/protocol.h"
#include "sim/option.h"
#include "sim/replay.h"
#include "sim/sim.h"

void          fixture_use         (const char    *id);
QuoSimConfig *fixture_new         (guint          n_nodes);
void          fixture_set         (QuoSimConfig  *config,
                                   const char    *option,
                                   const char    *text);
void          fixture_set_node    (QuoSimConfig  *config,
                                   const char    *option,
                                   int            node);
void          fixture_set_fault   (QuoSimConfig  *config,
                                   const char    *fault);
QuoAction    *fixture_act         (QuoSimConfig  *config,
                                   QuoActionKind  kind,
                                   QuoTime        at,
                                   guint          node);
void          fixture_begin       (QuoSimConfig  *config,
                                   QuoTime        at,
                                   const char    *key,
                                   const char    *value);
void          fixture_begin_many  (QuoSimConfig  *config);
void          fixture_add_faults  (QuoSimConfig  *config,
                                   QuoTime        to);
void          fixture_command     (QuoSimConfig  *config,
                                   QuoTime        at,
                                   guint          node,
                                   const char    *command);
void          fixture_drop        (QuoSimConfig  *config,
                                   const char    *message,
                                   int            from,
                                   int            to,
                                   guint          nth);
void          fixture_add_client  (QuoSimConfig  *config,
                                   guint          home);
QuoAction    *fixture_write       (QuoSimConfig  *config,
                                   QuoTime        at,
                                   const char    *key,
                                   const char    *value);
QuoSim       *fixture_run         (QuoSimConfig  *config,
                                   QuoTime        until);
guint         fixture_n_sent      (QuoSim        *sim,
                                   const char    *message,
                                   int            node);
guint         fixture_n_writes    (QuoSim        *sim,
                                   gboolean       is_forced,
                                   int            node);
guint         fixture_n_notes     (QuoSim        *sim,
                                   const char    *note,
                                   int            node);
const QuoSamples *fixture_measure (QuoSim        *sim,
                                   const char    *id);
gboolean      fixture_is_violated (QuoSim        *sim,
                                   const char    *invariant);
const char   *fixture_role        (QuoReplay     *replay,
                                   guint          node);
gint64        fixture_scalar      (QuoReplay     *replay,
                                   guint          node,
                                   const char    *field);
const QuoTable *fixture_table     (QuoReplay     *replay,
                                   guint          node,
                                   const char    *field);
const char   *fixture_stored      (QuoSim        *sim,
                                   QuoReplay     *replay,
                                   guint          node,
                                   const char    *key);
double        fixture_sum         (QuoSim        *sim,
                                   const char    *measure);
char         *fixture_judge       (QuoSim        *sim);
void          fixture_assert_transitions_declared (QuoSim *sim);
