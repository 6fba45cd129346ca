/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a node does with data: keeps it, on disk before it says so, keeps what is
 * meant for others until they are back, and forgets what was deleted long ago. */

#include "protocol/quorum-store/quorum-private.h"

/* Hints handed over in one round: what waits for a node that was long away shall
 * not drown it. */
#define HINTS_AT_ONCE 64

enum
{
  HINT_FOR,
  HINT_KEY,
  HINT_VALUE,
  HINT_VERSION
};

/**
 * quo_quorum_tell:
 * @self: a node's memory
 * @kind: what has happened
 * @key: (interned): to which key
 *
 * Returns: (transfer none): what those who watch are told, to be filled in; good
 *   until the next one
 */
QuoQuorumFact *
quo_quorum_tell (QuoQuorum         *self,
                 QuoQuorumFactKind  kind,
                 gint64             key)
{
  QuoQuorumFact fact = {
    .kind = kind,
    .key = key,
    .record = QUO_QUORUM_NOTHING,
    .before = QUO_QUORUM_NOTHING,
  };

  g_array_append_val (self->facts, fact);

  return &g_array_index (self->facts, QuoQuorumFact, self->facts->len - 1);
}

static QuoTime
clock_of (QuoNode *node)
{
  return MAX (1, quo_node_now (node));
}

/**
 * quo_quorum_get:
 * @node: a node
 * @key: (interned): a key
 * @ret_record: (out): what the node keeps as a replica
 */
void
quo_quorum_get (QuoNode         *node,
                gint64           key,
                QuoQuorumRecord *ret_record)
{
  const gint64 *row = quo_table_get (quo_node_table (node, QUO_QUORUM_FIELD_STORE),
                                     key);

  *ret_record = quo_quorum_nothing;
  if (row != NULL)
    *ret_record = (QuoQuorumRecord) { row[0], row[1], row[2], row[3] };
}

/* A tombstone is remembered until its life is over; then it is as if the key had
 * never been. Who has not heard of the deletion by then brings the data back. */
static void
plan_burial (QuoNode               *node,
             gint64                 key,
             const QuoQuorumRecord *record)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  QuoTime left = record->stamp + options->tombstone_life - clock_of (node);

  if (!quo_quorum_is_tombstone (record))
    return;
  if (quo_node_has_fault (node, QUO_QUORUM_FAULT_DROP_TOMBSTONE_EARLY))
    left = 0;
  quo_node_wake_after (node, QUO_QUORUM_TIMER_TOMBSTONE, MAX (0, left), key);
}

/**
 * quo_quorum_bury:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key that was deleted some time ago
 *
 * Forgets the deletion if its time has come and nothing was written since.
 */
void
quo_quorum_bury (QuoNode   *node,
                 QuoQuorum *self,
                 gint64     key)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  QuoQuorumWorld world = { node, NULL };
  QuoQuorumRecord record;
  gboolean is_early =
    quo_node_has_fault (node, QUO_QUORUM_FAULT_DROP_TOMBSTONE_EARLY);

  quo_quorum_get (node, key, &record);
  if (!quo_quorum_is_tombstone (&record)
      || (!is_early
          && clock_of (node) < record.stamp + options->tombstone_life))
    return;

  if (quo_quorum_is_siblings (&world))
    {
      g_autoptr (QuoVersions) versions = quo_quorum_decode (&world, &record);
      gint64 own = quo_vector_clock_get (quo_versions_get_context (versions),
                                         quo_node_index (node));

      /* A dot names one write for ever, so numbers go on from here. */
      if (own > quo_node_get (node, QUO_QUORUM_FIELD_FLOOR))
        quo_node_set (node, QUO_QUORUM_FIELD_FLOOR, own);
    }
  quo_node_remove_row (node, QUO_QUORUM_FIELD_STORE, key);
  quo_node_note (node, QUO_QUORUM_NOTE_DROPS, &key);
  quo_quorum_sync (node, self, QUO_QUORUM_SYNC_REPAIR, NULL);
}

/**
 * quo_quorum_learn:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key
 * @record: what the node has learnt of it
 *
 * Takes what is new in @record; to be made durable by quo_quorum_sync().
 *
 * Returns: whether anything was new
 */
