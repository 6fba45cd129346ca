/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A causally consistent store over several data centres: COPS, COPS-GT with
 * get-transactions, and COPS-CD, which finds out about conflicts.
 *
 *   causal-store.c  what the protocol declares
 *   node.c          a node's life, and who handles what arrives
 *   place.c         data centres, and which of their nodes keeps a key
 *   library.c       the client library: contexts, get and put
 *   dependencies.c  a session's context and what of it a put has to name
 *   transaction.c   the client library's get-transactions
 *   record.c        versions in memory, mirrored in the durable fields
 *   storage.c       put_after and get_by_version at the node that keeps the key
 *   replicate.c     writes on their way to the other data centres
 *   incoming.c      writes of other data centres, which wait for what they depend on
 *   checkpoint.c    what nobody needs to depend on any more
 *   monitor.c       invariants of what becomes visible, and figures
 *   session-checks.c invariants of what a session is told
 *   past.c          what happened before: the newest version of each key
 *
 * A data centre is a region of the scenario; without regions, or with one alone,
 * each node is a data centre. A node is a front end and a storage node at once: the
 * client library, with a context for each client, lives at the node that the client
 * asks, and is gone when that node crashes. It spans keys, so it is not the context
 * that the engine keeps for a client and one key. A client that asks another node
 * begins anew there, and what it saw before binds it no longer; the paper's clients
 * stay in one data centre. A storage node stands for one of the paper's chains: it
 * comes back with its disk. One whose disk is lost stays out, and what it had not
 * passed on is lost, as it is with a data centre in the paper. Clients are sent to
 * another data centre for its keys, and what depends on their later versions stays
 * invisible in its own.
 *
 * Source: Lloyd, Freedman, Kaminsky and Andersen, Don't Settle for Eventual:
 * Scalable Causal Consistency for Wide-Area Storage with COPS, SOSP 2011.
 */

#include "protocol/protocol.h"

G_BEGIN_DECLS

/* What a node keeps at most; beyond that it refuses, or drops what comes again. */
#define QUO_CAUSAL_OUTBOX_MAX  512 /* own writes that another data centre lacks */
#define QUO_CAUSAL_WAITING_MAX 256 /* remote writes ahead of the visible ones */
#define QUO_CAUSAL_ASKERS_MAX  512 /* dependency checks that wait */
#define QUO_CAUSAL_READERS_MAX 64  /* reads that wait, where they may */
#define QUO_CAUSAL_CONTEXT_MAX 128 /* what a session has seen since its last put */
#define QUO_CAUSAL_DEPS_MAX    256 /* dependencies that a put names */
#define QUO_CAUSAL_KEYS_MAX    16  /* of one get-transaction */

/* Of a version in words. */
#define QUO_CAUSAL_WORDS 160

typedef enum
{
  ROLE_SETTLED,
  ROLE_WAITING,
  ROLE_OUT
} QuoCausalRole;

enum
{
  FIELD_ROLE,
  FIELD_MEMBER,
  FIELD_CLOCK,
  FIELD_STORE,
  FIELD_VERSIONS,
  FIELD_DEPENDENCIES,
  FIELD_WAITING,
  FIELD_CONTEXTS,
  FIELD_OUTBOX,
  FIELD_STREAMS,
  FIELD_APPLIED,
  FIELD_STABLE,
  FIELD_HELD,
  FIELD_WRITERS
};

enum
{
  MESSAGE_PUT_AFTER,
  MESSAGE_PUT_REPLY,
  MESSAGE_GET_BY_VERSION,
  MESSAGE_GET_REPLY,
  MESSAGE_REPLICATE,
  MESSAGE_REPLICATED,
  MESSAGE_DEP_CHECK,
  MESSAGE_DEP_REPLY,
  MESSAGE_CHECKPOINT,
  MESSAGE_OUT
};

enum
{
  TIMER_RETRY,
  TIMER_CHECKPOINT,
  TIMER_EXPIRE,
  TIMER_TRANSACTION
};

enum
{
  WRITE_JOIN,
  WRITE_PUT,
  WRITE_REMOTE
};

enum
{
  NOTE_COMMITTED,
  NOTE_WAITS,
  NOTE_VISIBLE,
  NOTE_OUTDATED,
  NOTE_SECOND_ROUND,
  NOTE_RESTARTED,
  NOTE_BLOCKED,
  NOTE_NEW_SESSION,
  NOTE_OUT
};

