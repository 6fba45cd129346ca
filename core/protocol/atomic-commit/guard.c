/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/atomic-commit/guard.h"

/**
 * quo_guard_init:
 * @self: zeroed memory
 * @fields: where what is guarded is kept
 */
void
quo_guard_init (QuoGuard       *self,
                QuoGuardFields  fields)
{
  self->holders = g_hash_table_new_full (g_int64_hash, g_int64_equal,
                                         g_free, NULL);
  self->fields = fields;
}

/**
 * quo_guard_clear:
 * @self: a guard
 *
 * Frees what it owns.
 */
void
quo_guard_clear (QuoGuard *self)
{
  g_clear_pointer (&self->holders, g_hash_table_unref);
}

/**
 * quo_guard_holder:
 * @self: a guard
 * @key: a key, 0 for none
 *
 * Returns: the transaction that holds the key's lock, or 0
 */
gint64
quo_guard_holder (const QuoGuard *self,
                  gint64          key)
{
  return (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (self->holders, &key));
}

/**
 * quo_guard_lock:
 * @self: a guard
 * @node: its node
 * @transaction: who takes the lock
 * @key: of what; 0, of a transaction without a key, locks nothing
 */
void
quo_guard_lock (QuoGuard *self,
                QuoNode  *node,
                gint64    transaction,
                gint64    key)
{
  gint64 columns[QUO_MAX_COLUMNS] = { transaction };

  if (key == 0)
    return;

  g_hash_table_replace (self->holders, g_memdup2 (&key, sizeof key),
                        GSIZE_TO_POINTER ((gsize) transaction));
  quo_node_set_row (node, self->fields.locks, key, columns);
}

/**
 * quo_guard_release:
 * @self: a guard
 * @node: its node
 * @transaction: who may hold the lock
 * @key: of what
 */
void
quo_guard_release (QuoGuard *self,
                   QuoNode  *node,
                   gint64    transaction,
                   gint64    key)
{
  if (key == 0 || quo_guard_holder (self, key) != transaction)
    return;

  g_hash_table_remove (self->holders, &key);
  quo_node_remove_row (node, self->fields.locks, key);
}

/**
 * quo_guard_intend:
 * @self: a guard
 * @node: its node
 * @transaction: a transaction that votes YES
 * @key: what it will write
 * @value: and with which value
 *
 * To be made durable with the vote: a restarted node has to know what it promised.
 */
void
quo_guard_intend (QuoGuard *self,
                  QuoNode  *node,
                  gint64    transaction,
                  gint64    key,
                  gint64    value)
{
  gint64 columns[QUO_MAX_COLUMNS] = { key, value };

  quo_node_set_row (node, self->fields.intents, transaction, columns);
}

/**
 * quo_guard_recall:
 * @self: a guard
 * @node: its node, after a restart
 * @transaction: a transaction in doubt
 * @ret_key: (out): what it will write
 * @ret_value: (out): and with which value
 *
 * Returns: whether the disk has it
 */
gboolean
quo_guard_recall (QuoGuard *self,
                  QuoNode  *node,
                  gint64    transaction,
                  gint64   *ret_key,
                  gint64   *ret_value)
{
  const gint64 *intent
    = quo_table_get (quo_node_table (node, self->fields.intents), transaction);

  if (intent == NULL)
    return FALSE;

  *ret_key = intent[0];
  *ret_value = intent[1];

  return TRUE;
}

/**
 * quo_guard_finish:
 * @self: a guard
 * @node: its node
 * @transaction: a transaction that is decided
 * @key: what it writes, or 0
 * @value: and with which value
 * @is_commit: whether it does
 *
 * Gives the lock back and writes, or does not. Durable with the next record.
 */
void
quo_guard_finish (QuoGuard *self,
                  QuoNode  *node,
                  gint64    transaction,
                  gint64    key,
                  gint64    value,
                  gboolean  is_commit)
{
  gint64 columns[QUO_MAX_COLUMNS] = { value };

  quo_guard_release (self, node, transaction, key);
  if (is_commit && key != 0)
    quo_node_set_row (node, self->fields.store, key, columns);
  quo_node_remove_row (node, self->fields.intents, transaction);
}

/**
 * quo_guard_read:
 * @self: a guard
 * @node: its node
 * @op: a client's read
 *
 * Answers it, unless a transaction that may yet write the key holds its lock.
 */
void
quo_guard_read (QuoGuard    *self,
                QuoNode     *node,
                const QuoOp *op)
{
  const gint64 *columns;

  if (quo_guard_holder (self, op->key) != 0)
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
      return;
    }

  columns = quo_table_get (quo_node_table (node, self->fields.store), op->key);
  quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK,
                  columns != NULL ? columns[0] : 0);
}
