/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Raft, one file for each subject:
 *
 *   raft.c         what the protocol declares
 *   node.c         life cycle, terms, who handles what
 *   election.c     rules 2 and 5: votes, pre-votes, timers
 *   replication.c  rule 3: AppendEntries and its reply
 *   commit.c       rule 4: what is committed, and applying it
 *   client.c       requests, redirects and sessions (rule 10)
 *   reads.c        rule 9: reads that are not in the log
 *   transfer.c     rule 6: handing leadership over
 *   membership.c   rule 7: who belongs to the cluster, and changing it
 *   configuration.c  sets of servers, their majorities, and as a text
 *   snapshot.c     rule 8: compacting the log, InstallSnapshot
 *   command.c      a client's operation as a text in the log, and back
 *   log.c          the log in memory, mirrored in the durable field
 *   map.c          a small hash table of integers
 *   invariants.c   Raft's safety properties, checked after every step
 *   measures.c     figures of a run
 *
 * "Figure 2" is that of Ongaro and Ousterhout, In Search of an Understandable
 * Consensus Algorithm (extended version); section numbers with a letter are those of
 * Ongaro's dissertation.
 */

#include "protocol/protocol.h"

G_BEGIN_DECLS

typedef enum
{
  QUO_RAFT_FOLLOWER,
  QUO_RAFT_PRE_CANDIDATE,
  QUO_RAFT_CANDIDATE,
  QUO_RAFT_LEADER
} QuoRaftRole;

/* Positions in the tables of raft.c. */
enum
{
  FIELD_ROLE,
  FIELD_TERM,
  FIELD_VOTED_FOR,
  FIELD_LOG,
  FIELD_COMMIT_INDEX,
  FIELD_LAST_APPLIED,
  FIELD_LEADER,
  FIELD_DEADLINE,
  FIELD_STORE,
  FIELD_NEXT_INDEX,
  FIELD_MATCH_INDEX,
  FIELD_MEMBERS,
  FIELD_SNAPSHOT_INDEX,
  FIELD_SNAPSHOT_TERM,
  FIELD_SNAPSHOT_MEMBERS,
  FIELD_SNAPSHOT_DIGEST,
  FIELD_SNAPSHOT
};

enum
{
  MESSAGE_REQUEST_VOTE,
  MESSAGE_REQUEST_VOTE_REPLY,
  MESSAGE_APPEND_ENTRIES,
  MESSAGE_APPEND_ENTRIES_REPLY,
  MESSAGE_PRE_VOTE,
  MESSAGE_PRE_VOTE_REPLY,
  MESSAGE_TIMEOUT_NOW,
  MESSAGE_INSTALL_SNAPSHOT,
  MESSAGE_INSTALL_SNAPSHOT_REPLY
};

enum
{
  TIMER_ELECTION,
  TIMER_HEARTBEAT,
  TIMER_TRANSFER,
  TIMER_SNAPSHOT
};

enum
{
  WRITE_REQUEST_VOTE,
  WRITE_VOTE,
  WRITE_APPEND,
  WRITE_SNAPSHOT
};

enum
{
  NOTE_ELECTION,
  NOTE_PRE_VOTE,
  NOTE_LEADER,
  NOTE_STEPS_DOWN,
  NOTE_VOTE,
  NOTE_REFUSES,
  NOTE_COMMIT,
  NOTE_COMMIT_UP_TO,
  NOTE_REPLACES,
  NOTE_TRANSFER,
  NOTE_CONFIGURATION,
  NOTE_REFUSES_CHANGE,
  NOTE_SNAPSHOT,
  NOTE_INSTALLS
};

enum
{
  COMMAND_TRANSFER,
  COMMAND_ADD_LEARNER,
  COMMAND_ADD_MEMBER,
  COMMAND_REMOVE_MEMBER,
  COMMAND_CHANGE_MEMBERS
};

