/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A JSON text as a tree that remembers where each value stood and how it was
 * spelt. Values are immutable and shared: an edit makes new ones on the way from
 * the root to what changed and keeps the rest.
 */

#include <glib.h>

G_BEGIN_DECLS

#define QUO_JSON_MAX_DEPTH 64

typedef struct _QuoJson QuoJson;

typedef enum
{
  QUO_JSON_NULL,
  QUO_JSON_BOOL,
  QUO_JSON_NUMBER,
  QUO_JSON_STRING,
  QUO_JSON_ARRAY,
  QUO_JSON_OBJECT
} QuoJsonKind;

/* Where a value begins: from 1, in characters; 0 when a program made it. */
typedef struct
{
  guint line;
  guint column;
} QuoJsonPlace;

QuoJson      *quo_json_new_null       (void);
QuoJson      *quo_json_new_bool       (gboolean            truth);
QuoJson      *quo_json_new_number     (const char         *spelling);
QuoJson      *quo_json_new_int        (gint64              number);
QuoJson      *quo_json_new_double     (double              number);
QuoJson      *quo_json_new_string     (const char         *text);
QuoJson      *quo_json_new_array      (void);
QuoJson      *quo_json_new_object     (void);
QuoJson      *quo_json_ref            (const QuoJson      *self);
void          quo_json_unref          (QuoJson            *self);

/* Only while the tree is being made, before it is shared. */
void          quo_json_set_place      (QuoJson            *self,
                                       QuoJsonPlace        place);
void          quo_json_append         (QuoJson            *self,
                                       QuoJson            *item);
void          quo_json_append_member  (QuoJson            *self,
                                       const char         *key,
                                       QuoJsonPlace        place,
                                       QuoJson            *value);

QuoJsonKind   quo_json_kind           (const QuoJson      *self);
QuoJsonPlace  quo_json_place          (const QuoJson      *self);
gboolean      quo_json_truth          (const QuoJson      *self);
const char   *quo_json_text           (const QuoJson      *self);
double        quo_json_double         (const QuoJson      *self);
gboolean      quo_json_int            (const QuoJson      *self,
                                       gint64             *ret_number);
gboolean      quo_json_uint           (const QuoJson      *self,
                                       guint64            *ret_number);
guint         quo_json_length         (const QuoJson      *self);
QuoJson      *quo_json_nth            (const QuoJson      *self,
                                       guint               nth);
const char   *quo_json_key            (const QuoJson      *self,
                                       guint               nth);
QuoJsonPlace  quo_json_key_place      (const QuoJson      *self,
                                       guint               nth);
QuoJson      *quo_json_get            (const QuoJson      *self,
                                       const char         *key);
char         *quo_json_found          (const QuoJson      *self);
char         *quo_json_pointer        (const QuoJson      *root,
                                       const QuoJson      *value);
void          quo_json_pointer_append (GString            *pointer,
                                       const char         *key);
gboolean      quo_json_equal          (const QuoJson      *self,
                                       const QuoJson      *other);

/* Edits: (transfer full) results. */
QuoJson      *quo_json_with           (const QuoJson      *self,
                                       const char         *key,
                                       QuoJson            *value);
QuoJson      *quo_json_without        (const QuoJson      *self,
                                       const char         *key);
QuoJson      *quo_json_with_nth       (const QuoJson      *self,
                                       guint               nth,
                                       QuoJson            *value);
QuoJson      *quo_json_without_nth    (const QuoJson      *self,
                                       guint               nth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoJson, quo_json_unref)

G_END_DECLS
