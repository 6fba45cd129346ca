/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a client's read does when its primary request brings no answer: it takes one
 * from elsewhere, and says from where and for how long it may have been out of date.
 *
 * The bound counts from when the operation began that brought the value: the value
 * was current at some time after that, if the answer was the right one then. Counted
 * from when the answer came, it would leave out the answer's own way.
 *
 * A session never goes back behind what it has seen (Terry et al., Session Guarantees
 * for Weakly Consistent Replicated Data, PDIS 1994). Answers carry no version, so
 * what another node says counts only when it is what the session saw last, or when
 * it has seen nothing of the key yet: another value cannot be told from an older one.
 */

#include "sim/sim-private.h"

typedef struct
{
  gint64   value;
  QuoTime  since;    /* the operation that brought it began; QUO_TIME_NEVER: it is
                      * from a node whose answer may be of any age */
  gboolean is_known; /* else the session has changed it to something unknown */
} QuoSeen;

static const QuoClientConfig *
config_of (const QuoSim *self,
           guint         client)
{
  return &self->config->clients[client];
}

static const QuoSeen *
seen_of (const QuoClient *client)
{
  if (client->seen == NULL)
    return NULL;

  return g_hash_table_lookup (client->seen,
                              GSIZE_TO_POINTER ((gsize) client->op.key));
}

static void
see (QuoClient *client,
     gint64     value,
     QuoTime    since,
     gboolean   is_known)
{
  QuoSeen seen = { value, since, is_known };

  if (client->seen == NULL)
    client->seen = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_hash_table_insert (client->seen, GSIZE_TO_POINTER ((gsize) client->op.key),
                       g_memdup2 (&seen, sizeof seen));
}

static gboolean
has_cached (const QuoClient *client)
{
  const QuoSeen *seen = seen_of (client);

  return seen != NULL && seen->is_known;
}

/* Only a read can be answered by somebody else. */
static gboolean
may_fall_back (const QuoSim *self,
               guint         client)
{
  const QuoClient *c = &self->clients[client];

  switch (config_of (self, client)->fallback)
    {
    case QUO_FALLBACK_CACHE:
      return c->op.kind == QUO_OP_READ && has_cached (c);
    case QUO_FALLBACK_ANY:
      return c->op.kind == QUO_OP_READ && self->n_nodes > 1;
    case QUO_FALLBACK_LOCAL:
      return c->op.kind == QUO_OP_READ;
    case QUO_FALLBACK_NONE:
    default:
      return FALSE;
    }
}

/* Returns: the event that the return has as its cause. */
static guint32
mark (QuoSim      *self,
      guint        client,
      QuoFallback  source,
      gint64       value,
      QuoTime      since,
      guint32      cause)
{
  const QuoClient *c = &self->clients[client];
  gboolean has_bound = since != QUO_TIME_NEVER
                       && !config_of (self, client)->ignores_session;
  guint32 event = quo_sim_append (self, QUO_EVENT_FALLBACK, c->participant, cause);

  quo_trace_put (self->trace, source);
  quo_trace_put (self->trace, c->op.serial);
  quo_trace_put (self->trace, c->op.key);
  quo_trace_put (self->trace, value);
  quo_trace_put (self->trace, has_bound ? self->now - since : -1);

  return event;
}

static void
answer_from_cache (QuoSim  *self,
                   guint    client,
                   guint32  cause)
{
  QuoSeen seen = *seen_of (&self->clients[client]);
  guint32 event = mark (self, client, QUO_FALLBACK_CACHE, seen.value, seen.since,
                        cause);

  quo_client_finish (self, client, QUO_STATUS_OK, seen.value, event);
}

static void
fall_back (QuoSim  *self,
           guint    client,
           guint32  cause)
{
  QuoClient *c = &self->clients[client];
  const QuoClientConfig *config = config_of (self, client);

  if (config->fallback == QUO_FALLBACK_CACHE)
    {
      answer_from_cache (self, client, cause);
      return;
    }

  c->phase = QUO_CLIENT_FALLING_BACK;
  c->primary = c->target;
  c->n_others = config->fallback == QUO_FALLBACK_ANY ? self->n_nodes - 2 : 0;
  quo_client_ask (self, client,
                  config->fallback == QUO_FALLBACK_ANY
                  ? (c->target + 1) % self->n_nodes : config->home, cause);
}

static void
fall_back_after (QuoSim  *self,
                 guint    client,
                 QuoTime  delay)
{
  const QuoClient *c = &self->clients[client];

  quo_queue_push (self->queue, self->now + delay, client,
                  QUO_DUE (QUO_DUE_CLIENT_FALLBACK,
                           (guint64) c->op.serial & QUO_CLIENT_TAG_MASK));
}

/**
 * quo_fallback_begin:
 * @self: a simulation
 * @client: index of a client that begins an operation
 */
void
quo_fallback_begin (QuoSim *self,
                    guint   client)
{
  const QuoClientConfig *config = config_of (self, client);

  if (may_fall_back (self, client) && !config->falls_back_on_failure)
    fall_back_after (self, client, config->fallback_after);
}

/**
 * quo_fallback_remember:
 * @self: a simulation
 * @client: index of a client whose operation has ended well
 * @value: what it returned
 *
 * The mistake that ignores the session is a cache of what was read: the client's own
 * writes pass it by.
 */
