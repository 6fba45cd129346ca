/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rule 9: what a leader that was deposed without knowing it answers. */

#include "cluster.h"

#define S1 0
#define S2 1
#define S3 2

/* S1 leads, x = 1 is committed; {S1, S2} | {S3, S4, S5}; S3 leads and x = 2 is
 * committed there. A client beside S1 reads at 1 s. */
static Cluster *
stale_read (Cluster    *cluster,
            const char *reads,
            const char *fault)
{
  if (fault != NULL)
    cluster_fault (cluster, fault);
  cluster_option (cluster, "reads", reads);
  cluster->config->clients[0].timeout = 300 * MS;
  cluster->config->clients[0].n_tries_max = 1;
  cluster_stand (cluster, 10 * MS, S1);
  cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_partition (cluster, 400 * MS, "12|345");
  cluster_stand (cluster, 600 * MS, S3);
  cluster_ask (cluster, 700 * MS, 2, S3, QUO_OP_WRITE, "x", "2", NULL);
  cluster_ask (cluster, 1000 * MS, 0, S1, QUO_OP_READ, "x", NULL, NULL);
  cluster_ask (cluster, 1000 * MS, 2, S3, QUO_OP_READ, "x", NULL, NULL);
  cluster_run (cluster, 2000 * MS);

  return cluster;
}

static void
test_mode (const char *reads,
           const char *answer)
{
  g_autoptr (Cluster) cluster = stale_read (cluster_new (5, 5), reads, NULL);
  g_autofree char *old_leader = cluster_answer (cluster, 0, 2);
  g_autofree char *new_leader = cluster_answer (cluster, 2, 2);
  g_autofree char *violations = cluster_violations (cluster);

  g_assert_cmpint (cluster_leader (cluster), ==, S3);
  g_assert_cmpstr (old_leader, ==, answer);
  g_assert_cmpstr (new_leader, ==, "ok 2");
  g_assert_cmpstr (violations, ==, "");
}

static void
test_local (void)
{
  test_mode ("local", "ok 1");
}

static void
test_log (void)
{
  test_mode ("log", "unknown ");
}

static void
test_read_index (void)
{
  test_mode ("read-index", "unknown ");
}

static void
test_lease (void)
{
  test_mode ("lease", "unknown ");
}

static void
assert_caught (Cluster *cluster)
{
  g_autofree char *violations = cluster_violations (cluster);

  g_assert_true (g_str_has_prefix (violations, "read-latest: "));
}

/* Without the round the deposed leader finds nothing out. */
static void
test_without_round (void)
{
  g_autoptr (Cluster) cluster = stale_read (cluster_new (5, 5), "read-index",
                                            "read-without-round");
  g_autofree char *answer = cluster_answer (cluster, 0, 2);

  g_assert_cmpstr (answer, ==, "ok 1");
  assert_caught (cluster);
}

/* Cut off at 400 ms, S1 was promised nothing beyond 550 ms. S3 stands then and commits
 * x = 2; the longest election timeout would last until 700 ms. */
static void
test_long_lease (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (Cluster) cluster = cluster_new (5, 5);
  g_autofree char *answer = NULL;
  g_autofree char *violations = NULL;

  cluster_option (cluster, "reads", "lease");
  cluster_option (cluster, "check-quorum", "true");
  if (fault != NULL)
    cluster_fault (cluster, fault);
  cluster->config->clients[0].timeout = 300 * MS;
  cluster->config->clients[0].n_tries_max = 1;
  cluster_stand (cluster, 10 * MS, S1);
  cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_partition (cluster, 400 * MS, "12|345");
  cluster_stand (cluster, 570 * MS, S3);
  cluster_ask (cluster, 600 * MS, 2, S3, QUO_OP_WRITE, "x", "2", NULL);
  cluster_ask (cluster, 660 * MS, 0, S1, QUO_OP_READ, "x", NULL, NULL);
  cluster_run (cluster, 2000 * MS);

  answer = cluster_answer (cluster, 0, 2);
  if (fault != NULL)
    {
      g_assert_cmpstr (answer, ==, "ok 1");
      assert_caught (cluster);
      return;
    }

  violations = cluster_violations (cluster);
  g_assert_cmpstr (answer, ==, "unknown ");
  g_assert_cmpstr (violations, ==, "");
}

/* Reads that are not in the log leave no entry there. */
static void
test_no_entry (void)
{
  static const char * const modes[] = { "log", "read-index", "lease", "local" };
  static const gint64 lengths[] = { 3, 2, 2, 2 };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (Cluster) cluster = cluster_new (3, 1);
      g_autofree char *answer = NULL;

      cluster_option (cluster, "reads", modes[i]);
      cluster_stand (cluster, 10 * MS, S1);
      cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
      cluster_ask (cluster, 300 * MS, 0, S1, QUO_OP_READ, "x", NULL, NULL);
      cluster_run (cluster, 500 * MS);

      answer = cluster_answer (cluster, 0, 2);
      g_assert_cmpstr (answer, ==, "ok 1");
      g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, lengths[i]);
    }
}

/* Until an entry of its own term is committed, a leader does not know what is: its
 * read waits. S1 and S2 have committed x = 1 in term 1; S2 leads term 2 and knows of it
 * only by its log. S3, which lacks the entry, confirms who leads before it has it. */
static void
test_new_leader (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (Cluster) cluster = cluster_new (3, 1);
  g_autofree char *answer = NULL;

  cluster_option (cluster, "reads", "read-index");
  if (fault != NULL)
    cluster_fault (cluster, fault);
  cluster->config->clients[0].home = S2;
  cluster_stand (cluster, 10 * MS, S1);
  cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_partition (cluster, 190 * MS, "12|3");
  cluster_at (cluster, 231 * MS, QUO_ACTION_HEAL, S1);
  cluster_at (cluster, 232 * MS, QUO_ACTION_CRASH, S1);
  cluster_stand (cluster, 235 * MS, S2);
  cluster_ask (cluster, 256 * MS, 0, S2, QUO_OP_READ, "x", NULL, NULL);

  cluster_run (cluster, 260 * MS);
  g_assert_cmpint (cluster_leader (cluster), ==, S2);
  g_assert_null (cluster_stored (cluster, S2, "x"));
  cluster_run (cluster, 2000 * MS);
  answer = cluster_answer (cluster, 0, 2);
  g_assert_cmpstr (answer, ==, fault == NULL ? "ok 1" : "ok ");
  if (fault != NULL)
    assert_caught (cluster);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(claim, func) g_test_add_func ("/core/protocol/raft/reads/" claim, func)
  ADD ("local-read-at-a-deposed-leader-is-stale", test_local);
  ADD ("read-through-the-log-waits-for-a-majority", test_log);
  ADD ("read-index-waits-for-a-majority", test_read_index);
  ADD ("lease-that-has-run-out-answers-nothing", test_lease);
  ADD ("only-reads-through-the-log-leave-an-entry", test_no_entry);
  ADD ("read-without-a-round-is-stale-and-caught", test_without_round);
#undef ADD
#define ADD(claim, func, fault) \
  g_test_add_data_func ("/core/protocol/raft/reads/" claim, fault, func)
  ADD ("new-leader-waits-for-an-entry-of-its-term", test_new_leader, NULL);
  ADD ("new-leader-that-does-not-wait-is-caught", test_new_leader,
       "read-before-own-entry");
  ADD ("lease-ends-before-another-can-lead", test_long_lease, NULL);
  ADD ("lease-that-is-too-long-is-caught", test_long_lease, "long-lease");
#undef ADD

  return g_test_run ();
}
