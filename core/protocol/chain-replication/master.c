/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The master: it hears the servers' heartbeats, grants leases and takes those out of
 * the chain that fell silent. */

#include "protocol/chain-replication/chain-private.h"

static guint
server_at (const QuoChain *self,
           guint           position)
{
  return g_array_index (self->chain, guint, position);
}

static int
position_of (const QuoChain *self,
             guint           server)
{
  for (guint i = 0; i < self->chain->len; i++)
    if (server_at (self, i) == server)
      return (int) i;

  return -1;
}

static void
tell_one (QuoNode  *node,
          QuoChain *self,
          guint     server)
{
  int position = position_of (self, server);
  guint n = self->chain->len;
  const gint64 fields[] = {
    self->epoch,
    position > 0 ? (int) server_at (self, (guint) position - 1) : QUO_NO_NODE,
    position >= 0 && (guint) position + 1 < n
      ? (int) server_at (self, (guint) position + 1) : QUO_NO_NODE,
    server_at (self, 0),
    server_at (self, n - 1),
    position >= 0
  };

  quo_node_send (node, server, MESSAGE_CONFIGURE, fields);
}

/**
 * quo_chain_master_tell:
 * @node: the master
 * @self: its memory
 *
 * Tells every server of the chain, which is on disk now.
 */
void
quo_chain_master_tell (QuoNode  *node,
                       QuoChain *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index)
      tell_one (node, self, i);
}

static void
write_chain (QuoNode  *node,
             QuoChain *self)
{
  quo_node_set (node, FIELD_EPOCH, self->epoch);
  quo_node_truncate (node, FIELD_CHAIN, self->chain->len + 1);
  for (guint i = 0; i < self->chain->len; i++)
    {
      gint64 columns[QUO_MAX_COLUMNS] = { server_at (self, i) };

      quo_node_set_row (node, FIELD_CHAIN, i + 1, columns);
    }
  self->head = (int) server_at (self, 0);
  self->tail = (int) server_at (self, self->chain->len - 1);
  self->is_written = FALSE;
  quo_node_sync (node, WRITE_CHAIN, self->epoch);
}

/* Nobody is taken out for what was not heard before the master itself was there. */
static void
begin (QuoNode  *node,
       QuoChain *self)
{
  self->role = ROLE_MASTER;
  quo_node_set (node, FIELD_ROLE, ROLE_MASTER);
  for (guint i = 0; i < self->n_nodes; i++)
    self->heard_at[i] = quo_node_now (node);
  quo_node_set_timer (node, TIMER_DETECT,
                      quo_chain_options (node)->heartbeat_interval);
}

/**
 * quo_chain_master_start:
 * @node: the master
 * @self: its memory
 *
 * The first chain is all servers, in their order.
 */
void
quo_chain_master_start (QuoNode  *node,
                        QuoChain *self)
{
  begin (node, self);
  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index)
      g_array_append_val (self->chain, i);
  self->epoch = 1;
  if (self->chain->len > 0)
    write_chain (node, self);
}

/**
 * quo_chain_master_restart:
 * @node: the master, back from a crash
 * @self: its memory
 */
void
quo_chain_master_restart (QuoNode  *node,
                          QuoChain *self)
{
  const QuoTable *chain = quo_node_table (node, FIELD_CHAIN);

  begin (node, self);
  self->epoch = quo_node_get (node, FIELD_EPOCH);
  for (guint i = 0; i < quo_table_n_rows (chain); i++)
    {
      guint server = (guint) quo_table_nth (chain, i, NULL)[0];

      g_array_append_val (self->chain, server);
    }
  if (self->chain->len == 0)
    quo_chain_master_start (node, self);
  else
    write_chain (node, self);
}

/* The last server is kept whatever happens: nobody else has the data. */
static gboolean
take_out (QuoNode  *node,
          QuoChain *self,
          guint     server)
{
  int position = position_of (self, server);
  const gint64 note[] = { server };

  if (position < 0 || self->chain->len == 1)
    return FALSE;

  g_array_remove_index (self->chain, (guint) position);
  quo_node_note (node, NOTE_REMOVED, note);

  return TRUE;
}

/**
 * quo_chain_master_hear:
 * @node: the master
 * @self: its memory
 * @message: a HEARTBEAT: the server's epoch, and when it was sent
 */
void
quo_chain_master_hear (QuoNode          *node,
                       QuoChain         *self,
                       const QuoMessage *message)
{
  const gint64 fields[] = { self->epoch, message->fields[1] };

  if (self->chain->len == 0)
    return;
  self->heard_at[message->from] = quo_node_now (node);
  /* A member that knows no epoch any more has restarted, without its history. */
  if (message->fields[2] != 0 && position_of (self, message->from) >= 0)
    {
      if (!take_out (node, self, message->from))
        return;
      self->epoch++;
      write_chain (node, self);
      return;
    }
  /* A chain that is not on disk may not be told of: after a crash another one could
   * get its number. */
  if (!self->is_written)
    return;
  if (message->fields[0] != self->epoch)
    {
      tell_one (node, self, message->from);
      return;
    }
  if (position_of (self, message->from) >= 0)
    quo_node_send (node, message->from, MESSAGE_LEASE, fields);
}

/**
 * quo_chain_master_look:
 * @node: the master
 * @self: its memory
 *
 * Takes those out that were silent for the detection timeout.
 */
void
quo_chain_master_look (QuoNode  *node,
                       QuoChain *self)
{
  const QuoChainOptions *options = quo_chain_options (node);
  QuoTime now = quo_node_now (node);
  gboolean is_changed = FALSE;

  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index && now - self->heard_at[i] > options->detection_timeout)
      is_changed |= take_out (node, self, i);
  if (is_changed)
    {
      self->epoch++;
      write_chain (node, self);
    }
  quo_node_set_timer (node, TIMER_DETECT, options->heartbeat_interval);
}