void
quo_fallback_remember (QuoSim *self,
                       guint   client,
                       gint64  value)
{
  const QuoClientConfig *config = config_of (self, client);
  QuoClient *c = &self->clients[client];

  if (config->fallback == QUO_FALLBACK_NONE
      || (config->ignores_session && c->op.kind != QUO_OP_READ))
    return;

  switch (c->op.kind)
    {
    case QUO_OP_READ:
      see (c, value, c->since, TRUE);
      break;
    case QUO_OP_WRITE:
    case QUO_OP_CAS:
      see (c, c->op.value, c->since, TRUE);
      break;
    case QUO_OP_ADD:
    case QUO_OP_REMOVE:
    case QUO_OP_APPEND:
    case QUO_OP_TRANSACTION:
    default:
      see (c, 0, c->since, FALSE);
      break;
    }
}

/**
 * quo_fallback_failed:
 * @self: a simulation
 * @client: index of a client whose operation is about to end
 * @status: failed or unknown
 * @is_answer: a node said so; else there was no answer to any try
 * @cause: the event that brings it about
 *
 * Returns: whether the client gets its answer elsewhere
 */
gboolean
quo_fallback_failed (QuoSim    *self,
                     guint      client,
                     QuoStatus  status,
                     gboolean   is_answer,
                     guint32    cause)
{
  const QuoClientConfig *config = config_of (self, client);
  QuoClient *c = &self->clients[client];

  if (!may_fall_back (self, client) || (is_answer && !config->falls_back_on_failure))
    return FALSE;

  if (!config->falls_back_on_failure || config->fallback_after == 0)
    {
      fall_back (self, client, cause);
      return TRUE;
    }
  c->phase = QUO_CLIENT_FAILED;
  c->failure = status;
  c->try_tag = (c->try_tag + 1) & QUO_CLIENT_TAG_MASK;
  fall_back_after (self, client, config->fallback_after);

  return TRUE;
}

/**
 * quo_fallback_due:
 * @self: a simulation
 * @client: index of a client
 * @tag: of the operation that has had no answer for long enough; of another one it
 *   means nothing
 */
void
quo_fallback_due (QuoSim *self,
                  guint   client,
                  guint   tag)
{
  QuoClient *c = &self->clients[client];
  guint32 event;

  if (!c->is_busy || c->phase == QUO_CLIENT_FALLING_BACK
      || ((guint64) c->op.serial & QUO_CLIENT_TAG_MASK) != tag)
    return;

  c->hint = QUO_NO_NODE;
  event = quo_sim_append (self, QUO_EVENT_TIMEOUT, c->participant, c->invoked);
  quo_trace_put (self->trace, QUO_TIMER_REQUEST);
  quo_trace_put (self->trace, c->op.serial);
  fall_back (self, client, event);
}

/**
 * quo_fallback_next:
 * @self: a simulation
 * @client: index of a client that has asked another node
 * @cause: the event that says that its answer does not count, or does not come
 *
 * It asks the next, as long as there is one. Then it has what it saw last.
 */
void
quo_fallback_next (QuoSim  *self,
                   guint    client,
                   guint32  cause)
{
  QuoClient *c = &self->clients[client];

  if (c->n_others > 0)
    {
      c->n_others--;
      quo_client_ask (self, client, (c->target + 1) % self->n_nodes, cause);
    }
  else if (has_cached (c))
    answer_from_cache (self, client, cause);
  else
    quo_client_finish (self, client, QUO_STATUS_UNKNOWN, 0, cause);
}

/* Whether it is known not to be older than what the session saw last. */
static gboolean
is_enough (const QuoSim *self,
           guint         client,
           gint64        value)
{
  const QuoSeen *seen = seen_of (&self->clients[client]);

  return config_of (self, client)->ignores_session || seen == NULL
         || (seen->is_known && seen->value == value);
}

static void
take (QuoSim *self,
      guint   client,
      gint64  value)
{
  QuoClient *c = &self->clients[client];
  const QuoSeen *seen = seen_of (c);
  QuoTime since = seen != NULL ? seen->since : QUO_TIME_NEVER;
  guint32 event = mark (self, client, config_of (self, client)->fallback, value,
                        since, self->step);

  if (seen == NULL)
    see (c, value, QUO_TIME_NEVER, TRUE);
  quo_client_finish (self, client, QUO_STATUS_OK, value, event);
}

/**
 * quo_fallback_receive:
 * @self: a simulation
 * @client: index of a client that has an operation open
 * @reply: a node's answer to it
 *
 * The answer to the primary request still counts when it comes after all.
 *
 * Returns: whether nothing is left to do about @reply
 */
gboolean
quo_fallback_receive (QuoSim         *self,
                      guint           client,
                      const QuoEvent *reply)
{
  QuoClient *c = &self->clients[client];
  QuoStatus status = (QuoStatus) reply->values[0];

  if (c->phase == QUO_CLIENT_ASKING)
    return FALSE;
  if (c->phase == QUO_CLIENT_FAILED
      || (reply->node == c->primary && c->target != c->primary))
    return status != QUO_STATUS_OK;
  if (status == QUO_STATUS_OK && is_enough (self, client, reply->values[2]))
    {
      take (self, client, reply->values[2]);
      return TRUE;
    }
  /* Another one has been asked since. */
  if (reply->node != c->target)
    return TRUE;

  switch (status)
    {
    case QUO_STATUS_BUSY:
      break;
    case QUO_STATUS_OK:
    case QUO_STATUS_FAILED:
    case QUO_STATUS_UNKNOWN:
    case QUO_STATUS_REDIRECT:
    default:
      quo_fallback_next (self, client, self->step);
      break;
    }

  return TRUE;
}
