/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads that do not go through the log: section 6.4 of the dissertation. */

#include "raft-private.h"

static void
tell_fate (QuoRaft         *self,
           QuoRaftReadFate  fate,
           gint64           number)
{
  QuoRaftReadFact fact = { fate, number, self->applied };

  if (self->read_facts == NULL)
    self->read_facts = g_array_new (FALSE, FALSE, sizeof (QuoRaftReadFact));
  g_array_append_val (self->read_facts, fact);
}

/**
 * quo_raft_reads_begin_step:
 * @self: a server's memory
 *
 * Forgets what the invariants were told of the step before.
 */
void
quo_raft_reads_begin_step (QuoRaft *self)
{
  if (self->read_facts != NULL)
    g_array_set_size (self->read_facts, 0);
}

static void
answer_read (QuoNode *node,
             QuoRaft *self,
             guint    client,
             gint64   serial,
             gint64   key)
{
  gint64 value = 0;

  quo_raft_map_get (&self->store, key, &value);
  quo_node_reply (node, client, serial, QUO_STATUS_OK, value);
}

/* A leader knows what is committed once an entry of its own term is. */
static gboolean
knows_commit (QuoNode       *node,
              const QuoRaft *self)
{
  return self->commit > 0 &&
         (quo_raft_log_term (&self->log, self->commit) == self->term ||
          quo_node_has_fault (node, FAULT_READ_BEFORE_OWN_ENTRY));
}

static void
read_under_lease (QuoNode     *node,
                  QuoRaft     *self,
                  const QuoOp *op)
{
  if (!knows_commit (node, self) || quo_node_now (node) >= self->lease_until)
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
      return;
    }

  self->n_reads++;
  tell_fate (self, QUO_RAFT_READ_BEGAN, self->n_reads);
  tell_fate (self, QUO_RAFT_READ_ANSWERED, self->n_reads);
  answer_read (node, self, op->client, op->serial, op->key);
}

/**
 * quo_raft_read:
 * @node: the leader; any server when reads are local
 * @self: its memory
 * @op: a read
 *
 * Answers at once from its own copy (local, or while the lease lasts), or when a
 * majority has confirmed by a round begun after the request that it still leads.
 */
void
quo_raft_read (QuoNode     *node,
               QuoRaft     *self,
               const QuoOp *op)
{
  switch (quo_raft_options (node)->reads)
    {
    case QUO_RAFT_READS_LOCAL:
      answer_read (node, self, op->client, op->serial, op->key);
      return;

    case QUO_RAFT_READS_LEASE:
      read_under_lease (node, self, op);
      return;

    default:
      break;
    }

  /* Section 6.4: with an entry of this term committed, everything committed before
   * is known. Until then the read waits for its commit index. */
  QuoRaftRead read = {
    .number = ++self->n_reads,
    .client = op->client,
    .serial = op->serial,
    .key = op->key,
    .index = knows_commit (node, self) ? self->commit : 0,
    .round = quo_node_has_fault (node, FAULT_READ_WITHOUT_ROUND) ? 0
                                                                 : self->round + 1,
  };

  if (self->reads == NULL)
    self->reads = g_array_new (FALSE, FALSE, sizeof (QuoRaftRead));
  g_array_append_val (self->reads, read);
  tell_fate (self, QUO_RAFT_READ_BEGAN, read.number);
  quo_raft_broadcast (node, self);
  quo_raft_reads_progress (node, self);
}

/* The latest round that a majority has answered. */
static gint64
confirmed_round (QuoNode *node,
                 QuoRaft *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    self->scratch[i] = i == self->index ? self->round : self->peers[i].round;

  return quo_raft_agreed_value (node, self, self->scratch);
}

/* Section 6.4.1: the lease counts from when the confirmed round was begun, for the
 * voters may have heard it right then; and a voter's clock may run faster. */
static void
extend_lease (QuoNode *node,
              QuoRaft *self,
              gint64   round)
{
  const QuoRaftOptions *options = quo_raft_options (node);
  double length = (double) options->election_timeout.low;

  if (round < 1 || self->round - round >= QUO_RAFT_ROUNDS ||
      self->transfer_to != QUO_NO_NODE)
    return;

  QuoTime begun = self->round_starts[round % QUO_RAFT_ROUNDS];
  QuoTime until = begun + (QuoTime) (length / (1.0 + options->lease_drift));

  if (quo_node_has_fault (node, FAULT_LONG_LEASE))
    until = quo_node_now (node) + options->election_timeout.high;

  self->lease_until = MAX (self->lease_until, until);
}

/**
 * quo_raft_reads_progress:
 * @node: the leader
 * @self: its memory
 *
 * To be called when a round was answered or something was committed.
 */
void
quo_raft_reads_progress (QuoNode *node,
                         QuoRaft *self)
{
  const QuoRaftOptions *options = quo_raft_options (node);
  guint n_kept = 0;

  if (options->reads == QUO_RAFT_READS_LEASE)
    extend_lease (node, self, confirmed_round (node, self));

  if (self->reads == NULL || self->reads->len == 0)
    return;

  gint64 round = confirmed_round (node, self);
  gboolean is_known = knows_commit (node, self);

  for (guint i = 0; i < self->reads->len; i++)
    {
      QuoRaftRead *read = &g_array_index (self->reads, QuoRaftRead, i);

      if (read->index == 0 && is_known)
        read->index = self->commit;

      if (read->index > 0 && read->round <= round &&
          self->applied >= read->index)
        {
          tell_fate (self, QUO_RAFT_READ_ANSWERED, read->number);
          answer_read (node, self, read->client, read->serial, read->key);
        }
      else
        g_array_index (self->reads, QuoRaftRead, n_kept++) = *read;
    }

  g_array_set_size (self->reads, n_kept);
}

/**
 * quo_raft_reads_fail:
 * @node: a leader that steps down
 * @self: its memory
 *
 * Sends the reads that wait away.
 */
void
quo_raft_reads_fail (QuoNode *node,
                     QuoRaft *self)
{
  if (self->reads == NULL)
    return;

  for (guint i = 0; i < self->reads->len; i++)
    {
      const QuoRaftRead *read = &g_array_index (self->reads, QuoRaftRead, i);

      tell_fate (self, QUO_RAFT_READ_REFUSED, read->number);
      quo_raft_refuse (node, self, read->client, read->serial);
    }
  g_array_set_size (self->reads, 0);
}
