/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a protocol may do: every effect of a node goes through here. */

#include "sim/sim-private.h"

#include <stdarg.h>
#include <string.h>

/**
 * quo_node_index:
 * @self: a node
 *
 * Returns: its index, 0 .. nodes - 1
 */
guint
quo_node_index (const QuoNode *self)
{
  return self->index;
}

/**
 * quo_node_n_nodes:
 * @self: a node
 *
 * Returns: how many nodes the cluster has
 */
guint
quo_node_n_nodes (const QuoNode *self)
{
  return self->sim->n_nodes;
}

/**
 * quo_node_n_neighbours:
 * @self: a node
 *
 * Returns: how many nodes the topology links it to; all others without one
 */
guint
quo_node_n_neighbours (const QuoNode *self)
{
  const QuoNetworkConfig *network = &self->sim->config->network;

  if (network->neighbour_start == NULL)
    return self->sim->n_nodes - 1;

  return network->neighbour_start[self->index + 1]
         - network->neighbour_start[self->index];
}

/**
 * quo_node_neighbour:
 * @self: a node
 * @nth: below the number of its neighbours
 *
 * Returns: index of that neighbour
 */
guint
quo_node_neighbour (const QuoNode *self,
                    guint          nth)
{
  const QuoNetworkConfig *network = &self->sim->config->network;

  if (network->neighbour_start == NULL)
    return nth < self->index ? nth : nth + 1;

  return network->neighbours[network->neighbour_start[self->index] + nth];
}

/**
 * quo_node_region:
 * @self: a node
 * @participant: index of a node or client
 *
 * Returns: index of the region that it is in; 0 when the scenario has no regions
 */
guint
quo_node_region (const QuoNode *self,
                 guint          participant)
{
  const QuoNetworkConfig *network = &self->sim->config->network;

  return network->n_regions > 0 ? network->region_of[participant] : 0;
}

/**
 * quo_node_options:
 * @self: a node
 *
 * Returns: (transfer none): the protocol's options, as they are now
 */
gconstpointer
quo_node_options (const QuoNode *self)
{
  return self->sim->options;
}

/**
 * quo_node_has_fault:
 * @self: a node
 * @fault: index of a known fault
 *
 * Returns: whether the scenario switched it on
 */
gboolean
quo_node_has_fault (const QuoNode *self,
                    guint          fault)
{
  return (self->sim->config->faults >> fault & 1) != 0;
}

/**
 * quo_node_intern:
 * @self: a node
 * @text: a key, a value, a command
 *
 * Returns: the number that stands for it in fields and messages
 */
gint64
quo_node_intern (QuoNode    *self,
                 const char *text)
{
  return quo_names_intern (self->sim->config->names, text);
}

/**
 * quo_node_text:
 * @self: a node
 * @name: an interned text
 *
 * Returns: (transfer none): the text
 */
const char *
quo_node_text (QuoNode *self,
               gint64   name)
{
  return quo_names_get (self->sim->config->names, (guint32) name);
}

/**
 * quo_node_label:
 * @self: a node
 * @participant: index of a node or client
 *
 * Returns: (transfer none): its name, for texts that people read; good until the
 *   fourth next call on this thread
 */
const char *
quo_node_label (const QuoNode *self,
                guint          participant)
{
  return quo_cluster_label (&self->sim->cluster, participant);
}

/* An offset and a drift since the last time that someone touched the clock. */
static QuoTime
clock_at (const QuoNode *self,
          QuoTime        time)
{
  const QuoClock *clock;
  QuoTime passed;

  if (self->sim->clocks == NULL)
    return time;

  clock = &self->sim->clocks[self->index];
  passed = time - clock->since;
  if (clock->drift == 0)
    return clock->base + passed;

  return clock->base + passed + (QuoTime) ((double) passed * clock->drift);
}

/**
 * quo_node_now:
 * @self: a node
 *
 * Returns: what its own clock shows, ns
 */
QuoTime
quo_node_now (const QuoNode *self)
{
  return clock_at (self, self->sim->now);
}

/**
 * quo_node_drift:
 * @self: a node
 *
 * Returns: seconds that its clock gains a second
 */
double
quo_node_drift (const QuoNode *self)
{
  return self->sim->clocks != NULL ? self->sim->clocks[self->index].drift : 0;
}

/**
 * quo_node_true_delay:
 * @self: a node
 * @delay: as its clock counts, ns
 *
 * Returns: the true time that passes meanwhile, at least 0
 */
