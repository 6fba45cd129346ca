/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a client asks for is done here and now, and told to the others later. */

#include "protocol/replicated-register/replicated-private.h"

#include <string.h>

static QuoStamp
next_stamp (QuoNode        *node,
            const QuoStamp *last,
            guint           replica)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  QuoTime reading = quo_node_now (node);
  gboolean is_plain = quo_node_has_fault (node, FAULT_CLOCK_AS_IS);

  if (options->resolution > 1)
    reading -= reading % options->resolution;
  if (options->clock == QUO_REPLICATED_LAMPORT)
    return quo_stamp_lamport (last, replica);
  if (is_plain)
    return (QuoStamp) { reading, 0, replica };
  if (quo_node_has_fault (node, FAULT_EQUAL_STAMPS))
    return (QuoStamp) { MAX (reading, last->time), last->counter, replica };
  if (options->clock == QUO_REPLICATED_HYBRID)
    return quo_stamp_hybrid (last, reading, replica);

  return quo_stamp_wall (last, reading, replica);
}

static void
write_register (QuoNode           *node,
                QuoReplicatedCell *cell,
                guint              replica,
                gint64             value,
                QuoReplicatedCell *delta)
{
  delta->lww.stamp = next_stamp (node, &cell->lww.stamp, replica);
  delta->lww.value = value;
  if (quo_node_has_fault (node, FAULT_EQUAL_STAMPS))
    cell->lww = delta->lww;
  else
    quo_lww_register_merge (&cell->lww, &delta->lww);
}

/* An append joins what is there, all siblings, and the new text: the siblings are
 * merged. */
static gint64
appended (QuoNode                 *node,
          const QuoReplicatedCell *cell,
          gint64                   value)
{
  g_autofree char *text = NULL;

  if (cell->shown == 0)
    return value;
  text = g_strdup_printf ("%s + %s", quo_node_text (node, cell->shown),
                          quo_node_text (node, value));
  g_strdelimit (text, "|", '+');

  return quo_node_intern (node, text);
}

static gboolean
update_register (QuoNode           *node,
                 QuoReplicatedCell *cell,
                 guint              replica,
                 const QuoOp       *op,
                 QuoReplicatedCell *delta,
                 gint64            *ret_value)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  g_autoptr (QuoDotContext) read = NULL;

  if (op->kind == QUO_OP_APPEND)
    *ret_value = appended (node, cell, op->value);
  else if (op->kind == QUO_OP_REMOVE)
    *ret_value = 0;
  else if (op->kind != QUO_OP_WRITE)
    return FALSE;

  if (options->type == QUO_REPLICATED_LWW)
    {
      write_register (node, cell, replica, *ret_value, delta);
      return TRUE;
    }

  /* Who appends has merged all that is here. */
  if (options->context == QUO_REPLICATED_BY_CLIENT && op->kind != QUO_OP_APPEND)
    read = quo_replicated_read_context (node, op->context);
  if (op->kind == QUO_OP_REMOVE)
    {
      quo_mv_register_clear (cell->store, read, delta->store);
      return TRUE;
    }

  return quo_mv_register_write (cell->store, replica, read, *ret_value,
                                delta->store);
}

static gboolean
update_counter (QuoNode           *node,
                QuoReplicatedCell *cell,
                guint              replica,
                const QuoOp       *op,
                QuoReplicatedCell *delta,
                gint64            *ret_value)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  const char *text = op->value != 0 ? quo_node_text (node, op->value) : "1";
  char *end;
  gint64 amount = g_ascii_strtoll (text, &end, 10);

  if (end == text || *end != '\0' || amount < 0)
    return FALSE;
  if (op->kind == QUO_OP_REMOVE)
    {
      *ret_value = -amount;
      return options->type == QUO_REPLICATED_PN_COUNTER
             && quo_counter_subtract (cell->counter, replica, amount,
                                      delta->counter);
    }
  *ret_value = amount;

  return op->kind == QUO_OP_ADD
         && quo_counter_add (cell->counter, replica, amount, delta->counter);
}

