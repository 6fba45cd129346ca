/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Single transactions whose course is known. The network takes 10 ms, one way. */

#include "fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/two-phase-commit/"

static QuoReplay *
replay_at (QuoSim  *sim,
           QuoTime  time)
{
  QuoReplay *replay = quo_replay_new (quo_sim_trace (sim));

  quo_replay_seek_time (replay, time);

  return replay;
}

/* PROTOCOLS, section 3, and Mohan et al. 1986, tables: a row for each variant,
 * counted for n participants as a + b * n. */
typedef struct
{
  const char *variant;
  gboolean    is_commit;
  guint       messages; /* times n */
  guint       coordinator_forced;
  guint       participant_forced;
  guint       coordinator_lazy;
  guint       participant_lazy;
} Row;

static const Row rows[] = {
  { "basic", TRUE, 4, 1, 2, 1, 0 },
  { "presumed-abort", TRUE, 4, 1, 2, 1, 0 },
  { "presumed-commit", TRUE, 3, 2, 1, 0, 1 },
  { "basic", FALSE, 4, 1, 2, 1, 0 },
  { "presumed-abort", FALSE, 3, 0, 1, 0, 1 },
  { "presumed-commit", FALSE, 4, 2, 2, 1, 0 },
};

static void
test_costs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint n = 1; n <= 10; n++)
      {
        const Row *row = &rows[i];
        g_autoptr (QuoSimConfig) config = fixture_new (n + 1);
        g_autoptr (QuoSim) sim = NULL;
        g_autoptr (QuoReplay) replay = NULL;

        /* Aborted by the coordinator, with every participant prepared: the case
         * that the table counts. */
        fixture_set (config, "variant", row->variant);
        if (!row->is_commit)
          fixture_set_node (config, "no-voter", 0);
        fixture_begin (config, 0, "x", "1");
        sim = fixture_run (config, QUO_SECOND);
        replay = replay_at (sim, QUO_SECOND);

        g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==, row->messages * n);
        g_assert_cmpuint (fixture_n_writes (sim, TRUE, 0), ==,
                          row->coordinator_forced);
        g_assert_cmpuint (fixture_n_writes (sim, FALSE, 0), ==,
                          row->coordinator_lazy);
        for (guint node = 1; node <= n; node++)
          {
            g_assert_cmpuint (fixture_n_writes (sim, TRUE, (int) node), ==,
                              row->participant_forced);
            g_assert_cmpuint (fixture_n_writes (sim, FALSE, (int) node), ==,
                              row->participant_lazy);
            g_assert_cmpstr (fixture_role (replay, node), ==,
                             row->is_commit ? "committed" : "aborted");
            g_assert_cmpstr (fixture_stored (sim, replay, node, "x"), ==,
                             row->is_commit ? "1" : NULL);
          }
        g_assert_cmpfloat (fixture_sum (sim, "messages"), ==, row->messages * n);
        g_assert_cmpfloat (fixture_sum (sim, "forced-writes"), ==,
                           row->coordinator_forced
                           + row->participant_forced * n);
        g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
      }
}

