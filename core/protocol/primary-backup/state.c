/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The log and the store in memory, mirrored in the fields that others see. */

#include "protocol/primary-backup/backup-private.h"

#include "base/random.h"

#define GENERATION_SHIFT 40

/* Keys and values are interned: small and not negative. */
static void
put (GHashTable *map,
     gint64      key,
     gint64      value)
{
  g_hash_table_insert (map, GSIZE_TO_POINTER ((gsize) key),
                       GSIZE_TO_POINTER ((gsize) value));
}

/**
 * quo_backup_look_up:
 * @map: one of a node's maps
 * @key: interned, or a client
 *
 * Returns: the value, 0 when there is none
 */
gint64
quo_backup_look_up (GHashTable *map,
                    gint64      key)
{
  return (gint64) GPOINTER_TO_SIZE (
    g_hash_table_lookup (map, GSIZE_TO_POINTER ((gsize) key)));
}

/**
 * quo_backup_state_init:
 * @node: a node
 * @self: zeroed memory
 */
void
quo_backup_state_init (QuoNode   *node,
                       QuoBackup *self)
{
  self->index = quo_node_index (node);
  self->n_nodes = quo_node_n_nodes (node);
  self->primary = QUO_NO_NODE;
  self->log = g_array_new (FALSE, FALSE, sizeof (QuoBackupEntry));
  self->store = g_hash_table_new (NULL, NULL);
  self->latest = g_hash_table_new (NULL, NULL);
  self->sessions = g_hash_table_new (NULL, NULL);
  self->early = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->pending = g_array_new (FALSE, FALSE, sizeof (QuoBackupPending));
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoBackupFact));
  self->peers = g_new0 (QuoBackupPeer, self->n_nodes);
  self->complete_at = quo_node_now (node);
  self->heard_at = quo_node_now (node);
}

/**
 * quo_backup_state_clear:
 * @state: a #QuoBackup
 */
void
quo_backup_state_clear (gpointer state)
{
  QuoBackup *self = state;

  g_clear_pointer (&self->log, g_array_unref);
  g_clear_pointer (&self->store, g_hash_table_unref);
  g_clear_pointer (&self->latest, g_hash_table_unref);
  g_clear_pointer (&self->sessions, g_hash_table_unref);
  g_clear_pointer (&self->pending, g_array_unref);
  g_clear_pointer (&self->early, g_hash_table_unref);
  g_clear_pointer (&self->facts, g_array_unref);
  g_clear_pointer (&self->peers, g_free);
}

/**
 * quo_backup_begin_step:
 * @self: a node's memory
 *
 * Drops what the step before left for the monitor.
 */
void
quo_backup_begin_step (QuoBackup *self)
{
  g_array_set_size (self->facts, 0);
  self->dirty_from = 0;
}

/**
 * quo_backup_add_fact:
 * @self: a node's memory
 * @kind: what happened
 * @index: to which entry
 */
void
quo_backup_add_fact (QuoBackup         *self,
                     QuoBackupFactKind  kind,
                     gint64             index)
{
  QuoBackupFact fact = { kind, index };

  g_array_append_val (self->facts, fact);
}

/**
 * quo_backup_length:
 * @self: a node's memory
 *
 * Returns: index of the last entry of its log, 0 when it is empty
 */
gint64
quo_backup_length (const QuoBackup *self)
{
  return self->log->len;
}

/**
 * quo_backup_entry:
 * @self: a node's memory
 * @index: 1 .. length
 *
 * Returns: (transfer none): the entry
 */
const QuoBackupEntry *
quo_backup_entry (const QuoBackup *self,
                  gint64           index)
{
  return &g_array_index (self->log, QuoBackupEntry, index - 1);
}

/**
 * quo_backup_epoch_at:
 * @self: a node's memory
 * @index: 0 .. length
 *
 * Returns: the epoch of the entry, 0 before the first one
 */
gint64
quo_backup_epoch_at (const QuoBackup *self,
                     gint64           index)
{
  return index == 0 ? 0 : quo_backup_entry (self, index)->epoch;
}

/* The log up to an entry, as one number: what is executed is held against it. */
static guint64
chain (guint64               hash,
       const QuoBackupEntry *entry)
{
  hash = quo_mix64 (hash ^ (guint64) entry->epoch);
  hash = quo_mix64 (hash ^ (guint64) entry->key);
  hash = quo_mix64 (hash ^ (guint64) entry->value);
  hash = quo_mix64 (hash ^ (guint64) entry->client);

  return quo_mix64 (hash ^ (guint64) entry->serial);
}

static void
remember (QuoBackup            *self,
          const QuoBackupEntry *entry,
          gint64                index)
{
  put (self->latest, entry->key, entry->value);
  if (entry->client >= 0)
    put (self->sessions, entry->client, index);
}

static void
add (QuoBackup            *self,
     const QuoBackupEntry *entry)
{
  QuoBackupEntry added = *entry;
  gint64 length = quo_backup_length (self);
  guint64 before = length == 0 ? 0 : quo_backup_entry (self, length)->hash;

  added.hash = chain (before, entry);
  g_array_append_val (self->log, added);
  remember (self, entry, length + 1);
  if (self->dirty_from == 0 || self->dirty_from > length + 1)
    self->dirty_from = length + 1;
}

