/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Get-transactions: section 4.6 and figure 7 of the paper. One data centre of three
 * nodes and one of a single node far away; "a..." is kept by n1, "b..." by n2,
 * "c..." by n3. Alice reads at n3 and Bob writes at n1; 10 ms are between any two
 * nodes.
 */

#include "fixture.h"

#define PATH "/core/protocol/causal-store/transactions/"

enum
{
  ALICE,
  BOB
};

static char *a;
static char *b;
static char *c;
static char *both;

static QuoSimConfig *
new_store (void)
{
  QuoSimConfig *config = store_new ("causal-store", 4);

  store_set (config, "mode", "cops-gt");
  store_add_client (config, 2)->timeout = 5 * QUO_SECOND;
  store_add_client (config, 0)->timeout = 5 * QUO_SECOND;
  store_op (config, 100 * MS, BOB, QUO_OP_WRITE, a, "private");
  store_op (config, 140 * MS, BOB, QUO_OP_WRITE, b, "holiday");

  return config;
}

static QuoSim *
run (QuoSimConfig *config,
     QuoTime       until)
{
  causal_set_centres (config, "0001", 10 * MS, 80 * MS);

  return store_run (config, until);
}

static void
assert_both (QuoSim     *sim,
             guint       nth,
             const char *value_a,
             const char *value_b)
{
  g_autofree char *expected = g_strdup_printf ("ok %s=%s %s=%s", a, value_a, b,
                                               value_b);

  causal_assert_answer (sim, ALICE, nth, expected);
}

/* The next get that is sent to the node takes longer. */
static void
delay_get (QuoSimConfig *config,
           QuoTime       at,
           int           to,
           QuoTime       by)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_DELAY, at);

  action->duration = by;
  action->match = (QuoMessageMatch) {
    quo_declaration_find_message (config->declaration, "GET_BY_VERSION"), -1, to, 1
  };
}

/* Alice's transaction reads a at 410 ms, and b long after it. Meanwhile Bob writes
 * a and then b. */
static void
write_between (QuoSimConfig *config,
               QuoTime       delay)
{
  delay_get (config, 399 * MS, 1, delay);
  store_op (config, 400 * MS, ALICE, QUO_OP_TRANSACTION, both, NULL);
  store_op (config, 415 * MS, BOB, QUO_OP_WRITE, a, "friends");
}

static void
test_one_round (void)
{
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;

  store_op (config, 300 * MS, ALICE, QUO_OP_TRANSACTION, both, NULL);
  sim = run (config, QUO_SECOND);

  assert_both (sim, 1, "private", "holiday");
  g_assert_cmpfloat (store_measure (sim, "transaction-rounds"), ==, 1);
  g_assert_cmpfloat (store_measure (sim, "transaction-latency"), ==, 20 * MS);
  causal_assert_sound (sim);
}

static void
test_nothing (void)
{
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;
  g_autofree char *expected = g_strdup_printf ("ok %s=-", c);

  store_op (config, 300 * MS, ALICE, QUO_OP_TRANSACTION, c, NULL);
  sim = run (config, QUO_SECOND);

  causal_assert_answer (sim, ALICE, 1, expected);
}

/* What b depends on is newer than what was read of a, and is fetched: that version,
 * and not a newer one that has come since. */
static void
test_two_rounds (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;

  if (fault != NULL)
    store_set_fault (config, fault);
  write_between (config, 40 * MS);
  store_op (config, 420 * MS, BOB, QUO_OP_WRITE, b, "party");
  store_op (config, 445 * MS, BOB, QUO_OP_WRITE, a, "everybody");
  sim = run (config, QUO_SECOND);

  assert_both (sim, 1, fault == NULL ? "friends" : "private", "party");
  g_assert_cmpint (store_is_violated (sim, "snapshot"), ==, fault != NULL);
  g_assert_cmpfloat (store_measure (sim, "transaction-rounds"), ==,
                     fault == NULL ? 2 : 1);
  /* 10 ms there, 40 late, 10 back; and 20 for the second round. */
  g_assert_cmpfloat (store_measure (sim, "transaction-latency"), ==,
                     (fault == NULL ? 80 : 60) * MS);
}

/* b depends on c, which nobody reads, and that on a. */
static void
test_transitive (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;

  if (fault != NULL)
    store_set_fault (config, fault);
  write_between (config, 80 * MS);
  store_op (config, 420 * MS, BOB, QUO_OP_WRITE, c, "album");
  store_op (config, 450 * MS, BOB, QUO_OP_WRITE, b, "party");
  sim = run (config, QUO_SECOND);

  assert_both (sim, 1, fault == NULL ? "friends" : "private", "party");
  g_assert_cmpint (store_is_violated (sim, "snapshot"), ==, fault != NULL);
}

/* One that takes longer than versions are kept begins anew. */
static void
test_late (void)
{
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "transaction-time", "50ms");
  write_between (config, 100 * MS);
  store_op (config, 420 * MS, BOB, QUO_OP_WRITE, b, "party");
  sim = run (config, QUO_SECOND);

  assert_both (sim, 1, "friends", "party");
  g_assert_cmpuint (store_n_notes (sim, "restarted"), ==, 1);
  /* 50 ms in vain. */
  g_assert_cmpfloat (store_measure (sim, "transaction-latency"), ==, 70 * MS);
  causal_assert_sound (sim);
}

