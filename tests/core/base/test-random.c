/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/random.h"

#include <math.h>

/* The keys of statistical tests are fixed: chance must not fail a build. */
#define SEED 20260101

static void
test_recorded (void)
{
  static const guint64 expected[] = {
    G_GUINT64_CONSTANT (0x967efdf8d383f7cd), G_GUINT64_CONSTANT (0x0066ea9f62151f68),
    G_GUINT64_CONSTANT (0xc39de3c436eea6b3), G_GUINT64_CONSTANT (0xb9bc891c6577487f),
  };
  guint64 key = quo_stream_key (7, quo_hash_string ("election"), 3, 1);

  g_assert_cmphex (key, ==, G_GUINT64_CONSTANT (0xf526add46d5f48f7));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmphex (quo_random_at (key, i), ==, expected[i]);
}

static void
test_mix_known (void)
{
  /* The first outputs of splitmix64 for the seed 1234567, as published with
   * its reference implementation and checked by many others. */
  static const guint64 expected[] = {
    G_GUINT64_CONSTANT (6457827717110365317), G_GUINT64_CONSTANT (3203168211198807973),
    G_GUINT64_CONSTANT (9817491932198370423), G_GUINT64_CONSTANT (4593380528125082431),
    G_GUINT64_CONSTANT (16408922859458223821),
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (quo_mix64 (1234567 + (i + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)),
                      ==, expected[i]);
}

static void
test_hash_known (void)
{
  /* FNV-1a's published values of "", "a" and "foobar". */
  g_assert_cmphex (quo_hash_string (""), ==,
                   quo_mix64 (G_GUINT64_CONSTANT (0xcbf29ce484222325)));
  g_assert_cmphex (quo_hash_string ("a"), ==,
                   quo_mix64 (G_GUINT64_CONSTANT (0xaf63dc4c8601ec8c)));
  g_assert_cmphex (quo_hash_string ("foobar"), ==,
                   quo_mix64 (G_GUINT64_CONSTANT (0x85944171f73967e8)));
}

static void
test_stream_is_keyed (void)
{
  QuoStream a = { quo_stream_key (SEED, 1, 2, 3), 0 };
  QuoStream b = { quo_stream_key (SEED, 1, 2, 4), 0 };

  for (guint i = 0; i < 100; i++)
    {
      /* Draws from one stream leave the other where it was. */
      for (guint j = 0; j < i % 3; j++)
        quo_stream_next (&b);
      g_assert_cmphex (quo_stream_next (&a), ==, quo_random_at (a.key, i));
    }
}

static void
test_keys_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint64 seed = 0; seed < 10; seed++)
    for (guint64 purpose = 0; purpose < 10; purpose++)
      for (guint64 a = 0; a < 30; a++)
        for (guint64 b = 0; b < 30; b++)
          {
            guint64 key = quo_stream_key (seed, purpose, a, b);

            g_assert_true (g_hash_table_add (seen, g_memdup2 (&key, sizeof key)));
          }
}

/* Every bit of key and index turned over turns over each output bit half of
 * the time: 4096 trials, seven standard deviations. */
static void
test_avalanche (void)
{
  const guint n_trials = 4096;

  for (guint in = 0; in < 128; in++)
    {
      guint flips[64] = { 0 };

      for (guint i = 0; i < n_trials; i++)
        {
          guint64 key = quo_stream_key (SEED, 5, i, 0);
          guint64 index = i;
          guint64 one = G_GUINT64_CONSTANT (1) << (in % 64);
          guint64 change = quo_random_at (key, index) ^
                           quo_random_at (in < 64 ? key ^ one : key,
                                          in < 64 ? index : index ^ one);

          for (guint out = 0; out < 64; out++)
            flips[out] += (change >> out) & 1;
        }
      for (guint out = 0; out < 64; out++)
        g_assert_cmpfloat (fabs (flips[out] - n_trials / 2.), <, 7 * sqrt (n_trials / 4.));
    }
}

/* The correlation of two streams whose keys come from neighbouring indices,
 * at the same and at shifted indices. */
