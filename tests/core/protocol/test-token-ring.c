/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The engine, the trace, the replay and the words serve a protocol they have never
 * heard of. */

#include "sim/describe.h"
#include "sim/option.h"
#include "sim/replay.h"
#include "sim/sim.h"
#include "token-ring.h"

#include <string.h>

#define N_NODES 4

/* A hop is 10 ms on the way and 5 ms at the node: the configuration's default
 * network and the option's default. */
#define HOP (15 * QUO_MILLISECOND)

static QuoSimConfig *
new_config (void)
{
  const QuoProtocol *protocol = quo_protocol_find ("token-ring");

  return quo_sim_config_new (&protocol->declaration, &protocol->behaviour,
                             N_NODES);
}

static QuoSim *
run (QuoSimConfig *config,
     QuoTime       until)
{
  QuoSim *sim = NULL;

  config->until = until;
  sim = quo_sim_new (config);
  quo_sim_run (sim, until, G_MAXUINT64, NULL);
  quo_sim_finish (sim);

  return sim;
}

/* A table that nothing was ever written to may be none at all. */
static guint
n_rows (QuoReplay *replay,
        guint      node,
        guint      field)
{
  const QuoTable *table = quo_replay_table (replay, node, field);

  return table != NULL ? quo_table_n_rows (table) : 0;
}

static void
test_registry (void)
{
  const QuoProtocol *found = quo_protocol_find ("token-ring");
  guint n = 0;

  g_assert_true (found == &token_ring);
  for (const QuoProtocol * const *p = quo_protocols (); *p != NULL; p++)
    if (g_str_equal ((*p)->declaration.id, "token-ring"))
      n++;
  g_assert_cmpuint (n, ==, 1);

  quo_protocol_add (&token_ring);
  g_assert_true (quo_protocol_find ("token-ring") == &token_ring);
  g_assert_null (quo_protocol_find ("token-rung"));
}

static void
test_ring_order (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = run (config, QUO_SECOND);
  QuoTrace *trace = quo_sim_trace (sim);
  guint n_sent = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.kind != QUO_EVENT_SEND)
        continue;

      g_assert_cmpuint (event.what, ==, MESSAGE_TOKEN);
      g_assert_cmpuint (event.node, ==, n_sent % N_NODES);
      g_assert_cmpuint (event.to, ==, (n_sent + 1) % N_NODES);
      g_assert_cmpint (event.time, ==, 5 * QUO_MILLISECOND + n_sent * HOP);
      g_assert_cmpint (event.values[0], ==, 1 + n_sent / N_NODES);
      n_sent++;
    }

  g_assert_cmpuint (n_sent, ==, 1 + (1000 - 5) / 15);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_SENT), ==, n_sent);
}

static void
test_causes (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = run (config, QUO_SECOND);
  QuoTrace *trace = quo_sim_trace (sim);
  guint n_delivered = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.cause != QUO_NO_EVENT)
        g_assert_cmpuint (event.cause, <, i);
      switch (event.kind)
        {
        case QUO_EVENT_DELIVER:
          g_assert_cmpint (quo_trace_kind (trace, event.cause), ==,
                           QUO_EVENT_SEND);
          g_assert_cmpuint (quo_trace_peer (trace, event.cause), ==, i);
          g_assert_cmpint (event.time - quo_trace_time (trace, event.cause), ==,
                           10 * QUO_MILLISECOND);
          n_delivered++;
          break;
        case QUO_EVENT_SEND:
          g_assert_cmpint (quo_trace_kind (trace, event.cause), ==,
                           QUO_EVENT_TIMEOUT);
          g_assert_cmpuint (quo_trace_node (trace, event.cause), ==, event.node);
          break;
        default:
          break;
        }
    }

  g_assert_cmpuint (n_delivered, ==, quo_sim_figure (sim, QUO_FIGURE_DELIVERED));
  g_assert_cmpuint (n_delivered, >, 60);
}

static void
test_replay (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = run (config, QUO_SECOND);
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));
  g_autoptr (GArray) sends = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (QuoTime time = QUO_MILLISECOND; time < QUO_SECOND;
       time += QUO_MILLISECOND * 7 / 3)
    {
      /* Where the token is follows from arithmetic alone. */
      QuoTime within = time % HOP;
      guint holder = (guint) (time / HOP) % N_NODES;
      gint64 n_takes = time / HOP + 1;

      if (within == 0 || within == 5 * QUO_MILLISECOND)
        continue;

      quo_replay_seek_time (replay, time);
      g_array_set_size (sends, 0);
      quo_replay_in_flight (replay, sends);
      g_assert_cmpuint (sends->len, ==, within < 5 * QUO_MILLISECOND ? 0 : 1);

      for (guint i = 0; i < N_NODES; i++)
        {
          gboolean is_holder = within < 5 * QUO_MILLISECOND && i == holder;
          gint64 n_times = (n_takes + N_NODES - 1 - i) / N_NODES;

          g_assert_cmpint (quo_replay_scalar (replay, i, FIELD_ROLE), ==,
                           is_holder ? ROLE_HOLDER : ROLE_IDLE);
          g_assert_cmpint (quo_replay_scalar (replay, i, FIELD_DEADLINE), ==,
                           is_holder ? time - within + 5 * QUO_MILLISECOND
                                     : QUO_TIME_NEVER);
          g_assert_cmpint (quo_replay_scalar (replay, i, FIELD_LAP), ==, n_times);
          g_assert_cmpuint (n_rows (replay, i, FIELD_LAPS), ==,
                            i == 0 ? n_times - 1 : n_times);
        }
    }
}

