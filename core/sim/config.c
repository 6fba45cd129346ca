/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sim/config.h"

#include "sim/option.h"

#define EVENTS_MAX_DEFAULT G_GUINT64_CONSTANT (50000000)
#define BYTES_MAX_DEFAULT  (G_GUINT64_CONSTANT (2) << 30)
#define CLIENT_LATENCY     (500 * QUO_MICROSECOND)

static void
action_clear (gpointer data)
{
  QuoAction *action = data;

  g_clear_pointer (&action->at, quo_distribution_unref);
  g_clear_pointer (&action->groups, g_array_unref);
  g_clear_pointer (&action->link.latency, quo_distribution_unref);
  g_clear_pointer (&action->options, g_free);
}

static void
chaos_clear (gpointer data)
{
  QuoChaos *chaos = data;

  g_clear_pointer (&chaos->lasts, quo_distribution_unref);
  g_clear_pointer (&chaos->nodes, g_array_unref);
}

static void
override_clear (gpointer data)
{
  QuoLinkOverride *override = data;

  g_clear_pointer (&override->link.latency, quo_distribution_unref);
}

/**
 * quo_sim_config_new:
 * @declaration: what the protocol says about itself
 * @behaviour: what it does
 * @n_nodes: at least 1
 *
 * Every option at its default, a network with a constant latency of 10 ms and no
 * faults, disks that cost nothing, no clients, seed 1, no end.
 *
 * Returns: (transfer full): a configuration, to be filled in before a run
 */
QuoSimConfig *
quo_sim_config_new (const QuoDeclaration *declaration,
                    const QuoBehaviour   *behaviour,
                    guint                 n_nodes)
{
  QuoSimConfig *self = NULL;

  g_return_val_if_fail (declaration != NULL, NULL);
  g_return_val_if_fail (behaviour != NULL, NULL);
  g_return_val_if_fail (n_nodes > 0, NULL);

  self = g_new0 (QuoSimConfig, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->declaration = declaration;
  self->behaviour = behaviour;
  self->names = quo_names_new ();
  self->options = quo_options_new (declaration, self->names);
  self->seed = 1;
  self->until = QUO_TIME_NEVER;
  self->max_events = EVENTS_MAX_DEFAULT;
  self->max_bytes = BYTES_MAX_DEFAULT;
  self->n_nodes = n_nodes;
  self->network.base.latency =
    quo_distribution_new_constant (10 * QUO_MILLISECOND);
  self->network.client_latency = quo_distribution_new_constant (CLIENT_LATENCY);
  self->network.overrides = g_array_new (FALSE, TRUE, sizeof (QuoLinkOverride));
  g_array_set_clear_func (self->network.overrides, override_clear);
  self->actions = g_array_new (FALSE, TRUE, sizeof (QuoAction));
  g_array_set_clear_func (self->actions, action_clear);
  self->chaos = g_array_new (FALSE, TRUE, sizeof (QuoChaos));
  g_array_set_clear_func (self->chaos, chaos_clear);
  self->initial = g_array_new (FALSE, TRUE, sizeof (QuoInitial));

  return self;
}

/**
 * quo_sim_config_ref:
 * @self: a configuration
 *
 * Returns: (transfer full): @self
 */
QuoSimConfig *
quo_sim_config_ref (QuoSimConfig *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

static void
clear_labels (char  **labels,
              guint   n)
{
  for (guint i = 0; labels != NULL && i < n; i++)
    g_free (labels[i]);
  g_free (labels);
}

static void
clear_network (QuoNetworkConfig *self,
               guint             n_messages)
{
  quo_distribution_unref (self->base.latency);
  quo_distribution_unref (self->client_latency);
  g_array_unref (self->overrides);
  for (guint i = 0; i < self->n_regions * self->n_regions; i++)
    g_clear_pointer (&self->region_latency[i], quo_distribution_unref);
  g_free (self->region_latency);
  for (guint i = 0; self->kinds != NULL && i < n_messages; i++)
    g_clear_pointer (&self->kinds[i], quo_distribution_unref);
  g_free (self->kinds);
  g_free (self->region_of);
  g_free (self->neighbour_start);
  g_free (self->neighbours);
}

static void
clear_disk (QuoSimConfig *self)
{
  const QuoWriteSpec *writes = self->declaration->writes;

  g_clear_pointer (&self->disk.sync, quo_distribution_unref);
  for (guint i = 0; self->disk.writes != NULL && writes[i].id != NULL; i++)
    g_clear_pointer (&self->disk.writes[i], quo_distribution_unref);
  g_free (self->disk.writes);
}

/**
 * quo_sim_config_unref:
 * @self: (transfer full): a configuration
 *
 * Gives a reference back; the last one frees it.
 */
void
quo_sim_config_unref (QuoSimConfig *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  clear_network (&self->network, quo_declaration_n_messages (self->declaration));
  clear_disk (self);
  clear_labels (self->labels, self->n_nodes);
  clear_labels (self->client_labels, self->n_clients);
  for (guint i = 0; self->clients != NULL && i < self->n_clients; i++)
    g_clear_pointer (&self->clients[i].roamed, g_array_unref);
  g_free (self->prefix);
  g_free (self->nodes);
  g_free (self->clients);
  g_array_unref (self->actions);
  g_array_unref (self->chaos);
  g_array_unref (self->initial);
  g_free (self->options);
  quo_names_unref (self->names);
  g_free (self);
}

static void
group_clear (gpointer data)
{
  g_array_unref (*(GArray **) data);
}

/**
 * quo_action_groups_new:
 *
 * Returns: (transfer full): no sides yet; each that is appended is an array of
 *   #QuoSelector, and belongs to the whole from then on
 */
GArray *
quo_action_groups_new (void)
{
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (GArray *));

  g_array_set_clear_func (groups, group_clear);

  return groups;
}

/**
 * quo_sim_config_add_action:
 * @self: a configuration
 * @kind: what is to be done
 * @at: when, ns
 *
 * Returns: (transfer none): the new last action, to be filled in before the next
 *   one is added and not to be looked at after that
 */
QuoAction *
quo_sim_config_add_action (QuoSimConfig  *self,
                           QuoActionKind  kind,
                           QuoTime        at)
{
  QuoAction action = {
    .kind = kind,
    .script_index = self->actions->len,
    .draw_key = self->actions->len,
    .repeat_until = QUO_TIME_NEVER,
    .match = { -1, -1, -1, 1 },
    .link = { NULL, -1, -1, -1, -1 },
  };

  action.at = quo_distribution_new_constant (at);
  g_array_append_val (self->actions, action);

  return &g_array_index (self->actions, QuoAction, self->actions->len - 1);
}
