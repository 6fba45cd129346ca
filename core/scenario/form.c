/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/form.h"

#include "base/time.h"
#include "scenario/form-private.h"

#include <glib/gi18n-lib.h>

#define OPT QUO_KEY_OPTIONAL
#define REQ QUO_KEY_REQUIRED
#define ONE QUO_KEY_ONE_OF
#define MAY QUO_KEY_AT_MOST_ONE

/* Values. */
const QuoForm quo_form_text = {
  .kind = QUO_FORM_STRING, .expected = N_("a text in quotation marks"),
};
const QuoForm quo_form_name = {
  .kind = QUO_FORM_STRING, .id = "name", .n_min = 1,
  .expected = N_("a name in quotation marks"),
};
const QuoForm quo_form_names = {
  .kind = QUO_FORM_ARRAY, .item = &quo_form_name,
  .expected = N_("an array of names"),
};
const QuoForm quo_form_bool = {
  .kind = QUO_FORM_BOOL, .expected = N_("true or false"),
};
const QuoForm quo_form_fraction = {
  .kind = QUO_FORM_NUMBER, .id = "fraction", .min = 0, .max = 1,
  .expected = N_("a number from 0 to 1"),
};
const QuoForm quo_form_count = {
  .kind = QUO_FORM_INT, .id = "count", .min = 0, .max = 0x1p53,
  .expected = N_("a whole number from 0"),
};
const QuoForm quo_form_ordinal = {
  .kind = QUO_FORM_INT, .id = "ordinal", .min = 1, .max = 1e9,
  .expected = N_("a whole number from 1 to 1000000000"),
};
const QuoForm quo_form_time = {
  .kind = QUO_FORM_TIME, .id = "time", .min = 0, .max = (double) QUO_TIME_MAX,
  .expected = N_("a time such as “150ms”, not negative"),
};
const QuoForm quo_form_duration = {
  .kind = QUO_FORM_TIME, .id = "duration", .min = 1, .max = (double) QUO_TIME_MAX,
  .expected = N_("a length of time such as “150ms”, longer than 0"),
};
const QuoForm quo_form_offset = {
  .kind = QUO_FORM_TIME, .id = "offset", .min = -(double) QUO_TIME_MAX,
  .max = (double) QUO_TIME_MAX,
  .expected = N_("a time such as “40ms” or “-40ms”"),
};
const QuoForm quo_form_rate = {
  .kind = QUO_FORM_RATE, .id = "rate", .min = 0, .max = 1e9,
  .expected = N_("a rate such as “20/s”, not negative"),
};
static const QuoForm size_form = {
  .kind = QUO_FORM_SIZE, .id = "size", .min = 0, .max = 0x1p50,
  .expected = N_("a size such as “1GiB”, or a number of bytes"),
};
static const QuoForm bandwidth_form = {
  .kind = QUO_FORM_BANDWIDTH, .id = "bandwidth", .min = 0, .max = 1e15,
  .expected = N_("a bandwidth such as “10MB/s”"),
};
static const QuoForm drift_form = {
  .kind = QUO_FORM_NUMBER, .id = "drift", .min = -0.5, .max = 0.5,
  .expected = N_("a number from -0.5 to 0.5: the seconds that a clock gains in "
                 "a second"),
};
static const QuoForm positive_form = {
  .kind = QUO_FORM_NUMBER, .min = 1e-9, .max = 1e9,
  .expected = N_("a number above 0, up to 1000000000"),
};
static const QuoForm sigma_form = {
  .kind = QUO_FORM_NUMBER, .min = 0, .max = 10,
  .expected = N_("a number from 0 to 10"),
};
static const QuoForm alpha_form = {
  .kind = QUO_FORM_NUMBER, .min = 0.01, .max = 1000,
  .expected = N_("a number from 0.01 to 1000"),
};
static const QuoForm scalar_form = {
  .kind = QUO_FORM_SCALAR, .id = "scalar",
  .expected = N_("a text, a number, true or false"),
};
static const QuoForm scalars_form = {
  .kind = QUO_FORM_ARRAY, .item = &scalar_form,
  .expected = N_("an array of values"),
};
static const QuoForm * const value_choices[] = {
  &scalar_form, &scalars_form, NULL
};
const QuoForm quo_form_value = {
  .kind = QUO_FORM_CHOICE, .id = "value", .choices = value_choices,
  .expected = N_("a text, a number, true, false or an array of them"),
};
static const QuoForm position_item = {
  .kind = QUO_FORM_NUMBER, .min = 0, .max = 1,
  .expected = N_("a number from 0 to 1"),
};
const QuoForm quo_form_position = {
  .kind = QUO_FORM_ARRAY, .id = "position", .item = &position_item,
  .n_min = 2, .n_max = 2,
  .expected = N_("two numbers from 0 to 1: across and down"),
};

