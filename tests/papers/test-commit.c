/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a commit costs, as printed: Mohan, Lindsay and Obermarck 1986 for the
 * variants of two-phase commit, Skeen 1981 for three-phase commit, Gray and Lamport
 * 2006, section 5, for Paxos Commit. The shipped scenarios are run for 1 to 10
 * participants, and every count has to be met exactly: of messages, of forced
 * writes, and of the records that each node writes, in their order.
 */

#include "papers.h"

typedef struct
{
  const char *scenario;
  const char *option;
  const char *value;
  gboolean    is_commit;   /* else the coordinator refuses, all being prepared */
  guint       messages;    /* times n */
  guint       forced;      /* plus ... */
  guint       forced_n;    /* ... times n */
  const char *coordinator; /* its records; those with a ! are forced */
  const char *participant;
} Row;

#define TWO   "commit-two-phase"
#define THREE "commit-three-phase"

static const Row rows[] = {
  { TWO, "variant", "basic", TRUE, 4, 1, 2, "commit! end", "prepared! commit!" },
  { TWO, "variant", "presumed-abort", TRUE, 4, 1, 2,
    "commit! end", "prepared! commit!" },
  { TWO, "variant", "presumed-commit", TRUE, 3, 2, 1,
    "collecting! commit!", "prepared! lazy-commit" },
  { TWO, "variant", "basic", FALSE, 4, 1, 2, "abort! end", "prepared! abort!" },
  { TWO, "variant", "presumed-abort", FALSE, 3, 0, 1,
    "", "prepared! lazy-abort" },
  { TWO, "variant", "presumed-commit", FALSE, 4, 2, 2,
    "collecting! abort! end", "prepared! abort!" },
  { THREE, "final-ack", "false", TRUE, 5, 2, 3,
    "precommit! commit!", "prepared! precommit! commit!" },
  { THREE, "final-ack", "true", TRUE, 6, 2, 3,
    "precommit! commit! end", "prepared! precommit! commit!" },
  /* Not in the table: an abort has no third phase. */
  { THREE, "final-ack", "false", FALSE, 3, 1, 2, "abort!", "prepared! abort!" },
  { THREE, "final-ack", "true", FALSE, 4, 1, 2,
    "abort! end", "prepared! abort!" },
};

static void
set_number (QuoScenario **scenario,
            const char   *path,
            guint         value)
{
  g_autofree char *text = g_strdup_printf ("%u", value);

  papers_set (scenario, path, text);
}

static double
measure (QuoRun     *run,
         const char *id)
{
  QuoSamples *samples = papers_measure (run, id);

  g_assert_cmpuint (quo_samples_get_n (samples), ==, 1);

  return quo_samples_get_sum (samples);
}

/* What the node wrote, as it came to be on disk. */
static char *
records_of (QuoRun *run,
            guint   node)
{
  QuoTrace *trace = quo_run_trace (run);
  const QuoWriteSpec *writes = quo_trace_declaration (trace)->writes;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SYNC
          || quo_trace_node (trace, i) != node)
        continue;
      quo_trace_read (trace, i, &event);
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? " " : "",
                              writes[event.what].id,
                              writes[event.what].is_forced ? "!" : "");
    }

  return g_strdup (text->str);
}

static void
check (QuoRun   *run,
       guint     messages,
       guint     forced,
       gboolean  is_commit)
{
  g_assert_cmpfloat (measure (run, "messages"), ==, messages);
  g_assert_cmpfloat (measure (run, "forced-writes"), ==, forced);
  g_assert_cmpfloat (measure (run, "committed"), ==, is_commit ? 1 : 0);
  g_assert_cmpfloat (measure (run, "in-doubt-at-end"), ==, 0);
}

static QuoRun *
run_row (const Row *row,
         guint      n,
         gboolean   has_reader)
{
  g_autofree char *path = g_strconcat ("options.", row->option, NULL);
  const char *abort = g_str_equal (row->scenario, TWO) ? TWO "-abort" : THREE;
  QuoScenario *scenario = papers_load (has_reader ? "commit-read-only"
                                : row->is_commit ? row->scenario : abort);
  QuoRun *run;

  set_number (&scenario, "nodes.count", n + 1);
  papers_set (&scenario, path, row->value);
  if (!row->is_commit)
    papers_set (&scenario, "options.no-voter", "n1");
  run = quo_run_new (scenario, quo_scenario_until (scenario), NULL, NULL, NULL);
  quo_scenario_unref (scenario);

  return run;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;

  for (guint n = 1; n <= 10; n++)
    {
      g_autoptr (QuoRun) run = run_row (row, n, FALSE);

      check (run, row->messages * n, row->forced + row->forced_n * n,
             row->is_commit);
      for (guint node = 0; node <= n; node++)
        {
          g_autofree char *records = records_of (run, node);

          g_assert_cmpstr (records, ==,
                           node == 0 ? row->coordinator : row->participant);
        }
    }
}

/* Who only read votes READ, writes nothing and hears no more of it: two messages,
 * and the rest is as if it were not there. */
static void
test_reader (gconstpointer data)
{
  const Row *row = data;

  for (guint n = 2; n <= 10; n++)
    {
      g_autoptr (QuoRun) run = run_row (row, n, TRUE);
      g_autofree char *reader = records_of (run, 1);
      g_autofree char *coordinator = records_of (run, 0);
      g_autofree char *participant = records_of (run, n);

      check (run, row->messages * (n - 1) + 2,
             row->forced + row->forced_n * (n - 1), row->is_commit);
      g_assert_cmpstr (reader, ==, "");
      g_assert_cmpstr (coordinator, ==, row->coordinator);
      g_assert_cmpstr (participant, ==, row->participant);
    }
}

/* N managers, F faults; the table's own example is N = 5, F = 1: 12 messages for
 * two-phase commit, which is F = 0, and 17 and 20. */
static void
test_paxos (gconstpointer data)
{
  const char *variant = data;
  gboolean is_faster = g_str_equal (variant, "faster");

  for (guint f = 0; f <= 3; f++)
    for (guint n = 2 * f + 1; n <= 10; n++)
      {
        QuoScenario *scenario = papers_load ("commit-paxos");
        g_autoptr (QuoRun) run = NULL;

        set_number (&scenario, "nodes.count", n);
        set_number (&scenario, "options.faults", f);
        papers_set (&scenario, "options.variant", variant);
        run = quo_run_new (scenario, quo_scenario_until (scenario), NULL, NULL,
                           NULL);
        check (run,
               is_faster ? (n - 1) * (2 * f + 3) : n * f + 3 * n - 3,
               n + f + 1, TRUE);
        quo_scenario_unref (scenario);
      }
}

int
main (int    argc,
      char **argv)
{
  papers_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path
        = g_strdup_printf ("/papers/%s/%s-%s-%s-costs-what-is-printed",
                           rows[i].scenario, rows[i].option, rows[i].value,
                           rows[i].is_commit ? "commit" : "abort");
      g_autofree char *reader
        = g_strdup_printf ("/papers/%s/%s-%s-reader-saves-what-is-printed",
                           rows[i].scenario, rows[i].value,
                           rows[i].is_commit ? "commit" : "abort");

      g_test_add_data_func (path, &rows[i], test_row);
      if (g_str_equal (rows[i].scenario, TWO))
        g_test_add_data_func (reader, &rows[i], test_reader);
    }
  g_test_add_data_func ("/papers/commit-paxos/basic-costs-what-is-printed",
                        "basic", test_paxos);
  g_test_add_data_func ("/papers/commit-paxos/faster-costs-what-is-printed",
                        "faster", test_paxos);

  return g_test_run ();
}
