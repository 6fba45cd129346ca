/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/scenario.h"

#include "scenario/json-scan.h"
#include "scenario/reader-private.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

G_DEFINE_QUARK (quo-scenario-error-quark, quo_scenario_error)

static void
story_step_clear (gpointer data)
{
  QuoStoryStep *step = data;

  g_free ((gpointer) step->look_at);
}

static void
expectation_clear (gpointer data)
{
  QuoExpectation *expectation = data;

  g_clear_pointer (&expectation->nodes, g_array_unref);
}

static QuoScenario *
scenario_alloc (const char *name,
                QuoJson    *root)
{
  QuoScenario *self = g_new0 (QuoScenario, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->name = g_strdup (name);
  self->root = quo_json_ref (root);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->clients = g_ptr_array_new ();
  self->script = g_array_new (FALSE, TRUE, sizeof (QuoScriptEntry));
  self->story = g_array_new (FALSE, TRUE, sizeof (QuoStoryStep));
  g_array_set_clear_func (self->story, story_step_clear);
  self->expect = g_array_new (FALSE, TRUE, sizeof (QuoExpectation));
  g_array_set_clear_func (self->expect, expectation_clear);

  return self;
}

static gboolean
find_protocol (QuoReader *reader)
{
  const QuoJson *name = quo_json_get (reader->scenario->root, "protocol");
  const QuoProtocol * const *all = quo_protocols ();
  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  /* The form says what is wrong with it. */
  if (name == NULL || quo_json_kind (name) != QUO_JSON_STRING)
    return TRUE;

  reader->protocol = quo_protocol_find (quo_json_text (name));
  reader->scenario->protocol = reader->protocol;
  if (reader->protocol != NULL)
    return TRUE;

  for (guint i = 0; all[i] != NULL; i++)
    g_ptr_array_add (known, (char *) all[i]->declaration.id);

  return quo_reader_fail_name (reader, name, quo_json_text (name),
                               _("a protocol"), known);
}

static gboolean
read_head (QuoReader *reader)
{
  QuoScenario *self = reader->scenario;
  const QuoJson *tags = quo_json_get (self->root, "tags");
  const QuoJson *limits = quo_json_get (self->root, "limits");
  const QuoJson *seed = quo_json_get (self->root, "seed");
  guint n_tags = quo_json_length (tags);

  self->title = quo_reader_text (self->root, "title", "");
  self->summary = quo_reader_text (self->root, "summary", "");
  self->tags = g_new0 (const char *, n_tags + 1);
  for (guint i = 0; i < n_tags; i++)
    self->tags[i] = quo_json_text (quo_json_nth (tags, i));
  self->seed = 1;
  if (seed != NULL && !quo_json_uint (seed, &self->seed))
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, seed,
                            _("expected a whole number from 0 to %s"),
                            "18446744073709551615");
  self->until = quo_reader_time (self->root, "until", QUO_TIME_NEVER);
  self->time_limit = quo_reader_time (limits, "time", QUO_TIME_NEVER);

  return TRUE;
}

/* The nth action's own time; of a random one the middle. */
static void
list_script (QuoReader *reader)
{
  const QuoJson *script = quo_json_get (reader->scenario->root, "script");
  const GArray *actions = reader->config->actions;
  guint n = quo_json_length (script);

  g_array_set_size (reader->scenario->script, n);
  for (guint i = 0; i < n; i++)
    g_array_index (reader->scenario->script, QuoScriptEntry, i).id =
      quo_reader_text (quo_json_nth (script, i), "do", "");
  for (guint i = 0; i < actions->len; i++)
    {
      const QuoAction *action = &g_array_index (actions, QuoAction, i);

      g_array_index (reader->scenario->script, QuoScriptEntry,
                     action->script_index).time =
        quo_distribution_quantile (action->at, 0.5);
    }
}

/**
 * quo_reader_config:
 * @reader: its cluster is known
 * @is_for_run: whether a large topology is to be made, not only judged
 *
 * Fills @reader's configuration.
 *
 * Returns: whether all of it is right, else the error is set
 */
