/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node's life: it starts, crashes, comes back, stands still. */

#include "sim/sim-private.h"

#include <string.h>

static void
check (QuoSim *self,
       guint   node)
{
  if (self->behaviour->check != NULL)
    self->behaviour->check (&self->cluster, self->ghost, node);
}

static void
set_life (QuoSim *self,
          guint   node,
          QuoLife life)
{
  QuoNode *n = quo_sim_node (self, node);

  if (n->life == QUO_LIFE_UP && life != QUO_LIFE_UP)
    self->n_down++;
  if (n->life != QUO_LIFE_UP && life == QUO_LIFE_UP)
    self->n_down--;
  n->life = life;
}

/**
 * quo_life_start:
 * @self: a simulation
 * @node: index of a node that never ran
 */
void
quo_life_start (QuoSim *self,
                guint   node)
{
  QuoNode *n = quo_sim_node (self, node);

  self->step = quo_sim_append (self, QUO_EVENT_START, node, QUO_NO_EVENT);
  n->is_started = TRUE;
  if (self->config->initial->len > 0)
    quo_disk_set_initial (self, node);
  if (self->behaviour->start != NULL)
    self->behaviour->start (n, quo_sim_state (self, node));
  quo_sim_end_step (self, node);
}

/* What came for a node that stood still comes due at last. Not by way of the queue:
 * there what arrives at this very time would overtake it, on a link that keeps the
 * order too. */
static void
dispatch_waiting (QuoSim *self,
                  guint   node)
{
  GArray *waiting = self->deferred != NULL
                    ? g_hash_table_lookup (self->deferred,
                                           GUINT_TO_POINTER (node + 1))
                    : NULL;

  if (waiting == NULL)
    return;

  g_array_ref (waiting);
  g_hash_table_remove (self->deferred, GUINT_TO_POINTER (node + 1));
  for (guint i = 0; i < waiting->len; i++)
    quo_sim_dispatch (self, &g_array_index (waiting, QuoItem, i));
  g_array_unref (waiting);
}

/**
 * quo_life_crash:
 * @self: a simulation
 * @node: index of a node; nothing happens when it is down
 * @cause: event that brings it about, or %QUO_NO_EVENT
 *
 * Its memory, its timers and what was not yet on its disk are gone.
 */
void
quo_life_crash (QuoSim  *self,
                guint    node,
                guint32  cause)
{
  QuoNode *n = quo_sim_node (self, node);

  if (n->life == QUO_LIFE_DOWN)
    return;

  self->step = quo_sim_append (self, QUO_EVENT_CRASH, node, cause);
  set_life (self, node, QUO_LIFE_DOWN);
  quo_sim_record (self, node)->incarnation++;
  for (guint i = 0; i < self->n_timers; i++)
    quo_node_timer (n, i)->deadline = QUO_TIME_NEVER;
  quo_disk_crash (n);
  if (self->behaviour->clear != NULL)
    self->behaviour->clear (quo_sim_state (self, node));
  memset (quo_sim_state (self, node), 0, self->behaviour->state_size);
  check (self, node);

  /* What reached a process that stood still reaches nobody now. */
  dispatch_waiting (self, node);
}

/**
 * quo_life_restart:
 * @self: a simulation
 * @node: index of a node; nothing happens unless it is down
 * @cause: event that brings it about, or %QUO_NO_EVENT
 */
void
quo_life_restart (QuoSim  *self,
                  guint    node,
                  guint32  cause)
{
  QuoNode *n = quo_sim_node (self, node);

  if (n->life != QUO_LIFE_DOWN)
    return;

  self->step = quo_sim_append (self, QUO_EVENT_RESTART, node, cause);
  set_life (self, node, QUO_LIFE_UP);
  if (self->behaviour->restart != NULL)
    self->behaviour->restart (n, quo_sim_state (self, node));
  quo_sim_end_step (self, node);
}

/**
 * quo_life_pause:
 * @self: a simulation
 * @node: index of a node; nothing happens unless it is up
 * @cause: event that brings it about, or %QUO_NO_EVENT
 *
 * The process stands still while its clock goes on: what comes for it waits.
 */
void
quo_life_pause (QuoSim  *self,
                guint    node,
                guint32  cause)
{
  if (quo_sim_node (self, node)->life != QUO_LIFE_UP)
    return;

  quo_sim_append (self, QUO_EVENT_PAUSE, node, cause);
  quo_sim_node (self, node)->n_pauses++;
  set_life (self, node, QUO_LIFE_PAUSED);
}

/**
 * quo_life_resume:
 * @self: a simulation
 * @node: index of a node; nothing happens unless it is paused
 * @cause: event that brings it about, or %QUO_NO_EVENT
 *
 * What came for it meanwhile happens now, in the order in which it came.
 */
void
quo_life_resume (QuoSim  *self,
                 guint    node,
                 guint32  cause)
{
  if (quo_sim_node (self, node)->life != QUO_LIFE_PAUSED)
    return;

  self->step = quo_sim_append (self, QUO_EVENT_RESUME, node, cause);
  set_life (self, node, QUO_LIFE_UP);
  dispatch_waiting (self, node);
}

/**
 * quo_life_skew:
 * @self: a simulation
 * @node: index of a node
 * @jump: how far its clock is set forward, ns; below 0: back
 * @drift: seconds that it gains a second from now on
 * @cause: event that brings it about, or %QUO_NO_EVENT
 *
 * Timers that run keep their deadlines.
 */
void
quo_life_skew (QuoSim  *self,
               guint    node,
               QuoTime  jump,
               double   drift,
               guint32  cause)
{
  QuoTime shows = quo_node_now (quo_sim_node (self, node)) + jump;

  quo_sim_need_clocks (self);
  self->clocks[node] = (QuoClock) { shows, self->now, drift };
  quo_sim_append (self, QUO_EVENT_SKEW, node, cause);
  quo_trace_put (self->trace, 0);
  quo_trace_put (self->trace, jump);
  quo_trace_put (self->trace, (gint64) (drift * 1e9 + (drift < 0 ? -.5 : .5)));
}
