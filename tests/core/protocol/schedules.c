/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedules.h"

#include "protocol/protocol.h"
#include "sim/option.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define N_FAILURES_SHOWN 10
#define N_TRIES_MAX      20000
#define N_KINDS_PLAYED   60

static guint64 seed_first = 1;
static guint n_asked;     /* 0: the ordinary number */
static guint n_threads = 1;
static guint n_whole = 1; /* the ordinary number of the whole program */

/* The seed of what this thread plays, for a program that is about to end; 0: none. */
static _Thread_local guint64 seed_now;

static struct sigaction usual_abort;
static struct sigaction usual_fault;

static void
tell_seed (int number)
{
  char text[64];
  int length = snprintf (text, sizeof text, "# seed %" G_GUINT64_FORMAT "\n",
                         seed_now);

  if (seed_now != 0 && write (STDERR_FILENO, text, (size_t) length) < 0)
    _exit (1);
  sigaction (number, number == SIGABRT ? &usual_abort : &usual_fault, NULL);
  raise (number);
}

/* Before what would happen otherwise: a sanitizer has handlers of its own. */
static void
tell_seed_at_end (void)
{
  struct sigaction tell = { .sa_handler = tell_seed };

  sigemptyset (&tell.sa_mask);
  sigaction (SIGABRT, &tell, &usual_abort);
  sigaction (SIGSEGV, &tell, &usual_fault);
}

static gboolean
take_number (const char *text,
             guint64    *ret_number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, ret_number, NULL);
}

/* GLib has a --seed of its own, whose argument is no plain number. */
static gboolean
take_argument (const char *name,
               const char *text)
{
  guint64 number;

  if (text == NULL || !take_number (text, &number))
    return FALSE;
  if (g_str_equal (name, "--seed"))
    seed_first = number;
  else if (g_str_equal (name, "--schedules"))
    n_asked = (guint) MIN (number, G_MAXINT);
  else if (g_str_equal (name, "--threads"))
    n_threads = number > 0 ? (guint) MIN (number, 64) : g_get_num_processors ();
  else
    return FALSE;

  return TRUE;
}

/**
 * schedules_init:
 * @argc: (inout)
 * @argv: (inout)
 * @n_ordinary: schedules that all of the program's schedules_check() play together
 *   when nobody says how many
 *
 * Takes the program's own arguments away before GLib looks at them, and starts
 * GLib's tests.
 */
void
schedules_init (int    *argc,
                char ***argv,
                guint   n_ordinary)
{
  const char *text = g_getenv ("QUORATE_SCHEDULES");
  int n_kept = 1;

  n_whole = n_ordinary;
  if (text != NULL && !take_argument ("--schedules", text))
    g_error ("QUORATE_SCHEDULES is a number, not “%s”", text);
  for (int i = 1; i < *argc; i++)
    if (i + 1 < *argc && take_argument ((*argv)[i], (*argv)[i + 1]))
      i++;
    else
      (*argv)[n_kept++] = (*argv)[i];
  *argc = n_kept;
  (*argv)[n_kept] = NULL;

  g_test_init (argc, argv, NULL);
  tell_seed_at_end ();
}

guint64
schedules_seed (void)
{
  return seed_first;
}

/**
 * schedules_n:
 * @n_ordinary: schedules of one property when nobody says how many
 *
 * Returns: how many it plays: its share of those asked for, at least one
 */
guint
schedules_n (guint n_ordinary)
{
  guint64 n;

  if (n_asked == 0)
    return n_ordinary;
  n = ((guint64) n_asked * n_ordinary + n_whole - 1) / n_whole;

  return (guint) MAX (n, 1);
}

typedef struct
{
  ScheduleCheck  check;
  gconstpointer  data;
  guint          n;
  gint           next;   /* atomic */
  GMutex         lock;   /* of what follows */
  double         tallies[SCHEDULES_N_TALLIES];
  GArray        *failures;
} Work;

typedef struct
{
  guint64  seed;
  char    *text;
} Failure;