enum
{
  FAULT_SKIP_DEP_CHECK,
  FAULT_OWN_KEY_ONLY,
  FAULT_ANSWER_EARLY,
  FAULT_NEWER_IS_ENOUGH,
  FAULT_FORGET_READS,
  FAULT_NEAREST_BY_TIMESTAMP,
  FAULT_IGNORE_REMOTE_CLOCK,
  FAULT_WALL_CLOCK,
  FAULT_LAST_ARRIVAL_WINS,
  FAULT_OVERWRITE_UNSEEN,
  FAULT_ONE_ROUND,
  FAULT_NEAREST_IN_TRANSACTION,
  FAULT_COMMIT_BEFORE_SYNC
};

enum
{
  INVARIANT_CAUSAL_VISIBILITY,
  INVARIANT_CAUSAL_READS,
  INVARIANT_READ_YOUR_WRITES,
  INVARIANT_MONOTONIC_READS,
  INVARIANT_SNAPSHOT,
  INVARIANT_CONVERGENCE,
  INVARIANT_VERSION_ORDER,
  INVARIANT_VISIBLE_KEPT
};

enum
{
  MEASURE_VISIBILITY_DELAY,
  MEASURE_PROPAGATION,
  MEASURE_DEPENDENCIES,
  MEASURE_DEPENDENCIES_STORED,
  MEASURE_DEP_CHECKS,
  MEASURE_READ_LATENCY,
  MEASURE_WRITE_LATENCY,
  MEASURE_TRANSACTION_LATENCY,
  MEASURE_TRANSACTION_ROUNDS,
  MEASURE_BLOCKED_READS,
  MEASURE_BLOCKED_FOR,
  MEASURE_BLOCKED_AT_END,
  MEASURE_SESSIONS,
  MEASURE_CONFLICTS,
  MEASURE_DIVERGENT,
  MEASURE_WAITING_AT_END
};

enum
{
  MODE_COPS,
  MODE_COPS_GT,
  MODE_COPS_CD
};

typedef enum
{
  DEP_FURTHER,  /* behind a nearest one */
  DEP_NEAREST,  /* checked */
  DEP_PREVIOUS  /* COPS-CD: checked, and overwritten by what depends on it */
} QuoCausalDepKind;

enum
{
  READS_AT_ONCE,
  READS_BLOCK
};

typedef enum
{
  ANSWER_OK,
  ANSWER_BUSY,
  ANSWER_GONE
} QuoCausalAnswer;

typedef struct
{
  int     mode;
  int     reads;
  QuoTime retry_interval;
  QuoTime transaction_time;
} QuoCausalOptions;

/* A Lamport counter above the node that gave it: one number, in the order in which
 * the last writer wins. 0: none. */
typedef gint64 QuoCausalVersion;

#define QUO_CAUSAL_NODE_BITS 21

static inline QuoCausalVersion
quo_causal_version (gint64 counter,
                    gint64 node)
{
  return counter == 0 ? 0 : counter << QUO_CAUSAL_NODE_BITS | node;
}

static inline gint64
quo_causal_counter (QuoCausalVersion version)
{
  return version >> QUO_CAUSAL_NODE_BITS;
}

static inline guint
quo_causal_origin (QuoCausalVersion version)
{
  return (guint) (version & ((1 << QUO_CAUSAL_NODE_BITS) - 1));
}

typedef struct
{
  gint64           key;
  QuoCausalVersion version;
  QuoCausalDepKind kind;
} QuoCausalDep;

/* A version of a key that this node keeps. */
typedef struct
{
  gint64           row;       /* in the field */
  gint64           key;
  gint64           value;
  QuoCausalVersion version;
  gint64           previous;  /* counter before it in its origin's stream */
  GArray          *deps;      /* QuoCausalDep */
  gint64           first_dep; /* row in the field, of the first */
  guint            n_unacked; /* data centres that lack it, as far as is known */
  gboolean         is_committed;
  gboolean         is_overwritten;
  gboolean         is_expired; /* no transaction may ask for it any more */
} QuoCausalRecord;

/* A write of another data centre that is not visible yet. */
typedef struct
{
  QuoCausalRecord *record;
  guint            from;
  GArray          *missing;   /* QuoCausalDep */
  QuoTime          asked_at;
  gboolean         is_writing;
} QuoCausalWaiting;

