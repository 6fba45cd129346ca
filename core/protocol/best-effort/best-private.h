/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Weak consistency: a write flies out once and nobody looks whether it arrived.
 *
 *   best-effort.c  what the protocol declares
 *   node.c         a node: who answers what
 *   writer.c       who takes writes: the origin or, without one, everybody
 *   cache.c        a node's copies: their time to live, their sequence numbers
 *   fetch.c        a cache that asks the origin, and its leases
 *   monitor.c      invariants and measures
 *
 * There are no acknowledgements between nodes, no repeats and no repair: two copies
 * may differ for ever. What ends a difference is the next write that arrives, or the
 * time to live where there is one. A cache here is the cache server and the web server that
 * fills it in one node: GET, SET and DELETE between the two cost nothing, and the
 * race between a fill and an invalidation is the same.
 *
 * A writer's sequence numbers go up from 1. One that restarts goes on from its clock,
 * in microseconds, so as not to use a number twice; a clock that is put back over the
 * restart of a writer without a disk takes that away.
 *
 * Source: RFC 9111 (HTTP caching), RFC 5861 (stale content), RFC 2308 (negative
 * caching), Nishtala et al., Scaling Memcache at Facebook, NSDI 2013; Vogels,
 * Eventually Consistent, CACM 52(1), 2009, for the word weak.
 */

#include "protocol/protocol.h"

G_BEGIN_DECLS

/* Reads that wait, fetches on their way, writes not yet on disk; of each. */
#define QUO_BEST_WAIT_MAX 256
/* Pairs of a key and a writer whose latest number a node remembers. */
#define QUO_BEST_SEEN_MAX 4096
/* Keys that the origin keeps. */
#define QUO_BEST_KEYS_MAX 4096

typedef enum
{
  ROLE_EMPTY,
  ROLE_FRESH,
  ROLE_FETCHING,
  ROLE_STALE,
  ROLE_ORIGIN,
  ROLE_PEER
} QuoBestRole;

enum
{
  FIELD_ROLE,
  FIELD_STORE,
  FIELD_EXPIRES,
  FIELD_SEQUENCE,
  FIELD_FETCHES,
  FIELD_DISK
};

enum
{
  MESSAGE_UPDATE,
  MESSAGE_INVALIDATE,
  MESSAGE_FETCH,
  MESSAGE_VALUE,
  MESSAGE_NOTHING
};

enum
{
  TIMER_FETCH,
  TIMER_EXPIRE
};

enum
{
  WRITE_VALUE
};

enum
{
  NOTE_STALE,
  NOTE_EXPIRED,
  NOTE_IGNORED,
  NOTE_LEASE_VOID,
  NOTE_UNREACHABLE,
  NOTE_EVICTED
};

enum
{
  FAULT_APPLY_OUT_OF_ORDER,
  FAULT_IGNORE_LEASE,
  FAULT_SLIDING_TTL,
  FAULT_WRITER_CLOCK,
  FAULT_NEGATIVE_FOR_EVER,
  FAULT_SILENT_STALE,
  FAULT_CACHE_ERROR
};

enum
{
  INVARIANT_WITHIN_TTL,
  INVARIANT_NEGATIVE_EXPIRES,
  INVARIANT_NEWEST_WINS,
  INVARIANT_LEASE_RESPECTED,
  INVARIANT_NOTHING_INVENTED
};

enum
{
  MEASURE_STALENESS,
  MEASURE_STALE_ANSWERS,
  MEASURE_HIT_RATIO,
  MEASURE_LOST_UPDATES,
  MEASURE_IGNORED_UPDATES,
  MEASURE_DIVERGENT_REPLICAS,
  MEASURE_READ_LATENCY,
  MEASURE_FETCHES
};

enum
{
  WRITERS_ORIGIN,
  WRITERS_ANY
};

enum
{
  PROPAGATE_UPDATE,
  PROPAGATE_INVALIDATE,
  PROPAGATE_NOTHING
};

enum
{
  ORDER_NEWEST,
  ORDER_ARRIVAL
};

