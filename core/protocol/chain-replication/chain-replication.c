/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Chain replication, as data. */

#include "protocol/chain-replication/chain-private.h"
#include "protocol/registry-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "R. van Renesse, F. Schneider, Chain Replication for Supporting High Throughput "
  "and Availability, OSDI 2004",
  "J. Terrace, M. Freedman, Object Storage on CRAQ, USENIX ATC 2009",
  NULL,
};

static const char * const role_names[] = {
  "spare", "head", "middle", "tail", "single", "master", NULL,
};
static const char * const read_names[] = { "tail", "any", NULL };

static const QuoRoleSpec roles[] = {
  [ROLE_SPARE]
    = { "spare", N_("Is not in the chain"), QUO_TONE_NEUTRAL, FALSE },
  [ROLE_HEAD]
    = { "head", N_("Takes the writes and orders them"), QUO_TONE_GOOD, TRUE },
  [ROLE_MIDDLE]
    = { "middle", N_("Passes writes on and acknowledgements back"),
        QUO_TONE_INFO, FALSE },
  [ROLE_TAIL]
    = { "tail", N_("What it has is committed; answers reads"),
        QUO_TONE_GOOD, FALSE },
  [ROLE_SINGLE]
    = { "single", N_("The last server left: head and tail"),
        QUO_TONE_WARN, TRUE },
  [ROLE_MASTER]
    = { "master", N_("Decides who is in the chain"), QUO_TONE_NEUTRAL, FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("first in the chain"), ROLE_SPARE, ROLE_HEAD },
  { N_("in the chain"), ROLE_SPARE, ROLE_MIDDLE },
  { N_("last in the chain"), ROLE_SPARE, ROLE_TAIL },
  { N_("alone in the chain"), ROLE_SPARE, ROLE_SINGLE },
  { N_("head gone"), ROLE_MIDDLE, ROLE_HEAD },
  { N_("tail gone"), ROLE_MIDDLE, ROLE_TAIL },
  { N_("others gone"), ROLE_MIDDLE, ROLE_SINGLE },
  { N_("others gone"), ROLE_HEAD, ROLE_SINGLE },
  { N_("others gone"), ROLE_TAIL, ROLE_SINGLE },
  { N_("taken out"), ROLE_HEAD, ROLE_SPARE },
  { N_("taken out"), ROLE_MIDDLE, ROLE_SPARE },
  { N_("taken out"), ROLE_TAIL, ROLE_SPARE },
  { N_("master"), ROLE_SPARE, ROLE_MASTER },
  { NULL },
};

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE]
    = { "role", N_("Where in the chain the node is"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, ROLE_SPARE },
  [FIELD_EPOCH]
    = { "epoch", N_("The chain's number; it grows when somebody is taken out"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_EPOCH, { NULL },
        { { "epoch", QUO_TYPE_INT } }, 0 },
  [FIELD_CHAIN]
    = { "chain", N_("Master: the servers from head to tail"),
        QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "position", QUO_TYPE_INT }, { { "server", QUO_TYPE_NODE } } },
  [FIELD_PREDECESSOR]
    = { "predecessor", N_("Who passes writes on to it"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "predecessor", QUO_TYPE_NODE } }, QUO_NO_NODE },
  [FIELD_SUCCESSOR]
    = { "successor", N_("To whom it passes writes on"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "successor", QUO_TYPE_NODE } }, QUO_NO_NODE },
  [FIELD_HISTORY]
    = { "history", N_("The updates that it has, in order"),
        QUO_SHAPE_LOG, QUO_STORAGE_VOLATILE, QUO_USE_LOG,
        { "index", QUO_TYPE_INT },
        { { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT } } },
  [FIELD_COMMIT]
    = { "commit", N_("Last update that it knows the tail to have"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_COMMIT, { NULL },
        { { "commit", QUO_TYPE_INT } }, 0 },
  [FIELD_STORE]
    = { "store", N_("Clean values: known to be committed"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME },
        { { "value", QUO_TYPE_NAME }, { "version", QUO_TYPE_INT } } },
  [FIELD_DIRTY]
    = { "dirty", N_("Newer values whose fate it does not know yet"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "key", QUO_TYPE_NAME },
        { { "value", QUO_TYPE_NAME }, { "version", QUO_TYPE_INT } } },
  [FIELD_LEASE]
    = { "lease", N_("Until when the master will not take it out unheard"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_DEADLINE, { NULL },
        { { "lease", QUO_TYPE_TIME } }, QUO_TIME_NEVER },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  [MESSAGE_UPDATE]
    = { "UPDATE", "UPDATE {index}: {key} = {value}",
        N_("A write, on its way to the tail"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "index", QUO_TYPE_INT },
          { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT } } },
  [MESSAGE_ACK]
    = { "ACK", "ACK {index}", N_("The tail has everything up to here"),
        TRUE, "epoch",
        { { "epoch", QUO_TYPE_INT }, { "index", QUO_TYPE_INT } } },
  [MESSAGE_RESUME]
    = { "RESUME", "RESUME after {index}",
        N_("A new successor says what it has"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT }, { "index", QUO_TYPE_INT } } },
  [MESSAGE_VERSION_QUERY]
    = { "VERSION-QUERY", "VERSION? {key}",
        N_("CRAQ: which version of a dirty key is committed?"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "key", QUO_TYPE_NAME },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT } } },
  [MESSAGE_VERSION]
    = { "VERSION", "VERSION {key}: {version}",
        N_("CRAQ: the committed version"), TRUE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "key", QUO_TYPE_NAME },
          { "version", QUO_TYPE_INT },
          { "client", QUO_TYPE_NODE },
          { "serial", QUO_TYPE_INT } } },
  [MESSAGE_HEARTBEAT]
    = { "HEARTBEAT", "heartbeat",
        N_("A server is alive and asks for a lease"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "sent-at", QUO_TYPE_TIME },
          { "restarted", QUO_TYPE_BOOL } } },
  [MESSAGE_LEASE]
    = { "LEASE", "lease", N_("The master will not take it out for a while"),
        TRUE, "epoch",
        { { "epoch", QUO_TYPE_INT }, { "asked-at", QUO_TYPE_TIME } } },
  [MESSAGE_CONFIGURE]
    = { "CONFIGURE", "CONFIGURE {epoch}: {head} to {tail}",
        N_("The chain, and a server's place in it"), FALSE, "epoch",
        { { "epoch", QUO_TYPE_INT },
          { "predecessor", QUO_TYPE_NODE },
          { "successor", QUO_TYPE_NODE },
          { "head", QUO_TYPE_NODE },
          { "tail", QUO_TYPE_NODE },
          { "member", QUO_TYPE_BOOL } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [TIMER_HEARTBEAT] = { "heartbeat", N_("A server's next heartbeat is due") },
  [TIMER_DETECT] = { "detect", N_("The master looks who has fallen silent") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [WRITE_CHAIN] = { "chain", N_("The master's chain, before anybody is told"),
                    TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [NOTE_CONFIGURED]
    = { "configured", N_("in the chain of epoch {epoch}"),
        N_("A server learns its place"), QUO_TONE_INFO, TRUE,
        { { "epoch", QUO_TYPE_INT } } },
  [NOTE_REMOVED]
    = { "removed", N_("takes {server} out"),
        N_("The master takes a silent server out of the chain"),
        QUO_TONE_WARN, TRUE, { { "server", QUO_TYPE_NODE } } },
  [NOTE_COMMIT]
    = { "commit", N_("commit {index}: {key} = {value}"),
        N_("The update has reached the tail"), QUO_TONE_GOOD, TRUE,
        { { "index", QUO_TYPE_INT },
          { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoChainOptions, member)

static const QuoOptionSpec options[] = {
  { "reads", N_("Who answers reads: the tail, or any server, which asks the tail "
                "about keys that are dirty (CRAQ)"),
    QUO_OPTION_ENUM, OFFSET (reads), "tail", 0, 0, read_names },
  { "master", N_("The node that decides who is in the chain; without it, the last "
                 "one"),
    QUO_OPTION_NODE, OFFSET (master), "" },
  { "heartbeat-interval", N_("Time between a server's heartbeats"),
    QUO_OPTION_DURATION, OFFSET (heartbeat_interval), "100ms", 0.0001, 3600 },
  { "detection-timeout", N_("Silence after which the master takes a server out; as "
                            "long a lease lasts"),
    QUO_OPTION_DURATION, OFFSET (detection_timeout), "350ms", 0.0001, 3600 },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [FAULT_ACK_AT_HEAD]
    = { "ack-at-head",
        N_("The head answers a write before the others have it") },
  [FAULT_READ_DIRTY]
    = { "read-dirty",
        N_("A server answers a read with the newest value that it has") },
  [FAULT_READ_CLEAN]
    = { "read-clean",
        N_("A server answers a dirty key's read with the last value that it knows "
           "to be committed and does not ask the tail") },
  [FAULT_SKIP_RESEND]
    = { "skip-resend",
        N_("A new predecessor does not send what the one between had taken along, "
           "and nobody looks for the gap") },
  [FAULT_NO_LEASE]
    = { "no-lease",
        N_("A server goes on serving although the master may have taken it out") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_PROPAGATION]
    = { "update-propagation",
        N_("A server's history is the beginning of its predecessor's"),
        "van Renesse and Schneider 2004, section 3" },
  [INVARIANT_ACKNOWLEDGED_KEPT]
    = { "acknowledged-kept",
        N_("Every server of a chain has every update that was acknowledged"),
        "van Renesse and Schneider 2004, section 3.3" },
  [INVARIANT_READ_COMMITTED]
    = { "read-committed", N_("A read is answered with a committed update"),
        "Terrace and Freedman 2009, section 2.3" },
  [INVARIANT_READ_LATEST]
    = { "read-latest",
        N_("A read is answered with no older update than the last one that was "
           "committed when it began"),
        "Terrace and Freedman 2009, section 2.3" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_COMMIT_LATENCY]
    = { "commit-latency", "ns", N_("From the head to the tail") },
  [MEASURE_RECONFIGURATION_TIME]
    = { "reconfiguration-time", "ns",
        N_("From a server's crash until all that are left know the new chain") },
  [MEASURE_VERSION_QUERIES]
    = { "version-queries", "messages",
        N_("Reads for which the tail was asked for a version") },
  [MEASURE_LOCAL_READS]
    = { "local-reads", "reads",
        N_("Reads that a server other than the tail answered by itself") },
  [MEASURE_COMMITTED] = { "committed", "updates", N_("Updates committed") },
  [MEASURE_MESSAGES_PER_WRITE]
    = { "messages-per-write", "messages",
        N_("Updates and acknowledgements sent, for each update committed; 2 (n - 1) "
           "when nothing fails") },
  { NULL },
};

const QuoProtocol quo_chain_replication = {
  .declaration = {
    .id = "chain-replication",
    .title = N_("Chain replication"),
    .summary = N_("Writes go down a chain of servers and are committed at its tail, "
                  "which answers reads; with CRAQ every server does"),
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
    .options_size = sizeof (QuoChainOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoChain),
    .ghost_size = sizeof (QuoChainGhost),
    .start = quo_chain_start,
    .restart = quo_chain_restart,
    .receive = quo_chain_receive,
    .timeout = quo_chain_timeout,
    .request = quo_chain_request,
    .synced = quo_chain_synced,
    .clear = quo_chain_clear,
    .check = quo_chain_check,
    .finish = quo_chain_finish,
    .clear_ghost = quo_chain_clear_ghost,
  },
};
