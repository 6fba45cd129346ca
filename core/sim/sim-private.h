/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/random.h"
#include "sim/queue.h"
#include "sim/replay.h"
#include "sim/sim.h"
#include "sim/trace-private.h"

G_BEGIN_DECLS

#define QUO_N_PURPOSES 8
/* Up to here each link has a state of its own; above, a message's dice are keyed
 * by how many its sender sent before. */
#define QUO_DENSE_PARTICIPANTS 256

/* What a random stream is for: part of its key. */
typedef enum
{
  QUO_STREAM_NODE = 1, /* a = node, b = purpose */
  QUO_STREAM_LINK,     /* a = from, b = to */
  QUO_STREAM_DISK,     /* a = node */
  QUO_STREAM_CLIENT,   /* a = client */
  QUO_STREAM_ACTION,   /* a = draw key */
  QUO_STREAM_CHAOS     /* a = position, kind */
} QuoStreamPurpose;

/* What an item of the queue is. */
typedef enum
{
  QUO_DUE_START,
  QUO_DUE_DELIVER,        /* ref: send; detail: receiver */
  QUO_DUE_DELIVER_TWIN,   /* ref: send; a second copy of the message */
  QUO_DUE_LOSE,           /* ref: send; detail: reason */
  QUO_DUE_TIMER,          /* ref: node; detail: timer */
  QUO_DUE_WAKE,           /* ref: slot */
  QUO_DUE_SYNC,           /* ref: slot */
  QUO_DUE_ACTION,         /* ref: action */
  QUO_DUE_UNDO,           /* ref: slot of an effect that lasts for a time */
  QUO_DUE_CHAOS,          /* ref: position */
  QUO_DUE_CLIENT,         /* ref: client; its workload's next operation */
  QUO_DUE_CLIENT_TIMEOUT, /* ref: client; detail: low bits of the try */
  QUO_DUE_CLIENT_FALLBACK /* ref: client; detail: low bits of the serial */
} QuoDue;

#define QUO_DUE_BITS 4
#define QUO_DUE(kind, detail) ((guint32) (kind) | (guint32) (detail) << QUO_DUE_BITS)

typedef struct
{
  QuoTime deadline; /* true time; QUO_TIME_NEVER: not set */
  QuoTime queued;   /* time of the item that stands for it, or NEVER */
  guint32 cause;
} QuoTimerSlot;

/* A wake-up or a durable write on its way. */
typedef struct
{
  guint32 node;
  guint32 incarnation;
  guint32 what;  /* timer or write */
  guint32 cause;
  gint64  arg;   /* argument or token */
  guint64 mark;  /* SYNC: how much of the journal it makes durable */
} QuoPending;

typedef struct
{
  GArray *items; /* QuoPending */
  GArray *free;  /* guint32 */
} QuoPool;

/* How to take back a durable change that was not synced. */
typedef struct
{
  guint8   field;
  gboolean was_there;
  gint64   key;
  gint64   old[QUO_MAX_COLUMNS];
} QuoUndo;

typedef struct
{
  GArray *entries; /* QuoUndo */
  guint   n_dead;  /* of them, at the front, are durable */
  guint64 base;    /* entries that are durable, gone from the array or not */
} QuoJournal;

/* A node's clock, where any node's is not the true time. */
typedef struct
{
  QuoTime base;  /* what it showed at the true time `since` */
  QuoTime since;
  double  drift;
} QuoClock;

/*
 * Of each node there is one block: this, its timers, its volatile scalars and its
 * protocol's state, one behind the other. A step touches all of them, and with a
 * million nodes each line of them is far away: together they are fetched as one.
 * What only disks and crashes need is kept apart.
 */
struct _QuoNode
{
  QuoSim  *sim;
  guint32  index;
  guint32  n_sent;
  guint8   life;
  guint8   is_started;
  guint16  n_pauses;
  guint32  n_draws[]; /* of each purpose that the protocol has dice for */
};

typedef struct
{
  guint32 incarnation;
  guint32 n_synced;
} QuoNodeRecord;

struct _QuoCluster
{
  QuoSim *sim;
};

typedef struct
{
  QuoDistribution *latency; /* borrowed; NULL: the node's own loopback */
  double           loss;
  double           duplicate;
  double           bandwidth;
  gboolean         is_fifo;
  QuoTime          extra;
} QuoLinkRules;

