/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One process. Every event, local, send or receive, ticks both clocks; a message
 * carries the stamps of its sending.
 *
 * Source: Lamport 1978, rules IR1 and IR2; Mattern 1989, section 4.
 */

#include "protocol/vector-clocks/clocks-private.h"

#include "base/exact.h"
#include "clock/lamport.h"

/* What each stream of chance is for. */
enum
{
  PURPOSE_LOCAL,
  PURPOSE_SEND,
  PURPOSE_PEER,
  PURPOSE_UPDATE,
  PURPOSE_BLIND
};

static void
show_entry (QuoNode *node,
            guint    entry,
            gint64   count)
{
  gint64 columns[QUO_MAX_COLUMNS] = { count };

  quo_node_set_row (node, QUO_CLOCKS_FIELD_CLOCK, entry, columns);
}

/* The event has its stamps before anything else is said of it. */
static void
show_event (QuoNode        *node,
            QuoClocksState *self)
{
  guint own = quo_node_index (node);

  show_entry (node, own, quo_vector_clock_get (&self->clock, own));
  quo_node_set (node, QUO_CLOCKS_FIELD_LAMPORT, self->lamport);
  quo_node_set (node, QUO_CLOCKS_FIELD_EVENTS, ++self->n_events);
  quo_node_set (node, QUO_CLOCKS_FIELD_HYBRID, self->hybrid.time);
  quo_node_set (node, QUO_CLOCKS_FIELD_HYBRID_COUNTER, self->hybrid.counter);
}

/* Lamport, IR1. */
static void
tick (QuoNode        *node,
      QuoClocksState *self)
{
  quo_vector_clock_tick (&self->clock, quo_node_index (node));
  quo_lamport_tick (&self->lamport);
  self->physical = quo_node_now (node);
  quo_hybrid_clock_tick (&self->hybrid, self->physical);
  show_event (node, self);
}

/* A local event that writes: the version vector counts it, and no other. */
static void
do_update (QuoNode        *node,
           QuoClocksState *self,
           gint64          value,
           gboolean        is_blind)
{
  gint64 fields[QUO_MAX_COLUMNS] = { quo_node_index (node), value };

  if (!quo_clocks_may_update (node, self, is_blind))
    {
      quo_node_note (node, QUO_CLOCKS_NOTE_REFUSED, fields);
      return;
    }

  tick (node, self);
  self->step = QUO_CLOCKS_STEP_UPDATE;
  self->is_blind = is_blind;
  quo_clocks_update (node, self, value, is_blind);
}

static void
do_local (QuoNode        *node,
          QuoClocksState *self,
          gint64          name)
{
  gint64 own = quo_node_index (node);

  tick (node, self);
  self->step = QUO_CLOCKS_STEP_LOCAL;

  if (name != 0)
    {
      gint64 fields[QUO_MAX_COLUMNS] = {
        name, own, self->n_events, self->lamport,
      };

      quo_node_note (node, QUO_CLOCKS_NOTE_NAMED_EVENT, fields);
    }
  else
    {
      gint64 fields[QUO_MAX_COLUMNS] = { own, self->n_events, self->lamport };

      quo_node_note (node, QUO_CLOCKS_NOTE_EVENT, fields);
    }
}

static void
do_send (QuoNode        *node,
         QuoClocksState *self,
         guint           to,
         gint64          name)
{
  gint64 fields[QUO_MAX_MESSAGE_FIELDS] = { 0 };
  g_autofree gint64 *rows = NULL;
  guint n_rows = 0;

  tick (node, self);
  self->step = QUO_CLOCKS_STEP_SEND;
  self->number = ++self->n_sent;

  fields[QUO_CLOCKS_MESSAGE_LAMPORT] = self->lamport;
  fields[QUO_CLOCKS_MESSAGE_NUMBER] = self->number;
  fields[QUO_CLOCKS_MESSAGE_NAME] = name;
  fields[QUO_CLOCKS_MESSAGE_HYBRID] = self->hybrid.time;
  fields[QUO_CLOCKS_MESSAGE_HYBRID_COUNTER] = self->hybrid.counter;
  rows = g_new (gint64, QUO_CLOCKS_N_ROW * (self->clock.n_entries
                                            + quo_clocks_n_values (self)));
  for (guint i = 0; i < self->clock.n_entries; i++)
    {
      gint64 count = quo_vector_clock_get (&self->clock, i);

      if (count == 0)
        continue;
      rows[QUO_CLOCKS_N_ROW * n_rows + QUO_CLOCKS_ROW_PROCESS] = i;
      rows[QUO_CLOCKS_N_ROW * n_rows + QUO_CLOCKS_ROW_COUNT] = count;
      quo_clocks_add_value (self, i, rows + QUO_CLOCKS_N_ROW * n_rows);
      n_rows++;
    }

  self->n_entries = n_rows;
  n_rows += quo_clocks_add_older (self, rows + QUO_CLOCKS_N_ROW * n_rows);
  quo_node_send_rows (node, to, QUO_CLOCKS_MESSAGE, fields, rows, n_rows);
}

