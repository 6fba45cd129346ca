/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a run may cost, and what is said of one that costs more. */

#include "sim/sim-private.h"

#include <glib/gi18n-lib.h>

/* Texts that are left when a run stops: before the next look none may be missing. */
#define NAMES_SPARE 65536

/* Of an operation that waits: a task, a link of its list, a value's name. */
#define WAITING_BYTES (sizeof (QuoClientTask) + sizeof (GList) + 64)

/**
 * quo_sim_status_text:
 * @status: how a run ended
 *
 * Returns: (transfer none): the same in words, untranslated but marked
 */
const char *
quo_sim_status_text (QuoSimStatus status)
{
  switch (status)
    {
    case QUO_SIM_QUIET:
      return N_("nothing is left to happen");
    case QUO_SIM_DONE:
      return N_("the end of the scenario was reached");
    case QUO_SIM_EVENTS:
      return N_("stopped at the limit on events");
    case QUO_SIM_BYTES:
      return N_("stopped at the limit on memory");
    case QUO_SIM_NAMES:
      return N_("stopped at the limit on keys and values");
    case QUO_SIM_CANCELLED:
      return N_("cancelled");
    case QUO_SIM_MORE:
    default:
      return N_("goes on");
    }
}

/**
 * quo_sim_status_is_limit:
 * @status: how a run ended
 *
 * Returns: whether it was cut short and can go on with higher limits only
 */
gboolean
quo_sim_status_is_limit (QuoSimStatus status)
{
  return status == QUO_SIM_EVENTS || status == QUO_SIM_BYTES
         || status == QUO_SIM_NAMES;
}

static gsize
samples_bytes (const QuoSim *self)
{
  gsize n = 0;

  for (guint i = 0; self->measures[i] != NULL; i++)
    n += quo_samples_get_n (self->measures[i]);
  for (guint i = 0; i < G_N_ELEMENTS (self->latencies); i++)
    n += quo_samples_get_n (self->latencies[i]);

  return n * sizeof (double);
}

/* What is yet to happen takes memory too, and need not be in the trace at all. */
static gsize
pending_bytes (const QuoSim *self)
{
  return quo_queue_bytes (self->queue)
         + self->n_waiting * WAITING_BYTES
         + self->traps->len * sizeof (QuoTrap)
         + self->effects->len * sizeof (QuoEffect)
         + (self->wakes.items->len + self->syncs.items->len) * sizeof (QuoPending);
}

/**
 * quo_sim_bytes:
 * @self: a simulation
 *
 * Counts what grows as a run goes on: the trace, the texts, the samples, the disks
 * and what is yet to happen. What a protocol keeps in its nodes' memory and for its
 * invariants comes on top, as a rule less than the trace of what brought it there.
 * The count is of contents, not of what an allocator makes of them: a run stops at
 * the same event on every machine.
 *
 * Returns: bytes that the limit on memory is held against
 */
gsize
quo_sim_bytes (QuoSim *self)
{
  return quo_trace_bytes (self->trace) + quo_names_bytes (self->config->names)
         + samples_bytes (self) + self->disk_bytes + pending_bytes (self);
}

/**
 * quo_sim_status_at_limit:
 * @self: a simulation
 * @is_cancelled: (nullable): stops it when it is not zero
 *
 * Returns: which limit it is past, or %QUO_SIM_MORE
 */
QuoSimStatus
quo_sim_status_at_limit (QuoSim              *self,
                         const volatile gint *is_cancelled)
{
  if (is_cancelled != NULL && g_atomic_int_get (is_cancelled))
    return QUO_SIM_CANCELLED;
  if (quo_trace_length (self->trace)
      >= MIN (self->config->max_events, QUO_SIM_EVENTS_MAX))
    return QUO_SIM_EVENTS;
  if (quo_sim_bytes (self) >= self->config->max_bytes)
    return QUO_SIM_BYTES;
  if (quo_names_get_n_left (self->config->names) < NAMES_SPARE)
    return QUO_SIM_NAMES;

  return QUO_SIM_MORE;
}
