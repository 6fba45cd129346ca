/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "clock/version.h"
#include "protocol/protocol.h"

G_BEGIN_DECLS

typedef enum
{
  QUO_QUORUM_ROLE_REPLICA,
  QUO_QUORUM_ROLE_PROXY,
  QUO_QUORUM_ROLE_COORDINATING
} QuoQuorumRole;

typedef enum
{
  QUO_QUORUM_FIELD_ROLE,
  QUO_QUORUM_FIELD_STORE,
  QUO_QUORUM_FIELD_HINTS,
  QUO_QUORUM_FIELD_REQUESTS,
  QUO_QUORUM_FIELD_SUSPECTS,
  QUO_QUORUM_FIELD_LAST_STAMP,
  QUO_QUORUM_FIELD_FLOOR
} QuoQuorumField;

typedef enum
{
  QUO_QUORUM_WRITE,
  QUO_QUORUM_WRITE_ACK,
  QUO_QUORUM_READ,
  QUO_QUORUM_READ_REPLY,
  QUO_QUORUM_REPAIR,
  QUO_QUORUM_HINT,
  QUO_QUORUM_HANDOFF,
  QUO_QUORUM_HANDOFF_ACK,
  QUO_QUORUM_DIGEST,
  QUO_QUORUM_WANT,
  QUO_QUORUM_N_MESSAGES
} QuoQuorumMessage;

typedef enum
{
  QUO_QUORUM_TIMER_REQUEST,
  QUO_QUORUM_TIMER_FALLBACK,
  QUO_QUORUM_TIMER_HANDOFF,
  QUO_QUORUM_TIMER_ANTI_ENTROPY,
  QUO_QUORUM_TIMER_TOMBSTONE,
  QUO_QUORUM_TIMER_SUSPICION
} QuoQuorumTimer;

typedef enum
{
  QUO_QUORUM_SYNC_WRITE,
  QUO_QUORUM_SYNC_HINT,
  QUO_QUORUM_SYNC_REPAIR,
  QUO_QUORUM_SYNC_STAMP
} QuoQuorumWrite;

typedef enum
{
  QUO_QUORUM_NOTE_WRITTEN,
  QUO_QUORUM_NOTE_UNKNOWN,
  QUO_QUORUM_NOTE_UNAVAILABLE,
  QUO_QUORUM_NOTE_SUSPECTS,
  QUO_QUORUM_NOTE_HINTS,
  QUO_QUORUM_NOTE_HANDED_OVER,
  QUO_QUORUM_NOTE_REPAIRS,
  QUO_QUORUM_NOTE_SIBLINGS,
  QUO_QUORUM_NOTE_DROPS
} QuoQuorumNote;

typedef enum
{
  QUO_QUORUM_FAULT_ACK_BEFORE_QUORUM,
  QUO_QUORUM_FAULT_ACK_BEFORE_SYNC,
  QUO_QUORUM_FAULT_COUNT_HINT,
  QUO_QUORUM_FAULT_COUNT_TWICE,
  QUO_QUORUM_FAULT_NO_DOT,
  QUO_QUORUM_FAULT_TRUST_CLOCK,
  QUO_QUORUM_FAULT_DROP_TOMBSTONE_EARLY
} QuoQuorumFault;

typedef enum
{
  QUO_QUORUM_INVARIANT_WRITE_QUORUM,
  QUO_QUORUM_INVARIANT_OVERLAP,
  QUO_QUORUM_INVARIANT_READ_ORDER,
  QUO_QUORUM_INVARIANT_VERSIONS_RISE,
  QUO_QUORUM_INVARIANT_DELETED,
  QUO_QUORUM_INVARIANT_ONE_VALUE,
  QUO_QUORUM_INVARIANT_SIBLINGS_KEPT
} QuoQuorumInvariant;

