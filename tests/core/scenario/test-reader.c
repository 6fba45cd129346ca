/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/scenario.h"
#include "toy.h"

#include <glib/gstdio.h>
#include <string.h>

/* What stands after the first line of a scenario that is right so far. */
static const char head[] =
  "{ \"quorate\": 1, \"protocol\": \"toy\",\n"
  "  \"nodes\": [{\"id\": \"A\"}, {\"id\": \"B\"}, {\"id\": \"C\"}],\n"
  "  \"clients\": [{\"id\": \"alice\"}],\n";

typedef struct
{
  const char *text;    /* on line 4; ¦ stands before what is wrong */
  int         code;
  const char *message; /* after the place */
} Bad;

#define UNKNOWN QUO_SCENARIO_ERROR_UNKNOWN
#define RANGE   QUO_SCENARIO_ERROR_RANGE
#define TYPE    QUO_SCENARIO_ERROR_TYPE
#define MISSING QUO_SCENARIO_ERROR_MISSING
#define LIMIT   QUO_SCENARIO_ERROR_LIMIT

static const Bad bad[] = {
  { "¦\"sed\": 1", UNKNOWN,
    "/sed: “sed” is not a key here: did you mean “seed”?" },
  { "\"seed\": ¦-1", RANGE,
    "/seed: expected a whole number from 0 to 18446744073709551615, found the number -1" },
  { "\"seed\": ¦1.5", RANGE,
    "/seed: expected a whole number from 0 to 18446744073709551615, found the number 1.5" },
  { "\"seed\": ¦\"1\"", TYPE,
    "/seed: expected a whole number from 0 to 18446744073709551615, found “1”" },
  { "\"until\": ¦\"-1s\"", RANGE,
    "/until: expected a length of time such as “150ms”, longer than 0, found “-1s”" },
  { "\"until\": ¦4", TYPE,
    "/until: expected a length of time such as “150ms”, longer than 0, found the number 4, which has no unit" },
  { "\"until\": ¦\"4 parsecs\"", TYPE,
    "/until: “4 parsecs” is not a time: expected a number and a unit (ns, us, ms, s, m, h or d), such as “150ms” or “1.5s”" },
  { "\"limits\": {\"memory\": ¦\"1 loaf\"}", TYPE,
    "/limits/memory: expected a size such as “1GiB”, or a number of bytes, found “1 loaf”" },
  { "\"tags\": [¦1]", TYPE,
    "/tags/0: expected a name in quotation marks, found the number 1" },
  { "\"options\": {¦\"intervall\": \"1s\"}", UNKNOWN,
    "/options/intervall: “intervall” is not an option of toy: did you mean “interval”?" },
  { "\"options\": {\"interval\": ¦5}", TYPE,
    "/options/interval: expected a time from 1ms to 10s, found the number 5" },
  { "\"options\": {\"size\": ¦101}", RANGE,
    "/options/size: size is a whole number from 1 to 100, not 101" },
  { "\"options\": {\"reads\": ¦\"lokal\"}", RANGE,
    "/options/reads: reads is one of local, quorum, not lokal; did you mean \"local\"?" },
  { "\"options\": {\"first\": ¦\"D\"}", UNKNOWN,
    "/options/first: “D” is not a node: known are A, B, C" },
  { "\"fault\": ¦\"forgt\"", UNKNOWN,
    "/fault: “forgt” is not a known fault of toy: did you mean “forget”?" },
  { "\"fault\": [\"forget\", ¦3]", TYPE,
    "/fault/1: expected a name in quotation marks, found the number 3" },
  { "\"network\": {\"loss\": ¦1.5}", RANGE,
    "/network/loss: expected a number from 0 to 1, found the number 1.5" },
  { "\"network\": {\"latency\": {¦\"gaussian\": {}}}", UNKNOWN,
    "/network/latency/gaussian: “gaussian” is not a key here: known are constant, uniform, normal, log-normal, exponential, pareto, mixture, empirical, shifted" },
  { "\"network\": {\"latency\": ¦{}}", MISSING,
    "/network/latency: one of these keys is missing: “constant”, “uniform”, “normal”, “log-normal”, “exponential”, “pareto”, “mixture”, “empirical”, “shifted”" },
  { "\"network\": {\"latency\": {\"uniform\": ¦[\"5ms\", \"1ms\"]}}", RANGE,
    "/network/latency/uniform: the first time, 5ms, is longer than the second, 1ms" },
  { "\"network\": {\"latency\": {\"normal\": ¦{\"mean\": \"5ms\"}}}", MISSING,
    "/network/latency/normal: the key “deviation” is missing: expected a time such as “150ms”, not negative" },
  { "\"network\": {\"latency\": {\"empirical\": [[0.5, \"2ms\"], ¦[0.4, \"3ms\"]]}}", RANGE,
    "/network/latency/empirical/1: the points must grow: each share above the one before, no time below the one before" },
  { "\"network\": {\"links\": [{\"from\": \"A\", \"to\": ¦\"E\"}]}", UNKNOWN,
    "/network/links/0/to: “E” is not a node or client: known are A, B, C, alice" },
  { "\"network\": {\"topology\": {\"random-regular\": {\"degree\": ¦3}}}", RANGE,
    "/network/topology/random-regular/degree: of 3 nodes none has 3 neighbours: expected at most 2" },
  { "\"network\": {\"topology\": {\"ring\": {}, \"tree\": ¦{}}}", RANGE,
    "/network/topology/tree: “tree” cannot stand beside “ring”" },
  { "\"network\": {\"topology\": ¦\"rings\"}", UNKNOWN,
    "/network/topology: “rings” is not a value here: did you mean “ring”?" },
  { "\"network\": {\"links\": [{\"from\": \"A\", \"to\": \"B\", \"extra\": ¦\"-1ms\"}]}", RANGE,
    "/network/links/0/extra: expected a time such as “150ms”, not negative, found “-1ms”" },
  { "\"disk\": {\"writes\": {¦\"votes\": \"1ms\"}}", UNKNOWN,
    "/disk/writes/votes: “votes” is not a kind of write of this protocol: did you mean “vote”?" },
  { "\"script\": [{\"at\": ¦\"-1s\", \"do\": \"heal\"}]", RANGE,
    "/script/0/at: expected a time such as “150ms”, not negative, found “-1s”" },
  { "\"script\": [¦{\"at\": \"1s\"}]", MISSING,
    "/script/0: the key “do” is missing: expected an action such as {\"at\": \"1s\", \"do\": \"crash\", \"node\": \"A\"}" },
  { "\"script\": [{\"do\": ¦\"crush\", \"node\": \"A\"}]", UNKNOWN,
    "/script/0/do: “crush” is not an action: did you mean “crash”?" },
  { "\"script\": [{\"do\": ¦\"promot\", \"node\": \"A\"}]", UNKNOWN,
    "/script/0/do: “promot” is not an action: did you mean “promote”?" },
  { "\"script\": [{\"do\": \"promote\", \"node\": \"A\", ¦\"trem\": 1}]", UNKNOWN,
    "/script/0/trem: “trem” is not a key here: did you mean “term”?" },
  { "\"script\": [{\"do\": \"crash\", \"node\": ¦\"@leadr\"}]", UNKNOWN,
    "/script/0/node: “@leadr” is not a role of this protocol: did you mean “@leader”?" },
  { "\"script\": [¦{\"do\": \"crash\"}]", MISSING,
    "/script/0: the key “node” is missing: expected a node, “@leader” or another role, “@random”, “@all”, or an array of them" },
  { "\"script\": [{\"do\": \"cut\", \"from\": \"A\", \"to\": ¦\"@all\"}]", RANGE,
    "/script/0/to: expected one node, found “@all”" },
  { "\"script\": [{\"do\": \"heal\", \"until\": ¦\"1s\"}]", RANGE,
    "/script/0/until: “until” ends a repeated action: expected “every” beside it" },
  { "\"script\": [{\"do\": \"read\", \"client\": ¦\"alise\"}]", UNKNOWN,
    "/script/0/client: “alise” is not a client: did you mean “alice”?" },
  { "\"script\": [{\"do\": \"write\", \"value\": ¦[1]}]", TYPE,
    "/script/0/value: expected a text or a number, found an array" },
  { "\"script\": [{\"do\": \"set-option\", \"option\": \"size\", \"value\": ¦0}]", RANGE,
    "/script/0/value: size is a whole number from 1 to 100, not 0" },
  { "\"script\": [{\"do\": \"drop\", \"message\": {\"kind\": ¦\"Pinng\"}}]", UNKNOWN,
    "/script/0/message/kind: “Pinng” is not a message of this protocol: did you mean “Ping”?" },
  { "\"script\": [{\"do\": \"fire\", \"node\": \"A\", \"timer\": ¦\"pong\"}]", UNKNOWN,
    "/script/0/timer: “pong” is not a timer of this protocol: did you mean “ping”?" },
  { "\"initial\": {\"A\": {¦\"role\": \"leader\"}}", UNKNOWN,
    "/initial/A/role: “role” is not a key here: known are term, voted-for, log, store" },
  { "\"initial\": {\"A\": {\"log\": [1, ¦\"x\"]}}", TYPE,
    "/initial/A/log/1: expected a whole number, found “x”" },
  { "\"initial\": {\"A\": {\"log\": [{¦\"trem\": 1}]}}", UNKNOWN,
    "/initial/A/log/0/trem: “trem” is not a column of this field: did you mean “term”?" },
  { "\"initial\": {¦\"Z\": {}}", UNKNOWN,
    "/initial/Z: “Z” is not a node: known are A, B, C" },
  { "\"chaos\": [¦{\"do\": \"crash\"}]", MISSING,
    "/chaos/0: the key “rate” is missing: expected a rate such as “20/s”, not negative" },
  { "\"chaos\": [{\"do\": \"crash\", \"rate\": \"1/s\", \"from\": \"2s\", \"to\": ¦\"1s\"}]", RANGE,
    "/chaos/0/to: “to” is before “from”" },
  { "\"story\": [{\"at\": \"1s\", \"text\": \"\", \"look-at\": [¦\"AA\"]}]", UNKNOWN,
    "/story/0/look-at/0: “AA” is not a node or client: did you mean “A”?" },
  { "\"story\": [{\"at\": \"1s\", \"text\": \"\", \"show\": ¦\"net-work\"}]", UNKNOWN,
    "/story/0/show: “net-work” is not a value here: did you mean “network”?" },
  { "\"expect\": [¦{}]", TYPE,
    "/expect/0: expected an expectation with one of “invariant”, “model”, “field”, “measure”, “count” or “client”, found an empty object" },
  { "\"expect\": [{\"client\": \"alice\", \"age\": ¦\"soon\"}]", RANGE,
    "/expect/0/age: “soon” is not a time: expected a number and a unit (ns, us, ms, s, m, h or d), such as “150ms” or “1.5s”" },
  { "\"expect\": [{¦\"invarient\": \"small-terms\"}]", UNKNOWN,
    "/expect/0/invarient: “invarient” is not a key here: did you mean “invariant”?" },
  { "\"expect\": [{\"invariant\": ¦\"small-term\"}]", UNKNOWN,
    "/expect/0/invariant: “small-term” is not an invariant of toy: did you mean “small-terms”?" },
  { "\"expect\": [{\"model\": ¦\"linearisable\"}]", UNKNOWN,
    "/expect/0/model: “linearisable” is not a consistency model: did you mean “linearizable”?" },
  { "\"expect\": [¦{\"node\": \"A\", \"field\": \"term\"}]", MISSING,
    "/expect/0: one of these keys is missing: “is”, “at-least”, “at-most”" },
  { "\"expect\": [{\"node\": \"A\", \"field\": \"term\", \"is\": ¦[1]}]", TYPE,
    "/expect/0/is: the field “term” has one value here: expected no array" },
  { "\"expect\": [{\"node\": \"A\", \"field\": \"log\", \"is\": ¦1}]", TYPE,
    "/expect/0/is: the field “log” has rows: expected an array, or a “key” beside it" },
  { "\"expect\": [{\"node\": \"A\", \"field\": \"log\", \"column\": ¦\"comand\", \"is\": []}]", UNKNOWN,
    "/expect/0/column: “comand” is not a column of this field: did you mean “command”?" },
  { "\"expect\": [{\"node\": \"A\", \"field\": \"term\", \"column\": ¦\"term\", \"is\": 1}]", RANGE,
    "/expect/0/column: the field “term” has no columns" },
  { "\"expect\": [{\"node\": \"A\", \"field\": \"log\", \"key\": 1, \"is\": ¦\"x\"}]", TYPE,
    "/expect/0/is: expected a whole number, found “x”" },
  { "\"expect\": [{\"node\": \"A\", \"field\": \"log\", \"absent\": ¦true}]", RANGE,
    "/expect/0/absent: “absent” speaks of a row: expected a “key” beside it" },
  { "\"expect\": [{\"node\": \"A\", \"field\": \"log\", \"key\": 1, \"absent\": ¦true, \"is\": 1}]", RANGE,
    "/expect/0/absent: “absent” speaks of the row as a whole: expected no “is”, “at-least” or “at-most” beside it" },
  { "\"expect\": [{\"node\": \"A\", \"field\": \"log\", \"key\": 1, \"absent\": ¦1}]", TYPE,
    "/expect/0/absent: expected true or false, found the number 1" },
  { "\"expect\": [{\"count\": {\"message\": \"Ping\", \"where\": {¦\"rond\": 1}}, \"is\": 1}]", UNKNOWN,
    "/expect/0/count/where/rond: “rond” is not a field of what is counted: did you mean “round”?" },
  { "\"expect\": [{\"count\": {\"message\": \"Ping\", \"where\": {\"round\": ¦\"x\"}}, \"is\": 1}]", TYPE,
    "/expect/0/count/where/round: expected a whole number, found “x”" },
  { "\"expect\": [{\"count\": {\"timer\": \"ping\", \"where\": ¦{\"round\": 1}}, \"is\": 1}]", RANGE,
    "/expect/0/count/where: “where” speaks of fields: expected a “message” or a “note” beside it" },
  { "\"expect\": [{\"count\": {\"event\": ¦\"note\", \"message\": \"Ping\"}, \"is\": 1}]", RANGE,
    "/expect/0/count/event: “note” is not about a “message”, which stands beside it" },
  { "\"expect\": [{\"count\": {\"event\": ¦\"lost\", \"note\": \"stored\"}, \"is\": 1}]", RANGE,
    "/expect/0/count/event: “lost” is not about a “note”, which stands beside it" },
  { "\"expect\": [{\"count\": {\"event\": ¦\"sync\", \"timer\": \"ping\"}, \"is\": 1}]", RANGE,
    "/expect/0/count/event: “sync” is not about a “timer”, which stands beside it" },
  { "\"expect\": [{\"measure\": \"round-time\", \"at-most\": ¦\"soon\"}]", TYPE,
    "/expect/0/at-most: “soon” is not a time: expected a number and a unit (ns, us, ms, s, m, h or d), such as “150ms” or “1.5s”" },
  { "\"expect\": [{\"measure\": ¦\"rond-time\", \"is\": 1}]", UNKNOWN,
    "/expect/0/measure: “rond-time” is not a measure: did you mean “round-time”?" },
};

