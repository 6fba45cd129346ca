/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Two-phase commit, in parts: state.c keeps transactions, the log and deadlines;
 * coordinator.c and participant.c are the two sides; monitor.c looks at all of
 * them; two-phase-commit.c declares it.
 */

#include "protocol/atomic-commit/deadlines.h"
#include "protocol/atomic-commit/guard.h"
#include "protocol/atomic-commit/intake.h"
#include "protocol/atomic-commit/watch.h"

G_BEGIN_DECLS

/* Rows at the log's end that a restarted node shows again. */
#define QUO_COMMIT_RECENT 48

typedef enum
{
  QUO_COMMIT_BASIC,
  QUO_COMMIT_PRESUMED_ABORT,
  QUO_COMMIT_PRESUMED_COMMIT
} QuoCommitVariant;

typedef struct
{
  int      coordinator;
  int      variant;
  int      no_voter;
  int      read_only;
  gboolean is_cooperative;
  QuoTime  vote_timeout;
  QuoTime  resend_interval;
  QuoTime  ask_interval;
} QuoCommitOptions;

typedef enum
{
  QUO_COMMIT_ROLE_INIT,
  QUO_COMMIT_ROLE_WAIT,
  QUO_COMMIT_ROLE_WORKING,
  QUO_COMMIT_ROLE_PREPARED,
  QUO_COMMIT_ROLE_COMMITTED,
  QUO_COMMIT_ROLE_ABORTED
} QuoCommitRole;

typedef enum
{
  QUO_COMMIT_FIELD_ROLE,
  QUO_COMMIT_FIELD_TRANSACTION,
  QUO_COMMIT_FIELD_DEADLINE,
  QUO_COMMIT_FIELD_IN_DOUBT,
  QUO_COMMIT_FIELD_TRANSACTIONS,
  QUO_COMMIT_FIELD_LOG,
  QUO_COMMIT_FIELD_STORE,
  QUO_COMMIT_FIELD_LOCKS,
  QUO_COMMIT_FIELD_INTENTS,
  QUO_COMMIT_FIELD_RESERVED
} QuoCommitField;

typedef enum
{
  QUO_COMMIT_PREPARE,
  QUO_COMMIT_YES,
  QUO_COMMIT_NO,
  QUO_COMMIT_READ,
  QUO_COMMIT_COMMIT,
  QUO_COMMIT_ABORT,
  QUO_COMMIT_ACK,
  QUO_COMMIT_DECISION_REQUEST,
  QUO_COMMIT_DECISION,
  QUO_COMMIT_N_MESSAGES
} QuoCommitMessage;

typedef enum
{
  QUO_COMMIT_TIMER_VOTES,
  QUO_COMMIT_TIMER_RESEND,
  QUO_COMMIT_TIMER_ASK,
  QUO_COMMIT_N_TIMERS
} QuoCommitTimer;

typedef enum
{
  QUO_COMMIT_WRITE_COLLECTING,
  QUO_COMMIT_WRITE_PREPARED,
  QUO_COMMIT_WRITE_COMMIT,
  QUO_COMMIT_WRITE_ABORT,
  QUO_COMMIT_WRITE_LAZY_COMMIT,
  QUO_COMMIT_WRITE_LAZY_ABORT,
  QUO_COMMIT_WRITE_END,
  QUO_COMMIT_WRITE_RESERVE
} QuoCommitWrite;

typedef enum
{
  QUO_COMMIT_NOTE_BEGIN,
  QUO_COMMIT_NOTE_COMMIT,
  QUO_COMMIT_NOTE_ABORT,
  QUO_COMMIT_NOTE_REFUSE,
  QUO_COMMIT_NOTE_IN_DOUBT,
  QUO_COMMIT_NOTE_END,
  QUO_COMMIT_NOTE_RECOVER,
  QUO_COMMIT_NOTE_IGNORED
} QuoCommitNote;

typedef enum
{
  QUO_COMMIT_COMMAND_BEGIN,
  QUO_COMMIT_COMMAND_REFUSE
} QuoCommitCommand;

typedef enum
{
  QUO_COMMIT_FAULT_COMMIT_ON_TIMEOUT,
  QUO_COMMIT_FAULT_ABORT_ON_TIMEOUT,
  QUO_COMMIT_FAULT_VOTE_BEFORE_SYNC,
  QUO_COMMIT_FAULT_FORGET_DECISION,
  QUO_COMMIT_FAULT_IGNORE_NO_VOTE,
  QUO_COMMIT_FAULT_WRONG_PRESUMPTION,
  QUO_COMMIT_FAULT_FORGET_LOCKS
} QuoCommitFault;

enum
{
  QUO_COMMIT_INVARIANT_LOCKS = QUO_COMMIT_N_INVARIANTS
};

/* What a row of the log says. */
typedef enum
{
  QUO_COMMIT_RECORD_COLLECTING,
  QUO_COMMIT_RECORD_PREPARED,
  QUO_COMMIT_RECORD_COMMIT,
  QUO_COMMIT_RECORD_ABORT,
  QUO_COMMIT_RECORD_END
} QuoCommitRecord;

