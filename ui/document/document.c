/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/document.h"

#include "document/document-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How far a scenario without an end is simulated before it is first shown. */
#define FIRST_HORIZON (4 * QUO_SECOND)
/* Work that is over sooner shows no progress, ms. */
#define PATIENCE_MS 200

GParamSpec *quo_document_props[QUO_DOCUMENT_N_PROPS];
guint quo_document_signals[QUO_DOCUMENT_N_SIGNALS];

G_DEFINE_BOXED_TYPE (QuoScenario,
                     quo_document_scenario,
                     quo_scenario_ref,
                     quo_scenario_unref)
G_DEFINE_BOXED_TYPE (QuoRun, quo_document_run, quo_run_ref, quo_run_unref)
G_DEFINE_FINAL_TYPE (QuoDocument, quo_document, G_TYPE_OBJECT)

gboolean
quo_document_is_endless (QuoScenario *scenario)
{
  QuoTime until = quo_scenario_until (scenario);

  return until <= 0 || until == QUO_TIME_NEVER;
}

static char *
dup_title (QuoDocument *self)
{
  const char *title
    = self->scenario != NULL ? quo_scenario_title (self->scenario) : NULL;

  if (title != NULL && *title != '\0')
    return g_strdup (title);
  if (self->file != NULL)
    return g_file_get_basename (self->file);
  return g_strdup (_ ("Untitled scenario"));
}

void
quo_document_notify (QuoDocument *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), quo_document_props[property]);
}

void
quo_document_notify_history (QuoDocument *self)
{
  quo_document_notify (self, QUO_DOCUMENT_SCENARIO);
  quo_document_notify (self, QUO_DOCUMENT_CAN_UNDO);
  quo_document_notify (self, QUO_DOCUMENT_CAN_REDO);
  quo_document_notify (self, QUO_DOCUMENT_IS_MODIFIED);
  quo_document_notify (self, QUO_DOCUMENT_TITLE);
}

void
quo_document_replace_scenario (QuoDocument *self, QuoScenario *scenario)
{
  quo_scenario_ref (scenario);
  g_clear_pointer (&self->scenario, quo_scenario_unref);
  self->scenario = scenario;
}

/* The kinds of ui/diagram's QuoThing that name a place in the trace or in the
 * script; this library does not see that header. */
#define KIND_EVENT  1
#define KIND_ACTION 6

/* An event that is selected stays so when the new run has the same one: before
 * the action that was added, both runs are equal. */
static guint64
kept_selection (QuoTrace *before, QuoTrace *after, guint64 thing)
{
  guint kind = thing >> 56;
  guint32 event = (guint32) thing;

  if (kind == KIND_ACTION)
    return 0;
  if (kind != KIND_EVENT)
    return thing;
  if (before == NULL || event >= quo_trace_length (before)
      || event >= quo_trace_length (after)
      || quo_trace_time (before, event) != quo_trace_time (after, event)
      || quo_trace_kind (before, event) != quo_trace_kind (after, event)
      || quo_trace_node (before, event) != quo_trace_node (after, event))
    return 0;
  return thing;
}

