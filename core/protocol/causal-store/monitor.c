/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must never become visible, and the figures of a run. */

#include "protocol/causal-store/causal-private.h"

#include "base/random.h"

static void
write_free (gpointer write)
{
  QuoCausalWrite *self = write;

  g_array_unref (self->past);
  g_free (self);
}

static void
ghost_init (QuoCluster      *cluster,
            QuoCausalGhost  *self,
            const QuoCausal *state)
{
  self->n_nodes = quo_cluster_n_nodes (cluster);
  self->n_centres = state->n_centres;
  self->is_out = g_new0 (gboolean, self->n_nodes);
  self->writes = g_hash_table_new_full (NULL, NULL, NULL, write_free);
  self->keys = g_hash_table_new (NULL, NULL);
  self->list = g_ptr_array_new_with_free_func (g_free);
  self->arrivals = g_new0 (GHashTable *, self->n_centres);
  for (guint i = 0; i < self->n_centres; i++)
    self->arrivals[i] = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->watched = g_hash_table_new (NULL, NULL);
  self->all = g_ptr_array_new_with_free_func (quo_causal_watched_free);
}

static gpointer
name_of (gint64 number)
{
  return GSIZE_TO_POINTER ((gsize) number);
}

/**
 * quo_causal_write:
 * @self: what those who watch know
 * @version: of whatever key
 *
 * Returns: (transfer none) (nullable): the write that got it
 */
QuoCausalWrite *
quo_causal_write (const QuoCausalGhost *self,
                  QuoCausalVersion      version)
{
  return g_hash_table_lookup (self->writes, name_of (version));
}

/**
 * quo_causal_describe:
 * @cluster: a cluster
 * @key: (interned): a key
 * @version: of that key; 0: none
 * @buffer: (out): of %QUO_CAUSAL_WORDS bytes
 *
 * Returns: (transfer none): the version in words, in @buffer
 */
const char *
quo_causal_describe (QuoCluster       *cluster,
                     gint64            key,
                     QuoCausalVersion  version,
                     char             *buffer)
{
  if (version == 0)
    g_snprintf (buffer, QUO_CAUSAL_WORDS, "no %s", quo_cluster_text (cluster, key));
  else
    g_snprintf (buffer, QUO_CAUSAL_WORDS, "%s %" G_GINT64_FORMAT " of %s",
                quo_cluster_text (cluster, key), quo_causal_counter (version),
                quo_cluster_label (cluster, quo_causal_origin (version)));

  return buffer;
}

/**
 * quo_causal_is_lost:
 * @cluster: a cluster
 * @self: what those who watch know
 * @state: memory of a node
 * @key: (interned): a key
 *
 * Returns: whether the node that kept it in the node's data centre has lost its
 *   disk
 */
gboolean
quo_causal_is_lost (QuoCluster           *cluster,
                    const QuoCausalGhost *self,
                    const QuoCausal      *state,
                    gint64                key)
{
  return self->is_out[quo_causal_place_of (state, quo_causal_centre (state),
                                           quo_cluster_text (cluster, key))];
}

static QuoCausalSeen *
seen_of (QuoCausalGhost *self,
         gint64          key)
{
  QuoCausalSeen *seen = g_hash_table_lookup (self->keys, name_of (key));

  if (seen != NULL)
    return seen;

  seen = g_malloc0 (sizeof *seen + self->n_centres * sizeof (QuoCausalCopy));
  seen->key = key;
  g_hash_table_insert (self->keys, name_of (key), seen);
  g_ptr_array_add (self->list, seen);

  return seen;
}

static QuoCausalVersion
visible_in (const QuoCausalGhost *self,
            guint                 centre,
            gint64                key)
{
  const QuoCausalSeen *seen = g_hash_table_lookup (self->keys, name_of (key));

  return seen != NULL ? seen->copies[centre].visible : 0;
}

