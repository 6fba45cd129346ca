/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A bare radix heap that does nothing else: what a queue of events can cost. */

#include <glib.h>
#include <stdlib.h>

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

static inline void
bare_free (Yardstick *y)
{
  for (guint i = 0; i < 65; i++)
    free (y->items[i]);
  free (y);
}
