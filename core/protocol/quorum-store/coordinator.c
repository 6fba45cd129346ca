/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A client's operation, from its request to its answer and what is put right
 * after that: DeCandia et al. 2007, section 4.5. */

#include "protocol/quorum-store/quorum-private.h"

/**
 * quo_quorum_request_free:
 * @request: (transfer full): an operation
 */
void
quo_quorum_request_free (gpointer request)
{
  QuoQuorumRequest *self = request;

  g_array_unref (self->asked);
  g_free (self);
}

static QuoQuorumRequest *
find_request (QuoQuorum *self,
              gint64     id)
{
  return g_hash_table_lookup (self->requests, GSIZE_TO_POINTER ((gsize) id));
}

static QuoQuorumAsked *
nth_asked (const QuoQuorumRequest *request,
           guint                   nth)
{
  return &g_array_index (request->asked, QuoQuorumAsked, nth);
}

/* One that has not answered yet, if there is one. */
static QuoQuorumAsked *
find_asked (const QuoQuorumRequest *request,
            guint                   node)
{
  QuoQuorumAsked *found = NULL;

  for (guint i = 0; i < request->asked->len; i++)
    if (nth_asked (request, i)->node == node
        && (found == NULL || found->has_answered))
      found = nth_asked (request, i);

  return found;
}

static void
show (QuoNode          *node,
      QuoQuorum        *self,
      QuoQuorumRequest *request)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  gint64 columns[] = {
    request->kind, request->key, request->n_counted, request->n_needed
  };
  gboolean is_proxy = (gint64) quo_node_index (node)
                      >= MAX (1, (gint64) quo_node_n_nodes (node)
                                 - options->n_proxies);

  if (request->phase != QUO_QUORUM_ANSWERED)
    quo_node_set_row (node, QUO_QUORUM_FIELD_REQUESTS, request->id, columns);
  else
    quo_node_remove_row (node, QUO_QUORUM_FIELD_REQUESTS, request->id);
  quo_node_set (node, QUO_QUORUM_FIELD_ROLE,
                self->n_open > 0 ? QUO_QUORUM_ROLE_COORDINATING
                : is_proxy ? QUO_QUORUM_ROLE_PROXY : QUO_QUORUM_ROLE_REPLICA);
}

/* The replica that the entry is there for. */
static guint
place_of (const QuoQuorumAsked *asked)
{
  return asked->stands_for != QUO_NO_NODE ? (guint) asked->stands_for : asked->node;
}

/* Whether the answer brings the operation nearer to its quorum: a replica and
 * the one that stands in for it are one. */
static gboolean
is_counted (QuoNode                *node,
            const QuoQuorumRequest *request,
            const QuoQuorumAsked   *asked)
{
  if (request->is_local
      && quo_node_region (node, asked->node)
         != quo_node_region (node, quo_node_index (node)))
    return FALSE;

  for (guint i = 0; i < request->asked->len; i++)
    {
      const QuoQuorumAsked *other = nth_asked (request, i);

      if (other != asked && other->has_answered
          && place_of (other) == place_of (asked))
        return FALSE;
    }

  return TRUE;
}

static guint
n_having (QuoNode                *node,
          const QuoQuorumRequest *request)
{
  QuoQuorumWorld world = { node, NULL };
  guint n = 0;

  for (guint i = 0; i < request->asked->len; i++)
    {
      const QuoQuorumAsked *asked = nth_asked (request, i);

      if (asked->has_answered && !asked->is_repairing
          && quo_quorum_covers (&world, &asked->record, &request->record)
          && is_counted (node, request, asked))
        n++;
    }

  return n;
}

static gboolean
has_everybody (const QuoQuorumRequest *request)
{
  for (guint i = 0; i < request->asked->len; i++)
    if (!nth_asked (request, i)->has_answered || nth_asked (request, i)->is_repairing)
      return FALSE;

  return TRUE;
}

