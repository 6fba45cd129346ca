/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The cluster's state after any prefix of a trace. */

#include "sim/table.h"
#include "sim/trace.h"

G_BEGIN_DECLS

typedef struct _QuoReplay QuoReplay;

typedef enum
{
  QUO_LIFE_UP,
  QUO_LIFE_DOWN,
  QUO_LIFE_PAUSED
} QuoLife;

QuoReplay      *quo_replay_new         (QuoTrace        *trace);
void            quo_replay_free        (QuoReplay       *self);
QuoTrace       *quo_replay_trace       (QuoReplay       *self);
gboolean        quo_replay_prepare     (QuoReplay       *self,
                                        const volatile gint *is_cancelled);
void            quo_replay_seek        (QuoReplay       *self,
                                        guint32          n_events);
void            quo_replay_seek_time   (QuoReplay       *self,
                                        QuoTime          time);
guint32         quo_replay_position    (QuoReplay       *self);
gint64          quo_replay_scalar      (QuoReplay       *self,
                                        guint            node,
                                        guint            field);
const QuoTable *quo_replay_table       (QuoReplay       *self,
                                        guint            node,
                                        guint            field);
QuoLife         quo_replay_life        (QuoReplay       *self,
                                        guint            node);
guint32         quo_replay_last_event  (QuoReplay       *self,
                                        guint            node);
gboolean        quo_replay_is_cut      (QuoReplay       *self,
                                        guint            from,
                                        guint            to);
guint           quo_replay_group       (QuoReplay       *self,
                                        guint            participant);
gboolean        quo_replay_has_cuts    (QuoReplay       *self);
void            quo_replay_in_flight   (QuoReplay       *self,
                                        GArray          *ret_sends);
gsize           quo_replay_bytes       (QuoReplay       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoReplay, quo_replay_free)

G_END_DECLS
