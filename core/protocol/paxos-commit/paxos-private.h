/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Paxos Commit, in parts: state.c keeps transactions and says which node is what;
 * manager.c is a resource manager, acceptor.c an acceptor, leader.c a leader and
 * whoever learns; monitor.c looks at all of them; paxos-commit.c declares it.
 */

#include "protocol/atomic-commit/deadlines.h"
#include "protocol/atomic-commit/guard.h"
#include "protocol/atomic-commit/intake.h"
#include "protocol/atomic-commit/watch.h"

G_BEGIN_DECLS

/* Rows at the log's end that a restarted node shows again. */
#define QUO_PAXOS_RECENT 48

typedef enum
{
  QUO_PAXOS_BASIC,
  QUO_PAXOS_FASTER
} QuoPaxosVariant;

typedef struct
{
  int      leader;
  int      variant;
  int      no_voter;
  gboolean is_colocated;
  gint64   n_faults;
  QuoTime  leader_timeout;
  QuoTime  takeover_timeout;
} QuoPaxosOptions;

typedef enum
{
  QUO_PAXOS_ROLE_WORKING,
  QUO_PAXOS_ROLE_PREPARED,
  QUO_PAXOS_ROLE_COMMITTED,
  QUO_PAXOS_ROLE_ABORTED,
  QUO_PAXOS_ROLE_LEADING,
  QUO_PAXOS_ROLE_ACCEPTOR
} QuoPaxosRole;

typedef enum
{
  QUO_PAXOS_FIELD_ROLE,
  QUO_PAXOS_FIELD_TRANSACTION,
  QUO_PAXOS_FIELD_BALLOT,
  QUO_PAXOS_FIELD_DEADLINE,
  QUO_PAXOS_FIELD_TRANSACTIONS,
  QUO_PAXOS_FIELD_LOG,
  QUO_PAXOS_FIELD_STORE,
  QUO_PAXOS_FIELD_LOCKS,
  QUO_PAXOS_FIELD_INTENTS,
  QUO_PAXOS_FIELD_PROMISED,
  QUO_PAXOS_FIELD_ACCEPTED,
  QUO_PAXOS_FIELD_RESERVED
} QuoPaxosField;

typedef enum
{
  QUO_PAXOS_PREPARE,
  QUO_PAXOS_PHASE_1A,
  QUO_PAXOS_PHASE_1B,
  QUO_PAXOS_PHASE_2A,
  QUO_PAXOS_PHASE_2B,
  QUO_PAXOS_REJECT,
  QUO_PAXOS_COMMIT,
  QUO_PAXOS_ABORT,
  QUO_PAXOS_N_MESSAGES
} QuoPaxosMessage;

typedef enum
{
  QUO_PAXOS_TIMER_TAKEOVER,
  QUO_PAXOS_N_TIMERS
} QuoPaxosTimer;

typedef enum
{
  QUO_PAXOS_WRITE_PREPARED,
  QUO_PAXOS_WRITE_REFUSED,
  QUO_PAXOS_WRITE_ACCEPTED,
  QUO_PAXOS_WRITE_PROMISED,
  QUO_PAXOS_WRITE_OUTCOME,
  QUO_PAXOS_WRITE_RESERVE
} QuoPaxosWrite;

typedef enum
{
  QUO_PAXOS_NOTE_BEGIN,
  QUO_PAXOS_NOTE_COMMIT,
  QUO_PAXOS_NOTE_ABORT,
  QUO_PAXOS_NOTE_REFUSE,
  QUO_PAXOS_NOTE_TAKEOVER,
  QUO_PAXOS_NOTE_FREE,
  QUO_PAXOS_NOTE_RECOVER,
  QUO_PAXOS_NOTE_IGNORED
} QuoPaxosNote;

typedef enum
{
  QUO_PAXOS_COMMAND_BEGIN,
  QUO_PAXOS_COMMAND_REFUSE
} QuoPaxosCommand;

typedef enum
{
  QUO_PAXOS_FAULT_ABORT_ON_TIMEOUT,
  QUO_PAXOS_FAULT_IGNORE_ACCEPTED,
  QUO_PAXOS_FAULT_FREE_IS_PREPARED,
  QUO_PAXOS_FAULT_SMALL_QUORUM,
  QUO_PAXOS_FAULT_ANSWER_BEFORE_SYNC,
  QUO_PAXOS_FAULT_VOTE_BEFORE_SYNC
} QuoPaxosFault;

enum
{
  QUO_PAXOS_INVARIANT_CONSISTENCY = QUO_COMMIT_N_INVARIANTS
};

