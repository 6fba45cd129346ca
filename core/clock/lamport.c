/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock/lamport.h"

/**
 * quo_lamport_tick:
 * @clock: (inout): a node's clock, from 0
 *
 * For a local event or a message sent.
 *
 * Returns: the event's stamp
 */
gint64
quo_lamport_tick (gint64 *clock)
{
  g_return_val_if_fail (clock != NULL, 0);
  g_return_val_if_fail (*clock < G_MAXINT64, 0);

  return ++*clock;
}

/**
 * quo_lamport_receive:
 * @clock: (inout): the receiver's clock
 * @message: the stamp that came with the message
 *
 * Source: Lamport 1978, rule IR2: past both, which includes the tick of the
 * receipt itself.
 *
 * Returns: the receipt's stamp
 */
gint64
quo_lamport_receive (gint64 *clock,
                     gint64  message)
{
  g_return_val_if_fail (clock != NULL, 0);

  *clock = MAX (*clock, message);
  return quo_lamport_tick (clock);
}

/**
 * quo_lamport_compare:
 * @a: a stamp
 * @a_node: where it was made
 * @b: another
 * @b_node: where that was made
 *
 * The total order by (stamp, node). It agrees with causality but says more:
 * BEFORE does not mean that one brought the other about.
 *
 * Returns: equal, before or after, never concurrent
 */
QuoOrder
quo_lamport_compare (gint64 a,
                     guint  a_node,
                     gint64 b,
                     guint  b_node)
{
  if (a != b)
    return a < b ? QUO_ORDER_BEFORE : QUO_ORDER_AFTER;
  if (a_node != b_node)
    return a_node < b_node ? QUO_ORDER_BEFORE : QUO_ORDER_AFTER;
  return QUO_ORDER_EQUAL;
}
