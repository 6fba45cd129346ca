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

#include "base/random.h"

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

static void
show_record (QuoNode               *node,
             const QuoCausalRecord *record)
{
  gint64 columns[QUO_MAX_COLUMNS] = {
    record->key, record->value, quo_causal_counter (record->version),
    quo_causal_origin (record->version), record->previous, record->is_overwritten
  };

  quo_node_set_row (node, FIELD_VERSIONS, record->row, columns);
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

  record->row = ++self->next_row;
  record->first_dep = self->next_dep + 1;
  show_record (node, record);
  for (guint i = 0; i < record->deps->len; i++)
    {
      const QuoCausalDep *dep = &g_array_index (record->deps, QuoCausalDep, i);
      gint64 row[QUO_MAX_COLUMNS] = {
        counter, origin, dep->key, quo_causal_counter (dep->version),
        quo_causal_origin (dep->version), dep->kind
      };

      quo_node_set_row (node, FIELD_DEPENDENCIES, ++self->next_dep, row);
    }
  g_ptr_array_add (self->records, record);
  g_hash_table_insert (self->by_version, name_of (record->version), record);
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
      || !record->is_overwritten
      || quo_causal_counter (record->version) > self->through[origin])
    return;

  quo_causal_forget_deps (node, self, record);
  quo_node_remove_row (node, FIELD_VERSIONS, record->row);
  g_hash_table_remove (self->by_version, name_of (record->version));
  g_ptr_array_remove (cell_of (self, record->key), record);
  g_ptr_array_remove (self->records, record);
}

