/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A site's life: cycles, contacts, and what it does with each message. */

#include "protocol/gossip/gossip-private.h"

/* A timer may fire a hair early on a clock that drifts; the cycle is the one it
 * was set for all the same. */
#define SLACK QUO_MICROSECOND

/**
 * quo_gossip_cycle_at:
 * @options: the protocol's options
 * @time: a moment
 *
 * Returns: in which cycle it lies, those before time 0 counted backwards
 */
guint32
quo_gossip_cycle_at (const QuoGossipOptions *options,
                     QuoTime                 time)
{
  QuoTime moment = time + SLACK;
  QuoTime cycle = moment / options->interval;

  if (cycle * options->interval > moment)
    cycle--;

  return (guint32) cycle;
}

/**
 * quo_gossip_begin:
 * @node: a node that is about to do something
 * @self: its memory
 */
void
quo_gossip_begin (QuoNode   *node,
                  QuoGossip *self)
{
  guint32 cycle = quo_gossip_cycle_at (quo_node_options (node),
                                       quo_node_now (node));

  if ((self->now & QUO_GOSSIP_NEW) != 0)
    {
      QuoGossipEntry *entry;

      for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL; i++)
        entry->flags &= (guint8) ~QUO_GOSSIP_FRESH;
    }
  self->now &= QUO_GOSSIP_TIMER_RUNS;
  self->n_sent = 0;
  if (cycle != self->cycle)
    {
      self->cycle = cycle;
      self->n_accepted = 0;
    }
}

static gboolean
has_certificate (QuoGossip *self)
{
  const QuoGossipEntry *entry;

  for (guint i = 0; (entry = quo_gossip_nth (self, i)) != NULL; i++)
    if (entry->key != QUO_GOSSIP_NOTHING && entry->value == QUO_GOSSIP_NOTHING)
      return TRUE;

  return FALSE;
}

/* A site that would neither send nor ask has no cycles. */
static gboolean
needs_timer (QuoNode   *node,
             QuoGossip *self)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if ((options->certificate_life > 0
       || quo_node_has_fault (node, FAULT_DROP_CERTIFICATE_EARLY))
      && has_certificate (self))
    return TRUE;
  if (options->strategy == QUO_GOSSIP_NONE)
    return FALSE;
  if (options->mode != QUO_GOSSIP_MODE_PUSH || options->backup > 0)
    return TRUE;

  return options->strategy == QUO_GOSSIP_RUMOR
         ? self->role == QUO_GOSSIP_INFECTIVE
         : self->role != QUO_GOSSIP_SUSCEPTIBLE;
}

static void
set_timer (QuoNode   *node,
           QuoGossip *self,
           gboolean   is_first)
{
  const QuoGossipOptions *options = quo_node_options (node);
  QuoTime now = quo_node_now (node);
  QuoTime delay;

  if (options->cycle == QUO_GOSSIP_SYNCHRONOUS)
    {
      QuoTime into = (now + SLACK) % options->interval;

      delay = options->interval - (into < 0 ? into + options->interval : into)
              + SLACK;
    }
  else if (is_first)
    /* A clock that ticks all along, met at a random moment. */
    delay = (QuoTime) (quo_node_random_unit (node, CHANCE_TIMER)
                       * (double) options->interval);
  else
    delay = (QuoTime) ((1 + options->jitter
                            * (2 * quo_node_random_unit (node, CHANCE_TIMER) - 1))
                       * (double) options->interval);
  self->now |= QUO_GOSSIP_TIMER_RUNS;
  quo_node_set_timer (node, TIMER_CYCLE, delay);
}

/**
 * quo_gossip_end:
 * @node: a node that has done something
 * @self: its memory
 *
 * Brings its fields and its timer up to date.
 */
