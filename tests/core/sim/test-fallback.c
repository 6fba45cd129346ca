/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where a read gets its answer from when it is given none. The nodes of this protocol
 * keep a value each, tell nobody, and answer as the test says. The client is beside
 * node 0, half a millisecond away; the other nodes are 10 ms away.
 */

#include "sim/describe.h"
#include "sim/sim.h"

#include "base/random.h"

#define MS QUO_MILLISECOND
#define PATH "/core/sim/fallback/"
#define N_NODES 4
#define N_SCHEDULES 2000

typedef enum
{
  ANSWERS,
  SILENT,
  FAILS,
  SENDS_ON, /* to node 0 */
  BUSY,
  SLOW,     /* after 120 ms */
  N_MANNERS
} Manner;

typedef struct
{
  Manner manner[N_NODES];
} Options;

typedef struct
{
  gint64 value;
  QuoOp  late;
} State;

static void
start (QuoNode  *node,
       gpointer  state)
{
}

static void
timeout (QuoNode  *node,
         gpointer  state,
         guint     timer,
         gint64    arg)
{
  const State *self = state;

  quo_node_reply (node, self->late.client, self->late.serial, QUO_STATUS_OK,
                  self->value);
}

static void
request (QuoNode     *node,
         gpointer     state,
         const QuoOp *op)
{
  const Options *options = quo_node_options (node);
  State *self = state;

  if (op->kind != QUO_OP_READ)
    {
      self->value = op->value;
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK, 0);
      return;
    }

  switch (options->manner[quo_node_index (node)])
    {
    case ANSWERS:
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_OK, self->value);
      break;
    case FAILS:
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_FAILED, 0);
      break;
    case SENDS_ON:
      quo_node_redirect (node, op->client, op->serial, 0);
      break;
    case BUSY:
      quo_node_reply (node, op->client, op->serial, QUO_STATUS_BUSY, 0);
      break;
    case SLOW:
      self->late = *op;
      quo_node_set_timer (node, 0, 120 * MS);
      break;
    case SILENT:
    case N_MANNERS:
    default:
      break;
    }
}

static const QuoTimerSpec timers[] = { { "late", "" }, { NULL } };
static const QuoDeclaration declaration = {
  .id = "shelf", .title = "Shelf", .timers = timers,
  .options_size = sizeof (Options),
};
static const QuoBehaviour behaviour = {
  .state_size = sizeof (State), .start = start, .restart = start,
  .timeout = timeout, .request = request,
};

/* Node 0's manner changes at half a second: until then everybody answers. */
static QuoSimConfig *
new_config (QuoFallback fallback,
            QuoTime     after)
{
  QuoSimConfig *config = quo_sim_config_new (&declaration, &behaviour, N_NODES);

  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  config->network.base.latency = quo_distribution_new_constant (10 * MS);
  config->clients = g_new0 (QuoClientConfig, 2);
  config->n_clients = 2;
  config->clients[0] = (QuoClientConfig) {
    .n_keys = 1, .stop = QUO_TIME_NEVER, .timeout = 100 * MS, .n_tries_max = 2,
    .fallback = fallback, .fallback_after = after,
  };
  /* Another one, which only writes. */
  config->clients[1] = config->clients[0];
  config->clients[1].fallback = QUO_FALLBACK_NONE;

  return config;
}

static void
become (QuoSimConfig *config,
        Manner        first,
        Manner        second,
        Manner        third,
        Manner        fourth)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_SET_OPTION,
                                                 500 * MS);
  const Options options = { { first, second, third, fourth } };

  action->options = g_memdup2 (&options, sizeof options);
}

static void
op (QuoSimConfig *config,
    QuoTime       at,
    int           node,
    QuoOpKind     kind,
    const char   *value)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_OP, at);

  action->client = N_NODES;
  action->has_node = node >= 0;
  action->node.kind = QUO_SELECT_NODE;
  action->node.index = (guint) MAX (0, node);
  action->op = kind;
  action->key = quo_names_intern (config->names, "x");
  action->value = value != NULL ? quo_names_intern (config->names, value) : 0;
}

/* The operation added last is not the client's. */
static void
by_other (QuoSimConfig *config)
{
  g_array_index (config->actions, QuoAction,
                 config->actions->len - 1).client = N_NODES + 1;
}

