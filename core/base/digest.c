/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/digest.h"

#include "base/random.h"

#include <string.h>

/* Four lanes, each a chain of bijections of the lane and the word: any one
 * changed word changes its lane for certain. Not cryptographic: it tells
 * accidents apart, not attacks. SHA-256 would take as long as the simulation
 * whose trace it digests. */
#define PRIME_1 G_GUINT64_CONSTANT (0x9e3779b185ebca87)
#define PRIME_2 G_GUINT64_CONSTANT (0xc2b2ae3d27d4eb4f)

#define BLOCK   32

static inline guint64
rotate_left (guint64 x,
             guint   n)
{
  return (x << n) | (x >> (64 - n));
}

static inline guint64
absorb (guint64 lane,
        guint64 word)
{
  return rotate_left (lane + word * PRIME_2, 31) * PRIME_1;
}

static inline guint64
read_word (const guint8 *bytes)
{
  guint64 word;

  memcpy (&word, bytes, sizeof word);
  return GUINT64_FROM_LE (word);
}

static void
absorb_blocks (QuoDigest    *self,
               const guint8 *bytes,
               gsize         n_blocks)
{
  guint64 a = self->lanes[0];
  guint64 b = self->lanes[1];
  guint64 c = self->lanes[2];
  guint64 d = self->lanes[3];

  for (gsize i = 0; i < n_blocks; i++, bytes += BLOCK)
    {
      a = absorb (a, read_word (bytes));
      b = absorb (b, read_word (bytes + 8));
      c = absorb (c, read_word (bytes + 16));
      d = absorb (d, read_word (bytes + 24));
    }

  self->lanes[0] = a;
  self->lanes[1] = b;
  self->lanes[2] = c;
  self->lanes[3] = d;
}

/**
 * quo_digest_init:
 * @self: (out caller-allocates): the digest of nothing yet
 *
 * A running 128-bit digest. How the bytes are cut into calls does not matter,
 * nor does the machine's byte order for quo_digest_add_u64().
 */
void
quo_digest_init (QuoDigest *self)
{
  g_return_if_fail (self != NULL);

  memset (self, 0, sizeof *self);
  for (guint i = 0; i < 4; i++)
    self->lanes[i] = quo_mix64 (PRIME_1 * (i + 1));
}

/**
 * quo_digest_add_bytes:
 * @self: the digest
 * @bytes: (array length=n_bytes): may be %NULL when @n_bytes is 0; arrays of
 *   integers must be in little-endian order to give the same digest everywhere
 * @n_bytes: how many
 *
 * Some ten bytes a nanosecond when called with large blocks.
 */
void
quo_digest_add_bytes (QuoDigest  *self,
                      const void *bytes,
                      gsize       n_bytes)
{
  const guint8 *p = bytes;

  g_return_if_fail (self != NULL);
  g_return_if_fail (bytes != NULL || n_bytes == 0);

  if (n_bytes == 0)
    return;

  gsize n_buffered = self->n_bytes % BLOCK;

  self->n_bytes += n_bytes;

  if (n_buffered > 0)
    {
      gsize n_taken = MIN (n_bytes, BLOCK - n_buffered);

      memcpy (self->buffer + n_buffered, p, n_taken);
      p += n_taken;
      n_bytes -= n_taken;
      if (n_buffered + n_taken < BLOCK)
        return;
      absorb_blocks (self, self->buffer, 1);
    }

  absorb_blocks (self, p, n_bytes / BLOCK);
  memcpy (self->buffer, p + n_bytes / BLOCK * BLOCK, n_bytes % BLOCK);
}

/**
 * quo_digest_add_u64:
 * @self: the digest
 * @value: any integer
 *
 * Adds eight bytes, the lowest first.
 */
void
quo_digest_add_u64 (QuoDigest *self,
                    guint64    value)
{
  guint64 little = GUINT64_TO_LE (value);

  quo_digest_add_bytes (self, &little, sizeof little);
}

/**
 * quo_digest_add_string:
 * @self: the digest
 * @text: any string
 *
 * Adds the length, then the bytes, so that ("ab", "c") and ("a", "bc") differ.
 */
void
quo_digest_add_string (QuoDigest  *self,
                       const char *text)
{
  g_return_if_fail (text != NULL);

  gsize n_bytes = strlen (text);

  quo_digest_add_u64 (self, n_bytes);
  quo_digest_add_bytes (self, text, n_bytes);
}

/**
 * quo_digest_finish:
 * @self: the digest, which may go on afterwards
 * @ret_words: (out): the 128 bits, the first word the more significant
 */
void
quo_digest_finish (const QuoDigest *self,
                   guint64          ret_words[2])
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (ret_words != NULL);

  QuoDigest last = *self;
  gsize n_buffered = last.n_bytes % BLOCK;

  memset (last.buffer + n_buffered, 0, BLOCK - n_buffered);
  absorb_blocks (&last, last.buffer, 1);

  /* The length tells real zeros at the end from the padding. Two sponges over
   * the same lanes in opposite order give two unrelated words. */
  guint64 first = quo_mix64 (last.n_bytes + PRIME_1);
  guint64 second = quo_mix64 (last.n_bytes + PRIME_2);

  for (guint i = 0; i < 4; i++)
    {
      first = quo_mix64 (absorb (first, last.lanes[i]));
      second = quo_mix64 (absorb (second, last.lanes[3 - i]));
    }

  ret_words[0] = first;
  ret_words[1] = second;
}

/**
 * quo_digest_finish_hex:
 * @self: the digest, which may go on afterwards
 *
 * Returns: (transfer full): 32 lower-case hexadecimal digits
 */
char *
quo_digest_finish_hex (const QuoDigest *self)
{
  guint64 words[2];

  g_return_val_if_fail (self != NULL, NULL);

  quo_digest_finish (self, words);
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x",
                          words[0], words[1]);
}
