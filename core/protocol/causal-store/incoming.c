/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes of other data centres. One stays invisible until each of its nearest
 * dependencies is visible here, which the nodes of this data centre that keep them
 * are asked about: section 4.4 of the paper. Reads do not wait meanwhile, they see
 * what was there before.
 *
 * What waits is in memory only: its origin sends it again until it is told that it
 * is visible.
 */

#include "protocol/causal-store/causal-private.h"

/**
 * quo_causal_waiting_free:
 * @waiting: a #QuoCausalWaiting
 */
void
quo_causal_waiting_free (gpointer waiting)
{
  QuoCausalWaiting *self = waiting;

  g_clear_pointer (&self->record, quo_causal_record_free);
  g_clear_pointer (&self->missing, g_array_unref);
  g_free (self);
}

static QuoCausalWaiting *
find_waiting (QuoCausal        *self,
              QuoCausalVersion  version,
              guint            *ret_nth)
{
  for (guint i = 0; i < self->waiting->len; i++)
    {
      QuoCausalWaiting *waiting = g_ptr_array_index (self->waiting, i);

      if (waiting->record == NULL || waiting->record->version != version)
        continue;
      if (ret_nth != NULL)
        *ret_nth = i;
      return waiting;
    }

  return NULL;
}

static void
acknowledge (QuoNode          *node,
             guint             to,
             gint64            key,
             QuoCausalVersion  version)
{
  const gint64 fields[] = {
    key, quo_causal_counter (version), quo_causal_origin (version)
  };

  quo_node_send (node, to, MESSAGE_REPLICATED, fields);
}

static gint64
name_of (QuoNode               *node,
         const QuoCausalRecord *record)
{
  g_autofree char *name = g_strdup_printf (
    "%s %" G_GINT64_FORMAT ".%s", quo_node_text (node, record->key),
    quo_causal_counter (record->version),
    quo_node_label (node, quo_causal_origin (record->version)));

  return quo_node_intern (node, name);
}

static void
show_waiting (QuoNode          *node,
              QuoCausal        *self,
              QuoCausalWaiting *waiting)
{
  const QuoCausalRecord *record = waiting->record;
  gint64 columns[QUO_MAX_COLUMNS] = { record->value, waiting->missing->len };

  quo_node_set_row (node, FIELD_WAITING, name_of (node, record), columns);
  quo_causal_show_role (node, self);
}

/* All that it depends on is there. Until it is on disk the entry stays, so that a
 * copy that arrives meanwhile is not taken for a new one. */
static void
write_to_disk (QuoNode          *node,
               QuoCausal        *self,
               QuoCausalWaiting *waiting)
{
  QuoCausalRecord *record = waiting->record;
  QuoCausalRecord *kept = g_new0 (QuoCausalRecord, 1);

  *kept = *record;
  kept->deps = g_array_copy (record->deps);
  waiting->is_writing = TRUE;
  quo_causal_keep (node, self, kept);
  quo_node_sync (node, WRITE_REMOTE, record->version);
}

static gboolean
is_to_check (QuoNode               *node,
             const QuoCausalRecord *record,
             const QuoCausalDep    *dep)
{
  if (dep->kind == DEP_FURTHER || quo_node_has_fault (node, FAULT_SKIP_DEP_CHECK))
    return FALSE;

  return !quo_node_has_fault (node, FAULT_OWN_KEY_ONLY) || dep->key == record->key;
}

/* Whether a dependency check may be answered. */
static gboolean
is_there (QuoNode          *node,
          QuoCausal        *self,
          gint64            key,
          QuoCausalVersion  version)
{
  const QuoCausalRecord *visible = quo_causal_visible (self, key);

  if (quo_node_has_fault (node, FAULT_ANSWER_EARLY)
      && find_waiting (self, version, NULL) != NULL)
    return TRUE;
  if (quo_node_has_fault (node, FAULT_NEWER_IS_ENOUGH) && visible != NULL
      && visible->version >= version)
    return TRUE;

  return quo_causal_has (self, version);
}

static void
check (QuoNode            *node,
       QuoCausal          *self,
       const QuoCausalDep *dep,
       QuoCausalVersion    waiting)
{
  guint keeper = quo_causal_keeper (node, self, dep->key);
  const gint64 fields[] = {
    dep->key, quo_causal_counter (dep->version), quo_causal_origin (dep->version),
    quo_causal_counter (waiting), quo_causal_origin (waiting)
  };

  if (keeper != self->index)
    quo_node_send (node, keeper, MESSAGE_DEP_CHECK, fields);
}