typedef struct
{
  guint64 key;
  guint32 n_messages;
  guint32 rules; /* index; 0: the network's own */
  QuoTime last_arrival;
  QuoTime free_at;
} QuoLink;

typedef struct
{
  QuoOp     op;
  int       node; /* asked first, or QUO_NO_NODE */
  guint32   cause;
} QuoClientTask;

typedef enum
{
  QUO_CLIENT_ASKING,
  QUO_CLIENT_FAILED,      /* waits for a while before it falls back */
  QUO_CLIENT_FALLING_BACK /* has asked another node instead */
} QuoClientPhase;

/* Of a client's tries and serials, what fits an item of the queue. */
#define QUO_CLIENT_TAG_BITS 20
#define QUO_CLIENT_TAG_MASK ((1u << QUO_CLIENT_TAG_BITS) - 1)

typedef struct
{
  guint32   participant;
  gboolean  is_busy;
  QuoOp     op;
  guint32   invoked;    /* event */
  QuoTime   since;
  guint     target;
  guint     n_tries;
  guint     try_tag;
  int       hint;       /* node that answered last, or QUO_NO_NODE */
  QuoDistribution *gap; /* between the workload's operations; NULL: no workload */
  guint64   n_draws;
  guint64   n_ops;
  guint64   n_values;
  gint64    last_serial;
  GQueue    tasks;      /* QuoClientTask */
  GHashTable *contexts; /* key -> context; NULL: none yet; never iterated */
  GHashTable *seen;     /* key -> what the session saw; the same */
  QuoClientPhase phase;
  QuoStatus failure;    /* FAILED: how the operation ended */
  guint     primary;    /* FALLING_BACK: node that was asked before */
  guint     n_others;   /* FALLING_BACK: nodes that can still be asked */
} QuoClient;

typedef struct
{
  QuoMessageMatch match;
  QuoActionKind   kind;
  QuoTime         duration;
  guint32         cause;
} QuoTrap;

/* What a delay or a duplication by hand still has to do to a message. */
typedef struct
{
  QuoTime delay;
  guint   n_twins;
} QuoTamper;

typedef struct
{
  QuoActionKind kind; /* of the action that takes it back */
  guint         node;
  guint         from;
  guint         to;
  gboolean      is_one_way;
  guint32       cause; /* action that lasts, or QUO_NO_EVENT: chaos */
  guint32       mark;  /* tells what it did from what was done since */
} QuoEffect;

struct _QuoSim
{
  QuoCluster            cluster;
  QuoSimConfig         *config;
  const QuoDeclaration *declaration;
  const QuoBehaviour   *behaviour;
  gpointer              options;
  QuoTrace             *trace;
  QuoQueue             *queue;
  QuoTime               now;
  guint32               step; /* the event that runs, cause of what it does */
  guint64               n_items; /* that came due */
  guint                 look_every; /* items between looks at the limits */
  gboolean              is_started;
  gboolean              is_finished;

  guint                 n_nodes;
  guint                 n_participants;
  guint64               node_root; /* of the nodes' random streams */
  guint8               *nodes;  /* n_nodes blocks of node_size */
  gsize                 node_size;
  gsize                 timers_offset;
  gsize                 scalars_offset;
  gsize                 state_offset;
  QuoNodeRecord        *records; /* of each node */
  gint64               *disk_scalars; /* of each node n_disk_scalars */
  QuoClock             *clocks; /* of each node, or NULL: all are true */
  gpointer              ghost;

  guint                 n_timers;
  guint                 n_fields;
  guint                 n_dice;
  guint                 n_scalars; /* volatile */
  guint                 n_disk_scalars;
  guint8                scalar_slot[QUO_MAX_FIELDS + 1];
  guint32               disk_fields; /* bit mask of the durable ones */
  guint                 n_disk_tables;
  guint8                table_slot[QUO_MAX_FIELDS + 1];
  QuoTable            **tables;
  QuoJournal          **journals;
  gboolean              has_disk;
  gsize                 disk_bytes; /* rows, and what taking them back needs */

  QuoPool               wakes;
  QuoPool               syncs;
  GArray               *instant; /* QuoPending: writes that cost nothing */
  GHashTable           *deferred; /* node -> GArray of QuoItem: while paused */

