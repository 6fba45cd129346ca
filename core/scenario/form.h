/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a scenario file may say, as data. The reader validates with these tables,
 * the writer takes its order of keys from them and the JSON Schema is made of
 * them, so the three cannot drift apart.
 */

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  QUO_FORM_STRING,    /* at least n_min characters */
  QUO_FORM_BOOL,
  QUO_FORM_INT,       /* a whole number, min .. max */
  QUO_FORM_NUMBER,    /* min .. max */
  QUO_FORM_TIME,      /* "150ms", min .. max in nanoseconds */
  QUO_FORM_RATE,      /* "20/s", min .. max a second */
  QUO_FORM_SIZE,      /* "1GiB" or a number of bytes */
  QUO_FORM_BANDWIDTH, /* "10MB/s" */
  QUO_FORM_ENUM,      /* one of values */
  QUO_FORM_ARRAY,     /* n_min .. n_max of item */
  QUO_FORM_MAP,       /* an object with any keys, its values like item */
  QUO_FORM_OBJECT,    /* keys */
  QUO_FORM_VARIANT,   /* an object with the keys of one of variants */
  QUO_FORM_CHOICE,    /* one of choices, which JSON's types tell apart */
  QUO_FORM_OPTIONS,   /* an object with the protocol's options */
  QUO_FORM_FIELDS,    /* an object with the protocol's durable fields */
  QUO_FORM_SCALAR     /* a string, a number or a truth value */
} QuoFormKind;

typedef enum
{
  QUO_KEY_OPTIONAL,
  QUO_KEY_REQUIRED,
  QUO_KEY_ONE_OF,     /* exactly one of the keys that say so */
  QUO_KEY_AT_MOST_ONE /* not two of the keys that say so */
} QuoKeyPresence;

typedef struct _QuoForm QuoForm;

/* Tables end with a NULL name. Their order is the writer's. Summaries are for the
 * schema, which is in English. */
typedef struct
{
  const char     *name;
  const QuoForm  *form;
  QuoKeyPresence  presence;
  const char     *summary;
} QuoKey;

typedef struct
{
  const char   *name;
  const QuoKey *keys;
  gboolean      has_fields; /* and the protocol's durable fields */
  const char   *summary;
} QuoVariant;

struct _QuoForm
{
  QuoFormKind            kind;
  const char            *id;       /* in the schema; NULL: written in place */
  const char            *expected; /* "a time such as “150ms”" */
  double                 min;
  double                 max;
  guint                  n_min;
  guint                  n_max;    /* 0: no limit */
  const char * const    *values;
  const QuoForm         *item;
  const QuoKey          *keys;
  const QuoVariant      *variants;
  const char            *tag;      /* the key whose value names the variant;
                                    * NULL: the variant's name is a key of it */
  gboolean               has_commands; /* and the protocol's commands */
  const QuoForm * const *choices;  /* ends with NULL */
};

extern const QuoForm quo_form_scenario;
extern const QuoForm quo_form_action;

/* The keys of an action that is a protocol's own command, but for its fields. */
extern const QuoKey  quo_command_keys[];

#define QUO_MAX_NODES   2000000
#define QUO_MAX_CLIENTS 10000
#define QUO_MAX_ACTIONS 100000

G_END_DECLS
