/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sim/sim.h"

#include "sim/sim-private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CACHE_LINE 64
#define HUGE_PAGE  ((gsize) 2 << 20)

/* With fewer nodes all of them stay in the cache by themselves. */
#define AHEAD_NODES 4096

/* How often the limits and the cancellation are looked at, in items; a limit on few
 * events is looked at with each, or a short run would be past it unnoticed. */
#define LOOK_EVERY 256
#define FEW_EVENTS 65536

const char * const quo_figure_ids[] = {
  "sent", "delivered", "lost", "forced-writes", "operations-ok",
  "operations-failed", "operations-unknown", NULL
};

/**
 * quo_pool_put:
 * @pool: a pool
 * @pending: what is to be kept
 *
 * Returns: where it is kept until quo_pool_take()
 */
guint32
quo_pool_put (QuoPool          *pool,
              const QuoPending *pending)
{
  guint32 slot;

  if (pool->free->len > 0)
    {
      slot = g_array_index (pool->free, guint32, pool->free->len - 1);
      g_array_set_size (pool->free, pool->free->len - 1);
      g_array_index (pool->items, QuoPending, slot) = *pending;
      return slot;
    }
  slot = pool->items->len;
  g_array_append_vals (pool->items, pending, 1);

  return slot;
}

/**
 * quo_pool_take:
 * @pool: a pool
 * @slot: where something is kept
 * @ret_pending: (out caller-allocates): what it was; the slot is free now
 */
void
quo_pool_take (QuoPool    *pool,
               guint32     slot,
               QuoPending *ret_pending)
{
  *ret_pending = g_array_index (pool->items, QuoPending, slot);
  g_array_append_val (pool->free, slot);
}

static void
pool_init (QuoPool *pool)
{
  pool->items = g_array_new (FALSE, FALSE, sizeof (QuoPending));
  pool->free = g_array_new (FALSE, FALSE, sizeof (guint32));
}

static void
pool_clear (QuoPool *pool)
{
  g_array_unref (pool->items);
  g_array_unref (pool->free);
}

static void
init_fields (QuoSim *self)
{
  const QuoFieldSpec *fields = self->declaration->fields;
  gsize n = self->n_nodes;

  self->n_fields = quo_declaration_n_fields (self->declaration);
  for (guint i = 0; i < self->n_fields; i++)
    {
      gboolean is_durable = fields[i].storage == QUO_STORAGE_DURABLE;

      if (is_durable)
        self->disk_fields |= 1u << i;
      if (fields[i].shape == QUO_SHAPE_SCALAR)
        self->scalar_slot[i] = is_durable ? self->n_disk_scalars++
                                          : self->n_scalars++;
      else if (is_durable)
        self->table_slot[i] = self->n_disk_tables++;
      self->has_disk |= is_durable;
    }
  self->tables = g_new0 (QuoTable *, MAX (1, n * self->n_disk_tables));
  self->journals = g_new0 (QuoJournal *, n);
  self->records = g_new0 (QuoNodeRecord, n);
  self->disk_scalars = g_new0 (gint64, MAX (1, n * self->n_disk_scalars));
}

/* Zeroed memory; large pages for a large block, since nodes are visited in no
 * order and would miss the tables of small pages nearly every time. */
static guint8 *
allocate_nodes (gsize size)
{
  guint8 *block = NULL;

  if (size >= HUGE_PAGE)
    {
      if (posix_memalign ((void **) &block, HUGE_PAGE, size) != 0)
        g_error ("no memory for %" G_GSIZE_FORMAT " bytes of nodes", size);
      madvise (block, size, MADV_HUGEPAGE);
    }
  else if (posix_memalign ((void **) &block, CACHE_LINE, size) != 0)
    {
      g_error ("no memory for %" G_GSIZE_FORMAT " bytes of nodes", size);
    }
  memset (block, 0, size);

  return block;
}

/**
 * quo_sim_need_clocks:
 * @self: a simulation in which a clock is about to differ from the true time
 */
