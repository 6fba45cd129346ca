/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two-phase commit, as data; the callbacks only choose the side. */

#include "protocol/registry-private.h"
#include "protocol/two-phase-commit/commit-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "J. Gray, Notes on Data Base Operating Systems, 1978, section 5.8.3.3",
  "C. Mohan, B. Lindsay, R. Obermarck, Transaction Management in the R* "
  "Distributed Database Management System, TODS 1986",
  "P. Bernstein, V. Hadzilacos, N. Goodman, Concurrency Control and Recovery in "
  "Database Systems, 1987, chapter 7",
  NULL,
};

static const QuoRoleSpec roles[] = {
  [QUO_COMMIT_ROLE_INIT]
    = { "init", N_("The coordinator has begun nothing yet"),
        QUO_TONE_NEUTRAL, TRUE },
  [QUO_COMMIT_ROLE_WAIT]
    = { "wait", N_("The coordinator collects votes or forces its decision"),
        QUO_TONE_INFO, TRUE },
  [QUO_COMMIT_ROLE_WORKING]
    = { "working", N_("The participant may still abort by itself"),
        QUO_TONE_NEUTRAL, FALSE },
  [QUO_COMMIT_ROLE_PREPARED]
    = { "prepared", N_("The participant has voted YES and is in doubt"),
        QUO_TONE_WARN, FALSE },
  [QUO_COMMIT_ROLE_COMMITTED]
    = { "committed", N_("The latest transaction is committed here"),
        QUO_TONE_GOOD, FALSE },
  [QUO_COMMIT_ROLE_ABORTED]
    = { "aborted", N_("The latest transaction is aborted here"),
        QUO_TONE_BAD, FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("begin"), QUO_COMMIT_ROLE_INIT, QUO_COMMIT_ROLE_WAIT },
  { N_("all YES"), QUO_COMMIT_ROLE_WAIT, QUO_COMMIT_ROLE_COMMITTED },
  { N_("a NO or a timeout"), QUO_COMMIT_ROLE_WAIT, QUO_COMMIT_ROLE_ABORTED },
  { N_("begin"), QUO_COMMIT_ROLE_COMMITTED, QUO_COMMIT_ROLE_WAIT },
  { N_("begin"), QUO_COMMIT_ROLE_ABORTED, QUO_COMMIT_ROLE_WAIT },
  { N_("vote YES"), QUO_COMMIT_ROLE_WORKING, QUO_COMMIT_ROLE_PREPARED },
  { N_("vote NO"), QUO_COMMIT_ROLE_WORKING, QUO_COMMIT_ROLE_ABORTED },
  { N_("COMMIT"), QUO_COMMIT_ROLE_PREPARED, QUO_COMMIT_ROLE_COMMITTED },
  { N_("ABORT"), QUO_COMMIT_ROLE_PREPARED, QUO_COMMIT_ROLE_ABORTED },
  { N_("PREPARE"), QUO_COMMIT_ROLE_COMMITTED, QUO_COMMIT_ROLE_WORKING },
  { N_("PREPARE"), QUO_COMMIT_ROLE_ABORTED, QUO_COMMIT_ROLE_WORKING },
  { N_("PREPARE"), QUO_COMMIT_ROLE_PREPARED, QUO_COMMIT_ROLE_WORKING },
  { NULL },
};

static const char * const record_names[] = {
  "collecting", "prepared", "commit", "abort", "end", NULL,
};

static const char * const phase_names[] = {
  "collecting", "waiting", "deciding", "preparing", "prepared",
  "committed", "aborted", NULL,
};

/* Indices are whether it is a commit. */
static const char * const outcome_names[] = { "abort", "commit", NULL };

static const char * const role_names[] = {
  "init", "wait", "working", "prepared", "committed", "aborted", NULL,
};

