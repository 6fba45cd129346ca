/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The quorum store, as data; the callbacks only choose the side. */

#include "protocol/quorum-store/quorum-private.h"
#include "protocol/registry-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "G. DeCandia et al., Dynamo: Amazon's Highly Available Key-value Store, "
  "SOSP 2007",
  "D. Gifford, Weighted Voting for Replicated Data, SOSP 1979",
  "H. Attiya, A. Bar-Noy, D. Dolev, Sharing Memory Robustly in Message-Passing "
  "Systems, JACM 1995",
  "N. Preguiça et al., Dotted Version Vectors, 2010",
  "P. Bailis et al., Probabilistically Bounded Staleness for Practical Partial "
  "Quorums, VLDB 2012",
  NULL,
};

static const QuoRoleSpec roles[] = {
  [QUO_QUORUM_ROLE_REPLICA]
    = { "replica", N_("The node keeps data and answers coordinators"),
        QUO_TONE_NEUTRAL, FALSE },
  [QUO_QUORUM_ROLE_PROXY]
    = { "proxy", N_("The node keeps no data and waits for clients"),
        QUO_TONE_NEUTRAL, FALSE },
  [QUO_QUORUM_ROLE_COORDINATING]
    = { "coordinating", N_("The node waits for a quorum on behalf of a client"),
        QUO_TONE_INFO, TRUE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("request"), QUO_QUORUM_ROLE_REPLICA, QUO_QUORUM_ROLE_COORDINATING },
  { N_("quorum or timeout"), QUO_QUORUM_ROLE_COORDINATING,
    QUO_QUORUM_ROLE_REPLICA },
  { N_("request"), QUO_QUORUM_ROLE_PROXY, QUO_QUORUM_ROLE_COORDINATING },
  { N_("quorum or timeout"), QUO_QUORUM_ROLE_COORDINATING,
    QUO_QUORUM_ROLE_PROXY },
  { NULL },
};

static const char * const role_names[] = {
  "replica", "proxy", "coordinating", NULL,
};

#define RECORD                                                                \
  { "value", QUO_TYPE_NAME }, { "stamp", QUO_TYPE_DURATION },                 \
  { "writer", QUO_TYPE_NODE }, { "version", QUO_TYPE_NAME }

