/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A causal context: a version vector, and what is beyond its first gap (Almeida,
 * Shoker, Baquero 2018, "Delta state replicated data types", section 7.2). */

#include "crdt/context.h"

struct _QuoDotContext
{
  GArray *upto; /* QuoDot by replica: all from 1 to n were seen */
  GArray *dots; /* QuoDot in order: single ones past those */
};

/**
 * quo_dot_compare:
 * @a: an update
 * @b: another
 *
 * Returns: negative, 0 or positive: by replica, then by number. An order to keep
 *   lists in; it says nothing about which came first.
 */
int
quo_dot_compare (QuoDot a,
                 QuoDot b)
{
  if (a.node_index != b.node_index)
    return a.node_index < b.node_index ? -1 : 1;

  return (a.n > b.n) - (a.n < b.n);
}

/**
 * quo_dot_context_new:
 *
 * Returns: (transfer full): nothing seen
 */
QuoDotContext *
quo_dot_context_new (void)
{
  QuoDotContext *self = g_new0 (QuoDotContext, 1);

  self->upto = g_array_new (FALSE, FALSE, sizeof (QuoDot));
  self->dots = g_array_new (FALSE, FALSE, sizeof (QuoDot));

  return self;
}

/**
 * quo_dot_context_copy:
 * @self: what was seen
 *
 * Returns: (transfer full): the same
 */
QuoDotContext *
quo_dot_context_copy (const QuoDotContext *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  QuoDotContext *copy = g_new0 (QuoDotContext, 1);

  copy->upto = g_array_copy (self->upto);
  copy->dots = g_array_copy (self->dots);

  return copy;
}

/**
 * quo_dot_context_free:
 * @self: (transfer full): what was seen
 */
void
quo_dot_context_free (QuoDotContext *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->upto);
  g_array_unref (self->dots);
  g_free (self);
}

