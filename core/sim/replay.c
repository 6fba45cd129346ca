/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * State by replay: keyframes, and the events since the last one.
 *
 * Nodes are kept in blocks that keyframes share until a block changes, and the
 * tables in a block share their rows in the same way. A keyframe costs what
 * changed since the one before, and the next one comes when as many bytes of
 * trace have gone by: keyframes stay a small part of the trace.
 */

#include "sim/replay.h"

#include "sim/trace-private.h"

#include <string.h>

#define BLOCK_NODES      64
#define KEYFRAME_EVENTS  (1u << 14)
/* Trace bytes an event, roughly, for weighing a keyframe against the trace. */
#define EVENT_BYTES      32
/* Keyframes may cost a quarter of the trace. */
#define KEYFRAME_SHARE   4

typedef struct
{
  guint      ref_count;
  guint8    *lives;
  guint32   *last_events;
  gint64    *scalars; /* [node][field slot] */
  QuoTable **tables;  /* [node][field slot], NULL: no rows */
} Block;

typedef struct
{
  guint    ref_count;
  guint32 *groups; /* of each participant, or NULL: no partition */
  GArray  *cuts;   /* guint64: from << 32 | to */
} Links;

typedef struct
{
  guint32  position;
  guint32  oldest; /* first send that may be in flight */
  Links   *links;
  Block  **blocks;
} Frame;

struct _QuoReplay
{
  QuoTrace     *trace;
  guint         n_fields;
  guint         n_scalars;
  guint         n_tables;
  guint8        slots[QUO_MAX_FIELDS + 1];
  guint         n_blocks;
  guint         block_nodes;
  Frame         now;
  GArray       *frames; /* Frame, by position */
  guint32       next_frame;
  gsize         copied; /* bytes, since the last keyframe */
  gsize         frame_bytes;
  gint64       *initial; /* of the scalars */
};

static Block *
block_new (QuoReplay *self)
{
  Block *block = g_new0 (Block, 1);
  guint n = self->block_nodes;

  block->ref_count = 1;
  block->lives = g_new0 (guint8, n);
  block->last_events = g_new (guint32, n);
  block->scalars = g_new (gint64, MAX (1, n * self->n_scalars));
  block->tables = g_new0 (QuoTable *, MAX (1, n * self->n_tables));
  for (guint i = 0; i < n; i++)
    {
      block->last_events[i] = QUO_NO_EVENT;
      if (self->n_scalars > 0)
        memcpy (block->scalars + i * self->n_scalars, self->initial,
                self->n_scalars * sizeof (gint64));
    }

  return block;
}

static gsize
block_size (QuoReplay *self)
{
  return self->block_nodes * (sizeof (gint64) * self->n_scalars
                              + sizeof (QuoTable *) * self->n_tables
                              + sizeof (guint32) + sizeof (guint8));
}

static void
block_unref (QuoReplay *self,
             Block     *block)
{
  if (--block->ref_count > 0)
    return;

  for (guint i = 0; i < self->block_nodes * self->n_tables; i++)
    quo_table_free (block->tables[i]);
  g_free (block->lives);
  g_free (block->last_events);
  g_free (block->scalars);
  g_free (block->tables);
  g_free (block);
}

static Block *
own_block (QuoReplay *self,
           guint      index)
{
  Block *shared = self->now.blocks[index];
  Block *block;
  guint n = self->block_nodes;

  if (shared->ref_count == 1)
    return shared;

  block = g_new0 (Block, 1);
  block->ref_count = 1;
  block->lives = g_memdup2 (shared->lives, n);
  block->last_events = g_memdup2 (shared->last_events, n * sizeof (guint32));
  block->scalars = g_memdup2 (shared->scalars,
                              MAX (1, n * self->n_scalars) * sizeof (gint64));
  block->tables = g_new0 (QuoTable *, MAX (1, n * self->n_tables));
  for (guint i = 0; i < n * self->n_tables; i++)
    if (shared->tables[i] != NULL)
      {
        block->tables[i] = quo_table_copy (shared->tables[i]);
        self->copied += sizeof (gpointer)
                        * (4 + quo_table_n_rows (shared->tables[i]) / 128);
      }
  self->copied += block_size (self);
  shared->ref_count--;
  self->now.blocks[index] = block;

  return block;
}

