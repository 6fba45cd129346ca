/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cluster.h"

#include <string.h>

static const QuoProtocol *
raft (void)
{
  return quo_protocol_find ("raft");
}

static int
find_field (const char *id)
{
  int field = quo_declaration_find_field (&raft ()->declaration, id);

  g_assert_cmpint (field, >=, 0);
  return field;
}

/**
 * cluster_new:
 * @n_nodes: S1, S2, ...
 * @n_clients: c1, c2, ...; the first beside the first server, and so on
 *
 * Each hop takes 10 ms between servers and 0.5 ms from a client; disks cost nothing.
 */
Cluster *
cluster_new (guint n_nodes,
             guint n_clients)
{
  Cluster *self = g_new0 (Cluster, 1);
  const QuoProtocol *protocol = raft ();
  QuoSimConfig *config;

  g_assert_nonnull (protocol);
  config = quo_sim_config_new (&protocol->declaration, &protocol->behaviour, n_nodes);
  config->prefix = g_strdup ("S");
  config->n_clients = n_clients;
  config->clients = g_new0 (QuoClientConfig, n_clients);
  config->client_labels = g_new0 (char *, n_clients + 1);
  for (guint i = 0; i < n_clients; i++)
    {
      config->clients[i].home = i % n_nodes;
      config->clients[i].timeout = 500 * MS;
      config->clients[i].n_tries_max = 100;
      config->clients[i].stop = QUO_TIME_NEVER;
      config->client_labels[i] = g_strdup_printf ("c%u", i + 1);
    }

  self->config = config;
  return self;
}

void
cluster_free (Cluster *self)
{
  g_clear_pointer (&self->replay, quo_replay_free);
  g_clear_pointer (&self->sim, quo_sim_free);
  quo_sim_config_unref (self->config);
  g_free (self);
}

void
cluster_option (Cluster    *self,
                const char *id,
                const char *text)
{
  g_autoptr (GError) error = NULL;
  int option = quo_declaration_find_option (&raft ()->declaration, id);

  g_assert_cmpint (option, >=, 0);
  quo_option_set_text (&raft ()->declaration.options[option], self->config->options,
                       self->config->names, text, &error);
  g_assert_no_error (error);
}

void
cluster_fault (Cluster    *self,
               const char *id)
{
  int fault = quo_declaration_find_fault (&raft ()->declaration, id);

  g_assert_cmpint (fault, >=, 0);
  self->config->faults |= G_GUINT64_CONSTANT (1) << fault;
}

/**
 * cluster_log:
 * @node: index of a server
 * @terms: its log at the start, as in the paper's figures: "1 1 4"
 * @term: its term at the start
 *
 * The command of the entry of term 4 at index 3 is "4.3", so that what two servers
 * hold is the same exactly when its terms are.
 */
void
cluster_log (Cluster    *self,
             guint       node,
             const char *terms,
             gint64      term)
{
  g_auto (GStrv) words = g_strsplit (terms, " ", -1);
  QuoInitial initial = { node, (guint) find_field ("term"), 0, { term } };

  g_array_append_val (self->config->initial, initial);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *command = g_strdup_printf ("v = %s.%u", words[i], i + 1);
      QuoInitial entry = { node, (guint) find_field ("log"), (gint64) i + 1, { 0 } };

      entry.columns[0] = g_ascii_strtoll (words[i], NULL, 10);
      entry.columns[1] = quo_names_intern (self->config->names, command);
      entry.columns[2] = QUO_NO_NODE;
      g_array_append_val (self->config->initial, entry);
    }
}

void
cluster_write_cost (Cluster *self,
                    QuoTime  cost)
{
  g_clear_pointer (&self->config->disk.sync, quo_distribution_unref);
  self->config->disk.sync = quo_distribution_new_constant (cost);
}

QuoAction *
cluster_at (Cluster       *self,
            QuoTime        at,
            QuoActionKind  kind,
            guint          node)
{
  QuoAction *action = quo_sim_config_add_action (self->config, kind, at);

  action->node = (QuoSelector) { QUO_SELECT_NODE, node };
  return action;
}