enum
{
  FAULT_FORGET_VOTE,
  FAULT_COUNT_DUPLICATE_VOTE,
  FAULT_VOTE_FOR_SHORT_LOG,
  FAULT_ACK_BEFORE_SYNC,
  FAULT_TRUNCATE_WITHOUT_CONFLICT,
  FAULT_ACCEPT_STALE_LEADER,
  FAULT_COMMIT_EARLIER_TERM,
  FAULT_CHANGE_BEFORE_OWN_ENTRY,
  FAULT_FORGET_CONFIG_ON_TRUNCATE,
  FAULT_COUNT_LEARNERS,
  FAULT_CHANGE_WITHOUT_JOINT,
  FAULT_SNAPSHOT_KEEPS_CONFLICT,
  FAULT_INSTALL_OLD_SNAPSHOT,
  FAULT_SNAPSHOT_WITHOUT_SESSIONS,
  FAULT_READ_WITHOUT_ROUND,
  FAULT_READ_BEFORE_OWN_ENTRY,
  FAULT_LONG_LEASE
};

enum
{
  INVARIANT_ELECTION_SAFETY,
  INVARIANT_LEADER_APPEND_ONLY,
  INVARIANT_LOG_MATCHING,
  INVARIANT_LEADER_COMPLETENESS,
  INVARIANT_STATE_MACHINE_SAFETY,
  INVARIANT_ONE_VOTE,
  INVARIANT_TERM_FORWARD,
  INVARIANT_COMMIT_FORWARD,
  INVARIANT_ACKNOWLEDGED_KEPT,
  INVARIANT_SAME_STATE,
  INVARIANT_READ_LATEST
};

enum
{
  MEASURE_LEADER_REPLACEMENT,
  MEASURE_ELECTIONS,
  MEASURE_LEADER_CHANGES,
  MEASURE_TURNOVER,
  MEASURE_TERMS_WITHOUT_LEADER,
  MEASURE_COMMIT_LATENCY,
  MEASURE_REJECTIONS,
  MEASURE_REPLACED,
  MEASURE_CONFIGURATIONS,
  MEASURE_SNAPSHOTS,
  MEASURE_INSTALLED
};

/* Why a leader or candidate becomes a follower; the texts are in raft.c. */
typedef enum
{
  QUO_RAFT_HIGHER_TERM,
  QUO_RAFT_LEADER_HEARD,
  QUO_RAFT_QUORUM_LOST,
  QUO_RAFT_REMOVED
} QuoRaftReason;

/* Why a vote is refused. */
typedef enum
{
  QUO_RAFT_STALE_TERM,
  QUO_RAFT_VOTE_GIVEN,
  QUO_RAFT_LOG_BEHIND,
  QUO_RAFT_LEADER_ALIVE
} QuoRaftRefusal;

/* Why a change of members is refused. */
typedef enum
{
  QUO_RAFT_NOT_LEADER,
  QUO_RAFT_CHANGE_PENDING,
  QUO_RAFT_NO_OWN_ENTRY,
  QUO_RAFT_NO_CHANGE,
  QUO_RAFT_UNKNOWN_SERVER
} QuoRaftObjection;

typedef enum
{
  QUO_RAFT_READS_LOG,
  QUO_RAFT_READS_INDEX,
  QUO_RAFT_READS_LEASE,
  QUO_RAFT_READS_LOCAL
} QuoRaftReads;

typedef enum
{
  QUO_RAFT_BACK_UP_DECREMENT,
  QUO_RAFT_BACK_UP_HINT
} QuoRaftBackUp;

typedef struct
{
  QuoTimeRange election_timeout;
  QuoTime      heartbeat_interval;
  gboolean     has_no_op;
  gint         back_up; /* QuoRaftBackUp */
  gint64       batch;
  gboolean     is_pipelined;
  gint64       in_flight;
  gboolean     has_pre_vote;
  gboolean     has_check_quorum;
  gint         reads;   /* QuoRaftReads */
  double       lease_drift;
  gboolean     has_sessions;
  gint64       members; /* interned */
  gint64       snapshot_entries;
} QuoRaftOptions;

/* A row of the log, as in the field and in AppendEntries. */
enum
{
  ROW_TERM,
  ROW_COMMAND,
  ROW_CLIENT,
  ROW_SERIAL,
  ROW_WIDTH
};

/* Entries from index base + 1; those up to the base are in the snapshot. Each has a
 * hash of itself and of all before it, so that two logs are compared up to an index by
 * one number. */