/* Distributions. */
static const QuoForm pair_form = {
  .kind = QUO_FORM_ARRAY, .item = &quo_form_time, .n_min = 2, .n_max = 2,
  .expected = N_("two times, the least and the greatest"),
};
static const QuoKey normal_keys[] = {
  { "mean", &quo_form_time, REQ, "before what is negative becomes 0" },
  { "deviation", &quo_form_time, REQ, "the standard deviation" },
  { NULL }
};
static const QuoForm normal_form = {
  .kind = QUO_FORM_OBJECT, .keys = normal_keys,
  .expected = N_("an object with “mean” and “deviation”"),
};
static const QuoKey log_normal_keys[] = {
  { "median", &quo_form_time, ONE, "half of the times are shorter" },
  { "mean", &quo_form_time, ONE, "of the times themselves" },
  { "sigma", &sigma_form, REQ, "the deviation of the logarithm" },
  { NULL }
};
static const QuoForm log_normal_form = {
  .kind = QUO_FORM_OBJECT, .keys = log_normal_keys,
  .expected = N_("an object with “median” or “mean”, and “sigma”"),
};
static const QuoKey exponential_keys[] = {
  { "mean", &quo_form_time, REQ, "one over the rate" },
  { NULL }
};
static const QuoForm exponential_form = {
  .kind = QUO_FORM_OBJECT, .keys = exponential_keys,
  .expected = N_("an object with “mean”"),
};
static const QuoKey pareto_keys[] = {
  { "minimum", &quo_form_time, REQ, "the least time" },
  { "alpha", &alpha_form, REQ, "the weight of the tail; up to 1 no mean" },
  { NULL }
};
static const QuoForm pareto_form = {
  .kind = QUO_FORM_OBJECT, .keys = pareto_keys,
  .expected = N_("an object with “minimum” and “alpha”"),
};
static const QuoForm point_item = {
  .kind = QUO_FORM_SCALAR,
  .expected = N_("a share from 0 to 1, then a time"),
};
static const QuoForm point_form = {
  .kind = QUO_FORM_ARRAY, .item = &point_item, .n_min = 2, .n_max = 2,
  .expected = N_("a pair such as [0.5, \"10ms\"]"),
};
static const QuoForm empirical_form = {
  .kind = QUO_FORM_ARRAY, .item = &point_form, .n_min = 1, .n_max = 4096,
  .expected = N_("an array of pairs such as [0.5, \"10ms\"]"),
};
static const QuoForm mixture_form;
static const QuoForm shifted_form;

#define DISTRIBUTION_KEYS                                                     \
  { "constant", &quo_form_time, ONE, "always this" },                     \
  { "uniform", &pair_form, ONE, "all of [least, greatest] equally often" }, \
  { "normal", &normal_form, ONE, "normal; what is negative becomes 0" },  \
  { "log-normal", &log_normal_form, ONE, "its logarithm is normal" },     \
  { "exponential", &exponential_form, ONE,                                    \
    "the time to the next of independent events" },                       \
  { "pareto", &pareto_form, ONE, "a heavy tail" },                        \
  { "mixture", &mixture_form, ONE, "one of several, by weight" },         \
  { "empirical", &empirical_form, ONE,                                        \
    "measured: [share, time] points, straight between them" },            \
  { "shifted", &shifted_form, ONE, "another one, later by a constant" }

