/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "window/window.h"

G_BEGIN_DECLS

#define QUO_APPLICATION_ID "io.github.quorate.Quorate"

#define QUO_TYPE_APPLICATION (quo_application_get_type ())
G_DECLARE_FINAL_TYPE (QuoApplication, quo_application, QUO, APPLICATION, GtkApplication)

QuoApplication *quo_application_new           (gboolean        is_unique);
QuoWindow      *quo_application_new_window    (QuoApplication *self);

G_END_DECLS
