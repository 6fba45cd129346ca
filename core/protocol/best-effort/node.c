/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node: who answers what, and what others see of it. */

#include "protocol/best-effort/best-private.h"

/**
 * quo_best_options:
 * @node: a node
 *
 * Returns: (transfer none): the scenario's options
 */
const QuoBestOptions *
quo_best_options (const QuoNode *node)
{
  return quo_node_options (node);
}

/**
 * quo_best_origin:
 * @node: a node
 *
 * Returns: index of the origin: the option, or the first node
 */
guint
quo_best_origin (const QuoNode *node)
{
  int origin = quo_best_options (node)->origin;

  return origin < 0 || (guint) origin >= quo_node_n_nodes (node)
         ? 0 : (guint) origin;
}

/**
 * quo_best_is_cache:
 * @self: a node's memory
 *
 * Returns: whether somebody else takes its writes
 */
gboolean
quo_best_is_cache (const QuoBest *self)
{
  return self->role != ROLE_ORIGIN && self->role != ROLE_PEER;
}

/**
 * quo_best_map_new:
 *
 * Returns: (transfer full): a table from #gint64 to #gint64
 */
GHashTable *
quo_best_map_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

/**
 * quo_best_map_get:
 * @map: of quo_best_map_new()
 * @key: any
 *
 * Returns: the value, 0 when there is none
 */
gint64
quo_best_map_get (GHashTable *map,
                  gint64      key)
{
  const gint64 *value = g_hash_table_lookup (map, &key);

  return value != NULL ? *value : 0;
}

/**
 * quo_best_map_set:
 * @map: of quo_best_map_new()
 * @key: any
 * @value: any
 */
void
quo_best_map_set (GHashTable *map,
                  gint64      key,
                  gint64      value)
{
  gint64 *known = g_hash_table_lookup (map, &key);

  if (known != NULL)
    *known = value;
  else
    g_hash_table_insert (map, g_memdup2 (&key, sizeof key),
                         g_memdup2 (&value, sizeof value));
}

/**
 * quo_best_add_fact:
 * @self: a node's memory
 * @kind: what happened
 * @version: to which write
 * @clock: what the node's own clock says of it
 */
void
quo_best_add_fact (QuoBest              *self,
                   QuoBestFactKind       kind,
                   const QuoBestVersion *version,
                   QuoTime               clock)
{
  QuoBestFact fact = { kind, *version, clock, 0, FALSE, FALSE, FALSE };

  g_array_append_val (self->facts, fact);
}

static QuoBestRole
cache_role (QuoNode *node,
            QuoBest *self)
{
  if (self->fetches->len > 0)
    return ROLE_FETCHING;
  for (guint i = 0; i < self->copies->len; i++)
    if (quo_best_has_expired (node, &g_array_index (self->copies, QuoBestCopy, i),
                              0))
      return ROLE_STALE;

  return self->copies->len > 0 ? ROLE_FRESH : ROLE_EMPTY;
}

/**
 * quo_best_show:
 * @node: a node
 * @self: its memory
 *
 * Says at the end of a step what a cache is: its role and when the next copy of it
 * expires.
 */
void
quo_best_show (QuoNode *node,
               QuoBest *self)
{
  QuoTime next = QUO_TIME_NEVER;

  if (!quo_best_is_cache (self))
    return;

  for (guint i = 0; i < self->copies->len; i++)
    {
      const QuoBestCopy *copy = &g_array_index (self->copies, QuoBestCopy, i);

      if (!quo_best_has_expired (node, copy, 0))
        next = MIN (next, copy->until);
    }
  if (quo_node_get (node, FIELD_EXPIRES) != next)
    quo_node_set (node, FIELD_EXPIRES, next);

  self->role = cache_role (node, self);
  if (quo_node_get (node, FIELD_ROLE) != (gint64) self->role)
    quo_node_set (node, FIELD_ROLE, self->role);
}

/**
 * quo_best_answer:
 * @node: a node
 * @self: its memory
 * @reader: who asked
 * @version: what it gets
 * @is_hit: from a copy, without asking anybody
 * @is_marked: as one whose time is over; the note stands for the "Age" field that
 *   goes with it (RFC 9111, sections 4.2.4 and 5.1)
 */
void
quo_best_answer (QuoNode              *node,
                 QuoBest              *self,
                 const QuoBestReader  *reader,
                 const QuoBestVersion *version,
                 gboolean              is_hit,
                 gboolean              is_marked)
{
  QuoTime now = quo_node_now (node);
  QuoBestFact *fact;

  quo_best_add_fact (self, FACT_ANSWERED, version, now);
  fact = &g_array_index (self->facts, QuoBestFact, self->facts->len - 1);
  fact->waited = MAX (0, now - reader->since);
  fact->is_hit = is_hit;
  is_marked = is_marked && !quo_node_has_fault (node, FAULT_SILENT_STALE);
  fact->is_marked = is_marked;
  if (is_marked)
    {
      const QuoBestCopy *copy = quo_best_find (self, version->key);
      const gint64 note[] = { version->key, version->value, now - copy->since };

      quo_node_note (node, NOTE_STALE, note);
    }
  quo_node_reply (node, (guint) reader->client, reader->serial, QUO_STATUS_OK,
                  version->value);
}

