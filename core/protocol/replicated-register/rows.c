/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A key's state as rows: so it travels, and so it lies on disk. */

#include "protocol/replicated-register/replicated-private.h"

#include <stdlib.h>
#include <string.h>

static const guint disk_fields[] = {
  [QUO_REPLICATED_REGISTER] = FIELD_REGISTERS,
  [QUO_REPLICATED_COUNTS] = FIELD_COUNTS,
  [QUO_REPLICATED_DOTS] = FIELD_DOTS,
};

/* A replica's id is its node and its life there. */
static void
split (QuoNode *node,
       guint    replica,
       gint64  *ret_node,
       gint64  *ret_life)
{
  *ret_node = replica % quo_node_n_nodes (node);
  *ret_life = replica / quo_node_n_nodes (node);
}

static guint
join (QuoNode      *node,
      const gint64 *columns)
{
  return (guint) (columns[0] + columns[1] * quo_node_n_nodes (node));
}

static void
add_dot (QuoNode          *node,
         gint64            key,
         QuoDot            dot,
         gint64            value,
         QuoReplicatedMark mark,
         GArray           *rows)
{
  gint64 row[N_DOT_ROW] = { key, 0, 0, dot.n, value, mark };

  split (node, dot.node_index, &row[1], &row[2]);
  g_array_append_vals (rows, row, N_DOT_ROW);
}

static void
encode_dots (QuoNode                 *node,
             const QuoReplicatedCell *cell,
             GArray                  *rows)
{
  const QuoDotContext *seen = quo_dot_store_seen (cell->store);
  QuoDot none = { 0, 0 };

  for (guint i = 0; i < quo_dot_store_n (cell->store); i++)
    {
      const QuoDotted *entry = quo_dot_store_nth (cell->store, i);

      add_dot (node, cell->key, entry->dot, entry->value,
               entry->is_remove ? QUO_REPLICATED_REMOVAL : QUO_REPLICATED_VALUE,
               rows);
    }
  for (guint i = 0; i < quo_dot_context_n_upto (seen); i++)
    add_dot (node, cell->key, quo_dot_context_upto (seen, i), 0,
             QUO_REPLICATED_SEEN_UPTO, rows);
  for (guint i = 0; i < quo_dot_context_n_dots (seen); i++)
    add_dot (node, cell->key, quo_dot_context_dot (seen, i), 0,
             QUO_REPLICATED_SEEN, rows);
  for (guint i = 0; i < cell->banned->len; i++)
    add_dot (node, cell->key, none, g_array_index (cell->banned, gint64, i),
             QUO_REPLICATED_BANNED, rows);
}

/**
 * quo_replicated_encode:
 * @node: a node
 * @cell: what it holds of a key, or a delta
 * @rows: (inout) (element-type gint64): where the columns of its rows are added
 */
void
quo_replicated_encode (QuoNode                 *node,
                       const QuoReplicatedCell *cell,
                       GArray                  *rows)
{
  switch (quo_replicated_form (quo_node_options (node)))
    {
    case QUO_REPLICATED_REGISTER:
      {
        const QuoStamp *stamp = &cell->lww.stamp;
        gint64 row[N_REGISTER_ROW] = { cell->key, cell->lww.value, stamp->time,
                                       stamp->counter, 0, 0 };

        split (node, stamp->replica, &row[4], &row[5]);
        g_array_append_vals (rows, row, N_REGISTER_ROW);
        break;
      }
    case QUO_REPLICATED_COUNTS:
      for (guint i = 0; i < quo_counter_n (cell->counter); i++)
        {
          const QuoCount *count = quo_counter_nth (cell->counter, i);
          gint64 row[N_COUNT_ROW] = { cell->key, 0, 0, count->up, count->down };

          split (node, count->replica, &row[1], &row[2]);
          g_array_append_vals (rows, row, N_COUNT_ROW);
        }
      break;
    case QUO_REPLICATED_DOTS:
    default:
      encode_dots (node, cell, rows);
      break;
    }
}

