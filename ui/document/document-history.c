/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/document-private.h"

void
quo_step_free (gpointer data)
{
  QuoStep *step = data;

  quo_scenario_unref (step->scenario);
  g_free (step->name);
  g_free (step);
}

static void
quo_document_push_step (GPtrArray *steps,
                        QuoScenario *scenario,
                        const char *name)
{
  QuoStep *step = g_new0 (QuoStep, 1);

  step->scenario = quo_scenario_ref (scenario);
  step->name = g_strdup (name);
  g_ptr_array_add (steps, step);
}

void
quo_document_take_back_edit (QuoDocument *self)
{
  if (self->undo->len == 0)
    return;

  QuoStep *step = g_ptr_array_index (self->undo, self->undo->len - 1);

  quo_document_replace_scenario (self, step->scenario);
  g_ptr_array_set_size (self->undo, self->undo->len - 1);
  quo_document_notify_history (self);
}

/**
 * quo_document_edit:
 * @scenario: (transfer none): what the document is from now on
 * @name: what the step does, for the undo menu: "Crash A"
 * @runs_again: whether the edit can change what happens
 *
 * Takes one step, which undo takes back.
 */
void
quo_document_edit (QuoDocument *self,
                   QuoScenario *scenario,
                   const char *name,
                   gboolean runs_again)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));
  g_return_if_fail (scenario != NULL);
  g_return_if_fail (self->scenario != NULL);

  quo_document_push_step (self->undo, self->scenario, name);
  g_ptr_array_set_size (self->redo, 0);
  quo_document_replace_scenario (self, scenario);
  quo_document_notify_history (self);
  if (runs_again || self->job != NULL)
    quo_document_start_job (self, TRUE);
}

/**
 * quo_document_act:
 * @action: (transfer none): as a script has it; without "at" it comes at the time
 *   shown
 * @error: a %QUO_SCENARIO_ERROR when the scenario cannot have the action
 *
 * Adds the action to the script and makes the run anew.
 */
gboolean
quo_document_act (QuoDocument *self, JsonObject *action, GError **error)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), FALSE);
  g_return_val_if_fail (action != NULL, FALSE);
  g_return_val_if_fail (self->scenario != NULL, FALSE);

  if (!json_object_has_member (action, "at"))
    {
      g_autofree char *at = quo_time_format (self->time);

      json_object_set_string_member (action, "at", at);
    }

  g_autoptr (QuoScenario) next
    = quo_scenario_with_action (self->scenario, action, error);

  if (next == NULL)
    return FALSE;

  guint n_actions = quo_scenario_n_actions (next);
  g_autofree char *name
    = n_actions > 0 ? quo_scenario_action_text (next, n_actions - 1) : NULL;

  quo_document_edit (self, next, name, TRUE);
  return TRUE;
}

static void
travel (QuoDocument *self, GPtrArray *from, GPtrArray *to)
{
  if (from->len == 0)
    return;

  QuoStep *step = g_ptr_array_index (from, from->len - 1);

  quo_document_push_step (to, self->scenario, step->name);
  quo_document_replace_scenario (self, step->scenario);
  g_ptr_array_set_size (from, from->len - 1);
  quo_document_notify_history (self);
  quo_document_start_job (self, FALSE);
}

/**
 * quo_document_undo:
 *
 * Takes the last step back; nothing when there is none.
 */
void
quo_document_undo (QuoDocument *self)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));
  travel (self, self->undo, self->redo);
}

/**
 * quo_document_redo:
 *
 * Takes the step again that was taken back last; nothing when there is none.
 */
void
quo_document_redo (QuoDocument *self)
{
  g_return_if_fail (QUO_IS_DOCUMENT (self));
  travel (self, self->redo, self->undo);
}

static const char *
last_name (GPtrArray *steps)
{
  return steps->len > 0
           ? ((QuoStep *) g_ptr_array_index (steps, steps->len - 1))->name
           : NULL;
}

/**
 * quo_document_undo_name:
 *
 * Returns: (transfer none) (nullable): what undo would take back
 */
const char *
quo_document_undo_name (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), NULL);
  return last_name (self->undo);
}

/**
 * quo_document_redo_name:
 *
 * Returns: (transfer none) (nullable): what redo would do again
 */
const char *
quo_document_redo_name (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), NULL);
  return last_name (self->redo);
}

/**
 * quo_document_is_modified:
 *
 * Returns: whether the scenario differs from what the file holds
 */
gboolean
quo_document_is_modified (QuoDocument *self)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (self), FALSE);
  return self->scenario != NULL && self->scenario != self->saved
         && (self->saved == NULL
             || !quo_scenario_equal (self->scenario, self->saved));
}
