/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: no schedule of them breaks a promise, and when they are over the
 * replicas agree. For each known mistake some schedule shows it. */

#include "fixture.h"

#include "../schedules.h"

#define PATH "/core/protocol/quorum-store/chaos/"

#define N_SCHEDULES 200
#define N_NODES     5
#define CALM_FROM   (2 * QUO_SECOND)
#define UNTIL       (8 * QUO_SECOND)

typedef struct
{
  const char *conflicts;
  gboolean    is_sloppy;
  gboolean    loses_disks;
  guint       n; /* schedules */
} Kind;

enum
{
  LAST_WRITER,
  SLOPPY,
  SIBLINGS,
  LOST_DISKS,
  LOST_SIBLINGS
};

static const Kind kinds[] = {
  [LAST_WRITER] = { "last-writer-wins", FALSE, FALSE, N_SCHEDULES },
  [SLOPPY] = { "last-writer-wins", TRUE, FALSE, N_SCHEDULES / 2 },
  [SIBLINGS] = { "siblings", FALSE, FALSE, N_SCHEDULES / 2 },
  [LOST_DISKS] = { "last-writer-wins", FALSE, TRUE, N_SCHEDULES / 2 },
  [LOST_SIBLINGS] = { "siblings", FALSE, TRUE, N_SCHEDULES / 2 },
};

/* In every second schedule, so that writes are older and newer as they seem. */
static gboolean
has_true_clocks (guint64 seed)
{
  return seed % 2 == 0;
}

static void
draw_options (QuoSimConfig *config,
              guint64       seed,
              const Kind   *kind)
{
  static const char * const repairs[] = { "synchronous", "asynchronous", "off" };
  static const char * const quorums[][2] = {
    { "2", "2" }, { "1", "3" }, { "3", "1" }, { "1", "1" },
  };

  fixture_set (config, "conflicts", kind->conflicts);
  fixture_set (config, "sloppy-quorum", kind->is_sloppy ? "true" : "false");
  fixture_set (config, "hinted-handoff", seed / 4 % 2 == 0 ? "true" : "false");
  fixture_set (config, "read-repair", repairs[seed % 3]);
  fixture_set (config, "write-back", seed / 8 % 4 == 0 ? "true" : "false");
  fixture_set (config, "contact", seed / 5 % 4 == 0 ? "quorum" : "all");
  fixture_set (config, "proxies", seed / 7 % 4 == 0 ? "1" : "0");
  fixture_set (config, "read-quorum", quorums[seed / 11 % 8 % 4][0]);
  fixture_set (config, "write-quorum", quorums[seed / 11 % 8 % 4][1]);
  fixture_set (config, "anti-entropy-interval", "200ms");
  fixture_set (config, "request-timeout", "300ms");
  if (seed % 5 == 4)
    schedules_option (config, (seed % 1800) * MS, "read-repair",
                      repairs[(seed + 1) % 3]);
  if (seed % 7 == 6)
    schedules_option (config, (seed % 1700) * MS, "hinted-handoff",
                      seed / 4 % 2 == 0 ? "false" : "true");
}

static void
add_faults (QuoSimConfig *config,
            guint64       seed,
            const Kind   *kind)
{
  schedules_add_chaos (config, QUO_CHAOS_CRASH, 4, CALM_FROM, 300 * MS, 0);
  schedules_add_chaos (config, QUO_CHAOS_PAUSE, 2, CALM_FROM, 300 * MS, 0);
  schedules_add_chaos (config, QUO_CHAOS_PARTITION, 1, CALM_FROM, 300 * MS, 0);
  schedules_add_chaos (config, QUO_CHAOS_CUT, 2, CALM_FROM, 300 * MS, 0);
  schedules_add_chaos (config, QUO_CHAOS_LOSS, .5, CALM_FROM, 300 * MS, .3);
  if (!has_true_clocks (seed))
    {
      schedules_drift (config, 300 * MS, seed / 4 % 2 != 0 ? .1 : -.1);
      schedules_add_chaos (config, QUO_CHAOS_SKEW, 2, CALM_FROM, MS, .5);
    }
  if (kind->loses_disks)
    schedules_add_chaos (config, QUO_CHAOS_LOSE_DISK, .5, CALM_FROM, 300 * MS, 0);
}

/* Faults for two seconds, operations for a little longer, then rest. */
static QuoSimConfig *
new_schedule (guint64     seed,
              const Kind *kind)
{
  QuoSimConfig *config = fixture_new (N_NODES);

  config->seed = seed;
  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  g_clear_pointer (&config->disk.sync, quo_distribution_unref);
  config->network.base.latency = quo_distribution_new_uniform (MS, 30 * MS);
  config->network.base.loss = .02;
  config->network.base.duplicate = .1;
  config->disk.sync = quo_distribution_new_uniform (0, 15 * MS);
  draw_options (config, seed, kind);
  add_faults (config, seed, kind);
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

static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_schedule (seed, data);

  if (fault != NULL)
    fixture_set_fault (config, fault);

  return fixture_run (config, UNTIL);
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

static const char *
name_of (QuoSim *sim,
         gint64  name)
{
  return quo_names_get (quo_trace_names (quo_sim_trace (sim)), (guint32) name);
}

static gboolean
is_stored (QuoReplay  *replay,
           const Seen *seen)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_replay_trace (replay));
  int field = quo_declaration_find_use (d, QUO_USE_STORE);

  for (guint node = 0; node < N_NODES; node++)
    {
      const QuoTable *store = quo_replay_table (replay, node, (guint) field);
      const gint64 *row = store != NULL ? quo_table_get (store, seen->key) : NULL;

      if (row != NULL && row[0] == seen->value)
        return TRUE;
    }

  return FALSE;
}

