/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which servers count, as a text that stands in the log and as flags by server:
 *
 *   [S1 S2 S3]               three voters
 *   [S1 S2 S3] learning [S4] and one that is only sent the log
 *   [S1 S2 S3] + [S1 S4 S5]  joint: majorities of both sides
 *
 * No command of a client begins with a bracket.
 */

#include "raft-private.h"

#include <string.h>

/**
 * quo_raft_configuration_init:
 * @self: zeroed
 * @n_nodes: of the cluster, inside the configuration or not
 *
 * Makes every node a voter.
 */
void
quo_raft_configuration_init (QuoRaftConfiguration *self,
                             guint                 n_nodes)
{
  self->flags = g_malloc (MAX (1, n_nodes));
  memset (self->flags, QUO_RAFT_VOTER, n_nodes);
  self->index = 0;
  self->is_joint = FALSE;
  self->is_whole = TRUE;
}

/**
 * quo_raft_configuration_clear:
 * @self: a configuration, or zeroed memory
 */
void
quo_raft_configuration_clear (QuoRaftConfiguration *self)
{
  g_clear_pointer (&self->flags, g_free);
}

static gboolean
find_node (QuoNode *node,
           gint64   name,
           guint   *ret_index)
{
  for (guint i = 0; i < quo_node_n_nodes (node); i++)
    if (g_str_equal (quo_node_label (node, i), quo_node_text (node, name)))
      {
        *ret_index = i;
        return TRUE;
      }

  return FALSE;
}

/* Words up to the end or a bracket; goes behind them. */
static gboolean
take_list (QuoNode     *node,
           const char **text,
           guint8       flag,
           guint8      *flags)
{
  guint n = 0;

  for (;;)
    {
      gint64 name = 0;
      guint index = 0;

      while (**text == ' ' || **text == ',')
        (*text)++;
      if (**text == '\0' || **text == ']')
        return n > 0;
      if (!quo_raft_take_word (node, text, &name) || !find_node (node, name, &index))
        return FALSE;
      flags[index] |= flag;
      n++;
    }
}

static gboolean
take_group (QuoNode     *node,
            const char **text,
            guint8       flag,
            guint8      *flags)
{
  if (**text != '[')
    return FALSE;

  (*text)++;
  if (!take_list (node, text, flag, flags) || **text != ']')
    return FALSE;

  (*text)++;
  return TRUE;
}

/**
 * quo_raft_configuration_read_list:
 * @node: whose names are used
 * @text: servers with spaces between them
 * @flag: added for each
 * @flags: (inout): by node
 *
 * Returns: %FALSE when @text names none, or one that there is not
 */
gboolean
quo_raft_configuration_read_list (QuoNode    *node,
                                  const char *text,
                                  guint8      flag,
                                  guint8     *flags)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (text), ",", ' ');
  const char *rest = spaced;

  return take_list (node, &rest, flag, flags) && *rest == '\0';
}

static gboolean
take_prefix (const char **text,
             const char  *prefix)
{
  if (!g_str_has_prefix (*text, prefix))
    return FALSE;

  *text += strlen (prefix);
  return TRUE;
}

/* What follows from the flags. */
static void
complete (QuoRaftConfiguration *self,
          guint                 n_nodes)
{
  self->is_joint = FALSE;
  self->is_whole = TRUE;
  for (guint i = 0; i < n_nodes; i++)
    {
      if (self->flags[i] & QUO_RAFT_VOTER_NEW)
        self->is_joint = TRUE;
      if (self->flags[i] != QUO_RAFT_VOTER)
        self->is_whole = FALSE;
    }
}

/**
 * quo_raft_configuration_read:
 * @node: whose names are used
 * @text: a configuration
 * @self: (out): as quo_raft_configuration_init() made it; its index is left alone
 *
 * Returns: whether @text is one; @self is undefined otherwise
 */
gboolean
quo_raft_configuration_read (QuoNode              *node,
                             const char           *text,
                             QuoRaftConfiguration *self)
{
  guint n_nodes = quo_node_n_nodes (node);
  const char *rest = text;

  memset (self->flags, 0, n_nodes);
  if (!take_group (node, &rest, QUO_RAFT_VOTER, self->flags))
    return FALSE;
  if (take_prefix (&rest, " + ") &&
      !take_group (node, &rest, QUO_RAFT_VOTER_NEW, self->flags))
    return FALSE;
  if (take_prefix (&rest, " learning ") &&
      !take_group (node, &rest, QUO_RAFT_LEARNER, self->flags))
    return FALSE;

  complete (self, n_nodes);
  return *rest == '\0';
}

