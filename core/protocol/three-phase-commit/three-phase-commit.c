/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Three-phase commit, as data; the callbacks only choose the side. */

#include "protocol/registry-private.h"
#include "protocol/three-phase-commit/three-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "D. Skeen, Nonblocking Commit Protocols, SIGMOD 1981",
  "P. Bernstein, V. Hadzilacos, N. Goodman, Concurrency Control and Recovery in "
  "Database Systems, 1987, section 7.5",
  NULL,
};

static const QuoRoleSpec roles[] = {
  [QUO_THREE_ROLE_INITIAL]
    = { "initial", N_("q: has not voted and may still abort by itself"),
        QUO_TONE_NEUTRAL, FALSE },
  [QUO_THREE_ROLE_WAIT]
    = { "wait", N_("w: has asked for votes, or has voted YES"),
        QUO_TONE_WARN, FALSE },
  [QUO_THREE_ROLE_PRECOMMIT]
    = { "precommit", N_("p: knows that all have voted YES"),
        QUO_TONE_INFO, FALSE },
  [QUO_THREE_ROLE_COMMITTED]
    = { "committed", N_("c: the latest transaction is committed here"),
        QUO_TONE_GOOD, FALSE },
  [QUO_THREE_ROLE_ABORTED]
    = { "aborted", N_("a: the latest transaction is aborted here"),
        QUO_TONE_BAD, FALSE },
  [QUO_THREE_ROLE_BACKUP]
    = { "backup", N_("Elected: finds out how far the others are, and decides"),
        QUO_TONE_INFO, TRUE },
  [QUO_THREE_ROLE_RECOVERING]
    = { "recovering", N_("Was away, does not take part, and asks how it ended"),
        QUO_TONE_WARN, FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("begin, vote YES"), QUO_THREE_ROLE_INITIAL, QUO_THREE_ROLE_WAIT },
  { N_("vote NO"), QUO_THREE_ROLE_INITIAL, QUO_THREE_ROLE_ABORTED },
  { N_("all YES, PRE-COMMIT"), QUO_THREE_ROLE_WAIT, QUO_THREE_ROLE_PRECOMMIT },
  { N_("a NO, a timeout"), QUO_THREE_ROLE_WAIT, QUO_THREE_ROLE_ABORTED },
  { N_("all ACK, COMMIT"), QUO_THREE_ROLE_PRECOMMIT,
    QUO_THREE_ROLE_COMMITTED },
  { N_("ABORT"), QUO_THREE_ROLE_PRECOMMIT, QUO_THREE_ROLE_ABORTED },
  { N_("COMMIT"), QUO_THREE_ROLE_WAIT, QUO_THREE_ROLE_COMMITTED },
  { N_("elected"), QUO_THREE_ROLE_WAIT, QUO_THREE_ROLE_BACKUP },
  { N_("elected"), QUO_THREE_ROLE_PRECOMMIT, QUO_THREE_ROLE_BACKUP },
  { N_("one precommitted"), QUO_THREE_ROLE_BACKUP, QUO_THREE_ROLE_COMMITTED },
  { N_("all waiting"), QUO_THREE_ROLE_BACKUP, QUO_THREE_ROLE_ABORTED },
  { N_("another is elected"), QUO_THREE_ROLE_BACKUP, QUO_THREE_ROLE_WAIT },
  { N_("another is elected"), QUO_THREE_ROLE_BACKUP, QUO_THREE_ROLE_PRECOMMIT },
  { N_("DECISION"), QUO_THREE_ROLE_RECOVERING, QUO_THREE_ROLE_COMMITTED },
  { N_("DECISION"), QUO_THREE_ROLE_RECOVERING, QUO_THREE_ROLE_ABORTED },
  { N_("the next one"), QUO_THREE_ROLE_COMMITTED, QUO_THREE_ROLE_INITIAL },
  { N_("the next one"), QUO_THREE_ROLE_ABORTED, QUO_THREE_ROLE_INITIAL },
  { N_("the next one"), QUO_THREE_ROLE_WAIT, QUO_THREE_ROLE_INITIAL },
  { N_("the next one"), QUO_THREE_ROLE_PRECOMMIT, QUO_THREE_ROLE_INITIAL },
  { N_("the next one"), QUO_THREE_ROLE_BACKUP, QUO_THREE_ROLE_INITIAL },
  { N_("the next one"), QUO_THREE_ROLE_RECOVERING, QUO_THREE_ROLE_INITIAL },
  { NULL },
};

static const char * const record_names[] = {
  "prepared", "precommit", "commit", "abort", "end", NULL,
};

static const char * const phase_names[] = {
  "voting", "wait", "precommitting", "precommit", "committed", "aborted", NULL,
};

