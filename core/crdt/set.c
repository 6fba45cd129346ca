/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sets, add-wins and remove-wins (Bieniusa et al. 2012, "An optimized conflict-free
 * replicated set"; Almeida et al. 2018, section 7.3, figures 11 and 12). An update
 * replaces the tags of its element that it saw, and no other: a concurrent one's tag
 * was not seen and stays. */

#include "crdt/set.h"

/* Drops the tags of an element; those dropped are seen in the delta. */
static void
drop_tags (QuoDotStore *self,
           gint64       element,
           QuoDotStore *ret_delta)
{
  guint i = 0;

  while (i < quo_dot_store_n (self))
    {
      QuoDotted entry = *quo_dot_store_nth (self, i);

      if (entry.value != element)
        {
          i++;
          continue;
        }
      quo_dot_store_drop (self, i);
      if (ret_delta != NULL)
        {
          g_autoptr (QuoDotContext) seen = quo_dot_context_new ();

          quo_dot_context_add (seen, entry.dot);
          quo_dot_store_see (ret_delta, seen);
        }
    }
}

static gboolean
put_tag (QuoDotStore *self,
         guint        replica,
         gint64       element,
         gboolean     is_remove,
         QuoDotStore *ret_delta)
{
  QuoDotted entry = {
    quo_dot_context_next (quo_dot_store_seen (self), replica), element, is_remove
  };

  if (quo_dot_store_n (self) >= QUO_DOTS_MAX)
    return FALSE;

  drop_tags (self, element, ret_delta);
  quo_dot_store_put (self, &entry);
  if (ret_delta != NULL)
    quo_dot_store_put (ret_delta, &entry);

  return TRUE;
}

/**
 * quo_set_add:
 * @self: what @replica holds, which has seen every update that it ever made
 * @replica: where the element is added
 * @element: a number or the id of a name
 * @ret_delta: (out) (optional): a store, empty or with earlier deltas
 *
 * Returns: %FALSE when %QUO_DOTS_MAX tags are there; nothing changed then
 */
gboolean
quo_set_add (QuoDotStore *self,
             guint        replica,
             gint64       element,
             QuoDotStore *ret_delta)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return put_tag (self, replica, element, FALSE, ret_delta);
}

/**
 * quo_set_remove:
 * @self: what @replica holds, which has seen every update that it ever made
 * @kind: of a set; the same one for all its updates
 * @replica: where the element is removed
 * @element: a number or the id of a name
 * @ret_delta: (out) (optional): a store, empty or with earlier deltas
 *
 * In an add-wins set the tags that are here go, and a concurrent addition's tag
 * stays. In a remove-wins set the removal leaves a tag of its own.
 *
 * Returns: %FALSE when %QUO_DOTS_MAX tags are there and a further one is needed;
 *   nothing changed then
 */
gboolean
quo_set_remove (QuoDotStore *self,
                QuoSetKind   kind,
                guint        replica,
                gint64       element,
                QuoDotStore *ret_delta)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (kind == QUO_SET_REMOVE_WINS)
    return put_tag (self, replica, element, TRUE, ret_delta);

  drop_tags (self, element, ret_delta);

  return TRUE;
}

/**
 * quo_set_contains:
 * @self: a set
 * @element: a number or the id of a name
 *
 * Returns: whether it is in the set: some tag adds it and none removes it
 */
gboolean
quo_set_contains (const QuoDotStore *self,
                  gint64             element)
{
  gboolean is_there = FALSE;

  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < quo_dot_store_n (self); i++)
    {
      const QuoDotted *entry = quo_dot_store_nth (self, i);

      if (entry->value == element && entry->is_remove)
        return FALSE;
      is_there = is_there || entry->value == element;
    }

  return is_there;
}

static int
compare_elements (gconstpointer a,
                  gconstpointer b)
{
  const gint64 *x = a;
  const gint64 *y = b;

  return (*x > *y) - (*x < *y);
}

/**
 * quo_set_elements:
 * @self: a set
 *
 * Returns: (transfer full) (element-type gint64): what is in the set, in order of
 *   the numbers, each once
 */
GArray *
quo_set_elements (const QuoDotStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  GArray *all = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n = 0;

  for (guint i = 0; i < quo_dot_store_n (self); i++)
    if (quo_set_contains (self, quo_dot_store_nth (self, i)->value))
      g_array_append_val (all, quo_dot_store_nth (self, i)->value);
  g_array_sort (all, compare_elements);
  for (guint i = 0; i < all->len; i++)
    if (i == 0 || g_array_index (all, gint64, i) != g_array_index (all, gint64, n - 1))
      g_array_index (all, gint64, n++) = g_array_index (all, gint64, i);
  g_array_set_size (all, n);

  return all;
}