static void
test_neighbours_are_independent (void)
{
  const guint n = 100000;

  for (guint64 neighbour = 1; neighbour <= 8; neighbour++)
    for (guint shift = 0; shift < 3; shift++)
      {
        guint64 a = quo_stream_key (SEED, 1, 0, 0);
        guint64 b = quo_stream_key (SEED, 1, neighbour % 3, neighbour);
        double sum = 0;

        for (guint i = 0; i < n; i++)
          sum += (quo_unit (quo_random_at (a, i)) - 0.5) *
                 (quo_unit (quo_random_at (b, i + shift)) - 0.5);
        g_assert_cmpfloat (fabs (sum * 12 / n), <, 5 / sqrt (n));
      }
}

/* Chi-squared over 4096 cells of pairs of successive draws. */
static void
test_pairs_are_even (void)
{
  guint cells[4096] = { 0 };
  const guint n = 4096 * 100;
  QuoStream stream = { quo_stream_key (SEED, 2, 0, 0), 0 };
  double chi = 0;

  for (guint i = 0; i < n; i++)
    {
      guint64 x = quo_stream_bounded (&stream, 64);
      guint64 y = quo_stream_next (&stream) >> 58;

      cells[x * 64 + y]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    chi += (cells[i] - 100.) * (cells[i] - 100.) / 100;

  g_assert_cmpfloat (fabs (chi - 4095), <, 5 * sqrt (2 * 4095));
}

static void
test_unit_range (void)
{
  g_assert_cmpfloat (quo_unit (0), ==, 0);
  g_assert_cmpfloat (quo_unit (G_MAXUINT64), ==, nextafter (1, 0));
  g_assert_cmpfloat (quo_unit_open (0), ==, 0x1p-53);
  g_assert_cmpfloat (quo_unit_open (G_MAXUINT64), ==, 1 - 0x1p-53);
  g_assert_cmpfloat (1 - quo_unit_open (G_MAXUINT64), ==, 0x1p-53);
}

static void
test_bounded (void)
{
  QuoStream stream = { quo_stream_key (SEED, 3, 0, 0), 0 };
  guint64 bounds[] = { 1, 2, 3, 5, 1000, G_MAXUINT32, G_MAXINT64, G_MAXUINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    for (guint j = 0; j < 10000; j++)
      {
        g_assert_cmpuint (quo_stream_bounded (&stream, bounds[i]), <, bounds[i]);
        g_assert_cmpuint (quo_bounded (quo_stream_next (&stream), bounds[i]), <, bounds[i]);
      }
  g_assert_cmpuint (quo_stream_bounded (&stream, 0), ==, 0);
  g_assert_cmpuint (quo_bounded (G_MAXUINT64, 10), ==, 9);
  g_assert_cmpuint (quo_bounded (0, 10), ==, 0);
}

/* With a bound of 3/4 of all words, plain multiplication would give every
 * third value twice as often as the others. */
static void
test_bounded_is_unbiased (void)
{
  QuoStream stream = { quo_stream_key (SEED, 4, 0, 0), 0 };
  guint64 bound = G_GUINT64_CONSTANT (3) << 62;
  guint remainders[3] = { 0 };
  const guint n = 300000;

  for (guint i = 0; i < n; i++)
    remainders[quo_stream_bounded (&stream, bound) % 3]++;
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (fabs (remainders[i] - n / 3.), <, 5 * sqrt (n * 2. / 9));
  /* A quarter of the words is refused, so 4/3 draws for each. */
  g_assert_cmpfloat (fabs (stream.index / (double) n - 4. / 3), <, 0.01);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/base/random/draws-are-as-recorded", test_recorded);
  g_test_add_func ("/core/base/random/mixing-is-that-of-splitmix64", test_mix_known);
  g_test_add_func ("/core/base/random/hash-mixes-fnv-1a", test_hash_known);
  g_test_add_func ("/core/base/random/a-draw-is-a-function-of-key-and-index", test_stream_is_keyed);
  g_test_add_func ("/core/base/random/small-arguments-give-different-keys", test_keys_differ);
  g_test_add_func ("/core/base/random/every-input-bit-reaches-every-output-bit", test_avalanche);
  g_test_add_func ("/core/base/random/neighbouring-streams-are-independent", test_neighbours_are_independent);
  g_test_add_func ("/core/base/random/pairs-fill-the-square-evenly", test_pairs_are_even);
  g_test_add_func ("/core/base/random/unit-interval-is-open-where-it-says-so", test_unit_range);
  g_test_add_func ("/core/base/random/bounded-stays-below-its-bound", test_bounded);
  g_test_add_func ("/core/base/random/bounded-has-no-bias", test_bounded_is_unbiased);
  return g_test_run ();
}
