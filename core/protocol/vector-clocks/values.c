/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A value that every process may write, kept under the dot of its update with a
 * version vector: the vector counts updates only, and merges when messages come.
 *
 * An update overwrites all that its process knows, so of each process as a rule only
 * the latest update that one has heard of can still stand: the context says which that
 * is, and a message needs no dot beside it. One by somebody who has read nothing, who
 * asks the process to write, overwrites nothing: older values stand beside it, and
 * their dots tell them from what was overwritten.
 *
 * Source: Parker et al. 1983; Preguiça et al. 2010, section 3.
 */

#include "protocol/vector-clocks/clocks-private.h"

/* The value under a dot that still stands, or 0. */
static gint64
value_of (const QuoVersions *versions,
          guint              process,
          gint64             n)
{
  for (guint i = 0; i < quo_versions_get_n (versions); i++)
    {
      const QuoVersion *version = quo_versions_get (versions, i);

      if (version->dot.node_index == process && version->dot.n == n)
        return version->value;
    }

  return 0;
}

static gboolean
is_older (const QuoVersions *versions,
          const QuoVersion  *version)
{
  return version->dot.n < quo_vector_clock_get (quo_versions_get_context (versions),
                                                version->dot.node_index);
}

static gint64
name_of (QuoNode      *node,
         const QuoDot *dot)
{
  g_autofree char *text = g_strdup_printf ("%s:%" G_GINT64_FORMAT,
                                           quo_node_label (node, dot->node_index),
                                           dot->n);

  return quo_node_intern (node, text);
}

/* Whether a value stands as an older one of its process. */
static gboolean
has_older (const QuoVersions *versions,
           const QuoVersion  *version)
{
  return versions != NULL && is_older (versions, version)
         && value_of (versions, version->dot.node_index, version->dot.n) != 0;
}

static void
show_older (QuoNode           *node,
            const QuoVersions *before,
            const QuoVersions *now)
{
  for (guint i = 0; before != NULL && i < quo_versions_get_n (before); i++)
    {
      const QuoVersion *version = quo_versions_get (before, i);

      if (is_older (before, version) && !has_older (now, version))
        quo_node_remove_row (node, QUO_CLOCKS_FIELD_OLDER,
                             name_of (node, &version->dot));
    }
  for (guint i = 0; i < quo_versions_get_n (now); i++)
    {
      const QuoVersion *version = quo_versions_get (now, i);
      gint64 row[QUO_MAX_COLUMNS] = { version->value };

      if (is_older (now, version) && !has_older (before, version))
        quo_node_set_row (node, QUO_CLOCKS_FIELD_OLDER,
                          name_of (node, &version->dot), row);
    }
}

/* Writes down what changed since `before`; a note where concurrent values met. */
static void
show (QuoNode           *node,
      const QuoVersions *before,
      const QuoVersions *now)
{
  const QuoVersionVector *context = quo_versions_get_context (now);

  for (guint i = 0; i < quo_node_n_nodes (node); i++)
    {
      gint64 n = quo_vector_clock_get (context, i);
      gint64 n_before = before != NULL
        ? quo_vector_clock_get (quo_versions_get_context (before), i) : 0;
      gint64 value = value_of (now, i, n);
      gint64 value_before = before != NULL ? value_of (before, i, n_before) : 0;
      gint64 updates[QUO_MAX_COLUMNS] = { n };
      gint64 sibling[QUO_MAX_COLUMNS] = { value, n };

      if (n != n_before)
        quo_node_set_row (node, QUO_CLOCKS_FIELD_VERSIONS, i, updates);
      if (value != 0 && (value != value_before || n != n_before))
        quo_node_set_row (node, QUO_CLOCKS_FIELD_SIBLINGS, i, sibling);
      else if (value == 0 && value_before != 0)
        quo_node_remove_row (node, QUO_CLOCKS_FIELD_SIBLINGS, i);
    }
  show_older (node, before, now);

  if (quo_versions_get_n (now) > 1
      && (before == NULL
          || quo_versions_get_n (now) > quo_versions_get_n (before)))
    {
      gint64 fields[QUO_MAX_COLUMNS] = {
        quo_node_index (node), quo_versions_get_n (now),
      };

      quo_node_note (node, QUO_CLOCKS_NOTE_SIBLINGS, fields);
    }
}

/**
 * quo_clocks_n_values:
 * @self: a process's memory
 *
 * Returns: how many values stand here
 */
guint
quo_clocks_n_values (const QuoClocksState *self)
{
  return self->versions != NULL ? quo_versions_get_n (self->versions) : 0;
}

/**
 * quo_clocks_may_update:
 * @node: a process
 * @self: its memory
 * @is_blind: whether the writer has read nothing
 *
 * Of its own values a process lets no more stand side by side than its share of
 * %QUO_VERSIONS_MAX: wherever they meet those of others, all have a place.
 *
 * Returns: whether it takes the update
 */
gboolean
quo_clocks_may_update (QuoNode              *node,
                       const QuoClocksState *self,
                       gboolean              is_blind)
{
  guint n = 0;

  if (!is_blind)
    return TRUE;
  for (guint i = 0; i < quo_clocks_n_values (self); i++)
    n += quo_versions_get (self->versions, i)->dot.node_index
         == quo_node_index (node);

  return n < MAX (1, QUO_VERSIONS_MAX / quo_node_n_nodes (node));
}

/* What the writer has read: all that its process knows, or nothing. Without dots the
 * value has a plain version vector, {A:2} after {A:1}: it takes the place of the
 * process's own values, read or not. */
