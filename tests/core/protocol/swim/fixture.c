/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

QuoSimConfig *
group_new (guint n_nodes)
{
  QuoSimConfig *config = store_new ("swim", n_nodes);

  store_set (config, "phase", "in-step");

  return config;
}

void
group_cut (QuoSimConfig *config,
           QuoTime       at,
           guint         from,
           guint         to)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_CUT, at);

  action->from = (QuoSelector) { QUO_SELECT_NODE, from };
  action->to = (QuoSelector) { QUO_SELECT_NODE, to };
  action->is_one_way = TRUE;
}

void
group_delay (QuoSimConfig *config,
             QuoTime       at,
             const char   *message,
             int           from,
             int           to,
             QuoTime       by)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_DELAY, at);

  action->match = (QuoMessageMatch) {
    quo_declaration_find_message (config->declaration, message), from, to, 1
  };
  action->duration = by;
}

static const gint64 *
row (QuoSim    *sim,
     QuoReplay *replay,
     guint      node,
     guint      member)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  int field = quo_declaration_find_field (d, "members");
  const QuoTable *table = quo_replay_table (replay, node, (guint) field);

  return table != NULL ? quo_table_get (table, member) : NULL;
}

Held
group_held (QuoSim    *sim,
            QuoReplay *replay,
            guint      node,
            guint      member)
{
  const gint64 *columns = row (sim, replay, node, member);

  return columns != NULL ? (Held) columns[0] : HELD_NOTHING;
}

gint64
group_column (QuoSim    *sim,
              QuoReplay *replay,
              guint      node,
              guint      member,
              guint      column)
{
  const gint64 *columns = row (sim, replay, node, member);

  return columns != NULL ? columns[column] : -1;
}

gboolean
group_is_live (QuoSim    *sim,
               QuoReplay *replay,
               guint      node)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  int role = (int) store_scalar (sim, replay, node, "role");

  return quo_replay_life (replay, node) == QUO_LIFE_UP
         && (role == quo_declaration_find_role (d, "member")
             || role == quo_declaration_find_role (d, "doubting"));
}

gboolean
group_agrees (QuoSim  *sim,
              QuoTime  time)
{
  g_autoptr (QuoReplay) replay = store_replay (sim, time);
  guint n = quo_trace_n_nodes (quo_sim_trace (sim));

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      if (i != j && group_is_live (sim, replay, i)
          && (group_held (sim, replay, i, j) == HELD_ALIVE)
             != group_is_live (sim, replay, j))
        return FALSE;

  return TRUE;
}
