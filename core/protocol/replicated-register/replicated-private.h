/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "crdt/counter.h"
#include "crdt/register.h"
#include "crdt/set.h"
#include "protocol/protocol.h"

G_BEGIN_DECLS

enum
{
  ROLE_EMPTY,
  ROLE_SETTLED,
  ROLE_SIBLINGS
};

enum
{
  FIELD_ROLE,
  FIELD_STORE,
  FIELD_REGISTERS,
  FIELD_COUNTS,
  FIELD_DOTS,
  FIELD_LIFE
};

/* A whole state and a delta of each form; their order is that of QuoReplicatedForm,
 * state before delta. */
enum
{
  MESSAGE_REGISTERS,
  MESSAGE_REGISTERS_DELTA,
  MESSAGE_COUNTS,
  MESSAGE_COUNTS_DELTA,
  MESSAGE_DOTS,
  MESSAGE_DOTS_DELTA,
  MESSAGE_NOTHING_NEW,
  MESSAGE_ACK,
  MESSAGE_BEHIND,
  N_MESSAGES
};

enum
{
  TIMER_GOSSIP
};

enum
{
  WRITE_STATE
};

enum
{
  NOTE_UPDATES,
  NOTE_SIBLINGS,
  NOTE_NEW_ID
};

enum
{
  FAULT_KEYED_BY_VALUE,
  FAULT_CLOCK_AS_IS,
  FAULT_EQUAL_STAMPS,
  FAULT_MERGE_BY_SUM,
  FAULT_REMOVE_UNSEEN,
  FAULT_REUSE_REPLICA_ID
};

enum
{
  INVARIANT_CONVERGENCE,
  INVARIANT_NO_LOST_WRITE,
  INVARIANT_NO_RESURFACING,
  INVARIANT_COUNTER
};

enum
{
  MEASURE_CONVERGENCE_TIME,
  MEASURE_DIVERGENT,
  MEASURE_MESSAGES,
  MEASURE_BYTES
};

enum
{
  CHANCE_PEER,
  CHANCE_TIMER,
  CHANCE_ID
};

typedef enum
{
  QUO_REPLICATED_LWW,
  QUO_REPLICATED_MV,
  QUO_REPLICATED_G_COUNTER,
  QUO_REPLICATED_PN_COUNTER,
  QUO_REPLICATED_OR_SET,
  QUO_REPLICATED_RW_SET
} QuoReplicatedType;

/* How a type is kept and sent. */
typedef enum
{
  QUO_REPLICATED_REGISTER,
  QUO_REPLICATED_COUNTS,
  QUO_REPLICATED_DOTS
} QuoReplicatedForm;

typedef enum
{
  QUO_REPLICATED_WALL,
  QUO_REPLICATED_LAMPORT,
  QUO_REPLICATED_HYBRID
} QuoReplicatedClock;

typedef enum
{
  QUO_REPLICATED_STATE,
  QUO_REPLICATED_DELTA
} QuoReplicatedSync;

/* Whose reading a write of a multi-value register replaces. */
typedef enum
{
  QUO_REPLICATED_BY_REPLICA,
  QUO_REPLICATED_BY_CLIENT
} QuoReplicatedContext;

typedef struct
{
  gint    type;
  gint    clock;
  gint    sync;
  gint    context;
  QuoTime resolution;
  QuoTime interval;
  double  jitter;
  gint64  fanout;
  gint64  buffer;
} QuoReplicatedOptions;

#define QUO_REPLICATED_MAX_FANOUT 16

/* What a replica holds of a key, or a delta of that; which part is used follows
 * from the type. */
typedef struct
{
  gint64          key;   /* interned */
  QuoLwwRegister  lww;
  QuoCounter     *counter;
  QuoDotStore    *store;
  GArray         *banned; /* gint64, only with the fault remove-unseen */
  gint64          shown;  /* interned: what a reader gets */
  GArray         *on_disk; /* gint64: names of its rows there */
} QuoReplicatedCell;

/* A change that may have to be sent on: number and delta. */
typedef struct
{
  gint64             number;
  QuoReplicatedCell *delta;
} QuoReplicatedGroup;

