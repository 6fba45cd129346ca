/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A key's node in its data centre: put_after and get_by_version, sections 4.4
 * and 4.5 of the paper. */

#include "protocol/causal-store/causal-private.h"

static void
reply_put (QuoNode            *node,
           QuoCausal          *self,
           const QuoCausalPut *put,
           gint64              key,
           QuoCausalAnswer     answer)
{
  const gint64 fields[] = {
    put->client, put->serial, key, quo_causal_counter (put->version),
    quo_causal_origin (put->version), answer, put->is_repeated
  };
  const QuoCausalRecord *record = quo_causal_find (self, put->version);
  const GArray *deps = put->is_repeated && record != NULL ? record->deps : NULL;

  if (put->from == self->index)
    quo_causal_was_put (node, self, put, answer, deps);
  else
    quo_causal_send_deps (node, put->from, MESSAGE_PUT_REPLY, fields, deps);
}

static QuoCausalPut *
find_put (QuoCausal        *self,
          QuoCausalVersion  version)
{
  for (guint i = 0; i < self->puts->len; i++)
    {
      QuoCausalPut *put = &g_array_index (self->puts, QuoCausalPut, i);

      if (put->version == version)
        return put;
    }

  return NULL;
}

/* COPS-GT has to say what a version depends on, unless nobody need depend on it. */
static gboolean
is_told_of (QuoNode          *node,
            const QuoCausal  *self,
            QuoCausalVersion  version)
{
  return quo_causal_options (node)->mode != MODE_COPS_GT
         || quo_causal_find (self, version) != NULL
         || quo_causal_is_stable (self, version);
}

/* A client that asks again, perhaps through another front end, is told of the
 * version that it has got, and of what that depends on: it need not be what the
 * client has seen there. */
static gboolean
is_known (QuoNode            *node,
          QuoCausal          *self,
          const QuoCausalPut *put,
          gint64              key)
{
  const QuoCausalWriter *writer
    = g_hash_table_lookup (self->writers, GSIZE_TO_POINTER ((gsize) put->client));
  QuoCausalPut *under_way;
  QuoCausalPut again = *put;

  if (writer == NULL || writer->serial < put->serial)
    return FALSE;
  if (writer->serial > put->serial)
    return TRUE;

  under_way = find_put (self, writer->version);
  if (under_way != NULL)
    {
      under_way->from = put->from;
      under_way->is_repeated = TRUE;
      return TRUE;
    }
  again.version = writer->version;
  again.is_repeated = TRUE;
  reply_put (node, self, &again, key,
             is_told_of (node, self, writer->version) ? ANSWER_OK : ANSWER_BUSY);

  return TRUE;
}

static void
remember_writer (QuoNode            *node,
                 QuoCausal          *self,
                 const QuoCausalPut *put)
{
  QuoCausalWriter writer = { put->serial, put->version };
  const gint64 columns[] = { put->serial, quo_causal_counter (put->version) };

  g_hash_table_insert (self->writers, GSIZE_TO_POINTER ((gsize) put->client),
                       g_memdup2 (&writer, sizeof writer));
  quo_node_set_row (node, FIELD_WRITERS, put->client, columns);
}

/* Section 4.4: the Lamport counter in the high bits, the node in the low ones. */
static QuoCausalVersion
next_version (QuoNode   *node,
              QuoCausal *self)
{
  QuoCausalVersion version;

  if (quo_node_has_fault (node, FAULT_WALL_CLOCK))
    {
      gint64 counter = MAX (1, quo_node_now (node) / QUO_MICROSECOND);

      while (quo_causal_find (self, quo_causal_version (counter, self->index)) != NULL)
        counter++;
      return quo_causal_version (counter, self->index);
    }

  version = quo_causal_version (++self->clock, self->index);
  quo_node_set (node, FIELD_CLOCK, self->clock);

  return version;
}

static void
see_all (QuoNode      *node,
         QuoCausal    *self,
         gint64        clock,
         const GArray *deps)
{
  quo_causal_see (node, self, clock);
  for (guint i = 0; i < deps->len; i++)
    quo_causal_see (node, self,
                    quo_causal_counter (g_array_index (deps, QuoCausalDep,
                                                       i).version));
}

/* Section 5.3: a put says which versions of the key its data centre showed. They are
 * what it overwrites, and are depended on. */
