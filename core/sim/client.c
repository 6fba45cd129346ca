/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Clients: one operation at a time, asked again elsewhere when no answer comes.
 * The serial stays the same over all tries, so that a node can tell a try from
 * a new operation. What a client does when none of them helps is in fallback.c.
 */

#include "sim/sim-private.h"

enum
{
  DRAW_GAP,
  DRAW_KIND,
  DRAW_KEY,
  DRAW_TARGET,
  N_DRAWS
};

static const QuoClientConfig *
config_of (const QuoSim *self,
           guint         client)
{
  return &self->config->clients[client];
}

static guint64
draw (QuoSim *self,
      guint   client,
      guint64 round,
      guint   what)
{
  guint64 key = quo_stream_key (self->config->seed, QUO_STREAM_CLIENT, client, 0);

  return quo_random_at (key, round * N_DRAWS + what);
}

static void
plan_next (QuoSim *self,
           guint   client,
           QuoTime from)
{
  const QuoClientConfig *config = config_of (self, client);
  QuoClient *c = &self->clients[client];
  QuoTime time;

  if (config->n_ops_max > 0 && c->n_ops >= config->n_ops_max)
    return;

  if (config->is_regular)
    time = from + quo_sim_gap_mean (config->rate);
  else
    time = from + quo_distribution_sample (c->gap, draw (self, client, c->n_ops,
                                                         DRAW_GAP));
  if (time < config->stop)
    quo_queue_push (self->queue, MAX (time, self->now), client,
                    QUO_DUE (QUO_DUE_CLIENT, 0));
}

/**
 * quo_clients_init:
 * @self: a simulation whose participants are known
 */
void
quo_clients_init (QuoSim *self)
{
  const QuoSimConfig *config = self->config;

  self->clients = g_new0 (QuoClient, MAX (1, config->n_clients));
  for (guint i = 0; i < config->n_clients; i++)
    {
      self->clients[i].participant = self->n_nodes + i;
      self->clients[i].hint = QUO_NO_NODE;
      self->clients[i].invoked = QUO_NO_EVENT;
      g_queue_init (&self->clients[i].tasks);
      if (config->clients[i].rate <= 0)
        continue;
      self->clients[i].gap =
        quo_distribution_new_exponential (quo_sim_gap_mean (config->clients[i].rate));
      plan_next (self, i, config->clients[i].start);
    }
}

/**
 * quo_clients_clear:
 * @self: a simulation
 */
void
quo_clients_clear (QuoSim *self)
{
  for (guint i = 0; i < self->config->n_clients; i++)
    {
      g_queue_clear_full (&self->clients[i].tasks, g_free);
      g_clear_pointer (&self->clients[i].contexts, g_hash_table_unref);
      g_clear_pointer (&self->clients[i].seen, g_hash_table_unref);
      g_clear_pointer (&self->clients[i].gap, quo_distribution_unref);
    }
  g_free (self->clients);
}

static void
send_request (QuoSim *self,
              guint   client,
              guint32 cause)
{
  QuoClient *c = &self->clients[client];
  const gint64 values[] = {
    c->op.kind, c->op.serial, c->op.key, c->op.value, c->op.expected,
    c->op.context
  };
  guint n_values = self->trace->n_message_fields[QUO_MESSAGE_REQUEST];
  guint32 event;

  c->n_tries++;
  c->try_tag = (c->try_tag + 1) & QUO_CLIENT_TAG_MASK;
  event = quo_sim_append (self, QUO_EVENT_SEND, c->participant, cause);
  quo_trace_put (self->trace, c->target);
  quo_trace_put (self->trace, QUO_MESSAGE_REQUEST);
  for (guint i = 0; i < n_values; i++)
    quo_trace_put (self->trace, values[i]);
  quo_network_transmit (self, c->participant, c->target, QUO_MESSAGE_REQUEST,
                        event, n_values);
  quo_queue_push (self->queue, self->now + config_of (self, client)->timeout,
                  client, QUO_DUE (QUO_DUE_CLIENT_TIMEOUT, c->try_tag));
}

/* A draw for each operation, by its serial: also for those of a script. */
static guint
roam (QuoSim *self,
      guint   client)
{
  const GArray *roamed = config_of (self, client)->roamed;
  guint64 bits = draw (self, client, (guint64) self->clients[client].last_serial,
                       DRAW_TARGET);

  if (roamed == NULL)
    return (guint) quo_bounded (bits, self->n_nodes);

  return g_array_index (roamed, guint, quo_bounded (bits, roamed->len));
}