/* @id 0: nobody waits for it. */
static void
repair (QuoNode               *node,
        QuoQuorum             *self,
        QuoQuorumRequest      *request,
        guint                  to,
        gint64                 id,
        const QuoQuorumRecord *record)
{
  QuoQuorumSync sync = {
    .to = id != 0 ? (int) quo_node_index (node) : QUO_NO_NODE,
    .request = id,
    .stands_for = QUO_NO_NODE,
    .key = request->key,
  };
  gint64 fields[] = { to, request->key };

  quo_node_note (node, QUO_QUORUM_NOTE_REPAIRS, fields);
  if (to != quo_node_index (node))
    {
      quo_quorum_send_record (node, to, QUO_QUORUM_REPAIR, id, QUO_NO_NODE,
                              request->key, record);
      return;
    }
  quo_quorum_learn (node, self, request->key, record);
  quo_quorum_sync (node, self, QUO_QUORUM_SYNC_REPAIR, &sync);
}

/* All have answered, or those who have not will not: what was older is put right
 * and the operation is forgotten. */
static void
finish (QuoNode          *node,
        QuoQuorum        *self,
        QuoQuorumRequest *request)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  QuoQuorumWorld world = { node, NULL };

  if (request->kind == QUO_OP_READ && options->read_repair != QUO_QUORUM_REPAIR_OFF)
    for (guint i = 0; i < request->asked->len; i++)
      {
        const QuoQuorumAsked *asked = nth_asked (request, i);

        if (asked->has_answered && !asked->is_repairing
            && asked->stands_for == QUO_NO_NODE
            && !quo_quorum_covers (&world, &asked->record, &request->newest))
          repair (node, self, request, asked->node, 0, &request->newest);
      }
  g_hash_table_remove (self->requests, GSIZE_TO_POINTER ((gsize) request->id));
}

static void
settle (QuoNode          *node,
       QuoQuorum        *self,
       QuoQuorumRequest *request)
{
  request->phase = QUO_QUORUM_ANSWERED;
  self->n_open--;
  show (node, self, request);
}

/* Overlapping quorums are promised only among the replicas themselves. */
static gboolean
is_promise (QuoNode                *node,
            const QuoQuorumRequest *request)
{
  const QuoQuorumOptions *options = quo_node_options (node);

  return !request->is_local && !request->is_sloppy
         && options->contact == QUO_QUORUM_CONTACT_ALL;
}

static void
tell_outcome (QuoNode           *node,
              QuoQuorum         *self,
              QuoQuorumRequest  *request,
              QuoQuorumFactKind  kind)
{
  QuoQuorumFact *fact = quo_quorum_tell (self, kind, request->key);

  fact->id = request->id;
  fact->record = request->record;
  fact->a = request->n_needed;
  fact->b = request->n_homes;
  fact->is_promised = is_promise (node, request);
  fact->dot = request->dot;
}

static void
answer_write (QuoNode          *node,
              QuoQuorum        *self,
              QuoQuorumRequest *request)
{
  gint64 fields[] = { request->key, request->record.value };

  settle (node, self, request);
  quo_node_note (node, QUO_QUORUM_NOTE_WRITTEN, fields);
  tell_outcome (node, self, request, QUO_QUORUM_FACT_WROTE);
  quo_node_reply (node, request->client, request->serial, QUO_STATUS_OK, 0);
}

static void
answer_read (QuoNode          *node,
             QuoQuorum        *self,
             QuoQuorumRequest *request)
{
  QuoQuorumWorld world = { node, NULL };
  gint64 context = 0;

  settle (node, self, request);
  for (guint i = 0; i < request->asked->len; i++)
    if (nth_asked (request, i)->has_answered)
      {
        QuoQuorumFact *fact = quo_quorum_tell (self, QUO_QUORUM_FACT_ANSWERED_BY,
                                               request->key);

        fact->id = request->id;
        fact->a = nth_asked (request, i)->node;
      }
  tell_outcome (node, self, request, QUO_QUORUM_FACT_READ);
  if (quo_quorum_is_siblings (&world))
    context = quo_quorum_context (node, &request->record);
  quo_node_reply_with_context (node, request->client, request->serial,
                               QUO_STATUS_OK, request->record.value, context);
}

/* Attiya, Bar-Noy and Dolev 1995: a reader writes back what it read, so that who
 * reads later cannot read less. Returns whether there is something to wait for. */