static void
clear_failure (gpointer data)
{
  g_free (((Failure *) data)->text);
}

static int
compare_failures (gconstpointer a,
                  gconstpointer b)
{
  guint64 one = ((const Failure *) a)->seed;
  guint64 two = ((const Failure *) b)->seed;

  return (one > two) - (one < two);
}

/* What is added up are whole numbers, so that the order of adding does not show. */
static gpointer
play_some (gpointer data)
{
  Work *work = data;
  double tallies[SCHEDULES_N_TALLIES] = { 0 };

  for (;;)
    {
      guint index = (guint) g_atomic_int_add (&work->next, 1);
      Failure failure;

      if (index >= work->n)
        break;
      seed_now = failure.seed = seed_first + index;
      failure.text = work->check (failure.seed, tallies, work->data);
      seed_now = 0;
      if (failure.text == NULL)
        continue;
      g_mutex_lock (&work->lock);
      g_array_append_val (work->failures, failure);
      /* More of the same would not say more. */
      if (work->failures->len >= N_FAILURES_SHOWN)
        g_atomic_int_set (&work->next, (gint) work->n);
      g_mutex_unlock (&work->lock);
    }

  g_mutex_lock (&work->lock);
  for (guint i = 0; i < SCHEDULES_N_TALLIES; i++)
    work->tallies[i] += tallies[i];
  g_mutex_unlock (&work->lock);

  return NULL;
}

static void
play_all (Work *work)
{
  guint n_others = MIN (n_threads, work->n) - 1;
  g_autofree GThread **others = g_new0 (GThread *, n_others);

  for (guint i = 0; i < n_others; i++)
    others[i] = g_thread_new ("schedules", play_some, work);
  play_some (work);
  for (guint i = 0; i < n_others; i++)
    g_thread_join (others[i]);
}

/**
 * schedules_check:
 * @n_ordinary: how many when nobody says how many
 * @check: plays one
 * @data: for @check
 * @ret_tallies: (out) (array fixed-size=SCHEDULES_N_TALLIES): what @check added up
 *
 * Plays schedules one after the other, or on several threads at once, and fails the
 * test with the seed of each that fails.
 *
 * Returns: how many were played, 0 when one failed: then sums say nothing
 */
guint
schedules_check (guint          n_ordinary,
                 ScheduleCheck  check,
                 gconstpointer  data,
                 double        *ret_tallies)
{
  Work work = { .check = check, .data = data, .n = schedules_n (n_ordinary) };
  gint64 began = g_get_monotonic_time ();

  g_mutex_init (&work.lock);
  work.failures = g_array_new (FALSE, FALSE, sizeof (Failure));
  g_array_set_clear_func (work.failures, clear_failure);
  play_all (&work);

  g_array_sort (work.failures, compare_failures);
  for (guint i = 0; i < work.failures->len; i++)
    {
      const Failure *failure = &g_array_index (work.failures, Failure, i);

      g_test_message ("seed %" G_GUINT64_FORMAT ": %s", failure->seed,
                      failure->text);
    }
  if (work.failures->len > 0)
    g_test_fail_printf ("%u schedules fail, the first with --seed %"
                        G_GUINT64_FORMAT " --schedules 1", work.failures->len,
                        g_array_index (work.failures, Failure, 0).seed);
  g_test_message ("%u schedules from seed %" G_GUINT64_FORMAT " in %.1f s", work.n,
                  seed_first,
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);

  memcpy (ret_tallies, work.tallies, sizeof work.tallies);
  if (work.failures->len > 0)
    work.n = 0;
  g_array_unref (work.failures);
  g_mutex_clear (&work.lock);

  return work.n;
}

/**
 * schedules_check_some:
 * @n_ordinary: how many when nobody says how many
 * @check: plays one, and adds 1 to the first sum where @what is to be seen
 * @data: for @check
 * @what: is to be seen in some schedule, though not in all
 *
 * As schedules_check(), for what is beyond a protocol's assumptions: some schedule
 * shows that it is, while @check says what still holds.
 */
