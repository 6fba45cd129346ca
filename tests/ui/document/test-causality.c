/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/causality.h"

#include <string.h>

#include "fixture.h"

/* Vector stamps made in one pass forwards, which is not how the code under test
 * looks at a trace: an event knows what its participant's last one knew and what
 * its cause knew. */
static guint32 *
stamp_all (QuoTrace *trace, guint n)
{
  guint32 length = quo_trace_length (trace);
  guint32 *stamps = g_new0 (guint32, (gsize) length * (n + 1));
  g_autofree guint32 *last = g_new0 (guint32, n + 1);

  for (guint32 i = 0; i < length; i++)
    {
      guint node = MIN (quo_trace_node (trace, i), n);
      guint32 *stamp = stamps + (gsize) i * (n + 1);
      guint32 cause = quo_trace_cause (trace, i);

      if (node < n && last[node] > 0)
        memcpy (stamp, stamps + (gsize) (last[node] - 1) * (n + 1),
                (n + 1) * sizeof *stamp);
      if (cause != QUO_NO_EVENT)
        for (guint j = 0; j <= n; j++)
          stamp[j]
            = MAX (stamp[j], stamps[(gsize) cause * (n + 1) + j]);
      stamp[node] = i + 1;
      if (node < n)
        last[node] = i + 1;
    }
  return stamps;
}

static void
agrees_with_vector_clocks (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  QuoTrace *trace = quo_run_trace (quo_document_run (document));
  guint n = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace);
  guint32 length = quo_trace_length (trace);
  g_autofree guint32 *stamps = stamp_all (trace, n);
  guint n_seen[5] = { 0 };

  g_assert_cmpuint (length, >, 100);
  for (guint i = 0; i < 4000; i++)
    {
      guint32 a = g_test_rand_int_range (0, (gint32) length);
      guint32 b = g_test_rand_int_range (0, (gint32) length);
      guint node_a = quo_trace_node (trace, a);
      guint node_b = quo_trace_node (trace, b);
      QuoOrder expected = QUO_ORDER_CONCURRENT;

      /* What happens at no participant has no clock to compare. */
      if (node_a >= n || node_b >= n)
        continue;
      if (a == b)
        expected = QUO_ORDER_EQUAL;
      else if (stamps[(gsize) b * (n + 1) + node_a] > a)
        expected = QUO_ORDER_BEFORE;
      else if (stamps[(gsize) a * (n + 1) + node_b] > b)
        expected = QUO_ORDER_AFTER;
      g_assert_cmpint (quo_causality_compare (trace, a, b), ==, expected);
      n_seen[expected]++;
    }
  g_assert_cmpuint (n_seen[QUO_ORDER_BEFORE], >, 0);
  g_assert_cmpuint (n_seen[QUO_ORDER_AFTER], >, 0);
  g_assert_cmpuint (n_seen[QUO_ORDER_CONCURRENT], >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/document/causality/agrees-with-vector-clocks",
                   agrees_with_vector_clocks);
  return g_test_run ();
}
