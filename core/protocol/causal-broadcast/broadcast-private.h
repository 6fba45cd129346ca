/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Everybody tells everybody, and nobody hears an answer before its question.
 *
 *   causal-broadcast.c  what the protocol declares
 *   order.c             when a message is due, under each order
 *   broadcast.c         a process's memory; a message that it broadcasts
 *   deliver.c           what arrives: held back, delivered, thrown away
 *   recover.c           who lacks what: statuses, requests, retransmissions
 *   restore.c           the memory again from the disk
 *   process.c           the engine's calls
 *   monitor.c           invariants and measures
 *
 * A message counts as broadcast, or as delivered, when that is on disk: the log of
 * deliveries and the number of the latest message of its own survive a crash. A
 * process that has lost its disk cannot know which numbers it gave out and stays out.
 * There are no views: nobody is taken out of the group, so that what one process
 * lacks for good is kept by the others, up to their windows.
 *
 * Source: Birman, Schiper and Stephenson, Lightweight Causal and Atomic Group
 * Multicast, TOCS 1991: the protocols CBCAST and ABCAST.
 */

#include "clock/vector.h"
#include "protocol/protocol.h"

G_BEGIN_DECLS

/* What a STATUS or a REQUEST brings at the most. */
#define RESEND_MAX 16
#define VALUE_MAX  1024

typedef enum
{
  ORDER_CAUSAL,
  ORDER_FIFO,
  ORDER_NONE,
  ORDER_TOTAL
} QuoCastOrder;

enum
{
  RECOVERY_STATUS,
  RECOVERY_REQUEST,
  RECOVERY_OFF
};

typedef enum
{
  ROLE_RUNNING,
  ROLE_HOLDING,
  ROLE_SEQUENCER,
  ROLE_STOPPED
} QuoCastRole;

enum
{
  FIELD_ROLE,
  FIELD_CLOCK,
  FIELD_LOG,
  FIELD_DELIVERED,
  FIELD_HELD,
  FIELD_STORE,
  FIELD_OUTBOX,
  FIELD_NUMBERS,
  FIELD_STABLE,
  FIELD_UNSTABLE,
  FIELD_JOINED
};

enum
{
  MESSAGE_CBCAST,
  MESSAGE_RETRANSMIT,
  MESSAGE_SETS_ORDER,
  MESSAGE_STATUS,
  MESSAGE_REQUEST
};

/* The fields of a CBCAST or RETRANSMIT, in their order. */
enum
{
  CAST_NAME,
  CAST_ORIGIN,
  CAST_COUNT,
  CAST_KEY,
  CAST_VALUE,
  CAST_KIND,
  CAST_REQUEST,
  CAST_STABLE,
  CAST_N_FIELDS
};

/* A row of a STATUS. */
enum
{
  STATUS_PROCESS,
  STATUS_DELIVERED,
  STATUS_HAS,
  STATUS_STABLE,
  STATUS_N_COLUMNS
};

enum
{
  TIMER_STATUS,
  TIMER_BROADCAST
};

enum
{
  WRITE_LOG
};

enum
{
  NOTE_BROADCAST,
  NOTE_DELIVER,
  NOTE_HOLD,
  NOTE_DISCARD,
  NOTE_FULL,
  NOTE_BLOCKED,
  NOTE_STOPPED
};

enum
{
  COMMAND_BROADCAST
};

enum
{
  FAULT_ON_ARRIVAL,
  FAULT_SENDER_ONLY,
  FAULT_OWN_KEYS,
  FAULT_MERGE_AT_RECEIPT,
  FAULT_DUPLICATE,
  FAULT_STAMP_OWN,
  FAULT_FROM_ZERO,
  FAULT_BEFORE_SYNC,
  FAULT_DROP_EARLY,
  FAULT_NUMBER_ON_ARRIVAL,
  FAULT_IGNORE_NUMBER
};

enum
{
  INVARIANT_CAUSAL,
  INVARIANT_FIFO,
  INVARIANT_TOTAL,
  INVARIANT_NO_DUPLICATION,
  INVARIANT_NO_CREATION,
  INVARIANT_CLOCK,
  INVARIANT_STABILITY
};

enum
{
  MEASURE_BUFFERED,
  MEASURE_HOLD_BACK,
  MEASURE_LATENCY,
  MEASURE_ENTRIES,
  MEASURE_RETRANSMISSIONS,
  MEASURE_INVERSIONS,
  MEASURE_UNSTABLE,
  MEASURE_OVERFLOWS,
  MEASURE_UNDELIVERED,
  MEASURE_DIVERGENT
};

typedef struct
{
  int     order;
  int     recovery;
  int     sequencer;
  QuoTime status_interval;
  gint64  buffer;
  gint64  window;
  double  rate;
} QuoCastOptions;