void
schedules_check_some (guint          n_ordinary,
                      ScheduleCheck  check,
                      gconstpointer  data,
                      const char    *what)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (n_ordinary, check, data, tallies);

  g_test_message ("%g of %u %s", tallies[0], n, what);
  if (n >= SCHEDULES_N_TELLING)
    g_assert_cmpfloat (tallies[0], >, 0);
}

/* The messages that came to a node: twice, or after one sent later by the same. */
static guint
kinds_of_delivery (QuoTrace *trace,
                   guint32   index,
                   guint8   *came,
                   guint32  *latest)
{
  guint n = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace);
  guint32 send = quo_trace_cause (trace, index);
  gsize link = (gsize) quo_trace_node (trace, send) * n
               + quo_trace_node (trace, index);
  guint kinds = 0;

  if (came[send] != 0)
    return SCHEDULE_DUPLICATE;
  came[send] = 1;
  if (send < latest[link])
    kinds = SCHEDULE_REORDER;
  latest[link] = MAX (latest[link], send);

  return kinds;
}

static guint
kinds_of_links (QuoTrace *trace,
                guint32   index)
{
  QuoEvent event;

  quo_trace_read (trace, index, &event);

  return event.what == QUO_LINKS_PARTITION ? SCHEDULE_PARTITION
         : event.what == QUO_LINKS_CUT     ? SCHEDULE_CUT
                                           : 0;
}

static guint
kinds_of_clocks (QuoSimConfig *config)
{
  guint kinds = 0;

  for (guint i = 0; config->nodes != NULL && i < config->n_nodes; i++)
    kinds |= (config->nodes[i].clock_offset != 0 ? SCHEDULE_SKEW : 0)
             | (config->nodes[i].clock_drift != 0 ? SCHEDULE_DRIFT : 0);

  return kinds;
}

static guint
kinds_of_action (QuoSim  *sim,
                 guint32  index)
{
  const GArray *actions = quo_sim_get_config (sim)->actions;
  QuoEvent event;

  quo_trace_read (quo_sim_trace (sim), index, &event);

  return event.what < actions->len
         && g_array_index (actions, QuoAction, event.what).kind
              == QUO_ACTION_SET_OPTION ? SCHEDULE_OPTION : 0;
}

static guint
kinds_of_loss (QuoTrace *trace,
               guint32   index)
{
  QuoEvent event;

  quo_trace_read (trace, index, &event);

  return event.what == QUO_LOSS_LOST ? SCHEDULE_LOSS : 0;
}

/**
 * schedules_kinds:
 * @sim: a run
 *
 * Returns: the #ScheduleKind of all that went wrong in it, by its trace
 */
guint
schedules_kinds (QuoSim *sim)
{
  QuoTrace *trace = quo_sim_trace (sim);
  guint n = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace);
  g_autofree guint8 *came = g_new0 (guint8, quo_trace_length (trace));
  g_autofree guint32 *latest = g_new0 (guint32, (gsize) n * n);
  g_autofree guint8 *is_empty = g_new0 (guint8, n);
  guint kinds = kinds_of_clocks (quo_sim_get_config (sim));

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      guint node = quo_trace_node (trace, i);
      QuoEventKind kind = quo_trace_kind (trace, i);

      if (kind == QUO_EVENT_DELIVER)
        kinds |= kinds_of_delivery (trace, i, came, latest);
      else if (kind == QUO_EVENT_LOSE)
        kinds |= kinds_of_loss (trace, i);
      else if (kind == QUO_EVENT_LINKS)
        kinds |= kinds_of_links (trace, i);
      else if (kind == QUO_EVENT_ACTION)
        kinds |= kinds_of_action (sim, i);
      else if (kind == QUO_EVENT_CRASH)
        kinds |= SCHEDULE_CRASH;
      else if (kind == QUO_EVENT_PAUSE)
        kinds |= SCHEDULE_PAUSE;
      else if (kind == QUO_EVENT_SKEW)
        kinds |= SCHEDULE_SKEW;
      else if (kind == QUO_EVENT_DISK_LOST)
        is_empty[node] = 1;
      else if (kind == QUO_EVENT_RESTART)
        {
          kinds |= is_empty[node] ? SCHEDULE_DISK_LOST : SCHEDULE_RESTART;
          is_empty[node] = 0;
        }
    }

  return kinds;
}