  QuoLink              *links; /* dense: [from][to] */
  guint64               link_seed;
  GHashTable           *sparse_links; /* pair -> QuoLink *: FIFO, bandwidth */
  GArray               *rules; /* QuoLinkRules; 0: the network's own */
  GHashTable           *sparse_rules; /* pair -> index, above the dense size */
  guint32              *groups; /* of each participant, or NULL */
  GHashTable           *cuts;   /* set of pairs */
  double                extra_loss;
  guint32               n_partitions; /* and how often they were healed */
  guint32               n_losses;     /* spells of loss and ends of them */

  QuoClient            *clients;
  guint64               n_waiting; /* operations behind their clients' present one */
  GArray               *traps;    /* QuoTrap */
  GHashTable           *tampered; /* send -> QuoTamper */
  GArray               *effects;  /* QuoEffect */
  guint                 n_down;

  guint64               figures[QUO_N_FIGURES];
  guint64               n_sent[256];
  guint64               n_syncs[256];
  QuoSamples          **measures;
  QuoSamples           *latencies[QUO_OP_TRANSACTION + 1];
  GArray               *violations;
  guint32               violated; /* bit mask of invariants already reported */

  GHashTable           *arrivals;
  guint32               arrivals_length;
};

#define QUO_PAIR(from, to) ((guint64) (from) << 32 | (guint32) (to))

static inline QuoNode *
quo_sim_node (const QuoSim *self,
              guint         node)
{
  return (QuoNode *) (self->nodes + (gsize) node * self->node_size);
}

static inline QuoNodeRecord *
quo_sim_record (const QuoSim *self,
                guint         node)
{
  return &self->records[node];
}

static inline gpointer
quo_sim_state (const QuoSim *self,
               guint         node)
{
  return (guint8 *) quo_sim_node (self, node) + self->state_offset;
}

static inline QuoTimerSlot *
quo_node_timer (const QuoNode *self,
                guint          timer)
{
  return (QuoTimerSlot *) ((guint8 *) self + self->sim->timers_offset) + timer;
}

static inline gint64 *
quo_node_scalar (const QuoNode *self,
                 guint          field)
{
  const QuoSim *sim = self->sim;

  if ((sim->disk_fields >> field & 1) != 0)
    return sim->disk_scalars + (gsize) self->index * sim->n_disk_scalars
           + sim->scalar_slot[field];

  return (gint64 *) ((guint8 *) self + sim->scalars_offset)
         + sim->scalar_slot[field];
}

static inline guint32
quo_sim_append (QuoSim      *self,
                QuoEventKind kind,
                guint        node,
                guint32      cause)
{
  return quo_trace_append (self->trace, self->now, kind, node, cause);
}

/* sim.c */
void     quo_sim_dispatch       (QuoSim          *self,
                                 const QuoItem   *item);
void     quo_sim_end_step       (QuoSim          *self,
                                 guint            node);
gboolean quo_sim_defer          (QuoSim          *self,
                                 guint            node,
                                 const QuoItem   *item);
void     quo_sim_need_clocks    (QuoSim          *self);
QuoTime  quo_sim_gap_mean       (double           rate);
guint32  quo_pool_put           (QuoPool         *pool,
                                 const QuoPending *pending);
void     quo_pool_take          (QuoPool         *pool,
                                 guint32          slot,
                                 QuoPending      *ret_pending);
/* limit.c */
QuoSimStatus quo_sim_status_at_limit (QuoSim     *self,
                                  const volatile gint *is_cancelled);
/* node.c */
QuoTime  quo_node_true_delay    (const QuoNode   *self,
                                 QuoTime          delay);
double   quo_node_drift         (const QuoNode   *self);
/* network.c */
void     quo_network_init       (QuoSim          *self);
void     quo_network_clear      (QuoSim          *self);
void     quo_network_transmit   (QuoSim          *self,
                                 guint            from,
                                 guint            to,
                                 guint            kind,
                                 guint32          send,
                                 guint            n_words);
gboolean quo_network_is_cut     (QuoSim          *self,
                                 guint            from,
                                 guint            to);
void     quo_network_deliver    (QuoSim          *self,
                                 const QuoItem   *item);
