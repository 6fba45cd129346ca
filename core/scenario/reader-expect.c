/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "story" and "expect": what a viewer is told and what a run has to show. */

#include "scenario/reader-private.h"

#include "sim/sim.h"
#include "sim/trace.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/**
 * quo_reader_story:
 * @reader: its cluster is known
 *
 * Returns: whether the story is right, else the error is set
 */
gboolean
quo_reader_story (QuoReader *reader)
{
  const QuoJson *story = quo_json_get (reader->scenario->root, "story");

  for (guint i = 0; i < quo_json_length (story); i++)
    {
      const QuoJson *value = quo_json_nth (story, i);
      const QuoJson *names = quo_json_get (value, "look-at");
      guint n = quo_json_length (names);
      g_autofree const char **look_at = g_new0 (const char *, n + 1);
      QuoStoryStep step = {
        .at = quo_reader_time (value, "at", 0),
        .text = quo_reader_text (value, "text", ""),
        .show = quo_reader_text (value, "show", NULL),
      };

      for (guint k = 0; k < n; k++)
        {
          const QuoJson *name = quo_json_nth (names, k);
          guint participant;

          look_at[k] = quo_json_text (name);
          if (look_at[k][0] == '@')
            {
              QuoSelector selector;

              if (!quo_reader_selector (reader, name, &selector))
                return FALSE;
            }
          else if (!quo_reader_participant (reader, name, &participant))
            return FALSE;
        }
      step.look_at = (const char * const *) g_steal_pointer (&look_at);
      g_array_append_val (reader->scenario->story, step);
    }

  return TRUE;
}

/* A bound is a number, or a time where nanoseconds are counted. */
static gboolean
read_bound_value (QuoReader     *reader,
                  const QuoJson *object,
                  const char    *key,
                  gboolean       is_time,
                  double        *ret_bound)
{
  const QuoJson *value = quo_json_get (object, key);
  g_autoptr (GError) error = NULL;
  QuoTime time;

  *ret_bound = NAN;
  if (value == NULL)
    return TRUE;
  if (quo_json_kind (value) == QUO_JSON_NUMBER)
    {
      *ret_bound = quo_json_double (value);
      return TRUE;
    }
  if (is_time && quo_json_kind (value) == QUO_JSON_STRING)
    {
      if (!quo_time_parse (quo_json_text (value), &time, &error))
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value, "%s",
                                error->message);
      *ret_bound = (double) time;
      return TRUE;
    }

  g_autofree char *found = quo_json_found (value);

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value,
                          is_time ? _("expected a time or a number of "
                                      "nanoseconds, found %s")
                                  : _("expected a number, found %s"), found);
}

static gboolean
read_bounds (QuoReader     *reader,
             const QuoJson *value,
             gboolean       is_time,
             gboolean       with_is,
             QuoBound      *ret_bound)
{
  ret_bound->is = NAN;

  return (!with_is || read_bound_value (reader, value, "is", is_time,
                                        &ret_bound->is))
         && read_bound_value (reader, value, "at-least", is_time,
                              &ret_bound->at_least)
         && read_bound_value (reader, value, "at-most", is_time,
                              &ret_bound->at_most);
}

static gboolean
has_any_bound (const QuoJson *value)
{
  return quo_json_get (value, "is") != NULL
         || quo_json_get (value, "at-least") != NULL
         || quo_json_get (value, "at-most") != NULL;
}

static gboolean
check_any_bound (QuoReader     *reader,
                 const QuoJson *value)
{
  if (has_any_bound (value))
    return TRUE;

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_MISSING, value,
                          _("one of these keys is missing: %s"),
                          "“is”, “at-least”, “at-most”");
}

static gboolean
read_invariant (QuoReader      *reader,
                const QuoJson  *value,
                QuoExpectation *expectation)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const QuoJson *name = quo_json_get (value, "invariant");

  expectation->kind = QUO_EXPECT_INVARIANT;
  expectation->id = quo_json_text (name);
  expectation->what = quo_declaration_find_invariant (declaration,
                                                      expectation->id);
  if (expectation->what < 0)
    {
      g_autoptr (GPtrArray) known = QUO_TABLE_IDS (declaration->invariants);
      g_autofree char *what = g_strdup_printf (_("an invariant of %s"),
                                               declaration->id);

      return quo_reader_fail_name (reader, name, expectation->id, what, known);
    }

  return TRUE;
}

