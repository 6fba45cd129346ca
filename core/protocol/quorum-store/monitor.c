/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must never happen, from outside. */

#include "protocol/quorum-store/quorum-private.h"

#include <string.h>

/* Copies watched, keys times nodes: beyond these nobody watches. */
#define MAX_CELLS  (1u << 23)
#define MAX_VALUES (1u << 22)

typedef struct
{
  gint64 key;
  gint64 number;
  gint64 node;
  gint64 value;
  gboolean is_shown; /* on a disk, or at another node than the writer's */
} Name;

static guint
name_hash (gconstpointer data)
{
  const Name *self = data;
  guint64 hash = (guint64) self->key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  hash = (hash ^ (guint64) self->number) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  hash ^= (guint64) self->node;

  return (guint) (hash ^ hash >> 32);
}

static gboolean
name_equal (gconstpointer a,
            gconstpointer b)
{
  const Name *left = a;
  const Name *right = b;

  return left->key == right->key && left->number == right->number
         && left->node == right->node;
}

static void
seen_free (gpointer data)
{
  QuoQuorumSeen *self = data;

  /* Those whose read has ended are in this list alone. */
  for (guint i = 0; i < self->watches->len; i++)
    {
      QuoQuorumWatch *watch = g_ptr_array_index (self->watches, i);

      if (watch->is_finished)
        g_free (watch);
    }
  g_array_unref (self->commits);
  g_clear_pointer (&self->writers, g_ptr_array_unref);
  g_array_unref (self->returned);
  g_array_unref (self->kept);
  g_ptr_array_unref (self->watches);
  g_free (self);
}

static void
begin (QuoQuorumGhost *self)
{
  self->keys = g_hash_table_new (NULL, NULL);
  self->list = g_ptr_array_new_with_free_func (seen_free);
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->values = g_hash_table_new_full (name_hash, name_equal, g_free, NULL);
  self->given = g_ptr_array_new ();
}

static QuoQuorumSeen *
seen_of (QuoCluster     *cluster,
         QuoQuorumGhost *self,
         gint64          key)
{
  guint n_nodes = quo_cluster_n_nodes (cluster);
  gpointer id = GSIZE_TO_POINTER ((gsize) key);
  QuoQuorumSeen *seen = g_hash_table_lookup (self->keys, id);

  if (seen != NULL || self->n_cells + n_nodes > MAX_CELLS)
    return seen;

  self->n_cells += n_nodes;
  seen = g_malloc0 (sizeof (QuoQuorumSeen) + n_nodes * sizeof (QuoQuorumCopy));
  seen->key = key;
  seen->commits = g_array_new (FALSE, FALSE, sizeof (QuoQuorumCommit));
  seen->returned = g_array_new (FALSE, FALSE, sizeof (QuoQuorumReturned));
  seen->kept = g_array_new (FALSE, FALSE, sizeof (QuoQuorumKept));
  seen->watches = g_ptr_array_new ();
  for (guint i = 0; i < n_nodes; i++)
    seen->copies[i] = (QuoQuorumCopy) { QUO_QUORUM_NOTHING, QUO_QUORUM_NOTHING };
  g_hash_table_insert (self->keys, id, seen);
  g_ptr_array_add (self->list, seen);

  return seen;
}

/* What a crash took from the writer before anybody was shown it has a name that is
 * free again. */
static void
forget_names (QuoQuorumGhost *self,
              guint           node)
{
  for (guint i = self->given->len; i > 0; i--)
    {
      const Name *name = g_ptr_array_index (self->given, i - 1);

      if (!name->is_shown && name->node != node)
        continue;
      if (!name->is_shown)
        g_hash_table_remove (self->values, name);
      g_ptr_array_remove_index_fast (self->given, i - 1);
    }
}

