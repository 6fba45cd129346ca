/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The stamps against the trace: what happened before what is found by walking the
 * trace's causes and each process's own order, without any clock.
 */

#include "../schedules.h"
#include "clock/version.h"
#include "protocol/protocol.h"
#include "sim/describe.h"
#include "sim/option.h"
#include "sim/replay.h"
#include "sim/sim.h"

#include <string.h>

#define PATH "/core/protocol/vector-clocks/"

#define N_MAX       6
#define N_SCHEDULES 200
#define UNTIL       (4 * QUO_SECOND)

/* A local event, a send or a receive. */
typedef struct
{
  guint   node;
  guint32 event;   /* in the trace */
  gint64  lamport;
  gint64  vector[N_MAX];
  gint64  hybrid[2]; /* time, counter */
} Stamped;

static const QuoProtocol *
protocol (void)
{
  return quo_protocol_find ("vector-clocks");
}

static QuoSimConfig *
new_config (guint   n_nodes,
            guint64 seed)
{
  QuoSimConfig *self = quo_sim_config_new (&protocol ()->declaration,
                                           &protocol ()->behaviour, n_nodes);

  self->seed = seed;

  return self;
}

static void
set_rate (QuoSimConfig *config,
          const char   *id,
          double        rate)
{
  int index = quo_declaration_find_option (config->declaration, id);

  g_assert_cmpint (index, >=, 0);
  g_assert_true (quo_option_set_number (&config->declaration->options[index],
                                        config->options, rate, NULL));
}

static void
set_fault (QuoSimConfig *config,
           const char   *id)
{
  int index = quo_declaration_find_fault (config->declaration, id);

  g_assert_cmpint (index, >=, 0);
  config->faults = G_GUINT64_CONSTANT (1) << index;
}

static void
add_command (QuoSimConfig *config,
             QuoTime       at,
             guint         node,
             const char   *id,
             gint64        to)
{
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_COMMAND, at);
  int command = quo_declaration_find_command (config->declaration, id);

  g_assert_cmpint (command, >=, 0);
  action->node.kind = QUO_SELECT_NODE;
  action->node.index = node;
  action->what = (guint) command;
  action->args[0] = to;
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

static double
measure (QuoSim     *sim,
         const char *id)
{
  int index = quo_declaration_find_measure (&protocol ()->declaration, id);

  g_assert_cmpint (index, >=, 0);

  return quo_samples_get_sum (quo_sim_measure (sim, (guint) index));
}

static gboolean
is_violated (QuoSim     *sim,
             const char *id)
{
  int invariant = quo_declaration_find_invariant (&protocol ()->declaration, id);

  g_assert_cmpint (invariant, >=, 0);
  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    if (quo_sim_violation (sim, i)->invariant == (guint) invariant)
      return TRUE;

  return FALSE;
}

static void
follow_changes (QuoTrace *trace,
                guint32   index,
                Stamped  *now)
{
  const QuoDeclaration *d = &protocol ()->declaration;
  int lamport = quo_declaration_find_use (d, QUO_USE_LAMPORT);
  int clock = quo_declaration_find_use (d, QUO_USE_STAMP);
  int hybrid = quo_declaration_find_field (d, "hybrid");
  QuoChangeReader reader;
  QuoChange change;

  quo_trace_changes (trace, index, &reader);
  while (quo_change_reader_next (&reader, &change))
    {
      if ((int) change.field == lamport)
        now->lamport = change.value;
      else if ((int) change.field == clock)
        now->vector[change.key] = change.columns[0];
      else if ((int) change.field == hybrid || (int) change.field == hybrid + 1)
        now->hybrid[change.field - (guint) hybrid] = change.value;
    }
}

/* A note stands for a local event, named or not, or an update; others only say
 * more of a receive. */
static gboolean
is_event (QuoTrace *trace,
          guint32   index)
{
  QuoEvent event;
  const char *id;

  quo_trace_read (trace, index, &event);
  if (event.kind != QUO_EVENT_NOTE)
    return event.kind == QUO_EVENT_SEND || event.kind == QUO_EVENT_DELIVER;
  id = protocol ()->declaration.notes[event.what].id;

  return strstr (id, "event") != NULL || strstr (id, "update") != NULL;
}

