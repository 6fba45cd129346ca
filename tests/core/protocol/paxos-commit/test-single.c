/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Single transactions whose course is known. The network takes 10 ms, one way. */

#include "fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/paxos-commit/"

static void
assert_roles (QuoSim     *sim,
              QuoTime     time,
              guint       first,
              guint       last,
              const char *role)
{
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));

  quo_replay_seek_time (replay, time);
  for (guint i = first; i <= last; i++)
    g_assert_cmpstr (fixture_role (replay, i), ==, role);
}

static QuoSim *
run_one (guint       n_nodes,
         guint       n_faults,
         const char *variant,
         gboolean    is_colocated)
{
  g_autoptr (QuoSimConfig) config = fixture_new (n_nodes);
  g_autofree char *faults = g_strdup_printf ("%u", n_faults);

  fixture_set (config, "faults", faults);
  fixture_set (config, "variant", variant);
  fixture_set (config, "co-located", is_colocated ? "true" : "false");
  fixture_begin (config, 0, "x", "1");

  return fixture_run (config, 2 * QUO_SECOND);
}

/* PROTOCOLS, section 3, and Gray and Lamport 2006, section 5: N managers, of which
 * 2F+1 are acceptors too, the first of them the leader. */
static void
test_costs (void)
{
  for (guint f = 0; f <= 4; f++)
    for (guint n = 2 * f + 1; n <= 10; n++)
      {
        g_autoptr (QuoSim) basic = run_one (n, f, "basic", TRUE);
        g_autoptr (QuoSim) faster = run_one (n, f, "faster", TRUE);

        g_assert_cmpuint (fixture_n_sent (basic, NULL, -1), ==,
                          n * f + 3 * n - 3);
        g_assert_cmpuint (fixture_n_sent (faster, NULL, -1), ==,
                          (n - 1) * (2 * f + 3));
        g_assert_cmpuint (fixture_n_writes (basic, TRUE, -1), ==, n + f + 1);
        g_assert_cmpuint (fixture_n_writes (faster, TRUE, -1), ==, n + f + 1);
        g_assert_cmpfloat (fixture_sum (basic, "messages"), ==,
                           n * f + 3 * n - 3);
        g_assert_cmpfloat (fixture_sum (faster, "forced-writes"), ==, n + f + 1);
        g_assert_cmpuint (quo_sim_n_violations (basic), ==, 0);
        g_assert_cmpuint (quo_sim_n_violations (faster), ==, 0);
        assert_roles (basic, 2 * QUO_SECOND, 0, n - 1, "committed");
        assert_roles (faster, 2 * QUO_SECOND, 0, n - 1, "committed");
      }
}

/* As printed: N = 5, F = 1: 12 for two-phase commit, which is F = 0, then 17 and
 * 20. */
static void
test_printed (void)
{
  g_autoptr (QuoSim) two_phase = run_one (5, 0, "basic", TRUE);
  g_autoptr (QuoSim) basic = run_one (5, 1, "basic", TRUE);
  g_autoptr (QuoSim) faster = run_one (5, 1, "faster", TRUE);

  g_assert_cmpuint (fixture_n_sent (two_phase, NULL, -1), ==, 12);
  g_assert_cmpuint (fixture_n_sent (basic, NULL, -1), ==, 17);
  g_assert_cmpuint (fixture_n_sent (faster, NULL, -1), ==, 20);
  g_assert_cmpuint (fixture_n_writes (two_phase, TRUE, -1), ==, 6);
  g_assert_cmpuint (fixture_n_writes (basic, TRUE, -1), ==, 7);
  g_assert_cmpuint (fixture_n_writes (faster, TRUE, -1), ==, 7);
}

/* The paper's (N+1)(F+3)-2 without co-location counts a leader apart from the
 * initiating manager: with those two on one node, BeginCommit and one Commit are
 * no messages. */
static void
test_costs_apart (void)
{
  for (guint f = 0; f <= 3; f++)
    for (guint n = 1; n <= 8; n++)
      {
        guint n_nodes = n + 2 * f + 1;
        g_autoptr (QuoSim) basic = run_one (n_nodes, f, "basic", FALSE);

        g_assert_cmpuint (fixture_n_sent (basic, NULL, -1), ==,
                          (n + 1) * (f + 3) - 2 - 2);
        g_assert_cmpuint (fixture_n_writes (basic, TRUE, -1), ==, n + f + 1);
        assert_roles (basic, 2 * QUO_SECOND, 0, n - 1, "committed");
        assert_roles (basic, 2 * QUO_SECOND, n, n_nodes - 1, "acceptor");
      }
}

