/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What only two-phase commit promises: locks while in doubt. */

#include "protocol/two-phase-commit/commit-private.h"

static gboolean
is_voter (QuoCluster *cluster,
          guint       node)
{
  const QuoCommitOptions *options = quo_cluster_options (cluster);
  int coordinator = options->coordinator;

  if (coordinator < 0 || (guint) coordinator >= quo_cluster_n_nodes (cluster))
    coordinator = 0;

  return node != (guint) coordinator;
}

static void
follow (QuoCluster           *cluster,
        const QuoCommitWatch *watch,
        const QuoCommitFact  *fact,
        guint                 node)
{
  QuoCommitState *state = (QuoCommitState *) quo_cluster_state (cluster, node);
  QuoCommitTransaction *transaction;

  if (state == NULL || state->transactions == NULL
      || (fact->kind != QUO_COMMIT_FACT_VOTED_YES
          && fact->kind != QUO_COMMIT_FACT_IN_DOUBT))
    return;

  transaction = quo_commit_find (state, watch->id);
  if (transaction == NULL || transaction->key == 0
      || quo_guard_holder (&state->guard, transaction->key) == watch->id)
    return;

  quo_cluster_violate (cluster, QUO_COMMIT_INVARIANT_LOCKS,
                       "%s is in doubt about transaction %" G_GINT64_FORMAT
                       ", whose key %s is not locked for it",
                       quo_cluster_label (cluster, node), watch->id,
                       quo_cluster_text (cluster, transaction->key));
}

static const QuoCommitWatcher watcher = { is_voter, follow };

/**
 * quo_commit_monitor_check:
 * @cluster: the whole cluster
 * @ghost: a #QuoCommitGhost
 * @node: who has just made a step
 *
 * Checks the invariants with what the step was about.
 */
void
quo_commit_monitor_check (QuoCluster *cluster,
                          gpointer    ghost,
                          guint       node)
{
  const QuoCommitState *state = quo_cluster_state (cluster, node);

  if (state != NULL)
    quo_commit_watch_check (cluster, ghost, &watcher, state->facts, node);
}

/**
 * quo_commit_monitor_finish:
 * @cluster: the whole cluster, at the end of the run
 * @ghost: a #QuoCommitGhost
 *
 * Takes the figures that are counted over the whole run.
 */
void
quo_commit_monitor_finish (QuoCluster *cluster,
                           gpointer    ghost)
{
  static const guint forced[] = {
    QUO_COMMIT_WRITE_COLLECTING, QUO_COMMIT_WRITE_PREPARED,
    QUO_COMMIT_WRITE_COMMIT, QUO_COMMIT_WRITE_ABORT,
  };

  quo_commit_watch_finish (cluster, ghost, QUO_COMMIT_N_MESSAGES, forced,
                           G_N_ELEMENTS (forced));
}