/* A crash takes back what was not on disk. */
static void
forget (QuoQuorumGhost *self,
        guint           node,
        gboolean        has_disk)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      QuoQuorumSeen *seen = g_ptr_array_index (self->list, i);
      QuoQuorumCopy *copy = &seen->copies[node];

      if (has_disk)
        copy->now = copy->durable;
      else
        *copy = (QuoQuorumCopy) { QUO_QUORUM_NOTHING, QUO_QUORUM_NOTHING };
      for (guint k = seen->kept->len; k > 0 && !has_disk; k--)
        if (g_array_index (seen->kept, QuoQuorumKept, k - 1).holder == node)
          g_array_remove_index (seen->kept, k - 1);
    }
  forget_names (self, node);
}

static void
check_name (QuoCluster     *cluster,
            QuoQuorumGhost *self,
            guint           node,
            const Name     *name)
{
  Name *known = g_hash_table_lookup (self->values, name);

  if (known == NULL)
    {
      if (g_hash_table_size (self->values) >= MAX_VALUES)
        return;
      known = g_memdup2 (name, sizeof *name);
      g_hash_table_add (self->values, known);
      if (!known->is_shown)
        g_ptr_array_add (self->given, known);
      return;
    }
  if (known->value != name->value)
    quo_cluster_violate (cluster, QUO_QUORUM_INVARIANT_ONE_VALUE,
                         "%s has another value for %s under number %" G_GINT64_FORMAT
                         " of %s than was seen before",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, name->key), name->number,
                         quo_cluster_label (cluster, (guint) name->node));
  known->is_shown |= name->is_shown;
}

static void
check_names (QuoCluster          *cluster,
             QuoQuorumGhost      *self,
             guint                node,
             const QuoQuorumFact *fact)
{
  QuoQuorumWorld world = { NULL, cluster };
  g_autoptr (QuoVersions) versions = NULL;
  gboolean is_durable = fact->kind == QUO_QUORUM_FACT_DURABLE;

  if (!quo_quorum_is_siblings (&world))
    {
      Name name = {
        fact->key, fact->record.stamp, fact->record.node, fact->record.value,
        is_durable || fact->record.node != node
      };

      if (name.node != QUO_NO_NODE)
        check_name (cluster, self, node, &name);
      return;
    }

  versions = quo_quorum_decode (&world, &fact->record);
  for (guint i = 0; i < quo_versions_get_n (versions); i++)
    {
      const QuoVersion *version = quo_versions_get (versions, i);
      Name name = {
        fact->key, version->dot.n, version->dot.node_index, version->value,
        is_durable || version->dot.node_index != node
      };

      check_name (cluster, self, node, &name);
    }
}

/* Whether something comes back that the node knew to be gone. */
static gboolean
brings_back (QuoCluster            *cluster,
             const QuoQuorumRecord *before,
             const QuoQuorumRecord *after)
{
  QuoQuorumWorld world = { NULL, cluster };
  g_autoptr (QuoVersions) old = NULL;
  g_autoptr (QuoVersions) new = NULL;

  if (!quo_quorum_is_siblings (&world))
    return quo_quorum_compare (after, before) < 0;

  old = quo_quorum_decode (&world, before);
  new = quo_quorum_decode (&world, after);
  for (guint i = 0; i < quo_versions_get_n (new); i++)
    {
      QuoDot dot = quo_versions_get (new, i)->dot;
      gboolean was_there = FALSE;

      for (guint k = 0; k < quo_versions_get_n (old); k++)
        if (quo_versions_get (old, k)->dot.node_index == dot.node_index
            && quo_versions_get (old, k)->dot.n == dot.n)
          was_there = TRUE;
      if (!was_there
          && quo_vector_clock_covers (quo_versions_get_context (old),
                                      dot.node_index, dot.n))
        return TRUE;
    }

  return FALSE;
}

static void
check_copy (QuoCluster          *cluster,
            QuoQuorumSeen       *seen,
            guint                node,
            const QuoQuorumFact *fact)
{
  QuoQuorumCopy *copy = &seen->copies[node];
  gboolean was_deleted = quo_quorum_is_tombstone (&copy->now);

  if (brings_back (cluster, &copy->now, &fact->record))
    quo_cluster_violate (cluster,
                         was_deleted ? QUO_QUORUM_INVARIANT_DELETED
                                     : QUO_QUORUM_INVARIANT_VERSIONS_RISE,
                         was_deleted ? "%s knew that %s was deleted and has %s again"
                                     : "%s went back with %s to %s",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, seen->key),
                         quo_cluster_text (cluster, fact->record.value));
  copy->now = fact->record;
}