static void
init (QuoNode  *node,
      QuoBest  *self,
      gboolean  is_restart)
{
  const QuoBestOptions *options = quo_best_options (node);

  self->index = quo_node_index (node);
  self->n_nodes = quo_node_n_nodes (node);
  self->copies = g_array_new (FALSE, FALSE, sizeof (QuoBestCopy));
  self->places = quo_best_map_new ();
  self->seen = quo_best_map_new ();
  self->answered = quo_best_map_new ();
  self->fetches = g_array_new (FALSE, FALSE, sizeof (QuoBestFetch));
  self->readers = g_array_new (FALSE, FALSE, sizeof (QuoBestReader));
  self->writes = g_array_new (FALSE, FALSE, sizeof (QuoBestWrite));
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoBestFact));

  self->role = options->writers == WRITERS_ANY ? ROLE_PEER
               : quo_best_origin (node) == self->index ? ROLE_ORIGIN : ROLE_EMPTY;
  if (self->role != ROLE_EMPTY)
    {
      quo_node_set (node, FIELD_ROLE, self->role);
      quo_best_load (node, self, is_restart);
    }
}

/**
 * quo_best_start:
 * @node: a node
 * @state: its memory, zeroed
 */
void
quo_best_start (QuoNode  *node,
                gpointer  state)
{
  init (node, state, FALSE);
}

/**
 * quo_best_restart:
 * @node: a node that comes back
 * @state: its memory, zeroed
 *
 * A cache and a peer begin with nothing, the origin with what its disk has. Nobody
 * tells them what they have missed.
 */
void
quo_best_restart (QuoNode  *node,
                  gpointer  state)
{
  init (node, state, TRUE);
}

/**
 * quo_best_receive:
 * @node: a node
 * @state: its memory
 * @message: what has arrived
 */
void
quo_best_receive (QuoNode          *node,
                  gpointer          state,
                  const QuoMessage *message)
{
  QuoBest *self = state;

  g_array_set_size (self->facts, 0);
  switch (message->kind)
    {
    case MESSAGE_UPDATE:
      quo_best_updated (node, self, message);
      break;
    case MESSAGE_INVALIDATE:
      quo_best_invalidated (node, self, message);
      break;
    case MESSAGE_FETCH:
      quo_best_fetched (node, self, message);
      break;
    case MESSAGE_VALUE:
    case MESSAGE_NOTHING:
      quo_best_filled (node, self, message);
      break;
    default:
      break;
    }
  quo_best_show (node, self);
}

/**
 * quo_best_timeout:
 * @node: a node
 * @state: its memory
 * @timer: which one
 * @arg: of which fetch, or of which filling of a copy
 */
void
quo_best_timeout (QuoNode  *node,
                  gpointer  state,
                  guint     timer,
                  gint64    arg)
{
  QuoBest *self = state;

  g_array_set_size (self->facts, 0);
  if (timer == TIMER_FETCH)
    quo_best_gave_up (node, self, arg);
  else
    quo_best_expire (node, self, arg);
  quo_best_show (node, self);
}

/**
 * quo_best_request:
 * @node: a node
 * @state: its memory
 * @op: what a client asks for
 */
void
quo_best_request (QuoNode     *node,
                  gpointer     state,
                  const QuoOp *op)
{
  QuoBest *self = state;

  g_array_set_size (self->facts, 0);
  switch (op->kind)
    {
    case QUO_OP_READ:
      quo_best_read (node, self, op);
      break;
    case QUO_OP_WRITE:
    case QUO_OP_REMOVE:
      if (quo_best_is_cache (self))
        quo_node_redirect (node, op->client, op->serial,
                           (int) quo_best_origin (node));
      else
        quo_best_write (node, self, op);
      break;
    case QUO_OP_CAS:
    case QUO_OP_ADD:
    case QUO_OP_APPEND:
    case QUO_OP_TRANSACTION:
    default:
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
      break;
    }
  quo_best_show (node, self);
}

/**
 * quo_best_synced:
 * @node: the origin
 * @state: its memory
 * @write: a value is on disk
 * @token: the number of that write
 */
void
quo_best_synced (QuoNode  *node,
                 gpointer  state,
                 guint     write,
                 gint64    token)
{
  QuoBest *self = state;

  g_array_set_size (self->facts, 0);
  quo_best_written (node, self, token);
}

/**
 * quo_best_clear:
 * @state: a #QuoBest
 */
void
quo_best_clear (gpointer state)
{
  QuoBest *self = state;

  g_clear_pointer (&self->copies, g_array_unref);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->answered, g_hash_table_unref);
  g_clear_pointer (&self->fetches, g_array_unref);
  g_clear_pointer (&self->readers, g_array_unref);
  g_clear_pointer (&self->writes, g_array_unref);
  g_clear_pointer (&self->facts, g_array_unref);
}