QuoTime
quo_node_true_delay (const QuoNode *self,
                     QuoTime        delay)
{
  if (delay <= 0)
    return 0;
  if (self->sim->clocks == NULL || quo_node_drift (self) == 0)
    return delay;

  return (QuoTime) ((double) delay / (1.0 + quo_node_drift (self)));
}

/**
 * quo_node_set_timer:
 * @self: a node
 * @timer: index of a declared timer
 * @delay: ns on the node's own clock; below 0 is taken as 0
 *
 * Sets the timer anew: an earlier deadline of the same timer is forgotten.
 *
 * Complexity: O(1) when the new deadline is later than the old one, as a rule; the
 * queue keeps the item it has, which moves on when it comes due.
 */
void
quo_node_set_timer (QuoNode *self,
                    guint    timer,
                    QuoTime  delay)
{
  QuoSim *sim = self->sim;
  QuoTimerSlot *slot = quo_node_timer (self, timer);

  g_return_if_fail (timer < sim->n_timers);

  slot->deadline = sim->now + quo_node_true_delay (self, delay);
  slot->cause = sim->step;
  if (slot->queued <= slot->deadline)
    return;
  slot->queued = slot->deadline;
  quo_queue_push (sim->queue, slot->deadline, self->index,
                  QUO_DUE (QUO_DUE_TIMER, timer));
}

/**
 * quo_node_cancel_timer:
 * @self: a node
 * @timer: index of a declared timer
 */
void
quo_node_cancel_timer (QuoNode *self,
                       guint    timer)
{
  g_return_if_fail (timer < self->sim->n_timers);

  quo_node_timer (self, timer)->deadline = QUO_TIME_NEVER;
}

/**
 * quo_node_timer_left:
 * @self: a node
 * @timer: index of a declared timer
 *
 * Returns: true time until it fires, ns; %QUO_TIME_NEVER when it is not set
 */
QuoTime
quo_node_timer_left (QuoNode *self,
                     guint    timer)
{
  QuoTime deadline = quo_node_timer (self, timer)->deadline;

  return deadline == QUO_TIME_NEVER ? QUO_TIME_NEVER
                                    : deadline - self->sim->now;
}

/**
 * quo_node_deadline:
 * @self: a node
 * @delay: ns on the node's own clock
 *
 * Returns: the true time at which a timer set now fires: for a field that people
 *   look at, and for nothing that the protocol decides
 */
QuoTime
quo_node_deadline (const QuoNode *self,
                   QuoTime        delay)
{
  return self->sim->now + quo_node_true_delay (self, delay);
}

/**
 * quo_node_wake_after:
 * @self: a node
 * @timer: index of a declared timer, passed to timeout()
 * @delay: ns on the node's own clock
 * @arg: passed to timeout()
 *
 * A wake-up that cannot be taken back, except by a crash; any number may be on
 * their way.
 */
void
quo_node_wake_after (QuoNode *self,
                     guint    timer,
                     QuoTime  delay,
                     gint64   arg)
{
  QuoSim *sim = self->sim;
  QuoPending wake = {
    self->index, quo_sim_record (sim, self->index)->incarnation, timer, sim->step,
    arg, 0
  };

  quo_queue_push (sim->queue, sim->now + quo_node_true_delay (self, delay),
                  quo_pool_put (&sim->wakes, &wake), QUO_DUE (QUO_DUE_WAKE, 0));
}

/**
 * quo_node_random:
 * @self: a node
 * @purpose: what the draw is for, 0 .. 7, or below the protocol's n_dice: each has a
 *   stream of its own
 *
 * Returns: 64 random bits
 */
guint64
quo_node_random (QuoNode *self,
                 guint    purpose)
{
  guint64 key;

  g_return_val_if_fail (purpose < self->sim->n_dice, 0);

  key = quo_stream_branch (self->sim->node_root, self->index, purpose);

  return quo_random_at (key, self->n_draws[purpose]++);
}

/**
 * quo_node_random_below:
 * @self: a node
 * @purpose: what the draw is for
 * @bound: above 0
 *
 * Returns: a whole number, 0 .. @bound - 1, all equally likely
 */
guint64
quo_node_random_below (QuoNode *self,
                       guint    purpose,
                       guint64  bound)
{
  return quo_bounded (quo_node_random (self, purpose), bound);
}

/**
 * quo_node_random_unit:
 * @self: a node
 * @purpose: what the draw is for
 *
 * Returns: a number, 0 .. 1, 1 excluded
 */
double
quo_node_random_unit (QuoNode *self,
                      guint    purpose)
{
  return quo_unit (quo_node_random (self, purpose));
}

