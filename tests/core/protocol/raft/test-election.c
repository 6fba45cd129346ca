/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is elected, and who is not: rules 1, 2, 5 and 6. */

#include "cluster.h"
#include "schedule.h"

#define S1 0
#define S2 1
#define S3 2
#define S4 3
#define S5 4

#define REPLY_GRANTED 1

static void
set_latency (Cluster *cluster,
             guint    from,
             guint    to,
             QuoTime  latency)
{
  QuoLinkOverride override = {
    from, to, { quo_distribution_new_constant (latency), -1, -1, -1, -1 }
  };

  g_array_append_val (cluster->config->network.overrides, override);
}

static void
test_one_stands (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 0);

  cluster_stand (cluster, 50 * MS, S3);
  cluster_run (cluster, 100 * MS);

  g_assert_cmpint (cluster_leader (cluster), ==, S3);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpint (cluster_field (cluster, i, "term"), ==, 1);
      g_assert_cmpint (cluster_field (cluster, i, "voted-for"), ==, S3);
      g_assert_cmpint (cluster_field (cluster, i, "leader"), ==, S3);
    }
  g_assert_cmpuint (cluster_count (cluster, "RequestVote", -1, -1, -1, 0), ==, 4);
}

static void
test_alone (void)
{
  g_autoptr (Cluster) cluster = cluster_new (1, 1);

  cluster_ask (cluster, 400 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_run (cluster, 500 * MS);

  g_assert_cmpint (cluster_leader (cluster), ==, S1);
  g_assert_cmpstr (cluster_stored (cluster, S1, "x"), ==, "1");
}

/* Section 9.1: four of five are up, two time out within one hop, and each gets one
 * more vote. */
static void
split_vote (Cluster *cluster)
{
  cluster_at (cluster, 1 * MS, QUO_ACTION_CRASH, S5);
  set_latency (cluster, S1, S4, 15 * MS);
  set_latency (cluster, S2, S3, 15 * MS);
  cluster_stand (cluster, 100 * MS, S1);
  cluster_stand (cluster, 100 * MS, S2);
}

static void
test_split_vote (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 0);

  split_vote (cluster);
  cluster_run (cluster, 140 * MS);
  g_assert_cmpuint (cluster_count (cluster, "RequestVoteReply", -1, -1,
                                   REPLY_GRANTED, 1), ==, 2);
  g_assert_cmpint (cluster_field (cluster, S3, "voted-for"), ==, S1);
  g_assert_cmpint (cluster_field (cluster, S4, "voted-for"), ==, S2);
  g_assert_cmpint (cluster_leader (cluster), ==, -1);

  cluster_run (cluster, 500 * MS);
  g_assert_cmpint (cluster_leader (cluster), !=, -1);
  g_assert_cmpint (cluster_field (cluster, S1, "term"), ==, 2);
  g_assert_cmpuint (cluster_notes (cluster, "leader", -1), ==, 1);
}

/* A split vote, a leader, its crash, and the next one. */
static void
test_turnover (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 0);

  split_vote (cluster);
  cluster_stand (cluster, 145 * MS, S1);
  cluster_at (cluster, 200 * MS, QUO_ACTION_RESTART, S5);
  cluster_at (cluster, 250 * MS, QUO_ACTION_CRASH, S1);
  cluster_stand (cluster, 260 * MS, S2);
  cluster_run (cluster, 320 * MS);
  quo_sim_finish (cluster->sim);

  g_assert_cmpint (cluster_leader (cluster), ==, S2);
  g_assert_cmpfloat (schedule_measure (cluster, "elections"), ==, 4);
  g_assert_cmpfloat (schedule_measure (cluster, "terms-without-leader"), ==, 1);
  g_assert_cmpfloat (schedule_measure (cluster, "leader-changes"), ==, 1);
  g_assert_cmpfloat (schedule_measure (cluster, "turnover"), ==, 3);
}

/* S3 votes for S1, crashes and comes back before S2 asks for the same term. */
static void
set_up_second_vote (Cluster *cluster)
{
  set_latency (cluster, S2, S3, 50 * MS);
  set_latency (cluster, S1, S2, 90 * MS);
  set_latency (cluster, S1, S4, 90 * MS);
  set_latency (cluster, S1, S5, 90 * MS);
  cluster_stand (cluster, 10 * MS, S1);
  cluster_stand (cluster, 10 * MS, S2);
  cluster_at (cluster, 30 * MS, QUO_ACTION_CRASH, S3);
  cluster_at (cluster, 40 * MS, QUO_ACTION_RESTART, S3);
}

