/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What arrives. A message that is due goes to the log, one that is not waits in the
 * buffer; each that was written down may make others due.
 *
 * A full buffer loses nothing for good and never stops everything: the first message
 * that is missing is due when it comes and needs no place, and who holds the others
 * still will send them again.
 */

#include "protocol/causal-broadcast/broadcast-private.h"

#include <string.h>

/**
 * quo_cast_index_of:
 * @self: a process's memory
 * @origin: who broadcast a message
 * @count: of the origin's messages
 *
 * Returns: its index in the log, 0 when it is not there
 */
guint
quo_cast_index_of (const QuoCast *self,
                   guint          origin,
                   gint64         count)
{
  const GArray *where = origin < self->where->len
                        ? g_ptr_array_index (self->where, origin) : NULL;

  return where != NULL && count >= 1 && count <= (gint64) where->len
         ? g_array_index (where, guint, count - 1) : 0;
}

/**
 * quo_cast_find:
 * @items: the buffer or the outbox
 * @origin: who broadcast a message
 * @count: of the origin's messages
 *
 * Returns: (transfer none) (nullable): the message
 */
QuoCastItem *
quo_cast_find (const GPtrArray *items,
               guint            origin,
               gint64           count)
{
  for (guint i = 0; i < items->len; i++)
    {
      QuoCastItem *item = g_ptr_array_index (items, i);

      if (item->origin == origin && item->count == count)
        return item;
    }

  return NULL;
}

/* Of the one who broadcast it: where in the log its messages are. */
static GArray *
where_of (QuoCast *self,
          guint    origin)
{
  if (origin >= self->where->len)
    g_ptr_array_set_size (self->where, (int) origin + 1);
  if (g_ptr_array_index (self->where, origin) == NULL)
    g_ptr_array_index (self->where, origin)
      = g_array_new (FALSE, TRUE, sizeof (guint));

  return g_ptr_array_index (self->where, origin);
}

/**
 * quo_cast_enter:
 * @node: a process
 * @self: its memory
 * @item: (transfer full): becomes the last of its log in memory
 */
void
quo_cast_enter (QuoNode     *node,
                QuoCast     *self,
                QuoCastItem *item)
{
  GArray *where = where_of (self, item->origin);
  guint index = self->log->len + 1;

  g_ptr_array_add (self->log, item);
  if (item->count > (gint64) where->len)
    g_array_set_size (where, (guint) item->count);
  if (g_array_index (where, guint, item->count - 1) == 0)
    g_array_index (where, guint, item->count - 1) = index;
  while (quo_cast_index_of (self, item->origin,
                            quo_vector_clock_get (&self->clock, item->origin) + 1) > 0)
    quo_vector_clock_tick (&self->clock, item->origin);

  /* What a client asked two processes for is done once: by whichever message comes
   * first. */
  if (item->request != 0
      && GPOINTER_TO_INT (g_hash_table_lookup (
           self->requests, GSIZE_TO_POINTER ((gsize) item->request))) <= 0)
    g_hash_table_insert (self->requests, GSIZE_TO_POINTER ((gsize) item->request),
                         GINT_TO_POINTER ((int) index));
}

/**
 * quo_cast_wait_for_disk:
 * @node: a process
 * @self: its memory
 * @item: (transfer none): kept by the log or the outbox
 * @is_delivery: whether it is delivered then; else it is only sent
 */
void
quo_cast_wait_for_disk (QuoNode     *node,
                        QuoCast     *self,
                        QuoCastItem *item,
                        gboolean     is_delivery)
{
  QuoCastPending pending = { item, is_delivery };

  g_array_append_val (self->pending, pending);
  self->n_pending++;
  quo_node_sync (node, WRITE_LOG, self->n_pending);
}

/**
 * quo_cast_accept:
 * @node: a process
 * @self: its memory
 * @item: (transfer full): a message that is due
 *
 * It is delivered when it is on disk. What is broadcast meanwhile comes behind it in
 * the log, so its stamp may count it already.
 */
void
quo_cast_accept (QuoNode     *node,
                 QuoCast     *self,
                 QuoCastItem *item)
{
  quo_cast_enter (node, self, item);
  quo_cast_write (node, item, FIELD_LOG, self->log->len);
  quo_cast_wait_for_disk (node, self, item, TRUE);
}

/**
 * quo_cast_apply:
 * @node: a process
 * @self: its memory
 * @item: a message that is delivered
 */
