/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What may stand in "script", "chaos", "story" and "expect". */

#include "base/time.h"
#include "scenario/form-private.h"
#include "sim/declaration.h"

#include <glib/gi18n-lib.h>

#define OPT QUO_KEY_OPTIONAL
#define REQ QUO_KEY_REQUIRED
#define ONE QUO_KEY_ONE_OF
#define MAY QUO_KEY_AT_MOST_ONE

static const QuoForm selector_form = {
  .kind = QUO_FORM_STRING, .id = "selector", .n_min = 1,
  .expected = N_("a node, or “@leader” or another role, “@random” or “@all”"),
};
static const QuoForm selector_list_form = {
  .kind = QUO_FORM_ARRAY, .item = &selector_form, .n_min = 1,
  .expected = N_("an array of nodes"),
};
static const QuoForm * const selectors_choices[] = {
  &selector_form, &selector_list_form, NULL
};
static const QuoForm selectors_form = {
  .kind = QUO_FORM_CHOICE, .id = "selectors", .choices = selectors_choices,
  .expected = N_("a node, “@leader” or another role, “@random”, “@all”, or an "
                 "array of them"),
};
static const QuoForm groups_form = {
  .kind = QUO_FORM_ARRAY, .item = &selector_list_form, .n_min = 1,
  .expected = N_("an array of groups such as [[\"A\"], [\"B\", \"C\"]]"),
};
static const QuoKey message_keys[] = {
  { "kind", &quo_form_name, OPT, "a message of the protocol; any" },
  { "from", &quo_form_name, OPT, "its sender; any" },
  { "to", &quo_form_name, OPT, "its receiver; any" },
  { "nth", &quo_form_ordinal, OPT,
    "which of those in flight and then of those sent later; 1" },
  { NULL }
};
static const QuoForm message_form = {
  .kind = QUO_FORM_OBJECT, .id = "message", .keys = message_keys,
  .expected = N_("an object with “kind”, “from”, “to” and “nth”"),
};
static const QuoForm gain_form = {
  .kind = QUO_FORM_NUMBER, .min = -0.5, .max = 0.5,
  .expected = N_("a number from -0.5 to 0.5"),
};
static const QuoForm bandwidth_form = {
  .kind = QUO_FORM_BANDWIDTH, .id = "bandwidth", .min = 0, .max = 1e15,
  .expected = N_("a bandwidth such as “10MB/s”"),
};

#define WHEN_KEYS                                                             \
  { "at", &quo_form_distribution, OPT, "when; 0s" },                      \
  { "every", &quo_form_duration, OPT, "again after each of these" },      \
  { "until", &quo_form_time, OPT, "not again after this" }
#define DO_KEY { "do", &quo_form_name, REQ, "what" }
#define LASTS_KEY                                                             \
  { "lasts", &quo_form_duration, OPT, "after this it is undone" }
#define NODE_KEY { "node", &selectors_form, REQ, "which" }

