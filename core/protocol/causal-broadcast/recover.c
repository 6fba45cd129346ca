/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who lacks what. A STATUS says of each origin how many of its messages a process has
 * delivered, how many it has at all, and how many it knows everybody to have: these
 * are stable, and their stamps are thrown away. Under "status" those who have a
 * message send it again to whom two STATUS in a row show without it; under "request"
 * who lacks it asks. A process falls silent when nothing is open.
 *
 * Source: Birman, Schiper and Stephenson 1991, on the stability of messages.
 */

#include "protocol/causal-broadcast/broadcast-private.h"

/* Who has delivered how many of one's messages, as far as is known. */
static QuoVectorClock *
known_of (QuoCast *self,
          guint    origin)
{
  if (origin >= self->known->len)
    g_ptr_array_set_size (self->known, (int) origin + 1);
  if (g_ptr_array_index (self->known, origin) == NULL)
    g_ptr_array_index (self->known, origin) = g_new0 (QuoVectorClock, 1);

  return g_ptr_array_index (self->known, origin);
}

/**
 * quo_cast_has:
 * @self: a process's memory
 * @origin: a process
 *
 * Returns: how many of the origin's messages are here without a gap, delivered, held
 *   back or, of its own, on disk
 */
gint64
quo_cast_has (const QuoCast *self,
              guint          origin)
{
  gint64 has = origin == self->index
               ? self->n_told : quo_vector_clock_get (&self->delivered, origin);

  while (quo_cast_find (self->held, origin, has + 1) != NULL
         || quo_cast_index_of (self, origin, has + 1) > 0)
    has++;

  return has;
}

/**
 * quo_cast_learn_stable:
 * @node: a process
 * @self: its memory
 * @origin: a process
 * @count: everybody has delivered so many of its messages
 *
 * What is stable need not be sent again.
 */
void
quo_cast_learn_stable (QuoNode *node,
                       QuoCast *self,
                       guint    origin,
                       gint64   count)
{
  QuoCastItem last = { .origin = origin, .count = count };
  gint64 entry[QUO_MAX_COLUMNS] = { count };
  gint64 old = quo_vector_clock_get (&self->stable, origin);

  count = MIN (count, quo_vector_clock_get (&self->delivered, origin));
  if (count <= old)
    return;

  for (gint64 i = old + 1; i <= count; i++)
    {
      guint index = quo_cast_index_of (self, origin, i);
      QuoCastItem *item;

      if (index == 0)
        continue;
      item = g_ptr_array_index (self->log, index - 1);
      quo_vector_clock_clear (&item->stamp);
    }
  quo_vector_clock_set (&self->stable, origin, count);
  entry[0] = last.count = count;
  quo_node_set_row (node, FIELD_STABLE, origin, entry);
  quo_cast_add_fact (self, FACT_STABLE, &last, 0);
}

/**
 * quo_cast_learn:
 * @node: a process
 * @self: its memory
 * @process: who has delivered them
 * @origin: whose messages
 * @count: how many
 *
 * A message is stable when everybody has delivered it. The mistake drops it when one
 * other has.
 *
 * Complexity: O(1) unless @process was the last one behind, then O(n).
 */
void
quo_cast_learn (QuoNode *node,
                QuoCast *self,
                guint    process,
                guint    origin,
                gint64   count)
{
  QuoVectorClock *known;
  gint64 least = G_MAXINT64;
  gint64 old;

  if (count == 0)
    return;
  known = known_of (self, origin);
  old = quo_vector_clock_get (known, process);
  if (count <= old)
    return;

  quo_vector_clock_set (known, process, count);
  if (quo_node_has_fault (node, FAULT_DROP_EARLY) && process != origin
      && process != self->index)
    least = count;
  else if (old > quo_vector_clock_get (&self->stable, origin)
           || known->n_entries < self->n_nodes)
    return;

  if (least == G_MAXINT64)
    for (guint i = 0; i < known->n_entries; i++)
      least = MIN (least, known->entries[i]);
  quo_cast_learn_stable (node, self, origin, least);
}

/**
 * quo_cast_n_unstable:
 * @self: a process's memory
 *
 * Returns: how many messages it keeps for others
 */
gint64
quo_cast_n_unstable (const QuoCast *self)
{
  gint64 n = self->outbox->len;

  for (guint i = 0; i < self->delivered.n_entries; i++)
    n += MAX (0, self->delivered.entries[i]
                 - quo_vector_clock_get (&self->stable, i));

  return n;
}

/* Who keeps messages, lacks some, or was seen to know less or more than others goes
 * on telling how far it is. */
