/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is said of a run that one of its limits cut short. */

#include "scenario/run.h"

#include "scenario/reader-private.h"
#include "scenario/run-private.h"

#include <glib/gi18n-lib.h>

static gboolean
is_past_time_limit (const QuoRun *self)
{
  return self->status == QUO_SIM_DONE
         && self->scenario->time_limit < self->scenario->until;
}

/**
 * quo_run_is_cut_short:
 * @self: a run
 *
 * Returns: whether it stopped at one of its limits, before its end
 */
gboolean
quo_run_is_cut_short (QuoRun *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return quo_sim_status_is_limit (self->status) || is_past_time_limit (self);
}

/* How to write a higher limit than the one that was too low. */
static char *
advice (const char *reached,
        const char *key)
{
  return g_strdup_printf (_("the limit of %s was reached; “%s” under “limits” in "
                            "the scenario raises it"), reached, key);
}

/**
 * quo_run_limit_text:
 * @self: a run
 *
 * Returns: (transfer full) (nullable): which limit it reached, how high that is and
 *   how to raise it, translated; %NULL when it was not cut short
 */
char *
quo_run_limit_text (QuoRun *self)
{
  const QuoSimConfig *config;
  g_autofree char *reached = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  config = quo_sim_get_config (self->sim);
  if (is_past_time_limit (self))
    {
      g_autofree char *time = quo_time_format_short (self->scenario->time_limit, 4);

      reached = g_strdup_printf (_("%s of simulated time"), time);
      return advice (reached, "time");
    }

  switch (self->status)
    {
    case QUO_SIM_EVENTS:
      if (config->max_events >= QUO_SIM_EVENTS_MAX)
        return g_strdup_printf (_("a run holds no more than %u events"),
                                QUO_SIM_EVENTS_MAX);
      {
        g_autofree char *n = g_strdup_printf ("%" G_GUINT64_FORMAT,
                                              config->max_events);

        reached = g_strdup_printf (_("%s events"), n);
        return advice (reached, "events");
      }
    case QUO_SIM_BYTES:
      {
        g_autofree char *size = quo_size_format (config->max_bytes);

        reached = g_strdup_printf (_("%s of memory"), size);
        return advice (reached, "memory");
      }
    case QUO_SIM_NAMES:
      return g_strdup_printf (_("a run holds no more than %u different keys, values "
                                "and commands"), QUO_NAMES_MAX);
    case QUO_SIM_MORE:
    case QUO_SIM_QUIET:
    case QUO_SIM_DONE:
    case QUO_SIM_CANCELLED:
    default:
      return NULL;
    }
}
