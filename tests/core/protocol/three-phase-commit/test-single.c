/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Single transactions whose course is known. The network takes 10 ms, one way. */

#include "fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/three-phase-commit/"

static QuoReplay *
replay_at (QuoSim  *sim,
           QuoTime  time)
{
  QuoReplay *replay = quo_replay_new (quo_sim_trace (sim));

  quo_replay_seek_time (replay, time);

  return replay;
}

static void
assert_roles (QuoSim     *sim,
              QuoTime     time,
              guint       first,
              const char *role)
{
  g_autoptr (QuoReplay) replay = replay_at (sim, time);

  for (guint i = first; i < quo_trace_n_nodes (quo_sim_trace (sim)); i++)
    g_assert_cmpstr (fixture_role (replay, i), ==, role);
}

/* PROTOCOLS, section 3: 5n messages, 6n with the last acknowledgement; a precommit
 * record more on both sides than two-phase commit's commit row. */
static void
test_costs (void)
{
  for (guint has_final_ack = 0; has_final_ack < 2; has_final_ack++)
    for (guint n = 1; n <= 10; n++)
      {
        g_autoptr (QuoSimConfig) config = fixture_new (n + 1);
        g_autoptr (QuoSim) sim = NULL;
        guint per_node = has_final_ack ? 6 : 5;

        fixture_set (config, "final-ack", has_final_ack ? "true" : "false");
        fixture_begin (config, 0, "x", "1");
        sim = fixture_run (config, 2 * QUO_SECOND);
        g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==, per_node * n);
        g_assert_cmpuint (fixture_n_writes (sim, TRUE, 0), ==, 2);
        g_assert_cmpuint (fixture_n_writes (sim, FALSE, 0), ==, has_final_ack);
        for (int node = 1; node <= (int) n; node++)
          {
            g_assert_cmpuint (fixture_n_writes (sim, TRUE, node), ==, 3);
            g_assert_cmpuint (fixture_n_writes (sim, FALSE, node), ==, 0);
          }
        g_assert_cmpfloat (fixture_sum (sim, "messages"), ==, per_node * n);
        g_assert_cmpfloat (fixture_sum (sim, "forced-writes"), ==, 2 + 3 * n);
        g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
        assert_roles (sim, 2 * QUO_SECOND, 0, "committed");
      }
}

/* An abort has no third phase: what two-phase commit needs without ACK. */
static void
test_abort_costs (void)
{
  for (guint n = 1; n <= 10; n++)
    {
      g_autoptr (QuoSimConfig) config = fixture_new (n + 1);
      g_autoptr (QuoSim) sim = NULL;

      fixture_set_node (config, "no-voter", 0);
      fixture_begin (config, 0, "x", "1");
      sim = fixture_run (config, 2 * QUO_SECOND);
      g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==, 3 * n);
      g_assert_cmpfloat (fixture_sum (sim, "forced-writes"), ==, 1 + 2 * n);
      assert_roles (sim, 2 * QUO_SECOND, 0, "aborted");
    }
}

static void
test_commit (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, QUO_SECOND);
  assert_roles (sim, 105 * MS, 1, "initial");
  assert_roles (sim, 115 * MS, 0, "wait");
  assert_roles (sim, 125 * MS, 1, "wait");
  assert_roles (sim, 135 * MS, 0, "precommit");
  assert_roles (sim, 145 * MS, 1, "precommit");
  assert_roles (sim, 155 * MS, 0, "committed");
  g_assert_cmpfloat (fixture_sum (sim, "commit-latency"), ==, 40 * MS);
  g_assert_cmpfloat (fixture_sum (sim, "blocking-window"), ==, 3 * 40 * MS);
  replay = replay_at (sim, 200 * MS);
  g_assert_cmpuint (quo_table_n_rows (fixture_table (replay, 3, "locks")), ==, 0);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpstr (fixture_stored (sim, replay, i, "x"), ==, "1");
}

