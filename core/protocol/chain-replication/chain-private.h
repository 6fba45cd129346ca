/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Servers in a row: writes go from the head down to the tail, reads are the tail's,
 * or under CRAQ anybody's.
 *
 *   chain-replication.c  what the protocol declares
 *   server.c             a server: writes down, acknowledgements up
 *   reads.c              the tail's reads and CRAQ's
 *   history.c            a server's history in memory, mirrored in the fields
 *   master.c             who is in the chain
 *   monitor.c            invariants and measures
 *
 * Servers are fail-stop, as in the paper: one that restarts has no history and stays
 * out. The master is taken to come back with its disk. A server serves only under a
 * lease of the master's, so that one that is taken out by mistake falls silent first.
 *
 * Source: van Renesse and Schneider, Chain Replication for Supporting High Throughput
 * and Availability, OSDI 2004; Terrace and Freedman, Object Storage on CRAQ, USENIX
 * ATC 2009.
 */

#include "protocol/protocol.h"

G_BEGIN_DECLS

typedef enum
{
  ROLE_SPARE,
  ROLE_HEAD,
  ROLE_MIDDLE,
  ROLE_TAIL,
  ROLE_SINGLE,
  ROLE_MASTER
} QuoChainRole;

enum
{
  FIELD_ROLE,
  FIELD_EPOCH,
  FIELD_CHAIN,
  FIELD_PREDECESSOR,
  FIELD_SUCCESSOR,
  FIELD_HISTORY,
  FIELD_COMMIT,
  FIELD_STORE,
  FIELD_DIRTY,
  FIELD_LEASE
};

enum
{
  MESSAGE_UPDATE,
  MESSAGE_ACK,
  MESSAGE_RESUME,
  MESSAGE_VERSION_QUERY,
  MESSAGE_VERSION,
  MESSAGE_HEARTBEAT,
  MESSAGE_LEASE,
  MESSAGE_CONFIGURE
};

enum
{
  TIMER_HEARTBEAT,
  TIMER_DETECT
};

enum
{
  WRITE_CHAIN
};

enum
{
  NOTE_CONFIGURED,
  NOTE_REMOVED,
  NOTE_COMMIT
};

enum
{
  FAULT_ACK_AT_HEAD,
  FAULT_READ_DIRTY,
  FAULT_READ_CLEAN,
  FAULT_SKIP_RESEND,
  FAULT_NO_LEASE
};

enum
{
  INVARIANT_PROPAGATION,
  INVARIANT_ACKNOWLEDGED_KEPT,
  INVARIANT_READ_COMMITTED,
  INVARIANT_READ_LATEST
};

enum
{
  MEASURE_COMMIT_LATENCY,
  MEASURE_RECONFIGURATION_TIME,
  MEASURE_VERSION_QUERIES,
  MEASURE_LOCAL_READS,
  MEASURE_COMMITTED,
  MEASURE_MESSAGES_PER_WRITE
};

enum
{
  READS_TAIL,
  READS_ANY
};

typedef struct
{
  int     reads;
  int     master;
  QuoTime heartbeat_interval;
  QuoTime detection_timeout;
} QuoChainOptions;

typedef struct
{
  gint64  key;
  gint64  value;
  gint64  client;
  gint64  serial;
  guint64 hash; /* of this update and all before it */
} QuoChainUpdate;

/* A read that waits for the tail's word. */
typedef struct
{
  gint64 client;
  gint64 serial;
  gint64 key;
} QuoChainRead;

typedef enum
{
  FACT_ACKNOWLEDGED, /* index */
  FACT_CONFIGURED,
  FACT_APPENDED,     /* index: the head has taken it */
  FACT_READ_BEGAN,   /* client, serial, key */
  FACT_READ_ENDED    /* and index: the version */
} QuoChainFactKind;

typedef struct
{
  QuoChainFactKind kind;
  gint64           index;
  gint64           client;
  gint64           serial;
  gint64           key;
} QuoChainFact;

