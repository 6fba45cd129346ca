/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/theme.h"

#include <math.h>

/* The few colours that a theme names; the styles are put together from them. */
typedef enum
{
  ROLE_BACKGROUND,
  ROLE_SURFACE,
  ROLE_HEAD,
  ROLE_TEXT,
  ROLE_MUTED,
  ROLE_FAINT,
  ROLE_LINE,
  ROLE_OUTLINE,
  ROLE_ACCENT,
  ROLE_GOOD,
  ROLE_BAD,
  ROLE_WARN,
  ROLE_INFO,
  ROLE_PAST,
  ROLE_FUTURE,
  N_GIVEN_ROLES,
  /* Made from the ones above */
  ROLE_BAD_PALE = N_GIVEN_ROLES,
  ROLE_VEIL,
  ROLE_SOFT,     /* a pale shade of the style's own ink */
} Role;

typedef struct
{
  QuoThemeKind kind;
  const char *name;
  gboolean is_dark;
  double softness;    /* how much of the ink is in a soft wash */
  double widen;       /* stroke widths are multiplied by this */
  double text_contrast;
  guint32 roles[N_GIVEN_ROLES];
  guint32 tints[QUO_N_TINTS];
} ThemeData;

struct _QuoTheme
{
  const ThemeData *data;
  QuoStyleRule rules[QUO_N_STYLES];
  QuoColor tints[QUO_N_TINTS];
  QuoColor style_texts[QUO_N_STYLES];
  QuoColor tint_texts[QUO_N_TINTS];
};

/* The tints were searched for around orange, blue, purple and green so that the least
 * distance between any two is as large as can be, seen with normal, red-blind,
 * green-blind and blue-blind eyes alike, and each stands out from the background.
 * tests/ui/scene/test-theme.c computes both. */
