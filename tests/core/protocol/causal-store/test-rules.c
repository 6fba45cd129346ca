/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The rules of the paper one by one, in runs whose course is known. Where nothing
 * else is said there are two data centres of two nodes, n1 and n2 in the east, n3
 * and n4 in the west, 5 ms within and 80 ms between them; a key "a..." is kept by
 * n1 and n3, a key "b..." by n2 and n4.
 */

#include "fixture.h"

#define PATH "/core/protocol/causal-store/rules/"

static char *a;
static char *b;

static QuoSimConfig *
new_two (void)
{
  QuoSimConfig *config = store_new ("causal-store", 4);

  store_set (config, "retry-interval", "200ms");
  store_add_client (config, 0);
  store_add_client (config, 2);
  store_add_client (config, 1);
  store_add_client (config, 3);

  return config;
}

static QuoSim *
run_two (QuoSimConfig *config,
         QuoTime       until)
{
  causal_set_centres (config, "0011", 5 * MS, 80 * MS);

  return store_run (config, until);
}

static void
drop (QuoSimConfig *config,
      QuoTime       at,
      const char   *message,
      guint         nth)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_DROP, at);

  action->match = (QuoMessageMatch) {
    quo_declaration_find_message (config->declaration, message), -1, -1, nth
  };
}

static const char *
value_at (QuoSim     *sim,
          guint       node,
          const char *key,
          QuoTime     time)
{
  g_autoptr (QuoReplay) replay = store_replay (sim, time);

  return store_value (sim, replay, node, key);
}

/* Section 4.2: a key is at the corresponding node of each data centre. */
static void
test_placement (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 100 * MS, 1, QUO_OP_WRITE, b, "2");
  sim = run_two (config, QUO_SECOND);

  for (guint node = 0; node < 4; node++)
    {
      g_assert_cmpstr (value_at (sim, node, a, QUO_SECOND), ==,
                       node % 2 == 0 ? "1" : NULL);
      g_assert_cmpstr (value_at (sim, node, b, QUO_SECOND), ==,
                       node % 2 == 1 ? "2" : NULL);
    }
  causal_assert_sound (sim);
}

/* Without regions each node is a data centre of its own. */
static void
test_no_regions (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 3);
  g_autoptr (QuoSim) sim = NULL;

  store_add_client (config, 1);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  sim = store_run (config, QUO_SECOND);

  g_assert_cmpuint (store_n_sent (sim, "REPLICATE"), ==, 2);
  for (guint node = 0; node < 3; node++)
    g_assert_cmpstr (value_at (sim, node, "x", QUO_SECOND), ==, "1");
}

/* Sections 4.4 and 4.5: reads and writes are the data centre's own; only what is
 * visible travels further. Nobody waits for the 80 ms. */
static void
test_local (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 200 * MS, 0, QUO_OP_WRITE, b, "2");
  store_op (config, 300 * MS, 0, QUO_OP_READ, b, NULL);
  sim = run_two (config, QUO_SECOND);

  causal_assert_answer (sim, 0, 3, "ok 2");
  g_assert_cmpfloat (store_measure (sim, "write-latency"), ==, 10 * MS);
  g_assert_cmpfloat (store_measure (sim, "read-latency"), ==, 10 * MS);
  g_assert_cmpfloat (store_measure (sim, "propagation"), ==, 80 * MS + 90 * MS);
}

