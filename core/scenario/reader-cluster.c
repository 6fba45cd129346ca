/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "nodes", "clients", "options", "fault", "disk" and "limits". */

#include "scenario/reader-private.h"

#include "sim/option.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define CLIENT_TIMEOUT (QUO_SECOND)
#define CLIENT_TRIES   5

#define ID_LENGTH_MAX 64

/* Before anything can be looked up: who there is. */
static gboolean
add_id (QuoReader     *reader,
        const QuoJson *value,
        guint          participant)
{
  const char *id = quo_json_text (value);
  QuoScenario *scenario = reader->scenario;

  if (id[0] == '@')
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, value,
                            _("“%.60s”: a name must not begin with “@”, which "
                              "stands for a role"), id);
  if (g_utf8_strlen (id, -1) > ID_LENGTH_MAX)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_LIMIT, value,
                            _("a name may have up to %d characters"),
                            ID_LENGTH_MAX);
  for (const char *p = id; *p != 0; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, value,
                              _("a name must not hold control characters"));
  if (quo_scenario_find (scenario, id) >= 0)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_DUPLICATE, value,
                            _("the name “%.60s” is taken already"), id);
  g_hash_table_insert (scenario->by_id, (char *) id,
                       GUINT_TO_POINTER (participant + 1));

  return TRUE;
}

static const char *
default_prefix (const QuoJson *rule)
{
  return quo_reader_text (rule, "prefix", "n");
}

/* A protocol may take fewer than the engine does. */
static gboolean
check_node_count (QuoReader     *reader,
                  const QuoJson *place)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;

  if (declaration->n_nodes_max == 0
      || reader->scenario->n_nodes <= declaration->n_nodes_max)
    return TRUE;

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_LIMIT, place,
                          _("%s takes up to %u nodes, not %u"), declaration->id,
                          declaration->n_nodes_max, reader->scenario->n_nodes);
}

static gboolean
read_node_ids (QuoReader *reader)
{
  QuoScenario *scenario = reader->scenario;
  const QuoJson *nodes = quo_json_get (scenario->root, "nodes");

  if (quo_json_kind (nodes) == QUO_JSON_OBJECT)
    {
      const QuoJson *prefix = quo_json_get (nodes, "prefix");

      scenario->n_nodes = (guint) quo_reader_int (nodes, "count", 1);
      if (prefix != NULL
          && (g_utf8_strlen (quo_json_text (prefix), -1) > 16
              || quo_json_text (prefix)[0] == '@'))
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, prefix,
                                _("a prefix may have up to 16 characters and "
                                  "must not begin with “@”"));
      scenario->prefix = default_prefix (nodes);
      return check_node_count (reader, quo_json_get (nodes, "count"));
    }

  scenario->n_nodes = 0;
  for (guint i = 0; i < quo_json_length (nodes); i++)
    {
      const QuoJson *id = quo_json_get (quo_json_nth (nodes, i), "id");

      if (!add_id (reader, id, i))
        return FALSE;
      scenario->n_nodes = i + 1;
    }

  return check_node_count (reader, nodes);
}

/* The script may ask something of a node without saying who asks. */
static gboolean
needs_operator (const QuoScenario *scenario)
{
  const QuoJson *script = quo_json_get (scenario->root, "script");

  for (guint i = 0; i < quo_json_length (script); i++)
    {
      const QuoJson *action = quo_json_nth (script, i);
      const char *id = quo_reader_text (action, "do", "");

      if (quo_reader_enum (quo_op_names, id) >= 0
          && quo_json_get (action, "client") == NULL)
        return TRUE;
    }

  return FALSE;
}

static gboolean
read_client_ids (QuoReader *reader)
{
  QuoScenario *scenario = reader->scenario;
  const QuoJson *clients = quo_json_get (scenario->root, "clients");

  for (guint i = 0; i < quo_json_length (clients); i++)
    {
      const QuoJson *id = quo_json_get (quo_json_nth (clients, i), "id");

      if (!add_id (reader, id, scenario->n_nodes + i))
        return FALSE;
      g_ptr_array_add (scenario->clients, (char *) quo_json_text (id));
    }

  /* One called "client" serves as the operator. */
  if (needs_operator (scenario)
      && quo_scenario_find (scenario, QUO_OPERATOR_ID) < (int) scenario->n_nodes)
    {
      scenario->has_operator = TRUE;
      if (quo_scenario_find (scenario, QUO_OPERATOR_ID) < 0)
        g_hash_table_insert (scenario->by_id, (char *) QUO_OPERATOR_ID,
                             GUINT_TO_POINTER (scenario->n_nodes
                                               + scenario->clients->len + 1));
      g_ptr_array_add (scenario->clients, (char *) QUO_OPERATOR_ID);
    }

  return TRUE;
}