/* The mistake of many a textbook: only the keys of one's own clock are looked at,
 * so that {A:1} against {A:1,B:1} comes out as equal. */
static QuoOrder
compare_own_keys (const QuoVectorClock *own,
                  const QuoVectorClock *message)
{
  gboolean is_less = FALSE;
  gboolean is_more = FALSE;

  for (guint i = 0; i < own->n_entries; i++)
    {
      gint64 a = quo_vector_clock_get (own, i);
      gint64 b = quo_vector_clock_get (message, i);

      if (a == 0)
        continue;
      is_less = is_less || a < b;
      is_more = is_more || a > b;
    }

  if (is_less && is_more)
    return QUO_ORDER_CONCURRENT;
  if (is_less)
    return QUO_ORDER_BEFORE;
  return is_more ? QUO_ORDER_AFTER : QUO_ORDER_EQUAL;
}

/* How the receiver's latest event lies to the sending. */
static void
compare (QuoNode              *node,
         QuoClocksState       *self,
         const QuoVectorClock *message)
{
  self->has_heard = self->n_events > 0;
  if (!self->has_heard)
    return;

  if (quo_node_has_fault (node, QUO_CLOCKS_FAULT_OWN_KEYS))
    self->heard = compare_own_keys (&self->clock, message);
  else
    self->heard = quo_vector_clock_compare (&self->clock, message);

  quo_node_set (node, QUO_CLOCKS_FIELD_HEARD, self->heard + 1);
}

/* Mattern: the entrywise maximum. Only what grew is written down. */
static void
merge (QuoNode          *node,
       QuoClocksState   *self,
       const QuoMessage *message)
{
  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + QUO_CLOCKS_N_ROW * i;
      guint entry = (guint) row[QUO_CLOCKS_ROW_PROCESS];
      gint64 count = row[QUO_CLOCKS_ROW_COUNT];

      if (count <= quo_vector_clock_get (&self->clock, entry))
        continue;
      quo_vector_clock_set (&self->clock, entry, count);
      if (entry != quo_node_index (node))
        show_entry (node, entry, count);
    }
}

/**
 * quo_clocks_receive:
 * @node: a process
 * @state: its memory
 * @message: with the stamps of its sending
 *
 * Lamport, IR2: L = max(L, m) + 1. Mattern: the entrywise maximum, and the
 * receive is an event of its own. Kulkarni et al. 2014, figure 5: the hybrid
 * clock's own maximum.
 */
void
quo_clocks_receive (QuoNode          *node,
                    gpointer          state,
                    const QuoMessage *message)
{
  QuoClocksState *self = state;
  gint64 lamport = message->fields[QUO_CLOCKS_MESSAGE_LAMPORT];
  QuoHybridClock hybrid = {
    message->fields[QUO_CLOCKS_MESSAGE_HYBRID],
    message->fields[QUO_CLOCKS_MESSAGE_HYBRID_COUNTER],
  };
  g_auto (QuoVectorClock) stamp = QUO_VECTOR_CLOCK_INIT;

  self->step = QUO_CLOCKS_STEP_NONE;
  if (self->is_stopped)
    return;

  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + QUO_CLOCKS_N_ROW * i;

      if (row[QUO_CLOCKS_ROW_COUNT] > 0)
        quo_vector_clock_set (&stamp, (guint) row[QUO_CLOCKS_ROW_PROCESS],
                              row[QUO_CLOCKS_ROW_COUNT]);
    }

  compare (node, self, &stamp);
  if (!quo_node_has_fault (node, QUO_CLOCKS_FAULT_NO_MERGE))
    merge (node, self, message);
  if (!quo_node_has_fault (node, QUO_CLOCKS_FAULT_NO_TICK))
    quo_vector_clock_tick (&self->clock, quo_node_index (node));

  if (quo_node_has_fault (node, QUO_CLOCKS_FAULT_NO_MAXIMUM))
    quo_lamport_tick (&self->lamport);
  else if (quo_node_has_fault (node, QUO_CLOCKS_FAULT_NO_TICK))
    self->lamport = MAX (self->lamport, lamport);
  else
    quo_lamport_receive (&self->lamport, lamport);

  self->physical = quo_node_now (node);
  if (quo_node_has_fault (node, QUO_CLOCKS_FAULT_NO_HYBRID_MAXIMUM))
    quo_hybrid_clock_tick (&self->hybrid, self->physical);
  else
    quo_hybrid_clock_receive (&self->hybrid, &hybrid, self->physical);

  show_event (node, self);
  quo_clocks_take_values (node, self, message);
  self->step = QUO_CLOCKS_STEP_RECEIVE;
  self->from = message->from;
  self->number = message->fields[QUO_CLOCKS_MESSAGE_NUMBER];
}