/* An overwritten version is kept while a transaction may ask for it. */
static void
plan_expiry (QuoNode         *node,
             QuoCausal       *self,
             QuoCausalRecord *record)
{
  if (quo_causal_options (node)->mode == MODE_COPS_GT)
    {
      quo_node_wake_after (node, TIMER_EXPIRE, quo_causal_life (node),
                           record->version);
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

/**
 * quo_causal_all_visible:
 * @self: a node's memory
 * @key: (interned): a key
 *
 * Returns: (transfer full): the versions, from old to new, that no other has
 *   overwritten: one at the most, except under COPS-CD
 */
GPtrArray *
quo_causal_all_visible (const QuoCausal *self,
                        gint64           key)
{
  GPtrArray *cell = cell_of (self, key);
  GPtrArray *visible = g_ptr_array_new ();

  for (guint i = 0; cell != NULL && i < cell->len; i++)
    {
      QuoCausalRecord *record = g_ptr_array_index (cell, i);

      if (!record->is_overwritten)
        g_ptr_array_add (visible, record);
    }

  return visible;
}

/**
 * quo_causal_shown:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key
 *
 * Section 5.3 of the paper leaves it to the application what becomes of conflicting
 * values. Here they are shown side by side, in the order of their versions, which is
 * the same wherever the same versions are.
 *
 * Returns: (interned): what a read is answered with; 0 without any version
 */
gint64
quo_causal_shown (QuoNode         *node,
                  const QuoCausal *self,
                  gint64           key)
{
  g_autoptr (GPtrArray) visible = quo_causal_all_visible (self, key);
  g_autoptr (GString) text = g_string_new (NULL);

  if (visible->len == 0)
    return 0;
  if (visible->len == 1)
    return ((const QuoCausalRecord *) g_ptr_array_index (visible, 0))->value;

  for (guint i = 0; i < visible->len; i++)
    {
      const QuoCausalRecord *record = g_ptr_array_index (visible, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " + " : "",
                              quo_node_text (node, record->value));
    }

  return quo_node_intern (node, text->str);
}

static void
show_visible (QuoNode         *node,
              const QuoCausal *self,
              gint64           key)
{
  const QuoCausalRecord *record = quo_causal_visible (self, key);
  gint64 columns[QUO_MAX_COLUMNS] = {
    quo_causal_shown (node, self, key), quo_causal_counter (record->version),
    quo_causal_origin (record->version)
  };

  quo_node_set_row (node, FIELD_STORE, key, columns);
}

static void
tell_committed (QuoCausal             *self,
                const QuoCausalRecord *record)
{
  g_autoptr (GPtrArray) visible = quo_causal_all_visible (self, record->key);
  QuoCausalFact *fact = quo_causal_tell (self, FACT_COMMITTED);

  fact->key = record->key;
  fact->version = record->version;
  fact->other = quo_causal_visible (self, record->key)->version;
  fact->number = visible->len > 1 || record->is_overwritten;
  for (guint i = 0; i < visible->len; i++)
    fact->value ^= (gint64) quo_mix64 ((guint64) ((const QuoCausalRecord *)
                                                  g_ptr_array_index (visible, i))
                                       ->version);
}

static gboolean
is_previous (const QuoCausalRecord *record,
             QuoCausalVersion       version)
{
  for (guint i = 0; i < record->deps->len; i++)
    {
      const QuoCausalDep *dep = &g_array_index (record->deps, QuoCausalDep, i);

      if (dep->kind == DEP_PREVIOUS && dep->version == version)
        return TRUE;
    }

  return FALSE;
}

/* Under COPS-CD a write overwrites what its data centre showed when it was made, and
 * nothing else; that was here before it, for it is among its dependencies. Otherwise
 * of all committed versions the last one stays. */
static GPtrArray *
overwrite (QuoNode         *node,
           QuoCausal       *self,
           QuoCausalRecord *record,
           QuoCausalRecord *before)
{
  GPtrArray *overwritten = g_ptr_array_new ();
  gboolean has_conflicts = quo_causal_options (node)->mode == MODE_COPS_CD;

  if (has_conflicts)
    {
      g_autoptr (GPtrArray) visible = quo_causal_all_visible (self, record->key);

      for (guint i = 0; i < visible->len; i++)
        {
          QuoCausalRecord *other = g_ptr_array_index (visible, i);

          if (other != record
              && (is_previous (record, other->version)
                  || quo_node_has_fault (node, FAULT_OVERWRITE_UNSEEN)))
            g_ptr_array_add (overwritten, other);
        }
    }
  else if (before != NULL)
    {
      g_ptr_array_add (overwritten,
                       quo_causal_visible (self, record->key) == record ? before
                                                                        : record);
    }
  for (guint i = 0; i < overwritten->len; i++)
    {
      QuoCausalRecord *other = g_ptr_array_index (overwritten, i);

      other->is_overwritten = TRUE;
      /* Who overwrote it may be forgotten before it is. */
      if (has_conflicts)
        show_record (node, other);
    }

  return overwritten;
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
  g_autoptr (GPtrArray) overwritten = NULL;
  gint64 key = record->key;

  insert (node, self, record);
  overwritten = overwrite (node, self, record, before);
  tell_committed (self, record);
  if (!record->is_overwritten)
    show_visible (node, self, key);
  for (guint i = 0; i < overwritten->len; i++)
    plan_expiry (node, self, g_ptr_array_index (overwritten, i));
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
      record->is_overwritten = columns[5] != 0;
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
        columns[2], quo_causal_version (columns[3], columns[4]),
        (QuoCausalDepKind) columns[5]
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

/* The mark that it is overwritten may not have been on disk yet. */
static void
find_overwritten (QuoNode   *node,
                  QuoCausal *self)
{
  for (guint i = 0; i < self->records->len; i++)
    {
      QuoCausalRecord *record = g_ptr_array_index (self->records, i);
      QuoCausalRecord *before = quo_causal_visible (self, record->key);

      insert (node, self, record);
      g_ptr_array_unref (overwrite (node, self, record, before));
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

  find_overwritten (node, self);
  for (guint i = 0; i < self->records->len; i++)
    {
      const QuoCausalRecord *record = g_ptr_array_index (self->records, i);

      tell_committed (self, record);
      if (!record->is_overwritten)
        show_visible (node, self, record->key);
    }
  for (guint i = self->records->len; i > 0; i--)
    {
      QuoCausalRecord *record = g_ptr_array_index (self->records, i - 1);

      if (record->is_overwritten)
        plan_expiry (node, self, record);
    }
  while (extend_prefix (node, self))
    ;
}