void
quo_gossip_end (QuoNode   *node,
                QuoGossip *self)
{
  gboolean is_running = (self->now & QUO_GOSSIP_TIMER_RUNS) != 0;
  gboolean is_needed;

  if ((self->now & QUO_GOSSIP_NEW) != 0)
    quo_gossip_show (node, self);
  is_needed = needs_timer (node, self);
  if (is_needed && !is_running)
    set_timer (node, self, TRUE);
  if (!is_needed && is_running)
    {
      self->now &= (guint8) ~QUO_GOSSIP_TIMER_RUNS;
      quo_node_cancel_timer (node, TIMER_CYCLE);
    }
}

/**
 * quo_gossip_send:
 * @node: a node
 * @self: its memory
 * @to: receiver
 * @message: Push, Reply or Mail
 * @rows: @n updates
 * @n: at least 1
 */
void
quo_gossip_send (QuoNode      *node,
                 QuoGossip    *self,
                 guint         to,
                 guint         message,
                 const gint64 *rows,
                 guint         n)
{
  self->n_sent += (gint32) n;
  quo_node_send_rows (node, to, message, rows, rows + N_ROW, n - 1);
}

static void
fill_row (gint64               *row,
          const QuoGossipEntry *entry)
{
  row[ROW_KEY] = entry->key;
  row[ROW_VALUE] = entry->value;
  row[ROW_COUNTER] = entry->counter;
  row[ROW_ORIGIN] = entry->origin;
}

/* Whether a Push that has just come holds this very version. */
static gboolean
is_in (const QuoMessage     *push,
       const QuoGossipEntry *entry)
{
  const gint64 *row = push->fields;

  for (guint i = 0; i <= push->n_rows; i++)
    {
      if (row[ROW_KEY] == entry->key && row[ROW_COUNTER] == entry->counter
          && row[ROW_ORIGIN] == entry->origin)
        return TRUE;
      if (i < push->n_rows)
        row = push->rows + (gsize) i * N_ROW;
    }

  return FALSE;
}

/* Sends what the node passes on, all of it in one message: to somebody it chose, as
 * the answer to somebody's Push or Pull, or because it is told to. Returns whether
 * there was any. */
static gboolean
pass_on (QuoNode          *node,
         QuoGossip        *self,
         guint             to,
         guint             message,
         const QuoMessage *asked,
         gboolean          is_told)
{
  const QuoGossipOptions *options = quo_node_options (node);
  guint n_entries = 1 + (self->more != NULL ? self->more->entries->len : 0);
  gint64 one[N_ROW];
  g_autofree gint64 *many = n_entries > 1
                            ? g_new (gint64, (gsize) n_entries * N_ROW) : NULL;
  gint64 *rows = many != NULL ? many : one;
  guint n = 0;

  for (guint i = 0; i < n_entries; i++)
    {
      QuoGossipEntry *entry = quo_gossip_nth (self, i);

      if (entry->key == QUO_GOSSIP_NOTHING
          || !(is_told || quo_gossip_is_active (options, self, entry)))
        continue;
      /* Who has just sent it is not told again, and did not need it. */
      if (asked != NULL && asked->kind == MESSAGE_PUSH && is_in (asked, entry))
        {
          if ((entry->flags & QUO_GOSSIP_FRESH) == 0)
            quo_gossip_was_known (node, self, entry);
          continue;
        }
      fill_row (rows + (gsize) n++ * N_ROW, entry);
      quo_gossip_sent_blind (node, self, entry);
    }
  if (n == 0)
    return FALSE;
  quo_gossip_send (node, self, to, message, rows, n);

  return TRUE;
}

static void
contact (QuoNode   *node,
         QuoGossip *self,
         guint      to,
         gboolean   is_anti_entropy)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (is_anti_entropy && options->compare == QUO_GOSSIP_MERKLE)
    {
      quo_gossip_tree (node, self, to);
      return;
    }
  /* What backs rumors up sends no data that the other has. */
  if (is_anti_entropy && (options->compare == QUO_GOSSIP_DIGEST
                          || options->strategy == QUO_GOSSIP_RUMOR))
    {
      quo_gossip_digest (node, self, to);
      return;
    }
  if (options->mode != QUO_GOSSIP_MODE_PULL
      && pass_on (node, self, to, MESSAGE_PUSH, NULL, FALSE))
    return;
  if (options->mode != QUO_GOSSIP_MODE_PUSH)
    quo_node_send (node, to, MESSAGE_PULL, NULL);
}

