/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rules one by one, in runs whose course is known. The network takes 10 ms, one
 * way, where nothing else is said. */

#include "../store-fixture.h"

#include <string.h>

#define MS   QUO_MILLISECOND
#define PATH "/core/protocol/causal-broadcast/rules/"

static QuoSimConfig *
new_config (guint       n_nodes,
            const char *order,
            const char *recovery)
{
  QuoSimConfig *config = store_new ("causal-broadcast", n_nodes);

  store_set (config, "order", order);
  store_set (config, "recovery", recovery);

  return config;
}

static void
tell (QuoSimConfig *config,
      QuoTime       at,
      guint         node,
      const char   *value)
{
  store_command (config, at, node, "broadcast");
  g_array_index (config->actions, QuoAction, config->actions->len - 1).args[0]
    = quo_names_intern (config->names, value);
}

/* Of the nth message of a kind from one to another, from @at on. */
static QuoAction *
on_message (QuoSimConfig  *config,
            QuoActionKind  kind,
            QuoTime        at,
            guint          from,
            guint          to)
{
  QuoAction *action = quo_sim_config_add_action (config, kind, at);

  action->match.kind = quo_declaration_find_message (config->declaration, "CBCAST");
  action->match.from = (int) from;
  action->match.to = (int) to;
  action->match.nth = 1;

  return action;
}

static guint
n_rows (QuoSim     *sim,
        QuoReplay  *replay,
        guint       node,
        const char *field)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  const QuoTable *table = quo_replay_table (
    replay, node, (guint) quo_declaration_find_field (d, field));

  return table != NULL ? quo_table_n_rows (table) : 0;
}

static gint64
cell (QuoSim     *sim,
      QuoReplay  *replay,
      guint       node,
      const char *field,
      gint64      key)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  const QuoTable *table = quo_replay_table (
    replay, node, (guint) quo_declaration_find_field (d, field));
  const gint64 *columns = table != NULL ? quo_table_get (table, key) : NULL;

  return columns != NULL ? columns[0] : 0;
}

/* The values of a node's log, in order: "a b c". */
static char *
log_of (QuoSim    *sim,
        QuoReplay *replay,
        guint      node)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  const QuoTable *table = quo_replay_table (
    replay, node, (guint) quo_declaration_find_field (d, "log"));
  GString *text = g_string_new (NULL);

  for (guint i = 0; table != NULL && i < quo_table_n_rows (table); i++)
    {
      gint64 key;
      const gint64 *columns = quo_table_nth (table, i, &key);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                              quo_names_get (quo_trace_names (quo_sim_trace (sim)),
                                             (guint32) columns[2]));
    }

  return g_string_free (text, FALSE);
}

static void
assert_log (QuoSim     *sim,
            QuoTime     at,
            guint       node,
            const char *expected)
{
  g_autoptr (QuoReplay) replay = store_replay (sim, at);
  g_autofree char *log = log_of (sim, replay, node);

  g_assert_cmpstr (log, ==, expected);
}

static void
assert_answer (QuoSim     *sim,
               guint       client,
               guint       nth,
               const char *expected)
{
  g_autofree char *answer = store_answer (sim, client, nth);

  g_assert_cmpstr (answer, ==, expected);
}

