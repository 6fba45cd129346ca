/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What happened before an operation, for those who watch: of each key the newest
 * version. It is made from what clients did, one after the other, and from whose
 * write each read returned; of what the protocol takes for dependencies it knows
 * nothing.
 */

#include "protocol/causal-store/causal-private.h"

/**
 * quo_causal_past_new:
 *
 * Returns: (transfer full): a list of #QuoCausalMark, by key, empty
 */
GArray *
quo_causal_past_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (QuoCausalMark));
}

/**
 * quo_causal_past_copy:
 * @past: a past
 *
 * Returns: (transfer full): the same
 */
GArray *
quo_causal_past_copy (const GArray *past)
{
  return g_array_copy ((GArray *) past);
}

/* The first mark whose key is not below. */
static guint
place_of (const GArray *past,
          gint64        key)
{
  guint low = 0;
  guint high = past->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (past, QuoCausalMark, middle).key < key)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/**
 * quo_causal_past_get:
 * @past: a past
 * @key: (interned): a key
 *
 * Returns: the newest version of the key in it, 0 without any
 */
QuoCausalVersion
quo_causal_past_get (const GArray *past,
                     gint64        key)
{
  guint place = place_of (past, key);

  if (place == past->len || g_array_index (past, QuoCausalMark, place).key != key)
    return 0;

  return g_array_index (past, QuoCausalMark, place).version;
}

/**
 * quo_causal_past_raise:
 * @past: a past
 * @key: (interned): a key
 * @version: a version of it that happened before as well
 */
void
quo_causal_past_raise (GArray           *past,
                       gint64            key,
                       QuoCausalVersion  version)
{
  guint place = place_of (past, key);
  QuoCausalMark mark = { key, version };

  if (version == 0)
    return;
  if (place == past->len || g_array_index (past, QuoCausalMark, place).key != key)
    g_array_insert_val (past, place, mark);
  else if (g_array_index (past, QuoCausalMark, place).version < version)
    g_array_index (past, QuoCausalMark, place).version = version;
}

/**
 * quo_causal_past_join:
 * @past: a past
 * @other: what happened before as well
 *
 * Complexity: O(keys of @other) searches.
 */
void
quo_causal_past_join (GArray       *past,
                      const GArray *other)
{
  for (guint i = 0; i < other->len; i++)
    {
      const QuoCausalMark *mark = &g_array_index (other, QuoCausalMark, i);

      quo_causal_past_raise (past, mark->key, mark->version);
    }
}
