/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include "../schedules.h"

static const QuoProtocol *protocol;

static const QuoDeclaration *
declaration (void)
{
  g_assert_nonnull (protocol);

  return &protocol->declaration;
}

static guint
found (int index)
{
  g_assert_cmpint (index, >=, 0);

  return (guint) index;
}

void
fixture_use (const char *id)
{
  protocol = quo_protocol_find (id);
  g_assert_nonnull (protocol);
}

QuoSimConfig *
fixture_new (guint n_nodes)
{
  return quo_sim_config_new (declaration (), &protocol->behaviour, n_nodes);
}

static const QuoOptionSpec *
option (const char *id)
{
  return &declaration ()->options[found (quo_declaration_find_option (
    declaration (), id))];
}

void
fixture_set (QuoSimConfig *config,
             const char   *id,
             const char   *text)
{
  g_autoptr (GError) error = NULL;

  quo_option_set_text (option (id), config->options, config->names, text, &error);
  g_assert_no_error (error);
}

void
fixture_set_node (QuoSimConfig *config,
                  const char   *id,
                  int           node)
{
  quo_option_set_node (option (id), config->options, node);
}

void
fixture_set_fault (QuoSimConfig *config,
                   const char   *fault)
{
  guint index = found (quo_declaration_find_fault (declaration (), fault));

  config->faults = G_GUINT64_CONSTANT (1) << index;
}

QuoAction *
fixture_act (QuoSimConfig  *config,
             QuoActionKind  kind,
             QuoTime        at,
             guint          node)
{
  QuoAction *action = quo_sim_config_add_action (config, kind, at);

  action->node.kind = QUO_SELECT_NODE;
  action->node.index = node;

  return action;
}

void
fixture_command (QuoSimConfig *config,
                 QuoTime       at,
                 guint         node,
                 const char   *command)
{
  QuoAction *action = fixture_act (config, QUO_ACTION_COMMAND, at, node);

  action->what = found (quo_declaration_find_command (declaration (), command));
}

/* At the coordinator, which is node 0 in these tests. */
void
fixture_begin (QuoSimConfig *config,
               QuoTime       at,
               const char   *key,
               const char   *value)
{
  QuoAction *action = fixture_act (config, QUO_ACTION_COMMAND, at, 0);

  action->what = found (quo_declaration_find_command (declaration (), "begin"));
  action->args[0] = quo_names_intern (config->names, key);
  action->args[1] = quo_names_intern (config->names, value);
}

/* A dozen transactions in 1.2 s; somebody refuses every fourth. */
void
fixture_begin_many (QuoSimConfig *config)
{
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i % 3);
      g_autofree char *value = g_strdup_printf ("%u", i);

      fixture_begin (config, (5 + 100 * i) * QUO_MILLISECOND, key, value);
      if (i % 4 == 3)
        fixture_command (config, (4 + 100 * i) * QUO_MILLISECOND,
                         1 + i % (config->n_nodes - 1), "refuse");
    }
}

/* All that an asynchronous system may see whose disks last. */
void
fixture_add_faults (QuoSimConfig *config,
                    QuoTime       to)
{
  QuoTime lasts = 300 * QUO_MILLISECOND;

  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  config->network.base.latency =
    quo_distribution_new_uniform (QUO_MILLISECOND, 30 * QUO_MILLISECOND);
  config->network.base.loss = 0.02;
  config->network.base.duplicate = 0.05;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * QUO_MILLISECOND);
  schedules_drift (config, 700 * QUO_MILLISECOND, config->seed % 2 != 0 ? .1 : -.1);
  schedules_add_chaos (config, QUO_CHAOS_CRASH, 6, to, lasts, 0);
  schedules_add_chaos (config, QUO_CHAOS_PAUSE, 2, to, lasts, 0);
  schedules_add_chaos (config, QUO_CHAOS_PARTITION, 1, to, lasts, 0);
  schedules_add_chaos (config, QUO_CHAOS_CUT, 1, to, lasts, 0);
  schedules_add_chaos (config, QUO_CHAOS_LOSS, 0.5, to, lasts, 0.3);
  schedules_add_chaos (config, QUO_CHAOS_SKEW, 2, to, QUO_MILLISECOND, 1);
}