static const QuoKey distribution_keys[] = {
  DISTRIBUTION_KEYS,
  { NULL }
};
static const QuoForm distribution_object = {
  .kind = QUO_FORM_OBJECT, .keys = distribution_keys,
  .expected = N_("a distribution such as {\"exponential\": {\"mean\": \"10ms\"}}"),
};
static const QuoKey part_keys[] = {
  { "weight", &positive_form, REQ, "how often, against the other parts" },
  DISTRIBUTION_KEYS,
  { NULL }
};
static const QuoForm part_form = {
  .kind = QUO_FORM_OBJECT, .id = "mixture-part", .keys = part_keys,
  .expected = N_("an object with “weight” and a distribution"),
};
static const QuoForm mixture_form = {
  .kind = QUO_FORM_ARRAY, .item = &part_form, .n_min = 1, .n_max = 8,
  .expected = N_("an array of up to 8 objects with “weight” and a distribution"),
};
static const QuoKey shifted_keys[] = {
  { "by", &quo_form_time, REQ, "added to every time" },
  DISTRIBUTION_KEYS,
  { NULL }
};
static const QuoForm shifted_form = {
  .kind = QUO_FORM_OBJECT, .id = "shifted", .keys = shifted_keys,
  .expected = N_("an object with “by” and a distribution"),
};
static const QuoForm * const distribution_choices[] = {
  &quo_form_time, &distribution_object, NULL
};
const QuoForm quo_form_distribution = {
  .kind = QUO_FORM_CHOICE, .id = "distribution",
  .choices = distribution_choices,
  .expected = N_("a time such as “150ms” or a distribution such as "
                 "{\"uniform\": [\"1ms\", \"5ms\"]}"),
};

/* Nodes. */
static const QuoKey clock_keys[] = {
  { "offset", &quo_form_offset, OPT, "how much the clock is ahead at first" },
  { "drift", &drift_form, OPT,
    "seconds that it gains in a second: 2e-5 is 20 ppm fast" },
  { NULL }
};
static const QuoForm clock_form = {
  .kind = QUO_FORM_OBJECT, .id = "clock", .keys = clock_keys,
  .expected = N_("an object with “offset” and “drift”"),
};
static const QuoKey node_keys[] = {
  { "id", &quo_form_name, REQ, "its name" },
  { "at", &quo_form_position, OPT, "its place in the network's picture" },
  { "region", &quo_form_name, OPT, "the region that it stands in" },
  { "clock", &clock_form, OPT, "how its clock differs from true time" },
  { NULL }
};
static const QuoForm node_form = {
  .kind = QUO_FORM_OBJECT, .id = "node", .keys = node_keys,
  .expected = N_("a node such as {\"id\": \"A\"}"),
};
static const QuoForm node_list_form = {
  .kind = QUO_FORM_ARRAY, .item = &node_form, .n_min = 1, .n_max = QUO_MAX_NODES,
  .expected = N_("an array of nodes"),
};
static const QuoForm node_count_form = {
  .kind = QUO_FORM_INT, .min = 1, .max = QUO_MAX_NODES,
  .expected = N_("a number of nodes from 1 to 2000000"),
};
static const QuoForm positions_form = {
  .kind = QUO_FORM_MAP, .item = &quo_form_position,
  .expected = N_("an object of names and positions"),
};
static const QuoKey node_rule_keys[] = {
  { "count", &node_count_form, REQ, "how many" },
  { "prefix", &quo_form_name, OPT, "names are this and a number from 1" },
  { "at", &positions_form, OPT, "places of some of them" },
  { NULL }
};
static const QuoForm node_rule_form = {
  .kind = QUO_FORM_OBJECT, .keys = node_rule_keys,
  .expected = N_("a rule such as {\"count\": 100, \"prefix\": \"n\"}"),
};
static const QuoForm * const nodes_choices[] = {
  &node_list_form, &node_rule_form, NULL
};
static const QuoForm nodes_form = {
  .kind = QUO_FORM_CHOICE, .id = "nodes", .choices = nodes_choices,
  .expected = N_("an array of nodes or a rule such as {\"count\": 100}"),
};