typedef struct
{
  gint64  *rows;   /* ROW_WIDTH for each entry */
  guint64 *hashes;
  gint64   length; /* index of the last entry */
  gint64   n_allocated;
  gint64   base;   /* 0 while nothing was compacted */
  gint64   base_term;
  guint64  base_hash;
} QuoRaftLog;

/* How a server belongs to a configuration; while it is joint, to two of them. */
enum
{
  QUO_RAFT_VOTER = 1,    /* of the only configuration, or of the old one */
  QUO_RAFT_VOTER_NEW = 2,
  QUO_RAFT_LEARNER = 4
};

typedef struct
{
  guint8  *flags;    /* by node */
  gint64   index;    /* of the entry that it stands in; 0: of the start */
  gboolean is_joint;
  gboolean is_whole; /* all nodes are voters and it is not joint */
} QuoRaftConfiguration;

/* Integers 0 .. G_MAXINT64 - 1 to integers; looked up, never iterated. */
typedef struct
{
  gint64 *slots;  /* key + 1 and value in turn; 0 is a free slot */
  guint   n_used;
  guint   mask;
} QuoRaftMap;

/* Serials of one client that a server remembers. */
#define QUO_RAFT_WINDOW 64
/* Further clients have no session: a bound on memory, far above any scenario. */
#define QUO_RAFT_CLIENTS_MAX 65536

typedef struct
{
  gint64 serial;   /* latest of this slot that was applied, 0: none */
  gint64 value;
  gint64 status;
  gint64 asked;    /* serial a client waits for here, 0: none */
  gint64 appended; /* index at which that serial went into this log */
} QuoRaftReply;

typedef struct
{
  QuoRaftReply replies[QUO_RAFT_WINDOW]; /* by serial modulo the window */
} QuoRaftSession;

typedef struct
{
  QuoOpKind kind;
  gboolean  is_no_op;
  gint64    key;
  gint64    value;
  gint64    expected;
} QuoRaftCommand;

/* What a leader knows of another server. */
typedef struct
{
  gint64   next;
  gint64   match;
  gint64   round;      /* latest round of heartbeats it answered */
  QuoTime  heard_at;   /* own clock */
  gboolean is_probing; /* its log's end is not known yet: one message at a time */
  gboolean is_awaited; /* a message with entries, or a probe, is unanswered */
  GArray  *in_flight;  /* gint64: last index of each message with entries that was sent
                        * ahead of the answers to those before, NULL: none yet */
  gint64   installing; /* last index of a snapshot on its way, 0: none */
  QuoTime  installing_since; /* own clock */
} QuoRaftPeer;

/* A read that waits for a round of heartbeats. */
typedef struct
{
  gint64 number; /* of those in this life */
  guint  client;
  gint64 serial;
  gint64 key;
  gint64 index; /* to be applied before; 0: no entry of this term committed yet */
  gint64 round;
} QuoRaftRead;

/* What happened to a read in a step, for the invariants. */
typedef enum
{
  QUO_RAFT_READ_BEGAN,
  QUO_RAFT_READ_ANSWERED,
  QUO_RAFT_READ_REFUSED
} QuoRaftReadFate;

typedef struct
{
  QuoRaftReadFate fate;
  gint64          number;
  gint64          applied; /* by the copy that answers */
} QuoRaftReadFact;

#define QUO_RAFT_ROUNDS 64

