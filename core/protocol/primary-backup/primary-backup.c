/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Primary-backup replication, as data. */

#include "protocol/primary-backup/backup-private.h"
#include "protocol/registry-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "P. Alsberg, J. Day, A Principle for Resilient Sharing of Distributed Resources, "
  "ICSE 1976",
  "N. Budhiraja, K. Marzullo, F. Schneider, S. Toueg, The Primary-Backup Approach, "
  "in Distributed Systems, 2nd edition, 1993",
  "B. Liskov, J. Cowling, Viewstamped Replication Revisited, 2012, section 4.2",
  NULL,
};

static const char * const role_names[] = {
  "backup", "taking-over", "primary", NULL,
};
static const char * const ack_names[] = { "ack", "gap after", "refused", NULL };
static const char * const replication_names[] = {
  "asynchronous", "semi-synchronous", "synchronous", NULL,
};
static const char * const read_names[] = { "primary", "local", NULL };
static const char * const fail_over_names[] = { "manual", "timeout", NULL };
static const char * const loss_names[] = { "never", "accepted", NULL };
static const char * const status_names[] = { "ok", "failed", NULL };

static const QuoRoleSpec roles[] = {
  [ROLE_BACKUP]
    = { "backup", N_("Executes what the primary has ordered"),
        QUO_TONE_NEUTRAL, FALSE },
  [ROLE_TAKING_OVER]
    = { "taking-over", N_("Collects promises and positions before it leads"),
        QUO_TONE_WARN, FALSE },
  [ROLE_PRIMARY]
    = { "primary", N_("Orders the writes"), QUO_TONE_GOOD, TRUE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("no primary heard, or promoted"), ROLE_BACKUP, ROLE_TAKING_OVER },
  { N_("enough promises, best log"), ROLE_TAKING_OVER, ROLE_PRIMARY },
  { N_("another stands in"), ROLE_TAKING_OVER, ROLE_BACKUP },
  { N_("later epoch seen"), ROLE_PRIMARY, ROLE_BACKUP },
  { N_("first primary"), ROLE_BACKUP, ROLE_PRIMARY },
  { NULL },
};

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE]
    = { "role", N_("What the node is now"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, ROLE_BACKUP },
  [FIELD_EPOCH]
    = { "epoch", N_("Latest epoch it belongs to; older ones are refused"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_EPOCH, { NULL },
        { { "epoch", QUO_TYPE_INT } }, 0 },
  [FIELD_LOG_EPOCH]
    = { "log-epoch", N_("Latest epoch whose primary's log it has taken on"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "log-epoch", QUO_TYPE_INT } }, 0 },
  [FIELD_LOG]
    = { "log", N_("The writes in their order"),
        QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_LOG,
        { "index", QUO_TYPE_INT },
        { { "epoch", QUO_TYPE_INT },
          { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [FIELD_ORIGINS]
    = { "origins", N_("Who asked for each write, and when it was ordered"),
        QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "index", QUO_TYPE_INT },
        { { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT },
          { "at", QUO_TYPE_TIME } } },
  [FIELD_COMMIT]
    = { "commit", N_("Last entry it knows to be on enough disks"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_COMMIT, { NULL },
        { { "commit", QUO_TYPE_INT } }, 0 },
  [FIELD_EXECUTED]
    = { "executed", N_("Last entry its store has executed: its position"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "executed", QUO_TYPE_INT } }, 0 },
  [FIELD_PRIMARY]
    = { "primary", N_("Whom it takes for the primary"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "primary", QUO_TYPE_NODE } }, QUO_NO_NODE },
  [FIELD_DEADLINE]
    = { "deadline", N_("When it takes over, or asks again"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_DEADLINE, { NULL },
        { { "deadline", QUO_TYPE_TIME } }, QUO_TIME_NEVER },
  [FIELD_STORE]
    = { "store", N_("Keys and values after the entries executed"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME }, { { "value", QUO_TYPE_NAME } } },
  [FIELD_CONFIRMED]
    = { "confirmed", N_("Primary: last entry that each backup has on disk"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "backup", QUO_TYPE_NODE }, { { "index", QUO_TYPE_INT } } },
  [FIELD_LAG_ENTRIES]
    = { "lag-entries",
        N_("Entries between the primary's last known position and its own"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "lag-entries", QUO_TYPE_INT } }, 0 },
  [FIELD_LAG_TIME]
    = { "lag-time",
        N_("How old the next entry is that it has and has not executed: 0 when "
           "nothing arrives, so not to be trusted"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "lag-time", QUO_TYPE_DURATION } }, 0 },
  [FIELD_AGE]
    = { "age", N_("Time since it last knew that it had everything"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "age", QUO_TYPE_DURATION } }, 0 },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  [MESSAGE_REPLICATE]
    = { "REPLICATE", "REPLICATE {index}: {key} = {value}",
        N_("An entry of the primary's log"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "index", QUO_TYPE_INT },
          { "previous-epoch", QUO_TYPE_INT },
          { "entry-epoch", QUO_TYPE_INT },
          { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT },
          { "ordered-at", QUO_TYPE_TIME },
          { "start", QUO_TYPE_INT },
          { "commit", QUO_TYPE_INT } } },
  [MESSAGE_ACK]
    = { "ACK", "{status} {index}",
        N_("The backup has the log up to an entry on disk, or lacks what comes "
           "before, or belongs to a later epoch"), TRUE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "status", QUO_TYPE_ENUM, ack_names },
          { "index", QUO_TYPE_INT } } },
  [MESSAGE_HEARTBEAT]
    = { "HEARTBEAT", "heartbeat {index}",
        N_("The primary is alive; how long its log is"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "index", QUO_TYPE_INT },
          { "index-epoch", QUO_TYPE_INT },
          { "start", QUO_TYPE_INT },
          { "commit", QUO_TYPE_INT } } },
  [MESSAGE_COMMIT]
    = { "COMMIT", "COMMIT {index}",
        N_("Enough nodes have the log up to here: execute it"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT }, { "index", QUO_TYPE_INT } } },
  [MESSAGE_TAKE_OVER]
    = { "TAKE-OVER", "TAKE-OVER epoch {epoch}",
        N_("Asks for a promise to refuse older epochs, and for a position"),
        FALSE, "epoch", { { "epoch", QUO_TYPE_INT } } },
  [MESSAGE_POSITION]
    = { "POSITION", "POSITION {log-epoch}/{index}",
        N_("The promise, and how good the log is"), TRUE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "log-epoch", QUO_TYPE_INT },
          { "index", QUO_TYPE_INT } } },
  [MESSAGE_STAND_IN]
    = { "STAND-IN", "STAND-IN",
        N_("The best log is yours: take over"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT } } },
  [MESSAGE_FORWARD]
    = { "FORWARD", "FORWARD {key} = {value}",
        N_("A client's write, passed on to the primary"), FALSE, NULL,
        { { "conditional", QUO_TYPE_BOOL },
          { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME },
          { "expected", QUO_TYPE_NAME },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT } } },
  [MESSAGE_DONE]
    = { "DONE", "DONE {index}: {status}",
        N_("How a write went that was passed on; it is answered once it is "
           "executed where it was asked for"), TRUE, NULL,
        { { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT },
          { "status", QUO_TYPE_ENUM, status_names },
          { "index", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [TIMER_HEARTBEAT] = { "heartbeat", N_("The primary's next heartbeat is due") },
  [TIMER_FAIL_OVER] = { "fail-over", N_("No primary was heard for too long") },
  [TIMER_TAKE_OVER] = { "take-over", N_("Promises are missing") },
  [TIMER_STATUS] = { "status", N_("A backup looks at its lag") },
  [TIMER_EXECUTE] = { "execute", N_("A backup has executed an entry") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [WRITE_LOG] = { "log", N_("Entries of the log"), TRUE },
  [WRITE_EPOCH] = { "epoch", N_("The promise to refuse older epochs"), TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [NOTE_LEADS]
    = { "leads", N_("leads epoch {epoch}"), N_("Becomes the primary"),
        QUO_TONE_GOOD, TRUE, { { "epoch", QUO_TYPE_INT } } },
  [NOTE_TAKES_OVER]
    = { "takes-over", N_("takes over in epoch {epoch}"), N_("A fail-over begins"),
        QUO_TONE_WARN, TRUE, { { "epoch", QUO_TYPE_INT } } },
  [NOTE_STANDS_IN]
    = { "stands-in", N_("leaves it to {node}, whose log is longer"),
        N_("Another node's log is better"),
        QUO_TONE_INFO, TRUE, { { "node", QUO_TYPE_NODE } } },
  [NOTE_STEPS_DOWN]
    = { "steps-down", N_("steps down from epoch {epoch}"),
        N_("A deposed primary becomes a backup"),
        QUO_TONE_WARN, TRUE, { { "epoch", QUO_TYPE_INT } } },
  [NOTE_LOSES]
    = { "loses", N_("loses {count} from entry {index} on"),
        N_("The suffix of its log that the new primary does not have is cut off"),
        QUO_TONE_BAD, TRUE,
        { { "count", QUO_TYPE_INT }, { "index", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  [COMMAND_PROMOTE]
    = { "promote", N_("The node takes over as primary"), { { NULL } } },
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoBackupOptions, member)

static const QuoOptionSpec options[] = {
  { "replication", N_("How many backups have a write on disk before it is "
                      "acknowledged: none, one, or all"),
    QUO_OPTION_ENUM, OFFSET (replication), "semi-synchronous", 0, 0,
    replication_names },
  { "reads", N_("Who answers reads: the primary, or every node from its own copy; "
                "then backups pass writes on, and order is kept but not time"),
    QUO_OPTION_ENUM, OFFSET (reads), "primary", 0, 0, read_names },
  { "fail-over", N_("Who replaces a primary: an operator's command, or a backup "
                    "that hears none for the fail-over timeout"),
    QUO_OPTION_ENUM, OFFSET (fail_over), "timeout", 0, 0, fail_over_names },
  { "fail-over-loss", N_("Whether a take-over waits for every node that could have "
                         "the only copies of an acknowledged write, or goes on "
                         "without them"),
    QUO_OPTION_ENUM, OFFSET (loss), "never", 0, 0, loss_names },
  { "primary", N_("The first primary; without it, the first node"),
    QUO_OPTION_NODE, OFFSET (primary), "" },
  { "heartbeat-interval", N_("Time between a primary's heartbeats"),
    QUO_OPTION_DURATION, OFFSET (heartbeat_interval), "100ms", 0.0001, 3600 },
  { "fail-over-timeout", N_("How long a backup waits for a primary, drawn anew each "
                            "time"),
    QUO_OPTION_RANGE, OFFSET (fail_over_timeout), "300ms..500ms", 0.0001, 86400 },
  { "take-over-timeout", N_("How long a node that takes over waits for promises"),
    QUO_OPTION_DURATION, OFFSET (take_over_timeout), "200ms", 0.0001, 3600 },
  { "execution-time", N_("What a backup takes to execute an entry"),
    QUO_OPTION_DURATION, OFFSET (execution_time), "0s", 0, 3600 },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [FAULT_IGNORE_EPOCHS]
    = { "ignore-epochs",
        N_("A fail-over begins no new epoch: the old primary goes on beside the "
           "new one") },
  [FAULT_ACKNOWLEDGE_EARLY]
    = { "acknowledge-early",
        N_("The primary acknowledges before a backup has the write") },
  [FAULT_ACK_BEFORE_SYNC]
    = { "ack-before-sync",
        N_("A backup confirms entries that are not on its disk yet") },
  [FAULT_REPLAY_OUT_OF_ORDER]
    = { "replay-out-of-order",
        N_("A backup executes entries as they arrive and does not look for gaps") },
  [FAULT_PROMOTE_ANY]
    = { "promote-any",
        N_("A fail-over does not compare logs: whoever asks first leads") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_ONE_PRIMARY]
    = { "one-primary-per-epoch", N_("No two nodes lead the same epoch"),
        "Budhiraja et al. 1993, property Pb1" },
  [INVARIANT_PREFIX_ORDER]
    = { "prefix-order",
        N_("Logs that agree on an entry agree on all before it, and every node has "
           "executed its log in its order"),
        "Alsberg and Day 1976" },
  [INVARIANT_ACKNOWLEDGED_KEPT]
    = { "acknowledged-kept",
        N_("With synchronous replication, or where loss is not accepted, a new "
           "primary has every write that was acknowledged"),
        "Budhiraja et al. 1993, property Pb4; Liskov and Cowling 2012, section 8" },
  [INVARIANT_EPOCH_FORWARD]
    = { "epoch-forward", N_("A node's epoch never goes back while it runs"),
        "Liskov and Cowling 2012, section 4.2" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_LAG_ENTRIES]
    = { "lag-entries", "entries",
        N_("Acknowledged entries that a backup has not executed, each time that it "
           "looks at its lag") },
  [MEASURE_LAG_TIME]
    = { "lag-time", "ns",
        N_("Age of the oldest of these, truly; 0 without any") },
  [MEASURE_REPORTED_LAG]
    = { "reported-lag", "ns",
        N_("The same as the backup itself would report it, from what it has "
           "received") },
  [MEASURE_AGE]
    = { "age", "ns",
        N_("Time since the backup last knew that it had everything") },
  [MEASURE_LOST_WRITES]
    = { "lost-writes", "writes",
        N_("Acknowledged writes that a later primary does not have") },
  [MEASURE_FAIL_OVER_TIME]
    = { "fail-over-time", "ns",
        N_("From the primary's crash, or from when its successor last heard of it, "
           "until the successor leads") },
  [MEASURE_PRIMARIES]
    = { "primaries", "1", N_("Times that a node began to lead") },
  { NULL },
};

const QuoProtocol quo_primary_backup = {
  .declaration = {
    .id = "primary-backup",
    .title = N_("Primary and backups"),
    .summary = N_("A primary puts all writes into one order and backups follow; "
                  "what is lost when it fails depends on whom it waited for"),
    .family = "strong",
    .n_nodes_max = 10000,
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
    .options_size = sizeof (QuoBackupOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoBackup),
    .ghost_size = sizeof (QuoBackupGhost),
    .start = quo_backup_start,
    .restart = quo_backup_restart,
    .receive = quo_backup_receive,
    .timeout = quo_backup_timeout,
    .request = quo_backup_request,
    .synced = quo_backup_synced,
    .command = quo_backup_command,
    .clear = quo_backup_state_clear,
    .check = quo_backup_check,
    .finish = quo_backup_finish,
    .clear_ghost = quo_backup_clear_ghost,
  },
};
