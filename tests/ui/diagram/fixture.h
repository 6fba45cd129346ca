/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Runs to draw, and what a scene says about itself. */

#include "diagram/diagram.h"

G_BEGIN_DECLS

/* Five Raft nodes, two clients, a partition, a crash and a pause. */
QuoRun   *fixture_raft      (void);
/* Raft under load: at least @n_events events. */
QuoRun   *fixture_long      (guint64        n_events);
/* @n nodes with no protocol that matters, idle. */
QuoRun   *fixture_idle      (guint          n);
QuoRun   *fixture_run       (const char    *json);

QuoScene *fixture_draw      (QuoDiagram    *diagram,
                             const QuoView *view);
char     *fixture_draw_text (QuoDiagram    *diagram,
                             const QuoView *view);
QuoDiagram *fixture_diagram (const char    *id,
                             QuoRun        *run);
guint     fixture_count     (const char    *scene,
                             const char    *pattern);

G_END_DECLS