static const ThemeData theme_data[QUO_N_THEMES] = {
  {
    .kind = QUO_THEME_LIGHT,
    .name = "light",
    .softness = 0.13,
    .widen = 1,
    .text_contrast = 4.5,
    .roles = {
      [ROLE_BACKGROUND] = 0xf6f7f9, [ROLE_SURFACE] = 0xffffff,
      [ROLE_HEAD] = 0xeceef1, [ROLE_TEXT] = 0x1d2229,
      [ROLE_MUTED] = 0x68707d, [ROLE_FAINT] = 0xe6e8ec,
      [ROLE_LINE] = 0xc9ced6, [ROLE_OUTLINE] = 0x6b7481,
      [ROLE_ACCENT] = 0x1f86c9, [ROLE_GOOD] = 0x00814f,
      [ROLE_BAD] = 0xc8430b, [ROLE_WARN] = 0xa86c00,
      [ROLE_INFO] = 0x0072b2, [ROLE_PAST] = 0x0c64ad,
      [ROLE_FUTURE] = 0xd7700a,
    },
    .tints = { 0xd7700a, 0x0c64ad, 0x9d76ad, 0x009044,
               0x53100d, 0x3a90ec, 0xaf360c, 0x80326f },
  },
  {
    .kind = QUO_THEME_DARK,
    .name = "dark",
    .is_dark = TRUE,
    .softness = 0.16,
    .widen = 1,
    .text_contrast = 4.5,
    .roles = {
      [ROLE_BACKGROUND] = 0x1d2026, [ROLE_SURFACE] = 0x24282f,
      [ROLE_HEAD] = 0x2b2f38, [ROLE_TEXT] = 0xe8ebef,
      [ROLE_MUTED] = 0xa2abb8, [ROLE_FAINT] = 0x2b3038,
      [ROLE_LINE] = 0x4a515c, [ROLE_OUTLINE] = 0x98a1ae,
      [ROLE_ACCENT] = 0x7cc6f2, [ROLE_GOOD] = 0x3cc896,
      [ROLE_BAD] = 0xf4793f, [ROLE_WARN] = 0xf0b040,
      [ROLE_INFO] = 0x5cb3ea, [ROLE_PAST] = 0x5cb3ea,
      [ROLE_FUTURE] = 0xf0b040,
    },
    .tints = { 0xffb136, 0x4c9afe, 0xc894d0, 0x4cdf7a,
               0x78817a, 0xb8f8ff, 0xdf542b, 0xadc7ae },
  },
  {
    .kind = QUO_THEME_HIGH_CONTRAST,
    .name = "high-contrast",
    .softness = 0.1,
    .widen = 1.4,
    .text_contrast = 7,
    .roles = {
      [ROLE_BACKGROUND] = 0xffffff, [ROLE_SURFACE] = 0xffffff,
      [ROLE_HEAD] = 0xf0f0f0, [ROLE_TEXT] = 0x000000,
      [ROLE_MUTED] = 0x3a3a3a, [ROLE_FAINT] = 0xc8c8c8,
      [ROLE_LINE] = 0x707070, [ROLE_OUTLINE] = 0x000000,
      [ROLE_ACCENT] = 0x004c99, [ROLE_GOOD] = 0x005c30,
      [ROLE_BAD] = 0xa02000, [ROLE_WARN] = 0x704000,
      [ROLE_INFO] = 0x004c99, [ROLE_PAST] = 0x004c99,
      [ROLE_FUTURE] = 0xa02000,
    },
    .tints = { 0xb45e0a, 0x143c99, 0x6f5e96, 0x016d37,
               0x3f000d, 0x1976dc, 0x8b0300, 0x3c1d48 },
  },
  {
    .kind = QUO_THEME_HIGH_CONTRAST_DARK,
    .name = "high-contrast-dark",
    .is_dark = TRUE,
    .softness = 0.2,
    .widen = 1.4,
    .text_contrast = 7,
    .roles = {
      [ROLE_BACKGROUND] = 0x000000, [ROLE_SURFACE] = 0x000000,
      [ROLE_HEAD] = 0x1c1c1c, [ROLE_TEXT] = 0xffffff,
      [ROLE_MUTED] = 0xd0d0d0, [ROLE_FAINT] = 0x444444,
      [ROLE_LINE] = 0x9a9a9a, [ROLE_OUTLINE] = 0xffffff,
      [ROLE_ACCENT] = 0x8fd0ff, [ROLE_GOOD] = 0x50f0a0,
      [ROLE_BAD] = 0xff9060, [ROLE_WARN] = 0xffd060,
      [ROLE_INFO] = 0x8fd0ff, [ROLE_PAST] = 0x8fd0ff,
      [ROLE_FUTURE] = 0xffd060,
    },
    .tints = { 0xffb646, 0x5eaaff, 0xd8aedc, 0x49eca3,
               0x8d9a8d, 0xcefff2, 0xf17255, 0xffff94 },
  },
};

