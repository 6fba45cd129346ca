/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The engine: a scenario's run, step by step. */

#include "base/quantile.h"
#include "sim/config.h"
#include "sim/trace.h"

G_BEGIN_DECLS

/* Events of a run, whatever its limits say. */
#define QUO_SIM_EVENTS_MAX (QUO_TRACE_MAX_EVENTS / 2)

typedef struct _QuoSim QuoSim;

typedef enum
{
  QUO_SIM_MORE,     /* reached the time asked for */
  QUO_SIM_QUIET,    /* nothing is left to happen */
  QUO_SIM_DONE,     /* reached the scenario's until */
  QUO_SIM_EVENTS,   /* past the limit on events */
  QUO_SIM_BYTES,    /* past the limit on memory */
  QUO_SIM_NAMES,    /* no room for further keys and values */
  QUO_SIM_CANCELLED
} QuoSimStatus;

/* Figures that every protocol has, before the declared ones. */
typedef enum
{
  QUO_FIGURE_SENT,
  QUO_FIGURE_DELIVERED,
  QUO_FIGURE_LOST,
  QUO_FIGURE_SYNCS,
  QUO_FIGURE_OPS_OK,
  QUO_FIGURE_OPS_FAILED,
  QUO_FIGURE_OPS_UNKNOWN,
  QUO_N_FIGURES
} QuoFigure;

typedef struct
{
  guint   invariant;
  guint32 event;
  char   *text;
} QuoViolation;

QuoSim           *quo_sim_new         (QuoSimConfig   *config);
void              quo_sim_free        (QuoSim         *self);
QuoSimStatus      quo_sim_run         (QuoSim         *self,
                                       QuoTime         until,
                                       guint64         n_events_max,
                                       const volatile gint *is_cancelled);
void              quo_sim_finish      (QuoSim         *self);
QuoTime           quo_sim_now         (QuoSim         *self);
QuoSimConfig     *quo_sim_get_config  (QuoSim         *self);
QuoTrace         *quo_sim_trace       (QuoSim         *self);
guint64           quo_sim_figure      (QuoSim         *self,
                                       QuoFigure       figure);
QuoSamples       *quo_sim_measure     (QuoSim         *self,
                                       guint           measure);
QuoSamples       *quo_sim_latency     (QuoSim         *self,
                                       QuoOpKind       op);
guint             quo_sim_n_violations (QuoSim        *self);
const QuoViolation *quo_sim_violation (QuoSim         *self,
                                       guint           nth);
/* Arrival planned for a message still in flight at the end of the trace. */
QuoTime           quo_sim_arrival     (QuoSim         *self,
                                       guint32         send);

extern const char * const quo_figure_ids[];
const char       *quo_sim_status_text (QuoSimStatus    status);
gboolean          quo_sim_status_is_limit (QuoSimStatus status);
gsize             quo_sim_bytes       (QuoSim         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoSim, quo_sim_free)

G_END_DECLS
