/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A replica's life: it starts under an id that no other update has, sends what it
 * has to others now and then, and merges what comes. */

#include "protocol/replicated-register/replicated-private.h"

#include <string.h>

/* Lives that are drawn are past those that are counted. */
#define FIRST_DRAWN_LIFE 1000

/**
 * quo_replicated_id:
 * @node: a node
 * @self: its memory
 *
 * Returns: the replica's id: of this node, and in this life
 */
guint
quo_replicated_id (QuoNode             *node,
                   const QuoReplicated *self)
{
  return quo_node_index (node) + self->life * quo_node_n_nodes (node);
}

/**
 * quo_replicated_begin:
 * @self: memory of a node that is about to do something
 */
void
quo_replicated_begin (QuoReplicated *self)
{
  GArray *touched = self->now.touched;

  g_array_set_size (touched, 0);
  self->now = (QuoReplicatedNow) { .touched = touched };
}

/**
 * quo_replicated_changed:
 * @node: a node
 * @self: its memory
 * @deltas: (element-type QuoReplicatedCell): what changed in it, of different keys
 *
 * Shows the change, writes it to disk and keeps it to be sent on.
 */
void
quo_replicated_changed (QuoNode       *node,
                        QuoReplicated *self,
                        GPtrArray     *deltas)
{
  for (guint i = 0; i < deltas->len; i++)
    {
      const QuoReplicatedCell *delta = g_ptr_array_index (deltas, i);
      QuoReplicatedCell *cell = quo_replicated_get (self, delta->key);

      quo_replicated_show (node, self, cell);
      quo_replicated_to_disk (node, cell);
    }
  quo_replicated_show_role (node, self);
  self->n_changes++;
  quo_replicated_keep (node, self, deltas);
  quo_node_sync (node, WRITE_STATE, self->n_changes);
}

/* The id must be on disk before it names an update. */
static void
take_life (QuoNode       *node,
           QuoReplicated *self,
           guint          life)
{
  self->life = life;
  self->session = 1 + (gint64) quo_node_random_below (node, CHANCE_ID, G_MAXINT32);
  quo_node_set (node, FIELD_LIFE, life);
  quo_node_sync (node, WRITE_STATE, 0);
}

static void
free_group (gpointer group)
{
  quo_replicated_cell_free (((QuoReplicatedGroup *) group)->delta);
}

static void
init (QuoReplicated *self)
{
  self->cells =
    g_ptr_array_new_with_free_func ((GDestroyNotify) quo_replicated_cell_free);
  self->pending = g_array_new (FALSE, FALSE, sizeof (QuoReplicatedPending));
  self->groups = g_array_new (FALSE, FALSE, sizeof (QuoReplicatedGroup));
  g_array_set_clear_func (self->groups, free_group);
  self->peers = g_array_new (FALSE, FALSE, sizeof (QuoReplicatedPeer));
  self->now.touched = g_array_new (FALSE, FALSE, sizeof (gint64));
}

/**
 * quo_replicated_start:
 * @node: a node that starts for the first time
 * @state: its memory
 */
void
quo_replicated_start (QuoNode  *node,
                      gpointer  state)
{
  QuoReplicated *self = state;

  init (self);
  take_life (node, self, 0);
}

/* A replica never uses an id again: it may have told others of updates under it
 * that its own disk does not have. With its disk it counts its lives; without, it
 * cannot know them and draws one. */
static guint
next_life (QuoNode *node)
{
  gint64 last = quo_node_get (node, FIELD_LIFE);
  guint64 n_ids = G_MAXINT32 / quo_node_n_nodes (node);

  if (quo_node_has_fault (node, FAULT_REUSE_REPLICA_ID))
    return 0;
  if (last >= 0)
    return (guint) last + 1;

  return FIRST_DRAWN_LIFE
         + (guint) quo_node_random_below (node, CHANCE_ID, n_ids - FIRST_DRAWN_LIFE);
}

/**
 * quo_replicated_restart:
 * @node: a node that starts again with what its disk has
 * @state: its memory, empty
 */