/* Where an operation is tried that got no answer: at the next one. */
static guint
next_target (const QuoSim *self,
             guint         client)
{
  const GArray *roamed = config_of (self, client)->roamed;
  guint target = self->clients[client].target;

  for (guint i = 0; roamed != NULL && i < roamed->len; i++)
    if (g_array_index (roamed, guint, i) == target)
      return g_array_index (roamed, guint, (i + 1) % roamed->len);

  return (target + 1) % self->n_nodes;
}

/* Where an operation is sent first: where the task says, to whom answered last,
 * or home. */
static guint
first_target (QuoSim *self,
              guint   client,
              int     asked)
{
  const QuoClientConfig *config = config_of (self, client);
  const QuoClient *c = &self->clients[client];

  if (asked != QUO_NO_NODE)
    return (guint) asked;
  if (config->is_roaming)
    return roam (self, client);
  if (c->hint != QUO_NO_NODE)
    return (guint) c->hint;

  return config->home;
}

static gint64
context_of (const QuoClient *client,
            gint64           key)
{
  if (client->contexts == NULL)
    return 0;

  return GPOINTER_TO_SIZE (g_hash_table_lookup (client->contexts,
                                                GSIZE_TO_POINTER ((gsize) key)));
}

static void
keep_context (QuoClient *client,
              gint64     context)
{
  if (context == 0)
    return;

  if (client->contexts == NULL)
    client->contexts = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (client->contexts,
                       GSIZE_TO_POINTER ((gsize) client->op.key),
                       GSIZE_TO_POINTER ((gsize) context));
}

static void
begin (QuoSim              *self,
       guint                client,
       const QuoClientTask *task)
{
  QuoClient *c = &self->clients[client];
  guint32 event;

  c->is_busy = TRUE;
  c->op = task->op;
  c->op.client = c->participant;
  c->op.serial = ++c->last_serial;
  c->op.context = context_of (c, c->op.key);
  c->n_tries = 0;
  c->phase = QUO_CLIENT_ASKING;
  c->since = self->now;
  c->target = first_target (self, client, task->node);

  event = quo_sim_append (self, QUO_EVENT_INVOKE, c->participant, task->cause);
  quo_trace_put (self->trace, c->op.kind);
  quo_trace_put (self->trace, c->op.serial);
  quo_trace_put (self->trace, c->op.key);
  quo_trace_put (self->trace, c->op.value);
  quo_trace_put (self->trace, c->op.expected);
  c->invoked = event;
  quo_fallback_begin (self, client);
  send_request (self, client, event);
}

/**
 * quo_client_finish:
 * @self: a simulation
 * @client: index of a client that has an operation open
 * @status: how it ended
 * @value: (interned): what it returned
 * @cause: the event that ended it
 *
 * The client begins what has been waiting.
 */
void
quo_client_finish (QuoSim    *self,
                   guint      client,
                   QuoStatus  status,
                   gint64     value,
                   guint32    cause)
{
  QuoClient *c = &self->clients[client];
  guint32 event = quo_sim_append (self, QUO_EVENT_RETURN, c->participant, cause);
  g_autofree QuoClientTask *next = NULL;

  quo_trace_put (self->trace, status);
  quo_trace_put (self->trace, c->op.serial);
  quo_trace_put (self->trace, value);
  quo_trace_set_peer (self->trace, c->invoked, event);
  c->is_busy = FALSE;
  c->try_tag = (c->try_tag + 1) & QUO_CLIENT_TAG_MASK;
  switch (status)
    {
    case QUO_STATUS_OK:
      self->figures[QUO_FIGURE_OPS_OK]++;
      quo_samples_add (self->latencies[c->op.kind],
                       (double) (self->now - c->since));
      break;
    case QUO_STATUS_FAILED:
      self->figures[QUO_FIGURE_OPS_FAILED]++;
      break;
    default:
      self->figures[QUO_FIGURE_OPS_UNKNOWN]++;
      break;
    }

  next = g_queue_pop_head (&c->tasks);
  if (next == NULL)
    return;
  self->n_waiting--;
  begin (self, client, next);
}

/**
 * quo_client_task:
 * @self: a simulation
 * @client: index of a client
 * @task: an operation; waits until those before it have ended
 */
void
quo_client_task (QuoSim              *self,
                 guint                client,
                 const QuoClientTask *task)
{
  QuoClient *c = &self->clients[client];

  if (!c->is_busy)
    {
      begin (self, client, task);
      return;
    }
  self->n_waiting++;
  g_queue_push_tail (&c->tasks, g_memdup2 (task, sizeof *task));
}

/* Keys are x, y, z and then k4, k5, ...; a written value names its writer and is
 * never written twice, so that a reader's answer says which write it saw. */
