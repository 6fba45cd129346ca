/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sim/table.h"

#include <string.h>

#define CHUNK_ROWS 128

/* Keys first, then the rows, each n_columns wide. Shared while ref_count > 1:
 * tables of one run live on one thread, so plain counts do. */
typedef struct
{
  guint  ref_count;
  guint  n_rows;
  gint64 keys[CHUNK_ROWS];
  gint64 cells[];
} Chunk;

struct _QuoTable
{
  guint   n_columns;
  guint   n_rows;
  guint   n_chunks;
  guint   capacity;
  Chunk **chunks;
  gsize   written; /* bytes that copies had to part with */
  /* Where the last reader by position was: a chunk and the rows before it. */
  guint   seen_chunk;
  guint   seen_rows;
};

static gsize
chunk_size (const QuoTable *self)
{
  return sizeof (Chunk) + CHUNK_ROWS * self->n_columns * sizeof (gint64);
}

static void
chunk_unref (Chunk *chunk)
{
  if (--chunk->ref_count == 0)
    g_free (chunk);
}

/**
 * quo_table_new:
 * @n_columns: of a row, 0 .. 4; 0 makes a set of keys
 *
 * Returns: (transfer full): a table without rows
 */
QuoTable *
quo_table_new (guint n_columns)
{
  QuoTable *self = g_new0 (QuoTable, 1);

  self->n_columns = n_columns;

  return self;
}

/**
 * quo_table_copy:
 * @self: a table
 *
 * Complexity: O(rows / 128); the rows are shared until one of the two writes.
 *
 * Returns: (transfer full): a table with the same rows
 */
QuoTable *
quo_table_copy (const QuoTable *self)
{
  QuoTable *copy = g_new0 (QuoTable, 1);

  copy->n_columns = self->n_columns;
  copy->n_rows = self->n_rows;
  copy->n_chunks = self->n_chunks;
  copy->capacity = self->n_chunks;
  copy->chunks = g_new (Chunk *, MAX (1, self->n_chunks));
  for (guint i = 0; i < self->n_chunks; i++)
    {
      copy->chunks[i] = self->chunks[i];
      copy->chunks[i]->ref_count++;
    }

  return copy;
}

/**
 * quo_table_free:
 * @self: (transfer full): a table
 *
 * Frees what no copy shares.
 */
void
quo_table_free (QuoTable *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->n_chunks; i++)
    chunk_unref (self->chunks[i]);
  g_free (self->chunks);
  g_free (self);
}

/**
 * quo_table_n_rows:
 * @self: a table
 *
 * Returns: how many rows it has
 */
guint
quo_table_n_rows (const QuoTable *self)
{
  return self->n_rows;
}

/**
 * quo_table_n_columns:
 * @self: a table
 *
 * Returns: how many columns a row has
 */
guint
quo_table_n_columns (const QuoTable *self)
{
  return self->n_columns;
}

/**
 * quo_table_written:
 * @self: a table
 *
 * Returns: bytes allocated by this table for writing since it was made
 */
gsize
quo_table_written (const QuoTable *self)
{
  return self->written;
}

static Chunk *
chunk_new (QuoTable *self)
{
  Chunk *chunk = g_malloc (chunk_size (self));

  chunk->ref_count = 1;
  chunk->n_rows = 0;
  self->written += chunk_size (self);

  return chunk;
}

/* A chunk that nobody else sees. */
static Chunk *
own_chunk (QuoTable *self,
           guint     index)
{
  Chunk *chunk = self->chunks[index];
  Chunk *copy;

  if (chunk->ref_count == 1)
    return chunk;

  copy = chunk_new (self);
  copy->n_rows = chunk->n_rows;
  memcpy (copy->keys, chunk->keys, chunk->n_rows * sizeof (gint64));
  memcpy (copy->cells, chunk->cells,
          chunk->n_rows * self->n_columns * sizeof (gint64));
  chunk->ref_count--;
  self->chunks[index] = copy;

  return copy;
}

/* The rows before the chunk are not what they were. */
static void
forget_seen (QuoTable *self)
{
  self->seen_chunk = 0;
  self->seen_rows = 0;
}

/* The chunk with the row at *position, but at the latest @chunk; *position becomes
 * that within it. Goes on from where the last reader was, when that is on the way:
 * who reads rows in order counts no chunk twice. A table is of one thread. */
