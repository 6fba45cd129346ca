/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One primary orders the writes, the others execute them in that order.
 *
 *   primary-backup.c  what the protocol declares
 *   node.c            life cycle, epochs, requests, who handles what
 *   primary.c         ordering, replication, what is acknowledged
 *   backup.c          receiving, executing, replication lag
 *   take-over.c       fail-over
 *   state.c           the log and the store in memory, mirrored in the fields
 *   monitor.c         invariants and measures
 *
 * An entry is acknowledged once `copies` nodes have it on disk: 1 under
 * asynchronous, 2 under semi-synchronous, n under synchronous replication. A node
 * that takes over first makes n - copies + 1 nodes promise to refuse older epochs,
 * so that any copy set has a member among them, and the node with the best log
 * stands in. Logs are ranked by (log epoch, length) as in viewstamped replication.
 *
 * Source: Alsberg and Day, A Principle for Resilient Sharing of Distributed
 * Resources, 1976; Liskov and Cowling, Viewstamped Replication Revisited, 2012,
 * section 4.2.
 */

#include "protocol/protocol.h"

G_BEGIN_DECLS

typedef enum
{
  ROLE_BACKUP,
  ROLE_TAKING_OVER,
  ROLE_PRIMARY
} QuoBackupRole;

/* Positions in the tables of primary-backup.c. */
enum
{
  FIELD_ROLE,
  FIELD_EPOCH,
  FIELD_LOG_EPOCH,
  FIELD_LOG,
  FIELD_ORIGINS,
  FIELD_COMMIT,
  FIELD_EXECUTED,
  FIELD_PRIMARY,
  FIELD_DEADLINE,
  FIELD_STORE,
  FIELD_CONFIRMED,
  FIELD_LAG_ENTRIES,
  FIELD_LAG_TIME,
  FIELD_AGE
};

enum
{
  MESSAGE_REPLICATE,
  MESSAGE_ACK,
  MESSAGE_HEARTBEAT,
  MESSAGE_COMMIT,
  MESSAGE_TAKE_OVER,
  MESSAGE_POSITION,
  MESSAGE_STAND_IN,
  MESSAGE_FORWARD,
  MESSAGE_DONE
};

enum
{
  TIMER_HEARTBEAT,
  TIMER_FAIL_OVER,
  TIMER_TAKE_OVER,
  TIMER_STATUS,
  TIMER_EXECUTE
};

enum
{
  WRITE_LOG,
  WRITE_EPOCH
};

enum
{
  NOTE_LEADS,
  NOTE_TAKES_OVER,
  NOTE_STANDS_IN,
  NOTE_STEPS_DOWN,
  NOTE_LOSES
};

enum
{
  COMMAND_PROMOTE
};

enum
{
  FAULT_IGNORE_EPOCHS,
  FAULT_ACKNOWLEDGE_EARLY,
  FAULT_ACK_BEFORE_SYNC,
  FAULT_REPLAY_OUT_OF_ORDER,
  FAULT_PROMOTE_ANY
};

enum
{
  INVARIANT_ONE_PRIMARY,
  INVARIANT_PREFIX_ORDER,
  INVARIANT_ACKNOWLEDGED_KEPT,
  INVARIANT_EPOCH_FORWARD
};

enum
{
  MEASURE_LAG_ENTRIES,
  MEASURE_LAG_TIME,
  MEASURE_REPORTED_LAG,
  MEASURE_AGE,
  MEASURE_LOST_WRITES,
  MEASURE_FAIL_OVER_TIME,
  MEASURE_PRIMARIES
};

/* MESSAGE_ACK's status. */
enum
{
  ACK_OK,
  ACK_GAP,
  ACK_REFUSED
};

enum
{
  REPLICATION_ASYNCHRONOUS,
  REPLICATION_SEMI_SYNCHRONOUS,
  REPLICATION_SYNCHRONOUS
};

enum
{
  READS_PRIMARY,
  READS_LOCAL
};

enum
{
  FAIL_OVER_MANUAL,
  FAIL_OVER_TIMEOUT
};

enum
{
  LOSS_NEVER,
  LOSS_ACCEPTED
};