/* Every event of the processes, with the stamps that its process shows then. Who
 * crashed has no more, though messages still come. */
static GArray *
read_stamped (QuoTrace *trace)
{
  GArray *stamped = g_array_new (FALSE, TRUE, sizeof (Stamped));
  Stamped now[N_MAX];
  gboolean is_out[N_MAX] = { FALSE };

  memset (now, 0, sizeof now);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      guint node = quo_trace_node (trace, i);

      if (node >= quo_trace_n_nodes (trace))
        continue;

      is_out[node] |= quo_trace_kind (trace, i) == QUO_EVENT_CRASH;
      follow_changes (trace, i, &now[node]);
      if (is_out[node] || !is_event (trace, i))
        continue;

      now[node].node = node;
      now[node].event = i;
      g_array_append_val (stamped, now[node]);
    }

  return stamped;
}

/* before[b * n + a]: a happened before b; by the trace alone. */
static guint8 *
find_order (QuoTrace *trace,
            GArray   *stamped)
{
  guint n = stamped->len;
  guint8 *before = g_new0 (guint8, (gsize) n * n);
  int latest[N_MAX];

  for (guint i = 0; i < N_MAX; i++)
    latest[i] = -1;

  for (guint b = 0; b < n; b++)
    {
      const Stamped *self = &g_array_index (stamped, Stamped, b);
      int from[2] = { latest[self->node], -1 };

      if (quo_trace_kind (trace, self->event) == QUO_EVENT_DELIVER)
        for (guint a = 0; a < b; a++)
          if (g_array_index (stamped, Stamped, a).event
              == quo_trace_cause (trace, self->event))
            from[1] = (int) a;

      for (guint i = 0; i < 2; i++)
        {
          if (from[i] < 0)
            continue;
          before[(gsize) b * n + from[i]] = TRUE;
          for (guint a = 0; a < b; a++)
            before[(gsize) b * n + a] |= before[(gsize) from[i] * n + a];
        }
      latest[self->node] = (int) b;
    }

  return before;
}

static gboolean
is_less (const Stamped *a,
         const Stamped *b)
{
  gboolean is_strict = FALSE;

  for (guint i = 0; i < N_MAX; i++)
    {
      if (a->vector[i] > b->vector[i])
        return FALSE;
      is_strict = is_strict || a->vector[i] < b->vector[i];
    }

  return is_strict;
}

static guint
assert_stamps_order (QuoTrace *trace,
                     guint    *ret_n_concurrent)
{
  g_autoptr (GArray) stamped = read_stamped (trace);
  g_autofree guint8 *before = find_order (trace, stamped);
  guint n = stamped->len;
  guint n_concurrent = 0;

  for (guint b = 0; b < n; b++)
    for (guint a = 0; a < b; a++)
      {
        const Stamped *x = &g_array_index (stamped, Stamped, a);
        const Stamped *y = &g_array_index (stamped, Stamped, b);
        gboolean is_before = before[(gsize) b * n + a];

        g_assert_cmpint (is_less (x, y), ==, is_before);
        g_assert_false (is_less (y, x));
        if (is_before)
          {
            g_assert_cmpint (x->lamport, <, y->lamport);
            g_assert_cmpint (x->hybrid[0], <=, y->hybrid[0]);
            if (x->hybrid[0] == y->hybrid[0])
              g_assert_cmpint (x->hybrid[1], <, y->hybrid[1]);
          }
        else
          n_concurrent++;
      }

  *ret_n_concurrent = n_concurrent;

  return n;
}

