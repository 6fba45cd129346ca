/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Data centres in a test. */

#include "../store-fixture.h"

#define MS QUO_MILLISECOND

/* centre_of has a digit for each node: "0011" is two data centres of two nodes. To
 * be called when all clients are there. Within a data centre a message takes local,
 * between two of them remote. */
void       causal_set_centres (QuoSimConfig *config,
                               const char   *centre_of,
                               QuoTime       local,
                               QuoTime       remote);
/* A key of that name's kind which the nth of n nodes keeps. */
char      *causal_key         (const char   *stem,
                               guint         nth,
                               guint         n);
QuoAction *causal_cut         (QuoSimConfig *config,
                               QuoActionKind kind,
                               QuoTime       at,
                               guint         from,
                               guint         to);
guint      causal_n_rows      (QuoSim       *sim,
                               QuoReplay    *replay,
                               guint         node,
                               const char   *field);
/* Fails unless the client's nth operation returned that. */
void       causal_assert_answer (QuoSim     *sim,
                                 guint       client,
                                 guint       nth,
                                 const char *expected);
void       causal_assert_sound  (QuoSim     *sim);