/* Who is to be told when a version is there. */
typedef struct
{
  gint64           key;
  QuoCausalVersion version;
  guint            from;
  QuoCausalVersion waiting; /* what depends on it */
} QuoCausalAsker;

/* A write that another data centre has not acknowledged. */
typedef struct
{
  gint64           row;
  QuoCausalVersion version;
  guint            to;
  gint64           previous; /* counter of the one before it to there */
  gboolean         is_sent;
  QuoTime          sent_at;
} QuoCausalParcel;

/* A committed version whose predecessor in the stream is missing. */
typedef struct
{
  QuoCausalVersion version;
  gint64           previous;
} QuoCausalAhead;

/* A put of this data centre on its way to disk. */
typedef struct
{
  QuoCausalVersion version;
  guint            from;
  guint            client;
  gint64           serial;
  gboolean         is_repeated; /* was asked for before, perhaps elsewhere */
} QuoCausalPut;

/* A read at the node that keeps the key. */
typedef struct
{
  guint            from;
  guint            client;
  gint64           serial;
  gint64           round;
  gint64           key;
  QuoCausalVersion version; /* 0: the latest */
} QuoCausalRead;

/* The latest put of a client. */
typedef struct
{
  gint64           serial;
  QuoCausalVersion version;
} QuoCausalWriter;

/* What a session depends on. */
typedef struct
{
  gint64           key;
  QuoCausalVersion version;
  gint64           row;  /* in the field */
  GArray          *deps; /* QuoCausalDep, what it depends on itself; COPS-GT */
} QuoCausalEntry;

typedef struct
{
  gint64           key;
  gboolean         is_answered;
  gint64           value;
  QuoCausalVersion version;
  QuoCausalVersion wanted; /* of the round; 0: the latest */
  GArray          *deps;
} QuoCausalItem;

/* An operation of a client at its front end. */
typedef struct
{
  gint64   id;
  guint    client;
  gint64   serial;
  QuoOpKind kind;
  gint64   key;
  gint64   value;
  gint64   round;    /* counts on when a transaction begins anew */
  guint    n_rounds; /* of the present attempt */
  guint    n_begun;  /* attempts */
  GArray  *items;    /* QuoCausalItem */
  GArray  *deps;     /* QuoCausalDep, of a put */
  QuoTime  sent_at;
} QuoCausalRequest;

/* The client library's part for one client. */
typedef struct
{
  guint             client;
  GArray           *context; /* QuoCausalEntry */
  QuoCausalRequest *request;
  gint64            last_serial;
  QuoStatus         last_status;
  gint64            last_value;
} QuoCausalSession;

/* What those who watch are told of a step. */
typedef enum
{
  FACT_RESTARTED,
  FACT_BEGAN,     /* client, serial, number: kind */
  FACT_ASSIGNED,  /* client, serial, key, value, version, number: front end */
  FACT_ARRIVED,   /* key, version */
  FACT_COMMITTED, /* key, version, other: the latest that is visible now, value: a
                   * hash of all that are, number: whether they are several, or
                   * this one is not among them */
  FACT_READ,      /* client, serial, key, version */
  FACT_READ_TOO,  /* of the same read: another version beside it */
  FACT_WROTE,     /* client, serial, key, version, number: dependencies checked,
                   * other: stored */
  FACT_ITEM,      /* client, serial, key, version */
  FACT_SNAPSHOT,  /* client, serial, number: rounds */
  FACT_BLOCKED,   /* client, serial, number: front end */
  FACT_UNBLOCKED, /* client, serial, number: front end */
  FACT_SESSION
} QuoCausalFactKind;

typedef struct
{
  QuoCausalFactKind kind;
  guint             client;
  gint64            serial;
  gint64            key;
  gint64            value;
  QuoCausalVersion  version;
  QuoCausalVersion  other;
  gint64            number;
} QuoCausalFact;