gboolean
quo_quorum_learn (QuoNode               *node,
                  QuoQuorum             *self,
                  gint64                 key,
                  const QuoQuorumRecord *record)
{
  QuoQuorumWorld world = { node, NULL };
  QuoQuorumRecord mine;
  QuoQuorumFact *fact;
  gint64 columns[4];

  quo_quorum_get (node, key, &mine);
  if (!quo_quorum_merge (node, &mine, record))
    return FALSE;

  columns[0] = mine.value;
  columns[1] = mine.stamp;
  columns[2] = mine.node;
  columns[3] = mine.version;
  quo_node_set_row (node, QUO_QUORUM_FIELD_STORE, key, columns);
  fact = quo_quorum_tell (self, QUO_QUORUM_FACT_STORED, key);
  fact->record = mine;
  if (mine.version != 0 && quo_quorum_n_values (&world, &mine) > 1)
    {
      gint64 fields[] = { key, mine.value };

      quo_node_note (node, QUO_QUORUM_NOTE_SIBLINGS, fields);
    }
  plan_burial (node, key, &mine);

  return TRUE;
}

/* Answers a read, here or elsewhere. */
static void
answer (QuoNode   *node,
        QuoQuorum *self,
        guint      coordinator,
        gint64     request,
        gint64     key)
{
  QuoQuorumFact *fact = quo_quorum_tell (self, QUO_QUORUM_FACT_SERVED, key);
  QuoQuorumRecord record;

  fact->id = request;
  fact->a = coordinator;
  quo_quorum_find (node, self, key, &record);
  if (coordinator == quo_node_index (node))
    quo_quorum_answered (node, self, coordinator, request, &record);
  else
    quo_quorum_send_record (node, coordinator, QUO_QUORUM_READ_REPLY, request,
                            QUO_NO_NODE, key, &record);
}

static void
tell_sender (QuoNode             *node,
             QuoQuorum           *self,
             const QuoQuorumSync *sync)
{
  if (sync->to == QUO_NO_NODE)
    return;
  if (sync->message == QUO_QUORUM_READ_REPLY)
    answer (node, self, (guint) sync->to, sync->request, sync->key);
  else if ((guint) sync->to == quo_node_index (node))
    quo_quorum_acknowledged (node, self, quo_node_index (node), sync->request);
  else
    quo_node_send (node, (guint) sync->to, sync->message, &sync->request);
}

static void
count_unsynced (QuoQuorum *self,
                gint64     key,
                int        change)
{
  gpointer id = GSIZE_TO_POINTER ((gsize) key);
  int n = GPOINTER_TO_INT (g_hash_table_lookup (self->unsynced, id)) + change;

  if (n > 0)
    g_hash_table_insert (self->unsynced, id, GINT_TO_POINTER (n));
  else
    g_hash_table_remove (self->unsynced, id);
}

/**
 * quo_quorum_sync:
 * @node: a node
 * @self: its memory
 * @write: kind of durable write
 * @sync: (nullable): who is told what when it is on disk; %NULL: nobody
 */
void
quo_quorum_sync (QuoNode             *node,
                 QuoQuorum           *self,
                 guint                write,
                 const QuoQuorumSync *sync)
{
  gint64 token = 0;

  if (sync != NULL)
    {
      QuoQuorumSync *copy = g_memdup2 (sync, sizeof *sync);

      token = ++self->next_sync;
      if (sync->stands_for == QUO_NO_NODE)
        quo_quorum_get (node, sync->key, &copy->record);
      g_hash_table_insert (self->syncs, GSIZE_TO_POINTER ((gsize) token), copy);
      count_unsynced (self, sync->key, 1);
      if (sync->to != (int) quo_node_index (node)
          && sync->message != QUO_QUORUM_READ_REPLY
          && quo_node_has_fault (node, QUO_QUORUM_FAULT_ACK_BEFORE_SYNC))
        {
          tell_sender (node, self, copy);
          copy->to = QUO_NO_NODE;
        }
    }
  quo_node_sync (node, write, token);
}

/**
 * quo_quorum_is_settled:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key
 *
 * Returns: whether what the node has of the key may be shown to others. Among
 *   siblings it has to be on disk: after a crash the node would give its number
 *   to another write
 */
gboolean
quo_quorum_is_settled (QuoNode   *node,
                       QuoQuorum *self,
                       gint64     key)
{
  QuoQuorumWorld world = { node, NULL };

  return !quo_quorum_is_siblings (&world)
         || !g_hash_table_contains (self->unsynced, GSIZE_TO_POINTER ((gsize) key));
}

/**
 * quo_quorum_serve:
 * @node: a node
 * @self: its memory
 * @coordinator: who asks, perhaps the node itself
 * @request: for which operation
 * @key: (interned): what is read
 *
 * Answers a read, when what it finds is on disk.
 */