typedef struct
{
  int          replication;
  int          reads;
  int          fail_over;
  int          loss;
  int          primary;
  QuoTime      heartbeat_interval;
  QuoTimeRange fail_over_timeout;
  QuoTime      take_over_timeout;
  QuoTime      execution_time;
} QuoBackupOptions;

typedef struct
{
  gint64  epoch;
  gint64  key;
  gint64  value;
  gint64  client; /* QUO_NO_NODE: the scenario put it there */
  gint64  serial;
  QuoTime at;     /* by the clock of the primary that ordered it */
  guint64 hash;   /* of this entry and all before it */
} QuoBackupEntry;

/* An answer that waits until the entry is executed here. */
typedef struct
{
  gint64 index;
  gint64 client;
  gint64 serial;
  int    via; /* node that passed the write on, or QUO_NO_NODE */
} QuoBackupPending;

/* What happened in a step, for the monitor; the protocol never reads them. */
typedef enum
{
  FACT_ACKNOWLEDGED, /* index */
  FACT_LEADS,
  FACT_STATUS,
  FACT_RESTARTED
} QuoBackupFactKind;

typedef struct
{
  QuoBackupFactKind kind;
  gint64            index;
} QuoBackupFact;

/* Of another node, as a primary sees it. */
typedef struct
{
  gint64   confirmed;      /* it has the log up to here on disk */
  gint64   last_confirmed; /* at the heartbeat before */
  gint64   resent_from;    /* since that heartbeat; 0: nothing */
  gboolean has_answered;   /* to a take-over */
} QuoBackupPeer;

typedef struct
{
  guint          index;
  guint          n_nodes;
  QuoBackupRole  role;
  gint64         epoch;
  gint64         log_epoch;
  int            primary;
  GArray        *log;         /* QuoBackupEntry; index i is at i - 1 */
  gint64         generation;  /* goes up when the log is cut */
  gint64         synced;      /* length that is on disk */
  gint64         matched;     /* length known to be as the primary's */
  gint64         commit;
  gint64         executed;
  guint64        executed_hash;
  GHashTable    *store;       /* key to value, what is executed */
  GHashTable    *latest;      /* key to value, the whole log */
  GHashTable    *sessions;    /* client to index of its latest entry */
  GArray        *pending;     /* QuoBackupPending */
  GHashTable    *early;       /* BACKUP: index to the fields of a REPLICATE */

  QuoBackupPeer *peers;
  gint64         start;       /* PRIMARY: length when it took over */
  guint          n_answers;   /* TAKING_OVER, its own included */
  guint          best;
  gint64         best_epoch;
  gint64         best_length;

  gint64         known;       /* BACKUP: the primary's length, as last heard */
  QuoTime        complete_at; /* when it last knew that it had everything */
  QuoTime        heard_at;    /* of a primary */

  GArray        *facts;       /* QuoBackupFact */
  gint64         dirty_from;  /* first entry changed in this step; 0: none */
} QuoBackup;

typedef struct
{
  gint64  index;
  gint64  epoch;
  guint64 hash;
} QuoBackupAcknowledged;

/* The hash of a log up to an entry. */
typedef struct
{
  gint64  epoch; /* of the entry */
  guint64 hash;  /* 0: nobody has an entry here yet */
} QuoBackupMark;

typedef struct
{
  GArray     *first;        /* QuoBackupMark: by index, of the epoch seen first */
  GHashTable *others;       /* (epoch, index) to the hash, of further epochs */
  GHashTable *leaders;      /* epoch to node + 1 */
  GArray     *acknowledged; /* QuoBackupAcknowledged, and still kept */
  gint64     *epochs;       /* of each node, as last seen */
  gint64      top_epoch;    /* of the latest primary */
  int         top;          /* who that is, or QUO_NO_NODE */
  QuoTime     down_since;   /* of the latest primary; QUO_TIME_NEVER: up */
  guint       n_primaries;
  guint       n_lost;
} QuoBackupGhost;

/* state.c */
void     quo_backup_state_init  (QuoNode              *node,
                                 QuoBackup            *self);
void     quo_backup_state_clear (gpointer              state);
void     quo_backup_begin_step  (QuoBackup            *self);
void     quo_backup_add_fact    (QuoBackup            *self,
                                 QuoBackupFactKind     kind,
                                 gint64                index);
