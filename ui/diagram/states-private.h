/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "diagram/classes-private.h"
#include "diagram/course.h"
#include "diagram/index.h"
#include "scene/labeler.h"

G_BEGIN_DECLS

#define QUO_STATES_MAX      16
/* Nodes up to here are chips with their names. */
#define QUO_STATES_NAMES_MAX 12
#define QUO_STATES_ARCS_MAX (QUO_STATES_MAX * QUO_STATES_MAX)
/* Transitions between the same two states share an arc. */
#define QUO_ARC_SPECS_MAX   4
/* Points along an arc, as it is measured and drawn. */
#define QUO_ARC_POINTS      25

/* All transitions from one state to one other, or to itself. */
typedef struct
{
  guint8   from;
  guint8   to;
  guint8   n_specs;
  guint8   specs[QUO_ARC_SPECS_MAX];
  gboolean is_declared;
  double   bow;      /* how far off the straight line, as a share of its length */
  double   slide;    /* how far beside the middles of its states, px */
  guint    side;     /* of a loop: 0 top, 1 right, 2 bottom, 3 left */
  QuoPoint shape[4]; /* its curve */
  float    left, top, right, bottom; /* around it */
  QuoPoint points[QUO_ARC_POINTS];
} QuoArc;

/* Where everything stands, content px. */
typedef struct
{
  guint    n_states;
  double   left, top, width, height; /* of the area to be filled */
  double   box_width, box_height;
  double   x[QUO_STATES_MAX];        /* centres */
  double   y[QUO_STATES_MAX];
  guint    n_arcs;
  QuoArc   arcs[QUO_STATES_ARCS_MAX];
} QuoStatesLayout;

/* A cell for each state. */
typedef struct
{
  guint columns, rows;
  guint column[QUO_STATES_MAX];
  guint row[QUO_STATES_MAX];
} QuoStatesGrid;

typedef struct
{
  QuoRun         *run;
  QuoTrace       *trace;
  QuoMetrics     *metrics;
  QuoIndex       *index;
  QuoCourse      *course;
  guint           n_nodes;
  guint           n_states;
  gboolean        is_source[QUO_STATES_MAX];
  QuoStatesLayout layout;
  GArray         *grids;          /* of QuoStatesGrid: all that come into question */
  guint           n_declared;     /* arcs that are declared, the first ones */
  double          laid_width;     /* what it was laid out for */
  double          laid_height;
  QuoLabeler     *labeler;
} QuoStatesView;

typedef struct
{
  QuoStatesView    *self;
  const QuoView    *view;
  QuoScene         *scene;
  const QuoPalette *palette;
  guint32           n_events;     /* that have happened */
  QuoTime           time;
  guint             n_moves;
  guint             population[QUO_COURSE_CLASSES_MAX + 1];
  guint             taken[QUO_STATES_ARCS_MAX];
  double            lit[QUO_STATES_ARCS_MAX]; /* by arc: 0 to 1 */
} QuoStatesFrame;

/* states-layout.c */
void   quo_states_arrange   (const QuoStatesLayout *self,
                             const gboolean  *is_source,
                             QuoStatesGrid   *grid);
gboolean quo_states_place   (QuoStatesLayout *self,
                             const QuoStatesGrid *grid);
void   quo_states_place_anyhow (QuoStatesLayout *self);
double quo_states_route     (QuoStatesLayout *self,
                             guint            from_arc);
QuoBox quo_states_box       (const QuoStatesLayout *self,
                             guint            state);

/* states-arcs.c */
guint  quo_states_try_labels (QuoStatesView  *self);
void   quo_states_light     (QuoStatesFrame  *frame);
void   quo_states_draw_arcs (QuoStatesFrame  *frame);
void   quo_states_ring_arc  (QuoStatesFrame  *frame,
                             guint            transition,
                             QuoStyle         style);

/* states-nodes.c */
double quo_states_wide      (const QuoStatesView *self);
double quo_states_room      (const QuoStatesView *self,
                             double           box_width);
void   quo_states_draw_boxes (QuoStatesFrame *frame);
void   quo_states_draw_down (QuoStatesFrame  *frame,
                             const QuoBox    *box);
void   quo_states_draw_share (QuoStatesFrame *frame,
                              const QuoBox   *box);

G_END_DECLS
