/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Paxos Commit, as data; the callbacks only choose the part. */

#include "protocol/registry-private.h"
#include "protocol/paxos-commit/paxos-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "J. Gray, L. Lamport, Consensus on Transaction Commit, TODS 2006",
  "L. Lamport, Paxos Made Simple, 2001",
  NULL,
};

static const QuoRoleSpec roles[] = {
  [QUO_PAXOS_ROLE_WORKING]
    = { "working", N_("The manager has not voted and may still abort by itself"),
        QUO_TONE_NEUTRAL, FALSE },
  [QUO_PAXOS_ROLE_PREPARED]
    = { "prepared", N_("The manager has voted and is in doubt"),
        QUO_TONE_WARN, FALSE },
  [QUO_PAXOS_ROLE_COMMITTED]
    = { "committed", N_("The latest transaction is committed here"),
        QUO_TONE_GOOD, FALSE },
  [QUO_PAXOS_ROLE_ABORTED]
    = { "aborted", N_("The latest transaction is aborted here"),
        QUO_TONE_BAD, FALSE },
  [QUO_PAXOS_ROLE_LEADING]
    = { "leading", N_("The manager runs a ballot of its own to find out"),
        QUO_TONE_INFO, TRUE },
  [QUO_PAXOS_ROLE_ACCEPTOR]
    = { "acceptor", N_("The node only remembers votes"),
        QUO_TONE_NEUTRAL, FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("vote YES"), QUO_PAXOS_ROLE_WORKING, QUO_PAXOS_ROLE_PREPARED },
  { N_("vote NO"), QUO_PAXOS_ROLE_WORKING, QUO_PAXOS_ROLE_ABORTED },
  { N_("all Prepared chosen"), QUO_PAXOS_ROLE_PREPARED,
    QUO_PAXOS_ROLE_COMMITTED },
  { N_("one Aborted chosen"), QUO_PAXOS_ROLE_PREPARED, QUO_PAXOS_ROLE_ABORTED },
  { N_("silence"), QUO_PAXOS_ROLE_PREPARED, QUO_PAXOS_ROLE_LEADING },
  { N_("silence"), QUO_PAXOS_ROLE_WORKING, QUO_PAXOS_ROLE_LEADING },
  { N_("silence"), QUO_PAXOS_ROLE_ABORTED, QUO_PAXOS_ROLE_LEADING },
  { N_("a higher ballot"), QUO_PAXOS_ROLE_LEADING, QUO_PAXOS_ROLE_PREPARED },
  { N_("a higher ballot"), QUO_PAXOS_ROLE_LEADING, QUO_PAXOS_ROLE_WORKING },
  { N_("all Prepared chosen"), QUO_PAXOS_ROLE_LEADING,
    QUO_PAXOS_ROLE_COMMITTED },
  { N_("one Aborted chosen"), QUO_PAXOS_ROLE_LEADING, QUO_PAXOS_ROLE_ABORTED },
  { N_("PREPARE"), QUO_PAXOS_ROLE_COMMITTED, QUO_PAXOS_ROLE_WORKING },
  { N_("PREPARE"), QUO_PAXOS_ROLE_ABORTED, QUO_PAXOS_ROLE_WORKING },
  { N_("PREPARE"), QUO_PAXOS_ROLE_PREPARED, QUO_PAXOS_ROLE_WORKING },
  { N_("PREPARE"), QUO_PAXOS_ROLE_LEADING, QUO_PAXOS_ROLE_WORKING },
  { NULL },
};

static const char * const record_names[] = {
  "prepared", "commit", "abort", NULL,
};

static const char * const value_names[] = { "aborted", "prepared", NULL };

static const char * const phase_names[] = {
  "working", "voting", "prepared", "committed", "aborted", NULL,
};

