/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Light or dark, high contrast, and how much may move: what the system and the
 * person ask for, as one answer. */

#include "scene/theme.h"
#include "window/settings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUO_TYPE_APPEARANCE (quo_appearance_get_type ())
G_DECLARE_FINAL_TYPE (QuoAppearance, quo_appearance, QUO, APPEARANCE, GObject)

/* Property, with notify: "theme" (a QuoThemeKind, as int). */

QuoAppearance *quo_appearance_new   (GdkDisplay    *display,
                                     QuoSettings   *settings);
QuoThemeKind   quo_appearance_theme (QuoAppearance *self);

G_END_DECLS
