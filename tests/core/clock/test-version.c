/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock/version.h"

static void
put (QuoVersions       *versions,
     guint              node_index,
     const QuoVersions *read,
     gint64             value)
{
  QuoVersionVector nothing = QUO_VECTOR_CLOCK_INIT;

  g_assert_true (quo_versions_put (versions, node_index,
                                   read != NULL ? quo_versions_get_context (read) : &nothing,
                                   value, NULL));
}

/* PROTOCOLS, section 5, fourth mistake: with a plain version vector the second
 * of two writers with the same old context falsely dominates. */
static void
test_one_server (void)
{
  g_autoptr (QuoVersions) server = quo_versions_new ();

  put (server, 0, NULL, 1);

  g_autoptr (QuoVersions) read = quo_versions_copy (server);

  put (server, 0, read, 2);
  put (server, 0, read, 3);
  g_assert_cmpuint (quo_versions_get_n (server), ==, 2);
  g_assert_cmpint (quo_versions_get (server, 0)->value, ==, 2);
  g_assert_cmpint (quo_versions_get (server, 1)->value, ==, 3);
  g_assert_cmpint (quo_versions_get (server, 1)->dot.n, ==, 3);

  /* Who has read both replaces both. */
  put (server, 0, server, 4);
  g_assert_cmpuint (quo_versions_get_n (server), ==, 1);
  g_assert_cmpint (quo_versions_get (server, 0)->value, ==, 4);
}

/* Third mistake: two equal values written apart are two, and a value that was
 * replaced does not come back from a replica that missed it. */
static void
test_equal_values (void)
{
  g_autoptr (QuoVersions) a = quo_versions_new ();
  g_autoptr (QuoVersions) b = quo_versions_new ();

  put (a, 0, NULL, 7);
  put (b, 1, NULL, 7);

  g_autoptr (QuoVersions) late = quo_versions_copy (b);

  quo_versions_sync (a, b);
  g_assert_cmpuint (quo_versions_get_n (a), ==, 2);
  put (a, 0, a, 8);
  quo_versions_sync (a, late);
  g_assert_cmpuint (quo_versions_get_n (a), ==, 1);
  g_assert_cmpint (quo_versions_get (a, 0)->value, ==, 8);
}

static void
test_drop (void)
{
  g_autoptr (QuoVersions) a = quo_versions_new ();
  g_autoptr (QuoVersions) b = quo_versions_new ();

  put (a, 0, NULL, 1);
  quo_versions_sync (b, a);
  put (b, 1, NULL, 2);
  quo_versions_drop (a, quo_versions_get_context (a));
  g_assert_cmpuint (quo_versions_get_n (a), ==, 0);
  quo_versions_sync (a, b);
  g_assert_cmpuint (quo_versions_get_n (a), ==, 1);
  g_assert_cmpint (quo_versions_get (a, 0)->value, ==, 2);
}

#define N_NODES 4
#define N_WRITES 60

/* The other opinion: each write with the set of all writes before it (a bit
 * each), and each replica with the set it has seen. The values are those that
 * no seen write has in its past. */
typedef struct
{
  guint64 seen;
} Model;

static void
assert_agrees (const QuoVersions *versions,
               const Model       *model,
               const guint64     *pasts)
{
  guint64 replaced = 0;
  guint64 held = 0;

  for (guint i = 0; i < N_WRITES; i++)
    if ((model->seen >> i) & 1)
      replaced |= pasts[i];
  for (guint i = 0; i < quo_versions_get_n (versions); i++)
    held |= G_GUINT64_CONSTANT (1) << quo_versions_get (versions, i)->value;
  g_assert_cmphex (held, ==, model->seen & ~replaced);
}