static const QuoFieldSpec fields[] = {
  [QUO_PAXOS_FIELD_ROLE]
    = { "role", N_("How far the latest transaction is"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM } }, QUO_PAXOS_ROLE_WORKING },
  [QUO_PAXOS_FIELD_TRANSACTION]
    = { "transaction", N_("The latest transaction"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "transaction", QUO_TYPE_INT } }, 0 },
  [QUO_PAXOS_FIELD_BALLOT]
    = { "ballot", N_("The highest ballot of the latest transaction known here"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "ballot", QUO_TYPE_INT } }, 0 },
  [QUO_PAXOS_FIELD_DEADLINE]
    = { "deadline", N_("When the first of its timers runs out"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_DEADLINE, { NULL },
        { { "deadline", QUO_TYPE_TIME } }, QUO_TIME_NEVER },
  [QUO_PAXOS_FIELD_TRANSACTIONS]
    = { "transactions", N_("How far the latest transactions are"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "transaction", QUO_TYPE_INT },
        { { "phase", QUO_TYPE_ENUM, phase_names },
          { "ballot", QUO_TYPE_INT },
          { "acceptors", QUO_TYPE_INT } } },
  [QUO_PAXOS_FIELD_LOG]
    = { "log", N_("The manager's log; a leader notes whom it works for"),
        QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_LOG,
        { "index", QUO_TYPE_INT },
        { { "record", QUO_TYPE_ENUM, record_names },
          { "transaction", QUO_TYPE_INT },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT } } },
  [QUO_PAXOS_FIELD_STORE]
    = { "store", N_("What committed transactions wrote"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME }, { { "value", QUO_TYPE_NAME } } },
  [QUO_PAXOS_FIELD_LOCKS]
    = { "locks", N_("Keys that an undecided transaction holds"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "key", QUO_TYPE_NAME }, { { "transaction", QUO_TYPE_INT } } },
  [QUO_PAXOS_FIELD_INTENTS]
    = { "intents", N_("What undecided transactions will write if they commit"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "transaction", QUO_TYPE_INT },
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } } },
  [QUO_PAXOS_FIELD_PROMISED]
    = { "promised", N_("Acceptor: the ballot below which it accepts nothing"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "transaction", QUO_TYPE_INT }, { { "ballot", QUO_TYPE_INT } } },
  [QUO_PAXOS_FIELD_ACCEPTED]
    = { "accepted", N_("Acceptor: what it accepted, instance by instance"),
        QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "index", QUO_TYPE_INT },
        { { "transaction", QUO_TYPE_INT },
          { "manager", QUO_TYPE_NODE },
          { "ballot", QUO_TYPE_INT },
          { "value", QUO_TYPE_ENUM, value_names } } },
  [QUO_PAXOS_FIELD_RESERVED]
    = { "reserved", N_("The leader gave out no number above this one"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "reserved", QUO_TYPE_INT } }, 100 },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  [QUO_PAXOS_PREPARE]
    = { "PREPARE", "PREPARE {transaction}",
        N_("The leader asks a manager to vote on a write"), FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [QUO_PAXOS_PHASE_1A]
    = { "1A", "1A {transaction}, ballot {ballot}",
        N_("A manager that takes over asks acceptors to go along"), FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "ballot", QUO_TYPE_INT } } },
  [QUO_PAXOS_PHASE_1B]
    = { "1B", "1B {transaction}: {#} accepted",
        N_("The acceptor will, and says what it has accepted so far"),
        TRUE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "ballot", QUO_TYPE_INT } },
        { { "manager", QUO_TYPE_NODE }, { "ballot", QUO_TYPE_INT },
          { "value", QUO_TYPE_ENUM, value_names } } },
  [QUO_PAXOS_PHASE_2A]
    = { "2A", "2A {transaction}, ballot {ballot}",
        N_("A proposal: in ballot 0 a manager's own vote, later a leader's for "
           "all of them"),
        FALSE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "ballot", QUO_TYPE_INT } },
        { { "manager", QUO_TYPE_NODE },
          { "value", QUO_TYPE_ENUM, value_names } } },
  [QUO_PAXOS_PHASE_2B]
    = { "2B", "2B {transaction}, ballot {ballot}",
        N_("The acceptor has accepted, for all managers in one message"),
        TRUE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "ballot", QUO_TYPE_INT } },
        { { "manager", QUO_TYPE_NODE },
          { "value", QUO_TYPE_ENUM, value_names } } },
  [QUO_PAXOS_REJECT]
    = { "REJECT", "REJECT {transaction}, ballot {ballot}",
        N_("The acceptor has promised a higher ballot to another leader"),
        TRUE, NULL,
        { { "transaction", QUO_TYPE_INT }, { "ballot", QUO_TYPE_INT } } },
  [QUO_PAXOS_COMMIT]
    = { "COMMIT", "COMMIT {transaction}", N_("All instances chose Prepared"),
        FALSE, NULL, { { "transaction", QUO_TYPE_INT } } },
  [QUO_PAXOS_ABORT]
    = { "ABORT", "ABORT {transaction}", N_("An instance chose Aborted"),
        FALSE, NULL, { { "transaction", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [QUO_PAXOS_TIMER_TAKEOVER]
    = { "takeover", N_("No outcome has come: the manager takes over") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [QUO_PAXOS_WRITE_PREPARED]
    = { "prepared", N_("A manager's vote, before it is proposed"), TRUE },
  [QUO_PAXOS_WRITE_REFUSED]
    = { "refused", N_("A manager's vote against"), TRUE },
  [QUO_PAXOS_WRITE_ACCEPTED]
    = { "accepted", N_("What an acceptor accepted, for all managers at once"),
        TRUE },
  [QUO_PAXOS_WRITE_PROMISED]
    = { "promised", N_("Which ballot an acceptor promised"), TRUE },
  [QUO_PAXOS_WRITE_OUTCOME]
    = { "outcome", N_("What became of it; the acceptors know if it is lost"),
        FALSE },
  [QUO_PAXOS_WRITE_RESERVE]
    = { "reserve", N_("A block of transaction numbers"), TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [QUO_PAXOS_NOTE_BEGIN]
    = { "begin", N_("begin {transaction}: {key} = {value}"),
        N_("A transaction begins"), QUO_TONE_INFO, TRUE,
        { { "transaction", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [QUO_PAXOS_NOTE_COMMIT]
    = { "commit", N_("commit {transaction}"), N_("The node commits"),
        QUO_TONE_GOOD, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_PAXOS_NOTE_ABORT]
    = { "abort", N_("abort {transaction}"), N_("The node aborts"),
        QUO_TONE_BAD, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_PAXOS_NOTE_REFUSE]
    = { "refuse", N_("refuses {transaction}"), N_("The node will not commit"),
        QUO_TONE_WARN, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_PAXOS_NOTE_TAKEOVER]
    = { "takeover", N_("takes over {transaction}, ballot {ballot}"),
        N_("A manager in doubt leads, to find out"), QUO_TONE_INFO, TRUE,
        { { "transaction", QUO_TYPE_INT }, { "ballot", QUO_TYPE_INT } } },
  [QUO_PAXOS_NOTE_FREE]
    = { "free", N_("no vote of {manager}"),
        N_("Nothing can have been chosen for a manager: Aborted is proposed"),
        QUO_TONE_WARN, TRUE,
        { { "transaction", QUO_TYPE_INT }, { "manager", QUO_TYPE_NODE } } },
  [QUO_PAXOS_NOTE_RECOVER]
    = { "recover", N_("takes up {transaction}"),
        N_("The log has an unfinished transaction"),
        QUO_TONE_INFO, TRUE, { { "transaction", QUO_TYPE_INT } } },
  [QUO_PAXOS_NOTE_IGNORED]
    = { "ignored", N_("only {coordinator} begins transactions"),
        N_("A participant was told to begin one"),
        QUO_TONE_WARN, FALSE, { { "coordinator", QUO_TYPE_NODE } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  [QUO_PAXOS_COMMAND_BEGIN]
    = { "begin", N_("The first leader begins a transaction that writes a key"),
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } } },
  [QUO_PAXOS_COMMAND_REFUSE]
    = { "refuse", N_("The node refuses the next transaction it is asked about"),
        { { NULL } } },
  { NULL },
};

static const char * const variant_names[] = { "basic", "faster", NULL };

#define OFFSET(member) G_STRUCT_OFFSET (QuoPaxosOptions, member)

static const QuoOptionSpec options[] = {
  { "leader", N_("The manager that begins transactions and leads ballot 0; "
                 "without it, the first node"),
    QUO_OPTION_NODE, OFFSET (leader), "" },
  { "variant", N_("Whether acceptors tell the leader, which tells the managers, "
                  "or all managers at once"),
    QUO_OPTION_ENUM, OFFSET (variant), "basic", 0, 0, variant_names },
  { "faults", N_("F: how many acceptors may fail; there are 2F+1. With 0 it is "
                 "two-phase commit"),
    QUO_OPTION_INT, OFFSET (n_faults), "1", 0, 10 },
  { "co-located", N_("Acceptors sit on managers' nodes; else the last 2F+1 nodes "
                     "are acceptors alone"),
    QUO_OPTION_BOOL, OFFSET (is_colocated), "true" },
  { "leader-timeout", N_("How long the first leader waits for an outcome"),
    QUO_OPTION_DURATION, OFFSET (leader_timeout), "300ms", 0.0001, 3600 },
  { "takeover-timeout",
    N_("How long a manager in doubt waits, and up to twice that, before it leads"),
    QUO_OPTION_DURATION, OFFSET (takeover_timeout), "500ms", 0.0001, 3600 },
  { "no-voter", N_("A node that refuses every transaction"),
    QUO_OPTION_NODE, OFFSET (no_voter), "" },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [QUO_PAXOS_FAULT_ABORT_ON_TIMEOUT]
    = { "abort-on-timeout",
        N_("Whoever waits too long aborts, without asking the acceptors") },
  [QUO_PAXOS_FAULT_IGNORE_ACCEPTED]
    = { "ignore-accepted",
        N_("A new leader aborts whatever acceptors say they have accepted") },
  [QUO_PAXOS_FAULT_FREE_IS_PREPARED]
    = { "free-is-prepared",
        N_("A new leader takes a vote that nobody has seen for a YES") },
  [QUO_PAXOS_FAULT_SMALL_QUORUM]
    = { "small-quorum", N_("F acceptors are taken to be enough") },
  [QUO_PAXOS_FAULT_ANSWER_BEFORE_SYNC]
    = { "answer-before-sync",
        N_("An acceptor answers before what it says is on disk") },
  [QUO_PAXOS_FAULT_VOTE_BEFORE_SYNC]
    = { "vote-before-sync",
        N_("A manager proposes its vote before it is on disk: a crash forgets "
           "it") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [QUO_COMMIT_INVARIANT_ATOMICITY]
    = { "atomicity",
        N_("No node commits a transaction that another node aborts"),
        "Gray and Lamport 2006, section 2 (consistency)" },
  [QUO_COMMIT_INVARIANT_UNANIMITY]
    = { "unanimity", N_("Nobody commits unless every participant voted YES"),
        "Gray and Lamport 2006, section 2 (stability)" },
  [QUO_COMMIT_INVARIANT_STABILITY]
    = { "stability", N_("A node never changes its decision"),
        "Gray and Lamport 2006, section 2 (stability)" },
  [QUO_COMMIT_INVARIANT_DURABLE_VOTE]
    = { "durable-vote", N_("Whoever voted YES knows it after a crash"),
        "Gray 1978, section 5.8.3.3" },
  [QUO_PAXOS_INVARIANT_CONSISTENCY]
    = { "consistency",
        N_("In each manager's instance at most one value is ever chosen"),
        "Lamport 2001, section 2.1" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [QUO_COMMIT_MEASURE_BLOCKING_WINDOW]
    = { "blocking-window", "ns",
        N_("From a participant's YES to its decision; to the end of the run if "
           "none comes") },
  [QUO_COMMIT_MEASURE_COMMIT_LATENCY]
    = { "commit-latency", "ns",
        N_("From the beginning to the first manager that knows of the commit") },
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
recover (QuoNode       *node,
         QuoPaxosState *state)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);
  gint64 highest;

  quo_paxos_acceptor_recover (node, state);
  highest = quo_paxos_manager_recover (node, state);
  if (quo_node_index (node) != layout.leader)
    return;

  quo_commit_intake_recover (&state->intake, node, highest);
  quo_commit_intake_reserve (&state->intake, node);
}

static void
show_part (QuoNode *node)
{
  QuoPaxosLayout layout = quo_paxos_node_layout (node);

  if (!quo_paxos_is_manager (&layout, quo_node_index (node)))
    quo_node_set (node, QUO_PAXOS_FIELD_ROLE, QUO_PAXOS_ROLE_ACCEPTOR);
}

/* A scenario may begin with records in a log: then the node takes them up as after
 * a crash. */
static void
start (QuoNode  *node,
       gpointer  state)
{
  quo_paxos_state_init (state);
  show_part (node);
  if (quo_table_n_rows (quo_node_table (node, QUO_PAXOS_FIELD_LOG)) > 0
      || quo_table_n_rows (quo_node_table (node, QUO_PAXOS_FIELD_ACCEPTED)) > 0)
    recover (node, state);
}

static void
restart (QuoNode  *node,
         gpointer  state)
{
  quo_paxos_state_init (state);
  quo_paxos_add_fact (state, QUO_COMMIT_FACT_RECOVERED, 0);
  show_part (node);
  recover (node, state);
}

static void
receive (QuoNode          *node,
         gpointer          state,
         const QuoMessage *message)
{
  gint64 id = message->fields[0];
  gint64 ballot = message->fields[1];

  quo_paxos_begin_step (state);
  switch ((QuoPaxosMessage) message->kind)
    {
    case QUO_PAXOS_PREPARE:
      quo_paxos_manager_prepare (node, state, id, message->fields[1],
                                 message->fields[2]);
      break;
    case QUO_PAXOS_PHASE_1A:
      quo_paxos_acceptor_1a (node, state, message->from, id, ballot);
      break;
    case QUO_PAXOS_PHASE_1B:
      quo_paxos_leader_1b (node, state, message->from, id, ballot, message->rows,
                           message->n_rows);
      break;
    case QUO_PAXOS_PHASE_2A:
      quo_paxos_acceptor_2a (node, state, message->from, id, ballot,
                             message->rows, message->n_rows);
      break;
    case QUO_PAXOS_PHASE_2B:
      quo_paxos_leader_2b (node, state, message->from, id, ballot, message->rows,
                           message->n_rows);
      break;
    case QUO_PAXOS_REJECT:
      quo_paxos_leader_rejected (node, state, id, ballot);
      break;
    case QUO_PAXOS_COMMIT:
    case QUO_PAXOS_ABORT:
      quo_paxos_learn (node, state, id, message->kind == QUO_PAXOS_COMMIT, FALSE);
      break;
    case QUO_PAXOS_N_MESSAGES:
    default:
      break;
    }
}

static void
timeout (QuoNode  *node,
         gpointer  state,
         guint     timer,
         gint64    arg)
{
  quo_paxos_begin_step (state);
  quo_paxos_leader_timeout (node, state);
}

static void
request (QuoNode     *node,
         gpointer     state,
         const QuoOp *op)
{
  quo_paxos_begin_step (state);
  quo_paxos_manager_request (node, state, op);
}

static void
synced (QuoNode  *node,
        gpointer  state,
        guint     write,
        gint64    token)
{
  quo_paxos_begin_step (state);
  switch ((QuoPaxosWrite) write)
    {
    case QUO_PAXOS_WRITE_PREPARED:
    case QUO_PAXOS_WRITE_REFUSED:
      quo_paxos_manager_voted (node, state, write, token);
      break;
    case QUO_PAXOS_WRITE_ACCEPTED:
    case QUO_PAXOS_WRITE_PROMISED:
      quo_paxos_acceptor_synced (node, state, write, token);
      break;
    case QUO_PAXOS_WRITE_RESERVE:
      quo_paxos_leader_begin_queued (node, state);
      break;
    case QUO_PAXOS_WRITE_OUTCOME:
    default:
      break;
    }
}

static void
command (QuoNode      *node,
         gpointer      state,
         guint         kind,
         const gint64 *args)
{
  QuoPaxosState *self = state;
  guint leader = quo_paxos_node_layout (node).leader;

  quo_paxos_begin_step (self);
  if (kind == QUO_PAXOS_COMMAND_REFUSE)
    {
      self->is_refusing = TRUE;
      return;
    }
  if (quo_node_index (node) != leader)
    {
      quo_paxos_note (node, QUO_PAXOS_NOTE_IGNORED, leader);
      return;
    }

  QuoCommitBegin begin = { args[0], args[1], 0, QUO_NO_NODE };

  quo_paxos_leader_begin (node, self, &begin);
}

const QuoProtocol quo_paxos_commit = {
  .declaration = {
    .id = "paxos-commit",
    .title = N_("Paxos Commit"),
    .summary = N_("Atomic commitment in which each vote is chosen by acceptors, "
                  "so that neither a crash nor a partition blocks a majority"),
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
    .options_size = sizeof (QuoPaxosOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoPaxosState),
    .ghost_size = sizeof (QuoPaxosGhost),
    .start = start,
    .restart = restart,
    .receive = receive,
    .timeout = timeout,
    .request = request,
    .synced = synced,
    .command = command,
    .clear = quo_paxos_state_clear,
    .check = quo_paxos_monitor_check,
    .finish = quo_paxos_monitor_finish,
    .clear_ghost = quo_paxos_monitor_clear,
  },
};
