/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/index.h"

#include "fixture.h"

/* The rows as anybody would count them: a new one for each new moment. */
static GArray *
count_rows (QuoTrace *trace)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 n = 0;
  QuoTime last = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEventKind kind = quo_trace_kind (trace, i);
      QuoTime time = quo_trace_time (trace, i);
      if (kind != QUO_EVENT_SYNC && kind != QUO_EVENT_TIMEOUT && (n == 0 || time != last))
        {
          n++;
          last = time;
        }
      guint32 row = n > 0 ? n - 1 : 0;
      g_array_append_val (rows, row);
    }
  return rows;
}

static void
rows_are_those_of_a_plain_count (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  g_autoptr(QuoIndex) index = quo_index_new (trace);
  g_autoptr(GArray) rows = count_rows (trace);
  guint32 n = 0;

  g_assert_cmpuint (rows->len, >, 500);
  for (guint32 i = 0; i < rows->len; i++)
    {
      guint32 row = g_array_index (rows, guint32, i);
      g_assert_cmpuint (quo_index_row (index, i), ==, row);
      n = MAX (n, row + 1);
    }
  g_assert_cmpuint (quo_index_n_rows (index), ==, n);
  for (guint32 row = 0; row < n; row++)
    {
      guint32 event = quo_index_row_event (index, row);
      g_assert_cmpuint (g_array_index (rows, guint32, event), ==, row);
      if (row > 0)
        g_assert_cmpuint (g_array_index (rows, guint32, event - 1), ==, row - 1);
    }
  g_assert_cmpuint (quo_index_row_event (index, n), ==, rows->len);
}

static void
crossing_messages_are_all_found (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  g_autoptr(QuoIndex) index = quo_index_new (trace);
  g_autoptr(GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint n_all = 0;

  for (guint32 event = 0; event < quo_trace_length (trace); event += 37)
    {
      QuoTime time = quo_trace_time (trace, event);
      guint n = 0;
      g_array_set_size (found, 0);
      quo_index_crossing (index, event, time, found);
      for (guint32 i = 0; i < event; i++)
        {
          guint32 peer = quo_trace_peer (trace, i);
          if (quo_trace_kind (trace, i) != QUO_EVENT_SEND || peer == QUO_NO_EVENT ||
              quo_trace_time (trace, peer) < time)
            continue;
          g_assert_cmpuint (n, <, found->len);
          g_assert_cmpuint (g_array_index (found, guint32, n), ==, i);
          n++;
        }
      g_assert_cmpuint (found->len, ==, n);
      n_all += n;
    }
  g_assert_cmpuint (n_all, >, 10);
}

static void
spans_say_what_the_replay_says (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  QuoReplay *replay = quo_run_replay (run);
  g_autoptr(QuoIndex) index = quo_index_new (trace);
  const QuoPalette *palette = quo_index_palette (index);
  guint n_checked = 0;

  for (guint32 n_events = 1; n_events <= quo_trace_length (trace); n_events += 13)
    for (guint node = 0; node < quo_trace_n_nodes (trace); node++)
      {
        guint n, at = 0;
        const QuoSpan *spans = quo_index_spans (index, node, n_events, &n);
        while (at < n && spans[at].event < n_events)
          at++;
        if (at == 0)
          continue;
        quo_replay_seek (replay, n_events);
        g_assert_cmpint (spans[at - 1].life, ==, quo_replay_life (replay, node));
        g_assert_cmpint (spans[at - 1].epoch, ==,
                         quo_replay_scalar (replay, node, palette->epoch));
        g_assert_cmpint (spans[at - 1].role, ==,
                         quo_replay_scalar (replay, node, palette->role));
        n_checked++;
      }
  g_assert_cmpuint (n_checked, >, 100);
}

static void
marks_are_in_order_and_complete (void)
{
  g_autoptr(QuoRun) run = fixture_raft ();
  QuoTrace *trace = quo_run_trace (run);
  g_autoptr(QuoIndex) index = quo_index_new (trace);
  guint n, seen = 0;
  const guint32 *marks = quo_index_marks (index, QUO_EVENT_ACTION, &n);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_ACTION)
      g_assert_cmpuint (marks[seen++], ==, i);
  g_assert_cmpuint (seen, ==, n);
  g_assert_cmpuint (n, ==, 8);
  g_assert_cmpuint (quo_index_marks_until (index, QUO_EVENT_ACTION, QUO_SECOND), ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/diagram/index/rows-are-those-of-a-plain-count",
                   rows_are_those_of_a_plain_count);
  g_test_add_func ("/ui/diagram/index/crossing-messages-are-all-found",
                   crossing_messages_are_all_found);
  g_test_add_func ("/ui/diagram/index/spans-say-what-the-replay-says",
                   spans_say_what_the_replay_says);
  g_test_add_func ("/ui/diagram/index/marks-are-in-order-and-complete",
                   marks_are_in_order_and_complete);
  return g_test_run ();
}
