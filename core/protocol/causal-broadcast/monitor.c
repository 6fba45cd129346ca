/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What truly happened before what, and the figures of a run.
 *
 * The monitor sees who broadcast and delivered which message in which order, and none
 * of the stamps. Before a message happened all that its origin had broadcast and
 * delivered by then. Whoever delivers it must have delivered all of that. What those
 * messages depend on in their turn need not be looked at: the origin would have broken
 * the rule itself.
 */

#include "protocol/causal-broadcast/broadcast-private.h"

typedef struct
{
  guint  origin;
  gint64 count;
} Which;

/* A message as it was broadcast. */
typedef struct
{
  QuoTime at;      /* QUO_TIME_NEVER: not yet */
  guint   n_before; /* of its origin's history */
  gint64  key;
  gint64  value;
  gint64  request;
} Told;

/* What one process did. */
typedef struct
{
  GArray        *messages;  /* Told: its own, by count - 1 */
  GArray        *history;   /* Which: what it broadcast and delivered, in order */
  GPtrArray     *has;       /* of each origin: GByteArray, delivered, by count - 1 */
  QuoVectorClock prefix;    /* of each origin: delivered without a gap */
  QuoVectorClock checked;   /* of each other's history: is delivered here */
  guint          n_delivered;
} Process;

static void
flags_free (gpointer data)
{
  if (data != NULL)
    g_byte_array_unref (data);
}

static void
process_free (gpointer data)
{
  Process *self = data;

  g_array_unref (self->messages);
  g_array_unref (self->history);
  g_ptr_array_unref (self->has);
  quo_vector_clock_clear (&self->prefix);
  quo_vector_clock_clear (&self->checked);
  g_free (self);
}

static void
ghost_init (QuoCluster   *cluster,
            QuoCastGhost *self)
{
  self->processes = g_ptr_array_new_with_free_func (process_free);
  for (guint i = 0; i < quo_cluster_n_nodes (cluster); i++)
    {
      Process *process = g_new0 (Process, 1);

      process->messages = g_array_new (FALSE, TRUE, sizeof (Told));
      process->history = g_array_new (FALSE, FALSE, sizeof (Which));
      process->has = g_ptr_array_new_with_free_func (flags_free);
      g_ptr_array_add (self->processes, process);
    }
  self->sequence = g_array_new (FALSE, FALSE, sizeof (Which));
}

static Process *
process_of (const QuoCastGhost *self,
            guint               node)
{
  return g_ptr_array_index (self->processes, node);
}

static char *
name_of (QuoCluster *cluster,
         guint       origin,
         gint64      count)
{
  return g_strdup_printf ("%s:%" G_GINT64_FORMAT,
                          quo_cluster_label (cluster, origin), count);
}

static gboolean
has (const QuoCastGhost *self,
     guint               node,
     guint               origin,
     gint64              count)
{
  const GPtrArray *origins = process_of (self, node)->has;
  const GByteArray *flags = origin < origins->len
                            ? g_ptr_array_index (origins, origin) : NULL;

  return flags != NULL && count >= 1 && count <= (gint64) flags->len
         && flags->data[count - 1] != 0;
}

static const Told *
told_of (const QuoCastGhost *self,
         guint               origin,
         gint64              count)
{
  GArray *messages = process_of (self, origin)->messages;
  const Told *told = NULL;

  if (count < 1 || count > (gint64) messages->len)
    return NULL;
  told = &g_array_index (messages, Told, count - 1);

  return told->at != QUO_TIME_NEVER ? told : NULL;
}

static void
broadcast (QuoCluster        *cluster,
           QuoCastGhost      *self,
           const QuoCast     *state,
           const QuoCastFact *fact)
{
  const QuoCastOptions *options = quo_cluster_options (cluster);
  GArray *messages = process_of (self, fact->origin)->messages;
  GArray *history = process_of (self, state->index)->history;
  Which which = { fact->origin, fact->count };
  Told *told;

  quo_cluster_sample (cluster, MEASURE_ENTRIES, (double) fact->amount);
  if (options->recovery != RECOVERY_OFF)
    quo_cluster_sample (cluster, MEASURE_UNSTABLE,
                        (double) quo_cast_n_unstable (state));
  if (told_of (self, fact->origin, fact->count) != NULL)
    {
      g_autofree char *name = name_of (cluster, fact->origin, fact->count);

      quo_cluster_violate (cluster, INVARIANT_NO_CREATION,
                           "%s broadcasts a second message as %s",
                           quo_cluster_label (cluster, state->index), name);
      return;
    }

  while ((gint64) messages->len < fact->count)
    {
      Told nothing = { QUO_TIME_NEVER, 0, 0, 0, 0 };

      g_array_append_val (messages, nothing);
    }
  told = &g_array_index (messages, Told, fact->count - 1);
  told->at = quo_cluster_now (cluster);
  told->n_before = history->len;
  told->key = fact->key;
  told->value = fact->value;
  told->request = fact->request;
  g_array_append_val (history, which);
}