/* A node whose clock runs three times as fast has dropped the version too early. */
static void
test_gone (void)
{
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "transaction-time", "400ms");
  config->nodes = g_new0 (QuoNodeConfig, 4);
  config->nodes[0].clock_drift = 2;
  write_between (config, 40 * MS);
  store_op (config, 420 * MS, BOB, QUO_OP_WRITE, b, "party");
  store_op (config, 445 * MS, BOB, QUO_OP_WRITE, a, "everybody");
  delay_get (config, 455 * MS, 0, 150 * MS);
  sim = run (config, QUO_SECOND);

  assert_both (sim, 1, "everybody", "party");
  g_assert_cmpuint (store_n_notes (sim, "restarted"), ==, 1);
  causal_assert_sound (sim);
}

/* One that is never quick enough is given back. */
static void
test_never (void)
{
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "transaction-time", "15ms");
  config->clients[ALICE].n_tries_max = 1;
  config->clients[ALICE].timeout = QUO_SECOND;
  store_op (config, 300 * MS, ALICE, QUO_OP_TRANSACTION, both, NULL);
  sim = run (config, 2 * QUO_SECOND);

  causal_assert_answer (sim, ALICE, 1, "unknown");
  g_assert_cmpuint (store_n_notes (sim, "restarted"), ==, 3);
}

static void
test_refused (void)
{
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;
  GString *keys = g_string_new (NULL);

  for (guint i = 0; i < 17; i++)
    {
      g_string_append_printf (keys, " k%u", i);
      /* Twice the same is once. */
      if (i == 15)
        {
          g_string_append (keys, " k0,k1");
          store_op (config, 300 * MS, ALICE, QUO_OP_TRANSACTION, keys->str, NULL);
        }
    }
  store_op (config, 400 * MS, ALICE, QUO_OP_TRANSACTION, keys->str, NULL);
  store_op (config, 500 * MS, ALICE, QUO_OP_TRANSACTION, " ,", NULL);
  sim = run (config, QUO_SECOND);
  g_string_free (keys, TRUE);

  causal_assert_answer (sim, ALICE, 2, "failed");
  causal_assert_answer (sim, ALICE, 3, "failed");
  g_assert_cmpfloat (store_measure (sim, "transaction-rounds"), ==, 1);
}

static void
test_cops (void)
{
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "mode", "cops");
  store_op (config, 300 * MS, ALICE, QUO_OP_TRANSACTION, both, NULL);
  sim = run (config, QUO_SECOND);

  causal_assert_answer (sim, ALICE, 1, "failed");
}

/* What a transaction has read, the next write depends on. */
static void
test_context (void)
{
  g_autoptr (QuoSimConfig) config = new_store ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_op (config, 300 * MS, ALICE, QUO_OP_TRANSACTION, both, NULL);
  store_op (config, 400 * MS, ALICE, QUO_OP_WRITE, c, "1");
  sim = run (config, QUO_SECOND);
  replay = store_replay (sim, 399 * MS);

  /* b covers a. */
  g_assert_cmpuint (causal_n_rows (sim, replay, 2, "contexts"), ==, 1);
  /* Of the three writes: nothing; a; b, and a behind it. */
  g_assert_cmpfloat (store_measure (sim, "dependencies"), ==, 0 + 1 + 1);
  g_assert_cmpfloat (store_measure (sim, "dependencies-stored"), ==, 0 + 1 + 2);
}

int
main (int    argc,
      char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  a = causal_key ("a", 0, 3);
  b = causal_key ("b", 1, 3);
  c = causal_key ("c", 2, 3);
  both = g_strdup_printf ("%s %s", a, b);

  g_test_add_func (PATH "one-round-is-enough-as-a-rule", test_one_round);
  g_test_add_func (PATH "of-nothing-it-reads-nothing", test_nothing);
  g_test_add_data_func (PATH "a-second-round-makes-it-whole", NULL, test_two_rounds);
  g_test_add_data_func (PATH "one-round-is-torn", "one-round", test_two_rounds);
  g_test_add_data_func (PATH "it-sees-past-the-nearest", NULL, test_transitive);
  g_test_add_data_func (PATH "by-the-nearest-alone-it-is-torn",
                        "nearest-in-transaction", test_transitive);
  g_test_add_func (PATH "a-late-one-begins-anew", test_late);
  g_test_add_func (PATH "a-version-that-is-gone-makes-it-begin-anew", test_gone);
  g_test_add_func (PATH "one-that-is-always-late-is-given-back", test_never);
  g_test_add_func (PATH "of-too-many-keys-it-is-refused", test_refused);
  g_test_add_func (PATH "cops-has-none", test_cops);
  g_test_add_func (PATH "what-it-read-is-depended-on", test_context);

  result = g_test_run ();
  g_free (a);
  g_free (b);
  g_free (c);
  g_free (both);

  return result;
}