typedef enum
{
  KIND_TELL,   /* concerns no key */
  KIND_WRITE,
  KIND_APPEND
} QuoCastKind;

/* One message, at one process. */
typedef struct
{
  guint   origin;
  gint64  count;   /* of the origin's messages, from 1 */
  gint64  name;    /* interned: "A:1" */
  gint64  key;     /* interned */
  gint64  value;   /* interned */
  gint64  kind;    /* QuoCastKind */
  gint64  request; /* interned: a client's operation; 0 */
  QuoVectorClock stamp; /* empty once it is stable */
  guint   client;  /* who waits for the delivery, if it is known */
  gint64  serial;  /* 0: nobody waits */
  gint64  waits_for;   /* HELD: interned */
  gint64  n_missing;
  QuoTime held_at;     /* true time, for the measure; QUO_TIME_NEVER */
  gboolean is_sent;
} QuoCastItem;

/* A number of the sequencer's whose message is not delivered here yet. */
typedef struct
{
  gint64 number;
  guint  origin;
  gint64 count;
} QuoCastNumber;

/* What waits for the disk. */
typedef struct
{
  QuoCastItem *item;
  gboolean     is_delivery; /* else a message of its own without a number */
} QuoCastPending;

typedef enum
{
  FACT_BROADCAST,
  FACT_ARRIVED,
  FACT_HELD,      /* amount: held back now */
  FACT_OVERFLOW,
  FACT_DELIVERED,
  FACT_STABLE     /* every one of origin's up to count */
} QuoCastFactKind;

typedef struct
{
  QuoCastFactKind kind;
  guint           origin;
  gint64          count;
  gint64          key;
  gint64          value;
  gint64          request;
  gint64          amount;  /* BROADCAST: entries of the stamp */
  QuoTime         held_at; /* DELIVERED */
} QuoCastFact;

typedef struct
{
  guint       index;
  guint       n_nodes;
  gboolean    is_stopped;
  gint64      n_own;       /* numbers that it has given out */
  gint64      n_told;      /* of these on disk, and sent */
  QuoVectorClock clock;     /* of each: what the log has without a gap */
  QuoVectorClock delivered; /* of each: that is on disk */
  QuoVectorClock stable;    /* of each: that everybody has delivered */
  GPtrArray  *log;         /* QuoCastItem; index i is at i - 1 */
  gint64      n_delivered; /* of the log, on disk */
  GPtrArray  *where;       /* of each: GArray of guint, index in the log by
                            * count - 1; 0; NULL: nothing yet */
  GPtrArray  *outbox;      /* QuoCastItem: its own, without a number yet */
  GPtrArray  *held;        /* QuoCastItem, in order of arrival */
  GArray     *numbers;     /* QuoCastNumber */
  GArray     *pending;     /* QuoCastPending */
  gint64      n_pending;   /* ever begun */
  gint64      n_written;
  GHashTable *requests;    /* request to its index in the log; -1: outbox */
  GHashTable *store;       /* key to value */

  /* What it knows of the others. */
  GPtrArray  *known;       /* of each: QuoVectorClock, what each has delivered of
                            * its messages; NULL: nothing yet */
  QuoVectorClock heard_of; /* of each: the latest that somebody has */
  QuoVectorClock wanted;   /* of each: missing when the timer last fired */
  QuoVectorClock had_log;  /* of each: how long its own log was, and how many it
                            * had told, when that one's latest STATUS came */
  QuoVectorClock had_told;
  gint64      heard_length; /* the longest log of anybody */
  gint64      wanted_length;
  gint64      n_rounds;
  gboolean    is_asked;    /* somebody should hear how far it is */
  GArray     *facts;       /* QuoCastFact */
} QuoCast;

typedef struct
{
  GPtrArray *processes;  /* of each: what monitor.c saw of it */
  GArray    *sequence;   /* the order of the first who delivered as many */
  guint64    n_inversions;
  guint64    n_overflows;
} QuoCastGhost;

/* order.c */
gboolean  quo_cast_is_due       (QuoCastOrder       order,
                                 const QuoVectorClock *clock,
                                 const QuoVectorClock *stamp,
                                 guint              origin,
                                 gboolean           own_keys);
gboolean  quo_cast_find_missing (const QuoVectorClock *clock,
                                 const QuoVectorClock *stamp,
                                 guint              origin,
                                 guint             *ret_first,
                                 gint64            *ret_n_missing);

/* broadcast.c */
const QuoCastOptions *quo_cast_options (const QuoNode *node);
guint     quo_cast_sequencer    (const QuoNode     *node);
gboolean  quo_cast_is_numbered  (const QuoNode     *node,
                                 const QuoCast     *self);