/* What a row of a manager's log says. */
typedef enum
{
  QUO_PAXOS_RECORD_PREPARED,
  QUO_PAXOS_RECORD_COMMIT,
  QUO_PAXOS_RECORD_ABORT
} QuoPaxosRecord;

/* What an instance of Paxos is about: one manager's vote. */
typedef enum
{
  QUO_PAXOS_VALUE_ABORTED,
  QUO_PAXOS_VALUE_PREPARED
} QuoPaxosValue;

/* How far a manager is with one transaction. */
typedef enum
{
  QUO_PAXOS_PHASE_WORKING, /* has not been asked */
  QUO_PAXOS_PHASE_VOTING,  /* its vote is being forced */
  QUO_PAXOS_PHASE_PREPARED,
  QUO_PAXOS_PHASE_COMMITTED,
  QUO_PAXOS_PHASE_ABORTED
} QuoPaxosPhase;

typedef enum
{
  QUO_PAXOS_STAGE_NONE,
  QUO_PAXOS_STAGE_1, /* waits for promises */
  QUO_PAXOS_STAGE_2  /* waits for acceptances */
} QuoPaxosStage;

/* An acceptor's, or the best that a leader has heard of. */
typedef struct
{
  gint64 ballot; /* -1: none */
  gint64 value;
} QuoPaxosAccepted;

typedef struct
{
  gint64            id;
  QuoPaxosPhase     phase;
  gboolean          is_learned;   /* the outcome is known here */
  gint64            key;
  gint64            value;
  int               client;       /* leader: QUO_NO_NODE for a command's */
  gint64            serial;

  gint64            promised;     /* acceptor: takes no part in lower ballots */
  QuoPaxosAccepted *accepted;     /* acceptor: for each node, or NULL */
  guint             n_accepted;   /* in ballot 0 */
  gboolean          is_bundled;   /* its answer to ballot 0 is on its way */

  gint64            ballot;       /* leader: its own; learner: highest seen */
  QuoPaxosStage     stage;
  guint8           *heard;        /* leader: acceptors of this stage */
  guint             n_heard;
  QuoPaxosAccepted *best;         /* leader: for each node */
  guint8           *heard_zero;   /* learner: acceptors of ballot 0 */
  guint             n_heard_zero;
} QuoPaxosTransaction;

typedef struct
{
  gint64 transaction;
  gint64 ballot;
} QuoPaxosPending;

/* What the monitor is told of an acceptor. */
typedef struct
{
  gint64 transaction;
  gint64 manager;
  gint64 ballot;
  gint64 value;
} QuoPaxosAcceptance;

typedef struct
{
  GHashTable     *transactions; /* id to QuoPaxosTransaction; never iterated */
  GHashTable     *pending;      /* token to QuoPaxosPending; never iterated */
  QuoCommitIntake intake;
  QuoGuard        guard;
  QuoDeadlines    deadlines;
  GArray         *facts;        /* of this step */
  GArray         *acceptances;  /* likewise: QuoPaxosAcceptance */
  gint64          n_log;
  gint64          n_accepted;
  gint64          latest;       /* the transaction that the role is about */
  gint64          token;
  gboolean        is_refusing;  /* the next prepare */
} QuoPaxosState;

/* Who is what, from the options alone. */
typedef struct
{
  guint    n_nodes;
  guint    n_faults;
  guint    leader;      /* of ballot 0 */
  gboolean is_colocated;
} QuoPaxosLayout;

/* state.c */
QuoPaxosLayout       quo_paxos_layout        (const QuoPaxosOptions *options,
                                              guint                  n_nodes);
guint                quo_paxos_n_managers    (const QuoPaxosLayout  *layout);
gboolean             quo_paxos_is_manager    (const QuoPaxosLayout  *layout,
                                              guint                  node);
guint                quo_paxos_nth_acceptor  (const QuoPaxosLayout  *layout,
                                              guint                  nth);
void                 quo_paxos_state_init    (QuoPaxosState         *self);
void                 quo_paxos_state_clear   (gpointer               state);
void                 quo_paxos_begin_step    (QuoPaxosState         *self);
void                 quo_paxos_add_fact      (QuoPaxosState         *self,
                                              QuoCommitFactKind      kind,
                                              gint64                 transaction);
const QuoPaxosOptions *quo_paxos_options     (const QuoNode         *node);
QuoPaxosLayout       quo_paxos_node_layout   (const QuoNode         *node);
QuoPaxosTransaction *quo_paxos_find          (QuoPaxosState         *self,
                                              gint64                 id);