static QuoSim *
run (QuoSimConfig *config)
{
  QuoSim *sim;

  config->until = 10 * QUO_SECOND;
  sim = quo_sim_new (config);
  quo_sim_run (sim, config->until, 0, NULL);
  quo_sim_finish (sim);

  return sim;
}

/* What the nth operation returned, when, and what was said of its source. */
static void
assert_return (QuoSim     *sim,
               guint       nth,
               QuoTime     time,
               const char *expected)
{
  QuoTrace *trace = quo_sim_trace (sim);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      QuoEvent event;

      if (quo_trace_kind (trace, i) != QUO_EVENT_RETURN || --nth > 0)
        continue;
      quo_trace_read (trace, i, &event);
      quo_describe_event (trace, &event, text);
      g_assert_cmpstr (text->str, ==, expected);
      g_assert_cmpint (event.time, ==, time);
      return;
    }

  g_assert_null (expected);
}

static guint
count_asked (QuoSim *sim,
             guint   node,
             QuoTime from)
{
  QuoTrace *trace = quo_sim_trace (sim);
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      n += event.kind == QUO_EVENT_SEND && event.what == QUO_MESSAGE_REQUEST
           && event.to == node && event.time >= from;
    }

  return n;
}

static void
counts_from_the_beginning_of_the_read (void)
{
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_CACHE, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;

  op (config, 100 * MS, -1, QUO_OP_WRITE, "1");
  op (config, 200 * MS, -1, QUO_OP_READ, NULL);
  become (config, SILENT, ANSWERS, ANSWERS, ANSWERS);
  op (config, 600 * MS, -1, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 2, 201 * MS, "ok: 1");
  assert_return (sim, 3, 650 * MS, "ok: 1 (cache, up to 450 ms old)");
  g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_OK), ==, 3);
}

/* What the client has written itself belongs to its session; a cache of what was read
 * alone goes back behind it. */
static void
own_write (gconstpointer data)
{
  gboolean ignores = data != NULL;
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_CACHE, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;

  config->clients[0].ignores_session = ignores;
  op (config, 100 * MS, -1, QUO_OP_WRITE, "1");
  op (config, 200 * MS, -1, QUO_OP_READ, NULL);
  op (config, 300 * MS, -1, QUO_OP_WRITE, "2");
  become (config, SILENT, ANSWERS, ANSWERS, ANSWERS);
  op (config, 600 * MS, -1, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 4, 650 * MS, ignores ? "ok: 1 (cache, of unknown age)"
                                           : "ok: 2 (cache, up to 350 ms old)");
}

/* Who has nothing to fall back to goes on asking, and so does a write. */
static void
without_memory_it_goes_on (void)
{
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_CACHE, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;

  become (config, SILENT, SILENT, SILENT, SILENT);
  op (config, 600 * MS, -1, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 1, 800 * MS, "unknown");
  g_assert_cmpuint (count_asked (sim, 1, 0), ==, 1);
}

static void
a_write_does_not_fall_back (void)
{
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_ANY, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *crash = NULL;

  op (config, 100 * MS, -1, QUO_OP_READ, NULL);
  crash = quo_sim_config_add_action (config, QUO_ACTION_CRASH, 500 * MS);
  crash->node.kind = QUO_SELECT_ALL;
  op (config, 600 * MS, -1, QUO_OP_WRITE, "1");
  sim = run (config);

  assert_return (sim, 2, 800 * MS, "unknown");
}

/* A memory of what the session has changed in a way that it does not know is none. */
static void
an_unknown_change_is_not_answered (void)
{
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_CACHE, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;

  op (config, 100 * MS, -1, QUO_OP_WRITE, "1");
  op (config, 200 * MS, -1, QUO_OP_ADD, "1");
  become (config, SILENT, SILENT, SILENT, SILENT);
  op (config, 600 * MS, -1, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 3, 800 * MS, "unknown");
}

