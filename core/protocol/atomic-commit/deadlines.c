/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/atomic-commit/deadlines.h"

typedef struct
{
  QuoTime at; /* by the node's clock */
  gint64  transaction;
} Due;

/**
 * quo_deadlines_init:
 * @self: zeroed memory
 * @n_timers: the protocol's first timers, at most %QUO_DEADLINES_MAX
 * @field: index of the field that shows the deadline that comes first
 */
void
quo_deadlines_init (QuoDeadlines *self,
                    guint         n_timers,
                    guint         field)
{
  g_return_if_fail (n_timers <= QUO_DEADLINES_MAX);

  self->n_timers = n_timers;
  self->field = field;
  for (guint i = 0; i < n_timers; i++)
    self->due[i] = g_array_new (FALSE, FALSE, sizeof (Due));
}

/**
 * quo_deadlines_clear:
 * @self: deadlines
 *
 * Frees what they own.
 */
void
quo_deadlines_clear (QuoDeadlines *self)
{
  for (guint i = 0; i < self->n_timers; i++)
    g_clear_pointer (&self->due[i], g_array_unref);
}

/* The ring that runs out shows the deadline that comes first. */
static void
show (QuoDeadlines *self,
      QuoNode      *node)
{
  QuoTime first = QUO_TIME_NEVER;

  for (guint i = 0; i < self->n_timers; i++)
    if (self->due[i]->len > 0)
      first = MIN (first, g_array_index (self->due[i], Due, 0).at);

  if (first != QUO_TIME_NEVER)
    first = quo_node_deadline (node, MAX (0, first - quo_node_now (node)));
  if (quo_node_get (node, self->field) != first)
    quo_node_set (node, self->field, first);
}

static void
arm (QuoDeadlines *self,
     QuoNode      *node,
     guint         timer)
{
  GArray *due = self->due[timer];

  if (due->len == 0)
    quo_node_cancel_timer (node, timer);
  else
    quo_node_set_timer (node, timer,
                        MAX (0, g_array_index (due, Due, 0).at
                                - quo_node_now (node)));

  show (self, node);
}

/**
 * quo_deadlines_add:
 * @self: a node's deadlines
 * @node: the node
 * @timer: what is waited for
 * @delay: how long, by the node's clock
 * @transaction: for which transaction
 *
 * Many transactions share one timer. As a rule each kind has one delay, so what
 * was begun first is due first and the new deadline belongs at the queue's end.
 */
void
quo_deadlines_add (QuoDeadlines *self,
                   QuoNode      *node,
                   guint         timer,
                   QuoTime       delay,
                   gint64        transaction)
{
  Due due = { quo_node_now (node) + delay, transaction };
  GArray *queue = self->due[timer];
  guint i = queue->len;

  while (i > 0 && g_array_index (queue, Due, i - 1).at > due.at)
    i--;
  g_array_insert_val (queue, i, due);
  if (i == 0)
    arm (self, node, timer);
}

/**
 * quo_deadlines_drop:
 * @self: a node's deadlines
 * @node: the node
 * @timer: what is no longer waited for
 * @transaction: for which transaction
 */
void
quo_deadlines_drop (QuoDeadlines *self,
                    QuoNode      *node,
                    guint         timer,
                    gint64        transaction)
{
  GArray *due = self->due[timer];

  for (guint i = 0; i < due->len; i++)
    if (g_array_index (due, Due, i).transaction == transaction)
      {
        g_array_remove_index (due, i);
        if (i == 0)
          arm (self, node, timer);
        return;
      }
}

/**
 * quo_deadlines_pop:
 * @self: a node's deadlines
 * @node: the node
 * @timer: the timer that ran out
 *
 * Takes the transaction whose turn it is and sets the timer for the next one. A
 * timer fires only for the first of its queue, so that one is always taken.
 *
 * Returns: the transaction, or 0 when nothing is waited for
 */
gint64
quo_deadlines_pop (QuoDeadlines *self,
                   QuoNode      *node,
                   guint         timer)
{
  GArray *due = self->due[timer];

  if (due->len == 0)
    return 0;

  gint64 transaction = g_array_index (due, Due, 0).transaction;

  g_array_remove_index (due, 0);
  arm (self, node, timer);

  return transaction;
}