static const char * const kind_names[] = {
  "crash", "restart", "lost disk", "pause", "partition", "one-way cut", "loss",
  "duplication", "reordering", "skew", "drift", "option change"
};

typedef struct
{
  SchedulePlay  play;
  gconstpointer data;
  guint         kinds;
} KindsCase;

static void
test_kinds (gconstpointer data)
{
  const KindsCase *self = data;
  guint seen = 0;

  for (guint i = 0; i < N_KINDS_PLAYED; i++)
    {
      g_autoptr (QuoSim) sim = NULL;

      seed_now = seed_first + i;
      sim = self->play (seed_now, NULL, self->data);
      seen |= schedules_kinds (sim);
    }
  seed_now = 0;
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (((seen ^ self->kinds) >> i & 1) != 0)
      g_test_fail_printf ("%s %s", kind_names[i],
                          (seen >> i & 1) != 0 ? "is not asked for and there"
                                               : "is in no schedule");
}

/**
 * schedules_add_kinds:
 * @path: of the test
 * @play: plays a schedule
 * @data: (scope forever): for @play
 * @kinds: of #ScheduleKind
 *
 * Adds a test that just these kinds of faults are in the schedules.
 */
void
schedules_add_kinds (const char    *path,
                     SchedulePlay   play,
                     gconstpointer  data,
                     guint          kinds)
{
  KindsCase *self = g_new0 (KindsCase, 1);

  *self = (KindsCase) { play, data, kinds };
  g_test_add_data_func_full (path, self, test_kinds, g_free);
}

typedef struct
{
  SchedulePlay         play;
  const ScheduleFault *fault;
} FaultCase;

static gboolean
is_violated (QuoSim     *sim,
             const char *invariant)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  int index = quo_declaration_find_invariant (d, invariant);

  g_assert_cmpint (index, >=, 0);
  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    if (quo_sim_violation (sim, i)->invariant == (guint) index)
      return TRUE;

  return FALSE;
}

static void
test_fault (gconstpointer data)
{
  const FaultCase *self = data;
  const ScheduleFault *fault = self->fault;

  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      guint64 seed = seed_first + fault->from + i;
      g_autoptr (QuoSim) sim = NULL;
      g_autofree char *text = NULL;

      seed_now = seed;
      sim = self->play (seed, fault->fault, fault->data);
      seed_now = 0;
      if (!is_violated (sim, fault->invariant))
        continue;

      text = schedules_violation (sim);
      g_test_message ("%s, after %u schedules, with seed %" G_GUINT64_FORMAT ": %s",
                      fault->fault, i + 1, seed, text);
      return;
    }

  g_test_fail_printf ("no schedule in which %s breaks %s", fault->fault,
                      fault->invariant);
}

/**
 * schedules_add_faults:
 * @path: of the tests, ends with a slash
 * @play: plays a schedule with a fault
 * @faults: (scope forever): what breaks what
 * @n_faults: length of @faults
 *
 * Adds a test for each of them.
 */
void
schedules_add_faults (const char          *path,
                      SchedulePlay         play,
                      const ScheduleFault *faults,
                      guint                n_faults)
{
  for (guint i = 0; i < n_faults; i++)
    {
      FaultCase *self = g_new0 (FaultCase, 1);
      g_autofree char *own = g_strdup_printf ("%s%s-breaks-%s", path, faults[i].fault,
                                              faults[i].invariant);

      *self = (FaultCase) { play, &faults[i] };
      g_test_add_data_func_full (own, self, test_fault, g_free);
    }
  schedules_know_faults (faults, n_faults);
}

/* Names of the faults that some test looks for. */
static GPtrArray *known_faults;

/**
 * schedules_know_faults:
 * @faults: (scope forever): what another program looks for
 * @n_faults: length of @faults
 */
