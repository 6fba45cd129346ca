/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a reader gets, and what others see of a node. */

#include "protocol/replicated-register/replicated-private.h"

#include <string.h>

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* The texts in alphabetical order, not in that of their numbers: that depends on
 * which was heard of first. */
static gint64
join_texts (QuoNode    *node,
            GPtrArray  *texts,
            const char *open,
            const char *between,
            const char *close)
{
  g_autoptr (GString) all = g_string_new (open);

  g_ptr_array_sort (texts, compare_texts);
  for (guint i = 0; i < texts->len; i++)
    {
      if (i > 0)
        g_string_append (all, between);
      g_string_append (all, g_ptr_array_index (texts, i));
    }
  g_string_append (all, close);

  return quo_node_intern (node, all->str);
}

static gint64
show_siblings (QuoNode           *node,
               const QuoDotStore *store)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  if (quo_dot_store_n (store) == 0)
    return 0;

  for (guint i = 0; i < quo_dot_store_n (store); i++)
    g_ptr_array_add (texts, (gpointer) quo_node_text (
                              node, quo_dot_store_nth (store, i)->value));

  return join_texts (node, texts, "", " | ", "");
}

static gint64
show_set (QuoNode           *node,
          const QuoDotStore *store)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GArray) elements = quo_set_elements (store);

  for (guint i = 0; i < elements->len; i++)
    g_ptr_array_add (texts, (gpointer) quo_node_text (
                              node, g_array_index (elements, gint64, i)));

  return join_texts (node, texts, "{", ", ", "}");
}

static gint64
show_counter (QuoNode          *node,
              const QuoCounter *counter)
{
  char text[32];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, quo_counter_value (counter));

  return quo_node_intern (node, text);
}

/**
 * quo_replicated_show:
 * @node: a node
 * @self: its memory
 * @cell: what it holds of a key, just changed
 *
 * Works out what a reader of the key gets, and shows it.
 */
void
quo_replicated_show (QuoNode           *node,
                     QuoReplicated     *self,
                     QuoReplicatedCell *cell)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  guint n_siblings = 1;
  gint64 shown;

  switch ((QuoReplicatedType) options->type)
    {
    case QUO_REPLICATED_LWW:
      shown = cell->lww.value;
      break;
    case QUO_REPLICATED_MV:
      shown = show_siblings (node, cell->store);
      n_siblings = quo_dot_store_n (cell->store);
      break;
    case QUO_REPLICATED_G_COUNTER:
    case QUO_REPLICATED_PN_COUNTER:
      shown = show_counter (node, cell->counter);
      break;
    case QUO_REPLICATED_OR_SET:
    case QUO_REPLICATED_RW_SET:
    default:
      shown = show_set (node, cell->store);
      break;
    }
  if (shown == cell->shown)
    return;

  cell->shown = shown;
  if (n_siblings > 1)
    quo_node_note (node, NOTE_SIBLINGS, (gint64[]) { cell->key, shown });
  quo_node_set_row (node, FIELD_STORE, cell->key,
                    (gint64[]) { shown, n_siblings });
}

/**
 * quo_replicated_show_role:
 * @node: a node
 * @self: its memory
 */
void
quo_replicated_show_role (QuoNode             *node,
                          const QuoReplicated *self)
{
  const QuoReplicatedOptions *options = quo_node_options (node);
  gint64 role = self->cells->len > 0 ? ROLE_SETTLED : ROLE_EMPTY;

  for (guint i = 0; options->type == QUO_REPLICATED_MV && i < self->cells->len; i++)
    {
      const QuoReplicatedCell *cell = g_ptr_array_index (self->cells, i);

      if (quo_dot_store_n (cell->store) > 1)
        role = ROLE_SIBLINGS;
    }
  if (role != quo_node_get (node, FIELD_ROLE))
    quo_node_set (node, FIELD_ROLE, role);
}
