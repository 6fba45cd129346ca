/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One thing at a time: what a quorum store does, and that each known mistake is
 * seen by the invariant that is there for it. */

#include "fixture.h"

#define PATH "/core/protocol/quorum-store/single/"

typedef struct
{
  const char *fault; /* NULL: done right */
  const char *invariant;
  QuoSim *  (*run) (const char *fault);
} FaultCase;

static QuoSimConfig *
new_with_fault (guint       n_nodes,
                const char *fault)
{
  QuoSimConfig *config = fixture_new (n_nodes);

  if (fault != NULL)
    fixture_set_fault (config, fault);

  return config;
}

/* C does not get the write before its client is told. */
static QuoSim *
run_ack_before_quorum (const char *fault)
{
  g_autoptr (QuoSimConfig) config = new_with_fault (3, fault);
  guint alice = fixture_add_client (config, 0);

  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");

  return fixture_run (config, QUO_SECOND);
}

/* B says that it has the write, and crashes before it does. */
static QuoSim *
run_ack_before_sync (const char *fault)
{
  g_autoptr (QuoSimConfig) config = new_with_fault (3, fault);
  guint alice = fixture_add_client (config, 0);

  g_clear_pointer (&config->disk.sync, quo_distribution_unref);
  config->disk.sync = quo_distribution_new_constant (50 * MS);
  fixture_set (config, "write-quorum", "3");
  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");
  fixture_act (config, QUO_ACTION_CRASH, 130 * MS, 1);
  fixture_act (config, QUO_ACTION_RESTART, 300 * MS, 1);

  return fixture_run (config, 2 * QUO_SECOND);
}

/* B and C are away; A keeps hints for them and has W = 2 all by itself. */
static QuoSim *
run_count_hint (const char *fault)
{
  g_autoptr (QuoSimConfig) config = new_with_fault (3, fault);
  guint alice = fixture_add_client (config, 0);

  fixture_set (config, "hinted-handoff", "true");
  fixture_cut (config, 50 * MS, 0, 1);
  fixture_cut (config, 50 * MS, 0, 2);
  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");

  return fixture_run (config, 3 * QUO_SECOND);
}

/* B's acknowledgement comes twice, C's never. */
static QuoSim *
run_count_twice (const char *fault)
{
  g_autoptr (QuoSimConfig) config = new_with_fault (3, fault);
  guint alice = fixture_add_client (config, 0);

  config->network.base.duplicate = 1;
  fixture_set (config, "write-quorum", "3");
  fixture_cut (config, 50 * MS, 0, 2);
  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");

  return fixture_run (config, 3 * QUO_SECOND);
}

/* Two writers with one empty context. */
static QuoSim *
run_no_dot (const char *fault)
{
  g_autoptr (QuoSimConfig) config = new_with_fault (3, fault);
  guint alice = fixture_add_client (config, 0);
  guint bob = fixture_add_client (config, 0);
  guint carol = fixture_add_client (config, 1);

  fixture_set (config, "conflicts", "siblings");
  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");
  fixture_op (config, 200 * MS, bob, QUO_OP_WRITE, "x", "2");
  fixture_op (config, 300 * MS, carol, QUO_OP_READ, "x", NULL);

  return fixture_run (config, QUO_SECOND);
}

static QuoSim *
write_with_skew (const char *fault,
                 QuoTime     skew)
{
  g_autoptr (QuoSimConfig) config = new_with_fault (3, fault);
  guint alice = fixture_add_client (config, 0);

  fixture_op (config, 200 * MS, alice, QUO_OP_WRITE, "x", "1");
  fixture_act (config, QUO_ACTION_SKEW, 300 * MS, 0)->duration = skew;
  fixture_op (config, 300 * MS, alice, QUO_OP_WRITE, "x", "2");

  return fixture_run (config, QUO_SECOND);
}

/* The clock shows what it showed at the first write. */
static QuoSim *
run_same_tick (const char *fault)
{
  return write_with_skew (fault, -100 * MS);
}

/* The clock is set to before the first write. */
static QuoSim *
run_clock_back (const char *fault)
{
  return write_with_skew (fault, -150 * MS);
}