/* The network. */
static const QuoForm big_number = {
  .kind = QUO_FORM_INT, .min = 1, .max = QUO_MAX_NODES,
  .expected = N_("a whole number from 1"),
};
static const QuoForm empty_form = {
  .kind = QUO_FORM_OBJECT, .keys = (const QuoKey[]) { { NULL } },
  .expected = N_("{}"),
};
static const QuoForm star_form = {
  .kind = QUO_FORM_OBJECT,
  .keys = (const QuoKey[]) {
    { "centre", &quo_form_name, OPT, "the node in the middle; the first one" },
    { NULL }
  },
  .expected = N_("an object with “centre”"),
};
static const QuoForm grid_form = {
  .kind = QUO_FORM_OBJECT,
  .keys = (const QuoKey[]) {
    { "width", &big_number, OPT, "nodes in a row; about a square" },
    { "wrap", &quo_form_bool, OPT, "the ends are joined: a torus" },
    { NULL }
  },
  .expected = N_("an object with “width” and “wrap”"),
};
static const QuoForm tree_form = {
  .kind = QUO_FORM_OBJECT,
  .keys = (const QuoKey[]) {
    { "branches", &big_number, OPT, "children of a node; 2" },
    { NULL }
  },
  .expected = N_("an object with “branches”"),
};
static const QuoForm regular_form = {
  .kind = QUO_FORM_OBJECT,
  .keys = (const QuoKey[]) {
    { "degree", &big_number, REQ, "neighbours of every node" },
    { NULL }
  },
  .expected = N_("an object with “degree”"),
};
static const QuoForm erdos_renyi_form = {
  .kind = QUO_FORM_OBJECT,
  .keys = (const QuoKey[]) {
    { "p", &quo_form_fraction, REQ, "the chance that two are neighbours" },
    { NULL }
  },
  .expected = N_("an object with “p”"),
};
static const QuoForm small_world_form = {
  .kind = QUO_FORM_OBJECT,
  .keys = (const QuoKey[]) {
    { "degree", &big_number, REQ, "neighbours on the ring, an even number" },
    { "rewire", &quo_form_fraction, REQ, "the share of links led elsewhere" },
    { NULL }
  },
  .expected = N_("an object with “degree” and “rewire”"),
};
static const QuoForm scale_free_form = {
  .kind = QUO_FORM_OBJECT,
  .keys = (const QuoKey[]) {
    { "links", &big_number, REQ, "links that each new node brings" },
    { NULL }
  },
  .expected = N_("an object with “links”"),
};
static const QuoForm link_pair_form = {
  .kind = QUO_FORM_ARRAY, .item = &quo_form_name, .n_min = 2, .n_max = 2,
  .expected = N_("a pair of nodes"),
};
static const QuoForm link_pairs_form = {
  .kind = QUO_FORM_ARRAY, .item = &link_pair_form,
  .expected = N_("an array of pairs of nodes"),
};
static const QuoForm region_row_form = {
  .kind = QUO_FORM_MAP, .item = &quo_form_distribution,
  .expected = N_("an object of regions and the latencies to them"),
};
static const QuoForm regions_form = {
  .kind = QUO_FORM_MAP, .item = &region_row_form, .n_min = 1, .n_max = 256,
  .expected = N_("an object with a row of latencies for each region"),
};
static const QuoKey topology_keys[] = {
  { "complete", &empty_form, MAY, "everybody knows everybody" },
  { "ring", &empty_form, MAY, "each knows the one before and the one after" },
  { "star", &star_form, MAY, "all know the centre" },
  { "grid", &grid_form, MAY, "rows and columns" },
  { "tree", &tree_form, MAY, "each knows its parent and its children" },
  { "random-regular", &regular_form, MAY, "everybody has as many neighbours" },
  { "erdos-renyi", &erdos_renyi_form, MAY, "each pair by chance" },
  { "small-world", &small_world_form, MAY, "Watts and Strogatz" },
  { "scale-free", &scale_free_form, MAY, "Barabási and Albert" },
  { "links", &link_pairs_form, MAY, "these pairs and no others" },
  { "regions", &regions_form, OPT,
    "for each region the latency to each; a node without a region is in one "
       "by its number" },
  { NULL }
};
static const char * const topology_names[] = {
  "complete", "ring", "star", "grid", "tree", NULL
};
static const QuoForm topology_name = {
  .kind = QUO_FORM_ENUM, .values = topology_names,
  .expected = N_("the name of a topology"),
};
static const QuoForm topology_object = {
  .kind = QUO_FORM_OBJECT, .keys = topology_keys,
  .expected = N_("a topology such as {\"random-regular\": {\"degree\": 8}}"),
};
static const QuoForm * const topology_choices[] = {
  &topology_name, &topology_object, NULL
};
static const QuoForm topology_form = {
  .kind = QUO_FORM_CHOICE, .id = "topology", .choices = topology_choices,
  .expected = N_("the name of a topology or an object such as "
                 "{\"random-regular\": {\"degree\": 8}}"),
};

