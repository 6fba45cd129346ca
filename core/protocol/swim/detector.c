/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The failure detector: in each period one member is pinged, by others too when it
 * does not answer. */

#include "protocol/swim/swim-private.h"

/* What a ping-req is forgotten after, periods: whoever asked has ended its own. */
#define RELAY_PERIODS 2

static QuoTime
scaled (const QuoSwim *self,
        QuoTime        time)
{
  return time * (1 + (QuoTime) self->health);
}

/* Until the first tick from @least on: of a clock that ticks in step with everybody's,
 * or of one that goes from now on. */
static QuoTime
period_left (QuoNode *node,
             QuoSwim *self,
             QuoTime  least)
{
  const QuoSwimOptions *options = quo_node_options (node);
  QuoTime past;
  QuoTime left;

  if (options->phase == PHASE_RANDOM)
    return scaled (self, options->period);

  past = quo_node_now (node) % options->period;
  if (past < 0)
    past += options->period;
  left = options->period - past;

  return left < least ? left + options->period : left;
}

/**
 * quo_swim_begin_periods:
 * @node: a node that has become a member
 * @self: its memory
 */
void
quo_swim_begin_periods (QuoNode *node,
                        QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);
  QuoTime delay = period_left (node, self, 0);

  if (options->phase == PHASE_RANDOM)
    delay = (QuoTime) (quo_node_random_unit (node, CHANCE_PHASE)
                       * (double) options->period);
  quo_node_set_timer (node, TIMER_PERIOD, delay);
}

/**
 * quo_swim_feel:
 * @node: a node
 * @self: its memory
 * @change: +1: it has reason to doubt itself; -1: all goes well
 *
 * A member that is slow itself finds others slow. Its local health multiplier makes
 * it wait longer.
 *
 * Source: Dadgar, Phillips, Currey, Lifeguard, 2017, section IV.A; without its nack.
 */
void
quo_swim_feel (QuoNode *node,
               QuoSwim *self,
               int      change)
{
  const QuoSwimOptions *options = quo_node_options (node);

  if (change < 0 && self->health > 0)
    self->health--;
  if (change > 0 && self->health < (guint32) options->local_health)
    self->health++;
}

static void
send_ping (QuoNode *node,
           QuoSwim *self,
           guint    to,
           guint32  number)
{
  const gint64 fields[] = { number, self->life, (gint64) self->incarnation };

  quo_swim_send (node, self, to, MESSAGE_PING, fields);
}

static void
send_ack (QuoNode       *node,
          QuoSwim       *self,
          guint          to,
          guint32        number,
          guint          target,
          QuoSwimRecord  record)
{
  const gint64 fields[] = {
    number, target, quo_swim_life (record), (gint64) quo_swim_incarnation (record)
  };

  quo_swim_send (node, self, to, MESSAGE_ACK, fields);
}

static guint32
next_number (QuoSwim *self)
{
  self->last_number = (self->last_number + 1) & G_MAXINT32;

  return self->last_number;
}

/* Nobody has answered all period long. */
static void
fail (QuoNode *node,
      QuoSwim *self,
      guint    target)
{
  const QuoSwimOptions *options = quo_node_options (node);
  QuoSwimRecord record = self->records[target];

  quo_swim_feel (node, self, 1);
  if (quo_swim_status (record) != STATUS_ALIVE
      || quo_swim_life (record) != quo_swim_life (self->target_record))
    return;

  quo_swim_originate (node, self, target,
                      quo_swim_record (quo_swim_life (record),
                                       options->has_suspicion ? STATUS_SUSPECT
                                                              : STATUS_CONFIRM,
                                       quo_swim_incarnation (record)));
}

static void
end_period (QuoNode *node,
            QuoSwim *self)
{
  guint target = (guint) self->target;

  if (self->target == QUO_NO_NODE)
    return;

  self->target = QUO_NO_NODE;
  if (!self->is_answered)
    fail (node, self, target);
  quo_swim_add_fact (self, FACT_ENDED, target);
}

static void
forget_relays (QuoSwim *self)
{
  guint n_old = 0;

  while (n_old < self->relays->len
         && g_array_index (self->relays, QuoSwimRelay, n_old).period + RELAY_PERIODS
            <= self->n_periods)
    n_old++;
  if (n_old > 0)
    g_array_remove_range (self->relays, 0, n_old);
}

/**
 * quo_swim_period:
 * @node: a member whose protocol period is over
 * @self: its memory
 *
 * Judges the last period and begins the next.
 *
 * Source: Das et al. 2002, section 3.1.
 */
void
quo_swim_period (QuoNode *node,
                 QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);

  if (!quo_swim_is_member (self))
    return;
  end_period (node, self);
  if (self->role == ROLE_LEAVING
      && (self->n_periods >= self->leaves_at
          || !quo_swim_is_spreading (self, self->index)))
    {
      quo_swim_go (node, self);
      return;
    }

  self->n_periods++;
  forget_relays (self);
  if (options->reconnect_periods > 0
      && self->n_periods % (guint64) options->reconnect_periods == 0)
    quo_swim_reconnect (node, self);

  self->target = quo_swim_next_target (node, self);
  self->is_answered = FALSE;
  if (self->n_nodes <= QUO_SWIM_SHOWN_MAX)
    quo_node_set (node, FIELD_TARGET, self->target);
  if (self->target != QUO_NO_NODE)
    {
      self->target_number = next_number (self);
      self->target_record = self->records[self->target];
      quo_swim_add_fact (self, FACT_TARGET, (guint) self->target);
      send_ping (node, self, (guint) self->target, self->target_number);
      quo_node_set_timer (node, TIMER_ACK,
                          scaled (self, MIN (options->ack_timeout,
                                             options->period)));
    }
  /* The timer of a clock that drifts may come a moment before the tick that it was set
   * for, and that tick is not the next one. */
  quo_node_set_timer (node, TIMER_PERIOD,
                      period_left (node, self, options->period / 2));
}