static void
assert_sound (QuoSim *sim)
{
  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    g_test_message ("%s", quo_sim_violation (sim, i)->text);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* Step 1: a stamp counts the sender's own message and what it has delivered. A message
 * says so in as many entries. */
static void
test_stamp (void)
{
  g_autoptr (QuoSimConfig) config = new_config (4, "causal", "off");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  static const gint64 expected[4][4] = {
    { 1, 0, 0, 0 }, { 1, 1, 0, 0 }, { 1, 2, 0, 0 }, { 1, 2, 0, 1 },
  };
  static const guint senders[] = { 0, 1, 1, 3 };
  guint nth = 0;

  for (guint i = 0; i < 4; i++)
    tell (config, (100 + 50 * i) * MS, senders[i], "m");
  sim = store_run (config, QUO_SECOND);
  for (guint32 i = 0; i < quo_trace_length (quo_sim_trace (sim)); i++)
    {
      gint64 stamp[4] = { 0 };
      QuoEvent event;

      if (quo_trace_kind (quo_sim_trace (sim), i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (quo_sim_trace (sim), i, &event);
      for (guint row = 0; row < event.n_rows; row++)
        stamp[event.rows[2 * row]] = event.rows[2 * row + 1];
      g_assert_cmpmem (stamp, sizeof stamp, expected[nth / 3], sizeof stamp);
      nth++;
    }
  g_assert_cmpuint (nth, ==, 12);
  g_assert_cmpfloat (store_measure (sim, "stamp-entries"), ==, 1 + 2 + 2 + 3);
  replay = store_replay (sim, QUO_SECOND);
  for (guint node = 0; node < 4; node++)
    for (guint k = 0; k < 4; k++)
      g_assert_cmpint (cell (sim, replay, node, "clock", k), ==, expected[3][k]);
}

/* What each of four messages depends on: by hand, as bits. */
typedef struct
{
  const char *name;
  guint       needs[4];
  QuoTime     at[4];   /* of its broadcast, ms */
} Shape;

static const Shape shapes[] = {
  { "chain", { 0, 1, 3, 7 }, { 100, 150, 200, 250 } },
  { "fork", { 0, 1, 1, 7 }, { 100, 150, 155, 250 } },
  { "all-concurrent", { 0, 0, 0, 0 }, { 100, 101, 102, 103 } },
  { "two-pairs", { 0, 0, 3, 3 }, { 100, 101, 200, 201 } },
};

/* Steps 2 and 3 at the fifth of five processes, to whom the four messages come in
 * every order that there is: they wait for what they need and for nothing else. */
static void
test_arrivals (gconstpointer data)
{
  const Shape *shape = data;
  static const char * const values[] = { "a", "b", "c", "d" };

  for (guint code = 0; code < 24; code++)
    {
      g_autoptr (QuoSimConfig) config = new_config (5, "causal", "off");
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (GString) expected = g_string_new (NULL);
      guint left[4] = { 0, 1, 2, 3 };
      guint order[4];
      guint arrived = 0;
      guint delivered = 0;

      for (guint i = 0, rest = code; i < 4; i++)
        {
          guint pick = rest % (4 - i);

          rest /= 4 - i;
          order[i] = left[pick];
          memmove (&left[pick], &left[pick + 1], (3 - pick) * sizeof left[0]);
        }
      for (guint i = 0; i < 4; i++)
        {
          guint m = order[i];

          on_message (config, QUO_ACTION_DELAY, (shape->at[m] - 1) * MS, m, 4)->duration
            = (500 + 50 * (QuoTime) i - shape->at[m]) * MS;
          tell (config, shape->at[m] * MS, m, values[m]);
        }
      for (guint i = 0; i < 4; i++)
        {
          gboolean has_more = TRUE;

          arrived |= 1u << order[i];
          for (; has_more;)
            {
              has_more = FALSE;
              for (guint j = 0; j <= i && !has_more; j++)
                if ((delivered >> order[j] & 1) == 0
                    && (shape->needs[order[j]] & ~delivered) == 0)
                  {
                    delivered |= 1u << order[j];
                    g_string_append_printf (expected, "%s%s",
                                            expected->len > 0 ? " " : "",
                                            values[order[j]]);
                    has_more = TRUE;
                  }
            }
          g_assert_cmpuint (delivered & ~arrived, ==, 0);
        }

      sim = store_run (config, QUO_SECOND);
      assert_log (sim, QUO_SECOND, 4, expected->str);
      assert_sound (sim);
    }
}

/* Under weaker orders the same arrivals are delivered as they come. */
static void
test_weaker (gconstpointer data)
{
  g_autoptr (QuoSimConfig) config = new_config (3, data, "off");
  g_autoptr (QuoSim) sim = NULL;
  gboolean is_fifo = g_str_equal (data, "fifo");

  on_message (config, QUO_ACTION_DELAY, 99 * MS, 0, 2)->duration = 300 * MS;
  tell (config, 100 * MS, 0, "question");
  tell (config, 150 * MS, 1, "answer");
  tell (config, 200 * MS, 0, "thanks");
  sim = store_run (config, QUO_SECOND);
  assert_log (sim, QUO_SECOND, 2,
              is_fifo ? "answer question thanks" : "answer thanks question");
  g_assert_cmpfloat (store_measure (sim, "inversions"), ==, is_fifo ? 1 : 2);
  assert_sound (sim);
}

/* A message waits from its arrival to that of what is missing, to the nanosecond. */
static void
test_hold_back (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "off");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  on_message (config, QUO_ACTION_DELAY, 99 * MS, 0, 2)->duration = 300 * MS;
  tell (config, 100 * MS, 0, "question");
  tell (config, 150 * MS, 1, "answer");
  sim = store_run (config, QUO_SECOND);
  replay = store_replay (sim, 300 * MS);
  g_assert_cmpuint (n_rows (sim, replay, 2, "held"), ==, 1);
  g_assert_cmpuint (n_rows (sim, replay, 2, "log"), ==, 0);
  g_assert_cmpfloat (store_measure (sim, "hold-back-delay"), ==,
                     (double) ((410 - 160) * MS));
  g_assert_cmpfloat (store_measure (sim, "delivery-latency"), ==,
                     (double) ((10 + 310 + 10 + 260) * MS));
  g_assert_cmpfloat (store_measure (sim, "buffered"), ==, 1);
  assert_log (sim, QUO_SECOND, 2, "question answer");
}

/* ABCAST: each message is told once, and its number once, to each of the others; the
 * sender waits for the number like everybody else. */
static void
test_total (void)
{
  g_autoptr (QuoSimConfig) config = new_config (4, "total", "off");
  g_autoptr (QuoSim) sim = NULL;

  on_message (config, QUO_ACTION_DELAY, 99 * MS, 1, 0)->duration = 50 * MS;
  tell (config, 100 * MS, 1, "late");
  tell (config, 101 * MS, 2, "early");
  sim = store_run (config, QUO_SECOND);
  for (guint i = 0; i < 4; i++)
    assert_log (sim, QUO_SECOND, i, "early late");
  assert_log (sim, 120 * MS, 2, "");
  assert_log (sim, 121 * MS, 2, "early");
  assert_log (sim, 169 * MS, 1, "early");
  assert_log (sim, 170 * MS, 1, "early late");
  g_assert_cmpuint (store_n_sent (sim, "CBCAST"), ==, 6);
  g_assert_cmpuint (store_n_sent (sim, "SETS-ORDER"), ==, 6);
  assert_sound (sim);
}

/* Without its sequencer a total order stands still, and goes on with it. */
static void
test_sequencer_down (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "total", "status");
  g_autoptr (QuoSim) sim = NULL;

  store_set (config, "sequencer", "");
  store_act (config, QUO_ACTION_CRASH, 50 * MS, 0);
  tell (config, 100 * MS, 1, "a");
  tell (config, 110 * MS, 2, "b");
  store_act (config, QUO_ACTION_RESTART, 900 * MS, 0);
  sim = store_run (config, 3 * QUO_SECOND);
  assert_log (sim, 900 * MS, 1, "");
  assert_log (sim, 900 * MS, 2, "");
  assert_log (sim, 3 * QUO_SECOND, 1, "a b");
  for (guint i = 0; i < 3; i++)
    assert_log (sim, 3 * QUO_SECOND, i, "a b");
  g_assert_cmpfloat (store_measure (sim, "undelivered"), ==, 0);
  assert_sound (sim);
}

static void
test_duplicates (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "off");
  g_autoptr (QuoSim) sim = NULL;

  config->network.base.duplicate = 1;
  tell (config, 100 * MS, 0, "a");
  tell (config, 200 * MS, 1, "b");
  sim = store_run (config, QUO_SECOND);
  for (guint i = 0; i < 3; i++)
    assert_log (sim, QUO_SECOND, i, "a b");
  g_assert_cmpuint (store_n_notes (sim, "discard"), ==, 4);
  assert_sound (sim);
}

