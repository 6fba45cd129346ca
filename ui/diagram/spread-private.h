/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "diagram/classes-private.h"
#include "diagram/course.h"
#include "diagram/index.h"

G_BEGIN_DECLS

#define QUO_SPREAD_ROLES_MAX 8
/* Nodes up to here have a row each, with who told whom. */
#define QUO_SPREAD_NAMES_MAX 64
#define QUO_SPREAD_POINTS    240

/* What the mean of many nodes would do. */
typedef struct
{
  gboolean is_known;      /* else there is too little to go by */
  gboolean is_in_cycles;  /* by a recurrence; else by a differential equation */
  QuoTime  cycle;
  double   contacts;      /* of an infective node, a cycle or a second */
  double   answers;       /* in cycles: of the contacts those that were asked for */
  double   loss;          /* chance to lose interest in an unnecessary contact */
  guint    n_points;
  QuoTime  time[QUO_SPREAD_POINTS];
  double   known[QUO_SPREAD_POINTS]; /* share */
} QuoTheory;

/* How many are what, at a moment. */
typedef struct
{
  guint known[QUO_SPREAD_ROLES_MAX]; /* that know, by role */
  guint n_known;
  guint n_down;
} QuoSpreadSample;

typedef struct _QuoSpreadTally QuoSpreadTally;

typedef struct
{
  QuoRun     *run;
  QuoTrace   *trace;
  QuoMetrics *metrics;
  QuoPalette  palette;
  QuoCourse  *knows;
  QuoCourse  *roles;       /* NULL: the protocol has none */
  guint       n_roles;     /* at least 1 */
  guint       n_nodes;
  guint       n_read;      /* moves of knows when what follows was made */
  guint       n_roles_read; /* and of the roles */
  QuoTime     begin;       /* of the time axis */
  QuoTime     end;
  guint32    *learnt;      /* by node: the event that it first learnt by */
  guint       n_never;     /* nodes that never did */
  guint      *row_of;      /* by node: with names; in the order of learning */
  QuoSpreadTally *tally;
  QuoTheory   theory;

  GArray     *samples;     /* of QuoSpreadSample, for the columns below */
  double      sampled_left, sampled_right; /* view px */
  QuoTime     sampled_from, sampled_to;
  GArray     *heat;        /* of guint8: a shade for each row and column */
  guint       heat_rows, heat_columns;
  QuoTime     heat_from, heat_to;
} QuoSpread;

typedef struct
{
  QuoSpread     *self;
  const QuoView *view;
  QuoScene      *scene;
  QuoTime        time;     /* shown */
  guint          n_moves;  /* until then */
  double         left;     /* of the time axis, view px; may be out of sight */
  double         right;
  double         gutter;   /* where what is in sight begins */
  double         edge;     /* and where it ends */
  QuoBox         curve;    /* in sight */
  QuoBox         strip;
} QuoSpreadFrame;

/* A walk along both courses at once. */
typedef struct
{
  QuoSpread *self;
  guint      next_knows;
  guint      next_role;
  guint8    *knows;        /* by node */
  guint8    *role;
  guint8    *is_down;
  QuoSpreadSample now;
} QuoSpreadWalk;

/* spread-data.c */
void     quo_spread_read        (QuoSpread            *self);
void     quo_spread_walk_begin  (QuoSpreadWalk        *walk,
                                 QuoSpread            *self);
guint32  quo_spread_walk_peek   (const QuoSpreadWalk  *walk);
gboolean quo_spread_walk_next   (QuoSpreadWalk        *walk,
                                 guint32               end,
                                 guint32              *ret_event,
                                 guint                *ret_node);
void     quo_spread_walk_end    (QuoSpreadWalk        *walk);
void     quo_spread_sample      (QuoSpread            *self,
                                 const QuoSpreadFrame *frame,
                                 double                step);
guint32  quo_spread_told_by     (QuoSpread            *self,
                                 guint32               event);

/* spread-theory.c */
void     quo_spread_fit         (QuoSpread            *self);
void     quo_spread_tally_free  (QuoSpreadTally       *self);
char    *quo_theory_formula     (const QuoTheory      *theory);

/* spread-strip.c */
void     quo_spread_draw_strip  (QuoSpreadFrame       *frame);
void     quo_spread_light       (QuoSpreadFrame       *frame,
                                 guint64               thing,
                                 QuoStyle              style);

/* spread.c */
double   quo_spread_x           (const QuoSpreadFrame *frame,
                                 QuoTime               time);

G_END_DECLS
