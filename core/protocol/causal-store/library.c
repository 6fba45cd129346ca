/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The client library at a front end: section 4.3 of the paper. It asks the node of
 * its data centre that keeps the key, which may be its own, and keeps the context. */

#include "protocol/causal-store/causal-private.h"

static void
request_free (QuoCausalRequest *self)
{
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_pointer (&self->deps, g_array_unref);
  g_free (self);
}

/**
 * quo_causal_session_free:
 * @session: a #QuoCausalSession
 */
void
quo_causal_session_free (gpointer session)
{
  QuoCausalSession *self = session;

  g_clear_pointer (&self->context, g_array_unref);
  g_clear_pointer (&self->request, request_free);
  g_free (self);
}

static QuoCausalSession *
find_session (QuoCausal *self,
              guint      client)
{
  for (guint i = 0; i < self->sessions->len; i++)
    {
      QuoCausalSession *session = g_ptr_array_index (self->sessions, i);

      if (session->client == client)
        return session;
    }

  return NULL;
}

static QuoCausalSession *
need_session (QuoCausal *self,
              guint      client)
{
  QuoCausalSession *session = find_session (self, client);

  if (session != NULL)
    return session;

  session = g_new0 (QuoCausalSession, 1);
  session->client = client;
  session->context = g_array_new (FALSE, FALSE, sizeof (QuoCausalEntry));
  g_array_set_clear_func (session->context, quo_causal_entry_clear);
  g_ptr_array_add (self->sessions, session);
  quo_causal_tell (self, FACT_SESSION)->client = client;

  return session;
}

/**
 * quo_causal_answer:
 * @node: a front end
 * @self: its memory
 * @session: of the client whose operation is answered
 * @status: how it went; %QUO_STATUS_BUSY: the client asks again
 * @value: (interned): what it gave
 */
void
quo_causal_answer (QuoNode          *node,
                   QuoCausal        *self,
                   QuoCausalSession *session,
                   QuoStatus         status,
                   gint64            value)
{
  gint64 serial = session->request->serial;

  if (status != QUO_STATUS_BUSY)
    {
      session->last_serial = serial;
      session->last_status = status;
      session->last_value = value;
    }
  g_clear_pointer (&session->request, request_free);
  quo_node_reply (node, session->client, serial, status, value);
}

/* The operation cannot be done in this data centre: the key's node is out. */
static void
redirect (QuoNode          *node,
          QuoCausal        *self,
          QuoCausalSession *session,
          gint64            key)
{
  int elsewhere = quo_causal_elsewhere (node, self, key);
  gint64 serial = session->request->serial;

  if (elsewhere == QUO_NO_NODE)
    {
      quo_causal_answer (node, self, session, QUO_STATUS_FAILED, 0);
      return;
    }
  g_clear_pointer (&session->request, request_free);
  quo_node_redirect (node, session->client, serial, elsewhere);
}

static QuoCausalFact *
tell_session (QuoCausal              *self,
              QuoCausalFactKind       kind,
              const QuoCausalRequest *request)
{
  QuoCausalFact *fact = quo_causal_tell (self, kind);

  fact->client = request->client;
  fact->serial = request->serial;
  fact->key = request->key;

  return fact;
}

/* The request may be gone afterwards, when the key is kept here. */
static void
ask_item (QuoNode          *node,
          QuoCausal        *self,
          QuoCausalRequest *request,
          guint             nth)
{
  const QuoCausalItem *item = &g_array_index (request->items, QuoCausalItem, nth);
  guint keeper = quo_causal_keeper (node, self, item->key);
  QuoCausalRead read = {
    self->index, request->client, request->serial, request->round, item->key,
    item->wanted
  };
  const gint64 fields[] = {
    read.client, read.serial, read.round, read.key,
    quo_causal_counter (read.version), quo_causal_origin (read.version)
  };

  if (keeper == self->index)
    quo_causal_get (node, self, &read);
  else
    quo_node_send (node, keeper, MESSAGE_GET_BY_VERSION, fields);
}

/**
 * quo_causal_ask_items:
 * @node: a front end
 * @self: its memory
 * @session: of a client whose read or transaction waits
 *
 * Asks for every key that has no answer in this round. An answer of this node's own
 * comes at once, and the last one ends the round, or the operation.
 */
void
quo_causal_ask_items (QuoNode          *node,
                      QuoCausal        *self,
                      QuoCausalSession *session)
{
  gint64 id = session->request->id;
  gint64 round = session->request->round;

  for (guint i = 0; session->request != NULL && session->request->id == id
                    && session->request->round == round
                    && i < session->request->items->len; i++)
    if (!g_array_index (session->request->items, QuoCausalItem, i).is_answered)
      ask_item (node, self, session->request, i);
}

