/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a replica holds of one key, and the mistakes that a merge can make. */

#include "protocol/replicated-register/replicated-private.h"

/**
 * quo_replicated_form:
 * @options: the protocol's options
 *
 * Returns: how the type is kept and sent
 */
QuoReplicatedForm
quo_replicated_form (const QuoReplicatedOptions *options)
{
  switch ((QuoReplicatedType) options->type)
    {
    case QUO_REPLICATED_LWW:
      return QUO_REPLICATED_REGISTER;
    case QUO_REPLICATED_G_COUNTER:
    case QUO_REPLICATED_PN_COUNTER:
      return QUO_REPLICATED_COUNTS;
    case QUO_REPLICATED_MV:
    case QUO_REPLICATED_OR_SET:
    case QUO_REPLICATED_RW_SET:
    default:
      return QUO_REPLICATED_DOTS;
    }
}

/**
 * quo_replicated_n_columns:
 * @form: how a type is kept
 *
 * Returns: the columns of its rows
 */
guint
quo_replicated_n_columns (QuoReplicatedForm form)
{
  static const guint n_columns[] = { N_REGISTER_ROW, N_COUNT_ROW, N_DOT_ROW };

  return n_columns[form];
}

/**
 * quo_replicated_cell_new:
 * @key: (interned): a key
 *
 * Returns: (transfer full): nothing written
 */
QuoReplicatedCell *
quo_replicated_cell_new (gint64 key)
{
  QuoReplicatedCell *cell = g_new0 (QuoReplicatedCell, 1);

  cell->key = key;
  cell->counter = quo_counter_new ();
  cell->store = quo_dot_store_new ();
  cell->banned = g_array_new (FALSE, FALSE, sizeof (gint64));
  cell->on_disk = g_array_new (FALSE, FALSE, sizeof (gint64));

  return cell;
}

/**
 * quo_replicated_cell_free:
 * @cell: (transfer full): what was held of a key
 */
void
quo_replicated_cell_free (QuoReplicatedCell *cell)
{
  quo_counter_free (cell->counter);
  quo_dot_store_free (cell->store);
  g_array_unref (cell->banned);
  g_array_unref (cell->on_disk);
  g_free (cell);
}

