/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A backup: it takes the primary's entries in their order and executes them. */

#include "protocol/primary-backup/backup-private.h"

/* Of a REPLICATE. */
#define N_FIELDS 11

/* Entries that came too early; more are sent again later. */
#define EARLY_MAX 256

/* The primary is alive: what every message of its kind does first. */
static gboolean
follow (QuoNode          *node,
        QuoBackup        *self,
        const QuoMessage *message)
{
  if (quo_backup_refuses (node, self, message))
    return FALSE;
  /* Only without epochs: two of them lead. */
  if (self->role == ROLE_PRIMARY)
    return FALSE;

  quo_backup_set_role (node, self, ROLE_BACKUP);
  self->primary = (int) message->from;
  quo_node_set (node, FIELD_PRIMARY, self->primary);
  self->heard_at = quo_node_now (node);
  quo_backup_wait (node, self);

  return TRUE;
}

/**
 * quo_backup_confirm:
 * @node: a backup
 * @self: its memory
 * @to: its primary
 * @status: how the logs compare
 * @index: up to where it has the primary's log on disk; behind which there is a gap
 */
void
quo_backup_confirm (QuoNode   *node,
                    QuoBackup *self,
                    guint      to,
                    int        status,
                    gint64     index)
{
  const gint64 fields[] = { self->epoch, status, index };

  quo_node_send (node, to, MESSAGE_ACK, fields);
}

/* Whether the log has the primary's entry @index and therefore all before it. */
static gboolean
matches (QuoNode          *node,
         QuoBackup        *self,
         const QuoMessage *message,
         gint64            index,
         gint64            epoch)
{
  gint64 length = quo_backup_length (self);

  if (index <= length && quo_backup_epoch_at (self, index) == epoch)
    return TRUE;

  quo_backup_confirm (node, self, message->from, ACK_GAP,
                      index > length ? length : index - 1);

  return FALSE;
}

/* The log is the primary's up to @index. From the length on that it took over with
 * it ranks as one of its epoch; what is behind belongs to an earlier one. */
static gboolean
take_log_epoch (QuoNode   *node,
                QuoBackup *self,
                gint64     index,
                gint64     start)
{
  if (self->log_epoch >= self->epoch || index < start)
    return FALSE;

  quo_backup_cut (node, self, index);
  self->log_epoch = self->epoch;
  quo_node_set (node, FIELD_LOG_EPOCH, self->log_epoch);

  return TRUE;
}

static void
answer_pending (QuoNode   *node,
                QuoBackup *self)
{
  for (guint i = 0; i < self->pending->len;)
    {
      QuoBackupPending pending
        = g_array_index (self->pending, QuoBackupPending, i);
      const gint64 fields[] = {
        pending.client, pending.serial, QUO_STATUS_OK, pending.index
      };

      if (pending.index > self->executed)
        {
          i++;
          continue;
        }
      g_array_remove_index (self->pending, i);
      if (self->role == ROLE_PRIMARY)
        quo_backup_add_fact (self, FACT_ACKNOWLEDGED, pending.index);
      if (pending.via == QUO_NO_NODE)
        quo_node_reply (node, (guint) pending.client, pending.serial,
                        QUO_STATUS_OK, 0);
      else
        quo_node_send (node, (guint) pending.via, MESSAGE_DONE, fields);
    }
}

/**
 * quo_backup_go_on:
 * @node: a node
 * @self: its memory
 * @is_due: the entry that it was working on is done
 *
 * Executes what is committed: the primary at once, a backup in its own time.
 */
void
quo_backup_go_on (QuoNode   *node,
                  QuoBackup *self,
                  gboolean   is_due)
{
  QuoTime time = quo_backup_options (node)->execution_time;

  if (self->role == ROLE_PRIMARY || time == 0)
    {
      while (quo_backup_execute (node, self))
        ;
    }
  else
    {
      if (is_due)
        quo_backup_execute (node, self);
      if (self->executed < MIN (self->commit, quo_backup_length (self))
          && quo_node_timer_left (node, TIMER_EXECUTE) == QUO_TIME_NEVER)
        quo_node_set_timer (node, TIMER_EXECUTE, time);
    }
  answer_pending (node, self);
}

static void
commit_up_to (QuoNode   *node,
              QuoBackup *self,
              gint64     index)
{
  if (index <= self->commit)
    return;

  self->commit = index;
  quo_node_set (node, FIELD_COMMIT, index);
  quo_backup_go_on (node, self, FALSE);
}

/* An entry that overtook the one before it waits for that. */
static void
keep_early (QuoBackup    *self,
            const gint64 *fields)
{
  if (g_hash_table_size (self->early) < EARLY_MAX)
    g_hash_table_insert (self->early, GSIZE_TO_POINTER ((gsize) fields[1]),
                         g_memdup2 (fields, N_FIELDS * sizeof (gint64)));
}

