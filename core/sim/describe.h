/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Events and values in words, from the declarations alone. */

#include "sim/trace.h"

G_BEGIN_DECLS

void        quo_describe_value    (QuoTrace         *trace,
                                   const QuoColumn  *column,
                                   gint64            value,
                                   GString          *out);
void        quo_describe_message  (QuoTrace         *trace,
                                   const QuoEvent   *send,
                                   GString          *out);
void        quo_describe_note     (QuoTrace         *trace,
                                   const QuoEvent   *note,
                                   GString          *out);
void        quo_describe_fallback (QuoTrace         *trace,
                                   const QuoEvent   *fallback,
                                   GString          *out);
void        quo_describe_event    (QuoTrace         *trace,
                                   const QuoEvent   *event,
                                   GString          *out);
const char *quo_describe_loss     (QuoLoss           loss);
const char *quo_event_kind_id     (QuoEventKind      kind);

G_END_DECLS
