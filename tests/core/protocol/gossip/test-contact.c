/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

/* Who contacts whom, and when. */

#define S QUO_SECOND

static guint
message_kind (QuoSim     *sim,
              const char *id)
{
  int kind = quo_declaration_find_message (
    quo_trace_declaration (quo_sim_trace (sim)), id);

  g_assert_cmpint (kind, >=, 0);

  return (guint) kind;
}

static guint
count_sent (QuoSim     *sim,
            const char *id)
{
  QuoTrace *trace = quo_sim_trace (sim);
  guint kind = message_kind (sim, id);
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      n += event.what == kind;
    }

  return n;
}

/* N1 tells N2 and N3, both tell N4. */
static void
test_told_by_hand (void)
{
  static const guint pairs[][2] = { { 0, 1 }, { 0, 2 }, { 1, 3 }, { 2, 3 } };
  g_autoptr (QuoSimConfig) config = gossip_config (4, 1);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  double residue;
  guint n = 0;

  gossip_set (config, "strategy", "none");
  gossip_update (config, 100 * QUO_MILLISECOND, 0, "x", "1");
  for (guint i = 0; i < 4; i++)
    gossip_tell (config, (i < 2 ? 200 : 300) * QUO_MILLISECOND, pairs[i][0],
                 pairs[i][1]);
  sim = gossip_run (config, 10 * S);

  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      g_assert_cmpuint (n, <, 4);
      g_assert_cmpuint (event.what, ==, message_kind (sim, "Push"));
      g_assert_cmpuint (event.node, ==, pairs[n][0]);
      g_assert_cmpuint (event.to, ==, pairs[n][1]);
      n++;
    }
  g_assert_cmpuint (n, ==, 4);
  gossip_measure (sim, "residue", &residue);
  g_assert_cmpfloat (residue, ==, 0);
}

static QuoSim *
run_named (const char *option,
           const char *text,
           guint64     seed)
{
  g_autoptr (QuoSimConfig) config = gossip_config (50, seed);

  gossip_set (config, option, text);
  gossip_update (config, S / 3, 0, "x", "1");

  return gossip_run (config, 40 * S);
}

static void
test_lockstep (void)
{
  static const char * const modes[] = { "push", "pull", "push-pull" };

  for (guint m = 0; m < G_N_ELEMENTS (modes); m++)
    {
      g_autoptr (QuoSim) sim = run_named ("mode", modes[m], 1);
      QuoTrace *trace = quo_sim_trace (sim);

      for (guint32 i = 0; i < quo_trace_length (trace); i++)
        if (quo_trace_kind (trace, i) == QUO_EVENT_TIMEOUT)
          g_assert_cmpint (quo_trace_time (trace, i) % S, ==, 0);
    }
}

static void
test_own_clocks (void)
{
  g_autoptr (QuoSim) sim = run_named ("cycle", "asynchronous", 1);
  QuoTrace *trace = quo_sim_trace (sim);
  guint n_odd = 0;
  guint n = 0;
  double residue;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_TIMEOUT)
      {
        n++;
        n_odd += quo_trace_time (trace, i) % S != 0;
      }
  g_assert_cmpuint (n, >, 50);
  g_assert_cmpuint (n_odd, ==, n);
  gossip_measure (sim, "residue", &residue);
  g_assert_cmpfloat (residue, <, .3);
}

/* Once nobody is interested any more, pushed rumors cost nothing at all. */
static void
test_rumor_dies (void)
{
  g_autoptr (QuoSimConfig) config = gossip_config (50, 1);
  g_autoptr (QuoSim) sim = NULL;

  gossip_update (config, S / 3, 0, "x", "1");
  sim = quo_sim_new (config);
  g_assert_cmpint (quo_sim_run (sim, QUO_TIME_NEVER, 0, NULL), ==, QUO_SIM_QUIET);
}

