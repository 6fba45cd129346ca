/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node's life, its epoch, and who handles what. */

#include "protocol/primary-backup/backup-private.h"

#define LENGTH_MASK ((G_GINT64_CONSTANT (1) << 40) - 1)

enum
{
  PURPOSE_FAIL_OVER
};

/**
 * quo_backup_options:
 * @node: a node
 *
 * Returns: (transfer none): the scenario's options
 */
const QuoBackupOptions *
quo_backup_options (const QuoNode *node)
{
  return quo_node_options (node);
}

static guint
first_primary (const QuoNode *node)
{
  int primary = quo_backup_options (node)->primary;

  return primary < 0 || (guint) primary >= quo_node_n_nodes (node)
         ? 0 : (guint) primary;
}

/**
 * quo_backup_set_role:
 * @node: a node
 * @self: its memory
 * @role: what it is from now on
 */
void
quo_backup_set_role (QuoNode       *node,
                     QuoBackup     *self,
                     QuoBackupRole  role)
{
  const gint64 note[] = { self->epoch };

  if (self->role == role)
    return;

  if (self->role == ROLE_PRIMARY)
    {
      quo_node_note (node, NOTE_STEPS_DOWN, note);
      quo_node_cancel_timer (node, TIMER_HEARTBEAT);
      quo_node_clear_rows (node, FIELD_CONFIRMED);
      /* Whoever leads now answers these when they are asked again. */
      g_array_set_size (self->pending, 0);
      self->complete_at = quo_node_now (node);
      self->known = quo_backup_length (self);
    }
  if (self->role == ROLE_TAKING_OVER)
    quo_node_cancel_timer (node, TIMER_TAKE_OVER);
  self->role = role;
  quo_node_set (node, FIELD_ROLE, role);
}

/**
 * quo_backup_adopt:
 * @node: a node
 * @self: its memory
 * @epoch: not below its own
 *
 * Belongs to a later epoch from now on; a primary of an earlier one steps down.
 */
void
quo_backup_adopt (QuoNode   *node,
                  QuoBackup *self,
                  gint64     epoch)
{
  if (epoch <= self->epoch)
    return;

  quo_backup_set_role (node, self, ROLE_BACKUP);
  g_hash_table_remove_all (self->early);
  self->matched = 0;
  self->epoch = epoch;
  self->primary = QUO_NO_NODE;
  quo_node_set (node, FIELD_EPOCH, epoch);
  quo_node_set (node, FIELD_PRIMARY, QUO_NO_NODE);
}

/**
 * quo_backup_wait:
 * @node: a node that is not the primary
 * @self: its memory
 *
 * Waits for a primary, anew: for ever where only an operator may replace it.
 */
void
quo_backup_wait (QuoNode   *node,
                 QuoBackup *self)
{
  const QuoBackupOptions *options = quo_backup_options (node);
  QuoTimeRange range = options->fail_over_timeout;
  QuoTime delay;

  if (quo_node_timer_left (node, TIMER_STATUS) == QUO_TIME_NEVER)
    quo_node_set_timer (node, TIMER_STATUS, options->heartbeat_interval);
  if (options->fail_over == FAIL_OVER_MANUAL)
    {
      quo_node_cancel_timer (node, TIMER_FAIL_OVER);
      quo_node_set (node, FIELD_DEADLINE, QUO_TIME_NEVER);
      return;
    }

  delay = range.low;
  if (range.high > range.low)
    delay += (QuoTime) quo_node_random_below (node, PURPOSE_FAIL_OVER,
                                              (guint64) (range.high - range.low)
                                              + 1);
  quo_node_set_timer (node, TIMER_FAIL_OVER, delay);
  quo_node_set (node, FIELD_DEADLINE, quo_node_deadline (node, delay));
}

/**
 * quo_backup_refuses:
 * @node: a node
 * @self: its memory
 * @message: whose first field is its sender's epoch
 *
 * A message of an earlier epoch is refused, so that a deposed primary learns of it;
 * one of a later epoch is adopted.
 *
 * Returns: whether it is refused
 */
