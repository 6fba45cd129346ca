/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of a message: when it arrives, or where and why it is lost. */

#include "sim/sim-private.h"

/* Draws of one message, by index within its block of the link's stream. */
enum
{
  DRAW_LATENCY,
  DRAW_LOSS,
  DRAW_DUPLICATE,
  DRAW_TWIN,
  DRAW_PLACE,
  N_DRAWS
};

/* A message's bytes on a link with limited bandwidth: a header, and a word for
 * each value. */
#define HEADER_BYTES 32
#define WORD_BYTES   8

static void
merge_rules (QuoLinkRules        *rules,
             const QuoLinkConfig *link)
{
  if (link->latency != NULL)
    rules->latency = link->latency;
  if (link->loss >= 0)
    rules->loss = link->loss;
  if (link->duplicate >= 0)
    rules->duplicate = link->duplicate;
  if (link->bandwidth >= 0)
    rules->bandwidth = link->bandwidth;
  if (link->is_fifo >= 0)
    rules->is_fifo = link->is_fifo;
  if (link->extra >= 0)
    rules->extra = link->extra;
}

static guint
home_of (QuoSim *self,
         guint   participant)
{
  if (participant < self->n_nodes)
    return participant;

  return self->config->clients[participant - self->n_nodes].home;
}

/* The rules that hold for a link when nothing special was said about it. */
static void
usual_rules (QuoSim       *self,
             guint         from,
             guint         to,
             QuoLinkRules *ret_rules)
{
  const QuoNetworkConfig *network = &self->config->network;

  *ret_rules = g_array_index (self->rules, QuoLinkRules, 0);
  if (network->n_regions > 0)
    {
      guint pair = network->region_of[from] * network->n_regions
                   + network->region_of[to];

      if (network->region_latency[pair] != NULL)
        ret_rules->latency = network->region_latency[pair];
    }
  if ((from >= self->n_nodes || to >= self->n_nodes)
      && home_of (self, from) == home_of (self, to))
    {
      ret_rules->latency = network->client_latency;
      ret_rules->extra = 0;
    }
}

static QuoLink *
dense_link (QuoSim *self,
            guint   from,
            guint   to)
{
  return &self->links[(gsize) from * self->n_participants + to];
}

static guint
rules_index (QuoSim *self,
             guint   from,
             guint   to)
{
  if (self->links != NULL)
    return dense_link (self, from, to)->rules;
  if (self->sparse_rules != NULL)
    {
      guint64 pair = QUO_PAIR (from, to);

      return GPOINTER_TO_UINT (g_hash_table_lookup (self->sparse_rules, &pair));
    }

  return 0;
}

static void
set_rules (QuoSim             *self,
           guint               from,
           guint               to,
           const QuoLinkRules *rules)
{
  guint index = rules_index (self, from, to);
  guint64 pair = QUO_PAIR (from, to);

  if (index != 0)
    {
      g_array_index (self->rules, QuoLinkRules, index) = *rules;
      return;
    }

  index = self->rules->len;
  g_array_append_vals (self->rules, rules, 1);
  if (self->links != NULL)
    {
      dense_link (self, from, to)->rules = index;
      return;
    }
  if (self->sparse_rules == NULL)
    self->sparse_rules = g_hash_table_new_full (g_int64_hash, g_int64_equal,
                                                g_free, NULL);
  g_hash_table_insert (self->sparse_rules, g_memdup2 (&pair, sizeof pair),
                       GUINT_TO_POINTER (index));
}

/**
 * quo_network_set_link:
 * @self: a simulation
 * @from: participant
 * @to: participant
 * @link: what changes; the latency stays the caller's and must outlive @self
 */
void
quo_network_set_link (QuoSim              *self,
                      guint                from,
                      guint                to,
                      const QuoLinkConfig *link)
{
  guint index = rules_index (self, from, to);
  QuoLinkRules rules;

  if (index != 0)
    rules = g_array_index (self->rules, QuoLinkRules, index);
  else
    usual_rules (self, from, to, &rules);
  merge_rules (&rules, link);
  set_rules (self, from, to, &rules);
}

/**
 * quo_network_init:
 * @self: a simulation whose participants are known
 */