/* Cut off from each other, both data centres go on, and agree afterwards. */
static void
test_partition (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  for (guint i = 0; i < 4; i++)
    causal_cut (config, QUO_ACTION_CUT, 50 * MS, i / 2, 2 + i % 2);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "east");
  store_op (config, 110 * MS, 1, QUO_OP_WRITE, a, "west");
  store_op (config, 200 * MS, 0, QUO_OP_READ, a, NULL);
  store_op (config, 200 * MS, 1, QUO_OP_READ, a, NULL);
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 2 * QUO_SECOND);
  store_op (config, 3 * QUO_SECOND, 0, QUO_OP_READ, a, NULL);
  store_op (config, 3 * QUO_SECOND, 1, QUO_OP_READ, a, NULL);
  sim = run_two (config, 4 * QUO_SECOND);

  causal_assert_answer (sim, 0, 2, "ok east");
  causal_assert_answer (sim, 1, 2, "ok west");
  /* Both are version 1; of two equal counters the node with the higher number wins.
   * */
  causal_assert_answer (sim, 0, 3, "ok west");
  causal_assert_answer (sim, 1, 3, "ok west");
  g_assert_cmpfloat (store_measure (sim, "conflicts"), ==, 1);
  causal_assert_sound (sim);
}

/* Section 5.3: COPS-CD shows both values until somebody who has seen them writes. */
static void
test_conflict (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "mode", "cops-cd");
  store_op (config, 20 * MS, 0, QUO_OP_WRITE, a, "before");
  for (guint i = 0; i < 4; i++)
    causal_cut (config, QUO_ACTION_CUT, 150 * MS, i / 2, 2 + i % 2);
  store_op (config, 200 * MS, 0, QUO_OP_WRITE, a, "east");
  store_op (config, 210 * MS, 1, QUO_OP_WRITE, a, "west");
  store_op (config, 250 * MS, 0, QUO_OP_READ, a, NULL);
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, QUO_SECOND);
  store_op (config, 2 * QUO_SECOND, 0, QUO_OP_READ, a, NULL);
  store_op (config, 2 * QUO_SECOND, 1, QUO_OP_READ, a, NULL);
  store_op (config, 2100 * MS, 1, QUO_OP_WRITE, a, "both");
  store_op (config, 3 * QUO_SECOND, 0, QUO_OP_READ, a, NULL);
  sim = run_two (config, 4 * QUO_SECOND);

  causal_assert_answer (sim, 0, 3, "ok east");
  causal_assert_answer (sim, 0, 4, "ok east + west");
  causal_assert_answer (sim, 1, 2, "ok east + west");
  causal_assert_answer (sim, 0, 5, "ok both");
  g_assert_cmpfloat (store_measure (sim, "conflicts"), ==, 2);
  g_assert_cmpfloat (store_measure (sim, "divergent"), ==, 0);
  causal_assert_sound (sim);
}

/* What was overwritten stays so after a crash, when what overwrote it is forgotten and
 * it is itself not, for a data centre lacks it. */
static void
test_overwritten (gconstpointer data)
{
  gboolean is_twice = data != NULL;
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 3);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "mode", "cops-cd");
  store_add_client (config, 0);
  store_add_client (config, 1);
  causal_cut (config, QUO_ACTION_CUT, 20 * MS, 0, 2);
  store_op (config, 50 * MS, 0, QUO_OP_WRITE, "x", "first");
  store_op (config, 100 * MS, 1, QUO_OP_WRITE, "x", "second");
  store_op (config, 150 * MS, 1, QUO_OP_WRITE, "x", "third");
  if (is_twice)
    {
      store_act (config, QUO_ACTION_CRASH, 120 * MS, 0);
      store_act (config, QUO_ACTION_RESTART, 130 * MS, 0);
    }
  /* With it goes to disk that the second is forgotten. */
  store_op (config, 250 * MS, 0, QUO_OP_WRITE, "y", "1");
  store_act (config, QUO_ACTION_CRASH, 300 * MS, 0);
  store_act (config, QUO_ACTION_RESTART, 400 * MS, 0);
  store_op (config, 500 * MS, 0, QUO_OP_READ, "x", NULL);
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, QUO_SECOND);
  sim = store_run (config, 5 * QUO_SECOND);

  causal_assert_answer (sim, 0, 3, "ok third");
  g_assert_cmpstr (value_at (sim, 2, "x", 5 * QUO_SECOND), ==, "third");
  causal_assert_sound (sim);
}

