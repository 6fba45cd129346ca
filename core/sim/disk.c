/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Durable fields. A change is seen at once by the node itself and is on disk when
 * a write that began after it has ended; a crash before that takes it back. The
 * journal holds what taking back needs.
 */

#include "sim/sim-private.h"

#include <string.h>

static QuoJournal *
journal_of (QuoNode *node)
{
  QuoJournal **journal = &node->sim->journals[node->index];

  if (*journal == NULL)
    {
      *journal = g_new0 (QuoJournal, 1);
      (*journal)->entries = g_array_new (FALSE, FALSE, sizeof (QuoUndo));
    }

  return *journal;
}

/* Changes that are not on disk yet. */
static guint
n_open (const QuoJournal *journal)
{
  return journal->entries->len - journal->n_dead;
}

/* The oldest open changes need no taking back any more. They go from the array
 * when they are half of it: then that costs no more than they did, however many
 * writes are on their way. */
static void
settle (QuoSim     *sim,
        QuoJournal *journal,
        guint       n)
{
  sim->disk_bytes -= n * sizeof (QuoUndo);
  journal->base += n;
  journal->n_dead += n;
  if (n_open (journal) == 0)
    g_array_set_size (journal->entries, 0);
  else if (journal->n_dead >= n_open (journal))
    g_array_remove_range (journal->entries, 0, journal->n_dead);
  else
    return;
  journal->n_dead = 0;
}

static void
note (QuoNode       *node,
      const QuoUndo *undo)
{
  g_array_append_vals (journal_of (node)->entries, undo, 1);
  node->sim->disk_bytes += sizeof (QuoUndo);
}

/**
 * quo_disk_count_rows:
 * @node: a node
 * @field: index of a durable table that has just changed
 * @n_before: how many rows it had before
 */
void
quo_disk_count_rows (QuoNode *node,
                     guint    field,
                     guint    n_before)
{
  QuoSim *sim = node->sim;
  const QuoTable *table = sim->tables[(gsize) node->index * sim->n_disk_tables
                                      + sim->table_slot[field]];
  gsize row = (1 + sim->trace->fields[field].n_columns) * sizeof (gint64);

  sim->disk_bytes += quo_table_n_rows (table) * row;
  sim->disk_bytes -= n_before * row;
}

/**
 * quo_disk_note_scalar:
 * @node: a node
 * @field: index of a durable scalar that is about to change
 * @old: its value so far
 */
void
quo_disk_note_scalar (QuoNode *node,
                      guint    field,
                      gint64   old)
{
  QuoUndo undo = { (guint8) field, TRUE, 0, { old } };

  note (node, &undo);
}

/**
 * quo_disk_note_row:
 * @node: a node
 * @field: index of a durable table
 * @key: of a row that is about to change
 * @old: (nullable): the row so far, %NULL when it is new
 */
void
quo_disk_note_row (QuoNode      *node,
                   guint         field,
                   gint64        key,
                   const gint64 *old)
{
  QuoUndo undo = { (guint8) field, old != NULL, key, { 0 } };

  if (old != NULL)
    memcpy (undo.old, old,
            node->sim->trace->fields[field].n_columns * sizeof (gint64));
  note (node, &undo);
}

/**
 * quo_node_sync:
 * @self: a node
 * @write: index of a declared kind of durable write
 * @token: passed to synced()
 *
 * Writes every durable change made so far to disk. When that is done, synced()
 * is called; with disks that cost nothing right after the present callback. A
 * crash before that takes the changes back, and synced() is not called.
 */
void
quo_node_sync (QuoNode *self,
               guint    write,
               gint64   token)
{
  QuoSim *sim = self->sim;
  const QuoDiskConfig *disk = &sim->config->disk;
  QuoDistribution *cost = disk->sync;
  QuoJournal *journal = journal_of (self);
  QuoNodeRecord *record = quo_sim_record (sim, self->index);
  QuoPending sync = {
    self->index, record->incarnation, write, sim->step, token,
    journal->base + n_open (journal)
  };
  guint64 key;
  QuoTime delay;

  if (disk->writes != NULL && disk->writes[write] != NULL)
    cost = disk->writes[write];
  sim->n_syncs[write]++;
  if (sim->declaration->writes[write].is_forced)
    sim->figures[QUO_FIGURE_SYNCS]++;
  if (cost == NULL)
    {
      g_array_append_val (sim->instant, sync);
      return;
    }

  key = quo_stream_key (sim->config->seed, QUO_STREAM_DISK, self->index, 0);
  delay = quo_distribution_sample (cost, quo_random_at (key, record->n_synced++));
  quo_queue_push (sim->queue, sim->now + delay, quo_pool_put (&sim->syncs, &sync),
                  QUO_DUE (QUO_DUE_SYNC, 0));
}

/**
 * quo_disk_synced:
 * @sim: a simulation
 * @pending: a write that is on disk now
 */
