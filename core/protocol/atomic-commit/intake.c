/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/atomic-commit/intake.h"

/* Numbers taken at a time, so that a restarted coordinator never gives one out
 * twice: the block is on disk before its first number is used. */
#define BLOCK 100

/* No number that is given out is above this one. */
#define HIGHEST (G_MAXINT64 / 2)

/* Transactions that wait for a block of numbers; further clients are told to
 * come back. */
#define QUEUED_MAX 256

/* A client counts its operations, far fewer than 2^40 of them. */
static gint64
operation_key (int    client,
               gint64 serial)
{
  return ((gint64) client << 40) | serial;
}

/**
 * quo_commit_intake_init:
 * @self: zeroed memory
 * @field: a durable scalar, the highest number that may be in use
 * @write: the declared write that makes it durable
 */
void
quo_commit_intake_init (QuoCommitIntake *self,
                        guint            field,
                        guint            write)
{
  self->answered = g_hash_table_new_full (g_int64_hash, g_int64_equal,
                                          g_free, NULL);
  self->queued = g_array_new (FALSE, FALSE, sizeof (QuoCommitBegin));
  self->field = field;
  self->write = write;
  self->next = 1;
}

/**
 * quo_commit_intake_clear:
 * @self: an intake
 *
 * Frees what it owns.
 */
void
quo_commit_intake_clear (QuoCommitIntake *self)
{
  g_clear_pointer (&self->answered, g_hash_table_unref);
  g_clear_pointer (&self->queued, g_array_unref);
}

/**
 * quo_commit_intake_remember:
 * @self: an intake
 * @client: a client, or %QUO_NO_NODE, for whom nothing is remembered
 * @serial: of its operation
 * @outcome: how far it is; %QUO_COMMIT_OUTCOME_NONE forgets it
 */
void
quo_commit_intake_remember (QuoCommitIntake  *self,
                            int               client,
                            gint64            serial,
                            QuoCommitOutcome  outcome)
{
  gint64 key;

  if (client == QUO_NO_NODE)
    return;

  key = operation_key (client, serial);
  if (outcome == QUO_COMMIT_OUTCOME_NONE)
    g_hash_table_remove (self->answered, &key);
  else
    g_hash_table_replace (self->answered, g_memdup2 (&key, sizeof key),
                          GINT_TO_POINTER (outcome));
}

static void
reply (QuoNode *node,
       int      client,
       gint64   serial,
       gboolean is_commit)
{
  quo_node_reply (node, (guint) client, serial,
                  is_commit ? QUO_STATUS_OK : QUO_STATUS_FAILED,
                  quo_node_intern (node, is_commit ? "committed" : "aborted"));
}

/**
 * quo_commit_intake_answer:
 * @self: an intake
 * @node: the node that the client asked
 * @client: a client, or %QUO_NO_NODE when there is nobody to tell
 * @serial: of its operation
 * @is_commit: how it ended
 *
 * Remembers the outcome, for one who asks again, and tells the client.
 */
void
quo_commit_intake_answer (QuoCommitIntake *self,
                          QuoNode         *node,
                          int              client,
                          gint64           serial,
                          gboolean         is_commit)
{
  if (client == QUO_NO_NODE)
    return;

  quo_commit_intake_remember (self, client, serial,
                              is_commit ? QUO_COMMIT_OUTCOME_COMMITTED
                                        : QUO_COMMIT_OUTCOME_ABORTED);
  reply (node, client, serial, is_commit);
}

/**
 * quo_commit_intake_accept:
 * @self: an intake
 * @node: the node that is asked
 * @op: a write or a transaction
 *
 * An operation that was asked for before gets the same answer, and none while it
 * is under way.
 *
 * Returns: whether it is new; it is under way from here on
 */
