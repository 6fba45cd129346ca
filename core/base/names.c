/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/names.h"

#include "base/random.h"

#include <string.h>

#define SLOTS_MIN    64
#define STRING_CHUNK 4096

/* The hash stands beside the id: a search reads a text only when it is the one, and
 * growing reads none. */
typedef struct
{
  guint32 hash;
  guint32 id; /* 0: free; the empty name has no slot */
} Slot;

struct _QuoNames
{
  gatomicrefcount  ref_count;
  guint32          n_names_max;
  guint32          mask;    /* slots, a power of two, less 1 */
  Slot            *slots;   /* looked up, never iterated but to grow */
  GPtrArray       *names;   /* id -> name, in order of insertion */
  GStringChunk    *strings;
  gsize            n_chars; /* with their ends */
};

static guint32
hash_of (const char *name)
{
  return (guint32) quo_hash_string (name);
}

/* Where the name is, or the free slot where it would be. */
static Slot *
find_slot (const QuoNames *self,
           const char     *name,
           guint32         hash)
{
  guint32 i = hash & self->mask;

  while (self->slots[i].id != 0
         && (self->slots[i].hash != hash
             || strcmp (g_ptr_array_index (self->names, self->slots[i].id),
                        name) != 0))
    i = (i + 1) & self->mask;

  return &self->slots[i];
}

static void
grow (QuoNames *self)
{
  g_autofree Slot *old = self->slots;
  guint32 n_old = self->mask + 1;

  self->slots = g_new0 (Slot, 2 * (gsize) n_old);
  self->mask = 2 * n_old - 1;
  for (guint32 k = 0; k < n_old; k++)
    {
      guint32 i = old[k].hash & self->mask;

      if (old[k].id == 0)
        continue;
      while (self->slots[i].id != 0)
        i = (i + 1) & self->mask;
      self->slots[i] = old[k];
    }
}

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
  self->slots = g_new0 (Slot, SLOTS_MIN);
  self->mask = SLOTS_MIN - 1;
  self->names = g_ptr_array_new ();
  self->strings = g_string_chunk_new (STRING_CHUNK);
  g_ptr_array_add (self->names, (gpointer) "");
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

  g_free (self->slots);
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
  guint32 hash;
  Slot *slot;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (name != NULL, 0);

  if (*name == '\0')
    return 0;
  hash = hash_of (name);
  slot = find_slot (self, name, hash);
  if (slot->id != 0)
    return slot->id;
  if (quo_names_is_full (self))
    return 0;

  if (self->names->len > self->mask / 4 * 3)
    {
      grow (self);
      slot = find_slot (self, name, hash);
    }
  *slot = (Slot) { hash, self->names->len };
  g_ptr_array_add (self->names, g_string_chunk_insert (self->strings, name));
  self->n_chars += strlen (name) + 1;
  return slot->id;
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

  if (*name == '\0')
    return 0;
  return find_slot (self, name, hash_of (name))->id;
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

/**
 * quo_names_get_n_left:
 * @self: the table
 *
 * Returns: how many further names can be interned
 */
guint32
quo_names_get_n_left (const QuoNames *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_names_max - self->names->len;
}

/**
 * quo_names_bytes:
 * @self: the table
 *
 * Returns: memory that the names use, bytes
 */
gsize
quo_names_bytes (const QuoNames *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_chars + self->names->len * sizeof (gpointer)
         + (self->mask + (gsize) 1) * sizeof (Slot);
}