/* Message delays, from the beginning to the last manager's commit: PREPARE, 2A, 2B
 * and COMMIT; the faster variant saves the last. */
static void
test_delays (void)
{
  g_autoptr (QuoSim) basic = run_one (5, 1, "basic", TRUE);
  g_autoptr (QuoSim) faster = run_one (5, 1, "faster", TRUE);

  assert_roles (basic, 29 * MS, 1, 4, "prepared");
  assert_roles (basic, 39 * MS, 1, 4, "prepared");
  assert_roles (basic, 41 * MS, 0, 4, "committed");
  assert_roles (faster, 29 * MS, 1, 4, "prepared");
  assert_roles (faster, 31 * MS, 0, 4, "committed");
}

static void
test_one_no (void)
{
  static const char * const variants[] = { "basic", "faster" };

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      g_autoptr (QuoSimConfig) config = fixture_new (5);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (QuoReplay) replay = NULL;

      fixture_set (config, "variant", variants[i]);
      fixture_command (config, 0, 3, "refuse");
      fixture_begin (config, 100 * MS, "x", "1");
      fixture_begin (config, 500 * MS, "y", "2");
      sim = fixture_run (config, QUO_SECOND);
      assert_roles (sim, 400 * MS, 0, 4, "aborted");
      assert_roles (sim, QUO_SECOND, 0, 4, "committed");
      replay = quo_replay_new (quo_sim_trace (sim));
      quo_replay_seek_time (replay, QUO_SECOND);
      g_assert_cmpstr (fixture_stored (sim, replay, 4, "x"), ==, NULL);
      g_assert_cmpstr (fixture_stored (sim, replay, 4, "y"), ==, "2");
      g_assert_cmpuint (fixture_n_notes (sim, "takeover", -1), ==, 0);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
    }
}

/* Down for good after the votes went out: where two-phase commit waits for ever. */
static void
test_leader_crash (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (5);
  g_autoptr (QuoSim) sim = NULL;

  /* At 115 ms the votes of all are on their way to nodes 0 and 1. */
  fixture_act (config, QUO_ACTION_CRASH, 115 * MS, 0);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 4 * QUO_SECOND);
  assert_roles (sim, 600 * MS, 1, 4, "prepared");
  assert_roles (sim, 4 * QUO_SECOND, 1, 4, "committed");
  g_assert_cmpuint (fixture_n_notes (sim, "free", -1), ==, 0);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* The same, but node 4's vote has reached nobody: its instance is free, and the
 * new leader may only choose Aborted. */
static void
test_free_instance (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (5);
  g_autoptr (QuoSim) sim = NULL;

  fixture_act (config, QUO_ACTION_CRASH, 115 * MS, 0);
  fixture_drop (config, "2A", 4, 1, 1);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 4 * QUO_SECOND);
  assert_roles (sim, 4 * QUO_SECOND, 1, 4, "aborted");
  g_assert_cmpuint (fixture_n_notes (sim, "free", -1), >=, 1);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* F acceptors down: a majority is left. One more, and nobody decides, and nobody
 * decides wrongly either. */
static QuoSim *
run_without_acceptors (guint n_down)
{
  g_autoptr (QuoSimConfig) config = fixture_new (7);

  fixture_set (config, "faults", "2");
  for (guint i = 0; i < n_down; i++)
    fixture_act (config, QUO_ACTION_CRASH, 115 * MS, i)->lasts
      = 5 * QUO_SECOND;
  fixture_begin (config, 100 * MS, "x", "1");

  return fixture_run (config, 10 * QUO_SECOND);
}

static void
test_quorum (void)
{
  g_autoptr (QuoSim) two = run_without_acceptors (2);
  g_autoptr (QuoSim) three = run_without_acceptors (3);

  assert_roles (two, 5 * QUO_SECOND, 2, 6, "committed");
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (three));

      quo_replay_seek_time (replay, 5 * QUO_SECOND);
      g_assert_cmpuint (quo_table_n_rows (fixture_table (replay, 3 + i, "locks")),
                        ==, 1);
    }
  g_assert_cmpfloat (fixture_sum (three, "in-doubt-at-end"), ==, 0);
  g_assert_cmpuint (quo_sim_n_violations (two), ==, 0);
  g_assert_cmpuint (quo_sim_n_violations (three), ==, 0);
}

/* Where three-phase commit decides twice: only the side with a majority of the
 * acceptors decides, and the other learns. */