gboolean
quo_commit_intake_accept (QuoCommitIntake *self,
                          QuoNode         *node,
                          const QuoOp     *op)
{
  int client = (int) op->client;
  gint64 key = operation_key (client, op->serial);
  QuoCommitOutcome known
    = GPOINTER_TO_INT (g_hash_table_lookup (self->answered, &key));

  if (known == QUO_COMMIT_OUTCOME_PENDING)
    return FALSE;
  if (known != QUO_COMMIT_OUTCOME_NONE)
    {
      reply (node, client, op->serial,
             known == QUO_COMMIT_OUTCOME_COMMITTED);
      return FALSE;
    }

  quo_commit_intake_remember (self, client, op->serial,
                              QUO_COMMIT_OUTCOME_PENDING);

  return TRUE;
}

/**
 * quo_commit_intake_reserve:
 * @self: an intake
 * @node: its node
 *
 * Takes the next block of numbers; they may be used when that is on disk.
 */
void
quo_commit_intake_reserve (QuoCommitIntake *self,
                           QuoNode         *node)
{
  gint64 reserved = quo_node_get (node, self->field) + BLOCK;

  self->is_reserving = TRUE;
  quo_node_set (node, self->field, reserved);
  quo_node_sync (node, self->write, reserved);
}

static gboolean
has_number (QuoCommitIntake *self,
            QuoNode         *node)
{
  return !self->is_reserving && self->next <= quo_node_get (node, self->field);
}

/**
 * quo_commit_intake_number:
 * @self: an intake
 * @node: its node
 * @begin: what is to be begun, and for whom
 *
 * Puts the transaction off until there are fresh numbers when there are none. A
 * client for whom there is no room is told to come back.
 *
 * Returns: the transaction's number, or 0 when it cannot begin now
 */
gint64
quo_commit_intake_number (QuoCommitIntake      *self,
                          QuoNode              *node,
                          const QuoCommitBegin *begin)
{
  if (has_number (self, node))
    return self->next++;

  if (self->queued->len < QUEUED_MAX)
    {
      g_array_append_val (self->queued, *begin);
    }
  else if (begin->client != QUO_NO_NODE)
    {
      quo_commit_intake_remember (self, begin->client, begin->serial,
                                  QUO_COMMIT_OUTCOME_NONE);
      quo_node_reply (node, (guint) begin->client, begin->serial,
                      QUO_STATUS_BUSY, 0);
    }

  if (!self->is_reserving)
    quo_commit_intake_reserve (self, node);

  return 0;
}

/**
 * quo_commit_intake_reserved:
 * @self: an intake
 *
 * The block of numbers is on disk.
 */
void
quo_commit_intake_reserved (QuoCommitIntake *self)
{
  self->is_reserving = FALSE;
}

/**
 * quo_commit_intake_pop:
 * @self: an intake
 * @node: its node
 * @ret_begin: (out): what waited longest
 *
 * When numbers run out again with some still waiting, takes another block.
 *
 * Returns: its number, or 0 when none waits or none is left
 */
gint64
quo_commit_intake_pop (QuoCommitIntake *self,
                       QuoNode         *node,
                       QuoCommitBegin  *ret_begin)
{
  if (self->queued->len == 0)
    return 0;

  if (!has_number (self, node))
    {
      if (!self->is_reserving)
        quo_commit_intake_reserve (self, node);
      return 0;
    }

  *ret_begin = g_array_index (self->queued, QuoCommitBegin, 0);
  g_array_remove_index (self->queued, 0);

  return self->next++;
}

/**
 * quo_commit_intake_highest:
 * @highest: the highest number known to be in use
 * @id: a number that a log has
 *
 * Only a log that a scenario wrote has numbers above the block.
 *
 * Returns: the higher of both, within what can be counted on from
 */
gint64
quo_commit_intake_highest (gint64 highest,
                           gint64 id)
{
  return MAX (highest, MIN (id, HIGHEST));
}

/**
 * quo_commit_intake_recover:
 * @self: an intake, empty
 * @node: its node, after a restart
 * @highest: the highest number that may be in use
 */
void
quo_commit_intake_recover (QuoCommitIntake *self,
                           QuoNode         *node,
                           gint64           highest)
{
  self->next = highest + 1;
  quo_node_set (node, self->field, highest);
}