/* C was away while x was deleted. */
static QuoSim *
run_drop_tombstone (const char *fault)
{
  g_autoptr (QuoSimConfig) config = new_with_fault (3, fault);
  guint alice = fixture_add_client (config, 0);

  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");
  fixture_act (config, QUO_ACTION_CRASH, 200 * MS, 2);
  fixture_op (config, 300 * MS, alice, QUO_OP_REMOVE, "x", NULL);
  fixture_act (config, QUO_ACTION_RESTART, 500 * MS, 2);
  fixture_op (config, 600 * MS, alice, QUO_OP_READ, "x", NULL);
  fixture_op (config, 2500 * MS, alice, QUO_OP_READ, "x", NULL);

  return fixture_run (config, 4 * QUO_SECOND);
}

static const FaultCase fault_cases[] = {
  { "ack-before-quorum", "write-quorum", run_ack_before_quorum },
  { "ack-before-sync", "write-quorum", run_ack_before_sync },
  { "count-hint-as-replica", "write-quorum", run_count_hint },
  { "count-duplicate-ack", "write-quorum", run_count_twice },
  { "no-dot", "siblings-kept", run_no_dot },
  { "trust-clock", "one-value", run_same_tick },
  { "trust-clock", "versions-rise", run_clock_back },
  { "drop-tombstone-early", "deleted-stays-deleted", run_drop_tombstone },
};

static void
test_fault (gconstpointer data)
{
  const FaultCase *c = data;
  g_autoptr (QuoSim) wrong = c->run (c->fault);
  g_autoptr (QuoSim) right = c->run (NULL);

  g_assert_true (fixture_is_violated (wrong, c->invariant));
  for (guint i = 0; i < quo_sim_n_violations (right); i++)
    g_test_message ("%s", quo_sim_violation (right, i)->text);
  g_assert_cmpuint (quo_sim_n_violations (right), ==, 0);
}

static void
test_both_writers_are_read (void)
{
  g_autoptr (QuoSim) right = run_no_dot (NULL);
  g_autoptr (QuoSim) wrong = run_no_dot ("no-dot");
  const char *value = NULL;

  g_assert_cmpint (fixture_outcome (right, 5, 1, &value), ==, QUO_STATUS_OK);
  g_assert_cmpstr (value, ==, "1|2");
  g_assert_cmpint (fixture_outcome (wrong, 5, 1, &value), ==, QUO_STATUS_OK);
  g_assert_cmpstr (value, ==, "2");
}

/* Mistake 5: the clock went back, the later write counts all the same. */
static void
test_later_write_wins_though_the_clock_went_back (void)
{
  g_autoptr (QuoSim) right = run_clock_back (NULL);
  g_autoptr (QuoSim) wrong = run_clock_back ("trust-clock");

  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpstr (fixture_stored (right, i, "x"), ==, "2");
      g_assert_cmpstr (fixture_stored (wrong, i, "x"), ==, "1");
    }
}

/* n2's clock is a day ahead, so that n1's stamp goes on from n2's. n1 crashes before
 * that is on its disk, and stamps again from n2's. Had the others heard of the first
 * one, it would name two writes. */
static void
test_stamp_is_used_once (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  guint clients[2];

  g_clear_pointer (&config->disk.sync, quo_distribution_unref);
  config->disk.sync = quo_distribution_new_constant (100 * MS);
  config->nodes = g_new0 (QuoNodeConfig, 3);
  config->nodes[1].clock_offset = 86400 * QUO_SECOND;
  clients[0] = fixture_add_client (config, 0);
  clients[1] = fixture_add_client (config, 1);
  fixture_op (config, 100 * MS, clients[1], QUO_OP_WRITE, "x", "1");
  fixture_op (config, 500 * MS, clients[0], QUO_OP_WRITE, "x", "2");
  fixture_act (config, QUO_ACTION_CRASH, 550 * MS, 0);
  fixture_act (config, QUO_ACTION_RESTART, 560 * MS, 0);
  fixture_op (config, 2600 * MS, clients[0], QUO_OP_WRITE, "x", "3");
  sim = fixture_run (config, 4 * QUO_SECOND);
  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    g_test_message ("%s", quo_sim_violation (sim, i)->text);

  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (fixture_stored (sim, i, "x"), ==, "3");
}