static GArray *
with_previous (QuoNode      *node,
               QuoCausal    *self,
               gint64        key,
               const GArray *deps)
{
  GArray *all = g_array_copy ((GArray *) deps);
  g_autoptr (GPtrArray) visible = NULL;

  if (quo_causal_options (node)->mode != MODE_COPS_CD)
    return all;

  visible = quo_causal_all_visible (self, key);
  for (guint i = 0; i < visible->len; i++)
    {
      const QuoCausalRecord *record = g_ptr_array_index (visible, i);
      QuoCausalDep previous = { key, record->version, DEP_PREVIOUS };
      guint place = 0;

      while (place < all->len && g_array_index (all, QuoCausalDep, place).version
                                 != record->version)
        place++;
      if (place == all->len)
        g_array_append_val (all, previous);
      else
        g_array_index (all, QuoCausalDep, place) = previous;
    }

  return all;
}

/**
 * quo_causal_put:
 * @node: the node that keeps the key
 * @self: its memory
 * @put: who puts, without a version
 * @key: (interned): the key
 * @value: (interned): its new value
 * @clock: Lamport clock of the client's front end
 * @deps: what the put depends on, all of it visible in this data centre
 *
 * Gives the put its version and writes it to disk. A put whose copies for the other
 * data centres find no room is refused: nothing of it happens.
 */
void
quo_causal_put (QuoNode            *node,
                QuoCausal          *self,
                const QuoCausalPut *put,
                gint64              key,
                gint64              value,
                gint64              clock,
                const GArray       *deps)
{
  QuoCausalRecord *record;
  QuoCausalPut begun = *put;
  QuoCausalFact *fact;

  if (is_known (node, self, put, key))
    return;
  if (self->n_owed >= QUO_CAUSAL_OUTBOX_MAX)
    {
      reply_put (node, self, put, key, ANSWER_BUSY);
      return;
    }

  see_all (node, self, clock, deps);
  record = g_new0 (QuoCausalRecord, 1);
  record->key = key;
  record->value = value;
  record->version = begun.version = next_version (node, self);
  record->deps = with_previous (node, self, key, deps);
  record->previous = self->sent[self->index];
  self->sent[self->index] = quo_causal_counter (record->version);
  quo_node_set_row (node, FIELD_STREAMS, self->index, &self->sent[self->index]);

  fact = quo_causal_tell (self, FACT_ASSIGNED);
  *fact = (QuoCausalFact) {
    FACT_ASSIGNED, put->client, put->serial, key, value, record->version, 0,
    put->from
  };
  quo_causal_keep (node, self, record);
  quo_causal_pack (node, self, record);
  remember_writer (node, self, &begun);
  g_array_append_val (self->puts, begun);
  quo_node_sync (node, WRITE_PUT, record->version);
  if (quo_node_has_fault (node, FAULT_COMMIT_BEFORE_SYNC))
    quo_causal_put_synced (node, self, record->version);
}

/**
 * quo_causal_put_synced:
 * @node: the node that keeps the key
 * @self: its memory
 * @version: a version that is on disk
 *
 * Section 4.4: a put is visible in its own data centre at once, for all that it
 * depends on is there, and goes to the others afterwards.
 */
void
quo_causal_put_synced (QuoNode          *node,
                       QuoCausal        *self,
                       QuoCausalVersion  version)
{
  QuoCausalPut *begun = find_put (self, version);
  QuoCausalRecord *record = quo_causal_find (self, version);
  QuoCausalPut put;
  gint64 key;
  gint64 note[3];

  if (begun == NULL || record == NULL)
    return;

  put = *begun;
  key = record->key;
  note[0] = key;
  note[1] = record->value;
  note[2] = quo_causal_counter (version);
  g_array_remove_index (self->puts, (guint) (begun
                                             - &g_array_index (self->puts,
                                                               QuoCausalPut, 0)));
  quo_node_note (node, NOTE_COMMITTED, note);
  quo_causal_commit (node, self, record);
  reply_put (node, self, &put, key, ANSWER_OK);
  quo_causal_send_parcels (node, self, version);
  quo_causal_advance_stable (node, self);
}

/* COPS-GT tells what the version depends on; COPS-CD which others are shown with it. */
static GArray *
to_be_told (QuoNode               *node,
            const QuoCausal       *self,
            const QuoCausalRecord *record)
{
  const QuoCausalOptions *options = quo_causal_options (node);
  GArray *deps = quo_causal_deps_new ();
  g_autoptr (GPtrArray) visible = NULL;

  if (record == NULL || options->mode == MODE_COPS)
    return deps;
  if (options->mode == MODE_COPS_GT)
    {
      g_array_append_vals (deps, record->deps->data, record->deps->len);
      return deps;
    }

  visible = quo_causal_all_visible (self, record->key);
  for (guint i = 0; i < visible->len; i++)
    {
      const QuoCausalRecord *other = g_ptr_array_index (visible, i);
      QuoCausalDep dep = { other->key, other->version, DEP_NEAREST };

      if (other != record)
        g_array_append_val (deps, dep);
    }

  return deps;
}