void
quo_network_init (QuoSim *self)
{
  const QuoNetworkConfig *network = &self->config->network;
  QuoLinkRules base = { NULL, 0, 0, 0, FALSE, 0 };
  guint n = self->n_participants;

  self->rules = g_array_new (FALSE, FALSE, sizeof (QuoLinkRules));
  merge_rules (&base, &network->base);
  g_array_append_val (self->rules, base);
  self->cuts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->link_seed = quo_stream_key (self->config->seed, QUO_STREAM_LINK, 0, 0);
  if (n <= QUO_DENSE_PARTICIPANTS)
    {
      self->links = g_new0 (QuoLink, (gsize) n * n);
      for (guint from = 0; from < n; from++)
        for (guint to = 0; to < n; to++)
          {
            QuoLinkConfig nothing = { NULL, -1, -1, -1, -1, -1 };

            dense_link (self, from, to)->key =
              quo_stream_key (self->config->seed, QUO_STREAM_LINK, from, to);
            if (network->n_regions > 0 || from >= self->n_nodes
                || to >= self->n_nodes)
              quo_network_set_link (self, from, to, &nothing);
          }
    }

  for (guint i = 0; i < network->overrides->len; i++)
    {
      const QuoLinkOverride *override =
        &g_array_index (network->overrides, QuoLinkOverride, i);

      quo_network_set_link (self, override->from, override->to, &override->link);
    }
}

/**
 * quo_network_clear:
 * @self: a simulation
 */
void
quo_network_clear (QuoSim *self)
{
  g_array_unref (self->rules);
  g_hash_table_unref (self->cuts);
  g_clear_pointer (&self->sparse_rules, g_hash_table_unref);
  g_clear_pointer (&self->sparse_links, g_hash_table_unref);
  g_clear_pointer (&self->tampered, g_hash_table_unref);
  g_free (self->links);
  g_free (self->groups);
}

/**
 * quo_network_is_cut:
 * @self: a simulation
 * @from: participant
 * @to: participant
 *
 * Returns: whether a message in that direction is lost
 */
gboolean
quo_network_is_cut (QuoSim *self,
                    guint   from,
                    guint   to)
{
  guint64 pair = QUO_PAIR (from, to);

  if (self->groups != NULL && self->groups[from] != self->groups[to])
    return TRUE;
  if (g_hash_table_size (self->cuts) == 0)
    return FALSE;

  return g_hash_table_contains (self->cuts, &pair);
}

/* A link's memory, where it needs one and has no dense one. */
static QuoLink *
sparse_link (QuoSim *self,
             guint   from,
             guint   to)
{
  guint64 pair = QUO_PAIR (from, to);
  QuoLink *link;

  if (self->sparse_links == NULL)
    self->sparse_links = g_hash_table_new_full (g_int64_hash, g_int64_equal,
                                                g_free, g_free);
  link = g_hash_table_lookup (self->sparse_links, &pair);
  if (link == NULL)
    {
      link = g_new0 (QuoLink, 1);
      g_hash_table_insert (self->sparse_links, g_memdup2 (&pair, sizeof pair),
                           link);
    }

  return link;
}

static gboolean
matches (const QuoMessageMatch *match,
         guint                  kind,
         guint                  from,
         guint                  to)
{
  return (match->kind < 0 || match->kind == (int) kind)
         && (match->from < 0 || match->from == (int) from)
         && (match->to < 0 || match->to == (int) to);
}

static QuoTamper *
tamper_with (QuoSim *self,
             guint32 send)
{
  QuoTamper *tamper;

  if (self->tampered == NULL)
    self->tampered = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  tamper = g_hash_table_lookup (self->tampered, GUINT_TO_POINTER (send));
  if (tamper == NULL)
    {
      tamper = g_new0 (QuoTamper, 1);
      g_hash_table_insert (self->tampered, GUINT_TO_POINTER (send), tamper);
    }

  return tamper;
}

/* Does to a message in flight what the script says. */
static void
spring (QuoSim        *self,
        const QuoTrap *trap,
        guint32        send)
{
  switch (trap->kind)
    {
    case QUO_ACTION_DELAY:
      tamper_with (self, send)->delay += trap->duration;
      break;
    case QUO_ACTION_DUPLICATE:
      tamper_with (self, send)->n_twins++;
      break;
    case QUO_ACTION_DROP:
    default:
      quo_network_lose (self, send, QUO_LOSS_DROPPED);
      break;
    }
}

/**
 * quo_network_trap:
 * @self: a simulation
 * @trap: what is to be done to which message
 *
 * Counts through the messages in flight, then waits for those sent later.
 */
void
quo_network_trap (QuoSim        *self,
                  const QuoTrap *trap)
{
  guint32 length = quo_trace_length (self->trace);
  QuoTrap rest = *trap;

  for (guint32 i = 0; i < length; i++)
    {
      QuoEvent send;

      if (quo_trace_kind (self->trace, i) != QUO_EVENT_SEND
          || quo_trace_peer (self->trace, i) != QUO_NO_EVENT)
        continue;
      quo_trace_read (self->trace, i, &send);
      if (!matches (&rest.match, send.what, send.node, send.to))
        continue;
      if (--rest.match.nth == 0)
        {
          spring (self, &rest, i);
          return;
        }
    }

  g_array_append_val (self->traps, rest);
}

