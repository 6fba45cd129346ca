/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The versions that a node keeps, in memory and in its durable fields, and which of
 * all versions it has ever committed.
 *
 * A version that was overwritten is kept as long as a get-transaction may ask for
 * it, a data centre lacks it, or one before it in its origin's stream is missing.
 * The last is what lets a dependency check be answered exactly: of what is gone,
 * all that is not above the prefix of its origin's stream was committed. That a
 * newer version of the key is there would not do: what this one depends on need not
 * be.
 */

#include "protocol/causal-store/causal-private.h"

/**
 * quo_causal_record_free:
 * @record: a #QuoCausalRecord
 */
void
quo_causal_record_free (gpointer record)
{
  QuoCausalRecord *self = record;

  g_clear_pointer (&self->deps, g_array_unref);
  g_free (self);
}

/**
 * quo_causal_records_init:
 * @self: zeroed memory
 */
void
quo_causal_records_init (QuoCausal *self)
{
  self->records = g_ptr_array_new_with_free_func (quo_causal_record_free);
  self->by_version = g_hash_table_new (NULL, NULL);
  self->cells = g_hash_table_new_full (NULL, NULL, NULL,
                                       (GDestroyNotify) g_ptr_array_unref);
}

static gpointer
name_of (gint64 number)
{
  return GSIZE_TO_POINTER ((gsize) number);
}

/**
 * quo_causal_find:
 * @self: a node's memory
 * @version: of whatever key
 *
 * Returns: (transfer none) (nullable): what is kept of it; not committed while it
 *   is on its way to disk
 */
QuoCausalRecord *
quo_causal_find (const QuoCausal  *self,
                 QuoCausalVersion  version)
{
  return g_hash_table_lookup (self->by_version, name_of (version));
}

static GPtrArray *
cell_of (const QuoCausal *self,
         gint64           key)
{
  return g_hash_table_lookup (self->cells, name_of (key));
}

/**
 * quo_causal_visible:
 * @self: a node's memory
 * @key: (interned): a key
 *
 * Returns: (transfer none) (nullable): the version that reads are answered with
 */
QuoCausalRecord *
quo_causal_visible (const QuoCausal *self,
                    gint64           key)
{
  GPtrArray *cell = cell_of (self, key);

  return cell != NULL && cell->len > 0 ? g_ptr_array_index (cell, cell->len - 1)
                                       : NULL;
}

/**
 * quo_causal_has:
 * @self: a node's memory
 * @version: a version of one of its keys
 *
 * Returns: whether it was committed here, overwritten or not
 */
gboolean
quo_causal_has (const QuoCausal  *self,
                QuoCausalVersion  version)
{
  const QuoCausalRecord *record = quo_causal_find (self, version);
  guint origin = quo_causal_origin (version);

  if (record != NULL)
    return record->is_committed;

  return origin < self->n_nodes
         && quo_causal_counter (version) <= self->through[origin];
}

/**
 * quo_causal_keep:
 * @node: a node
 * @self: its memory
 * @record: (transfer full): a version that is about to be written to disk
 */
void
quo_causal_keep (QuoNode         *node,
                 QuoCausal       *self,
                 QuoCausalRecord *record)
{
  gint64 counter = quo_causal_counter (record->version);
  gint64 origin = quo_causal_origin (record->version);
  gint64 columns[QUO_MAX_COLUMNS] = {
    record->key, record->value, counter, origin, record->previous
  };

  record->row = ++self->next_row;
  record->first_dep = self->next_dep + 1;
  quo_node_set_row (node, FIELD_VERSIONS, record->row, columns);
  for (guint i = 0; i < record->deps->len; i++)
    {
      const QuoCausalDep *dep = &g_array_index (record->deps, QuoCausalDep, i);
      gint64 row[QUO_MAX_COLUMNS] = {
        counter, origin, dep->key, quo_causal_counter (dep->version),
        quo_causal_origin (dep->version), dep->is_nearest
      };

      quo_node_set_row (node, FIELD_DEPENDENCIES, ++self->next_dep, row);
    }
  g_ptr_array_add (self->records, record);
  g_hash_table_insert (self->by_version, name_of (record->version), record);
}

static gboolean
is_visible (const QuoCausal       *self,
            const QuoCausalRecord *record)
{
  return quo_causal_visible (self, record->key) == record;
}

/**
 * quo_causal_forget_deps:
 * @node: a node
 * @self: its memory
 * @record: a version whose dependencies nobody needs to know any more
 */
void
quo_causal_forget_deps (QuoNode         *node,
                        QuoCausal       *self,
                        QuoCausalRecord *record)
{
  for (guint i = 0; i < record->deps->len; i++)
    quo_node_remove_row (node, FIELD_DEPENDENCIES, record->first_dep + i);
  g_array_set_size (record->deps, 0);
}

/**
 * quo_causal_drop_if_old:
 * @node: a node
 * @self: its memory
 * @record: a version; gone afterwards when nobody can ask for it any more
 */
