/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoding: an event's values, its message, the changes behind them. */

#include "sim/trace-private.h"

/* A send's payload: receiver, kind, fields, and rows when the kind has any. */
static void
read_message (QuoTrace      *self,
              const guint8 **next,
              QuoEvent      *ret_event)
{
  guint width;
  guint n;

  ret_event->to = (guint) quo_read_varint (next);
  ret_event->what = (guint) quo_read_varint (next) & 0xff;
  ret_event->n_values = self->n_message_fields[ret_event->what];
  for (guint i = 0; i < ret_event->n_values; i++)
    ret_event->values[i] = quo_read_varint (next);

  width = self->n_row_columns[ret_event->what];
  ret_event->row_width = width;
  if (width == 0)
    return;

  n = (guint) quo_read_varint (next);
  ret_event->n_rows = n;
  g_array_set_size (self->rows, n * width);
  for (guint i = 0; i < n * width; i++)
    g_array_index (self->rows, gint64, i) = quo_read_varint (next);
  ret_event->rows = (const gint64 *) self->rows->data;
}

static void
read_send_of (QuoTrace *self,
              QuoEvent *ret_event)
{
  guint32 send = ret_event->cause;
  const QuoSegment *segment = quo_trace_segment (self, send);
  const guint8 *next = segment->payload
                       + segment->offsets[send & QUO_SEGMENT_MASK];

  read_message (self, &next, ret_event);
  ret_event->to = segment->nodes[send & QUO_SEGMENT_MASK];
}

static void
read_links (QuoTrace      *self,
            const guint8 **next,
            QuoEvent      *ret_event)
{
  ret_event->what = (guint) quo_read_varint (next);
  switch ((QuoLinksChange) ret_event->what)
    {
    case QUO_LINKS_CUT:
    case QUO_LINKS_RESTORE:
      ret_event->n_values = 2;
      ret_event->values[0] = quo_read_varint (next);
      ret_event->values[1] = quo_read_varint (next);
      break;
    case QUO_LINKS_LOSS:
      ret_event->n_values = 1;
      ret_event->values[0] = quo_read_varint (next);
      break;
    case QUO_LINKS_PARTITION:
      ret_event->n_rows = self->n_nodes + self->n_clients;
      ret_event->row_width = 1;
      g_array_set_size (self->rows, ret_event->n_rows);
      for (guint i = 0; i < ret_event->n_rows; i++)
        g_array_index (self->rows, gint64, i) = quo_read_varint (next);
      ret_event->rows = (const gint64 *) self->rows->data;
      break;
    case QUO_LINKS_HEAL:
    default:
      break;
    }
}

static void
read_values (const guint8 **next,
             guint          n,
             QuoEvent      *ret_event)
{
  ret_event->what = (guint) quo_read_varint (next);
  ret_event->n_values = n;
  for (guint i = 0; i < n; i++)
    ret_event->values[i] = quo_read_varint (next);
}

/* How many values follow what, for kinds in which that is fixed. */
static guint
n_values (const QuoTrace *self,
          QuoEventKind    kind,
          const guint8   *payload)
{
  guint what = (guint) quo_read_varint (&payload) & 0xff;

  switch (kind)
    {
    case QUO_EVENT_TIMEOUT:
    case QUO_EVENT_VIOLATION:
      return 1;
    case QUO_EVENT_COMMAND:
      return self->n_command_fields[what];
    case QUO_EVENT_NOTE:
      return self->n_note_fields[what];
    case QUO_EVENT_INVOKE:
    case QUO_EVENT_FALLBACK:
      return 4;
    case QUO_EVENT_RETURN:
    case QUO_EVENT_SKEW:
      return 2;
    default:
      return 0;
    }
}