static void
show_run (QuoDocument *self, QuoRun *run)
{
  QuoTrace *before = self->run != NULL ? quo_run_trace (self->run) : NULL;
  guint64 first = kept_selection (before, quo_run_trace (run), self->selection);
  guint64 second
    = kept_selection (before, quo_run_trace (run), self->second_selection);
  /* Lives until every widget shows the new one. */
  G_GNUC_UNUSED g_autoptr (QuoRun) old = g_steal_pointer (&self->run);

  self->run = quo_run_ref (run);
  g_object_freeze_notify (G_OBJECT (self));
  quo_document_notify (self, QUO_DOCUMENT_RUN);
  quo_document_select (self, first);
  quo_document_select_second (self, second);
  if (self->time > quo_document_end (self))
    quo_document_set_time (self, quo_document_end (self));
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_progress (QuoDocument *self, double progress)
{
  if (self->progress == progress)
    return;
  self->progress = progress;
  quo_document_notify (self, QUO_DOCUMENT_PROGRESS);
}

static gboolean
on_progress_tick (gpointer user_data)
{
  QuoDocument *self = user_data;

  set_progress (self, MAX (quo_job_progress (self->job), 0.001));
  return G_SOURCE_CONTINUE;
}

static void
end_job (QuoDocument *self)
{
  if (self->job == NULL)
    return;

  g_clear_pointer (&self->job, quo_job_abandon);
  g_clear_handle_id (&self->progress_source, g_source_remove);
  set_progress (self, 0);
  quo_document_notify (self, QUO_DOCUMENT_IS_RUNNING);
}

static void
on_job_done (QuoJob *job, QuoRun *run, gpointer user_data)
{
  g_autoptr (QuoDocument) self = g_object_ref (user_data);
  gboolean is_cancelled = quo_job_is_cancelled (job);
  g_autoptr (QuoRun) made = run != NULL ? quo_run_ref (run) : NULL;

  end_job (self);

  /* A run that was stopped half way is shown only when there is no other. */
  if (is_cancelled && self->run != NULL)
    {
      if (self->is_edit)
        quo_document_take_back_edit (self);
      return;
    }

  if (made == NULL)
    {
      g_autoptr (GError) error = NULL;

      g_set_error (&error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _ ("The scenario could not be simulated"));
      g_signal_emit (self, quo_document_signals[QUO_DOCUMENT_FAILED], 0, error);
      return;
    }
  show_run (self, made);
}

void
quo_document_start_job (QuoDocument *self, gboolean is_edit)
{
  gboolean was_running = self->job != NULL;
  QuoTime until = quo_document_is_endless (self->scenario)
                    ? MAX (FIRST_HORIZON, self->time + QUO_AHEAD)
                    : quo_scenario_until (self->scenario);

  g_clear_pointer (&self->job, quo_job_abandon);
  g_clear_handle_id (&self->progress_source, g_source_remove);
  g_clear_handle_id (&self->extend_source, g_source_remove);
  set_progress (self, 0);

  self->is_edit = is_edit;
  self->job = quo_job_start (self->scenario, until, on_job_done, self);
  self->progress_source = g_timeout_add (PATIENCE_MS, on_progress_tick, self);
  if (!was_running)
    quo_document_notify (self, QUO_DOCUMENT_IS_RUNNING);
}

static void
quo_document_get_property (GObject *object,
                           guint id,
                           GValue *value,
                           GParamSpec *pspec)
{
  QuoDocument *self = QUO_DOCUMENT (object);

  switch (id)
    {
    case QUO_DOCUMENT_SCENARIO:
      g_value_set_boxed (value, self->scenario);
      break;
    case QUO_DOCUMENT_RUN:
      g_value_set_boxed (value, self->run);
      break;
    case QUO_DOCUMENT_TIME:
      g_value_set_int64 (value, self->time);
      break;
    case QUO_DOCUMENT_SELECTION:
      g_value_set_uint64 (value, self->selection);
      break;
    case QUO_DOCUMENT_SECOND_SELECTION:
      g_value_set_uint64 (value, self->second_selection);
      break;
    case QUO_DOCUMENT_IS_RUNNING:
      g_value_set_boolean (value, quo_document_is_running (self));
      break;
    case QUO_DOCUMENT_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case QUO_DOCUMENT_CAN_UNDO:
      g_value_set_boolean (value, self->undo->len > 0);
      break;
    case QUO_DOCUMENT_CAN_REDO:
      g_value_set_boolean (value, self->redo->len > 0);
      break;
    case QUO_DOCUMENT_IS_MODIFIED:
      g_value_set_boolean (value, quo_document_is_modified (self));
      break;
    case QUO_DOCUMENT_FILE:
      g_value_set_object (value, self->file);
      break;
    case QUO_DOCUMENT_TITLE:
      g_value_take_string (value, dup_title (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quo_document_set_property (GObject *object,
                           guint id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  QuoDocument *self = QUO_DOCUMENT (object);

  switch (id)
    {
    case QUO_DOCUMENT_TIME:
      quo_document_set_time (self, g_value_get_int64 (value));
      break;
    case QUO_DOCUMENT_SELECTION:
      quo_document_select (self, g_value_get_uint64 (value));
      break;
    case QUO_DOCUMENT_SECOND_SELECTION:
      quo_document_select_second (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quo_document_dispose (GObject *object)
{
  QuoDocument *self = QUO_DOCUMENT (object);

  g_clear_pointer (&self->job, quo_job_abandon);
  g_clear_handle_id (&self->progress_source, g_source_remove);
  g_clear_handle_id (&self->extend_source, g_source_remove);
  g_clear_pointer (&self->run, quo_run_unref);
  g_clear_pointer (&self->scenario, quo_scenario_unref);
  g_clear_pointer (&self->saved, quo_scenario_unref);
  g_clear_pointer (&self->undo, g_ptr_array_unref);
  g_clear_pointer (&self->redo, g_ptr_array_unref);
  g_clear_object (&self->file);

  G_OBJECT_CLASS (quo_document_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamSpec **props = quo_document_props;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags write
    = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  props[QUO_DOCUMENT_SCENARIO]
    = g_param_spec_boxed ("scenario", NULL, NULL, QUO_TYPE_DOCUMENT_SCENARIO,
                          read);
  props[QUO_DOCUMENT_RUN]
    = g_param_spec_boxed ("run", NULL, NULL, QUO_TYPE_DOCUMENT_RUN, read);
  props[QUO_DOCUMENT_TIME]
    = g_param_spec_int64 ("time", NULL, NULL, 0, G_MAXINT64, 0, write);
  props[QUO_DOCUMENT_SELECTION]
    = g_param_spec_uint64 ("selection", NULL, NULL, 0, G_MAXUINT64, 0, write);
  props[QUO_DOCUMENT_SECOND_SELECTION]
    = g_param_spec_uint64 ("second-selection", NULL, NULL, 0, G_MAXUINT64, 0,
                           write);
  props[QUO_DOCUMENT_IS_RUNNING]
    = g_param_spec_boolean ("is-running", NULL, NULL, FALSE, read);
  props[QUO_DOCUMENT_PROGRESS]
    = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, read);
  props[QUO_DOCUMENT_CAN_UNDO]
    = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, read);
  props[QUO_DOCUMENT_CAN_REDO]
    = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, read);
  props[QUO_DOCUMENT_IS_MODIFIED]
    = g_param_spec_boolean ("is-modified", NULL, NULL, FALSE, read);
  props[QUO_DOCUMENT_FILE]
    = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, read);
  props[QUO_DOCUMENT_TITLE]
    = g_param_spec_string ("title", NULL, NULL, NULL, read);
  g_object_class_install_properties (object_class, QUO_DOCUMENT_N_PROPS,
                                     quo_document_props);
}

static void
quo_document_class_init (QuoDocumentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = quo_document_dispose;
  object_class->get_property = quo_document_get_property;
  object_class->set_property = quo_document_set_property;
  install_properties (object_class);

  quo_document_signals[QUO_DOCUMENT_RUN_EXTENDED]
    = g_signal_new ("run-extended", G_TYPE_FROM_CLASS (klass),
                    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  quo_document_signals[QUO_DOCUMENT_FAILED]
    = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 1,
                    G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
quo_document_init (QuoDocument *self)
{
  self->undo = g_ptr_array_new_with_free_func (quo_step_free);
  self->redo = g_ptr_array_new_with_free_func (quo_step_free);
  self->ahead = QUO_AHEAD;
}

/**
 * quo_document_new:
 *
 * Returns: (transfer full): a document that holds no scenario yet
 */
QuoDocument *
quo_document_new (void)
{
  return g_object_new (QUO_TYPE_DOCUMENT, NULL);
}

/**
 * quo_document_open:
 * @file: to be read; must have a local path
 * @error: a %QUO_SCENARIO_ERROR with the place in the file
 *
 * Puts the file's scenario in the place of what was open, and begins to simulate
 * it. A file that cannot be read leaves everything as it was.
 */
gboolean
quo_document_open (QuoDocument *self, GFile *file, GError **error)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  g_autofree char *path = g_file_get_path (file);

  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (file);

      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE,
                   _ ("%s: only files of this computer can be opened"), uri);
      return FALSE;
    }

  g_autoptr (QuoScenario) scenario = quo_scenario_new_from_file (path, error);

  if (scenario == NULL)
    return FALSE;
  quo_document_set_scenario (self, scenario, file);
  return TRUE;
}

/**
 * quo_document_set_scenario:
 * @scenario: (transfer none): takes the place of what was open
 * @file: (nullable): the file that holds it; %NULL for one that was not saved
 *
 * Begins to simulate it. The history of edits starts anew.
 */
void
quo_document_set_scenario (QuoDocument *self,
                           QuoScenario *scenario,
                           GFile *file)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));
  g_return_if_fail (scenario != NULL);

  g_object_freeze_notify (G_OBJECT (self));
  end_job (self);
  g_clear_handle_id (&self->extend_source, g_source_remove);
  /* The run of another scenario must not stay in sight under this one's name. */
  g_clear_pointer (&self->run, quo_run_unref);
  quo_document_notify (self, QUO_DOCUMENT_RUN);

  quo_document_replace_scenario (self, scenario);
  g_clear_pointer (&self->saved, quo_scenario_unref);
  self->saved = quo_scenario_ref (scenario);
  g_set_object (&self->file, file);
  g_ptr_array_set_size (self->undo, 0);
  g_ptr_array_set_size (self->redo, 0);
  self->time = 0;
  self->ahead = QUO_AHEAD;
  quo_document_select (self, 0);
  quo_document_select_second (self, 0);

  quo_document_notify (self, QUO_DOCUMENT_FILE);
  quo_document_notify (self, QUO_DOCUMENT_TIME);
  quo_document_notify_history (self);
  quo_document_start_job (self, FALSE);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * quo_document_save:
 * @file: where to; becomes the document's file
 *
 * Writes the scenario. When that fails, the file that was there is as it was and
 * the document still belongs to its old one.
 */
gboolean
quo_document_save (QuoDocument *self, GFile *file, GError **error)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (self->scenario != NULL, FALSE);

  g_autofree char *path = g_file_get_path (file);

  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (file);

      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE,
                   _ ("%s: only files of this computer can be written"), uri);
      return FALSE;
    }
  if (!quo_scenario_save (self->scenario, path, error))
    return FALSE;

  g_clear_pointer (&self->saved, quo_scenario_unref);
  self->saved = quo_scenario_ref (self->scenario);
  g_set_object (&self->file, file);
  quo_document_notify (self, QUO_DOCUMENT_FILE);
  quo_document_notify (self, QUO_DOCUMENT_IS_MODIFIED);
  quo_document_notify (self, QUO_DOCUMENT_TITLE);
  return TRUE;
}

