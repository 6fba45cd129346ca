/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/protocol.h"

/*
 * A protocol with one of everything that a scenario can name. Every node writes
 * what it is asked to into its own store and log; the first node leads; a
 * "ping" goes round every interval. Known fault: "forget" drops writes.
 */

typedef struct
{
  QuoTimeRange timeout;
  QuoTime      interval;
  gint         reads;
  gint64       size;
  double       share;
  gboolean     is_eager;
  gint         first;
  gint64       motto;
} ToyOptions;

extern const QuoProtocol toy_protocol;

void toy_register (void);
