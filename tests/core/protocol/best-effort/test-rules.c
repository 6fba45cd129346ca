/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rules one by one. The network takes 10 ms, one way, and a client is half a
 * millisecond from its node: what it asks for at 100 ms is there at 100.5 ms. Node 0
 * is the origin. */

#include "../store-fixture.h"

#include "sim/table.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/best-effort/"

static void
assert_answer (QuoSim     *sim,
               guint       client,
               guint       nth,
               const char *expected)
{
  g_autofree char *answer = store_answer (sim, client, nth);

  g_assert_cmpstr (answer, ==, expected);
}

/* Delays the nth message of a kind that goes from one node to another. */
static void
delay (QuoSimConfig *config,
       QuoTime       at,
       const char   *kind,
       guint         to,
       guint         nth,
       QuoTime       by)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_DELAY, at);

  action->match.kind = quo_declaration_find_message (config->declaration, kind);
  action->match.from = 0;
  action->match.to = (int) to;
  action->match.nth = nth;
  action->duration = by;
}

static void
drop (QuoSimConfig *config,
      QuoTime       at,
      const char   *kind,
      guint         to)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_DROP, at);

  action->match.kind = quo_declaration_find_message (config->declaration, kind);
  action->match.from = -1;
  action->match.to = (int) to;
  action->match.nth = 1;
}

/* A cache beside an origin that has x = 1, and a client at each: 0 at the origin. */
static QuoSimConfig *
new_cache (const char *time_to_live)
{
  QuoSimConfig *config = store_new ("best-effort", 2);

  store_set (config, "propagation", "nothing");
  store_set (config, "time-to-live", time_to_live);
  store_add_client (config, 0);
  store_add_client (config, 1)->timeout = 5 * QUO_SECOND;
  store_op (config, 0, 0, QUO_OP_WRITE, "x", "1");

  return config;
}

static void
test_once (void)
{
  for (guint n = 1; n <= 6; n++)
    {
      g_autoptr (QuoSimConfig) config = store_new ("best-effort", n);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (QuoReplay) replay = NULL;

      store_add_client (config, 0);
      for (guint i = 1; i <= 7; i++)
        store_op (config, i * 50 * MS, 0, QUO_OP_WRITE, "x", "v");
      sim = store_run (config, 3600 * QUO_SECOND);

      g_assert_cmpuint (store_n_sent (sim, "UPDATE"), ==, 7 * (n - 1));
      /* The client's seven requests and answers are all that is sent besides. */
      g_assert_cmpfloat (quo_sim_figure (sim, QUO_FIGURE_SENT), ==,
                         14 + 7 * (n - 1));
      replay = store_replay (sim, QUO_SECOND);
      for (guint i = 0; i < n; i++)
        g_assert_cmpstr (store_value (sim, replay, i, "x"), ==, "v");
    }
}

static void
test_lost (gconstpointer data)
{
  gboolean is_mended = data != NULL;
  g_autoptr (QuoSimConfig) config = store_new ("best-effort", 3);
  g_autoptr (QuoSim) sim = NULL;

  if (is_mended)
    store_set (config, "time-to-live", "2s");
  store_add_client (config, 0);
  store_add_client (config, 1);
  store_add_client (config, 2);
  store_op (config, 0, 0, QUO_OP_WRITE, "x", "1");
  drop (config, 100 * MS, "UPDATE", 2);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "2");
  store_op (config, 3600 * QUO_SECOND, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 3600 * QUO_SECOND, 2, QUO_OP_READ, "x", NULL);
  sim = store_run (config, 3601 * QUO_SECOND);

  assert_answer (sim, 1, 1, "ok 2");
  assert_answer (sim, 2, 1, is_mended ? "ok 2" : "ok 1");
  g_assert_cmpfloat (store_measure (sim, "divergent-replicas"), ==, !is_mended);
  g_assert_cmpfloat (store_measure (sim, "lost-updates"), ==, 0.25);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* RFC 9111, section 4.2.3: the age counts from the request, 20 ms before the answer
 * is there. A response is fresh while its age is below its lifetime, section 4.2. */
