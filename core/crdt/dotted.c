/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A store of dotted values and their join (Almeida, Shoker, Baquero 2018, "Delta
 * state replicated data types", section 7.2, figure 10: DotFun). */

#include "crdt/dotted.h"

struct _QuoDotStore
{
  QuoDotContext *context;
  GArray        *entries; /* QuoDotted, by dot; each dot is in the context */
};

/**
 * quo_dot_store_new:
 *
 * Returns: (transfer full): no value, nothing seen
 */
QuoDotStore *
quo_dot_store_new (void)
{
  QuoDotStore *self = g_new0 (QuoDotStore, 1);

  self->context = quo_dot_context_new ();
  self->entries = g_array_new (FALSE, FALSE, sizeof (QuoDotted));

  return self;
}

/**
 * quo_dot_store_copy:
 * @self: a store
 *
 * Returns: (transfer full): the same
 */
QuoDotStore *
quo_dot_store_copy (const QuoDotStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  QuoDotStore *copy = g_new0 (QuoDotStore, 1);

  copy->context = quo_dot_context_copy (self->context);
  copy->entries = g_array_copy (self->entries);

  return copy;
}

/**
 * quo_dot_store_free:
 * @self: (transfer full): a store
 */
void
quo_dot_store_free (QuoDotStore *self)
{
  g_return_if_fail (self != NULL);

  quo_dot_context_free (self->context);
  g_array_unref (self->entries);
  g_free (self);
}

/**
 * quo_dot_store_put:
 * @self: a store
 * @entry: (transfer none): a value under a dot that @self has no value for
 *
 * Adds the value, and its dot to what was seen.
 *
 * Returns: %FALSE when %QUO_DOTS_MAX values would be exceeded; nothing changed then
 */
gboolean
quo_dot_store_put (QuoDotStore     *self,
                   const QuoDotted *entry)
{
  guint i = 0;

  g_return_val_if_fail (self != NULL && entry != NULL, FALSE);

  if (self->entries->len >= QUO_DOTS_MAX)
    return FALSE;

  while (i < self->entries->len
         && quo_dot_compare (g_array_index (self->entries, QuoDotted, i).dot,
                             entry->dot) < 0)
    i++;
  g_array_insert_vals (self->entries, i, entry, 1);
  quo_dot_context_add (self->context, entry->dot);

  return TRUE;
}

/**
 * quo_dot_store_drop:
 * @self: a store
 * @index: below quo_dot_store_n()
 *
 * Drops a value; its dot stays seen.
 */
void
quo_dot_store_drop (QuoDotStore *self,
                    guint        index)
{
  g_return_if_fail (self != NULL && index < self->entries->len);

  g_array_remove_index (self->entries, index);
}

/**
 * quo_dot_store_see:
 * @self: a store
 * @seen: (transfer none): updates that are replaced
 *
 * Drops the values that @seen covers, and takes @seen as seen.
 */
void
quo_dot_store_see (QuoDotStore         *self,
                   const QuoDotContext *seen)
{
  guint n_kept = 0;

  g_return_if_fail (self != NULL && seen != NULL);

  for (guint i = 0; i < self->entries->len; i++)
    {
      QuoDotted entry = g_array_index (self->entries, QuoDotted, i);

      if (!quo_dot_context_covers (seen, entry.dot))
        g_array_index (self->entries, QuoDotted, n_kept++) = entry;
    }
  g_array_set_size (self->entries, n_kept);
  if (seen != self->context)
    quo_dot_context_merge (self->context, seen);
}

static const QuoDotted *
at (const QuoDotStore *self,
    guint              i)
{
  if (i >= self->entries->len)
    return NULL;

  return &g_array_index (self->entries, QuoDotted, i);
}

/* One pass over both lists, which are sorted by dot. Both have it: it stays. One
 * has it: it stays unless the other has seen it, and so has seen it replaced. */
static GArray *
merge_entries (const QuoDotStore *a,
               const QuoDotStore *b,
               gboolean          *ret_changed)
{
  GArray *merged = g_array_new (FALSE, FALSE, sizeof (QuoDotted));
  const QuoDotted *x = at (a, 0);
  const QuoDotted *y = at (b, 0);
  guint i = 0;
  guint j = 0;

  while (x != NULL || y != NULL)
    {
      int order = x == NULL ? 1 : y == NULL ? -1 : quo_dot_compare (x->dot, y->dot);

      if (order == 0
          || (order < 0 && !quo_dot_context_covers (b->context, x->dot)))
        g_array_append_vals (merged, x, 1);
      else if (order < 0)
        *ret_changed = TRUE;
      if (order > 0 && !quo_dot_context_covers (a->context, y->dot))
        {
          g_array_append_vals (merged, y, 1);
          *ret_changed = TRUE;
        }
      if (order <= 0)
        x = at (a, ++i);
      if (order >= 0)
        y = at (b, ++j);
    }

  return merged;
}

/**
 * quo_dot_store_merge:
 * @self: a store
 * @other: (transfer none): another replica's, or a delta
 * @ret_changed: (out) (optional): whether @self changed
 *
 * Brings @self up to what both have seen. Values go by dot: two equal ones that were
 * written apart are two, and the same one that comes twice is one.
 *
 * Returns: %FALSE when %QUO_DOTS_MAX values would be exceeded; nothing changed then
 */
gboolean
quo_dot_store_merge (QuoDotStore       *self,
                     const QuoDotStore *other,
                     gboolean          *ret_changed)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  gboolean is_changed = FALSE;
  GArray *merged = merge_entries (self, other, &is_changed);

  if (merged->len > QUO_DOTS_MAX)
    {
      g_array_unref (merged);
      return FALSE;
    }

  g_array_unref (self->entries);
  self->entries = merged;
  if (quo_dot_context_merge (self->context, other->context))
    is_changed = TRUE;
  if (ret_changed != NULL)
    *ret_changed = is_changed;

  return TRUE;
}

