/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who comes, goes and comes back; groups that were cut in two; large groups. Periods of
 * 1 s, in step with full seconds; messages take 10 ms, one way. */

#include "fixture.h"

#define PATH "/core/protocol/swim/"

/* Section 4.3: a newcomer asks a seed, hears of all and all of it. */
static void
test_join (void)
{
  g_autoptr (QuoSimConfig) config = group_new (7);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) before = NULL;
  g_autoptr (QuoReplay) after = NULL;

  store_set (config, "members", "5");
  store_command (config, 2500 * MS, 5, "join");
  store_command (config, 4500 * MS, 6, "join");
  sim = store_run (config, 25 * S);
  before = store_replay (sim, 2 * S);
  after = store_replay (sim, 4600 * MS);

  g_assert_false (group_is_live (sim, before, 5));
  g_assert_cmpuint (group_held (sim, before, 0, 5), ==, HELD_NOTHING);
  g_assert_cmpuint (group_held (sim, before, 0, 4), ==, HELD_ALIVE);
  g_assert_true (group_is_live (sim, after, 6));
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (group_held (sim, after, 6, i), ==, HELD_ALIVE);
  g_assert_cmpuint (store_n_sent (sim, "join"), ==, 2);
  g_assert_cmpuint (store_n_sent (sim, "members"), ==, 2);
  g_assert_true (group_agrees (sim, 25 * S));
  assert_sound (sim);
}

/* Seeds that do not answer are passed over, one a period. */
static void
test_seeds (void)
{
  g_autoptr (QuoSimConfig) config = group_new (6);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GArray) joins = NULL;

  store_set (config, "members", "5");
  store_act (config, QUO_ACTION_CRASH, 500 * MS, 0);
  store_act (config, QUO_ACTION_CRASH, 500 * MS, 1);
  store_command (config, 2500 * MS, 5, "join");
  sim = store_run (config, 40 * S);
  joins = sent (sim, "join");

  g_assert_cmpuint (joins->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (nth (joins, i)->to, ==, i);
      g_assert_cmpint (nth (joins, i)->time, ==, 2500 * MS + i * S);
    }
  g_assert_true (group_agrees (sim, 40 * S));
  assert_sound (sim);
}

static void
test_leave (gconstpointer data)
{
  const char *dissemination = data;
  g_autoptr (QuoSimConfig) config = group_new (6);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "dissemination", dissemination);
  store_command (config, 2500 * MS, 2, "leave");
  store_command (config, 30 * S, 2, "join");
  sim = store_run (config, 60 * S);
  replay = store_replay (sim, 29 * S);

  for (guint i = 0; i < 6; i++)
    if (i != 2)
      g_assert_cmpuint (group_held (sim, replay, i, 2), ==, HELD_LEFT);
  g_assert_cmpuint (store_n_notes (sim, "suspects"), ==, 0);
  g_assert_true (group_agrees (sim, 60 * S));
  g_clear_pointer (&replay, quo_replay_free);
  replay = store_replay (sim, 60 * S);
  g_assert_cmpint (group_column (sim, replay, 0, 2, 2), ==, 2);
  assert_sound (sim);
}

/* Given up while it stood still, it is about to write down its next life when it is
 * told to leave: the others hear that the new one has left. */
static void
test_leave_between (gconstpointer data)
{
  const char *dissemination = data;
  g_autoptr (QuoSimConfig) config = group_new (5);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  guint n_confirms;

  store_set (config, "suspicion", "false");
  store_set (config, "dissemination", dissemination);
  config->disk.sync = quo_distribution_new_constant (S);
  store_act (config, QUO_ACTION_PAUSE, 6500 * MS, 2)->lasts = 3 * S;
  store_command (config, 10400 * MS, 2, "leave");
  store_command (config, 40 * S, 2, "join");
  sim = store_run (config, 60 * S);
  replay = store_replay (sim, 35 * S);
  n_confirms = store_n_notes (sim, "confirms");

  g_assert_cmpuint (store_n_notes (sim, "new-life"), ==, 1);
  g_assert_cmpfloat (store_measure (sim, "false-confirms"), ==, n_confirms);
  for (guint i = 0; i < 5; i++)
    if (i != 2)
      g_assert_cmpuint (group_held (sim, replay, i, 2), !=, HELD_ALIVE);
  g_assert_true (group_agrees (sim, 60 * S));
  assert_sound (sim);
}

/* What it held when it left is forgotten, even if it gave somebody up in the last
 * moment, and that one lives. */