typedef struct
{
  guint         index;
  guint         n_nodes;
  QuoChainRole  role;
  gint64        epoch;
  int           head;
  int           tail;
  int           predecessor;
  int           successor;
  GArray       *history;   /* QuoChainUpdate; index i is at i - 1 */
  gint64        commit;
  gboolean      is_reborn; /* has restarted: its history is gone */
  gint64        last_commit; /* at the heartbeat before */
  gint64        last_length;
  GHashTable   *latest;    /* key to index of its latest update */
  GHashTable   *clean;     /* key to index of its latest committed update */
  GHashTable   *sessions;  /* client to index of its latest update */
  GHashTable   *early;     /* index to the fields of an UPDATE */
  GArray       *reads;     /* QuoChainRead */
  QuoTime       lease_until; /* by its own clock */

  /* MASTER */
  GArray       *chain;     /* guint, from head to tail */
  QuoTime      *heard_at;
  gboolean      is_written; /* the chain is on disk */

  GArray       *facts;     /* QuoChainFact */
} QuoChain;

typedef struct
{
  GArray     *committed;   /* guint64: hash of each committed update, by index */
  GHashTable *latest;      /* key to index of its latest committed update */
  GHashTable *begun;       /* (client, serial) to committed version of the key */
  GArray     *appended_at; /* QuoTime, by index */
  gboolean   *is_member;   /* of each node, as last seen */
  guint       n_local_reads;
  QuoTime     crashed_at;  /* of a member of the chain; QUO_TIME_NEVER */
  gint64      crash_epoch;
  gint64      top_epoch;
} QuoChainGhost;

/* history.c */
void     quo_chain_init        (QuoNode              *node,
                                QuoChain             *self);
void     quo_chain_clear       (gpointer              state);
void     quo_chain_begin_step  (QuoChain             *self);
void     quo_chain_add_fact    (QuoChain             *self,
                                QuoChainFactKind      kind,
                                gint64                index,
                                const QuoChainRead   *read);
gint64   quo_chain_length      (const QuoChain       *self);
const QuoChainUpdate *quo_chain_update (const QuoChain *self,
                                        gint64          index);
gint64   quo_chain_look_up     (GHashTable           *map,
                                gint64                key);
void     quo_chain_put         (GHashTable           *map,
                                gint64                key,
                                gint64                value);
void     quo_chain_append      (QuoNode              *node,
                                QuoChain             *self,
                                const QuoChainUpdate *update);
void     quo_chain_commit      (QuoNode              *node,
                                QuoChain             *self,
                                gint64                index);

/* server.c */
const QuoChainOptions *quo_chain_options (const QuoNode *node);
guint    quo_chain_master      (const QuoNode        *node);
gboolean quo_chain_is_serving  (QuoNode              *node,
                                const QuoChain       *self);
void     quo_chain_configure   (QuoNode              *node,
                                QuoChain             *self,
                                const QuoMessage     *message);
void     quo_chain_start       (QuoNode              *node,
                                gpointer              state);
void     quo_chain_restart     (QuoNode              *node,
                                gpointer              state);
void     quo_chain_receive     (QuoNode              *node,
                                gpointer              state,
                                const QuoMessage     *message);
void     quo_chain_timeout     (QuoNode              *node,
                                gpointer              state,
                                guint                 timer,
                                gint64                arg);
void     quo_chain_synced      (QuoNode              *node,
                                gpointer              state,
                                guint                 write,
                                gint64                token);
void     quo_chain_request     (QuoNode              *node,
                                gpointer              state,
                                const QuoOp          *op);

/* reads.c */
void     quo_chain_read        (QuoNode              *node,
                                QuoChain             *self,
                                const QuoOp          *op);
void     quo_chain_asked       (QuoNode              *node,
                                QuoChain             *self,
                                const QuoMessage     *message);
void     quo_chain_told        (QuoNode              *node,
                                QuoChain             *self,
                                const QuoMessage     *message);

/* master.c */
void     quo_chain_master_start   (QuoNode           *node,
                                   QuoChain          *self);
void     quo_chain_master_restart (QuoNode           *node,
                                   QuoChain          *self);
void     quo_chain_master_hear    (QuoNode           *node,
                                   QuoChain          *self,
                                   const QuoMessage  *message);
void     quo_chain_master_look    (QuoNode           *node,
                                   QuoChain          *self);
void     quo_chain_master_tell    (QuoNode           *node,
                                   QuoChain          *self);

/* monitor.c */
void     quo_chain_check       (QuoCluster           *cluster,
                                gpointer              ghost,
                                guint                 node);
void     quo_chain_finish      (QuoCluster           *cluster,
                                gpointer              ghost);
void     quo_chain_clear_ghost (gpointer              ghost);

G_END_DECLS