gboolean
quo_reader_config (QuoReader *reader,
                   gboolean   is_for_run)
{
  const QuoProtocol *protocol = reader->protocol;
  QuoSimConfig *config = quo_sim_config_new (&protocol->declaration,
                                             &protocol->behaviour,
                                             reader->scenario->n_nodes);

  reader->config = config;
  reader->names = config->names;
  config->seed = reader->scenario->seed;
  config->until = reader->scenario->until;

  return quo_reader_options (reader) && quo_reader_nodes (reader)
         && quo_reader_clients (reader) && quo_reader_network (reader)
         && quo_reader_topology (reader, is_for_run)
         && quo_reader_initial (reader) && quo_reader_script (reader)
         && quo_reader_chaos (reader);
}

/**
 * quo_scenario_new_from_tree:
 * @name: the file's name, for messages
 * @root: (transfer none): a tree
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Returns: (transfer full) (nullable): the scenario, or %NULL with @error set
 */
QuoScenario *
quo_scenario_new_from_tree (const char  *name,
                            QuoJson     *root,
                            GError     **error)
{
  g_return_val_if_fail (name != NULL && root != NULL, NULL);

  g_autoptr (QuoScenario) self = scenario_alloc (name, root);
  QuoReader reader = { .scenario = self, .error = error };
  gboolean is_right = find_protocol (&reader)
                      && quo_reader_check (&reader, &quo_form_scenario, root)
                      && read_head (&reader) && quo_reader_cluster (&reader)
                      && quo_reader_config (&reader, FALSE)
                      && quo_reader_story (&reader)
                      && quo_reader_expect (&reader);

  if (is_right)
    list_script (&reader);
  g_clear_pointer (&reader.config, quo_sim_config_unref);

  return is_right ? g_steal_pointer (&self) : NULL;
}

/**
 * quo_scenario_new_from_data:
 * @name: what to call it in messages, as a rule the file's name
 * @data: JSON, not trusted
 * @length: its bytes
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Reads a scenario. A message has the form `NAME:LINE:COLUMN: /pointer: what was
 * found and what was expected`.
 *
 * Returns: (transfer full) (nullable): the scenario, or %NULL with @error set
 */
QuoScenario *
quo_scenario_new_from_data (const char  *name,
                            const char  *data,
                            gsize        length,
                            GError     **error)
{
  g_autoptr (QuoJson) root = quo_json_scan (name, data, length, error);

  return root != NULL ? quo_scenario_new_from_tree (name, root, error) : NULL;
}

/**
 * quo_scenario_new_from_file:
 * @path: a file's name
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Reads a scenario as quo_scenario_new_from_data() does.
 *
 * Returns: (transfer full) (nullable): the scenario, or %NULL with @error set
 */
QuoScenario *
quo_scenario_new_from_file (const char  *path,
                            GError     **error)
{
  g_autoptr (QuoJson) root = quo_json_scan_file (path, error);

  if (root == NULL)
    return NULL;

  g_autofree char *name = g_filename_display_name (path);

  return quo_scenario_new_from_tree (name, root, error);
}

/**
 * quo_scenario_new_empty:
 * @protocol: what the nodes run
 * @n_nodes: from 1; where @protocol takes fewer, there are as many as it takes
 *
 * Returns: (transfer full): a scenario in which nothing is done: up to 26 nodes
 *   are called A, B, C, more n1, n2, n3
 */
QuoScenario *
quo_scenario_new_empty (const QuoProtocol *protocol,
                        guint              n_nodes)
{
  g_autoptr (QuoJson) root = quo_json_new_object ();
  g_autoptr (GError) error = NULL;
  QuoJsonPlace nowhere = { 0, 0 };
  QuoJson *nodes;
  QuoScenario *self;

  g_return_val_if_fail (protocol != NULL, NULL);
  g_return_val_if_fail (n_nodes >= 1 && n_nodes <= QUO_MAX_NODES, NULL);

  if (protocol->declaration.n_nodes_max > 0)
    n_nodes = MIN (n_nodes, protocol->declaration.n_nodes_max);
  if (n_nodes <= 26)
    {
      nodes = quo_json_new_array ();
      for (guint i = 0; i < n_nodes; i++)
        {
          QuoJson *node = quo_json_new_object ();
          char id[2] = { (char) ('A' + i), 0 };

          quo_json_append_member (node, "id", nowhere, quo_json_new_string (id));
          quo_json_append (nodes, node);
        }
    }
  else
    {
      nodes = quo_json_new_object ();
      quo_json_append_member (nodes, "count", nowhere,
                              quo_json_new_int (n_nodes));
      quo_json_append_member (nodes, "prefix", nowhere,
                              quo_json_new_string ("n"));
    }
  quo_json_append_member (root, "quorate", nowhere, quo_json_new_int (1));
  quo_json_append_member (root, "title", nowhere,
                          quo_json_new_string (_("New scenario")));
  quo_json_append_member (root, "protocol", nowhere,
                          quo_json_new_string (protocol->declaration.id));
  quo_json_append_member (root, "nodes", nowhere, nodes);
  self = quo_scenario_new_from_tree (_("New scenario"), root, &error);
  g_assert_no_error (error);

  return self;
}