static void
failure (void)
{
  static const struct
  {
    gboolean    on_failure;
    QuoTime     after;
    Manner      manner;
    QuoTime     time;
    const char *text;
  } cases[] = {
    { TRUE, 0, FAILS, 601 * MS, "ok: 1 (cache, up to 501 ms old)" },
    { TRUE, 30 * MS, FAILS, 631 * MS, "ok: 1 (cache, up to 531 ms old)" },
    /* Two tries of 100 ms. */
    { TRUE, 0, SILENT, 800 * MS, "ok: 1 (cache, up to 700 ms old)" },
    { FALSE, 50 * MS, FAILS, 601 * MS, "failed" },
    { FALSE, 5 * QUO_SECOND, SILENT, 800 * MS, "ok: 1 (cache, up to 700 ms old)" },
    { FALSE, 50 * MS, BUSY, 650 * MS, "ok: 1 (cache, up to 550 ms old)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_CACHE,
                                                    cases[i].after);
      g_autoptr (QuoSim) sim = NULL;

      config->clients[0].falls_back_on_failure = cases[i].on_failure;
      op (config, 100 * MS, -1, QUO_OP_WRITE, "1");
      become (config, cases[i].manner, SILENT, SILENT, SILENT);
      op (config, 600 * MS, -1, QUO_OP_READ, NULL);
      sim = run (config);

      assert_return (sim, 2, cases[i].time, cases[i].text);
    }
}

/* From node 0 on: 1 does not answer for 100 ms, 2 sends it on, 3 answers. */
static void
others_are_asked_in_turn (void)
{
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_ANY, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;

  op (config, 100 * MS, 3, QUO_OP_WRITE, "1");
  become (config, SILENT, SILENT, SENDS_ON, ANSWERS);
  op (config, 600 * MS, 0, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 2, (650 + 100 + 20 + 20) * MS,
                 "ok: 1 (any, n4, up to 690 ms old)");
  for (guint i = 0; i < N_NODES; i++)
    g_assert_cmpuint (count_asked (sim, i, 600 * MS), ==, 1);
}

/* An answer that is not what the session saw last may be older. */
static void
below_the_session (gconstpointer data)
{
  gboolean ignores = data != NULL;
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_ANY, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;

  config->clients[0].ignores_session = ignores;
  op (config, 50 * MS, 1, QUO_OP_WRITE, "old");
  by_other (config);
  op (config, 100 * MS, 0, QUO_OP_WRITE, "new");
  by_other (config);
  op (config, 200 * MS, 0, QUO_OP_READ, NULL);
  become (config, SILENT, ANSWERS, SILENT, SILENT);
  op (config, 600 * MS, 0, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 3, 201 * MS, "ok: new");
  if (ignores)
    assert_return (sim, 4, 670 * MS, "ok: old (any, n2, of unknown age)");
  else
    assert_return (sim, 4, 870 * MS, "ok: new (cache, up to 670 ms old)");
}

/* A session that has seen nothing takes any value, and keeps to it from then on. */
static void
the_first_is_kept_to (void)
{
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_ANY, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *crash = NULL;

  op (config, 100 * MS, 1, QUO_OP_WRITE, "1");
  by_other (config);
  op (config, 200 * MS, 2, QUO_OP_WRITE, "2");
  by_other (config);
  become (config, SILENT, ANSWERS, SLOW, SILENT);
  op (config, 600 * MS, 0, QUO_OP_READ, NULL);
  crash = quo_sim_config_add_action (config, QUO_ACTION_CRASH, 900 * MS);
  crash->node.index = 1;
  op (config, QUO_SECOND, 0, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 3, 670 * MS, "ok: 1 (any, n2, of unknown age)");
  /* The answer 2 of the third node comes while the fourth is asked. */
  assert_return (sim, 4, 1350 * MS, "ok: 1 (cache, of unknown age)");
}

static void
local_is_the_node_beside_it (void)
{
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_LOCAL, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;

  op (config, 100 * MS, 0, QUO_OP_WRITE, "1");
  become (config, ANSWERS, ANSWERS, SILENT, ANSWERS);
  op (config, 600 * MS, 2, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 2, 651 * MS, "ok: 1 (local, n1, up to 551 ms old)");
  g_assert_cmpuint (count_asked (sim, 1, 600 * MS), ==, 0);
}

/* The answer that one has given up on counts when it comes after all. */
static void
a_late_answer_counts (void)
{
  g_autoptr (QuoSimConfig) config = new_config (QUO_FALLBACK_ANY, 50 * MS);
  g_autoptr (QuoSim) sim = NULL;

  op (config, 100 * MS, 0, QUO_OP_WRITE, "1");
  become (config, SLOW, SILENT, SILENT, SILENT);
  op (config, 600 * MS, 0, QUO_OP_READ, NULL);
  sim = run (config);

  assert_return (sim, 2, 721 * MS, "ok: 1");
}