static void
test_abc (void)
{
  enum { A, B, C };
  static const Stamped expected[] = {
    { A, 0, 1, { 1, 0, 0 } }, /* sends to B */
    { B, 0, 2, { 1, 1, 0 } }, /* receives */
    { A, 0, 2, { 2, 0, 0 } }, /* sends to B again */
    { B, 0, 3, { 2, 2, 0 } }, /* receives */
    { B, 0, 4, { 2, 3, 0 } }, /* sends to C */
    { C, 0, 5, { 2, 3, 1 } }, /* receives */
  };
  g_autoptr (QuoSimConfig) config = new_config (3, 1);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GArray) stamped = NULL;
  guint n_concurrent = 0;

  add_command (config, 10 * QUO_MILLISECOND, A, "send", B);
  add_command (config, 25 * QUO_MILLISECOND, A, "send", B);
  add_command (config, 50 * QUO_MILLISECOND, B, "send", C);
  sim = run (config, QUO_SECOND);
  stamped = read_stamped (quo_sim_trace (sim));

  g_assert_cmpuint (stamped->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < stamped->len; i++)
    {
      const Stamped *found = &g_array_index (stamped, Stamped, i);

      g_assert_cmpuint (found->node, ==, expected[i].node);
      g_assert_cmpint (found->lamport, ==, expected[i].lamport);
      g_assert_cmpmem (found->vector, sizeof found->vector, expected[i].vector,
                       sizeof expected[i].vector);
    }

  assert_stamps_order (quo_sim_trace (sim), &n_concurrent);
  g_assert_cmpuint (n_concurrent, ==, 1);
  g_assert_cmpfloat (measure (sim, "concurrent-pairs"), ==, 1);
  g_assert_cmpfloat (measure (sim, "events"), ==, 6);
}

static void
test_message_stamp (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, 1);
  g_autoptr (QuoSim) sim = NULL;
  QuoTrace *trace;
  guint n_seen = 0;

  add_command (config, 10 * QUO_MILLISECOND, 2, "local", 0);
  add_command (config, 20 * QUO_MILLISECOND, 2, "send", 0);
  add_command (config, 40 * QUO_MILLISECOND, 0, "send", 1);
  sim = run (config, QUO_SECOND);
  trace = quo_sim_trace (sim);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEvent event;

      quo_trace_read (trace, i, &event);
      if (event.kind != QUO_EVENT_SEND || event.node != 0)
        continue;

      /* Process 2 sent as its second event, process 0 sends as its own second. */
      g_assert_cmpuint (event.n_rows, ==, 2);
      g_assert_cmpuint (event.row_width, ==, 4);
      g_assert_cmpint (event.rows[0], ==, 0);
      g_assert_cmpint (event.rows[1], ==, 2);
      g_assert_cmpint (event.rows[4], ==, 2);
      g_assert_cmpint (event.rows[5], ==, 2);
      g_assert_cmpint (event.values[0], ==, 4);
      n_seen++;
    }
  g_assert_cmpuint (n_seen, ==, 1);
}

static void
make_random (QuoSimConfig *config)
{
  QuoDistribution *latency
    = quo_distribution_new_uniform (QUO_MILLISECOND, 80 * QUO_MILLISECOND);

  set_rate (config, "local-rate", 5);
  set_rate (config, "send-rate", 10);
  set_rate (config, "updates", 0.4);
  /* Clocks that differ by more than a message takes. */
  schedules_drift (config, (config->n_nodes - 1) * 70 * QUO_MILLISECOND,
                   0.01 * (config->n_nodes - 1));
  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  config->network.base.latency = latency;
  config->network.base.loss = 0.1;
  config->network.base.duplicate = 0.1;
}

static void
add_chaos (QuoSimConfig *config,
           QuoChaosKind  kind,
           double        rate,
           double        amount)
{
  schedules_add_chaos (config, kind, rate, UNTIL, 500 * QUO_MILLISECOND, amount);
}

/* Clocks are in memory, so that a disk, lost or not, changes nothing: who crashed
 * stays out. Nothing is promised about how soon a value reaches everybody, for no
 * process sends anything again; what each holds is always exactly what its past
 * makes, which an invariant and the trace say at every event. */
static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  g_autoptr (QuoSimConfig) config = new_config (2 + seed % (N_MAX - 1), seed);

  make_random (config);
  set_rate (config, "blind-updates", seed % 2 != 0 ? .5 : 0);
  add_chaos (config, QUO_CHAOS_CRASH, .3, 0);
  add_chaos (config, QUO_CHAOS_LOSE_DISK, .1, 0);
  add_chaos (config, QUO_CHAOS_PAUSE, 1, 0);
  add_chaos (config, QUO_CHAOS_PARTITION, .3, 0);
  add_chaos (config, QUO_CHAOS_CUT, 1, 0);
  add_chaos (config, QUO_CHAOS_LOSS, .3, .5);
  add_chaos (config, QUO_CHAOS_SKEW, 1, .3);
  if (fault != NULL)
    set_fault (config, fault);

  return run (config, UNTIL);
}

