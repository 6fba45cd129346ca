/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What three-phase commit promises beyond atomicity: that nobody has to wait. */

#include "protocol/three-phase-commit/three-private.h"

static gboolean
is_voter (QuoCluster *cluster,
          guint       node)
{
  const QuoThreeOptions *options = quo_cluster_options (cluster);
  int coordinator = options->coordinator;

  if (coordinator < 0 || (guint) coordinator >= quo_cluster_n_nodes (cluster))
    coordinator = 0;

  return node != (guint) coordinator;
}

/* The theorem: no site may commit while another that is operational is in a state
 * from which it could not infer that all voted YES. */
static void
follow (QuoCluster           *cluster,
        const QuoCommitWatch *watch,
        const QuoCommitFact  *fact,
        guint                 node)
{
  guint n_nodes = quo_cluster_n_nodes (cluster);

  if (fact->kind != QUO_COMMIT_FACT_COMMITTED)
    return;

  for (guint i = 0; i < n_nodes; i++)
    {
      const QuoCommitMark *mark = &watch->marks[i];

      if (mark->vote != QUO_COMMIT_VOTE_YES || mark->is_precommitted
          || mark->was_away || mark->decision != QUO_COMMIT_DECISION_NONE
          || !quo_cluster_is_up (cluster, i))
        continue;

      g_autofree char *name = g_strdup (quo_cluster_label (cluster, node));

      quo_cluster_violate (cluster, QUO_THREE_INVARIANT_NONBLOCKING,
                           "%s committed transaction %" G_GINT64_FORMAT
                           ", for which %s is still waiting",
                           name, watch->id, quo_cluster_label (cluster, i));
      return;
    }
}

static const QuoCommitWatcher watcher = { is_voter, follow };

/**
 * quo_three_monitor_check:
 * @cluster: the whole cluster
 * @ghost: a #QuoCommitGhost
 * @node: who has just made a step
 *
 * Checks the invariants with what the step was about.
 */
void
quo_three_monitor_check (QuoCluster *cluster,
                         gpointer    ghost,
                         guint       node)
{
  const QuoThreeState *state = quo_cluster_state (cluster, node);

  if (state != NULL)
    quo_commit_watch_check (cluster, ghost, &watcher, state->facts, node);
}

/**
 * quo_three_monitor_finish:
 * @cluster: the whole cluster, at the end of the run
 * @ghost: a #QuoCommitGhost
 *
 * Takes the figures that are counted over the whole run.
 */
void
quo_three_monitor_finish (QuoCluster *cluster,
                          gpointer    ghost)
{
  static const guint forced[] = {
    QUO_THREE_WRITE_PREPARED, QUO_THREE_WRITE_PRECOMMIT,
    QUO_THREE_WRITE_COMMIT, QUO_THREE_WRITE_ABORT,
  };

  quo_commit_watch_finish (cluster, ghost, QUO_THREE_N_MESSAGES, forced,
                           G_N_ELEMENTS (forced));
}
