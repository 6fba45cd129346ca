/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A diagram: a pure function of (run, time, viewport, theme) to a scene.
 *
 * What may be kept between frames (a layout, an index of the messages) lives in
 * the QuoDiagram and is thrown away with the run it was made from; it never
 * changes what is drawn.
 */

#include "scenario/run.h"
#include "scene/metrics.h"
#include "scene/scene.h"

G_BEGIN_DECLS

typedef struct _QuoDiagram      QuoDiagram;
typedef struct _QuoDiagramClass QuoDiagramClass;

/* Ids of what a scene shows, for QuoScene and for the selection. */
typedef enum
{
  QUO_THING_NONE,
  QUO_THING_EVENT,       /* index: the event; a message is its send */
  QUO_THING_PARTICIPANT, /* index: node or client */
  QUO_THING_LINK,        /* index: from << 28 | to */
  QUO_THING_ROLE,        /* index: role of the state machine */
  QUO_THING_TRANSITION,
  QUO_THING_ACTION       /* index: of the script */
} QuoThing;

static inline guint64
quo_thing_id (QuoThing kind,
              guint64  index)
{
  return ((guint64) kind << 56) | (index & G_GUINT64_CONSTANT (0xffffffffffffff));
}

static inline QuoThing
quo_thing_kind (guint64 id)
{
  return (QuoThing) (id >> 56);
}

static inline guint64
quo_thing_index (guint64 id)
{
  return id & G_GUINT64_CONSTANT (0xffffffffffffff);
}

/* What part is looked at, and how. Sizes in px; offsets in content px. */
typedef struct
{
  double   width;
  double   height;
  double   x;         /* content point at the left edge */
  double   y;         /* content point at the top edge */
  double   zoom;      /* 1: natural size */
  QuoTime  time;      /* shown */
  guint64  selected;  /* a thing, or 0 */
  guint64  selected_second; /* to compare with, or 0 */
  guint64  hovered;
  gboolean is_to_scale;     /* sequence: true slopes; else even spacing */
  gboolean is_whole;        /* export: everything, no veil after the time */
  gboolean is_still_only;   /* leave out what moves */
} QuoView;

struct _QuoDiagramClass
{
  const char *id;      /* "sequence" */
  const char *title;   /* "Sequence", marked for translation */
  const char *summary;
  /* Whether this run has anything to show in it. */
  gboolean  (*is_offered) (QuoRun *run);
  gpointer  (*create)     (QuoRun *run, QuoMetrics *metrics);
  void      (*destroy)    (gpointer self);
  /* Natural size of the whole content at the given zoom, px. */
  void      (*extent)     (gpointer self, const QuoView *view,
                           double *ret_width, double *ret_height);
  void      (*draw)       (gpointer self, const QuoView *view, QuoScene *scene);
  /* Where the view should stand so that the time shown can be seen; NULL when
   * the view does not scroll with time. */
  void      (*follow)     (gpointer self, QuoView *view);
  /* The thing dragged to (x, y): FALSE when it cannot be dragged. Only moves what
   * is drawn; ret_x and ret_y are what a scenario would store (0 .. 1). */
  gboolean  (*drag)       (gpointer self, const QuoView *view, guint64 thing,
                           double x, double y, double *ret_x, double *ret_y);
  /* The run was extended: the trace has grown. */
  void      (*extended)   (gpointer self);
};

const QuoDiagramClass * const *quo_diagram_classes  (void);
const QuoDiagramClass *quo_diagram_class_find       (const char            *id);

QuoDiagram            *quo_diagram_new              (const QuoDiagramClass *klass,
                                                     QuoRun                *run,
                                                     QuoMetrics            *metrics);
void                   quo_diagram_free             (QuoDiagram            *self);
const QuoDiagramClass *quo_diagram_class            (QuoDiagram            *self);
QuoRun                *quo_diagram_run              (QuoDiagram            *self);
void                   quo_diagram_extent           (QuoDiagram            *self,
                                                     const QuoView         *view,
                                                     double                *ret_width,
                                                     double                *ret_height);
void                   quo_diagram_draw             (QuoDiagram            *self,
                                                     const QuoView         *view,
                                                     QuoScene              *scene);
gboolean               quo_diagram_follow           (QuoDiagram            *self,
                                                     QuoView               *view);
gboolean               quo_diagram_drag             (QuoDiagram            *self,
                                                     const QuoView         *view,
                                                     guint64                thing,
                                                     double                 x,
                                                     double                 y,
                                                     double                *ret_x,
                                                     double                *ret_y);
void                   quo_diagram_extended         (QuoDiagram            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoDiagram, quo_diagram_free)

G_END_DECLS