void
quo_quorum_serve (QuoNode   *node,
                  QuoQuorum *self,
                  guint      coordinator,
                  gint64     request,
                  gint64     key)
{
  QuoQuorumSync sync = {
    .to = (int) coordinator,
    .message = QUO_QUORUM_READ_REPLY,
    .request = request,
    .stands_for = QUO_NO_NODE,
    .key = key,
  };

  if (quo_quorum_is_settled (node, self, key))
    answer (node, self, coordinator, request, key);
  else
    quo_quorum_sync (node, self, QUO_QUORUM_SYNC_REPAIR, &sync);
}

/**
 * quo_quorum_synced:
 * @node: a node
 * @state: its memory
 * @write: kind of durable write
 * @token: of the write; 0: nobody waits for it
 */
void
quo_quorum_synced (QuoNode  *node,
                   gpointer  state,
                   guint     write,
                   gint64    token)
{
  QuoQuorum *self = state;
  gpointer key = GSIZE_TO_POINTER ((gsize) token);
  QuoQuorumSync *found = g_hash_table_lookup (self->syncs, key);
  QuoQuorumSync sync;
  QuoQuorumFact *fact;

  g_array_set_size (self->facts, 0);
  if (write == QUO_QUORUM_SYNC_STAMP)
    quo_quorum_stamped (node, self, token);
  if (write == QUO_QUORUM_SYNC_STAMP || found == NULL)
    return;

  sync = *found;
  g_hash_table_remove (self->syncs, key);
  count_unsynced (self, sync.key, -1);
  fact = quo_quorum_tell (self,
                          sync.stands_for == QUO_NO_NODE
                            ? QUO_QUORUM_FACT_DURABLE
                            : QUO_QUORUM_FACT_DURABLE_HINT, sync.key);
  fact->record = sync.record;
  fact->a = sync.stands_for;
  tell_sender (node, self, &sync);
}

/* A record in one word: a hint's row has no room for more. */
static gint64
pack_version (QuoNode               *node,
              const QuoQuorumRecord *record)
{
  g_autofree char *text = NULL;

  if (record->version != 0)
    return record->version;
  text = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                          record->stamp, record->node);

  return quo_node_intern (node, text);
}

static void
read_hint (QuoNode         *node,
           const gint64    *row,
           QuoQuorumRecord *ret_record)
{
  QuoQuorumWorld world = { node, NULL };
  const char *text = quo_node_text (node, row[HINT_VERSION]);
  char *end = NULL;

  *ret_record = quo_quorum_nothing;
  ret_record->value = row[HINT_VALUE];
  if (quo_quorum_is_siblings (&world))
    {
      ret_record->version = row[HINT_VERSION];
      ret_record->stamp = ret_record->value == 0 ? clock_of (node) : 0;
      return;
    }
  ret_record->stamp = g_ascii_strtoll (text, &end, 10);
  ret_record->node = g_ascii_strtoll (end, NULL, 10);
}

/* Who reads a key looks for its hints alone, however many others there are. */
static void
add_hinted (QuoQuorum *self,
            gint64     key,
            gint64     hint)
{
  gpointer id = GSIZE_TO_POINTER ((gsize) key);
  GArray *hints = g_hash_table_lookup (self->hinted, id);

  if (hints == NULL)
    {
      hints = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (self->hinted, id, hints);
    }
  g_array_append_val (hints, hint);
}

static void
remove_hinted (QuoQuorum *self,
               gint64     key,
               gint64     hint)
{
  gpointer id = GSIZE_TO_POINTER ((gsize) key);
  GArray *hints = g_hash_table_lookup (self->hinted, id);

  for (guint i = 0; hints != NULL && i < hints->len; i++)
    if (g_array_index (hints, gint64, i) == hint)
      {
        g_array_remove_index (hints, i);
        break;
      }
  if (hints != NULL && hints->len == 0)
    g_hash_table_remove (self->hinted, id);
}

static void
plan_handoff (QuoNode   *node,
              QuoQuorum *self)
{
  const QuoQuorumOptions *options = quo_node_options (node);

  if (self->has_handoff_timer
      || quo_table_n_rows (quo_node_table (node, QUO_QUORUM_FIELD_HINTS)) == 0)
    return;

  self->has_handoff_timer = TRUE;
  quo_node_set_timer (node, QUO_QUORUM_TIMER_HANDOFF, options->handoff_interval);
}

/**
 * quo_quorum_keep_hint:
 * @node: a node
 * @self: its memory
 * @sync: for whom the write is, what it is and who is told of it
 *
 * Keeps a write for a replica that does not answer, on disk like any other.
 */