static void
reply_get (QuoNode               *node,
           QuoCausal             *self,
           const QuoCausalRead   *read,
           QuoCausalAnswer        answer,
           const QuoCausalRecord *record)
{
  QuoCausalVersion version = record != NULL ? record->version : 0;
  g_autoptr (GArray) deps = to_be_told (node, self, record);
  gint64 value = record == NULL ? 0
                 : read->version != 0 ? record->value
                                      : quo_causal_shown (node, self, read->key);
  const gint64 fields[] = {
    read->client, read->serial, read->round, read->key, value,
    quo_causal_counter (version), quo_causal_origin (version), answer
  };
  QuoCausalRead answered = *read;

  answered.version = version;
  if (read->from == self->index)
    quo_causal_got (node, self, &answered, answer, value, deps);
  else
    quo_causal_send_deps (node, read->from, MESSAGE_GET_REPLY, fields, deps);
}

/* The variant that blocks: a newer version has arrived, and what it depends on has
 * not. */
static gboolean
is_blocked (QuoNode             *node,
            const QuoCausal     *self,
            const QuoCausalRead *read)
{
  const QuoCausalRecord *record = quo_causal_visible (self, read->key);
  QuoCausalVersion visible = record != NULL ? record->version : 0;

  if (quo_causal_options (node)->reads != READS_BLOCK || read->version != 0)
    return FALSE;

  for (guint i = 0; i < self->waiting->len; i++)
    {
      const QuoCausalWaiting *waiting = g_ptr_array_index (self->waiting, i);

      if (waiting->record->key == read->key && waiting->record->version > visible)
        return TRUE;
    }

  return FALSE;
}

static void
tell_reader (QuoCausal           *self,
             QuoCausalFactKind    kind,
             const QuoCausalRead *read)
{
  QuoCausalFact *fact = quo_causal_tell (self, kind);

  fact->client = read->client;
  fact->serial = read->serial;
  fact->key = read->key;
  fact->number = read->from;
}

static void
block (QuoNode             *node,
       QuoCausal           *self,
       const QuoCausalRead *read)
{
  const gint64 note[] = { read->key };

  for (guint i = 0; i < self->readers->len; i++)
    {
      QuoCausalRead *other = &g_array_index (self->readers, QuoCausalRead, i);

      if (other->client != read->client || other->from != read->from
          || other->key != read->key)
        continue;
      /* Asked again, or a later operation: the earlier one has nobody who waits. */
      if (other->serial <= read->serial)
        *other = *read;
      return;
    }
  if (self->readers->len >= QUO_CAUSAL_READERS_MAX)
    {
      reply_get (node, self, read, ANSWER_BUSY, NULL);
      return;
    }
  g_array_append_val (self->readers, *read);
  quo_node_note (node, NOTE_BLOCKED, note);
  tell_reader (self, FACT_BLOCKED, read);
}

/**
 * quo_causal_get:
 * @node: the node that keeps the key
 * @self: its memory
 * @read: who reads, and which version
 *
 * Answers at once with what is visible. A version that is named may be an
 * overwritten one; when it is kept no more, the transaction was too slow and has to
 * begin anew.
 */
void
quo_causal_get (QuoNode             *node,
                QuoCausal           *self,
                const QuoCausalRead *read)
{
  const QuoCausalRecord *record;

  if (is_blocked (node, self, read))
    {
      block (node, self, read);
      return;
    }
  if (read->version == 0)
    {
      reply_get (node, self, read, ANSWER_OK, quo_causal_visible (self, read->key));
      return;
    }

  record = quo_causal_find (self, read->version);
  if (record != NULL && record->is_committed)
    reply_get (node, self, read, ANSWER_OK, record);
  else
    reply_get (node, self, read, ANSWER_GONE, NULL);
}

/**
 * quo_causal_unblock:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key of which something has become visible
 */
void
quo_causal_unblock (QuoNode   *node,
                    QuoCausal *self,
                    gint64     key)
{
  for (guint i = 0; i < self->readers->len;)
    {
      QuoCausalRead read = g_array_index (self->readers, QuoCausalRead, i);

      if (read.key != key || is_blocked (node, self, &read))
        {
          i++;
          continue;
        }
      g_array_remove_index (self->readers, i);
      tell_reader (self, FACT_UNBLOCKED, &read);
      quo_causal_get (node, self, &read);
    }
}