void
quo_sim_need_clocks (QuoSim *self)
{
  if (self->clocks == NULL)
    self->clocks = g_new0 (QuoClock, self->n_nodes);
}

/**
 * quo_sim_gap_mean:
 * @rate: how often a second, above 0
 *
 * Returns: the mean time between two, from 1 ns to %QUO_TIME_MAX
 */
QuoTime
quo_sim_gap_mean (double rate)
{
  double gap = (double) QUO_SECOND / rate;

  return gap < (double) QUO_TIME_MAX ? MAX (1, (QuoTime) gap) : QUO_TIME_MAX;
}

static void
init_clocks (QuoSim *self)
{
  const QuoNodeConfig *nodes = self->config->nodes;

  for (guint i = 0; nodes != NULL && i < self->n_nodes; i++)
    if (nodes[i].clock_offset != 0 || nodes[i].clock_drift != 0)
      {
        quo_sim_need_clocks (self);
        self->clocks[i].base = nodes[i].clock_offset;
        self->clocks[i].drift = nodes[i].clock_drift;
      }
}

static gsize
aligned (gsize size,
         gsize unit)
{
  return (size + unit - 1) & ~(unit - 1);
}

/* Where in a node's block what stands. */
static void
lay_out_nodes (QuoSim *self)
{
  self->n_timers = quo_declaration_n_timers (self->declaration);
  self->n_dice = self->behaviour->n_dice > 0 ? self->behaviour->n_dice
                                             : QUO_N_PURPOSES;
  self->timers_offset = G_STRUCT_OFFSET (QuoNode, n_draws)
                        + self->n_dice * sizeof (guint32);
  self->timers_offset = aligned (self->timers_offset, sizeof (gint64));
  self->scalars_offset = self->timers_offset
                         + self->n_timers * sizeof (QuoTimerSlot);
  self->state_offset = self->scalars_offset + self->n_scalars * sizeof (gint64);
  self->state_offset = aligned (self->state_offset, 16);
  self->node_size = aligned (self->state_offset + self->behaviour->state_size,
                             CACHE_LINE);
}

static void
init_nodes (QuoSim *self)
{
  const QuoFieldSpec *fields = self->declaration->fields;

  lay_out_nodes (self);
  self->nodes = allocate_nodes (self->n_nodes * self->node_size);
  self->ghost = g_malloc0 (MAX (16, self->behaviour->ghost_size));
  for (guint i = 0; i < self->n_nodes; i++)
    {
      QuoNode *node = quo_sim_node (self, i);

      node->sim = self;
      node->index = i;
      for (guint t = 0; t < self->n_timers; t++)
        *quo_node_timer (node, t) = (QuoTimerSlot) { QUO_TIME_NEVER, QUO_TIME_NEVER,
                                                     QUO_NO_EVENT };
      for (guint f = 0; f < self->n_fields; f++)
        if (fields[f].shape == QUO_SHAPE_SCALAR)
          *quo_node_scalar (node, f) = fields[f].initial;
    }
  init_clocks (self);
}

static void
init_labels (QuoSim *self)
{
  const QuoSimConfig *config = self->config;

  quo_trace_set_prefix (self->trace, config->prefix);
  for (guint i = 0; config->labels != NULL && i < self->n_nodes; i++)
    quo_trace_set_label (self->trace, i, config->labels[i]);
  for (guint i = 0; config->client_labels != NULL && i < config->n_clients; i++)
    quo_trace_set_label (self->trace, self->n_nodes + i, config->client_labels[i]);
}

/* Brings a node's block into the cache before its item comes. */
static void
fetch_ahead (const QuoItem *item,
             gpointer       user_data)
{
  const QuoSim *self = user_data;
  const guint8 *node;
  guint index;

  switch ((QuoDue) (item->what & ((1u << QUO_DUE_BITS) - 1)))
    {
    case QUO_DUE_TIMER:
      index = item->ref;
      break;
    case QUO_DUE_DELIVER:
      index = item->what >> QUO_DUE_BITS;
      break;
    default:
      return;
    }

  if (index >= self->n_nodes)
    return;
  node = self->nodes + (gsize) index * self->node_size;
  for (gsize i = 0; i < self->node_size; i += CACHE_LINE)
    __builtin_prefetch (node + i);
}