static void
check_created (QuoCluster        *cluster,
               QuoCastGhost      *self,
               const QuoCastFact *fact,
               guint              node)
{
  const Told *told = told_of (self, fact->origin, fact->count);
  g_autofree char *name = NULL;

  if (told != NULL && told->key == fact->key && told->value == fact->value
      && told->request == fact->request)
    return;

  name = name_of (cluster, fact->origin, fact->count);
  quo_cluster_violate (cluster, INVARIANT_NO_CREATION,
                       "%s delivers a message as %s that %s",
                       quo_cluster_label (cluster, node), name,
                       told == NULL ? "nobody has broadcast"
                                    : "is not the one that was broadcast");
}

/* Only what was not found here before: what is delivered stays delivered. */
static void
check_causal (QuoCluster        *cluster,
              QuoCastGhost      *self,
              const QuoCastFact *fact,
              guint              node,
              gboolean           is_promised)
{
  const Told *told = told_of (self, fact->origin, fact->count);
  const GArray *history = process_of (self, fact->origin)->history;
  QuoVectorClock *clock = &process_of (self, node)->checked;
  gint64 checked = quo_vector_clock_get (clock, fact->origin);
  const Which *missing;
  g_autofree char *name = NULL;
  g_autofree char *missing_name = NULL;

  if (told == NULL)
    return;
  while (checked < told->n_before)
    {
      missing = &g_array_index (history, Which, checked);
      if (!has (self, node, missing->origin, missing->count))
        break;
      checked++;
    }
  quo_vector_clock_set (clock, fact->origin, checked);
  if (checked >= told->n_before)
    return;

  self->n_inversions++;
  if (!is_promised)
    return;
  missing = &g_array_index (history, Which, checked);
  name = name_of (cluster, fact->origin, fact->count);
  missing_name = name_of (cluster, missing->origin, missing->count);
  quo_cluster_violate (cluster, INVARIANT_CAUSAL,
                       "%s delivers %s before %s, which happened before it",
                       quo_cluster_label (cluster, node), name, missing_name);
}

static void
check_fifo (QuoCluster        *cluster,
            QuoCastGhost      *self,
            const QuoCastFact *fact,
            guint              node)
{
  gint64 prefix = quo_vector_clock_get (&process_of (self, node)->prefix,
                                        fact->origin);
  g_autofree char *name = NULL;
  g_autofree char *missing = NULL;

  if (fact->count <= prefix + 1)
    return;

  name = name_of (cluster, fact->origin, fact->count);
  missing = name_of (cluster, fact->origin, prefix + 1);
  quo_cluster_violate (cluster, INVARIANT_FIFO, "%s delivers %s before %s",
                       quo_cluster_label (cluster, node), name, missing);
}

static void
check_total (QuoCluster        *cluster,
             QuoCastGhost      *self,
             const QuoCastFact *fact,
             guint              node)
{
  guint nth = process_of (self, node)->n_delivered;
  Which which = { fact->origin, fact->count };
  const Which *first;
  g_autofree char *name = NULL;
  g_autofree char *other = NULL;

  if (nth == self->sequence->len)
    g_array_append_val (self->sequence, which);
  first = &g_array_index (self->sequence, Which, nth);
  if (first->origin == which.origin && first->count == which.count)
    return;

  name = name_of (cluster, which.origin, which.count);
  other = name_of (cluster, first->origin, first->count);
  quo_cluster_violate (cluster, INVARIANT_TOTAL,
                       "%s delivers %s as number %u, another delivered %s as that",
                       quo_cluster_label (cluster, node), name, nth + 1, other);
}

static GByteArray *
flags_of (Process *process,
          guint    origin)
{
  if (origin >= process->has->len)
    g_ptr_array_set_size (process->has, (int) origin + 1);
  if (g_ptr_array_index (process->has, origin) == NULL)
    g_ptr_array_index (process->has, origin) = g_byte_array_new ();

  return g_ptr_array_index (process->has, origin);
}