static const struct
{
  Role ink;
  Role wash;
  float width;
  QuoDash dash;
} style_data[QUO_N_STYLES] = {
  [QUO_STYLE_BACKGROUND] = { ROLE_TEXT, ROLE_BACKGROUND, 1, QUO_DASH_SOLID },
  [QUO_STYLE_PANEL] = { ROLE_LINE, ROLE_SURFACE, 1, QUO_DASH_SOLID },
  [QUO_STYLE_HEAD] = { ROLE_LINE, ROLE_HEAD, 1, QUO_DASH_SOLID },
  [QUO_STYLE_GRID] = { ROLE_FAINT, ROLE_FAINT, 1, QUO_DASH_SOLID },
  [QUO_STYLE_AXIS] = { ROLE_LINE, ROLE_SURFACE, 1, QUO_DASH_SOLID },
  [QUO_STYLE_TEXT] = { ROLE_TEXT, ROLE_SURFACE, 1, QUO_DASH_SOLID },
  [QUO_STYLE_TEXT_MUTED] = { ROLE_MUTED, ROLE_SURFACE, 1, QUO_DASH_SOLID },
  [QUO_STYLE_TEXT_STRONG] = { ROLE_TEXT, ROLE_SURFACE, 1, QUO_DASH_SOLID },
  [QUO_STYLE_LIFELINE] = { ROLE_LINE, ROLE_SURFACE, 1.5, QUO_DASH_SOLID },
  [QUO_STYLE_STRIP] = { ROLE_OUTLINE, ROLE_SOFT, 1, QUO_DASH_SOLID },
  [QUO_STYLE_LINK] = { ROLE_LINE, ROLE_SURFACE, 1, QUO_DASH_SOLID },
  [QUO_STYLE_LINK_CUT] = { ROLE_BAD_PALE, ROLE_SURFACE, 1.4, QUO_DASH_DASHED },
  [QUO_STYLE_CLIENT] = { ROLE_OUTLINE, ROLE_SURFACE, 1, QUO_DASH_SOLID },
  [QUO_STYLE_NODE] = { ROLE_OUTLINE, ROLE_SURFACE, 2, QUO_DASH_SOLID },
  [QUO_STYLE_NODE_RING] = { ROLE_OUTLINE, ROLE_SURFACE, 4, QUO_DASH_SOLID },
  [QUO_STYLE_NODE_DOWN] = { ROLE_MUTED, ROLE_HEAD, 1.6, QUO_DASH_DASHED },
  [QUO_STYLE_NODE_PAUSED] = { ROLE_WARN, ROLE_SURFACE, 2, QUO_DASH_DOTTED },
  [QUO_STYLE_MESSAGE] = { ROLE_OUTLINE, ROLE_SURFACE, 1.4, QUO_DASH_SOLID },
  [QUO_STYLE_MESSAGE_REPLY] = { ROLE_OUTLINE, ROLE_SURFACE, 1.4,
                                QUO_DASH_DASHED },
  [QUO_STYLE_MESSAGE_LOST] = { ROLE_BAD, ROLE_SURFACE, 1.4, QUO_DASH_SOLID },
  [QUO_STYLE_EVENT] = { ROLE_OUTLINE, ROLE_SURFACE, 1.6, QUO_DASH_SOLID },
  [QUO_STYLE_STATE] = { ROLE_OUTLINE, ROLE_SURFACE, 1.6, QUO_DASH_SOLID },
  [QUO_STYLE_TRANSITION] = { ROLE_OUTLINE, ROLE_SURFACE, 1.2, QUO_DASH_SOLID },
  [QUO_STYLE_TRANSITION_LIT] = { ROLE_ACCENT, ROLE_SOFT, 2.4, QUO_DASH_SOLID },
  [QUO_STYLE_NOTE] = { ROLE_WARN, ROLE_SOFT, 1, QUO_DASH_SOLID },
  [QUO_STYLE_SELECTION] = { ROLE_ACCENT, ROLE_SOFT, 2, QUO_DASH_SOLID },
  [QUO_STYLE_PAST] = { ROLE_PAST, ROLE_SOFT, 2, QUO_DASH_SOLID },
  [QUO_STYLE_FUTURE] = { ROLE_FUTURE, ROLE_SOFT, 2, QUO_DASH_SOLID },
  [QUO_STYLE_CONCURRENT] = { ROLE_MUTED, ROLE_SURFACE, 1.4, QUO_DASH_DOTTED },
  [QUO_STYLE_TIME_LINE] = { ROLE_ACCENT, ROLE_SOFT, 2, QUO_DASH_SOLID },
  [QUO_STYLE_VEIL] = { ROLE_VEIL, ROLE_VEIL, 1, QUO_DASH_SOLID },
  [QUO_STYLE_CURVE] = { ROLE_INFO, ROLE_SOFT, 2, QUO_DASH_SOLID },
  [QUO_STYLE_CURVE_THEORY] = { ROLE_MUTED, ROLE_SOFT, 1.6, QUO_DASH_DASHED },
  [QUO_STYLE_GOOD] = { ROLE_GOOD, ROLE_SOFT, 1.4, QUO_DASH_SOLID },
  [QUO_STYLE_BAD] = { ROLE_BAD, ROLE_SOFT, 1.4, QUO_DASH_SOLID },
  [QUO_STYLE_WARN] = { ROLE_WARN, ROLE_SOFT, 1.4, QUO_DASH_SOLID },
  [QUO_STYLE_INFO] = { ROLE_INFO, ROLE_SOFT, 1.4, QUO_DASH_SOLID },
  [QUO_STYLE_ACCENT] = { ROLE_ACCENT, ROLE_SOFT, 1.4, QUO_DASH_SOLID },
};

static QuoColor
color_from_rgb (guint32 rgb)
{
  return (QuoColor) { (rgb >> 16 & 255) / 255.0f, (rgb >> 8 & 255) / 255.0f,
                      (rgb & 255) / 255.0f, 1 };
}