static void
test_commit (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  const QuoSamples *window;

  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, QUO_SECOND);
  replay = replay_at (sim, 105 * MS);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "wait");
  g_assert_cmpstr (fixture_role (replay, 1), ==, "working");
  quo_replay_seek_time (replay, 115 * MS);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "wait");
  g_assert_cmpstr (fixture_role (replay, 1), ==, "prepared");
  g_assert_cmpint (fixture_scalar (replay, 3, "in-doubt"), ==, 1);
  g_assert_cmpuint (quo_table_n_rows (fixture_table (replay, 3, "locks")), ==, 1);
  quo_replay_seek_time (replay, 125 * MS);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "committed");
  g_assert_cmpstr (fixture_role (replay, 1), ==, "prepared");
  quo_replay_seek_time (replay, 135 * MS);
  g_assert_cmpstr (fixture_role (replay, 1), ==, "committed");
  g_assert_cmpint (fixture_scalar (replay, 3, "in-doubt"), ==, 0);
  g_assert_cmpuint (quo_table_n_rows (fixture_table (replay, 3, "locks")), ==, 0);
  g_assert_cmpuint (quo_table_n_rows (fixture_table (replay, 3, "log")), ==, 2);

  window = fixture_measure (sim, "blocking-window");
  g_assert_cmpuint (quo_samples_get_n (window), ==, 3);
  g_assert_cmpfloat (quo_samples_get_min (window), ==, 20 * MS);
  g_assert_cmpfloat (quo_samples_get_max (window), ==, 20 * MS);
  g_assert_cmpfloat (fixture_sum (sim, "commit-latency"), ==, 20 * MS);
  g_assert_cmpfloat (fixture_sum (sim, "in-doubt-at-end"), ==, 0);
}

static void
test_forced_writes_take_time (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (2);
  g_autoptr (QuoSim) sim = NULL;

  /* PREPARE 10, PREPARED 4, YES 10, COMMIT 4. */
  config->disk.sync = quo_distribution_new_constant (4 * MS);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, QUO_SECOND);
  g_assert_cmpfloat (fixture_sum (sim, "commit-latency"), ==, 28 * MS);
  g_assert_cmpfloat (fixture_sum (sim, "blocking-window"), ==, 24 * MS);
}

static void
test_one_no (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  fixture_command (config, 0, 2, "refuse");
  fixture_begin (config, 100 * MS, "x", "1");
  fixture_begin (config, 500 * MS, "y", "2");
  sim = fixture_run (config, QUO_SECOND);
  replay = replay_at (sim, 400 * MS);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpstr (fixture_role (replay, i), ==, "aborted");

  /* Only the next one was refused. */
  quo_replay_seek_time (replay, QUO_SECOND);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpstr (fixture_role (replay, i), ==, "committed");
  g_assert_cmpstr (fixture_stored (sim, replay, 3, "x"), ==, NULL);
  g_assert_cmpstr (fixture_stored (sim, replay, 3, "y"), ==, "2");

  /* Whoever said NO is told nothing. */
  g_assert_cmpuint (fixture_n_sent (sim, "NO", -1), ==, 1);
  g_assert_cmpuint (fixture_n_sent (sim, "ABORT", -1), ==, 2);
  g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==, (4 * 3 - 2) + 4 * 3);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

static void
test_missing_vote (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  fixture_set (config, "vote-timeout", "200ms");
  fixture_drop (config, "YES", 1, 0, 1);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, QUO_SECOND);
  replay = replay_at (sim, 299 * MS);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "wait");
  quo_replay_seek_time (replay, 301 * MS);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "aborted");
  quo_replay_seek_time (replay, 311 * MS);
  g_assert_cmpstr (fixture_role (replay, 1), ==, "aborted");
  g_assert_cmpstr (fixture_role (replay, 2), ==, "aborted");
}

static void
test_resend (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;

  /* COMMIT is lost twice, then its ACK once: four times to node 2, once to 1. */
  fixture_set (config, "resend-interval", "100ms");
  fixture_set (config, "ask-interval", "10s");
  fixture_drop (config, "COMMIT", 0, 2, 1);
  fixture_drop (config, "COMMIT", 0, 2, 1);
  fixture_drop (config, "ACK", 2, 0, 1);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 2 * QUO_SECOND);
  g_assert_cmpuint (fixture_n_sent (sim, "COMMIT", -1), ==, 5);
  g_assert_cmpuint (fixture_n_sent (sim, "ACK", 2), ==, 2);
  g_assert_cmpuint (fixture_n_notes (sim, "end", 0), ==, 1);
  g_assert_cmpuint (fixture_n_writes (sim, TRUE, 2), ==, 2);
}

