/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "diagram/classes-private.h"
#include "diagram/rows.h"
#include "scene/labeler.h"
#include "sim/describe.h"

G_BEGIN_DECLS

/* More events in sight than this are drawn as their density. */
#define QUO_SEQUENCE_EVENTS_MAX 2400

/* Px of arrows in sight, about, up to which replies are dashed: a dashed line costs
 * many times what a plain one does. */
#define QUO_SEQUENCE_DASHES_MAX 80000

/* Height of a row from which there is room for labels. */
#define QUO_SEQUENCE_LABEL_ROW 7.0

/* Half of the widest strip on a lifeline: where arrows begin and end. */
#define QUO_SEQUENCE_STRIP 4.0

typedef struct
{
  QuoRun     *run;
  QuoTrace   *trace;
  QuoMetrics *metrics;
  QuoIndex   *index;
  guint       n;              /* participants that have a column */
  guint      *participant_at; /* by column */
  guint      *column_of;      /* by participant; G_MAXUINT: none */

  /* Gaps for the script's actions and the story, for the width they were broken
   * into lines for; what counts for a gap is its entry in stops. */
  double      gaps_width;
  double      gaps_margin;
  double      gaps_row;       /* height of a row */
  gboolean    gaps_to_scale;
  gboolean    gaps_story;
  gboolean    gaps_compact;   /* a step of the story is one line */
  double      story_end;      /* of the last box in the margin, content px */
  GArray     *gaps;           /* of QuoGap */
  GPtrArray  *stops;          /* of QuoStop */

  /* Of the frame being drawn; kept for their memory. */
  QuoLabeler *labeler;
  GArray     *labels;         /* of QuoLabel */
  GArray     *spots;          /* of QuoLabelSpot: of the labels' short texts */
  GArray     *crossing;       /* of guint32 */
  GArray     *callouts;       /* of QuoCallout */
  GArray     *stories;        /* of QuoStory */
  GArray     *fan;            /* of QuoFanLabel */
  GStringChunk *texts;
} QuoSequence;

/* A box that says what is wrong. */
typedef struct
{
  guint32  event;
  double   x;       /* of its event, view px */
  double   y;
  char    *title;
  char   **lines;
  guint    n_lines;
  QuoBox   box;
} QuoCallout;

/* What a gap is for: an action of the script, or a step of the story. */
typedef struct
{
  gboolean  is_story;
  guint     nth;    /* of the script or the story */
  guint32   event;  /* of the action */
  QuoStyle  style;
  char    **lines;
  guint     n_lines;
} QuoStop;

/* A step of the story between the rows. */
typedef struct
{
  const QuoStop *stop;
  QuoBox         box;
} QuoStory;

/* A label whose place is still to be found. */
typedef struct
{
  guint       number;
  const char *text;
  const char *short_text; /* where there is no room for text, or NULL */
  guint       first_spot; /* of the short text */
  guint       n_spots;
  QuoStyle    style;
  guint       tint;
  QuoFont     font;
  guint64     id;
} QuoLabel;

typedef struct
{
  QuoSequence   *self;
  const QuoView *view;
  QuoScene      *scene;
  QuoRows        rows;
  double         gutter;      /* left of the first column */
  double         spacing;     /* of columns */
  double         head;        /* height of the heads */
  double         margin;      /* right of the last column, for the story */
  guint          column_from; /* in sight */
  guint          column_to;
  guint32        from;        /* events in sight */
  guint32        to;
  double         bottom;      /* where the lifelines end, view px */
  gboolean       is_dense;
  gboolean       has_labels;
  gboolean       is_light;    /* so many long arrows that dashes cost too much */
} QuoFrame;

/* A message as it is drawn, in view px. */
typedef struct
{
  double   x1, y1, x2, y2;
  QuoStyle style;
  QuoHead  head;
  guint    tint;
  gboolean is_lost;
  gboolean is_loop;
  QuoLoss  loss;
} QuoArrow;

/* sequence.c */
gboolean quo_sequence_has_story (QuoSequence       *self,
                                 const QuoView     *view);
double   quo_sequence_margin   (QuoSequence        *self,
                                const QuoView      *view);
double   quo_frame_x           (const QuoFrame     *frame,
                                guint               participant);
double   quo_frame_y           (const QuoFrame     *frame,
                                guint32             event);
gboolean quo_frame_sees_column (const QuoFrame     *frame,
                                guint               participant);
void     quo_frame_label       (QuoFrame           *frame,
                                int                 priority,
                                const QuoLabel     *label,
                                const QuoLabelSpot *spots,
                                guint               n_spots,
                                double              shift_max);
void     quo_frame_label_short (QuoFrame           *frame,
                                const char         *text,
                                const QuoLabelSpot *spots,
                                guint               n_spots);
void     quo_frame_label_beside (QuoFrame          *frame,
                                 int                priority,
                                 const QuoLabel    *label,
                                 double             x,
                                 double             y,
                                 double             away);
double   quo_frame_label_height (QuoFrame          *frame,
                                 QuoFont            font);

/* sequence-lifelines.c */
void     quo_frame_draw_lifelines (QuoFrame *frame);
void     quo_frame_draw_heads     (QuoFrame *frame);

/* sequence-messages.c */
gboolean quo_frame_arrow         (const QuoFrame *frame,
                                  guint32         send,
                                  guint32         arrival,
                                  QuoArrow       *ret_arrow);
void     quo_frame_draw_messages (QuoFrame *frame);
void     quo_frame_draw_density  (QuoFrame *frame);

/* sequence-callouts.c */
void     quo_frame_place_callouts (QuoFrame *frame);
void     quo_frame_draw_callouts  (QuoFrame *frame);
void     quo_callout_clear        (gpointer  callout);

/* sequence-notes.c */
void     quo_sequence_break_stops (QuoSequence   *self,
                                   const QuoView *view,
                                   QuoRows       *rows);
void     quo_frame_block_stops    (QuoFrame *frame);
void     quo_frame_draw_stops     (QuoFrame *frame);
void     quo_frame_draw_events    (QuoFrame *frame);
void     quo_frame_draw_selection (QuoFrame *frame);

G_END_DECLS
