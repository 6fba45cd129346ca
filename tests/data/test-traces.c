/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What must be true of the trace of every scenario that ships, whatever its
 * protocol: where calls end changes nothing, a replay comes out where the engine
 * is, and a fault more changes only what follows from it.
 */

#include "scenario/scenario.h"
#include "sim/describe.h"
#include "sim/replay.h"
#include "sim/sim.h"

#include <string.h>

static QuoSimConfig *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) scenario = quo_scenario_new_from_file (path, &error);

  g_assert_no_error (error);

  return quo_scenario_config (scenario);
}

static QuoSim *
run (QuoSimConfig *config)
{
  QuoSim *sim = quo_sim_new (config);

  quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL);

  return sim;
}

/* By times and by numbers of events that have nothing in common with anything. */
static void
test_slices (gconstpointer path)
{
  g_autoptr (QuoSimConfig) config = load (path);
  g_autoptr (QuoSimConfig) again = load (path);
  g_autoptr (QuoSim) whole = run (config);
  g_autoptr (QuoSim) sliced = quo_sim_new (again);
  g_autofree char *expected = quo_trace_digest (quo_sim_trace (whole));
  g_autofree char *found = NULL;
  QuoTime step = MAX (1, config->until / 997);

  for (guint i = 0; i < 500; i++)
    {
      quo_sim_run (sliced, i * step, i % 3 == 0 ? 0 : i, NULL);
      quo_sim_run (sliced, i * step, 0, NULL);
    }
  while (quo_sim_run (sliced, QUO_TIME_NEVER, 301, NULL) == QUO_SIM_MORE)
    ;
  found = quo_trace_digest (quo_sim_trace (sliced));
  g_assert_cmpstr (found, ==, expected);
}

static const QuoDeclaration *compared_declaration;
static QuoReplay *compared_replay;
static guint n_compared;

/* In place of the protocol's own: the only one that is shown the whole cluster. */
static void
compare_fields (QuoCluster *cluster,
                gpointer    ghost)
{
  const QuoFieldSpec *fields = compared_declaration->fields;

  for (guint node = 0; node < quo_cluster_n_nodes (cluster); node++)
    {
      g_assert_cmpint (quo_replay_life (compared_replay, node) != QUO_LIFE_DOWN, ==,
                       quo_cluster_state (cluster, node) != NULL);
      for (guint f = 0; fields[f].id != NULL; f++)
        if (fields[f].shape == QUO_SHAPE_SCALAR)
          {
            g_assert_cmpint (quo_replay_scalar (compared_replay, node, f), ==,
                             quo_cluster_field (cluster, node, f));
            n_compared++;
          }
    }
}

static void
test_replay (gconstpointer path)
{
  g_autoptr (QuoSimConfig) config = load (path);
  QuoBehaviour behaviour = *config->behaviour;
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  behaviour.finish = compare_fields;
  config->behaviour = &behaviour;
  sim = run (config);
  replay = quo_replay_new (quo_sim_trace (sim));
  compared_declaration = config->declaration;
  compared_replay = replay;
  n_compared = 0;
  /* There and back: from a keyframe, not only from the beginning. */
  quo_replay_seek_time (replay, QUO_TIME_NEVER);
  quo_replay_seek_time (replay, quo_trace_end (quo_sim_trace (sim)) / 3);
  quo_replay_seek_time (replay, QUO_TIME_NEVER);
  quo_sim_finish (sim);
  g_assert_cmpuint (n_compared, >, 0);
}

/* Moves each participant's time forward to the first event there that follows from
 * another's time: a message sent after it arrives. Whether anything moved. */
static gboolean
spread (QuoTrace *trace,
        QuoTime  *touched)
{
  gboolean has_moved = FALSE;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      guint32 send = quo_trace_cause (trace, i);
      guint to = quo_trace_node (trace, i);

      if (quo_trace_kind (trace, i) != QUO_EVENT_DELIVER
          || quo_trace_time (trace, send) < touched[quo_trace_node (trace, send)]
          || quo_trace_time (trace, i) >= touched[to])
        continue;
      touched[to] = quo_trace_time (trace, i);
      has_moved = TRUE;
    }

  return has_moved;
}