static const QuoKey node_action_keys[] = {
  WHEN_KEYS, DO_KEY, NODE_KEY, { NULL }
};
static const QuoKey lasting_node_keys[] = {
  WHEN_KEYS, DO_KEY, NODE_KEY, LASTS_KEY, { NULL }
};
static const QuoKey partition_keys[] = {
  WHEN_KEYS, DO_KEY,
  { "groups", &groups_form, REQ,
    "who still reaches whom; those not named are together" },
  LASTS_KEY, { NULL }
};
static const QuoKey cut_keys[] = {
  WHEN_KEYS, DO_KEY,
  { "from", &selector_form, REQ, "one end" },
  { "to", &selector_form, REQ, "the other end" },
  { "one-way", &quo_form_bool, OPT, "not the way back" },
  LASTS_KEY, { NULL }
};
static const QuoKey restore_keys[] = {
  WHEN_KEYS, DO_KEY,
  { "from", &selector_form, REQ, "one end" },
  { "to", &selector_form, REQ, "the other end" },
  { "one-way", &quo_form_bool, OPT, "not the way back" },
  { NULL }
};
static const QuoKey heal_keys[] = {
  WHEN_KEYS, DO_KEY, { NULL }
};
static const QuoKey loss_keys[] = {
  WHEN_KEYS, DO_KEY,
  { "amount", &quo_form_fraction, REQ, "the share of all messages; 0 ends it" },
  LASTS_KEY, { NULL }
};
static const QuoKey drop_keys[] = {
  WHEN_KEYS, DO_KEY,
  { "message", &message_form, REQ, "which" },
  { NULL }
};
static const QuoKey delay_keys[] = {
  WHEN_KEYS, DO_KEY,
  { "message", &message_form, REQ, "which" },
  { "by", &quo_form_duration, REQ, "how much later it arrives" },
  { NULL }
};
static const QuoKey skew_keys[] = {
  WHEN_KEYS, DO_KEY, NODE_KEY,
  { "by", &quo_form_offset, OPT, "how far its clock jumps" },
  { "drift", &gain_form, OPT, "seconds that it gains in a second from then" },
  { NULL }
};
static const QuoKey set_link_keys[] = {
  WHEN_KEYS, DO_KEY,
  { "from", &quo_form_name, REQ, "one end" },
  { "to", &quo_form_name, REQ, "the other end" },
  { "one-way", &quo_form_bool, OPT, "not the way back" },
  { "latency", &quo_form_distribution, OPT, "how long a message takes" },
  { "loss", &quo_form_fraction, OPT, "the share that is lost" },
  { "duplicate", &quo_form_fraction, OPT, "the share that arrives twice" },
  { "fifo", &quo_form_bool, OPT, "messages never overtake each other" },
  { "reorder", &quo_form_bool, OPT, "messages may overtake each other" },
  { "bandwidth", &bandwidth_form, OPT, "bytes a second" },
  { "extra", &quo_form_time, OPT, "what every message takes besides" },
  { NULL }
};
static const QuoKey set_option_keys[] = {
  WHEN_KEYS, DO_KEY,
  { "option", &quo_form_name, REQ, "an option of the protocol" },
  { "value", &quo_form_value, REQ, "what it is from then on" },
  { NULL }
};
static const QuoKey fire_keys[] = {
  WHEN_KEYS, DO_KEY, NODE_KEY,
  { "timer", &quo_form_name, REQ, "a timer of the protocol" },
  { NULL }
};

#define ASK_KEYS                                                              \
  WHEN_KEYS, DO_KEY,                                                          \
  { "client", &quo_form_name, OPT, "who asks" },                          \
  { "node", &selector_form, OPT, "who is asked; where the client is" }

static const QuoForm text_or_number = {
  .kind = QUO_FORM_SCALAR, .expected = N_("a text or a number"),
};
static const QuoKey read_keys[] = {
  ASK_KEYS,
  { "key", &quo_form_name, OPT, "what is read; x" },
  { NULL }
};
static const QuoKey write_keys[] = {
  ASK_KEYS,
  { "key", &quo_form_name, OPT, "what is written; x" },
  { "value", &text_or_number, REQ, "what it becomes" },
  { NULL }
};
static const QuoKey remove_keys[] = {
  ASK_KEYS,
  { "key", &quo_form_name, OPT, "what is changed; x" },
  { "value", &text_or_number, OPT, "what is taken out; all of it" },
  { NULL }
};
static const QuoKey cas_keys[] = {
  ASK_KEYS,
  { "key", &quo_form_name, OPT, "what is written; x" },
  { "expected", &text_or_number, REQ, "only if it is this" },
  { "value", &text_or_number, REQ, "what it becomes" },
  { NULL }
};
static const QuoKey transaction_keys[] = {
  ASK_KEYS,
  { "key", &quo_form_name, OPT, "its name" },
  { "value", &text_or_number, OPT, "what it does" },
  { NULL }
};
static const QuoKey initial_keys[] = {
  DO_KEY, NODE_KEY, { NULL }
};

