/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Processes that compute and exchange messages, with a Lamport and a vector stamp
 * on every event: process.c is one of them, monitor.c knows what truly happened
 * before what, vector-clocks.c declares the protocol.
 */

#include "clock/vector.h"
#include "sim/behaviour.h"

G_BEGIN_DECLS

typedef struct
{
  double local_rate; /* events a second, at each process; 0: none */
  double send_rate;
} QuoClocksOptions;

typedef enum
{
  QUO_CLOCKS_ROLE_RUNNING,
  QUO_CLOCKS_ROLE_STOPPED
} QuoClocksRole;

typedef enum
{
  QUO_CLOCKS_FIELD_ROLE,
  QUO_CLOCKS_FIELD_LAMPORT,
  QUO_CLOCKS_FIELD_CLOCK,
  QUO_CLOCKS_FIELD_EVENTS,
  QUO_CLOCKS_FIELD_HEARD
} QuoClocksField;

typedef enum
{
  QUO_CLOCKS_MESSAGE
} QuoClocksMessage;

/* The fields of a message, in their order. */
typedef enum
{
  QUO_CLOCKS_MESSAGE_LAMPORT,
  QUO_CLOCKS_MESSAGE_NUMBER,
  QUO_CLOCKS_MESSAGE_NAME
} QuoClocksMessageField;

typedef enum
{
  QUO_CLOCKS_TIMER_LOCAL,
  QUO_CLOCKS_TIMER_SEND
} QuoClocksTimer;

typedef enum
{
  QUO_CLOCKS_NOTE_EVENT,
  QUO_CLOCKS_NOTE_NAMED_EVENT,
  QUO_CLOCKS_NOTE_STOPPED
} QuoClocksNote;

typedef enum
{
  QUO_CLOCKS_COMMAND_LOCAL,
  QUO_CLOCKS_COMMAND_SEND
} QuoClocksCommand;

typedef enum
{
  QUO_CLOCKS_FAULT_OWN_KEYS,
  QUO_CLOCKS_FAULT_NO_TICK,
  QUO_CLOCKS_FAULT_NO_MERGE,
  QUO_CLOCKS_FAULT_NO_MAXIMUM,
  QUO_CLOCKS_FAULT_AMNESIA
} QuoClocksFault;

typedef enum
{
  QUO_CLOCKS_INVARIANT_CLOCK,
  QUO_CLOCKS_INVARIANT_STRONG,
  QUO_CLOCKS_INVARIANT_COMPARISON
} QuoClocksInvariant;

typedef enum
{
  QUO_CLOCKS_MEASURE_EVENTS,
  QUO_CLOCKS_MEASURE_CONCURRENT_PAIRS,
  QUO_CLOCKS_MEASURE_STAMP_ENTRIES
} QuoClocksMeasure;

/* What the step was, for the monitor. */
typedef enum
{
  QUO_CLOCKS_STEP_NONE,
  QUO_CLOCKS_STEP_LOCAL,
  QUO_CLOCKS_STEP_SEND,
  QUO_CLOCKS_STEP_RECEIVE
} QuoClocksStep;

typedef struct
{
  QuoVectorClock clock;
  gint64         lamport;
  gint64         n_events;
  gint64         n_sent;
  gboolean       is_stopped;

  QuoClocksStep  step;
  guint          from;    /* RECEIVE: whose message */
  gint64         number;  /* SEND and RECEIVE: of the sender's messages */
  guint          n_entries; /* SEND: of the stamp that it carries */
  QuoOrder       heard;   /* RECEIVE: own latest event against the message */
  gboolean       has_heard;
} QuoClocksState;

/* process.c */
void quo_clocks_start         (QuoNode          *node,
                               gpointer          state);
void quo_clocks_restart       (QuoNode          *node,
                               gpointer          state);
void quo_clocks_receive       (QuoNode          *node,
                               gpointer          state,
                               const QuoMessage *message);
void quo_clocks_timeout       (QuoNode          *node,
                               gpointer          state,
                               guint             timer,
                               gint64            arg);
void quo_clocks_request       (QuoNode          *node,
                               gpointer          state,
                               const QuoOp      *op);
void quo_clocks_command       (QuoNode          *node,
                               gpointer          state,
                               guint             command,
                               const gint64     *args);
void quo_clocks_clear         (gpointer          state);

/* monitor.c */
typedef struct
{
  GPtrArray *histories; /* one for each process */
  guint64    n_events;
  double     n_ordered; /* pairs of events of which one happened before */
} QuoClocksGhost;

void quo_clocks_monitor_check  (QuoCluster       *cluster,
                                gpointer          ghost,
                                guint             node);
void quo_clocks_monitor_finish (QuoCluster       *cluster,
                                gpointer          ghost);
void quo_clocks_monitor_clear  (gpointer          ghost);

G_END_DECLS
