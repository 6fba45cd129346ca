/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The course of one field over a run: who is in which class, and who moved from
 * which to which.
 *
 * A class is a value of the field; those that are down are in a class of their own.
 * Twelve bytes a change and one checkpoint for each thousand of them: how many are
 * where at any time is looked up, not counted.
 */

#include "sim/trace.h"

G_BEGIN_DECLS

/* Values from here on count as the last class. */
#define QUO_COURSE_CLASSES_MAX 24

typedef struct
{
  guint32 event;
  guint32 node;
  guint8  from;    /* class */
  guint8  to;
  guint8  is_move; /* else a start, a crash or a restart put it there */
} QuoMove;

typedef struct
{
  int     field;     /* a scalar */
  guint   n_classes; /* without that of those that are down */
  int     epoch;     /* field; a new epoch in the same class is a move if the
                      * class may follow itself; -1: none */
  guint32 loops;     /* bit c: class c may follow itself */
} QuoCourseSpec;

typedef struct _QuoCourse QuoCourse;

QuoCourse     *quo_course_new        (QuoTrace            *trace,
                                      const QuoCourseSpec *spec);
void           quo_course_free       (QuoCourse           *self);
guint          quo_course_down       (QuoCourse           *self);
guint          quo_course_n_moves    (QuoCourse           *self,
                                      guint32              n_events);
const QuoMove *quo_course_moves      (QuoCourse           *self);
void           quo_course_population (QuoCourse           *self,
                                      guint                n_moves,
                                      guint               *ret_counts);
void           quo_course_taken      (QuoCourse           *self,
                                      guint                n_moves,
                                      guint               *ret_counts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoCourse, quo_course_free)

G_END_DECLS
