/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The values of an action as a person types them: "A | B, C" for groups, "A, B"
 * for several nodes, JSON for the rest that is more than a word. */

#include "scenario/form.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

char     *quo_action_value_to_text   (JsonNode      *value);
JsonNode *quo_action_value_from_text (const QuoForm *form,
                                      const char    *key,
                                      const char    *text);

G_END_DECLS
