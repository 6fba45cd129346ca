/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/random.h"
#include "sim/queue.h"

#include <stdlib.h>

typedef struct
{
  QuoTime time;
  guint32 order;
} Planned;

static int
compare (const void *a,
         const void *b)
{
  const Planned *p = a;
  const Planned *q = b;

  if (p->time != q->time)
    return p->time < q->time ? -1 : 1;

  return p->order < q->order ? -1 : 1;
}

static void
pops_as_a_stable_sort (void)
{
  enum { N = 20000 };
  g_autofree Planned *planned = g_new (Planned, N);
  g_autoptr (QuoQueue) queue = quo_queue_new ();
  QuoStream stream = { 7, 0 };
  QuoItem item;

  for (guint32 i = 0; i < N; i++)
    {
      /* Few distinct times at many scales: ties, and buckets of every size. */
      QuoTime time = (QuoTime) (quo_stream_bounded (&stream, 50)
                                << quo_stream_bounded (&stream, 50));

      planned[i] = (Planned) { time, i };
      quo_queue_push (queue, time, i, i ^ 0xff);
    }
  qsort (planned, N, sizeof (Planned), compare);
  for (guint32 i = 0; i < N; i++)
    {
      g_assert_true (quo_queue_pop (queue, QUO_TIME_NEVER, &item));
      g_assert_cmpint (item.time, ==, planned[i].time);
      g_assert_cmpuint (item.ref, ==, planned[i].order);
      g_assert_cmpuint (item.what, ==, planned[i].order ^ 0xff);
    }
  g_assert_false (quo_queue_pop (queue, QUO_TIME_NEVER, &item));
}

static void
pushes_between_pops_keep_order (void)
{
  g_autoptr (QuoQueue) queue = quo_queue_new ();
  g_autoptr (GSequence) model = g_sequence_new (g_free);
  QuoStream stream = { 8, 0 };
  QuoTime now = 0;
  guint32 order = 0;
  QuoItem item;

  for (guint round = 0; round < 50000; round++)
    {
      if (quo_stream_bounded (&stream, 2) == 0)
        {
          Planned *p = g_new (Planned, 1);

          p->time = now + (QuoTime) (quo_stream_next (&stream)
                                     >> (20 + quo_stream_bounded (&stream, 44)));
          p->order = order++;
          quo_queue_push (queue, p->time, p->order, 0);
          g_sequence_insert_sorted (model, p, (GCompareDataFunc) (void (*) (void)) compare, NULL);
          continue;
        }

      GSequenceIter *first = g_sequence_get_begin_iter (model);

      if (g_sequence_iter_is_end (first))
        {
          g_assert_false (quo_queue_pop (queue, QUO_TIME_NEVER, &item));
          continue;
        }

      const Planned *p = g_sequence_get (first);

      g_assert_false (p->time > 0 && quo_queue_pop (queue, p->time - 1, &item));
      g_assert_true (quo_queue_pop (queue, p->time, &item));
      g_assert_cmpuint (item.ref, ==, p->order);
      now = item.time;
      g_sequence_remove (first);
    }
  g_assert_cmpuint (quo_queue_length (queue), ==,
                    (guint) g_sequence_get_length (model));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/queue/pops-as-a-stable-sort", pops_as_a_stable_sort);
  g_test_add_func ("/core/sim/queue/pushes-between-pops-keep-order",
                   pushes_between_pops_keep_order);

  return g_test_run ();
}
