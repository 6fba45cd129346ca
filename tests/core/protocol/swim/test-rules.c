/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rules of Das et al. 2002, one by one. Periods of 1 s, in step with full seconds;
 * messages take 10 ms, one way, where nothing else is said. */

#include "fixture.h"

#include <string.h>

#define PATH "/core/protocol/swim/"

/* Section 4.2, in the paper's words: which of two messages about a member of one life
 * overrides the other. */
static void
test_precedence (void)
{
  static const QuoSwimStatus statuses[] = {
    STATUS_ALIVE, STATUS_SUSPECT, STATUS_CONFIRM
  };

  for (guint new = 0; new < 3; new++)
    for (guint old = 0; old < 3; old++)
      for (guint64 i = 0; i < 4; i++)
        for (guint64 j = 0; j < 4; j++)
          {
            gboolean expected = FALSE;

            if (new == 0)
              expected = old != 2 && i > j;
            else if (new == 1)
              expected = (old == 1 && i > j) || (old == 0 && i >= j);
            else
              expected = old != 2;
            g_assert_cmpint (quo_swim_overrides (
                               quo_swim_record (3, statuses[new], i),
                               quo_swim_record (3, statuses[old], j)),
                             ==, expected);
            g_assert_true (quo_swim_overrides (
                             quo_swim_record (4, statuses[new], i),
                             quo_swim_record (3, statuses[old], j)));
            g_assert_false (quo_swim_overrides (
                              quo_swim_record (3, statuses[new], i),
                              quo_swim_record (4, statuses[old], j)));
          }
}

static void
test_record (void)
{
  static const QuoSwimStatus statuses[] = {
    STATUS_ALIVE, STATUS_SUSPECT, STATUS_CONFIRM, STATUS_LEFT
  };
  gint64 row[ROW_COLUMNS];

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      QuoSwimRecord record = quo_swim_record (70000, statuses[i], 123456789012);

      g_assert_cmpuint (quo_swim_life (record), ==, 70000);
      g_assert_cmpuint (quo_swim_status (record), ==, statuses[i]);
      g_assert_cmpuint (quo_swim_incarnation (record), ==, 123456789012);
      quo_swim_fill_row (row, 7, record);
      g_assert_cmpuint (quo_swim_read_row (row, 8), ==, record);
      g_assert_cmpuint (quo_swim_read_row (row, 7), ==, 0);
    }
}

/* Section 3.1: a ping and its ack, a member and period, whatever the group's size. */
static void
test_costs (void)
{
  for (guint n = 2; n <= 40; n += 19)
    {
      g_autoptr (QuoSimConfig) config = group_new (n);
      g_autoptr (QuoSim) sim = store_run (config, 20 * S + 500 * MS);

      g_assert_cmpuint (store_n_sent (sim, "ping"), ==, 20 * n);
      g_assert_cmpuint (store_n_sent (sim, "ack"), ==, 20 * n);
      g_assert_cmpfloat (quo_sim_figure (sim, QUO_FIGURE_SENT), ==, 40 * n);
      g_assert_cmpfloat (store_measure (sim, "messages"), ==, 2);
      assert_sound (sim);
    }
}

/* Ticks come in step by each member's own clock, once each, be it fast or slow. */
static void
test_drift (void)
{
  g_autoptr (QuoSimConfig) config = group_new (3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GArray) pings = NULL;
  guint n[3] = { 0 };

  config->nodes = g_new0 (QuoNodeConfig, 3);
  config->nodes[1].clock_drift = .031;
  config->nodes[2].clock_drift = -.031;
  sim = store_run (config, 100 * S + S / 2);
  pings = sent (sim, "ping");
  for (guint i = 0; i < pings->len; i++)
    n[nth (pings, i)->from]++;

  g_assert_cmpuint (n[0], ==, 100);
  g_assert_cmpuint (n[1], ==, 103);
  g_assert_cmpuint (n[2], ==, 97);
  g_assert_cmpuint (store_n_notes (sim, "suspects"), ==, 0);
  assert_sound (sim);
}

