/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock/version.h"

/* Dotted version vectors, in the compact form of one context for all siblings
 * (Almeida et al. 2014, "Scalable and accurate causality tracking for
 * eventually consistent stores"). */
struct _QuoVersions
{
  QuoVersionVector  context;
  GArray           *siblings; /* of QuoVersion, by dot */
};

static int
compare_dots (const QuoDot *a,
              const QuoDot *b)
{
  if (a->node_index != b->node_index)
    return a->node_index < b->node_index ? -1 : 1;
  return (a->n > b->n) - (a->n < b->n);
}

/**
 * quo_versions_new:
 *
 * Returns: (transfer full): no value, nothing seen
 */
QuoVersions *
quo_versions_new (void)
{
  QuoVersions *self = g_new0 (QuoVersions, 1);

  self->siblings = g_array_new (FALSE, FALSE, sizeof (QuoVersion));
  return self;
}

/**
 * quo_versions_new_with:
 * @context: (transfer none): every update that was seen; the dots of @versions
 *   are taken as seen too
 * @versions: (array length=n_versions): values that none of the others replaces;
 *   two with one dot are one
 * @n_versions: up to %QUO_VERSIONS_MAX, what is beyond is left out
 *
 * Returns: (transfer full): what a replica held that was written down and is read
 *   again
 */
QuoVersions *
quo_versions_new_with (const QuoVersionVector *context,
                       const QuoVersion       *versions,
                       guint                   n_versions)
{
  QuoVersions *self = quo_versions_new ();

  g_return_val_if_fail (context != NULL, self);

  quo_vector_clock_copy (&self->context, context);
  for (guint i = 0; i < MIN (n_versions, QUO_VERSIONS_MAX); i++)
    {
      const QuoDot *dot = &versions[i].dot;
      guint position = 0;

      while (position < self->siblings->len
             && compare_dots (&g_array_index (self->siblings, QuoVersion,
                                              position).dot, dot) < 0)
        position++;
      if (position < self->siblings->len
          && compare_dots (&g_array_index (self->siblings, QuoVersion,
                                           position).dot, dot) == 0)
        continue;
      g_array_insert_vals (self->siblings, position, &versions[i], 1);
      if (dot->n > quo_vector_clock_get (&self->context, dot->node_index))
        quo_vector_clock_set (&self->context, dot->node_index, dot->n);
    }

  return self;
}

/**
 * quo_versions_copy:
 * @self: what a replica holds
 *
 * Returns: (transfer full): the same, to be sent in a message
 */
QuoVersions *
quo_versions_copy (const QuoVersions *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  QuoVersions *copy = g_new0 (QuoVersions, 1);

  quo_vector_clock_copy (&copy->context, &self->context);
  copy->siblings = g_array_copy (self->siblings);
  return copy;
}

/**
 * quo_versions_free:
 * @self: (transfer full): what a replica held
 */
void
quo_versions_free (QuoVersions *self)
{
  g_return_if_fail (self != NULL);

  quo_vector_clock_clear (&self->context);
  g_array_unref (self->siblings);
  g_free (self);
}

static gboolean
covers (const QuoVersionVector *context,
        const QuoVersion       *version)
{
  return quo_vector_clock_covers (context, version->dot.node_index, version->dot.n);
}

/**
 * quo_versions_drop:
 * @self: what a replica holds
 * @context: (transfer none): what a client had read before it deleted the key
 *
 * Forgets the values that @context covers, and remembers having seen them.
 */
void
quo_versions_drop (QuoVersions            *self,
                   const QuoVersionVector *context)
{
  guint n_kept = 0;

  g_return_if_fail (self != NULL && context != NULL);

  for (guint i = 0; i < self->siblings->len; i++)
    {
      QuoVersion version = g_array_index (self->siblings, QuoVersion, i);

      if (!covers (context, &version))
        g_array_index (self->siblings, QuoVersion, n_kept++) = version;
    }
  g_array_set_size (self->siblings, n_kept);
  quo_vector_clock_merge (&self->context, context);
}

/**
 * quo_versions_put:
 * @self: what the replica @node_index holds; it must have seen every update
 *   that it ever made itself, also after a crash
 * @node_index: the replica that takes the write
 * @context: (transfer none): what the writer had read: the values it replaces
 * @value: the new value
 * @ret_dot: (out) (optional): the new value's dot
 *
 * The value gets the next dot of the replica; the values that @context covers
 * go; others stay beside it as siblings. Two writers with the same old
 * context both stay, which a plain version vector would get wrong.
 *
 * Returns: %FALSE when %QUO_VERSIONS_MAX siblings would be exceeded; nothing
 *   changed then
 */
