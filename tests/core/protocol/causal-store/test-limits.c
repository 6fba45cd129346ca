/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever may pile up has an end, and what was refused or dropped there is made up
 * for afterwards. The numbers are those of the module's header. */

#include "fixture.h"

#define PATH "/core/protocol/causal-store/limits/"

#define OUTBOX_MAX  512
#define WAITING_MAX 256
#define ASKERS_MAX  512
#define READERS_MAX 64
#define CONTEXT_MAX 128
#define DEPS_MAX    256

/* Of the nodes, the most rows that the field ever had. */
static guint
most_rows (QuoSim     *sim,
           guint       node,
           const char *field,
           QuoTime     until)
{
  g_autoptr (QuoReplay) replay = store_replay (sim, 0);
  guint most = 0;

  for (QuoTime time = 0; time <= until; time += 5 * MS)
    {
      quo_replay_seek_time (replay, time);
      most = MAX (most, causal_n_rows (sim, replay, node, field));
    }

  return most;
}

static void
assert_settled (QuoSim *sim)
{
  causal_assert_sound (sim);
  g_assert_cmpfloat (store_measure (sim, "divergent"), ==, 0);
  g_assert_cmpfloat (store_measure (sim, "waiting-at-end"), ==, 0);
}

static QuoClientConfig *
add_writer (QuoSimConfig *config,
            guint         home,
            double        rate,
            guint64       n_ops)
{
  QuoClientConfig *client = store_add_client (config, home);

  client->rate = rate;
  client->reads = 0;
  client->is_regular = TRUE;
  client->n_ops_max = n_ops;
  client->timeout = 300 * MS;
  client->n_tries_max = 1;

  return client;
}

/* A node that cannot pass its writes on refuses more, until it can. */
static void
test_outbox (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "retry-interval", "100ms");
  add_writer (config, 0, 1000, 600);
  store_add_client (config, 0);
  causal_cut (config, QUO_ACTION_CUT, 0, 0, 1);
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 40 * QUO_SECOND);
  store_op (config, 55 * QUO_SECOND, 1, QUO_OP_WRITE, "x", "last");
  sim = store_run (config, 60 * QUO_SECOND);
  replay = store_replay (sim, 40 * QUO_SECOND);

  g_assert_cmpuint (causal_n_rows (sim, replay, 0, "outbox"), ==, OUTBOX_MAX);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_OK), ==, OUTBOX_MAX + 1);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_UNKNOWN), ==,
                    600 - OUTBOX_MAX);
  causal_assert_answer (sim, 1, 1, "ok");
  assert_settled (sim);
}

/* Writes that cannot become visible are let in up to a number; the others come
 * again. */
static void
test_waiting (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 4);
  g_autofree char *a = causal_key ("a", 0, 2);
  g_autofree char *b = causal_key ("b", 1, 2);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "retry-interval", "100ms");
  store_add_client (config, 1);
  causal_set_centres (config, "0011", MS, 10 * MS);
  causal_cut (config, QUO_ACTION_CUT, 0, 0, 2);
  store_op (config, 50 * MS, 0, QUO_OP_WRITE, a, "first");
  for (guint i = 0; i < 400; i++)
    store_op (config, (100 + i) * MS, 0, QUO_OP_WRITE, b, "more");
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 2 * QUO_SECOND);
  sim = store_run (config, 20 * QUO_SECOND);

  g_assert_cmpuint (most_rows (sim, 3, "waiting", 2 * QUO_SECOND), ==, WAITING_MAX);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_OK), ==, 401);
  assert_settled (sim);
}

/* How many were sent at the moment when the first one was. */
static guint
n_sent_at_first (QuoSim     *sim,
                 const char *message)
{
  QuoTrace *trace = quo_sim_trace (sim);
  const QuoDeclaration *d = quo_trace_declaration (trace);
  guint kind = (guint) quo_declaration_find_message (d, message);
  QuoTime first = QUO_TIME_NEVER;
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      if (event.what != kind)
        continue;
      if (first == QUO_TIME_NEVER)
        first = quo_trace_time (trace, i);
      n += quo_trace_time (trace, i) == first;
    }

  return n;
}

/* What depends on one version at three nodes is more than its node remembers at
 * once. */
static void
test_askers (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 8);
  g_autofree char *a = causal_key ("a", 0, 4);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "retry-interval", "100ms");
  for (guint i = 1; i < 4; i++)
    store_add_client (config, i);
  causal_set_centres (config, "00001111", MS, 10 * MS);
  causal_cut (config, QUO_ACTION_CUT, 0, 0, 4);
  store_op (config, 20 * MS, 0, QUO_OP_WRITE, a, "first");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *stem = g_strdup_printf ("%c", 'b' + (int) i);
      g_autofree char *key = causal_key (stem, i + 1, 4);

      /* A client reads before each of its writes: all depend on the first directly.
       * */
      for (guint k = 0; k < 200; k++)
        {
          store_op (config, (50 + 10 * k) * MS, i, QUO_OP_READ, a, NULL);
          store_op (config, (55 + 10 * k) * MS, i, QUO_OP_WRITE, key, "more");
        }
    }
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 4 * QUO_SECOND);
  sim = store_run (config, 20 * QUO_SECOND);

  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_OK), ==, 1201);
  g_assert_cmpuint (n_sent_at_first (sim, "DEP_REPLY"), ==, ASKERS_MAX);
  g_assert_cmpuint (store_n_sent (sim, "DEP_REPLY"), >=, 600);
  assert_settled (sim);
}