static void
send_put (QuoNode          *node,
          QuoCausal        *self,
          QuoCausalRequest *request)
{
  guint keeper = quo_causal_keeper (node, self, request->key);
  QuoCausalPut put = {
    0, self->index, request->client, request->serial, FALSE
  };
  const gint64 fields[] = {
    request->client, request->serial, request->key, request->value, self->clock
  };
  g_autoptr (GArray) deps = g_array_ref (request->deps);

  if (keeper == self->index)
    quo_causal_put (node, self, &put, request->key, request->value, self->clock,
                    deps);
  else
    quo_causal_send_deps (node, keeper, MESSAGE_PUT_AFTER, fields, deps);
}

static void
begin_write (QuoNode          *node,
             QuoCausal        *self,
             QuoCausalSession *session)
{
  QuoCausalRequest *request = session->request;

  request->deps = quo_causal_dependencies (node, self, session);
  if (request->deps == NULL)
    quo_causal_answer (node, self, session, QUO_STATUS_BUSY, 0);
  else
    send_put (node, self, request);
}

static void
begin (QuoNode          *node,
       QuoCausal        *self,
       QuoCausalSession *session)
{
  QuoCausalRequest *request = session->request;
  gboolean has_transactions
    = quo_causal_options (node)->mode == MODE_COPS_GT;

  request->sent_at = quo_node_now (node);
  tell_session (self, FACT_BEGAN, request)->number = request->kind;
  switch (request->kind)
    {
    case QUO_OP_READ:
      quo_causal_add_item (request, request->key);
      quo_causal_ask_items (node, self, session);
      break;
    case QUO_OP_WRITE:
      begin_write (node, self, session);
      break;
    case QUO_OP_TRANSACTION:
      if (has_transactions && quo_causal_parse_keys (node, request))
        quo_causal_transaction_begin (node, self, session);
      else
        quo_causal_answer (node, self, session, QUO_STATUS_FAILED, 0);
      break;
    case QUO_OP_CAS:
    case QUO_OP_ADD:
    case QUO_OP_REMOVE:
    case QUO_OP_APPEND:
    default:
      quo_causal_answer (node, self, session, QUO_STATUS_FAILED, 0);
      break;
    }
}

static gint64
key_that_is_out (QuoNode                *node,
                 const QuoCausal        *self,
                 const QuoCausalRequest *request)
{
  if (self->is_out[quo_causal_keeper (node, self, request->key)]
      && request->kind != QUO_OP_TRANSACTION)
    return request->key;

  for (guint i = 0; i < request->items->len; i++)
    {
      gint64 key = g_array_index (request->items, QuoCausalItem, i).key;

      if (self->is_out[quo_causal_keeper (node, self, key)])
        return key;
    }

  return 0;
}

/**
 * quo_causal_library_request:
 * @node: a front end
 * @self: its memory
 * @op: what a client asks for
 *
 * One that comes again is answered as before, or when the first one is.
 */
void
quo_causal_library_request (QuoNode     *node,
                            QuoCausal   *self,
                            const QuoOp *op)
{
  gboolean is_new = find_session (self, op->client) == NULL;
  QuoCausalSession *session = need_session (self, op->client);
  QuoCausalRequest *request;
  const gint64 note[] = { op->client };
  gint64 out;

  if (is_new && op->serial > 1)
    quo_node_note (node, NOTE_NEW_SESSION, note);
  if (op->serial == session->last_serial)
    quo_node_reply (node, op->client, op->serial, session->last_status,
                    session->last_value);
  if (op->serial <= session->last_serial
      || (session->request != NULL && session->request->serial >= op->serial))
    return;

  g_clear_pointer (&session->request, request_free);
  request = session->request = g_new0 (QuoCausalRequest, 1);
  request->id = ++self->next_request;
  request->client = op->client;
  request->serial = op->serial;
  request->kind = op->kind;
  request->key = op->key;
  request->value = op->value;
  request->items = quo_causal_items_new ();
  out = key_that_is_out (node, self, request);
  if (out != 0)
    {
      redirect (node, self, session, out);
      return;
    }
  begin (node, self, session);
  if (session->request != NULL)
    quo_causal_need_retry (node);
}

/* What is read under COPS-CD may be several versions; none covers another. */
static gboolean
depend_on_read (QuoNode             *node,
                QuoCausal           *self,
                QuoCausalSession    *session,
                const QuoCausalItem *item)
{
  if (quo_node_has_fault (node, FAULT_FORGET_READS))
    return TRUE;
  if (quo_causal_options (node)->mode != MODE_COPS_CD)
    return quo_causal_depend (node, self, session, item->key, item->version,
                              item->deps);

  for (guint i = 0; i < item->deps->len; i++)
    if (!quo_causal_depend (node, self, session, item->key,
                            g_array_index (item->deps, QuoCausalDep, i).version, NULL))
      return FALSE;

  return quo_causal_depend (node, self, session, item->key, item->version, NULL);
}

