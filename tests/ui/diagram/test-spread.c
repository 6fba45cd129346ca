/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/spread-private.h"

#include "apart.h"
#include "fixture.h"

#include <math.h>
#include <string.h>

static QuoRun *
gossip (guint       n,
        const char *options,
        const char *more)
{
  g_autofree char *json = g_strdup_printf (
    "{ \"quorate\": 1, \"title\": \"test\", \"seed\": 5, \"until\": \"30s\","
    "  \"protocol\": \"gossip\", \"options\": { %s },"
    "  \"nodes\": { \"count\": %u, \"prefix\": \"n\" },"
    "  \"network\": { \"latency\": { \"uniform\": [\"20ms\", \"90ms\"] } },"
    "  \"script\": [ { \"at\": \"1s\", \"do\": \"update\", \"node\": \"n3\", \"key\": \"x\","
    "                 \"value\": \"1\" } %s ] }", options, n, more);

  return fixture_run (json);
}

static QuoRun *
gossip_with_crashes (guint n)
{
  return gossip (n, "\"cycle\": \"asynchronous\", \"stop\": \"counter\", \"k\": 2",
                 ", { \"at\": \"4s\", \"do\": \"crash\", \"node\": \"n3\" },"
                 "  { \"at\": \"5s\", \"do\": \"crash\", \"node\": \"n4\" },"
                 "  { \"at\": \"9s\", \"do\": \"restart\", \"node\": \"n3\" }");
}

static guint
count_knowers (QuoRun *run,
               QuoTime time)
{
  QuoTrace *trace = quo_run_trace (run);
  QuoReplay *replay = quo_run_replay (run);
  int field = quo_declaration_find_use (quo_trace_declaration (trace), QUO_USE_KNOWS);
  guint n = 0;

  quo_replay_seek_time (replay, time);
  for (guint i = 0; i < quo_trace_n_nodes (trace); i++)
    n += quo_replay_life (replay, i) != QUO_LIFE_DOWN &&
         quo_replay_scalar (replay, i, (guint) field) != 0;
  return n;
}

static void
curve_counts_who_knows (void)
{
  g_autoptr(QuoRun) run = gossip_with_crashes (40);
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("spread", run);
  guint least = G_MAXUINT, most = 0;

  for (QuoTime time = 0; time < 20 * QUO_SECOND; time += 370 * QUO_MILLISECOND)
    {
      QuoView view = { .width = 800, .height = 600, .zoom = 1, .time = time };
      guint n = count_knowers (run, time);
      g_autofree char *text = fixture_draw_text (diagram, &view);
      g_autofree char *expected = g_strdup_printf ("\"%u of 40 know (", n);
      g_assert_nonnull (strstr (text, expected));
      least = MIN (least, n);
      most = MAX (most, n);
    }
  g_assert_cmpuint (least, ==, 0);
  g_assert_cmpuint (most, >, 20);
}

static void
columns_count_who_knows (void)
{
  g_autoptr(QuoRun) run = gossip_with_crashes (90);
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);
  QuoSpread *self = quo_spread_diagram.create (run, metrics);
  QuoView view = { .width = 700, .height = 500, .zoom = 1 };
  QuoSpreadFrame frame = { .self = self, .view = &view, .left = 50, .right = 650,
                           .gutter = 50, .edge = 650 };
  guint n_seen = 0;

  quo_spread_sample (self, &frame, 6);
  for (guint i = 0; i < self->samples->len; i++)
    {
      const QuoSpreadSample *sample = &g_array_index (self->samples, QuoSpreadSample, i);
      QuoTime time = self->begin + (QuoTime) ((double) (self->end - self->begin) * i
                                              / (self->samples->len - 1));
      guint n = count_knowers (run, time), sum = 0;
      g_assert_cmpuint (sample->n_known, ==, n);
      for (guint r = 0; r < self->n_roles; r++)
        sum += sample->known[r];
      g_assert_cmpuint (sum, ==, n);
      n_seen += n > 0 && n < 90;
    }
  g_assert_cmpuint (n_seen, >, 10);
  quo_spread_diagram.destroy (self);
}