/* How far two replicas know of each other in delta mode. */
typedef struct
{
  guint  peer;
  gint64 acked;   /* it has ours up to this change; -1: nothing */
  gint64 session; /* of the peer, 0: not heard of */
  gint64 heard;   /* we have its changes up to this one */
} QuoReplicatedPeer;

/* An answer that waits until the update is on disk. */
typedef struct
{
  guint  client;
  gint64 serial;
  gint64 value;
  gint64 context;
  gint64 token;
} QuoReplicatedPending;

/* What the step that runs did, for those who watch. */
typedef struct
{
  gboolean  is_update; /* a client's update was done here */
  QuoOpKind kind;
  gint64    key;
  gint64    value;   /* interned, or the amount of a counter */
  QuoStamp  stamp;   /* of a register's write */
  gint64    used;    /* context that came with it, 0: the replica's own */
  gint64    gave;    /* context that goes back for the key */
  gboolean  is_taken; /* a state or a delta was merged */
  guint     from;
  gint64    session; /* of the sender, as the message says */
  gint64    upto;
  guint     n_bytes; /* sent */
  GArray   *touched; /* gint64 keys that came or changed */
} QuoReplicatedNow;

typedef struct
{
  GPtrArray *cells;   /* QuoReplicatedCell by key */
  GArray    *pending; /* QuoReplicatedPending by token */
  GArray    *groups;  /* QuoReplicatedGroup by number */
  GArray    *peers;   /* QuoReplicatedPeer */
  gint64     n_changes;  /* in this session, and writes asked for */
  gint64     n_on_disk;  /* of those */
  gint64     n_dropped;  /* groups up to this one are gone */
  gint64     session;    /* since the node started: a random number */
  guint      life;
  gboolean   is_ready;
  QuoReplicatedNow now;
} QuoReplicated;

/* The columns of rows as they travel and lie on disk. */
#define N_REGISTER_ROW 6
#define N_COUNT_ROW    5
#define N_DOT_ROW      6
#define N_HEAD         3 /* session, since, upto */

typedef enum
{
  QUO_REPLICATED_VALUE,
  QUO_REPLICATED_REMOVAL,
  QUO_REPLICATED_SEEN,
  QUO_REPLICATED_SEEN_UPTO,
  QUO_REPLICATED_BANNED
} QuoReplicatedMark;

#define QUO_REPLICATED_WATCHED_MAX 4096

/* An update as those know it who watch. */
typedef struct
{
  guint     run; /* a node from one start to the next */
  guint     nth; /* of its updates, from 1 */
  QuoOpKind kind;
  gint64    value;
  QuoStamp  stamp;
  GArray   *saw; /* of guint for each run: what it replaces, where it does */
} QuoReplicatedUpdate;

/* A node as those see it who watch. */
typedef struct
{
  gint64  session;  /* 0: not started */
  int     run;      /* -1: no update yet */
  GArray *seen;     /* of guint for each run: which updates it knows of */
  GArray *durable;  /* those that its disk knows of */
  GQueue  on_way;   /* of QuoReplicatedMoment: to the disk */
  gint64  n_asked;
  guint64 hash;     /* of all that it shows */
} QuoReplicatedView;

typedef struct
{
  QuoReplicatedView *views;  /* n_nodes */
  guint              n_views;
  GArray            *runs;   /* guint: updates of each */
  GHashTable        *moments; /* (node, session, change) -> seen */
  GHashTable        *contexts; /* (key, context) -> seen */
  GHashTable        *keys;   /* key -> array of QuoReplicatedUpdate */
  QuoTime            last_update; /* QUO_TIME_NEVER: none */
  QuoTime            equal_since; /* QUO_TIME_NEVER: not now */
  guint64            n_bytes;
} QuoReplicatedGhost;

/* cell.c */
QuoReplicatedForm  quo_replicated_form        (const QuoReplicatedOptions *options);
guint              quo_replicated_n_columns   (QuoReplicatedForm        form);
QuoReplicatedCell *quo_replicated_cell_new    (gint64                   key);
void               quo_replicated_cell_free   (QuoReplicatedCell       *cell);
QuoReplicatedCell *quo_replicated_find        (const QuoReplicated     *self,
                                               gint64                   key);
