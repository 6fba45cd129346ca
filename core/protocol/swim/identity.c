/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a member says of itself: its lives and incarnations, that it comes, that it is
 * not dead, that it goes. */

#include "protocol/swim/swim-private.h"

#include <string.h>

static QuoSwimRecord
own_record (const QuoSwim *self)
{
  return quo_swim_record (self->life, STATUS_ALIVE, self->incarnation);
}

/* The others hear of what it is now. */
static void
announce (QuoNode *node,
          QuoSwim *self)
{
  self->records[self->index] = own_record (self);
  quo_swim_enqueue (self, self->index, own_record (self));
  quo_swim_multicast (node, self, self->index, own_record (self));
}

/* The others hear that it goes. */
static void
take_leave (QuoNode *node,
            QuoSwim *self)
{
  QuoSwimRecord record = quo_swim_record (self->life, STATUS_LEFT,
                                          self->incarnation);

  self->records[self->index] = record;
  quo_swim_enqueue (self, self->index, record);
  quo_swim_multicast (node, self, self->index, record);
}

/* A life is on disk before anybody hears of it, or a later process would use it
 * again. */
static void
take_life (QuoNode *node,
           QuoSwim *self,
           guint32  life)
{
  if (self->pending_life >= life)
    return;

  self->pending_life = life;
  quo_node_set (node, FIELD_LIFE, life);
  quo_node_sync (node, WRITE_LIFE, life);
}

static void
become_member (QuoNode *node,
               QuoSwim *self)
{
  quo_node_cancel_timer (node, TIMER_JOIN);
  quo_swim_set_role (node, self,
                     self->suspicions->len > 0 ? ROLE_DOUBTING : ROLE_MEMBER);
  quo_swim_begin_periods (node, self);
}

/**
 * quo_swim_start:
 * @node: a node
 * @state: its memory
 */
void
quo_swim_start (QuoNode  *node,
                gpointer  state)
{
  QuoSwim *self = state;

  quo_swim_init (node, self);
  if (self->records == NULL || self->index >= quo_swim_n_founders (node, self))
    return;

  self->is_founder = TRUE;
  take_life (node, self, 1);
}

/**
 * quo_swim_restart:
 * @node: a node that crashed
 * @state: its memory
 *
 * It is not the member that it was: that one has failed, whether the others know or
 * not. Without a disk it does not know which one it is, and asks first.
 */
void
quo_swim_restart (QuoNode  *node,
                  gpointer  state)
{
  QuoSwim *self = state;
  gint64 last = quo_node_get (node, FIELD_LIFE);

  quo_swim_init (node, self);
  if (self->records == NULL
      || (last == 0 && self->index >= quo_swim_n_founders (node, self)))
    return;

  quo_swim_set_role (node, self, ROLE_JOINING);
  self->is_fresh = last == 0;
  if (quo_node_has_fault (node, FAULT_SAME_IDENTITY))
    {
      self->life = (guint32) MAX (last, 1);
      self->records[self->index] = own_record (self);
      quo_swim_add_fact (self, FACT_IDENTITY, self->index);
      quo_swim_ask_to_join (node, self);
      return;
    }
  if (self->is_fresh)
    quo_swim_ask_to_join (node, self);
  else
    take_life (node, self, (guint32) last + 1);
}

/**
 * quo_swim_synced:
 * @node: a node
 * @state: its memory
 * @write: a life
 * @token: which one
 */
void
quo_swim_synced (QuoNode  *node,
                 gpointer  state,
                 guint     write,
                 gint64    token)
{
  QuoSwim *self = state;

  g_array_set_size (self->facts, 0);
  self->heard = 0;
  if (token != self->pending_life)
    return;

  self->pending_life = 0;
  /* It has left meanwhile, and takes another one when it comes back. */
  if (self->role == ROLE_LEFT)
    return;
  self->life = (guint32) token;
  self->incarnation = 0;
  quo_node_set (node, FIELD_INCARNATION, 0);
  if (self->is_founder && self->role == ROLE_OUTSIDE)
    {
      quo_swim_found (node, self);
      become_member (node, self);
    }
  self->records[self->index] = own_record (self);
  quo_swim_add_fact (self, FACT_IDENTITY, self->index);
  if (self->role == ROLE_JOINING)
    quo_swim_ask_to_join (node, self);
  else if (self->role == ROLE_LEAVING)
    take_leave (node, self);
  else if (self->life > 1)
    announce (node, self);
}

