/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Changing members: what PROTOCOLS.md, section 2, rule 7 says, step by step. */

#include "cluster.h"

#include <string.h>

#define S1 0
#define S2 1
#define S3 2
#define S4 3
#define S5 4

static Cluster *
new_cluster (guint       n_nodes,
             const char *members)
{
  Cluster *cluster = cluster_new (n_nodes, 1);

  cluster_option (cluster, "members", members);
  cluster_option (cluster, "election-timeout", "10s..20s");
  return cluster;
}

static void
assert_members (Cluster    *cluster,
                guint       node,
                const char *members)
{
  gint64 name = cluster_field (cluster, node, "members");

  g_assert_cmpstr (quo_names_get (cluster->config->names, (guint32) name), ==,
                   members);
}

static void
assert_terms (Cluster    *cluster,
              guint       node,
              const char *expected)
{
  g_autofree char *terms = cluster_terms (cluster, node);

  g_assert_cmpstr (terms, ==, expected);
}

static void
assert_safe (Cluster *cluster)
{
  g_autofree char *violations = cluster_violations (cluster);

  g_assert_cmpstr (violations, ==, "");
}

/* C is S1 to S4. S1 leads term 1 and adds S5, which only S1 and S5 hear. S2 leads term
 * 2, elected by S3 and S4, and takes S1 away, which only S2 and S3 hear. Then S1 comes
 * back and asks S4 and S5. */
static Cluster *
new_bug_of_2015 (gboolean has_no_op)
{
  Cluster *cluster = new_cluster (5, "S1 S2 S3 S4");

  cluster_option (cluster, "no-op", has_no_op ? "true" : "false");
  cluster_stand (cluster, 10 * MS, S1);
  cluster_partition (cluster, 70 * MS, "15|2|3|4");
  cluster_command (cluster, 80 * MS, S1, "add-member", "S5");

  cluster_partition (cluster, 150 * MS, "1|5|234");
  cluster_stand (cluster, 160 * MS, S2);
  cluster_partition (cluster, 220 * MS, "1|4|5|23");
  cluster_command (cluster, 230 * MS, S2, "remove-member", "S1");

  cluster_at (cluster, 260 * MS, QUO_ACTION_CRASH, S1);
  cluster_at (cluster, 270 * MS, QUO_ACTION_RESTART, S1);
  cluster_partition (cluster, 280 * MS, "145|2|3");
  cluster_stand (cluster, 290 * MS, S1);
  cluster_stand (cluster, 320 * MS, S1);

  return cluster;
}

static void
test_bug_of_2015 (void)
{
  g_autoptr (Cluster) cluster = new_bug_of_2015 (FALSE);
  g_autofree char *violations = NULL;

  cluster_fault (cluster, "change-before-own-entry");
  cluster_run (cluster, 140 * MS);
  assert_members (cluster, S1, "[S1 S2 S3 S4 S5]");
  assert_members (cluster, S5, "[S1 S2 S3 S4 S5]");
  assert_terms (cluster, S5, "1");
  assert_terms (cluster, S2, "");

  cluster_run (cluster, 258 * MS);
  assert_members (cluster, S2, "[S2 S3 S4]");
  assert_members (cluster, S3, "[S2 S3 S4]");
  assert_terms (cluster, S4, "");
  g_assert_cmpint (cluster_field (cluster, S2, "commit-index"), ==, 1);

  /* Elected by S1, S4 and S5, without what S2 committed. */
  cluster_run (cluster, 400 * MS);
  g_assert_cmpint (cluster_leader (cluster), ==, S1);
  g_assert_cmpint (cluster_field (cluster, S1, "term"), ==, 3);
  violations = cluster_violations (cluster);
  g_assert_nonnull (strstr (violations, "leader-completeness: "));
}

