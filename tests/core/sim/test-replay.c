/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chatter.h"

#include "base/random.h"
#include "sim/replay.h"

/* The state after a prefix, from the first event on and in the plainest way. */
static QuoReplay *
from_scratch (QuoTrace *trace,
              guint32   position)
{
  QuoReplay *replay = quo_replay_new (trace);

  for (guint32 i = 0; i <= position; i++)
    quo_replay_seek (replay, i);

  return replay;
}

static void
assert_same_state (QuoReplay *a,
                   QuoReplay *b,
                   guint      n_nodes)
{
  g_autoptr (GArray) in_a = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) in_b = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_assert_cmpuint (quo_replay_position (a), ==, quo_replay_position (b));
  for (guint node = 0; node < n_nodes; node++)
    {
      g_assert_cmpint (quo_replay_life (a, node), ==, quo_replay_life (b, node));
      g_assert_cmpuint (quo_replay_last_event (a, node), ==,
                        quo_replay_last_event (b, node));
      for (guint f = 0; f <= CHATTER_DEADLINE; f++)
        {
          if (chatter_declaration.fields[f].shape == QUO_SHAPE_SCALAR)
            {
              g_assert_cmpint (quo_replay_scalar (a, node, f), ==,
                               quo_replay_scalar (b, node, f));
              continue;
            }

          const QuoTable *ta = quo_replay_table (a, node, f);
          const QuoTable *tb = quo_replay_table (b, node, f);
          guint n = ta != NULL ? quo_table_n_rows (ta) : 0;

          g_assert_cmpuint (n, ==, tb != NULL ? quo_table_n_rows (tb) : 0);
          for (guint i = 0; i < n; i++)
            {
              gint64 ka;
              gint64 kb;
              const gint64 *ra = quo_table_nth (ta, i, &ka);
              const gint64 *rb = quo_table_nth (tb, i, &kb);

              g_assert_cmpint (ka, ==, kb);
              g_assert_cmpmem (ra, 16, rb, 16);
            }
        }
      for (guint other = 0; other < n_nodes; other++)
        g_assert_cmpint (quo_replay_is_cut (a, node, other), ==,
                         quo_replay_is_cut (b, node, other));
    }
  quo_replay_in_flight (a, in_a);
  quo_replay_in_flight (b, in_b);
  g_assert_cmpmem (in_a->data, in_a->len * 4, in_b->data, in_b->len * 4);
}

static QuoSim *
long_run (guint n_nodes)
{
  g_autoptr (QuoSimConfig) config = chatter_config (n_nodes, 11);
  QuoSim *sim;

  chatter_chaos (config);
  config->until = 60 * QUO_SECOND;
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);

  return sim;
}

static void
seek_equals_replay_from_scratch (void)
{
  g_autoptr (QuoSim) sim = long_run (5);
  QuoTrace *trace = quo_sim_trace (sim);
  g_autoptr (QuoReplay) replay = quo_replay_new (trace);
  guint32 length = quo_trace_length (trace);
  QuoStream stream = { 5, 0 };
  /* One replay that only ever goes on stands for the state from scratch. */
  g_autoptr (QuoReplay) plain = from_scratch (trace, 0);
  g_autofree guint32 *positions = g_new (guint32, 1000);

  g_assert_cmpuint (length, >, 30000);
  g_assert_true (quo_replay_prepare (replay, NULL));
  for (guint i = 0; i < 1000; i++)
    positions[i] = (guint32) quo_stream_bounded (&stream, length + 1);
  for (guint i = 1; i < 1000; i++)
    for (guint j = i; j > 0 && positions[j] < positions[j - 1]; j--)
      {
        guint32 swap = positions[j];

        positions[j] = positions[j - 1];
        positions[j - 1] = swap;
      }
  for (guint i = 0; i < 1000; i++)
    {
      /* Somewhere else first, so that every seek is a jump. */
      quo_replay_seek (replay, (guint32) quo_stream_bounded (&stream, length));
      quo_replay_seek (replay, positions[i]);
      while (quo_replay_position (plain) < positions[i])
        quo_replay_seek (plain, quo_replay_position (plain) + 1);
      assert_same_state (replay, plain, 5);
    }
}

static void
ends_with_what_the_engine_has (void)
{
  g_autoptr (QuoSimConfig) config = chatter_config (4, 3);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  chatter_chaos (config);
  config->until = 5 * QUO_SECOND;
  sim = quo_sim_new (config);
  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);
  quo_sim_finish (sim);
  replay = quo_replay_new (quo_sim_trace (sim));
  quo_replay_seek_time (replay, QUO_TIME_NEVER);

  /* The measure samples the nodes' own fields, which no replay has touched. */
  double sum = 0;

  for (guint i = 0; i < 4; i++)
    sum += (double) quo_replay_scalar (replay, i, CHATTER_HEARD);
  g_assert_cmpfloat (sum, ==, quo_samples_get_sum (quo_sim_measure (sim, 0)));
  for (guint i = 0; i < 4; i++)
    {
      const QuoTable *log = quo_replay_table (replay, i, CHATTER_LOG);

      g_assert_cmpint (quo_replay_scalar (replay, i, CHATTER_HEARD), ==,
                       log != NULL ? quo_table_n_rows (log) : 0);
    }
}

static void
in_flight_is_what_was_sent_and_not_ended (void)
{
  g_autoptr (QuoSim) sim = long_run (3);
  QuoTrace *trace = quo_sim_trace (sim);
  g_autoptr (QuoReplay) replay = quo_replay_new (trace);
  g_autoptr (GArray) sends = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GHashTable) open = g_hash_table_new (NULL, NULL);
  guint32 length = MIN (20000, quo_trace_length (trace));

  for (guint32 i = 0; i < length; i++)
    {
      QuoEventKind kind = quo_trace_kind (trace, i);

      if (kind == QUO_EVENT_SEND)
        g_hash_table_add (open, GUINT_TO_POINTER (i));
      else if (kind == QUO_EVENT_DELIVER || kind == QUO_EVENT_LOSE)
        g_hash_table_remove (open, GUINT_TO_POINTER (quo_trace_cause (trace, i)));
      if (i % 97 != 0)
        continue;
      quo_replay_seek (replay, i + 1);
      quo_replay_in_flight (replay, sends);
      g_assert_cmpuint (sends->len, ==, g_hash_table_size (open));
      for (guint j = 0; j < sends->len; j++)
        g_assert_true (g_hash_table_contains (open,
          GUINT_TO_POINTER (g_array_index (sends, guint32, j))));
    }
}

static void
keyframes_stay_a_part_of_the_trace (void)
{
  g_autoptr (QuoSim) sim = long_run (5);
  QuoTrace *trace = quo_sim_trace (sim);
  g_autoptr (QuoReplay) replay = quo_replay_new (trace);

  g_assert_true (quo_replay_prepare (replay, NULL));
  g_assert_cmpuint (quo_replay_bytes (replay), <, quo_trace_bytes (trace));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/replay/seek-equals-replay-from-scratch",
                   seek_equals_replay_from_scratch);
  g_test_add_func ("/core/sim/replay/ends-with-what-the-engine-has",
                   ends_with_what_the_engine_has);
  g_test_add_func ("/core/sim/replay/in-flight-is-what-was-sent-and-not-ended",
                   in_flight_is_what_was_sent_and_not_ended);
  g_test_add_func ("/core/sim/replay/keyframes-stay-a-part-of-the-trace",
                   keyframes_stay_a_part_of_the_trace);

  return g_test_run ();
}