/* Last writer wins: what is there in the end is not older than any write that was
 * acknowledged. */
static char *
judge_survival (QuoSim *sim)
{
  g_autoptr (GArray) history = read_history (sim);
  g_autoptr (QuoReplay) replay = quo_replay_new (quo_sim_trace (sim));

  quo_replay_seek (replay, quo_trace_length (quo_sim_trace (sim)));
  for (guint i = 0; i < history->len; i++)
    {
      const Seen *last = &g_array_index (history, Seen, i);

      if (last->kind != QUO_OP_WRITE || !is_stored (replay, last))
        continue;
      for (guint k = 0; k < history->len; k++)
        {
          const Seen *other = &g_array_index (history, Seen, k);

          if (other->key != last->key || other->kind == QUO_OP_READ
              || other->ended == QUO_TIME_NEVER || last->ended == QUO_TIME_NEVER
              || other->began <= last->ended)
            continue;
          return g_strdup_printf ("%s is there, and %s was written after it",
                                  name_of (sim, last->value),
                                  name_of (sim, other->value));
        }
    }

  return NULL;
}

/* A write is on W disks when it is acknowledged; who loses one of those may read, and
 * number its writes, as if there had been none. Then one name may stand for two writes,
 * of which replicas keep the one that came first. Everything else is promised still. */
static char *
judge_lost_disks (QuoSim *sim)
{
  static const char * const others[] = {
    "versions-rise", "deleted-stays-deleted", "siblings-kept"
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (fixture_is_violated (sim, others[i]))
      return g_strdup (others[i]);

  return NULL;
}

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  const Kind *kind = data;
  g_autoptr (QuoSim) sim = play (seed, NULL, kind);
  char *text = kind->loses_disks ? judge_lost_disks (sim)
                                 : schedules_violation (sim);

  tallies[0] += (double) quo_sim_figure (sim, QUO_FIGURE_OPS_OK);
  tallies[1] += fixture_is_violated (sim, "quorum-overlap");
  if (text == NULL && fixture_measure (sim, "divergent") > 0
      && !(kind->loses_disks && fixture_is_violated (sim, "one-value")))
    text = g_strdup ("replicas differ");
  if (text == NULL && kind == &kinds[LAST_WRITER] && has_true_clocks (seed)
      && seed % 3 == 0)
    text = judge_survival (sim);

  return text;
}

static void
test_sound (gconstpointer data)
{
  const Kind *kind = data;
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (kind->n, check_sound, kind, tallies);

  /* It was not idle: of 100 operations a run most succeed. */
  if (n >= SCHEDULES_N_TELLING)
    g_assert_cmpfloat (tallies[0], >, n * 40);
  g_test_message ("%g of %u with a read that missed a write", tallies[1], n);
}

static const ScheduleFault faults[] = {
  { "ack-before-quorum", "write-quorum", 0, &kinds[LAST_WRITER] },
  { "ack-before-sync", "write-quorum", 0, &kinds[LAST_WRITER] },
  { "count-hint-as-replica", "write-quorum", 0, &kinds[LAST_WRITER] },
  { "count-duplicate-ack", "write-quorum", 0, &kinds[LAST_WRITER] },
  { "no-dot", "siblings-kept", 0, &kinds[SIBLINGS] },
  { "trust-clock", "versions-rise", 0, &kinds[LAST_WRITER] },
  { "drop-tombstone-early", "deleted-stays-deleted", 0, &kinds[LAST_WRITER] },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES * 3);

  g_test_add_data_func (PATH "last-writer-wins-keeps-what-it-acknowledged",
                        &kinds[LAST_WRITER], test_sound);
  g_test_add_data_func (PATH "sloppy-quorums-converge", &kinds[SLOPPY], test_sound);
  g_test_add_data_func (PATH "siblings-converge-and-lose-nothing", &kinds[SIBLINGS],
                        test_sound);
  g_test_add_data_func (PATH "lost-disks-cost-only-what-was-on-them",
                        &kinds[LOST_DISKS], test_sound);
  g_test_add_data_func (PATH "lost-disks-cost-siblings-no-more",
                        &kinds[LOST_SIBLINGS], test_sound);
  schedules_add_kinds (PATH "every-kind-of-fault-but-lost-disks-is-there", play,
                       &kinds[LAST_WRITER],
                       SCHEDULE_ALL_BUT_DISK | SCHEDULE_OPTION);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play,
                       &kinds[LOST_DISKS], SCHEDULE_ALL | SCHEDULE_OPTION);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for",
                            "quorum-store");

  return g_test_run ();
}
