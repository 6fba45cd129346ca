/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-fixture.h"

#include "schedules.h"

static guint
found (int index)
{
  g_assert_cmpint (index, >=, 0);

  return (guint) index;
}

QuoSimConfig *
store_new (const char *protocol,
           guint       n_nodes)
{
  const QuoProtocol *p = quo_protocol_find (protocol);
  QuoSimConfig *config;

  g_assert_nonnull (p);
  config = quo_sim_config_new (&p->declaration, &p->behaviour, n_nodes);
  store_set_latency (config, 10 * QUO_MILLISECOND, 10 * QUO_MILLISECOND);

  return config;
}

void
store_set (QuoSimConfig *config,
           const char   *option,
           const char   *text)
{
  const QuoDeclaration *d = config->declaration;
  guint index = found (quo_declaration_find_option (d, option));
  g_autoptr (GError) error = NULL;

  quo_option_set_text (&d->options[index], config->options, config->names, text,
                       &error);
  g_assert_no_error (error);
}

void
store_set_fault (QuoSimConfig *config,
                 const char   *fault)
{
  guint index = found (quo_declaration_find_fault (config->declaration, fault));

  config->faults = G_GUINT64_CONSTANT (1) << index;
}

void
store_set_latency (QuoSimConfig *config,
                   QuoTime       low,
                   QuoTime       high)
{
  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  config->network.base.latency = low == high
                                 ? quo_distribution_new_constant (low)
                                 : quo_distribution_new_uniform (low, high);
}

QuoAction *
store_act (QuoSimConfig  *config,
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
store_command (QuoSimConfig *config,
               QuoTime       at,
               guint         node,
               const char   *command)
{
  QuoAction *action = store_act (config, QUO_ACTION_COMMAND, at, node);

  action->what = found (quo_declaration_find_command (config->declaration,
                                                      command));
}

void
store_add_chaos (QuoSimConfig *config,
                 QuoChaosKind  kind,
                 double        rate,
                 QuoTime       to,
                 QuoTime       lasts,
                 double        amount)
{
  schedules_add_chaos (config, kind, rate, to, lasts, amount);
}

QuoClientConfig *
store_add_client (QuoSimConfig *config,
                  guint         home)
{
  config->clients = g_renew (QuoClientConfig, config->clients,
                             config->n_clients + 1);
  config->clients[config->n_clients++] = (QuoClientConfig) {
    .home = home,
    .reads = 0.5,
    .n_keys = 2,
    .stop = QUO_TIME_NEVER,
    .timeout = 400 * QUO_MILLISECOND,
    .n_tries_max = 5,
  };

  return &config->clients[config->n_clients - 1];
}

void
store_op (QuoSimConfig *config,
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
  action->value = value != NULL ? quo_names_intern (config->names, value) : 0;
}

QuoSim *
store_run (QuoSimConfig *config,
           QuoTime       until)
{
  QuoSim *sim;

  config->until = until;
  sim = quo_sim_new (config);
  quo_sim_run (sim, until, G_MAXUINT64, NULL);
  quo_sim_finish (sim);

  return sim;
}

static const QuoDeclaration *
declaration_of (QuoSim *sim)
{
  return quo_trace_declaration (quo_sim_trace (sim));
}

double
store_measure (QuoSim     *sim,
               const char *id)
{
  guint index = found (quo_declaration_find_measure (declaration_of (sim), id));

  return quo_samples_get_sum (quo_sim_measure (sim, index));
}

gboolean
store_is_violated (QuoSim     *sim,
                   const char *invariant)
{
  guint index = found (quo_declaration_find_invariant (declaration_of (sim),
                                                       invariant));

  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    if (quo_sim_violation (sim, i)->invariant == index)
      return TRUE;

  return FALSE;
}

static guint
count (QuoSim       *sim,
       QuoEventKind  kind,
       const char   *id)
{
  QuoTrace *trace = quo_sim_trace (sim);
  const QuoDeclaration *d = declaration_of (sim);
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != kind)
        continue;
      quo_trace_read (trace, i, &event);
      if (kind == QUO_EVENT_NOTE)
        n += g_str_equal (d->notes[event.what].id, id);
      else
        n += event.what < QUO_MESSAGE_REQUEST
             && g_str_equal (d->messages[event.what].id, id);
    }

  return n;
}

guint
store_n_notes (QuoSim     *sim,
               const char *note)
{
  return count (sim, QUO_EVENT_NOTE, note);
}

guint
store_n_sent (QuoSim     *sim,
              const char *message)
{
  return count (sim, QUO_EVENT_SEND, message);
}

QuoReplay *
store_replay (QuoSim  *sim,
              QuoTime  time)
{
  QuoReplay *replay = quo_replay_new (quo_sim_trace (sim));

  quo_replay_seek_time (replay, time);

  return replay;
}

gint64
store_scalar (QuoSim     *sim,
              QuoReplay  *replay,
              guint       node,
              const char *field)
{
  return quo_replay_scalar (replay, node,
                            found (quo_declaration_find_field (
                              declaration_of (sim), field)));
}

const char *
store_value (QuoSim     *sim,
             QuoReplay  *replay,
             guint       node,
             const char *key)
{
  QuoNames *names = quo_trace_names (quo_sim_trace (sim));
  guint field = found (quo_declaration_find_use (declaration_of (sim),
                                                 QUO_USE_STORE));
  const QuoTable *store = quo_replay_table (replay, node, field);
  const gint64 *columns = NULL;

  if (store != NULL)
    columns = quo_table_get (store, quo_names_lookup (names, key));

  return columns != NULL ? quo_names_get (names, (guint32) columns[0]) : NULL;
}

char *
store_answer (QuoSim *sim,
              guint   client,
              guint   nth)
{
  QuoTrace *trace = quo_sim_trace (sim);
  guint participant = quo_trace_n_nodes (trace) + client;
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_RETURN
          || quo_trace_node (trace, i) != participant || ++n < nth)
        continue;
      quo_trace_read (trace, i, &event);
      if (event.values[1] == 0)
        return g_strdup (quo_status_names[event.what]);
      return g_strconcat (quo_status_names[event.what], " ",
                          quo_names_get (quo_trace_names (trace),
                                         (guint32) event.values[1]), NULL);
    }

  return NULL;
}
