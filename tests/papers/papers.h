/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the tests of the literature's figures have in common: the scenarios that ship in
 * the papers folder, changed value by value as a sweep does, and their runs.
 *
 * With the argument "full" a test takes the large sample.
 */

#include "scenario/run.h"

G_BEGIN_DECLS

void         papers_init     (int         *argc,
                              char      ***argv);
gboolean     papers_is_full  (void);
QuoScenario *papers_load     (const char  *name);
void         papers_set      (QuoScenario **scenario,
                              const char   *path,
                              const char   *value);
QuoRun      *papers_run      (QuoScenario *scenario,
                              guint        seed);
QuoSamples  *papers_measure  (QuoRun      *run,
                              const char  *id);

G_END_DECLS