static void
send (QuoSim       *sim,
      guint         from,
      guint         to,
      guint         kind,
      const gint64 *fields,
      const gint64 *rows,
      guint         n_rows)
{
  QuoTrace *trace = sim->trace;
  guint n_fields = trace->n_message_fields[kind];
  guint width = trace->n_row_columns[kind];
  guint32 event = quo_sim_append (sim, QUO_EVENT_SEND, from, sim->step);

  quo_trace_put (trace, to);
  quo_trace_put (trace, kind);
  for (guint i = 0; i < n_fields; i++)
    quo_trace_put (trace, fields[i]);
  if (width > 0)
    {
      quo_trace_put (trace, n_rows);
      for (guint i = 0; i < n_rows * width; i++)
        quo_trace_put (trace, rows[i]);
    }
  quo_network_transmit (sim, from, to, kind, event, n_fields + n_rows * width);
}

/**
 * quo_node_send:
 * @self: a node
 * @to: index of the receiver; itself is allowed and takes the network's time
 * @message: index of a declared message
 * @fields: the values of its fields, in the order declared
 */
void
quo_node_send (QuoNode      *self,
               guint         to,
               guint         message,
               const gint64 *fields)
{
  send (self->sim, self->index, to, message, fields, NULL, 0);
}

/**
 * quo_node_send_rows:
 * @self: a node
 * @to: index of the receiver
 * @message: index of a declared message that has rows
 * @fields: the values of its fields, in the order declared
 * @rows: @n_rows times the declared columns
 * @n_rows: how many rows
 */
void
quo_node_send_rows (QuoNode      *self,
                    guint         to,
                    guint         message,
                    const gint64 *fields,
                    const gint64 *rows,
                    guint         n_rows)
{
  send (self->sim, self->index, to, message, fields, rows, n_rows);
}

/**
 * quo_node_reply:
 * @self: a node
 * @client: participant that asked
 * @serial: of the operation
 * @status: how it went
 * @value: (interned): what it returned, 0 for nothing
 */
void
quo_node_reply (QuoNode   *self,
                guint      client,
                gint64     serial,
                QuoStatus  status,
                gint64     value)
{
  quo_node_reply_with_context (self, client, serial, status, value, 0);
}

/**
 * quo_node_reply_with_context:
 * @self: a node
 * @client: participant that asked
 * @serial: of the operation
 * @status: how it went
 * @value: (interned): what it returned, 0 for nothing
 * @context: (interned): what the client gives back with its next operation on the
 *   key, 0: it keeps what it has. Left out unless the protocol declares
 *   has_context
 */
void
quo_node_reply_with_context (QuoNode   *self,
                             guint      client,
                             gint64     serial,
                             QuoStatus  status,
                             gint64     value,
                             gint64     context)
{
  gint64 fields[] = { status, serial, value, QUO_NO_NODE, context };

  send (self->sim, self->index, client, QUO_MESSAGE_REPLY, fields, NULL, 0);
}

/**
 * quo_node_redirect:
 * @self: a node
 * @client: participant that asked
 * @serial: of the operation
 * @to: node to ask instead
 */
void
quo_node_redirect (QuoNode *self,
                   guint    client,
                   gint64   serial,
                   int      to)
{
  gint64 fields[] = { QUO_STATUS_REDIRECT, serial, 0, to, 0 };

  send (self->sim, self->index, client, QUO_MESSAGE_REPLY, fields, NULL, 0);
}

static inline gboolean
is_durable (const QuoNode *self,
            guint          field)
{
  return self->sim->declaration->fields[field].storage == QUO_STORAGE_DURABLE;
}

/**
 * quo_node_set:
 * @self: a node
 * @field: index of a scalar field
 * @value: its new value; nothing is recorded when it is the old one
 */
void
quo_node_set (QuoNode *self,
              guint    field,
              gint64   value)
{
  QuoChange change = { QUO_CHANGE_SET, field, 0, value, { 0 } };
  gint64 *cell = quo_node_scalar (self, field);

  if (*cell == value)
    return;

  if (is_durable (self, field))
    quo_disk_note_scalar (self, field, *cell);
  *cell = value;
  quo_trace_put_change (self->sim->trace, &change);
}

/**
 * quo_node_get:
 * @self: a node
 * @field: index of a scalar field
 *
 * Returns: its value
 */
gint64
quo_node_get (const QuoNode *self,
              guint          field)
{
  return *quo_node_scalar (self, field);
}