static void
test_one_no (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;

  fixture_command (config, 0, 2, "refuse");
  fixture_begin (config, 100 * MS, "x", "1");
  fixture_begin (config, 500 * MS, "y", "2");
  sim = fixture_run (config, QUO_SECOND);
  assert_roles (sim, 400 * MS, 0, "aborted");
  assert_roles (sim, QUO_SECOND, 0, "committed");
  g_assert_cmpuint (fixture_n_sent (sim, "ABORT", -1), ==, 2);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

static void
test_missing_vote (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;

  fixture_drop (config, "YES", 1, 0, 1);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, QUO_SECOND);
  assert_roles (sim, 299 * MS, 0, "wait");
  assert_roles (sim, 311 * MS, 0, "aborted");
}

/* Gone for good, at 115 ms before the votes come, at 125 ms after PRE-COMMIT went. */
static QuoSim *
run_without_coordinator (QuoTime     crash_at,
                         const char *fault)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);

  if (fault != NULL)
    fixture_set_fault (config, fault);
  fixture_act (config, QUO_ACTION_CRASH, crash_at, 0);
  fixture_begin (config, 100 * MS, "x", "1");

  return fixture_run (config, 2 * QUO_SECOND);
}

static void
test_all_waiting (void)
{
  g_autoptr (QuoSim) sim = run_without_coordinator (115 * MS, NULL);

  /* Silent since 110 ms; the first participant asks at 710 ms and the last answer
   * is there at 730 ms. */
  assert_roles (sim, 709 * MS, 1, "wait");
  assert_roles (sim, 741 * MS, 1, "aborted");
  g_assert_cmpuint (fixture_n_notes (sim, "backup", 1), ==, 1);
  g_assert_cmpuint (fixture_n_notes (sim, "backup", -1), ==, 1);
  g_assert_cmpuint (fixture_n_sent (sim, "STATE-REQUEST", 1), ==, 2);
  g_assert_cmpuint (fixture_n_sent (sim, "ABORT", 1), ==, 2);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

static void
test_precommitted (void)
{
  g_autoptr (QuoSim) sim = run_without_coordinator (125 * MS, NULL);

  /* Nobody is asked to precommit again: all have. */
  assert_roles (sim, 2 * QUO_SECOND, 1, "committed");
  g_assert_cmpuint (fixture_n_sent (sim, "PRE-COMMIT", -1), ==, 3);
  g_assert_cmpuint (fixture_n_sent (sim, "STATE", -1), ==, 2);
  g_assert_cmpuint (fixture_n_sent (sim, "COMMIT", 1), ==, 2);
  g_assert_cmpfloat (fixture_sum (sim, "in-doubt-at-end"), ==, 0);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* PRE-COMMIT reaches node 3 alone: the backup, which has none, learns of it and
 * makes node 2 precommit too before it commits. */
static void
test_one_precommitted (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;

  fixture_act (config, QUO_ACTION_CRASH, 125 * MS, 0);
  fixture_drop (config, "PRE-COMMIT", 0, 1, 1);
  fixture_drop (config, "PRE-COMMIT", 0, 2, 1);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 2 * QUO_SECOND);
  assert_roles (sim, 2 * QUO_SECOND, 1, "committed");
  g_assert_cmpuint (fixture_n_sent (sim, "PRE-COMMIT", 1), ==, 1);
  g_assert_cmpuint (fixture_n_sent (sim, "ACK", 2), ==, 1);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

static void
test_backup_crashes (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;

  /* The coordinator, then the first participant while it waits for states. */
  fixture_act (config, QUO_ACTION_CRASH, 125 * MS, 0);
  fixture_act (config, QUO_ACTION_CRASH, 735 * MS, 1);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 3 * QUO_SECOND);
  assert_roles (sim, 3 * QUO_SECOND, 2, "committed");
  g_assert_cmpuint (fixture_n_notes (sim, "backup", 2), ==, 1);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

static void
test_coordinator_returns (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoAction *crash = fixture_act (config, QUO_ACTION_CRASH, 125 * MS, 0);

  /* Down with PRECOMMIT in its log while the others commit: it asks. */
  crash->lasts = 2 * QUO_SECOND;
  fixture_begin (config, 100 * MS, "x", "1");
  fixture_begin (config, 3 * QUO_SECOND, "y", "2");
  sim = fixture_run (config, 4 * QUO_SECOND);
  replay = replay_at (sim, 2130 * MS);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "recovering");
  quo_replay_seek_time (replay, 2150 * MS);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "committed");
  g_assert_cmpuint (fixture_n_sent (sim, "DECISION-REQUEST", 0), ==, 3);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 2);
  assert_roles (sim, 4 * QUO_SECOND, 0, "committed");
}