static gboolean
write_back (QuoNode          *node,
            QuoQuorum        *self,
            QuoQuorumRequest *request)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  QuoQuorumWorld world = { node, NULL };
  gint64 id = request->id;
  gboolean is_waiting = FALSE;

  if (quo_quorum_is_nothing (&request->record)
      || (options->has_write_back
          && n_having (node, request)
             >= quo_quorum_needed (options, FALSE, request->n_homes,
                                   request->n_homes)))
    return FALSE;

  request->phase = QUO_QUORUM_WRITING_BACK;
  for (guint i = 0; i < request->asked->len; i++)
    {
      QuoQuorumAsked *asked = nth_asked (request, i);

      if (!asked->has_answered && !options->has_write_back)
        continue;
      if (asked->has_answered
          && quo_quorum_covers (&world, &asked->record, &request->record))
        continue;
      asked->is_repairing = TRUE;
      is_waiting = TRUE;
      repair (node, self, request, asked->node, id, &request->record);
    }

  return is_waiting;
}

static void
end_read (QuoNode          *node,
          QuoQuorum        *self,
          QuoQuorumRequest *request)
{
  const QuoQuorumOptions *options = quo_node_options (node);

  if ((options->has_write_back
       || options->read_repair == QUO_QUORUM_REPAIR_SYNCHRONOUS)
      && write_back (node, self, request))
    return;

  answer_read (node, self, request);
}

static void
written_back (QuoNode          *node,
              QuoQuorum        *self,
              QuoQuorumRequest *request)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  gboolean is_done = TRUE;

  if (request->phase != QUO_QUORUM_WRITING_BACK)
    return;

  if (options->has_write_back)
    is_done = n_having (node, request)
              >= quo_quorum_needed (options, FALSE, request->n_homes,
                                    request->n_homes);
  else
    for (guint i = 0; i < request->asked->len; i++)
      if (nth_asked (request, i)->is_repairing)
        is_done = FALSE;
  if (is_done)
    answer_read (node, self, request);
}

static void
count (QuoNode          *node,
       QuoQuorum        *self,
       QuoQuorumRequest *request)
{
  guint n_needed = request->n_needed;

  request->n_counted++;
  if (request->phase != QUO_QUORUM_ASKING)
    return;

  if (request->kind != QUO_OP_READ
      && quo_node_has_fault (node, QUO_QUORUM_FAULT_ACK_BEFORE_QUORUM))
    n_needed = 1;
  if (request->n_counted < n_needed)
    show (node, self, request);
  else if (request->kind == QUO_OP_READ)
    end_read (node, self, request);
  else
    answer_write (node, self, request);
}

/**
 * quo_quorum_acknowledged:
 * @node: a coordinator
 * @self: its memory
 * @from: who has it on disk
 * @id: of the operation
 *
 * A write is on one more disk, or what a read writes back.
 */
void
quo_quorum_acknowledged (QuoNode   *node,
                         QuoQuorum *self,
                         guint      from,
                         gint64     id)
{
  QuoQuorumRequest *request = find_request (self, id);
  QuoQuorumAsked *asked = request != NULL ? find_asked (request, from) : NULL;

  if (asked == NULL)
    return;

  if (request->kind == QUO_OP_READ)
    {
      asked->is_repairing = FALSE;
      asked->has_answered = TRUE;
      asked->record = request->record;
      written_back (node, self, request);
    }
  else if (!asked->has_answered)
    {
      asked->has_answered = TRUE;
      asked->record = request->record;
      if (request->is_own_first)
        {
          request->is_own_first = FALSE;
          quo_quorum_choose (node, self, request);
          asked = find_asked (request, from);
        }
      if (is_counted (node, request, asked))
        count (node, self, request);
    }
  else if (quo_node_has_fault (node, QUO_QUORUM_FAULT_COUNT_TWICE))
    {
      count (node, self, request);
    }

  if (request->phase == QUO_QUORUM_ANSWERED && has_everybody (request))
    finish (node, self, request);
}

/**
 * quo_quorum_answered:
 * @node: a coordinator
 * @self: its memory
 * @from: who answers a read
 * @id: of the operation
 * @record: what it has
 */
