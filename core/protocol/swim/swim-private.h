/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who is in the group, found out by pinging one member a period.
 *
 *   swim.c         what the protocol declares
 *   record.c       what is known of a member, and which of two records counts
 *   group.c        a member's list of the others: order of the pings, suspicions
 *   spread.c       what it passes on, and how often
 *   detector.c     the protocol period: ping, ping-req, ack
 *   identity.c     its own lives and incarnations: start, join, refute, leave
 *   node.c         what comes in: messages, timers, commands, questions
 *   monitor.c      invariants
 *   measures.c     figures of a run
 *
 * A node that comes back is another member of the same name: a life more. Within a
 * life the paper's rules hold to the letter, so that Confirm overrides everything and
 * is final; who was given up by mistake goes on with its next life.
 *
 * Source: Das, Gupta, Motivala, SWIM: Scalable Weakly-consistent Infection-style
 * Process Group Membership Protocol, DSN 2002; that each recovery has an identity of
 * its own: Gupta, Chandra, Goldszmidt, On Scalable and Efficient Distributed Failure
 * Detectors, PODC 2001.
 */

#include "protocol/protocol.h"

G_BEGIN_DECLS

/* Each node has a record of every other: beyond this nobody takes part. */
#define QUO_SWIM_MEMBERS_MAX   2048
/* Up to here a member's whole list is shown; above, what differs from the first. */
#define QUO_SWIM_SHOWN_MAX     64
#define QUO_SWIM_PIGGYBACK_MAX 16
#define QUO_SWIM_RELAYS_MAX    32

typedef enum
{
  ROLE_OUTSIDE,
  ROLE_JOINING,
  ROLE_MEMBER,
  ROLE_DOUBTING,
  ROLE_LEAVING,
  ROLE_LEFT
} QuoSwimRole;

typedef enum
{
  STATUS_ALIVE,
  STATUS_SUSPECT,
  STATUS_CONFIRM,
  STATUS_LEFT,
  STATUS_UNKNOWN
} QuoSwimStatus;

enum
{
  FIELD_ROLE,
  FIELD_KNOWS,
  FIELD_LIFE,
  FIELD_INCARNATION,
  FIELD_TARGET,
  FIELD_MEMBERS
};

enum
{
  MESSAGE_PING,
  MESSAGE_ACK,
  MESSAGE_PING_REQ,
  MESSAGE_UPDATE,
  MESSAGE_JOIN,
  MESSAGE_MEMBERS,
  N_MESSAGES
};

enum
{
  TIMER_PERIOD,
  TIMER_ACK,
  TIMER_SUSPICION,
  TIMER_JOIN
};

enum
{
  WRITE_LIFE
};

enum
{
  NOTE_SUSPECTS,
  NOTE_CONFIRMS,
  NOTE_REFUTES,
  NOTE_SAVED,
  NOTE_JOINS,
  NOTE_LEAVES,
  NOTE_NEW_LIFE,
  NOTE_RAISES
};

enum
{
  COMMAND_JOIN,
  COMMAND_LEAVE
};

enum
{
  FAULT_RAISE_ANOTHER,
  FAULT_NO_REFUTATION,
  FAULT_ALIVE_OVERRIDES_EQUAL,
  FAULT_FORGET_DEAD,
  FAULT_RANDOM_TARGET,
  FAULT_ACK_WITHOUT_PING,
  FAULT_SAME_IDENTITY
};

enum
{
  INVARIANT_OWN_INCARNATION,
  INVARIANT_PRECEDENCE,
  INVARIANT_CONFIRM_FINAL,
  INVARIANT_REFUTATION,
  INVARIANT_ANSWERED,
  INVARIANT_COMPLETENESS,
  INVARIANT_ROUND_ROBIN,
  INVARIANT_NEW_IDENTITY
};

enum
{
  MEASURE_FIRST_DETECTION,
  MEASURE_FIRST_CONFIRM,
  MEASURE_DISSEMINATION,
  MEASURE_FALSE_SUSPICIONS,
  MEASURE_FALSE_CONFIRMS,
  MEASURE_REFUTATIONS,
  MEASURE_MESSAGES
};

enum
{
  TARGET_ROUND_ROBIN,
  TARGET_RANDOM
};

enum
{
  SPREAD_PIGGYBACK,
  SPREAD_MULTICAST
};

enum
{
  PHASE_RANDOM,
  PHASE_IN_STEP
};

/* What each random stream is for. */
enum
{
  CHANCE_PHASE,
  CHANCE_TARGET,
  CHANCE_INSERT,
  CHANCE_RELAY,
  CHANCE_NUMBER
};

typedef struct
{
  QuoTime  period;
  QuoTime  ack_timeout;
  gint64   n_relays;
  gboolean has_suspicion;
  gint64   suspicion_periods;
  int      target;
  int      dissemination;
  double   lambda;
  gint64   n_piggyback;
  int      phase;
  gint64   n_members;
  gint64   n_seeds;
  gint64   reconnect_periods;
  gint64   local_health;
  gboolean has_buddy;
} QuoSwimOptions;