static void
get_context (QuoNode              *node,
             const QuoClocksState *self,
             gboolean              is_blind,
             QuoVectorClock       *ret_context)
{
  const QuoVersionVector *known = quo_versions_get_context (self->versions);
  guint own = quo_node_index (node);

  if (!is_blind)
    quo_vector_clock_copy (ret_context, known);
  else if (quo_node_has_fault (node, QUO_CLOCKS_FAULT_NO_DOT))
    quo_vector_clock_set (ret_context, own, quo_vector_clock_get (known, own));
}

/**
 * quo_clocks_update:
 * @node: a process that takes it
 * @self: its memory, with the stamps of the event already taken
 * @value: (interned): what is written over all the values that it knows
 * @is_blind: whether the writer has read none of them: they stay beside it
 */
void
quo_clocks_update (QuoNode        *node,
                   QuoClocksState *self,
                   gint64          value,
                   gboolean        is_blind)
{
  g_auto (QuoVectorClock) context = QUO_VECTOR_CLOCK_INIT;
  g_autoptr (QuoVersions) before = NULL;
  gint64 fields[QUO_MAX_COLUMNS] = { quo_node_index (node), value };
  QuoDot dot = { 0, 0 };

  if (self->versions == NULL)
    self->versions = quo_versions_new ();
  before = quo_versions_copy (self->versions);
  get_context (node, self, is_blind, &context);
  quo_versions_put (self->versions, quo_node_index (node), &context, value, &dot);
  fields[2] = dot.n;
  quo_node_note (node, is_blind ? QUO_CLOCKS_NOTE_BLIND : QUO_CLOCKS_NOTE_UPDATE,
                 fields);
  show (node, before, self->versions);
}

/**
 * quo_clocks_add_value:
 * @self: a process's memory
 * @process: whose updates the row is about
 * @row: (inout): of a message: gets the updates and the value
 */
void
quo_clocks_add_value (const QuoClocksState *self,
                      guint                 process,
                      gint64               *row)
{
  gint64 n = 0;

  row[QUO_CLOCKS_ROW_UPDATES] = 0;
  row[QUO_CLOCKS_ROW_VALUE] = 0;
  if (self->versions == NULL)
    return;

  n = quo_vector_clock_get (quo_versions_get_context (self->versions), process);
  row[QUO_CLOCKS_ROW_UPDATES] = n;
  row[QUO_CLOCKS_ROW_VALUE] = value_of (self->versions, process, n);
}

/**
 * quo_clocks_add_older:
 * @self: a process's memory
 * @rows: (out): of a message, one for each older value that stands
 *
 * Returns: how many rows there are
 */
guint
quo_clocks_add_older (const QuoClocksState *self,
                      gint64               *rows)
{
  guint n_rows = 0;

  for (guint i = 0; i < quo_clocks_n_values (self); i++)
    {
      const QuoVersion *version = quo_versions_get (self->versions, i);
      gint64 *row = rows + QUO_CLOCKS_N_ROW * n_rows;

      if (!is_older (self->versions, version))
        continue;
      row[QUO_CLOCKS_ROW_PROCESS] = version->dot.node_index;
      row[QUO_CLOCKS_ROW_COUNT] = 0;
      row[QUO_CLOCKS_ROW_UPDATES] = version->dot.n;
      row[QUO_CLOCKS_ROW_VALUE] = version->value;
      n_rows++;
    }

  return n_rows;
}

/**
 * quo_clocks_holds:
 * @self: a process's memory
 * @process: who wrote
 * @n: the number of its update, from 1
 *
 * Returns: whether the value of that update still stands here
 */
gboolean
quo_clocks_holds (const QuoClocksState *self,
                  guint                 process,
                  gint64                n)
{
  return self->versions != NULL && value_of (self->versions, process, n) != 0;
}

/**
 * quo_clocks_take_values:
 * @node: a process
 * @self: its memory
 * @message: with what its sender knew
 *
 * A value stays when both have it, or when the other's context does not cover its
 * dot.
 */
void
quo_clocks_take_values (QuoNode          *node,
                        QuoClocksState   *self,
                        const QuoMessage *message)
{
  g_auto (QuoVectorClock) context = QUO_VECTOR_CLOCK_INIT;
  g_autofree QuoVersion *known = g_new (QuoVersion, message->n_rows + 1);
  g_autoptr (QuoVersions) other = NULL;
  g_autoptr (QuoVersions) before = NULL;
  gboolean has_updates = FALSE;
  guint n_known = 0;

  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + QUO_CLOCKS_N_ROW * i;
      guint process = (guint) row[QUO_CLOCKS_ROW_PROCESS];
      gint64 n = row[QUO_CLOCKS_ROW_UPDATES];

      if (n == 0)
        continue;
      has_updates = TRUE;
      if (n > quo_vector_clock_get (&context, process))
        quo_vector_clock_set (&context, process, n);
      if (row[QUO_CLOCKS_ROW_VALUE] != 0)
        known[n_known++] = (QuoVersion) { { process, n },
                                          row[QUO_CLOCKS_ROW_VALUE] };
    }
  if (!has_updates)
    return;

  other = quo_versions_new_with (&context, known, n_known);
  if (self->versions == NULL)
    self->versions = quo_versions_new ();
  before = quo_versions_copy (self->versions);
  if (quo_node_has_fault (node, QUO_CLOCKS_FAULT_LAST_ARRIVAL))
    {
      quo_versions_free (self->versions);
      self->versions = quo_versions_copy (other);
    }
  else
    {
      quo_versions_sync (self->versions, other);
    }
  show (node, before, self->versions);
}
