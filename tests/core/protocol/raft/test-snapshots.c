/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Log compaction and InstallSnapshot: PROTOCOLS.md, section 2, rule 8. */

#include "cluster.h"

#include <string.h>

#define S1 0
#define S2 1
#define S3 2

static Cluster *
new_cluster (guint       n_nodes,
             const char *snapshot_entries)
{
  Cluster *cluster = cluster_new (n_nodes, 1);

  cluster_option (cluster, "snapshot-entries", snapshot_entries);
  cluster_option (cluster, "election-timeout", "1s..2s");
  return cluster;
}

/* Client 1 appends a, b, c, ... to "l", one every 50 ms. */
static void
ask_letters (Cluster    *cluster,
             QuoTime     from,
             const char *letters)
{
  for (const char *c = letters; *c != '\0'; c++)
    {
      char text[] = { *c, '\0' };

      cluster_ask (cluster, from, 0, QUO_NO_NODE, QUO_OP_APPEND, "l", text, NULL);
      from += 50 * MS;
    }
}

static void
assert_safe (Cluster *cluster)
{
  g_autofree char *violations = cluster_violations (cluster);

  g_assert_cmpstr (violations, ==, "");
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
test_compacts (void)
{
  g_autoptr (Cluster) cluster = new_cluster (3, "4");

  cluster_stand (cluster, 10 * MS, S1);
  ask_letters (cluster, 100 * MS, "abcdef");
  cluster_run (cluster, 800 * MS);

  /* The first entry of the term and three letters are compacted away. */
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (cluster_field (cluster, i, "snapshot-index"), ==, 4);
      g_assert_cmpint (cluster_field (cluster, i, "snapshot-term"), ==, 1);
      assert_terms (cluster, i, "1 1 1");
      g_assert_cmpstr (cluster_stored (cluster, i, "l"), ==, "a,b,c,d,e,f");
    }
  g_assert_cmpuint (cluster_count (cluster, "InstallSnapshot", -1, -1, -1, 0), ==, 0);
  assert_safe (cluster);
}

/* S3 misses what the others have compacted: one snapshot brings it there, and the
 * entries behind come as usual. */
static void
test_catches_up (void)
{
  g_autoptr (Cluster) cluster = new_cluster (3, "4");

  cluster_stand (cluster, 10 * MS, S1);
  cluster_at (cluster, 90 * MS, QUO_ACTION_CRASH, S3);
  ask_letters (cluster, 100 * MS, "abcdefghi");
  cluster_at (cluster, 700 * MS, QUO_ACTION_RESTART, S3);
  cluster_run (cluster, 1100 * MS);

  g_assert_cmpuint (cluster_notes (cluster, "installs", S3), ==, 1);
  g_assert_cmpint (cluster_field (cluster, S3, "snapshot-index"), ==, 8);
  assert_terms (cluster, S3, "1 1");
  g_assert_cmpstr (cluster_stored (cluster, S3, "l"), ==, "a,b,c,d,e,f,g,h,i");
  g_assert_cmpint (cluster_field (cluster, S3, "commit-index"), ==, 10);
  assert_safe (cluster);
}

/* S3 has eight entries, the last six of a term that never committed. S1 compacts up to
 * entry 6 while S3 is away. */
static Cluster *
new_conflict (const char *fault)
{
  Cluster *cluster = new_cluster (3, "6");

  if (fault != NULL)
    cluster_fault (cluster, fault);
  cluster_log (cluster, S1, "1 1 3 3", 3);
  cluster_log (cluster, S2, "1 1 3 3", 3);
  cluster_log (cluster, S3, "1 1 2 2 2 2 2 2", 2);
  cluster_partition (cluster, 5 * MS, "12|3");
  cluster_stand (cluster, 10 * MS, S1);
  ask_letters (cluster, 100 * MS, "a");
  cluster_at (cluster, 300 * MS, QUO_ACTION_HEAL, S1);
  cluster_run (cluster, 900 * MS);

  return cluster;
}

static void
test_discards_conflict (void)
{
  g_autoptr (Cluster) cluster = new_conflict (NULL);

  g_assert_cmpint (cluster_field (cluster, S3, "snapshot-index"), ==, 6);
  g_assert_cmpint (cluster_field (cluster, S3, "snapshot-term"), ==, 4);
  assert_terms (cluster, S3, "");
  g_assert_cmpstr (cluster_stored (cluster, S3, "l"), ==, "a");
  assert_safe (cluster);
}

/* Entries 7 and 8 of term 2 stay behind a snapshot that ends with term 4. */
static void
test_keeps_conflict (void)
{
  g_autoptr (Cluster) cluster = new_conflict ("snapshot-keeps-conflicting-log");
  g_autofree char *violations = cluster_violations (cluster);

  g_assert_nonnull (strstr (violations, "log-matching: "));
}

/* The leader's own answer is lost; the next leader has the session from a snapshot and
 * does not execute the operation again. */
static Cluster *
new_repeated (void)
{
  Cluster *cluster = new_cluster (3, "2");
  QuoAction *drop;

  cluster->config->clients[0].timeout = 300 * MS;
  cluster_stand (cluster, 10 * MS, S1);
  cluster_partition (cluster, 70 * MS, "12|3");
  cluster_ask (cluster, 100 * MS, 0, S1, QUO_OP_APPEND, "l", "a", NULL);
  drop = quo_sim_config_add_action (cluster->config, QUO_ACTION_DROP, 90 * MS);
  drop->match = (QuoMessageMatch) { QUO_MESSAGE_REPLY, S1, 3, 1 };
  cluster_at (cluster, 150 * MS, QUO_ACTION_HEAL, S1);
  cluster_at (cluster, 250 * MS, QUO_ACTION_CRASH, S1);
  cluster_stand (cluster, 260 * MS, S3);

  return cluster;
}