static Links *
links_copy (const Links *links,
            guint        n_participants)
{
  Links *copy = g_new0 (Links, 1);

  copy->ref_count = 1;
  copy->cuts = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (links == NULL)
    return copy;

  if (links->groups != NULL)
    copy->groups = g_memdup2 (links->groups, n_participants * sizeof (guint32));
  g_array_append_vals (copy->cuts, links->cuts->data, links->cuts->len);

  return copy;
}

static void
links_unref (Links *links)
{
  if (--links->ref_count > 0)
    return;

  g_free (links->groups);
  g_array_unref (links->cuts);
  g_free (links);
}

static void
frame_clear (QuoReplay *self,
             Frame     *frame)
{
  for (guint i = 0; i < self->n_blocks; i++)
    block_unref (self, frame->blocks[i]);
  g_free (frame->blocks);
  links_unref (frame->links);
}

static void
frame_copy (QuoReplay   *self,
            const Frame *frame,
            Frame       *ret_copy)
{
  *ret_copy = *frame;
  ret_copy->links->ref_count++;
  ret_copy->blocks = g_memdup2 (frame->blocks, self->n_blocks * sizeof (Block *));
  for (guint i = 0; i < self->n_blocks; i++)
    ret_copy->blocks[i]->ref_count++;
}

static void
measure_fields (QuoReplay *self)
{
  const QuoDeclaration *d = quo_trace_declaration (self->trace);

  self->n_fields = quo_declaration_n_fields (d);
  self->initial = g_new0 (gint64, MAX (1, self->n_fields));
  for (guint i = 0; i < self->n_fields; i++)
    if (d->fields[i].shape == QUO_SHAPE_SCALAR)
      {
        self->initial[self->n_scalars] = d->fields[i].initial;
        self->slots[i] = self->n_scalars++;
      }
    else
      {
        self->slots[i] = self->n_tables++;
      }
}

/**
 * quo_replay_new:
 * @trace: (transfer none): kept alive; may grow
 *
 * Returns: (transfer full): the cluster's state, before the first event
 */
QuoReplay *
quo_replay_new (QuoTrace *trace)
{
  QuoReplay *self = NULL;
  guint n_nodes;

  g_return_val_if_fail (trace != NULL, NULL);

  self = g_new0 (QuoReplay, 1);
  self->trace = quo_trace_ref (trace);
  measure_fields (self);
  n_nodes = MAX (1, quo_trace_n_nodes (trace) + quo_trace_n_clients (trace));
  self->block_nodes = MIN (BLOCK_NODES, n_nodes);
  self->n_blocks = (n_nodes + self->block_nodes - 1) / self->block_nodes;
  self->now.blocks = g_new (Block *, self->n_blocks);
  for (guint i = 0; i < self->n_blocks; i++)
    self->now.blocks[i] = block_new (self);
  self->now.links = links_copy (NULL, 0);
  self->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  self->next_frame = 0;

  return self;
}

/**
 * quo_replay_free:
 * @self: (transfer full): a replay
 *
 * Frees the state and the keyframes.
 */
void
quo_replay_free (QuoReplay *self)
{
  if (self == NULL)
    return;

  frame_clear (self, &self->now);
  for (guint i = 0; i < self->frames->len; i++)
    frame_clear (self, &g_array_index (self->frames, Frame, i));
  g_array_unref (self->frames);
  g_free (self->initial);
  quo_trace_unref (self->trace);
  g_free (self);
}

/**
 * quo_replay_trace:
 * @self: a replay
 *
 * Returns: (transfer none): what is replayed
 */
