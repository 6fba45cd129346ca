/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

/* Copies that converge, and the mistakes that keep them from it. */

#define S QUO_SECOND

static QuoSimConfig *
anti_entropy (guint       n_nodes,
              guint64     seed,
              const char *mode)
{
  QuoSimConfig *config = gossip_config (n_nodes, seed);

  gossip_set (config, "strategy", "anti-entropy");
  gossip_set (config, "mode", mode);

  return config;
}

static void
assert_all_have (QuoSim     *sim,
                 guint       n_nodes,
                 const char *key,
                 const char *value)
{
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));

  quo_replay_seek (replay, quo_trace_length (quo_sim_trace (sim)));
  for (guint i = 0; i < n_nodes; i++)
    g_assert_cmpstr (gossip_value (replay, i, key), ==, value);
}

static double
divergent (QuoSim *sim)
{
  double value;

  g_assert_cmpuint (gossip_measure (sim, "divergent-keys", &value), ==, 1);

  return value;
}

/* Two nodes write at once. */
static QuoSim *
write_concurrently (const char *fault)
{
  g_autoptr (QuoSimConfig) config = anti_entropy (6, 3, "push-pull");

  if (fault != NULL)
    gossip_fault (config, fault);
  gossip_update (config, S / 2, 1, "x", "mine");
  gossip_update (config, S / 2, 4, "x", "yours");

  return gossip_run (config, 30 * S);
}

static void
test_concurrent_writes_converge (void)
{
  g_autoptr (QuoSim) sim = write_concurrently (NULL);

  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  g_assert_cmpfloat (divergent (sim), ==, 0);
  assert_all_have (sim, 6, "x", "yours");
}

static void
test_counter_alone_differs_for_ever (void)
{
  g_autoptr (QuoSim) sim = write_concurrently ("merge-by-counter");

  g_assert_true (gossip_violates (sim, "newer-is-taken"));
  g_assert_cmpfloat (divergent (sim), ==, 1);
}

static QuoSim *
write_twice (const char *fault)
{
  g_autoptr (QuoSimConfig) config = anti_entropy (6, 1, "push");

  if (fault != NULL)
    gossip_fault (config, fault);
  gossip_update (config, S / 2, 0, "x", "old");
  gossip_update (config, 2 * S + S / 2, 0, "x", "new");

  return gossip_run (config, 40 * S);
}

static void
test_arrival_order_brings_old_back (void)
{
  g_autoptr (QuoSim) right = write_twice (NULL);
  g_autoptr (QuoSim) wrong = write_twice ("merge-by-arrival");

  g_assert_cmpuint (quo_sim_n_violations (right), ==, 0);
  assert_all_have (right, 6, "x", "new");
  g_assert_true (gossip_violates (wrong, "versions-rise"));
}

/* One node stands still while the others learn of a deletion. */
static QuoSim *
delete_behind_its_back (const char *fault,
                        const char *life)
{
  g_autoptr (QuoSimConfig) config = anti_entropy (5, 2, "push-pull");

  if (fault != NULL)
    gossip_fault (config, fault);
  gossip_set (config, "certificate-life", life);
  gossip_update (config, S / 2, 0, "x", "1");
  gossip_at_node (config, 15 * S, QUO_ACTION_PAUSE, 4);
  gossip_delete (config, 16 * S, 1, "x");
  gossip_at_node (config, 30 * S, QUO_ACTION_RESUME, 4);

  return gossip_run (config, 80 * S);
}

static void
test_certificate_keeps_deleted (void)
{
  g_autoptr (QuoSim) sim = delete_behind_its_back (NULL, "0s");

  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  assert_all_have (sim, 5, "x", NULL);
}

static void
test_dropped_certificate_revives (void)
{
  g_autoptr (QuoSim) sim = delete_behind_its_back ("drop-certificate-early", "0s");

  g_assert_true (gossip_violates (sim, "deleted-stays-deleted"));
  assert_all_have (sim, 5, "x", "1");
}