/* How far a node is with one transaction. */
typedef enum
{
  QUO_COMMIT_PHASE_COLLECTING, /* coordinator: its first record is being forced */
  QUO_COMMIT_PHASE_WAITING,    /* coordinator: for votes */
  QUO_COMMIT_PHASE_DECIDING,   /* coordinator: the decision is being forced */
  QUO_COMMIT_PHASE_PREPARING,  /* participant: PREPARED is being forced */
  QUO_COMMIT_PHASE_PREPARED,   /* participant: in doubt */
  QUO_COMMIT_PHASE_COMMITTED,
  QUO_COMMIT_PHASE_ABORTED
} QuoCommitPhase;

typedef struct
{
  gint64         id;
  QuoCommitPhase phase;
  gboolean       is_commit;  /* what is decided, from DECIDING on */
  gboolean       is_durable; /* the record of the decision is on disk */
  gboolean       owes_no;    /* participant: NO is sent once its record is there */
  gboolean       has_asked;  /* participant: for the decision, at least once */
  int            asker;      /* participant to tell once it is, or QUO_NO_NODE */
  gint64         key;
  gint64         value;
  int            client;     /* coordinator: QUO_NO_NODE for a command's */
  gint64         serial;
  guint8        *votes;      /* coordinator: QuoCommitVote of each node, or NULL */
  guint8        *is_owed;    /* coordinator: who still has to acknowledge */
  guint          n_votes;
  guint          n_acks;
  guint          n_owed;
} QuoCommitTransaction;

typedef struct
{
  GHashTable     *transactions; /* id to QuoCommitTransaction; never iterated */
  QuoCommitIntake intake;
  QuoGuard        guard;
  QuoDeadlines    deadlines;
  GArray         *facts;        /* of this step */
  gint64          n_log;
  gint64          latest;       /* the transaction that the role is about */
  guint           n_in_doubt;
  gboolean        is_refusing;  /* the next prepare */
} QuoCommitState;

/* state.c */
void                  quo_commit_state_init    (QuoCommitState         *self);
void                  quo_commit_state_clear   (gpointer                state);
void                  quo_commit_begin_step    (QuoCommitState         *self);
void                  quo_commit_add_fact      (QuoCommitState         *self,
                                                QuoCommitFactKind       kind,
                                                gint64                  transaction);
guint                 quo_commit_coordinator   (const QuoNode          *node);
gboolean              quo_commit_is_coordinator (const QuoNode         *node);
guint                 quo_commit_n_participants (const QuoNode         *node);
const QuoCommitOptions *quo_commit_options     (const QuoNode          *node);
gboolean              quo_commit_is_acknowledged (const QuoNode        *node,
                                                gboolean                is_commit);
QuoCommitTransaction *quo_commit_find          (QuoCommitState         *self,
                                                gint64                  id);
QuoCommitTransaction *quo_commit_add           (QuoCommitState         *self,
                                                gint64                  id);
void                  quo_commit_forget        (QuoCommitState         *self,
                                                gint64                  id);
void                  quo_commit_set_phase     (QuoNode                *node,
                                                QuoCommitState         *self,
                                                QuoCommitTransaction   *transaction,
                                                QuoCommitPhase          phase);
void                  quo_commit_show          (QuoNode                *node,
                                                QuoCommitState         *self,
                                                QuoCommitTransaction   *transaction);
void                  quo_commit_append        (QuoNode                *node,
                                                QuoCommitState         *self,
                                                QuoCommitRecord         record,
                                                const QuoCommitTransaction *transaction);
void                  quo_commit_send          (QuoNode                *node,
                                                guint                   to,
                                                QuoCommitMessage        message,
                                                gint64                  transaction);
void                  quo_commit_note          (QuoNode                *node,
                                                QuoCommitNote           note,
                                                gint64                  transaction);

/* coordinator.c */
void quo_commit_coordinator_begin    (QuoNode              *node,
                                      QuoCommitState       *state,
                                      const QuoCommitBegin *begin);
void quo_commit_coordinator_request  (QuoNode              *node,
                                      QuoCommitState       *state,
                                      const QuoOp          *op);
void quo_commit_coordinator_receive  (QuoNode              *node,
                                      QuoCommitState       *state,
                                      const QuoMessage     *message);
void quo_commit_coordinator_timeout  (QuoNode              *node,
                                      QuoCommitState       *state,
                                      QuoCommitTimer        timer);
void quo_commit_coordinator_synced   (QuoNode              *node,
                                      QuoCommitState       *state,
                                      QuoCommitWrite        write,
                                      gint64                id);
void quo_commit_coordinator_recover  (QuoNode              *node,
                                      QuoCommitState       *state);

/* participant.c */
void quo_commit_participant_request  (QuoNode              *node,
                                      QuoCommitState       *state,
                                      const QuoOp          *op);
void quo_commit_participant_receive  (QuoNode              *node,
                                      QuoCommitState       *state,
                                      const QuoMessage     *message);
void quo_commit_participant_timeout  (QuoNode              *node,
                                      QuoCommitState       *state,
                                      QuoCommitTimer        timer);
void quo_commit_participant_synced   (QuoNode              *node,
                                      QuoCommitState       *state,
                                      QuoCommitWrite        write,
                                      gint64                id);
void quo_commit_participant_recover  (QuoNode              *node,
                                      QuoCommitState       *state);

/* monitor.c */
void quo_commit_monitor_check        (QuoCluster           *cluster,
                                      gpointer              ghost,
                                      guint                 node);
void quo_commit_monitor_finish       (QuoCluster           *cluster,
                                      gpointer              ghost);

G_END_DECLS
