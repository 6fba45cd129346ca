/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How logs become the same, and what is committed: rules 1, 3 and 4. */

#include "cluster.h"

#include <string.h>

#define S1 0
#define S2 1
#define S3 2
#define S4 3
#define S5 4

#define REPLY_SUCCESS 1

/* The paper's figure 7, from L to f. */
static const char * const figure_7[] = {
  "1 1 1 4 4 5 5 6 6 6",
  "1 1 1 4 4 5 5 6 6",
  "1 1 1 4",
  "1 1 1 4 4 5 5 6 6 6 6",
  "1 1 1 4 4 5 5 6 6 6 7 7",
  "1 1 1 4 4 4 4",
  "1 1 1 2 2 2 3 3 3 3 3"
};

/* Heartbeats are so far apart that none repeats a question before it is answered. */
static Cluster *
new_figure_7 (void)
{
  Cluster *cluster = cluster_new (7, 1);

  cluster_option (cluster, "no-op", "false");
  cluster_option (cluster, "heartbeat-interval", "400ms");
  cluster_option (cluster, "election-timeout", "2s..3s");
  for (guint i = 0; i < 7; i++)
    cluster_log (cluster, i, figure_7[i], 7);
  cluster_stand (cluster, 10 * MS, 0);

  return cluster;
}

static void
assert_terms (Cluster    *cluster,
              guint       node,
              const char *terms)
{
  g_autofree char *found = cluster_terms (cluster, node);

  g_assert_cmpstr (found, ==, terms);
}

static void
assert_no_violation (Cluster *cluster)
{
  g_autofree char *violations = cluster_violations (cluster);

  g_assert_cmpstr (violations, ==, "");
}

/* Counted by hand in the figure: how often the leader has to go back by one until
 * index and term are those of an entry of the follower. */
static void
test_figure_7_rejections (void)
{
  static const guint n_rejections[] = { 0, 1, 6, 0, 0, 5, 7 };
  g_autoptr (Cluster) cluster = new_figure_7 ();

  cluster_run (cluster, 490 * MS);

  for (guint i = 1; i < 7; i++)
    g_assert_cmpuint (cluster_count (cluster, "AppendEntriesReply", (int) i, 0,
                                     REPLY_SUCCESS, 0), ==, n_rejections[i]);
}

static void
test_figure_7_repair (void)
{
  g_autoptr (Cluster) cluster = new_figure_7 ();

  cluster_ask (cluster, 500 * MS, 0, 0, QUO_OP_WRITE, "x", "1", NULL);

  /* Without a conflict nothing is taken away. */
  cluster_run (cluster, 490 * MS);
  for (guint i = 0; i < 7; i++)
    assert_terms (cluster, i, i == 3 || i == 4 ? figure_7[i] : figure_7[0]);

  cluster_run (cluster, 1000 * MS);
  for (guint i = 0; i < 7; i++)
    {
      assert_terms (cluster, i, "1 1 1 4 4 5 5 6 6 6 8");
      g_assert_cmpint (cluster_field (cluster, i, "commit-index"), ==, 11);
      g_assert_cmpstr (cluster_stored (cluster, i, "x"), ==, "1");
    }
  assert_no_violation (cluster);
}

/* Entries of a conflicting term are skipped at one go. */
static void
test_hint (void)
{
  g_autoptr (Cluster) cluster = new_figure_7 ();

  cluster_option (cluster, "back-up", "hint");
  cluster_run (cluster, 490 * MS);

  for (guint i = 1; i < 7; i++)
    {
      assert_terms (cluster, i, i == 3 || i == 4 ? figure_7[i] : figure_7[0]);
      g_assert_cmpuint (cluster_count (cluster, "AppendEntriesReply", (int) i, 0,
                                       REPLY_SUCCESS, 0), <=, 4);
    }
  assert_no_violation (cluster);
}

/* Figure 8, (a) to (c), as rows of a script; the entries of a term are what a client
 * asked its leader for. Returns in (c): S1 leads term 4 and has brought entry 2 to S3,
 * so that a majority has it. */
