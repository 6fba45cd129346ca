/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One line for each diagram; the order is that of the menu. */

#include "diagram/diagram.h"

G_BEGIN_DECLS

extern const QuoDiagramClass quo_network_diagram;
extern const QuoDiagramClass quo_sequence_diagram;
extern const QuoDiagramClass quo_space_time_diagram;
extern const QuoDiagramClass quo_spread_diagram;
extern const QuoDiagramClass quo_states_diagram;

gboolean quo_diagram_is_always_offered (QuoRun *run);

G_END_DECLS