void
quo_quorum_answered (QuoNode               *node,
                     QuoQuorum             *self,
                     guint                  from,
                     gint64                 id,
                     const QuoQuorumRecord *record)
{
  QuoQuorumRequest *request = find_request (self, id);
  QuoQuorumAsked *asked = request != NULL ? find_asked (request, from) : NULL;

  if (asked == NULL || asked->has_answered)
    return;

  asked->has_answered = TRUE;
  asked->record = *record;
  quo_quorum_merge (node, &request->newest, record);
  if (request->phase == QUO_QUORUM_ASKING)
    {
      request->record = request->newest;
      if (is_counted (node, request, asked))
        count (node, self, request);
    }

  if (request->phase == QUO_QUORUM_ANSWERED && has_everybody (request))
    finish (node, self, request);
}

/* A hint at the coordinator itself, as Cassandra keeps it: it makes no quorum. */
static void
keep_hint_here (QuoNode          *node,
                QuoQuorum        *self,
                QuoQuorumRequest *request,
                guint             home)
{
  QuoQuorumSync sync = {
    .to = QUO_NO_NODE,
    .stands_for = (int) home,
    .key = request->key,
    .record = request->record,
  };

  quo_quorum_keep_hint (node, self, &sync);
  if (quo_node_has_fault (node, QUO_QUORUM_FAULT_COUNT_HINT))
    count (node, self, request);
}

/* The next node of the preference list that was not asked yet. */
static int
next_fallback (QuoNode          *node,
               QuoQuorum        *self,
               QuoQuorumRequest *request)
{
  QuoQuorumWorld world = { node, NULL };
  g_autofree guint *nodes = NULL;
  guint n = quo_quorum_preference (&world, request->key, &nodes);

  for (guint i = request->n_homes; i < n; i++)
    if (find_asked (request, nodes[i]) == NULL
        && !quo_quorum_is_suspected (node, self, nodes[i]))
      return (int) nodes[i];

  return QUO_NO_NODE;
}

/**
 * quo_quorum_fall_back:
 * @node: a coordinator
 * @self: its memory
 * @id: of an operation that waits for some time
 *
 * Who has not answered is suspected; another takes its place, or a hint is kept
 * for it.
 */
void
quo_quorum_fall_back (QuoNode   *node,
                      QuoQuorum *self,
                      gint64     id)
{
  QuoQuorumRequest *request = find_request (self, id);
  guint n = request != NULL ? request->asked->len : 0;

  for (guint i = 0; i < n; i++)
    {
      QuoQuorumAsked *asked = nth_asked (request, i);
      guint home = place_of (asked);
      int other = QUO_NO_NODE;

      if (asked->has_answered || asked->is_replaced
          || asked->node == quo_node_index (node))
        continue;
      asked->is_replaced = TRUE;
      quo_quorum_suspect (node, self, asked->node);
      if (request->is_sloppy)
        other = next_fallback (node, self, request);
      if (other != QUO_NO_NODE)
        quo_quorum_ask (node, self, request, (guint) other, (int) home);
      else if (!request->is_sloppy && request->kind != QUO_OP_READ)
        keep_hint_here (node, self, request, home);
      request = find_request (self, id);
      if (request == NULL)
        return;
    }
}

/**
 * quo_quorum_give_up:
 * @node: a coordinator
 * @self: its memory
 * @id: of an operation whose time is over
 *
 * A read that did not reach its quorum has failed. Of a write nobody can say: it
 * may be on fewer disks than were asked for, and may spread from there.
 */
void
quo_quorum_give_up (QuoNode   *node,
                    QuoQuorum *self,
                    gint64     id)
{
  QuoQuorumRequest *request = find_request (self, id);
  gboolean is_read;
  gint64 fields[3];

  if (request == NULL)
    return;

  if (request->phase != QUO_QUORUM_ANSWERED)
    {
      is_read = request->kind == QUO_OP_READ;
      fields[0] = request->key;
      fields[1] = request->n_counted;
      fields[2] = request->n_needed;
      settle (node, self, request);
      quo_node_note (node, is_read ? QUO_QUORUM_NOTE_UNAVAILABLE
                                   : QUO_QUORUM_NOTE_UNKNOWN, fields);
      quo_quorum_tell (self, QUO_QUORUM_FACT_GAVE_UP, request->key)->id = id;
      quo_node_reply (node, request->client, request->serial,
                      is_read ? QUO_STATUS_FAILED : QUO_STATUS_UNKNOWN, 0);
    }
  finish (node, self, request);
}