void
quo_cast_apply (QuoNode           *node,
                QuoCast           *self,
                const QuoCastItem *item)
{
  gpointer key = GSIZE_TO_POINTER ((gsize) item->key);
  gint64 old = (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (self->store, key));
  gint64 row[QUO_MAX_COLUMNS] = { item->value, item->name };

  if (item->kind == KIND_TELL)
    return;
  if (item->request != 0 && !quo_node_has_fault (node, FAULT_DUPLICATE)
      && g_ptr_array_index (self->log, GPOINTER_TO_INT (g_hash_table_lookup (
           self->requests, GSIZE_TO_POINTER ((gsize) item->request))) - 1) != item)
    return;

  if (item->kind == KIND_APPEND && old != 0)
    {
      const char *list = quo_node_text (node, old);
      const char *last = quo_node_text (node, item->value);
      g_autofree char *both = NULL;

      if (strlen (list) + 1 + strlen (last) > VALUE_MAX)
        return;
      both = g_strconcat (list, ",", last, NULL);
      row[0] = quo_node_intern (node, both);
    }
  g_hash_table_insert (self->store, key, GSIZE_TO_POINTER ((gsize) row[0]));
  quo_node_set_row (node, FIELD_STORE, item->key, row);
}

static void
send_number (QuoNode           *node,
             QuoCast           *self,
             const QuoCastItem *item)
{
  const gint64 fields[] = { self->n_delivered };
  const gint64 row[] = { item->origin, item->count };

  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index)
      quo_node_send_rows (node, i, MESSAGE_SETS_ORDER, fields, row, 1);
}

/**
 * quo_cast_count:
 * @self: a process's memory
 * @origin: of whom it has just delivered a message
 *
 * The vector counts what came without a gap; but for %ORDER_NONE that is all.
 */
void
quo_cast_count (QuoCast *self,
                guint    origin)
{
  for (;;)
    {
      gint64 count = quo_vector_clock_get (&self->delivered, origin);
      guint index = quo_cast_index_of (self, origin, count + 1);

      if (index == 0 || index > self->n_delivered)
        return;
      quo_vector_clock_tick (&self->delivered, origin);
    }
}

/**
 * quo_cast_deliver:
 * @node: a process
 * @self: its memory
 * @item: of the log, now on disk
 */
void
quo_cast_deliver (QuoNode     *node,
                  QuoCast     *self,
                  QuoCastItem *item)
{
  const gint64 note[QUO_MAX_COLUMNS] = { item->name, item->key, item->value };
  guint origin = item->origin;
  gint64 entry[QUO_MAX_COLUMNS];

  self->n_delivered++;
  quo_cast_count (self, origin);
  entry[0] = quo_vector_clock_get (&self->delivered, origin);
  quo_node_set_row (node, FIELD_CLOCK, origin, entry);
  quo_node_set (node, FIELD_DELIVERED, self->n_delivered);
  if (origin == self->index && !quo_cast_is_numbered (node, self))
    quo_cast_tell (node, self, item);

  quo_cast_add_fact (self, FACT_DELIVERED, item, 0);
  quo_node_note (node, NOTE_DELIVER, note);
  quo_cast_apply (node, self, item);
  if (item->serial > 0)
    quo_node_reply (node, item->client, item->serial, QUO_STATUS_OK, 0);
  if (quo_cast_options (node)->order == ORDER_TOTAL
      && quo_cast_sequencer (node) == self->index)
    send_number (node, self, item);

  /* Where nothing is sent again, nothing has to be kept. */
  if (quo_cast_options (node)->recovery != RECOVERY_OFF)
    quo_cast_learn (node, self, self->index, origin, entry[0]);
  else
    quo_vector_clock_clear (&item->stamp);
}

/* Whether somebody's number says that this one is next. */
static gboolean
is_next (const QuoCast     *self,
         const QuoCastItem *item)
{
  for (guint i = 0; i < self->numbers->len; i++)
    {
      const QuoCastNumber *number = &g_array_index (self->numbers, QuoCastNumber, i);

      if (number->number == (gint64) self->log->len + 1)
        return number->origin == item->origin && number->count == item->count;
    }

  return FALSE;
}

