/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Best effort, as data. */

#include "protocol/best-effort/best-private.h"
#include "protocol/registry-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "R. Fielding, M. Nottingham, J. Reschke, HTTP Caching, RFC 9111, 2022",
  "M. Nottingham, HTTP Cache-Control Extensions for Stale Content, RFC 5861, 2010",
  "M. Andrews, Negative Caching of DNS Queries, RFC 2308, 1998",
  "R. Nishtala et al., Scaling Memcache at Facebook, NSDI 2013",
  "H. Schulzrinne et al., RTP, RFC 3550, 2003 (sequence numbers)",
  "W. Vogels, Eventually Consistent, Communications of the ACM 52(1), 2009",
  NULL,
};

static const char * const role_names[] = {
  "empty", "fresh", "fetching", "stale", "origin", "peer", NULL,
};
static const char * const writer_names[] = { "origin", "any", NULL };
static const char * const propagation_names[] = {
  "update", "invalidate", "nothing", NULL,
};
static const char * const order_names[] = { "newest", "arrival", NULL };

static const QuoRoleSpec roles[] = {
  [ROLE_EMPTY]
    = { "empty", N_("A cache without a copy of anything"), QUO_TONE_NEUTRAL,
        FALSE },
  [ROLE_FRESH]
    = { "fresh", N_("A cache whose copies are all within their time to live"),
        QUO_TONE_GOOD, FALSE },
  [ROLE_FETCHING]
    = { "fetching", N_("A cache that waits for the origin"), QUO_TONE_INFO,
        FALSE },
  [ROLE_STALE]
    = { "stale", N_("A cache that has a copy whose time is over"),
        QUO_TONE_WARN, FALSE },
  [ROLE_ORIGIN]
    = { "origin", N_("Takes the writes; what it has is the truth"),
        QUO_TONE_GOOD, TRUE },
  [ROLE_PEER]
    = { "peer", N_("Takes writes and tells the others once"), QUO_TONE_INFO,
        FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("origin"), ROLE_EMPTY, ROLE_ORIGIN },
  { N_("no origin"), ROLE_EMPTY, ROLE_PEER },
  { N_("read, miss"), ROLE_EMPTY, ROLE_FETCHING },
  { N_("update"), ROLE_EMPTY, ROLE_FRESH },
  { N_("read, miss"), ROLE_FRESH, ROLE_FETCHING },
  { N_("time to live"), ROLE_FRESH, ROLE_STALE },
  { N_("invalidated"), ROLE_FRESH, ROLE_EMPTY },
  { N_("value"), ROLE_FETCHING, ROLE_FRESH },
  { N_("no answer"), ROLE_FETCHING, ROLE_STALE },
  { N_("no answer, or void"), ROLE_FETCHING, ROLE_EMPTY },
  { N_("read"), ROLE_STALE, ROLE_FETCHING },
  { N_("update"), ROLE_STALE, ROLE_FRESH },
  { N_("invalidated"), ROLE_STALE, ROLE_EMPTY },
  { NULL },
};

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE]
    = { "role", N_("Where writes go, or how good a cache's copies are"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, ROLE_EMPTY },
  [FIELD_STORE]
    = { "store", N_("What it answers from; no value: known to be nothing"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_STORE,
        { "key", QUO_TYPE_NAME },
        { { "value", QUO_TYPE_NAME },
          { "writer", QUO_TYPE_NODE },
          { "sequence", QUO_TYPE_INT },
          { "until", QUO_TYPE_TIME } } },
  [FIELD_EXPIRES]
    = { "expires", N_("When the next of its copies expires"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_DEADLINE, { NULL },
        { { "expires", QUO_TYPE_TIME } }, QUO_TIME_NEVER },
  [FIELD_SEQUENCE]
    = { "sequence", N_("Number of its own latest write"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "sequence", QUO_TYPE_INT } }, 0 },
  [FIELD_FETCHES]
    = { "fetches", N_("What it has asked the origin for; void: an invalidation "
                      "came since"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "fetch", QUO_TYPE_INT },
        { { "key", QUO_TYPE_NAME }, { "void", QUO_TYPE_BOOL } } },
  [FIELD_DISK]
    = { "disk", N_("Origin: every key's value, before anybody is told"),
        QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN,
        { "key", QUO_TYPE_NAME },
        { { "value", QUO_TYPE_NAME }, { "sequence", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  [MESSAGE_UPDATE]
    = { "UPDATE", "UPDATE {key}={value} #{sequence}",
        N_("A write, sent once; nobody says whether it came"), FALSE, NULL,
        { { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME },
          { "sequence", QUO_TYPE_INT },
          { "date", QUO_TYPE_TIME } } },
  [MESSAGE_INVALIDATE]
    = { "INVALIDATE", "INVALIDATE {key}",
        N_("The key has changed: drop the copy. Sent once"), FALSE, NULL,
        { { "key", QUO_TYPE_NAME }, { "sequence", QUO_TYPE_INT } } },
  [MESSAGE_FETCH]
    = { "FETCH", "FETCH {key}", N_("A cache asks the origin"), FALSE, NULL,
        { { "key", QUO_TYPE_NAME }, { "fetch", QUO_TYPE_INT } } },
  [MESSAGE_VALUE]
    = { "VALUE", "VALUE {key}={value} #{sequence}",
        N_("What the origin has, and the time on its clock"), TRUE, NULL,
        { { "key", QUO_TYPE_NAME },
          { "sequence", QUO_TYPE_INT },
          { "date", QUO_TYPE_TIME },
          { "fetch", QUO_TYPE_INT },
          { "value", QUO_TYPE_NAME } } },
  [MESSAGE_NOTHING]
    = { "NOTHING", "NOTHING {key}", N_("The origin does not have the key"), TRUE,
        NULL,
        { { "key", QUO_TYPE_NAME },
          { "sequence", QUO_TYPE_INT },
          { "date", QUO_TYPE_TIME },
          { "fetch", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [TIMER_FETCH] = { "fetch", N_("The origin has not answered for too long") },
  [TIMER_EXPIRE] = { "expire", N_("A copy's time to live is over") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [WRITE_VALUE] = { "value", N_("A value, before its writer is answered"), TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [NOTE_STALE]
    = { "stale", N_("stale: {key} = {value}, {age} old"),
        N_("A cache serves a copy whose time is over, and says how old it is"),
        QUO_TONE_WARN, TRUE,
        { { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME },
          { "age", QUO_TYPE_DURATION } } },
  [NOTE_EXPIRED]
    = { "expired", N_("{key} expires"), N_("A copy's time to live is over"),
        QUO_TONE_NEUTRAL, FALSE, { { "key", QUO_TYPE_NAME } } },
  [NOTE_IGNORED]
    = { "ignored", N_("drops old #{sequence}"),
        N_("An update comes after a newer one of the same writer"),
        QUO_TONE_GOOD, TRUE,
        { { "key", QUO_TYPE_NAME },
          { "value", QUO_TYPE_NAME },
          { "sequence", QUO_TYPE_INT },
          { "newest", QUO_TYPE_INT } } },
  [NOTE_LEASE_VOID]
    = { "lease-void", N_("lease void: {value} not kept"),
        N_("A value comes after an invalidation that is younger than its fetch"),
        QUO_TONE_GOOD, TRUE,
        { { "key", QUO_TYPE_NAME }, { "value", QUO_TYPE_NAME } } },
  [NOTE_UNREACHABLE]
    = { "unreachable", N_("no answer about {key}"),
        N_("The origin has not answered a fetch in time"),
        QUO_TONE_BAD, TRUE, { { "key", QUO_TYPE_NAME } } },
  [NOTE_EVICTED]
    = { "evicted", N_("drops {key}: full"),
        N_("A cache that is full drops its oldest copy"),
        QUO_TONE_NEUTRAL, FALSE, { { "key", QUO_TYPE_NAME } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoBestOptions, member)

static const QuoOptionSpec options[] = {
  { "writers", N_("Who takes writes: the origin, which caches ask; or any node, as "
                  "in a game, each telling the others of its own. Then nothing "
                  "expires and nothing is fetched"),
    QUO_OPTION_ENUM, OFFSET (writers), "origin", 0, 0, writer_names },
  { "origin", N_("The node that has the truth; without it, the first one"),
    QUO_OPTION_NODE, OFFSET (origin), "" },
  { "propagation", N_("What a write sends, once, to each other node: the value, an "
                      "invalidation, or nothing; with writers “any” the value also "
                      "in place of an invalidation"),
    QUO_OPTION_ENUM, OFFSET (propagation), "update", 0, 0, propagation_names },
  { "order", N_("Which update of a writer's counts: the one with the highest "
                "sequence number, or the last to arrive"),
    QUO_OPTION_ENUM, OFFSET (order), "newest", 0, 0, order_names },
  { "time-to-live", N_("How long a copy is fresh, on the cache's own clock, from "
                       "when it was asked for or came unasked; 0: for ever "
                       "(RFC 9111, section 4.2)"),
    QUO_OPTION_DURATION, OFFSET (time_to_live), "0s", 0, 1e6 },
  { "negative-time-to-live", N_("How long a cache remembers that there is nothing; "
                                "0: not at all (RFC 2308, section 5)"),
    QUO_OPTION_DURATION, OFFSET (negative_time_to_live), "0s", 0, 1e6 },
  { "stale-while-revalidate", N_("How long past its time a copy is served while the "
                                 "origin is asked (RFC 5861, section 3)"),
    QUO_OPTION_DURATION, OFFSET (stale_while_revalidate), "0s", 0, 1e6 },
  { "stale-if-error", N_("How long past its time a copy is served when the origin "
                         "does not answer (RFC 5861, section 4)"),
    QUO_OPTION_DURATION, OFFSET (stale_if_error), "0s", 0, 1e6 },
  { "fetch-timeout", N_("How long a cache waits for the origin; as long a lease "
                        "lasts"),
    QUO_OPTION_DURATION, OFFSET (fetch_timeout), "100ms", 1e-6, 1e6 },
  { "leases", N_("One fetch for all who wait for a key, and none is kept that an "
                 "invalidation has overtaken (Nishtala et al. 2013, section 3.2.1)"),
    QUO_OPTION_BOOL, OFFSET (leases), "false" },
  { "capacity", N_("How many copies a cache keeps"),
    QUO_OPTION_INT, OFFSET (capacity), "64", 1, 1024 },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [FAULT_APPLY_OUT_OF_ORDER]
    = { "apply-out-of-order",
        N_("A node applies every update as it comes, an old one over a newer") },
  [FAULT_IGNORE_LEASE]
    = { "ignore-lease",
        N_("A cache keeps a value whose lease an invalidation has voided") },
  [FAULT_SLIDING_TTL]
    = { "sliding-ttl",
        N_("Each read begins the time to live anew: what is read often enough "
           "never expires") },
  [FAULT_WRITER_CLOCK]
    = { "writer-clock",
        N_("A cache counts the age from the time on the writer's clock, which may "
           "be ahead") },
  [FAULT_NEGATIVE_FOR_EVER]
    = { "negative-for-ever",
        N_("That there is nothing is remembered without a time to live") },
  [FAULT_SILENT_STALE]
    = { "silent-stale",
        N_("An expired copy is served as if it were fresh") },
  [FAULT_CACHE_ERROR]
    = { "cache-error",
        N_("The error of a fetch that failed is kept and served as a value") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_WITHIN_TTL]
    = { "within-ttl",
        N_("A copy is not served beyond its time to live on the cache's own clock, "
           "unless it is marked as stale"),
        "RFC 9111, sections 4.2 and 4.2.4" },
  [INVARIANT_NEGATIVE_EXPIRES]
    = { "negative-expires",
        N_("That there is nothing is not answered for longer than the negative time "
           "to live without asking again"),
        "RFC 2308, section 5" },
  [INVARIANT_NEWEST_WINS]
    = { "newest-wins",
        N_("At each node the sequence numbers of one writer's updates of a key do "
           "not go down, if the newest counts"),
        "RFC 3550, section 5.1, for sequence numbers; a law of the protocol" },
  [INVARIANT_LEASE_RESPECTED]
    = { "lease-respected",
        N_("With leases, no value is kept that an invalidation known to the cache "
           "has replaced"),
        "Nishtala et al. 2013, section 3.2.1" },
  [INVARIANT_NOTHING_INVENTED]
    = { "nothing-invented",
        N_("Each value that is answered was written to that key by somebody"),
        "Bailis and Ghodsi, Eventual Consistency Today, ACM Queue 11(3), 2013: that "
        "copies converge does not say to what" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_STALENESS]
    = { "staleness", "ns",
        N_("Of each answer: how long ago its value was replaced; 0 when it is the "
           "latest") },
  [MEASURE_STALE_ANSWERS]
    = { "stale-answers", "1", N_("Share of the answers that were marked as stale") },
  [MEASURE_HIT_RATIO]
    = { "hit-ratio", "1",
        N_("Share of the reads at caches that were answered without waiting") },
  [MEASURE_LOST_UPDATES]
    = { "lost-updates", "1",
        N_("Share of the updates and invalidations sent that never came") },
  [MEASURE_IGNORED_UPDATES]
    = { "ignored-updates", "updates",
        N_("Updates that came after a newer one of the same writer") },
  [MEASURE_DIVERGENT_REPLICAS]
    = { "divergent-replicas", "nodes",
        N_("Nodes that at the end would answer some key with another value than the "
           "one written last, and ask nobody") },
  [MEASURE_READ_LATENCY]
    = { "read-latency", "ns", N_("From a read's arrival at a node to its answer") },
  [MEASURE_FETCHES] = { "fetches", "messages", N_("Times that the origin was asked") },
  { NULL },
};

const QuoProtocol quo_best_effort = {
  .declaration = {
    .id = "best-effort",
    .title = N_("Best effort"),
    .summary = N_("A write flies out once to caches or peers and nobody looks "
                  "whether it came: copies may differ until their time to live is "
                  "over, and without one for ever"),
    .family = "weak",
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
    .options_size = sizeof (QuoBestOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoBest),
    .ghost_size = sizeof (QuoBestGhost),
    .start = quo_best_start,
    .restart = quo_best_restart,
    .receive = quo_best_receive,
    .timeout = quo_best_timeout,
    .request = quo_best_request,
    .synced = quo_best_synced,
    .clear = quo_best_clear,
    .check = quo_best_check,
    .finish = quo_best_finish,
    .clear_ghost = quo_best_clear_ghost,
  },
};
