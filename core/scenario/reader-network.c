/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "network", but for who is whose neighbour: topology.c. */

#include "scenario/reader-private.h"

#include <glib/gi18n-lib.h>

static gboolean
read_order (QuoReader     *reader,
            const QuoJson *object,
            QuoLinkConfig *link)
{
  const QuoJson *fifo = quo_json_get (object, "fifo");
  const QuoJson *reorder = quo_json_get (object, "reorder");

  if (fifo != NULL && reorder != NULL
      && quo_json_truth (fifo) == quo_json_truth (reorder))
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, reorder,
                            _("“reorder” contradicts “fifo”"));
  if (fifo != NULL)
    link->is_fifo = quo_json_truth (fifo);
  else if (reorder != NULL)
    link->is_fifo = !quo_json_truth (reorder);

  return TRUE;
}

/**
 * quo_reader_link:
 * @reader: a reader
 * @object: (nullable): an object with the keys of a link
 * @is_override: what is missing is as elsewhere, else as @ret_link has it
 * @ret_link: (inout): the link
 *
 * Returns: whether it is right, else the error is set
 */
gboolean
quo_reader_link (QuoReader     *reader,
                 const QuoJson *object,
                 gboolean       is_override,
                 QuoLinkConfig *ret_link)
{
  const QuoJson *bandwidth = quo_json_get (object, "bandwidth");

  if (is_override)
    *ret_link = (QuoLinkConfig) {
      .loss = -1, .duplicate = -1, .bandwidth = -1, .is_fifo = -1, .extra = -1,
    };
  ret_link->loss = quo_reader_number (object, "loss", ret_link->loss);
  ret_link->duplicate = quo_reader_number (object, "duplicate",
                                           ret_link->duplicate);
  ret_link->extra = quo_reader_time (object, "extra", ret_link->extra);
  if (bandwidth != NULL)
    quo_bandwidth_parse (quo_json_text (bandwidth), &ret_link->bandwidth);

  return read_order (reader, object, ret_link)
         && quo_reader_latency (reader, object, "latency", &ret_link->latency);
}

static void
add_override (QuoReader           *reader,
              guint                from,
              guint                to,
              const QuoLinkConfig *link)
{
  QuoLinkOverride override = { from, to, *link };

  if (link->latency != NULL)
    quo_distribution_ref (link->latency);
  g_array_append_val (reader->config->network.overrides, override);
}

static gboolean
read_links (QuoReader     *reader,
            const QuoJson *links)
{
  for (guint i = 0; i < quo_json_length (links); i++)
    {
      const QuoJson *value = quo_json_nth (links, i);
      QuoLinkConfig link = { NULL };
      guint from;
      guint to;

      if (!quo_reader_participant (reader, quo_json_get (value, "from"), &from)
          || !quo_reader_participant (reader, quo_json_get (value, "to"), &to))
        return FALSE;
      if (from == to)
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE,
                                quo_json_get (value, "to"),
                                _("a link leads from one node to another"));

      gboolean is_right = quo_reader_link (reader, value, TRUE, &link);

      if (is_right)
        {
          add_override (reader, from, to, &link);
          if (!quo_reader_bool (value, "one-way", FALSE))
            add_override (reader, to, from, &link);
        }
      g_clear_pointer (&link.latency, quo_distribution_unref);
      if (!is_right)
        return FALSE;
    }

  return TRUE;
}

/* The latency given for the way there serves for the way back, unless that has
 * its own. */
static QuoJson *
region_latency (const QuoJson *regions,
                guint          from,
                guint          to)
{
  QuoJson *there = quo_json_get (quo_json_nth (regions, from),
                                 quo_json_key (regions, to));

  if (there != NULL)
    return there;

  return quo_json_get (quo_json_nth (regions, to),
                       quo_json_key (regions, from));
}

