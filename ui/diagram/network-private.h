/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "diagram/classes-private.h"
#include "diagram/index.h"
#include "scene/labeler.h"
#include "sim/describe.h"

G_BEGIN_DECLS

/* Up to here every pair of a complete graph gets its line. */
#define QUO_NETWORK_MESH_MAX 12

/* Up to here every node has its role written beside it. */
#define QUO_NETWORK_ROLES_MAX 20

/* Radii from which a node has a name inside, and all the rest around it. */
#define QUO_NETWORK_NAME_RADIUS 9.0
#define QUO_NETWORK_FULL_RADIUS 19.0

typedef struct
{
  QuoRun       *run;
  QuoTrace     *trace;
  QuoMetrics   *metrics;
  QuoIndex     *index;
  QuoSimConfig *config;
  guint         n_nodes;
  guint         n_clients;
  double       *x;        /* 0 to 1, of the nodes */
  double       *y;
  double        middle;   /* of the nodes' y */
  double        apart;    /* of neighbours as a rule, in the same unit; 0: unknown */
  QuoLabeler   *labeler;
  GArray       *sends;    /* of guint32 */
  GArray       *labels;   /* of QuoNodeLabel */
  GStringChunk *texts;
} QuoNetworkView;

/* A label whose place is still to be found. */
typedef struct
{
  guint       number;
  const char *text;
  QuoStyle    style;
  guint       tint;
  QuoFont     font;
  guint64     id;
  gboolean    is_fixed; /* stands at box, whatever moves */
  QuoBox      box;
} QuoNodeLabel;

/* What a node is at the time shown. */
typedef struct
{
  QuoLife  life;
  gint64   role;
  gint64   epoch;
  guint    tint;
  gboolean is_leading;
  gboolean knows;
} QuoNodeState;

typedef struct
{
  QuoNetworkView *self;
  const QuoView  *view;
  QuoScene       *scene;
  QuoReplay      *replay;
  const QuoPalette *palette;
  double          left, top;      /* of the area that 0 .. 1 stand for, view px */
  double          width, height;
  double          radius;         /* of a node */
  QuoTime         time;
  QuoPoint       *clients;        /* where their pills are centred; view px */
  float          *client_width;
  gint64          latest_epoch;   /* of any node */
  gboolean        has_cuts;
  gboolean        has_clients;    /* there is room for them */
} QuoNetworkFrame;

/* network.c */
void         quo_network_node_at    (const QuoNetworkFrame *frame,
                                     guint                  node,
                                     double                *ret_x,
                                     double                *ret_y);
gboolean     quo_network_at         (const QuoNetworkFrame *frame,
                                     guint                  participant,
                                     double                *ret_x,
                                     double                *ret_y);
QuoNodeState quo_network_state      (const QuoNetworkFrame *frame,
                                     guint                  node);
void         quo_network_label      (QuoNetworkFrame       *frame,
                                     int                    priority,
                                     const QuoNodeLabel    *label,
                                     const QuoLabelSpot    *spots,
                                     guint                  n_spots,
                                     double                 shift_max);
void         quo_network_label_fixed (QuoNetworkFrame       *frame,
                                      const QuoNodeLabel    *label,
                                      const QuoLabelSpot    *spots,
                                      guint                  n_spots);
void         quo_network_label_around (QuoNetworkFrame     *frame,
                                       int                  priority,
                                       const QuoNodeLabel  *label,
                                       double               x,
                                       double               y,
                                       double               away);

/* network-layout.c */
void         quo_network_find_places  (QuoNetworkView      *self);
void         quo_network_place_clients (QuoNetworkFrame    *frame);

/* network-nodes.c */
void         quo_network_block_nodes  (QuoNetworkFrame     *frame);
void         quo_network_draw_violations (QuoNetworkFrame  *frame);
void         quo_network_draw_nodes   (QuoNetworkFrame     *frame);
void         quo_network_draw_clients (QuoNetworkFrame     *frame);
void         quo_network_describe_node (const QuoNetworkFrame *frame,
                                        guint                  node,
                                        const QuoNodeState    *state,
                                        GString               *out);

/* network-links.c */
void         quo_network_draw_links    (QuoNetworkFrame    *frame);
void         quo_network_draw_cuts     (QuoNetworkFrame    *frame);
void         quo_network_draw_messages (QuoNetworkFrame    *frame);
void         quo_network_light_event   (QuoNetworkFrame    *frame,
                                        guint32             event,
                                        QuoStyle            style);
void         quo_network_light_link    (QuoNetworkFrame    *frame,
                                        guint               from,
                                        guint               to,
                                        QuoStyle            style);

/* network-large.c */
void         quo_network_draw_dots     (QuoNetworkFrame    *frame);

G_END_DECLS
