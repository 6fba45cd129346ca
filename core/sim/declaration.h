/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a protocol says about itself, as data.
 *
 * Every view, the inspector, the options panel, the scenario reader and the
 * reference page are made from these tables; none of them knows a protocol by
 * name. All tables end with an entry whose id is NULL, all texts are static,
 * English and marked with N_() where a person reads them.
 */

#include "base/time.h"

#include <glib.h>

G_BEGIN_DECLS

#define QUO_MAX_COLUMNS        6
#define QUO_MAX_MESSAGE_FIELDS 12
#define QUO_MAX_FIELDS         31
#define QUO_NO_NODE            (-1)

/* How a value, which is always a gint64, is to be read. */
typedef enum
{
  QUO_TYPE_NONE,     /* ends a list of columns */
  QUO_TYPE_INT,
  QUO_TYPE_BOOL,
  QUO_TYPE_ENUM,     /* an index into QuoColumn.values */
  QUO_TYPE_NODE,     /* index of a participant, QUO_NO_NODE for none */
  QUO_TYPE_TIME,     /* a moment of true simulated time, ns; QUO_TIME_NEVER */
  QUO_TYPE_DURATION, /* ns */
  QUO_TYPE_NAME      /* an interned text: a key, a value, a command */
} QuoType;

typedef enum
{
  QUO_SHAPE_SCALAR,
  QUO_SHAPE_LOG,    /* rows with consecutive keys, cut off at the end, and
                     * compacted from the front */
  QUO_SHAPE_MAP,    /* rows by key */
  QUO_SHAPE_VECTOR, /* a clock: rows by participant, a missing one is 0 */
  QUO_SHAPE_SET     /* keys alone */
} QuoShape;

typedef enum
{
  QUO_STORAGE_VOLATILE, /* back to its initial value in a crash */
  QUO_STORAGE_DURABLE   /* in a crash back to what was last synced */
} QuoStorage;

/* What a view may make of a field, beyond printing it. */
typedef enum
{
  QUO_USE_PLAIN,
  QUO_USE_ROLE,     /* scalar enum, an index into the roles */
  QUO_USE_EPOCH,    /* scalar, a term or ballot: picks the colour */
  QUO_USE_DEADLINE, /* scalar time: the ring that runs out */
  QUO_USE_LAMPORT,  /* scalar: the Lamport stamp of the latest event */
  QUO_USE_STAMP,    /* vector: the vector stamp of the latest event */
  QUO_USE_LOG,      /* log that the logs view lays side by side */
  QUO_USE_STORE,    /* map of keys to values */
  QUO_USE_COMMIT,   /* scalar: last key of the log that is committed */
  QUO_USE_KNOWS     /* scalar: 0 until the node knows; the spread view */
} QuoUse;

/* What a mark means to a person; views give each its colour and sign. */
typedef enum
{
  QUO_TONE_NEUTRAL,
  QUO_TONE_INFO,
  QUO_TONE_GOOD,
  QUO_TONE_WARN,
  QUO_TONE_BAD
} QuoTone;

typedef struct
{
  const char         *id;
  QuoType             type;
  const char * const *values; /* of an enum, ends with NULL */
} QuoColumn;

typedef struct
{
  const char *id;
  const char *summary;
  QuoTone     tone;
  gboolean    is_leading; /* drawn with a double ring */
} QuoRoleSpec;

typedef struct
{
  const char *id;   /* what brings it about, "election timeout" */
  int         from; /* index of a role */
  int         to;
} QuoTransitionSpec;

typedef struct
{
  const char *id;      /* "voted-for" */
  const char *summary; /* one line */
  QuoShape    shape;
  QuoStorage  storage;
  QuoUse      use;
  QuoColumn   key;     /* of a row; type NONE for a scalar */
  QuoColumn   columns[QUO_MAX_COLUMNS]; /* a scalar has one */
  gint64      initial; /* of a scalar */
} QuoFieldSpec;

typedef struct
{
  const char *id;      /* "AppendEntries" */
  const char *label;   /* "AppendEntries t={term} +{#}": {field}, {#} rows;
                        * "heartbeat|AppendEntries +{#}": the first part when
                        * there are no rows */
  const char *summary;
  gboolean    is_reply; /* drawn hollow and dashed */
  const char *epoch;    /* id of the field that picks the colour, or NULL */
  QuoColumn   fields[QUO_MAX_MESSAGE_FIELDS];
  QuoColumn   row[QUO_MAX_COLUMNS]; /* of the repeated part, if any */
  QuoUse      row_use;  /* QUO_USE_STAMP: rows are (node, count) */
} QuoMessageSpec;

typedef struct
{
  const char *id;      /* "election" */
  const char *summary; /* "No leader heard for an election timeout" */
} QuoTimerSpec;

typedef struct
{
  const char *id;      /* "vote", a kind of durable write */
  const char *summary;
  gboolean    is_forced; /* counts as a forced write; else a lazy one */
} QuoWriteSpec;

typedef struct
{
  const char *id;
  const char *label;   /* "commit {index}: {command}" */
  const char *summary;
  QuoTone     tone;
  gboolean    is_notable; /* shift and arrow stop here */
  QuoColumn   fields[QUO_MAX_COLUMNS];
} QuoNoteSpec;

/* An action of the script that this protocol alone understands: the file says
 * { "do": id, "node": ..., and each field by name }. */
typedef struct
{
  const char *id;
  const char *summary;
  QuoColumn   fields[QUO_MAX_COLUMNS];
} QuoCommandSpec;

