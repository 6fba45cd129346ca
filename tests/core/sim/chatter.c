/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chatter.h"

static const char * const role_names[] = { "quiet", "loud", NULL };

static const QuoRoleSpec roles[] = {
  { "quiet", "Has said nothing yet", QUO_TONE_NEUTRAL, FALSE },
  { "loud", "Has said something", QUO_TONE_GOOD, TRUE },
  { NULL }
};

static const QuoTransitionSpec transitions[] = {
  { "tick", 0, 1 },
  { NULL }
};

static const QuoFieldSpec fields[] = {
  { "role", "", QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
    { { "role", QUO_TYPE_ENUM, role_names } } },
  { "heard", "", QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
    { { "heard", QUO_TYPE_INT } } },
  { "log", "", QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_LOG,
    { "index", QUO_TYPE_INT },
    { { "from", QUO_TYPE_NODE }, { "number", QUO_TYPE_INT } } },
  { "seen", "", QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_STORE,
    { "from", QUO_TYPE_NODE },
    { { "number", QUO_TYPE_INT }, { "at", QUO_TYPE_TIME } } },
  { "deadline", "", QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_DEADLINE,
    { NULL }, { { "deadline", QUO_TYPE_TIME } }, QUO_TIME_NEVER },
  { NULL }
};

static const QuoMessageSpec messages[] = {
  { .id = "Say", .label = "nothing {number}|Say {number} +{#}",
    .fields = { { "number", QUO_TYPE_INT } },
    .row = { { "a", QUO_TYPE_INT }, { "b", QUO_TYPE_INT } } },
  { NULL }
};

static const QuoTimerSpec timers[] = {
  { "tick", "" },
  { "echo", "" },
  { NULL }
};

static const QuoWriteSpec writes[] = {
  { "log", "", TRUE },
  { NULL }
};

static const QuoNoteSpec notes[] = {
  { .id = "woke", .label = "woke with {number}",
    .fields = { { "number", QUO_TYPE_INT } } },
  { NULL }
};

static const QuoCommandSpec commands[] = {
  { "shout", "Says a number to everybody", { { "number", QUO_TYPE_INT } } },
  { NULL }
};

static const QuoOptionSpec options[] = {
  { "interval", "", QUO_OPTION_DURATION, G_STRUCT_OFFSET (ChatterOptions, interval),
    "20ms", .001, 10 },
  { "batch", "", QUO_OPTION_INT, G_STRUCT_OFFSET (ChatterOptions, batch), "3",
    1, 100 },
  { NULL }
};

static const QuoInvariantSpec invariants[] = {
  { "heard-what-is-logged", "", "" },
  { NULL }
};

static const QuoMeasureSpec measures[] = {
  { "heard", "1", "Numbers heard by a node at the end" },
  { NULL }
};

const QuoDeclaration chatter_declaration = {
  .id = "chatter",
  .title = "Chatter",
  .roles = roles,
  .transitions = transitions,
  .fields = fields,
  .messages = messages,
  .timers = timers,
  .writes = writes,
  .notes = notes,
  .commands = commands,
  .options = options,
  .options_size = sizeof (ChatterOptions),
  .invariants = invariants,
  .measures = measures,
};

typedef struct
{
  gint64 next_number;
  gint64 n_logged;
} State;

static void
wait (QuoNode *node)
{
  const ChatterOptions *o = quo_node_options (node);
  QuoTime delay = o->interval / 2 + (QuoTime) quo_node_random_below (node, 0,
                                                                     o->interval);

  quo_node_set_timer (node, CHATTER_TICK, delay);
  quo_node_set (node, CHATTER_DEADLINE, quo_node_deadline (node, delay));
}

static void
start (QuoNode  *node,
       gpointer  state)
{
  State *self = state;
  gint64 heard = quo_node_get (node, CHATTER_HEARD);

  self->n_logged = quo_table_n_rows (quo_node_table (node, CHATTER_LOG));
  quo_node_note (node, 0, &heard);
  wait (node);
}

static void
say (QuoNode *node,
     gint64   number)
{
  gint64 rows[6] = { number, 1, number, 2, number, 3 };
  guint to = (guint) quo_node_random_below (node, 1, quo_node_n_neighbours (node));

  quo_node_send_rows (node, quo_node_neighbour (node, to), CHATTER_SAY, &number,
                      rows, (guint) number % 4);
}

static void
timeout (QuoNode  *node,
         gpointer  state,
         guint     timer,
         gint64    arg)
{
  State *self = state;

  quo_node_set (node, CHATTER_ROLE, 1);
  say (node, timer == CHATTER_TICK ? ++self->next_number : arg);
  if (timer == CHATTER_TICK)
    wait (node);
}