/* Exponential, as of a Poisson process. */
static void
wait_for_next (QuoNode        *node,
               QuoClocksTimer  timer,
               guint           purpose,
               double          rate)
{
  double unit;

  if (rate <= 0.0)
    return;

  unit = 1.0 - quo_node_random_unit (node, purpose);
  quo_node_set_timer (node, timer,
                      (QuoTime) (-quo_exact_log (unit) / rate
                                 * (double) QUO_SECOND));
}

static void
wait_for_events (QuoNode *node)
{
  const QuoClocksOptions *options = quo_node_options (node);

  wait_for_next (node, QUO_CLOCKS_TIMER_LOCAL, PURPOSE_LOCAL,
                 options->local_rate);
  wait_for_next (node, QUO_CLOCKS_TIMER_SEND, PURPOSE_SEND, options->send_rate);
}

/**
 * quo_clocks_start:
 * @node: a process
 * @state: its memory, zeroed
 */
void
quo_clocks_start (QuoNode  *node,
                  gpointer  state)
{
  wait_for_events (node);
}

/**
 * quo_clocks_restart:
 * @node: a process that crashed
 * @state: its memory, zeroed
 *
 * The clocks went with the crash, and a stamp given out twice would order what is
 * concurrent: the process does not take part any more.
 */
void
quo_clocks_restart (QuoNode  *node,
                    gpointer  state)
{
  QuoClocksState *self = state;
  gint64 fields[QUO_MAX_COLUMNS] = { quo_node_index (node) };

  if (quo_node_has_fault (node, QUO_CLOCKS_FAULT_AMNESIA))
    {
      wait_for_events (node);
      return;
    }

  self->is_stopped = TRUE;
  quo_node_set (node, QUO_CLOCKS_FIELD_ROLE, QUO_CLOCKS_ROLE_STOPPED);
  quo_node_note (node, QUO_CLOCKS_NOTE_STOPPED, fields);
}

/**
 * quo_clocks_timeout:
 * @node: a process
 * @state: its memory
 * @timer: for a local event or a message
 * @arg: nothing
 *
 * An event of the random workload. A message goes to a random neighbour.
 */
void
quo_clocks_timeout (QuoNode  *node,
                    gpointer  state,
                    guint     timer,
                    gint64    arg)
{
  QuoClocksState *self = state;
  const QuoClocksOptions *options = quo_node_options (node);
  guint n_neighbours = quo_node_n_neighbours (node);

  self->step = QUO_CLOCKS_STEP_NONE;
  if (self->is_stopped)
    return;

  if (timer == QUO_CLOCKS_TIMER_LOCAL)
    {
      if (options->updates > 0.0
          && quo_node_random_unit (node, PURPOSE_UPDATE) < options->updates)
        do_update (node, self, quo_node_intern (node, "new"),
                   options->blind > 0.0
                   && quo_node_random_unit (node, PURPOSE_BLIND) < options->blind);
      else
        do_local (node, self, 0);
      wait_for_next (node, timer, PURPOSE_LOCAL, options->local_rate);
      return;
    }

  if (n_neighbours > 0)
    do_send (node, self,
             quo_node_neighbour (node, quo_node_random_below (node, PURPOSE_PEER,
                                                              n_neighbours)),
             0);
  wait_for_next (node, timer, PURPOSE_SEND, options->send_rate);
}

/**
 * quo_clocks_request:
 * @node: a process
 * @state: its memory
 * @op: what a client asks for
 *
 * There is no data here: every operation is a local event and fails.
 */
void
quo_clocks_request (QuoNode     *node,
                    gpointer     state,
                    const QuoOp *op)
{
  QuoClocksState *self = state;

  self->step = QUO_CLOCKS_STEP_NONE;
  if (!self->is_stopped)
    do_local (node, self, op->key);
  quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
}

/**
 * quo_clocks_command:
 * @node: a process
 * @state: its memory
 * @command: a local event, a message or an update
 * @args: (name), (to, name) or (value)
 */
void
quo_clocks_command (QuoNode      *node,
                    gpointer      state,
                    guint         command,
                    const gint64 *args)
{
  QuoClocksState *self = state;

  self->step = QUO_CLOCKS_STEP_NONE;
  if (self->is_stopped)
    return;

  if (command == QUO_CLOCKS_COMMAND_LOCAL)
    do_local (node, self, args[0]);
  else if (command == QUO_CLOCKS_COMMAND_UPDATE
           || command == QUO_CLOCKS_COMMAND_BLIND)
    do_update (node, self, args[0], command == QUO_CLOCKS_COMMAND_BLIND);
  else if (args[0] >= 0 && args[0] < quo_node_n_nodes (node)
           && args[0] != quo_node_index (node))
    do_send (node, self, (guint) args[0], args[1]);
}

/**
 * quo_clocks_clear:
 * @state: a process's memory
 */
void
quo_clocks_clear (gpointer state)
{
  QuoClocksState *self = state;

  quo_vector_clock_clear (&self->clock);
  g_clear_pointer (&self->versions, quo_versions_free);
}
