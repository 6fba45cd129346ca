/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the nodes of a graph stand when nobody has said so. */

#include <glib.h>

G_BEGIN_DECLS

/* Up to here a complete graph stands on a circle. */
#define QUO_LAYOUT_CIRCLE_MAX 16

/* Up to here a sparse graph is laid out by its links. */
#define QUO_LAYOUT_FORCE_MAX 20000

void quo_layout_place  (guint        n,
                        const guint *start,
                        const guint *neighbours,
                        double      *ret_x,
                        double      *ret_y);
void quo_layout_circle (guint        n,
                        double      *ret_x,
                        double      *ret_y);
void quo_layout_spiral (guint        n,
                        double      *ret_x,
                        double      *ret_y);
void quo_layout_force  (guint        n,
                        const guint *start,
                        const guint *neighbours,
                        double      *ret_x,
                        double      *ret_y);

G_END_DECLS