/* A replica has it, or in a sloppy quorum somebody has it for the replica. */
static gboolean
is_kept (const QuoQuorumWorld  *world,
         const QuoQuorumSeen   *seen,
         guint                  home,
         const QuoQuorumRecord *record)
{
  const QuoQuorumOptions *options = quo_cluster_options (world->cluster);

  if (quo_quorum_covers (world, &seen->copies[home].durable, record))
    return TRUE;

  for (guint i = 0; options->is_sloppy && i < seen->kept->len; i++)
    {
      const QuoQuorumKept *kept = &g_array_index (seen->kept, QuoQuorumKept, i);

      if (kept->stands_for == home
          && quo_quorum_covers (world, &kept->record, record))
        return TRUE;
    }

  return FALSE;
}

static void
check_write (QuoCluster          *cluster,
             QuoQuorumSeen       *seen,
             guint                node,
             const QuoQuorumFact *fact)
{
  QuoQuorumWorld world = { NULL, cluster };
  g_autofree guint *nodes = NULL;
  guint n_kept = 0;

  quo_quorum_preference (&world, fact->key, &nodes);
  for (guint i = 0; i < fact->b; i++)
    n_kept += is_kept (&world, seen, nodes[i], &fact->record);
  if (n_kept < fact->a)
    quo_cluster_violate (cluster, QUO_QUORUM_INVARIANT_WRITE_QUORUM,
                         "%s told its client that %s = %s is written, which %u of "
                         "%u disks have and %u have to",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, fact->key),
                         quo_cluster_text (cluster, fact->record.value), n_kept,
                         (guint) fact->b, (guint) fact->a);
}

static void
keep (const QuoQuorumWorld *world,
      QuoQuorumSeen        *seen,
      guint                 node,
      const QuoQuorumFact  *fact)
{
  QuoQuorumKept kept = { node, (guint) fact->a, fact->record };

  for (guint i = 0; i < seen->kept->len; i++)
    {
      QuoQuorumKept *old = &g_array_index (seen->kept, QuoQuorumKept, i);

      if (old->holder != node || old->stands_for != kept.stands_for)
        continue;
      if (!quo_quorum_covers (world, &old->record, &kept.record))
        *old = kept;
      return;
    }
  g_array_append_val (seen->kept, kept);
}

static void
check_put (QuoCluster          *cluster,
           guint                node,
           const QuoQuorumFact *fact)
{
  QuoQuorumWorld world = { NULL, cluster };
  g_autoptr (QuoVersions) before = quo_quorum_decode (&world, &fact->before);
  g_autoptr (QuoVersions) after = quo_quorum_decode (&world, &fact->record);
  g_auto (QuoVectorClock) context = QUO_VECTOR_CLOCK_INIT;

  /* A deletion without a context means all that is there. */
  if (fact->a && fact->context == 0)
    return;

  quo_quorum_parse_context (&world, fact->context, &context);
  for (guint i = 0; i < quo_versions_get_n (before); i++)
    {
      QuoDot dot = quo_versions_get (before, i)->dot;
      gboolean is_there = FALSE;

      for (guint k = 0; k < quo_versions_get_n (after); k++)
        if (quo_versions_get (after, k)->dot.node_index == dot.node_index
            && quo_versions_get (after, k)->dot.n == dot.n)
          is_there = TRUE;
      if (!is_there && !quo_vector_clock_covers (&context, dot.node_index, dot.n))
        quo_cluster_violate (cluster, QUO_QUORUM_INVARIANT_SIBLINGS_KEPT,
                             "%s let a write to %s replace write %" G_GINT64_FORMAT
                             " of %s, which its client had not read",
                             quo_cluster_label (cluster, node),
                             quo_cluster_text (cluster, fact->key), dot.n,
                             quo_cluster_label (cluster, dot.node_index));
    }
}