static guint
position (const QuoReplicated *self,
          gint64               key)
{
  guint low = 0;
  guint high = self->cells != NULL ? self->cells->len : 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const QuoReplicatedCell *cell = g_ptr_array_index (self->cells, middle);

      if (cell->key < key)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/**
 * quo_replicated_find:
 * @self: a node's memory
 * @key: (interned): a key
 *
 * Returns: (transfer none) (nullable): what it holds of the key
 */
QuoReplicatedCell *
quo_replicated_find (const QuoReplicated *self,
                     gint64               key)
{
  guint i = position (self, key);
  QuoReplicatedCell *cell;

  if (self->cells == NULL || i == self->cells->len)
    return NULL;
  cell = g_ptr_array_index (self->cells, i);

  return cell->key == key ? cell : NULL;
}

/**
 * quo_replicated_get:
 * @self: a node's memory
 * @key: (interned): a key
 *
 * Returns: (transfer none): what it holds of the key, nothing to begin with
 */
QuoReplicatedCell *
quo_replicated_get (QuoReplicated *self,
                    gint64         key)
{
  QuoReplicatedCell *cell = quo_replicated_find (self, key);

  if (cell != NULL)
    return cell;

  cell = quo_replicated_cell_new (key);
  g_ptr_array_insert (self->cells, (gint) position (self, key), cell);

  return cell;
}

/* The mistake: counts are added up, so that a state that comes again counts again. */
static gboolean
merge_by_sum (QuoCounter       *counter,
              const QuoCounter *other)
{
  for (guint i = 0; i < quo_counter_n (other); i++)
    {
      QuoCount sum = *quo_counter_nth (other, i);

      for (guint j = 0; j < quo_counter_n (counter); j++)
        {
          const QuoCount *ours = quo_counter_nth (counter, j);

          if (ours->replica != sum.replica)
            continue;
          sum.up += MIN (ours->up, G_MAXINT64 - sum.up);
          sum.down += MIN (ours->down, G_MAXINT64 - sum.down);
        }
      quo_counter_set (counter, &sum);
    }

  return quo_counter_n (other) > 0;
}

static gboolean
has_value (const QuoDotStore *store,
           const QuoDotted   *entry)
{
  for (guint i = 0; i < quo_dot_store_n (store); i++)
    {
      const QuoDotted *ours = quo_dot_store_nth (store, i);

      if (ours->value == entry->value
          && quo_dot_compare (ours->dot, entry->dot) != 0)
        return TRUE;
    }

  return FALSE;
}

/* The mistake: siblings are told apart by what they say. One that says what another
 * here says is taken for it, and its own identity is not kept. */
static QuoDotStore *
without_equal_values (const QuoDotStore *store,
                      const QuoDotStore *other)
{
  QuoDotStore *result = quo_dot_store_new ();
  QuoDotContext *seen = quo_dot_store_context (result);
  const QuoDotContext *theirs = quo_dot_store_seen (other);
  g_autoptr (QuoDotContext) left_out = quo_dot_context_new ();

  for (guint i = 0; i < quo_dot_store_n (other); i++)
    {
      const QuoDotted *entry = quo_dot_store_nth (other, i);

      if (has_value (store, entry))
        quo_dot_context_add (left_out, entry->dot);
      else
        quo_dot_store_put (result, entry);
    }
  for (guint i = 0; i < quo_dot_context_n_upto (theirs); i++)
    {
      QuoDot last = quo_dot_context_upto (theirs, i);

      for (QuoDot dot = { last.node_index, 1 }; dot.n <= last.n; dot.n++)
        if (!quo_dot_context_covers (left_out, dot))
          quo_dot_context_add (seen, dot);
    }
  for (guint i = 0; i < quo_dot_context_n_dots (theirs); i++)
    if (!quo_dot_context_covers (left_out, quo_dot_context_dot (theirs, i)))
      quo_dot_context_add (seen, quo_dot_context_dot (theirs, i));

  return result;
}

/* The mistake: a removal names the element and not the tags that it saw, and takes
 * whatever tags there are. */
static gboolean
take_bans (QuoReplicatedCell       *cell,
           const QuoReplicatedCell *other)
{
  gboolean is_changed = FALSE;

  for (guint i = 0; i < other->banned->len; i++)
    {
      gint64 element = g_array_index (other->banned, gint64, i);
      gboolean is_known = FALSE;

      for (guint j = 0; j < cell->banned->len; j++)
        is_known = is_known || g_array_index (cell->banned, gint64, j) == element;
      is_changed = is_changed || !is_known
                   || quo_set_contains (cell->store, element);
      if (!is_known)
        g_array_append_val (cell->banned, element);
      quo_set_remove (cell->store, QUO_SET_ADD_WINS, 0, element, NULL);
    }

  return is_changed;
}

static gboolean
merge_dots (QuoNode                 *node,
            QuoReplicatedCell       *cell,
            const QuoReplicatedCell *other)
{
  gboolean is_changed = FALSE;

  if (quo_node_has_fault (node, FAULT_KEYED_BY_VALUE))
    {
      g_autoptr (QuoDotStore) rest = without_equal_values (cell->store,
                                                           other->store);

      quo_dot_store_merge (cell->store, rest, &is_changed);
    }
  else
    quo_dot_store_merge (cell->store, other->store, &is_changed);
  if (take_bans (cell, other))
    is_changed = TRUE;

  return is_changed;
}

/**
 * quo_replicated_cell_merge:
 * @node: a node
 * @cell: what it holds of a key
 * @other: (transfer none): what another holds, or a delta
 *
 * Returns: whether @cell changed
 */
gboolean
quo_replicated_cell_merge (QuoNode                 *node,
                           QuoReplicatedCell       *cell,
                           const QuoReplicatedCell *other)
{
  switch (quo_replicated_form (quo_node_options (node)))
    {
    case QUO_REPLICATED_REGISTER:
      return quo_lww_register_merge (&cell->lww, &other->lww);
    case QUO_REPLICATED_COUNTS:
      if (quo_node_has_fault (node, FAULT_MERGE_BY_SUM))
        return merge_by_sum (cell->counter, other->counter);
      return quo_counter_merge (cell->counter, other->counter);
    case QUO_REPLICATED_DOTS:
    default:
      return merge_dots (node, cell, other);
    }
}