/* Section 4.4: a write that comes after another has the higher version and wins,
 * whatever the nodes' clocks show. */
static void
test_lamport (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  if (fault != NULL)
    store_set_fault (config, fault);
  config->nodes = g_new0 (QuoNodeConfig, 4);
  config->nodes[0].clock_offset = QUO_SECOND;
  for (guint i = 0; i < 5; i++)
    store_op (config, (100 + 20 * i) * MS, 0, QUO_OP_WRITE, a, "east");
  store_op (config, 500 * MS, 1, QUO_OP_READ, a, NULL);
  store_op (config, 600 * MS, 1, QUO_OP_WRITE, a, "west");
  store_op (config, 900 * MS, 0, QUO_OP_READ, a, NULL);
  sim = run_two (config, QUO_SECOND);

  causal_assert_answer (sim, 1, 1, "ok east");
  causal_assert_answer (sim, 0, 6, fault == NULL ? "ok west" : "ok east");
  g_assert_cmpint (store_is_violated (sim, "version-order"), ==, fault != NULL);
}

/* The photo is held up, the album is not: it waits, and readers see the album as it
 * was before, at once. */
static void
test_delayed_visibility (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  causal_cut (config, QUO_ACTION_CUT, 50 * MS, 0, 2);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "photo");
  store_op (config, 150 * MS, 0, QUO_OP_WRITE, b, "album");
  store_op (config, 300 * MS, 1, QUO_OP_READ, b, NULL);
  causal_cut (config, QUO_ACTION_RESTORE, 400 * MS, 0, 2);
  store_op (config, 900 * MS, 1, QUO_OP_READ, b, NULL);
  sim = run_two (config, QUO_SECOND);

  causal_assert_answer (sim, 1, 1, "ok");
  causal_assert_answer (sim, 1, 2, "ok album");
  g_assert_cmpuint (store_n_notes (sim, "waits"), ==, 1);
  g_assert_cmpfloat (store_measure (sim, "read-latency"), ==, 2 * 10 * MS);
  /* Sent again at 500 ms, when the retry interval after 300 ms is over, the photo
   * is there at 580; its node has been asked at 235 and at 440, and answers one hop
   * later. */
  g_assert_cmpstr (value_at (sim, 2, a, 579 * MS), ==, NULL);
  g_assert_cmpstr (value_at (sim, 2, a, 581 * MS), ==, "photo");
  g_assert_cmpstr (value_at (sim, 3, b, 584 * MS), ==, NULL);
  g_assert_cmpstr (value_at (sim, 3, b, 586 * MS), ==, "album");
  causal_assert_sound (sim);
}

/* A dependency on something that has arrived and waits itself is not there yet: z
 * waits for y, which waits for x. */
static void
test_chain (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autofree char *a2 = causal_key ("aa", 0, 2);
  g_autoptr (QuoSim) sim = NULL;

  if (fault != NULL)
    store_set_fault (config, fault);
  causal_cut (config, QUO_ACTION_CUT, 120 * MS, 0, 2);
  causal_cut (config, QUO_ACTION_RESTORE, 130 * MS, 0, 2);
  store_op (config, 125 * MS, 0, QUO_OP_WRITE, a, "x");
  store_op (config, 150 * MS, 0, QUO_OP_WRITE, b, "y");
  store_op (config, 170 * MS, 0, QUO_OP_WRITE, a2, "z");
  sim = run_two (config, QUO_SECOND);

  g_assert_cmpint (store_is_violated (sim, "causal-visibility"), ==, fault != NULL);
  g_assert_cmpstr (value_at (sim, 2, a2, QUO_SECOND), ==, "z");
  g_assert_cmpstr (value_at (sim, 2, a2, 260 * MS), ==, NULL);
}

/* x = 2 of n3 is newer than x = 1 of n1 and has nothing to do with y. Who depends
 * on x = 1 depends on y, and has to wait for that where x = 2 is there. */