/* Down from after the votes were sent until before they arrive. */
static QuoSimConfig *
crashed_after_votes (QuoTime lasts)
{
  QuoSimConfig *config = fixture_new (4);
  QuoAction *crash = fixture_act (config, QUO_ACTION_CRASH, 115 * MS, 0);

  crash->lasts = lasts;
  fixture_set (config, "ask-interval", "300ms");
  fixture_begin (config, 100 * MS, "x", "1");

  return config;
}

static void
test_blocked (void)
{
  g_autoptr (QuoSimConfig) config = crashed_after_votes (0);
  g_autoptr (QuoSim) sim = fixture_run (config, 4 * QUO_SECOND);
  g_autoptr (QuoReplay) replay = replay_at (sim, 4 * QUO_SECOND);
  const QuoSamples *window = fixture_measure (sim, "blocking-window");

  g_assert_cmpint (quo_replay_life (replay, 0), ==, QUO_LIFE_DOWN);
  for (guint i = 1; i < 4; i++)
    {
      g_assert_cmpstr (fixture_role (replay, i), ==, "prepared");
      g_assert_cmpuint (quo_table_n_rows (fixture_table (replay, i, "locks")), ==,
                        1);
      g_assert_cmpuint (fixture_n_notes (sim, "in-doubt", (int) i), ==, 1);
      /* YES at 110 ms, then every 300 ms. */
      g_assert_cmpuint (fixture_n_sent (sim, "DECISION-REQUEST", (int) i), ==,
                        (4000 - 110) / 300);
    }
  g_assert_cmpfloat (fixture_sum (sim, "in-doubt-at-end"), ==, 3);
  g_assert_cmpuint (quo_samples_get_n (window), ==, 3);
  g_assert_cmpfloat (quo_samples_get_min (window), ==, 3890 * MS);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* All uncertain: to ask each other does not help. */
static void
test_blocked_together (void)
{
  g_autoptr (QuoSimConfig) config = crashed_after_votes (0);
  g_autoptr (QuoSim) sim = NULL;

  fixture_set (config, "cooperative-termination", "true");
  sim = fixture_run (config, 4 * QUO_SECOND);
  g_assert_cmpfloat (fixture_sum (sim, "in-doubt-at-end"), ==, 3);
  g_assert_cmpuint (fixture_n_sent (sim, "DECISION", -1), ==, 0);
}

static void
test_coordinator_restart (void)
{
  static const struct
  {
    const char *variant;
    guint       n_forced; /* at the coordinator, in both lives */
  } cases[] = {
    { "basic", 0 },
    { "presumed-abort", 0 },
    { "presumed-commit", 2 }, /* collecting, then abort */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuoSimConfig) config = crashed_after_votes (QUO_SECOND);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (QuoReplay) replay = NULL;

      /* No decision was made, so after the restart it is an abort. */
      fixture_set (config, "variant", cases[i].variant);
      fixture_begin (config, 2 * QUO_SECOND, "y", "2");
      sim = fixture_run (config, 3 * QUO_SECOND);
      replay = replay_at (sim, 1999 * MS);
      for (guint node = 1; node < 4; node++)
        g_assert_cmpstr (fixture_role (replay, node), ==, "aborted");
      g_assert_cmpfloat (fixture_sum (sim, "in-doubt-at-end"), ==, 0);
      g_assert_cmpfloat (fixture_sum (sim, "aborted"), ==, 1);
      g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 1);
      g_assert_cmpuint (fixture_n_writes (sim, TRUE, 0), ==,
                        cases[i].n_forced + (i == 2 ? 2 : 1));

      /* The second life takes numbers from a block of its own. */
      quo_replay_seek_time (replay, 3 * QUO_SECOND);
      g_assert_cmpint (fixture_scalar (replay, 1, "transaction"), ==, 101);
      g_assert_cmpstr (fixture_stored (sim, replay, 3, "x"), ==, NULL);
      g_assert_cmpstr (fixture_stored (sim, replay, 3, "y"), ==, "2");
    }
}

