/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The engine's calls. */

#include "protocol/causal-broadcast/broadcast-private.h"

#include "base/exact.h"

enum
{
  PURPOSE_BROADCAST
};

static QuoCastRole
role_of (QuoNode       *node,
         const QuoCast *self)
{
  if (self->is_stopped)
    return ROLE_STOPPED;
  if (quo_cast_options (node)->order == ORDER_TOTAL
      && quo_cast_sequencer (node) == self->index)
    return ROLE_SEQUENCER;

  return self->held->len > 0 ? ROLE_HOLDING : ROLE_RUNNING;
}

static void
begin_step (QuoCast *self)
{
  g_array_set_size (self->facts, 0);
}

static void
end_step (QuoNode *node,
          QuoCast *self)
{
  quo_node_set (node, FIELD_ROLE, role_of (node, self));
  quo_cast_stay_awake (node, self);
}

/* A random time, as of a Poisson process. */
static void
wait_for_next (QuoNode *node)
{
  double rate = quo_cast_options (node)->rate;
  double unit;

  if (rate <= 0)
    return;
  unit = 1.0 - quo_node_random_unit (node, PURPOSE_BROADCAST);
  quo_node_set_timer (node, TIMER_BROADCAST,
                      (QuoTime) (-quo_exact_log (unit) / rate
                                 * (double) QUO_SECOND));
}

/* Its disk is to know that it has taken part before it does. */
static void
join (QuoNode *node,
      QuoCast *self)
{
  if (!quo_node_get (node, FIELD_JOINED))
    {
      quo_node_set (node, FIELD_JOINED, TRUE);
      quo_node_sync (node, WRITE_LOG, 0);
    }
  wait_for_next (node);
  end_step (node, self);
}

/**
 * quo_cast_start:
 * @node: a process
 * @state: its memory, zeroed
 */
void
quo_cast_start (QuoNode  *node,
                gpointer  state)
{
  quo_cast_init (node, state);
  join (node, state);
}

/**
 * quo_cast_restart:
 * @node: a process that crashed
 * @state: its memory, zeroed
 *
 * With its disk it goes on as the same process: it has delivered what the log has and
 * counts on from its latest message. Without, it cannot tell its numbers and takes no
 * further part; a member of the group under a new name would need views. One that
 * crashes before its disk has heard of it looks the same to itself.
 */
void
quo_cast_restart (QuoNode  *node,
                  gpointer  state)
{
  QuoCast *self = state;
  const gint64 note[QUO_MAX_COLUMNS] = { quo_node_index (node) };

  quo_cast_init (node, self);
  if (quo_node_get (node, FIELD_JOINED))
    {
      quo_cast_restore (node, self);
      quo_cast_settle (node, self);
    }
  else if (!quo_node_has_fault (node, FAULT_FROM_ZERO))
    {
      self->is_stopped = TRUE;
      quo_node_note (node, NOTE_STOPPED, note);
      end_step (node, self);
      return;
    }
  join (node, self);
}

/**
 * quo_cast_receive:
 * @node: a process
 * @state: its memory
 * @message: what has arrived
 */
void
quo_cast_receive (QuoNode          *node,
                  gpointer          state,
                  const QuoMessage *message)
{
  QuoCast *self = state;

  begin_step (self);
  if (self->is_stopped)
    return;

  switch (message->kind)
    {
    case MESSAGE_CBCAST:
    case MESSAGE_RETRANSMIT:
      quo_cast_take (node, self, message);
      break;
    case MESSAGE_SETS_ORDER:
      quo_cast_take_numbers (node, self, message);
      break;
    case MESSAGE_STATUS:
      quo_cast_heard (node, self, message);
      break;
    case MESSAGE_REQUEST:
      quo_cast_requested (node, self, message);
      break;
    default:
      break;
    }
  end_step (node, self);
}

/**
 * quo_cast_synced:
 * @node: a process
 * @state: its memory
 * @write: the log
 * @token: what was begun up to then is on disk
 */