static void
test_exact (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 3);
  g_autoptr (QuoSim) sim = NULL;

  if (fault != NULL)
    store_set_fault (config, fault);
  store_add_client (config, 0);
  store_add_client (config, 1);
  store_add_client (config, 2);
  causal_cut (config, QUO_ACTION_CUT, 50 * MS, 0, 2);
  causal_cut (config, QUO_ACTION_CUT, 50 * MS, 2, 1)->is_one_way = TRUE;
  for (guint i = 0; i < 5; i++)
    store_op (config, (80 + i) * MS, 2, QUO_OP_WRITE, "x", "2");
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "y", "1");
  store_op (config, 110 * MS, 0, QUO_OP_WRITE, "x", "1");
  store_op (config, 200 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 210 * MS, 1, QUO_OP_WRITE, "z", "1");
  store_op (config, 300 * MS, 2, QUO_OP_READ, "z", NULL);
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 500 * MS);
  sim = store_run (config, 4 * QUO_SECOND);

  causal_assert_answer (sim, 1, 1, "ok 1");
  causal_assert_answer (sim, 2, 6, fault == NULL ? "ok" : "ok 1");
  g_assert_cmpint (store_is_violated (sim, "causal-visibility"), ==, fault != NULL);
  for (guint node = 0; node < 3; node++)
    {
      g_assert_cmpstr (value_at (sim, node, "x", 4 * QUO_SECOND), ==, "2");
      g_assert_cmpstr (value_at (sim, node, "z", 4 * QUO_SECOND), ==, "1");
    }
}

static void
count_dependencies (const char *mode,
                    guint      *ret_nearest,
                    guint      *ret_all)
{
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  const QuoTable *table;
  int field;
  gint64 z;

  store_set (config, "mode", mode);
  for (guint i = 0; i < 4; i++)
    store_add_client (config, 0);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "t", "t");
  store_op (config, 110 * MS, 1, QUO_OP_WRITE, "u", "u");
  store_op (config, 120 * MS, 2, QUO_OP_READ, "t", NULL);
  store_op (config, 130 * MS, 2, QUO_OP_READ, "u", NULL);
  store_op (config, 140 * MS, 2, QUO_OP_WRITE, "v", "v");
  store_op (config, 150 * MS, 3, QUO_OP_WRITE, "w", "w");
  store_op (config, 160 * MS, 3, QUO_OP_WRITE, "x", "x");
  store_op (config, 170 * MS, 3, QUO_OP_WRITE, "y", "y");
  store_op (config, 180 * MS, 2, QUO_OP_READ, "y", NULL);
  store_op (config, 190 * MS, 2, QUO_OP_WRITE, "z", "z");
  sim = store_run (config, 400 * MS);
  causal_assert_sound (sim);
  replay = store_replay (sim, 400 * MS);
  field = quo_declaration_find_field (config->declaration, "dependencies");
  table = quo_replay_table (replay, 1, (guint) field);
  z = 7;

  *ret_nearest = *ret_all = 0;
  for (guint i = 0; i < quo_table_n_rows (table); i++)
    {
      gint64 row;
      const gint64 *columns = quo_table_nth (table, i, &row);

      *ret_all += columns[0] == z;
      *ret_nearest += columns[0] == z && columns[5] != 0;
    }
}

/* Figure 4 of the paper: z depends on y and v nearest, and on t, u, w and x behind
 * them. */
static void
test_figure_4 (void)
{
  guint n_nearest;
  guint n_all;

  count_dependencies ("cops", &n_nearest, &n_all);
  g_assert_cmpuint (n_nearest, ==, 2);
  g_assert_cmpuint (n_all, ==, 2);
  count_dependencies ("cops-gt", &n_nearest, &n_all);
  g_assert_cmpuint (n_nearest, ==, 2);
  g_assert_cmpuint (n_all, ==, 6);
}