const QuoKey quo_command_keys[] = {
  WHEN_KEYS, DO_KEY, NODE_KEY, { NULL }
};

/* In the order of QuoActionKind, then the operations and "initial". */
static const QuoVariant actions[] = {
  { "crash", lasting_node_keys, FALSE, "the node stops and forgets what it had not synced" },
  { "restart", node_action_keys, FALSE, "a crashed node starts again" },
  { "pause", lasting_node_keys, FALSE, "the node stands still" },
  { "resume", node_action_keys, FALSE, "a paused node goes on" },
  { "partition", partition_keys, FALSE, "only nodes of one group reach each other" },
  { "isolate", lasting_node_keys, FALSE, "the node is cut off from everybody" },
  { "cut", cut_keys, FALSE, "a link carries nothing any more" },
  { "restore", restore_keys, FALSE, "a link carries messages again" },
  { "heal", heal_keys, FALSE, "no cut and no partition any more" },
  { "loss", loss_keys, FALSE, "messages are lost on every link" },
  { "drop", drop_keys, FALSE, "a message is lost" },
  { "delay", delay_keys, FALSE, "a message comes later" },
  { "duplicate", drop_keys, FALSE, "a message comes twice" },
  { "skew", skew_keys, FALSE, "a node's clock jumps or drifts" },
  { "lose-disk", node_action_keys, FALSE, "a node crashes and its disk is empty" },
  { "set-link", set_link_keys, FALSE, "a link changes" },
  { "set-option", set_option_keys, FALSE, "an option changes, on every node" },
  { "fire", fire_keys, FALSE, "a timer fires now" },
  { "read", read_keys, FALSE, "a client reads" },
  { "write", write_keys, FALSE, "a client writes" },
  { "compare-and-set", cas_keys, FALSE, "a client writes if it is as expected" },
  { "add", write_keys, FALSE, "a client adds to a set or a counter" },
  { "remove", remove_keys, FALSE, "a client removes from a set, or a key" },
  { "append", write_keys, FALSE, "a client appends to a list" },
  { "transaction", transaction_keys, FALSE, "a client begins a transaction" },
  { "initial", initial_keys, TRUE, "durable fields before the start" },
  { NULL }
};

const QuoForm quo_form_action = {
  .kind = QUO_FORM_VARIANT, .id = "action", .tag = "do", .variants = actions,
  .has_commands = TRUE,
  .expected = N_("an action such as {\"at\": \"1s\", \"do\": \"crash\", "
                 "\"node\": \"A\"}"),
};
const QuoForm quo_form_script = {
  .kind = QUO_FORM_ARRAY, .item = &quo_form_action, .n_max = QUO_MAX_ACTIONS,
  .expected = N_("an array of actions"),
};

/* Chaos. */
static const char * const chaos_kinds[] = {
  "crash", "pause", "partition", "cut", "loss", "skew", "lose-disk", NULL
};
static const QuoForm chaos_kind_form = {
  .kind = QUO_FORM_ENUM, .values = chaos_kinds,
  .expected = N_("a kind of fault"),
};
static const QuoForm * const amount_choices[] = {
  &quo_form_fraction, &quo_form_time, NULL
};
static const QuoForm amount_form = {
  .kind = QUO_FORM_CHOICE, .choices = amount_choices,
  .expected = N_("a share from 0 to 1, or the time that a clock is skewed by"),
};
static const QuoKey chaos_keys[] = {
  { "do", &chaos_kind_form, REQ, "what happens" },
  { "rate", &quo_form_rate, REQ, "how often, in the whole cluster" },
  { "from", &quo_form_time, OPT, "not before; 0s" },
  { "to", &quo_form_time, OPT, "not after" },
  { "nodes", &quo_form_names, OPT, "to whom; all" },
  { "lasts", &quo_form_distribution, OPT, "how long" },
  { "amount", &amount_form, OPT, "the share that is lost, or the skew" },
  { "max-down", &quo_form_count, OPT, "not more nodes at once; no limit" },
  { NULL }
};
static const QuoForm chaos_item = {
  .kind = QUO_FORM_OBJECT, .id = "chaos", .keys = chaos_keys,
  .expected = N_("a fault such as {\"do\": \"crash\", \"rate\": \"0.5/s\"}"),
};
const QuoForm quo_form_chaos = {
  .kind = QUO_FORM_ARRAY, .item = &chaos_item, .n_max = 1000,
  .expected = N_("an array of random faults"),
};

