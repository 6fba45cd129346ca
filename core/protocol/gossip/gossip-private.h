/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol/protocol.h"

G_BEGIN_DECLS

/* What stands for nothing: a deletion's value, and the key of a free entry. */
#define QUO_GOSSIP_NOTHING 0

typedef enum
{
  QUO_GOSSIP_SUSCEPTIBLE,
  QUO_GOSSIP_INFECTIVE,
  QUO_GOSSIP_REMOVED
} QuoGossipRole;

enum
{
  FIELD_ROLE,
  FIELD_KNOWS,
  FIELD_WASTED,
  FIELD_DATA,
  FIELD_ISSUED
};

enum
{
  MESSAGE_PUSH,
  MESSAGE_FEEDBACK,
  MESSAGE_PULL,
  MESSAGE_REPLY,
  MESSAGE_REFUSE,
  MESSAGE_DIGEST,
  MESSAGE_WANT,
  MESSAGE_MAIL,
  MESSAGE_TREE,
  MESSAGE_LEAVES,
  N_MESSAGES
};

enum
{
  TIMER_CYCLE
};

enum
{
  WRITE_ISSUED
};

enum
{
  NOTE_WRITES,
  NOTE_DELETES,
  NOTE_CONCURRENT,
  NOTE_DROPS
};

enum
{
  COMMAND_UPDATE,
  COMMAND_DELETE,
  COMMAND_TELL
};

enum
{
  FAULT_MERGE_BY_COUNTER,
  FAULT_MERGE_BY_ARRIVAL,
  FAULT_DROP_CERTIFICATE_EARLY,
  FAULT_FORGET_ISSUED,
  FAULT_FORGET_RESET
};

enum
{
  INVARIANT_ONE_VALUE,
  INVARIANT_NO_INVENTION,
  INVARIANT_NEWER_TAKEN,
  INVARIANT_VERSIONS_RISE,
  INVARIANT_DELETED,
  INVARIANT_USEFUL_RESETS
};

enum
{
  MEASURE_RESIDUE,
  MEASURE_TRAFFIC,
  MEASURE_T_LAST,
  MEASURE_T_AVERAGE,
  MEASURE_CYCLES_TO_ALL,
  MEASURE_MESSAGES,
  MEASURE_DIVERGENT
};

/* What a node's dice are for. */
enum
{
  CHANCE_PEER,
  CHANCE_COIN,
  CHANCE_TIMER,
  N_CHANCES
};

typedef enum
{
  QUO_GOSSIP_MODE_PUSH,
  QUO_GOSSIP_MODE_PULL,
  QUO_GOSSIP_MODE_PUSH_PULL
} QuoGossipMode;

typedef enum
{
  QUO_GOSSIP_RUMOR,
  QUO_GOSSIP_ANTI_ENTROPY,
  QUO_GOSSIP_NONE
} QuoGossipStrategy;

typedef enum
{
  QUO_GOSSIP_FEEDBACK,
  QUO_GOSSIP_BLIND
} QuoGossipFeedback;

typedef enum
{
  QUO_GOSSIP_COUNTER,
  QUO_GOSSIP_COIN,
  QUO_GOSSIP_NEVER
} QuoGossipStop;

typedef enum
{
  QUO_GOSSIP_SYNCHRONOUS,
  QUO_GOSSIP_ASYNCHRONOUS
} QuoGossipCycle;

typedef enum
{
  QUO_GOSSIP_FULL,
  QUO_GOSSIP_DIGEST,
  QUO_GOSSIP_MERKLE
} QuoGossipCompare;

#define QUO_GOSSIP_MAX_FANOUT 16

#define QUO_GOSSIP_N_LEAVES 256

typedef struct
{
  gint     mode;
  gint     strategy;
  gint     feedback;
  gint     stop;
  gint     cycle;
  gint     compare;
  gint64   k;
  gint64   fanout;
  gint64   connection_limit;
  gint64   hunting;
  gint64   backup;
  QuoTime  interval;
  double   jitter;
  QuoTime  certificate_life;
  gboolean has_mail;
} QuoGossipOptions;

/* Of an entry. */
typedef enum
{
  QUO_GOSSIP_HOT    = 1 << 0, /* a rumor: passed on without being asked */
  QUO_GOSSIP_NEEDED = 1 << 1, /* somebody needed it since the last tick */
  QUO_GOSSIP_FRESH  = 1 << 2  /* came in the step that runs */
} QuoGossipFlags;

