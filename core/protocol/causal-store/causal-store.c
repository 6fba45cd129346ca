/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A causally consistent store, as data. */

#include "protocol/causal-store/causal-private.h"
#include "protocol/registry-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "W. Lloyd, M. Freedman, M. Kaminsky, D. Andersen, Don't Settle for Eventual: "
  "Scalable Causal Consistency for Wide-Area Storage with COPS, SOSP 2011",
  "L. Lamport, Time, Clocks, and the Ordering of Events in a Distributed System, "
  "CACM 1978",
  "M. Ahamad, G. Neiger, J. Burns, P. Kohli, P. Hutto, Causal memory: definitions, "
  "implementation, and programming, Distributed Computing 1995",
  NULL,
};

static const char * const role_names[] = { "settled", "waiting", "out", NULL };
static const char * const mode_names[] = { "cops", "cops-gt", "cops-cd", NULL };
static const char * const read_names[] = { "at-once", "block", NULL };
static const char * const dep_names[] = {
  "further", "nearest", "previous", NULL,
};
static const char * const answer_names[] = { "ok", "busy", "gone", NULL };

static const QuoRoleSpec roles[] = {
  [ROLE_SETTLED]
    = { "settled", N_("All that has arrived is visible"), QUO_TONE_GOOD, FALSE },
  [ROLE_WAITING]
    = { "waiting", N_("Keeps writes of other data centres back until what they depend "
                      "on is here; serves what it has"),
        QUO_TONE_INFO, FALSE },
  [ROLE_OUT]
    = { "out", N_("Has lost its disk; serves nobody"), QUO_TONE_BAD, FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("remote write arrives"), ROLE_SETTLED, ROLE_WAITING },
  { N_("all visible"), ROLE_WAITING, ROLE_SETTLED },
  { N_("disk lost"), ROLE_SETTLED, ROLE_OUT },
  { NULL },
};

#define VERSION_COLUMNS { "counter", QUO_TYPE_INT }, { "node", QUO_TYPE_NODE }

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE]
    = { "role", N_("Whether writes wait here"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, ROLE_SETTLED },
  [FIELD_MEMBER]
    = { "member", N_("Mark on the disk: it is the one that the node had"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "member", QUO_TYPE_BOOL } }, FALSE },
  [FIELD_CLOCK]
    = { "clock", N_("Lamport counter: the next version is above it"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "clock", QUO_TYPE_INT } }, 0 },
  [FIELD_STORE]
    = { "store", N_("What reads are answered with"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME },
        { { "value", QUO_TYPE_NAME }, VERSION_COLUMNS } },
  [FIELD_VERSIONS]
    = { "versions", N_("The versions on disk: the visible ones, overwritten ones that "
                       "a transaction may ask for or a data centre lacks"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "row", QUO_TYPE_INT },
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME }, VERSION_COLUMNS,
          { "previous", QUO_TYPE_INT }, { "overwritten", QUO_TYPE_BOOL } } },
  [FIELD_DEPENDENCIES]
    = { "dependencies", N_("What those versions depend on"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "row", QUO_TYPE_INT },
        { VERSION_COLUMNS, { "key", QUO_TYPE_NAME },
          { "key-counter", QUO_TYPE_INT }, { "key-node", QUO_TYPE_NODE },
          { "kind", QUO_TYPE_ENUM, dep_names } } },
  [FIELD_WAITING]
    = { "waiting", N_("Writes that are here and not visible yet"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "version", QUO_TYPE_NAME },
        { { "value", QUO_TYPE_NAME }, { "missing", QUO_TYPE_INT } } },
  [FIELD_CONTEXTS]
    = { "contexts", N_("What the next write of each client here depends on"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "row", QUO_TYPE_INT },
        { { "client", QUO_TYPE_NODE }, { "key", QUO_TYPE_NAME },
          VERSION_COLUMNS } },
  [FIELD_OUTBOX]
    = { "outbox", N_("Own writes that other data centres have not acknowledged"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "row", QUO_TYPE_INT },
        { { "counter", QUO_TYPE_INT }, { "to", QUO_TYPE_NODE },
          { "previous", QUO_TYPE_INT } } },
  [FIELD_STREAMS]
    = { "streams", N_("Counter of the latest own write that each node was to get"),
        QUO_SHAPE_VECTOR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "node", QUO_TYPE_NODE }, { { "counter", QUO_TYPE_INT } } },
  [FIELD_APPLIED]
    = { "applied", N_("By origin: everything up to this counter was visible here"),
        QUO_SHAPE_VECTOR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "node", QUO_TYPE_NODE }, { { "counter", QUO_TYPE_INT } } },
  [FIELD_STABLE]
    = { "stable", N_("By origin: everything up to this counter has been visible "
                     "everywhere for long, and nobody need depend on it"),
        QUO_SHAPE_VECTOR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "node", QUO_TYPE_NODE }, { { "counter", QUO_TYPE_INT } } },
  [FIELD_HELD]
    = { "held", N_("None of its own writes above this counter becomes stable, for a "
                   "node that has lost its disk lacks it; -1: all may"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "held", QUO_TYPE_INT } }, -1 },
  [FIELD_WRITERS]
    = { "writers", N_("Latest write of each client here, in case it asks again"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "client", QUO_TYPE_NODE },
        { { "serial", QUO_TYPE_INT }, { "counter", QUO_TYPE_INT } } },
  { NULL },
};

