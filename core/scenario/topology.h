/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who is whose neighbour, by rule. Neighbours are mutual and no two are so
 * twice. */

#include <glib.h>

G_BEGIN_DECLS

/* Above this many links the lists would not fit where a trace does. */
#define QUO_TOPOLOGY_MAX_LINKS (1u << 25)

typedef enum
{
  QUO_TOPOLOGY_COMPLETE, /* everybody: no lists are made */
  QUO_TOPOLOGY_RING,
  QUO_TOPOLOGY_STAR,
  QUO_TOPOLOGY_GRID,
  QUO_TOPOLOGY_TREE,
  QUO_TOPOLOGY_RANDOM_REGULAR,
  QUO_TOPOLOGY_ERDOS_RENYI,
  QUO_TOPOLOGY_SMALL_WORLD,
  QUO_TOPOLOGY_SCALE_FREE,
  QUO_TOPOLOGY_LINKS
} QuoTopologyKind;

typedef struct
{
  QuoTopologyKind kind;
  guint           degree;  /* random regular, small world; branches of a tree;
                            * links of a new node in a scale-free one */
  guint           centre;  /* of a star */
  guint           width;   /* of a grid, 0: about a square */
  gboolean        is_wrapped;
  double          p;       /* of a pair, or of a link to be led elsewhere */
  GArray         *links;   /* of guint, two for each link */
} QuoTopology;

double quo_topology_expected_links (const QuoTopology *self,
                                    guint              n_nodes);
void   quo_topology_generate       (const QuoTopology *self,
                                    guint              n_nodes,
                                    guint64            seed,
                                    guint            **ret_start,
                                    guint            **ret_neighbours);

G_END_DECLS