static void
test_fresh (void)
{
  static const struct
  {
    QuoTime read;
    guint   n_fetches;
  } cases[] = {
    { 299900 * QUO_MICROSECOND, 1 },
    { 300 * MS - 1, 1 },
    { 300 * MS, 2 },
    { 319900 * QUO_MICROSECOND, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuoSimConfig) config = new_cache ("100ms");
      g_autoptr (QuoSim) sim = NULL;

      store_op (config, 200 * MS, 1, QUO_OP_READ, "x", NULL);
      store_op (config, cases[i].read, 1, QUO_OP_READ, "x", NULL);
      sim = store_run (config, QUO_SECOND);

      assert_answer (sim, 1, 2, "ok 1");
      g_assert_cmpuint (store_n_sent (sim, "FETCH"), ==, cases[i].n_fetches);
      g_assert_cmpfloat (store_measure (sim, "hit-ratio"), ==,
                         cases[i].n_fetches == 1 ? 0.5 : 0);
    }
}

/* A writer's clock that is a second ahead has no say in what is fresh. */
static void
test_clock (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = new_cache ("100ms");
  g_autoptr (QuoSim) sim = NULL;

  config->nodes = g_new0 (QuoNodeConfig, 2);
  config->nodes[0].clock_offset = QUO_SECOND;
  if (fault != NULL)
    store_set_fault (config, fault);
  store_op (config, 200 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 400 * MS, 1, QUO_OP_READ, "x", NULL);
  sim = store_run (config, QUO_SECOND);

  g_assert_cmpuint (store_n_sent (sim, "FETCH"), ==, fault != NULL ? 1 : 2);
  g_assert_cmpint (store_is_violated (sim, "within-ttl"), ==, fault != NULL);
}

/* Reads do not make a copy any younger. */
static void
test_sliding (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (QuoSimConfig) config = new_cache ("100ms");
  g_autoptr (QuoSim) sim = NULL;

  if (fault != NULL)
    store_set_fault (config, fault);
  for (guint i = 0; i < 20; i++)
    store_op (config, (200 + 50 * i) * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 210 * MS, 0, QUO_OP_WRITE, "x", "2");
  sim = store_run (config, 2 * QUO_SECOND);

  /* Of 20 reads, 50 ms apart, every other one finds a copy of 100 ms. */
  g_assert_cmpuint (store_n_sent (sim, "FETCH"), ==, fault != NULL ? 1 : 10);
  assert_answer (sim, 1, 20, fault != NULL ? "ok 1" : "ok 2");
  g_assert_cmpint (store_is_violated (sim, "within-ttl"), ==, fault != NULL);
}

/* RFC 2308, section 5: that there is nothing expires as well. */
static void
test_nothing (void)
{
  static const char * const lives[] = { "0s", "100ms" };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = new_cache ("0s");
      g_autoptr (QuoSim) sim = NULL;

      store_set (config, "negative-time-to-live", lives[i]);
      store_op (config, 200 * MS, 1, QUO_OP_READ, "y", NULL);
      store_op (config, 230 * MS, 0, QUO_OP_WRITE, "y", "7");
      store_op (config, 250 * MS, 1, QUO_OP_READ, "y", NULL);
      store_op (config, 300 * MS, 1, QUO_OP_READ, "y", NULL);
      sim = store_run (config, QUO_SECOND);

      assert_answer (sim, 1, 1, "ok");
      assert_answer (sim, 1, 2, i == 0 ? "ok 7" : "ok");
      assert_answer (sim, 1, 3, "ok 7");
      g_assert_cmpuint (store_n_sent (sim, "NOTHING"), ==, 1);
      g_assert_cmpuint (store_n_sent (sim, "VALUE"), ==, 1);
    }
}

/* RFC 5861, section 3: within the window the old copy is served at once and one
 * request goes to the origin; behind it one waits. */
static void
test_revalidate (void)
{
  static const struct
  {
    QuoTime     read;
    const char *answer;
    guint       n_stale;
  } cases[] = {
    { 299 * MS, "ok 1", 0 },
    { 300 * MS, "ok 1", 1 },
    { 350 * MS - 1, "ok 1", 1 },
    { 350 * MS, "ok 2", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuoSimConfig) config = new_cache ("100ms");
      g_autoptr (QuoSim) sim = NULL;

      store_set (config, "stale-while-revalidate", "50ms");
      store_op (config, 200 * MS, 1, QUO_OP_READ, "x", NULL);
      store_op (config, 240 * MS, 0, QUO_OP_WRITE, "x", "2");
      store_op (config, cases[i].read, 1, QUO_OP_READ, "x", NULL);
      store_op (config, 390 * MS, 1, QUO_OP_READ, "x", NULL);
      sim = store_run (config, QUO_SECOND);

      assert_answer (sim, 1, 2, cases[i].answer);
      assert_answer (sim, 1, 3, "ok 2");
      g_assert_cmpuint (store_n_notes (sim, "stale"), ==, cases[i].n_stale);
      g_assert_cmpuint (store_n_sent (sim, "FETCH"), ==, 2);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
    }
}