/**
 * quo_document_scenario:
 *
 * Returns: (transfer none) (nullable): the scenario as it is now
 */
QuoScenario *
quo_document_scenario (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), NULL);
  return self->scenario;
}

/**
 * quo_document_run:
 *
 * Returns: (transfer none) (nullable): the run that is shown. While another is
 *   being made it is that of an earlier state of the scenario.
 */
QuoRun *
quo_document_run (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), NULL);
  return self->run;
}

/**
 * quo_document_file:
 *
 * Returns: (transfer none) (nullable): the file that Save writes to
 */
GFile *
quo_document_file (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), NULL);
  return self->file;
}

/**
 * quo_document_is_running:
 *
 * Returns: whether a run is being made
 */
gboolean
quo_document_is_running (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), FALSE);
  return self->job != NULL;
}

/**
 * quo_document_progress:
 *
 * Returns: how much of the run is made, 0 to 1; 0 as long as it took too short a
 *   time to be worth showing
 */
double
quo_document_progress (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), 0);
  return self->progress;
}

/**
 * quo_document_cancel:
 *
 * Stops making a run. The one that was there stays, and the edit that asked for
 * the new one is taken back.
 */
void
quo_document_cancel (QuoDocument *self)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));
  if (self->job != NULL)
    quo_job_cancel (self->job);
}

/**
 * quo_document_wait:
 *
 * Iterates the thread's main context until no run is being made.
 */
void
quo_document_wait (QuoDocument *self)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));

  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  while (self->job != NULL)
    g_main_context_iteration (context, TRUE);
}