static guint
rows_before (const QuoTable *self,
             guint          *position,
             guint           chunk)
{
  QuoTable *memory = (QuoTable *) self;
  guint index = 0;
  guint n = 0;

  if (chunk >= self->seen_chunk && *position >= self->seen_rows)
    {
      index = self->seen_chunk;
      n = self->seen_rows;
    }
  while (index < chunk && *position - n >= self->chunks[index]->n_rows)
    n += self->chunks[index++]->n_rows;
  memory->seen_chunk = index;
  memory->seen_rows = n;
  *position -= n;

  return index;
}

static void
insert_chunk (QuoTable *self,
              guint     index,
              Chunk    *chunk)
{
  if (self->n_chunks == self->capacity)
    {
      self->capacity = MAX (4, 2 * self->capacity);
      self->chunks = g_renew (Chunk *, self->chunks, self->capacity);
    }
  memmove (self->chunks + index + 1, self->chunks + index,
           (self->n_chunks - index) * sizeof (Chunk *));
  self->chunks[index] = chunk;
  self->n_chunks++;
  if (index <= self->seen_chunk)
    forget_seen (self);
}

static void
drop_chunk (QuoTable *self,
            guint     index)
{
  chunk_unref (self->chunks[index]);
  memmove (self->chunks + index, self->chunks + index + 1,
           (self->n_chunks - index - 1) * sizeof (Chunk *));
  self->n_chunks--;
}

/* The last chunk that begins at or before the key: 0 when none does. */
static guint
chunk_for (const QuoTable *self,
           gint64          key)
{
  guint low = 0;
  guint high = self->n_chunks;

  /* One that was just made has no key yet. */
  if (high <= 1)
    return 0;
  /* Logs grow at the end and are read there. */
  if (self->chunks[high - 1]->keys[0] <= key)
    return high - 1;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (self->chunks[middle]->keys[0] <= key)
        low = middle + 1;
      else
        high = middle;
    }

  return low > 0 ? low - 1 : 0;
}

