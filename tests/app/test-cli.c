/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* quorate-cli as a script calls it: what it prints where, and how it exits. */

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>

static char *folder;

typedef struct
{
  char *out;
  char *err;
  int   status;
} Result;

static void
result_clear (Result *self)
{
  g_free (self->out);
  g_free (self->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static void
call (Result     *result,
      const char *first,
      ...) G_GNUC_NULL_TERMINATED;

static void
call (Result     *result,
      const char *first,
      ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  va_list rest;

  g_ptr_array_add (args, (gpointer) g_getenv ("QUORATE_CLI"));
  va_start (rest, first);
  for (const char *arg = first; arg != NULL; arg = va_arg (rest, const char *))
    g_ptr_array_add (args, (gpointer) arg);
  va_end (rest);
  g_ptr_array_add (args, NULL);

  process = g_subprocess_newv ((const char * const *) args->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE
                               | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &result->out, &result->err,
                                 &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  result->status = g_subprocess_get_exit_status (process);
}

static char *
write_file (const char *name,
            const char *text,
            gssize      length)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);

  return path;
}

static const char good[] =
  "{ \"quorate\": 1, \"title\": \"Three\", \"protocol\": \"raft\",\n"
  "  \"nodes\": [ { \"id\": \"A\" }, { \"id\": \"B\" }, { \"id\": \"C\" } ],\n"
  "  \"until\": \"1s\",\n"
  "  \"expect\": [ { \"invariant\": \"election-safety\", \"verdict\": \"holds\" } ] }\n";

static void
a_good_file_runs (void)
{
  g_autofree char *path = write_file ("good.json", good, -1);
  g_auto (Result) r = { 0 };

  call (&r, "run", path, NULL);
  g_assert_cmpstr (r.err, ==, "");
  g_assert_cmpint (r.status, ==, 0);
  g_assert_nonnull (strstr (r.out, "Three"));
  g_assert_nonnull (strstr (r.out, "digest "));
  g_assert_nonnull (strstr (r.out, "✓ election-safety holds"));
}

static void
a_failed_expectation_exits_with_3 (void)
{
  g_auto (GStrv) parts = g_strsplit (good, "holds", -1);
  g_autofree char *text = g_strjoinv ("violated", parts);
  g_autofree char *path = write_file ("wrong.json", text, -1);
  g_auto (Result) r = { 0 };

  call (&r, "run", path, NULL);
  g_assert_cmpint (r.status, ==, 3);
  g_assert_nonnull (strstr (r.out, "✗"));
}

static JsonObject *
run_json (const char  *path,
          const char  *setting,
          const char  *seed,
          JsonParser **ret_parser)
{
  g_auto (Result) r = { 0 };
  g_autoptr (GError) error = NULL;

  call (&r, "run", path, "--format", "json", "--seed", seed, "--set", setting, NULL);
  g_assert_cmpint (r.status, ==, 0);
  *ret_parser = json_parser_new ();
  json_parser_load_from_data (*ret_parser, r.out, -1, &error);
  g_assert_no_error (error);

  return json_node_get_object (json_parser_get_root (*ret_parser));
}

static void
json_has_digest_and_settings_count (void)
{
  g_autofree char *path = write_file ("good.json", good, -1);
  g_autoptr (JsonParser) a = NULL;
  g_autoptr (JsonParser) b = NULL;
  g_autoptr (JsonParser) c = NULL;
  g_autoptr (JsonParser) d = NULL;
  JsonObject *first = run_json (path, "until=1s", "5", &a);
  JsonObject *again = run_json (path, "until=1s", "5", &b);
  JsonObject *other_seed = run_json (path, "until=1s", "6", &c);
  JsonObject *longer = run_json (path, "until=2s", "5", &d);

  g_assert_cmpstr (json_object_get_string_member (first, "digest"), ==,
                   json_object_get_string_member (again, "digest"));
  g_assert_cmpstr (json_object_get_string_member (first, "digest"), !=,
                   json_object_get_string_member (other_seed, "digest"));
  g_assert_cmpint (json_object_get_int_member (first, "end"), ==, 1000000000);
  g_assert_cmpint (json_object_get_int_member (longer, "end"), ==, 2000000000);
}

static void
assert_refused (const char *path,
                const char *what)
{
  g_auto (Result) r = { 0 };
  g_auto (GStrv) lines = NULL;

  call (&r, "validate", path, NULL);
  if (r.status != 1 || strstr (r.err, what) == NULL)
    g_error ("%s: exit %d, expected to read “%s” in: %s", path, r.status, what,
             r.err);
  g_assert_cmpstr (r.out, ==, "");

  /* One message, with its place. */
  lines = g_strsplit (g_strchomp (r.err), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1);
  g_assert_nonnull (strstr (r.err, path));
}

static void
bad_files_are_refused_with_their_place (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *says;
  } files[] = {
    { "syntax.json", "{ \"quorate\": 1,\n  \"protocol\" \"raft\" }", ":2:14" },
    { "type.json",
      "{ \"quorate\": 1, \"protocol\": \"raft\", \"nodes\": 3 }", "/nodes" },
    { "unknown-key.json",
      "{ \"quorate\": 1, \"protocol\": \"raft\", \"nodes\": [ { \"id\": \"A\" } ],\n"
      "  \"untill\": \"1s\" }", "until" },
    { "unknown-node.json",
      "{ \"quorate\": 1, \"protocol\": \"raft\", \"nodes\": [ { \"id\": \"A\" } ],\n"
      "  \"script\": [ { \"at\": \"1s\", \"do\": \"crash\", \"node\": \"Z\" } ] }",
      "/script/0/node" },
    { "negative.json",
      "{ \"quorate\": 1, \"protocol\": \"raft\", \"nodes\": [ { \"id\": \"A\" } ],\n"
      "  \"until\": \"-1s\" }", "/until" },
    { "many.json",
      "{ \"quorate\": 1, \"protocol\": \"raft\", \"nodes\": { \"count\": 1000000000 } }",
      "/nodes/count" },
    { "twice.json",
      "{ \"quorate\": 1, \"protocol\": \"raft\", \"nodes\": [ { \"id\": \"A\" } ],\n"
      "  \"seed\": 1, \"seed\": 2 }", "seed" },
    { "empty.json", "", "empty" },
    { "protocol.json",
      "{ \"quorate\": 1, \"protocol\": \"rafd\", \"nodes\": [ { \"id\": \"A\" } ] }",
      "raft" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = write_file (files[i].name, files[i].text, -1);

      assert_refused (path, files[i].says);
    }
}

static void
deep_nesting_is_refused (void)
{
  g_autofree char *deep = g_malloc (200001);
  g_autofree char *path = NULL;

  memset (deep, '[', 100000);
  memset (deep + 100000, ']', 100000);
  deep[200000] = '\0';
  path = write_file ("deep.json", deep, 200000);
  assert_refused (path, "64");
}

static void
what_is_no_file_is_refused (void)
{
  g_autofree char *missing = g_build_filename (folder, "missing.json", NULL);

  assert_refused (folder, "");
  assert_refused (missing, "");
}

static void
wrong_usage_exits_with_2 (void)
{
  g_autofree char *path = write_file ("good.json", good, -1);
  static const char * const calls[][6] = {
    { NULL },
    { "rum", NULL },
    { "run", NULL },
    { "run", "PATH", "--sed=3", NULL },
    { "run", "PATH", "--seed=x", NULL },
    { "run", "PATH", "--format=xml", NULL },
    { "run", "PATH", "--set=until", NULL },
    { "export", "PATH", NULL },
    { "export", "PATH", "--view=sequence", "-oX.bmp", NULL },
    { "export", "PATH", "--view=nonsense", "-oX.svg", NULL },
    { "sweep", "PATH", NULL },
    { "sweep", "PATH", "--measure=nonsense", NULL },
    { "sweep", "PATH", "--measure=sent", "--seeds=9..1", NULL },
    { "describe", "nonsense", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      const char *args[6] = { NULL };
      g_auto (Result) r = { 0 };

      for (guint j = 0; calls[i][j] != NULL; j++)
        args[j] = g_str_equal (calls[i][j], "PATH") ? path : calls[i][j];
      call (&r, args[0], args[1], args[2], args[3], args[4], NULL);
      if (r.status != 2)
        g_error ("call %u exits with %d: %s", i, r.status, r.err);
      g_assert_cmpstr (r.out, ==, "");
      g_assert_true (g_str_has_prefix (r.err, "quorate-cli: "));
    }
}

static void
export_writes_each_format (void)
{
  static const struct
  {
    const char *suffix;
    const char *magic;
  } formats[] = { { "svg", "<" }, { "png", "\x89PNG" }, { "pdf", "%PDF" } };
  g_autofree char *path = write_file ("good.json", good, -1);
  g_auto (Result) views = { 0 };
  g_auto (GStrv) ids = NULL;

  call (&views, "views", path, NULL);
  g_assert_cmpint (views.status, ==, 0);
  ids = g_strsplit (g_strchomp (views.out), "\n", -1);
  g_assert_true (g_strv_contains ((const char * const *) ids, "network"));
  g_assert_true (g_strv_contains ((const char * const *) ids, "sequence"));
  for (guint v = 0; ids[v] != NULL; v++)
    for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
      {
        g_autofree char *name = g_strdup_printf ("%s.%s", ids[v],
                                                 formats[i].suffix);
        g_autofree char *picture = g_build_filename (folder, name, NULL);
        g_autofree char *bytes = NULL;
        g_auto (Result) r = { 0 };

        call (&r, "export", path, "--view", ids[v], "--at", "500ms", "-o", picture,
              NULL);
        g_assert_cmpint (r.status, ==, 0);
        g_assert_true (g_file_get_contents (picture, &bytes, NULL, NULL));
        g_assert_true (g_str_has_prefix (bytes, formats[i].magic));
        g_assert_nonnull (strstr (r.out, picture));
      }
}

static void
a_picture_that_cannot_be_written_exits_with_1 (void)
{
  g_autofree char *path = write_file ("good.json", good, -1);
  g_autofree char *picture = g_build_filename (folder, "no", "such", "a.svg", NULL);
  g_auto (Result) r = { 0 };

  call (&r, "export", path, "--view", "sequence", "-o", picture, NULL);
  g_assert_cmpint (r.status, ==, 1);
  g_assert_nonnull (strstr (r.err, picture));
}

static void
sweep_does_not_depend_on_the_number_of_threads (void)
{
  g_autofree char *path = write_file ("good.json", good, -1);
  g_auto (Result) one = { 0 };
  g_auto (Result) many = { 0 };
  g_auto (GStrv) lines = NULL;

  call (&one, "sweep", path, "--seeds", "1..40", "--measure", "sent", "--set",
        "until=500ms,1s", "--set",
        "options.election-timeout=[\"150ms\",\"300ms\"],[\"50ms\",\"60ms\"]",
        "--jobs", "1", NULL);
  call (&many, "sweep", path, "--seeds", "1..40", "--measure", "sent", "--set",
        "until=500ms,1s", "--set",
        "options.election-timeout=[\"150ms\",\"300ms\"],[\"50ms\",\"60ms\"]",
        "--jobs", "7", NULL);
  g_assert_cmpint (one.status, ==, 0);
  g_assert_cmpstr (one.out, ==, many.out);
  lines = g_strsplit (g_strchomp (one.out), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], "\t", -1);

      g_assert_cmpuint (g_strv_length (cells), ==, 11);
      g_assert_cmpstr (cells[2], ==, "sent");
      g_assert_cmpstr (cells[4], ==, "40");
      g_assert_cmpfloat (g_ascii_strtod (cells[9], NULL), >, 0);
    }
}

