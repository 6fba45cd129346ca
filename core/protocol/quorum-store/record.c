/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a replica holds of a key, and which of two is newer.
 *
 * Last writer wins: a value, the stamp of its writer's clock and the writer.
 * Siblings: all concurrent values under their dots, and the context that covers
 * what was overwritten, as a text such as "{A:2,B:1} A:2=milk B:1=tea", so that
 * it travels, is stored and is read by people in the same form.
 */

#include "protocol/quorum-store/quorum-private.h"

#include <string.h>

/* What in texts may stand as it is; the rest has a meaning of its own. */
#define UNRESERVED "!*'();@&+$/?#[]|<>\""

const QuoQuorumRecord quo_quorum_nothing = QUO_QUORUM_NOTHING;

/**
 * quo_quorum_text:
 * @world: who asks
 * @name: an interned text
 *
 * Returns: (transfer none): the text
 */
const char *
quo_quorum_text (const QuoQuorumWorld *world,
                 gint64                name)
{
  return world->node != NULL ? quo_node_text (world->node, name)
                             : quo_cluster_text (world->cluster, name);
}

static const QuoQuorumOptions *
options_of (const QuoQuorumWorld *world)
{
  return world->node != NULL ? quo_node_options (world->node)
                             : quo_cluster_options (world->cluster);
}

static const char *
label_of (const QuoQuorumWorld *world,
          guint                 index)
{
  return world->node != NULL ? quo_node_label (world->node, index)
                             : quo_cluster_label (world->cluster, index);
}

static guint
n_nodes_of (const QuoQuorumWorld *world)
{
  return world->node != NULL ? quo_node_n_nodes (world->node)
                             : quo_cluster_n_nodes (world->cluster);
}

/**
 * quo_quorum_is_siblings:
 * @world: who asks
 *
 * Returns: whether concurrent writes are kept beside each other
 */
gboolean
quo_quorum_is_siblings (const QuoQuorumWorld *world)
{
  return options_of (world)->conflicts == QUO_QUORUM_CONFLICTS_SIBLINGS;
}

/**
 * quo_quorum_is_nothing:
 * @self: a record
 *
 * Returns: whether the key was never heard of
 */
gboolean
quo_quorum_is_nothing (const QuoQuorumRecord *self)
{
  return self->value == 0 && self->stamp == 0 && self->version == 0;
}

/**
 * quo_quorum_is_tombstone:
 * @self: a record
 *
 * Returns: whether the key was deleted
 */
gboolean
quo_quorum_is_tombstone (const QuoQuorumRecord *self)
{
  return self->value == 0 && !quo_quorum_is_nothing (self);
}

/**
 * quo_quorum_compare:
 * @a: a record
 * @b: another record of the key
 *
 * By last writer wins: the stamp first, then the writer, so that all replicas
 * choose alike. What a scenario put there before the start is older than any
 * write and newer than nothing.
 *
 * Returns: below 0, 0 or above 0 as @a is older, the same or newer
 */
int
quo_quorum_compare (const QuoQuorumRecord *a,
                    const QuoQuorumRecord *b)
{
  if (a->stamp != b->stamp)
    return a->stamp < b->stamp ? -1 : 1;
  if (a->node != b->node)
    return a->node < b->node ? -1 : 1;
  if (a->stamp == 0)
    return (a->value != 0) - (b->value != 0);

  return 0;
}

static void
append_entry (GString              *text,
              const QuoQuorumWorld *world,
              guint                 index,
              gint64                n)
{
  g_autofree char *label = g_uri_escape_string (label_of (world, index),
                                                UNRESERVED, TRUE);

  g_string_append_printf (text, "%s:%" G_GINT64_FORMAT, label, n);
}

static void
append_vector (GString                *text,
               const QuoQuorumWorld   *world,
               const QuoVersionVector *vector)
{
  gboolean is_first = TRUE;

  g_string_append_c (text, '{');
  for (guint i = 0; i < vector->n_entries; i++)
    {
      if (vector->entries[i] == 0)
        continue;
      if (!is_first)
        g_string_append_c (text, ',');
      is_first = FALSE;
      append_entry (text, world, i, vector->entries[i]);
    }
  g_string_append_c (text, '}');
}