/* What is held back already takes no second place. */
static void
test_held_twice (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "off");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  on_message (config, QUO_ACTION_DELAY, 99 * MS, 0, 2)->duration = 300 * MS;
  on_message (config, QUO_ACTION_DUPLICATE, 149 * MS, 1, 2);
  tell (config, 100 * MS, 0, "question");
  tell (config, 150 * MS, 1, "answer");
  sim = store_run (config, QUO_SECOND);
  replay = store_replay (sim, 300 * MS);
  g_assert_cmpuint (n_rows (sim, replay, 2, "held"), ==, 1);
  g_assert_cmpfloat (quo_samples_get_max (quo_sim_measure (sim, 0)), ==, 1);
  g_assert_cmpuint (quo_samples_get_n (quo_sim_measure (sim, 0)), ==, 1);
  assert_log (sim, QUO_SECOND, 2, "question answer");
  assert_sound (sim);
}

/* A lost message comes once more, and once only, within three intervals. */
static void
test_lost (gconstpointer data)
{
  const char *recovery = data;
  gboolean is_off = g_str_equal (recovery, "off");
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", recovery);
  g_autoptr (QuoSim) sim = NULL;

  on_message (config, QUO_ACTION_DROP, 99 * MS, 0, 2);
  tell (config, 100 * MS, 0, "a");
  sim = store_run (config, 3 * QUO_SECOND);
  assert_log (sim, 100 * MS + 300 * MS + 30 * MS, 2, is_off ? "" : "a");
  assert_log (sim, 3 * QUO_SECOND, 2, is_off ? "" : "a");
  g_assert_cmpfloat (store_measure (sim, "retransmissions"), ==, is_off ? 0 : 1);
  g_assert_cmpfloat (store_measure (sim, "undelivered"), ==, is_off ? 1 : 0);
  assert_sound (sim);
}

