/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The data of a participant, and the locks of transactions that may yet write it. */

#include "sim/behaviour.h"

G_BEGIN_DECLS

typedef struct
{
  guint store;   /* durable map: key to value */
  guint locks;   /* volatile map: key to transaction */
  guint intents; /* durable map: transaction to key and value */
} QuoGuardFields;

typedef struct
{
  GHashTable    *holders; /* key to the transaction that locked it */
  QuoGuardFields fields;
} QuoGuard;

void     quo_guard_init    (QuoGuard       *self,
                            QuoGuardFields  fields);
void     quo_guard_clear   (QuoGuard       *self);
gint64   quo_guard_holder  (const QuoGuard *self,
                            gint64          key);
void     quo_guard_lock    (QuoGuard       *self,
                            QuoNode        *node,
                            gint64          transaction,
                            gint64          key);
void     quo_guard_release (QuoGuard       *self,
                            QuoNode        *node,
                            gint64          transaction,
                            gint64          key);
void     quo_guard_intend  (QuoGuard       *self,
                            QuoNode        *node,
                            gint64          transaction,
                            gint64          key,
                            gint64          value);
gboolean quo_guard_recall  (QuoGuard       *self,
                            QuoNode        *node,
                            gint64          transaction,
                            gint64         *ret_key,
                            gint64         *ret_value);
void     quo_guard_finish  (QuoGuard       *self,
                            QuoNode        *node,
                            gint64          transaction,
                            gint64          key,
                            gint64          value,
                            gboolean        is_commit);
void     quo_guard_read    (QuoGuard       *self,
                            QuoNode        *node,
                            const QuoOp    *op);

G_END_DECLS