static void
test_partition (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (5);
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *cut = quo_sim_config_add_action (config, QUO_ACTION_PARTITION,
                                              115 * MS);

  cut->lasts = 5 * QUO_SECOND;
  cut->groups = quo_action_groups_new ();
  for (guint group = 0; group < 2; group++)
    {
      GArray *members = g_array_new (FALSE, TRUE, sizeof (QuoSelector));

      for (guint i = group; i < (group == 0 ? 1u : 5u); i++)
        {
          QuoSelector selector = { QUO_SELECT_NODE, i };

          g_array_append_val (members, selector);
        }
      g_array_append_val (cut->groups, members);
    }
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 10 * QUO_SECOND);
  assert_roles (sim, 5 * QUO_SECOND, 1, 4, "committed");
  assert_roles (sim, 10 * QUO_SECOND, 0, 4, "committed");
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* COMMIT is lost; whoever was not told runs a ballot and finds the same. */
static void
test_lost_commit (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;

  fixture_drop (config, "COMMIT", 0, 2, 1);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 3 * QUO_SECOND);
  assert_roles (sim, 3 * QUO_SECOND, 0, 2, "committed");
  g_assert_cmpuint (fixture_n_notes (sim, "takeover", 2), ==, 1);
  g_assert_cmpuint (fixture_n_sent (sim, "COMMIT", 2), ==, 2);
}

static void
test_restart (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  /* Down while COMMIT comes: locked again at once, and then it finds out. */
  fixture_act (config, QUO_ACTION_CRASH, 125 * MS, 2)->lasts = 200 * MS;
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 3 * QUO_SECOND);
  replay = quo_replay_new (quo_sim_trace (sim));
  quo_replay_seek_time (replay, 330 * MS);
  g_assert_cmpstr (fixture_role (replay, 2), ==, "prepared");
  g_assert_cmpuint (quo_table_n_rows (fixture_table (replay, 2, "locks")), ==, 1);
  quo_replay_seek_time (replay, 3 * QUO_SECOND);
  g_assert_cmpstr (fixture_role (replay, 2), ==, "committed");
  g_assert_cmpstr (fixture_stored (sim, replay, 2, "x"), ==, "1");
}

static guint
n_returned (QuoSim    *sim,
            QuoStatus  status)
{
  QuoTrace *trace = quo_sim_trace (sim);
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.kind == QUO_EVENT_RETURN && event.what == status)
        n++;
    }

  return n;
}

/* The answer is lost with the leader; asked again, it answers from its log and does
 * not commit twice. */
static void
test_client (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;

  fixture_act (config, QUO_ACTION_CRASH, 118 * MS, 0)->lasts = 300 * MS;
  fixture_add_client (config, 1);
  fixture_write (config, 80 * MS, "x", "1");
  sim = fixture_run (config, 4 * QUO_SECOND);
  g_assert_cmpuint (n_returned (sim, QUO_STATUS_OK), ==, 1);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 1);
  g_assert_cmpuint (fixture_n_notes (sim, "begin", -1), ==, 1);
}

static void
test_many (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (5);
  g_autoptr (QuoSim) sim = NULL;

  config->disk.sync = quo_distribution_new_constant (3 * MS);
  for (guint i = 0; i < 350; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      fixture_begin (config, 100 * MS + i * 10, key, "1");
    }
  sim = fixture_run (config, 3 * QUO_SECOND);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 350);
  g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==, 350 * 17);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_use ("paxos-commit");

  g_test_add_func (PATH "costs-are-those-of-the-paper", test_costs);
  g_test_add_func (PATH "five-managers-cost-12-17-and-20", test_printed);
  g_test_add_func (PATH "acceptors-apart-cost-what-the-paper-says",
                   test_costs_apart);
  g_test_add_func (PATH "the-faster-variant-saves-a-delay", test_delays);
  g_test_add_func (PATH "one-no-aborts-everywhere", test_one_no);
  g_test_add_func (PATH "a-leader-that-crashes-blocks-nobody",
                   test_leader_crash);
  g_test_add_func (PATH "a-vote-that-nobody-saw-is-an-abort",
                   test_free_instance);
  g_test_add_func (PATH "f-acceptors-may-fail-and-not-one-more", test_quorum);
  g_test_add_func (PATH "a-partition-cannot-split-the-decision",
                   test_partition);
  g_test_add_func (PATH "a-lost-commit-is-found-out", test_lost_commit);
  g_test_add_func (PATH "a-restarted-manager-locks-and-finds-out",
                   test_restart);
  g_test_add_func (PATH "asking-again-does-not-commit-twice", test_client);
  g_test_add_func (PATH "numbers-never-run-out", test_many);

  return g_test_run ();
}
