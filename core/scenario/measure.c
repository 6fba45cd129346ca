/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A run's figures by their ids: the protocol's own, then those every run has. */

#include "scenario/run-private.h"

#include <string.h>

/* In the order of QuoFigure, then the latencies. A test holds the first ones
 * against the engine's list. */
const char * const quo_general_measure_ids[] = {
  "sent", "delivered", "lost", "forced-writes", "operations-ok",
  "operations-failed", "operations-unknown", "read-latency", "write-latency",
  NULL
};

G_STATIC_ASSERT (G_N_ELEMENTS (quo_general_measure_ids) == QUO_N_GENERAL + 1);

/**
 * quo_run_forget_figures:
 * @self: a run that has gone on
 */
void
quo_run_forget_figures (QuoRun *self)
{
  for (guint i = 0; i < QUO_N_FIGURES; i++)
    g_clear_pointer (&self->figures[i], quo_samples_free);
}

static QuoSamples *
figure (QuoRun    *self,
        QuoFigure  which)
{
  if (self->figures[which] == NULL)
    {
      self->figures[which] = quo_samples_new ();
      quo_samples_add (self->figures[which],
                       (double) quo_sim_figure (self->sim, which));
    }

  return self->figures[which];
}

/**
 * quo_run_measure:
 * @self: a run
 * @id: a figure's name, declared by the protocol or general ("sent",
 *   "read-latency"); where both have one, the protocol's
 * @ret_samples: (out) (transfer none): what was measured, perhaps nothing; good
 *   until the run is extended
 * @ret_unit: (out) (transfer none): "ns", "1", "messages"
 *
 * Returns: whether there is such a figure
 */
gboolean
quo_run_measure (QuoRun      *self,
                 const char  *id,
                 QuoSamples **ret_samples,
                 const char **ret_unit)
{
  const QuoDeclaration *declaration;
  int declared;

  g_return_val_if_fail (self != NULL && id != NULL, FALSE);
  g_return_val_if_fail (ret_samples != NULL && ret_unit != NULL, FALSE);

  declaration = &self->scenario->protocol->declaration;
  declared = quo_declaration_find_measure (declaration, id);
  if (declared >= 0)
    {
      *ret_samples = quo_sim_measure (self->sim, (guint) declared);
      *ret_unit = declaration->measures[declared].unit;
      return TRUE;
    }

  for (guint i = 0; quo_general_measure_ids[i] != NULL; i++)
    {
      if (strcmp (quo_general_measure_ids[i], id) != 0)
        continue;
      if (i < QUO_N_FIGURES)
        {
          *ret_samples = figure (self, (QuoFigure) i);
          *ret_unit = "1";
          return TRUE;
        }
      *ret_samples = quo_sim_latency (self->sim,
                                      i == QUO_N_FIGURES ? QUO_OP_READ
                                                         : QUO_OP_WRITE);
      *ret_unit = "ns";
      return TRUE;
    }

  return FALSE;
}

/**
 * quo_run_measure_ids:
 * @self: a run
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of all figures,
 *   the protocol's own first
 */
char **
quo_run_measure_ids (QuoRun *self)
{
  const QuoMeasureSpec *measures;
  GPtrArray *ids = g_ptr_array_new ();

  g_return_val_if_fail (self != NULL, NULL);

  measures = self->scenario->protocol->declaration.measures;
  for (guint i = 0; measures != NULL && measures[i].id != NULL; i++)
    g_ptr_array_add (ids, g_strdup (measures[i].id));
  for (guint i = 0; quo_general_measure_ids[i] != NULL; i++)
    if (quo_declaration_find_measure (&self->scenario->protocol->declaration,
                                      quo_general_measure_ids[i]) < 0)
      g_ptr_array_add (ids, g_strdup (quo_general_measure_ids[i]));
  g_ptr_array_add (ids, NULL);

  return (char **) g_ptr_array_free (ids, FALSE);
}