static gboolean
is_banned (const QuoReplicatedCell *cell,
           gint64                   element,
           guint                   *ret_index)
{
  for (guint i = 0; i < cell->banned->len; i++)
    if (g_array_index (cell->banned, gint64, i) == element)
      {
        *ret_index = i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
update_set (QuoNode           *node,
            QuoReplicatedCell *cell,
            guint              replica,
            const QuoOp       *op,
            QuoReplicatedCell *delta)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  gboolean is_unseen = quo_node_has_fault (node, FAULT_REMOVE_UNSEEN)
                       && options->type == QUO_REPLICATED_OR_SET;
  guint i;

  if (op->value == 0)
    return FALSE;
  if (op->kind == QUO_OP_ADD || op->kind == QUO_OP_APPEND)
    {
      if (is_banned (cell, op->value, &i))
        g_array_remove_index (cell->banned, i);
      return quo_set_add (cell->store, replica, op->value, delta->store);
    }
  if (op->kind != QUO_OP_REMOVE)
    return FALSE;

  if (is_unseen && !is_banned (cell, op->value, &i))
    {
      g_array_append_val (cell->banned, op->value);
      g_array_append_val (delta->banned, op->value);
    }

  return quo_set_remove (cell->store,
                         options->type == QUO_REPLICATED_OR_SET
                           ? QUO_SET_ADD_WINS : QUO_SET_REMOVE_WINS,
                         replica, op->value, delta->store);
}

static gint64
context_of (QuoNode                 *node,
            const QuoReplicatedCell *cell)
{
  const QuoReplicatedOptions *options = quo_node_options (node);

  if (options->type != QUO_REPLICATED_MV || cell == NULL)
    return 0;

  return quo_replicated_context (node, quo_dot_store_seen (cell->store));
}

static void
answer (QuoNode                    *node,
        const QuoReplicatedPending *pending,
        QuoStatus                   status)
{
  quo_node_reply_with_context (node, pending->client, pending->serial, status,
                               pending->value, pending->context);
}

/* Takes note of the update, and answers when it is on disk. */
static void
finish (QuoNode              *node,
        QuoReplicated        *self,
        const QuoOp          *op,
        QuoReplicatedCell    *cell,
        QuoReplicatedPending *pending,
        GPtrArray            *deltas)
{
  QuoReplicatedNow *now = &self->now;

  now->is_update = TRUE;
  now->kind = op->kind;
  now->key = op->key;
  now->used = op->context;
  g_array_append_val (now->touched, op->key);
  quo_replicated_changed (node, self, deltas);
  quo_node_note (node, NOTE_UPDATES, (gint64[]) { op->key, cell->shown });
  now->gave = context_of (node, cell);
  pending->value = cell->shown;
  pending->context = now->gave;
  pending->token = self->n_changes;
  g_array_append_vals (self->pending, pending, 1);
}

static void
update (QuoNode              *node,
        QuoReplicated        *self,
        const QuoOp          *op,
        QuoReplicatedPending *pending)
{
  QuoReplicatedCell *cell = quo_replicated_get (self, op->key);
  QuoReplicatedCell *delta = quo_replicated_cell_new (op->key);
  g_autoptr (GPtrArray) deltas =
    g_ptr_array_new_with_free_func ((GDestroyNotify) quo_replicated_cell_free);
  guint replica = quo_replicated_id (node, self);
  gint64 value = op->value;
  gboolean is_done;

  g_ptr_array_add (deltas, delta);
  switch (quo_replicated_form (quo_node_options (node)))
    {
    case QUO_REPLICATED_REGISTER:
      is_done = update_register (node, cell, replica, op, delta, &value);
      break;
    case QUO_REPLICATED_COUNTS:
      is_done = update_counter (node, cell, replica, op, delta, &value);
      break;
    case QUO_REPLICATED_DOTS:
    default:
      is_done = ((const QuoReplicatedOptions *) quo_node_options (node))->type
                == QUO_REPLICATED_MV
                ? update_register (node, cell, replica, op, delta, &value)
                : update_set (node, cell, replica, op, delta);
      break;
    }
  if (!is_done)
    {
      answer (node, pending, QUO_STATUS_FAILED);
      return;
    }

  self->now.value = value;
  self->now.stamp = delta->lww.stamp;
  finish (node, self, op, cell, pending, deltas);
}

/**
 * quo_replicated_request:
 * @node: a node
 * @state: its memory
 * @op: what a client asks: it is answered from the node's own copy, and no other
 *   node is asked. An operation that the type does not have fails.
 */
void
quo_replicated_request (QuoNode     *node,
                        gpointer     state,
                        const QuoOp *op)
{
  QuoReplicated *self = state;
  QuoReplicatedPending pending = { .client = op->client, .serial = op->serial };
  const QuoReplicatedCell *cell;

  quo_replicated_begin (self);
  if (!self->is_ready)
    {
      answer (node, &pending, QUO_STATUS_BUSY);
      return;
    }
  if (op->kind != QUO_OP_READ)
    {
      update (node, self, op, &pending);
      return;
    }

  cell = quo_replicated_find (self, op->key);
  pending.value = cell != NULL ? cell->shown : 0;
  pending.context = context_of (node, cell);
  self->now.key = op->key;
  self->now.gave = pending.context;
  answer (node, &pending, QUO_STATUS_OK);
}

/**
 * quo_replicated_synced:
 * @node: a node
 * @state: its memory
 * @write: the kind of write
 * @token: the change up to which all is on disk
 */
void
quo_replicated_synced (QuoNode  *node,
                       gpointer  state,
                       guint     write,
                       gint64    token)
{
  QuoReplicated *self = state;

  quo_replicated_begin (self);
  self->n_on_disk = MAX (self->n_on_disk, token);
  if (!self->is_ready)
    {
      const QuoReplicatedOptions *options = quo_node_options (node);

      self->is_ready = TRUE;
      /* Replicas do not move in step. */
      quo_node_set_timer (node, TIMER_GOSSIP,
                          (QuoTime) (quo_node_random_unit (node, CHANCE_TIMER)
                                     * (double) options->interval));
    }
  while (self->pending->len > 0
         && g_array_index (self->pending, QuoReplicatedPending, 0).token <= token)
    {
      QuoReplicatedPending pending =
        g_array_index (self->pending, QuoReplicatedPending, 0);

      g_array_remove_index (self->pending, 0);
      answer (node, &pending, QUO_STATUS_OK);
    }
}
