/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The vector stamp of an event: the protocol's own where it keeps one, else counted
 * from the trace as long as that is cheap.
 *
 * Counted stamps tick once for each thing that can be seen: a message received, and
 * all that a participant does at one moment.
 */

#include "scenario/run.h"

G_BEGIN_DECLS

/* More participants have stamps too long to be read. */
#define QUO_STAMPS_PARTICIPANTS_MAX 64

typedef struct _QuoStamps QuoStamps;

QuoStamps *quo_stamps_new        (QuoRun       *run);
void       quo_stamps_free       (QuoStamps    *self);
gboolean   quo_stamps_are_own    (QuoStamps    *self);
gboolean   quo_stamps_get        (QuoStamps    *self,
                                  guint32       event,
                                  gint64       *ret_counts);
gboolean   quo_stamps_lamport    (QuoStamps    *self,
                                  guint32       event,
                                  gint64       *ret_count);
char      *quo_stamps_format     (QuoStamps    *self,
                                  const gint64 *counts);
char      *quo_stamps_format_apart (QuoStamps  *self,
                                  const gint64 *counts,
                                  const gint64 *other);
char      *quo_stamps_compare    (QuoStamps    *self,
                                  const gint64 *one,
                                  const gint64 *other);
gboolean   quo_stamps_is_visible (QuoEventKind  kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoStamps, quo_stamps_free)

G_END_DECLS