static gboolean
read_model (QuoReader      *reader,
            const QuoJson  *value,
            QuoExpectation *expectation)
{
  static const char * const models[] = {
    "linearizable", "sequential", "causal", "causal+", "pram",
    "read-your-writes", "monotonic-reads", "monotonic-writes",
    "writes-follow-reads", "eventual", "strong-convergence",
    "bounded-staleness", "strict-serializable", "serializable",
    "snapshot-isolation", "repeatable-read", "monotonic-atomic-view",
    "cursor-stability", "read-committed", "read-uncommitted", NULL
  };
  const QuoJson *name = quo_json_get (value, "model");

  expectation->kind = QUO_EXPECT_MODEL;
  expectation->id = quo_json_text (name);
  if (quo_reader_enum (models, expectation->id) < 0)
    {
      g_autoptr (GPtrArray) known = g_ptr_array_new ();

      for (guint i = 0; models[i] != NULL; i++)
        g_ptr_array_add (known, (char *) models[i]);
      return quo_reader_fail_name (reader, name, expectation->id,
                                   _("a consistency model"), known);
    }

  return TRUE;
}

static GPtrArray *
column_ids (const QuoColumn *columns,
            guint            n)
{
  GPtrArray *ids = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (ids, (char *) columns[i].id);

  return ids;
}

/* A constant that the field can have; of a log or a set a list of them. */
static gboolean
check_field_value (QuoReader          *reader,
                   const QuoFieldSpec *spec,
                   const QuoColumn    *column,
                   const QuoJson      *value)
{
  QuoColumn role = { "role", QUO_TYPE_ENUM, NULL };
  g_autoptr (GPtrArray) roles = NULL;
  gint64 ignored;

  if (spec->use == QUO_USE_ROLE && column->values == NULL)
    {
      roles = QUO_TABLE_IDS (reader->protocol->declaration.roles);
      g_ptr_array_add (roles, NULL);
      role.values = (const char * const *) roles->pdata;
      column = &role;
    }
  if (quo_json_kind (value) != QUO_JSON_ARRAY)
    return quo_reader_column (reader, column, value, &ignored);

  for (guint i = 0; i < quo_json_length (value); i++)
    if (!quo_reader_column (reader, column, quo_json_nth (value, i), &ignored))
      return FALSE;

  return TRUE;
}

static gboolean
check_absent (QuoReader            *reader,
              const QuoFieldSpec   *spec,
              const QuoExpectation *expectation)
{
  const QuoJson *absent = expectation->absent;

  if (absent != NULL && expectation->key == NULL)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, absent,
                            _("“absent” speaks of a row: expected a “key” beside "
                              "it"));
  if (absent != NULL && has_any_bound (expectation->json))
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, absent,
                            _("“absent” speaks of the row as a whole: expected no "
                              "“is”, “at-least” or “at-most” beside it"));
  if (spec->shape == QUO_SHAPE_SET && expectation->key != NULL && absent == NULL)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, expectation->key,
                            _("the field “%s” has keys alone: expected “absent” "
                              "beside it"), spec->id);

  return TRUE;
}

static gboolean
check_field_shape (QuoReader          *reader,
                   const QuoFieldSpec *spec,
                   const QuoExpectation *expectation,
                   const QuoColumn    *column)
{
  const QuoJson *value = expectation->value;
  gboolean is_table = spec->shape != QUO_SHAPE_SCALAR;
  gboolean is_list = value != NULL && quo_json_kind (value) == QUO_JSON_ARRAY;
  gint64 ignored;

  if (expectation->key != NULL && !is_table)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, expectation->key,
                            _("the field “%s” has no rows"), spec->id);
  if (expectation->key != NULL
      && !quo_reader_column (reader, &spec->key, expectation->key, &ignored))
    return FALSE;
  if (!check_absent (reader, spec, expectation))
    return FALSE;
  if (value == NULL)
    return TRUE;

  if (is_table && expectation->key == NULL && !is_list)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value,
                            _("the field “%s” has rows: expected an array, or "
                              "a “key” beside it"), spec->id);
  if (is_list && (!is_table || expectation->key != NULL))
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value,
                            _("the field “%s” has one value here: expected no "
                              "array"), spec->id);

  return check_field_value (reader, spec, column, value);
}

static gboolean
read_column_name (QuoReader          *reader,
                  const QuoJson      *value,
                  const QuoFieldSpec *spec,
                  guint              *ret_column)
{
  const QuoJson *name = quo_json_get (value, "column");
  guint n = quo_columns_count (spec->columns, QUO_MAX_COLUMNS);
  int found;

  *ret_column = 0;
  if (name == NULL)
    return TRUE;
  if (spec->shape == QUO_SHAPE_SCALAR || spec->shape == QUO_SHAPE_SET)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, name,
                            _("the field “%s” has no columns"), spec->id);

  found = quo_column_find (spec->columns, n, quo_json_text (name));
  if (found < 0)
    {
      g_autoptr (GPtrArray) known = column_ids (spec->columns, n);

      return quo_reader_fail_name (reader, name, quo_json_text (name),
                                   _("a column of this field"), known);
    }
  *ret_column = (guint) found;

  return TRUE;
}

