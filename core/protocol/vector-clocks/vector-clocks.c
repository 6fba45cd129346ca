/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lamport, vector and hybrid clocks and version vectors side by side, as data. */

#include "protocol/registry-private.h"
#include "protocol/vector-clocks/clocks-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "L. Lamport, Time, Clocks, and the Ordering of Events in a Distributed System, "
  "CACM 1978",
  "F. Mattern, Virtual Time and Global States of Distributed Systems, 1989",
  "C. Fidge, Timestamps in Message-Passing Systems That Preserve the Partial "
  "Ordering, 1988",
  "D. S. Parker et al., Detection of Mutual Inconsistency in Distributed Systems, "
  "IEEE TSE 1983",
  "N. Preguiça et al., Dotted Version Vectors: Logical Clocks for Optimistic "
  "Replication, 2010",
  "S. Kulkarni et al., Logical Physical Clocks, OPODIS 2014",
  NULL,
};

static const QuoRoleSpec roles[] = {
  [QUO_CLOCKS_ROLE_RUNNING]
    = { "running", N_("Computes, sends and receives"), QUO_TONE_NEUTRAL, FALSE },
  [QUO_CLOCKS_ROLE_STOPPED]
    = { "stopped", N_("Lost its clock in a crash and takes no further part"),
        QUO_TONE_BAD, FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("restart after a crash"),
    QUO_CLOCKS_ROLE_RUNNING, QUO_CLOCKS_ROLE_STOPPED },
  { NULL },
};

static const char * const role_names[] = { "running", "stopped", NULL };

/* One more than QuoOrder: before the first message there is nothing to compare. */
static const char * const order_names[] = {
  "nothing", "equal", "before", "after", "concurrent", NULL,
};

