/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Takes a picture of a view away, to a file or to the clipboard. */

#include "export/export.h"
#include "widget/diagram-view.h"
#include "window/settings.h"

G_BEGIN_DECLS

typedef struct
{
  QuoExportFormat format;
  double          scale;
  QuoThemeKind    theme;
  gboolean        is_whole; /* all of the run, not just what the view shows */
} QuoPictureChoice;

GBytes   *quo_export_picture         (QuoDocument             *document,
                                      QuoDiagramView          *view,
                                      const QuoPictureChoice  *choice,
                                      GError                 **error);
char    **quo_export_picture_to_file (QuoDocument             *document,
                                      QuoDiagramView          *view,
                                      const QuoPictureChoice  *choice,
                                      const char              *path,
                                      GError                 **error);

#define QUO_TYPE_EXPORT_DIALOG (quo_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (QuoExportDialog, quo_export_dialog, QUO, EXPORT_DIALOG, GtkWindow)

QuoExportDialog *quo_export_dialog_present (GtkWindow       *parent,
                                            QuoDocument     *document,
                                            QuoDiagramView  *view,
                                            QuoSettings     *settings);

G_END_DECLS
