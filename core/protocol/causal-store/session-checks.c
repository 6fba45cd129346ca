/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a session may be told: nothing older than what it has seen, wrote, or has
 * seen something depend on. */

#include "protocol/causal-store/causal-private.h"

/**
 * quo_causal_watched_free:
 * @watched: a #QuoCausalWatched
 */
void
quo_causal_watched_free (gpointer watched)
{
  QuoCausalWatched *self = watched;

  g_array_unref (self->past);
  g_array_unref (self->read);
  g_array_unref (self->written);
  g_array_unref (self->items);
  g_array_unref (self->put_past);
  g_free (self);
}

/**
 * quo_causal_watched:
 * @self: what those who watch know
 * @node: a front end
 * @client: participant
 *
 * Returns: (transfer none): what is known of the client there
 */
QuoCausalWatched *
quo_causal_watched (QuoCausalGhost *self,
                    guint           node,
                    guint           client)
{
  gpointer name = GSIZE_TO_POINTER ((gsize) node << 32 | client);
  QuoCausalWatched *watched = g_hash_table_lookup (self->watched, name);

  if (watched != NULL)
    return watched;

  watched = g_new0 (QuoCausalWatched, 1);
  watched->node = node;
  watched->past = quo_causal_past_new ();
  watched->read = quo_causal_past_new ();
  watched->written = quo_causal_past_new ();
  watched->items = quo_causal_past_new ();
  watched->put_past = quo_causal_past_new ();
  watched->blocked_at = QUO_TIME_NEVER;
  g_hash_table_insert (self->watched, name, watched);
  g_ptr_array_add (self->all, watched);

  return watched;
}

/**
 * quo_causal_forget_sessions:
 * @self: what those who watch know
 * @node: a front end that has crashed
 *
 * Its contexts are gone. What a put that is under way depends on stays as it was.
 */
void
quo_causal_forget_sessions (QuoCausalGhost *self,
                            guint           node)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      QuoCausalWatched *watched = g_ptr_array_index (self->all, i);

      if (watched->node != node)
        continue;
      g_array_set_size (watched->past, 0);
      g_array_set_size (watched->read, 0);
      g_array_set_size (watched->written, 0);
      g_array_set_size (watched->items, 0);
    }
}

static void
violate_read (QuoCluster       *cluster,
              guint             invariant,
              guint             client,
              gint64            key,
              QuoCausalVersion  version,
              QuoCausalVersion  least)
{
  char got[QUO_CAUSAL_WORDS];
  char expected[QUO_CAUSAL_WORDS];

  quo_cluster_violate (cluster, invariant,
                       "%s reads %s, after %s",
                       quo_cluster_label (cluster, client),
                       quo_causal_describe (cluster, key, version, got),
                       quo_causal_describe (cluster, key, least, expected));
}

static void
check_read (QuoCluster             *cluster,
            QuoCausalGhost         *self,
            const QuoCausal        *state,
            const QuoCausalWatched *watched,
            const QuoCausalFact    *fact)
{
  const struct
  {
    const GArray *past;
    guint         invariant;
  } checks[] = {
    { watched->written, INVARIANT_READ_YOUR_WRITES },
    { watched->read, INVARIANT_MONOTONIC_READS },
    { watched->past, INVARIANT_CAUSAL_READS },
  };

  if (quo_causal_is_lost (cluster, self, state, fact->key))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      QuoCausalVersion least = quo_causal_past_get (checks[i].past, fact->key);

      if (fact->version >= least)
        continue;
      violate_read (cluster, checks[i].invariant, fact->client, fact->key,
                    fact->version, least);
      return;
    }
}

static void
learn (const QuoCausalGhost *self,
       QuoCausalWatched     *watched,
       gint64                key,
       QuoCausalVersion      version)
{
  const QuoCausalWrite *write = quo_causal_write (self, version);

  quo_causal_past_raise (watched->past, key, version);
  if (write != NULL)
    quo_causal_past_join (watched->past, write->past);
}

static void
was_read (QuoCluster          *cluster,
          QuoCausalGhost      *self,
          const QuoCausal     *state,
          QuoCausalWatched    *watched,
          const QuoCausalFact *fact)
{
  check_read (cluster, self, state, watched, fact);
  quo_causal_past_raise (watched->read, fact->key, fact->version);
  learn (self, watched, fact->key, fact->version);
}

