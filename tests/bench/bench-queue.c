/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The hold model (Vaucher and Duval 1975): pop the earliest, push a later one, with
 * a constant number pending. Beside the engine's queue a bare radix heap that does
 * nothing else, in turns, so that the ratio holds when the machine's speed drifts. */

#include "bench.h"

#include "base/random.h"
#include "sim/queue.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS 5

typedef struct
{
  guint64 time;
  guint64 payload;
} Bare;

typedef struct
{
  Bare   *items[65];
  gsize   n[65];
  gsize   capacity[65];
  guint64 last;
} Yardstick;

static inline void
bare_push (Yardstick *y,
           Bare       item)
{
  guint64 d = item.time ^ y->last;
  guint b = d == 0 ? 0 : 64 - (guint) __builtin_clzll (d);

  if (y->n[b] == y->capacity[b])
    {
      y->capacity[b] = y->capacity[b] * 2 + 8;
      y->items[b] = realloc (y->items[b], y->capacity[b] * sizeof (Bare));
    }
  y->items[b][y->n[b]++] = item;
}

/* Unlike the engine's queue it takes ties in any order. */
static inline Bare
bare_pop (Yardstick *y)
{
  if (y->n[0] == 0)
    {
      guint b = 1;
      guint64 least;
      gsize n;

      while (y->n[b] == 0)
        b++;
      n = y->n[b];
      least = y->items[b][0].time;
      for (gsize i = 1; i < n; i++)
        if (y->items[b][i].time < least)
          least = y->items[b][i].time;
      y->last = least;
      y->n[b] = 0;
      for (gsize i = 0; i < n; i++)
        bare_push (y, y->items[b][i]);
    }

  return y->items[0][--y->n[0]];
}

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
  for (guint i = 0; i < 65; i++)
    free (y->items[i]);
  free (y);

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