/* The server's election timer fires. */
void
cluster_stand (Cluster *self,
               QuoTime  at,
               guint    node)
{
  int timer = quo_declaration_find_timer (&raft ()->declaration, "election");

  cluster_at (self, at, QUO_ACTION_FIRE, node)->what = (guint) timer;
}

/**
 * cluster_partition:
 * @groups: "12|345" for S1 and S2 on one side
 */
void
cluster_partition (Cluster    *self,
                   QuoTime     at,
                   const char *groups)
{
  QuoAction *action = quo_sim_config_add_action (self->config, QUO_ACTION_PARTITION,
                                                 at);
  GArray *group = NULL;

  action->groups = quo_action_groups_new ();
  for (const char *c = groups; *c != '\0'; c++)
    {
      if (group == NULL)
        {
          group = g_array_new (FALSE, FALSE, sizeof (QuoSelector));
          g_array_append_val (action->groups, group);
        }
      if (*c == '|')
        {
          group = NULL;
          continue;
        }

      QuoSelector selector = { QUO_SELECT_NODE, (guint) (*c - '1') };

      g_array_append_val (group, selector);
    }
}

/**
 * cluster_ask:
 * @node: whom the client asks first, or %QUO_NO_NODE
 */
void
cluster_ask (Cluster    *self,
             QuoTime     at,
             guint       client,
             int         node,
             QuoOpKind   op,
             const char *key,
             const char *value,
             const char *expected)
{
  QuoNames *names = self->config->names;
  QuoAction *action = quo_sim_config_add_action (self->config, QUO_ACTION_OP, at);

  action->client = self->config->n_nodes + client;
  action->op = op;
  action->key = quo_names_intern (names, key);
  action->value = quo_names_intern (names, value == NULL ? "" : value);
  action->expected = quo_names_intern (names, expected == NULL ? "" : expected);
  if (node != QUO_NO_NODE)
    {
      action->has_node = TRUE;
      action->node = (QuoSelector) { QUO_SELECT_NODE, (guint) node };
    }
}

/**
 * cluster_command:
 * @node: whom, or -1 for the leader of then
 * @arg: a server: "S4"; for change-members several: "S1 S4 S5"
 */
void
cluster_command (Cluster    *self,
                 QuoTime     at,
                 int         node,
                 const char *id,
                 const char *arg)
{
  const QuoDeclaration *declaration = &raft ()->declaration;
  int command = quo_declaration_find_command (declaration, id);
  QuoAction *action = quo_sim_config_add_action (self->config, QUO_ACTION_COMMAND,
                                                 at);

  g_assert_cmpint (command, >=, 0);
  action->what = (guint) command;
  if (node >= 0)
    action->node = (QuoSelector) { QUO_SELECT_NODE, (guint) node };
  else
    action->node = (QuoSelector) {
      QUO_SELECT_ROLE, (guint) quo_declaration_find_role (declaration, "leader")
    };
  action->args[0] = declaration->commands[command].fields[0].type == QUO_TYPE_NODE
                      ? (gint64) g_ascii_strtoull (arg + 1, NULL, 10) - 1
                      : (gint64) quo_names_intern (self->config->names, arg);
}

/* Can be called again with a later time. */
void
cluster_run (Cluster *self,
             QuoTime  until)
{
  g_clear_pointer (&self->replay, quo_replay_free);
  if (self->sim == NULL)
    self->sim = quo_sim_new (self->config);
  quo_sim_run (self->sim, until, 0, NULL);
  self->replay = quo_replay_new (quo_sim_trace (self->sim));
  quo_replay_seek_time (self->replay, until);
}

gint64
cluster_field (Cluster    *self,
               guint       node,
               const char *id)
{
  return quo_replay_scalar (self->replay, node, (guint) find_field (id));
}

/**
 * cluster_terms:
 *
 * Returns: (transfer full): the terms of a server's log: "1 1 4"
 */
