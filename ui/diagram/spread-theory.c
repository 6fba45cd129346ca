/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What would happen if every node met every other equally often: the mean of many
 * runs of very many nodes. Demers et al. 1987, section 1.4:
 *
 *   ds/dt = -c s i        di/dt = c s i - p c (1 - s) i
 *
 * with the contacts c of an infective node and the chance p that an unnecessary one
 * ends its interest, both as observed in the run. Without such losses it is the
 * logistic equation. In synchronous cycles a node that c i n contacts of a cycle
 * miss, each with chance 1 / (n - 1), stays susceptible: a recurrence. A node that
 * asks d others a cycle stays so if none of them is infective: (1 - i)^d.
 */

#include "diagram/spread-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#define NODES_MIN     16
#define LEARNERS_MIN  8
#define TIMEOUTS_MAX  20000
#define IN_STEP       4.0  /* timers that run out together, for cycles */
#define KINDS         256
/* A role whose nodes tell a tenth as often as others is one that still tells. */
#define ACTIVE        0.1
#define STEPS         8    /* of the integration between two points */

/* Contacts by one kind of message. */
typedef struct
{
  gboolean has_taught; /* anybody ever learnt by it */
  double   told[QUO_SPREAD_ROLES_MAX]; /* by the teller's role */
  double   n;
  double   n_answers;  /* that the one who was told had asked for */
  double   n_wasted;   /* it knew already */
} KindTally;

/* What was counted so far: it goes on from there when the run is extended. */
struct _QuoSpreadTally
{
  QuoSpread *self;
  KindTally  kinds[KINDS];
  double     spent[QUO_SPREAD_ROLES_MAX]; /* time of knowing nodes in each role, ns */
  double     left[QUO_SPREAD_ROLES_MAX][QUO_SPREAD_ROLES_MAX]; /* moves that knowing
                                                                * nodes made */
  guint      n_lessons;
  guint      n_moves;    /* that were looked at for lessons */
  QuoSpreadWalk walk;
  guint32    at;         /* events that were counted */
  QuoTime    since;
  GArray    *gaps;       /* of QuoTime: between moments at which timers ran out */
  guint      n_timeouts;
  guint32    timeouts_at;
  QuoTime    last_timeout;
};

/**
 * quo_spread_tally_free:
 * @self: (transfer full) (nullable):
 */
void
quo_spread_tally_free (QuoSpreadTally *self)
{
  if (self == NULL)
    return;
  quo_spread_walk_end (&self->walk);
  g_array_unref (self->gaps);
  g_free (self);
}

static QuoSpreadTally *
tally_new (QuoSpread *spread)
{
  QuoSpreadTally *self = g_new0 (QuoSpreadTally, 1);

  self->self = spread;
  self->gaps = g_array_new (FALSE, FALSE, sizeof (QuoTime));
  self->last_timeout = -1;
  quo_spread_walk_begin (&self->walk, spread);
  return self;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  QuoTime x = *(const QuoTime *) a, y = *(const QuoTime *) b;
  return x < y ? -1 : x > y;
}

/* Whether timers run out for many at once, and how far apart these moments are; 0:
 * they do not. */
static QuoTime
find_cycle (QuoSpreadTally *tally)
{
  QuoTrace *trace = tally->self->trace;
  guint32 length = quo_trace_length (trace);

  for (; tally->timeouts_at < length && tally->n_timeouts < TIMEOUTS_MAX;
       tally->timeouts_at++)
    {
      if (quo_trace_kind (trace, tally->timeouts_at) != QUO_EVENT_TIMEOUT)
        continue;
      QuoTime time = quo_trace_time (trace, tally->timeouts_at);
      tally->n_timeouts++;
      if (time == tally->last_timeout)
        continue;
      QuoTime gap = time - tally->last_timeout;
      if (tally->last_timeout >= 0)
        g_array_append_val (tally->gaps, gap);
      tally->last_timeout = time;
    }
  guint n = tally->gaps->len;
  if (n == 0 || tally->n_timeouts < IN_STEP * (n + 1))
    return 0;
  g_autofree QuoTime *sorted = g_memdup2 (tally->gaps->data, n * sizeof (QuoTime));
  qsort (sorted, n, sizeof (QuoTime), compare_times);
  return sorted[n / 2];
}

/* The kinds of message that anybody ever learnt by. */
static void
find_lessons (QuoSpreadTally *tally)
{
  QuoSpread *self = tally->self;
  const QuoMove *moves = quo_course_moves (self->knows);

  for (; tally->n_moves < self->n_read; tally->n_moves++)
    {
      const QuoMove *move = &moves[tally->n_moves];
      guint32 send = move->to == 1 ? quo_spread_told_by (self, move->event) : QUO_NO_EVENT;
      if (send == QUO_NO_EVENT)
        continue;
      QuoEvent event;
      quo_trace_read (self->trace, send, &event);
      tally->kinds[event.what % KINDS].has_taught = TRUE;
      tally->n_lessons++;
    }
}