/* Its origin is gone for good: whoever has the message hands it on. */
static void
test_relay (gconstpointer data)
{
  g_autoptr (QuoSimConfig) config = new_config (4, "causal", data);
  g_autoptr (QuoSim) sim = NULL;

  on_message (config, QUO_ACTION_DROP, 99 * MS, 0, 2);
  on_message (config, QUO_ACTION_DROP, 99 * MS, 0, 3);
  tell (config, 100 * MS, 0, "a");
  store_act (config, QUO_ACTION_CRASH, 105 * MS, 0);
  sim = store_run (config, 3 * QUO_SECOND);
  for (guint i = 1; i < 4; i++)
    assert_log (sim, 100 * MS + 10 * 100 * MS, i, "a");
  g_assert_cmpfloat (store_measure (sim, "undelivered"), ==, 0);
  assert_sound (sim);
}

/* When everybody has everything and knows it, nobody keeps anything or says a word. */
static void
test_stability (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "status");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoTrace *trace;

  for (guint i = 0; i < 9; i++)
    tell (config, (100 + 20 * i) * MS, i % 3, "m");
  sim = store_run (config, 5 * QUO_SECOND);
  replay = store_replay (sim, 270 * MS);
  g_assert_cmpint (store_scalar (sim, replay, 0, "unstable"), >, 0);
  quo_replay_seek_time (replay, 5 * QUO_SECOND);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (store_scalar (sim, replay, i, "unstable"), ==, 0);
      for (guint k = 0; k < 3; k++)
        g_assert_cmpint (cell (sim, replay, i, "stable", k), ==, 3);
    }
  trace = quo_sim_trace (sim);
  g_assert_cmpint (quo_trace_time (trace, quo_trace_length (trace) - 1), <, QUO_SECOND);
  g_assert_cmpfloat (store_measure (sim, "retransmissions"), ==, 0);
  assert_sound (sim);
}