/* Reads "A:2" at @text; NULL when there is none, else where it goes on. */
static const char *
parse_entry (const QuoQuorumWorld *world,
             const char           *text,
             guint                *ret_index,
             gint64               *ret_n)
{
  const char *colon = strchr (text, ':');
  g_autofree char *label = NULL;
  char *end = NULL;
  guint n_nodes = n_nodes_of (world);

  if (colon == NULL)
    return NULL;

  label = g_uri_unescape_segment (text, colon, NULL);
  *ret_n = g_ascii_strtoll (colon + 1, &end, 10);
  for (guint i = 0; label != NULL && i < n_nodes; i++)
    if (g_str_equal (label_of (world, i), label))
      {
        *ret_index = i;
        return end;
      }

  return NULL;
}

static const char *
parse_vector (const QuoQuorumWorld *world,
              const char           *text,
              QuoVersionVector     *ret_vector)
{
  if (*text != '{')
    return text;

  text++;
  while (text != NULL && *text != '}' && *text != '\0')
    {
      guint index;
      gint64 n;

      text = parse_entry (world, text, &index, &n);
      if (text == NULL)
        return NULL;
      quo_vector_clock_set (ret_vector, index, n);
      if (*text == ',')
        text++;
    }

  return text != NULL && *text == '}' ? text + 1 : NULL;
}

static gint64
value_of (const QuoQuorumWorld *world,
          const char           *text)
{
  g_autofree char *value = g_uri_unescape_string (text, NULL);

  if (value == NULL)
    return 0;

  /* Who watches only tells values apart, and adds no names. */
  return world->node != NULL ? quo_node_intern (world->node, value)
                             : (gint64) g_str_hash (value);
}

static void
parse_siblings (const QuoQuorumWorld *world,
                const char           *text,
                GArray               *versions)
{
  while (text != NULL && *text == ' ')
    {
      QuoVersion version = { { 0, 0 }, 0 };
      g_autofree char *value = NULL;
      gsize length;

      text = parse_entry (world, text + 1, &version.dot.node_index,
                          &version.dot.n);
      if (text == NULL || *text != '=')
        return;
      length = strcspn (++text, " ");
      value = g_strndup (text, length);
      version.value = value_of (world, value);
      g_array_append_val (versions, version);
      text += length;
    }
}

/**
 * quo_quorum_decode:
 * @world: who asks
 * @self: a record
 *
 * Returns: (transfer full): its siblings and their context
 */
QuoVersions *
quo_quorum_decode (const QuoQuorumWorld  *world,
                   const QuoQuorumRecord *self)
{
  g_autoptr (GArray) versions = g_array_new (FALSE, FALSE, sizeof (QuoVersion));
  g_auto (QuoVectorClock) context = QUO_VECTOR_CLOCK_INIT;

  if (self->version != 0)
    {
      parse_siblings (world,
                      parse_vector (world, quo_quorum_text (world, self->version),
                                    &context),
                      versions);
    }
  else if (self->value != 0)
    {
      /* What was there before the start is taken for the first node's first. */
      QuoVersion version = { { 0, 1 }, self->value };

      g_array_append_val (versions, version);
    }

  return quo_versions_new_with (&context, (const QuoVersion *) versions->data,
                                versions->len);
}

/* All siblings in the order of their dots, as a client is shown them. */
static gint64
join_values (QuoNode           *node,
             const QuoVersions *versions)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = quo_versions_get_n (versions);

  if (n == 0)
    return 0;
  if (n == 1)
    return quo_versions_get (versions, 0)->value;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "",
                            quo_node_text (node,
                                           quo_versions_get (versions, i)->value));

  return quo_node_intern (node, text->str);
}

/**
 * quo_quorum_encode:
 * @node: a node
 * @versions: siblings and their context
 * @deleted: when the last of them was deleted, by the node's clock; kept only
 *   when there is none
 * @ret_record: (out): the same as a record
 */
