/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock/vector.h"

#include <string.h>

/**
 * quo_vector_clock_init:
 * @self: (out caller-allocates): becomes the clock that has seen nothing
 */
void
quo_vector_clock_init (QuoVectorClock *self)
{
  g_return_if_fail (self != NULL);

  self->entries = NULL;
  self->n_entries = 0;
}

/**
 * quo_vector_clock_clear:
 * @self: its entries are freed; it may be used again
 */
void
quo_vector_clock_clear (QuoVectorClock *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->entries);
  quo_vector_clock_init (self);
}

static void
grow (QuoVectorClock *self,
      guint           n_entries)
{
  if (n_entries <= self->n_entries)
    return;

  self->entries = g_renew (gint64, self->entries, n_entries);
  memset (self->entries + self->n_entries, 0,
          (n_entries - self->n_entries) * sizeof *self->entries);
  self->n_entries = n_entries;
}

/**
 * quo_vector_clock_copy:
 * @self: initialised; becomes equal to @other
 * @other: (transfer none): the clock to copy
 *
 * Complexity: O(n), no allocation when @self already has as many entries.
 */
void
quo_vector_clock_copy (QuoVectorClock       *self,
                       const QuoVectorClock *other)
{
  g_return_if_fail (self != NULL && other != NULL);

  if (self == other)
    return;

  grow (self, other->n_entries);
  if (other->n_entries > 0)
    memcpy (self->entries, other->entries, other->n_entries * sizeof *self->entries);
  for (guint i = other->n_entries; i < self->n_entries; i++)
    self->entries[i] = 0;
}

/**
 * quo_vector_clock_get:
 * @self: the clock
 * @node_index: any node
 *
 * Returns: the number of events of that node that are known; 0 when it has no
 *   entry
 */
gint64
quo_vector_clock_get (const QuoVectorClock *self,
                      guint                 node_index)
{
  g_return_val_if_fail (self != NULL, 0);

  return node_index < self->n_entries ? self->entries[node_index] : 0;
}

/**
 * quo_vector_clock_set:
 * @self: the clock
 * @node_index: below %QUO_VECTOR_CLOCK_NODES_MAX
 * @count: not negative
 */
void
quo_vector_clock_set (QuoVectorClock *self,
                      guint           node_index,
                      gint64          count)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (node_index < QUO_VECTOR_CLOCK_NODES_MAX);
  g_return_if_fail (count >= 0);

  grow (self, node_index + 1);
  self->entries[node_index] = count;
}

/**
 * quo_vector_clock_tick:
 * @self: the clock of node @node_index
 * @node_index: below %QUO_VECTOR_CLOCK_NODES_MAX
 *
 * Counts an event of the node itself: local, sent or received.
 *
 * Returns: the node's new count
 */
gint64
quo_vector_clock_tick (QuoVectorClock *self,
                       guint           node_index)
{
  gint64 count = quo_vector_clock_get (self, node_index) + 1;

  quo_vector_clock_set (self, node_index, count);
  return count;
}

/**
 * quo_vector_clock_merge:
 * @self: entries are event counts, not times
 * @other: (transfer none): the clock that came with the message
 *
 * Takes the entrywise maximum over the union of both clocks' nodes; a node
 * that one of them lacks counts as 0. Does not tick the receiver: see
 * quo_vector_clock_tick().
 *
 * Complexity: O(n), no allocation when @self already has every node of @other.
 * Source: Mattern 1989, section 4.
 */
void
quo_vector_clock_merge (QuoVectorClock       *self,
                        const QuoVectorClock *other)
{
  g_return_if_fail (self != NULL && other != NULL);

  grow (self, other->n_entries);
  quo_vector_merge (self->entries, other->entries, other->n_entries);
}

static QuoOrder
order_of (gboolean has_less,
          gboolean has_more)
{
  if (has_less && has_more)
    return QUO_ORDER_CONCURRENT;
  if (has_less)
    return QUO_ORDER_BEFORE;
  return has_more ? QUO_ORDER_AFTER : QUO_ORDER_EQUAL;
}

