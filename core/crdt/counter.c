/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counters: each replica counts for itself, and knows the largest count that it
 * heard of each other (Shapiro et al. 2011, "A comprehensive study of convergent
 * and commutative replicated data types", specifications 6 and 7). */

#include "crdt/counter.h"

struct _QuoCounter
{
  GArray *counts; /* QuoCount, by replica */
};

/**
 * quo_counter_new:
 *
 * Returns: (transfer full): nothing counted
 */
QuoCounter *
quo_counter_new (void)
{
  QuoCounter *self = g_new0 (QuoCounter, 1);

  self->counts = g_array_new (FALSE, FALSE, sizeof (QuoCount));

  return self;
}

/**
 * quo_counter_copy:
 * @self: a counter
 *
 * Returns: (transfer full): the same
 */
QuoCounter *
quo_counter_copy (const QuoCounter *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  QuoCounter *copy = g_new0 (QuoCounter, 1);

  copy->counts = g_array_copy (self->counts);

  return copy;
}

/**
 * quo_counter_free:
 * @self: (transfer full): a counter
 */
void
quo_counter_free (QuoCounter *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->counts);
  g_free (self);
}

/* The replica's place, made when it has none. */
static QuoCount *
place (QuoCounter *self,
       guint       replica)
{
  QuoCount fresh = { replica, 0, 0 };
  guint low = 0;
  guint high = self->counts->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->counts, QuoCount, middle).replica < replica)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == self->counts->len
      || g_array_index (self->counts, QuoCount, low).replica != replica)
    g_array_insert_val (self->counts, low, fresh);

  return &g_array_index (self->counts, QuoCount, low);
}

static gboolean
count (QuoCounter *self,
       guint       replica,
       gint64      up,
       gint64      down,
       QuoCounter *ret_delta)
{
  QuoCount *own = place (self, replica);

  if (up > G_MAXINT64 - own->up || down > G_MAXINT64 - own->down)
    return FALSE;

  own->up += up;
  own->down += down;
  if (ret_delta != NULL)
    quo_counter_set (ret_delta, own);

  return TRUE;
}

/**
 * quo_counter_add:
 * @self: the counter of @replica, which knows all that @replica ever counted
 * @replica: who adds
 * @amount: not negative
 * @ret_delta: (out) (optional): a counter, empty or with earlier deltas
 *
 * The delta is the replica's whole count and not the amount: merged twice it
 * still counts once.
 *
 * Returns: %FALSE when the count would not fit; nothing changed then
 */
gboolean
quo_counter_add (QuoCounter *self,
                 guint       replica,
                 gint64      amount,
                 QuoCounter *ret_delta)
{
  g_return_val_if_fail (self != NULL && amount >= 0, FALSE);

  return count (self, replica, amount, 0, ret_delta);
}

/**
 * quo_counter_subtract:
 * @self: the counter of @replica, which knows all that @replica ever counted
 * @replica: who subtracts
 * @amount: not negative
 * @ret_delta: (out) (optional): as with quo_counter_add()
 *
 * Returns: %FALSE when the count would not fit; nothing changed then
 */
gboolean
quo_counter_subtract (QuoCounter *self,
                      guint       replica,
                      gint64      amount,
                      QuoCounter *ret_delta)
{
  g_return_val_if_fail (self != NULL && amount >= 0, FALSE);

  return count (self, replica, 0, amount, ret_delta);
}

/**
 * quo_counter_set:
 * @self: a counter
 * @count: (transfer none): what a replica counted, as read from a message or disk
 *
 * Replaces what @self knew of that replica.
 */
void
quo_counter_set (QuoCounter     *self,
                 const QuoCount *count)
{
  g_return_if_fail (self != NULL && count != NULL);

  *place (self, count->replica) = *count;
}

/**
 * quo_counter_merge:
 * @self: a counter
 * @other: (transfer none): another replica's, or a delta
 *
 * Takes the larger count of each replica. Not the sum: whoever sends the same state
 * twice would count twice.
 *
 * Returns: whether @self changed
 */
gboolean
quo_counter_merge (QuoCounter       *self,
                   const QuoCounter *other)
{
  gboolean is_changed = FALSE;

  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  for (guint i = 0; i < other->counts->len; i++)
    {
      const QuoCount *theirs = &g_array_index (other->counts, QuoCount, i);
      QuoCount *ours = place (self, theirs->replica);

      is_changed = is_changed || theirs->up > ours->up
                   || theirs->down > ours->down;
      ours->up = MAX (ours->up, theirs->up);
      ours->down = MAX (ours->down, theirs->down);
    }

  return is_changed;
}

/**
 * quo_counter_value:
 * @self: a counter
 *
 * Returns: all that was added less all that was taken away, as far as @self knows,
 *   at the ends of the range of numbers rather than past them
 */
gint64
quo_counter_value (const QuoCounter *self)
{
  __int128 value = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->counts->len; i++)
    {
      const QuoCount *theirs = &g_array_index (self->counts, QuoCount, i);

      value += theirs->up;
      value -= theirs->down;
    }

  return (gint64) CLAMP (value, G_MININT64, G_MAXINT64);
}

/**
 * quo_counter_equal:
 * @a: a counter
 * @b: another
 *
 * Returns: whether both know the same counts
 */
gboolean
quo_counter_equal (const QuoCounter *a,
                   const QuoCounter *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->counts->len != b->counts->len)
    return FALSE;

  for (guint i = 0; i < a->counts->len; i++)
    {
      const QuoCount *x = &g_array_index (a->counts, QuoCount, i);
      const QuoCount *y = &g_array_index (b->counts, QuoCount, i);

      if (x->replica != y->replica || x->up != y->up || x->down != y->down)
        return FALSE;
    }

  return TRUE;
}

/**
 * quo_counter_n:
 * @self: a counter
 *
 * Returns: how many replicas are known to have counted
 */
guint
quo_counter_n (const QuoCounter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts->len;
}

/**
 * quo_counter_nth:
 * @self: a counter
 * @index: below quo_counter_n()
 *
 * Returns: (transfer none): what a replica counted, in order of replicas; good
 *   until @self changes
 */
const QuoCount *
quo_counter_nth (const QuoCounter *self,
                 guint             index)
{
  g_return_val_if_fail (self != NULL && index < self->counts->len, NULL);

  return &g_array_index (self->counts, QuoCount, index);
}