/* Section 4.3: each round has everybody once, and rounds differ in their order. */
static void
test_rounds (void)
{
  enum { N = 9, N_ROUNDS = 20 };
  g_autoptr (QuoSimConfig) config = group_new (N);
  g_autoptr (QuoSim) sim = store_run (config, (N - 1) * N_ROUNDS * S + S / 2);
  g_autoptr (GArray) pings = sent (sim, "ping");
  guint n_alike = 0;

  for (guint node = 0; node < N; node++)
    {
      guint before[N - 1] = { 0 };
      guint now[N - 1];
      guint round = 0;
      guint n = 0;
      guint seen = 0;

      for (guint i = 0; i < pings->len; i++)
        {
          if (nth (pings, i)->from != node)
            continue;
          now[n++] = nth (pings, i)->to;
          seen |= 1u << nth (pings, i)->to;
          if (n < N - 1)
            continue;
          g_assert_cmpuint (seen, ==, ((1u << N) - 1) & ~(1u << node));
          n_alike += memcmp (now, before, sizeof now) == 0;
          memcpy (before, now, sizeof now);
          round++;
          n = seen = 0;
        }
      g_assert_cmpuint (round, ==, N_ROUNDS);
    }
  g_assert_cmpuint (n_alike, <=, 1);
}

/* Section 3.1: when the ack does not come in time, k others are asked, none twice and
 * not the target; nobody answers, and at the period's end it is suspected. */
static void
test_ping_req (void)
{
  g_autoptr (QuoSimConfig) config = group_new (8);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GArray) asked = NULL;
  guint seen = 0;

  store_set (config, "ping-req-members", "4");
  store_act (config, QUO_ACTION_CRASH, 500 * MS, 3);
  sim = store_run (config, 9 * S);
  asked = sent (sim, "ping-req");

  g_assert_cmpuint (asked->len, >=, 4);
  g_assert_cmpint (nth (asked, 0)->time % S, ==, 300 * MS);
  for (guint i = 0; i < 4; i++)
    {
      const Sent *one = nth (asked, i);

      g_assert_cmpuint (one->from, ==, nth (asked, 0)->from);
      g_assert_cmpint (one->fields[1], ==, 3);
      g_assert_cmpuint (one->to, !=, 3);
      g_assert_cmpuint (one->to, !=, one->from);
      g_assert_cmpuint (seen >> one->to & 1, ==, 0);
      seen |= 1u << one->to;
    }
  g_assert_cmpint (noted_at (sim, "suspects", (int) nth (asked, 0)->from), ==,
                   nth (asked, 0)->time + 700 * MS);
  assert_sound (sim);
}

/* A way that is cut in one direction only: the others' pings get through, and nobody
 * is suspected. With k = 0 nobody is asked. */
static void
test_one_way (gconstpointer data)
{
  gboolean is_asked = GPOINTER_TO_INT (data);
  g_autoptr (QuoSimConfig) config = group_new (5);
  g_autoptr (QuoSim) sim = NULL;

  if (!is_asked)
    store_set (config, "ping-req-members", "0");
  group_cut (config, 500 * MS, 0, 1);
  sim = store_run (config, 9 * S);

  g_assert_cmpint (noted_at (sim, "saved", 0) != QUO_TIME_NEVER, ==, is_asked);
  g_assert_cmpint (store_measure (sim, "false-suspicions") == 0, ==, is_asked);
  g_assert_cmpfloat (store_measure (sim, "false-confirms"), ==, 0);
  assert_sound (sim);
}

/* Section 4.2: suspected, after a time given up; section 4.1: all hear of it. */
static void
test_crash (gconstpointer data)
{
  const char *has_suspicion = data;
  gboolean is_suspected = g_str_equal (has_suspicion, "true");
  g_autoptr (QuoSimConfig) config = group_new (6);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoTime suspected;
  QuoTime confirmed;

  store_set (config, "suspicion", has_suspicion);
  store_set (config, "suspicion-periods", "4");
  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 4);
  sim = store_run (config, 30 * S);
  replay = store_replay (sim, 30 * S);
  suspected = noted_at (sim, "suspects", -1);
  confirmed = noted_at (sim, "confirms", -1);

  g_assert_cmpint (suspected != QUO_TIME_NEVER, ==, is_suspected);
  if (is_suspected)
    g_assert_cmpint (confirmed, ==, suspected + 4 * S);
  g_assert_cmpint (confirmed % S, ==, 0);
  g_assert_cmpfloat (store_measure (sim, "first-confirm"), ==,
                     (double) (confirmed - 2500 * MS) / S);
  for (guint i = 0; i < 6; i++)
    if (i != 4)
      {
        g_assert_cmpuint (group_held (sim, replay, i, 4), ==, HELD_CONFIRM);
        g_assert_cmpint (store_scalar (sim, replay, i, "knows"), ==, 1);
      }
  g_assert_true (group_agrees (sim, 30 * S));
  assert_sound (sim);
}

