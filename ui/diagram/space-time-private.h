/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "diagram/classes-private.h"
#include "diagram/reach.h"
#include "diagram/rows.h"
#include "diagram/stamps.h"
#include "scene/labeler.h"
#include "sim/describe.h"

G_BEGIN_DECLS

/* More events in sight than this are drawn as their density. */
#define QUO_SPACE_EVENTS_MAX 2000
/* And more than this are not even looked at one by one. */
#define QUO_SPACE_SCAN_MAX   60000

typedef struct
{
  QuoRun     *run;
  QuoTrace   *trace;
  QuoMetrics *metrics;
  QuoIndex   *index;
  QuoReach   *reach;
  QuoStamps  *stamps;
  guint       n;           /* lanes */
  guint      *participant_at; /* by lane */
  guint      *lane_of;     /* by participant; G_MAXUINT: none */
  GArray     *acted;       /* of guint: nodes, in the order of their first events */
  guint8     *has_acted;   /* by node */
  guint32     n_ordered;   /* events that were looked at for it */
  double      gutter;

  /* The stamps that were drawn, by event: they never change. */
  GHashTable *texts_of;
  GStringChunk *stamp_texts;

  /* Of the frame being drawn; kept for their memory. */
  QuoLabeler *labeler;
  GArray     *labels;      /* of QuoSpaceLabel */
  GArray     *crossing;    /* of guint32 */
  GArray     *points;      /* of QuoSpacePoint, one a lane: not yet drawn */
  GStringChunk *texts;
} QuoSpaceTime;

/* A label whose place is still to be found. */
typedef struct
{
  guint       number;
  const char *text;
  QuoStyle    style;
  guint       tint;
  QuoFont     font;
  guint64     id;
} QuoSpaceLabel;

/* What one participant does at one moment. */
typedef struct
{
  guint32 first;  /* events; first > last: nothing */
  guint32 last;
  guint32 note;   /* the note among them that says most, or QUO_NO_EVENT */
  guint   n;
  double  x;
} QuoSpacePoint;

typedef struct
{
  QuoSpaceTime     *self;
  const QuoView    *view;
  QuoScene         *scene;
  const QuoPalette *palette;
  QuoRows           rows;      /* along the time axis: y is x here */
  double            spacing;   /* of lanes */
  double            first_lane; /* where it is, content px */
  double            head;      /* height of the strip with the times */
  double            foot;      /* height of the strip with the legend */
  guint             lane_from; /* in sight */
  guint             lane_to;
  guint32           from;      /* events in sight */
  guint32           to;
  double            right;     /* where the lifelines end, view px */
  gboolean          is_dense;
  guint             n_seen;    /* events in lanes in sight; at least */
  guint32           selected;  /* QUO_NO_EVENT: nothing to compare with */
} QuoSpaceFrame;

/* space-time.c */
double   quo_space_x          (const QuoSpaceFrame *frame,
                               guint32              event);
double   quo_space_y          (const QuoSpaceFrame *frame,
                               guint                participant);
gboolean quo_space_sees       (const QuoSpaceFrame *frame,
                               guint                participant);
void     quo_space_label      (QuoSpaceFrame       *frame,
                               int                  priority,
                               const QuoSpaceLabel *label,
                               const QuoLabelSpot  *spots,
                               guint                n_spots);

/* space-time-lanes.c */
void     quo_space_draw_lanes (QuoSpaceFrame *frame);
void     quo_space_draw_cones (QuoSpaceFrame *frame);
void     quo_space_draw_marks (QuoSpaceFrame *frame);
void     quo_space_draw_names (QuoSpaceFrame *frame);
void     quo_space_draw_selection (QuoSpaceFrame *frame);

/* space-time-events.c */
void     quo_space_draw_messages (QuoSpaceFrame *frame);
void     quo_space_draw_points   (QuoSpaceFrame *frame);
void     quo_space_draw_density  (QuoSpaceFrame *frame);
guint    quo_space_count         (QuoSpaceFrame *frame);

/* space-time-legend.c */
double   quo_space_foot_height (QuoSpaceTime  *self,
                                const QuoView *view);
void     quo_space_draw_foot   (QuoSpaceFrame *frame);
const char *quo_space_stamp_text (QuoSpaceTime *self,
                                  guint32       event);

G_END_DECLS