static void
check_order (QuoCluster           *cluster,
             const QuoCausalWrite *write)
{
  for (guint i = 0; i < write->past->len; i++)
    {
      QuoCausalMark mark = g_array_index (write->past, QuoCausalMark, i);
      char words[2][QUO_CAUSAL_WORDS];

      if (mark.version < write->version)
        continue;
      quo_cluster_violate (
        cluster, INVARIANT_VERSION_ORDER,
        "%s was written after %s, and is not above it",
        quo_causal_describe (cluster, write->key, write->version, words[0]),
        quo_causal_describe (cluster, mark.key, mark.version, words[1]));
      return;
    }
}

static void
assigned (QuoCluster          *cluster,
          QuoCausalGhost      *self,
          const QuoCausalFact *fact)
{
  QuoCausalWatched *watched = quo_causal_watched (self, (guint) fact->number,
                                                  fact->client);
  QuoCausalWrite *write = g_new0 (QuoCausalWrite, 1);

  write->key = fact->key;
  write->version = fact->version;
  write->committed_at = QUO_TIME_NEVER;
  write->past = watched->put_serial == fact->serial
                ? quo_causal_past_copy (watched->put_past) : quo_causal_past_new ();
  check_order (cluster, write);
  g_hash_table_insert (self->writes, name_of (fact->version), write);
}

static QuoCausalArrival *
arrival_of (QuoCluster       *cluster,
            QuoCausalGhost   *self,
            guint             centre,
            QuoCausalVersion  version)
{
  QuoCausalArrival *arrival = g_hash_table_lookup (self->arrivals[centre],
                                                   name_of (version));

  if (arrival != NULL)
    return arrival;

  arrival = g_new0 (QuoCausalArrival, 1);
  arrival->arrived_at = quo_cluster_now (cluster);
  g_hash_table_insert (self->arrivals[centre], name_of (version), arrival);

  return arrival;
}

/* Against what really happened before, not against what the protocol says that the
 * version depends on. */
static void
check_past (QuoCluster           *cluster,
            QuoCausalGhost       *self,
            const QuoCausal      *state,
            const QuoCausalWrite *write)
{
  guint centre = quo_causal_centre (state);

  for (guint i = 0; i < write->past->len; i++)
    {
      QuoCausalMark mark = g_array_index (write->past, QuoCausalMark, i);
      char words[2][QUO_CAUSAL_WORDS];

      if (visible_in (self, centre, mark.key) >= mark.version
          || quo_causal_is_lost (cluster, self, state, mark.key))
        continue;
      quo_cluster_violate (
        cluster, INVARIANT_CAUSAL_VISIBILITY,
        "%s makes %s visible without %s, on which it depends",
        quo_cluster_label (cluster, state->index),
        quo_causal_describe (cluster, write->key, write->version, words[0]),
        quo_causal_describe (cluster, mark.key, mark.version, words[1]));
      return;
    }
}

static void
check_convergence (QuoCluster          *cluster,
                   const QuoCausalGhost *self,
                   const QuoCausalSeen *seen,
                   guint                centre)
{
  const QuoCausalCopy *own = &seen->copies[centre];

  for (guint i = 0; i < self->n_centres; i++)
    {
      const QuoCausalCopy *other = &seen->copies[i];
      char words[2][QUO_CAUSAL_WORDS];

      if (other->set != own->set || other->shown == own->shown)
        continue;
      quo_cluster_violate (
        cluster, INVARIANT_CONVERGENCE,
        "two data centres have the same writes, one shows %s, the other %s",
        quo_causal_describe (cluster, seen->key, own->visible, words[0]),
        quo_causal_describe (cluster, seen->key, other->visible, words[1]));
      return;
    }
}

static void
sample_arrival (QuoCluster             *cluster,
                QuoCausalGhost         *self,
                const QuoCausal        *state,
                QuoCausalWrite         *write,
                const QuoCausalArrival *arrival,
                gboolean                has_conflict)
{
  QuoTime now = quo_cluster_now (cluster);
  guint origin = quo_causal_origin (write->version);

  if (state->centre_of[origin] == quo_causal_centre (state))
    {
      write->committed_at = now;
      return;
    }
  quo_cluster_sample (cluster, MEASURE_VISIBILITY_DELAY,
                      (double) (now - arrival->arrived_at));
  if (write->committed_at != QUO_TIME_NEVER)
    quo_cluster_sample (cluster, MEASURE_PROPAGATION,
                        (double) (now - write->committed_at));
  self->n_conflicts += has_conflict;
}

