/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Causal broadcast, as data. */

#include "protocol/causal-broadcast/broadcast-private.h"
#include "protocol/registry-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "K. Birman, A. Schiper, P. Stephenson, Lightweight Causal and Atomic Group "
  "Multicast, ACM TOCS 1991",
  "V. Hadzilacos, S. Toueg, A Modular Approach to Fault-Tolerant Broadcasts and "
  "Related Problems, Cornell TR 94-1425, 1994",
  "L. Lamport, Time, Clocks, and the Ordering of Events in a Distributed System, "
  "CACM 1978",
  NULL,
};

static const char * const role_names[] = {
  "running", "holding", "sequencer", "stopped", NULL,
};
static const char * const order_names[] = { "causal", "fifo", "none", "total", NULL };
static const char * const recovery_names[] = { "status", "request", "off", NULL };
static const char * const kind_names[] = { "tell", "write", "append", NULL };

static const QuoRoleSpec roles[] = {
  [ROLE_RUNNING]
    = { "running", N_("Has delivered all that has reached it"), QUO_TONE_NEUTRAL,
        FALSE },
  [ROLE_HOLDING]
    = { "holding", N_("Holds messages back that came too early"), QUO_TONE_WARN,
        FALSE },
  [ROLE_SEQUENCER]
    = { "sequencer", N_("Total order: numbers the messages"), QUO_TONE_GOOD, TRUE },
  [ROLE_STOPPED]
    = { "stopped", N_("Lost its disk, with the numbers that it gave out"),
        QUO_TONE_BAD, FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("message too early"), ROLE_RUNNING, ROLE_HOLDING },
  { N_("what was missing came"), ROLE_HOLDING, ROLE_RUNNING },
  { N_("numbers the messages"), ROLE_RUNNING, ROLE_SEQUENCER },
  { N_("restart without the disk"), ROLE_RUNNING, ROLE_STOPPED },
  { NULL },
};

#define ITEM_COLUMNS                               \
  { { "message", QUO_TYPE_NAME },                  \
    { "key", QUO_TYPE_NAME },                      \
    { "value", QUO_TYPE_NAME },                    \
    { "kind", QUO_TYPE_ENUM, kind_names },         \
    { "request", QUO_TYPE_NAME },                  \
    { "stamp", QUO_TYPE_NAME } }

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE]
    = { "role", N_("How the process stands"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, ROLE_RUNNING },
  [FIELD_CLOCK]
    = { "clock", N_("Vector: the messages of each that were delivered here without a "
                    "gap"),
        QUO_SHAPE_VECTOR, QUO_STORAGE_VOLATILE, QUO_USE_STAMP,
        { "process", QUO_TYPE_NODE }, { { "count", QUO_TYPE_INT } } },
  [FIELD_LOG]
    = { "log", N_("The messages in the order of their delivery"),
        QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_LOG,
        { "index", QUO_TYPE_INT }, ITEM_COLUMNS },
  [FIELD_DELIVERED]
    = { "delivered", N_("Length of the log that is on disk: these are delivered"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_COMMIT, { NULL },
        { { "delivered", QUO_TYPE_INT } }, 0 },
  [FIELD_HELD]
    = { "held", N_("The hold-back buffer: the first message that each waits for, and "
                   "how many it misses"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "message", QUO_TYPE_NAME },
        { { "waits-for", QUO_TYPE_NAME },
          { "missing", QUO_TYPE_INT },
          { "value", QUO_TYPE_NAME } } },
  [FIELD_STORE]
    = { "store", N_("What was written to each key, as delivered here"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME },
        { { "value", QUO_TYPE_NAME }, { "message", QUO_TYPE_NAME } } },
  [FIELD_OUTBOX]
    = { "outbox", N_("Total order: messages of its own without a number"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "count", QUO_TYPE_INT }, ITEM_COLUMNS },
  [FIELD_NUMBERS]
    = { "numbers", N_("Total order: numbers whose messages are still to be delivered"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "number", QUO_TYPE_INT }, { { "message", QUO_TYPE_NAME } } },
  [FIELD_STABLE]
    = { "stable", N_("The messages of each that everybody is known to have delivered"),
        QUO_SHAPE_VECTOR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "process", QUO_TYPE_NODE }, { { "count", QUO_TYPE_INT } } },
  [FIELD_UNSTABLE]
    = { "unstable", N_("How many messages it keeps to send them again"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "unstable", QUO_TYPE_INT } }, 0 },
  [FIELD_JOINED]
    = { "joined", N_("Its disk knows that it has taken part"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "joined", QUO_TYPE_BOOL } }, FALSE },
  { NULL },
};

