/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/causality.h"

/* A walk over more events than this would hold up a frame. */
#define WALK_MAX 5000000

/* Whether @first is in the past of @last, which comes later in the trace. An event
 * is in the past when its participant's events up to a later one are known there;
 * causes have smaller indices, so one walk backwards meets each after all that
 * follows from it. */
static gboolean
leads_to (QuoTrace *trace, guint32 first, guint32 last)
{
  guint n = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace);
  g_autofree guint32 *known = g_new0 (guint32, n); /* past: indices below it */
  guint node = quo_trace_node (trace, last);

  if (node < n)
    known[node] = last + 1;
  for (guint32 i = last + 1; i > first; i--)
    {
      guint32 event = i - 1;
      guint32 cause = quo_trace_cause (trace, event);

      node = quo_trace_node (trace, event);
      if (event != last && (node >= n || event >= known[node]))
        continue;
      if (event == first)
        return TRUE;
      if (cause == QUO_NO_EVENT || cause < first)
        continue;
      if (cause == first)
        return TRUE;
      node = quo_trace_node (trace, cause);
      if (node < n)
        known[node] = MAX (known[node], cause + 1);
    }
  return FALSE;
}

/**
 * quo_causality_compare:
 * @a: an event
 * @b: another
 *
 * An event comes before another when it is earlier on the same participant, is the
 * other's cause, or comes before one that does.
 *
 * Complexity: O(distance between the two in the trace)
 * Source: Lamport 1978, section "The partial ordering"
 *
 * Returns: how @a stands to @b
 */
QuoOrder
quo_causality_compare (QuoTrace *trace, guint32 a, guint32 b)
{
  g_return_val_if_fail (trace != NULL, QUO_ORDER_UNKNOWN);
  g_return_val_if_fail (MAX (a, b) < quo_trace_length (trace),
                        QUO_ORDER_UNKNOWN);

  if (a == b)
    return QUO_ORDER_EQUAL;
  if (MAX (a, b) - MIN (a, b) > WALK_MAX)
    return QUO_ORDER_UNKNOWN;
  if (!leads_to (trace, MIN (a, b), MAX (a, b)))
    return QUO_ORDER_CONCURRENT;
  return a < b ? QUO_ORDER_BEFORE : QUO_ORDER_AFTER;
}