static gboolean
read_field (QuoReader      *reader,
            const QuoJson  *value,
            QuoExpectation *expectation)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const QuoJson *name = quo_json_get (value, "field");
  const QuoFieldSpec *spec;
  const QuoColumn *column;
  gboolean is_time;

  expectation->kind = QUO_EXPECT_FIELD;
  expectation->id = quo_json_text (name);
  expectation->at = quo_reader_time (value, "at", QUO_TIME_NEVER);
  expectation->value = quo_json_get (value, "is");
  expectation->key = quo_json_get (value, "key");
  expectation->absent = quo_json_get (value, "absent");
  expectation->what = quo_declaration_find_field (declaration, expectation->id);
  if (expectation->what < 0)
    {
      g_autoptr (GPtrArray) known = QUO_TABLE_IDS (declaration->fields);
      g_autofree char *what = g_strdup_printf (_("a field of %s"),
                                               declaration->id);

      return quo_reader_fail_name (reader, name, expectation->id, what, known);
    }

  spec = &declaration->fields[expectation->what];
  if (!read_column_name (reader, value, spec, &expectation->column))
    return FALSE;
  column = spec->shape == QUO_SHAPE_SET ? &spec->key
                                        : &spec->columns[expectation->column];
  is_time = (spec->shape == QUO_SHAPE_SCALAR || expectation->key != NULL)
            && (column->type == QUO_TYPE_TIME
                || column->type == QUO_TYPE_DURATION);
  expectation->nodes = quo_reader_selectors (reader,
                                             quo_json_get (value, "node"));

  return expectation->nodes != NULL
         && (expectation->absent != NULL || check_any_bound (reader, value))
         && check_field_shape (reader, spec, expectation, column)
         && read_bounds (reader, value, is_time, FALSE, &expectation->bound);
}

static gboolean
read_measure (QuoReader      *reader,
              const QuoJson  *value,
              QuoExpectation *expectation)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const QuoJson *name = quo_json_get (value, "measure");
  gboolean is_time;

  expectation->kind = QUO_EXPECT_MEASURE;
  expectation->id = quo_json_text (name);
  expectation->statistic = quo_reader_text (value, "statistic", "mean");
  expectation->what = quo_declaration_find_measure (declaration,
                                                    expectation->id);
  if (expectation->what < 0
      && quo_reader_enum (quo_general_measure_ids, expectation->id) < 0)
    {
      g_autoptr (GPtrArray) known = QUO_TABLE_IDS (declaration->measures);

      for (guint i = 0; quo_general_measure_ids[i] != NULL; i++)
        g_ptr_array_add (known, (char *) quo_general_measure_ids[i]);
      return quo_reader_fail_name (reader, name, expectation->id,
                                   _("a measure"), known);
    }
  is_time = expectation->what >= 0
              ? g_strcmp0 (declaration->measures[expectation->what].unit,
                           "ns") == 0
              : g_str_has_suffix (expectation->id, "-latency");

  return check_any_bound (reader, value)
         && read_bounds (reader, value, is_time, TRUE, &expectation->bound);
}

/* What each kind of event that can be counted is in the trace. */
typedef struct
{
  const char  *id;
  QuoEventKind event;
} EventName;

static const EventName event_names[] = {
  { "sent", QUO_EVENT_SEND },
  { "delivered", QUO_EVENT_DELIVER },
  { "lost", QUO_EVENT_LOSE },
  { "note", QUO_EVENT_NOTE },
  { "timeout", QUO_EVENT_TIMEOUT },
  { "sync", QUO_EVENT_SYNC },
  { "command", QUO_EVENT_COMMAND },
  { "crash", QUO_EVENT_CRASH },
  { "restart", QUO_EVENT_RESTART },
  { "pause", QUO_EVENT_PAUSE },
  { "resume", QUO_EVENT_RESUME },
  { "start", QUO_EVENT_START },
  { "invoke", QUO_EVENT_INVOKE },
  { "return", QUO_EVENT_RETURN },
  { "violation", QUO_EVENT_VIOLATION },
  { "fallback", QUO_EVENT_FALLBACK },
};

