/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A server: updates go down, acknowledgements come up. */

#include "protocol/chain-replication/chain-private.h"

/* Of an UPDATE. */
#define N_FIELDS 6

#define RESEND_MAX 16
#define EARLY_MAX 256

/**
 * quo_chain_options:
 * @node: a node
 *
 * Returns: (transfer none): the scenario's options
 */
const QuoChainOptions *
quo_chain_options (const QuoNode *node)
{
  return quo_node_options (node);
}

/**
 * quo_chain_master:
 * @node: a node
 *
 * Returns: index of the master: the option, or the last node
 */
guint
quo_chain_master (const QuoNode *node)
{
  int master = quo_chain_options (node)->master;

  return master < 0 || (guint) master >= quo_node_n_nodes (node)
         ? quo_node_n_nodes (node) - 1 : (guint) master;
}

/**
 * quo_chain_is_serving:
 * @node: a server
 * @self: its memory
 *
 * Returns: whether it is in the chain, as far as the master's lease goes
 */
gboolean
quo_chain_is_serving (QuoNode        *node,
                      const QuoChain *self)
{
  if (self->role == ROLE_SPARE || self->role == ROLE_MASTER)
    return FALSE;

  return quo_node_has_fault (node, FAULT_NO_LEASE)
         || quo_node_now (node) < self->lease_until;
}

static void
send_update (QuoNode  *node,
             QuoChain *self,
             gint64    index)
{
  const QuoChainUpdate *update = quo_chain_update (self, index);
  const gint64 fields[] = {
    self->epoch, index, update->key, update->value, update->client, update->serial
  };

  quo_node_send (node, (guint) self->successor, MESSAGE_UPDATE, fields);
}

static void
send_ack (QuoNode  *node,
          QuoChain *self)
{
  const gint64 fields[] = { self->epoch, self->commit };

  if (self->predecessor != QUO_NO_NODE)
    quo_node_send (node, (guint) self->predecessor, MESSAGE_ACK, fields);
}

/* The tail has it, so everybody has: it is committed, and the client is told. */
static void
commit_as_tail (QuoNode  *node,
                QuoChain *self)
{
  gint64 first = self->commit + 1;

  if (self->tail != (int) self->index || first > quo_chain_length (self)
      || !quo_chain_is_serving (node, self))
    return;

  quo_chain_commit (node, self, quo_chain_length (self));
  for (gint64 i = first; i <= self->commit; i++)
    {
      const QuoChainUpdate *update = quo_chain_update (self, i);
      const gint64 note[] = { i, update->key, update->value };

      quo_node_note (node, NOTE_COMMIT, note);
      quo_chain_add_fact (self, FACT_ACKNOWLEDGED, i, NULL);
      quo_node_reply (node, (guint) update->client, update->serial, QUO_STATUS_OK,
                      0);
    }
  send_ack (node, self);
}

static void
take (QuoNode              *node,
      QuoChain             *self,
      const QuoChainUpdate *update)
{
  quo_chain_append (node, self, update);
  if (self->successor != QUO_NO_NODE)
    send_update (node, self, quo_chain_length (self));
}

static void
take_fields (QuoNode      *node,
             QuoChain     *self,
             const gint64 *m)
{
  QuoChainUpdate update = { m[2], m[3], m[4], m[5], 0 };

  take (node, self, &update);
}

static void
updated (QuoNode          *node,
         QuoChain         *self,
         const QuoMessage *message)
{
  const gint64 *m = message->fields;
  gint64 index = m[1];

  if (m[0] != self->epoch || (int) message->from != self->predecessor)
    return;

  if (quo_node_has_fault (node, FAULT_SKIP_RESEND))
    index = MAX (quo_chain_length (self) + 1, index);
  if (index <= quo_chain_length (self))
    {
      /* Its acknowledgement was lost. */
      if (index <= self->commit)
        send_ack (node, self);
      return;
    }
  if (index > quo_chain_length (self) + 1
      && !quo_node_has_fault (node, FAULT_SKIP_RESEND))
    {
      if (g_hash_table_size (self->early) < EARLY_MAX)
        g_hash_table_insert (self->early, GSIZE_TO_POINTER ((gsize) index),
                             g_memdup2 (m, N_FIELDS * sizeof (gint64)));
      return;
    }

  take_fields (node, self, m);
  for (;;)
    {
      gpointer key = GSIZE_TO_POINTER ((gsize) quo_chain_length (self) + 1);
      const gint64 *early = g_hash_table_lookup (self->early, key);

      if (early == NULL)
        break;
      take_fields (node, self, early);
      g_hash_table_remove (self->early, key);
    }
  commit_as_tail (node, self);
}

