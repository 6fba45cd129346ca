/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node's life, and who handles what arrives at it. */

#include "protocol/causal-store/causal-private.h"

/* Columns of a dependency in a message. */
#define N_COLUMNS 4

/**
 * quo_causal_tell:
 * @self: a node's memory
 * @kind: what has happened
 *
 * Returns: (transfer none): what those who watch are told, to be filled in; good
 *   until the next one
 */
QuoCausalFact *
quo_causal_tell (QuoCausal         *self,
                 QuoCausalFactKind  kind)
{
  QuoCausalFact fact = { .kind = kind };

  g_array_append_val (self->facts, fact);

  return &g_array_index (self->facts, QuoCausalFact, self->facts->len - 1);
}

static void
begin_step (QuoCausal *self)
{
  g_array_set_size (self->facts, 0);
}

/**
 * quo_causal_see:
 * @node: a node
 * @self: its memory
 * @counter: of a version that it hears of
 *
 * Lamport 1978: what is given out later is above everything that was seen before.
 */
void
quo_causal_see (QuoNode   *node,
                QuoCausal *self,
                gint64     counter)
{
  if (counter <= self->clock
      || quo_node_has_fault (node, FAULT_IGNORE_REMOTE_CLOCK)
      || quo_node_has_fault (node, FAULT_WALL_CLOCK))
    return;

  self->clock = counter;
  quo_node_set (node, FIELD_CLOCK, counter);
}

/**
 * quo_causal_need_retry:
 * @node: a node that waits for an answer
 */
void
quo_causal_need_retry (QuoNode *node)
{
  if (quo_node_timer_left (node, TIMER_RETRY) == QUO_TIME_NEVER)
    quo_node_set_timer (node, TIMER_RETRY,
                        quo_causal_options (node)->retry_interval);
}

/**
 * quo_causal_is_due:
 * @node: a node
 * @sent_at: when it asked, by its own clock
 *
 * Returns: whether it has waited long enough to ask again; a clock that was set
 *   back makes nobody wait for ever
 */
gboolean
quo_causal_is_due (QuoNode *node,
                   QuoTime  sent_at)
{
  QuoTime waited = quo_node_now (node) - sent_at;

  return waited < 0 || waited >= quo_causal_options (node)->retry_interval;
}

/**
 * quo_causal_show_role:
 * @node: a node
 * @self: its memory
 */
void
quo_causal_show_role (QuoNode   *node,
                      QuoCausal *self)
{
  gint64 role = quo_node_get (node, FIELD_ROLE);

  if (role != ROLE_OUT)
    quo_node_set (node, FIELD_ROLE, self->waiting->len > 0 ? ROLE_WAITING
                                                           : ROLE_SETTLED);
}

/**
 * quo_causal_deps_new:
 *
 * Returns: (transfer full): a list of #QuoCausalDep, empty
 */
GArray *
quo_causal_deps_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (QuoCausalDep));
}

/**
 * quo_causal_deps_of:
 * @message: a message whose rows are dependencies
 *
 * Returns: (transfer full): a list of #QuoCausalDep
 */
GArray *
quo_causal_deps_of (const QuoMessage *message)
{
  GArray *deps = quo_causal_deps_new ();

  for (guint i = 0; i < message->n_rows; i++)
    {
      const gint64 *row = message->rows + i * N_COLUMNS;
      QuoCausalDep dep = {
        row[0], quo_causal_version (row[1], row[2]), (QuoCausalDepKind) row[3]
      };

      g_array_append_val (deps, dep);
    }

  return deps;
}

/**
 * quo_causal_send_deps:
 * @node: a node
 * @to: index of the receiver
 * @message: index of a message whose rows are dependencies
 * @fields: the values of its fields
 * @deps: (nullable): a list of #QuoCausalDep
 */
void
quo_causal_send_deps (QuoNode      *node,
                      guint         to,
                      guint         message,
                      const gint64 *fields,
                      const GArray *deps)
{
  guint n = deps != NULL ? deps->len : 0;
  g_autofree gint64 *rows = g_new0 (gint64, MAX (1, n * N_COLUMNS));

  for (guint i = 0; i < n; i++)
    {
      const QuoCausalDep *dep = &g_array_index (deps, QuoCausalDep, i);

      rows[i * N_COLUMNS] = dep->key;
      rows[i * N_COLUMNS + 1] = quo_causal_counter (dep->version);
      rows[i * N_COLUMNS + 2] = quo_causal_origin (dep->version);
      rows[i * N_COLUMNS + 3] = dep->kind;
    }
  quo_node_send_rows (node, to, message, fields, rows, n);
}