/* Story. The views of the window: a picture that a step opens. */
static const char * const views[] = {
  "network", "sequence", "states", "space-time", "spread", "logs", "history",
  "monitor", NULL
};
static const QuoForm view_form = {
  .kind = QUO_FORM_ENUM, .values = views,
  .expected = N_("a view such as “network” or “sequence”"),
};
static const QuoKey story_keys[] = {
  { "at", &quo_form_time, REQ, "when" },
  { "text", &quo_form_text, REQ, "what is said" },
  { "look-at", &quo_form_names, OPT, "nodes and clients to look at" },
  { "show", &view_form, OPT, "the view to look at" },
  { NULL }
};
static const QuoForm story_item = {
  .kind = QUO_FORM_OBJECT, .id = "step", .keys = story_keys,
  .expected = N_("a step with “at” and “text”"),
};
const QuoForm quo_form_story = {
  .kind = QUO_FORM_ARRAY, .item = &story_item, .n_max = 10000,
  .expected = N_("an array of steps"),
};

/* Expectations. */
static const char * const verdicts[] = { "holds", "violated", NULL };
static const QuoForm verdict_form = {
  .kind = QUO_FORM_ENUM, .values = verdicts,
  .expected = N_("“holds” or “violated”"),
};
static const char * const statistics[] = {
  "count", "sum", "mean", "deviation", "min", "median", "p90", "p95", "p99",
  "p99.9", "max", NULL
};
static const QuoForm statistic_form = {
  .kind = QUO_FORM_ENUM, .values = statistics,
  .expected = N_("a statistic such as “mean” or “p99”"),
};
static const char * const events[] = {
  "sent", "delivered", "lost", "note", "timeout", "sync", "command", "crash",
  "restart", "pause", "resume", "start", "invoke", "return", "violation",
  "fallback", NULL
};
static const QuoForm event_form = {
  .kind = QUO_FORM_ENUM, .values = events,
  .expected = N_("a kind of event such as “sent” or “lost”"),
};
static const char * const statuses[] = {
  "ok", "failed", "unknown", "pending", NULL
};
static const QuoForm status_form = {
  .kind = QUO_FORM_ENUM, .values = statuses,
  .expected = N_("“ok”, “failed”, “unknown” or “pending”"),
};
static const QuoForm where_form = {
  .kind = QUO_FORM_MAP, .item = &text_or_number, .n_min = 1,
  .n_max = QUO_MAX_MESSAGE_FIELDS,
  .expected = N_("an object with fields and their values, such as "
                 "{\"granted\": \"refused\"}"),
};
static const QuoKey count_keys[] = {
  { "event", &event_form, OPT, "sent" },
  { "message", &quo_form_name, MAY, "a message of the protocol" },
  { "note", &quo_form_name, MAY, "a note of the protocol" },
  { "timer", &quo_form_name, MAY, "a timer of the protocol" },
  { "node", &quo_form_name, OPT, "where it happens" },
  { "from", &quo_form_name, OPT, "a message's sender" },
  { "to", &quo_form_name, OPT, "a message's receiver" },
  { "after", &quo_form_time, OPT, "from this on" },
  { "before", &quo_form_time, OPT, "up to this" },
  { "where", &where_form, OPT,
    "with these values of the message's or the note's fields" },
  { NULL }
};
static const QuoForm count_form = {
  .kind = QUO_FORM_OBJECT, .id = "count-of", .keys = count_keys,
  .expected = N_("an object with “message”, “note”, “event” …"),
};
static const QuoForm bound_form = {
  .kind = QUO_FORM_SCALAR, .id = "bound",
  .expected = N_("a number, or a time such as “150ms”"),
};

