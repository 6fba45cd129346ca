/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The primary: it orders writes, sends them out and knows what may be acknowledged. */

#include "protocol/primary-backup/backup-private.h"

/* Entries sent again at once; what is left follows when these are confirmed. */
#define RESEND_MAX 16

/**
 * quo_backup_n_copies:
 * @node: a node
 *
 * Returns: how many nodes, the primary among them, have an entry on disk before it
 *   is acknowledged
 */
guint
quo_backup_n_copies (const QuoNode *node)
{
  switch (quo_backup_options (node)->replication)
    {
    case REPLICATION_ASYNCHRONOUS:
      return 1;
    case REPLICATION_SEMI_SYNCHRONOUS:
      return MIN (2, quo_node_n_nodes (node));
    case REPLICATION_SYNCHRONOUS:
    default:
      return quo_node_n_nodes (node);
    }
}

static guint
n_copies_awaited (const QuoNode *node)
{
  return quo_node_has_fault (node, FAULT_ACKNOWLEDGE_EARLY)
         ? 1 : quo_backup_n_copies (node);
}

static void
replicate (QuoNode   *node,
           QuoBackup *self,
           guint      to,
           gint64     index)
{
  const QuoBackupEntry *entry = quo_backup_entry (self, index);
  /* Under asynchronous replication nothing is waited for, by backups neither. */
  gint64 commit = n_copies_awaited (node) == 1 ? MAX (index, self->commit)
                                               : self->commit;
  const gint64 fields[] = {
    self->epoch, index, quo_backup_epoch_at (self, index - 1), entry->epoch,
    entry->key, entry->value, entry->client, entry->serial, entry->at,
    self->start, commit
  };

  quo_node_send (node, to, MESSAGE_REPLICATE, fields);
}

static void
resend (QuoNode   *node,
        QuoBackup *self,
        guint      to,
        gint64     from)
{
  gint64 last = MIN (quo_backup_length (self), from + RESEND_MAX - 1);

  /* Once a heartbeat is enough, but for looking further back for where the logs
   * part. */
  if (self->peers[to].resent_from != 0 && self->peers[to].resent_from <= from)
    return;
  self->peers[to].resent_from = from;
  for (gint64 i = from; i <= last; i++)
    replicate (node, self, to, i);
}

/**
 * quo_backup_beat:
 * @node: a primary
 * @self: its memory
 *
 * Sends every backup a heartbeat, and again what it has not confirmed since the last
 * one.
 */
void
quo_backup_beat (QuoNode   *node,
                 QuoBackup *self)
{
  gint64 length = quo_backup_length (self);
  const gint64 fields[] = {
    self->epoch, length, quo_backup_epoch_at (self, length), self->start,
    self->commit
  };

  for (guint i = 0; i < self->n_nodes; i++)
    {
      QuoBackupPeer *peer = &self->peers[i];

      if (i == self->index)
        continue;
      peer->resent_from = 0;
      if (peer->confirmed < length && peer->confirmed >= self->start
          && peer->confirmed == peer->last_confirmed)
        resend (node, self, i, peer->confirmed + 1);
      peer->last_confirmed = peer->confirmed;
      quo_node_send (node, i, MESSAGE_HEARTBEAT, fields);
    }
  quo_node_set_timer (node, TIMER_HEARTBEAT,
                      quo_backup_options (node)->heartbeat_interval);
}

/**
 * quo_backup_lead:
 * @node: a node that has taken over, or the first primary
 * @self: its memory
 */
void
quo_backup_lead (QuoNode   *node,
                 QuoBackup *self)
{
  const gint64 note[] = { self->epoch };
  gint64 columns[QUO_MAX_COLUMNS] = { 0 };

  quo_backup_set_role (node, self, ROLE_PRIMARY);
  self->primary = (int) self->index;
  quo_node_set (node, FIELD_PRIMARY, self->primary);
  quo_node_set (node, FIELD_DEADLINE, QUO_TIME_NEVER);
  quo_node_cancel_timer (node, TIMER_FAIL_OVER);
  quo_node_cancel_timer (node, TIMER_STATUS);
  quo_node_cancel_timer (node, TIMER_EXECUTE);
  self->log_epoch = self->epoch;
  quo_node_set (node, FIELD_LOG_EPOCH, self->log_epoch);
  self->start = quo_backup_length (self);
  /* Counted as its own copy once the log is on disk in this epoch's name. */
  self->synced = 0;
  self->generation++;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      self->peers[i].confirmed = 0;
      self->peers[i].last_confirmed = 0;
      if (i != self->index)
        quo_node_set_row (node, FIELD_CONFIRMED, i, columns);
    }
  quo_node_set (node, FIELD_LAG_ENTRIES, 0);
  quo_node_set (node, FIELD_LAG_TIME, 0);
  quo_node_set (node, FIELD_AGE, 0);
  quo_node_note (node, NOTE_LEADS, note);
  quo_backup_add_fact (self, FACT_LEADS, self->start);
  quo_backup_sync_log (node, self);
  quo_backup_beat (node, self);
}