static void
init (QuoNode   *node,
      QuoCausal *self)
{
  self->index = quo_node_index (node);
  self->n_nodes = quo_node_n_nodes (node);
  quo_causal_learn_centres (node, self);
  quo_causal_records_init (self);
  self->is_out = g_new0 (gboolean, self->n_nodes);
  self->through = g_new0 (gint64, self->n_nodes);
  self->sent = g_new0 (gint64, self->n_nodes);
  self->stable = g_new0 (gint64, self->n_nodes);
  self->waiting = g_ptr_array_new_with_free_func (quo_causal_waiting_free);
  self->askers = g_array_new (FALSE, FALSE, sizeof (QuoCausalAsker));
  self->readers = g_array_new (FALSE, FALSE, sizeof (QuoCausalRead));
  self->puts = g_array_new (FALSE, FALSE, sizeof (QuoCausalPut));
  self->outbox = g_array_new (FALSE, FALSE, sizeof (QuoCausalParcel));
  self->ahead = g_array_new (FALSE, FALSE, sizeof (QuoCausalAhead));
  self->writers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->sessions = g_ptr_array_new_with_free_func (quo_causal_session_free);
  self->facts = g_array_new (FALSE, FALSE, sizeof (QuoCausalFact));
}

/**
 * quo_causal_start:
 * @node: a node
 * @state: its memory, zeroed
 *
 * The node marks its disk as its own: when it finds the mark again, it has its
 * data.
 */
void
quo_causal_start (QuoNode  *node,
                  gpointer  state)
{
  QuoCausal *self = state;

  init (node, self);
  quo_causal_records_load (node, self);
  quo_node_set (node, FIELD_MEMBER, TRUE);
  quo_node_sync (node, WRITE_JOIN, 0);
}

/**
 * quo_causal_restart:
 * @node: a node that comes back
 * @state: its memory, zeroed
 *
 * A disk without the mark is not the one that the node had, or the node never got
 * as far as to mark it: it stays out, and whoever asks it for something is told so.
 */
void
quo_causal_restart (QuoNode  *node,
                    gpointer  state)
{
  QuoCausal *self = state;

  init (node, self);
  if (quo_node_get (node, FIELD_MEMBER) == FALSE)
    {
      self->is_out[self->index] = TRUE;
      quo_node_set (node, FIELD_ROLE, ROLE_OUT);
      quo_node_note (node, NOTE_OUT, NULL);
      quo_causal_tell (self, FACT_RESTARTED);
      return;
    }

  quo_causal_records_load (node, self);
  quo_causal_tell (self, FACT_RESTARTED);
  if (self->outbox->len > 0)
    quo_causal_need_retry (node);
  quo_causal_advance_stable (node, self);
}

static void
receive_put (QuoNode          *node,
             QuoCausal        *self,
             const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoCausalPut put = { 0, message->from, (guint) m[0], m[1], FALSE };
  g_autoptr (GArray) deps = quo_causal_deps_of (message);

  quo_causal_put (node, self, &put, m[2], m[3], m[4], deps);
}

static void
receive_put_reply (QuoNode          *node,
                   QuoCausal        *self,
                   const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoCausalPut put = {
    quo_causal_version (m[3], m[4]), self->index, (guint) m[0], m[1], m[6] != 0
  };
  g_autoptr (GArray) deps = quo_causal_deps_of (message);

  quo_causal_see (node, self, m[3]);
  quo_causal_was_put (node, self, &put, (QuoCausalAnswer) m[5], deps);
}

static void
receive_get (QuoNode          *node,
             QuoCausal        *self,
             const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoCausalRead read = {
    message->from, (guint) m[0], m[1], m[2], m[3], quo_causal_version (m[4], m[5])
  };

  quo_causal_get (node, self, &read);
}

static void
receive_get_reply (QuoNode          *node,
                   QuoCausal        *self,
                   const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoCausalRead read = {
    self->index, (guint) m[0], m[1], m[2], m[3], quo_causal_version (m[5], m[6])
  };
  g_autoptr (GArray) deps = quo_causal_deps_of (message);

  quo_causal_see (node, self, m[5]);
  quo_causal_got (node, self, &read, (QuoCausalAnswer) m[7], m[4], deps);
}

static void
receive_dep_check (QuoNode          *node,
                   QuoCausal        *self,
                   const QuoMessage *message)
{
  const gint64 *m = message->fields;
  QuoCausalAsker asker = {
    m[0], quo_causal_version (m[1], m[2]), message->from,
    quo_causal_version (m[3], m[4])
  };

  quo_causal_asked (node, self, &asker);
}

/* One that is out serves nobody; it says so to whoever turns to it. */
static void
refuse (QuoNode          *node,
        const QuoMessage *message)
{
  if (message->kind != MESSAGE_OUT)
    quo_node_send (node, message->from, MESSAGE_OUT, NULL);
}