/* With nobody losing interest, in continuous time: k / (k + (n - k) e^-ct). */
static void
theory_without_loss_is_the_logistic_curve (void)
{
  g_autoptr(QuoRun) run = gossip (200, "\"cycle\": \"asynchronous\", \"stop\": \"never\"", "");
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);
  QuoSpread *self = quo_spread_diagram.create (run, metrics);
  const QuoTheory *theory = &self->theory;

  g_assert_true (theory->is_known);
  g_assert_false (theory->is_in_cycles);
  g_assert_cmpfloat (theory->loss, ==, 0);
  /* Each pushes about once a second. */
  g_assert_cmpfloat_with_epsilon (theory->contacts, 1, 0.1);
  for (guint i = 0; i < theory->n_points; i++)
    {
      double t = (double) (theory->time[i] - theory->time[0]) / 1e9;
      double odds = exp (theory->contacts * t) / 199;
      g_assert_cmpfloat_with_epsilon (theory->known[i], odds / (1 + odds), 1e-3);
    }
  quo_spread_diagram.destroy (self);
}

/* Pushing to one other a cycle: s' = s (1 - 1/(n-1))^((1-s) n), Demers et al. 1987. */
static void
theory_in_cycles_is_the_recurrence (void)
{
  g_autoptr(QuoRun) run = gossip (300, "\"cycle\": \"synchronous\", \"stop\": \"never\"", "");
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);
  QuoSpread *self = quo_spread_diagram.create (run, metrics);
  const QuoTheory *theory = &self->theory;
  double s = 299.0 / 300;

  g_assert_true (theory->is_known);
  g_assert_true (theory->is_in_cycles);
  g_assert_cmpint (theory->cycle, ==, QUO_SECOND);
  g_assert_cmpfloat_with_epsilon (theory->contacts, 1, 0.05);
  for (guint i = 0; i < theory->n_points; i++)
    {
      g_assert_cmpfloat_with_epsilon (1 - theory->known[i], s, 1e-9);
      s *= pow (1 - 1.0 / 299, theory->contacts * (1 - s) * 300);
    }
  quo_spread_diagram.destroy (self);
}

/* Asking one other a cycle: s' = s^2, Demers et al. 1987, section 1.3. */
static void
theory_of_pulling_squares_what_is_left (void)
{
  g_autoptr(QuoRun) run = gossip (300, "\"cycle\": \"synchronous\", \"stop\": \"never\","
                                       "\"mode\": \"pull\"", "");
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);
  QuoSpread *self = quo_spread_diagram.create (run, metrics);
  const QuoTheory *theory = &self->theory;
  double s = 299.0 / 300;

  g_assert_true (theory->is_known && theory->is_in_cycles);
  g_assert_cmpfloat (theory->answers, ==, theory->contacts);
  g_assert_cmpfloat_with_epsilon (theory->answers, 1, 0.1);
  for (guint i = 0; i < theory->n_points; i++)
    {
      g_assert_cmpfloat_with_epsilon (1 - theory->known[i], s, 1e-9);
      s = pow (s, 1 + theory->answers);
    }
  quo_spread_diagram.destroy (self);
}

static void
who_told_had_known (void)
{
  g_autoptr(QuoRun) run = gossip_with_crashes (30);
  g_autoptr(QuoMetrics) metrics = quo_metrics_new (NULL);
  QuoSpread *self = quo_spread_diagram.create (run, metrics);
  QuoReplay *replay = quo_run_replay (run);
  guint n_told = 0;

  for (guint node = 0; node < 30; node++)
    {
      if (self->learnt[node] == QUO_NO_EVENT)
        continue;
      quo_replay_seek (replay, self->learnt[node]);
      g_assert_cmpint (quo_replay_scalar (replay, node, (guint) self->palette.knows), ==, 0);
      guint32 send = quo_spread_told_by (self, self->learnt[node]);
      if (send == QUO_NO_EVENT)
        {
          /* Only whom the script told. */
          g_assert_cmpuint (node, ==, 2);
          continue;
        }
      guint teller = quo_trace_node (self->trace, send);
      quo_replay_seek (replay, send);
      g_assert_cmpint (quo_replay_scalar (replay, teller, (guint) self->palette.knows), !=,
                       0);
      n_told++;
    }
  g_assert_cmpuint (n_told, >, 15);
  quo_spread_diagram.destroy (self);
}