static gboolean
is_open (const QuoCast *self)
{
  return self->is_asked || self->held->len > 0 || self->numbers->len > 0
         || quo_cast_n_unstable (self) > 0;
}

/**
 * quo_cast_stay_awake:
 * @node: a process, at the end of a step
 * @self: its memory
 */
void
quo_cast_stay_awake (QuoNode *node,
                     QuoCast *self)
{
  const QuoCastOptions *options = quo_cast_options (node);

  if (self->is_stopped || options->recovery == RECOVERY_OFF)
    return;

  quo_node_set (node, FIELD_UNSTABLE, quo_cast_n_unstable (self));
  if (is_open (self) && quo_node_timer_left (node, TIMER_STATUS) == QUO_TIME_NEVER)
    quo_node_set_timer (node, TIMER_STATUS, options->status_interval);
}

static void
send_status (QuoNode *node,
             QuoCast *self)
{
  const gint64 fields[] = { ++self->n_rounds, self->n_delivered };
  g_autofree gint64 *rows = g_new (gint64, STATUS_N_COLUMNS * self->n_nodes);
  guint n_rows = 0;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      gint64 *row = rows + STATUS_N_COLUMNS * n_rows;

      row[STATUS_PROCESS] = i;
      row[STATUS_DELIVERED] = quo_vector_clock_get (&self->delivered, i);
      row[STATUS_HAS] = quo_cast_has (self, i);
      row[STATUS_STABLE] = quo_vector_clock_get (&self->stable, i);
      if (row[STATUS_HAS] > 0)
        n_rows++;
    }
  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index)
      quo_node_send_rows (node, i, MESSAGE_STATUS, fields, rows, n_rows);
}

/* The last message of each that it has heard of, by a stamp or a STATUS. */
static gint64
need_of (const QuoCast *self,
         guint          origin)
{
  gint64 need = quo_vector_clock_get (&self->heard_of, origin);

  for (guint i = 0; i < self->held->len; i++)
    {
      const QuoCastItem *item = g_ptr_array_index (self->held, i);

      need = MAX (need, quo_vector_clock_get (&item->stamp, origin));
    }
  for (guint i = 0; i < self->numbers->len; i++)
    {
      const QuoCastNumber *number = &g_array_index (self->numbers, QuoCastNumber, i);

      if (number->origin == origin)
        need = MAX (need, number->count);
    }

  return need;
}

static guint
whom_to_ask (const QuoCast *self,
             guint          origin)
{
  guint to = origin;

  /* Every other time somebody else: the origin may be down. */
  if (self->n_rounds % 2 == 0)
    to = (guint) ((origin + self->n_rounds / 2) % self->n_nodes);
  if (to == self->index)
    to = (to + 1) % self->n_nodes;

  return to;
}

static void
ask_for (QuoNode *node,
         QuoCast *self,
         guint    origin,
         gint64   first,
         gint64   last)
{
  const gint64 fields[] = { self->n_delivered };
  const gint64 row[] = { origin, first, last };
  guint to = whom_to_ask (self, origin);

  if (to != self->index)
    quo_node_send_rows (node, to, MESSAGE_REQUEST, fields, row, 1);
}

static gboolean
has_next_number (const QuoCast *self)
{
  for (guint i = 0; i < self->numbers->len; i++)
    if (g_array_index (self->numbers, QuoCastNumber, i).number
        == (gint64) self->log->len + 1)
      return TRUE;

  return FALSE;
}

/* Only what was missing an interval ago already: the rest may be on its way. */
static void
ask (QuoNode *node,
     QuoCast *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      gint64 has = quo_cast_has (self, i);
      gint64 wanted = MIN (quo_vector_clock_get (&self->wanted, i), has + RESEND_MAX);

      if (i != self->index && has < wanted)
        ask_for (node, self, i, has + 1, wanted);
      quo_vector_clock_set (&self->wanted, i, need_of (self, i));
    }

  if (quo_cast_is_numbered (node, self) && !has_next_number (self)
      && (self->held->len > 0 || self->outbox->len > 0
          || self->n_delivered < self->wanted_length))
    ask_for (node, self, quo_cast_sequencer (node), 1, 0);
  self->wanted_length = self->heard_length;
}

/**
 * quo_cast_status:
 * @node: a process whose timer has fired
 * @self: its memory
 */
void
quo_cast_status (QuoNode *node,
                 QuoCast *self)
{
  if (!is_open (self))
    return;

  self->is_asked = FALSE;
  send_status (node, self);
  if (quo_cast_options (node)->recovery == RECOVERY_REQUEST)
    ask (node, self);
}

