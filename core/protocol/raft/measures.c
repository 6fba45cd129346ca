/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Figures of a run. */

#include "raft-private.h"

/* When the entries that a leader added went into its log. */
static void
note_appended (QuoCluster        *cluster,
               QuoRaftGhost      *ghost,
               const QuoRaft     *self,
               const QuoRaftSeen *seen)
{
  if (self->role != QUO_RAFT_LEADER || self->log.length <= seen->length)
    return;

  gint64 first = MAX (seen->length + 1, self->term_start);

  if ((gint64) ghost->appended->len < self->log.length)
    g_array_set_size (ghost->appended, (guint) self->log.length);

  for (gint64 index = first; index <= self->log.length; index++)
    g_array_index (ghost->appended, QuoRaftMark, index - 1) = (QuoRaftMark) {
      self->term, (guint64) quo_cluster_now (cluster)
    };
}

static void
sample_committed (QuoCluster        *cluster,
                  QuoRaftGhost      *ghost,
                  const QuoRaft     *self,
                  const QuoRaftSeen *seen)
{
  if (self->role != QUO_RAFT_LEADER || self->commit <= seen->commit)
    return;

  gint64 last = MIN (self->commit, (gint64) ghost->appended->len);

  for (gint64 index = seen->commit + 1; index <= last; index++)
    {
      QuoRaftMark mark = g_array_index (ghost->appended, QuoRaftMark, index - 1);

      if (mark.term == self->term)
        quo_cluster_sample (cluster, MEASURE_COMMIT_LATENCY,
                            (double) (quo_cluster_now (cluster) -
                                      (QuoTime) mark.hash));
    }
}

static void
note_leader (QuoRaftGhost      *ghost,
             const QuoRaft     *self,
             const QuoRaftSeen *seen)
{
  if (self->role != QUO_RAFT_LEADER ||
      (seen->role == QUO_RAFT_LEADER && seen->term == self->term))
    return;

  ghost->n_leaders++;
  if (self->term <= ghost->leader_term && ghost->leader != QUO_NO_NODE)
    return;
  /* While a leader is being replaced, the one that crashed is kept. */
  if (ghost->is_replacing)
    return;
  ghost->leader = (int) self->index;
  ghost->leader_term = self->term;
}

/* A leader of two terms in turn ceased to lead between them. */
static void
note_turnover (QuoRaftGhost      *ghost,
               const QuoRaft     *self,
               const QuoRaftSeen *seen)
{
  gboolean was_leader = seen->role == QUO_RAFT_LEADER;
  gboolean is_leader = self != NULL && self->role == QUO_RAFT_LEADER;

  if (was_leader && is_leader)
    ghost->n_turnover += self->term != seen->term ? 2 : 0;
  else
    ghost->n_turnover += was_leader != is_leader;
}

static void
note_stood (QuoRaftGhost      *ghost,
            const QuoRaft     *self,
            const QuoRaftSeen *seen)
{
  if (self->n_elections > seen->n_elections)
    quo_raft_map_set (&ghost->stood, self->term, 1);
}

/* Others never hear of a leader. */
static gboolean
is_member (QuoCluster *cluster,
           int         leader,
           guint       node)
{
  const QuoRaft *self = quo_cluster_state (cluster, (guint) leader);

  return self->config.flags[node] != 0;
}

/* From the crash until every server that is up follows a leader of a later term. */
static void
follow_replacement (QuoCluster   *cluster,
                    QuoRaftGhost *ghost)
{
  int leader = QUO_NO_NODE;
  gint64 term = ghost->leader_term;

  for (guint i = 0; i < ghost->n_nodes; i++)
    {
      const QuoRaft *self = quo_cluster_state (cluster, i);

      if (quo_cluster_is_up (cluster, i) && self->role == QUO_RAFT_LEADER &&
          self->term > term)
        {
          leader = (int) i;
          term = self->term;
        }
    }
  if (leader == QUO_NO_NODE)
    return;

  for (guint i = 0; i < ghost->n_nodes; i++)
    {
      const QuoRaft *self = quo_cluster_state (cluster, i);

      if (quo_cluster_is_up (cluster, i) && is_member (cluster, leader, i) &&
          (self->leader != leader || self->term != term))
        return;
    }

  quo_cluster_sample (cluster, MEASURE_LEADER_REPLACEMENT,
                      (double) (quo_cluster_now (cluster) - ghost->crashed_at));
  ghost->is_replacing = FALSE;
  ghost->leader = leader;
  ghost->leader_term = term;
}

/**
 * quo_raft_measure_step:
 * @cluster: after a step
 * @ghost: what is remembered
 * @self: (nullable): the server that made it, %NULL when it crashed
 * @seen: what it was before
 */
void
quo_raft_measure_step (QuoCluster        *cluster,
                       QuoRaftGhost      *ghost,
                       const QuoRaft     *self,
                       const QuoRaftSeen *seen)
{
  note_turnover (ghost, self, seen);
  if (self != NULL)
    {
      ghost->n_elections += self->n_elections - seen->n_elections;
      ghost->n_rejections += self->n_rejections - seen->n_rejections;
      ghost->n_replaced += self->n_replaced - seen->n_replaced;
      ghost->n_configurations += self->n_configurations - seen->n_configurations;
      ghost->n_snapshots += self->n_snapshots - seen->n_snapshots;
      ghost->n_installed += self->n_installed - seen->n_installed;
      note_appended (cluster, ghost, self, seen);
      sample_committed (cluster, ghost, self, seen);
      note_leader (ghost, self, seen);
      note_stood (ghost, self, seen);
    }

  if (ghost->is_replacing)
    {
      follow_replacement (cluster, ghost);
      return;
    }

  if (ghost->leader != QUO_NO_NODE &&
      !quo_cluster_is_up (cluster, (guint) ghost->leader))
    {
      ghost->is_replacing = TRUE;
      ghost->crashed_at = quo_cluster_now (cluster);
    }
}

/**
 * quo_raft_finish:
 * @cluster: at the end of a run
 * @ghost: a QuoRaftGhost
 */
void
quo_raft_finish (QuoCluster *cluster,
                 gpointer    ghost)
{
  QuoRaftGhost *self = ghost;

  quo_cluster_sample (cluster, MEASURE_ELECTIONS, (double) self->n_elections);
  quo_cluster_sample (cluster, MEASURE_LEADER_CHANGES,
                      self->n_leaders == 0 ? 0.0 : (double) (self->n_leaders - 1));
  quo_cluster_sample (cluster, MEASURE_TURNOVER, (double) self->n_turnover);
  quo_cluster_sample (cluster, MEASURE_TERMS_WITHOUT_LEADER,
                      (double) (self->stood.n_used - self->leaders.n_used));
  quo_cluster_sample (cluster, MEASURE_REJECTIONS, (double) self->n_rejections);
  quo_cluster_sample (cluster, MEASURE_REPLACED, (double) self->n_replaced);
  quo_cluster_sample (cluster, MEASURE_CONFIGURATIONS,
                      (double) self->n_configurations);
  quo_cluster_sample (cluster, MEASURE_SNAPSHOTS, (double) self->n_snapshots);
  quo_cluster_sample (cluster, MEASURE_INSTALLED, (double) self->n_installed);
}
