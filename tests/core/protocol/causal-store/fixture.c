/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include "base/random.h"

#include <string.h>

void
causal_set_centres (QuoSimConfig *config,
                    const char   *centre_of,
                    QuoTime       local,
                    QuoTime       remote)
{
  QuoNetworkConfig *network = &config->network;

  g_assert_cmpuint (strlen (centre_of), ==, config->n_nodes);
  network->region_of = g_new0 (guint, config->n_nodes + config->n_clients);
  for (guint i = 0; i < config->n_nodes; i++)
    {
      network->region_of[i] = (guint) (centre_of[i] - '0');
      network->n_regions = MAX (network->n_regions, network->region_of[i] + 1);
    }
  for (guint i = 0; i < config->n_clients; i++)
    network->region_of[config->n_nodes + i]
      = network->region_of[config->clients[i].home];

  network->region_latency = g_new0 (QuoDistribution *,
                                    network->n_regions * network->n_regions);
  for (guint i = 0; i < network->n_regions; i++)
    for (guint k = 0; k < network->n_regions; k++)
      network->region_latency[i * network->n_regions + k]
        = quo_distribution_new_constant (i == k ? local : remote);
}

char *
causal_key (const char *stem,
            guint       nth,
            guint       n)
{
  for (guint i = 0;; i++)
    {
      g_autofree char *key = g_strdup_printf ("%s%u", stem, i);

      if (quo_hash_string (key) % n == nth)
        return g_steal_pointer (&key);
    }
}

QuoAction *
causal_cut (QuoSimConfig  *config,
            QuoActionKind  kind,
            QuoTime        at,
            guint          from,
            guint          to)
{
  QuoAction *action = quo_sim_config_add_action (config, kind, at);

  action->from.kind = QUO_SELECT_NODE;
  action->from.index = from;
  action->to.kind = QUO_SELECT_NODE;
  action->to.index = to;

  return action;
}

guint
causal_n_rows (QuoSim     *sim,
               QuoReplay  *replay,
               guint       node,
               const char *field)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  int index = quo_declaration_find_field (d, field);
  const QuoTable *table;

  g_assert_cmpint (index, >=, 0);
  table = quo_replay_table (replay, node, (guint) index);

  return table != NULL ? quo_table_n_rows (table) : 0;
}

void
causal_assert_answer (QuoSim     *sim,
                      guint       client,
                      guint       nth,
                      const char *expected)
{
  g_autofree char *answer = store_answer (sim, client, nth);

  g_assert_cmpstr (answer, ==, expected);
}

void
causal_assert_sound (QuoSim *sim)
{
  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    {
      g_test_message ("%s", quo_sim_violation (sim, i)->text);
      g_test_fail ();
    }
}
