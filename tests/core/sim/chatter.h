/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A protocol without a purpose that uses everything an engine has: nodes send
 * each other numbers, log what they hear, sync now and then, and keep the log
 * over a crash. */

#include "sim/sim.h"

G_BEGIN_DECLS

enum
{
  CHATTER_ROLE,
  CHATTER_HEARD,   /* durable scalar: numbers heard */
  CHATTER_LOG,     /* durable log: sender, number */
  CHATTER_SEEN,    /* volatile map: sender -> latest number, when */
  CHATTER_DEADLINE
};

enum { CHATTER_SAY };
enum { CHATTER_TICK, CHATTER_ECHO };

typedef struct
{
  gint64       interval;
  gint64       batch; /* numbers heard before they are synced */
} ChatterOptions;

extern const QuoDeclaration chatter_declaration;
extern const QuoBehaviour   chatter_behaviour;

QuoSimConfig *chatter_config (guint   n_nodes,
                              guint64 seed);
void          chatter_chaos  (QuoSimConfig *config);

G_END_DECLS