/* Nobody but the member itself raises its incarnation. */
static void
refute (QuoNode       *node,
        QuoSwim       *self,
        QuoSwimRecord  record)
{
  gint64 incarnation = (gint64) quo_swim_incarnation (record) + 1;

  self->incarnation = (guint64) incarnation;
  quo_node_set (node, FIELD_INCARNATION, incarnation);
  quo_node_note (node, NOTE_REFUTES, &incarnation);
  quo_swim_feel (node, self, 1);
  announce (node, self);
  quo_swim_add_fact (self, FACT_REFUTED, self->index);
}

/**
 * quo_swim_hear_of_itself:
 * @node: a node
 * @self: its memory
 * @record: what others say of it
 *
 * A suspicion of what it is now is refuted. Who is given up goes on as another. And
 * whoever hears of itself what it never said is not the first to use this life: its
 * disk was lost.
 *
 * Source: Das et al. 2002, section 4.2.
 */
void
quo_swim_hear_of_itself (QuoNode       *node,
                         QuoSwim       *self,
                         QuoSwimRecord  record)
{
  gint64 next = (gint64) quo_swim_life (record) + 1;

  if (self->role != ROLE_JOINING && self->role != ROLE_MEMBER
      && self->role != ROLE_DOUBTING)
    return;
  if (quo_swim_overrides (record, self->heard))
    self->heard = record;
  if (quo_swim_life (record) < MAX (self->life, self->pending_life)
      || quo_node_has_fault (node, FAULT_NO_REFUTATION))
    return;

  if (quo_swim_status (record) == STATUS_SUSPECT
      && quo_swim_life (record) == self->life
      && quo_swim_incarnation (record) == self->incarnation)
    {
      refute (node, self, record);
      return;
    }
  if (!quo_swim_overrides (record, own_record (self)))
    return;

  quo_node_note (node, NOTE_NEW_LIFE, &next);
  take_life (node, self, (guint32) next);
}

static gboolean
may_be_asked (QuoNode       *node,
              const QuoSwim *self,
              guint          other)
{
  const QuoSwimOptions *options = quo_node_options (node);
  guint n_seeds = MIN ((guint) options->n_seeds, self->n_nodes);

  if (other == self->index)
    return FALSE;
  /* A seed without others asks whoever the group began with. */
  if (n_seeds == 1 && self->index == 0)
    n_seeds = quo_swim_n_founders (node, self);

  return other < n_seeds
         || (self->records[other] != 0
             && !quo_swim_is_over (self->records[other]));
}

static void
send_join (QuoNode *node,
           QuoSwim *self,
           guint    to)
{
  const gint64 fields[] = { self->life, (gint64) self->incarnation };

  quo_swim_send (node, self, to, MESSAGE_JOIN, fields);
}

/**
 * quo_swim_ask_to_join:
 * @node: a node that is not a member yet
 * @self: its memory
 *
 * Asks one seed after the other, one a period, until one answers; and who has pinged
 * it meanwhile.
 */
void
quo_swim_ask_to_join (QuoNode *node,
                      QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);

  if (self->role != ROLE_JOINING)
    return;
  /* All the seeds may have lost their disks and wait for each other. */
  if (self->life == 0 && self->index < (guint) options->n_seeds
      && self->n_asked >= 2 * (guint) options->n_seeds)
    {
      take_life (node, self, 1);
      return;
    }

  for (guint i = 0; i < self->n_nodes; i++)
    {
      guint other = self->next_contact++ % self->n_nodes;

      if (!may_be_asked (node, self, other))
        continue;
      self->n_asked++;
      send_join (node, self, other);
      quo_node_set_timer (node, TIMER_JOIN, options->period);
      return;
    }

  /* Nobody else is there. */
  if (self->life > 0)
    become_member (node, self);
  else
    take_life (node, self, 1);
}

/**
 * quo_swim_reconnect:
 * @node: a member
 * @self: its memory
 *
 * Turns to the next of the seeds and of those it holds for dead. The paper does not
 * say how the parts of a group that was cut in two find each other again; Serf does
 * it like this.
 */
