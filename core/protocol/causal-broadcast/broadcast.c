/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A process's memory, and what it broadcasts. */

#include "protocol/causal-broadcast/broadcast-private.h"

/**
 * quo_cast_options:
 * @node: a process
 *
 * Returns: (transfer none): the scenario's options
 */
const QuoCastOptions *
quo_cast_options (const QuoNode *node)
{
  return quo_node_options (node);
}

/**
 * quo_cast_sequencer:
 * @node: a process
 *
 * Returns: index of who numbers the messages of a total order: the option, or the
 *   first
 */
guint
quo_cast_sequencer (const QuoNode *node)
{
  int sequencer = quo_cast_options (node)->sequencer;

  return sequencer < 0 || (guint) sequencer >= quo_node_n_nodes (node)
         ? 0 : (guint) sequencer;
}

/**
 * quo_cast_is_numbered:
 * @node: a process
 * @self: its memory
 *
 * Returns: whether it delivers by the numbers of another, the sequencer
 */
gboolean
quo_cast_is_numbered (const QuoNode *node,
                      const QuoCast *self)
{
  return quo_cast_options (node)->order == ORDER_TOTAL
         && quo_cast_sequencer (node) != self->index
         && !quo_node_has_fault (node, FAULT_IGNORE_NUMBER);
}

/**
 * quo_cast_item_new:
 * @origin: who broadcast it
 * @count: of the origin's messages
 *
 * Returns: (transfer full): a message with an empty stamp
 */
QuoCastItem *
quo_cast_item_new (guint  origin,
                   gint64 count)
{
  QuoCastItem *item = g_new0 (QuoCastItem, 1);

  item->origin = origin;
  item->count = count;
  item->held_at = QUO_TIME_NEVER;

  return item;
}

/**
 * quo_cast_item_free:
 * @item: (transfer full): a #QuoCastItem
 */
void
quo_cast_item_free (gpointer item)
{
  QuoCastItem *self = item;

  quo_vector_clock_clear (&self->stamp);
  g_free (self);
}

static void
indices_free (gpointer data)
{
  if (data != NULL)
    g_array_unref (data);
}

static void
known_free (gpointer data)
{
  QuoVectorClock *known = data;

  if (known == NULL)
    return;
  quo_vector_clock_clear (known);
  g_free (known);
}

/**
 * quo_cast_init:
 * @node: a process
 * @self: zeroed memory
 */
void
quo_cast_init (QuoNode *node,
               QuoCast *self)
{
  self->index = quo_node_index (node);
  self->n_nodes = quo_node_n_nodes (node);
  self->known = g_ptr_array_new_with_free_func (known_free);
  self->where = g_ptr_array_new_with_free_func (indices_free);
  self->log = g_ptr_array_new_with_free_func (quo_cast_item_free);
  self->outbox = g_ptr_array_new_with_free_func (quo_cast_item_free);
  self->held = g_ptr_array_new_with_free_func (quo_cast_item_free);
  self->numbers = g_array_new (FALSE, FALSE, sizeof (QuoCastNumber));
  self->pending = g_array_new (FALSE, FALSE, sizeof (QuoCastPending));
  self->requests = g_hash_table_new (NULL, NULL);
  self->store = g_hash_table_new (NULL, NULL);
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoCastFact));
}

/**
 * quo_cast_clear:
 * @state: a #QuoCast
 */
void
quo_cast_clear (gpointer state)
{
  QuoCast *self = state;

  quo_vector_clock_clear (&self->clock);
  quo_vector_clock_clear (&self->delivered);
  quo_vector_clock_clear (&self->stable);
  quo_vector_clock_clear (&self->heard_of);
  quo_vector_clock_clear (&self->wanted);
  quo_vector_clock_clear (&self->had_log);
  quo_vector_clock_clear (&self->had_told);
  g_clear_pointer (&self->known, g_ptr_array_unref);
  g_clear_pointer (&self->where, g_ptr_array_unref);
  g_clear_pointer (&self->log, g_ptr_array_unref);
  g_clear_pointer (&self->outbox, g_ptr_array_unref);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_clear_pointer (&self->numbers, g_array_unref);
  g_clear_pointer (&self->pending, g_array_unref);
  g_clear_pointer (&self->requests, g_hash_table_unref);
  g_clear_pointer (&self->store, g_hash_table_unref);
  g_clear_pointer (&self->facts, g_array_unref);
}

/**
 * quo_cast_name:
 * @node: a process
 * @origin: who broadcast a message
 * @count: of the origin's messages
 *
 * Returns: (interned): the message's name, such as "A:1"
 */
gint64
quo_cast_name (QuoNode *node,
               guint    origin,
               gint64   count)
{
  g_autofree char *text = g_strdup_printf ("%s:%" G_GINT64_FORMAT,
                                           quo_node_label (node, origin), count);

  return quo_node_intern (node, text);
}

/**
 * quo_cast_add_fact:
 * @self: a process's memory
 * @kind: what happened
 * @item: to which message
 * @amount: as the fact's kind says
 *
 * Leaves it for the monitor, who sees the true time and order.
 */
void
quo_cast_add_fact (QuoCast           *self,
                   QuoCastFactKind    kind,
                   const QuoCastItem *item,
                   gint64             amount)
{
  QuoCastFact fact = {
    kind, item->origin, item->count, item->key, item->value, item->request, amount,
    item->held_at
  };

  g_array_append_val (self->facts, fact);
}