/* Who has a version must not give the next one an older stamp: it would lose
 * against what it was to replace, without anybody being told. */
static void
check_stamp (QuoCluster          *cluster,
             QuoQuorumGhost      *self,
             QuoQuorumSeen       *seen,
             guint                node,
             const QuoQuorumFact *fact)
{
  QuoQuorumWorld world = { NULL, cluster };

  if (quo_quorum_is_siblings (&world))
    return;

  check_names (cluster, self, node, fact);
  if (quo_quorum_compare (&fact->record, &seen->copies[node].now) < 0)
    quo_cluster_violate (cluster, QUO_QUORUM_INVARIANT_VERSIONS_RISE,
                         "%s gave a write to %s an older stamp than the version "
                         "that it has",
                         quo_cluster_label (cluster, node),
                         quo_cluster_text (cluster, seen->key));
}

static void
look_at (QuoCluster          *cluster,
         QuoQuorumGhost      *self,
         guint                node,
         const QuoQuorumFact *fact)
{
  QuoQuorumWorld world = { NULL, cluster };
  QuoQuorumSeen *seen;

  if (fact->kind == QUO_QUORUM_FACT_RESTARTED)
    {
      forget (self, node, FALSE);
      return;
    }
  seen = seen_of (cluster, self, fact->key);
  if (seen == NULL)
    return;

  switch (fact->kind)
    {
    case QUO_QUORUM_FACT_STORED:
      check_names (cluster, self, node, fact);
      check_copy (cluster, seen, node, fact);
      quo_quorum_watch_copy (cluster, self, seen, node);
      break;
    case QUO_QUORUM_FACT_DURABLE:
      /* A write that began later may have ended before. */
      if (!quo_quorum_covers (&world, &seen->copies[node].durable, &fact->record))
        seen->copies[node].durable = fact->record;
      check_names (cluster, self, node, fact);
      break;
    case QUO_QUORUM_FACT_DURABLE_HINT:
      keep (&world, seen, node, fact);
      break;
    case QUO_QUORUM_FACT_PUT:
      check_put (cluster, node, fact);
      break;
    case QUO_QUORUM_FACT_WROTE:
      check_write (cluster, seen, node, fact);
      quo_quorum_watch (cluster, self, seen, node, fact);
      break;
    case QUO_QUORUM_FACT_BEGAN_WRITE:
      check_stamp (cluster, self, seen, node, fact);
      quo_quorum_watch (cluster, self, seen, node, fact);
      break;
    case QUO_QUORUM_FACT_BEGAN_READ:
    case QUO_QUORUM_FACT_SERVED:
    case QUO_QUORUM_FACT_ANSWERED_BY:
    case QUO_QUORUM_FACT_READ:
    case QUO_QUORUM_FACT_GAVE_UP:
      quo_quorum_watch (cluster, self, seen, node, fact);
      break;
    case QUO_QUORUM_FACT_RESTARTED:
    default:
      break;
    }
}

/**
 * quo_quorum_check:
 * @cluster: all nodes
 * @ghost: what was seen so far
 * @node: the one that has just done something
 */
void
quo_quorum_check (QuoCluster *cluster,
                  gpointer    ghost,
                  guint       node)
{
  QuoQuorumGhost *self = ghost;
  const QuoQuorum *state = quo_cluster_state (cluster, node);

  if (self->keys == NULL)
    begin (self);
  if (state == NULL)
    {
      forget (self, node, TRUE);
      return;
    }

  for (guint i = 0; state->facts != NULL && i < state->facts->len; i++)
    look_at (cluster, self, node, &g_array_index (state->facts, QuoQuorumFact, i));
}

/**
 * quo_quorum_clear_ghost:
 * @ghost: what was seen
 */
void
quo_quorum_clear_ghost (gpointer ghost)
{
  QuoQuorumGhost *self = ghost;

  g_clear_pointer (&self->keys, g_hash_table_unref);
  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_clear_pointer (&self->watches, g_hash_table_unref);
  g_clear_pointer (&self->given, g_ptr_array_unref);
  g_clear_pointer (&self->values, g_hash_table_unref);
}
