/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is sent: the whole state, or a delta group with the changes that the other
 * has not acknowledged (Almeida, Shoker, Baquero 2018, "Delta state replicated data
 * types", algorithm 2). A group is merged only by who has what comes before it, so
 * that what a replica has seen has no gaps. */

#include "protocol/replicated-register/replicated-private.h"

static const guint state_message[] = {
  [QUO_REPLICATED_REGISTER] = MESSAGE_REGISTERS,
  [QUO_REPLICATED_COUNTS] = MESSAGE_COUNTS,
  [QUO_REPLICATED_DOTS] = MESSAGE_DOTS,
};

/**
 * quo_replicated_peer:
 * @self: a node's memory
 * @peer: another node
 *
 * Returns: (transfer none): how far the two know of each other; good until the next
 *   call
 */
QuoReplicatedPeer *
quo_replicated_peer (QuoReplicated *self,
                     guint          peer)
{
  QuoReplicatedPeer fresh = { peer, -1, 0, -1 };

  for (guint i = 0; i < self->peers->len; i++)
    if (g_array_index (self->peers, QuoReplicatedPeer, i).peer == peer)
      return &g_array_index (self->peers, QuoReplicatedPeer, i);
  g_array_append_val (self->peers, fresh);

  return &g_array_index (self->peers, QuoReplicatedPeer, self->peers->len - 1);
}

/* Changes that every neighbour has need not be kept, and no more are than fit. */
static void
forget_groups (QuoNode       *node,
               QuoReplicated *self)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  gint64 upto = self->n_changes;
  guint n = 0;

  for (guint i = 0; i < quo_node_n_neighbours (node); i++)
    upto = MIN (upto, quo_replicated_peer (self, quo_node_neighbour (node, i))->acked);
  upto = MAX (upto, self->n_changes - options->buffer);
  while (n < self->groups->len
         && g_array_index (self->groups, QuoReplicatedGroup, n).number <= upto)
    n++;
  if (n > 0)
    g_array_remove_range (self->groups, 0, n);
  self->n_dropped = MAX (self->n_dropped, upto);
}

/**
 * quo_replicated_keep:
 * @node: a node
 * @self: its memory, in which change number n_changes was made just now
 * @deltas: (element-type QuoReplicatedCell): what the change was; those kept are
 *   taken out
 *
 * Keeps the change for those neighbours that have not got it. Where whole states are
 * sent it is not kept, and deltas cannot begin before it if they are sent later.
 */
void
quo_replicated_keep (QuoNode       *node,
                     QuoReplicated *self,
                     GPtrArray     *deltas)
{
  const QuoReplicatedOptions *options = quo_node_options (node);

  if (options->sync != QUO_REPLICATED_DELTA)
    {
      g_array_set_size (self->groups, 0);
      self->n_dropped = self->n_changes;
      return;
    }

  while (deltas->len > 0)
    {
      QuoReplicatedGroup group = {
        self->n_changes, g_ptr_array_steal_index (deltas, 0)
      };

      g_array_append_val (self->groups, group);
    }
  forget_groups (node, self);
}

static void
send_rows (QuoNode       *node,
           QuoReplicated *self,
           guint          to,
           guint          message,
           gint64         since,
           GArray        *rows)
{
  guint n_columns =
    quo_replicated_n_columns (quo_replicated_form (quo_node_options (node)));
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { self->session, since, self->n_changes };
  const gint64 *data = (const gint64 *) (gpointer) rows->data;

  for (guint i = 0; i < n_columns; i++)
    fields[N_HEAD + i] = data[i];
  self->now.n_bytes += (N_HEAD + rows->len) * sizeof (gint64);
  quo_node_send_rows (node, to, message, fields, data + n_columns,
                      rows->len / n_columns - 1);
}

static void
say (QuoNode       *node,
     QuoReplicated *self,
     guint          to,
     guint          message,
     gint64         session,
     gint64         upto)
{
  self->now.n_bytes += 2 * sizeof (gint64);
  quo_node_send (node, to, message, (gint64[]) { session, upto });
}

