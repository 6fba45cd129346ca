/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A scenario simulated: its trace, its figures, what was expected of it. */

#include "scenario/scenario.h"
#include "sim/replay.h"
#include "sim/sim.h"

G_BEGIN_DECLS

typedef struct _QuoRun QuoRun;

typedef enum
{
  QUO_VERDICT_HOLDS,
  QUO_VERDICT_VIOLATED,
  QUO_VERDICT_UNDECIDED
} QuoVerdict;

/* One expectation, judged. */
typedef struct
{
  gboolean   is_met;
  QuoVerdict verdict;  /* of an invariant or model */
  char      *text;     /* "election-safety holds" */
  char      *finding;  /* "leader A and C in term 2 at 1.58 s", or "" */
  guint32    event;    /* where to look, or QUO_NO_EVENT */
} QuoOutcome;

/* n of about n_total simulated nanoseconds are done; n_total 0: unknown. */
typedef void (*QuoProgressFunc) (QuoTime  done,
                                 QuoTime  total,
                                 gpointer user_data);

/* Judges whether a run kept a consistency model: a finding (transfer full) and
 * where to look, or nothing. */
typedef QuoVerdict (*QuoModelChecker) (QuoRun     *run,
                                       const char *model,
                                       char      **ret_finding,
                                       guint32    *ret_event);

void              quo_run_set_model_checker (QuoModelChecker checker);

QuoRun           *quo_run_new          (QuoScenario         *scenario,
                                        QuoTime              until,
                                        const volatile gint *is_cancelled,
                                        QuoProgressFunc      progress,
                                        gpointer             user_data);
QuoRun           *quo_run_ref          (QuoRun              *self);
void              quo_run_unref        (QuoRun              *self);
gboolean          quo_run_extend       (QuoRun              *self,
                                        QuoTime              until,
                                        guint64              n_events_max);
QuoScenario      *quo_run_scenario     (QuoRun              *self);
QuoTrace         *quo_run_trace        (QuoRun              *self);
QuoReplay        *quo_run_replay       (QuoRun              *self);
QuoSim           *quo_run_sim          (QuoRun              *self);
QuoSimStatus      quo_run_status       (QuoRun              *self);
const char       *quo_run_status_text  (QuoRun              *self);
gboolean          quo_run_is_cut_short (QuoRun              *self);
char             *quo_run_limit_text   (QuoRun              *self);
QuoTime           quo_run_end          (QuoRun              *self);
guint             quo_run_n_outcomes   (QuoRun              *self);
const QuoOutcome *quo_run_outcome      (QuoRun              *self,
                                        guint                nth);
gboolean          quo_run_is_as_expected (QuoRun            *self);

/* A figure by its id, declared or general ("sent", "read-latency"): FALSE when
 * there is none of that name. */
gboolean          quo_run_measure      (QuoRun              *self,
                                        const char          *id,
                                        QuoSamples         **ret_samples,
                                        const char         **ret_unit);
char            **quo_run_measure_ids  (QuoRun              *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoRun, quo_run_unref)

G_END_DECLS
