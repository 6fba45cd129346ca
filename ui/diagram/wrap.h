/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scene/metrics.h"

char **quo_wrap_text (QuoMetrics *metrics,
                      QuoFont     font,
                      const char *text,
                      double      width,
                      guint       n_lines_max,
                      guint      *ret_n);
