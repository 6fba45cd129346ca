/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What comes in from outside. */

#include "protocol/swim/swim-private.h"

static void
begin_step (QuoSwim *self)
{
  g_array_set_size (self->facts, 0);
  self->heard = 0;
}

/* Whoever wants to join, or has lost touch, is told who is there. One that has no
 * life yet only asks which it had. */
static void
asked_to_join (QuoNode          *node,
               QuoSwim          *self,
               const QuoMessage *message)
{
  const QuoSwimOptions *options = quo_node_options (node);
  const gint64 row[] = {
    message->from, STATUS_ALIVE, message->fields[1], message->fields[0]
  };

  /* Who is not a member itself, and no seed, knows at least one now whom to ask. */
  quo_swim_apply (node, self, message->from, quo_swim_read_row (row, self->n_nodes),
                  FALSE, TRUE);
  quo_swim_take_rows (node, self, message, TRUE);
  if (!quo_swim_is_member (self) && self->index >= (guint) options->n_seeds)
    return;

  quo_swim_send_members (node, self, message->from);
}

/**
 * quo_swim_receive:
 * @node: a node
 * @state: its memory
 * @message: what came
 */
void
quo_swim_receive (QuoNode          *node,
                  gpointer          state,
                  const QuoMessage *message)
{
  QuoSwim *self = state;

  begin_step (self);
  if (self->role == ROLE_OUTSIDE || self->role == ROLE_LEFT
      || message->from >= self->n_nodes)
    return;
  /* Without a life it is nobody. */
  if (self->life == 0)
    {
      quo_swim_hear_who_it_was (node, self, message);
      return;
    }

  switch (message->kind)
    {
    case MESSAGE_MEMBERS:
      quo_swim_joined (node, self, message);
      break;
    case MESSAGE_PING:
      quo_swim_pinged (node, self, message);
      break;
    case MESSAGE_ACK:
      quo_swim_acked (node, self, message);
      break;
    case MESSAGE_PING_REQ:
      quo_swim_asked (node, self, message);
      break;
    case MESSAGE_JOIN:
      asked_to_join (node, self, message);
      break;
    case MESSAGE_UPDATE:
    default:
      quo_swim_take_rows (node, self, message, TRUE);
      break;
    }
}

/**
 * quo_swim_timeout:
 * @node: a node
 * @state: its memory
 * @timer: which
 * @arg: of a suspicion its number
 */
void
quo_swim_timeout (QuoNode  *node,
                  gpointer  state,
                  guint     timer,
                  gint64    arg)
{
  QuoSwim *self = state;

  begin_step (self);
  if (self->records == NULL)
    return;

  switch (timer)
    {
    case TIMER_PERIOD:
      quo_swim_period (node, self);
      break;
    case TIMER_ACK:
      quo_swim_ask_others (node, self);
      break;
    case TIMER_SUSPICION:
      quo_swim_suspicion_over (node, self, (guint32) arg);
      break;
    case TIMER_JOIN:
    default:
      quo_swim_ask_to_join (node, self);
      break;
    }
}

/**
 * quo_swim_request:
 * @node: a node
 * @state: its memory
 * @op: only reads: of a key that is a node's name
 *
 * Says what it holds of that node.
 */
void
quo_swim_request (QuoNode     *node,
                  gpointer     state,
                  const QuoOp *op)
{
  static const char * const names[] = {
    "Alive", "Suspect", "Confirm", "Left", "unknown"
  };
  QuoSwim *self = state;
  const char *key = quo_node_text (node, op->key);

  begin_step (self);
  if (op->kind == QUO_OP_READ && self->life > 0)
    for (guint i = 0; i < self->n_nodes; i++)
      if (g_strcmp0 (quo_node_label (node, i), key) == 0)
        {
          QuoSwimStatus status = quo_swim_status (self->records[i]);

          quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK,
                          quo_node_intern (node, names[status]));
          return;
        }
  quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
}

/**
 * quo_swim_command:
 * @node: a node
 * @state: its memory
 * @command: join or leave
 * @args: none
 */
void
quo_swim_command (QuoNode      *node,
                  gpointer      state,
                  guint         command,
                  const gint64 *args)
{
  QuoSwim *self = state;

  begin_step (self);
  if (command == COMMAND_JOIN)
    quo_swim_join (node, self);
  else
    quo_swim_leave (node, self);
}