/* An index into one of the protocol's tables, -1 without the key. */
static gboolean
read_detail (QuoReader     *reader,
             const QuoJson *count,
             const char    *key,
             gconstpointer  table,
             gsize          width,
             int           *ret_detail)
{
  const QuoJson *name = quo_json_get (count, key);

  if (name == NULL)
    return TRUE;

  *ret_detail = quo_reader_table_find (table, width, quo_json_text (name));
  if (*ret_detail >= 0)
    return TRUE;

  g_autoptr (GPtrArray) known = quo_reader_table_ids (table, width);
  g_autofree char *what = g_strdup_printf (_("a %s of this protocol"), key);

  return quo_reader_fail_name (reader, name, quo_json_text (name), what, known);
}

static gboolean
read_end (QuoReader     *reader,
          const QuoJson *object,
          const char    *key,
          int           *ret_participant)
{
  const QuoJson *name = quo_json_get (object, key);
  guint participant;

  *ret_participant = -1;
  if (name == NULL)
    return TRUE;
  if (!quo_reader_participant (reader, name, &participant))
    return FALSE;
  *ret_participant = (int) participant;

  return TRUE;
}

static gboolean
read_count_message (QuoReader      *reader,
                    const QuoJson  *count,
                    QuoExpectation *expectation)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const char *id = quo_reader_text (count, "message", NULL);
  int kind = id != NULL ? quo_declaration_find_message (declaration, id) : -1;

  if (kind < 0)
    return read_detail (reader, count, "message", declaration->messages,
                        sizeof (QuoMessageSpec), &expectation->detail);
  expectation->detail = kind;

  return TRUE;
}

static gboolean
is_of_message (int event)
{
  return event == QUO_EVENT_SEND || event == QUO_EVENT_DELIVER
         || event == QUO_EVENT_LOSE;
}

/* What is named has to be something that such an event is about. */
static gboolean
check_event (QuoReader            *reader,
             const QuoJson        *count,
             const QuoExpectation *expectation)
{
  const QuoJson *event = quo_json_get (count, "event");
  const char *key = NULL;

  if (quo_json_get (count, "message") != NULL && !is_of_message (expectation->event))
    key = "message";
  if (quo_json_get (count, "note") != NULL && expectation->event != QUO_EVENT_NOTE)
    key = "note";
  if (quo_json_get (count, "timer") != NULL
      && expectation->event != QUO_EVENT_TIMEOUT)
    key = "timer";
  if (key == NULL)
    return TRUE;

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, event,
                          _("“%s” is not about a “%s”, which stands beside it"),
                          quo_json_text (event), key);
}

/**
 * quo_expectation_columns:
 * @declaration: of the protocol
 * @expectation: a count
 * @ret_n: (out): how many there are
 *
 * Returns: (transfer none) (nullable): the fields of what is counted, %NULL when
 *   that has none
 */
const QuoColumn *
quo_expectation_columns (const QuoDeclaration *declaration,
                         const QuoExpectation *expectation,
                         guint                *ret_n)
{
  const QuoColumn *columns = NULL;
  guint max = 0;

  if (expectation->detail >= 0 && expectation->event == QUO_EVENT_NOTE)
    {
      columns = declaration->notes[expectation->detail].fields;
      max = QUO_MAX_COLUMNS;
    }
  else if (expectation->detail >= 0 && is_of_message (expectation->event))
    {
      columns = declaration->messages[expectation->detail].fields;
      max = QUO_MAX_MESSAGE_FIELDS;
    }
  *ret_n = columns != NULL ? quo_columns_count (columns, max) : 0;

  return columns;
}

/**
 * quo_column_find:
 * @columns: their names differ
 * @n: how many
 * @id: a name
 *
 * Returns: the position of the column of that name, -1 when there is none
 */
int
quo_column_find (const QuoColumn *columns,
                 guint            n,
                 const char      *id)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (columns[i].id, id) == 0)
      return (int) i;

  return -1;
}