static gboolean
is_due (QuoNode           *node,
        const QuoCast     *self,
        const QuoCastItem *item)
{
  QuoCastOrder order = (QuoCastOrder) quo_cast_options (node)->order;
  gboolean own_keys = quo_node_has_fault (node, FAULT_OWN_KEYS);

  if (quo_cast_is_numbered (node, self))
    return is_next (self, item);
  if (quo_node_has_fault (node, FAULT_ON_ARRIVAL)
      || (quo_node_has_fault (node, FAULT_NUMBER_ON_ARRIVAL)
          && order == ORDER_TOTAL))
    order = ORDER_NONE;
  else if (quo_node_has_fault (node, FAULT_SENDER_ONLY) && order != ORDER_NONE)
    order = ORDER_FIFO;

  return quo_cast_is_due (order, &self->clock, &item->stamp, item->origin, own_keys);
}

/* What it waits for, where others can see it. */
static void
show_held (QuoNode     *node,
           QuoCast     *self,
           QuoCastItem *item)
{
  gint64 n_missing = 0;
  guint first = 0;
  gint64 waits_for;
  gint64 row[QUO_MAX_COLUMNS];

  if (quo_cast_find_missing (&self->clock, &item->stamp, item->origin, &first,
                             &n_missing))
    waits_for = quo_cast_name (node, first,
                               quo_vector_clock_get (&self->clock, first) + 1);
  else
    waits_for = quo_node_intern (node, "number");
  if (waits_for == item->waits_for && n_missing == item->n_missing)
    return;

  item->waits_for = row[0] = waits_for;
  item->n_missing = row[1] = n_missing;
  row[2] = item->value;
  quo_node_set_row (node, FIELD_HELD, item->name, row);
}

static void
drop_number (QuoNode *node,
             QuoCast *self)
{
  for (guint i = self->numbers->len; i > 0; i--)
    {
      gint64 number = g_array_index (self->numbers, QuoCastNumber, i - 1).number;

      if (number > (gint64) self->log->len)
        continue;
      g_array_remove_index (self->numbers, i - 1);
      quo_node_remove_row (node, FIELD_NUMBERS, number);
    }
}

static gboolean
is_known (const QuoCast     *self,
          const QuoCastItem *item)
{
  return item->count <= quo_vector_clock_get (&self->clock, item->origin)
         || quo_cast_index_of (self, item->origin, item->count) > 0;
}

/* One message leaves the buffer or the outbox. */
static gboolean
settle_one (QuoNode   *node,
            QuoCast   *self,
            GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      QuoCastItem *item = g_ptr_array_index (items, i);

      if (items == self->held && is_known (self, item))
        {
          quo_node_remove_row (node, FIELD_HELD, item->name);
          g_ptr_array_remove_index (items, i);
          return TRUE;
        }
      if (!is_due (node, self, item))
        continue;

      g_ptr_array_steal_index (items, i);
      if (items == self->held)
        quo_node_remove_row (node, FIELD_HELD, item->name);
      else
        quo_node_remove_row (node, FIELD_OUTBOX, item->count);
      quo_cast_accept (node, self, item);
      drop_number (node, self);
      return TRUE;
    }

  return FALSE;
}

/**
 * quo_cast_settle:
 * @node: a process
 * @self: its memory
 *
 * Delivers what has become due, in the order of arrival, and shows what the rest
 * waits for.
 *
 * Complexity: quadratic in the messages held back, of which there are at most
 *   "buffer".
 */
void
quo_cast_settle (QuoNode *node,
                 QuoCast *self)
{
  gboolean is_numbered = quo_cast_is_numbered (node, self);

  while (settle_one (node, self, self->held)
         || (is_numbered && settle_one (node, self, self->outbox)))
    ;
  for (guint i = 0; i < self->held->len; i++)
    show_held (node, self, g_ptr_array_index (self->held, i));
}

static QuoCastItem *
read_item (const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoCastItem *item = quo_cast_item_new ((guint) m[CAST_ORIGIN], m[CAST_COUNT]);

  item->name = m[CAST_NAME];
  item->key = m[CAST_KEY];
  item->value = m[CAST_VALUE];
  item->kind = m[CAST_KIND];
  item->request = m[CAST_REQUEST];
  for (guint i = 0; i < message->n_rows; i++)
    quo_vector_clock_set (&item->stamp, (guint) message->rows[2 * i],
                          message->rows[2 * i + 1]);

  return item;
}