/* Where the dot stands in a sorted list, or would. */
static guint
position (const GArray *list,
          QuoDot        dot)
{
  guint low = 0;
  guint high = list->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (quo_dot_compare (g_array_index (list, QuoDot, middle), dot) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* Where a replica's prefix stands, or would. */
static guint
prefix_position (const QuoDotContext *self,
                 guint                replica)
{
  QuoDot none = { replica, 0 };

  return position (self->upto, none);
}

static gint64
prefix (const QuoDotContext *self,
        guint                replica)
{
  guint i = prefix_position (self, replica);

  if (i == self->upto->len
      || g_array_index (self->upto, QuoDot, i).node_index != replica)
    return 0;

  return g_array_index (self->upto, QuoDot, i).n;
}

/**
 * quo_dot_context_add_upto:
 * @self: what was seen
 * @dot: an update; of number 0 it is none
 *
 * Adds the replica's updates from its first up to this one.
 */
void
quo_dot_context_add_upto (QuoDotContext *self,
                          QuoDot         dot)
{
  g_return_if_fail (self != NULL && dot.n >= 0);

  QuoDot first = { dot.node_index, 0 };
  guint i = prefix_position (self, dot.node_index);
  guint from = position (self->dots, first);
  guint n = 0;

  if (dot.n <= prefix (self, dot.node_index))
    return;
  /* Single ones that the prefix reaches now are part of it. */
  while (from + n < self->dots->len)
    {
      QuoDot next = g_array_index (self->dots, QuoDot, from + n);

      if (next.node_index != dot.node_index || next.n > dot.n + 1)
        break;
      dot.n = MAX (dot.n, next.n);
      n++;
    }
  g_array_remove_range (self->dots, from, n);
  if (i < self->upto->len
      && g_array_index (self->upto, QuoDot, i).node_index == dot.node_index)
    g_array_index (self->upto, QuoDot, i) = dot;
  else
    g_array_insert_val (self->upto, i, dot);
}

/**
 * quo_dot_context_add:
 * @self: what was seen
 * @dot: an update, from 1
 *
 * Adds that update alone.
 */
void
quo_dot_context_add (QuoDotContext *self,
                     QuoDot         dot)
{
  g_return_if_fail (self != NULL && dot.n > 0);

  if (quo_dot_context_covers (self, dot))
    return;
  if (dot.n == prefix (self, dot.node_index) + 1)
    quo_dot_context_add_upto (self, dot);
  else
    g_array_insert_val (self->dots, position (self->dots, dot), dot);
}

/**
 * quo_dot_context_merge:
 * @self: what was seen
 * @other: (transfer none): what was seen elsewhere
 *
 * Returns: whether @other had something that @self had not
 */
gboolean
quo_dot_context_merge (QuoDotContext       *self,
                       const QuoDotContext *other)
{
  gboolean is_new = FALSE;

  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  for (guint i = 0; i < other->upto->len; i++)
    {
      QuoDot dot = g_array_index (other->upto, QuoDot, i);

      is_new = is_new || dot.n > prefix (self, dot.node_index);
      quo_dot_context_add_upto (self, dot);
    }
  for (guint i = 0; i < other->dots->len; i++)
    {
      QuoDot dot = g_array_index (other->dots, QuoDot, i);

      is_new = is_new || !quo_dot_context_covers (self, dot);
      quo_dot_context_add (self, dot);
    }

  return is_new;
}

/**
 * quo_dot_context_covers:
 * @self: what was seen
 * @dot: an update
 *
 * Returns: whether it is among them
 */
gboolean
quo_dot_context_covers (const QuoDotContext *self,
                        QuoDot               dot)
{
  guint i;

  g_return_val_if_fail (self != NULL, FALSE);

  if (dot.n <= prefix (self, dot.node_index))
    return TRUE;
  i = position (self->dots, dot);

  return i < self->dots->len
         && quo_dot_compare (g_array_index (self->dots, QuoDot, i), dot) == 0;
}

static gboolean
lists_equal (const GArray *a,
             const GArray *b)
{
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    if (quo_dot_compare (g_array_index (a, QuoDot, i),
                         g_array_index (b, QuoDot, i)) != 0)
      return FALSE;

  return TRUE;
}

/**
 * quo_dot_context_equal:
 * @a: what was seen
 * @b: what was seen elsewhere
 *
 * Returns: whether these are the same updates
 */
gboolean
quo_dot_context_equal (const QuoDotContext *a,
                       const QuoDotContext *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  /* No single dot touches a prefix, so equal sets have equal lists. */
  return lists_equal (a->upto, b->upto) && lists_equal (a->dots, b->dots);
}

/**
 * quo_dot_context_next:
 * @self: what @replica has seen; every update that it ever made is among them
 * @replica: who is about to update
 *
 * Returns: the update's dot: one past the largest known of @replica, gaps or not
 */
QuoDot
quo_dot_context_next (const QuoDotContext *self,
                      guint                replica)
{
  QuoDot dot = { replica, 1 };

  g_return_val_if_fail (self != NULL, dot);

  QuoDot past = { replica, G_MAXINT64 };
  guint i = position (self->dots, past);

  dot.n = prefix (self, replica) + 1;
  if (i > 0 && g_array_index (self->dots, QuoDot, i - 1).node_index == replica)
    dot.n = g_array_index (self->dots, QuoDot, i - 1).n + 1;

  return dot;
}

/**
 * quo_dot_context_n_upto:
 * @self: what was seen
 *
 * Returns: of how many replicas a whole prefix was seen
 */
guint
quo_dot_context_n_upto (const QuoDotContext *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->upto->len;
}

/**
 * quo_dot_context_upto:
 * @self: what was seen
 * @index: below quo_dot_context_n_upto()
 *
 * Returns: the last of a replica's prefix; in order of replicas
 */
QuoDot
quo_dot_context_upto (const QuoDotContext *self,
                      guint                index)
{
  QuoDot none = { 0, 0 };

  g_return_val_if_fail (self != NULL && index < self->upto->len, none);

  return g_array_index (self->upto, QuoDot, index);
}

/**
 * quo_dot_context_n_dots:
 * @self: what was seen
 *
 * Returns: how many single updates were seen past a gap
 */
guint
quo_dot_context_n_dots (const QuoDotContext *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->dots->len;
}

/**
 * quo_dot_context_dot:
 * @self: what was seen
 * @index: below quo_dot_context_n_dots()
 *
 * Returns: a single update, in order
 */
QuoDot
quo_dot_context_dot (const QuoDotContext *self,
                     guint                index)
{
  QuoDot none = { 0, 0 };

  g_return_val_if_fail (self != NULL && index < self->dots->len, none);

  return g_array_index (self->dots, QuoDot, index);
}
