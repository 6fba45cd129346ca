/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fail-over. Epochs belong to nodes in turn, so that no two nodes ever lead the same
 * one; a node that takes over makes the others promise to refuse older epochs.
 */

#include "protocol/primary-backup/backup-private.h"

/* Any set of copies that acknowledged an entry has a member among so many. */
static guint
n_answers_needed (const QuoNode *node,
                  const QuoBackup *self)
{
  return self->n_nodes - quo_backup_n_copies (node) + 1;
}

static gint64
next_own_epoch (const QuoBackup *self)
{
  gint64 n = self->n_nodes;
  gint64 turn = self->epoch / n * n + self->index + 1;

  return turn > self->epoch ? turn : turn + n;
}

static void
consider (QuoNode   *node,
          QuoBackup *self,
          guint      who,
          gint64     log_epoch,
          gint64     length)
{
  self->peers[who].has_answered = TRUE;
  self->n_answers++;
  if (quo_node_has_fault (node, FAULT_PROMOTE_ANY))
    return;

  if (log_epoch > self->best_epoch
      || (log_epoch == self->best_epoch && length > self->best_length))
    {
      self->best = who;
      self->best_epoch = log_epoch;
      self->best_length = length;
    }
}

static void
conclude (QuoNode   *node,
          QuoBackup *self)
{
  const gint64 fields[] = { self->epoch };
  const gint64 note[] = { self->best };

  quo_node_cancel_timer (node, TIMER_TAKE_OVER);
  if (self->best == self->index)
    {
      quo_backup_lead (node, self);
      return;
    }

  quo_node_note (node, NOTE_STANDS_IN, note);
  quo_node_send (node, self->best, MESSAGE_STAND_IN, fields);
  quo_backup_set_role (node, self, ROLE_BACKUP);
  quo_backup_wait (node, self);
}

/**
 * quo_backup_take_over:
 * @node: a node that is not the primary
 * @self: its memory
 *
 * Begins a new epoch. Its own promise is on disk before it asks the others.
 */
void
quo_backup_take_over (QuoNode   *node,
                      QuoBackup *self)
{
  gint64 epoch = quo_node_has_fault (node, FAULT_IGNORE_EPOCHS)
                 ? MAX (self->epoch, 1) : next_own_epoch (self);
  const gint64 fields[] = { epoch };

  quo_backup_adopt (node, self, epoch);
  quo_backup_set_role (node, self, ROLE_TAKING_OVER);
  quo_node_cancel_timer (node, TIMER_FAIL_OVER);
  quo_node_note (node, NOTE_TAKES_OVER, fields);
  for (guint i = 0; i < self->n_nodes; i++)
    self->peers[i].has_answered = FALSE;
  self->n_answers = 0;
  self->best = self->index;
  self->best_epoch = self->log_epoch;
  self->best_length = quo_backup_length (self);
  quo_node_sync (node, WRITE_EPOCH, 0);
}

/**
 * quo_backup_ask:
 * @node: a node that takes over
 * @self: its memory
 *
 * Asks those that have not answered.
 */
void
quo_backup_ask (QuoNode   *node,
                QuoBackup *self)
{
  QuoTime delay = quo_backup_options (node)->take_over_timeout;
  const gint64 fields[] = { self->epoch };

  if (self->role != ROLE_TAKING_OVER)
    return;

  if (!self->peers[self->index].has_answered)
    consider (node, self, self->index, self->log_epoch, quo_backup_length (self));
  if (self->n_answers >= n_answers_needed (node, self))
    {
      conclude (node, self);
      return;
    }

  for (guint i = 0; i < self->n_nodes; i++)
    if (!self->peers[i].has_answered)
      quo_node_send (node, i, MESSAGE_TAKE_OVER, fields);
  quo_node_set_timer (node, TIMER_TAKE_OVER, delay);
  quo_node_set (node, FIELD_DEADLINE, quo_node_deadline (node, delay));
}

/**
 * quo_backup_asked:
 * @node: a node
 * @self: its memory
 * @message: a TAKE-OVER
 *
 * Promises to refuse older epochs. The promise is on disk before it is told.
 */
void
quo_backup_asked (QuoNode          *node,
                  QuoBackup        *self,
                  const QuoMessage *message)
{
  if (quo_backup_refuses (node, self, message))
    return;

  if (self->role == ROLE_PRIMARY)
    {
      /* Only without epochs: it goes on leading. */
      quo_backup_tell (node, self, message->from);
      return;
    }
  quo_backup_set_role (node, self, ROLE_BACKUP);
  quo_backup_wait (node, self);
  quo_node_sync (node, WRITE_EPOCH, message->from + 1);
}

/**
 * quo_backup_tell:
 * @node: a node
 * @self: its memory
 * @to: who takes over
 */
void
quo_backup_tell (QuoNode   *node,
                 QuoBackup *self,
                 guint      to)
{
  const gint64 fields[] = {
    self->epoch, self->log_epoch, quo_backup_length (self)
  };

  quo_node_send (node, to, MESSAGE_POSITION, fields);
}

/**
 * quo_backup_told:
 * @node: a node
 * @self: its memory
 * @message: a POSITION
 */
void
quo_backup_told (QuoNode          *node,
                 QuoBackup        *self,
                 const QuoMessage *message)
{
  if (self->role != ROLE_TAKING_OVER || message->fields[0] != self->epoch
      || self->peers[message->from].has_answered)
    return;

  consider (node, self, message->from, message->fields[1], message->fields[2]);
  if (self->n_answers >= n_answers_needed (node, self))
    conclude (node, self);
}

/**
 * quo_backup_give_up_waiting:
 * @node: a node that takes over
 * @self: its memory
 *
 * Whoever has not answered may be the only one with an acknowledged write: the
 * scenario says whether to wait for it or to go on without.
 */
void
quo_backup_give_up_waiting (QuoNode   *node,
                            QuoBackup *self)
{
  if (self->role != ROLE_TAKING_OVER)
    return;

  if (quo_backup_options (node)->loss == LOSS_ACCEPTED)
    conclude (node, self);
  else
    quo_backup_ask (node, self);
}
