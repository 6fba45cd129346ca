/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: no schedule of them breaks a promise, and when they are over the
 * replicas agree. For each known mistake some schedule shows it. */

#include "fixture.h"

#define PATH "/core/protocol/quorum-store/chaos/"

#define N_SCHEDULES 200
#define N_TRIES_MAX 400
#define N_NODES     5

static int seed_first = 1;

static void
add_chaos (QuoSimConfig *config,
           QuoChaosKind  kind,
           double        rate,
           double        amount)
{
  QuoChaos chaos = {
    .kind = kind,
    .rate = rate,
    .to = 2 * QUO_SECOND,
    .lasts = quo_distribution_new_uniform (MS, 300 * MS),
    .amount = amount,
  };

  g_array_append_val (config->chaos, chaos);
}

/* Faults for two seconds, operations for a little longer, then rest. */
static QuoSimConfig *
new_schedule (guint64     seed,
              const char *conflicts,
              gboolean    is_sloppy)
{
  QuoSimConfig *config = fixture_new (N_NODES);

  config->seed = seed;
  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  g_clear_pointer (&config->disk.sync, quo_distribution_unref);
  config->network.base.latency = quo_distribution_new_uniform (MS, 30 * MS);
  config->network.base.loss = .02;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * MS);
  fixture_set (config, "conflicts", conflicts);
  fixture_set (config, "sloppy-quorum", is_sloppy ? "true" : "false");
  fixture_set (config, "hinted-handoff", seed % 2 == 0 ? "true" : "false");
  fixture_set (config, "read-repair", seed % 3 == 0 ? "synchronous"
                                      : seed % 3 == 1 ? "asynchronous" : "off");
  fixture_set (config, "write-back", seed % 4 == 0 ? "true" : "false");
  fixture_set (config, "anti-entropy-interval", "200ms");
  fixture_set (config, "request-timeout", "300ms");
  add_chaos (config, QUO_CHAOS_CRASH, 4, 0);
  add_chaos (config, QUO_CHAOS_PAUSE, 2, 0);
  add_chaos (config, QUO_CHAOS_PARTITION, 1, 0);
  add_chaos (config, QUO_CHAOS_CUT, 2, 0);
  add_chaos (config, QUO_CHAOS_LOSS, .5, .3);
  for (guint i = 0; i < 3; i++)
    {
      guint client = fixture_add_client (config, i);
      QuoClientConfig *c = &config->clients[client - N_NODES];

      c->rate = 15;
      c->stop = 2500 * MS;
      c->timeout = 400 * MS;
      fixture_op (config, (700 + 400 * i) * MS, client, QUO_OP_REMOVE, "z", NULL);
    }

  return config;
}

/* What clients saw of one operation. */
typedef struct
{
  guint   client;
  gint64  serial;
  guint   kind;
  gint64  key;
  gint64  value;
  QuoTime began;
  QuoTime ended; /* NEVER: nobody knows */
} Seen;

static GArray *
read_history (QuoSim *sim)
{
  QuoTrace *trace = quo_sim_trace (sim);
  GArray *history = g_array_new (FALSE, FALSE, sizeof (Seen));

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEventKind kind = quo_trace_kind (trace, i);
      QuoEvent event;

      if (kind != QUO_EVENT_INVOKE && kind != QUO_EVENT_RETURN)
        continue;
      quo_trace_read (trace, i, &event);
      if (kind == QUO_EVENT_INVOKE)
        {
          Seen seen = {
            event.node, event.values[0], event.what, event.values[1],
            event.values[2], quo_trace_time (trace, i), QUO_TIME_NEVER
          };

          g_array_append_val (history, seen);
          continue;
        }
      for (guint k = 0; k < history->len && event.what == QUO_STATUS_OK; k++)
        {
          Seen *seen = &g_array_index (history, Seen, k);

          if (seen->client == event.node && seen->serial == event.values[0])
            seen->ended = quo_trace_time (trace, i);
        }
    }

  return history;
}

/* Last writer wins: what is there in the end is not older than any write that was
 * acknowledged. Clocks are true in these runs. */
