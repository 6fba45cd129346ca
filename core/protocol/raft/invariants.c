/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Raft's safety properties (figure 3) and a few more, after every step.
 *
 * A check looks at the server that made the step and at what it changed. Logs are
 * compared by the hash of an entry and all before it: where two logs have an entry of
 * the same index and term, that hash must be the same. So a log is known to match as
 * soon as one entry of it does, going back from its end.
 */

#include "raft-private.h"

static void
init_ghost (QuoCluster   *cluster,
            QuoRaftGhost *self)
{
  self->n_nodes = quo_cluster_n_nodes (cluster);
  self->nodes = g_new0 (QuoRaftSeen, self->n_nodes);
  self->first = g_array_new (FALSE, FALSE, sizeof (QuoRaftMark));
  self->committed = g_array_new (FALSE, FALSE, sizeof (QuoRaftMark));
  self->appended = g_array_new (FALSE, TRUE, sizeof (QuoRaftMark));
  self->states = g_array_new (FALSE, TRUE, sizeof (guint64));
  self->reads = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->leader = QUO_NO_NODE;
  for (guint i = 0; i < self->n_nodes; i++)
    self->nodes[i].vote = QUO_NO_NODE;
}

/**
 * quo_raft_clear_ghost:
 * @ghost: of a run that is over
 */
void
quo_raft_clear_ghost (gpointer ghost)
{
  QuoRaftGhost *self = ghost;

  g_clear_pointer (&self->nodes, g_free);
  quo_raft_map_clear (&self->leaders);
  quo_raft_map_clear (&self->stood);
  quo_raft_map_clear (&self->others);
  g_clear_pointer (&self->first, g_array_unref);
  g_clear_pointer (&self->committed, g_array_unref);
  g_clear_pointer (&self->appended, g_array_unref);
  g_clear_pointer (&self->states, g_array_unref);
  g_clear_pointer (&self->reads, g_hash_table_unref);
}

static QuoRaftMark *
mark_at (GArray *marks,
         gint64  index)
{
  return &g_array_index (marks, QuoRaftMark, index - 1);
}

/* Terms and indices that are not of one leader each would collide only above
 * 2^31, where no run gets; a scenario that begins there loses a check, no more. */
static gint64
pair_key (gint64 index,
          gint64 term)
{
  return ((term & 0x7fffffff) << 31) | (index & 0x7fffffff);
}

/* Log Matching, for one entry. Returns whether it was known before, and so all
 * before it. */
static gboolean
match_entry (QuoCluster    *cluster,
             QuoRaftGhost  *ghost,
             const QuoRaft *self,
             gint64         index)
{
  gint64 term = quo_raft_log_term (&self->log, index);
  guint64 hash = quo_raft_log_hash (&self->log, index);
  gint64 known = 0;

  while ((gint64) ghost->first->len < index)
    {
      QuoRaftMark none = { -1, 0 };

      g_array_append_val (ghost->first, none);
    }

  QuoRaftMark *first = mark_at (ghost->first, index);

  if (first->term == -1)
    {
      *first = (QuoRaftMark) { term, hash };
      return FALSE;
    }

  if (first->term == term)
    known = (gint64) first->hash;
  else if (!quo_raft_map_get (&ghost->others, pair_key (index, term), &known))
    {
      quo_raft_map_set (&ghost->others, pair_key (index, term), (gint64) hash);
      return FALSE;
    }

  if ((guint64) known != hash)
    quo_cluster_violate (cluster, INVARIANT_LOG_MATCHING,
                         "%s and another server have different logs up to entry "
                         "%" G_GINT64_FORMAT " of term %" G_GINT64_FORMAT,
                         quo_cluster_label (cluster, self->index), index, term);

  return TRUE;
}