typedef struct
{
  guint        index;
  guint        n_nodes;
  guint        n_centres;
  guint       *members;   /* nodes, by data centre */
  guint       *starts;    /* n_centres + 1 */
  guint       *centre_of; /* by node */
  gboolean    *is_out;    /* by node */
  gint64       clock;
  GPtrArray   *records;   /* QuoCausalRecord, in the order of their rows */
  GHashTable  *by_version; /* to QuoCausalRecord; never iterated */
  GHashTable  *cells;     /* key to its committed versions, GPtrArray from old to new;
                           * never iterated */
  GPtrArray   *waiting;   /* QuoCausalWaiting, as they came */
  GArray      *askers;    /* QuoCausalAsker */
  GArray      *readers;   /* QuoCausalRead */
  GArray      *puts;      /* QuoCausalPut */
  GArray      *outbox;    /* QuoCausalParcel, from old to new */
  guint        n_owed;    /* writes in it */
  GArray      *ahead;     /* QuoCausalAhead */
  gint64      *through;   /* by origin: everything up to this counter was committed */
  gint64      *sent;      /* by node: counter of the latest write meant for it */
  gint64      *stable;    /* by origin: nobody depends on what is not above it */
  gint64       stable_next;
  GHashTable  *writers;   /* client to QuoCausalWriter; never iterated */
  GPtrArray   *sessions;  /* QuoCausalSession */
  gint64       next_row;
  gint64       next_dep;
  gint64       next_parcel;
  gint64       next_entry;
  gint64       next_request;
  GArray      *facts;     /* QuoCausalFact */
} QuoCausal;

/* The newest version of each key in some operation's past. */
typedef struct
{
  gint64           key;
  QuoCausalVersion version;
} QuoCausalMark;

/* A write, as those who watch know it. */
typedef struct
{
  gint64           key;
  QuoCausalVersion version;
  GArray          *past;         /* QuoCausalMark: what happened before it */
  QuoTime          committed_at; /* in its own data centre; NEVER: not yet */
} QuoCausalWrite;

typedef struct
{
  QuoCausalVersion visible; /* the latest that is */
  gint64           shown;   /* hash of all that are */
  guint64          set; /* hash of the writes that were committed */
} QuoCausalCopy;

typedef struct
{
  gint64        key;
  QuoCausalCopy copies[]; /* by data centre */
} QuoCausalSeen;

/* A write in a data centre. */
typedef struct
{
  QuoTime  arrived_at;
  gboolean is_committed;
} QuoCausalArrival;

/* A client at a front end. */
typedef struct
{
  guint    node;
  GArray  *past;     /* QuoCausalMark */
  GArray  *read;     /* QuoCausalMark */
  GArray  *written;  /* QuoCausalMark */
  GArray  *items;    /* QuoCausalMark, of a transaction that ends */
  GArray  *put_past; /* QuoCausalMark, when its latest put began */
  gint64   put_serial;
  QuoTime  began_at;
  QuoTime  blocked_at;
} QuoCausalWatched;

typedef struct
{
  guint        n_nodes;
  guint        n_centres;
  gboolean    *is_out;    /* by node */
  GHashTable  *writes;    /* version to QuoCausalWrite; never iterated */
  GHashTable  *keys;      /* to QuoCausalSeen, of the list; never iterated */
  GPtrArray   *list;      /* QuoCausalSeen, in the order of their first write */
  GHashTable **arrivals;  /* by data centre: version to QuoCausalArrival */
  GHashTable  *watched;   /* node and client to QuoCausalWatched, of all */
  GPtrArray   *all;       /* QuoCausalWatched */
  guint64      n_blocked;
  guint64      n_sessions;
  guint64      n_conflicts;
} QuoCausalGhost;

/* place.c */
const QuoCausalOptions *quo_causal_options (const QuoNode *node);
QuoTime  quo_causal_life         (const QuoNode       *node);
void     quo_causal_learn_centres (QuoNode            *node,
                                   QuoCausal          *self);
guint    quo_causal_centre       (const QuoCausal     *self);
guint    quo_causal_place_of     (const QuoCausal     *self,
                                  guint                centre,
                                  const char          *key);
guint    quo_causal_place        (QuoNode             *node,
                                  const QuoCausal     *self,
                                  guint                centre,
                                  gint64               key);
guint    quo_causal_keeper       (QuoNode             *node,
                                  const QuoCausal     *self,
                                  gint64               key);
int      quo_causal_elsewhere    (QuoNode             *node,
                                  const QuoCausal     *self,
                                  gint64               key);

/* node.c */
QuoCausalFact *quo_causal_tell   (QuoCausal           *self,
                                  QuoCausalFactKind    kind);
void     quo_causal_see          (QuoNode             *node,
                                  QuoCausal           *self,
                                  gint64               counter);