/* The window: what one process lacks the others keep, and then they wait for it. */
static void
test_window (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "status");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "window", "4");
  store_act (config, QUO_ACTION_ISOLATE, 50 * MS, 2);
  for (guint i = 0; i < 10; i++)
    tell (config, (100 + 50 * i) * MS, 0, "m");
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, QUO_SECOND);
  tell (config, 2 * QUO_SECOND, 0, "last");
  sim = store_run (config, 4 * QUO_SECOND);
  g_assert_cmpuint (store_n_notes (sim, "blocked"), ==, 6);
  replay = store_replay (sim, QUO_SECOND);
  g_assert_cmpint (store_scalar (sim, replay, 0, "unstable"), ==, 4);
  g_assert_cmpint (store_scalar (sim, replay, 1, "unstable"), ==, 4);
  for (guint i = 0; i < 3; i++)
    assert_log (sim, 4 * QUO_SECOND, i, "m m m m last");
  assert_sound (sim);
}

/* The buffer: what finds no place comes again, and what is missing needs none. */
static void
test_buffer (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "status");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "buffer", "2");
  on_message (config, QUO_ACTION_DELAY, 99 * MS, 0, 2)->duration = 900 * MS;
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      tell (config, (100 + 5 * i) * MS, 0, value);
    }
  sim = store_run (config, 6 * QUO_SECOND);
  replay = store_replay (sim, 190 * MS);
  g_assert_cmpuint (n_rows (sim, replay, 2, "held"), ==, 2);
  g_assert_cmpfloat (store_measure (sim, "overflows"), >=, 5);
  g_assert_cmpfloat (quo_samples_get_max (quo_sim_measure (sim, 0)), ==, 2);
  assert_log (sim, 6 * QUO_SECOND, 2, "0 1 2 3 4 5 6 7");
  g_assert_cmpfloat (store_measure (sim, "undelivered"), ==, 0);
  assert_sound (sim);
}

/* Numbers that come before their messages: the next ones are kept, as many as may be
 * held back, and the rest comes again. */
static void
test_numbers (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "total", "status");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  store_set (config, "buffer", "3");
  on_message (config, QUO_ACTION_DELAY, 99 * MS, 1, 2)->duration = 900 * MS;
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      tell (config, (100 + 5 * i) * MS, 1, value);
    }
  sim = store_run (config, 6 * QUO_SECOND);
  replay = store_replay (sim, 190 * MS);
  g_assert_cmpuint (n_rows (sim, replay, 2, "numbers"), ==, 3);
  g_assert_cmpuint (n_rows (sim, replay, 2, "held"), ==, 3);
  for (guint i = 0; i < 3; i++)
    assert_log (sim, 6 * QUO_SECOND, i, "0 1 2 3 4 5 6 7");
  quo_replay_seek_time (replay, 6 * QUO_SECOND);
  g_assert_cmpuint (n_rows (sim, replay, 2, "numbers"), ==, 0);
  assert_sound (sim);
}

/* A client asks round and round while the sequencer is down: each process makes one
 * message of it and no more, and all of them are one write. */
static void
test_asked_again (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "total", "status");
  g_autoptr (QuoSim) sim = NULL;
  QuoClientConfig *client = store_add_client (config, 1);

  client->timeout = 50 * MS;
  client->n_tries_max = 30;
  store_act (config, QUO_ACTION_CRASH, 50 * MS, 0);
  store_op (config, 100 * MS, 0, QUO_OP_APPEND, "x", "v");
  store_act (config, QUO_ACTION_RESTART, 900 * MS, 0);
  store_op (config, 2 * QUO_SECOND, 0, QUO_OP_READ, "x", NULL);
  sim = store_run (config, 3 * QUO_SECOND);
  assert_answer (sim, 0, 1, "ok");
  assert_answer (sim, 0, 2, "ok v");
  g_assert_cmpuint (store_n_notes (sim, "broadcast"), ==, 3);
  for (guint i = 0; i < 3; i++)
    assert_log (sim, 3 * QUO_SECOND, i, "v v v");
  assert_sound (sim);
}