/* COPS-GT knows that what it has read covers what was read before; COPS does not. */
static void
test_covered (gconstpointer data)
{
  gboolean has_transactions = g_str_equal (data, "cops-gt");
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "mode", data);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 120 * MS, 0, QUO_OP_WRITE, b, "2");
  store_op (config, 200 * MS, 2, QUO_OP_READ, a, NULL);
  store_op (config, 220 * MS, 2, QUO_OP_READ, b, NULL);
  sim = run_two (config, 400 * MS);
  replay = store_replay (sim, 400 * MS);

  g_assert_cmpuint (causal_n_rows (sim, replay, 1, "contexts"), ==,
                    has_transactions ? 1 : 2);
}

/* Section 4.3: after a put, the put is all that the next one depends on. */
static void
test_collapse (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) before = NULL;
  g_autoptr (QuoReplay) after = NULL;

  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 110 * MS, 2, QUO_OP_WRITE, b, "2");
  store_op (config, 300 * MS, 1, QUO_OP_READ, a, NULL);
  store_op (config, 320 * MS, 1, QUO_OP_READ, b, NULL);
  store_op (config, 340 * MS, 1, QUO_OP_WRITE, a, "3");
  store_op (config, 360 * MS, 1, QUO_OP_WRITE, b, "4");
  sim = run_two (config, QUO_SECOND);
  before = store_replay (sim, 339 * MS);
  after = store_replay (sim, 359 * MS);

  g_assert_cmpuint (causal_n_rows (sim, before, 2, "contexts"), ==, 2);
  g_assert_cmpuint (causal_n_rows (sim, after, 2, "contexts"), ==, 1);
  /* None, none, two and one. */
  g_assert_cmpfloat (store_measure (sim, "dependencies"), ==, 3);
  causal_assert_sound (sim);
}

/* Dependencies kept by another node cost a message, those of its own do not. */
static void
test_checks (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autofree char *a2 = causal_key ("aa", 0, 2);
  g_autoptr (QuoSim) sim = NULL;

  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 120 * MS, 0, QUO_OP_WRITE, a2, "2");
  store_op (config, 140 * MS, 0, QUO_OP_WRITE, b, "3");
  sim = run_two (config, QUO_SECOND);

  g_assert_cmpuint (store_n_sent (sim, "DEP_CHECK"), ==, 1);
  g_assert_cmpuint (store_n_sent (sim, "DEP_REPLY"), ==, 1);
  g_assert_cmpuint (store_n_sent (sim, "REPLICATE"), ==, 3);
  g_assert_cmpuint (store_n_sent (sim, "REPLICATED"), ==, 3);
  g_assert_cmpfloat (store_measure (sim, "visibility-delay"), ==, 10 * MS);
}

/* Whatever is lost once comes again. */
static void
test_retry (gconstpointer data)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  drop (config, 50 * MS, data, 1);
  config->clients[0].timeout = 900 * MS;
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 600 * MS, 0, QUO_OP_WRITE, b, "2");
  store_op (config, 1200 * MS, 0, QUO_OP_READ, b, NULL);
  sim = run_two (config, 3 * QUO_SECOND);
  replay = store_replay (sim, 3 * QUO_SECOND);

  causal_assert_answer (sim, 0, 3, "ok 2");
  g_assert_cmpstr (store_value (sim, replay, 3, b), ==, "2");
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (causal_n_rows (sim, replay, i, "outbox"), ==, 0);
  /* And what comes twice is not done twice. */
  g_assert_cmpint (store_scalar (sim, replay, 1, "clock"), ==, 2);
  g_assert_cmpuint (store_n_notes (sim, "committed"), ==, 2);
  causal_assert_sound (sim);
}