#define BOUND_KEYS                                                            \
  { "is", &bound_form, OPT, "exactly" },                                  \
  { "at-least", &bound_form, OPT, "this or more" },                       \
  { "at-most", &bound_form, OPT, "this or less" }

static const QuoKey invariant_keys[] = {
  { "invariant", &quo_form_name, REQ, "an invariant of the protocol" },
  { "verdict", &verdict_form, OPT, "holds" },
  { NULL }
};
static const QuoKey model_keys[] = {
  { "model", &quo_form_name, REQ, "a consistency model" },
  { "verdict", &verdict_form, OPT, "holds" },
  { NULL }
};
static const QuoKey field_keys[] = {
  { "at", &quo_form_time, OPT, "when; at the end" },
  { "node", &selectors_form, REQ, "of which node, or of several" },
  { "field", &quo_form_name, REQ, "a field of the protocol" },
  { "key", &text_or_number, OPT,
    "of a table: which row; of a log its index, from 1" },
  { "column", &quo_form_name, OPT, "of a table: which column; the first" },
  { "absent", &quo_form_bool, OPT, "of a table: whether there is no such row" },
  { "is", &quo_form_value, OPT,
    "its value; without a key the column of all rows in their order, and no more "
    "rows than these" },
  { "at-least", &bound_form, OPT, "this or more; of a table its rows" },
  { "at-most", &bound_form, OPT, "this or less; of a table its rows" },
  { NULL }
};
static const QuoKey measure_keys[] = {
  { "measure", &quo_form_name, REQ, "a measure of the protocol or a general one" },
  { "statistic", &statistic_form, OPT, "mean" },
  BOUND_KEYS, { NULL }
};
static const QuoKey counting_keys[] = {
  { "count", &count_form, REQ, "what is counted" },
  BOUND_KEYS, { NULL }
};
static const char * const fallbacks[] = { "none", "cache", "any", "local", NULL };
static const QuoForm fallback_form = {
  .kind = QUO_FORM_ENUM, .values = fallbacks,
  .expected = N_("“none”, “cache”, “any” or “local”"),
};
static const QuoForm age_form = {
  .kind = QUO_FORM_SCALAR, .id = "age",
  .expected = N_("a time such as “150ms”, or “unknown”"),
};
static const QuoKey result_keys[] = {
  { "client", &quo_form_name, REQ, "whose operation" },
  { "nth", &quo_form_ordinal, OPT, "which of its operations; 1" },
  { "status", &status_form, OPT, "how it ended; ok" },
  { "value", &text_or_number, OPT, "what it returned" },
  { "fallback", &fallback_form, OPT, "where the client took the answer from" },
  { "age", &age_form, OPT, "how old it said that such an answer may be" },
  { NULL }
};
static const QuoVariant expectations[] = {
  { "invariant", invariant_keys, FALSE, "whether an invariant held" },
  { "model", model_keys, FALSE, "whether a consistency model held" },
  { "field", field_keys, FALSE, "a field of a node at a time" },
  { "measure", measure_keys, FALSE, "a figure of the run" },
  { "count", counting_keys, FALSE, "how often something happened" },
  { "client", result_keys, FALSE, "what an operation returned" },
  { NULL }
};
static const QuoForm expect_item = {
  .kind = QUO_FORM_VARIANT, .id = "expectation", .variants = expectations,
  .expected = N_("an expectation with one of “invariant”, “model”, “field”, "
                 "“measure”, “count” or “client”"),
};
const QuoForm quo_form_expect = {
  .kind = QUO_FORM_ARRAY, .item = &expect_item, .n_max = 10000,
  .expected = N_("an array of expectations"),
};