#define LINK_KEYS                                                             \
  { "latency", &quo_form_distribution, OPT, "how long a message takes" }, \
  { "loss", &quo_form_fraction, OPT, "the share that is lost" },          \
  { "duplicate", &quo_form_fraction, OPT, "the share that arrives twice" }, \
  { "fifo", &quo_form_bool, OPT, "messages never overtake each other" },  \
  { "reorder", &quo_form_bool, OPT, "messages may overtake each other" }, \
  { "bandwidth", &bandwidth_form, OPT, "bytes a second; no limit" },      \
  { "extra", &quo_form_time, OPT,                                         \
    "what every message takes besides, whatever its kind takes" }

static const QuoKey link_keys[] = {
  { "from", &quo_form_name, REQ, "a node or client" },
  { "to", &quo_form_name, REQ, "a node or client" },
  { "one-way", &quo_form_bool, OPT, "not the way back" },
  LINK_KEYS,
  { NULL }
};
static const QuoForm link_form = {
  .kind = QUO_FORM_OBJECT, .id = "link", .keys = link_keys,
  .expected = N_("a link such as {\"from\": \"A\", \"to\": \"B\", "
                 "\"latency\": \"80ms\"}"),
};
static const QuoForm links_form = {
  .kind = QUO_FORM_ARRAY, .item = &link_form, .n_max = 100000,
  .expected = N_("an array of links"),
};
static const QuoForm kinds_form = {
  .kind = QUO_FORM_MAP, .item = &quo_form_distribution,
  .expected = N_("an object of kinds of messages and times"),
};
static const QuoKey network_keys[] = {
  LINK_KEYS,
  { "client-latency", &quo_form_distribution, OPT,
    "between a client and the node that it sits beside" },
  { "messages", &kinds_form, OPT,
    "what a kind of message takes, whatever its link takes" },
  { "topology", &topology_form, OPT, "who is whose neighbour" },
  { "links", &links_form, OPT, "links that differ from the others" },
  { NULL }
};
static const QuoForm network_form = {
  .kind = QUO_FORM_OBJECT, .id = "network", .keys = network_keys,
  .expected = N_("an object with “latency”, “loss” …"),
};

/* Disks. */
static const QuoForm writes_form = {
  .kind = QUO_FORM_MAP, .item = &quo_form_distribution,
  .expected = N_("an object of kinds of writes and times"),
};
static const QuoKey disk_keys[] = {
  { "sync", &quo_form_distribution, OPT, "how long a forced write takes" },
  { "writes", &writes_form, OPT, "the same for one kind of write" },
  { NULL }
};
static const QuoForm disk_form = {
  .kind = QUO_FORM_OBJECT, .id = "disk", .keys = disk_keys,
  .expected = N_("an object with “sync” and “writes”"),
};

