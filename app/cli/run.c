/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "cli.h"

#include "sim/describe.h"

#include <json-glib/json-glib.h>
#include <math.h>

static const char * const formats[] = { "text", "json", NULL };
static const char * const event_choices[] = { "none", "notable", "all", NULL };

enum { FORMAT_TEXT, FORMAT_JSON };
enum { EVENTS_NONE, EVENTS_NOTABLE, EVENTS_ALL };

static void
count_kinds (QuoTrace *trace,
             guint32   ret_n[QUO_N_EVENT_KINDS])
{
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    ret_n[quo_trace_kind (trace, i)]++;
}

static gboolean
is_listed (QuoTrace *trace,
           guint32   event,
           guint     choice)
{
  return choice == EVENTS_ALL
         || (choice == EVENTS_NOTABLE && quo_trace_is_notable (trace, event));
}

static void
print_head (QuoRun *run)
{
  QuoScenario *scenario = quo_run_scenario (run);
  QuoTrace *trace = quo_run_trace (run);
  g_autofree char *digest = quo_trace_digest (trace);
  g_autofree char *end = quo_time_format_short (quo_run_end (run), 4);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT,
                                           quo_scenario_seed (scenario));

  g_print ("%s\n", quo_scenario_title (scenario));
  g_print (_("%s, %u nodes, %u clients, seed %s\n"),
           _(quo_trace_declaration (trace)->title), quo_trace_n_nodes (trace),
           quo_trace_n_clients (trace), seed);
  g_print (_("%s of simulated time, %u events: %s\n"), end,
           quo_trace_length (trace),
           _(quo_run_status_text (run)));
  g_print (_("digest %s\n"), digest);
}

/* On standard error, so that it is seen beside a table or a document too. */
static void
print_limit (QuoRun *run)
{
  g_autofree char *limit = quo_run_limit_text (run);
  g_autofree char *end = NULL;

  if (limit == NULL)
    return;

  end = quo_time_format_short (quo_run_end (run), 4);
  g_printerr (_("quorate-cli: the run was cut short at %s: %s\n"), end, limit);
}

static void
print_kinds (QuoTrace *trace)
{
  guint32 n[QUO_N_EVENT_KINDS] = { 0 };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  count_kinds (trace, n);
  for (guint i = 0; i < QUO_N_EVENT_KINDS; i++)
    if (n[i] > 0)
      {
        g_ptr_array_add (cells, g_strdup (quo_event_kind_id (i)));
        g_ptr_array_add (cells, g_strdup_printf ("%u", n[i]));
      }
  g_ptr_array_add (cells, NULL);
  g_print (_("\nEvents\n"));
  quo_cli_table ((char **) cells->pdata, 2);
}

static void
print_events (QuoTrace *trace,
              guint     choice)
{
  g_print ("\n");
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      g_autoptr (GString) text = NULL;
      g_autofree char *time = NULL;
      char buffer[32];
      QuoEvent event;

      if (!is_listed (trace, i, choice))
        continue;
      text = g_string_new (NULL);
      quo_trace_read (trace, i, &event);
      quo_describe_event (trace, &event, text);
      time = quo_time_format (event.time);
      g_print ("  %8u  %14s  %-10s  %s\n", i, time,
               event.node != G_MAXUINT
               ? quo_trace_label (trace, event.node, buffer) : "",
               text->str);
    }
}

static void
add_amounts (GPtrArray  *cells,
             QuoSamples *samples,
             const char *unit)
{
  const double values[] = {
    quo_samples_get_mean (samples),
    quo_samples_get_median (samples),
    quo_samples_get_quantile (samples, .9),
    quo_samples_get_quantile (samples, .99),
    quo_samples_get_max (samples),
  };

  g_ptr_array_add (cells, g_strdup_printf ("%u", quo_samples_get_n (samples)));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_ptr_array_add (cells, quo_cli_amount (values[i], unit));
}

static void
print_measures (QuoRun *run)
{
  static const char * const heads[] = {
    N_("Measure"), N_("count"), N_("mean"), N_("median"), N_("p90"), N_("p99"),
    N_("max")
  };
  g_auto (GStrv) ids = quo_run_measure_ids (run);
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    g_ptr_array_add (cells, g_strdup (_(heads[i])));
  for (guint i = 0; ids[i] != NULL; i++)
    {
      QuoSamples *samples;
      const char *unit;

      if (!quo_run_measure (run, ids[i], &samples, &unit)
          || quo_samples_get_n (samples) == 0)
        continue;
      g_ptr_array_add (cells, g_strdup (ids[i]));
      add_amounts (cells, samples, unit);
    }
  g_ptr_array_add (cells, NULL);
  g_print ("\n");
  quo_cli_table ((char **) cells->pdata, G_N_ELEMENTS (heads));
}

