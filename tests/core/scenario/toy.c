/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "toy.h"

#include <stddef.h>

enum { ROLE_FOLLOWER, ROLE_LEADER };
enum { FIELD_ROLE, FIELD_TERM, FIELD_VOTED_FOR, FIELD_LOG, FIELD_STORE, FIELD_SEEN };
enum { MESSAGE_PING, MESSAGE_PONG };
enum { TIMER_PING };
enum { WRITE_VOTE, WRITE_ENTRY };
enum { NOTE_STORED };
enum { COMMAND_PROMOTE };
enum { FAULT_FORGET };
enum { INVARIANT_SMALL };
enum { MEASURE_ROUND };

static const char * const reads_values[] = { "local", "quorum", NULL };

static const QuoRoleSpec roles[] = {
  { "follower", "Does as it is told", QUO_TONE_NEUTRAL },
  { "leader", "Sends pings", QUO_TONE_GOOD, TRUE },
  { NULL }
};

static const char * const role_values[] = { "follower", "leader", NULL };

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE] = { "role", "What it is", QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE,
                   QUO_USE_ROLE, { NULL },
                   { { "role", QUO_TYPE_ENUM, role_values } } },
  [FIELD_TERM] = { "term", "Its epoch", QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE,
                   QUO_USE_EPOCH, { NULL }, { { "term", QUO_TYPE_INT } } },
  [FIELD_VOTED_FOR] = { "voted-for", "Who", QUO_SHAPE_SCALAR,
                        QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
                        { { "voted-for", QUO_TYPE_NODE } }, QUO_NO_NODE },
  [FIELD_LOG] = { "log", "Entries", QUO_SHAPE_LOG, QUO_STORAGE_DURABLE,
                  QUO_USE_LOG, { "index", QUO_TYPE_INT },
                  { { "term", QUO_TYPE_INT }, { "command", QUO_TYPE_NAME } } },
  [FIELD_STORE] = { "store", "Values", QUO_SHAPE_MAP, QUO_STORAGE_DURABLE,
                    QUO_USE_STORE, { "key", QUO_TYPE_NAME },
                    { { "value", QUO_TYPE_NAME } } },
  [FIELD_SEEN] = { "seen", "Pings", QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE,
                   QUO_USE_PLAIN, { NULL }, { { "seen", QUO_TYPE_INT } } },
  { NULL }
};

static const QuoMessageSpec messages[] = {
  { "Ping", "Ping {round}", "Are you there", FALSE, NULL,
    { { "round", QUO_TYPE_INT } } },
  { "Pong", "Pong {round}", "I am", TRUE, NULL, { { "round", QUO_TYPE_INT } } },
  { NULL }
};

static const QuoTimerSpec timers[] = { { "ping", "Time to ping" }, { NULL } };
static const QuoWriteSpec writes[] = {
  { "vote", "A vote", TRUE }, { "entry", "An entry", TRUE }, { NULL }
};
static const QuoNoteSpec notes[] = {
  { "stored", "stored {key}", "A value is stored", QUO_TONE_GOOD, TRUE,
    { { "key", QUO_TYPE_NAME } } },
  { NULL }
};
static const QuoCommandSpec commands[] = {
  { "promote", "Makes a node lead",
    { { "term", QUO_TYPE_INT }, { "because", QUO_TYPE_NAME },
      { "instead-of", QUO_TYPE_NODE } } },
  { NULL }
};

#define AT(member) offsetof (ToyOptions, member)

static const QuoOptionSpec options[] = {
  { "election-timeout", "When", QUO_OPTION_RANGE, AT (timeout), "150ms..300ms",
    0.001, 10 },
  { "interval", "Between pings", QUO_OPTION_DURATION, AT (interval), "50ms",
    0.001, 10 },
  { "reads", "Where", QUO_OPTION_ENUM, AT (reads), "local", 0, 0, reads_values },
  { "size", "How many", QUO_OPTION_INT, AT (size), "3", 1, 100 },
  { "share", "How much", QUO_OPTION_NUMBER, AT (share), "0.5", 0, 1 },
  { "eager", "At once", QUO_OPTION_BOOL, AT (is_eager), "false" },
  { "first", "Who leads", QUO_OPTION_NODE, AT (first), "" },
  { "motto", "Words", QUO_OPTION_NAME, AT (motto), "onwards" },
  { NULL }
};

static const QuoFaultSpec faults[] = {
  { "forget", "Drops writes" }, { "shout", "Pings twice" }, { NULL }
};
static const QuoInvariantSpec invariants[] = {
  { "small-terms", "No term is above 5", "This file" }, { NULL }
};
static const QuoMeasureSpec measures[] = {
  { "round-time", "ns", "From ping to pong" }, { NULL }
};