/* Reads that block are few at a time; a client for whom there is no room comes
 * again. */
static void
test_readers (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 4);
  g_autofree char *a = causal_key ("a", 0, 2);
  g_autofree char *b = causal_key ("b", 1, 2);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "reads", "block");
  store_set (config, "retry-interval", "100ms");
  store_add_client (config, 0);
  for (guint i = 0; i < READERS_MAX + 6; i++)
    {
      QuoClientConfig *client = store_add_client (config, 3);

      client->timeout = QUO_SECOND;
      client->n_tries_max = 1;
    }
  causal_set_centres (config, "0011", MS, 10 * MS);
  causal_cut (config, QUO_ACTION_CUT, 0, 0, 2);
  store_op (config, 50 * MS, 0, QUO_OP_WRITE, a, "1");
  store_op (config, 60 * MS, 0, QUO_OP_WRITE, b, "2");
  for (guint i = 0; i < READERS_MAX + 6; i++)
    store_op (config, 200 * MS, i + 1, QUO_OP_READ, b, NULL);
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 600 * MS);
  sim = store_run (config, 3 * QUO_SECOND);

  g_assert_cmpfloat (store_measure (sim, "blocked-reads"), ==, READERS_MAX);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_OK), ==, 2 + READERS_MAX);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_UNKNOWN), ==, 6);
  assert_settled (sim);
}

/* A session that reads more than a put can name is told to come back. */
static void
test_context (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) full = NULL;
  g_autoptr (QuoReplay) after = NULL;

  store_set (config, "transaction-time", "3s");
  store_add_client (config, 0);
  store_add_client (config, 0)->n_tries_max = 1;
  for (guint i = 0; i < CONTEXT_MAX + 2; i++)
    {
      store_op (config, (100 + 10 * i) * MS, 0, QUO_OP_WRITE, "x", "more");
      store_op (config, (105 + 10 * i) * MS, 1, QUO_OP_READ, "x", NULL);
    }
  store_op (config, 9 * QUO_SECOND, 1, QUO_OP_READ, "x", NULL);
  sim = store_run (config, 10 * QUO_SECOND);
  full = store_replay (sim, 2 * QUO_SECOND);
  after = store_replay (sim, 10 * QUO_SECOND);

  /* And the one entry of the client that writes. */
  g_assert_cmpuint (causal_n_rows (sim, full, 0, "contexts"), ==, CONTEXT_MAX + 1);
  causal_assert_answer (sim, 1, CONTEXT_MAX, "ok more");
  causal_assert_answer (sim, 1, CONTEXT_MAX + 1, "unknown");
  causal_assert_answer (sim, 1, CONTEXT_MAX + 3, "ok more");
  g_assert_cmpuint (causal_n_rows (sim, after, 0, "contexts"), ==, 0);
  assert_settled (sim);
}

/* Under COPS-GT a put names every key in its past that some data centre may lack. One
 * that would have to name too many is sent back. */
static void
test_dependencies (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("causal-store", 2);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "mode", "cops-gt");
  store_set (config, "retry-interval", "100ms");
  store_set (config, "transaction-time", "500ms");
  store_add_client (config, 0)->n_tries_max = 1;
  causal_cut (config, QUO_ACTION_CUT, 0, 0, 1);
  for (guint i = 0; i < DEPS_MAX + 2; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      store_op (config, (100 + 5 * i) * MS, 0, QUO_OP_WRITE, key, "1");
    }
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 3 * QUO_SECOND);
  store_op (config, 9 * QUO_SECOND, 0, QUO_OP_WRITE, "last", "1");
  sim = store_run (config, 15 * QUO_SECOND);

  causal_assert_answer (sim, 0, DEPS_MAX + 1, "ok");
  causal_assert_answer (sim, 0, DEPS_MAX + 2, "unknown");
  causal_assert_answer (sim, 0, DEPS_MAX + 3, "ok");
  assert_settled (sim);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "a-full-outbox-refuses-writes", test_outbox);
  g_test_add_func (PATH "a-full-waiting-room-drops-what-comes-again", test_waiting);
  g_test_add_func (PATH "checks-without-room-are-asked-again", test_askers);
  g_test_add_func (PATH "reads-without-room-are-sent-back", test_readers);
  g_test_add_func (PATH "a-put-that-depends-on-too-much-is-sent-back",
                   test_dependencies);
  g_test_add_func (PATH "a-full-context-sends-reads-back", test_context);

  return g_test_run ();
}