/* The votes arrive at 120 ms, COMMIT is on disk at 125 ms. */
static QuoSim *
run_with_crash_at (QuoTime     at,
                   const char *variant)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  QuoAction *crash = fixture_act (config, QUO_ACTION_CRASH, at, 0);

  crash->lasts = QUO_SECOND;
  config->disk.sync = quo_distribution_new_constant (0);
  config->disk.writes = g_new0 (QuoDistribution *, 16);
  for (guint i = 0; config->declaration->writes[i].id != NULL; i++)
    if (g_str_equal (config->declaration->writes[i].id, "commit"))
      config->disk.writes[i] = quo_distribution_new_constant (5 * MS);
  fixture_set (config, "variant", variant);
  for (int i = 1; i < 4; i++)
    fixture_drop (config, "COMMIT", 0, i, 1);
  fixture_begin (config, 100 * MS, "x", "1");

  return fixture_run (config, 3 * QUO_SECOND);
}

static void
test_commit_record_decides (void)
{
  static const char * const variants[] = {
    "basic", "presumed-abort", "presumed-commit",
  };

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      g_autoptr (QuoSim) before = run_with_crash_at (124 * MS, variants[i]);
      g_autoptr (QuoSim) after = run_with_crash_at (126 * MS, variants[i]);

      g_assert_cmpfloat (fixture_sum (before, "committed"), ==, 0);
      g_assert_cmpfloat (fixture_sum (before, "aborted"), ==, 1);
      g_assert_cmpfloat (fixture_sum (before, "in-doubt-at-end"), ==, 0);
      g_assert_cmpfloat (fixture_sum (after, "committed"), ==, 1);
      g_assert_cmpfloat (fixture_sum (after, "aborted"), ==, 0);
      g_assert_cmpfloat (fixture_sum (after, "in-doubt-at-end"), ==, 0);
      g_assert_cmpuint (quo_sim_n_violations (before), ==, 0);
      g_assert_cmpuint (quo_sim_n_violations (after), ==, 0);
    }
}

static void
test_participant_restart (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoAction *crash = fixture_act (config, QUO_ACTION_CRASH, 115 * MS, 1);

  /* Down while COMMIT comes; back at 315 ms, asks, and is told at 335 ms. */
  crash->lasts = 200 * MS;
  fixture_set (config, "resend-interval", "10s");
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, QUO_SECOND);

  replay = replay_at (sim, 320 * MS);
  g_assert_cmpstr (fixture_role (replay, 1), ==, "prepared");
  g_assert_cmpint (fixture_scalar (replay, 1, "in-doubt"), ==, 1);
  g_assert_cmpuint (quo_table_n_rows (fixture_table (replay, 1, "locks")), ==, 1);
  quo_replay_seek_time (replay, 336 * MS);
  g_assert_cmpstr (fixture_role (replay, 1), ==, "committed");
  g_assert_cmpstr (fixture_stored (sim, replay, 1, "x"), ==, "1");
  g_assert_cmpuint (fixture_n_sent (sim, "DECISION-REQUEST", 1), ==, 1);
  g_assert_cmpuint (fixture_n_sent (sim, "COMMIT", 0), ==, 2);
  g_assert_cmpuint (fixture_n_notes (sim, "end", 0), ==, 1);
}

static void
test_crash_before_prepared (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *crash = fixture_act (config, QUO_ACTION_CRASH, 112 * MS, 1);

  /* PREPARED is not on disk yet: no YES was sent and none is remembered. */
  crash->lasts = 100 * MS;
  config->disk.sync = quo_distribution_new_constant (5 * MS);
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 2 * QUO_SECOND);
  g_assert_cmpuint (fixture_n_sent (sim, "YES", 1), ==, 0);
  g_assert_cmpuint (fixture_n_notes (sim, "recover", 1), ==, 0);
  g_assert_cmpfloat (fixture_sum (sim, "aborted"), ==, 1);
  g_assert_cmpfloat (fixture_sum (sim, "in-doubt-at-end"), ==, 0);
}

