/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double quo_exact_log         (double x);
double quo_exact_exp         (double x);
double quo_exact_pow         (double base,
                              double exponent);
double quo_normal_quantile   (double p);
double quo_normal_cumulative (double z);

G_END_DECLS