/* Last writer wins: the coordinator's clock says which is last. A clock that was
 * set back, or two writes in one tick, must not give a stamp again. Nor must a crash:
 * a clock goes on meanwhile, and set back it would have to be read in the very same
 * nanosecond; but a stamp that is ahead of it only the disk remembers. Returns whether
 * the stamp is the clock's. */
static gboolean
stamp (QuoNode         *node,
       const QuoOp     *op,
       QuoQuorumRecord *ret_record)
{
  QuoTime clock = MAX (1, quo_node_now (node));
  QuoTime now = clock;
  gint64 last = quo_node_get (node, QUO_QUORUM_FIELD_LAST_STAMP);
  QuoQuorumRecord mine;

  quo_quorum_get (node, op->key, &mine);
  last = MAX (last, mine.stamp);
  if (!quo_node_has_fault (node, QUO_QUORUM_FAULT_TRUST_CLOCK))
    now = MAX (now, last + 1);
  quo_node_set (node, QUO_QUORUM_FIELD_LAST_STAMP, now);
  *ret_record = (QuoQuorumRecord) {
    .value = op->kind == QUO_OP_WRITE ? op->value : 0,
    .stamp = now,
    .node = quo_node_index (node),
  };

  return now == clock;
}

/* Siblings: the new value takes the place of those that the client had read; the
 * others stay beside it. */
static gboolean
put (QuoNode          *node,
     QuoQuorum        *self,
     const QuoOp      *op,
     QuoQuorumRequest *request)
{
  QuoQuorumWorld world = { node, NULL };
  guint index = quo_node_index (node);
  g_autoptr (QuoVersions) versions = NULL;
  g_auto (QuoVectorClock) context = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) own = QUO_VECTOR_CLOCK_INIT;
  QuoQuorumRecord before;
  QuoQuorumFact *fact;

  quo_quorum_get (node, op->key, &before);
  versions = quo_quorum_decode (&world, &before);
  quo_vector_clock_set (&own, index, quo_node_get (node, QUO_QUORUM_FIELD_FLOOR));
  if (quo_quorum_is_nothing (&before))
    quo_vector_clock_merge (&context, &own);
  quo_quorum_parse_context (&world, op->context, &context);
  /* A version vector alone cannot say that the client has not seen the node's
   * latest: its number one higher claims all the numbers below. */
  if (quo_node_has_fault (node, QUO_QUORUM_FAULT_NO_DOT))
    quo_vector_clock_set (&context, index,
                          quo_vector_clock_get (quo_versions_get_context (versions),
                                                index));
  /* Who deletes without having read means what is there. */
  if (op->kind == QUO_OP_REMOVE && op->context == 0)
    quo_vector_clock_merge (&context, quo_versions_get_context (versions));

  if (op->kind == QUO_OP_REMOVE)
    quo_versions_drop (versions, &context);
  else if (!quo_versions_put (versions, index, &context, op->value, &request->dot))
    return FALSE;
  quo_quorum_encode (node, versions, MAX (1, quo_node_now (node)),
                     &request->record);
  fact = quo_quorum_tell (self, QUO_QUORUM_FACT_PUT, op->key);
  fact->record = request->record;
  fact->before = before;
  fact->context = op->context;
  fact->a = op->kind == QUO_OP_REMOVE;

  return TRUE;
}

/* Only one that keeps the key can number its writes: others send the client on,
 * to a replica that they believe to be there. */
static gboolean
is_sent_on (QuoNode     *node,
            QuoQuorum   *self,
            const QuoOp *op)
{
  QuoQuorumWorld world = { node, NULL };
  g_autofree guint *nodes = NULL;
  guint to = 0;

  if (op->kind == QUO_OP_READ || !quo_quorum_is_siblings (&world)
      || quo_quorum_is_home (&world, op->key, quo_node_index (node)))
    return FALSE;

  quo_quorum_preference (&world, op->key, &nodes);
  for (guint i = quo_quorum_n_replicas (quo_node_options (node),
                                        quo_node_n_nodes (node)); i > 0; i--)
    if (i == 1 || !quo_quorum_is_suspected (node, self, nodes[i - 1]))
      to = nodes[i - 1];
  quo_node_redirect (node, op->client, op->serial, (int) to);

  return TRUE;
}

