/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Three-phase commit, in parts: state.c keeps transactions and the log;
 * coordinator.c and participant.c are the two sides; termination.c goes on without
 * the coordinator; recovery.c is for nodes that were away; monitor.c looks at all
 * of them; three-phase-commit.c declares it.
 */

#include "protocol/atomic-commit/deadlines.h"
#include "protocol/atomic-commit/guard.h"
#include "protocol/atomic-commit/intake.h"
#include "protocol/atomic-commit/watch.h"

G_BEGIN_DECLS

/* Rows at the log's end that a restarted node shows again. */
#define QUO_THREE_RECENT 48

typedef struct
{
  int      coordinator;
  int      no_voter;
  gboolean has_final_ack;
  QuoTime  answer_timeout;
  QuoTime  silence_timeout;
  QuoTime  ask_interval;
} QuoThreeOptions;

typedef enum
{
  QUO_THREE_ROLE_INITIAL,
  QUO_THREE_ROLE_WAIT,
  QUO_THREE_ROLE_PRECOMMIT,
  QUO_THREE_ROLE_COMMITTED,
  QUO_THREE_ROLE_ABORTED,
  QUO_THREE_ROLE_BACKUP,
  QUO_THREE_ROLE_RECOVERING
} QuoThreeRole;

typedef enum
{
  QUO_THREE_FIELD_ROLE,
  QUO_THREE_FIELD_TRANSACTION,
  QUO_THREE_FIELD_DEADLINE,
  QUO_THREE_FIELD_ATTEMPT,
  QUO_THREE_FIELD_TRANSACTIONS,
  QUO_THREE_FIELD_LOG,
  QUO_THREE_FIELD_STORE,
  QUO_THREE_FIELD_LOCKS,
  QUO_THREE_FIELD_INTENTS,
  QUO_THREE_FIELD_RESERVED
} QuoThreeField;

typedef enum
{
  QUO_THREE_PREPARE,
  QUO_THREE_YES,
  QUO_THREE_NO,
  QUO_THREE_PRECOMMIT,
  QUO_THREE_ACK,
  QUO_THREE_COMMIT,
  QUO_THREE_ABORT,
  QUO_THREE_DONE,
  QUO_THREE_ELECTED,
  QUO_THREE_STATE_REQUEST,
  QUO_THREE_STATE,
  QUO_THREE_DECISION_REQUEST,
  QUO_THREE_DECISION,
  QUO_THREE_N_MESSAGES
} QuoThreeMessage;

typedef enum
{
  QUO_THREE_TIMER_ANSWERS,
  QUO_THREE_TIMER_SILENCE,
  QUO_THREE_TIMER_ASK,
  QUO_THREE_TIMER_RESEND,
  QUO_THREE_N_TIMERS
} QuoThreeTimer;

typedef enum
{
  QUO_THREE_WRITE_PREPARED,
  QUO_THREE_WRITE_PRECOMMIT,
  QUO_THREE_WRITE_COMMIT,
  QUO_THREE_WRITE_ABORT,
  QUO_THREE_WRITE_END,
  QUO_THREE_WRITE_RESERVE
} QuoThreeWrite;

typedef enum
{
  QUO_THREE_NOTE_BEGIN,
  QUO_THREE_NOTE_COMMIT,
  QUO_THREE_NOTE_ABORT,
  QUO_THREE_NOTE_REFUSE,
  QUO_THREE_NOTE_SILENCE,
  QUO_THREE_NOTE_BACKUP,
  QUO_THREE_NOTE_RECOVER,
  QUO_THREE_NOTE_END,
  QUO_THREE_NOTE_IGNORED
} QuoThreeNote;

typedef enum
{
  QUO_THREE_COMMAND_BEGIN,
  QUO_THREE_COMMAND_REFUSE
} QuoThreeCommand;

typedef enum
{
  QUO_THREE_FAULT_SKIP_PRECOMMIT,
  QUO_THREE_FAULT_COMMIT_BEFORE_ACKS,
  QUO_THREE_FAULT_RECOVERED_ABORTS,
  QUO_THREE_FAULT_RECOVERED_TAKES_PART,
  QUO_THREE_FAULT_VOTE_BEFORE_SYNC,
  QUO_THREE_FAULT_IGNORE_NO_VOTE
} QuoThreeFault;