static void
test_leave_forgets (void)
{
  guint n_given_up = 0;

  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (QuoSimConfig) config = group_new (2);
      g_autoptr (QuoSim) sim = NULL;

      store_set (config, "suspicion", "false");
      store_set (config, "seeds", "1");
      store_command (config, 2500 * MS, 1, "leave");
      group_cut (config, (2 + i) * S + S / 2, 1, 0);
      quo_sim_config_add_action (config, QUO_ACTION_HEAL, (3 + i) * S + S / 2);
      store_command (config, 20500 * MS, 1, "join");
      sim = store_run (config, 40 * S);

      n_given_up += store_n_notes (sim, "confirms");
      g_assert_true (group_agrees (sim, 40 * S));
      assert_sound (sim);
    }

  g_assert_cmpuint (n_given_up, >=, 1);
}

/* Gupta et al. 2001, section 2: who comes back is another, with a disk by itself and
 * without one because it asks. */
static void
test_restart (gconstpointer data)
{
  gboolean has_disk = GPOINTER_TO_INT (data);
  g_autoptr (QuoSimConfig) config = group_new (5);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  g_autoptr (GArray) joins = NULL;

  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 3);
  store_act (config, QUO_ACTION_RESTART, 5500 * MS, 3);
  store_act (config, QUO_ACTION_CRASH, 20500 * MS, 3);
  if (!has_disk)
    store_act (config, QUO_ACTION_LOSE_DISK, 21 * S, 3);
  store_act (config, QUO_ACTION_RESTART, 40 * S, 3);
  sim = store_run (config, 60 * S);
  replay = store_replay (sim, 60 * S);
  joins = sent (sim, "join");

  for (guint i = 0; i < 5; i++)
    if (i != 3)
      {
        g_assert_cmpuint (group_held (sim, replay, i, 3), ==, HELD_ALIVE);
        g_assert_cmpint (group_column (sim, replay, i, 3, 2), ==, 3);
      }
  g_assert_cmpuint (joins->len, ==, has_disk ? 2 : 3);
  g_assert_cmpint (nth (joins, 0)->fields[0], ==, 2);
  g_assert_cmpint (nth (joins, 1)->fields[0], ==, has_disk ? 3 : 0);
  assert_sound (sim);
}

/* The only seed asks whoever the group began with. */
static void
test_only_seed (void)
{
  g_autoptr (QuoSimConfig) config = group_new (4);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GArray) joins = NULL;

  store_set (config, "seeds", "1");
  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 0)->lasts = 30 * S;
  sim = store_run (config, 60 * S);
  joins = sent (sim, "join");

  g_assert_cmpuint (joins->len, ==, 1);
  g_assert_cmpuint (nth (joins, 0)->from, ==, 0);
  g_assert_true (group_agrees (sim, 60 * S));
  assert_sound (sim);
}

/* Where the seeds are gone for good, those who look for the dead let one in. */
static void
test_no_seeds (void)
{
  g_autoptr (QuoSimConfig) config = group_new (5);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "seeds", "2");
  store_set (config, "reconnect-periods", "5");
  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 0);
  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 1);
  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 3)->lasts = 20 * S;
  sim = store_run (config, 120 * S);
  replay = store_replay (sim, 120 * S);

  g_assert_true (group_is_live (sim, replay, 3));
  g_assert_true (group_agrees (sim, 120 * S));
  assert_sound (sim);
}

/* Seeds that have all lost their disks do not wait for each other for ever; those who
 * hold them for dead tell them who they were. */
static void
test_all_disks (gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  g_autoptr (QuoSimConfig) config = group_new (n);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "seeds", "2");
  store_set (config, "reconnect-periods", "5");
  for (guint i = 0; i < 2; i++)
    {
      store_act (config, QUO_ACTION_LOSE_DISK, 2500 * MS, i);
      store_act (config, QUO_ACTION_RESTART, (20500 + 100 * i) * MS, i);
    }
  sim = store_run (config, 60 * S);

  g_assert_true (group_agrees (sim, 60 * S));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoReplay) replay = store_replay (sim, 60 * S);

      g_assert_true (group_is_live (sim, replay, i));
      g_assert_cmpint (store_scalar (sim, replay, i, "life"), ==, n > 2 ? 2 : 1);
    }
  assert_sound (sim);
}