/* A client whose answer is lost asks another front end: there is one version. */
static void
test_repeated (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "retry-interval", "2s");
  drop (config, 50 * MS, "PUT_REPLY", 1);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, b, "1");
  sim = run_two (config, 3 * QUO_SECOND);

  causal_assert_answer (sim, 0, 1, "ok");
  g_assert_cmpuint (store_n_notes (sim, "committed"), ==, 1);
  g_assert_cmpuint (store_n_notes (sim, "new-session"), ==, 0);
  g_assert_cmpfloat (store_measure (sim, "sessions"), ==, 2);
  causal_assert_sound (sim);
}

/* What a node owes to the others is on its disk. */
static void
test_origin_crash (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  causal_cut (config, QUO_ACTION_CUT, 50 * MS, 0, 2);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_act (config, QUO_ACTION_CRASH, 150 * MS, 0);
  causal_cut (config, QUO_ACTION_RESTORE, 200 * MS, 0, 2);
  store_act (config, QUO_ACTION_RESTART, 500 * MS, 0);
  sim = run_two (config, 2 * QUO_SECOND);

  g_assert_cmpstr (value_at (sim, 0, a, 2 * QUO_SECOND), ==, "1");
  g_assert_cmpstr (value_at (sim, 2, a, 499 * MS), ==, NULL);
  g_assert_cmpstr (value_at (sim, 2, a, 2 * QUO_SECOND), ==, "1");
  causal_assert_sound (sim);
}

/* What waits is forgotten in a crash, and sent again. */
static void
test_receiver_crash (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  causal_cut (config, QUO_ACTION_CUT, 50 * MS, 0, 2);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 120 * MS, 0, QUO_OP_WRITE, b, "2");
  store_act (config, QUO_ACTION_CRASH, 300 * MS, 3);
  store_act (config, QUO_ACTION_RESTART, 400 * MS, 3);
  causal_cut (config, QUO_ACTION_RESTORE, QUO_SECOND, 0, 2);
  sim = run_two (config, 3 * QUO_SECOND);

  g_assert_cmpstr (value_at (sim, 3, b, QUO_SECOND), ==, NULL);
  g_assert_cmpstr (value_at (sim, 3, b, 3 * QUO_SECOND), ==, "2");
  causal_assert_sound (sim);
}

/* A write that crashed on its way to disk was never visible, and its version is
 * free. */
static void
test_unsynced (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  if (fault != NULL)
    store_set_fault (config, fault);
  config->disk.sync = quo_distribution_new_constant (20 * MS);
  config->clients[0].n_tries_max = 1;
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_act (config, QUO_ACTION_CRASH, 110 * MS, 0);
  store_act (config, QUO_ACTION_RESTART, 150 * MS, 0);
  store_op (config, 900 * MS, 0, QUO_OP_READ, a, NULL);
  sim = run_two (config, QUO_SECOND);

  causal_assert_answer (sim, 0, 1, fault == NULL ? "unknown" : "ok");
  causal_assert_answer (sim, 0, 2, "ok");
  g_assert_cmpint (store_is_violated (sim, "visible-kept"), ==, fault != NULL);
}

/* A node without its disk stays out. Its clients are sent to the other data centre,
 * the other nodes go on, and nothing is owed to it any more. */
static void
test_lost_disk (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_act (config, QUO_ACTION_LOSE_DISK, 300 * MS, 0);
  store_act (config, QUO_ACTION_RESTART, 400 * MS, 0);
  store_op (config, 500 * MS, 0, QUO_OP_READ, a, NULL);
  store_op (config, 600 * MS, 2, QUO_OP_READ, a, NULL);
  store_op (config, 700 * MS, 2, QUO_OP_WRITE, b, "2");
  store_op (config, 900 * MS, 1, QUO_OP_WRITE, a, "3");
  sim = run_two (config, 4 * QUO_SECOND);
  replay = store_replay (sim, 4 * QUO_SECOND);

  causal_assert_answer (sim, 0, 2, "ok 1");
  causal_assert_answer (sim, 2, 1, "ok 1");
  g_assert_cmpstr (store_value (sim, replay, 3, b), ==, "2");
  g_assert_cmpstr (store_value (sim, replay, 2, a), ==, "3");
  g_assert_cmpuint (causal_n_rows (sim, replay, 2, "outbox"), ==, 0);
  g_assert_cmpint (store_scalar (sim, replay, 0, "role"), ==, 2);
  causal_assert_sound (sim);
}