/**
 * quo_dot_store_equal:
 * @a: a store
 * @b: another
 *
 * Returns: whether they hold the same values under the same dots and have seen the
 *   same updates
 */
gboolean
quo_dot_store_equal (const QuoDotStore *a,
                     const QuoDotStore *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->entries->len != b->entries->len
      || !quo_dot_context_equal (a->context, b->context))
    return FALSE;

  for (guint i = 0; i < a->entries->len; i++)
    {
      const QuoDotted *x = at (a, i);
      const QuoDotted *y = at (b, i);

      if (quo_dot_compare (x->dot, y->dot) != 0 || x->value != y->value
          || x->is_remove != y->is_remove)
        return FALSE;
    }

  return TRUE;
}

/**
 * quo_dot_store_n:
 * @self: a store
 *
 * Returns: how many values there are
 */
guint
quo_dot_store_n (const QuoDotStore *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->entries->len;
}

/**
 * quo_dot_store_nth:
 * @self: a store
 * @index: below quo_dot_store_n()
 *
 * Returns: (transfer none): a value, in order of dots; good until @self changes
 */
const QuoDotted *
quo_dot_store_nth (const QuoDotStore *self,
                   guint              index)
{
  g_return_val_if_fail (self != NULL && index < self->entries->len, NULL);

  return at (self, index);
}

/**
 * quo_dot_store_context:
 * @self: a store
 *
 * Returns: (transfer none): the updates seen, to add to: one that is added and has
 *   no value was replaced
 */
QuoDotContext *
quo_dot_store_context (QuoDotStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->context;
}

/**
 * quo_dot_store_seen:
 * @self: a store
 *
 * Returns: (transfer none): the updates seen
 */
const QuoDotContext *
quo_dot_store_seen (const QuoDotStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->context;
}
