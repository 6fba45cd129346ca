/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Paxos promises for each instance, beside what the transaction does. */

#include "protocol/paxos-commit/paxos-private.h"

/* Who has accepted a value in a ballot. */
typedef struct
{
  gint64  ballot;
  gint64  value;
  guint64 acceptors; /* a bit each, by their order: there are at most 21 */
} Round;

typedef struct
{
  GArray *rounds;
  gint64  chosen; /* -1: nothing yet */
} Instance;

static gboolean
is_voter (QuoCluster *cluster,
          guint       node)
{
  QuoPaxosLayout layout = quo_paxos_layout (quo_cluster_options (cluster),
                                            quo_cluster_n_nodes (cluster));

  return quo_paxos_is_manager (&layout, node);
}

static const QuoCommitWatcher watcher = { is_voter, NULL };

static void
instance_free (gpointer data)
{
  Instance *self = data;

  g_array_unref (self->rounds);
  g_free (self);
}

static Instance *
instance (QuoPaxosGhost            *ghost,
          const QuoPaxosAcceptance *acceptance)
{
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT "/%"
                                          G_GINT64_FORMAT,
                                          acceptance->transaction,
                                          acceptance->manager);
  Instance *self;

  if (ghost->instances == NULL)
    ghost->instances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                              instance_free);
  self = g_hash_table_lookup (ghost->instances, key);
  if (self != NULL)
    return self;

  self = g_new0 (Instance, 1);
  self->rounds = g_array_new (FALSE, FALSE, sizeof (Round));
  self->chosen = -1;
  g_hash_table_insert (ghost->instances, g_steal_pointer (&key), self);

  return self;
}

static Round *
round_of (Instance                 *self,
          const QuoPaxosAcceptance *acceptance)
{
  Round added = { acceptance->ballot, acceptance->value, 0 };

  for (guint i = 0; i < self->rounds->len; i++)
    {
      Round *found = &g_array_index (self->rounds, Round, i);

      if (found->ballot == added.ballot && found->value == added.value)
        return found;
    }

  g_array_append_val (self->rounds, added);

  return &g_array_index (self->rounds, Round, self->rounds->len - 1);
}

static void
follow (QuoCluster               *cluster,
        QuoPaxosGhost            *ghost,
        const QuoPaxosAcceptance *acceptance,
        guint                     node)
{
  QuoPaxosLayout layout = quo_paxos_layout (quo_cluster_options (cluster),
                                            quo_cluster_n_nodes (cluster));
  Instance *self = instance (ghost, acceptance);
  Round *found = round_of (self, acceptance);
  guint n = 0;

  for (guint i = 0; i <= 2 * layout.n_faults; i++)
    if (quo_paxos_nth_acceptor (&layout, i) == node)
      found->acceptors |= G_GUINT64_CONSTANT (1) << i;
  for (guint64 rest = found->acceptors; rest != 0; rest &= rest - 1)
    n++;
  if (n <= layout.n_faults || self->chosen == found->value)
    return;

  if (self->chosen >= 0)
    {
      g_autofree char *manager
        = g_strdup (quo_cluster_label (cluster, (guint) acceptance->manager));

      quo_cluster_violate (cluster, QUO_PAXOS_INVARIANT_CONSISTENCY,
                           "both values are chosen for %s in transaction %"
                           G_GINT64_FORMAT ", the second in ballot %"
                           G_GINT64_FORMAT,
                           manager, acceptance->transaction,
                           acceptance->ballot);
    }
  self->chosen = found->value;
}

/**
 * quo_paxos_monitor_check:
 * @cluster: the whole cluster
 * @ghost: a #QuoPaxosGhost
 * @node: who has just made a step
 *
 * Checks the invariants with what the step was about.
 */
void
quo_paxos_monitor_check (QuoCluster *cluster,
                         gpointer    ghost,
                         guint       node)
{
  const QuoPaxosState *state = quo_cluster_state (cluster, node);
  QuoPaxosGhost *self = ghost;

  if (state == NULL)
    return;

  for (guint i = 0; state->acceptances != NULL && i < state->acceptances->len; i++)
    follow (cluster, self,
            &g_array_index (state->acceptances, QuoPaxosAcceptance, i), node);
  quo_commit_watch_check (cluster, &self->commit, &watcher, state->facts, node);
}

/**
 * quo_paxos_monitor_finish:
 * @cluster: the whole cluster, at the end of the run
 * @ghost: a #QuoPaxosGhost
 *
 * Takes the figures that are counted over the whole run.
 */
void
quo_paxos_monitor_finish (QuoCluster *cluster,
                          gpointer    ghost)
{
  static const guint forced[] = {
    QUO_PAXOS_WRITE_PREPARED, QUO_PAXOS_WRITE_REFUSED,
    QUO_PAXOS_WRITE_ACCEPTED, QUO_PAXOS_WRITE_PROMISED,
  };
  QuoPaxosGhost *self = ghost;

  quo_commit_watch_finish (cluster, &self->commit, QUO_PAXOS_N_MESSAGES, forced,
                           G_N_ELEMENTS (forced));
}

/**
 * quo_paxos_monitor_clear:
 * @ghost: a #QuoPaxosGhost
 *
 * Frees what the monitor remembers.
 */
void
quo_paxos_monitor_clear (gpointer ghost)
{
  QuoPaxosGhost *self = ghost;

  g_clear_pointer (&self->instances, g_hash_table_unref);
  quo_commit_watch_clear (&self->commit);
}