static void
end_read (QuoNode          *node,
          QuoCausal        *self,
          QuoCausalSession *session)
{
  const QuoCausalItem *item = &g_array_index (session->request->items, QuoCausalItem,
                                              0);
  gboolean has_several = quo_causal_options (node)->mode == MODE_COPS_CD;
  gint64 value = item->value;

  if (!depend_on_read (node, self, session, item))
    {
      quo_causal_answer (node, self, session, QUO_STATUS_BUSY, 0);
      return;
    }
  tell_session (self, FACT_READ, session->request)->version = item->version;
  for (guint i = 0; has_several && i < item->deps->len; i++)
    tell_session (self, FACT_READ_TOO, session->request)->version
      = g_array_index (item->deps, QuoCausalDep, i).version;
  quo_causal_answer (node, self, session, QUO_STATUS_OK, value);
}

static QuoCausalItem *
find_item (QuoCausalRequest *request,
           gint64            key)
{
  for (guint i = 0; i < request->items->len; i++)
    {
      QuoCausalItem *item = &g_array_index (request->items, QuoCausalItem, i);

      if (item->key == key && !item->is_answered)
        return item;
    }

  return NULL;
}

/**
 * quo_causal_got:
 * @node: a front end
 * @self: its memory
 * @read: what it had asked, with the version that it got
 * @answer: whether it got one
 * @value: (interned): the version's value
 * @deps: (nullable): what the version depends on
 */
void
quo_causal_got (QuoNode             *node,
                QuoCausal           *self,
                const QuoCausalRead *read,
                QuoCausalAnswer      answer,
                gint64               value,
                const GArray        *deps)
{
  QuoCausalSession *session = find_session (self, read->client);
  QuoCausalRequest *request = session != NULL ? session->request : NULL;
  QuoCausalItem *item;

  if (request == NULL || request->serial != read->serial
      || request->round != read->round)
    return;
  item = find_item (request, read->key);
  if (item == NULL)
    return;
  if (answer == ANSWER_BUSY)
    {
      quo_causal_answer (node, self, session, QUO_STATUS_BUSY, 0);
      return;
    }
  if (answer == ANSWER_GONE)
    {
      quo_causal_transaction_begin (node, self, session);
      return;
    }

  item->is_answered = TRUE;
  item->value = value;
  item->version = read->version;
  g_clear_pointer (&item->deps, g_array_unref);
  item->deps = deps != NULL ? g_array_copy ((GArray *) deps) : NULL;
  if (request->kind == QUO_OP_READ)
    end_read (node, self, session);
  else
    quo_causal_transaction_round (node, self, session);
}

/**
 * quo_causal_was_put:
 * @node: a front end
 * @self: its memory
 * @put: what it had asked for, with the version that it got
 * @answer: whether it got one
 * @deps: (nullable): of a put that was asked for before: what it depends on
 *
 * A put that was asked for before may have been so through another front end: it
 * need not cover what the session has seen here.
 */
void
quo_causal_was_put (QuoNode            *node,
                    QuoCausal          *self,
                    const QuoCausalPut *put,
                    QuoCausalAnswer     answer,
                    const GArray       *deps)
{
  QuoCausalSession *session = find_session (self, put->client);
  QuoCausalRequest *request = session != NULL ? session->request : NULL;
  QuoCausalFact *fact;

  if (request == NULL || request->serial != put->serial
      || request->kind != QUO_OP_WRITE)
    return;
  if (answer == ANSWER_BUSY
      || (put->is_repeated && !quo_causal_depend (node, self, session, request->key,
                                                  put->version, deps)))
    {
      quo_causal_answer (node, self, session, QUO_STATUS_BUSY, 0);
      return;
    }

  if (!put->is_repeated)
    quo_causal_collapse (node, self, session, request->key, put->version,
                         request->deps);
  fact = tell_session (self, FACT_WROTE, request);
  fact->version = put->version;
  fact->number = quo_causal_n_checked (request->deps);
  fact->other = request->deps->len;
  quo_causal_answer (node, self, session, QUO_STATUS_OK, 0);
}

static void
ask_again (QuoNode          *node,
           QuoCausal        *self,
           QuoCausalSession *session)
{
  session->request->sent_at = quo_node_now (node);
  if (session->request->kind == QUO_OP_WRITE)
    send_put (node, self, session->request);
  else
    quo_causal_ask_items (node, self, session);
}

/**
 * quo_causal_request_again:
 * @node: a front end
 * @self: its memory
 *
 * Asks again for what was not answered for too long, and sends clients away whose
 * keys have no node in this data centre any more.
 *
 * Returns: whether anything waits for an answer
 */
gboolean
quo_causal_request_again (QuoNode   *node,
                          QuoCausal *self)
{
  gboolean is_waiting = FALSE;

  for (guint i = 0; i < self->sessions->len; i++)
    {
      QuoCausalSession *session = g_ptr_array_index (self->sessions, i);
      gint64 out = session->request != NULL
                   ? key_that_is_out (node, self, session->request) : 0;

      if (out != 0)
        redirect (node, self, session, out);
      else if (session->request != NULL
               && quo_causal_is_due (node, session->request->sent_at))
        ask_again (node, self, session);
      is_waiting |= session->request != NULL;
    }

  return is_waiting;
}
