/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was on disk, in memory again. */

#include "protocol/causal-broadcast/broadcast-private.h"

#include <string.h>

/* Reads "A:1" where @text stands: whose label it is, tried from @from on. */
static gboolean
read_entry (QuoNode     *node,
            const char **text,
            guint        from,
            guint       *ret_process,
            gint64      *ret_count)
{
  for (guint i = from; i < quo_node_n_nodes (node); i++)
    {
      const char *label = quo_node_label (node, i);
      gsize length = strlen (label);
      char *end = NULL;

      if (strncmp (*text, label, length) != 0 || (*text)[length] != ':')
        continue;
      *ret_count = g_ascii_strtoll (*text + length + 1, &end, 10);
      if (end == *text + length + 1 || (*end != '\0' && *end != ' '))
        continue;
      *ret_process = i;
      *text = *end == ' ' ? end + 1 : end;
      return TRUE;
    }

  return FALSE;
}

/* A row of the log or the outbox. */
static QuoCastItem *
read_item (QuoNode      *node,
           const gint64 *row)
{
  const char *name = quo_node_text (node, row[0]);
  const char *stamp = quo_node_text (node, row[5]);
  QuoCastItem *item;
  guint origin = 0;
  gint64 count = 0;

  if (!read_entry (node, &name, 0, &origin, &count))
    return NULL;

  item = quo_cast_item_new (origin, count);
  item->name = row[0];
  item->key = row[1];
  item->value = row[2];
  item->kind = row[3];
  item->request = row[4];
  item->is_sent = TRUE;
  for (guint process = 0; read_entry (node, &stamp, process, &process, &count);)
    quo_vector_clock_set (&item->stamp, process, count);

  return item;
}

static void
restore_log (QuoNode *node,
             QuoCast *self)
{
  const QuoTable *log = quo_node_table (node, FIELD_LOG);

  for (guint i = 0; i < quo_table_n_rows (log); i++)
    {
      gint64 index;
      const gint64 *row = quo_table_nth (log, i, &index);
      QuoCastItem *item = read_item (node, row);

      if (item == NULL)
        continue;
      quo_cast_enter (node, self, item);
      self->n_delivered++;
      quo_cast_count (self, item->origin);
      quo_cast_apply (node, self, item);
      if (item->origin == self->index)
        self->n_own = MAX (self->n_own, item->count);
    }
  quo_node_set (node, FIELD_DELIVERED, self->n_delivered);
}

static void
restore_outbox (QuoNode *node,
                QuoCast *self)
{
  const QuoTable *outbox = quo_node_table (node, FIELD_OUTBOX);

  for (guint i = 0; i < quo_table_n_rows (outbox); i++)
    {
      gint64 count;
      const gint64 *row = quo_table_nth (outbox, i, &count);
      QuoCastItem *item = read_item (node, row);

      if (item == NULL)
        continue;
      g_ptr_array_add (self->outbox, item);
      self->n_own = MAX (self->n_own, count);
      if (item->request != 0
          && !g_hash_table_contains (self->requests,
                                     GSIZE_TO_POINTER ((gsize) item->request)))
        g_hash_table_insert (self->requests,
                             GSIZE_TO_POINTER ((gsize) item->request),
                             GINT_TO_POINTER (-1));
    }
}

/**
 * quo_cast_restore:
 * @node: a process that has its disk
 * @self: its memory, made ready
 *
 * Whatever is on disk was delivered, or sent: both happen in the step in which the
 * disk says so. What is stable is not known any more than its disk says.
 */
void
quo_cast_restore (QuoNode *node,
                  QuoCast *self)
{
  const QuoTable *stable = quo_node_table (node, FIELD_STABLE);

  restore_log (node, self);
  restore_outbox (node, self);
  self->n_told = self->n_own;
  for (guint i = 0; i < self->delivered.n_entries; i++)
    {
      gint64 entry[QUO_MAX_COLUMNS] = { self->delivered.entries[i] };
      const gint64 *row = quo_table_get (stable, i);

      if (entry[0] > 0)
        quo_node_set_row (node, FIELD_CLOCK, i, entry);
      if (quo_cast_options (node)->recovery == RECOVERY_OFF)
        continue;
      if (row != NULL)
        quo_cast_learn_stable (node, self, i, row[0]);
      quo_cast_learn (node, self, self->index, i, entry[0]);
    }
  self->is_asked = TRUE;
}
