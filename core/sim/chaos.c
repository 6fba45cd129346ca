/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: each kind a Poisson process with dice of its own. */

#include "sim/sim-private.h"

enum
{
  DRAW_GAP,
  DRAW_NODE,
  DRAW_OTHER,
  DRAW_LASTS,
  DRAW_AMOUNT,
  N_DRAWS
};

static const QuoChaos *
chaos_at (QuoSim *self,
          guint   index)
{
  return &g_array_index (self->config->chaos, QuoChaos, index);
}

/* Keyed by kind and time, not by position: one more entry moves no other. */
static guint64
draw (QuoSim *self,
      guint   index,
      guint   what)
{
  const QuoChaos *chaos = chaos_at (self, index);
  guint64 key = quo_stream_key (self->config->seed, QUO_STREAM_CHAOS, chaos->kind,
                                (guint64) chaos->from);

  return quo_random_at (key, (guint64) self->now * N_DRAWS + what);
}

static void
plan_next (QuoSim *self,
           guint   index,
           QuoTime from)
{
  const QuoChaos *chaos = chaos_at (self, index);
  g_autoptr (QuoDistribution) gap = NULL;
  QuoTime time;

  if (chaos->rate <= 0)
    return;
  gap = quo_distribution_new_exponential (quo_sim_gap_mean (chaos->rate));
  time = from + quo_distribution_sample (gap, draw (self, index, DRAW_GAP));
  /* A gap of 0 would strike again with the same dice for ever. */
  time = MAX (time, self->now + 1);
  if (time <= chaos->to)
    quo_queue_push (self->queue, time, index, QUO_DUE (QUO_DUE_CHAOS, 0));
}

/**
 * quo_chaos_init:
 * @self: a simulation
 */
void
quo_chaos_init (QuoSim *self)
{
  for (guint i = 0; i < self->config->chaos->len; i++)
    plan_next (self, i, chaos_at (self, i)->from);
}

static guint
pick (QuoSim *self,
      guint   index,
      guint   what)
{
  const QuoChaos *chaos = chaos_at (self, index);
  guint64 bits = draw (self, index, what);

  if (chaos->nodes != NULL && chaos->nodes->len > 0)
    return g_array_index (chaos->nodes, guint,
                          quo_bounded (bits, chaos->nodes->len));

  return (guint) quo_bounded (bits, self->n_nodes);
}

/* Each node on one of two sides; when all are on one, the picked one leaves. */
static void
split (QuoSim *self,
       guint   index)
{
  guint32 *groups = g_new0 (guint32, self->n_participants);
  guint64 bits = draw (self, index, DRAW_OTHER);
  guint n_away = 0;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      groups[i] = quo_random_at (bits, i) & 1;
      n_away += groups[i];
    }
  if (n_away == 0 || n_away == self->n_nodes)
    groups[pick (self, index, DRAW_NODE)] ^= 1;
  for (guint i = self->n_nodes; i < self->n_participants; i++)
    groups[i] = groups[self->config->clients[i - self->n_nodes].home];
  quo_network_partition (self, groups, QUO_NO_EVENT);
}

/* Does the fault; FALSE when it cannot happen to that node now. */
static gboolean
strike (QuoSim    *self,
        guint      index,
        QuoEffect *ret_effect)
{
  const QuoChaos *chaos = chaos_at (self, index);
  guint node = pick (self, index, DRAW_NODE);

  ret_effect->node = node;
  switch (chaos->kind)
    {
    case QUO_CHAOS_CRASH:
    case QUO_CHAOS_LOSE_DISK:
      if (quo_sim_node (self, node)->life == QUO_LIFE_DOWN
          || (chaos->max_down > 0 && self->n_down >= chaos->max_down))
        return FALSE;
      quo_life_crash (self, node, QUO_NO_EVENT);
      if (chaos->kind == QUO_CHAOS_LOSE_DISK)
        quo_disk_lose (quo_sim_node (self, node), QUO_NO_EVENT);
      ret_effect->kind = QUO_ACTION_RESTART;
      return TRUE;
    case QUO_CHAOS_PAUSE:
      if (quo_sim_node (self, node)->life != QUO_LIFE_UP
          || (chaos->max_down > 0 && self->n_down >= chaos->max_down))
        return FALSE;
      quo_life_pause (self, node, QUO_NO_EVENT);
      ret_effect->kind = QUO_ACTION_RESUME;
      return TRUE;
    case QUO_CHAOS_PARTITION:
      split (self, index);
      ret_effect->kind = QUO_ACTION_HEAL;
      return TRUE;
    case QUO_CHAOS_CUT:
      ret_effect->from = node;
      ret_effect->to = pick (self, index, DRAW_OTHER);
      ret_effect->is_one_way = TRUE;
      ret_effect->kind = QUO_ACTION_RESTORE;
      if (ret_effect->from == ret_effect->to)
        return FALSE;
      quo_network_cut (self, ret_effect->from, ret_effect->to, TRUE, QUO_NO_EVENT);
      return TRUE;
    case QUO_CHAOS_LOSS:
      quo_network_set_loss (self, chaos->amount, QUO_NO_EVENT);
      ret_effect->kind = QUO_ACTION_LOSS;
      return TRUE;
    case QUO_CHAOS_SKEW:
    default:
      {
        double share = 2 * quo_unit (draw (self, index, DRAW_AMOUNT)) - 1;

        quo_life_skew (self, node,
                       (QuoTime) (share * chaos->amount * (double) QUO_SECOND),
                       quo_node_drift (quo_sim_node (self, node)), QUO_NO_EVENT);
      }
      return FALSE;
    }
}

/**
 * quo_chaos_strike:
 * @self: a simulation
 * @index: of a kind of fault that comes due
 */
void
quo_chaos_strike (QuoSim *self,
                  guint   index)
{
  const QuoChaos *chaos = chaos_at (self, index);
  QuoEffect effect = { .cause = QUO_NO_EVENT };

  if (strike (self, index, &effect) && chaos->lasts != NULL)
    quo_effect_after (self,
                      quo_distribution_sample (chaos->lasts,
                                               draw (self, index, DRAW_LASTS)),
                      &effect);
  plan_next (self, index, self->now);
}
