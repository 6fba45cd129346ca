/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUO_BASE_ERROR (quo_base_error_quark ())

typedef enum
{
  QUO_BASE_ERROR_SYNTAX,    /* the text does not have the allowed form */
  QUO_BASE_ERROR_RANGE,     /* the value is too large or too small */
  QUO_BASE_ERROR_PRECISION, /* the value is finer than can be kept exactly */
} QuoBaseError;

GQuark      quo_base_error_quark (void);
const char *quo_nearest_name     (const char         *name,
                                  const char * const *candidates);
char       *quo_quote_value      (const char         *text);

G_END_DECLS
