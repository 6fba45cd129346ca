/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What replicated data types declare: the tables that every view is made from. */

#include "protocol/replicated-register/replicated-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "Shapiro, Preguiça, Baquero, Zawirski: A Comprehensive Study of Convergent and "
  "Commutative Replicated Data Types, INRIA 7506, 2011",
  "Bieniusa et al.: An Optimized Conflict-free Replicated Set, INRIA 8083, 2012",
  "Almeida, Shoker, Baquero: Delta State Replicated Data Types, JPDC 2018",
  "Burckhardt, Gotsman, Yang, Zawirski: Replicated Data Types: Specification, "
  "Verification, Optimality, POPL 2014",
  NULL
};

static const char * const role_names[] = { "empty", "settled", "siblings", NULL };
static const char * const type_names[] = {
  "last-writer-wins", "multi-value", "g-counter", "pn-counter", "or-set", "rw-set",
  NULL
};
static const char * const clock_names[] = { "wall", "lamport", "hybrid", NULL };
static const char * const sync_names[] = { "state", "delta", NULL };
static const char * const context_names[] = { "replica", "client", NULL };
static const char * const mark_names[] = {
  "value", "removal", "seen", "seen-up-to", "gone", NULL
};

static const QuoRoleSpec roles[] = {
  [ROLE_EMPTY] = {
    "empty", N_("Has heard of no update"), QUO_TONE_NEUTRAL, FALSE
  },
  [ROLE_SETTLED] = {
    "settled", N_("Has one value of each key"), QUO_TONE_GOOD, FALSE
  },
  [ROLE_SIBLINGS] = {
    "siblings", N_("Has concurrent values of a key, which somebody has to merge"),
    QUO_TONE_WARN, FALSE
  },
  { NULL }
};

static const QuoTransitionSpec transitions[] = {
  { N_("an update comes"), ROLE_EMPTY, ROLE_SETTLED },
  { N_("concurrent values come"), ROLE_EMPTY, ROLE_SIBLINGS },
  { N_("a concurrent value comes"), ROLE_SETTLED, ROLE_SIBLINGS },
  { N_("the siblings are merged"), ROLE_SIBLINGS, ROLE_SETTLED },
  { NULL }
};

#define REGISTER_COLUMNS \
  { "key", QUO_TYPE_NAME }, \
    { "value", QUO_TYPE_NAME }, \
    { "time", QUO_TYPE_DURATION }, \
    { "counter", QUO_TYPE_INT }, \
    { "writer", QUO_TYPE_NODE }, \
    { "life", QUO_TYPE_INT }

#define COUNT_COLUMNS \
  { "key", QUO_TYPE_NAME }, \
    { "replica", QUO_TYPE_NODE }, \
    { "life", QUO_TYPE_INT }, \
    { "up", QUO_TYPE_INT }, \
    { "down", QUO_TYPE_INT }

#define DOT_COLUMNS \
  { "key", QUO_TYPE_NAME }, \
    { "replica", QUO_TYPE_NODE }, \
    { "life", QUO_TYPE_INT }, \
    { "number", QUO_TYPE_INT }, \
    { "value", QUO_TYPE_NAME }, \
    { "mark", QUO_TYPE_ENUM, mark_names }

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE] = {
    "role", N_("Whether it has concurrent values"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
    { { "role", QUO_TYPE_ENUM, role_names } }, ROLE_EMPTY
  },
  [FIELD_STORE] = {
    "store", N_("What a reader gets here"), QUO_SHAPE_MAP,
    QUO_STORAGE_VOLATILE, QUO_USE_STORE, { "key", QUO_TYPE_NAME },
    { { "value", QUO_TYPE_NAME }, { "siblings", QUO_TYPE_INT } }, 0
  },
  [FIELD_REGISTERS] = {
    "registers", N_("The latest write of each key, with its stamp"), QUO_SHAPE_MAP,
    QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { "row", QUO_TYPE_NAME },
    { REGISTER_COLUMNS }, 0
  },
  [FIELD_COUNTS] = {
    "counts", N_("What each replica has counted, as far as is known"),
    QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { "row", QUO_TYPE_NAME },
    { COUNT_COLUMNS }, 0
  },
  [FIELD_DOTS] = {
    "dots", N_("Values and removals by the update that brought them, and which "
               "updates were seen"), QUO_SHAPE_MAP,
    QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { "row", QUO_TYPE_NAME },
    { DOT_COLUMNS }, 0
  },
  [FIELD_LIFE] = {
    "life", N_("Makes the replica's id new after each start; -1: none yet"),
    QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
    { { "life", QUO_TYPE_INT } }, -1
  },
  { NULL }
};