enum
{
  EVENTS,
  CONCURRENT
};

static char *
check_random (guint64        seed,
              double        *tallies,
              gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play (seed, NULL, NULL);
  guint n_concurrent = 0;
  guint n = assert_stamps_order (quo_sim_trace (sim), &n_concurrent);

  g_assert_cmpfloat (measure (sim, "events"), ==, n);
  g_assert_cmpfloat (measure (sim, "concurrent-pairs"), ==, n_concurrent);
  tallies[EVENTS] += n;
  tallies[CONCURRENT] += n_concurrent;

  return schedules_violation (sim);
}

static void
test_random (void)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_random, NULL, tallies);

  g_test_message ("%g events, %g concurrent pairs", tallies[EVENTS],
                  tallies[CONCURRENT]);
  if (n < SCHEDULES_N_TELLING)
    return;
  g_assert_cmpfloat (tallies[EVENTS], >, 100 * n);
  g_assert_cmpfloat (tallies[CONCURRENT], >, 1000 * n);
}

static const ScheduleFault faults[] = {
  { "own-keys-comparison", "comparison" },
  { "receive-without-tick", "strong-clock-condition" },
  { "merge-forgotten", "strong-clock-condition" },
  { "maximum-forgotten", "clock-condition" },
  { "amnesia", "clock-condition" },
  { "amnesia", "strong-clock-condition" },
  { "hybrid-maximum-forgotten", "hybrid-clock-condition" },
  { "last-arrival-wins", "siblings" },
  { "no-dot", "siblings" },
};

/* The siblings of a process as "process:value" in order, at a time. */
static char *
siblings_at (QuoReplay *replay,
             guint      node,
             QuoTime    time)
{
  int field = quo_declaration_find_field (&protocol ()->declaration, "siblings");
  GString *text = g_string_new (NULL);
  const QuoTable *table;

  quo_replay_seek_time (replay, time);
  table = quo_replay_table (replay, node, (guint) field);
  for (guint i = 0; table != NULL && i < quo_table_n_rows (table); i++)
    {
      gint64 process;
      const gint64 *row = quo_table_nth (table, i, &process);
      QuoNames *names = quo_trace_names (quo_replay_trace (replay));

      g_string_append_printf (text, "%s%d:%s", i > 0 ? " " : "", (int) process,
                              quo_names_get (names, (guint32) row[0]));
    }

  return g_string_free (text, FALSE);
}

static void
test_siblings (void)
{
  enum { A, B, C };
  static const struct
  {
    guint       node;
    int         ms;
    const char *holds;
  } expected[] = {
    { A, 15, "0:a" },
    { B, 15, "1:b" },
    { C, 15, "" },
    { C, 60, "0:a 1:b" }, /* neither knew of the other */
    { C, 75, "2:c" },     /* knew of both */
    { A, 110, "2:c" },
    { B, 110, "1:b" },    /* has not heard */
    { B, 150, "2:c" },
  };
  g_autoptr (QuoSimConfig) config = new_config (3, 1);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;

  add_command (config, 10 * QUO_MILLISECOND, A, "update",
               quo_names_intern (config->names, "a"));
  add_command (config, 10 * QUO_MILLISECOND, B, "update",
               quo_names_intern (config->names, "b"));
  add_command (config, 20 * QUO_MILLISECOND, A, "send", C);
  add_command (config, 40 * QUO_MILLISECOND, B, "send", C);
  add_command (config, 70 * QUO_MILLISECOND, C, "update",
               quo_names_intern (config->names, "c"));
  add_command (config, 80 * QUO_MILLISECOND, C, "send", A);
  add_command (config, 120 * QUO_MILLISECOND, C, "send", B);
  sim = run (config, QUO_SECOND);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
  replay = quo_replay_new (quo_sim_trace (sim));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *found = siblings_at (replay, expected[i].node,
                                            expected[i].ms * QUO_MILLISECOND);

      g_assert_cmpstr (found, ==, expected[i].holds);
    }
}

