/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was expected of a run, held against what it did. */

#include "scenario/reader-private.h"
#include "scenario/run-private.h"

#include "sim/describe.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Models are judged by a layer above: whoever can, says so here. */
static QuoModelChecker model_checker;

/**
 * quo_run_set_model_checker:
 * @checker: (nullable): judges whether a run kept a consistency model
 *
 * To be called before any run is made. Without one, what is expected of models
 * stays undecided, which is not met.
 */
void
quo_run_set_model_checker (QuoModelChecker checker)
{
  model_checker = checker;
}

static char *
format_number (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.6g", number);

  return g_strdup (text);
}

static char *
format_figure (double      number,
               const char *unit)
{
  g_autofree char *text = NULL;

  if (g_strcmp0 (unit, "ns") == 0 && fabs (number) < (double) QUO_TIME_MAX)
    return quo_time_format_short ((QuoTime) llround (number), 4);

  text = format_number (number);
  if (unit == NULL || unit[0] == 0 || strcmp (unit, "1") == 0)
    return g_steal_pointer (&text);

  return g_strdup_printf ("%s %s", text, unit);
}

/* What was not measured is within no bound. */
static gboolean
is_within (const QuoBound *bound,
           double          number)
{
  if (isnan (number))
    return FALSE;
  if (!isnan (bound->is) && number != bound->is)
    return FALSE;
  if (!isnan (bound->at_least) && number < bound->at_least)
    return FALSE;

  return isnan (bound->at_most) || number <= bound->at_most;
}

static void
judge_invariant (QuoRun               *self,
                 const QuoExpectation *expectation,
                 QuoOutcome           *outcome)
{
  guint n = 0;

  for (guint i = 0; i < quo_sim_n_violations (self->sim); i++)
    {
      const QuoViolation *violation = quo_sim_violation (self->sim, i);

      if ((int) violation->invariant != expectation->what)
        continue;
      if (n++ == 0)
        {
          g_autofree char *at = quo_time_format_short (
            quo_trace_time (quo_run_trace (self), violation->event), 4);

          outcome->event = violation->event;
          outcome->finding = g_strdup_printf (_("%s at %s"), violation->text,
                                              at);
        }
    }
  outcome->verdict = n > 0 ? QUO_VERDICT_VIOLATED : QUO_VERDICT_HOLDS;
  outcome->is_met = expectation->is_held == (n == 0);
}

static void
judge_model (QuoRun               *self,
             const QuoExpectation *expectation,
             QuoOutcome           *outcome)
{
  outcome->verdict = QUO_VERDICT_UNDECIDED;
  if (model_checker != NULL)
    outcome->verdict = model_checker (self, expectation->id, &outcome->finding,
                                      &outcome->event);
  else
    outcome->finding = g_strdup (_("not checked"));
  outcome->is_met = outcome->verdict == (expectation->is_held
                                           ? QUO_VERDICT_HOLDS
                                           : QUO_VERDICT_VIOLATED);
}

/* A field as an expectation sees it. */
typedef struct
{
  QuoRun             *run;
  const QuoFieldSpec *spec;
  QuoColumn           column; /* what is compared */
  guint               nth;    /* which of a row's it is */
  const char        **roles;
} Field;

static void
field_init (Field                *field,
            QuoRun               *run,
            const QuoExpectation *expectation)
{
  const QuoDeclaration *declaration = &run->scenario->protocol->declaration;
  const QuoRoleSpec *roles = declaration->roles;
  guint n = quo_declaration_n_roles (declaration);

  field->run = run;
  field->spec = &declaration->fields[expectation->what];
  field->column = field->spec->shape == QUO_SHAPE_SET
                    ? field->spec->key
                    : field->spec->columns[expectation->column];
  field->nth = expectation->column;
  field->roles = NULL;
  if (field->spec->use != QUO_USE_ROLE || field->column.values != NULL)
    return;

  field->roles = g_new0 (const char *, n + 1);
  for (guint i = 0; i < n; i++)
    field->roles[i] = roles[i].id;
  field->column = (QuoColumn) { "role", QUO_TYPE_ENUM, field->roles };
}

static gboolean
value_of (const Field     *field,
          const QuoColumn *column,
          const QuoJson   *json,
          gint64          *ret_value)
{
  QuoReader reader = {
    .scenario = field->run->scenario,
    .protocol = field->run->scenario->protocol,
    .names = quo_trace_names (quo_run_trace (field->run)),
    .is_closed = TRUE,
  };

  return quo_reader_column (&reader, column, json, ret_value);
}