static void
remember (QuoCluster        *cluster,
          QuoCastGhost      *self,
          const QuoCastFact *fact,
          guint              node)
{
  Process *process = process_of (self, node);
  GByteArray *flags = flags_of (process, fact->origin);
  Which which = { fact->origin, fact->count };
  const Told *told = told_of (self, fact->origin, fact->count);
  guint old = flags->len;

  if (fact->count > old)
    {
      g_byte_array_set_size (flags, (guint) fact->count);
      for (guint i = old; i < flags->len; i++)
        flags->data[i] = 0;
    }
  flags->data[fact->count - 1] = 1;
  while (has (self, node, fact->origin,
              quo_vector_clock_get (&process->prefix, fact->origin) + 1))
    quo_vector_clock_tick (&process->prefix, fact->origin);
  process->n_delivered++;

  if (fact->origin == node)
    return;
  g_array_append_val (process->history, which);
  if (told != NULL)
    quo_cluster_sample (cluster, MEASURE_LATENCY,
                        (double) (quo_cluster_now (cluster) - told->at));
  if (fact->held_at != QUO_TIME_NEVER)
    quo_cluster_sample (cluster, MEASURE_HOLD_BACK,
                        (double) (quo_cluster_now (cluster) - fact->held_at));
}

static void
delivered (QuoCluster        *cluster,
           QuoCastGhost      *self,
           const QuoCastFact *fact,
           guint              node)
{
  const QuoCastOptions *options = quo_cluster_options (cluster);
  gboolean is_causal = options->order == ORDER_CAUSAL
                       || options->order == ORDER_TOTAL;

  check_created (cluster, self, fact, node);
  if (has (self, node, fact->origin, fact->count))
    {
      g_autofree char *name = name_of (cluster, fact->origin, fact->count);

      quo_cluster_violate (cluster, INVARIANT_NO_DUPLICATION,
                           "%s delivers %s once more",
                           quo_cluster_label (cluster, node), name);
      return;
    }

  check_causal (cluster, self, fact, node, is_causal);
  if (options->order != ORDER_NONE)
    check_fifo (cluster, self, fact, node);
  if (options->order == ORDER_TOTAL)
    check_total (cluster, self, fact, node);
  remember (cluster, self, fact, node);
}

static void
check_stable (QuoCluster        *cluster,
              QuoCastGhost      *self,
              const QuoCastFact *fact,
              guint              node)
{
  for (guint i = 0; i < self->processes->len; i++)
    {
      gint64 prefix = quo_vector_clock_get (&process_of (self, i)->prefix,
                                            fact->origin);
      g_autofree char *name = NULL;
      g_autofree char *last = NULL;

      if (prefix >= fact->count)
        continue;
      name = g_strdup (quo_cluster_label (cluster, node));
      last = name_of (cluster, fact->origin, prefix + 1);
      quo_cluster_violate (cluster, INVARIANT_STABILITY,
                           "%s takes %s to be stable, which %s has not delivered",
                           name, last, quo_cluster_label (cluster, i));
      return;
    }
}

/* The vector against the deliveries themselves. */
static void
check_clock (QuoCluster    *cluster,
             QuoCastGhost  *self,
             const QuoCast *state)
{
  const QuoVectorClock *clock = &process_of (self, state->index)->prefix;

  for (guint i = 0; i < MAX (clock->n_entries, state->delivered.n_entries); i++)
    {
      gint64 prefix = quo_vector_clock_get (clock, i);
      gint64 count = quo_vector_clock_get (&state->delivered, i);
      g_autofree char *name = NULL;

      if (count == prefix)
        continue;
      name = g_strdup (quo_cluster_label (cluster, state->index));
      quo_cluster_violate (cluster, INVARIANT_CLOCK,
                           "%s counts %" G_GINT64_FORMAT " messages of %s and has "
                           "delivered %" G_GINT64_FORMAT, name,
                           count, quo_cluster_label (cluster, i), prefix);
      return;
    }
}

/**
 * quo_cast_check:
 * @cluster: after a step
 * @ghost: a #QuoCastGhost
 * @node: who made it
 */