void
quo_quorum_encode (QuoNode           *node,
                   const QuoVersions *versions,
                   QuoTime            deleted,
                   QuoQuorumRecord   *ret_record)
{
  QuoQuorumWorld world = { node, NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = quo_versions_get_n (versions);

  append_vector (text, &world, quo_versions_get_context (versions));
  for (guint i = 0; i < n; i++)
    {
      const QuoVersion *version = quo_versions_get (versions, i);
      g_autofree char *value = g_uri_escape_string (
        quo_node_text (node, version->value), UNRESERVED, TRUE);

      g_string_append_c (text, ' ');
      append_entry (text, &world, version->dot.node_index, version->dot.n);
      g_string_append_printf (text, "=%s", value);
    }

  *ret_record = (QuoQuorumRecord) {
    .value = join_values (node, versions),
    .stamp = n == 0 ? deleted : 0,
    .node = QUO_NO_NODE,
    .version = quo_node_intern (node, text->str),
  };
}

/**
 * quo_quorum_context:
 * @node: a node
 * @record: what a client is shown
 *
 * Returns: (interned): what the client gives back with its next write
 */
gint64
quo_quorum_context (QuoNode               *node,
                    const QuoQuorumRecord *record)
{
  QuoQuorumWorld world = { node, NULL };
  g_autoptr (QuoVersions) versions = quo_quorum_decode (&world, record);
  g_autoptr (GString) text = g_string_new (NULL);

  append_vector (text, &world, quo_versions_get_context (versions));

  return quo_node_intern (node, text->str);
}

/**
 * quo_quorum_parse_context:
 * @world: who asks
 * @context: (interned): of quo_quorum_context(), or 0: nothing was read
 * @ret_vector: (inout): an empty vector
 */
void
quo_quorum_parse_context (const QuoQuorumWorld *world,
                          gint64                context,
                          QuoVersionVector     *ret_vector)
{
  if (context != 0)
    parse_vector (world, quo_quorum_text (world, context), ret_vector);
}

/**
 * quo_quorum_n_values:
 * @world: who asks
 * @record: a record
 *
 * Returns: how many siblings there are
 */
guint
quo_quorum_n_values (const QuoQuorumWorld  *world,
                     const QuoQuorumRecord *record)
{
  g_autoptr (QuoVersions) versions = NULL;

  if (!quo_quorum_is_siblings (world))
    return record->value != 0;

  versions = quo_quorum_decode (world, record);

  return quo_versions_get_n (versions);
}

/**
 * quo_quorum_covers:
 * @world: who asks
 * @self: a record
 * @other: another record of the key
 *
 * Returns: whether @other has nothing that @self does not know of
 */
gboolean
quo_quorum_covers (const QuoQuorumWorld  *world,
                   const QuoQuorumRecord *self,
                   const QuoQuorumRecord *other)
{
  g_autoptr (QuoVersions) mine = NULL;
  g_autoptr (QuoVersions) theirs = NULL;
  g_autoptr (QuoVersions) both = NULL;

  if (!quo_quorum_is_siblings (world))
    return quo_quorum_compare (self, other) >= 0;
  if (self->version == other->version && self->value == other->value)
    return TRUE;

  mine = quo_quorum_decode (world, self);
  theirs = quo_quorum_decode (world, other);
  both = quo_versions_copy (mine);

  return quo_versions_sync (both, theirs) && quo_versions_equal (both, mine);
}

/**
 * quo_quorum_merge:
 * @node: a node
 * @self: (inout): a record
 * @other: another record of the key
 *
 * Brings @self up to what both know.
 *
 * Returns: whether that changed @self
 */
gboolean
quo_quorum_merge (QuoNode               *node,
                  QuoQuorumRecord       *self,
                  const QuoQuorumRecord *other)
{
  QuoQuorumWorld world = { node, NULL };
  g_autoptr (QuoVersions) mine = NULL;
  g_autoptr (QuoVersions) theirs = NULL;

  if (quo_quorum_covers (&world, self, other))
    return FALSE;
  if (!quo_quorum_is_siblings (&world))
    {
      *self = *other;
      return TRUE;
    }

  mine = quo_quorum_decode (&world, self);
  theirs = quo_quorum_decode (&world, other);
  if (!quo_versions_sync (mine, theirs))
    return FALSE;
  quo_quorum_encode (node, mine, MAX (self->stamp, other->stamp), self);

  return TRUE;
}
