/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scene/scene.h"
#include "scene/svg.h"
#include "scene/theme.h"

G_BEGIN_DECLS

#define QUO_EXPORT_ERROR (quo_export_error_quark ())

typedef enum
{
  QUO_EXPORT_ERROR_FORMAT, /* no format goes by that name */
  QUO_EXPORT_ERROR_SIZE,   /* the picture has no size, or too large a one */
  QUO_EXPORT_ERROR_DRAW,   /* the drawing library failed, for want of memory say */
  QUO_EXPORT_ERROR_WRITE   /* the file could not be written */
} QuoExportError;

typedef enum
{
  QUO_EXPORT_PNG,
  QUO_EXPORT_SVG,
  QUO_EXPORT_PDF
} QuoExportFormat;

/* All zero is a good default: PNG, one px for each px of the scene, light. */
typedef struct
{
  QuoExportFormat format;
  double scale;          /* of PNG; 0 counts as 1 */
  const QuoTheme *theme; /* NULL: light, and in SVG dark where that is preferred */
  QuoPictureInfo info;
} QuoExportOptions;

GQuark      quo_export_error_quark    (void);
gboolean    quo_export_format_by_name (const char              *name,
                                       QuoExportFormat         *ret_format,
                                       GError                 **error);
gboolean    quo_export_format_by_path (const char              *path,
                                       QuoExportFormat         *ret_format,
                                       GError                 **error);
const char *quo_export_format_to_name (QuoExportFormat          format);
const char *quo_export_format_to_media_type (QuoExportFormat    format);

GBytes     *quo_export_scene_to_bytes (QuoScene                *scene,
                                       const QuoExportOptions  *options,
                                       GError                 **error);
char      **quo_export_scene_to_file  (QuoScene                *scene,
                                       const QuoExportOptions  *options,
                                       const char              *path,
                                       GError                 **error);

G_END_DECLS
