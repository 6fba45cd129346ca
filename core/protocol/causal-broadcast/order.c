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
 * @clock: (array length=n_nodes): how many messages of each were delivered here
 * @stamp: (array length=n_nodes): the message's own number, and how many messages
 *   of each of the others its sender had delivered
 * @origin: who broadcast it
 * @n_nodes: processes
 * @own_keys: the mistake of looking at those entries alone that are in @clock
 *
 * V_m[j] = V[j] + 1 for its sender j, and V_m[k] <= V[k] for all others: the next of
 * its sender, and nothing that the sender had seen is missing here. First in, first
 * out asks the first half alone.
 *
 * Returns: whether the message may be delivered now
 */
gboolean
quo_cast_is_due (QuoCastOrder  order,
                 const gint64 *clock,
                 const gint64 *stamp,
                 guint         origin,
                 guint         n_nodes,
                 gboolean      own_keys)
{
  if (order == ORDER_NONE)
    return TRUE;
  if (stamp[origin] != clock[origin] + 1)
    return FALSE;
  if (order == ORDER_FIFO)
    return TRUE;

  for (guint k = 0; k < n_nodes; k++)
    {
      if (k == origin || (own_keys && clock[k] == 0))
        continue;
      if (stamp[k] > clock[k])
        return FALSE;
    }

  return TRUE;
}

/**
 * quo_cast_first_missing:
 * @clock: (array length=n_nodes): how many messages of each were delivered here
 * @stamp: (array length=n_nodes): of a message that is not due
 * @origin: who broadcast it
 * @n_nodes: processes
 * @ret_n_missing: (out): how many messages it waits for
 *
 * Returns: the first process of which a message is missing, the origin before all
 *   others; @n_nodes when nothing is
 */
guint
quo_cast_first_missing (const gint64 *clock,
                        const gint64 *stamp,
                        guint         origin,
                        guint         n_nodes,
                        gint64       *ret_n_missing)
{
  guint first = n_nodes;

  *ret_n_missing = MAX (0, stamp[origin] - 1 - clock[origin]);
  if (*ret_n_missing > 0)
    first = origin;
  for (guint k = 0; k < n_nodes; k++)
    {
      if (k == origin || stamp[k] <= clock[k])
        continue;
      *ret_n_missing += stamp[k] - clock[k];
      if (first == n_nodes)
        first = k;
    }

  return first;
}