/* A table that was never written to is not there. */
static guint
n_rows_of (const QuoTable *table)
{
  return table != NULL ? quo_table_n_rows (table) : 0;
}

static gboolean
rows_match (const Field    *field,
            const QuoTable *table,
            const QuoJson  *list)
{
  guint n = quo_json_length (list);
  gboolean is_set = field->spec->shape == QUO_SHAPE_SET;

  if (n_rows_of (table) != n)
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      gint64 key;
      const gint64 *columns = quo_table_nth (table, i, &key);
      gint64 wanted;

      if (!value_of (field, &field->column, quo_json_nth (list, i), &wanted))
        return FALSE;
      /* A set has no order: its keys are looked up. */
      if (is_set ? quo_table_get (table, wanted) == NULL
                 : columns[field->nth] != wanted)
        return FALSE;
    }

  return TRUE;
}

static char *
describe_row (const Field  *field,
              gint64        key,
              const gint64 *columns)
{
  GString *text = g_string_new (NULL);

  quo_describe_value (quo_run_trace (field->run), &field->column,
                      field->spec->shape == QUO_SHAPE_SET ? key
                                                          : columns[field->nth],
                      text);

  return g_string_free (text, FALSE);
}

static char *
describe_rows (const Field    *field,
               const QuoTable *table)
{
  GString *text = g_string_new ("[");
  guint n = n_rows_of (table);

  for (guint i = 0; i < n && i < 20; i++)
    {
      gint64 key;
      const gint64 *columns = quo_table_nth (table, i, &key);
      g_autofree char *row = describe_row (field, key, columns);

      if (i > 0)
        g_string_append (text, ", ");
      g_string_append (text, row);
    }
  g_string_append (text, n > 20 ? ", …]" : "]");

  return g_string_free (text, FALSE);
}

static gboolean
table_matches (const Field          *field,
               const QuoExpectation *expectation,
               const QuoTable       *table,
               char                **ret_found)
{
  guint n_rows = n_rows_of (table);
  gboolean is_right = is_within (&expectation->bound, n_rows);

  if (expectation->value != NULL)
    {
      is_right = is_right && rows_match (field, table, expectation->value);
      *ret_found = describe_rows (field, table);
    }
  else
    *ret_found = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u row",
                                               "%u rows", n_rows),
                                  n_rows);

  return is_right;
}

static gboolean
scalar_matches (const Field          *field,
                const QuoExpectation *expectation,
                gint64                value,
                char                **ret_found)
{
  GString *found = g_string_new (NULL);
  gint64 wanted = value;

  quo_describe_value (quo_run_trace (field->run), &field->column, value, found);
  *ret_found = g_string_free (found, FALSE);
  if (expectation->value != NULL
      && !value_of (field, &field->column, expectation->value, &wanted))
    return FALSE;

  return value == wanted && is_within (&expectation->bound, (double) value);
}

static gboolean
node_matches (const Field          *field,
              const QuoExpectation *expectation,
              guint                 node,
              char                **ret_found)
{
  QuoReplay *replay = field->run->replay;
  guint index = (guint) expectation->what;
  g_autoptr (QuoTable) none = NULL;
  const QuoTable *table;
  const gint64 *row;
  gint64 key = 0;

  if (field->spec->shape == QUO_SHAPE_SCALAR)
    return scalar_matches (field, expectation,
                           quo_replay_scalar (replay, node, index), ret_found);

  table = quo_replay_table (replay, node, index);
  if (table == NULL)
    table = none = quo_table_new (quo_columns_count (field->spec->columns,
                                                     QUO_MAX_COLUMNS));
  if (expectation->key == NULL)
    return table_matches (field, expectation, table, ret_found);

  value_of (field, &field->spec->key, expectation->key, &key);
  row = quo_table_get (table, key);
  if (row != NULL && expectation->absent == NULL)
    return scalar_matches (field, expectation, row[field->nth], ret_found);
  *ret_found = row == NULL ? g_strdup (_("no such row"))
                           : describe_row (field, key, row);

  return expectation->absent != NULL
         && quo_json_truth (expectation->absent) == (row == NULL);
}