/**
 * quo_sim_new:
 * @config: (transfer none): what is to be simulated; must not change any more
 *
 * Returns: (transfer full): a simulation before its first event
 */
QuoSim *
quo_sim_new (QuoSimConfig *config)
{
  QuoSim *self = NULL;

  g_return_val_if_fail (config != NULL, NULL);

  self = g_new0 (QuoSim, 1);
  self->cluster.sim = self;
  self->config = quo_sim_config_ref (config);
  self->declaration = config->declaration;
  self->behaviour = config->behaviour;
  self->options = config->options;
  self->n_nodes = config->n_nodes;
  self->n_participants = config->n_nodes + config->n_clients;
  self->look_every = config->max_events < FEW_EVENTS ? 1 : LOOK_EVERY;
  self->step = QUO_NO_EVENT;
  self->node_root = quo_stream_root (config->seed, QUO_STREAM_NODE);
  self->trace = quo_trace_new (config->declaration, config->names,
                               config->n_nodes, config->n_clients);
  init_labels (self);
  self->queue = quo_queue_new ();
  if (self->n_nodes >= AHEAD_NODES)
    quo_queue_set_ahead (self->queue, fetch_ahead, self);
  pool_init (&self->wakes);
  pool_init (&self->syncs);
  self->instant = g_array_new (FALSE, FALSE, sizeof (QuoPending));
  self->traps = g_array_new (FALSE, FALSE, sizeof (QuoTrap));
  self->effects = g_array_new (FALSE, FALSE, sizeof (QuoEffect));
  self->violations = g_array_new (FALSE, FALSE, sizeof (QuoViolation));
  self->measures = g_new0 (QuoSamples *,
                           quo_declaration_n_measures (self->declaration) + 1);
  for (guint i = 0; i < quo_declaration_n_measures (self->declaration); i++)
    self->measures[i] = quo_samples_new ();
  for (guint i = 0; i < G_N_ELEMENTS (self->latencies); i++)
    self->latencies[i] = quo_samples_new ();
  init_fields (self);
  init_nodes (self);
  quo_network_init (self);

  return self;
}

static void
free_state (QuoSim *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      if (self->behaviour->clear != NULL)
        self->behaviour->clear (quo_sim_state (self, i));
      if (self->journals[i] != NULL)
        {
          g_array_unref (self->journals[i]->entries);
          g_free (self->journals[i]);
        }
    }
  if (self->behaviour->clear_ghost != NULL)
    self->behaviour->clear_ghost (self->ghost);
  for (gsize i = 0; i < (gsize) self->n_nodes * self->n_disk_tables; i++)
    quo_table_free (self->tables[i]);
  g_free (self->journals);
  g_free (self->tables);
  g_free (self->ghost);
  g_free (self->clocks);
  g_free (self->records);
  g_free (self->disk_scalars);
  free (self->nodes);
}

/**
 * quo_sim_free:
 * @self: (transfer full): a simulation
 *
 * Frees it; its trace lives on while somebody holds it.
 */
void
quo_sim_free (QuoSim *self)
{
  if (self == NULL)
    return;

  if (self->clients != NULL)
    quo_clients_clear (self);
  quo_network_clear (self);
  free_state (self);
  pool_clear (&self->wakes);
  pool_clear (&self->syncs);
  g_clear_pointer (&self->deferred, g_hash_table_unref);
  g_clear_pointer (&self->arrivals, g_hash_table_unref);
  for (guint i = 0; i < self->violations->len; i++)
    g_free (g_array_index (self->violations, QuoViolation, i).text);
  g_array_unref (self->violations);
  g_array_unref (self->instant);
  g_array_unref (self->traps);
  g_array_unref (self->effects);
  for (guint i = 0; self->measures[i] != NULL; i++)
    quo_samples_free (self->measures[i]);
  g_free (self->measures);
  for (guint i = 0; i < G_N_ELEMENTS (self->latencies); i++)
    quo_samples_free (self->latencies[i]);
  quo_queue_free (self->queue);
  quo_trace_unref (self->trace);
  quo_sim_config_unref (self->config);
  g_free (self);
}