QuoReplicatedCell *quo_replicated_get         (QuoReplicated           *self,
                                               gint64                   key);
gboolean           quo_replicated_cell_merge  (QuoNode                 *node,
                                               QuoReplicatedCell       *cell,
                                               const QuoReplicatedCell *other);
/* rows.c */
void               quo_replicated_encode      (QuoNode                 *node,
                                               const QuoReplicatedCell *cell,
                                               GArray                  *rows);
GPtrArray         *quo_replicated_decode      (QuoNode                 *node,
                                               const gint64            *first,
                                               const gint64            *rows,
                                               guint                    n_rows);
void               quo_replicated_to_disk     (QuoNode                 *node,
                                               QuoReplicatedCell       *cell);
void               quo_replicated_from_disk   (QuoNode                 *node,
                                               QuoReplicated           *self);
gint64             quo_replicated_context     (QuoNode                 *node,
                                               const QuoDotContext     *seen);
QuoDotContext     *quo_replicated_read_context (QuoNode                *node,
                                                gint64                  name);
/* show.c */
void               quo_replicated_show        (QuoNode                 *node,
                                               QuoReplicated           *self,
                                               QuoReplicatedCell       *cell);
void               quo_replicated_show_role   (QuoNode                 *node,
                                               const QuoReplicated     *self);
/* update.c */
void               quo_replicated_request     (QuoNode                 *node,
                                               gpointer                 state,
                                               const QuoOp             *op);
void               quo_replicated_synced      (QuoNode                 *node,
                                               gpointer                 state,
                                               guint                    write,
                                               gint64                   token);
/* node.c */
guint              quo_replicated_id          (QuoNode                 *node,
                                               const QuoReplicated     *self);
void               quo_replicated_begin       (QuoReplicated           *self);
void               quo_replicated_changed     (QuoNode                 *node,
                                               QuoReplicated           *self,
                                               GPtrArray               *deltas);
void               quo_replicated_start       (QuoNode                 *node,
                                               gpointer                 state);
void               quo_replicated_restart     (QuoNode                 *node,
                                               gpointer                 state);
void               quo_replicated_receive     (QuoNode                 *node,
                                               gpointer                 state,
                                               const QuoMessage        *message);
void               quo_replicated_timeout     (QuoNode                 *node,
                                               gpointer                 state,
                                               guint                    timer,
                                               gint64                   arg);
void               quo_replicated_clear       (gpointer                 state);
/* sync.c */
QuoReplicatedPeer *quo_replicated_peer        (QuoReplicated           *self,
                                               guint                    peer);
void               quo_replicated_contact     (QuoNode                 *node,
                                               QuoReplicated           *self,
                                               guint                    to);
gboolean           quo_replicated_follows     (QuoNode                 *node,
                                               QuoReplicated           *self,
                                               const QuoMessage        *message);
void               quo_replicated_answered    (QuoReplicated           *self,
                                               const QuoMessage        *message);
void               quo_replicated_keep        (QuoNode                 *node,
                                               QuoReplicated           *self,
                                               GPtrArray               *deltas);
/* measures.c */
void               quo_replicated_measure     (QuoCluster              *cluster,
                                               QuoReplicatedGhost      *self,
                                               guint                    node);
void               quo_replicated_finish      (QuoCluster              *cluster,
                                               gpointer                 ghost);
/* model.c */
gboolean           quo_replicated_covers      (const GArray            *seen,
                                               const QuoReplicatedUpdate *update);
void               quo_replicated_check_model (QuoCluster              *cluster,
                                               QuoReplicatedGhost      *self,
                                               guint                    node,
                                               gint64                   key);
/* monitor.c */
void               quo_replicated_check       (QuoCluster              *cluster,
                                               gpointer                 ghost,
                                               guint                    node);
void               quo_replicated_clear_ghost (gpointer                 ghost);

G_END_DECLS
