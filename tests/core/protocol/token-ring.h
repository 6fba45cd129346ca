/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the tests need to know of the protocol in token-ring.c. */

#include "protocol/protocol.h"

enum { ROLE_IDLE, ROLE_HOLDER };
enum { FIELD_ROLE, FIELD_LAP, FIELD_DEADLINE, FIELD_LAPS, FIELD_GREETED };
enum { MESSAGE_TOKEN };
enum { TIMER_HOLD };
enum { WRITE_LAP };
enum { NOTE_LAP };
enum { COMMAND_KEEP };
enum { FAULT_SECOND_TOKEN };
enum { INVARIANT_ONE_TOKEN };
enum { MEASURE_LAP_TIME, MEASURE_PASSES };
enum { PACE_EVEN, PACE_EAGER };

typedef struct
{
  QuoTime      hold;
  int          pace;
  int          first;
  gint64       n_laps_max;
  gboolean     is_greeting;
  double       patience;
  QuoTimeRange pause;
  gint64       motto;
} RingOptions;

extern const QuoProtocol token_ring;
