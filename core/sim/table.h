/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Rows sorted by key, in chunks that copies share until one of them writes.
 *
 * A keyframe is a copy of every table, so a copy must cost what changed and not
 * what is there: a log of a million entries is copied as a few thousand pointers.
 */

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuoTable QuoTable;

QuoTable     *quo_table_new      (guint           n_columns);
QuoTable     *quo_table_copy     (const QuoTable *self);
void          quo_table_free     (QuoTable       *self);
guint         quo_table_n_rows   (const QuoTable *self);
guint         quo_table_n_columns (const QuoTable *self);
gsize         quo_table_written  (const QuoTable *self);
void          quo_table_set      (QuoTable       *self,
                                  gint64          key,
                                  const gint64   *columns);
gboolean      quo_table_remove   (QuoTable       *self,
                                  gint64          key);
void          quo_table_truncate (QuoTable       *self,
                                  gint64          key);
void          quo_table_clear    (QuoTable       *self);
const gint64 *quo_table_get      (const QuoTable *self,
                                  gint64          key);
const gint64 *quo_table_nth      (const QuoTable *self,
                                  guint           position,
                                  gint64         *ret_key);
guint         quo_table_position (const QuoTable *self,
                                  gint64          key);
gboolean      quo_table_last     (const QuoTable *self,
                                  gint64         *ret_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoTable, quo_table_free)

G_END_DECLS
