/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The script: what a person does to the cluster, and when. */

#include "sim/sim-private.h"

static QuoAction *
action_at (QuoSim *self,
           guint   index)
{
  return &g_array_index (self->config->actions, QuoAction, index);
}

static guint64
draw (QuoSim          *self,
      const QuoAction *action,
      guint64          index)
{
  guint64 key = quo_stream_key (self->config->seed, QUO_STREAM_ACTION,
                                action->draw_key, 0);

  return quo_random_at (key, index);
}

/**
 * quo_actions_init:
 * @self: a simulation
 *
 * Puts every action of the script into the queue.
 */
void
quo_actions_init (QuoSim *self)
{
  for (guint i = 0; i < self->config->actions->len; i++)
    {
      QuoAction *action = action_at (self, i);
      QuoTime time = quo_distribution_sample (action->at, draw (self, action, 0));

      quo_queue_push (self->queue, time, i, QUO_DUE (QUO_DUE_ACTION, 0));
    }
}

/* Of several nodes in the role the one of the highest epoch: of two leaders the
 * one that was not deposed. */
static int
find_role (QuoSim *self,
           guint   role)
{
  int role_field = quo_declaration_find_use (self->declaration, QUO_USE_ROLE);
  int epoch_field = quo_declaration_find_use (self->declaration, QUO_USE_EPOCH);
  gint64 best_epoch = G_MININT64;
  int best = -1;

  if (role_field < 0)
    return -1;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      const QuoNode *node = quo_sim_node (self, i);
      gint64 epoch;

      if (node->life == QUO_LIFE_DOWN
          || quo_node_get (node, (guint) role_field) != role)
        continue;
      epoch = epoch_field >= 0 ? quo_node_get (node, (guint) epoch_field) : 0;
      if (best < 0 || epoch > best_epoch)
        {
          best = (int) i;
          best_epoch = epoch;
        }
    }

  return best;
}

/* What a node must be for the action to do anything to it. */
static QuoLife
life_wanted (const QuoAction *action)
{
  switch (action->kind)
    {
    case QUO_ACTION_RESTART:
      return QUO_LIFE_DOWN;
    case QUO_ACTION_RESUME:
      return QUO_LIFE_PAUSED;
    default:
      return QUO_LIFE_UP;
    }
}

static int
pick_random (QuoSim          *self,
             const QuoAction *action,
             guint            which)
{
  QuoLife life = life_wanted (action);
  guint n = 0;
  guint64 nth;

  for (guint i = 0; i < self->n_nodes; i++)
    n += quo_sim_node (self, i)->life == life;
  if (n == 0)
    return -1;
  nth = quo_bounded (draw (self, action, 1 + which + (guint64) self->now), n);
  for (guint i = 0; i < self->n_nodes; i++)
    if (quo_sim_node (self, i)->life == life && nth-- == 0)
      return (int) i;

  return -1;
}

/* The participant that a selector stands for now, or -1 when there is none. */
static int
resolve (QuoSim            *self,
         const QuoAction   *action,
         const QuoSelector *selector,
         guint              which)
{
  switch (selector->kind)
    {
    case QUO_SELECT_ROLE:
      return find_role (self, selector->index);
    case QUO_SELECT_RANDOM:
      return pick_random (self, action, which);
    case QUO_SELECT_ALL:
      return -1;
    case QUO_SELECT_NODE:
    default:
      return (int) selector->index;
    }
}

/* Nodes that no group names are together on a side of their own. */
static void
partition (QuoSim          *self,
           const QuoAction *action,
           guint32          cause)
{
  guint32 *groups = g_new (guint32, self->n_participants);
  guint n_groups = action->groups->len;

  for (guint i = 0; i < self->n_participants; i++)
    groups[i] = n_groups;
  for (guint g = 0; g < n_groups; g++)
    {
      const GArray *group = g_array_index (action->groups, GArray *, g);

      for (guint i = 0; i < group->len; i++)
        {
          int node = resolve (self, action,
                              &g_array_index (group, QuoSelector, i), i);

          if (node >= 0 && groups[node] == n_groups)
            groups[node] = g;
        }
    }
  for (guint i = self->n_nodes; i < self->n_participants; i++)
    if (groups[i] == n_groups)
      groups[i] = groups[self->config->clients[i - self->n_nodes].home];
  quo_network_partition (self, groups, cause);
}

static void
isolate (QuoSim  *self,
         guint    node,
         guint32  cause)
{
  guint32 *groups = g_new0 (guint32, self->n_participants);
  guint32 highest = 0;
  guint32 side;

  for (guint i = 0; self->groups != NULL && i < self->n_participants; i++)
    groups[i] = self->groups[i];

  /* Numbers stay small: they are shown. */
  for (guint i = 0; i < self->n_participants; i++)
    if (i != node)
      highest = MAX (highest, groups[i]);
  side = groups[node];
  groups[node] = highest + 1;
  /* The clients beside it go with it, unless a partition set them apart. */
  for (guint i = self->n_nodes; i < self->n_participants; i++)
    if (self->config->clients[i - self->n_nodes].home == node && groups[i] == side)
      groups[i] = highest + 1;
  quo_network_partition (self, groups, cause);
}