/* Reads the values and leaves *next at the first change. */
static void
read_payload (QuoTrace      *self,
              const guint8 **next,
              QuoEvent      *ret_event)
{
  switch (ret_event->kind)
    {
    case QUO_EVENT_SEND:
      read_message (self, next, ret_event);
      break;
    case QUO_EVENT_DELIVER:
      read_send_of (self, ret_event);
      break;
    case QUO_EVENT_LOSE:
      read_send_of (self, ret_event);
      ret_event->what = (guint) quo_read_varint (next);
      break;
    case QUO_EVENT_LINKS:
      read_links (self, next, ret_event);
      break;
    case QUO_EVENT_TIMEOUT:
    case QUO_EVENT_SYNC:
    case QUO_EVENT_COMMAND:
    case QUO_EVENT_ACTION:
    case QUO_EVENT_INVOKE:
    case QUO_EVENT_RETURN:
    case QUO_EVENT_NOTE:
    case QUO_EVENT_VIOLATION:
    case QUO_EVENT_SKEW:
    case QUO_EVENT_FALLBACK:
      read_values (next, n_values (self, ret_event->kind, *next), ret_event);
      break;
    case QUO_EVENT_START:
    case QUO_EVENT_CRASH:
    case QUO_EVENT_RESTART:
    case QUO_EVENT_PAUSE:
    case QUO_EVENT_RESUME:
    case QUO_EVENT_DISK_LOST:
    case QUO_N_EVENT_KINDS:
    default:
      break;
    }
}

/**
 * quo_trace_read:
 * @self: a trace
 * @event: an index below its length
 * @ret_event: (out caller-allocates): the event; its rows belong to @self and are
 *   good until the next call, on any thread
 *
 * Of a delivery and a loss the values are those of the message.
 */
void
quo_trace_read (QuoTrace *self,
                guint32   event,
                QuoEvent *ret_event)
{
  const QuoSegment *segment = quo_trace_segment (self, event);
  guint32 at = event & QUO_SEGMENT_MASK;
  const guint8 *next = segment->payload + segment->offsets[at];

  ret_event->time = segment->times[at];
  ret_event->kind = segment->kinds[at];
  ret_event->node = segment->nodes[at];
  ret_event->index = event;
  ret_event->cause = segment->causes[at];
  ret_event->peer = segment->peers[at];
  ret_event->what = 0;
  ret_event->to = G_MAXUINT;
  ret_event->n_values = 0;
  ret_event->n_rows = 0;
  ret_event->row_width = 0;
  ret_event->rows = NULL;
  read_payload (self, &next, ret_event);
}

static void
skip_payload (const QuoTrace *self,
              QuoEventKind    kind,
              const guint8  **next)
{
  switch (kind)
    {
    case QUO_EVENT_SEND:
      {
        guint what;

        quo_skip_varints (next, 1);
        what = (guint) quo_read_varint (next) & 0xff;
        quo_skip_varints (next, self->n_message_fields[what]);
        if (self->n_row_columns[what] > 0)
          {
            guint n = (guint) quo_read_varint (next);

            quo_skip_varints (next, n * self->n_row_columns[what]);
          }
      }
      break;
    case QUO_EVENT_LOSE:
    case QUO_EVENT_SYNC:
    case QUO_EVENT_ACTION:
      quo_skip_varints (next, 1);
      break;
    case QUO_EVENT_LINKS:
      {
        QuoLinksChange change = (QuoLinksChange) quo_read_varint (next);

        if (change == QUO_LINKS_PARTITION)
          quo_skip_varints (next, self->n_nodes + self->n_clients);
        else if (change != QUO_LINKS_HEAL)
          quo_skip_varints (next, change == QUO_LINKS_LOSS ? 1 : 2);
      }
      break;
    case QUO_EVENT_TIMEOUT:
    case QUO_EVENT_COMMAND:
    case QUO_EVENT_INVOKE:
    case QUO_EVENT_RETURN:
    case QUO_EVENT_NOTE:
    case QUO_EVENT_VIOLATION:
    case QUO_EVENT_SKEW:
    case QUO_EVENT_FALLBACK:
      quo_skip_varints (next, 1 + n_values (self, kind, *next));
      break;
    case QUO_EVENT_START:
    case QUO_EVENT_DELIVER:
    case QUO_EVENT_CRASH:
    case QUO_EVENT_RESTART:
    case QUO_EVENT_PAUSE:
    case QUO_EVENT_RESUME:
    case QUO_EVENT_DISK_LOST:
    case QUO_N_EVENT_KINDS:
    default:
      break;
    }
}