static void
test_rule_of_2015 (void)
{
  g_autoptr (Cluster) cluster = new_bug_of_2015 (TRUE);

  cluster_run (cluster, 140 * MS);
  assert_terms (cluster, S5, "1 1");

  /* The first entry of term 2 is on S4 too. */
  cluster_run (cluster, 258 * MS);
  assert_terms (cluster, S3, "1 2 2");
  assert_terms (cluster, S4, "1 2");
  g_assert_cmpint (cluster_field (cluster, S2, "commit-index"), ==, 3);

  /* S5 votes for S1, S4 does not. */
  cluster_run (cluster, 400 * MS);
  g_assert_cmpint (cluster_leader (cluster), ==, S2);
  g_assert_cmpint (cluster_field (cluster, S4, "term"), ==, 3);
  g_assert_cmpint (cluster_field (cluster, S4, "voted-for"), ==, QUO_NO_NODE);
  g_assert_cmpint (cluster_field (cluster, S5, "voted-for"), ==, S1);
  g_assert_cmpuint (cluster_notes (cluster, "refuses-change", -1), ==, 0);
  assert_safe (cluster);
}

/* Without an entry of its own term a leader changes nothing. */
static void
test_no_own_entry (void)
{
  g_autoptr (Cluster) cluster = new_bug_of_2015 (FALSE);

  cluster_run (cluster, 400 * MS);
  g_assert_cmpuint (cluster_notes (cluster, "refuses-change", S1), ==, 1);
  g_assert_cmpuint (cluster_notes (cluster, "refuses-change", S2), ==, 1);
  g_assert_cmpuint (cluster_notes (cluster, "configuration", -1), ==, 0);
  assert_safe (cluster);
}

static void
test_one_at_a_time (void)
{
  g_autoptr (Cluster) cluster = new_cluster (5, "S1 S2 S3");

  cluster_stand (cluster, 10 * MS, S1);
  cluster_command (cluster, 100 * MS, S1, "add-member", "S4");
  cluster_command (cluster, 101 * MS, S1, "add-member", "S5");
  cluster_command (cluster, 102 * MS, S2, "add-member", "S5");
  cluster_command (cluster, 200 * MS, S1, "add-member", "S4");
  cluster_command (cluster, 300 * MS, S1, "add-member", "S5");
  cluster_run (cluster, 500 * MS);

  g_assert_cmpuint (cluster_notes (cluster, "refuses-change", S1), ==, 2);
  g_assert_cmpuint (cluster_notes (cluster, "refuses-change", S2), ==, 1);
  for (guint i = 0; i < 5; i++)
    assert_members (cluster, i, "[S1 S2 S3 S4 S5]");
  assert_safe (cluster);
}

/* Who is outside is sent nothing and does not stand. */
static void
test_outside (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 0);

  cluster_option (cluster, "members", "S1 S2 S3");
  cluster_stand (cluster, 2000 * MS, S4);
  cluster_run (cluster, 3000 * MS);

  g_assert_cmpint (cluster_leader (cluster), <, 3);
  g_assert_cmpuint (cluster_count (cluster, "AppendEntries", -1, S4, -1, 0), ==, 0);
  g_assert_cmpuint (cluster_count (cluster, "RequestVote", S4, -1, -1, 0), ==, 0);
  g_assert_cmpuint (cluster_count (cluster, "RequestVote", -1, S5, -1, 0), ==, 0);
  g_assert_cmpint (cluster_field (cluster, S4, "term"), ==, 0);
}

/* S2 and S3 are down: the leader and its learner are no majority of S1, S2, S3. */
static void
test_learner (void)
{
  g_autoptr (Cluster) cluster = new_cluster (4, "S1 S2 S3");

  cluster_stand (cluster, 10 * MS, S1);
  cluster_command (cluster, 100 * MS, S1, "add-learner", "S4");
  cluster_at (cluster, 200 * MS, QUO_ACTION_CRASH, S2);
  cluster_at (cluster, 200 * MS, QUO_ACTION_CRASH, S3);
  cluster_ask (cluster, 210 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_stand (cluster, 250 * MS, S4);
  cluster_run (cluster, 300 * MS);

  assert_members (cluster, S4, "[S1 S2 S3] learning [S4]");
  assert_terms (cluster, S4, "1 1 1");
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 2);
  g_assert_cmpint (cluster_field (cluster, S4, "term"), ==, 1);

  /* Promoted, it counts: S1, S2 and S4 are three of four. */
  cluster_at (cluster, 300 * MS, QUO_ACTION_RESTART, S2);
  cluster_command (cluster, 400 * MS, S1, "add-member", "S4");
  cluster_at (cluster, 500 * MS, QUO_ACTION_CRASH, S2);
  cluster_at (cluster, 510 * MS, QUO_ACTION_RESTART, S2);
  g_clear_pointer (&cluster->sim, quo_sim_free);
  cluster_run (cluster, 700 * MS);
  assert_members (cluster, S4, "[S1 S2 S3 S4]");
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 4);
  g_assert_cmpuint (cluster_count (cluster, "RequestVote", S4, -1, -1, 0), ==, 0);
  assert_safe (cluster);
}

