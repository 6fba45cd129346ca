/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "raft-private.h"

#include "base/random.h"

#define FIRST_SIZE 16

static guint
find_slot (const QuoRaftMap *self,
           gint64            key)
{
  guint i = (guint) quo_mix64 ((guint64) key) & self->mask;

  while (self->slots[2 * i] != 0 && self->slots[2 * i] != key + 1)
    i = (i + 1) & self->mask;

  return i;
}

static void
grow (QuoRaftMap *self)
{
  gint64 *old = self->slots;
  guint n_old = old == NULL ? 0 : self->mask + 1;
  guint n_new = n_old == 0 ? FIRST_SIZE : 2 * n_old;

  self->slots = g_new0 (gint64, 2 * (gsize) n_new);
  self->mask = n_new - 1;

  for (guint i = 0; i < n_old; i++)
    if (old[2 * i] != 0)
      {
        guint slot = find_slot (self, old[2 * i] - 1);

        self->slots[2 * slot] = old[2 * i];
        self->slots[2 * slot + 1] = old[2 * i + 1];
      }

  g_free (old);
}

/**
 * quo_raft_map_get:
 * @self: a map; zeroed memory is an empty one
 * @key: not negative
 * @ret_value: (out): left alone when there is none
 *
 * Returns: whether there is a value for @key
 */
gboolean
quo_raft_map_get (const QuoRaftMap *self,
                  gint64            key,
                  gint64           *ret_value)
{
  if (self->slots == NULL)
    return FALSE;

  guint slot = find_slot (self, key);

  if (self->slots[2 * slot] == 0)
    return FALSE;

  *ret_value = self->slots[2 * slot + 1];
  return TRUE;
}

/**
 * quo_raft_map_set:
 * @self: a map
 * @key: not negative
 * @value: takes the place of an older one
 */
void
quo_raft_map_set (QuoRaftMap *self,
                  gint64      key,
                  gint64      value)
{
  if (self->slots == NULL || 2 * self->n_used > self->mask)
    grow (self);

  guint slot = find_slot (self, key);

  if (self->slots[2 * slot] == 0)
    {
      self->slots[2 * slot] = key + 1;
      self->n_used++;
    }
  self->slots[2 * slot + 1] = value;
}

/**
 * quo_raft_map_clear:
 * @self: a map
 *
 * Frees what it holds; it is empty then.
 */
void
quo_raft_map_clear (QuoRaftMap *self)
{
  g_clear_pointer (&self->slots, g_free);
  self->n_used = 0;
  self->mask = 0;
}