static void
check_log (QuoCluster        *cluster,
           QuoRaftGhost      *ghost,
           const QuoRaft     *self,
           const QuoRaftSeen *seen)
{
  const QuoRaftLog *log = &self->log;

  if (log->length == seen->length &&
      quo_raft_log_hash (log, log->length) == seen->hash)
    return;

  if (seen->role == QUO_RAFT_LEADER && self->role == QUO_RAFT_LEADER &&
      seen->term == self->term &&
      (log->length < seen->length ||
       (seen->length >= log->base &&
        quo_raft_log_hash (log, seen->length) != seen->hash)))
    quo_cluster_violate (cluster, INVARIANT_LEADER_APPEND_ONLY,
                         "%s, leader of term %" G_GINT64_FORMAT
                         ", changed its log at or before entry %" G_GINT64_FORMAT,
                         quo_cluster_label (cluster, self->index), self->term,
                         seen->length);

  /* The last entry compacted away has its hash still, and stands for those before. */
  for (gint64 index = log->length; index > 0 && index >= log->base; index--)
    if (match_entry (cluster, ghost, self, index))
      break;
}

/* Leader Completeness: what earlier terms committed is in the new leader's log. */
static void
check_leader_log (QuoCluster    *cluster,
                  QuoRaftGhost  *ghost,
                  const QuoRaft *self)
{
  gint64 index = ghost->committed->len;

  while (index > 0 && mark_at (ghost->committed, index)->term >= self->term)
    index--;

  /* A snapshot is of committed entries: the last of them stands for all. */
  if (index > 0)
    index = MAX (index, MIN (self->log.base, (gint64) ghost->committed->len));

  if (index == 0 || quo_raft_log_hash (&self->log, index) ==
                      mark_at (ghost->committed, index)->hash)
    return;

  quo_cluster_violate (cluster, INVARIANT_LEADER_COMPLETENESS,
                       "%s leads term %" G_GINT64_FORMAT
                       " without the entries up to %" G_GINT64_FORMAT
                       ", committed in term %" G_GINT64_FORMAT,
                       quo_cluster_label (cluster, self->index), self->term, index,
                       mark_at (ghost->committed, index)->term);
}

static void
check_new_leader (QuoCluster        *cluster,
                  QuoRaftGhost      *ghost,
                  const QuoRaft     *self,
                  const QuoRaftSeen *seen)
{
  gint64 other = 0;

  if (self->role != QUO_RAFT_LEADER ||
      (seen->role == QUO_RAFT_LEADER && seen->term == self->term))
    return;

  if (!quo_raft_map_get (&ghost->leaders, self->term, &other))
    quo_raft_map_set (&ghost->leaders, self->term, self->index);
  else if (other != (gint64) self->index)
    quo_cluster_violate (cluster, INVARIANT_ELECTION_SAFETY,
                         "%s and %s both lead term %" G_GINT64_FORMAT,
                         quo_cluster_label (cluster, (guint) other),
                         quo_cluster_label (cluster, self->index), self->term);

  check_leader_log (cluster, ghost, self);
}

/* A leader has committed something new: the leaders of later terms that there are
 * already must have it too. */
static void
check_later_leaders (QuoCluster    *cluster,
                     QuoRaftGhost  *ghost,
                     const QuoRaft *self)
{
  for (guint i = 0; i < ghost->n_nodes; i++)
    {
      const QuoRaft *other = quo_cluster_state (cluster, i);

      if (i != self->index && ghost->nodes[i].role == QUO_RAFT_LEADER &&
          ghost->nodes[i].term > self->term && quo_cluster_is_up (cluster, i))
        check_leader_log (cluster, ghost, other);
    }
}