static const QuoFieldSpec fields[] = {
  [QUO_QUORUM_FIELD_ROLE]
    = { "role", N_("Whether the node works for a client"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, QUO_QUORUM_ROLE_REPLICA },
  [QUO_QUORUM_FIELD_STORE]
    = { "store", N_("What the node keeps as a replica; no value: deleted"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME }, { RECORD } },
  [QUO_QUORUM_FIELD_HINTS]
    = { "hints", N_("Writes kept for replicas that did not answer"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "hint", QUO_TYPE_INT },
        { { "for", QUO_TYPE_NODE }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME }, { "version", QUO_TYPE_NAME } } },
  [QUO_QUORUM_FIELD_REQUESTS]
    = { "requests", N_("Operations of clients that wait for their quorum"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "request", QUO_TYPE_INT },
        { { "op", QUO_TYPE_ENUM, quo_op_names }, { "key", QUO_TYPE_NAME },
          { "answers", QUO_TYPE_INT }, { "needed", QUO_TYPE_INT } } },
  [QUO_QUORUM_FIELD_SUSPECTS]
    = { "suspects", N_("Nodes that did not answer lately"),
        QUO_SHAPE_SET, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "node", QUO_TYPE_NODE } },
  [QUO_QUORUM_FIELD_LAST_STAMP]
    = { "last-stamp", N_("The latest stamp that the node gave a write"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "last-stamp", QUO_TYPE_DURATION } }, 0 },
  [QUO_QUORUM_FIELD_FLOOR]
    = { "floor", N_("Numbers up to here were given to writes now forgotten"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "floor", QUO_TYPE_INT } }, 0 },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  [QUO_QUORUM_WRITE]
    = { "Write", "Write {key} {value}",
        N_("The coordinator gives a replica a new version"), FALSE, NULL,
        { { "request", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME }, RECORD } },
  [QUO_QUORUM_WRITE_ACK]
    = { "WriteAck", "WriteAck", N_("The version is on the replica's disk"),
        TRUE, NULL, { { "request", QUO_TYPE_INT } } },
  [QUO_QUORUM_READ]
    = { "Read", "Read {key}", N_("The coordinator asks for a replica's version"),
        FALSE, NULL,
        { { "request", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME } } },
  [QUO_QUORUM_READ_REPLY]
    = { "ReadReply", "ReadReply {key} {value}", N_("The replica's version"),
        TRUE, NULL,
        { { "request", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME }, RECORD } },
  [QUO_QUORUM_REPAIR]
    = { "Repair", "Repair {key} {value}",
        N_("A newer version for a replica that was found behind"), FALSE, NULL,
        { { "request", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME }, RECORD } },
  [QUO_QUORUM_HINT]
    = { "Hint", "Hint for {for}: {key} {value}",
        N_("A write for a node that stands in for a replica"), FALSE, NULL,
        { { "request", QUO_TYPE_INT }, { "for", QUO_TYPE_NODE },
          { "key", QUO_TYPE_NAME }, RECORD } },
  [QUO_QUORUM_HANDOFF]
    = { "Handoff", "Handoff {key} {value}",
        N_("A hint is handed to the replica that it is for"), FALSE, NULL,
        { { "hint", QUO_TYPE_INT }, { "key", QUO_TYPE_NAME }, RECORD } },
  [QUO_QUORUM_HANDOFF_ACK]
    = { "HandoffAck", "HandoffAck", N_("The hint is on the replica's disk"),
        TRUE, NULL, { { "hint", QUO_TYPE_INT } } },
  [QUO_QUORUM_DIGEST]
    = { "Digest", "Digest of {#}",
        N_("Anti-entropy: the versions of some keys"), FALSE, NULL,
        { { "from", QUO_TYPE_INT }, { "to", QUO_TYPE_INT } },
        { { "key", QUO_TYPE_NAME }, { "stamp", QUO_TYPE_DURATION },
          { "writer", QUO_TYPE_NODE }, { "version", QUO_TYPE_NAME } } },
  [QUO_QUORUM_WANT]
    = { "Want", "Want {#}", N_("Anti-entropy: keys that the other has newer"),
        TRUE, NULL, { { NULL } }, { { "key", QUO_TYPE_NAME } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [QUO_QUORUM_TIMER_REQUEST]
    = { "request", N_("The quorum was not reached in time") },
  [QUO_QUORUM_TIMER_FALLBACK]
    = { "fallback", N_("Who has not answered by now is taken to be away") },
  [QUO_QUORUM_TIMER_HANDOFF]
    = { "handoff", N_("Hints are tried on those that they are for") },
  [QUO_QUORUM_TIMER_ANTI_ENTROPY]
    = { "anti-entropy", N_("Versions are compared with a neighbour") },
  [QUO_QUORUM_TIMER_TOMBSTONE]
    = { "tombstone", N_("A deletion is forgotten") },
  [QUO_QUORUM_TIMER_SUSPICION]
    = { "suspicion", N_("A node that did not answer is tried again") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [QUO_QUORUM_SYNC_WRITE]
    = { "write", N_("A version, before it is acknowledged"), TRUE },
  [QUO_QUORUM_SYNC_HINT]
    = { "hint", N_("A write for another, before it is acknowledged"), TRUE },
  [QUO_QUORUM_SYNC_REPAIR]
    = { "repair", N_("What repair and forgetting change"), FALSE },
  [QUO_QUORUM_SYNC_STAMP]
    = { "stamp", N_("A stamp that the clock has not come to, before it is used"),
        TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [QUO_QUORUM_NOTE_WRITTEN]
    = { "written", N_("{key} = {value} has its quorum"),
        N_("A write is on as many disks as it needs"), QUO_TONE_GOOD, FALSE,
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } } },
  [QUO_QUORUM_NOTE_UNKNOWN]
    = { "unknown", N_("{key}: {answers} of {needed} disks, outcome unknown"),
        N_("A write did not reach its quorum; it may still spread"),
        QUO_TONE_WARN, TRUE,
        { { "key", QUO_TYPE_NAME }, { "answers", QUO_TYPE_INT },
          { "needed", QUO_TYPE_INT } } },
  [QUO_QUORUM_NOTE_UNAVAILABLE]
    = { "unavailable", N_("{key}: {answers} of {needed} answers"),
        N_("A read did not reach its quorum"), QUO_TONE_BAD, TRUE,
        { { "key", QUO_TYPE_NAME }, { "answers", QUO_TYPE_INT },
          { "needed", QUO_TYPE_INT } } },
  [QUO_QUORUM_NOTE_SUSPECTS]
    = { "suspects", N_("{node} does not answer"),
        N_("A node takes another to be away"), QUO_TONE_WARN, TRUE,
        { { "node", QUO_TYPE_NODE } } },
  [QUO_QUORUM_NOTE_HINTS]
    = { "hints", N_("keeps {key} for {node}"),
        N_("A write is kept for a replica that does not answer"),
        QUO_TONE_INFO, TRUE,
        { { "node", QUO_TYPE_NODE }, { "key", QUO_TYPE_NAME } } },
  [QUO_QUORUM_NOTE_HANDED_OVER]
    = { "handed-over", N_("{node} has {key} now"), N_("A hint has arrived"),
        QUO_TONE_GOOD, TRUE,
        { { "node", QUO_TYPE_NODE }, { "key", QUO_TYPE_NAME } } },
  [QUO_QUORUM_NOTE_REPAIRS]
    = { "repairs", N_("{node} was behind on {key}"),
        N_("A read found a replica with an older version"), QUO_TONE_INFO, FALSE,
        { { "node", QUO_TYPE_NODE }, { "key", QUO_TYPE_NAME } } },
  [QUO_QUORUM_NOTE_SIBLINGS]
    = { "siblings", N_("{key} has siblings {values}"),
        N_("Concurrent writes stand beside each other"), QUO_TONE_WARN, TRUE,
        { { "key", QUO_TYPE_NAME }, { "values", QUO_TYPE_NAME } } },
  [QUO_QUORUM_NOTE_DROPS]
    = { "drops", N_("forgets that {key} was deleted"),
        N_("A tombstone's life is over"), QUO_TONE_NEUTRAL, TRUE,
        { { "key", QUO_TYPE_NAME } } },
  { NULL },
};

static const char * const level_names[] = {
  "number", "one", "quorum", "all", "local-quorum", NULL,
};
static const char * const contact_names[] = { "all", "quorum", NULL };
static const char * const conflict_names[] = {
  "last-writer-wins", "siblings", NULL,
};
static const char * const repair_names[] = {
  "off", "asynchronous", "synchronous", NULL,
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoQuorumOptions, member)

static const QuoOptionSpec options[] = {
  { "replicas", N_("N: how many nodes keep a key"),
    QUO_OPTION_INT, OFFSET (n_replicas), "3", 1, 1000 },
  { "read-quorum", N_("R: how many of them a read waits for"),
    QUO_OPTION_INT, OFFSET (read_quorum), "2", 1, 1000 },
  { "write-quorum", N_("W: how many of them have a write on disk before the "
                       "client is told"),
    QUO_OPTION_INT, OFFSET (write_quorum), "2", 1, 1000 },
  { "read-level", N_("R by name; “number” is as “read-quorum” says"),
    QUO_OPTION_ENUM, OFFSET (read_level), "number", 0, 0, level_names },
  { "write-level", N_("W by name; “number” is as “write-quorum” says"),
    QUO_OPTION_ENUM, OFFSET (write_level), "number", 0, 0, level_names },
  { "contact", N_("Whom a coordinator asks: all replicas, or by chance just as "
                  "many as must answer"),
    QUO_OPTION_ENUM, OFFSET (contact), "all", 0, 0, contact_names },
  { "conflicts", N_("What becomes of concurrent writes"),
    QUO_OPTION_ENUM, OFFSET (conflicts), "last-writer-wins", 0, 0,
    conflict_names },
  { "read-repair", N_("Whether a read brings up to date who was behind, and "
                      "whether the client waits for that"),
    QUO_OPTION_ENUM, OFFSET (read_repair), "asynchronous", 0, 0, repair_names },
  { "write-back", N_("A read waits until what it answers is on W disks"),
    QUO_OPTION_BOOL, OFFSET (has_write_back), "false" },
  { "sloppy-quorum", N_("Another node stands in for a replica that does not "
                        "answer, and counts"),
    QUO_OPTION_BOOL, OFFSET (is_sloppy), "false" },
  { "hinted-handoff", N_("The coordinator keeps a write for a replica that does "
                         "not answer; that does not count"),
    QUO_OPTION_BOOL, OFFSET (has_handoff), "false" },
  { "proxies", N_("How many nodes, the last ones, keep no data and only "
                  "coordinate"),
    QUO_OPTION_INT, OFFSET (n_proxies), "0", 0, 1e6 },
  { "tokens", N_("Places of a node on the ring"),
    QUO_OPTION_INT, OFFSET (n_tokens), "8", 1, 1024 },
  { "request-timeout", N_("How long a coordinator waits for its quorum"),
    QUO_OPTION_DURATION, OFFSET (request_timeout), "1s", 1e-6, 1e6 },
  { "fallback-after", N_("When a replica that has not answered is taken to be "
                         "away"),
    QUO_OPTION_DURATION, OFFSET (fallback_after), "100ms", 1e-6, 1e6 },
  { "suspicion", N_("How long it is not asked then, unless it is heard of"),
    QUO_OPTION_DURATION, OFFSET (suspicion), "1s", 1e-6, 1e6 },
  { "handoff-interval", N_("How often hints are tried"),
    QUO_OPTION_DURATION, OFFSET (handoff_interval), "500ms", 1e-6, 1e6 },
  { "anti-entropy-interval", N_("How often a node compares with a neighbour; 0: "
                                "never"),
    QUO_OPTION_DURATION, OFFSET (anti_entropy_interval), "0ms", 0, 1e6 },
  { "anti-entropy-keys", N_("How many keys are compared at a time"),
    QUO_OPTION_INT, OFFSET (anti_entropy_keys), "256", 1, 1e6 },
  { "tombstone-life", N_("How long a deletion is remembered"),
    QUO_OPTION_DURATION, OFFSET (tombstone_life), "1h", 1e-6, 1e9 },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [QUO_QUORUM_FAULT_ACK_BEFORE_QUORUM]
    = { "ack-before-quorum",
        N_("The client is told after the first disk, whatever W says") },
  [QUO_QUORUM_FAULT_ACK_BEFORE_SYNC]
    = { "ack-before-sync",
        N_("A replica acknowledges before its disk has the write") },
  [QUO_QUORUM_FAULT_COUNT_HINT]
    = { "count-hint-as-replica",
        N_("A hint at the coordinator counts toward W") },
  [QUO_QUORUM_FAULT_COUNT_TWICE]
    = { "count-duplicate-ack",
        N_("An acknowledgement that arrives twice counts twice") },
  [QUO_QUORUM_FAULT_NO_DOT]
    = { "no-dot",
        N_("A plain version vector by server: of two writers with one old "
           "context the second wipes out the first") },
  [QUO_QUORUM_FAULT_TRUST_CLOCK]
    = { "trust-clock",
        N_("A write's stamp is the clock's, even when that was set back") },
  [QUO_QUORUM_FAULT_DROP_TOMBSTONE_EARLY]
    = { "drop-tombstone-early",
        N_("A replica deletes what it is told to delete, and keeps no "
           "tombstone") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [QUO_QUORUM_INVARIANT_WRITE_QUORUM]
    = { "write-quorum",
        N_("A write that is acknowledged is on the disks of W replicas, or of "
           "those that stand in for them"),
        "DeCandia et al. 2007, section 4.5" },
  [QUO_QUORUM_INVARIANT_OVERLAP]
    = { "quorum-overlap",
        N_("With R + W > N and strict quorums a read returns what was "
           "acknowledged before it began, or something newer"),
        "Gifford 1979" },
  [QUO_QUORUM_INVARIANT_READ_ORDER]
    = { "read-order",
        N_("With write-back a read never returns less than one that ended "
           "before it began"),
        "Attiya, Bar-Noy and Dolev 1995" },
  [QUO_QUORUM_INVARIANT_VERSIONS_RISE]
    = { "versions-rise", N_("A replica never goes back to an older version, and "
                            "gives no write an older stamp than it has"),
        "DeCandia et al. 2007, section 4.4" },
  [QUO_QUORUM_INVARIANT_DELETED]
    = { "deleted-stays-deleted",
        N_("A replica that knew of a deletion never takes the deleted value "
           "again"),
        "Demers et al. 1987, section 2" },
  [QUO_QUORUM_INVARIANT_ONE_VALUE]
    = { "one-value", N_("A stamp and its writer, or a dot, name one write"),
        "Lamport 1978" },
  [QUO_QUORUM_INVARIANT_SIBLINGS_KEPT]
    = { "siblings-kept",
        N_("A write takes the place only of values that its client had read"),
        "Preguiça et al. 2010" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [QUO_QUORUM_MEASURE_READ_LATENCY]
    = { "read-latency", "ns",
        N_("From a read's arrival at its coordinator to its answer") },
  [QUO_QUORUM_MEASURE_WRITE_LATENCY]
    = { "write-latency", "ns",
        N_("From a write's arrival at its coordinator to its answer") },
  [QUO_QUORUM_MEASURE_FRESH]
    = { "p-fresh", "1",
        N_("Share of reads that return the newest version acknowledged before "
           "they began, or a newer one") },
  [QUO_QUORUM_MEASURE_STALENESS]
    = { "staleness-time", "ns",
        N_("How long a read's answer had been out of date when it began") },
  [QUO_QUORUM_MEASURE_K_STALENESS]
    = { "k-staleness", "versions",
        N_("How many versions acknowledged before it began a read missed") },
  [QUO_QUORUM_MEASURE_WITHIN_2]
    = { "within-2", "1", N_("Share of reads with one of the latest 2 versions") },
  [QUO_QUORUM_MEASURE_WITHIN_3]
    = { "within-3", "1", N_("Share of reads with one of the latest 3 versions") },
  [QUO_QUORUM_MEASURE_WITHIN_5]
    = { "within-5", "1", N_("Share of reads with one of the latest 5 versions") },
  [QUO_QUORUM_MEASURE_WITHIN_10]
    = { "within-10", "1",
        N_("Share of reads with one of the latest 10 versions") },
  [QUO_QUORUM_MEASURE_T_VISIBILITY]
    = { "t-visibility", "ns",
        N_("How long after the newest write's acknowledgement a read would have "
           "had to begin to see it; 0 when it saw it") },
  [QUO_QUORUM_MEASURE_SIBLINGS]
    = { "siblings", "values", N_("Values in a read's answer") },
  [QUO_QUORUM_MEASURE_INVERSIONS]
    = { "inversions", "reads",
        N_("Reads that returned less than one that ended before they began") },
  [QUO_QUORUM_MEASURE_DIVERGENT]
    = { "divergent", "keys", N_("Keys on which replicas differ at the end") },
  [QUO_QUORUM_MEASURE_REPAIRS]
    = { "repairs", "messages", N_("Repairs sent in the whole run") },
  [QUO_QUORUM_MEASURE_HINTS]
    = { "hints", "messages", N_("Hints handed over or tried to") },
  [QUO_QUORUM_MEASURE_MESSAGES]
    = { "messages", "messages", N_("Messages between nodes in the whole run") },
  { NULL },
};

static QuoQuorum *
begin_step (gpointer state)
{
  QuoQuorum *self = state;

  g_array_set_size (self->facts, 0);

  return self;
}

static void
init (QuoNode   *node,
      QuoQuorum *self)
{
  const QuoQuorumOptions *o = quo_node_options (node);
  gint64 n_data = MAX (1, (gint64) quo_node_n_nodes (node) - o->n_proxies);
  gboolean is_proxy = (gint64) quo_node_index (node) >= n_data;

  self->requests = g_hash_table_new_full (NULL, NULL, NULL,
                                          quo_quorum_request_free);
  self->syncs = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->unsynced = g_hash_table_new (NULL, NULL);
  self->hinted = g_hash_table_new_full (NULL, NULL, NULL,
                                        (GDestroyNotify) g_array_unref);
  self->suspected = g_array_new (FALSE, TRUE, sizeof (QuoTime));
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoQuorumFact));
  if (is_proxy)
    quo_node_set (node, QUO_QUORUM_FIELD_ROLE, QUO_QUORUM_ROLE_PROXY);
  quo_quorum_tell (self, QUO_QUORUM_FACT_RESTARTED, 0);
  quo_quorum_replica_start (node, self);
  /* By chance, so that not all compare in the same instant. */
  if (o->anti_entropy_interval > 0 && !is_proxy)
    quo_node_set_timer (node, QUO_QUORUM_TIMER_ANTI_ENTROPY,
                        1 + (QuoTime) quo_node_random_below (
                              node, QUO_QUORUM_CHANCE_PEER,
                              (guint64) o->anti_entropy_interval));
}

static void
start (QuoNode  *node,
       gpointer  state)
{
  init (node, state);
}

static void
restart (QuoNode  *node,
         gpointer  state)
{
  QuoQuorum *self = state;

  init (node, self);
  /* An answer to what was asked before the crash must not be taken for one to
   * what is asked after it. */
  self->next_request = (gint64) (quo_node_random (node, QUO_QUORUM_CHANCE_NUMBER)
                                 >> 40) << 20;
}

static void
receive (QuoNode          *node,
         gpointer          state,
         const QuoMessage *message)
{
  QuoQuorum *self = begin_step (state);
  QuoQuorumRecord record;

  quo_quorum_trust (node, self, message->from);
  if (quo_quorum_replica_receive (node, self, message))
    return;

  if (message->kind == QUO_QUORUM_WRITE_ACK)
    {
      quo_quorum_acknowledged (node, self, message->from, message->fields[0]);
      return;
    }
  record = quo_quorum_record_of (message, 2);
  quo_quorum_answered (node, self, message->from, message->fields[0], &record);
}

static void
timeout (QuoNode  *node,
         gpointer  state,
         guint     timer,
         gint64    arg)
{
  const QuoQuorumOptions *o = quo_node_options (node);
  QuoQuorum *self = begin_step (state);

  switch ((QuoQuorumTimer) timer)
    {
    case QUO_QUORUM_TIMER_REQUEST:
      quo_quorum_give_up (node, self, arg);
      break;
    case QUO_QUORUM_TIMER_FALLBACK:
      quo_quorum_fall_back (node, self, arg);
      break;
    case QUO_QUORUM_TIMER_HANDOFF:
      quo_quorum_hand_over (node, self);
      break;
    case QUO_QUORUM_TIMER_ANTI_ENTROPY:
      if (o->anti_entropy_interval == 0)
        break;
      quo_quorum_compare_with_neighbour (node, self);
      quo_node_set_timer (node, QUO_QUORUM_TIMER_ANTI_ENTROPY,
                          o->anti_entropy_interval);
      break;
    case QUO_QUORUM_TIMER_TOMBSTONE:
      quo_quorum_bury (node, self, arg);
      break;
    case QUO_QUORUM_TIMER_SUSPICION:
    default:
      if (!quo_quorum_is_suspected (node, self, (guint) arg))
        quo_quorum_trust (node, self, (guint) arg);
      break;
    }
}

static void
request (QuoNode     *node,
         gpointer     state,
         const QuoOp *op)
{
  quo_quorum_request (node, begin_step (state), op);
}

static void
clear (gpointer state)
{
  QuoQuorum *self = state;

  g_clear_pointer (&self->requests, g_hash_table_unref);
  g_clear_pointer (&self->syncs, g_hash_table_unref);
  g_clear_pointer (&self->unsynced, g_hash_table_unref);
  g_clear_pointer (&self->hinted, g_hash_table_unref);
  g_clear_pointer (&self->suspected, g_array_unref);
  g_clear_pointer (&self->facts, g_array_unref);
}

const QuoProtocol quo_quorum_store = {
  .declaration = {
    .id = "quorum-store",
    .title = N_("Quorum store"),
    .summary = N_("Every key has N replicas; a write waits for W of them and a "
                  "read for R, and what those missed is repaired later"),
    .family = "eventual",
    .sources = sources,
    .has_context = TRUE,
    .roles = roles,
    .transitions = transitions,
    .fields = fields,
    .messages = messages,
    .timers = timers,
    .writes = writes,
    .notes = notes,
    .options = options,
    .options_size = sizeof (QuoQuorumOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoQuorum),
    .ghost_size = sizeof (QuoQuorumGhost),
    .start = start,
    .restart = restart,
    .receive = receive,
    .timeout = timeout,
    .request = request,
    .synced = quo_quorum_synced,
    .clear = clear,
    .check = quo_quorum_check,
    .finish = quo_quorum_finish,
    .clear_ghost = quo_quorum_clear_ghost,
  },
};