static void
test_count_learners (void)
{
  g_autoptr (Cluster) cluster = new_cluster (4, "S1 S2 S3");
  g_autofree char *violations = NULL;

  cluster_fault (cluster, "count-learners");
  cluster_stand (cluster, 10 * MS, S1);
  cluster_command (cluster, 100 * MS, S1, "add-learner", "S4");
  cluster_partition (cluster, 200 * MS, "14|23");
  cluster_ask (cluster, 210 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_stand (cluster, 300 * MS, S2);
  cluster_run (cluster, 400 * MS);

  violations = cluster_violations (cluster);
  g_assert_nonnull (strstr (violations, "leader-completeness: "));
}

/* S1 cuts S4 off its configuration, alone; S2's entry takes that one's place. Then S2
 * commits with S4 that S1 is out. Only who still counts without S4 would let S1 win
 * with S3. */
static Cluster *
new_truncated (void)
{
  Cluster *cluster = new_cluster (4, "S1 S2 S3 S4");

  cluster_stand (cluster, 10 * MS, S1);
  cluster_partition (cluster, 70 * MS, "1|234");
  cluster_command (cluster, 80 * MS, S1, "remove-member", "S4");
  cluster_stand (cluster, 100 * MS, S2);
  cluster_at (cluster, 160 * MS, QUO_ACTION_HEAL, S1);
  cluster_partition (cluster, 300 * MS, "1|3|24");
  cluster_command (cluster, 310 * MS, S2, "remove-member", "S1");
  cluster_partition (cluster, 400 * MS, "13|24");
  cluster_stand (cluster, 410 * MS, S1);

  return cluster;
}

static void
test_truncated (void)
{
  g_autoptr (Cluster) cluster = new_truncated ();

  cluster_run (cluster, 90 * MS);
  assert_members (cluster, S1, "[S1 S2 S3]");
  cluster_run (cluster, 290 * MS);
  assert_members (cluster, S1, "");
  assert_terms (cluster, S1, "1 2");
  cluster_run (cluster, 600 * MS);
  assert_members (cluster, S2, "[S2 S3 S4]");
  g_assert_cmpint (cluster_leader (cluster), ==, S2);
  assert_safe (cluster);
}

static void
test_truncated_forgotten (void)
{
  g_autoptr (Cluster) cluster = new_truncated ();
  g_autofree char *violations = NULL;

  cluster_fault (cluster, "forget-config-on-truncate");
  cluster_run (cluster, 600 * MS);
  g_assert_cmpint (cluster_leader (cluster), ==, S1);
  violations = cluster_violations (cluster);
  g_assert_nonnull (strstr (violations, "leader-completeness: "));
}

/* From S1, S2, S3 to S3, S4, S5: while the two sides do not hear each other, neither
 * the old majority S1, S2 nor the new one S4, S5 may decide anything. */
static void
test_joint (void)
{
  g_autoptr (Cluster) cluster = new_cluster (5, "S1 S2 S3");

  cluster_stand (cluster, 10 * MS, S1);
  cluster_command (cluster, 100 * MS, S1, "change-members", "S3 S4 S5");
  cluster_partition (cluster, 115 * MS, "12|345");
  cluster_stand (cluster, 200 * MS, S4);
  cluster_run (cluster, 400 * MS);

  assert_members (cluster, S1, "[S1 S2 S3] + [S3 S4 S5]");
  assert_members (cluster, S3, "[S1 S2 S3] + [S3 S4 S5]");
  g_assert_cmpint (cluster_leader (cluster), ==, S1);
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 1);
  assert_safe (cluster);
}