static const char * const report_names[] = {
  "wait", "precommit", "was away in wait", "was away in precommit", NULL,
};

static const char * const outcome_names[] = { "abort", "commit", NULL };

static const QuoFieldSpec fields[] = {
  [QUO_THREE_FIELD_ROLE]
    = { "role", N_("How far the latest transaction is"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM } }, QUO_THREE_ROLE_INITIAL },
  [QUO_THREE_FIELD_TRANSACTION]
    = { "transaction", N_("The latest transaction"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "transaction", QUO_TYPE_INT } }, 0 },
  [QUO_THREE_FIELD_DEADLINE]
    = { "deadline", N_("When the first of its timers runs out"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_DEADLINE, { NULL },
        { { "deadline", QUO_TYPE_TIME } }, QUO_TIME_NEVER },
  [QUO_THREE_FIELD_ATTEMPT]
    = { "attempt", N_("Who coordinates the latest transaction: 0 the "
                      "coordinator, 1 the first participant, and so on"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "attempt", QUO_TYPE_INT } }, 0 },
  [QUO_THREE_FIELD_TRANSACTIONS]
    = { "transactions", N_("How far the latest transactions are"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "transaction", QUO_TYPE_INT },
        { { "phase", QUO_TYPE_ENUM, phase_names },
          { "attempt", QUO_TYPE_INT },
          { "answers", QUO_TYPE_INT } } },
  [QUO_THREE_FIELD_LOG]
    = { "log", N_("The write-ahead log; a coordinator notes whom it works for"),
        QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_LOG,
        { "index", QUO_TYPE_INT },
        { { "record", QUO_TYPE_ENUM, record_names },
          { "transaction", QUO_TYPE_INT },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT } } },
  [QUO_THREE_FIELD_STORE]
    = { "store", N_("What committed transactions wrote"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME }, { { "value", QUO_TYPE_NAME } } },
  [QUO_THREE_FIELD_LOCKS]
    = { "locks", N_("Keys that an undecided transaction holds"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "key", QUO_TYPE_NAME }, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_FIELD_INTENTS]
    = { "intents", N_("What undecided transactions will write if they commit"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "transaction", QUO_TYPE_INT },
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } } },
  [QUO_THREE_FIELD_RESERVED]
    = { "reserved", N_("The coordinator gave out no number above this one"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "reserved", QUO_TYPE_INT } }, 100 },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  [QUO_THREE_PREPARE]
    = { "PREPARE", "PREPARE {transaction}",
        N_("The coordinator asks for a vote on a write"),
        FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [QUO_THREE_YES]
    = { "YES", "YES {transaction}", N_("The participant can commit"),
        TRUE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_NO]
    = { "NO", "NO {transaction}", N_("The participant has aborted"),
        TRUE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_PRECOMMIT]
    = { "PRE-COMMIT", "PRE-COMMIT {transaction}",
        N_("All have voted YES: it will be committed, unless all forget it"),
        FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "attempt", QUO_TYPE_INT } } },
  [QUO_THREE_ACK]
    = { "ACK", "ACK {transaction}",
        N_("The participant has precommitted, on disk"), TRUE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "attempt", QUO_TYPE_INT } } },
  [QUO_THREE_COMMIT]
    = { "COMMIT", "COMMIT {transaction}", N_("The decision: commit"), FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "attempt", QUO_TYPE_INT } } },
  [QUO_THREE_ABORT]
    = { "ABORT", "ABORT {transaction}", N_("The decision: abort"), FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "attempt", QUO_TYPE_INT } } },
  [QUO_THREE_DONE]
    = { "DONE", "DONE {transaction}",
        N_("The decision is on the participant's disk: the last acknowledgement"),
        TRUE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_ELECTED]
    = { "ELECTED", "ELECTED {transaction}",
        N_("Who came before is silent: it is the receiver's turn"), FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "attempt", QUO_TYPE_INT } } },
  [QUO_THREE_STATE_REQUEST]
    = { "STATE-REQUEST", "STATE? {transaction}",
        N_("The backup asks how far the others are"), FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "attempt", QUO_TYPE_INT } } },
  [QUO_THREE_STATE]
    = { "STATE", "STATE {transaction}: {state}",
        N_("How far the sender is; one that was away says so"), TRUE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "attempt", QUO_TYPE_INT },
          { "state", QUO_TYPE_ENUM, report_names } } },
  [QUO_THREE_DECISION_REQUEST]
    = { "DECISION-REQUEST", "DECISION? {transaction}",
        N_("A node that was away asks how it ended"),
        FALSE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_DECISION]
    = { "DECISION", "DECISION {transaction}: {outcome}",
        N_("How it ended, told to one who asked"), TRUE, NULL,
        { { "transaction", QUO_TYPE_INT },
          { "outcome", QUO_TYPE_ENUM, outcome_names } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [QUO_THREE_TIMER_ANSWERS]
    = { "answers", N_("Who has not answered whoever coordinates is down") },
  [QUO_THREE_TIMER_SILENCE]
    = { "silence", N_("Whoever coordinates is silent: the next one is elected") },
  [QUO_THREE_TIMER_ASK]
    = { "ask", N_("A node that was away asks again") },
  [QUO_THREE_TIMER_RESEND]
    = { "resend", N_("DONE is missing: the decision is sent again") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [QUO_THREE_WRITE_PREPARED]
    = { "prepared", N_("The vote, before YES is sent"), TRUE },
  [QUO_THREE_WRITE_PRECOMMIT]
    = { "precommit", N_("That all have voted YES, before anybody is told so"),
        TRUE },
  [QUO_THREE_WRITE_COMMIT]
    = { "commit", N_("The decision to commit"), TRUE },
  [QUO_THREE_WRITE_ABORT]
    = { "abort", N_("The decision to abort"), TRUE },
  [QUO_THREE_WRITE_END]
    = { "end", N_("Everybody has said DONE: may be forgotten"), FALSE },
  [QUO_THREE_WRITE_RESERVE]
    = { "reserve", N_("A block of transaction numbers"), TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [QUO_THREE_NOTE_BEGIN]
    = { "begin", N_("begin {transaction}: {key} = {value}"),
        N_("A transaction begins"), QUO_TONE_INFO, TRUE,
        { { "transaction", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [QUO_THREE_NOTE_COMMIT]
    = { "commit", N_("commit {transaction}"), N_("The node commits"),
        QUO_TONE_GOOD, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_NOTE_ABORT]
    = { "abort", N_("abort {transaction}"), N_("The node aborts"),
        QUO_TONE_BAD, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_NOTE_REFUSE]
    = { "refuse", N_("refuses {transaction}"), N_("The node will not commit"),
        QUO_TONE_WARN, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_NOTE_SILENCE]
    = { "silence", N_("{coordinator} is silent"),
        N_("Taken for dead: the next one's turn"), QUO_TONE_WARN, TRUE,
        { { "transaction", QUO_TYPE_INT }, { "coordinator", QUO_TYPE_NODE } } },
  [QUO_THREE_NOTE_BACKUP]
    = { "backup", N_("takes over {transaction}"),
        N_("The node is elected to end the transaction"),
        QUO_TONE_INFO, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_NOTE_RECOVER]
    = { "recover", N_("takes up {transaction}"),
        N_("The log has an unfinished transaction"),
        QUO_TONE_INFO, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_NOTE_END]
    = { "end", N_("end {transaction}"),
        N_("The coordinator forgets the transaction"),
        QUO_TONE_NEUTRAL, FALSE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_THREE_NOTE_IGNORED]
    = { "ignored", N_("only {coordinator} begins transactions"),
        N_("A participant was told to begin one"),
        QUO_TONE_WARN, FALSE, { { "coordinator", QUO_TYPE_NODE } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  [QUO_THREE_COMMAND_BEGIN]
    = { "begin", N_("The coordinator begins a transaction that writes a key"),
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } } },
  [QUO_THREE_COMMAND_REFUSE]
    = { "refuse", N_("The node refuses the next transaction it is asked about"),
        { { NULL } } },
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoThreeOptions, member)

static const QuoOptionSpec options[] = {
  { "coordinator", N_("The node that decides; without it, the first one"),
    QUO_OPTION_NODE, OFFSET (coordinator), "" },
  { "answer-timeout",
    N_("How long whoever coordinates waits for votes, states and "
       "acknowledgements: longer than a message both ways and a write"),
    QUO_OPTION_DURATION, OFFSET (answer_timeout), "200ms", 0.0001, 3600 },
  { "silence-timeout",
    N_("How long a participant waits for whoever coordinates before it takes it "
       "for dead: longer than two answer timeouts and two writes"),
    QUO_OPTION_DURATION, OFFSET (silence_timeout), "600ms", 0.0001, 3600 },
  { "ask-interval",
    N_("How often a node that was away asks, and an unacknowledged decision is "
       "sent again"),
    QUO_OPTION_DURATION, OFFSET (ask_interval), "500ms", 0.0001, 3600 },
  { "final-ack",
    N_("Decisions are acknowledged with DONE, so that the coordinator may forget"),
    QUO_OPTION_BOOL, OFFSET (has_final_ack), "false" },
  { "no-voter", N_("A node that refuses every transaction"),
    QUO_OPTION_NODE, OFFSET (no_voter), "" },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [QUO_THREE_FAULT_SKIP_PRECOMMIT]
    = { "skip-precommit",
        N_("The coordinator commits as soon as all have voted YES: two-phase "
           "commit, with participants that believe they need not wait") },
  [QUO_THREE_FAULT_COMMIT_BEFORE_ACKS]
    = { "commit-before-acks",
        N_("Whoever coordinates commits without waiting for acknowledgements") },
  [QUO_THREE_FAULT_RECOVERED_ABORTS]
    = { "recovered-aborts",
        N_("A restarted node aborts what it finds unfinished in its log") },
  [QUO_THREE_FAULT_RECOVERED_TAKES_PART]
    = { "recovered-takes-part",
        N_("A restarted participant votes and is elected as if it had never been "
           "away") },
  [QUO_THREE_FAULT_VOTE_BEFORE_SYNC]
    = { "vote-before-sync",
        N_("YES is sent before PREPARED is on disk: a crash forgets the vote") },
  [QUO_THREE_FAULT_IGNORE_NO_VOTE]
    = { "ignore-no-vote",
        N_("The coordinator counts votes and does not look at them") },
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
  [QUO_THREE_INVARIANT_NONBLOCKING]
    = { "nonblocking",
        N_("Nobody commits while another that was always up is still waiting"),
        "Skeen 1981, the fundamental nonblocking theorem" },
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

/* A scenario may begin with records in a log: then the node takes them up as after
 * a crash. */
static void
start (QuoNode  *node,
       gpointer  state)
{
  quo_three_state_init (state);
  if (quo_table_n_rows (quo_node_table (node, QUO_THREE_FIELD_LOG)) > 0)
    quo_three_recover (node, state);
}

static void
restart (QuoNode  *node,
         gpointer  state)
{
  quo_three_state_init (state);
  quo_three_add_fact (state, QUO_COMMIT_FACT_RECOVERED, 0);
  quo_three_recover (node, state);
}

/* The monitor has seen the facts of the step before. */
static void
begin_step (QuoThreeState *self)
{
  g_array_set_size (self->facts, 0);
}

static void
receive (QuoNode          *node,
         gpointer          state,
         const QuoMessage *message)
{
  begin_step (state);
  if (quo_three_is_coordinator (node))
    quo_three_coordinator_receive (node, state, message);
  else
    quo_three_participant_receive (node, state, message);
}

static void
timeout (QuoNode  *node,
         gpointer  state,
         guint     timer,
         gint64    arg)
{
  begin_step (state);
  if (quo_three_is_coordinator (node))
    quo_three_coordinator_timeout (node, state, timer);
  else
    quo_three_participant_timeout (node, state, timer);
}

static void
request (QuoNode     *node,
         gpointer     state,
         const QuoOp *op)
{
  begin_step (state);
  if (quo_three_is_coordinator (node))
    quo_three_coordinator_request (node, state, op);
  else
    quo_three_participant_request (node, state, op);
}

static void
synced (QuoNode  *node,
        gpointer  state,
        guint     write,
        gint64    token)
{
  begin_step (state);
  if (quo_three_is_coordinator (node))
    quo_three_coordinator_synced (node, state, write, token);
  else
    quo_three_participant_synced (node, state, write, token);
}

static void
command (QuoNode      *node,
         gpointer      state,
         guint         kind,
         const gint64 *args)
{
  QuoThreeState *self = state;

  begin_step (self);
  if (kind == QUO_THREE_COMMAND_REFUSE)
    {
      self->is_refusing = TRUE;
      return;
    }
  if (!quo_three_is_coordinator (node))
    {
      quo_three_note (node, QUO_THREE_NOTE_IGNORED,
                      quo_three_coordinator (node));
      return;
    }

  QuoCommitBegin begin = { args[0], args[1], 0, QUO_NO_NODE };

  quo_three_coordinator_begin (node, self, &begin);
}

const QuoProtocol quo_three_phase_commit = {
  .declaration = {
    .id = "three-phase-commit",
    .title = N_("Three-phase commit"),
    .summary = N_("Atomic commitment that goes on without its coordinator, as "
                  "long as who is silent is dead and not merely cut off"),
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
    .options_size = sizeof (QuoThreeOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoThreeState),
    .ghost_size = sizeof (QuoCommitGhost),
    .start = start,
    .restart = restart,
    .receive = receive,
    .timeout = timeout,
    .request = request,
    .synced = synced,
    .command = command,
    .clear = quo_three_state_clear,
    .check = quo_three_monitor_check,
    .finish = quo_three_monitor_finish,
    .clear_ghost = quo_commit_watch_clear,
  },
};