static void
cut (QuoSim   *self,
     guint     from,
     guint     to,
     gboolean  is_one_way,
     gboolean  is_cut,
     guint32   cause)
{
  quo_network_cut (self, from, to, is_cut, cause);
  if (!is_one_way)
    quo_network_cut (self, to, from, is_cut, cause);
}

static void
fire (QuoSim  *self,
      guint    node,
      guint    timer,
      guint32  cause)
{
  QuoTimerSlot *slot = quo_node_timer (quo_sim_node (self, node), timer);

  if (quo_sim_node (self, node)->life != QUO_LIFE_UP)
    return;
  slot->deadline = QUO_TIME_NEVER;
  self->step = quo_sim_append (self, QUO_EVENT_TIMEOUT, node, cause);
  quo_trace_put (self->trace, timer);
  quo_trace_put (self->trace, 0);
  if (self->behaviour->timeout != NULL)
    self->behaviour->timeout (quo_sim_node (self, node), quo_sim_state (self, node),
                              timer, 0);
  quo_sim_end_step (self, node);
}

static void
command (QuoSim          *self,
         guint            node,
         const QuoAction *action,
         guint32          cause)
{
  guint n = self->trace->n_command_fields[action->what];

  if (quo_sim_node (self, node)->life != QUO_LIFE_UP)
    return;
  self->step = quo_sim_append (self, QUO_EVENT_COMMAND, node, cause);
  quo_trace_put (self->trace, action->what);
  for (guint i = 0; i < n; i++)
    quo_trace_put (self->trace, action->args[i]);
  if (self->behaviour->command != NULL)
    self->behaviour->command (quo_sim_node (self, node), quo_sim_state (self, node),
                              action->what, action->args);
  quo_sim_end_step (self, node);
}

static void
operate (QuoSim          *self,
         const QuoAction *action,
         guint32          cause)
{
  QuoClientTask task = { { 0 }, QUO_NO_NODE, cause };

  task.op.kind = action->op;
  task.op.key = action->key;
  task.op.value = action->value;
  task.op.expected = action->expected;
  if (action->has_node)
    task.node = resolve (self, action, &action->node, 0);
  quo_client_task (self, action->client - self->n_nodes, &task);
}

/* Actions on one node. */
static void
act_on_node (QuoSim          *self,
             const QuoAction *action,
             guint            node,
             guint32          cause)
{
  QuoEffect effect = { QUO_ACTION_RESTART, node, 0, 0, FALSE, cause };

  if (node >= self->n_nodes)
    return;

  switch (action->kind)
    {
    case QUO_ACTION_CRASH:
      quo_life_crash (self, node, cause);
      break;
    case QUO_ACTION_RESTART:
      quo_life_restart (self, node, cause);
      break;
    case QUO_ACTION_PAUSE:
      quo_life_pause (self, node, cause);
      effect.kind = QUO_ACTION_RESUME;
      break;
    case QUO_ACTION_RESUME:
      quo_life_resume (self, node, cause);
      break;
    case QUO_ACTION_ISOLATE:
      isolate (self, node, cause);
      effect.kind = QUO_ACTION_HEAL;
      break;
    case QUO_ACTION_SKEW:
      quo_life_skew (self, node, action->duration, action->number, cause);
      break;
    case QUO_ACTION_LOSE_DISK:
      quo_life_crash (self, node, cause);
      quo_disk_lose (quo_sim_node (self, node), cause);
      break;
    case QUO_ACTION_FIRE:
      fire (self, node, action->what, cause);
      break;
    case QUO_ACTION_COMMAND:
      command (self, node, action, cause);
      break;
    default:
      break;
    }

  if (action->lasts > 0)
    quo_effect_after (self, action->lasts, &effect);
}

static void
act_on_links (QuoSim          *self,
              const QuoAction *action,
              guint32          cause)
{
  int from = resolve (self, action, &action->from, 0);
  int to = resolve (self, action, &action->to, 1);
  QuoEffect effect = { QUO_ACTION_RESTORE, 0, 0, 0, FALSE, cause };

  if (from < 0 || to < 0 || from == to)
    return;

  if (action->kind == QUO_ACTION_SET_LINK)
    {
      quo_network_set_link (self, (guint) from, (guint) to, &action->link);
      if (!action->is_one_way)
        quo_network_set_link (self, (guint) to, (guint) from, &action->link);
      return;
    }

  cut (self, (guint) from, (guint) to, action->is_one_way,
       action->kind == QUO_ACTION_CUT, cause);
  if (action->lasts > 0)
    {
      effect.from = (guint) from;
      effect.to = (guint) to;
      effect.is_one_way = action->is_one_way;
      quo_effect_after (self, action->lasts, &effect);
    }
}