void
schedules_know_faults (const ScheduleFault *faults,
                       guint                n_faults)
{
  if (known_faults == NULL)
    known_faults = g_ptr_array_new ();
  for (guint i = 0; i < n_faults; i++)
    g_ptr_array_add (known_faults, (gpointer) faults[i].fault);
}

static void
test_all_faults (gconstpointer data)
{
  const QuoProtocol *protocol = data;
  const QuoFaultSpec *declared = protocol->declaration.faults;

  for (guint i = 0; declared[i].id != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (known_faults, declared[i].id, g_str_equal,
                                           NULL))
      g_test_fail_printf ("%s is looked for in no schedule", declared[i].id);
}

/**
 * schedules_add_all_faults:
 * @path: of the test
 * @protocol: whose faults they are
 *
 * Adds a test that no declared fault is left out.
 */
void
schedules_add_all_faults (const char *path,
                          const char *protocol)
{
  const QuoProtocol *found = quo_protocol_find (protocol);

  g_assert_nonnull (found);
  g_test_add_data_func (path, found, test_all_faults);
}

/**
 * schedules_add_chaos:
 * @config: gets the faults
 * @kind: of the faults
 * @rate: a second, over the whole cluster
 * @to: when they end; those that last may end later
 * @lasts: the longest that one lasts, ns
 * @amount: share of messages that are lost, or seconds of skew
 */
void
schedules_add_chaos (QuoSimConfig *config,
                     QuoChaosKind  kind,
                     double        rate,
                     QuoTime       to,
                     QuoTime       lasts,
                     double        amount)
{
  QuoChaos chaos = {
    .kind = kind,
    .rate = rate,
    .to = to,
    .lasts = quo_distribution_new_uniform (QUO_MILLISECOND, lasts),
    .amount = amount,
  };

  g_array_append_val (config->chaos, chaos);
}

/**
 * schedules_spare:
 * @config: a schedule to which a kind of faults was just added
 * @node: whom they are not to strike
 */
void
schedules_spare (QuoSimConfig *config,
                 guint         node)
{
  QuoChaos *last = &g_array_index (config->chaos, QuoChaos, config->chaos->len - 1);

  if (last->nodes == NULL)
    {
      last->nodes = g_array_new (FALSE, FALSE, sizeof (guint));
      for (guint i = 0; i < config->n_nodes; i++)
        g_array_append_val (last->nodes, i);
    }
  for (guint i = 0; i < last->nodes->len; i++)
    if (g_array_index (last->nodes, guint, i) == node)
      g_array_remove_index (last->nodes, i);
}

/**
 * schedules_option:
 * @config: a schedule whose options are set otherwise
 * @at: when
 * @option: its id
 * @text: another value; the other options are as they are in @config now
 */
void
schedules_option (QuoSimConfig *config,
                  QuoTime       at,
                  const char   *option,
                  const char   *text)
{
  const QuoDeclaration *d = config->declaration;
  int index = quo_declaration_find_option (d, option);
  QuoAction *action = quo_sim_config_add_action (config, QUO_ACTION_SET_OPTION, at);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (index, >=, 0);
  action->what = (guint) index;
  action->options = g_memdup2 (config->options, d->options_size);
  quo_option_set_text (&d->options[index], action->options, config->names, text,
                       &error);
  g_assert_no_error (error);
}

/**
 * schedules_drift:
 * @config: gets clocks that differ
 * @offset: of the last node's clock, ns
 * @drift: of the last node's clock, as a share
 *
 * The first node's clock is true, those between lie between.
 */
void
schedules_drift (QuoSimConfig *config,
                 QuoTime       offset,
                 double        drift)
{
  guint last = MAX (config->n_nodes, 2) - 1;

  config->nodes = g_new0 (QuoNodeConfig, config->n_nodes);
  for (guint i = 0; i < config->n_nodes; i++)
    config->nodes[i] = (QuoNodeConfig) {
      offset / last * (QuoTime) i, drift * i / last
    };
}