gboolean
quo_backup_refuses (QuoNode          *node,
                    QuoBackup        *self,
                    const QuoMessage *message)
{
  if (quo_node_has_fault (node, FAULT_IGNORE_EPOCHS))
    return FALSE;

  if (message->fields[0] < self->epoch)
    {
      quo_backup_confirm (node, self, message->from, ACK_REFUSED, 0);
      return TRUE;
    }
  quo_backup_adopt (node, self, message->fields[0]);

  return FALSE;
}

/**
 * quo_backup_start:
 * @node: a node
 * @state: its memory, zeroed
 *
 * Everybody knows the first primary and its epoch.
 */
void
quo_backup_start (QuoNode  *node,
                  gpointer  state)
{
  QuoBackup *self = state;
  guint primary = first_primary (node);

  quo_backup_state_init (node, self);
  quo_backup_load (node, self);
  quo_backup_adopt (node, self, primary + 1);
  if (primary == self->index)
    {
      quo_backup_lead (node, self);
      return;
    }

  self->primary = (int) primary;
  quo_node_set (node, FIELD_PRIMARY, self->primary);
  quo_backup_wait (node, self);
  quo_node_sync (node, WRITE_EPOCH, 0);
}

/**
 * quo_backup_restart:
 * @node: a node that comes back
 * @state: its memory, zeroed
 *
 * A primary never goes on in its old epoch: others may have entries of it that its
 * own disk lost. Where only an operator replaces it, it takes over again, unless it
 * hears that he did.
 */
void
quo_backup_restart (QuoNode  *node,
                    gpointer  state)
{
  const QuoBackupOptions *options = quo_backup_options (node);
  QuoBackup *self = state;

  quo_backup_state_init (node, self);
  quo_backup_load (node, self);
  quo_backup_add_fact (self, FACT_RESTARTED, 0);
  quo_backup_wait (node, self);
  if (options->fail_over == FAIL_OVER_MANUAL && self->epoch > 0
      && (guint) ((self->epoch - 1) % self->n_nodes) == self->index)
    quo_node_set_timer (node, TIMER_FAIL_OVER, options->fail_over_timeout.high);
}

static void
pass_on (QuoNode          *node,
         QuoBackup        *self,
         const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoOp op = {
    .client = (guint) m[4],
    .serial = m[5],
    .kind = m[0] != 0 ? QUO_OP_CAS : QUO_OP_WRITE,
    .key = m[1],
    .value = m[2],
    .expected = m[3],
  };

  if (self->role == ROLE_PRIMARY)
    quo_backup_order (node, self, &op, (int) message->from);
}

/* The write's own node answers only when it has executed it: its client then reads
 * what it has written. */
static void
done (QuoNode          *node,
      QuoBackup        *self,
      const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoBackupPending pending = { m[3], m[0], m[1], QUO_NO_NODE };

  if (m[2] == QUO_STATUS_OK && m[3] > self->executed)
    g_array_append_val (self->pending, pending);
  else
    quo_node_reply (node, (guint) m[0], m[1], (QuoStatus) m[2], 0);
}

/**
 * quo_backup_receive:
 * @node: a node
 * @state: its memory
 * @message: what has arrived
 */
void
quo_backup_receive (QuoNode          *node,
                    gpointer          state,
                    const QuoMessage *message)
{
  QuoBackup *self = state;

  quo_backup_begin_step (self);
  switch (message->kind)
    {
    case MESSAGE_REPLICATE:
      quo_backup_replicated (node, self, message);
      break;
    case MESSAGE_ACK:
      quo_backup_confirmed (node, self, message);
      break;
    case MESSAGE_HEARTBEAT:
      quo_backup_heard (node, self, message);
      break;
    case MESSAGE_COMMIT:
      quo_backup_committed (node, self, message);
      break;
    case MESSAGE_TAKE_OVER:
      quo_backup_asked (node, self, message);
      break;
    case MESSAGE_POSITION:
      quo_backup_told (node, self, message);
      break;
    case MESSAGE_STAND_IN:
      if (message->fields[0] == self->epoch && self->role == ROLE_BACKUP)
        quo_backup_take_over (node, self);
      break;
    case MESSAGE_FORWARD:
      pass_on (node, self, message);
      break;
    case MESSAGE_DONE:
      done (node, self, message);
      break;
    default:
      break;
    }
}

