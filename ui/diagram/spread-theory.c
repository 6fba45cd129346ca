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

typedef struct
{
  QuoSpread *self;
  gboolean   teaches[KINDS];
  double     told[QUO_SPREAD_ROLES_MAX];  /* contacts by the teller's role */
  double     spent[QUO_SPREAD_ROLES_MAX]; /* time of knowing nodes in each role, ns */
  double     left[QUO_SPREAD_ROLES_MAX][QUO_SPREAD_ROLES_MAX]; /* moves that knowing
                                                                * nodes made */
  double     n_contacts;
  double     n_answers;  /* contacts that the one who was told asked for */
  double     n_wasted;
} Tally;

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  QuoTime x = *(const QuoTime *) a, y = *(const QuoTime *) b;
  return x < y ? -1 : x > y;
}

/* Whether timers run out for many at once, and how far apart these moments are. */
static QuoTime
find_cycle (QuoTrace *trace)
{
  g_autoptr(GArray) gaps = g_array_new (FALSE, FALSE, sizeof (QuoTime));
  QuoTime last = -1;
  guint n = 0;

  for (guint32 i = 0; i < quo_trace_length (trace) && n < TIMEOUTS_MAX; i++)
    {
      if (quo_trace_kind (trace, i) != QUO_EVENT_TIMEOUT)
        continue;
      QuoTime time = quo_trace_time (trace, i);
      n++;
      if (time == last)
        continue;
      QuoTime gap = time - last;
      if (last >= 0)
        g_array_append_val (gaps, gap);
      last = time;
    }
  if (gaps->len == 0 || n < IN_STEP * (gaps->len + 1))
    return 0;
  qsort (gaps->data, gaps->len, sizeof (QuoTime), compare_times);
  return g_array_index (gaps, QuoTime, gaps->len / 2);
}

/* The kinds of message that anybody ever learnt by. */
static guint
find_teaching_kinds (Tally *tally)
{
  QuoSpread *self = tally->self;
  const QuoMove *moves = quo_course_moves (self->knows);
  guint n = 0;

  for (guint i = 0; i < self->n_read; i++)
    {
      if (moves[i].to != 1)
        continue;
      guint32 send = quo_spread_told_by (self, moves[i].event);
      if (send == QUO_NO_EVENT)
        continue;
      QuoEvent event;
      quo_trace_read (self->trace, send, &event);
      tally->teaches[event.what % KINDS] = TRUE;
      n++;
    }
  return n;
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
tally_contact (Tally               *tally,
               const QuoSpreadWalk *walk,
               guint32              delivery)
{
  QuoTrace *trace = tally->self->trace;
  QuoEvent event;

  if (quo_trace_kind (trace, delivery) != QUO_EVENT_DELIVER)
    return;
  quo_trace_read (trace, delivery, &event);
  guint n = tally->self->n_nodes;
  if (!tally->teaches[event.what % KINDS] || event.node >= n || event.to >= n ||
      !walk->knows[event.to])
    return;
  tally->told[walk->role[event.to]]++;
  tally->n_contacts++;
  tally->n_answers += is_answer (trace, &event);
  tally->n_wasted += walk->knows[event.node] != 0;
}

static void
pass_time (Tally               *tally,
           const QuoSpreadWalk *walk,
           QuoTime              duration)
{
  for (guint r = 0; r < tally->self->n_roles; r++)
    tally->spent[r] += (double) walk->now.known[r] * (double) duration;
}

/* Through the run once: who told, who knew already, and how long they could tell. */
static void
tally_run (Tally *tally)
{
  QuoSpread *self = tally->self;
  guint32 length = quo_trace_length (self->trace), at = 0, event;
  QuoTime since = 0;
  QuoSpreadWalk walk;
  guint node;

  quo_spread_walk_begin (&walk, self);
  for (;;)
    {
      const QuoMove *roles = self->roles != NULL ? quo_course_moves (self->roles) : NULL;
      guint next_role = walk.next_role;
      QuoSpreadSample before = walk.now;
      if (!quo_spread_walk_next (&walk, length, &event, &node))
        break;
      QuoTime time = quo_trace_time (self->trace, event);
      QuoSpreadSample after = walk.now;
      walk.now = before;
      pass_time (tally, &walk, time - since);
      walk.now = after;
      since = time;
      if (walk.next_role != next_role && walk.knows[node] && roles[next_role].is_move &&
          roles[next_role].from < self->n_roles && roles[next_role].to < self->n_roles)
        tally->left[roles[next_role].from][roles[next_role].to]++;
      /* The event itself is a contact with what was before it. */
      for (; at <= event && at < length; at++)
        {
          if (at == event && walk.next_role == next_role && walk.knows[node])
            {
              walk.knows[node] = 0;
              tally_contact (tally, &walk, at);
              walk.knows[node] = 1;
            }
          else
            tally_contact (tally, &walk, at);
        }
    }
  for (; at < length; at++)
    tally_contact (tally, &walk, at);
  pass_time (tally, &walk, quo_run_end (self->run) - since);
  quo_spread_walk_end (&walk);
}

/* Contacts and losses, from the tally: infective are the roles that tell. */
static void
set_rates (Tally     *tally,
           QuoTheory *theory)
{
  QuoSpread *self = tally->self;
  double most = 0, told = 0, spent = 0, lost = 0;
  gboolean is_active[QUO_SPREAD_ROLES_MAX] = { FALSE };

  for (guint r = 0; r < self->n_roles; r++)
    if (tally->spent[r] > 0)
      most = MAX (most, tally->told[r] / tally->spent[r]);
  for (guint r = 0; r < self->n_roles; r++)
    {
      is_active[r] = tally->spent[r] > 0 &&
                     tally->told[r] / tally->spent[r] >= ACTIVE * most;
      told += is_active[r] ? tally->told[r] : 0;
      spent += is_active[r] ? tally->spent[r] : 0;
    }
  for (guint r = 0; r < self->n_roles; r++)
    for (guint q = 0; q < self->n_roles; q++)
      if (is_active[r] && !is_active[q])
        lost += tally->left[r][q];
  double unit = (double) (theory->is_in_cycles ? theory->cycle : QUO_SECOND);
  theory->contacts = spent > 0 ? told / spent * unit : 0;
  if (theory->is_in_cycles && tally->n_contacts > 0)
    theory->answers = theory->contacts * tally->n_answers / tally->n_contacts;
  theory->loss = tally->n_wasted > 0 ? MIN (lost / tally->n_wasted, 1) : 0;
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
  Tally tally = { .self = self };

  *theory = (QuoTheory) { 0 };
  if (self->n_nodes < NODES_MIN || find_teaching_kinds (&tally) < LEARNERS_MIN)
    return;
  theory->cycle = find_cycle (self->trace);
  theory->is_in_cycles = theory->cycle > 0;
  tally_run (&tally);
  set_rates (&tally, theory);
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
