/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "document/document.h"

G_BEGIN_DECLS

/* A run in the making, on a thread of its own. The thread and the document each
 * hold a reference; only the atomics and what the mutex guards are shared. */
typedef struct _QuoJob QuoJob;

typedef void (*QuoJobFunc) (QuoJob   *job,
                            QuoRun   *run,
                            gpointer  user_data);

QuoJob  *quo_job_start     (QuoScenario *scenario,
                            QuoTime      until,
                            QuoJobFunc   done,
                            gpointer     user_data);
void     quo_job_abandon   (QuoJob      *self);
void     quo_job_cancel    (QuoJob      *self);
double   quo_job_progress  (QuoJob      *self);
gboolean quo_job_is_cancelled (QuoJob   *self);

/* How far ahead of the time shown a scenario without an end is simulated. */
#define QUO_AHEAD (2 * QUO_SECOND)

typedef struct
{
  QuoScenario *scenario; /* as it was before the step */
  char *name;
} QuoStep;

struct _QuoDocument
{
  GObject parent_instance;

  QuoScenario *scenario;
  QuoScenario *saved;    /* what the file holds; NULL: nothing */
  GFile *file;
  GPtrArray *undo;       /* of QuoStep; the last is the next to be taken back */
  GPtrArray *redo;

  QuoRun *run;
  QuoJob *job;
  guint progress_source;
  double progress;       /* 0: nothing to show yet */
  gboolean is_edit;      /* the job follows an edit, which a cancel takes back */

  QuoTime time;
  QuoTime ahead;
  guint extend_source;
  guint64 selection;
  guint64 second_selection;
};

enum
{
  QUO_DOCUMENT_SCENARIO = 1,
  QUO_DOCUMENT_RUN,
  QUO_DOCUMENT_TIME,
  QUO_DOCUMENT_SELECTION,
  QUO_DOCUMENT_SECOND_SELECTION,
  QUO_DOCUMENT_IS_RUNNING,
  QUO_DOCUMENT_PROGRESS,
  QUO_DOCUMENT_CAN_UNDO,
  QUO_DOCUMENT_CAN_REDO,
  QUO_DOCUMENT_IS_MODIFIED,
  QUO_DOCUMENT_FILE,
  QUO_DOCUMENT_TITLE,
  QUO_DOCUMENT_N_PROPS
};

enum
{
  QUO_DOCUMENT_RUN_EXTENDED,
  QUO_DOCUMENT_FAILED,
  QUO_DOCUMENT_N_SIGNALS
};

extern GParamSpec *quo_document_props[QUO_DOCUMENT_N_PROPS];
extern guint quo_document_signals[QUO_DOCUMENT_N_SIGNALS];

void     quo_step_free                 (gpointer     data);
void     quo_document_notify           (QuoDocument *self,
                                        guint        property);
void     quo_document_notify_history   (QuoDocument *self);
void     quo_document_replace_scenario (QuoDocument *self,
                                        QuoScenario *scenario);
void     quo_document_take_back_edit   (QuoDocument *self);
gboolean quo_document_is_endless       (QuoScenario *scenario);
void     quo_document_start_job        (QuoDocument *self,
                                        gboolean     is_edit);
void     quo_document_extend_soon      (QuoDocument *self);

G_END_DECLS