/* COMMIT reaches node 1 alone before the coordinator goes for good. */
static QuoSim *
run_decided_elsewhere (gboolean is_cooperative)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);

  fixture_act (config, QUO_ACTION_CRASH, 125 * MS, 0);
  fixture_drop (config, "COMMIT", 0, 2, 1);
  fixture_drop (config, "COMMIT", 0, 3, 1);
  if (is_cooperative)
    fixture_set (config, "cooperative-termination", "true");
  fixture_begin (config, 100 * MS, "x", "1");

  return fixture_run (config, 3 * QUO_SECOND);
}

static void
test_cooperative (void)
{
  g_autoptr (QuoSim) alone = run_decided_elsewhere (FALSE);
  g_autoptr (QuoSim) together = run_decided_elsewhere (TRUE);
  g_autoptr (QuoReplay) replay = replay_at (together, 3 * QUO_SECOND);

  g_assert_cmpfloat (fixture_sum (alone, "in-doubt-at-end"), ==, 2);
  g_assert_cmpfloat (fixture_sum (together, "in-doubt-at-end"), ==, 0);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpstr (fixture_role (replay, i), ==, "committed");
}

static void
test_cooperative_abort (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (4);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  /* Node 3 has not voted: asked, it aborts, and all may. */
  fixture_act (config, QUO_ACTION_CRASH, 115 * MS, 0);
  fixture_drop (config, "PREPARE", 0, 3, 1);
  fixture_set (config, "cooperative-termination", "true");
  fixture_begin (config, 100 * MS, "x", "1");
  sim = fixture_run (config, 3 * QUO_SECOND);
  replay = replay_at (sim, 3 * QUO_SECOND);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpstr (fixture_role (replay, i), ==, "aborted");
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

static void
test_locked (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  /* The second comes while the first holds x: refused. The third has its own
   * key, the fourth comes after. */
  fixture_begin (config, 100 * MS, "x", "1");
  fixture_begin (config, 105 * MS, "x", "2");
  fixture_begin (config, 106 * MS, "y", "3");
  fixture_begin (config, 200 * MS, "x", "4");
  sim = fixture_run (config, QUO_SECOND);
  replay = replay_at (sim, 190 * MS);
  g_assert_cmpstr (fixture_stored (sim, replay, 2, "x"), ==, "1");
  quo_replay_seek_time (replay, QUO_SECOND);
  g_assert_cmpstr (fixture_stored (sim, replay, 2, "x"), ==, "4");
  g_assert_cmpstr (fixture_stored (sim, replay, 2, "y"), ==, "3");
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 3);
  g_assert_cmpfloat (fixture_sum (sim, "aborted"), ==, 1);
}

/* Mohan et al. 1986, section 3, and PROTOCOLS, section 3: no record and no second
 * phase for who only reads. Two messages of its row are left, and none of its
 * writes; the others' rows are as they were. */
static void
test_read_only (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint n = 2; n <= 10; n++)
      {
        const Row *row = &rows[i];
        g_autoptr (QuoSimConfig) config = fixture_new (n + 1);
        g_autoptr (QuoSim) sim = NULL;

        fixture_set (config, "variant", row->variant);
        if (!row->is_commit)
          fixture_set_node (config, "no-voter", 0);
        fixture_set_node (config, "read-only", 2);
        fixture_begin (config, 0, "x", "1");
        sim = fixture_run (config, QUO_SECOND);
        g_assert_cmpuint (fixture_n_sent (sim, "READ", 2), ==, 1);
        g_assert_cmpuint (fixture_n_sent (sim, NULL, 2), ==, 1);
        g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==,
                          row->messages * (n - 1) + 2);
        g_assert_cmpuint (fixture_n_writes (sim, TRUE, 2), ==, 0);
        g_assert_cmpuint (fixture_n_writes (sim, FALSE, 2), ==, 0);
        g_assert_cmpuint (fixture_n_writes (sim, TRUE, 0), ==,
                          row->coordinator_forced);
        g_assert_cmpfloat (fixture_sum (sim, "forced-writes"), ==,
                           row->coordinator_forced
                           + row->participant_forced * (n - 1));
        g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
      }
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