static void
sweep_refuses_more_runs_than_can_be_counted (void)
{
  g_autofree char *path = write_file ("good.json", good, -1);
  g_autoptr (GString) axis = g_string_new ("--set=/seed=1");
  g_auto (Result) r = { 0 };

  /* 256 values eight times over: 2 to the 64th rows. */
  for (guint i = 2; i <= 256; i++)
    g_string_append_printf (axis, ",%u", i);
  call (&r, "sweep", path, "--measure=sent", axis->str, axis->str, axis->str,
        axis->str, axis->str, axis->str, axis->str, axis->str, NULL);
  g_assert_cmpint (r.status, ==, 2);
  g_assert_cmpstr (r.out, ==, "");
}

static void
sweep_tells_of_runs_that_a_limit_cut_short (void)
{
  g_autofree char *path = write_file ("good.json", good, -1);
  g_auto (Result) whole = { 0 };
  g_auto (Result) cut = { 0 };

  call (&whole, "sweep", path, "--measure=sent", "--seeds=1..3", NULL);
  g_assert_cmpint (whole.status, ==, 0);
  g_assert_cmpstr (whole.err, ==, "");
  call (&cut, "sweep", path, "--measure=sent", "--seeds=1..3",
        "--set=/limits={\"events\": 1}", NULL);
  g_assert_cmpint (cut.status, ==, 0);
  g_assert_nonnull (strstr (cut.err, "3 of 3 runs"));
}

