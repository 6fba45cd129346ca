/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A protocol's options: a block of memory that its declaration lays out. */

#include "base/names.h"
#include "sim/declaration.h"

G_BEGIN_DECLS

gpointer  quo_options_new        (const QuoDeclaration *declaration,
                                  QuoNames             *names);
gpointer  quo_options_copy       (const QuoDeclaration *declaration,
                                  gconstpointer         options);
gboolean  quo_option_set_text    (const QuoOptionSpec  *spec,
                                  gpointer              options,
                                  QuoNames             *names,
                                  const char           *text,
                                  GError              **error);
gboolean  quo_option_set_number  (const QuoOptionSpec  *spec,
                                  gpointer              options,
                                  double                number,
                                  GError              **error);
gboolean  quo_option_set_range   (const QuoOptionSpec  *spec,
                                  gpointer              options,
                                  QuoTime               low,
                                  QuoTime               high,
                                  GError              **error);
void      quo_option_set_node    (const QuoOptionSpec  *spec,
                                  gpointer              options,
                                  int                   node);
char     *quo_option_get_text    (const QuoOptionSpec  *spec,
                                  gconstpointer         options,
                                  QuoNames             *names);
char     *quo_option_allowed     (const QuoOptionSpec  *spec);

#define QUO_OPTION_ERROR (quo_option_error_quark ())

typedef enum
{
  QUO_OPTION_ERROR_TYPE,
  QUO_OPTION_ERROR_RANGE,
  QUO_OPTION_ERROR_NAME
} QuoOptionError;

GQuark    quo_option_error_quark (void);

G_END_DECLS