/**
 * quo_backup_timeout:
 * @node: a node
 * @state: its memory
 * @timer: which one
 * @arg: nothing
 */
void
quo_backup_timeout (QuoNode  *node,
                    gpointer  state,
                    guint     timer,
                    gint64    arg)
{
  QuoBackup *self = state;

  quo_backup_begin_step (self);
  switch (timer)
    {
    case TIMER_HEARTBEAT:
      if (self->role == ROLE_PRIMARY)
        quo_backup_beat (node, self);
      break;
    case TIMER_FAIL_OVER:
      if (self->role == ROLE_BACKUP)
        quo_backup_take_over (node, self);
      break;
    case TIMER_TAKE_OVER:
      quo_backup_give_up_waiting (node, self);
      break;
    case TIMER_STATUS:
      if (self->role == ROLE_PRIMARY)
        break;
      quo_backup_show_lag (node, self);
      quo_backup_add_fact (self, FACT_STATUS, 0);
      quo_node_set_timer (node, TIMER_STATUS,
                          quo_backup_options (node)->heartbeat_interval);
      break;
    case TIMER_EXECUTE:
      quo_backup_go_on (node, self, TRUE);
      break;
    default:
      break;
    }
}

/**
 * quo_backup_synced:
 * @node: a node
 * @state: its memory
 * @write: what is on disk
 * @token: for WRITE_LOG how long the log was and of which generation; for
 *   WRITE_EPOCH who is told of the promise, plus 1; 0 for a node that takes over
 */
void
quo_backup_synced (QuoNode  *node,
                   gpointer  state,
                   guint     write,
                   gint64    token)
{
  QuoBackup *self = state;

  quo_backup_begin_step (self);
  if (write == WRITE_EPOCH)
    {
      if (token > 0)
        quo_backup_tell (node, self, (guint) token - 1);
      else
        quo_backup_ask (node, self);
      return;
    }

  if (token >> 40 != self->generation)
    return;
  self->synced = MAX (self->synced, token & LENGTH_MASK);
  if (self->role == ROLE_PRIMARY)
    quo_backup_advance (node, self);
  else if (self->role == ROLE_BACKUP && self->primary != QUO_NO_NODE)
    quo_backup_confirm (node, self, (guint) self->primary, ACK_OK,
                        MIN (self->synced, self->matched));
}

static void
forward (QuoNode     *node,
         QuoBackup   *self,
         const QuoOp *op)
{
  const gint64 fields[] = {
    op->kind == QUO_OP_CAS, op->key, op->value, op->expected, op->client, op->serial
  };

  quo_node_send (node, (guint) self->primary, MESSAGE_FORWARD, fields);
}

/**
 * quo_backup_request:
 * @node: a node
 * @state: its memory
 * @op: what a client asks for
 */
void
quo_backup_request (QuoNode     *node,
                    gpointer     state,
                    const QuoOp *op)
{
  QuoBackup *self = state;
  gboolean is_local = quo_backup_options (node)->reads == READS_LOCAL;

  quo_backup_begin_step (self);
  if (op->kind == QUO_OP_READ && (is_local || self->role == ROLE_PRIMARY))
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK,
                    quo_backup_look_up (self->store, op->key));
  else if (self->role == ROLE_PRIMARY)
    quo_backup_order (node, self, op, QUO_NO_NODE);
  else if (op->kind != QUO_OP_READ && op->kind != QUO_OP_WRITE
           && op->kind != QUO_OP_CAS)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
  else if (self->primary == QUO_NO_NODE)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
  else if (is_local)
    forward (node, self, op);
  else
    quo_node_redirect (node, op->client, op->serial, self->primary);
}

/**
 * quo_backup_command:
 * @node: a node
 * @state: its memory
 * @command: "promote" is the only one
 * @args: none
 */
void
quo_backup_command (QuoNode      *node,
                    gpointer      state,
                    guint         command,
                    const gint64 *args)
{
  QuoBackup *self = state;

  quo_backup_begin_step (self);
  if (self->role != ROLE_PRIMARY)
    quo_backup_take_over (node, self);
}