/* Section 4.2: who stands still for a while is suspected, hears of it and objects. */
static void
test_refutation (gconstpointer data)
{
  gboolean is_refuted = data == NULL;
  g_autoptr (QuoSimConfig) config = group_new (5);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  if (!is_refuted)
    store_set_fault (config, data);
  store_act (config, QUO_ACTION_PAUSE, 2500 * MS, 2)->lasts = 3 * S;
  sim = store_run (config, 40 * S);
  replay = store_replay (sim, 40 * S);

  g_assert_cmpfloat (store_measure (sim, "false-suspicions"), >=, 1);
  g_assert_cmpint (store_measure (sim, "false-confirms") == 0, ==, is_refuted);
  for (guint i = 0; i < 5; i++)
    if (i != 2)
      {
        g_assert_cmpuint (group_held (sim, replay, i, 2), ==,
                          is_refuted ? HELD_ALIVE : HELD_CONFIRM);
        if (is_refuted)
          g_assert_cmpint (group_column (sim, replay, i, 2, 1), ==,
                           store_scalar (sim, replay, 2, "incarnation"));
      }
  g_assert_cmpint (store_is_violated (sim, "refutation"), ==, !is_refuted);
}

/* How often each member has sent one record with its messages. */
static guint
most_often (GArray        *all,
            guint          n,
            const gint64  *wanted)
{
  guint counts[64] = { 0 };
  guint most = 0;

  for (guint i = 0; i < all->len; i++)
    for (guint j = 0; j < nth (all, i)->n_rows; j++)
      if (memcmp (nth (all, i)->rows[j], wanted, ROW_COLUMNS * sizeof (gint64)) == 0)
        counts[nth (all, i)->from]++;
  for (guint i = 0; i < n; i++)
    most = MAX (most, counts[i]);

  return most;
}

/* Section 4.1: lambda log n times and not more. ln 13 = 2.56, ln 12 = 2.48: a newcomer
 * is passed on by members of a group of 12, some of whom count 11 yet. */
static void
test_limit (void)
{
  static const struct { const char *lambda; guint limit; } cases[] = {
    { "1", 3 }, { "2", 6 }, { "3", 8 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuoSimConfig) config = group_new (12);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (GArray) all = NULL;
      const gint64 news[] = { 11, STATUS_ALIVE, 0, 1 };

      store_set (config, "lambda", cases[i].lambda);
      store_set (config, "members", "11");
      store_command (config, 2500 * MS, 11, "join");
      sim = store_run (config, 60 * S);
      all = sent_of (sim, "ping", "ack");

      g_assert_cmpuint (most_often (all, 12, news), ==, cases[i].limit);
      assert_sound (sim);
    }
}

/* Section 4.1: what was passed on less often goes first. Three newcomers at once, and a
 * message has room for one of them: none gets ahead by more than one. */
static void
test_preference (void)
{
  g_autoptr (QuoSimConfig) config = group_new (12);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GArray) all = NULL;
  guint counts[12] = { 0 };

  store_set (config, "piggyback", "1");
  store_set (config, "members", "9");
  for (guint i = 9; i < 12; i++)
    store_command (config, 2500 * MS, i, "join");
  sim = store_run (config, 60 * S);
  all = sent_of (sim, "ping", "ack");
  for (guint i = 0; i < all->len; i++)
    {
      const Sent *one = nth (all, i);

      g_assert_cmpuint (one->n_rows, <=, 1);
      /* The seed hears of all three at the same moment. */
      if (one->from != 0 || one->n_rows == 0)
        continue;
      g_assert_cmpint (one->rows[0][0], >=, 9);
      counts[one->rows[0][0]]++;
      for (guint j = 9; j < 12; j++)
        g_assert_cmpuint (MAX (counts[j], counts[9 + (j + 1) % 3])
                          - MIN (counts[j], counts[9 + (j + 1) % 3]), <=, 1);
    }
  for (guint j = 9; j < 12; j++)
    g_assert_cmpuint (counts[j], ==, 8);
  g_assert_true (group_agrees (sim, 60 * S));
  assert_sound (sim);
}