void
quo_causal_drop_if_old (QuoNode         *node,
                        QuoCausal       *self,
                        QuoCausalRecord *record)
{
  guint origin = quo_causal_origin (record->version);

  if (!record->is_committed || !record->is_expired || record->n_unacked > 0
      || is_visible (self, record)
      || quo_causal_counter (record->version) > self->through[origin])
    return;

  quo_causal_forget_deps (node, self, record);
  quo_node_remove_row (node, FIELD_VERSIONS, record->row);
  g_hash_table_remove (self->by_version, name_of (record->version));
  g_ptr_array_remove (cell_of (self, record->key), record);
  g_ptr_array_remove (self->records, record);
}

/* Section 5.1 of the paper: an overwritten version is kept for as long as a
 * transaction may take, and a tenth more for clocks that do not run alike. */
static void
plan_expiry (QuoNode         *node,
             QuoCausal       *self,
             QuoCausalRecord *record)
{
  const QuoCausalOptions *options = quo_causal_options (node);
  QuoTime life = options->transaction_time + options->transaction_time / 10;

  if (options->mode == MODE_COPS_GT)
    {
      quo_node_wake_after (node, TIMER_EXPIRE, life, record->version);
      return;
    }
  record->is_expired = TRUE;
  quo_causal_drop_if_old (node, self, record);
}

/**
 * quo_causal_expired:
 * @node: a node
 * @self: its memory
 * @version: that was overwritten so long ago that no transaction asks for it
 */
void
quo_causal_expired (QuoNode          *node,
                    QuoCausal        *self,
                    QuoCausalVersion  version)
{
  QuoCausalRecord *record = quo_causal_find (self, version);

  if (record == NULL)
    return;
  record->is_expired = TRUE;
  quo_causal_drop_if_old (node, self, record);
}

static GPtrArray *
need_cell (QuoCausal *self,
           gint64     key)
{
  GPtrArray *cell = cell_of (self, key);

  if (cell == NULL)
    {
      cell = g_ptr_array_new ();
      g_hash_table_insert (self->cells, name_of (key), cell);
    }

  return cell;
}

/* The last writer wins, by (Lamport counter, node). */
static void
add_to_cell (QuoNode         *node,
             GPtrArray       *cell,
             QuoCausalRecord *record)
{
  guint place = cell->len;

  while (place > 0 && !quo_node_has_fault (node, FAULT_LAST_ARRIVAL_WINS))
    {
      const QuoCausalRecord *other = g_ptr_array_index (cell, place - 1);

      if (other->version < record->version)
        break;
      place--;
    }
  g_ptr_array_insert (cell, (int) place, record);
}

static gboolean
extend_prefix (QuoNode   *node,
               QuoCausal *self)
{
  for (guint i = 0; i < self->ahead->len; i++)
    {
      QuoCausalAhead ahead = g_array_index (self->ahead, QuoCausalAhead, i);
      guint origin = quo_causal_origin (ahead.version);
      gint64 counter = quo_causal_counter (ahead.version);
      QuoCausalRecord *record = quo_causal_find (self, ahead.version);

      if (ahead.previous > self->through[origin])
        continue;
      g_array_remove_index (self->ahead, i);
      if (counter > self->through[origin])
        {
          self->through[origin] = counter;
          quo_node_set_row (node, FIELD_APPLIED, origin, &counter);
        }
      if (record != NULL)
        quo_causal_drop_if_old (node, self, record);
      return TRUE;
    }

  return FALSE;
}

static void
insert (QuoNode         *node,
        QuoCausal       *self,
        QuoCausalRecord *record)
{
  QuoCausalAhead ahead = { record->version, record->previous };

  record->is_committed = TRUE;
  add_to_cell (node, need_cell (self, record->key), record);
  g_array_append_val (self->ahead, ahead);
}

static void
show_visible (QuoNode               *node,
              const QuoCausalRecord *record)
{
  gint64 columns[QUO_MAX_COLUMNS] = {
    record->value, quo_causal_counter (record->version),
    quo_causal_origin (record->version)
  };

  quo_node_set_row (node, FIELD_STORE, record->key, columns);
}

static void
tell_committed (QuoCausal              *self,
                const QuoCausalRecord  *record)
{
  QuoCausalFact *fact = quo_causal_tell (self, FACT_COMMITTED);

  fact->key = record->key;
  fact->version = record->version;
  fact->other = quo_causal_visible (self, record->key)->version;
}

/**
 * quo_causal_commit:
 * @node: a node
 * @self: its memory
 * @record: a version that is on disk, and whose dependencies are there; it may be
 *   gone afterwards
 *
 * From here on it is visible, unless a later version is.
 */
void
quo_causal_commit (QuoNode         *node,
                   QuoCausal       *self,
                   QuoCausalRecord *record)
{
  QuoCausalRecord *before = quo_causal_visible (self, record->key);
  QuoCausalRecord *overwritten = record;
  gint64 key = record->key;

  insert (node, self, record);
  tell_committed (self, record);
  if (is_visible (self, record))
    {
      show_visible (node, record);
      overwritten = before;
    }
  if (overwritten != NULL)
    plan_expiry (node, self, overwritten);
  while (extend_prefix (node, self))
    ;
  quo_causal_answer_askers (node, self, key);
  quo_causal_unblock (node, self, key);
}