QuoTrace *
quo_replay_trace (QuoReplay *self)
{
  return self->trace;
}

static void
apply_change (QuoReplay       *self,
              Block           *block,
              guint            at,
              const QuoChange *change)
{
  guint slot = self->slots[change->field];
  QuoTable **table;

  if (change->kind == QUO_CHANGE_SET)
    {
      block->scalars[at * self->n_scalars + slot] = change->value;
      return;
    }

  table = &block->tables[at * self->n_tables + slot];
  if (*table == NULL)
    *table = quo_table_new (self->trace->fields[change->field].n_columns);
  switch (change->kind)
    {
    case QUO_CHANGE_ROW:
      quo_table_set (*table, change->key, change->columns);
      break;
    case QUO_CHANGE_REMOVE:
      quo_table_remove (*table, change->key);
      break;
    case QUO_CHANGE_TRUNCATE:
      quo_table_truncate (*table, change->key);
      break;
    case QUO_CHANGE_CLEAR:
      quo_table_clear (*table);
      break;
    case QUO_CHANGE_SET:
    default:
      break;
    }
}

/* A crash: memory is gone. What the disk lost stands in the event's changes. */
static void
forget (QuoReplay *self,
        Block     *block,
        guint      at)
{
  const QuoDeclaration *d = quo_trace_declaration (self->trace);

  for (guint i = 0; i < self->n_fields; i++)
    {
      guint slot = self->slots[i];

      if (d->fields[i].storage == QUO_STORAGE_DURABLE)
        continue;
      if (d->fields[i].shape == QUO_SHAPE_SCALAR)
        block->scalars[at * self->n_scalars + slot] = d->fields[i].initial;
      else if (block->tables[at * self->n_tables + slot] != NULL)
        quo_table_clear (block->tables[at * self->n_tables + slot]);
    }
}

static void
change_links (QuoReplay *self,
              guint32    event)
{
  guint n = quo_trace_n_nodes (self->trace) + quo_trace_n_clients (self->trace);
  Links *links = links_copy (self->now.links, n);
  QuoEvent e;

  quo_trace_read (self->trace, event, &e);
  switch ((QuoLinksChange) e.what)
    {
    case QUO_LINKS_PARTITION:
      g_free (links->groups);
      links->groups = g_new (guint32, n);
      for (guint i = 0; i < n; i++)
        links->groups[i] = (guint32) e.rows[i];
      break;
    case QUO_LINKS_CUT:
    case QUO_LINKS_RESTORE:
      {
        guint64 pair = (guint64) e.values[0] << 32 | (guint32) e.values[1];

        for (guint i = links->cuts->len; i > 0; i--)
          if (g_array_index (links->cuts, guint64, i - 1) == pair)
            g_array_remove_index (links->cuts, i - 1);
        if (e.what == QUO_LINKS_CUT)
          g_array_append_val (links->cuts, pair);
      }
      break;
    case QUO_LINKS_LOSS:
      break;
    case QUO_LINKS_HEAL:
    default:
      g_clear_pointer (&links->groups, g_free);
      g_array_set_size (links->cuts, 0);
      break;
    }

  links_unref (self->now.links);
  self->now.links = links;
}

static void
apply (QuoReplay *self,
       guint32    event)
{
  QuoEventKind kind = quo_trace_kind (self->trace, event);
  guint node = quo_trace_node (self->trace, event);
  QuoChangeReader reader;
  QuoChange change;
  Block *block;
  guint at;

  if (kind == QUO_EVENT_LINKS)
    change_links (self, event);
  if (node == G_MAXUINT)
    return;

  block = own_block (self, node / self->block_nodes);
  at = node % self->block_nodes;
  block->last_events[at] = event;
  if (kind == QUO_EVENT_CRASH)
    {
      block->lives[at] = QUO_LIFE_DOWN;
      forget (self, block, at);
    }
  else if (kind == QUO_EVENT_RESTART || kind == QUO_EVENT_RESUME)
    {
      block->lives[at] = QUO_LIFE_UP;
    }
  else if (kind == QUO_EVENT_PAUSE)
    {
      block->lives[at] = QUO_LIFE_PAUSED;
    }

  quo_trace_changes (self->trace, event, &reader);
  while (quo_change_reader_next (&reader, &change))
    apply_change (self, block, at, &change);
}