static void
test_histories (void)
{
  for (guint round = 0; round < 200; round++)
    {
      QuoVersions *nodes[N_NODES];
      QuoVersions *reads[N_NODES];
      Model models[N_NODES] = { { 0 } };
      Model read_models[N_NODES] = { { 0 } };
      guint64 pasts[N_WRITES] = { 0 };
      guint n_writes = 0;

      for (guint i = 0; i < N_NODES; i++)
        {
          nodes[i] = quo_versions_new ();
          reads[i] = quo_versions_new ();
        }

      while (n_writes < N_WRITES)
        {
          guint node = (guint) g_test_rand_int_range (0, N_NODES);
          guint other = (guint) g_test_rand_int_range (0, N_NODES);

          switch (g_test_rand_int_range (0, 3))
            {
            case 0:
              g_assert_true (quo_versions_sync (nodes[node], nodes[other]));
              models[node].seen |= models[other].seen;
              break;
            case 1:
              quo_versions_free (reads[other]);
              reads[other] = quo_versions_copy (nodes[node]);
              read_models[other] = models[node];
              break;
            default:
              /* Client @other writes at @node with what it read last. */
              put (nodes[node], node, reads[other], n_writes);
              pasts[n_writes] = read_models[other].seen;
              models[node].seen |= read_models[other].seen | G_GUINT64_CONSTANT (1) << n_writes;
              n_writes++;
              break;
            }
          assert_agrees (nodes[node], &models[node], pasts);
        }

      for (guint i = 0; i < N_NODES; i++)
        {
          quo_versions_free (nodes[i]);
          quo_versions_free (reads[i]);
        }
    }
}

/* Replicas that exchange all they have, in whatever order, end up equal. */
static void
test_convergence (void)
{
  g_autoptr (QuoVersions) a = quo_versions_new ();
  g_autoptr (QuoVersions) b = quo_versions_new ();
  g_autoptr (QuoVersions) c = quo_versions_new ();

  for (guint i = 0; i < 20; i++)
    {
      put (a, 0, i % 3 == 0 ? b : NULL, i);
      put (b, 1, i % 2 == 0 ? c : a, 100 + i);
      put (c, 2, c, 200 + i);
    }
  put (a, 0, NULL, 300);

  g_autoptr (QuoVersions) left = quo_versions_copy (a);
  g_autoptr (QuoVersions) right = quo_versions_copy (c);

  quo_versions_sync (left, b);
  quo_versions_sync (left, c);
  quo_versions_sync (right, b);
  g_assert_false (quo_versions_equal (left, right));
  quo_versions_sync (right, a);
  g_assert_true (quo_versions_equal (left, right));
  quo_versions_sync (right, right);
  g_assert_true (quo_versions_equal (left, right));
}

static void
test_limit (void)
{
  g_autoptr (QuoVersions) versions = quo_versions_new ();
  g_autoptr (QuoVersions) more = quo_versions_new ();
  QuoVersionVector nothing = QUO_VECTOR_CLOCK_INIT;

  for (guint i = 0; i < QUO_VERSIONS_MAX; i++)
    put (versions, 0, NULL, i);
  g_assert_false (quo_versions_put (versions, 0, &nothing, 0, NULL));
  g_assert_cmpuint (quo_versions_get_n (versions), ==, QUO_VERSIONS_MAX);

  put (more, 1, NULL, 1);
  g_assert_false (quo_versions_sync (versions, more));
  g_assert_cmpuint (quo_versions_get_n (versions), ==, QUO_VERSIONS_MAX);

  put (versions, 0, versions, 1);
  g_assert_cmpuint (quo_versions_get_n (versions), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/clock/version/same-old-context-makes-siblings", test_one_server);
  g_test_add_func ("/core/clock/version/equal-values-written-apart-are-two", test_equal_values);
  g_test_add_func ("/core/clock/version/deletion-spares-what-was-not-read", test_drop);
  g_test_add_func ("/core/clock/version/siblings-are-those-nobody-replaced", test_histories);
  g_test_add_func ("/core/clock/version/sync-converges-in-any-order", test_convergence);
  g_test_add_func ("/core/clock/version/limit-can-be-reached", test_limit);
  return g_test_run ();
}
