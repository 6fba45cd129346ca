/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Registers: the last writer wins, or all concurrent values stay (Shapiro et al.
 * 2011, "A comprehensive study of convergent and commutative replicated data
 * types", section 3.2; Almeida et al. 2018, section 7.3). */

#include "crdt/register.h"

#include "clock/hybrid.h"
#include "clock/lamport.h"

/**
 * quo_stamp_wall:
 * @last: the stamp of the value that is there
 * @reading: what the writer's clock shows, right or wrong
 * @replica: the writer
 *
 * Past what is there even when the clock is behind or has stepped back: a plain
 * reading would lose the write to the value that its writer saw, and give two writes
 * within one tick of the clock the same stamp.
 *
 * Returns: the stamp of the next write
 */
QuoStamp
quo_stamp_wall (const QuoStamp *last,
                QuoTime         reading,
                guint           replica)
{
  QuoStamp stamp = { reading, 0, replica };

  g_return_val_if_fail (last != NULL, stamp);

  stamp.time = MAX (reading, last->time + 1);

  return stamp;
}

/**
 * quo_stamp_lamport:
 * @last: the stamp of the value that is there
 * @replica: the writer
 *
 * Each register has its own Lamport clock: a merge takes the larger stamp, a write
 * goes one past it.
 *
 * Returns: the stamp of the next write
 */
QuoStamp
quo_stamp_lamport (const QuoStamp *last,
                   guint           replica)
{
  QuoStamp stamp = { 0, 0, replica };

  g_return_val_if_fail (last != NULL, stamp);

  stamp.counter = last->counter;
  quo_lamport_tick (&stamp.counter);

  return stamp;
}

/**
 * quo_stamp_hybrid:
 * @last: the stamp of the value that is there
 * @reading: what the writer's clock shows, right or wrong
 * @replica: the writer
 *
 * Returns: the stamp of the next write, by a hybrid clock for each register
 */
QuoStamp
quo_stamp_hybrid (const QuoStamp *last,
                  QuoTime         reading,
                  guint           replica)
{
  QuoStamp stamp = { reading, 0, replica };

  g_return_val_if_fail (last != NULL, stamp);

  QuoHybridClock clock = { last->time, last->counter };

  quo_hybrid_clock_tick (&clock, reading);
  stamp.time = clock.time;
  stamp.counter = clock.counter;

  return stamp;
}

/**
 * quo_stamp_compare:
 * @a: a stamp
 * @b: another
 *
 * Returns: negative, 0 or positive: by clock, and by replica where those are the
 *   same, so that everybody chooses the same one of two concurrent writes
 */
int
quo_stamp_compare (const QuoStamp *a,
                   const QuoStamp *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, 0);

  if (a->time != b->time)
    return a->time < b->time ? -1 : 1;
  if (a->counter != b->counter)
    return a->counter < b->counter ? -1 : 1;

  return (a->replica > b->replica) - (a->replica < b->replica);
}

/**
 * quo_lww_register_merge:
 * @self: a register
 * @other: (transfer none): another replica's, or a new write
 *
 * Keeps the value of the larger stamp. Two different values of one stamp would each
 * stay where they are for ever; no two writes may have the same stamp.
 *
 * Returns: whether @self changed
 */
gboolean
quo_lww_register_merge (QuoLwwRegister       *self,
                        const QuoLwwRegister *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  if (quo_stamp_compare (&other->stamp, &self->stamp) <= 0)
    return FALSE;

  *self = *other;

  return TRUE;
}

/**
 * quo_lww_register_equal:
 * @a: a register
 * @b: another
 *
 * Returns: whether they have the same value of the same write
 */
gboolean
quo_lww_register_equal (const QuoLwwRegister *a,
                        const QuoLwwRegister *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->value == b->value && quo_stamp_compare (&a->stamp, &b->stamp) == 0;
}

/**
 * quo_mv_register_clear:
 * @self: what a replica holds
 * @read: (transfer none) (nullable): what the writer had read; %NULL: all that is
 *   here
 * @ret_delta: (out) (optional): a store, empty or with earlier deltas
 *
 * Drops the values that the writer had read.
 */
void
quo_mv_register_clear (QuoDotStore         *self,
                       const QuoDotContext *read,
                       QuoDotStore         *ret_delta)
{
  g_return_if_fail (self != NULL);

  if (ret_delta != NULL)
    quo_dot_store_see (ret_delta, read != NULL ? read : quo_dot_store_seen (self));
  quo_dot_store_see (self, read != NULL ? read : quo_dot_store_seen (self));
}

/**
 * quo_mv_register_write:
 * @self: what @replica holds, which has seen every update that it ever made
 * @replica: where the write is done
 * @read: (transfer none) (nullable): what the writer had read, the values that it
 *   replaces, as quo_dot_store_seen() of some replica; %NULL: all that is here
 * @value: the new value
 * @ret_delta: (out) (optional): a store, empty or with earlier deltas
 *
 * Values that the writer had not read stay as siblings.
 *
 * Returns: %FALSE when %QUO_DOTS_MAX siblings are there already; nothing changed then
 */
gboolean
quo_mv_register_write (QuoDotStore         *self,
                       guint                replica,
                       const QuoDotContext *read,
                       gint64               value,
                       QuoDotStore         *ret_delta)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (quo_dot_store_n (self) >= QUO_DOTS_MAX)
    return FALSE;

  quo_mv_register_clear (self, read, ret_delta);

  QuoDotted entry = {
    quo_dot_context_next (quo_dot_store_seen (self), replica), value, FALSE
  };

  quo_dot_store_put (self, &entry);
  if (ret_delta != NULL)
    quo_dot_store_put (ret_delta, &entry);

  return TRUE;
}
