/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Processes that compute and exchange messages, with a Lamport, a vector and a
 * hybrid stamp on every event; some events write a value, which travels along with
 * its dot: process.c is one of them, values.c its values, monitor.c knows what truly
 * happened before what, vector-clocks.c declares the protocol.
 */

#include "clock/hybrid.h"
#include "clock/vector.h"
#include "clock/version.h"
#include "sim/behaviour.h"

G_BEGIN_DECLS

typedef struct
{
  double local_rate; /* events a second, at each process; 0: none */
  double send_rate;
  double updates;    /* share of the random local events that write, 0 .. 1 */
  double blind;      /* share of these by one who has read nothing, 0 .. 1 */
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
  QUO_CLOCKS_FIELD_HEARD,
  QUO_CLOCKS_FIELD_HYBRID,
  QUO_CLOCKS_FIELD_HYBRID_COUNTER,
  QUO_CLOCKS_FIELD_VERSIONS,
  QUO_CLOCKS_FIELD_SIBLINGS,
  QUO_CLOCKS_FIELD_OLDER
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
  QUO_CLOCKS_MESSAGE_NAME,
  QUO_CLOCKS_MESSAGE_HYBRID,
  QUO_CLOCKS_MESSAGE_HYBRID_COUNTER
} QuoClocksMessageField;

/* A row of a message: what the sender knows of one process. A row without a count
 * is about an older update whose value stands beside that of the latest one. */
typedef enum
{
  QUO_CLOCKS_ROW_PROCESS,
  QUO_CLOCKS_ROW_COUNT,   /* its events */
  QUO_CLOCKS_ROW_UPDATES, /* those of them that wrote */
  QUO_CLOCKS_ROW_VALUE,   /* what the latest of these wrote, 0: overwritten */
  QUO_CLOCKS_N_ROW
} QuoClocksRow;

typedef enum
{
  QUO_CLOCKS_TIMER_LOCAL,
  QUO_CLOCKS_TIMER_SEND
} QuoClocksTimer;

typedef enum
{
  QUO_CLOCKS_NOTE_EVENT,
  QUO_CLOCKS_NOTE_NAMED_EVENT,
  QUO_CLOCKS_NOTE_STOPPED,
  QUO_CLOCKS_NOTE_UPDATE,
  QUO_CLOCKS_NOTE_SIBLINGS,
  QUO_CLOCKS_NOTE_BLIND,
  QUO_CLOCKS_NOTE_REFUSED
} QuoClocksNote;

typedef enum
{
  QUO_CLOCKS_COMMAND_LOCAL,
  QUO_CLOCKS_COMMAND_SEND,
  QUO_CLOCKS_COMMAND_UPDATE,
  QUO_CLOCKS_COMMAND_BLIND
} QuoClocksCommand;

typedef enum
{
  QUO_CLOCKS_FAULT_OWN_KEYS,
  QUO_CLOCKS_FAULT_NO_TICK,
  QUO_CLOCKS_FAULT_NO_MERGE,
  QUO_CLOCKS_FAULT_NO_MAXIMUM,
  QUO_CLOCKS_FAULT_AMNESIA,
  QUO_CLOCKS_FAULT_NO_HYBRID_MAXIMUM,
  QUO_CLOCKS_FAULT_LAST_ARRIVAL,
  QUO_CLOCKS_FAULT_NO_DOT
} QuoClocksFault;

typedef enum
{
  QUO_CLOCKS_INVARIANT_CLOCK,
  QUO_CLOCKS_INVARIANT_STRONG,
  QUO_CLOCKS_INVARIANT_COMPARISON,
  QUO_CLOCKS_INVARIANT_HYBRID,
  QUO_CLOCKS_INVARIANT_HYBRID_BOUND,
  QUO_CLOCKS_INVARIANT_SIBLINGS
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
  QUO_CLOCKS_STEP_RECEIVE,
  QUO_CLOCKS_STEP_UPDATE
} QuoClocksStep;

typedef struct
{
  QuoVectorClock clock;
  gint64         lamport;
  QuoHybridClock hybrid;
  QuoTime        physical; /* what the process's own clock said at that event */
  QuoVersions   *versions; /* NULL until a value is heard of */
  gint64         n_events;
  gint64         n_sent;
  gboolean       is_stopped;

  QuoClocksStep  step;
  gboolean       is_blind; /* UPDATE: by one who has read nothing */
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

/* values.c */
gboolean quo_clocks_may_update (QuoNode         *node,
                               const QuoClocksState *self,
                               gboolean          is_blind);
void quo_clocks_update        (QuoNode          *node,
                               QuoClocksState   *self,
                               gint64            value,
                               gboolean          is_blind);
guint quo_clocks_n_values     (const QuoClocksState *self);
void quo_clocks_add_value     (const QuoClocksState *self,
                               guint             process,
                               gint64           *row);
guint quo_clocks_add_older    (const QuoClocksState *self,
                               gint64           *rows);
gboolean quo_clocks_holds     (const QuoClocksState *self,
                               guint             process,
                               gint64            n);
void quo_clocks_take_values   (QuoNode          *node,
                               QuoClocksState   *self,
                               const QuoMessage *message);

/* monitor.c */
typedef struct
{
  GPtrArray *histories; /* one for each process */
  QuoTime    physical_max; /* the latest time that any clock has shown */
  guint64    n_updates;
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
