/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/run.h"

#include "scenario/run-private.h"

#include <glib/gi18n-lib.h>

/* How many events are simulated before progress is told: some milliseconds. */
#define SLICE_EVENTS 50000

/* How far a scenario without an end is simulated at first. */
#define HORIZON (10 * QUO_SECOND)

/* What is expected or done at a time can be seen for a while after it. */
#define HORIZON_AFTER (2 * QUO_SECOND)

static void
outcome_clear (gpointer data)
{
  QuoOutcome *outcome = data;

  g_free (outcome->text);
  g_free (outcome->finding);
}

/* Far enough for all that the scenario speaks of. */
static QuoTime
default_horizon (QuoScenario *scenario)
{
  QuoTime horizon = HORIZON;

  for (guint i = 0; i < scenario->script->len; i++)
    horizon = MAX (horizon, quo_scenario_action_time (scenario, i)
                              + HORIZON_AFTER);
  for (guint i = 0; i < scenario->story->len; i++)
    horizon = MAX (horizon, quo_scenario_story (scenario, i)->at
                              + HORIZON_AFTER);
  for (guint i = 0; i < scenario->expect->len; i++)
    {
      QuoTime at = quo_scenario_expectation (scenario, i)->at;

      if (at != QUO_TIME_NEVER)
        horizon = MAX (horizon, at + HORIZON_AFTER);
    }

  return horizon;
}

static gboolean
is_over (const QuoRun *self)
{
  return self->status != QUO_SIM_MORE && self->status != QUO_SIM_CANCELLED;
}

/* Up to the horizon, or until @n_events_max more have happened. */
static void
simulate (QuoRun              *self,
          guint64              n_events_max,
          const volatile gint *is_cancelled,
          QuoProgressFunc      progress,
          gpointer             user_data)
{
  QuoTrace *trace = quo_sim_trace (self->sim);
  guint64 n_left = n_events_max > 0 ? n_events_max : G_MAXUINT64;

  while (n_left > 0)
    {
      guint64 slice = MIN (n_left, SLICE_EVENTS);
      guint32 length = quo_trace_length (trace);
      guint32 n;

      self->status = quo_sim_run (self->sim, self->horizon, slice,
                                  is_cancelled);
      n = quo_trace_length (trace) - length;
      if (progress != NULL)
        progress (quo_sim_now (self->sim), self->horizon, user_data);
      if (self->status != QUO_SIM_MORE || n < slice)
        break;
      n_left -= MIN (n_left, n);
    }
}

/**
 * quo_run_new:
 * @scenario: (transfer none): what is simulated
 * @until: how far at the most, ns, to be extended from there; %QUO_TIME_NEVER: to
 *   the scenario's end, or some seconds ahead where it has none, and no further:
 *   the figures are those of the whole
 * @is_cancelled: (nullable): stops when it is not zero
 * @progress: (nullable): called now and then, in this thread
 * @user_data: for @progress
 *
 * Simulates @scenario and judges what was expected of it. To be called from any
 * thread; what comes back is to be used by one thread at a time.
 *
 * Returns: (transfer full): the run: when it was cancelled, as far as it got and
 *   with no outcomes
 */
