/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients see: redirects, retries, sessions, and the store. */

#include "cluster.h"

#define S1 0
#define S2 1
#define S3 2

static void
assert_answer (Cluster    *cluster,
               gint64      serial,
               const char *expected)
{
  g_autofree char *answer = cluster_answer (cluster, 0, serial);

  g_assert_cmpstr (answer, ==, expected);
}

static void
test_redirect (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);

  cluster_stand (cluster, 10 * MS, S2);
  cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_run (cluster, 300 * MS);

  assert_answer (cluster, 1, "ok 1");
  g_assert_cmpstr (cluster_stored (cluster, S2, "x"), ==, "1");
}

static void
test_busy (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);

  cluster_ask (cluster, 1 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_run (cluster, 100 * MS);
  assert_answer (cluster, 1, "open");
  cluster_run (cluster, 2000 * MS);
  assert_answer (cluster, 1, "ok 1");
}

static void
test_operations (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);

  cluster_stand (cluster, 10 * MS, S1);
  cluster_ask (cluster, 100 * MS, 0, S1, QUO_OP_READ, "x", NULL, NULL);
  cluster_ask (cluster, 101 * MS, 0, S1, QUO_OP_WRITE, "x", "1", NULL);
  cluster_ask (cluster, 102 * MS, 0, S1, QUO_OP_CAS, "x", "2", "1");
  cluster_ask (cluster, 103 * MS, 0, S1, QUO_OP_CAS, "x", "3", "1");
  cluster_ask (cluster, 104 * MS, 0, S1, QUO_OP_READ, "x", NULL, NULL);
  cluster_ask (cluster, 105 * MS, 0, S1, QUO_OP_APPEND, "l", "a", NULL);
  cluster_ask (cluster, 106 * MS, 0, S1, QUO_OP_APPEND, "l", "b", NULL);
  cluster_ask (cluster, 107 * MS, 0, S1, QUO_OP_READ, "l", NULL, NULL);
  cluster_ask (cluster, 108 * MS, 0, S1, QUO_OP_ADD, "l", "c", NULL);
  cluster_run (cluster, 1000 * MS);

  assert_answer (cluster, 1, "ok ");
  assert_answer (cluster, 2, "ok 1");
  assert_answer (cluster, 3, "ok 2");
  assert_answer (cluster, 4, "failed 2");
  assert_answer (cluster, 5, "ok 2");
  assert_answer (cluster, 6, "ok a");
  assert_answer (cluster, 7, "ok a,b");
  assert_answer (cluster, 8, "ok a,b");
  assert_answer (cluster, 9, "failed ");
}

/* The log holds texts: every key and value must come back from them unchanged. */
static void
test_odd_names (void)
{
  static const char * const odd[] = {
    "", " ", "a b", "x = 1", "if", "\"", "\\", "a\"b\\", "x?", "+=", "Ölüm", "no-op"
  };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    for (guint j = 0; j < G_N_ELEMENTS (odd); j++)
      {
        g_autoptr (Cluster) cluster = cluster_new (1, 1);

        cluster_stand (cluster, 10 * MS, S1);
        cluster_ask (cluster, 100 * MS, 0, S1, QUO_OP_WRITE, odd[i], odd[j], NULL);
        cluster_ask (cluster, 105 * MS, 0, S1, QUO_OP_CAS, odd[i], "next", odd[j]);
        cluster_run (cluster, 102 * MS);
        g_assert_cmpstr (cluster_stored (cluster, S1, odd[i]), ==, odd[j]);

        cluster_run (cluster, 110 * MS);
        g_assert_cmpstr (cluster_stored (cluster, S1, odd[i]), ==, "next");
      }
}

/* The answer is lost, so the client asks again: it appends to a list, which tells
 * how often that was done. */
static void
retry (Cluster *cluster)
{
  QuoAction *drop = NULL;

  cluster->config->clients[0].timeout = 100 * MS;
  cluster_stand (cluster, 10 * MS, S1);
  cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_APPEND, "l", "a", NULL);
  drop = quo_sim_config_add_action (cluster->config, QUO_ACTION_DROP, 199 * MS);
  drop->match = (QuoMessageMatch) { QUO_MESSAGE_REPLY, S1, -1, 1 };
  cluster_run (cluster, 1000 * MS);
}

static void
test_retry (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);

  retry (cluster);

  assert_answer (cluster, 1, "ok a");
  g_assert_cmpstr (cluster_stored (cluster, S1, "l"), ==, "a");
  g_assert_cmpstr (cluster_stored (cluster, S3, "l"), ==, "a");
}

static void
test_retry_without_sessions (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);

  cluster_option (cluster, "sessions", "false");
  retry (cluster);

  g_assert_cmpstr (cluster_stored (cluster, S1, "l"), ==, "a,a");
  g_assert_cmpstr (cluster_stored (cluster, S3, "l"), ==, "a,a");
}

/* The leader crashes after it committed and before its answer arrives; the next one
 * finds the operation in the session that the log carried to it. */
static void
test_retry_at_new_leader (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);

  cluster->config->clients[0].home = S2;
  cluster->config->clients[0].timeout = 100 * MS;
  cluster_stand (cluster, 10 * MS, S1);
  cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_APPEND, "l", "a", NULL);
  cluster_at (cluster, 225 * MS, QUO_ACTION_CRASH, S1);
  cluster_stand (cluster, 250 * MS, S2);
  cluster_run (cluster, 2000 * MS);

  assert_answer (cluster, 1, "ok a");
  g_assert_cmpstr (cluster_stored (cluster, S2, "l"), ==, "a");
  g_assert_cmpstr (cluster_stored (cluster, S3, "l"), ==, "a");
}

/* A second copy of the request arrives while the first is being replicated. */
static void
test_doubled_request (void)
{
  g_autoptr (Cluster) cluster = cluster_new (3, 1);
  QuoAction *twice = NULL;

  cluster_stand (cluster, 10 * MS, S1);
  cluster_ask (cluster, 200 * MS, 0, S1, QUO_OP_APPEND, "l", "a", NULL);
  twice = quo_sim_config_add_action (cluster->config, QUO_ACTION_DUPLICATE, 199 * MS);
  twice->match = (QuoMessageMatch) { QUO_MESSAGE_REQUEST, -1, S1, 1 };
  cluster_run (cluster, 1000 * MS);

  assert_answer (cluster, 1, "ok a");
  g_assert_cmpstr (cluster_stored (cluster, S3, "l"), ==, "a");
  g_assert_cmpint (cluster_field (cluster, S1, "commit-index"), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(claim, func) g_test_add_func ("/core/protocol/raft/sessions/" claim, func)
  ADD ("follower-names-the-leader", test_redirect);
  ADD ("client-waits-for-a-leader", test_busy);
  ADD ("store-does-what-is-asked", test_operations);
  ADD ("names-of-any-text-come-back", test_odd_names);
  ADD ("retry-is-executed-once", test_retry);
  ADD ("retry-without-sessions-is-executed-twice", test_retry_without_sessions);
  ADD ("retry-at-a-new-leader-is-executed-once", test_retry_at_new_leader);
  ADD ("doubled-request-is-appended-once", test_doubled_request);
#undef ADD

  return g_test_run ();
}