QuoPaxosTransaction *quo_paxos_get           (QuoPaxosState         *self,
                                              gint64                 id);
void                 quo_paxos_show          (QuoNode               *node,
                                              QuoPaxosState         *state,
                                              QuoPaxosTransaction   *transaction);
void                 quo_paxos_set_phase     (QuoNode               *node,
                                              QuoPaxosState         *state,
                                              QuoPaxosTransaction   *transaction,
                                              QuoPaxosPhase          phase);
QuoPaxosAccepted    *quo_paxos_accepted_new  (guint                  n_nodes);
void                 quo_paxos_append        (QuoNode               *node,
                                              QuoPaxosState         *state,
                                              QuoPaxosRecord         record,
                                              const QuoPaxosTransaction *transaction);
void                 quo_paxos_wait          (QuoNode               *node,
                                              QuoPaxosState         *state,
                                              QuoPaxosTransaction   *transaction,
                                              QuoTime                delay);
QuoTime              quo_paxos_takeover_delay (QuoNode              *node);
void                 quo_paxos_note          (QuoNode               *node,
                                              QuoPaxosNote           note,
                                              gint64                 transaction);

/* manager.c */
void quo_paxos_manager_prepare (QuoNode             *node,
                                QuoPaxosState       *state,
                                gint64               id,
                                gint64               key,
                                gint64               value);
void quo_paxos_manager_voted   (QuoNode             *node,
                                QuoPaxosState       *state,
                                QuoPaxosWrite        write,
                                gint64               id);
void quo_paxos_manager_finish  (QuoNode             *node,
                                QuoPaxosState       *state,
                                QuoPaxosTransaction *transaction,
                                gboolean             is_commit);
void quo_paxos_manager_request (QuoNode             *node,
                                QuoPaxosState       *state,
                                const QuoOp         *op);
gint64 quo_paxos_manager_recover (QuoNode           *node,
                                  QuoPaxosState     *state);

/* acceptor.c */
void quo_paxos_acceptor_1a     (QuoNode             *node,
                                QuoPaxosState       *state,
                                guint                from,
                                gint64               id,
                                gint64               ballot);
void quo_paxos_acceptor_2a     (QuoNode             *node,
                                QuoPaxosState       *state,
                                guint                from,
                                gint64               id,
                                gint64               ballot,
                                const gint64        *rows,
                                guint                n_rows);
void quo_paxos_acceptor_synced (QuoNode             *node,
                                QuoPaxosState       *state,
                                QuoPaxosWrite        write,
                                gint64               token);
void quo_paxos_acceptor_recover (QuoNode            *node,
                                 QuoPaxosState      *state);

/* leader.c */
void quo_paxos_leader_begin    (QuoNode              *node,
                                QuoPaxosState        *state,
                                const QuoCommitBegin *begin);
void quo_paxos_leader_begin_queued (QuoNode          *node,
                                    QuoPaxosState    *state);
void quo_paxos_leader_timeout  (QuoNode              *node,
                                QuoPaxosState        *state);
void quo_paxos_leader_1b       (QuoNode              *node,
                                QuoPaxosState        *state,
                                guint                 from,
                                gint64                id,
                                gint64                ballot,
                                const gint64         *rows,
                                guint                 n_rows);
void quo_paxos_leader_2b       (QuoNode              *node,
                                QuoPaxosState        *state,
                                guint                 from,
                                gint64                id,
                                gint64                ballot,
                                const gint64         *rows,
                                guint                 n_rows);
void quo_paxos_leader_rejected (QuoNode              *node,
                                QuoPaxosState        *state,
                                gint64                id,
                                gint64                ballot);
void quo_paxos_leader_yield    (QuoNode              *node,
                                QuoPaxosState        *state,
                                QuoPaxosTransaction  *transaction,
                                gint64                ballot);
void quo_paxos_learn           (QuoNode              *node,
                                QuoPaxosState        *state,
                                gint64                id,
                                gboolean              is_commit,
                                gboolean              is_announced);

/* monitor.c */
typedef struct
{
  QuoCommitGhost commit;
  GHashTable    *instances; /* "transaction/manager" to its rounds */
} QuoPaxosGhost;

void quo_paxos_monitor_check   (QuoCluster           *cluster,
                                gpointer              ghost,
                                guint                 node);
void quo_paxos_monitor_finish  (QuoCluster           *cluster,
                                gpointer              ghost);
void quo_paxos_monitor_clear   (gpointer              ghost);

G_END_DECLS