static void
put_group (GString                    *out,
           QuoNode                    *node,
           const QuoRaftConfiguration *self,
           guint8                      flag)
{
  const char *gap = "";

  g_string_append_c (out, '[');
  for (guint i = 0; i < quo_node_n_nodes (node); i++)
    if (self->flags[i] & flag)
      {
        g_string_append (out, gap);
        quo_raft_put_word (out, quo_node_label (node, i));
        gap = " ";
      }
  g_string_append_c (out, ']');
}

/**
 * quo_raft_configuration_name:
 * @node: whose names are used
 * @self: a configuration; its flags count
 *
 * Returns: its interned text
 */
gint64
quo_raft_configuration_name (QuoNode                    *node,
                             const QuoRaftConfiguration *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 all = 0;

  for (guint i = 0; i < quo_node_n_nodes (node); i++)
    all |= self->flags[i];

  put_group (text, node, self, QUO_RAFT_VOTER);
  if (all & QUO_RAFT_VOTER_NEW)
    {
      g_string_append (text, " + ");
      put_group (text, node, self, QUO_RAFT_VOTER_NEW);
    }
  if (all & QUO_RAFT_LEARNER)
    {
      g_string_append (text, " learning ");
      put_group (text, node, self, QUO_RAFT_LEARNER);
    }

  return quo_node_intern (node, text->str);
}

static void
swap (gint64 *values,
      guint   a,
      guint   b)
{
  gint64 value = values[a];

  values[a] = values[b];
  values[b] = value;
}

/* Reorders in place. Returns the largest value that n_needed of them reach.
 *
 * Hoare's selection (1961), in three parts since most servers have got equally far:
 * a leader asks with every answer, and to sort as many values each time would cost
 * more than all else in a large cluster. */
static gint64
nth_value (gint64 *values,
           guint   n_values,
           guint   n_needed)
{
  guint wanted = n_values - n_needed;
  guint low = 0;
  guint high = n_values;

  while (TRUE)
    {
      gint64 pivot = values[low + (high - low) / 2];
      guint below = low; /* those before are smaller */
      guint above = high; /* from here on they are larger */

      for (guint i = low; i < above;)
        {
          if (values[i] < pivot)
            swap (values, below++, i++);
          else if (values[i] > pivot)
            swap (values, i, --above);
          else
            i++;
        }
      if (wanted < below)
        high = below;
      else if (wanted < above)
        return pivot;
      else
        low = above;
    }
}

/* The largest value that a majority of the voters with the flag reaches. */
static gint64
group_value (QuoNode      *node,
             QuoRaft      *self,
             const gint64 *values,
             guint8        flag)
{
  gint64 *chosen = self->scratch + self->n_nodes;
  guint8 counted = flag;
  guint n_chosen = 0;
  guint n_voters = 0;

  if (quo_node_has_fault (node, FAULT_COUNT_LEARNERS))
    counted |= QUO_RAFT_LEARNER;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      if (self->config.flags[i] & counted)
        chosen[n_chosen++] = values[i];
      n_voters += (self->config.flags[i] & flag) != 0;
    }

  if (n_voters == 0)
    return 0;

  return nth_value (chosen, n_chosen, n_voters / 2 + 1);
}

/**
 * quo_raft_agreed_value:
 * @node: the server
 * @self: its memory
 * @values: (inout): one for each node; in another order afterwards
 *
 * Section 4.3: while the configuration is joint, majorities of the old and of the new
 * one are needed, each for itself.
 *
 * Returns: the largest value that a majority, by the server's configuration, reaches
 */
gint64
quo_raft_agreed_value (QuoNode *node,
                       QuoRaft *self,
                       gint64  *values)
{
  if (self->config.is_whole)
    return nth_value (values, self->n_nodes, quo_raft_majority (self));

  gint64 old = group_value (node, self, values, QUO_RAFT_VOTER);

  if (!self->config.is_joint)
    return old;

  return MIN (old, group_value (node, self, values, QUO_RAFT_VOTER_NEW));
}

/**
 * quo_raft_has_majority:
 * @node: a candidate
 * @self: its memory
 *
 * Returns: whether the votes that it has elect it
 */
gboolean
quo_raft_has_majority (QuoNode *node,
                       QuoRaft *self)
{
  if (self->config.is_whole)
    return self->n_votes >= quo_raft_majority (self);

  for (guint i = 0; i < self->n_nodes; i++)
    self->scratch[i] = self->votes[i] != 0;

  return quo_raft_agreed_value (node, self, self->scratch) == 1;
}
