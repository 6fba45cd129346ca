/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One scenario under many seeds and settings. Every combination of values is a
 * row; the samples of its seeds are put together in the order of the seeds, so
 * that the table does not depend on which core was faster.
 */

#include "cli.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS_MAX G_GUINT64_CONSTANT (10000000)
#define ROWS_MAX  100000

static const char * const formats[] = { "tsv", "json", NULL };

enum { FORMAT_TSV, FORMAT_JSON };

/* One run of one row. */
typedef struct
{
  QuoScenario *scenario; /* of the row */
  guint64      seed;
  QuoSamples **samples;  /* one for each measure; NULL: not yet */
} Job;

typedef struct
{
  char       **measures;
  guint        n_measures;
  Job         *jobs;
  guint        n_jobs;
  guint        next;     /* atomic */
  guint        n_done;   /* atomic */
  guint        n_cut_short; /* atomic; by a limit of the scenario */
} Sweep;

typedef struct
{
  char  *path;
  char **values;
  guint  n_values;
} Axis;

static void
axis_clear (gpointer data)
{
  Axis *axis = data;

  g_free (axis->path);
  g_strfreev (axis->values);
}

/* At commas outside of brackets and quotes: ["1ms","2ms"] is one value. */
static char **
split_values (const char *text)
{
  GPtrArray *values = g_ptr_array_new ();
  const char *start = text;
  gboolean is_quoted = FALSE;
  int depth = 0;

  for (const char *p = text;; p++)
    {
      if (*p == '"')
        is_quoted = !is_quoted;
      if (!is_quoted && (*p == '[' || *p == '{'))
        depth++;
      if (!is_quoted && (*p == ']' || *p == '}'))
        depth--;
      if (*p != '\0' && (*p != ',' || depth > 0 || is_quoted))
        continue;
      g_ptr_array_add (values, g_strndup (start, (gsize) (p - start)));
      start = p + 1;
      if (*p == '\0')
        break;
    }
  g_ptr_array_add (values, NULL);

  return (char **) g_ptr_array_free (values, FALSE);
}

static GArray *
parse_axes (char **settings)
{
  g_autoptr (GArray) axes = g_array_new (FALSE, TRUE, sizeof (Axis));

  g_array_set_clear_func (axes, axis_clear);
  for (guint i = 0; settings != NULL && settings[i] != NULL; i++)
    {
      const char *equals = strchr (settings[i], '=');
      Axis axis;

      if (equals == NULL)
        {
          quo_cli_usage (_("--set is PATH=VALUE,VALUE…, not “%s”"), settings[i]);
          return NULL;
        }
      axis.path = g_strndup (settings[i], (gsize) (equals - settings[i]));
      axis.values = split_values (equals + 1);
      axis.n_values = g_strv_length (axis.values);
      g_array_append_val (axes, axis);
    }

  return g_steal_pointer (&axes);
}

static gboolean
parse_seeds (const char *text,
             guint64    *ret_first,
             guint64    *ret_last)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, "..", 2) : NULL;

  *ret_first = 1;
  *ret_last = 100;
  if (text == NULL)
    return TRUE;
  if (parts[0] != NULL
      && g_ascii_string_to_unsigned (parts[0], 10, 0, G_MAXINT64, ret_first, NULL))
    {
      *ret_last = *ret_first;
      if (parts[1] == NULL
          || g_ascii_string_to_unsigned (parts[1], 10, 0, G_MAXINT64, ret_last, NULL))
        if (*ret_last >= *ret_first && *ret_last - *ret_first < SEEDS_MAX)
          return TRUE;
    }
  quo_cli_usage (_("--seeds is FIRST..LAST, as 1..1000, not “%s”"), text);

  return FALSE;
}