/* What is known of a member: life, whether that is over, incarnation, suspected or
 * not, from the high bits to the low ones, so that the paper's precedence is the
 * order of numbers. 0: not known. */
typedef guint64 QuoSwimRecord;

#define ROW_COLUMNS 4

/* A record that is passed on. */
typedef struct
{
  QuoSwimRecord record;
  guint32       member;
  guint32       n_sent;
} QuoSwimNews;

typedef struct
{
  QuoSwimRecord record;
  guint32       member;
  guint32       serial; /* of its timer */
} QuoSwimSuspicion;

/* A ping on behalf of another. */
typedef struct
{
  guint32 number;
  guint32 asker;
  guint32 asked_number;
  guint32 target;
  guint64 period;
} QuoSwimRelay;

typedef enum
{
  FACT_CHANGED,  /* member: from old to new, by itself or not */
  FACT_TARGET,   /* member is pinged in this period */
  FACT_ENDED,    /* the period is over; new: what it holds of its target, old: what
                  * it held when it pinged it */
  FACT_ANSWERED, /* member has answered, as it takes it */
  FACT_ACKED,    /* it has answered a ping */
  FACT_IDENTITY, /* member is itself, new its record */
  FACT_REFUTED
} QuoSwimFactKind;

typedef struct
{
  QuoSwimFactKind kind;
  gboolean        is_own;
  guint32         member;
  QuoSwimRecord   old;
  QuoSwimRecord   new;
} QuoSwimFact;

typedef struct
{
  guint32        index;
  guint32        n_nodes;
  QuoSwimRole    role;
  gboolean       is_founder;
  gboolean       is_fresh;     /* came back without a disk */
  guint32        life;         /* 0: has none yet and says nothing */
  guint32        pending_life; /* on its way to the disk; 0: none */
  guint64        incarnation;

  QuoSwimRecord *records;      /* of every node */
  guint32       *order;        /* who is pinged; from next on: not in this round */
  guint32        n_order;
  guint32        next;
  guint32        limit;        /* lambda log n, of limit_size members */
  guint32        limit_size;

  GArray        *news;         /* QuoSwimNews */
  GArray        *suspicions;   /* QuoSwimSuspicion */
  guint32        last_serial;
  GArray        *relays;       /* QuoSwimRelay */

  guint64        n_periods;
  int            target;       /* of this period, or QUO_NO_NODE */
  QuoSwimRecord  target_record;
  guint32        target_number;
  gboolean       is_answered;
  int            last_answered;
  guint32        last_number;
  guint32        health;       /* Lifeguard's local health multiplier, less 1 */
  guint32        next_contact;
  guint32        n_asked;      /* to let it join */
  guint64        leaves_at;    /* period */

  QuoSwimRecord  heard;        /* of itself, in this step: the one that counts */
  GArray        *facts;        /* QuoSwimFact */
} QuoSwim;

typedef struct _QuoSwimWatch QuoSwimWatch;
typedef struct _QuoSwimEvent QuoSwimEvent;

typedef struct
{
  QuoSwimWatch  *nodes;  /* of each node */
  guint          n_nodes;
  GArray        *open;   /* guint: members whose end is still spreading */
  guint          n_active;
  guint64        n_periods;
  guint64        n_false_suspicions;
  guint64        n_false_confirms;
  guint64        n_refutations;
} QuoSwimGhost;

/* When a member was pinged last, in periods, and how often somebody had been put into
 * the list till then. */
typedef struct
{
  guint32 period;
  guint32 n_inserted;
} QuoSwimVisit;

struct _QuoSwimWatch
{
  QuoSwimRecord  issued;     /* the highest that it ever said of itself */
  guint32        life;       /* its present or latest one */
  QuoTime        begun_at;   /* its ping */
  QuoTime        acked_at;   /* it answered a ping */
  QuoTime        down_since; /* QUO_TIME_NEVER: it runs */
  gboolean       is_active;
  guint32        n_most;     /* others on its list, at most */
  guint32        n_inserted;
  QuoSwimVisit  *visits;     /* by member, or NULL */
  GHashTable    *confirmed;  /* member + 1 -> life, or NULL; never iterated */
  QuoSwimEvent  *end;        /* of its life, while it is down; or NULL */
};

/* record.c */
QuoSwimRecord quo_swim_record          (guint32          life,
                                        QuoSwimStatus    status,
                                        guint64          incarnation);
guint32       quo_swim_life            (QuoSwimRecord    self);
QuoSwimStatus quo_swim_status          (QuoSwimRecord    self);
guint64       quo_swim_incarnation     (QuoSwimRecord    self);
gboolean      quo_swim_overrides       (QuoSwimRecord    self,
                                        QuoSwimRecord    other);
gboolean      quo_swim_is_over         (QuoSwimRecord    self);
guint32       quo_swim_log_multiple    (double           factor,
                                        guint            n);
void          quo_swim_fill_row        (gint64          *row,
                                        guint            member,
                                        QuoSwimRecord    record);