/**
 * quo_cast_may:
 * @node: a process
 * @self: its memory
 *
 * Returns: whether it may broadcast: no more than a window of its messages may be
 *   without everybody's word
 */
gboolean
quo_cast_may (QuoNode       *node,
              const QuoCast *self)
{
  const QuoCastOptions *options = quo_cast_options (node);

  return options->recovery == RECOVERY_OFF
         || self->n_own - quo_vector_clock_get (&self->stable, self->index)
            < options->window;
}

/* Birman, Schiper and Stephenson 1991, CBCAST, step 1. */
static void
stamp (QuoNode     *node,
       QuoCast     *self,
       QuoCastItem *item)
{
  if (!quo_node_has_fault (node, FAULT_STAMP_OWN))
    quo_vector_clock_copy (&item->stamp, &self->clock);
  quo_vector_clock_set (&item->stamp, self->index, item->count);
}

/**
 * quo_cast_write:
 * @node: a process
 * @item: a message
 * @field: its log, or its outbox
 * @key: of the row
 *
 * The stamp is written as text, "A:1 B:2", in which restore.c finds it again.
 */
void
quo_cast_write (QuoNode           *node,
                const QuoCastItem *item,
                guint              field,
                gint64             key)
{
  g_autoptr (GString) stamp = g_string_new (NULL);
  gint64 row[QUO_MAX_COLUMNS] = {
    item->name, item->key, item->value, item->kind, item->request
  };

  for (guint k = 0; k < item->stamp.n_entries; k++)
    if (item->stamp.entries[k] > 0)
      g_string_append_printf (stamp, "%s%s:%" G_GINT64_FORMAT,
                              stamp->len > 0 ? " " : "",
                              quo_node_label (node, k), item->stamp.entries[k]);
  row[5] = quo_node_intern (node, stamp->str);
  quo_node_set_row (node, field, key, row);
}

/**
 * quo_cast_broadcast:
 * @node: a process that may
 * @self: its memory
 * @item: (transfer full): of its own, without number and stamp
 *
 * It is written down before anybody hears of it: a number that was given out must
 * never be given out again.
 */
void
quo_cast_broadcast (QuoNode     *node,
                    QuoCast     *self,
                    QuoCastItem *item)
{
  item->count = ++self->n_own;
  item->name = quo_cast_name (node, self->index, item->count);
  stamp (node, self, item);

  if (quo_node_has_fault (node, FAULT_BEFORE_SYNC))
    quo_cast_tell (node, self, item);
  if (!quo_cast_is_numbered (node, self))
    {
      quo_cast_accept (node, self, item);
      return;
    }

  g_ptr_array_add (self->outbox, item);
  if (item->request != 0)
    g_hash_table_insert (self->requests, GSIZE_TO_POINTER ((gsize) item->request),
                         GINT_TO_POINTER (-1));
  quo_cast_write (node, item, FIELD_OUTBOX, item->count);
  quo_cast_wait_for_disk (node, self, item, FALSE);
}

/**
 * quo_cast_send:
 * @node: a process
 * @self: its memory
 * @item: a message whose stamp it still has
 * @message: CBCAST, or RETRANSMIT
 * @to: index of the receiver
 */
void
quo_cast_send (QuoNode           *node,
               QuoCast           *self,
               const QuoCastItem *item,
               guint              message,
               guint              to)
{
  const gint64 fields[CAST_N_FIELDS] = {
    [CAST_NAME] = item->name,
    [CAST_ORIGIN] = item->origin,
    [CAST_COUNT] = item->count,
    [CAST_KEY] = item->key,
    [CAST_VALUE] = item->value,
    [CAST_KIND] = item->kind,
    [CAST_REQUEST] = item->request,
    [CAST_STABLE] = quo_vector_clock_get (&self->stable, item->origin),
  };
  g_autofree gint64 *rows = g_new (gint64, 2 * item->stamp.n_entries);
  guint n_rows = 0;

  for (guint k = 0; k < item->stamp.n_entries; k++)
    if (item->stamp.entries[k] > 0)
      {
        rows[2 * n_rows] = k;
        rows[2 * n_rows + 1] = item->stamp.entries[k];
        n_rows++;
      }
  quo_node_send_rows (node, to, message, fields, rows, n_rows);
}

/**
 * quo_cast_tell:
 * @node: a process
 * @self: its memory
 * @item: one of its own messages, on disk
 */
void
quo_cast_tell (QuoNode     *node,
               QuoCast     *self,
               QuoCastItem *item)
{
  const gint64 note[QUO_MAX_COLUMNS] = { item->name, item->key, item->value };
  gint64 n_entries = 0;

  if (item->is_sent)
    return;

  item->is_sent = TRUE;
  self->n_told = MAX (self->n_told, item->count);
  for (guint k = 0; k < item->stamp.n_entries; k++)
    n_entries += item->stamp.entries[k] > 0;
  quo_cast_add_fact (self, FACT_BROADCAST, item, n_entries);
  quo_node_note (node, NOTE_BROADCAST, note);
  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index)
      quo_cast_send (node, self, item, MESSAGE_CBCAST, i);
}
