/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What has been visible everywhere for longer than a transaction takes needs
 * nobody's depending on it: section 5.1 of the paper. An origin knows how far its
 * stream is acknowledged by all data centres, and tells everybody how far it was a
 * transaction time ago. Contexts leave such versions out, and the dependencies
 * stored with them are dropped.
 */

#include "protocol/causal-store/causal-private.h"

/**
 * quo_causal_is_stable:
 * @self: a node's memory
 * @version: of whatever key
 *
 * Returns: whether nobody needs to depend on it
 */
gboolean
quo_causal_is_stable (const QuoCausal  *self,
                      QuoCausalVersion  version)
{
  guint origin = quo_causal_origin (version);

  return origin < self->n_nodes
         && quo_causal_counter (version) <= self->stable[origin];
}

/**
 * quo_causal_hold_stable:
 * @node: a node
 * @counter: of a put that some data centre never gets, for the node that would keep
 *   it there has lost its disk
 *
 * Whoever left that put out of his context would leave out what it depends on as
 * well, which that data centre may lack.
 */
void
quo_causal_hold_stable (QuoNode *node,
                        gint64   counter)
{
  gint64 held = quo_node_get (node, FIELD_HELD);

  if (held < 0 || counter <= held)
    quo_node_set (node, FIELD_HELD, counter - 1);
}

static gint64
acknowledged (QuoNode         *node,
              const QuoCausal *self)
{
  gint64 held = quo_node_get (node, FIELD_HELD);
  gint64 counter = self->sent[self->index];

  if (held >= 0)
    counter = MIN (counter, held);

  if (self->outbox->len > 0)
    counter = MIN (counter, quo_causal_counter (g_array_index (self->outbox,
                                                               QuoCausalParcel,
                                                               0).version) - 1);
  if (self->puts->len > 0)
    counter = MIN (counter, quo_causal_counter (g_array_index (self->puts,
                                                               QuoCausalPut,
                                                               0).version) - 1);

  return counter;
}

/**
 * quo_causal_advance_stable:
 * @node: a node
 * @self: its memory, after something of its own was acknowledged
 */
void
quo_causal_advance_stable (QuoNode   *node,
                           QuoCausal *self)
{
  gint64 told = self->stable[self->index];

  if (acknowledged (node, self) <= told
      || quo_node_timer_left (node, TIMER_CHECKPOINT) != QUO_TIME_NEVER)
    return;

  self->stable_next = acknowledged (node, self);
  quo_node_set_timer (node, TIMER_CHECKPOINT, quo_causal_life (node));
}

/**
 * quo_causal_checkpoint:
 * @node: a node
 * @self: its memory, a transaction time after it last looked
 */
void
quo_causal_checkpoint (QuoNode   *node,
                       QuoCausal *self)
{
  const gint64 fields[] = { self->stable_next };

  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index && !self->is_out[i])
      quo_node_send (node, i, MESSAGE_CHECKPOINT, fields);
  quo_causal_learn_stable (node, self, self->index, self->stable_next);
  quo_causal_advance_stable (node, self);
}

/**
 * quo_causal_learn_stable:
 * @node: a node
 * @self: its memory
 * @origin: a node
 * @counter: everything of that node's up to it has been everywhere for long
 */
void
quo_causal_learn_stable (QuoNode   *node,
                         QuoCausal *self,
                         guint      origin,
                         gint64     counter)
{
  if (counter <= self->stable[origin])
    return;

  self->stable[origin] = counter;
  quo_node_set_row (node, FIELD_STABLE, origin, &counter);
  quo_causal_prune_contexts (node, self);
  /* Under COPS-CD they say what a version overwrites as well. */
  if (quo_causal_options (node)->mode == MODE_COPS_CD)
    return;
  for (guint i = 0; i < self->records->len; i++)
    {
      QuoCausalRecord *record = g_ptr_array_index (self->records, i);

      if (quo_causal_is_stable (self, record->version) && record->deps->len > 0)
        quo_causal_forget_deps (node, self, record);
    }
}