enum
{
  QUO_THREE_INVARIANT_NONBLOCKING = QUO_COMMIT_N_INVARIANTS
};

/* What a row of the log says. */
typedef enum
{
  QUO_THREE_RECORD_PREPARED,
  QUO_THREE_RECORD_PRECOMMIT,
  QUO_THREE_RECORD_COMMIT,
  QUO_THREE_RECORD_ABORT,
  QUO_THREE_RECORD_END
} QuoThreeRecord;

/* How far a node is with one transaction. */
typedef enum
{
  QUO_THREE_PHASE_VOTING,       /* participant: PREPARED is being forced */
  QUO_THREE_PHASE_WAIT,
  QUO_THREE_PHASE_PRECOMMITTING, /* PRECOMMIT is being forced */
  QUO_THREE_PHASE_PRECOMMIT,
  QUO_THREE_PHASE_COMMITTED,
  QUO_THREE_PHASE_ABORTED
} QuoThreePhase;

/* What whoever coordinates is waiting for. */
typedef enum
{
  QUO_THREE_DUTY_NONE,
  QUO_THREE_DUTY_VOTES,
  QUO_THREE_DUTY_STATES,
  QUO_THREE_DUTY_OWN_PRECOMMIT,
  QUO_THREE_DUTY_ACKS,
  QUO_THREE_DUTY_DECISION
} QuoThreeDuty;

/* What STATE says; who has decided says so with DECISION. */
typedef enum
{
  QUO_THREE_REPORT_WAIT,
  QUO_THREE_REPORT_PRECOMMIT,
  QUO_THREE_REPORT_AWAY_WAIT,
  QUO_THREE_REPORT_AWAY_PRECOMMIT
} QuoThreeReport;

typedef struct
{
  gint64        id;
  QuoThreePhase phase;
  QuoThreeDuty  duty;
  gboolean      is_commit;    /* what is decided */
  gboolean      is_durable;   /* the record of the decision is on disk */
  gboolean      is_recovered; /* was away: may only ask */
  gboolean      owes_no;      /* NO is sent once its record is there */
  gboolean      owes_state;   /* STATE is, once PRECOMMIT is on disk */
  gboolean      is_announced; /* to be told to the others once durable */
  int           asker;        /* to tell once it is, or QUO_NO_NODE */
  gint64        attempt;      /* 0: the coordinator's own */
  gint64        key;
  gint64        value;
  int           client;       /* coordinator: QUO_NO_NODE for a command's */
  gint64        serial;
  guint8       *heard;        /* 1 + vote, acknowledgement or report, by node */
  guint         n_heard;
  guint         n_awaited;
  guint8       *is_owed;      /* coordinator: who still has to say DONE */
  guint         n_owed;
} QuoThreeTransaction;

typedef struct
{
  GHashTable     *transactions; /* id to QuoThreeTransaction; never iterated */
  QuoCommitIntake intake;
  QuoGuard        guard;
  QuoDeadlines    deadlines;
  GArray         *facts;        /* of this step */
  gint64          n_log;
  gint64          latest;       /* the transaction that the role is about */
  gboolean        is_refusing;  /* the next prepare */
} QuoThreeState;

/* state.c */
void                 quo_three_state_init     (QuoThreeState       *self);
void                 quo_three_state_clear    (gpointer             state);
void                 quo_three_add_fact       (QuoThreeState       *self,
                                               QuoCommitFactKind    kind,
                                               gint64               transaction);
const QuoThreeOptions *quo_three_options      (const QuoNode       *node);
guint                quo_three_coordinator    (const QuoNode       *node);
gboolean             quo_three_is_coordinator (const QuoNode       *node);
guint                quo_three_leader         (const QuoNode       *node,
                                               gint64               attempt);
QuoThreeTransaction *quo_three_find           (QuoThreeState       *self,
                                               gint64               id);
QuoThreeTransaction *quo_three_add            (QuoThreeState       *self,
                                               gint64               id);