void
fixture_drop (QuoSimConfig *config,
              const char   *message,
              int           from,
              int           to,
              guint         nth)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_DROP, 0);

  action->match.kind = (int) found (quo_declaration_find_message (declaration (),
                                                                  message));
  action->match.from = from;
  action->match.to = to;
  action->match.nth = nth;
}

void
fixture_add_client (QuoSimConfig *config,
                    guint         home)
{
  config->clients = g_renew (QuoClientConfig, config->clients,
                             config->n_clients + 1);
  config->clients[config->n_clients++] = (QuoClientConfig) {
    .home = home,
    .reads = 0.5,
    .n_keys = 2,
    .stop = QUO_TIME_NEVER,
    .timeout = 400 * QUO_MILLISECOND,
    .n_tries_max = 5,
  };
}

QuoAction *
fixture_write (QuoSimConfig *config,
               QuoTime       at,
               const char   *key,
               const char   *value)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_OP, at);

  action->client = config->n_nodes;
  action->op = QUO_OP_WRITE;
  action->key = quo_names_intern (config->names, key);
  action->value = quo_names_intern (config->names, value);

  return action;
}

QuoSim *
fixture_run (QuoSimConfig *config,
             QuoTime       until)
{
  QuoSim *sim = NULL;

  config->until = until;
  sim = quo_sim_new (config);
  quo_sim_run (sim, until, G_MAXUINT64, NULL);
  quo_sim_finish (sim);

  return sim;
}

/* Counted in the trace: @message %NULL is any between nodes, @node -1 any. */
guint
fixture_n_sent (QuoSim     *sim,
                const char *message,
                int         node)
{
  QuoTrace *trace = quo_sim_trace (sim);
  int kind = -1;
  guint n = 0;

  if (message != NULL)
    kind = (int) found (quo_declaration_find_message (declaration (), message));
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      if (event.what < QUO_MESSAGE_REQUEST
          && (kind < 0 || event.what == (guint) kind)
          && (node < 0 || event.node == (guint) node))
        n++;
    }

  return n;
}

/* Log records, as they reach the disk; blocks of numbers are not counted. */
guint
fixture_n_writes (QuoSim   *sim,
                  gboolean  is_forced,
                  int       node)
{
  QuoTrace *trace = quo_sim_trace (sim);
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SYNC)
        continue;
      quo_trace_read (trace, i, &event);
      if (!g_str_equal (declaration ()->writes[event.what].id, "reserve")
          && declaration ()->writes[event.what].is_forced == is_forced
          && (node < 0 || event.node == (guint) node))
        n++;
    }

  return n;
}

guint
fixture_n_notes (QuoSim     *sim,
                 const char *note,
                 int         node)
{
  QuoTrace *trace = quo_sim_trace (sim);
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_NOTE)
        continue;
      quo_trace_read (trace, i, &event);
      if (g_str_equal (declaration ()->notes[event.what].id, note)
          && (node < 0 || event.node == (guint) node))
        n++;
    }

  return n;
}

const QuoSamples *
fixture_measure (QuoSim     *sim,
                 const char *id)
{
  return quo_sim_measure (sim, found (quo_declaration_find_measure (
                                 declaration (), id)));
}

gboolean
fixture_is_violated (QuoSim     *sim,
                     const char *invariant)
{
  guint index = found (quo_declaration_find_invariant (declaration (),
                                                       invariant));

  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    if (quo_sim_violation (sim, i)->invariant == index)
      return TRUE;

  return FALSE;
}

gint64
fixture_scalar (QuoReplay  *replay,
                guint       node,
                const char *field)
{
  return quo_replay_scalar (replay, node,
                            found (quo_declaration_find_field (declaration (),
                                                               field)));
}

const char *
fixture_role (QuoReplay *replay,
              guint      node)
{
  return declaration ()->roles[fixture_scalar (replay, node, "role")].id;
}

const QuoTable *
fixture_table (QuoReplay  *replay,
               guint       node,
               const char *field)
{
  return quo_replay_table (replay, node,
                           found (quo_declaration_find_field (declaration (),
                                                              field)));
}