/**
 * quo_sim_end_step:
 * @self: a simulation
 * @node: the node that has just done something
 *
 * Checks the invariants, then finishes the writes that cost nothing, each of
 * which is a step of its own.
 */
void
quo_sim_end_step (QuoSim *self,
                  guint   node)
{
  if (self->behaviour->check != NULL)
    self->behaviour->check (&self->cluster, self->ghost, node);

  for (guint i = 0; i < self->instant->len; i++)
    {
      QuoPending sync = g_array_index (self->instant, QuoPending, i);

      quo_disk_synced (self, &sync);
      if (self->behaviour->check != NULL)
        self->behaviour->check (&self->cluster, self->ghost, sync.node);
    }
  g_array_set_size (self->instant, 0);
}

/**
 * quo_sim_defer:
 * @self: a simulation
 * @node: a node
 * @item: what comes due for it
 *
 * Returns: whether the node stands still, so that @item waits until it goes on
 */
gboolean
quo_sim_defer (QuoSim        *self,
               guint          node,
               const QuoItem *item)
{
  GArray *waiting;

  if (quo_sim_node (self, node)->life != QUO_LIFE_PAUSED)
    return FALSE;

  if (self->deferred == NULL)
    self->deferred = g_hash_table_new_full (NULL, NULL, NULL,
                                            (GDestroyNotify) g_array_unref);
  waiting = g_hash_table_lookup (self->deferred, GUINT_TO_POINTER (node + 1));
  if (waiting == NULL)
    {
      waiting = g_array_new (FALSE, FALSE, sizeof (QuoItem));
      g_hash_table_insert (self->deferred, GUINT_TO_POINTER (node + 1), waiting);
    }
  g_array_append_vals (waiting, item, 1);

  return TRUE;
}

static void
run_timeout (QuoSim  *self,
             guint    node,
             guint    timer,
             gint64   arg,
             guint32  cause)
{
  self->step = quo_sim_append (self, QUO_EVENT_TIMEOUT, node, cause);
  quo_trace_put (self->trace, timer);
  quo_trace_put (self->trace, arg);
  if (self->behaviour->timeout != NULL)
    self->behaviour->timeout (quo_sim_node (self, node), quo_sim_state (self, node),
                              timer, arg);
  quo_sim_end_step (self, node);
}

static void
timer_due (QuoSim        *self,
           const QuoItem *item)
{
  guint timer = item->what >> QUO_DUE_BITS;
  QuoTimerSlot *slot = quo_node_timer (quo_sim_node (self, item->ref), timer);

  /* An item that an earlier one has replaced. */
  if (slot->queued != item->time)
    return;
  if (slot->deadline == QUO_TIME_NEVER)
    {
      slot->queued = QUO_TIME_NEVER;
      return;
    }
  if (slot->deadline > self->now)
    {
      slot->queued = slot->deadline;
      quo_queue_push (self->queue, slot->deadline, item->ref, item->what);
      return;
    }
  if (quo_sim_defer (self, item->ref, item))
    return;
  slot->deadline = QUO_TIME_NEVER;
  slot->queued = QUO_TIME_NEVER;
  run_timeout (self, item->ref, timer, 0, slot->cause);
}

static void
pending_due (QuoSim        *self,
             const QuoItem *item,
             gboolean       is_sync)
{
  QuoPool *pool = is_sync ? &self->syncs : &self->wakes;
  QuoPending pending = g_array_index (pool->items, QuoPending, item->ref);

  if (quo_sim_record (self, pending.node)->incarnation == pending.incarnation
      && quo_sim_defer (self, pending.node, item))
    return;

  quo_pool_take (pool, item->ref, &pending);
  if (quo_sim_record (self, pending.node)->incarnation != pending.incarnation)
    return;

  if (!is_sync)
    {
      run_timeout (self, pending.node, pending.what, pending.arg, pending.cause);
      return;
    }
  quo_disk_synced (self, &pending);
  quo_sim_end_step (self, pending.node);
}

