/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who takes writes. Each flies out once to every other node, and that is all. */

#include "protocol/best-effort/best-private.h"

static void
take_number (QuoNode *node,
             QuoBest *self,
             gint64   number)
{
  self->sequence = number;
  quo_node_set (node, FIELD_SEQUENCE, number);
}

/**
 * quo_best_load:
 * @node: a writer that starts
 * @self: its memory
 * @is_restart: it has been there before
 *
 * The origin has what is on its disk. One that comes back goes on from its clock:
 * a number that is used twice would pass for the old write.
 */
void
quo_best_load (QuoNode  *node,
               QuoBest  *self,
               gboolean  is_restart)
{
  QuoTime now = quo_node_now (node);
  gint64 number = is_restart ? MAX (0, now / QUO_MICROSECOND) : 0;
  const QuoTable *disk = quo_node_table (node, FIELD_DISK);

  for (guint i = 0; self->role == ROLE_ORIGIN && i < quo_table_n_rows (disk); i++)
    {
      QuoBestVersion version = { .writer = self->index };
      const gint64 *row = quo_table_nth (disk, i, &version.key);

      version.value = row[0];
      version.sequence = row[1];
      number = MAX (number, version.sequence);
      quo_best_put (node, self, &version, now);
      quo_best_add_fact (self, FACT_WRITTEN, &version, now);
    }
  self->base = number;
  if (number > 0)
    take_number (node, self, number);
}

static void
spread (QuoNode              *node,
        QuoBest              *self,
        const QuoBestVersion *version)
{
  const gint64 update[] = {
    version->key, version->value, version->sequence, quo_node_now (node)
  };
  const gint64 invalidation[] = { version->key, version->sequence };
  int propagation = quo_best_options (node)->propagation;

  gboolean is_update = propagation == PROPAGATE_UPDATE || self->role == ROLE_PEER;

  if (propagation == PROPAGATE_NOTHING)
    return;
  for (guint i = 0; i < self->n_nodes; i++)
    if (i != self->index)
      quo_node_send (node, i, is_update ? MESSAGE_UPDATE : MESSAGE_INVALIDATE,
                     is_update ? update : invalidation);
}

/* Everybody who asks from now on gets it. */
static void
publish (QuoNode              *node,
         QuoBest              *self,
         const QuoBestWrite   *write)
{
  QuoTime now = quo_node_now (node);

  quo_best_put (node, self, &write->version, now);
  quo_best_add_fact (self, FACT_WRITTEN, &write->version, now);
  quo_best_map_set (self->answered, write->client, write->serial);
  quo_node_reply (node, (guint) write->client, write->serial, QUO_STATUS_OK, 0);
  spread (node, self, &write->version);
}

/* A client that asks again: its write waits for the disk, or its answer was lost. */
static gboolean
is_known (QuoNode     *node,
          QuoBest     *self,
          const QuoOp *op)
{
  gint64 answered = quo_best_map_get (self->answered, op->client);

  if (answered == op->serial)
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK, 0);
  if (answered >= op->serial)
    return TRUE;

  for (guint i = 0; i < self->writes->len; i++)
    {
      const QuoBestWrite *write = &g_array_index (self->writes, QuoBestWrite, i);

      if (write->client == op->client && write->serial == op->serial)
        return TRUE;
    }

  return FALSE;
}

/**
 * quo_best_write:
 * @node: the origin or a peer
 * @self: its memory
 * @op: a write or a removal
 *
 * A peer answers at once and keeps nothing on disk, as one does with the state of a
 * game; the origin answers when the write is on disk.
 */
void
quo_best_write (QuoNode     *node,
                QuoBest     *self,
                const QuoOp *op)
{
  QuoBestWrite write = {
    op->client, op->serial,
    { op->key, op->kind == QUO_OP_WRITE ? op->value : 0, self->index,
      self->sequence + 1 },
  };
  gint64 row[QUO_MAX_COLUMNS] = { write.version.value, write.version.sequence };

  if (is_known (node, self, op))
    return;
  if (self->writes->len >= QUO_BEST_WAIT_MAX)
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
      return;
    }
  if (self->role == ROLE_ORIGIN
      ? quo_table_n_rows (quo_node_table (node, FIELD_DISK)) >= QUO_BEST_KEYS_MAX
        && quo_table_get (quo_node_table (node, FIELD_DISK), op->key) == NULL
      : !quo_best_is_new (node, self, &write.version, FALSE))
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
      return;
    }

  take_number (node, self, write.version.sequence);
  if (self->role == ROLE_PEER)
    {
      publish (node, self, &write);
      return;
    }
  quo_node_set_row (node, FIELD_DISK, op->key, row);
  g_array_append_val (self->writes, write);
  quo_node_sync (node, WRITE_VALUE, write.version.sequence);
}

/**
 * quo_best_written:
 * @node: the origin
 * @self: its memory
 * @sequence: this write is on disk, and with it all before it
 */
void
quo_best_written (QuoNode *node,
                  QuoBest *self,
                  gint64   sequence)
{
  while (self->writes->len > 0)
    {
      QuoBestWrite write = g_array_index (self->writes, QuoBestWrite, 0);

      if (write.version.sequence > sequence)
        return;
      g_array_remove_index (self->writes, 0);
      publish (node, self, &write);
    }
}

/**
 * quo_best_fetched:
 * @node: the origin
 * @self: its memory
 * @message: a FETCH
 *
 * The answer carries the origin's clock, as HTTP's "Date" does (RFC 9110, section
 * 6.6.1). Of a key that it has never had it knows that there was nothing when its
 * numbers began.
 */
void
quo_best_fetched (QuoNode          *node,
                  QuoBest          *self,
                  const QuoMessage *message)
{
  const gint64 *m = message->fields;
  const QuoBestCopy *copy = quo_best_find (self, m[0]);
  QuoTime now = quo_node_now (node);

  if (self->role != ROLE_ORIGIN)
    return;

  if (copy != NULL && copy->version.value != 0)
    {
      const gint64 fields[] = {
        m[0], copy->version.sequence, now, m[1], copy->version.value
      };

      quo_node_send (node, message->from, MESSAGE_VALUE, fields);
    }
  else
    {
      const gint64 fields[] = {
        m[0], copy != NULL ? copy->version.sequence : self->base, now, m[1]
      };

      quo_node_send (node, message->from, MESSAGE_NOTHING, fields);
    }
}