static void
test_sessions_survive (void)
{
  g_autoptr (Cluster) cluster = new_repeated ();
  g_autofree char *answer = NULL;

  cluster_run (cluster, 3000 * MS);

  g_assert_cmpuint (cluster_notes (cluster, "installs", S3), ==, 1);
  g_assert_cmpint (cluster_leader (cluster), ==, S3);
  answer = cluster_answer (cluster, 0, 1);
  g_assert_cmpstr (answer, ==, "ok a");
  g_assert_cmpstr (cluster_stored (cluster, S2, "l"), ==, "a");
  g_assert_cmpstr (cluster_stored (cluster, S3, "l"), ==, "a");
  assert_safe (cluster);
}

static void
test_sessions_lost (void)
{
  g_autoptr (Cluster) cluster = new_repeated ();
  g_autofree char *violations = NULL;

  cluster_fault (cluster, "snapshot-without-sessions");
  cluster_run (cluster, 3000 * MS);

  g_assert_cmpstr (cluster_stored (cluster, S3, "l"), ==, "a,a");
  violations = cluster_violations (cluster);
  g_assert_nonnull (strstr (violations, "same-state: "));
}

/* Everybody crashes; the store comes back from the snapshots and the logs. */
static void
test_restart (void)
{
  g_autoptr (Cluster) cluster = new_cluster (3, "3");

  cluster_stand (cluster, 10 * MS, S1);
  ask_letters (cluster, 100 * MS, "abcd");
  for (guint i = 0; i < 3; i++)
    {
      cluster_at (cluster, 500 * MS, QUO_ACTION_CRASH, i);
      cluster_at (cluster, 510 * MS, QUO_ACTION_RESTART, i);
    }
  cluster_run (cluster, 520 * MS);
  g_assert_cmpint (cluster_field (cluster, S2, "commit-index"), ==, 3);
  g_assert_cmpstr (cluster_stored (cluster, S2, "l"), ==, "a,b");

  cluster_run (cluster, 4000 * MS);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (cluster_stored (cluster, i, "l"), ==, "a,b,c,d");
  assert_safe (cluster);
}

/* A crash while the snapshot is being written finds the whole log. */
static void
test_crash_amid_write (void)
{
  g_autoptr (Cluster) cluster = new_cluster (3, "2");

  cluster_write_cost (cluster, 20 * MS);
  cluster_stand (cluster, 10 * MS, S1);
  ask_letters (cluster, 200 * MS, "a");
  cluster_at (cluster, 255 * MS, QUO_ACTION_CRASH, S1);
  cluster_at (cluster, 260 * MS, QUO_ACTION_RESTART, S1);

  cluster_run (cluster, 252 * MS);
  g_assert_cmpint (cluster_field (cluster, S1, "snapshot-index"), ==, 2);
  assert_terms (cluster, S1, "");
  cluster_run (cluster, 261 * MS);
  g_assert_cmpint (cluster_field (cluster, S1, "snapshot-index"), ==, 0);
  assert_terms (cluster, S1, "1 1");
  cluster_run (cluster, 4000 * MS);
  g_assert_cmpstr (cluster_stored (cluster, S1, "l"), ==, "a");
  assert_safe (cluster);
}

/* The configuration goes with the snapshot: S4 learns from it alone that it belongs. */
static void
test_configuration (void)
{
  g_autoptr (Cluster) cluster = new_cluster (4, "4");
  gint64 name;

  cluster_option (cluster, "members", "S1 S2 S3");
  cluster_stand (cluster, 10 * MS, S1);
  cluster_at (cluster, 50 * MS, QUO_ACTION_CRASH, 3);
  cluster_command (cluster, 100 * MS, S1, "add-member", "S4");
  ask_letters (cluster, 200 * MS, "abcd");
  cluster_at (cluster, 600 * MS, QUO_ACTION_RESTART, 3);
  cluster_run (cluster, 900 * MS);

  g_assert_cmpuint (cluster_notes (cluster, "installs", 3), ==, 1);
  g_assert_cmpuint (cluster_notes (cluster, "configuration", 3), ==, 0);
  name = cluster_field (cluster, 3, "members");
  g_assert_cmpstr (quo_names_get (cluster->config->names, (guint32) name), ==,
                   "[S1 S2 S3 S4]");
  assert_safe (cluster);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define TEST(path, function) \
  g_test_add_func ("/core/protocol/raft/snapshots/" path, function)

  TEST ("log-is-compacted", test_compacts);
  TEST ("lagging-follower-takes-a-snapshot", test_catches_up);
  TEST ("conflicting-log-is-discarded", test_discards_conflict);
  TEST ("conflicting-log-kept-is-seen", test_keeps_conflict);
  TEST ("sessions-survive", test_sessions_survive);
  TEST ("sessions-lost-execute-twice", test_sessions_lost);
  TEST ("store-comes-back-from-snapshots", test_restart);
  TEST ("crash-amid-write-keeps-the-log", test_crash_amid_write);
  TEST ("configuration-is-in-the-snapshot", test_configuration);

  return g_test_run ();
}