static void
do_job (Sweep *sweep,
        Job   *job)
{
  g_autoptr (QuoScenario) scenario = quo_scenario_with_seed (job->scenario,
                                                             job->seed);
  g_autoptr (QuoRun) run = quo_run_new (scenario, QUO_TIME_NEVER, NULL, NULL, NULL);

  if (quo_sim_status_is_limit (quo_run_status (run)))
    g_atomic_int_inc (&sweep->n_cut_short);
  job->samples = g_new0 (QuoSamples *, sweep->n_measures);
  for (guint i = 0; i < sweep->n_measures; i++)
    {
      QuoSamples *samples;
      const char *unit;

      job->samples[i] = quo_samples_new ();
      if (quo_run_measure (run, sweep->measures[i], &samples, &unit))
        quo_samples_add_all (job->samples[i], samples);
    }
}

static gpointer
work (gpointer data)
{
  Sweep *sweep = data;

  while (TRUE)
    {
      guint index = g_atomic_int_add (&sweep->next, 1);

      if (index >= sweep->n_jobs)
        return NULL;
      do_job (sweep, &sweep->jobs[index]);
      g_atomic_int_inc (&sweep->n_done);
    }
}

static void
run_all (Sweep *sweep,
         guint  n_threads)
{
  g_autofree GThread **threads = NULL;

  n_threads = CLAMP (n_threads, 1, sweep->n_jobs);
  threads = g_new (GThread *, n_threads);
  for (guint i = 0; i < n_threads; i++)
    threads[i] = g_thread_new ("sweep", work, sweep);
  while ((guint) g_atomic_int_get (&sweep->n_done) < sweep->n_jobs)
    {
      quo_cli_progress (_("Sweeping"),
                        (double) g_atomic_int_get (&sweep->n_done) / sweep->n_jobs);
      g_usleep (20000);
    }
  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
  quo_cli_progress_end ();
}

/* The scenario of a row: the row's number in mixed radix over the axes. */
static QuoScenario *
row_scenario (QuoScenario  *base,
              const GArray *axes,
              guint         row,
              GError      **error)
{
  QuoScenario *scenario = quo_scenario_ref (base);

  for (guint i = axes->len; i > 0 && scenario != NULL; i--)
    {
      const Axis *axis = &g_array_index (axes, Axis, i - 1);
      QuoScenario *changed;

      changed = quo_scenario_with_value (scenario, axis->path,
                                         axis->values[row % axis->n_values], error);
      quo_scenario_unref (scenario);
      scenario = changed;
      row /= axis->n_values;
    }

  return scenario;
}

static const char *
row_value (const GArray *axes,
           guint         row,
           guint         axis_index)
{
  for (guint i = axes->len; i > axis_index + 1; i--)
    row /= g_array_index (axes, Axis, i - 1).n_values;

  return g_array_index (axes, Axis, axis_index).values[
    row % g_array_index (axes, Axis, axis_index).n_values];
}

static const char * const columns[] = {
  "mean", "median", "p90", "p99", "p99.9", "max"
};

#define N_COLUMNS G_N_ELEMENTS (columns)

static void
summarise (QuoSamples *samples,
           double      ret_values[N_COLUMNS])
{
  ret_values[0] = quo_samples_get_mean (samples);
  ret_values[1] = quo_samples_get_median (samples);
  ret_values[2] = quo_samples_get_quantile (samples, .9);
  ret_values[3] = quo_samples_get_quantile (samples, .99);
  ret_values[4] = quo_samples_get_quantile (samples, .999);
  ret_values[5] = quo_samples_get_max (samples);
}

static void
print_tsv_row (const GArray *axes,
               guint         row,
               const char   *measure,
               const char   *unit,
               QuoSamples   *samples)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  double values[N_COLUMNS];

  for (guint i = 0; i < axes->len; i++)
    g_print ("%s\t", row_value (axes, row, i));
  g_print ("%s\t%s\t%u", measure, unit, quo_samples_get_n (samples));
  summarise (samples, values);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_print ("\t%s", quo_samples_get_n (samples) > 0
                     ? g_ascii_formatd (buffer, sizeof buffer, "%.10g", values[i])
                     : "");
  g_print ("\n");
}