static void
receive (QuoNode          *node,
         gpointer          state,
         const QuoMessage *message)
{
  const ChatterOptions *o = quo_node_options (node);
  State *self = state;
  gint64 row[] = { message->from, message->fields[0] };
  gint64 seen[] = { message->fields[0], quo_node_deadline (node, 0) };

  for (guint i = 0; i < message->n_rows; i++)
    {
      g_assert_cmpint (message->rows[2 * i], ==, message->fields[0]);
      g_assert_cmpint (message->rows[2 * i + 1], ==, i + 1);
    }

  /* Every seventh number makes the node forget its last two. */
  if (message->fields[0] % 7 == 0 && self->n_logged > 2)
    {
      quo_node_truncate (node, CHATTER_LOG, self->n_logged - 1);
      self->n_logged -= 2;
    }
  quo_node_set_row (node, CHATTER_LOG, ++self->n_logged, row);
  quo_node_set (node, CHATTER_HEARD, self->n_logged);
  quo_node_set_row (node, CHATTER_SEEN, message->from, seen);
  if (self->n_logged % o->batch == 0)
    quo_node_sync (node, 0, self->n_logged);
  if (message->fields[0] > 0 && message->fields[0] % 5 == 0)
    quo_node_wake_after (node, CHATTER_ECHO, QUO_MILLISECOND, -message->fields[0]);
}

static void
request (QuoNode     *node,
         gpointer     state,
         const QuoOp *op)
{
  if (quo_node_index (node) != 0)
    quo_node_redirect (node, op->client, op->serial, 0);
  else
    quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK, op->value);
}

static void
command (QuoNode      *node,
         gpointer      state,
         guint         what,
         const gint64 *args)
{
  for (guint i = 0; i < quo_node_n_nodes (node); i++)
    if (i != quo_node_index (node))
      quo_node_send_rows (node, i, CHATTER_SAY, args, NULL, 0);
}

static void
check (QuoCluster *cluster,
       gpointer    ghost,
       guint       node)
{
  const State *self = quo_cluster_state (cluster, node);

  if (self != NULL
      && quo_cluster_field (cluster, node, CHATTER_HEARD) != self->n_logged)
    quo_cluster_violate (cluster, 0, "%s heard %d", quo_cluster_label (cluster, node),
                         (int) self->n_logged);
}

static void
finish (QuoCluster *cluster,
        gpointer    ghost)
{
  for (guint i = 0; i < quo_cluster_n_nodes (cluster); i++)
    quo_cluster_sample (cluster, 0,
                        (double) quo_cluster_field (cluster, i, CHATTER_HEARD));
}

const QuoBehaviour chatter_behaviour = {
  .state_size = sizeof (State),
  .start = start,
  .restart = start,
  .receive = receive,
  .timeout = timeout,
  .request = request,
  .command = command,
  .check = check,
  .finish = finish,
};

QuoSimConfig *
chatter_config (guint   n_nodes,
                guint64 seed)
{
  QuoSimConfig *config = quo_sim_config_new (&chatter_declaration,
                                             &chatter_behaviour, n_nodes);

  config->seed = seed;
  config->until = QUO_SECOND;
  config->disk.sync = quo_distribution_new_exponential (4 * QUO_MILLISECOND);
  quo_distribution_unref (config->network.base.latency);
  config->network.base.latency = quo_distribution_new_normal (5 * QUO_MILLISECOND,
                                                              2 * QUO_MILLISECOND);

  return config;
}

void
chatter_chaos (QuoSimConfig *config)
{
  static const struct
  {
    QuoChaosKind kind;
    double       rate;
    double       amount;
  } faults[] = {
    { QUO_CHAOS_CRASH, 6, 0 },
    { QUO_CHAOS_PAUSE, 6, 0 },
    { QUO_CHAOS_PARTITION, 3, 0 },
    { QUO_CHAOS_CUT, 8, 0 },
    { QUO_CHAOS_LOSS, 4, .3 },
    { QUO_CHAOS_SKEW, 4, .01 },
    { QUO_CHAOS_LOSE_DISK, 1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      QuoChaos chaos = {
        faults[i].kind, faults[i].rate, 0, QUO_TIME_MAX,
        quo_distribution_new_exponential (60 * QUO_MILLISECOND),
        faults[i].amount, NULL, 0
      };

      g_array_append_val (config->chaos, chaos);
    }
  config->network.base.duplicate = .05;
}