typedef enum
{
  QUO_QUORUM_MEASURE_READ_LATENCY,
  QUO_QUORUM_MEASURE_WRITE_LATENCY,
  QUO_QUORUM_MEASURE_FRESH,
  QUO_QUORUM_MEASURE_STALENESS,
  QUO_QUORUM_MEASURE_K_STALENESS,
  QUO_QUORUM_MEASURE_WITHIN_2,
  QUO_QUORUM_MEASURE_WITHIN_3,
  QUO_QUORUM_MEASURE_WITHIN_5,
  QUO_QUORUM_MEASURE_WITHIN_10,
  QUO_QUORUM_MEASURE_T_VISIBILITY,
  QUO_QUORUM_MEASURE_SIBLINGS,
  QUO_QUORUM_MEASURE_INVERSIONS,
  QUO_QUORUM_MEASURE_DIVERGENT,
  QUO_QUORUM_MEASURE_REPAIRS,
  QUO_QUORUM_MEASURE_HINTS,
  QUO_QUORUM_MEASURE_MESSAGES
} QuoQuorumMeasure;

/* What a node's dice are for. */
typedef enum
{
  QUO_QUORUM_CHANCE_CONTACT,
  QUO_QUORUM_CHANCE_PEER,
  QUO_QUORUM_CHANCE_NUMBER
} QuoQuorumChance;

typedef enum
{
  QUO_QUORUM_LEVEL_NUMBER,
  QUO_QUORUM_LEVEL_ONE,
  QUO_QUORUM_LEVEL_QUORUM,
  QUO_QUORUM_LEVEL_ALL,
  QUO_QUORUM_LEVEL_LOCAL_QUORUM
} QuoQuorumLevel;

typedef enum
{
  QUO_QUORUM_CONFLICTS_LAST_WRITER_WINS,
  QUO_QUORUM_CONFLICTS_SIBLINGS
} QuoQuorumConflicts;

typedef enum
{
  QUO_QUORUM_REPAIR_OFF,
  QUO_QUORUM_REPAIR_ASYNCHRONOUS,
  QUO_QUORUM_REPAIR_SYNCHRONOUS
} QuoQuorumReadRepair;

typedef enum
{
  QUO_QUORUM_CONTACT_ALL,
  QUO_QUORUM_CONTACT_QUORUM
} QuoQuorumContact;

typedef struct
{
  gint64   n_replicas;
  gint64   read_quorum;
  gint64   write_quorum;
  gint     read_level;
  gint     write_level;
  gint     contact;
  gint     conflicts;
  gint     read_repair;
  gboolean has_write_back;
  gboolean is_sloppy;
  gboolean has_handoff;
  gint64   n_proxies;
  gint64   n_tokens;
  QuoTime  request_timeout;
  QuoTime  fallback_after;
  QuoTime  suspicion;
  QuoTime  handoff_interval;
  QuoTime  anti_entropy_interval;
  gint64   anti_entropy_keys;
  QuoTime  tombstone_life;
} QuoQuorumOptions;

/* What a replica holds of a key. All zero but for node: nothing, never heard of.
 * No value and a stamp or a version: a tombstone. */
typedef struct
{
  gint64 value;   /* interned; of siblings all of them, joined */
  gint64 stamp;   /* last writer wins: of the writer's clock; siblings: when it
                   * was deleted */
  gint64 node;    /* last writer wins: the writer */
  gint64 version; /* siblings: their dots and context, interned */
} QuoQuorumRecord;

#define QUO_QUORUM_NOTHING { 0, 0, QUO_NO_NODE, 0 }

/* Texts and names, whether a node asks or one who watches. */
typedef struct
{
  QuoNode    *node;
  QuoCluster *cluster;
} QuoQuorumWorld;

/* Where a request of this coordinator went. */
typedef struct
{
  guint           node;
  int             stands_for; /* home replica that does not answer, or none */
  gboolean        has_answered;
  gboolean        is_replaced;
  gboolean        is_repairing; /* a repair is on its way, and waited for */
  QuoQuorumRecord record;       /* what it answered, or was given since */
} QuoQuorumAsked;

typedef enum
{
  QUO_QUORUM_ASKING,
  QUO_QUORUM_WRITING_BACK,
  QUO_QUORUM_ANSWERED
} QuoQuorumPhase;

/* A client's operation at its coordinator. */
typedef struct
{
  gint64          id;
  QuoOpKind       kind;
  guint           client;
  gint64          serial;
  gint64          key;
  QuoQuorumPhase  phase;
  QuoQuorumRecord record;    /* to be written, or to be answered */
  QuoQuorumRecord newest;    /* of all answers to a read, late ones too */
  QuoDot          dot;       /* of a write among siblings */
  guint           n_needed;
  guint           n_homes;
  gboolean        is_local;  /* only the coordinator's region counts */
  gboolean        is_sloppy;
  gboolean        is_own_first; /* waits for the coordinator's own disk */
  guint           n_counted;
  GArray         *asked;     /* QuoQuorumAsked */
} QuoQuorumRequest;