void
quo_cast_synced (QuoNode  *node,
                 gpointer  state,
                 guint     write,
                 gint64    token)
{
  QuoCast *self = state;
  guint n = 0;

  begin_step (self);
  for (; self->n_written < token; self->n_written++)
    {
      QuoCastPending pending = g_array_index (self->pending, QuoCastPending, n++);

      if (pending.is_delivery)
        quo_cast_deliver (node, self, pending.item);
      else
        quo_cast_tell (node, self, pending.item);
    }
  if (n > 0)
    g_array_remove_range (self->pending, 0, n);
  end_step (node, self);
}

/* FALSE when its window is full. */
static gboolean
broadcast (QuoNode     *node,
           QuoCast     *self,
           QuoCastKind  kind,
           gint64       key,
           gint64       value,
           const QuoOp *op,
           gint64       request)
{
  const gint64 note[QUO_MAX_COLUMNS] = { value };
  QuoCastItem *item;

  if (!quo_cast_may (node, self))
    {
      quo_node_note (node, NOTE_BLOCKED, note);
      return FALSE;
    }

  item = quo_cast_item_new (self->index, 0);
  item->kind = kind;
  item->key = key;
  item->value = value;
  item->request = request;
  if (op != NULL)
    {
      item->client = op->client;
      item->serial = op->serial;
    }
  quo_cast_broadcast (node, self, item);

  return TRUE;
}

/**
 * quo_cast_timeout:
 * @node: a process
 * @state: its memory
 * @timer: for a STATUS, or a broadcast at random
 * @arg: nothing
 */
void
quo_cast_timeout (QuoNode  *node,
                  gpointer  state,
                  guint     timer,
                  gint64    arg)
{
  QuoCast *self = state;

  begin_step (self);
  if (self->is_stopped)
    return;

  if (timer == TIMER_STATUS)
    {
      quo_cast_status (node, self);
    }
  else
    {
      g_autofree char *text = g_strdup_printf (
        "%s.%" G_GINT64_FORMAT, quo_node_label (node, self->index),
        self->n_own + 1);

      broadcast (node, self, KIND_TELL, 0, quo_node_intern (node, text), NULL, 0);
      wait_for_next (node);
    }
  end_step (node, self);
}

/* A client's operation is one message, however often it asks: if it asked another
 * process before, whichever message comes first counts. */
static void
write (QuoNode     *node,
       QuoCast     *self,
       const QuoOp *op)
{
  g_autofree char *text = g_strdup_printf ("%s/%" G_GINT64_FORMAT,
                                           quo_node_label (node, op->client),
                                           op->serial);
  gint64 request = quo_node_intern (node, text);
  int known = GPOINTER_TO_INT (g_hash_table_lookup (
    self->requests, GSIZE_TO_POINTER ((gsize) request)));

  if (known > 0 && known <= self->n_delivered)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK, 0);
  else if (known == 0
           && !broadcast (node, self,
                          op->kind == QUO_OP_APPEND ? KIND_APPEND : KIND_WRITE,
                          op->key, op->value, op, request))
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
}

/**
 * quo_cast_request:
 * @node: a process
 * @state: its memory
 * @op: what a client asks for
 *
 * A write is answered when it is delivered here; a read at once, with what was.
 */
void
quo_cast_request (QuoNode     *node,
                  gpointer     state,
                  const QuoOp *op)
{
  QuoCast *self = state;

  begin_step (self);
  if (self->is_stopped)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
  else if (op->kind == QUO_OP_READ)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK,
                    (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (
                      self->store, GSIZE_TO_POINTER ((gsize) op->key))));
  else if (op->kind == QUO_OP_WRITE || op->kind == QUO_OP_APPEND)
    write (node, self, op);
  else
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
  end_step (node, self);
}

/**
 * quo_cast_command:
 * @node: a process
 * @state: its memory
 * @command: broadcast
 * @args: value, key
 */
void
quo_cast_command (QuoNode      *node,
                  gpointer      state,
                  guint         command,
                  const gint64 *args)
{
  QuoCast *self = state;

  begin_step (self);
  if (self->is_stopped)
    return;
  broadcast (node, self, args[1] != 0 ? KIND_WRITE : KIND_TELL, args[1], args[0],
             NULL, 0);
  end_step (node, self);
}
