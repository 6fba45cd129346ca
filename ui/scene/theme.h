/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scene/style.h"

G_BEGIN_DECLS

typedef enum
{
  QUO_THEME_LIGHT,
  QUO_THEME_DARK,
  QUO_THEME_HIGH_CONTRAST,
  QUO_THEME_HIGH_CONTRAST_DARK,
  QUO_N_THEMES
} QuoThemeKind;

/* Straight (not premultiplied) sRGB, each 0 to 1. */
typedef struct
{
  float red;
  float green;
  float blue;
  float alpha;
} QuoColor;

typedef struct
{
  QuoColor ink;   /* lines, outlines, text */
  QuoColor wash;  /* the inside of closed shapes */
  float width;    /* stroke width in px */
  QuoDash dash;
} QuoStyleRule;

typedef struct _QuoTheme QuoTheme;

const QuoTheme     *quo_theme_get          (QuoThemeKind    kind);
gboolean            quo_theme_kind_by_name (const char     *name,
                                            QuoThemeKind   *ret_kind);
const char         *quo_theme_kind_to_name (QuoThemeKind    kind);
QuoThemeKind        quo_theme_get_kind     (const QuoTheme *self);
gboolean            quo_theme_is_dark      (const QuoTheme *self);
const QuoStyleRule *quo_theme_get_rule     (const QuoTheme *self,
                                            QuoStyle        style);
QuoColor            quo_theme_get_ink      (const QuoTheme *self,
                                            QuoStyle        style,
                                            guint           tint);
QuoColor            quo_theme_get_text     (const QuoTheme *self,
                                            QuoStyle        style,
                                            guint           tint);
QuoColor            quo_theme_get_soft     (const QuoTheme *self,
                                            QuoStyle        style,
                                            guint           tint);
QuoColor            quo_theme_get_tint     (const QuoTheme *self,
                                            guint           tint);

double              quo_color_get_contrast (QuoColor        one,
                                            QuoColor        other);

G_END_DECLS
