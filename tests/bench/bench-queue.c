/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The hold model (Vaucher and Duval 1975): pop the earliest, push a later one, with
 * a constant number pending. Beside the engine's queue a bare radix heap that does
 * nothing else, in turns, so that the ratio holds when the machine's speed drifts. */

#include "bench.h"
#include "yardstick.h"

#include "base/random.h"
#include "sim/queue.h"

#define ROUNDS 5

static inline guint64
increment (QuoStream *stream)
{
  /* Exponential with mean 10 ms, roughly: what a network's latencies look like. */
  double u = quo_unit_open (quo_stream_next (stream));

  return 1 + (guint64) (2e7 * u * u * (1.5 - u) * 1.4);
}

static double
hold_yardstick (guint n_pending,
                guint n_holds)
{
  Yardstick *y = calloc (1, sizeof *y);
  QuoStream stream = { 1, 0 };
  double since;

  for (guint i = 0; i < n_pending; i++)
    bare_push (y, (Bare) { increment (&stream), i });
  for (guint i = 0; i < n_pending; i++)
    {
      Bare item = bare_pop (y);

      bare_push (y, (Bare) { item.time + increment (&stream), item.payload });
    }
  since = bench_now ();
  for (guint i = 0; i < n_holds; i++)
    {
      Bare item = bare_pop (y);

      bare_push (y, (Bare) { item.time + increment (&stream), item.payload });
    }
  since = bench_now () - since;
  bare_free (y);

  return since / n_holds * 1e9;
}

static double
hold_queue (guint n_pending,
            guint n_holds)
{
  g_autoptr (QuoQueue) queue = quo_queue_new ();
  QuoStream stream = { 1, 0 };
  double since;
  QuoItem item;

  for (guint i = 0; i < n_pending; i++)
    quo_queue_push (queue, (QuoTime) increment (&stream), i, 0);
  for (guint i = 0; i < n_pending; i++)
    {
      quo_queue_pop (queue, QUO_TIME_NEVER, &item);
      quo_queue_push (queue, item.time + (QuoTime) increment (&stream), item.ref, 0);
    }
  since = bench_now ();
  for (guint i = 0; i < n_holds; i++)
    {
      quo_queue_pop (queue, QUO_TIME_NEVER, &item);
      quo_queue_push (queue, item.time + (QuoTime) increment (&stream), item.ref, 0);
    }

  return (bench_now () - since) / n_holds * 1e9;
}

int
main (void)
{
  static const guint pending[] = { 1000, 100000, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (pending); i++)
    {
      double ours[ROUNDS];
      double bare[ROUNDS];
      double ratio[ROUNDS];
      g_autofree char *name = NULL;

      for (guint r = 0; r < ROUNDS; r++)
        {
          bare[r] = hold_yardstick (pending[i], 2000000);
          ours[r] = hold_queue (pending[i], 2000000);
          ratio[r] = ours[r] / bare[r];
        }
      name = g_strdup_printf ("hold, %u pending", pending[i]);
      bench_print (name, bench_quantile (ours, ROUNDS, .5), "ns");
      bench_print ("  a bare radix heap", bench_quantile (bare, ROUNDS, .5), "ns");
      bench_print ("  ratio", bench_quantile (ratio, ROUNDS, .5), "");
    }

  return 0;
}