void     quo_causal_need_retry   (QuoNode             *node);
gboolean quo_causal_is_due       (QuoNode             *node,
                                  QuoTime              sent_at);
void     quo_causal_show_role    (QuoNode             *node,
                                  QuoCausal           *self);
GArray  *quo_causal_deps_new     (void);
GArray  *quo_causal_deps_of      (const QuoMessage    *message);
void     quo_causal_send_deps    (QuoNode             *node,
                                  guint                to,
                                  guint                message,
                                  const gint64        *fields,
                                  const GArray        *deps);
void     quo_causal_start        (QuoNode             *node,
                                  gpointer             state);
void     quo_causal_restart      (QuoNode             *node,
                                  gpointer             state);
void     quo_causal_receive      (QuoNode             *node,
                                  gpointer             state,
                                  const QuoMessage    *message);
void     quo_causal_timeout      (QuoNode             *node,
                                  gpointer             state,
                                  guint                timer,
                                  gint64               arg);
void     quo_causal_request      (QuoNode             *node,
                                  gpointer             state,
                                  const QuoOp         *op);
void     quo_causal_synced       (QuoNode             *node,
                                  gpointer             state,
                                  guint                write,
                                  gint64               token);
void     quo_causal_clear        (gpointer             state);

/* record.c */
void     quo_causal_record_free  (gpointer             record);
void     quo_causal_records_init (QuoCausal           *self);
void     quo_causal_records_load (QuoNode             *node,
                                  QuoCausal           *self);
QuoCausalRecord *quo_causal_find (const QuoCausal     *self,
                                  QuoCausalVersion     version);
QuoCausalRecord *quo_causal_visible (const QuoCausal  *self,
                                  gint64               key);
GPtrArray *quo_causal_all_visible (const QuoCausal     *self,
                                  gint64               key);
gint64   quo_causal_shown        (QuoNode             *node,
                                  const QuoCausal     *self,
                                  gint64               key);
gboolean quo_causal_has          (const QuoCausal     *self,
                                  QuoCausalVersion     version);
void     quo_causal_keep         (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalRecord     *record);
void     quo_causal_commit       (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalRecord     *record);
void     quo_causal_drop_if_old  (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalRecord     *record);
void     quo_causal_expired      (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalVersion     version);
void     quo_causal_forget_deps  (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalRecord     *record);

/* storage.c */
void     quo_causal_put          (QuoNode             *node,
                                  QuoCausal           *self,
                                  const QuoCausalPut  *put,
                                  gint64               key,
                                  gint64               value,
                                  gint64               clock,
                                  const GArray        *deps);
void     quo_causal_put_synced   (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalVersion     version);
void     quo_causal_get          (QuoNode             *node,
                                  QuoCausal           *self,
                                  const QuoCausalRead *read);
void     quo_causal_unblock      (QuoNode             *node,
                                  QuoCausal           *self,
                                  gint64               key);

/* replicate.c */
void     quo_causal_pack         (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalRecord     *record);
void     quo_causal_send_parcels (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalVersion     version);
gboolean quo_causal_resend       (QuoNode             *node,
                                  QuoCausal           *self);
void     quo_causal_acknowledged (QuoNode             *node,
                                  QuoCausal           *self,
                                  guint                from,
                                  QuoCausalVersion     version);
void     quo_causal_learn_out    (QuoNode             *node,
                                  QuoCausal           *self,
                                  guint                other);

/* incoming.c */
void     quo_causal_waiting_free (gpointer             waiting);
void     quo_causal_arrived      (QuoNode             *node,
                                  QuoCausal           *self,
                                  const QuoMessage    *message);
void     quo_causal_asked        (QuoNode             *node,
                                  QuoCausal           *self,
                                  const QuoCausalAsker *asker);
void     quo_causal_checked      (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalVersion     dependency,
                                  QuoCausalVersion     waiting);
void     quo_causal_answer_askers (QuoNode            *node,
                                  QuoCausal           *self,
                                  gint64               key);
void     quo_causal_remote_synced (QuoNode            *node,
                                  QuoCausal           *self,
                                  QuoCausalVersion     version);
gboolean quo_causal_ask_again    (QuoNode             *node,
                                  QuoCausal           *self);

/* dependencies.c */
void     quo_causal_entry_clear  (gpointer             entry);
gboolean quo_causal_depend       (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalSession    *session,
                                  gint64               key,
                                  QuoCausalVersion     version,
                                  const GArray        *deps);