#define HEAD \
  { "session", QUO_TYPE_INT }, \
    { "since", QUO_TYPE_INT }, \
    { "upto", QUO_TYPE_INT }

#define ANSWER_FIELDS \
  { { "session", QUO_TYPE_INT }, { "upto", QUO_TYPE_INT } }

static const QuoMessageSpec messages[] = {
  [MESSAGE_REGISTERS] = {
    "Registers", "state {key}={value}|state {key}={value} +{#}",
    N_("All its registers, with their stamps"), FALSE, NULL,
    { HEAD, REGISTER_COLUMNS }, { REGISTER_COLUMNS }
  },
  [MESSAGE_REGISTERS_DELTA] = {
    "RegistersDelta", "delta {key}={value}|delta {key}={value} +{#}",
    N_("The registers that the other has not acknowledged"), FALSE, NULL,
    { HEAD, REGISTER_COLUMNS }, { REGISTER_COLUMNS }
  },
  [MESSAGE_COUNTS] = {
    "Counts", "state {key}: {replica} {up}-{down}|"
              "state {key}: {replica} {up}-{down} +{#}",
    N_("All its counters: what each replica counted up and down"), FALSE, NULL,
    { HEAD, COUNT_COLUMNS }, { COUNT_COLUMNS }
  },
  [MESSAGE_COUNTS_DELTA] = {
    "CountsDelta", "delta {key}: {replica} {up}-{down}|"
                   "delta {key}: {replica} {up}-{down} +{#}",
    N_("The counts that the other has not acknowledged"), FALSE, NULL,
    { HEAD, COUNT_COLUMNS }, { COUNT_COLUMNS }
  },
  [MESSAGE_DOTS] = {
    "Dots", "state {key}: {value} {replica}.{number}|"
            "state {key}: {value} {replica}.{number} +{#}",
    N_("All its values by their dots, and what it has seen"), FALSE, NULL,
    { HEAD, DOT_COLUMNS }, { DOT_COLUMNS }
  },
  [MESSAGE_DOTS_DELTA] = {
    "DotsDelta", "delta {key}: {value} {replica}.{number}|"
                 "delta {key}: {value} {replica}.{number} +{#}",
    N_("The values and removals that the other has not acknowledged"), FALSE, NULL,
    { HEAD, DOT_COLUMNS }, { DOT_COLUMNS }
  },
  [MESSAGE_NOTHING_NEW] = {
    "NothingNew", "nothing new",
    N_("Says up to which change the other should have everything"), FALSE, NULL,
    ANSWER_FIELDS
  },
  [MESSAGE_ACK] = {
    "Ack", "Ack {upto}", N_("Has everything up to this change"), TRUE, NULL,
    ANSWER_FIELDS
  },
  [MESSAGE_BEHIND] = {
    "Behind", "behind {upto}",
    N_("Lacks what came before, and has only this much"), TRUE, NULL, ANSWER_FIELDS
  },
  { NULL }
};

static const QuoTimerSpec timers[] = {
  [TIMER_GOSSIP] = { "gossip", N_("Tells others what it has") },
  { NULL }
};

static const QuoWriteSpec writes[] = {
  [WRITE_STATE] = { "state", N_("What it has, and under which id"), TRUE },
  { NULL }
};

static const QuoNoteSpec notes[] = {
  [NOTE_UPDATES] = {
    "updates", "{key}={value}", N_("Does a client's update in its own copy"),
    QUO_TONE_INFO, TRUE, { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } }
  },
  [NOTE_SIBLINGS] = {
    "siblings", "siblings of {key}: {values}", N_("Has concurrent values of a key"),
    QUO_TONE_WARN, TRUE, { { "key", QUO_TYPE_NAME }, { "values", QUO_TYPE_NAME } }
  },
  [NOTE_NEW_ID] = {
    "new-id", "new id: life {life}",
    N_("Starts under an id that no update has yet"), QUO_TONE_NEUTRAL, FALSE,
    { { "life", QUO_TYPE_INT } }
  },
  { NULL }
};

#define OPTION(member) G_STRUCT_OFFSET (QuoReplicatedOptions, member)

