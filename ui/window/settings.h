/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the window remembers. Where the schema is not installed it remembers for
 * as long as the program runs. */

#include <gio/gio.h>

G_BEGIN_DECLS

#define QUO_SETTINGS_SCHEMA "io.github.quorate.Quorate"

#define QUO_TYPE_SETTINGS (quo_settings_get_type ())
G_DECLARE_FINAL_TYPE (QuoSettings, quo_settings, QUO, SETTINGS, GObject)

/* Signal: "changed" (const char *key), with the key as detail. */

QuoSettings *quo_settings_get_default (void);
gboolean     quo_settings_is_lasting  (QuoSettings *self);
int          quo_settings_get_int     (QuoSettings *self,
                                       const char  *key);
void         quo_settings_set_int     (QuoSettings *self,
                                       const char  *key,
                                       int          value);
gboolean     quo_settings_get_boolean (QuoSettings *self,
                                       const char  *key);
void         quo_settings_set_boolean (QuoSettings *self,
                                       const char  *key,
                                       gboolean     value);
double       quo_settings_get_double  (QuoSettings *self,
                                       const char  *key);
void         quo_settings_set_double  (QuoSettings *self,
                                       const char  *key,
                                       double       value);
char        *quo_settings_get_string  (QuoSettings *self,
                                       const char  *key);
void         quo_settings_set_string  (QuoSettings *self,
                                       const char  *key,
                                       const char  *value);

G_END_DECLS
