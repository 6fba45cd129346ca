/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/names.h"

struct _QuoNames
{
  gatomicrefcount  ref_count;
  guint32          n_names_max;
  GHashTable      *ids;     /* name -> id; looked up, never iterated */
  GPtrArray       *names;   /* id -> name, in order of insertion */
  GStringChunk    *strings;
};

/**
 * quo_names_new:
 *
 * A table that holds the empty name under id 0 and up to %QUO_NAMES_MAX
 * names. It may be read from any thread while nobody interns.
 *
 * Returns: (transfer full): the table
 */
QuoNames *
quo_names_new (void)
{
  return quo_names_new_with_limit (QUO_NAMES_MAX);
}

/**
 * quo_names_new_with_limit:
 * @n_names_max: from 1 to %QUO_NAMES_MAX, the empty name included
 *
 * Returns: (transfer full): a table of at most @n_names_max names
 */
QuoNames *
quo_names_new_with_limit (guint32 n_names_max)
{
  g_return_val_if_fail (n_names_max >= 1, NULL);
  g_return_val_if_fail (n_names_max <= QUO_NAMES_MAX, NULL);

  QuoNames *self = g_new0 (QuoNames, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->n_names_max = n_names_max;
  self->ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->names = g_ptr_array_new ();
  self->strings = g_string_chunk_new (1024);
  quo_names_intern (self, "");
  return self;
}

/**
 * quo_names_ref:
 * @self: the table
 *
 * Returns: (transfer full): @self
 */
QuoNames *
quo_names_ref (QuoNames *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * quo_names_unref:
 * @self: (transfer full): the table; with its last reference all names go
 */
void
quo_names_unref (QuoNames *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->ids);
  g_ptr_array_unref (self->names);
  g_string_chunk_free (self->strings);
  g_free (self);
}

/**
 * quo_names_intern:
 * @self: the table
 * @name: copied when new
 *
 * Ids count up from 1 in order of first interning and never change, so the
 * same program gives the same ids on every machine.
 *
 * Returns: the id of @name; 0, which reads as the empty name, when @name is
 *   new and the table is full: see quo_names_is_full()
 */
guint32
quo_names_intern (QuoNames   *self,
                  const char *name)
{
  gpointer id;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (name != NULL, 0);

  if (g_hash_table_lookup_extended (self->ids, name, NULL, &id))
    return GPOINTER_TO_UINT (id);
  if (quo_names_is_full (self))
    return 0;

  char *copy = g_string_chunk_insert (self->strings, name);
  guint32 new_id = self->names->len;

  g_ptr_array_add (self->names, copy);
  g_hash_table_insert (self->ids, copy, GUINT_TO_POINTER (new_id));
  return new_id;
}

/**
 * quo_names_lookup:
 * @self: the table
 * @name: any string
 *
 * Returns: the id of @name, or 0 when it was never interned (or is empty)
 */
guint32
quo_names_lookup (const QuoNames *self,
                  const char     *name)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (name != NULL, 0);

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->ids, name));
}

/**
 * quo_names_get:
 * @self: the table
 * @id: an id from quo_names_intern()
 *
 * Returns: (transfer none): the name, valid as long as the table
 */
const char *
quo_names_get (const QuoNames *self,
               guint32         id)
{
  g_return_val_if_fail (self != NULL, "");
  g_return_val_if_fail (id < self->names->len, "");

  return g_ptr_array_index (self->names, id);
}

/**
 * quo_names_get_n:
 * @self: the table
 *
 * Returns: the number of names, the empty one included; every id is below it
 */
guint32
quo_names_get_n (const QuoNames *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->names->len;
}

/**
 * quo_names_is_full:
 * @self: the table
 *
 * Returns: whether no further name can be interned
 */
gboolean
quo_names_is_full (const QuoNames *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->names->len >= self->n_names_max;
}