char *
cluster_terms (Cluster *self,
               guint    node)
{
  const QuoTable *table = quo_replay_table (self->replay, node,
                                            (guint) find_field ("log"));
  GString *text = g_string_new (NULL);

  for (guint i = 0; table != NULL && i < quo_table_n_rows (table); i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i == 0 ? "" : " ",
                            quo_table_nth (table, i, NULL)[0]);

  return g_string_free (text, FALSE);
}

/**
 * cluster_stored:
 *
 * Returns: (nullable): what a server's store has under a key
 */
const char *
cluster_stored (Cluster    *self,
                guint       node,
                const char *key)
{
  const QuoTable *table = quo_replay_table (self->replay, node,
                                            (guint) find_field ("store"));
  gint64 name = quo_names_lookup (self->config->names, key);
  const gint64 *value = table == NULL ? NULL : quo_table_get (table, name);

  return value == NULL ? NULL
                       : quo_names_get (self->config->names, (guint32) value[0]);
}

/**
 * cluster_leader:
 *
 * Returns: the server that is up and leads in the highest term, or -1
 */
int
cluster_leader (Cluster *self)
{
  int role = quo_declaration_find_role (&raft ()->declaration, "leader");
  int leader = -1;
  gint64 term = -1;

  for (guint i = 0; i < self->config->n_nodes; i++)
    if (quo_replay_life (self->replay, i) != QUO_LIFE_DOWN &&
        cluster_field (self, i, "role") == role &&
        cluster_field (self, i, "term") > term)
      {
        leader = (int) i;
        term = cluster_field (self, i, "term");
      }

  return leader;
}

/**
 * cluster_count:
 * @from: sender, or -1 for any
 * @to: receiver, or -1 for any
 * @field: position of a field that has @value, or -1
 *
 * Returns: how many such messages were sent
 */
guint
cluster_count (Cluster    *self,
               const char *message,
               int         from,
               int         to,
               int         field,
               gint64      value)
{
  QuoTrace *trace = quo_sim_trace (self->sim);
  int kind = quo_declaration_find_message (&raft ()->declaration, message);
  guint n = 0;

  g_assert_cmpint (kind, >=, 0);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      if (event.what == (guint) kind &&
          (from < 0 || event.node == (guint) from) &&
          (to < 0 || event.to == (guint) to) &&
          (field < 0 || event.values[field] == value))
        n++;
    }

  return n;
}

/**
 * cluster_notes:
 * @node: whose, or -1 for all
 *
 * Returns: how many notes there are of a kind
 */
guint
cluster_notes (Cluster    *self,
               const char *id,
               int         node)
{
  QuoTrace *trace = quo_sim_trace (self->sim);
  const QuoNoteSpec *notes = raft ()->declaration.notes;
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_NOTE)
        continue;
      quo_trace_read (trace, i, &event);
      if (g_str_equal (notes[event.what].id, id) &&
          (node < 0 || event.node == (guint) node))
        n++;
    }

  return n;
}

/**
 * cluster_answer:
 *
 * Returns: (transfer full): "ok 1", or "open" as long as there is none
 */
char *
cluster_answer (Cluster *self,
                guint    client,
                gint64   serial)
{
  QuoTrace *trace = quo_sim_trace (self->sim);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_RETURN ||
          quo_trace_node (trace, i) != self->config->n_nodes + client)
        continue;
      quo_trace_read (trace, i, &event);
      if (event.values[0] == serial)
        return g_strdup_printf ("%s %s", quo_status_names[event.what],
                                quo_names_get (self->config->names,
                                               (guint32) event.values[1]));
    }

  return g_strdup ("open");
}

/**
 * cluster_violations:
 *
 * Returns: (transfer full): the invariants that did not hold, one a line; "" when
 *   all did
 */
char *
cluster_violations (Cluster *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < quo_sim_n_violations (self->sim); i++)
    {
      const QuoViolation *violation = quo_sim_violation (self->sim, i);

      g_string_append_printf (text, "%s: %s\n",
                              raft ()->declaration.invariants[violation->invariant].id,
                              violation->text);
    }

  return g_string_free (text, FALSE);
}