/* A durable write on its way, and who is told when it is there. */
typedef struct
{
  int             to;      /* QUO_NO_NODE: nobody */
  guint           message; /* that tells it */
  gint64          request; /* or the hint, that the message names */
  int             stands_for;
  gint64          key;
  QuoQuorumRecord record;
} QuoQuorumSync;

/* What those who watch are told of a step. */
typedef enum
{
  QUO_QUORUM_FACT_RESTARTED,
  QUO_QUORUM_FACT_STORED,
  QUO_QUORUM_FACT_DURABLE,
  QUO_QUORUM_FACT_DURABLE_HINT, /* a: for whom */
  QUO_QUORUM_FACT_PUT,          /* record: after; before; context */
  QUO_QUORUM_FACT_BEGAN_WRITE,  /* id, record */
  QUO_QUORUM_FACT_WROTE,        /* id, record, a: needed, b: homes */
  QUO_QUORUM_FACT_BEGAN_READ,   /* id */
  QUO_QUORUM_FACT_SERVED,       /* id, a: coordinator */
  QUO_QUORUM_FACT_ANSWERED_BY,  /* id, a: node */
  QUO_QUORUM_FACT_READ,         /* id, record, a: needed, b: homes */
  QUO_QUORUM_FACT_GAVE_UP       /* id */
} QuoQuorumFactKind;

typedef struct
{
  QuoQuorumFactKind kind;
  gint64            key;
  gint64            id;
  gint64            a;
  gint64            b;
  gboolean          is_promised; /* a quorum in the strict sense */
  QuoQuorumRecord   record;
  QuoQuorumRecord   before;
  gint64            context;
  QuoDot            dot; /* of a write among siblings; n 0: none */
} QuoQuorumFact;

typedef struct
{
  GHashTable *requests;  /* id -> QuoQuorumRequest; never iterated */
  GHashTable *syncs;     /* token -> QuoQuorumSync; never iterated */
  GHashTable *unsynced;  /* key -> writes on their way to disk; never iterated */
  GHashTable *hinted;    /* key -> its hints, gint64 in order; never iterated */
  GArray     *suspected; /* QuoTime by node: until when */
  GArray     *facts;     /* QuoQuorumFact, of this step */
  gint64      next_request;
  gint64      next_sync;
  gint64      cursor;    /* anti-entropy: the last key compared */
  gint64      last_tried; /* of the hints */
  guint       n_open;
  guint       n_suspected;
  gboolean    has_handoff_timer;
} QuoQuorum;

/* A write that its client was told of. */
typedef struct
{
  QuoQuorumRecord record;
  QuoDot          dot;
  QuoTime         time;
  guint           n_needed;
  guint           n_homes;
  gboolean        is_promised;
} QuoQuorumCommit;

/* The newest that a read that has ended returned. */
typedef struct
{
  QuoQuorumRecord record;
  QuoTime         ended;
} QuoQuorumReturned;

typedef struct
{
  guint           holder;
  guint           stands_for;
  QuoQuorumRecord record;
} QuoQuorumKept;

/* What those who watch know of one replica's copy of a key. */
typedef struct
{
  QuoQuorumRecord now;
  QuoQuorumRecord durable;
} QuoQuorumCopy;

typedef struct
{
  gint64         key;
  guint          n_commits;
  GArray        *commits;  /* QuoQuorumCommit, from old to new; not siblings' */
  GPtrArray     *writers;  /* of siblings: by node, GArray of QuoQuorumCommit by
                            * rising number, or NULL */
  GArray        *returned; /* QuoQuorumReturned, from old to new */
  GArray        *kept;     /* QuoQuorumKept */
  GPtrArray     *watches;  /* QuoQuorumWatch, borrowed */
  QuoQuorumCopy  copies[]; /* of each node */
} QuoQuorumSeen;