/* Each version against what every other one depends on. */
static void
check_snapshot (QuoCluster       *cluster,
                QuoCausalGhost   *self,
                const QuoCausal  *state,
                QuoCausalWatched *watched,
                guint             client)
{
  for (guint i = 0; i < watched->items->len; i++)
    {
      QuoCausalMark item = g_array_index (watched->items, QuoCausalMark, i);
      const QuoCausalWrite *write = quo_causal_write (self, item.version);

      for (guint k = 0; write != NULL && k < watched->items->len; k++)
        {
          QuoCausalMark other = g_array_index (watched->items, QuoCausalMark, k);
          QuoCausalVersion least = quo_causal_past_get (write->past, other.key);
          char words[3][QUO_CAUSAL_WORDS];

          if (other.version >= least
              || quo_causal_is_lost (cluster, self, state, other.key))
            continue;
          quo_cluster_violate (
            cluster, INVARIANT_SNAPSHOT, "%s reads %s with %s, which depends on %s",
            quo_cluster_label (cluster, client),
            quo_causal_describe (cluster, other.key, other.version, words[0]),
            quo_causal_describe (cluster, item.key, item.version, words[1]),
            quo_causal_describe (cluster, other.key, least, words[2]));
          return;
        }
    }
}

static void
ended (QuoCluster             *cluster,
       const QuoCausalWatched *watched,
       guint                   measure)
{
  quo_cluster_sample (cluster, measure,
                      (double) (quo_cluster_now (cluster) - watched->began_at));
}

static void
snapshot_ended (QuoCluster          *cluster,
                QuoCausalGhost      *self,
                const QuoCausal     *state,
                QuoCausalWatched    *watched,
                const QuoCausalFact *fact)
{
  ended (cluster, watched, MEASURE_TRANSACTION_LATENCY);
  quo_cluster_sample (cluster, MEASURE_TRANSACTION_ROUNDS, (double) fact->number);
  check_snapshot (cluster, self, state, watched, fact->client);
  for (guint i = 0; i < watched->items->len; i++)
    {
      QuoCausalMark item = g_array_index (watched->items, QuoCausalMark, i);
      QuoCausalFact read = {
        .client = fact->client, .key = item.key, .version = item.version
      };

      was_read (cluster, self, state, watched, &read);
    }
  g_array_set_size (watched->items, 0);
}

static void
was_written (QuoCluster          *cluster,
             QuoCausalGhost      *self,
             QuoCausalWatched    *watched,
             const QuoCausalFact *fact)
{
  ended (cluster, watched, MEASURE_WRITE_LATENCY);
  quo_cluster_sample (cluster, MEASURE_DEPENDENCIES, (double) fact->number);
  quo_cluster_sample (cluster, MEASURE_DEPENDENCIES_STORED, (double) fact->other);
  quo_causal_past_raise (watched->written, fact->key, fact->version);
  learn (self, watched, fact->key, fact->version);
}

static void
began (QuoCluster          *cluster,
       QuoCausalWatched    *watched,
       const QuoCausalFact *fact)
{
  watched->began_at = quo_cluster_now (cluster);
  g_array_set_size (watched->items, 0);
  if (fact->number != QUO_OP_WRITE)
    return;

  g_array_unref (watched->put_past);
  watched->put_past = quo_causal_past_copy (watched->past);
  watched->put_serial = fact->serial;
}

/**
 * quo_causal_check_session:
 * @cluster: after a step
 * @self: what those who watch know
 * @state: memory of the front end
 * @fact: what has happened to one of its clients
 */
void
quo_causal_check_session (QuoCluster          *cluster,
                          QuoCausalGhost      *self,
                          const QuoCausal     *state,
                          const QuoCausalFact *fact)
{
  QuoCausalWatched *watched = quo_causal_watched (self, state->index, fact->client);
  QuoCausalMark item = { fact->key, fact->version };

  switch (fact->kind)
    {
    case FACT_BEGAN:
      began (cluster, watched, fact);
      break;
    case FACT_READ:
      ended (cluster, watched, MEASURE_READ_LATENCY);
      was_read (cluster, self, state, watched, fact);
      break;
    case FACT_READ_TOO:
      learn (self, watched, fact->key, fact->version);
      break;
    case FACT_WROTE:
      was_written (cluster, self, watched, fact);
      break;
    case FACT_ITEM:
      g_array_append_val (watched->items, item);
      break;
    case FACT_SNAPSHOT:
      snapshot_ended (cluster, self, state, watched, fact);
      break;
    case FACT_RESTARTED:
    case FACT_ASSIGNED:
    case FACT_ARRIVED:
    case FACT_COMMITTED:
    case FACT_BLOCKED:
    case FACT_UNBLOCKED:
    case FACT_SESSION:
    default:
      break;
    }
}
