/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "clock/vector.h"

G_BEGIN_DECLS

/* A version vector counts the updates that each replica made. It is the same
 * value as a vector clock, but only an update ticks it; a message does not. */
typedef QuoVectorClock QuoVersionVector;

/* Names one update: the n-th of a replica, from 1. */
typedef struct
{
  guint  node_index;
  gint64 n;
} QuoDot;

typedef struct
{
  QuoDot dot;
  gint64 value; /* the caller's: a number or the id of a name */
} QuoVersion;

#define QUO_VERSIONS_MAX 4096

/* What a replica holds of one key: the concurrent values, each under its dot,
 * and a context that covers every update seen, overwritten ones included. */
typedef struct _QuoVersions QuoVersions;

QuoVersions            *quo_versions_new         (void);
QuoVersions            *quo_versions_new_with    (const QuoVersionVector *context,
                                                  const QuoVersion       *versions,
                                                  guint                   n_versions);
QuoVersions            *quo_versions_copy        (const QuoVersions      *self);
void                    quo_versions_free        (QuoVersions            *self);
gboolean                quo_versions_put         (QuoVersions            *self,
                                                  guint                   node_index,
                                                  const QuoVersionVector *context,
                                                  gint64                  value,
                                                  QuoDot                 *ret_dot);
gboolean                quo_versions_sync        (QuoVersions            *self,
                                                  const QuoVersions      *other);
void                    quo_versions_drop        (QuoVersions            *self,
                                                  const QuoVersionVector *context);
guint                   quo_versions_get_n       (const QuoVersions      *self);
const QuoVersion       *quo_versions_get         (const QuoVersions      *self,
                                                  guint                   index);
const QuoVersionVector *quo_versions_get_context (const QuoVersions      *self);
gboolean                quo_versions_equal       (const QuoVersions      *a,
                                                  const QuoVersions      *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoVersions, quo_versions_free)

G_END_DECLS