/* RFC 5861, section 4, and RFC 9111, section 4.2.4: without an answer the old copy is
 * served within the window, marked, and behind it there is an error. The copy is from
 * 200.5 ms, and the origin is waited for 50 ms. */
static void
test_error (void)
{
  static const struct
  {
    QuoTime     read;
    const char *answer;
  } cases[] = {
    { 299 * MS, "ok 1" },
    { 300 * MS, "ok 1" },
    { 450 * MS - 1, "ok 1" },
    { 450 * MS, "failed" },
    { 900 * MS, "failed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean is_fresh = i == 0;
      g_autoptr (QuoSimConfig) config = new_cache ("100ms");
      g_autoptr (QuoSim) sim = NULL;

      store_set (config, "stale-if-error", "200ms");
      store_set (config, "fetch-timeout", "50ms");
      store_op (config, 200 * MS, 1, QUO_OP_READ, "x", NULL);
      store_act (config, QUO_ACTION_CRASH, 250 * MS, 0);
      store_op (config, cases[i].read, 1, QUO_OP_READ, "x", NULL);
      sim = store_run (config, 2 * QUO_SECOND);

      assert_answer (sim, 1, 2, cases[i].answer);
      g_assert_cmpuint (store_n_notes (sim, "unreachable"), ==, !is_fresh);
      g_assert_cmpuint (store_n_notes (sim, "stale"), ==,
                        !is_fresh && g_str_has_prefix (cases[i].answer, "ok"));
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
    }
}

/* Nishtala et al. 2013, section 3.2.1, thundering herds. */
static void
test_herd (void)
{
  for (guint leases = 0; leases < 2; leases++)
    {
      g_autoptr (QuoSimConfig) config = new_cache ("0s");
      g_autoptr (QuoSim) sim = NULL;

      store_set (config, "leases", leases ? "true" : "false");
      for (guint i = 0; i < 20; i++)
        {
          store_add_client (config, 1);
          store_op (config, 200 * MS + i, 2 + i, QUO_OP_READ, "x", NULL);
        }
      sim = store_run (config, QUO_SECOND);

      for (guint i = 0; i < 20; i++)
        assert_answer (sim, 2 + i, 1, "ok 1");
      g_assert_cmpuint (store_n_sent (sim, "FETCH"), ==, leases ? 1 : 20);
    }
}

/* The same, stale sets: the invalidation overtakes the value. */
static void
test_race (gconstpointer data)
{
  const char * const *setting = data; /* leases, fault, what is read later */
  g_autoptr (QuoSimConfig) config = new_cache ("0s");
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "propagation", "invalidate");
  store_set (config, "leases", setting[0]);
  if (setting[1] != NULL)
    store_set_fault (config, setting[1]);
  store_op (config, 200 * MS, 1, QUO_OP_READ, "x", NULL);
  delay (config, 205 * MS, "VALUE", 1, 1, 60 * MS);
  store_op (config, 220 * MS, 0, QUO_OP_WRITE, "x", "2");
  store_op (config, 400 * MS, 1, QUO_OP_READ, "x", NULL);
  sim = store_run (config, QUO_SECOND);

  assert_answer (sim, 1, 1, "ok 1");
  assert_answer (sim, 1, 2, setting[2]);
  g_assert_cmpint (store_is_violated (sim, "lease-respected"), ==,
                   setting[1] != NULL);
}

/* A lease whose fetch is lost ends with the time that one waits for it. */
static void
test_lease_ends (void)
{
  g_autoptr (QuoSimConfig) config = new_cache ("0s");
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "leases", "true");
  store_set (config, "fetch-timeout", "80ms");
  drop (config, 200 * MS, "FETCH", 0);
  store_op (config, 200 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 285 * MS, 1, QUO_OP_READ, "x", NULL);
  sim = store_run (config, QUO_SECOND);

  assert_answer (sim, 1, 1, "failed");
  assert_answer (sim, 1, 2, "ok 1");
  g_assert_cmpuint (store_n_sent (sim, "FETCH"), ==, 2);
}

