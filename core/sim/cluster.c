/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What invariants and measures see: everything, to look at. */

#include "sim/sim-private.h"

#include <stdarg.h>

/**
 * quo_cluster_n_nodes:
 * @self: a cluster
 *
 * Returns: how many nodes it has
 */
guint
quo_cluster_n_nodes (const QuoCluster *self)
{
  return self->sim->n_nodes;
}

/**
 * quo_cluster_now:
 * @self: a cluster
 *
 * Returns: the true time, ns
 */
QuoTime
quo_cluster_now (const QuoCluster *self)
{
  return self->sim->now;
}

/**
 * quo_cluster_options:
 * @self: a cluster
 *
 * Returns: (transfer none): the protocol's options, as they are now
 */
gconstpointer
quo_cluster_options (const QuoCluster *self)
{
  return self->sim->options;
}

/**
 * quo_cluster_has_fault:
 * @self: a cluster
 * @fault: index of a known fault
 *
 * Returns: whether the scenario switched it on
 */
gboolean
quo_cluster_has_fault (const QuoCluster *self,
                       guint             fault)
{
  return (self->sim->config->faults >> fault & 1) != 0;
}

/**
 * quo_cluster_state:
 * @self: a cluster
 * @node: index of a node
 *
 * Returns: (transfer none) (nullable): the node's memory; %NULL while it is down
 */
gconstpointer
quo_cluster_state (const QuoCluster *self,
                   guint             node)
{
  if (quo_sim_node (self->sim, node)->life == QUO_LIFE_DOWN)
    return NULL;

  return quo_sim_state (self->sim, node);
}

/**
 * quo_cluster_is_up:
 * @self: a cluster
 * @node: index of a node
 *
 * Returns: whether it runs; neither down nor paused
 */
gboolean
quo_cluster_is_up (const QuoCluster *self,
                   guint             node)
{
  return quo_sim_node (self->sim, node)->life == QUO_LIFE_UP;
}

/**
 * quo_cluster_field:
 * @self: a cluster
 * @node: index of a node
 * @field: index of a scalar field
 *
 * Returns: the field's value; of a node that is down what its disk has
 */
gint64
quo_cluster_field (const QuoCluster *self,
                   guint             node,
                   guint             field)
{
  return quo_node_get (quo_sim_node (self->sim, node), field);
}

/**
 * quo_cluster_text:
 * @self: a cluster
 * @name: an interned text
 *
 * Returns: (transfer none): the text
 */
const char *
quo_cluster_text (const QuoCluster *self,
                  gint64            name)
{
  return quo_names_get (self->sim->config->names, (guint32) name);
}

/**
 * quo_cluster_label:
 * @self: a cluster
 * @participant: index of a node or client
 *
 * Returns: (transfer none): its name, until the next call on this thread
 */
const char *
quo_cluster_label (const QuoCluster *self,
                   guint             participant)
{
  static _Thread_local char buffers[4][32];
  static _Thread_local guint next;

  /* Four at a time: a sentence names two nodes, or three. */
  next = (next + 1) % 4;

  return quo_trace_label (self->sim->trace, participant, buffers[next]);
}

/**
 * quo_cluster_n_sent:
 * @self: a cluster
 * @message: index of a declared message
 *
 * Returns: how many of them were sent
 */
guint64
quo_cluster_n_sent (const QuoCluster *self,
                    guint             message)
{
  return self->sim->n_sent[message];
}

/**
 * quo_cluster_n_syncs:
 * @self: a cluster
 * @write: index of a declared kind of durable write
 *
 * Returns: how many of them were asked for
 */
guint64
quo_cluster_n_syncs (const QuoCluster *self,
                     guint             write)
{
  return self->sim->n_syncs[write];
}

/**
 * quo_cluster_sample:
 * @self: a cluster
 * @measure: index of a declared measure
 * @value: one more sample of it, in the declared unit
 */
void
quo_cluster_sample (QuoCluster *self,
                    guint       measure,
                    double      value)
{
  quo_samples_add (self->sim->measures[measure], value);
}

/**
 * quo_cluster_violate:
 * @self: a cluster
 * @invariant: index of a declared invariant
 * @format: how it is broken, in a sentence
 * @...: for @format
 *
 * Records the violation behind the step that has just ended. Only the first of
 * each invariant is kept: what follows from it says nothing new.
 */
void
quo_cluster_violate (QuoCluster *self,
                     guint       invariant,
                     const char *format,
                     ...)
{
  QuoSim *sim = self->sim;
  QuoViolation violation = { invariant, 0, NULL };
  guint32 step = sim->step;
  va_list args;

  g_return_if_fail (invariant < 32);

  if (sim->violated >> invariant & 1)
    return;
  sim->violated |= 1u << invariant;

  va_start (args, format);
  violation.text = g_strdup_vprintf (format, args);
  va_end (args);
  violation.event =
    quo_sim_append (sim, QUO_EVENT_VIOLATION,
                    step != QUO_NO_EVENT ? quo_trace_node (sim->trace, step)
                                         : G_MAXUINT,
                    step);
  quo_trace_put (sim->trace, invariant);
  quo_trace_put (sim->trace,
                 quo_names_intern (sim->config->names, violation.text));
  g_array_append_val (sim->violations, violation);
}
