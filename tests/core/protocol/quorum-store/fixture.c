/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

static const QuoDeclaration *
declaration (void)
{
  const QuoProtocol *protocol = quo_protocol_find ("quorum-store");

  g_assert_nonnull (protocol);

  return &protocol->declaration;
}

static guint
found (int index)
{
  g_assert_cmpint (index, >=, 0);

  return (guint) index;
}

/* Links of 10 ms, disks of 2 ms. */
QuoSimConfig *
fixture_new (guint n_nodes)
{
  QuoSimConfig *config =
    quo_sim_config_new (declaration (),
                        &quo_protocol_find ("quorum-store")->behaviour, n_nodes);

  config->disk.sync = quo_distribution_new_constant (2 * MS);

  return config;
}

void
fixture_set (QuoSimConfig *config,
             const char   *id,
             const char   *text)
{
  guint index = found (quo_declaration_find_option (declaration (), id));
  g_autoptr (GError) error = NULL;

  quo_option_set_text (&declaration ()->options[index], config->options,
                       config->names, text, &error);
  g_assert_no_error (error);
}

void
fixture_set_fault (QuoSimConfig *config,
                   const char   *fault)
{
  guint index = found (quo_declaration_find_fault (declaration (), fault));

  config->faults = G_GUINT64_CONSTANT (1) << index;
}

/* Returns the participant. */
guint
fixture_add_client (QuoSimConfig *config,
                    guint         home)
{
  config->clients = g_renew (QuoClientConfig, config->clients,
                             config->n_clients + 1);
  config->clients[config->n_clients] = (QuoClientConfig) {
    .home = home,
    .reads = 0.5,
    .n_keys = 3,
    .stop = QUO_TIME_NEVER,
    .timeout = 2 * QUO_SECOND,
    .n_tries_max = 1,
  };

  return config->n_nodes + config->n_clients++;
}

QuoAction *
fixture_act (QuoSimConfig  *config,
             QuoActionKind  kind,
             QuoTime        at,
             guint          node)
{
  QuoAction *action = quo_sim_config_add_action (config, kind, at);

  action->node.kind = QUO_SELECT_NODE;
  action->node.index = node;

  return action;
}

void
fixture_op (QuoSimConfig *config,
            QuoTime       at,
            guint         client,
            QuoOpKind     kind,
            const char   *key,
            const char   *value)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_OP, at);

  action->client = client;
  action->op = kind;
  action->key = quo_names_intern (config->names, key);
  action->value = value != NULL ? quo_names_intern (config->names, value) : 0;
}

void
fixture_cut (QuoSimConfig *config,
             QuoTime       at,
             guint         from,
             guint         to)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_CUT, at);

  action->from.kind = QUO_SELECT_NODE;
  action->from.index = from;
  action->to.kind = QUO_SELECT_NODE;
  action->to.index = to;
}

void
fixture_heal (QuoSimConfig *config,
              QuoTime       at)
{
  quo_sim_config_add_action (config, QUO_ACTION_HEAL, at);
}

QuoSim *
fixture_run (QuoSimConfig *config,
             QuoTime       until)
{
  QuoSim *sim = NULL;

  config->until = until;
  sim = quo_sim_new (config);
  quo_sim_run (sim, until, G_MAXUINT64, NULL);
  quo_sim_finish (sim);

  return sim;
}

gboolean
fixture_is_violated (QuoSim     *sim,
                     const char *invariant)
{
  guint index = found (quo_declaration_find_invariant (declaration (),
                                                       invariant));

  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    if (quo_sim_violation (sim, i)->invariant == index)
      return TRUE;

  return FALSE;
}

/* The mean of what was measured. */
double
fixture_measure (QuoSim     *sim,
                 const char *id)
{
  guint index = found (quo_declaration_find_measure (declaration (), id));
  QuoSamples *samples = quo_sim_measure (sim, index);

  g_assert_cmpuint (quo_samples_get_n (samples), >, 0);

  return quo_samples_get_mean (samples);
}

guint
fixture_n_sent (QuoSim     *sim,
                const char *message)
{
  guint kind = found (quo_declaration_find_message (declaration (), message));
  QuoTrace *trace = quo_sim_trace (sim);
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      n += event.what == kind;
    }

  return n;
}

static const QuoTable *
table (QuoReplay  *replay,
       guint       node,
       const char *field)
{
  quo_replay_seek (replay, quo_trace_length (quo_replay_trace (replay)));

  return quo_replay_table (replay, node,
                           found (quo_declaration_find_field (declaration (),
                                                              field)));
}

/* As on the disk at the end: NULL when there is no row, "" when deleted. */
const char *
fixture_stored (QuoSim     *sim,
                guint       node,
                const char *key)
{
  QuoNames *names = quo_trace_names (quo_sim_trace (sim));
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));
  const QuoTable *store = table (replay, node, "store");
  const gint64 *row = store != NULL
                        ? quo_table_get (store, quo_names_lookup (names, key))
                        : NULL;

  return row != NULL ? quo_names_get (names, (guint32) row[0]) : NULL;
}

guint
fixture_n_hints (QuoSim *sim,
                 guint   node)
{
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));
  const QuoTable *hints = table (replay, node, "hints");

  return hints != NULL ? quo_table_n_rows (hints) : 0;
}

/* @nth from 1. */
QuoStatus
fixture_outcome (QuoSim      *sim,
                 guint        client,
                 guint        nth,
                 const char **ret_value)
{
  QuoTrace *trace = quo_sim_trace (sim);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_RETURN
          || quo_trace_node (trace, i) != client)
        continue;
      quo_trace_read (trace, i, &event);
      if (event.values[0] != nth)
        continue;
      if (ret_value != NULL)
        *ret_value = quo_names_get (quo_trace_names (trace),
                                    (guint32) event.values[1]);
      return (QuoStatus) event.what;
    }

  g_assert_not_reached ();
}