void
quo_quorum_keep_hint (QuoNode             *node,
                      QuoQuorum           *self,
                      const QuoQuorumSync *sync)
{
  gint64 columns[] = {
    sync->stands_for, sync->key, sync->record.value,
    pack_version (node, &sync->record)
  };
  gint64 fields[] = { sync->stands_for, sync->key };
  gint64 last = 0;

  quo_table_last (quo_node_table (node, QUO_QUORUM_FIELD_HINTS), &last);
  quo_node_set_row (node, QUO_QUORUM_FIELD_HINTS, last + 1, columns);
  add_hinted (self, sync->key, last + 1);
  quo_node_note (node, QUO_QUORUM_NOTE_HINTS, fields);
  quo_quorum_sync (node, self, QUO_QUORUM_SYNC_HINT, sync);
  plan_handoff (node, self);
}

/**
 * quo_quorum_find:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key
 * @ret_record: (out): what the node knows of it, hints for others included
 */
void
quo_quorum_find (QuoNode         *node,
                 QuoQuorum       *self,
                 gint64           key,
                 QuoQuorumRecord *ret_record)
{
  const QuoTable *hints = quo_node_table (node, QUO_QUORUM_FIELD_HINTS);
  const GArray *own = g_hash_table_lookup (self->hinted,
                                           GSIZE_TO_POINTER ((gsize) key));

  quo_quorum_get (node, key, ret_record);
  for (guint i = 0; own != NULL && i < own->len; i++)
    {
      QuoQuorumRecord hinted;

      read_hint (node, quo_table_get (hints, g_array_index (own, gint64, i)),
                 &hinted);
      quo_quorum_merge (node, ret_record, &hinted);
    }
}

/**
 * quo_quorum_send_record:
 * @node: a node
 * @to: the receiver
 * @message: Write, ReadReply, Repair, Hint or Handoff
 * @id: of the request or the hint
 * @stands_for: of a hint, for whom it is
 * @key: (interned): a key
 * @record: what is said of it
 */
void
quo_quorum_send_record (QuoNode               *node,
                        guint                  to,
                        guint                  message,
                        gint64                 id,
                        int                    stands_for,
                        gint64                 key,
                        const QuoQuorumRecord *record)
{
  gint64 fields[7];
  guint n = 0;

  fields[n++] = id;
  if (message == QUO_QUORUM_HINT)
    fields[n++] = stands_for;
  fields[n++] = key;
  fields[n++] = record->value;
  fields[n++] = record->stamp;
  fields[n++] = record->node;
  fields[n++] = record->version;
  quo_node_send (node, to, message, fields);
}

/**
 * quo_quorum_hand_over:
 * @node: a node
 * @self: its memory
 *
 * Tries to give the hints to those that they are for. A hint goes when its
 * receiver says that it has it; until then it is tried again, in its turn: those
 * for a node that stays away keep no other's waiting.
 */
void
quo_quorum_hand_over (QuoNode   *node,
                      QuoQuorum *self)
{
  const QuoTable *hints = quo_node_table (node, QUO_QUORUM_FIELD_HINTS);
  guint n_rows = quo_table_n_rows (hints);
  guint first = n_rows > HINTS_AT_ONCE
                ? quo_table_position (hints, self->last_tried + 1) : 0;

  for (guint i = 0; i < MIN (n_rows, HINTS_AT_ONCE); i++)
    {
      gint64 hint;
      const gint64 *row = quo_table_nth (hints, (first + i) % n_rows, &hint);
      QuoQuorumRecord record;

      self->last_tried = hint;
      read_hint (node, row, &record);
      quo_quorum_send_record (node, (guint) row[HINT_FOR], QUO_QUORUM_HANDOFF,
                              hint, QUO_NO_NODE, row[HINT_KEY], &record);
    }
  self->has_handoff_timer = FALSE;
  plan_handoff (node, self);
}

static void
forget_hint (QuoNode   *node,
             QuoQuorum *self,
             gint64     hint)
{
  const gint64 *row = quo_table_get (quo_node_table (node, QUO_QUORUM_FIELD_HINTS),
                                     hint);
  gint64 fields[2];

  if (row == NULL)
    return;

  fields[0] = row[HINT_FOR];
  fields[1] = row[HINT_KEY];
  remove_hinted (self, row[HINT_KEY], hint);
  quo_node_remove_row (node, QUO_QUORUM_FIELD_HINTS, hint);
  quo_node_note (node, QUO_QUORUM_NOTE_HANDED_OVER, fields);
  quo_quorum_sync (node, self, QUO_QUORUM_SYNC_REPAIR, NULL);
}