static const QuoFieldSpec fields[] = {
  [QUO_CLOCKS_FIELD_ROLE]
    = { "role", N_("Whether the process takes part"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, QUO_CLOCKS_ROLE_RUNNING },
  [QUO_CLOCKS_FIELD_LAMPORT]
    = { "lamport", N_("Lamport stamp of the latest event"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_LAMPORT, { NULL },
        { { "lamport", QUO_TYPE_INT } }, 0 },
  [QUO_CLOCKS_FIELD_CLOCK]
    = { "clock", N_("Vector stamp of the latest event"),
        QUO_SHAPE_VECTOR, QUO_STORAGE_VOLATILE, QUO_USE_STAMP,
        { "process", QUO_TYPE_NODE }, { { "count", QUO_TYPE_INT } } },
  [QUO_CLOCKS_FIELD_EVENTS]
    = { "events", N_("Events of the process so far"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "events", QUO_TYPE_INT } }, 0 },
  [QUO_CLOCKS_FIELD_HEARD]
    = { "heard",
        N_("How the event before the latest receive lies to the sending, by "
           "their vector stamps"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "heard", QUO_TYPE_ENUM, order_names } }, 0 },
  [QUO_CLOCKS_FIELD_HYBRID]
    = { "hybrid", N_("Hybrid stamp of the latest event: the greatest time that any "
                     "clock in its past has shown"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "hybrid", QUO_TYPE_DURATION } }, 0 },
  [QUO_CLOCKS_FIELD_HYBRID_COUNTER]
    = { "hybrid-counter", N_("Hybrid stamp: tells events of the same time apart"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "hybrid-counter", QUO_TYPE_INT } }, 0 },
  [QUO_CLOCKS_FIELD_VERSIONS]
    = { "versions", N_("Version vector: the updates of each process in the past"),
        QUO_SHAPE_VECTOR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "process", QUO_TYPE_NODE }, { { "updates", QUO_TYPE_INT } } },
  [QUO_CLOCKS_FIELD_SIBLINGS]
    = { "siblings", N_("The values that no known update has overwritten, by the "
                       "dot of their update"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_STORE,
        { "process", QUO_TYPE_NODE },
        { { "value", QUO_TYPE_NAME }, { "update", QUO_TYPE_INT } } },
  [QUO_CLOCKS_FIELD_OLDER]
    = { "older", N_("Values beside the latest one of their process, whose writer had "
                    "not read them, by the dot of their update"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "dot", QUO_TYPE_NAME }, { { "value", QUO_TYPE_NAME } } },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  [QUO_CLOCKS_MESSAGE]
    = { "Message", "L={lamport} {name}",
        N_("Carries the stamps of its sending, and the values known there"),
        FALSE, NULL,
        { [QUO_CLOCKS_MESSAGE_LAMPORT] = { "lamport", QUO_TYPE_INT },
          [QUO_CLOCKS_MESSAGE_NUMBER] = { "number", QUO_TYPE_INT },
          [QUO_CLOCKS_MESSAGE_NAME] = { "name", QUO_TYPE_NAME },
          [QUO_CLOCKS_MESSAGE_HYBRID] = { "hybrid", QUO_TYPE_DURATION },
          [QUO_CLOCKS_MESSAGE_HYBRID_COUNTER]
            = { "hybrid-counter", QUO_TYPE_INT } },
        { [QUO_CLOCKS_ROW_PROCESS] = { "process", QUO_TYPE_NODE },
          [QUO_CLOCKS_ROW_COUNT] = { "count", QUO_TYPE_INT },
          [QUO_CLOCKS_ROW_UPDATES] = { "updates", QUO_TYPE_INT },
          [QUO_CLOCKS_ROW_VALUE] = { "value", QUO_TYPE_NAME } },
        QUO_USE_STAMP },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [QUO_CLOCKS_TIMER_LOCAL] = { "local", N_("Time for a random local event") },
  [QUO_CLOCKS_TIMER_SEND] = { "send", N_("Time for a message to anybody") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [QUO_CLOCKS_NOTE_EVENT]
    = { "event", "{process}{count}", N_("A local event"),
        QUO_TONE_NEUTRAL, FALSE,
        { { "process", QUO_TYPE_NODE }, { "count", QUO_TYPE_INT },
          { "lamport", QUO_TYPE_INT } } },
  [QUO_CLOCKS_NOTE_NAMED_EVENT]
    = { "named-event", "{name}", N_("A local event with a name"),
        QUO_TONE_INFO, TRUE,
        { { "name", QUO_TYPE_NAME }, { "process", QUO_TYPE_NODE },
          { "count", QUO_TYPE_INT }, { "lamport", QUO_TYPE_INT } } },
  [QUO_CLOCKS_NOTE_STOPPED]
    = { "stopped", N_("{process} has lost its clock"),
        N_("A crash ends a process"), QUO_TONE_BAD, TRUE,
        { { "process", QUO_TYPE_NODE } } },
  [QUO_CLOCKS_NOTE_UPDATE]
    = { "update", "{process} writes {value}", N_("A local event that writes"),
        QUO_TONE_INFO, TRUE,
        { { "process", QUO_TYPE_NODE }, { "value", QUO_TYPE_NAME },
          { "update", QUO_TYPE_INT } } },
  [QUO_CLOCKS_NOTE_SIBLINGS]
    = { "siblings", "{process} holds {siblings} values",
        N_("Values of concurrent updates have met"), QUO_TONE_WARN, TRUE,
        { { "process", QUO_TYPE_NODE }, { "siblings", QUO_TYPE_INT } } },
  [QUO_CLOCKS_NOTE_BLIND]
    = { "blind-update", "{process} writes {value} beside the rest",
        N_("A local event that writes for one who has read nothing"),
        QUO_TONE_INFO, TRUE,
        { { "process", QUO_TYPE_NODE }, { "value", QUO_TYPE_NAME },
          { "update", QUO_TYPE_INT } } },
  [QUO_CLOCKS_NOTE_REFUSED]
    = { "refused", N_("{process} has no place for {value}"),
        N_("As many of its values stand side by side as may"), QUO_TONE_WARN, TRUE,
        { { "process", QUO_TYPE_NODE }, { "value", QUO_TYPE_NAME } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  [QUO_CLOCKS_COMMAND_LOCAL]
    = { "local", N_("A local event"), { { "name", QUO_TYPE_NAME } } },
  [QUO_CLOCKS_COMMAND_SEND]
    = { "send", N_("A message to another process"),
        { { "to", QUO_TYPE_NODE }, { "name", QUO_TYPE_NAME } } },
  [QUO_CLOCKS_COMMAND_UPDATE]
    = { "update", N_("A local event that writes a value over those it knows"),
        { { "value", QUO_TYPE_NAME } } },
  [QUO_CLOCKS_COMMAND_BLIND]
    = { "blind-update",
        N_("A local event that writes for one who has read nothing: over no value"),
        { { "value", QUO_TYPE_NAME } } },
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoClocksOptions, member)

static const QuoOptionSpec options[] = {
  { "local-rate", N_("Random local events a second at each process"),
    QUO_OPTION_NUMBER, OFFSET (local_rate), "0", 0, 1e6 },
  { "send-rate", N_("Random messages a second from each process"),
    QUO_OPTION_NUMBER, OFFSET (send_rate), "0", 0, 1e6 },
  { "updates", N_("Share of the random local events that write a value"),
    QUO_OPTION_NUMBER, OFFSET (updates), "0", 0, 1 },
  { "blind-updates",
    N_("Share of the random updates whose writer has read nothing"),
    QUO_OPTION_NUMBER, OFFSET (blind), "0", 0, 1 },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [QUO_CLOCKS_FAULT_OWN_KEYS]
    = { "own-keys-comparison",
        N_("Two clocks are compared over the keys of one of them: {A:1} against "
           "{A:1,B:1} comes out as equal") },
  [QUO_CLOCKS_FAULT_NO_TICK]
    = { "receive-without-tick", N_("A receive is not counted as an event") },
  [QUO_CLOCKS_FAULT_NO_MERGE]
    = { "merge-forgotten",
        N_("A receive ticks but does not take over the message's vector") },
  [QUO_CLOCKS_FAULT_NO_MAXIMUM]
    = { "maximum-forgotten",
        N_("A receive counts one up and ignores the message's Lamport stamp") },
  [QUO_CLOCKS_FAULT_AMNESIA]
    = { "amnesia",
        N_("A restarted process counts from zero under its old name") },
  [QUO_CLOCKS_FAULT_NO_HYBRID_MAXIMUM]
    = { "hybrid-maximum-forgotten",
        N_("A receive stamps with its own clock's time alone, which may be behind "
           "the sender's") },
  [QUO_CLOCKS_FAULT_LAST_ARRIVAL]
    = { "last-arrival-wins",
        N_("A receive takes the message's values for its own: a concurrent one "
           "is lost, an overwritten one comes back") },
  [QUO_CLOCKS_FAULT_NO_DOT]
    = { "no-dot",
        N_("A value has a plain version vector and no dot of its own: what one process "
           "writes for two who have read nothing looks like one after the other") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [QUO_CLOCKS_INVARIANT_CLOCK]
    = { "clock-condition",
        N_("If a happened before b, the Lamport stamp of a is below that of b"),
        "Lamport 1978" },
  [QUO_CLOCKS_INVARIANT_STRONG]
    = { "strong-clock-condition",
        N_("A vector stamp counts the events of the past, so that stamps are "
           "ordered exactly as their events are"),
        "Mattern 1989, theorem 10" },
  [QUO_CLOCKS_INVARIANT_COMPARISON]
    = { "comparison",
        N_("What a process makes of a message's stamp is how it truly lies"),
        "Mattern 1989, section 4" },
  [QUO_CLOCKS_INVARIANT_HYBRID]
    = { "hybrid-clock-condition",
        N_("If a happened before b, the hybrid stamp of a is below that of b"),
        "Kulkarni et al. 2014, theorem 1" },
  [QUO_CLOCKS_INVARIANT_HYBRID_BOUND]
    = { "hybrid-bound",
        N_("A hybrid stamp is never ahead of every clock in its past"),
        "Kulkarni et al. 2014, theorem 2" },
  [QUO_CLOCKS_INVARIANT_SIBLINGS]
    = { "siblings",
        N_("A process holds exactly the values of its past that no update of its "
           "past has overwritten"),
        "Preguiça et al. 2010, section 3" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [QUO_CLOCKS_MEASURE_EVENTS]
    = { "events", "events", N_("Local events, sends and receives") },
  [QUO_CLOCKS_MEASURE_CONCURRENT_PAIRS]
    = { "concurrent-pairs", "pairs",
        N_("Pairs of events of which neither happened before the other") },
  [QUO_CLOCKS_MEASURE_STAMP_ENTRIES]
    = { "stamp-entries", "entries",
        N_("Entries of the vector that a message carries") },
  { NULL },
};

const QuoProtocol quo_vector_clocks = {
  .declaration = {
    .id = "vector-clocks",
    .title = N_("Vector clocks"),
    .summary = N_("Processes that compute and exchange messages; Lamport, vector "
                  "and hybrid stamps say what happened before what, version "
                  "vectors with dots which values are concurrent"),
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
    .options_size = sizeof (QuoClocksOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoClocksState),
    .ghost_size = sizeof (QuoClocksGhost),
    .start = quo_clocks_start,
    .restart = quo_clocks_restart,
    .receive = quo_clocks_receive,
    .timeout = quo_clocks_timeout,
    .request = quo_clocks_request,
    .command = quo_clocks_command,
    .clear = quo_clocks_clear,
    .check = quo_clocks_monitor_check,
    .finish = quo_clocks_monitor_finish,
    .clear_ghost = quo_clocks_monitor_clear,
  },
};