static void
test_client (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *read;

  /* The client sits beside node 1 and is sent on to the coordinator. */
  fixture_add_client (config, 1);
  fixture_write (config, 100 * MS, "x", "1");
  fixture_command (config, 500 * MS, 2, "refuse");
  fixture_write (config, 600 * MS, "x", "2");
  read = fixture_write (config, QUO_SECOND, "x", "");
  read->op = QUO_OP_READ;
  sim = fixture_run (config, 2 * QUO_SECOND);
  g_assert_cmpuint (n_returned (sim, QUO_STATUS_OK), ==, 2);
  g_assert_cmpuint (n_returned (sim, QUO_STATUS_FAILED), ==, 1);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 1);
  g_assert_cmpfloat (fixture_sum (sim, "aborted"), ==, 1);
}

/* The client hears nothing and asks again, of a coordinator that has forgotten all
 * but its log. */
static void
test_client_again (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *crash = fixture_act (config, QUO_ACTION_CRASH, 130 * MS, 0);
  QuoAction *drop;

  crash->lasts = 100 * MS;
  fixture_add_client (config, 0);
  fixture_write (config, 100 * MS, "x", "1");
  drop = quo_sim_config_add_action (config, QUO_ACTION_DROP, 0);
  drop->match = (QuoMessageMatch) { QUO_MESSAGE_REPLY, 0, -1, 1 };
  sim = fixture_run (config, 3 * QUO_SECOND);
  g_assert_cmpuint (n_returned (sim, QUO_STATUS_OK), ==, 1);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 1);
  g_assert_cmpfloat (fixture_sum (sim, "aborted"), ==, 0);
  g_assert_cmpuint (fixture_n_notes (sim, "begin", 0), ==, 1);
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
  g_assert_cmpuint (fixture_n_sent (sim, NULL, -1), ==, 350 * 8);
}

/* A block of 100 numbers is there at once and 256 more may wait for the next one;
 * what comes then is turned away, and a client comes back. */
static void
test_full (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;

  config->disk.sync = quo_distribution_new_constant (3 * MS);
  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      fixture_begin (config, 100 * MS, key, "1");
    }
  fixture_add_client (config, 0);
  fixture_write (config, 99 * MS + 500 * QUO_MICROSECOND, "x", "1");
  g_clear_pointer (&config->network.client_latency, quo_distribution_unref);
  config->network.client_latency = quo_distribution_new_constant (MS);
  sim = fixture_run (config, 3 * QUO_SECOND);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 100 + 256 + 1);
  g_assert_cmpuint (n_returned (sim, QUO_STATUS_OK), ==, 1);
}