/**
 * quo_quorum_replica_start:
 * @node: a node that starts, perhaps again
 * @self: its memory
 *
 * Goes on with what the disk says is to be done.
 */
void
quo_quorum_replica_start (QuoNode   *node,
                          QuoQuorum *self)
{
  const QuoTable *store = quo_node_table (node, QUO_QUORUM_FIELD_STORE);
  const QuoTable *hints = quo_node_table (node, QUO_QUORUM_FIELD_HINTS);

  for (guint i = 0; i < quo_table_n_rows (store); i++)
    {
      gint64 key;
      const gint64 *row = quo_table_nth (store, i, &key);
      QuoQuorumRecord record = { row[0], row[1], row[2], row[3] };

      quo_quorum_tell (self, QUO_QUORUM_FACT_STORED, key)->record = record;
      quo_quorum_tell (self, QUO_QUORUM_FACT_DURABLE, key)->record = record;
      plan_burial (node, key, &record);
    }
  for (guint i = 0; i < quo_table_n_rows (hints); i++)
    {
      gint64 hint;
      const gint64 *row = quo_table_nth (hints, i, &hint);
      QuoQuorumFact *fact = quo_quorum_tell (self, QUO_QUORUM_FACT_DURABLE_HINT,
                                             row[HINT_KEY]);

      add_hinted (self, row[HINT_KEY], hint);
      read_hint (node, row, &fact->record);
      fact->a = row[HINT_FOR];
    }
  plan_handoff (node, self);
}

/**
 * quo_quorum_record_of:
 * @message: a message
 * @first: where in it a record begins
 *
 * Returns: the record
 */
QuoQuorumRecord
quo_quorum_record_of (const QuoMessage *message,
                      guint             first)
{
  return (QuoQuorumRecord) {
    message->fields[first], message->fields[first + 1],
    message->fields[first + 2], message->fields[first + 3]
  };
}

static void
take (QuoNode          *node,
      QuoQuorum        *self,
      const QuoMessage *message)
{
  QuoQuorumRecord record = quo_quorum_record_of (message, 2);
  QuoQuorumSync sync = {
    .to = (int) message->from,
    .message = message->kind == QUO_QUORUM_HANDOFF ? QUO_QUORUM_HANDOFF_ACK
                                                   : QUO_QUORUM_WRITE_ACK,
    .request = message->fields[0],
    .stands_for = QUO_NO_NODE,
    .key = message->fields[1],
  };
  gboolean is_new = quo_quorum_learn (node, self, sync.key, &record);

  /* Anti-entropy does not wait for an answer. */
  if (sync.request == 0 && !is_new)
    return;
  if (sync.request == 0)
    sync.to = QUO_NO_NODE;
  quo_quorum_sync (node, self,
                   message->kind == QUO_QUORUM_WRITE ? QUO_QUORUM_SYNC_WRITE
                                                     : QUO_QUORUM_SYNC_REPAIR,
                   &sync);
}

static void
take_hint (QuoNode          *node,
           QuoQuorum        *self,
           const QuoMessage *message)
{
  QuoQuorumSync sync = {
    .to = (int) message->from,
    .message = QUO_QUORUM_WRITE_ACK,
    .request = message->fields[0],
    .stands_for = (int) message->fields[1],
    .key = message->fields[2],
    .record = quo_quorum_record_of (message, 3),
  };

  quo_quorum_keep_hint (node, self, &sync);
}

/**
 * quo_quorum_replica_receive:
 * @node: a node
 * @self: its memory
 * @message: what has arrived
 *
 * Returns: whether it was for a replica, not for a coordinator
 */
gboolean
quo_quorum_replica_receive (QuoNode          *node,
                            QuoQuorum        *self,
                            const QuoMessage *message)
{
  switch (message->kind)
    {
    case QUO_QUORUM_WRITE:
    case QUO_QUORUM_REPAIR:
    case QUO_QUORUM_HANDOFF:
      take (node, self, message);
      return TRUE;
    case QUO_QUORUM_HINT:
      take_hint (node, self, message);
      return TRUE;
    case QUO_QUORUM_READ:
      quo_quorum_serve (node, self, message->from, message->fields[0],
                        message->fields[1]);
      return TRUE;
    case QUO_QUORUM_HANDOFF_ACK:
      forget_hint (node, self, message->fields[0]);
      return TRUE;
    case QUO_QUORUM_DIGEST:
      quo_quorum_compare_digest (node, self, message);
      return TRUE;
    case QUO_QUORUM_WANT:
      quo_quorum_wanted (node, self, message);
      return TRUE;
    default:
      return FALSE;
    }
}