GArray  *quo_causal_dependencies (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalSession    *session);
void     quo_causal_collapse     (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalSession    *session,
                                  gint64               key,
                                  QuoCausalVersion     version,
                                  const GArray        *deps);
void     quo_causal_prune_contexts (QuoNode           *node,
                                  QuoCausal           *self);
guint    quo_causal_n_checked    (const GArray        *deps);

/* library.c */
void     quo_causal_session_free (gpointer             session);
void     quo_causal_ask_items    (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalSession    *session);
void     quo_causal_answer       (QuoNode             *node,
                                  QuoCausal           *self,
                                  QuoCausalSession    *session,
                                  QuoStatus            status,
                                  gint64               value);
void     quo_causal_library_request (QuoNode          *node,
                                  QuoCausal           *self,
                                  const QuoOp         *op);
void     quo_causal_got          (QuoNode             *node,
                                  QuoCausal           *self,
                                  const QuoCausalRead *read,
                                  QuoCausalAnswer      answer,
                                  gint64               value,
                                  const GArray        *deps);
void     quo_causal_was_put      (QuoNode             *node,
                                  QuoCausal           *self,
                                  const QuoCausalPut  *put,
                                  QuoCausalAnswer      answer,
                                  const GArray        *deps);
gboolean quo_causal_request_again (QuoNode            *node,
                                  QuoCausal           *self);

/* transaction.c */
GArray  *quo_causal_items_new    (void);
void     quo_causal_add_item     (QuoCausalRequest    *request,
                                  gint64               key);
gboolean quo_causal_parse_keys   (QuoNode             *node,
                                  QuoCausalRequest    *request);
void     quo_causal_transaction_begin (QuoNode        *node,
                                  QuoCausal           *self,
                                  QuoCausalSession    *session);
void     quo_causal_transaction_round (QuoNode        *node,
                                  QuoCausal           *self,
                                  QuoCausalSession    *session);
void     quo_causal_transaction_late (QuoNode         *node,
                                  QuoCausal           *self,
                                  gint64               request);

/* checkpoint.c */
gboolean quo_causal_is_stable    (const QuoCausal     *self,
                                  QuoCausalVersion     version);
void     quo_causal_advance_stable (QuoNode           *node,
                                  QuoCausal           *self);
void     quo_causal_checkpoint   (QuoNode             *node,
                                  QuoCausal           *self);
void     quo_causal_hold_stable  (QuoNode             *node,
                                  gint64               counter);
void     quo_causal_learn_stable (QuoNode             *node,
                                  QuoCausal           *self,
                                  guint                origin,
                                  gint64               counter);

/* past.c */
GArray  *quo_causal_past_new     (void);
GArray  *quo_causal_past_copy    (const GArray        *past);
QuoCausalVersion quo_causal_past_get (const GArray    *past,
                                  gint64               key);
void     quo_causal_past_raise   (GArray              *past,
                                  gint64               key,
                                  QuoCausalVersion     version);
void     quo_causal_past_join    (GArray              *past,
                                  const GArray        *other);

/* session-checks.c */
QuoCausalWatched *quo_causal_watched (QuoCausalGhost  *self,
                                  guint                node,
                                  guint                client);
void     quo_causal_watched_free (gpointer             watched);
void     quo_causal_forget_sessions (QuoCausalGhost   *self,
                                  guint                node);
void     quo_causal_check_session (QuoCluster         *cluster,
                                  QuoCausalGhost      *self,
                                  const QuoCausal     *state,
                                  const QuoCausalFact *fact);

/* monitor.c */
QuoCausalWrite *quo_causal_write (const QuoCausalGhost *self,
                                  QuoCausalVersion     version);
const char *quo_causal_describe  (QuoCluster          *cluster,
                                  gint64               key,
                                  QuoCausalVersion     version,
                                  char                *buffer);
gboolean quo_causal_is_lost      (QuoCluster          *cluster,
                                  const QuoCausalGhost *self,
                                  const QuoCausal     *state,
                                  gint64               key);
void     quo_causal_check        (QuoCluster          *cluster,
                                  gpointer             ghost,
                                  guint                node);
void     quo_causal_finish       (QuoCluster          *cluster,
                                  gpointer             ghost);
void     quo_causal_clear_ghost  (gpointer             ghost);

G_END_DECLS
