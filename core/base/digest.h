/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A value: copy it to take the digest of a prefix and go on. */
typedef struct
{
  guint64 lanes[4];
  guint64 n_bytes;
  guint8  buffer[32];
} QuoDigest;

void  quo_digest_init       (QuoDigest       *self);
void  quo_digest_add_bytes  (QuoDigest       *self,
                             const void      *bytes,
                             gsize            n_bytes);
void  quo_digest_add_u64    (QuoDigest       *self,
                             guint64          value);
void  quo_digest_add_string (QuoDigest       *self,
                             const char      *text);
void  quo_digest_finish     (const QuoDigest *self,
                             guint64          ret_words[2]);
char *quo_digest_finish_hex (const QuoDigest *self);

G_END_DECLS
