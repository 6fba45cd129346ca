/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes on their way to the nodes that keep the key in the other data centres,
 * again and again until each says that it is visible there: section 4.4 of the
 * paper. */

#include "protocol/causal-store/causal-private.h"

/* Of one node's writes, sent again at once to one other. */
#define AT_ONCE 32

/**
 * quo_causal_pack:
 * @node: the node that keeps the key
 * @self: its memory
 * @record: a put, on its way to disk
 *
 * What is owed to the others goes to disk with the put.
 */
void
quo_causal_pack (QuoNode         *node,
                 QuoCausal       *self,
                 QuoCausalRecord *record)
{
  gint64 counter = quo_causal_counter (record->version);

  for (guint i = 1; i < self->n_centres; i++)
    {
      guint centre = (quo_causal_centre (self) + i) % self->n_centres;
      guint to = quo_causal_place (node, self, centre, record->key);
      QuoCausalParcel parcel = { .version = record->version, .to = to };
      gint64 columns[QUO_MAX_COLUMNS] = { counter, to, self->sent[to] };

      if (self->is_out[to])
        {
          quo_causal_hold_stable (node, counter);
          continue;
        }
      parcel.row = ++self->next_parcel;
      parcel.previous = self->sent[to];
      self->sent[to] = counter;
      record->n_unacked++;
      g_array_append_val (self->outbox, parcel);
      quo_node_set_row (node, FIELD_OUTBOX, parcel.row, columns);
      quo_node_set_row (node, FIELD_STREAMS, to, &counter);
    }
  self->n_owed += record->n_unacked > 0;
}

static void
send (QuoNode         *node,
      QuoCausal       *self,
      QuoCausalParcel *parcel)
{
  const QuoCausalRecord *record = quo_causal_find (self, parcel->version);
  gint64 fields[5];

  if (record == NULL)
    return;
  fields[0] = record->key;
  fields[1] = record->value;
  fields[2] = quo_causal_counter (record->version);
  fields[3] = quo_causal_origin (record->version);
  fields[4] = parcel->previous;
  parcel->is_sent = TRUE;
  parcel->sent_at = quo_node_now (node);
  quo_causal_send_deps (node, parcel->to, MESSAGE_REPLICATE, fields, record->deps);
}

/**
 * quo_causal_send_parcels:
 * @node: the node that keeps the key
 * @self: its memory
 * @version: a put that is on disk
 */
void
quo_causal_send_parcels (QuoNode          *node,
                         QuoCausal        *self,
                         QuoCausalVersion  version)
{
  gboolean is_owed = FALSE;

  for (guint i = 0; i < self->outbox->len; i++)
    {
      QuoCausalParcel *parcel = &g_array_index (self->outbox, QuoCausalParcel, i);

      if (parcel->version != version)
        continue;
      send (node, self, parcel);
      is_owed = TRUE;
    }
  if (is_owed)
    quo_causal_need_retry (node);
}

/**
 * quo_causal_resend:
 * @node: a node
 * @self: its memory
 *
 * Sends again what has waited for its acknowledgement for too long, the oldest
 * first.
 *
 * Returns: whether anything waits
 */
gboolean
quo_causal_resend (QuoNode   *node,
                   QuoCausal *self)
{
  g_autofree guint *n_sent = g_new0 (guint, self->n_nodes);

  for (guint i = 0; i < self->outbox->len; i++)
    {
      QuoCausalParcel *parcel = &g_array_index (self->outbox, QuoCausalParcel, i);

      if (!parcel->is_sent || !quo_causal_is_due (node, parcel->sent_at)
          || n_sent[parcel->to] >= AT_ONCE)
        continue;
      n_sent[parcel->to]++;
      send (node, self, parcel);
    }

  return self->outbox->len > 0;
}

static void
take_out (QuoNode   *node,
          QuoCausal *self,
          guint      nth)
{
  QuoCausalParcel parcel = g_array_index (self->outbox, QuoCausalParcel, nth);
  QuoCausalRecord *record = quo_causal_find (self, parcel.version);

  g_array_remove_index (self->outbox, nth);
  quo_node_remove_row (node, FIELD_OUTBOX, parcel.row);
  if (record == NULL)
    return;
  record->n_unacked--;
  self->n_owed -= record->n_unacked == 0;
  quo_causal_drop_if_old (node, self, record);
}

/**
 * quo_causal_acknowledged:
 * @node: a node
 * @self: its memory
 * @from: a node of another data centre
 * @version: a put of this node's that is visible there
 */
void
quo_causal_acknowledged (QuoNode          *node,
                         QuoCausal        *self,
                         guint             from,
                         QuoCausalVersion  version)
{
  for (guint i = 0; i < self->outbox->len; i++)
    {
      const QuoCausalParcel *parcel = &g_array_index (self->outbox, QuoCausalParcel,
                                                      i);

      if (parcel->to != from || parcel->version != version)
        continue;
      take_out (node, self, i);
      quo_causal_advance_stable (node, self);
      return;
    }
}

/**
 * quo_causal_learn_out:
 * @node: a node
 * @self: its memory
 * @other: a node that has lost its disk
 *
 * Nothing is owed to it any more.
 */
void
quo_causal_learn_out (QuoNode   *node,
                      QuoCausal *self,
                      guint      other)
{
  self->is_out[other] = TRUE;
  for (guint i = self->outbox->len; i > 0; i--)
    {
      const QuoCausalParcel *parcel = &g_array_index (self->outbox, QuoCausalParcel,
                                                      i - 1);

      if (parcel->to != other)
        continue;
      quo_causal_hold_stable (node, quo_causal_counter (parcel->version));
      take_out (node, self, i - 1);
    }
  quo_causal_advance_stable (node, self);
  quo_causal_request_again (node, self);
}