/* A site accepts no more contacts in a cycle than its limit. */
static void
test_connection_limit (void)
{
  g_autoptr (QuoSimConfig) config = gossip_config (100, 4);
  g_autoptr (QuoSim) sim = NULL;
  g_autofree guint *n_accepted = g_new0 (guint, 100 * 41);
  QuoTrace *trace;
  guint n_refused = 0;

  gossip_set (config, "connection-limit", "1");
  gossip_set (config, "hunting", "2");
  gossip_set (config, "stop", "never");
  gossip_update (config, S / 3, 0, "x", "1");
  sim = gossip_run (config, 40 * S);

  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEventKind kind = quo_trace_kind (trace, i);
      gsize cycle = (gsize) (quo_trace_time (trace, i) / S);
      QuoEvent event;

      if (kind != QUO_EVENT_DELIVER && kind != QUO_EVENT_SEND)
        continue;
      quo_trace_read (trace, i, &event);
      if (kind == QUO_EVENT_DELIVER && event.what == message_kind (sim, "Push"))
        n_accepted[cycle * 100 + event.node]++;
      if (kind == QUO_EVENT_SEND && event.what == message_kind (sim, "Refuse"))
        {
          n_accepted[cycle * 100 + event.node]--;
          n_refused++;
        }
    }
  for (guint i = 0; i < 100 * 41; i++)
    g_assert_cmpuint (n_accepted[i], <=, 1);
  g_assert_cmpuint (n_refused, >, 500);
}

/* A site whose contact is refused tries others, so more contacts take place. */
static void
test_hunting (void)
{
  guint accepted[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = gossip_config (200, 4);
      g_autoptr (QuoSim) sim = NULL;

      gossip_set (config, "connection-limit", "1");
      gossip_set (config, "hunting", i == 0 ? "0" : "8");
      gossip_set (config, "stop", "never");
      gossip_update (config, S / 3, 0, "x", "1");
      sim = gossip_run (config, 40 * S);
      accepted[i] = count_sent (sim, "Push") - count_sent (sim, "Refuse");
    }
  g_assert_cmpuint (accepted[1], >, accepted[0] + accepted[0] / 4);
}

static void
test_mail_reaches_each_neighbour_once (void)
{
  g_autoptr (QuoSimConfig) config = gossip_config (30, 1);
  g_autoptr (QuoSim) sim = NULL;
  double cycles;

  gossip_set (config, "strategy", "none");
  gossip_set (config, "direct-mail", "true");
  gossip_update (config, S / 3, 7, "x", "1");
  sim = gossip_run (config, 10 * S);
  g_assert_cmpuint (count_sent (sim, "Mail"), ==, 29);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_SENT), ==, 29);
  g_assert_cmpuint (gossip_measure (sim, "cycles-to-all", &cycles), ==, 1);
  g_assert_cmpfloat (cycles, ==, 0);
}

/* A rumor that dies early, and the comparison that brings it to everybody. */
static void
test_backup (void)
{
  double residue[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSimConfig) config = gossip_config (200, 2);
      g_autoptr (QuoSim) sim = NULL;

      gossip_set (config, "k", "1");
      gossip_set (config, "backup", i == 0 ? "0" : "10");
      gossip_update (config, S / 3, 0, "x", "1");
      sim = gossip_run (config, 120 * S);
      gossip_measure (sim, "residue", &residue[i]);
    }
  g_assert_cmpfloat (residue[0], >, .05);
  g_assert_cmpfloat (residue[1], ==, 0);
}