static gboolean
check_traps (QuoSim *self,
             guint   kind,
             guint   from,
             guint   to,
             guint32 send)
{
  for (guint i = 0; i < self->traps->len; i++)
    {
      QuoTrap *trap = &g_array_index (self->traps, QuoTrap, i);

      if (!matches (&trap->match, kind, from, to) || --trap->match.nth > 0)
        continue;

      QuoTrap sprung = *trap;

      g_array_remove_index (self->traps, i);
      if (sprung.kind == QUO_ACTION_DROP)
        {
          quo_queue_push (self->queue, self->now, send,
                          QUO_DUE (QUO_DUE_LOSE, QUO_LOSS_DROPPED));
          return TRUE;
        }
      spring (self, &sprung, send);
      return FALSE;
    }

  return FALSE;
}

/* What a message of this kind takes: its own latency comes before its link's, as
 * in the model of Bailis et al. 2012, which gives a write, its acknowledgement, a
 * read and its response a distribution each. The link's extra is the way between
 * data centers, which all of them have to go. */
static const QuoDistribution *
latency_of (const QuoSim       *self,
            const QuoLinkRules *rules,
            guint               kind)
{
  QuoDistribution **kinds = self->config->network.kinds;

  if (G_LIKELY (kinds == NULL) || kind >= QUO_MESSAGE_REQUEST
      || kinds[kind] == NULL)
    return rules->latency;

  return kinds[kind];
}

static QuoTime
arrival (QuoSim             *self,
         const QuoLinkRules *rules,
         QuoLink            *link,
         guint               kind,
         guint64             bits,
         guint               n_words)
{
  QuoTime drawn = quo_distribution_sample (latency_of (self, rules, kind), bits);
  QuoTime latency = MIN (drawn + rules->extra, QUO_TIME_MAX);
  QuoTime leaves = self->now;

  if (rules->bandwidth > 0 && link != NULL)
    {
      double bytes = HEADER_BYTES + (double) n_words * WORD_BYTES;

      /* Beyond the longest time all waits are one: they must not overflow. */
      double wait = MIN (bytes * (double) QUO_SECOND / rules->bandwidth,
                         (double) QUO_TIME_MAX);

      leaves = MIN (MAX (leaves, link->free_at) + (QuoTime) wait, 2 * QUO_TIME_MAX);
      link->free_at = leaves;
    }
  if (rules->is_fifo && link != NULL)
    {
      QuoTime time = MAX (leaves + latency, link->last_arrival);

      link->last_arrival = time;
      return time;
    }

  return leaves + latency;
}

/**
 * quo_network_transmit:
 * @self: a simulation
 * @from: participant
 * @to: participant
 * @kind: of message
 * @send: the event
 * @n_words: values in the message
 *
 * Draws what becomes of a message that was just sent. The dice are keyed by link
 * and by the number of messages sent over it, so no other link's are moved.
 */