/* Which values stand at each process, worked out from the trace alone: an update
 * overwrites every update before it, unless its writer had read nothing. */
static void
assert_values (QuoSim *sim)
{
  QuoTrace *trace = quo_sim_trace (sim);
  g_autoptr (GArray) stamped = read_stamped (trace);
  g_autofree guint8 *before = find_order (trace, stamped);
  g_autoptr (QuoReplay) replay = quo_replay_new (trace);
  const QuoDeclaration *d = &protocol ()->declaration;
  guint fields[2] = { (guint) quo_declaration_find_field (d, "siblings"),
                      (guint) quo_declaration_find_field (d, "older") };
  guint n = stamped->len;
  guint n_compared = 0;

  /* 0: no update, 1: it overwrites, 2: it does not. */
  g_autofree guint8 *writes = g_new0 (guint8, n);

  for (guint i = 0; i < n; i++)
    {
      QuoEvent event;

      quo_trace_read (trace, g_array_index (stamped, Stamped, i).event, &event);
      if (event.kind == QUO_EVENT_NOTE)
        writes[i] = g_str_equal (d->notes[event.what].id, "update") ? 1
                    : g_str_equal (d->notes[event.what].id, "blind-update") ? 2 : 0;
    }

  for (guint b = 0; b < n; b += 7)
    {
      const Stamped *self = &g_array_index (stamped, Stamped, b);
      guint n_standing = 0;
      guint n_found = 0;

      for (guint a = 0; a <= b; a++)
        {
          gboolean stands = writes[a] != 0
                            && (a == b || before[(gsize) b * n + a]);

          for (guint c = a + 1; c <= b && stands; c++)
            stands = writes[c] != 1 || !before[(gsize) c * n + a]
                     || (c != b && !before[(gsize) b * n + c]);
          n_standing += stands;
        }
      quo_replay_seek (replay, self->event + 1);
      for (guint i = 0; i < 2; i++)
        {
          const QuoTable *table = quo_replay_table (replay, self->node, fields[i]);

          n_found += table != NULL ? quo_table_n_rows (table) : 0;
        }
      /* Its own row is written right after the note of an update. */
      if (writes[b] == 0)
        {
          g_assert_cmpuint (n_found, ==, n_standing);
          n_compared++;
        }
    }
  g_assert_cmpuint (n_compared, >, 0);
}

/* Writers who have read nothing: their values stand beside those of the same process,
 * and a plain version vector loses some. */
static void
test_blind (void)
{
  guint n_lost = 0;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (QuoSimConfig) config
        = new_config (2 + i % (N_MAX - 1), schedules_seed () + i);
      g_autoptr (QuoSim) sim = NULL;
      g_autoptr (QuoSim) plain = NULL;

      make_random (config);
      set_rate (config, "blind-updates", 0.5);
      sim = run (config, 3 * QUO_SECOND);
      for (guint v = 0; v < quo_sim_n_violations (sim); v++)
        g_test_message ("%s", quo_sim_violation (sim, v)->text);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
      assert_values (sim);

      set_fault (config, "no-dot");
      plain = run (config, 3 * QUO_SECOND);
      n_lost += is_violated (plain, "siblings");
    }
  g_assert_cmpuint (n_lost, >, 15);
}

/* Of its own values a process holds as many as its share of the places is, and no
 * more; they travel all together. */
static void
test_blind_limit (void)
{
  g_autoptr (QuoSimConfig) config = new_config (N_MAX, 1);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (QuoReplay) replay = NULL;
  guint n_places = QUO_VERSIONS_MAX / N_MAX;
  guint n_refused = 0;
  int older = quo_declaration_find_field (config->declaration, "older");

  for (guint i = 0; i < n_places + 5; i++)
    add_command (config, (QuoTime) i * QUO_MICROSECOND, 0, "blind-update",
                 quo_names_intern (config->names, "v"));
  add_command (config, 100 * QUO_MILLISECOND, 0, "send", 1);
  sim = run (config, QUO_SECOND);
  for (guint32 i = 0; i < quo_trace_length (quo_sim_trace (sim)); i++)
    {
      QuoEvent event;

      quo_trace_read (quo_sim_trace (sim), i, &event);
      n_refused += event.kind == QUO_EVENT_NOTE
                   && g_str_equal (protocol ()->declaration.notes[event.what].id,
                                   "refused");
    }
  g_assert_cmpuint (n_refused, ==, 5);
  replay = quo_replay_new (quo_sim_trace (sim));
  quo_replay_seek_time (replay, QUO_SECOND);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (quo_table_n_rows (quo_replay_table (replay, i, (guint) older)),
                      ==, n_places - 1);
  g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
}