static void
assert_described (QuoTrace     *trace,
                  QuoEventKind  kind,
                  const char   *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.kind != kind)
        continue;

      if (kind == QUO_EVENT_NOTE)
        quo_describe_note (trace, &event, out);
      else if (kind == QUO_EVENT_SEND)
        quo_describe_message (trace, &event, out);
      else
        quo_describe_event (trace, &event, out);
      g_assert_cmpstr (out->str, ==, text);
      return;
    }

  g_assert_not_reached ();
}

static void
test_described (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  config->prefix = g_strdup ("station");
  sim = run (config, QUO_SECOND);
  assert_described (quo_sim_trace (sim), QUO_EVENT_SEND, "token 1");
  assert_described (quo_sim_trace (sim), QUO_EVENT_NOTE, "lap 1 at station1");
  assert_described (quo_sim_trace (sim), QUO_EVENT_TIMEOUT, "hold timeout");
  assert_described (quo_sim_trace (sim), QUO_EVENT_SYNC, "lap on disk");

  quo_describe_value (quo_sim_trace (sim),
                      &token_ring.declaration.fields[FIELD_ROLE].columns[0],
                      ROLE_HOLDER, out);
  g_assert_cmpstr (out->str, ==, "holder");
}

static void
test_measures (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = run (config, QUO_SECOND);
  const QuoSamples *laps = quo_sim_measure (sim, MEASURE_LAP_TIME);
  const QuoSamples *passes = quo_sim_measure (sim, MEASURE_PASSES);

  g_assert_cmpint (quo_declaration_find_measure (&token_ring.declaration,
                                                 "passes"), ==, MEASURE_PASSES);
  g_assert_cmpuint (quo_samples_get_n (laps), ==, 16);
  g_assert_cmpfloat (quo_samples_get_min (laps), ==, N_NODES * HOP);
  g_assert_cmpfloat (quo_samples_get_max (laps), ==, N_NODES * HOP);
  g_assert_cmpfloat (quo_samples_get_sum (passes), ==, 67);
}

static const QuoOptionSpec *
option (const char *id)
{
  int index = quo_declaration_find_option (&token_ring.declaration, id);

  g_assert_cmpint (index, >=, 0);

  return &token_ring.declaration.options[index];
}

static void
test_options (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  RingOptions *o = config->options;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpint (o->hold, ==, 5 * QUO_MILLISECOND);
  g_assert_cmpint (o->pace, ==, PACE_EVEN);
  g_assert_cmpint (o->first, ==, QUO_NO_NODE);
  g_assert_cmpint (o->n_laps_max, ==, 0);
  g_assert_true (o->is_greeting);
  g_assert_cmpfloat (o->patience, ==, 0.5);
  g_assert_cmpint (o->pause.low, ==, 150 * QUO_MILLISECOND);
  g_assert_cmpint (o->pause.high, ==, 300 * QUO_MILLISECOND);

  g_assert_true (quo_option_set_text (option ("pace"), o, config->names, "eager",
                                      &error));
  g_assert_no_error (error);
  g_assert_cmpint (o->pace, ==, PACE_EAGER);
  text = quo_option_get_text (option ("pace"), o, config->names);
  g_assert_cmpstr (text, ==, "eager");

  g_assert_false (quo_option_set_text (option ("pace"), o, config->names, "lazy",
                                       &error));
  g_assert_nonnull (strstr (error->message, "even, eager"));
  g_assert_cmpint (o->pace, ==, PACE_EAGER);
  g_clear_error (&error);

  g_assert_false (quo_option_set_text (option ("hold"), o, config->names, "1h",
                                       &error));
  g_assert_error (error, QUO_OPTION_ERROR, QUO_OPTION_ERROR_RANGE);
  g_assert_cmpint (o->hold, ==, 5 * QUO_MILLISECOND);
}