/* Whether a message answers one of its receiver. */
static gboolean
is_answer (QuoTrace       *trace,
           const QuoEvent *delivery)
{
  guint32 step = quo_trace_step (trace, delivery->cause);

  return quo_trace_kind (trace, step) == QUO_EVENT_DELIVER &&
         quo_trace_node (trace, quo_trace_cause (trace, step)) == delivery->node;
}

static void
tally_contact (QuoSpreadTally *tally,
               guint32         delivery)
{
  QuoTrace *trace = tally->self->trace;
  const QuoSpreadWalk *walk = &tally->walk;
  guint n = tally->self->n_nodes;
  QuoEvent event;

  if (quo_trace_kind (trace, delivery) != QUO_EVENT_DELIVER)
    return;
  quo_trace_read (trace, delivery, &event);
  if (event.node >= n || event.to >= n || !walk->knows[event.to])
    return;
  KindTally *kind = &tally->kinds[event.what % KINDS];
  kind->told[walk->role[event.to]]++;
  kind->n++;
  kind->n_answers += is_answer (trace, &event);
  kind->n_wasted += walk->knows[event.node] != 0;
}

static void
pass_time (QuoSpreadTally *tally,
           QuoTime         time)
{
  for (guint r = 0; r < tally->self->n_roles; r++)
    tally->spent[r] += (double) tally->walk.now.known[r] * (double) (time - tally->since);
  tally->since = time;
}

/* Through what is new of the run: who told, who knew already, and how long they could
 * tell. What an event changes comes after the contact that it is. */
static void
tally_run (QuoSpreadTally *tally)
{
  QuoSpread *self = tally->self;
  guint32 length = quo_trace_length (self->trace), event;
  QuoSpreadWalk *walk = &tally->walk;
  guint node;

  while (quo_spread_walk_peek (walk) < length)
    {
      event = quo_spread_walk_peek (walk);
      for (; tally->at <= event; tally->at++)
        tally_contact (tally, tally->at);
      pass_time (tally, quo_trace_time (self->trace, event));
      guint next_role = walk->next_role;
      quo_spread_walk_next (walk, length, &event, &node);
      if (walk->next_role == next_role || !walk->knows[node])
        continue;
      const QuoMove *move = &quo_course_moves (self->roles)[next_role];
      if (move->is_move && move->from < self->n_roles && move->to < self->n_roles)
        tally->left[move->from][move->to]++;
    }
  for (; tally->at < length; tally->at++)
    tally_contact (tally, tally->at);
  pass_time (tally, MAX (quo_run_end (self->run), tally->since));
}

/* All that teaching messages did. */
static KindTally
sum_lessons (const QuoSpreadTally *tally)
{
  KindTally sum = { FALSE };

  for (guint k = 0; k < KINDS; k++)
    {
      const KindTally *kind = &tally->kinds[k];
      if (!kind->has_taught)
        continue;
      for (guint r = 0; r < QUO_SPREAD_ROLES_MAX; r++)
        sum.told[r] += kind->told[r];
      sum.n += kind->n;
      sum.n_answers += kind->n_answers;
      sum.n_wasted += kind->n_wasted;
    }
  return sum;
}

/* Contacts and losses, from the tally: infective are the roles that tell. */
static void
set_rates (const QuoSpreadTally *tally,
           QuoTheory            *theory)
{
  guint n_roles = tally->self->n_roles;
  KindTally sum = sum_lessons (tally);
  double most = 0, told = 0, spent = 0, lost = 0;
  gboolean is_active[QUO_SPREAD_ROLES_MAX] = { FALSE };

  for (guint r = 0; r < n_roles; r++)
    if (tally->spent[r] > 0)
      most = MAX (most, sum.told[r] / tally->spent[r]);
  for (guint r = 0; r < n_roles; r++)
    {
      is_active[r] = tally->spent[r] > 0 && sum.told[r] / tally->spent[r] >= ACTIVE * most;
      told += is_active[r] ? sum.told[r] : 0;
      spent += is_active[r] ? tally->spent[r] : 0;
    }
  for (guint r = 0; r < n_roles; r++)
    for (guint q = 0; q < n_roles; q++)
      if (is_active[r] && !is_active[q])
        lost += tally->left[r][q];
  double unit = (double) (theory->is_in_cycles ? theory->cycle : QUO_SECOND);
  theory->contacts = spent > 0 ? told / spent * unit : 0;
  if (theory->is_in_cycles && sum.n > 0)
    theory->answers = theory->contacts * sum.n_answers / sum.n;
  theory->loss = sum.n_wasted > 0 ? MIN (lost / sum.n_wasted, 1) : 0;
}