/* With its disk a process goes on where it was: what it had delivered it does not
 * deliver again, what it missed comes, and its next number is the next one. */
static void
test_restart (gconstpointer data)
{
  const char *order = data;
  g_autoptr (QuoSimConfig) config = new_config (12, order, "status");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  tell (config, 100 * MS, 10, "a");
  tell (config, 150 * MS, 1, "b");
  store_act (config, QUO_ACTION_CRASH, 180 * MS, 10);
  tell (config, 250 * MS, 0, "c");
  store_act (config, QUO_ACTION_RESTART, 600 * MS, 10);
  tell (config, 1500 * MS, 10, "d");
  sim = store_run (config, 4 * QUO_SECOND);
  assert_log (sim, 599 * MS, 10, "a b");
  replay = store_replay (sim, 601 * MS);
  g_assert_cmpint (cell (sim, replay, 10, "clock", 10), ==, 1);
  g_assert_cmpint (cell (sim, replay, 10, "clock", 1), ==, 1);
  for (guint i = 0; i < 12; i++)
    assert_log (sim, 4 * QUO_SECOND, i, "a b c d");
  quo_replay_seek_time (replay, 4 * QUO_SECOND);
  g_assert_cmpint (cell (sim, replay, 3, "clock", 10), ==, 2);
  assert_sound (sim);
}

/* What was stable when it last wrote to its disk it need not learn again. */
static void
test_restart_stable (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "status");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  tell (config, 100 * MS, 0, "a");
  tell (config, 800 * MS, 0, "b");
  store_act (config, QUO_ACTION_CRASH, 815 * MS, 1);
  store_act (config, QUO_ACTION_RESTART, 1500 * MS, 1);
  sim = store_run (config, 3 * QUO_SECOND);
  replay = store_replay (sim, 1501 * MS);
  g_assert_cmpint (cell (sim, replay, 1, "stable", 0), ==, 1);
  g_assert_cmpint (store_scalar (sim, replay, 1, "unstable"), ==, 1);
  quo_replay_seek_time (replay, 3 * QUO_SECOND);
  g_assert_cmpint (store_scalar (sim, replay, 1, "unstable"), ==, 0);
  assert_sound (sim);
}

/* A process comes back that had another's message from one who is gone: it has its
 * stamp from its disk and hands it on. */
static void
test_restart_relays (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "status");
  g_autoptr (QuoSim) sim = NULL;

  store_act (config, QUO_ACTION_CRASH, 60 * MS, 2);
  tell (config, 100 * MS, 1, "a");
  tell (config, 150 * MS, 0, "b");
  store_act (config, QUO_ACTION_CRASH, 200 * MS, 0);
  store_act (config, QUO_ACTION_CRASH, 205 * MS, 1);
  store_act (config, QUO_ACTION_RESTART, 500 * MS, 1);
  store_act (config, QUO_ACTION_RESTART, 510 * MS, 2);
  sim = store_run (config, 4 * QUO_SECOND);
  assert_log (sim, 4 * QUO_SECOND, 1, "a b");
  assert_log (sim, 4 * QUO_SECOND, 2, "a b");
  assert_sound (sim);
}

