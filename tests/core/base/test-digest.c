/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/digest.h"

#include "base/random.h"

#include <string.h>

static char *
digest_of (const void *bytes,
           gsize       n_bytes)
{
  QuoDigest digest;

  quo_digest_init (&digest);
  quo_digest_add_bytes (&digest, bytes, n_bytes);
  return quo_digest_finish_hex (&digest);
}

static void
test_recorded (void)
{
  const char *text = "The trace is a pure function of the scenario.";
  g_autofree char *empty = digest_of (NULL, 0);
  g_autofree char *short_one = digest_of ("abc", 3);
  g_autofree char *long_one = digest_of (text, strlen (text));

  g_assert_cmpstr (empty, ==, "4f52a0259c63a87d901b464f63144b52");
  g_assert_cmpstr (short_one, ==, "a4e395ce959d0f57c6bb198e2b02a654");
  g_assert_cmpstr (long_one, ==, "f99ecb301bebc843880a718c72756239");
}

static void
test_cuts (void)
{
  guint8 bytes[1000];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) quo_random_at (1, i);

  g_autofree char *whole = digest_of (bytes, sizeof bytes);

  for (guint round = 0; round < 200; round++)
    {
      QuoDigest digest;
      gsize position = 0;

      quo_digest_init (&digest);
      while (position < sizeof bytes)
        {
          gsize n = (gsize) g_test_rand_int_range (0, 100);

          n = MIN (n, sizeof bytes - position);
          quo_digest_add_bytes (&digest, bytes + position, n);
          position += n;
        }

      g_autofree char *pieces = quo_digest_finish_hex (&digest);

      g_assert_cmpstr (pieces, ==, whole);
    }
}

/* Every one-bit change and every length from 0 to 100 of zeros and of the
 * pattern: all digests differ, in both halves. */
static void
test_changes (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint8 bytes[100] = { 0 };
  guint64 words[2];
  QuoDigest digest;

  for (guint n = 0; n <= sizeof bytes; n++)
    {
      quo_digest_init (&digest);
      quo_digest_add_bytes (&digest, bytes, n);
      quo_digest_finish (&digest, words);
      g_assert_true (g_hash_table_add (seen, g_memdup2 (&words[0], sizeof words[0])));
      g_assert_true (g_hash_table_add (seen, g_memdup2 (&words[1], sizeof words[1])));
    }
  for (guint bit = 0; bit < 8 * sizeof bytes; bit++)
    {
      bytes[bit / 8] ^= (guint8) (1 << bit % 8);
      quo_digest_init (&digest);
      quo_digest_add_bytes (&digest, bytes, sizeof bytes);
      quo_digest_finish (&digest, words);
      g_assert_true (g_hash_table_add (seen, g_memdup2 (&words[0], sizeof words[0])));
      g_assert_true (g_hash_table_add (seen, g_memdup2 (&words[1], sizeof words[1])));
      bytes[bit / 8] = 0;
    }
}

static void
test_prefix (void)
{
  QuoDigest digest;

  quo_digest_init (&digest);
  quo_digest_add_string (&digest, "prefix");

  QuoDigest copy = digest;
  g_autofree char *before = quo_digest_finish_hex (&digest);

  quo_digest_add_u64 (&digest, 7);

  g_autofree char *prefix = quo_digest_finish_hex (&copy);
  g_autofree char *after = quo_digest_finish_hex (&digest);

  g_assert_cmpstr (before, ==, prefix);
  g_assert_cmpstr (before, !=, after);
}

static void
test_strings (void)
{
  QuoDigest a, b;

  quo_digest_init (&a);
  quo_digest_add_string (&a, "ab");
  quo_digest_add_string (&a, "c");
  quo_digest_init (&b);
  quo_digest_add_string (&b, "a");
  quo_digest_add_string (&b, "bc");

  g_autofree char *a_text = quo_digest_finish_hex (&a);
  g_autofree char *b_text = quo_digest_finish_hex (&b);

  g_assert_cmpstr (a_text, !=, b_text);
}

/* The byte order of integers is the file's, not the machine's. */
static void
test_integers (void)
{
  static const guint8 bytes[] = { 8, 7, 6, 5, 4, 3, 2, 1 };
  QuoDigest digest;

  quo_digest_init (&digest);
  quo_digest_add_u64 (&digest, G_GUINT64_CONSTANT (0x0102030405060708));

  g_autofree char *integer = quo_digest_finish_hex (&digest);
  g_autofree char *plain = digest_of (bytes, sizeof bytes);

  g_assert_cmpstr (integer, ==, plain);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/base/digest/values-are-as-recorded", test_recorded);
  g_test_add_func ("/core/base/digest/cuts-between-calls-do-not-matter", test_cuts);
  g_test_add_func ("/core/base/digest/every-bit-and-the-length-matter", test_changes);
  g_test_add_func ("/core/base/digest/finishing-leaves-it-open", test_prefix);
  g_test_add_func ("/core/base/digest/strings-do-not-run-together", test_strings);
  g_test_add_func ("/core/base/digest/integers-are-little-endian", test_integers);
  return g_test_run ();
}