static void
print_violations (QuoRun *run)
{
  QuoSim *sim = quo_run_sim (run);
  QuoTrace *trace = quo_run_trace (run);

  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    {
      const QuoViolation *v = quo_sim_violation (sim, i);
      g_autofree char *time =
        quo_time_format_short (quo_trace_time (trace, v->event), 4);

      g_print (_("\n%s is violated at %s (event %u): %s\n"),
               quo_trace_declaration (trace)->invariants[v->invariant].id, time,
               v->event, v->text);
    }
}

static void
print_outcomes (QuoRun *run)
{
  if (quo_run_n_outcomes (run) == 0)
    return;

  g_print (_("\nExpectations\n"));
  for (guint i = 0; i < quo_run_n_outcomes (run); i++)
    {
      const QuoOutcome *outcome = quo_run_outcome (run, i);

      g_print ("  %s %s\n", outcome->is_met ? "✓" : "✗", outcome->text);
      if (outcome->finding != NULL && *outcome->finding != '\0')
        g_print ("      %s\n", outcome->finding);
    }
}

static void
write_events (QuoTrace    *trace,
              guint        choice,
              JsonBuilder *json)
{
  json_builder_set_member_name (json, "events");
  json_builder_begin_array (json);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      g_autoptr (GString) text = NULL;
      char buffer[32];
      QuoEvent event;

      if (!is_listed (trace, i, choice))
        continue;
      text = g_string_new (NULL);
      quo_trace_read (trace, i, &event);
      quo_describe_event (trace, &event, text);
      json_builder_begin_object (json);
      json_builder_set_member_name (json, "event");
      json_builder_add_int_value (json, i);
      json_builder_set_member_name (json, "time");
      json_builder_add_int_value (json, event.time);
      json_builder_set_member_name (json, "kind");
      json_builder_add_string_value (json, quo_event_kind_id (event.kind));
      if (event.node != G_MAXUINT)
        {
          json_builder_set_member_name (json, "at");
          json_builder_add_string_value (json, quo_trace_label (trace, event.node,
                                                                buffer));
        }
      if (event.cause != QUO_NO_EVENT)
        {
          json_builder_set_member_name (json, "cause");
          json_builder_add_int_value (json, event.cause);
        }
      json_builder_set_member_name (json, "text");
      json_builder_add_string_value (json, text->str);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
write_measures (QuoRun      *run,
                JsonBuilder *json)
{
  g_auto (GStrv) ids = quo_run_measure_ids (run);

  json_builder_set_member_name (json, "measures");
  json_builder_begin_object (json);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      QuoSamples *samples;
      const char *unit;

      if (!quo_run_measure (run, ids[i], &samples, &unit)
          || quo_samples_get_n (samples) == 0)
        continue;
      json_builder_set_member_name (json, ids[i]);
      json_builder_begin_object (json);
      json_builder_set_member_name (json, "unit");
      json_builder_add_string_value (json, unit);
      json_builder_set_member_name (json, "count");
      json_builder_add_int_value (json, quo_samples_get_n (samples));
      json_builder_set_member_name (json, "mean");
      json_builder_add_double_value (json, quo_samples_get_mean (samples));
      json_builder_set_member_name (json, "median");
      json_builder_add_double_value (json, quo_samples_get_median (samples));
      json_builder_set_member_name (json, "p90");
      json_builder_add_double_value (json, quo_samples_get_quantile (samples, .9));
      json_builder_set_member_name (json, "p99");
      json_builder_add_double_value (json, quo_samples_get_quantile (samples, .99));
      json_builder_set_member_name (json, "max");
      json_builder_add_double_value (json, quo_samples_get_max (samples));
      json_builder_end_object (json);
    }
  json_builder_end_object (json);
}