static void
decode_dot (QuoNode           *node,
            QuoReplicatedCell *cell,
            const gint64      *row)
{
  QuoDotted entry = { { join (node, row + 1), row[3] }, row[4], FALSE };

  switch ((QuoReplicatedMark) row[5])
    {
    case QUO_REPLICATED_VALUE:
    case QUO_REPLICATED_REMOVAL:
      entry.is_remove = row[5] == QUO_REPLICATED_REMOVAL;
      quo_dot_store_put (cell->store, &entry);
      break;
    case QUO_REPLICATED_SEEN:
      quo_dot_context_add (quo_dot_store_context (cell->store), entry.dot);
      break;
    case QUO_REPLICATED_SEEN_UPTO:
      quo_dot_context_add_upto (quo_dot_store_context (cell->store), entry.dot);
      break;
    case QUO_REPLICATED_BANNED:
    default:
      g_array_append_val (cell->banned, row[4]);
      break;
    }
}

static void
decode_row (QuoNode           *node,
            QuoReplicatedCell *cell,
            const gint64      *row)
{
  switch (quo_replicated_form (quo_node_options (node)))
    {
    case QUO_REPLICATED_REGISTER:
      cell->lww = (QuoLwwRegister) { { row[2], row[3], join (node, row + 4) },
                                     row[1] };
      break;
    case QUO_REPLICATED_COUNTS:
      {
        QuoCount count = { join (node, row + 1), row[3], row[4] };

        quo_counter_set (cell->counter, &count);
        break;
      }
    case QUO_REPLICATED_DOTS:
    default:
      decode_dot (node, cell, row);
      break;
    }
}

/**
 * quo_replicated_decode:
 * @node: a node
 * @first: the columns of the first row
 * @rows: those of the others
 * @n_rows: how many others there are
 *
 * Returns: (transfer full): what they hold, a #QuoReplicatedCell for each key in
 *   the order of the rows
 */
GPtrArray *
quo_replicated_decode (QuoNode      *node,
                       const gint64 *first,
                       const gint64 *rows,
                       guint         n_rows)
{
  guint n_columns =
    quo_replicated_n_columns (quo_replicated_form (quo_node_options (node)));
  GPtrArray *cells =
    g_ptr_array_new_with_free_func ((GDestroyNotify) quo_replicated_cell_free);
  QuoReplicatedCell *cell = NULL;
  const gint64 *row = first;

  for (guint i = 0; i <= n_rows; i++)
    {
      if (cell == NULL || cell->key != row[0])
        {
          cell = quo_replicated_cell_new (row[0]);
          g_ptr_array_add (cells, cell);
        }
      decode_row (node, cell, row);
      if (i < n_rows)
        row = rows + (gsize) i * n_columns;
    }

  return cells;
}

/* A row's name on disk: "x", "x 0", "x 0.3", "x 0'1 seen". */
static gint64
row_name (QuoNode      *node,
          const gint64 *row)
{
  const char *key = quo_node_text (node, row[0]);
  QuoReplicatedForm form = quo_replicated_form (quo_node_options (node));
  g_autoptr (GString) name = g_string_new (key);

  if (form == QUO_REPLICATED_REGISTER)
    return row[0];

  g_string_append_printf (name, " %" G_GINT64_FORMAT, row[1]);
  if (row[2] > 0)
    g_string_append_printf (name, "'%" G_GINT64_FORMAT, row[2]);
  if (form == QUO_REPLICATED_DOTS && row[5] == QUO_REPLICATED_SEEN_UPTO)
    g_string_append (name, " seen");
  else if (form == QUO_REPLICATED_DOTS && row[5] == QUO_REPLICATED_BANNED)
    g_string_append_printf (name, " gone %" G_GINT64_FORMAT, row[4]);
  else if (form == QUO_REPLICATED_DOTS)
    g_string_append_printf (name, ".%" G_GINT64_FORMAT "%s", row[3],
                            row[5] == QUO_REPLICATED_SEEN ? " seen" : "");

  return quo_node_intern (node, name->str);
}

static gboolean
contains (const GArray *names,
          gint64        name)
{
  for (guint i = 0; i < names->len; i++)
    if (g_array_index (names, gint64, i) == name)
      return TRUE;

  return FALSE;
}

