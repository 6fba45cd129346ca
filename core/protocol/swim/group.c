/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A member's list of the others: what it holds of each, whom it pings next, and whom
 * it suspects. */

#include "protocol/swim/swim-private.h"

/**
 * quo_swim_init:
 * @node: a node
 * @self: zeroed memory
 */
void
quo_swim_init (QuoNode *node,
               QuoSwim *self)
{
  self->index = quo_node_index (node);
  self->n_nodes = MIN (quo_node_n_nodes (node), QUO_SWIM_MEMBERS_MAX);
  self->role = ROLE_OUTSIDE;
  self->target = QUO_NO_NODE;
  self->last_answered = QUO_NO_NODE;
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoSwimFact));
  if (self->index >= self->n_nodes)
    return;

  self->records = g_new0 (QuoSwimRecord, self->n_nodes);
  self->order = g_new0 (guint32, self->n_nodes);
  self->news = g_array_new (FALSE, FALSE, sizeof (QuoSwimNews));
  self->suspicions = g_array_new (FALSE, FALSE, sizeof (QuoSwimSuspicion));
  self->relays = g_array_new (FALSE, FALSE, sizeof (QuoSwimRelay));
  /* A number that an earlier process of this node did not use: an ack that is still
   * on its way to that one must not be taken for an answer to this one. */
  self->last_number = (guint32) quo_node_random (node, CHANCE_NUMBER) & G_MAXINT32;
}

/**
 * quo_swim_clear:
 * @state: a #QuoSwim
 */
void
quo_swim_clear (gpointer state)
{
  QuoSwim *self = state;

  g_clear_pointer (&self->records, g_free);
  g_clear_pointer (&self->order, g_free);
  g_clear_pointer (&self->news, g_array_unref);
  g_clear_pointer (&self->suspicions, g_array_unref);
  g_clear_pointer (&self->relays, g_array_unref);
  g_clear_pointer (&self->facts, g_array_unref);
}

/**
 * quo_swim_add_fact:
 * @self: a node's memory
 * @kind: what happened
 * @member: to whom
 *
 * Leaves a word for who watches the cluster.
 */
void
quo_swim_add_fact (QuoSwim         *self,
                   QuoSwimFactKind  kind,
                   guint            member)
{
  QuoSwimFact fact = {
    .kind = kind, .member = member, .new = self->records[member]
  };

  if (kind == FACT_ENDED)
    fact.old = self->target_record;
  g_array_append_val (self->facts, fact);
}

/**
 * quo_swim_set_role:
 * @node: a node
 * @self: its memory
 * @role: what it is from now on
 */
void
quo_swim_set_role (QuoNode     *node,
                   QuoSwim     *self,
                   QuoSwimRole  role)
{
  self->role = role;
  quo_node_set (node, FIELD_ROLE, role);
}

/* A member that holds somebody suspected is drawn as such. */
static void
show_doubt (QuoNode *node,
            QuoSwim *self)
{
  if (self->role == ROLE_MEMBER && self->suspicions->len > 0)
    quo_swim_set_role (node, self, ROLE_DOUBTING);
  else if (self->role == ROLE_DOUBTING && self->suspicions->len == 0)
    quo_swim_set_role (node, self, ROLE_MEMBER);
}

/**
 * quo_swim_n_founders:
 * @node: a node
 * @self: its memory
 *
 * Returns: how many nodes, the first ones, the group begins with
 */
guint
quo_swim_n_founders (QuoNode       *node,
                     const QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);

  return options->n_members > 0 ? (guint) MIN (options->n_members, self->n_nodes)
                                : self->n_nodes;
}

/* The lists of n members have n squared entries: in a large group those are not written
 * down that are as they were in the beginning. */
static gboolean
is_shown (QuoNode       *node,
          const QuoSwim *self,
          guint          member,
          QuoSwimRecord  record)
{
  return record != 0
         && (self->n_nodes <= QUO_SWIM_SHOWN_MAX
             || record != quo_swim_record (1, STATUS_ALIVE, 0)
             || member >= quo_swim_n_founders (node, self));
}

static void
show (QuoNode       *node,
      QuoSwim       *self,
      guint          member,
      QuoSwimRecord  old)
{
  QuoSwimRecord record = self->records[member];
  gint64 columns[] = {
    quo_swim_status (record), (gint64) quo_swim_incarnation (record),
    quo_swim_life (record)
  };

  if (is_shown (node, self, member, record))
    quo_node_set_row (node, FIELD_MEMBERS, member, columns);
  else if (is_shown (node, self, member, old))
    quo_node_remove_row (node, FIELD_MEMBERS, member);
}