static gint64
key_name (QuoSim *self,
          guint64 key,
          guint   n_keys)
{
  static const char * const few[] = { "x", "y", "z" };
  char text[32];

  if (key < G_N_ELEMENTS (few))
    return quo_names_intern (self->config->names, few[key]);
  g_snprintf (text, sizeof text, "k%" G_GUINT64_FORMAT, key + 1);

  return quo_names_intern (self->config->names, text);
}

/**
 * quo_client_tick:
 * @self: a simulation
 * @client: index of a client whose workload has an operation due
 */
void
quo_client_tick (QuoSim *self,
                 guint   client)
{
  const QuoClientConfig *config = config_of (self, client);
  QuoClient *c = &self->clients[client];
  guint64 round = c->n_ops++;
  QuoClientTask task = { { 0 }, QUO_NO_NODE, QUO_NO_EVENT };
  char buffer[32];

  task.op.kind = quo_chance (draw (self, client, round, DRAW_KIND), config->reads)
                 ? QUO_OP_READ : QUO_OP_WRITE;
  task.op.key = key_name (self,
                          quo_bounded (draw (self, client, round, DRAW_KEY),
                                       MAX (1, config->n_keys)),
                          config->n_keys);
  if (task.op.kind == QUO_OP_WRITE)
    {
      const char *label = quo_trace_label (self->trace, c->participant, buffer);
      g_autofree char *value = g_strdup_printf ("%s.%" G_GUINT64_FORMAT, label,
                                                ++c->n_values);

      task.op.value = quo_names_intern (self->config->names, value);
    }
  quo_client_task (self, client, &task);
  plan_next (self, client, self->now);
}

/**
 * quo_client_ask:
 * @self: a simulation
 * @client: index of a client that has an operation open
 * @target: the node that is asked now
 * @cause: the event that brings it about
 */
void
quo_client_ask (QuoSim  *self,
                guint    client,
                guint    target,
                guint32  cause)
{
  self->clients[client].target = target;
  send_request (self, client, cause);
}

static void
try_again (QuoSim  *self,
           guint    client,
           guint    target,
           guint32  cause)
{
  QuoClient *c = &self->clients[client];

  if (c->n_tries >= config_of (self, client)->n_tries_max)
    {
      if (!quo_fallback_failed (self, client, QUO_STATUS_UNKNOWN, FALSE, cause))
        quo_client_finish (self, client, QUO_STATUS_UNKNOWN, 0, cause);
      return;
    }
  quo_client_ask (self, client, target, cause);
}

/**
 * quo_client_timeout:
 * @self: a simulation
 * @client: index of a client
 * @tag: of the try that got no answer; an older one means nothing any more
 */
void
quo_client_timeout (QuoSim *self,
                    guint   client,
                    guint   tag)
{
  QuoClient *c = &self->clients[client];
  guint32 event;

  if (!c->is_busy || c->try_tag != tag)
    return;

  c->hint = QUO_NO_NODE;
  event = quo_sim_append (self, QUO_EVENT_TIMEOUT, c->participant, c->invoked);
  quo_trace_put (self->trace, QUO_TIMER_REQUEST);
  quo_trace_put (self->trace, c->op.serial);
  if (c->phase == QUO_CLIENT_FALLING_BACK)
    quo_fallback_next (self, client, event);
  else
    try_again (self, client, next_target (self, client), event);
}

/**
 * quo_client_receive:
 * @self: a simulation
 * @client: index of a client
 * @reply: a message that has just arrived at it
 */
void
quo_client_receive (QuoSim         *self,
                    guint           client,
                    const QuoEvent *reply)
{
  QuoClient *c = &self->clients[client];
  QuoStatus status = (QuoStatus) reply->values[0];

  if (!c->is_busy || reply->values[1] != c->op.serial
      || quo_fallback_receive (self, client, reply))
    return;

  switch (status)
    {
    case QUO_STATUS_REDIRECT:
      if (reply->values[3] >= 0 && reply->values[3] < self->n_nodes
          && (guint) reply->values[3] != c->target)
        {
          try_again (self, client, (guint) reply->values[3], self->step);
          return;
        }
      break;
    case QUO_STATUS_BUSY:
      /* The time-out of this try brings the next one. */
      break;
    case QUO_STATUS_OK:
    case QUO_STATUS_FAILED:
    case QUO_STATUS_UNKNOWN:
    default:
      c->hint = (int) reply->node;
      if (self->declaration->has_context)
        keep_context (c, reply->values[4]);
      if (status == QUO_STATUS_OK)
        quo_fallback_remember (self, client, reply->values[2]);
      else if (quo_fallback_failed (self, client, status, TRUE, self->step))
        return;
      quo_client_finish (self, client, status, reply->values[2], self->step);
      break;
    }
}