static void
test_vote_survives (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 0);
  g_autofree char *violations = NULL;

  set_up_second_vote (cluster);
  cluster_run (cluster, 100 * MS);

  g_assert_cmpint (cluster_field (cluster, S3, "term"), ==, 1);
  g_assert_cmpint (cluster_field (cluster, S3, "voted-for"), ==, S1);
  g_assert_cmpuint (cluster_count (cluster, "RequestVoteReply", S3, S2,
                                   REPLY_GRANTED, 0), ==, 1);
  violations = cluster_violations (cluster);
  g_assert_cmpstr (violations, ==, "");
}

static void
test_forgotten_vote (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 0);
  g_autofree char *violations = NULL;

  cluster_fault (cluster, "forget-vote");
  set_up_second_vote (cluster);
  cluster_run (cluster, 100 * MS);

  violations = cluster_violations (cluster);
  g_assert_cmpstr (violations, ==,
                   "term-forward: S3's term went from 1 back to 0\n"
                   "one-vote: S3 voted for S1 and for S2 in term 1\n");
}

/* Figure 7: L stands in term 8. The paper leaves open who votes; by the rule of
 * section 5.4.1 it is a, b, e and f. */
static void
test_figure_7 (void)
{
  static const char * const logs[] = {
    "1 1 1 4 4 5 5 6 6 6",
    "1 1 1 4 4 5 5 6 6",
    "1 1 1 4",
    "1 1 1 4 4 5 5 6 6 6 6",
    "1 1 1 4 4 5 5 6 6 6 7 7",
    "1 1 1 4 4 4 4",
    "1 1 1 2 2 2 3 3 3 3 3"
  };
  static const gboolean votes[] = { TRUE, TRUE, TRUE, FALSE, FALSE, TRUE, TRUE };
  g_autoptr (Cluster) cluster = cluster_new (7, 0);

  for (guint i = 0; i < 7; i++)
    cluster_log (cluster, i, logs[i], 7);
  cluster_stand (cluster, 10 * MS, 0);
  cluster_run (cluster, 60 * MS);

  g_assert_cmpint (cluster_leader (cluster), ==, 0);
  for (guint i = 0; i < 7; i++)
    {
      g_assert_cmpint (cluster_field (cluster, i, "term"), ==, 8);
      g_assert_cmpint (cluster_field (cluster, i, "voted-for"), ==,
                       votes[i] ? 0 : QUO_NO_NODE);
    }
}

/* A server that does not hear the leader for ten timeouts comes back. */
static void
cut_off_and_heal (Cluster *cluster)
{
  cluster_stand (cluster, 10 * MS, S1);
  cluster_partition (cluster, 200 * MS, "1234|5");
  cluster_at (cluster, 2450 * MS, QUO_ACTION_HEAL, 0);
  cluster_run (cluster, 4000 * MS);
}

static void
test_disruptive (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 0);

  cut_off_and_heal (cluster);

  g_assert_cmpuint (cluster_notes (cluster, "steps-down", S1), ==, 1);
  g_assert_cmpint (cluster_field (cluster, S1, "term"), >=, 8);
  g_assert_cmpint (cluster_field (cluster, S1, "term"), <=, 16);
}

static void
test_pre_vote (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 0);

  cluster_option (cluster, "pre-vote", "true");
  cut_off_and_heal (cluster);

  g_assert_cmpint (cluster_leader (cluster), ==, S1);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (cluster_field (cluster, i, "term"), ==, 1);
  g_assert_cmpuint (cluster_notes (cluster, "steps-down", -1), ==, 0);
  g_assert_cmpuint (cluster_count (cluster, "PreVote", S5, -1, -1, 0), >=, 4 * 7);
}

/* The outage of 2020: only the link between S1 and S3 is cut. With equal logs S2 votes
 * for each of them in turn; an entry at the start of a term would end it, for the one
 * who lacks it loses, and S2 stands in the end. Counts changes of roles to and from
 * leader. */
static guint
count_partial_partition (gboolean has_pre_vote)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 0);
  QuoAction *cut = NULL;

  if (has_pre_vote)
    cluster_option (cluster, "pre-vote", "true");
  cluster_option (cluster, "no-op", "false");
  cluster_stand (cluster, 10 * MS, S3);
  cut = quo_sim_config_add_action (cluster->config, QUO_ACTION_CUT, 200 * MS);
  cut->from = (QuoSelector) { QUO_SELECT_NODE, S1 };
  cut->to = (QuoSelector) { QUO_SELECT_NODE, S3 };
  cluster_run (cluster, 60 * QUO_SECOND);

  return cluster_notes (cluster, "leader", -1) - 1 +
         cluster_notes (cluster, "steps-down", -1);
}