/* Fields of the message or the note that is counted, and values they can have. */
static gboolean
read_where (QuoReader      *reader,
            const QuoJson  *count,
            QuoExpectation *expectation)
{
  guint n;
  const QuoColumn *columns = quo_expectation_columns (
    &reader->protocol->declaration, expectation, &n);
  const QuoJson *where = quo_json_get (count, "where");

  expectation->where = where;
  if (where != NULL && columns == NULL)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, where,
                            _("“where” speaks of fields: expected a “message” or a "
                              "“note” beside it"));

  for (guint i = 0; i < quo_json_length (where); i++)
    {
      int found = quo_column_find (columns, n, quo_json_key (where, i));
      gint64 ignored;

      if (found < 0)
        {
          g_autoptr (GPtrArray) known = column_ids (columns, n);

          return quo_reader_fail_key (reader, where, i,
                                      _("a field of what is counted"), known);
        }
      if (!quo_reader_column (reader, &columns[found], quo_json_nth (where, i),
                              &ignored))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_count (QuoReader      *reader,
            const QuoJson  *value,
            QuoExpectation *expectation)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const QuoJson *count = quo_json_get (value, "count");
  const char *event = quo_reader_text (count, "event", NULL);

  expectation->kind = QUO_EXPECT_COUNT;
  expectation->detail = -1;
  expectation->after = quo_reader_time (count, "after", 0);
  expectation->before = quo_reader_time (count, "before", QUO_TIME_NEVER);
  if (event == NULL && quo_json_get (count, "note") != NULL)
    event = "note";
  if (event == NULL && quo_json_get (count, "timer") != NULL)
    event = "timeout";
  if (event == NULL)
    event = "sent";
  for (guint i = 0; i < G_N_ELEMENTS (event_names); i++)
    if (strcmp (event_names[i].id, event) == 0)
      expectation->event = (int) event_names[i].event;

  return read_count_message (reader, count, expectation)
         && read_detail (reader, count, "note", declaration->notes,
                         sizeof (QuoNoteSpec), &expectation->detail)
         && read_detail (reader, count, "timer", declaration->timers,
                         sizeof (QuoTimerSpec), &expectation->detail)
         && check_event (reader, count, expectation)
         && read_where (reader, count, expectation)
         && read_end (reader, count, "node", &expectation->node)
         && read_end (reader, count, "from", &expectation->from)
         && read_end (reader, count, "to", &expectation->to)
         && check_any_bound (reader, value)
         && read_bounds (reader, value, FALSE, TRUE, &expectation->bound);
}

/* How old an answer may be; a fallback may not know. */
static gboolean
read_age (QuoReader      *reader,
          const QuoJson  *value,
          QuoExpectation *expectation)
{
  const QuoJson *age = quo_json_get (value, "age");
  g_autoptr (GError) error = NULL;

  if (age == NULL)
    return TRUE;

  g_autofree char *text = quo_reader_scalar_text (age);

  expectation->has_age = TRUE;
  expectation->age = -1;
  if (strcmp (text, "unknown") == 0
      || quo_time_parse (text, &expectation->age, &error))
    return TRUE;

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, age, "%s",
                          error->message);
}

static gboolean
read_result (QuoReader      *reader,
             const QuoJson  *value,
             QuoExpectation *expectation)
{
  const char *status = quo_reader_text (value, "status", "ok");

  expectation->kind = QUO_EXPECT_RESULT;
  expectation->nth = (guint) quo_reader_int (value, "nth", 1);
  expectation->value = quo_json_get (value, "value");
  expectation->status = quo_reader_enum (quo_status_names, status);
  expectation->fallback = quo_reader_enum (quo_fallback_names,
                                           quo_reader_text (value, "fallback",
                                                            NULL));

  return read_age (reader, value, expectation)
         && quo_reader_client (reader, quo_json_get (value, "client"),
                               &expectation->client);
}

static gboolean
read_expectation (QuoReader      *reader,
                  const QuoJson  *value,
                  QuoExpectation *expectation)
{
  expectation->json = value;
  expectation->is_held =
    strcmp (quo_reader_text (value, "verdict", "holds"), "holds") == 0;
  expectation->what = -1;
  expectation->at = QUO_TIME_NEVER;

  if (quo_json_get (value, "invariant") != NULL)
    return read_invariant (reader, value, expectation);
  if (quo_json_get (value, "model") != NULL)
    return read_model (reader, value, expectation);
  if (quo_json_get (value, "field") != NULL)
    return read_field (reader, value, expectation);
  if (quo_json_get (value, "measure") != NULL)
    return read_measure (reader, value, expectation);
  if (quo_json_get (value, "count") != NULL)
    return read_count (reader, value, expectation);

  return read_result (reader, value, expectation);
}

/**
 * quo_reader_expect:
 * @reader: its cluster is known
 *
 * Returns: whether the expectations are right, else the error is set
 */
gboolean
quo_reader_expect (QuoReader *reader)
{
  const QuoJson *expect = quo_json_get (reader->scenario->root, "expect");

  for (guint i = 0; i < quo_json_length (expect); i++)
    {
      QuoExpectation expectation = { 0 };
      gboolean is_right = read_expectation (reader, quo_json_nth (expect, i),
                                            &expectation);

      g_array_append_val (reader->scenario->expect, expectation);
      if (!is_right)
        return FALSE;
    }

  return TRUE;
}
