/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What an action does to a cluster, as a colour. */

#include "scene/theme.h"
#include "sim/declaration.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

QuoTone     quo_tone_of_action (const char   *what);
QuoStyle    quo_tone_style     (QuoTone       tone);
const char *quo_tone_css_class (QuoTone       tone);
GdkRGBA     quo_theme_rgba     (QuoThemeKind  theme,
                                QuoStyle      style,
                                guint         tint);

G_END_DECLS