void
quo_network_transmit (QuoSim  *self,
                      guint    from,
                      guint    to,
                      guint    kind,
                      guint32  send,
                      guint    n_words)
{
  const QuoLinkRules *rules;
  QuoLinkRules usual;
  QuoLink *link = NULL;
  guint64 key;
  guint64 index;
  double loss;
  QuoTime time;

  self->figures[QUO_FIGURE_SENT]++;
  self->n_sent[kind]++;
  if (self->links != NULL)
    {
      link = dense_link (self, from, to);
      rules = &g_array_index (self->rules, QuoLinkRules, link->rules);
      key = link->key;
      index = (guint64) link->n_messages++ * N_DRAWS;
    }
  else
    {
      guint rule = rules_index (self, from, to);

      usual_rules (self, from, to, &usual);
      rules = rule != 0 ? &g_array_index (self->rules, QuoLinkRules, rule) : &usual;
      if (rules->is_fifo || rules->bandwidth > 0)
        link = sparse_link (self, from, to);
      key = quo_mix64 (self->link_seed ^ QUO_PAIR (from, to));
      index = (from < self->n_nodes ? (guint64) quo_sim_node (self, from)->n_sent++
               : self->clients[from - self->n_nodes].n_draws++) * N_DRAWS;
    }

  if (G_UNLIKELY (self->traps->len > 0)
      && check_traps (self, kind, from, to, send))
    return;

  time = arrival (self, rules, link, kind,
                  quo_random_at (key, index + DRAW_LATENCY), n_words);
  loss = MAX (rules->loss, self->extra_loss);
  if (G_UNLIKELY (quo_network_is_cut (self, from, to)))
    {
      quo_queue_push (self->queue, self->now + (time - self->now) / 2, send,
                      QUO_DUE (QUO_DUE_LOSE, QUO_LOSS_CUT));
      return;
    }
  if (loss > 0 && quo_chance (quo_random_at (key, index + DRAW_LOSS), loss))
    {
      double place = .2 + .6 * quo_unit (quo_random_at (key, index + DRAW_PLACE));

      quo_queue_push (self->queue,
                      self->now + (QuoTime) (place * (double) (time - self->now)),
                      send, QUO_DUE (QUO_DUE_LOSE, QUO_LOSS_LOST));
      return;
    }

  quo_queue_push (self->queue, time, send, QUO_DUE (QUO_DUE_DELIVER, to));
  if (rules->duplicate > 0
      && quo_chance (quo_random_at (key, index + DRAW_DUPLICATE), rules->duplicate))
    quo_queue_push (self->queue,
                    arrival (self, rules, link, kind,
                             quo_random_at (key, index + DRAW_TWIN), n_words),
                    send, QUO_DUE (QUO_DUE_DELIVER_TWIN, 0));
}

/**
 * quo_network_lose:
 * @self: a simulation
 * @send: a message in flight
 * @reason: why it is lost
 *
 * Records that the message is lost here and now.
 */
void
quo_network_lose (QuoSim  *self,
                  guint32  send,
                  QuoLoss  reason)
{
  guint32 event;
  QuoEvent message;

  if (quo_trace_peer (self->trace, send) != QUO_NO_EVENT)
    return;

  quo_trace_read (self->trace, send, &message);
  event = quo_sim_append (self, QUO_EVENT_LOSE, message.to, send);
  quo_trace_put (self->trace, reason);
  quo_trace_set_peer (self->trace, send, event);
  self->figures[QUO_FIGURE_LOST]++;
}

static void
hand_over (QuoSim   *self,
           guint32   event,
           QuoEvent *message)
{
  guint to = quo_trace_node (self->trace, event);
  QuoNode *node;

  if (to >= self->n_nodes)
    {
      quo_client_receive (self, to - self->n_nodes, message);
      return;
    }

  node = quo_sim_node (self, to);
  if (message->what == QUO_MESSAGE_REQUEST)
    {
      QuoOp op = {
        .client = message->node,
        .kind = (QuoOpKind) message->values[0],
        .serial = message->values[1],
        .key = message->values[2],
        .value = message->values[3],
        .expected = message->values[4],
        .context = message->n_values > 5 ? message->values[5] : 0,
      };

      if (self->behaviour->request != NULL)
        self->behaviour->request (node, quo_sim_state (self, to), &op);
    }
  else if (self->behaviour->receive != NULL)
    {
      QuoMessage received;

      received.kind = message->what;
      received.from = message->node;
      received.n_rows = message->n_rows;
      received.rows = message->rows;
      for (guint i = 0; i < message->n_values; i++)
        received.fields[i] = message->values[i];
      self->behaviour->receive (node, quo_sim_state (self, to), &received);
    }
  quo_sim_end_step (self, to);
}

/* Delays and twins asked for by hand; TRUE when the message comes later. */
static gboolean
is_tampered (QuoSim        *self,
             const QuoItem *item)
{
  QuoTamper *tamper = g_hash_table_lookup (self->tampered,
                                           GUINT_TO_POINTER (item->ref));
  QuoTamper copy;

  if (tamper == NULL)
    return FALSE;

  copy = *tamper;
  g_hash_table_remove (self->tampered, GUINT_TO_POINTER (item->ref));
  for (guint i = 0; i < copy.n_twins; i++)
    quo_queue_push (self->queue, self->now + copy.delay, item->ref,
                    QUO_DUE (QUO_DUE_DELIVER_TWIN, 0));
  if (copy.delay == 0)
    return FALSE;
  quo_queue_push (self->queue, self->now + copy.delay, item->ref, item->what);

  return TRUE;
}

/* A message is lost with its first copy; a second one that gets nowhere leaves it
 * on its way. */
static void
lose_copy (QuoSim   *self,
           guint32   send,
           gboolean  is_twin,
           QuoLoss   reason)
{
  if (!is_twin)
    quo_network_lose (self, send, reason);
}