static void
write_outcomes (QuoRun      *run,
                JsonBuilder *json)
{
  static const char * const verdicts[] = { "holds", "violated", "undecided" };

  json_builder_set_member_name (json, "expectations");
  json_builder_begin_array (json);
  for (guint i = 0; i < quo_run_n_outcomes (run); i++)
    {
      const QuoOutcome *outcome = quo_run_outcome (run, i);

      json_builder_begin_object (json);
      json_builder_set_member_name (json, "met");
      json_builder_add_boolean_value (json, outcome->is_met);
      json_builder_set_member_name (json, "text");
      json_builder_add_string_value (json, outcome->text);
      json_builder_set_member_name (json, "verdict");
      json_builder_add_string_value (json, verdicts[outcome->verdict]);
      json_builder_set_member_name (json, "finding");
      json_builder_add_string_value (json, outcome->finding != NULL
                                           ? outcome->finding : "");
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
print_json (QuoRun *run,
            guint   events)
{
  QuoScenario *scenario = quo_run_scenario (run);
  QuoTrace *trace = quo_run_trace (run);
  g_autofree char *digest = quo_trace_digest (trace);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  guint32 n[QUO_N_EVENT_KINDS] = { 0 };

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "title");
  json_builder_add_string_value (json, quo_scenario_title (scenario));
  json_builder_set_member_name (json, "protocol");
  json_builder_add_string_value (json, quo_trace_declaration (trace)->id);
  json_builder_set_member_name (json, "seed");
  json_builder_add_int_value (json, (gint64) quo_scenario_seed (scenario));
  json_builder_set_member_name (json, "end");
  json_builder_add_int_value (json, quo_run_end (run));
  json_builder_set_member_name (json, "status");
  json_builder_add_string_value (json, quo_run_status_text (run));
  json_builder_set_member_name (json, "cut-short");
  json_builder_add_boolean_value (json, quo_run_is_cut_short (run));
  json_builder_set_member_name (json, "digest");
  json_builder_add_string_value (json, digest);
  json_builder_set_member_name (json, "counts");
  json_builder_begin_object (json);
  count_kinds (trace, n);
  for (guint i = 0; i < QUO_N_EVENT_KINDS; i++)
    {
      json_builder_set_member_name (json, quo_event_kind_id (i));
      json_builder_add_int_value (json, n[i]);
    }
  json_builder_end_object (json);
  if (events != EVENTS_NONE)
    write_events (trace, events, json);
  write_measures (run, json);
  write_outcomes (run, json);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}

static gboolean
parse_events (const char *text,
              guint      *ret_choice)
{
  for (guint i = 0; event_choices[i] != NULL; i++)
    if (g_strcmp0 (text, event_choices[i]) == 0)
      {
        *ret_choice = i;
        return TRUE;
      }
  *ret_choice = EVENTS_NONE;
  if (text == NULL)
    return TRUE;
  quo_cli_usage (_("--events is one of none, notable, all, not “%s”"), text);

  return FALSE;
}

/**
 * quo_command_run:
 * @argc: of the command
 * @argv: of the command
 *
 * Returns: how to exit
 */
QuoExit
quo_command_run (int    argc,
                 char **argv)
{
  g_autofree char *format_name = NULL;
  g_autofree char *seed = NULL;
  g_autofree char *events_name = NULL;
  g_auto (GStrv) settings = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_name,
      N_("What is printed: text or json"), "FORMAT" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &seed,
      N_("In place of the scenario's own"), "N" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      N_("Replace a value, as in options.reads=local"), "PATH=VALUE" },
    { "events", 0, 0, G_OPTION_ARG_STRING, &events_name,
      N_("Which events are listed: none, notable or all"), "WHICH" },
    { NULL }
  };
  g_autoptr (QuoScenario) scenario = NULL;
  g_autoptr (QuoRun) run = NULL;
  g_autoptr (GError) error = NULL;
  QuoExit status;
  guint format;
  guint events;
  guint64 number;

  if (!quo_cli_parse ("run FILE", entries, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return quo_cli_usage ("%s", _("“run” takes one file"));
  if (!quo_cli_format (format_name, formats, &format)
      || !parse_events (events_name, &events))
    return QUO_EXIT_USAGE;
  if (seed != NULL
      && !g_ascii_string_to_unsigned (seed, 10, 0, G_MAXINT64, &number, &error))
    return quo_cli_usage ("--seed: %s", error->message);

  scenario = quo_cli_load (argv[1], settings, &error);
  if (error != NULL && error->domain == G_OPTION_ERROR)
    return quo_cli_usage ("%s", error->message);
  if (scenario == NULL)
    return quo_cli_fail (error);
  if (seed != NULL)
    {
      QuoScenario *seeded = quo_scenario_with_seed (scenario, number);

      quo_scenario_unref (scenario);
      scenario = seeded;
    }

  run = quo_cli_run (scenario);
  if (format == FORMAT_JSON)
    print_json (run, events);
  else
    {
      print_head (run);
      print_kinds (quo_run_trace (run));
      if (events != EVENTS_NONE)
        print_events (quo_run_trace (run), events);
      print_measures (run);
      print_violations (run);
      print_outcomes (run);
    }

  print_limit (run);
  if (!quo_run_is_as_expected (run))
    return QUO_EXIT_UNEXPECTED;

  return quo_run_is_cut_short (run) ? QUO_EXIT_CUT_SHORT : QUO_EXIT_OK;
}
