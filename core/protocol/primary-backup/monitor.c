/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must never happen, and the figures of a run. */

#include "protocol/primary-backup/backup-private.h"

static void
ghost_init (QuoCluster     *cluster,
            QuoBackupGhost *self)
{
  self->first = g_array_new (FALSE, TRUE, sizeof (QuoBackupMark));
  self->others = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                        g_free);
  self->leaders = g_hash_table_new (NULL, NULL);
  self->acknowledged = g_array_new (FALSE, FALSE, sizeof (QuoBackupAcknowledged));
  self->epochs = g_new0 (gint64, quo_cluster_n_nodes (cluster));
  self->top = QUO_NO_NODE;
  self->down_since = QUO_TIME_NEVER;
}

static gboolean
has_entry (const QuoBackup             *self,
           const QuoBackupAcknowledged *entry)
{
  return entry->index <= quo_backup_length (self)
         && quo_backup_entry (self, entry->index)->hash == entry->hash;
}

/* Whether the scenario's options promise that nothing acknowledged is ever lost. */
static gboolean
is_promised (QuoCluster *cluster)
{
  const QuoBackupOptions *options = quo_cluster_options (cluster);

  return options->replication == REPLICATION_SYNCHRONOUS
         || options->loss == LOSS_NEVER;
}

static void
count_lost (QuoCluster                  *cluster,
            QuoBackupGhost              *ghost,
            const QuoBackupAcknowledged *entry)
{
  ghost->n_lost++;
  if (is_promised (cluster))
    quo_cluster_violate (cluster, INVARIANT_ACKNOWLEDGED_KEPT,
                         "entry %" G_GINT64_FORMAT " of epoch %" G_GINT64_FORMAT
                         " was acknowledged and %s, the primary of epoch %"
                         G_GINT64_FORMAT ", does not have it",
                         entry->index, entry->epoch,
                         quo_cluster_label (cluster, (guint) ghost->top),
                         ghost->top_epoch);
}

/* A primary of an earlier epoch may go on acknowledging to those it still reaches:
 * what it says is lost at once when a later one does not have it. */
static void
acknowledged (QuoCluster      *cluster,
              QuoBackupGhost  *ghost,
              const QuoBackup *self,
              gint64           index)
{
  const QuoBackupEntry *entry = quo_backup_entry (self, index);
  QuoBackupAcknowledged fact = { index, self->epoch, entry->hash };
  const QuoBackup *top = ghost->top == QUO_NO_NODE
                         ? NULL : quo_cluster_state (cluster, (guint) ghost->top);

  if (top != NULL && top->epoch == ghost->top_epoch && self->epoch < top->epoch
      && !has_entry (top, &fact))
    count_lost (cluster, ghost, &fact);
  else
    g_array_append_val (ghost->acknowledged, fact);
}

static void
check_kept (QuoCluster      *cluster,
            QuoBackupGhost  *ghost,
            const QuoBackup *self)
{
  for (guint i = ghost->acknowledged->len; i > 0; i--)
    {
      QuoBackupAcknowledged fact
        = g_array_index (ghost->acknowledged, QuoBackupAcknowledged, i - 1);

      if (has_entry (self, &fact))
        continue;
      g_array_remove_index (ghost->acknowledged, i - 1);
      count_lost (cluster, ghost, &fact);
    }
}

static void
leads (QuoCluster      *cluster,
       QuoBackupGhost  *ghost,
       const QuoBackup *self)
{
  QuoTime now = quo_cluster_now (cluster);
  gpointer key = GSIZE_TO_POINTER ((gsize) self->epoch);
  guint other = GPOINTER_TO_UINT (g_hash_table_lookup (ghost->leaders, key));

  if (other != 0 && other != self->index + 1)
    {
      g_autofree char *name = g_strdup (quo_cluster_label (cluster, other - 1));

      quo_cluster_violate (cluster, INVARIANT_ONE_PRIMARY,
                           "%s and %s both lead epoch %" G_GINT64_FORMAT, name,
                           quo_cluster_label (cluster, self->index), self->epoch);
    }
  g_hash_table_insert (ghost->leaders, key, GUINT_TO_POINTER (self->index + 1));

  if (ghost->n_primaries++ > 0)
    quo_cluster_sample (cluster, MEASURE_FAIL_OVER_TIME,
                        (double) (now - (ghost->down_since != QUO_TIME_NEVER
                                         ? ghost->down_since
                                         : MIN (now, self->heard_at))));
  if (self->epoch < ghost->top_epoch)
    return;
  ghost->top_epoch = self->epoch;
  ghost->top = (int) self->index;
  ghost->down_since = QUO_TIME_NEVER;
  check_kept (cluster, ghost, self);
}

/* True figures, from the latest primary's own log. */
static void
sample_lag (QuoCluster      *cluster,
            QuoBackupGhost  *ghost,
            const QuoBackup *self)
{
  QuoTime now = quo_cluster_now (cluster);
  const QuoBackup *top = ghost->top == QUO_NO_NODE
                         ? NULL : quo_cluster_state (cluster, (guint) ghost->top);
  gint64 lag;

  if (top == NULL || top == self || top->role != ROLE_PRIMARY)
    return;

  lag = MAX (0, top->commit - self->executed);
  quo_cluster_sample (cluster, MEASURE_LAG_ENTRIES, (double) lag);
  quo_cluster_sample (cluster, MEASURE_LAG_TIME,
                      lag == 0 ? 0.0
                      : (double) MAX (0, now - quo_backup_entry (
                                             top, self->executed + 1)->at));
  quo_cluster_sample (cluster, MEASURE_REPORTED_LAG,
                      (double) quo_backup_lag_time (self, now));
  quo_cluster_sample (cluster, MEASURE_AGE,
                      (double) MAX (0, now - self->complete_at));
}