/* The textbook's mistake at its smallest: {A:1} against {B:1}. Over A's keys alone
 * 1 stands against 0. */
static void
test_own_keys (void)
{
  g_autoptr (QuoSimConfig) config = new_config (2, 1);
  g_autoptr (QuoSim) sound = NULL;
  g_autoptr (QuoSim) sim = NULL;

  add_command (config, 10 * QUO_MILLISECOND, 1, "send", 0);
  add_command (config, 12 * QUO_MILLISECOND, 0, "local", 0);
  sound = run (config, QUO_SECOND);
  g_assert_cmpuint (quo_sim_n_violations (sound), ==, 0);

  set_fault (config, "own-keys-comparison");
  sim = run (config, QUO_SECOND);
  g_assert_true (is_violated (sim, "comparison"));
  g_assert_cmpstr (quo_sim_violation (sim, 0)->text, ==,
                   "n1 takes its latest event to be after the sending of n2's "
                   "message 1; it is concurrent with it");
}

static void
test_crash (void)
{
  g_autoptr (QuoSimConfig) config = new_config (3, schedules_seed ());
  g_autoptr (QuoSim) sim = NULL;
  QuoAction *action;
  QuoTrace *trace;

  make_random (config);
  action = quo_sim_config_add_action (config, QUO_ACTION_CRASH, QUO_SECOND);
  action->node.kind = QUO_SELECT_NODE;
  action->node.index = 1;
  action->lasts = 500 * QUO_MILLISECOND;
  sim = run (config, UNTIL);
  trace = quo_sim_trace (sim);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_SEND
        && quo_trace_node (trace, i) == 1)
      g_assert_cmpint (quo_trace_time (trace, i), <, QUO_SECOND);
}

/* What the script does not say, its line does not say either. */
static void
test_described (void)
{
  g_autoptr (QuoSimConfig) config = new_config (2, 1);
  g_autoptr (QuoSim) sim = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  QuoTrace *trace;

  add_command (config, QUO_MILLISECOND, 0, "send", 1);
  add_command (config, 2 * QUO_MILLISECOND, 0, "send", 1);
  g_array_index (config->actions, QuoAction, 1).args[1]
    = quo_names_intern (config->names, "hello");
  sim = run (config, QUO_SECOND);
  trace = quo_sim_trace (sim);
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    if (quo_trace_kind (trace, i) == QUO_EVENT_COMMAND)
      {
        QuoEvent event;

        quo_trace_read (trace, i, &event);
        quo_describe_event (trace, &event, text);
        g_string_append_c (text, '\n');
      }

  g_assert_cmpstr (text->str, ==, "send to=n2\nsend to=n2 name=hello\n");
}

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, N_SCHEDULES);

  g_test_add_func (PATH "a-b-c-have-one-concurrent-pair",
                   test_abc);
  g_test_add_func (PATH "a-message-carries-its-sending",
                   test_message_stamp);
  g_test_add_func (PATH "stamps-are-ordered-as-causes-are",
                   test_random);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play, NULL,
                       SCHEDULE_ALL);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for",
                            "vector-clocks");
  g_test_add_func (PATH "concurrent-values-stay-until-overwritten",
                   test_siblings);
  g_test_add_func (PATH "who-read-nothing-overwrites-nothing",
                   test_blind);
  g_test_add_func (PATH "places-for-values-are-limited",
                   test_blind_limit);
  g_test_add_func (PATH "own-keys-mistake-a-concurrent-pair",
                   test_own_keys);
  g_test_add_func (PATH "a-crashed-process-sends-no-more",
                   test_crash);
  g_test_add_func (PATH "command-is-described-as-it-was-given",
                   test_described);

  return g_test_run ();
}