/**
 * quo_sim_dispatch:
 * @self: a simulation
 * @item: what comes due now
 */
void
quo_sim_dispatch (QuoSim        *self,
                  const QuoItem *item)
{
  guint detail = item->what >> QUO_DUE_BITS;

  switch ((QuoDue) (item->what & ((1u << QUO_DUE_BITS) - 1)))
    {
    case QUO_DUE_DELIVER:
    case QUO_DUE_DELIVER_TWIN:
      quo_network_deliver (self, item);
      break;
    case QUO_DUE_LOSE:
      quo_network_lose (self, item->ref, (QuoLoss) detail);
      break;
    case QUO_DUE_TIMER:
      timer_due (self, item);
      break;
    case QUO_DUE_WAKE:
      pending_due (self, item, FALSE);
      break;
    case QUO_DUE_SYNC:
      pending_due (self, item, TRUE);
      break;
    case QUO_DUE_ACTION:
      quo_action_do (self, item->ref);
      break;
    case QUO_DUE_UNDO:
      quo_effect_undo (self, item->ref);
      break;
    case QUO_DUE_CHAOS:
      quo_chaos_strike (self, item->ref);
      break;
    case QUO_DUE_CLIENT:
      quo_client_tick (self, item->ref);
      break;
    case QUO_DUE_CLIENT_TIMEOUT:
      quo_client_timeout (self, item->ref, detail);
      break;
    case QUO_DUE_CLIENT_FALLBACK:
      quo_fallback_due (self, item->ref, detail);
      break;
    case QUO_DUE_START:
    default:
      quo_life_start (self, item->ref);
      break;
    }
}

/* Nodes start in order, before anything else happens at time 0. */
static void
start (QuoSim *self)
{
  self->is_started = TRUE;
  for (guint i = 0; i < self->n_nodes; i++)
    quo_life_start (self, i);
  quo_clients_init (self);
  quo_actions_init (self);
  quo_chaos_init (self);
}

/**
 * quo_sim_run:
 * @self: a simulation
 * @until: how far to go, ns
 * @n_events_max: about how many events this call may add; 0: no limit
 * @is_cancelled: (nullable): stops when it is not zero
 *
 * Goes on with the simulation. Where a call stops changes nothing of what happens.
 *
 * Returns: why it stopped; %QUO_SIM_MORE at @until or after @n_events_max
 */
QuoSimStatus
quo_sim_run (QuoSim              *self,
             QuoTime              until,
             guint64              n_events_max,
             const volatile gint *is_cancelled)
{
  QuoTime last = MIN (until, self->config->until);
  guint64 stop = n_events_max > 0
                 ? quo_trace_length (self->trace) + n_events_max
                 : G_MAXUINT64;
  QuoItem item;

  if (!self->is_started)
    start (self);
  else if (self->n_items % self->look_every == 0
           && quo_sim_status_at_limit (self, is_cancelled) != QUO_SIM_MORE)
    return quo_sim_status_at_limit (self, is_cancelled);

  while (quo_queue_pop (self->queue, last, &item))
    {
      self->now = item.time;
      quo_sim_dispatch (self, &item);
      /* Counted from the start: where calls end must not move the limits. */
      if (++self->n_items % self->look_every != 0)
        continue;

      QuoSimStatus status = quo_sim_status_at_limit (self, is_cancelled);

      if (status != QUO_SIM_MORE)
        return status;
      if (quo_trace_length (self->trace) >= stop)
        return QUO_SIM_MORE;
    }

  if (last != QUO_TIME_NEVER)
    {
      self->now = MAX (self->now, last);
      quo_trace_set_end (self->trace, last);
    }
  if (quo_queue_length (self->queue) == 0)
    return QUO_SIM_QUIET;

  return last == self->config->until ? QUO_SIM_DONE : QUO_SIM_MORE;
}