void      quo_cast_init         (QuoNode           *node,
                                 QuoCast           *self);
void      quo_cast_clear        (gpointer           state);
QuoCastItem *quo_cast_item_new  (guint              origin,
                                 gint64             count);
void      quo_cast_item_free    (gpointer           item);
gint64    quo_cast_name         (QuoNode           *node,
                                 guint              origin,
                                 gint64             count);
void      quo_cast_add_fact     (QuoCast           *self,
                                 QuoCastFactKind    kind,
                                 const QuoCastItem *item,
                                 gint64             amount);
void      quo_cast_write        (QuoNode           *node,
                                 const QuoCastItem *item,
                                 guint              field,
                                 gint64             key);
gboolean  quo_cast_may          (QuoNode           *node,
                                 const QuoCast     *self);
void      quo_cast_broadcast    (QuoNode           *node,
                                 QuoCast           *self,
                                 QuoCastItem       *item);
void      quo_cast_tell         (QuoNode           *node,
                                 QuoCast           *self,
                                 QuoCastItem       *item);
void      quo_cast_send         (QuoNode           *node,
                                 QuoCast           *self,
                                 const QuoCastItem *item,
                                 guint              message,
                                 guint              to);

/* deliver.c */
guint     quo_cast_index_of     (const QuoCast     *self,
                                 guint              origin,
                                 gint64             count);
QuoCastItem *quo_cast_find      (const GPtrArray   *items,
                                 guint              origin,
                                 gint64             count);
void      quo_cast_enter        (QuoNode           *node,
                                 QuoCast           *self,
                                 QuoCastItem       *item);
void      quo_cast_accept       (QuoNode           *node,
                                 QuoCast           *self,
                                 QuoCastItem       *item);
void      quo_cast_wait_for_disk (QuoNode          *node,
                                 QuoCast           *self,
                                 QuoCastItem       *item,
                                 gboolean           is_delivery);
void      quo_cast_take         (QuoNode           *node,
                                 QuoCast           *self,
                                 const QuoMessage  *message);
void      quo_cast_take_numbers (QuoNode           *node,
                                 QuoCast           *self,
                                 const QuoMessage  *message);
void      quo_cast_settle       (QuoNode           *node,
                                 QuoCast           *self);
void      quo_cast_count        (QuoCast           *self,
                                 guint              origin);
void      quo_cast_deliver      (QuoNode           *node,
                                 QuoCast           *self,
                                 QuoCastItem       *item);
void      quo_cast_apply        (QuoNode           *node,
                                 QuoCast           *self,
                                 const QuoCastItem *item);

/* recover.c */
gint64    quo_cast_has          (const QuoCast     *self,
                                 guint              origin);
void      quo_cast_learn        (QuoNode           *node,
                                 QuoCast           *self,
                                 guint              process,
                                 guint              origin,
                                 gint64             count);
void      quo_cast_learn_stable (QuoNode           *node,
                                 QuoCast           *self,
                                 guint              origin,
                                 gint64             count);
void      quo_cast_status       (QuoNode           *node,
                                 QuoCast           *self);
void      quo_cast_heard        (QuoNode           *node,
                                 QuoCast           *self,
                                 const QuoMessage  *message);
void      quo_cast_requested    (QuoNode           *node,
                                 QuoCast           *self,
                                 const QuoMessage  *message);
gint64    quo_cast_n_unstable   (const QuoCast     *self);
void      quo_cast_stay_awake   (QuoNode           *node,
                                 QuoCast           *self);

/* restore.c */
void      quo_cast_restore      (QuoNode           *node,
                                 QuoCast           *self);

/* process.c */
void      quo_cast_start        (QuoNode           *node,
                                 gpointer           state);
void      quo_cast_restart      (QuoNode           *node,
                                 gpointer           state);
void      quo_cast_receive      (QuoNode           *node,
                                 gpointer           state,
                                 const QuoMessage  *message);
void      quo_cast_timeout      (QuoNode           *node,
                                 gpointer           state,
                                 guint              timer,
                                 gint64             arg);
void      quo_cast_request      (QuoNode           *node,
                                 gpointer           state,
                                 const QuoOp       *op);
void      quo_cast_synced       (QuoNode           *node,
                                 gpointer           state,
                                 guint              write,
                                 gint64             token);
void      quo_cast_command      (QuoNode           *node,
                                 gpointer           state,
                                 guint              command,
                                 const gint64      *args);

/* monitor.c */
void      quo_cast_check        (QuoCluster        *cluster,
                                 gpointer           ghost,
                                 guint              node);
void      quo_cast_finish       (QuoCluster        *cluster,
                                 gpointer           ghost);
void      quo_cast_clear_ghost  (gpointer           ghost);

G_END_DECLS