static void
begin_checks (QuoNode          *node,
              QuoCausal        *self,
              QuoCausalWaiting *waiting)
{
  const QuoCausalRecord *record = waiting->record;

  for (guint i = 0; i < record->deps->len; i++)
    {
      QuoCausalDep dep = g_array_index (record->deps, QuoCausalDep, i);

      if (!is_to_check (node, record, &dep)
          || (quo_causal_keeper (node, self, dep.key) == self->index
              && is_there (node, self, dep.key, dep.version)))
        continue;
      g_array_append_val (waiting->missing, dep);
    }
  waiting->asked_at = quo_node_now (node);
  for (guint i = 0; i < waiting->missing->len; i++)
    check (node, self, &g_array_index (waiting->missing, QuoCausalDep, i),
           record->version);
}

static void
note_first_missing (QuoNode                *node,
                    const QuoCausalWaiting *waiting)
{
  const QuoCausalDep *dep = &g_array_index (waiting->missing, QuoCausalDep, 0);
  const gint64 note[] = { waiting->record->key, waiting->record->value, dep->key };

  quo_node_note (node, NOTE_WAITS, note);
}

/* There is room for what waits and what is ahead of its stream. The next one of a
 * stream is let in always: it is what the others wait for, and Lamport's counters
 * see to it that none of them is what it waits for. */
static gboolean
has_room (const QuoCausal *self,
          guint            origin,
          gint64           previous)
{
  return self->waiting->len + self->ahead->len < QUO_CAUSAL_WAITING_MAX
         || previous <= self->through[origin];
}

static QuoCausalWaiting *
take_in (QuoNode          *node,
         QuoCausal        *self,
         const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoCausalWaiting *waiting = g_new0 (QuoCausalWaiting, 1);
  QuoCausalRecord *record = g_new0 (QuoCausalRecord, 1);
  QuoCausalFact *fact = quo_causal_tell (self, FACT_ARRIVED);

  record->key = m[0];
  record->value = m[1];
  record->version = quo_causal_version (m[2], m[3]);
  record->previous = m[4];
  record->deps = quo_causal_deps_of (message);
  waiting->record = record;
  waiting->from = message->from;
  waiting->missing = g_array_new (FALSE, FALSE, sizeof (QuoCausalDep));
  fact->key = record->key;
  fact->version = record->version;
  g_ptr_array_add (self->waiting, waiting);

  return waiting;
}

/**
 * quo_causal_arrived:
 * @node: the node that keeps the key here
 * @self: its memory
 * @message: a REPLICATE
 */
void
quo_causal_arrived (QuoNode          *node,
                    QuoCausal        *self,
                    const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoCausalVersion version = quo_causal_version (m[2], m[3]);
  QuoCausalWaiting *waiting;

  quo_causal_see (node, self, m[2]);
  if (quo_causal_has (self, version))
    {
      acknowledge (node, message->from, m[0], version);
      return;
    }
  if (find_waiting (self, version, NULL) != NULL
      || !has_room (self, quo_causal_origin (version), m[4]))
    return;

  waiting = take_in (node, self, message);
  begin_checks (node, self, waiting);
  show_waiting (node, self, waiting);
  if (quo_node_has_fault (node, FAULT_ANSWER_EARLY))
    quo_causal_answer_askers (node, self, m[0]);
  if (waiting->missing->len == 0)
    {
      if (!waiting->is_writing)
        write_to_disk (node, self, waiting);
      return;
    }
  note_first_missing (node, waiting);
  quo_causal_need_retry (node);
}

static void
answer (QuoNode              *node,
        QuoCausal            *self,
        const QuoCausalAsker *asker)
{
  const gint64 fields[] = {
    asker->key, quo_causal_counter (asker->version),
    quo_causal_origin (asker->version), quo_causal_counter (asker->waiting),
    quo_causal_origin (asker->waiting)
  };

  quo_node_send (node, asker->from, MESSAGE_DEP_REPLY, fields);
}

/**
 * quo_causal_asked:
 * @node: the node that keeps the dependency
 * @self: its memory
 * @asker: who has to know
 *
 * Section 4.4: answers when the version is there, at once or later. One for which
 * there is no room asks again.
 */
void
quo_causal_asked (QuoNode              *node,
                  QuoCausal            *self,
                  const QuoCausalAsker *asker)
{
  quo_causal_see (node, self, quo_causal_counter (asker->version));
  if (is_there (node, self, asker->key, asker->version))
    {
      answer (node, self, asker);
      return;
    }

  for (guint i = 0; i < self->askers->len; i++)
    {
      const QuoCausalAsker *other = &g_array_index (self->askers, QuoCausalAsker, i);

      if (other->from == asker->from && other->version == asker->version
          && other->waiting == asker->waiting)
        return;
    }
  if (self->askers->len < QUO_CAUSAL_ASKERS_MAX)
    g_array_append_val (self->askers, *asker);
}