/**
 * quo_backup_append:
 * @node: a node
 * @self: its memory
 * @entry: goes behind the last one
 */
void
quo_backup_append (QuoNode              *node,
                   QuoBackup            *self,
                   const QuoBackupEntry *entry)
{
  gint64 log[QUO_MAX_COLUMNS] = { entry->epoch, entry->key, entry->value };
  gint64 origin[QUO_MAX_COLUMNS] = { entry->client, entry->serial, entry->at };
  gint64 index = quo_backup_length (self) + 1;

  add (self, entry);
  quo_node_set_row (node, FIELD_LOG, index, log);
  quo_node_set_row (node, FIELD_ORIGINS, index, origin);
}

static void
run_entry (QuoNode   *node,
           QuoBackup *self)
{
  const QuoBackupEntry *entry = quo_backup_entry (self, ++self->executed);
  gint64 columns[QUO_MAX_COLUMNS] = { entry->value };

  self->executed_hash = chain (self->executed_hash, entry);
  put (self->store, entry->key, entry->value);
  quo_node_set_row (node, FIELD_STORE, entry->key, columns);
}

/* The store has no way back: it is made again from what is left. */
static void
run_again (QuoNode   *node,
           QuoBackup *self,
           gint64     length)
{
  g_hash_table_remove_all (self->store);
  quo_node_clear_rows (node, FIELD_STORE);
  self->executed = 0;
  self->executed_hash = 0;
  while (self->executed < length)
    run_entry (node, self);
  quo_node_set (node, FIELD_EXECUTED, self->executed);
}

/**
 * quo_backup_cut:
 * @node: a node
 * @self: its memory
 * @length: what is left of its log
 *
 * The entries behind are lost: a primary of a later epoch does not have them.
 */
void
quo_backup_cut (QuoNode   *node,
                QuoBackup *self,
                gint64     length)
{
  gint64 n_lost = quo_backup_length (self) - length;
  const gint64 fields[] = { n_lost, length + 1 };

  if (n_lost <= 0)
    return;

  quo_node_note (node, NOTE_LOSES, fields);
  g_array_set_size (self->log, (guint) length);
  quo_node_truncate (node, FIELD_LOG, length + 1);
  quo_node_truncate (node, FIELD_ORIGINS, length + 1);
  self->generation++;
  self->synced = MIN (self->synced, length);
  self->matched = MIN (self->matched, length);
  g_hash_table_remove_all (self->latest);
  g_hash_table_remove_all (self->sessions);
  for (gint64 i = 1; i <= length; i++)
    remember (self, quo_backup_entry (self, i), i);
  for (guint i = self->pending->len; i > 0; i--)
    if (g_array_index (self->pending, QuoBackupPending, i - 1).index > length)
      g_array_remove_index (self->pending, i - 1);

  if (self->commit > length)
    {
      self->commit = length;
      quo_node_set (node, FIELD_COMMIT, length);
    }
  if (self->executed > length)
    run_again (node, self, length);
}

/**
 * quo_backup_load:
 * @node: a node that comes back, or whose log the scenario has filled
 * @self: its memory, initialised
 *
 * Reads the disk. Nothing is executed until a primary says how far.
 */
void
quo_backup_load (QuoNode   *node,
                 QuoBackup *self)
{
  const QuoTable *log = quo_node_table (node, FIELD_LOG);
  const QuoTable *origins = quo_node_table (node, FIELD_ORIGINS);

  self->epoch = quo_node_get (node, FIELD_EPOCH);
  self->log_epoch = quo_node_get (node, FIELD_LOG_EPOCH);
  for (guint i = 0; i < quo_table_n_rows (log); i++)
    {
      gint64 index;
      const gint64 *row = quo_table_nth (log, i, &index);
      const gint64 *origin = quo_table_get (origins, index);
      QuoBackupEntry entry = {
        .epoch = row[0],
        .key = row[1],
        .value = row[2],
        .client = origin != NULL ? origin[0] : QUO_NO_NODE,
        .serial = origin != NULL ? origin[1] : 0,
        .at = origin != NULL ? origin[2] : 0,
      };

      add (self, &entry);
    }
  self->synced = quo_backup_length (self);
}

/**
 * quo_backup_execute:
 * @node: a node
 * @self: its memory
 *
 * Executes the next entry.
 *
 * Returns: whether there was one that is committed
 */
gboolean
quo_backup_execute (QuoNode   *node,
                    QuoBackup *self)
{
  if (self->executed >= MIN (self->commit, quo_backup_length (self)))
    return FALSE;

  run_entry (node, self);
  quo_node_set (node, FIELD_EXECUTED, self->executed);

  return TRUE;
}

/**
 * quo_backup_sync_log:
 * @node: a node
 * @self: its memory
 *
 * Writes the log. The token says how long it is, and of which log: one that was
 * cut meanwhile must not be taken for the present one.
 */
void
quo_backup_sync_log (QuoNode   *node,
                     QuoBackup *self)
{
  quo_node_sync (node, WRITE_LOG,
                 self->generation << GENERATION_SHIFT | quo_backup_length (self));
}
