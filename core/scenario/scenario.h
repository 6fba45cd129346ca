/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The scenario: the only document. Immutable and reference-counted; an edit makes
 * a new one that shares what did not change.
 */

#include "protocol/protocol.h"
#include "sim/config.h"
#include "sim/trace.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define QUO_SCENARIO_SUFFIX ".quorate.json"

typedef struct _QuoScenario QuoScenario;

/* A narrated step. */
typedef struct
{
  QuoTime             at;
  const char         *text;
  const char * const *look_at; /* participants' names, ends with NULL */
  const char         *show;    /* a view's id, or NULL */
} QuoStoryStep;

typedef enum
{
  QUO_EXPECT_INVARIANT,
  QUO_EXPECT_MODEL,
  QUO_EXPECT_FIELD,
  QUO_EXPECT_MEASURE,
  QUO_EXPECT_COUNT, /* of events: messages sent, notes ... */
  QUO_EXPECT_RESULT /* what an operation returned */
} QuoExpectKind;

QuoScenario        *quo_scenario_new_from_data   (const char         *name,
                                                  const char         *data,
                                                  gsize               length,
                                                  GError            **error);
QuoScenario        *quo_scenario_new_from_file   (const char         *path,
                                                  GError            **error);
QuoScenario        *quo_scenario_new_empty       (const QuoProtocol  *protocol,
                                                  guint               n_nodes);
QuoScenario        *quo_scenario_ref             (QuoScenario        *self);
void                quo_scenario_unref           (QuoScenario        *self);
char               *quo_scenario_to_json         (QuoScenario        *self);
gboolean            quo_scenario_save            (QuoScenario        *self,
                                                  const char         *path,
                                                  GError            **error);
gboolean            quo_scenario_equal           (QuoScenario        *self,
                                                  QuoScenario        *other);

const char         *quo_scenario_title           (QuoScenario        *self);
const char         *quo_scenario_summary         (QuoScenario        *self);
const char * const *quo_scenario_tags            (QuoScenario        *self);
const QuoProtocol  *quo_scenario_protocol        (QuoScenario        *self);
guint64             quo_scenario_seed            (QuoScenario        *self);
QuoTime             quo_scenario_until           (QuoScenario        *self);
guint               quo_scenario_n_nodes         (QuoScenario        *self);
guint               quo_scenario_n_clients       (QuoScenario        *self);
char               *quo_scenario_participant     (QuoScenario        *self,
                                                  guint               participant);
int                 quo_scenario_find            (QuoScenario        *self,
                                                  const char         *id);
gboolean            quo_scenario_position        (QuoScenario        *self,
                                                  guint               node,
                                                  double             *ret_x,
                                                  double             *ret_y);

/* The script, in the file's order. */
guint               quo_scenario_n_actions       (QuoScenario        *self);
QuoTime             quo_scenario_action_time     (QuoScenario        *self,
                                                  guint               nth);
const char         *quo_scenario_action_id       (QuoScenario        *self,
                                                  guint               nth);
char               *quo_scenario_action_text     (QuoScenario        *self,
                                                  guint               nth);
JsonObject         *quo_scenario_action_json     (QuoScenario        *self,
                                                  guint               nth);

gboolean            quo_scenario_has_chaos       (QuoScenario        *self);
guint               quo_scenario_n_story         (QuoScenario        *self);
const QuoStoryStep *quo_scenario_story           (QuoScenario        *self,
                                                  guint               nth);
guint               quo_scenario_n_expectations  (QuoScenario        *self);
char               *quo_scenario_expectation_text (QuoScenario       *self,
                                                   guint              nth);

/* "Nodes 5", "Network 10 ± 2 ms": rows for a summary, key and value in turn. */
char              **quo_scenario_facts           (QuoScenario        *self);

/* Edits. Each gives a new scenario or an error that leaves things as they were. */
QuoScenario        *quo_scenario_with_action     (QuoScenario        *self,
                                                  JsonObject         *action,
                                                  GError            **error);
QuoScenario        *quo_scenario_with_action_at  (QuoScenario        *self,
                                                  guint               nth,
                                                  JsonObject         *action,
                                                  GError            **error);
QuoScenario        *quo_scenario_without_action  (QuoScenario        *self,
                                                  guint               nth);
QuoScenario        *quo_scenario_with_position   (QuoScenario        *self,
                                                  guint               node,
                                                  double              x,
                                                  double              y);
QuoScenario        *quo_scenario_with_seed       (QuoScenario        *self,
                                                  guint64             seed);
/* What chaos did in the trace of a run, as actions of the script. */
QuoScenario        *quo_scenario_with_chaos_scripted (QuoScenario    *self,
                                                      QuoTrace       *trace,
                                                      GError        **error);
/* path is a JSON Pointer, or its short form "options.election-timeout". */
QuoScenario        *quo_scenario_with_value      (QuoScenario        *self,
                                                  const char         *path,
                                                  const char         *value,
                                                  GError            **error);

QuoSimConfig       *quo_scenario_config          (QuoScenario        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoScenario, quo_scenario_unref)

#define QUO_SCENARIO_ERROR (quo_scenario_error_quark ())

typedef enum
{
  QUO_SCENARIO_ERROR_FILE,
  QUO_SCENARIO_ERROR_SYNTAX,
  QUO_SCENARIO_ERROR_LIMIT,
  QUO_SCENARIO_ERROR_DUPLICATE,
  QUO_SCENARIO_ERROR_TYPE,
  QUO_SCENARIO_ERROR_UNKNOWN,
  QUO_SCENARIO_ERROR_RANGE,
  QUO_SCENARIO_ERROR_MISSING
} QuoScenarioError;

GQuark              quo_scenario_error_quark     (void);

G_END_DECLS