/* A node's part in a read. */
typedef struct
{
  QuoTime  arrived;      /* when it had the version looked for; NEVER: not yet */
  QuoTime  served;       /* when it was asked; NEVER: was not */
  gboolean is_responder; /* among those that the coordinator waited for */
} QuoQuorumPart;

/* An operation, until all is known of it. */
typedef struct
{
  QuoTime         start;
  gboolean        is_finished;
  gboolean        has_target; /* something was acknowledged before it */
  QuoQuorumRecord target;     /* the newest of that */
  QuoTime         committed;  /* when */
  guint           n_parts;    /* 0: a write, or siblings */
  QuoQuorumPart   parts[];
} QuoQuorumWatch;

typedef struct
{
  GHashTable *keys;    /* key -> QuoQuorumSeen, of the list */
  GPtrArray  *list;    /* QuoQuorumSeen, in the order of their first mention */
  GHashTable *watches; /* coordinator and id -> QuoQuorumWatch; never iterated */
  GHashTable *values;  /* stamp and writer, or dot, to value; never iterated */
  GPtrArray  *given;   /* of these, those that their writers alone had at first */
  guint64     n_cells;
  guint64     n_inversions;
} QuoQuorumGhost;

/* record.c */
extern const QuoQuorumRecord quo_quorum_nothing;

gboolean      quo_quorum_is_nothing    (const QuoQuorumRecord *self);
gboolean      quo_quorum_is_tombstone  (const QuoQuorumRecord *self);
int           quo_quorum_compare       (const QuoQuorumRecord *a,
                                        const QuoQuorumRecord *b);
gboolean      quo_quorum_is_siblings   (const QuoQuorumWorld  *world);
gboolean      quo_quorum_covers        (const QuoQuorumWorld  *world,
                                        const QuoQuorumRecord *self,
                                        const QuoQuorumRecord *other);
gboolean      quo_quorum_merge         (QuoNode               *node,
                                        QuoQuorumRecord       *self,
                                        const QuoQuorumRecord *other);
QuoVersions  *quo_quorum_decode        (const QuoQuorumWorld  *world,
                                        const QuoQuorumRecord *self);
void          quo_quorum_encode        (QuoNode               *node,
                                        const QuoVersions     *versions,
                                        QuoTime                deleted,
                                        QuoQuorumRecord       *ret_record);
gint64        quo_quorum_context       (QuoNode               *node,
                                        const QuoQuorumRecord *record);
void          quo_quorum_parse_context (const QuoQuorumWorld  *world,
                                        gint64                 context,
                                        QuoVersionVector      *ret_vector);
guint         quo_quorum_n_values      (const QuoQuorumWorld  *world,
                                        const QuoQuorumRecord *record);
const char   *quo_quorum_text          (const QuoQuorumWorld  *world,
                                        gint64                 name);
/* ring.c */
guint         quo_quorum_n_replicas    (const QuoQuorumOptions *options,
                                        guint                  n_nodes);
guint         quo_quorum_preference    (const QuoQuorumWorld  *world,
                                        gint64                 key,
                                        guint                **ret_nodes);
gboolean      quo_quorum_is_home       (const QuoQuorumWorld  *world,
                                        gint64                 key,
                                        guint                  index);
guint         quo_quorum_needed        (const QuoQuorumOptions *options,
                                        gboolean               is_read,
                                        guint                  n_homes,
                                        guint                  n_local);
/* replica.c */
QuoQuorumFact *quo_quorum_tell         (QuoQuorum             *self,
                                        QuoQuorumFactKind      kind,
                                        gint64                 key);
void          quo_quorum_get           (QuoNode               *node,
                                        gint64                 key,
                                        QuoQuorumRecord       *ret_record);
gboolean      quo_quorum_learn         (QuoNode               *node,
                                        QuoQuorum             *self,
                                        gint64                 key,
                                        const QuoQuorumRecord *record);
void          quo_quorum_sync          (QuoNode               *node,
                                        QuoQuorum             *self,
                                        guint                  write,
                                        const QuoQuorumSync   *sync);
gboolean      quo_quorum_is_settled    (QuoNode               *node,
                                        QuoQuorum             *self,
                                        gint64                 key);
void          quo_quorum_serve         (QuoNode               *node,
                                        QuoQuorum             *self,
                                        guint                  coordinator,
                                        gint64                 request,
                                        gint64                 key);
