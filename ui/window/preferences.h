/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "window/settings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_PREFERENCES (quo_preferences_get_type ())
G_DECLARE_FINAL_TYPE (QuoPreferences, quo_preferences, QUO, PREFERENCES, GtkWindow)

GtkWidget *quo_preferences_new (GtkWindow   *parent,
                                QuoSettings *settings);

G_END_DECLS