static const QuoFieldSpec fields[] = {
  [QUO_COMMIT_FIELD_ROLE]
    = { "role", N_("What the node does about the latest transaction"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, QUO_COMMIT_ROLE_WORKING },
  [QUO_COMMIT_FIELD_TRANSACTION]
    = { "transaction", N_("The latest transaction that the node knows"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "transaction", QUO_TYPE_INT } }, 0 },
  [QUO_COMMIT_FIELD_DEADLINE]
    = { "deadline", N_("When the node stops waiting, sends again or asks"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_DEADLINE, { NULL },
        { { "deadline", QUO_TYPE_TIME } }, QUO_TIME_NEVER },
  [QUO_COMMIT_FIELD_IN_DOUBT]
    = { "in-doubt", N_("Transactions that are prepared and not decided"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "in-doubt", QUO_TYPE_INT } }, 0 },
  [QUO_COMMIT_FIELD_TRANSACTIONS]
    = { "transactions", N_("How far the latest transactions are"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "transaction", QUO_TYPE_INT },
        { { "phase", QUO_TYPE_ENUM, phase_names },
          { "votes", QUO_TYPE_INT },
          { "acknowledged", QUO_TYPE_INT } } },
  [QUO_COMMIT_FIELD_LOG]
    = { "log", N_("The write-ahead log; a coordinator notes whom it works for"),
        QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_LOG,
        { "index", QUO_TYPE_INT },
        { { "record", QUO_TYPE_ENUM, record_names },
          { "transaction", QUO_TYPE_INT },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT } } },
  [QUO_COMMIT_FIELD_STORE]
    = { "store", N_("What committed transactions wrote"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME }, { { "value", QUO_TYPE_NAME } } },
  [QUO_COMMIT_FIELD_LOCKS]
    = { "locks", N_("Keys that a transaction in doubt holds"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "key", QUO_TYPE_NAME }, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_FIELD_INTENTS]
    = { "intents", N_("What transactions in doubt will write if they commit"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "transaction", QUO_TYPE_INT },
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } } },
  [QUO_COMMIT_FIELD_RESERVED]
    = { "reserved", N_("The coordinator gave out no number above this one"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "reserved", QUO_TYPE_INT } }, 100 },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  [QUO_COMMIT_PREPARE]
    = { "PREPARE", "PREPARE {transaction}",
        N_("The coordinator asks for a vote on a write"),
        FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [QUO_COMMIT_YES]
    = { "YES", "YES {transaction}",
        N_("The participant is prepared and gives up deciding by itself"),
        TRUE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_NO]
    = { "NO", "NO {transaction}", N_("The participant has aborted"),
        TRUE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_READ]
    = { "READ", "READ {transaction}",
        N_("The participant only read: any decision suits it"),
        TRUE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_COMMIT]
    = { "COMMIT", "COMMIT {transaction}", N_("The decision: commit"),
        FALSE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_ABORT]
    = { "ABORT", "ABORT {transaction}", N_("The decision: abort"),
        FALSE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_ACK]
    = { "ACK", "ACK {transaction}",
        N_("The decision is on the participant's disk"),
        TRUE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_DECISION_REQUEST]
    = { "DECISION-REQUEST", "DECISION? {transaction}",
        N_("A participant in doubt asks how it ended"),
        FALSE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_DECISION]
    = { "DECISION", "DECISION {transaction}: {outcome}",
        N_("How it ended, told to one who asked"),
        TRUE, NULL,
        { { "transaction", QUO_TYPE_INT },
          { "outcome", QUO_TYPE_ENUM, outcome_names } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [QUO_COMMIT_TIMER_VOTES]
    = { "votes", N_("Votes are missing: the coordinator aborts") },
  [QUO_COMMIT_TIMER_RESEND]
    = { "resend", N_("The decision is not acknowledged: it is sent again") },
  [QUO_COMMIT_TIMER_ASK]
    = { "ask", N_("No decision has come: the participant asks for it") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [QUO_COMMIT_WRITE_COLLECTING]
    = { "collecting", N_("Presumed commit: who will be asked to vote"), TRUE },
  [QUO_COMMIT_WRITE_PREPARED]
    = { "prepared", N_("The vote, before YES is sent"), TRUE },
  [QUO_COMMIT_WRITE_COMMIT]
    = { "commit", N_("The decision to commit"), TRUE },
  [QUO_COMMIT_WRITE_ABORT]
    = { "abort", N_("The decision to abort"), TRUE },
  [QUO_COMMIT_WRITE_LAZY_COMMIT]
    = { "lazy-commit", N_("A commit that is presumed if it is lost"), FALSE },
  [QUO_COMMIT_WRITE_LAZY_ABORT]
    = { "lazy-abort", N_("An abort that is presumed if it is lost"), FALSE },
  [QUO_COMMIT_WRITE_END]
    = { "end", N_("Everybody has acknowledged: may be forgotten"), FALSE },
  [QUO_COMMIT_WRITE_RESERVE]
    = { "reserve", N_("A block of transaction numbers"), TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [QUO_COMMIT_NOTE_BEGIN]
    = { "begin", N_("begin {transaction}: {key} = {value}"),
        N_("A transaction begins"), QUO_TONE_INFO, TRUE,
        { { "transaction", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [QUO_COMMIT_NOTE_COMMIT]
    = { "commit", N_("commit {transaction}"), N_("The node commits"),
        QUO_TONE_GOOD, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_NOTE_ABORT]
    = { "abort", N_("abort {transaction}"), N_("The node aborts"),
        QUO_TONE_BAD, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_NOTE_REFUSE]
    = { "refuse", N_("refuses {transaction}"), N_("The node will not commit"),
        QUO_TONE_WARN, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_NOTE_IN_DOUBT]
    = { "in-doubt", N_("in doubt about {transaction}"),
        N_("No decision has come and none may be taken"),
        QUO_TONE_WARN, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_NOTE_END]
    = { "end", N_("end {transaction}"),
        N_("The coordinator forgets the transaction"),
        QUO_TONE_NEUTRAL, FALSE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_NOTE_RECOVER]
    = { "recover", N_("takes up {transaction}"),
        N_("The log has an unfinished transaction"),
        QUO_TONE_INFO, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_COMMIT_NOTE_IGNORED]
    = { "ignored", N_("only {coordinator} begins transactions"),
        N_("A participant was told to begin one"),
        QUO_TONE_WARN, FALSE, { { "coordinator", QUO_TYPE_NODE } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  [QUO_COMMIT_COMMAND_BEGIN]
    = { "begin", N_("The coordinator begins a transaction that writes a key"),
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } } },
  [QUO_COMMIT_COMMAND_REFUSE]
    = { "refuse", N_("The node refuses the next transaction it is asked about"),
        { { NULL } } },
  { NULL },
};

static const char * const variant_names[] = {
  "basic", "presumed-abort", "presumed-commit", NULL,
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoCommitOptions, member)

static const QuoOptionSpec options[] = {
  { "coordinator", N_("The node that decides; without it, the first one"),
    QUO_OPTION_NODE, OFFSET (coordinator), "" },
  { "variant", N_("What a coordinator without a record presumes"),
    QUO_OPTION_ENUM, OFFSET (variant), "basic", 0, 0, variant_names },
  { "vote-timeout", N_("How long the coordinator waits for votes"),
    QUO_OPTION_DURATION, OFFSET (vote_timeout), "500ms", 0.0001, 3600 },
  { "resend-interval",
    N_("How long it waits for acknowledgements before it sends again"),
    QUO_OPTION_DURATION, OFFSET (resend_interval), "500ms", 0.0001, 3600 },
  { "ask-interval",
    N_("How long a participant in doubt waits before it asks, and asks again"),
    QUO_OPTION_DURATION, OFFSET (ask_interval), "500ms", 0.0001, 3600 },
  { "no-voter", N_("A node that refuses every transaction"),
    QUO_OPTION_NODE, OFFSET (no_voter), "" },
  { "read-only", N_("A participant that only reads: it votes READ and is done"),
    QUO_OPTION_NODE, OFFSET (read_only), "" },
  { "cooperative-termination",
    N_("Participants in doubt ask each other as well"),
    QUO_OPTION_BOOL, OFFSET (is_cooperative), "false" },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [QUO_COMMIT_FAULT_COMMIT_ON_TIMEOUT]
    = { "commit-on-timeout",
        N_("A participant in doubt commits when no decision comes") },
  [QUO_COMMIT_FAULT_ABORT_ON_TIMEOUT]
    = { "abort-on-timeout",
        N_("A participant in doubt aborts when no decision comes") },
  [QUO_COMMIT_FAULT_VOTE_BEFORE_SYNC]
    = { "vote-before-sync",
        N_("YES is sent before PREPARED is on disk: a crash forgets the vote") },
  [QUO_COMMIT_FAULT_FORGET_DECISION]
    = { "forget-decision",
        N_("The coordinator tells a decision that it has not written down") },
  [QUO_COMMIT_FAULT_IGNORE_NO_VOTE]
    = { "ignore-no-vote",
        N_("The coordinator counts votes and does not look at them") },
  [QUO_COMMIT_FAULT_WRONG_PRESUMPTION]
    = { "wrong-presumption",
        N_("A coordinator without a record presumes the opposite of its "
           "variant") },
  [QUO_COMMIT_FAULT_FORGET_LOCKS]
    = { "forget-locks",
        N_("A restarted participant does not take its locks again") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [QUO_COMMIT_INVARIANT_ATOMICITY]
    = { "atomicity",
        N_("No node commits a transaction that another node aborts"),
        "Bernstein et al. 1987, AC1" },
  [QUO_COMMIT_INVARIANT_UNANIMITY]
    = { "unanimity", N_("Nobody commits unless every participant voted YES"),
        "Bernstein et al. 1987, AC3" },
  [QUO_COMMIT_INVARIANT_STABILITY]
    = { "stability", N_("A node never changes its decision"),
        "Bernstein et al. 1987, AC2" },
  [QUO_COMMIT_INVARIANT_DURABLE_VOTE]
    = { "durable-vote", N_("Whoever voted YES knows it after a crash"),
        "Gray 1978, section 5.8.3.3" },
  [QUO_COMMIT_INVARIANT_LOCKS]
    = { "locks", N_("Whoever is in doubt holds its locks, after a crash too"),
        "Mohan, Lindsay and Obermarck 1986, section 2" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [QUO_COMMIT_MEASURE_BLOCKING_WINDOW]
    = { "blocking-window", "ns",
        N_("From a participant's YES to its decision; to the end of the run if "
           "none comes") },
  [QUO_COMMIT_MEASURE_COMMIT_LATENCY]
    = { "commit-latency", "ns",
        N_("From the beginning to the durable decision to commit") },
  [QUO_COMMIT_MEASURE_MESSAGES]
    = { "messages", "messages", N_("Messages between nodes in the whole run") },
  [QUO_COMMIT_MEASURE_FORCED_WRITES]
    = { "forced-writes", "writes",
        N_("Log records that a node waited for, in the whole run") },
  [QUO_COMMIT_MEASURE_COMMITTED]
    = { "committed", "transactions", N_("Transactions committed somewhere") },
  [QUO_COMMIT_MEASURE_ABORTED]
    = { "aborted", "transactions", N_("Transactions aborted") },
  [QUO_COMMIT_MEASURE_IN_DOUBT_AT_END]
    = { "in-doubt-at-end", "participants",
        N_("Votes without a decision when the run ends") },
  { NULL },
};

static void
recover (QuoNode        *node,
         QuoCommitState *self)
{
  if (quo_commit_is_coordinator (node))
    quo_commit_coordinator_recover (node, self);
  else
    quo_commit_participant_recover (node, self);
}

/* A scenario may begin with records in a log: then the node takes them up as after
 * a crash. */
static void
start (QuoNode  *node,
       gpointer  state)
{
  QuoCommitState *self = state;

  quo_commit_state_init (self);
  if (quo_commit_is_coordinator (node))
    quo_node_set (node, QUO_COMMIT_FIELD_ROLE, QUO_COMMIT_ROLE_INIT);
  if (quo_table_n_rows (quo_node_table (node, QUO_COMMIT_FIELD_LOG)) > 0)
    recover (node, self);
}

static void
restart (QuoNode  *node,
         gpointer  state)
{
  QuoCommitState *self = state;

  quo_commit_state_init (self);
  quo_commit_add_fact (self, QUO_COMMIT_FACT_RECOVERED, 0);
  if (quo_commit_is_coordinator (node))
    quo_node_set (node, QUO_COMMIT_FIELD_ROLE, QUO_COMMIT_ROLE_INIT);
  recover (node, self);
}

static void
receive (QuoNode          *node,
         gpointer          state,
         const QuoMessage *message)
{
  quo_commit_begin_step (state);
  if (quo_commit_is_coordinator (node))
    quo_commit_coordinator_receive (node, state, message);
  else
    quo_commit_participant_receive (node, state, message);
}

static void
timeout (QuoNode  *node,
         gpointer  state,
         guint     timer,
         gint64    arg)
{
  quo_commit_begin_step (state);
  if (quo_commit_is_coordinator (node))
    quo_commit_coordinator_timeout (node, state, timer);
  else
    quo_commit_participant_timeout (node, state, timer);
}

static void
request (QuoNode     *node,
         gpointer     state,
         const QuoOp *op)
{
  quo_commit_begin_step (state);
  if (quo_commit_is_coordinator (node))
    quo_commit_coordinator_request (node, state, op);
  else
    quo_commit_participant_request (node, state, op);
}

static void
synced (QuoNode  *node,
        gpointer  state,
        guint     write,
        gint64    token)
{
  quo_commit_begin_step (state);
  if (quo_commit_is_coordinator (node))
    quo_commit_coordinator_synced (node, state, write, token);
  else
    quo_commit_participant_synced (node, state, write, token);
}

static void
command (QuoNode      *node,
         gpointer      state,
         guint         kind,
         const gint64 *args)
{
  QuoCommitState *self = state;

  quo_commit_begin_step (self);
  if (kind == QUO_COMMIT_COMMAND_REFUSE)
    {
      self->is_refusing = TRUE;
      return;
    }
  if (!quo_commit_is_coordinator (node))
    {
      quo_commit_note (node, QUO_COMMIT_NOTE_IGNORED,
                       quo_commit_coordinator (node));
      return;
    }

  QuoCommitBegin begin = { args[0], args[1], 0, QUO_NO_NODE };

  quo_commit_coordinator_begin (node, self, &begin);
}

const QuoProtocol quo_two_phase_commit = {
  .declaration = {
    .id = "two-phase-commit",
    .title = N_("Two-phase commit"),
    .summary = N_("A coordinator makes all participants commit a transaction, or "
                  "all abort it; while it is down they may have to wait"),
    .family = "strong",
    .sources = sources,
    .roles = roles,
    .transitions = transitions,
    .fields = fields,
    .messages = messages,
    .timers = timers,
    .writes = writes,
    .notes = notes,
    .commands = commands,
    .options = options,
    .options_size = sizeof (QuoCommitOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoCommitState),
    .ghost_size = sizeof (QuoCommitGhost),
    .start = start,
    .restart = restart,
    .receive = receive,
    .timeout = timeout,
    .request = request,
    .synced = synced,
    .command = command,
    .clear = quo_commit_state_clear,
    .check = quo_commit_monitor_check,
    .finish = quo_commit_monitor_finish,
    .clear_ghost = quo_commit_watch_clear,
  },
};