void          quo_quorum_synced        (QuoNode               *node,
                                        gpointer               state,
                                        guint                  write,
                                        gint64                 token);
void          quo_quorum_keep_hint     (QuoNode               *node,
                                        QuoQuorum             *self,
                                        const QuoQuorumSync   *sync);
void          quo_quorum_find          (QuoNode               *node,
                                        QuoQuorum             *self,
                                        gint64                 key,
                                        QuoQuorumRecord       *ret_record);
void          quo_quorum_send_record   (QuoNode               *node,
                                        guint                  to,
                                        guint                  message,
                                        gint64                 id,
                                        int                    stands_for,
                                        gint64                 key,
                                        const QuoQuorumRecord *record);
QuoQuorumRecord quo_quorum_record_of   (const QuoMessage      *message,
                                        guint                  first);
void          quo_quorum_replica_start (QuoNode               *node,
                                        QuoQuorum             *self);
gboolean      quo_quorum_replica_receive (QuoNode             *node,
                                        QuoQuorum             *self,
                                        const QuoMessage      *message);
void          quo_quorum_hand_over     (QuoNode               *node,
                                        QuoQuorum             *self);
void          quo_quorum_bury          (QuoNode               *node,
                                        QuoQuorum             *self,
                                        gint64                 key);
/* coordinator.c */
void          quo_quorum_request       (QuoNode               *node,
                                        QuoQuorum             *self,
                                        const QuoOp           *op);
void          quo_quorum_acknowledged  (QuoNode               *node,
                                        QuoQuorum             *self,
                                        guint                  from,
                                        gint64                 request);
void          quo_quorum_answered      (QuoNode               *node,
                                        QuoQuorum             *self,
                                        guint                  from,
                                        gint64                 request,
                                        const QuoQuorumRecord *record);
void          quo_quorum_fall_back     (QuoNode               *node,
                                        QuoQuorum             *self,
                                        gint64                 request);
void          quo_quorum_stamped       (QuoNode               *node,
                                        QuoQuorum             *self,
                                        gint64                 id);
void          quo_quorum_give_up       (QuoNode               *node,
                                        QuoQuorum             *self,
                                        gint64                 request);
void          quo_quorum_request_free  (gpointer               request);
/* contact.c */
void          quo_quorum_choose        (QuoNode               *node,
                                        QuoQuorum             *self,
                                        QuoQuorumRequest      *request);
void          quo_quorum_ask           (QuoNode               *node,
                                        QuoQuorum             *self,
                                        QuoQuorumRequest      *request,
                                        guint                  node_index,
                                        int                    stands_for);
void          quo_quorum_suspect       (QuoNode               *node,
                                        QuoQuorum             *self,
                                        guint                  other);
void          quo_quorum_trust         (QuoNode               *node,
                                        QuoQuorum             *self,
                                        guint                  other);
gboolean      quo_quorum_is_suspected  (QuoNode               *node,
                                        QuoQuorum             *self,
                                        guint                  other);
/* anti-entropy.c */
void          quo_quorum_compare_with_neighbour (QuoNode      *node,
                                        QuoQuorum             *self);
void          quo_quorum_compare_digest (QuoNode              *node,
                                        QuoQuorum             *self,
                                        const QuoMessage      *digest);
void          quo_quorum_wanted        (QuoNode               *node,
                                        QuoQuorum             *self,
                                        const QuoMessage      *want);
/* monitor.c */
void          quo_quorum_check         (QuoCluster            *cluster,
                                        gpointer               ghost,
                                        guint                  node);
void          quo_quorum_clear_ghost   (gpointer               ghost);
/* measures.c */
void          quo_quorum_watch         (QuoCluster            *cluster,
                                        QuoQuorumGhost        *self,
                                        QuoQuorumSeen         *seen,
                                        guint                  node,
                                        const QuoQuorumFact   *fact);
void          quo_quorum_watch_copy    (QuoCluster            *cluster,
                                        QuoQuorumGhost        *self,
                                        QuoQuorumSeen         *seen,
                                        guint                  node);
void          quo_quorum_finish        (QuoCluster            *cluster,
                                        gpointer               ghost);

G_END_DECLS
