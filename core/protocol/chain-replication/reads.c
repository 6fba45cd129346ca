/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads: the tail's, and those of CRAQ, where any server answers. */

#include "protocol/chain-replication/chain-private.h"

static void
answer (QuoNode            *node,
        QuoChain           *self,
        const QuoChainRead *read,
        gint64              version)
{
  gint64 value = version == 0 ? 0 : quo_chain_update (self, version)->value;

  quo_chain_add_fact (self, FACT_READ_ENDED, version, read);
  quo_node_reply (node, (guint) read->client, read->serial, QUO_STATUS_OK, value);
}

/**
 * quo_chain_read:
 * @node: a server
 * @self: its memory
 * @op: a read
 *
 * The tail answers from what it has. CRAQ, section 2.3: any server answers a key that
 * is clean; of a dirty one it asks the tail for the committed version, and answers
 * with that, which it has.
 */
void
quo_chain_read (QuoNode     *node,
                QuoChain    *self,
                const QuoOp *op)
{
  QuoChainRead read = { op->client, op->serial, op->key };
  gint64 latest = quo_chain_look_up (self->latest, op->key);
  gint64 clean = quo_chain_look_up (self->clean, op->key);
  const gint64 fields[] = { self->epoch, op->key, op->client, op->serial };

  if (quo_chain_options (node)->reads == READS_TAIL
      && self->tail != (int) self->index)
    {
      quo_node_redirect (node, op->client, op->serial, self->tail);
      return;
    }
  if (!quo_chain_is_serving (node, self))
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
      return;
    }

  quo_chain_add_fact (self, FACT_READ_BEGAN, 0, &read);
  if (quo_node_has_fault (node, FAULT_READ_DIRTY))
    answer (node, self, &read, latest);
  else if (latest == clean || quo_node_has_fault (node, FAULT_READ_CLEAN))
    answer (node, self, &read, clean);
  else
    {
      g_array_append_val (self->reads, read);
      quo_node_send (node, (guint) self->tail, MESSAGE_VERSION_QUERY, fields);
    }
}

/**
 * quo_chain_asked:
 * @node: a server
 * @self: its memory
 * @message: a VERSION-QUERY
 */
void
quo_chain_asked (QuoNode          *node,
                 QuoChain         *self,
                 const QuoMessage *message)
{
  const gint64 *m = message->fields;
  const gint64 fields[] = {
    self->epoch, m[1], quo_chain_look_up (self->clean, m[1]), m[2], m[3]
  };

  if (m[0] == self->epoch && self->tail == (int) self->index
      && quo_chain_is_serving (node, self))
    quo_node_send (node, message->from, MESSAGE_VERSION, fields);
}

/**
 * quo_chain_told:
 * @node: a server
 * @self: its memory
 * @message: a VERSION
 */
void
quo_chain_told (QuoNode          *node,
                QuoChain         *self,
                const QuoMessage *message)
{
  const gint64 *m = message->fields;

  for (guint i = 0; i < self->reads->len; i++)
    {
      QuoChainRead read = g_array_index (self->reads, QuoChainRead, i);

      if (read.client != m[3] || read.serial != m[4])
        continue;
      g_array_remove_index (self->reads, i);
      if (m[2] <= quo_chain_length (self))
        answer (node, self, &read, m[2]);
      return;
    }
}