static void
run_says_which_limit_it_reached (void)
{
  g_autofree char *path = write_file ("good.json", good, -1);
  g_auto (Result) events = { 0 };
  g_auto (Result) memory = { 0 };
  g_auto (Result) json = { 0 };
  g_auto (Result) failed = { 0 };

  call (&events, "run", path, "--set=/limits={\"events\": 20}", NULL);
  g_assert_cmpint (events.status, ==, 4);
  g_assert_nonnull (strstr (events.err, "the limit of 20 events was reached"));
  g_assert_nonnull (strstr (events.out, "stopped at the limit on events"));
  call (&memory, "run", path, "--set=/until=\"1h\"",
        "--set=/limits={\"memory\": \"4MiB\"}", NULL);
  g_assert_cmpint (memory.status, ==, 4);
  g_assert_nonnull (strstr (memory.err, "the limit of 4MiB of memory"));
  call (&json, "run", path, "--set=/limits={\"events\": 20}", "--format=json", NULL);
  g_assert_cmpint (json.status, ==, 4);
  g_assert_nonnull (strstr (json.out, "\"cut-short\" : true"));
  call (&failed, "run", path, "--set=/limits={\"events\": 20}",
        "--set=/expect=[{\"node\": \"A\", \"field\": \"term\", \"is\": 99}]",
        NULL);
  g_assert_cmpint (failed.status, ==, 3);
  g_assert_nonnull (strstr (failed.err, "the limit of 20 events was reached"));
}