static Cluster *
new_figure_8 (gboolean is_faulty)
{
  Cluster *cluster = cluster_new (5, 5);

  cluster_option (cluster, "no-op", "false");
  cluster_option (cluster, "election-timeout", "10s..20s");
  cluster_option (cluster, "batch", "1");
  if (is_faulty)
    cluster_fault (cluster, "commit-earlier-term");
  for (guint i = 0; i < 5; i++)
    cluster->config->clients[i].n_tries_max = 1;

  cluster_log (cluster, S1, "1 2", 2);
  cluster_log (cluster, S2, "1 2", 2);
  cluster_log (cluster, S3, "1", 2);
  cluster_log (cluster, S4, "1", 2);
  cluster_log (cluster, S5, "1", 2);

  /* (b) S5 wins term 3 with S3 and S4 and appends an entry that stays with it. */
  cluster_at (cluster, 1 * MS, QUO_ACTION_CRASH, S1);
  cluster_partition (cluster, 2 * MS, "345|12");
  cluster_stand (cluster, 10 * MS, S5);
  cluster_partition (cluster, 35 * MS, "5|1234");
  cluster_ask (cluster, 50 * MS, 4, S5, QUO_OP_WRITE, "x", "3", NULL);
  cluster_at (cluster, 60 * MS, QUO_ACTION_CRASH, S5);
  cluster_at (cluster, 70 * MS, QUO_ACTION_HEAL, 0);

  /* (c) S1 is back, wins term 4 (S2 alone does not know of term 3) and finds that
   * S3 lacks entry 2; S4 is away while it brings it there. */
  cluster_at (cluster, 80 * MS, QUO_ACTION_RESTART, S1);
  cluster_stand (cluster, 90 * MS, S1);
  cluster_stand (cluster, 100 * MS, S1);

  return cluster;
}

static void
test_figure_8_c (void)
{
  g_autoptr (Cluster) cluster = new_figure_8 (FALSE);

  cluster_partition (cluster, 125 * MS, "123|45");
  cluster_run (cluster, 49 * MS);
  g_assert_cmpint (cluster_leader (cluster), ==, S5);
  g_assert_cmpint (cluster_field (cluster, S5, "term"), ==, 3);
  cluster_run (cluster, 59 * MS);
  assert_terms (cluster, S5, "1 3");

  cluster_run (cluster, 200 * MS);
  g_assert_cmpint (cluster_leader (cluster), ==, S1);
  g_assert_cmpint (cluster_field (cluster, S1, "term"), ==, 4);
  for (guint i = S1; i <= S3; i++)
    {
      assert_terms (cluster, i, "1 2");
      g_assert_cmpint (cluster_field (cluster, i, "commit-index"), ==, 0);
    }
  assert_terms (cluster, S4, "1");
}

/* (d1) S1 crashes; S5 wins term 5 and replaces entry 2 everywhere. */
static void
run_figure_8_d1 (Cluster *cluster)
{
  cluster_partition (cluster, 125 * MS, "123|45");
  cluster_at (cluster, 200 * MS, QUO_ACTION_CRASH, S1);
  cluster_at (cluster, 210 * MS, QUO_ACTION_HEAL, 0);
  cluster_at (cluster, 220 * MS, QUO_ACTION_RESTART, S5);
  cluster_stand (cluster, 230 * MS, S5);
  cluster_stand (cluster, 240 * MS, S5);
  cluster_at (cluster, 400 * MS, QUO_ACTION_RESTART, S1);
  /* An entry of its own term lets S5 commit what came before. */
  cluster_ask (cluster, 600 * MS, 4, S5, QUO_OP_WRITE, "x", "5", NULL);
  cluster_run (cluster, 1000 * MS);
}

static void
test_figure_8_d1 (void)
{
  g_autoptr (Cluster) cluster = new_figure_8 (FALSE);

  run_figure_8_d1 (cluster);

  g_assert_cmpint (cluster_leader (cluster), ==, S5);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *terms = cluster_terms (cluster, i);

      g_assert_true (g_str_has_prefix (terms, "1 3"));
    }
  assert_no_violation (cluster);
}

static void
test_figure_8_fault (void)
{
  g_autoptr (Cluster) cluster = new_figure_8 (TRUE);
  g_autofree char *violations = NULL;

  run_figure_8_d1 (cluster);

  violations = cluster_violations (cluster);
  g_test_message ("%s", violations);
  g_assert_nonnull (strstr (violations, "state-machine-safety: "));
  g_assert_nonnull (strstr (violations, "leader-completeness: "));
}

/* (d2) S1 replicates an entry of its own term to a majority: now entry 2 is safe, for
 * S5 gets no vote but S4's. */
