/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The delivery condition against what "happened before" means.
 *
 * Every exchange of a few messages among three processes is walked through. A message
 * is a bit, its past is the set of messages that its sender had broadcast or delivered
 * and their pasts: sets alone say what may be delivered, and the vectors that the
 * condition looks at are counted from them.
 */

#include "protocol/causal-broadcast/broadcast-private.h"

#define PATH       "/core/protocol/causal-broadcast/order/"
#define N          3
#define N_MESSAGES 5

typedef struct
{
  guint  n;                    /* messages so far */
  guint  origin[N_MESSAGES];
  guint8 past[N_MESSAGES];     /* itself not included */
  guint8 delivered[N];
} Exchange;

typedef struct
{
  QuoCastOrder order;
  GHashTable  *seen;      /* encoded exchanges */
  guint        n_checked;
  guint        n_due;
  guint        n_differ;  /* from the condition that looks at its own keys alone */
} Walk;

static guint8
sent_by (const Exchange *x,
         guint           process)
{
  guint8 set = 0;

  for (guint m = 0; m < x->n; m++)
    if (x->origin[m] == process)
      set |= (guint8) (1u << m);

  return set;
}

static guint
size (guint8 set)
{
  guint n = 0;

  for (; set != 0; set &= (guint8) (set - 1))
    n++;

  return n;
}

static void
count (const Exchange *x,
       guint8          set,
       QuoVectorClock *ret_counts)
{
  for (guint k = 0; k < N; k++)
    if ((set & sent_by (x, k)) != 0)
      quo_vector_clock_set (ret_counts, k, size (set & sent_by (x, k)));
}

/* By sets alone. */
static gboolean
may_deliver (const Exchange *x,
             QuoCastOrder    order,
             guint           process,
             guint           m)
{
  guint8 needed = x->past[m];

  if (order == ORDER_FIFO)
    needed = sent_by (x, x->origin[m]) & (guint8) ((1u << m) - 1);
  else if (order == ORDER_NONE)
    needed = 0;

  return (needed & ~x->delivered[process]) == 0;
}

static void
check (Walk           *walk,
       const Exchange *x,
       guint           process,
       guint           m)
{
  g_auto (QuoVectorClock) clock = QUO_VECTOR_CLOCK_INIT;
  g_auto (QuoVectorClock) stamp = QUO_VECTOR_CLOCK_INIT;
  gint64 n_missing = 0;
  guint origin = x->origin[m];
  gboolean is_right = may_deliver (x, walk->order, process, m);
  gboolean is_missing;
  guint first;

  count (x, x->delivered[process], &clock);
  count (x, x->past[m], &stamp);
  quo_vector_clock_tick (&stamp, origin);
  g_assert_cmpint (quo_cast_is_due (walk->order, &clock, &stamp, origin, FALSE), ==,
                   is_right);
  walk->n_checked++;
  walk->n_due += is_right;
  walk->n_differ += quo_cast_is_due (walk->order, &clock, &stamp, origin, TRUE)
                    != is_right;
  if (walk->order != ORDER_CAUSAL)
    return;

  is_missing = quo_cast_find_missing (&clock, &stamp, origin, &first, &n_missing);
  g_assert_cmpint (n_missing, ==, size (x->past[m] & ~x->delivered[process]));
  g_assert_cmpint (is_missing, ==, n_missing > 0);
  if (is_missing)
    g_assert_cmpuint (x->past[m] & ~x->delivered[process] & sent_by (x, first), !=, 0);
}

static gboolean
is_new (Walk           *walk,
        const Exchange *x)
{
  guint64 code = x->n;

  for (guint m = 0; m < x->n; m++)
    code = code << 7 | x->origin[m] << 5 | x->past[m];
  for (guint p = 0; p < N; p++)
    code = code << N_MESSAGES | x->delivered[p];

  return g_hash_table_add (walk->seen, GSIZE_TO_POINTER ((gsize) code));
}

static void
go_on (Walk           *walk,
       const Exchange *x)
{
  if (!is_new (walk, x))
    return;

  for (guint p = 0; p < N; p++)
    {
      for (guint m = 0; m < x->n; m++)
        {
          Exchange next = *x;

          if (x->delivered[p] >> m & 1)
            continue;
          check (walk, x, p, m);
          if (!may_deliver (x, walk->order, p, m))
            continue;
          next.delivered[p] |= (guint8) (1u << m);
          go_on (walk, &next);
        }
      if (x->n < N_MESSAGES - 1)
        {
          Exchange next = *x;

          next.origin[x->n] = p;
          next.past[x->n] = x->delivered[p];
          next.delivered[p] |= (guint8) (1u << x->n);
          next.n++;
          go_on (walk, &next);
        }
    }
}

static void
test_exhaustive (gconstpointer data)
{
  Walk walk = { (QuoCastOrder) GPOINTER_TO_INT (data), NULL, 0, 0, 0 };
  Exchange nothing = { 0 };

  walk.seen = g_hash_table_new (NULL, NULL);
  go_on (&walk, &nothing);
  g_test_message ("%u exchanges, %u messages looked at, %u of them due, %u taken "
                  "wrongly by own keys", g_hash_table_size (walk.seen), walk.n_checked,
                  walk.n_due, walk.n_differ);
  g_assert_cmpuint (g_hash_table_size (walk.seen), >, 10000);
  g_assert_cmpuint (walk.n_due, >, 0);
  if (walk.order == ORDER_CAUSAL)
    {
      g_assert_cmpuint (walk.n_due, <, walk.n_checked);
      g_assert_cmpuint (walk.n_differ, >, 0);
    }
  g_hash_table_unref (walk.seen);
}

/* Worked out by hand. */
static void
test_question_and_answer (void)
{
  gint64 question_counts[] = { 1 };
  gint64 answer_counts[] = { 1, 1 };
  const QuoVectorClock nothing = QUO_VECTOR_CLOCK_INIT;
  const QuoVectorClock question = { question_counts, 1 };
  const QuoVectorClock answer = { answer_counts, 2 };
  gint64 n_missing = 0;
  guint first = 2;

  g_assert_false (quo_cast_is_due (ORDER_CAUSAL, &nothing, &answer, 1, FALSE));
  g_assert_true (quo_cast_is_due (ORDER_FIFO, &nothing, &answer, 1, FALSE));
  g_assert_true (quo_cast_is_due (ORDER_CAUSAL, &nothing, &question, 0, FALSE));
  g_assert_true (quo_cast_is_due (ORDER_CAUSAL, &question, &answer, 1, FALSE));
  g_assert_true (quo_cast_is_due (ORDER_CAUSAL, &nothing, &answer, 1, TRUE));
  g_assert_false (quo_cast_is_due (ORDER_CAUSAL, &question, &question, 0, FALSE));
  g_assert_true (quo_cast_find_missing (&nothing, &answer, 1, &first, &n_missing));
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpint (n_missing, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "an-answer-is-due-after-its-question",
                   test_question_and_answer);
  g_test_add_data_func (PATH "causal-is-every-past-delivered",
                        GINT_TO_POINTER (ORDER_CAUSAL), test_exhaustive);
  g_test_add_data_func (PATH "fifo-is-every-earlier-one-of-the-sender",
                        GINT_TO_POINTER (ORDER_FIFO), test_exhaustive);
  g_test_add_data_func (PATH "none-is-always", GINT_TO_POINTER (ORDER_NONE),
                        test_exhaustive);

  return g_test_run ();
}