/* Section 4.3: a context is a data centre's. A client that moves on may not find
 * what it has written. */
static void
test_moved (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *action;

  causal_cut (config, QUO_ACTION_CUT, 50 * MS, 0, 2);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 120 * MS, 0, QUO_OP_READ, a, NULL);
  action = &g_array_index (config->actions, QuoAction, 2);
  action->has_node = TRUE;
  action->node = (QuoSelector) { QUO_SELECT_NODE, 2 };
  sim = run_two (config, QUO_SECOND);

  causal_assert_answer (sim, 0, 2, "ok");
  g_assert_cmpuint (store_n_notes (sim, "new-session"), ==, 1);
}

/* The variant that blocks: the read waits as long as the partition lasts. */
static void
test_blocking (gconstpointer data)
{
  gboolean is_blocking = g_str_equal (data, "block");
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "reads", data);
  config->clients[1].timeout = 10 * QUO_SECOND;
  causal_cut (config, QUO_ACTION_CUT, 50 * MS, 0, 2);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 120 * MS, 0, QUO_OP_WRITE, b, "2");
  store_op (config, 300 * MS, 1, QUO_OP_READ, b, NULL);
  causal_cut (config, QUO_ACTION_RESTORE, 3 * QUO_SECOND, 0, 2);
  sim = run_two (config, 4 * QUO_SECOND);

  causal_assert_answer (sim, 1, 1, is_blocking ? "ok 2" : "ok");
  g_assert_cmpfloat (store_measure (sim, "blocked-reads"), ==, is_blocking);
  g_assert_cmpfloat (store_measure (sim, "blocked-for"), >=,
                     is_blocking ? 2700.0 * MS : 0);
  g_assert_cmpfloat (store_measure (sim, "read-latency"), >=,
                     is_blocking ? 2700.0 * MS : 10 * MS);
  causal_assert_sound (sim);
}

/* Section 5.1: what has been everywhere for a transaction time need not be named,
 * and nothing is kept for it. */
static void
test_checkpoint (void)
{
  g_autoptr (QuoSimConfig) config = new_two ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) before = NULL;
  g_autoptr (QuoReplay) after = NULL;

  store_set (config, "mode", "cops-gt");
  store_set (config, "transaction-time", "500ms");
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 120 * MS, 0, QUO_OP_WRITE, b, "2");
  store_op (config, 300 * MS, 1, QUO_OP_READ, b, NULL);
  store_op (config, 2 * QUO_SECOND, 1, QUO_OP_WRITE, a, "3");
  sim = run_two (config, 4 * QUO_SECOND);
  before = store_replay (sim, 700 * MS);
  after = store_replay (sim, 1900 * MS);

  g_assert_cmpuint (causal_n_rows (sim, before, 2, "contexts"), ==, 1);
  g_assert_cmpuint (causal_n_rows (sim, after, 2, "contexts"), ==, 0);
  g_assert_cmpuint (causal_n_rows (sim, before, 3, "dependencies"), ==, 1);
  g_assert_cmpuint (causal_n_rows (sim, after, 3, "dependencies"), ==, 0);
  /* The second put named the first, the third nothing. */
  g_assert_cmpfloat (store_measure (sim, "dependencies-stored"), ==, 1);
  causal_assert_sound (sim);
}

