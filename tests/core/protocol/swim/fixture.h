/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Groups in a test, and what a member holds of another. */

#include "../store-fixture.h"

#include "protocol/swim/swim-private.h"

#define MS QUO_MILLISECOND
#define S  QUO_SECOND

typedef enum
{
  HELD_ALIVE,
  HELD_SUSPECT,
  HELD_CONFIRM,
  HELD_LEFT,
  HELD_NOTHING
} Held;

/* Periods of 1 s, in step with full seconds; 10 ms one way. */
QuoSimConfig *group_new     (guint         n_nodes);
void          group_cut     (QuoSimConfig *config,
                             QuoTime       at,
                             guint         from,
                             guint         to);
/* The nth of those on their way or sent later comes late. */
void          group_delay   (QuoSimConfig *config,
                             QuoTime       at,
                             const char   *message,
                             int           from,
                             int           to,
                             QuoTime       by);
Held          group_held    (QuoSim       *sim,
                             QuoReplay    *replay,
                             guint         node,
                             guint         member);
gint64        group_column  (QuoSim       *sim,
                             QuoReplay    *replay,
                             guint         node,
                             guint         member,
                             guint         column);
/* Whether it is up and takes part. */
gboolean      group_is_live (QuoSim       *sim,
                             QuoReplay    *replay,
                             guint         node);
/* Whether each live member holds exactly the live ones alive, and nobody waits to be
 * let in. */
gboolean      group_agrees  (QuoSim       *sim,
                             QuoTime       time);

/* A message as it was sent. */
typedef struct
{
  QuoTime time;
  guint   from;
  guint   to;
  guint   n_rows;
  gint64  fields[4];
  gint64  rows[QUO_SWIM_PIGGYBACK_MAX + 1][ROW_COLUMNS];
} Sent;

/* Every message of a kind, or of two, in the order of sending. */
GArray       *sent          (QuoSim       *sim,
                             const char   *message);
GArray       *sent_of       (QuoSim       *sim,
                             const char   *message,
                             const char   *other);
const Sent   *nth           (GArray       *all,
                             guint         i);
/* When a node, or with -1 any, first notes this; QUO_TIME_NEVER: never. */
QuoTime       noted_at      (QuoSim       *sim,
                             const char   *note,
                             int           node);
void          assert_sound  (QuoSim       *sim);
