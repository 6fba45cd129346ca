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
  guint n_live = 0;
  guint n_waiting = 0;

  for (guint i = 0; i < n; i++)
    {
      n_live += group_is_live (sim, replay, i);
      n_waiting += quo_replay_life (replay, i) == QUO_LIFE_UP
                   && store_scalar (sim, replay, i, "role") == ROLE_JOINING;
    }
  /* The last one of a group may wait until another comes. */
  if (n_live > 0 ? n_waiting > 0 : n_waiting > 1)
    return FALSE;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      if (i != j && group_is_live (sim, replay, i)
          && (group_held (sim, replay, i, j) == HELD_ALIVE)
             != group_is_live (sim, replay, j))
        return FALSE;

  return TRUE;
}

GArray *
sent_of (QuoSim     *sim,
         const char *message,
         const char *other)
{
  QuoTrace *trace = quo_sim_trace (sim);
  const QuoDeclaration *d = quo_trace_declaration (trace);
  int kind = quo_declaration_find_message (d, message);
  int other_kind = quo_declaration_find_message (d, other);
  GArray *all = g_array_new (FALSE, TRUE, sizeof (Sent));

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      Sent one = { 0 };
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      if ((int) event.what != kind && (int) event.what != other_kind)
        continue;
      one.time = quo_trace_time (trace, i);
      one.from = event.node;
      one.to = event.to;
      for (guint j = 0; j < MIN (event.n_values, G_N_ELEMENTS (one.fields)); j++)
        one.fields[j] = event.values[j];
      one.n_rows = MIN (event.n_rows, G_N_ELEMENTS (one.rows));
      for (guint j = 0; j < one.n_rows * ROW_COLUMNS; j++)
        one.rows[j / ROW_COLUMNS][j % ROW_COLUMNS] = event.rows[j];
      g_array_append_val (all, one);
    }

  return all;
}

GArray *
sent (QuoSim     *sim,
      const char *message)
{
  return sent_of (sim, message, message);
}

const Sent *
nth (GArray *all,
     guint   i)
{
  return &g_array_index (all, Sent, i);
}

QuoTime
noted_at (QuoSim     *sim,
          const char *note,
          int         node)
{
  QuoTrace *trace = quo_sim_trace (sim);
  const QuoDeclaration *d = quo_trace_declaration (trace);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_NOTE
          || (node >= 0 && quo_trace_node (trace, i) != (guint) node))
        continue;
      quo_trace_read (trace, i, &event);
      if (g_str_equal (d->notes[event.what].id, note))
        return quo_trace_time (trace, i);
    }

  return QUO_TIME_NEVER;
}

void
assert_sound (QuoSim *sim)
{
  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    g_test_message ("%s", quo_sim_violation (sim, i)->text);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}