/* Clients. */
static const QuoForm keys_form = {
  .kind = QUO_FORM_INT, .min = 1, .max = 1000000,
  .expected = N_("a number of keys from 1 to 1000000"),
};
static const QuoKey workload_keys[] = {
  { "rate", &quo_form_rate, REQ, "operations in a time" },
  { "reads", &quo_form_fraction, OPT, "the share of reads; 0.5" },
  { "keys", &keys_form, OPT, "how many keys; 1" },
  { "regular", &quo_form_bool, OPT, "evenly spaced, not by chance" },
  { "start", &quo_form_time, OPT, "when it begins" },
  { "stop", &quo_form_time, OPT, "when it ends" },
  { "operations", &quo_form_count, OPT, "how many at most" },
  { NULL }
};
static const QuoForm workload_form = {
  .kind = QUO_FORM_OBJECT, .id = "workload", .keys = workload_keys,
  .expected = N_("an object with “rate”, “reads”, “keys” …"),
};
static const char * const fallback_whens[] = { "timeout", "failure", NULL };
static const QuoForm fallback_when = {
  .kind = QUO_FORM_ENUM, .values = fallback_whens,
  .expected = N_("“timeout” or “failure”"),
};
static const char * const fallback_tos[] = { "cache", "any", "local", NULL };
static const QuoForm fallback_to = {
  .kind = QUO_FORM_ENUM, .values = fallback_tos,
  .expected = N_("“cache”, “any” or “local”"),
};
static const QuoKey fallback_keys[] = {
  { "when", &fallback_when, REQ,
    "what makes a read give up: timeout, no answer in time; or failure, an answer "
    "that it failed, or none to any try. Other operations never do" },
  { "after", &quo_form_duration, OPT,
    "how long it waits before: from the operation's beginning on, the client's "
    "timeout without it; or from the failure on, 0s without it" },
  { "to", &fallback_to, REQ,
    "where it gets an answer then: cache, what it has read or written last itself; "
    "local, the node that it sits beside; any, the other nodes in turn. The answer "
    "is marked with how old it may be at most" },
  { "session", &quo_form_bool, OPT,
    "whether it never answers less than the client has seen: what a node says "
    "counts only if it is what the client saw last, or if that has seen nothing; "
    "true. A cache that ignores the session leaves out the client's own writes, "
    "and no age is told: a mistake to show" },
  { NULL }
};
static const QuoForm fallback_form = {
  .kind = QUO_FORM_OBJECT, .id = "fallback", .keys = fallback_keys,
  .expected = N_("an object with “when”, “after”, “to” and “session”"),
};
static const QuoForm tries_form = {
  .kind = QUO_FORM_INT, .min = 1, .max = 1000000,
  .expected = N_("a number of tries from 1 to 1000000"),
};
static const QuoForm roamed_form = {
  .kind = QUO_FORM_ARRAY, .item = &quo_form_name, .n_min = 1,
  .expected = N_("an array of nodes"),
};
static const QuoForm * const roaming_choices[] = {
  &quo_form_bool, &roamed_form, NULL
};
static const QuoForm roaming_form = {
  .kind = QUO_FORM_CHOICE, .choices = roaming_choices,
  .expected = N_("true, false or an array of nodes"),
};
static const QuoKey client_keys[] = {
  { "id", &quo_form_name, REQ, "its name" },
  { "at", &quo_form_name, OPT, "the node it sits beside; the first one" },
  { "workload", &workload_form, OPT, "what it does by itself" },
  { "timeout", &quo_form_duration, OPT, "how long it waits for an answer" },
  { "tries", &tries_form, OPT, "how often it asks before it gives up" },
  { "roaming", &roaming_form, OPT,
    "asks a random node each time, of all or of these" },
  { "fallback", &fallback_form, OPT, "what it does without an answer" },
  { NULL }
};
static const QuoForm client_form = {
  .kind = QUO_FORM_OBJECT, .id = "client", .keys = client_keys,
  .expected = N_("a client such as {\"id\": \"alice\", \"at\": \"A\"}"),
};
const QuoForm quo_form_clients = {
  .kind = QUO_FORM_ARRAY, .item = &client_form, .n_max = QUO_MAX_CLIENTS,
  .expected = N_("an array of clients"),
};

