/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a member passes on: a few records with each message that it sends anyway, or
 * each at once to everybody. */

#include "protocol/swim/swim-private.h"

/**
 * quo_swim_enqueue:
 * @self: a node's memory
 * @member: whom it is about
 * @record: what it has learnt of that one
 *
 * One entry a member at most: newer news of it take the older's place.
 */
void
quo_swim_enqueue (QuoSwim       *self,
                  guint          member,
                  QuoSwimRecord  record)
{
  QuoSwimNews news = { record, member, 0 };

  for (guint i = 0; i < self->news->len; i++)
    if (g_array_index (self->news, QuoSwimNews, i).member == member)
      {
        g_array_index (self->news, QuoSwimNews, i) = news;
        return;
      }
  g_array_append_val (self->news, news);
}

/**
 * quo_swim_is_spreading:
 * @self: a node's memory
 * @member: index of a node
 *
 * Returns: whether it still passes on news of that one
 */
gboolean
quo_swim_is_spreading (const QuoSwim *self,
                       guint          member)
{
  for (guint i = 0; i < self->news->len; i++)
    if (g_array_index (self->news, QuoSwimNews, i).member == member)
      return TRUE;

  return FALSE;
}

static guint32
limit_of (QuoNode *node,
          QuoSwim *self)
{
  const QuoSwimOptions *options = quo_node_options (node);

  if (self->limit == 0 || self->limit_size != self->n_order)
    {
      self->limit = quo_swim_log_multiple (options->lambda, self->n_order + 1);
      self->limit_size = self->n_order;
    }

  return self->limit;
}

/* The entry that was sent least often and is not in this message; the oldest of
 * them. */
static int
least_sent (const QuoSwim *self,
            const guint   *taken,
            guint          n_taken)
{
  int least = -1;

  for (guint i = 0; i < self->news->len; i++)
    {
      gboolean is_taken = FALSE;

      for (guint j = 0; j < n_taken && !is_taken; j++)
        is_taken = taken[j] == i;
      if (!is_taken
          && (least < 0
              || g_array_index (self->news, QuoSwimNews, i).n_sent
                 < g_array_index (self->news, QuoSwimNews, least).n_sent))
        least = (int) i;
    }

  return least;
}

/* Section 4.1: each record at most lambda log n times, those first that were sent
 * less often. */
static guint
piggyback (QuoNode *node,
           QuoSwim *self,
           gint64  *rows)
{
  const QuoSwimOptions *options = quo_node_options (node);
  guint taken[QUO_SWIM_PIGGYBACK_MAX];
  guint n_wanted = (guint) MIN (options->n_piggyback, QUO_SWIM_PIGGYBACK_MAX);
  guint32 limit = limit_of (node, self);
  guint n = 0;

  for (int i = 0; n < n_wanted && (i = least_sent (self, taken, n)) >= 0; )
    {
      QuoSwimNews *news = &g_array_index (self->news, QuoSwimNews, i);

      news->n_sent++;
      quo_swim_fill_row (rows + (gsize) n * ROW_COLUMNS, news->member,
                         news->record);
      taken[n++] = (guint) i;
    }
  for (guint i = self->news->len; n > 0 && i > 0; i--)
    if (g_array_index (self->news, QuoSwimNews, i - 1).n_sent >= limit)
      g_array_remove_index (self->news, i - 1);

  return n;
}

/**
 * quo_swim_send:
 * @node: a node
 * @self: its memory
 * @to: receiver
 * @kind: a message with rows of news
 * @fields: the message's fields
 *
 * Who is given up or has left is told so with every message that goes there: it
 * lives, perhaps as another that does not know, and nobody else would tell it. Under Lifeguard's buddy system who is suspected is, too.
 */
void
quo_swim_send (QuoNode      *node,
               QuoSwim      *self,
               guint         to,
               guint         kind,
               const gint64 *fields)
{
  const QuoSwimOptions *options = quo_node_options (node);
  gint64 rows[(QUO_SWIM_PIGGYBACK_MAX + 1) * ROW_COLUMNS];
  QuoSwimRecord known = to < self->n_nodes ? self->records[to] : 0;
  guint n = 0;

  if (quo_swim_is_over (known)
      || (options->has_buddy && quo_swim_status (known) == STATUS_SUSPECT))
    quo_swim_fill_row (rows + (gsize) n++ * ROW_COLUMNS, to, known);
  if (options->dissemination == SPREAD_PIGGYBACK)
    n += piggyback (node, self, rows + (gsize) n * ROW_COLUMNS);
  quo_node_send_rows (node, to, kind, fields, rows, n);
}

/**
 * quo_swim_multicast:
 * @node: a node
 * @self: its memory
 * @member: whom it is about
 * @record: what it has found out
 *
 * The basic protocol tells everybody at once, and nobody twice.
 *
 * Source: Das et al. 2002, section 3.2.
 */
void
quo_swim_multicast (QuoNode       *node,
                    QuoSwim       *self,
                    guint          member,
                    QuoSwimRecord  record)
{
  const QuoSwimOptions *options = quo_node_options (node);
  gint64 row[ROW_COLUMNS];

  if (options->dissemination != SPREAD_MULTICAST)
    return;

  quo_swim_fill_row (row, member, record);
  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index && (i == member || (self->records[i] != 0
                                             && !quo_swim_is_over (self->records[i]))))
      quo_node_send_rows (node, i, MESSAGE_UPDATE, NULL, row, 1);
}

/**
 * quo_swim_send_members:
 * @node: a node
 * @self: its memory
 * @to: who asked
 *
 * Sends all that it knows, of those too that are no more: who comes must not take an
 * old Alive for news.
 */
void
quo_swim_send_members (QuoNode *node,
                       QuoSwim *self,
                       guint    to)
{
  g_autofree gint64 *rows = g_new (gint64, (gsize) self->n_nodes * ROW_COLUMNS);
  guint n = 0;

  for (guint i = 0; i < self->n_nodes; i++)
    if (self->records[i] != 0)
      quo_swim_fill_row (rows + (gsize) n++ * ROW_COLUMNS, i, self->records[i]);
  quo_node_send_rows (node, to, MESSAGE_MEMBERS, NULL, rows, n);
}

/**
 * quo_swim_take_rows:
 * @node: a node
 * @self: its memory
 * @message: that has come
 * @is_news: it passes on what it did not know
 */
void
quo_swim_take_rows (QuoNode          *node,
                    QuoSwim          *self,
                    const QuoMessage *message,
                    gboolean          is_news)
{
  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + (gsize) i * ROW_COLUMNS;
      QuoSwimRecord record = quo_swim_read_row (row, self->n_nodes);

      if (record != 0)
        quo_swim_apply (node, self, (guint) row[0], record, FALSE, is_news);
    }
}