/* All are down at once. Alone, the first that returns may not decide; when the last
 * one is back, all decide what their logs say. */
static QuoSim *
run_total_failure (QuoTime crash_at)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);

  fixture_set (config, "ask-interval", "100ms");
  for (guint i = 0; i < 3; i++)
    fixture_act (config, QUO_ACTION_CRASH, crash_at, i)->lasts
      = (i + 1) * QUO_SECOND;
  fixture_begin (config, 100 * MS, "x", "1");

  return fixture_run (config, 5 * QUO_SECOND);
}

static void
test_total_failure (void)
{
  g_autoptr (QuoSim) waiting = run_total_failure (115 * MS);
  g_autoptr (QuoSim) precommitted = run_total_failure (135 * MS);
  g_autoptr (QuoReplay) replay = replay_at (precommitted, 3 * QUO_SECOND);

  /* Without a record the coordinator knows that nobody precommitted. */
  assert_roles (waiting, 5 * QUO_SECOND, 1, "aborted");
  g_assert_cmpstr (fixture_role (replay, 0), ==, "recovering");
  g_assert_cmpstr (fixture_role (replay, 1), ==, "recovering");
  assert_roles (precommitted, 5 * QUO_SECOND, 0, "committed");
  g_assert_cmpuint (quo_sim_n_violations (waiting), ==, 0);
  g_assert_cmpuint (quo_sim_n_violations (precommitted), ==, 0);
}

/* The only participant believes the coordinator dead and means to abort, but crashes
 * before that is in its log; the coordinator's log says that it had precommitted. */
static void
test_unwritten_decision (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (2);
  g_autoptr (QuoSim) sim = NULL;

  config->disk.sync = quo_distribution_new_constant (20 * MS);
  fixture_begin (config, 100 * MS, "x", "1");
  fixture_drop (config, "PRE-COMMIT", 0, 1, 1);
  fixture_act (config, QUO_ACTION_CRASH, 165 * MS, 0);
  fixture_act (config, QUO_ACTION_CRASH, 740 * MS, 1);
  fixture_act (config, QUO_ACTION_RESTART, QUO_SECOND, 0);
  fixture_act (config, QUO_ACTION_RESTART, QUO_SECOND, 1);
  sim = fixture_run (config, 4 * QUO_SECOND);

  g_assert_cmpuint (fixture_n_notes (sim, "backup", 1), ==, 1);
  assert_roles (sim, 735 * MS, 1, "aborted");
  assert_roles (sim, 4 * QUO_SECOND, 0, "committed");
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* Bernstein et al., section 7.5: cut off just then, each side follows the rules,
 * and they differ. */
static void
test_partition (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (5);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoAction *cut = quo_sim_config_add_action (config, QUO_ACTION_PARTITION,
                                              125 * MS);

  cut->groups = quo_action_groups_new ();
  for (guint group = 0; group < 2; group++)
    {
      GArray *members = g_array_new (FALSE, TRUE, sizeof (QuoSelector));

      for (guint i = group * 3; i < (group == 0 ? 3u : 5u); i++)
        {
          QuoSelector selector = { QUO_SELECT_NODE, i };

          g_array_append_val (members, selector);
        }
      g_array_append_val (cut->groups, members);
    }
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 4 * QUO_SECOND);
  replay = replay_at (sim, 4 * QUO_SECOND);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (fixture_role (replay, i), ==, "committed");
  for (guint i = 3; i < 5; i++)
    g_assert_cmpstr (fixture_role (replay, i), ==, "aborted");
  g_assert_true (fixture_is_violated (sim, "atomicity"));
}