typedef struct
{
  QuoTime sent;
  gint64  round;
} Toy;

static void
lead (QuoNode *node,
      gint64   term)
{
  const ToyOptions *o = quo_node_options (node);

  quo_node_set (node, FIELD_ROLE, ROLE_LEADER);
  quo_node_set (node, FIELD_TERM, term);
  quo_node_sync (node, WRITE_VOTE, 0);
  quo_node_set_timer (node, TIMER_PING, o->interval);
}

static void
toy_start (QuoNode  *node,
           gpointer  state)
{
  const ToyOptions *o = quo_node_options (node);
  guint first = o->first == QUO_NO_NODE ? 0 : (guint) o->first;

  if (quo_node_index (node) == first && quo_node_get (node, FIELD_TERM) == 0)
    lead (node, 1);
}

static void
toy_restart (QuoNode  *node,
             gpointer  state)
{
}

static void
toy_receive (QuoNode          *node,
             gpointer          state,
             const QuoMessage *message)
{
  if (message->kind == MESSAGE_PING)
    {
      quo_node_set (node, FIELD_SEEN, quo_node_get (node, FIELD_SEEN) + 1);
      quo_node_send (node, message->from, MESSAGE_PONG, message->fields);
    }
}

static void
toy_timeout (QuoNode  *node,
             gpointer  state,
             guint     timer,
             gint64    arg)
{
  const ToyOptions *o = quo_node_options (node);
  Toy *toy = state;

  if (quo_node_get (node, FIELD_ROLE) != ROLE_LEADER)
    return;
  toy->round++;
  for (guint i = 0; i < quo_node_n_neighbours (node); i++)
    quo_node_send (node, quo_node_neighbour (node, i), MESSAGE_PING,
                   &toy->round);
  quo_node_set_timer (node, TIMER_PING, o->interval);
}

static void
toy_request (QuoNode     *node,
             gpointer     state,
             const QuoOp *op)
{
  const QuoTable *store = quo_node_table (node, FIELD_STORE);
  const QuoTable *log = quo_node_table (node, FIELD_LOG);
  const gint64 *row = quo_table_get (store, op->key);
  gint64 last = 0;
  gint64 entry[QUO_MAX_COLUMNS] = { quo_node_get (node, FIELD_TERM), op->value };

  if (op->kind == QUO_OP_READ)
    {
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK,
                      row != NULL ? row[0] : 0);
      return;
    }
  if (!quo_node_has_fault (node, FAULT_FORGET))
    {
      gint64 value[QUO_MAX_COLUMNS] = { op->value };

      quo_table_last (log, &last);
      quo_node_set_row (node, FIELD_STORE, op->key, value);
      quo_node_set_row (node, FIELD_LOG, last + 1, entry);
      quo_node_sync (node, WRITE_ENTRY, 0);
      quo_node_note (node, NOTE_STORED, &op->key);
    }
  quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK, op->value);
}

static void
toy_command (QuoNode      *node,
             gpointer      state,
             guint         command,
             const gint64 *args)
{
  lead (node, args[0]);
}

static void
toy_check (QuoCluster *cluster,
           gpointer    ghost,
           guint       node)
{
  if (quo_cluster_field (cluster, node, FIELD_TERM) > 5)
    quo_cluster_violate (cluster, INVARIANT_SMALL, "term %d at %s",
                         (int) quo_cluster_field (cluster, node, FIELD_TERM),
                         quo_cluster_label (cluster, node));
}

static void
toy_finish (QuoCluster *cluster,
            gpointer    ghost)
{
  quo_cluster_sample (cluster, MEASURE_ROUND, 20.0 * QUO_MILLISECOND);
  quo_cluster_sample (cluster, MEASURE_ROUND, 40.0 * QUO_MILLISECOND);
}

const QuoProtocol toy_protocol = {
  .declaration = {
    .id = "toy",
    .title = "Toy",
    .summary = "One of everything",
    .family = "strong",
    .n_nodes_max = 300000,
    .roles = roles,
    .fields = fields,
    .messages = messages,
    .timers = timers,
    .writes = writes,
    .notes = notes,
    .commands = commands,
    .options = options,
    .options_size = sizeof (ToyOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (Toy),
    .start = toy_start,
    .restart = toy_restart,
    .receive = toy_receive,
    .timeout = toy_timeout,
    .request = toy_request,
    .command = toy_command,
    .check = toy_check,
    .finish = toy_finish,
  },
};

void
toy_register (void)
{
  quo_protocol_add (&toy_protocol);
}