/* Long enough for all to have heard: then the certificates go, and do not come
 * back from one another. */
static void
test_certificates_die (void)
{
  g_autoptr (QuoSim) sim = delete_behind_its_back (NULL, "30s");
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));
  int data = quo_declaration_find_field (quo_trace_declaration (quo_sim_trace (sim)),
                                         "data");

  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  quo_replay_seek (replay, quo_trace_length (quo_sim_trace (sim)));
  for (guint i = 0; i < 5; i++)
    {
      const QuoTable *table = quo_replay_table (replay, i, (guint) data);

      g_assert_true (table == NULL || quo_table_n_rows (table) == 0);
    }
}

/* A node writes, crashes, comes back with nothing in its memory and writes again
 * before it has heard of its own first write. */
static QuoSim *
write_crash_write (const char *fault)
{
  g_autoptr (QuoSimConfig) config = anti_entropy (4, 1, "push-pull");

  if (fault != NULL)
    gossip_fault (config, fault);
  config->disk.sync = quo_distribution_new_constant (5 * QUO_MILLISECOND);
  gossip_update (config, S / 2, 0, "x", "before");
  gossip_at_node (config, 10 * S + S / 4, QUO_ACTION_CRASH, 0);
  gossip_at_node (config, 11 * S + S / 4, QUO_ACTION_RESTART, 0);
  gossip_update (config, 11 * S + S / 4 + 1, 0, "x", "after");

  return gossip_run (config, 40 * S);
}

static void
test_numbers_survive_a_crash (void)
{
  g_autoptr (QuoSim) right = write_crash_write (NULL);
  g_autoptr (QuoSim) wrong = write_crash_write ("forget-issued");

  g_assert_cmpuint (quo_sim_n_violations (right), ==, 0);
  assert_all_have (right, 4, "x", "after");
  g_assert_true (gossip_violates (wrong, "one-value"));
}

/* While the number of n1's update goes to disk, n2's second one arrives: n1's own is
 * never to be seen there, and n3, which the mail of n2 did not reach, is not to hear
 * of it from n1. */
static void
test_outrun_update_is_not_mailed (void)
{
  g_autoptr (QuoSimConfig) config = gossip_config (3, 1);
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *cut = quo_sim_config_add_action (config, QUO_ACTION_CUT, 0);

  cut->from = (QuoSelector) { QUO_SELECT_NODE, 1 };
  cut->to = (QuoSelector) { QUO_SELECT_NODE, 2 };
  gossip_set (config, "strategy", "none");
  gossip_set (config, "direct-mail", "true");
  config->disk.sync = quo_distribution_new_constant (S / 10);
  gossip_update (config, S / 2, 1, "x", "1");
  gossip_update (config, S, 1, "x", "2");
  gossip_update (config, S + S / 20, 0, "x", "3");
  gossip_at_node (config, S / 4, QUO_ACTION_CRASH, 0);
  gossip_at_node (config, 3 * S / 4, QUO_ACTION_RESTART, 0);
  sim = gossip_run (config, 2 * S);

  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

static void
test_forgotten_reset_is_caught (void)
{
  double residue[2] = { 0, 0 };

  for (guint is_wrong = 0; is_wrong < 2; is_wrong++)
    for (guint seed = 1; seed <= 30; seed++)
      {
        g_autoptr (QuoSimConfig) config = gossip_config (500, seed);
        g_autoptr (QuoSim) sim = NULL;
        double value;

        if (is_wrong)
          gossip_fault (config, "forget-reset");
        gossip_update (config, 0, 0, "x", "1");
        sim = gossip_run (config, 100 * S);
        gossip_measure (sim, "residue", &value);
        residue[is_wrong] += value;
        g_assert_true (gossip_violates (sim, "useful-resets") == (is_wrong == 1));
      }
  g_assert_cmpfloat (residue[1], >, 1.1 * residue[0]);
}

static guint64
words_sent (const char *compare)
{
  g_autoptr (QuoSimConfig) config = anti_entropy (10, 5, "push-pull");
  g_autoptr (QuoSim) sim = NULL;
  double traffic;

  gossip_set (config, "compare", compare);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      gossip_update (config, S / 4, i % 10, key, "1");
    }
  sim = gossip_run (config, 30 * S);
  g_assert_cmpfloat (divergent (sim), ==, 0);
  gossip_measure (sim, "traffic", &traffic);

  return (guint64) (traffic * 10 * 20 + .5);
}