/* A send is in flight after `position` events when its peer comes later. */
static gboolean
is_in_flight (QuoReplay *self,
              guint32    event,
              guint32    position)
{
  return quo_trace_kind (self->trace, event) == QUO_EVENT_SEND
         && quo_trace_peer (self->trace, event) >= position;
}

static void
forward (QuoReplay *self,
         guint32    position)
{
  while (self->now.position < position)
    {
      apply (self, self->now.position);
      self->now.position++;
      if (self->now.position != self->next_frame)
        continue;

      /* Amortised: `oldest` never goes back while the index is built. */
      while (self->now.oldest < self->now.position
             && !is_in_flight (self, self->now.oldest, self->now.position))
        self->now.oldest++;

      Frame frame;

      frame_copy (self, &self->now, &frame);
      g_array_append_val (self->frames, frame);
      self->frame_bytes += self->copied + self->n_blocks * sizeof (Block *);
      self->next_frame += MAX (KEYFRAME_EVENTS,
                               (self->copied + self->n_blocks * sizeof (Block *))
                               / (EVENT_BYTES / KEYFRAME_SHARE));
      self->copied = 0;
    }
}

/**
 * quo_replay_prepare:
 * @self: a replay
 * @is_cancelled: (nullable): stops when it is not zero
 *
 * Goes through the whole trace once, so that every later seek is short.
 *
 * Returns: FALSE when cancelled
 */
gboolean
quo_replay_prepare (QuoReplay           *self,
                    const volatile gint *is_cancelled)
{
  guint32 length = quo_trace_length (self->trace);
  guint32 position = self->now.position;

  while (self->now.position < length)
    {
      if (is_cancelled != NULL && g_atomic_int_get (is_cancelled))
        return FALSE;
      quo_replay_seek (self, MIN (length, self->now.position + KEYFRAME_EVENTS));
    }
  quo_replay_seek (self, position);

  return TRUE;
}

/**
 * quo_replay_seek:
 * @self: a replay
 * @n_events: how many events have happened; at most the trace's length
 *
 * Complexity: the events since the last keyframe before @n_events, or since the
 * present position when that is nearer.
 */
void
quo_replay_seek (QuoReplay *self,
                 guint32    n_events)
{
  guint low = 0;
  guint high = self->frames->len;

  n_events = MIN (n_events, quo_trace_length (self->trace));
  if (self->next_frame == 0)
    {
      Frame frame;

      frame_copy (self, &self->now, &frame);
      g_array_append_val (self->frames, frame);
      self->next_frame = KEYFRAME_EVENTS;
      high = 1;
    }

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->frames, Frame, middle).position <= n_events)
        low = middle + 1;
      else
        high = middle;
    }

  const Frame *frame = &g_array_index (self->frames, Frame, low - 1);

  if (n_events < self->now.position || frame->position > self->now.position)
    {
      frame_clear (self, &self->now);
      frame_copy (self, frame, &self->now);
    }
  forward (self, n_events);
}

/**
 * quo_replay_seek_time:
 * @self: a replay
 * @time: ns
 *
 * Seeks to the state after all that happened at @time or before.
 */
void
quo_replay_seek_time (QuoReplay *self,
                      QuoTime    time)
{
  quo_replay_seek (self, quo_trace_find (self->trace, time));
}

/**
 * quo_replay_position:
 * @self: a replay
 *
 * Returns: how many events have happened
 */
guint32
quo_replay_position (QuoReplay *self)
{
  return self->now.position;
}

/**
 * quo_replay_scalar:
 * @self: a replay
 * @node: index of a node
 * @field: index of a scalar field
 *
 * Returns: the field's value
 */