static void
assert_acknowledged_survive (QuoSim  *sim,
                             guint64  seed)
{
  g_autoptr (GArray) history = read_history (sim);
  QuoNames *names = quo_trace_names (quo_sim_trace (sim));

  for (guint i = 0; i < history->len; i++)
    {
      const Seen *last = &g_array_index (history, Seen, i);
      gboolean is_there = FALSE;

      if (last->kind != QUO_OP_WRITE)
        continue;
      for (guint node = 0; node < N_NODES; node++)
        is_there |= g_strcmp0 (fixture_stored (sim, node,
                                               quo_names_get (names,
                                                              (guint32) last->key)),
                               quo_names_get (names, (guint32) last->value)) == 0;
      for (guint k = 0; is_there && k < history->len; k++)
        {
          const Seen *other = &g_array_index (history, Seen, k);

          if (other->key != last->key || other->kind == QUO_OP_READ
              || other->ended == QUO_TIME_NEVER || last->ended == QUO_TIME_NEVER
              || other->began <= last->ended)
            continue;
          g_test_message ("seed %" G_GUINT64_FORMAT ": %s is there, and %s was "
                          "written after it", seed,
                          quo_names_get (names, (guint32) last->value),
                          quo_names_get (names, (guint32) other->value));
          g_test_fail ();
        }
    }
}

static void
check_schedules (const char *conflicts,
                 gboolean    is_sloppy,
                 guint       n)
{
  guint64 n_ok = 0;

  for (guint i = 0; i < n; i++)
    {
      guint64 seed = (guint64) seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed, conflicts, is_sloppy);
      g_autoptr (QuoSim) sim = fixture_run (config, 8 * QUO_SECOND);

      n_ok += quo_sim_figure (sim, QUO_FIGURE_OPS_OK);
      for (guint k = 0; k < quo_sim_n_violations (sim); k++)
        {
          g_test_message ("seed %" G_GUINT64_FORMAT ": %s", seed,
                          quo_sim_violation (sim, k)->text);
          g_test_fail ();
        }
      if (fixture_measure (sim, "divergent") > 0)
        {
          g_test_message ("seed %" G_GUINT64_FORMAT ": replicas differ", seed);
          g_test_fail ();
        }
      if (g_str_equal (conflicts, "last-writer-wins") && !is_sloppy && i < 40)
        assert_acknowledged_survive (sim, seed);
      if (g_test_failed ())
        return;
    }
  /* It was not idle: of 100 operations a run most succeed. */
  g_assert_cmpuint (n_ok, >, n * 40);
}

static void
test_last_writer_wins (void)
{
  check_schedules ("last-writer-wins", FALSE, N_SCHEDULES);
}

static void
test_sloppy (void)
{
  check_schedules ("last-writer-wins", TRUE, N_SCHEDULES / 2);
}

static void
test_siblings (void)
{
  check_schedules ("siblings", FALSE, N_SCHEDULES / 4);
}

typedef struct
{
  const char *fault;
  const char *invariant;
  const char *conflicts;
} FaultCase;

static const FaultCase fault_cases[] = {
  { "ack-before-quorum", "write-quorum", "last-writer-wins" },
  { "ack-before-sync", "write-quorum", "last-writer-wins" },
  { "count-hint-as-replica", "write-quorum", "last-writer-wins" },
  { "count-duplicate-ack", "write-quorum", "last-writer-wins" },
  { "no-dot", "siblings-kept", "siblings" },
  { "drop-tombstone-early", "deleted-stays-deleted", "last-writer-wins" },
};

static void
test_fault (gconstpointer data)
{
  const FaultCase *c = data;

  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      guint64 seed = 2 * ((guint64) seed_first + i);
      g_autoptr (QuoSimConfig) config = new_schedule (seed, c->conflicts, FALSE);
      g_autoptr (QuoSim) sim = NULL;

      config->network.base.duplicate = .1;
      fixture_set_fault (config, c->fault);
      sim = fixture_run (config, 4 * QUO_SECOND);
      if (fixture_is_violated (sim, c->invariant))
        {
          g_test_message ("%s: seen in schedule %u", c->fault, i + 1);
          return;
        }
    }
  g_test_fail ();
}

int
main (int    argc,
      char **argv)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed_first, "First seed", "N" },
    { NULL }
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);

  /* First, for GLib has an option of that name for seeds of its own. */
  g_option_context_add_main_entries (options, entries, NULL);
  g_option_context_set_ignore_unknown_options (options, TRUE);
  g_option_context_set_help_enabled (options, FALSE);
  g_option_context_parse (options, &argc, &argv, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_message ("first seed %d", seed_first);

  g_test_add_func (PATH "last-writer-wins-keeps-what-it-acknowledged",
                   test_last_writer_wins);
  g_test_add_func (PATH "sloppy-quorums-converge", test_sloppy);
  g_test_add_func (PATH "siblings-converge-and-lose-nothing", test_siblings);
  for (guint i = 0; i < G_N_ELEMENTS (fault_cases); i++)
    {
      g_autofree char *path = g_strconcat (PATH "fault/", fault_cases[i].fault,
                                           "-is-found", NULL);

      g_test_add_data_func (path, &fault_cases[i], test_fault);
    }

  return g_test_run ();
}
