/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include "sim/option.h"

QuoSimConfig *
replicated_config (const char *type,
                   guint       n_nodes,
                   guint64     seed)
{
  const QuoProtocol *protocol = quo_protocol_find ("replicated-register");
  QuoSimConfig *config;

  g_assert_nonnull (protocol);
  config = quo_sim_config_new (&protocol->declaration, &protocol->behaviour,
                               n_nodes);
  config->seed = seed;
  config->max_events = G_MAXUINT32;
  config->n_clients = n_nodes;
  config->clients = g_new0 (QuoClientConfig, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    config->clients[i] = (QuoClientConfig) {
      .home = i, .timeout = QUO_SECOND, .n_tries_max = 1, .stop = QUO_TIME_NEVER,
    };
  replicated_set (config, "type", type);

  return config;
}

void
replicated_set (QuoSimConfig *config,
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
replicated_fault (QuoSimConfig *config,
                  const char   *fault)
{
  int index = quo_declaration_find_fault (config->declaration, fault);

  g_assert_cmpint (index, >=, 0);
  config->faults |= G_GUINT64_CONSTANT (1) << index;
}

void
replicated_op (QuoSimConfig *config,
               QuoTime       at,
               guint         client,
               QuoOpKind     kind,
               const char   *key,
               const char   *value)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_OP, at);

  action->client = config->n_nodes + client;
  action->op = kind;
  action->key = quo_names_intern (config->names, key);
  if (value != NULL)
    action->value = quo_names_intern (config->names, value);
}

QuoAction *
replicated_at_node (QuoSimConfig  *config,
                    QuoTime        at,
                    QuoActionKind  kind,
                    guint          node)
{
  QuoAction *action = quo_sim_config_add_action (config, kind, at);

  action->node = (QuoSelector) { QUO_SELECT_NODE, node };

  return action;
}

QuoSim *
replicated_run (QuoSimConfig *config,
                QuoTime       until)
{
  QuoSim *sim = quo_sim_new (config);

  quo_sim_run (sim, until, 0, NULL);
  quo_sim_finish (sim);

  return sim;
}

gboolean
replicated_measure (QuoSim     *sim,
                    const char *id,
                    double     *ret_value)
{
  const QuoDeclaration *declaration =
    quo_trace_declaration (quo_sim_trace (sim));
  int index = quo_declaration_find_measure (declaration, id);
  const QuoSamples *samples;

  g_assert_cmpint (index, >=, 0);
  samples = quo_sim_measure (sim, (guint) index);
  *ret_value = quo_samples_get_n (samples) > 0 ? quo_samples_get_mean (samples) : 0;

  return quo_samples_get_n (samples) > 0;
}

gboolean
replicated_violates (QuoSim     *sim,
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

/* What a reader of the key gets at a node; "" for nothing. */
void
replicated_assert (QuoSim     *sim,
                   QuoTime     at,
                   guint       node,
                   const char *key,
                   const char *value)
{
  QuoTrace *trace = quo_sim_trace (sim);
  g_autoptr (QuoReplay) replay = quo_replay_new (trace);
  QuoNames *names = quo_trace_names (trace);
  int field = quo_declaration_find_field (quo_trace_declaration (trace), "store");
  const QuoTable *table;
  const gint64 *row;

  quo_replay_seek_time (replay, at);
  table = quo_replay_table (replay, node, (guint) field);
  row = table != NULL ? quo_table_get (table, quo_names_lookup (names, key)) : NULL;
  g_assert_cmpstr (row == NULL || row[0] == 0 ? ""
                                              : quo_names_get (names, (guint32) row[0]),
                   ==, value);
}