/* Three updates in each of the six orders in which they can arrive. The newest stays;
 * those that come behind a newer one are dropped. */
static void
test_orders (gconstpointer data)
{
  const char *order = data;
  static const guint orders[6][3] = {
    { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 }, { 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 },
  };
  static const guint n_behind[6] = { 0, 1, 1, 1, 2, 2 };

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (QuoSimConfig) config = store_new ("best-effort", 2);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (QuoReplay) replay = NULL;
      g_autofree char *last = g_strdup_printf ("%u", orders[i][2]);
      gboolean is_newest = g_str_equal (order, "newest");

      store_set (config, "writers", "any");
      store_set (config, "order", order);
      store_add_client (config, 0);
      for (guint place = 0; place < 3; place++)
        delay (config, 109 * MS, "UPDATE", 1, orders[i][place],
               (100 * place + 500) * MS);
      store_op (config, 101 * MS, 0, QUO_OP_WRITE, "x", "1");
      store_op (config, 103 * MS, 0, QUO_OP_WRITE, "x", "2");
      store_op (config, 105 * MS, 0, QUO_OP_WRITE, "x", "3");
      sim = store_run (config, 2 * QUO_SECOND);
      replay = store_replay (sim, 2 * QUO_SECOND);

      g_assert_cmpstr (store_value (sim, replay, 1, "x"), ==, is_newest ? "3" : last);
      g_assert_cmpuint (store_n_notes (sim, "ignored"), ==,
                        is_newest ? n_behind[i] : 0);
    }
}

/* Of two writers neither is newer: each node keeps what came last to it. */
static void
test_two_writers (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("best-effort", 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "writers", "any");
  store_add_client (config, 0);
  store_add_client (config, 1);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "a");
  store_op (config, 101 * MS, 1, QUO_OP_WRITE, "x", "b");
  sim = store_run (config, 3600 * QUO_SECOND);
  replay = store_replay (sim, 3600 * QUO_SECOND);

  g_assert_cmpstr (store_value (sim, replay, 0, "x"), ==, "b");
  g_assert_cmpstr (store_value (sim, replay, 1, "x"), ==, "a");
  g_assert_cmpfloat (store_measure (sim, "divergent-replicas"), ==, 1);
}

/* What is on disk is there after a crash, what is not is not, and the numbers go on,
 * so that who has an old number takes the new ones. */
static void
test_origin_restarts (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("best-effort", 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) before = NULL;
  g_autoptr (QuoReplay) after = NULL;

  config->disk.sync = quo_distribution_new_constant (50 * MS);
  store_add_client (config, 0)->n_tries_max = 1;
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  store_op (config, 300 * MS, 0, QUO_OP_WRITE, "x", "2");
  store_act (config, QUO_ACTION_CRASH, 340 * MS, 0);
  store_act (config, QUO_ACTION_RESTART, 500 * MS, 0);
  store_op (config, 900 * MS, 0, QUO_OP_WRITE, "x", "3");
  sim = store_run (config, 2 * QUO_SECOND);
  before = store_replay (sim, 800 * MS);
  after = store_replay (sim, 2 * QUO_SECOND);

  assert_answer (sim, 0, 1, "ok");
  assert_answer (sim, 0, 2, "unknown");
  assert_answer (sim, 0, 3, "ok");
  g_assert_cmpstr (store_value (sim, before, 0, "x"), ==, "1");
  g_assert_cmpstr (store_value (sim, before, 1, "x"), ==, "1");
  g_assert_cmpstr (store_value (sim, after, 1, "x"), ==, "3");
  g_assert_cmpint (store_scalar (sim, after, 0, "sequence"), ==, 500000 + 1);
}

/* A peer that restarts has nothing, and nobody tells it; what it says itself is taken
 * for new. */