static void
test_figure_8_d2 (void)
{
  g_autoptr (Cluster) cluster = new_figure_8 (FALSE);

  cluster_partition (cluster, 125 * MS, "123|45");
  cluster_ask (cluster, 150 * MS, 0, S1, QUO_OP_WRITE, "x", "4", NULL);
  cluster_at (cluster, 300 * MS, QUO_ACTION_CRASH, S1);
  cluster_at (cluster, 310 * MS, QUO_ACTION_HEAL, 0);
  cluster_at (cluster, 320 * MS, QUO_ACTION_RESTART, S5);
  cluster_stand (cluster, 330 * MS, S5);
  cluster_stand (cluster, 340 * MS, S5);
  cluster_run (cluster, 600 * MS);

  for (guint i = S1; i <= S3; i++)
    {
      assert_terms (cluster, i, "1 2 4");
      g_assert_cmpint (cluster_field (cluster, i, "voted-for"), !=, S5);
    }
  g_assert_cmpint (cluster_field (cluster, S2, "commit-index"), ==, 3);
  g_assert_cmpint (cluster_field (cluster, S4, "voted-for"), ==, S5);
  g_assert_cmpint (cluster_leader (cluster), ==, -1);
  assert_no_violation (cluster);
}

/* The message with the first entry is held back until the second has arrived by
 * another one. */
static Cluster *
new_stale_message (void)
{
  Cluster *cluster = cluster_new (3, 1);
  QuoAction *delay = NULL;

  cluster_stand (cluster, 10 * MS, S1);
  delay = quo_sim_config_add_action (cluster->config, QUO_ACTION_DELAY, 299 * MS);
  delay->match = (QuoMessageMatch) {
    quo_declaration_find_message (cluster->config->declaration, "AppendEntries"),
    S1, S2, 1
  };
  delay->duration = 300 * MS;
  cluster_ask (cluster, 300 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_ask (cluster, 301 * MS, 0, S1, QUO_OP_WRITE, "x", "2", NULL);
  cluster_ask (cluster, 302 * MS, 0, S1, QUO_OP_WRITE, "x", "3", NULL);

  return cluster;
}

static void
test_stale_message (void)
{
  g_autoptr (Cluster) cluster = new_stale_message ();

  cluster_run (cluster, 560 * MS);
  assert_terms (cluster, S2, "1 1 1 1");
  cluster_run (cluster, 1000 * MS);
  assert_terms (cluster, S2, "1 1 1 1");
  g_assert_cmpuint (cluster_notes (cluster, "replaces", -1), ==, 0);
  assert_no_violation (cluster);
}

static void
test_stale_message_fault (void)
{
  g_autoptr (Cluster) cluster = new_stale_message ();
  g_autofree char *violations = NULL;

  cluster_fault (cluster, "truncate-without-conflict");
  cluster_run (cluster, 1000 * MS);

  violations = cluster_violations (cluster);
  g_assert_nonnull (strstr (violations, "acknowledged-kept: S2 "));
}

static void
test_majority (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 1);
  g_autofree char *cut_off = NULL;
  g_autofree char *healed = NULL;

  cluster_stand (cluster, 10 * MS, S1);
  cluster_partition (cluster, 200 * MS, "12|345");
  cluster_option (cluster, "election-timeout", "5s..6s");
  cluster_ask (cluster, 300 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_at (cluster, 700 * MS, QUO_ACTION_HEAL, 0);

  cluster_run (cluster, 699 * MS);
  assert_terms (cluster, S2, "1 1");
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 1);
  cut_off = cluster_answer (cluster, 0, 1);
  g_assert_cmpstr (cut_off, ==, "open");

  cluster_run (cluster, 1000 * MS);
  healed = cluster_answer (cluster, 0, 1);
  g_assert_cmpstr (healed, ==, "ok 1");
  for (guint i = 0; i < 5; i++)
    g_assert_cmpstr (cluster_stored (cluster, i, "x"), ==, "1");
}

/* With a disk that takes 30 ms a follower's acknowledgement leaves 30 ms after the
 * entries came, and a crash before that takes them away. */
static void
test_disk (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);

  cluster_write_cost (cluster, 30 * MS);
  cluster_option (cluster, "election-timeout", "5s..6s");
  cluster_stand (cluster, 10 * MS, S1);
  cluster_at (cluster, 400 * MS, QUO_ACTION_CRASH, S3);
  cluster_ask (cluster, 500 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_at (cluster, 530 * MS, QUO_ACTION_CRASH, S2);

  cluster_run (cluster, 529 * MS);
  assert_terms (cluster, S2, "1 1");
  g_assert_cmpuint (cluster_count (cluster, "AppendEntriesReply", S2, S1, 2, 2), ==, 0);
  cluster_run (cluster, 531 * MS);
  assert_terms (cluster, S2, "1");
  cluster_run (cluster, 900 * MS);
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 1);
  assert_no_violation (cluster);
}

