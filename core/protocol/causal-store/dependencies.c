/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a session depends on: section 4.3 of the paper.
 *
 * The context holds the versions that were read or written since the last put, and
 * that put. Under COPS-GT each comes with all that it depends on, so that what
 * another one covers need not be checked, and get-transactions see past the
 * nearest. Two versions of one key may stand side by side: neither covers what the
 * other one depends on.
 */

#include "protocol/causal-store/causal-private.h"

/**
 * quo_causal_entry_clear:
 * @entry: a #QuoCausalEntry
 */
void
quo_causal_entry_clear (gpointer entry)
{
  QuoCausalEntry *self = entry;

  g_clear_pointer (&self->deps, g_array_unref);
}

static gboolean
covers (const GArray     *deps,
        QuoCausalVersion  version)
{
  for (guint i = 0; deps != NULL && i < deps->len; i++)
    if (g_array_index (deps, QuoCausalDep, i).version == version)
      return TRUE;

  return FALSE;
}

static void
remove_entry (QuoNode          *node,
              QuoCausalSession *session,
              guint             nth)
{
  quo_node_remove_row (node, FIELD_CONTEXTS,
                       g_array_index (session->context, QuoCausalEntry, nth).row);
  g_array_remove_index (session->context, nth);
}

static void
prune (QuoNode          *node,
       QuoCausal        *self,
       QuoCausalSession *session,
       const GArray     *deps)
{
  for (guint i = session->context->len; i > 0; i--)
    {
      QuoCausalVersion version = g_array_index (session->context, QuoCausalEntry,
                                                i - 1).version;

      if (quo_causal_is_stable (self, version) || covers (deps, version))
        remove_entry (node, session, i - 1);
    }
}

/**
 * quo_causal_prune_contexts:
 * @node: a node
 * @self: its memory
 *
 * Section 5.1: nobody needs to depend on what has been everywhere for long.
 */
void
quo_causal_prune_contexts (QuoNode   *node,
                           QuoCausal *self)
{
  for (guint i = 0; i < self->sessions->len; i++)
    prune (node, self, g_ptr_array_index (self->sessions, i), NULL);
}

static gboolean
is_in_context (const QuoCausalSession *session,
               QuoCausalVersion        version)
{
  for (guint i = 0; i < session->context->len; i++)
    {
      const QuoCausalEntry *entry = &g_array_index (session->context, QuoCausalEntry,
                                                    i);

      if (entry->version == version || covers (entry->deps, version))
        return TRUE;
    }

  return FALSE;
}

/**
 * quo_causal_depend:
 * @node: a front end
 * @self: its memory
 * @session: a client's session
 * @key: (interned): a key that it has read or written
 * @version: of that key; 0 when it was never written
 * @deps: (nullable): what the version depends on, as far as it is known
 *
 * Returns: whether there was room; what comes next in the session depends on the
 *   version then
 */
gboolean
quo_causal_depend (QuoNode          *node,
                   QuoCausal        *self,
                   QuoCausalSession *session,
                   gint64            key,
                   QuoCausalVersion  version,
                   const GArray     *deps)
{
  QuoCausalEntry entry = { key, version, 0, NULL };
  gint64 columns[QUO_MAX_COLUMNS] = {
    session->client, key, quo_causal_counter (version), quo_causal_origin (version)
  };

  if (version == 0 || quo_causal_is_stable (self, version)
      || is_in_context (session, version))
    return TRUE;

  prune (node, self, session, deps);
  if (session->context->len >= QUO_CAUSAL_CONTEXT_MAX)
    return FALSE;

  entry.row = ++self->next_entry;
  if (deps != NULL && quo_causal_options (node)->mode == MODE_COPS_GT)
    entry.deps = g_array_copy ((GArray *) deps);
  g_array_append_val (session->context, entry);
  quo_node_set_row (node, FIELD_CONTEXTS, entry.row, columns);

  return TRUE;
}

/**
 * quo_causal_collapse:
 * @node: a front end
 * @self: its memory
 * @session: a client's session
 * @key: (interned): the key that it has put
 * @version: what the put got
 * @deps: what the put depends on: all that the session did
 *
 * Section 4.3: the put stands for all that it depends on.
 */
void
quo_causal_collapse (QuoNode          *node,
                     QuoCausal        *self,
                     QuoCausalSession *session,
                     gint64            key,
                     QuoCausalVersion  version,
                     const GArray     *deps)
{
  while (session->context->len > 0)
    remove_entry (node, session, session->context->len - 1);
  quo_causal_depend (node, self, session, key, version, deps);
}

static int
find_key (const GArray *deps,
          gint64        key)
{
  for (guint i = 0; i < deps->len; i++)
    if (g_array_index (deps, QuoCausalDep, i).key == key)
      return (int) i;

  return -1;
}

/* Of what is further away only the newest version of a key matters. */
static void
add_further (const QuoCausal *self,
             GArray          *further,
             const GArray    *deps)
{
  for (guint i = 0; deps != NULL && i < deps->len; i++)
    {
      QuoCausalDep dep = g_array_index (deps, QuoCausalDep, i);
      int known = find_key (further, dep.key);

      if (quo_causal_is_stable (self, dep.version))
        continue;
      dep.kind = DEP_FURTHER;
      if (known < 0)
        g_array_append_val (further, dep);
      else if (g_array_index (further, QuoCausalDep, known).version < dep.version)
        g_array_index (further, QuoCausalDep, known) = dep;
    }
}

static QuoCausalVersion
highest (const GArray *context)
{
  QuoCausalVersion version = 0;

  for (guint i = 0; i < context->len; i++)
    version = MAX (version, g_array_index (context, QuoCausalEntry, i).version);

  return version;
}

/**
 * quo_causal_dependencies:
 * @node: a front end
 * @self: its memory
 * @session: a client's session
 *
 * Returns: (transfer full) (nullable): what a put of the session has to name: the
 *   nearest, and under COPS-GT the newest version of every key further away; %NULL
 *   when it is more than a message takes
 */
GArray *
quo_causal_dependencies (QuoNode          *node,
                         QuoCausal        *self,
                         QuoCausalSession *session)
{
  g_autoptr (GArray) deps = quo_causal_deps_new ();
  g_autoptr (GArray) further = quo_causal_deps_new ();
  gboolean is_by_timestamp = quo_node_has_fault (node, FAULT_NEAREST_BY_TIMESTAMP);

  prune (node, self, session, NULL);
  for (guint i = 0; i < session->context->len; i++)
    {
      const QuoCausalEntry *entry = &g_array_index (session->context, QuoCausalEntry,
                                                    i);
      QuoCausalDep dep = { entry->key, entry->version, DEP_NEAREST };

      if (is_by_timestamp && entry->version != highest (session->context))
        continue;
      g_array_append_val (deps, dep);
      if (!quo_node_has_fault (node, FAULT_NEAREST_IN_TRANSACTION))
        add_further (self, further, entry->deps);
    }
  g_array_append_vals (deps, further->data, further->len);

  return deps->len <= QUO_CAUSAL_DEPS_MAX ? g_steal_pointer (&deps) : NULL;
}

/**
 * quo_causal_n_checked:
 * @deps: (nullable): what a put named
 *
 * Returns: how many of them are nearest, and are checked
 */
guint
quo_causal_n_checked (const GArray *deps)
{
  guint n = 0;

  for (guint i = 0; deps != NULL && i < deps->len; i++)
    n += g_array_index (deps, QuoCausalDep, i).kind != DEP_FURTHER;

  return n;
}