/* Held back, unless the buffer is full. */
static void
hold (QuoNode     *node,
      QuoCast     *self,
      QuoCastItem *item)
{
  gint64 note[QUO_MAX_COLUMNS] = { item->name };

  if (self->held->len >= quo_cast_options (node)->buffer)
    {
      quo_cast_add_fact (self, FACT_OVERFLOW, item, 0);
      quo_node_note (node, NOTE_FULL, note);
      self->is_asked = TRUE;
      quo_cast_item_free (item);
      return;
    }

  item->held_at = quo_node_deadline (node, 0);
  g_ptr_array_add (self->held, item);
  quo_cast_add_fact (self, FACT_HELD, item, self->held->len);
  show_held (node, self, item);
  note[1] = item->waits_for;
  quo_node_note (node, NOTE_HOLD, note);
}

/* The mistake: the vector counts what was only received. */
static void
merge_at_receipt (QuoNode           *node,
                  QuoCast           *self,
                  const QuoCastItem *item)
{
  for (guint k = 0; k < item->stamp.n_entries; k++)
    {
      gint64 entry[QUO_MAX_COLUMNS] = { item->stamp.entries[k] };

      if (k == item->origin || entry[0] <= quo_vector_clock_get (&self->clock, k))
        continue;
      quo_vector_clock_set (&self->clock, k, entry[0]);
      quo_vector_clock_set (&self->delivered, k, entry[0]);
      quo_node_set_row (node, FIELD_CLOCK, k, entry);
    }
}

/* What a stamp says of its sender: it had delivered the others' messages when it
 * broadcast this one. */
static void
learn_from (QuoNode           *node,
            QuoCast           *self,
            const QuoMessage  *message,
            const QuoCastItem *item)
{
  gboolean is_total = quo_cast_options (node)->order == ORDER_TOTAL;

  for (guint k = 0; k < item->stamp.n_entries; k++)
    if (k != item->origin || !is_total)
      quo_cast_learn (node, self, item->origin, k, item->stamp.entries[k]);
  quo_cast_learn_stable (node, self, item->origin, message->fields[CAST_STABLE]);
}

/**
 * quo_cast_take:
 * @node: a process
 * @self: its memory
 * @message: a CBCAST or RETRANSMIT
 */
void
quo_cast_take (QuoNode          *node,
               QuoCast          *self,
               const QuoMessage *message)
{
  QuoCastItem *item = read_item (message);
  gint64 note[QUO_MAX_COLUMNS] = { item->name };
  gboolean is_again = is_known (self, item);

  quo_cast_add_fact (self, FACT_ARRIVED, item, 0);
  if (quo_cast_options (node)->recovery != RECOVERY_OFF)
    learn_from (node, self, message, item);
  if (quo_node_has_fault (node, FAULT_DUPLICATE) && is_again
      && !quo_cast_is_numbered (node, self))
    {
      quo_cast_accept (node, self, item);
      return;
    }
  if (is_again || item->origin == self->index
      || quo_cast_find (self->held, item->origin, item->count) != NULL)
    {
      quo_node_note (node, NOTE_DISCARD, note);
      quo_cast_item_free (item);
      return;
    }

  if (is_due (node, self, item))
    {
      quo_cast_accept (node, self, item);
      drop_number (node, self);
      quo_cast_settle (node, self);
      return;
    }
  hold (node, self, item);
  if (quo_node_has_fault (node, FAULT_MERGE_AT_RECEIPT))
    {
      merge_at_receipt (node, self, item);
      quo_cast_settle (node, self);
    }
}

/**
 * quo_cast_take_numbers:
 * @node: a process
 * @self: its memory
 * @message: a SETS-ORDER
 *
 * Of the numbers to come it keeps as many as it may hold messages back, the next
 * ones: those beyond are asked for when these are done.
 */
void
quo_cast_take_numbers (QuoNode          *node,
                       QuoCast          *self,
                       const QuoMessage *message)
{
  gint64 length = self->log->len;
  gint64 last = length + quo_cast_options (node)->buffer;

  if (!quo_cast_is_numbered (node, self))
    return;

  for (guint i = 0; i < message->n_rows; i++)
    {
      QuoCastNumber number = {
        message->fields[0] + i, (guint) message->rows[2 * i],
        message->rows[2 * i + 1]
      };
      gint64 row[QUO_MAX_COLUMNS];
      gboolean is_there = FALSE;

      for (guint j = 0; j < self->numbers->len && !is_there; j++)
        is_there = g_array_index (self->numbers, QuoCastNumber, j).number
                   == number.number;
      if (is_there || number.number <= length || number.number > last)
        continue;
      g_array_append_val (self->numbers, number);
      row[0] = quo_cast_name (node, number.origin, number.count);
      quo_node_set_row (node, FIELD_NUMBERS, number.number, row);
    }
  quo_cast_settle (node, self);
}