static void
add_json_row (const GArray *axes,
              guint         row,
              const char   *measure,
              const char   *unit,
              QuoSamples   *samples,
              JsonBuilder  *json)
{
  double values[N_COLUMNS];

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "set");
  json_builder_begin_object (json);
  for (guint i = 0; i < axes->len; i++)
    {
      json_builder_set_member_name (json, g_array_index (axes, Axis, i).path);
      json_builder_add_string_value (json, row_value (axes, row, i));
    }
  json_builder_end_object (json);
  json_builder_set_member_name (json, "measure");
  json_builder_add_string_value (json, measure);
  json_builder_set_member_name (json, "unit");
  json_builder_add_string_value (json, unit);
  json_builder_set_member_name (json, "count");
  json_builder_add_int_value (json, quo_samples_get_n (samples));
  summarise (samples, values);
  for (guint i = 0; quo_samples_get_n (samples) > 0 && i < N_COLUMNS; i++)
    {
      json_builder_set_member_name (json, columns[i]);
      json_builder_add_double_value (json, values[i]);
    }
  json_builder_end_object (json);
}

static const char *
unit_of (QuoScenario *scenario,
         const char  *measure)
{
  const QuoDeclaration *d = &quo_scenario_protocol (scenario)->declaration;
  int index = quo_declaration_find_measure (d, measure);

  if (index >= 0)
    return d->measures[index].unit;

  return g_str_has_suffix (measure, "-latency") ? "ns" : "1";
}

static void
print_results (Sweep        *sweep,
               const GArray *axes,
               guint         n_rows,
               guint         n_seeds,
               guint         format)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  if (format == FORMAT_TSV)
    {
      for (guint i = 0; i < axes->len; i++)
        g_print ("%s\t", g_array_index (axes, Axis, i).path);
      g_print ("measure\tunit\tcount\tmean\tmedian\tp90\tp99\tp99.9\tmax\n");
    }
  json_builder_begin_array (json);
  for (guint row = 0; row < n_rows; row++)
    for (guint m = 0; m < sweep->n_measures; m++)
      {
        g_autoptr (QuoSamples) all = quo_samples_new ();
        const char *unit = unit_of (sweep->jobs[0].scenario, sweep->measures[m]);

        for (guint s = 0; s < n_seeds; s++)
          quo_samples_add_all (all, sweep->jobs[row * n_seeds + s].samples[m]);
        if (format == FORMAT_TSV)
          print_tsv_row (axes, row, sweep->measures[m], unit, all);
        else
          add_json_row (axes, row, sweep->measures[m], unit, all, json);
      }
  json_builder_end_array (json);
  if (format == FORMAT_JSON)
    {
      g_autoptr (JsonNode) root = json_builder_get_root (json);
      g_autofree char *text = json_to_string (root, TRUE);

      g_print ("%s\n", text);
    }
}

/* A measure that no run of the scenario has is a mistake, found before the work. */
static gboolean
check_measures (QuoScenario *scenario,
                char       **measures)
{
  g_autoptr (QuoRun) run = quo_run_new (scenario, 0, NULL, NULL, NULL);
  g_auto (GStrv) ids = quo_run_measure_ids (run);

  for (guint i = 0; measures[i] != NULL; i++)
    if (!g_strv_contains ((const char * const *) ids, measures[i]))
      {
        g_autofree char *all = g_strjoinv (", ", ids);

        quo_cli_usage (_("there is no measure “%s”; there are %s"), measures[i],
                       all);
        return FALSE;
      }

  return TRUE;
}