/* Before it is on disk nobody hears of a message, its own clock included. */
static void
test_disk (void)
{
  g_autoptr (QuoSimConfig) config = new_config (2, "causal", "off");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  config->disk.sync = quo_distribution_new_constant (20 * MS);
  tell (config, 100 * MS, 0, "a");
  tell (config, 200 * MS, 0, "b");
  store_act (config, QUO_ACTION_CRASH, 210 * MS, 0);
  store_act (config, QUO_ACTION_RESTART, 300 * MS, 0);
  tell (config, 400 * MS, 0, "c");
  sim = store_run (config, QUO_SECOND);
  replay = store_replay (sim, 119 * MS);
  g_assert_cmpint (store_scalar (sim, replay, 0, "delivered"), ==, 0);
  quo_replay_seek_time (replay, 120 * MS);
  g_assert_cmpint (store_scalar (sim, replay, 0, "delivered"), ==, 1);
  quo_replay_seek_time (replay, 149 * MS);
  g_assert_cmpint (store_scalar (sim, replay, 1, "delivered"), ==, 0);
  quo_replay_seek_time (replay, 150 * MS);
  g_assert_cmpint (store_scalar (sim, replay, 1, "delivered"), ==, 1);
  assert_log (sim, QUO_SECOND, 0, "a c");
  assert_log (sim, QUO_SECOND, 1, "a c");
  g_assert_cmpuint (store_n_sent (sim, "CBCAST"), ==, 2);
  assert_sound (sim);
}

/* Without its disk it stays out, and the others know no second message of a name. */
static void
test_lost_disk (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "status");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  tell (config, 100 * MS, 0, "a");
  store_act (config, QUO_ACTION_LOSE_DISK, 300 * MS, 0);
  store_act (config, QUO_ACTION_RESTART, 400 * MS, 0);
  tell (config, 500 * MS, 0, "b");
  tell (config, 600 * MS, 1, "c");
  sim = store_run (config, 2 * QUO_SECOND);
  replay = store_replay (sim, 2 * QUO_SECOND);
  g_assert_cmpint (store_scalar (sim, replay, 0, "role"), ==,
                   quo_declaration_find_role (config->declaration, "stopped"));
  assert_log (sim, 2 * QUO_SECOND, 0, "");
  assert_log (sim, 2 * QUO_SECOND, 2, "a c");
  g_assert_cmpfloat (store_measure (sim, "undelivered"), ==, 0);
  assert_sound (sim);
}

/* Clients: a write is a broadcast that is answered when it is delivered where it was
 * asked; a read gives what was delivered there. */
static void
test_clients (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, "causal", "off");
  g_autoptr (QuoSim) sim = NULL;

  for (guint i = 0; i < 3; i++)
    store_add_client (config, i);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  store_op (config, 101 * MS, 0, QUO_OP_READ, "x", NULL);
  store_op (config, 105 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 111 * MS, 1, QUO_OP_READ, "x", NULL);
  store_op (config, 150 * MS, 1, QUO_OP_APPEND, "x", "2");
  store_op (config, 200 * MS, 2, QUO_OP_READ, "x", NULL);
  store_op (config, 250 * MS, 2, QUO_OP_CAS, "x", "3");
  sim = store_run (config, QUO_SECOND);
  assert_answer (sim, 0, 1, "ok");
  assert_answer (sim, 0, 2, "ok 1");
  assert_answer (sim, 1, 1, "ok");
  assert_answer (sim, 1, 2, "ok 1");
  assert_answer (sim, 2, 1, "ok 1,2");
  assert_answer (sim, 2, 2, "failed");
  assert_sound (sim);
}

/* Concurrent writes: causal order does not say which is the last, a total order does. */
static void
test_concurrent_writes (gconstpointer data)
{
  g_autoptr (QuoSimConfig) config = new_config (3, data, "off");
  g_autoptr (QuoSim) sim = NULL;

  store_add_client (config, 0);
  store_add_client (config, 1);
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "1");
  store_op (config, 101 * MS, 1, QUO_OP_WRITE, "x", "2");
  sim = store_run (config, QUO_SECOND);
  g_assert_cmpfloat (store_measure (sim, "divergent-keys"), ==,
                     g_str_equal (data, "total") ? 0 : 1);
  assert_sound (sim);
}

/* Two processes were asked for the same write, the first answer was lost: two messages
 * and one write, so that what was written since is not written over. */