static void
test_deleted_value_comes_back (void)
{
  g_autoptr (QuoSim) right = run_drop_tombstone (NULL);
  g_autoptr (QuoSim) wrong = run_drop_tombstone ("drop-tombstone-early");
  const char *value = NULL;

  g_assert_cmpint (fixture_outcome (right, 3, 4, &value), ==, QUO_STATUS_OK);
  g_assert_cmpstr (value, ==, "");
  g_assert_cmpint (fixture_outcome (wrong, 3, 4, &value), ==, QUO_STATUS_OK);
  g_assert_cmpstr (value, ==, "1");
}

/* A write that did not reach W is not undone: its outcome is unknown, and here
 * it comes out later. */
static void
test_write_below_quorum_is_unknown (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  guint alice = fixture_add_client (config, 0);
  g_autoptr (QuoSim) sim = NULL;
  const char *value = NULL;

  fixture_cut (config, 50 * MS, 0, 1);
  fixture_cut (config, 50 * MS, 0, 2);
  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");
  fixture_op (config, 1200 * MS, alice, QUO_OP_READ, "x", NULL);
  fixture_heal (config, 2500 * MS);
  fixture_op (config, 3000 * MS, alice, QUO_OP_READ, "x", NULL);
  sim = fixture_run (config, 5 * QUO_SECOND);

  g_assert_cmpint (fixture_outcome (sim, alice, 1, NULL), ==, QUO_STATUS_UNKNOWN);
  g_assert_cmpint (fixture_outcome (sim, alice, 2, NULL), ==, QUO_STATUS_FAILED);
  g_assert_cmpint (fixture_outcome (sim, alice, 3, &value), ==, QUO_STATUS_OK);
  g_assert_cmpstr (value, ==, "1");
}

/* Strict: the hint brings the write to C, without counting for its quorum. */
static void
test_hint_is_handed_over (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  guint alice = fixture_add_client (config, 0);
  g_autoptr (QuoSim) sim = NULL;

  fixture_set (config, "hinted-handoff", "true");
  fixture_cut (config, 50 * MS, 0, 2);
  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");
  fixture_heal (config, QUO_SECOND);
  sim = fixture_run (config, 3 * QUO_SECOND);

  g_assert_cmpint (fixture_outcome (sim, alice, 1, NULL), ==, QUO_STATUS_OK);
  g_assert_cmpstr (fixture_stored (sim, 2, "x"), ==, "1");
  g_assert_cmpuint (fixture_n_hints (sim, 0), ==, 0);
  g_assert_cmpuint (fixture_n_sent (sim, "Handoff"), >, 1);
}

/* A hint survives its keeper's crash, as any acknowledged write does. */
static void
test_hint_survives_a_crash (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  guint alice = fixture_add_client (config, 0);
  g_autoptr (QuoSim) sim = NULL;

  fixture_set (config, "hinted-handoff", "true");
  fixture_cut (config, 50 * MS, 0, 2);
  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");
  fixture_act (config, QUO_ACTION_CRASH, 600 * MS, 0);
  fixture_act (config, QUO_ACTION_RESTART, 900 * MS, 0);
  fixture_heal (config, QUO_SECOND);
  sim = fixture_run (config, 3 * QUO_SECOND);

  g_assert_cmpstr (fixture_stored (sim, 2, "x"), ==, "1");
}

/* One replica never comes back, and more waits for it than is tried in a round:
 * another one that was away for a moment gets its write all the same. */
static void
test_hints_do_not_wait_for_each_other (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  guint alice = fixture_add_client (config, 0);
  g_autoptr (QuoSim) sim = NULL;

  fixture_set (config, "hinted-handoff", "true");
  fixture_set (config, "write-quorum", "1");
  fixture_act (config, QUO_ACTION_CRASH, 0, 2);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      fixture_op (config, (10 + i) * MS, alice, QUO_OP_WRITE, key, "1");
    }
  fixture_cut (config, 2 * QUO_SECOND, 0, 1);
  fixture_op (config, 2 * QUO_SECOND + MS, alice, QUO_OP_WRITE, "late", "1");
  fixture_heal (config, 3 * QUO_SECOND);
  sim = fixture_run (config, 6 * QUO_SECOND);

  g_assert_cmpuint (fixture_n_hints (sim, 0), ==, 101);
  g_assert_cmpstr (fixture_stored (sim, 1, "late"), ==, "1");
}