/**
 * quo_sim_finish:
 * @self: a simulation that is not to go on
 *
 * Takes the measures that can only be taken at the end. Once is enough.
 */
void
quo_sim_finish (QuoSim *self)
{
  if (self->is_finished)
    return;

  self->is_finished = TRUE;
  if (self->behaviour->finish != NULL)
    self->behaviour->finish (&self->cluster, self->ghost);
}

/**
 * quo_sim_now:
 * @self: a simulation
 *
 * Returns: how far it got, ns
 */
QuoTime
quo_sim_now (QuoSim *self)
{
  return self->now;
}

/**
 * quo_sim_get_config:
 * @self: a simulation
 *
 * Returns: (transfer none): what is simulated; not to be changed
 */
QuoSimConfig *
quo_sim_get_config (QuoSim *self)
{
  return self->config;
}

/**
 * quo_sim_trace:
 * @self: a simulation
 *
 * Returns: (transfer none): what happened
 */
QuoTrace *
quo_sim_trace (QuoSim *self)
{
  return self->trace;
}

/**
 * quo_sim_figure:
 * @self: a simulation
 * @figure: a figure that every protocol has
 *
 * Returns: its value so far
 */
guint64
quo_sim_figure (QuoSim    *self,
                QuoFigure  figure)
{
  g_return_val_if_fail (figure < QUO_N_FIGURES, 0);

  return self->figures[figure];
}

/**
 * quo_sim_measure:
 * @self: a simulation
 * @measure: index of a declared measure
 *
 * Returns: (transfer none): its samples so far
 */
QuoSamples *
quo_sim_measure (QuoSim *self,
                 guint   measure)
{
  return self->measures[measure];
}

/**
 * quo_sim_latency:
 * @self: a simulation
 * @op: a kind of operation
 *
 * Returns: (transfer none): how long those that succeeded took, ns
 */
QuoSamples *
quo_sim_latency (QuoSim    *self,
                 QuoOpKind  op)
{
  return self->latencies[op];
}

/**
 * quo_sim_n_violations:
 * @self: a simulation
 *
 * Returns: how many invariants were violated
 */
guint
quo_sim_n_violations (QuoSim *self)
{
  return self->violations->len;
}

/**
 * quo_sim_violation:
 * @self: a simulation
 * @nth: below the number of violations
 *
 * Returns: (transfer none): which invariant, when and how
 */
const QuoViolation *
quo_sim_violation (QuoSim *self,
                   guint   nth)
{
  g_return_val_if_fail (nth < self->violations->len, NULL);

  return &g_array_index (self->violations, QuoViolation, nth);
}

static void
note_arrival (const QuoItem *item,
              gpointer       user_data)
{
  QuoDue due = (QuoDue) (item->what & ((1u << QUO_DUE_BITS) - 1));
  GHashTable *arrivals = user_data;

  if (due == QUO_DUE_DELIVER || due == QUO_DUE_LOSE)
    g_hash_table_insert (arrivals, GUINT_TO_POINTER (item->ref),
                         g_memdup2 (&item->time, sizeof item->time));
}

/**
 * quo_sim_arrival:
 * @self: a simulation
 * @send: a message that is still in flight where the trace ends
 *
 * Returns: when it will arrive, or be lost, ns; the trace's end when it is not
 *   on its way any more
 */
QuoTime
quo_sim_arrival (QuoSim  *self,
                 guint32  send)
{
  const QuoTime *time;

  if (self->arrivals == NULL
      || self->arrivals_length != quo_trace_length (self->trace))
    {
      g_clear_pointer (&self->arrivals, g_hash_table_unref);
      self->arrivals = g_hash_table_new_full (NULL, NULL, NULL, g_free);
      self->arrivals_length = quo_trace_length (self->trace);
      quo_queue_each (self->queue, note_arrival, self->arrivals);
    }
  time = g_hash_table_lookup (self->arrivals, GUINT_TO_POINTER (send));

  return time != NULL ? *time : quo_trace_end (self->trace);
}