typedef struct
{
  gint64  value;
  QuoTime since;
  guint   n_fallbacks;
} Session;

/* Follows a session in the trace alone. */
static void
follow (QuoTrace *trace,
        Session  *session)
{
  QuoTime began = 0;
  gint64 written = 0;
  gboolean is_read = FALSE;

  session->since = -1;
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.kind == QUO_EVENT_INVOKE)
        {
          began = event.time;
          is_read = event.what == QUO_OP_READ;
          written = event.values[2];
        }
      if (event.kind == QUO_EVENT_FALLBACK && session->since >= 0)
        {
          session->n_fallbacks++;
          g_assert_cmpint (event.values[2], ==, session->value);
          g_assert_cmpint (event.values[3], ==, event.time - session->since);
        }
      if (event.kind != QUO_EVENT_RETURN || event.what != QUO_STATUS_OK
          || quo_trace_kind (trace, event.cause) == QUO_EVENT_FALLBACK)
        continue;
      session->value = is_read ? event.values[1] : written;
      session->since = began;
    }
}

/* Nodes that differ and behave as they like: what is answered in their place is what
 * the session saw last, with its age. */
static void
a_session_never_goes_back (void)
{
  guint n_fallbacks = 0;

  for (guint64 seed = 1; seed <= N_SCHEDULES; seed++)
    {
      QuoFallback to = 1 + (QuoFallback) (seed % 3);
      g_autoptr (QuoSimConfig) config = new_config (to, (QuoTime) (seed % 90) * MS);
      g_autoptr (QuoSim) sim = NULL;
      Session session = { 0 };

      config->seed = seed;
      config->network.base.loss = 0.1;
      config->clients[0].is_roaming = seed % 5 == 0;
      config->clients[0].falls_back_on_failure = seed % 4 == 0;
      op (config, 0, 0, QUO_OP_WRITE, "first");
      for (guint i = 0; i < 20; i++)
        {
          QuoAction *action =
            quo_sim_config_add_action (config, QUO_ACTION_SET_OPTION,
                                       (50 + 100 * i) * MS);
          Options options;
          char value[8];

          for (guint n = 0; n < N_NODES; n++)
            options.manner[n] =
              (Manner) (quo_random_at (seed, N_NODES * i + n) % N_MANNERS);
          action->options = g_memdup2 (&options, sizeof options);
          g_snprintf (value, sizeof value, "v%u", i);
          if (i % 3 == 0)
            op (config, 100 * i * MS,
                (int) (quo_random_at (seed, 1000 + i) % N_NODES), QUO_OP_WRITE,
                value);
          op (config, (60 + 100 * i) * MS, -1, QUO_OP_READ, NULL);
        }
      sim = run (config);
      follow (quo_sim_trace (sim), &session);
      n_fallbacks += session.n_fallbacks;
    }

  g_test_message ("%u fallbacks", n_fallbacks);
  g_assert_cmpuint (n_fallbacks, >, 2 * N_SCHEDULES);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (PATH "the-bound-counts-from-the-beginning-of-the-read",
                   counts_from_the_beginning_of_the_read);
  g_test_add_data_func (PATH "a-cache-has-the-session-s-own-writes", NULL, own_write);
  g_test_add_data_func (PATH "without-a-session-it-goes-back", PATH, own_write);
  g_test_add_func (PATH "without-memory-it-goes-on", without_memory_it_goes_on);
  g_test_add_func (PATH "a-write-does-not-fall-back", a_write_does_not_fall_back);
  g_test_add_func (PATH "an-unknown-change-is-not-answered",
                   an_unknown_change_is_not_answered);
  g_test_add_func (PATH "failure-and-timeout-are-two-things", failure);
  g_test_add_func (PATH "others-are-asked-in-turn", others_are_asked_in_turn);
  g_test_add_data_func (PATH "what-may-be-older-is-not-taken", NULL,
                        below_the_session);
  g_test_add_data_func (PATH "without-a-session-it-is", PATH, below_the_session);
  g_test_add_func (PATH "the-first-is-kept-to", the_first_is_kept_to);
  g_test_add_func (PATH "local-is-the-node-beside-it", local_is_the_node_beside_it);
  g_test_add_func (PATH "a-late-answer-counts", a_late_answer_counts);
  g_test_add_func (PATH "a-session-never-goes-back", a_session_never_goes_back);

  return g_test_run ();
}