static void
add_point (QuoTheory *theory,
           QuoTime    time,
           double     susceptible)
{
  if (theory->n_points == QUO_SPREAD_POINTS)
    return;
  theory->time[theory->n_points] = time;
  theory->known[theory->n_points++] = 1 - CLAMP (susceptible, 0, 1);
}

static void
recur (QuoTheory *theory,
       QuoTime    begin,
       QuoTime    end,
       guint      n)
{
  double s = 1 - 1.0 / n, i = 1.0 / n;

  for (QuoTime time = begin; time <= end && theory->n_points < QUO_SPREAD_POINTS;
       time += theory->cycle)
    {
      add_point (theory, time, s);
      double missed = pow (1 - 1.0 / (n - 1),
                           (theory->contacts - theory->answers) * i * n);
      double next = s * missed * pow (1 - i, theory->answers);
      double lost = theory->loss * theory->contacts * i * (1 - s);
      i = MAX (i + s - next - lost, 0);
      s = next;
    }
}

static void
slopes (const QuoTheory *theory,
        double           s,
        double           i,
        double          *ret_s,
        double          *ret_i)
{
  *ret_s = -theory->contacts * s * i;
  *ret_i = theory->contacts * s * i - theory->loss * theory->contacts * (1 - s) * i;
}

static void
integrate (QuoTheory *theory,
           QuoTime    begin,
           QuoTime    end,
           guint      n)
{
  double s = 1 - 1.0 / n, i = 1.0 / n;
  QuoTime step = MAX ((end - begin) / (QUO_SPREAD_POINTS - 1), 1);
  double h = (double) step / (double) QUO_SECOND / STEPS;

  for (QuoTime time = begin; time <= end && theory->n_points < QUO_SPREAD_POINTS;
       time += step)
    {
      add_point (theory, time, s);
      for (guint k = 0; k < STEPS; k++)
        {
          double ds1, di1, ds2, di2;
          /* Heun: far finer steps than the curve bends in. */
          slopes (theory, s, i, &ds1, &di1);
          slopes (theory, s + h * ds1, i + h * di1, &ds2, &di2);
          s = CLAMP (s + h * (ds1 + ds2) / 2, 0, 1);
          i = CLAMP (i + h * (di1 + di2) / 2, 0, 1 - s);
        }
    }
}

/**
 * quo_spread_fit:
 *
 * Finds the curve that theory has for contacts as frequent as the run's.
 */
void
quo_spread_fit (QuoSpread *self)
{
  QuoTheory *theory = &self->theory;

  *theory = (QuoTheory) { 0 };
  if (self->n_nodes < NODES_MIN)
    return;
  if (self->tally == NULL)
    self->tally = tally_new (self);
  find_lessons (self->tally);
  tally_run (self->tally);
  if (self->tally->n_lessons < LEARNERS_MIN)
    return;
  theory->cycle = find_cycle (self->tally);
  theory->is_in_cycles = theory->cycle > 0;
  set_rates (self->tally, theory);
  if (theory->contacts <= 0)
    return;

  QuoTime begin = quo_trace_time (self->trace, quo_course_moves (self->knows)[0].event);
  theory->is_known = TRUE;
  if (theory->is_in_cycles)
    recur (theory, begin, self->end, self->n_nodes);
  else
    integrate (theory, begin, self->end, self->n_nodes);
}

/* What is left of the susceptible ones after a cycle. */
static void
append_recurrence (const QuoTheory *theory,
                   GString         *out)
{
  double unasked = theory->contacts - theory->answers;

  g_string_append (out, "s′ = s");
  if (unasked > 0.005)
    g_string_append (out, "·(1 − 1/(n − 1))^(c·i·n)");
  if (theory->answers > 0.005)
    g_string_append (out, "·(1 − i)^d");
  g_string_append (out, _(" each cycle"));
  if (unasked > 0.005)
    g_string_append_printf (out, _(", c = %.2f contacts"), unasked);
  if (theory->answers > 0.005)
    g_string_append_printf (out, _(", d = %.2f answers"), theory->answers);
}

/**
 * quo_theory_formula:
 *
 * Returns: (transfer full): the equations and what was put into them
 */
char *
quo_theory_formula (const QuoTheory *theory)
{
  g_autoptr(GString) text = g_string_new (NULL);
  gboolean has_loss = theory->loss > 0.0005;

  if (theory->is_in_cycles)
    append_recurrence (theory, text);
  else
    g_string_append_printf (text, _("ds/dt = −c·s·i, c = %.2f contacts a second"),
                            theory->contacts);
  if (has_loss && theory->is_in_cycles)
    g_string_append_printf (text, _("; of unnecessary contacts p = %.2f end the interest"),
                            theory->loss);
  else if (has_loss)
    g_string_append_printf (text, ", di/dt = c·s·i − p·c·(1 − s)·i, p = %.2f",
                            theory->loss);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