/* The longest part of the log that enough nodes have on disk. */
static gint64
longest_kept (const QuoNode   *node,
              const QuoBackup *self)
{
  guint n_copies = n_copies_awaited (node);

  for (gint64 index = self->synced; index > self->commit; index--)
    {
      guint n = 1;

      for (guint i = 0; i < self->n_nodes; i++)
        if (i != self->index && self->peers[i].confirmed >= index)
          n++;
      if (n >= n_copies)
        return index;
    }

  return self->commit;
}

/**
 * quo_backup_advance:
 * @node: a primary
 * @self: its memory
 *
 * Executes and acknowledges what enough nodes have. Entries of earlier epochs count
 * only together with the whole log that it took over: before that a copy does not
 * rank as one of this epoch's, and a later fail-over may pass it by.
 */
void
quo_backup_advance (QuoNode   *node,
                    QuoBackup *self)
{
  gint64 index = longest_kept (node, self);
  const gint64 fields[] = { self->epoch, index };

  if (index <= self->commit || index < self->start)
    return;

  self->commit = index;
  quo_node_set (node, FIELD_COMMIT, index);
  quo_backup_go_on (node, self, TRUE);
  if (n_copies_awaited (node) == 1)
    return;
  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index)
      quo_node_send (node, i, MESSAGE_COMMIT, fields);
}

static void
answer (QuoNode     *node,
        const QuoOp *op,
        int          via,
        QuoStatus    status,
        gint64       index)
{
  const gint64 fields[] = { op->client, op->serial, status, index };

  if (via == QUO_NO_NODE)
    quo_node_reply (node, op->client, op->serial, status, 0);
  else
    quo_node_send (node, (guint) via, MESSAGE_DONE, fields);
}

/* A client that asks again gets the answer of its first try. */
static gboolean
is_repeated (QuoNode     *node,
             QuoBackup   *self,
             const QuoOp *op,
             int          via)
{
  gint64 index = quo_backup_look_up (self->sessions, op->client);
  QuoBackupPending pending = { index, op->client, op->serial, via };
  const QuoBackupEntry *entry;

  if (index == 0)
    return FALSE;

  entry = quo_backup_entry (self, index);
  if (entry->serial < op->serial)
    return FALSE;
  if (entry->serial > op->serial)
    return TRUE;

  if (index > self->executed)
    {
      g_array_append_val (self->pending, pending);
      return TRUE;
    }
  quo_backup_add_fact (self, FACT_ACKNOWLEDGED, index);
  answer (node, op, via, QUO_STATUS_OK, index);

  return TRUE;
}

/**
 * quo_backup_order:
 * @node: a primary
 * @self: its memory
 * @op: a write or a compare-and-set
 * @via: the node that passed it on, or %QUO_NO_NODE
 */
void
quo_backup_order (QuoNode     *node,
                  QuoBackup   *self,
                  const QuoOp *op,
                  int          via)
{
  QuoBackupEntry entry = {
    self->epoch, op->key, op->value, op->client, op->serial, quo_node_now (node), 0
  };
  QuoBackupPending pending = { 0, op->client, op->serial, via };

  if (is_repeated (node, self, op, via))
    return;

  if ((op->kind != QUO_OP_WRITE && op->kind != QUO_OP_CAS)
      || (op->kind == QUO_OP_CAS
          && quo_backup_look_up (self->latest, op->key) != op->expected))
    {
      answer (node, op, via, QUO_STATUS_FAILED, 0);
      return;
    }

  quo_backup_append (node, self, &entry);
  pending.index = quo_backup_length (self);
  g_array_append_val (self->pending, pending);
  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index)
      replicate (node, self, i, pending.index);
  quo_backup_sync_log (node, self);
}

/**
 * quo_backup_confirmed:
 * @node: a node
 * @self: its memory
 * @message: an ACK
 */
void
quo_backup_confirmed (QuoNode          *node,
                      QuoBackup        *self,
                      const QuoMessage *message)
{
  QuoBackupPeer *peer = &self->peers[message->from];
  gint64 index = message->fields[2];
  gint64 columns[QUO_MAX_COLUMNS] = { index };

  if (message->fields[0] > self->epoch
      && !quo_node_has_fault (node, FAULT_IGNORE_EPOCHS))
    {
      quo_backup_adopt (node, self, message->fields[0]);
      quo_backup_wait (node, self);
      return;
    }
  if (self->role != ROLE_PRIMARY || message->fields[0] != self->epoch)
    return;

  if (message->fields[1] == ACK_GAP)
    {
      resend (node, self, message->from, MAX (1, index + 1));
      return;
    }
  if (message->fields[1] != ACK_OK || index <= peer->confirmed)
    return;

  peer->confirmed = MIN (index, quo_backup_length (self));
  columns[0] = peer->confirmed;
  quo_node_set_row (node, FIELD_CONFIRMED, message->from, columns);
  quo_backup_advance (node, self);
  /* A long catch-up goes on with the next part. */
  if (peer->resent_from > 0
      && peer->confirmed >= peer->resent_from + RESEND_MAX - 1
      && peer->confirmed < quo_backup_length (self))
    {
      peer->resent_from = 0;
      resend (node, self, message->from, peer->confirmed + 1);
    }
}