static QuoColor
mix (QuoColor one,
     QuoColor other,
     double   part_of_one)
{
  float a = (float) part_of_one, b = 1 - a;
  return (QuoColor) { one.red * a + other.red * b,
                     one.green * a + other.green * b,
                     one.blue * a + other.blue * b, 1 };
}

static double
luminance (QuoColor color)
{
  const float channels[3] = { color.red, color.green, color.blue };
  double linear[3];
  for (guint i = 0; i < 3; i++)
    linear[i] = channels[i] <= 0.04045
                  ? channels[i] / 12.92
                  : pow ((channels[i] + 0.055) / 1.055, 2.4);
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

/**
 * quo_color_get_contrast:
 *
 * Returns: the contrast ratio of two opaque colours, 1 to 21
 *
 * Source: Web Content Accessibility Guidelines 2.1, "contrast ratio"
 */
double
quo_color_get_contrast (QuoColor one,
                        QuoColor other)
{
  double a = luminance (one), b = luminance (other);
  return (MAX (a, b) + 0.05) / (MIN (a, b) + 0.05);
}

/* A colour good enough for a line may be too pale to be read: brings it towards the
 * text's colour until it is read well on everything that texts stand on. */
static QuoColor
make_readable (const QuoTheme *self,
               QuoColor        ink)
{
  const guint32 *roles = self->data->roles;
  QuoColor text = color_from_rgb (roles[ROLE_TEXT]);
  QuoColor surface = color_from_rgb (roles[ROLE_SURFACE]);
  const QuoColor behind[] = {
    color_from_rgb (roles[ROLE_BACKGROUND]), surface,
    color_from_rgb (roles[ROLE_HEAD]),
    mix (ink, surface, self->data->softness),
  };

  for (double part = 1; part > 0; part -= 0.02)
    {
      QuoColor color = mix (ink, text, part);
      gboolean is_readable = TRUE;
      for (guint i = 0; i < G_N_ELEMENTS (behind); i++)
        if (quo_color_get_contrast (color, behind[i])
            < self->data->text_contrast)
          is_readable = FALSE;
      if (is_readable)
        return color;
    }
  return text;
}

static QuoColor
resolve_role (const QuoTheme *self,
              Role            role,
              QuoColor        ink)
{
  QuoColor background = color_from_rgb (self->data->roles[ROLE_BACKGROUND]);
  if (role < N_GIVEN_ROLES)
    return color_from_rgb (self->data->roles[role]);
  if (role == ROLE_BAD_PALE)
    return mix (color_from_rgb (self->data->roles[ROLE_BAD]), background, 0.5);
  if (role == ROLE_SOFT)
    return mix (ink, color_from_rgb (self->data->roles[ROLE_SURFACE]),
                self->data->softness);
  background.alpha = 0.62f;
  return background;
}

static void
build_theme (QuoTheme        *self,
             const ThemeData *data)
{
  self->data = data;
  for (guint i = 0; i < QUO_N_STYLES; i++)
    {
      QuoColor none = { 0 };
      QuoColor ink = resolve_role (self, style_data[i].ink, none);
      self->rules[i] = (QuoStyleRule) {
        .ink = ink,
        .wash = resolve_role (self, style_data[i].wash, ink),
        .width = style_data[i].width * (float) data->widen,
        .dash = style_data[i].dash,
      };
      /* A message's label is read, not looked at: it has the colour of text. */
      self->style_texts[i] = style_data[i].ink == ROLE_LINE
                                 || style_data[i].ink == ROLE_FAINT
                                 || style_data[i].ink == ROLE_OUTLINE
                               ? color_from_rgb (data->roles[ROLE_TEXT])
                               : make_readable (self, ink);
    }
  for (guint i = 0; i < QUO_N_TINTS; i++)
    {
      self->tints[i] = color_from_rgb (data->tints[i]);
      self->tint_texts[i] = make_readable (self, self->tints[i]);
    }
}

/**
 * quo_theme_get:
 *
 * Returns: (transfer none): the theme, which is never freed
 */
const QuoTheme *
quo_theme_get (QuoThemeKind kind)
{
  static QuoTheme themes[QUO_N_THEMES];
  static gsize built;

  g_return_val_if_fail (kind < QUO_N_THEMES, NULL);

  if (g_once_init_enter (&built))
    {
      for (guint i = 0; i < QUO_N_THEMES; i++)
        build_theme (&themes[i], &theme_data[i]);
      g_once_init_leave (&built, 1);
    }
  return &themes[kind];
}

/**
 * quo_theme_kind_by_name:
 * @name: "light", "dark", "high-contrast" or "high-contrast-dark"
 * @ret_kind: (out): the theme of that name
 *
 * Returns: whether there is one
 */
gboolean
quo_theme_kind_by_name (const char   *name,
                        QuoThemeKind *ret_kind)
{
  g_return_val_if_fail (name != NULL && ret_kind != NULL, FALSE);

  for (guint i = 0; i < QUO_N_THEMES; i++)
    if (g_str_equal (theme_data[i].name, name))
      {
        *ret_kind = theme_data[i].kind;
        return TRUE;
      }
  return FALSE;
}

/**
 * quo_theme_kind_to_name:
 *
 * Returns: (transfer none): what quo_theme_kind_by_name() finds it by
 */
const char *
quo_theme_kind_to_name (QuoThemeKind kind)
{
  g_return_val_if_fail (kind < QUO_N_THEMES, NULL);

  return theme_data[kind].name;
}

/**
 * quo_theme_get_kind:
 *
 * Returns: which theme it is
 */
QuoThemeKind
quo_theme_get_kind (const QuoTheme *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data->kind;
}

/**
 * quo_theme_is_dark:
 *
 * Returns: whether text is light on dark
 */
gboolean
quo_theme_is_dark (const QuoTheme *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->data->is_dark;
}

/**
 * quo_theme_get_rule:
 *
 * Returns: (transfer none): how things of this style look without a tint
 */
const QuoStyleRule *
quo_theme_get_rule (const QuoTheme *self,
                    QuoStyle        style)
{
  g_return_val_if_fail (self != NULL && style < QUO_N_STYLES, NULL);

  return &self->rules[style];
}

/**
 * quo_theme_get_tint:
 * @tint: 1 or more; past QUO_N_TINTS it wraps around
 *
 * Returns: the colour, at least 3:1 against the background
 */
QuoColor
quo_theme_get_tint (const QuoTheme *self,
                    guint           tint)
{
  QuoColor none = { 0 };
  g_return_val_if_fail (self != NULL && tint > 0, none);

  return self->tints[(tint - 1) % QUO_N_TINTS];
}

/**
 * quo_theme_get_ink:
 * @tint: 0 for the style's own colour
 *
 * Returns: the colour of lines and outlines
 */
QuoColor
quo_theme_get_ink (const QuoTheme *self,
                   QuoStyle        style,
                   guint           tint)
{
  QuoColor none = { 0 };
  g_return_val_if_fail (self != NULL && style < QUO_N_STYLES, none);

  return tint != 0 ? quo_theme_get_tint (self, tint) : self->rules[style].ink;
}

/**
 * quo_theme_get_text:
 * @tint: 0 for the style's own colour
 *
 * Returns: the colour of texts: the ink, where need be brought towards the colour of
 *   plain text until it is at least 4.5:1 (7:1 in high contrast) on all that texts
 *   stand on
 */
QuoColor
quo_theme_get_text (const QuoTheme *self,
                    QuoStyle        style,
                    guint           tint)
{
  QuoColor none = { 0 };
  g_return_val_if_fail (self != NULL && style < QUO_N_STYLES, none);

  return tint != 0 ? self->tint_texts[(tint - 1) % QUO_N_TINTS]
                   : self->style_texts[style];
}

/**
 * quo_theme_get_soft:
 * @tint: 0 for the style's own colour
 *
 * Returns: a pale shade of the ink, to stand behind texts
 */
QuoColor
quo_theme_get_soft (const QuoTheme *self,
                    QuoStyle        style,
                    guint           tint)
{
  QuoColor none = { 0 };
  g_return_val_if_fail (self != NULL && style < QUO_N_STYLES, none);

  return mix (quo_theme_get_ink (self, style, tint),
              color_from_rgb (self->data->roles[ROLE_SURFACE]),
              self->data->softness);
}
