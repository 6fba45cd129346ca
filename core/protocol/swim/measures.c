/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Figures of a run: how soon a crash is noticed, how soon all know, and who was given
 * up without reason. */

#include "protocol/swim/swim-private.h"

/* The end of a member's life, as it becomes known. */
struct _QuoSwimEvent
{
  guint32  life;
  gboolean is_detected;
  gboolean is_confirmed;
  gboolean is_known; /* to all */
  QuoTime  confirmed_at;
  guint    n_aware;
  guint8  *aware;    /* a bit for each node */
};

/**
 * quo_swim_end_free:
 * @self: (transfer full): the end of a life
 */
void
quo_swim_end_free (QuoSwimEvent *self)
{
  g_free (self->aware);
  g_free (self);
}

static double
periods (QuoCluster *cluster,
         QuoTime     time)
{
  const QuoSwimOptions *options = quo_cluster_options (cluster);

  return (double) time / (double) options->period;
}

static gboolean
is_aware (const QuoSwimEvent *self,
          guint               node)
{
  return self->aware != NULL && (self->aware[node / 8] >> (node % 8) & 1) != 0;
}

static void
look_whether_all_know (QuoCluster   *cluster,
                       QuoSwimGhost *self,
                       QuoSwimEvent *end)
{
  if (end->is_known || !end->is_confirmed || end->n_aware < self->n_active)
    return;

  end->is_known = TRUE;
  quo_cluster_sample (cluster, MEASURE_DISSEMINATION,
                      periods (cluster, quo_cluster_now (cluster)
                                        - end->confirmed_at));
}

/**
 * quo_swim_measure_down:
 * @cluster: after a crash
 * @self: what is remembered
 * @node: who crashed
 */
void
quo_swim_measure_down (QuoCluster   *cluster,
                       QuoSwimGhost *self,
                       guint         node)
{
  QuoSwimWatch *watch = &self->nodes[node];
  QuoSwimEvent *own = g_new0 (QuoSwimEvent, 1);

  watch->down_since = quo_cluster_now (cluster);
  own->life = MAX (watch->life, quo_swim_life (watch->issued));
  watch->end = own;

  /* Who was aware of another's end is not there any more to count. */
  for (guint i = 0; i < self->open->len; i++)
    {
      QuoSwimEvent *end = self->nodes[g_array_index (self->open, guint, i)].end;

      if (is_aware (end, node))
        {
          end->aware[node / 8] &= (guint8) ~(1u << (node % 8));
          end->n_aware--;
        }
      look_whether_all_know (cluster, self, end);
    }
  g_array_append_val (self->open, node);
}

/**
 * quo_swim_measure_up:
 * @self: what is remembered
 * @node: who is back
 */
void
quo_swim_measure_up (QuoSwimGhost *self,
                     guint         node)
{
  QuoSwimWatch *watch = &self->nodes[node];

  watch->down_since = QUO_TIME_NEVER;
  g_clear_pointer (&watch->end, quo_swim_end_free);
  for (guint i = 0; i < self->open->len; i++)
    if (g_array_index (self->open, guint, i) == node)
      {
        g_array_remove_index (self->open, i);
        return;
      }
}

static void
measure_end (QuoCluster        *cluster,
             QuoSwimGhost      *self,
             guint              node,
             const QuoSwimFact *fact)
{
  QuoSwimWatch *member = &self->nodes[fact->member];
  QuoSwimEvent *end = member->end;
  QuoTime now = quo_cluster_now (cluster);

  if (quo_swim_life (fact->new) < end->life
      || quo_swim_status (fact->new) == STATUS_ALIVE)
    return;

  if (!end->is_detected)
    quo_cluster_sample (cluster, MEASURE_FIRST_DETECTION,
                        periods (cluster, now - member->down_since));
  end->is_detected = TRUE;
  if (!quo_swim_is_over (fact->new) || is_aware (end, node))
    return;

  if (!end->is_confirmed)
    {
      end->is_confirmed = TRUE;
      end->confirmed_at = now;
      end->aware = g_new0 (guint8, self->n_nodes / 8 + 1);
      quo_cluster_sample (cluster, MEASURE_FIRST_CONFIRM,
                          periods (cluster, now - member->down_since));
    }
  end->aware[node / 8] |= (guint8) (1u << (node % 8));
  end->n_aware++;
  look_whether_all_know (cluster, self, end);
}

/**
 * quo_swim_measure_change:
 * @cluster: after a step
 * @self: what is remembered
 * @node: who made it
 * @fact: a change of its list
 */
void
quo_swim_measure_change (QuoCluster        *cluster,
                         QuoSwimGhost      *self,
                         guint              node,
                         const QuoSwimFact *fact)
{
  const QuoSwim *other = quo_cluster_state (cluster, fact->member);

  if (self->nodes[fact->member].end != NULL)
    {
      measure_end (cluster, self, node, fact);
      return;
    }
  if (!fact->is_own || other == NULL || !quo_swim_is_member (other)
      || other->life != quo_swim_life (fact->new))
    return;

  if (quo_swim_status (fact->new) == STATUS_SUSPECT)
    self->n_false_suspicions++;
  else if (quo_swim_status (fact->new) == STATUS_CONFIRM)
    self->n_false_confirms++;
}

/**
 * quo_swim_finish:
 * @cluster: at the end of a run
 * @ghost: a #QuoSwimGhost
 */
void
quo_swim_finish (QuoCluster *cluster,
                 gpointer    ghost)
{
  QuoSwimGhost *self = ghost;
  double n_sent = 0;

  for (guint i = 0; i < N_MESSAGES; i++)
    n_sent += (double) quo_cluster_n_sent (cluster, i);
  quo_cluster_sample (cluster, MEASURE_FALSE_SUSPICIONS,
                      (double) self->n_false_suspicions);
  quo_cluster_sample (cluster, MEASURE_FALSE_CONFIRMS,
                      (double) self->n_false_confirms);
  quo_cluster_sample (cluster, MEASURE_REFUTATIONS, (double) self->n_refutations);
  if (self->n_periods > 0)
    quo_cluster_sample (cluster, MEASURE_MESSAGES,
                        n_sent / (double) self->n_periods);
}