static void
test_options_rule (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = NULL;
  RingOptions *o = config->options;
  const QuoSamples *passes;

  quo_option_set_node (option ("first"), o, 2);
  g_assert_true (quo_option_set_number (option ("laps"), o, 3, NULL));
  sim = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (sim, QUO_SECOND, G_MAXUINT64, NULL), ==,
                   QUO_SIM_QUIET);
  quo_sim_finish (sim);

  passes = quo_sim_measure (sim, MEASURE_PASSES);
  g_assert_cmpfloat (quo_samples_get_sum (passes), ==, 3 * N_NODES);
  assert_described (quo_sim_trace (sim), QUO_EVENT_NOTE, "lap 1 at n3");
}

static void
test_command (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_COMMAND,
                                                 QUO_MILLISECOND);

  action->node.kind = QUO_SELECT_NODE;
  action->node.index = 1;
  action->what = COMMAND_KEEP;
  action->args[0] = 100 * QUO_MILLISECOND;
  sim = run (config, 300 * QUO_MILLISECOND);

  replay = quo_replay_new (quo_sim_trace (sim));
  quo_replay_seek_time (replay, 119 * QUO_MILLISECOND);
  g_assert_cmpint (quo_replay_scalar (replay, 1, FIELD_ROLE), ==, ROLE_HOLDER);
  quo_replay_seek_time (replay, 121 * QUO_MILLISECOND);
  g_assert_cmpint (quo_replay_scalar (replay, 1, FIELD_ROLE), ==, ROLE_IDLE);
}

static void
test_crash (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_CRASH,
                                                 77 * QUO_MILLISECOND);

  /* Node 1 has the token from 75 to 80 ms: the token goes down with it, what it
   * wrote on its disk at 15 and 75 ms stays. */
  action->node.kind = QUO_SELECT_NODE;
  action->node.index = 1;
  sim = run (config, QUO_SECOND);

  replay = quo_replay_new (quo_sim_trace (sim));
  quo_replay_seek_time (replay, QUO_SECOND);
  g_assert_cmpint (quo_replay_life (replay, 1), ==, QUO_LIFE_DOWN);
  g_assert_cmpint (quo_replay_scalar (replay, 1, FIELD_ROLE), ==, ROLE_IDLE);
  g_assert_cmpint (quo_replay_scalar (replay, 1, FIELD_LAP), ==, 0);
  g_assert_cmpuint (n_rows (replay, 1, FIELD_LAPS), ==, 2);
  g_assert_cmpuint (n_rows (replay, 1, FIELD_GREETED), ==, 0);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_SENT), ==, 5);
}

static void
test_fault (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoSim) sound = run (config, QUO_SECOND);

  g_assert_cmpuint (quo_sim_n_violations (sound), ==, 0);

  config->faults = 1u << FAULT_SECOND_TOKEN;
  sim = run (config, QUO_SECOND);
  g_assert_cmpuint (quo_sim_n_violations (sim), >, 0);
  g_assert_cmpuint (quo_sim_violation (sim, 0)->invariant, ==,
                    INVARIANT_ONE_TOKEN);
  g_assert_cmpstr (quo_sim_violation (sim, 0)->text, ==,
                   "2 nodes have a token, n2 is the latest");
}

static void
test_digest (void)
{
  g_autoptr (QuoSimConfig) config = new_config ();
  g_autoptr (QuoSim) once = run (config, QUO_SECOND);
  g_autoptr (QuoSim) again = run (config, QUO_SECOND);
  g_autofree char *first = quo_trace_digest (quo_sim_trace (once));
  g_autofree char *second = quo_trace_digest (quo_sim_trace (again));

  g_assert_cmpstr (first, ==, second);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  quo_protocol_add (&token_ring);

  g_test_add_func ("/core/protocol/token-ring/is-found-once-added",
                   test_registry);
  g_test_add_func ("/core/protocol/token-ring/token-goes-round-in-order",
                   test_ring_order);
  g_test_add_func ("/core/protocol/token-ring/every-delivery-has-its-send",
                   test_causes);
  g_test_add_func ("/core/protocol/token-ring/replay-knows-where-the-token-is",
                   test_replay);
  g_test_add_func ("/core/protocol/token-ring/labels-come-from-the-declaration",
                   test_described);
  g_test_add_func ("/core/protocol/token-ring/a-lap-takes-as-long-as-its-hops",
                   test_measures);
  g_test_add_func ("/core/protocol/token-ring/options-are-read-and-refused",
                   test_options);
  g_test_add_func ("/core/protocol/token-ring/options-rule-the-run",
                   test_options_rule);
  g_test_add_func ("/core/protocol/token-ring/a-command-reaches-its-node",
                   test_command);
  g_test_add_func ("/core/protocol/token-ring/a-crash-keeps-the-disk-alone",
                   test_crash);
  g_test_add_func ("/core/protocol/token-ring/a-second-token-is-caught",
                   test_fault);
  g_test_add_func ("/core/protocol/token-ring/same-run-same-digest",
                   test_digest);

  return g_test_run ();
}