/* Regions are named where their latencies are. */
static gboolean
read_region_ids (QuoReader *reader)
{
  QuoScenario *scenario = reader->scenario;
  const QuoJson *network = quo_json_get (scenario->root, "network");
  const QuoJson *topology = quo_json_get (network, "topology");
  const QuoJson *regions = quo_json_get (topology, "regions");
  const QuoJson *nodes = quo_json_get (scenario->root, "nodes");

  if (regions != NULL)
    {
      scenario->regions = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < quo_json_length (regions); i++)
        g_hash_table_insert (scenario->regions,
                             (char *) quo_json_key (regions, i),
                             GUINT_TO_POINTER (i + 1));
    }

  for (guint i = 0; quo_json_kind (nodes) == QUO_JSON_ARRAY
                    && i < quo_json_length (nodes); i++)
    {
      const QuoJson *region = quo_json_get (quo_json_nth (nodes, i), "region");
      g_autoptr (GPtrArray) known = NULL;

      if (region == NULL
          || (regions != NULL
              && g_hash_table_contains (scenario->regions,
                                        quo_json_text (region))))
        continue;
      known = g_ptr_array_new ();
      for (guint k = 0; k < quo_json_length (regions); k++)
        g_ptr_array_add (known, (char *) quo_json_key (regions, k));
      return quo_reader_fail_name (reader, region, quo_json_text (region),
                                   _("a region of the network's topology"),
                                   known);
    }

  return TRUE;
}

/**
 * quo_reader_cluster:
 * @reader: its tree's form was checked
 *
 * Learns the names of nodes, clients and regions.
 *
 * Returns: whether they are right, else the error is set
 */
gboolean
quo_reader_cluster (QuoReader *reader)
{
  return read_node_ids (reader) && read_client_ids (reader)
         && read_region_ids (reader);
}

static gboolean
check_positions (QuoReader     *reader,
                 const QuoJson *rule)
{
  const QuoJson *positions = quo_json_get (rule, "at");

  for (guint i = 0; i < quo_json_length (positions); i++)
    {
      const char *id = quo_json_key (positions, i);
      int found = quo_scenario_find (reader->scenario, id);

      if (found < 0 || (guint) found >= reader->scenario->n_nodes)
        {
          g_autoptr (GPtrArray) known = g_ptr_array_new ();
          g_autofree char *first = quo_scenario_participant (reader->scenario, 0);
          g_autofree char *last = quo_scenario_participant (
            reader->scenario, reader->scenario->n_nodes - 1);

          g_ptr_array_add (known, first);
          g_ptr_array_add (known, last);
          return quo_reader_fail_key (reader, positions, i, _("a node"), known);
        }
    }

  return TRUE;
}

/**
 * quo_reader_nodes:
 * @reader: its cluster is known, its configuration begun
 *
 * Returns: whether the nodes are right, else the error is set
 */
gboolean
quo_reader_nodes (QuoReader *reader)
{
  QuoSimConfig *config = reader->config;
  const QuoJson *nodes = quo_json_get (reader->scenario->root, "nodes");
  guint n = reader->scenario->n_nodes;

  if (reader->scenario->prefix != NULL)
    {
      g_free (config->prefix);
      config->prefix = g_strdup (reader->scenario->prefix);
      return check_positions (reader, nodes);
    }

  config->labels = g_new0 (char *, n);
  config->nodes = g_new0 (QuoNodeConfig, n);
  for (guint i = 0; i < n; i++)
    {
      const QuoJson *node = quo_json_nth (nodes, i);
      const QuoJson *clock = quo_json_get (node, "clock");

      config->labels[i] = g_strdup (quo_reader_text (node, "id", ""));
      config->nodes[i].clock_offset = quo_reader_time (clock, "offset", 0);
      config->nodes[i].clock_drift = quo_reader_number (clock, "drift", 0);
    }

  return TRUE;
}

static gboolean
read_workload (QuoReader       *reader,
               const QuoJson   *workload,
               QuoClientConfig *client)
{
  client->rate = quo_reader_rate (workload, "rate", 0);
  client->reads = quo_reader_number (workload, "reads", 0.5);
  client->n_keys = (guint) quo_reader_int (workload, "keys", 1);
  client->is_regular = quo_reader_bool (workload, "regular", FALSE);
  client->start = quo_reader_time (workload, "start", 0);
  client->stop = quo_reader_time (workload, "stop", QUO_TIME_NEVER);
  client->n_ops_max = (guint64) quo_reader_int (workload, "operations", 0);
  if (client->stop < client->start)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE,
                            quo_json_get (workload, "stop"),
                            _("the workload stops before it starts"));

  return TRUE;
}