static void
send_state (QuoNode       *node,
            QuoReplicated *self,
            guint          to)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < self->cells->len; i++)
    quo_replicated_encode (node, g_ptr_array_index (self->cells, i), rows);
  if (rows->len > 0)
    send_rows (node, self, to,
               state_message[quo_replicated_form (quo_node_options (node))], -1,
               rows);
}

/* All changes past @since as one: the join of their deltas. */
static void
send_group (QuoNode       *node,
            QuoReplicated *self,
            guint          to,
            gint64         since)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  QuoReplicated join = { 0 };

  join.cells =
    g_ptr_array_new_with_free_func ((GDestroyNotify) quo_replicated_cell_free);
  for (guint i = 0; i < self->groups->len; i++)
    {
      const QuoReplicatedGroup *group =
        &g_array_index (self->groups, QuoReplicatedGroup, i);

      if (group->number > since)
        quo_replicated_cell_merge (node,
                                   quo_replicated_get (&join, group->delta->key),
                                   group->delta);
    }
  for (guint i = 0; i < join.cells->len; i++)
    quo_replicated_encode (node, g_ptr_array_index (join.cells, i), rows);
  g_ptr_array_unref (join.cells);

  /* A removal of what was not there changes nothing. */
  if (rows->len == 0)
    say (node, self, to, MESSAGE_NOTHING_NEW, self->session, self->n_changes);
  else
    send_rows (node, self, to,
               state_message[quo_replicated_form (quo_node_options (node))] + 1,
               since, rows);
}

/**
 * quo_replicated_contact:
 * @node: a node
 * @self: its memory
 * @to: whom it chose
 *
 * Sends what @to may not have.
 */
void
quo_replicated_contact (QuoNode       *node,
                        QuoReplicated *self,
                        guint          to)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  gint64 since = quo_replicated_peer (self, to)->acked;

  if (options->sync != QUO_REPLICATED_DELTA)
    send_state (node, self, to);
  else if (self->cells->len == 0)
    return;
  else if (since < self->n_dropped || since < 0)
    send_state (node, self, to);
  else if (since < self->n_changes)
    send_group (node, self, to, since);
  else
    say (node, self, to, MESSAGE_NOTHING_NEW, self->session, self->n_changes);
}

/**
 * quo_replicated_follows:
 * @node: a node
 * @self: its memory
 * @message: a state, a delta, or word that there is none
 *
 * Answers the message in delta mode. In state mode a delta is one from before.
 *
 * Returns: whether what @message holds may be merged: a delta only when all that
 *   came before it is here, which a node that lost its memory has not
 */
gboolean
quo_replicated_follows (QuoNode          *node,
                        QuoReplicated    *self,
                        const QuoMessage *message)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  gboolean is_empty = message->kind == MESSAGE_NOTHING_NEW;
  QuoReplicatedPeer *peer = quo_replicated_peer (self, message->from);
  gint64 session = message->fields[0];
  gint64 since = message->fields[1];

  /* Where states are sent nobody is told what is missing: one will come. */
  if (options->sync != QUO_REPLICATED_DELTA)
    return !is_empty && since < 0;

  if (peer->session != session)
    {
      peer->session = session;
      peer->heard = -1;
    }
  if (since > peer->heard)
    {
      say (node, self, message->from, MESSAGE_BEHIND, session, peer->heard);
      return FALSE;
    }
  if (is_empty)
    return FALSE;
  peer->heard = MAX (peer->heard, message->fields[2]);
  say (node, self, message->from, MESSAGE_ACK, session, message->fields[2]);

  return TRUE;
}

/**
 * quo_replicated_answered:
 * @self: a node's memory
 * @message: an Ack, or Behind
 */
void
quo_replicated_answered (QuoReplicated    *self,
                         const QuoMessage *message)
{
  QuoReplicatedPeer *peer = quo_replicated_peer (self, message->from);

  if (message->fields[0] != self->session)
    return;
  /* One that overtook a later one costs a change sent twice, no more. */
  if (message->kind == MESSAGE_ACK)
    peer->acked = MAX (peer->acked, message->fields[1]);
  else
    peer->acked = MIN (peer->acked, message->fields[1]);
}
