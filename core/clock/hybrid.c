/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock/hybrid.h"

/**
 * quo_hybrid_clock_tick:
 * @self: a node's clock
 * @physical_time: what the node's own wall clock shows, right or wrong
 *
 * For a local event or a message sent: the clock afterwards is its stamp.
 * When the wall clock stands still or steps back, the counter goes on.
 *
 * Source: Kulkarni et al. 2014, "Logical physical clocks", figure 5.
 */
void
quo_hybrid_clock_tick (QuoHybridClock *self,
                       QuoTime         physical_time)
{
  g_return_if_fail (self != NULL);

  if (physical_time > self->time)
    {
      self->time = physical_time;
      self->counter = 0;
    }
  else
    {
      self->counter++;
    }
}

/**
 * quo_hybrid_clock_receive:
 * @self: the receiver's clock; afterwards the stamp of the receipt
 * @message: the stamp that came with the message
 * @physical_time: what the receiver's own wall clock shows
 *
 * The stamp is past the receiver's last and past the message's, and its time
 * is never ahead of the fastest wall clock heard of.
 *
 * Source: Kulkarni et al. 2014, figure 5.
 */
void
quo_hybrid_clock_receive (QuoHybridClock       *self,
                          const QuoHybridClock *message,
                          QuoTime               physical_time)
{
  g_return_if_fail (self != NULL && message != NULL);

  QuoTime time = MAX (MAX (self->time, message->time), physical_time);
  gboolean is_own = time == self->time;
  gboolean is_message = time == message->time;

  if (is_own && is_message)
    self->counter = MAX (self->counter, message->counter) + 1;
  else if (is_own)
    self->counter++;
  else if (is_message)
    self->counter = message->counter + 1;
  else
    self->counter = 0;
  self->time = time;
}

/**
 * quo_hybrid_clock_compare:
 * @a: a stamp
 * @a_node: where it was made
 * @b: another
 * @b_node: where that was made
 *
 * The total order by (time, counter, node). It agrees with causality but says
 * more: BEFORE does not mean that one brought the other about.
 *
 * Returns: equal, before or after, never concurrent
 */
QuoOrder
quo_hybrid_clock_compare (const QuoHybridClock *a,
                          guint                 a_node,
                          const QuoHybridClock *b,
                          guint                 b_node)
{
  g_return_val_if_fail (a != NULL && b != NULL, QUO_ORDER_EQUAL);

  if (a->time != b->time)
    return a->time < b->time ? QUO_ORDER_BEFORE : QUO_ORDER_AFTER;
  if (a->counter != b->counter)
    return a->counter < b->counter ? QUO_ORDER_BEFORE : QUO_ORDER_AFTER;
  if (a_node != b_node)
    return a_node < b_node ? QUO_ORDER_BEFORE : QUO_ORDER_AFTER;
  return QUO_ORDER_EQUAL;
}

/**
 * quo_hybrid_clock_format:
 * @self: a stamp
 *
 * Returns: (transfer full): "150ms" or, with a counter, "150ms+2"
 */
char *
quo_hybrid_clock_format (const QuoHybridClock *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autofree char *time = quo_time_format (self->time);

  if (self->counter == 0)
    return g_steal_pointer (&time);
  return g_strdup_printf ("%s+%" G_GINT64_FORMAT, time, self->counter);
}