static const QuoOptionSpec options[] = {
  { "type", N_("What is replicated: a register in which the last writer wins or in "
               "which concurrent values stay, a counter that grows or that goes both "
               "ways, a set in which additions or removals win"),
    QUO_OPTION_ENUM, OPTION (type), "last-writer-wins", 0, 0, type_names },
  { "clock", N_("Who is the last writer: by the nodes' clocks, by Lamport clocks, or "
                "by hybrid ones"),
    QUO_OPTION_ENUM, OPTION (clock), "hybrid", 0, 0, clock_names },
  { "resolution", N_("The nodes' clocks move in steps of so much"),
    QUO_OPTION_DURATION, OPTION (resolution), "0s", 0, 3600 },
  { "sync", N_("What is sent: the whole state, or groups of changes that were not "
               "acknowledged"),
    QUO_OPTION_ENUM, OPTION (sync), "state", 0, 0, sync_names },
  { "context", N_("Multi-value: a write replaces what its replica has, or what its "
                  "client has read"),
    QUO_OPTION_ENUM, OPTION (context), "replica", 0, 0, context_names },
  { "interval", N_("A replica sends so often"),
    QUO_OPTION_DURATION, OPTION (interval), "200ms", 1e-6, 3600 },
  { "jitter", N_("An interval is up to this much shorter or longer, as a share"),
    QUO_OPTION_NUMBER, OPTION (jitter), "0.1", 0, 1 },
  { "fanout", N_("Neighbours that a replica sends to at a time"),
    QUO_OPTION_INT, OPTION (fanout), "1", 1, QUO_REPLICATED_MAX_FANOUT },
  { "buffer", N_("Changes that a replica keeps for neighbours that lack them; who "
                 "lacks more is sent the whole state"),
    QUO_OPTION_INT, OPTION (buffer), "64", 0, 1e6 },
  { NULL }
};

static const QuoFaultSpec faults[] = {
  [FAULT_KEYED_BY_VALUE] = {
    "keyed-by-value", N_("Siblings are told apart by what they say: one of two equal "
                         "writes is forgotten, and comes back when the other has been "
                         "replaced")
  },
  [FAULT_CLOCK_AS_IS] = {
    "clock-as-is", N_("A write is stamped with the clock's plain reading: after the "
                      "clock stepped back, a node's own later write is lost")
  },
  [FAULT_EQUAL_STAMPS] = {
    "equal-stamps", N_("Two writes within one tick of a node's clock get the same "
                       "stamp, and replicas keep different ones for ever")
  },
  [FAULT_MERGE_BY_SUM] = {
    "merge-by-sum", N_("Counters are added up when states meet: what comes twice "
                       "counts twice")
  },
  [FAULT_REMOVE_UNSEEN] = {
    "remove-unseen", N_("A removal names the element and takes tags that it never "
                        "saw: a concurrent addition is lost")
  },
  [FAULT_REUSE_REPLICA_ID] = {
    "reuse-replica-id", N_("A replica that lost its state starts under its old id: "
                           "others take its new updates for ones that they have")
  },
  { NULL }
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_CONVERGENCE] = {
    "convergence", N_("Nodes that know of the same updates show the same"),
    "Shapiro et al. 2011, definition 2.3"
  },
  [INVARIANT_NO_LOST_WRITE] = {
    "no-lost-write", N_("An update that a node knows of shows there, until one that "
                        "saw it replaces it, or a concurrent one wins"),
    "Burckhardt et al. 2014, section 4"
  },
  [INVARIANT_NO_RESURFACING] = {
    "no-resurfacing", N_("What a node knows to be replaced does not show there"),
    "Burckhardt et al. 2014, section 4"
  },
  [INVARIANT_COUNTER] = {
    "counter-is-sum", N_("A counter shows the sum of the increments that its node "
                         "knows of"), "Shapiro et al. 2011, section 3.1"
  },
  { NULL }
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_CONVERGENCE_TIME] = {
    "convergence-time", "ns", N_("From the last update until all nodes that are up "
                                 "show the same; none when they do not at the end")
  },
  [MEASURE_DIVERGENT] = {
    "divergent-replicas", "1", N_("Nodes that do not show at the end what most show")
  },
  [MEASURE_MESSAGES] = {
    "messages", "messages", N_("Messages that nodes sent each other")
  },
  [MEASURE_BYTES] = {
    "bytes", "bytes", N_("What those messages held, eight bytes a number")
  },
  { NULL }
};

const QuoProtocol quo_replicated_register = {
  .declaration = {
    .id = "replicated-register",
    .title = N_("Replicated data types"),
    .summary = N_("Each replica updates its own copy at once; copies that meet are "
                  "merged, and whatever came in which order, the result is the same"),
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
    .options_size = sizeof (QuoReplicatedOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoReplicated),
    .ghost_size = sizeof (QuoReplicatedGhost),
    .start = quo_replicated_start,
    .restart = quo_replicated_restart,
    .receive = quo_replicated_receive,
    .timeout = quo_replicated_timeout,
    .request = quo_replicated_request,
    .synced = quo_replicated_synced,
    .clear = quo_replicated_clear,
    .check = quo_replicated_check,
    .finish = quo_replicated_finish,
    .clear_ghost = quo_replicated_clear_ghost,
  },
};