static void
load_versions (QuoNode   *node,
               QuoCausal *self)
{
  const QuoTable *table = quo_node_table (node, FIELD_VERSIONS);
  guint n = quo_table_n_rows (table);

  for (guint i = 0; i < n; i++)
    {
      gint64 row;
      const gint64 *columns = quo_table_nth (table, i, &row);
      QuoCausalRecord *record = g_new0 (QuoCausalRecord, 1);

      record->row = row;
      record->key = columns[0];
      record->value = columns[1];
      record->version = quo_causal_version (columns[2], columns[3]);
      record->previous = columns[4];
      record->deps = quo_causal_deps_new ();
      self->next_row = MAX (self->next_row, row);
      self->clock = MAX (self->clock, columns[2]);
      g_ptr_array_add (self->records, record);
      g_hash_table_insert (self->by_version, name_of (record->version), record);
    }
}

static void
load_deps (QuoNode   *node,
           QuoCausal *self)
{
  const QuoTable *table = quo_node_table (node, FIELD_DEPENDENCIES);

  for (guint i = 0; i < quo_table_n_rows (table); i++)
    {
      gint64 row;
      const gint64 *columns = quo_table_nth (table, i, &row);
      QuoCausalRecord *record
        = quo_causal_find (self, quo_causal_version (columns[0], columns[1]));
      QuoCausalDep dep = {
        columns[2], quo_causal_version (columns[3], columns[4]), columns[5] != 0
      };

      self->next_dep = MAX (self->next_dep, row);
      if (record == NULL)
        continue;
      if (record->deps->len == 0)
        record->first_dep = row;
      g_array_append_val (record->deps, dep);
    }
}

static void
load_outbox (QuoNode   *node,
             QuoCausal *self)
{
  const QuoTable *table = quo_node_table (node, FIELD_OUTBOX);

  for (guint i = 0; i < quo_table_n_rows (table); i++)
    {
      QuoCausalParcel parcel = { .is_sent = TRUE };
      const gint64 *columns = quo_table_nth (table, i, &parcel.row);
      QuoCausalRecord *record;

      parcel.version = quo_causal_version (columns[0], self->index);
      parcel.to = (guint) columns[1];
      parcel.previous = columns[2];
      self->next_parcel = MAX (self->next_parcel, parcel.row);
      record = quo_causal_find (self, parcel.version);
      if (record == NULL)
        continue;
      self->n_owed += record->n_unacked++ == 0;
      g_array_append_val (self->outbox, parcel);
    }
}

static void
load_vector (QuoNode *node,
             guint    field,
             gint64  *counters,
             guint    n_counters)
{
  const QuoTable *table = quo_node_table (node, field);

  for (guint i = 0; i < quo_table_n_rows (table); i++)
    {
      gint64 key;
      const gint64 *columns = quo_table_nth (table, i, &key);

      if (key >= 0 && key < n_counters)
        counters[key] = columns[0];
    }
}

static void
load_writers (QuoNode   *node,
              QuoCausal *self)
{
  const QuoTable *table = quo_node_table (node, FIELD_WRITERS);

  for (guint i = 0; i < quo_table_n_rows (table); i++)
    {
      gint64 client;
      const gint64 *columns = quo_table_nth (table, i, &client);
      QuoCausalWriter writer = {
        columns[0], quo_causal_version (columns[1], self->index)
      };

      g_hash_table_insert (self->writers, name_of (client),
                           g_memdup2 (&writer, sizeof writer));
    }
}

/**
 * quo_causal_records_load:
 * @node: a node that starts
 * @self: its memory, empty
 *
 * Takes up what its disk has. Whatever is there was complete when it was written:
 * what it depends on was there before it.
 */
void
quo_causal_records_load (QuoNode   *node,
                         QuoCausal *self)
{
  self->clock = quo_node_get (node, FIELD_CLOCK);
  load_versions (node, self);
  load_deps (node, self);
  load_outbox (node, self);
  load_vector (node, FIELD_APPLIED, self->through, self->n_nodes);
  load_vector (node, FIELD_STREAMS, self->sent, self->n_nodes);
  load_vector (node, FIELD_STABLE, self->stable, self->n_nodes);
  load_writers (node, self);

  for (guint i = 0; i < self->records->len; i++)
    insert (node, self, g_ptr_array_index (self->records, i));
  for (guint i = 0; i < self->records->len; i++)
    {
      const QuoCausalRecord *record = g_ptr_array_index (self->records, i);

      tell_committed (self, record);
      if (is_visible (self, record))
        show_visible (node, record);
    }
  for (guint i = self->records->len; i > 0; i--)
    {
      QuoCausalRecord *record = g_ptr_array_index (self->records, i - 1);

      if (!is_visible (self, record))
        plan_expiry (node, self, record);
    }
  while (extend_prefix (node, self))
    ;
}