/**
 * quo_vector_clock_compare:
 * @a: a clock
 * @b: another
 *
 * Compares over the union of both clocks' nodes, so that {A: 1} comes before
 * {A: 1, B: 1} and {A: 2} is concurrent to {A: 1, B: 1}.
 *
 * Returns: how @a lies to @b
 */
QuoOrder
quo_vector_clock_compare (const QuoVectorClock *a,
                          const QuoVectorClock *b)
{
  gboolean has_less = FALSE;
  gboolean has_more = FALSE;

  g_return_val_if_fail (a != NULL && b != NULL, QUO_ORDER_EQUAL);

  for (guint i = 0; i < MAX (a->n_entries, b->n_entries); i++)
    {
      gint64 x = quo_vector_clock_get (a, i);
      gint64 y = quo_vector_clock_get (b, i);

      has_less |= x < y;
      has_more |= x > y;
    }

  return order_of (has_less, has_more);
}

/**
 * quo_vector_clock_covers:
 * @self: a clock, or a context
 * @node_index: any node
 * @count: the number of one of that node's events, from 1
 *
 * Returns: whether @self has seen that event
 */
gboolean
quo_vector_clock_covers (const QuoVectorClock *self,
                         guint                 node_index,
                         gint64                count)
{
  return quo_vector_clock_get (self, node_index) >= count;
}

/**
 * quo_vector_clock_format:
 * @self: the clock
 * @names: (array length=n_names) (nullable): the nodes' names
 * @n_names: how many; further nodes are shown by their index
 *
 * Returns: (transfer full): see quo_vector_format()
 */
char *
quo_vector_clock_format (const QuoVectorClock *self,
                         const char * const   *names,
                         guint                 n_names)
{
  g_return_val_if_fail (self != NULL, NULL);

  return quo_vector_format (self->entries, self->n_entries, names, n_names);
}

/**
 * quo_vector_compare:
 * @a: (array length=n): the counts of one clock
 * @b: (array length=n): those of another, of the same nodes
 * @n: the number of nodes
 *
 * Returns: how @a lies to @b
 */
QuoOrder
quo_vector_compare (const gint64 *a,
                    const gint64 *b,
                    guint         n)
{
  gboolean has_less = FALSE;
  gboolean has_more = FALSE;

  g_return_val_if_fail ((a != NULL && b != NULL) || n == 0, QUO_ORDER_EQUAL);

  for (guint i = 0; i < n; i++)
    {
      has_less |= a[i] < b[i];
      has_more |= a[i] > b[i];
    }

  return order_of (has_less, has_more);
}

/**
 * quo_vector_merge:
 * @a: (array length=n) (inout): becomes the entrywise maximum
 * @b: (array length=n): the other clock's counts
 * @n: the number of nodes
 */
void
quo_vector_merge (gint64       *a,
                  const gint64 *b,
                  guint         n)
{
  g_return_if_fail ((a != NULL && b != NULL) || n == 0);

  for (guint i = 0; i < n; i++)
    a[i] = MAX (a[i], b[i]);
}

/**
 * quo_vector_format:
 * @a: (array length=n): the counts
 * @n: the number of nodes
 * @names: (array length=n_names) (nullable): the nodes' names
 * @n_names: how many; further nodes are shown by their index
 *
 * Writes "A2 B1", without what is 0; a name that ends in a digit is kept apart
 * from its count, as in "n12:3".
 *
 * Returns: (transfer full): the text; "0" when all are 0
 */
char *
quo_vector_format (const gint64       *a,
                   guint               n,
                   const char * const *names,
                   guint               n_names)
{
  g_return_val_if_fail (a != NULL || n == 0, NULL);
  g_return_val_if_fail (names != NULL || n_names == 0, NULL);

  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (a[i] == 0)
        continue;
      if (text->len > 0)
        g_string_append_c (text, ' ');
      if (i < n_names)
        g_string_append (text, names[i]);
      else
        g_string_append_printf (text, "%u", i);
      if (text->len > 0 && g_ascii_isdigit (text->str[text->len - 1]))
        g_string_append_c (text, ':');
      g_string_append_printf (text, "%" G_GINT64_FORMAT, a[i]);
    }
  if (text->len == 0)
    g_string_append_c (text, '0');

  return g_string_free (text, FALSE);
}
