/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A server's history in memory, mirrored in the fields that others see. */

#include "protocol/chain-replication/chain-private.h"

#include "base/random.h"

/**
 * quo_chain_look_up:
 * @map: one of a server's maps
 * @key: interned, or a client
 *
 * Returns: the value, 0 when there is none
 */
gint64
quo_chain_look_up (GHashTable *map,
                   gint64      key)
{
  return (gint64) GPOINTER_TO_SIZE (
    g_hash_table_lookup (map, GSIZE_TO_POINTER ((gsize) key)));
}

/**
 * quo_chain_put:
 * @map: one of a server's maps
 * @key: interned, or a client
 * @value: not negative
 */
void
quo_chain_put (GHashTable *map,
               gint64      key,
               gint64      value)
{
  g_hash_table_insert (map, GSIZE_TO_POINTER ((gsize) key),
                       GSIZE_TO_POINTER ((gsize) value));
}

/**
 * quo_chain_init:
 * @node: a node
 * @self: zeroed memory
 */
void
quo_chain_init (QuoNode  *node,
                QuoChain *self)
{
  self->index = quo_node_index (node);
  self->n_nodes = quo_node_n_nodes (node);
  self->head = QUO_NO_NODE;
  self->tail = QUO_NO_NODE;
  self->predecessor = QUO_NO_NODE;
  self->successor = QUO_NO_NODE;
  self->history = g_array_new (FALSE, FALSE, sizeof (QuoChainUpdate));
  self->latest = g_hash_table_new (NULL, NULL);
  self->clean = g_hash_table_new (NULL, NULL);
  self->sessions = g_hash_table_new (NULL, NULL);
  self->early = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->reads = g_array_new (FALSE, FALSE, sizeof (QuoChainRead));
  self->chain = g_array_new (FALSE, FALSE, sizeof (guint));
  self->heard_at = g_new0 (QuoTime, self->n_nodes);
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoChainFact));
  self->lease_until = G_MININT64;
}

/**
 * quo_chain_clear:
 * @state: a #QuoChain
 */
void
quo_chain_clear (gpointer state)
{
  QuoChain *self = state;

  g_clear_pointer (&self->history, g_array_unref);
  g_clear_pointer (&self->latest, g_hash_table_unref);
  g_clear_pointer (&self->clean, g_hash_table_unref);
  g_clear_pointer (&self->sessions, g_hash_table_unref);
  g_clear_pointer (&self->early, g_hash_table_unref);
  g_clear_pointer (&self->reads, g_array_unref);
  g_clear_pointer (&self->chain, g_array_unref);
  g_clear_pointer (&self->heard_at, g_free);
  g_clear_pointer (&self->facts, g_array_unref);
}

/**
 * quo_chain_begin_step:
 * @self: a node's memory
 *
 * Drops what the step before left for the monitor.
 */
void
quo_chain_begin_step (QuoChain *self)
{
  g_array_set_size (self->facts, 0);
}

/**
 * quo_chain_add_fact:
 * @self: a node's memory
 * @kind: what happened
 * @index: to which update; of a read its version
 * @read: (nullable): which read
 */
void
quo_chain_add_fact (QuoChain           *self,
                    QuoChainFactKind    kind,
                    gint64              index,
                    const QuoChainRead *read)
{
  QuoChainFact fact = { kind, index, 0, 0, 0 };

  if (read != NULL)
    {
      fact.client = read->client;
      fact.serial = read->serial;
      fact.key = read->key;
    }
  g_array_append_val (self->facts, fact);
}

/**
 * quo_chain_length:
 * @self: a server's memory
 *
 * Returns: index of its latest update, 0 without any
 */
gint64
quo_chain_length (const QuoChain *self)
{
  return self->history->len;
}

/**
 * quo_chain_update:
 * @self: a server's memory
 * @index: 1 .. length
 *
 * Returns: (transfer none): the update
 */
const QuoChainUpdate *
quo_chain_update (const QuoChain *self,
                  gint64          index)
{
  return &g_array_index (self->history, QuoChainUpdate, index - 1);
}

static guint64
chain (guint64               hash,
       const QuoChainUpdate *update)
{
  hash = quo_mix64 (hash ^ (guint64) update->key);
  hash = quo_mix64 (hash ^ (guint64) update->value);
  hash = quo_mix64 (hash ^ (guint64) update->client);

  return quo_mix64 (hash ^ (guint64) update->serial);
}

/**
 * quo_chain_append:
 * @node: a server
 * @self: its memory
 * @update: the next one; its key is dirty until the tail has it
 */
void
quo_chain_append (QuoNode              *node,
                  QuoChain             *self,
                  const QuoChainUpdate *update)
{
  QuoChainUpdate added = *update;
  gint64 length = quo_chain_length (self);
  gint64 row[QUO_MAX_COLUMNS] = {
    update->key, update->value, update->client, update->serial
  };
  gint64 dirty[QUO_MAX_COLUMNS] = { update->value, length + 1 };

  added.hash = chain (length == 0 ? 0 : quo_chain_update (self, length)->hash,
                      update);
  g_array_append_val (self->history, added);
  quo_chain_put (self->latest, update->key, length + 1);
  quo_chain_put (self->sessions, update->client, length + 1);
  quo_node_set_row (node, FIELD_HISTORY, length + 1, row);
  quo_node_set_row (node, FIELD_DIRTY, update->key, dirty);
}

/**
 * quo_chain_commit:
 * @node: a server
 * @self: its memory
 * @index: the tail has everything up to it
 */
void
quo_chain_commit (QuoNode  *node,
                  QuoChain *self,
                  gint64    index)
{
  index = MIN (index, quo_chain_length (self));
  if (index <= self->commit)
    return;

  while (self->commit < index)
    {
      const QuoChainUpdate *update = quo_chain_update (self, ++self->commit);
      gint64 columns[QUO_MAX_COLUMNS] = { update->value, self->commit };

      quo_chain_put (self->clean, update->key, self->commit);
      quo_node_set_row (node, FIELD_STORE, update->key, columns);
      if (quo_chain_look_up (self->latest, update->key) == self->commit)
        quo_node_remove_row (node, FIELD_DIRTY, update->key);
    }
  quo_node_set (node, FIELD_COMMIT, self->commit);
}
