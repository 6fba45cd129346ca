/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The open document: the current scenario, its undo history, its run, the time
 * shown and the selection. Every widget binds to it and to nothing else.
 */

#include "scenario/run.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define QUO_TYPE_DOCUMENT (quo_document_get_type ())
G_DECLARE_FINAL_TYPE (QuoDocument, quo_document, QUO, DOCUMENT, GObject)

/*
 * Properties, all with notify: "scenario" and "run" (boxed), "time" (int64, ns),
 * "selection" and "second-selection" (uint64, a thing), "is-running" (a run is
 * being made), "progress" (double 0 .. 1), "can-undo", "can-redo", "is-modified",
 * "file" (GFile or NULL), "title" (string).
 * Signals: "run-extended"; "failed" (const GError *).
 */

/* The boxed types of "scenario" and "run". */
#define QUO_TYPE_DOCUMENT_SCENARIO (quo_document_scenario_get_type ())
#define QUO_TYPE_DOCUMENT_RUN      (quo_document_run_get_type ())
GType        quo_document_scenario_get_type (void);
GType        quo_document_run_get_type      (void);

QuoDocument *quo_document_new               (void);
gboolean     quo_document_open              (QuoDocument   *self,
                                             GFile         *file,
                                             GError       **error);
void         quo_document_set_scenario      (QuoDocument   *self,
                                             QuoScenario   *scenario,
                                             GFile         *file);
gboolean     quo_document_save              (QuoDocument   *self,
                                             GFile         *file,
                                             GError       **error);
QuoScenario *quo_document_scenario          (QuoDocument   *self);
QuoRun      *quo_document_run               (QuoDocument   *self);
GFile       *quo_document_file              (QuoDocument   *self);

/* Edits: each is one step of the undo history. */
void         quo_document_edit              (QuoDocument   *self,
                                             QuoScenario   *scenario,
                                             const char    *name,
                                             gboolean       runs_again);
gboolean     quo_document_act               (QuoDocument   *self,
                                             JsonObject    *action,
                                             GError       **error);
void         quo_document_undo              (QuoDocument   *self);
void         quo_document_redo              (QuoDocument   *self);
const char  *quo_document_undo_name         (QuoDocument   *self);
const char  *quo_document_redo_name         (QuoDocument   *self);
gboolean     quo_document_is_modified       (QuoDocument   *self);

/* The run. */
gboolean     quo_document_is_running        (QuoDocument   *self);
double       quo_document_progress          (QuoDocument   *self);
void         quo_document_cancel            (QuoDocument   *self);
void         quo_document_wait              (QuoDocument   *self);

/* The time shown and the selection. */
QuoTime      quo_document_time              (QuoDocument   *self);
void         quo_document_set_time          (QuoDocument   *self,
                                             QuoTime        time);
QuoTime      quo_document_end               (QuoDocument   *self);
void         quo_document_step              (QuoDocument   *self,
                                             int            direction,
                                             gboolean       to_notable);
guint64      quo_document_selection         (QuoDocument   *self);
void         quo_document_select            (QuoDocument   *self,
                                             guint64        thing);
guint64      quo_document_second_selection  (QuoDocument   *self);
void         quo_document_select_second     (QuoDocument   *self,
                                             guint64        thing);

G_END_DECLS
