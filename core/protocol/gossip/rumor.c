/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rumor mongering: who passes on what, and when a site loses interest. Demers et
 * al. 1987, section 1.4. */

#include "protocol/gossip/gossip-private.h"

/**
 * quo_gossip_was_there:
 * @options: the protocol's options
 * @self: a node's memory
 * @entry: one of its entries
 *
 * In synchronous cycles what a site does is decided by what it knew when the cycle
 * began: what came since counts from the next one.
 *
 * Returns: whether the node may use the entry now
 */
gboolean
quo_gossip_was_there (const QuoGossipOptions *options,
                      const QuoGossip        *self,
                      const QuoGossipEntry   *entry)
{
  return entry->key != QUO_GOSSIP_NOTHING
         && (options->cycle == QUO_GOSSIP_ASYNCHRONOUS
             || entry->learnt != self->cycle);
}

/**
 * quo_gossip_is_active:
 * @options: the protocol's options
 * @self: a node's memory
 * @entry: one of its entries
 *
 * Returns: whether the node passes the entry on now
 */
gboolean
quo_gossip_is_active (const QuoGossipOptions *options,
                      const QuoGossip        *self,
                      const QuoGossipEntry   *entry)
{
  return quo_gossip_was_there (options, self, entry)
         && (options->strategy != QUO_GOSSIP_RUMOR
             || (entry->flags & QUO_GOSSIP_HOT) != 0);
}

/**
 * quo_gossip_knew:
 * @options: the protocol's options
 * @self: a node's memory
 * @entry: (nullable): what it knows of the update's key
 * @row: an update that has just come, and is not merged yet
 *
 * Returns: whether the contact was unnecessary: in synchronous cycles, whether the
 *   node knew the update when the cycle began
 */
gboolean
quo_gossip_knew (const QuoGossipOptions *options,
                 const QuoGossip        *self,
                 const QuoGossipEntry   *entry,
                 const gint64           *row)
{
  if (quo_gossip_is_newer ((guint32) row[ROW_COUNTER], (guint32) row[ROW_ORIGIN],
                           entry))
    return FALSE;

  return quo_gossip_was_there (options, self, entry);
}

/* The site loses interest in a rumor: it knows it, and passes it on no more. */
static void
lose_interest (QuoNode        *node,
               QuoGossip      *self,
               QuoGossipEntry *entry)
{
  entry->flags &= (guint8) ~QUO_GOSSIP_HOT;
  quo_gossip_show (node, self);
}

/* One more contact that counts, or with a coin one toss. */
static void
count (QuoNode        *node,
       QuoGossip      *self,
       QuoGossipEntry *entry)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (options->stop == QUO_GOSSIP_NEVER
      || (entry->flags & QUO_GOSSIP_HOT) == 0)
    return;

  if (options->stop == QUO_GOSSIP_COIN)
    {
      if (quo_node_random_below (node, CHANCE_COIN, (guint64) options->k) == 0)
        lose_interest (node, self, entry);
      return;
    }
  entry->n_wasted++;
  quo_node_set (node, FIELD_WASTED, entry->n_wasted);
  if (entry->n_wasted >= options->k)
    lose_interest (node, self, entry);
}

/* A contact was useful: only unnecessary contacts in a row count. */
static void
reset (QuoNode        *node,
       QuoGossipEntry *entry)
{
  if (quo_node_has_fault (node, FAULT_FORGET_RESET))
    return;

  entry->n_wasted = 0;
  quo_node_set (node, FIELD_WASTED, 0);
}

static gboolean
is_judged_by_cycle (const QuoGossipOptions *options)
{
  return options->mode != QUO_GOSSIP_MODE_PUSH;
}

static void
judge (QuoNode        *node,
       QuoGossip      *self,
       QuoGossipEntry *entry)
{
  const QuoGossipOptions *options = quo_node_options (node);
  guint n_counted = entry->n_counted;
  gboolean was_needed = (entry->flags & QUO_GOSSIP_NEEDED) != 0;

  entry->n_counted = 0;
  entry->flags &= (guint8) ~QUO_GOSSIP_NEEDED;
  if (was_needed)
    {
      self->now |= QUO_GOSSIP_WAS_USEFUL;
      reset (node, entry);
    }
  if (options->stop == QUO_GOSSIP_COIN)
    for (guint i = 0; i < n_counted; i++)
      count (node, self, entry);
  else if (n_counted > 0 && !was_needed)
    count (node, self, entry);
}