QuoRun *
quo_run_new (QuoScenario         *scenario,
             QuoTime              until,
             const volatile gint *is_cancelled,
             QuoProgressFunc      progress,
             gpointer             user_data)
{
  g_autoptr (QuoSimConfig) config = NULL;
  QuoTime last;
  QuoRun *self;

  g_return_val_if_fail (scenario != NULL, NULL);

  last = MIN (scenario->until, scenario->time_limit);
  self = g_new0 (QuoRun, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->scenario = quo_scenario_ref (scenario);
  self->outcomes = g_array_new (FALSE, TRUE, sizeof (QuoOutcome));
  g_array_set_clear_func (self->outcomes, outcome_clear);
  config = quo_scenario_config (scenario);
  config->until = last;
  self->horizon = MIN (until, last);
  if (self->horizon == QUO_TIME_NEVER)
    self->horizon = MIN (default_horizon (scenario), last);
  self->sim = quo_sim_new (config);
  simulate (self, 0, is_cancelled, progress, user_data);

  self->replay = quo_replay_new (quo_sim_trace (self->sim));
  if (self->status == QUO_SIM_CANCELLED
      || !quo_replay_prepare (self->replay, is_cancelled))
    {
      self->status = QUO_SIM_CANCELLED;
      return self;
    }
  /* Who names a time before the end will go on from there. */
  if (is_over (self) || until == QUO_TIME_NEVER)
    quo_sim_finish (self->sim);
  quo_run_judge (self);

  return self;
}

/**
 * quo_run_ref:
 * @self: a run
 *
 * Returns: (transfer full): @self
 */
QuoRun *
quo_run_ref (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * quo_run_unref:
 * @self: (transfer full): a run
 */
void
quo_run_unref (QuoRun *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  quo_run_forget_figures (self);
  g_array_unref (self->outcomes);
  g_clear_pointer (&self->replay, quo_replay_free);
  g_clear_pointer (&self->sim, quo_sim_free);
  quo_scenario_unref (self->scenario);
  g_free (self);
}

/**
 * quo_run_extend:
 * @self: a run
 * @until: how far to go, ns
 * @n_events_max: about how many events may be added; 0: no limit
 *
 * Goes on where the run stopped; what has happened does not change. A run that
 * was cancelled cannot go on.
 *
 * Returns: whether the run got further
 */
gboolean
quo_run_extend (QuoRun  *self,
                QuoTime  until,
                guint64  n_events_max)
{
  QuoTime end;
  guint32 length;

  g_return_val_if_fail (self != NULL, FALSE);

  end = quo_run_end (self);
  length = quo_trace_length (quo_run_trace (self));
  if (self->status != QUO_SIM_MORE || until <= end)
    return FALSE;

  self->horizon = MIN (until, MIN (self->scenario->until,
                                   self->scenario->time_limit));
  simulate (self, n_events_max, NULL, NULL, NULL);
  quo_run_forget_figures (self);
  if (is_over (self))
    {
      guint32 position = quo_replay_position (self->replay);

      quo_sim_finish (self->sim);
      quo_run_judge (self);
      quo_replay_seek (self->replay, position);
    }

  return quo_run_end (self) > end
         || quo_trace_length (quo_run_trace (self)) > length;
}

/**
 * quo_run_scenario:
 * @self: a run
 *
 * Returns: (transfer none): what was simulated
 */
QuoScenario *
quo_run_scenario (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->scenario;
}

/**
 * quo_run_trace:
 * @self: a run
 *
 * Returns: (transfer none): what happened
 */
QuoTrace *
quo_run_trace (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return quo_sim_trace (self->sim);
}

/**
 * quo_run_replay:
 * @self: a run
 *
 * Returns: (transfer none): the states that it went through
 */
QuoReplay *
quo_run_replay (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->replay;
}

/**
 * quo_run_sim:
 * @self: a run
 *
 * Returns: (transfer none): the engine where it stopped
 */
QuoSim *
quo_run_sim (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->sim;
}

/**
 * quo_run_status:
 * @self: a run
 *
 * Returns: why it stopped; %QUO_SIM_MORE when it can be extended
 */
QuoSimStatus
quo_run_status (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, QUO_SIM_CANCELLED);

  return self->status;
}

/**
 * quo_run_status_text:
 * @self: a run
 *
 * Returns: (transfer none): why it stopped, in words, untranslated
 */
const char *
quo_run_status_text (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->status == QUO_SIM_DONE && quo_run_is_cut_short (self))
    return N_("stopped at the limit on time");

  return quo_sim_status_text (self->status);
}

/**
 * quo_run_end:
 * @self: a run
 *
 * Returns: how far it got, ns
 */
QuoTime
quo_run_end (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return quo_trace_end (quo_sim_trace (self->sim));
}

/**
 * quo_run_n_outcomes:
 * @self: a run
 *
 * Returns: how many expectations were judged
 */
guint
quo_run_n_outcomes (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->outcomes->len;
}

/**
 * quo_run_outcome:
 * @self: a run
 * @nth: an expectation, in the scenario's order
 *
 * Returns: (transfer none): what became of it
 */
const QuoOutcome *
quo_run_outcome (QuoRun *self,
                 guint   nth)
{
  g_return_val_if_fail (self != NULL && nth < self->outcomes->len, NULL);

  return &g_array_index (self->outcomes, QuoOutcome, nth);
}

/**
 * quo_run_is_as_expected:
 * @self: a run
 *
 * Returns: whether every expectation is met
 */
gboolean
quo_run_is_as_expected (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->outcomes->len; i++)
    if (!quo_run_outcome (self, i)->is_met)
      return FALSE;

  return self->outcomes->len == self->scenario->expect->len;
}
