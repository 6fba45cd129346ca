/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sim/trace.h"

#include "base/digest.h"
#include "sim/trace-private.h"

#include <string.h>

/* Room that a payload has before each value: a varint is 10 bytes at most. */
#define VARINT_MAX 10

/* From so many segments on, the next one is made ready while one is filled: shorter
 * runs need neither the memory nor the thread. */
#define SEGMENTS_AHEAD 4

static void
measure_layouts (QuoTrace *self)
{
  const QuoDeclaration *d = self->declaration;

  for (guint i = 0; d->fields != NULL && d->fields[i].id != NULL; i++)
    {
      g_assert (i < QUO_MAX_FIELDS);
      self->fields[i].n_columns = quo_columns_count (d->fields[i].columns,
                                                     QUO_MAX_COLUMNS);
      for (guint c = 0; c < self->fields[i].n_columns; c++)
        if (d->fields[i].columns[c].type == QUO_TYPE_TIME)
          self->fields[i].times |= 1u << c;
    }

  for (guint i = 0; i < 256; i++)
    {
      const QuoMessageSpec *spec;

      if (i >= quo_declaration_n_messages (d) && i < QUO_MESSAGE_REQUEST)
        continue;
      spec = quo_declaration_message (d, i);
      self->n_message_fields[i] = quo_columns_count (spec->fields,
                                                     QUO_MAX_MESSAGE_FIELDS);
      self->n_row_columns[i] = quo_columns_count (spec->row, QUO_MAX_COLUMNS);
    }
  for (guint i = 0; d->notes != NULL && d->notes[i].id != NULL; i++)
    self->n_note_fields[i] = quo_columns_count (d->notes[i].fields,
                                                QUO_MAX_COLUMNS);
  for (guint i = 0; d->commands != NULL && d->commands[i].id != NULL; i++)
    self->n_command_fields[i] = quo_columns_count (d->commands[i].fields,
                                                   QUO_MAX_COLUMNS);
}

/**
 * quo_trace_new:
 * @declaration: (transfer none): what the values mean; lives as long as the trace
 * @names: (transfer none): the texts that values of %QUO_TYPE_NAME stand for
 * @n_nodes: at least 1
 * @n_clients: how many participants come after the nodes
 *
 * Returns: (transfer full): a trace without events
 */