void
quo_swim_reconnect (QuoNode *node,
                    QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);

  for (guint i = 0; i < self->n_nodes; i++)
    {
      guint other = self->next_contact++ % self->n_nodes;
      QuoSwimStatus status = quo_swim_status (self->records[other]);

      if (other == self->index || status == STATUS_LEFT
          || (status != STATUS_CONFIRM && other >= (guint) options->n_seeds))
        continue;
      send_join (node, self, other);
      return;
    }
}

/**
 * quo_swim_join:
 * @node: a node that is outside, or has left
 * @self: its memory
 */
void
quo_swim_join (QuoNode *node,
               QuoSwim *self)
{
  if (self->records == NULL
      || (self->role != ROLE_OUTSIDE && self->role != ROLE_LEFT))
    return;

  quo_swim_set_role (node, self, ROLE_JOINING);
  if (self->pending_life == 0)
    take_life (node, self, (guint32) quo_node_get (node, FIELD_LIFE) + 1);
}

/* Which life was the last that others know of, for one that has lost its disk. */
static guint32
known_life (const QuoSwim    *self,
            const QuoMessage *message)
{
  guint32 life = 0;

  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + (gsize) i * ROW_COLUMNS;

      if (row[0] == self->index)
        life = MAX (life, quo_swim_life (quo_swim_read_row (row, self->n_nodes)));
    }

  return life;
}

/**
 * quo_swim_hear_who_it_was:
 * @node: a node that has lost its disk and has no life yet
 * @self: its memory
 * @message: any
 *
 * Who takes it for dead says so.
 */
void
quo_swim_hear_who_it_was (QuoNode          *node,
                          QuoSwim          *self,
                          const QuoMessage *message)
{
  guint32 life = known_life (self, message);

  if (message->kind == MESSAGE_MEMBERS || life > 0)
    take_life (node, self, life + 1);
}

/**
 * quo_swim_joined:
 * @node: a node
 * @self: its memory
 * @message: somebody's list of the members
 */
void
quo_swim_joined (QuoNode          *node,
                 QuoSwim          *self,
                 const QuoMessage *message)
{
  const gint64 note[] = { message->from, self->life };

  /* What a newcomer is told is no news to the others. */
  quo_swim_take_rows (node, self, message, self->role != ROLE_JOINING);
  if (self->role != ROLE_JOINING || self->pending_life > 0)
    return;

  quo_node_note (node, NOTE_JOINS, note);
  become_member (node, self);
  announce (node, self);
}

/**
 * quo_swim_leave:
 * @node: a member that has had enough
 * @self: its memory
 *
 * Says so as often as any news is passed on, and answers meanwhile.
 */
void
quo_swim_leave (QuoNode *node,
                QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);

  if (!quo_swim_is_member (self) || self->role == ROLE_LEAVING)
    return;

  quo_node_note (node, NOTE_LEAVES, NULL);
  quo_swim_set_role (node, self, ROLE_LEAVING);
  take_leave (node, self);
  self->leaves_at = self->n_periods
                    + quo_swim_log_multiple (options->lambda, self->n_order + 1);
  if (options->dissemination == SPREAD_MULTICAST)
    quo_swim_go (node, self);
}

/**
 * quo_swim_go:
 * @node: a member that has said that it leaves
 * @self: its memory
 *
 * It forgets the group: what it knows is old when it joins again.
 */
void
quo_swim_go (QuoNode *node,
             QuoSwim *self)
{
  quo_node_cancel_timer (node, TIMER_PERIOD);
  quo_node_cancel_timer (node, TIMER_ACK);
  quo_swim_set_role (node, self, ROLE_LEFT);
  self->target = QUO_NO_NODE;
  quo_node_set (node, FIELD_TARGET, QUO_NO_NODE);
  memset (self->records, 0, self->n_nodes * sizeof (QuoSwimRecord));
  self->n_order = 0;
  self->next = 0;
  g_array_set_size (self->news, 0);
  g_array_set_size (self->suspicions, 0);
  g_array_set_size (self->relays, 0);
  quo_node_clear_rows (node, FIELD_MEMBERS);
}
