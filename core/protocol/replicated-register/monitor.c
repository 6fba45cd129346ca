/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who watches keeps, for each node, the set of updates that it knows of: its own,
 * and with each message merged those that the sender knew of when it sent. Held
 * against it is what the nodes show. */

#include "protocol/replicated-register/replicated-private.h"

#include "base/random.h"

#include <string.h>

/* A node is compared with so many others after each of its steps. */
#define COMPARED_MAX 64

/* What a node knew of when it asked its disk to write. */
typedef struct
{
  gint64  token;
  GArray *seen;
} QuoReplicatedMoment;

typedef struct
{
  gint64 a;
  gint64 b;
  gint64 c;
} Triple;

static guint
triple_hash (gconstpointer data)
{
  const Triple *t = data;

  return (guint) quo_mix64 (quo_mix64 (quo_mix64 ((guint64) t->a) + (guint64) t->b)
                            + (guint64) t->c);
}

static gboolean
triple_equal (gconstpointer a,
              gconstpointer b)
{
  return memcmp (a, b, sizeof (Triple)) == 0;
}

static GArray *
seen_new (void)
{
  return g_array_new (FALSE, TRUE, sizeof (guint));
}

static void
seen_merge (GArray       *self,
            const GArray *other)
{
  if (other->len > self->len)
    g_array_set_size (self, other->len);
  for (guint i = 0; i < other->len; i++)
    g_array_index (self, guint, i) = MAX (g_array_index (self, guint, i),
                                          g_array_index (other, guint, i));
}

static gboolean
seen_equal (const GArray *a,
            const GArray *b)
{
  for (guint i = 0; i < MAX (a->len, b->len); i++)
    if ((i < a->len ? g_array_index (a, guint, i) : 0)
        != (i < b->len ? g_array_index (b, guint, i) : 0))
      return FALSE;

  return TRUE;
}

static void
free_updates (gpointer data)
{
  GArray *updates = data;

  for (guint i = 0; i < updates->len; i++)
    g_array_unref (g_array_index (updates, QuoReplicatedUpdate, i).saw);
  g_array_unref (updates);
}

static void
init (QuoReplicatedGhost *self,
      guint               n_nodes)
{
  self->n_views = n_nodes;
  self->views = g_new0 (QuoReplicatedView, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      self->views[i].run = -1;
      self->views[i].seen = seen_new ();
      self->views[i].durable = seen_new ();
      g_queue_init (&self->views[i].on_way);
    }
  self->runs = g_array_new (FALSE, FALSE, sizeof (guint));
  self->moments = g_hash_table_new_full (triple_hash, triple_equal, g_free,
                                         (GDestroyNotify) g_array_unref);
  self->contexts = g_hash_table_new_full (triple_hash, triple_equal, g_free,
                                          (GDestroyNotify) g_array_unref);
  self->keys = g_hash_table_new_full (NULL, NULL, NULL, free_updates);
  self->last_update = QUO_TIME_NEVER;
  self->equal_since = QUO_TIME_NEVER;
}

static void
pop_moment (QuoReplicatedView *view,
            gboolean           is_done)
{
  QuoReplicatedMoment *moment = g_queue_pop_head (&view->on_way);

  if (is_done)
    {
      g_array_unref (view->durable);
      view->durable = g_array_ref (moment->seen);
    }
  g_array_unref (moment->seen);
  g_free (moment);
}

/* A node that starts knows of what its disk had, and of nothing without one. */
static void
watch_start (QuoReplicatedView   *view,
             const QuoReplicated *state)
{
  if (state->session == view->session)
    return;

  while (!g_queue_is_empty (&view->on_way))
    pop_moment (view, FALSE);
  view->session = state->session;
  view->run = -1;
  view->n_asked = 0;
  if (state->cells->len == 0)
    {
      g_array_unref (view->durable);
      view->durable = seen_new ();
    }
  g_array_unref (view->seen);
  view->seen = g_array_copy (view->durable);
}

static void
watch_disk (QuoReplicatedView   *view,
            const QuoReplicated *state)
{
  if (state->n_changes > view->n_asked)
    {
      QuoReplicatedMoment *moment = g_new (QuoReplicatedMoment, 1);

      moment->token = state->n_changes;
      moment->seen = g_array_copy (view->seen);
      g_queue_push_tail (&view->on_way, moment);
      view->n_asked = state->n_changes;
    }
  while (!g_queue_is_empty (&view->on_way)
         && ((QuoReplicatedMoment *) view->on_way.head->data)->token
            <= state->n_on_disk)
    pop_moment (view, TRUE);
}

static GArray *
updates_of (QuoReplicatedGhost *self,
            gint64              key)
{
  GArray *updates = g_hash_table_lookup (self->keys, GSIZE_TO_POINTER ((gsize) key));

  if (updates == NULL)
    {
      updates = g_array_new (FALSE, TRUE, sizeof (QuoReplicatedUpdate));
      g_hash_table_insert (self->keys, GSIZE_TO_POINTER ((gsize) key), updates);
    }

  return updates;
}

/* What a writer who is given the key's siblings replaces: those, and what those
 * replaced, whether it came this way or not. */
static GArray *
given (QuoReplicatedGhost *self,
       const GArray       *seen,
       gint64              key)
{
  const GArray *updates = updates_of (self, key);
  GArray *all = g_array_copy ((GArray *) seen);

  for (guint i = 0; i < updates->len; i++)
    {
      const QuoReplicatedUpdate *update =
        &g_array_index (updates, QuoReplicatedUpdate, i);

      if (quo_replicated_covers (seen, update))
        seen_merge (all, update->saw);
    }

  return all;
}