static void
check_message (const char *text,
               int         code,
               const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario =
    quo_scenario_new_from_data ("x.json", text, strlen (text), &error);

  if (scenario != NULL)
    g_test_message ("accepted: %s", text);
  g_assert_null (scenario);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_error (error, QUO_SCENARIO_ERROR, code);
}

static void
test_bad_roaming (void)
{
  static const char start[] =
    "{\"quorate\": 1, \"protocol\": \"toy\",\n"
    " \"nodes\": [{\"id\": \"A\"}, {\"id\": \"B\"}],\n"
    " \"clients\": [{\"id\": \"bob\", \"roaming\": ";
  static const Bad cases[] = {
    { "[\"A\", \"D\"]}]}", UNKNOWN,
      "x.json:3:45: /clients/0/roaming/1: “D” is not a node: known are A, B" },
    { "\"A\"}]}", TYPE,
      "x.json:3:39: /clients/0/roaming: expected true, false or an array of "
      "nodes, found “A”" },
    { "[]}]}", RANGE,
      "x.json:3:39: /clients/0/roaming: expected an array of nodes, found an "
      "empty array" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (start, cases[i].text, NULL);

      check_message (text, cases[i].code, cases[i].message);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_auto (GStrv) halves = g_strsplit (bad[i].text, "¦", 2);
      g_autofree char *text = g_strconcat (head, halves[0], halves[1], "}\n",
                                           NULL);
      g_autofree char *message =
        g_strdup_printf ("x.json:4:%ld: %s", g_utf8_strlen (halves[0], -1) + 1,
                         bad[i].message);

      check_message (text, bad[i].code, message);
    }
}

/* The toy has no set. */
static void
test_set (void)
{
  check_message ("{\"quorate\":1,\"protocol\":\"quorum-store\",\"nodes\":{\"count\":3},"
                 "\"expect\":[{\"node\":\"n1\",\"field\":\"suspects\",\"key\":\"n2\","
                 "\"is\":1}]}", RANGE,
                 "x.json:1:108: /expect/0/key: the field “suspects” has keys alone: "
                 "expected “absent” beside it");
}

static void
test_cluster (void)
{
  check_message ("{\"quorate\":1,\"protocol\":\"toy\",\"nodes\":{\"count\":1000000000}}",
                 RANGE,
                 "x.json:1:48: /nodes/count: expected a number of nodes from 1 "
                 "to 2000000, found the number 1000000000");
  check_message ("{\"quorate\":1,\"protocol\":\"toy\",\"nodes\":{\"count\":300001}}",
                 LIMIT,
                 "x.json:1:48: /nodes/count: toy takes up to 300000 nodes, not "
                 "300001");
  check_message ("{\"quorate\":1,\"protocol\":\"toy\",\"nodes\":[]}", RANGE,
                 "x.json:1:39: /nodes: expected an array of nodes, found an "
                 "empty array");
  check_message ("{\"quorate\":1,\"protocol\":\"toy\",\"nodes\":[{\"id\":\"A\"},"
                 "{\"id\":\"A\"}]}",
                 QUO_SCENARIO_ERROR_DUPLICATE,
                 "x.json:1:57: /nodes/1/id: the name “A” is taken already");
  check_message ("{\"quorate\":1,\"protocol\":\"toy\",\"nodes\":[{\"id\":\"@A\"}]}",
                 RANGE,
                 "x.json:1:46: /nodes/0/id: “@A”: a name must not begin with "
                 "“@”, which stands for a role");
  check_message ("{\"quorate\":1,\"protocol\":\"toy\"}", MISSING,
                 "x.json:1:1: the key “nodes” is missing: expected an array of "
                 "nodes or a rule such as {\"count\": 100}");
  check_message ("{\"quorate\":2,\"protocol\":\"toy\",\"nodes\":[{\"id\":\"A\"}]}",
                 RANGE,
                 "x.json:1:12: /quorate: expected 1, the version of the format "
                 "that this program reads, found the number 2");
  check_message ("{\"quorate\":1,\"protocol\":\"toi\",\"nodes\":[{\"id\":\"A\"}]}",
                 UNKNOWN,
                 "x.json:1:25: /protocol: “toi” is not a protocol: did you mean "
                 "“toy”?");
  check_message ("[]", TYPE,
                 "x.json:1:1: expected an object with “quorate”, “protocol” and "
                 "“nodes”, found an empty array");
}

static void
check_file (const char *path,
            const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *whole = g_strconcat (path, ": ", message, NULL);

  g_assert_null (quo_scenario_new_from_file (path, &error));
  g_assert_cmpstr (error->message, ==, whole);
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("quorate-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "s.quorate.json", NULL);

  check_file (folder, "is a directory, not a file");
  check_file (path, "cannot be read: No such file or directory");
  check_file ("/dev/null", "is not a regular file");
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  check_file (path, "the file is empty");

  /* Whoever may read everything cannot make this mistake. */
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  if (g_access (path, R_OK) != 0)
    check_file (path, "cannot be read: Permission denied");
  g_unlink (path);
  g_rmdir (folder);
}

/* A whole scenario, cut and flipped: the readers behind the scan never see what
 * they cannot bear. */
static void
test_flipped (void)
{
  g_autofree char *whole = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (g_test_get_filename (G_TEST_DIST, "core",
                                                           "scenario",
                                                           "whole.quorate.json",
                                                           NULL),
                                      &whole, &n, NULL));
  for (guint round = 0; round < 4000; round++)
    {
      g_autofree char *text = g_memdup2 (whole, n);
      g_autoptr (GError) error = NULL;
      g_autoptr (QuoScenario) scenario = NULL;
      gsize at = (gsize) g_test_rand_int_range (0, (gint32) n);
      gsize from = (gsize) g_test_rand_int_range (0, (gint32) n);
      gsize length = (gsize) g_test_rand_int_range (1, 12);

      /* Pieces of the file itself come further than noise. */
      length = MIN (length, MIN (n - at, n - from));
      memmove (text + at, whole + from, length);
      scenario = quo_scenario_new_from_data ("x", text, n, &error);
      g_assert_true ((scenario == NULL) == (error != NULL));
      if (scenario != NULL)
        quo_sim_config_unref (quo_scenario_config (scenario));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  toy_register ();
  g_test_add_func ("/core/scenario/reader/each-mistake-has-place-cause-and-hint",
                   test_bad);
  g_test_add_func ("/core/scenario/reader/key-of-a-set-has-no-value", test_set);
  g_test_add_func ("/core/scenario/reader/roams-over-nodes-only",
                   test_bad_roaming);
  g_test_add_func ("/core/scenario/reader/cluster-mistakes-are-told", test_cluster);
  g_test_add_func ("/core/scenario/reader/what-is-no-file-is-told", test_files);
  g_test_add_func ("/core/scenario/reader/mangled-files-give-a-scenario-or-an-error",
                   test_flipped);

  return g_test_run ();
}