/* A key's newest version as the node knows it. */
typedef struct
{
  guint32 key;    /* interned; QUO_GOSSIP_NOTHING: a free place */
  guint32 value;  /* interned; QUO_GOSSIP_NOTHING: a death certificate */
  guint32 counter;
  guint32 origin;
  guint32 learnt; /* cycle in which it came */
  guint8  flags;
  guint8  n_wasted; /* unnecessary contacts in a row */
  guint8  n_counted; /* contacts that count, since the last tick */
} QuoGossipEntry;

/* An update that waits until its number is on disk. */
typedef struct
{
  guint32 key;
  guint32 value;
  guint32 counter;
  gint32  client; /* QUO_NO_NODE: nobody waits for an answer */
  gint64  serial;
} QuoGossipPending;

/* What few nodes need: keys beyond the first, updates of its own. */
typedef struct
{
  GArray *entries; /* QuoGossipEntry, by key */
  GArray *pending; /* QuoGossipPending */
  gint64  n_taken; /* of the pending ones that are gone */
} QuoGossipMore;

/* What the step that runs did, for those who watch. */
typedef enum
{
  QUO_GOSSIP_NEW          = 1 << 0,
  QUO_GOSSIP_LEFT_NEWER   = 1 << 1,
  QUO_GOSSIP_WAS_USEFUL   = 1 << 2,
  QUO_GOSSIP_TIMER_RUNS   = 1 << 7  /* lasts */
} QuoGossipNow;

/* One key stands in the node itself: a rumor among a million nodes costs each
 * one cache line. */
typedef struct
{
  QuoGossipEntry first;
  guint32        cycle; /* of the latest step */
  gint32         n_sent; /* updates sent in the step, less those refused */
  QuoGossipMore *more;
  guint8         role;
  guint8         n_accepted; /* contacts of others in this cycle */
  guint8         n_hunts;
  guint8         now; /* QuoGossipNow */
} QuoGossip;

G_STATIC_ASSERT (sizeof (QuoGossip) <= 48);

/* An update as it travels: the columns of Push, Reply and Mail. */
enum
{
  ROW_KEY,
  ROW_VALUE,
  ROW_COUNTER,
  ROW_ORIGIN,
  N_ROW
};

/* Feedback has the same first and last column, and these between. */
enum
{
  FEEDBACK_KEY,
  FEEDBACK_COUNTER,
  FEEDBACK_ORIGIN,
  FEEDBACK_KNEW
};

/* Columns of a Digest; a Want has the first alone. */
enum
{
  DIGEST_KEY,
  DIGEST_COUNTER,
  DIGEST_ORIGIN,
  N_DIGEST
};

/* What those who watch remember. */
typedef struct
{
  GHashTable *versions; /* set of all that were ever written */
  GHashTable *columns;  /* key -> what each node had of it last */
  guint64     n_cells;
  guint64     n_sent;   /* updates */
  guint8     *reached;  /* bitmap */
  guint       n_reached;
  guint32     key;      /* of the first update */
  guint32     counter;
  guint32     origin;
  QuoTime     since;
  double      sum;      /* of the cycles until each was reached */
  double      last;
} QuoGossipGhost;

/* store.c */
QuoGossipEntry *quo_gossip_nth        (QuoGossip         *self,
                                       guint              nth);
const QuoGossipEntry *quo_gossip_nth_const (const QuoGossip *self,
                                            guint            nth);
QuoGossipEntry *quo_gossip_find       (QuoGossip         *self,
                                       gint64             key);
QuoGossipEntry *quo_gossip_get        (QuoGossip         *self,
                                       gint64             key);
QuoGossipMore  *quo_gossip_more       (QuoGossip         *self);
gboolean        quo_gossip_is_newer   (guint32            counter,
                                       guint32            origin,
                                       const QuoGossipEntry *entry);
gboolean        quo_gossip_takes      (QuoNode           *node,
                                       guint32            counter,
                                       guint32            origin,
                                       const QuoGossipEntry *entry);
gboolean        quo_gossip_merge      (QuoNode           *node,
                                       QuoGossip         *self,
                                       const gint64      *row,
                                       gboolean           is_rumor);
void            quo_gossip_age        (QuoNode           *node,
                                       QuoGossip         *self);
