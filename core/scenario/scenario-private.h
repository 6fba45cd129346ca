/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scenario/json.h"
#include "scenario/scenario.h"

G_BEGIN_DECLS

typedef struct
{
  const char *id;   /* "crash" */
  QuoTime     time; /* the middle of a distribution */
} QuoScriptEntry;

/* A bound on a figure. NaN: none. */
typedef struct
{
  double is;
  double at_least;
  double at_most;
} QuoBound;

typedef struct
{
  QuoExpectKind  kind;
  const QuoJson *json;
  const char    *id;        /* of the invariant, model, measure or field */
  int            what;      /* its index, -1: a general measure or a model */
  gboolean       is_held;   /* the verdict that is expected */
  QuoTime        at;        /* QUO_TIME_NEVER: at the end */
  GArray        *nodes;     /* QuoSelector */
  const char    *statistic;
  QuoBound       bound;
  const QuoJson *value;     /* "is" of a field, "value" of a result, or NULL */
  const QuoJson *key;
  guint          column;    /* of the field's rows, what is compared */
  const QuoJson *absent;    /* whether there is no such row, or NULL */
  /* Of a count. */
  int            event;     /* a QuoEventKind */
  int            detail;    /* message, note or timer, -1: any */
  const QuoJson *where;     /* values of the message's or note's fields, or NULL */
  int            node;
  int            from;
  int            to;
  QuoTime        after;
  QuoTime        before;
  /* Of a result. */
  guint          client;    /* participant */
  guint          nth;       /* from 1 */
  int            status;    /* a QuoStatus; QUO_RESULT_PENDING */
  int            fallback;  /* a QuoFallback; -1: any */
  gboolean       has_age;
  QuoTime        age;       /* -1: unknown */
} QuoExpectation;

#define QUO_RESULT_PENDING (-1)

struct _QuoScenario
{
  gatomicrefcount    ref_count;
  char              *name; /* for messages */
  QuoJson           *root;
  const QuoProtocol *protocol;

  const char        *title;
  const char        *summary;
  const char       **tags;
  guint64            seed;
  QuoTime            until;
  QuoTime            time_limit;
  guint              n_nodes;
  const char        *prefix;   /* of nodes by rule, else NULL */
  GHashTable        *by_id;    /* listed nodes and clients: id to index + 1 */
  GPtrArray         *clients;  /* ids; the operator last, when there is one */
  gboolean           has_operator;
  GHashTable        *regions;  /* id to index + 1, or NULL */
  GArray            *script;   /* QuoScriptEntry */
  GArray            *story;    /* QuoStoryStep */
  GArray            *expect;   /* QuoExpectation */
};

#define QUO_OPERATOR_ID "client"

/* Measures that every run has; ends with NULL. */
extern const char * const quo_general_measure_ids[];

QuoScenario          *quo_scenario_new_from_tree (const char   *name,
                                                  QuoJson      *root,
                                                  GError      **error);
const QuoExpectation *quo_scenario_expectation   (QuoScenario  *self,
                                                  guint         nth);

QuoJson              *quo_json_from_glib         (JsonNode     *node,
                                                  GError      **error);
JsonNode             *quo_json_to_glib           (const QuoJson *self);

G_END_DECLS