/* Whether nobody has another log up to an entry of this index and epoch. */
static gboolean
is_same_prefix (QuoBackupGhost       *ghost,
                gint64                index,
                const QuoBackupEntry *entry)
{
  gint64 key = entry->epoch << 32 | index;
  QuoBackupMark *first;
  const guint64 *known;

  if (ghost->first->len < index)
    g_array_set_size (ghost->first, (guint) index);
  first = &g_array_index (ghost->first, QuoBackupMark, index - 1);
  if (first->hash == 0)
    *first = (QuoBackupMark) { entry->epoch, entry->hash };
  if (first->epoch == entry->epoch)
    return first->hash == entry->hash;

  known = g_hash_table_lookup (ghost->others, &key);
  if (known != NULL)
    return *known == entry->hash;
  g_hash_table_insert (ghost->others, g_memdup2 (&key, sizeof key),
                       g_memdup2 (&entry->hash, sizeof entry->hash));

  return TRUE;
}

static void
check_order (QuoCluster      *cluster,
             QuoBackupGhost  *ghost,
             const QuoBackup *self)
{
  guint64 expected = self->executed == 0
                     ? 0 : quo_backup_entry (self, self->executed)->hash;

  for (gint64 i = MAX (1, self->dirty_from);
       self->dirty_from > 0 && i <= quo_backup_length (self); i++)
    {
      const QuoBackupEntry *entry = quo_backup_entry (self, i);

      if (!is_same_prefix (ghost, i, entry))
        {
          quo_cluster_violate (cluster, INVARIANT_PREFIX_ORDER,
                               "%s has another log up to entry %" G_GINT64_FORMAT
                               " of epoch %" G_GINT64_FORMAT " than the others",
                               quo_cluster_label (cluster, self->index), i,
                               entry->epoch);
          return;
        }
    }

  if (self->executed_hash != expected)
    quo_cluster_violate (cluster, INVARIANT_PREFIX_ORDER,
                         "%s has not executed its log in its order",
                         quo_cluster_label (cluster, self->index));
}

static void
check_epoch (QuoCluster      *cluster,
             QuoBackupGhost  *ghost,
             const QuoBackup *self)
{
  gint64 *seen = &ghost->epochs[self->index];
  gboolean is_back = FALSE;

  for (guint i = 0; i < self->facts->len; i++)
    if (g_array_index (self->facts, QuoBackupFact, i).kind == FACT_RESTARTED)
      is_back = TRUE;

  /* What was promised to nobody may be forgotten in a crash. */
  if (self->epoch < *seen && !is_back)
    quo_cluster_violate (cluster, INVARIANT_EPOCH_FORWARD,
                         "%s went from epoch %" G_GINT64_FORMAT " back to %"
                         G_GINT64_FORMAT,
                         quo_cluster_label (cluster, self->index), *seen,
                         self->epoch);
  *seen = self->epoch;
}

/**
 * quo_backup_check:
 * @cluster: after a step
 * @ghost: a #QuoBackupGhost
 * @node: who made it
 */
void
quo_backup_check (QuoCluster *cluster,
                  gpointer    ghost,
                  guint       node)
{
  QuoBackupGhost *self = ghost;
  const QuoBackup *state = quo_cluster_state (cluster, node);

  if (self->first == NULL)
    ghost_init (cluster, self);
  if (state == NULL || state->log == NULL)
    {
      if ((int) node == self->top && self->down_since == QUO_TIME_NEVER)
        self->down_since = quo_cluster_now (cluster);
      return;
    }

  check_epoch (cluster, self, state);
  check_order (cluster, self, state);
  for (guint i = 0; i < state->facts->len; i++)
    {
      QuoBackupFact fact = g_array_index (state->facts, QuoBackupFact, i);

      switch (fact.kind)
        {
        case FACT_ACKNOWLEDGED:
          acknowledged (cluster, self, state, fact.index);
          break;
        case FACT_LEADS:
          leads (cluster, self, state);
          break;
        case FACT_STATUS:
          sample_lag (cluster, self, state);
          break;
        case FACT_RESTARTED:
        default:
          break;
        }
    }
}

/**
 * quo_backup_finish:
 * @cluster: at the end of a run
 * @ghost: a #QuoBackupGhost
 */
void
quo_backup_finish (QuoCluster *cluster,
                   gpointer    ghost)
{
  QuoBackupGhost *self = ghost;

  quo_cluster_sample (cluster, MEASURE_LOST_WRITES, self->n_lost);
  quo_cluster_sample (cluster, MEASURE_PRIMARIES, self->n_primaries);
}

/**
 * quo_backup_clear_ghost:
 * @ghost: a #QuoBackupGhost
 */
void
quo_backup_clear_ghost (gpointer ghost)
{
  QuoBackupGhost *self = ghost;

  g_clear_pointer (&self->first, g_array_unref);
  g_clear_pointer (&self->others, g_hash_table_unref);
  g_clear_pointer (&self->leaders, g_hash_table_unref);
  g_clear_pointer (&self->acknowledged, g_array_unref);
  g_clear_pointer (&self->epochs, g_free);
}