static void
test_begin_elsewhere (void)
{
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;

  fixture_set_node (config, "coordinator", 2);
  fixture_begin (config, 100 * MS, "x", "1");
  fixture_command (config, 200 * MS, 2, "begin");
  sim = fixture_run (config, QUO_SECOND);
  g_assert_cmpuint (fixture_n_notes (sim, "ignored", 0), ==, 1);
  g_assert_cmpuint (fixture_n_sent (sim, "PREPARE", 2), ==, 2);
  g_assert_cmpfloat (fixture_sum (sim, "committed"), ==, 1);
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

static void
add_record (QuoSimConfig *config,
            guint         node,
            gint64        index,
            gint64        record)
{
  int field = quo_declaration_find_field (config->declaration, "log");
  QuoInitial initial = {
    .node = node,
    .field = (guint) field,
    .key = index,
    .columns = { record, 7, QUO_NO_NODE, 0 },
  };

  g_array_append_val (config->initial, initial);
}

/* A figure's state, set up: the coordinator has decided, node 1 has heard of it,
 * node 2 is in doubt. */
static void
test_initial (void)
{
  enum { PREPARED = 1, COMMIT = 2 };
  g_autoptr (QuoSimConfig) config = fixture_new (3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoInitial intent = { .node = 2, .key = 7 };

  add_record (config, 0, 1, COMMIT);
  add_record (config, 1, 1, PREPARED);
  add_record (config, 1, 2, COMMIT);
  add_record (config, 2, 1, PREPARED);
  intent.field = (guint) quo_declaration_find_field (config->declaration,
                                                     "intents");
  intent.columns[0] = quo_names_intern (config->names, "x");
  intent.columns[1] = quo_names_intern (config->names, "1");
  g_array_append_val (config->initial, intent);

  sim = fixture_run (config, QUO_SECOND);
  replay = replay_at (sim, 5 * MS);
  g_assert_cmpstr (fixture_role (replay, 0), ==, "committed");
  g_assert_cmpstr (fixture_role (replay, 1), ==, "committed");
  g_assert_cmpstr (fixture_role (replay, 2), ==, "prepared");
  quo_replay_seek_time (replay, 15 * MS);
  g_assert_cmpstr (fixture_role (replay, 2), ==, "committed");
  g_assert_cmpstr (fixture_stored (sim, replay, 2, "x"), ==, "1");
  g_assert_cmpuint (fixture_n_notes (sim, "end", 0), ==, 1);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_use ("two-phase-commit");

  g_test_add_func (PATH "costs-are-those-of-the-table", test_costs);
  g_test_add_func (PATH "all-yes-commits-everywhere", test_commit);
  g_test_add_func (PATH "forced-writes-are-waited-for",
                   test_forced_writes_take_time);
  g_test_add_func (PATH "one-no-aborts-everywhere", test_one_no);
  g_test_add_func (PATH "a-missing-vote-counts-as-no", test_missing_vote);
  g_test_add_func (PATH "a-decision-is-sent-until-acknowledged", test_resend);
  g_test_add_func (PATH "prepared-participants-wait-for-ever", test_blocked);
  g_test_add_func (PATH "all-in-doubt-cannot-help-each-other",
                   test_blocked_together);
  g_test_add_func (PATH "a-restarted-coordinator-aborts-the-undecided",
                   test_coordinator_restart);
  g_test_add_func (PATH "the-commit-record-decides", test_commit_record_decides);
  g_test_add_func (PATH "a-restarted-participant-locks-and-asks",
                   test_participant_restart);
  g_test_add_func (PATH "no-yes-before-prepared-is-on-disk",
                   test_crash_before_prepared);
  g_test_add_func (PATH "one-that-decided-tells-the-others", test_cooperative);
  g_test_add_func (PATH "one-that-has-not-voted-aborts-when-asked",
                   test_cooperative_abort);
  g_test_add_func (PATH "a-locked-key-is-refused", test_locked);
  g_test_add_func (PATH "a-reader-skips-the-second-phase", test_read_only);
  g_test_add_func (PATH "a-client-learns-the-outcome", test_client);
  g_test_add_func (PATH "asking-again-does-not-commit-twice", test_client_again);
  g_test_add_func (PATH "numbers-never-run-out", test_many);
  g_test_add_func (PATH "a-full-queue-takes-no-more", test_full);
  g_test_add_func (PATH "only-the-coordinator-begins", test_begin_elsewhere);
  g_test_add_func (PATH "nobody-else-to-ask-commits", test_alone);
  g_test_add_func (PATH "a-log-from-before-the-run-is-taken-up", test_initial);

  return g_test_run ();
}