static void
test_asked_twice (void)
{
  g_autoptr (QuoSimConfig) config = new_config (2, "causal", "off");
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoAction *cut;

  store_add_client (config, 0)->timeout = 50 * MS;
  store_add_client (config, 1);
  cut = quo_sim_config_add_action (config, QUO_ACTION_DROP, 99 * MS);
  cut->match = (QuoMessageMatch) { QUO_MESSAGE_REPLY, 0, 2, 1 };
  on_message (config, QUO_ACTION_DELAY, 99 * MS, 0, 1)->duration = 300 * MS;
  store_op (config, 100 * MS, 0, QUO_OP_WRITE, "x", "old");
  store_op (config, 300 * MS, 1, QUO_OP_WRITE, "x", "new");
  sim = store_run (config, QUO_SECOND);
  assert_answer (sim, 0, 1, "ok");
  replay = store_replay (sim, QUO_SECOND);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *log = log_of (sim, replay, i);

      g_assert_cmpstr (log, ==, i == 0 ? "old old new" : "old new old");
      g_assert_cmpstr (store_value (sim, replay, i, "x"), ==, "new");
    }
  assert_sound (sim);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "a-stamp-counts-what-was-delivered", test_stamp);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strdup_printf (
        PATH "%s-is-delivered-in-causal-order-however-it-comes", shapes[i].name);

      g_test_add_data_func (path, &shapes[i], test_arrivals);
    }
  g_test_add_data_func (PATH "fifo-lets-an-answer-come-first", "fifo", test_weaker);
  g_test_add_data_func (PATH "none-lets-anything-come-first", "none", test_weaker);
  g_test_add_func (PATH "a-message-waits-for-what-is-missing", test_hold_back);
  g_test_add_func (PATH "a-total-order-costs-a-number-to-everybody", test_total);
  g_test_add_func (PATH "a-total-order-waits-for-its-sequencer", test_sequencer_down);
  g_test_add_func (PATH "a-duplicate-is-thrown-away", test_duplicates);
  g_test_add_func (PATH "a-duplicate-takes-no-second-place", test_held_twice);
  g_test_add_data_func (PATH "who-has-it-sends-a-lost-message-again", "status",
                        test_lost);
  g_test_add_data_func (PATH "who-lacks-it-asks-for-a-lost-message", "request",
                        test_lost);
  g_test_add_data_func (PATH "without-recovery-a-lost-message-stays-lost", "off",
                        test_lost);
  g_test_add_data_func (PATH "others-hand-on-what-a-dead-one-said", "status",
                        test_relay);
  g_test_add_data_func (PATH "others-are-asked-for-what-a-dead-one-said", "request",
                        test_relay);
  g_test_add_func (PATH "what-is-stable-is-dropped-and-silence-follows",
                   test_stability);
  g_test_add_func (PATH "a-full-window-blocks-the-sender", test_window);
  g_test_add_func (PATH "a-full-buffer-turns-away-and-recovers", test_buffer);
  g_test_add_func (PATH "no-more-numbers-are-kept-than-may-be-held-back",
                   test_numbers);
  g_test_add_func (PATH "who-is-asked-again-makes-no-second-message",
                   test_asked_again);
  g_test_add_data_func (PATH "with-its-disk-a-process-counts-on", "causal",
                        test_restart);
  g_test_add_data_func (PATH "with-its-disk-a-process-keeps-the-total-order", "total",
                        test_restart);
  g_test_add_func (PATH "after-a-restart-what-was-stable-is-known",
                   test_restart_stable);
  g_test_add_func (PATH "after-a-restart-others-messages-are-handed-on",
                   test_restart_relays);
  g_test_add_func (PATH "nothing-is-sent-before-it-is-on-disk", test_disk);
  g_test_add_func (PATH "without-its-disk-a-process-stays-out", test_lost_disk);
  g_test_add_func (PATH "a-read-gives-what-was-delivered", test_clients);
  g_test_add_data_func (PATH "concurrent-writes-diverge-under-causal-order", "causal",
                        test_concurrent_writes);
  g_test_add_data_func (PATH "concurrent-writes-agree-under-a-total-order", "total",
                        test_concurrent_writes);
  g_test_add_func (PATH "what-was-asked-for-twice-is-written-once", test_asked_twice);

  return g_test_run ();
}