void     quo_network_lose       (QuoSim          *self,
                                 guint32          send,
                                 QuoLoss          reason);
void     quo_network_partition  (QuoSim          *self,
                                 guint32         *groups,
                                 guint32          cause);
void     quo_network_cut        (QuoSim          *self,
                                 guint            from,
                                 guint            to,
                                 gboolean         is_cut,
                                 guint32          cause);
void     quo_network_heal       (QuoSim          *self,
                                 guint32          cause);
void     quo_network_set_loss   (QuoSim          *self,
                                 double           share,
                                 guint32          cause);
void     quo_network_set_link   (QuoSim          *self,
                                 guint            from,
                                 guint            to,
                                 const QuoLinkConfig *link);
void     quo_network_trap       (QuoSim          *self,
                                 const QuoTrap   *trap);
/* disk.c */
void     quo_disk_note_scalar   (QuoNode         *node,
                                 guint            field,
                                 gint64           old);
void     quo_disk_count_rows    (QuoNode         *node,
                                 guint            field,
                                 guint            n_before);
void     quo_disk_note_row      (QuoNode         *node,
                                 guint            field,
                                 gint64           key,
                                 const gint64    *old);
void     quo_disk_synced        (QuoSim          *self,
                                 const QuoPending *pending);
void     quo_disk_crash         (QuoNode         *node);
void     quo_disk_lose          (QuoNode         *node,
                                 guint32          cause);
void     quo_disk_set_initial   (QuoSim          *self,
                                 guint            node);
/* life.c */
void     quo_life_start         (QuoSim          *self,
                                 guint            node);
void     quo_life_crash         (QuoSim          *self,
                                 guint            node,
                                 guint32          cause);
void     quo_life_restart       (QuoSim          *self,
                                 guint            node,
                                 guint32          cause);
void     quo_life_pause         (QuoSim          *self,
                                 guint            node,
                                 guint32          cause);
void     quo_life_resume        (QuoSim          *self,
                                 guint            node,
                                 guint32          cause);
void     quo_life_skew          (QuoSim          *self,
                                 guint            node,
                                 QuoTime          jump,
                                 double           drift,
                                 guint32          cause);
/* client.c */
void     quo_clients_init       (QuoSim          *self);
void     quo_clients_clear      (QuoSim          *self);
void     quo_client_tick        (QuoSim          *self,
                                 guint            client);
void     quo_client_timeout     (QuoSim          *self,
                                 guint            client,
                                 guint            tag);
void     quo_client_receive     (QuoSim          *self,
                                 guint            client,
                                 const QuoEvent  *reply);
void     quo_client_task        (QuoSim          *self,
                                 guint            client,
                                 const QuoClientTask *task);
void     quo_client_ask         (QuoSim          *self,
                                 guint            client,
                                 guint            target,
                                 guint32          cause);
void     quo_client_finish      (QuoSim          *self,
                                 guint            client,
                                 QuoStatus        status,
                                 gint64           value,
                                 guint32          cause);
/* fallback.c */
void     quo_fallback_begin     (QuoSim          *self,
                                 guint            client);
void     quo_fallback_remember  (QuoSim          *self,
                                 guint            client,
                                 gint64           value);
gboolean quo_fallback_failed    (QuoSim          *self,
                                 guint            client,
                                 QuoStatus        status,
                                 gboolean         is_answer,
                                 guint32          cause);
gboolean quo_fallback_receive   (QuoSim          *self,
                                 guint            client,
                                 const QuoEvent  *reply);
void     quo_fallback_due       (QuoSim          *self,
                                 guint            client,
                                 guint            tag);
void     quo_fallback_next      (QuoSim          *self,
                                 guint            client,
                                 guint32          cause);
/* action.c */
void     quo_actions_init       (QuoSim          *self);
void     quo_action_do          (QuoSim          *self,
                                 guint            index);
void     quo_effect_undo        (QuoSim          *self,
                                 guint32          slot);
void     quo_effect_after       (QuoSim          *self,
                                 QuoTime          delay,
                                 const QuoEffect *effect);
/* chaos.c */
void     quo_chaos_init         (QuoSim          *self);
void     quo_chaos_strike       (QuoSim          *self,
                                 guint            index);

G_END_DECLS