gint64   quo_backup_length      (const QuoBackup      *self);
const QuoBackupEntry *quo_backup_entry (const QuoBackup *self,
                                        gint64           index);
gint64   quo_backup_epoch_at    (const QuoBackup      *self,
                                 gint64                index);
void     quo_backup_append      (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoBackupEntry *entry);
void     quo_backup_cut         (QuoNode              *node,
                                 QuoBackup            *self,
                                 gint64                length);
void     quo_backup_load        (QuoNode              *node,
                                 QuoBackup            *self);
gboolean quo_backup_execute     (QuoNode              *node,
                                 QuoBackup            *self);
void     quo_backup_sync_log    (QuoNode              *node,
                                 QuoBackup            *self);
gint64   quo_backup_look_up     (GHashTable           *map,
                                 gint64                key);

/* node.c */
const QuoBackupOptions *quo_backup_options (const QuoNode *node);
void     quo_backup_set_role    (QuoNode              *node,
                                 QuoBackup            *self,
                                 QuoBackupRole         role);
void     quo_backup_adopt       (QuoNode              *node,
                                 QuoBackup            *self,
                                 gint64                epoch);
void     quo_backup_wait        (QuoNode              *node,
                                 QuoBackup            *self);
gboolean quo_backup_refuses     (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoMessage     *message);

void     quo_backup_start       (QuoNode              *node,
                                 gpointer              state);
void     quo_backup_restart     (QuoNode              *node,
                                 gpointer              state);
void     quo_backup_receive     (QuoNode              *node,
                                 gpointer              state,
                                 const QuoMessage     *message);
void     quo_backup_timeout     (QuoNode              *node,
                                 gpointer              state,
                                 guint                 timer,
                                 gint64                arg);
void     quo_backup_synced      (QuoNode              *node,
                                 gpointer              state,
                                 guint                 write,
                                 gint64                token);
void     quo_backup_request     (QuoNode              *node,
                                 gpointer              state,
                                 const QuoOp          *op);
void     quo_backup_command     (QuoNode              *node,
                                 gpointer              state,
                                 guint                 command,
                                 const gint64         *args);

/* primary.c */
void     quo_backup_lead        (QuoNode              *node,
                                 QuoBackup            *self);
void     quo_backup_beat        (QuoNode              *node,
                                 QuoBackup            *self);
void     quo_backup_order       (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoOp          *op,
                                 int                   via);
void     quo_backup_confirmed   (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoMessage     *message);
void     quo_backup_advance     (QuoNode              *node,
                                 QuoBackup            *self);
guint    quo_backup_n_copies    (const QuoNode        *node);

/* backup.c */
void     quo_backup_replicated  (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoMessage     *message);
void     quo_backup_heard       (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoMessage     *message);
void     quo_backup_committed   (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoMessage     *message);
void     quo_backup_confirm     (QuoNode              *node,
                                 QuoBackup            *self,
                                 guint                 to,
                                 int                   status,
                                 gint64                index);
void     quo_backup_go_on       (QuoNode              *node,
                                 QuoBackup            *self,
                                 gboolean              is_due);
void     quo_backup_show_lag    (QuoNode              *node,
                                 QuoBackup            *self);
gint64   quo_backup_lag_time    (const QuoBackup      *self,
                                 QuoTime               now);

/* take-over.c */
void     quo_backup_take_over   (QuoNode              *node,
                                 QuoBackup            *self);
void     quo_backup_ask         (QuoNode              *node,
                                 QuoBackup            *self);
void     quo_backup_asked       (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoMessage     *message);
void     quo_backup_tell        (QuoNode              *node,
                                 QuoBackup            *self,
                                 guint                 to);
void     quo_backup_told        (QuoNode              *node,
                                 QuoBackup            *self,
                                 const QuoMessage     *message);
void     quo_backup_give_up_waiting (QuoNode          *node,
                                     QuoBackup        *self);

/* monitor.c */
void     quo_backup_check       (QuoCluster           *cluster,
                                 gpointer              ghost,
                                 guint                 node);
void     quo_backup_finish      (QuoCluster           *cluster,
                                 gpointer              ghost);
void     quo_backup_clear_ghost (gpointer              ghost);

G_END_DECLS