static GArray *
replaced_by (QuoCluster             *cluster,
             QuoReplicatedGhost     *self,
             const QuoReplicatedNow *now,
             const GArray           *seen)
{
  const QuoReplicatedOptions *options = quo_cluster_options (cluster);
  Triple context = { now->key, now->used, 0 };
  GArray *known;

  if (options->type != QUO_REPLICATED_MV)
    return g_array_copy ((GArray *) seen);
  if (options->context == QUO_REPLICATED_BY_REPLICA || now->kind == QUO_OP_APPEND)
    return given (self, seen, now->key);

  known = g_hash_table_lookup (self->contexts, &context);

  return known != NULL ? g_array_ref (known) : seen_new ();
}

static void
watch_update (QuoCluster          *cluster,
              QuoReplicatedGhost  *self,
              QuoReplicatedView   *view,
              const QuoReplicated *state)
{
  const QuoReplicatedNow *now = &state->now;
  GArray *updates = updates_of (self, now->key);
  QuoReplicatedUpdate update = { .kind = now->kind, .value = now->value,
                                 .stamp = now->stamp };

  if (view->run < 0)
    {
      guint none = 0;

      view->run = (int) self->runs->len;
      g_array_append_val (self->runs, none);
    }
  update.run = (guint) view->run;
  update.nth = ++g_array_index (self->runs, guint, update.run);
  if (updates->len <= QUO_REPLICATED_WATCHED_MAX)
    {
      update.saw = replaced_by (cluster, self, now, view->seen);
      g_array_append_val (updates, update);
    }
  if (view->seen->len <= update.run)
    g_array_set_size (view->seen, update.run + 1);
  g_array_index (view->seen, guint, update.run) = update.nth;
}

static void
watch_context (QuoReplicatedGhost     *self,
               const QuoReplicatedNow *now,
               const GArray           *seen)
{
  Triple context = { now->key, now->gave, 0 };

  if (now->gave != 0 && !g_hash_table_contains (self->contexts, &context))
    g_hash_table_insert (self->contexts, g_memdup2 (&context, sizeof context),
                         given (self, seen, now->key));
}

static void
check_convergence (QuoCluster               *cluster,
                   const QuoReplicatedGhost *self,
                   guint                     node)
{
  const QuoReplicated *state = quo_cluster_state (cluster, node);

  for (guint i = 1; i < self->n_views && i <= COMPARED_MAX; i++)
    {
      guint other = (node + i) % self->n_views;
      const QuoReplicated *there = quo_cluster_state (cluster, other);

      if (there == NULL
          || !seen_equal (self->views[node].seen, self->views[other].seen))
        continue;
      for (guint j = 0; j < state->now.touched->len; j++)
        {
          gint64 key = g_array_index (state->now.touched, gint64, j);
          const QuoReplicatedCell *x = quo_replicated_find (state, key);
          const QuoReplicatedCell *y = quo_replicated_find (there, key);

          if (x == NULL || y == NULL || x->shown == y->shown)
            continue;
          quo_cluster_violate (cluster, INVARIANT_CONVERGENCE,
                               "%s and %s know of the same updates of %s and show "
                               "%s and %s", quo_cluster_label (cluster, node),
                               quo_cluster_label (cluster, other),
                               quo_cluster_text (cluster, key),
                               quo_cluster_text (cluster, x->shown),
                               quo_cluster_text (cluster, y->shown));
          return;
        }
    }
}

/**
 * quo_replicated_check:
 * @cluster: all nodes
 * @ghost: what was seen so far
 * @node: the one that has just done something
 */
void
quo_replicated_check (QuoCluster *cluster,
                      gpointer    ghost,
                      guint       node)
{
  QuoReplicatedGhost *self = ghost;
  const QuoReplicated *state = quo_cluster_state (cluster, node);
  QuoReplicatedView *view;
  Triple moment;

  if (self->views == NULL)
    init (self, quo_cluster_n_nodes (cluster));
  quo_replicated_measure (cluster, self, node);
  if (state == NULL)
    return;

  view = &self->views[node];
  watch_start (view, state);
  if (state->now.is_taken)
    {
      Triple sent = { state->now.from, state->now.session, state->now.upto };
      const GArray *seen = g_hash_table_lookup (self->moments, &sent);

      if (seen != NULL)
        seen_merge (view->seen, seen);
    }
  if (state->now.is_update)
    watch_update (cluster, self, view, state);
  watch_context (self, &state->now, view->seen);
  watch_disk (view, state);
  if (!state->now.is_taken && !state->now.is_update
      && state->n_changes + state->n_on_disk > 0)
    return;

  moment = (Triple) { node, state->session, state->n_changes };
  g_hash_table_insert (self->moments, g_memdup2 (&moment, sizeof moment),
                       g_array_copy (view->seen));
  for (guint i = 0; i < state->now.touched->len; i++)
    quo_replicated_check_model (cluster, self, node,
                                g_array_index (state->now.touched, gint64, i));
  check_convergence (cluster, self, node);
}

/**
 * quo_replicated_clear_ghost:
 * @ghost: what was seen
 */
void
quo_replicated_clear_ghost (gpointer ghost)
{
  QuoReplicatedGhost *self = ghost;

  for (guint i = 0; i < self->n_views; i++)
    {
      while (!g_queue_is_empty (&self->views[i].on_way))
        pop_moment (&self->views[i], FALSE);
      g_array_unref (self->views[i].seen);
      g_array_unref (self->views[i].durable);
    }
  g_clear_pointer (&self->views, g_free);
  g_clear_pointer (&self->runs, g_array_unref);
  g_clear_pointer (&self->moments, g_hash_table_unref);
  g_clear_pointer (&self->contexts, g_hash_table_unref);
  g_clear_pointer (&self->keys, g_hash_table_unref);
}