typedef struct
{
  guint        index;
  guint        n_nodes;
  QuoRaftRole  role;
  gint64       term;
  int          voted_for;
  int          leader;
  gboolean     is_vote_synced;
  gboolean     is_new; /* nothing but start or restart happened to it */
  gboolean     has_heard;
  QuoTime      heard_at; /* last word of a current leader, own clock */

  QuoRaftLog   log;
  gint64       synced_index; /* the log up to here is on disk */
  gint64       truncations;  /* tells syncs of before a truncation apart */
  gint64       verified;     /* the log up to here is the current leader's */
  gint64       seen_round;   /* latest of the current leader */
  gint64       commit;
  gint64       applied;

  QuoRaftConfiguration config; /* the latest in the log, committed or not */
  gint64       installing; /* a snapshot's last index that awaits the disk, or 0 */
  gboolean     is_snapshot_due;

  QuoRaftMap   store;
  guint64      state_hash; /* of the store; for the invariants */
  QuoRaftSession **sessions; /* by client, NULL where there is none yet */
  guint        n_sessions;

  /* Of a candidate. */
  guint8      *votes;
  guint        n_votes;
  gboolean     is_transfer; /* this election was ordered by TimeoutNow */

  /* Of a leader. */
  QuoRaftPeer *peers;
  gint64      *scratch;
  gint64       term_start; /* index of the first entry of this term */
  gint64       round;
  QuoTime      round_starts[QUO_RAFT_ROUNDS];
  QuoTime      lease_until;
  int          transfer_to;
  GArray      *reads; /* QuoRaftRead */
  gint64       n_reads;    /* of this life, but for local ones */
  GArray      *read_facts; /* QuoRaftReadFact, of this step */

  /* What was promised to others in this life; invariants remember it longer. */
  gint64       promised_vote_term;
  int          promised_vote;
  gint64       acked_term;
  gint64       acked_index;

  /* Counted for the measures. */
  guint64      n_elections;
  guint64      n_rejections;
  guint64      n_replaced;
  guint64      n_configurations;
  guint64      n_snapshots;
  guint64      n_installed;
} QuoRaft;

static inline const QuoRaftOptions *
quo_raft_options (const QuoNode *node)
{
  return quo_node_options (node);
}

/* Of all nodes. */
static inline guint
quo_raft_majority (const QuoRaft *self)
{
  return self->n_nodes / 2 + 1;
}

/* Whom a leader replicates to and a candidate may ask: it belongs, and is another. */
static inline gboolean
quo_raft_is_peer (const QuoRaft *self,
                  guint          node)
{
  return node != self->index && self->config.flags[node] != 0;
}

static inline gboolean
quo_raft_is_voter (const QuoRaftConfiguration *self,
                   guint                       node)
{
  return (self->flags[node] & (QUO_RAFT_VOTER | QUO_RAFT_VOTER_NEW)) != 0;
}

/* Of entry 0, before the first, it is 0; so is it past the end, and of what was
 * compacted but for the last of it. */
static inline gint64
quo_raft_log_term (const QuoRaftLog *self,
                   gint64            index)
{
  if (index <= self->base || index > self->length)
    return index == self->base ? self->base_term : 0;

  return self->rows[(index - self->base - 1) * ROW_WIDTH + ROW_TERM];
}

static inline guint64
quo_raft_log_hash (const QuoRaftLog *self,
                   gint64            index)
{
  if (index <= self->base || index > self->length)
    return index == self->base ? self->base_hash : 0;

  return self->hashes[index - self->base - 1];
}

/* Only of entries behind the base. */
static inline const gint64 *
quo_raft_log_row (const QuoRaftLog *self,
                  gint64            index)
{
  return self->rows + (index - self->base - 1) * ROW_WIDTH;
}

/* log.c */
void     quo_raft_log_load         (QuoNode            *node,
                                    QuoRaftLog         *self);
void     quo_raft_log_append       (QuoNode            *node,
                                    QuoRaftLog         *self,
                                    const gint64       *row);
void     quo_raft_log_truncate     (QuoNode            *node,
                                    QuoRaftLog         *self,
                                    gint64              index);
void     quo_raft_log_replace      (QuoNode            *node,
                                    QuoRaftLog         *self,
                                    gint64              index,
                                    gint64              term,
                                    guint64             hash,
                                    gboolean            keeps_rest);
void     quo_raft_log_clear        (QuoRaftLog         *self);

/* map.c */
gboolean quo_raft_map_get          (const QuoRaftMap   *self,
                                    gint64              key,
                                    gint64             *ret_value);
void     quo_raft_map_set          (QuoRaftMap         *self,
                                    gint64              key,
                                    gint64              value);
void     quo_raft_map_clear        (QuoRaftMap         *self);

/* command.c */
gint64   quo_raft_command_encode   (QuoNode            *node,
                                    const QuoOp        *op);
void     quo_raft_command_decode   (QuoNode            *node,
                                    gint64              command,
                                    QuoRaftCommand     *ret_command);
gint64   quo_raft_command_appended (QuoNode            *node,
                                    gint64              value,
                                    gint64              item);

gboolean quo_raft_take_word        (QuoNode            *node,
                                    const char        **text,
                                    gint64             *ret_name);
void     quo_raft_put_word         (GString            *out,
                                    const char         *word);