static void
committed (QuoCluster          *cluster,
           QuoCausalGhost      *self,
           const QuoCausal     *state,
           const QuoCausalFact *fact)
{
  guint centre = quo_causal_centre (state);
  QuoCausalArrival *arrival = arrival_of (cluster, self, centre, fact->version);
  QuoCausalSeen *seen = seen_of (self, fact->key);
  QuoCausalWrite *write = quo_causal_write (self, fact->version);

  /* A node that starts tells again of all that it has. */
  if (arrival->is_committed)
    return;

  arrival->is_committed = TRUE;
  seen->copies[centre].visible = fact->other;
  seen->copies[centre].shown = fact->value;
  seen->copies[centre].set ^= quo_mix64 ((guint64) fact->version);
  if (write == NULL)
    return;
  check_past (cluster, self, state, write);
  sample_arrival (cluster, self, state, write, arrival, fact->number != 0);
}

static void
check_kept (QuoCluster      *cluster,
            QuoCausalGhost  *self,
            const QuoCausal *state)
{
  guint centre = quo_causal_centre (state);

  for (guint i = 0; i < self->list->len; i++)
    {
      QuoCausalSeen *seen = g_ptr_array_index (self->list, i);
      const QuoCausalRecord *record = quo_causal_visible (state, seen->key);
      QuoCausalVersion version = record != NULL ? record->version : 0;
      QuoCausalVersion before = seen->copies[centre].visible;
      char words[2][QUO_CAUSAL_WORDS];

      if (quo_causal_place_of (state, centre, quo_cluster_text (cluster, seen->key))
          != state->index)
        continue;
      seen->copies[centre].visible = version;
      if (version < before)
        quo_cluster_violate (
          cluster, INVARIANT_VISIBLE_KEPT, "%s had %s, and has %s after its crash",
          quo_cluster_label (cluster, state->index),
          quo_causal_describe (cluster, seen->key, before, words[0]),
          quo_causal_describe (cluster, seen->key, version, words[1]));
    }
}

static void
restarted (QuoCluster      *cluster,
           QuoCausalGhost  *self,
           const QuoCausal *state)
{
  if (state->is_out[state->index])
    self->is_out[state->index] = TRUE;
  else
    check_kept (cluster, self, state);
}

static void
blocked (QuoCluster          *cluster,
         QuoCausalGhost      *self,
         const QuoCausalFact *fact)
{
  QuoCausalWatched *watched = quo_causal_watched (self, (guint) fact->number,
                                                  fact->client);
  QuoTime now = quo_cluster_now (cluster);

  if (fact->kind == FACT_BLOCKED)
    {
      self->n_blocked++;
      watched->blocked_at = now;
    }
  else if (watched->blocked_at != QUO_TIME_NEVER)
    {
      quo_cluster_sample (cluster, MEASURE_BLOCKED_FOR,
                          (double) (now - watched->blocked_at));
      watched->blocked_at = QUO_TIME_NEVER;
    }
}

static void
follow (QuoCluster          *cluster,
        QuoCausalGhost      *self,
        const QuoCausal     *state,
        const QuoCausalFact *fact)
{
  switch (fact->kind)
    {
    case FACT_RESTARTED:
      restarted (cluster, self, state);
      break;
    case FACT_ASSIGNED:
      assigned (cluster, self, fact);
      break;
    case FACT_ARRIVED:
      arrival_of (cluster, self, quo_causal_centre (state), fact->version);
      break;
    case FACT_COMMITTED:
      committed (cluster, self, state, fact);
      break;
    case FACT_BLOCKED:
    case FACT_UNBLOCKED:
      blocked (cluster, self, fact);
      break;
    case FACT_SESSION:
      self->n_sessions++;
      break;
    case FACT_BEGAN:
    case FACT_READ:
    case FACT_READ_TOO:
    case FACT_WROTE:
    case FACT_ITEM:
    case FACT_SNAPSHOT:
    default:
      quo_causal_check_session (cluster, self, state, fact);
      break;
    }
}

/**
 * quo_causal_check:
 * @cluster: after a step
 * @ghost: a #QuoCausalGhost
 * @node: who made it
 */