/**
 * quo_gossip_judge:
 * @node: a node whose cycle ends
 * @self: its memory
 *
 * A site that is asked does not choose how often: the counter is moved once a
 * cycle, by one when it was asked and nobody needed the update, back to 0 when
 * anybody did. A coin is tossed for each contact. Push alone is judged contact by
 * contact, see quo_gossip_feedback().
 */
void
quo_gossip_judge (QuoNode   *node,
                  QuoGossip *self)
{
  const QuoGossipOptions *options = quo_node_options (node);
  QuoGossipEntry *entry;

  if (options->strategy != QUO_GOSSIP_RUMOR || !is_judged_by_cycle (options))
    return;

  for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL; i++)
    if (entry->key != QUO_GOSSIP_NOTHING)
      judge (node, self, entry);
}

/**
 * quo_gossip_was_known:
 * @node: a node
 * @self: its memory
 * @entry: what somebody else knew already
 *
 * Counts an unnecessary contact.
 */
void
quo_gossip_was_known (QuoNode        *node,
                      QuoGossip      *self,
                      QuoGossipEntry *entry)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (!is_judged_by_cycle (options))
    count (node, self, entry);
  else if (entry->n_counted < G_MAXUINT8)
    entry->n_counted++;
}

/**
 * quo_gossip_sent_blind:
 * @node: a node
 * @self: its memory
 * @entry: what it has just sent
 *
 * Counts the contact when nobody says whether it was necessary: every one counts.
 */
void
quo_gossip_sent_blind (QuoNode        *node,
                       QuoGossip      *self,
                       QuoGossipEntry *entry)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (options->strategy == QUO_GOSSIP_RUMOR
      && options->feedback == QUO_GOSSIP_BLIND
      && options->stop != QUO_GOSSIP_NEVER)
    quo_gossip_was_known (node, self, entry);
}

/**
 * quo_gossip_answer:
 * @node: a node
 * @to: who sent it updates
 * @rows: @n times key, counter, origin and whether the node knew
 * @n: at least 1
 *
 * Says which of the updates were necessary, where that decides anything.
 */
void
quo_gossip_answer (QuoNode      *node,
                   guint         to,
                   const gint64 *rows,
                   guint         n)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (options->strategy != QUO_GOSSIP_RUMOR
      || options->feedback != QUO_GOSSIP_FEEDBACK
      || options->stop == QUO_GOSSIP_NEVER)
    return;

  quo_node_send_rows (node, to, MESSAGE_FEEDBACK, rows, rows + N_ROW, n - 1);
}

static void
take_feedback (QuoNode      *node,
               QuoGossip    *self,
               const gint64 *row)
{
  const QuoGossipOptions *options = quo_node_options (node);
  QuoGossipEntry *entry = quo_gossip_find (self, row[FEEDBACK_KEY]);

  /* Word of a version that the node itself has replaced meanwhile. */
  if (entry == NULL || entry->counter != row[FEEDBACK_COUNTER]
      || entry->origin != row[FEEDBACK_ORIGIN])
    return;

  if (row[FEEDBACK_KNEW])
    {
      quo_gossip_was_known (node, self, entry);
      return;
    }
  if (is_judged_by_cycle (options))
    {
      entry->flags |= QUO_GOSSIP_NEEDED;
      return;
    }
  self->now |= QUO_GOSSIP_WAS_USEFUL;
  reset (node, entry);
}

/**
 * quo_gossip_feedback:
 * @node: a node
 * @self: its memory
 * @message: what the other site knew already
 */
void
quo_gossip_feedback (QuoNode          *node,
                     QuoGossip        *self,
                     const QuoMessage *message)
{
  take_feedback (node, self, message->fields);
  for (guint i = 0; i < message->n_rows; i++)
    take_feedback (node, self, message->rows + (gsize) i * N_ROW);
}