/* Undisturbed: both entries commit, S1 goes, the others go on. */
static void
test_joint_ends (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 1);

  cluster_option (cluster, "members", "S1 S2 S3");
  cluster_option (cluster, "check-quorum", "true");
  cluster_stand (cluster, 10 * MS, S1);
  cluster_command (cluster, 100 * MS, S1, "change-members", "S3 S4 S5");
  cluster_ask (cluster, 1200 * MS, 0, S3, QUO_OP_WRITE, "x", "1", NULL);
  cluster_run (cluster, 2500 * MS);

  for (guint i = S3; i <= S5; i++)
    {
      assert_members (cluster, i, "[S3 S4 S5]");
      g_assert_cmpstr (cluster_stored (cluster, i, "x"), ==, "1");
    }
  g_assert_cmpuint (cluster_notes (cluster, "steps-down", S1), ==, 1);
  g_assert_cmpint (cluster_leader (cluster), >=, S3);
  g_assert_cmpuint (cluster_count (cluster, "RequestVote", S1, -1, 0, 3), ==, 0);
  assert_safe (cluster);
}

/* The new majority S4, S5 and the old one S2, S3 have no server in common. */
static void
test_without_joint (void)
{
  g_autoptr (Cluster) cluster = new_cluster (5, "S1 S2 S3");
  g_autofree char *violations = NULL;

  cluster_fault (cluster, "change-without-joint");
  cluster_stand (cluster, 10 * MS, S1);
  cluster_partition (cluster, 95 * MS, "145|23");
  cluster_command (cluster, 100 * MS, S1, "change-members", "S3 S4 S5");
  cluster_partition (cluster, 140 * MS, "1|23|45");
  cluster_stand (cluster, 150 * MS, S2);
  cluster_stand (cluster, 151 * MS, S4);
  cluster_run (cluster, 400 * MS);

  violations = cluster_violations (cluster);
  g_assert_nonnull (strstr (violations, "election-safety: "));
}

static void
test_unknown (void)
{
  g_autoptr (Cluster) cluster = new_cluster (3, "S1 S2 S3");

  cluster_stand (cluster, 10 * MS, S1);
  cluster_command (cluster, 100 * MS, S1, "change-members", "S1 S9");
  cluster_run (cluster, 300 * MS);

  g_assert_cmpuint (cluster_notes (cluster, "refuses-change", S1), ==, 1);
  assert_safe (cluster);
}

/* A typo in the option does not pass in silence; everybody counts. */
static void
test_unknown_option (void)
{
  g_autoptr (Cluster) cluster = new_cluster (3, "S1 S9");

  cluster_stand (cluster, 10 * MS, S1);
  cluster_run (cluster, 100 * MS);

  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (cluster_notes (cluster, "refuses-change", (int) i), ==, 1);
  g_assert_cmpuint (cluster_count (cluster, "RequestVote", S1, -1, -1, 0), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define TEST(path, function) \
  g_test_add_func ("/core/protocol/raft/membership/" path, function)

  TEST ("mistake-of-2015-loses-a-committed-entry", test_bug_of_2015);
  TEST ("own-entry-first-makes-s4-refuse", test_rule_of_2015);
  TEST ("no-change-before-an-own-entry", test_no_own_entry);
  TEST ("one-change-at-a-time", test_one_at_a_time);
  TEST ("server-outside-takes-no-part", test_outside);
  TEST ("learner-does-not-count", test_learner);
  TEST ("counting-learners-loses-a-committed-entry", test_count_learners);
  TEST ("truncation-takes-the-configuration-back", test_truncated);
  TEST ("forgotten-truncation-loses-a-committed-entry", test_truncated_forgotten);
  TEST ("joint-needs-both-majorities", test_joint);
  TEST ("joint-ends-with-the-new-members", test_joint_ends);
  TEST ("without-joint-two-lead-one-term", test_without_joint);
  TEST ("unknown-server-changes-nothing", test_unknown);
  TEST ("unknown-server-in-the-option-is-told", test_unknown_option);

  return g_test_run ();
}