/* The table of a durable field, made when it is needed; NULL for others. */
static QuoTable *
disk_table (QuoNode *self,
            guint    field)
{
  QuoSim *sim = self->sim;
  QuoTable **table;

  if (!is_durable (self, field))
    return NULL;

  table = &sim->tables[(gsize) self->index * sim->n_disk_tables
                       + sim->table_slot[field]];
  if (*table == NULL)
    *table = quo_table_new (sim->trace->fields[field].n_columns);

  return *table;
}

/**
 * quo_node_table:
 * @self: a node
 * @field: index of a durable field that is not a scalar
 *
 * Returns: (transfer none): its rows
 */
const QuoTable *
quo_node_table (QuoNode *self,
                guint    field)
{
  return disk_table (self, field);
}

/**
 * quo_node_set_row:
 * @self: a node
 * @field: index of a field that is not a scalar
 * @key: of the row
 * @columns: the row, in the order declared
 */
void
quo_node_set_row (QuoNode      *self,
                  guint         field,
                  gint64        key,
                  const gint64 *columns)
{
  QuoTable *table = disk_table (self, field);
  QuoChange change = { QUO_CHANGE_ROW, field, key, 0, { 0 } };
  guint n = self->sim->trace->fields[field].n_columns;

  for (guint i = 0; i < n; i++)
    change.columns[i] = columns[i];
  if (table != NULL)
    {
      guint n_rows = quo_table_n_rows (table);

      quo_disk_note_row (self, field, key, quo_table_get (table, key));
      quo_table_set (table, key, columns);
      quo_disk_count_rows (self, field, n_rows);
    }
  quo_trace_put_change (self->sim->trace, &change);
}

/**
 * quo_node_remove_row:
 * @self: a node
 * @field: index of a field that is not a scalar
 * @key: of the row
 */
void
quo_node_remove_row (QuoNode *self,
                     guint    field,
                     gint64   key)
{
  QuoTable *table = disk_table (self, field);
  QuoChange change = { QUO_CHANGE_REMOVE, field, key, 0, { 0 } };

  if (table != NULL)
    {
      const gint64 *old = quo_table_get (table, key);

      if (old == NULL)
        return;
      quo_disk_note_row (self, field, key, old);
      quo_table_remove (table, key);
      quo_disk_count_rows (self, field, quo_table_n_rows (table) + 1);
    }
  quo_trace_put_change (self->sim->trace, &change);
}

/**
 * quo_node_truncate:
 * @self: a node
 * @field: index of a field that is not a scalar
 * @key: the first key that goes
 */
void
quo_node_truncate (QuoNode *self,
                   guint    field,
                   gint64   key)
{
  QuoTable *table = disk_table (self, field);
  QuoChange change = { QUO_CHANGE_TRUNCATE, field, key, 0, { 0 } };

  if (table != NULL)
    {
      guint first = quo_table_position (table, key);
      guint n_rows = quo_table_n_rows (table);

      /* Undone in reverse, the rows come back from the first to the last. */
      for (guint i = n_rows; i > first; i--)
        {
          gint64 row_key;
          const gint64 *old = quo_table_nth (table, i - 1, &row_key);

          quo_disk_note_row (self, field, row_key, old);
        }
      quo_table_truncate (table, key);
      quo_disk_count_rows (self, field, n_rows);
    }
  quo_trace_put_change (self->sim->trace, &change);
}

/**
 * quo_node_clear_rows:
 * @self: a node
 * @field: index of a field that is not a scalar
 *
 * Removes every row.
 */
void
quo_node_clear_rows (QuoNode *self,
                     guint    field)
{
  QuoChange change = { QUO_CHANGE_CLEAR, field, 0, 0, { 0 } };

  if (is_durable (self, field))
    {
      quo_node_truncate (self, field, G_MININT64);
      return;
    }
  quo_trace_put_change (self->sim->trace, &change);
}

/**
 * quo_node_note:
 * @self: a node
 * @note: index of a declared note
 * @fields: (nullable): its values, in the order declared
 *
 * Marks what a person would want to see on the node's lifeline.
 */
void
quo_node_note (QuoNode      *self,
               guint         note,
               const gint64 *fields)
{
  QuoSim *sim = self->sim;
  guint n = sim->trace->n_note_fields[note];

  quo_sim_append (sim, QUO_EVENT_NOTE, self->index, sim->step);
  quo_trace_put (sim->trace, note);
  for (guint i = 0; i < n; i++)
    quo_trace_put (sim->trace, fields[i]);
}