QuoSwimRecord quo_swim_read_row        (const gint64    *row,
                                        guint            n_nodes);

/* group.c */
void          quo_swim_init            (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_clear           (gpointer         state);
guint         quo_swim_n_founders      (QuoNode         *node,
                                        const QuoSwim   *self);
void          quo_swim_found           (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_add_fact        (QuoSwim         *self,
                                        QuoSwimFactKind  kind,
                                        guint            member);
gboolean      quo_swim_apply           (QuoNode         *node,
                                        QuoSwim         *self,
                                        guint            member,
                                        QuoSwimRecord    record,
                                        gboolean         is_own,
                                        gboolean         is_news);
void          quo_swim_originate       (QuoNode         *node,
                                        QuoSwim         *self,
                                        guint            member,
                                        QuoSwimRecord    record);
int           quo_swim_next_target     (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_suspicion_over  (QuoNode         *node,
                                        QuoSwim         *self,
                                        guint32          serial);
void          quo_swim_set_role        (QuoNode         *node,
                                        QuoSwim         *self,
                                        QuoSwimRole      role);

/* spread.c */
void          quo_swim_enqueue         (QuoSwim         *self,
                                        guint            member,
                                        QuoSwimRecord    record);
gboolean      quo_swim_is_spreading    (const QuoSwim   *self,
                                        guint            member);
void          quo_swim_multicast       (QuoNode         *node,
                                        QuoSwim         *self,
                                        guint            member,
                                        QuoSwimRecord    record);
void          quo_swim_send            (QuoNode         *node,
                                        QuoSwim         *self,
                                        guint            to,
                                        guint            kind,
                                        const gint64    *fields);
void          quo_swim_send_members    (QuoNode         *node,
                                        QuoSwim         *self,
                                        guint            to);
void          quo_swim_take_rows       (QuoNode         *node,
                                        QuoSwim         *self,
                                        const QuoMessage *message,
                                        gboolean         is_news);

/* detector.c */
void          quo_swim_begin_periods   (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_period          (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_ask_others      (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_pinged          (QuoNode         *node,
                                        QuoSwim         *self,
                                        const QuoMessage *message);
void          quo_swim_asked           (QuoNode         *node,
                                        QuoSwim         *self,
                                        const QuoMessage *message);
void          quo_swim_acked           (QuoNode         *node,
                                        QuoSwim         *self,
                                        const QuoMessage *message);
void          quo_swim_feel            (QuoNode         *node,
                                        QuoSwim         *self,
                                        int              change);

/* identity.c */
void          quo_swim_start           (QuoNode         *node,
                                        gpointer         state);
void          quo_swim_restart         (QuoNode         *node,
                                        gpointer         state);
void          quo_swim_synced          (QuoNode         *node,
                                        gpointer         state,
                                        guint            write,
                                        gint64           token);
void          quo_swim_hear_of_itself  (QuoNode         *node,
                                        QuoSwim         *self,
                                        QuoSwimRecord    record);
void          quo_swim_ask_to_join     (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_reconnect       (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_join            (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_hear_who_it_was (QuoNode         *node,
                                        QuoSwim         *self,
                                        const QuoMessage *message);
void          quo_swim_joined          (QuoNode         *node,
                                        QuoSwim         *self,
                                        const QuoMessage *message);
void          quo_swim_leave           (QuoNode         *node,
                                        QuoSwim         *self);
void          quo_swim_go              (QuoNode         *node,
                                        QuoSwim         *self);

/* node.c */
void          quo_swim_receive         (QuoNode         *node,
                                        gpointer         state,
                                        const QuoMessage *message);
void          quo_swim_timeout         (QuoNode         *node,
                                        gpointer         state,
                                        guint            timer,
                                        gint64           arg);
void          quo_swim_request         (QuoNode         *node,
                                        gpointer         state,
                                        const QuoOp     *op);
void          quo_swim_command         (QuoNode         *node,
                                        gpointer         state,
                                        guint            command,
                                        const gint64    *args);

/* monitor.c */
void          quo_swim_check           (QuoCluster      *cluster,
                                        gpointer         ghost,
                                        guint            node);
void          quo_swim_clear_ghost     (gpointer         ghost);

/* measures.c */
void          quo_swim_measure_down    (QuoCluster      *cluster,
                                        QuoSwimGhost    *self,
                                        guint            node);
void          quo_swim_measure_up      (QuoSwimGhost    *self,
                                        guint            node);
void          quo_swim_measure_change  (QuoCluster      *cluster,
                                        QuoSwimGhost    *self,
                                        guint            node,
                                        const QuoSwimFact *fact);
void          quo_swim_finish          (QuoCluster      *cluster,
                                        gpointer         ghost);
void          quo_swim_end_free        (QuoSwimEvent    *self);

static inline gboolean
quo_swim_is_member (const QuoSwim *self)
{
  return self->role == ROLE_MEMBER || self->role == ROLE_DOUBTING
         || self->role == ROLE_LEAVING;
}

G_END_DECLS