static void
test_partial_partition (void)
{
  guint n_plain = count_partial_partition (FALSE);

  g_test_message ("plain: %u changes of leader in a minute", n_plain);
  g_assert_cmpuint (n_plain, >=, 400);
  g_assert_cmpuint (n_plain, <=, 600);
  g_assert_cmpuint (count_partial_partition (TRUE), ==, 0);
}

static void
test_check_quorum (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Cluster) cluster = cluster_new (5, 0);

      cluster_option (cluster, "check-quorum", i == 0 ? "true" : "false");
      cluster_stand (cluster, 10 * MS, S1);
      cluster_partition (cluster, 200 * MS, "12|345");
      cluster_run (cluster, 1200 * MS);

      g_assert_cmpuint (cluster_notes (cluster, "steps-down", S1), ==, 1 - i);
    }
}

static void
test_transfer (void)
{
  g_autoptr (Cluster) cluster = cluster_new (5, 1);
  QuoAction *transfer = NULL;

  cluster_option (cluster, "check-quorum", "true");
  cluster_stand (cluster, 10 * MS, S1);
  transfer = cluster_at (cluster, 500 * MS, QUO_ACTION_COMMAND, S1);
  transfer->args[0] = S4;
  cluster_ask (cluster, 600 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_run (cluster, 700 * MS);

  g_assert_cmpint (cluster_leader (cluster), ==, S4);
  g_assert_cmpint (cluster_field (cluster, S4, "term"), ==, 2);
  g_assert_cmpuint (cluster_count (cluster, "TimeoutNow", S1, S4, -1, 0), ==, 1);
  g_assert_cmpstr (cluster_stored (cluster, S4, "x"), ==, "1");
}

/* The one who shall lead is down: after an election timeout the leader goes on. */
static void
test_transfer_given_up (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);
  QuoAction *transfer = NULL;
  g_autofree char *early = NULL;

  cluster_stand (cluster, 10 * MS, S1);
  cluster_at (cluster, 400 * MS, QUO_ACTION_CRASH, S2);
  transfer = cluster_at (cluster, 500 * MS, QUO_ACTION_COMMAND, S1);
  transfer->args[0] = S2;
  cluster_ask (cluster, 600 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);

  cluster_run (cluster, 790 * MS);
  early = cluster_answer (cluster, 0, 1);
  g_assert_cmpstr (early, ==, "open");

  cluster_run (cluster, 2000 * MS);
  g_assert_cmpint (cluster_leader (cluster), ==, S1);
  g_assert_cmpstr (cluster_stored (cluster, S1, "x"), ==, "1");
}

/* A vote takes as long as the voter's disk, and the candidate's own as its own. */
static void
test_vote_is_written_first (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 0);

  cluster_write_cost (cluster, 7 * MS);
  cluster_stand (cluster, 10 * MS, S1);

  cluster_run (cluster, 16 * MS);
  g_assert_cmpuint (cluster_count (cluster, "RequestVote", S1, -1, -1, 0), ==, 0);
  cluster_run (cluster, 33 * MS);
  g_assert_cmpuint (cluster_count (cluster, "RequestVote", S1, -1, -1, 0), ==, 2);
  g_assert_cmpuint (cluster_count (cluster, "RequestVoteReply", -1, S1, -1, 0), ==, 0);
  cluster_run (cluster, 34 * MS);
  g_assert_cmpuint (cluster_count (cluster, "RequestVoteReply", -1, S1, -1, 0), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(claim, func) g_test_add_func ("/core/protocol/raft/election/" claim, func)
  ADD ("one-who-stands-first-leads", test_one_stands);
  ADD ("alone-leads-at-once", test_alone);
  ADD ("split-vote-elects-in-next-term", test_split_vote);
  ADD ("terms-and-leaders-are-counted", test_turnover);
  ADD ("vote-survives-a-crash", test_vote_survives);
  ADD ("vote-not-on-disk-is-caught", test_forgotten_vote);
  ADD ("figure-7-five-of-seven-vote", test_figure_7);
  ADD ("cut-off-server-disrupts-without-pre-vote", test_disruptive);
  ADD ("cut-off-server-does-not-disrupt-with-pre-vote", test_pre_vote);
  ADD ("partial-partition-is-calm-with-pre-vote", test_partial_partition);
  ADD ("leader-without-majority-steps-down-with-check-quorum", test_check_quorum);
  ADD ("transfer-hands-over-in-the-next-term", test_transfer);
  ADD ("transfer-to-a-dead-server-is-given-up", test_transfer_given_up);
  ADD ("vote-is-on-disk-before-it-is-told", test_vote_is_written_first);
#undef ADD

  return g_test_run ();
}
