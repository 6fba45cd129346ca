/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "clock/order.h"

G_BEGIN_DECLS

gint64   quo_lamport_tick    (gint64 *clock);
gint64   quo_lamport_receive (gint64 *clock,
                              gint64  message);
QuoOrder quo_lamport_compare (gint64  a,
                              guint   a_node,
                              gint64  b,
                              guint   b_node);

G_END_DECLS