static void
read_fallback (const QuoJson   *fallback,
               QuoClientConfig *client)
{
  const char *when = quo_reader_text (fallback, "when", "");

  if (fallback == NULL)
    return;
  client->fallback = (QuoFallback) quo_reader_enum (
    quo_fallback_names, quo_reader_text (fallback, "to", "none"));
  client->falls_back_on_failure = strcmp (when, "failure") == 0;
  client->fallback_after = quo_reader_time (fallback, "after",
                                            client->falls_back_on_failure
                                            ? 0 : client->timeout);
  client->ignores_session = !quo_reader_bool (fallback, "session", TRUE);
}

static gboolean
read_roaming (QuoReader       *reader,
              const QuoJson   *value,
              QuoClientConfig *client)
{
  if (value == NULL)
    return TRUE;

  client->is_roaming = quo_json_kind (value) == QUO_JSON_ARRAY
                       || quo_json_truth (value);
  if (quo_json_kind (value) != QUO_JSON_ARRAY)
    return TRUE;

  client->roamed = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < quo_json_length (value); i++)
    {
      guint node;

      if (!quo_reader_node (reader, quo_json_nth (value, i), &node))
        return FALSE;
      g_array_append_val (client->roamed, node);
    }

  return TRUE;
}

static gboolean
read_client (QuoReader       *reader,
             const QuoJson   *value,
             QuoClientConfig *client)
{
  const QuoJson *at = quo_json_get (value, "at");

  client->timeout = quo_reader_time (value, "timeout", CLIENT_TIMEOUT);
  client->n_tries_max = (guint) quo_reader_int (value, "tries", CLIENT_TRIES);
  read_fallback (quo_json_get (value, "fallback"), client);
  if (at != NULL && !quo_reader_node (reader, at, &client->home))
    return FALSE;
  if (!read_roaming (reader, quo_json_get (value, "roaming"), client))
    return FALSE;

  return read_workload (reader, quo_json_get (value, "workload"), client);
}

/**
 * quo_reader_clients:
 * @reader: its cluster is known, its configuration begun
 *
 * Returns: whether the clients are right, else the error is set
 */
gboolean
quo_reader_clients (QuoReader *reader)
{
  QuoSimConfig *config = reader->config;
  const GPtrArray *ids = reader->scenario->clients;
  const QuoJson *clients = quo_json_get (reader->scenario->root, "clients");

  config->n_clients = ids->len;
  config->clients = g_new0 (QuoClientConfig, MAX (1, ids->len));
  config->client_labels = g_new0 (char *, MAX (1, ids->len));
  for (guint i = 0; i < ids->len; i++)
    {
      const QuoJson *value = i < quo_json_length (clients)
                               ? quo_json_nth (clients, i)
                               : NULL;

      config->client_labels[i] = g_strdup (g_ptr_array_index (ids, i));
      if (!read_client (reader, value, &config->clients[i]))
        return FALSE;
    }
  if (reader->scenario->has_operator)
    config->clients[ids->len - 1].is_operator = TRUE;

  return TRUE;
}

static gboolean
fail_option (QuoReader           *reader,
             const QuoOptionSpec *spec,
             const QuoJson       *value)
{
  g_autofree char *allowed = quo_option_allowed (spec);
  g_autofree char *found = quo_json_found (value);

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value,
                          _("expected %s, found %s"), allowed, found);
}

static gboolean
read_range (QuoReader           *reader,
            const QuoOptionSpec *spec,
            const QuoJson       *value,
            gpointer             options,
            GError             **error)
{
  QuoTime times[2];

  if (quo_json_length (value) != 2)
    return fail_option (reader, spec, value);
  for (guint i = 0; i < 2; i++)
    {
      const QuoJson *item = quo_json_nth (value, i);

      if (quo_json_kind (item) != QUO_JSON_STRING
          || !quo_time_parse (quo_json_text (item), &times[i], NULL))
        return fail_option (reader, spec, value);
    }

  return quo_option_set_range (spec, options, times[0], times[1], error);
}

/* What an option's type may be in JSON. */
static gboolean
fits_option (const QuoOptionSpec *spec,
             QuoJsonKind          kind)
{
  switch (spec->type)
    {
    case QUO_OPTION_BOOL:
      return kind == QUO_JSON_BOOL;
    case QUO_OPTION_INT:
    case QUO_OPTION_NUMBER:
      return kind == QUO_JSON_NUMBER;
    case QUO_OPTION_RANGE:
      return kind == QUO_JSON_ARRAY || kind == QUO_JSON_STRING;
    case QUO_OPTION_NAME:
      return kind == QUO_JSON_STRING || kind == QUO_JSON_NUMBER;
    case QUO_OPTION_DURATION:
    case QUO_OPTION_ENUM:
    case QUO_OPTION_NODE:
    default:
      return kind == QUO_JSON_STRING;
    }
}