static void
test_skip_precommit (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  /* Committed at 120 ms, but COMMIT is lost with the coordinator. */
  fixture_set_fault (config, "skip-precommit");
  fixture_act (config, QUO_ACTION_CRASH, 125 * MS, 0)->lasts = 2 * QUO_SECOND;
  for (int i = 1; i < 4; i++)
    fixture_drop (config, "COMMIT", 0, i, 1);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 3 * QUO_SECOND);
  replay = replay_at (sim, 3 * QUO_SECOND);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "committed");
  g_assert_cmpstr (fixture_role (replay, 1), ==, "aborted");
  g_assert_true (fixture_is_violated (sim, "atomicity"));
  g_assert_true (fixture_is_violated (sim, "nonblocking"));
}

static void
test_locked (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;

  fixture_begin (config, 100 * MS, "x", "1");
  fixture_begin (config, 105 * MS, "x", "2");
  fixture_begin (config, 106 * MS, "y", "3");
  sim = fixture_run (config, QUO_SECOND);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 2);
  g_assert_cmpfloat (fixture_sum (sim, "aborted"), ==, 1);
}

static void
test_many (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;

  /* More than one block of numbers, with disks that make blocks take time. */
  config->disk.sync = quo_distribution_new_constant (3 * MS);
  for (guint i = 0; i < 350; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      fixture_begin (config, 100 * MS + i * 10, key, "1");
    }
  sim = fixture_run (config, 3 * QUO_SECOND);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 350);
  g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==, 350 * 10);
}

static void
test_alone (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (1);
  g_autoptr (QuoSim) sim = NULL;

  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, QUO_SECOND);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 1);
  g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_use ("three-phase-commit");

  g_test_add_func (PATH "costs-are-those-of-the-table", test_costs);
  g_test_add_func (PATH "an-abort-costs-no-third-phase", test_abort_costs);
  g_test_add_func (PATH "all-yes-commits-everywhere", test_commit);
  g_test_add_func (PATH "one-no-aborts-everywhere", test_one_no);
  g_test_add_func (PATH "a-missing-vote-counts-as-no", test_missing_vote);
  g_test_add_func (PATH "all-waiting-abort-without-the-coordinator",
                   test_all_waiting);
  g_test_add_func (PATH "all-precommitted-commit-without-the-coordinator",
                   test_precommitted);
  g_test_add_func (PATH "one-precommitted-makes-all-commit",
                   test_one_precommitted);
  g_test_add_func (PATH "the-next-takes-over-from-a-backup-that-crashes",
                   test_backup_crashes);
  g_test_add_func (PATH "a-coordinator-that-returns-asks",
                   test_coordinator_returns);
  g_test_add_func (PATH "when-all-were-down-all-have-to-be-back",
                   test_total_failure);
  g_test_add_func (PATH "a-decision-is-none-before-it-is-in-the-log",
                   test_unwritten_decision);
  g_test_add_func (PATH "the-sides-of-a-partition-decide-differently",
                   test_partition);
  g_test_add_func (PATH "without-precommit-a-crash-splits-the-decision",
                   test_skip_precommit);
  g_test_add_func (PATH "a-locked-key-is-refused", test_locked);
  g_test_add_func (PATH "numbers-never-run-out", test_many);
  g_test_add_func (PATH "nobody-else-to-ask-commits", test_alone);

  return g_test_run ();
}