typedef struct
{
  int      writers;
  int      origin;
  int      propagation;
  int      order;
  QuoTime  time_to_live;
  QuoTime  negative_time_to_live;
  QuoTime  stale_while_revalidate;
  QuoTime  stale_if_error;
  QuoTime  fetch_timeout;
  gboolean leases;
  gint64   capacity;
} QuoBestOptions;

/* What was written, and which of all writes it is. A value of 0 is nothing. */
typedef struct
{
  gint64 key;
  gint64 value;
  gint64 writer;
  gint64 sequence;
} QuoBestVersion;

typedef struct
{
  QuoBestVersion version;
  QuoTime        since; /* own clock: from when on it ages */
  QuoTime        until; /* true time, to look at: when it expires */
  gint64         mark;  /* of this filling of the copy; grows */
} QuoBestCopy;

typedef struct
{
  gint64   id;
  gint64   key;
  QuoTime  sent_at;  /* own clock */
  gboolean is_void;  /* an invalidation came since: its lease is gone */
} QuoBestFetch;

/* A read that waits for a fetch. */
typedef struct
{
  gint64  client;
  gint64  serial;
  gint64  key;
  gint64  fetch;
  QuoTime since;     /* own clock */
} QuoBestReader;

/* A write that waits for the origin's disk. */
typedef struct
{
  gint64         client;
  gint64         serial;
  QuoBestVersion version;
} QuoBestWrite;

typedef enum
{
  FACT_WRITTEN,     /* version */
  FACT_ARRIVED,     /* version: an update or an invalidation */
  FACT_IGNORED,     /* version: an update that is older than what is there */
  FACT_STORED,      /* version; clock: from when on it ages; is_fill */
  FACT_INVALIDATED, /* version: the newer one that the writer has */
  FACT_ANSWERED     /* version; clock; is_hit, is_marked, waited */
} QuoBestFactKind;

typedef struct
{
  QuoBestFactKind kind;
  QuoBestVersion  version;
  QuoTime         clock;
  QuoTime         waited;
  gboolean        is_fill;
  gboolean        is_hit;
  gboolean        is_marked;
} QuoBestFact;

typedef struct
{
  guint       index;
  guint       n_nodes;
  QuoBestRole role;
  gint64      sequence;  /* the latest that it gave to a write of its own */
  gint64      base;      /* where its numbers began */
  gint64      last_mark;
  gint64      last_fetch;
  GArray     *copies;    /* QuoBestCopy, in no order that means anything */
  GHashTable *places;    /* key to place in copies, from 1 */
  GHashTable *seen;      /* key and writer to the latest number; gint64 */
  GHashTable *answered;  /* client to serial of its latest write that is done */
  GArray     *fetches;   /* QuoBestFetch */
  GArray     *readers;   /* QuoBestReader */
  GArray     *writes;    /* QuoBestWrite */
  GArray     *facts;     /* QuoBestFact, of this step */
} QuoBest;

typedef struct
{
  QuoBestVersion version;
  QuoTime        at;
  QuoTime        superseded; /* QUO_TIME_NEVER: it is the latest of its key */
} QuoBestRecord;

/* What a node was told, as seen from outside. */
typedef struct
{
  GHashTable *since;       /* key to own clock from when on its copy ages */
  GHashTable *newest;      /* key and writer to the newest number applied */
  GHashTable *invalidated; /* key to the newest number of an invalidation */
  GHashTable *arrived;     /* set of writer and number */
} QuoBestView;

typedef struct
{
  GArray      *records;  /* QuoBestRecord */
  GHashTable  *by_id;    /* writer and number to record, from 1 */
  GHashTable  *latest;   /* key to record, from 1 */
  GArray      *firsts;   /* guint: the first record of each key */
  GHashTable  *first_of; /* key to record, from 1 */
  GHashTable  *values;   /* set of key and value */
  QuoBestView *views;    /* of each node */
  guint        n_views;
  guint64      n_arrived;
  guint64      n_ignored;
  guint64      n_answers;
  guint64      n_marked;
  guint64      n_reads;  /* at caches */
  guint64      n_hits;
} QuoBestGhost;

