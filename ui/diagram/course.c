/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/course.h"

#include <string.h>

#define CHECKPOINT_MOVES 1024

struct _QuoCourse
{
  QuoTrace *trace;
  QuoCourseSpec spec;
  guint8 initial;        /* class */
  gboolean is_volatile;
  guint8 *classes;       /* of each node, after n_read events */
  guint8 *before;        /* class of those that are down, before they were */
  guint32 n_read;
  GArray *moves;         /* of QuoMove */
  /* After each CHECKPOINT_MOVES moves: the population of every class, then the
   * moves from each class to each. */
  GArray *checkpoints;   /* of guint */
  guint *counts;         /* the same after the last move */
  guint n_counts;
};

static guint8
class_of (const QuoCourse *self,
          gint64           value)
{
  return (guint8) CLAMP (value, 0, (gint64) self->spec.n_classes - 1);
}

/**
 * quo_course_new:
 * @trace: kept
 * @spec: copied; a field with more values than classes has the rest in the last
 *
 * The trace is read as far as is asked for and no farther.
 *
 * Returns: (transfer full): the course of the field
 */
QuoCourse *
quo_course_new (QuoTrace            *trace,
                const QuoCourseSpec *spec)
{
  g_return_val_if_fail (trace != NULL && spec != NULL && spec->field >= 0, NULL);
  g_return_val_if_fail (spec->n_classes > 0 &&
                        spec->n_classes < QUO_COURSE_CLASSES_MAX, NULL);

  QuoCourse *self = g_new0 (QuoCourse, 1);
  guint n_nodes = quo_trace_n_nodes (trace);
  const QuoFieldSpec *field = &quo_trace_declaration (trace)->fields[spec->field];
  self->trace = quo_trace_ref (trace);
  self->spec = *spec;
  self->initial = class_of (self, field->initial);
  self->is_volatile = field->storage == QUO_STORAGE_VOLATILE;
  self->classes = g_malloc (MAX (n_nodes, 1));
  memset (self->classes, self->initial, n_nodes);
  self->before = g_memdup2 (self->classes, MAX (n_nodes, 1));
  self->moves = g_array_new (FALSE, FALSE, sizeof (QuoMove));
  self->n_counts = spec->n_classes + 1 + spec->n_classes * spec->n_classes;
  self->counts = g_new0 (guint, self->n_counts);
  self->counts[self->initial] = n_nodes;
  self->checkpoints = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_vals (self->checkpoints, self->counts, self->n_counts);
  return self;
}

/**
 * quo_course_free:
 * @self: (transfer full) (nullable):
 */
void
quo_course_free (QuoCourse *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->checkpoints);
  g_array_unref (self->moves);
  g_free (self->counts);
  g_free (self->classes);
  g_free (self->before);
  quo_trace_unref (self->trace);
  g_free (self);
}

/**
 * quo_course_down:
 *
 * Returns: the class of those that are down, which is the last
 */
guint
quo_course_down (QuoCourse *self)
{
  return self->spec.n_classes;
}

static void
apply (const QuoCourse *self,
       guint           *counts,
       const QuoMove   *move)
{
  guint n = self->spec.n_classes;

  counts[move->from]--;
  counts[move->to]++;
  if (move->is_move)
    counts[n + 1 + move->from * n + move->to]++;
}

static void
add_move (QuoCourse *self,
          guint32    event,
          guint32    node,
          guint      to,
          gboolean   is_move)
{
  QuoMove move = { event, node, self->classes[node], (guint8) to, (guint8) is_move };

  g_array_append_val (self->moves, move);
  self->classes[node] = (guint8) to;
  apply (self, self->counts, &move);
  if (self->moves->len % CHECKPOINT_MOVES == 0)
    g_array_append_vals (self->checkpoints, self->counts, self->n_counts);
}

/* A crash takes what is volatile with it. */
static void
read_life (QuoCourse   *self,
           guint32      event,
           guint32      node,
           QuoEventKind kind)
{
  guint down = self->spec.n_classes;

  if (kind == QUO_EVENT_CRASH && self->classes[node] != down)
    {
      self->before[node] = self->classes[node];
      add_move (self, event, node, down, FALSE);
    }
  else if (kind == QUO_EVENT_RESTART && self->classes[node] == down)
    add_move (self, event, node,
              self->is_volatile ? self->initial : self->before[node], FALSE);
}