static guint
choose (QuoNode *node)
{
  guint n = quo_node_n_neighbours (node);

  return quo_node_neighbour (node, (guint) quo_node_random_below (node, CHANCE_PEER,
                                                                  n));
}

/* Contacts the cycle's partners, all of them different. */
static void
contact_some (QuoNode   *node,
              QuoGossip *self,
              gboolean   is_anti_entropy)
{
  const QuoGossipOptions *options = quo_node_options (node);
  guint n_wanted = (guint) MIN (options->fanout, quo_node_n_neighbours (node));
  guint chosen[QUO_GOSSIP_MAX_FANOUT];
  guint n = 0;

  /* A topology may name a neighbour twice, so the search has an end. */
  n_wanted = MIN (n_wanted, QUO_GOSSIP_MAX_FANOUT);
  for (guint tries = 0; n < n_wanted && tries < 256; tries++)
    {
      guint to = choose (node);
      gboolean is_double = FALSE;

      for (guint i = 0; i < n; i++)
        is_double = is_double || chosen[i] == to;
      if (is_double)
        continue;
      chosen[n++] = to;
      contact (node, self, to, is_anti_entropy);
    }
}

/**
 * quo_gossip_timeout:
 * @node: a node whose cycle begins
 * @state: its memory
 * @timer: the cycle's timer
 * @arg: nothing
 */
void
quo_gossip_timeout (QuoNode  *node,
                    gpointer  state,
                    guint     timer,
                    gint64    arg)
{
  QuoGossip *self = state;
  const QuoGossipOptions *options = quo_node_options (node);
  gboolean is_anti_entropy;

  quo_gossip_begin (node, self);
  self->now &= (guint8) ~QUO_GOSSIP_TIMER_RUNS;
  self->n_hunts = 0;
  quo_gossip_age (node, self);
  quo_gossip_judge (node, self);
  quo_gossip_show (node, self);
  is_anti_entropy = options->strategy == QUO_GOSSIP_ANTI_ENTROPY
                    || (options->backup > 0 && self->cycle % options->backup == 0);
  if (options->strategy != QUO_GOSSIP_NONE)
    contact_some (node, self, is_anti_entropy);
  if (needs_timer (node, self))
    set_timer (node, self, FALSE);
  quo_gossip_end (node, self);
}

/* A site whose connections are taken says so, and the contact did not happen. */
static gboolean
refuse (QuoNode          *node,
        QuoGossip        *self,
        const QuoMessage *message)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (options->connection_limit == 0)
    return FALSE;
  if (self->n_accepted < options->connection_limit)
    {
      self->n_accepted++;
      return FALSE;
    }

  if (message->kind == MESSAGE_PUSH)
    self->n_sent -= 1 + (gint32) message->n_rows;
  quo_node_send (node, message->from, MESSAGE_REFUSE, NULL);

  return TRUE;
}

/* Takes updates over and says which of them were news. */
static void
take (QuoNode          *node,
      QuoGossip        *self,
      const QuoMessage *message)
{
  const QuoGossipOptions *options = quo_node_options (node);
  gboolean is_mail = message->kind == MESSAGE_MAIL;
  gint64 one[N_ROW];
  g_autofree gint64 *many = message->n_rows > 0
                            ? g_new (gint64, (message->n_rows + 1) * (gsize) N_ROW)
                            : NULL;
  gint64 *answers = many != NULL ? many : one;
  const gint64 *row = message->fields;

  for (guint i = 0; i <= message->n_rows; i++)
    {
      gint64 *answer = answers + (gsize) i * N_ROW;
      const QuoGossipEntry *entry = quo_gossip_find (self, row[ROW_KEY]);

      answer[FEEDBACK_KEY] = row[ROW_KEY];
      answer[FEEDBACK_COUNTER] = row[ROW_COUNTER];
      answer[FEEDBACK_ORIGIN] = row[ROW_ORIGIN];
      answer[FEEDBACK_KNEW] = quo_gossip_knew (options, self, entry, row);
      quo_gossip_merge (node, self, row,
                        !is_mail || options->strategy != QUO_GOSSIP_RUMOR);
      if (i < message->n_rows)
        row = message->rows + (gsize) i * N_ROW;
    }
  if (!is_mail)
    quo_gossip_answer (node, message->from, answers, message->n_rows + 1);
}