gint64
quo_replay_scalar (QuoReplay *self,
                   guint      node,
                   guint      field)
{
  const Block *block = self->now.blocks[node / self->block_nodes];

  g_return_val_if_fail (field < self->n_fields, 0);

  return block->scalars[(node % self->block_nodes) * self->n_scalars
                        + self->slots[field]];
}

/**
 * quo_replay_table:
 * @self: a replay
 * @node: index of a node
 * @field: index of a field that is not a scalar
 *
 * Returns: (transfer none) (nullable): the field's rows until the next seek, or
 *   %NULL when it never had one
 */
const QuoTable *
quo_replay_table (QuoReplay *self,
                  guint      node,
                  guint      field)
{
  const Block *block = self->now.blocks[node / self->block_nodes];

  g_return_val_if_fail (field < self->n_fields, NULL);

  return block->tables[(node % self->block_nodes) * self->n_tables
                       + self->slots[field]];
}

/**
 * quo_replay_life:
 * @self: a replay
 * @node: index of a participant
 *
 * Returns: whether it is up, down or paused
 */
QuoLife
quo_replay_life (QuoReplay *self,
                 guint      node)
{
  const Block *block = self->now.blocks[node / self->block_nodes];

  return (QuoLife) block->lives[node % self->block_nodes];
}

/**
 * quo_replay_last_event:
 * @self: a replay
 * @node: index of a participant
 *
 * Returns: the latest event at that participant, or %QUO_NO_EVENT
 */
guint32
quo_replay_last_event (QuoReplay *self,
                       guint      node)
{
  const Block *block = self->now.blocks[node / self->block_nodes];

  return block->last_events[node % self->block_nodes];
}

/**
 * quo_replay_is_cut:
 * @self: a replay
 * @from: index of a participant
 * @to: index of a participant
 *
 * Returns: whether messages in that direction are lost to a cut or a partition
 */
gboolean
quo_replay_is_cut (QuoReplay *self,
                   guint      from,
                   guint      to)
{
  const Links *links = self->now.links;
  guint64 pair = (guint64) from << 32 | to;

  if (links->groups != NULL && links->groups[from] != links->groups[to])
    return TRUE;
  for (guint i = 0; i < links->cuts->len; i++)
    if (g_array_index (links->cuts, guint64, i) == pair)
      return TRUE;

  return FALSE;
}

/**
 * quo_replay_group:
 * @self: a replay
 * @participant: index of a participant
 *
 * Returns: the side of the partition that it is on; 0 without one
 */
guint
quo_replay_group (QuoReplay *self,
                  guint      participant)
{
  const Links *links = self->now.links;

  return links->groups != NULL ? links->groups[participant] : 0;
}

/**
 * quo_replay_has_cuts:
 * @self: a replay
 *
 * Returns: whether any link is cut
 */
gboolean
quo_replay_has_cuts (QuoReplay *self)
{
  return self->now.links->groups != NULL || self->now.links->cuts->len > 0;
}

/**
 * quo_replay_in_flight:
 * @self: a replay
 * @ret_sends: an array of #guint32; cleared, then filled with the sends of all
 *   messages on their way, in order
 */
void
quo_replay_in_flight (QuoReplay *self,
                      GArray    *ret_sends)
{
  guint32 position = self->now.position;
  gboolean is_first = TRUE;

  g_array_set_size (ret_sends, 0);
  for (guint32 i = self->now.oldest; i < position; i++)
    if (is_in_flight (self, i, position))
      {
        if (is_first)
          self->now.oldest = i;
        is_first = FALSE;
        g_array_append_val (ret_sends, i);
      }
  if (is_first)
    self->now.oldest = position;
}

/**
 * quo_replay_bytes:
 * @self: a replay
 *
 * Returns: memory that the keyframes use, bytes, about
 */
gsize
quo_replay_bytes (QuoReplay *self)
{
  return self->frame_bytes;
}
