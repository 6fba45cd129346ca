/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * When a message is due, by its stamp alone.
 *
 * Source: Birman, Schiper and Stephenson 1991, CBCAST, step 2.
 */

#include "protocol/causal-broadcast/broadcast-private.h"

/**
 * quo_cast_is_due:
 * @order: what is promised; %ORDER_TOTAL is asked of the sequencer, who numbers
 *   messages in causal order
 * @clock: how many messages of each were delivered here
 * @stamp: the message's own number, and how many messages of each of the others its
 *   sender had delivered
 * @origin: who broadcast it
 * @own_keys: the mistake of looking at those entries alone that are in @clock
 *
 * V_m[j] = V[j] + 1 for its sender j, and V_m[k] <= V[k] for all others: the next of
 * its sender, and nothing that the sender had seen is missing here. First in, first
 * out asks the first half alone.
 *
 * Returns: whether the message may be delivered now
 */
gboolean
quo_cast_is_due (QuoCastOrder          order,
                 const QuoVectorClock *clock,
                 const QuoVectorClock *stamp,
                 guint                 origin,
                 gboolean              own_keys)
{
  if (order == ORDER_NONE)
    return TRUE;
  if (quo_vector_clock_get (stamp, origin)
      != quo_vector_clock_get (clock, origin) + 1)
    return FALSE;
  if (order == ORDER_FIFO)
    return TRUE;

  for (guint k = 0; k < stamp->n_entries; k++)
    {
      gint64 count = quo_vector_clock_get (clock, k);

      if (k == origin || (own_keys && count == 0))
        continue;
      if (stamp->entries[k] > count)
        return FALSE;
    }

  return TRUE;
}

/**
 * quo_cast_find_missing:
 * @clock: how many messages of each were delivered here
 * @stamp: of a message that is not due
 * @origin: who broadcast it
 * @ret_first: (out): the first process of which a message is missing, the origin
 *   before all others
 * @ret_n_missing: (out): how many messages it waits for
 *
 * Returns: whether it waits for any
 */
gboolean
quo_cast_find_missing (const QuoVectorClock *clock,
                       const QuoVectorClock *stamp,
                       guint                 origin,
                       guint                *ret_first,
                       gint64               *ret_n_missing)
{
  gint64 n_missing = quo_vector_clock_get (stamp, origin) - 1
                     - quo_vector_clock_get (clock, origin);
  gboolean is_found = n_missing > 0;

  *ret_first = origin;
  *ret_n_missing = MAX (0, n_missing);
  for (guint k = 0; k < stamp->n_entries; k++)
    {
      gint64 count = quo_vector_clock_get (clock, k);

      if (k == origin || stamp->entries[k] <= count)
        continue;
      *ret_n_missing += stamp->entries[k] - count;
      if (!is_found)
        *ret_first = k;
      is_found = TRUE;
    }

  return is_found;
}
