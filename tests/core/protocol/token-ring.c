/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One file is enough for a protocol: a token goes round a ring. Nothing outside
 * this folder knows it, and everything has to serve it.
 */

#include "token-ring.h"

typedef struct
{
  gint64 lap;
  gint64 n_laps;
  QuoTime extra;
} RingState;

typedef struct
{
  QuoTime since;
  gint64  lap;
} RingGhost;

static const char * const role_names[] = { "idle", "holder", NULL };
static const char * const pace_names[] = { "even", "eager", NULL };
static const char * const sources[] = { "IEEE 802.5", NULL };

static const QuoRoleSpec roles[] = {
  { "idle", "Waits for the token", QUO_TONE_NEUTRAL, FALSE },
  { "holder", "Has the token", QUO_TONE_GOOD, TRUE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { "token comes", ROLE_IDLE, ROLE_HOLDER },
  { "token goes", ROLE_HOLDER, ROLE_IDLE },
  { NULL },
};

static const QuoFieldSpec fields[] = {
  { "role", "Who has it", QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE,
    { NULL }, { { "role", QUO_TYPE_ENUM, role_names } }, ROLE_IDLE },
  { "lap", "Laps of the token", QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE,
    QUO_USE_EPOCH, { NULL }, { { "lap", QUO_TYPE_INT } }, 0 },
  { "deadline", "When it goes on", QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE,
    QUO_USE_DEADLINE, { NULL }, { { "deadline", QUO_TYPE_TIME } },
    QUO_TIME_NEVER },
  { "laps", "Laps seen here", QUO_SHAPE_LOG, QUO_STORAGE_DURABLE, QUO_USE_LOG,
    { "index", QUO_TYPE_INT },
    { { "lap", QUO_TYPE_INT }, { "at", QUO_TYPE_TIME } } },
  { "greeted", "Who gave it how often", QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE,
    QUO_USE_PLAIN, { "node", QUO_TYPE_NODE }, { { "count", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoMessageSpec messages[] = {
  { "Token", "token {lap}", "The right to speak", FALSE, "lap",
    { { "lap", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  { "hold", "The token was held long enough" },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  { "lap", "A lap seen", TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  { "lap", "lap {lap} at {node}", "The token is back", QUO_TONE_INFO, TRUE,
    { { "lap", QUO_TYPE_INT }, { "node", QUO_TYPE_NODE } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  { "keep", "The node keeps the next token longer",
    { { "extra", QUO_TYPE_DURATION } } },
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (RingOptions, member)

static const QuoOptionSpec options[] = {
  { "hold", "How long a node keeps the token", QUO_OPTION_DURATION,
    OFFSET (hold), "5ms", 0.001, 10 },
  { "pace", "Whether laps get faster", QUO_OPTION_ENUM, OFFSET (pace), "even", 0, 0,
    pace_names },
  { "first", "Who has it first", QUO_OPTION_NODE, OFFSET (first), "" },
  { "laps", "When to stop, 0: never", QUO_OPTION_INT, OFFSET (n_laps_max), "0", 0,
    1000000 },
  { "greeting", "Whether nodes count who gave it", QUO_OPTION_BOOL,
    OFFSET (is_greeting), "true" },
  { "patience", "Nothing, as a number", QUO_OPTION_NUMBER, OFFSET (patience),
    "0.5", 0, 1 },
  { "pause", "Nothing, as a range", QUO_OPTION_RANGE, OFFSET (pause),
    "150ms..300ms", 0, 10 },
  { "motto", "Nothing, as a text", QUO_OPTION_NAME, OFFSET (motto), "" },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  { "second-token", "The second node makes a token of its own" },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  { "one-token", "At most one node has the token", "by construction" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  { "lap-time", "ns", "From one holding of the first node to its next" },
  { "passes", "messages", "Tokens passed on" },
  { NULL },
};

static guint
first_node (const RingOptions *o,
            guint              n_nodes)
{
  return o->first >= 0 && (guint) o->first < n_nodes ? (guint) o->first : 0;
}

static void
take (QuoNode   *node,
      RingState *self,
      gint64     lap)
{
  const RingOptions *o = quo_node_options (node);
  QuoTime hold = o->hold + self->extra;

  self->lap = lap;
  self->extra = 0;
  quo_node_set (node, FIELD_ROLE, ROLE_HOLDER);
  quo_node_set (node, FIELD_LAP, lap);
  quo_node_set (node, FIELD_DEADLINE, quo_node_deadline (node, hold));
  quo_node_set_timer (node, TIMER_HOLD, hold);
}

static void
start (QuoNode  *node,
       gpointer  state)
{
  guint first = first_node (quo_node_options (node), quo_node_n_nodes (node));

  if (quo_node_index (node) == first
      || (quo_node_index (node) == first + 1
          && quo_node_has_fault (node, FAULT_SECOND_TOKEN)))
    take (node, state, 1);
}

static void
restart (QuoNode  *node,
         gpointer  state)
{
  RingState *self = state;

  self->n_laps = quo_table_n_rows (quo_node_table (node, FIELD_LAPS));
}

static void
receive (QuoNode          *node,
         gpointer          state,
         const QuoMessage *message)
{
  RingState *self = state;
  const RingOptions *o = quo_node_options (node);
  gint64 lap = message->fields[0];
  gint64 count[QUO_MAX_COLUMNS] = { lap };
  gint64 row[QUO_MAX_COLUMNS] = { lap, quo_node_now (node) };

  if (quo_node_index (node) == first_node (o, quo_node_n_nodes (node)))
    {
      gint64 note[QUO_MAX_COLUMNS] = { lap, quo_node_index (node) };

      quo_node_note (node, NOTE_LAP, note);
      if (lap == o->n_laps_max)
        return;
      lap++;
    }

  if (o->is_greeting)
    quo_node_set_row (node, FIELD_GREETED, message->from, count);
  quo_node_set_row (node, FIELD_LAPS, ++self->n_laps, row);
  quo_node_sync (node, WRITE_LAP, lap);
  take (node, self, lap);
}

static void
timeout (QuoNode  *node,
         gpointer  state,
         guint     timer,
         gint64    arg)
{
  RingState *self = state;
  guint next = (quo_node_index (node) + 1) % quo_node_n_nodes (node);
  gint64 token[QUO_MAX_MESSAGE_FIELDS] = { self->lap };

  quo_node_set (node, FIELD_ROLE, ROLE_IDLE);
  quo_node_set (node, FIELD_DEADLINE, QUO_TIME_NEVER);
  quo_node_send (node, next, MESSAGE_TOKEN, token);
}

static void
command (QuoNode      *node,
         gpointer      state,
         guint         kind,
         const gint64 *args)
{
  RingState *self = state;

  self->extra = args[0];
}

static void
check (QuoCluster *cluster,
       gpointer    ghost,
       guint       node)
{
  RingGhost *self = ghost;
  guint first = first_node (quo_cluster_options (cluster),
                            quo_cluster_n_nodes (cluster));
  guint n_holders = 0;

  for (guint i = 0; i < quo_cluster_n_nodes (cluster); i++)
    if (quo_cluster_is_up (cluster, i)
        && quo_cluster_field (cluster, i, FIELD_ROLE) == ROLE_HOLDER)
      n_holders++;
  if (n_holders > 1)
    quo_cluster_violate (cluster, INVARIANT_ONE_TOKEN, "%u nodes have a token, %s "
                         "is the latest", n_holders,
                         quo_cluster_label (cluster, node));

  if (quo_cluster_field (cluster, first, FIELD_LAP) > self->lap)
    {
      self->lap = quo_cluster_field (cluster, first, FIELD_LAP);
      if (self->lap > 1)
        quo_cluster_sample (cluster, MEASURE_LAP_TIME,
                            (double) (quo_cluster_now (cluster) - self->since));
      self->since = quo_cluster_now (cluster);
    }
}

static void
finish (QuoCluster *cluster,
        gpointer    ghost)
{
  quo_cluster_sample (cluster, MEASURE_PASSES,
                      (double) quo_cluster_n_sent (cluster, MESSAGE_TOKEN));
}

const QuoProtocol token_ring = {
  .declaration = {
    .id = "token-ring",
    .title = "Token ring",
    .summary = "A token goes round; who has it may speak",
    .family = "test",
    .sources = sources,
    .roles = roles,
    .transitions = transitions,
    .fields = fields,
    .messages = messages,
    .timers = timers,
    .writes = writes,
    .notes = notes,
    .commands = commands,
    .options = options,
    .options_size = sizeof (RingOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (RingState),
    .ghost_size = sizeof (RingGhost),
    .start = start,
    .restart = restart,
    .receive = receive,
    .timeout = timeout,
    .command = command,
    .check = check,
    .finish = finish,
  },
};