#define DEPENDENCY_ROW                                                        \
  { { "key", QUO_TYPE_NAME }, VERSION_COLUMNS,                               \
    { "kind", QUO_TYPE_ENUM, dep_names } }

static const QuoMessageSpec messages[] = {
  [MESSAGE_PUT_AFTER]
    = { "PUT_AFTER", "put_after {key} = {value}|put_after {key} = {value}, after {#}",
        N_("The client library gives a write to the node that keeps the key, with all "
           "that it depends on"),
        FALSE, NULL,
        { { "client", QUO_TYPE_NODE }, { "serial", QUO_TYPE_INT },
          { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME },
          { "clock", QUO_TYPE_INT } },
        DEPENDENCY_ROW },
  [MESSAGE_PUT_REPLY]
    = { "PUT_REPLY", "{key}: version {counter} {node}",
        N_("The write is visible in its data centre, and its version"), TRUE, NULL,
        { { "client", QUO_TYPE_NODE }, { "serial", QUO_TYPE_INT },
          { "key", QUO_TYPE_NAME }, VERSION_COLUMNS,
          { "answer", QUO_TYPE_ENUM, answer_names },
          { "repeated", QUO_TYPE_BOOL } },
        DEPENDENCY_ROW },
  [MESSAGE_GET_BY_VERSION]
    = { "GET_BY_VERSION", "get {key}",
        N_("The client library reads: the latest version, or in a transaction's second "
           "round the one named"),
        FALSE, NULL,
        { { "client", QUO_TYPE_NODE }, { "serial", QUO_TYPE_INT },
          { "round", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME }, VERSION_COLUMNS } },
  [MESSAGE_GET_REPLY]
    = { "GET_REPLY", "{key}: {value}",
        N_("The value, its version and what that depends on"), TRUE, NULL,
        { { "client", QUO_TYPE_NODE }, { "serial", QUO_TYPE_INT },
          { "round", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME }, VERSION_COLUMNS,
          { "answer", QUO_TYPE_ENUM, answer_names } },
        DEPENDENCY_ROW },
  [MESSAGE_REPLICATE]
    = { "REPLICATE", "{key} = {value}|{key} = {value}, after {#}",
        N_("put_after with a version: a write, to the node that keeps the key in "
           "another data centre"),
        FALSE, NULL,
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME }, VERSION_COLUMNS,
          { "previous", QUO_TYPE_INT } },
        DEPENDENCY_ROW },
  [MESSAGE_REPLICATED]
    = { "REPLICATED", "{key} {counter} is there",
        N_("The write is visible there, or a later one of the key is"), TRUE, NULL,
        { { "key", QUO_TYPE_NAME }, VERSION_COLUMNS } },
  [MESSAGE_DEP_CHECK]
    = { "DEP_CHECK", "dep_check {key}",
        N_("Is this version of the key visible in the data centre? Answered when it "
           "is"),
        FALSE, NULL,
        { { "key", QUO_TYPE_NAME }, VERSION_COLUMNS,
          { "for-counter", QUO_TYPE_INT }, { "for-node", QUO_TYPE_NODE } } },
  [MESSAGE_DEP_REPLY]
    = { "DEP_REPLY", "{key} is there", N_("It is visible, or was"), TRUE, NULL,
        { { "key", QUO_TYPE_NAME }, VERSION_COLUMNS,
          { "for-counter", QUO_TYPE_INT }, { "for-node", QUO_TYPE_NODE } } },
  [MESSAGE_CHECKPOINT]
    = { "CHECKPOINT", "stable to {counter}",
        N_("All of the sender's writes up to here have been visible everywhere for "
           "longer than a transaction takes"),
        FALSE, NULL, { { "counter", QUO_TYPE_INT } } },
  [MESSAGE_OUT]
    = { "OUT", "out", N_("The sender has lost its disk and serves nobody"),
        TRUE, NULL },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [TIMER_RETRY] = { "retry", N_("What was not answered is asked again") },
  [TIMER_CHECKPOINT]
    = { "checkpoint", N_("What was everywhere a transaction time ago is told") },
  [TIMER_EXPIRE]
    = { "expire", N_("No transaction can ask for an overwritten version any more") },
  [TIMER_TRANSACTION]
    = { "transaction", N_("A get-transaction takes too long and begins anew") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [WRITE_JOIN] = { "join", N_("The mark by which a node knows its disk"), FALSE },
  [WRITE_PUT]
    = { "put", N_("A write of this data centre, before it is visible"), TRUE },
  [WRITE_REMOTE]
    = { "remote", N_("A write of another data centre, before it is visible"), TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [NOTE_COMMITTED]
    = { "committed", N_("{key} = {value}, version {counter}"),
        N_("A write is visible in its own data centre"), QUO_TONE_GOOD, TRUE,
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME },
          { "counter", QUO_TYPE_INT } } },
  [NOTE_WAITS]
    = { "waits", N_("{key} = {value} waits for {dependency}"),
        N_("A write of another data centre is kept back until it is known that what it "
           "depends on is here"),
        QUO_TONE_WARN, TRUE,
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME },
          { "dependency", QUO_TYPE_NAME } } },
  [NOTE_VISIBLE]
    = { "visible", N_("{key} = {value} visible"),
        N_("A write of another data centre becomes visible"), QUO_TONE_INFO, TRUE,
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME },
          { "counter", QUO_TYPE_INT } } },
  [NOTE_OUTDATED]
    = { "outdated", N_("{key} = {value} came too late"),
        N_("A write of another data centre loses to a later version that is visible"),
        QUO_TONE_NEUTRAL, TRUE,
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME },
          { "counter", QUO_TYPE_INT } } },
  [NOTE_SECOND_ROUND]
    = { "second-round", N_("needs {key} {counter}"),
        N_("A get-transaction fetches a version on which another depends"),
        QUO_TONE_INFO, TRUE,
        { { "key", QUO_TYPE_NAME }, { "counter", QUO_TYPE_INT } } },
  [NOTE_RESTARTED]
    = { "restarted", N_("transaction begins anew"),
        N_("A get-transaction took longer than versions are kept"),
        QUO_TONE_WARN, TRUE },
  [NOTE_BLOCKED]
    = { "blocked", N_("read of {key} blocks"),
        N_("A read waits until what a newer version depends on is here"),
        QUO_TONE_BAD, TRUE, { { "key", QUO_TYPE_NAME } } },
  [NOTE_NEW_SESSION]
    = { "new-session", N_("{client} begins anew here"),
        N_("A client comes from another node, or back after a crash of this one: what "
           "it saw before binds it no longer"),
        QUO_TONE_WARN, TRUE, { { "client", QUO_TYPE_NODE } } },
  [NOTE_OUT]
    = { "out", N_("disk lost"),
        N_("The node's part of the keys is gone in its data centre"), QUO_TONE_BAD,
        TRUE },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoCausalOptions, member)