QuoTrace *
quo_trace_new (const QuoDeclaration *declaration,
               QuoNames             *names,
               guint                 n_nodes,
               guint                 n_clients)
{
  QuoTrace *self = NULL;

  g_return_val_if_fail (declaration != NULL, NULL);
  g_return_val_if_fail (names != NULL, NULL);

  self = g_new0 (QuoTrace, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->declaration = declaration;
  self->names = quo_names_ref (names);
  self->n_nodes = n_nodes;
  self->n_clients = n_clients;
  self->rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  measure_layouts (self);

  return self;
}

/**
 * quo_trace_ref:
 * @self: a trace
 *
 * Returns: (transfer full): @self
 */
QuoTrace *
quo_trace_ref (QuoTrace *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * quo_trace_unref:
 * @self: (transfer full): a trace
 *
 * Gives a reference back; the last one frees the events.
 */
void
quo_trace_unref (QuoTrace *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < self->n_segments; i++)
    quo_segment_free (self->segments[i]);
  g_clear_pointer (&self->next, quo_segment_free);
  g_free (self->segments);
  for (guint i = 0; self->labels != NULL && i < self->n_nodes + self->n_clients; i++)
    g_free (self->labels[i]);
  g_free (self->labels);
  g_free (self->prefix);
  quo_names_unref (self->names);
  g_array_unref (self->rows);
  g_free (self);
}

/**
 * quo_trace_declaration:
 * @self: a trace
 *
 * Returns: (transfer none): what its values mean
 */
const QuoDeclaration *
quo_trace_declaration (QuoTrace *self)
{
  return self->declaration;
}

/**
 * quo_trace_names:
 * @self: a trace
 *
 * Returns: (transfer none): the texts behind its names
 */
QuoNames *
quo_trace_names (QuoTrace *self)
{
  return self->names;
}

/**
 * quo_trace_n_nodes:
 * @self: a trace
 *
 * Returns: how many of the participants are nodes
 */
guint
quo_trace_n_nodes (QuoTrace *self)
{
  return self->n_nodes;
}

/**
 * quo_trace_n_clients:
 * @self: a trace
 *
 * Returns: how many participants come after the nodes
 */
guint
quo_trace_n_clients (QuoTrace *self)
{
  return self->n_clients;
}

/**
 * quo_trace_set_label:
 * @self: a trace
 * @participant: index of a node or client
 * @label: what people call it
 */
void
quo_trace_set_label (QuoTrace   *self,
                     guint       participant,
                     const char *label)
{
  g_return_if_fail (participant < self->n_nodes + self->n_clients);

  if (self->labels == NULL)
    self->labels = g_new0 (char *, self->n_nodes + self->n_clients);
  g_free (self->labels[participant]);
  self->labels[participant] = g_strdup (label);
}

/**
 * quo_trace_set_prefix:
 * @self: a trace
 * @prefix: (nullable): what the names of nodes without a label begin with; their
 *   number, from 1, follows
 */
void
quo_trace_set_prefix (QuoTrace   *self,
                      const char *prefix)
{
  g_free (self->prefix);
  self->prefix = g_strdup (prefix);
}

/**
 * quo_trace_label:
 * @self: a trace
 * @participant: index of a node or client
 * @buffer: room for a name that is made by rule
 *
 * Returns: (transfer none): what people call it, in @buffer or in @self
 */
const char *
quo_trace_label (QuoTrace *self,
                 guint     participant,
                 char      buffer[32])
{
  if (self->labels != NULL && participant < self->n_nodes + self->n_clients
      && self->labels[participant] != NULL)
    return self->labels[participant];

  g_snprintf (buffer, 32, "%s%u", self->prefix != NULL ? self->prefix : "n",
              participant + 1);

  return buffer;
}

static void
open_segment (QuoTrace *self)
{
  QuoSegment *full = self->last;

  if (full != NULL)
    {
      if (!full->is_payload_inside)
        {
          full->payload = g_realloc (full->payload, MAX (full->payload_length, 1));
          full->payload_capacity = full->payload_length;
        }
      self->closed_bytes += QUO_SEGMENT_EVENTS * QUO_SEGMENT_COLUMN_BYTES
                            + full->payload_length;
    }
  if (self->n_segments == self->segments_capacity)
    {
      self->segments_capacity = MAX (16, 2 * self->segments_capacity);
      self->segments = g_renew (QuoSegment *, self->segments,
                                self->segments_capacity);
    }
  self->last = self->next != NULL ? g_steal_pointer (&self->next)
                                  : quo_segment_new (full);
  self->segments[self->n_segments++] = self->last;
  if (self->n_segments < SEGMENTS_AHEAD)
    return;

  self->next = quo_segment_new (full);
  quo_segment_prepare (self->next);
}

/**
 * quo_trace_append:
 * @self: a trace
 * @time: not before the latest event's
 * @kind: what happened
 * @node: the participant to which it happened, or %G_MAXUINT
 * @cause: index of the event that brought it about, or %QUO_NO_EVENT
 *
 * Begins an event. Its values follow with quo_trace_put(), in the order that
 * quo_trace_read() gives them, and after them the changes of @node's fields.
 *
 * Returns: the event's index
 */
guint32
quo_trace_append (QuoTrace     *self,
                  QuoTime       time,
                  QuoEventKind  kind,
                  guint         node,
                  guint32       cause)
{
  guint32 index = self->length;
  guint32 at = index & QUO_SEGMENT_MASK;
  QuoSegment *segment;

  if (G_UNLIKELY (at == 0))
    open_segment (self);

  segment = self->last;
  segment->times[at] = time;
  segment->nodes[at] = node;
  segment->causes[at] = cause;
  segment->peers[at] = QUO_NO_EVENT;
  segment->offsets[at] = (guint32) segment->payload_length;
  segment->kinds[at] = (guint8) kind;
  self->length = index + 1;
  self->end = time;

  return index;
}

static void
grow_payload (QuoSegment *segment)
{
  segment->payload_capacity = MAX (4096, segment->payload_capacity * 2);
  if (segment->is_payload_inside)
    {
      guint8 *moved = g_malloc (segment->payload_capacity);

      memcpy (moved, segment->payload, segment->payload_length);
      segment->payload = moved;
      segment->is_payload_inside = FALSE;
      return;
    }
  segment->payload = g_realloc (segment->payload, segment->payload_capacity);
}

/**
 * quo_trace_put:
 * @self: a trace with an event
 * @value: the next of the latest event's values
 */
void
quo_trace_put (QuoTrace *self,
               gint64    value)
{
  QuoSegment *segment = self->last;
  guint64 bits = ((guint64) value << 1) ^ (guint64) (value >> 63);
  guint8 *p;

  if (G_UNLIKELY (segment->payload_length + VARINT_MAX
                  > segment->payload_capacity))
    grow_payload (segment);

  p = segment->payload + segment->payload_length;
  while (bits >= 0x80)
    {
      *p++ = (guint8) (bits | 0x80);
      bits >>= 7;
    }
  *p++ = (guint8) bits;
  segment->payload_length = (gsize) (p - segment->payload);
}

/* Times are near the event's own and short when kept relative to it; unsigned,
 * since QUO_TIME_NEVER wraps around and back. */
static inline gint64
relative (const QuoFieldLayout *layout,
          guint                 column,
          gint64                value,
          QuoTime               time)
{
  if (layout->times & (1u << column))
    return (gint64) ((guint64) value - (guint64) time);

  return value;
}

/**
 * quo_trace_put_change:
 * @self: a trace with an event
 * @change: a change of a field of the participant of the latest event
 */
void
quo_trace_put_change (QuoTrace        *self,
                      const QuoChange *change)
{
  const QuoFieldLayout *layout = &self->fields[change->field];
  QuoSegment *segment = self->last;

  if (G_UNLIKELY (segment->payload_length + 1 > segment->payload_capacity))
    grow_payload (segment);
  segment->payload[segment->payload_length++] =
    (guint8) (change->field << 3 | change->kind);

  switch (change->kind)
    {
    case QUO_CHANGE_SET:
      quo_trace_put (self, relative (layout, 0, change->value, self->end));
      break;
    case QUO_CHANGE_ROW:
      quo_trace_put (self, change->key);
      for (guint i = 0; i < layout->n_columns; i++)
        quo_trace_put (self,
                       relative (layout, i, change->columns[i], self->end));
      break;
    case QUO_CHANGE_REMOVE:
    case QUO_CHANGE_TRUNCATE:
      quo_trace_put (self, change->key);
      break;
    case QUO_CHANGE_CLEAR:
    default:
      break;
    }
}

/**
 * quo_trace_set_peer:
 * @self: a trace
 * @event: a send or an invocation
 * @peer: the event that ends it
 *
 * The peer is an index that makes walks short and no part of the record: the
 * digest does not cover it.
 */
void
quo_trace_set_peer (QuoTrace *self,
                    guint32   event,
                    guint32   peer)
{
  quo_trace_segment (self, event)->peers[event & QUO_SEGMENT_MASK] = peer;
}

/**
 * quo_trace_set_end:
 * @self: a trace
 * @end: how far the run was simulated; not before the latest event
 */
void
quo_trace_set_end (QuoTrace *self,
                   QuoTime   end)
{
  self->end = MAX (self->end, end);
}

/**
 * quo_trace_length:
 * @self: a trace
 *
 * Returns: how many events it has
 */
guint32
quo_trace_length (QuoTrace *self)
{
  return self->length;
}

/**
 * quo_trace_end:
 * @self: a trace
 *
 * Returns: how far the run was simulated, ns
 */
QuoTime
quo_trace_end (QuoTrace *self)
{
  return self->end;
}

/**
 * quo_trace_bytes:
 * @self: a trace
 *
 * Returns: memory that its events use, bytes
 */
gsize
quo_trace_bytes (QuoTrace *self)
{
  guint32 n_last = self->length - (self->n_segments > 0
                                   ? (self->n_segments - 1) * QUO_SEGMENT_EVENTS
                                   : 0);

  if (self->last == NULL)
    return 0;

  return self->closed_bytes + n_last * QUO_SEGMENT_COLUMN_BYTES
         + self->last->payload_length;
}

/**
 * quo_trace_time:
 * @self: a trace
 * @event: an index below its length
 *
 * Returns: when it happened
 */
QuoTime
quo_trace_time (QuoTrace *self,
                guint32   event)
{
  return quo_trace_segment (self, event)->times[event & QUO_SEGMENT_MASK];
}

/**
 * quo_trace_kind:
 * @self: a trace
 * @event: an index below its length
 *
 * Returns: what happened
 */
QuoEventKind
quo_trace_kind (QuoTrace *self,
                guint32   event)
{
  return quo_trace_segment (self, event)->kinds[event & QUO_SEGMENT_MASK];
}

/**
 * quo_trace_node:
 * @self: a trace
 * @event: an index below its length
 *
 * Returns: the participant to which it happened, or %G_MAXUINT
 */
guint
quo_trace_node (QuoTrace *self,
                guint32   event)
{
  return quo_trace_segment (self, event)->nodes[event & QUO_SEGMENT_MASK];
}

/**
 * quo_trace_cause:
 * @self: a trace
 * @event: an index below its length
 *
 * Returns: the event that brought it about, or %QUO_NO_EVENT
 */
guint32
quo_trace_cause (QuoTrace *self,
                 guint32   event)
{
  return quo_trace_segment (self, event)->causes[event & QUO_SEGMENT_MASK];
}

/**
 * quo_trace_peer:
 * @self: a trace
 * @event: an index below its length
 *
 * Returns: of a send its delivery or loss, of an invocation its return;
 *   %QUO_NO_EVENT when there is none (yet)
 */
guint32
quo_trace_peer (QuoTrace *self,
                guint32   event)
{
  return quo_trace_segment (self, event)->peers[event & QUO_SEGMENT_MASK];
}

/**
 * quo_trace_find:
 * @self: a trace
 * @time: a moment, ns
 *
 * Complexity: O(log n).
 *
 * Returns: how many events happened at @time or before
 */
guint32
quo_trace_find (QuoTrace *self,
                QuoTime   time)
{
  guint32 low = 0;
  guint32 high = self->length;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (quo_trace_time (self, middle) <= time)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/**
 * quo_trace_step:
 * @self: a trace
 * @event: an index below its length
 *
 * What a node does in one step, sending and noting, is one event each.
 *
 * Returns: the step that @event belongs to; @event itself when it is one
 */
guint32
quo_trace_step (QuoTrace *self,
                guint32   event)
{
  switch (quo_trace_kind (self, event))
    {
    case QUO_EVENT_SEND:
    case QUO_EVENT_NOTE:
    case QUO_EVENT_VIOLATION:
      {
        guint32 cause = quo_trace_cause (self, event);

        return cause != QUO_NO_EVENT ? cause : event;
      }
    default:
      return event;
    }
}

static void
digest_segment (const QuoSegment *segment,
                guint32           n,
                QuoDigest        *digest)
{
  for (guint32 i = 0; i < n; i++)
    {
      quo_digest_add_u64 (digest, (guint64) segment->times[i]);
      quo_digest_add_u64 (digest, (guint64) segment->nodes[i] << 32
                                  | segment->causes[i]);
      quo_digest_add_u64 (digest, (guint64) segment->offsets[i] << 8
                                  | segment->kinds[i]);
    }
  quo_digest_add_u64 (digest, segment->payload_length);
  quo_digest_add_bytes (digest, segment->payload, segment->payload_length);
}

/**
 * quo_trace_digest:
 * @self: a trace
 *
 * Two runs of one scenario have the same digest on every machine.
 *
 * Returns: (transfer full): a digest over all events and the texts they name, in
 *   hexadecimal
 */
char *
quo_trace_digest (QuoTrace *self)
{
  guint32 left = self->length;
  QuoDigest digest;

  quo_digest_init (&digest);
  quo_digest_add_string (&digest, self->declaration->id);
  quo_digest_add_u64 (&digest, (guint64) self->n_nodes << 32 | self->n_clients);
  for (guint i = 0; i < self->n_segments; i++)
    {
      guint32 n = MIN (left, QUO_SEGMENT_EVENTS);

      digest_segment (self->segments[i], n, &digest);
      left -= n;
    }
  for (guint32 i = 0; i < quo_names_get_n (self->names); i++)
    quo_digest_add_string (&digest, quo_names_get (self->names, i));

  return quo_digest_finish_hex (&digest);
}