#define CAST_FIELDS                                       \
  { [CAST_NAME] = { "message", QUO_TYPE_NAME },           \
    [CAST_ORIGIN] = { "origin", QUO_TYPE_NODE },          \
    [CAST_COUNT] = { "count", QUO_TYPE_INT },             \
    [CAST_KEY] = { "key", QUO_TYPE_NAME },                \
    [CAST_VALUE] = { "value", QUO_TYPE_NAME },            \
    [CAST_KIND] = { "kind", QUO_TYPE_ENUM, kind_names },  \
    [CAST_REQUEST] = { "request", QUO_TYPE_NAME },        \
    [CAST_STABLE] = { "stable", QUO_TYPE_INT } }

static const QuoMessageSpec messages[] = {
  [MESSAGE_CBCAST]
    = { "CBCAST", "{message} {value}",
        N_("A message with its vector stamp, to each of the others"), FALSE, NULL,
        CAST_FIELDS,
        { { "process", QUO_TYPE_NODE }, { "count", QUO_TYPE_INT } },
        QUO_USE_STAMP },
  [MESSAGE_RETRANSMIT]
    = { "RETRANSMIT", "again {message} {value}",
        N_("A message once more, for one who lacks it"), FALSE, NULL,
        CAST_FIELDS,
        { { "process", QUO_TYPE_NODE }, { "count", QUO_TYPE_INT } },
        QUO_USE_STAMP },
  [MESSAGE_SETS_ORDER]
    = { "SETS-ORDER", "order from {number}",
        N_("Total order: which message has which number, from one on"), FALSE, NULL,
        { { "number", QUO_TYPE_INT } },
        { { "origin", QUO_TYPE_NODE }, { "count", QUO_TYPE_INT } } },
  [MESSAGE_STATUS]
    = { "STATUS", "status {round}",
        N_("What the sender has of each, and knows to be stable"), TRUE, NULL,
        { { "round", QUO_TYPE_INT }, { "delivered", QUO_TYPE_INT } },
        { [STATUS_PROCESS] = { "process", QUO_TYPE_NODE },
          [STATUS_DELIVERED] = { "delivered", QUO_TYPE_INT },
          [STATUS_HAS] = { "has", QUO_TYPE_INT },
          [STATUS_STABLE] = { "stable", QUO_TYPE_INT } } },
  [MESSAGE_REQUEST]
    = { "REQUEST", "which are missing?",
        N_("Asks for messages that are missing, or for the numbers after those "
           "delivered"), TRUE, NULL,
        { { "delivered", QUO_TYPE_INT } },
        { { "origin", QUO_TYPE_NODE },
          { "first", QUO_TYPE_INT },
          { "last", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [TIMER_STATUS] = { "status", N_("Time to tell what it has") },
  [TIMER_BROADCAST] = { "broadcast", N_("Time for a message at random") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [WRITE_LOG]
    = { "log", N_("A delivery, or a message of its own before anybody hears of it"),
        TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [NOTE_BROADCAST]
    = { "broadcast", N_("broadcasts {message}: {value}"),
        N_("A message is on disk and goes out"), QUO_TONE_INFO, TRUE,
        { { "message", QUO_TYPE_NAME }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [NOTE_DELIVER]
    = { "deliver", N_("delivers {message}: {value}"), N_("A message is delivered"),
        QUO_TONE_GOOD, TRUE,
        { { "message", QUO_TYPE_NAME }, { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME } } },
  [NOTE_HOLD]
    = { "hold", N_("holds {message} back, waits for {waits-for}"),
        N_("A message came before what it depends on"), QUO_TONE_WARN, TRUE,
        { { "message", QUO_TYPE_NAME }, { "waits-for", QUO_TYPE_NAME } } },
  [NOTE_DISCARD]
    = { "discard", N_("has {message} already"), N_("A duplicate is thrown away"),
        QUO_TONE_NEUTRAL, FALSE, { { "message", QUO_TYPE_NAME } } },
  [NOTE_FULL]
    = { "full", N_("has no place for {message}"),
        N_("The hold-back buffer is full: the message has to come again"),
        QUO_TONE_WARN, TRUE, { { "message", QUO_TYPE_NAME } } },
  [NOTE_BLOCKED]
    = { "blocked", N_("may not broadcast {value}"),
        N_("As many of its messages as may be are not stable yet"), QUO_TONE_WARN,
        TRUE, { { "value", QUO_TYPE_NAME } } },
  [NOTE_STOPPED]
    = { "stopped", N_("{process} has lost its numbers"),
        N_("It cannot go on under its name"), QUO_TONE_BAD, TRUE,
        { { "process", QUO_TYPE_NODE } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  [COMMAND_BROADCAST]
    = { "broadcast", N_("A message to everybody; with a key it is a write"),
        { { "value", QUO_TYPE_NAME }, { "key", QUO_TYPE_NAME } } },
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoCastOptions, member)

static const QuoOptionSpec options[] = {
  { "order",
    N_("causal: what a sender has seen comes first; fifo: each sender's in its order; "
       "none: on arrival; total: one order for all, which is causal too"),
    QUO_OPTION_ENUM, OFFSET (order), "causal", 0, 0, order_names },
  { "recovery",
    N_("How a lost message comes again: those who have it see in a STATUS who lacks "
       "it, who lacks it makes a request, or it is lost for good"),
    QUO_OPTION_ENUM, OFFSET (recovery), "status", 0, 0, recovery_names },
  { "sequencer",
    N_("Total order: who numbers the messages; the first process when empty. There is "
       "no other while it is down"),
    QUO_OPTION_NODE, OFFSET (sequencer), "", 0, 0 },
  { "status-interval",
    N_("Time between two STATUS of a process that has something to tell"),
    QUO_OPTION_DURATION, OFFSET (status_interval), "100ms", 0.001, 3600 },
  { "buffer", N_("Messages that a process holds back at the most"),
    QUO_OPTION_INT, OFFSET (buffer), "64", 1, 1024 },
  { "window",
    N_("Messages of a process that may be without everybody's word: past that it does "
       "not broadcast. Without recovery there is no limit"),
    QUO_OPTION_INT, OFFSET (window), "256", 1, 65536 },
  { "broadcast-rate", N_("Random broadcasts a second of each process"),
    QUO_OPTION_NUMBER, OFFSET (rate), "0", 0, 1e6 },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [FAULT_ON_ARRIVAL]
    = { "deliver-on-arrival", N_("A message is delivered when it comes, stamp or no") },
  [FAULT_SENDER_ONLY]
    = { "sender-entry-only",
        N_("Only the sender's entry is compared: its own messages come in order, those "
           "that it had seen need not") },
  [FAULT_OWN_KEYS]
    = { "own-keys-comparison",
        N_("Only processes of whom the receiver has a message are compared: an entry "
           "that it lacks is overlooked instead of counting as 0") },
  [FAULT_MERGE_AT_RECEIPT]
    = { "merge-at-receipt",
        N_("The vector takes a stamp over when a message comes, not when it is "
           "delivered: what is missing counts as there") },
  [FAULT_DUPLICATE]
    = { "count-duplicate",
        N_("A message that comes a second time is taken for a new one") },
  [FAULT_STAMP_OWN]
    = { "stamp-own-count",
        N_("A stamp counts the sender's own messages and not those that it has "
           "delivered") },
  [FAULT_FROM_ZERO]
    = { "restart-from-zero",
        N_("A process that has lost its disk counts from 1 again under its old name") },
  [FAULT_BEFORE_SYNC]
    = { "send-before-sync",
        N_("A message goes out before its number is on disk: after a crash the number "
           "is given out again") },
  [FAULT_DROP_EARLY]
    = { "drop-when-one-has",
        N_("A message is thrown away when one other has it, not when all have") },
  [FAULT_NUMBER_ON_ARRIVAL]
    = { "number-on-arrival",
        N_("Total order: the sequencer numbers messages as they come, answers before "
           "their questions") },
  [FAULT_IGNORE_NUMBER]
    = { "ignore-number",
        N_("Total order: the others deliver in causal order and look at no number") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_CAUSAL]
    = { "causal-delivery",
        N_("Orders causal and total: a message is delivered after all that its sender "
           "had broadcast or delivered before"),
        "Birman, Schiper and Stephenson 1991, causal delivery" },
  [INVARIANT_FIFO]
    = { "fifo-delivery",
        N_("All orders but none: the messages of one sender are delivered in its "
           "order"),
        "Hadzilacos and Toueg 1994, FIFO order" },
  [INVARIANT_TOTAL]
    = { "total-order",
        N_("Order total: everybody's nth delivery is the same message"),
        "Birman, Schiper and Stephenson 1991, ABCAST; Hadzilacos and Toueg 1994, "
        "total order" },
  [INVARIANT_NO_DUPLICATION]
    = { "no-duplication", N_("Nobody delivers a message twice"),
        "Hadzilacos and Toueg 1994, uniform integrity" },
  [INVARIANT_NO_CREATION]
    = { "no-creation",
        N_("What is delivered was broadcast as such, and a name stands for one "
           "message"),
        "Hadzilacos and Toueg 1994, uniform integrity" },
  [INVARIANT_CLOCK]
    = { "clock-counts-deliveries",
        N_("A process's vector counts the messages that it has delivered"),
        "Birman, Schiper and Stephenson 1991, CBCAST, step 3" },
  [INVARIANT_STABILITY]
    = { "stability",
        N_("A message that a process throws away was delivered by everybody"),
        "Birman, Schiper and Stephenson 1991, message stability" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_BUFFERED]
    = { "buffered", "messages",
        N_("Messages held back by a process, whenever one is added") },
  [MEASURE_HOLD_BACK]
    = { "hold-back-delay", "ns",
        N_("From the arrival of a message that had to wait to its delivery") },
  [MEASURE_LATENCY]
    = { "delivery-latency", "ns",
        N_("From a broadcast to its delivery at each of the others") },
  [MEASURE_ENTRIES]
    = { "stamp-entries", "entries", N_("Entries of the vector that a message carries") },
  [MEASURE_RETRANSMISSIONS]
    = { "retransmissions", "messages", N_("Messages that were sent once more") },
  [MEASURE_INVERSIONS]
    = { "inversions", "deliveries",
        N_("Deliveries of a message before one that happened before it, promised or "
           "not") },
  [MEASURE_UNSTABLE]
    = { "unstable-messages", "messages",
        N_("Messages that a process keeps for others, whenever it broadcasts one") },
  [MEASURE_OVERFLOWS]
    = { "overflows", "messages",
        N_("Messages for which the hold-back buffer had no place") },
  [MEASURE_UNDELIVERED]
    = { "undelivered", "deliveries",
        N_("At the end: broadcast messages that a running process has not delivered, "
           "for each process; 0 is agreement") },
  [MEASURE_DIVERGENT]
    = { "divergent-keys", "keys",
        N_("At the end: keys that have not the same value at all running processes") },
  { NULL },
};

const QuoProtocol quo_causal_broadcast = {
  .declaration = {
    .id = "causal-broadcast",
    .title = N_("Causal broadcast"),
    .summary = N_("Everybody tells everybody; a message waits in a buffer until all "
                  "that its sender had seen is delivered. The same exchange under "
                  "weaker orders and under a total one"),
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
    .options_size = sizeof (QuoCastOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoCast),
    .ghost_size = sizeof (QuoCastGhost),
    .start = quo_cast_start,
    .restart = quo_cast_restart,
    .receive = quo_cast_receive,
    .timeout = quo_cast_timeout,
    .request = quo_cast_request,
    .synced = quo_cast_synced,
    .command = quo_cast_command,
    .clear = quo_cast_clear,
    .check = quo_cast_check,
    .finish = quo_cast_finish,
    .clear_ghost = quo_cast_clear_ghost,
  },
};