static void
set_quorum (QuoNode          *node,
            QuoQuorumRequest *request)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  QuoQuorumWorld world = { node, NULL };
  gboolean is_read = request->kind == QUO_OP_READ;
  g_autofree guint *nodes = NULL;
  guint n_local = 0;

  request->n_homes = quo_quorum_n_replicas (options, quo_node_n_nodes (node));
  quo_quorum_preference (&world, request->key, &nodes);
  for (guint i = 0; i < request->n_homes; i++)
    n_local += quo_node_region (node, nodes[i])
               == quo_node_region (node, quo_node_index (node));
  request->n_needed = quo_quorum_needed (options, is_read, request->n_homes,
                                         n_local);
  request->is_local = (is_read ? options->read_level : options->write_level)
                      == QUO_QUORUM_LEVEL_LOCAL_QUORUM;
  request->is_sloppy = options->is_sloppy;
}

/**
 * quo_quorum_stamped:
 * @node: a coordinator
 * @self: its memory
 * @id: of a write whose stamp is on disk now
 */
void
quo_quorum_stamped (QuoNode   *node,
                    QuoQuorum *self,
                    gint64     id)
{
  QuoQuorumRequest *request = find_request (self, id);

  if (request != NULL)
    quo_quorum_choose (node, self, request);
}

/**
 * quo_quorum_request:
 * @node: a node, replica of the key or not
 * @self: its memory
 * @op: what a client asks for
 */
void
quo_quorum_request (QuoNode     *node,
                    QuoQuorum   *self,
                    const QuoOp *op)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  QuoQuorumWorld world = { node, NULL };
  QuoQuorumRequest *request;
  QuoQuorumFact *fact;
  gboolean is_from_clock = TRUE;

  if (op->kind != QUO_OP_READ && op->kind != QUO_OP_WRITE
      && op->kind != QUO_OP_REMOVE)
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
      return;
    }
  if (is_sent_on (node, self, op))
    return;

  request = g_new0 (QuoQuorumRequest, 1);
  request->id = ++self->next_request;
  request->kind = op->kind;
  request->client = op->client;
  request->serial = op->serial;
  request->key = op->key;
  request->record = quo_quorum_nothing;
  request->newest = quo_quorum_nothing;
  request->asked = g_array_new (FALSE, FALSE, sizeof (QuoQuorumAsked));
  g_hash_table_insert (self->requests, GSIZE_TO_POINTER ((gsize) request->id),
                       request);
  self->n_open++;
  set_quorum (node, request);
  if (op->kind != QUO_OP_READ)
    {
      if (!quo_quorum_is_siblings (&world))
        is_from_clock = stamp (node, op, &request->record);
      else if (!put (node, self, op, request))
        {
          quo_quorum_give_up (node, self, request->id);
          return;
        }
    }
  fact = quo_quorum_tell (self, op->kind == QUO_OP_READ
                                  ? QUO_QUORUM_FACT_BEGAN_READ
                                  : QUO_QUORUM_FACT_BEGAN_WRITE, op->key);
  fact->id = request->id;
  fact->record = request->record;
  show (node, self, request);
  quo_node_wake_after (node, QUO_QUORUM_TIMER_REQUEST, options->request_timeout,
                       request->id);
  if (options->is_sloppy || options->has_handoff)
    quo_node_wake_after (node, QUO_QUORUM_TIMER_FALLBACK, options->fallback_after,
                         request->id);
  /* A dot names one write for ever: no other disk may have it before the one that
   * the next number is taken from. */
  request->is_own_first = op->kind != QUO_OP_READ
                          && quo_quorum_is_siblings (&world);
  if (request->is_own_first)
    quo_quorum_ask (node, self, request, quo_node_index (node), QUO_NO_NODE);
  else if (!is_from_clock)
    quo_node_sync (node, QUO_QUORUM_SYNC_STAMP, request->id);
  else
    quo_quorum_choose (node, self, request);
}