/* What happened at a participant before its time, a line an event, without any
 * index. */
static char *
story_of (QuoTrace      *trace,
          guint          participant,
          const QuoTime *touched)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      guint32 cause = quo_trace_cause (trace, i);
      QuoEvent event;

      if (quo_trace_node (trace, i) != participant
          || quo_trace_time (trace, i) >= touched[participant])
        continue;
      quo_trace_read (trace, i, &event);
      /* That it was lost happened to the sender's message. An invariant is seen
       * by nobody who takes part. */
      if (event.kind == QUO_EVENT_VIOLATION
          || (event.kind == QUO_EVENT_LOSE
              && quo_trace_time (trace, cause)
                 >= touched[quo_trace_node (trace, cause)]))
        continue;
      g_string_append_printf (text, "%" G_GINT64_FORMAT " %s ", event.time,
                              quo_event_kind_id (event.kind));
      quo_describe_event (trace, &event, text);
      g_string_append_c (text, '\n');
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A participant is touched when the first message arrives, in either run, that
 * somebody touched has sent: also what does not come any more has its effect. Until
 * then all of them do the same, to the nanosecond. */
static void
compare_with_crash (QuoTrace   *plain,
                    const char *path,
                    QuoTime     time,
                    guint       node)
{
  g_autoptr (QuoSimConfig) config = load (path);
  g_autoptr (QuoSim) sim = NULL;
  g_autofree QuoTime *touched = NULL;
  guint n = config->n_nodes + config->n_clients;
  QuoTrace *trace;

  quo_sim_config_add_action (config, QUO_ACTION_CRASH, time)->node.index = node;
  sim = run (config);
  trace = quo_sim_trace (sim);
  touched = g_new (QuoTime, n);
  for (guint i = 0; i < n; i++)
    touched[i] = i == node ? time : QUO_TIME_NEVER;
  while (spread (plain, touched) || spread (trace, touched))
    ;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *without = story_of (plain, i, touched);
      g_autofree char *with = story_of (trace, i, touched);

      g_assert_cmpint (touched[i], >=, time);
      g_assert_cmpstr (with, ==, without);
      n_compared += i != node && touched[i] > time && with[0] != 0;
    }
}

static void
test_counterfactual (gconstpointer path)
{
  g_autoptr (QuoSimConfig) config = load (path);
  g_autoptr (QuoSim) sim = run (config);
  guint n_nodes = MIN (config->n_nodes, 5);

  n_compared = 0;
  for (guint i = 1; i < 12; i++)
    compare_with_crash (quo_sim_trace (sim), path, config->until / 12 * i + i,
                        i % n_nodes);
  g_assert_cmpuint (n_compared, >, 10);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static GPtrArray *
find_scenarios (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("QUORATE_DATA_DIR"),
                                              "scenarios", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, QUO_SCENARIO_SUFFIX))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_names);

  return paths;
}

static void
add (const char    *path,
     const char    *claim,
     GTestDataFunc  test)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = NULL;

  base[strlen (base) - strlen (QUO_SCENARIO_SUFFIX)] = '\0';
  name = g_strdup_printf ("/data/traces/%s/%s", base, claim);
  g_test_add_data_func (name, path, test);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) paths = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (g_getenv ("QUORATE_DATA_DIR"));
  paths = find_scenarios ();
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);

      add (path, "slices-change-nothing", test_slices);
      add (path, "a-replay-ends-with-what-the-engine-has", test_replay);
      if (strstr (path, "gossip-") == NULL)
        add (path, "a-crash-changes-only-what-follows-from-it",
              test_counterfactual);
    }

  return g_test_run ();
}