/* Section 3.2: the basic protocol tells everybody at once. */
static void
test_multicast (void)
{
  g_autoptr (QuoSimConfig) config = group_new (7);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GArray) pings = NULL;

  store_set (config, "suspicion", "false");
  store_set (config, "dissemination", "multicast");
  store_act (config, QUO_ACTION_CRASH, 2500 * MS, 3);
  sim = store_run (config, 20 * S);
  pings = sent (sim, "ping");

  /* To the five others, and to the one that is given up, should it live; and as many
   * times as there are members who noticed at the same moment. */
  g_assert_cmpuint (store_n_sent (sim, "update"), ==,
                    6 * store_n_notes (sim, "confirms"));
  /* Nothing goes with a ping, but that the one it goes to is given up. */
  for (guint i = 0; i < pings->len; i++)
    for (guint j = 0; j < nth (pings, i)->n_rows; j++)
      g_assert_cmpint (nth (pings, i)->rows[j][0], ==, nth (pings, i)->to);
  g_assert_cmpfloat (store_measure (sim, "dissemination"), <=, .01);
  g_assert_true (group_agrees (sim, 20 * S));
  assert_sound (sim);
}

/* Lifeguard, section IV: a suspected member hears of it with the next ping; and a
 * member that finds nobody doubts itself and takes its time. */
static void
test_buddy (void)
{
  QuoTime at[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = group_new (30);
      g_autoptr (QuoSim) sim = NULL;

      store_set (config, "buddy", i == 0 ? "false" : "true");
      store_set (config, "piggyback", "0");
      store_set (config, "suspicion-periods", "100");
      store_act (config, QUO_ACTION_PAUSE, 2500 * MS, 2)->lasts = 4 * S;
      sim = store_run (config, 90 * S);
      at[i] = noted_at (sim, "refutes", 2);
    }

  g_assert_cmpint (at[0], ==, QUO_TIME_NEVER);
  g_assert_cmpint (at[1], <, 90 * S);
}

static void
test_local_health (void)
{
  guint n[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = group_new (6);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (GArray) pings = NULL;

      store_set (config, "phase", "random");
      store_set (config, "local-health", i == 0 ? "0" : "3");
      for (guint j = 1; j < 6; j++)
        group_cut (config, 500 * MS, 0, j);
      sim = store_run (config, 60 * S);
      pings = sent (sim, "ping");
      n[i] = 0;
      for (guint j = 0; j < pings->len; j++)
        n[i] += nth (pings, j)->from == 0;
      assert_sound (sim);
    }

  g_assert_cmpuint (2 * n[1], <, n[0] + 20);
}

/* Old acks are no answers: one that comes after the period is over, or that an earlier
 * process had asked for. */
static void
test_late_ack (void)
{
  g_autoptr (QuoSimConfig) config = group_new (2);
  g_autoptr (QuoSim) sim = NULL;

  group_delay (config, 1500 * MS, "ack", 1, 0, 1500 * MS);
  sim = store_run (config, 4500 * MS);

  g_assert_cmpint (noted_at (sim, "suspects", 0), ==, 3 * S);
  assert_sound (sim);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "records-override-as-in-section-4-2", test_precedence);
  g_test_add_func (PATH "a-record-survives-its-row", test_record);
  g_test_add_func (PATH "two-messages-a-member-and-period", test_costs);
  g_test_add_func (PATH "a-period-is-as-long-as-the-own-clock-says", test_drift);
  g_test_add_func (PATH "each-round-has-everybody-once", test_rounds);
  g_test_add_func (PATH "k-others-are-asked", test_ping_req);
  g_test_add_data_func (PATH "a-one-way-cut-is-pinged-around", GINT_TO_POINTER (TRUE),
                        test_one_way);
  g_test_add_data_func (PATH "without-ping-req-a-cut-raises-suspicion",
                        GINT_TO_POINTER (FALSE), test_one_way);
  g_test_add_data_func (PATH "a-crash-is-suspected-then-confirmed", "true",
                        test_crash);
  g_test_add_data_func (PATH "without-suspicion-a-crash-is-confirmed", "false",
                        test_crash);
  g_test_add_data_func (PATH "a-slow-member-refutes", NULL, test_refutation);
  g_test_add_data_func (PATH "who-does-not-refute-is-given-up", "no-refutation",
                        test_refutation);
  g_test_add_func (PATH "news-are-sent-lambda-log-n-times", test_limit);
  g_test_add_func (PATH "what-was-sent-less-often-goes-first", test_preference);
  g_test_add_func (PATH "multicast-tells-all-at-once", test_multicast);
  g_test_add_func (PATH "a-buddy-tells-of-a-suspicion", test_buddy);
  g_test_add_func (PATH "who-doubts-itself-takes-its-time", test_local_health);
  g_test_add_func (PATH "a-late-ack-is-no-answer", test_late_ack);

  return g_test_run ();
}