/* What comes before is there. Returns whether the log has changed. */
static gboolean
put_entry (QuoNode      *node,
           QuoBackup    *self,
           const gint64 *fields,
           gint64        index)
{
  QuoBackupEntry entry = {
    fields[3], fields[4], fields[5], fields[6], fields[7], fields[8], 0
  };
  gboolean is_new = FALSE;

  if (index <= quo_backup_length (self)
      && quo_backup_epoch_at (self, index) != entry.epoch)
    quo_backup_cut (node, self, index - 1);
  if (index > quo_backup_length (self))
    {
      quo_backup_append (node, self, &entry);
      is_new = TRUE;
    }
  self->matched = MAX (self->matched, index);
  is_new |= take_log_epoch (node, self, index, fields[9]);
  commit_up_to (node, self, MIN (fields[10], index));

  return is_new;
}

/* Entries that waited for the last one. */
static void
put_early (QuoNode   *node,
           QuoBackup *self)
{
  while (g_hash_table_size (self->early) > 0)
    {
      gint64 length = quo_backup_length (self);
      gpointer key = GSIZE_TO_POINTER ((gsize) length + 1);
      const gint64 *fields = g_hash_table_lookup (self->early, key);

      if (fields == NULL)
        return;
      if (fields[0] == self->epoch
          && fields[2] == quo_backup_epoch_at (self, length))
        put_entry (node, self, fields, length + 1);
      g_hash_table_remove (self->early, key);
    }
}

/**
 * quo_backup_replicated:
 * @node: a node
 * @self: its memory
 * @message: a REPLICATE
 */
void
quo_backup_replicated (QuoNode          *node,
                       QuoBackup        *self,
                       const QuoMessage *message)
{
  gint64 index = message->fields[1];

  if (!follow (node, self, message))
    return;

  self->known = MAX (self->known, index);
  if (quo_node_has_fault (node, FAULT_REPLAY_OUT_OF_ORDER))
    index = MIN (index, quo_backup_length (self) + 1);
  else if (index > quo_backup_length (self) + 1)
    {
      keep_early (self, message->fields);
      return;
    }
  else if (!matches (node, self, message, index - 1, message->fields[2]))
    return;

  if (!put_entry (node, self, message->fields, index))
    {
      quo_backup_confirm (node, self, message->from, ACK_OK,
                          MIN (index, self->synced));
      return;
    }
  put_early (node, self);
  if (quo_node_has_fault (node, FAULT_ACK_BEFORE_SYNC))
    quo_backup_confirm (node, self, message->from, ACK_OK,
                        self->matched);
  quo_backup_sync_log (node, self);
}

/**
 * quo_backup_heard:
 * @node: a node
 * @self: its memory
 * @message: a HEARTBEAT
 */
void
quo_backup_heard (QuoNode          *node,
                  QuoBackup        *self,
                  const QuoMessage *message)
{
  gint64 index = message->fields[1];

  if (!follow (node, self, message))
    return;

  self->known = index;
  if (!matches (node, self, message, index, message->fields[2]))
    {
      quo_backup_show_lag (node, self);
      return;
    }

  self->matched = MAX (self->matched, index);
  if (take_log_epoch (node, self, index, message->fields[3]))
    quo_backup_sync_log (node, self);
  else
    quo_backup_confirm (node, self, message->from, ACK_OK,
                        MIN (index, self->synced));
  commit_up_to (node, self, MIN (message->fields[4], index));
  if (self->executed >= message->fields[4])
    self->complete_at = quo_node_now (node);
  quo_backup_show_lag (node, self);
}

/**
 * quo_backup_committed:
 * @node: a node
 * @self: its memory
 * @message: a COMMIT
 *
 * Counts only for a log that is known to be the primary's.
 */
void
quo_backup_committed (QuoNode          *node,
                      QuoBackup        *self,
                      const QuoMessage *message)
{
  if (!follow (node, self, message) || self->log_epoch != self->epoch)
    return;

  commit_up_to (node, self, MIN (message->fields[1], quo_backup_length (self)));
}

/**
 * quo_backup_lag_time:
 * @self: a backup's memory
 * @now: by its clock
 *
 * What many a database shows as its replication lag: how old the next entry is that
 * it has received and not executed. It is 0 when the writer is idle, and 0 as well
 * when nothing arrives any more (PROTOCOLS, section 5, mistake 10).
 *
 * Returns: ns
 */
gint64
quo_backup_lag_time (const QuoBackup *self,
                     QuoTime          now)
{
  if (self->executed >= quo_backup_length (self))
    return 0;

  return MAX (0, now - quo_backup_entry (self, self->executed + 1)->at);
}

/**
 * quo_backup_show_lag:
 * @node: a backup
 * @self: its memory
 */
void
quo_backup_show_lag (QuoNode   *node,
                     QuoBackup *self)
{
  QuoTime now = quo_node_now (node);

  quo_node_set (node, FIELD_LAG_ENTRIES, MAX (0, self->known - self->executed));
  quo_node_set (node, FIELD_LAG_TIME, quo_backup_lag_time (self, now));
  quo_node_set (node, FIELD_AGE, MAX (0, now - self->complete_at));
}