/**
 * quo_swim_found:
 * @node: a node that the group begins with
 * @self: its memory
 *
 * It knows the others from the beginning, all in their first life.
 */
void
quo_swim_found (QuoNode *node,
                QuoSwim *self)
{
  guint n = quo_swim_n_founders (node, self);

  for (guint i = 0; i < n; i++)
    {
      self->records[i] = quo_swim_record (1, STATUS_ALIVE, 0);
      if (i == self->index)
        continue;
      self->order[self->n_order++] = i;
      show (node, self, i, 0);
    }
}

/* Section 4.3: a newcomer's place in the round is drawn among all places; those
 * before next have had their turn. */
static void
insert (QuoNode *node,
        QuoSwim *self,
        guint    member)
{
  guint64 place = quo_node_random_below (node, CHANCE_INSERT, self->n_order + 1);

  self->order[self->n_order++] = member;
  if (place >= self->next)
    return;

  self->order[self->n_order - 1] = self->order[self->next];
  self->order[self->next++] = member;
}

static void
take_out (QuoSwim *self,
          guint    member)
{
  guint at = 0;

  while (at < self->n_order && self->order[at] != member)
    at++;
  if (at == self->n_order)
    return;

  if (at < self->next)
    {
      self->order[at] = self->order[--self->next];
      at = self->next;
    }
  self->order[at] = self->order[--self->n_order];
}

/**
 * quo_swim_next_target:
 * @node: a node
 * @self: its memory
 *
 * Round robin over a list that is shuffled anew for each round, one place at a time:
 * the next one is drawn among those that have not had their turn. Or anybody, as in
 * the basic protocol.
 *
 * Complexity: O(1).
 * Source: Das et al. 2002, sections 3.1 and 4.3.
 *
 * Returns: whom to ping, %QUO_NO_NODE when there is nobody
 */
int
quo_swim_next_target (QuoNode *node,
                      QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);
  guint at;
  guint32 member;

  if (self->n_order == 0)
    return QUO_NO_NODE;
  if (options->target == TARGET_RANDOM
      || quo_node_has_fault (node, FAULT_RANDOM_TARGET))
    return (int) self->order[quo_node_random_below (node, CHANCE_TARGET,
                                                    self->n_order)];

  if (self->next >= self->n_order)
    self->next = 0;
  at = self->next + (guint) quo_node_random_below (node, CHANCE_TARGET,
                                                   self->n_order - self->next);
  member = self->order[at];
  self->order[at] = self->order[self->next];
  self->order[self->next++] = member;

  return (int) member;
}

static void
end_suspicion (QuoSwim *self,
               guint    member)
{
  for (guint i = 0; i < self->suspicions->len; i++)
    if (g_array_index (self->suspicions, QuoSwimSuspicion, i).member == member)
      {
        g_array_remove_index_fast (self->suspicions, i);
        return;
      }
}

/* Section 4.2: whoever is suspected has some time to say that it is not so. */
static void
begin_suspicion (QuoNode       *node,
                 QuoSwim       *self,
                 guint          member,
                 QuoSwimRecord  record)
{
  const QuoSwimOptions *options = quo_node_options (node);
  QuoSwimSuspicion suspicion = { record, member, ++self->last_serial };
  guint64 n_periods = (guint64) options->suspicion_periods;

  if (n_periods == 0)
    n_periods = 3 * quo_swim_log_multiple (1, self->n_order + 1);
  g_array_append_val (self->suspicions, suspicion);
  quo_node_wake_after (node, TIMER_SUSPICION,
                       (QuoTime) n_periods * options->period, suspicion.serial);
}

/**
 * quo_swim_suspicion_over:
 * @node: a node
 * @self: its memory
 * @serial: of a suspicion whose time is over, refuted or not
 */
void
quo_swim_suspicion_over (QuoNode *node,
                         QuoSwim *self,
                         guint32  serial)
{
  for (guint i = 0; i < self->suspicions->len; i++)
    {
      QuoSwimSuspicion one = g_array_index (self->suspicions, QuoSwimSuspicion, i);

      if (one.serial != serial)
        continue;
      quo_swim_originate (node, self, one.member,
                          quo_swim_record (quo_swim_life (one.record),
                                           STATUS_CONFIRM,
                                           quo_swim_incarnation (one.record)));
      return;
    }
}

/* The order of records, and the mistake of letting a suspicion be overridden by the
 * very incarnation that it is about. */