void
quo_cast_check (QuoCluster *cluster,
                gpointer    ghost,
                guint       node)
{
  QuoCastGhost *self = ghost;
  const QuoCast *state = quo_cluster_state (cluster, node);

  if (self->processes == NULL)
    ghost_init (cluster, self);
  if (state == NULL || state->facts == NULL || state->facts->len == 0)
    return;

  for (guint i = 0; i < state->facts->len; i++)
    {
      const QuoCastFact *fact = &g_array_index (state->facts, QuoCastFact, i);

      switch (fact->kind)
        {
        case FACT_BROADCAST:
          broadcast (cluster, self, state, fact);
          break;
        case FACT_DELIVERED:
          delivered (cluster, self, fact, node);
          break;
        case FACT_HELD:
          quo_cluster_sample (cluster, MEASURE_BUFFERED, (double) fact->amount);
          break;
        case FACT_OVERFLOW:
          self->n_overflows++;
          break;
        case FACT_STABLE:
          check_stable (cluster, self, fact, node);
          break;
        case FACT_ARRIVED:
        default:
          break;
        }
    }
  check_clock (cluster, self, state);
}

static const QuoCast *
running (QuoCluster *cluster,
         guint       node)
{
  const QuoCast *state = quo_cluster_state (cluster, node);

  return quo_cluster_is_up (cluster, node) && state != NULL && state->log != NULL
         && !state->is_stopped ? state : NULL;
}

static guint64
count_undelivered (QuoCluster         *cluster,
                   const QuoCastGhost *self)
{
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (Which));
  guint64 n = 0;

  for (guint origin = 0; origin < self->processes->len; origin++)
    for (guint i = 1; i <= process_of (self, origin)->messages->len; i++)
      {
        Which which = { origin, i };

        if (told_of (self, origin, i) != NULL)
          g_array_append_val (told, which);
      }

  for (guint node = 0; node < self->processes->len; node++)
    {
      if (running (cluster, node) == NULL)
        continue;
      for (guint i = 0; i < told->len; i++)
        {
          const Which *which = &g_array_index (told, Which, i);

          n += !has (self, node, which->origin, which->count);
        }
    }

  return n;
}

/* How many keys have not the same value everywhere: a number, whatever the order. */
static guint
count_divergent (QuoCluster         *cluster,
                 const QuoCastGhost *self)
{
  g_autoptr (GHashTable) values = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) divergent = g_hash_table_new (NULL, NULL);
  guint n_running = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint node = 0; node < self->processes->len; node++)
      {
        const QuoCast *state = running (cluster, node);
        GHashTableIter iter;
        gpointer key;
        gpointer value;

        if (state == NULL)
          continue;
        n_running += pass == 0;
        if (pass == 0)
          {
            g_hash_table_iter_init (&iter, state->store);
            while (g_hash_table_iter_next (&iter, &key, &value))
              g_hash_table_insert (values, key, value);
            continue;
          }
        g_hash_table_iter_init (&iter, values);
        while (g_hash_table_iter_next (&iter, &key, &value))
          if (g_hash_table_lookup (state->store, key) != value)
            g_hash_table_add (divergent, key);
      }

  return n_running > 1 ? g_hash_table_size (divergent) : 0;
}

/**
 * quo_cast_finish:
 * @cluster: at the end of a run
 * @ghost: a #QuoCastGhost
 */
void
quo_cast_finish (QuoCluster *cluster,
                 gpointer    ghost)
{
  QuoCastGhost *self = ghost;

  if (self->processes == NULL)
    ghost_init (cluster, self);
  quo_cluster_sample (cluster, MEASURE_RETRANSMISSIONS,
                      (double) quo_cluster_n_sent (cluster, MESSAGE_RETRANSMIT));
  quo_cluster_sample (cluster, MEASURE_INVERSIONS, (double) self->n_inversions);
  quo_cluster_sample (cluster, MEASURE_OVERFLOWS, (double) self->n_overflows);
  quo_cluster_sample (cluster, MEASURE_UNDELIVERED,
                      (double) count_undelivered (cluster, self));
  quo_cluster_sample (cluster, MEASURE_DIVERGENT, count_divergent (cluster, self));
}

/**
 * quo_cast_clear_ghost:
 * @ghost: a #QuoCastGhost
 */
void
quo_cast_clear_ghost (gpointer ghost)
{
  QuoCastGhost *self = ghost;

  g_clear_pointer (&self->processes, g_ptr_array_unref);
  g_clear_pointer (&self->sequence, g_array_unref);
}