static void
test_peer_restarts (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("best-effort", 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "writers", "any");
  store_add_client (config, 0);
  store_add_client (config, 1);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  for (guint i = 0; i < 5; i++)
    store_op (config, (100 + 10 * i) * MS, 1, QUO_OP_WRITE, "y", "old");
  store_act (config, QUO_ACTION_CRASH, 200 * MS, 1);
  store_act (config, QUO_ACTION_RESTART, 300 * MS, 1);
  store_op (config, 400 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 500 * MS, 1, QUO_OP_WRITE, "y", "new");
  sim = store_run (config, QUO_SECOND);
  replay = store_replay (sim, QUO_SECOND);

  assert_answer (sim, 1, 6, "ok");
  g_assert_cmpstr (store_value (sim, replay, 0, "y"), ==, "new");
  g_assert_cmpstr (store_value (sim, replay, 1, "x"), ==, NULL);
}

/* A client that asks again while the disk works has one write, and one answer. */
static void
test_retry (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("best-effort", 2);
  g_autoptr (QuoSim) sim = NULL;

  config->disk.sync = quo_distribution_new_constant (150 * MS);
  store_add_client (config, 0)->timeout = 100 * MS;
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  sim = store_run (config, QUO_SECOND);

  assert_answer (sim, 0, 1, "ok");
  g_assert_cmpuint (store_n_sent (sim, "UPDATE"), ==, 1);
  g_assert_cmpfloat (quo_sim_figure (sim, QUO_FIGURE_SYNCS), ==, 1);
}

static void
test_operations (void)
{
  g_autoptr (QuoSimConfig) config = new_cache ("0s");
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "propagation", "update");
  store_op (config, 100 * MS, 1, QUO_OP_REMOVE, "x", NULL);
  store_op (config, 200 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 300 * MS, 1, QUO_OP_ADD, "x", "1");
  store_op (config, 400 * MS, 1, QUO_OP_CAS, "x", "1");
  sim = store_run (config, QUO_SECOND);

  /* Sent on to the origin, a removal is a write of nothing. */
  assert_answer (sim, 1, 1, "ok");
  assert_answer (sim, 1, 2, "ok");
  assert_answer (sim, 1, 3, "failed");
  assert_answer (sim, 1, 4, "failed");
}

static void
test_capacity (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("best-effort", 2);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  int store;

  store_set (config, "capacity", "3");
  store_add_client (config, 0);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      store_op (config, (100 + 10 * i) * MS, 0, QUO_OP_WRITE, key, "1");
    }
  sim = store_run (config, QUO_SECOND);
  replay = store_replay (sim, QUO_SECOND);
  store = quo_declaration_find_field (config->declaration, "store");

  g_assert_cmpuint (quo_table_n_rows (quo_replay_table (replay, 1, (guint) store)),
                    ==, 3);
  g_assert_cmpuint (quo_table_n_rows (quo_replay_table (replay, 0, (guint) store)),
                    ==, 5);
  g_assert_cmpstr (store_value (sim, replay, 1, "k1"), ==, NULL);
  g_assert_cmpstr (store_value (sim, replay, 1, "k2"), ==, "1");
  g_assert_cmpuint (store_n_notes (sim, "evicted"), ==, 2);
}

/* 256 wait, whether for the origin or for its disk; the others are told to come
 * again. */
static void
test_waiting (gconstpointer data)
{
  gboolean is_read = data != NULL;
  g_autoptr (QuoSimConfig) config = new_cache ("0s");
  g_autoptr (QuoSim) sim = NULL;
  guint n_known = 0;

  config->disk.sync = quo_distribution_new_constant (300 * MS);
  store_set (config, "fetch-timeout", "300ms");
  if (is_read)
    store_act (config, QUO_ACTION_CRASH, 400 * MS, 0);
  for (guint i = 0; i < 300; i++)
    {
      store_add_client (config, is_read ? 1 : 0)->n_tries_max = 1;
      store_op (config, 500 * MS, 2 + i, is_read ? QUO_OP_READ : QUO_OP_WRITE, "y",
                is_read ? NULL : "1");
    }
  sim = store_run (config, 2 * QUO_SECOND);

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *answer = store_answer (sim, 2 + i, 1);

      n_known += !g_str_equal (answer, "unknown");
    }
  g_assert_cmpuint (n_known, ==, 256);
}