static void
test_everything_survives (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 1);

  cluster_stand (cluster, 10 * MS, S1);
  cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  for (guint i = 0; i < 5; i++)
    {
      cluster_at (cluster, 400 * MS, QUO_ACTION_CRASH, i);
      cluster_at (cluster, 500 * MS, QUO_ACTION_RESTART, i);
    }

  cluster_run (cluster, 499 * MS);
  for (guint i = 0; i < 5; i++)
    {
      assert_terms (cluster, i, "1 1");
      g_assert_null (cluster_stored (cluster, i, "x"));
    }

  cluster_run (cluster, 2000 * MS);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpstr (cluster_stored (cluster, i, "x"), ==, "1");
  assert_no_violation (cluster);
}

static guint
longest_message (Cluster *cluster)
{
  QuoTrace *trace = quo_sim_trace (cluster->sim);
  guint longest = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.kind == QUO_EVENT_SEND)
        longest = MAX (longest, event.n_rows);
    }

  return longest;
}

/* A server that missed 40 entries gets them in messages of at most 8, whether or not
 * the leader waits for each answer. */
static void
test_batch (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Cluster) cluster = cluster_new (3, 1);

      cluster_option (cluster, "batch", "8");
      cluster_option (cluster, "pipelining", i == 0 ? "true" : "false");
      cluster_option (cluster, "back-up", "hint");
      cluster_log (cluster, S1, "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "
                   "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", 1);
      cluster_stand (cluster, 10 * MS, S1);
      cluster_run (cluster, 1000 * MS);

      g_assert_cmpint (cluster_field (cluster, S3, "commit-index"), ==, 41);
      g_assert_cmpuint (longest_message (cluster), ==, 8);
      /* The hint finds the place at once. */
      g_assert_cmpuint (cluster_count (cluster, "AppendEntriesReply", S3, S1,
                                       REPLY_SUCCESS, 0), ==, 1);
    }
}

/* The most messages with entries from S1 to S2 at a time that S1 had no answer to. */
static guint
most_in_flight (Cluster *cluster)
{
  QuoTrace *trace = quo_sim_trace (cluster->sim);
  g_autoptr (GArray) last = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint most = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.kind == QUO_EVENT_SEND && event.node == S1 && event.to == S2 &&
          event.n_rows > 0)
        {
          gint64 index = event.values[1] + event.n_rows;

          g_array_append_val (last, index);
          most = MAX (most, last->len);
        }
      if (event.kind != QUO_EVENT_DELIVER || event.node != S1 || event.to != S2)
        continue;

      quo_trace_read (trace, event.cause, &event);
      while (event.values[REPLY_SUCCESS] == 1 && last->len > 0 &&
             event.values[2] >= g_array_index (last, gint64, 0))
        g_array_remove_index (last, 0);
    }

  return most;
}

/* Twenty writes within one round trip. */
static Cluster *
new_pipe (const char *pipelining,
          const char *in_flight)
{
  Cluster *cluster = cluster_new (3, 20);

  cluster_option (cluster, "pipelining", pipelining);
  cluster_option (cluster, "in-flight", in_flight);
  cluster_stand (cluster, 10 * MS, S1);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      cluster->config->clients[i].home = S1;
      cluster_ask (cluster, 205 * MS + i * MS / 2, i, S1, QUO_OP_WRITE, key, "1", NULL);
    }

  return cluster;
}

static void
test_pipelining (void)
{
  static const struct
  {
    const char *pipelining;
    const char *in_flight;
    guint       most;
  } cases[] = {
    { "false", "256", 1 }, { "true", "256", 20 }, { "true", "4", 4 }, { "true", "1", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Cluster) cluster = new_pipe (cases[i].pipelining, cases[i].in_flight);

      /* A heartbeat would send what was not answered once more. */
      cluster_option (cluster, "heartbeat-interval", "400ms");
      cluster_option (cluster, "election-timeout", "2s..3s");
      cluster_run (cluster, 1000 * MS);
      g_assert_cmpuint (most_in_flight (cluster), ==, cases[i].most);
      for (guint node = 0; node < 3; node++)
        {
          g_assert_cmpint (cluster_field (cluster, node, "commit-index"), ==, 21);
          g_assert_cmpstr (cluster_stored (cluster, node, "k19"), ==, "1");
        }
      assert_no_violation (cluster);
    }
}

/* Nothing but heartbeats goes to a server that has not answered four messages; what was
 * lost is sent again once it is back. */
static void
test_pipe_to_nobody (void)
{
  g_autoptr (Cluster) cluster = new_pipe ("true", "4");

  cluster_partition (cluster, 204 * MS, "13|2");
  cluster_at (cluster, 600 * MS, QUO_ACTION_HEAL, 0);
  cluster_run (cluster, 590 * MS);
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 21);
  g_assert_cmpuint (most_in_flight (cluster), ==, 4);

  cluster_run (cluster, 3000 * MS);
  g_assert_cmpstr (cluster_stored (cluster, S2, "k19"), ==, "1");
  assert_no_violation (cluster);
}

