/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Updates of a node's own, and what clients ask of it. */

#include "protocol/gossip/gossip-private.h"

static void
mail (QuoNode      *node,
      QuoGossip    *self,
      const gint64 *row)
{
  guint n = quo_node_n_neighbours (node);

  for (guint i = 0; i < n; i++)
    quo_gossip_send (node, self, quo_node_neighbour (node, i), MESSAGE_MAIL, row,
                     1);
}

/* The update's number is on disk: the world may see it. Not when a newer one came in
 * between or comes with it: then the node has nothing to tell. */
static void
publish (QuoNode                *node,
         QuoGossip              *self,
         const QuoGossipPending *update,
         gboolean                is_outrun)
{
  const QuoGossipOptions *options = quo_node_options (node);
  gint64 row[] = { update->key, update->value, update->counter,
                   quo_node_index (node) };
  gint64 note[] = { update->key, update->value, update->counter };

  quo_node_note (node, update->value == QUO_GOSSIP_NOTHING ? NOTE_DELETES
                                                           : NOTE_WRITES, note);
  if (quo_gossip_merge (node, self, row, TRUE) && !is_outrun && options->has_mail)
    mail (node, self, row);
  if (update->client != QUO_NO_NODE)
    quo_node_reply (node, (guint) update->client, update->serial, QUO_STATUS_OK,
                    update->value);
}

/**
 * quo_gossip_write:
 * @node: a node
 * @self: its memory
 * @wish: key, value and who waits for it
 *
 * Gives the update a number above that of what it replaces and above all that this
 * node ever gave. The number is on disk before anybody hears of it: given twice, it
 * would stand for two values.
 */
void
quo_gossip_write (QuoNode                *node,
                  QuoGossip              *self,
                  const QuoGossipPending *wish)
{
  const QuoGossipEntry *entry = quo_gossip_find (self, wish->key);
  guint32 known = entry != NULL ? entry->counter : 0;
  QuoGossipPending update = *wish;
  QuoGossipMore *more;
  gint64 issued;

  if (quo_node_has_fault (node, FAULT_FORGET_ISSUED))
    {
      update.counter = known + 1;
      publish (node, self, &update, FALSE);
      return;
    }

  issued = quo_node_get (node, FIELD_ISSUED);
  update.counter = (guint32) MAX (known, issued) + 1;
  quo_node_set (node, FIELD_ISSUED, update.counter);
  more = quo_gossip_more (self);
  g_array_append_val (more->pending, update);
  quo_node_sync (node, WRITE_ISSUED, more->n_taken + more->pending->len);
}

/* Whether one of the first so many updates is of the key too. */
static gboolean
has_another (const GArray *pending,
             guint32       key,
             guint         n)
{
  for (guint i = 0; i < MIN (n, pending->len); i++)
    if (g_array_index (pending, QuoGossipPending, i).key == key)
      return TRUE;

  return FALSE;
}

/**
 * quo_gossip_synced:
 * @node: a node
 * @state: its memory
 * @write: the kind of write
 * @token: how many of the node's updates have their number on disk
 */
void
quo_gossip_synced (QuoNode  *node,
                   gpointer  state,
                   guint     write,
                   gint64    token)
{
  QuoGossip *self = state;

  quo_gossip_begin (node, self);
  while (self->more != NULL && self->more->pending->len > 0
         && self->more->n_taken < token)
    {
      QuoGossipPending update =
        g_array_index (self->more->pending, QuoGossipPending, 0);

      g_array_remove_index (self->more->pending, 0);
      self->more->n_taken++;
      publish (node, self, &update,
               has_another (self->more->pending, update.key,
                            (guint) (token - self->more->n_taken)));
    }
  quo_gossip_end (node, self);
}

/**
 * quo_gossip_request:
 * @node: a node
 * @state: its memory
 * @op: what a client asks; reads are answered from the node's own copy
 */
void
quo_gossip_request (QuoNode     *node,
                    gpointer     state,
                    const QuoOp *op)
{
  QuoGossip *self = state;
  QuoGossipPending wish = { .key = (guint32) op->key, .client = (gint32) op->client,
                            .serial = op->serial };
  const QuoGossipEntry *entry;

  quo_gossip_begin (node, self);
  switch (op->kind)
    {
    case QUO_OP_READ:
      entry = quo_gossip_find (self, op->key);
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK,
                      entry != NULL ? entry->value : QUO_GOSSIP_NOTHING);
      break;
    case QUO_OP_WRITE:
    case QUO_OP_REMOVE:
      if (op->kind == QUO_OP_WRITE)
        wish.value = (guint32) op->value;
      quo_gossip_write (node, self, &wish);
      break;
    case QUO_OP_CAS:
    case QUO_OP_ADD:
    case QUO_OP_APPEND:
    case QUO_OP_TRANSACTION:
    default:
      /* Nobody decides alone what everybody's value is. */
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED,
                      QUO_GOSSIP_NOTHING);
      break;
    }
  quo_gossip_end (node, self);
}