static void
describe_names_everything_that_is_declared (void)
{
  g_auto (Result) all = { 0 };
  g_auto (Result) raft = { 0 };

  call (&all, "describe", NULL);
  g_assert_cmpint (all.status, ==, 0);
  g_assert_nonnull (strstr (all.out, "raft"));
  g_assert_nonnull (strstr (all.out, "gossip"));
  call (&raft, "describe", "raft", NULL);
  g_assert_cmpint (raft.status, ==, 0);
  g_assert_nonnull (strstr (raft.out, "AppendEntries"));
  g_assert_nonnull (strstr (raft.out, "election-timeout"));
  g_assert_nonnull (strstr (raft.out, "election-safety"));
  g_assert_nonnull (strstr (raft.out, "commit-earlier-term"));
  g_assert_nonnull (strstr (raft.out, "leader-replacement"));
}

static void
help_goes_to_standard_output (void)
{
  static const char * const commands[] = {
    "run", "export", "views", "validate", "describe", "list", "script", "sweep"
  };
  g_auto (Result) all = { 0 };

  call (&all, "--help", NULL);
  g_assert_cmpint (all.status, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (Result) r = { 0 };

      g_assert_nonnull (strstr (all.out, commands[i]));
      call (&r, commands[i], "--help", NULL);
      g_assert_cmpint (r.status, ==, 0);
      g_assert_cmpstr (r.err, ==, "");
      g_assert_nonnull (strstr (r.out, commands[i]));
    }
}

static void
every_shipped_scenario_is_as_expected (void)
{
  g_auto (Result) list = { 0 };
  g_auto (GStrv) lines = NULL;

  call (&list, "list", NULL);
  g_assert_cmpint (list.status, ==, 0);
  lines = g_strsplit (g_strchomp (list.out), "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autofree char *name = g_strndup (lines[i], strcspn (lines[i], " "));
      g_auto (Result) r = { 0 };

      call (&r, "run", name, NULL);
      if (r.status != 0)
        g_error ("%s exits with %d: %s%s", name, r.status, r.out, r.err);
      g_assert_nonnull (strstr (r.out, "✓"));
    }
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("quorate-cli-XXXXXX", NULL);
  g_test_add_func ("/app/cli/a-good-file-runs", a_good_file_runs);
  g_test_add_func ("/app/cli/a-failed-expectation-exits-with-3",
                   a_failed_expectation_exits_with_3);
  g_test_add_func ("/app/cli/json-has-digest-and-settings-count",
                   json_has_digest_and_settings_count);
  g_test_add_func ("/app/cli/bad-files-are-refused-with-their-place",
                   bad_files_are_refused_with_their_place);
  g_test_add_func ("/app/cli/deep-nesting-is-refused", deep_nesting_is_refused);
  g_test_add_func ("/app/cli/what-is-no-file-is-refused", what_is_no_file_is_refused);
  g_test_add_func ("/app/cli/wrong-usage-exits-with-2", wrong_usage_exits_with_2);
  g_test_add_func ("/app/cli/export-writes-each-format", export_writes_each_format);
  g_test_add_func ("/app/cli/a-picture-that-cannot-be-written-exits-with-1",
                   a_picture_that_cannot_be_written_exits_with_1);
  g_test_add_func ("/app/cli/sweep-does-not-depend-on-the-number-of-threads",
                   sweep_does_not_depend_on_the_number_of_threads);
  g_test_add_func ("/app/cli/sweep-refuses-more-runs-than-can-be-counted",
                   sweep_refuses_more_runs_than_can_be_counted);
  g_test_add_func ("/app/cli/sweep-tells-of-runs-that-a-limit-cut-short",
                   sweep_tells_of_runs_that_a_limit_cut_short);
  g_test_add_func ("/app/cli/run-says-which-limit-it-reached",
                   run_says_which_limit_it_reached);
  g_test_add_func ("/app/cli/describe-names-everything-that-is-declared",
                   describe_names_everything_that_is_declared);
  g_test_add_func ("/app/cli/help-goes-to-standard-output",
                   help_goes_to_standard_output);
  g_test_add_func ("/app/cli/every-shipped-scenario-is-as-expected",
                   every_shipped_scenario_is_as_expected);
  status = g_test_run ();
  if (status == 0)
    {
      g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);

      g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
    }
  g_free (folder);

  return status;
}