static gboolean
does_override (QuoNode       *node,
               QuoSwimRecord  record,
               QuoSwimRecord  old)
{
  if (quo_swim_overrides (record, old))
    return TRUE;

  return quo_node_has_fault (node, FAULT_ALIVE_OVERRIDES_EQUAL)
         && quo_swim_status (record) == STATUS_ALIVE
         && quo_swim_status (old) == STATUS_SUSPECT
         && quo_swim_life (record) == quo_swim_life (old)
         && quo_swim_incarnation (record) == quo_swim_incarnation (old);
}

static gboolean
is_listed (QuoSwimRecord record)
{
  return record != 0 && !quo_swim_is_over (record);
}

static void
change (QuoNode       *node,
        QuoSwim       *self,
        guint          member,
        QuoSwimRecord  record,
        gboolean       is_own)
{
  QuoSwimRecord old = self->records[member];
  QuoSwimFact fact = { FACT_CHANGED, is_own, member, old, record };
  gboolean is_forgotten = quo_swim_status (record) == STATUS_CONFIRM
                          && quo_node_has_fault (node, FAULT_FORGET_DEAD);

  self->records[member] = is_forgotten ? 0 : record;
  g_array_append_val (self->facts, fact);
  if (is_listed (record) && !is_listed (old))
    insert (node, self, member);
  else if (!is_listed (record) && is_listed (old))
    take_out (self, member);
  end_suspicion (self, member);
  if (quo_swim_status (record) == STATUS_SUSPECT)
    begin_suspicion (node, self, member, record);
  show_doubt (node, self);
  show (node, self, member, old);
  quo_node_set (node, FIELD_KNOWS, TRUE);
}

/* Whoever got an ack a moment ago knows better than the one who suspects. It may not
 * say so in the member's name: only that knows which incarnation it is in. */
static gboolean
raise_another (QuoNode       *node,
               QuoSwim       *self,
               guint          member,
               QuoSwimRecord  record)
{
  const gint64 note[] = {
    member, (gint64) quo_swim_incarnation (record) + 1
  };

  if (!quo_node_has_fault (node, FAULT_RAISE_ANOTHER)
      || quo_swim_status (record) != STATUS_SUSPECT
      || self->last_answered != (int) member)
    return FALSE;

  quo_node_note (node, NOTE_RAISES, note);
  quo_swim_originate (node, self, member,
                      quo_swim_record (quo_swim_life (record), STATUS_ALIVE,
                                       quo_swim_incarnation (record) + 1));

  return TRUE;
}

/**
 * quo_swim_apply:
 * @node: a node
 * @self: its memory
 * @member: whom it is about
 * @record: what it is told, or finds out; 0: nothing
 * @is_own: it found that out itself
 * @is_news: it passes it on
 *
 * Returns: whether its list has changed
 */
gboolean
quo_swim_apply (QuoNode       *node,
                QuoSwim       *self,
                guint          member,
                QuoSwimRecord  record,
                gboolean       is_own,
                gboolean       is_news)
{
  if (record == 0 || member >= self->n_nodes)
    return FALSE;
  if (member == self->index)
    {
      quo_swim_hear_of_itself (node, self, record);
      return FALSE;
    }
  if (!does_override (node, record, self->records[member]))
    return FALSE;
  if (self->records[member] == 0 && quo_swim_is_over (record)
      && quo_node_has_fault (node, FAULT_FORGET_DEAD))
    return FALSE;
  if (!is_own && raise_another (node, self, member, record))
    return TRUE;

  change (node, self, member, record, is_own);
  if (is_news)
    quo_swim_enqueue (self, member, record);

  return TRUE;
}

/**
 * quo_swim_originate:
 * @node: a node
 * @self: its memory
 * @member: another one
 * @record: what it has found out about that one
 *
 * Takes it down and tells the others.
 */
void
quo_swim_originate (QuoNode       *node,
                    QuoSwim       *self,
                    guint          member,
                    QuoSwimRecord  record)
{
  const gint64 note[] = { member, (gint64) quo_swim_incarnation (record) };

  if (quo_swim_status (record) == STATUS_SUSPECT)
    quo_node_note (node, NOTE_SUSPECTS, note);
  else if (quo_swim_status (record) == STATUS_CONFIRM)
    quo_node_note (node, NOTE_CONFIRMS, note);
  if (quo_swim_apply (node, self, member, record, TRUE, TRUE))
    quo_swim_multicast (node, self, member, record);
}