void                 quo_three_forget         (QuoThreeState       *self,
                                               gint64               id);
gboolean             quo_three_is_decided     (const QuoThreeTransaction *self);
gboolean             quo_three_is_precommitted (const QuoThreeTransaction *self);
void                 quo_three_show           (QuoNode             *node,
                                               QuoThreeState       *state,
                                               QuoThreeTransaction *transaction);
void                 quo_three_set_phase      (QuoNode             *node,
                                               QuoThreeState       *state,
                                               QuoThreeTransaction *transaction,
                                               QuoThreePhase        phase);
void                 quo_three_set_duty       (QuoNode             *node,
                                               QuoThreeState       *state,
                                               QuoThreeTransaction *transaction,
                                               QuoThreeDuty         duty);
gboolean             quo_three_hear           (QuoNode             *node,
                                               QuoThreeState       *state,
                                               QuoThreeTransaction *transaction,
                                               guint                from,
                                               guint                what);
void                 quo_three_append         (QuoNode             *node,
                                               QuoThreeState       *state,
                                               QuoThreeRecord       record,
                                               const QuoThreeTransaction *transaction);
void                 quo_three_wait_silence   (QuoNode             *node,
                                               QuoThreeState       *state,
                                               QuoThreeTransaction *transaction);
void                 quo_three_send           (QuoNode             *node,
                                               guint                to,
                                               QuoThreeMessage      message,
                                               gint64               transaction,
                                               gint64               attempt);
void                 quo_three_send_decision  (QuoNode             *node,
                                               guint                to,
                                               const QuoThreeTransaction *transaction);
void                 quo_three_note           (QuoNode             *node,
                                               QuoThreeNote         note,
                                               gint64               transaction);

/* coordinator.c */
void quo_three_coordinator_begin   (QuoNode              *node,
                                    QuoThreeState        *state,
                                    const QuoCommitBegin *begin);
void quo_three_coordinator_request (QuoNode              *node,
                                    QuoThreeState        *state,
                                    const QuoOp          *op);
void quo_three_coordinator_receive (QuoNode              *node,
                                    QuoThreeState        *state,
                                    const QuoMessage     *message);
void quo_three_coordinator_timeout (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTimer         timer);
void quo_three_coordinator_synced  (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeWrite         write,
                                    gint64                id);
void quo_three_coordinator_decide  (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction,
                                    gboolean              is_commit);
void quo_three_coordinator_resend  (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction);

/* participant.c */
void quo_three_participant_request (QuoNode              *node,
                                    QuoThreeState        *state,
                                    const QuoOp          *op);
void quo_three_participant_receive (QuoNode              *node,
                                    QuoThreeState        *state,
                                    const QuoMessage     *message);
void quo_three_participant_timeout (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTimer         timer);
void quo_three_participant_synced  (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeWrite         write,
                                    gint64                id);
void quo_three_participant_decide  (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction,
                                    gboolean              is_commit);

/* termination.c */
void quo_three_silence             (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction);
void quo_three_lead                (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction);
void quo_three_follow              (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction,
                                    gint64                attempt);
void quo_three_report              (QuoNode              *node,
                                    const QuoThreeTransaction *transaction,
                                    guint                 to);
void quo_three_receive_state       (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction,
                                    const QuoMessage     *message);
void quo_three_receive_ack         (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction,
                                    const QuoMessage     *message);
void quo_three_answers_missing     (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction);
void quo_three_own_precommit       (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction);

/* recovery.c */
void quo_three_recover             (QuoNode              *node,
                                    QuoThreeState        *state);
void quo_three_ask                 (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction);
void quo_three_hear_recovered      (QuoNode              *node,
                                    QuoThreeState        *state,
                                    QuoThreeTransaction  *transaction,
                                    guint                 from,
                                    gint64                report);

/* monitor.c */
void quo_three_monitor_check       (QuoCluster           *cluster,
                                    gpointer              ghost,
                                    guint                 node);
void quo_three_monitor_finish      (QuoCluster           *cluster,
                                    gpointer              ghost);

G_END_DECLS