static gboolean
check_region_keys (QuoReader     *reader,
                   const QuoJson *regions)
{
  for (guint i = 0; i < quo_json_length (regions); i++)
    {
      const QuoJson *row = quo_json_nth (regions, i);

      for (guint k = 0; k < quo_json_length (row); k++)
        if (quo_json_get (regions, quo_json_key (row, k)) == NULL)
          {
            g_autoptr (GPtrArray) known = g_ptr_array_new ();

            for (guint j = 0; j < quo_json_length (regions); j++)
              g_ptr_array_add (known, (char *) quo_json_key (regions, j));
            return quo_reader_fail_key (reader, row, k, _("a region"), known);
          }
    }

  return TRUE;
}

static void
place_in_regions (QuoReader *reader)
{
  const QuoScenario *scenario = reader->scenario;
  QuoNetworkConfig *network = &reader->config->network;
  const QuoJson *nodes = quo_json_get (scenario->root, "nodes");
  gboolean is_listed = quo_json_kind (nodes) == QUO_JSON_ARRAY;
  guint n = scenario->n_nodes;

  network->region_of = g_new0 (guint, n + scenario->clients->len);
  for (guint i = 0; i < n; i++)
    {
      const char *region = is_listed
                             ? quo_reader_text (quo_json_nth (nodes, i),
                                                "region", NULL)
                             : NULL;

      /* Neighbours by number are neighbours on the map. */
      network->region_of[i] =
        region != NULL
          ? GPOINTER_TO_UINT (g_hash_table_lookup (scenario->regions, region)) - 1
          : (guint) ((guint64) i * network->n_regions / n);
    }
  for (guint i = 0; i < scenario->clients->len; i++)
    network->region_of[n + i] =
      network->region_of[reader->config->clients[i].home];
}

static gboolean
read_regions (QuoReader     *reader,
              const QuoJson *regions)
{
  QuoNetworkConfig *network = &reader->config->network;
  guint n = quo_json_length (regions);

  if (n == 0)
    return TRUE;
  if (!check_region_keys (reader, regions))
    return FALSE;

  network->region_latency = g_new0 (QuoDistribution *, n * n);
  network->n_regions = n;
  for (guint from = 0; from < n; from++)
    for (guint to = 0; to < n; to++)
      {
        const QuoJson *value = region_latency (regions, from, to);
        QuoDistribution *latency =
          value != NULL ? quo_reader_distribution (reader, value)
                        : quo_distribution_ref (network->base.latency);

        if (latency == NULL)
          return FALSE;
        network->region_latency[from * n + to] = latency;
      }
  place_in_regions (reader);

  return TRUE;
}

static gboolean
read_kinds (QuoReader     *reader,
            const QuoJson *kinds)
{
  const QuoMessageSpec *specs = reader->protocol->declaration.messages;
  QuoNetworkConfig *network = &reader->config->network;
  g_autoptr (GPtrArray) known = QUO_TABLE_IDS (specs);

  if (kinds == NULL)
    return TRUE;

  network->kinds = g_new0 (QuoDistribution *, known->len + 1);
  for (guint i = 0; i < quo_json_length (kinds); i++)
    {
      int kind = quo_reader_table_find (specs, sizeof *specs,
                                        quo_json_key (kinds, i));

      if (kind < 0)
        return quo_reader_fail_key (reader, kinds, i,
                                    _("a message of this protocol"), known);
      network->kinds[kind] = quo_reader_distribution (reader,
                                                      quo_json_nth (kinds, i));
      if (network->kinds[kind] == NULL)
        return FALSE;
    }

  return TRUE;
}

/**
 * quo_reader_network:
 * @reader: its clients are in its configuration
 *
 * Returns: whether the network is right, else the error is set
 */
gboolean
quo_reader_network (QuoReader *reader)
{
  const QuoJson *value = quo_json_get (reader->scenario->root, "network");
  const QuoJson *topology = quo_json_get (value, "topology");
  QuoNetworkConfig *network = &reader->config->network;

  return quo_reader_link (reader, value, FALSE, &network->base)
         && quo_reader_latency (reader, value, "client-latency",
                                &network->client_latency)
         && read_kinds (reader, quo_json_get (value, "messages"))
         && read_links (reader, quo_json_get (value, "links"))
         && read_regions (reader, quo_json_get (topology, "regions"));
}