/* The first row of the chunk whose key is not below the key. */
static guint
row_for (const Chunk *chunk,
         gint64       key)
{
  guint low = 0;
  guint high = chunk->n_rows;

  if (high > 0 && chunk->keys[high - 1] < key)
    return high;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (chunk->keys[middle] < key)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* Makes room in a full chunk: a row at the end opens a new one, as in a log that
 * grows; elsewhere the chunk is halved. Returns the chunk for the row. */
static guint
split (QuoTable *self,
       guint     index,
       guint    *row)
{
  Chunk *full = self->chunks[index];
  Chunk *rest = chunk_new (self);
  guint n_kept = *row == CHUNK_ROWS ? CHUNK_ROWS : CHUNK_ROWS / 2;
  guint n_moved = CHUNK_ROWS - n_kept;

  memcpy (rest->keys, full->keys + n_kept, n_moved * sizeof (gint64));
  memcpy (rest->cells, full->cells + n_kept * self->n_columns,
          n_moved * self->n_columns * sizeof (gint64));
  rest->n_rows = n_moved;
  full->n_rows = n_kept;
  insert_chunk (self, index + 1, rest);
  if (*row < n_kept || (*row == n_kept && n_moved > 0))
    return index;

  *row -= n_kept;

  return index + 1;
}

/**
 * quo_table_set:
 * @self: a table
 * @key: of the row
 * @columns: (nullable): the row's cells; may be %NULL when there are no columns
 *
 * Puts the row in, in place of one with the same key.
 */
void
quo_table_set (QuoTable     *self,
               gint64        key,
               const gint64 *columns)
{
  gsize width = self->n_columns * sizeof (gint64);
  Chunk *chunk;
  guint index;
  guint row;

  if (self->n_chunks == 0)
    insert_chunk (self, 0, chunk_new (self));

  index = chunk_for (self, key);
  chunk = own_chunk (self, index);
  row = row_for (chunk, key);
  if (row == chunk->n_rows || chunk->keys[row] != key)
    {
      if (chunk->n_rows == CHUNK_ROWS)
        {
          index = split (self, index, &row);
          chunk = self->chunks[index];
        }
      memmove (chunk->keys + row + 1, chunk->keys + row,
               (chunk->n_rows - row) * sizeof (gint64));
      memmove (chunk->cells + (row + 1) * self->n_columns,
               chunk->cells + row * self->n_columns,
               (chunk->n_rows - row) * width);
      chunk->keys[row] = key;
      chunk->n_rows++;
      self->n_rows++;
      if (index < self->seen_chunk)
        forget_seen (self);
    }
  if (width > 0)
    memcpy (chunk->cells + row * self->n_columns, columns, width);
}

/**
 * quo_table_remove:
 * @self: a table
 * @key: of the row
 *
 * Returns: whether there was such a row
 */
gboolean
quo_table_remove (QuoTable *self,
                  gint64    key)
{
  gsize width = self->n_columns * sizeof (gint64);
  Chunk *chunk;
  guint index;
  guint row;

  if (self->n_chunks == 0)
    return FALSE;

  index = chunk_for (self, key);
  row = row_for (self->chunks[index], key);
  if (row == self->chunks[index]->n_rows || self->chunks[index]->keys[row] != key)
    return FALSE;

  self->n_rows--;
  forget_seen (self);
  if (self->chunks[index]->n_rows == 1)
    {
      drop_chunk (self, index);
      return TRUE;
    }

  chunk = own_chunk (self, index);
  chunk->n_rows--;
  memmove (chunk->keys + row, chunk->keys + row + 1,
           (chunk->n_rows - row) * sizeof (gint64));
  memmove (chunk->cells + row * self->n_columns,
           chunk->cells + (row + 1) * self->n_columns,
           (chunk->n_rows - row) * width);

  return TRUE;
}

/**
 * quo_table_truncate:
 * @self: a table
 * @key: the first key that goes
 *
 * Removes every row whose key is @key or above.
 */
void
quo_table_truncate (QuoTable *self,
                    gint64    key)
{
  forget_seen (self);
  while (self->n_chunks > 0)
    {
      guint last = self->n_chunks - 1;
      Chunk *chunk = self->chunks[last];
      guint row = row_for (chunk, key);

      if (row == chunk->n_rows)
        return;
      self->n_rows -= chunk->n_rows - row;
      if (row > 0)
        {
          own_chunk (self, last)->n_rows = row;
          return;
        }
      drop_chunk (self, last);
    }
}

/**
 * quo_table_clear:
 * @self: a table
 *
 * Removes every row.
 */
void
quo_table_clear (QuoTable *self)
{
  forget_seen (self);
  while (self->n_chunks > 0)
    drop_chunk (self, self->n_chunks - 1);
  self->n_rows = 0;
}

/**
 * quo_table_get:
 * @self: a table
 * @key: of a row
 *
 * Returns: (transfer none) (nullable): the row's cells until the next write, or
 *   %NULL when there is no such row
 */
const gint64 *
quo_table_get (const QuoTable *self,
               gint64          key)
{
  const Chunk *chunk;
  guint row;

  if (self == NULL || self->n_chunks == 0)
    return NULL;

  chunk = self->chunks[chunk_for (self, key)];
  row = row_for (chunk, key);
  if (row == chunk->n_rows || chunk->keys[row] != key)
    return NULL;

  return chunk->cells + row * self->n_columns;
}

/**
 * quo_table_nth:
 * @self: a table
 * @position: below the number of rows
 * @ret_key: (out) (optional): the row's key
 *
 * Complexity: O(1) for the place after the last one asked for, else up to
 *   O(rows / 128).
 *
 * Returns: (transfer none): the cells of the row at that place in order of keys
 */
const gint64 *
quo_table_nth (const QuoTable *self,
               guint           position,
               gint64         *ret_key)
{
  guint index;

  g_return_val_if_fail (position < self->n_rows, NULL);

  index = rows_before (self, &position, self->n_chunks - 1);
  if (ret_key != NULL)
    *ret_key = self->chunks[index]->keys[position];

  return self->chunks[index]->cells + position * self->n_columns;
}

/**
 * quo_table_position:
 * @self: a table
 * @key: a key
 *
 * Returns: how many rows have a smaller key
 */
guint
quo_table_position (const QuoTable *self,
                    gint64          key)
{
  guint n_left = self->n_rows;
  guint index;

  if (self->n_chunks == 0)
    return 0;

  index = rows_before (self, &n_left, chunk_for (self, key));

  return self->n_rows - n_left + row_for (self->chunks[index], key);
}

/**
 * quo_table_last:
 * @self: a table
 * @ret_key: (out): the largest key
 *
 * Returns: FALSE when there are no rows
 */
gboolean
quo_table_last (const QuoTable *self,
                gint64         *ret_key)
{
  const Chunk *chunk;

  if (self == NULL || self->n_chunks == 0)
    return FALSE;

  chunk = self->chunks[self->n_chunks - 1];
  *ret_key = chunk->keys[chunk->n_rows - 1];

  return TRUE;
}