/**
 * quo_causal_checked:
 * @node: a node
 * @self: its memory
 * @dependency: a version that is visible in this data centre
 * @waiting: a write that waits for it
 */
void
quo_causal_checked (QuoNode          *node,
                    QuoCausal        *self,
                    QuoCausalVersion  dependency,
                    QuoCausalVersion  waiting)
{
  QuoCausalWaiting *found = find_waiting (self, waiting, NULL);

  if (found == NULL || found->is_writing)
    return;

  for (guint i = 0; i < found->missing->len; i++)
    if (g_array_index (found->missing, QuoCausalDep, i).version == dependency)
      {
        g_array_remove_index (found->missing, i);
        show_waiting (node, self, found);
        break;
      }
  if (found->missing->len == 0)
    write_to_disk (node, self, found);
}

/* Of what waits here, for something that is kept here. */
static void
check_own (QuoNode          *node,
           QuoCausal        *self,
           QuoCausalWaiting *waiting)
{
  for (guint i = 0; i < waiting->missing->len; i++)
    {
      QuoCausalDep dep = g_array_index (waiting->missing, QuoCausalDep, i);

      if (quo_causal_keeper (node, self, dep.key) != self->index
          || !is_there (node, self, dep.key, dep.version))
        continue;
      quo_causal_checked (node, self, dep.version, waiting->record->version);
      return;
    }
}

/**
 * quo_causal_answer_askers:
 * @node: a node
 * @self: its memory
 * @key: (interned): a key of which a version has become visible
 */
void
quo_causal_answer_askers (QuoNode   *node,
                          QuoCausal *self,
                          gint64     key)
{
  for (guint i = 0; i < self->askers->len;)
    {
      QuoCausalAsker asker = g_array_index (self->askers, QuoCausalAsker, i);

      if (asker.key != key || !is_there (node, self, key, asker.version))
        {
          i++;
          continue;
        }
      g_array_remove_index (self->askers, i);
      answer (node, self, &asker);
    }
  for (guint i = 0; i < self->waiting->len; i++)
    {
      QuoCausalWaiting *waiting = g_ptr_array_index (self->waiting, i);
      guint before;

      do
        {
          before = waiting->missing->len;
          if (!waiting->is_writing)
            check_own (node, self, waiting);
        }
      while (waiting->missing->len < before);
    }
}

/**
 * quo_causal_remote_synced:
 * @node: a node
 * @self: its memory
 * @version: a write of another data centre that is on disk
 */
void
quo_causal_remote_synced (QuoNode          *node,
                          QuoCausal        *self,
                          QuoCausalVersion  version)
{
  guint nth = 0;
  QuoCausalWaiting *waiting = find_waiting (self, version, &nth);
  QuoCausalRecord *record = quo_causal_find (self, version);
  const QuoCausalRecord *visible;
  gboolean is_late;
  gint64 note[3];
  gint64 key;
  guint from;

  if (waiting == NULL || record == NULL)
    return;

  key = record->key;
  from = waiting->from;
  visible = quo_causal_visible (self, key);
  note[0] = key;
  note[1] = record->value;
  note[2] = quo_causal_counter (version);
  is_late = visible != NULL && visible->version > version
            && quo_causal_options (node)->mode != MODE_COPS_CD;
  quo_node_note (node, is_late ? NOTE_OUTDATED : NOTE_VISIBLE, note);
  g_ptr_array_remove_index (self->waiting, nth);
  quo_node_remove_row (node, FIELD_WAITING, name_of (node, record));
  quo_causal_show_role (node, self);
  quo_causal_commit (node, self, record);
  acknowledge (node, from, key, version);
}

/**
 * quo_causal_ask_again:
 * @node: a node
 * @self: its memory
 *
 * Asks again about dependencies whose checks were not answered for too long.
 *
 * Returns: whether anything waits for one
 */
gboolean
quo_causal_ask_again (QuoNode   *node,
                      QuoCausal *self)
{
  gboolean is_waiting = FALSE;

  for (guint i = 0; i < self->waiting->len; i++)
    {
      QuoCausalWaiting *waiting = g_ptr_array_index (self->waiting, i);

      is_waiting |= waiting->missing->len > 0;
      if (waiting->missing->len == 0
          || !quo_causal_is_due (node, waiting->asked_at))
        continue;
      waiting->asked_at = quo_node_now (node);
      for (guint k = 0; k < waiting->missing->len; k++)
        check (node, self, &g_array_index (waiting->missing, QuoCausalDep, k),
               waiting->record->version);
    }

  return is_waiting;
}