/* 4096 keys at the origin, as many pairs of key and writer at a peer. */
static void
test_keys (gconstpointer data)
{
  const char *writers = data;
  g_autoptr (QuoSimConfig) config = store_new ("best-effort", 1);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "writers", writers);
  store_add_client (config, 0);
  for (guint i = 0; i <= 4096; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      store_op (config, 0, 0, QUO_OP_WRITE, key, "1");
    }
  store_op (config, 0, 0, QUO_OP_WRITE, "k7", "2");
  sim = store_run (config, 60 * QUO_SECOND);

  assert_answer (sim, 0, 4096, "ok");
  assert_answer (sim, 0, 4097, "failed");
  assert_answer (sim, 0, 4098, "ok");
}

static void
test_origin (void)
{
  g_autoptr (QuoSimConfig) config = store_new ("best-effort", 3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  int option = quo_declaration_find_option (config->declaration, "origin");

  quo_option_set_node (&config->declaration->options[option], config->options, 2);
  store_add_client (config, 0);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  sim = store_run (config, QUO_SECOND);
  replay = store_replay (sim, QUO_SECOND);

  /* Node 0 sends the client on to node 2, which tells the others. */
  assert_answer (sim, 0, 1, "ok");
  g_assert_cmpint (store_scalar (sim, replay, 2, "sequence"), ==, 1);
  g_assert_cmpstr (store_value (sim, replay, 0, "x"), ==, "1");
  g_assert_cmpstr (store_value (sim, replay, 1, "x"), ==, "1");
}

static void
add_pairs (void)
{
  static const char * const races[][3] = {
    { "false", NULL, "ok 1" },
    { "true", NULL, "ok 2" },
    { "true", "ignore-lease", "ok 1" },
  };

  g_test_add_data_func (PATH "without-a-lease-a-fill-sets-a-stale-value", races[0],
                        test_race);
  g_test_add_data_func (PATH "a-void-lease-is-not-kept", races[1], test_race);
  g_test_add_data_func (PATH "ignore-lease-keeps-a-stale-value", races[2],
                        test_race);
  g_test_add_data_func (PATH "a-lost-update-stays-lost", NULL, test_lost);
  g_test_add_data_func (PATH "a-time-to-live-ends-what-was-lost", PATH, test_lost);
  g_test_add_data_func (PATH "the-writer-s-clock-has-no-say", NULL, test_clock);
  g_test_add_data_func (PATH "writer-clock-serves-too-long", "writer-clock",
                        test_clock);
  g_test_add_data_func (PATH "reads-make-nothing-younger", NULL, test_sliding);
  g_test_add_data_func (PATH "sliding-ttl-never-ends", "sliding-ttl", test_sliding);
  g_test_add_data_func (PATH "the-newest-of-a-writer-wins", "newest", test_orders);
  g_test_add_data_func (PATH "by-arrival-the-last-wins", "arrival", test_orders);
  g_test_add_data_func (PATH "as-many-reads-wait", PATH, test_waiting);
  g_test_add_data_func (PATH "as-many-writes-wait", NULL, test_waiting);
  g_test_add_data_func (PATH "the-origin-s-keys-are-bounded", "origin", test_keys);
  g_test_add_data_func (PATH "a-peer-s-memory-is-bounded", "any", test_keys);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (PATH "a-write-flies-out-once", test_once);
  g_test_add_func (PATH "freshness-counts-from-the-request", test_fresh);
  g_test_add_func (PATH "nothing-expires-as-well", test_nothing);
  g_test_add_func (PATH "stale-while-revalidate-has-a-window", test_revalidate);
  g_test_add_func (PATH "stale-if-error-has-a-window", test_error);
  g_test_add_func (PATH "one-asks-for-the-herd", test_herd);
  g_test_add_func (PATH "a-lease-ends", test_lease_ends);
  g_test_add_func (PATH "two-writers-differ-for-ever", test_two_writers);
  g_test_add_func (PATH "an-origin-that-restarts-goes-on", test_origin_restarts);
  g_test_add_func (PATH "a-peer-that-restarts-has-nothing", test_peer_restarts);
  g_test_add_func (PATH "a-write-asked-for-twice-is-one", test_retry);
  g_test_add_func (PATH "other-operations-fail", test_operations);
  g_test_add_func (PATH "a-full-cache-drops-the-oldest", test_capacity);
  g_test_add_func (PATH "any-node-can-be-the-origin", test_origin);
  add_pairs ();

  return g_test_run ();
}
