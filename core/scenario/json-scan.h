/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scenario/json.h"

G_BEGIN_DECLS

#define QUO_JSON_MAX_BYTES  (64u << 20)
#define QUO_JSON_MAX_VALUES 4000000u

QuoJson *quo_json_scan      (const char  *name,
                             const char  *text,
                             gsize        length,
                             GError     **error);
QuoJson *quo_json_scan_file (const char  *path,
                             GError     **error);

G_END_DECLS