static void
check_commit (QuoCluster        *cluster,
              QuoRaftGhost      *ghost,
              const QuoRaft     *self,
              const QuoRaftSeen *seen)
{
  gint64 known = MIN (self->applied, (gint64) ghost->committed->len);

  if (self->commit < seen->commit)
    quo_cluster_violate (cluster, INVARIANT_COMMIT_FORWARD,
                         "%s's commit index went from %" G_GINT64_FORMAT
                         " back to %" G_GINT64_FORMAT,
                         quo_cluster_label (cluster, self->index), seen->commit,
                         self->commit);

  if (self->applied <= seen->applied || self->applied > self->log.length)
    return;

  /* A snapshot from beyond all that anybody executed: only after a mistake that
   * another invariant has told of. */
  if (known < self->log.base)
    return;

  if (known > 0 && quo_raft_log_hash (&self->log, known) !=
                     mark_at (ghost->committed, known)->hash)
    quo_cluster_violate (cluster, INVARIANT_STATE_MACHINE_SAFETY,
                         "%s applied other entries up to %" G_GINT64_FORMAT
                         " than another server",
                         quo_cluster_label (cluster, self->index), known);

  if (self->applied <= known)
    return;

  for (gint64 index = known + 1; index <= self->applied; index++)
    {
      QuoRaftMark mark = { self->term, quo_raft_log_hash (&self->log, index) };

      g_array_append_val (ghost->committed, mark);
    }
  check_later_leaders (cluster, ghost, self);
}

/* Section 6.4: a read that is not a local one returns what was committed when it came,
 * or something newer. Numbers begin anew with each life of a server; what waited when it
 * crashed is written over then. */
static void
check_reads (QuoCluster    *cluster,
             QuoRaftGhost  *ghost,
             const QuoRaft *self)
{
  guint n_facts = self->read_facts == NULL ? 0 : self->read_facts->len;

  for (guint i = 0; i < n_facts; i++)
    {
      const QuoRaftReadFact *fact = &g_array_index (self->read_facts, QuoRaftReadFact,
                                                    i);
      gint64 key = (gint64) self->index << 40 | fact->number;
      gint64 least;

      if (fact->fate == QUO_RAFT_READ_BEGAN)
        {
          g_hash_table_replace (ghost->reads, g_memdup2 (&key, sizeof key),
                                GUINT_TO_POINTER (ghost->committed->len));
          continue;
        }

      least = GPOINTER_TO_UINT (g_hash_table_lookup (ghost->reads, &key));
      g_hash_table_remove (ghost->reads, &key);
      if (fact->fate == QUO_RAFT_READ_ANSWERED && fact->applied < least)
        quo_cluster_violate (cluster, INVARIANT_READ_LATEST,
                             "%s answers a read from the first %" G_GINT64_FORMAT
                             " entries; %" G_GINT64_FORMAT
                             " were committed when it began",
                             quo_cluster_label (cluster, self->index), fact->applied,
                             least);
    }
}

/* What a server has in its store after an entry must be what the first that got
 * there had. */
static void
check_state (QuoCluster        *cluster,
             QuoRaftGhost      *ghost,
             const QuoRaft     *self,
             const QuoRaftSeen *seen)
{
  const QuoRaftOptions *options = quo_cluster_options (cluster);
  guint64 hash = self->state_hash == 0 ? 1 : self->state_hash;

  if (options->snapshot_entries == 0 || self->applied <= seen->applied)
    return;

  if ((gint64) ghost->states->len < self->applied)
    g_array_set_size (ghost->states, (guint) self->applied);

  guint64 *known = &g_array_index (ghost->states, guint64, self->applied - 1);

  if (*known == 0)
    *known = hash;
  else if (*known != hash)
    quo_cluster_violate (cluster, INVARIANT_SAME_STATE,
                         "%s executed the entries up to %" G_GINT64_FORMAT
                         " and has another store than a server that did so before",
                         quo_cluster_label (cluster, self->index), self->applied);
}

static void
check_vote (QuoCluster    *cluster,
            const QuoRaft *self,
            QuoRaftSeen   *seen)
{
  if (self->promised_vote_term == 0 ||
      (self->promised_vote_term == seen->vote_term &&
       self->promised_vote == seen->vote))
    return;

  if (self->promised_vote_term == seen->vote_term)
    quo_cluster_violate (cluster, INVARIANT_ONE_VOTE,
                         "%s voted for %s and for %s in term %" G_GINT64_FORMAT,
                         quo_cluster_label (cluster, self->index),
                         quo_cluster_label (cluster, (guint) seen->vote),
                         quo_cluster_label (cluster, (guint) self->promised_vote),
                         seen->vote_term);

  seen->vote_term = self->promised_vote_term;
  seen->vote = self->promised_vote;
}

