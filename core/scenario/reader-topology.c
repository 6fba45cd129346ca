/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "network": {"topology": ...}: who is whose neighbour. */

#include "scenario/reader-private.h"
#include "scenario/topology.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* In the order of QuoTopologyKind. */
static const char * const kind_ids[] = {
  "complete", "ring", "star", "grid", "tree", "random-regular", "erdos-renyi",
  "small-world", "scale-free", "links", NULL
};

static guint
whole (const QuoJson *object,
       const char    *key,
       guint          otherwise)
{
  return (guint) quo_reader_int (object, key, otherwise);
}

static gboolean
read_star (QuoReader     *reader,
           const QuoJson *value,
           QuoTopology   *topology)
{
  const QuoJson *centre = quo_json_get (value, "centre");

  return centre == NULL || quo_reader_node (reader, centre, &topology->centre);
}

static gboolean
read_degree (QuoReader     *reader,
             const QuoJson *value,
             QuoTopology   *topology)
{
  guint n = reader->scenario->n_nodes;
  const QuoJson *degree = quo_json_get (value, "degree");

  topology->degree = whole (value, "degree", 2);
  topology->p = quo_reader_number (value, "rewire", 0);
  if (topology->degree >= n)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, degree,
                            _("of %u nodes none has %u neighbours: expected at "
                              "most %u"), n, topology->degree, n - 1);
  if (topology->kind == QUO_TOPOLOGY_SMALL_WORLD)
    {
      if (topology->degree % 2 != 0)
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, degree,
                                _("expected an even number, found %u"),
                                topology->degree);
      return TRUE;
    }
  if ((guint64) topology->degree * n % 2 != 0)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, degree,
                            _("%u nodes cannot have %u neighbours each: one of "
                              "the two numbers must be even"), n,
                            topology->degree);

  return TRUE;
}

static gboolean
read_scale_free (QuoReader     *reader,
                 const QuoJson *value,
                 QuoTopology   *topology)
{
  guint n = reader->scenario->n_nodes;

  topology->degree = whole (value, "links", 1);
  if (topology->degree < n)
    return TRUE;

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE,
                          quo_json_get (value, "links"),
                          _("of %u nodes none has %u neighbours: expected at "
                            "most %u"), n, topology->degree, n - 1);
}

static gboolean
read_pairs (QuoReader     *reader,
            const QuoJson *value,
            QuoTopology   *topology)
{
  topology->links = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < quo_json_length (value); i++)
    {
      const QuoJson *pair = quo_json_nth (value, i);
      guint ends[2];

      if (!quo_reader_node (reader, quo_json_nth (pair, 0), &ends[0])
          || !quo_reader_node (reader, quo_json_nth (pair, 1), &ends[1]))
        return FALSE;
      if (ends[0] == ends[1])
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, pair,
                                _("a link leads from one node to another"));
      g_array_append_vals (topology->links, ends, 2);
    }

  return TRUE;
}

static gboolean
read_kind (QuoReader     *reader,
           const QuoJson *value,
           QuoTopology   *topology)
{
  switch (topology->kind)
    {
    case QUO_TOPOLOGY_STAR:
      return read_star (reader, value, topology);
    case QUO_TOPOLOGY_GRID:
      topology->width = whole (value, "width", 0);
      topology->is_wrapped = quo_reader_bool (value, "wrap", FALSE);
      return TRUE;
    case QUO_TOPOLOGY_TREE:
      topology->degree = whole (value, "branches", 2);
      return TRUE;
    case QUO_TOPOLOGY_RANDOM_REGULAR:
    case QUO_TOPOLOGY_SMALL_WORLD:
      return read_degree (reader, value, topology);
    case QUO_TOPOLOGY_ERDOS_RENYI:
      topology->p = quo_reader_number (value, "p", 0);
      return TRUE;
    case QUO_TOPOLOGY_SCALE_FREE:
      return read_scale_free (reader, value, topology);
    case QUO_TOPOLOGY_LINKS:
      return read_pairs (reader, value, topology);
    case QUO_TOPOLOGY_COMPLETE:
    case QUO_TOPOLOGY_RING:
    default:
      return TRUE;
    }
}

static gboolean
read_topology (QuoReader     *reader,
               const QuoJson *value,
               QuoTopology   *topology)
{
  const QuoJson *detail = NULL;

  if (quo_json_kind (value) == QUO_JSON_STRING)
    topology->kind = (QuoTopologyKind) quo_reader_enum (kind_ids,
                                                        quo_json_text (value));
  for (guint i = 0; quo_json_kind (value) == QUO_JSON_OBJECT
                    && kind_ids[i] != NULL; i++)
    if (quo_json_get (value, kind_ids[i]) != NULL)
      {
        topology->kind = (QuoTopologyKind) i;
        detail = quo_json_get (value, kind_ids[i]);
      }
  if (!read_kind (reader, detail, topology))
    return FALSE;
  if (quo_topology_expected_links (topology, reader->scenario->n_nodes)
      > QUO_TOPOLOGY_MAX_LINKS)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_LIMIT, value,
                            _("this topology has more than %u links"),
                            QUO_TOPOLOGY_MAX_LINKS);

  return TRUE;
}

/**
 * quo_reader_topology:
 * @reader: its cluster is known, its configuration begun
 * @is_generated: whether the lists are made, not only judged
 *
 * Returns: whether the topology is right, else the error is set
 */
gboolean
quo_reader_topology (QuoReader *reader,
                     gboolean   is_generated)
{
  const QuoJson *network = quo_json_get (reader->scenario->root, "network");
  const QuoJson *value = quo_json_get (network, "topology");
  QuoNetworkConfig *config = &reader->config->network;
  QuoTopology topology = { QUO_TOPOLOGY_COMPLETE };
  gboolean is_right;

  if (value == NULL)
    return TRUE;

  is_right = read_topology (reader, value, &topology);
  if (is_right && is_generated)
    quo_topology_generate (&topology, reader->scenario->n_nodes,
                           reader->scenario->seed, &config->neighbour_start,
                           &config->neighbours);
  g_clear_pointer (&topology.links, g_array_unref);

  return is_right;
}