/* The whole. */
static const QuoForm version_form = {
  .kind = QUO_FORM_INT, .min = 1, .max = 1,
  .expected = N_("1, the version of the format that this program reads"),
};
static const QuoForm seed_form = {
  .kind = QUO_FORM_INT, .min = 0, .max = 0x1p64,
  .expected = N_("a whole number from 0 to 18446744073709551615"),
};
static const QuoForm events_form = {
  .kind = QUO_FORM_INT, .min = 1, .max = 4294967294.0,
  .expected = N_("a number of events from 1 to 4294967294"),
};
static const QuoKey limits_keys[] = {
  { "events", &events_form, OPT, "how many events a run may have" },
  { "memory", &size_form, OPT, "how much memory its trace and what grows with it may take" },
  { "time", &quo_form_duration, OPT, "how much time may be simulated" },
  { NULL }
};
static const QuoForm limits_form = {
  .kind = QUO_FORM_OBJECT, .id = "limits", .keys = limits_keys,
  .expected = N_("an object with “events”, “memory” and “time”"),
};
static const QuoForm options_form = {
  .kind = QUO_FORM_OPTIONS, .expected = N_("an object of options"),
};
static const QuoForm * const fault_choices[] = {
  &quo_form_name, &quo_form_names, NULL
};
static const QuoForm fault_form = {
  .kind = QUO_FORM_CHOICE, .choices = fault_choices,
  .expected = N_("the name of a fault or an array of such names"),
};
static const QuoForm fields_form = {
  .kind = QUO_FORM_FIELDS, .expected = N_("an object of durable fields"),
};
static const QuoForm initial_form = {
  .kind = QUO_FORM_MAP, .item = &fields_form,
  .expected = N_("an object of nodes and their fields"),
};

static const QuoKey scenario_keys[] = {
  { "quorate", &version_form, REQ, "the version of the format: 1" },
  { "title", &quo_form_text, OPT, "one line" },
  { "summary", &quo_form_text, OPT, "one paragraph" },
  { "tags", &quo_form_names, OPT, "words to find it by" },
  { "seed", &seed_form, OPT, "which run of all the possible ones; 1" },
  { "until", &quo_form_duration, OPT,
    "where the run ends; without it, it goes on as long as one watches" },
  { "limits", &limits_form, OPT, "what a run may cost" },
  { "protocol", &quo_form_name, REQ, "what the nodes run" },
  { "options", &options_form, OPT, "the protocol's options" },
  { "fault", &fault_form, OPT, "known mistakes of the protocol, made on purpose" },
  { "nodes", &nodes_form, REQ, "the cluster" },
  { "network", &network_form, OPT, "what carries the messages" },
  { "disk", &disk_form, OPT, "what durable writes cost" },
  { "clients", &quo_form_clients, OPT, "who asks the nodes" },
  { "initial", &initial_form, OPT, "durable fields before the start, by node" },
  { "script", &quo_form_script, OPT, "what happens to the cluster, and when" },
  { "chaos", &quo_form_chaos, OPT, "random faults by rate" },
  { "story", &quo_form_story, OPT, "the steps that a viewer is walked through" },
  { "expect", &quo_form_expect, OPT, "what a run has to show" },
  { NULL }
};

const QuoForm quo_form_scenario = {
  .kind = QUO_FORM_OBJECT, .id = "scenario", .keys = scenario_keys,
  .expected = N_("an object with “quorate”, “protocol” and “nodes”"),
};