/* As the engine picks it: of two in the role the one of the later epoch. */
static int
find_role (QuoRun *self,
           guint   role)
{
  const QuoDeclaration *declaration = &self->scenario->protocol->declaration;
  int role_field = quo_declaration_find_use (declaration, QUO_USE_ROLE);
  int epoch_field = quo_declaration_find_use (declaration, QUO_USE_EPOCH);
  gint64 best_epoch = G_MININT64;
  int best = -1;

  for (guint i = 0; role_field >= 0 && i < self->scenario->n_nodes; i++)
    {
      gint64 epoch = epoch_field >= 0
                       ? quo_replay_scalar (self->replay, i,
                                            (guint) epoch_field)
                       : 0;

      if (quo_replay_life (self->replay, i) == QUO_LIFE_DOWN
          || quo_replay_scalar (self->replay, i, (guint) role_field) != role
          || (best >= 0 && epoch <= best_epoch))
        continue;
      best = (int) i;
      best_epoch = epoch;
    }

  return best;
}

static gboolean
judge_node (const Field          *field,
            const QuoExpectation *expectation,
            guint                 node,
            QuoOutcome           *outcome)
{
  g_autofree char *found = NULL;
  g_autofree char *name = NULL;
  g_autofree char *at = NULL;

  if (node_matches (field, expectation, node, &found))
    return TRUE;

  name = quo_scenario_participant (field->run->scenario, node);
  at = quo_time_format_short (MIN (expectation->at, quo_run_end (field->run)),
                              4);
  outcome->finding = g_strdup_printf (_("%s has %s %s at %s"), name,
                                      expectation->id, found, at);
  outcome->event = quo_replay_last_event (field->run->replay, node);

  return FALSE;
}

static gboolean
judge_selector (const Field          *field,
                const QuoExpectation *expectation,
                const QuoSelector    *selector,
                QuoOutcome           *outcome)
{
  QuoRun *run = field->run;

  if (selector->kind == QUO_SELECT_NODE)
    return judge_node (field, expectation, selector->index, outcome);
  if (selector->kind == QUO_SELECT_ROLE)
    {
      const QuoRoleSpec *roles = run->scenario->protocol->declaration.roles;
      int node = find_role (run, selector->index);

      if (node >= 0)
        return judge_node (field, expectation, (guint) node, outcome);
      outcome->finding = g_strdup_printf (_("there is no %s then"),
                                          roles[selector->index].id);
      return FALSE;
    }

  for (guint i = 0; i < run->scenario->n_nodes; i++)
    if (!judge_node (field, expectation, i, outcome))
      return FALSE;

  return TRUE;
}

static void
judge_field (QuoRun               *self,
             const QuoExpectation *expectation,
             QuoOutcome           *outcome)
{
  Field field;

  if (expectation->at != QUO_TIME_NEVER && expectation->at > quo_run_end (self))
    {
      g_autofree char *end = quo_time_format_short (quo_run_end (self), 4);

      outcome->verdict = QUO_VERDICT_UNDECIDED;
      outcome->finding = g_strdup_printf (_("the run ended at %s"), end);
      return;
    }

  field_init (&field, self, expectation);
  quo_replay_seek_time (self->replay,
                        MIN (expectation->at, quo_run_end (self)));
  outcome->is_met = TRUE;
  for (guint i = 0; i < expectation->nodes->len && outcome->is_met; i++)
    outcome->is_met =
      judge_selector (&field, expectation,
                      &g_array_index (expectation->nodes, QuoSelector, i),
                      outcome);
  g_free (field.roles);
}

static double
statistic (QuoSamples *s,
           const char *which)
{
  if (strcmp (which, "count") == 0)
    return quo_samples_get_n (s);
  if (strcmp (which, "sum") == 0)
    return quo_samples_get_sum (s);
  if (quo_samples_get_n (s) == 0)
    return NAN;
  if (strcmp (which, "deviation") == 0)
    return quo_samples_get_deviation (s);
  if (strcmp (which, "min") == 0)
    return quo_samples_get_min (s);
  if (strcmp (which, "max") == 0)
    return quo_samples_get_max (s);
  if (strcmp (which, "median") == 0)
    return quo_samples_get_median (s);
  if (which[0] == 'p')
    return quo_samples_get_quantile (s, g_ascii_strtod (which + 1, NULL) / 100);

  return quo_samples_get_mean (s);
}