void
quo_causal_check (QuoCluster *cluster,
                  gpointer    ghost,
                  guint       node)
{
  QuoCausalGhost *self = ghost;
  const QuoCausal *state = quo_cluster_state (cluster, node);

  if (state == NULL || state->facts == NULL)
    {
      if (self->writes != NULL)
        quo_causal_forget_sessions (self, node);
      return;
    }
  if (self->writes == NULL)
    ghost_init (cluster, self, state);

  for (guint i = 0; i < state->facts->len; i++)
    follow (cluster, self, state, &g_array_index (state->facts, QuoCausalFact, i));

  /* Of a node that starts all of it together: what it shows is what all of that
   * makes. */
  for (guint i = 0; i < state->facts->len; i++)
    {
      const QuoCausalFact *fact = &g_array_index (state->facts, QuoCausalFact, i);

      if (fact->kind == FACT_COMMITTED)
        check_convergence (cluster, self, seen_of (self, fact->key),
                           quo_causal_centre (state));
    }
}

/* Data centres whose node for the key is out show nothing. */
static gboolean
is_divergent (QuoCluster           *cluster,
              const QuoCausalGhost *self,
              const QuoCausal      *state,
              const QuoCausalSeen  *seen)
{
  const char *key = quo_cluster_text (cluster, seen->key);
  gboolean is_shown = FALSE;
  gint64 shown = 0;

  for (guint i = 0; i < self->n_centres; i++)
    {
      if (self->is_out[quo_causal_place_of (state, i, key)])
        continue;
      if (is_shown && shown != seen->copies[i].shown)
        return TRUE;
      shown = seen->copies[i].shown;
      is_shown = TRUE;
    }

  return FALSE;
}

/**
 * quo_causal_finish:
 * @cluster: at the end of a run
 * @ghost: a #QuoCausalGhost
 */
void
quo_causal_finish (QuoCluster *cluster,
                   gpointer    ghost)
{
  QuoCausalGhost *self = ghost;
  const QuoCausal *any = NULL;
  guint64 n_waiting = 0;
  guint64 n_readers = 0;
  guint64 n_divergent = 0;

  for (guint i = 0; i < quo_cluster_n_nodes (cluster); i++)
    {
      const QuoCausal *state = quo_cluster_state (cluster, i);

      if (state == NULL || state->facts == NULL)
        continue;
      any = state;
      n_waiting += state->waiting->len;
      n_readers += state->readers->len;
    }
  for (guint i = 0; any != NULL && self->list != NULL && i < self->list->len; i++)
    n_divergent += is_divergent (cluster, self, any,
                                 g_ptr_array_index (self->list, i));

  quo_cluster_sample (cluster, MEASURE_DEP_CHECKS,
                      (double) quo_cluster_n_sent (cluster, MESSAGE_DEP_CHECK));
  quo_cluster_sample (cluster, MEASURE_BLOCKED_READS, (double) self->n_blocked);
  quo_cluster_sample (cluster, MEASURE_BLOCKED_AT_END, (double) n_readers);
  quo_cluster_sample (cluster, MEASURE_SESSIONS, (double) self->n_sessions);
  quo_cluster_sample (cluster, MEASURE_CONFLICTS, (double) self->n_conflicts);
  quo_cluster_sample (cluster, MEASURE_DIVERGENT, (double) n_divergent);
  quo_cluster_sample (cluster, MEASURE_WAITING_AT_END, (double) n_waiting);
}

/**
 * quo_causal_clear_ghost:
 * @ghost: a #QuoCausalGhost
 */
void
quo_causal_clear_ghost (gpointer ghost)
{
  QuoCausalGhost *self = ghost;

  for (guint i = 0; self->arrivals != NULL && i < self->n_centres; i++)
    g_hash_table_unref (self->arrivals[i]);
  g_clear_pointer (&self->arrivals, g_free);
  g_clear_pointer (&self->writes, g_hash_table_unref);
  g_clear_pointer (&self->keys, g_hash_table_unref);
  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_clear_pointer (&self->watched, g_hash_table_unref);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->is_out, g_free);
}