/* By digest nobody is sent what it has, but for two that send it in one cycle. */
static void
test_digest_sends_what_differs (void)
{
  guint64 digest = words_sent ("digest");

  g_assert_cmpuint (digest, >=, 9 * 20);
  g_assert_cmpuint (digest, <, 3 * 9 * 20);
  g_assert_cmpuint (words_sent ("full"), >, 10 * digest);
}

/* Two copies of 200 keys; from the sixth second on one key differs, and from the
 * seventh on nothing. */
static void
test_tree_finds_the_one_key (void)
{
  g_autoptr (QuoSimConfig) config = anti_entropy (2, 1, "push-pull");
  g_autoptr (QuoSim) sim = NULL;
  const QuoDeclaration *d = config->declaration;
  guint reply = (guint) quo_declaration_find_message (d, "Reply");
  guint leaves = (guint) quo_declaration_find_message (d, "Leaves");
  QuoTrace *trace;
  guint n_updates = 0;
  guint n_versions = 0;
  guint n_quiet = 0;

  gossip_set (config, "compare", "merkle");
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      gossip_update (config, S / 4, i % 2, key, "1");
    }
  gossip_update (config, 6 * S - S / 2, 1, "k77", "2");
  sim = gossip_run (config, 20 * S);

  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND
          || quo_trace_time (trace, i) < 5 * S)
        continue;
      quo_trace_read (trace, i, &event);
      if (event.what == reply)
        n_updates += 1 + event.n_rows;
      if (event.what == leaves)
        n_versions = MAX (n_versions, event.n_rows);
      n_quiet += event.time > 7 * S;
    }
  g_assert_cmpfloat (divergent (sim), ==, 0);
  assert_all_have (sim, 2, "k77", "2");
  /* Each of the two calls the other in that cycle, and both find it. */
  g_assert_cmpuint (n_updates, >=, 1);
  g_assert_cmpuint (n_updates, <=, 2);
  g_assert_cmpuint (n_versions, <, 10);
  /* Once they are equal again: one hash from each, each second, and no answer. */
  g_assert_cmpuint (n_quiet, ==, 2 * 13);
}

#define PATH "/core/protocol/gossip/merge/"

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "concurrent-writes-converge",
                   test_concurrent_writes_converge);
  g_test_add_func (PATH "counter-alone-differs-for-ever",
                   test_counter_alone_differs_for_ever);
  g_test_add_func (PATH "arrival-order-brings-old-versions-back",
                   test_arrival_order_brings_old_back);
  g_test_add_func (PATH "certificate-keeps-deleted-what-is-deleted",
                   test_certificate_keeps_deleted);
  g_test_add_func (PATH "dropped-certificate-revives-the-data",
                   test_dropped_certificate_revives);
  g_test_add_func (PATH "certificates-die-everywhere", test_certificates_die);
  g_test_add_func (PATH "numbers-survive-a-crash", test_numbers_survive_a_crash);
  g_test_add_func (PATH "outrun-update-is-not-mailed",
                   test_outrun_update_is_not_mailed);
  g_test_add_func (PATH "forgotten-reset-is-caught-and-leaves-more-out",
                   test_forgotten_reset_is_caught);
  g_test_add_func (PATH "digest-sends-only-what-differs",
                   test_digest_sends_what_differs);
  g_test_add_func (PATH "tree-finds-the-one-key-that-differs",
                   test_tree_finds_the_one_key);

  return g_test_run ();
}