static void
acknowledged (QuoNode          *node,
              QuoChain         *self,
              const QuoMessage *message)
{
  if (message->fields[0] != self->epoch
      || (int) message->from != self->successor
      || message->fields[1] <= self->commit)
    return;

  quo_chain_commit (node, self, message->fields[1]);
  send_ack (node, self);
}

/* Section 3.3 of the paper: whatever the successor lacks is sent again. */
static void
resumed (QuoNode          *node,
         QuoChain         *self,
         const QuoMessage *message)
{
  gint64 first = message->fields[1] + 1;
  gint64 last = MIN (quo_chain_length (self), first + RESEND_MAX - 1);

  if (message->fields[0] != self->epoch || (int) message->from != self->successor
      || quo_node_has_fault (node, FAULT_SKIP_RESEND))
    return;

  for (gint64 i = first; i <= last; i++)
    send_update (node, self, i);
}

static QuoChainRole
role_in (const QuoChain *self,
         gboolean        is_member)
{
  if (!is_member)
    return ROLE_SPARE;
  if (self->predecessor == QUO_NO_NODE)
    return self->successor == QUO_NO_NODE ? ROLE_SINGLE : ROLE_HEAD;

  return self->successor == QUO_NO_NODE ? ROLE_TAIL : ROLE_MIDDLE;
}

/* A heartbeat asks for the next lease; what waits too long is sent again. */
static void
beat (QuoNode  *node,
      QuoChain *self)
{
  QuoTime now = quo_node_now (node);
  const gint64 fields[] = { self->epoch, now, self->is_reborn };
  gint64 last = MIN (self->last_length, self->commit + RESEND_MAX);

  quo_node_send (node, quo_chain_master (node), MESSAGE_HEARTBEAT, fields);
  if (self->successor != QUO_NO_NODE && self->commit == self->last_commit)
    for (gint64 i = self->commit + 1; i <= last; i++)
      send_update (node, self, i);
  self->last_commit = self->commit;
  self->last_length = quo_chain_length (self);
  quo_node_set_timer (node, TIMER_HEARTBEAT,
                      quo_chain_options (node)->heartbeat_interval);
}

/**
 * quo_chain_configure:
 * @node: a server
 * @self: its memory
 * @message: a CONFIGURE
 */
void
quo_chain_configure (QuoNode          *node,
                     QuoChain         *self,
                     const QuoMessage *message)
{
  const gint64 *m = message->fields;
  const gint64 note[] = { m[0] };
  gint64 fields[2];
  gboolean is_member;

  if (m[0] <= self->epoch)
    return;

  /* One that was on its way to what the node was before it restarted places nobody. */
  is_member = m[5] != 0 && !self->is_reborn;
  self->epoch = m[0];
  self->predecessor = is_member ? (int) m[1] : QUO_NO_NODE;
  self->successor = is_member ? (int) m[2] : QUO_NO_NODE;
  self->head = (int) m[3];
  self->tail = (int) m[4];
  self->role = role_in (self, is_member);
  g_hash_table_remove_all (self->early);
  g_array_set_size (self->reads, 0);
  quo_node_set (node, FIELD_EPOCH, self->epoch);
  quo_node_set (node, FIELD_PREDECESSOR, self->predecessor);
  quo_node_set (node, FIELD_SUCCESSOR, self->successor);
  quo_node_set (node, FIELD_ROLE, self->role);
  quo_node_note (node, NOTE_CONFIGURED, note);
  quo_chain_add_fact (self, FACT_CONFIGURED, 0, NULL);

  fields[0] = self->epoch;
  fields[1] = quo_chain_length (self);
  if (self->predecessor != QUO_NO_NODE)
    quo_node_send (node, (guint) self->predecessor, MESSAGE_RESUME, fields);
  /* The tail before it may have told clients and died before it told the others. */
  commit_as_tail (node, self);
  if (self->role != ROLE_SPARE)
    beat (node, self);
}

/* The lease counts from when it was asked for: the master counts from later on. */
static void
leased (QuoNode          *node,
        QuoChain         *self,
        const QuoMessage *message)
{
  QuoTime until = message->fields[1]
                  + quo_chain_options (node)->detection_timeout;

  if (message->fields[0] != self->epoch || until <= self->lease_until)
    return;

  self->lease_until = until;
  quo_node_set (node, FIELD_LEASE,
                quo_node_deadline (node, until - quo_node_now (node)));
  commit_as_tail (node, self);
}

/**
 * quo_chain_start:
 * @node: a node
 * @state: its memory, zeroed
 */
