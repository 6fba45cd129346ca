/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must never happen, and the figures of a run. */

#include "protocol/chain-replication/chain-private.h"

static void
ghost_init (QuoCluster    *cluster,
            QuoChainGhost *self)
{
  self->committed = g_array_new (FALSE, TRUE, sizeof (guint64));
  self->appended_at = g_array_new (FALSE, TRUE, sizeof (QuoTime));
  self->latest = g_hash_table_new (NULL, NULL);
  self->begun = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->is_member = g_new0 (gboolean, quo_cluster_n_nodes (cluster));
  self->crashed_at = QUO_TIME_NEVER;
}

static gint64
read_key (const QuoChainFact *fact)
{
  return fact->client << 40 | fact->serial;
}

static void
acknowledged (QuoCluster     *cluster,
              QuoChainGhost  *ghost,
              const QuoChain *self,
              gint64          index)
{
  const QuoChainUpdate *update = quo_chain_update (self, index);
  guint64 *known;

  if (index > (gint64) ghost->committed->len)
    g_array_set_size (ghost->committed, (guint) index);
  known = &g_array_index (ghost->committed, guint64, index - 1);
  if (*known == 0)
    {
      *known = update->hash;
      quo_chain_put (ghost->latest, update->key, index);
      if (index <= (gint64) ghost->appended_at->len)
        quo_cluster_sample (cluster, MEASURE_COMMIT_LATENCY,
                            (double) (quo_cluster_now (cluster)
                                      - g_array_index (ghost->appended_at, QuoTime,
                                                       index - 1)));
    }
  else if (*known != update->hash)
    quo_cluster_violate (cluster, INVARIANT_ACKNOWLEDGED_KEPT,
                         "two different updates %" G_GINT64_FORMAT
                         " were acknowledged", index);
}

static void
appended (QuoCluster    *cluster,
          QuoChainGhost *ghost,
          gint64         index)
{
  if (index > (gint64) ghost->appended_at->len)
    g_array_set_size (ghost->appended_at, (guint) index);
  g_array_index (ghost->appended_at, QuoTime, index - 1)
    = quo_cluster_now (cluster);
}

/* Whoever is in the chain has every update that was acknowledged. */
static void
check_kept (QuoCluster     *cluster,
            QuoChainGhost  *ghost,
            const QuoChain *self)
{
  gint64 n = ghost->committed->len;
  gint64 common = MIN (n, quo_chain_length (self));

  /* Who hears late of a chain that is no more has nothing to serve in it. */
  if (self->role == ROLE_SPARE || n == 0 || self->epoch < ghost->top_epoch)
    return;

  if (n > quo_chain_length (self)
      || g_array_index (ghost->committed, guint64, common - 1)
         != quo_chain_update (self, common)->hash)
    quo_cluster_violate (cluster, INVARIANT_ACKNOWLEDGED_KEPT,
                         "update %" G_GINT64_FORMAT " was acknowledged and %s, in the "
                         "chain of epoch %" G_GINT64_FORMAT ", does not have it",
                         n, quo_cluster_label (cluster, self->index), self->epoch);
}

static void
follow_reconfiguration (QuoCluster     *cluster,
                        QuoChainGhost  *ghost,
                        const QuoChain *self)
{
  ghost->top_epoch = MAX (ghost->top_epoch, self->epoch);
  if (ghost->crashed_at == QUO_TIME_NEVER || ghost->top_epoch <= ghost->crash_epoch)
    return;

  for (guint i = 0; i < quo_cluster_n_nodes (cluster); i++)
    {
      const QuoChain *other = quo_cluster_state (cluster, i);

      if (other != NULL && quo_cluster_is_up (cluster, i)
          && other->role != ROLE_MASTER && other->epoch != ghost->top_epoch)
        return;
    }
  quo_cluster_sample (cluster, MEASURE_RECONFIGURATION_TIME,
                      (double) (quo_cluster_now (cluster) - ghost->crashed_at));
  ghost->crashed_at = QUO_TIME_NEVER;
}

/* The update propagation invariant, section 3 of the paper. */
static void
check_propagation (QuoCluster     *cluster,
                   const QuoChain *upper,
                   const QuoChain *lower)
{
  gint64 length;
  g_autofree char *name = NULL;

  if (upper == NULL || lower == NULL || upper->epoch != lower->epoch
      || upper->successor != (int) lower->index
      || lower->predecessor != (int) upper->index)
    return;

  length = quo_chain_length (lower);
  if (length == 0
      || (length <= quo_chain_length (upper)
          && quo_chain_update (upper, length)->hash
             == quo_chain_update (lower, length)->hash))
    return;

  name = g_strdup (quo_cluster_label (cluster, lower->index));
  quo_cluster_violate (cluster, INVARIANT_PROPAGATION,
                       "the history of %s is not the beginning of that of its "
                       "predecessor %s", name,
                       quo_cluster_label (cluster, upper->index));
}