static void
test_fanout (void)
{
  g_autoptr (QuoSimConfig) config = gossip_config (4, 1);
  g_autoptr (QuoSim) sim = NULL;

  gossip_set (config, "fanout", "3");
  gossip_set (config, "stop", "never");
  gossip_update (config, S / 3, 0, "x", "1");
  sim = gossip_run (config, S + S / 2);
  /* Three others, each of them once. */
  g_assert_cmpuint (count_sent (sim, "Push"), ==, 3);
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_DELIVERED), ==, 3);
  quo_sim_run (sim, S + S / 2, 0, NULL);
  for (guint32 i = 0; i < quo_trace_length (quo_sim_trace (sim)); i++)
    if (quo_trace_kind (quo_sim_trace (sim), i) == QUO_EVENT_DELIVER)
      for (guint32 j = 0; j < i; j++)
        if (quo_trace_kind (quo_sim_trace (sim), j) == QUO_EVENT_DELIVER)
          g_assert_cmpuint (quo_trace_node (quo_sim_trace (sim), i), !=,
                            quo_trace_node (quo_sim_trace (sim), j));
}

/* A line of nodes: only neighbours talk, so the news needs a cycle for each. */
static void
test_topology (void)
{
  g_autoptr (QuoSimConfig) config = gossip_config (10, 1);
  g_autoptr (QuoSim) sim = NULL;
  guint *start = g_new0 (guint, 11);
  guint *neighbours = g_new0 (guint, 18);
  guint n = 0;
  double cycles;

  for (guint i = 0; i < 10; i++)
    {
      start[i] = n;
      if (i > 0)
        neighbours[n++] = i - 1;
      if (i < 9)
        neighbours[n++] = i + 1;
    }
  start[10] = n;
  config->network.neighbour_start = start;
  config->network.neighbours = neighbours;
  gossip_set (config, "stop", "never");
  gossip_update (config, 0, 0, "x", "1");
  sim = gossip_run (config, 200 * S);

  for (guint32 i = 0; i < quo_trace_length (quo_sim_trace (sim)); i++)
    {
      QuoEvent event;

      if (quo_trace_kind (quo_sim_trace (sim), i) != QUO_EVENT_SEND)
        continue;
      quo_trace_read (quo_sim_trace (sim), i, &event);
      g_assert_cmpint (ABS ((int) event.node - (int) event.to), ==, 1);
    }
  g_assert_cmpuint (gossip_measure (sim, "cycles-to-all", &cycles), ==, 1);
  g_assert_cmpfloat (cycles, >=, 9);
}

static void
test_same_seed_same_trace (void)
{
  static const char * const cycles[] = { "synchronous", "asynchronous" };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuoSim) first = run_named ("cycle", cycles[i], 1);
      g_autoptr (QuoSim) again = run_named ("cycle", cycles[i], 1);
      g_autoptr (QuoSim) other = run_named ("cycle", cycles[i], 2);
      g_autofree char *digest = quo_trace_digest (quo_sim_trace (first));
      g_autofree char *same = quo_trace_digest (quo_sim_trace (again));
      g_autofree char *different = quo_trace_digest (quo_sim_trace (other));

      g_assert_cmpstr (digest, ==, same);
      g_assert_cmpstr (digest, !=, different);
    }
}

#define PATH "/core/protocol/gossip/contact/"

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func (PATH "what-is-told-by-hand-is-all-there-is", test_told_by_hand);
  g_test_add_func (PATH "synchronous-sites-are-in-step", test_lockstep);
  g_test_add_func (PATH "asynchronous-sites-are-not", test_own_clocks);
  g_test_add_func (PATH "rumor-dies-and-nothing-is-left-to-do", test_rumor_dies);
  g_test_add_func (PATH "no-more-contacts-than-the-limit", test_connection_limit);
  g_test_add_func (PATH "hunting-finds-free-sites", test_hunting);
  g_test_add_func (PATH "mail-goes-to-each-neighbour-once",
                   test_mail_reaches_each_neighbour_once);
  g_test_add_func (PATH "backup-reaches-whom-the-rumor-left-out", test_backup);
  g_test_add_func (PATH "fanout-contacts-different-sites", test_fanout);
  g_test_add_func (PATH "only-neighbours-are-contacted", test_topology);
  g_test_add_func (PATH "same-seed-same-trace", test_same_seed_same_trace);

  return g_test_run ();
}
