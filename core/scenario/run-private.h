/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scenario/run.h"
#include "scenario/scenario-private.h"

G_BEGIN_DECLS

#define QUO_N_GENERAL (QUO_N_FIGURES + 2) /* and read-latency, write-latency */

struct _QuoRun
{
  gatomicrefcount     ref_count;
  QuoScenario        *scenario;
  QuoSim             *sim;
  QuoReplay          *replay;
  QuoSimStatus        status;
  QuoTime             horizon;  /* how far it was asked to go */
  GArray             *outcomes; /* QuoOutcome */
  QuoSamples         *figures[QUO_N_FIGURES];
};

/* measure.c */
void       quo_run_forget_figures (QuoRun               *self);

/* expect.c */
void       quo_run_judge          (QuoRun               *self);

G_END_DECLS