/* node.c */
const QuoBestOptions *quo_best_options (const QuoNode *node);
guint    quo_best_origin     (const QuoNode        *node);
gboolean quo_best_is_cache   (const QuoBest        *self);
void     quo_best_add_fact   (QuoBest              *self,
                              QuoBestFactKind       kind,
                              const QuoBestVersion *version,
                              QuoTime               clock);
void     quo_best_show       (QuoNode              *node,
                              QuoBest              *self);
void     quo_best_answer     (QuoNode              *node,
                              QuoBest              *self,
                              const QuoBestReader  *reader,
                              const QuoBestVersion *version,
                              gboolean              is_hit,
                              gboolean              is_marked);
void     quo_best_start      (QuoNode              *node,
                              gpointer              state);
void     quo_best_restart    (QuoNode              *node,
                              gpointer              state);
void     quo_best_receive    (QuoNode              *node,
                              gpointer              state,
                              const QuoMessage     *message);
void     quo_best_timeout    (QuoNode              *node,
                              gpointer              state,
                              guint                 timer,
                              gint64                arg);
void     quo_best_request    (QuoNode              *node,
                              gpointer              state,
                              const QuoOp          *op);
void     quo_best_synced     (QuoNode              *node,
                              gpointer              state,
                              guint                 write,
                              gint64                token);
void     quo_best_clear      (gpointer              state);

/* writer.c */
void     quo_best_load       (QuoNode              *node,
                              QuoBest              *self,
                              gboolean              is_restart);
void     quo_best_write      (QuoNode              *node,
                              QuoBest              *self,
                              const QuoOp          *op);
void     quo_best_written    (QuoNode              *node,
                              QuoBest              *self,
                              gint64                sequence);
void     quo_best_fetched    (QuoNode              *node,
                              QuoBest              *self,
                              const QuoMessage     *message);

/* cache.c */
QuoBestCopy *quo_best_find   (const QuoBest        *self,
                              gint64                key);
void     quo_best_put        (QuoNode              *node,
                              QuoBest              *self,
                              const QuoBestVersion *version,
                              QuoTime               since);
void     quo_best_drop       (QuoNode              *node,
                              QuoBest              *self,
                              gint64                key);
QuoTime  quo_best_life       (const QuoNode        *node,
                              const QuoBestVersion *version);
gboolean quo_best_has_expired (QuoNode             *node,
                               const QuoBestCopy   *copy,
                               QuoTime              grace);
void     quo_best_expire     (QuoNode              *node,
                              QuoBest              *self,
                              gint64                mark);
gboolean quo_best_is_new     (QuoNode              *node,
                              QuoBest              *self,
                              const QuoBestVersion *version,
                              gboolean              is_fill);
void     quo_best_updated    (QuoNode              *node,
                              QuoBest              *self,
                              const QuoMessage     *message);
void     quo_best_invalidated (QuoNode             *node,
                               QuoBest             *self,
                               const QuoMessage    *message);

/* fetch.c */
void     quo_best_read       (QuoNode              *node,
                              QuoBest              *self,
                              const QuoOp          *op);
void     quo_best_filled     (QuoNode              *node,
                              QuoBest              *self,
                              const QuoMessage     *message);
void     quo_best_gave_up    (QuoNode              *node,
                              QuoBest              *self,
                              gint64                id);
void     quo_best_void       (QuoNode              *node,
                              QuoBest              *self,
                              gint64                key);

/* monitor.c */
void     quo_best_check      (QuoCluster           *cluster,
                              gpointer              ghost,
                              guint                 node);
void     quo_best_finish     (QuoCluster           *cluster,
                              gpointer              ghost);
void     quo_best_clear_ghost (gpointer             ghost);

/* Tables from gint64 to gint64; 0 when there is none. */
GHashTable *quo_best_map_new (void);
gint64   quo_best_map_get    (GHashTable           *map,
                              gint64                key);
void     quo_best_map_set    (GHashTable           *map,
                              gint64                key,
                              gint64                value);

static inline gint64
quo_best_pair (gint64 high,
               gint64 low)
{
  return high << 32 | low;
}

/* Which of all writes it is; a number stays below 2^40 for 12 days. */
static inline gint64
quo_best_id (const QuoBestVersion *version)
{
  return version->writer << 40 | version->sequence;
}

G_END_DECLS
