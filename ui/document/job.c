/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/document-private.h"

struct _QuoJob
{
  gatomicrefcount ref_count;
  QuoScenario *scenario;
  QuoTime until;
  volatile gint is_cancelled;
  gint is_abandoned; /* atomic: nobody waits for it any more */

  GMutex mutex;
  double progress; /* guarded by @mutex */

  GMainContext *context;
  QuoRun *run; /* written by the thread before it hands over */
  QuoJobFunc done;
  gpointer user_data;
};

static void
quo_job_unref (QuoJob *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->run, quo_run_unref);
  g_clear_pointer (&self->scenario, quo_scenario_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static void
on_progress (QuoTime done, QuoTime total, gpointer user_data)
{
  QuoJob *self = user_data;

  g_mutex_lock (&self->mutex);
  self->progress = total > 0 ? CLAMP ((double) done / (double) total, 0, 1) : 0;
  g_mutex_unlock (&self->mutex);
}

static gboolean
hand_over (gpointer user_data)
{
  QuoJob *self = user_data;

  if (!g_atomic_int_get (&self->is_abandoned))
    self->done (self, self->run, self->user_data);
  return G_SOURCE_REMOVE;
}

static gpointer
work (gpointer user_data)
{
  QuoJob *self = user_data;

  self->run = quo_run_new (self->scenario, self->until, &self->is_cancelled,
                           on_progress, self);
  /* The keyframes too are made here, so that the first seek costs no frame. */
  if (self->run != NULL && !g_atomic_int_get (&self->is_cancelled))
    quo_replay_prepare (quo_run_replay (self->run), &self->is_cancelled);

  /* Not g_main_context_invoke(): it would run hand_over() on this thread when
   * the document's context happens to be free. */
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, hand_over, self,
                         (GDestroyNotify) quo_job_unref);
  g_source_attach (source, self->context);
  return NULL;
}

/**
 * quo_job_start:
 * @scenario: (transfer none): what to simulate
 * @until: how far, ns; a scenario that ends earlier ends there
 * @done: called once in the caller's thread-default context, with a run or %NULL
 *
 * Begins to make a run on a thread of its own.
 *
 * Returns: (transfer full): to be given to quo_job_abandon() in the end
 */
QuoJob *
quo_job_start (QuoScenario *scenario,
               QuoTime until,
               QuoJobFunc done,
               gpointer user_data)
{
  QuoJob *self = g_new0 (QuoJob, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_atomic_ref_count_inc (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->scenario = quo_scenario_ref (scenario);
  self->until = until;
  self->done = done;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  g_thread_unref (g_thread_new ("quorate-run", work, self));
  return self;
}

/**
 * quo_job_abandon:
 * @self: (transfer full): a job
 *
 * Stops waiting for it. When it is still at work it ends soon and unheard.
 */
void
quo_job_abandon (QuoJob *self)
{
  g_atomic_int_set (&self->is_abandoned, TRUE);
  g_atomic_int_set (&self->is_cancelled, TRUE);
  quo_job_unref (self);
}

/**
 * quo_job_cancel:
 * @self: a job
 *
 * Asks it to end soon; it hands over what it has by then.
 */
void
quo_job_cancel (QuoJob *self)
{
  g_atomic_int_set (&self->is_cancelled, TRUE);
}

/**
 * quo_job_is_cancelled:
 * @self: a job
 *
 * Returns: whether it was asked to end early
 */
gboolean
quo_job_is_cancelled (QuoJob *self)
{
  return g_atomic_int_get (&self->is_cancelled);
}

/**
 * quo_job_progress:
 * @self: a job
 *
 * Returns: the part that is done, 0 to 1
 */
double
quo_job_progress (QuoJob *self)
{
  double progress = 0;

  g_mutex_lock (&self->mutex);
  progress = self->progress;
  g_mutex_unlock (&self->mutex);
  return progress;
}