static void
read_began (QuoChainGhost      *ghost,
            const QuoChainFact *fact)
{
  gint64 key = read_key (fact);

  if (!g_hash_table_contains (ghost->begun, &key))
    g_hash_table_insert (ghost->begun, g_memdup2 (&key, sizeof key),
                         GSIZE_TO_POINTER ((gsize) quo_chain_look_up (
                           ghost->latest, fact->key)));
}

static void
read_ended (QuoCluster         *cluster,
            QuoChainGhost      *ghost,
            const QuoChainFact *fact,
            guint               node)
{
  gint64 key = read_key (fact);
  gint64 least = (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (ghost->begun,
                                                                 &key));

  if (fact->index > (gint64) ghost->committed->len
      || (fact->index > 0
          && g_array_index (ghost->committed, guint64, fact->index - 1) == 0))
    quo_cluster_violate (cluster, INVARIANT_READ_COMMITTED,
                         "%s answers a read of %s with update %" G_GINT64_FORMAT
                         ", which is not committed",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, fact->key), fact->index);
  if (fact->index < least)
    quo_cluster_violate (cluster, INVARIANT_READ_LATEST,
                         "%s answers a read of %s with update %" G_GINT64_FORMAT
                         "; %" G_GINT64_FORMAT " was committed when it began",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, fact->key), fact->index, least);
}

static void
follow (QuoCluster     *cluster,
        QuoChainGhost  *ghost,
        const QuoChain *self)
{
  gboolean has_begun = FALSE;

  for (guint i = 0; i < self->facts->len; i++)
    {
      QuoChainFact fact = g_array_index (self->facts, QuoChainFact, i);

      switch (fact.kind)
        {
        case FACT_ACKNOWLEDGED:
          acknowledged (cluster, ghost, self, fact.index);
          break;
        case FACT_CONFIGURED:
          check_kept (cluster, ghost, self);
          break;
        case FACT_APPENDED:
          appended (cluster, ghost, fact.index);
          break;
        case FACT_READ_BEGAN:
          has_begun = TRUE;
          read_began (ghost, &fact);
          break;
        case FACT_READ_ENDED:
          if (has_begun && self->tail != (int) self->index)
            ghost->n_local_reads++;
          read_ended (cluster, ghost, &fact, self->index);
          break;
        default:
          break;
        }
    }
}

/**
 * quo_chain_check:
 * @cluster: after a step
 * @ghost: a #QuoChainGhost
 * @node: who made it
 */
void
quo_chain_check (QuoCluster *cluster,
                 gpointer    ghost,
                 guint       node)
{
  QuoChainGhost *self = ghost;
  const QuoChain *state = quo_cluster_state (cluster, node);

  if (self->committed == NULL)
    ghost_init (cluster, self);
  if (state == NULL || state->history == NULL)
    {
      if (self->is_member[node] && self->crashed_at == QUO_TIME_NEVER)
        {
          self->crashed_at = quo_cluster_now (cluster);
          self->crash_epoch = self->top_epoch;
        }
      self->is_member[node] = FALSE;
      return;
    }
  if (state->role == ROLE_MASTER)
    return;

  self->is_member[node] = state->role != ROLE_SPARE;
  follow (cluster, self, state);
  follow_reconfiguration (cluster, self, state);
  if (state->predecessor != QUO_NO_NODE)
    check_propagation (cluster,
                       quo_cluster_state (cluster, (guint) state->predecessor),
                       state);
  if (state->successor != QUO_NO_NODE)
    check_propagation (cluster, state,
                       quo_cluster_state (cluster, (guint) state->successor));
}

/**
 * quo_chain_finish:
 * @cluster: at the end of a run
 * @ghost: a #QuoChainGhost
 */
void
quo_chain_finish (QuoCluster *cluster,
                  gpointer    ghost)
{
  QuoChainGhost *self = ghost;
  double n_messages = (double) quo_cluster_n_sent (cluster, MESSAGE_UPDATE)
                      + (double) quo_cluster_n_sent (cluster, MESSAGE_ACK);
  guint n_committed = self->committed != NULL ? self->committed->len : 0;

  quo_cluster_sample (cluster, MEASURE_VERSION_QUERIES,
                      (double) quo_cluster_n_sent (cluster,
                                                   MESSAGE_VERSION_QUERY));
  quo_cluster_sample (cluster, MEASURE_LOCAL_READS, self->n_local_reads);
  quo_cluster_sample (cluster, MEASURE_COMMITTED, n_committed);
  if (n_committed > 0)
    quo_cluster_sample (cluster, MEASURE_MESSAGES_PER_WRITE,
                        n_messages / n_committed);
}

/**
 * quo_chain_clear_ghost:
 * @ghost: a #QuoChainGhost
 */
void
quo_chain_clear_ghost (gpointer ghost)
{
  QuoChainGhost *self = ghost;

  g_clear_pointer (&self->committed, g_array_unref);
  g_clear_pointer (&self->appended_at, g_array_unref);
  g_clear_pointer (&self->latest, g_hash_table_unref);
  g_clear_pointer (&self->begun, g_hash_table_unref);
  g_clear_pointer (&self->is_member, g_free);
}