/**
 * quo_causal_receive:
 * @node: a node
 * @state: its memory
 * @message: what has arrived
 */
void
quo_causal_receive (QuoNode          *node,
                    gpointer          state,
                    const QuoMessage *message)
{
  QuoCausal *self = state;
  const gint64 *m = message->fields;

  begin_step (self);
  if (self->is_out[self->index])
    {
      refuse (node, message);
      return;
    }

  switch (message->kind)
    {
    case MESSAGE_PUT_AFTER:
      receive_put (node, self, message);
      break;
    case MESSAGE_PUT_REPLY:
      receive_put_reply (node, self, message);
      break;
    case MESSAGE_GET_BY_VERSION:
      receive_get (node, self, message);
      break;
    case MESSAGE_GET_REPLY:
      receive_get_reply (node, self, message);
      break;
    case MESSAGE_REPLICATE:
      quo_causal_arrived (node, self, message);
      break;
    case MESSAGE_REPLICATED:
      quo_causal_acknowledged (node, self, message->from,
                               quo_causal_version (m[1], m[2]));
      break;
    case MESSAGE_DEP_CHECK:
      receive_dep_check (node, self, message);
      break;
    case MESSAGE_DEP_REPLY:
      quo_causal_checked (node, self, quo_causal_version (m[1], m[2]),
                          quo_causal_version (m[3], m[4]));
      break;
    case MESSAGE_CHECKPOINT:
      quo_causal_learn_stable (node, self, message->from, m[0]);
      break;
    case MESSAGE_OUT:
      quo_causal_learn_out (node, self, message->from);
      break;
    default:
      break;
    }
}

/**
 * quo_causal_timeout:
 * @node: a node
 * @state: its memory
 * @timer: which one
 * @arg: of a wake-up: the version or the request that it is about
 */
void
quo_causal_timeout (QuoNode  *node,
                    gpointer  state,
                    guint     timer,
                    gint64    arg)
{
  QuoCausal *self = state;
  gboolean is_waiting;

  begin_step (self);
  switch (timer)
    {
    case TIMER_RETRY:
      is_waiting = quo_causal_request_again (node, self);
      is_waiting |= quo_causal_ask_again (node, self);
      is_waiting |= quo_causal_resend (node, self);
      if (is_waiting)
        quo_causal_need_retry (node);
      break;
    case TIMER_CHECKPOINT:
      quo_causal_checkpoint (node, self);
      break;
    case TIMER_EXPIRE:
      quo_causal_expired (node, self, arg);
      break;
    case TIMER_TRANSACTION:
      quo_causal_transaction_late (node, self, arg);
      break;
    default:
      break;
    }
}

/**
 * quo_causal_request:
 * @node: a node
 * @state: its memory
 * @op: what a client asks for
 */
void
quo_causal_request (QuoNode     *node,
                    gpointer     state,
                    const QuoOp *op)
{
  QuoCausal *self = state;

  begin_step (self);
  if (self->is_out[self->index])
    quo_node_redirect (node, op->client, op->serial,
                       quo_causal_elsewhere (node, self, op->key));
  else
    quo_causal_library_request (node, self, op);
}

/**
 * quo_causal_synced:
 * @node: a node
 * @state: its memory
 * @write: what is on disk now
 * @token: the version that was written
 */
void
quo_causal_synced (QuoNode  *node,
                   gpointer  state,
                   guint     write,
                   gint64    token)
{
  QuoCausal *self = state;

  begin_step (self);
  if (write == WRITE_PUT)
    quo_causal_put_synced (node, self, token);
  else if (write == WRITE_REMOTE)
    quo_causal_remote_synced (node, self, token);
}

/**
 * quo_causal_clear:
 * @state: a #QuoCausal
 */
void
quo_causal_clear (gpointer state)
{
  QuoCausal *self = state;

  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->cells, g_hash_table_unref);
  g_clear_pointer (&self->by_version, g_hash_table_unref);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_pointer (&self->askers, g_array_unref);
  g_clear_pointer (&self->readers, g_array_unref);
  g_clear_pointer (&self->puts, g_array_unref);
  g_clear_pointer (&self->outbox, g_array_unref);
  g_clear_pointer (&self->ahead, g_array_unref);
  g_clear_pointer (&self->writers, g_hash_table_unref);
  g_clear_pointer (&self->sessions, g_ptr_array_unref);
  g_clear_pointer (&self->facts, g_array_unref);
  g_clear_pointer (&self->members, g_free);
  g_clear_pointer (&self->starts, g_free);
  g_clear_pointer (&self->centre_of, g_free);
  g_clear_pointer (&self->is_out, g_free);
  g_clear_pointer (&self->through, g_free);
  g_clear_pointer (&self->sent, g_free);
  g_clear_pointer (&self->stable, g_free);
}