/**
 * quo_reader_option:
 * @reader: a reader
 * @spec: the option
 * @value: what it is to be
 * @options: a block of the protocol's options, changed
 *
 * Returns: whether @value is allowed, else the error is set
 */
gboolean
quo_reader_option (QuoReader           *reader,
                   const QuoOptionSpec *spec,
                   const QuoJson       *value,
                   gpointer             options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = quo_reader_scalar_text (value);
  gboolean is_set;
  guint node;

  if (!fits_option (spec, quo_json_kind (value)))
    return fail_option (reader, spec, value);

  if (spec->type == QUO_OPTION_NODE && text[0] != 0)
    {
      if (!quo_reader_node (reader, value, &node))
        return FALSE;
      quo_option_set_node (spec, options, (int) node);
      return TRUE;
    }
  if (quo_json_kind (value) == QUO_JSON_ARRAY)
    is_set = read_range (reader, spec, value, options, &error);
  else
    is_set = quo_option_set_text (spec, options, reader->names, text, &error);

  if (is_set)
    return TRUE;
  if (error == NULL)
    return FALSE;

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, value, "%s",
                          error->message);
}

static gboolean
read_fault (QuoReader     *reader,
            const QuoJson *value)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  int fault = quo_declaration_find_fault (declaration, quo_json_text (value));

  if (fault < 0 || fault >= 64)
    {
      g_autoptr (GPtrArray) known = QUO_TABLE_IDS (declaration->faults);
      g_autofree char *what = g_strdup_printf (_("a known fault of %s"),
                                               declaration->id);

      return quo_reader_fail_name (reader, value, quo_json_text (value), what,
                                   known);
    }
  reader->config->faults |= G_GUINT64_CONSTANT (1) << fault;

  return TRUE;
}

static gboolean
read_faults (QuoReader *reader)
{
  const QuoJson *value = quo_json_get (reader->scenario->root, "fault");

  if (value == NULL)
    return TRUE;
  if (quo_json_kind (value) == QUO_JSON_STRING)
    return read_fault (reader, value);

  for (guint i = 0; i < quo_json_length (value); i++)
    if (!read_fault (reader, quo_json_nth (value, i)))
      return FALSE;

  return TRUE;
}

static gboolean
read_writes (QuoReader     *reader,
             const QuoJson *writes)
{
  const QuoWriteSpec *specs = reader->protocol->declaration.writes;
  QuoDiskConfig *disk = &reader->config->disk;
  g_autoptr (GPtrArray) known = QUO_TABLE_IDS (specs);

  if (writes == NULL)
    return TRUE;

  disk->writes = g_new0 (QuoDistribution *, known->len + 1);
  for (guint i = 0; i < quo_json_length (writes); i++)
    {
      int write = quo_reader_table_find (specs, sizeof *specs,
                                         quo_json_key (writes, i));

      if (write < 0)
        return quo_reader_fail_key (reader, writes, i,
                                    _("a kind of write of this protocol"),
                                    known);
      disk->writes[write] = quo_reader_distribution (reader,
                                                     quo_json_nth (writes, i));
      if (disk->writes[write] == NULL)
        return FALSE;
    }

  return TRUE;
}

static void
read_limits (QuoReader *reader)
{
  const QuoJson *limits = quo_json_get (reader->scenario->root, "limits");
  const QuoJson *memory = quo_json_get (limits, "memory");
  QuoSimConfig *config = reader->config;
  double bytes = quo_json_double (memory);

  config->max_events = (guint64) quo_reader_int (limits, "events",
                                                 (gint64) config->max_events);
  if (memory == NULL)
    return;
  if (quo_json_kind (memory) == QUO_JSON_STRING)
    quo_size_parse (quo_json_text (memory), &bytes);
  config->max_bytes = (guint64) bytes;
}

/**
 * quo_reader_options:
 * @reader: its cluster is known, its configuration begun
 *
 * Reads options, faults, the disk and the limits.
 *
 * Returns: whether they are right, else the error is set
 */
gboolean
quo_reader_options (QuoReader *reader)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const QuoJson *root = reader->scenario->root;
  const QuoJson *options = quo_json_get (root, "options");
  const QuoJson *disk = quo_json_get (root, "disk");

  for (guint i = 0; i < quo_json_length (options); i++)
    {
      int option = quo_declaration_find_option (declaration,
                                                quo_json_key (options, i));

      if (!quo_reader_option (reader, &declaration->options[option],
                              quo_json_nth (options, i),
                              reader->config->options))
        return FALSE;
    }
  read_limits (reader);

  return read_faults (reader)
         && quo_reader_latency (reader, disk, "sync", &reader->config->disk.sync)
         && read_writes (reader, quo_json_get (disk, "writes"));
}