/* Who has left and does not know it any more, for want of a disk, is told. */
static void
test_left_unknowing (void)
{
  g_autoptr (QuoSimConfig) config = group_new (5);
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "seeds", "2");
  store_command (config, 2500 * MS, 3, "leave");
  store_act (config, QUO_ACTION_LOSE_DISK, 20 * S, 3);
  /* The seeds begin anew with each other's help, and have never heard of it. */
  for (guint i = 0; i < 2; i++)
    store_act (config, QUO_ACTION_CRASH, 21 * S, i)->lasts = S / 2;
  store_act (config, QUO_ACTION_RESTART, 60 * S, 3);
  sim = store_run (config, 90 * S);

  g_assert_true (group_agrees (sim, 90 * S));
  assert_sound (sim);
}

/* The parts of a group that was cut in two give each other up, and find each other
 * again only when they turn to those that they hold for dead. */
static void
test_reconnect (gconstpointer data)
{
  gboolean is_reconnecting = GPOINTER_TO_INT (data);
  g_autoptr (QuoSimConfig) config = group_new (6);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  if (is_reconnecting)
    store_set (config, "reconnect-periods", "5");
  for (guint i = 0; i < 3; i++)
    for (guint j = 3; j < 6; j++)
      {
        group_cut (config, 2500 * MS, i, j);
        group_cut (config, 2500 * MS, j, i);
      }
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, 40 * S);
  sim = store_run (config, 100 * S);
  replay = store_replay (sim, 39 * S);

  for (guint i = 0; i < 3; i++)
    for (guint j = 3; j < 6; j++)
      {
        g_assert_cmpuint (group_held (sim, replay, i, j), ==, HELD_CONFIRM);
        g_assert_cmpuint (group_held (sim, replay, j, i), ==, HELD_CONFIRM);
      }
  g_assert_cmpint (group_agrees (sim, 100 * S), ==, is_reconnecting);
  g_assert_cmpint (store_n_notes (sim, "new-life") > 0, ==, is_reconnecting);
  assert_sound (sim);
}

/* What a client is told. */
static void
test_question (void)
{
  g_autoptr (QuoSimConfig) config = group_new (4);
  g_autoptr (QuoSim) sim = NULL;
  g_autofree char *alive = NULL;
  g_autofree char *dead = NULL;
  g_autofree char *nobody = NULL;
  g_autofree char *write = NULL;

  store_add_client (config, 0);
  store_op (config, 1500 * MS, 0, QUO_OP_READ, "n3", NULL);
  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 2);
  store_op (config, 30 * S, 0, QUO_OP_READ, "n3", NULL);
  store_op (config, 31 * S, 0, QUO_OP_READ, "n9", NULL);
  store_op (config, 32 * S, 0, QUO_OP_WRITE, "n3", "x");
  sim = store_run (config, 35 * S);
  alive = store_answer (sim, 0, 1);
  dead = store_answer (sim, 0, 2);
  nobody = store_answer (sim, 0, 3);
  write = store_answer (sim, 0, 4);

  g_assert_cmpstr (alive, ==, "ok Alive");
  g_assert_cmpstr (dead, ==, "ok Confirm");
  g_assert_cmpstr (nobody, ==, "failed");
  g_assert_cmpstr (write, ==, "failed");
}

/* In a large group only what differs from the beginning is written down. */
static void
test_large (void)
{
  enum { N = 100 };
  g_autoptr (QuoSimConfig) config = group_new (N);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) before = NULL;
  g_autoptr (QuoReplay) after = NULL;

  store_set (config, "members", "99");
  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 50);
  store_act (config, QUO_ACTION_PAUSE, 2500 * MS, 60)->lasts = 5 * S;
  store_command (config, 40 * S, N - 1, "join");
  sim = store_run (config, 60 * S);
  before = store_replay (sim, 2 * S);
  after = store_replay (sim, 60 * S);

  for (guint i = 0; i < N; i++)
    for (guint j = 0; j < N; j++)
      {
        Held held = HELD_NOTHING;

        if (i == j || i == 50)
          continue;
        if (j == 50)
          held = HELD_CONFIRM;
        else if (j == 60 || j == N - 1)
          held = HELD_ALIVE;
        g_assert_cmpuint (group_held (sim, before, i, j), ==, HELD_NOTHING);
        g_assert_cmpuint (group_held (sim, after, i, j), ==, held);
      }
  g_assert_cmpint (group_column (sim, after, 0, 60, 1), >=, 1);
  assert_sound (sim);
}

static guint most_relays;
static guint most_news;
static guint most_suspicions;