/* configuration.c */
void     quo_raft_configuration_init (QuoRaftConfiguration *self,
                                      guint               n_nodes);
void     quo_raft_configuration_clear (QuoRaftConfiguration *self);
gboolean quo_raft_configuration_read (QuoNode            *node,
                                      const char         *text,
                                      QuoRaftConfiguration *self);
gint64   quo_raft_configuration_name (QuoNode            *node,
                                      const QuoRaftConfiguration *self);
gboolean quo_raft_configuration_read_list (QuoNode       *node,
                                           const char    *text,
                                           guint8         flag,
                                           guint8        *flags);
gint64   quo_raft_agreed_value     (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64             *values);
gboolean quo_raft_has_majority     (QuoNode            *node,
                                    QuoRaft            *self);

/* membership.c */
gboolean quo_raft_is_change        (QuoNode            *node,
                                    const gint64       *row);
void     quo_raft_adopt            (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              index);
void     quo_raft_adopt_latest     (QuoNode            *node,
                                    QuoRaft            *self);
gint64   quo_raft_members_at       (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              index);
gboolean quo_raft_may_stand        (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_change           (QuoNode            *node,
                                    QuoRaft            *self,
                                    guint               what,
                                    const gint64       *args);
void     quo_raft_change_progress  (QuoNode            *node,
                                    QuoRaft            *self);

/* snapshot.c */
void     quo_raft_snapshot_load    (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_snapshot_consider (QuoNode           *node,
                                     QuoRaft           *self);
void     quo_raft_snapshot_take    (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_snapshot_send    (QuoNode            *node,
                                    QuoRaft            *self,
                                    guint               to);
void     quo_raft_snapshot_synced  (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              token);
void     quo_raft_on_install_snapshot (QuoNode         *node,
                                       QuoRaft         *self,
                                       const QuoMessage *message);
void     quo_raft_on_install_reply (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoMessage   *message);

/* node.c */
void     quo_raft_set_role         (QuoNode            *node,
                                    QuoRaft            *self,
                                    QuoRaftRole         role);
void     quo_raft_set_leader       (QuoNode            *node,
                                    QuoRaft            *self,
                                    int                 leader);
void     quo_raft_set_term         (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              term,
                                    int                 voted_for);
void     quo_raft_become_follower  (QuoNode            *node,
                                    QuoRaft            *self,
                                    QuoRaftReason       reason);
void     quo_raft_see_term         (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              term);
void     quo_raft_start            (QuoNode            *node,
                                    gpointer            state);
void     quo_raft_restart          (QuoNode            *node,
                                    gpointer            state);
void     quo_raft_receive          (QuoNode            *node,
                                    gpointer            state,
                                    const QuoMessage   *message);
void     quo_raft_timeout          (QuoNode            *node,
                                    gpointer            state,
                                    guint               timer,
                                    gint64              arg);
void     quo_raft_asked            (QuoNode            *node,
                                    gpointer            state,
                                    const QuoOp        *op);
void     quo_raft_synced           (QuoNode            *node,
                                    gpointer            state,
                                    guint               write,
                                    gint64              token);
void     quo_raft_commanded        (QuoNode            *node,
                                    gpointer            state,
                                    guint               what,
                                    const gint64       *args);
void     quo_raft_clear            (gpointer            state);

/* election.c */
void     quo_raft_reset_election_timer (QuoNode        *node,
                                        QuoRaft        *self);
void     quo_raft_election_timeout (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_start_election   (QuoNode            *node,
                                    QuoRaft            *self,
                                    gboolean            is_transfer);
void     quo_raft_candidacy_synced (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              term);
void     quo_raft_vote_synced      (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              term);
void     quo_raft_on_request_vote  (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoMessage   *message);
void     quo_raft_on_vote          (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoMessage   *message);
void     quo_raft_on_pre_vote      (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoMessage   *message);
void     quo_raft_on_pre_vote_reply (QuoNode           *node,
                                     QuoRaft           *self,
                                     const QuoMessage  *message);

/* replication.c */
void     quo_raft_become_leader    (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_leader_append    (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              command,
                                    int                 client,
                                    gint64              serial);
void     quo_raft_forget_peer      (QuoRaftPeer        *self,
                                    QuoTime             now);
void     quo_raft_broadcast        (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_heartbeat        (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_on_append        (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoMessage   *message);
void     quo_raft_on_append_reply  (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoMessage   *message);
void     quo_raft_append_synced    (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              token);
void     quo_raft_hear_leader      (QuoNode            *node,
                                    QuoRaft            *self,
                                    guint               leader,
                                    gint64              round);
void     quo_raft_match            (QuoNode            *node,
                                    QuoRaft            *self,
                                    guint               from,
                                    gint64              index);
gboolean quo_raft_note_synced      (QuoRaft            *self,
                                    gint64              token);
gint64   quo_raft_sync_token       (const QuoRaft      *self);

/* commit.c */
void     quo_raft_advance_commit   (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_commit_to        (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              index);
void     quo_raft_store            (QuoNode            *node,
                                    QuoRaft            *self,
                                    gint64              key,
                                    gint64              value);

/* client.c */
void     quo_raft_request          (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoOp        *op);
QuoRaftReply *quo_raft_session     (QuoRaft            *self,
                                    gint64              client,
                                    gint64              serial);
void     quo_raft_refuse           (QuoNode            *node,
                                    QuoRaft            *self,
                                    guint               client,
                                    gint64              serial);

/* reads.c */
void     quo_raft_reads_begin_step (QuoRaft            *self);
void     quo_raft_read             (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoOp        *op);
void     quo_raft_reads_progress   (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_reads_fail       (QuoNode            *node,
                                    QuoRaft            *self);

/* transfer.c */
void     quo_raft_transfer         (QuoNode            *node,
                                    QuoRaft            *self,
                                    int                 to);
void     quo_raft_transfer_progress (QuoNode           *node,
                                     QuoRaft           *self);
void     quo_raft_transfer_timeout (QuoNode            *node,
                                    QuoRaft            *self);
void     quo_raft_on_timeout_now   (QuoNode            *node,
                                    QuoRaft            *self,
                                    const QuoMessage   *message);

/* invariants.c and measures.c: what is remembered beyond a server's life. */
typedef struct
{
  gint64      term;
  gint64      commit;
  gint64      applied;
  gint64      length;
  guint64     hash;
  QuoRaftRole role;
  gint64      vote_term;  /* promised, also over crashes */
  int         vote;
  gint64      acked_term; /* likewise */
  gint64      acked_index;
  guint64     n_elections;
  guint64     n_rejections;
  guint64     n_replaced;
  guint64     n_configurations;
  guint64     n_snapshots;
  guint64     n_installed;
} QuoRaftSeen;

typedef struct
{
  gint64  term;
  guint64 hash;
} QuoRaftMark;

typedef struct
{
  QuoRaftSeen *nodes;
  guint        n_nodes;
  QuoRaftMap   leaders; /* term to leader */
  QuoRaftMap   stood;   /* terms in which somebody stood */
  GArray      *first;   /* QuoRaftMark: first entry seen at each index, from 1 */
  QuoRaftMap   others;  /* further ones: (index, term) to hash */
  GArray      *committed; /* QuoRaftMark: hash, and the term that committed it */
  GArray      *appended;  /* when, by which term's leader: QuoRaftMark */

  int          leader;  /* of the latest term that had one */
  gint64       leader_term;
  gboolean     is_replacing;
  QuoTime      crashed_at;
  guint64      n_leaders;
  guint64      n_turnover;
  guint64      n_elections;
  guint64      n_rejections;
  guint64      n_replaced;
  guint64      n_configurations;
  guint64      n_snapshots;
  guint64      n_installed;
  GArray      *states;  /* guint64: the store after each entry, 0: not seen */
  GHashTable  *reads;   /* of server and number: what was committed as it began */
} QuoRaftGhost;

void     quo_raft_check            (QuoCluster         *cluster,
                                    gpointer            ghost,
                                    guint               node);
void     quo_raft_clear_ghost      (gpointer            ghost);
void     quo_raft_measure_step     (QuoCluster         *cluster,
                                    QuoRaftGhost       *ghost,
                                    const QuoRaft      *self,
                                    const QuoRaftSeen  *seen);
void     quo_raft_finish           (QuoCluster         *cluster,
                                    gpointer            ghost);

G_END_DECLS