static void
judge_measure (QuoRun               *self,
               const QuoExpectation *expectation,
               QuoOutcome           *outcome)
{
  QuoSamples *samples = NULL;
  const char *unit = NULL;
  double number;

  quo_run_measure (self, expectation->id, &samples, &unit);
  if (strcmp (expectation->statistic, "count") == 0)
    unit = NULL;
  number = statistic (samples, expectation->statistic);
  outcome->is_met = is_within (&expectation->bound, number);
  if (isnan (number))
    outcome->finding = g_strdup (_("nothing was measured"));
  else
    {
      g_autofree char *text = format_figure (number, unit);

      outcome->finding = g_strdup_printf (_("it is %s"), text);
    }
}

static gboolean
fits_end (int   wanted,
          guint participant)
{
  return wanted < 0 || (guint) wanted == participant;
}

/* Values that fields of the counted have to have. */
typedef struct
{
  guint  n;
  guint  fields[QUO_MAX_MESSAGE_FIELDS];
  gint64 values[QUO_MAX_MESSAGE_FIELDS];
} Where;

static void
where_init (Where                *where,
            QuoRun               *run,
            const QuoExpectation *expectation)
{
  QuoReader reader = {
    .scenario = run->scenario,
    .protocol = run->scenario->protocol,
    .names = quo_trace_names (quo_run_trace (run)),
    .is_closed = TRUE,
  };
  guint n;
  const QuoColumn *columns = quo_expectation_columns (
    &run->scenario->protocol->declaration, expectation, &n);

  where->n = quo_json_length (expectation->where);
  for (guint i = 0; i < where->n; i++)
    {
      int field = quo_column_find (columns, n,
                                   quo_json_key (expectation->where, i));

      where->fields[i] = (guint) field;
      if (!quo_reader_column (&reader, &columns[field],
                              quo_json_nth (expectation->where, i),
                              &where->values[i]))
        where->fields[i] = QUO_MAX_MESSAGE_FIELDS;
    }
}

/* A name that nobody said in the run fits nothing. */
static gboolean
fits_where (const Where    *where,
            const QuoEvent *event)
{
  for (guint i = 0; i < where->n; i++)
    if (where->fields[i] == QUO_MAX_MESSAGE_FIELDS
        || event->values[where->fields[i]] != where->values[i])
      return FALSE;

  return TRUE;
}

/* A loss and a delivery are told by the message that was sent. */
static gboolean
is_counted (QuoTrace             *trace,
            const QuoExpectation *expectation,
            const Where          *where,
            guint32               index)
{
  QuoEvent event;

  quo_trace_read (trace, index, &event);
  if (!fits_end (expectation->node, event.node))
    return FALSE;

  switch (event.kind)
    {
    case QUO_EVENT_DELIVER:
    case QUO_EVENT_LOSE:
      quo_trace_read (trace, event.cause, &event);
      G_GNUC_FALLTHROUGH;
    case QUO_EVENT_SEND:
      return fits_end (expectation->from, event.node)
             && fits_end (expectation->to, event.to)
             && fits_end (expectation->detail, event.what)
             && fits_where (where, &event);
    case QUO_EVENT_NOTE:
      return fits_end (expectation->detail, event.what)
             && fits_where (where, &event);
    case QUO_EVENT_TIMEOUT:
      return fits_end (expectation->detail, event.what);
    default:
      return TRUE;
    }
}

static void
judge_count (QuoRun               *self,
             const QuoExpectation *expectation,
             QuoOutcome           *outcome)
{
  QuoTrace *trace = quo_run_trace (self);
  guint n = 0;
  Where where;

  where_init (&where, self, expectation);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoTime time;

      if ((int) quo_trace_kind (trace, i) != expectation->event)
        continue;
      time = quo_trace_time (trace, i);
      if (time < expectation->after || time > expectation->before
          || !is_counted (trace, expectation, &where, i))
        continue;
      n++;
      outcome->event = i;
    }
  outcome->is_met = is_within (&expectation->bound, (double) n);
  outcome->finding = g_strdup_printf (_("counted %u"), n);
}

static guint32
find_invocation (QuoTrace *trace,
                 guint     client,
                 guint     nth)
{
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_INVOKE
        && quo_trace_node (trace, i) == client && --nth == 0)
      return i;

  return QUO_NO_EVENT;
}