gboolean
quo_versions_put (QuoVersions            *self,
                  guint                   node_index,
                  const QuoVersionVector *context,
                  gint64                  value,
                  QuoDot                 *ret_dot)
{
  guint n_kept = 0;
  guint position = 0;

  g_return_val_if_fail (self != NULL && context != NULL, FALSE);
  g_return_val_if_fail (node_index < QUO_VECTOR_CLOCK_NODES_MAX, FALSE);

  for (guint i = 0; i < self->siblings->len; i++)
    n_kept += !covers (context, &g_array_index (self->siblings, QuoVersion, i));
  if (n_kept >= QUO_VERSIONS_MAX)
    return FALSE;

  quo_versions_drop (self, context);

  QuoVersion version = {
    .dot = { node_index, quo_vector_clock_tick (&self->context, node_index) },
    .value = value,
  };

  while (position < self->siblings->len &&
         compare_dots (&g_array_index (self->siblings, QuoVersion, position).dot,
                       &version.dot) < 0)
    position++;
  g_array_insert_val (self->siblings, position, version);
  if (ret_dot != NULL)
    *ret_dot = version.dot;
  return TRUE;
}

/* One pass over both lists, which are sorted by dot. */
static GArray *
merge_siblings (const QuoVersions *a,
                const QuoVersions *b)
{
  GArray *result = g_array_new (FALSE, FALSE, sizeof (QuoVersion));
  guint i = 0;
  guint j = 0;

  while (i < a->siblings->len || j < b->siblings->len)
    {
      const QuoVersion *x = i < a->siblings->len
                              ? &g_array_index (a->siblings, QuoVersion, i) : NULL;
      const QuoVersion *y = j < b->siblings->len
                              ? &g_array_index (b->siblings, QuoVersion, j) : NULL;
      int order = x == NULL ? 1 : y == NULL ? -1 : compare_dots (&x->dot, &y->dot);

      /* Both have it: it stays. One has it: it stays unless the other has seen
       * it, and so has seen it overwritten. */
      if (order == 0 || (order < 0 && !covers (&b->context, x)))
        g_array_append_vals (result, x, 1);
      if (order > 0 && !covers (&a->context, y))
        g_array_append_vals (result, y, 1);
      i += order <= 0;
      j += order >= 0;
    }

  return result;
}

/**
 * quo_versions_sync:
 * @self: what a replica holds
 * @other: (transfer none): what another replica holds
 *
 * Brings @self up to what both have seen. A value stays when both hold it or
 * when the other one has not seen it; values go by dot, so two equal values
 * written apart stay two.
 *
 * Returns: %FALSE when %QUO_VERSIONS_MAX siblings would be exceeded; nothing
 *   changed then
 */
gboolean
quo_versions_sync (QuoVersions       *self,
                   const QuoVersions *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  GArray *merged = merge_siblings (self, other);

  if (merged->len > QUO_VERSIONS_MAX)
    {
      g_array_unref (merged);
      return FALSE;
    }

  g_array_unref (self->siblings);
  self->siblings = merged;
  quo_vector_clock_merge (&self->context, &other->context);
  return TRUE;
}

/**
 * quo_versions_get_n:
 * @self: what a replica holds
 *
 * Returns: how many values there are, more than one when writes were concurrent
 */
guint
quo_versions_get_n (const QuoVersions *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->siblings->len;
}

/**
 * quo_versions_get:
 * @self: what a replica holds
 * @index: below quo_versions_get_n()
 *
 * Returns: (transfer none): one of the values, in order of their dots; good
 *   until @self changes
 */
const QuoVersion *
quo_versions_get (const QuoVersions *self,
                  guint              index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->siblings->len, NULL);

  return &g_array_index (self->siblings, QuoVersion, index);
}

/**
 * quo_versions_get_context:
 * @self: what a replica holds
 *
 * Returns: (transfer none): what a reader takes along and gives back with its
 *   next write; good until @self changes
 */
const QuoVersionVector *
quo_versions_get_context (const QuoVersions *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->context;
}

/**
 * quo_versions_equal:
 * @a: what a replica holds
 * @b: what another holds
 *
 * Returns: whether they hold the same values under the same dots and have
 *   seen the same updates
 */
gboolean
quo_versions_equal (const QuoVersions *a,
                    const QuoVersions *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->siblings->len != b->siblings->len ||
      quo_vector_clock_compare (&a->context, &b->context) != QUO_ORDER_EQUAL)
    return FALSE;

  for (guint i = 0; i < a->siblings->len; i++)
    {
      const QuoVersion *x = &g_array_index (a->siblings, QuoVersion, i);
      const QuoVersion *y = &g_array_index (b->siblings, QuoVersion, i);

      if (compare_dots (&x->dot, &y->dot) != 0 || x->value != y->value)
        return FALSE;
    }

  return TRUE;
}