static void
take_push (QuoNode          *node,
           QuoGossip        *self,
           const QuoMessage *message)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (refuse (node, self, message))
    return;

  take (node, self, message);
  if (options->mode == QUO_GOSSIP_MODE_PUSH_PULL
      && options->strategy != QUO_GOSSIP_NONE)
    pass_on (node, self, message->from, MESSAGE_REPLY, message, FALSE);
}

/* Hunting: a site that was refused tries others in the same cycle. */
static void
hunt (QuoNode   *node,
      QuoGossip *self)
{
  const QuoGossipOptions *options = quo_node_options (node);

  if (self->n_hunts >= options->hunting)
    return;

  self->n_hunts++;
  contact (node, self, choose (node),
           options->strategy == QUO_GOSSIP_ANTI_ENTROPY);
}

/**
 * quo_gossip_receive:
 * @node: a node
 * @state: its memory
 * @message: what came
 */
void
quo_gossip_receive (QuoNode          *node,
                    gpointer          state,
                    const QuoMessage *message)
{
  QuoGossip *self = state;

  quo_gossip_begin (node, self);
  switch (message->kind)
    {
    case MESSAGE_PUSH:
      take_push (node, self, message);
      break;
    case MESSAGE_FEEDBACK:
      quo_gossip_feedback (node, self, message);
      break;
    case MESSAGE_PULL:
      if (!refuse (node, self, message))
        pass_on (node, self, message->from, MESSAGE_REPLY, message, FALSE);
      break;
    case MESSAGE_REFUSE:
      hunt (node, self);
      break;
    case MESSAGE_DIGEST:
      if (!refuse (node, self, message))
        quo_gossip_compare (node, self, message);
      break;
    case MESSAGE_TREE:
      /* Only its first message is a contact; the others answer. */
      if (message->fields[0] > 0 || !refuse (node, self, message))
        quo_gossip_descend (node, self, message);
      break;
    case MESSAGE_LEAVES:
      quo_gossip_leaves (node, self, message);
      break;
    case MESSAGE_WANT:
      quo_gossip_wanted (node, self, message);
      break;
    case MESSAGE_REPLY:
    case MESSAGE_MAIL:
    default:
      take (node, self, message);
      break;
    }
  quo_gossip_end (node, self);
}

/**
 * quo_gossip_start:
 * @node: a node that starts, or starts again with nothing in its memory
 * @state: its memory
 */
void
quo_gossip_start (QuoNode  *node,
                  gpointer  state)
{
  quo_gossip_begin (node, state);
  quo_gossip_end (node, state);
}

/**
 * quo_gossip_command:
 * @node: a node
 * @state: its memory
 * @command: update, delete or tell
 * @args: its fields
 */
void
quo_gossip_command (QuoNode      *node,
                    gpointer      state,
                    guint         command,
                    const gint64 *args)
{
  QuoGossip *self = state;
  QuoGossipPending wish = { .key = (guint32) args[0], .client = QUO_NO_NODE };

  quo_gossip_begin (node, self);
  switch (command)
    {
    case COMMAND_UPDATE:
      wish.value = (guint32) args[1];
      quo_gossip_write (node, self, &wish);
      break;
    case COMMAND_DELETE:
      quo_gossip_write (node, self, &wish);
      break;
    case COMMAND_TELL:
    default:
      if (args[0] >= 0 && args[0] < quo_node_n_nodes (node))
        pass_on (node, self, (guint) args[0], MESSAGE_PUSH, NULL, TRUE);
      break;
    }
  quo_gossip_end (node, self);
}
