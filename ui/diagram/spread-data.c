/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who learnt what when, from the courses of two fields. */

#include "diagram/spread-private.h"

#include <stdlib.h>
#include <string.h>

/**
 * quo_spread_walk_begin:
 * @walk: (out caller-allocates): at the beginning of the run
 */
void
quo_spread_walk_begin (QuoSpreadWalk *walk,
                       QuoSpread     *self)
{
  const QuoFieldSpec *fields = self->palette.declaration->fields;
  gsize n = MAX (self->n_nodes, 1);

  *walk = (QuoSpreadWalk) { .self = self };
  walk->knows = g_malloc0 (n);
  walk->role = g_malloc0 (n);
  walk->is_down = g_malloc0 (n);
  if (fields[self->palette.knows].initial != 0)
    memset (walk->knows, 1, n);
  if (self->roles != NULL)
    memset (walk->role, (int) CLAMP (fields[self->palette.role].initial, 0,
                                     (gint64) self->n_roles - 1), n);
  if (walk->knows[0] != 0)
    walk->now.n_known = walk->now.known[walk->role[0]] = self->n_nodes;
}

/**
 * quo_spread_walk_end:
 *
 * Frees what @walk holds.
 */
void
quo_spread_walk_end (QuoSpreadWalk *walk)
{
  g_clear_pointer (&walk->knows, g_free);
  g_clear_pointer (&walk->role, g_free);
  g_clear_pointer (&walk->is_down, g_free);
}

static void
count (QuoSpreadWalk *walk,
       guint          node,
       int            sign)
{
  if (walk->is_down[node])
    walk->now.n_down += (guint) sign;
  else if (walk->knows[node])
    {
      walk->now.known[walk->role[node]] += (guint) sign;
      walk->now.n_known += (guint) sign;
    }
}

/* The next change of either course; the other's is NULL. */
static void
look_ahead (const QuoSpreadWalk *walk,
            const QuoMove      **ret_knows,
            const QuoMove      **ret_role)
{
  QuoSpread *self = walk->self;
  const QuoMove *knows = NULL, *role = NULL;

  if (walk->next_knows < self->n_read)
    knows = &quo_course_moves (self->knows)[walk->next_knows];
  if (walk->next_role < self->n_roles_read)
    role = &quo_course_moves (self->roles)[walk->next_role];
  if (knows != NULL && role != NULL)
    {
      if (knows->event <= role->event)
        role = NULL;
      else
        knows = NULL;
    }
  *ret_knows = knows;
  *ret_role = role;
}

/**
 * quo_spread_walk_peek:
 *
 * Returns: the event that brings the next change, %G_MAXUINT32 when there is none
 */
guint32
quo_spread_walk_peek (const QuoSpreadWalk *walk)
{
  const QuoMove *knows, *role;

  look_ahead (walk, &knows, &role);
  return knows != NULL ? knows->event : role != NULL ? role->event : G_MAXUINT32;
}

/**
 * quo_spread_walk_next:
 * @end: the event to stop before
 * @ret_event: (out): what changed something
 * @ret_node: (out): whom
 *
 * Goes on by one change.
 *
 * Returns: FALSE when there is none before @end
 */
gboolean
quo_spread_walk_next (QuoSpreadWalk *walk,
                      guint32        end,
                      guint32       *ret_event,
                      guint         *ret_node)
{
  QuoSpread *self = walk->self;
  const QuoMove *knows, *role;

  look_ahead (walk, &knows, &role);
  const QuoMove *move = knows != NULL ? knows : role;
  if (move == NULL || move->event >= end)
    return FALSE;

  count (walk, move->node, -1);
  if (knows != NULL)
    {
      guint8 down = (guint8) quo_course_down (self->knows);
      walk->is_down[move->node] = move->to == down;
      walk->knows[move->node] = move->to != down && move->to != 0;
      walk->next_knows++;
    }
  else
    {
      if (move->to != quo_course_down (self->roles))
        walk->role[move->node] = move->to;
      walk->next_role++;
    }
  count (walk, move->node, 1);
  *ret_event = move->event;
  *ret_node = move->node;
  return TRUE;
}

/**
 * quo_spread_told_by:
 * @event: by which a node learnt something
 *
 * Returns: the message that told it, as its sending; %QUO_NO_EVENT when it was none
 */
