/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What gossip declares: the tables that every view is made from. */

#include "protocol/gossip/gossip-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "Demers et al.: Epidemic Algorithms for Replicated Database Maintenance, "
  "PODC 1987",
  "Merkle: A Digital Signature Based on a Conventional Encryption Function, "
  "CRYPTO 1987",
  "Karp, Schindelhauer, Shenker, Vöcking: Randomized Rumor Spreading, FOCS 2000",
  NULL
};

static const char * const role_names[] = {
  "susceptible", "infective", "removed", NULL
};
static const char * const mode_names[] = { "push", "pull", "push-pull", NULL };
static const char * const strategy_names[] = {
  "rumor", "anti-entropy", "none", NULL
};
static const char * const feedback_names[] = { "feedback", "blind", NULL };
static const char * const stop_names[] = { "counter", "coin", "never", NULL };
static const char * const cycle_names[] = { "synchronous", "asynchronous", NULL };
static const char * const compare_names[] = { "full", "digest", "merkle", NULL };
static const char * const knew_names[] = { "needed it", "knew it", NULL };

static const QuoRoleSpec roles[] = {
  [QUO_GOSSIP_SUSCEPTIBLE] = {
    "susceptible", N_("Does not know any update"), QUO_TONE_NEUTRAL, FALSE
  },
  [QUO_GOSSIP_INFECTIVE] = {
    "infective", N_("Knows an update and passes it on"), QUO_TONE_WARN, FALSE
  },
  [QUO_GOSSIP_REMOVED] = {
    "removed", N_("Knows all it heard of and passes nothing on any more"),
    QUO_TONE_GOOD, FALSE
  },
  { NULL }
};