static void
read_event (QuoCourse *self,
            guint32    event)
{
  guint32 node = quo_trace_node (self->trace, event);
  QuoEventKind kind = quo_trace_kind (self->trace, event);

  if (node >= quo_trace_n_nodes (self->trace))
    return;
  if (kind == QUO_EVENT_CRASH || kind == QUO_EVENT_RESTART)
    read_life (self, event, node, kind);

  QuoChangeReader reader;
  QuoChange change;
  gboolean is_new_epoch = FALSE, has_moved = FALSE;
  guint8 was = self->classes[node];
  /* A node is put into its first role, it does not come from another. */
  gboolean is_move = kind != QUO_EVENT_START && kind != QUO_EVENT_RESTART;
  quo_trace_changes (self->trace, event, &reader);
  while (quo_change_reader_next (&reader, &change))
    {
      if (change.kind != QUO_CHANGE_SET)
        continue;
      if ((int) change.field == self->spec.epoch)
        is_new_epoch = TRUE;
      if ((int) change.field != self->spec.field ||
          class_of (self, change.value) == self->classes[node])
        continue;
      add_move (self, event, node, class_of (self, change.value), is_move);
      has_moved = TRUE;
    }
  if (is_new_epoch && !has_moved && is_move && was < self->spec.n_classes &&
      (self->spec.loops >> was & 1) != 0)
    add_move (self, event, node, was, TRUE);
}

/**
 * quo_course_n_moves:
 * @n_events: of the trace, from its beginning; past its end: all
 *
 * Returns: how many changes they brought
 */
guint
quo_course_n_moves (QuoCourse *self,
                    guint32    n_events)
{
  g_return_val_if_fail (self != NULL, 0);

  n_events = MIN (n_events, quo_trace_length (self->trace));
  while (self->n_read < n_events)
    read_event (self, self->n_read++);

  guint low = 0, high = self->moves->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (g_array_index (self->moves, QuoMove, middle).event < n_events)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * quo_course_moves:
 *
 * Returns: (nullable): the changes in order, as many as quo_course_n_moves() has
 *   found so far; good until it finds more
 */
const QuoMove *
quo_course_moves (QuoCourse *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const QuoMove *) self->moves->data;
}

static void
counts_after (QuoCourse *self,
              guint      n_moves,
              guint     *counts)
{
  guint at = MIN (n_moves, self->moves->len) / CHECKPOINT_MOVES;

  memcpy (counts,
          &g_array_index (self->checkpoints, guint, at * self->n_counts),
          self->n_counts * sizeof (guint));
  for (guint i = at * CHECKPOINT_MOVES; i < n_moves && i < self->moves->len; i++)
    apply (self, counts, &g_array_index (self->moves, QuoMove, i));
}

/**
 * quo_course_population:
 * @n_moves: as quo_course_n_moves() has it
 * @ret_counts: (out): how many nodes are in each class after so many changes; one
 *   more than there are classes, the last for those that are down
 */
void
quo_course_population (QuoCourse *self,
                       guint      n_moves,
                       guint     *ret_counts)
{
  guint counts[QUO_COURSE_CLASSES_MAX * (QUO_COURSE_CLASSES_MAX + 1)];

  g_return_if_fail (self != NULL && ret_counts != NULL);

  counts_after (self, n_moves, counts);
  memcpy (ret_counts, counts, (self->spec.n_classes + 1) * sizeof (guint));
}

/**
 * quo_course_taken:
 * @n_moves: as quo_course_n_moves() has it
 * @ret_counts: (out): how often nodes went from each class to each, by rows; what a
 *   start, a crash or a restart did is not among it
 */
void
quo_course_taken (QuoCourse *self,
                  guint      n_moves,
                  guint     *ret_counts)
{
  guint counts[QUO_COURSE_CLASSES_MAX * (QUO_COURSE_CLASSES_MAX + 1)];
  guint n = self->spec.n_classes;

  g_return_if_fail (self != NULL && ret_counts != NULL);

  counts_after (self, n_moves, counts);
  memcpy (ret_counts, counts + n + 1, n * n * sizeof (guint));
}
