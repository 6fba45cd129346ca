/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include "sim/option.h"

QuoSimConfig *
gossip_config (guint   n_nodes,
               guint64 seed)
{
  const QuoProtocol *protocol = quo_protocol_find ("gossip");
  QuoSimConfig *config;

  g_assert_nonnull (protocol);
  config = quo_sim_config_new (&protocol->declaration, &protocol->behaviour,
                               n_nodes);
  config->seed = seed;
  config->max_events = G_MAXUINT32;

  return config;
}

void
gossip_set (QuoSimConfig *config,
            const char   *option,
            const char   *text)
{
  g_autoptr (GError) error = NULL;
  int index = quo_declaration_find_option (config->declaration, option);

  g_assert_cmpint (index, >=, 0);
  quo_option_set_text (&config->declaration->options[index], config->options,
                       config->names, text, &error);
  g_assert_no_error (error);
}

void
gossip_fault (QuoSimConfig *config,
              const char   *fault)
{
  int index = quo_declaration_find_fault (config->declaration, fault);

  g_assert_cmpint (index, >=, 0);
  config->faults |= G_GUINT64_CONSTANT (1) << index;
}

static QuoAction *
command (QuoSimConfig *config,
         QuoTime       at,
         guint         node,
         const char   *id)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_COMMAND, at);
  int index = quo_declaration_find_command (config->declaration, id);

  g_assert_cmpint (index, >=, 0);
  action->node = (QuoSelector) { QUO_SELECT_NODE, node };
  action->what = (guint) index;

  return action;
}

void
gossip_update (QuoSimConfig *config,
               QuoTime       at,
               guint         node,
               const char   *key,
               const char   *value)
{
  QuoAction *action = command (config, at, node, "update");

  action->args[0] = quo_names_intern (config->names, key);
  action->args[1] = quo_names_intern (config->names, value);
}

void
gossip_delete (QuoSimConfig *config,
               QuoTime       at,
               guint         node,
               const char   *key)
{
  QuoAction *action = command (config, at, node, "delete");

  action->args[0] = quo_names_intern (config->names, key);
}

void
gossip_tell (QuoSimConfig *config,
             QuoTime       at,
             guint         node,
             guint         to)
{
  QuoAction *action = command (config, at, node, "tell");

  action->args[0] = to;
}

void
gossip_at_node (QuoSimConfig  *config,
                QuoTime        at,
                QuoActionKind  kind,
                guint          node)
{
  QuoAction *action = quo_sim_config_add_action (config, kind, at);

  action->node = (QuoSelector) { QUO_SELECT_NODE, node };
}

QuoSim *
gossip_run (QuoSimConfig *config,
            QuoTime       until)
{
  QuoSim *sim = quo_sim_new (config);

  quo_sim_run (sim, until, 0, NULL);
  quo_sim_finish (sim);

  return sim;
}

/* How many samples there are; their mean. */
guint
gossip_measure (QuoSim     *sim,
                const char *id,
                double     *ret_mean)
{
  const QuoDeclaration *declaration =
    quo_trace_declaration (quo_sim_trace (sim));
  int index = quo_declaration_find_measure (declaration, id);
  const QuoSamples *samples;

  g_assert_cmpint (index, >=, 0);
  samples = quo_sim_measure (sim, (guint) index);
  *ret_mean = quo_samples_get_n (samples) > 0 ? quo_samples_get_mean (samples) : 0;

  return quo_samples_get_n (samples);
}

gboolean
gossip_violates (QuoSim     *sim,
                 const char *invariant)
{
  const QuoDeclaration *declaration =
    quo_trace_declaration (quo_sim_trace (sim));
  int index = quo_declaration_find_invariant (declaration, invariant);

  g_assert_cmpint (index, >=, 0);
  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    if (quo_sim_violation (sim, i)->invariant == (guint) index)
      return TRUE;

  return FALSE;
}

/* What a node has for a key where the replay stands; NULL for nothing. */
const char *
gossip_value (QuoReplay  *replay,
              guint       node,
              const char *key)
{
  QuoTrace *trace = quo_replay_trace (replay);
  QuoNames *names = quo_trace_names (trace);
  int field = quo_declaration_find_field (quo_trace_declaration (trace), "data");
  const QuoTable *table = quo_replay_table (replay, node, (guint) field);
  const gint64 *row = table != NULL
                      ? quo_table_get (table, quo_names_lookup (names, key)) : NULL;

  return row == NULL || row[0] == 0 ? NULL
                                    : quo_names_get (names, (guint32) row[0]);
}
