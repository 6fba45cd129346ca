/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/rows.h"

#include "fixture.h"

#include <math.h>

typedef struct
{
  QuoRun   *run;
  QuoTrace *trace;
  QuoIndex *index;
  QuoGap    gaps[3];
  QuoRows   rows;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  is_to_scale)
{
  fixture->run = fixture_raft ();
  fixture->trace = quo_run_trace (fixture->run);
  fixture->index = quo_index_new (fixture->trace);
  fixture->gaps[0] = (QuoGap) { .at = 0, .size = 11 };
  fixture->gaps[1] = (QuoGap) { .at = QUO_SECOND, .size = 40 };
  fixture->gaps[2] = (QuoGap) { .at = QUO_SECOND, .size = 7 };
  quo_rows_prepare (fixture->index, fixture->trace, fixture->gaps, 3);
  fixture->rows = (QuoRows) {
    .trace = fixture->trace,
    .index = fixture->index,
    .is_to_scale = is_to_scale != NULL,
    .ns_per_px = 1e6,
    .row_height = 20,
    .start = 50,
    .gaps = fixture->gaps,
    .n_gaps = 3,
  };
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  quo_index_free (fixture->index);
  quo_run_unref (fixture->run);
}

static void
place_is_found_again (Fixture       *fixture,
                      gconstpointer  data)
{
  double last = -1;

  for (guint32 i = 0; i < quo_trace_length (fixture->trace); i++)
    {
      double y = quo_rows_event_y (&fixture->rows, i);
      g_assert_cmpfloat (y, >=, last);
      last = y;
      /* The first event that stands there, which is this one or one beside it. */
      guint32 found = quo_rows_event_at (&fixture->rows, y - 0.25);
      g_assert_cmpuint (found, <=, i);
      g_assert_cmpfloat (quo_rows_event_y (&fixture->rows, found), >=, y - 0.26);
      g_assert_cmpfloat (quo_rows_event_y (&fixture->rows, found), <=, y);
      if (found > 0)
        g_assert_cmpfloat (quo_rows_event_y (&fixture->rows, found - 1), <=, y);
    }
}

static void
time_never_runs_upwards (Fixture       *fixture,
                         gconstpointer  data)
{
  double last = 0;

  for (QuoTime time = 0; time < 4 * QUO_SECOND; time += 777 * QUO_MICROSECOND)
    {
      double y = quo_rows_time_y (&fixture->rows, time);
      g_assert_cmpfloat (y, >=, last);
      last = y;
    }
  g_assert_cmpfloat (last, <=, quo_rows_end_y (&fixture->rows) + 1e-6);
}

static void
to_scale_a_millisecond_is_a_pixel (Fixture       *fixture,
                                   gconstpointer  data)
{
  for (guint32 i = 0; i < quo_trace_length (fixture->trace); i += 5)
    g_assert_cmpfloat_with_epsilon (quo_rows_event_y (&fixture->rows, i),
                                    50 + quo_trace_time (fixture->trace, i) / 1e6, 1e-6);
}

static void
rows_are_even_but_for_the_gaps (Fixture       *fixture,
                                gconstpointer  data)
{
  double gaps = 0, y = quo_rows_row_y (&fixture->rows, 0);

  g_assert_cmpfloat_with_epsilon (y, 50 + 11, 1e-9);
  for (guint32 row = 1; row < quo_index_n_rows (fixture->index); row++)
    {
      double next = quo_rows_row_y (&fixture->rows, row);
      g_assert_cmpfloat (next - y, >=, 20 - 1e-9);
      gaps += next - y - 20;
      y = next;
    }
  g_assert_cmpfloat_with_epsilon (gaps, 47, 1e-6);
}

static void
gap_lies_between_before_and_after (Fixture       *fixture,
                                   gconstpointer  data)
{
  const QuoGap *gap = &fixture->gaps[1];
  double top = quo_rows_gap_y (&fixture->rows, gap);
  guint32 n = quo_trace_find (fixture->trace, QUO_SECOND - 1);

  g_assert_cmpfloat (quo_rows_event_y (&fixture->rows, n - 1), <, top);
  g_assert_cmpfloat (quo_rows_event_y (&fixture->rows, n), >, top + 47);
}

int
main (int   argc,
      char *argv[])
{
  gconstpointer scale = "to scale";

  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) \
  g_test_add ("/ui/diagram/rows/" name, Fixture, data, set_up, func, tear_down)
  ADD ("even/place-is-found-again", NULL, place_is_found_again);
  ADD ("scale/place-is-found-again", scale, place_is_found_again);
  ADD ("even/time-never-runs-upwards", NULL, time_never_runs_upwards);
  ADD ("scale/time-never-runs-upwards", scale, time_never_runs_upwards);
  ADD ("scale/a-millisecond-is-a-pixel", scale, to_scale_a_millisecond_is_a_pixel);
  ADD ("even/rows-are-even-but-for-the-gaps", NULL, rows_are_even_but_for_the_gaps);
  ADD ("even/gap-lies-between-before-and-after", NULL, gap_lies_between_before_and_after);
#undef ADD
  return g_test_run ();
}