void            quo_gossip_show       (QuoNode           *node,
                                       QuoGossip         *self);
void            quo_gossip_clear      (gpointer           state);
/* rumor.c */
gboolean        quo_gossip_was_there  (const QuoGossipOptions *options,
                                       const QuoGossip   *self,
                                       const QuoGossipEntry *entry);
gboolean        quo_gossip_is_active  (const QuoGossipOptions *options,
                                       const QuoGossip   *self,
                                       const QuoGossipEntry *entry);
gboolean        quo_gossip_knew       (const QuoGossipOptions *options,
                                       const QuoGossip   *self,
                                       const QuoGossipEntry *entry,
                                       const gint64      *row);
void            quo_gossip_judge      (QuoNode           *node,
                                       QuoGossip         *self);
void            quo_gossip_sent_blind (QuoNode           *node,
                                       QuoGossip         *self,
                                       QuoGossipEntry    *entry);
void            quo_gossip_was_known  (QuoNode           *node,
                                       QuoGossip         *self,
                                       QuoGossipEntry    *entry);
void            quo_gossip_answer     (QuoNode           *node,
                                       guint              to,
                                       const gint64      *rows,
                                       guint              n);
void            quo_gossip_feedback   (QuoNode           *node,
                                       QuoGossip         *self,
                                       const QuoMessage  *message);
/* anti-entropy.c */
void            quo_gossip_digest     (QuoNode           *node,
                                       QuoGossip         *self,
                                       guint              to);
void            quo_gossip_compare    (QuoNode           *node,
                                       QuoGossip         *self,
                                       const QuoMessage  *digest);
void            quo_gossip_wanted     (QuoNode           *node,
                                       QuoGossip         *self,
                                       const QuoMessage  *want);
void            quo_gossip_give       (QuoNode           *node,
                                       QuoGossip         *self,
                                       guint              to,
                                       const gint64      *rows,
                                       guint              n,
                                       const guint8      *is_covered);
void            quo_gossip_ask        (QuoNode           *node,
                                       QuoGossip         *self,
                                       guint              to,
                                       const gint64      *rows,
                                       guint              n);
/* merkle.c */
guint           quo_gossip_leaf       (guint32            key);
void            quo_gossip_tree       (QuoNode           *node,
                                       QuoGossip         *self,
                                       guint              to);
void            quo_gossip_descend    (QuoNode           *node,
                                       QuoGossip         *self,
                                       const QuoMessage  *tree);
void            quo_gossip_leaves     (QuoNode           *node,
                                       QuoGossip         *self,
                                       const QuoMessage  *leaves);
/* write.c */
void            quo_gossip_write      (QuoNode           *node,
                                       QuoGossip         *self,
                                       const QuoGossipPending *wish);
void            quo_gossip_request    (QuoNode           *node,
                                       gpointer           state,
                                       const QuoOp       *op);
void            quo_gossip_synced     (QuoNode           *node,
                                       gpointer           state,
                                       guint              write,
                                       gint64             token);
/* node.c */
guint32         quo_gossip_cycle_at   (const QuoGossipOptions *options,
                                       QuoTime            time);
void            quo_gossip_begin      (QuoNode           *node,
                                       QuoGossip         *self);
void            quo_gossip_end        (QuoNode           *node,
                                       QuoGossip         *self);
void            quo_gossip_send       (QuoNode           *node,
                                       QuoGossip         *self,
                                       guint              to,
                                       guint              message,
                                       const gint64      *rows,
                                       guint              n);
void            quo_gossip_start      (QuoNode           *node,
                                       gpointer           state);
void            quo_gossip_receive    (QuoNode           *node,
                                       gpointer           state,
                                       const QuoMessage  *message);
void            quo_gossip_timeout    (QuoNode           *node,
                                       gpointer           state,
                                       guint              timer,
                                       gint64             arg);
void            quo_gossip_command    (QuoNode           *node,
                                       gpointer           state,
                                       guint              command,
                                       const gint64      *args);
/* measures.c */
void            quo_gossip_check      (QuoCluster        *cluster,
                                       gpointer           ghost,
                                       guint              node);
void            quo_gossip_finish     (QuoCluster        *cluster,
                                       gpointer           ghost);
void            quo_gossip_clear_ghost (gpointer          ghost);

G_END_DECLS