/**
 * quo_swim_ask_others:
 * @node: a member whose ping was not answered in time
 * @self: its memory
 *
 * Asks k others, drawn at random, to ping the same member: what is wrong may be with
 * the way there, or with this member itself.
 */
void
quo_swim_ask_others (QuoNode *node,
                     QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);
  const gint64 fields[] = {
    self->target_number, self->target, self->life, (gint64) self->incarnation
  };
  guint32 chosen[16];
  guint n_wanted = MIN ((guint) options->n_relays,
                        (guint) G_N_ELEMENTS (chosen));
  guint n = 0;

  if (self->target == QUO_NO_NODE || self->is_answered || self->n_order == 0)
    return;

  for (guint tries = 0; n < MIN (n_wanted, self->n_order) && tries < 128; tries++)
    {
      guint32 one = self->order[quo_node_random_below (node, CHANCE_RELAY,
                                                       self->n_order)];
      gboolean is_double = (int) one == self->target;

      for (guint i = 0; i < n; i++)
        is_double = is_double || chosen[i] == one;
      if (is_double)
        continue;
      chosen[n++] = one;
      quo_swim_send (node, self, one, MESSAGE_PING_REQ, fields);
    }
}

/* What a member says of itself with whatever it sends. */
static void
take_sender (QuoNode *node,
             QuoSwim *self,
             guint    from,
             gint64   life,
             gint64   incarnation)
{
  const gint64 row[] = { from, STATUS_ALIVE, incarnation, life };

  quo_swim_apply (node, self, from, quo_swim_read_row (row, self->n_nodes), FALSE,
                  TRUE);
}

/**
 * quo_swim_pinged:
 * @node: a node
 * @self: its memory
 * @message: a ping
 */
void
quo_swim_pinged (QuoNode          *node,
                 QuoSwim          *self,
                 const QuoMessage *message)
{
  const gint64 *m = message->fields;

  take_sender (node, self, message->from, m[1], m[2]);
  quo_swim_take_rows (node, self, message, TRUE);
  quo_swim_add_fact (self, FACT_ACKED, self->index);
  send_ack (node, self, message->from, (guint32) m[0], self->index,
            quo_swim_record (self->life, STATUS_ALIVE, self->incarnation));
}

/**
 * quo_swim_asked:
 * @node: a node
 * @self: its memory
 * @message: a ping-req
 */
void
quo_swim_asked (QuoNode          *node,
                QuoSwim          *self,
                const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoSwimRelay relay = { 0 };

  take_sender (node, self, message->from, m[2], m[3]);
  quo_swim_take_rows (node, self, message, TRUE);
  if (m[1] < 0 || m[1] >= self->n_nodes || m[1] == self->index)
    return;

  if (quo_node_has_fault (node, FAULT_ACK_WITHOUT_PING))
    {
      send_ack (node, self, message->from, (guint32) m[0], (guint) m[1],
                self->records[m[1]]);
      return;
    }
  if (self->relays->len == QUO_SWIM_RELAYS_MAX)
    g_array_remove_index (self->relays, 0);
  relay.number = next_number (self);
  relay.asker = message->from;
  relay.asked_number = (guint32) m[0];
  relay.target = (guint32) m[1];
  relay.period = self->n_periods;
  g_array_append_val (self->relays, relay);
  send_ping (node, self, relay.target, relay.number);
}

/* An answer to a ping on behalf of another goes on to that one. */
static void
pass_back (QuoNode       *node,
           QuoSwim       *self,
           guint32        number,
           guint          target,
           QuoSwimRecord  record)
{
  for (guint i = 0; i < self->relays->len; i++)
    {
      QuoSwimRelay relay = g_array_index (self->relays, QuoSwimRelay, i);

      if (relay.number != number || relay.target != target)
        continue;
      g_array_remove_index (self->relays, i);
      send_ack (node, self, relay.asker, relay.asked_number, target, record);
      return;
    }
}

/**
 * quo_swim_acked:
 * @node: a node
 * @self: its memory
 * @message: an ack, of the member that was pinged or of one that pinged it
 */
void
quo_swim_acked (QuoNode          *node,
                QuoSwim          *self,
                const QuoMessage *message)
{
  const gint64 *m = message->fields;
  const gint64 row[] = { m[1], STATUS_ALIVE, m[3], m[2] };
  const gint64 note[] = { m[1], message->from };
  QuoSwimRecord record = quo_swim_read_row (row, self->n_nodes);

  quo_swim_take_rows (node, self, message, TRUE);
  if (record == 0)
    return;

  quo_swim_apply (node, self, (guint) m[1], record, FALSE, TRUE);
  if (m[1] != self->target || (guint32) m[0] != self->target_number)
    {
      pass_back (node, self, (guint32) m[0], (guint) m[1], record);
      return;
    }
  if (self->is_answered)
    return;

  self->is_answered = TRUE;
  self->last_answered = (int) m[1];
  quo_swim_feel (node, self, -1);
  quo_node_cancel_timer (node, TIMER_ACK);
  if (message->from != (guint) m[1])
    quo_node_note (node, NOTE_SAVED, note);
  quo_swim_add_fact (self, FACT_ANSWERED, (guint) m[1]);
}