static void
act (QuoSim          *self,
     const QuoAction *action,
     guint32          cause)
{
  QuoEffect heal = { QUO_ACTION_HEAL, 0, 0, 0, FALSE, cause };

  switch (action->kind)
    {
    case QUO_ACTION_PARTITION:
      partition (self, action, cause);
      if (action->lasts > 0)
        quo_effect_after (self, action->lasts, &heal);
      break;
    case QUO_ACTION_HEAL:
      quo_network_heal (self, cause);
      break;
    case QUO_ACTION_LOSS:
      quo_network_set_loss (self, action->number, cause);
      heal.kind = QUO_ACTION_LOSS;
      if (action->lasts > 0)
        quo_effect_after (self, action->lasts, &heal);
      break;
    case QUO_ACTION_CUT:
    case QUO_ACTION_RESTORE:
    case QUO_ACTION_SET_LINK:
      act_on_links (self, action, cause);
      break;
    case QUO_ACTION_DROP:
    case QUO_ACTION_DELAY:
    case QUO_ACTION_DUPLICATE:
      {
        QuoTrap trap = { action->match, action->kind, action->duration, cause };

        quo_network_trap (self, &trap);
      }
      break;
    case QUO_ACTION_SET_OPTION:
      self->options = action->options;
      break;
    case QUO_ACTION_OP:
      operate (self, action, cause);
      break;
    default:
      if (action->node.kind == QUO_SELECT_ALL)
        {
          for (guint i = 0; i < self->n_nodes; i++)
            act_on_node (self, action, i, cause);
        }
      else
        {
          int node = resolve (self, action, &action->node, 0);

          if (node >= 0)
            act_on_node (self, action, (guint) node, cause);
        }
      break;
    }
}

/**
 * quo_action_do:
 * @self: a simulation
 * @index: of an action that comes due
 */
void
quo_action_do (QuoSim *self,
               guint   index)
{
  const QuoAction *action = action_at (self, index);
  guint32 event;

  event = quo_sim_append (self, QUO_EVENT_ACTION, G_MAXUINT, QUO_NO_EVENT);
  quo_trace_put (self->trace, action->script_index);
  self->step = event;
  act (self, action, event);

  if (action->every > 0 && self->now + action->every < action->repeat_until)
    quo_queue_push (self->queue, self->now + action->every, index,
                    QUO_DUE (QUO_DUE_ACTION, 0));
}

/* Changes whenever another takes the place of what the effect is to take back. */
static guint32
mark_of (QuoSim          *self,
         const QuoEffect *effect)
{
  switch (effect->kind)
    {
    case QUO_ACTION_RESTART:
      return quo_sim_record (self, effect->node)->incarnation;
    case QUO_ACTION_RESUME:
      return quo_sim_node (self, effect->node)->n_pauses;
    case QUO_ACTION_HEAL:
      return self->n_partitions;
    case QUO_ACTION_LOSS:
      return self->n_losses;
    default:
      return 0;
    }
}

/**
 * quo_effect_after:
 * @self: a simulation
 * @delay: ns
 * @effect: what is to be taken back then, unless it is over by itself or another
 *   has taken its place
 */
void
quo_effect_after (QuoSim          *self,
                  QuoTime          delay,
                  const QuoEffect *effect)
{
  QuoEffect marked = *effect;

  marked.mark = mark_of (self, effect);
  quo_queue_push (self->queue, self->now + delay, self->effects->len,
                  QUO_DUE (QUO_DUE_UNDO, 0));
  g_array_append_val (self->effects, marked);
}

/**
 * quo_effect_undo:
 * @self: a simulation
 * @slot: of an effect that ends
 */
void
quo_effect_undo (QuoSim  *self,
                 guint32  slot)
{
  QuoEffect effect = g_array_index (self->effects, QuoEffect, slot);

  if (effect.mark != mark_of (self, &effect))
    return;

  switch (effect.kind)
    {
    case QUO_ACTION_RESTART:
      quo_life_restart (self, effect.node, effect.cause);
      break;
    case QUO_ACTION_RESUME:
      quo_life_resume (self, effect.node, effect.cause);
      break;
    case QUO_ACTION_RESTORE:
      cut (self, effect.from, effect.to, effect.is_one_way, FALSE, effect.cause);
      break;
    case QUO_ACTION_LOSS:
      quo_network_set_loss (self, 0, effect.cause);
      break;
    case QUO_ACTION_HEAL:
    default:
      quo_network_heal (self, effect.cause);
      break;
    }
}