/* Looks into the nodes' memory after every step. */
static void
look (QuoCluster *cluster,
      gpointer    ghost,
      guint       node)
{
  const QuoSwim *state = quo_cluster_state (cluster, node);

  quo_swim_check (cluster, ghost, node);
  if (state == NULL || state->records == NULL)
    return;

  most_relays = MAX (most_relays, state->relays->len);
  most_news = MAX (most_news, state->news->len);
  most_suspicions = MAX (most_suspicions, state->suspicions->len);
}

/* Nobody is heard in time, so that everybody asks everybody, suspects everybody and
 * has news of everybody. */
static void
test_bounded (void)
{
  g_autoptr (QuoSimConfig) config = group_new (40);
  QuoBehaviour watched = *config->behaviour;
  g_autoptr (QuoSim) sim = NULL;

  watched.check = look;
  config->behaviour = &watched;
  store_set (config, "ping-req-members", "16");
  store_set (config, "lambda", "100");
  store_set_latency (config, 2 * S, 3 * S);
  sim = store_run (config, 60 * S);

  g_assert_cmpuint (most_relays, ==, QUO_SWIM_RELAYS_MAX);
  g_assert_cmpuint (most_news, ==, 40);
  g_assert_cmpuint (most_suspicions, ==, 39);
  assert_sound (sim);
}

/* Above the limit a node stays outside, even when told to join. */
static void
test_members_max (void)
{
  g_autoptr (QuoSimConfig) config = group_new (QUO_SWIM_MEMBERS_MAX + 1);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_command (config, 100 * MS, QUO_SWIM_MEMBERS_MAX, "join");
  store_act (config, QUO_ACTION_CRASH, 200 * MS, QUO_SWIM_MEMBERS_MAX);
  store_act (config, QUO_ACTION_RESTART, 300 * MS, QUO_SWIM_MEMBERS_MAX);
  sim = store_run (config, 2500 * MS);
  replay = store_replay (sim, 2500 * MS);

  g_assert_false (group_is_live (sim, replay, QUO_SWIM_MEMBERS_MAX));
  g_assert_true (group_is_live (sim, replay, QUO_SWIM_MEMBERS_MAX - 1));
  g_assert_cmpuint (store_n_sent (sim, "ping"), ==, 2 * QUO_SWIM_MEMBERS_MAX);
  g_assert_cmpfloat (store_measure (sim, "messages"), ==, 2);
  assert_sound (sim);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "a-newcomer-and-the-members-learn-of-each-other", test_join);
  g_test_add_func (PATH "silent-seeds-are-passed-over", test_seeds);
  g_test_add_data_func (PATH "who-leaves-is-not-suspected", "piggyback", test_leave);
  g_test_add_data_func (PATH "who-leaves-tells-all-at-once", "multicast", test_leave);
  g_test_add_data_func (PATH "who-leaves-between-two-lives-has-left", "piggyback",
                        test_leave_between);
  g_test_add_data_func (PATH "who-leaves-between-two-lives-is-gone", "multicast",
                        test_leave_between);
  g_test_add_func (PATH "who-leaves-forgets", test_leave_forgets);
  g_test_add_data_func (PATH "a-restart-is-another-life", GINT_TO_POINTER (TRUE),
                        test_restart);
  g_test_add_data_func (PATH "without-a-disk-a-restart-asks-who-it-was",
                        GINT_TO_POINTER (FALSE), test_restart);
  g_test_add_func (PATH "the-only-seed-asks-the-founders", test_only_seed);
  g_test_add_func (PATH "without-seeds-others-let-one-in", test_no_seeds);
  g_test_add_data_func (PATH "two-without-disks-begin-anew", GUINT_TO_POINTER (2),
                        test_all_disks);
  g_test_add_data_func (PATH "seeds-without-disks-are-told-who-they-were",
                        GUINT_TO_POINTER (5), test_all_disks);
  g_test_add_func (PATH "who-has-left-unknowing-is-told", test_left_unknowing);
  g_test_add_data_func (PATH "parts-find-each-other-when-they-look",
                        GINT_TO_POINTER (TRUE), test_reconnect);
  g_test_add_data_func (PATH "as-in-the-paper-parts-stay-apart",
                        GINT_TO_POINTER (FALSE), test_reconnect);
  g_test_add_func (PATH "a-client-is-told-a-members-status", test_question);
  g_test_add_func (PATH "large-groups-record-what-differs", test_large);
  g_test_add_func (PATH "tables-are-bounded", test_bounded);
  g_test_add_func (PATH "beyond-2048-nodes-stay-outside", test_members_max);

  return g_test_run ();
}