/* NULL when the node has no value for the key. */
const char *
fixture_stored (QuoSim     *sim,
                QuoReplay  *replay,
                guint       node,
                const char *key)
{
  QuoNames *names = quo_trace_names (quo_sim_trace (sim));
  const QuoTable *store = fixture_table (replay, node, "store");
  const gint64 *columns = NULL;

  if (store != NULL)
    columns = quo_table_get (store, quo_names_lookup (names, key));

  return columns != NULL ? quo_names_get (names, (guint32) columns[0]) : NULL;
}

double
fixture_sum (QuoSim     *sim,
             const char *measure)
{
  return quo_samples_get_sum (fixture_measure (sim, measure));
}

static int
find_name (const char * const *names,
           const char         *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      return i;

  g_assert_not_reached ();
}

/* The logs themselves, without the monitor's help: 1 for a commit, 2 for an abort,
 * by transaction, over all nodes. */
static char *
judge_logs (QuoSim *sim)
{
  guint n_nodes = quo_trace_n_nodes (quo_sim_trace (sim));
  guint field = found (quo_declaration_find_field (declaration (), "log"));
  const char * const *names = declaration ()->fields[field].columns[0].values;
  int commit = find_name (names, "commit");
  int abort = find_name (names, "abort");
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));
  g_autoptr (GHashTable) outcomes = g_hash_table_new (NULL, NULL);

  quo_replay_seek (replay, quo_trace_length (quo_sim_trace (sim)));
  for (guint node = 0; node < n_nodes; node++)
    {
      const QuoTable *log = fixture_table (replay, node, "log");

      for (guint i = 0; log != NULL && i < quo_table_n_rows (log); i++)
        {
          const gint64 *row = quo_table_nth (log, i, NULL);
          gpointer id = GSIZE_TO_POINTER ((gsize) row[1]);
          guint outcome = row[0] == commit ? 1 : row[0] == abort ? 2 : 0;
          guint known = GPOINTER_TO_UINT (g_hash_table_lookup (outcomes, id));

          known |= outcome;
          if (known == 3)
            return g_strdup_printf ("%" G_GINT64_FORMAT " is committed in one log "
                                    "and aborted in another", row[1]);
          g_hash_table_insert (outcomes, id, GUINT_TO_POINTER (known));
        }
    }

  return NULL;
}

/* What is wrong with a run that had time to settle; NULL when nothing is. */
char *
fixture_judge (QuoSim *sim)
{
  char *text = schedules_violation (sim);

  if (text != NULL)
    return text;
  if (fixture_sum (sim, "in-doubt-at-end") > 0)
    return g_strdup ("somebody is still in doubt");

  return judge_logs (sim);
}

static gboolean
is_declared (gint64 from,
             gint64 to)
{
  const QuoDeclaration *d = declaration ();

  for (guint i = 0; d->transitions[i].id != NULL; i++)
    if (d->transitions[i].from == from && d->transitions[i].to == to)
      return TRUE;

  return FALSE;
}

/* A role that a start, a crash or a restart gives is no transition. */
void
fixture_assert_transitions_declared (QuoSim *sim)
{
  const QuoDeclaration *d = declaration ();
  QuoTrace *trace = quo_sim_trace (sim);
  int field = quo_declaration_find_use (d, QUO_USE_ROLE);
  gint64 roles[16];

  g_assert_cmpuint (quo_trace_n_nodes (trace), <=, G_N_ELEMENTS (roles));
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    roles[i] = d->fields[field].initial;
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      guint node = quo_trace_node (trace, i);
      QuoEventKind kind = quo_trace_kind (trace, i);
      QuoChangeReader reader;
      QuoChange change;

      if (node >= G_N_ELEMENTS (roles))
        continue;
      if (kind == QUO_EVENT_CRASH)
        roles[node] = d->fields[field].initial;
      if (kind == QUO_EVENT_NOTE || kind == QUO_EVENT_SEND)
        kind = quo_trace_kind (trace, quo_trace_cause (trace, i));
      quo_trace_changes (trace, i, &reader);
      while (quo_change_reader_next (&reader, &change))
        {
          if ((int) change.field != field)
            continue;
          if (kind != QUO_EVENT_START && kind != QUO_EVENT_RESTART
              && !is_declared (roles[node], change.value))
            g_error ("%s to %s is not declared", d->roles[roles[node]].id,
                     d->roles[change.value].id);
          roles[node] = change.value;
        }
    }
}