static QuoExit
sweep_rows (QuoScenario *base,
            GArray      *axes,
            char       **measures,
            guint64      first,
            guint64      last,
            guint        n_threads,
            guint        format)
{
  Sweep sweep = { .measures = measures, .n_measures = g_strv_length (measures) };
  g_autoptr (GPtrArray) scenarios =
    g_ptr_array_new_with_free_func ((GDestroyNotify) quo_scenario_unref);
  guint n_seeds = (guint) (last - first + 1);
  guint64 n_rows = 1;

  /* Stops at the first too many: the product of all may be beyond any number. */
  for (guint i = 0; i < axes->len && n_rows <= ROWS_MAX; i++)
    n_rows *= g_array_index (axes, Axis, i).n_values;
  if (n_rows > ROWS_MAX || n_rows * n_seeds > SEEDS_MAX)
    return quo_cli_usage ("%s", _("that is more than 10,000,000 runs"));

  for (guint row = 0; row < n_rows; row++)
    {
      g_autoptr (GError) error = NULL;
      QuoScenario *scenario = row_scenario (base, axes, row, &error);

      if (scenario == NULL)
        return quo_cli_fail (error);
      g_ptr_array_add (scenarios, scenario);
    }
  if (!check_measures (base, measures))
    return QUO_EXIT_USAGE;

  sweep.n_jobs = (guint) n_rows * n_seeds;
  sweep.jobs = g_new0 (Job, sweep.n_jobs);
  for (guint i = 0; i < sweep.n_jobs; i++)
    {
      sweep.jobs[i].scenario = scenarios->pdata[i / n_seeds];
      sweep.jobs[i].seed = first + i % n_seeds;
    }
  run_all (&sweep, n_threads);
  print_results (&sweep, axes, (guint) n_rows, n_seeds, format);
  if (sweep.n_cut_short > 0)
    g_printerr (_("quorate-cli: %u of %u runs stopped at the scenario's limit on "
                  "events or memory: their figures are those of a part\n"),
                sweep.n_cut_short, sweep.n_jobs);

  for (guint i = 0; i < sweep.n_jobs; i++)
    {
      for (guint m = 0; m < sweep.n_measures; m++)
        quo_samples_free (sweep.jobs[i].samples[m]);
      g_free (sweep.jobs[i].samples);
    }
  g_free (sweep.jobs);

  return QUO_EXIT_OK;
}

/**
 * quo_command_sweep:
 * @argc: of the command
 * @argv: of the command
 *
 * Returns: how to exit
 */
QuoExit
quo_command_sweep (int    argc,
                   char **argv)
{
  g_autofree char *format_name = NULL;
  g_autofree char *seeds = NULL;
  g_auto (GStrv) settings = NULL;
  g_auto (GStrv) measures = NULL;
  int n_threads = (int) g_get_num_processors ();
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      N_("Values to try; every combination of several is tried"),
      "PATH=V1,V2…" },
    { "seeds", 0, 0, G_OPTION_ARG_STRING, &seeds,
      N_("Seeds to try, 1..100 without it"), "A..B" },
    { "measure", 0, 0, G_OPTION_ARG_STRING_ARRAY, &measures,
      N_("What is measured; may be given again"), "NAME" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_name,
      N_("What is printed: tsv or json"), "FORMAT" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &n_threads,
      N_("Runs at a time; as many as there are cores without it"), "N" },
    { NULL }
  };
  g_autoptr (QuoScenario) scenario = NULL;
  g_autoptr (GArray) axes = NULL;
  g_autoptr (GError) error = NULL;
  guint64 first;
  guint64 last;
  QuoExit status;
  guint format;

  if (!quo_cli_parse ("sweep FILE --measure NAME", entries, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return quo_cli_usage ("%s", _("“sweep” takes one file"));
  if (measures == NULL)
    return quo_cli_usage ("%s", _("“sweep” needs --measure"));
  if (n_threads < 1 || n_threads > 1024)
    return quo_cli_usage ("%s", _("--jobs is a number from 1 to 1024"));
  if (!quo_cli_format (format_name, formats, &format)
      || !parse_seeds (seeds, &first, &last))
    return QUO_EXIT_USAGE;
  axes = parse_axes (settings);
  if (axes == NULL)
    return QUO_EXIT_USAGE;

  scenario = quo_cli_load (argv[1], NULL, &error);
  if (scenario == NULL)
    return quo_cli_fail (error);

  return sweep_rows (scenario, axes, measures, first, last, (guint) n_threads,
                     format);
}