/**
 * quo_trace_changes:
 * @self: a trace
 * @event: an index below its length
 * @ret_reader: (out caller-allocates): at the first change of the fields of the
 *   event's participant that came with @event and before the next one; good until
 *   the trace grows
 */
void
quo_trace_changes (QuoTrace        *self,
                   guint32          event,
                   QuoChangeReader *ret_reader)
{
  const QuoSegment *segment = quo_trace_segment (self, event);
  guint32 at = event & QUO_SEGMENT_MASK;

  ret_reader->next = segment->payload + segment->offsets[at];
  ret_reader->end = quo_segment_end (self, segment, event);
  ret_reader->layout = self->fields;
  ret_reader->time = segment->times[at];
  if (ret_reader->next < ret_reader->end)
    skip_payload (self, segment->kinds[at], &ret_reader->next);
}

static inline gint64
absolute (const QuoFieldLayout *layout,
          guint                 column,
          gint64                value,
          QuoTime               time)
{
  if (layout->times & (1u << column))
    return (gint64) ((guint64) value + (guint64) time);

  return value;
}

/**
 * quo_change_reader_next:
 * @self: a reader
 * @ret_change: (out caller-allocates): the next change
 *
 * Returns: FALSE when there is none left
 */
gboolean
quo_change_reader_next (QuoChangeReader *self,
                        QuoChange       *ret_change)
{
  const QuoFieldLayout *layout;
  guint8 head;

  if (self->next >= self->end)
    return FALSE;

  head = *self->next++;
  ret_change->kind = head & 7;
  ret_change->field = head >> 3;
  layout = (const QuoFieldLayout *) self->layout + ret_change->field;
  switch (ret_change->kind)
    {
    case QUO_CHANGE_SET:
      ret_change->value = absolute (layout, 0, quo_read_varint (&self->next),
                                    self->time);
      break;
    case QUO_CHANGE_ROW:
      ret_change->key = quo_read_varint (&self->next);
      for (guint i = 0; i < layout->n_columns; i++)
        ret_change->columns[i] = absolute (layout, i,
                                           quo_read_varint (&self->next),
                                           self->time);
      break;
    case QUO_CHANGE_REMOVE:
    case QUO_CHANGE_TRUNCATE:
      ret_change->key = quo_read_varint (&self->next);
      break;
    case QUO_CHANGE_CLEAR:
    default:
      break;
    }

  return TRUE;
}

/**
 * quo_trace_is_notable:
 * @self: a trace
 * @event: an index below its length
 *
 * Returns: whether a person who skips through the run would want to stop here: a
 *   change of role, a client's answer, a fault, a violation, a note that the
 *   protocol declares notable
 */
gboolean
quo_trace_is_notable (QuoTrace *self,
                      guint32   event)
{
  QuoChangeReader reader;
  QuoChange change;

  switch (quo_trace_kind (self, event))
    {
    case QUO_EVENT_CRASH:
    case QUO_EVENT_RESTART:
    case QUO_EVENT_PAUSE:
    case QUO_EVENT_RESUME:
    case QUO_EVENT_LINKS:
    case QUO_EVENT_COMMAND:
    case QUO_EVENT_RETURN:
    case QUO_EVENT_VIOLATION:
    case QUO_EVENT_SKEW:
    case QUO_EVENT_DISK_LOST:
      return TRUE;
    case QUO_EVENT_NOTE:
      {
        QuoEvent note;

        quo_trace_read (self, event, &note);
        if (self->declaration->notes[note.what].is_notable)
          return TRUE;
      }
      break;
    default:
      break;
    }

  quo_trace_changes (self, event, &reader);
  while (quo_change_reader_next (&reader, &change))
    if (self->declaration->fields[change.field].use == QUO_USE_ROLE
        && quo_trace_kind (self, event) != QUO_EVENT_START)
      return TRUE;

  return FALSE;
}