/* Where the answer came from, and how old it may be at most. */
static gboolean
is_from (QuoTrace             *trace,
         const QuoExpectation *expectation,
         const QuoEvent       *back)
{
  QuoEvent fallback = { .what = QUO_FALLBACK_NONE, .values = { 0, 0, 0, -1 } };

  if (back->cause != QUO_NO_EVENT
      && quo_trace_kind (trace, back->cause) == QUO_EVENT_FALLBACK)
    quo_trace_read (trace, back->cause, &fallback);

  return (expectation->fallback < 0
          || (guint) expectation->fallback == fallback.what)
         && (!expectation->has_age || expectation->age == fallback.values[3]);
}

static void
judge_result (QuoRun               *self,
              const QuoExpectation *expectation,
              QuoOutcome           *outcome)
{
  QuoTrace *trace = quo_run_trace (self);
  guint32 invoke = find_invocation (trace, expectation->client,
                                    expectation->nth);
  guint32 back = invoke != QUO_NO_EVENT ? quo_trace_peer (trace, invoke)
                                        : QUO_NO_EVENT;
  g_autofree char *wanted = NULL;
  const char *value;
  QuoEvent event;

  outcome->event = invoke;
  if (invoke == QUO_NO_EVENT)
    {
      outcome->finding = g_strdup (_("there was no such operation"));
      return;
    }
  if (back == QUO_NO_EVENT)
    {
      outcome->is_met = expectation->status == QUO_RESULT_PENDING;
      outcome->finding = g_strdup (_("it has not returned"));
      return;
    }

  outcome->event = back;
  quo_trace_read (trace, back, &event);
  value = quo_names_get (quo_trace_names (trace), (guint32) event.values[1]);
  if (expectation->value != NULL)
    wanted = quo_reader_scalar_text (expectation->value);
  outcome->is_met = (int) event.what == expectation->status
                    && (wanted == NULL || g_strcmp0 (wanted, value) == 0)
                    && is_from (trace, expectation, &event);
  if (event.cause != QUO_NO_EVENT
      && quo_trace_kind (trace, event.cause) == QUO_EVENT_FALLBACK)
    {
      g_autoptr (GString) source = g_string_new (NULL);
      QuoEvent fallback;

      quo_trace_read (trace, event.cause, &fallback);
      quo_describe_fallback (trace, &fallback, source);
      outcome->finding = g_strdup_printf (_("it returned %s, “%s” (%s)"),
                                          quo_status_names[event.what], value,
                                          source->str);
      return;
    }
  outcome->finding = value != NULL && value[0] != 0
                       ? g_strdup_printf (_("it returned %s, “%s”"),
                                          quo_status_names[event.what], value)
                       : g_strdup_printf (_("it returned %s"),
                                          quo_status_names[event.what]);
}

static void
judge (QuoRun     *self,
       guint       nth,
       QuoOutcome *outcome)
{
  const QuoExpectation *expectation = quo_scenario_expectation (self->scenario,
                                                                nth);

  outcome->event = QUO_NO_EVENT;
  outcome->verdict = QUO_VERDICT_UNDECIDED;
  outcome->text = quo_scenario_expectation_text (self->scenario, nth);
  switch (expectation->kind)
    {
    case QUO_EXPECT_INVARIANT:
      judge_invariant (self, expectation, outcome);
      break;
    case QUO_EXPECT_MODEL:
      judge_model (self, expectation, outcome);
      break;
    case QUO_EXPECT_FIELD:
      judge_field (self, expectation, outcome);
      break;
    case QUO_EXPECT_MEASURE:
      judge_measure (self, expectation, outcome);
      break;
    case QUO_EXPECT_COUNT:
      judge_count (self, expectation, outcome);
      break;
    case QUO_EXPECT_RESULT:
    default:
      judge_result (self, expectation, outcome);
      break;
    }
  if (outcome->finding == NULL)
    outcome->finding = g_strdup ("");
}

/**
 * quo_run_judge:
 * @self: a run whose replay is ready
 *
 * Judges every expectation anew; moves the replay.
 */
void
quo_run_judge (QuoRun *self)
{
  g_array_set_size (self->outcomes, 0);
  g_array_set_size (self->outcomes, self->scenario->expect->len);
  for (guint i = 0; i < self->outcomes->len; i++)
    judge (self, i, &g_array_index (self->outcomes, QuoOutcome, i));
}
