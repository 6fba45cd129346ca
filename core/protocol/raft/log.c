/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "raft-private.h"

#include "base/random.h"

#include <string.h>

#define FIRST_SIZE 64

static guint64
hash_entry (guint64       before,
            const gint64 *row)
{
  guint64 hash = before;

  for (guint i = 0; i < ROW_WIDTH; i++)
    hash = quo_mix64 (hash + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) +
                      (guint64) row[i]);

  return hash;
}

static void
append_row (QuoRaftLog   *self,
            const gint64 *row)
{
  gint64 n = self->length - self->base;

  if (n == self->n_allocated)
    {
      self->n_allocated = MAX (FIRST_SIZE, 2 * self->n_allocated);
      self->rows = g_renew (gint64, self->rows, self->n_allocated * ROW_WIDTH);
      self->hashes = g_renew (guint64, self->hashes, self->n_allocated);
    }

  gint64 *place = self->rows + n * ROW_WIDTH;

  for (guint i = 0; i < ROW_WIDTH; i++)
    place[i] = row[i];
  self->hashes[n] = hash_entry (n == 0 ? self->base_hash : self->hashes[n - 1], row);
  self->length++;
}

/**
 * quo_raft_log_load:
 * @node: whose disk
 * @self: an empty log, whose base is that of the snapshot on the disk
 *
 * Reads the log from the disk at a start. Entries behind a gap, which only a
 * scenario's own initial state can have, are cut off. An entry that no client asked
 * for names no client.
 */
void
quo_raft_log_load (QuoNode    *node,
                   QuoRaftLog *self)
{
  const QuoTable *table = quo_node_table (node, FIELD_LOG);
  guint n_rows = table == NULL ? 0 : quo_table_n_rows (table);
  guint n_bad_rows = 0;

  for (guint i = 0; i < n_rows; i++)
    {
      gint64 row[ROW_WIDTH];
      gint64 key = 0;
      const gint64 *columns = quo_table_nth (table, i, &key);

      if (columns == NULL || key != self->length + 1)
        {
          n_bad_rows = n_rows - i;
          break;
        }

      for (guint j = 0; j < ROW_WIDTH; j++)
        row[j] = columns[j];
      if (row[ROW_SERIAL] == 0)
        row[ROW_CLIENT] = QUO_NO_NODE;
      append_row (self, row);
    }

  if (n_bad_rows > 0)
    quo_node_truncate (node, FIELD_LOG, self->length + 1);

  for (gint64 index = self->base + 1; index <= self->length; index++)
    {
      const gint64 *row = quo_raft_log_row (self, index);
      const gint64 *stored = quo_table_get (quo_node_table (node, FIELD_LOG),
                                            index);

      if (stored[ROW_CLIENT] != row[ROW_CLIENT])
        quo_node_set_row (node, FIELD_LOG, index, row);
    }
}

/**
 * quo_raft_log_append:
 * @node: whose disk
 * @self: its log
 * @row: %ROW_WIDTH values
 *
 * Adds an entry behind the last, in memory and in the durable field. It is on disk
 * when the next sync of the node is.
 */
void
quo_raft_log_append (QuoNode      *node,
                     QuoRaftLog   *self,
                     const gint64 *row)
{
  append_row (self, row);
  quo_node_set_row (node, FIELD_LOG, self->length, row);
}

/**
 * quo_raft_log_truncate:
 * @node: whose disk
 * @self: its log
 * @index: the first entry that goes; what was compacted stays
 */
void
quo_raft_log_truncate (QuoNode    *node,
                       QuoRaftLog *self,
                       gint64      index)
{
  if (index > self->length)
    return;

  self->length = MAX (index - 1, self->base);
  quo_node_truncate (node, FIELD_LOG, self->length + 1);
}

/**
 * quo_raft_log_replace:
 * @node: whose disk
 * @self: its log
 * @index: last entry that a snapshot stands for
 * @term: of that entry
 * @hash: of that entry and all before it
 * @keeps_rest: whether entries behind @index stay; else the log is empty then
 *
 * Puts a snapshot in the place of the entries up to @index.
 */
void
quo_raft_log_replace (QuoNode    *node,
                      QuoRaftLog *self,
                      gint64      index,
                      gint64      term,
                      guint64     hash,
                      gboolean    keeps_rest)
{
  gint64 n_gone = MIN (index, self->length) - self->base;
  gint64 n_kept = self->length - self->base - n_gone;

  if (!keeps_rest || n_gone < 0)
    {
      quo_node_truncate (node, FIELD_LOG, 0);
      n_kept = 0;
    }
  else
    for (gint64 i = 1; i <= n_gone; i++)
      quo_node_remove_row (node, FIELD_LOG, self->base + i);

  if (n_kept > 0)
    {
      memmove (self->rows, self->rows + n_gone * ROW_WIDTH,
               (gsize) n_kept * ROW_WIDTH * sizeof (gint64));
      memmove (self->hashes, self->hashes + n_gone,
               (gsize) n_kept * sizeof (guint64));
    }

  self->base = index;
  self->base_term = term;
  self->base_hash = hash;
  self->length = index + n_kept;

  /* Nothing to do but after a mistake that the invariants are to see: the entries
   * behind are not those that belong to this snapshot. */
  for (gint64 i = 0; i < n_kept; i++)
    {
      guint64 before = i == 0 ? hash : self->hashes[i - 1];

      self->hashes[i] = hash_entry (before, self->rows + i * ROW_WIDTH);
    }
}

/**
 * quo_raft_log_clear:
 * @self: a log
 *
 * Frees the memory; the disk stays as it is.
 */
void
quo_raft_log_clear (QuoRaftLog *self)
{
  g_clear_pointer (&self->rows, g_free);
  g_clear_pointer (&self->hashes, g_free);
  self->length = 0;
  self->base = 0;
  self->n_allocated = 0;
}