/**
 * quo_scenario_ref:
 * @self: a scenario
 *
 * Returns: (transfer full): @self
 */
QuoScenario *
quo_scenario_ref (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * quo_scenario_unref:
 * @self: (transfer full): a scenario
 */
void
quo_scenario_unref (QuoScenario *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->expect);
  g_array_unref (self->story);
  g_array_unref (self->script);
  g_clear_pointer (&self->regions, g_hash_table_unref);
  g_ptr_array_unref (self->clients);
  g_hash_table_unref (self->by_id);
  g_free (self->tags);
  quo_json_unref (self->root);
  g_free (self->name);
  g_free (self);
}

/**
 * quo_scenario_config:
 * @self: a scenario
 *
 * Compiles the scenario for the engine. Every call gives one of its own, since a
 * run adds names to its table; the same scenario gives equal ones.
 *
 * Returns: (transfer full): the configuration
 */
QuoSimConfig *
quo_scenario_config (QuoScenario *self)
{
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  QuoReader reader = {
    .scenario = self, .protocol = self->protocol, .error = &error,
  };

  /* All of it was read once already. */
  quo_reader_config (&reader, TRUE);
  g_assert_no_error (error);

  return reader.config;
}

/**
 * quo_scenario_title:
 * @self: a scenario
 *
 * Returns: (transfer none): one line, "" without one
 */
const char *
quo_scenario_title (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->title;
}

/**
 * quo_scenario_summary:
 * @self: a scenario
 *
 * Returns: (transfer none): one paragraph, "" without one
 */
const char *
quo_scenario_summary (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->summary;
}

/**
 * quo_scenario_tags:
 * @self: a scenario
 *
 * Returns: (transfer none) (array zero-terminated=1): words to find it by
 */
const char * const *
quo_scenario_tags (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char * const *) self->tags;
}

/**
 * quo_scenario_protocol:
 * @self: a scenario
 *
 * Returns: (transfer none): what the nodes run
 */
const QuoProtocol *
quo_scenario_protocol (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->protocol;
}

/**
 * quo_scenario_seed:
 * @self: a scenario
 *
 * Returns: its seed
 */
guint64
quo_scenario_seed (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->seed;
}

/**
 * quo_scenario_until:
 * @self: a scenario
 *
 * Returns: where a run ends, %QUO_TIME_NEVER when it goes on as long as one
 *   watches
 */
QuoTime
quo_scenario_until (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->until;
}

/**
 * quo_scenario_n_nodes:
 * @self: a scenario
 *
 * Returns: how many nodes there are
 */
guint
quo_scenario_n_nodes (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_nodes;
}

/**
 * quo_scenario_n_clients:
 * @self: a scenario
 *
 * Returns: how many clients there are, with the one that is made for operations
 *   without a client
 */
guint
quo_scenario_n_clients (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->clients->len;
}

/**
 * quo_scenario_participant:
 * @self: a scenario
 * @participant: index of a node, or of a client after the nodes
 *
 * Returns: (transfer full): its name
 */
char *
quo_scenario_participant (QuoScenario *self,
                          guint        participant)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (participant < self->n_nodes + self->clients->len, NULL);

  if (participant >= self->n_nodes)
    return g_strdup (g_ptr_array_index (self->clients,
                                        participant - self->n_nodes));
  if (self->prefix != NULL)
    return g_strdup_printf ("%s%u", self->prefix, participant + 1);

  const QuoJson *node = quo_json_nth (quo_json_get (self->root, "nodes"),
                                      participant);

  return g_strdup (quo_json_text (quo_json_get (node, "id")));
}