static void
check_acknowledged (QuoCluster    *cluster,
                    const QuoRaft *self,
                    QuoRaftSeen   *seen)
{
  if (self->acked_term > seen->acked_term)
    {
      seen->acked_term = self->acked_term;
      seen->acked_index = 0;
    }
  if (self->acked_term == seen->acked_term)
    seen->acked_index = MAX (seen->acked_index, self->acked_index);

  if (self->term > seen->acked_term || self->log.length >= seen->acked_index)
    return;

  quo_cluster_violate (cluster, INVARIANT_ACKNOWLEDGED_KEPT,
                       "%s acknowledged entries up to %" G_GINT64_FORMAT
                       " in term %" G_GINT64_FORMAT " and has them up to %"
                       G_GINT64_FORMAT,
                       quo_cluster_label (cluster, self->index), seen->acked_index,
                       seen->acked_term, self->log.length);
  /* Once is enough. */
  seen->acked_index = self->log.length;
}

/* Within a life the term never goes back; over a crash it may lose what was promised
 * to nobody, but never the term of a vote that was told. */
static void
check_term (QuoCluster        *cluster,
            const QuoRaft     *self,
            const QuoRaftSeen *seen)
{
  gint64 least = self->is_new ? seen->vote_term : seen->term;

  if (self->term < least)
    quo_cluster_violate (cluster, INVARIANT_TERM_FORWARD,
                         "%s's term went from %" G_GINT64_FORMAT
                         " back to %" G_GINT64_FORMAT,
                         quo_cluster_label (cluster, self->index), least,
                         self->term);
}

static void
remember (const QuoRaft *self,
          QuoRaftSeen   *seen)
{
  seen->term = self->term;
  seen->commit = self->commit;
  seen->applied = self->applied;
  seen->length = self->log.length;
  seen->hash = quo_raft_log_hash (&self->log, self->log.length);
  seen->role = self->role;
  seen->n_elections = self->n_elections;
  seen->n_rejections = self->n_rejections;
  seen->n_replaced = self->n_replaced;
  seen->n_configurations = self->n_configurations;
  seen->n_snapshots = self->n_snapshots;
  seen->n_installed = self->n_installed;
}

/* What a server loses with its life. */
static void
forget (QuoRaftSeen *seen)
{
  seen->commit = 0;
  seen->applied = 0;
  seen->role = QUO_RAFT_FOLLOWER;
  seen->n_elections = 0;
  seen->n_rejections = 0;
  seen->n_replaced = 0;
  seen->n_configurations = 0;
  seen->n_snapshots = 0;
  seen->n_installed = 0;
}

/**
 * quo_raft_check:
 * @cluster: after a step
 * @ghost: a QuoRaftGhost; zeroed before the first step
 * @node: who made it
 */
void
quo_raft_check (QuoCluster *cluster,
                gpointer    ghost,
                guint       node)
{
  QuoRaftGhost *self = ghost;

  if (self->nodes == NULL)
    init_ghost (cluster, self);

  QuoRaftSeen *seen = &self->nodes[node];

  if (!quo_cluster_is_up (cluster, node))
    {
      quo_raft_measure_step (cluster, self, NULL, seen);
      forget (seen);
      return;
    }

  const QuoRaft *server = quo_cluster_state (cluster, node);

  if (server->is_new)
    forget (seen);

  check_term (cluster, server, seen);
  check_vote (cluster, server, seen);
  check_acknowledged (cluster, server, seen);
  check_log (cluster, self, server, seen);
  check_new_leader (cluster, self, server, seen);
  check_reads (cluster, self, server);
  check_commit (cluster, self, server, seen);
  check_state (cluster, self, server, seen);
  quo_raft_measure_step (cluster, self, server, seen);
  remember (server, seen);
}