void
quo_replicated_restart (QuoNode  *node,
                        gpointer  state)
{
  QuoReplicated *self = state;
  guint life = next_life (node);

  init (self);
  quo_replicated_from_disk (node, self);
  for (guint i = 0; i < self->cells->len; i++)
    quo_replicated_show (node, self, g_ptr_array_index (self->cells, i));
  quo_replicated_show_role (node, self);
  if (life > 0)
    quo_node_note (node, NOTE_NEW_ID, (gint64[]) { life });
  take_life (node, self, life);
}

/* Takes a state or a delta over. What is new is kept to be sent on as it came. */
static void
merge (QuoNode          *node,
       QuoReplicated    *self,
       const QuoMessage *message)
{
  g_autoptr (GPtrArray) cells = quo_replicated_decode (
    node, message->fields + N_HEAD, message->rows, message->n_rows);
  g_autoptr (GPtrArray) changed =
    g_ptr_array_new_with_free_func ((GDestroyNotify) quo_replicated_cell_free);

  self->now.is_taken = TRUE;
  self->now.from = message->from;
  self->now.session = message->fields[0];
  self->now.upto = message->fields[2];
  g_ptr_array_set_free_func (cells, NULL);
  for (guint i = 0; i < cells->len; i++)
    {
      QuoReplicatedCell *other = g_ptr_array_index (cells, i);
      QuoReplicatedCell *cell = quo_replicated_get (self, other->key);

      g_array_append_val (self->now.touched, other->key);
      if (quo_replicated_cell_merge (node, cell, other))
        g_ptr_array_add (changed, other);
      else
        quo_replicated_cell_free (other);
    }
  if (changed->len > 0)
    quo_replicated_changed (node, self, changed);
}

/**
 * quo_replicated_receive:
 * @node: a node
 * @state: its memory
 * @message: what came
 */
void
quo_replicated_receive (QuoNode          *node,
                        gpointer          state,
                        const QuoMessage *message)
{
  QuoReplicated *self = state;

  quo_replicated_begin (self);
  switch (message->kind)
    {
    case MESSAGE_ACK:
    case MESSAGE_BEHIND:
      quo_replicated_answered (self, message);
      break;
    case MESSAGE_NOTHING_NEW:
      quo_replicated_follows (node, self, message);
      break;
    default:
      if (quo_replicated_follows (node, self, message))
        merge (node, self, message);
      break;
    }
}

static guint
choose (QuoNode *node)
{
  guint n = quo_node_n_neighbours (node);

  return quo_node_neighbour (node, (guint) quo_node_random_below (node, CHANCE_PEER,
                                                                  n));
}

/**
 * quo_replicated_timeout:
 * @node: a node that is to tell others what it has
 * @state: its memory
 * @timer: the gossip timer
 * @arg: nothing
 */
void
quo_replicated_timeout (QuoNode  *node,
                        gpointer  state,
                        guint     timer,
                        gint64    arg)
{
  QuoReplicated *self = state;
  const QuoReplicatedOptions *options = quo_node_options (node);
  guint n_wanted = (guint) MIN (options->fanout, quo_node_n_neighbours (node));
  guint chosen[QUO_REPLICATED_MAX_FANOUT];
  guint n = 0;

  quo_replicated_begin (self);
  /* A topology may name a neighbour twice, so the search has an end. */
  for (guint tries = 0; n < MIN (n_wanted, QUO_REPLICATED_MAX_FANOUT) && tries < 256;
       tries++)
    {
      guint to = choose (node);
      gboolean is_double = FALSE;

      for (guint i = 0; i < n; i++)
        is_double = is_double || chosen[i] == to;
      if (is_double)
        continue;
      chosen[n++] = to;
      quo_replicated_contact (node, self, to);
    }
  quo_node_set_timer (node, TIMER_GOSSIP,
                      (QuoTime) ((1 + options->jitter
                                      * (2 * quo_node_random_unit (node, CHANCE_TIMER)
                                         - 1))
                                 * (double) options->interval));
}

/**
 * quo_replicated_clear:
 * @state: a node's memory
 *
 * Frees what it owns.
 */
void
quo_replicated_clear (gpointer state)
{
  QuoReplicated *self = state;

  g_clear_pointer (&self->cells, g_ptr_array_unref);
  g_clear_pointer (&self->pending, g_array_unref);
  g_clear_pointer (&self->groups, g_array_unref);
  g_clear_pointer (&self->peers, g_array_unref);
  g_clear_pointer (&self->now.touched, g_array_unref);
}