static void
test_anti_entropy_needs_no_reads (gconstpointer conflicts)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  guint alice = fixture_add_client (config, 0);
  guint bob = fixture_add_client (config, 2);
  g_autoptr (QuoSim) sim = NULL;

  fixture_set (config, "conflicts", conflicts);
  fixture_set (config, "write-quorum", "1");
  fixture_set (config, "anti-entropy-interval", "100ms");
  /* Fewer keys at a time than there are. */
  fixture_set (config, "anti-entropy-keys", "3");
  for (guint i = 1; i < 3; i++)
    {
      fixture_cut (config, 50 * MS, 0, i);
      fixture_cut (config, 50 * MS, 2, i - 1);
    }
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, key, "a");
      if (i % 2 == 0)
        fixture_op (config, 100 * MS, bob, QUO_OP_WRITE, key, "c");
    }
  fixture_heal (config, QUO_SECOND);
  sim = fixture_run (config, 6 * QUO_SECOND);

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);
      const char *first = fixture_stored (sim, 0, key);

      g_assert_nonnull (first);
      if (g_str_equal (conflicts, "siblings"))
        g_assert_cmpstr (first, ==, i % 2 == 0 ? "a|c" : "a");
      g_assert_cmpstr (fixture_stored (sim, 1, key), ==, first);
      g_assert_cmpstr (fixture_stored (sim, 2, key), ==, first);
    }
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  g_assert_cmpfloat (fixture_measure (sim, "divergent"), ==, 0);
}

/* Six nodes, three in each of two regions 100 ms apart. */
static QuoSim *
run_regions (const char *level)
{
  g_autoptr (QuoSimConfig) config = fixture_new (6);
  guint alice = fixture_add_client (config, 0);
  QuoNetworkConfig *network = &config->network;

  network->n_regions = 2;
  network->region_of = g_new0 (guint, 7);
  network->region_latency = g_new0 (QuoDistribution *, 4);
  for (guint i = 0; i < 6; i++)
    network->region_of[i] = i / 3;
  for (guint i = 0; i < 4; i++)
    network->region_latency[i] =
      quo_distribution_new_constant (i % 3 == 0 ? 5 * MS : 100 * MS);
  fixture_set (config, "replicas", "6");
  fixture_set (config, "read-level", level);
  fixture_set (config, "write-level", level);
  fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "1");
  fixture_op (config, 700 * MS, alice, QUO_OP_READ, "x", NULL);

  return fixture_run (config, 2 * QUO_SECOND);
}

/* What each level has to wait for is plain arithmetic over the distances. */
static void
test_levels_wait_for_their_replicas (void)
{
  static const struct
  {
    const char *level;
    double      write;
    double      read;
  } cases[] = {
    { "one", 2, 0 },             /* oneself */
    { "local-quorum", 12, 10 },  /* one more nearby */
    { "quorum", 202, 200 },      /* four of six: one of them far */
    { "all", 202, 200 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuoSim) sim = run_regions (cases[i].level);

      g_assert_cmpfloat (fixture_measure (sim, "write-latency"), ==,
                         cases[i].write * MS);
      g_assert_cmpfloat (fixture_measure (sim, "read-latency"), ==,
                         cases[i].read * MS);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
    }
}

/* Where each of a number of keys is kept. */
static void
place_keys (guint       n_nodes,
            guint       n_keys,
            const char *n_replicas,
            guint      *ret_nodes)
{
  g_autoptr (QuoSimConfig) config = fixture_new (n_nodes);
  guint alice = fixture_add_client (config, 0);
  g_autoptr (QuoSim) sim = NULL;

  fixture_set (config, "replicas", n_replicas);
  fixture_set (config, "write-quorum", "1");
  fixture_set (config, "tokens", "64");
  for (guint i = 0; i < n_keys; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%u", i);

      fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, key, "1");
    }
  sim = fixture_run (config, 60 * QUO_SECOND);
  for (guint i = 0; i < n_keys; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%u", i);

      ret_nodes[i] = 0;
      for (guint node = 0; node < n_nodes; node++)
        if (fixture_stored (sim, node, key) != NULL)
          ret_nodes[i] |= 1u << node;
    }
}

/* Karger et al. 1997: a new node takes its share from the others, and nothing
 * moves between those. */
