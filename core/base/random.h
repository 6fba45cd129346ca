/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Randomness is keyed: a draw is a function of (key, index) alone, so one
 * more draw in one stream changes no other stream. */
typedef struct
{
  guint64 key;
  guint64 index;
} QuoStream;

guint64 quo_stream_key  (guint64     seed,
                         guint64     purpose,
                         guint64     a,
                         guint64     b);
guint64 quo_stream_root (guint64     seed,
                         guint64     purpose);
guint64 quo_hash_bytes  (const void *bytes,
                         gsize       n_bytes);
guint64 quo_hash_string (const char *text);

/* A bijection of 64-bit words in which every input bit reaches every output
 * bit: the finaliser of splitmix64 (Steele, Lea and Flood 2014, with the
 * constants of Stafford's variant 13). */
static inline guint64
quo_mix64 (guint64 x)
{
  x ^= x >> 30;
  x *= G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x ^= x >> 27;
  x *= G_GUINT64_CONSTANT (0x94d049bb133111eb);
  x ^= x >> 31;
  return x;
}

/* The key of one of the streams that begin at a root: see quo_stream_root(). */
static inline guint64
quo_stream_branch (guint64 root,
                   guint64 a,
                   guint64 b)
{
  guint64 key;

  key = quo_mix64 (root + a * G_GUINT64_CONSTANT (0xd1b54a32d192ed03) + 1);
  key = quo_mix64 (key + b * G_GUINT64_CONSTANT (0x8cb92ba72f3d8dd7) + 2);
  return key;
}

/* Draw number @index of the stream @key. The key enters both rounds: two
 * keys that meet after the first round part again in the second, so streams
 * are not shifted copies of each other. */
static inline guint64
quo_random_at (guint64 key,
               guint64 index)
{
  guint64 x = key + index * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return quo_mix64 (quo_mix64 (x) ^ ((key << 32) | (key >> 32)));
}

static inline guint64
quo_stream_next (QuoStream *self)
{
  return quo_random_at (self->key, self->index++);
}

/* A multiple of 2^-53 in [0, 1). */
static inline double
quo_unit (guint64 bits)
{
  return (double) (bits >> 11) * 0x1p-53;
}

/* An odd multiple of 2^-53 in (0, 1): never 0 or 1, and 1 - u is exact and
 * equally likely, so both tails of a distribution are equally fine. */
static inline double
quo_unit_open (guint64 bits)
{
  return (double) (2 * (bits >> 12) + 1) * 0x1p-53;
}

/* Maps one draw to [0, @bound); 0 when @bound is 0. A value's probability is
 * off by less than 2^-64, relatively by less than @bound * 2^-64: below 2^-32
 * as long as @bound is below 2^32. quo_stream_bounded() has no bias at all. */
static inline guint64
quo_bounded (guint64 bits,
             guint64 bound)
{
  return (guint64) (((unsigned __int128) bits * bound) >> 64);
}

/* Uniform on [0, @bound) without bias, by rejection: takes one draw nearly
 * always, further ones with probability below @bound * 2^-64 (Lemire 2019). */
static inline guint64
quo_stream_bounded (QuoStream *self,
                    guint64    bound)
{
  if (bound == 0)
    return 0;

  unsigned __int128 product = (unsigned __int128) quo_stream_next (self) * bound;

  if ((guint64) product < bound)
    {
      guint64 threshold = -bound % bound;

      while ((guint64) product < threshold)
        product = (unsigned __int128) quo_stream_next (self) * bound;
    }

  return (guint64) (product >> 64);
}

/* TRUE with probability @p, exactly up to a multiple of 2^-53. */
static inline gboolean
quo_chance (guint64 bits,
            double  p)
{
  return quo_unit (bits) < p;
}

G_END_DECLS