void
quo_chain_start (QuoNode  *node,
                 gpointer  state)
{
  QuoChain *self = state;

  quo_chain_init (node, self);
  if (quo_chain_master (node) == self->index)
    {
      quo_chain_master_start (node, self);
      return;
    }

  /* Everybody is a member of the first chain; the master's first message says
   * where. */
  quo_node_set_timer (node, TIMER_HEARTBEAT,
                      quo_chain_options (node)->heartbeat_interval);
}

/**
 * quo_chain_restart:
 * @node: a node that comes back
 * @state: its memory, zeroed
 *
 * A server has nothing left; it says so at once.
 */
void
quo_chain_restart (QuoNode  *node,
                   gpointer  state)
{
  QuoChain *self = state;

  quo_chain_init (node, self);
  if (quo_chain_master (node) == self->index)
    {
      quo_chain_master_restart (node, self);
      return;
    }
  self->is_reborn = TRUE;
  quo_node_set (node, FIELD_EPOCH, 0);
  beat (node, self);
}

/**
 * quo_chain_receive:
 * @node: a node
 * @state: its memory
 * @message: what has arrived
 */
void
quo_chain_receive (QuoNode          *node,
                   gpointer          state,
                   const QuoMessage *message)
{
  QuoChain *self = state;

  quo_chain_begin_step (self);
  switch (message->kind)
    {
    case MESSAGE_UPDATE:
      updated (node, self, message);
      break;
    case MESSAGE_ACK:
      acknowledged (node, self, message);
      break;
    case MESSAGE_RESUME:
      resumed (node, self, message);
      break;
    case MESSAGE_VERSION_QUERY:
      quo_chain_asked (node, self, message);
      break;
    case MESSAGE_VERSION:
      quo_chain_told (node, self, message);
      break;
    case MESSAGE_HEARTBEAT:
      quo_chain_master_hear (node, self, message);
      break;
    case MESSAGE_LEASE:
      leased (node, self, message);
      break;
    case MESSAGE_CONFIGURE:
      quo_chain_configure (node, self, message);
      break;
    default:
      break;
    }
}

/**
 * quo_chain_timeout:
 * @node: a node
 * @state: its memory
 * @timer: which one
 * @arg: nothing
 */
void
quo_chain_timeout (QuoNode  *node,
                   gpointer  state,
                   guint     timer,
                   gint64    arg)
{
  QuoChain *self = state;

  quo_chain_begin_step (self);
  if (timer == TIMER_DETECT)
    quo_chain_master_look (node, self);
  else if (self->role != ROLE_MASTER)
    beat (node, self);
}

/**
 * quo_chain_synced:
 * @node: the master
 * @state: its memory
 * @write: the chain is on disk
 * @token: its epoch
 */
void
quo_chain_synced (QuoNode  *node,
                  gpointer  state,
                  guint     write,
                  gint64    token)
{
  QuoChain *self = state;

  quo_chain_begin_step (self);
  if (token != self->epoch)
    return;
  self->is_written = TRUE;
  quo_chain_master_tell (node, self);
}

static void
write (QuoNode     *node,
       QuoChain    *self,
       const QuoOp *op)
{
  QuoChainUpdate update = { op->key, op->value, op->client, op->serial, 0 };
  gint64 known = quo_chain_look_up (self->sessions, op->client);

  /* A client that asks again: the tail answers when it commits, and if it has, its
   * answer was lost. */
  if (known > 0 && quo_chain_update (self, known)->serial >= op->serial)
    {
      if (known <= self->commit
          && quo_chain_update (self, known)->serial == op->serial)
        quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK, 0);
      return;
    }

  take (node, self, &update);
  quo_chain_add_fact (self, FACT_APPENDED, quo_chain_length (self), NULL);
  if (quo_node_has_fault (node, FAULT_ACK_AT_HEAD))
    {
      quo_chain_add_fact (self, FACT_ACKNOWLEDGED, quo_chain_length (self), NULL);
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK, 0);
    }
  commit_as_tail (node, self);
}

/**
 * quo_chain_request:
 * @node: a node
 * @state: its memory
 * @op: what a client asks for
 */
void
quo_chain_request (QuoNode     *node,
                   gpointer     state,
                   const QuoOp *op)
{
  QuoChain *self = state;
  gboolean is_read = op->kind == QUO_OP_READ;

  quo_chain_begin_step (self);
  if (!is_read && op->kind != QUO_OP_WRITE)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
  else if (self->head == QUO_NO_NODE)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
  else if (self->role == ROLE_SPARE || self->role == ROLE_MASTER)
    quo_node_redirect (node, op->client, op->serial,
                       is_read ? self->tail : self->head);
  else if (is_read)
    quo_chain_read (node, self, op);
  else if (self->head != (int) self->index)
    quo_node_redirect (node, op->client, op->serial, self->head);
  else if (!quo_chain_is_serving (node, self))
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
  else
    write (node, self, op);
}