static void
labels_never_overlap (void)
{
  static const double sizes[][2] = { { 1200, 700 }, { 640, 480 }, { 420, 640 },
                                     { 300, 300 } };
  static const guint counts[] = { 4, 40, 64, 65, 300 };

  for (guint c = 0; c < G_N_ELEMENTS (counts); c++)
    {
      g_autoptr(QuoRun) run = gossip_with_crashes (counts[c]);
      g_autoptr(QuoDiagram) diagram = fixture_diagram ("spread", run);
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          QuoView view = { .width = sizes[i][0], .height = sizes[i][1], .zoom = 1,
                           .time = 7 * QUO_SECOND };
          g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);
          fixture_assert_texts_apart (scene, &view);
        }
    }
}

/* What a diagram keeps is carried on as the run is. */
static void
an_extended_run_is_drawn_as_a_new_one (void)
{
  static const char * const views[] = { "spread", "space-time", "states" };
  static const guint counts[] = { 20, 90 };

  for (guint i = 0; i < G_N_ELEMENTS (views) * G_N_ELEMENTS (counts); i++)
    {
      const char *id = views[i / G_N_ELEMENTS (counts)];
      g_autoptr(QuoRun) whole = gossip_with_crashes (counts[i % G_N_ELEMENTS (counts)]);
      g_autoptr(QuoRun) run = quo_run_new (quo_run_scenario (whole), QUO_SECOND / 2, NULL,
                                           NULL, NULL);
      g_autoptr(QuoDiagram) diagram = fixture_diagram (id, run);
      QuoView view = { .width = 800, .height = 600, .zoom = 1, .time = 6 * QUO_SECOND };
      for (QuoTime until = QUO_SECOND; until <= 30 * QUO_SECOND; until += 1700 * QUO_MILLISECOND)
        {
          quo_run_extend (run, MIN (until, 30 * QUO_SECOND), G_MAXUINT64);
          quo_diagram_extended (diagram);
          g_free (fixture_draw_text (diagram, &view));
        }
      quo_run_extend (run, 30 * QUO_SECOND, G_MAXUINT64);
      quo_diagram_extended (diagram);
      g_assert_cmpuint (quo_trace_length (quo_run_trace (run)), ==,
                        quo_trace_length (quo_run_trace (whole)));
      g_autoptr(QuoDiagram) fresh = fixture_diagram (id, run);
      g_autofree char *one = fixture_draw_text (diagram, &view);
      g_autofree char *other = fixture_draw_text (fresh, &view);
      g_assert_cmpstr (one, ==, other);
    }
}

static void
many_nodes_take_few_marks (void)
{
  g_autoptr(QuoRun) run = gossip (20000, "\"cycle\": \"synchronous\", \"stop\": \"never\"", "");
  g_autoptr(QuoDiagram) diagram = fixture_diagram ("spread", run);
  QuoView view = { .width = 1920, .height = 1080, .zoom = 1, .time = 12 * QUO_SECOND };
  g_autoptr(QuoScene) scene = fixture_draw (diagram, &view);

  g_assert_cmpuint (quo_scene_get_n_items (scene), <, 2500);
  g_assert_cmpuint (quo_scene_get_n_items (scene), >, 100);
}

static void
a_protocol_without_knowledge_has_none (void)
{
  g_autoptr(QuoRun) raft = fixture_raft ();
  g_autoptr(QuoRun) run = gossip (4, "\"mode\": \"push\"", "");

  g_assert_false (quo_spread_diagram.is_offered (raft));
  g_assert_true (quo_spread_diagram.is_offered (run));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/ui/diagram/spread/" name, func)
  ADD ("curve-counts-who-knows", curve_counts_who_knows);
  ADD ("columns-count-who-knows", columns_count_who_knows);
  ADD ("theory-without-loss-is-the-logistic-curve",
       theory_without_loss_is_the_logistic_curve);
  ADD ("theory-in-cycles-is-the-recurrence", theory_in_cycles_is_the_recurrence);
  ADD ("theory-of-pulling-squares-what-is-left", theory_of_pulling_squares_what_is_left);
  ADD ("who-told-had-known", who_told_had_known);
  ADD ("labels-never-overlap", labels_never_overlap);
  ADD ("an-extended-run-is-drawn-as-a-new-one", an_extended_run_is_drawn_as_a_new_one);
  ADD ("many-nodes-take-few-marks", many_nodes_take_few_marks);
  ADD ("a-protocol-without-knowledge-has-none", a_protocol_without_knowledge_has_none);
#undef ADD
  return g_test_run ();
}
