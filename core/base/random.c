/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/random.h"

#include <string.h>

/**
 * quo_stream_key:
 * @seed: the scenario's seed
 * @purpose: what the draws decide: a constant of the caller's, or the
 *   quo_hash_string() of a name
 * @a: for instance a node's index
 * @b: for instance the other node's index
 *
 * The key of one stream. Each argument passes through its own round, so
 * (1, 2) and (2, 1) are unrelated streams.
 *
 * Returns: the key, for #QuoStream and quo_random_at()
 */
guint64
quo_stream_key (guint64 seed,
                guint64 purpose,
                guint64 a,
                guint64 b)
{
  return quo_stream_branch (quo_stream_root (seed, purpose), a, b);
}

/**
 * quo_stream_root:
 * @seed: of a run
 * @purpose: as for quo_stream_key()
 *
 * Returns: what quo_stream_branch() makes a key of: the same as quo_stream_key(),
 *   for whoever draws from many streams of one purpose
 */
guint64
quo_stream_root (guint64 seed,
                 guint64 purpose)
{
  guint64 key = quo_mix64 (seed + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  return quo_mix64 (key + purpose);
}

/**
 * quo_hash_bytes:
 * @bytes: (array length=n_bytes): may be %NULL when @n_bytes is 0
 * @n_bytes: how many
 *
 * FNV-1a, then one mixing round, for what FNV alone leaves poor: the high
 * bits of short inputs. The same on every machine. For long inputs #QuoDigest
 * is faster and wider.
 *
 * Returns: the hash
 */
guint64
quo_hash_bytes (const void *bytes,
                gsize       n_bytes)
{
  const guint8 *p = bytes;
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  g_return_val_if_fail (bytes != NULL || n_bytes == 0, 0);

  for (gsize i = 0; i < n_bytes; i++)
    hash = (hash ^ p[i]) * G_GUINT64_CONSTANT (0x100000001b3);

  return quo_mix64 (hash);
}

/**
 * quo_hash_string:
 * @text: any string
 *
 * Returns: quo_hash_bytes() of the string without its terminator
 */
guint64
quo_hash_string (const char *text)
{
  g_return_val_if_fail (text != NULL, 0);

  return quo_hash_bytes (text, strlen (text));
}