int
main (int    argc,
      char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  a = causal_key ("a", 0, 2);
  b = causal_key ("b", 1, 2);

  g_test_add_func (PATH "a-key-is-at-the-corresponding-nodes", test_placement);
  g_test_add_func (PATH "without-regions-each-node-is-a-data-centre", test_no_regions);
  g_test_add_func (PATH "operations-are-local", test_local);
  g_test_add_func (PATH "both-sides-of-a-partition-go-on", test_partition);
  g_test_add_func (PATH "conflicting-values-are-both-shown", test_conflict);
  g_test_add_data_func (PATH "what-was-overwritten-stays-so", NULL,
                        test_overwritten);
  g_test_add_data_func (PATH "what-was-overwritten-stays-so-after-two-crashes",
                        "twice", test_overwritten);
  g_test_add_data_func (PATH "what-comes-after-wins", NULL, test_lamport);
  g_test_add_data_func (PATH "by-wall-clocks-it-does-not", "wall-clock", test_lamport);
  g_test_add_data_func (PATH "by-own-counters-it-does-not", "ignore-remote-clock",
                        test_lamport);
  g_test_add_func (PATH "visibility-is-delayed-and-reads-are-not",
                   test_delayed_visibility);
  g_test_add_data_func (PATH "what-waits-is-not-there", NULL, test_chain);
  g_test_add_data_func (PATH "answered-early-it-seems-there", "answer-early",
                        test_chain);
  g_test_add_data_func (PATH "a-newer-version-is-another", NULL, test_exact);
  g_test_add_data_func (PATH "a-newer-version-hides-what-is-missing",
                        "newer-is-enough", test_exact);
  g_test_add_func (PATH "figure-4", test_figure_4);
  g_test_add_data_func (PATH "cops-names-what-was-read", "cops", test_covered);
  g_test_add_data_func (PATH "cops-gt-leaves-out-what-is-covered", "cops-gt",
                        test_covered);
  g_test_add_func (PATH "a-put-stands-for-what-it-depends-on", test_collapse);
  g_test_add_func (PATH "own-dependencies-cost-no-message", test_checks);
  g_test_add_data_func (PATH "a-lost-replicate-comes-again", "REPLICATE", test_retry);
  g_test_add_data_func (PATH "a-lost-acknowledgement-comes-again", "REPLICATED",
                        test_retry);
  g_test_add_data_func (PATH "a-lost-check-comes-again", "DEP_CHECK", test_retry);
  g_test_add_data_func (PATH "a-lost-answer-comes-again", "DEP_REPLY", test_retry);
  g_test_add_data_func (PATH "a-lost-put-comes-again", "PUT_AFTER", test_retry);
  g_test_add_data_func (PATH "a-lost-version-comes-again", "PUT_REPLY", test_retry);
  g_test_add_data_func (PATH "a-lost-get-comes-again", "GET_BY_VERSION", test_retry);
  g_test_add_data_func (PATH "a-lost-value-comes-again", "GET_REPLY", test_retry);
  g_test_add_func (PATH "a-put-asked-for-twice-is-one", test_repeated);
  g_test_add_func (PATH "an-origin-replicates-after-its-crash", test_origin_crash);
  g_test_add_func (PATH "what-waited-comes-again-after-a-crash", test_receiver_crash);
  g_test_add_data_func (PATH "nothing-is-visible-before-it-is-on-disk", NULL,
                        test_unsynced);
  g_test_add_data_func (PATH "visible-before-it-is-lost", "commit-before-sync",
                        test_unsynced);
  g_test_add_func (PATH "a-node-without-its-disk-stays-out", test_lost_disk);
  g_test_add_func (PATH "a-client-that-moves-begins-anew", test_moved);
  g_test_add_data_func (PATH "reads-that-block-are-unavailable", "block",
                        test_blocking);
  g_test_add_data_func (PATH "reads-at-once-are-available", "at-once", test_blocking);
  g_test_add_func (PATH "what-is-everywhere-is-not-named", test_checkpoint);

  result = g_test_run ();
  g_free (a);
  g_free (b);

  return result;
}