/* Of ten entries sent ahead only the last arrives. One step back for each would be
 * ten rejections, and with each burst that comes in disorder the same again. */
static void
test_disorder (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 10);
  int message = quo_declaration_find_message (cluster->config->declaration,
                                              "AppendEntries");

  cluster_option (cluster, "batch", "1");
  cluster_option (cluster, "back-up", "decrement");
  cluster_option (cluster, "heartbeat-interval", "400ms");
  cluster_option (cluster, "election-timeout", "2s..3s");
  cluster_stand (cluster, 10 * MS, S1);
  for (guint i = 0; i < 10; i++)
    cluster_ask (cluster, 300 * MS, i, S1, QUO_OP_WRITE, "x", "1", NULL);
  for (guint i = 0; i < 9; i++)
    quo_sim_config_add_action (cluster->config, QUO_ACTION_DROP, 299 * MS)->match =
      (QuoMessageMatch) { message, S1, S3, 1 };
  cluster_run (cluster, 390 * MS);

  assert_terms (cluster, S3, "1 1 1 1 1 1 1 1 1 1 1");
  g_assert_cmpuint (cluster_count (cluster, "AppendEntriesReply", S3, S1,
                                   REPLY_SUCCESS, 0), ==, 1);
}

static void
test_gap (void)
{
  g_autoptr (Cluster) cluster = cluster_new (1, 0);
  QuoInitial entry = { S1, 0, 7, { 1 } };

  cluster_log (cluster, S1, "1 1", 1);
  entry.field = (guint) quo_declaration_find_field (cluster->config->declaration,
                                                    "log");
  g_array_append_val (cluster->config->initial, entry);
  cluster_run (cluster, 1 * MS);

  assert_terms (cluster, S1, "1 1");
}

/* Half of a hundred and one servers may be down, and not one more. */
static void
test_many (void)
{
  enum { N = 101 };
  g_autoptr (Cluster) cluster = cluster_new (N, 1);
  g_autofree char *violations = NULL;

  cluster_option (cluster, "election-timeout", "10s..20s");
  cluster_stand (cluster, 10 * MS, S1);
  for (guint i = 1; i <= N / 2; i++)
    cluster_at (cluster, 200 * MS, QUO_ACTION_CRASH, i);
  cluster_ask (cluster, 300 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_at (cluster, 1000 * MS, QUO_ACTION_CRASH, N - 1);
  cluster_ask (cluster, 1100 * MS, 0, S1, QUO_OP_WRITE, "x", "2", NULL);
  cluster_at (cluster, 2000 * MS, QUO_ACTION_RESTART, 1);

  cluster_run (cluster, 1900 * MS);
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 2);
  cluster_run (cluster, 2500 * MS);
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 3);
  g_assert_cmpint (cluster_field (cluster, N - 2, "commit-index"), ==, 3);
  violations = cluster_violations (cluster);
  g_assert_cmpstr (violations, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(claim, func) \
  g_test_add_func ("/core/protocol/raft/replication/" claim, func)
  ADD ("figure-7-rejections-are-as-counted-by-hand", test_figure_7_rejections);
  ADD ("figure-7-logs-become-the-leader's", test_figure_7_repair);
  ADD ("hint-needs-few-rejections", test_hint);
  ADD ("figure-8-c-does-not-commit-on-a-majority", test_figure_8_c);
  ADD ("figure-8-d1-replaces-entry-2", test_figure_8_d1);
  ADD ("figure-8-d1-breaks-safety-with-the-fault", test_figure_8_fault);
  ADD ("figure-8-d2-keeps-entry-2", test_figure_8_d2);
  ADD ("half-of-101-servers-may-be-down", test_many);
  ADD ("stale-message-takes-nothing-away", test_stale_message);
  ADD ("stale-message-with-the-fault-is-caught", test_stale_message_fault);
  ADD ("commits-with-a-majority-only", test_majority);
  ADD ("acknowledges-what-is-on-disk", test_disk);
  ADD ("log-survives-a-crash-of-all", test_everything_survives);
  ADD ("batch-is-not-exceeded", test_batch);
  ADD ("pipe-holds-as-many-messages-as-it-may", test_pipelining);
  ADD ("pipe-to-a-silent-server-is-stopped", test_pipe_to_nobody);
  ADD ("disorder-costs-one-rejection", test_disorder);
  ADD ("entries-behind-a-gap-are-cut-off", test_gap);
#undef ADD

  return g_test_run ();
}