typedef enum
{
  QUO_OPTION_BOOL,     /* gboolean */
  QUO_OPTION_INT,      /* gint64, within minimum and maximum */
  QUO_OPTION_NUMBER,   /* double, within minimum and maximum */
  QUO_OPTION_DURATION, /* QuoTime */
  QUO_OPTION_RANGE,    /* QuoTimeRange; the file has [low, high] */
  QUO_OPTION_ENUM,     /* gint, an index into values */
  QUO_OPTION_NODE,     /* gint, index of a node; default "" is QUO_NO_NODE */
  QUO_OPTION_NAME      /* gint64, an interned text */
} QuoOptionType;

typedef struct
{
  QuoTime low;
  QuoTime high;
} QuoTimeRange;

typedef struct
{
  const char         *id;
  const char         *summary;
  QuoOptionType       type;
  gsize               offset;   /* in the protocol's options struct */
  const char         *initial;  /* as in a file: "150ms", "150ms..300ms" */
  double              minimum;  /* of numbers; of times in seconds */
  double              maximum;
  const char * const *values;   /* of an enum, ends with NULL */
} QuoOptionSpec;

typedef struct
{
  const char *id;      /* "commit-earlier-term" */
  const char *summary; /* the mistake, and who made it */
} QuoFaultSpec;

typedef struct
{
  const char *id;      /* "election-safety" */
  const char *summary; /* "At most one leader in a term" */
  const char *source;
} QuoInvariantSpec;

typedef struct
{
  const char *id;      /* "leader-replacement" */
  const char *unit;    /* "ns", "1", "messages" */
  const char *summary; /* the definition */
} QuoMeasureSpec;

typedef struct
{
  const char              *id;
  const char              *title;
  const char              *summary;
  const char              *family;  /* the gallery's group: "strong", "eventual" */
  const char * const      *sources; /* papers, ends with NULL */
  /* Clients keep what an answer gave them about a key, and give it back with
   * their next operation on that key. */
  gboolean                 has_context;
  /* 0: as many as the engine takes. Where every node keeps something of every other,
   * memory grows with the square. */
  guint                    n_nodes_max;

  const QuoRoleSpec       *roles;
  const QuoTransitionSpec *transitions;
  const QuoFieldSpec      *fields;
  const QuoMessageSpec    *messages;
  const QuoTimerSpec      *timers;
  const QuoWriteSpec      *writes;
  const QuoNoteSpec       *notes;
  const QuoCommandSpec    *commands;
  const QuoOptionSpec     *options;
  gsize                    options_size;
  const QuoFaultSpec      *faults;
  const QuoInvariantSpec  *invariants;
  const QuoMeasureSpec    *measures;
} QuoDeclaration;

/* Messages that every protocol has: what clients send and are sent. */
#define QUO_MESSAGE_REQUEST 254
#define QUO_MESSAGE_REPLY   255

typedef enum
{
  QUO_OP_READ,
  QUO_OP_WRITE,
  QUO_OP_CAS,
  QUO_OP_ADD,
  QUO_OP_REMOVE,
  QUO_OP_APPEND,
  QUO_OP_TRANSACTION
} QuoOpKind;

typedef enum
{
  QUO_STATUS_OK,
  QUO_STATUS_FAILED,   /* certainly without effect */
  QUO_STATUS_UNKNOWN,  /* may or may not have happened */
  QUO_STATUS_REDIRECT, /* ask the node named instead */
  QUO_STATUS_BUSY      /* ask again later */
} QuoStatus;

/* From where a client takes an answer that it was not given. */
typedef enum
{
  QUO_FALLBACK_NONE,
  QUO_FALLBACK_CACHE, /* what it has seen last itself */
  QUO_FALLBACK_ANY,   /* another node */
  QUO_FALLBACK_LOCAL  /* the node beside it */
} QuoFallback;

extern const char * const quo_op_names[];
extern const char * const quo_status_names[];
extern const char * const quo_fallback_names[];

guint                   quo_declaration_n_fields     (const QuoDeclaration *self);
guint                   quo_declaration_n_messages   (const QuoDeclaration *self);
guint                   quo_declaration_n_roles      (const QuoDeclaration *self);
guint                   quo_declaration_n_timers     (const QuoDeclaration *self);
guint                   quo_declaration_n_measures   (const QuoDeclaration *self);
const QuoMessageSpec   *quo_declaration_message      (const QuoDeclaration *self,
                                                      guint                 kind);
int                     quo_declaration_find_field   (const QuoDeclaration *self,
                                                      const char           *id);
int                     quo_declaration_find_use     (const QuoDeclaration *self,
                                                      QuoUse                use);
int                     quo_declaration_find_message (const QuoDeclaration *self,
                                                      const char           *id);
int                     quo_declaration_find_role    (const QuoDeclaration *self,
                                                      const char           *id);
int                     quo_declaration_find_timer   (const QuoDeclaration *self,
                                                      const char           *id);
int                     quo_declaration_find_measure (const QuoDeclaration *self,
                                                      const char           *id);
int                     quo_declaration_find_invariant (const QuoDeclaration *self,
                                                        const char           *id);
int                     quo_declaration_find_fault   (const QuoDeclaration *self,
                                                      const char           *id);
int                     quo_declaration_find_command (const QuoDeclaration *self,
                                                      const char           *id);
int                     quo_declaration_find_option  (const QuoDeclaration *self,
                                                      const char           *id);
guint                   quo_columns_count            (const QuoColumn      *columns,
                                                      guint                 max);

G_END_DECLS