/**
 * quo_network_deliver:
 * @self: a simulation
 * @item: a message, or a second copy of one, that has arrived
 */
void
quo_network_deliver (QuoSim        *self,
                     const QuoItem *item)
{
  guint32 send = item->ref;
  gboolean is_twin = (item->what & ((1u << QUO_DUE_BITS) - 1))
                     == QUO_DUE_DELIVER_TWIN;
  guint32 peer = quo_trace_peer (self->trace, send);
  QuoEvent message;
  guint32 event;

  /* Lost by hand meanwhile; a copy that was faster changes nothing. */
  if (!is_twin && peer != QUO_NO_EVENT
      && quo_trace_kind (self->trace, peer) == QUO_EVENT_LOSE)
    return;
  if (self->tampered != NULL && is_tampered (self, item))
    return;

  quo_trace_read (self->trace, send, &message);
  if (message.to < self->n_nodes)
    {
      QuoNode *node = quo_sim_node (self, message.to);

      if (node->life == QUO_LIFE_PAUSED && quo_sim_defer (self, message.to, item))
        return;
      if (node->life == QUO_LIFE_DOWN)
        {
          lose_copy (self, send, is_twin, QUO_LOSS_DOWN);
          return;
        }
    }
  if (quo_network_is_cut (self, message.node, message.to))
    {
      lose_copy (self, send, is_twin, QUO_LOSS_CUT);
      return;
    }

  event = quo_sim_append (self, QUO_EVENT_DELIVER, message.to, send);
  if (quo_trace_peer (self->trace, send) == QUO_NO_EVENT)
    quo_trace_set_peer (self->trace, send, event);
  self->figures[QUO_FIGURE_DELIVERED]++;
  self->step = event;
  hand_over (self, event, &message);
}

/**
 * quo_network_partition:
 * @self: a simulation
 * @groups: (transfer full): the side of every participant
 * @cause: event that brings it about, or %QUO_NO_EVENT
 *
 * Only participants of one side reach each other from now on.
 */
void
quo_network_partition (QuoSim  *self,
                       guint32 *groups,
                       guint32  cause)
{
  g_free (self->groups);
  self->groups = groups;
  self->n_partitions++;
  quo_sim_append (self, QUO_EVENT_LINKS, G_MAXUINT, cause);
  quo_trace_put (self->trace, QUO_LINKS_PARTITION);
  for (guint i = 0; i < self->n_participants; i++)
    quo_trace_put (self->trace, groups[i]);
}

/**
 * quo_network_cut:
 * @self: a simulation
 * @from: participant
 * @to: participant
 * @is_cut: cut or restore this one direction
 * @cause: event that brings it about, or %QUO_NO_EVENT
 */
void
quo_network_cut (QuoSim   *self,
                 guint     from,
                 guint     to,
                 gboolean  is_cut,
                 guint32   cause)
{
  guint64 pair = QUO_PAIR (from, to);

  if (is_cut)
    g_hash_table_add (self->cuts, g_memdup2 (&pair, sizeof pair));
  else
    g_hash_table_remove (self->cuts, &pair);
  quo_sim_append (self, QUO_EVENT_LINKS, G_MAXUINT, cause);
  quo_trace_put (self->trace, is_cut ? QUO_LINKS_CUT : QUO_LINKS_RESTORE);
  quo_trace_put (self->trace, from);
  quo_trace_put (self->trace, to);
}

/**
 * quo_network_set_loss:
 * @self: a simulation
 * @share: of all messages, 0 .. 1; 0 ends it
 * @cause: event that brings it about, or %QUO_NO_EVENT
 *
 * A spell of loss on every link, where the link's own is not higher.
 */
void
quo_network_set_loss (QuoSim  *self,
                      double   share,
                      guint32  cause)
{
  self->extra_loss = share;
  self->n_losses++;
  quo_sim_append (self, QUO_EVENT_LINKS, G_MAXUINT, cause);
  quo_trace_put (self->trace, QUO_LINKS_LOSS);
  quo_trace_put (self->trace, (gint64) (share * 1e6 + .5));
}

/**
 * quo_network_heal:
 * @self: a simulation
 * @cause: event that brings it about, or %QUO_NO_EVENT
 *
 * Ends the partition and every cut.
 */
void
quo_network_heal (QuoSim  *self,
                  guint32  cause)
{
  g_clear_pointer (&self->groups, g_free);
  g_hash_table_remove_all (self->cuts);
  self->n_partitions++;
  quo_sim_append (self, QUO_EVENT_LINKS, G_MAXUINT, cause);
  quo_trace_put (self->trace, QUO_LINKS_HEAL);
}