guint32
quo_spread_told_by (QuoSpread *self,
                    guint32    event)
{
  guint32 step = quo_trace_step (self->trace, event);

  if (step >= quo_trace_length (self->trace) ||
      quo_trace_kind (self->trace, step) != QUO_EVENT_DELIVER)
    return QUO_NO_EVENT;
  return quo_trace_cause (self->trace, step);
}

typedef struct
{
  guint32 learnt;
  guint   node;
} Learner;

static int
compare_learners (gconstpointer a,
                  gconstpointer b)
{
  const Learner *one = a, *other = b;

  if (one->learnt != other->learnt)
    return one->learnt < other->learnt ? -1 : 1;
  return one->node < other->node ? -1 : one->node > other->node;
}

static void
order_rows (QuoSpread *self)
{
  if (self->n_nodes > QUO_SPREAD_NAMES_MAX)
    return;
  g_autofree Learner *learners = g_new (Learner, MAX (self->n_nodes, 1));
  for (guint i = 0; i < self->n_nodes; i++)
    learners[i] = (Learner) { self->learnt[i], i };
  qsort (learners, self->n_nodes, sizeof (Learner), compare_learners);
  for (guint i = 0; i < self->n_nodes; i++)
    self->row_of[learners[i].node] = i;
}

/* The part of the run in which something spreads, and some more of it. */
static void
find_range (QuoSpread *self)
{
  const QuoMove *moves = quo_course_moves (self->knows);
  QuoTime end = MAX (quo_run_end (self->run), 1);

  self->begin = 0;
  self->end = end;
  if (self->n_read == 0)
    return;
  QuoTime first = quo_trace_time (self->trace, moves[0].event);
  QuoTime last = quo_trace_time (self->trace, moves[self->n_read - 1].event);
  QuoTime length = MAX (last - first, end / 1000 + 1);
  if (first > length / 2)
    self->begin = first - length / 10;
  if (last + length / 2 < end)
    self->end = last + length / 4;
}

/**
 * quo_spread_read:
 *
 * Reads what the trace has now.
 */
void
quo_spread_read (QuoSpread *self)
{
  guint first = self->n_read;

  self->n_read = quo_course_n_moves (self->knows, G_MAXUINT32);
  if (self->roles != NULL)
    self->n_roles_read = quo_course_n_moves (self->roles, G_MAXUINT32);
  const QuoMove *moves = quo_course_moves (self->knows);
  for (guint i = first; i < self->n_read; i++)
    if (moves[i].to == 1 && self->learnt[moves[i].node] == QUO_NO_EVENT)
      {
        self->learnt[moves[i].node] = moves[i].event;
        self->n_never--;
      }
  order_rows (self);
  find_range (self);
  g_array_set_size (self->samples, 0);
  g_array_set_size (self->heat, 0);
  self->heat_rows = 0;
  quo_spread_fit (self);
}

/**
 * quo_spread_sample:
 * @step: distance of two columns, px
 *
 * Counts, for each column of what is in sight, how many are what at its moment. Is
 * done anew only when what is in sight changes.
 */
void
quo_spread_sample (QuoSpread            *self,
                   const QuoSpreadFrame *frame,
                   double                step)
{
  double scale = (double) (self->end - self->begin) / (frame->right - frame->left);
  QuoTime from = self->begin + (QuoTime) ((frame->gutter - frame->left) * scale);
  QuoTime to = self->begin + (QuoTime) ((frame->edge - frame->left) * scale);
  guint n = (guint) MAX ((frame->edge - frame->gutter) / step, 1) + 1;
  QuoSpreadWalk walk;
  guint32 event;
  guint node;

  if (self->samples->len == n && self->sampled_from == from && self->sampled_to == to)
    return;
  self->sampled_from = from;
  self->sampled_to = to;
  g_array_set_size (self->samples, n);
  quo_spread_walk_begin (&walk, self);
  for (guint i = 0; i < n; i++)
    {
      QuoTime time = from + (QuoTime) ((double) (to - from) * i / (n - 1));
      guint32 end = quo_trace_find (self->trace, time);
      while (quo_spread_walk_next (&walk, end, &event, &node))
        ;
      g_array_index (self->samples, QuoSpreadSample, i) = walk.now;
    }
  quo_spread_walk_end (&walk);
}