void
quo_disk_synced (QuoSim           *sim,
                 const QuoPending *pending)
{
  QuoNode *node = quo_sim_node (sim, pending->node);
  QuoJournal *journal = journal_of (node);
  guint64 n_durable;

  /* Another write may have reached beyond this one's mark already. */
  n_durable = pending->mark > journal->base ? pending->mark - journal->base : 0;
  settle (sim, journal, (guint) MIN (n_durable, n_open (journal)));

  sim->step = quo_sim_append (sim, QUO_EVENT_SYNC, pending->node, pending->cause);
  quo_trace_put (sim->trace, pending->what);
  if (sim->behaviour->synced != NULL)
    sim->behaviour->synced (node, quo_sim_state (sim, pending->node),
                            pending->what, pending->arg);
}

static void
undo (QuoNode       *node,
      const QuoUndo *entry)
{
  QuoSim *sim = node->sim;
  QuoChange change = { QUO_CHANGE_SET, entry->field, entry->key, 0, { 0 } };
  QuoTable *table;
  guint n_rows;

  if (sim->declaration->fields[entry->field].shape == QUO_SHAPE_SCALAR)
    {
      change.value = entry->old[0];
      *quo_node_scalar (node, entry->field) = change.value;
      quo_trace_put_change (sim->trace, &change);
      return;
    }

  table = sim->tables[(gsize) node->index * sim->n_disk_tables
                      + sim->table_slot[entry->field]];
  n_rows = quo_table_n_rows (table);
  change.kind = entry->was_there ? QUO_CHANGE_ROW : QUO_CHANGE_REMOVE;
  if (entry->was_there)
    {
      memcpy (change.columns, entry->old, sizeof change.columns);
      quo_table_set (table, entry->key, entry->old);
    }
  else
    {
      quo_table_remove (table, entry->key);
    }
  quo_disk_count_rows (node, entry->field, n_rows);
  quo_trace_put_change (sim->trace, &change);
}

/**
 * quo_disk_crash:
 * @node: a node whose crash is the latest event
 *
 * Takes back what was not synced and puts volatile fields back to their initial
 * values, as a replay does by itself.
 */
void
quo_disk_crash (QuoNode *node)
{
  QuoSim *sim = node->sim;
  const QuoFieldSpec *fields = sim->declaration->fields;
  QuoJournal *journal = sim->journals[node->index];

  for (guint i = 0; i < sim->n_fields; i++)
    if (fields[i].shape == QUO_SHAPE_SCALAR
        && fields[i].storage == QUO_STORAGE_VOLATILE)
      *quo_node_scalar (node, i) = fields[i].initial;

  if (journal == NULL)
    return;
  for (guint i = journal->entries->len; i > journal->n_dead; i--)
    undo (node, &g_array_index (journal->entries, QuoUndo, i - 1));
  settle (sim, journal, n_open (journal));
}

/**
 * quo_disk_lose:
 * @node: a node that is down
 * @cause: event that brings it about, or %QUO_NO_EVENT
 *
 * The disk is gone: every durable field is as it was before the first start,
 * without the scenario's initial values.
 */
void
quo_disk_lose (QuoNode *node,
               guint32  cause)
{
  QuoSim *sim = node->sim;
  const QuoFieldSpec *fields = sim->declaration->fields;
  QuoJournal *journal = journal_of (node);

  quo_sim_append (sim, QUO_EVENT_DISK_LOST, node->index, cause);
  for (guint i = 0; i < sim->n_fields; i++)
    {
      if (fields[i].storage != QUO_STORAGE_DURABLE)
        continue;
      if (fields[i].shape == QUO_SHAPE_SCALAR)
        quo_node_set (node, i, fields[i].initial);
      else if (quo_table_n_rows (quo_node_table (node, i)) > 0)
        quo_node_clear_rows (node, i);
    }
  settle (sim, journal, n_open (journal));
}

/**
 * quo_disk_set_initial:
 * @sim: a simulation
 * @node: index of a node whose start is the latest event
 *
 * Fills the disk with what the scenario says that it has from the beginning.
 */
void
quo_disk_set_initial (QuoSim *sim,
                      guint   node)
{
  const GArray *initial = sim->config->initial;
  QuoJournal *journal;

  for (guint i = 0; i < initial->len; i++)
    {
      const QuoInitial *value = &g_array_index (initial, QuoInitial, i);

      if (value->node != node)
        continue;
      if (sim->declaration->fields[value->field].shape == QUO_SHAPE_SCALAR)
        quo_node_set (quo_sim_node (sim, node), value->field, value->columns[0]);
      else
        quo_node_set_row (quo_sim_node (sim, node), value->field, value->key,
                          value->columns);
    }

  journal = sim->journals[node];
  if (journal != NULL)
    settle (sim, journal, n_open (journal));
}