/**
 * quo_scenario_find:
 * @self: a scenario
 * @id: a name
 *
 * Returns: the index of the node or client of that name, or -1
 */
int
quo_scenario_find (QuoScenario *self,
                   const char  *id)
{
  guint64 number;

  g_return_val_if_fail (self != NULL && id != NULL, -1);

  /* Only numbers as they are written: not n01. */
  if (self->prefix != NULL && g_str_has_prefix (id, self->prefix))
    {
      const char *digits = id + strlen (self->prefix);

      if (digits[0] >= '1' && digits[0] <= '9'
          && g_ascii_string_to_unsigned (digits, 10, 1, self->n_nodes, &number,
                                         NULL))
        return (int) number - 1;
    }

  return (int) GPOINTER_TO_UINT (g_hash_table_lookup (self->by_id, id)) - 1;
}

/**
 * quo_scenario_position:
 * @self: a scenario
 * @node: index of a node
 * @ret_x: (out): across, from 0 to 1
 * @ret_y: (out): down, from 0 to 1
 *
 * Returns: whether the scenario says where the node stands
 */
gboolean
quo_scenario_position (QuoScenario *self,
                       guint        node,
                       double      *ret_x,
                       double      *ret_y)
{
  const QuoJson *nodes;
  const QuoJson *at;

  g_return_val_if_fail (self != NULL && node < self->n_nodes, FALSE);
  g_return_val_if_fail (ret_x != NULL && ret_y != NULL, FALSE);

  nodes = quo_json_get (self->root, "nodes");
  if (self->prefix != NULL)
    {
      const QuoJson *positions = quo_json_get (nodes, "at");
      g_autofree char *id = NULL;

      if (positions == NULL)
        return FALSE;
      id = quo_scenario_participant (self, node);
      at = quo_json_get (positions, id);
    }
  else
    at = quo_json_get (quo_json_nth (nodes, node), "at");
  if (at == NULL)
    return FALSE;
  *ret_x = quo_json_double (quo_json_nth (at, 0));
  *ret_y = quo_json_double (quo_json_nth (at, 1));

  return TRUE;
}

/**
 * quo_scenario_n_actions:
 * @self: a scenario
 *
 * Returns: how many actions its script has
 */
guint
quo_scenario_n_actions (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->script->len;
}

/**
 * quo_scenario_action_time:
 * @self: a scenario
 * @nth: an action of its script
 *
 * Returns: when it happens, for the first time; of a random time the middle
 */
QuoTime
quo_scenario_action_time (QuoScenario *self,
                          guint        nth)
{
  g_return_val_if_fail (self != NULL && nth < self->script->len, 0);

  return g_array_index (self->script, QuoScriptEntry, nth).time;
}

/**
 * quo_scenario_action_id:
 * @self: a scenario
 * @nth: an action of its script
 *
 * Returns: (transfer none): what it does: "crash"
 */
const char *
quo_scenario_action_id (QuoScenario *self,
                        guint        nth)
{
  g_return_val_if_fail (self != NULL && nth < self->script->len, NULL);

  return g_array_index (self->script, QuoScriptEntry, nth).id;
}

/**
 * quo_scenario_n_story:
 * @self: a scenario
 *
 * Returns: how many steps its story has
 */
guint
quo_scenario_n_story (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->story->len;
}

/**
 * quo_scenario_story:
 * @self: a scenario
 * @nth: a step of its story, in the file's order
 *
 * Returns: (transfer none): the step
 */
const QuoStoryStep *
quo_scenario_story (QuoScenario *self,
                    guint        nth)
{
  g_return_val_if_fail (self != NULL && nth < self->story->len, NULL);

  return &g_array_index (self->story, QuoStoryStep, nth);
}

/**
 * quo_scenario_n_expectations:
 * @self: a scenario
 *
 * Returns: how many things a run is expected to show
 */
guint
quo_scenario_n_expectations (QuoScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->expect->len;
}

/**
 * quo_scenario_expectation:
 * @self: a scenario
 * @nth: one of its expectations
 *
 * Returns: (transfer none): the expectation
 */
const QuoExpectation *
quo_scenario_expectation (QuoScenario *self,
                          guint        nth)
{
  g_return_val_if_fail (self != NULL && nth < self->expect->len, NULL);

  return &g_array_index (self->expect, QuoExpectation, nth);
}