/* What its own log has up to @had. */
static void
resend (QuoNode *node,
        QuoCast *self,
        guint    to,
        guint    origin,
        gint64   first,
        gint64   last,
        guint    had)
{
  last = MIN (last, first + RESEND_MAX - 1);
  for (gint64 i = first; i <= last; i++)
    {
      guint index = quo_cast_index_of (self, origin, i);
      const QuoCastItem *item = NULL;

      if (index > had)
        return;
      if (index > 0)
        item = index <= self->n_delivered ? g_ptr_array_index (self->log, index - 1)
                                          : NULL;
      else if (origin == self->index && i <= self->n_told)
        item = quo_cast_find (self->outbox, origin, i);
      if (item != NULL && item->stamp.n_entries > 0)
        quo_cast_send (node, self, item, MESSAGE_RETRANSMIT, to);
    }
}

/* The log of a total order is the order: whoever has more of it can tell. */
static void
resend_numbers (QuoNode *node,
                QuoCast *self,
                guint    to,
                gint64   first,
                gint64   last)
{
  const gint64 fields[] = { first };
  gint64 rows[2 * RESEND_MAX];
  guint n_rows = 0;

  last = MIN (last, MIN (self->n_delivered, first + RESEND_MAX - 1));
  for (gint64 i = first; i <= last; i++)
    {
      const QuoCastItem *item = g_ptr_array_index (self->log, i - 1);

      rows[2 * n_rows] = item->origin;
      rows[2 * n_rows + 1] = item->count;
      n_rows++;
    }
  if (n_rows > 0)
    quo_node_send_rows (node, to, MESSAGE_SETS_ORDER, fields, rows, n_rows);
}

/* Everybody sends its own messages again; those of others when it is its turn, for
 * their origin may be down. */
static void
help (QuoNode              *node,
      QuoCast              *self,
      const QuoMessage     *message,
      const QuoVectorClock *has)
{
  gint64 round = message->fields[0];
  gint64 length = message->fields[1];
  guint from = message->from;
  gint64 had = quo_vector_clock_get (&self->had_log, from);
  gboolean is_turn = round % self->n_nodes == self->index;

  resend (node, self, from, self->index, quo_vector_clock_get (has, self->index) + 1,
          quo_vector_clock_get (&self->had_told, from), G_MAXUINT);
  for (guint o = 0; o < self->delivered.n_entries && is_turn; o++)
    if (o != from && o != self->index)
      resend (node, self, from, o, quo_vector_clock_get (has, o) + 1,
              self->delivered.entries[o], (guint) had);
  if (quo_cast_options (node)->order == ORDER_TOTAL
      && (is_turn || quo_cast_sequencer (node) == self->index))
    resend_numbers (node, self, from, length + 1, had);
  quo_vector_clock_set (&self->had_log, from, self->n_delivered);
  quo_vector_clock_set (&self->had_told, from, self->n_told);
}

/**
 * quo_cast_heard:
 * @node: a process
 * @self: its memory
 * @message: a STATUS
 */
void
quo_cast_heard (QuoNode          *node,
                QuoCast          *self,
                const QuoMessage *message)
{
  g_auto (QuoVectorClock) has = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) stable = QUO_VECTOR_CLOCK_INIT;
  guint from = message->from;

  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + STATUS_N_COLUMNS * i;
      guint origin = (guint) row[STATUS_PROCESS];

      quo_vector_clock_set (&has, origin, row[STATUS_HAS]);
      quo_vector_clock_set (&stable, origin, row[STATUS_STABLE]);
      quo_cast_learn (node, self, from, origin, row[STATUS_DELIVERED]);
      quo_cast_learn_stable (node, self, origin, row[STATUS_STABLE]);
      if (row[STATUS_HAS] > quo_vector_clock_get (&self->delivered, origin))
        self->is_asked = TRUE;
    }
  quo_vector_clock_merge (&self->heard_of, &has);
  if (quo_vector_clock_compare (&stable, &self->stable) != QUO_ORDER_EQUAL)
    self->is_asked = TRUE;
  self->heard_length = MAX (self->heard_length, message->fields[1]);
  if (quo_cast_options (node)->recovery == RECOVERY_STATUS)
    help (node, self, message, &has);
}

/**
 * quo_cast_requested:
 * @node: a process
 * @self: its memory
 * @message: a REQUEST
 */
void
quo_cast_requested (QuoNode          *node,
                    QuoCast          *self,
                    const QuoMessage *message)
{
  gint64 length = message->fields[0];

  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + 3 * i;

      resend (node, self, message->from, (guint) row[0], row[1], row[2],
              G_MAXUINT);
    }
  if (quo_cast_options (node)->order == ORDER_TOTAL)
    resend_numbers (node, self, message->from, length + 1, G_MAXINT64);
}