static void
test_new_node_takes_only_its_share (void)
{
  guint before[200];
  guint after[200];
  guint n_moved = 0;

  place_keys (5, 200, "1", before);
  place_keys (6, 200, "1", after);
  for (guint i = 0; i < 200; i++)
    {
      g_assert_cmpuint (before[i] & (before[i] - 1), ==, 0);
      if (before[i] == after[i])
        continue;
      g_assert_cmpuint (after[i], ==, 1u << 5);
      n_moved++;
    }
  /* A sixth is 33. */
  g_assert_cmpuint (n_moved, >, 15);
  g_assert_cmpuint (n_moved, <, 60);
}

static void
test_every_key_has_n_replicas (void)
{
  guint places[50];

  place_keys (7, 50, "3", places);
  for (guint i = 0; i < 50; i++)
    g_assert_cmpint (__builtin_popcount (places[i]), ==, 3);
}

/* Mistake 9, in a run of its own: B answers slowly, C is still old. */
static void
test_write_back_keeps_reads_in_order (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = fixture_new (3);
      guint alice = fixture_add_client (config, 0);
      guint bob = fixture_add_client (config, 0);
      guint carol = fixture_add_client (config, 1);
      g_autoptr (QuoSim) sim = NULL;
      const char *value = NULL;

      fixture_set (config, "read-repair", "off");
      fixture_set (config, "write-back", i > 0 ? "true" : "false");
      fixture_op (config, 100 * MS, alice, QUO_OP_WRITE, "x", "old");
      fixture_cut (config, 200 * MS, 0, 1);
      fixture_cut (config, 200 * MS, 0, 2);
      fixture_op (config, 300 * MS, alice, QUO_OP_WRITE, "x", "new");
      fixture_heal (config, 350 * MS);
      fixture_op (config, 400 * MS, bob, QUO_OP_READ, "x", NULL);
      fixture_cut (config, 500 * MS, 0, 1);
      fixture_op (config, 600 * MS, carol, QUO_OP_READ, "x", NULL);
      sim = fixture_run (config, 3 * QUO_SECOND);

      g_assert_cmpint (fixture_outcome (sim, bob, 1, &value), ==, QUO_STATUS_OK);
      g_assert_cmpstr (value, ==, "new");
      g_assert_cmpint (fixture_outcome (sim, carol, 1, &value), ==, QUO_STATUS_OK);
      g_assert_cmpstr (value, ==, i > 0 ? "new" : "old");
      g_assert_cmpfloat (fixture_measure (sim, "inversions"), ==, i > 0 ? 0 : 1);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fault_cases); i++)
    {
      g_autofree char *path = g_strconcat (PATH "fault/", fault_cases[i].fault,
                                           "-breaks-", fault_cases[i].invariant,
                                           NULL);

      g_test_add_data_func (path, &fault_cases[i], test_fault);
    }
  g_test_add_func (PATH "both-writers-are-read", test_both_writers_are_read);
  g_test_add_func (PATH "later-write-wins-though-the-clock-went-back",
                   test_later_write_wins_though_the_clock_went_back);
  g_test_add_func (PATH "stamp-is-used-once-over-a-crash", test_stamp_is_used_once);
  g_test_add_func (PATH "deleted-value-comes-back-without-tombstone",
                   test_deleted_value_comes_back);
  g_test_add_func (PATH "write-below-quorum-is-unknown",
                   test_write_below_quorum_is_unknown);
  g_test_add_func (PATH "hint-is-handed-over", test_hint_is_handed_over);
  g_test_add_func (PATH "hint-survives-a-crash", test_hint_survives_a_crash);
  g_test_add_func (PATH "hints-do-not-wait-for-each-other",
                   test_hints_do_not_wait_for_each_other);
  g_test_add_data_func (PATH "anti-entropy-needs-no-reads/last-writer-wins",
                        "last-writer-wins", test_anti_entropy_needs_no_reads);
  g_test_add_data_func (PATH "anti-entropy-needs-no-reads/siblings", "siblings",
                        test_anti_entropy_needs_no_reads);
  g_test_add_func (PATH "levels-wait-for-their-replicas",
                   test_levels_wait_for_their_replicas);
  g_test_add_func (PATH "new-node-takes-only-its-share",
                   test_new_node_takes_only_its_share);
  g_test_add_func (PATH "every-key-has-n-replicas", test_every_key_has_n_replicas);
  g_test_add_func (PATH "write-back-keeps-reads-in-order",
                   test_write_back_keeps_reads_in_order);

  return g_test_run ();
}