/**
 * quo_replicated_to_disk:
 * @node: a node
 * @cell: what it holds of a key
 *
 * Brings the rows of the key in the durable field up to date.
 */
void
quo_replicated_to_disk (QuoNode           *node,
                        QuoReplicatedCell *cell)
{
  QuoReplicatedForm form = quo_replicated_form (quo_node_options (node));
  guint field = disk_fields[form];
  guint n_columns = quo_replicated_n_columns (form);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  GArray *names = g_array_new (FALSE, FALSE, sizeof (gint64));

  quo_replicated_encode (node, cell, rows);
  for (guint i = 0; i < rows->len; i += n_columns)
    {
      const gint64 *row = &g_array_index (rows, gint64, i);
      gint64 name = row_name (node, row);
      const gint64 *there = quo_table_get (quo_node_table (node, field), name);

      g_array_append_val (names, name);
      if (there == NULL || memcmp (there, row, n_columns * sizeof *row) != 0)
        quo_node_set_row (node, field, name, row);
    }
  for (guint i = 0; i < cell->on_disk->len; i++)
    if (!contains (names, g_array_index (cell->on_disk, gint64, i)))
      quo_node_remove_row (node, field, g_array_index (cell->on_disk, gint64, i));
  g_array_unref (cell->on_disk);
  cell->on_disk = names;
}

/**
 * quo_replicated_from_disk:
 * @node: a node that starts again
 * @self: its memory, empty
 */
void
quo_replicated_from_disk (QuoNode       *node,
                          QuoReplicated *self)
{
  const QuoTable *table = quo_node_table (
    node, disk_fields[quo_replicated_form (quo_node_options (node))]);

  for (guint i = 0; i < quo_table_n_rows (table); i++)
    {
      gint64 name;
      const gint64 *row = quo_table_nth (table, i, &name);
      QuoReplicatedCell *cell = quo_replicated_get (self, row[0]);

      decode_row (node, cell, row);
      g_array_append_val (cell->on_disk, name);
    }
}

/**
 * quo_replicated_context:
 * @node: a node
 * @seen: which updates of a key a client has seen with its answer
 *
 * Returns: (interned): the same as text, "0:3 2.5": of replica 0 all up to the
 *   third, of replica 2 the fifth
 */
gint64
quo_replicated_context (QuoNode             *node,
                        const QuoDotContext *seen)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < quo_dot_context_n_upto (seen); i++)
    {
      QuoDot dot = quo_dot_context_upto (seen, i);

      g_string_append_printf (text, "%s%u:%" G_GINT64_FORMAT,
                              text->len > 0 ? " " : "", dot.node_index, dot.n);
    }
  for (guint i = 0; i < quo_dot_context_n_dots (seen); i++)
    {
      QuoDot dot = quo_dot_context_dot (seen, i);

      g_string_append_printf (text, "%s%u.%" G_GINT64_FORMAT,
                              text->len > 0 ? " " : "", dot.node_index, dot.n);
    }

  return text->len > 0 ? quo_node_intern (node, text->str) : 0;
}

/**
 * quo_replicated_read_context:
 * @node: a node
 * @name: (interned): what quo_replicated_context() gave; 0: nothing
 *
 * Returns: (transfer full): the updates that it names
 */
QuoDotContext *
quo_replicated_read_context (QuoNode *node,
                             gint64   name)
{
  QuoDotContext *seen = quo_dot_context_new ();
  const char *text = name != 0 ? quo_node_text (node, name) : "";

  while (*text != '\0')
    {
      char *end;
      QuoDot dot = { (guint) g_ascii_strtoull (text, &end, 10), 0 };
      char sign = *end;

      if (sign != ':' && sign != '.')
        break;
      dot.n = g_ascii_strtoll (end + 1, &end, 10);
      if (sign == ':')
        quo_dot_context_add_upto (seen, dot);
      else if (dot.n > 0)
        quo_dot_context_add (seen, dot);
      text = *end == ' ' ? end + 1 : end;
    }

  return seen;
}