static const QuoTransitionSpec transitions[] = {
  { N_("an update comes"), QUO_GOSSIP_SUSCEPTIBLE, QUO_GOSSIP_INFECTIVE },
  { N_("an update comes by mail"), QUO_GOSSIP_SUSCEPTIBLE, QUO_GOSSIP_REMOVED },
  { N_("loses interest"), QUO_GOSSIP_INFECTIVE, QUO_GOSSIP_REMOVED },
  { N_("a newer update comes"), QUO_GOSSIP_REMOVED, QUO_GOSSIP_INFECTIVE },
  { N_("certificate dropped"), QUO_GOSSIP_INFECTIVE, QUO_GOSSIP_SUSCEPTIBLE },
  { N_("certificate dropped"), QUO_GOSSIP_REMOVED, QUO_GOSSIP_SUSCEPTIBLE },
  { NULL }
};

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE] = {
    "role", N_("What it is to its newest update"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
    { { "role", QUO_TYPE_ENUM, role_names } }, QUO_GOSSIP_SUSCEPTIBLE
  },
  [FIELD_KNOWS] = {
    "knows", N_("Whether an update has reached it"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_VOLATILE, QUO_USE_KNOWS, { NULL },
    { { "knows", QUO_TYPE_BOOL } }, FALSE
  },
  [FIELD_WASTED] = {
    "wasted", N_("Unnecessary contacts in a row"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
    { { "wasted", QUO_TYPE_INT } }, 0
  },
  [FIELD_DATA] = {
    "data", N_("Its copy: the newest version of each key"), QUO_SHAPE_MAP,
    QUO_STORAGE_VOLATILE, QUO_USE_STORE, { "key", QUO_TYPE_NAME },
    { { "value", QUO_TYPE_NAME },
      { "counter", QUO_TYPE_INT },
      { "origin", QUO_TYPE_NODE },
      { "deleted", QUO_TYPE_BOOL } }, 0
  },
  [FIELD_ISSUED] = {
    "issued", N_("Highest version counter that it ever gave"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
    { { "issued", QUO_TYPE_INT } }, 0
  },
  { NULL }
};

#define UPDATE_COLUMNS \
  { { "key", QUO_TYPE_NAME }, \
    { "value", QUO_TYPE_NAME }, \
    { "counter", QUO_TYPE_INT }, \
    { "origin", QUO_TYPE_NODE } }

#define FEEDBACK_COLUMNS \
  { { "key", QUO_TYPE_NAME }, \
    { "counter", QUO_TYPE_INT }, \
    { "origin", QUO_TYPE_NODE }, \
    { "knew", QUO_TYPE_ENUM, knew_names } }

static const QuoMessageSpec messages[] = {
  [MESSAGE_PUSH] = {
    "Push", "Push {key}={value}|Push {key}={value} +{#}",
    N_("Tells what it knows to a site that it chose"), FALSE, NULL,
    UPDATE_COLUMNS, UPDATE_COLUMNS
  },
  [MESSAGE_FEEDBACK] = {
    "Feedback", "{knew}|{knew} +{#}",
    N_("Says whether the update was news"), TRUE, NULL,
    FEEDBACK_COLUMNS, FEEDBACK_COLUMNS
  },
  [MESSAGE_PULL] = {
    "Pull", "Pull", N_("Asks a site that it chose for what that knows"), FALSE
  },
  [MESSAGE_REPLY] = {
    "Reply", "Reply {key}={value}|Reply {key}={value} +{#}",
    N_("Tells what it knows to the site that asked"), TRUE, NULL,
    UPDATE_COLUMNS, UPDATE_COLUMNS
  },
  [MESSAGE_REFUSE] = {
    "Refuse", "Refuse", N_("Has had its contacts for this cycle"), TRUE
  },
  [MESSAGE_DIGEST] = {
    "Digest", "Digest, empty|Digest of {#}",
    N_("The version of each key, without the values"), FALSE, NULL, { { NULL } },
    { { "key", QUO_TYPE_NAME },
      { "counter", QUO_TYPE_INT },
      { "origin", QUO_TYPE_NODE } }
  },
  [MESSAGE_WANT] = {
    "Want", "Want {#}", N_("Asks for the keys whose version is newer"), TRUE, NULL,
    { { NULL } }, { { "key", QUO_TYPE_NAME } }
  },
  [MESSAGE_MAIL] = {
    "Mail", "Mail {key}={value}|Mail {key}={value} +{#}",
    N_("Tells a neighbour of its own update at once"), FALSE, NULL,
    UPDATE_COLUMNS, UPDATE_COLUMNS
  },
  [MESSAGE_TREE] = {
    "Tree", "Tree, level {level}|Tree, level {level}: {#}",
    N_("Hashes of parts of what it has, those below what differs"), FALSE, NULL,
    { { "level", QUO_TYPE_INT } },
    { { "place", QUO_TYPE_INT }, { "hash", QUO_TYPE_INT } }
  },
  [MESSAGE_LEAVES] = {
    "Leaves", "Leaves|Leaves of {#}",
    N_("The versions of the keys in the parts that differ"), TRUE, NULL,
    { { NULL } },
    { { "place", QUO_TYPE_INT },
      { "key", QUO_TYPE_NAME },
      { "counter", QUO_TYPE_INT },
      { "origin", QUO_TYPE_NODE } }
  },
  { NULL }
};

static const QuoTimerSpec timers[] = {
  [TIMER_CYCLE] = { "cycle", N_("The next contact is due") },
  { NULL }
};

static const QuoWriteSpec writes[] = {
  [WRITE_ISSUED] = { "issued", N_("The number of an update of its own"), TRUE },
  { NULL }
};

static const QuoNoteSpec notes[] = {
  [NOTE_WRITES] = {
    "writes", "writes {key} = {value}, version {counter}",
    N_("An update begins here"), QUO_TONE_INFO, TRUE,
    { { "key", QUO_TYPE_NAME },
      { "value", QUO_TYPE_NAME },
      { "counter", QUO_TYPE_INT } }
  },
  [NOTE_DELETES] = {
    "deletes", "deletes {key}, version {counter}",
    N_("A death certificate begins here"), QUO_TONE_WARN, TRUE,
    { { "key", QUO_TYPE_NAME },
      { "value", QUO_TYPE_NAME },
      { "counter", QUO_TYPE_INT } }
  },
  [NOTE_CONCURRENT] = {
    "concurrent", "{key}: takes the write of {winner} over that of {loser}",
    N_("Two nodes wrote at once; the higher node's write wins everywhere"),
    QUO_TONE_WARN, TRUE,
    { { "key", QUO_TYPE_NAME },
      { "winner", QUO_TYPE_NODE },
      { "loser", QUO_TYPE_NODE } }
  },
  [NOTE_DROPS] = {
    "drops-certificate", "forgets that {key} was deleted",
    N_("A death certificate is past its life"), QUO_TONE_WARN, TRUE,
    { { "key", QUO_TYPE_NAME } }
  },
  { NULL }
};

static const QuoCommandSpec commands[] = {
  [COMMAND_UPDATE] = {
    "update", N_("The node writes a value: a rumor begins"),
    { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } }
  },
  [COMMAND_DELETE] = {
    "delete", N_("The node deletes a key: a death certificate begins"),
    { { "key", QUO_TYPE_NAME } }
  },
  [COMMAND_TELL] = {
    "tell", N_("The node pushes all it knows to another one, now"),
    { { "to", QUO_TYPE_NODE } }
  },
  { NULL }
};

#define OPTION(member) G_STRUCT_OFFSET (QuoGossipOptions, member)

static const QuoOptionSpec options[] = {
  { "mode", N_("Who sends when one site contacts another: the one that calls, the "
               "one that is called, or both"),
    QUO_OPTION_ENUM, OPTION (mode), "push", 0, 0, mode_names },
  { "strategy", N_("Pass on what is news until it is stale, compare whole copies, "
                   "or do nothing unless told"),
    QUO_OPTION_ENUM, OPTION (strategy), "rumor", 0, 0, strategy_names },
  { "feedback", N_("Whether only contacts count where the other knew, or all"),
    QUO_OPTION_ENUM, OPTION (feedback), "feedback", 0, 0, feedback_names },
  { "stop", N_("How a site loses interest: after k contacts in a row that count, "
               "with probability 1/k after each, or never"),
    QUO_OPTION_ENUM, OPTION (stop), "counter", 0, 0, stop_names },
  { "k", N_("Contacts until a site loses interest"),
    QUO_OPTION_INT, OPTION (k), "2", 1, 200 },
  { "cycle", N_("All sites in step, or each by a clock of its own"),
    QUO_OPTION_ENUM, OPTION (cycle), "synchronous", 0, 0, cycle_names },
  { "interval", N_("Length of a cycle; a contact takes less"),
    QUO_OPTION_DURATION, OPTION (interval), "1s", 1e-5, 86400 },
  { "jitter", N_("Asynchronous: how far a cycle is shorter or longer, as a share"),
    QUO_OPTION_NUMBER, OPTION (jitter), "0.1", 0, 1 },
  { "fanout", N_("Sites that a site contacts in a cycle"),
    QUO_OPTION_INT, OPTION (fanout), "1", 1, QUO_GOSSIP_MAX_FANOUT },
  { "connection-limit", N_("Contacts that a site accepts in a cycle; 0 is any "
                           "number"),
    QUO_OPTION_INT, OPTION (connection_limit), "0", 0, 255 },
  { "hunting", N_("Others that a site tries in a cycle when it is refused"),
    QUO_OPTION_INT, OPTION (hunting), "0", 0, 255 },
  { "compare", N_("Anti-entropy: send whole copies, or versions first and then "
                  "what differs, or a tree of hashes before the versions"),
    QUO_OPTION_ENUM, OPTION (compare), "full", 0, 0, compare_names },
  { "backup", N_("Rumors: every so many cycles a site compares digests instead; "
                 "0 is never"),
    QUO_OPTION_INT, OPTION (backup), "0", 0, 1e6 },
  { "direct-mail", N_("A site mails an update of its own to all its neighbours"),
    QUO_OPTION_BOOL, OPTION (has_mail), "false" },
  { "certificate-life", N_("How long a site keeps word of a deletion; 0 is for "
                           "ever"),
    QUO_OPTION_DURATION, OPTION (certificate_life), "0s", 0, 1e9 },
  { NULL }
};

static const QuoFaultSpec faults[] = {
  [FAULT_MERGE_BY_COUNTER] = {
    "merge-by-counter", N_("Version counters alone are compared: two nodes that "
                           "write at once differ for ever")
  },
  [FAULT_MERGE_BY_ARRIVAL] = {
    "merge-by-arrival", N_("What comes last is kept, so that old versions replace "
                           "new ones")
  },
  [FAULT_DROP_CERTIFICATE_EARLY] = {
    "drop-certificate-early", N_("A deletion is forgotten with the next cycle, and "
                                 "the data comes back from a node that missed it")
  },
  [FAULT_FORGET_ISSUED] = {
    "forget-issued", N_("The version counter is not on disk; after a crash a node "
                        "gives the same number to another value")
  },
  [FAULT_FORGET_RESET] = {
    "forget-reset", N_("A useful contact does not reset the counter, so that sites "
                       "lose interest too early")
  },
  { NULL }
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_ONE_VALUE] = {
    "one-value", N_("A version of a key has one value, everywhere and always"),
    "Demers et al. 1987, section 1"
  },
  [INVARIANT_NO_INVENTION] = {
    "no-invention", N_("A node has only what some node wrote"),
    "Demers et al. 1987, section 1"
  },
  [INVARIANT_NEWER_TAKEN] = {
    "newer-is-taken", N_("A node that hears of a newer version takes it over"),
    "Demers et al. 1987, section 1.3"
  },
  [INVARIANT_VERSIONS_RISE] = {
    "versions-rise", N_("A node's version of a key never goes back while it runs"),
    "Demers et al. 1987, section 1.3"
  },
  [INVARIANT_DELETED] = {
    "deleted-stays-deleted", N_("What a node knows to be deleted does not come back "
                                "there"), "Demers et al. 1987, section 2"
  },
  [INVARIANT_USEFUL_RESETS] = {
    "useful-resets", N_("After a useful contact no unnecessary ones are counted"),
    "Demers et al. 1987, section 1.4"
  },
  { NULL }
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_RESIDUE] = {
    "residue", "1", N_("Share of nodes that the first update has not reached")
  },
  [MEASURE_TRAFFIC] = {
    "traffic", "1", N_("Updates sent, for each node and update")
  },
  [MEASURE_T_LAST] = {
    "t-last", "cycles", N_("From the first update until it reached a node last")
  },
  [MEASURE_T_AVERAGE] = {
    "t-average", "cycles", N_("From the first update until it reached a node, the "
                              "mean over those it reached")
  },
  [MEASURE_CYCLES_TO_ALL] = {
    "cycles-to-all", "cycles", N_("From the first update until it has reached all")
  },
  [MEASURE_MESSAGES] = {
    "messages", "1", N_("Messages sent of all kinds, for each node")
  },
  [MEASURE_DIVERGENT] = {
    "divergent-keys", "1", N_("Keys on which nodes that are up differ at the end")
  },
  { NULL }
};

const QuoProtocol quo_gossip = {
  .declaration = {
    .id = "gossip",
    .title = N_("Gossip"),
    .summary = N_("Each node tells others at random, until all know"),
    .family = "eventual",
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
    .options_size = sizeof (QuoGossipOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoGossip),
    .ghost_size = sizeof (QuoGossipGhost),
    .n_dice = N_CHANCES,
    .start = quo_gossip_start,
    .restart = quo_gossip_start,
    .receive = quo_gossip_receive,
    .timeout = quo_gossip_timeout,
    .request = quo_gossip_request,
    .synced = quo_gossip_synced,
    .command = quo_gossip_command,
    .clear = quo_gossip_clear,
    .check = quo_gossip_check,
    .finish = quo_gossip_finish,
    .clear_ghost = quo_gossip_clear_ghost,
  },
};