static const QuoOptionSpec options[] = {
  { "mode", N_("Reads and writes alone, the last writer wins; COPS-GT with "
               "get-transactions (a transaction whose key is a list, “x,y”), which "
               "stores all dependencies and keeps overwritten versions for a while; or "
               "COPS-CD, which finds out about conflicts and shows all values that no "
               "other has replaced"),
    QUO_OPTION_ENUM, OFFSET (mode), "cops", 0, 0, mode_names },
  { "reads", N_("What a read does when a newer version has arrived before what it "
                "depends on: answer at once with what is visible, or wait, and be "
                "unavailable under a partition"),
    QUO_OPTION_ENUM, OFFSET (reads), "at-once", 0, 0, read_names },
  { "retry-interval", N_("Time after which what was not answered is asked again"),
    QUO_OPTION_DURATION, OFFSET (retry_interval), "1s", 0.0001, 3600 },
  { "transaction-time", N_("Longest duration of a get-transaction; overwritten "
                           "versions and the dependencies of what is everywhere are "
                           "kept that long"),
    QUO_OPTION_DURATION, OFFSET (transaction_time), "5s", 0.001, 3600 },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [FAULT_SKIP_DEP_CHECK]
    = { "skip-dep-check",
        N_("A write of another data centre is visible as soon as it arrives") },
  [FAULT_OWN_KEY_ONLY]
    = { "own-key-only",
        N_("Of what a write depends on only versions of its own key are checked") },
  [FAULT_ANSWER_EARLY]
    = { "answer-early",
        N_("A dependency check is answered when the version has arrived, before it is "
           "visible") },
  [FAULT_NEWER_IS_ENOUGH]
    = { "newer-is-enough",
        N_("A dependency check is answered when any newer version of the key is "
           "visible, which need not depend on the same") },
  [FAULT_FORGET_READS]
    = { "forget-reads", N_("What a client has read is left out of its context") },
  [FAULT_NEAREST_BY_TIMESTAMP]
    = { "nearest-by-timestamp",
        N_("The dependency with the highest Lamport version is taken to cover the "
           "others") },
  [FAULT_IGNORE_REMOTE_CLOCK]
    = { "ignore-remote-clock",
        N_("A node's Lamport counter counts its own writes alone, so that a later "
           "write loses to an earlier one") },
  [FAULT_WALL_CLOCK]
    = { "wall-clock",
        N_("Versions are taken from the node's own clock, in microseconds") },
  [FAULT_LAST_ARRIVAL_WINS]
    = { "last-arrival-wins",
        N_("Of two versions of a key the one that came last stays, whatever its "
           "version") },
  [FAULT_OVERWRITE_UNSEEN]
    = { "overwrite-unseen",
        N_("Under COPS-CD a write overwrites all that it meets where it comes, and not "
           "only what its writer's data centre had shown") },
  [FAULT_ONE_ROUND]
    = { "one-round", N_("A get-transaction ends after its first round") },
  [FAULT_NEAREST_IN_TRANSACTION]
    = { "nearest-in-transaction",
        N_("Only nearest dependencies are stored, so that a get-transaction does not "
           "see the ones behind them") },
  [FAULT_COMMIT_BEFORE_SYNC]
    = { "commit-before-sync",
        N_("A write is visible, acknowledged and replicated before it is on disk") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_CAUSAL_VISIBILITY]
    = { "causal-visibility",
        N_("When a version becomes visible in a data centre, everything in its causal "
           "past is visible there"),
        "Lloyd et al. 2011, sections 3.1 and 4.4" },
  [INVARIANT_CAUSAL_READS]
    = { "causal-reads",
        N_("A read returns no older version than one on which something depends that "
           "the session has seen"),
        "Ahamad et al. 1995; Lloyd et al. 2011, section 3.1" },
  [INVARIANT_READ_YOUR_WRITES]
    = { "read-your-writes",
        N_("A read returns no older version than the session's own write"),
        "Terry et al., Session Guarantees, PDIS 1994" },
  [INVARIANT_MONOTONIC_READS]
    = { "monotonic-reads",
        N_("A read returns no older version than one that the session has read"),
        "Terry et al., Session Guarantees, PDIS 1994" },
  [INVARIANT_SNAPSHOT]
    = { "snapshot",
        N_("No version that a get-transaction returns depends on a later version of "
           "another key than it returns"),
        "Lloyd et al. 2011, section 4.6" },
  [INVARIANT_CONVERGENCE]
    = { "convergence",
        N_("Data centres that have the same writes of a key show the same value"),
        "Lloyd et al. 2011, section 3.1: convergent conflict handling" },
  [INVARIANT_VERSION_ORDER]
    = { "version-order",
        N_("A write's version is above every version in its causal past"),
        "Lamport 1978; Lloyd et al. 2011, section 4.4" },
  [INVARIANT_VISIBLE_KEPT]
    = { "visible-kept",
        N_("What was visible at a node is there again after a crash that spared its "
           "disk"),
        "Lloyd et al. 2011, section 4.2: a storage node keeps what it acknowledged" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_VISIBILITY_DELAY]
    = { "visibility-delay", "ns",
        N_("From a write's arrival in another data centre until it is visible there") },
  [MEASURE_PROPAGATION]
    = { "propagation", "ns",
        N_("From when a write is visible in its own data centre until it is in "
           "another") },
  [MEASURE_DEPENDENCIES]
    = { "dependencies", "1", N_("Nearest dependencies of each write, which are "
                                "checked") },
  [MEASURE_DEPENDENCIES_STORED]
    = { "dependencies-stored", "1",
        N_("Dependencies that each write names; more than the nearest under COPS-GT") },
  [MEASURE_DEP_CHECKS]
    = { "dep-checks", "messages", N_("Dependency checks sent to other nodes") },
  [MEASURE_READ_LATENCY]
    = { "read-latency", "ns", N_("Of a read at its front end") },
  [MEASURE_WRITE_LATENCY]
    = { "write-latency", "ns", N_("Of a write at its front end") },
  [MEASURE_TRANSACTION_LATENCY]
    = { "transaction-latency", "ns", N_("Of a get-transaction at its front end") },
  [MEASURE_TRANSACTION_ROUNDS]
    = { "transaction-rounds", "1", N_("Rounds of each get-transaction: 1 or 2") },
  [MEASURE_BLOCKED_READS]
    = { "blocked-reads", "reads", N_("Reads that had to wait") },
  [MEASURE_BLOCKED_FOR]
    = { "blocked-for", "ns", N_("How long each read that was answered had waited") },
  [MEASURE_BLOCKED_AT_END]
    = { "blocked-at-end", "reads", N_("Reads that still wait at the end") },
  [MEASURE_SESSIONS]
    = { "sessions", "1",
        N_("Contexts begun; more than clients when some asked at several nodes") },
  [MEASURE_CONFLICTS]
    = { "conflicts", "1",
        N_("Writes that met a later one when they came to another data centre; under "
           "COPS-CD a concurrent one") },
  [MEASURE_DIVERGENT]
    = { "divergent", "1", N_("Keys that data centres show differently at the end") },
  [MEASURE_WAITING_AT_END]
    = { "waiting-at-end", "1",
        N_("Writes that have arrived and are not visible at the end") },
  { NULL },
};

const QuoProtocol quo_causal_store = {
  .declaration = {
    .id = "causal-store",
    .title = N_("Causal store"),
    .summary = N_("Data centres that answer reads and writes alone and replicate "
                  "afterwards; a write is visible elsewhere when all that it depends "
                  "on is (COPS), and several keys are read as of one moment (COPS-GT)"),
    .family = "causal",
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
    .options_size = sizeof (QuoCausalOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoCausal),
    .ghost_size = sizeof (QuoCausalGhost),
    .start = quo_causal_start,
    .restart = quo_causal_restart,
    .receive = quo_causal_receive,
    .timeout = quo_causal_timeout,
    .request = quo_causal_request,
    .synced = quo_causal_synced,
    .clear = quo_causal_clear,
    .check = quo_causal_check,
    .finish = quo_causal_finish,
    .clear_ghost = quo_causal_clear_ghost,
  },
};
